/**
 * What a YAML scalar means to the cluster. kubectl, Helm and the API server read YAML with sigs.k8s.io/yaml, that is
 * go.yaml.in/yaml/v2 into JSON types; this is its `resolve` (resolve.go, v2.4.4), decision by decision, with Go's
 * strconv where it differs from JavaScript's.
 */

export type Scalar = null | boolean | number | string

/** A scalar that go-yaml or the JSON encoder behind it refuses. */
export class RefusedScalar {
  constructor(readonly reason: string) {}
}

const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
])

const FIRST = new Set('yYnNtTfFoO~.+-0123456789')

/** A scalar as it is written. */
export interface WrittenScalar {
  readonly value: string
  /** In its long form, '' for none. */
  readonly tag: string
  readonly style: string
}

/** What a scalar means. A number beyond 2^53 comes as the nearest double. */
export function resolveScalar({ value, tag, style }: WrittenScalar): Scalar | RefusedScalar {
  if (tag === '') return style === 'plain' ? resolvePlain(value) : value
  return tag === '!' ? value : resolveTagged(tag, value)
}

/** Whether a key is `<<` and means a merge. */
export function isMergeKey({ value, tag, style }: WrittenScalar): boolean {
  return value === '<<' && (tag === '' ? style === 'plain' : tag === '!' || tag === `${CORE}merge`)
}

export function resolvePlain(text: string): Scalar {
  if (text !== '' && !FIRST.has(text.charAt(0))) return text
  const word = WORDS.get(text)
  if (word !== undefined) return word
  const first = text.charCodeAt(0)
  if (first === 0x2e) return dotted(text)
  if (first <= 0x39) return numeric(text)
  return text
}

/** `.5`: strconv.ParseFloat on the text as it stands, underscores only between digits. */
function dotted(text: string): Scalar {
  if (!/^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/.test(text)) return text
  const value = Number(text.replaceAll('_', ''))
  return Number.isFinite(value) ? value : text
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
const UINT64_MAX = 2n ** 64n - 1n
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

function numeric(text: string): Scalar {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  // Up to 15 decimal digits are exact without BigInt: nearly every number there is.
  if (/^[1-9][0-9]{0,14}$/.test(plain) || plain === '0') return Number(plain)
  const integer = parseInteger(plain)
  if (integer !== null) return Number(integer)
  if (FLOAT.test(plain)) {
    const value = Number(plain)
    if (Number.isFinite(value)) return value
  }
  return text
}

/** strconv.ParseInt(text, 0, 64), else strconv.ParseUint(text, 0, 64), else go-yaml's own binary notation. */
function parseInteger(text: string): bigint | null {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text)
  if (match === null) {
    // Only a sign between prefix and digits gets here.
    const [, sign, digits = ''] = /^0b([-+])([01]+)$/.exec(text) ?? []
    return sign === undefined ? null : inRange(BigInt(`0b${digits}`) * (sign === '-' ? -1n : 1n), true)
  }
  const [, sign, hex, binary, octal, decimal] = match
  const literal =
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : (decimal ?? '0')
  // Nothing of 64 bits is longer, and BigInt would take its time.
  if (literal.length > 66 && literal.replace(/^0[xbo]0*/, '').length > 64) return null
  const magnitude = BigInt(literal)
  return inRange(sign === '-' ? -magnitude : magnitude, sign !== '')
}

function inRange(value: bigint, isSigned: boolean): bigint | null {
  return value >= INT64_MIN && value <= (isSigned ? INT64_MAX : UINT64_MAX) ? value : null
}

const CORE = 'tag:yaml.org,2002:'

/** A scalar with an explicit tag, `tag` in its long form. A tag that go-yaml does not know leaves the text a string. */
function resolveTagged(tag: string, text: string): Scalar | RefusedScalar {
  switch (tag) {
    case `${CORE}binary`:
      return decodeBase64(text)
    case `${CORE}timestamp`:
      return isTimestamp(text) ? text : refused(text, 'timestamp')
    case `${CORE}null`:
    case `${CORE}bool`:
    case `${CORE}int`: {
      const value = resolvePlain(text)
      const wanted = tag.slice(CORE.length)
      return wanted === kindOf(value, text) ? value : refused(text, wanted)
    }
    case `${CORE}float`: {
      const value = resolvePlain(text)
      // What only an unsigned integer can hold is not converted.
      return typeof value === 'number' && (integerOf(text) ?? 0n) <= INT64_MAX ? value : refused(text, 'float')
    }
    default:
      return text
  }
}

function refused(text: string, wanted: string): RefusedScalar {
  return new RefusedScalar(`cannot decode ${JSON.stringify(text)} as a !!${wanted}`)
}

function kindOf(value: Scalar, text: string): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  return integerOf(text) === null ? 'float' : 'int'
}

/** The exact integer that a plain scalar is, null where it is none. */
function integerOf(text: string): bigint | null {
  return /^[-+0-9]/.test(text) ? parseInteger(text.replaceAll('_', '')) : null
}

/**
 * The formats of go-yaml (`2006-1-2`, with `T15:4:5` and a zone or ` 15:4:5` without), as Go's time.Parse reads them:
 * one or two digits each, a comma for the point, offsets up to 24:60.
 */
function isTimestamp(text: string): boolean {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(.*)$/s.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number]
  const time = match[4] ?? ''
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= days && (time === '' || isTime(time))
}

function isTime(text: string): boolean {
  const match = /^(?: +|([Tt]))(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[-+](\d\d):(\d\d))?$/.exec(text)
  if (match === null) return false
  const [, t, hour, minute, second, zone, zoneHour = 0, zoneMinute = 0] = match
  return (
    (t === undefined) === (zone === undefined) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zoneHour) <= 24 &&
    Number(zoneMinute) <= 60
  )
}

/** As Go's base64.StdEncoding: line breaks are skipped, padding is required. */
function decodeBase64(text: string): string | RefusedScalar {
  const compact = text.replaceAll(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    return new RefusedScalar('!!binary value contains invalid base64 data')
  }
  return decodeUtf8(Uint8Array.from(atob(compact), (char) => char.charCodeAt(0)))
}

/** As Go's JSON encoder writes bytes: each octet that belongs to no character is U+FFFD. */
function decodeUtf8(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!
    const width = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    try {
      text += decoder.decode(bytes.subarray(at, at + width))
      at += width
    } catch {
      text += '\ufffd'
      at++
    }
  }
  return text
}

/**
 * A mapping key as JSON gets it, `value` being what `written` means; null where the conversion refuses it (null, and
 * integers that only uint64 holds).
 */
export function keyOf(value: Scalar, written: WrittenScalar): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return String(value)
    case 'number': {
      const integer = written.tag === `${CORE}float` ? null : integerOf(written.value)
      if (integer === null) return floatKey(value)
      return integer <= INT64_MAX ? String(integer) : null
    }
    default:
      return null
  }
}

/** strconv.FormatFloat(value, 'g', -1, 32), as sigs.k8s.io/yaml writes a float that is a key. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  const single = Math.fround(value)
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf'
  const shortest = shortestSingle(single)
  const [mantissa = '', power = '0'] = shortest.split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return Object.is(single, -0) ? '-0' : String(Number(shortest))
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** The shortest `d.ddde±x` that reads back as the same 32-bit float. */
function shortestSingle(single: number): string {
  for (let fraction = 0; fraction < 8; fraction++) {
    const text = single.toExponential(fraction)
    if (Math.fround(Number(text)) === single) return text
  }
  return single.toExponential(8)
}
