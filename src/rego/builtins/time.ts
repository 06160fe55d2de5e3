/**
 * `time.*` of given moments, in UTC. `time.now_ns` is refused: a judgement must not depend on when it is made. So are the
 * layouts of `time.format` and `time.parse_ns`.
 */
import { BuiltinError, isArray, numberOf, type RegoNumber, type Value } from '../value.js'
import { int, integer, string, type Builtins } from './operands.js'

const SECOND = 1_000_000_000n
const LEAST = -(1n << 63n)
const MOST = (1n << 63n) - 1n

/** What an int64 of nanoseconds holds. */
function nanoseconds(value: bigint): RegoNumber {
  if (value < LEAST || value > MOST) throw new BuiltinError('time outside of valid range')
  return numberOf(value)
}

/** Of a moment, or `[moment, zone]`. A zone other than UTC is no undefined value but a failure, which blocks. */
function moment(value: Value | undefined): bigint {
  const [ns, zone] = value !== undefined && isArray(value) ? value : [value]
  if (zone !== undefined && string(zone) !== '' && zone !== 'UTC') {
    throw new Error(`time zone ${JSON.stringify(zone)}: policies are evaluated with UTC alone`)
  }
  const found = integer(ns)
  if (found < LEAST || found > MOST) throw new BuiltinError('timestamp too big')
  return found
}

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly clock: readonly [number, number, number]
  readonly weekday: number
  readonly fraction: bigint
}

const DAY = 86_400

function partsOf(ns: bigint): Parts {
  const seconds = floorDivide(ns, SECOND)
  const days = Number(floorDivide(seconds, BigInt(DAY)))
  const rest = Number(seconds - BigInt(days) * BigInt(DAY))
  const { year, month, day } = civil(days)
  return {
    year,
    month,
    day,
    clock: [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60],
    weekday: (((days + 4) % 7) + 7) % 7,
    fraction: ns - seconds * SECOND,
  }
}

/** Days since 1970-01-01 of a date, whose month and day may be out of bounds. After Hinnant's days_from_civil. */
function daysOf(year: number, month: number, day: number): number {
  const y = year + Math.floor((month - 1) / 12)
  const m = ((((month - 1) % 12) + 12) % 12) + 1
  const shifted = m <= 2 ? y - 1 : y
  const era = Math.floor(shifted / 400)
  const ofEra = shifted - era * 400
  const ofYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 }
}

function nanosecondsOf(days: number, [hour, minute, second]: Parts['clock'], fraction: bigint): bigint {
  return (BigInt(days) * BigInt(DAY) + BigInt(hour * 3600 + minute * 60 + second)) * SECOND + fraction
}

/** Go's time.Parse with RFC 3339: hours may have one digit, a comma may stand for the point. */
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})([.,]\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/

function parseRfc3339(text: string): RegoNumber {
  const found = RFC3339.exec(text)
  if (found === null) throw new BuiltinError(`parsing time ${JSON.stringify(text)}`)
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const [offsetHours, offsetMinutes] = [Number(found[9] ?? 0), Number(found[10] ?? 0)]
  const lastDay = month >= 1 && month <= 12 ? daysOf(year, month + 1, 1) - daysOf(year, month, 1) : 0
  if (day < 1 || day > lastDay || hour > 23 || minute > 59 || second > 59) throw new BuiltinError('out of range')
  if (offsetHours > 24 || offsetMinutes > 60) throw new BuiltinError('out of range')
  const fraction = BigInt((found[7] ?? '.').slice(1).slice(0, 9).padEnd(9, '0'))
  const offset = BigInt((offsetHours * 60 + offsetMinutes) * 60) * SECOND * (found[8] === '-' ? -1n : 1n)
  return nanoseconds(nanosecondsOf(daysOf(year, month, day), [hour, minute, second], fraction) - offset)
}

const UNITS: { readonly [unit: string]: bigint } = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
}

