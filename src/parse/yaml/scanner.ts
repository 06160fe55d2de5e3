/**
 * From characters to tokens: the scanner of go.yaml.in/yaml/v2 v2.4.4 (scannerc.go, libyaml's), which kubectl, Helm and
 * the API server read YAML with. It follows its original function by function, so that what one refuses the other
 * refuses. Offsets are UTF-16 units of the text.
 */
import { isBlankOrEnd, isBreak } from './characters.js'
import { Cursor, Malformed } from './cursor.js'
import { blockScalar, plainScalar, quotedScalar } from './scalars.js'
import type { ScalarStyle } from './scalars.js'
import { scanDirective, scanTag } from './tags.js'

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

export interface Token {
  readonly type: TokenType
  readonly start: number
  readonly end: number
  /** A scalar's text, an anchor's name, a version, the handle of a tag or of a tag directive; else ''. */
  readonly value: string
  /** What follows the handle of a tag, or the prefix of a tag directive. */
  readonly suffix: string
  readonly style: ScalarStyle
  /** Columns before each line of a scalar in block style, which begins with its first line; 0 elsewhere. */
  readonly indent: number
  /** Index of the simple key that the token may begin, -1 where it cannot. */
  readonly simpleKey: number
}

interface SimpleKey {
  possible: boolean
  /** Whether the parser waits for it to be decided. */
  awaited: boolean
  required: boolean
  /** The number of the token that it begins with. */
  token: number
  at: number
  /** Where its line starts: a simple key ends on the line that it began. */
  lineStart: number
}

const NO_KEY: SimpleKey = { possible: false, awaited: false, required: false, token: -1, at: 0, lineStart: 0 }

/** As the original: deeper texts are refused. */
const MAX_DEPTH = 10_000
const MAX_SIMPLE_KEY = 1024

const TAB = 0x09
const SPACE = 0x20
const BANG = 0x21
const DOUBLE_QUOTE = 0x22
const HASH = 0x23
const PERCENT = 0x25
const QUOTE = 0x27
const DASH = 0x2d
const COLON = 0x3a
const GREATER = 0x3e
const QUESTION = 0x3f

export class Scanner extends Cursor {
  private readonly tokens: Token[] = []
  private head = 0
  private parsed = 0
  private flowLevel = 0
  private indent = -1
  private readonly indents: number[] = []
  private simpleKeyAllowed = true
  private readonly simpleKeys: SimpleKey[] = [{ ...NO_KEY }]
  /** The simple key that begins with the token to come. */
  private begun = -1

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
    return key !== undefined && key.awaited && key.token === this.parsed && this.isValid(key)
  }

  private push(
    type: TokenType,
    start: number,
    end: number,
    value = '',
    style: ScalarStyle = 'plain',
    suffix = '',
    indent = 0,
  ): void {
    this.tokens.push({ type, start, end, value, suffix, style, indent, simpleKey: this.begun })
    this.begun = -1
  }

  /** `number`: of the token to stand before; where that is taken already, it comes last, as in the original. */
  private insert(type: TokenType, at: number, number: number): void {
    const index = number < this.parsed ? this.tokens.length : this.head + number - this.parsed
    const token: Token = { type, start: at, end: at, value: '', suffix: '', style: 'plain', indent: 0, simpleKey: -1 }
    this.tokens.splice(index, 0, token)
  }

  private nextNumber(): number {
    return this.parsed + this.tokens.length - this.head
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
    const isTab = this.code() === TAB
    const hint = isTab ? ': a tab indents nothing in YAML' : ''
    throw new Malformed(`found character that cannot start any token${hint}`, this.pos)
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
      awaited: true,
      required: this.flowLevel === 0 && this.indent === this.column(),
      token: this.nextNumber(),
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
    const token = this.nextNumber()
    this.simpleKeys.push({ ...NO_KEY, token })
    if (++this.flowLevel > MAX_DEPTH) throw new Malformed(`exceeded max depth of ${MAX_DEPTH}`, this.pos)
    this.simpleKeyAllowed = true
    this.push(type, this.pos, ++this.pos)
  }

  private flowEnd(type: TokenType): void {
    this.removeSimpleKey()
    if (this.flowLevel > 0) {
      this.flowLevel--
      const { token } = this.simpleKeys.pop()!
      // As the original: nothing waits for whether an empty collection is a key.
      const outer = this.simpleKeys[this.simpleKeys.length - 1]!
      if (outer.token === token) outer.awaited = false
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

  private directive(): void {
    this.unroll(-1)
    this.removeSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.pos
    const { type, value, prefix, end } = scanDirective(this)
    this.push(type, start, end, value, 'plain', prefix)
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
    const { handle, suffix } = scanTag(this)
    this.push('tag', start, this.pos, handle, 'plain', suffix)
  }

  private blockScalar(style: 'literal' | 'folded'): void {
    this.removeSimpleKey()
    this.simpleKeyAllowed = true
    const { value, start, end, indent } = blockScalar(this, style, this.indent)
    this.push('scalar', start, end, value, style, '', indent)
  }

  private quotedScalar(style: 'single' | 'double'): void {
    this.saveSimpleKey()
    this.simpleKeyAllowed = false
    const start = this.pos
    const { value, end } = quotedScalar(this, style)
    this.push('scalar', start, end, value, style)
  }

  private plainScalar(): void {
    this.saveSimpleKey()
    const start = this.pos
    const { value, end, onNewLine } = plainScalar(this, this.indent + 1, this.flowLevel > 0)
    this.simpleKeyAllowed = onNewLine
    this.push('scalar', start, end, value)
  }
}
