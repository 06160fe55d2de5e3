/**
 * Numbers as OPA calculates: whole numbers exactly, others as big.Float. What a policy's WebAssembly has for these is of
 * another library, which keeps and prints other digits. After OPA's topdown/arithmetic.go, aggregates.go and bits.go.
 */
import {
  add,
  divide,
  equals,
  multiply,
  negated,
  ofInteger,
  parseFloat64,
  printFloat,
  truncate,
  type BigFloat,
} from '../bigfloat.js'
import { BuiltinError, compare, isInteger, numberOf, RegoNumber, RegoSet, typeName, type Value } from '../value.js'
import { array, int, integer, members, string, wholeOf, type Builtin, type Builtins } from './operands.js'

function number(value: Value | undefined): RegoNumber {
  if (value instanceof RegoNumber) return value
  throw new BuiltinError(`operand must be number but got ${value === undefined ? 'none' : typeName(value)}`)
}

const floatOf = (value: RegoNumber): BigFloat => parseFloat64(value.text)

const ofFloat = (float: BigFloat): RegoNumber => new RegoNumber(printFloat(float))

/** A whole number in 32 bits that is written without an exponent: a fraction of zeros is one. */
function small(value: RegoNumber): bigint | null {
  const [, digits] = /^(-?\d+)(?:\.0*)?$/.exec(value.text) ?? []
  if (digits === undefined) return null
  const found = BigInt(digits)
  return found === BigInt.asIntN(32, found) ? found : null
}

function operation(
  exact: (a: bigint, b: bigint) => bigint,
  float: (a: BigFloat, b: BigFloat) => BigFloat,
): (a: RegoNumber, b: RegoNumber) => RegoNumber {
  return (a, b) => {
    const [x, y] = [wholeOf(a), wholeOf(b)]
    return x !== null && y !== null ? numberOf(exact(x, y)) : ofFloat(float(floatOf(a), floatOf(b)))
  }
}

const plus = operation((a, b) => a + b, add)
const difference = operation(
  (a, b) => a - b,
  (a, b) => add(a, negated(b)),
)
const times = operation((a, b) => a * b, multiply)

function minus(a: Value | undefined, b: Value | undefined): Value {
  if (!(a instanceof RegoSet) || !(b instanceof RegoSet)) return difference(number(a), number(b))
  return new RegoSet(a.members.filter((member) => !b.members.some((other) => compare(member, other) === 0)))
}

function quotient(a: RegoNumber, b: RegoNumber): RegoNumber {
  const [x, y] = [small(a), small(b)]
  if (y === 0n && x !== null) throw new BuiltinError('divide by zero')
  if (x !== null && y !== null && x !== 0n && x % y === 0n) return numberOf(x / y)
  const by = floatOf(b)
  if (by.mantissa === 0n) throw new BuiltinError('divide by zero')
  return ofFloat(divide(floatOf(a), by))
}

function remainder(a: RegoNumber, b: RegoNumber): RegoNumber {
  const [x, y] = [wholeOf(a), wholeOf(b)]
  if (x === null || y === null) throw new BuiltinError('modulo on floating-point number')
  if (y === 0n) throw new BuiltinError('modulo by zero')
  return numberOf(x % y)
}

/** Small whole numbers by themselves, others as floats. */
const unary =
  (ofSmall: (value: bigint) => bigint, float: (value: BigFloat) => BigFloat): Builtin =>
  (value) => {
    const n = number(value)
    const found = small(n)
    return found === null ? ofFloat(float(floatOf(n))) : numberOf(ofSmall(found))
  }

const HALF = parseFloat64('0.5')
const ONE = ofInteger(1n)

const round = (a: BigFloat): BigFloat => ofInteger(truncate(add(a, a.negative ? negated(HALF) : HALF)))

/** Towards one side: `by` is added where what is before the point lies on the other. */
const towards =
  (negativeSide: boolean, by: BigFloat) =>
  (a: BigFloat): BigFloat => {
    const cut = ofInteger(truncate(a))
    return cut.negative !== negativeSide || equals(a, cut) ? cut : add(cut, by)
  }

