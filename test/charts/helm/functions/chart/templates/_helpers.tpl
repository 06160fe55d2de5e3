{{- define "functions.zone" -}}zone{{- end -}}
{{- define "functions.count" -}}{{- if gt (int .) 0 }}{{ . }} {{ include "functions.count" (sub (int .) 1) }}{{ end -}}{{- end -}}
