/** The tree of a commit, as a value: from git's listing of it and something that brings the objects. No filter is run. */
import { editedTree } from '../discover/memory-tree.js'
import type { Entry, Tree, TreeProblem } from '../model.js'
import { MAX_FILE_SIZE } from './files.js'

/** An object of git's store, as a commit's tree lists it. */
export interface Listed {
  /** Six octal digits: `100644`, `120000`. */
  readonly mode: string
  readonly id: string
  /** Bytes; 0 for what is no file. */
  readonly size: number
  readonly path: string
}

/** Brings blobs by their identifiers, every one that is asked for; throws where it cannot. */
export type LoadBlobs = (ids: readonly string[]) => ReadonlyMap<string, Uint8Array>

/** `listed` names directories before what is in them. */
export function objectTree(listed: readonly Listed[], load: LoadBlobs): Tree {
  return new ObjectTree(listed, load)
}

/** Of the tree itself, where it lies. */
interface Node {
  readonly kind: 'file' | 'link' | 'directory' | 'submodule'
  readonly id: string
  /** Bytes; 0 for what is no file. */
  readonly size: number
}

const KINDS: { readonly [mode: string]: Node['kind'] } = {
  '040000': 'directory',
  '120000': 'link',
  '160000': 'submodule',
}

/** What lies beside a file that is read, is read along with it, unless it is larger than this: no manifest is. */
const NEIGHBOUR_SIZE = 1024 * 1024

/** As many as Linux follows. */
const MAX_LINKS = 40

class ObjectTree implements Tree {
  private readonly nodes = new Map<string, Node>([['', { kind: 'directory', id: '', size: 0 }]])
  /** Directory → the names in it. */
  private readonly names = new Map<string, string[]>([['', []]])
  private readonly blobs = new Map<string, Uint8Array>()
  private readonly named = new Map<string, string>()

  constructor(
    listed: readonly Listed[],
    private readonly bring: LoadBlobs,
  ) {
    for (const { mode, id, size, path } of listed) {
      const kind = KINDS[mode] ?? 'file'
      this.nodes.set(path, { kind, id, size: kind === 'file' ? size : 0 })
      if (kind === 'directory') this.names.set(path, [])
      this.names.get(parentOf(path))?.push(path.slice(path.lastIndexOf('/') + 1))
    }
    this.load([...this.nodes.values()].filter(({ kind }) => kind === 'link'))
  }

  list(directory: string): readonly Entry[] | null {
    const real = this.real(directory)
    const names = real === null ? undefined : this.names.get(real)
    if (real === null || names === undefined) return null
    // By code unit, so that a run is the same on every machine.
    return [...names].sort().flatMap((name) => this.entry(directory, childOf(real, name), name) ?? [])
  }

  read(file: string): Uint8Array | null {
    const real = this.real(file)
    const node = real === null ? undefined : this.nodes.get(real)
    if (real === null || node?.kind !== 'file') return null
    if (node.size > MAX_FILE_SIZE) {
      this.name(file, `is larger than ${MAX_FILE_SIZE / 1024 / 1024} MiB`)
      return null
    }
    const known = this.blobs.get(node.id)
    if (known !== undefined) return known
    const folder = parentOf(real)
    const beside = (this.names.get(folder) ?? []).flatMap((name) => this.nodes.get(childOf(folder, name)) ?? [])
    this.load([node, ...beside.filter(({ kind, size }) => kind === 'file' && size <= NEIGHBOUR_SIZE)])
    return this.blobs.get(node.id) ?? null
  }

  stat(path: string): 'file' | 'directory' | null {
    const real = this.real(path)
    const kind = real === null ? undefined : this.nodes.get(real)?.kind
    return kind === 'file' || kind === 'directory' ? kind : null
  }

  problems(): readonly TreeProblem[] {
    return [...this.named].map(([file, reason]) => ({ file, reason }))
  }

  with(edits: ReadonlyMap<string, Uint8Array | null>): Tree {
    return editedTree(this, edits)
  }

  /** `at`: where it really lies. */
  private entry(directory: string, at: string, name: string): Entry | null {
    const path = childOf(directory, name)
    const own = this.nodes.get(at)
    const link = own?.kind === 'link' ? this.real(path) : undefined
    const found = link === undefined ? own : link === null ? undefined : this.nodes.get(link)
    if (found === undefined) return null
    const linked = typeof link === 'string' ? { link } : {}
    if (found.kind === 'file') return { name, kind: 'file', size: found.size, ...linked }
    if (found.kind === 'submodule') {
      this.name(path, 'is a submodule: another repository holds its files')
      return null
    }
    if (typeof link === 'string' && this.isAbove(directory, link)) {
      this.name(path, `is a symlink to ${link === '' ? 'the root' : link}, which holds it: a cycle`)
      return null
    }
    return { name, kind: 'directory', size: 0, ...linked }
  }

  /** Whether a tree directory or one above it really lies at `real`. */
  private isAbove(directory: string, real: string): boolean {
    const steps = directory === '' ? [] : directory.split('/')
    return [...steps.keys(), steps.length].some((depth) => this.real(steps.slice(0, depth).join('/')) === real)
  }

  /** The path without a symlink in it; null where nothing is there, or where it leaves the tree: that is named. */
  private real(path: string): string | null {
    const steps = path === '' ? [] : path.split('/')
    // Only a symlink may say these; a tree path that does is nowhere.
    if (steps.some((step) => ['', '.', '..'].includes(step))) return null
    let at = ''
    let links = 0
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
      if (step === '' || step === '.') continue
      if (step === '..') {
        if (at === '') return this.name(path, 'is a symlink that leaves the repository')
        at = parentOf(at)
        continue
      }
      const next = childOf(at, step)
      const node = this.nodes.get(next)
      if (node === undefined) return links === 0 ? null : this.name(path, 'is a symlink to nothing')
      if (node.kind !== 'link') {
        at = next
        continue
      }
      const target = text(this.blobs.get(node.id) ?? new Uint8Array())
      if (target.startsWith('/')) return this.name(path, 'is a symlink that leaves the repository')
      if (++links > MAX_LINKS) return this.name(path, 'is a symlink in a circle')
      steps.unshift(...target.split('/'))
    }
    return at
  }

  private load(nodes: readonly Node[]): void {
    const missing = [...new Set(nodes.map(({ id }) => id))].filter((id) => !this.blobs.has(id))
    if (missing.length === 0) return
    for (const [id, content] of this.bring(missing)) this.blobs.set(id, content)
  }

  private name(path: string, reason: string): null {
    if (!this.named.has(path)) this.named.set(path, reason)
    return null
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

const childOf = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