/** OPA's sum and product: exact where all are whole, else with the precision that OPA begins with. */
function accumulate(
  value: Value | undefined,
  start: bigint,
  precision: number,
  exact: (a: bigint, b: bigint) => bigint,
  float: (a: BigFloat, b: BigFloat) => BigFloat,
): RegoNumber {
  const all = members(value).map(number)
  const wholes = all.map(wholeOf)
  if (wholes.every((n) => n !== null)) return numberOf((wholes as bigint[]).reduce(exact, start))
  return ofFloat(all.map(floatOf).reduce(float, { ...ofInteger(start), precision }))
}

/* -------------------------------------------------------------------- bits */

/** The widest shift: Go would take gigabytes for more. */
const MOST_BITS = 1_000_000n

function shift(value: bigint, by: bigint, left: boolean): bigint {
  if (by < 0n) throw new BuiltinError('must be an unsigned integer number but got a negative integer')
  if (left && by > MOST_BITS) throw new Error(`bits.lsh: a shift by ${by} is too wide`)
  return left ? value << by : value >> by
}

const bits =
  (change: (a: bigint, b: bigint) => bigint): Builtin =>
  (a, b) =>
    numberOf(change(integer(a), integer(b)))

const BASES: { readonly [base: string]: number } = { '2': 2, '8': 8, '10': 10, '16': 16 }

function formatInt(value: RegoNumber, base: RegoNumber): string {
  const radix = Object.hasOwn(BASES, base.text) ? BASES[base.text] : undefined
  if (radix === undefined) throw new BuiltinError('operand 2 must be one of {2, 8, 10, 16}')
  return (isInteger(value.text) ? BigInt(value.text) : truncate(floatOf(value))).toString(radix)
}

/** What Go's ParseFloat reads; Rego has no infinity. */
function toNumber(value: Value | undefined): RegoNumber {
  if (value === null) return numberOf(0)
  if (typeof value === 'boolean') return numberOf(value ? 1 : 0)
  if (value instanceof RegoNumber) return value
  const text = string(value)
  const [, sign, whole = '', fraction, exponent = ''] = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(text) ?? []
  if (whole + (fraction ?? '') === '' || !Number.isFinite(Number(text))) throw new BuiltinError('invalid syntax')
  // What OPA keeps is the text; where that is no number of JSON, it is written as one here.
  const digits = whole === '' ? '0' : whole
  return new RegoNumber(`${sign === '-' ? '-' : ''}${digits}${fraction ? `.${fraction}` : ''}${exponent}`)
}

export const arithmetic: Builtins = {
  plus: (a, b) => plus(number(a), number(b)),
  minus,
  mul: (a, b) => times(number(a), number(b)),
  div: (a, b) => quotient(number(a), number(b)),
  rem: (a, b) => remainder(number(a), number(b)),
  abs: unary(
    (n) => (n < 0n ? -n : n),
    (f) => ({ ...f, negative: false }),
  ),
  round: unary((n) => n, round),
  ceil: unary((n) => n, towards(false, ONE)),
  floor: unary((n) => n, towards(true, negated(ONE))),
  sum: (all) => accumulate(all, 0n, 64, (a, b) => a + b, add),
  product: (all) =>
    accumulate(
      all,
      1n,
      53,
      (a, b) => a * b,
      (a, b) => multiply(a, b, a.precision),
    ),
  'bits.and': bits((a, b) => a & b),
  'bits.or': bits((a, b) => a | b),
  'bits.xor': bits((a, b) => a ^ b),
  'bits.negate': (a) => numberOf(~integer(a)),
  'bits.lsh': bits((a, b) => shift(a, b, true)),
  'bits.rsh': bits((a, b) => shift(a, b, false)),
  format_int: (value, base) => formatInt(number(value), number(base)),
  to_number: toNumber,
  'array.slice': (list, from, to) => {
    const all = array(list)
    const end = Math.min(Math.max(int(to), 0), all.length)
    return all.slice(Math.min(Math.max(int(from), 0), end), end)
  },
}
