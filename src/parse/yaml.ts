/**
 * The one way YAML is read here: as the cluster reads it. js-yaml gives the events, the values are built from them
 * as sigs.k8s.io/yaml builds them (go.yaml.in/yaml/v2, then JSON), and positions come from the same events.
 */
import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, YAMLException, getScalarValue, parseEvents } from 'js-yaml'
import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml'
import type { Json, Path } from '../model.js'
import { RefusedScalar, keyOf, resolvePlain, resolveTagged } from './scalar.js'
import type { Scalar } from './scalar.js'

export interface YamlProblem {
  /**
   * `malformed`: no client reads it, there is no value. `ambiguous`: clients read it differently; the value is what
   * kubectl would deploy.
   */
  readonly kind: 'malformed' | 'ambiguous'
  readonly message: string
  /** 1-based, in the text. */
  readonly line: number
  readonly column: number
}

/** `value` is null where the text is empty, where it says null, and where it is malformed. */
export interface Parsed {
  readonly value: Json
  readonly problem: YamlProblem | null
}

/** js-yaml recurses; real manifests stay below 60 levels, the deepest CRD schemas included. */
const MAX_DEPTH = 256

/** Values that aliases and merges may add to one document: about what go-yaml allows (400,000), well below. */
const MAX_ALIASED = 100_000

/** One document, as kubectl reads it. Never throws. */
export function parseYaml(text: string): Parsed {
  let events: Event[]
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH })
  } catch (error) {
    return { value: null, problem: syntaxProblem(error) }
  }
  return new Builder(text, events).build()
}

function syntaxProblem(error: unknown): YamlProblem {
  if (!(error instanceof YAMLException)) throw error
  const { mark } = error
  return { kind: 'malformed', message: error.reason, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 }
}

/** An anchor, with how many values its node holds once aliases are written out. */
interface Anchor {
  value: Json
  size: number
  done: boolean
  isMap: boolean
}

type MutableMap = Record<string, Json>

interface Frame {
  readonly kind: 'document' | 'sequence' | 'mapping'
  readonly value: MutableMap | Json[] | null
  readonly anchor: Anchor | null
  /** Values below, aliases written out. */
  size: number
  /** Mapping: the key that waits for its value, where it stands, and whether it is a merge. */
  key: string | null
  keyAt: number
  isMerge: boolean
  /** Keys that only a merge brought: one written later overrides them. */
  merged: Set<string> | null
}

class Refused {
  constructor(
    readonly message: string,
    readonly at: number,
  ) {}
}

