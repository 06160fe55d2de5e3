/**
 * The one way YAML is read here: as the cluster reads it. The events are go-yaml's own (yaml/events.ts), the values are
 * built from them as sigs.k8s.io/yaml builds them (go.yaml.in/yaml/v2, then JSON), and positions come from the same
 * events.
 */
import type { Json } from '../model.js'
import { RefusedScalar, isMergeKey, keyOf, resolveScalar } from './scalar.js'
import type { Scalar } from './scalar.js'
import { remembering } from './yaml/events.js'
import type { Event } from './yaml/event.js'
import type { EventReader } from './yaml/events.js'
import { Lines } from './yaml/lines.js'
import { Malformed } from './yaml/cursor.js'

export { commentsOf } from './yaml/comments.js'
export { nodesOf, positionsOf } from './yaml/positions.js'
export type { Entry, Node, Position } from './yaml/positions.js'

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

/** What reads the values recurses; real manifests stay below 60 levels, the deepest CRD schemas included. */
const MAX_DEPTH = 256

/** One document, as kubectl reads it. Never throws. */
export function parseYaml(text: string): Parsed {
  const builder = new Builder(text)
  try {
    return builder.build()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const at = placeOf(text, error.at)
    const message = isTemplate(text, at.line)
      ? `${error.message}: it looks like a template, not rendered`
      : error.message
    const problem: YamlProblem = { kind: 'malformed', message, ...at }
    const json = error instanceof TooMuch ? undefined : readJson(text)
    if (json === undefined) return { value: null, problem }
    const refused = `JSON that is no YAML (${error.message}): kubectl reads it at the head of a file, others refuse it`
    return { value: json, problem: { ...problem, kind: 'ambiguous', message: refused } }
  }
}

