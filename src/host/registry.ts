/**
 * Pulling from an OCI registry, by the distribution specification (opencontainers/distribution-spec, «Pull») and the token
 * flow of the registries (distribution/distribution, docs/content/spec/auth). Whatever has a digest is held against it.
 */
import { createHash } from 'node:crypto'
import type { OciReference } from '../extends/reference.js'
import type { Credentials, CredentialsOf } from './credentials.js'
import { get, HttpError, isLoopback, post, type HttpReply } from './http.js'

export interface Registry {
  /** What a tag stands for now: `sha256:…`. */
  digestOf(reference: OciReference): Promise<string>
  /** The bytes of a manifest; those of its digest, or it throws. */
  manifest(reference: OciReference, digest: string): Promise<Uint8Array<ArrayBuffer>>
  blob(reference: OciReference, digest: string): Promise<Uint8Array<ArrayBuffer>>
}

export const MANIFEST_TYPES = {
  manifest: ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'],
  index: ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'],
} as const

const ACCEPT = { accept: [...MANIFEST_TYPES.manifest, ...MANIFEST_TYPES.index].join(', ') }

const digestOf = (content: Uint8Array, algorithm = 'sha256'): string =>
  `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`

export const hasDigest = (content: Uint8Array, digest: string): boolean =>
  digestOf(content, digest.slice(0, digest.indexOf(':'))) === digest

/** Errors are `HttpError`. */
export function registryOf(credentials: CredentialsOf): Registry {
  /** `host repository` → what authorises. */
  const authorized = new Map<string, string>()

  async function pull(reference: OciReference, path: string, headers: { readonly [name: string]: string }) {
    const key = `${reference.host} ${reference.repository}`
    const url = `${baseOf(reference)}/${path}`
    const ask = (): Promise<HttpReply> => {
      const authorization = authorized.get(key)
      return get(url, authorization === undefined ? headers : { ...headers, authorization })
    }
    const first = await ask()
    if (first.status !== 401) return first
    const authorization = await authorize(reference, first, credentials(reference.host))
    if (authorization === null) return first
    authorized.set(key, authorization)
    return ask()
  }

  async function bytes(reference: OciReference, path: string, digest: string, headers = {}) {
    const reply = await pull(reference, path, headers)
    if (reply.status !== 200) throw refused(reference, digest, reply)
    if (!hasDigest(reply.body, digest))
      throw new HttpError(
        `${reference.host} gives something else for ${digest}: its digest is ${digestOf(reply.body, digest.slice(0, digest.indexOf(':')))}`,
      )
    return reply.body
  }

  return {
    async digestOf(reference) {
      const tag = reference.tag ?? 'latest'
      const reply = await pull(reference, `manifests/${tag}`, ACCEPT)
      if (reply.status !== 200) throw refused(reference, tag, reply)
      return digestOf(reply.body)
    },
    manifest: (reference, digest) => bytes(reference, `manifests/${digest}`, digest, ACCEPT),
    blob: (reference, digest) => bytes(reference, `blobs/${digest}`, digest),
  }
}

function baseOf({ host, repository }: OciReference): string {
  // What is called docker.io is served elsewhere, and official images lie in a folder that nobody writes.
  const isHub = host === 'docker.io'
  const name = isHub && !repository.includes('/') ? `library/${repository}` : repository
  return `${isLoopback(host) ? 'http' : 'https'}://${isHub ? 'registry-1.docker.io' : host}/v2/${name}`
}

function refused({ host, repository }: OciReference, what: string, { status, body }: HttpReply): HttpError {
  const said = errorOf(body)
  switch (status) {
    case 401:
    case 403:
      return new HttpError(
        `${host} refuses to give ${repository} (${status}${said}): is there a login for it, in DOCKER_AUTH_CONFIG or Docker's config.json?`,
      )
    case 404:
      return new HttpError(`${host} has no ${what} of ${repository}`)
    default:
      return new HttpError(`${host} answers ${status}${said} to the request for ${what} of ${repository}`)
  }
}

/** The first code of `{"errors": [{"code", "message"}]}`, where it is one. */
function errorOf(body: Uint8Array): string {
  try {
    const { errors } = JSON.parse(new TextDecoder().decode(body)) as { errors?: readonly { code?: unknown }[] }
    const code = errors?.[0]?.code
    return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? `, ${code}` : ''
  } catch {
    // A page of a proxy, for instance: its status says enough.
    return ''
  }
}

/* -------------------------------------------------------------------- tokens */

/** The header that answers a challenge; null: nothing would. */
async function authorize(
  { host, repository }: OciReference,
  challenge: HttpReply,
  credentials: Credentials | null,
): Promise<string | null> {
  const header = challenge.header('www-authenticate') ?? ''
  const bearer = challengeOf(header, 'bearer')
  if (bearer !== null) return `Bearer ${await token(host, repository, bearer, credentials)}`
  return challengeOf(header, 'basic') === null || credentials === null ? null : basic(credentials)
}

const basic = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** `Bearer realm="…",service="…",scope="…"` (RFC 7235, RFC 6750 section 3), of a scheme; null: there is none. */
function challengeOf(header: string, scheme: string): ReadonlyMap<string, string> | null {
  const at = new RegExp(`(?:^|,\\s*)${scheme}(?:\\s+|$)`, 'i').exec(header)
  if (at === null) return null
  const parameters = new Map<string, string>()
  const pair = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/y
  pair.lastIndex = at.index + at[0].length
  for (let found = pair.exec(header); found !== null; found = pair.exec(header))
    parameters.set(found[1]!.toLowerCase(), found[2]?.replace(/\\(.)/g, '$1') ?? found[3] ?? '')
  return parameters
}

async function token(
  host: string,
  repository: string,
  challenge: ReadonlyMap<string, string>,
  credentials: Credentials | null,
): Promise<string> {
  const realm = challenge.get('realm') ?? ''
  if (!URL.canParse(realm)) throw new HttpError(`${host} asks for a token and does not say where to get one`)
  const url = new URL(realm)
  const service = challenge.get('service')
  if (service !== undefined) url.searchParams.set('service', service)
  // An entry a scope; a registry that names none wants what is being asked for.
  for (const scope of (challenge.get('scope') ?? `repository:${repository}:pull`).split(' '))
    url.searchParams.append('scope', scope)
  const reply =
    credentials?.identityToken != null
      ? await refresh(url, credentials.identityToken)
      : await get(url.href, credentials === null ? {} : { authorization: basic(credentials) })
  if (reply.status !== 200)
    throw new HttpError(
      `${host} refuses to give ${repository}: ${url.host} gives no token (${reply.status}${errorOf(reply.body)}); is there a login for it, in DOCKER_AUTH_CONFIG or Docker's config.json?`,
    )
  try {
    const answer = JSON.parse(new TextDecoder().decode(reply.body)) as { token?: unknown; access_token?: unknown }
    const found = answer.token ?? answer.access_token
    // A header of a request cannot hold anything else (RFC 6750, section 2.1).
    if (typeof found === 'string' && /^[\w.~+/=-]+$/.test(found)) return found
  } catch {
    // Not JSON: told as what it is not.
  }
  throw new HttpError(`${url.host} gives no token for ${repository}`)
}

/** An identity token is exchanged by OAuth2 (docs/content/spec/auth/oauth.md). */
async function refresh(url: URL, identityToken: string): Promise<HttpReply> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'ringfence',
    refresh_token: identityToken,
    service: url.searchParams.get('service') ?? '',
    scope: url.searchParams.getAll('scope').join(' '),
  })
  return post(`${url.origin}${url.pathname}`, form)
}
