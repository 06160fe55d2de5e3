/**
 * Whether traffic that leaves the mesh is encrypted on its way: by a DestinationRule that originates TLS, or through
 * an egress gateway. https://istio.io/latest/docs/tasks/traffic-management/egress/
 */
import type { Answer, KubernetesObject, Path, Resource } from '../../model.js'
import type { Carded } from '../area.js'
import { refTo } from '../world.js'
import type { DestinationRule } from './destination.js'
import { covers, fullName, overlap, serviceHost } from './hosts.js'
import { answer, groupBy, itemsOf, listed, nameOf, objectOf, stringList, stringOf } from './read.js'
import type { MeshWorld } from './world.js'

export interface ServiceEntry {
  readonly kind: 'ServiceEntry'
  readonly hosts: readonly string[]
  readonly external: boolean
  readonly ports: readonly {
    readonly number: number
    readonly protocol: string
    readonly name: string
    readonly path: Path
  }[]
}

export interface VirtualService {
  readonly kind: 'VirtualService'
  readonly hosts: readonly string[]
  /** Without any, it holds for the sidecars of the mesh. */
  readonly gateways: readonly string[]
  readonly destinations: readonly string[]
  /** HTTP routes that send a port of a host on to another port, and only there. */
  readonly moves: readonly { readonly from: number | null; readonly host: string; readonly to: number }[]
}

/** An Istio Gateway. */
export interface IstioGateway {
  readonly kind: 'IstioGateway'
}

export function readServiceEntry(object: KubernetesObject): ServiceEntry {
  const spec = objectOf(object, 'spec')
  return {
    kind: 'ServiceEntry',
    hosts: stringList(spec['hosts']),
    // The first of the enumeration is the default.
    external: spec['location'] !== 'MESH_INTERNAL' && !isLocal(spec['endpoints']),
    ports: itemsOf(spec['ports'], ['spec', 'ports']).flatMap(({ item, path }) => {
      const { number } = item
      if (typeof number !== 'number') return []
      const name = stringOf(item['name']) ?? ''
      return [{ number, name, protocol: protocolOf(stringOf(item['protocol']), name), path }]
    }),
  }
}

/** A helper beside the workload itself: what is sent there never leaves the pod. */
function isLocal(endpoints: unknown): boolean {
  const addresses = itemsOf(endpoints, []).map(({ item }) => stringOf(item['address']) ?? '')
  return addresses.length > 0 && addresses.every((address) => /^(127\.|::1$|unix:)/.test(address))
}

const PROTOCOLS = ['HTTP', 'HTTPS', 'HTTP2', 'GRPC', 'GRPC-WEB', 'TLS', 'TCP', 'MONGO', 'MYSQL', 'REDIS', 'UDP']

/** Without a protocol, Istio takes it from the port's name: `https`, `tls-legacy`. */
function protocolOf(protocol: string | null, name: string): string {
  if (protocol !== null) return protocol.toUpperCase()
  const prefix = (/^grpc-web(-|$)/i.test(name) ? 'GRPC-WEB' : (name.split('-')[0] ?? '')).toUpperCase()
  return PROTOCOLS.includes(prefix) ? prefix : 'TCP'
}

export function readVirtualService(object: KubernetesObject): VirtualService {
  const spec = objectOf(object, 'spec')
  const routes = ['http', 'tls', 'tcp'].flatMap((key) => itemsOf(spec[key], []))
  const destinations = routes.flatMap(({ item }) =>
    itemsOf(item['route'], []).flatMap((route) => stringOf(objectOf(route.item, 'destination')['host']) ?? []),
  )
  const gateways = [
    ...stringList(spec['gateways']),
    ...routes.flatMap(({ item }) => itemsOf(item['match'], []).flatMap((match) => stringList(match.item['gateways']))),
  ]
  return {
    kind: 'VirtualService',
    hosts: stringList(spec['hosts']),
    gateways: [...new Set(gateways)],
    destinations: [...new Set(destinations)],
    moves: itemsOf(spec['http'], []).flatMap(({ item }) => movesOf(item)),
  }
}

/** As in Istio's sample for Google's APIs: port 80 becomes 443, for which a DestinationRule originates TLS. */
function movesOf(route: { readonly [key: string]: unknown }): VirtualService['moves'] {
  const [only, ...others] = itemsOf(route['route'], []).map(({ item }) => objectOf(item, 'destination'))
  const host = stringOf(only?.['host'])
  const to = objectOf(only ?? {}, 'port')['number']
  if (host === null || typeof to !== 'number' || others.length > 0) return []
  const matches = itemsOf(route['match'], [])
  if (matches.length === 0) return [{ from: null, host, to }]
  return matches.flatMap(({ item: { port, ...narrower } }) =>
    typeof port === 'number' && Object.keys(narrower).length === 0 ? [{ from: port, host, to }] : [],
  )
}

export interface EgressFacts {
  readonly external: boolean
  /** The hosts in words: the first few, and how many more. */
  readonly hosts: string
  readonly ports: readonly {
    readonly number: number
    readonly protocol: string
    readonly path: Path
    /** Whether the mesh encrypts it: by TLS origination, or by taking it through an egress gateway. */
    readonly encrypted: Answer
  }[]
}

