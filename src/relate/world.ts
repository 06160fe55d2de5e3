/** What all areas share about one environment of one scope: its resources, workloads and namespaces. */
import type { JsonObject, KubernetesObject, Pod, Ref, Resource } from '../model.js'
import { podsOf } from './index/pod.js'
import type { Labels } from './selector.js'

export interface Workload {
  readonly resource: Resource
  readonly pod: Pod
  readonly namespace: string
  readonly labels: { readonly [key: string]: string }
  readonly serviceAccount: string
  readonly hostNetwork: boolean
}

export interface World {
  readonly resources: readonly Resource[]
  readonly workloads: readonly Workload[]
  /** Every namespace key that a resource lies in. */
  readonly namespaces: ReadonlyMap<string, NamespaceCard>
  /** The pod of a resource, the first where it has several. */
  readonly podOf: (resource: Resource) => Pod | null
  /** Every pod of a resource: a workload each. */
  readonly podsOf: (resource: Resource) => readonly Pod[]
  /** The connections that are meant, as the configuration declares them; absent or empty: none are declared. */
  readonly flows?: readonly Flow[]
}

/** A connection that is meant: `namespace/name` of workloads, and ports as `TCP 8080`; no ports: every port. */
export interface Flow {
  readonly from: string
  readonly to: string
  readonly ports: readonly string[]
}

export interface NamespaceCard {
  readonly key: string
  /** The stated name, or null for a symbol. */
  readonly name: string | null
  /** The Namespace object, where one is declared here. */
  readonly resource: Resource | null
  /** Labels as selectors see them; `complete` is false where the namespace is declared elsewhere. */
  readonly labels: Labels
  readonly annotations: { readonly [key: string]: string }
}

export function worldOf(resources: readonly Resource[]): World {
  const pods = new Map<Resource, readonly Pod[]>()
  const workloads: Workload[] = []
  const namespaces = new Map<string, NamespaceCard>()
  for (const resource of resources) {
    if (resource.group === '' && resource.kind === 'Namespace' && resource.declared) {
      const known = namespaces.get(resource.name)
      if (known?.resource == null) namespaces.set(resource.name, declaredNamespace(resource))
    }
  }
  for (const resource of resources) {
    const own = podsOf(resource)
    pods.set(resource, own)
    const key = resource.namespace
    if (key !== '' && !namespaces.has(key)) namespaces.set(key, undeclaredNamespace(key, resource.namespaceStated))
    for (const pod of own) {
      workloads.push({
        resource,
        pod,
        namespace: key,
        labels: pod.metadata.labels,
        serviceAccount: stringOr(pod.spec['serviceAccountName'], stringOr(pod.spec['serviceAccount'], 'default')),
        hostNetwork: pod.spec['hostNetwork'] === true,
      })
    }
  }
  const all = (resource: Resource): readonly Pod[] => pods.get(resource) ?? []
  return { resources, workloads, namespaces, podOf: (resource) => all(resource)[0] ?? null, podsOf: all }
}

/** The API server sets `kubernetes.io/metadata.name` on every namespace, so selectors may rely on it. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

function declaredNamespace(resource: Resource): NamespaceCard {
  const { labels = {}, annotations = {} } = resource.object.metadata
  return {
    key: resource.name,
    name: resource.name,
    resource,
    labels: { values: { ...labels, [NAME_LABEL]: resource.name }, complete: true },
    annotations,
  }
}

function undeclaredNamespace(key: string, stated: boolean): NamespaceCard {
  return {
    key,
    name: stated ? key : null,
    resource: null,
    labels: { values: stated ? { [NAME_LABEL]: key } : {}, complete: false },
    annotations: {},
  }
}

function stringOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback
}

/** A reference to a resource, for `Answer.by`. */
export function refTo(resource: Resource, path?: Ref['path']): Ref {
  const { id, kind, name } = resource
  const namespace = resource.namespaceStated ? resource.namespace : null
  return path === undefined ? { id, kind, namespace, name } : { id, kind, namespace, name, path }
}

/** `spec` and its like: an object that may be missing. The schema check has refused every other type. */
export function objectAt(object: KubernetesObject | JsonObject | undefined, ...keys: string[]): JsonObject {
  let at: unknown = object
  for (const key of keys) at = isObject(at) ? at[key] : undefined
  return isObject(at) ? (at as JsonObject) : {}
}

export function listAt(object: KubernetesObject | JsonObject | undefined, ...keys: string[]): readonly JsonObject[] {
  let at: unknown = object
  for (const key of keys) at = isObject(at) ? at[key] : undefined
  return Array.isArray(at) ? at.filter(isObject).map((item) => item as JsonObject) : []
}

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
