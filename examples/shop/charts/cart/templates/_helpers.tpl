{{- define "cart.labels" -}}
app: cart
app.kubernetes.io/name: cart
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "cart.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}
