/** The effective mTLS mode of every port of every workload, and what decided it. */
import type { Answer, Path, Ref, Resource, Truth } from '../../model.js'
import type { Workload } from '../world.js'
import { bypassOf } from './capture.js'
import { requiresAuthentication } from './cilium.js'
import { type Membership, istioMembership, linkerdMembership } from './injection.js'
import { inboundOf, serverPorts } from './linkerd.js'
import { isSystem } from './namespace.js'
import { isGateway } from './own.js'
import { type Mode, type Modes, modesOf, type Option } from './peer-authentication.js'
import { type Port, portsOf } from './ports.js'
import { answer, groupBy, listed, type MeshName } from './read.js'
import type { MeshWorld } from './world.js'

/** NONE: no proxy stands in front of the port. UNKNOWN: the repository cannot tell. */
export type PortMode = Mode | 'NONE' | 'UNKNOWN'

export interface MtlsPort {
  /** null: every port, where the workload names none, or every other one. */
  readonly port: number | null
  readonly name: string | null
  readonly mode: PortMode
  /** One clause: what decided it. */
  readonly why: string
  readonly by: readonly Ref[]
  readonly path: Path
  /** Whether what decides may be declared outside this repository. */
  readonly elsewhere: boolean
}

export interface Mtls {
  readonly resource: Resource
  readonly workload: Workload
  /** False for what no mesh is meant to hold: the cluster's and the meshes' own pods, and gateways. */
  readonly applies: boolean
  readonly mesh: MeshName | null
  readonly ambient: boolean
  readonly enrolled: Answer
  /** Where the workload itself decides on its enrolment, else where that belongs. */
  readonly enrolledPath: Path
  readonly optsOut: boolean
  readonly ports: readonly MtlsPort[]
  /** Whether every port takes mTLS alone. */
  readonly strict: Answer
  /** The ports that take plain text, with their modes; '' where none is known to. */
  readonly weak: string
  readonly path: Path
  readonly elsewhere: boolean
}

export function mtlsOfWorkload(workload: Workload, mesh: MeshWorld): Mtls {
  const membership = membershipOf(workload, mesh)
  const applies = !isInfrastructure(workload, mesh)
  const ports = applies ? portModes(workload, membership, mesh) : []
  return {
    resource: workload.resource,
    workload,
    applies,
    mesh: membership.mesh,
    ambient: membership.ambient,
    enrolled: membership.enrolled,
    enrolledPath: membership.path,
    optsOut: membership.optsOut,
    ports,
    ...strictOf(ports, membership, workload),
  }
}

/** In the first mesh that has it; else the best that can be said of those that are used here. */
function membershipOf(workload: Workload, mesh: MeshWorld): Membership {
  const namespace = mesh.namespace(workload.namespace)
  const { pod, resource } = workload
  const candidates = mesh.meshesOf(resource).map((name): Membership => {
    if (name === 'istio') return istioMembership(pod, namespace, mesh.istio, mesh.ambient)
    if (name === 'linkerd') return linkerdMembership(pod, namespace)
    return {
      mesh: 'cilium',
      ambient: false,
      enrolled: requiresAuthentication(workload, mesh),
      path: pod.metadataPath,
      optsOut: false,
    }
  })
  const rank: { readonly [T in Truth]: number } = { yes: 0, unknown: 1, no: 2 }
  // Of several that say no, the one that the workload itself keeps out of is the one it was meant for.
  const [best] = [...candidates].sort(
    (a, b) => rank[a.enrolled.answer] - rank[b.enrolled.answer] || Number(b.optsOut) - Number(a.optsOut),
  )
  if (best !== undefined) return best
  return {
    mesh: null,
    ambient: false,
    enrolled: answer('no', 'nothing declared here belongs to a mesh'),
    path: pod.metadataPath,
    optsOut: false,
  }
}

/**
 * The cluster's own pods, the control planes, and gateways, whose listeners no PeerAuthentication governs. By where they
 * run and what they hold, not by a label that any workload may carry.
 */
