/** From what was decided and located to the report: names and numbers, no decision. */
import type { Config } from '../config.js'
import { because, type Decided, type Decision } from '../decide/decide.js'
import { isOff } from '../decide/terms.js'
import type { UsedWaiver } from '../decide/waive.js'
import { lazy } from '../lazy.js'
import { locatedInAll, type InEnvironment, type Locate, type Located } from '../locate/locate.js'
import type { Finding, Judgement, Policy, Resource, Stage } from '../model.js'
import { controlsOf, type Framework } from './controls.js'
import { deployedBy, isDeployer } from './deploys.js'
import { isMap } from '../parse/json.js'
import type {
  Addition,
  Judged,
  Location,
  Related,
  Report,
  ResourceIdentity,
  UnknownVerdict,
  Verdict,
  WaiverRecord,
} from './report.js'

export interface Assembly {
  readonly judgement: Judgement
  readonly decision: Decision
  readonly policies: readonly Policy[]
  readonly frameworks: readonly Framework[]
  readonly config: Config
  /** What a reader should know about the configuration. */
  readonly notes: readonly string[]
  readonly locate: Locate
  /** Tree path → path relative to the working directory, '/'-separated. */
  readonly shown: (file: string) => string
}

export function assemble(given: Assembly): Report {
  const assembly = { ...given, shown: onceEach(given.shown) }
  const { judgement, decision, config, shown } = assembly
  const inForce = assembly.policies.filter(({ id }) => !isOff(config, id))
  const controls = new Map(assembly.policies.map((policy) => [policy.id, controlIds(policy)]))
  const findings = decision.verdicts.map((verdict) =>
    verdictOf(verdict, controls.get(verdict.policy.id) ?? [], assembly),
  )
  const unknowns = decision.unknowns.map(({ unknown, status }): UnknownVerdict => ({
    policy: unknown.policy,
    resource: identity(unknown.resource),
    location: shownAt(assembly, assembly.locate(unknown).location),
    message: unknown.message,
    blocking: status === 'blocking',
    ...(status === 'existing' ? { existing: true } : {}),
  }))
  const { unjudged } = decision
  return {
    version: 1,
    outcome: decision.outcome,
    stage: config.stage,
    judged: judgedOf(judgement),
    findings,
    unknowns,
    unjudged: unjudged.map(({ waived, ...item }) => ({
      ...item,
      ...(waived === null ? {} : { waived: because(waived) }),
      file: shown(item.file),
      source: item.source === null ? null : shown(item.source),
    })),
    deploys: [
      ...deployedBy(judgement.resources, judgement.sources).map(({ resource, what, source }) => ({
        resource: identity(resource),
        file: shown(resource.origin.file),
        line: resource.origin.line,
        what,
        source: source === null ? null : shown(source),
        reason: null,
      })),
      ...(judgement.elsewhere ?? []).map((each) => ({ ...each, file: shown(each.file), source: null })),
    ],
    ignored: judgement.ignored.map(({ path, reason }) => ({ path: shown(path), reason })),
    controls: controlsOf(assembly.frameworks, {
      policies: inForce,
      findings,
      unknowns,
      unjudged,
      exercised: judgement.exercised,
    }),
    frameworks: assembly.frameworks.map(({ id, title, version, disclaimer, sources }) => ({
      id,
      title,
      version,
      disclaimer,
      sources,
    })),
    configuration: {
      file: config.file === null ? null : shown(config.file),
      stage: config.stage,
      owns: config.owns,
      ...(config.floors.length === 0 ? {} : { extends: config.floors.map(({ name }) => name) }),
      notes: [...config.notes, ...assembly.notes, ...switchedOff(decision), ...mended(decision)],
    },
    waivers: decision.waivers.map(waiverRecord),
    next: nextStages(decision, config.stage),
  }
}

/** Findings lie in the same files over and over. */
function onceEach(shown: Assembly['shown']): Assembly['shown'] {
  const known = new Map<string, string>()
  return (file) => {
    const text = known.get(file) ?? shown(file)
    known.set(file, text)
    return text
  }
}

function controlIds({ controls }: Policy): Verdict['controls'] {
  return Object.entries(controls).flatMap(([framework, ids]) => Object.keys(ids).map((id) => ({ framework, id })))
}

function verdictOf(decided: Decided, controls: Verdict['controls'], assembly: Assembly): Verdict {
  const { finding, policy } = decided
  const { origin } = finding.resource
  const placed = lazy(() => placedOf(decided, assembly))
  return {
    policy: policy.id,
    severity: decided.severity,
    stage: policy.stage,
    status: decided.status,
    message: finding.message,
    remediation: finding.remediation ?? policy.remediation,
    resource: identity(finding.resource),
    path: finding.path,
    get location() {
      return placed().location
    },
    get annotation() {
      return placed().annotation
    },
    get related() {
      return placed().related
    },
    document: origin.kind === 'manifest' ? origin.document : null,
    source: assembly.shown(origin.source),
    environments: decided.environments,
    controls,
    fingerprint: decided.fingerprint,
    ...(decided.from === null ? {} : { from: decided.from }),
    ...(decided.impliedBy === null ? {} : { impliedBy: decided.impliedBy }),
    why: decided.why ?? whyNotWaived(decided),
    remedy: finding.fix,
    get add() {
      return placed().add
    },
    fix: null,
  }
}

