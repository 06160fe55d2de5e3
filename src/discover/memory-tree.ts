/** Trees that need no machine: files held in memory, and a tree with some files replaced. */
import type { Entry, Tree } from '../model.js'

/** A tree of the given files, by path; directories are those that the paths name. */
export function memoryTree(files: { readonly [path: string]: string | Uint8Array }): Tree {
  const encoder = new TextEncoder()
  const bytes = Object.entries(files).map(
    ([path, content]) => [path, typeof content === 'string' ? encoder.encode(content) : content] as const,
  )
  return editedTree(EMPTY, new Map(bytes))
}

const EMPTY: Tree = {
  list: (directory) => (directory === '' ? [] : null),
  read: () => null,
  stat: (path) => (path === '' ? 'directory' : null),
  problems: () => [],
  with: (edits) => editedTree(EMPTY, edits),
}

/** `base` with files replaced, added, or (`null`) deleted. A directory without files left is still there, and empty. */
export function editedTree(base: Tree, edits: ReadonlyMap<string, Uint8Array | null>): Tree {
  /** Directory → what the edits put into it or take from it. */
  const changed = new Map<string, Map<string, Entry | null>>()
  const put = (directory: string, name: string, entry: Entry | null): void => {
    const entries = changed.get(directory) ?? new Map<string, Entry | null>()
    // A directory that holds an added file stays, whatever else is deleted.
    if (entry !== null || !entries.has(name)) entries.set(name, entry)
    changed.set(directory, entries)
  }
  for (const [path, content] of edits) {
    const steps = path.split('/')
    const name = steps.pop() ?? ''
    put(steps.join('/'), name, content === null ? null : { name, kind: 'file', size: content.length })
    if (content === null) continue
    for (let depth = steps.length; depth > 0; depth--) {
      const folder = steps[depth - 1] ?? ''
      put(steps.slice(0, depth - 1).join('/'), folder, { name: folder, kind: 'directory', size: 0 })
    }
  }
  return {
    list(directory) {
      const before = base.list(directory)
      const changes = changed.get(directory)
      if (changes === undefined) return before
      const kept = (before ?? []).filter(({ name }) => !changes.has(name))
      const added = [...changes.values()].filter((entry) => entry !== null)
      return [...kept, ...added].sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    read(file) {
      const edit = edits.get(file)
      return edit === undefined ? base.read(file) : edit
    },
    stat(path) {
      const edit = edits.get(path)
      if (edit !== undefined) return edit === null ? null : 'file'
      return changed.has(path) ? 'directory' : base.stat(path)
    },
    problems: () => base.problems().filter(({ file }) => !edits.has(file)),
    with: (more) => editedTree(base, new Map([...edits, ...more])),
  }
}
