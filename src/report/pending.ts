/**
 * What a pull request would change in how the gate judges. Its own rules are advice until they are merged: the target's
 * judge it, and here stands what the new ones would have said of the same files.
 */
import type { Json } from '../model.js'
import { parseYaml } from '../parse/yaml.js'
import type { Report, Verdict } from './report.js'
import { count, nameOf, order } from './words.js'

/** The rules of one side: the file that they were read from, as a tree path, and what it says. */
interface Written {
  readonly file: string | null
  readonly text: string | null
}

/** What the head's rules say of the head. */
export interface OnceMerged {
  readonly before: Written
  readonly after: Written
  /** Other files that rules are taken from and that are not the same: tree paths. */
  readonly files: readonly string[]
  /** What of the new rules is weaker than the old ones. */
  readonly weaker: readonly string[]
  /** What of them nobody can tell to be as strict. */
  readonly unsure: readonly string[]
  /** What the old rules say of that. */
  readonly weakening: 'advise' | 'block'
  /** Bundles that only the new rules extend: nobody asks for them yet. */
  readonly later: readonly string[]
  /** null: they cannot be read, and `problem` says why; or they are not all there, and `later` does. */
  readonly report: Report | null
  readonly problem: string | null
}

/** The report as a pull request shows it that changes the rules it would be judged by. Rules that nobody can read block. */
export function pendingOf(report: Report, merged: OnceMerged, shown: (file: string) => string): Report {
  const { before, after, problem, later } = merged
  const file = shown(after.file ?? before.file ?? '')
  const [now, then] = [blockingIn(report), merged.report === null ? null : blockingIn(merged.report)]
  const released = then === null ? [] : without(now, then)
  const { weaker } = merged
  const unsure = [
    ...merged.unsure,
    ...later.map((reference) => `extends: ${reference} is not looked at before the target branch extends it`),
  ]
  const pending: NonNullable<Report['pending']> = {
    file,
    changes: [
      ...changesOf(valueIn(before), valueIn(after)),
      ...merged.files.map((path) => `${shown(path)} is not the same`),
    ],
    weaker,
    unsure,
    outcome: merged.report?.outcome ?? (problem === null ? 'unknown' : 'error'),
    problem,
    released,
    caught: then === null ? [] : without(then, now),
  }
  const isRefused = merged.weakening === 'block' && weaker.length + unsure.length + released.length > 0
  if (problem === null && !isRefused) return { ...report, pending }
  const reason =
    problem === null
      ? `the rules are weaker, or not told to be as strict, which they refuse (weakening: block): ${[...weaker, ...unsure, ...released.map(({ policy, resource }) => `${policy} on ${nameOf(resource)} would no longer block`)].join('; ')}`
      : `the gate could do no work once this is merged: ${problem}`
  const unreadable = { file, line: null, reason, policy: null, source: null, environments: [] }
  return { ...report, outcome: 'fail', unjudged: [unreadable, ...report.unjudged], pending }
}

/** What of it a reader should know, a line each; the first says what all of it is. */
export function pendingWords({
  file,
  changes,
  weaker,
  unsure,
  outcome,
  problem,
  released,
  caught,
}: NonNullable<Report['pending']>): {
  readonly title: string
  readonly lines: readonly string[]
} {
  const left = changes.length - MOST_CHANGES
  const list = (verdicts: readonly Verdict[]): string => {
    const names = [...new Set(verdicts.map(({ policy, resource }) => `${policy} on ${nameOf(resource)}`))].sort(order)
    return `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ' and others' : ''}`
  }
  return {
    title: `This pull request ${weaker.length + released.length > 0 ? 'weakens' : 'changes'} what the gate judges by (${file}); what the target branch says holds until it is merged`,
    lines: [
      ...(weaker.length === 0 ? [] : [`Weaker: ${short(weaker)}`]),
      ...(unsure.length === 0 ? [] : [`Not told to be as strict: ${short(unsure)}`]),
      ...changes.slice(0, MOST_CHANGES),
      ...(left > 0 ? [`and ${count(left, 'more change')}`] : []),
      ...(problem === null ? [] : [`Once merged the gate could do no work: ${problem}`]),
      ...(released.length === 0
        ? []
        : [`It would no longer block ${count(released.length, 'finding')}: ${list(released)}`]),
      ...(caught.length === 0 ? [] : [`It would block ${count(caught.length, 'finding')} more: ${list(caught)}`]),
      ...(outcome === 'unknown'
        ? ['What the new rules say of this pull request is known once they are merged']
        : problem === null
          ? [`By the new rules this pull request would ${outcome}`]
          : []),
    ],
  }
}

/** The first of many. */
const short = (items: readonly string[]): string =>
  `${items.slice(0, MOST_NAMES).join('; ')}${items.length > MOST_NAMES ? '; and others' : ''}`

const MOST_CHANGES = 20
const MOST_NAMES = 10

const valueIn = ({ text }: Written): Json => (text === null ? {} : (parseYaml(text).value ?? {}))

/** `stage: 2 → 1`, a line for each place where two values differ. */
function changesOf(before: Json, after: Json, path = ''): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(order)
    return keys.flatMap((key) => changesIn(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before as Json[], after as Json[], path)
  return [`${path}: ${said(before)} → ${said(after)}`]
}

function changesIn(before: Json | undefined, after: Json | undefined, path: string): readonly string[] {
  if (before !== undefined && after !== undefined) return changesOf(before, after, path)
  const [word, only] = before === undefined ? ['new', after ?? null] : ['gone', before]
  if (!isMap(only) || Object.keys(only).length === 0) return [`${path}: ${word}: ${said(only)}`]
  return word === 'new' ? changesOf({}, only, path) : changesOf(only, {}, path)
}

/** Lists are told by what came and what went; where neither did, the order changed. */
function listChanges(before: readonly Json[], after: readonly Json[], path: string): readonly string[] {
  const [had, has] = [before, after].map((list) => new Set(list.map((item) => JSON.stringify(item)))) as [
    Set<string>,
    Set<string>,
  ]
  const gone = before.filter((item) => !has.has(JSON.stringify(item))).map((item) => `${path}: gone: ${said(item)}`)
  const came = after.filter((item) => !had.has(JSON.stringify(item))).map((item) => `${path}: new: ${said(item)}`)
  return gone.length + came.length === 0 ? [`${path}: in another order`] : [...gone, ...came]
}

function said(value: Json): string {
  // As a cluster reads `off`, and as it is written here.
  const text = typeof value === 'string' ? value : value === false ? 'off' : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

const isMap = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const blockingIn = (report: Report): readonly Verdict[] => report.findings.filter(({ status }) => status === 'blocking')

/** Those of `some` that `others` have not, whichever environments show them. */
function without(some: readonly Verdict[], others: readonly Verdict[]): readonly Verdict[] {
  const keyOf = ({ fingerprint, source, location, message }: Verdict): string =>
    JSON.stringify([fingerprint, source, location.file, message])
  const known = new Set(others.map(keyOf))
  return some.filter((verdict) => !known.has(keyOf(verdict)))
}
