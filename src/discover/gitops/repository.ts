/** Which repository the tree is of, and whether an address and a revision mean it (docs/adr/0014). */

export interface Repository {
  /** By which it can be had; empty: nobody knows. */
  readonly addresses: readonly string[]
  /** Branches that the tree is of, or will be once it is merged; empty: nobody knows. */
  readonly branches: readonly string[]
  /** What `HEAD` stands for; null: nobody knows. */
  readonly main: string | null
}

export const UNKNOWN_REPOSITORY: Repository = { addresses: [], branches: [], main: null }

/** `here`, or why not; `unknown` where nobody knows the address of this repository. */
export type Where = { readonly answer: 'here' | 'unknown' } | { readonly answer: 'elsewhere'; readonly reason: string }

const HERE: Where = { answer: 'here' }

/** `revision` is a branch, a tag, a commit or a range of versions; '' and `HEAD` the default branch. */
export function whereIs(repository: Repository, url: string, revision: string): Where {
  if (repository.addresses.length === 0) return { answer: 'unknown' }
  const wanted = addressOf(url)
  if (!repository.addresses.some((address) => addressOf(address) === wanted))
    return { answer: 'elsewhere', reason: 'this is another repository' }
  return ofRevision(repository, revision)
}

function ofRevision({ branches, main }: Repository, revision: string): Where {
  const branch = revision.replace(/^refs\/heads\//, '')
  const isMain = branch === '' || branch === 'HEAD'
  if (isMain && (main === null || branches.length === 0)) return HERE
  const name = isMain ? (main ?? '') : branch
  if (branches.includes(name)) return HERE
  // Where nobody knows the branch, only what cannot be one is another revision.
  if (branches.length === 0 && !isPinned(revision)) return HERE
  return {
    answer: 'elsewhere',
    reason: `this is the revision ${isMain ? name : revision}${branches.length === 0 ? '' : `, not ${branches.join(' or ')}`}`,
  }
}

/** A tag, a commit, or a range of versions. */
const isPinned = (revision: string): boolean =>
  revision.startsWith('refs/') || /^[0-9a-f]{7,64}$/i.test(revision) || /^[v~^<>=]*\d+(?:\.[\dx*]+)+/.test(revision)

/** Host and path, whatever the protocol, the user and the port of SSH: `github.com/example/shop`. */
export function addressOf(url: string): string {
  const text = url.trim().toLowerCase()
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)(.+)$/.exec(text)
  const address =
    scp === null || text.includes('://')
      ? text.replace(/^[a-z+]+:\/\//, '').replace(/^[^/@]*@/, '')
      : `${scp[1] ?? ''}/${scp[2] ?? ''}`
  return address
    .replace(/^([^/:]+):\d+\//, '$1/')
    .replace(/\/{2,}/g, '/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
}
