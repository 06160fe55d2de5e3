/** Which repository a folder is of, and of which branch, by what git and the runner have written down. git is not started. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Repository } from '../discover/gitops/repository.js'

type Environment = { readonly [name: string]: string | undefined }

/** `root` is absolute; what is not written anywhere stays unknown. */
export function repositoryAt(root: string, env: Environment): Repository {
  const own = gitFolder(root)
  const common = own === null ? null : commonFolder(own)
  const addresses = common === null ? [] : addressesIn(textOf(join(common, 'config')) ?? '')
  if (env['GITHUB_ACTIONS'] === 'true') return onRunner(addresses, env)
  const main =
    common === null ? null : branchIn(join(common, 'refs', 'remotes', 'origin', 'HEAD'), 'refs/remotes/origin/')
  const current = own === null ? null : branchIn(join(own, 'HEAD'), 'refs/heads/')
  // What stands on a branch is meant for the main one; where nobody knows that, it may be meant for any.
  return { addresses, main, branches: main === null || current === null ? [] : [...new Set([main, current])] }
}

/** A pull request is judged as what its target will be, a queue's entry as what it is merged into. */
function onRunner(addresses: readonly string[], env: Environment): Repository {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_REF_NAME: ref } = env
  const main = defaultBranch(env['GITHUB_EVENT_PATH'])
  const queue = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/.exec(ref ?? '')?.[1]
  const target = env['GITHUB_BASE_REF'] || queue
  const pushed = env['GITHUB_REF_TYPE'] === 'branch' ? [ref, main] : [main]
  const branches = target === undefined ? pushed : [target]
  return {
    addresses: repository === undefined ? addresses : [`${server ?? 'https://github.com'}/${repository}`, ...addresses],
    main,
    branches: [...new Set(branches.filter((name): name is string => typeof name === 'string' && name !== ''))],
  }
}

function defaultBranch(eventFile: string | undefined): string | null {
  const text = eventFile === undefined ? null : textOf(eventFile)
  if (text === null) return null
  const event = JSON.parse(text) as { readonly repository?: { readonly default_branch?: unknown } }
  const name = event.repository?.default_branch
  return typeof name === 'string' ? name : null
}

/** A folder, or the file that leads to it, as of a worktree or a submodule. */
function gitFolder(root: string): string | null {
  const path = join(root, '.git')
  if (!existsSync(path)) return null
  if (statSync(path).isDirectory()) return path
  const to = /^gitdir: (.+)$/m.exec(textOf(path) ?? '')?.[1]
  return to === undefined ? null : resolve(root, to)
}

/** Worktrees share what is not theirs alone. */
function commonFolder(folder: string): string {
  const to = textOf(join(folder, 'commondir'))
  return to === null ? folder : resolve(folder, to.trim())
}

function addressesIn(config: string): readonly string[] {
  const found: string[] = []
  let isRemote = false
  for (const line of config.split('\n')) {
    if (/^\s*\[/.test(line)) isRemote = /^\s*\[remote "/.test(line)
    const url = /^\s*url\s*=\s*(.+?)\s*$/.exec(line)?.[1]
    if (isRemote && url !== undefined) found.push(url)
  }
  return found
}

function branchIn(file: string, prefix: string): string | null {
  const ref = /^ref: (.+)$/m.exec(textOf(file) ?? '')?.[1]
  return ref?.startsWith(prefix) === true ? ref.slice(prefix.length) : null
}

const textOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null)
