/**
 * Requests to servers that the configuration names, with Node's own `fetch`. Every one has an end, a bound on what it may
 * bring, and says in its error whom it asked. Only what lies on this machine may be asked without TLS, as Docker does.
 */

export interface HttpReply {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly body: Uint8Array<ArrayBuffer>
}

/** What was asked for was not given. The message is for the person who wrote the configuration. */
export class HttpError extends Error {}

const WHOLE_MS = 60_000
/** What a bundle or a package may have, packed. */
const MOST_BYTES = 64 * 1024 * 1024
/** As many as `fetch` follows. */
const MOST_REDIRECTS = 20
const TRIES = 3

interface Headers {
  readonly [name: string]: string
}

/** A redirect to another server goes without what authorises. What says «later» is asked again, and given if it stays so. */
export async function get(url: string, headers: Headers = {}): Promise<HttpReply> {
  for (let tries = 1; ; tries++) {
    const reply = await followed(new URL(url), headers)
    const isLater = reply.status === 429 || (reply.status >= 500 && reply.status !== 501)
    if (!isLater || tries === TRIES) return reply
    await new Promise((resolve) => setTimeout(resolve, tries * 500))
  }
}

/** Of a form, once; no redirect is followed. */
export async function post(url: string, form: URLSearchParams): Promise<HttpReply> {
  const signal = AbortSignal.timeout(WHOLE_MS)
  return replyOf(new URL(url), await fetched(new URL(url), {}, signal, form), signal)
}

async function followed(first: URL, headers: Headers): Promise<HttpReply> {
  const signal = AbortSignal.timeout(WHOLE_MS)
  let [url, sent] = [first, headers]
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const reply = await fetched(url, sent, signal)
    const location = reply.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(reply.status) || location === null) return replyOf(url, reply, signal)
    const next = new URL(location, url)
    if (next.origin !== url.origin) {
      const { authorization: _, ...open } = sent
      sent = open
    }
    await reply.body?.cancel()
    url = next
  }
  throw new HttpError(`${first.host} sends from one address to the next`)
}

async function fetched(url: URL, headers: Headers, signal: AbortSignal, form?: URLSearchParams): Promise<Response> {
  if (!isSafe(url)) throw new HttpError(`${url.protocol}//${url.host} is not asked: only https, or this machine itself`)
  const body = form === undefined ? {} : { method: 'POST', body: form }
  try {
    return await fetch(url, { headers: { 'user-agent': 'ringfence', ...headers }, redirect: 'manual', signal, ...body })
  } catch (error) {
    throw unanswered(url, error, signal)
  }
}

const replyOf = async (url: URL, reply: Response, signal: AbortSignal): Promise<HttpReply> => ({
  status: reply.status,
  header: (name) => reply.headers.get(name),
  body: await bodyOf(url, reply, signal),
})

async function bodyOf(url: URL, reply: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const part of reply.body ?? []) {
      length += (part as Uint8Array).length
      if (length > MOST_BYTES) throw new HttpError(`${url.host} sends more than ${MOST_BYTES / 1024 / 1024} MiB`)
      parts.push(part as Uint8Array)
    }
  } catch (error) {
    if (error instanceof HttpError) throw error
    throw unanswered(url, error, signal)
  }
  return Uint8Array.from(Buffer.concat(parts))
}

/** `fetch` says «fetch failed», and why in the cause. */
function unanswered({ host }: URL, error: unknown, signal: AbortSignal): HttpError {
  if (signal.aborted) return new HttpError(`${host} gave no answer within ${WHOLE_MS / 1000} s`)
  const { cause = error } = error as { readonly cause?: unknown }
  // A name with several addresses fails with one error each, and no message.
  const { errors, message } = cause as {
    readonly errors?: readonly { readonly message?: string }[]
    readonly message?: string
  }
  return new HttpError(`${host} cannot be reached: ${errors?.[0]?.message ?? message ?? String(cause)}`)
}

const isSafe = (url: URL): boolean => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.host))

/** `host` may have a port. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)
}