/** Whether Go's or Jinja's marks stand on a line (1-based) or the one above it, which may be what is read wrongly. */
function isTemplate(text: string, line: number): boolean {
  const near = text.split('\n').slice(Math.max(0, line - 2), line)
  return near.some((words) => /\{\{|\{%/.test(words))
}

/** A limit of ours. */
class TooMuch extends Malformed {}

/** kubectl reads a text that begins with a brace as JSON if it can. */
function readJson(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function placeOf(text: string, at: number): { line: number; column: number } {
  return new Lines(text).at(at)
}

interface Value {
  readonly value: Json
  /** What go-yaml's decoder counts for it: the nodes below and itself, aliases written out. */
  readonly size: number
  /** Levels of collections. */
  readonly depth: number
  readonly isMap: boolean
  /** The key that it would be, null where it can be none. */
  readonly key: string | null
}

/** What an alias stands for; null while its node is open. */
interface Anchor {
  value: Value | null
}

type MutableMap = Record<string, Json>

/** A collection that is not closed yet. */
interface Frame {
  readonly map: MutableMap | null
  readonly list: Json[] | null
  readonly anchor: Anchor | null
  readonly start: number
  size: number
  depth: number
  /** Mapping: the key that waits for its value, where it stands, and whether it is a merge. */
  key: string | null
  keyAt: number
  isMerge: boolean
  /** Keys that only a merge brought: one written later overrides them. */
  merged: Set<string> | null
}

/** Marks a map that JSON cannot hold, with the reason: it is refused unless something overrides it. */
const REFUSED = Symbol('refused')

/** Builds the value of the first document, iteratively: depth costs no stack. */
class Builder {
  private readonly anchors = new Map<string, Anchor>()
  private readonly frames: Frame[] = []
  private root: Json = null
  private ambiguity: YamlProblem | null = null
  /** What go-yaml's decoder counts, against documents that aliases make large. */
  private decoded = 1
  private aliased = 0
  /** The first value that JSON has no word for. */
  private suspect: Malformed | null = null

  constructor(private readonly text: string) {}

  build(): Parsed {
    const mark = this.text.indexOf('\ufeff', 1)
    if (mark > 0) this.doubt('a byte order mark inside the text: what it means depends on where a buffer ends', mark)
    const reader = remembering(this.text)
    let event = reader.next()
    for (; event.type !== 'document-end' && event.type !== 'stream-end'; event = reader.next()) this.take(event)
    if (this.suspect !== null) refuseWhatIsNoJson(this.root, this.suspect)
    if (event.type === 'document-end') this.doubtWhatFollows(reader)
    // JSON's strings may hold what breaks a line in YAML 1.1.
    const json = /[\u0085\u2028\u2029]/.test(this.text) ? readJson(this.text) : undefined
    if (json === undefined || JSON.stringify(json) === JSON.stringify(this.root))
      return { value: this.root, problem: this.ambiguity }
    const message =
      'JSON with U+0085, U+2028 or U+2029 in it: kubectl reads it as JSON at the head of a file, others as YAML'
    return { value: json, problem: { kind: 'ambiguous', message, line: 1, column: 1 } }
  }

  /** go-yaml stops at the end of the first document, whatever follows. */
  private doubtWhatFollows(reader: Pick<EventReader, 'next'>): void {
    try {
      const { start, type } = reader.next()
      if (type !== 'stream-end')
        this.doubt('a second document, not split off by a --- line: kubectl reads the first only', start)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.doubt('text behind the end of the document: kubectl reads nothing of it', error.at)
    }
  }

  private take(event: Event): void {
    switch (event.type) {
      case 'scalar': {
        const top = this.frames[this.frames.length - 1]
        const isKey = top !== undefined && top.map !== null && top.key === null && !top.isMerge
        if (isKey && isMergeKey(event)) {
          if (event.anchor !== '') this.anchors.set(event.anchor, anchorOf('<<', '<<'))
          top.isMerge = true
          top.keyAt = event.start
          return
        }
        const value = this.scalar(event, isKey)
        const key = isKey || event.anchor !== '' ? keyOf(value, event) : null
        this.decoded++
        if (event.anchor !== '') this.anchors.set(event.anchor, anchorOf(value, key))
        this.add(value, 1, 0, false, key, event.start)
        return
      }
      case 'sequence-start':
      case 'mapping-start': {
        const isMap = event.type === 'mapping-start'
        const top = this.frames[this.frames.length - 1]
        if (top !== undefined && top.map !== null && top.key === null && !top.isMerge)
          throw new Malformed('a map or list cannot be a key', event.start)
        if (this.frames.length >= MAX_DEPTH) throw tooDeep(event.start)
        const anchor: Anchor | null = event.anchor === '' ? null : { value: null }
        if (anchor !== null) this.anchors.set(event.anchor, anchor)
        this.checkTag(event)
        // A list of maps to merge is no value of its own.
        const size = !isMap && top?.isMerge === true ? 0 : 1
        this.decoded += size
        this.frames.push(frame(isMap, anchor, event.start, size))
        return
      }
      case 'alias': {
        const anchor = this.anchors.get(event.anchor)
        if (anchor === undefined) throw new Malformed(`unknown anchor ${JSON.stringify(event.anchor)}`, event.start)
        const target = anchor.value
        if (target === null) throw new Malformed(`anchor ${JSON.stringify(event.anchor)} contains itself`, event.start)
        // As a value of its own a list of maps may be merged, through an alias it may not.
        if (this.frames.at(-1)?.isMerge === true && !target.isMap) throw notMergeable(event.start)
        this.charge(target.size, event.start)
        if (this.frames.length + target.depth > MAX_DEPTH) throw tooDeep(event.start)
        this.add(target.value, target.size + 1, target.depth, target.isMap, target.key, event.start)
        return
      }
      case 'sequence-end':
      case 'mapping-end': {
        const { map, list, anchor, size, depth, start } = this.frames.pop()!
        const value: Json = map ?? list
        const isMap = map !== null
        if (anchor !== null) anchor.value = { value, size, depth: depth + 1, isMap, key: null }
        this.add(value, size, depth + 1, isMap, null, start)
      }
    }
  }

  /** A finished value goes where its parent waits for it. */
  private add(value: Json, size: number, depth: number, isMap: boolean, key: string | null, at: number): void {
    const top = this.frames[this.frames.length - 1]
    if (top === undefined) {
      this.root = value
      return
    }
    top.size += size
    if (depth > top.depth) top.depth = depth
    const { map } = top
    if (map === null) {
      top.list!.push(value)
    } else if (top.isMerge) {
      top.isMerge = false
      this.merge(top, map, value, isMap)
    } else if (top.key === null) {
      if (typeof value === 'object' && value !== null) throw new Malformed('a map or list cannot be a key', at)
      top.key = key ?? this.badKey(map, value, at)
      top.keyAt = at
    } else {
      if (Object.hasOwn(map, top.key) && top.merged?.delete(top.key) !== true) {
        this.doubt(`duplicate key ${JSON.stringify(top.key)}: kubectl takes the last, others refuse it`, top.keyAt)
      }
      setKey(map, top.key, value)
      top.key = null
    }
  }

  /** go-yaml takes the key, the conversion to JSON does not. */
  private badKey(map: MutableMap, value: Json, at: number): string {
    this.suspect ??= new Malformed(`${String(value)} cannot be a key`, at)
    Object.defineProperty(map, REFUSED, { value: this.suspect, enumerable: true, configurable: true })
    return String(value)
  }

  /**
   * go-yaml v2 merges where the `<<` stands: what it brings overrides the keys above it. v3 (kustomize) lets written
   * keys win wherever they stand. In a list of maps the earlier wins for both.
   */
  private merge(top: Frame, map: MutableMap, source: Json, isMap: boolean): void {
    const sources = Array.isArray(source) ? (source as readonly Json[]).toReversed() : [source]
    const brought: MutableMap = {}
    if (!isMap && !Array.isArray(source)) throw notMergeable(top.keyAt)
    for (const each of sources) {
      if (typeof each !== 'object' || each === null || Array.isArray(each)) throw notMergeable(top.keyAt)
      for (const [key, value] of Object.entries(each)) setKey(brought, key, value)
      if (REFUSED in each) Object.assign(map, { [REFUSED]: this.suspect })
    }
    for (const [key, value] of Object.entries(brought)) {
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

  private scalar(event: Event, isKey: boolean): Scalar {
    const value = resolveScalar(event)
    if (value instanceof RefusedScalar) throw new Malformed(value.reason, Math.max(event.tagStart, 0))
    // JSON has no infinity, except in a key.
    if (typeof value === 'number' && !Number.isFinite(value) && !isKey)
      this.suspect ??= new Malformed(`${event.value} has no place in JSON`, event.start)
    return value
  }

  /** go-yaml builds a collection whatever its tag; kyaml keeps the tag. Only the core ones are the same for both. */
  private checkTag({ tag, tagStart, tagEnd, type }: Event): void {
    if (tag === '' || tag === '!' || tag === `tag:yaml.org,2002:${type === 'mapping-start' ? 'map' : 'seq'}`) return
    this.doubt(`the tag ${this.text.slice(tagStart, tagEnd)} is dropped by kubectl and kept by others`, tagStart)
  }

  /** decode.go, allowedAliasRatio: of up to 400,000 decoded nodes 99 % may come from aliases, of 4,000,000 10 %. */
  private charge(size: number, at: number): void {
    this.decoded += size + 1
    this.aliased += size
    if (this.aliased <= 100 || this.decoded <= 1000) return
    const share = Math.min(Math.max((this.decoded - 400_000) / 3_600_000, 0), 1)
    if (this.aliased / this.decoded > 0.99 - 0.89 * share) throw new TooMuch('document contains excessive aliasing', at)
  }

  private doubt(message: string, at: number): void {
    this.ambiguity ??= { kind: 'ambiguous', message, ...placeOf(this.text, at) }
  }
}

function tooDeep(at: number): Malformed {
  return new TooMuch(`nested deeper than ${MAX_DEPTH} levels`, at)
}

function notMergeable(at: number): Malformed {
  return new Malformed('map merge requires map or sequence of maps as the value', at)
}

/** Throws where a number or a key is left that JSON cannot hold. */
function refuseWhatIsNoJson(value: Json, suspect: Malformed): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw suspect
  if (typeof value !== 'object' || value === null) return
  if (REFUSED in value) throw suspect
  for (const each of Object.values(value)) refuseWhatIsNoJson(each as Json, suspect)
}

function anchorOf(value: Scalar, key: string | null): Anchor {
  return { value: { value, size: 1, depth: 0, isMap: false, key } }
}

function frame(isMap: boolean, anchor: Anchor | null, start: number, size: number): Frame {
  const empty = { key: null, keyAt: -1, isMerge: false, merged: null }
  return { map: isMap ? {} : null, list: isMap ? null : [], anchor, start, size, depth: 0, ...empty }
}

/** Assignment would take `__proto__` for the prototype. */
function setKey(map: MutableMap, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}
