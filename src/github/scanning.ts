/** Code scanning: the report as SARIF, and what GitHub made of it. */
import { gzipSync } from 'node:zlib'
import { ApiError, type Api } from './api.js'

export interface Upload {
  readonly commit: string
  readonly ref: string
  /** The report with as many results. */
  readonly sarif: (results: number) => string
}

/** GitHub takes 25,000 results of a run, and so many bytes of all, compressed. */
const MOST_RESULTS = 25_000
const MOST_BYTES = 10 * 1024 * 1024

/** How often, and after how many milliseconds, it is asked whether the upload was taken. */
const TIMES = 3
const PAUSE_MS = 2000

/** Gives what GitHub did not like of it; null where all is well, or not known yet. Throws `ApiError` where it cannot be done. */
export async function upload(
  api: Api,
  { commit, ref, sarif }: Upload,
  sleep: (ms: number) => Promise<void>,
): Promise<string | null> {
  const receipt = (await api.rest('POST', '/code-scanning/sarifs', {
    commit_sha: commit,
    ref,
    sarif: packed(sarif).toString('base64'),
    tool_name: 'Ringfence',
  })) as { readonly id: string }
  for (let asked = 0; asked < TIMES; asked++) {
    await sleep(PAUSE_MS)
    const { processing_status: status, errors } = await statusOf(api, receipt.id)
    if (status === 'failed') return (errors ?? []).join('; ') || 'it could not be processed'
    if (status === 'complete') return null
  }
  return null
}

interface Status {
  readonly processing_status?: 'pending' | 'complete' | 'failed'
  readonly errors?: readonly string[] | null
}

async function statusOf(api: Api, id: string): Promise<Status> {
  try {
    return (await api.rest('GET', `/code-scanning/sarifs/${id}`)) as Status
  } catch (error) {
    // It is known a moment after it was taken, and only to who may read alerts.
    if (error instanceof ApiError && error.failure === 'missing') return {}
    throw error
  }
}

/** The gravest results are kept: they come first. */
export function packed(sarif: (results: number) => string, most = MOST_BYTES): Buffer {
  for (let results = MOST_RESULTS; ; results = Math.floor(results / 2)) {
    const bytes = gzipSync(sarif(results))
    if (bytes.length <= most || results === 0) return bytes
  }
}
