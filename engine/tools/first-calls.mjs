// What the engines do when they are built, so that users need not wait for it:
// see preinitialize.mjs. It touches what most charts, kustomizations and
// policies touch; nothing of it can be seen later.

const chart = {
  'Chart.yaml': 'apiVersion: v2\nname: first\nversion: 0.1.0\ndependencies:\n  - {name: part, version: "*", condition: part.enabled}\n',
  'values.yaml': 'image: {repository: registry.example.com/first, tag: "1"}\nreplicas: 2\npart: {enabled: true}\nextra: "{{ .Release.Name }}"\n',
  'values.schema.json': '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"replicas": {"type": "integer"}}}',
  '.helmignore': '*.bak\n',
  'templates/_helpers.tpl':
    '{{- define "first.name" -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}{{- end }}\n' +
    '{{- define "first.labels" -}}\napp: {{ include "first.name" . | quote }}\nversion: {{ regexReplaceAll "[^a-z]" .Chart.Version "-" | default "x" | lower }}\n{{- end }}\n',
  'templates/deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "first.name" . }}\n  labels: {{- include "first.labels" . | nindent 4 }}\n' +
    'spec:\n  replicas: {{ .Values.replicas | int }}\n  template:\n    spec:\n      containers:\n        {{- range $i, $name := list "a" "b" }}\n' +
    '        - name: {{ $name }}\n          image: "{{ $.Values.image.repository }}:{{ $.Values.image.tag | toString }}"\n        {{- end }}\n' +
    '      annotations: {{ tpl .Values.extra . }} {{ toYaml .Values.image | sha256sum }} {{ toJson .Values | b64enc }} {{ fromYaml "a: 1" }}\n' +
    '{{- if semverCompare ">=1.20-0" .Capabilities.KubeVersion.Version }}\n  {{- with .Values.image }}\n  x: {{ merge (dict "a" 1) . | toYaml | indent 4 | trim | quote }}\n  {{- end }}\n{{- end }}\n',
  'templates/hook.yaml': 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: hook\n  annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "1"}\n',
  'charts/part/Chart.yaml': 'apiVersion: v2\nname: part\nversion: 0.1.0\n',
  'charts/part/values.yaml': 'a: 1\n',
  'charts/part/templates/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: part}\nspec: {ports: [{port: {{ .Values.a }}}]}\n',
}

const kustomization = {
  'base/kustomization.yaml': 'resources: [deployment.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n',
  'base/deployment.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: first}\nspec:\n  selector: {matchLabels: {app: first}}\n  template:\n    metadata: {labels: {app: first}}\n' +
    '    spec:\n      containers:\n        - {name: main, image: "registry.example.com/first:1", envFrom: [{configMapRef: {name: settings}}]}\n',
  'overlay/kustomization.yaml':
    'resources: [../base]\nnamespace: first\nnamePrefix: a-\nlabels: [{pairs: {b: c}, includeSelectors: true}]\ncommonAnnotations: {d: e}\nimages: [{name: registry.example.com/first, newTag: "2"}]\n' +
    'replicas: [{name: first, count: 2}]\npatches:\n  - path: patch.yaml\n  - {target: {kind: Deployment}, patch: "- {op: add, path: /spec/minReadySeconds, value: 1}"}\n',
  'overlay/patch.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: first}\nspec: {template: {spec: {containers: [{name: main, resources: {limits: {memory: 1Gi}}}]}}}\n',
}

const policies = {
  'first.rego':
    '# METADATA\n# title: first\npackage first\n\nimport data.second\n\n' +
    'findings contains {"path": ["spec", i], "message": sprintf("%s is privileged", [c.name])} if {\n\tsome i, c in input.spec.containers\n\tc.securityContext.privileged == true\n\tnot second.allowed(c)\n}\n',
  'second.rego': 'package second\n\nallowed(c) if startswith(c.image, "registry.example.com/")\n\nallowed(c) if {\n\tevery e in c.env {\n\t\tregex.match("^[A-Z]+$", e.name)\n\t}\n\tcount(c.env) > 0\n}\n',
}

const listed = (files) => Object.entries(files).map(([name, content]) => ({ name, length: Buffer.byteLength(content) }))

export const firstCalls = {
  render: [
    {
      header: { op: 'helm', files: listed(chart), values: [], releaseName: 'first', namespace: 'first', includeCrds: true },
      contents: Object.values(chart),
    },
    { header: { op: 'kustomize', root: 'overlay', origins: true }, tree: kustomization },
  ],
  rego: [
    { header: { op: 'compile', modules: listed(policies), entrypoints: ['first/findings'] }, contents: Object.values(policies) },
    { header: { op: 'inspect', modules: listed(policies) }, contents: Object.values(policies) },
  ],
}
