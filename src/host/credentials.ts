/**
 * Who asks a registry, as Docker's own configuration says it: `DOCKER_AUTH_CONFIG` (its text), `REGISTRY_AUTH_FILE`, and
 * `config.json` of `DOCKER_CONFIG` or of `~/.docker`; with `auths`, `credHelpers` and `credsStore`. The first that knows the
 * registry wins.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { GateError } from './gate-error.js'

export interface Credentials {
  readonly username: string
  readonly password: string
  /** An OAuth2 refresh token in place of both, as `docker login` keeps for some registries. */
  readonly identityToken: string | null
}

/** null: nobody in particular. Throws `GateError` where a configuration or a helper cannot be understood. */
export type CredentialsOf = (host: string) => Credentials | null

interface DockerConfig {
  readonly auths?: { readonly [server: string]: DockerAuth }
  readonly credHelpers?: { readonly [server: string]: string }
  readonly credsStore?: string
}

interface DockerAuth {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}

export function dockerCredentials(environment: NodeJS.ProcessEnv): CredentialsOf {
  const known = new Map<string, Credentials | null>()
  return (host) => {
    let found = known.get(host)
    if (found === undefined) {
      found = null
      for (const { config, name } of configsOf(environment)) found ??= inConfig(config, name, host, environment)
      known.set(host, found)
    }
    return found
  }
}

function* configsOf(
  environment: NodeJS.ProcessEnv,
): Generator<{ readonly config: DockerConfig; readonly name: string }> {
  const { DOCKER_AUTH_CONFIG, REGISTRY_AUTH_FILE, DOCKER_CONFIG } = environment
  if (DOCKER_AUTH_CONFIG) yield { config: parsed(DOCKER_AUTH_CONFIG, 'DOCKER_AUTH_CONFIG'), name: 'DOCKER_AUTH_CONFIG' }
  const files = [
    ...(REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE] : []),
    join(DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json'),
  ]
  for (const file of files) {
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch (error) {
      // Whoever never logged in has none.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw new GateError(`${file}: ${(error as Error).message}`)
    }
    yield { config: parsed(text, file), name: file }
  }
}

function parsed(text: string, name: string): DockerConfig {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as DockerConfig
  } catch {
    // Its text is no part of any message: it holds passwords.
  }
  throw new GateError(`${name} is not Docker's configuration: no JSON object`)
}

/** What Docker Hub is called by those who log in. */
const HUB = ['docker.io', 'registry-1.docker.io', 'index.docker.io']

/** `https://registry.example.com/v2/` and `registry.example.com` are the same server. */
const serverName = (written: string): string => {
  const name = written.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  return HUB.includes(name) ? 'docker.io' : name
}

function inConfig(
  config: DockerConfig,
  name: string,
  host: string,
  environment: NodeJS.ProcessEnv,
): Credentials | null {
  const wanted = serverName(host)
  const own = <T>(map: { readonly [server: string]: T } | undefined): readonly [string, T] | undefined =>
    Object.entries(map ?? {}).find(([server]) => serverName(server) === wanted)
  const [server = host, auth] = own(config.auths) ?? []
  const helper = own(config.credHelpers)?.[1] ?? (auth === undefined || isEmpty(auth) ? config.credsStore : undefined)
  if (helper !== undefined && helper !== '') return askHelper(helper, server, environment)
  return auth === undefined || isEmpty(auth) ? null : ofAuth(auth, `${name}, auths of ${server}`)
}

const isEmpty = ({ auth, username, identitytoken }: DockerAuth): boolean => !auth && !username && !identitytoken

function ofAuth({ auth, username = '', password = '', identitytoken }: DockerAuth, where: string): Credentials {
  const identityToken = identitytoken || null
  if (!auth) return { username, password, identityToken }
  const text = Buffer.from(auth, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) throw new GateError(`${where}: auth is not USER:PASSWORD in base64`)
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, ''), identityToken }
}

/** The protocol of docker-credential-helpers: the server on standard input, JSON or a message on standard output. */
function askHelper(helper: string, server: string, environment: NodeJS.ProcessEnv): Credentials | null {
  if (!/^[\w.-]+$/.test(helper)) throw new GateError(`${JSON.stringify(helper)} is no name of a credential helper`)
  const program = `docker-credential-${helper}`
  const { status, stdout, error } = spawnSync(program, ['get'], {
    input: server,
    encoding: 'utf8',
    env: environment,
    timeout: 30_000,
  })
  if (error !== undefined) throw new GateError(`${program}: ${error.message}`)
  if (status !== 0) {
    // «credentials not found in native keychain»: anybody may ask.
    if (/not found/i.test(stdout)) return null
    throw new GateError(`${program} failed for ${server}: ${stdout.trim().slice(0, 200)}`)
  }
  let found: { readonly Username?: unknown; readonly Secret?: unknown }
  try {
    found = JSON.parse(stdout) as typeof found
  } catch {
    throw new GateError(`${program} gives no JSON for ${server}`)
  }
  const { Username: username, Secret: secret } = found
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw new GateError(`${program} knows no secret for ${server}`)
  return username === '<token>'
    ? { username: '', password: '', identityToken: secret }
    : { username, password: secret, identityToken: null }
}
