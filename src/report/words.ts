/** The words and orders that all formats share: how a resource is named, what was judged, how findings are grouped. */
import type { Path, Severity } from '../model.js'
import { flowText } from '../parse/flow.js'
import type {
  DeployedElsewhere,
  Judged,
  Location,
  Opening,
  Related,
  Report,
  ResourceIdentity,
  Status,
  UnjudgedVerdict,
  UnknownVerdict,
  Verdict,
  WaiverRecord,
} from './report.js'

/** `1 finding`, `2 findings`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** As a sentence begins. */
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** `a, b and c`. */
const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`

/** `Deployment shop/cart`; a namespace nobody stated is left out, as is the name of what has none. */
export const nameOf = ({ kind, namespace, name }: ResourceIdentity): string =>
  `${kind} ${[namespace ?? '', name].filter((part) => part !== '').join('/')}`.trimEnd()

/** `spec.containers[0].image`, as kubectl writes it. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return /^[A-Za-z_][\w-]*$/.test(step)
      ? `${text}${text === '' ? '' : '.'}${step}`
      : `${text}[${JSON.stringify(step)}]`
  }, '')
}

/** `14 of 14 charts × 3 environments, 412 resources, 2 kinds unknown`. */
export function coverage(judged: Judged): string {
  const { charts, kustomizations, files, whole, untouched } = judged
  if (untouched !== undefined)
    return `nothing: ${count(untouched, 'file')} changed, none of them a part of a chart, a kustomization or a manifest`
  const environments = judged.environments > 1 ? ` × ${judged.environments} environments` : ''
  const sources = [
    charts > 0 ? `${whole.charts} of ${count(charts, 'chart')}${environments}` : '',
    kustomizations > 0 ? `${whole.kustomizations} of ${count(kustomizations, 'kustomization')}` : '',
    files > 0 ? `${whole.files} of ${count(files, 'plain file')}` : '',
  ].filter((text) => text !== '')
  if (sources.length === 0) return 'nothing: there are no charts, kustomizations or manifests here'
  const unknown = judged.unknownKinds.length === 0 ? '' : `, ${count(judged.unknownKinds.length, 'kind')} unknown`
  return `${sources.join(', ')}, ${count(judged.resources, 'resource')}${unknown}`
}

/** `Widget.example.com ×3, Gadget ×1`. */
export const unknownKinds = (judged: Judged): string =>
  judged.unknownKinds.map(({ kind, count }) => `${kind} ×${count}`).join(', ')

export type Counts = { readonly [S in Status]: number } & {
  readonly unjudged: number
  /** Of sources that could not be judged in the base either, and are the same to the byte. */
  readonly unjudgedBefore: number
  readonly unknown: number
  /** Unknowns that block. */
  readonly blockingUnknown: number
  /** Unknowns that the base has too. */
  readonly existingUnknown: number
}

/** What could not be judged, nobody accepted and the base is not to blame for. */
export const openUnjudged = (report: Report): readonly UnjudgedVerdict[] =>
  report.unjudged.filter(({ waived, existing }) => waived === undefined && existing !== true)

/** What could not be judged in the base either, and is the same to the byte: whoever changes other things is not asked. */
export const oldUnjudged = (report: Report): readonly UnjudgedVerdict[] =>
  report.unjudged.filter(({ waived, existing }) => waived === undefined && existing === true)

/** Findings as they are told: what another one implies is a further place of that one. */
export function told(findings: readonly Verdict[]): readonly Verdict[] {
  const known = toldOf.get(findings)
  if (known !== undefined) return known
  const own = findings.filter(({ impliedBy }) => impliedBy === undefined)
  const all = own.length === findings.length ? findings : withImplied(own, findings)
  toldOf.set(findings, all)
  return all
}

/** A report asks for them in several places. */
const toldOf = new WeakMap<readonly Verdict[], readonly Verdict[]>()

function withImplied(own: readonly Verdict[], findings: readonly Verdict[]): readonly Verdict[] {
  const keyOf = ({ status, environments }: Verdict, fingerprint: string): string =>
    JSON.stringify([status, environments, fingerprint])
  const implied = new Map(own.map((finding) => [keyOf(finding, finding.fingerprint), [] as Related[]]))
  const alone = findings.filter((finding) => {
    if (finding.impliedBy === undefined) return false
    const { file, line } = finding.location
    const places = implied.get(keyOf(finding, finding.impliedBy))
    places?.push({ file, line, why: nameOf(finding.resource) })
    return places === undefined
  })
  return [...own, ...alone].map((finding) => {
    const more = implied.get(keyOf(finding, finding.fingerprint)) ?? []
    return more.length === 0 ? finding : { ...finding, related: [...finding.related, ...more] }
  })
}

export function countsOf(report: Report): Counts {
  const counts = { blocking: 0, advisory: 0, waived: 0, existing: 0 }
  for (const { status } of told(report.findings)) counts[status]++
  return {
    ...counts,
    unjudged: openUnjudged(report).length,
    unjudgedBefore: oldUnjudged(report).length,
    unknown: report.unknowns.length,
    blockingUnknown: report.unknowns.filter(({ blocking }) => blocking).length,
    existingUnknown: report.unknowns.filter(isOld).length,
  }
}

/** What a reader should know before all else, without the outcome's word: `12 findings block, 2 could not be judged`. */
export function headline(report: Report): string {
  const { blocking, unjudged, unjudgedBefore, blockingUnknown } = countsOf(report)
  if (report.outcome === 'pass') {
    if (unjudgedBefore > 0) return `nothing new blocks, ${unjudgedBefore} could not be judged in the base either`
    if (report.judged.untouched !== undefined) return 'nothing that is judged is touched'
    return report.judged.resources === 0 ? 'nothing was there to judge' : 'nothing blocks'
  }
  const parts = [
    blocking > 0 ? `${count(blocking, 'finding')} ${blocking === 1 ? 'blocks' : 'block'}` : '',
    unjudged > 0 ? `${unjudged} could not be judged` : '',
    blockingUnknown > 0 ? `${blockingUnknown} could not be told` : '',
  ].filter((text) => text !== '')
  return parts.length === 0 ? 'the gate does not pass' : listed(parts)
}

/**
 * `12 block, 5 advise, 1 waived, 3 in the base too, 2 could not be told (1 in the base too), 1 not judged, 1 not judged in the
 * base either`.
 */
export function countsLine(report: Report): string {
  const { blocking, advisory, waived, existing, unknown, existingUnknown, unjudged, unjudgedBefore } = countsOf(report)
  const severities = bySeverity(report)
  return [
    `${blocking} block${severities === '' ? '' : ` (${severities})`}`,
    `${advisory} advise`,
    waived > 0 ? `${waived} waived` : '',
    existing > 0 ? `${existing} in the base too` : '',
    unknown > 0
      ? `${unknown} could not be told${existingUnknown > 0 ? ` (${existingUnknown} in the base too)` : ''}`
      : '',
    unjudged > 0 ? `${unjudged} not judged` : '',
    unjudgedBefore > 0 ? `${unjudgedBefore} not judged in the base either` : '',
  ]
    .filter((text) => text !== '')
    .join(', ')
}

/** What blocks, by severity: `1 critical, 19 high, 2 medium`; '' where nothing does. */
export function bySeverity(report: Report): string {
  const blocking = told(report.findings).filter(({ status }) => status === 'blocking')
  return SEVERITIES.map((severity) => ({
    severity,
    n: blocking.filter((finding) => finding.severity === severity).length,
  }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${n} ${severity}`)
    .join(', ')
}

