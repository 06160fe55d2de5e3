/**
 * Packages of an npm registry, as npm asks for them (`GET /NAME/VERSION`, then its tarball), with the registry and the
 * tokens that npm's own configuration names: `NPM_CONFIG_REGISTRY`, and `.npmrc` of `NPM_CONFIG_USERCONFIG` or of the home
 * folder. A repository's own `.npmrc` is not read: whoever writes it would choose who gets the token.
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { NpmReference } from '../extends/reference.js'
import { get, HttpError } from './http.js'

export interface Npm {
  /** What the registry says its integrity is: `sha512-…`. */
  integrityOf(reference: NpmReference): Promise<string>
  /** The archive, whatever its integrity: whoever asks for it checks it. */
  tarball(reference: NpmReference): Promise<Uint8Array<ArrayBuffer>>
}

const DEFAULT_REGISTRY = 'https://registry.npmjs.org/'

/** Errors are `HttpError`. */
export function npmOf(environment: NodeJS.ProcessEnv): Npm {
  let read: ReadonlyMap<string, string> | undefined
  const settings = (): ReadonlyMap<string, string> => (read ??= settingsOf(environment))

  async function versionOf({
    name,
    version,
  }: NpmReference): Promise<{ readonly tarball: string; readonly integrity: string }> {
    const registry = registryOf(name, settings(), environment)
    const url = `${registry}${name.replace('/', '%2f')}/${version}`
    const { status, body } = await get(url, authorization(url, settings()))
    const host = new URL(url).host
    if (status === 404) throw new HttpError(`${host} has no ${name}@${version}`)
    if (status === 401 || status === 403)
      throw new HttpError(
        `${host} refuses to give ${name} (${status}): is there a token for it in npm's configuration?`,
      )
    if (status !== 200) throw new HttpError(`${host} answers ${status} to the request for ${name}@${version}`)
    let found: unknown
    try {
      found = (JSON.parse(new TextDecoder().decode(body)) as { readonly dist?: unknown }).dist
    } catch {
      found = null
    }
    const { tarball, integrity } = (found ?? {}) as { readonly tarball?: unknown; readonly integrity?: unknown }
    if (typeof tarball !== 'string' || !URL.canParse(tarball) || typeof integrity !== 'string')
      throw new HttpError(
        `${host} does not say what ${name}@${version} is: dist.tarball and dist.integrity are expected`,
      )
    return { tarball, integrity }
  }

  return {
    integrityOf: async (reference) => (await versionOf(reference)).integrity,
    async tarball(reference) {
      const { tarball } = await versionOf(reference)
      const { status, body } = await get(tarball, authorization(tarball, settings()))
      if (status !== 200)
        throw new HttpError(`${new URL(tarball).host} answers ${status} to the request for ${tarball}`)
      return body
    },
  }
}

/** A scope's own registry, else the one for all; it ends in a slash. */
function registryOf(name: string, settings: ReadonlyMap<string, string>, environment: NodeJS.ProcessEnv): string {
  const scope = name.startsWith('@') ? name.slice(0, name.indexOf('/')) : null
  const registry =
    (scope === null ? undefined : settings.get(`${scope}:registry`)) ??
    environment['npm_config_registry'] ??
    environment['NPM_CONFIG_REGISTRY'] ??
    settings.get('registry') ??
    DEFAULT_REGISTRY
  if (!URL.canParse(registry)) throw new HttpError(`npm's registry ${JSON.stringify(registry)} is no address`)
  return registry.endsWith('/') ? registry : `${registry}/`
}

/** `//registry.example.com/npm/:_authToken`: the longest path that the address lies below. */
function authorization(url: string, settings: ReadonlyMap<string, string>): { readonly [name: string]: string } {
  const { host, pathname } = new URL(url)
  const steps = pathname.split('/').slice(1, -1)
  for (let depth = steps.length; depth >= 0; depth--) {
    const at = `//${[host, ...steps.slice(0, depth)].join('/')}/:`
    const token = settings.get(`${at}_authToken`)
    if (token !== undefined) return { authorization: `Bearer ${token}` }
    const pair = settings.get(`${at}_auth`)
    if (pair !== undefined) return { authorization: `Basic ${pair}` }
    const [username, password] = [settings.get(`${at}username`), settings.get(`${at}_password`)]
    if (username !== undefined && password !== undefined) {
      const plain = `${username}:${Buffer.from(password, 'base64').toString()}`
      return { authorization: `Basic ${Buffer.from(plain).toString('base64')}` }
    }
  }
  return {}
}

/** `key = value`, with `${NAME}` of the environment, as npm reads it. */
function settingsOf(environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const file = environment['npm_config_userconfig'] ?? environment['NPM_CONFIG_USERCONFIG'] ?? join(homedir(), '.npmrc')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw new HttpError(`${file}: ${(error as Error).message}`)
  }
  return new Map(
    text.split(/\r?\n/).flatMap((line): (readonly [string, string])[] => {
      const found = /^\s*([^;#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line)
      if (found === null) return []
      const value = found[2]!.replace(/^"(.*)"$/, '$1')
      return [[found[1]!, value.replace(/\$\{(\w+)\}/g, (whole, name: string) => environment[name] ?? whole)]]
    }),
  )
}
