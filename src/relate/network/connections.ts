/**
 * Who may talk to whom, and on which ports: every pair of workloads, and of workloads with what lies outside of the
 * cluster, in the notation of np-guard's netpol-analyzer.
 *
 * A connection stands for what may pass for all that the repository tells: what refuses counts only where it holds for
 * certain. What a workload says to itself is left out, and what nothing outside names as well is one range,
 * `0.0.0.0-255.255.255.255[External]`.
 */
import type { Resource } from '../../model.js'
import { listAt, type World, type Workload, worldOf } from '../world.js'
import { formatIPv4 } from './addresses.js'
import { type ContainerPort, isSymbol } from './endpoint.js'
import { decide, evaluate, NAMESPACE, NAMESPACE_LABEL, type View } from './expression.js'
import type { Interval } from './intervals.js'
import { type Network, networkOfWorld, type PodClass } from './network.js'
import {
  allPorts,
  commonPorts,
  formatPorts,
  joinPorts,
  NO_PORTS,
  noPorts,
  type PortSet,
  withoutPorts,
} from './ports.js'
import { mayPass, type Other, otherPods } from './reach.js'
import { type Direction, DIRECTIONS } from './rule.js'
import { type Tiers, tiersOf } from './selection.js'
import { backendPorts } from './services.js'

export interface Connection {
  /** `namespace/name[Kind]`, `a.b.c.d-e.f.g.h[External]`, `{ingress-controller}`. */
  readonly from: string
  /** As `from`; or `name[External]` for a DNS name. */
  readonly to: string
  /** `All Connections`, or sorted, as `TCP 80,443,9000-9100,UDP 53`. */
  readonly ports: string
}

export interface Connections {
  readonly connections: readonly Connection[]
  readonly workloads: readonly string[]
  /** What the list does not show, in words. */
  readonly notes: readonly string[]
}

const INGRESS_CONTROLLER = '{ingress-controller}'

export function connectionsOf(world: World): Connections {
  const network = networkOfWorld(worldOf(world.resources.map(applied)))
  const ends = endsOf(network)
  const found = new Found()
  for (const from of ends) {
    for (const to of ends) {
      if (from === to && from.names.length < 2) continue
      const ports = betweenEnds(network, from, to)
      if (!noPorts(ports)) found.add(from.names, to.names, ports)
    }
  }
  addOutside(network, ends, found)
  const blocked = addEntrances(network, ends, found)
  return {
    connections: found.list(),
    workloads: [...new Set(ends.flatMap(({ names }) => names))].sort(),
    notes: [...blocked, ...notesOf(network)],
  }
}

/**
 * Facts never guess a namespace; a list has to print one. What is applied as it lies here, without a namespace, goes to
 * `default`, and is beside what states `default`. A chart's release may go anywhere, and stays by itself.
 */
function applied(resource: Resource): Resource {
  return isSymbol(resource.namespace) && resource.origin.kind !== 'chart'
    ? { ...resource, namespace: 'default', namespaceStated: true }
    : resource
}

/** One class of pods as an end of connections. */
export interface End {
  readonly podClass: PodClass
  readonly names: readonly string[]
  readonly other: Other
  /** What holds it. */
  readonly tiers: { readonly [D in Direction]: Tiers }
}

export function endsOf(network: Network): readonly End[] {
  return network.classes.map((podClass) => {
    const holdings = network.selection.holding(podClass.endpoint)
    return {
      podClass,
      names: [...new Set(podClass.workloads.map(workloadName))],
      other: otherPods(podClass.endpoint),
      tiers: { ingress: tiersOf(holdings, 'ingress'), egress: tiersOf(holdings, 'egress') },
    }
  })
}

/**
 * `namespace/name[Kind]`. Pods go by the controller that owns them; a namespace that nobody stated is printed as
 * `default`, where `kubectl apply` would put it.
 */
function workloadName({ resource, namespace }: Workload): string {
  const owner = ownerOf(resource)
  return `${isSymbol(namespace) ? 'default' : namespace}/${owner?.name ?? resource.name}[${owner?.kind ?? resource.kind}]`
}

function ownerOf(resource: Resource): { readonly name: string; readonly kind: string } | null {
  if (resource.kind !== 'Pod') return null
  const owner = listAt(resource.object, 'metadata', 'ownerReferences').find(
    (reference) => reference['controller'] === true,
  )
  if (owner === undefined || owner['kind'] === 'Node') return null
  if (typeof owner['name'] !== 'string') return null
  return { name: owner['name'], kind: typeof owner['kind'] === 'string' ? owner['kind'] : resource.kind }
}

