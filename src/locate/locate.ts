/**
 * locate: from a place in a resource to lines of the repository. Only files with findings are looked at. A line is
 * claimed only where it is known; where not, the precision says so.
 */
import type { Path, Place, Resource, Tree } from '../model.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { splitDocuments } from '../parse/split.js'

export interface Location {
  /** Tree path. */
  readonly file: string
  /** 1-based, as the columns; `endColumn` is one past the last character. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly precision: 'exact' | 'ancestor' | 'template' | 'file'
}

export type Locate = (place: Place) => Location

type Positions = ReturnType<typeof positionsOf>

/** A function that locates; it remembers what it parsed. */
export function locatorOf(tree: Tree): Locate {
  const texts = new Map<string, Positions>()
  const positions = (text: string): Positions => {
    const known = texts.get(text) ?? positionsOf(text)
    texts.set(text, known)
    return known
  }
  return ({ resource, path }) => {
    if (!resource.declared) return atFirstLine(resource)
    switch (resource.origin.kind) {
      case 'manifest':
        return inText(positions(resource.text), resource.origin.file, resource.origin.line ?? 1, [
          ...resource.path,
          ...path,
        ])
      case 'kustomization':
        return inOriginal(tree, positions, resource, path)
      case 'chart':
        return { ...wholeFile(resource.origin.file), precision: 'template' }
    }
  }
}

/** A stand-in has no text of its own: it is shown where what it stands for is first used. */
function atFirstLine(resource: Resource): Location {
  const { file, line } = resource.origin
  return { ...wholeFile(file), line: line ?? 1, endLine: line ?? 1 }
}

function wholeFile(file: string): Location {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1, precision: 'file' }
}

/** `firstLine` is the 1-based line of the file where the document begins. */
function inText(positions: Positions, file: string, firstLine: number, path: Path): Location {
  const at = positions(path)
  return {
    file,
    line: at.line + firstLine - 1,
    column: at.column,
    endLine: at.endLine + firstLine - 1,
    endColumn: at.endColumn,
    precision: at.exact ? 'exact' : 'ancestor',
  }
}

/**
 * A kustomized resource, in the file it was written in. The line is claimed only where that file holds the very value
 * that was judged, or lacks what the judged object lacks; what a patch or transformer brought is not in it.
 */
function inOriginal(tree: Tree, positions: (text: string) => Positions, resource: Resource, path: Path): Location {
  const { file } = resource.origin
  const bytes = tree.read(file)
  if (bytes === null) return wholeFile(file)
  const { documents } = splitDocuments(new TextDecoder().decode(bytes))
  for (const document of documents) {
    const parsed = parseYaml(document.text)
    if (parsed.problem !== null || !isSameObject(parsed.value, resource)) continue
    const known = at(parsed.value, path)
    const judged = at(resource.object, path)
    if (JSON.stringify(known) !== JSON.stringify(judged)) {
      return { ...inText(positions(document.text), file, document.line, []), precision: 'file' }
    }
    return inText(positions(document.text), file, document.line, path)
  }
  return wholeFile(file)
}

/** kustomize may put a prefix and a suffix around the name it found. */
function isSameObject(value: unknown, resource: Resource): boolean {
  const kind = at(value, ['kind'])
  const name = at(value, ['metadata', 'name'])
  return kind === resource.kind && typeof name === 'string' && resource.name.includes(name)
}

function at(value: unknown, path: Path): unknown {
  let found = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string | number, unknown>)[step]
  }
  return found
}
