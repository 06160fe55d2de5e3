/**
 * Readers of what a person wrote in YAML: each takes a value of any shape and gives a value of one type, or says what is
 * wrong, where, and what was probably meant. Nothing is ever ignored, and a reader goes on after a problem, so that all
 * of them are told at once.
 */
import type { Json, JsonObject, Path } from './model.js'

export type Report = (path: Path, message: string) => void

/** Gives `undefined` after at least one report, never without. `schema` says to an editor what it takes. */
export interface Reader<T> {
  (value: Json, path: Path, report: Report): T | undefined
  readonly schema: JsonObject
}

/** A reader from its function and its schema. */
export function reader<T>(
  schema: JsonObject,
  read: (value: Json, path: Path, report: Report) => T | undefined,
): Reader<T> {
  return Object.assign((value: Json, path: Path, report: Report) => read(value, path, report), { schema })
}

export type Read<R> = R extends Reader<infer T> ? T : never

export interface Field<T> {
  readonly read: Reader<T>
  /** What holds where the key is absent; a field without it must be there. */
  readonly absent?: { readonly value: T }
  /** What it is for, in an editor. */
  readonly about?: string
}

/** Says what a field is for. */
export const about = <T>(words: string, field: Field<T>): Field<T> => ({ ...field, about: words })

export const required = <T>(read: Reader<T>): Field<T> => ({ read })

export const optional = <T, A = T>(read: Reader<T>, absent: A): Field<T | A> => ({ read, absent: { value: absent } })

type Fields = { readonly [key: string]: Field<unknown> }

type FieldsRead<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

/** A map with exactly these keys. An unknown one is an error that names the likely right one. */
export function object<F extends Fields>(fields: F): Reader<FieldsRead<F>> {
  return reader(objectSchema(fields), (value, path, report) => {
    if (!isMap(value)) return wrongType(value, 'a map', path, report)
    const keys = Object.keys(fields)
    let whole = true
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) continue
      whole = false
      report([...path, key], `unknown key ${quoted(key)}${suggestion(key, keys)}; there are ${keys.join(', ')}`)
    }
    const result: { [key: string]: unknown } = {}
    for (const [key, field] of Object.entries(fields)) {
      const given = Object.hasOwn(value, key) ? value[key] : undefined
      if (given !== undefined) {
        const read = field.read(given, [...path, key], report)
        if (read === undefined) whole = false
        result[key] = read
      } else if (field.absent !== undefined) {
        result[key] = field.absent.value
      } else {
        whole = false
        report(path, `${key} is missing`)
      }
    }
    return whole ? (result as FieldsRead<F>) : undefined
  })
}

function objectSchema(fields: Fields): JsonObject {
  const entries = Object.entries(fields)
  const needed = entries.flatMap(([key, { absent }]) => (absent === undefined ? [key] : []))
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      entries.map(([key, { read, about }]) => [
        key,
        about === undefined ? read.schema : { description: about, ...read.schema },
      ]),
    ),
    ...(needed.length === 0 ? {} : { required: needed }),
  }
}

/** Any key of a map. */
const anyName: Reader<string> = reader({ type: 'string' }, (name) => String(name))

/**
 * A map from names of the user's own choice; `key` may refuse a name, or give the one it stands for. Where the names are
 * known beforehand, `key` lists them in its schema's `enum`.
 */
export function mapOf<T>(
  read: (key: string) => Reader<T>,
  key: Reader<string> = anyName,
): Reader<ReadonlyMap<string, T>> {
  const names = key.schema['enum'] as readonly string[] | undefined
  const schema: JsonObject =
    names === undefined
      ? { type: 'object', additionalProperties: read('').schema }
      : {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(names.map((name) => [name, read(name).schema])),
        }
  return reader(schema, (value, path, report) => {
    if (!isMap(value)) return wrongType(value, 'a map', path, report)
    const result = new Map<string, T>()
    let whole = true
    for (const [written, given] of Object.entries(value)) {
      const at = [...path, written]
      const name = key(written, at, report)
      const item = name === undefined ? undefined : read(name)(given, at, report)
      if (name === undefined || item === undefined) whole = false
      else if (result.has(name)) {
        whole = false
        report(at, `${quoted(written)} is the same as ${quoted(name)}, which is there too`)
      } else result.set(name, item)
    }
    return whole ? result : undefined
  })
}