/** What may pass from the pods of one end to those of another. */
export function betweenEnds(network: Network, from: End, to: End): PortSet {
  if (areApart(network, from.podClass, to.podClass)) return NO_PORTS
  const leaving = passing(network, from, 'egress', to.other, to)
  return noPorts(leaving) ? NO_PORTS : commonPorts(leaving, passing(network, to, 'ingress', from.other, to))
}

/** Whether no network has both. Nodes have all of them. */
function areApart({ primaries }: Network, a: PodClass, b: PodClass): boolean {
  if (primaries.size === 0 || a.endpoint.hostNetwork || b.endpoint.hostNetwork) return false
  return primaries.get(a.endpoint.namespace) !== primaries.get(b.endpoint.namespace)
}

/** What the policies of one end let through. `to` is the end whose ports are named, where it is a workload. */
function passing(network: Network, subject: End, direction: Direction, other: Other, to: End | null): PortSet {
  return mayPass(
    subject.tiers[direction],
    subject.podClass.endpoint.view,
    other,
    to?.podClass.endpoint.ports ?? [],
    network.servicePods,
  )
}

/** Connections by their ends, joined where several classes have the same name. */
class Found {
  private readonly byEnds = new Map<string, Map<string, PortSet>>()

  add(from: readonly string[], to: readonly string[], ports: PortSet): void {
    for (const a of from) {
      const row = this.byEnds.get(a) ?? new Map<string, PortSet>()
      this.byEnds.set(a, row)
      for (const b of to) if (a !== b) row.set(b, joinPorts(row.get(b) ?? NO_PORTS, ports))
    }
  }

  list(): readonly Connection[] {
    const rows = [...this.byEnds].sort(byFirst)
    return rows.flatMap(([from, row]) =>
      [...row].sort(byFirst).map(([to, ports]) => ({ from, to, ports: formatPorts(ports) })),
    )
  }
}