/** `stage 2 would block 4 more, stage 3 11 more`, or '' where no later stage would. */
export function nextStages(report: Report): string {
  const steps = report.next.filter(({ findings }) => findings > 0)
  return steps
    .map(({ stage, findings }, i) => `stage ${stage} ${i === 0 ? 'would block ' : ''}${findings} more`)
    .join(', ')
}

/** What of a GitOps resource was not judged. */
export function deploysText({ what, source, reason }: DeployedElsewhere): string {
  return source === null
    ? `deploys ${what}, which was not judged here${reason === null ? '' : `: ${reason}`}`
    : `deploys ${what}; ${source} was judged by itself, without what this sets`
}

/** Why a finding has its status: why it does not block, or blocks although somebody thought of it; '' where it just blocks. */
export function statusNote({ status, why }: Verdict): string {
  if (status === 'blocking') return why === null ? '' : `blocks: ${why}`
  if (status === 'advisory') return why === null ? 'advises' : `advises: ${why}`
  return why ?? status
}

/** `DaemonSet/logging/fluent-bit, file charts/redis/**`: what a waiver is about. */
export function waiverSubject({ resource, container, file }: WaiverRecord): string {
  return [resource ?? '', container === null ? '' : `container ${container}`, file === null ? '' : `file ${file}`]
    .filter((part) => part !== '')
    .join(', ')
}

