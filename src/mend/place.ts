/** A change at a place of the repository: from the place in a document to the edits of its file. */
import type { Path } from '../model.js'
import type { Written } from '../locate/written.js'
import { valueAt } from '../parse/json.js'
import { splitDocuments } from '../parse/split.js'
import { parseYaml } from '../parse/yaml.js'
import type { Change } from './change.js'
import { editsOf, withEdits, type TextEdit } from './edit.js'

/** The edits that a change takes in a file's text; null where none can be made. Offsets of the text, from 0. */
export function editsAt(
  text: string,
  written: Pick<Written, 'document' | 'path' | 'within'>,
  change: Change,
): readonly TextEdit[] | null {
  const { document, path, within } = written
  const found = documentIn(text, document)
  if (found === null) return null
  const edits =
    within === null
      ? editsOf(found.text, path, change)
      : editsWithin(found.text, path, { ...within, within: null }, change)
  return edits === null ? null : edits.map((edit) => moved(edit, found.start))
}

/** YAML in a text of YAML: its lines change, the text around it does not. */
function editsWithin(
  text: string,
  path: Path,
  inner: Pick<Written, 'document' | 'path' | 'within'>,
  change: Change,
): readonly TextEdit[] | null {
  const held = valueAt(parseYaml(text).value, path)
  if (typeof held !== 'string') return null
  const edits = editsAt(held, inner, change)
  return edits === null ? null : editsOf(text, path, { set: withEdits(held, edits) })
}

/** A document of a stream, and where it begins. */
function documentIn(text: string, index: number): { readonly text: string; readonly start: number } | null {
  const mark = text.startsWith('\uFEFF') ? 1 : 0
  const document = splitDocuments(text).documents[index]
  if (document === undefined) return null
  let start = mark
  for (let line = 1; line < document.line; line++) start = text.indexOf('\n', start) + 1
  return text.startsWith(document.text, start) ? { text: document.text, start } : null
}

const moved = ({ start, end, text }: TextEdit, by: number): TextEdit => ({ start: start + by, end: end + by, text })
