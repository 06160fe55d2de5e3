/** `strings.*`, `indexof_n`, `hex.*`, `base64url.*`, `urlquery.*`, `sprintf` and the casts of Rego's first version. */
import { toJson } from '../json.js'
import { sprintf } from '../sprintf.js'
import { bytesOf, textOf } from '../unicode.js'
import {
  BuiltinError,
  compareStrings,
  numberOf,
  printValue,
  RegoObject,
  RegoSet,
  typeName,
  type Value,
} from '../value.js'
import { array, int, members, object, string, type Builtins } from './operands.js'

/** One string, or the strings of an array or a set. */
const stringsOf = (value: Value | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : members(value).map(string)

const anyMatch =
  (matches: (text: string, affix: string) => boolean) =>
  (search: Value | undefined, base: Value | undefined): boolean => {
    const [texts, affixes] = [stringsOf(search), stringsOf(base)]
    return texts.some((text) => affixes.some((affix) => matches(text, affix)))
  }

/** Every place, in characters, overlapping ones too. */
function indices(text: string, search: string): readonly Value[] {
  if (search === '') throw new BuiltinError('empty search character')
  const [characters, wanted] = [[...text], [...search]]
  return characters.flatMap((_, i) => (wanted.every((c, j) => characters[i + j] === c) ? [numberOf(i)] : []))
}

/** Go's strings.Count: an empty text lies between all characters. */
const count = (text: string, search: string): number =>
  search === '' ? [...text].length + 1 : text.split(search).length - 1

const split = (text: string, by: string): readonly string[] => (by === '' ? [...text] : text.split(by))

/** The first n parts; the last where n is negative. */
function splitN(text: string, by: string, n: number): readonly string[] {
  const parts = split(text, by)
  return n < 0 ? parts.slice(Math.max(parts.length + n, 0)) : parts.slice(0, n)
}

function fromHex(text: string): string {
  if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw new BuiltinError('encoding/hex: invalid')
  return textOf(Uint8Array.from(text.match(/../g) ?? [], (two) => Number.parseInt(two, 16)))
}

const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Go's url.QueryEscape. */
const escape = (text: string): string =>
  [...bytesOf(text)]
    .map((byte) => String.fromCharCode(byte))
    .map((c) =>
      /[A-Za-z0-9\-_.~]/.test(c) ? c : c === ' ' ? '+' : `%${hexOf(Uint8Array.of(c.charCodeAt(0))).toUpperCase()}`,
    )
    .join('')

/** Go's url.QueryUnescape. */
function unescape(text: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new BuiltinError('invalid URL escape')
  const bytes = [...bytesOf(text.replaceAll('+', ' '))]
  const out: number[] = []
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x25) out.push(bytes[i]!)
    else out.push(Number.parseInt(String.fromCharCode(bytes[++i]!, bytes[++i]!), 16))
  }
  return textOf(Uint8Array.from(out))
}

function encodeObject(value: RegoObject): string {
  const pairs = value.entries.flatMap(([key, item]) => {
    // OPA reads the object as JSON first, in which every key is a text.
    const name = typeof key === 'string' ? key : toJson(key)
    return stringsOf(item).map((text) => [name, text] as const)
  })
  return [...pairs]
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([key, text]) => `${escape(key)}=${escape(text)}`)
    .join('&')
}

function decodeObject(query: string): RegoObject {
  const values = new Map<string, string[]>()
  for (const pair of query.split('&')) {
    if (pair.includes(';')) throw new BuiltinError('invalid semicolon separator in query')
    if (pair === '') continue
    const at = pair.indexOf('=')
    const key = unescape(at < 0 ? pair : pair.slice(0, at))
    const text = at < 0 ? '' : unescape(pair.slice(at + 1))
    values.set(key, [...(values.get(key) ?? []), text])
  }
  return new RegoObject([...values])
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function base64url(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = [...bytes.subarray(i, i + 3)]
    const bits = ((group[0] ?? 0) << 16) | ((group[1] ?? 0) << 8) | (group[2] ?? 0)
    for (let k = 0; k <= group.length; k++) out += BASE64URL[(bits >> (18 - 6 * k)) & 63]
  }
  return out
}

const BASE64 = BASE64URL.replace('-_', '+/')

/** Standard base64, with padding, as Go's StdEncoding and URLEncoding read it: line ends are passed over. */
function fromBase64(text: string, alphabet: string): string {
  const clean = text.replace(/[\r\n]/g, '')
  const found = /^([^=]*)(={0,2})$/.exec(clean)
  const letters = [...(found?.[1] ?? '')].map((letter) => alphabet.indexOf(letter))
  if (found === null || clean.length % 4 !== 0 || letters.includes(-1)) throw new BuiltinError('illegal base64 data')
  const bytes: number[] = []
  let [bits, count] = [0, 0]
  for (const letter of letters) {
    bits = ((bits << 6) | letter) & 0xffff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes.push((bits >> count) & 255)
  }
  return textOf(Uint8Array.from(bytes))
}

