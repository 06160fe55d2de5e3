/**
 * From tokens to events: the parser of go.yaml.in/yaml/v2 v2.4.4 (parserc.go, libyaml's), state by state. Values and
 * positions are built from the same events.
 */
import { Malformed } from './cursor.js'
import type { Range } from './cursor.js'
import { eventOf, nodeEvent } from './event.js'
import type { Event, EventType } from './event.js'
import { ordinaryEvents } from './ordinary.js'
import type { Records } from './records.js'
import { Scanner } from './scanner.js'
import type { Token, TokenType } from './scanner.js'

type State =
  | 'implicit-document-start'
  | 'document-start'
  | 'document-content'
  | 'document-end'
  | 'block-sequence-entry'
  | 'indentless-sequence-entry'
  | 'block-mapping-key'
  | 'block-mapping-value'
  | 'flow-sequence-first-entry'
  | 'flow-sequence-entry'
  | 'flow-sequence-entry-mapping-key'
  | 'flow-sequence-entry-mapping-value'
  | 'flow-sequence-entry-mapping-end'
  | 'flow-mapping-first-key'
  | 'flow-mapping-key'
  | 'flow-mapping-value'
  | 'flow-mapping-empty-value'
  | 'block-node'
  | 'end'

const DEFAULT_TAGS: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
]

/** What stands before a node. */
interface Properties {
  anchor: string
  tag: string
  tagStart: number
  tagEnd: number
}

const NO_PROPERTIES: Properties = { anchor: '', tag: '', tagStart: -1, tagEnd: -1 }

/** What gives events one at a time. Its `next` throws `Malformed`. */
export type Events = Pick<EventReader, 'next'>

/** In characters of text: a small repository. What a large one would save, its garbage collection costs. */
const MOST_REMEMBERED = 256 * 1024
/** Of ordinary texts, whose events are records. */
const MOST_RECORDED = 16 * 1024 * 1024

const remembered = new Map<string, readonly Event[]>()
let free = MOST_REMEMBERED
const recorded = new Map<string, Records>()
let freeOfRecords = MOST_RECORDED

/** The events of a text that is ordinary and was read lately, or that is read now; null: it is not ordinary. */
export function recordsOf(text: string): Records | null {
  const known = recorded.get(text)
  if (known !== undefined || remembered.has(text)) return known ?? null
  const records = ordinaryEvents(text)
  if (records !== null && text.length <= freeOfRecords) {
    recorded.set(text, records)
    freeOfRecords -= text.length
  }
  return records
}

/**
 * Reads the events of a text, each good until the next, and remembers those of its first document: who reads values asks next
 * where they stand (`recalled`). Its `next` throws `Malformed`.
 */
export function remembering(text: string): Events {
  const records = recordsOf(text)
  if (records !== null) return records.reader()
  const reader = new EventReader(text)
  if (text.length > free || remembered.has(text)) return reader
  const events: Event[] = []
  let ended = false
  return {
    next() {
      const event = reader.next()
      if (ended) return event
      events.push(event)
      if (event.type !== 'document-end' && event.type !== 'stream-end') return event
      ended = true
      remembered.set(text, events)
      free -= text.length
      return event
    },
  }
}

/** Reads the events of a text's first document that is not ordinary, without scanning it again where it was read before. */
export function recalled(text: string): Events {
  const events = remembered.get(text)?.values()
  return events === undefined ? new EventReader(text) : { next: () => events.next().value as Event }
}

/** Events of a text, one at a time: what stands behind the end of a document is not looked at before it is asked for. */
export class EventReader {
  private readonly scanner: Scanner
  private state: State = 'implicit-document-start'
  private readonly states: State[] = []
  private readonly tags = new Map<string, string>()

  /** `comments` takes the comments that are passed. Throws `Malformed`. */
  constructor(text: string, comments: Range[] | null = null) {
    this.scanner = new Scanner(text, comments)
  }