function isInfrastructure(workload: Workload, mesh: MeshWorld): boolean {
  const { pod, namespace } = workload
  return isSystem(mesh.namespace(namespace), mesh) || isGateway(pod) || mesh.isControlPlane(workload)
}

function portModes(workload: Workload, membership: Membership, mesh: MeshWorld): readonly MtlsPort[] {
  const ports = portsOf(workload.pod, mesh.servicesOf(workload))
  const { pod } = workload
  if (membership.enrolled.answer === 'no' || membership.mesh === null) {
    const at = { why: membership.enrolled.why, by: membership.enrolled.by, path: membership.path, elsewhere: false }
    return named(ports, pod.metadataPath).map(({ number, name }) => ({ port: number, name, mode: 'NONE', ...at }))
  }
  if (membership.mesh === 'cilium') {
    return named(ports, pod.metadataPath).map(({ number, name, path }) => ({
      port: number,
      name,
      mode: membership.enrolled.answer === 'yes' ? 'STRICT' : 'UNKNOWN',
      why: membership.enrolled.why,
      by: membership.enrolled.by,
      path,
      elsewhere: false,
    }))
  }
  const plain = (port: Port, why: string): MtlsPort => ({
    port: port.number,
    name: port.name,
    mode: 'NONE',
    why,
    by: [],
    path: port.path,
    elsewhere: false,
  })
  const namespace = mesh.namespace(workload.namespace)
  if (membership.mesh === 'linkerd') {
    const known = new Set(ports.map(({ number }) => number))
    const others = serverPorts(workload, mesh).filter((number) => !known.has(number))
    const unnamed = others.map((number) => ({ number, name: null, path: pod.metadataPath }))
    return [...named(ports, pod.metadataPath), ...unnamed].map(({ number, name, path }) => {
      const bypass = number === null ? null : bypassOf(number, pod, namespace, membership)
      if (bypass !== null && number !== null) return plain({ number, name, path }, bypass)
      return { port: number, name, path, ...inboundOf(workload, number, mesh) }
    })
  }
  const modes = modesOf(workload.namespace, workload.labels, mesh.peerAuthentications, mesh.istio.roots)
  return istioPorts(ports, modes, workload).map((port) => {
    const bypass = port.port === null ? null : bypassOf(port.port, pod, namespace, membership)
    if (bypass !== null && port.port !== null)
      return plain({ number: port.port, name: port.name, path: port.path }, bypass)
    return { ...port, ...modeOf(port.options, membership.ambient, mesh) }
  })
}

interface Optional {
  readonly port: number | null
  readonly name: string | null
  readonly path: Path
  readonly options: readonly Option[]
}

/**
 * The ports a workload is known by and those a policy names besides. A container may listen where nothing says so: where
 * ports differ, or none is known, all others are one more.
 */
function istioPorts(ports: readonly Port[], modes: Modes, { pod }: Workload): readonly Optional[] {
  const known = ports.map(({ number, name, path }) => ({
    port: number,
    name,
    path,
    options: modes.ports.get(number) ?? modes.rest,
  }))
  const others = [...modes.ports]
    .filter(([number]) => !ports.some((port) => port.number === number))
    .map(([number, options]) => ({ port: number, name: null, path: pod.metadataPath, options }))
  const rest =
    ports.length === 0 || modes.ports.size > 0
      ? [{ port: null, name: null, path: pod.metadataPath, options: modes.rest }]
      : []
  return [...known, ...others, ...rest]
}

