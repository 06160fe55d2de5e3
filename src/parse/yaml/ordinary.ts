/**
 * The events of ordinary YAML: block style with a key or an item a line, as manifests are written and as Helm and kustomize
 * print them. It reads these a line at a time, several times as fast as the scanner reads characters, and gives up on
 * all else: what it gives is what `EventReader` would give, event by event (`test/parse/ordinary.test.ts`).
 */
import { Cursor, Malformed } from './cursor.js'
import * as records from './records.js'
import type { Records } from './records.js'
import { blockScalar, plainScalar, quotedScalar } from './scalars.js'

/** The events of a text's first and only document, and the end of the stream; null: it is not ordinary. Throws `Malformed`. */
export function ordinaryEvents(text: string): Records | null {
  // Tabs, other line breaks and byte order marks are for the scanner.
  if (/[^\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]/.test(text)) return null
  const lines = new LineReader(text)
  try {
    return lines.read()
  } catch (error) {
    // What is wrong is for the scanner to say.
    if (error instanceof Malformed) return null
    throw error
  }
}

const LF = 0x0a
const SPACE = 0x20
const HASH = 0x23
const DASH = 0x2d

/** A key with its colon. The scanner knows keys of up to 1024 characters. */
const KEY = /(?:[\w./$][^ \n:#]{0,250}|"[^"\\\n]{0,250}"|'[^'\n]{0,250}'):(?=[ \n])/y
/** What stands on one line of it, up to the blanks or the comment behind. */
const PLAIN = /(?:[^-?:,[\]{}#&*!|>'"%@` \n]|[-?:](?![ \n]))(?:[^ \n:]|:(?![ \n])| +(?![ \n#]))*/y
const QUOTED = /"[^"\\\n]*"|'[^'\n]*'(?!')/y
/** Of what stands between brackets only words that nothing could be meant by but themselves. */
const WORD = /[\w./$][\w./$+=@~-]*/y
const BLANKS = / */y
const REST_OF_LINE = / *\n| +#.*\n/y

/** Deeper ones are rare. */
const MAX_DEPTH = 128

/** A collection that is open. `list`: of items in the column of the key that it is the value of. */
type Kind = 'document' | 'mapping' | 'sequence' | 'list'

class LineReader extends Cursor {
  private readonly recorder = new records.Recorder()
  /** The open collections and their columns, the innermost last. */
  private readonly kinds: Kind[] = ['document']
  private readonly columns: number[] = [-1]
  /** Where the value would stand that the innermost waits for, -1 where it waits for none. */
  private awaited = 0

  read(): Records | null {
    this.toContent()
    if (this.code() === 0) return null
    this.recorder.mark(records.DOCUMENT_START, this.pos)
    while (this.code() !== 0) {
      if (!this.line()) return null
      this.toContent()
    }
    if (this.awaited >= 0) this.recorder.scalar(records.PLAIN, this.awaited, this.awaited)
    this.closeTo(-1, false)
    this.recorder.mark(records.DOCUMENT_END, this.pos)
    this.recorder.mark(records.STREAM_END, this.pos)
    return this.recorder.records(this.source)
  }

  /** Passes indentation, blank lines and comments. */
  private toContent(): void {
    for (;;) {
      let code = this.code()
      while (code === SPACE) code = this.source.charCodeAt(++this.pos)
      if (code === HASH) this.pos = this.source.indexOf('\n', this.pos)
      else if (code !== LF) return
      this.lineStart = ++this.pos
    }
  }

  /** What stands on the line, from its first character that is not blank; false: it is not ordinary. */
  private line(): boolean {
    const column = this.column()
    const isItem = this.isItem()
    const top = this.kinds.length - 1
    if (this.awaited >= 0) {
      if (column > this.columns[top]!) {
        if (!this.open(isItem)) return false
      } else if (isItem && this.kinds[top] === 'mapping' && column === this.columns[top]) {
        this.recorder.begin(records.SEQUENCE, this.pos, this.pos + 1)
        this.push('list', column)
      } else this.recorder.scalar(records.PLAIN, this.awaited, this.awaited)
    }
    this.awaited = -1
    this.closeTo(column, isItem)
    if (column !== this.columns[this.columns.length - 1]) return false
    return isItem ? this.item() : this.key()
  }

  private isItem(): boolean {
    const next = this.code(1)
    return this.code() === DASH && (next === SPACE || next === LF)
  }

  /** Opens a collection that begins here; false: it is none. */
  private open(isItem: boolean): boolean {
    if (this.kinds.length > MAX_DEPTH || (!isItem && !this.isAt(KEY))) return false
    this.recorder.begin(isItem ? records.SEQUENCE : records.MAPPING, this.pos, this.pos)
    this.push(isItem ? 'sequence' : 'mapping', this.column())
    return true
  }

  private push(kind: Kind, column: number): void {
    this.kinds.push(kind)
    this.columns.push(column)
  }

  /** Closes what a line in that column does not belong to. */
  private closeTo(column: number, isItem: boolean): void {
    for (;;) {
      const kind = this.kinds[this.kinds.length - 1]!
      const own = this.columns[this.columns.length - 1]!
      if (kind === 'document' || column > own || (column === own && (kind !== 'list' || isItem))) return
      this.recorder.finish(kind === 'mapping' ? records.MAPPING_END : records.SEQUENCE_END, this.pos, -1)
      this.kinds.pop()
      this.columns.pop()
    }
  }

  private item(): boolean {
    const kind = this.kinds[this.kinds.length - 1]
    if (kind !== 'sequence' && kind !== 'list') return false
    this.pos++
    if (this.endsEmpty()) return true
    const isItem = this.isItem()
    if (isItem || this.isAt(KEY)) return this.open(isItem) && (isItem ? this.item() : this.key())
    return this.value()
  }

  private key(): boolean {
    if (this.kinds[this.kinds.length - 1] !== 'mapping') return false
    const start = this.pos
    if (!this.isAt(KEY)) return false
    const end = KEY.lastIndex - 1
    const first = this.source.charAt(start)
    const kind = first === '"' ? records.DOUBLE : first === "'" ? records.SINGLE : records.PLAIN
    this.recorder.scalar(kind, start, end)
    this.pos = end + 1
    return this.endsEmpty() || this.value()
  }

  /** Whether nothing but a comment follows on the line: the value is still to come. */
  private endsEmpty(): boolean {
    const at = this.pos
    this.skipBlanks()
    const code = this.code()
    if (code !== LF && code !== HASH) return false
    this.awaited = at
    return true
  }

  /** The value of a key or an item, which begins on its line. */
  private value(): boolean {
    switch (this.source.charAt(this.pos)) {
      case '|':
        return this.block('literal')
      case '>':
        return this.block('folded')
      case '"':
      case "'":
        return this.quoted() && this.endsLine()
      case '[':
      case '{':
        return this.flow(0) && this.endsLine()
      default:
        return this.plain()
    }
  }

  private plain(): boolean {
    if (!this.isAt(PLAIN)) return false
    const start = this.pos
    const end = PLAIN.lastIndex
    this.pos = end
    const isLine = this.endsLine()
    if (!isLine || !this.continues()) {
      if (isLine) this.recorder.scalar(records.PLAIN, start, end)
      return isLine
    }
    this.pos = start
    const scalar = plainScalar(this, this.columns[this.columns.length - 1]! + 1, false)
    this.recorder.text(records.PLAIN, start, scalar.end, scalar.value, 0)
    if (!scalar.onNewLine) return this.endsLine()
    this.pos = this.lineStart
    return true
  }

  /** Whether the line that begins here may belong to the plain scalar before it. */
  private continues(): boolean {
    let at = this.pos
    let code = this.source.charCodeAt(at)
    while (code === SPACE) code = this.source.charCodeAt(++at)
    return code === LF || at - this.pos > this.columns[this.columns.length - 1]!
  }

  private block(style: 'literal' | 'folded'): boolean {
    const { value, start, end, indent } = blockScalar(this, style, this.columns[this.columns.length - 1]!)
    this.recorder.text(style === 'literal' ? records.LITERAL : records.FOLDED, start, end, value, indent)
    this.pos = this.lineStart
    return true
  }

  private quoted(): boolean {
    const start = this.pos
    const isDouble = this.source.charAt(start) === '"'
    const kind = isDouble ? records.DOUBLE : records.SINGLE
    if (this.pass(QUOTED)) this.recorder.scalar(kind, start, this.pos)
    else {
      const { value, end } = quotedScalar(this, isDouble ? 'double' : 'single')
      this.recorder.text(kind, start, end, value, 0)
    }
    return true
  }

  /** A list or a map in brackets, on one line. */
  private flow(depth: number): boolean {
    const start = this.pos
    const isMap = this.source.charAt(start) === '{'
    const close = isMap ? '}' : ']'
    this.recorder.begin(isMap ? records.FLOW_MAPPING : records.FLOW_SEQUENCE, start, ++this.pos)
    this.pass(BLANKS)
    while (this.source.charAt(this.pos) !== close) {
      if (isMap && !this.flowKey()) return false
      if (!this.flowValue(depth)) return false
      this.pass(BLANKS)
      const next = this.source.charAt(this.pos)
      if (next === close) break
      if (next !== ',') return false
      this.pos++
      this.pass(BLANKS)
      if (this.source.charAt(this.pos) === close) return false
    }
    this.recorder.finish(isMap ? records.MAPPING_END : records.SEQUENCE_END, this.pos, ++this.pos)
    return true
  }

  private flowKey(): boolean {
    const isQuoted = /["']/.test(this.source.charAt(this.pos))
    if (!this.flowScalar() || this.source.charAt(this.pos) !== ':') return false
    this.pos++
    if (!isQuoted && this.code() !== SPACE) return false
    this.pass(BLANKS)
    return true
  }

  private flowValue(depth: number): boolean {
    return /[[{]/.test(this.source.charAt(this.pos)) ? depth < MAX_DEPTH && this.flow(depth + 1) : this.flowScalar()
  }

  private flowScalar(): boolean {
    const start = this.pos
    if (this.isAt(QUOTED)) return this.quoted()
    if (!this.pass(WORD)) return false
    this.recorder.scalar(records.PLAIN, start, this.pos)
    return true
  }

  private endsLine(): boolean {
    if (!this.pass(REST_OF_LINE)) return false
    this.lineStart = this.pos
    return true
  }

  private pass(token: RegExp): boolean {
    if (!this.isAt(token)) return false
    this.pos = token.lastIndex
    return true
  }

  private isAt(token: RegExp): boolean {
    token.lastIndex = this.pos
    return token.test(this.source)
  }
}
