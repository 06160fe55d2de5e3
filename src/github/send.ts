/** Requests by the Action's own client, which knows the runner's proxy; every one has an end. */
import { GitHub } from '@actions/github/lib/utils'
import type { Reply, Send } from './api.js'

/** GitHub ends a request after ten seconds itself. */
const WHOLE_MS = 45_000

/** What it was answered with, whatever the status. `api` reads it, and says what may be tried again. */
export const send: Send = async (method, url, headers, body) => {
  const client = new GitHub({ log: QUIET })
  const signal = AbortSignal.timeout(WHOLE_MS)
  try {
    const {
      status,
      headers: said,
      data,
    } = await client.request({
      method: method as 'GET',
      url,
      headers: { ...headers },
      ...(body === null ? {} : { data: body }),
      request: { signal },
    })
    return replyOf(status, said, data)
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${WHOLE_MS / 1000} s`, { cause: error })
    const { response } = error as {
      readonly response?: { readonly status: number; readonly headers: object; readonly data: unknown }
    }
    if (response === undefined) throw error
    return replyOf(response.status, response.headers, response.data)
  }
}

/** Octokit says on the console what `api` says better. */
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

function replyOf(status: number, headers: object, data: unknown): Reply {
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: data === undefined ? '' : typeof data === 'string' ? data : JSON.stringify(data),
  }
}
