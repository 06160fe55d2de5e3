/** Which nodes a workload's pods land on, and what of the nodes' files they see. */
import type { JsonObject, Path, Pod, Resource, Truth } from '../../model.js'
import { isObject } from '../world.js'
import { listOf, objectOf, textOf } from './text.js'

export interface Reach {
  readonly answer: Truth
  /** One clause: what keeps it off some nodes. */
  readonly why: string
  /** Where that is written, or belongs. */
  readonly path: Path
}

/** A pod template, or a resource whose operator copies these fields into one. */
export type Placement = Pick<Pod, 'spec' | 'path' | 'origins'>

const WORKLOADS: ReadonlySet<string> = new Set(['', 'apps', 'batch'])

/** Labels that only keep a pod off nodes that cannot run it. */
const HARMLESS_NODE_LABELS: ReadonlySet<string> = new Set(['kubernetes.io/os', 'beta.kubernetes.io/os'])

/** Nodes without a kubelet of their own, where no DaemonSet runs. */
const VIRTUAL_NODE_LABELS: ReadonlySet<string> = new Set([
  'eks.amazonaws.com/compute-type',
  'type',
  'kubernetes.azure.com/cluster-type',
])

/**
 * Whether a pod of the workload runs on every node: a DaemonSet that no selector narrows and that tolerates the taint
 * of the control plane (node-role.kubernetes.io/control-plane:NoSchedule, set by kubeadm and most distributions).
 */
export function reachOf(resource: Pick<Resource, 'group' | 'kind'>, pod: Placement): Reach {
  if (WORKLOADS.has(resource.group) && resource.kind !== 'DaemonSet')
    return no(`a ${resource.kind} runs only where its replicas are scheduled`, ['kind'])
  const { spec, path } = pod
  const at = (key: string): Path => pod.origins[key] ?? [...path, key]
  const narrow = Object.keys(objectOf(spec['nodeSelector'])).find((label) => !HARMLESS_NODE_LABELS.has(label))
  if (narrow !== undefined)
    return no(`its nodeSelector keeps it to nodes with ${narrow}`, [...at('nodeSelector'), narrow])
  if (textOf(spec['nodeName']) !== '') return no(`it runs on node ${textOf(spec['nodeName'])} alone`, at('nodeName'))
  const affinity = narrowingAffinity(spec)
  if (affinity !== null)
    return no(`its node affinity keeps it to nodes where ${affinity}`, [...at('affinity'), 'nodeAffinity'])
  const tolerations = listOf(spec['tolerations']).filter(isObject)
  if (!tolerations.some(toleratesControlPlane))
    return no('it does not tolerate the taint of control plane nodes', at('tolerations'))
  return { answer: 'yes', why: 'it runs on every node', path }
}

function no(why: string, path: Path): Reach {
  return { answer: 'no', why, path }
}

/** k8s.io/component-helpers scheduling/corev1: an empty key with Exists tolerates everything, an empty effect every effect. */
function toleratesControlPlane(toleration: { readonly [key: string]: unknown }): boolean {
  const key = textOf(toleration['key'])
  const exists = toleration['operator'] === 'Exists'
  const effect = textOf(toleration['effect'])
  if (effect !== '' && effect !== 'NoSchedule') return false
  if (key === '') return exists
  return key === 'node-role.kubernetes.io/control-plane' && (exists || textOf(toleration['value']) === '')
}

/** The first requirement that keeps the pod off real nodes; null where there is none. Terms are alternatives. */
function narrowingAffinity(spec: JsonObject | Pod['spec']): string | null {
  const node = objectOf(objectOf(spec['affinity'])['nodeAffinity'])
  const terms = listOf(objectOf(node['requiredDuringSchedulingIgnoredDuringExecution'])['nodeSelectorTerms'])
  const narrowing = terms.map((term) =>
    [...listOf(objectOf(term)['matchExpressions']), ...listOf(objectOf(term)['matchFields'])]
      .filter(isObject)
      .find((item) => !isHarmless(item)),
  )
  const first = narrowing[0]
  if (first === undefined || narrowing.includes(undefined)) return null
  return `${textOf(first['key'])} ${textOf(first['operator'])} ${listOf(first['values']).map(textOf).join(', ')}`.trim()
}

function isHarmless(item: { readonly [key: string]: unknown }): boolean {
  const key = textOf(item['key'])
  if (HARMLESS_NODE_LABELS.has(key)) return true
  return VIRTUAL_NODE_LABELS.has(key) && item['operator'] === 'NotIn'
}

/* ------------------------------------------------------------- node files */

/** A directory or file of the node, and where a container sees it; without a trailing slash, '' is the root. */
export interface HostMount {
  readonly host: string
  readonly mount: string
}