/** Builds the value of the first document, iteratively: depth costs no stack. */
class Builder {
  private readonly anchors = new Map<string, Anchor>()
  private readonly frames: Frame[] = []
  private root: Json = null
  private aliased = 0
  private ambiguity: YamlProblem | null = null
  private documents = 0

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
  ) {}

  build(): Parsed {
    try {
      for (const event of this.events) {
        if (event.type === EVENT_ID.DOCUMENT && ++this.documents > 1) break
        this.take(event)
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { value: null, problem: { kind: 'malformed', message: error.message, ...this.place(error.at) } }
    }
    if (this.documents > 1)
      this.doubt('a second document without a --- line before it: kubectl reads the first only', this.secondDocument())
    const end = /(?:^|\n)\.\.\.(?=[ \t\r\n]|$)/.exec(this.text)
    if (end !== null && end.index < this.firstContent())
      this.doubt('text behind a ... line: kubectl reads nothing of it', end.index)
    const separator = /[\u0085\u2028\u2029]/.exec(this.text)
    if (separator !== null && !isJson(this.text)) {
      const code = separator[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      this.doubt(`the character U+${code} ends a line for kubectl and not for others`, separator.index)
    }
    return { value: this.root, problem: this.ambiguity }
  }

  private take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.frames.push(frame('document', null, null))
        return
      case EVENT_ID.SCALAR: {
        const source = getScalarValue(this.text, event)
        const value = this.scalar(event, source)
        if (event.anchorStart >= 0)
          this.anchors.set(this.anchorName(event), { value, size: 1, done: true, isMap: false })
        // A plain `<<` is a merge only as a key; as a value it is the string.
        const top = this.top()
        if (top.kind === 'mapping' && top.key === null && !top.isMerge && isMergeKey(event, value, this.text)) {
          top.isMerge = true
          top.keyAt = event.valueStart
          return
        }
        this.add(value, 1, false, event.valueStart, source)
        return
      }
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const isMap = event.type === EVENT_ID.MAPPING
        const value: MutableMap | Json[] = isMap ? {} : []
        const anchor: Anchor | null = event.anchorStart < 0 ? null : { value, size: 1, done: false, isMap }
        if (anchor !== null) this.anchors.set(this.anchorName(event), anchor)
        this.checkTag(event)
        const top = this.top()
        if (top.kind === 'mapping' && top.key === null && !top.isMerge)
          throw new Refused('a map or list cannot be a key', event.start)
        this.frames.push(frame(isMap ? 'mapping' : 'sequence', value, anchor))
        return
      }
      case EVENT_ID.ALIAS: {
        const name = this.anchorName(event)
        const anchor = this.anchors.get(name)
        if (anchor === undefined) throw new Refused(`unknown anchor ${JSON.stringify(name)}`, event.anchorStart)
        if (!anchor.done) throw new Refused(`anchor ${JSON.stringify(name)} contains itself`, event.anchorStart)
        this.charge(anchor.size, event.anchorStart)
        this.add(anchor.value, anchor.size, anchor.isMap, event.anchorStart)
        return
      }
      case EVENT_ID.POP: {
        const done = this.frames.pop()
        if (done === undefined || done.kind === 'document') return
        if (done.anchor !== null) Object.assign(done.anchor, { size: done.size, done: true })
        this.add(done.value, done.size, done.kind === 'mapping', done.keyAt)
        return
      }
    }
  }

  /** A finished value goes where its parent waits for it. */
  private add(value: Json, size: number, isMap: boolean, at: number, source?: string): void {
    const top = this.top()
    if (top.kind === 'document') {
      this.root = value
      return
    }
    top.size += size
    if (top.kind === 'sequence') {
      ;(top.value as Json[]).push(value)
      return
    }
    const map = top.value as MutableMap
    if (top.isMerge) {
      top.isMerge = false
      this.merge(top, map, value, isMap)
    } else if (top.key === null) {
      const key = typeof value === 'object' && value !== null ? null : keyOf(value, source ?? String(value))
      if (key === null) throw new Refused(`${source ?? 'this'} cannot be a key`, at)
      top.key = key
      top.keyAt = at
    } else {
      if (Object.hasOwn(map, top.key) && top.merged?.delete(top.key) !== true) {
        this.doubt(`duplicate key ${JSON.stringify(top.key)}: kubectl takes the last, others refuse it`, top.keyAt)
      }
      setKey(map, top.key, value)
      top.key = null
    }
  }

  /**
   * go-yaml v2 merges where the `<<` stands: what it brings overrides the keys above it. v3 (kustomize) lets written
   * keys win wherever they stand. In a list of maps the earlier wins for both.
   */
  private merge(top: Frame, map: MutableMap, source: Json, isMap: boolean): void {
    const sources = Array.isArray(source) ? (source as readonly Json[]).toReversed() : [source]
    const brought: MutableMap = {}
    if (!isMap && !Array.isArray(source)) throw new Refused('<< wants a map or a list of maps', top.keyAt)
    for (const each of sources) {
      if (typeof each !== 'object' || each === null || Array.isArray(each))
        throw new Refused('<< wants a map or a list of maps', top.keyAt)
      for (const [key, value] of Object.entries(each)) setKey(brought, key, value)
    }
    for (const [key, value] of Object.entries(brought)) {
      this.charge(1, top.keyAt)
      if (Object.hasOwn(map, key))
        this.doubt(
          `<< brings the key ${JSON.stringify(key)} that stands above it: kubectl and kustomize take different ones`,
          top.keyAt,
        )
      setKey(map, key, value)
      top.merged ??= new Set()
      top.merged.add(key)
    }
  }

  private scalar(event: ScalarEvent, source: string): Scalar {
    const tag = this.tagOf(event)
    if (tag === '' && event.style === SCALAR_STYLE.PLAIN) return this.finite(resolvePlain(source), event)
    if (tag === '' || tag === '!') return source
    const value = resolveTagged(tag, source)
    if (value instanceof RefusedScalar) throw new Refused(value.reason, event.tagStart)
    return this.finite(value, event)
  }

  /** JSON has no infinity: the conversion refuses the document, except in a key. */
  private finite(value: Scalar, event: ScalarEvent): Scalar {
    const top = this.top()
    const isKey = top.kind === 'mapping' && top.key === null && !top.isMerge
    if (typeof value === 'number' && !Number.isFinite(value) && !isKey) {
      throw new Refused(`${this.text.slice(event.valueStart, event.valueEnd)} has no place in JSON`, event.valueStart)
    }
    return value
  }

  /** The long form of a node's tag, '' without one. */
  private tagOf(event: ScalarEvent | MappingEvent | SequenceEvent): string {
    if (event.tagStart < 0) return ''
    const raw = this.text.slice(event.tagStart, event.tagEnd)
    if (raw.startsWith('!<')) return raw.slice(2, -1)
    if (raw.startsWith('!!')) return `tag:yaml.org,2002:${raw.slice(2)}`
    return raw
  }

  /** go-yaml builds a collection whatever its tag; kyaml keeps the tag. Only the core ones are the same for both. */
  private checkTag(event: MappingEvent | SequenceEvent): void {
    const tag = this.tagOf(event)
    const own = `tag:yaml.org,2002:${event.type === EVENT_ID.MAPPING ? 'map' : 'seq'}`
    if (tag !== '' && tag !== '!' && tag !== own)
      this.doubt(
        `the tag ${this.text.slice(event.tagStart, event.tagEnd)} is dropped by kubectl and kept by others`,
        event.tagStart,
      )
  }

  private charge(size: number, at: number): void {
    this.aliased += size
    if (this.aliased > MAX_ALIASED)
      throw new Refused(`aliases would grow the document by more than ${MAX_ALIASED} values`, at)
  }

  private doubt(message: string, at: number): void {
    this.ambiguity ??= { kind: 'ambiguous', message, ...this.place(at) }
  }

  private place(at: number): { line: number; column: number } {
    return new Lines(this.text).at(Math.max(at, 0))
  }

  private top(): Frame {
    return this.frames[this.frames.length - 1] as Frame
  }

  private anchorName(event: { readonly anchorStart: number; readonly anchorEnd: number }): string {
    return this.text.slice(event.anchorStart, event.anchorEnd)
  }

  private firstContent(): number {
    const first = this.events.find((event) => event.type !== EVENT_ID.DOCUMENT && event.type !== EVENT_ID.POP)
    return first === undefined ? -1 : startOf(first)
  }

  private secondDocument(): number {
    let documents = 0
    for (const event of this.events) {
      if (event.type === EVENT_ID.DOCUMENT) documents++
      else if (documents === 2) return startOf(event)
    }
    return 0
  }
}

