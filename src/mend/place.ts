/** A change at a place of the repository: from the place in a document to the edits of its file. */
import type { Path } from '../model.js'
import type { Written } from '../locate/written.js'
import { valueAt } from '../parse/json.js'
import { splitDocuments } from '../parse/split.js'
import { parseYaml } from '../parse/yaml.js'
import type { Change } from './change.js'
import { editsOf, withEdits, type TextEdit } from './edit.js'

type Place = Pick<Written, 'document' | 'path' | 'within'>

/** A document of a stream, and the offset where it begins. */
interface Part {
  readonly text: string
  readonly start: number
}

/** A file's text in its documents, found once for all the changes that are made to it. */
export class Stream {
  private readonly documents: readonly (Part | null)[]

  constructor(readonly text: string) {
    this.documents = documentsIn(text)
  }

  /** The edits that a change takes; null where none can be made. Offsets of the text, from 0. */
  editsAt(written: Place, change: Change): readonly TextEdit[] | null {
    const found = this.documents[written.document] ?? null
    const edits = found === null ? null : editsInDocument(found.text, written, change)
    return found === null || edits === null ? null : edits.map((edit) => moved(edit, found.start))
  }

  /** The text with changes made one after the other, each in what those before it left; and which could not be made. */
  with<Each>(changes: readonly { readonly of: Each; readonly written: Place; readonly change: Change }[]): {
    readonly text: string
    readonly impossible: readonly Each[]
  } {
    // An edit stays within its document and leaves it one: the others stand where they stood.
    const texts = new Map<number, string>()
    const impossible: Each[] = []
    for (const { of, written, change } of changes) {
      const text = texts.get(written.document) ?? this.documents[written.document]?.text
      const edits = text === undefined ? null : editsInDocument(text, written, change)
      if (text === undefined || edits === null) impossible.push(of)
      else texts.set(written.document, withEdits(text, edits))
    }
    const edits = [...texts].flatMap(([document, text]) => {
      const part = this.documents[document]
      return part == null ? [] : [{ start: part.start, end: part.start + part.text.length, text }]
    })
    return { text: withEdits(this.text, edits), impossible }
  }
}

function editsInDocument(text: string, { path, within }: Place, change: Change): readonly TextEdit[] | null {
  return within === null ? editsOf(text, path, change) : editsWithin(text, path, { ...within, within: null }, change)
}

/** YAML in a text of YAML: its lines change, the text around it does not. */
function editsWithin(text: string, path: Path, inner: Place, change: Change): readonly TextEdit[] | null {
  const held = valueAt(parseYaml(text).value, path)
  if (typeof held !== 'string') return null
  const edits = new Stream(held).editsAt(inner, change)
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
