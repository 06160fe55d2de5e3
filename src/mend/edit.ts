/**
 * A change of a value in a YAML text, made as a person would make it: nothing moves but the lines of the change. Quotes,
 * indentation, flow and block style, comments and line ends stay as they are, and what is new follows its neighbours.
 */
import type { Json, Path } from '../model.js'
import { isSame } from '../parse/json.js'
import { nodesOf, parseYaml, type Entry, type Node } from '../parse/yaml.js'
import { changed, type Change } from './change.js'
import { Writer } from './write.js'

/** A part of a text, and what stands there instead. Offsets from 0. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * The edits that make the change in a text of one document, last first; null where they would be more than that: the text
 * then does not say what the change is about, or says it in a way that only a person can edit (an explicit key, a tag).
 */
export function editsOf(text: string, path: Path, change: Change): readonly TextEdit[] | null {
  const read = readDocument(text)
  if (read === null) return null
  const edits = draftOf(read, path, change)
  return edits !== null && isReadBack(read, [{ path, change, edits }]) ? edits : null
}

/** A document, read once for all that is to be changed in it. */
export interface ReadDocument {
  readonly value: Json
  readonly root: Node
  readonly writer: Writer
}

/** null: it cannot be read. */
export function readDocument(text: string): ReadDocument | null {
  const { value, problem } = parseYaml(text)
  const root = nodesOf(text)
  return problem !== null || root === null ? null : { value, root, writer: new Writer(text, root) }
}

/** A change, and the edits that would make it. */
export interface Draft {
  readonly path: Path
  readonly change: Change
  readonly edits: readonly TextEdit[]
}

/** The edits that seem to make a change; null where there are none. */
export function draftOf({ value, root, writer }: ReadDocument, path: Path, change: Change): readonly TextEdit[] | null {
  if (changed(value, path, change) === null) return null
  return 'set' in change ? setting(writer, root, path, change.set) : removing(writer.text, root, path)
}

/**
 * Whether drafts together make their changes and no other. An edit is believed once it has been read back: an anchor that
 * others use, for one, carries the change to them.
 */
export function isReadBack({ value, writer }: ReadDocument, drafts: readonly Draft[]): boolean {
  const after = parseYaml(
    withEdits(
      writer.text,
      drafts.flatMap(({ edits }) => edits),
    ),
  )
  const wanted = drafts.reduce<Json | null>((all, { path, change }) => all && changed(all, path, change), value)
  return after.problem === null && isSame(after.value, wanted ?? undefined)
}

/** Without what it leaves as it is at both ends. */
function narrowed(text: string, { start, end, text: put }: TextEdit): TextEdit {
  const old = text.slice(start, end)
  const most = Math.min(old.length, put.length)
  let before = 0
  while (before < most && old[before] === put[before]) before++
  let behind = 0
  while (behind < most - before && old[old.length - 1 - behind] === put[put.length - 1 - behind]) behind++
  return { start: start + before, end: end - behind, text: put.slice(before, put.length - behind) }
}

/** Edits do not overlap; of several at one place the last of them comes first. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = []
  let from = text.length
  for (const { start, end, text: put } of [...edits].sort((a, b) => b.start - a.start)) {
    parts.push(text.slice(end, from), put)
    from = start
  }
  return [...parts, text.slice(0, from)].reverse().join('')
}

/* ------------------------------------------------------------------- set */

function setting(writer: Writer, root: Node, path: Path, value: Json): readonly TextEdit[] | null {
  let entry: Entry = { start: -1, end: -1, node: root, merged: false }
  for (const [depth, step] of path.entries()) {
    const rest = path.slice(depth + 1)
    const next = entry.node.entries.get(String(step))
    // What a merge brought is overridden, not changed where others take it from.
    if (next !== undefined && !(next.merged && rest.length === 0)) {
      entry = next
      continue
    }
    if (typeof step === 'number') return null
    const inner = rest.reduceRight<Json>((below, key) => ({ [key]: below }), value)
    return inserting(writer, entry, step, inner)
  }
  return replacing(writer, entry, value)
}

