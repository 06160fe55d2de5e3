import type { Tree } from '../model.js'
import { isSameInput } from '../render/inputs.js'

/** The files at or below `paths` that are not the same in both trees, sorted. */
export function differing(before: Tree, after: Tree, paths: readonly string[]): readonly string[] {
  const files = new Set(paths.flatMap((path) => [...filesBelow(before, path), ...filesBelow(after, path)]))
  return [...files].filter((file) => !isSameInput([file], before, after)).sort()
}

/** Symlinked folders are left to where they really lie. */
function filesBelow(tree: Tree, path: string): readonly string[] {
  if (tree.stat(path) !== 'directory') return [path]
  return (tree.list(path) ?? []).flatMap(({ name, kind, link }) => {
    const at = path === '' ? name : `${path}/${name}`
    return kind === 'file' ? [at] : link === undefined ? filesBelow(tree, at) : []
  })
}
