/** Commits of the repository, from wherever they are to be had: the checkout, git over the network, GitHub's API. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { changedSince } from '../host/changed.js'
import { runGit } from '../host/git.js'
import { commitOf, gitTree } from '../host/git-tree.js'
import { GateError } from '../host/gate-error.js'
import { MAX_FILE_SIZE } from '../host/files.js'
import { objectTree, type Listed } from '../host/object-tree.js'
import type { Tree } from '../model.js'
import { ApiError, type Api } from './api.js'
import type { Repository } from './workflow.js'

/** Each throws `GateError` where it cannot be had. */
export interface Commits {
  /** What is checked out; null where that is not known. */
  readonly head: string | null
  readonly parents: (commit: string) => Promise<readonly string[]>
  /** The commit that a branch is at now. */
  readonly tip: (branch: string) => Promise<string>
  readonly tree: (commit: string) => Promise<Tree>
  /** Tree paths that a commit and what is checked out do not have alike; null: not known. */
  readonly changed: (commit: string) => readonly string[] | null
}

type Remote = Omit<Commits, 'head' | 'changed'>

export interface Surroundings {
  /** The top of what is checked out. */
  readonly root: string
  readonly headTree: Tree
  readonly repository: Repository
  /** null: there is none, and requests are made without. */
  readonly token: string | null
  readonly api: Api
}

/** git first, since it has the most; what it cannot give is asked of the API. Both reasons are told where neither can. */
export function commitsOf(around: Surroundings): Commits {
  const api = apiCommits(around)
  const git = existsSync(join(around.root, '.git')) ? gitCommits(around) : null
  if (git === null) return { head: null, changed: () => null, ...api }
  const either =
    <Wanted, Found>(of: (commits: Remote) => (wanted: Wanted) => Promise<Found>) =>
    async (wanted: Wanted): Promise<Found> => {
      try {
        return await of(git)(wanted)
      } catch (error) {
        if (!(error instanceof GateError)) throw error
        return of(api)(wanted).catch((second: unknown) => {
          if (!(second instanceof GateError)) throw second
          throw new GateError(`${error.message}; ${second.message}`)
        })
      }
    }
  return {
    head: headOf(around.root),
    parents: either((commits) => commits.parents),
    tip: either((commits) => commits.tip),
    tree: either((commits) => commits.tree),
    changed: (commit) => changedSince(around.root, commit),
  }
}

/* ------------------------------------------------------------------- git */

/** null: there is no commit, or no git. */
function headOf(root: string): string | null {
  try {
    return commitOf(root, 'HEAD')
  } catch (error) {
    if (error instanceof GateError) return null
    throw error
  }
}

function gitCommits({ root, repository, token }: Surroundings): Remote {
  const url = `${repository.server}/${repository.name}`
  /** Fetches what is not here yet. */
  const bring = (commit: string): Promise<void> => {
    // It has to be whole: a checkout may know a commit and lack its files.
    if (commitOf(root, commit) !== null) return Promise.resolve()
    remote([
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      '--depth=1',
      url,
      commit,
    ])
    return Promise.resolve()
  }
  const remote = (args: readonly string[]): string => {
    const plain = runGit(root, args, { timeLimitMs: NETWORK_MS })
    if (plain.status === 0) return plain.stdout.toString()
    // The checkout's own credentials first; they may have been taken away after it.
    const own =
      token === null ? plain : runGit(root, args, { timeLimitMs: NETWORK_MS, env: credentials(repository, token) })
    if (own.status === 0) return own.stdout.toString()
    throw new GateError(own.words === '' ? `git ${args[0] ?? ''} does not work` : own.words)
  }
  return {
    parents: async (commit) => {
      await bring(commit)
      // A shallow checkout hides the parents from `rev-parse`, not from the commit's own text.
      const { status, stdout, words } = runGit(root, ['cat-file', 'commit', commit])
      if (status !== 0) throw new GateError(words === '' ? `git cannot read the commit ${commit}` : words)
      const [head = ''] = stdout.toString().split('\n\n')
      return [...head.matchAll(/^parent (\w+)$/gm)].map(([, parent]) => parent ?? '')
    },
    tip: (branch) => {
      const [, commit] = /^([0-9a-f]+)\t/.exec(remote(['ls-remote', url, `refs/heads/${branch}`])) ?? []
      if (commit === undefined) return Promise.reject(new GateError(`there is no branch ${branch}`))
      return Promise.resolve(commit)
    },
    tree: async (commit) => {
      await bring(commit)
      return gitTree(root, commit)
    },
  }
}

const NETWORK_MS = 60_000

/** Through the environment, so that no list of processes shows them. The empty value takes away what the checkout set. */
function credentials({ server }: Repository, token: string): { readonly [name: string]: string } {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: `http.${server}/.extraheader`,
    GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${basic}`,
  }
}

/* ------------------------------------------------------------------- API */

/** Requests for blobs that run at the same time, and how many there may be: an hour has a thousand for all jobs. */
const AT_ONCE = 8
const MOST_BLOBS = 400

function apiCommits({ headTree, api }: Surroundings): Remote {
  const get = async (what: string, path: string): Promise<unknown> => {
    try {
      return await api.rest('GET', path)
    } catch (error) {
      if (error instanceof ApiError) throw new GateError(`GitHub's API does not give ${what}: ${error.message}`)
      throw error
    }
  }
  return {
    parents: async (commit) => {
      const { parents } = (await get('the commit', `/git/commits/${commit}`)) as {
        readonly parents: readonly { readonly sha: string }[]
      }
      return parents.map(({ sha }) => sha)
    },
    tip: async (branch) => {
      const path = branch.split('/').map(encodeURIComponent).join('/')
      const { object } = (await get('the branch', `/git/ref/heads/${path}`)) as {
        readonly object: { readonly sha: string }
      }
      return object.sha
    },
    async tree(commit) {
      const { tree, truncated } = (await get('the files', `/git/trees/${commit}?recursive=1`)) as {
        readonly tree: readonly ApiEntry[]
        readonly truncated: boolean
      }
      if (truncated) throw new GateError("GitHub's API lists only a part of a repository as large as this")
      const listed = tree.map(({ mode, sha, size, path }): Listed => ({ mode, id: sha, size: size ?? 0, path }))
      const blobs = new Map<string, Uint8Array>()
      const missing = new Set<string>()
      for (const { mode, id, size, path } of listed) {
        if (!mode.startsWith('1') || mode === '160000' || size > MAX_FILE_SIZE) continue
        // Most of it is the same in the head, and lies here.
        const own = mode === '120000' ? null : headTree.read(path)
        if (own !== null && blobId(own) === id) blobs.set(id, own)
        else missing.add(id)
      }
      for (const id of blobs.keys()) missing.delete(id)
      if (missing.size > MOST_BLOBS)
        throw new GateError(`${missing.size} files differ from the checkout: too many to ask GitHub's API for`)
      const rest = [...missing]
      const worker = async (): Promise<void> => {
        for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
          const { content } = (await get('a file', `/git/blobs/${id}`)) as { readonly content: string }
          const bytes = new Uint8Array(Buffer.from(content, 'base64'))
          if (blobId(bytes) !== id) throw new GateError(`GitHub's API gives another file than ${id}`)
          blobs.set(id, bytes)
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
      return objectTree(listed, () => blobs)
    },
  }
}

interface ApiEntry {
  readonly mode: string
  readonly sha: string
  readonly size?: number
  readonly path: string
}

/** git's own identifier of a file's content. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
}
