/** Everything about the network of one environment: what `facts` and `connections` are worked out from. */
import type { Pod, Resource } from '../../model.js'
import type { Carded } from '../area.js'
import type { World, Workload } from '../world.js'
import { type NetworkSet, readNetworkSet, readTier, type Tier } from './calico.js'
import { type Endpoint, endpointOf, type Surroundings, viewOf } from './endpoint.js'
import { decide, type Expression, NAMESPACE, NAMESPACE_LABEL, type View } from './expression.js'
import { isCalico, readPolicy } from './kinds.js'
import type { ServicePods } from './reach.js'
import type { Policy } from './rule.js'
import { type Selection, selectionOf, withNetworkSets } from './selection.js'
import {
  type Backend,
  type GatewayRoute,
  readBackends,
  readGatewayRoute,
  readService,
  type ServiceCard,
} from './services.js'
import { type PrimaryNetwork, primaryNetworks, readPrimaryNetwork } from './user-defined.js'

/** What is kept of a resource that plays a part in the network. */
export interface NetworkCard {
  readonly policy: Policy | null
  readonly networkSet: NetworkSet | null
  readonly tier: Tier | null
  readonly primary: PrimaryNetwork | null
  readonly service: ServiceCard | null
  /** Where an entrance leads; null for what is no entrance. */
  readonly backends: readonly Backend[] | null
  readonly route: GatewayRoute | null
  /** Labels of a ServiceAccount. */
  readonly accountLabels: { readonly [key: string]: string } | null
}

const NOTHING: NetworkCard = {
  policy: null,
  networkSet: null,
  tier: null,
  primary: null,
  service: null,
  backends: null,
  route: null,
  accountLabels: null,
}

export function cardOf(resource: Resource): NetworkCard | null {
  const { group, kind, object } = resource
  if (!resource.declared) return null
  if (group === '') {
    if (kind === 'Service') return { ...NOTHING, service: readService(resource) }
    return kind === 'ServiceAccount' ? { ...NOTHING, accountLabels: object.metadata.labels ?? {} } : null
  }
  if (isCalico(group)) {
    if (kind === 'NetworkSet' || kind === 'GlobalNetworkSet')
      return { ...NOTHING, networkSet: readNetworkSet(resource) }
    if (kind === 'Tier') return { ...NOTHING, tier: readTier(resource) }
  }
  const primary = readPrimaryNetwork(resource)
  if (primary !== null) return { ...NOTHING, primary }
  const policy = readPolicy(resource)
  if (policy !== null) return { ...NOTHING, policy }
  const backends = readBackends(resource)
  return backends === null ? null : { ...NOTHING, backends, route: readGatewayRoute(resource) }
}

export interface Network {
  readonly world: World
  readonly surroundings: Surroundings
  readonly policies: readonly Policy[]
  readonly selection: Selection
  /** Workloads that no selector tells apart, together. */
  readonly classes: readonly PodClass[]
  readonly classOf: ReadonlyMap<Pod, PodClass>
  readonly services: ReadonlyMap<string, ServiceCard>
  readonly servicePods: ServicePods
  readonly entrances: readonly { readonly resource: Resource; readonly backends: readonly Backend[] }[]
  readonly routes: readonly GatewayRoute[]
  /** By namespace, where its pods have another network than the cluster's. */
  readonly primaries: ReadonlyMap<string, PrimaryNetwork>
}

export interface PodClass {
  readonly endpoint: Endpoint
  readonly workloads: readonly Workload[]
}

export function networkOf(cards: readonly Carded<NetworkCard>[], world: World): Network {
  const surroundings: Surroundings = {
    namespaces: world.namespaces,
    serviceAccounts: new Map(
      cards.flatMap(({ resource, card }) =>
        card.accountLabels === null ? [] : [[`${resource.namespace}/${resource.name}`, card.accountLabels] as const],
      ),
    ),
  }
  const sets = cards.flatMap(({ card }) => card.networkSet ?? [])
  const tiers = cards.flatMap(({ card }) => card.tier ?? [])
  const services = new Map(
    cards.flatMap(({ resource, card }) =>
      card.service === null ? [] : [[`${resource.namespace}/${resource.name}`, card.service] as const],
    ),
  )
  const policies = withNetworkSets(
    cards.flatMap(({ card }) => card.policy ?? []),
    sets,
    (set) => viewOfSet(set, surroundings),
  )
  const { classes, classOf } = classify(world, surroundings)
  return {
    world,
    surroundings,
    policies,
    selection: selectionOf(policies, tiers),
    classes,
    classOf,
    services,
    servicePods: (namespace, name): Expression | null => services.get(`${namespace}/${name}`)?.pods ?? null,
    entrances: cards.flatMap(({ resource, card }) =>
      card.backends === null ? [] : [{ resource, backends: card.backends }],
    ),
    routes: cards.flatMap(({ card }) => card.route ?? []),
    primaries: primaryNetworks(
      cards.flatMap(({ card }) => card.primary ?? []),
      world.namespaces,
    ),
  }
}

/** The network of a world, read from its resources. */
export function networkOfWorld(world: World): Network {
  const cards = world.resources.flatMap((resource) => {
    const card = cardOf(resource)
    return card === null ? [] : [{ resource, card }]
  })
  return networkOf(cards, world)
}

function classify(
  world: World,
  surroundings: Surroundings,
): { classes: readonly PodClass[]; classOf: ReadonlyMap<Pod, PodClass> } {
  const byKey = new Map<string, { endpoint: Endpoint; workloads: Workload[] }>()
  const classOf = new Map<Pod, PodClass>()
  for (const workload of world.workloads) {
    const endpoint = endpointOf(workload, surroundings)
    const known = byKey.get(endpoint.key) ?? { endpoint, workloads: [] }
    byKey.set(endpoint.key, known)
    known.workloads.push(workload)
    classOf.set(workload.pod, known)
  }
  return { classes: [...byKey.values()], classOf }
}

/** A network set has labels of its own and, unless it is global, lies in a namespace. */
function viewOfSet({ resource }: NetworkSet, surroundings: Surroundings): View {
  const labels = resource.object.metadata.labels ?? {}
  const plain = viewOf({ values: labels, complete: true }, resource.namespace, '', surroundings)
  if (resource.kind === 'NetworkSet') return plain
  return (test) => (test.key === NAMESPACE || test.key.startsWith(NAMESPACE_LABEL) ? decide(test, null) : plain(test))
}
