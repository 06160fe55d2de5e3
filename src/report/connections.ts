/** `ringfence connections`: who may talk to whom, as text, JSON or a drawing, and what a change changes of it. */
import type { Connections } from '../relate/network/connections.js'
import type { RelateFormat, Rows } from './environments.js'
import { jsonText, logLine, plain } from './escape.js'
import { changesDrawing, drawing } from './drawing.js'
import { columns } from './frame.js'
import { ALL, EVERYONE, openEnds, pairOf } from './open-ends.js'
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

/** `base` null: the connections; else what changed from it. Ends in a newline. */
export function formatConnections(head: Connections, base: Connections | null, format: RelateFormat): string {
  const changes = base === null ? null : changesOf(base, head)
  switch (format) {
    case 'json':
      return jsonText(connectionRows(head, base))
    case 'text':
      return changes === null ? textOf(head) : textOfChanges(changes, head.notes)
    case 'mermaid':
      return base === null ? drawing(head) : changesDrawing(base, head)
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

function textOf(head: Connections): string {
  const { connections, workloads, notes } = head
  const { open, rest } = openEnds(head)
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
