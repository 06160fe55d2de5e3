/** The cards of one environment, sorted by kind: what every resolver of the mesh area starts from. */
import type { Pod, Resource } from '../../model.js'
import type { Carded } from '../area.js'
import type { NamespaceCard, World, Workload } from '../world.js'
import type { MeshCard } from '../index/mesh.js'
import { istioOf, type Istio, ROOT } from './istio-config.js'
import { isIstios } from './own.js'
import type { PeerAuthentications } from './peer-authentication.js'
import { groupBy, holds, type MeshName, type Strings } from './read.js'

type CardOf<K extends MeshCard['kind']> = Extract<MeshCard, { kind: K }>

export interface MeshWorld {
  readonly world: World
  /** The meshes that anything declared here belongs to. */
  readonly meshes: readonly MeshName[]
  /** The same for one resource: those, too, that its own pod keeps out of. */
  readonly meshesOf: (resource: Resource) => readonly MeshName[]
  /** Whether anything here is labelled for Istio's ambient mode. */
  readonly ambient: boolean
  readonly istio: Istio
  readonly all: <K extends MeshCard['kind']>(kind: K) => readonly Carded<CardOf<K>>[]
  /** The Services of a workload's namespace that select it, in the order of the world. */
  readonly servicesOf: (workload: Workload) => readonly Carded<CardOf<'Service'>>[]
  /** By namespace key. */
  readonly inNamespace: <K extends MeshCard['kind']>(kind: K, namespace: string) => readonly Carded<CardOf<K>>[]
  readonly peerAuthentications: PeerAuthentications
  /** Whether a workload is Istio's control plane, its CNI agent or ztunnel. */
  readonly isControlPlane: (workload: Workload) => boolean
  /** Throws for a pod of another world. */
  readonly workloadOf: (pod: Pod) => Workload
  readonly workloadsIn: (namespace: string) => readonly Workload[]
  /** Never null for the namespace of a workload: the world has a card for each. */
  readonly namespace: (key: string) => NamespaceCard
}

export function meshWorldOf(cards: readonly Carded<MeshCard>[], world: World): MeshWorld {
  const byKind = groupBy(cards, ({ card }) => card.kind)
  const byNamespace = new Map<string, ReadonlyMap<string, readonly Carded<MeshCard>[]>>()
  const all = <K extends MeshCard['kind']>(kind: K): readonly Carded<CardOf<K>>[] =>
    (byKind.get(kind) ?? []) as readonly Carded<CardOf<K>>[]
  const inNamespace = <K extends MeshCard['kind']>(kind: K, namespace: string): readonly Carded<CardOf<K>>[] => {
    const groups = byNamespace.get(kind) ?? groupBy(byKind.get(kind) ?? [], ({ resource }) => resource.namespace)
    byNamespace.set(kind, groups)
    return (groups.get(namespace) ?? []) as readonly Carded<CardOf<K>>[]
  }
  const workloads = groupBy(world.workloads, ({ namespace }) => namespace)
  const byPod = new Map(world.workloads.map((workload) => [workload.pod, workload]))
  const isControlPlane = (workload: Workload): boolean =>
    isIstios(workload, all('Injector'), inNamespace('Service', workload.namespace))
  // Istiod reads the ConfigMap of its own namespace; one of the same name elsewhere configures nothing.
  const isRead = ({ resource: { kind, namespace, namespaceStated } }: Carded<CardOf<'IstioConfig'>>): boolean =>
    kind !== 'ConfigMap' ||
    !namespaceStated ||
    namespace === ROOT ||
    (workloads.get(namespace) ?? []).some(isControlPlane)
  const used = new Set<MeshName>(cards.flatMap(({ card }) => card.meshes ?? []))
  const avoided = new Map(
    cards.flatMap(({ resource, card: { avoids = [] } }) => (avoids.length === 0 ? [] : [[resource, avoids] as const])),
  )
  const named = (own: readonly MeshName[]): readonly MeshName[] =>
    (['istio', 'linkerd', 'cilium'] as const).filter((mesh) => used.has(mesh) || own.includes(mesh))
  const meshes = named([])
  return {
    world,
    meshes,
    meshesOf(resource) {
      const own = avoided.get(resource)
      return own === undefined ? meshes : named(own)
    },
    ambient: cards.some(({ card }) => card.ambient === true),
    istio: istioOf(all('IstioConfig').filter(isRead)),
    all,
    inNamespace,
    servicesOf: servicesOf(inNamespace),
    peerAuthentications: groupBy(all('PeerAuthentication'), ({ resource }) => resource.namespace),
    isControlPlane,
    workloadOf(pod) {
      const workload = byPod.get(pod)
      if (workload === undefined) throw new Error('the pod belongs to another world')
      return workload
    },
    workloadsIn: (namespace) => workloads.get(namespace) ?? [],
    namespace: (key) =>
      world.namespaces.get(key) ?? {
        key,
        name: null,
        resource: null,
        labels: { values: {}, complete: false },
        annotations: {},
      },
  }
}

type Services = readonly Carded<CardOf<'Service'>>[]

/** By one label that each Service asks for: a namespace may have hundreds of both. */
function servicesOf(
  inNamespace: (kind: 'Service', namespace: string) => Services,
): (workload: Pick<Workload, 'namespace' | 'labels'>) => Services {
  const known = new Map<string, ReadonlyMap<string, Services>>()
  const byLabel = (namespace: string): ReadonlyMap<string, Services> => {
    const before = known.get(namespace)
    if (before !== undefined) return before
    const selecting = inNamespace('Service', namespace).filter(({ card }) => card.selector !== null)
    const groups = groupBy(selecting, ({ card }) => textOf(Object.entries(card.selector ?? {})[0]))
    known.set(namespace, groups)
    return groups
  }
  return ({ namespace, labels }) => {
    const groups = byLabel(namespace)
    return Object.entries(labels)
      .flatMap((label) => groups.get(textOf(label)) ?? [])
      .filter(({ card }) => holds(labels, card.selector ?? {}))
      .sort((a, b) => a.resource.id - b.resource.id)
  }
}

const textOf = ([key, value]: readonly [string, string] = ['', '']): string => `${key}=${value}`

/** The workloads of a namespace that equality labels select; all of them for null. */
export function selected(mesh: MeshWorld, namespace: string, selector: Strings | null): readonly Workload[] {
  const workloads = mesh.workloadsIn(namespace)
  return selector === null ? workloads : workloads.filter(({ labels }) => holds(labels, selector))
}
