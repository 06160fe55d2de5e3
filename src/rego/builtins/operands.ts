/** What builtins take. Each throws `BuiltinError` where the operand is something else, which makes the call undefined. */
import { BuiltinError, isArray, RegoNumber, RegoObject, RegoSet, typeName, type Value } from '../value.js'

/** A builtin that the policy's WebAssembly leaves to its host. It throws `BuiltinError` where OPA's gives an error. */
export type Builtin = (...operands: readonly Value[]) => Value

export type Builtins = { readonly [name: string]: Builtin }

const refuse = (wanted: string, value: Value | undefined): never => {
  throw new BuiltinError(`operand must be ${wanted} but got ${value === undefined ? 'none' : typeName(value)}`)
}

export const string = (value: Value | undefined): string =>
  typeof value === 'string' ? value : refuse('string', value)

export const array = (value: Value | undefined): readonly Value[] =>
  value !== undefined && isArray(value) ? value : refuse('array', value)

export const object = (value: Value | undefined): RegoObject =>
  value instanceof RegoObject ? value : refuse('object', value)

/** The members of an array or a set. */
export const members = (value: Value | undefined): readonly Value[] =>
  value instanceof RegoSet ? value.members : array(value)

/** A whole number; `1.0` and `1e2` are some too, as for OPA. null: a fraction. */
export function wholeOf(value: Value | undefined): bigint | null {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(value instanceof RegoNumber ? value.text : '') ?? []
  if (whole === undefined) return refuse('number', value)
  const places = Number(exponent) - fraction.length
  if (places > 1000) throw new BuiltinError('operand must be smaller')
  const digits = BigInt(whole + fraction)
  const power = 10n ** BigInt(Math.abs(places))
  if (places < 0 && digits % power !== 0n) return null
  const size = places < 0 ? digits / power : digits * power
  return sign === '-' ? -size : size
}

export function integer(value: Value | undefined): bigint {
  const whole = wholeOf(value)
  if (whole === null) throw new BuiltinError('operand must be integer number but got floating-point number')
  return whole
}

/** A whole number that an `int` of 64 bits holds, written without an exponent: 2.0 is one. */
export function int(value: Value | undefined): number {
  if (!(value instanceof RegoNumber)) return refuse('number', value)
  const [, whole] = /^(-?\d+)(?:\.0*)?$/.exec(value.text) ?? []
  if (whole === undefined || BigInt(whole) !== BigInt.asIntN(64, BigInt(whole)))
    throw new BuiltinError('operand must be integer number but got floating-point number')
  return Number(whole)
}