  /** Throws `Malformed`. Behind `stream-end` there is nothing to ask for. */
  next(): Event {
    switch (this.state) {
      case 'implicit-document-start':
        return this.documentStart(true)
      case 'document-start':
        return this.documentStart(false)
      case 'document-content':
        return this.documentContent()
      case 'document-end':
        return this.documentEnd()
      case 'block-node':
        return this.node(true, false)
      case 'block-sequence-entry':
        return this.blockSequenceEntry()
      case 'indentless-sequence-entry':
        return this.indentlessSequenceEntry()
      case 'block-mapping-key':
        return this.blockMappingKey()
      case 'block-mapping-value':
        return this.blockMappingValue()
      case 'flow-sequence-first-entry':
        return this.flowSequenceEntry(true)
      case 'flow-sequence-entry':
        return this.flowSequenceEntry(false)
      case 'flow-sequence-entry-mapping-key':
        return this.flowSequenceEntryMappingKey()
      case 'flow-sequence-entry-mapping-value':
        return this.flowSequenceEntryMappingValue()
      case 'flow-sequence-entry-mapping-end':
        this.state = 'flow-sequence-entry'
        return collectionEnd('mapping-end', this.scanner.peek().start, -1)
      case 'flow-mapping-first-key':
        return this.flowMappingKey(true)
      case 'flow-mapping-key':
        return this.flowMappingKey(false)
      case 'flow-mapping-value':
        return this.flowMappingValue()
      case 'flow-mapping-empty-value':
        this.state = 'flow-mapping-key'
        return emptyScalar(this.scanner.peek().start)
      case 'end':
        throw new Error('there are no events behind the end of the stream')
    }
  }

  /** Takes the token that was peeked at, and returns the one behind it. */
  private advance(): Token {
    this.scanner.skip()
    return this.scanner.peek()
  }

  private documentStart(isImplicit: boolean): Event {
    let token = this.scanner.peek()
    if (!isImplicit) while (token.type === 'document-end') token = this.advance()
    if (token.type === 'stream-end') {
      this.state = 'end'
      return eventOf('stream-end', token.start, token.end)
    }
    const { start, end, type } = token
    this.states.push('document-end')
    if (isImplicit && type !== 'document-start' && !isDirective(type)) {
      this.directives()
      this.state = 'block-node'
      return eventOf('document-start', start, end)
    }
    const marker = this.directives()
    if (marker.type !== 'document-start') throw new Malformed('did not find expected <document start>', marker.start)
    this.state = 'document-content'
    this.scanner.skip()
    return eventOf('document-start', start, marker.end)
  }

  private directives(): Token {
    let token = this.scanner.peek()
    let version = false
    for (; isDirective(token.type); token = this.advance()) {
      if (token.type === 'version-directive') {
        if (version) throw new Malformed('found duplicate %YAML directive', token.start)
        if (token.value !== '1.1') throw new Malformed('found incompatible YAML document', token.start)
        version = true
      } else {
        if (this.tags.has(token.value)) throw new Malformed('found duplicate %TAG directive', token.start)
        this.tags.set(token.value, token.suffix)
      }
    }
    for (const [handle, prefix] of DEFAULT_TAGS) if (!this.tags.has(handle)) this.tags.set(handle, prefix)
    return token
  }

  private documentContent(): Event {
    const token = this.scanner.peek()
    switch (token.type) {
      case 'version-directive':
      case 'tag-directive':
      case 'document-start':
      case 'document-end':
      case 'stream-end':
        this.leave()
        return emptyScalar(token.start)
      default:
        return this.node(true, false)
    }
  }

  private documentEnd(): Event {
    const token = this.scanner.peek()
    if (token.type === 'document-end') this.scanner.skip()
    this.tags.clear()
    this.state = 'document-start'
    return eventOf('document-end', token.start, token.type === 'document-end' ? token.end : token.start)
  }

  private leave(): void {
    this.state = this.states.pop()!
  }

