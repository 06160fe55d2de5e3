{{- define "shared.labels" }}
from: shared
{{- end }}
