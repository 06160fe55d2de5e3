/** A tree of files on the disk: read when asked, never outside its root, and what cannot be read is named. */
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs'
import { join, relative, sep } from 'node:path'
import { editedTree } from '../discover/memory-tree.js'
import type { Entry, Tree, TreeProblem } from '../model.js'

/** A manifest, template or vendored chart beyond this is refused: the API server takes 3 MiB, etcd 1.5. */
export const MAX_FILE_SIZE = 16 * 1024 * 1024

/** `root` is a folder; throws where it is not there. Symlinks are followed as long as they stay inside of it. */
export function diskTree(root: string): Tree {
  return new DiskTree(realpathSync(root))
}

/** What a file holds that had this size; it is read again where that is no longer so. */
function contentOf(file: string, size: number): Uint8Array {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = new Uint8Array(size + 1)
    const read = readSync(descriptor, bytes)
    // One byte more than there were: what is read to its end leaves it.
    return read === size ? bytes.subarray(0, size) : readFileSync(file)
  } finally {
    closeSync(descriptor)
  }
}

/** What a tree path leads to. */
interface Found {
  readonly real: string
  /** Of itself, and never of a symlink. */
  readonly stats: Stats
}

class DiskTree implements Tree {
  private readonly named = new Map<string, string>()
  private readonly lists = new Map<string, readonly Entry[] | null>()
  /** Tree path of a file that a list has, no symlink → what it leads to. */
  private readonly files = new Map<string, { readonly real: string; readonly size: number }>()
  /** Tree path of a directory → where it really lies. */
  private readonly directories = new Map<string, string | null>()

  constructor(private readonly root: string) {}

  list(directory: string): readonly Entry[] | null {
    const known = this.lists.get(directory)
    if (known !== undefined) return known
    const entries = this.readList(directory)
    this.lists.set(directory, entries)
    return entries
  }

  read(file: string): Uint8Array | null {
    const found = this.files.get(file) ?? this.fileAt(file)
    if (found === null) return null
    if (found.size > MAX_FILE_SIZE) {
      this.name(file, `is larger than ${MAX_FILE_SIZE / 1024 / 1024} MiB`)
      return null
    }
    try {
      return contentOf(found.real, found.size)
    } catch (error) {
      this.name(file, reasonOf(error))
      return null
    }
  }

  private fileAt(file: string): { readonly real: string; readonly size: number } | null {
    const found = this.find(file)
    return found?.stats.isFile() === true ? { real: found.real, size: found.stats.size } : null
  }

  stat(path: string): 'file' | 'directory' | null {
    if (this.files.has(path)) return 'file'
    const stats = this.find(path)?.stats
    if (stats === undefined) return null
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : null
  }

  problems(): readonly TreeProblem[] {
    return [...this.named].map(([file, reason]) => ({ file, reason }))
  }

  with(edits: ReadonlyMap<string, Uint8Array | null>): Tree {
    return editedTree(this, edits)
  }

  private readList(directory: string): readonly Entry[] | null {
    const real = this.directory(directory)
    if (real === null) return null
    let names: readonly string[]
    try {
      names = readdirSync(real)
    } catch (error) {
      this.name(directory, reasonOf(error))
      return null
    }
    // By code unit, so that a run is the same on every machine.
    return [...names].sort().flatMap((name) => this.entry(directory, real, name) ?? [])
  }

  private entry(directory: string, real: string, name: string): Entry | null {
    const path = directory === '' ? name : `${directory}/${name}`
    try {
      const at = join(real, name)
      const own = lstatSync(at)
      const link = own.isSymbolicLink() ? this.linked(path, at) : undefined
      if (link === null) return null
      const found = link === undefined ? own : statSync(join(this.root, link))
      if (found.isFile()) {
        if (link === undefined) this.files.set(path, { real: at, size: found.size })
        return { name, kind: 'file', size: found.size, ...(link === undefined ? {} : { link }) }
      }
      if (!found.isDirectory()) {
        this.name(path, `is ${kindOf(found)}`)
        return null
      }
      if (link !== undefined && this.isAbove(directory, join(this.root, link))) {
        this.name(path, `is a symlink to ${link === '' ? 'the root' : link}, which holds it: a cycle`)
        return null
      }
      return { name, kind: 'directory', size: 0, ...(link === undefined ? {} : { link }) }
    } catch (error) {
      this.name(path, reasonOf(error))
      return null
    }
  }

  /** The tree path that a symlink leads to; null where it leads nowhere or out of the tree, which is named. */
  private linked(path: string, link: string): string | null {
    let target: string
    try {
      target = realpathSync(link)
    } catch (error) {
      this.name(path, codeOf(error) === 'ENOENT' ? 'is a symlink to nothing' : reasonOf(error))
      return null
    }
    const inside = this.treePath(target)
    if (inside === null) this.name(path, 'is a symlink that leaves the repository')
    // They are not what anybody deploys, and may hold the checkout's credentials.
    else if (inside.split('/').includes('.git')) return this.name(path, "is a symlink into Git's own files")
    return inside
  }

  /** Whether a tree directory or one above it really lies at `real`. */
  private isAbove(directory: string, real: string): boolean {
    const steps = directory === '' ? [] : directory.split('/')
    for (let depth = steps.length; depth >= 0; depth--) {
      if (this.directory(steps.slice(0, depth).join('/')) === real) return true
    }
    return false
  }

  private directory(path: string): string | null {
    const known = this.directories.get(path)
    if (known !== undefined) return known
    const found = this.find(path)
    const real = found?.stats.isDirectory() === true ? found.real : null
    this.directories.set(path, real)
    return real
  }

  /** Where a tree path really lies; null where that is nowhere, or outside of the root. */
  private find(path: string): Found | null {
    if (path === '') return this.at(this.root, path)
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    if (name === '..' || name === '.' || name === '') return null
    const folder = this.directory(path.slice(0, Math.max(slash, 0)))
    if (folder === null) return null
    const own = join(folder, name)
    try {
      const stats = lstatSync(own)
      if (!stats.isSymbolicLink()) return { real: own, stats }
    } catch (error) {
      // Not there is an answer; anything else is a problem.
      if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error))) this.name(path, reasonOf(error))
      return null
    }
    const link = this.linked(path, own)
    return link === null ? null : this.at(join(this.root, link), path)
  }

  private treePath(real: string): string | null {
    if (real === this.root) return ''
    const path = relative(this.root, real)
    return path === '..' || path.startsWith(`..${sep}`) || join(this.root, path) !== real
      ? null
      : path.split(sep).join('/')
  }

  private at(real: string, path: string): Found | null {
    try {
      return { real, stats: statSync(real) }
    } catch (error) {
      this.name(path, reasonOf(error))
      return null
    }
  }

  private name(path: string, reason: string): null {
    if (!this.named.has(path)) this.named.set(path, reason)
    return null
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read: no permission'
    case 'ELOOP':
      return 'is a symlink in a circle'
    case '':
      throw error
    default:
      return `cannot be read: ${codeOf(error)}`
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return 'a socket'
  if (stats.isFIFO()) return 'a pipe'
  return 'a device'
}
