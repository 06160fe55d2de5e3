/** The facts about the network: isolation of workloads and namespaces, what policies select and open. */
import { lazy } from '../../lazy.js'
import type { Answer, Path, Ref, Resource } from '../../model.js'
import type { Area } from '../area.js'
import { METADATA } from '../network/addresses.js'
import { evaluate, type Expression, NAMESPACE, requiredLabel } from '../network/expression.js'
import { viewOfAll } from '../network/endpoint.js'
import { type Undeclared, undeclaredConnections } from '../network/flows.js'
import { isolation, label, selectsEveryPod, sweeps, unselected } from '../network/isolation.js'
import { isParent, takesIn } from '../gateway-api.js'
import { isGateway, type RouteNetwork, routeNetwork } from '../network/gateway.js'
import { cardOf, type Network, type NetworkCard, networkOf, type PodClass } from '../network/network.js'
import { type FarReach, farReachesOf, jointReaches, type Opening, openingsOf } from '../network/openings.js'
import { commonPorts, noPorts, portRange } from '../network/ports.js'
import { mayPass } from '../network/reach.js'
import { type Direction, DIRECTIONS, type Policy } from '../network/rule.js'
import { type Holding, tiersOf } from '../network/selection.js'
import { truth } from '../selector.js'
import { listAt, refTo } from '../world.js'

export interface NetworkFacts {
  /** null for what has no pods. */
  readonly workload: WorkloadNetwork | null
  /** null for what is no Namespace. */
  readonly namespace: NamespaceNetwork | null
  /** null for what is no network policy, or one of a kind that is not understood. */
  readonly policy: PolicyNetwork | null
  /** null for what is no Gateway of the Gateway API. */
  readonly gateway: GatewayNetwork | null
  /** null for what is no route of a Gateway that has hosts. */
  readonly route: RouteNetwork | null
}

interface WorkloadNetwork {
  readonly ingressIsolated: Answer
  readonly egressIsolated: Answer
  /** Policies that select the pods, but cannot hold them: they run on the host network. */
  readonly bypassed: readonly Ref[]
  /** Connections to the pods that may be, but that no declared flow means; empty where none are declared. */
  readonly undeclared: readonly Undeclared[]
}

interface NamespaceNetwork {
  /** Whether whatever pod runs in the namespace is isolated, and nothing opens it again for all of them. */
  readonly defaultDeny: { readonly ingress: Answer; readonly egress: Answer }
}

interface PolicyNetwork {
  /** Why whoever enforces it refuses it; null: it does not. */
  readonly refused: string | null
  /** Whether any pod here is selected. */
  readonly selects: Answer
  /** How many workloads are, for certain. */
  readonly count: number
  /** Where it says whom it holds. */
  readonly subject: Path
  /** Rules that let through everything of a direction. */
  readonly openings: readonly Opening[]
  readonly farReaches: readonly FarReach[]
  /** Peers in the policy's own namespace that no pod here is. */
  readonly danglingPeers: readonly Path[]
}

interface GatewayNetwork {
  /** Names of listeners whose routes, one at least, are declared here and do nothing but redirect to HTTPS. */
  readonly redirecting: readonly string[]
}

const NONE: NetworkFacts = { workload: null, namespace: null, policy: null, gateway: null, route: null }

export const network: Area<NetworkCard, NetworkFacts> = {
  card: cardOf,
  resolve: (cards, world) => {
    const net = networkOf(cards, world)
    const policies = new Map(net.policies.map((policy) => [policy.resource, policy]))
    const gateways = world.resources.filter(isGateway)
    const workload = workloadFacts(net)
    const flows = world.flows ?? []
    const undeclared = lazy(() => (flows.length === 0 ? null : undeclaredConnections(net, flows)))
    const context = lazy((): PolicyContext => ({
      net,
      selected: selectedBy(net),
      neighbours: neighboursOf(net),
      joint: jointly(net),
    }))
    return (resource, pod) => {
      if (resource.group === 'gateway.networking.k8s.io' && resource.kind === 'Gateway')
        return { ...NONE, gateway: gatewayFacts(net, resource) }
      const route = routeNetwork(resource, gateways)
      if (route !== null) return { ...NONE, route }
      const policy = policies.get(resource)
      const podClass = pod === null ? undefined : net.classOf.get(pod)
      const namespace =
        resource.group === '' && resource.kind === 'Namespace'
          ? resource.declared
            ? resource.name
            : resource.namespace
          : null
      if (policy === undefined && podClass === undefined && namespace === null) return NONE
      return {
        workload:
          podClass === undefined || pod === null
            ? null
            : { ...heldByOperator(workload(podClass), resource), undeclared: undeclared()?.get(pod) ?? [] },
        namespace: namespace === null ? null : { defaultDeny: defaultDeny(net, namespace) },
        policy: policy === undefined || policy.opaque.length > 0 ? null : policyFacts(policy, context()),
        gateway: null,
        route: null,
      }
    }
  },
}

