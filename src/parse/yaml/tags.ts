/** Tags and directives of go.yaml.in/yaml/v2 (scannerc.go). */
import { hexDigit, isBlank, isBlankOrEnd, isDigit, isUri } from './characters.js'
import { Malformed } from './cursor.js'
import type { Cursor } from './cursor.js'

const BANG = 0x21
const PERCENT = 0x25
const DOT = 0x2e
const LESS = 0x3c
const GREATER = 0x3e

/** `handle` is '' for a tag that needs none: `!<…>` and `!`. */
export function scanTag(cursor: Cursor): { readonly handle: string; readonly suffix: string } {
  const start = cursor.pos
  let handle = ''
  let suffix: string
  if (cursor.code(1) === LESS) {
    cursor.pos += 2
    suffix = tagUri(cursor, '', start)
    if (cursor.code() !== GREATER) throw new Malformed("did not find the expected '>'", start)
    cursor.pos++
  } else {
    handle = tagHandle(cursor, false, start)
    if (handle.length > 1 && handle.endsWith('!')) suffix = tagUri(cursor, '', start)
    else {
      suffix = tagUri(cursor, handle, start)
      handle = suffix === '' ? '' : '!'
      if (suffix === '') suffix = '!'
    }
  }
  if (!isBlankOrEnd(cursor.code())) throw new Malformed('did not find expected whitespace or line break', start)
  return { handle, suffix }
}

function tagHandle(cursor: Cursor, isDirective: boolean, start: number): string {
  if (cursor.code() !== BANG) throw new Malformed("did not find expected '!'", start)
  cursor.pos++
  const word = cursor.word()
  if (cursor.code() === BANG) {
    cursor.pos++
    return `!${word}!`
  }
  if (isDirective && word !== '') throw new Malformed("did not find expected '!'", start)
  return `!${word}`
}

/** `head`: a handle that was none, whose `!` does not count. Escaped octets come as characters below 256. */
function tagUri(cursor: Cursor, head: string, start: number): string {
  let uri = head.slice(1)
  const from = cursor.pos
  while (isUri(cursor.code()))
    uri += cursor.code() === PERCENT ? uriEscape(cursor, start) : cursor.source.charAt(cursor.pos++)
  if (head === '' && cursor.pos === from) throw new Malformed('did not find expected tag URI', start)
  return uri
}

function uriEscape(cursor: Cursor, start: number): string {
  let octets = ''
  for (let rest = 1; rest > 0; rest--) {
    const high = hexDigit(cursor.code(1))
    const low = hexDigit(cursor.code(2))
    if (cursor.code() !== PERCENT || high < 0 || low < 0) throw new Malformed('did not find URI escaped octet', start)
    const octet = high * 16 + low
    if (octets === '') {
      rest = widthOf(octet)
      if (rest === 0) throw new Malformed('found an incorrect leading UTF-8 octet', start)
    } else if ((octet & 0xc0) !== 0x80) throw new Malformed('found an incorrect trailing UTF-8 octet', start)
    octets += String.fromCharCode(octet)
    cursor.pos += 3
  }
  return octets
}

interface Directive {
  readonly type: 'version-directive' | 'tag-directive'
  /** The version, or the handle. */
  readonly value: string
  /** Of a tag directive. */
  readonly prefix: string
}

/** `end`: one past it, what else stands on its line left out. */
export function scanDirective(cursor: Cursor): Directive & { readonly end: number } {
  const start = cursor.pos++
  const name = cursor.word()
  if (name === '') throw new Malformed('could not find expected directive name', start)
  if (!isBlankOrEnd(cursor.code())) throw new Malformed('found unexpected non-alphabetical character', start)
  if (name !== 'YAML' && name !== 'TAG') throw new Malformed('found unknown directive name', start)
  const directive = name === 'YAML' ? versionDirective(cursor, start) : tagDirective(cursor, start)
  const end = cursor.pos
  cursor.restOfLine()
  return { ...directive, end }
}

function versionDirective(cursor: Cursor, start: number): Directive {
  cursor.skipBlanks()
  const major = versionNumber(cursor, start)
  if (cursor.code() !== DOT) throw new Malformed("did not find expected digit or '.' character", start)
  cursor.pos++
  const minor = versionNumber(cursor, start)
  return { type: 'version-directive', value: `${major}.${minor}`, prefix: '' }
}

function versionNumber(cursor: Cursor, start: number): number {
  const from = cursor.pos
  while (isDigit(cursor.code())) cursor.pos++
  const digits = cursor.source.slice(from, cursor.pos)
  if (digits.length > 2) throw new Malformed('found extremely long version number', start)
  if (digits === '') throw new Malformed('did not find expected version number', start)
  return Number(digits)
}

function tagDirective(cursor: Cursor, start: number): Directive {
  cursor.skipBlanks()
  const value = tagHandle(cursor, true, start)
  if (!isBlank(cursor.code())) throw new Malformed('did not find expected whitespace', start)
  cursor.skipBlanks()
  const prefix = tagUri(cursor, '', start)
  if (!isBlankOrEnd(cursor.code())) throw new Malformed('did not find expected whitespace or line break', start)
  return { type: 'tag-directive', value, prefix }
}

function widthOf(octet: number): number {
  if ((octet & 0x80) === 0) return 1
  if ((octet & 0xe0) === 0xc0) return 2
  if ((octet & 0xf0) === 0xe0) return 3
  return (octet & 0xf8) === 0xf0 ? 4 : 0
}
