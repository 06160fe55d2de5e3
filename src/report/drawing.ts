/** Connections as a Mermaid flowchart: a frame for each namespace, and what lies outside beside them. */
import type { Connections } from '../relate/network/connections.js'
import { clipped } from './escape.js'
import { ALL, EVERYONE, openEnds, pairOf, WORLD } from './open-ends.js'
import { count, order } from './words.js'

/** A box, or what lies outside of all frames. */
interface Node {
  /** The namespace that it is drawn in; '' outside of all. */
  readonly frame: string
  /** Its lines. */
  readonly lines: readonly string[]
  readonly isRound: boolean
  /** Whether everyone may talk to it. */
  readonly isOpen: boolean
}

interface Edge {
  readonly from: string
  readonly to: string
  readonly label: string
  readonly change: 'new' | 'gone' | 'same'
}

interface Drawn {
  /** By what edges call them. */
  readonly nodes: ReadonlyMap<string, Node>
  readonly edges: readonly Edge[]
}

/** All connections. What is open to everyone says so in its box; boxes with nothing more to tell are one. */
export const drawing = (head: Connections): string => flowchart(wholeOf(head))

/** What is new, in red, and what is gone, dashed. What everyone may do is told of everyone. */
export const changesDrawing = (base: Connections, head: Connections): string => flowchart(changesOf(base, head))

/** Mermaid refuses a longer text, and GitHub does not let it be told otherwise. */
const MOST_TEXT = 50_000

/** Mermaid refuses 500; nobody follows so many. */
const MOST_EDGES = 80
const MOST_NODES = 120

/**
 * A drawing that a page can show: of the workloads where they are few, else of their namespaces; null where even these
 * are too many.
 */
export function pageDrawing(base: Connections | null, head: Connections): string | null {
  const whole = base === null ? wholeOf(head) : changesOf(base, head)
  for (const drawn of [whole, ofNamespaces(whole, base === null ? head.workloads : [])]) {
    if (drawn.edges.length > MOST_EDGES || drawn.nodes.size > MOST_NODES) continue
    const text = flowchart(drawn)
    if (text.length <= MOST_TEXT) return text
  }
  return null
}

/* ---------------------------------------------------------------- content */

function wholeOf(head: Connections): Drawn {
  const { open, rest } = openEnds(head)
  const edges = rest.map(({ from, to, ports }): Edge => ({ from, to, label: portLabel(ports), change: 'same' }))
  const told = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const nodes = new Map([...told].map((end) => [end, nodeOf(end)]))
  const alike = new Map<string, string[]>()
  for (const end of [...head.workloads].sort(order)) {
    const how = opennessOf(open, end)
    if (told.has(end)) {
      const node = nodeOf(end)
      nodes.set(end, { ...node, lines: how === '' ? node.lines : [...node.lines, how], isOpen: open.in.has(end) })
    } else {
      const key = JSON.stringify([nodeOf(end).frame, how])
      alike.set(key, [...(alike.get(key) ?? []), end])
    }
  }
  for (const [key, ends] of alike) {
    const [frame = '', how = ''] = JSON.parse(key) as readonly string[]
    const [only] = ends
    const names = ends.length === 1 && only !== undefined ? nodeOf(only).lines : namesOf(ends)
    const lines = [...names, how === '' ? 'no connections' : how]
    nodes.set(key, { frame, lines, isRound: false, isOpen: only !== undefined && open.in.has(only) })
  }
  return { nodes, edges }
}

/** Names that one box shows. */
const MOST_NAMES = 12

function namesOf(ends: readonly string[]): readonly string[] {
  const names = ends.map((end) => nodeOf(end).lines[0] ?? '')
  const more = names.length - MOST_NAMES
  return more > 1 ? [...names.slice(0, MOST_NAMES), `and ${more} more`] : names
}

function opennessOf(open: ReturnType<typeof openEnds>['open'], end: string): string {
  if (open.in.has(end)) return open.out.has(end) ? '⇄ everyone' : '← everyone'
  return open.out.has(end) ? '→ everyone' : ''
}

function changesOf(base: Connections, head: Connections): Drawn {
  const [before, after] = [oneSided(base, head, 'gone'), oneSided(head, base, 'new')]
  const edges = [...before, ...after].sort((a, b) => order(`${a.from}\n${a.to}`, `${b.from}\n${b.to}`))
  return { nodes: new Map(edges.flatMap(({ from, to }) => [from, to]).map((end) => [end, nodeOf(end)])), edges }
}

/** What one side has and the other has not, or has otherwise. */
function oneSided(one: Connections, other: Connections, change: Edge['change']): readonly Edge[] {
  const [here, there] = [openEnds(one), openEnds(other)]
  const ports = new Map(other.connections.map((connection) => [pairOf(connection), connection.ports]))
  const edge = (from: string, to: string, label: string): Edge => ({ from, to, label, change })
  return [
    ...[...here.open.out].filter((end) => !there.open.out.has(end)).map((end) => edge(end, EVERYONE, 'all')),
    ...[...here.open.in].filter((end) => !there.open.in.has(end)).map((end) => edge(EVERYONE, end, 'all')),
    ...here.rest
      .filter((connection) => ports.get(pairOf(connection)) !== connection.ports)
      .map(({ from, to, ports: own }) => edge(from, to, portLabel(own))),
  ]
}

