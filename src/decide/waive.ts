/**
 * Waivers: somebody's decision to live with a finding, until a day. One holds for the value that it was given for: the one
 * it states, else the one in the base. A changed value is a new finding.
 */
import { globOf, namedBy } from '../discover/glob.js'
import type { Finding, Json, Unjudged } from '../model.js'
import type { Before } from './before.js'
import { nameOf, valueOf, writtenName } from './fingerprint.js'

export interface Waiver {
  /** null: a waiver of what could not be judged, for which `file` says where. */
  readonly policy: string | null
  /** A glob over `Kind/namespace/name`, or `Kind/name` where there is no namespace; null: every resource. */
  readonly resource: string | null
  /** The container that the finding is about; null: any. */
  readonly container: string | null
  /** A glob over tree paths: the file that the finding comes from; null: any. */
  readonly file: string | null
  /** What the finding may object to; absent: what the base has. */
  readonly value?: Json
  readonly reason: string
  readonly owner: string
  readonly ticket: string | null
  /** `2027-03-01`: the last day it holds. */
  readonly expires: string
}

/** `pending` stands in the head alone: it holds once it is merged. */
export type WaiverState = 'in force' | 'unused' | 'expired' | 'too long' | 'pending'

export interface UsedWaiver {
  readonly waiver: Waiver
  readonly state: WaiverState
  /** How many findings, and things that could not be judged, it is about. */
  readonly findings: number
  /** Days until it ends, the last one included; negative once it has. */
  readonly days: number
}

/** What a waiver says about one finding. */
export interface Waived {
  readonly waiver: Waiver
  /** `other value`: it was given for another value than the finding's. */
  readonly answer: 'in force' | 'expired' | 'too long' | 'pending' | 'other value'
}

export interface Waivers {
  /** Of several that are about a finding the one that helps it most; null where none is. */
  readonly of: (finding: Finding) => Waived | null
  readonly ofUnjudged: (item: Unjudged) => Waived | null
  /** Every waiver with how often it was asked for, in the order they are written. */
  readonly used: () => readonly UsedWaiver[]
}

export interface WaiverTerms {
  /** Those of the target branch, then those that stand in the head alone. */
  readonly inForce: readonly Waiver[]
  readonly pending: readonly Waiver[]
  /** `2026-11-21`, UTC. */
  readonly today: string
  /** How far ahead a waiver may end, in days. */
  readonly span: number
  readonly before: Before | null
}

const RANK = [
  'in force',
  'pending',
  'other value',
  'expired',
  'too long',
] as const satisfies readonly Waived['answer'][]

export function waiversOf({ inForce, pending, today, span, before }: WaiverTerms): Waivers {
  const all = [
    ...inForce.map((waiver) => ({ waiver, pending: false })),
    ...pending.map((waiver) => ({ waiver, pending: true })),
  ].map((each) => {
    const inFile = globOf(each.waiver.file)
    return { ...each, days: daysBetween(today, each.waiver.expires), inFile, isAbout: subjectOf(each.waiver, inFile) }
  })
  const uses = new Map<Waiver, number>()
  const best = (about: typeof all, holds: (waiver: Waiver, pending: boolean) => boolean): Waived | null => {
    for (const { waiver } of about) uses.set(waiver, (uses.get(waiver) ?? 0) + 1)
    const answers = about.map(({ waiver, pending, days }): Waived => {
      if (days < 0) return { waiver, answer: 'expired' }
      if (days > span) return { waiver, answer: 'too long' }
      if (!holds(waiver, pending)) return { waiver, answer: 'other value' }
      return { waiver, answer: pending ? 'pending' : 'in force' }
    })
    return answers.sort((a, b) => RANK.indexOf(a.answer) - RANK.indexOf(b.answer))[0] ?? null
  }
  return {
    of: (finding) =>
      all.length === 0
        ? null
        : best(
            all.filter(({ isAbout }) => isAbout(finding)),
            (waiver, pending) =>
              'value' in waiver
                ? canonical(waiver.value) === canonicalText(valueOf(finding))
                : // What is merged together with its waiver is in the base from then on.
                  pending || before === null || before.hasSame(finding),
          ),
    ofUnjudged: (item) =>
      best(
        all.filter(({ waiver, inFile }) => waiver.policy === null && inFile(item.file)),
        () => true,
      ),
    used: () =>
      all.map(({ waiver, pending, days }) => {
        const findings = uses.get(waiver) ?? 0
        const state =
          days < 0 ? 'expired' : days > span ? 'too long' : pending ? 'pending' : findings === 0 ? 'unused' : 'in force'
        return { waiver, state, findings, days }
      }),
  }
}

function subjectOf(
  { policy, resource, container }: Waiver,
  inFile: (file: string) => boolean,
): (finding: Finding) => boolean {
  // `Kind/name` means no namespace of that name, and nothing in it.
  const isNamed = resource === null ? () => true : namedBy([resource])
  return (finding) =>
    finding.policy === policy &&
    isNamed(writtenName(finding.resource)) &&
    inFile(finding.resource.origin.file) &&
    (container === null || containerOf(finding) === container)
}

/** The container that a path leads into; null where it leads into none. */
function containerOf({ resource, path }: Finding): string | null {
  let at: unknown = resource.object
  for (const [i, step] of path.entries()) {
    at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined
    const list = path[i - 1]
    if (typeof step === 'number' && typeof list === 'string' && /^(?:initC|ephemeralC|c)ontainers$/.test(list)) {
      return nameOf(at)
    }
  }
  return null
}

/** The order of keys says nothing. An absent value and null are the same to the API server. */
function canonical(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null'
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}

const canonicalText = (text: string): string => canonical(text === '' ? null : (JSON.parse(text) as Json))

/** Whole days from one day to another, both written `2027-03-01`. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from)
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
function dayNumber(day: string): number {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  // March comes first, so that the leap day is the year's last (Howard Hinnant, «days_from_civil»).
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468
}
