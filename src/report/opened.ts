/**
 * What a change newly lets talk to what: connections that the base has not, or has on fewer ports. It is advice: whether they
 * are meant, only people know. A workload that everyone may talk to is told once.
 */
import type { Connection, Connections } from '../relate/network/connections.js'
import { noPorts, parsePorts, withoutPorts } from '../relate/network/ports.js'
import type { World } from '../relate/world.js'
import type { Worlds } from '../worlds.js'
import { ALL, EVERYONE, openEnds, pairOf } from './open-ends.js'
import { connectionsIn, MOST_WORKLOADS } from './pictures.js'
import type { Opening, Report } from './report.js'

/** The report with what is opened, where there is a base; environments in which the same is opened are told together. */
export function withOpened(report: Report, worlds: readonly Worlds[]): Report {
  const opened = new Map<string, Opening>()
  for (const { environment, head, base } of worlds) {
    if (base === null || isLarge(head) || isLarge(base)) continue
    for (const opening of openings(connectionsIn(base), connectionsIn(head))) {
      const key = JSON.stringify([pairOf({ ...opening, ports: '' }), opening.before, opening.after])
      const environments = environment.name === null ? [] : [environment.name]
      opened.set(key, { ...opening, environments: [...(opened.get(key)?.environments ?? []), ...environments] })
    }
  }
  return opened.size === 0 ? report : { ...report, opened: [...opened.values()] }
}

const isLarge = ({ workloads }: World): boolean => workloads.length > MOST_WORKLOADS

/** In the order of the list. */
export function openings(base: Connections, head: Connections): readonly Omit<Opening, 'environments'>[] {
  const [was, is] = [openEnds(base), openEnds(head)]
  const everyone = { before: null, after: ALL }
  const fresh = (now: ReadonlySet<string>, then: ReadonlySet<string>): readonly string[] =>
    [...now].filter((name) => !then.has(name)).sort()
  const before = new Map(base.connections.map((one) => [pairOf(one), one.ports]))
  return [
    ...fresh(is.open.out, was.open.out).map((from) => ({ from, to: EVERYONE, ...everyone })),
    ...fresh(is.open.in, was.open.in).map((to) => ({ from: EVERYONE, to, ...everyone })),
    ...is.rest.flatMap((one) => {
      const { from, to, ports } = one
      const had = before.get(pairOf(one)) ?? null
      if (!isMore(ports, had) || isCovered(one, base.connections)) return []
      return [{ from, to, before: had, after: ports }]
    }),
  ]
}

function isMore(ports: string, than: string | null): boolean {
  const [now, then] = [parsePorts(ports), than === null ? null : parsePorts(than)]
  return now === null || then === null || !noPorts(withoutPorts(now, then))
}

/** Addresses are told as ranges, which end elsewhere where another rule names some of them: those of the base may hold these. */
function isCovered({ from, to, ports }: Connection, base: readonly Connection[]): boolean {
  const end = rangeOf(from) === null ? 'to' : 'from'
  const range = rangeOf(end === 'from' ? from : to)
  if (range === null) return false
  const ranges = base
    .filter((one) => (end === 'from' ? one.to === to : one.from === from) && !isMore(ports, one.ports))
    .flatMap((one) => {
      const own = rangeOf(one[end])
      return own === null ? [] : [own]
    })
    .sort(([a], [b]) => a - b)
  const [start, last] = range
  let next = start
  for (const [first, end] of ranges) if (first <= next) next = Math.max(next, end + 1)
  return next > last
}

type Range = readonly [number, number]

/** `10.0.0.0-10.255.255.255[External]` as numbers; null: another kind of end. */
function rangeOf(name: string): Range | null {
  const [, ...parts] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)-(\d+)\.(\d+)\.(\d+)\.(\d+)\[External\]$/.exec(name) ?? []
  if (parts.length === 0) return null
  const address = (bytes: readonly string[]): number => bytes.reduce((sum, byte) => sum * 256 + Number(byte), 0)
  return [address(parts.slice(0, 4)), address(parts.slice(4))]
}
