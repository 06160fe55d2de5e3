/** JSON as Go writes and reads it for OPA. */
import { BuiltinError, compareStrings, parseValue, RegoNumber, RegoObject, RegoSet, type Value } from './value.js'

const SHORT: { readonly [character: string]: string } = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

/** Go's json.Marshal, which escapes what HTML would read. */
const jsonString = (text: string): string =>
  `"${[...text].map((c) => SHORT[c] ?? (c < ' ' || '<>&\u2028\u2029'.includes(c) ? escaped(c) : c)).join('')}"`

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Keys are sorted, and texts: another value's key is its JSON. */
export function toJson(value: Value): string {
  if (typeof value === 'string') return jsonString(value)
  if (value instanceof RegoNumber) return value.text
  if (value instanceof RegoSet) return `[${value.members.map(toJson).join(',')}]`
  if (value instanceof RegoObject) {
    const fields = value.entries.map(
      ([key, item]) => [typeof key === 'string' ? key : toJson(key), toJson(item)] as const,
    )
    return `{${fields
      .sort(([a], [b]) => compareStrings(a, b))
      .map(([key, item]) => `${jsonString(key)}:${item}`)
      .join(',')}}`
  }
  return value !== null && typeof value === 'object' ? `[${value.map(toJson).join(',')}]` : String(value)
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** Numbers keep their text. */
export function fromJson(text: string): Value {
  if (!isJson(text)) throw new BuiltinError('invalid JSON')
  return parseValue(text)
}
