/**
 * The events of ordinary YAML as numbers: where a document stands is asked of most of it, and objects for what nobody looks at
 * cost more than reading it does.
 */
import { RefusedScalar, keyOf, resolveScalar } from '../scalar.js'
import type { Event, EventType } from './event.js'
import type { Entry, Node } from './positions.js'
import type { ScalarStyle } from './scalars.js'

/** What a record is of: an event's type, style and flow. */
const KINDS = [
  kind('document-start'),
  kind('document-end'),
  kind('stream-end'),
  kind('mapping-start'),
  kind('mapping-start', 'plain', true),
  kind('mapping-end'),
  kind('sequence-start'),
  kind('sequence-start', 'plain', true),
  kind('sequence-end'),
  kind('scalar', 'plain'),
  kind('scalar', 'single'),
  kind('scalar', 'double'),
  kind('scalar', 'literal'),
  kind('scalar', 'folded'),
] as const

function kind(type: EventType, style: ScalarStyle = 'plain', isFlow = false) {
  return { type, style, isFlow }
}

export const DOCUMENT_START = 0
export const DOCUMENT_END = 1
export const STREAM_END = 2
export const MAPPING = 3
export const FLOW_MAPPING = 4
export const MAPPING_END = 5
export const SEQUENCE = 6
export const FLOW_SEQUENCE = 7
export const SEQUENCE_END = 8
export const PLAIN = 9
export const SINGLE = 10
export const DOUBLE = 11
export const LITERAL = 12
export const FOLDED = 13

/** Of a record: its kind, its start and its end; of a collection the index behind it, of a scalar that of its text or -1; */
const NEXT = 3
/** and of a collection the end of what is written in it. */
const LAST = 4
const SIZE = 5

/** A scalar whose text is not what stands between its start and its end. */
interface Text {
  readonly value: string
  readonly indent: number
}

let room = new Int32Array(1 << 16)
let used = 0

/** Takes records down, those of a document at a time. */
export class Recorder {
  private from = used
  private at = used
  private readonly open: number[] = []
  private readonly texts: Text[] = []
  /** The end of what was written last. */
  private last = 0

  scalar(kind: number, start: number, end: number): void {
    this.add(kind, start, end, -1)
    if (end > this.last && (end > start || kind !== PLAIN)) this.last = end
  }

  /** With a text of its own. */
  text(kind: number, start: number, end: number, value: string, indent: number): void {
    this.add(kind, start, end, this.texts.push({ value, indent }) - 1)
    if (end > this.last) this.last = end
  }

  begin(kind: number, start: number, end: number): void {
    this.add(kind, start, end, -1)
    this.open.push(this.at - SIZE - this.from)
    if (start > this.last) this.last = start
  }

  /** `end`: -1 where nothing closes it. */
  finish(kind: number, start: number, end: number): void {
    this.add(kind, start, end, -1)
    if (end > this.last) this.last = end
    const begun = this.from + this.open.pop()!
    room[begun + NEXT] = this.at - this.from
    room[begun + LAST] = Math.max(room[begun + 1]!, this.last)
  }

  mark(kind: number, at: number): void {
    this.add(kind, at, at, -1)
  }

  /** They are kept from now on; of a recorder that is left the room is used again. */
  records(source: string): Records {
    used = this.at
    return new Records(source, room, this.from, this.texts)
  }

  private add(kind: number, start: number, end: number, next: number): void {
    const { at } = this
    if (at + SIZE > room.length) this.move()
    const record = this.at
    room[record] = kind
    room[record + 1] = start
    room[record + 2] = end
    room[record + NEXT] = next
    room[record + LAST] = 0
    this.at = record + SIZE
  }

  /** Into another room: those of other documents stay where they are. */
  private move(): void {
    const own = room.subarray(this.from, this.at)
    const larger = new Int32Array(Math.max(1 << 16, 2 * own.length))
    larger.set(own)
    room = larger
    this.at -= this.from
    this.from = used = 0
  }
}

/** The event that it gave last. */
class Reader implements Event {
  type: EventType = 'document-start'
  start = 0
  end = 0
  readonly anchor = ''
  readonly tag = ''
  readonly tagStart = -1
  readonly tagEnd = -1
  value = ''
  style: ScalarStyle = 'plain'
  indent = 0
  isFlow = false

  constructor(
    private readonly source: string,
    private readonly room: Int32Array,
    private at: number,
    private readonly texts: readonly Text[],
  ) {}

