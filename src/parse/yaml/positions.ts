/** Where the paths of a document stand in its text. */
import type { Path } from '../../model.js'
import { RefusedScalar, isMergeKey, keyOf, resolveScalar } from '../scalar.js'
import { EventReader } from './events.js'
import type { Event } from './events.js'
import { Lines } from './lines.js'
import type { LineRange } from './lines.js'
import { Malformed } from './cursor.js'

export interface Position extends LineRange {
  /** False where the path does not exist: then it is the nearest ancestor that does. */
  readonly exact: boolean
}

/**
 * Where paths of a document stand. A key with a short value is the range of both, a key with a block below it the
 * key alone, a list item its first line. Through an alias or a merge it is the line of the anchored text.
 * The text is parsed at the first call, and a malformed one is all at its first line.
 */
export function positionsOf(text: string): (path: Path) => Position {
  let tree: { readonly root: Node | null; readonly lines: Lines } | null = null
  return (path) => {
    tree ??= { root: nodesOf(text), lines: new Lines(text) }
    return position(tree.root, tree.lines, path)
  }
}

interface Entry {
  /** Range of the key; -1 for a list item. */
  readonly start: number
  readonly end: number
  readonly node: Node
}

interface Node {
  readonly start: number
  end: number
  readonly kind: 'scalar' | 'sequence' | 'mapping'
  /** Whether the node may be shown whole if it lies on one line. */
  readonly inline: boolean
  readonly entries: Map<string, Entry>
}

function position(root: Node | null, lines: Lines, path: Path): Position {
  if (root === null) return { line: 1, column: 1, endLine: 1, endColumn: 1, exact: false }
  let entry: Entry = { start: -1, end: -1, node: root }
  for (const [depth, step] of path.entries()) {
    const next = entry.node.entries.get(String(step))
    if (next === undefined || (entry.node.kind === 'sequence') !== (typeof step === 'number')) {
      return { ...rangeOf(entry, lines), exact: depth === path.length }
    }
    entry = next
  }
  return { ...rangeOf(entry, lines), exact: true }
}

function rangeOf(entry: Entry, lines: Lines): LineRange {
  let { start, end, node } = entry
  // The first line of a list item is that of what stands first in it.
  for (let first = firstOf(node); start < 0 && first !== undefined; first = firstOf(node))
    ({ start, end, node } = first)
  const shown = node.inline && node.end > node.start
  if (start < 0) return lines.range(node.start, shown ? node.end : node.start)
  const withValue = lines.range(start, Math.max(shown && node.start >= start ? node.end : end, end))
  return withValue.line === withValue.endLine ? withValue : lines.range(start, end)
}

function firstOf({ inline, entries }: Node): Entry | undefined {
  return inline ? undefined : entries.values().next().value
}

const NONE: Map<string, Entry> = new Map()

/** A collection that is not closed yet. */
interface Open {
  readonly node: Node
  key: { readonly start: number; readonly end: number; readonly name: string | null; readonly isMerge: boolean } | null
  index: number
}

/** The first document's nodes; null where there is none. */
function nodesOf(text: string): Node | null {
  const anchors = new Map<string, Node>()
  const stack: Open[] = []
  let root: Node | null = null
  const anchored = (event: Event, node: Node): Node => {
    if (event.anchor !== '') anchors.set(event.anchor, node)
    return node
  }
  const add = (node: Node, name: string | null, isMerge: boolean): void => {
    const top = stack[stack.length - 1]
    if (top === undefined) {
      root = node
      return
    }
    if (top.node.kind === 'sequence') {
      top.node.entries.set(String(top.index++), { start: -1, end: -1, node })
    } else if (top.key === null) {
      top.key = { start: node.start, end: node.end, name, isMerge }
    } else {
      const { start, end, name: key, isMerge: merges } = top.key
      top.key = null
      if (merges) mergeEntries(top.node.entries, node)
      else if (key !== null) top.node.entries.set(key, { start, end, node })
    }
    top.node.end = Math.max(top.node.end, node.end)
  }
  try {
    const reader = new EventReader(text)
    for (let event = reader.next(); ; event = reader.next()) {
      const { type, start, end } = event
      switch (type) {
        case 'document-start':
          break
        case 'document-end':
        case 'stream-end':
          return root
        case 'scalar': {
          const inline = event.style !== 'literal' && event.style !== 'folded'
          const node: Node = { start, end, kind: 'scalar', inline, entries: NONE }
          const value = resolveScalar(event)
          const name = value instanceof RefusedScalar ? null : keyOf(value, event)
          add(anchored(event, node), name, isMergeKey(event))
          break
        }
        case 'sequence-start':
        case 'mapping-start': {
          const kind = type === 'sequence-start' ? 'sequence' : 'mapping'
          const node: Node = { start, end: start, kind, inline: event.isFlow, entries: new Map() }
          stack.push({ node: anchored(event, node), key: null, index: 0 })
          break
        }
        case 'alias': {
          const target = anchors.get(event.anchor)
          const kind = target?.kind ?? 'scalar'
          add({ start, end, kind, inline: true, entries: target?.entries ?? NONE }, null, false)
          break
        }
        case 'sequence-end':
        case 'mapping-end': {
          const { node } = stack.pop()!
          if (node.inline) node.end = Math.max(node.end, end)
          add(node, null, false)
          break
        }
      }
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return null
  }
}

/** As the values are merged: what a merge brings stands over what is above it, in a list the earlier over the later. */
function mergeEntries(into: Map<string, Entry>, source: Node): void {
  const sources =
    source.kind === 'sequence' ? [...source.entries.values()].map(({ node }) => node).toReversed() : [source]
  for (const { entries } of sources) {
    for (const [key, entry] of entries) into.set(key, entry)
  }
}
