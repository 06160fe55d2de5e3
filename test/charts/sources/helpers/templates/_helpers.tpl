{{- define "helpers.name" -}}
{{ .Values.name | trunc 63 }}
{{- end }}

{{- define "helpers.labels" -}}
app: {{ include "helpers.name" . }}
{{ include "helpers.more" . }}
tier: front
{{- end }}
{{- define "helpers.more" }}
{{- if .Values.name }}
part: shop
{{- end }}
{{- end }}
{{ define "helpers.container" }}
- name: {{ .name }}
  image: web:1
  securityContext:
    {{- toYaml .root.Values.securityContext | nindent 4 }}
{{ end }}
