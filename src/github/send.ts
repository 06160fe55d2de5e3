/** Requests over the runner's own network: through its proxy where there is one, and with an end. */
import { HttpClient } from '@actions/http-client'
import type { Send } from './api.js'

/** GitHub ends a request after ten seconds itself. */
const SILENCE_MS = 15_000
const WHOLE_MS = 45_000

export const send: Send = async (method, url, headers, body) => {
  const client = new HttpClient(undefined, [], { allowRetries: false, keepAlive: false, socketTimeout: SILENCE_MS })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${WHOLE_MS / 1000} s`)), WHOLE_MS)
  })
  const answered = async (): ReturnType<Send> => {
    const response = await client.request(method, url, body, headers)
    const { statusCode, headers: said } = response.message
    const text = await response.readBody()
    return {
      status: statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(said).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
      ),
      body: text,
    }
  }
  try {
    return await Promise.race([answered(), late])
  } finally {
    clearTimeout(timer)
    client.dispose()
  }
}