/* ------------------------------------------------------------- workloads */

/** What is alike for all pods of a class. */
type Isolation = Omit<WorkloadNetwork, 'undeclared'>

const HOST_NETWORK: Answer = {
  answer: 'no',
  why: 'its pods are on the host network, which policies of pods do not reach',
  by: [],
}

function workloadFacts(net: Network): (podClass: PodClass) => Isolation {
  const memo = new Map<PodClass, Isolation>()
  return (podClass) => {
    const known = memo.get(podClass)
    if (known !== undefined) return known
    const facts = factsOf(podClass)
    memo.set(podClass, facts)
    return facts
  }

  function factsOf({ endpoint }: PodClass): Isolation {
    if (endpoint.hostNetwork) {
      const bypassed = net.selection
        .selecting(endpoint)
        .filter(({ near, placed }) => near === 'yes' && (placed.spec.ingress !== null || placed.spec.egress !== null))
      return { ingressIsolated: HOST_NETWORK, egressIsolated: HOST_NETWORK, bypassed: refsOf(bypassed) }
    }
    const holdings = net.selection.holding(endpoint)
    const isolated = (direction: Direction): Answer =>
      isolation(holdings, direction, net.selection.opaque(endpoint.namespace, direction))
    return { ingressIsolated: isolated('ingress'), egressIsolated: isolated('egress'), bypassed: [] }
  }
}

/**
 * Kinds whose operator makes NetworkPolicies for the ingress of their pods, unless it is told not to
 * (Strimzi's cluster-operator, STRIMZI_NETWORK_POLICY_GENERATION).
 */
const HELD_BY_OPERATOR = new Set([
  'kafka.strimzi.io/Kafka',
  'kafka.strimzi.io/KafkaNodePool',
  'kafka.strimzi.io/KafkaConnect',
])

function heldByOperator(isolation: Isolation, { group, kind }: Resource): Isolation {
  const { ingressIsolated } = isolation
  if (ingressIsolated !== HOST_NETWORK && ingressIsolated.answer === 'no' && HELD_BY_OPERATOR.has(`${group}/${kind}`))
    return {
      ...isolation,
      ingressIsolated: {
        ...ingressIsolated,
        answer: 'unknown',
        why: 'its operator may make policies of its own for it',
      },
    }
  return isolation
}

function refsOf(holdings: readonly Holding[]): readonly Ref[] {
  return [...new Set(holdings.map(({ placed }) => placed.policy.resource))].map((resource) => refTo(resource))
}

/* ------------------------------------------------------------ namespaces */

function defaultDeny(net: Network, namespace: string): NamespaceNetwork['defaultDeny'] {
  const holdings = net.selection.holdingUnlabelled(namespace, viewOfAll(namespace, net.surroundings))
  const answer = (direction: Direction): Answer => {
    const isolated = isolation(holdings, direction, net.selection.opaque(namespace, direction))
    if (isolated.answer !== 'yes') {
      const { why } = isolated
      return {
        ...isolated,
        why:
          isolated.why === unselected(direction)
            ? `no policy here is known to select every pod of it for ${direction}`
            : why,
      }
    }
    return undoneBy(holdings, direction) ?? isolated
  }
  return { ingress: answer('ingress'), egress: answer('egress') }
}

