/**
 * What more than the job's own log and summary a token allows: the comment, the review, code scanning. Each by itself and
 * as far as it goes; what was left out is said in a line, and none of it changes the conclusion.
 */
import { plain } from '../report/escape.js'
import { count } from '../report/words.js'
import { ApiError, type Api } from './api.js'
import { stick, type Sticky } from './comment.js'
import type { Event } from './event.js'
import { review } from './review.js'
import { upload, type Upload } from './scanning.js'
import type { Suggestion } from './suggest.js'
import type { Repository } from './workflow.js'

export interface Telling {
  readonly api: Api
  readonly repository: Repository
  readonly event: Event
  readonly comment: Sticky
  readonly suggestions: readonly Suggestion[]
  /** git's identifier of a file as it was judged; null where it cannot be read. */
  readonly idOf: (file: string) => string | null
  /** null where code scanning has nothing to hang it on. */
  readonly scanning: Upload | null
  readonly sleep: (ms: number) => Promise<void>
}

/** Gives what was left out, a line each. */
export async function tell(telling: Telling): Promise<readonly string[]> {
  const { api, event, repository, comment, suggestions, idOf, scanning, sleep } = telling
  const left: string[] = []
  const attempt = async (what: string, permission: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      left.push(`${what}: ${whyNot(error, permission)}`)
    }
  }
  if (event.kind === 'pull-request') {
    const of = { repository, number: event.number, head: event.head }
    await attempt('the comment', 'pull-requests: write', () => stick(api, of, comment))
    await attempt('the review', 'pull-requests: write', async () => {
      const { offDiff, unfit, left: more } = await review(api, of, suggestions, idOf)
      if (offDiff > 0) left.push(`${count(offDiff, 'fix', 'fixes')} outside of the diff: the report has them`)
      if (unfit > 0)
        left.push(
          `${count(unfit, 'fix', 'fixes')} too long for a comment, or in files with Windows' line ends: the report has them`,
        )
      if (more > 0) left.push(`${count(more, 'fix', 'fixes')} more than one review holds: the report has them`)
    })
  }
  if (scanning !== null) {
    await attempt('code scanning', 'security-events: write', async () => {
      const problem = await upload(api, scanning, sleep)
      if (problem !== null) left.push(`code scanning: GitHub could not use the report: ${plain(problem)}`)
    })
  }
  return left
}

function whyNot(error: unknown, permission: string): string {
  if (!(error instanceof ApiError)) return `internal error, please report it: ${plain(String(error))}`
  const words = plain(error.message)
  if (error.failure === 'denied') return `the token may not (${permission}): ${words}`
  return error.failure === 'limited' ? `GitHub asks for a longer pause than a job may wait: ${words}` : words
}
