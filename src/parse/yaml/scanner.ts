/**
 * From characters to tokens: the scanner of go.yaml.in/yaml/v2 v2.4.4 (scannerc.go, libyaml's), which kubectl, Helm and
 * the API server read YAML with. It follows its original function by function, so that what one refuses the other
 * refuses. Offsets are UTF-16 units of the text.
 */
import {
  hexDigit,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isDigit,
  isFlowIndicator,
  isUri,
  isWord,
} from './characters.js'

export type TokenType =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

export interface Token {
  readonly type: TokenType
  readonly start: number
  readonly end: number
  /** A scalar's text, an anchor's name, a version, the handle of a tag or of a tag directive; else ''. */
  readonly value: string
  /** What follows the handle of a tag, or the prefix of a tag directive. */
  readonly suffix: string
  readonly style: ScalarStyle
  /** Index of the simple key that the token may begin, -1 where it cannot. */
  readonly simpleKey: number
}

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

interface SimpleKey {
  possible: boolean
  required: boolean
  token: number
  at: number
  /** Where its line starts: a simple key ends on the line that it began. */
  lineStart: number
}

/** As the original: deeper texts are refused. */
const MAX_DEPTH = 10_000
const MAX_SIMPLE_KEY = 1024

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const BANG = 0x21
const DOUBLE_QUOTE = 0x22
const HASH = 0x23
const PERCENT = 0x25
const QUOTE = 0x27
const PLUS = 0x2b
const DASH = 0x2d
const DOT = 0x2e
const COLON = 0x3a
const LESS = 0x3c
const GREATER = 0x3e
const QUESTION = 0x3f
const BACKSLASH = 0x5c

export class Scanner {
  /** The text, with an end that can be read beyond. */
  private readonly source: string
  private pos = 0
  private lineStart = 0
  private readonly tokens: Token[] = []
  private head = 0
  private parsed = 0
  private flowLevel = 0
  private indent = -1
  private readonly indents: number[] = []
  private simpleKeyAllowed = true
  private readonly simpleKeys: SimpleKey[] = [{ possible: false, required: false, token: 0, at: 0, lineStart: 0 }]
  /** The simple key that begins with the token to come. */
  private begun = -1

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

  /** The next token, which stays. Throws `Malformed`. */
  peek(): Token {
    while (this.needsMore()) this.fetch()
    return this.tokens[this.head]!
  }

  skip(): void {
    this.parsed++
    this.head++
    if (this.head === this.tokens.length) {
      this.tokens.length = 0
      this.head = 0
    }
  }

  private needsMore(): boolean {
    const token = this.tokens[this.head]
    if (token === undefined) return true
    if (token.simpleKey < 0) return false
    const key = this.simpleKeys[token.simpleKey]
    return key !== undefined && key.token === this.parsed && this.isValid(key)
  }

  private column(): number {
    return this.pos - this.lineStart
  }

  private code(ahead = 0): number {
    return this.source.charCodeAt(this.pos + ahead)
  }

  private push(
    type: TokenType,
    start: number,
    end: number,
    value = '',
    style: ScalarStyle = 'plain',
    suffix = '',
  ): void {
    this.tokens.push({ type, start, end, value, suffix, style, simpleKey: this.begun })
    this.begun = -1
  }

  /** `token`: the number of the token to stand before. */
  private insert(type: TokenType, at: number, token: number): void {
    const index = this.head + token - this.parsed
    this.tokens.splice(index, 0, { type, start: at, end: at, value: '', suffix: '', style: 'plain', simpleKey: -1 })
  }