/** A policy that selects every pod as well, and lets through everything. It counts even where it may not be in force. */
function undoneBy(holdings: readonly Holding[], direction: Direction): Answer | null {
  for (const { placed } of holdings) {
    const rule = placed.spec[direction]?.rules.find(
      (candidate) => candidate.action === 'allow' && sweeps(candidate, 'pod') && sweeps(candidate, 'address'),
    )
    if (rule === undefined) continue
    const { resource } = placed.policy
    return { answer: 'no', why: `${label(resource)} allows everything to every pod`, by: [refTo(resource, rule.path)] }
  }
  return null
}

/* -------------------------------------------------------------- policies */

/** The pods that a policy selects, for certain and perhaps. */
interface Selected {
  readonly certain: PodClass[]
  readonly possible: PodClass[]
}

const NOBODY: Selected = { certain: [], possible: [] }

function selectedBy(net: Network): ReadonlyMap<Policy, Selected> {
  const result = new Map<Policy, Selected>()
  for (const podClass of net.classes) {
    const { endpoint } = podClass
    const seen = new Map<Policy, boolean>()
    for (const { placed } of net.selection.selecting(endpoint)) {
      const sure = seen.get(placed.policy) === true || evaluate(placed.spec.subject, endpoint.view) === 'yes'
      seen.set(placed.policy, sure)
    }
    for (const [policy, sure] of seen) {
      const selected = result.get(policy) ?? { certain: [], possible: [] }
      result.set(policy, selected)
      if (sure) selected.certain.push(podClass)
      else selected.possible.push(podClass)
    }
  }
  return result
}

function workloadsIn(classes: readonly PodClass[]): number {
  return classes.reduce((sum, { workloads }) => sum + workloads.length, 0)
}

/** What policies that select the same pods reach only together. */
function jointly(net: Network): ReadonlyMap<Policy, readonly FarReach[]> {
  const result = new Map<Policy, readonly FarReach[]>()
  const seen = new Set<string>()
  for (const { endpoint } of net.classes) {
    const policies = [...new Set(net.selection.holding(endpoint).map(({ placed }) => placed.policy))].filter(
      namesAddresses,
    )
    const key = policies.map(({ resource }) => resource.id).join()
    if (policies.length < 2 || seen.has(key)) continue
    seen.add(key)
    for (const [policy, reaches] of jointReaches(policies)) result.set(policy, reaches)
  }
  return result
}

function namesAddresses({ specs }: Policy): boolean {
  return specs.some(
    ({ egress }) => egress?.rules.some(({ peers }) => peers.some(({ kind }) => kind === 'addresses')) ?? false,
  )
}

/** Whether other policies refuse all the pods here what this one lets through to the metadata address. */
function refusedElsewhere(net: Network, { certain, possible }: Selected): boolean {
  const classes = [...certain, ...possible]
  return (
    classes.length > 0 &&
    classes.every(({ endpoint }) =>
      METADATA.every((addresses) => {
        const tiers = tiersOf(net.selection.holding(endpoint), 'egress')
        const ports = mayPass(tiers, endpoint.view, { kind: 'addresses', addresses }, [], net.servicePods)
        return noPorts(commonPorts(ports, portRange('TCP', 80, 80)))
      }),
    )
  )
}

/** The pods of one namespace, all of them and by each of their labels. */
interface Neighbours {
  readonly all: PodClass[]
  /** Those whose labels are not all known. */
  readonly partial: PodClass[]
  readonly byLabel: Map<string, PodClass[]>
}

function neighboursOf(net: Network): ReadonlyMap<string, Neighbours> {
  const result = new Map<string, Neighbours>()
  for (const podClass of net.classes) {
    const { namespace, labels, complete } = podClass.endpoint
    const near = result.get(namespace) ?? { all: [], partial: [], byLabel: new Map<string, PodClass[]>() }
    result.set(namespace, near)
    near.all.push(podClass)
    if (!complete) near.partial.push(podClass)
    for (const [key, value] of Object.entries(labels)) {
      const list = near.byLabel.get(`${key}=${value}`)
      if (list === undefined) near.byLabel.set(`${key}=${value}`, [podClass])
      else list.push(podClass)
    }
  }
  return result
}

interface PolicyContext {
  readonly net: Network
  readonly selected: ReadonlyMap<Policy, Selected>
  readonly neighbours: ReadonlyMap<string, Neighbours>
  readonly joint: ReadonlyMap<Policy, readonly FarReach[]>
}