function modeOf(
  options: readonly Option[],
  ambient: boolean,
  mesh: MeshWorld,
): Pick<MtlsPort, 'mode' | 'why' | 'by' | 'elsewhere'> {
  // ztunnel cannot refuse mTLS, so DISABLE there is PERMISSIVE (pilot/pkg/serviceregistry/ambient/authorization.go).
  const modeAt = (option: Option): Mode => (ambient && option.mode === 'DISABLE' ? 'PERMISSIVE' : option.mode)
  const modes = new Set(options.map(modeAt))
  const by = options.flatMap((option) => (option.by === null ? [] : [option.by.ref]))
  const elsewhere = options.every((option) => option.by === null) && !mesh.istio.declared
  const [first] = options
  if (modes.size === 1 && first !== undefined) {
    const why =
      first.by === null
        ? `no PeerAuthentication here sets a mode, and Istio's default is PERMISSIVE`
        : `${first.by.name} sets ${first.mode}`
    return { mode: modeAt(first), why, by, elsewhere }
  }
  const names = options.map((option) => `${option.mode} (${option.by?.name ?? 'the default'})`)
  const why = `it may be ${[...new Set(names)].join(' or ')}`
  // Whichever of two weak modes it is, plain text gets in.
  return { mode: modes.has('STRICT') ? 'UNKNOWN' : 'PERMISSIVE', why, by, elsewhere }
}

function named(
  ports: readonly Port[],
  otherwise: Path,
): readonly { number: number | null; name: string | null; path: Path }[] {
  return ports.length === 0 ? [{ number: null, name: null, path: otherwise }] : ports
}

/** Together: no port takes plain text, some port does, or it cannot be told. */
function strictOf(
  ports: readonly MtlsPort[],
  membership: Membership,
  workload: Workload,
): Pick<Mtls, 'strict' | 'weak' | 'path' | 'elsewhere'> {
  const path = workload.pod.metadataPath
  const weak = ports.filter(({ mode }) => mode !== 'STRICT' && mode !== 'UNKNOWN')
  const why = portsByMode(weak, ports)
  if (membership.enrolled.answer === 'no') {
    return { strict: membership.enrolled, weak: why, path: membership.path, elsewhere: false }
  }
  const [first] = weak
  if (first !== undefined) {
    return {
      strict: answer('no', `${why}: ${first.why}`, distinct(weak)),
      weak: why,
      path: weak.length === ports.length ? path : first.path,
      elsewhere: weak.every((port) => port.elsewhere),
    }
  }
  if (membership.enrolled.answer === 'unknown') return { strict: membership.enrolled, weak: why, path, elsewhere: true }
  const unsure = ports.find(({ mode }) => mode === 'UNKNOWN')
  if (unsure !== undefined)
    return {
      strict: answer('unknown', `${portName(unsure, ports)}: ${unsure.why}`, unsure.by),
      weak: why,
      path: unsure.path,
      elsewhere: unsure.elsewhere,
    }
  return {
    strict: answer('yes', ports[0]?.why ?? membership.enrolled.why, distinct(ports)),
    weak: why,
    path,
    elsewhere: false,
  }
}

/** What decides for several ports, each once. */
function distinct(ports: readonly MtlsPort[]): readonly Ref[] {
  const refs = ports.flatMap(({ by }) => by)
  return [...new Map(refs.map((ref) => [`${ref.id} ${(ref.path ?? []).join(' ')}`, ref])).values()]
}

/** `every port is PERMISSIVE`; `ports 8080, 9090 are NONE, port 9091 is DISABLE`; '' for none. */
function portsByMode(weak: readonly MtlsPort[], ports: readonly MtlsPort[]): string {
  const modes = [...groupBy(weak, ({ mode }) => mode)]
  return modes
    .map(([mode, group]) => {
      if (group.length === ports.length) return `every port is ${mode}`
      const numbers = group.flatMap(({ port }) => (port === null ? [] : [String(port)]))
      const others = group.some(({ port }) => port === null) ? ['every other port'] : []
      const named = numbers.length === 0 ? [] : [`${numbers.length === 1 ? 'port' : 'ports'} ${listed(numbers)}`]
      return `${[...named, ...others].join(' and ')} ${group.length === 1 ? 'is' : 'are'} ${mode}`
    })
    .join(', ')
}

/** `port 8080`; `every port`, or `every other port` beside those that are named. */
function portName({ port }: MtlsPort, ports: readonly MtlsPort[]): string {
  if (port !== null) return `port ${port}`
  return ports.length === 1 ? 'every port' : 'every other port'
}
