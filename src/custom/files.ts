/** Files below a place of a tree. */
import type { Tree } from '../model.js'

const decoder = new TextDecoder()

/** Tree path → text of every file below `path` that ends in one of `endings`, sorted; the file itself where it is one. */
export function textsBelow(tree: Tree, path: string, endings: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const visit = (at: string): void => {
    if (tree.stat(at) === 'file') {
      if (!endings.some((ending) => at.endsWith(ending))) return
      const bytes = tree.read(at)
      if (bytes !== null) found.set(at, decoder.decode(bytes))
      return
    }
    for (const { name } of tree.list(at) ?? []) visit(at === '' ? name : `${at}/${name}`)
  }
  visit(path)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
