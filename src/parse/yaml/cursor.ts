/** Where a scanner stands in a text, and the steps that all tokens share. Offsets are UTF-16 units of the text. */
import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isWord } from './characters.js'

export interface Range {
  readonly start: number
  readonly end: number
}

/** No YAML reader of the cluster takes the text. */
export class Malformed {
  constructor(
    readonly message: string,
    /** Offset of the character to show. */
    readonly at: number,
  ) {}
}

const CR = 0x0d
const LF = 0x0a
const HASH = 0x23
const DASH = 0x2d
const DOT = 0x2e

export class Cursor {
  /** The text, with an end that can be read beyond. */
  readonly source: string
  pos = 0
  lineStart = 0

  /** `comments` takes the comments that are passed. */
  constructor(
    text: string,
    private readonly comments: Range[] | null = null,
  ) {
    const control = CONTROL.exec(text)
    if (control !== null) throw new Malformed('control characters are not allowed', control.index)
    // kubectl reads lines, and ends the last one too.
    this.source = `${text}${text.endsWith('\n') ? '' : '\n'}\0\0\0\0`
    if (text.charCodeAt(0) === 0xfeff) this.pos = this.lineStart = 1
  }

  column(): number {
    return this.pos - this.lineStart
  }

  code(ahead = 0): number {
    return this.source.charCodeAt(this.pos + ahead)
  }

  /** `---` or `...` in the first column, with nothing at it. */
  isDocumentIndicator(): boolean {
    if (this.pos !== this.lineStart) return false
    const code = this.code()
    return (
      (code === DASH || code === DOT) && this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3))
    )
  }

  comment(): void {
    const start = this.pos
    this.toLineEnd()
    this.comments?.push({ start, end: this.pos })
  }

  /** An expression looks at a line faster than a loop does that has only begun to run. */
  toLineEnd(): void {
    LINE.lastIndex = this.pos
    LINE.test(this.source)
    this.pos = LINE.lastIndex
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.pos++
  }

  /** Blanks, a comment and the line break; what else stands there is refused. */
  restOfLine(): void {
    this.skipBlanks()
    if (this.code() === HASH) this.comment()
    if (!isBreakOrEnd(this.code())) throw new Malformed('did not find expected comment or line break', this.pos)
    if (isBreak(this.code())) this.skipLine()
  }

  skipLine(): void {
    if (this.code() !== CR) this.pos++
    // kubectl takes the CR before an LF away before it reads; one that is left makes a pair again.
    else this.pos += this.code(1) === LF ? 2 : this.code(1) === CR && this.code(2) === LF ? 3 : 1
    this.lineStart = this.pos
  }

  /** Passes a line break and returns it as a scalar takes it: LS and PS stay, all others are a line feed. */
  readLine(): string {
    const code = this.code()
    this.skipLine()
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n'
  }

  word(): string {
    const start = this.pos
    while (isWord(this.code())) this.pos++
    return this.source.slice(start, this.pos)
  }
}

/** What stands before the next line break, or the end. */
const LINE = /[^\n\r\x85\u2028\u2029\0]*/y

/** What the reader refuses (readerc.go). */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/
