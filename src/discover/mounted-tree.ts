/** A tree with others in some of its folders. */
import type { Tree } from '../model.js'
import { editedTree } from './memory-tree.js'
import { isWithin } from './path.js'

/** `mounts`: folder → what is in it. The folders above know of it, and do not list it: what names it finds it. */
export function mountedTree(base: Tree, mounts: ReadonlyMap<string, Tree>): Tree {
  const at = (path: string): readonly [Tree, string] => {
    for (const [folder, tree] of mounts) if (isWithin(path, folder)) return [tree, path.slice(folder.length + 1)]
    return [base, path]
  }
  return {
    list(directory) {
      const [tree, path] = at(directory)
      return tree.list(path)
    },
    read(file) {
      const [tree, path] = at(file)
      return tree.read(path)
    },
    stat(path) {
      const [tree, inner] = at(path)
      return [...mounts.keys()].some((folder) => folder.startsWith(`${path}/`)) ? 'directory' : tree.stat(inner)
    },
    problems: () => [
      ...base.problems(),
      ...[...mounts].flatMap(([folder, tree]) =>
        tree.problems().map(({ file, reason }) => ({ file: `${folder}/${file}`, reason })),
      ),
    ],
    with(edits) {
      return editedTree(this, edits)
    },
  }
}
