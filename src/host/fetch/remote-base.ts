/** What kustomizations build on that lies elsewhere: a commit of a git repository, or a file whose address names one. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { memoryTree } from '../../discover/memory-tree.js'
import { nameOf } from '../../discover/path.js'
import type { Remote } from '../../discover/remote-base.js'
import type { Tree } from '../../model.js'
import type { Cache } from '../cache.js'
import { fileProblem } from '../file-error.js'
import { GateError } from '../gate-error.js'
import { runGit } from '../git.js'
import { gitTree } from '../git-tree.js'
import { get, HttpError } from '../http.js'

/** What is pinned. */
export type Pinned = Exclude<Remote, { readonly kind: 'refused' }>

/** The tree that it is a part of. Throws `HttpError` or `GateError` with the reason. */
export type BringRemote = (remote: Pinned) => Promise<Tree>

const NETWORK_MS = 60_000

/** `folder` keeps the repositories, each with one commit, and `cache` the files. */
export function remotesThrough(cache: Cache, folder: string): BringRemote {
  return (remote) =>
    remote.kind === 'git' ? Promise.resolve(commitTree(folder, remote.url, remote.commit)) : fileTree(cache, remote.url)
}

function commitTree(folder: string, url: string, commit: string): Tree {
  const store = join(folder, `${sha256(`${url} ${commit}`)}.git`)
  if (!existsSync(store)) {
    const own = `${store}.${randomUUID()}`
    try {
      fetchInto(own, url, commit)
      if (!existsSync(store)) renameSync(own, store)
    } catch (error) {
      if (error instanceof GateError) throw error
      throw new GateError(`it cannot be kept: ${fileProblem(error)}`)
    } finally {
      rmSync(own, { recursive: true, force: true })
    }
  }
  return gitTree(store, commit)
}

/** As kustomize does it, without the submodules. */
function fetchInto(store: string, url: string, commit: string): void {
  mkdirSync(store, { recursive: true })
  // A hook of git's says by its environment which repository it is about: it is not this one.
  const env = { GIT_DIR: store, GIT_ASKPASS: '' }
  const git = (args: readonly string[]): void => {
    const { status, words } = runGit(store, args, { env, timeLimitMs: NETWORK_MS })
    if (status !== 0) throw new GateError(words === '' ? `git does not bring ${url}` : words)
  }
  git(['init', '--quiet', '--bare', '--template='])
  const { protocol } = new URL(url)
  const only = ['protocol.allow=never', `protocol.${protocol.slice(0, -1)}.allow=always`, 'maintenance.auto=false']
  const options = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--depth=1']
  git([...only.flatMap((setting) => ['-c', setting]), 'fetch', ...options, '--', url, commit])
}

/** In a kustomization of its own: kustomize takes files from below its own folder only. */
async function fileTree(cache: Cache, url: string): Promise<Tree> {
  const key = `${sha256(url)}.base`
  const content = cache.read(key) ?? (await body(url))
  cache.write(key, content)
  const name = `resource-${nameOf(url)}`
  return memoryTree({ 'kustomization.yaml': JSON.stringify({ resources: [name] }), [name]: content })
}

async function body(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const { host, pathname } = new URL(url)
  const reply = await get(url)
  if (reply.status !== 200) throw new HttpError(`${host} answers ${reply.status} to the request for ${pathname}`)
  return reply.body
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
