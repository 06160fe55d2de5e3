/**
 * OPA's values. JSON is not enough: a set is no array, keys may be any value, and a number is the text that it was
 * written with (`1.0` and `1` are equal, and print differently). `parseValue` and `printValue` read and write the
 * notation that a policy's WebAssembly exchanges with its host (`opa_value_dump`, `opa_value_parse`).
 */
import { isPrintable } from './unicode.js'

/** A number by its decimal notation, as of JSON. */
export class RegoNumber {
  constructor(readonly text: string) {}
}

/** Members in OPA's order, each once. */
export class RegoSet {
  readonly members: readonly Value[]
  constructor(members: readonly Value[]) {
    this.members = unique([...members].sort(compare), compare)
  }
}

/** Entries in the order of their keys, each key once: the last one given. */
export class RegoObject {
  readonly entries: readonly Entry[]
  constructor(entries: readonly Entry[]) {
    const sorted = entries
      .map((entry, i) => ({ entry, i }))
      .sort((a, b) => compare(a.entry[0], b.entry[0]) || b.i - a.i)
    this.entries = unique(
      sorted.map(({ entry }) => entry),
      (a, b) => compare(a[0], b[0]),
    )
  }
}

export type Entry = readonly [Value, Value]

export type Value = null | boolean | string | RegoNumber | readonly Value[] | RegoObject | RegoSet

/** What a builtin says of operands that it cannot take. The call is then undefined, as in OPA. */
export class BuiltinError extends Error {}

/** Neighbours that are equal become the first of them. */
function unique<T>(sorted: readonly T[], compared: (a: T, b: T) => number): readonly T[] {
  return sorted.filter((item, i) => i === 0 || compared(sorted[i - 1]!, item) !== 0)
}

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value)

export const numberOf = (value: number | bigint): RegoNumber => new RegoNumber(String(value))

/** The value of a key; undefined where there is none. */
export function get({ entries }: RegoObject, key: Value): Value | undefined {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(entries[middle]![0], key) < 0) low = middle + 1
    else high = middle
  }
  const found = entries[low]
  return found !== undefined && compare(found[0], key) === 0 ? found[1] : undefined
}

/** OPA's names of types, as `type_name` gives them. */
export function typeName(value: Value): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (value instanceof RegoNumber) return 'number'
  if (value instanceof RegoSet) return 'set'
  return value instanceof RegoObject ? 'object' : 'array'
}

const ORDER: { readonly [type: string]: number } = {
  null: 0,
  boolean: 1,
  number: 2,
  string: 3,
  array: 4,
  object: 5,
  set: 6,
}

/** OPA's total order: by type, then by content. */
export function compare(a: Value, b: Value): number {
  const byType = ORDER[typeName(a)]! - ORDER[typeName(b)]!
  if (byType !== 0 || a === null) return byType
  if (typeof a === 'boolean') return Number(a) - Number(b)
  if (typeof a === 'string') return compareStrings(a, b as string)
  if (a instanceof RegoNumber) return compareNumbers(a.text, (b as RegoNumber).text)
  if (a instanceof RegoSet) return compareLists(a.members, (b as RegoSet).members)
  if (a instanceof RegoObject) return compareObjects(a, b as RegoObject)
  return compareLists(a, b as readonly Value[])
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = compare(a[i]!, b[i]!)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Key, then value, entry by entry. */
function compareObjects(a: RegoObject, b: RegoObject): number {
  return compareLists(a.entries.flat(), b.entries.flat())
}

/** By code point, as Go compares bytes of UTF-8; JavaScript compares surrogates. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  for (let i = 0; i < a.length && i < b.length;) {
    const [x, y] = [a.codePointAt(i)!, b.codePointAt(i)!]
    if (x !== y) return x < y ? -1 : 1
    i += x > 0xffff ? 2 : 1
  }
  return a.length < b.length ? -1 : 1
}

function compareNumbers(a: string, b: string): number {
  if (a === b) return 0
  const [x, y] = [Number(a), Number(b)]
  if (Number.isFinite(x) && Number.isFinite(y) && (x !== y || Number.isSafeInteger(x))) {
    if (x !== y) return x < y ? -1 : 1
    if (isInteger(a) && isInteger(b)) return 0
  }
  return compareDecimals(decimalOf(a), decimalOf(b))
}

/** Whether it is written as a whole number. */
export const isInteger = (text: string): boolean => /^-?\d+$/.test(text)

/** `digits` × 10^`exponent`. */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

function decimalOf(text: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  return {
    digits: BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n),
    exponent: Number(exponent) - fraction.length,
  }
}

