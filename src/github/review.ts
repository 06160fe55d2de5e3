/** One review with the fixes that lie in the diff, each to be applied with a click; taken back once it is mended. */
import { fenced, markdown } from '../report/escape.js'
import { count } from '../report/words.js'
import { ApiError, deleted, type Api } from './api.js'
import { hunksOf, type Hunk } from './diff.js'
import { keyOf } from './comment.js'
import type { Suggestion } from './suggest.js'
import { resolveThread, threadsOf, type PullRequest, type Thread } from './told.js'

export interface Reviewed {
  /** Suggestions that lie outside of the diff, where no comment can stand. */
  readonly offDiff: number
  /** Those that a comment cannot hold: it has no room for them, or would change the ends of lines that are Windows'. */
  readonly unfit: number
  /** Those that there is no room for in one review. */
  readonly left: number
}

/** More than a person looks at; GitHub takes a review as a whole or not at all. */
const MOST = 30

/** What GitHub takes of a comment. */
const MOST_CHARACTERS = 65_536

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
  const threads = (await threadsOf(api, of)).flatMap((thread) => {
    const key = fixIn(thread.first.body)
    return key === null || isTakenBack(thread.first.body) ? [] : [{ ...thread, key }]
  })
  const all = suggestions.map((suggestion) => ({ suggestion, key: keyOfFix(suggestion) }))
  const wanted = new Set(all.map(({ key }) => key))
  await takeBack(
    api,
    threads.filter(({ key, isResolved }) => !wanted.has(key) && !isResolved),
    MENDED,
  )
  if (all.length === 0) return { offDiff: 0, unfit: 0, left: 0 }
  const diff = diffOf(await api.pages(`/pulls/${of.number}/files`))
  const inDiff = all.filter(({ suggestion }) => isIn(diff.get(suggestion.file), suggestion, idOf))
  const marked = inDiff
    .filter(({ suggestion }) => !suggestion.lines.some((line) => line.includes('\r')))
    .map(({ suggestion, key }) => ({ key, comment: commentOf(suggestion, key) }))
  const fit = marked.filter(({ comment }) => comment.body.length <= MOST_CHARACTERS)
  // One whose lines were pushed over cannot be taken any more. One that somebody resolved was looked at.
  const stands = new Set(threads.flatMap(({ key, isResolved, isOutdated }) => (isResolved || !isOutdated ? [key] : [])))
  const fresh = fit.filter(({ key }) => !stands.has(key))
  const sent = fresh.slice(0, MOST)
  if (sent.length > 0) {
    await api.rest('POST', `/pulls/${of.number}/reviews`, {
      commit_id: of.head,
      event: 'COMMENT',
      body: `<!-- ringfence -->\nRingfence: ${count(sent.length, 'fix', 'fixes')} to apply.`,
      comments: sent.map(({ comment }) => comment),
    })
    const again = new Set(sent.map(({ key }) => key))
    await takeBack(
      api,
      threads.filter(({ key }) => again.has(key)),
      ANEW,
    )
    await keepOldest(api, of, again)
  }
  return { offDiff: all.length - inDiff.length, unfit: inDiff.length - fit.length, left: fresh.length - sent.length }
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

/** As GitHub takes it. */
interface Comment {
  readonly path: string
  readonly side: 'RIGHT'
  readonly line: number
  readonly start_line?: number
  readonly start_side?: 'RIGHT'
  readonly body: string
}

function commentOf({ file, startLine, endLine, lines, mends }: Suggestion, key: string): Comment {
  return {
    path: file,
    side: 'RIGHT',
    line: endLine,
    ...(startLine === endLine ? {} : { start_line: startLine, start_side: 'RIGHT' }),
    body: [
      `<!-- ringfence fix ${key} -->`,
      ...mends.map((clause) => `- ${markdown(clause)}`),
      '',
      ...fenced('suggestion', lines),
    ].join('\n'),
  }
}

const MENDED = '✅ Mended.'
const ANEW = '↪️ Suggested anew, where it is now.'

/** Nothing that a suggestion says of itself begins so. */
const isTakenBack = (body: string): boolean => [MENDED, ANEW].some((words) => body.split('\n')[1]?.trim() === words)

/** Who may only write comments cannot resolve one, and says it in its place. */
async function takeBack(
  api: Api,
  threads: readonly (Thread & { readonly key: string })[],
  words: typeof MENDED | typeof ANEW,
): Promise<void> {
  for (const { id, first, key } of threads) {
    try {
      await resolveThread(api, id)
    } catch (error) {
      if (!(error instanceof ApiError) || error.failure !== 'denied') throw error
      await api.rest('PATCH', `/pulls/comments/${first.id}`, { body: `<!-- ringfence fix ${key} -->\n${words}` })
    }
  }
}

/** Of two runs that suggested the same at the same time the younger suggestion goes. */
async function keepOldest(api: Api, of: PullRequest, sent: ReadonlySet<string>): Promise<void> {
  const known = new Set<string>()
  const threads = (await threadsOf(api, of)).toSorted((a, b) => a.first.id - b.first.id)
  for (const { first, isResolved, isOutdated } of threads) {
    const key = fixIn(first.body)
    if (key === null || !sent.has(key) || isResolved || isOutdated || isTakenBack(first.body)) continue
    if (!known.has(key)) known.add(key)
    else await deleted(api, `/pulls/comments/${first.id}`)
  }
}
