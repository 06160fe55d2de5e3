/** The scalars of go.yaml.in/yaml/v2 (scannerc.go): block, quoted and plain. */
import { hexDigit, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, isFlowIndicator } from './characters.js'
import { Malformed } from './cursor.js'
import type { Cursor } from './cursor.js'

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

interface ScannedScalar {
  readonly value: string
  /** One past it, trailing breaks of a block scalar included. */
  readonly end: number
}

const TAB = 0x09
const SPACE = 0x20
const DOUBLE_QUOTE = 0x22
const HASH = 0x23
const QUOTE = 0x27
const PLUS = 0x2b
const DASH = 0x2d
const COLON = 0x3a
const BACKSLASH = 0x5c

/** `parent`: the column of the collection that it stands in, -1 for none. `start`: where its first line begins. */
export function blockScalar(
  cursor: Cursor,
  style: 'literal' | 'folded',
  parent: number,
): ScannedScalar & { readonly start: number; readonly indent: number } {
  const header = cursor.pos++
  let chomping = chompingOf(cursor)
  let increment = 0
  if (isDigit(cursor.code())) {
    increment = cursor.code() - 0x30
    if (increment === 0) throw new Malformed('found an indentation indicator equal to 0', header)
    cursor.pos++
    if (chomping === 0) chomping = chompingOf(cursor)
  }
  cursor.restOfLine()
  const start = cursor.pos
  const breaks: BlockBreaks = {
    indent: increment === 0 ? 0 : Math.max(parent, 0) + increment,
    end: cursor.pos,
    trailing: '',
  }
  blockBreaks(cursor, breaks, parent)
  let value = ''
  let leading = ''
  let hadLeadingBlank = false
  while (cursor.column() === breaks.indent && cursor.code() !== 0) {
    const blank = isBlank(cursor.code())
    if (style === 'folded' && !hadLeadingBlank && !blank && leading === '\n') {
      if (breaks.trailing === '') value += ' '
    } else value += leading
    value += breaks.trailing
    breaks.trailing = ''
    hadLeadingBlank = blank
    const from = cursor.pos
    cursor.toLineEnd()
    value += cursor.source.slice(from, cursor.pos)
    leading = isBreak(cursor.code()) ? cursor.readLine() : ''
    blockBreaks(cursor, breaks, parent)
  }
  if (chomping >= 0) value += leading
  if (chomping > 0) value += breaks.trailing
  return { value, start, end: breaks.end, indent: breaks.indent }
}

function chompingOf(cursor: Cursor): number {
  const code = cursor.code()
  if (code !== PLUS && code !== DASH) return 0
  cursor.pos++
  return code === PLUS ? 1 : -1
}

/** Indentation and empty lines; an indentation that nothing stated is the deepest seen. */
function blockBreaks(cursor: Cursor, breaks: BlockBreaks, parent: number): void {
  let deepest = 0
  breaks.end = cursor.pos
  for (;;) {
    while ((breaks.indent === 0 || cursor.column() < breaks.indent) && cursor.code() === SPACE) cursor.pos++
    deepest = Math.max(deepest, cursor.column())
    if ((breaks.indent === 0 || cursor.column() < breaks.indent) && cursor.code() === TAB)
      throw new Malformed('found a tab character where an indentation space is expected', cursor.pos)
    if (!isBreak(cursor.code())) break
    breaks.trailing += cursor.readLine()
    breaks.end = cursor.pos
  }
  if (breaks.indent === 0) breaks.indent = Math.max(deepest, parent + 1, 1)
}