/** Where a finding is. Most formats count what only advises and show no place of it: it is looked up when asked for. */
function placedOf(decided: Decided, assembly: Assembly): Pick<Verdict, 'location' | 'annotation' | 'related' | 'add'> {
  const { finding } = decided
  const { location, annotation, related, lacks } = locatedInAll(inEach(decided, assembly.locate))
  return {
    location: shownAt(assembly, location),
    annotation: shownAt(assembly, annotation),
    related: [
      ...related.map((place): Related => ({ ...place, file: assembly.shown(place.file) })),
      ...finding.related.map(({ resource, path }): Related => {
        const { file, line } = shownAt(assembly, assembly.locate({ resource, path }).location)
        return { file, line, why: `${resource.kind} ${resource.name}` }
      }),
    ],
    add: additionOf(finding, lacks, assembly.shown),
  }
}

/** Where it is in every environment that has a resource of its own. */
function inEach({ finding, alike }: Decided, locate: Locate): readonly [InEnvironment, ...InEnvironment[]] {
  const at = (of: Finding): InEnvironment => ({ label: of.environment.label, at: locate(of) })
  const others = new Map(alike.map((other) => [other.resource, other]))
  others.delete(finding.resource)
  return [at(finding), ...[...others.values()].map(at)]
}

/** What is to be added where, of a finding that something is missing and its policy knows what. */
function additionOf({ fix }: Finding, lacks: Located['lacks'], shown: Assembly['shown']): Addition | null {
  const value = isMap(fix) ? fix['set'] : undefined
  return lacks === null || value === undefined ? null : { file: shown(lacks.file), path: lacks.path, value }
}

/** A finding that blocks although somebody thought of it. */
function whyNotWaived({ waived }: Decided): string | null {
  if (waived === null) return null
  const { owner, expires } = waived.waiver
  switch (waived.answer) {
    case 'in force':
      return null
    case 'expired':
      return `the waiver of ${owner} ended on ${expires}`
    case 'too long':
      return `the waiver of ${owner} ends on ${expires}, later than the configuration allows`
    case 'pending':
      return `a waiver of ${owner} is pending: it holds once it is merged`
    case 'other value':
      return `the waiver of ${owner} was given for another value`
  }
}

const shownAt = ({ shown }: Assembly, location: Location): Location => ({ ...location, file: shown(location.file) })

function identity(resource: Resource): ResourceIdentity {
  // A stand-in lies in no namespace: it may be one.
  const isStated = resource.namespaceStated && resource.declared
  const namespace = isStated && resource.namespace !== '' ? resource.namespace : null
  return { apiVersion: resource.object.apiVersion, kind: resource.kind, namespace, name: resource.name }
}

function judgedOf(judgement: Judgement): Judged {
  const { sources, unjudged } = judgement
  const partly = new Set(unjudged.flatMap(({ source, file }) => [source, file]))
  const count = (kind: string, whole: boolean): number =>
    sources.filter((s) => s.kind === kind && !(whole && partly.has(s.id))).length
  const environments = new Set(
    sources
      .flatMap((s) =>
        s.kind === 'chart' ? s.renders.map((r) => r.environment) : s.kind === 'kustomization' ? [s.environment] : [],
      )
      .map(({ name }) => name)
      .filter((name) => name !== null),
  )
  return {
    sources: sources.length,
    charts: count('chart', false),
    kustomizations: count('kustomization', false),
    files: count('manifest', false),
    renders: judgement.renders,
    environments: Math.max(1, environments.size),
    resources: judgement.resources.length,
    unknownKinds: [...judgement.unknownKinds]
      .filter(([kind]) => !isDeployer(kind))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, n]) => ({ kind, count: n })),
    whole: {
      charts: count('chart', true),
      kustomizations: count('kustomization', true),
      files: count('manifest', true),
    },
  }
}

/** What of a waiver a reader must act on is told on the day it can still be acted on. */
const SOON_DAYS = 14

function waiverRecord({ waiver, state, findings, days }: UsedWaiver): WaiverRecord {
  const { value: _, ...written } = waiver
  return { ...written, state, endsSoon: state === 'in force' && days <= SOON_DAYS, findings }
}

function mended({ baseline }: Decision): readonly string[] {
  if (baseline.mended === 0) return []
  const [n, are] = baseline.mended === 1 ? ['1 finding', 'is'] : [`${baseline.mended} findings`, 'are']
  return [`${n} of the baseline ${are} not found here: \`ringfence baseline\` takes out what is mended`]
}

function nextStages(decision: Decision, stage: Stage): Report['next'] {
  return ([1, 2, 3, 4] as const)
    .filter((next) => next > stage)
    .map((next) => ({
      stage: next,
      findings: decision.verdicts.filter((v) => v.impliedBy === null && v.blocksAt === next).length,
    }))
    .filter(({ findings }) => findings > 0)
}

/** What the configuration switches off leaves a trace: how much would have been said. */
function switchedOff({ off }: Decision): readonly string[] {
  if (off.size === 0) return []
  const list = [...off].sort(([a], [b]) => (a < b ? -1 : 1)).map(([policy, n]) => (n > 1 ? `${policy} ×${n}` : policy))
  return [`the configuration switches off what was found by ${list.join(', ')}`]
}
