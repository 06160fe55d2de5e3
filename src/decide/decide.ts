/**
 * decide: from what the policies object to, to what blocks. The same finding of several environments becomes one; the
 * stage, the owner and the repository's settings say how it counts.
 */
import type { Environment, Finding, Json, Judgement, Policy, Severity, Stage, Unjudged, Unknown } from '../model.js'
import { beforeOf, placeOf, type Base, type Before } from './before.js'
import { heldBy, type BaselineEntry, type Digest, type Held } from './baseline.js'
import { fingerprintOf } from './fingerprint.js'
import { impliersOf } from './implied.js'
import { groupBy } from './group.js'
import { isOff, termsOf, type Terms } from './terms.js'
import { waiversOf, type UsedWaiver, type Waived, type Waiver, type Waivers } from './waive.js'

export type { Base } from './before.js'

/** What was accepted, and until when. */
export interface Accepted {
  readonly waivers: readonly Waiver[]
  /** Waivers that stand in the head alone: shown, not yet in force. */
  readonly pending: readonly Waiver[]
  /** How far ahead a waiver may end, in days. */
  readonly waiverDays: number
  readonly baseline: readonly BaselineEntry[]
  readonly digest: Digest
  /** `2026-11-21`, UTC. */
  readonly today: string
}

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
  /** The first that matches a resource and names the policy wins over `levels` and `severities`. */
  readonly overrides: readonly Override[]
  /** What it may tighten and never weaken: what it extends. */
  readonly floors: readonly TermsFloor[]
}

/** A configuration that is extended, as far as it speaks of policies. */
export interface TermsFloor extends Pick<Settings, 'levels' | 'severities' | 'overrides'> {
  /** For messages. */
  readonly name: string
  /** Policies that come with it. */
  readonly brings: ReadonlySet<string>
  /** Policies that it holds as their stage says, where it says nothing else of them. */
  readonly covers: ReadonlySet<string>
}

/** What holds for the resources that match; an absent (null) part of the match takes every one. */
export interface Override {
  readonly match: {
    /** A glob over tree paths. */
    readonly file: string | null
    /** `Deployment`. */
    readonly kind: string | null
    /** Globs. */
    readonly namespace: string | null
    readonly name: string | null
    /** A glob over the environment's name (`prod`) and label (`values-prod.yaml`). */
    readonly environment: string | null
    /** All of these. */
    readonly labels: ReadonlyMap<string, string>
  }
  readonly policies: ReadonlyMap<
    string,
    {
      readonly level: Level | null
      readonly severity: Severity | null
      readonly parameters: { readonly [name: string]: Json }
    }
  >
}

export type Status = 'blocking' | 'advisory' | 'waived' | 'existing'

export interface Decided {
  readonly finding: Finding
  /** The same in every environment that shows it, `finding` among them; trials only where nothing else does. */
  readonly alike: readonly Finding[]
  readonly policy: Policy
  /** What is extended and brings the policy, or asks more of it than the repository does; null: neither. */
  readonly from: string | null
  readonly severity: Severity
  readonly status: Status
  /** Why it has this status, where it does not block; null where it does. */
  readonly why: string | null
  readonly fingerprint: string
  /** The later stage at which it would block, all else alike; null: none. */
  readonly blocksAt: Stage | null
  /** The finding that says as much, by fingerprint: they are told as one. */
  readonly impliedBy: string | null
  /** Labels of the environments it was found in; empty where there is only one. */
  readonly environments: readonly string[]
  /** The waiver that is about it, in force or not; null where there is none. */
  readonly waived: Waived | null
}

export interface DecidedUnknown {
  readonly unknown: Unknown
  /** `existing`: the base could not tell it either; never `waived`. */
  readonly status: Status
  readonly environments: readonly string[]
}

export interface DecidedUnjudged extends Unjudged {
  /** In the base too, from the same bytes: it does not block. */
  readonly existing: boolean
  /** Somebody accepted it until a day: it does not block. */
  readonly waived: Waiver | null
}

export interface Decision {
  readonly outcome: 'pass' | 'fail'
  readonly verdicts: readonly Decided[]
  readonly unknowns: readonly DecidedUnknown[]
  readonly unjudged: readonly DecidedUnjudged[]
  /** policy → how many findings and unknowns the configuration switched off. */
  readonly off: ReadonlyMap<string, number>
  readonly waivers: readonly UsedWaiver[]
  /** What of the baseline is still there, and how many findings of it are mended. */
  readonly baseline: ReturnType<Held['rest']>
}

const RANK: { readonly [S in Severity]: number } = { critical: 0, high: 1, medium: 2, low: 3 }

const NOTHING_ACCEPTED: Accepted = {
  waivers: [],
  pending: [],
  waiverDays: 0,
  baseline: [],
  digest: (text) => text,
  today: '1970-01-01',
}

