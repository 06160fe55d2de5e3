/** The one comment on a pull request: written once, found by its mark, and kept in place from then on. */
import { createHash } from 'node:crypto'
import { ApiError, deleted, type Api } from './api.js'
import { commentsOf, type PullRequest, type Told } from './told.js'

export interface Sticky {
  /** Tells the comments of several jobs and steps apart. */
  readonly key: string
  readonly run: { readonly id: number; readonly attempt: number }
  /** Markdown, which fits with the mark. */
  readonly body: string
  /** Whether there is anything to say that a pull request without the comment should hear. */
  readonly isNews: boolean
}

/** Characters that GitHub takes, and those that the mark needs. */
export const COMMENT_CHARACTERS = 65_536 - 200

/** The same for the same parts, and no more to be read out of it. */
export const keyOf = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)

/**
 * Brings the comment up to date. A run that began earlier does not overwrite what a later one said, and of two that wrote
 * one at the same time the older stays. Throws `ApiError` where it cannot be done.
 */
export async function stick(api: Api, of: PullRequest, sticky: Sticky): Promise<void> {
  const body = `${mark(sticky)}\n${sticky.body}`
  for (let tries = 1; ; tries++) {
    try {
      await settle(api, of, sticky, body)
      return
    } catch (error) {
      // Deleted meanwhile, or done without an answer: what is there now says which.
      const isWorth = error instanceof ApiError && ['missing', 'broken'].includes(error.failure) && tries < 3
      if (!isWorth) throw error
    }
  }
}

async function settle(api: Api, of: PullRequest, sticky: Sticky, body: string): Promise<void> {
  const before = await ours(api, of, sticky.key)
  const [first] = before
  if (first === undefined) {
    if (!sticky.isNews) return
    await api.rest('POST', `/issues/${of.number}/comments`, { body })
    const [kept, ...more] = await ours(api, of, sticky.key)
    if (kept !== undefined && more.length > 0) await keepOne(api, kept, more, sticky, body)
    return
  }
  await keepOne(api, first, before.slice(1), sticky, body)
}

async function keepOne(api: Api, kept: Told, more: readonly Told[], sticky: Sticky, body: string): Promise<void> {
  const newest = [kept, ...more].reduce((a, b) => (isLater(runOf(b.body), runOf(a.body)) ? b : a))
  const wins = isLater(runOf(newest.body), sticky.run) ? newest.body : body
  if (kept.body !== wins) await api.rest('PATCH', `/issues/comments/${kept.id}`, { body: wins })
  for (const { id } of more) {
    await deleted(api, `/issues/comments/${id}`)
  }
}

async function ours(api: Api, of: PullRequest, key: string): Promise<readonly Told[]> {
  const told = await commentsOf(api, of)
  return told.filter(({ body }) => body.startsWith(`<!-- ringfence ${key} `)).sort((a, b) => a.id - b.id)
}

const mark = ({ key, run }: Sticky): string => `<!-- ringfence ${key} ${run.id}.${run.attempt} -->`

function runOf(body: string): Sticky['run'] {
  const [, id, attempt] = /^<!-- ringfence \w+ (\d+)\.(\d+) -->/.exec(body) ?? []
  return { id: Number(id ?? 0), attempt: Number(attempt ?? 0) }
}

const isLater = (a: Sticky['run'], b: Sticky['run']): boolean => a.id > b.id || (a.id === b.id && a.attempt > b.attempt)