export function quotedScalar(cursor: Cursor, style: 'single' | 'double'): ScannedScalar {
  const quote = style === 'single' ? QUOTE : DOUBLE_QUOTE
  const start = cursor.pos++
  let value = ''
  for (;;) {
    if (cursor.isDocumentIndicator()) throw new Malformed('found unexpected document indicator', start)
    let from = cursor.pos
    let folds = false
    // What stands on the line, blanks at its end left for later.
    for (let code = cursor.code(); code !== quote || (style === 'single' && cursor.code(1) === QUOTE);) {
      if (isBlank(code)) {
        const blanks = cursor.pos
        cursor.skipBlanks()
        if (isBreakOrEnd(cursor.code())) {
          value += cursor.source.slice(from, blanks)
          from = cursor.pos
          break
        }
      } else if (isBreakOrEnd(code)) break
      else if (code === QUOTE && style === 'single') {
        value += cursor.source.slice(from, cursor.pos + 1)
        from = cursor.pos += 2
      } else if (code === BACKSLASH && style === 'double') {
        value += cursor.source.slice(from, cursor.pos)
        if (isBreak(cursor.code(1))) {
          cursor.pos++
          cursor.skipLine()
          folds = true
          from = cursor.pos
          break
        }
        value += escapeOf(cursor, start)
        from = cursor.pos
      } else cursor.pos++
      code = cursor.code()
    }
    value += cursor.source.slice(from, cursor.pos)
    if (cursor.code() === quote) break
    if (cursor.code() === 0) throw new Malformed('found unexpected end of stream', start)
    value += foldedBreaks(cursor, folds)
  }
  return { value, end: ++cursor.pos }
}

/** Line breaks and the blanks around them. `escaped`: the first break is behind a backslash, and gone. */
function foldedBreaks(cursor: Cursor, escaped: boolean): string {
  let leading = ''
  let trailing = ''
  for (let first = !escaped; ;) {
    cursor.skipBlanks()
    if (!isBreak(cursor.code())) break
    if (first) leading = cursor.readLine()
    else trailing += cursor.readLine()
    first = false
  }
  return fold(leading, trailing)
}

function escapeOf(cursor: Cursor, start: number): string {
  const code = cursor.code(1)
  const simple = ESCAPES.get(code)
  if (simple !== undefined) {
    cursor.pos += 2
    return simple
  }
  const length = code === 0x78 ? 2 : code === 0x75 ? 4 : code === 0x55 ? 8 : 0
  if (length === 0) throw new Malformed('found unknown escape character', cursor.pos)
  cursor.pos += 2
  let value = 0
  for (let i = 0; i < length; i++) {
    const digit = hexDigit(cursor.code(i))
    if (digit < 0) throw new Malformed('did not find expected hexdecimal number', start)
    value = value * 16 + digit
  }
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    throw new Malformed('found invalid Unicode character escape code', start)
  cursor.pos += length
  return String.fromCodePoint(value)
}

/** `indent`: the least column that its further lines may begin at. `onNewLine`: whether a line break stands behind it. */
export function plainScalar(
  cursor: Cursor,
  indent: number,
  isFlow: boolean,
): ScannedScalar & { readonly onNewLine: boolean } {
  const { source } = cursor
  let end = cursor.pos
  let value = ''
  let breaks: string | null = null
  while (!cursor.isDocumentIndicator()) {
    // One line of it: from here to behind its last character that is not blank.
    const from = cursor.pos
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
    cursor.pos = pos
    if (to > from) {
      if (breaks !== null) value += breaks
      value += source.slice(from, to)
      breaks = null
      end = to
    }
    if (!isBreak(code)) break
    breaks = plainBreaks(cursor, indent)
    if (!isFlow && cursor.column() < indent) break
  }
  return { value, end, onNewLine: breaks !== null }
}

function plainBreaks(cursor: Cursor, indent: number): string {
  const leading = cursor.readLine()
  let trailing = ''
  for (;;) {
    while (isBlank(cursor.code())) {
      if (cursor.code() === TAB && cursor.column() < indent)
        throw new Malformed('found a tab character that violates indentation', cursor.pos)
      cursor.pos++
    }
    if (!isBreak(cursor.code())) break
    trailing += cursor.readLine()
  }
  return fold(leading, trailing)
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