/** What the pod's containers mount of their node. */
export function hostMountsOf(pod: Pick<Pod, 'volumes' | 'containers'>): readonly HostMount[] {
  const hostPaths = new Map<string, string>()
  for (const { name, spec } of pod.volumes) {
    const path = objectOf(spec['hostPath'])['path']
    if (typeof path === 'string') hostPaths.set(name, path.replace(/\/+$/, ''))
  }
  return pod.containers.flatMap(({ spec }) =>
    listOf(spec['volumeMounts']).flatMap((mount) => {
      const path = hostPaths.get(textOf(objectOf(mount)['name']))
      if (path === undefined) return []
      const sub = textOf(objectOf(mount)['subPath'])
      return [
        { host: sub === '' ? path : `${path}/${sub}`, mount: textOf(objectOf(mount)['mountPath']).replace(/\/+$/, '') },
      ]
    }),
  )
}

/** Whether a file of the node is under one of the mounts. */
export function covers(mounts: readonly HostMount[], file: string): boolean {
  return mounts.some(({ host }) => isBelow(host, file))
}

/** Where on the node a path of the container lies; null: not on the node. */
export function onNode(mounts: readonly HostMount[], path: string): string | null {
  const [best] = mounts.filter(({ mount }) => isBelow(mount, path)).sort((a, b) => b.mount.length - a.mount.length)
  return best === undefined ? null : best.host + path.slice(best.mount.length)
}

function isBelow(directory: string, file: string): boolean {
  return directory === '' || file === directory || file.startsWith(`${directory}/`)
}

/** A ConfigMap or Secret that a container sees, and where. */
export interface ConfigMount {
  readonly kind: 'ConfigMap' | 'Secret'
  readonly name: string
  /** The pod starts without it. */
  readonly optional: boolean
  /** The directory, or with `subPath` the one file. */
  readonly mountPath: string
  readonly subPath: string
  /** key → file below the directory; null: every key under its own name. */
  readonly items: ReadonlyMap<string, string> | null
}

/** What the pod's containers mount of ConfigMaps and Secrets. */
export function configMountsOf(pod: Pick<Pod, 'volumes' | 'containers'>): readonly ConfigMount[] {
  const sources = new Map(pod.volumes.map(({ name, spec }) => [name, sourcesOf(spec)]))
  return pod.containers.flatMap(({ spec }) =>
    listOf(spec['volumeMounts']).flatMap((mount) => {
      const { name, mountPath, subPath } = objectOf(mount)
      return (sources.get(textOf(name)) ?? []).map((source) => ({
        ...source,
        mountPath: textOf(mountPath).replace(/\/+$/, ''),
        subPath: textOf(subPath),
      }))
    }),
  )
}

function sourcesOf(volume: JsonObject): readonly Omit<ConfigMount, 'mountPath' | 'subPath'>[] {
  const projected = listOf(objectOf(volume['projected'])['sources'])
  return [volume, ...projected].flatMap((item) => {
    const { configMap, secret } = objectOf(item)
    return [
      ...(isObject(configMap) ? [sourceOf('ConfigMap', configMap['name'], configMap)] : []),
      ...(isObject(secret) ? [sourceOf('Secret', secret['secretName'] ?? secret['name'], secret)] : []),
    ]
  })
}

function sourceOf(
  kind: ConfigMount['kind'],
  name: unknown,
  source: { readonly [key: string]: unknown },
): Omit<ConfigMount, 'mountPath' | 'subPath'> {
  const items = source['items']
  const pairs = listOf(items).map((item) => [textOf(objectOf(item)['key']), textOf(objectOf(item)['path'])] as const)
  return {
    kind,
    name: textOf(name),
    optional: source['optional'] === true,
    items: Array.isArray(items) ? new Map(pairs) : null,
  }
}

/** The path at which a container sees a key of a mounted ConfigMap; null where it does not. */
export function mountedAs(mount: ConfigMount, key: string): string | null {
  const file = mount.items === null ? key : mount.items.get(key)
  if (file === undefined) return null
  if (mount.subPath === '') return `${mount.mountPath}/${file}`
  return mount.subPath === file ? mount.mountPath : null
}

/** The literal environment of a pod's containers; null: the variable's value comes from elsewhere. */
export function environmentOf(pod: Pod): ReadonlyMap<string, string | null> {
  const variables = new Map<string, string | null>()
  for (const { spec } of pod.containers) {
    for (const item of listOf(spec['env']).filter(isObject)) {
      const value = item['valueFrom'] === undefined ? textOf(item['value']) : null
      variables.set(textOf(item['name']), value !== null && value.includes('$(') ? null : value)
    }
  }
  return variables
}

/** The repository of an image, without registry port, tag and digest. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}
