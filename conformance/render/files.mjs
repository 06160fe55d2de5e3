// Directories on disk, in the two shapes that the engines take.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a directory. Symbolic links are followed, as Helm does. */
export function filesBelow(directory, below = '') {
  return readdirSync(join(directory, below)).flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`
    const stat = statSync(join(directory, path), { throwIfNoEntry: false })
    if (stat === undefined) return []
    return stat.isDirectory() ? filesBelow(directory, path) : [{ name: path, content: readFileSync(join(directory, path)) }]
  })
}

/** A directory as the tree of a kustomization. */
export function treeAt(directory) {
  const stat = (path) => statSync(join(directory, path), { throwIfNoEntry: false })
  return {
    stat: (path) => (stat(path)?.isDirectory() ? 'directory' : stat(path)?.isFile() ? 'file' : null),
    list: (path) => readdirSync(join(directory, path)),
    read: (path) => readFileSync(join(directory, path)),
  }
}

/** Directories below `directory` that hold one of these files, not looking inside those found. */
export function directoriesWith(directory, names) {
  const entries = readdirSync(directory, { withFileTypes: true })
  if (entries.some((entry) => entry.isFile() && names.includes(entry.name))) return [directory]
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => directoriesWith(join(directory, entry.name), names))
}
