/**
 * decide: from what the policies object to, to what blocks. The same finding of several environments becomes one; the
 * stage, the owner and the repository's settings say how it counts.
 */
import type { Finding, Judgement, Policy, Severity, Stage, Unjudged, Unknown } from '../model.js'
import { fingerprintOf, valueOf } from './fingerprint.js'

export type Level = 'off' | 'advise' | 'block'

/** The part of the configuration that decides. */
export interface Settings {
  readonly stage: Stage
  readonly owns: 'app' | 'platform'
  /** What a policy could not tell: by default it blocks only those who own the platform. */
  readonly unknown: 'advise' | 'block' | null
  /** `new` blocks what the base has not; `all` blocks the rest too. null: new where a base is known. */
  readonly failOn: 'new' | 'all' | null
  /** Findings below it advise. */
  readonly severity: Severity
  /** policy → what the repository set. */
  readonly levels: ReadonlyMap<string, Level>
  readonly severities: ReadonlyMap<string, Severity>
}

export type Status = 'blocking' | 'advisory' | 'waived' | 'existing'

export interface Decided {
  readonly finding: Finding
  readonly policy: Policy
  readonly severity: Severity
  readonly status: Status
  /** Why it has this status, where it does not block; null where it does. */
  readonly why: string | null
  readonly fingerprint: string
  /** Labels of the environments it was found in; empty where there is only one. */
  readonly environments: readonly string[]
}

export interface DecidedUnknown {
  readonly unknown: Unknown
  readonly blocking: boolean
  readonly environments: readonly string[]
}

export interface Decision {
  readonly outcome: 'pass' | 'fail'
  readonly verdicts: readonly Decided[]
  readonly unknowns: readonly DecidedUnknown[]
  readonly unjudged: readonly Unjudged[]
}

const RANK: { readonly [S in Severity]: number } = { critical: 0, high: 1, medium: 2, low: 3 }

/** `base` is the judgement of what the pull request starts from, null where none is known. */
export function decide(head: Judgement, base: Judgement | null, policies: ReadonlyMap<string, Policy>, settings: Settings): Decision {
  const before = base === null ? null : countsOf(base.findings)
  const known = (base?.unjudged ?? []).map(unjudgedKey)
  const verdicts = merged(head.findings)
    .map(({ finding, fingerprint, environments, trial }): Decided | null => {
      const policy = policies.get(finding.policy)
      if (policy === undefined) throw new Error(`no metadata for policy ${finding.policy}`)
      const level = settings.levels.get(policy.id) ?? null
      if (level === 'off') return null
      const severity = settings.severities.get(policy.id) ?? policy.severity
      const existing = before !== null && takeOne(before, bound(finding, fingerprint))
      const { status, why } = statusOf({ finding, policy, severity, level, existing, trial }, settings)
      return { finding, policy, severity, status, why, fingerprint, environments }
    })
    .filter((verdict) => verdict !== null)
    .sort(byImportance)
  const unknowns = mergedUnknowns(head.unknowns)
    .filter(({ unknown }) => settings.levels.get(unknown.policy) !== 'off')
    .map((item) => ({ ...item, blocking: unknownBlocks(item.unknown, policies, settings) }))
  const unjudged = mergedUnjudged(head.unjudged)
  const unjudgedBlocks = unjudged.some((item) => !(settings.failOn !== 'all' && known.includes(unjudgedKey(item)) && item.policy === null))
  const blocks = unjudgedBlocks || verdicts.some((v) => v.status === 'blocking') || unknowns.some((u) => u.blocking)
  return { outcome: blocks ? 'fail' : 'pass', verdicts, unknowns, unjudged }
}

interface Case {
  readonly finding: Finding
  readonly policy: Policy
  readonly severity: Severity
  readonly level: Level | null
  readonly existing: boolean
  readonly trial: boolean
}

function statusOf(c: Case, settings: Settings): { readonly status: Status; readonly why: string | null } {
  if (c.existing && settings.failOn !== 'all') return { status: 'existing', why: 'the base has it too' }
  const advisory = (why: string): { status: Status; why: string } => ({ status: 'advisory', why })
  if (c.level === 'advise') return advisory('the configuration says so')
  if (c.trial) return advisory('it appears only with trial values')
  if (c.finding.resource.origin.vendored !== null) return advisory('it comes from a vendored chart')
  if (c.level !== 'block') {
    if (c.policy.stage > settings.stage) return advisory(`stage ${c.policy.stage} is not reached yet`)
    if (c.finding.elsewhere && settings.owns === 'app') return advisory('it may be declared outside this repository')
    if (RANK[c.severity] > RANK[settings.severity]) return advisory(`its severity is ${c.severity}`)
  }
  return { status: 'blocking', why: null }
}

