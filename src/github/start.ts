/**
 * Where a pull request starts from, and whose rules judge it: the target branch, never the pull request. A target that is
 * neither the default branch nor named by the default branch's configuration proves nothing: anybody may have made it.
 */
import { memoryTree } from '../discover/memory-tree.js'
import { GateError } from '../host/gate-error.js'
import { ALONE, type Start } from '../run.js'
import type { Commits } from './commits.js'
import type { Event } from './event.js'

/** `sha` is the commit of the run. Throws `GateError` where what is checked out cannot be what is to be judged. */
export async function startOf(event: Event, sha: string | null, commits: Commits): Promise<Start> {
  switch (event.kind) {
    case 'pull-request':
      return pullRequest(event, sha, commits)
    case 'merge-group':
      // Its first parent may be another entry of the queue, which is not merged yet.
      return against(event, { commits, before: () => commits.tip(event.target), notes: [] })
    case 'push': {
      const { branch, before, defaultBranch } = event
      if (branch === null) return judgedBy(defaultBranch, commits)
      if (branch === defaultBranch) return sinceBefore(before, commits)
      // What a branch had before its last push was judged by nobody who counts.
      return against(
        { target: branch, defaultBranch },
        { commits, before: () => (before === null ? commits.tip(defaultBranch) : Promise.resolve(before)), notes: [] },
      )
    }
    case 'other':
      return event.defaultBranch === null || event.branch === event.defaultBranch
        ? ALONE
        : judgedBy(event.defaultBranch, commits)
  }
}

async function pullRequest(
  event: Extract<Event, { kind: 'pull-request' }>,
  sha: string | null,
  commits: Commits,
): Promise<Start> {
  const { head } = commits
  const before = async (): Promise<string> => {
    const parents = sha === null ? [] : await commits.parents(sha)
    // The merge that GitHub built: of the target's tip then, and of what was pushed.
    const [base, pushed] = parents
    const found =
      base !== undefined && parents.length === 2 && pushed === event.head ? base : await commits.tip(event.target)
    if (found === head)
      throw new WrongCheckout(
        `the checkout is the target branch ${event.target}, not the pull request: nothing would be judged`,
      )
    return found
  }
  const notes: string[] = []
  if (head !== null && head !== sha) {
    notes.push(
      head === event.head
        ? 'the checkout is what was pushed, not its merge with the target branch: what only both together bring about is not seen'
        : 'the checkout is neither the merge commit nor what was pushed: it is judged as it lies here',
    )
  }
  return against(event, { commits, before, notes })
}

class WrongCheckout extends GateError {}

interface Comparison {
  readonly commits: Commits
  readonly before: () => Promise<string>
  readonly notes: readonly string[]
}

/** Against a target branch; where that cannot be had, everything is new and the missing rules block. */
async function against(
  { target, defaultBranch }: { readonly target: string; readonly defaultBranch: string },
  { commits, before, notes }: Comparison,
): Promise<Start> {
  try {
    const commit = await before()
    if (target === defaultBranch) {
      const own = await at(commit, commits)
      return { ...ALONE, ...own, rules: own.base, notes }
    }
    const main = await at(await commits.tip(defaultBranch), commits)
    const start = (): Promise<Since> => at(commit, commits)
    return { ...ALONE, ...main, rules: main.base, notes, branch: { name: target, main: defaultBranch, start } }
  } catch (error) {
    return withoutBase(error, notes)
  }
}

type Since = Pick<Start, 'base' | 'changed'>

const at = async (commit: string, commits: Commits): Promise<Since> => ({
  base: await commits.tree(commit),
  changed: commits.changed(commit),
})

function withoutBase(error: unknown, notes: readonly string[]): Start {
  if (!(error instanceof GateError) || error instanceof WrongCheckout) throw error
  return {
    ...ALONE,
    rules: memoryTree({}),
    notes: [...notes, 'everything counts as new: the target branch could not be read'],
    unjudged: [`what the target branch says about the gate could not be read, and the defaults hold: ${error.message}`],
  }
}

/** What was merged is the target branch now, and its rules hold. */
async function sinceBefore(before: string | null, commits: Commits): Promise<Start> {
  if (before === null) return ALONE
  try {
    return { ...ALONE, ...(await at(before, commits)) }
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    return { ...ALONE, notes: [`everything counts as new: what was there before could not be read: ${error.message}`] }
  }
}

/** By the default branch's rules, and with nothing to compare with. */
async function judgedBy(defaultBranch: string, commits: Commits): Promise<Start> {
  try {
    const rules = await commits.tree(await commits.tip(defaultBranch))
    return { ...ALONE, rules, notes: [`judged by what ${defaultBranch} says about the gate`] }
  } catch (error) {
    return withoutBase(error, [])
  }
}
