/**
 * OPA's `sprintf`: Go's fmt.Sprintf over the operands as OPA hands them to it. Whole numbers are int64 or *big.Int,
 * others float64, strings themselves, and everything else its text as Rego.
 *
 * After Go's fmt/print.go, fmt/format.go and math/big/intconv.go.
 */
import { formatFloat } from './float.js'
import { bytesOf, isPrintable } from './unicode.js'
import { BuiltinError, isInteger, printValue, quote, RegoNumber, type Value } from './value.js'

type Argument =
  | { readonly type: 'int64'; readonly value: bigint }
  | { readonly type: '*big.Int'; readonly value: bigint }
  | { readonly type: 'float64'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }

interface Flags {
  sharp: boolean
  zero: boolean
  plus: boolean
  minus: boolean
  space: boolean
  /** `%#v` and `%+v`. */
  sharpV: boolean
  plusV: boolean
  /** Absent where none was given. */
  width: number | undefined
  precision: number | undefined
}

const NO_FLAGS: Flags = {
  sharp: false,
  zero: false,
  plus: false,
  minus: false,
  space: false,
  sharpV: false,
  plusV: false,
  width: undefined,
  precision: undefined,
}

const NOT_A_FLAG = /[^#0+\- ]/

/** Widths and precisions beyond are not taken. */
const LARGEST = 1_000_000

export function sprintf(format: string, operands: readonly Value[]): string {
  const all = operands.map(argumentOf)
  let out = ''
  let next = 0
  let reordered = false
  let at = 0
  while (at < format.length) {
    const percent = format.indexOf('%', at)
    if (percent < 0) break
    out += format.slice(at, percent)
    at = percent + 1
    const flags = { ...NO_FLAGS }
    let good = true
    let afterIndex = false
    /** `[n]` in front of a width, a precision or a verb. */
    const index = (): void => {
      afterIndex = false
      if (format[at] !== '[') return
      reordered = true
      const { index, width, ok } = argumentNumber(format.slice(at))
      at += width
      afterIndex = ok
      if (ok && index >= 0 && index < all.length) next = index
      else good = false
    }
    const number = (): number | undefined => {
      const { value, end } = parseNumber(format, at, format.length)
      at = end
      return value
    }
    const fromArgument = (): number | undefined => {
      const argument = all[next]
      if (next < all.length) next++
      if (argument?.type !== 'int64') return undefined
      const value = Number(argument.value)
      return value > LARGEST || value < -LARGEST ? undefined : value
    }

    for (; at < format.length && !NOT_A_FLAG.test(format[at]!); at++) setFlag(flags, format[at]!)
    index()
    if (format[at] === '*') {
      at++
      flags.width = fromArgument()
      if (flags.width === undefined) out += '%!(BADWIDTH)'
      else if (flags.width < 0) {
        flags.width = -flags.width
        flags.minus = true
        flags.zero = false
      }
      afterIndex = false
    } else {
      flags.width = number()
      if (afterIndex && flags.width !== undefined) good = false
    }
    if (at + 1 < format.length && format[at] === '.') {
      at++
      if (afterIndex) good = false
      index()
      if (format[at] === '*') {
        at++
        flags.precision = fromArgument()
        if (flags.precision !== undefined && flags.precision < 0) flags.precision = undefined
        if (flags.precision === undefined) out += '%!(BADPREC)'
        afterIndex = false
      } else flags.precision = number() ?? 0
    }
    if (!afterIndex) index()
    if (at >= format.length) {
      out += '%!(NOVERB)'
      break
    }
    const verb = String.fromCodePoint(format.codePointAt(at)!)
    at += verb.length
    const argument = all[next]
    if (verb === '%') out += '%'
    else if (!good) out += `%!${verb}(BADINDEX)`
    else if (argument === undefined) out += `%!${verb}(MISSING)`
    else {
      if (verb === 'v' || verb === 'w') {
        flags.sharpV = flags.sharp
        flags.plusV = flags.plus
        flags.sharp = flags.plus = false
      }
      out += printArgument(argument, verb, flags)
      next++
    }
  }
  if (at < format.length) out += format.slice(at)
  if (!reordered && next < all.length) {
    const extra = all.slice(next).map((argument) => `${argument.type}=${printArgument(argument, 'v', { ...NO_FLAGS })}`)
    out += `%!(EXTRA ${extra.join(', ')})`
  }
  return out
}

function argumentOf(value: Value): Argument {
  if (typeof value === 'string') return { type: 'string', value }
  if (!(value instanceof RegoNumber)) return { type: 'string', value: printValue(value) }
  const { text } = value
  if (isInteger(text)) {
    const whole = BigInt(text)
    return { type: whole === BigInt.asIntN(64, whole) ? 'int64' : '*big.Int', value: whole }
  }
  const float = Number(text)
  return Number.isFinite(float) ? { type: 'float64', value: float } : { type: 'string', value: text }
}

function setFlag(flags: Flags, character: string): void {
  if (character === '#') flags.sharp = true
  else if (character === '0') flags.zero = true
  else if (character === '+') flags.plus = true
  else if (character === '-') flags.minus = true
  else flags.space = true
}

/** The digits from `at`; what is too large counts as none, and ends the format. */
function parseNumber(
  text: string,
  at: number,
  end: number,
): { readonly value: number | undefined; readonly end: number } {
  let value: number | undefined
  for (; at < end && /[0-9]/.test(text[at]!); at++) {
    if ((value ?? 0) > LARGEST) return { value: undefined, end }
    value = (value ?? 0) * 10 + Number(text[at])
  }
  return { value, end: at }
}

/** `[3]` is the argument with index 2. */
function argumentNumber(text: string): { readonly index: number; readonly width: number; readonly ok: boolean } {
  const close = text.indexOf(']')
  if (text.length < 3 || close < 1) return { index: 0, width: 1, ok: false }
  const { value, end } = parseNumber(text, 1, close)
  if (value === undefined || end !== close) return { index: 0, width: close + 1, ok: false }
  return { index: value - 1, width: close + 1, ok: true }
}

function printArgument(argument: Argument, verb: string, flags: Flags): string {
  const { type } = argument
  if (verb === 'T') return formatString(type, flags)
  if (argument.type === '*big.Int') {
    // Go prints an address, or what lies behind it: another one every time.
    if (verb === 'p' || verb === 'w') throw new BuiltinError(`sprintf: %${verb} of a number beyond 64 bits`)
    return bigInteger(argument.value, verb, flags)
  }
  let text: string | null
  if (argument.type === 'int64') text = integer(argument.value, verb, flags)
  else if (argument.type === 'float64') text = float(argument.value, verb, flags)
  else text = string(argument.value, verb, flags)
  return text ?? `%!${verb}(${type}=${printArgument(argument, 'v', flags)})`
}

/* ----------------------------------------------------------------- padding */

function pad(text: string, { width = 0, minus, zero }: Flags): string {
  const missing = Math.max(width - [...text].length, 0)
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text
}

const padWithSpaces = (text: string, flags: Flags): string => pad(text, { ...flags, zero: false })

/* ----------------------------------------------------------------- numbers */

const BASES: { readonly [verb: string]: number } = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

/** null: no verb for whole numbers. */
function integer(value: bigint, verb: string, flags: Flags): string | null {
  const base = Object.hasOwn(BASES, verb) ? BASES[verb] : undefined
  if (base !== undefined) return wholeNumber(value, base, verb, flags)
  // Go takes the bits as unsigned, and what is no character as U+FFFD.
  const code = value < 0n || value > 0x10ffffn ? 0xfffd : Number(value)
  const character = code >= 0xd800 && code < 0xe000 ? '\ufffd' : String.fromCodePoint(code)
  if (verb === 'c') return pad(character, flags)
  if (verb === 'q') return pad(quote(character, flags.plus, "'"), flags)
  return verb === 'U' ? unicode(BigInt.asUintN(64, value), flags) : null
}

function wholeNumber(value: bigint, base: number, verb: string, flags: Flags): string {
  const { sharp, zero, plus, minus, space, width, precision } = flags
  const negative = value < 0n
  let digits = (negative ? -value : value).toString(base)
  if (verb === 'X') digits = digits.toUpperCase()
  if (precision === 0 && value === 0n) return ' '.repeat(width ?? 0)
  let places = precision ?? 0
  if (precision === undefined && zero && !minus && width !== undefined) {
    places = negative || plus || space ? width - 1 : width
  }
  digits = digits.padStart(places, '0')
  if (sharp && base === 2) digits = `0b${digits}`
  if (sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`
  if (sharp && base === 16) digits = `0${verb === 'X' ? 'X' : 'x'}${digits}`
  if (verb === 'O') digits = `0o${digits}`
  return padWithSpaces((negative ? '-' : plus ? '+' : space ? ' ' : '') + digits, flags)
}

function unicode(value: bigint, flags: Flags): string {
  const digits = value
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(flags.precision ?? 4, 4), '0')
  const shown = flags.sharp && value <= 0x10ffffn && !(value >= 0xd800n && value < 0xe000n)
  const character = shown ? String.fromCodePoint(Number(value)) : ''
  return padWithSpaces(`U+${digits}${shown && isPrintable(character) ? ` '${character}'` : ''}`, flags)
}

function bigInteger(value: bigint, verb: string, flags: Flags): string {
  const base = verb === 's' ? 10 : Object.hasOwn(BASES, verb) ? BASES[verb]! : null
  if (base === null) return `%!${verb}(big.Int=${value})`
  const [sharp, plus] = [flags.sharp || flags.sharpV, flags.plus || flags.plusV]
  const sign = value < 0n ? '-' : plus ? '+' : flags.space ? ' ' : ''
  const prefixes: { readonly [verb: string]: string } = { b: '0b', o: '0', x: '0x', X: '0X' }
  const prefix = verb === 'O' ? '0o' : sharp ? (prefixes[verb] ?? '') : ''
  let digits = (value < 0n ? -value : value).toString(base)
  if (verb === 'X') digits = digits.toUpperCase()
  digits = digits.padStart(flags.precision ?? 0, '0')
  const missing = Math.max((flags.width ?? 0) - sign.length - prefix.length - digits.length, 0)
  if (flags.minus) return sign + prefix + digits + ' '.repeat(missing)
  if (flags.zero && flags.precision === undefined) return sign + prefix + '0'.repeat(missing) + digits
  return ' '.repeat(missing) + sign + prefix + digits
}

/** null: no verb for floats. */
function float(value: number, verb: string, flags: Flags): string | null {
  if (verb === 'v') return floatAs(value, 'g', -1, verb, flags)
  if ('bgGxX'.includes(verb)) return floatAs(value, verb, -1, verb, flags)
  if ('feE'.includes(verb)) return floatAs(value, verb, 6, verb, flags)
  return verb === 'F' ? floatAs(value, 'f', 6, 'f', flags) : null
}

function floatAs(value: number, format: string, usual: number, verb: string, flags: Flags): string {
  const precision = flags.precision ?? usual
  const text = formatFloat(value, format, precision)
  const sign = text.startsWith('-') ? '-' : flags.space && !flags.plus ? ' ' : '+'
  let digits = text.replace(/^-/, '')
  if (flags.sharp && verb !== 'b') digits = withPoint(digits, format, precision)
  if (!flags.plus && sign === '+') return pad(digits, flags)
  if (flags.zero && !flags.minus && (flags.width ?? 0) > digits.length + 1) {
    return sign + digits.padStart(flags.width! - 1, '0')
  }
  return pad(sign + digits, flags)
}

/** `#` keeps the decimal point and the zeros behind it. */
function withPoint(number: string, format: string, precision: number): string {
  const isHex = format === 'x' || format === 'X'
  const tailAt = number.search(isHex ? /[pP]/ : /[eE]/)
  const tail = tailAt < 0 ? '' : number.slice(tailAt)
  let body = tailAt < 0 ? number : number.slice(0, tailAt)
  let digits = 'gGx'.includes(format) ? (precision === -1 ? 6 : precision) : 0
  const significant = body.replace('.', '').replace(/^0+/, '').length
  digits -= significant
  if (!body.includes('.')) {
    if (body === '0') digits--
    body += '.'
  }
  return body + '0'.repeat(Math.max(digits, 0)) + tail
}

/* ----------------------------------------------------------------- strings */

/** null: no verb for strings. */
function string(value: string, verb: string, flags: Flags): string | null {
  if (verb === 'v') return flags.sharpV ? quoted(value, flags) : formatString(value, flags)
  if (verb === 's') return formatString(value, flags)
  if (verb === 'x' || verb === 'X') return hexadecimal(value, verb, flags)
  return verb === 'q' ? quoted(value, flags) : null
}

const truncated = (text: string, { precision }: Flags): string =>
  precision === undefined ? text : [...text].slice(0, precision).join('')

const formatString = (text: string, flags: Flags): string => pad(truncated(text, flags), flags)

function quoted(text: string, flags: Flags): string {
  const shown = truncated(text, flags)
  // What a Go string in backquotes can hold.
  const fits = [...shown].every((c) => (c >= ' ' || c === '\t') && !'`\u007f\ufeff'.includes(c))
  if (flags.sharp && fits) return pad(`\`${shown}\``, flags)
  return pad(quote(shown, flags.plus), flags)
}

function hexadecimal(text: string, verb: string, flags: Flags): string {
  const bytes = bytesOf(text).subarray(0, flags.precision)
  const prefix = flags.sharp ? (verb === 'X' ? '0X' : '0x') : ''
  const each = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'))
  const digits = verb === 'X' ? each.map((two) => two.toUpperCase()) : each
  const shown = flags.space ? digits.map((two) => prefix + two).join(' ') : prefix + digits.join('')
  return pad(bytes.length === 0 ? '' : shown, flags)
}
