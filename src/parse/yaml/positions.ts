/** Where the paths of a document stand in its text. */
import type { Path } from '../../model.js'
import { RefusedScalar, isMergeKey, keyOf, resolveScalar } from '../scalar.js'
import { recalled, recordsOf } from './events.js'
import type { Event } from './event.js'
import type { Events } from './events.js'
import { Lines } from './lines.js'
import type { LineRange } from './lines.js'
import { Malformed } from './cursor.js'
import type { ScalarStyle } from './scalars.js'

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

/** A value under its key or in its list. Offsets are of the text, from 0. */
export interface Entry {
  /** Range of the key; -1 for a list item. */
  readonly start: number
  readonly end: number
  readonly node: Node
  /** Brought by a `<<`: it is written elsewhere. */
  readonly merged: boolean
}

/** A value as it is written. */
export interface Node {
  /** Where it begins, behind its anchor and tag; where it is empty, the end of its key or of what is before it. */
  readonly start: number
  /** One past its last character; of a scalar in block style, past its blank lines. */
  end: number
  readonly kind: 'scalar' | 'sequence' | 'mapping'
  readonly style: 'empty' | ScalarStyle | 'flow' | 'block'
  /** Whether the node may be shown whole if it lies on one line. */
  readonly inline: boolean
  readonly tagged: boolean
  /** What an alias stands for; its `entries` are that node's. */
  readonly target: Node | null
  /** Columns before each line of a scalar in block style; 0 elsewhere. */
  readonly indent: number
  readonly entries: Map<string, Entry>
}

function position(root: Node | null, lines: Lines, path: Path): Position {
  if (root === null) return { line: 1, column: 1, endLine: 1, endColumn: 1, exact: false }
  let entry: Entry = { start: -1, end: -1, node: root, merged: false }
  for (const step of path) {
    const next = entry.node.entries.get(String(step))
    const isKnown = next !== undefined && (entry.node.kind === 'sequence') === (typeof step === 'number')
    if (!isKnown) return withExact(rangeOf(entry, lines), false)
    entry = next
  }
  return withExact(rangeOf(entry, lines), true)
}

/** Asked of every finding: written out, which is faster than to spread. */
function withExact({ line, column, endLine, endColumn }: LineRange, exact: boolean): Position {
  return { line, column, endLine, endColumn, exact }
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

/** The first document's nodes; null where there is none, or it is malformed. */
export function nodesOf(text: string): Node | null {
  const records = recordsOf(text)
  return records !== null ? records.root : nodesFrom(() => recalled(text))
}

/** The nodes of what a reader gives up to the end of its first document; null where it is malformed. */
export function nodesFrom(read: () => Events): Node | null {
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
      top.node.entries.set(String(top.index++), { start: -1, end: -1, node, merged: false })
    } else if (top.key === null) {
      top.key = { start: node.start, end: node.end, name, isMerge }
    } else {
      const { start, end, name: key, isMerge: merges } = top.key
      top.key = null
      if (merges) mergeEntries(top.node.entries, node)
      else if (key !== null) top.node.entries.set(key, { start, end, node, merged: false })
    }
    top.node.end = Math.max(top.node.end, node.end)
  }
  try {
    const reader = read()
    for (let event = reader.next(); ; event = reader.next()) {
      const { type, start, end } = event
      switch (type) {
        case 'document-start':
          break
        case 'document-end':
        case 'stream-end':
          return root
        case 'scalar': {
          const value = resolveScalar(event)
          const name = value instanceof RefusedScalar ? null : keyOf(value, event)
          add(anchored(event, scalarNode(event, stack.at(-1))), name, isMergeKey(event))
          break
        }
        case 'sequence-start':
        case 'mapping-start': {
          const node: Node = {
            start,
            end: start,
            kind: type === 'sequence-start' ? 'sequence' : 'mapping',
            style: event.isFlow ? 'flow' : 'block',
            inline: event.isFlow,
            tagged: event.tag !== '',
            target: null,
            indent: 0,
            entries: new Map(),
          }
          stack.push({ node: anchored(event, node), key: null, index: 0 })
          break
        }
        case 'alias': {
          const target = anchors.get(event.anchor) ?? null
          const { kind, style, entries } = target ?? { kind: 'scalar', style: 'plain', entries: NONE }
          add({ start, end, kind, style, inline: true, tagged: false, target, indent: 0, entries }, null, false)
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

function scalarNode({ start, end, style, tag, indent }: Event, parent: Open | undefined): Node {
  const rest = { kind: 'scalar', tagged: tag !== '', target: null, indent, entries: NONE } as const
  if (style !== 'plain' || end > start)
    return { start, end, style, inline: style !== 'literal' && style !== 'folded', ...rest }
  // An empty node has no place of its own: it stands where its key, or what is before it, ends.
  const before = parent?.key?.end ?? parent?.node.end ?? 0
  return { start: before, end: before, style: 'empty', inline: true, ...rest }
}

/** As the values are merged: what a merge brings stands over what is above it, in a list the earlier over the later. */
function mergeEntries(into: Map<string, Entry>, source: Node): void {
  const sources =
    source.kind === 'sequence' ? [...source.entries.values()].map(({ node }) => node).toReversed() : [source]
  for (const { entries } of sources) {
    for (const [key, entry] of entries) into.set(key, { ...entry, merged: true })
  }
}
