/** One review with the fixes that lie in the diff, each to be applied with a click; taken back once it is mended. */
import { markdown } from '../report/escape.js'
import { count } from '../report/words.js'
import { ApiError, type Api } from './api.js'
import { hunksOf, type Hunk } from './diff.js'
import { keyOf } from './comment.js'
import { resolveThread, threadsOf, type PullRequest, type Thread } from './told.js'

/** Lines of a file that would mend something, in place of those that are there. Lines are 1-based and inclusive. */
export interface Suggestion {
  /** From the root of the repository. */
  readonly file: string
  readonly startLine: number
  readonly endLine: number
  readonly lines: readonly string[]
  /** What it mends: one clause each. */
  readonly mends: readonly string[]
  /** Fingerprints of what it mends. */
  readonly fingerprints: readonly string[]
}

export interface Reviewed {
  /** Suggestions that lie outside of the diff, where no comment can stand. */
  readonly offDiff: number
  /** Those that there is no room for in one review. */
  readonly left: number
}

/** More than a person looks at; GitHub takes a review as a whole or not at all. */
const MOST = 30

/**
 * `head` is the commit that was pushed; `idOf` git's identifier of a file as it was judged, since lines are counted in the
 * merge and shown in the commit. Throws `ApiError` where it cannot be done.
 */
export async function review(
  api: Api,
  of: PullRequest & { readonly head: string },
  suggestions: readonly Suggestion[],
  idOf: (file: string) => string | null,
): Promise<Reviewed> {
  const threads = await threadsOf(api, of)
  const marked = suggestions.map((suggestion) => ({ suggestion, key: keyOfFix(suggestion) }))
  await takeBack(api, threads, new Set(marked.map(({ key }) => key)))
  if (marked.length === 0) return { offDiff: 0, left: 0 }
  const diff = diffOf(await api.pages(`/pulls/${of.number}/files`))
  const shown = marked.filter(({ suggestion }) => isIn(diff.get(suggestion.file), suggestion, idOf))
  const told = new Set(threads.map(({ first }) => fixIn(first.body)))
  const fresh = shown.filter(({ key }) => !told.has(key))
  const sent = fresh.slice(0, MOST)
  if (sent.length > 0) {
    await api.rest('POST', `/pulls/${of.number}/reviews`, {
      commit_id: of.head,
      event: 'COMMENT',
      body: `<!-- ringfence -->\nRingfence: ${count(sent.length, 'fix', 'fixes')} to apply.`,
      comments: sent.map(({ suggestion, key }) => commentOf(suggestion, key)),
    })
  }
  return { offDiff: marked.length - shown.length, left: fresh.length - sent.length }
}

const keyOfFix = ({ file, lines, fingerprints }: Suggestion): string => keyOf([file, ...fingerprints, ...lines])

const fixIn = (body: string): string | null => /^<!-- ringfence fix (\w+) -->/.exec(body)?.[1] ?? null

interface Changed {
  /** git's identifier of the file as it was pushed. */
  readonly id: string
  readonly hunks: readonly Hunk[]
}

function diffOf(files: readonly unknown[]): ReadonlyMap<string, Changed> {
  const listed = files as readonly { readonly filename: string; readonly sha: string; readonly patch?: string }[]
  return new Map(listed.map(({ filename, sha, patch }) => [filename, { id: sha, hunks: hunksOf(patch ?? '') }]))
}

/** One line outside, and GitHub refuses the whole review. */
function isIn(
  changed: Changed | undefined,
  { file, startLine, endLine }: Suggestion,
  idOf: (file: string) => string | null,
): boolean {
  if (changed === undefined || idOf(file) !== changed.id) return false
  return changed.hunks.some(({ start, end }) => start <= startLine && endLine <= end)
}

function commentOf({ file, startLine, endLine, lines, mends }: Suggestion, key: string): object {
  // A fence that is longer than any in what it holds.
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)))
  const fence = '`'.repeat(longest + 1)
  return {
    path: file,
    side: 'RIGHT',
    line: endLine,
    ...(startLine === endLine ? {} : { start_line: startLine, start_side: 'RIGHT' }),
    body: [
      `<!-- ringfence fix ${key} -->`,
      ...mends.map((clause) => `- ${markdown(clause)}`),
      '',
      `${fence}suggestion`,
      ...lines,
      fence,
    ].join('\n'),
  }
}

const MENDED = '✅ Mended.'

/** What is not suggested any more is mended. Who may only write comments cannot resolve one, and says it in its place. */
async function takeBack(api: Api, threads: readonly Thread[], open: ReadonlySet<string>): Promise<void> {
  for (const { id, isResolved, first } of threads) {
    const key = fixIn(first.body)
    if (key === null || open.has(key) || isResolved || first.body.includes(MENDED)) continue
    try {
      await resolveThread(api, id)
    } catch (error) {
      if (!(error instanceof ApiError) || error.failure !== 'denied') throw error
      await api.rest('PATCH', `/pulls/comments/${first.id}`, { body: `<!-- ringfence fix ${key} -->\n${MENDED}` })
    }
  }
}
