/** What every log shipper's configuration comes down to: what it reads, and how it sends it on. */
import type { Truth } from '../../../model.js'
import { isObject } from '../../world.js'
import { listOf, objectOf, textOf, textsOf } from '../text.js'

export interface ShipperConfig {
  /** Files it tails, globs included, as the shipper sees them. */
  readonly files: readonly string[]
  /** It finds the containers' logs by itself: their files on the node, or through the Kubernetes API. */
  readonly containers: 'files' | 'api' | null
  readonly outputs: readonly LogOutput[]
}

export interface LogOutput {
  /** `es elasticsearch-master`: the plugin, and where to. */
  readonly name: string
  /** False for what stays on the node: standard output, a file, nothing at all. */
  readonly leaves: boolean
  readonly tls: Truth
  /** Whether the other side's certificate is checked. */
  readonly verified: Truth
  /** Whether the shipper proves who it is. */
  readonly authenticated: Truth
}

export function merged(configs: readonly ShipperConfig[]): ShipperConfig {
  return {
    files: configs.flatMap((config) => config.files),
    containers: configs.find((config) => config.containers !== null)?.containers ?? null,
    outputs: configs.flatMap((config) => config.outputs),
  }
}

export function staysHere(name: string): LogOutput {
  return { name, leaves: false, tls: 'yes', verified: 'yes', authenticated: 'yes' }
}

/** A cloud's own service, that its client library reaches over TLS and with credentials alone. */
export function cloudService(name: string): LogOutput {
  return { name, leaves: true, tls: 'yes', verified: 'yes', authenticated: 'yes' }
}

/** An output that is not known here. */
export function unknownOutput(name: string): LogOutput {
  return { name, leaves: true, tls: 'unknown', verified: 'unknown', authenticated: 'unknown' }
}

/** Where a host is the pod itself, nothing crosses the network. */
export function output(
  name: string,
  hosts: readonly string[],
  security: Pick<LogOutput, 'tls' | 'verified' | 'authenticated'>,
): LogOutput {
  const label = [name, ...hosts.filter((host) => !isUnknown(host)).slice(0, 1)].join(' ')
  if (hosts.length > 0 && hosts.every(isLoopback)) return staysHere(label)
  return { name: label, leaves: true, ...security }
}

function isLoopback(host: string): boolean {
  return /^([a-z+]+:\/\/)?(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)([:/]|$)/i.test(host)
}

/* ------------------------------------------------------------- variables */

/** A variable's value: null where it comes from elsewhere, undefined where nobody here says that it exists. */
export type Variables = (name: string) => string | null | undefined

/** Replaces the variables whose values are known; what stays `${…}` is unknown. `{NAME:-default}` and `{NAME:default}` have defaults. */
export function expanded(text: string, variables: Variables): string {
  return text.replace(
    /\$\{(?:env:)?([A-Za-z_]\w*)(?::-?([^}]*))?\}/g,
    (whole: string, name: string, fallback: string | undefined) => {
      const value = variables(name)
      if (typeof value === 'string') return value
      return value === undefined && fallback !== undefined ? fallback : whole
    },
  )
}

/** Whether something of the text is only known when it runs. */
export function isUnknown(text: string): boolean {
  return /\$\{|\$\(|\$[A-Z_]{3}|#\{|\{\{|%\{/.test(text)
}

/* ---------------------------------------------------------------- truths */

/** A switch, in any of the spellings that the shippers know. */
export function switchOf(value: unknown, absent: Truth): Truth {
  const text = textOf(value).toLowerCase()
  if (text === '') return absent
  if (['on', 'true', 'yes', '1', 'enabled', 'full', 'strict', 'certificate'].includes(text)) return 'yes'
  if (['off', 'false', 'no', '0', 'disabled', 'none'].includes(text)) return 'no'
  return 'unknown'
}

/** Whether any of the settings is there: a secret from a variable is one, too. */
export function given(...values: readonly unknown[]): Truth {
  return values.some((value) => (isObject(value) ? Object.keys(value).length > 0 : textsOf(value).length > 0))
    ? 'yes'
    : 'no'
}

/** TLS by the scheme of every address; `bare` for those without one. */
export function schemeOf(addresses: readonly string[], bare: Truth): Truth {
  if (addresses.length === 0) return 'unknown'
  const each = addresses.map((address): Truth => {
    const [, scheme] = /^([a-z][a-z0-9+.]*):\/\//i.exec(address) ?? []
    if (scheme !== undefined)
      return ['https', 'grpcs', 'tls', 'ssl', 'wss', 'lumberjack+tls'].includes(scheme.toLowerCase()) ? 'yes' : 'no'
    return /^[^:/]*(\$|#\{|\{\{)/.test(address) && bare !== 'yes' ? 'unknown' : bare
  })
  if (each.includes('no')) return 'no'
  return each.includes('unknown') ? 'unknown' : 'yes'
}

/** `user:password@` in an address is a credential. */
export function hasUserInfo(addresses: readonly string[]): boolean {
  return addresses.some((address) => /^[a-z]+:\/\/[^/@]+@/i.test(address))
}

/** Headers that carry a credential. */
export function hasAuthorization(headers: unknown): boolean {
  const names = isObject(headers)
    ? Object.keys(headers)
    : (typeof headers === 'string' ? [headers] : listOf(headers)).flatMap((item) => [
        textOf(item),
        textOf(objectOf(item)['key']),
        textOf(objectOf(item)['name']),
      ])
  return names.some((name) =>
    /^\s*['"]?(authorization|x-api-key|api-key|apikey|x-.*(token|key)|dd-api-key)\b/i.test(name),
  )
}
