/**
 * Many changes of one document. Each is made and read back as if it were alone; those that have nothing to do with each
 * other are read back together, so that a document of thousands is not read thousands of times.
 */
import type { Path } from '../model.js'
import type { Change } from './change.js'
import { draftOf, isReadBack, readDocument, withEdits, type Draft, type ReadDocument, type TextEdit } from './edit.js'

/** A change of the document's value. */
export interface Wish {
  readonly path: Path
  readonly change: Change
}

/** A wish, which of all it is, and what would make it come true; null where nothing does. */
interface Wished {
  readonly index: number
  readonly wish: Wish
  readonly draft: Draft | null
}

/** The edits of each change by itself, in the text as it is; null where none can be made. */
export function editsOfEach(text: string, wishes: readonly Wish[]): readonly (readonly TextEdit[] | null)[] {
  const edits = new Map<number, readonly TextEdit[]>()
  const read = readDocument(text)
  let left: readonly Wished[] = read === null ? [] : wishes.map((wish, index) => wished(read, wish, index))
  while (read !== null && left.length > 0) {
    const { taken, met } = apart(left)
    for (const { index, draft } of believed(read, taken.filter(isDrafted))) edits.set(index, draft.edits)
    left = met
  }
  return wishes.map((_, index) => edits.get(index) ?? null)
}

/** The text with changes made one after the other, each in what those before it left; and which could not be made. */
export function withChanges(
  text: string,
  wishes: readonly Wish[],
): { readonly text: string; readonly impossible: ReadonlySet<number> } {
  const made = new Set<number>()
  let now = text
  let left: readonly { readonly index: number; readonly wish: Wish }[] = wishes.map((wish, index) => ({ index, wish }))
  while (left.length > 0) {
    const read = readDocument(now)
    if (read === null) break
    const { taken } = apart(left.map(({ index, wish }) => wished(read, wish, index)))
    let drafts = taken.filter(isDrafted)
    // What fails together is tried by halves, until it is one that fails: it is left out, and the others are tried anew.
    while (drafts.length > 1 && !isReadBack(read, drafts.map(draftIn))) drafts = drafts.slice(0, drafts.length >> 1)
    const [only, ...others] = drafts
    const isMade = only !== undefined && (others.length > 0 || isReadBack(read, [only.draft]))
    if (isMade) {
      for (const { index } of drafts) made.add(index)
      now = withEdits(
        now,
        drafts.flatMap(({ draft }) => draft.edits),
      )
    }
    const done = new Set([...drafts, ...taken.filter((each) => !isDrafted(each))].map(({ index }) => index))
    left = left.filter(({ index }) => !done.has(index))
  }
  return { text: now, impossible: new Set([...wishes.keys()].filter((index) => !made.has(index))) }
}

function wished(read: ReadDocument, wish: Wish, index: number): Wished {
  const edits = draftOf(read, wish.path, wish.change)
  return { index, wish, draft: edits === null ? null : { ...wish, edits } }
}

type Drafted = Wished & { readonly draft: Draft }

const isDrafted = (each: Wished): each is Drafted => each.draft !== null

const draftIn = ({ draft }: Drafted): Draft => draft

/** Those that are read back: all together, or else by halves. */
function believed(read: ReadDocument, all: readonly Drafted[]): readonly Drafted[] {
  if (all.length === 0 || isReadBack(read, all.map(draftIn))) return all
  const half = all.length >> 1
  return half === 0 ? [] : [...believed(read, all.slice(0, half)), ...believed(read, all.slice(half))]
}

/** Those that meet none before them, and the others, both in their order. */
function apart(all: readonly Wished[]): { readonly taken: readonly Wished[]; readonly met: readonly Wished[] } {
  const taken: Wished[] = []
  const met: Wished[] = []
  for (const each of all) {
    const isMet = taken.some((other) => meet(other, each)) || met.some((other) => meet(other, each))
    ;(isMet ? met : taken).push(each)
  }
  return { taken, met }
}

/** Whether one change may be another one because of the other. */
function meet(a: Wished, b: Wished): boolean {
  return touch(a.draft, b.draft) || isWithin(a.wish.path, reachOf(b.wish)) || isWithin(b.wish.path, reachOf(a.wish))
}

function touch(a: Draft | null, b: Draft | null): boolean {
  if (a === null || b === null) return false
  return a.edits.some((one) => b.edits.some((other) => one.start <= other.end && other.start <= one.end))
}

/** What goes leaves a list with other indices, and a map that may be empty. */
const reachOf = ({ path, change }: Wish): Path => ('remove' in change ? path.slice(0, -1) : path)

const isWithin = (path: Path, outer: Path): boolean => outer.every((step, i) => path[i] === step)
