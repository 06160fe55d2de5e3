{{- define "common.labels" -}}
chart: {{ .Chart.Name }}
from: library
{{- end }}
