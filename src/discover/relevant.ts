/**
 * What of a change can matter. Everything below a chart or a kustomization can: templates read whatever lies there, bases
 * and dependencies are folders of that kind themselves, and neither tool reads a file from elsewhere. So can what a
 * symlink leads to, values that the configuration names, and the gate's own files. Of the rest only manifests count, and
 * whether a file is one is known once it is parsed. Where Argo CD or Flux deploy something, they read more: values from
 * anywhere, parameters of generators, lists of what to leave out; there every text of YAML or JSON can matter.
 */
import type { Tree } from '../model.js'
import { discover, type Scope } from './discover.js'
import { folderOf, isManifestName, isWithin, nameOf } from './path.js'

export interface Relevant {
  /** Tree paths that can matter, whatever they say. */
  readonly certain: readonly string[]
  /** Files that matter if they hold manifests. */
  readonly perhaps: readonly string[]
}

/** `changed` are the tree paths that `trees`, the base and the head, do not have alike. */
export function relevant(changed: readonly string[], trees: readonly Tree[], scope: Scope): Relevant {
  const whole = { ...scope, paths: [''] }
  const found = trees.map((tree) => ({ tree, ...discover(tree, whole) }))
  const folders = found.flatMap(({ tree, charts, kustomizations, sources }) => {
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
  const others = changed.filter((path) => !known.has(path))
  if (others.length === 0) return { certain, perhaps: [] }
  const mayRead = readersOf(found)
  const read = others.filter(mayRead)
  return {
    certain: [...certain, ...read],
    perhaps: others.filter((path) => !read.includes(path) && isManifestName(path)),
  }
}

/** What names one of Argo CD's or Flux's groups may deploy; a file that it is given by name may be called anything. */
function readersOf(
  found: readonly (Pick<ReturnType<typeof discover>, 'sources' | 'held'> & { readonly tree: Tree })[],
): (path: string) => boolean {
  const decoder = new TextDecoder()
  const texts = found.flatMap(({ tree, sources, held }) => {
    const plain = sources.flatMap((source) => (source.kind === 'manifest' ? [source.id] : []))
    return [...plain, ...held.map(({ file }) => file)].flatMap((file) => {
      const text = decoder.decode(tree.read(file) ?? undefined)
      return /(?:argoproj|fluxcd)\.io\//.test(text) ? [text] : []
    })
  })
  if (texts.length === 0) return () => false
  const isAny = texts.some((text) => /\bfileParameters\b|\bdisableExtensionFilter\b/.test(text))
  const isRead = (path: string): boolean =>
    /\.(?:ya?ml|json|jsonnet|libsonnet)$/.test(path) || nameOf(path) === '.sourceignore'
  // A folder that comes or goes may be one that a generator lists.
  const isListed = texts.some((text) => /\bdirectories\b/.test(text))
  const trees = found.map(({ tree }) => tree)
  const isNewFolder = (path: string): boolean =>
    folderOf(path) !== '' && !trees.every((tree) => tree.stat(folderOf(path)) === 'directory')
  return (path) => isAny || isRead(path) || (isListed && isNewFolder(path))
}

/** Symlinks, and where they lead to. */
function linksIn(tree: Tree, folder: string): readonly string[] {
  return (tree.list(folder) ?? []).flatMap(({ name, kind, link }) => {
    const path = folder === '' ? name : `${folder}/${name}`
    if (link !== undefined) return [path, link]
    return kind === 'directory' && name !== '.git' && name !== 'node_modules' ? linksIn(tree, path) : []
  })
}