/** `base` is what the pull request starts from, null where none is known. */
export function decide(
  head: Judgement,
  base: Base | null,
  policies: ReadonlyMap<string, Policy>,
  settings: Settings,
  accepted: Accepted = NOTHING_ACCEPTED,
): Decision {
  const before = base === null ? null : beforeOf(base.judgement)
  const terms = termsOf(settings, policies)
  const { waivers: inForce, pending, waiverDays: span, today } = accepted
  const waivers = waiversOf({ inForce, pending, today, span, before })
  const held = heldBy(accepted.baseline, accepted.digest)
  const off = new Map<string, number>()
  const isOn = (told: Finding | Unknown): boolean => {
    if (terms(told).level !== 'off') return true
    off.set(told.policy, (off.get(told.policy) ?? 0) + 1)
    return false
  }
  const standing = (finding: Finding): Standing => {
    const [inBase, inBaseline] = [before?.takeOne(finding) === true, held.takeOne(finding)]
    return inBase ? 'in the base' : inBaseline ? 'in the baseline' : 'new'
  }
  const verdicts = merged(head.findings.filter(isOn), standing)
    .map((each) => decided(each, terms(each.told), before, settings, waivers))
    .sort(byImportance)
  const impliers = impliersOf(verdicts)
  const unknowns = merged(head.unknowns.filter(isOn), (unknown) =>
    unknownStatus(unknown, terms(unknown), before, settings),
  ).map(({ told, answer, environments }) => ({ unknown: told, status: answer, environments }))
  const unjudged = decideUnjudged(head, base, settings, waivers)
  const blocks =
    verdicts.some(({ status }) => status === 'blocking') ||
    unknowns.some(({ status }) => status === 'blocking') ||
    unjudged.some(({ existing, waived }) => !existing && waived === null)
  return {
    outcome: blocks ? 'fail' : 'pass',
    verdicts:
      impliers.size === 0
        ? verdicts
        : verdicts.map((verdict) => ({ ...verdict, impliedBy: impliers.get(verdict)?.fingerprint ?? null })),
    unknowns,
    unjudged,
    off,
    waivers: waivers.used(),
    baseline: held.rest(),
  }
}

/** Whether a finding, with its value, was there before. */
type Standing = 'in the base' | 'in the baseline' | 'new'

interface Merged<Told, Answer> {
  readonly told: Told
  /** One an environment, `told` among them. */
  readonly alike: readonly Told[]
  /** Of the question that only equal ones are merged by. */
  readonly answer: Answer
  readonly environments: readonly string[]
  /** Found with trial values alone. */
  readonly trial: boolean
}

/**
 * One finding for all environments that show it at the same place of the same file, with the same words. `ask` is asked
 * once an environment: where it answers differently, each answer has its own.
 */
function merged<Told extends Finding | Unknown, Answer extends string>(
  everything: readonly Told[],
  ask: (told: Told) => Answer,
): readonly Merged<Told, Answer>[] {
  const places = new Map<string, [Asked<Told, Answer>, ...Asked<Told, Answer>[]]>()
  for (const told of everything) {
    const place = placeOf(told)
    const asked = places.get(place)
    if (asked === undefined) places.set(place, [{ told, answer: ask(told) }])
    else if (!asked.some((each) => each.told.environment.name === told.environment.name))
      asked.push({ told, answer: ask(told) })
  }
  const all: Merged<Told, Answer>[] = []
  for (const asked of places.values()) {
    if (asked.length === 1) all.push(mergedOf(asked))
    else for (const group of groupBy(asked, ({ answer }) => answer).values()) all.push(mergedOf(group))
  }
  return all
}

interface Asked<Told, Answer> {
  readonly told: Told
  readonly answer: Answer
}

function mergedOf<Told extends Finding | Unknown, Answer>(
  group: readonly [Asked<Told, Answer>, ...Asked<Told, Answer>[]],
): Merged<Told, Answer> {
  const { told, answer } = group.find((each) => !each.told.environment.trial) ?? group[0]
  const environments = group.map((each) => each.told.environment)
  const deployed = group.filter((each) => !each.told.environment.trial)
  const alike = (deployed.length > 0 ? deployed : group).map((each) => each.told)
  return { told, alike, answer, environments: labelsOf(environments), trial: environments.every(isTrial) }
}

/** Whether what is found there only advises. */
const isTrial = ({ trial, standsIn }: Environment): boolean => trial && standsIn !== true

/** Empty where it is so in every environment. */
function labelsOf(environments: readonly { readonly label: string | null }[]): readonly string[] {
  const labels = new Set<string>()
  for (const { label } of environments) {
    if (label === null) return []
    labels.add(label)
  }
  return [...labels].sort()
}

