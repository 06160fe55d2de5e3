/** What the GitOps tests share: a repository in memory, and what of it would be deployed. */
import type { Scope } from '../../src/discover/discover.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { gather, type Gathered } from '../../src/gate.js'
import type { Engines } from '../../src/host/engines.js'
import type { JsonObject } from '../../src/model.js'

export interface Files {
  readonly [path: string]: string
}

export const URL_HERE = 'https://git.example.com/shop/deploy'

const SCOPE: Scope = {
  paths: [''],
  ignore: [],
  render: new Map(),
  context: [],
  groups: new Map(),
  repository: { addresses: [URL_HERE], branches: ['main'], main: 'main' },
}

export interface Deployed {
  /** `Deployment shop/web (prod)`, in the order of the names; GitOps' own resources are left out. */
  readonly names: readonly string[]
  readonly unjudged: readonly string[]
  readonly elsewhere: readonly string[]
  /** The one object of that kind and name. */
  readonly object: (kind: string, name: string) => JsonObject
  readonly gathered: Gathered
}

/** Gathers a repository as the gate does. */
export async function deployed(engines: Engines, files: Files, own: Partial<Scope> = {}): Promise<Deployed> {
  const gathered = await gather(memoryTree(files), { ...SCOPE, ...own }, engines, () => undefined)
  const resources = gathered.resources.filter(({ group }) => !/argoproj|fluxcd/.test(group))
  return {
    gathered,
    names: resources
      .map(({ kind, namespace, name, origin }) => {
        const where = namespace === '' ? '' : `${namespace}/`
        const { name: environment } = origin.environment
        return `${kind} ${where}${name}${environment === null ? '' : ` (${environment})`}`
      })
      .sort(),
    unjudged: gathered.unjudged.map(({ file, line, reason }) => `${file}:${line ?? '-'} ${reason}`),
    elsewhere: gathered.elsewhere.map(({ what, reason }) => `${what}: ${reason}`),
    object: (kind, name) => {
      const all = resources.filter((resource) => resource.kind === kind && resource.name === name)
      if (all.length !== 1) throw new Error(`${all.length} are ${kind} ${name}`)
      return all[0]?.object as unknown as JsonObject
    },
  }
}

export const deployment = (name: string, image = 'web:1', more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: '${name}'${more}}
spec:
  replicas: 1
  selector: {matchLabels: {app: '${name}'}}
  template:
    metadata: {labels: {app: '${name}'}}
    spec: {containers: [{name: web, image: '${image}'}]}
`

export const configMap = (name: string, data: string, namespace = ''): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
data: ${data}
`

export const documents = (...texts: readonly string[]): string => texts.join('---\n')

/** A chart that puts out one ConfigMap with all that it was rendered with. */
export const chart = (folder: string): Files => ({
  [`${folder}/Chart.yaml`]: 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  [`${folder}/values.yaml`]: 'image: web\ntag: "1"\nreplicas: 1\n',
  [`${folder}/templates/seen.yaml`]: `apiVersion: v1
kind: ConfigMap
metadata: {name: seen}
data:
  values: {{ omit .Values "global" | toJson | quote }}
  release: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
  kube: {{ .Capabilities.KubeVersion.Version }}
`,
  [`${folder}/templates/web.yaml`]: `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: '{{ .Values.image }}:{{ .Values.tag }}'}]}
`,
})
