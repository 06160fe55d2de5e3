{{- define "tpl.name" -}}
{{ .Values.name }}
{{- end }}
