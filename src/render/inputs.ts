import type { Tree } from '../model.js'

/** The same tree, which notes in `asked` what is asked for, there or not. */
export function watched(tree: Tree, asked: Set<string>): Tree {
  return {
    list: (directory) => tree.list(directory),
    read: (file) => {
      asked.add(file)
      return tree.read(file)
    },
    stat: (path) => {
      asked.add(path)
      return tree.stat(path)
    },
    problems: () => tree.problems(),
    with: (edits) => tree.with(edits),
  }
}

/** Whether the files are the same in both trees, byte for byte; what is in neither is the same. */
export function isSameInput(paths: Iterable<string>, one: Tree, other: Tree): boolean {
  for (const path of paths) {
    const [a, b] = [one.read(path), other.read(path)]
    if (a === null || b === null ? a !== b || one.stat(path) !== other.stat(path) : !sameBytes(a, b)) return false
  }
  return true
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