/** OPA adds the padding that some leave out. */
function fromBase64Url(text: string): string {
  const length = bytesOf(text).length
  if (text.endsWith('=') || length % 4 === 0) return fromBase64(text, BASE64URL)
  if (length % 4 === 1) throw new BuiltinError('illegal base64url string')
  return fromBase64(text + '='.repeat(4 - (length % 4)), BASE64URL)
}

function isBase64(text: string): boolean {
  try {
    fromBase64(text, BASE64)
    return true
  } catch (error) {
    if (error instanceof BuiltinError) return false
    throw error
  }
}

/** In characters; a negative length is all that follows. */
function substring(text: string, from: number, length: number): string {
  if (from < 0) throw new BuiltinError('negative offset')
  const characters = [...text]
  return characters.slice(from, length < 0 ? undefined : from + length).join('')
}

/**
 * Go's strings.Replacer: from left to right, the first of `pairs` that stands there, without going over what was put in.
 * An empty pattern stands everywhere once.
 */
function replaceAll(text: string, pairs: readonly (readonly [string, string])[]): string {
  if (pairs.some(([old]) => old === '') && bytesOf(text).length > text.length) {
    // Go puts the new text between the bytes of a character too: what it gives is no text.
    throw new Error('an empty pattern is replaced in text that is not ASCII')
  }
  let out = ''
  let wasEmpty = false
  for (let at = 0; at <= text.length;) {
    const found = pairs.find(([old]) => (old !== '' || !wasEmpty) && text.startsWith(old, at))
    wasEmpty = found?.[0] === ''
    if (found !== undefined) {
      out += found[1]
      at += found[0].length
    } else out += text[at++] ?? ''
  }
  return out
}

function replaceN(patterns: RegoObject, text: string): string {
  return replaceAll(
    text,
    patterns.entries.map(([old, by]) => [string(old), string(by)]),
  )
}

/** A template string: each part is a text, or a set with the value, empty where there is none. */
function template(parts: readonly Value[]): string {
  return parts
    .map((part) => {
      const value = part instanceof RegoSet ? part.members[0] : part
      if (value === undefined) return '<undefined>'
      return typeof value === 'string' ? value : printValue(value)
    })
    .join('')
}

/** A cast of Rego's first version, which only checks the type. */
const cast =
  (type: string) =>
  (value: Value | undefined): Value => {
    if (value === undefined || typeName(value) !== type) throw new BuiltinError(`operand must be ${type}`)
    return value
  }

/** What Go's glob escapes. */
const quoteMeta = (text: string): string => text.replace(/[?*\\[\]{}]/g, '\\$&')

export const strings: Builtins = {
  sprintf: (format, values) => sprintf(string(format), array(values)),
  'strings.any_prefix_match': anyMatch((text, affix) => text.startsWith(affix)),
  'strings.any_suffix_match': anyMatch((text, affix) => text.endsWith(affix)),
  'strings.count': (text, search) => numberOf(count(string(text), string(search))),
  'strings.split_n': (text, by, n) => splitN(string(text), string(by), int(n)),
  'internal.template_string': (parts) => template(array(parts)),
  concat: (by, list) => members(list).map(string).join(string(by)),
  replace: (text, old, by) => replaceAll(string(text), [[string(old), string(by)]]),
  'strings.replace_n': (patterns, text) => replaceN(object(patterns), string(text)),
  substring: (text, from, length) => substring(string(text), int(from), int(length)),
  indexof: (text, search) => indices(string(text), string(search))[0] ?? numberOf(-1),
  indexof_n: (text, search) => indices(string(text), string(search)),
  'glob.quote_meta': (pattern) => quoteMeta(string(pattern)),
  'hex.encode': (text) => hexOf(bytesOf(string(text))),
  'hex.decode': (text) => fromHex(string(text)),
  'base64url.encode_no_pad': (text) => base64url(bytesOf(string(text))),
  'base64.decode': (text) => fromBase64(string(text), BASE64),
  'base64.is_valid': (text) => typeof text === 'string' && isBase64(text),
  'base64url.decode': (text) => fromBase64Url(string(text)),
  'urlquery.encode': (text) => escape(string(text)),
  'urlquery.decode': (text) => unescape(string(text)),
  'urlquery.encode_object': (value) => encodeObject(object(value)),
  'urlquery.decode_object': (query) => decodeObject(string(query)),
  cast_array: (value) => members(value),
  cast_set: (value) => new RegoSet(members(value)),
  cast_string: cast('string'),
  cast_boolean: cast('boolean'),
  cast_null: cast('null'),
  cast_object: cast('object'),
  // Notes of a trace, which nobody keeps here.
  trace: (note) => string(note) !== undefined,
}
