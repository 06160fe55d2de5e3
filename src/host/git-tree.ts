/** The tree of a commit, as a value: read from git's own store, never from the working tree, and no filter is run. */
import { spawnSync } from 'node:child_process'
import { editedTree } from '../discover/memory-tree.js'
import type { Entry, Tree, TreeProblem } from '../model.js'
import { MAX_FILE_SIZE } from './files.js'
import { GateError } from './gate-error.js'

/** `root` is the top of a working tree, `ref` whatever git takes for a commit. Throws `GateError` where git refuses. */
export function gitTree(root: string, ref: string): Tree {
  const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
  if (commit === null)
    throw new GateError(`${ref}: there is no such commit here; a shallow checkout has to fetch it first`)
  const listed = git(root, ['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', text(commit).trim()])
  if (listed === null) throw new GateError(`${ref}: git cannot list its files`)
  return new GitTree(root, text(listed))
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

class GitTree implements Tree {
  private readonly nodes = new Map<string, Node>([['', { kind: 'directory', id: '', size: 0 }]])
  /** Directory → the names in it. */
  private readonly names = new Map<string, string[]>([['', []]])
  private readonly blobs = new Map<string, Uint8Array>()
  private readonly named = new Map<string, string>()

  /** `listed`: `mode type id size<tab>path`, each ended by NUL. */
  constructor(
    private readonly root: string,
    listed: string,
  ) {
    for (const line of listed.split('\0')) {
      const [, mode = '', id = '', size = '', path = ''] = /^(\d+) \w+ (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? []
      if (path === '') continue
      const kind = KINDS[mode] ?? 'file'
      this.nodes.set(path, { kind, id, size: kind === 'file' ? Number(size) : 0 })
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
    const batch = git(this.root, ['cat-file', '--batch'], `${missing.join('\n')}\n`)
    if (batch === null) throw new GateError('git cannot read the files of the base')
    // `<id> blob <size>`, a line feed, the content, a line feed.
    let at = 0
    for (const id of missing) {
      const end = batch.indexOf('\n', at)
      const [, size] = /^\w+ blob (\d+)$/.exec(batch.toString('latin1', at, end)) ?? []
      if (size === undefined) throw new GateError(`git has no object ${id}; a partial checkout has to fetch it first`)
      at = end + 1 + Number(size)
      this.blobs.set(id, batch.subarray(end + 1, at))
      at += 1
    }
  }

  private name(path: string, reason: string): null {
    if (!this.named.has(path)) this.named.set(path, reason)
    return null
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0))

const childOf = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

/** What git writes; null where it fails without a word. Throws `GateError` with its own words where it has some. */
function git(root: string, args: readonly string[], input = ''): Buffer | null {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', root, ...args], {
    input,
    maxBuffer: 2 ** 31,
  })
  if (error !== undefined) throw new GateError(`git cannot be run: ${error.message}`)
  if (status === 0) return stdout
  const words = text(stderr).trim().split('\n')[0] ?? ''
  if (words === '') return null
  throw new GateError(words.replace(/^fatal: /, 'git: '))
}