  private node(isBlock: boolean, mayBeIndentless: boolean): Event {
    let token = this.scanner.peek()
    let { anchor, tag, tagStart, tagEnd } = NO_PROPERTIES
    if (token.type === 'alias') {
      this.leave()
      this.scanner.skip()
      return { ...eventOf('alias', token.start, token.end), anchor: token.value }
    }
    const first = token
    if (token.type === 'anchor' || token.type === 'tag') {
      for (let i = 0; i < 2 && (i === 0 || token.type !== first.type); i++) {
        if (token.type === 'anchor') anchor = token.value
        else if (token.type === 'tag') {
          tag = this.longTag(token)
          tagStart = token.start
          tagEnd = token.end
        } else break
        token = this.advance()
      }
    }
    const { start, end } = token
    const made = (type: EventType, isFlow: boolean): Event =>
      nodeEvent(type, start, end, anchor, tag, tagStart, tagEnd, '', 'plain', isFlow)
    switch (token.type) {
      case 'scalar':
        this.leave()
        this.scanner.skip()
        return nodeEvent(
          'scalar',
          start,
          end,
          anchor,
          tag,
          tagStart,
          tagEnd,
          token.value,
          token.style,
          false,
          token.indent,
        )
      case 'block-entry':
        if (!mayBeIndentless) break
        this.state = 'indentless-sequence-entry'
        return made('sequence-start', false)
      case 'flow-sequence-start':
        this.state = 'flow-sequence-first-entry'
        this.scanner.skip()
        return made('sequence-start', true)
      case 'flow-mapping-start':
        this.state = 'flow-mapping-first-key'
        this.scanner.skip()
        return made('mapping-start', true)
      case 'block-sequence-start':
        if (!isBlock) break
        this.state = 'block-sequence-entry'
        this.scanner.skip()
        return made('sequence-start', false)
      case 'block-mapping-start':
        if (!isBlock) break
        this.state = 'block-mapping-key'
        this.scanner.skip()
        return made('mapping-start', false)
    }
    if (anchor === '' && tag === '') throw new Malformed('did not find expected node content', start)
    this.leave()
    return nodeEvent('scalar', start, start, anchor, tag, tagStart, tagEnd, '', 'plain', false)
  }

  private longTag(token: Token): string {
    if (token.value === '') return token.suffix
    const prefix = this.tags.get(token.value)
    if (prefix === undefined || prefix + token.suffix === '')
      throw new Malformed('found undefined tag handle', token.start)
    return prefix + token.suffix
  }

  private blockSequenceEntry(): Event {
    let token = this.scanner.peek()
    if (token.type === 'block-entry') {
      const { end } = token
      token = this.advance()
      if (token.type !== 'block-entry' && token.type !== 'block-end') {
        this.states.push('block-sequence-entry')
        return this.node(true, false)
      }
      return emptyScalar(end)
    }
    if (token.type !== 'block-end') throw new Malformed("did not find expected '-' indicator", token.start)
    this.leave()
    this.scanner.skip()
    return collectionEnd('sequence-end', token.start, -1)
  }

  private indentlessSequenceEntry(): Event {
    let token = this.scanner.peek()
    if (token.type === 'block-entry') {
      const { end } = token
      token = this.advance()
      if (token.type !== 'block-entry' && !endsBlockNode(token.type)) {
        this.states.push('indentless-sequence-entry')
        return this.node(true, false)
      }
      return emptyScalar(end)
    }
    this.leave()
    return collectionEnd('sequence-end', token.start, -1)
  }

  private blockMappingKey(): Event {
    let token = this.scanner.peek()
    if (token.type === 'key') {
      const { end } = token
      token = this.advance()
      if (!endsBlockNode(token.type)) {
        this.states.push('block-mapping-value')
        return this.node(true, true)
      }
      this.state = 'block-mapping-value'
      return emptyScalar(end)
    }
    if (token.type !== 'block-end') throw new Malformed('did not find expected key', token.start)
    this.leave()
    this.scanner.skip()
    return collectionEnd('mapping-end', token.start, -1)
  }