/** The same with a box for each namespace, and the number of connections between two. */
function ofNamespaces({ nodes, edges }: Drawn, workloads: readonly string[]): Drawn {
  const members = new Map<string, Set<string>>()
  for (const end of [...nodes.keys(), ...workloads]) {
    const frame = nodeOf(end).frame
    if (frame !== '') members.set(frame, (members.get(frame) ?? new Set()).add(end))
  }
  const nameOf = (end: string): string => {
    const { frame } = nodeOf(end)
    return frame === '' ? end : JSON.stringify([frame])
  }
  const boxes = [...members].map(([frame, ends]): [string, Node] => {
    const lines = [frame, count(ends.size, 'workload')]
    return [JSON.stringify([frame]), { frame: '', lines, isRound: false, isOpen: false }]
  })
  const outside = [...nodes].filter(([end]) => nodeOf(end).frame === '' && !end.startsWith('['))
  const between = new Map<string, { readonly edge: Edge; number: number }>()
  for (const edge of edges) {
    const [from, to] = [nameOf(edge.from), nameOf(edge.to)]
    const key = JSON.stringify([from, to, edge.change])
    const known = between.get(key)
    if (known === undefined) between.set(key, { edge: { ...edge, from, to }, number: 1 })
    else known.number++
  }
  return {
    nodes: new Map([...boxes, ...outside]),
    edges: [...between.values()].map(({ edge, number }) => ({ ...edge, label: count(number, 'connection') })),
  }
}

const portLabel = (ports: string): string => (ports === ALL ? 'all' : ports.replaceAll(',', ', '))

/** A workload is a box; what lies outside, and everyone, is rounded. */
function nodeOf(end: string): Node {
  const [, frame, name, kind] = /^([^/[\]{}]+)\/(.+)\[([^\]]+)\]$/s.exec(end) ?? []
  if (frame !== undefined && name !== undefined && kind !== undefined)
    return { frame, lines: [name, kind], isRound: false, isOpen: false }
  const outside =
    end === WORLD ? 'outside of the cluster' : end.replace(/\[External\]$/, '').replace(/^\{(.*)\}$/, '$1')
  // A range may be one address.
  const [, address] = /^([\d.]+)-\1$/.exec(outside) ?? []
  return { frame: '', lines: [address ?? outside], isRound: true, isOpen: false }
}

/* ---------------------------------------------------------------- Mermaid */

const RED = '#cf222e'
const GREY = '#8c959f'

/** Ends in a newline. */
function flowchart({ nodes, edges }: Drawn): string {
  const ids = new Map([...nodes.keys()].sort(order).map((end, i) => [end, `n${i}`]))
  const idOf = (end: string): string => ids.get(end) ?? ''
  const frames = new Map<string, string[]>()
  for (const end of ids.keys()) {
    const frame = nodes.get(end)?.frame ?? ''
    frames.set(frame, [...(frames.get(frame) ?? []), end])
  }
  const lines = ['flowchart LR']
  for (const [i, [frame, members]] of [...frames].sort(([a], [b]) => order(a, b)).entries()) {
    const drawn = members.map((end) => `${idOf(end)}${shapeOf(nodes.get(end))}`)
    if (frame === '') lines.push(...drawn.map((node) => `  ${node}`))
    else lines.push(`  subgraph ns_${i} ["${text(frame)}"]`, ...drawn.map((node) => `    ${node}`), '  end')
  }
  const links = joined(edges)
  for (const { from, to, label, change } of links) {
    const arrow = change === 'gone' ? '-.->' : '-->'
    lines.push(`  ${from.map(idOf).join(' & ')} ${arrow}|"${text(label)}"| ${idOf(to)}`)
  }
  // Links are styled by number, and a link with several sources is several.
  let number = 0
  for (const { from, change } of links) {
    const numbers = from.map(() => number++)
    if (change !== 'same') lines.push(`  linkStyle ${numbers.join()} stroke:${change === 'new' ? RED : GREY}`)
  }
  const open = [...nodes].filter(([, { isOpen }]) => isOpen).map(([end]) => idOf(end))
  if (open.length > 0) lines.push(`  classDef open stroke:${RED}`, `  class ${open.sort().join()} open`)
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

function shapeOf(node: Node | undefined): string {
  const label = (node?.lines ?? []).map(text).join('<br/>')
  return node?.isRound === true ? `(["${label}"])` : `["${label}"]`
}

/** Characters of one name: a longer one makes everything else small. */
const MOST_LABEL = 100

/** Text in Mermaid's double quotes: no entity, no directive, no Markdown, no markup. */
const text = (value: string): string =>
  clipped(value, MOST_LABEL).replace(/[^\p{L}\p{N} ./:,_()@+=⇄←→…-]/gu, (c) => `#${c.codePointAt(0) ?? 0};`)
