/** What `ringfence mtls` prints: per workload and port the effective mode, and what decided it. */
import type { Truth } from '../model.js'
import type { Mtls, MtlsPort, PortMode } from '../relate/mesh/mtls.js'
import type { RelateFormat, Rows } from './environments.js'
import { jsonText, logLine, plain } from './escape.js'
import { columns } from './frame.js'

/** One port of one workload; `was` only where the base is known and said otherwise. */
export interface MtlsLine {
  readonly kind: string
  /** null: nobody stated it. */
  readonly namespace: string | null
  readonly name: string
  /** Which of its pods, where a resource has several. */
  readonly pod: number
  readonly mesh: string | null
  readonly enrolled: Truth
  /** null: every port, or every other one beside those that are listed. */
  readonly port: number | null
  readonly mode: PortMode
  readonly why: string
  readonly by: readonly { readonly kind: string; readonly namespace: string | null; readonly name: string }[]
  readonly was?: PortMode | null
}

/** Workloads that no mesh is meant to hold are left out. By namespace, kind, name and port. */
export function mtlsLines(rows: readonly Mtls[]): readonly MtlsLine[] {
  const pods = new Map<unknown, number>()
  return rows
    .filter(({ applies }) => applies)
    .flatMap((row) => {
      const pod = pods.get(row.resource) ?? 0
      pods.set(row.resource, pod + 1)
      return row.ports.map((port) => lineOf(row, port, pod))
    })
    .sort((a, b) => compare(keyOf(a), keyOf(b)) || (a.port ?? Infinity) - (b.port ?? Infinity))
}

function lineOf({ resource, mesh, ambient, enrolled }: Mtls, { port, mode, why, by }: MtlsPort, pod: number): MtlsLine {
  return {
    kind: resource.kind,
    namespace: resource.namespaceStated ? resource.namespace : null,
    name: resource.name,
    pod,
    mesh: ambient ? 'istio ambient' : mesh,
    enrolled: enrolled.answer,
    port,
    mode,
    why,
    by: by.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
  }
}

/** The lines of the head whose mode is not the base's, with what it was; null: the base has no such port. */
export function mtlsChanges(head: readonly MtlsLine[], base: readonly MtlsLine[]): readonly MtlsLine[] {
  const at = (line: MtlsLine): string => `${keyOf(line)}\0${line.port ?? ''}`
  const before = new Map(base.map((line) => [at(line), line.mode]))
  return head.flatMap((line) => {
    const was = before.get(at(line)) ?? null
    return was === line.mode ? [] : [{ ...line, was }]
  })
}

const keyOf = ({ namespace, kind, name, pod }: MtlsLine): string => [namespace ?? '', kind, name, pod].join('\0')

/** By code unit: the same order on every machine. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export function mtlsText(lines: readonly MtlsLine[]): string {
  if (lines.length === 0) return 'no workload that a mesh would hold\n'
  const table = [
    ['WORKLOAD', 'PORT', 'MODE', 'MESH', 'DECIDED BY'],
    ...lines.map((line) => [titleOf(line), portOf(line, lines), modeOf(line), meshOf(line), line.why]),
  ].map((row) => row.map(plain))
  const widths = [0, 1, 2, 3].map((i) => Math.max(...table.map((row) => columns(row[i] ?? ''))))
  const pad = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - columns(cell)))
  return table
    .map(
      (row) =>
        `${logLine(
          row
            .map((cell, i) => pad(cell, widths[i] ?? 0))
            .join('  ')
            .trimEnd(),
        )}\n`,
    )
    .join('')
}

/** What JSON says: `mtls`, one row a port, and `changes` where there is a base. */
export function mtlsRows(head: readonly MtlsLine[], base: readonly MtlsLine[] | null): Rows {
  return { mtls: head, ...(base === null ? {} : { changes: mtlsChanges(head, base) }) }
}

/** `base` null: the modes; else those that changed from it. Ends in a newline. */
export function formatMtls(head: readonly MtlsLine[], base: readonly MtlsLine[] | null, format: RelateFormat): string {
  if (format === 'json') return jsonText(mtlsRows(head, base))
  const lines = base === null ? head : mtlsChanges(head, base)
  if (format === 'mermaid') return mtlsMermaid(lines)
  return base !== null && lines.length === 0 ? 'no mode changes\n' : mtlsText(lines)
}

/** A flow chart: namespaces as boxes, workloads in them, each coloured by its weakest port. */
export function mtlsMermaid(lines: readonly MtlsLine[]): string {
  const namespaces = groups(lines, ({ namespace }) => namespace ?? '')
  const boxes = namespaces.flatMap(([namespace, inside], i) => [
    `  subgraph n${i}["${label(namespace === '' ? 'no namespace stated' : namespace)}"]`,
    ...groups(inside, keyOf).flatMap(([, ports], j) => {
      const [first] = ports
      if (first === undefined) return []
      const text = [
        titleOf({ ...first, namespace: null }),
        ...ports.map((port) => `${portOf(port, ports)} ${modeOf(port)}`),
      ]
      return [`    n${i}w${j}["${text.map(label).join('<br/>')}"]:::${weakest(ports).toLowerCase()}`]
    }),
    '  end',
  ])
  const styles = Object.entries(COLOURS).map(
    ([mode, colour]) => `  classDef ${mode.toLowerCase()} fill:${colour},color:#000`,
  )
  return `${['flowchart LR', ...boxes, ...styles].join('\n')}\n`
}

const COLOURS: { readonly [M in PortMode]: string } = {
  STRICT: '#b7e1c0',
  UNKNOWN: '#e0e0e0',
  PERMISSIVE: '#ffe3a3',
  DISABLE: '#f5b7b1',
  NONE: '#f5b7b1',
}

const WEAKEST: readonly PortMode[] = ['NONE', 'DISABLE', 'PERMISSIVE', 'UNKNOWN', 'STRICT']

function weakest(ports: readonly MtlsLine[]): PortMode {
  return WEAKEST.find((mode) => ports.some((port) => port.mode === mode)) ?? 'UNKNOWN'
}

function titleOf({ kind, namespace, name, pod }: MtlsLine): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name}${pod === 0 ? '' : ` pod ${pod + 1}`}`
}

function portOf(line: MtlsLine, lines: readonly MtlsLine[]): string {
  if (line.port !== null) return String(line.port)
  return lines.some((other) => other.port !== null && keyOf(other) === keyOf(line)) ? 'others' : 'all'
}

const modeOf = ({ mode, was }: MtlsLine): string => (was === undefined ? mode : `${was ?? 'new'} → ${mode}`)

function meshOf({ mesh, enrolled }: MtlsLine): string {
  if (mesh === null || enrolled === 'no') return 'none'
  return enrolled === 'unknown' ? `${mesh}?` : mesh
}

/** Whatever Mermaid could take for its own syntax becomes its entity of the character. */
function label(text: string): string {
  return plain(text).replace(/[^A-Za-z0-9 ./:_,→?-]/gu, (c) => `#${c.codePointAt(0) ?? 0};`)
}

function groups<T>(items: readonly T[], key: (item: T) => string): readonly (readonly [string, readonly T[]])[] {
  const found = new Map<string, T[]>()
  for (const item of items) found.set(key(item), [...(found.get(key(item)) ?? []), item])
  return [...found]
}
