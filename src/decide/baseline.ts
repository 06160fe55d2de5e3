/**
 * The baseline: what there was on the first day. A finding it holds, with the same value, does not block; what is mended
 * leaves it, and it never grows.
 */
import type { Finding, Judgement } from '../model.js'
import { instancesOf } from './before.js'
import { fingerprintOf, valueOf } from './fingerprint.js'

/** Findings of one fingerprint and value. */
export interface BaselineEntry {
  readonly fingerprint: string
  /** null: of every environment. */
  readonly environment: string | null
  /** A digest: the value itself may be a secret. */
  readonly value: string
  readonly count: number
}

/** A hash that cannot be made to collide, as text. */
export type Digest = (text: string) => string

/** The findings of a judgement as a baseline, in a stable order. */
export function baselineOf({ findings }: Pick<Judgement, 'findings'>, digest: Digest): readonly BaselineEntry[] {
  const entries = new Map<string, BaselineEntry>()
  for (const [finding] of instancesOf(findings)) {
    const entry = {
      fingerprint: fingerprintOf(finding),
      environment: finding.environment.name,
      value: digest(valueOf(finding)),
    }
    const key = keyOf(entry)
    entries.set(key, { ...entry, count: (entries.get(key)?.count ?? 0) + 1 })
  }
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
}

/** A baseline as it is kept in a file: JSON, an entry a line, so that a diff shows what is mended. */
export function writeBaseline(entries: readonly BaselineEntry[]): string {
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`)
  return `{\n  "version": 1,\n  "findings": [\n${lines.join(',\n')}\n  ]\n}\n`
}

/** The other way round. `problem` says what is wrong with the file. */
export function parseBaseline(content: string): {
  readonly entries: readonly BaselineEntry[]
  readonly problem: string | null
} {
  const wrong = (problem: string) => ({ entries: [], problem: `not a baseline: ${problem}` })
  let read: unknown
  try {
    read = JSON.parse(content)
  } catch (error) {
    return wrong((error as Error).message)
  }
  const { version, findings } = (read ?? {}) as { readonly version?: unknown; readonly findings?: unknown }
  if (version !== 1) return wrong('its version is not 1')
  if (!Array.isArray(findings)) return wrong('findings is no list')
  const odd = findings.findIndex((entry) => !isEntry(entry))
  return odd >= 0 ? wrong(`entry ${odd + 1} is none`) : { entries: findings as BaselineEntry[], problem: null }
}

function isEntry(value: unknown): value is BaselineEntry {
  const { fingerprint, environment, value: digest, count } = (value ?? {}) as { readonly [key: string]: unknown }
  return (
    typeof fingerprint === 'string' &&
    (environment === null || typeof environment === 'string') &&
    typeof digest === 'string' &&
    Number.isInteger(count) &&
    (count as number) > 0
  )
}

/** Whether a baseline accepts nothing that another one does not. */
export function isWithinBaseline(after: readonly BaselineEntry[], before: readonly BaselineEntry[]): boolean {
  const counts = new Map(before.map((entry) => [keyOf(entry), entry.count]))
  return after.every((entry) => entry.count <= (counts.get(keyOf(entry)) ?? 0))
}

export interface Held {
  /** Whether the baseline has the finding; each entry holds as many as it counts. */
  readonly takeOne: (finding: Finding) => boolean
  /** What of the baseline is still there, and how many findings of it are mended. */
  readonly rest: () => { readonly entries: readonly BaselineEntry[]; readonly mended: number }
}

export function heldBy(baseline: readonly BaselineEntry[], digest: Digest): Held {
  const byKey = new Map(baseline.map((entry) => [keyOf(entry), entry]))
  const taken = new Map<string, number>()
  return {
    takeOne(finding) {
      if (baseline.length === 0) return false
      const entry = { fingerprint: fingerprintOf(finding), value: digest(valueOf(finding)) }
      for (const environment of new Set([finding.environment.name, null])) {
        const key = keyOf({ ...entry, environment })
        const used = taken.get(key) ?? 0
        if (used >= (byKey.get(key)?.count ?? 0)) continue
        taken.set(key, used + 1)
        return true
      }
      return false
    },
    rest() {
      const entries = [...byKey].flatMap(([key, entry]) => {
        const count = taken.get(key) ?? 0
        return count === 0 ? [] : [{ ...entry, count }]
      })
      const total = (list: readonly BaselineEntry[]): number => list.reduce((sum, { count }) => sum + count, 0)
      return { entries, mended: total(baseline) - total(entries) }
    },
  }
}

const keyOf = ({ fingerprint, environment, value }: Omit<BaselineEntry, 'count'>): string =>
  JSON.stringify([fingerprint, environment, value])
