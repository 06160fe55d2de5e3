/** Connections told in few words: what is open to everyone, and the rest. */
import type { Connection, Connections } from '../relate/network/connections.js'

/** Names the pair of ends. */
export function pairOf({ from, to }: Connection): string {
  return `${from}\n${to}`
}

export const ALL = 'All Connections'
export const EVERYONE = 'everyone'
export const WORLD = '0.0.0.0-255.255.255.255[External]'

export interface OpenEnds {
  /** Workloads that everyone may talk to, and those that may talk to everyone, as far as the other end lets them. */
  readonly open: { readonly in: ReadonlySet<string>; readonly out: ReadonlySet<string> }
  /** The connections that this does not say already. */
  readonly rest: readonly Connection[]
}

/**
 * In a cluster without policies every pair is a connection, and no list of them is read. An end that takes everything
 * from the whole world takes it from every workload as well; two such ends need no line of their own.
 */
export function openEnds({ connections, workloads }: Connections): OpenEnds {
  const known = new Set(workloads)
  const world = connections.filter(({ ports }) => ports === ALL)
  const takes = new Set(world.filter(({ from, to }) => from === WORLD && known.has(to)).map(({ to }) => to))
  const gives = new Set(world.filter(({ from, to }) => to === WORLD && known.has(from)).map(({ from }) => from))
  // Only if every other open end does reach it: a rule may make an exception for somebody.
  const reached = countBy(world.filter(({ from }) => gives.has(from)).map(({ to }) => to))
  const reaching = countBy(world.filter(({ to }) => takes.has(to)).map(({ from }) => from))
  const open = {
    in: new Set([...takes].filter((name) => (reached.get(name) ?? 0) === gives.size - (gives.has(name) ? 1 : 0))),
    out: new Set([...gives].filter((name) => (reaching.get(name) ?? 0) === takes.size - (takes.has(name) ? 1 : 0))),
  }
  const rest = connections.filter(({ from, to, ports }) => {
    const said = (from === WORLD || open.out.has(from)) && (to === WORLD || open.in.has(to))
    return !(said && ports === ALL)
  })
  return { open, rest }
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
