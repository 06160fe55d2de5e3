{{- define "used" -}}
{{- $ctx := index . "root" -}}
{{ $ctx.Capabilities.APIVersions.Has "x" }}{{ end }}
{{- define "unused" }}{{ randAlphaNum 5 }}{{ end }}
{{- define "through" }}{{ include (printf "%s" "used") . }}{{ end }}