/** `in force until 2027-03-01, 3 findings`. */
export function waiverState({ state, expires, endsSoon, findings }: WaiverRecord): string {
  const until = {
    'in force': `in force until ${expires}${endsSoon ? ', which is soon' : ''}`,
    unused: `until ${expires}, but nothing is left that it is about: remove it`,
    expired: `ended on ${expires}: it holds no longer`,
    'too long': `ends on ${expires}, later than the configuration allows: it does not hold`,
    pending: `pending until it is merged, then until ${expires}`,
  }[state]
  return state === 'unused' ? until : `${until}, ${count(findings, 'finding')}`
}

/** `owner: reason (ticket)`. */
export const waiverReason = ({ owner, reason, ticket }: WaiverRecord): string =>
  `${owner}: ${reason}${ticket === null ? '' : ` (${ticket})`}`

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low']

export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity)

/** How exact a place is, where it is not. */
export function precisionNote({ precision }: Location): string {
  if (precision === 'template') return 'somewhere in this template'
  return precision === 'file' ? 'somewhere in this file' : ''
}

/** Whether a location says more than the file: its range is empty where no line is known. */
export const knowsLine = ({ precision, line, column, endLine, endColumn }: Location): boolean =>
  precision !== 'file' && (precision !== 'template' || endLine > line || endColumn > column)

/** `file:line:column`, or the file where no more is known. */
export const placeOf = (location: Location): string =>
  knowsLine(location) ? `${location.file}:${location.line}` : location.file

/** Findings that are mended on one line of one file, about one resource; the gravest first. */
export interface LineGroup {
  /** Their annotation. */
  readonly location: Location
  readonly resource: ResourceIdentity
  readonly environments: readonly string[]
  readonly findings: readonly Verdict[]
}

/**
 * By file, then resource, then line: what one pod does wrong stands together, and what stands on one line is told once.
 * Files with the gravest findings first, then in the order of their names; so are resources in a file, then in the order
 * of their first line.
 */
export function grouped(findings: readonly Verdict[]): readonly LineGroup[] {
  const groups = new Map<string, Verdict[]>()
  const first = new Map<string, number>()
  const gravest = new Map<string, number>()
  const note = (key: string, finding: Verdict): void => {
    gravest.set(key, Math.min(gravest.get(key) ?? Infinity, gravity(finding)))
  }
  for (const finding of told(findings)) {
    const { file, line } = finding.annotation
    const owner = ownerKey(finding)
    const key = JSON.stringify([owner, line, knowsLine(finding.annotation), finding.environments])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
    note(file, finding)
    note(owner, finding)
    first.set(`${file}\0${owner}`, Math.min(first.get(`${file}\0${owner}`) ?? Infinity, line))
  }
  return [...groups.values()]
    .map((group) => {
      const sorted = group.toSorted(
        (a, b) => rankOf(a.severity) - rankOf(b.severity) || order(a.policy, b.policy) || order(a.message, b.message),
      )
      const head = sorted[0] as Verdict
      return { location: widest(sorted), resource: head.resource, environments: head.environments, findings: sorted }
    })
    .toSorted((a, b) => {
      const [p, q] = [a.findings[0] as Verdict, b.findings[0] as Verdict]
      const start = (v: Verdict): number => first.get(`${v.annotation.file}\0${ownerKey(v)}`) ?? 0
      const grave = (key: string): number => gravest.get(key) ?? Infinity
      return (
        grave(p.annotation.file) - grave(q.annotation.file) ||
        order(p.annotation.file, q.annotation.file) ||
        grave(ownerKey(p)) - grave(ownerKey(q)) ||
        start(p) - start(q) ||
        order(ownerKey(p), ownerKey(q)) ||
        a.location.line - b.location.line ||
        order(p.environments.join(), q.environments.join())
      )
    })
}

/** Lower is graver; what does not block comes after all that does. */
const gravity = ({ severity, status }: Verdict): number =>
  rankOf(severity) + (status === 'blocking' ? 0 : SEVERITIES.length)

const ownerKey = ({ annotation, resource, document, source }: Verdict): string =>
  JSON.stringify([
    annotation.file,
    source,
    resource.apiVersion,
    resource.kind,
    resource.namespace,
    resource.name,
    document,
  ])

/** Where several places share a line, the mark under it covers the first of the most exact ones. */
function widest(findings: readonly Verdict[]): Location {
  const exact = findings.find(({ annotation }) => annotation.precision === 'exact')
  return (exact ?? (findings[0] as Verdict)).annotation
}

/** How a place takes part: `value: image.tag`, `in values-prod.yaml, value: image.tag`. */
export function roleOf({ why, key, environments }: Related): string {
  const role = key === undefined ? why : `${why}: ${key}`
  return environments === undefined ? role : `in ${environments.join(', ')}, ${role}`
}

