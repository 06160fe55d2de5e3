/** Manifests that tests share: workloads that no policy for pods objects to, what protects them, and charts. */
import type { Json } from '../src/model.js'

interface Fields {
  readonly [field: string]: Json
}

export interface WorkloadOptions {
  readonly kind?: 'Deployment' | 'DaemonSet' | 'StatefulSet'
  readonly name?: string
  /** null: not stated. */
  readonly namespace?: string | null
  readonly annotations?: Fields
  /** Into the pod's spec. */
  readonly pod?: Fields
  /** Into the container. */
  readonly container?: Fields
  /** Into the container's securityContext; null takes a field out. */
  readonly security?: Fields
}

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

/** A workload whose pod meets every policy that looks at pods alone; one field a line. Its labels are `app: NAME`. */
export function workload(options: WorkloadOptions = {}): string {
  const { kind = 'Deployment', name = 'cart', namespace = 'shop', annotations = {} } = options
  const security = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    ...options.security,
  }
  const container = {
    name,
    image: `registry.example.com/${name}:1.2.3@${DIGEST}`,
    resources: { limits: { cpu: '100m', memory: '64Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
    securityContext: Object.fromEntries(Object.entries(security).filter(([, value]) => value !== null)),
    ...options.container,
  }
  const spec = {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...options.pod,
    containers: [container],
  }
  return yaml({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...(namespace === null ? {} : { namespace }), ...(isEmpty(annotations) ? {} : { annotations }) },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
    },
  })
}

/** A default deny of a namespace, in both directions. */
export function denyAll({
  namespace = 'shop',
  name = 'deny-all',
  annotations = {},
}: {
  readonly namespace?: string | null
  readonly name?: string
  readonly annotations?: Fields
} = {}): string {
  return yaml({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, ...(namespace === null ? {} : { namespace }), ...(isEmpty(annotations) ? {} : { annotations }) },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  })
}

/** What a namespace of stage 1 needs, so that nothing around a workload objects: the namespace and its default deny. */
export function safeNamespace(name = 'shop'): string {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  return stream(yaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }), denyAll({ namespace: name }))
}

/** Several documents. */
export const stream = (...documents: readonly string[]): string => documents.join('---\n')

/** A chart's files below a folder. */
export function chart(
  folder: string,
  files: { readonly [path: string]: string },
  metadata: Fields = {},
): { readonly [path: string]: string } {
  const name = folder.slice(folder.lastIndexOf('/') + 1)
  const all = { 'Chart.yaml': yaml({ apiVersion: 'v2', name, version: '1.0.0', ...metadata }), ...files }
  return Object.fromEntries(Object.entries(all).map(([path, content]) => [`${folder}/${path}`, content]))
}

const isEmpty = (fields: Fields): boolean => Object.keys(fields).length === 0

/** Block style, one field a line; lists of texts and whatever a text cannot say plainly in flow style, as JSON. */
export function yaml(value: Fields): string {
  return `${lines(value).join('\n')}\n`
}

function lines(value: Json): readonly string[] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item) => {
      const [first = '', ...rest] = lines(item)
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)]
    })
  }
  if (typeof value !== 'object' || value === null || isEmpty(value as Fields)) return [scalar(value)]
  return Object.entries(value as Fields).flatMap(([key, field]) => {
    const isBlock = typeof field === 'object' && field !== null && !isEmpty(field as Fields)
    return isBlock
      ? [`${scalar(key)}:`, ...lines(field).map((line) => `  ${line}`)]
      : [`${scalar(key)}: ${scalar(field)}`]
  })
}

/** Texts of harmless letters stand as they are, the rest as JSON, which is YAML; so does what is a template. */
function scalar(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  if (/^\{\{.*\}\}$/.test(value)) return value
  const isPlain = /^[A-Za-z/][\w./@:-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  return isPlain && !value.endsWith(':') ? value : JSON.stringify(value)
}
