/** Go's big.Float as OPA calculates with it: 64 bits of mantissa, rounded half to even after every operation. */
import { fixed, general, type Digits } from './float.js'

/** ±`mantissa` × 2^`exponent`; the mantissa has at most `precision` bits. */
export interface BigFloat {
  readonly negative: boolean
  readonly mantissa: bigint
  readonly exponent: number
  readonly precision: number
}

const PRECISION = 64

const bitsOf = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length)

/** The nearest number to ±`above` ÷ `below` × 2^`exponent`. */
function nearest(negative: boolean, above: bigint, below: bigint, exponent: number, precision: number): BigFloat {
  if (above === 0n) return { negative, mantissa: 0n, exponent: 0, precision }
  // Shifted so that the quotient has one bit more than needed, or two.
  const shift = precision + 2 - (bitsOf(above) - bitsOf(below))
  const [n, d] = shift >= 0 ? [above << BigInt(shift), below] : [above, below << BigInt(-shift)]
  const quotient = n / d
  const extra = BigInt(bitsOf(quotient) - precision)
  const half = 1n << (extra - 1n)
  const rest = quotient & ((1n << extra) - 1n)
  let mantissa = quotient >> extra
  const isAbove = rest > half || (rest === half && (n % d !== 0n || (mantissa & 1n) === 1n))
  if (isAbove) mantissa++
  return normal({ negative, mantissa, exponent: exponent - shift + Number(extra), precision })
}

/** Without trailing zeros in the mantissa. */
function normal(float: BigFloat): BigFloat {
  let { mantissa, exponent } = float
  while (mantissa !== 0n && (mantissa & 1n) === 0n) {
    mantissa >>= 1n
    exponent++
  }
  return { ...float, mantissa, exponent }
}

/** Throws on what is no decimal number. */
export function parseFloat64(text: string): BigFloat {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  if (whole + fraction === '') throw new Error(`${text} is no number`)
  const places = Number(exponent) - fraction.length
  const power = 10n ** BigInt(Math.abs(places))
  const digits = BigInt(whole + fraction)
  return nearest(sign === '-', places > 0 ? digits * power : digits, places < 0 ? power : 1n, 0, PRECISION)
}

/** Exact, with as many bits as it takes. */
export function ofInteger(value: bigint): BigFloat {
  const size = value < 0n ? -value : value
  return normal({ negative: value < 0n, mantissa: size, exponent: 0, precision: Math.max(bitsOf(size), PRECISION) })
}

const signed = ({ negative, mantissa }: BigFloat): bigint => (negative ? -mantissa : mantissa)

/** The precision of a sum that is not kept in one of its parts. */
const wider = (a: BigFloat, b: BigFloat): number => Math.max(a.precision, b.precision)

export function add(a: BigFloat, b: BigFloat): BigFloat {
  const exponent = Math.min(a.exponent, b.exponent)
  const at = (f: BigFloat): bigint => signed(f) << BigInt(f.exponent - exponent)
  const sum = at(a) + at(b)
  const zero = a.negative && b.negative
  return nearest(sum === 0n ? zero : sum < 0n, sum < 0n ? -sum : sum, 1n, exponent, wider(a, b))
}

export const negated = (a: BigFloat): BigFloat => ({ ...a, negative: !a.negative })

export function multiply(a: BigFloat, b: BigFloat, precision = wider(a, b)): BigFloat {
  return nearest(a.negative !== b.negative, a.mantissa * b.mantissa, 1n, a.exponent + b.exponent, precision)
}

/** `b` is not zero. */
export function divide(a: BigFloat, b: BigFloat): BigFloat {
  return nearest(a.negative !== b.negative, a.mantissa, b.mantissa, a.exponent - b.exponent, wider(a, b))
}

/** What is before the point. */
export function truncate(float: BigFloat): bigint {
  const { exponent } = float
  const size = exponent >= 0 ? float.mantissa << BigInt(exponent) : float.mantissa >> BigInt(-exponent)
  return float.negative ? -size : size
}

const isWhole = (float: BigFloat): boolean => float.mantissa === 0n || normal(float).exponent >= 0

export const equals = (a: BigFloat, b: BigFloat): boolean => add(a, negated(b)).mantissa === 0n

/** OPA's FloatToNumber: whole numbers in full, others as %g. */
export function printFloat(float: BigFloat): string {
  const digits = shortest(float)
  const sign = float.negative ? '-' : ''
  return sign + (isWhole(float) ? fixed(digits, -1) : general(digits, -1, 'g'))
}

/** As the digits of 0.ddd × 10^point. */
function decimalOf(mantissa: bigint, exponent: number): Digits {
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)
  const text = String(whole)
  const digits = text.replace(/0+$/, '')
  return { digits, point: text.length + Math.min(exponent, 0) }
}

/** The shortest digits that lie nearer to this number than to its neighbours; after math/big/ftoa.go, roundShortest. */
function shortest({ mantissa, exponent, precision }: BigFloat): Digits {
  if (mantissa === 0n) return { digits: '', point: 0 }
  const shift = precision + 1 - bitsOf(mantissa)
  const wide = mantissa << BigInt(shift)
  const exact = decimalOf(wide, exponent - shift)
  const lower = decimalOf(wide - 1n, exponent - shift).digits
  const upper = decimalOf(wide + 1n, exponent - shift).digits
  const inclusive = (wide & 2n) === 0n
  const digit = (digits: string, i: number): number => (i < digits.length ? digits.charCodeAt(i) - 48 : 0)
  for (let i = 0; i < exact.digits.length; i++) {
    const [m, l, u] = [digit(exact.digits, i), digit(lower, i), digit(upper, i)]
    const down = l !== m || (inclusive && i + 1 === lower.length)
    const up = m !== u && (inclusive || m + 1 < u || i + 1 < upper.length)
    if (down && up) return cut(exact, i + 1, roundsUp(exact.digits, i + 1))
    if (down || up) return cut(exact, i + 1, up)
  }
  return exact
}

function roundsUp(digits: string, length: number): boolean {
  if (length >= digits.length) return false
  if (digits[length] === '5' && length + 1 === digits.length) return (digits.charCodeAt(length - 1) - 48) % 2 === 1
  return digits[length]! >= '5'
}

function cut({ digits, point }: Digits, length: number, up: boolean): Digits {
  if (length >= digits.length) return { digits, point }
  const kept = digits.slice(0, length)
  const next = up ? String(BigInt(kept) + 1n).padStart(kept.length, '0') : kept
  return { digits: next.replace(/0+$/, ''), point: point + next.length - kept.length }
}