  private fetch(): void {
    this.toNextToken()
    this.unroll(this.column())
    const code = this.code()
    if (this.column() === 0) {
      if (code === PERCENT) return this.directive()
      if (this.isDocumentIndicator()) return this.documentIndicator(code === DASH ? 'document-start' : 'document-end')
    }
    switch (code) {
      case 0:
        return this.streamEnd()
      case 0x5b:
        return this.flowStart('flow-sequence-start')
      case 0x7b:
        return this.flowStart('flow-mapping-start')
      case 0x5d:
        return this.flowEnd('flow-sequence-end')
      case 0x7d:
        return this.flowEnd('flow-mapping-end')
      case 0x2c:
        return this.flowEntry()
      case DASH:
        return isBlankOrEnd(this.code(1)) ? this.blockEntry() : this.plainScalar()
      case QUESTION:
        return this.flowLevel > 0 || isBlankOrEnd(this.code(1)) ? this.key() : this.plainScalar()
      case COLON:
        return this.flowLevel > 0 || isBlankOrEnd(this.code(1)) ? this.value() : this.plainScalar()
      case 0x2a:
        return this.anchor('alias')
      case 0x26:
        return this.anchor('anchor')
      case BANG:
        return this.tag()
      case 0x7c:
        if (this.flowLevel === 0) return this.blockScalar('literal')
        break
      case GREATER:
        if (this.flowLevel === 0) return this.blockScalar('folded')
        break
      case QUOTE:
        return this.quotedScalar('single')
      case DOUBLE_QUOTE:
        return this.quotedScalar('double')
      case TAB:
      case HASH:
      case PERCENT:
      case 0x40:
      case 0x60:
        break
      default:
        return this.plainScalar()
    }
    throw new Malformed('found character that cannot start any token', this.pos)
  }

