/** Sets of protocol and port: what two ends may say to each other. Kubernetes' three protocols, ports 1 to 65535. */
import { difference, equal, intersection, type Interval, type Intervals, intervalsOf, union } from './intervals.js'

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export type PortSet = { readonly [P in Protocol]: Intervals<number> }

const EVERY_PORT: Intervals<number> = [[1, 65536]]

export const NO_PORTS: PortSet = { SCTP: [], TCP: [], UDP: [] }
export const ALL_PORTS: PortSet = { SCTP: EVERY_PORT, TCP: EVERY_PORT, UDP: EVERY_PORT }

/** Ports `from` to `to`, both included, of one protocol, or of all three. */
export function portRange(protocol: Protocol | null, from = 1, to = 65535): PortSet {
  const range = intervalsOf<number>([[Math.max(1, from), Math.min(65535, to) + 1]])
  return protocol === null ? { SCTP: range, TCP: range, UDP: range } : { ...NO_PORTS, [protocol]: range }
}

function each(a: PortSet, b: PortSet, f: (x: Intervals<number>, y: Intervals<number>) => Intervals<number>): PortSet {
  return { SCTP: f(a.SCTP, b.SCTP), TCP: f(a.TCP, b.TCP), UDP: f(a.UDP, b.UDP) }
}

export function joinPorts(a: PortSet, b: PortSet): PortSet {
  if (a === NO_PORTS || b === ALL_PORTS) return b
  if (b === NO_PORTS || a === ALL_PORTS) return a
  return each(a, b, union)
}

export function commonPorts(a: PortSet, b: PortSet): PortSet {
  if (a === ALL_PORTS || b === NO_PORTS) return b
  if (b === ALL_PORTS || a === NO_PORTS) return a
  return each(a, b, intersection)
}

export function withoutPorts(a: PortSet, b: PortSet): PortSet {
  if (b === ALL_PORTS || a === NO_PORTS) return NO_PORTS
  if (b === NO_PORTS) return a
  return each(a, b, difference)
}

export function noPorts(set: PortSet): boolean {
  return set === NO_PORTS || PROTOCOLS.every((protocol) => set[protocol].length === 0)
}

export function allPorts(set: PortSet): boolean {
  return set === ALL_PORTS || PROTOCOLS.every((protocol) => equal(set[protocol], EVERY_PORT))
}

export function samePorts(a: PortSet, b: PortSet): boolean {
  return a === b || PROTOCOLS.every((protocol) => equal(a[protocol], b[protocol]))
}

/** `All Connections`, or as in `SCTP 9003,TCP 80,443,9000-9100`; `No Connections` for none. */
export function formatPorts(set: PortSet): string {
  if (allPorts(set)) return 'All Connections'
  if (noPorts(set)) return 'No Connections'
  return PROTOCOLS.filter((protocol) => set[protocol].length > 0)
    .map((protocol) => `${protocol} ${set[protocol].map(range).join(',')}`)
    .join(',')
}

function range([from, to]: Interval<number>): string {
  return to - from === 1 ? `${from}` : `${from}-${to - 1}`
}

/**
 * The notation of `formatPorts` and of `flows` (`TCP 8080`, `UDP 53`, `TCP 80,443`); null where it cannot be read.
 */
export function parsePorts(text: string): PortSet | null {
  if (text === 'All Connections') return ALL_PORTS
  let protocol: Protocol | null = null
  let set: PortSet = NO_PORTS
  for (const part of text.split(',')) {
    const [whole, name, from, to = from] = /^\s*(TCP|UDP|SCTP)?\s*\b(?:(\d{1,5})(?:-(\d{1,5}))?)?\s*$/i.exec(part) ?? []
    if (name !== undefined) protocol = name.toUpperCase() as Protocol
    if (whole === undefined || protocol === null || (name === undefined && from === undefined)) return null
    set = joinPorts(set, from === undefined ? portRange(protocol) : portRange(protocol, Number(from), Number(to)))
  }
  return set
}
