/** The YAML documents below a place of a tree, with the places of what is written in them. */
import type { JsonObject, Path, Tree, Unjudged } from '../model.js'
import { isMap } from '../parse/json.js'
import { splitDocuments } from '../parse/split.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { problem, type Place } from './custom.js'

export interface PolicyDocument {
  readonly value: JsonObject
  readonly file: string
  /** 1-based, where it begins. */
  readonly line: number
  /** Where a place in a text that is a value of the document lies in the file. */
  readonly placeOf: (path: Path, row: number, column: number) => Place
}

/** Maps only; what cannot be read is added to `problems`. */
export function documentsBelow(tree: Tree, files: Iterable<string>, problems: Unjudged[]): readonly PolicyDocument[] {
  return [...files].flatMap((file) => {
    const { documents, problems: wrong } = splitDocuments(tree.read(file) ?? '', file)
    problems.push(...wrong.map(({ line, message }) => problem(file, line, message)))
    return documents.flatMap(({ text, line }) => {
      const { value, problem: malformed } = parseYaml(text)
      if (malformed !== null) problems.push(problem(file, line + malformed.line - 1, malformed.message))
      if (!isMap(value)) return []
      const placeOf = (path: Path, row: number, column: number): Place => {
        const at = positionsOf(text)(path)
        const lines = text.split('\n')
        // A block begins on the line after its `|`, indented; another text is told at its beginning.
        const opening = lines[at.line - 1] ?? ''
        if (!/[|>][-+\d]*\s*(#.*)?$/.test(opening)) return { file, row: line + at.line - 1, column: at.column }
        const first = lines.slice(at.line).find((each) => each.trim() !== '') ?? ''
        const indent = first.length - first.trimStart().length
        return { file, row: line + at.line - 1 + row, column: column === 0 ? 0 : column + indent }
      }
      return [{ value, file, line, placeOf }]
    })
  })
}