export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return reader({ type: 'array', items: read.schema }, (value, path, report) => {
    if (!isList(value)) return wrongType(value, 'a list', path, report)
    const items = value.map((item, index) => read(item, [...path, index], report))
    return items.every((item) => item !== undefined) ? items : undefined
  })
}

/** A text that is not empty. */
export const text: Reader<string> = reader({ type: 'string', minLength: 1 }, (value, path, report) => {
  if (typeof value !== 'string') return wrongType(value, 'a text', path, report)
  if (value.trim() !== '') return value
  report(path, `${nameOf(path)} is empty`)
  return undefined
})

export const number: Reader<number> = reader({ type: 'number' }, (value, path, report) =>
  typeof value === 'number' ? value : wrongType(value, 'a number', path, report),
)

export const boolean: Reader<boolean> = reader({ type: 'boolean' }, (value, path, report) =>
  typeof value === 'boolean' ? value : wrongType(value, 'true or false', path, report),
)

/** Whatever is written. */
export const json: Reader<Json> = reader({}, (value) => value)

export function oneOf<const T extends string | number>(...choices: readonly T[]): Reader<T> {
  return reader({ enum: choices }, (value, path, report) => {
    const found = choices.find((choice) => choice === value)
    if (found !== undefined) return found
    const unquoted = choices.some((choice) => typeof choice === 'number' && String(choice) === value)
    const meant = unquoted
      ? ' (write it without quotes)'
      : typeof value === 'string'
        ? suggestion(value, choices.map(String))
        : ''
    report(path, `${nameOf(path)} is ${shown(value)}${meant}; it is one of ${choices.join(', ')}`)
    return undefined
  })
}

/** A map, or a short form of it. */
export function either<T, S>(map: Reader<T>, short: Reader<S>, toMap: (short: S) => T): Reader<T> {
  return reader({ anyOf: [short.schema, map.schema] }, (value, path, report) => {
    if (isMap(value)) return map(value, path, report)
    const given = short(value, path, report)
    return given === undefined ? undefined : toMap(given)
  })
}

/** Adds a condition: `problem` gives what is wrong, or null. */
export function checked<T>(read: Reader<T>, problem: (value: T) => string | null): Reader<T> {
  return reader(read.schema, (value, path, report) => {
    const given = read(value, path, report)
    const wrong = given === undefined ? null : problem(given)
    if (wrong === null) return given
    report(path, `${nameOf(path)} is ${shown(value)}: ${wrong}`)
    return undefined
  })
}

export function transformed<A, B>(read: Reader<A>, change: (value: A) => B): Reader<B> {
  return reader(read.schema, (value, path, report) => {
    const given = read(value, path, report)
    return given === undefined ? undefined : change(given)
  })
}

export const isMap = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !isList(value)

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

function wrongType(value: Json, wanted: string, path: Path, report: Report): undefined {
  report(path, `${nameOf(path)} is ${shown(value)}; it must be ${wanted}`)
  return undefined
}

/** The key that a path ends with, for messages. */
function nameOf(path: Path): string {
  const key = path.findLast((step) => typeof step === 'string')
  if (key === undefined) return 'the file'
  const last = path.at(-1)
  return typeof last === 'number' ? `item ${last + 1} of ${key}` : String(key)
}

/** A value in a message: short, and what kind of thing it is. */
export function shown(value: Json): string {
  if (value === null) return 'empty'
  if (isList(value)) return 'a list'
  if (isMap(value)) return 'a map'
  return typeof value === 'string' ? quoted(value) : String(value)
}

export const quoted = (word: string): string => JSON.stringify(word.length > 80 ? `${word.slice(0, 79)}…` : word)

/** ` (did you mean "policies"?)`, or nothing where no choice is near. */
export function suggestion(word: string, choices: readonly string[]): string {
  const nearest = choices
    .map((choice) => ({ choice, distance: distanceOf(normal(word), normal(choice)) }))
    .sort((a, b) => a.distance - b.distance)[0]
  if (nearest === undefined || nearest.distance > Math.max(1, Math.floor(nearest.choice.length / 3))) return ''
  return ` (did you mean ${quoted(nearest.choice)}?)`
}

/** `failOn`, `fail_on` and `fail-on` are the same word. Cut, so that a long word costs nothing. */
const normal = (word: string): string =>
  word
    .slice(0, 80)
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()

/** Levenshtein's distance with swaps of neighbours (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      next.push(best)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