  /** `---` or `...` in the first column, with nothing at it. */
  private isDocumentIndicator(): boolean {
    if (this.pos !== this.lineStart) return false
    const code = this.code()
    return (
      (code === DASH || code === DOT) && this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3))
    )
  }

  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false
    if (key.lineStart === this.lineStart && this.isNear(key.at)) return true
    if (key.required) throw new Malformed("could not find expected ':'", key.at)
    key.possible = false
    return false
  }

  /** Whether a simple key that began at `at` may still end here; the limit counts characters. */
  private isNear(at: number): boolean {
    if (this.pos - at <= MAX_SIMPLE_KEY) return true
    if (this.pos - at > 2 * MAX_SIMPLE_KEY) return false
    return [...this.source.slice(at, this.pos)].length <= MAX_SIMPLE_KEY
  }

  private saveSimpleKey(): void {
    if (!this.simpleKeyAllowed) return
    this.removeSimpleKey()
    const index = this.simpleKeys.length - 1
    this.simpleKeys[index] = {
      possible: true,
      required: this.flowLevel === 0 && this.indent === this.column(),
      token: this.parsed + this.tokens.length - this.head,
      at: this.pos,
      lineStart: this.lineStart,
    }
    this.begun = index
  }

  private removeSimpleKey(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1]!
    if (key.possible && key.required) throw new Malformed("could not find expected ':'", key.at)
    key.possible = false
  }

  /** Opens a block collection where the column is deeper than those that are open. `token`: -1 for the end. */
  private roll(column: number, token: number, type: TokenType, at: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return
    this.indents.push(this.indent)
    this.indent = column
    if (this.indents.length > MAX_DEPTH) throw new Malformed(`exceeded max depth of ${MAX_DEPTH}`, at)
    if (token < 0) this.push(type, at, at)
    else this.insert(type, at, token)
  }

  private unroll(column: number): void {
    if (this.flowLevel > 0) return
    while (this.indent > column) {
      this.push('block-end', this.pos, this.pos)
      this.indent = this.indents.pop()!
    }
  }

  private streamEnd(): void {
    if (this.column() !== 0) this.lineStart = this.pos
    this.unroll(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    this.push('stream-end', this.pos, this.pos)
  }

  private documentIndicator(type: TokenType): void {
    this.unroll(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    this.pos += 3
    this.push(type, this.pos - 3, this.pos)
  }

  private flowStart(type: TokenType): void {
    this.saveSimpleKey()
    this.simpleKeys.push({ possible: false, required: false, token: -1, at: this.pos, lineStart: this.lineStart })
    if (++this.flowLevel > MAX_DEPTH) throw new Malformed(`exceeded max depth of ${MAX_DEPTH}`, this.pos)
    this.simpleKeyAllowed = true
    this.push(type, this.pos, ++this.pos)
  }

  private flowEnd(type: TokenType): void {
    this.removeSimpleKey()
    if (this.flowLevel > 0) {
      this.flowLevel--
      this.simpleKeys.pop()
    }
    this.simpleKeyAllowed = false
    this.push(type, this.pos, ++this.pos)
  }

  private flowEntry(): void {
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    this.push('flow-entry', this.pos, ++this.pos)
  }

  private blockEntry(): void {
    // In the flow context the parser refuses it.
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed)
        throw new Malformed('block sequence entries are not allowed in this context', this.pos)
      this.roll(this.column(), -1, 'block-sequence-start', this.pos)
    }
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    this.push('block-entry', this.pos, ++this.pos)
  }

  private key(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) throw new Malformed('mapping keys are not allowed in this context', this.pos)
      this.roll(this.column(), -1, 'block-mapping-start', this.pos)
    }
    this.removeSimpleKey()
    this.simpleKeyAllowed = this.flowLevel === 0
    this.push('key', this.pos, ++this.pos)
  }

  private value(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1]!
    if (this.isValid(key)) {
      this.insert('key', key.at, key.token)
      this.roll(key.at - key.lineStart, key.token, 'block-mapping-start', key.at)
      key.possible = false
      this.simpleKeyAllowed = false
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) throw new Malformed('mapping values are not allowed in this context', this.pos)
        this.roll(this.column(), -1, 'block-mapping-start', this.pos)
      }
      this.simpleKeyAllowed = this.flowLevel === 0
    }
    this.push('value', this.pos, ++this.pos)
  }

  /** Blanks, comments and line breaks. A tab cannot indent. */
  private toNextToken(): void {
    for (;;) {
      let code = this.code()
      while (code === SPACE || (code === TAB && (this.flowLevel > 0 || !this.simpleKeyAllowed)))
        code = this.source.charCodeAt(++this.pos)
      if (code === HASH) {
        this.comment()
        code = this.code()
      }
      if (!isBreak(code)) return
      this.skipLine()
      if (this.flowLevel === 0) this.simpleKeyAllowed = true
    }
  }

  private comment(): void {
    const start = this.pos
    while (!isBreakOrEnd(this.code())) this.pos++
    this.comments?.push({ start, end: this.pos })
  }

  private skipBlanks(): void {
    while (isBlank(this.code())) this.pos++
  }

  /** Blanks, a comment and the line break; what else stands there is refused. */
  private restOfLine(start: number): void {
    this.skipBlanks()
    if (this.code() === HASH) this.comment()
    if (!isBreakOrEnd(this.code())) throw new Malformed('did not find expected comment or line break', start)
    if (isBreak(this.code())) this.skipLine()
  }

  private skipLine(): void {
    this.pos += this.code() === CR && this.code(1) === LF ? 2 : 1
    this.lineStart = this.pos
  }

  /** Passes a line break and returns it as a scalar takes it: LS and PS stay, all others are a line feed. */
  private readLine(): string {
    const code = this.code()
    this.skipLine()
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n'
  }

  private directive(): void {
    this.unroll(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.pos++
    const name = this.word()
    if (name === '') throw new Malformed('could not find expected directive name', start)
    if (!isBlankOrEnd(this.code())) throw new Malformed('found unexpected non-alphabetical character', start)
    if (name === 'YAML') this.versionDirective(start)
    else if (name === 'TAG') this.tagDirective(start)
    else throw new Malformed('found unknown directive name', start)
    this.restOfLine(start)
  }

  private word(): string {
    const start = this.pos
    while (isWord(this.code())) this.pos++
    return this.source.slice(start, this.pos)
  }

  private versionDirective(start: number): void {
    this.skipBlanks()
    const major = this.versionNumber(start)
    if (this.code() !== DOT) throw new Malformed("did not find expected digit or '.' character", start)
    this.pos++
    const minor = this.versionNumber(start)
    this.push('version-directive', start, this.pos, `${major}.${minor}`)
  }

  private versionNumber(start: number): number {
    const from = this.pos
    while (isDigit(this.code())) this.pos++
    const digits = this.source.slice(from, this.pos)
    if (digits.length > 2) throw new Malformed('found extremely long version number', start)
    if (digits === '') throw new Malformed('did not find expected version number', start)
    return Number(digits)
  }

  private tagDirective(start: number): void {
    this.skipBlanks()
    const handle = this.tagHandle(true, start)
    if (!isBlank(this.code())) throw new Malformed('did not find expected whitespace', start)
    this.skipBlanks()
    const prefix = this.tagUri('', start)
    if (!isBlankOrEnd(this.code())) throw new Malformed('did not find expected whitespace or line break', start)
    this.push('tag-directive', start, this.pos, handle, 'plain', prefix)
  }

  private anchor(type: TokenType): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.pos++
    const name = this.word()
    const code = this.code()
    if (name === '' || !(isBlankOrEnd(code) || '?:,]}%@`'.includes(String.fromCharCode(code))))
      throw new Malformed('did not find expected alphabetic or numeric character', start)
    this.push(type, start, this.pos, name)
  }

  private tag(): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.pos
    let handle = ''
    let suffix: string
    if (this.code(1) === LESS) {
      this.pos += 2
      suffix = this.tagUri('', start)
      if (this.code() !== GREATER) throw new Malformed("did not find the expected '>'", start)
      this.pos++
    } else {
      handle = this.tagHandle(false, start)
      if (handle.length > 1 && handle.endsWith('!')) suffix = this.tagUri('', start)
      else {
        suffix = this.tagUri(handle, start)
        handle = suffix === '' ? '' : '!'
        if (suffix === '') suffix = '!'
      }
    }
    if (!isBlankOrEnd(this.code())) throw new Malformed('did not find expected whitespace or line break', start)
    this.push('tag', start, this.pos, handle, 'plain', suffix)
  }

  private tagHandle(isDirective: boolean, start: number): string {
    if (this.code() !== BANG) throw new Malformed("did not find expected '!'", start)
    this.pos++
    const word = this.word()
    if (this.code() === BANG) {
      this.pos++
      return `!${word}!`
    }
    if (isDirective && word !== '') throw new Malformed("did not find expected '!'", start)
    return `!${word}`
  }

  /** `head`: a handle that was none, whose `!` does not count. Escaped octets come as characters below 256. */
  private tagUri(head: string, start: number): string {
    let uri = head.slice(1)
    const from = this.pos
    while (isUri(this.code())) uri += this.code() === PERCENT ? this.uriEscape(start) : this.source.charAt(this.pos++)
    if (head === '' && this.pos === from) throw new Malformed('did not find expected tag URI', start)
    return uri
  }

  private uriEscape(start: number): string {
    let octets = ''
    for (let rest = 1; rest > 0; rest--) {
      const high = hexDigit(this.code(1))
      const low = hexDigit(this.code(2))
      if (this.code() !== PERCENT || high < 0 || low < 0) throw new Malformed('did not find URI escaped octet', start)
      const octet = high * 16 + low
      if (octets === '') {
        rest = widthOf(octet)
        if (rest === 0) throw new Malformed('found an incorrect leading UTF-8 octet', start)
      } else if ((octet & 0xc0) !== 0x80) throw new Malformed('found an incorrect trailing UTF-8 octet', start)
      octets += String.fromCharCode(octet)
      this.pos += 3
    }
    return octets
  }

  private blockScalar(style: 'literal' | 'folded'): void {
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    const start = this.pos++
    let chomping = this.chomping()
    let increment = 0
    if (isDigit(this.code())) {
      increment = this.code() - 0x30
      if (increment === 0) throw new Malformed('found an indentation indicator equal to 0', start)
      this.pos++
      if (chomping === 0) chomping = this.chomping()
    }
    this.restOfLine(start)
    const breaks: BlockBreaks = {
      indent: increment === 0 ? 0 : Math.max(this.indent, 0) + increment,
      end: this.pos,
      trailing: '',
    }
    this.blockScalarBreaks(breaks, start)
    let value = ''
    let leading = ''
    let hadLeadingBlank = false
    while (this.column() === breaks.indent && this.code() !== 0) {
      const blank = isBlank(this.code())
      if (style === 'folded' && !hadLeadingBlank && !blank && leading === '\n') {
        if (breaks.trailing === '') value += ' '
      } else value += leading
      value += breaks.trailing
      breaks.trailing = ''
      hadLeadingBlank = blank
      const from = this.pos
      while (!isBreakOrEnd(this.code())) this.pos++
      value += this.source.slice(from, this.pos)
      leading = isBreak(this.code()) ? this.readLine() : ''
      this.blockScalarBreaks(breaks, start)
    }
    if (chomping >= 0) value += leading
    if (chomping > 0) value += breaks.trailing
    this.push('scalar', start, breaks.end, value, style)
  }

  private chomping(): number {
    const code = this.code()
    if (code !== PLUS && code !== DASH) return 0
    this.pos++
    return code === PLUS ? 1 : -1
  }

  /** Indentation and empty lines; an indentation that nothing stated is the deepest seen. */
  private blockScalarBreaks(breaks: BlockBreaks, start: number): void {
    let deepest = 0
    breaks.end = this.pos
    for (;;) {
      while ((breaks.indent === 0 || this.column() < breaks.indent) && this.code() === SPACE) this.pos++
      deepest = Math.max(deepest, this.column())
      if ((breaks.indent === 0 || this.column() < breaks.indent) && this.code() === TAB)
        throw new Malformed('found a tab character where an indentation space is expected', start)
      if (!isBreak(this.code())) break
      breaks.trailing += this.readLine()
      breaks.end = this.pos
    }
    if (breaks.indent === 0) breaks.indent = Math.max(deepest, this.indent + 1, 1)
  }

  private quotedScalar(style: 'single' | 'double'): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const quote = style === 'single' ? QUOTE : DOUBLE_QUOTE
    const start = this.pos++
    let value = ''
    for (;;) {
      if (this.isDocumentIndicator()) throw new Malformed('found unexpected document indicator', start)
      let from = this.pos
      let folds = false
      // What stands on the line, blanks at its end left for later.
      for (let code = this.code(); code !== quote || (style === 'single' && this.code(1) === QUOTE);) {
        if (isBlank(code)) {
          const blanks = this.pos
          this.skipBlanks()
          if (isBreakOrEnd(this.code())) {
            value += this.source.slice(from, blanks)
            from = this.pos
            break
          }
        } else if (isBreakOrEnd(code)) break
        else if (code === QUOTE && style === 'single') {
          value += this.source.slice(from, this.pos + 1)
          from = this.pos += 2
        } else if (code === BACKSLASH && style === 'double') {
          value += this.source.slice(from, this.pos)
          if (isBreak(this.code(1))) {
            this.pos++
            this.skipLine()
            folds = true
            from = this.pos
            break
          }
          value += this.escape(start)
          from = this.pos
        } else this.pos++
        code = this.code()
      }
      value += this.source.slice(from, this.pos)
      if (this.code() === quote) break
      if (this.code() === 0) throw new Malformed('found unexpected end of stream', start)
      value += this.foldedBreaks(folds)
    }
    this.push('scalar', start, ++this.pos, value, style)
  }

  /** Line breaks and the blanks around them. `escaped`: the first break is behind a backslash, and gone. */
  private foldedBreaks(escaped: boolean): string {
    let leading = ''
    let trailing = ''
    for (let first = !escaped; ;) {
      this.skipBlanks()
      if (!isBreak(this.code())) break
      if (first) leading = this.readLine()
      else trailing += this.readLine()
      first = false
    }
    return fold(leading, trailing)
  }

  private escape(start: number): string {
    const code = this.code(1)
    const simple = ESCAPES.get(code)
    if (simple !== undefined) {
      this.pos += 2
      return simple
    }
    const length = code === 0x78 ? 2 : code === 0x75 ? 4 : code === 0x55 ? 8 : 0
    if (length === 0) throw new Malformed('found unknown escape character', this.pos)
    this.pos += 2
    let value = 0
    for (let i = 0; i < length; i++) {
      const digit = hexDigit(this.code(i))
      if (digit < 0) throw new Malformed('did not find expected hexdecimal number', start)
      value = value * 16 + digit
    }
    if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
      throw new Malformed('found invalid Unicode character escape code', start)
    this.pos += length
    return String.fromCodePoint(value)
  }

  private plainScalar(): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const { source } = this
    const isFlow = this.flowLevel > 0
    const start = this.pos
    let end = start
    let value = ''
    let breaks: string | null = null
    while (!this.isDocumentIndicator()) {
      // One line of it: from here to behind its last character that is not blank.
      const from = this.pos
      let to = from
      let pos = from
      let code = source.charCodeAt(pos)
      for (;;) {
        if (isBlankOrEnd(code)) {
          if (!isBlank(code)) break
          do code = source.charCodeAt(++pos)
          while (isBlank(code))
          if (code === HASH || isBreakOrEnd(code)) break
        } else {
          if (code === HASH && to === from) break
          if (code === COLON && isBlankOrEnd(source.charCodeAt(pos + 1))) break
          if (isFlow && isFlowIndicator(code)) break
          code = source.charCodeAt(++pos)
          to = pos
        }
      }
      this.pos = pos
      if (to > from) {
        if (breaks !== null) value += breaks
        value += source.slice(from, to)
        breaks = null
        end = to
      }
      if (!isBreak(code)) break
      breaks = this.plainBreaks(start)
      if (!isFlow && this.column() < this.indent + 1) break
    }
    if (breaks !== null) this.simpleKeyAllowed = true
    this.push('scalar', start, end, value)
  }

  private plainBreaks(start: number): string {
    const leading = this.readLine()
    let trailing = ''
    for (;;) {
      while (isBlank(this.code())) {
        if (this.code() === TAB && this.column() < this.indent + 1)
          throw new Malformed('found a tab character that violates indentation', start)
        this.pos++
      }
      if (!isBreak(this.code())) break
      trailing += this.readLine()
    }
    return fold(leading, trailing)
  }
}

interface BlockBreaks {
  indent: number
  /** Where the scalar ends. */
  end: number
  trailing: string
}

/** One line break is a space, of several the first goes; LS and PS are kept. */
function fold(leading: string, trailing: string): string {
  if (leading !== '\n') return leading + trailing
  return trailing === '' ? ' ' : trailing
}

function widthOf(octet: number): number {
  if ((octet & 0x80) === 0) return 1
  if ((octet & 0xe0) === 0xc0) return 2
  if ((octet & 0xf0) === 0xe0) return 3
  return (octet & 0xf8) === 0xf0 ? 4 : 0
}

const ESCAPES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    t: '\t',
    '\t': '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\x1b',
    ' ': ' ',
    '"': '"',
    "'": "'",
    '\\': '\\',
    N: '\x85',
    _: '\xa0',
    L: '\u2028',
    P: '\u2029',
  }).map(([escape, meaning]) => [escape.charCodeAt(0), meaning]),
)

/** What the reader refuses (readerc.go). */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/
