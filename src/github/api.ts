/**
 * GitHub's REST and GraphQL interfaces, by requests that always end. What may be tried again is tried again as GitHub
 * asks for it, within one allowance for all of them; what was not done is an `ApiError` that says why.
 */
import type { Repository } from './workflow.js'

export interface Reply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined }
  readonly body: string
}

/** One request over the network; rejects where there is no answer in time. */
export type Send = (
  method: string,
  url: string,
  headers: { readonly [name: string]: string },
  body: string | null,
) => Promise<Reply>

/**
 * `denied`: the token may not; `missing`: it is not there, or the token may not know of it; `refused`: GitHub does not
 * take what it was given; `limited`: too much was asked of it; `broken`: it, or the way to it, does not work.
 */
type Failure = 'denied' | 'missing' | 'refused' | 'limited' | 'broken'

export class ApiError extends Error {
  constructor(
    readonly failure: Failure,
    message: string,
  ) {
    super(message)
  }
}

export interface Api {
  /** `path` from the repository's own: `/git/refs`. Gives what the JSON of the answer says, null where it is empty. */
  readonly rest: (method: string, path: string, body?: object) => Promise<unknown>
  /** All pages of a list. */
  readonly pages: (path: string) => Promise<readonly unknown[]>
  readonly graphql: (query: string, variables: { readonly [name: string]: unknown }) => Promise<unknown>
}

export interface ApiOptions {
  readonly repository: Repository
  /** null: there is none; what is public can be read without. */
  readonly token: string | null
  readonly send: Send
  /** Milliseconds since some moment. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** Milliseconds that all requests together may wait for their turn. */
  readonly patience: number
}

/** A list of GitHub's has at most 3,000 files, a pull request rarely a thousand comments. */
const MOST_PAGES = 40
const TRIES = 3

export function apiOf(options: ApiOptions): Api {
  const { repository, token, send, now, sleep } = options
  const end = now() + options.patience
  const headers = {
    accept: 'application/vnd.github+json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'ringfence',
    'x-github-api-version': '2022-11-28',
  }

  const request = async (method: string, url: string, body: object | null): Promise<Reply> => {
    // What GitHub did not begin with may be asked for again; of what may have happened, only what does no harm twice.
    const isRepeatable = method === 'GET' || url === repository.graphql
    for (let tries = 1; ; tries++) {
      const reply = await send(method, url, headers, body === null ? null : JSON.stringify(body)).catch(
        (error: unknown) => new ApiError('broken', error instanceof Error ? error.message : String(error)),
      )
      const failure = reply instanceof ApiError ? reply : failureOf(reply)
      if (failure === null) return reply as Reply
      const wait =
        failure.failure === 'limited'
          ? waitOf(reply as Reply)
          : failure.failure === 'broken' && isRepeatable
            ? tries * 500
            : null
      if (wait === null || tries === TRIES || now() + wait > end) throw failure
      await sleep(wait)
    }
  }

  const rest = async (method: string, path: string, body?: object): Promise<Reply> =>
    request(method, `${repository.api}/repos/${repository.name}${path}`, body ?? null)

  return {
    rest: async (method, path, body) => jsonOf(await rest(method, path, body)),
    async pages(path) {
      const items: unknown[] = []
      for (let page = 1; page <= MOST_PAGES; page++) {
        const reply = await rest('GET', `${path}?per_page=100&page=${page}`)
        const found = jsonOf(reply)
        if (!Array.isArray(found))
          throw new ApiError('broken', `${path}: GitHub answers with something other than a list`)
        items.push(...(found as unknown[]))
        if (!/rel="next"/.test(reply.headers['link'] ?? '')) return items
      }
      throw new ApiError('refused', `${path} has more than ${MOST_PAGES} pages`)
    },
    async graphql(query, variables) {
      const { data, errors } = jsonOf(await request('POST', repository.graphql, { query, variables })) as {
        readonly data?: unknown
        readonly errors?: readonly { readonly type?: string; readonly message: string }[]
      }
      const [error] = errors ?? []
      if (error !== undefined) throw new ApiError(GRAPHQL_FAILURES[error.type ?? ''] ?? 'refused', error.message)
      return data
    },
  }
}

/** Deletes what another run may have deleted before. */
export async function deleted(api: Api, path: string): Promise<void> {
  try {
    await api.rest('DELETE', path)
  } catch (error) {
    if (!(error instanceof ApiError) || error.failure !== 'missing') throw error
  }
}

const GRAPHQL_FAILURES: { readonly [type: string]: Failure } = {
  FORBIDDEN: 'denied',
  INSUFFICIENT_SCOPES: 'denied',
  NOT_FOUND: 'missing',
  RATE_LIMITED: 'limited',
}

function jsonOf({ body }: Reply): unknown {
  if (body === '') return null
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw new ApiError('broken', 'GitHub answers with something other than JSON')
  }
}

/** null where it worked. */
function failureOf(reply: Reply): ApiError | null {
  const { status } = reply
  if (status >= 200 && status < 300) return null
  const message = `${status} ${wordsOf(reply)}`.trim()
  if (isLimit(reply)) return new ApiError('limited', message)
  if (status === 401 || status === 403) return new ApiError('denied', message)
  if (status === 404 || status === 410) return new ApiError('missing', message)
  return new ApiError(status >= 500 ? 'broken' : 'refused', message)
}

/** GitHub's own words, without what it says of its documentation. */
function wordsOf({ body }: Reply): string {
  try {
    const { message, errors } = JSON.parse(body) as { readonly message?: unknown; readonly errors?: unknown }
    const details = errors === undefined ? '' : `: ${JSON.stringify(errors)}`
    return typeof message === 'string' ? `${message}${details}`.slice(0, 500) : ''
  } catch {
    // A proxy's page, as with 502: the number says it.
    return ''
  }
}

const isLimit = (reply: Reply): boolean =>
  reply.status === 429 ||
  (reply.status === 403 &&
    (reply.headers['retry-after'] !== undefined ||
      reply.headers['x-ratelimit-remaining'] === '0' ||
      /secondary rate limit/i.test(reply.body)))

/** Milliseconds to wait, as GitHub says; a minute where it does not. */
function waitOf({ headers }: Reply): number {
  const after = Number(headers['retry-after'] ?? NaN)
  if (Number.isFinite(after)) return after * 1000
  const [reset, date] = [Number(headers['x-ratelimit-reset'] ?? NaN), Date.parse(headers['date'] ?? '')]
  // Both by GitHub's clock.
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset) && Number.isFinite(date))
    return Math.max(1000, reset * 1000 - date)
  return 60_000
}