function byFirst(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

/* --------------------------------------------------------------- outside */

/** IPv4 outside of the cluster, divided where any rule of the direction divides it. */
function rangesOf(network: Network, direction: Direction): readonly Interval<bigint>[] {
  const cuts = new Set<bigint>([0n, 1n << 32n])
  for (const { spec } of network.selection.placed) {
    for (const rule of spec[direction]?.rules ?? []) {
      for (const peer of rule.peers) {
        if (peer.kind === 'addresses') for (const [from, to] of peer.addresses.v4) cuts.add(from).add(to)
      }
    }
  }
  const sorted = [...cuts].sort((a, b) => (a < b ? -1 : 1))
  return sorted.flatMap((to, i) => {
    const from = sorted[i - 1]
    return from === undefined ? [] : [[from, to] as const]
  })
}

function addOutside(network: Network, ends: readonly End[], found: Found): void {
  for (const direction of DIRECTIONS) {
    const ranges = rangesOf(network, direction).map((range) => ({
      name: `${formatIPv4(range)}[External]`,
      other: { kind: 'addresses', addresses: { v4: [range], v6: [] } } as const,
    }))
    for (const end of ends) {
      let everywhere: PortSet | null = null
      for (const { name, other } of ranges) {
        const ports = passing(network, end, direction, other, direction === 'ingress' ? end : null)
        everywhere = everywhere === null ? ports : commonPorts(everywhere, ports)
        if (noPorts(ports)) continue
        if (direction === 'ingress') found.add([name], end.names, ports)
        else found.add(end.names, [name], ports)
      }
      if (direction === 'egress') addNames(network, end, everywhere ?? NO_PORTS, found)
    }
  }
}

/** DNS names that the rules let a workload reach, where it may not reach every address on these ports anyway. */
function addNames(network: Network, end: End, everywhere: PortSet, found: Found): void {
  if (allPorts(everywhere)) return
  const rules = end.tiers.egress.flatMap((tier) => tier.flatMap(({ side }) => side.rules))
  const names = new Set(
    rules.flatMap(({ peers }) => peers.flatMap((peer) => (peer.kind === 'names' ? peer.names : []))),
  )
  for (const name of names) {
    const ports = withoutPorts(passing(network, end, 'egress', { kind: 'name', name }, null), everywhere)
    if (!noPorts(ports)) found.add(end.names, [`${name}[External]`], ports)
  }
}

/* ------------------------------------------------------------- entrances */

/** A pod that no selector knows, in a namespace of its own: nothing here says where the ingress controller runs. */
const STRANGER: View = (test) => {
  if (test.key === NAMESPACE) return decide(test, 'ingress-controller-ns')
  return decide(test, test.key === `${NAMESPACE_LABEL}kubernetes.io/metadata.name` ? 'ingress-controller-ns' : null)
}

const CONTROLLER: Other = { kind: 'pods', view: STRANGER, hostNetwork: false, ports: [] }

/** Adds what entrances lead to; says which of it policies hold back. */
function addEntrances(network: Network, ends: readonly End[], found: Found): readonly string[] {
  const wanted = new Map<End, { ports: PortSet; entrance: string }>()
  for (const { resource, backends } of network.entrances) {
    for (const backend of backends) {
      const service = network.services.get(`${backend.namespace}/${backend.service}`)
      if (service?.pods == null) continue
      for (const end of ends) {
        if (evaluate(service.pods, end.podClass.endpoint.view) !== 'yes') continue
        const ports = backendPorts(backend, service, servedBy(end.podClass))
        const known = wanted.get(end)
        wanted.set(end, {
          ports: joinPorts(known?.ports ?? NO_PORTS, ports),
          entrance: known?.entrance ?? `${resource.kind} ${resource.name}`,
        })
      }
    }
  }
  const notes: string[] = []
  for (const [end, { ports, entrance }] of wanted) {
    const allowed = commonPorts(
      ports,
      commonPorts(leavingController(network, end), passing(network, end, 'ingress', CONTROLLER, end)),
    )
    if (!noPorts(allowed)) found.add([INGRESS_CONTROLLER], end.names, allowed)
    else if (!noPorts(ports))
      notes.push(`${entrance} leads to ${end.names.join(', ')}, but policies refuse a source that they do not name`)
  }
  return notes
}

/** null where nothing here says what the pods serve: the containers of a virtual machine are KubeVirt's. */
function servedBy({ endpoint, workloads }: PodClass): readonly ContainerPort[] | null {
  return workloads.every(({ pod }) => pod.containers.length > 0) ? endpoint.ports : null
}

/** Policies that hold pods of every namespace hold the controller as well. */
function leavingController(network: Network, to: End): PortSet {
  const holdings = network.selection
    .holdingUnlabelled('ingress-controller-ns', STRANGER)
    .filter(({ holds }) => holds === 'yes')
  return mayPass(tiersOf(holdings, 'egress'), STRANGER, to.other, to.podClass.endpoint.ports, network.servicePods)
}

/* ----------------------------------------------------------------- notes */

/** The networks that Multus gives a pod beside the cluster's (k8snetworkplumbingwg, multi-net-spec). */
const MULTUS = 'k8s.v1.cni.cncf.io/networks'

function notesOf(network: Network): readonly string[] {
  const notes: string[] = []
  let six = 0
  let nodes = 0
  for (const { spec } of network.selection.placed) {
    for (const direction of DIRECTIONS) {
      for (const rule of spec[direction]?.rules ?? []) {
        for (const peer of rule.peers) {
          if (peer.kind === 'addresses' && peer.addresses.v6.length > 0) six++
          if (peer.kind === 'nodes') nodes++
        }
      }
    }
  }
  if (six > 0) notes.push('IPv6 addresses outside of the cluster are not listed')
  if (nodes > 0) notes.push('nodes are not listed')
  for (const { policy, doubt } of network.selection.placed) {
    if (doubt !== null)
      notes.push(`${policy.resource.kind} ${policy.resource.name} may not hold, and refuses nothing here: ${doubt}`)
  }
  for (const { opaque, beyond, resource } of network.policies) {
    if (opaque.length > 0) notes.push(`${resource.kind} ${resource.name} is of a kind that is not understood here`)
    if (beyond !== null)
      notes.push(`${resource.kind} ${resource.name} may hold ${beyond} as well, which are not listed`)
  }
  for (const [namespace, { resource }] of network.primaries)
    notes.push(`the pods of ${namespace} have a network of their own, ${resource.kind} ${resource.name}`)
  const further = network.world.workloads.filter(({ pod }) => (pod.metadata.annotations[MULTUS] ?? '') !== '')
  if (further.length > 0) {
    const names = [...new Set(further.map(workloadName))].join(', ')
    notes.push(`further networks (Multus), which policies do not hold and which are not listed: ${names}`)
  }
  const host = network.classes
    .filter(({ endpoint }) => endpoint.hostNetwork)
    .flatMap(({ workloads }) => workloads.map(workloadName))
  if (host.length > 0) notes.push(`on the host network, out of reach of policies: ${host.join(', ')}`)
  return [...new Set(notes)]
}
