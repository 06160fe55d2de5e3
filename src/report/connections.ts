/** `ringfence connections`: who may talk to whom, as text, JSON or a Mermaid diagram, and what a change changes of it. */
import type { Connection, Connections } from '../relate/network/connections.js'
import type { RelateFormat, Rows } from './environments.js'
import { jsonText, logLine, plain } from './escape.js'
import { columns } from './frame.js'
import { count } from './words.js'

/** One pair of ends before and after; null: no connection. */
export interface Change {
  readonly from: string
  readonly to: string
  readonly before: string | null
  readonly after: string | null
}

/** What is new, gone or different, in the order of the lists. */
export function changesOf(base: Connections, head: Connections): readonly Change[] {
  const before = new Map(base.connections.map((one) => [pairOf(one), one]))
  const after = new Map(head.connections.map((one) => [pairOf(one), one]))
  const pairs = [...new Map([...before, ...after])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return pairs.flatMap(([pair, { from, to }]) => {
    const change = { from, to, before: before.get(pair)?.ports ?? null, after: after.get(pair)?.ports ?? null }
    return change.before === change.after ? [] : [change]
  })
}

function pairOf({ from, to }: Connection): string {
  return `${from}\n${to}`
}

/** `base` null: the connections; else what changed from it. Ends in a newline. */
export function formatConnections(head: Connections, base: Connections | null, format: RelateFormat): string {
  const changes = base === null ? null : changesOf(base, head)
  switch (format) {
    case 'json':
      return jsonText(connectionRows(head, base))
    case 'text':
      return changes === null ? textOf(head) : textOfChanges(changes, head.notes)
    case 'mermaid':
      return mermaidOf(head, changes)
  }
}

/** What JSON says: `connections`, `changes` where there is a base, `notes`. */
export function connectionRows(head: Connections, base: Connections | null): Rows {
  return {
    connections: head.connections,
    ...(base === null ? {} : { changes: changesOf(base, head) }),
    notes: head.notes,
  }
}

/* ------------------------------------------------------------------ text */

function textOf({ connections, workloads, notes }: Connections): string {
  const { open, rest } = openEnds(connections, workloads)
  const lines = [
    ...[...open.out].sort().map((name) => [name, EVERYONE, ALL] as const),
    ...[...open.in].sort().map((name) => [EVERYONE, name, ALL] as const),
    ...rest.map(({ from, to, ports }) => [from, to, ports] as const),
  ]
  const body = lines.length === 0 ? ['nothing may talk to anything'] : aligned(lines)
  const summary = `${count(workloads.length, 'workload')}, ${count(connections.length, 'connection')}`
  const legend =
    open.in.size + open.out.size > 0
      ? ['everyone: every workload and every address, as far as the other end lets it']
      : []
  return `${[...body, '', summary, ...legend, ...notesOf(notes)].join('\n')}\n`
}

function textOfChanges(changes: readonly Change[], notes: readonly string[]): string {
  const lines = changes.map(({ from, to, before, after }) => {
    const sign = before === null ? '+' : after === null ? '-' : '~'
    return [
      `${sign} ${from}`,
      to,
      before !== null && after !== null ? `${before} → ${after}` : (after ?? before ?? ''),
    ] as const
  })
  const body = lines.length === 0 ? ['no connection changes'] : aligned(lines)
  return `${[...body, ...(notes.length === 0 ? [] : ['']), ...notesOf(notes)].join('\n')}\n`
}

function notesOf(notes: readonly string[]): readonly string[] {
  return notes.map((note) => logLine(`note: ${plain(note)}`))
}

function aligned(lines: readonly (readonly [string, string, string])[]): readonly string[] {
  const table = lines.map((line) => line.map(plain) as [string, string, string])
  const width = (column: 0 | 1): number => table.reduce((most, line) => Math.max(most, columns(line[column])), 0)
  const [first, second] = [width(0), width(1)]
  const pad = (cell: string, to: number): string => cell + ' '.repeat(Math.max(0, to - columns(cell)))
  return table.map(([from, to, ports]) => logLine(`${pad(from, first)} => ${pad(to, second)} : ${ports}`))
}

/* --------------------------------------------------- what is open anyway */

const ALL = 'All Connections'
const EVERYONE = 'everyone'
const WORLD = '0.0.0.0-255.255.255.255[External]'

interface OpenEnds {
  /** Workloads that everyone may talk to, and those that may talk to everyone, as far as the other end lets them. */
  readonly open: { readonly in: ReadonlySet<string>; readonly out: ReadonlySet<string> }
  /** The connections that this does not say already. */
  readonly rest: readonly Connection[]
}

/**
 * In a cluster without policies every pair is a connection, and no list of them is read. An end that takes everything
 * from the whole world takes it from every workload as well; two such ends need no line of their own.
 */
function openEnds(connections: readonly Connection[], workloads: readonly string[]): OpenEnds {
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

/* --------------------------------------------------------------- mermaid */

interface Edge {
  readonly from: string
  readonly to: string
  readonly label: string
  readonly change: 'new' | 'gone' | 'same'
}

function mermaidOf({ connections, workloads }: Connections, changes: readonly Change[] | null): string {
  const { open, rest } = openEnds(connections, workloads)
  const edges: Edge[] =
    changes === null
      ? [
          ...[...open.out].sort().map((from): Edge => ({ from, to: EVERYONE, label: 'all', change: 'same' })),
          ...[...open.in].sort().map((to): Edge => ({ from: EVERYONE, to, label: 'all', change: 'same' })),
          ...rest.map(({ from, to, ports }): Edge => ({ from, to, label: portLabel(ports), change: 'same' })),
        ]
      : changes.flatMap(({ from, to, before, after }): readonly Edge[] => [
          ...(before === null ? [] : [{ from, to, label: portLabel(before), change: 'gone' } as const]),
          ...(after === null ? [] : [{ from, to, label: portLabel(after), change: 'new' } as const]),
        ])
  const drawn = changes === null ? [...workloads] : []
  const ends = [...new Set([...drawn, ...edges.flatMap(({ from, to }) => [from, to])])].sort()
  const ids = new Map(ends.map((end, i) => [end, `n${i}`]))
  const groups = new Map<string, string[]>()
  for (const end of ends) {
    const group = /^([^/[\]{}]+)\/.+\[/.exec(end)?.[1] ?? ''
    groups.set(group, [...(groups.get(group) ?? []), end])
  }
  const lines = ['flowchart LR']
  for (const [group, members] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const nodes = members.map((end) => `${ids.get(end) ?? ''}${shape(end)}`)
    if (group === '') lines.push(...nodes.map((node) => `  ${node}`))
    else
      lines.push(
        `  subgraph ns_${groupId(groups, group)} ["${text(group)}"]`,
        ...nodes.map((node) => `    ${node}`),
        '  end',
      )
  }
  const links = joined(edges)
  for (const { from, to, label, change } of links) {
    const arrow = change === 'gone' ? '-.->' : '-->'
    lines.push(`  ${from.map((end) => ids.get(end) ?? '').join(' & ')} ${arrow}|"${text(label)}"| ${ids.get(to) ?? ''}`)
  }
  // Links are styled by number, and a link with several sources is several.
  let number = 0
  for (const { from, change } of links) {
    const numbers = from.map(() => number++)
    if (change !== 'same')
      lines.push(`  linkStyle ${numbers.join()} stroke:${change === 'new' ? '#cf222e' : '#8c959f'}`)
  }
  return `${lines.join('\n')}\n`
}

/** Sources with the same ports to the same end share a line. */
function joined(edges: readonly Edge[]): readonly (Omit<Edge, 'from'> & { readonly from: readonly string[] })[] {
  const byLine = new Map<string, Omit<Edge, 'from'> & { readonly from: string[] }>()
  for (const { from, to, label, change } of edges) {
    const key = [to, label, change].join('\n')
    const known = byLine.get(key)
    if (known === undefined) byLine.set(key, { from: [from], to, label, change })
    else known.from.push(from)
  }
  return [...byLine.values()]
}

function groupId(groups: ReadonlyMap<string, unknown>, group: string): number {
  return [...groups.keys()].sort().indexOf(group)
}

const portLabel = (ports: string): string => (ports === ALL ? 'all' : ports.replaceAll(',', ', '))

/** A workload is a box; what lies outside, and everyone, is rounded. */
function shape(end: string): string {
  const [, name, kind] = /^[^/]+\/(.+)\[([^\]]+)\]$/.exec(end) ?? []
  if (name !== undefined && kind !== undefined) return `["${text(name)}<br/>${text(kind)}"]`
  const outside =
    end === WORLD ? 'outside of the cluster' : end.replace(/\[External\]$/, '').replace(/^\{(.*)\}$/, '$1')
  return `(["${text(outside)}"])`
}

/** Text in Mermaid's double quotes. */
function text(value: string): string {
  return plain(value)
    .replaceAll('&', '#amp;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replaceAll('`', '#96;')
}