function decided(
  { told: finding, alike, answer: standing, environments, trial }: Merged<Finding, Standing>,
  terms: Terms,
  before: Before | null,
  settings: Settings,
  waivers: Waivers,
): Decided {
  const { policy, severity, from } = terms
  const waived = waivers.of(finding)
  const reasonAt = (stage: Stage, as = standing): string | null =>
    reason({ finding, standing: as, trial }, terms, before, settings, stage)
  const why = reasonAt(settings.stage)
  const blocksAt =
    why !== null && policy.stage > settings.stage && reasonAt(policy.stage) === null ? policy.stage : null
  // There is one a finding: written out, which is faster than to spread.
  const as = (status: Status, reason: string | null, at: Stage | null): Decided => ({
    finding,
    alike,
    policy,
    from,
    severity,
    status,
    why: reason,
    fingerprint: fingerprintOf(finding),
    blocksAt: at,
    impliedBy: null,
    environments,
    waived,
  })
  if (waived?.answer === 'in force') return as('waived', because(waived.waiver), null)
  if (standing !== 'new' && isExcuse(standing, settings)) {
    // Whoever accepted it until a day meant to look at it again: once that day is over, it is no longer a matter of course.
    const unexcused = waived?.answer === 'expired' ? reasonAt(settings.stage, 'new') : why
    return as(unexcused === null ? 'blocking' : 'existing', unexcused, blocksAt)
  }
  return as(why === null ? 'blocking' : 'advisory', why, blocksAt)
}

/** `fail-on: all` blocks what is in the base too; the baseline is what somebody wrote down, and holds. */
const isExcuse = (standing: Standing, { failOn }: Settings): boolean =>
  standing === 'in the baseline' || (standing === 'in the base' && failOn !== 'all')

/** Who accepts a finding, until when and why. */
export function because({ owner, reason, ticket, expires }: Waiver): string {
  return `${owner} accepts it until ${expires}: ${reason}${ticket === null ? '' : ` (${ticket})`}`
}

interface Case {
  readonly finding: Finding
  readonly standing: Standing
  readonly trial: boolean
}

/** Why a finding does not block at a stage; null where it does. */
function reason(
  { finding, standing, trial }: Case,
  terms: Terms,
  before: Before | null,
  settings: Settings,
  stage: Stage,
): string | null {
  if (isExcuse(standing, settings)) return standing === 'in the base' ? 'the base has it too' : 'the baseline has it'
  if (terms.level === 'advise') return 'the configuration says so'
  if (trial) return 'it appears only with trial values'
  // What is new in somebody else's chart or base is there because the pull request changed its version, its files or its values.
  if (isVendored(finding) && (before === null || standing !== 'new'))
    return finding.resource.origin.kind === 'kustomization'
      ? 'it comes from another repository'
      : 'it comes from a vendored chart'
  if (terms.level === 'block') return null
  if (terms.policy.stage > stage) return `stage ${terms.policy.stage} is not reached yet`
  // What the pull request takes away was declared here.
  const wasHere = !finding.resource.declared && before?.wasYes(finding) === true
  if (finding.elsewhere && !wasHere && settings.owns === 'app')
    return finding.advises ?? 'it may be declared outside this repository'
  return isBelow(terms, settings) ? `its severity is ${terms.severity}` : null
}

/** What the base could not tell either does not block, as with findings: `fail-on: all` holds it against the head. */
function unknownStatus(unknown: Unknown, terms: Terms, before: Before | null, settings: Settings): Status {
  const inBase = before?.takeOne(unknown) === true
  if (inBase && isExcuse('in the base', settings)) return 'existing'
  return blocksUnknown(unknown, terms, before, settings) ? 'blocking' : 'advisory'
}

function blocksUnknown(unknown: Unknown, terms: Terms, before: Before | null, settings: Settings): boolean {
  if (terms.level === 'advise' || isTrial(unknown.environment)) return false
  const wasYes = before?.wasYes(unknown) === true
  if (isVendored(unknown) && !wasYes) return false
  if (terms.level !== 'block' && (terms.policy.stage > settings.stage || isBelow(terms, settings))) return false
  return wasYes || (settings.unknown ?? (settings.owns === 'platform' ? 'block' : 'advise')) === 'block'
}

const isVendored = ({ resource }: Finding | Unknown): boolean => resource.origin.vendored !== null

const isBelow = ({ severity }: Terms, settings: Settings): boolean => RANK[severity] > RANK[settings.severity]

function decideUnjudged(
  head: Judgement,
  base: Base | null,
  settings: Settings,
  waivers: Waivers,
): readonly DecidedUnjudged[] {
  const known = new Set((base?.judgement.unjudged ?? []).map(unjudgedKey))
  const wasThere = (item: Unjudged): boolean =>
    known.has(unjudgedKey(item)) && item.source !== null && base?.isUnchanged(item.source) === true
  return mergedUnjudged(head.unjudged)
    .filter(({ policy }) => policy === null || !isOff(settings, policy))
    .map((item) => {
      const waived = waivers.ofUnjudged(item)
      return {
        ...item,
        existing: settings.failOn !== 'all' && wasThere(item),
        waived: waived?.answer === 'in force' ? waived.waiver : null,
      }
    })
}

/** The same in several environments is told once, with all their labels. */
export function mergedUnjudged(items: readonly Unjudged[]): readonly Unjudged[] {
  return [...groupBy(items, unjudgedKey).values()]
    .map((group) => ({
      ...group[0],
      environments: [...new Set(group.flatMap(({ environments }) => environments))].sort(),
    }))
    .sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || compare(a.reason, b.reason))
}

const unjudgedKey = ({ file, line, reason, policy, source }: Unjudged): string =>
  JSON.stringify([file, line, reason, policy, source])

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