/** What is missing, and where it goes: `securityContext.runAsNonRoot: true`, `here`; null where nothing is. */
export function additionOf({ add, annotation }: Verdict): { readonly what: string; readonly where: string } | null {
  if (add === null) return null
  const what = `${pathText(add.path)}: ${flowText(add.value)}`
  return { what, where: add.file === annotation.file ? 'here' : `in ${add.file}` }
}

/** ``add `securityContext.runAsNonRoot: true` here``, or ''; an edit that is offered says it better. */
export function additionText(verdict: Verdict): string {
  const addition = verdict.fix === null ? additionOf(verdict) : null
  return addition === null ? '' : `add \`${addition.what}\` ${addition.where}`
}

/** Lines of an edit that are shown. */
const MOST_LINES = 12

/** The edits that are offered, a file each: which file, and the lines that go and come. */
export function fixesOf({ fix }: Verdict): readonly { readonly title: string; readonly lines: readonly string[] }[] {
  if (fix === null) return []
  const files = [fix, ...fix.also]
  return files.map(({ file, lines }, i) => {
    const more = lines.length - MOST_LINES
    return {
      title: files.length === 1 ? `an edit of ${file} mends it:` : `edit ${i + 1} of ${files.length}, of ${file}:`,
      lines: [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`… ${count(more, 'line')} more`] : [])],
    }
  })
}

/** What else to look at: the line that put it out, where that is not where it is mended, and what takes part. */
export function elsewhere({ location, annotation, related }: Verdict): readonly Related[] {
  const isAnnotated = ({ file, line }: Pick<Location, 'file' | 'line'>): boolean =>
    file === annotation.file && line === annotation.line
  return [
    ...(isAnnotated(location) ? [] : [{ file: location.file, line: location.line, why: 'put out here' }]),
    // Where it is annotated for some environments only, this says for which.
    ...related.filter((place) => !isAnnotated(place) || place.environments !== undefined),
  ]
}

/** By code unit, not by locale: the same order on every machine. */
export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether the base could not tell it either. */
export const isOld = ({ existing }: UnknownVerdict): boolean => existing === true

/** Those that one list tells, and what stands over them: the new ones, or those that the base has too. */
export function unknownsTold(
  report: Report,
  old: boolean,
): { readonly title: string; readonly items: readonly UnknownVerdict[] } {
  const items = unknownsInOrder(report.unknowns).filter((unknown) => isOld(unknown) === old)
  const blocking = items.filter((unknown) => unknown.blocking).length
  const title = `${items.length} could not be told${blocking > 0 ? `, ${blocking} of them block` : ''}`
  return { title: old ? `${title} in the base either` : title, items }
}

/** Blocking ones first and old ones last, then by place. */
export const unknownsInOrder = (unknowns: readonly UnknownVerdict[]): readonly UnknownVerdict[] =>
  unknowns.toSorted(
    (a, b) =>
      Number(b.blocking) - Number(a.blocking) ||
      Number(isOld(a)) - Number(isOld(b)) ||
      order(a.location.file, b.location.file) ||
      a.location.line - b.location.line ||
      order(a.policy, b.policy) ||
      order(a.message, b.message),
  )

/** What does not block by its reason, and in it by policy; the most first. */
export function byReason(findings: readonly Pick<Verdict, 'why' | 'policy'>[]): readonly {
  readonly why: string
  readonly findings: number
  readonly policies: readonly { readonly policy: string; readonly findings: number }[]
}[] {
  const reasons = new Map<string, Map<string, number>>()
  for (const { why, policy } of findings) {
    const policies = reasons.get(why ?? '') ?? new Map<string, number>()
    policies.set(policy, (policies.get(policy) ?? 0) + 1)
    reasons.set(why ?? '', policies)
  }
  return [...reasons]
    .map(([why, counts]) => {
      const policies = [...counts]
        .map(([policy, n]) => ({ policy, findings: n }))
        .toSorted((a, b) => b.findings - a.findings || order(a.policy, b.policy))
      return { why, policies, findings: policies.reduce((sum, { findings }) => sum + findings, 0) }
    })
    .toSorted((a, b) => b.findings - a.findings || order(a.why, b.why))
}

/** The configuration's file, and what it extends. */
export function configuredBy({ configuration: { file, extends: above = [] } }: Pick<Report, 'configuration'>): string {
  return `${file ?? 'no configuration file'}${above.length === 0 ? '' : ` above ${above.join(', ')}`}`
}

/** The ports of what is opened, and what they were where it is on more of them than before. */
export const portsOpened = ({ before, after }: Opening): string => (before === null ? after : `${before} → ${after}`)
