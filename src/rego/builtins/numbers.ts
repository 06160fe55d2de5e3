/** `semver.*`, `units.*`, `numbers.range_step`. */
import { multiply, ofInteger, parseFloat64, truncate } from '../bigfloat.js'
import { BuiltinError, compareStrings, numberOf, RegoNumber, type Value } from '../value.js'
import { integer, string, type Builtins } from './operands.js'

/* ------------------------------------------------------------------ semver */

interface Version {
  readonly numbers: readonly bigint[]
  readonly preRelease: readonly string[]
}

const IDENTIFIERS = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`
const NUMBER = String.raw`(0|[1-9]\d*)`
const SEMVER = new RegExp(String.raw`^v?${NUMBER}\.${NUMBER}\.${NUMBER}(?:-(${IDENTIFIERS}))?(?:\+${IDENTIFIERS})?$`)

function version(text: string): Version | null {
  const found = SEMVER.exec(text)
  if (found === null) return null
  const numbers = found.slice(1, 4).map(BigInt)
  const preRelease = found[4]?.split('.') ?? []
  if (numbers.some((n) => n >= 1n << 63n) || preRelease.some((id) => /^0\d+$/.test(id))) return null
  return { numbers, preRelease }
}

function compareVersions(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) {
    if (number !== b.numbers[i]) return number < b.numbers[i]! ? -1 : 1
  }
  // Who is about to be released comes before the release.
  if (a.preRelease.length === 0 || b.preRelease.length === 0) {
    return Math.sign(b.preRelease.length) - Math.sign(a.preRelease.length)
  }
  for (const [i, left] of a.preRelease.entries()) {
    const right = b.preRelease[i]
    if (right === undefined) return 1
    const difference = compareIdentifiers(left, right)
    if (difference !== 0) return difference
  }
  return a.preRelease.length < b.preRelease.length ? -1 : 0
}

const MOST = (1n << 63n) - 1n

/** Numbers come before names. Go takes a number beyond 64 bits for the largest. */
function compareIdentifiers(a: string, b: string): number {
  const [x, y] = [a, b].map((id) => (/^\d+$/.test(id) ? (BigInt(id) > MOST ? MOST : BigInt(id)) : null)) as [
    bigint | null,
    bigint | null,
  ]
  if (x === null || y === null) return x === y ? compareStrings(a, b) : x === null ? 1 : -1
  return x < y ? -1 : x > y ? 1 : 0
}

function parsed(value: Value | undefined): Version {
  const text = string(value)
  const found = version(text)
  if (found === null) throw new BuiltinError(`string "${text}" is not a valid SemVer`)
  return found
}

/* ------------------------------------------------------------------- units */

const K = 1000n
const KI = 1024n

const POWERS = ['k', 'm', 'g', 't', 'p', 'e']

/** `Ki` and the like; all lower case. */
const BINARY = new Map(POWERS.map((letter, i) => [`${letter}i`, KI ** BigInt(i + 1)]))
const DECIMAL = new Map(POWERS.map((letter, i) => [letter, K ** BigInt(i + 1)]))

/** As OPA tells the number from its unit: an `e` belongs to the number where an exponent follows. */
function amount(text: string): { readonly number: string; readonly unit: string } {
  const [number = ''] = /^(?:[\d.+-]|[eE](?=[\d+-])[+-]?\d*)*/.exec(text) ?? []
  if (/[eE][+-]?\d{7}/.test(number)) throw new BuiltinError('exponent too large')
  if (number === '') throw new BuiltinError('no amount provided')
  return { number, unit: text.slice(number.length) }
}

/** A fraction. */
interface Ratio {
  readonly above: bigint
  readonly below: bigint
}

function ratio(number: string): Ratio {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(number)
  const [, sign, whole = '', fraction = '', exponent = '0'] = found ?? []
  if (found === null || whole + fraction === '') throw new BuiltinError('could not parse amount to a number')
  const places = Number(exponent) - fraction.length
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n)
  const power = 10n ** BigInt(Math.abs(places))
  return places < 0 ? { above: digits, below: power } : { above: digits * power, below: 1n }
}

/** 0.001 is no number of 64 bits; this is the one that Go means by it. */
const MILLI: Ratio = { above: 1152921504606847n, below: 1152921504606846976n }

function units(raw: string): RegoNumber {
  const text = raw.replaceAll('"', '')
  if (text.includes(' ')) throw new BuiltinError('spaces not allowed in resource strings')
  const { number, unit } = amount(text)
  const lower = unit.toLowerCase()
  // m is milli and M is mega; of the others the case of the first letter does not matter.
  const factor = unit === '' ? 1n : unit === 'm' ? null : (DECIMAL.get(lower) ?? BINARY.get(lower))
  if (factor === undefined) throw new BuiltinError(`unit ${unit} not recognized`)
  const { above, below } = ratio(number)
  return factor === null
    ? decimal({ above: above * MILLI.above, below: below * MILLI.below })
    : decimal({ above: above * factor, below })
}

/** A whole number as such, else with ten places, rounded half away from zero. */
function decimal({ above, below }: Ratio): RegoNumber {
  if (above % below === 0n) return numberOf(above / below)
  const size = above < 0n ? -above : above
  const scaled = (size * 10n ** 10n * 2n + below) / (below * 2n)
  const digits = String(scaled).padStart(11, '0')
  return new RegoNumber(`${above < 0n ? '-' : ''}${digits.slice(0, -10)}.${digits.slice(-10)}`)
}

function bytes(raw: string): RegoNumber {
  const text = raw.toLowerCase().replaceAll('"', '')
  if (text.includes(' ')) throw new BuiltinError('spaces not allowed in resource strings')
  const { number, unit } = amount(text)
  const name = unit.replace(/b$/, '')
  const factor = unit === '' ? 1n : name === '' ? undefined : (DECIMAL.get(name) ?? BINARY.get(name))
  if (factor === undefined) throw new BuiltinError(`byte unit ${unit} not recognized`)
  ratio(number)
  // As Go's big.Float multiplies; what is behind the point is dropped.
  return numberOf(truncate(multiply(parseFloat64(number), ofInteger(factor))))
}

/* ------------------------------------------------------------------ ranges */

/** More would not be a list that anybody means. */
const LONGEST = 1_000_000n

function range(from: bigint, to: bigint, step: bigint): readonly Value[] {
  if (step <= 0n) throw new BuiltinError('numbers.range_step: step must be a positive integer')
  const length = (from <= to ? to - from : from - to) / step + 1n
  if (length > LONGEST) throw new Error(`numbers.range_step: a range of ${length} numbers is too long`)
  const by = from <= to ? step : -step
  return Array.from({ length: Number(length) }, (_, i) => numberOf(from + by * BigInt(i)))
}

export const numbers: Builtins = {
  'semver.is_valid': (text) => typeof text === 'string' && version(text) !== null,
  'semver.compare': (a, b) => numberOf(compareVersions(parsed(a), parsed(b))),
  'units.parse': (text) => units(string(text)),
  'units.parse_bytes': (text) => bytes(string(text)),
  'numbers.range_step': (from, to, step) => range(integer(from), integer(to), integer(step)),
}
