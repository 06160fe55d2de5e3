/**
 * What of a change can matter. Everything below a chart or a kustomization can: templates read whatever lies there, bases
 * and dependencies are folders of that kind themselves, and neither tool reads a file from elsewhere. So can what a
 * symlink leads to, values that the configuration names, and the gate's own files. Of the rest only manifests count, and
 * whether a file is one is known once it is parsed.
 */
import type { Tree } from '../model.js'
import { discover, type Scope } from './discover.js'
import { isWithin, nameOf } from './path.js'

export interface Relevant {
  /** Tree paths that can matter, whatever they say. */
  readonly certain: readonly string[]
  /** Files that matter if they hold manifests. */
  readonly perhaps: readonly string[]
}

/** `changed` are the tree paths that `trees`, the base and the head, do not have alike. */
export function relevant(changed: readonly string[], trees: readonly Tree[], scope: Scope): Relevant {
  const whole = { ...scope, paths: [''] }
  const folders = trees.flatMap((tree) => {
    const { charts, kustomizations, sources } = discover(tree, whole)
    const values = sources.flatMap((source) => (source.kind === 'chart' ? source.renders.flatMap((r) => r.values) : []))
    return [...charts, ...kustomizations].map(({ folder }) => folder).concat(values, linksIn(tree, ''))
  })
  const within = new Set(folders)
  const isHeld = (path: string): boolean => [...within].some((folder) => isWithin(path, folder))
  const isOwn = (path: string): boolean => nameOf(path) === '.ringfence.yaml' || path.split('/').includes('.ringfence')
  // What is no file on either side, as a submodule, cannot be looked into.
  const isFile = (path: string): boolean => trees.some((tree) => tree.stat(path) === 'file')
  const certain = changed.filter((path) => isHeld(path) || isOwn(path) || !isFile(path))
  const known = new Set(certain)
  return { certain, perhaps: changed.filter((path) => !known.has(path) && /\.(?:ya?ml|json)$/.test(path)) }
}

/** Symlinks, and where they lead to. */
function linksIn(tree: Tree, folder: string): readonly string[] {
  return (tree.list(folder) ?? []).flatMap(({ name, kind, link }) => {
    const path = folder === '' ? name : `${folder}/${name}`
    if (link !== undefined) return [path, link]
    return kind === 'directory' && name !== '.git' && name !== 'node_modules' ? linksIn(tree, path) : []
  })
}
