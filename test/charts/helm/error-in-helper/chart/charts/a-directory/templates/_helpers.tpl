{{- define "part.outer" -}}
{{ include "part.inner" (dict "v" .Values) }}
{{- end -}}

{{- define "part.inner" -}}
{{ fromJson "{}" | get "x" }}
{{- end -}}