function frame(kind: Frame['kind'], value: Frame['value'], anchor: Anchor | null): Frame {
  return { kind, value, anchor, size: 1, key: null, keyAt: -1, isMerge: false, merged: null }
}

/** Assignment would take `__proto__` for the prototype. */
function setKey(map: MutableMap, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}

function isMergeKey(event: ScalarEvent, value: Scalar, text: string): boolean {
  if (value !== '<<') return false
  if (event.tagStart < 0) return event.style === SCALAR_STYLE.PLAIN
  const tag = text.slice(event.tagStart, event.tagEnd)
  return tag === '!' || tag === '!!merge' || tag === '!<tag:yaml.org,2002:merge>'
}

/** kubectl reads a text that begins with a brace as JSON if it can. */
function isJson(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/* ------------------------------------------------------------- positions */

export interface Position {
  /** 1-based, in the text. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** One past the last character. */
  readonly endColumn: number
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
  start: number
  /** One past its last character; of a scalar in block style, past its blank lines. */
  end: number
  readonly kind: 'scalar' | 'sequence' | 'mapping'
  readonly style: 'empty' | 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'flow' | 'block'
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
  for (const [depth, step] of path.entries()) {
    const next = entry.node.entries.get(String(step))
    if (next === undefined || (entry.node.kind === 'sequence') !== (typeof step === 'number')) {
      return { ...rangeOf(entry, lines), exact: depth === path.length }
    }
    entry = next
  }
  return { ...rangeOf(entry, lines), exact: true }
}

function rangeOf({ start, end, node }: Entry, lines: Lines): Omit<Position, 'exact'> {
  const shown = node.inline && node.end > node.start
  if (start < 0) {
    const first = node.entries.values().next()
    if (!node.inline && first.done !== true) return rangeOf(first.value, lines)
    return lines.range(node.start, shown ? node.end : node.start)
  }
  const withValue = lines.range(start, Math.max(shown && node.start >= start ? node.end : end, end))
  return withValue.line === withValue.endLine ? withValue : lines.range(start, end)
}

/** The first document's nodes; null where there is none, or it is malformed. */
export function nodesOf(text: string): Node | null {
  let events: Event[]
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH })
  } catch (error) {
    syntaxProblem(error)
    return null
  }
  const anchors = new Map<string, Node>()
  interface Open {
    readonly node: Node | null
    readonly style: number
    key: { start: number; end: number; name: string | null; isMerge: boolean } | null
    index: number
  }
  const stack: Open[] = []
  let root: Node | null = null
  const anchored = (event: { anchorStart: number; anchorEnd: number }, node: Node): Node => {
    if (event.anchorStart >= 0) anchors.set(text.slice(event.anchorStart, event.anchorEnd), node)
    return node
  }
  const add = (node: Node, name: string | null, isMerge: boolean): void => {
    const top = stack[stack.length - 1]
    // An empty node has no place of its own: it stands where its key, or what is before it, ends.
    const before = top?.key?.end ?? top?.node?.end ?? 0
    if (node.start < 0) Object.assign(node, { start: before, end: before })
    if (top?.node == null) {
      root = node
      return
    }
    if (top.node.kind === 'sequence') {
      top.node.entries.set(String(top.index++), { start: -1, end: -1, node, merged: false })
    } else if (top.key === null) {
      top.key = { start: node.start, end: node.end, name, isMerge }
      top.node.end = Math.max(top.node.end, node.end)
      return
    } else {
      const { start, end, name: key, isMerge: merges } = top.key
      top.key = null
      if (merges) mergeEntries(top.node.entries, node)
      else if (key !== null) top.node.entries.set(key, { start, end, node, merged: false })
    }
    top.node.end = Math.max(top.node.end, node.end)
  }
  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        if (root !== null) return root
        stack.push({ node: null, style: 0, key: null, index: 0 })
        break
      case EVENT_ID.SCALAR: {
        const quotes = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0
        const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK
        const start = event.valueStart < 0 ? -1 : event.valueStart - quotes
        const node: Node = {
          start,
          end: event.valueStart < 0 ? -1 : event.valueEnd + quotes,
          kind: 'scalar',
          style: event.valueStart < 0 ? 'empty' : STYLES[event.style],
          inline: !isBlock,
          tagged: event.tagStart >= 0,
          target: null,
          indent: isBlock ? event.indent : 0,
          entries: NONE,
        }
        const value = getScalarValue(text, event)
        const plain = event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0
        add(anchored(event, node), keyOf(plain ? resolvePlain(value) : value, value), isMergeKey(event, value, text))
        break
      }
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const kind = event.type === EVENT_ID.SEQUENCE ? 'sequence' : 'mapping'
        const node: Node = {
          start: event.start,
          end: event.start,
          kind,
          style: event.style === COLLECTION_STYLE.FLOW ? 'flow' : 'block',
          inline: event.style === COLLECTION_STYLE.FLOW,
          tagged: event.tagStart >= 0,
          target: null,
          indent: 0,
          entries: new Map(),
        }
        stack.push({ node: anchored(event, node), style: event.style, key: null, index: 0 })
        break
      }
      case EVENT_ID.ALIAS: {
        const target = anchors.get(text.slice(event.anchorStart, event.anchorEnd))
        const node: Node = {
          start: event.anchorStart - 1,
          end: event.anchorEnd,
          kind: target?.kind ?? 'scalar',
          style: target?.style ?? 'plain',
          inline: true,
          tagged: false,
          target: target ?? null,
          indent: 0,
          entries: target?.entries ?? NONE,
        }
        add(node, null, false)
        break
      }
      case EVENT_ID.POP: {
        const node = stack.pop()?.node ?? null
        if (node === null) break
        if (node.inline) {
          const close = text.indexOf(node.kind === 'sequence' ? ']' : '}', node.end)
          if (close >= 0) node.end = close + 1
        }
        add(node, null, false)
        break
      }
    }
  }
  return root
}