function compareDecimals(a: Decimal, b: Decimal): number {
  // Numbers whose exponents are this far apart differ by their size alone; a power of ten of that size is no number to make.
  const apart = a.exponent - b.exponent
  if (a.digits === 0n || b.digits === 0n || Math.abs(apart) > 10_000) {
    const size = ({ digits, exponent }: Decimal): number =>
      digits === 0n ? 0 : (digits > 0n ? 1 : -1) * (exponent + String(digits).length + 1e9)
    return size(a) - size(b)
  }
  const x = apart > 0 ? a.digits * 10n ** BigInt(apart) : a.digits
  const y = apart < 0 ? b.digits * 10n ** BigInt(-apart) : b.digits
  return x < y ? -1 : x > y ? 1 : 0
}

/* ----------------------------------------------------------------- reading */

/** Reads what `opa_value_dump` writes: JSON with sets (`{1, 2}`, `set()`) and keys of any type. Throws on anything else. */
export function parseValue(text: string): Value {
  let at = 0
  const fail = (): never => {
    throw new Error(`no value of OPA's at ${at}: ${text.slice(at, at + 20)}`)
  }
  const space = (): void => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const takes = (token: string): boolean => {
    space()
    if (!text.startsWith(token, at)) return false
    at += token.length
    return true
  }
  const string = (): string => {
    const from = at
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length) fail()
      if (text[at] === '\\') at++
    }
    // Half a surrogate pair is no character to Go.
    return wellFormed(JSON.parse(text.slice(from, ++at)) as string)
  }
  const list = (close: string): Value[] => {
    const items: Value[] = []
    while (!takes(close)) {
      if (items.length > 0 && !takes(',')) fail()
      items.push(value())
    }
    return items
  }
  const braces = (): Value => {
    if (takes('}')) return new RegoObject([])
    const first = value()
    if (!takes(':')) {
      const rest = takes(',') ? list('}') : takes('}') ? [] : fail()
      return new RegoSet([first, ...rest])
    }
    const entries: Entry[] = [[first, value()]]
    while (!takes('}')) {
      if (!takes(',')) fail()
      const key = value()
      if (!takes(':')) fail()
      entries.push([key, value()])
    }
    return new RegoObject(entries)
  }
  const value = (): Value => {
    space()
    if (text[at] === '"') return string()
    if (takes('set()')) return new RegoSet([])
    if (takes('[')) return list(']')
    if (takes('{')) return braces()
    for (const [word, meaning] of WORDS) if (takes(word)) return meaning
    const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y
    number.lastIndex = at
    const found = number.exec(text)
    if (found === null) return fail()
    at = number.lastIndex
    return new RegoNumber(found[0])
  }
  const parsed = value()
  space()
  return at === text.length ? parsed : fail()
}

const wellFormed = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')

const WORDS: readonly (readonly [string, Value])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
]

/** A JSON value as OPA reads it. */
export const valueOf = (json: unknown): Value => parseValue(JSON.stringify(json))

/* ----------------------------------------------------------------- writing */

/** What `opa_value_parse` reads. */
export function dumpValue(value: Value): string {
  if (value instanceof RegoSet) {
    return value.members.length === 0 ? 'set()' : `{${value.members.map(dumpValue).join(',')}}`
  }
  if (value instanceof RegoObject) {
    return `{${value.entries.map(([key, item]) => `${dumpValue(key)}:${dumpValue(item)}`).join(',')}}`
  }
  if (value instanceof RegoNumber) return value.text
  if (value !== null && typeof value === 'object') return `[${value.map(dumpValue).join(',')}]`
  return JSON.stringify(value)
}

/** `ast.Value.String()`: how OPA prints a value in a message. */
export function printValue(value: Value): string {
  if (value instanceof RegoSet) {
    return value.members.length === 0 ? 'set()' : `{${value.members.map(printValue).join(', ')}}`
  }
  if (value instanceof RegoObject) {
    return `{${value.entries.map(([key, item]) => `${printValue(key)}: ${printValue(item)}`).join(', ')}}`
  }
  if (value instanceof RegoNumber) return value.text
  if (value !== null && typeof value === 'object') return `[${value.map(printValue).join(', ')}]`
  return typeof value === 'string' ? quote(value) : String(value)
}

const ESCAPES: { readonly [character: string]: string } = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}

/** Go's strconv.Quote; with `ascii` QuoteToASCII, with another delimiter QuoteRune's. */
export function quote(text: string, ascii = false, delimiter = '"'): string {
  const quoted = [...text].map((character) => {
    if (character === delimiter) return `\\${character}`
    const known = ESCAPES[character]
    if (known !== undefined) return known
    const code = character.codePointAt(0)!
    if (code < 0x80 ? code >= 0x20 && code !== 0x7f : !ascii && isPrintable(character)) return character
    if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  })
  return `${delimiter}${quoted.join('')}${delimiter}`
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0')