  next(): Event {
    const { at, room } = this
    const number = room[at]!
    const { type, style, isFlow } = KINDS[number]!
    const start = room[at + 1]!
    const end = room[at + 2]!
    this.at = at + SIZE
    this.type = type
    this.start = start
    this.end = end
    this.style = style
    this.isFlow = isFlow
    if (number < PLAIN) {
      this.value = ''
      this.indent = 0
      return this
    }
    const text = room[at + NEXT]!
    if (text < 0) {
      const quote = number === PLAIN ? 0 : 1
      this.value = this.source.slice(start + quote, end - quote)
      this.indent = 0
    } else {
      this.value = this.texts[text]!.value
      this.indent = this.texts[text]!.indent
    }
    return this
  }
}

/** The events of a document and the end of its stream. */
export class Records {
  private top: Node | null = null

  constructor(
    private readonly source: string,
    private readonly room: Int32Array,
    private readonly from: number,
    private readonly texts: readonly Text[],
  ) {}

  /** Gives the events, one at a time. Each is gone when the next is asked for. */
  reader(): { next(): Event } {
    return new Reader(this.source, this.room, this.from, this.texts)
  }

  /** The document's node; what is below is made when it is asked for. */
  get root(): Node {
    return (this.top ??= this.nodeAt(SIZE, 0))
  }

  /** `before`: where the node would stand if it is empty. */
  private nodeAt(index: number, before: number): Node {
    const at = this.from + index
    const { type, style, isFlow } = KINDS[this.room[at]!]!
    const start = this.room[at + 1]!
    const end = this.room[at + 2]!
    if (type !== 'scalar') {
      const kind = type === 'sequence-start' ? 'sequence' : 'mapping'
      return new Collection(this, index, kind, isFlow, start, this.room[at + LAST]!)
    }
    const rest = { kind: 'scalar', tagged: false, target: null, indent: this.indentAt(at), entries: NONE } as const
    if (style === 'plain' && end === start) return { start: before, end: before, style: 'empty', inline: true, ...rest }
    return { start, end, style, inline: style !== 'literal' && style !== 'folded', ...rest }
  }

  /** What is in the collection of a record. */
  entriesOf(index: number): Map<string, Entry> {
    const { from, room } = this
    const entries = new Map<string, Entry>()
    const behind = (at: number): number => (room[from + at]! >= PLAIN ? at + SIZE : room[from + at + NEXT]!)
    const isMapping = KINDS[room[from + index]!]!.type === 'mapping-start'
    const close = room[from + index + NEXT]! - SIZE
    let end = room[from + index + 1]!
    for (let at = index + SIZE, item = 0; at < close; item++) {
      let key: string | null = String(item)
      let [keyStart, keyEnd] = [-1, -1]
      if (isMapping) {
        key = this.keyAt(from + at)
        keyStart = room[from + at + 1]!
        keyEnd = end = room[from + at + 2]!
        at = behind(at)
      }
      const node = this.nodeAt(at, end)
      if (key !== null) entries.set(key, { start: keyStart, end: keyEnd, node, merged: false })
      end = Math.max(end, node.end)
      at = behind(at)
    }
    return entries
  }

  private keyAt(at: number): string | null {
    const written = { value: this.valueAt(at), tag: '', style: KINDS[this.room[at]!]!.style }
    const value = resolveScalar(written)
    return value instanceof RefusedScalar ? null : keyOf(value, written)
  }

  private valueAt(at: number): string {
    const { room } = this
    const kind = room[at]!
    if (room[at + NEXT]! >= 0) return this.texts[room[at + NEXT]!]!.value
    const quote = kind === PLAIN ? 0 : 1
    return this.source.slice(room[at + 1]! + quote, room[at + 2]! - quote)
  }

  private indentAt(at: number): number {
    const text = this.room[at + NEXT]!
    return text < 0 ? 0 : this.texts[text]!.indent
  }
}

const NONE: Map<string, Entry> = new Map()

class Collection implements Node {
  readonly style: 'flow' | 'block'
  readonly tagged = false
  readonly target = null
  readonly indent = 0
  private made: Map<string, Entry> | null = null

  constructor(
    private readonly records: Records,
    private readonly index: number,
    readonly kind: 'sequence' | 'mapping',
    readonly inline: boolean,
    readonly start: number,
    readonly end: number,
  ) {
    this.style = inline ? 'flow' : 'block'
  }

  get entries(): Map<string, Entry> {
    return (this.made ??= this.records.entriesOf(this.index))
  }
}
