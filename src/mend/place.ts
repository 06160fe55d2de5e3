/** A change at a place of the repository: from the place in a document to the edits of its file. */
import { groupBy } from '../decide/group.js'
import type { Path } from '../model.js'
import type { Written } from '../locate/written.js'
import { valueAt } from '../parse/json.js'
import { splitDocuments } from '../parse/split.js'
import { parseYaml } from '../parse/yaml.js'
import type { Change } from './change.js'
import { editsOf, withEdits, type TextEdit } from './edit.js'
import { editsOfEach, withChanges, type Wish } from './together.js'

type Place = Pick<Written, 'document' | 'path' | 'within'>

/** A document of a stream, and the offset where it begins. */
interface Part {
  readonly text: string
  readonly start: number
}

/** A change that is wanted at a place of a file. */
export interface Placed {
  readonly written: Place
  readonly change: Change
}

/** A file's text in its documents, found once for all the changes that are made to it. */
export class Stream {
  private readonly documents: readonly (Part | null)[]

  constructor(readonly text: string) {
    this.documents = documentsIn(text)
  }

  /** The edits that each change takes by itself; null where none can be made. Offsets of the text, from 0. */
  editsOf(all: readonly Placed[]): readonly (readonly TextEdit[] | null)[] {
    const edits = new Map<Placed, readonly TextEdit[] | null>()
    for (const { part, own } of this.byDocument(all)) {
      const plain = own.filter(({ written }) => written.within === null)
      const found = editsOfEach(part.text, plain.map(wishOf))
      for (const [i, each] of plain.entries()) edits.set(each, found[i] ?? null)
      for (const each of own) if (!edits.has(each)) edits.set(each, editsInText(part.text, each))
      for (const each of own) edits.set(each, edits.get(each)?.map((edit) => moved(edit, part.start)) ?? null)
    }
    return all.map((each) => edits.get(each) ?? null)
  }

  /** The text with changes made one after the other, each in what those before it left; and which could not be made. */
  with<Each extends Placed>(all: readonly Each[]): { readonly text: string; readonly impossible: readonly Each[] } {
    const made = new Set<Placed>()
    // An edit stays within its document and leaves it one: the others stand where they stood.
    const edits = this.byDocument(all).map(({ part, own }): TextEdit => {
      const changed = own.some(({ written }) => written.within !== null)
        ? oneByOne(part.text, own)
        : withChanges(part.text, own.map(wishOf))
      for (const [i, each] of own.entries()) if (!changed.impossible.has(i)) made.add(each)
      return { start: part.start, end: part.start + part.text.length, text: changed.text }
    })
    return { text: withEdits(this.text, edits), impossible: all.filter((each) => !made.has(each)) }
  }

  private byDocument<Each extends Placed>(all: readonly Each[]) {
    return [...groupBy(all, ({ written }) => String(written.document))].flatMap(([document, own]) => {
      const part = this.documents[Number(document)]
      return part == null ? [] : [{ part, own }]
    })
  }
}

const wishOf = ({ written, change }: Placed): Wish => ({ path: written.path, change })

function oneByOne(
  before: string,
  all: readonly Placed[],
): { readonly text: string; readonly impossible: ReadonlySet<number> } {
  const impossible = new Set<number>()
  let text = before
  for (const [i, each] of all.entries()) {
    const edits = editsInText(text, each)
    if (edits === null) impossible.add(i)
    else text = withEdits(text, edits)
  }
  return { text, impossible }
}

/** In a document's text. */
function editsInText(text: string, { written: { path, within }, change }: Placed): readonly TextEdit[] | null {
  return within === null ? editsOf(text, path, change) : editsWithin(text, path, { ...within, within: null }, change)
}

/** YAML in a text of YAML: its lines change, the text around it does not. */
function editsWithin(text: string, path: Path, inner: Place, change: Change): readonly TextEdit[] | null {
  const held = valueAt(parseYaml(text).value, path)
  if (typeof held !== 'string') return null
  const edits = new Stream(held).editsOf([{ written: inner, change }])[0] ?? null
  return edits === null ? null : editsOf(text, path, { set: withEdits(held, edits) })
}

/** null: it does not stand on lines of its own. */
function documentsIn(text: string): readonly (Part | null)[] {
  let [start, at] = [text.startsWith('\uFEFF') ? 1 : 0, 1]
  return splitDocuments(text).documents.map(({ text: document, line }) => {
    for (; at < line; at++) start = text.indexOf('\n', start) + 1
    return text.startsWith(document, start) ? { text: document, start } : null
  })
}

const moved = ({ start, end, text }: TextEdit, by: number): TextEdit => ({ start: start + by, end: end + by, text })