const NONE: Map<string, Entry> = new Map()

const STYLES = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded',
} as const

/** As `Builder.merge`: what a merge brings stands over what is above it, in a list the earlier over the later. */
function mergeEntries(into: Map<string, Entry>, source: Node): void {
  const sources =
    source.kind === 'sequence' ? [...source.entries.values()].map(({ node }) => node).toReversed() : [source]
  for (const { entries } of sources) {
    for (const [key, entry] of entries) into.set(key, { ...entry, merged: true })
  }
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start
  return event.type === EVENT_ID.ALIAS ? event.anchorStart : 0
}

/** Offsets to lines. Breaks are LF, CR and CRLF, as in YAML. */
class Lines {
  private readonly starts: number[] = [0]

  constructor(text: string) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) this.starts.push(at + 1)
    }
  }

  /** 1-based. */
  at(offset: number): { line: number; column: number } {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 }
  }

  range(start: number, end: number): Omit<Position, 'exact'> {
    const from = this.at(start)
    const to = this.at(end)
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }
}

/* -------------------------------------------------------------- comments */

export interface Comment {
  /** 1-based, in the text. */
  readonly line: number
  /** What follows the `#`, trimmed. */
  readonly text: string
  /** Whether it stands alone on its line. */
  readonly alone: boolean
}

/** The comments of a document; none where it is malformed. */
export function commentsOf(text: string): readonly Comment[] {
  if (!text.includes('#')) return []
  let events: Event[]
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH })
  } catch (error) {
    syntaxProblem(error)
    return []
  }
  const scalars = events.flatMap((event) => (event.type === EVENT_ID.SCALAR && event.valueStart >= 0 ? [event] : []))
  const comments: Comment[] = []
  let next = 0
  let offset = 0
  for (const [index, line] of text.split('\n').entries()) {
    for (const match of line.matchAll(/(?:^|[ \t])#/g)) {
      const at = offset + match.index + match[0].length - 1
      for (let scalar = scalars[next]; scalar !== undefined && scalar.valueEnd <= at; scalar = scalars[++next]);
      const scalar = scalars[next]
      if (scalar !== undefined && scalar.valueStart <= at) continue
      comments.push({
        line: index + 1,
        text: line.slice(at - offset + 1).trim(),
        alone: line.slice(0, at - offset).trim() === '',
      })
      break
    }
    offset += line.length + 1
  }
  return comments
}