/** A new key in a map; the map may be empty, or a key without a value. */
function inserting(writer: Writer, parent: Entry, key: string, value: Json): readonly TextEdit[] | null {
  const { text } = writer
  const map = parent.node.target ?? parent.node
  if (map.kind === 'mapping' && map.style === 'flow') return intoFlow(writer, map, key, value)
  if (map.kind === 'mapping') {
    const last = lastOf(map)
    if (last === null) return null
    const at = lineEnd(text, endOf(text, last))
    return [lineAt(writer, at, writer.entry(key, value, columnOf(text, map.start)))]
  }
  if (map.style === 'empty' && parent.start >= 0) {
    const at = lineEnd(text, parent.end)
    return [lineAt(writer, at, writer.entry(key, value, columnOf(text, parent.start) + writer.step))]
  }
  const isNull = map.kind === 'scalar' && map.style === 'plain' && /^(?:~|null|Null|NULL)$/.test(sliced(text, map))
  return isNull ? [{ start: map.start, end: map.end, text: writer.flow({ [key]: value }) }] : null
}

function intoFlow(writer: Writer, map: Node, key: string, value: Json): readonly TextEdit[] {
  const { text } = writer
  const pair = writer.flowEntry(key, value)
  const last = lastOf(map)
  if (last === null) return [{ start: map.start, end: map.end, text: `{${pair}}` }]
  const end = endOf(text, last)
  const behind = text.slice(end, map.end - 1)
  const hasComma = /^\s*,/.test(behind)
  const put = (at: number, entry: string): readonly TextEdit[] => {
    if (hasComma) return [{ start: at, end: at, text: `${entry},` }]
    if (at === end) return [{ start: at, end: at, text: `,${entry}` }]
    return [
      { start: end, end, text: ',' },
      { start: at, end: at, text: entry },
    ]
  }
  const indent = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, last.start))?.[1]
  if (indent === undefined) return put(hasComma ? end + behind.indexOf(',') + 1 : end, ` ${pair}`)
  // One entry a line: the new one gets its own, behind what is said of the last.
  return put(Math.min(lineEnd(text, end), map.end - 1), `${writer.eol}${indent}${pair}`)
}

function replacing(writer: Writer, entry: Entry, value: Json): readonly TextEdit[] | null {
  const { node } = entry
  const { text } = writer
  if (node.tagged) return null
  if (node.style === 'empty') {
    const colon = text.indexOf(':', entry.end)
    if (entry.start < 0 || colon < 0 || text.slice(entry.end, colon).trim() !== '') return null
    return [{ start: colon + 1, end: colon + 1, text: ` ${writer.flow(value)}` }]
  }
  if (node.style === 'literal' && node.target === null) return replacingLiteral(writer, entry, value)
  if (node.style === 'folded') return null
  const isBlock = node.style === 'block' && node.target === null
  if (!isBlock) {
    const styled = node.kind === 'scalar' && node.target === null ? node.style : 'plain'
    return [{ start: node.start, end: node.end, text: writer.inline(value, styled) }]
  }
  const end = contentEnd(text, node)
  if (node.kind === 'sequence' && Array.isArray(value) && value.length > 0) {
    const items = (value as readonly Json[]).map((item) => `- ${writer.flow(item)}`)
    const indent = ' '.repeat(columnOf(text, node.start))
    return [{ start: node.start, end, text: items.join(`${writer.eol}${indent}`) }]
  }
  const colon = entry.start < 0 ? -1 : text.indexOf(':', entry.end)
  return colon < 0 ? null : [{ start: colon + 1, end, text: ` ${writer.flow(value)}` }]
}

/** A text within the text: its lines change, its `|` and its indentation stay. */
function replacingLiteral(writer: Writer, entry: Entry, value: Json): readonly TextEdit[] | null {
  const { node } = entry
  if (typeof value !== 'string' || node.indent <= 0) return null
  const { text, eol } = writer
  const end = contentEnd(text, node)
  const indent = ' '.repeat(node.indent)
  const lines = value.replace(/\s+$/, '').split('\n')
  const written = lines.map((line) => (line === '' ? '' : indent + line)).join(eol)
  return [narrowed(text, { start: node.start, end, text: written })]
}

/* ---------------------------------------------------------------- remove */

function removing(text: string, root: Node, path: Path): readonly TextEdit[] | null {
  let parent = root
  for (const step of path.slice(0, -1)) {
    const next = parent.entries.get(String(step))
    if (next === undefined) return null
    parent = next.node
  }
  const written = parent.target ?? parent
  const key = String(path.at(-1))
  const entry = written.entries.get(key)
  if (entry === undefined || entry.merged) return null
  const entries = [...written.entries.values()].filter(({ merged }) => !merged)
  const index = entries.indexOf(entry)
  if (entries.length === 1 && written.entries.size === 1) return emptied(text, root, path, written)
  if (written.style === 'flow') return fromFlow(text, entries, index)
  return written.kind === 'sequence' ? itemFrom(text, written, entries, index) : keyFrom(text, written, entries, index)
}