const HOURS: { readonly [unit: string]: number } = { d: 24, w: 7 * 24, y: 365 * 24 }

/** `1h30m`, and OPA's days, weeks and years. */
function duration(text: string): RegoNumber {
  const wrong = (): never => {
    throw new BuiltinError(`time: invalid duration ${JSON.stringify(text)}`)
  }
  if (/^[+-]?0$/.test(text)) return numberOf(0)
  const negative = text.startsWith('-')
  let rest = text.replace(/^[+-]/, '')
  if (rest === '') return wrong()
  let total = 0n
  while (rest !== '') {
    const found = /^(\d*)(?:\.(\d*))?([^\d.]+)/.exec(rest)
    if (found === null || (found[1] === '' && (found[2] ?? '') === '')) return wrong()
    const [all, whole = '', fraction = '', unit = ''] = found
    rest = rest.slice(all.length)
    const hours = Object.hasOwn(HOURS, unit) ? HOURS[unit] : undefined
    const [digits, behind, factor] =
      hours === undefined
        ? [whole, fraction, Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined]
        : [...split(Number(`${whole}.${fraction}`) * hours), UNITS['h']]
    if (factor === undefined) return wrong()
    const value = BigInt(digits || '0')
    if (value > 1n << 63n || value > (1n << 63n) / factor) return wrong()
    total += value * factor + fractionOf(behind, factor)
    if (total > 1n << 63n) return wrong()
  }
  if (!negative && total > MOST) return wrong()
  return numberOf(negative ? -total : total)
}

/** As decimal digits before and behind the point. */
function split(value: number): readonly [string, string] {
  const [whole = '0', fraction = ''] = value
    .toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })
    .split('.')
  return [whole, fraction]
}

/** With the rounding of Go's floats. */
function fractionOf(digits: string, unit: bigint): bigint {
  let [value, scale] = [0n, 1]
  for (const digit of digits) {
    // Go stops reading where an int64 would overflow.
    if (value > MOST / 10n) break
    const next = value * 10n + BigInt(digit)
    if (next > 1n << 63n) break
    value = next
    scale *= 10
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)))
}

function addDate(ns: bigint, years: number, months: number, days: number): RegoNumber {
  const { year, month, day, clock, fraction } = partsOf(ns)
  return nanoseconds(nanosecondsOf(daysOf(year + years, month + months, day) + days, clock, fraction))
}

/** Years, months, days, hours, minutes and seconds between two moments. */
function difference(a: bigint, b: bigint): readonly Value[] {
  const [from, to] = (a <= b ? [a, b] : [b, a]).map(partsOf) as [Parts, Parts]
  let [year, month, day] = [to.year - from.year, to.month - from.month, to.day - from.day]
  let [hour, minute, second] = to.clock.map((value, i) => value - from.clock[i]!) as [number, number, number]
  if (second < 0) [second, minute] = [second + 60, minute - 1]
  if (minute < 0) [minute, hour] = [minute + 60, hour - 1]
  if (hour < 0) [hour, day] = [hour + 24, day - 1]
  if (day < 0) {
    day += daysOf(from.year, from.month + 1, 1) - daysOf(from.year, from.month, 1)
    month--
  }
  if (month < 0) [month, year] = [month + 12, year - 1]
  return [year, month, day, hour, minute, second].map(numberOf)
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

export const time: Builtins = {
  'time.parse_rfc3339_ns': (text) => parseRfc3339(string(text)),
  'time.parse_duration_ns': (text) => duration(string(text)),
  'time.date': (at) => {
    const { year, month, day } = partsOf(moment(at))
    return [year, month, day].map(numberOf)
  },
  'time.clock': (at) => partsOf(moment(at)).clock.map(numberOf),
  'time.weekday': (at) => WEEKDAYS[partsOf(moment(at)).weekday]!,
  'time.add_date': (at, years, months, days) => addDate(moment(at), int(years), int(months), int(days)),
  'time.diff': (a, b) => difference(moment(a), moment(b)),
}