function policyFacts(policy: Policy, { net, selected, neighbours, joint }: PolicyContext): PolicyNetwork {
  const found = selected.get(policy) ?? NOBODY
  const reaches = [...policy.specs.flatMap(farReachesOf), ...(joint.get(policy) ?? [])]
  return {
    refused: policy.refused ?? null,
    selects: selectsOf(policy, found),
    count: workloadsIn(found.certain),
    subject: policy.specs[0]?.subjectPath ?? ['spec'],
    openings: policy.specs.flatMap(openingsOf),
    farReaches: reaches.filter(({ to }) => to !== 'the metadata address' || !refusedElsewhere(net, found)),
    danglingPeers: danglingPeers(policy, neighbours.get(policy.namespace)),
  }
}

function selectsOf(policy: Policy, { certain, possible }: Selected): Answer {
  const by: readonly Ref[] = []
  if (certain.length > 0) return { answer: 'yes', why: `it selects ${workloadsIn(certain)} here`, by }
  if (policy.specs.length === 0 && policy.beyond !== null)
    return { answer: 'unknown', why: `it holds ${policy.beyond}, which no repository declares`, by }
  const unsure = policy.specs.find((spec) => spec.unsure !== null)
  if (unsure?.unsure != null) return { answer: 'unknown', why: unsure.unsure, by }
  if (policy.specs.some((spec) => everyPodOf(policy, spec.subject)))
    return { answer: 'yes', why: 'it selects every pod', by }
  if (possible.length > 0)
    return {
      answer: 'unknown',
      why: 'the namespace, or labels, of the pods that it may select are stated nowhere here',
      by,
    }
  return { answer: 'no', why: 'no pod here is selected', by }
}

/** Whatever their labels, as far as the policy reaches. */
function everyPodOf({ namespace }: Policy, subject: Expression): boolean {
  if (namespace === '') return selectsEveryPod(subject)
  return (
    evaluate(subject, ({ key, values, negated }) =>
      truth(key === NAMESPACE && values.includes(namespace) && !negated),
    ) === 'yes'
  )
}

/** Peers given by pod labels alone mean pods of the policy's own namespace, which would be declared beside it. */
function danglingPeers(policy: Policy, near: Neighbours | undefined): readonly Path[] {
  if (policy.namespace === '' || near === undefined) return []
  return policy.specs.flatMap((spec) =>
    DIRECTIONS.flatMap((direction) =>
      (spec[direction]?.rules ?? []).flatMap((rule) =>
        rule.peers.flatMap((peer): readonly Path[] => {
          if (peer.kind !== 'pods' || rule.action !== 'allow') return []
          if (!limitedTo(policy.namespace, peer.pods)) return []
          return someSelected(peer.pods, near) ? [] : [peer.path]
        }),
      ),
    ),
  )
}

function someSelected(pods: Expression, { all, partial, byLabel }: Neighbours): boolean {
  const label = requiredLabel(pods)
  const candidates =
    label === null ? all : [...partial, ...label.values.flatMap((value) => byLabel.get(`${label.key}=${value}`) ?? [])]
  return candidates.some(({ endpoint }) => evaluate(pods, endpoint.view) !== 'no')
}

/** Whether the expression selects pods of that namespace alone. */
function limitedTo(namespace: string, pods: Expression): boolean {
  return (
    evaluate(pods, ({ key, values, negated }) => truth(key !== NAMESPACE || negated || !values.includes(namespace))) ===
    'no'
  )
}

/* -------------------------------------------------------------- gateways */

function gatewayFacts(net: Network, gateway: Resource): GatewayNetwork {
  const routes = net.routes.flatMap(({ parents, ...route }) =>
    parents.filter((parent) => isParent(parent, route.home, gateway)).map((parent) => ({ ...route, parent })),
  )
  const redirecting = listAt(gateway.object, 'spec', 'listeners').flatMap((listener) => {
    const { name } = listener
    const attached = routes.filter(({ parent, home }) => takesIn(listener, gateway, parent, home))
    return typeof name === 'string' && attached.length > 0 && attached.every(({ redirects }) => redirects) ? [name] : []
  })
  return { redirecting }
}
