/** cert-manager's Certificate: https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec */
import type { KubernetesObject } from '../../model.js'
import { objectOf } from './read.js'

/** Times in hours; null where unset, and `unreadable` names what cannot be read as a duration. */
export interface CertificateFacts {
  /** 90 days where unset. */
  readonly durationHours: number | null
  readonly renewBeforeHours: number | null
  readonly unreadable: readonly string[]
}

const DEFAULT_HOURS = 2160

export function certificateFacts(object: KubernetesObject): CertificateFacts {
  const spec = objectOf(object, 'spec')
  const read = (key: string): number | null | undefined =>
    spec[key] === undefined || spec[key] === null ? null : hoursOf(spec[key])
  const [duration, before] = [read('duration'), read('renewBefore')]
  return {
    durationHours: duration === undefined ? null : (duration ?? DEFAULT_HOURS),
    renewBeforeHours: before ?? null,
    unreadable: [...(duration === undefined ? ['duration'] : []), ...(before === undefined ? ['renewBefore'] : [])],
  }
}

const HOURS: { readonly [unit: string]: number } = {
  h: 1,
  m: 1 / 60,
  s: 1 / 3600,
  ms: 1 / 3.6e6,
  us: 1 / 3.6e9,
  µs: 1 / 3.6e9,
  ns: 1 / 3.6e12,
}

/** As Go's time.ParseDuration: `2160h`, `1h30m`; undefined where it is none. */
export function hoursOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const parts = [...value.matchAll(/(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== value.replace(/^\+/, ''))
    return value === '0' ? 0 : undefined
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (HOURS[unit ?? ''] ?? 0), 0)
}
