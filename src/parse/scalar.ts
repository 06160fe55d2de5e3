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

/** An untagged plain scalar. A number beyond 2^53 comes as the nearest double. */
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
const UINT64_MAX = 2n ** 64n - 1n
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

function numeric(text: string): Scalar {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const integer = parseInteger(plain)
  if (integer !== null) return integer
  if (FLOAT.test(plain)) {
    const value = Number(plain)
    if (Number.isFinite(value)) return value
  }
  // go-yaml's own binary notation behind ParseInt's: only a sign between prefix and digits gets here.
  const signed = /^0b([-+])([01]+)$/.exec(plain)
  if (signed !== null) return inRange(BigInt(`0b${signed[2]}`) * (signed[1] === '-' ? -1n : 1n), true) ?? text
  return text
}

/** strconv.ParseInt(text, 0, 64), else strconv.ParseUint(text, 0, 64). */
function parseInteger(text: string): number | null {
  // Up to 15 decimal digits are exact without BigInt: nearly every number there is.
  if (/^[1-9][0-9]{0,14}$/.test(text) || text === '0') return Number(text)
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text)
  if (match === null) return null
  const [, sign, hex, binary, octal, decimal] = match
  const literal =
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : (decimal ?? '0')
  const magnitude = BigInt(literal)
  return inRange(sign === '-' ? -magnitude : magnitude, sign !== '')
}

function inRange(value: bigint, signed: boolean): number | null {
  const most = signed ? -INT64_MIN - 1n : UINT64_MAX
  return value >= INT64_MIN && value <= most ? Number(value) : null
}

const CORE = 'tag:yaml.org,2002:'

/** A scalar with an explicit tag, `tag` in its long form. A tag that go-yaml does not know leaves the text a string. */
export function resolveTagged(tag: string, text: string): Scalar | RefusedScalar {
  switch (tag) {
    case `${CORE}str`:
    case `${CORE}timestamp`:
      return text
    case `${CORE}binary`:
      return decodeBase64(text)
    case `${CORE}null`:
    case `${CORE}bool`:
    case `${CORE}int`:
    case `${CORE}float`: {
      const value = resolvePlain(text)
      const wanted = tag.slice(CORE.length)
      return wanted === kindOf(value, text) || (wanted === 'float' && typeof value === 'number')
        ? value
        : new RefusedScalar(`cannot decode ${JSON.stringify(text)} as a !!${wanted}`)
    }
    default:
      return text
  }
}

function kindOf(value: Scalar, text: string): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  return isInteger(text) ? 'int' : 'float'
}

function isInteger(text: string): boolean {
  return /^0b[-+]/.test(text) || parseInteger(text.replaceAll('_', '')) !== null
}

/** As Go's base64.StdEncoding: line breaks are skipped, padding is required. */
function decodeBase64(text: string): string | RefusedScalar {
  const compact = text.replaceAll(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    return new RefusedScalar('!!binary value contains invalid base64 data')
  }
  const bytes = Uint8Array.from(atob(compact), (char) => char.charCodeAt(0))
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/**
 * A mapping key as JSON gets it, `text` being how it is written; null where the conversion refuses it, or where an
 * integer is too big to tell.
 */
export function keyOf(value: Scalar, text: string): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return String(value)
    case 'number':
      if (!isInteger(text)) return floatKey(value)
      return Number.isSafeInteger(value) ? String(value) : null
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