  private blockMappingValue(): Event {
    let token = this.scanner.peek()
    this.state = 'block-mapping-key'
    if (token.type !== 'value') return emptyScalar(token.start)
    const { end } = token
    token = this.advance()
    if (endsBlockNode(token.type)) return emptyScalar(end)
    this.states.push('block-mapping-key')
    return this.node(true, true)
  }

  private flowSequenceEntry(isFirst: boolean): Event {
    let token = this.scanner.peek()
    if (token.type !== 'flow-sequence-end') {
      if (!isFirst) {
        if (token.type !== 'flow-entry') throw new Malformed("did not find expected ',' or ']'", token.start)
        token = this.advance()
      }
      if (token.type === 'key') {
        this.state = 'flow-sequence-entry-mapping-key'
        this.scanner.skip()
        return nodeEvent('mapping-start', token.start, token.end, '', '', -1, -1, '', 'plain', true)
      }
      if (token.type !== 'flow-sequence-end') {
        this.states.push('flow-sequence-entry')
        return this.node(false, false)
      }
    }
    this.leave()
    this.scanner.skip()
    return collectionEnd('sequence-end', token.start, token.end)
  }

  private flowSequenceEntryMappingKey(): Event {
    const token = this.scanner.peek()
    if (token.type !== 'value' && token.type !== 'flow-entry' && token.type !== 'flow-sequence-end') {
      this.states.push('flow-sequence-entry-mapping-value')
      return this.node(false, false)
    }
    // As the original, which takes the token: `[?, a]` is refused and `[?: a]` is not what it looks like.
    this.scanner.skip()
    this.state = 'flow-sequence-entry-mapping-value'
    return emptyScalar(token.end)
  }

  private flowSequenceEntryMappingValue(): Event {
    let token = this.scanner.peek()
    if (token.type === 'value') {
      token = this.advance()
      if (token.type !== 'flow-entry' && token.type !== 'flow-sequence-end') {
        this.states.push('flow-sequence-entry-mapping-end')
        return this.node(false, false)
      }
    }
    this.state = 'flow-sequence-entry-mapping-end'
    return emptyScalar(token.start)
  }

  private flowMappingKey(isFirst: boolean): Event {
    let token = this.scanner.peek()
    if (token.type !== 'flow-mapping-end') {
      if (!isFirst) {
        if (token.type !== 'flow-entry') throw new Malformed("did not find expected ',' or '}'", token.start)
        token = this.advance()
      }
      if (token.type === 'key') {
        token = this.advance()
        if (!endsFlowKey(token.type)) {
          this.states.push('flow-mapping-value')
          return this.node(false, false)
        }
        this.state = 'flow-mapping-value'
        return emptyScalar(token.start)
      }
      if (token.type !== 'flow-mapping-end') {
        this.states.push('flow-mapping-empty-value')
        return this.node(false, false)
      }
    }
    this.leave()
    this.scanner.skip()
    return collectionEnd('mapping-end', token.start, token.end)
  }

  private flowMappingValue(): Event {
    let token = this.scanner.peek()
    if (token.type === 'value') {
      token = this.advance()
      if (token.type !== 'flow-entry' && token.type !== 'flow-mapping-end') {
        this.states.push('flow-mapping-key')
        return this.node(false, false)
      }
    }
    this.state = 'flow-mapping-key'
    return emptyScalar(token.start)
  }
}

function isDirective(type: TokenType): boolean {
  return type === 'version-directive' || type === 'tag-directive'
}

function endsBlockNode(type: TokenType): boolean {
  return type === 'key' || type === 'value' || type === 'block-end'
}

function endsFlowKey(type: TokenType): boolean {
  return type === 'value' || type === 'flow-entry' || type === 'flow-mapping-end'
}

function emptyScalar(at: number): Event {
  return eventOf('scalar', at, at)
}

/** `end`: -1 where nothing closes it, as in the block style. */
function collectionEnd(type: 'sequence-end' | 'mapping-end', start: number, end: number): Event {
  return eventOf(type, start, end)
}
