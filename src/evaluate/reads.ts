/** What policies read of an input: taken out of it, and compared with what was read of others. */

/** Key → what is read below it, `[]` for every item of a list; `true` where that is everything. */
export type Reads = true | { readonly [key: string]: Reads }

/** What is read of a value. */
export type Picker = (value: unknown) => unknown

/** What is made of what is read of an input; of each only once. `variant` tells apart what is made of the same in other ways. */
export type Recall<T> = (input: unknown, variant: number, make: () => T) => T

const ITEMS = '[]'

/** What is read below a value: of every item of a list, of keys, or everything. */
type Below =
  { readonly items: Reads } | { readonly keys: readonly (readonly [key: string, below: Reads])[] } | 'everything'

function belowOf(reads: Reads): Below {
  if (reads === true) return 'everything'
  const { [ITEMS]: items, ...keys } = reads
  const parts = Object.entries(keys)
  if (items === undefined) return { keys: parts }
  // What is read both as a list and as a map is read whole.
  return parts.length > 0 ? 'everything' : { items }
}

const isMap = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A function that takes the parts of a value that are read: it is asked for often, so it is made once. */
export function pickerOf(reads: Reads): Picker {
  const below = belowOf(reads)
  if (below === 'everything') return (value) => value
  if ('items' in below) {
    const pick = pickerOf(below.items)
    return (value) => (Array.isArray(value) ? value.map((item) => pick(item)) : value)
  }
  const parts = below.keys.map(([key, part]) => ({ key, pick: pickerOf(part) }))
  return (value) => {
    if (!isMap(value)) return value
    const picked: Record<string, unknown> = {}
    for (const { key, pick } of parts) {
      if (Object.hasOwn(value, key)) picked[key] = pick(value[key])
    }
    return picked
  }
}

/** Where a list or a map begins, where a map ends, and what is not there: all that a value is made of beside scalars. */
const [LIST, MAP, END, ABSENT] = [Symbol('list'), Symbol('map'), Symbol('end'), Symbol('absent')]

/** Writes a value as the numbers of its parts, in order. */
type Writer = (value: unknown) => void

/**
 * What remembers. It compares what is read part by part, each scalar by a number that it has for good: to put an input
 * into words for every policy took longer than the policies.
 */
export function memory(): { readonly recalling: <T>(reads: Reads) => Recall<T> } {
  const numbers = new Map<unknown, number>()
  /** Of the value that is being compared. */
  const written: number[] = []
  let length = 0
  let hash = 0
  const put = (part: unknown): void => {
    let number = numbers.get(part)
    if (number === undefined) numbers.set(part, (number = numbers.size))
    written[length++] = number
    hash = Math.imul(hash ^ number, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  const write: Writer = (value) => {
    if (typeof value !== 'object' || value === null) put(value)
    else if (Array.isArray(value)) {
      put(LIST)
      put(value.length)
      for (const item of value as readonly unknown[]) write(item)
    } else {
      put(MAP)
      for (const key of Object.keys(value)) {
        put(key)
        write((value as { readonly [key: string]: unknown })[key])
      }
      put(END)
    }
  }
  const writerOf = (reads: Reads): Writer => {
    const below = belowOf(reads)
    if (below === 'everything') return write
    if ('items' in below) {
      const item = writerOf(below.items)
      return (value) => {
        if (!Array.isArray(value)) return write(value)
        put(LIST)
        put(value.length)
        for (const each of value as readonly unknown[]) item(each)
      }
    }
    const parts = below.keys.map(([key, part]) => ({ key, write: writerOf(part) }))
    return (value) => {
      if (!isMap(value)) return write(value)
      put(MAP)
      for (const { key, write } of parts) {
        const item = value[key]
        // No key that is read has the name of something that every object has.
        if (item === undefined) put(ABSENT)
        else write(item)
      }
    }
  }
  return {
    recalling<T>(reads: Reads): Recall<T> {
      const writer = writerOf(reads)
      const known = new Map<number, { readonly parts: readonly number[]; readonly made: T }[]>()
      return (input, variant, make) => {
        length = 0
        hash = variant
        put(variant)
        writer(input)
        const alike = known.get(hash)
        const before = alike?.find(({ parts }) => isWritten(parts))
        if (before !== undefined) return before.made
        const own = { parts: written.slice(0, length), made: make() }
        if (alike === undefined) known.set(hash, [own])
        else alike.push(own)
        return own.made
      }
    },
  }
  function isWritten(parts: readonly number[]): boolean {
    if (parts.length !== length) return false
    for (let i = 0; i < length; i++) if (parts[i] !== written[i]) return false
    return true
  }
}
