/** Go's strconv.FormatFloat, for finite numbers. */

/** A decimal number 0.`digits` × 10^`point`, without leading zeros. */
export interface Digits {
  readonly digits: string
  readonly point: number
}

/** `verb` is one of e, E, f, g, G, b, x, X; `precision` -1 is the least that says which number it is. */
export function formatFloat(value: number, verb: string, precision: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (verb === 'b') return sign + binary(size)
  if (verb === 'x' || verb === 'X') {
    const text = hexadecimal(size, precision)
    return sign + (verb === 'X' ? text.toUpperCase() : text)
  }
  return sign + decimal(size, verb, precision)
}

function decimal(size: number, verb: string, precision: number): string {
  const lower = verb.toLowerCase()
  if (lower === 'f')
    return fixed(precision < 0 ? shortest(size) : rounded(size, (exact) => exact.point + precision), precision)
  if (lower === 'e') {
    const digits = precision < 0 ? shortest(size) : rounded(size, () => precision + 1)
    return scientific(digits, precision < 0 ? Math.max(digits.digits.length - 1, 0) : precision, verb)
  }
  const significant = precision === 0 ? 1 : precision
  return general(
    precision < 0 ? shortest(size) : rounded(size, () => significant),
    precision < 0 ? -1 : significant,
    verb,
  )
}

/** `%g` of digits that are rounded already; `significant` -1: as many as there are. */
export function general(digits: Digits, significant: number, verb: string): string {
  // %e is used if its exponent is below -4, or not below the precision; where that is the shortest, 6 stands for it.
  let threshold = significant
  if (threshold > digits.digits.length && digits.digits.length >= digits.point) threshold = digits.digits.length
  if (significant < 0) threshold = 6
  const exponent = digits.point - 1
  if (exponent < -4 || exponent >= threshold) {
    const shown = Math.min(significant < 0 ? digits.digits.length : significant, Math.max(digits.digits.length, 1))
    return scientific(digits, shown - 1, verb === 'g' ? 'e' : 'E')
  }
  return fixed(digits, Math.max(digits.digits.length - digits.point, 0))
}

/** The fewest digits that are read back as the same number: what JavaScript prints too. */
function shortest(size: number): Digits {
  if (size === 0) return { digits: '', point: 0 }
  const [mantissa = '', exponent = '0'] = size.toExponential().split('e')
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 }
}

/** The exact value, rounded half to even to `keep(exact)` digits; trailing zeros are dropped. */
function rounded(size: number, keep: (exact: Digits) => number): Digits {
  const exact = exactly(size)
  const wanted = keep(exact)
  if (wanted >= exact.digits.length) return exact
  if (wanted < 0) return { digits: '', point: 0 }
  const next = exact.digits.charCodeAt(wanted) - 48
  const tie = next === 5 && /^0*$/.test(exact.digits.slice(wanted + 1))
  const odd = wanted > 0 && (exact.digits.charCodeAt(wanted - 1) - 48) % 2 === 1
  const kept = exact.digits.slice(0, wanted)
  if (!(tie ? odd : next >= 5)) return trimmed({ digits: kept, point: exact.point })
  const up = String(BigInt(`0${kept}`) + 1n).padStart(kept.length, '0')
  return trimmed({ digits: up, point: exact.point + up.length - kept.length })
}

function trimmed({ digits, point }: Digits): Digits {
  const text = digits.replace(/0+$/, '')
  return text === '' ? { digits: '', point: 0 } : { digits: text, point }
}

/** Every number of 64 bits is a finite decimal. */
function exactly(size: number): Digits {
  if (size === 0) return { digits: '', point: 0 }
  const { mantissa, exponent } = parts(size)
  // m × 2^-k is m × 5^k × 10^-k.
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)
  const text = String(scaled)
  return trimmed({ digits: text, point: text.length + Math.min(exponent, 0) })
}

export function fixed({ digits, point }: Digits, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const places = precision < 0 ? Math.max(digits.length - point, 0) : precision
  if (places === 0) return whole
  const after = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits
  return `${whole}.${after.slice(0, places).padEnd(places, '0')}`
}

function scientific({ digits, point }: Digits, places: number, verb: string): string {
  const first = digits === '' ? '0' : digits[0]
  const rest = places > 0 ? `.${digits.slice(1, 1 + places).padEnd(places, '0')}` : ''
  return `${first}${rest}${verb}${signed(digits === '' ? 0 : point - 1)}`
}

const signed = (exponent: number): string => `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`

/** `mantissa` × 2^`exponent`, as a number of 64 bits keeps them. */
function parts(size: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, size)
  const all = bits.getBigUint64(0)
  const biased = Number((all >> 52n) & 0x7ffn)
  const fraction = all & 0xfffffffffffffn
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 }
}

function binary(size: number): string {
  const { mantissa, exponent } = parts(size)
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

/** `0x1.8p+01`; with a precision so many digits behind the point, rounded half to even. */
function hexadecimal(size: number, precision: number): string {
  let { mantissa, exponent } = parts(size)
  if (mantissa === 0n) exponent = -52
  else {
    // Normal form: the leading one in bit 60.
    exponent -= 8
    mantissa <<= 8n
    while ((mantissa & (1n << 60n)) === 0n) {
      mantissa <<= 1n
      exponent--
    }
  }
  if (mantissa !== 0n && precision >= 0 && precision < 15) {
    const shift = BigInt(60 - precision * 4)
    const extra = mantissa & ((1n << shift) - 1n)
    mantissa >>= shift
    const half = 1n << (shift - 1n)
    if (extra > half || (extra === half && (mantissa & 1n) === 1n)) mantissa++
    mantissa <<= shift
    if ((mantissa & (1n << 61n)) !== 0n) {
      mantissa >>= 1n
      exponent++
    }
  }
  const lead = mantissa === 0n ? '0' : '1'
  const all = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0')
  const digits = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0')
  return `0x${lead}${digits === '' ? '' : `.${digits}`}p${signed(mantissa === 0n ? 0 : exponent + 60)}`
}