/** Nothing is left of the map or list: it stays, empty. */
function emptied(text: string, root: Node, path: Path, node: Node): readonly TextEdit[] | null {
  const empty = node.kind === 'sequence' ? '[]' : '{}'
  if (node.style === 'flow') return [{ start: node.start, end: node.end, text: empty }]
  const above = entryAt(root, path.slice(0, -1))
  if (above === null) return null
  const end = contentEnd(text, node)
  if (above.start < 0) return [{ start: node.start, end, text: empty }]
  const colon = text.indexOf(':', above.end)
  return colon < 0 ? null : [{ start: colon + 1, end, text: ` ${empty}` }]
}

function fromFlow(text: string, entries: readonly Entry[], index: number): readonly TextEdit[] {
  const [before, entry, next] = [entries[index - 1], entries[index]!, entries[index + 1]]
  if (next !== undefined) return [{ start: beginOf(entry), end: beginOf(next), text: '' }]
  return [{ start: before === undefined ? beginOf(entry) : endOf(text, before), end: endOf(text, entry), text: '' }]
}

/** The lines of a key, with the comment behind it; the comments above it are the reader's to keep. */
function keyFrom(text: string, map: Node, entries: readonly Entry[], index: number): readonly TextEdit[] | null {
  const entry = entries[index]!
  const end = lineEnd(text, endOf(text, entry))
  const start = lineStart(text, entry.start)
  if (text.slice(start, entry.start).trim() === '') return [{ start, end: pastBreak(text, end), text: '' }]
  // `- key: value`: the next key moves up behind the dash.
  const next = entries[index + 1]
  if (entry.start !== map.start || next === undefined) return null
  const between = text.slice(end, next.start)
  return [{ start: entry.start, end: between.trim() === '' ? next.start : end, text: '' }]
}

function itemFrom(text: string, list: Node, entries: readonly Entry[], index: number): readonly TextEdit[] | null {
  const entry = entries[index]!
  const dash = text.lastIndexOf('-', Math.max(beginOf(entry) - 1, list.start))
  const start = lineStart(text, dash)
  const end = lineEnd(text, endOf(text, entry))
  if (dash < list.start) return null
  if (text.slice(start, dash).trim() === '') return [{ start, end: pastBreak(text, end), text: '' }]
  const next = entries[index + 1]
  const nextDash = next === undefined ? -1 : text.lastIndexOf('-', beginOf(next) - 1)
  return nextDash < end ? null : [{ start: dash, end: nextDash, text: '' }]
}

/* ---------------------------------------------------------------- places */

function entryAt(root: Node, path: Path): Entry | null {
  let entry: Entry = { start: -1, end: -1, node: root, merged: false }
  for (const step of path) {
    const next = entry.node.entries.get(String(step))
    if (next === undefined) return null
    entry = next
  }
  return entry
}

function lastOf(node: Node): Entry | null {
  return [...node.entries.values()].filter(({ merged }) => !merged).at(-1) ?? null
}

const beginOf = ({ start, node }: Entry): number => (start < 0 ? node.start : start)

/** Where the value ends, or the key where there is none. */
function endOf(text: string, { end, node }: Entry): number {
  return Math.max(end, node.style === 'empty' ? node.end : contentEnd(text, node))
}

/** Without the blank lines that follow a text in block style. */
function contentEnd(text: string, { start, end }: Node): number {
  let at = end
  while (at > start && /\s/.test(text[at - 1] ?? '')) at--
  return at
}

/** Before the line break that ends the line, its carriage return included. */
function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  if (at < 0) return text.length
  return text[at - 1] === '\r' && at > from ? at - 1 : at
}

function pastBreak(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : Math.min(at + 1, text.length)
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

const columnOf = (text: string, at: number): number => at - lineStart(text, at)

const sliced = (text: string, { start, end }: Node): string => text.slice(start, end)

/** Whole lines behind a line that ends at `at`. */
function lineAt({ eol }: Writer, at: number, lines: readonly string[]): TextEdit {
  return { start: at, end: at, text: lines.map((line) => eol + line).join('') }
}