function unknownBlocks(unknown: Unknown, policies: ReadonlyMap<string, Policy>, settings: Settings): boolean {
  const level = settings.levels.get(unknown.policy)
  const policy = policies.get(unknown.policy)
  if (level === 'advise' || policy === undefined) return false
  if (unknown.resource.origin.environment.trial || unknown.resource.origin.vendored !== null) return false
  if (level !== 'block' && policy.stage > settings.stage) return false
  return (settings.unknown ?? (settings.owns === 'platform' ? 'block' : 'advise')) === 'block'
}

interface Merged {
  readonly finding: Finding
  readonly fingerprint: string
  readonly environments: readonly string[]
  /** Found with trial values alone. */
  readonly trial: boolean
}

/** One finding for all environments that show it at the same place of the same file, with the same words. */
function merged(findings: readonly Finding[]): readonly Merged[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const { file, document, source } = finding.resource.origin
    const key = [fingerprintOf(finding), source, file, finding.resource.origin.kind === 'manifest' ? document : '', finding.message].join('\0')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
  }
  return [...groups.values()].map((group) => {
    const first = group[0] as Finding
    return {
      finding: group.find((f) => !f.resource.origin.environment.trial) ?? first,
      fingerprint: fingerprintOf(first),
      environments: labels(group),
      trial: group.every((f) => f.resource.origin.environment.trial),
    }
  })
}

function mergedUnknowns(unknowns: readonly Unknown[]): readonly { readonly unknown: Unknown; readonly environments: readonly string[] }[] {
  const groups = new Map<string, Unknown[]>()
  for (const unknown of unknowns) {
    const { file, source } = unknown.resource.origin
    const key = [fingerprintOf({ ...unknown, fix: null, elsewhere: false, related: [] }), source, file, unknown.message].join('\0')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [unknown])
    else group.push(unknown)
  }
  return [...groups.values()].map((group) => ({ unknown: group[0] as Unknown, environments: labels(group) }))
}

function mergedUnjudged(items: readonly Unjudged[]): readonly Unjudged[] {
  const groups = new Map<string, Unjudged>()
  for (const item of items) {
    const key = unjudgedKey(item)
    const same = groups.get(key)
    groups.set(key, same === undefined ? item : { ...same, environments: [...new Set([...same.environments, ...item.environments])].sort() })
  }
  return [...groups.values()].sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || compare(a.reason, b.reason))
}

const unjudgedKey = (item: Unjudged): string => [item.file, item.line, item.reason, item.policy, item.source].join('\0')

function labels(items: readonly { readonly resource: { readonly origin: { readonly environment: { readonly label: string | null } } } }[]): readonly string[] {
  return [...new Set(items.map((i) => i.resource.origin.environment.label).filter((label) => label !== null))].sort()
}

/** `existing` binds to the offending value as well: a changed value is new. */
const bound = (finding: Finding, fingerprint: string): string => `${fingerprint}\0${valueOf(finding)}`

function countsOf(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { finding, fingerprint } of merged(findings)) {
    const key = bound(finding, fingerprint)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** As many as the base had are existing; one more is new. */
function takeOne(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0
  if (left > 0) counts.set(key, left - 1)
  return left > 0
}

const STATUS_RANK: { readonly [S in Status]: number } = { blocking: 0, advisory: 1, existing: 2, waived: 3 }

/** Blocking first, the gravest first, then by place: the order every report keeps. */
function byImportance(a: Decided, b: Decided): number {
  const [p, q] = [a.finding.resource.origin, b.finding.resource.origin]
  return (
    STATUS_RANK[a.status] - STATUS_RANK[b.status] ||
    RANK[a.severity] - RANK[b.severity] ||
    compare(p.file, q.file) ||
    p.document - q.document ||
    compare(a.policy.id, b.policy.id) ||
    compare(a.fingerprint, b.fingerprint)
  )
}

/** By code unit, not by locale: the same order on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

