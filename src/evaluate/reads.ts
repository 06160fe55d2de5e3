/** What policies read of an input: taken out of it, and compared with what was read of others. */

/**
 * Key → what is read below it, `[]` for every item of a list; `true` where that is everything. `text` and `refs`: a text that
 * is only repeated in messages, and a list that is only repeated as what a finding is related to.
 */
export type Reads = true | 'text' | 'refs' | { readonly [key: string]: Reads }

/** What was made of what is read of an input. `repeated`: what its marks stand for there. */
export interface Recalled<T> {
  readonly made: T
  readonly repeated: readonly unknown[]
}

/**
 * Makes something of what is read of an input, of each only once. `variant` tells apart what is made of the same in other ways.
 */
export type Recall<T> = (input: unknown, variant: number) => Recalled<T>

const ITEMS = '[]'

/** What is read below a value: of every item of a list, of keys, or everything; or whether it is only repeated. */
type Below =
  | { readonly items: Reads }
  | { readonly keys: readonly (readonly [key: string, below: Reads])[] }
  | { readonly isRepeated: (value: unknown) => boolean }
  | 'everything'

/** Anything else that stands there, which a message would write in other words, is read. */
const IS_REPEATED = {
  text: (value: unknown): boolean => typeof value === 'string',
  refs: (value: unknown): boolean => Array.isArray(value),
}

function belowOf(reads: Reads): Below {
  if (reads === true) return 'everything'
  if (typeof reads === 'string') return { isRepeated: IS_REPEATED[reads] }
  const { [ITEMS]: items, ...keys } = reads
  const parts = Object.entries(keys)
  if (items === undefined) return { keys: parts }
  // What is read both as a list and as a map is read whole.
  return parts.length > 0 ? 'everything' : { items }
}

const isMap = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same, and nothing of it only repeated. */
function readWhole(reads: Reads): Reads {
  if (reads === true || typeof reads === 'string') return true
  return Object.fromEntries(Object.entries(reads).map(([key, below]) => [key, readWhole(below)]))
}

/* ---------------------------------------------------------------- marks */

/** Private characters around the position of what is only repeated. */
const MARK = /\ue002(\d+)\ue003/g

/** Whether a text has a mark, or what looks like one. */
const hasMark = (text: string): boolean => text.includes('\ue002')

/** Whether what was said repeats something. */
export const isRepeating = (said: unknown): boolean => hasMark(JSON.stringify(said))

/** A text with what its marks stand for. */
export function filled(text: string, repeated: readonly unknown[]): string {
  return text.replace(MARK, (mark, position: string) => {
    const value = repeated[Number(position)]
    return typeof value === 'string' ? value : mark
  })
}

/** The list that a mark stands for; a list as it is. */
export function filledRefs<T>(said: readonly T[] | string, repeated: readonly unknown[]): readonly T[] {
  if (typeof said !== 'string') return said
  const value = repeated[Number(/\d+/.exec(said)?.[0])]
  return Array.isArray(value) ? (value as readonly T[]) : []
}

/** What is read of a value, with marks in place of what is only repeated. */
type Picker = (value: unknown) => unknown

function pickerOf(reads: Reads, mark: () => string): Picker {
  const below = belowOf(reads)
  if (below === 'everything') return (value) => value
  if ('isRepeated' in below) return (value) => (below.isRepeated(value) ? mark() : value)
  if ('items' in below) {
    const pick = pickerOf(below.items, mark)
    return (value) => (Array.isArray(value) ? value.map((item) => pick(item)) : value)
  }
  const parts = below.keys.map(([key, part]) => ({ key, pick: pickerOf(part, mark) }))
  return (value) => {
    if (!isMap(value)) return value
    const picked: Record<string, unknown> = {}
    for (const { key, pick } of parts) {
      if (Object.hasOwn(value, key)) picked[key] = pick(value[key])
    }
    return picked
  }
}

/* --------------------------------------------------------------- memory */

/** Where a list or a map begins, where a map ends, and what is not there: all that a value is made of beside scalars. */
const [LIST, MAP, END, ABSENT] = [Symbol('list'), Symbol('map'), Symbol('end'), Symbol('absent')]

/** Something that is only repeated. */
const REPEATED = Symbol('repeated')

/** Writes a value as the numbers of its parts, in order. */
type Writer = (value: unknown) => void

/**
 * What remembers. It compares what is read part by part, each scalar by a number that it has for good: to put an input
 * into words for every policy took longer than the policies.
 */
export function memory(): { readonly recalling: <T>(reads: Reads, make: (picked: unknown) => T) => Recall<T> } {
  const numbers = new Map<unknown, number>()
  /** Numbers of texts that look as if they had a mark: whoever writes a manifest may write anything. */
  const lookalikes = new Set<number>()
  /** Of the value that is being compared. */
  const written: number[] = []
  let length = 0
  let hash = 0
  let repeated: unknown[] = []
  const put = (part: unknown): void => {
    let number = numbers.get(part)
    if (number === undefined) {
      numbers.set(part, (number = numbers.size))
      if (typeof part === 'string' && hasMark(part)) lookalikes.add(number)
    }
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
    if ('isRepeated' in below)
      return (value) => {
        if (!below.isRepeated(value)) return write(value)
        put(REPEATED)
        repeated.push(value)
      }
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
  function isWritten(parts: readonly number[]): boolean {
    if (parts.length !== length) return false
    for (let i = 0; i < length; i++) if (parts[i] !== written[i]) return false
    return true
  }
  function isAnyLookalike(): boolean {
    if (lookalikes.size === 0) return false
    for (let i = 0; i < length; i++) if (lookalikes.has(written[i] as number)) return true
    return false
  }
  /** `whole`: how to recall what cannot be told from marks. */
  function recallOf<T>(reads: Reads, make: (picked: unknown) => T, whole: Recall<T> | null): Recall<T> {
    const writer = writerOf(reads)
    let marks = 0
    const pick = pickerOf(reads, () => `\ue002${marks++}\ue003`)
    const known = new Map<number, { readonly parts: readonly number[]; readonly made: T }[]>()
    return (input, variant) => {
      length = 0
      hash = variant
      repeated = []
      put(variant)
      writer(input)
      if (whole !== null && repeated.length > 0 && isAnyLookalike()) return whole(input, variant)
      const here = repeated
      const alike = known.get(hash)
      const before = alike?.find(({ parts }) => isWritten(parts))
      if (before !== undefined) return { made: before.made, repeated: here }
      marks = 0
      const own = { parts: written.slice(0, length), made: make(pick(input)) }
      if (alike === undefined) known.set(hash, [own])
      else alike.push(own)
      return { made: own.made, repeated: here }
    }
  }
  return { recalling: (reads, make) => recallOf(reads, make, recallOf(readWhole(reads), make, null)) }
}