export function egressFacts(card: ServiceEntry, mesh: MeshWorld): EgressFacts {
  return {
    external: card.external,
    hosts: listed(card.hosts),
    ports: card.external
      ? card.ports.map(({ number, protocol, path }) => ({
          number,
          protocol,
          path,
          encrypted: encryptedAt(number, card.hosts, mesh),
        }))
      : [],
  }
}

const ORIGINATES = ['SIMPLE', 'MUTUAL']

function encryptedAt(port: number, hosts: readonly string[], mesh: MeshWorld): Answer {
  const answers = hosts.map((host) => encryptedTo(host, port, mesh))
  return (
    answers.find((one) => one.answer === 'no') ??
    answers.find((one) => one.answer === 'unknown') ??
    answers[0] ??
    answer('no', 'it names no host')
  )
}

function encryptedTo(host: string, asked: number, mesh: MeshWorld): Answer {
  const port = movedTo(host, asked, mesh)
  const rules = rulesFor(host, mesh)
  const [bare] = rules.filter((rule) => originating(rule, port) === null)
  const [rule] = rules.filter((one) => originating(one, port) !== null)
  if (rule !== undefined && bare !== undefined) {
    const why = `${nameOf(rule.resource)} originates TLS to ${host}, but ${nameOf(bare.resource)} does not`
    // Of two in one namespace the oldest wins, which is not told here.
    const same = rule.resource.namespace === bare.resource.namespace
    return answer(same ? 'unknown' : 'no', why, [refTo(bare.resource, ['spec'])])
  }
  if (rule !== undefined) {
    const path = originating(rule, port)?.path ?? []
    return inForce(rule.resource, `${nameOf(rule.resource)} originates TLS to ${host}`, path)
  }
  for (const virtual of mesh.all('VirtualService')) {
    if (!virtual.card.hosts.some((one) => overlap(fullName(one, virtual.resource.namespace), host))) continue
    const gateway = virtual.card.gateways.find((name) => name !== 'mesh')
    const detour = virtual.card.destinations.find((one) => !overlap(fullName(one, virtual.resource.namespace), host))
    if (gateway === undefined || detour === undefined || !leadsToGateway(detour, virtual.resource, mesh)) continue
    return inForce(virtual.resource, `${nameOf(virtual.resource)} takes it through gateway ${gateway}`, [
      'spec',
      'gateways',
    ])
  }
  return answer('no', `no DestinationRule originates TLS to ${host}, and no egress gateway takes it`)
}

/**
 * The rules that clients may go by for a host: of each namespace, which its own clients look in first, those for the most
 * specific name that covers the host (pilot/pkg/model/push_context.go, destinationRule). One without settings for all
 * ports leaves those to another of the same name.
 */
function rulesFor(host: string, mesh: MeshWorld): readonly Carded<DestinationRule>[] {
  const covering = mesh
    .all('DestinationRule')
    .map((rule) => ({ rule, name: fullName(rule.card.host, rule.resource.namespace) }))
    .filter(({ name }) => covers(name, host))
  // The root namespace is looked in last.
  const own = covering.filter(({ rule }) => !mesh.istio.roots.includes(rule.resource.namespace))
  const groups = groupBy(own.length > 0 ? own : covering, ({ rule }) => rule.resource.namespace)
  return [...groups.values()].flatMap((group) => {
    const exact = group.filter(({ name }) => !name.startsWith('*'))
    const longest = Math.max(...group.map(({ name }) => name.length))
    const closest = exact.length > 0 ? exact : group.filter(({ name }) => name.length === longest)
    const general = closest.filter(({ rule }) => rule.card.general)
    return (general.length > 0 ? general : closest).map(({ rule }) => rule)
  })
}

/** The setting by which a rule originates TLS at a port; null where it does not. */
function originating(
  { card: { tls, bare } }: Carded<DestinationRule>,
  port: number,
): DestinationRule['tls'][number] | null {
  // What a port or a subset sets replaces what the rule sets for all.
  const setting =
    tls.find((one) => one.port === port) ??
    (bare.includes(port) ? undefined : tls.find((one) => one.port === null && one.subset === null)) ??
    tls.find((one) => one.port === null && one.subset !== null)
  return setting !== undefined && ORIGINATES.includes(setting.mode) ? setting : null
}

/** The port of the host that a sidecar sends to what it is asked for at `port`. */
function movedTo(host: string, port: number, mesh: MeshWorld): number {
  for (const { card, resource } of mesh.all('VirtualService')) {
    const inMesh = card.gateways.length === 0 || card.gateways.includes('mesh')
    if (!inMesh || !card.hosts.includes(host) || resource.force.answer !== 'yes') continue
    const move = card.moves.find(({ from }) => from === null || from === port)
    if (move?.host === host) return move.to
  }
  return port
}

/** A gateway's Service may be declared elsewhere; one that is declared here must not be an ordinary service. */
function leadsToGateway(host: string, from: Resource, mesh: MeshWorld): boolean {
  const wanted = fullName(host, from.namespace)
  const service = mesh.all('Service').find(({ resource }) => serviceHost(resource.name, resource.namespace) === wanted)
  if (service === undefined) return true
  const labels = service.card.selector ?? {}
  return mesh.all('IstioGateway').length > 0 && Object.keys(labels).length > 0
}

function inForce(resource: Resource, why: string, path: Path): Answer {
  const { force } = resource
  return answer(
    force.answer === 'yes' ? 'yes' : 'unknown',
    force.answer === 'yes' ? why : `${why}, but may not be in force: ${force.why}`,
    [refTo(resource, path)],
  )
}
