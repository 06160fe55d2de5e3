/** The tree of a commit, read from git's own store: never from the working tree. */
import type { Tree } from '../model.js'
import { GateError } from './gate-error.js'
import { gitOutput, runGit } from './git.js'
import { objectTree, type Listed } from './object-tree.js'

/** `root` is the top of a working tree, `ref` whatever git takes for a commit. Throws `GateError` where git refuses. */
export function gitTree(root: string, ref: string): Tree {
  const commit = commitOf(root, ref)
  if (commit === null)
    throw new GateError(`${ref}: there is no such commit here; a shallow checkout has to fetch it first`)
  const listed = gitOutput(root, ['ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit])
  if (listed === null) throw new GateError(`${ref}: git cannot list its files`)
  return objectTree(listing(text(listed)), (ids) => blobs(root, ids))
}

/** The identifier of a commit that is here; null where it is not. */
export function commitOf(root: string, ref: string): string | null {
  const commit = gitOutput(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
  return commit === null ? null : text(commit).trim()
}

/** `listed`: `mode type id size<tab>path`, each ended by NUL. */
function listing(listed: string): readonly Listed[] {
  return listed.split('\0').flatMap((line) => {
    const [, mode = '', id = '', size = '', path = ''] = /^(\d+) \w+ (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? []
    return path === '' ? [] : [{ mode, id, size: size === '-' ? 0 : Number(size), path }]
  })
}

function blobs(root: string, ids: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const { status, stdout, words } = runGit(root, ['cat-file', '--batch'], { input: `${ids.join('\n')}\n` })
  if (status !== 0) throw new GateError(words === '' ? 'git cannot read the files of the base' : words)
  // `<id> blob <size>`, a line feed, the content, a line feed.
  const found = new Map<string, Uint8Array>()
  let at = 0
  for (const id of ids) {
    const end = stdout.indexOf('\n', at)
    const [, size] = /^\w+ blob (\d+)$/.exec(stdout.toString('latin1', at, end)) ?? []
    if (size === undefined) throw new GateError(`git has no object ${id}; a partial checkout has to fetch it first`)
    at = end + 1 + Number(size)
    found.set(id, stdout.subarray(end + 1, at))
    at += 1
  }
  return found
}

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
