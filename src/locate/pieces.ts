/** What a kustomization is put together from: every text that its build takes objects, patches and settings from. */
import type { Json, JsonObject, Path, Tree } from '../model.js'
import { KUSTOMIZATION_FILES } from '../discover/kustomization.js'
import { folderOf, resolvePath } from '../discover/path.js'
import { isMap, listOf } from '../parse/json.js'
import type { Source, Sources } from './written.js'

/** A document of a file, or of the YAML that a text in it holds (`within`: its path there). */
export interface Piece {
  readonly file: string
  /** 0-based over the non-empty documents of the file. */
  readonly document: number
  readonly within: { readonly path: Path; readonly document: number } | null
  readonly role: 'resource' | 'patch' | 'operations' | 'kustomization'
  readonly value: Json
  /** Folders of the kustomizations that build on it, the outermost first; the last one names it. */
  readonly folders: readonly string[]
}

/**
 * The pieces in the order in which kustomize applies them: what a kustomization builds on, then its components, then what
 * it says itself, so that a later piece overrides an earlier one. A base that is used twice is there once.
 */
export function piecesOf(tree: Tree, root: string, sources: Sources): readonly Piece[] {
  const pieces: Piece[] = []
  const seen = new Set<string>()
  const visit = (folder: string, above: readonly string[]): void => {
    if (seen.has(folder)) return
    seen.add(folder)
    const file = KUSTOMIZATION_FILES.map((name) => (folder === '' ? name : `${folder}/${name}`)).find(
      (path) => tree.stat(path) === 'file',
    )
    const [source] = file === undefined ? [] : sources.documents(file)
    if (file === undefined || source === undefined || !isMap(source.value)) return
    const fields = source.value
    const folders = [...above, folder]
    for (const path of ['resources', 'bases'].flatMap((key) => pathsIn(fields[key], folder))) {
      if (tree.stat(path) === 'directory') visit(path, folders)
      else if (tree.stat(path) === 'file' && !seen.has(path)) {
        seen.add(path)
        pieces.push(...documentsOf(sources, path, folders, () => 'resource'))
      }
    }
    for (const path of pathsIn(fields['components'], folder)) visit(path, folders)
    for (const patch of patchesOf(fields, file)) pieces.push(...patchPieces(tree, sources, patch, source, folders))
    pieces.push({ file, document: 0, within: null, role: 'kustomization', value: fields, folders })
  }
  visit(root, [])
  return pieces
}

interface Patch {
  /** The kustomization's file. */
  readonly file: string
  /** The place of the text there: a path of a file, or the patch itself. */
  readonly path: Path
  readonly text: string
  /** Whether it has to be the patch itself; null: it may be either. */
  readonly inline: boolean | null
}

function patchesOf(fields: JsonObject, file: string): readonly Patch[] {
  const merged = listOf(fields['patchesStrategicMerge']).flatMap((entry, i): readonly Patch[] =>
    typeof entry === 'string' ? [{ file, path: ['patchesStrategicMerge', i], text: entry, inline: null }] : [],
  )
  const others = ['patches', 'patchesJson6902'].flatMap((key) =>
    listOf(fields[key]).flatMap((entry, i): readonly Patch[] => {
      if (!isMap(entry)) return []
      const { patch, path } = entry
      if (typeof patch === 'string') return [{ file, path: [key, i, 'patch'], text: patch, inline: true }]
      return typeof path === 'string' ? [{ file, path: [key, i, 'path'], text: path, inline: false }] : []
    }),
  )
  return [...merged, ...others]
}

function patchPieces(
  tree: Tree,
  sources: Sources,
  patch: Patch,
  kustomization: Source,
  folders: readonly string[],
): readonly Piece[] {
  const { file, path, text, inline } = patch
  const named = text.includes('\n') ? null : resolvePath(folderOf(file), text)
  if (inline !== true && named !== null && tree.stat(named) === 'file')
    return documentsOf(sources, named, folders, roleOf)
  if (inline === false) return []
  return kustomization.within(path).map(({ value }, document) => ({
    file,
    document: 0,
    within: { path, document },
    role: roleOf(value),
    value,
    folders,
  }))
}

/** A patch is an object in part, or JSON 6902's list of operations. */
function roleOf(value: Json): Piece['role'] {
  return Array.isArray(value) ? 'operations' : 'patch'
}

function documentsOf(
  sources: Sources,
  file: string,
  folders: readonly string[],
  role: (value: Json) => Piece['role'],
): readonly Piece[] {
  return sources
    .documents(file)
    .map(({ value }, document) => ({ file, document, within: null, role: role(value), value, folders }))
}

function pathsIn(value: Json | undefined, folder: string): readonly string[] {
  return listOf(value).flatMap((entry) => (typeof entry === 'string' ? (resolvePath(folder, entry) ?? []) : []))
}
