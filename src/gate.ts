/**
 * The way of the data, in one place: discover → render → parse → relate → evaluate → decide → locate → report.
 * Each step is a function of plain data and knows nothing of the step after it.
 */
import type { Config } from './config.js'
import { judgeCustom, type CustomJudged, type CustomRules } from './custom/judge.js'
import { annotated, NOTHING_BROUGHT } from './decide/annotations.js'
import { isOfLostDefaults, leavingDefaults, leavingWords, type LeavingDefaults } from './decide/defaults.js'
import { decide, type Accepted, type Base, type Decision } from './decide/decide.js'
import { identityOf } from './decide/fingerprint.js'
import { groupBy } from './decide/group.js'
import { discover, unreached, type Scope } from './discover/discover.js'
import { follow, isSameFollowed, surroundingsOf, type Followed } from './discover/gitops/follow.js'
import { matcherOf } from './discover/glob.js'
import { evaluatorOf, type Evaluate, type Evaluation, type Evaluator, type PolicySet } from './evaluate/evaluate.js'
import { locatorOf, type LocateEngines, type WantedPlace } from './locate/locate.js'
import type {
  DeployedElsewhere,
  DeployedManifest,
  Document,
  Environment,
  Finding,
  Ignored,
  Judgement,
  Path,
  Place,
  Resource,
  Source,
  Tree,
  Unjudged,
  Unknown,
} from './model.js'
import { isMap } from './parse/json.js'
import { parse, type DroppedField } from './parse/parse.js'
import { unreadablePods } from './relate/index/pod-problems.js'
import { relate, worldWithStandIns, type Related } from './relate/relate.js'
import { assemble } from './report/assemble.js'
import type { Framework } from './report/controls.js'
import { withoutSecrets } from './report/reasons.js'
import type { Report } from './report/report.js'
import { expandSets } from './render/applicationset.js'
import type { RenderEngines } from './render/engines.js'
import { isSameInput } from './render/inputs.js'
import { CHANCE } from './render/moments.js'
import { render, type RenderedSources } from './render/render.js'
import { joinedRenders } from './render/rendered.js'
import { withStandIns } from './render/standing-in.js'

/** What judges: compiled policies, with their parameters already set. */
export interface Rules {
  readonly set: PolicySet
  readonly evaluate: Evaluator
  /** Connections that are meant; where none is, every one is. */
  readonly flows: Config['flows']
  /** Sets the parameters that a resource is judged by, and gives their number. Absent: all are judged by the same. */
  readonly variants?: { readonly use: (resource: Resource, environment: Environment) => number }
  /** Those that the repository brings along. */
  readonly custom?: CustomRules
  /** The tree that `context` is read from: the target branch's; null: the tree that is judged. */
  readonly context?: Tree | null
}

/** Hears what the gate is doing, for people who wait. */
export type Progress = (step: string) => void

/** What one scope of a tree holds, before anything is related or judged. */
export interface Gathered {
  readonly sources: readonly Source[]
  /** Those of the context. */
  readonly around: readonly Source[]
  /** Source → every tree path that its render asked for. */
  readonly inputs: Judgement['inputs']
  readonly ignored: readonly Ignored[]
  readonly renders: number
  /** Of all environments: `inEnvironment` says which are related together. */
  readonly resources: readonly Resource[]
  /** Of charts that put out something else at another moment: all that they do then. */
  readonly otherwise: readonly Resource[]
  /** What a reader should know of renders that depend on the moment. */
  readonly notes: readonly string[]
  /** What could not be read, rendered or parsed. */
  readonly unjudged: readonly Unjudged[]
  /** `group/kind` of every resource whose schema is not known. */
  readonly unknownKinds: readonly string[]
  /** What Argo CD and Flux deploy that is not of this tree. */
  readonly elsewhere: readonly DeployedElsewhere[]
}

/**
 * The first half of the line, from discover to parse: for all that looks at a repository, whether it judges or not.
 * `contextTree` is the tree that the scope's context is read from.
 */
export async function gather(
  tree: Tree,
  scope: Scope,
  engines: RenderEngines,
  progress: Progress,
  contextTree: Tree = tree,
): Promise<Gathered> {
  const own = await rendered(tree, scope, engines, progress)
  const around =
    scope.context.length === 0
      ? null
      : await rendered(contextTree, { ...scope, paths: scope.context, context: [] }, engines, progress)
  const parsed = parse([...own.documents, ...(around?.documents ?? []).map(asContext)])
  const otherwise = parse(own.otherwise)
  const trees = contextTree === tree || around === null ? [tree] : [tree, contextTree]
  return {
    sources: own.sources,
    around: around?.sources ?? [],
    inputs: own.inputs,
    ignored: [...own.ignored, ...parsed.ignored, ...once(parsed.dropped.map(droppedField))],
    renders: own.renders,
    resources: parsed.resources,
    otherwise: otherwise.resources,
    notes: own.notes,
    unjudged: [
      ...trees
        .flatMap((each) => each.problems())
        .map(({ file, reason }) => ({ file, line: null, reason, policy: null, source: null, environments: [] })),
      ...own.unjudged,
      ...(around?.unjudged ?? []),
      ...parsed.unjudged,
      ...otherwise.unjudged,
    ],
    unknownKinds: parsed.unknownKinds,
    elsewhere: own.elsewhere,
  }
}

/** Every document of a scope, and what could not be rendered. */
async function rendered(tree: Tree, scope: Scope, engines: RenderEngines, progress: Progress) {
  const { discovered, first, ...followed } = await renderFollowed(tree, scope, engines, progress)
  // Nothing escapes by being moved: what no render reached is judged as a plain file.
  const left = unreached(tree, discovered, { ...first, documents: [...first.documents, ...first.otherwise] })
  const plain = await render(tree, left.sources, engines, progress)
  return {
    sources: [...discovered.sources.map((source) => withStandIns(source, first.refused)), ...left.sources],
    documents: [...first.documents, ...plain.documents],
    otherwise: [...first.otherwise, ...plain.otherwise],
    notes: [...first.notes, ...plain.notes],
    inputs: unioned([first.inputs, plain.inputs]),
    ignored: [...discovered.ignored, ...left.ignored],
    renders: first.renders + plain.renders,
    unjudged: [...first.unjudged, ...plain.unjudged, ...followed.unjudged],
    elsewhere: followed.elsewhere,
  }
}

/** Applications of applications of applications: deeper ones are refused, and so are those that deploy themselves away. */
const ROUNDS = 12

/**
 * What Argo CD and Flux deploy is known once their resources are rendered, which others of them may deploy: plain files are
 * read first, and then what is deployed is rendered, until a round finds nothing that the one before had not.
 */
async function renderFollowed(tree: Tree, scope: Scope, engines: RenderEngines, progress: Progress) {
  const found = discover(tree, scope)
  const renderOnce = renderingOnce(tree, engines, progress)
  const followIn = async ({ documents }: RenderedSources): Promise<Followed> => {
    const sets = await expandSets(documents, surroundingsOf(tree, scope), engines)
    const followed = follow(tree, scope, found, [...documents, ...sets.applications])
    return {
      ...followed,
      unjudged: [...sets.unjudged, ...followed.unjudged],
      elsewhere: [...sets.elsewhere, ...followed.elsewhere],
    }
  }
  let followed = await followIn(await renderOnce(found.sources.filter(({ kind }) => kind === 'manifest')))
  for (let round = 1; ; round++) {
    const first = await renderOnce(followed.discovered.sources)
    const next = await followIn(first)
    if (isSameFollowed(next, followed)) return { ...followed, ...next, first }
    if (round === ROUNDS) return { ...followed, unjudged: [...next.unjudged, endless(next)], first }
    followed = next
  }
}

/** Renders each source once, however often it is asked for; a chart's renders each by itself. */
function renderingOnce(tree: Tree, engines: RenderEngines, progress: Progress) {
  const known = new Map<string, Promise<RenderedSources>>()
  return async (sources: readonly Source[]): Promise<RenderedSources> => {
    const parts = sources.map((source) => {
      const key = JSON.stringify(source)
      const before = known.get(key) ?? render(tree, [source], engines, (id) => progress(`rendered ${id}`))
      known.set(key, before)
      return before
    })
    const done = await Promise.all(parts)
    return { ...joinedRenders(done), inputs: unioned(done.map(({ inputs }) => inputs)) }
  }
}

/** The deployers of deployers do not come to an end. */
function endless({ discovered }: Followed): Unjudged {
  const by = discovered.sources
    .flatMap((source): readonly (Pick<DeployedManifest, 'by'> | undefined)[] =>
      source.kind === 'chart' ? source.renders.map(({ deployed }) => deployed) : [source.deployed],
    )
    .findLast((deployed) => deployed !== undefined)?.by
  const { file, line, name } = by ?? { file: '', line: null, name: 'what is deployed' }
  const reason = `${name}: what it deploys deploys more, and that did not end after ${ROUNDS} steps`
  return { file, line, reason, policy: null, source: null, environments: [] }
}

const asContext = (document: Document): Document => ({ ...document, origin: { ...document.origin, role: 'context' } })

/** Judges one scope of a tree. Pure, but for the engines it is given; base, head and every proposed fix are calls of it. */
export async function judge(
  tree: Tree,
  scope: Scope,
  rules: Rules,
  engines: RenderEngines,
  progress: Progress,
): Promise<Judgement> {
  const {
    resources,
    otherwise,
    around: context,
    ...gathered
  } = await gather(tree, scope, engines, progress, rules.context ?? tree)
  const evaluate = evaluatorOf(rules.set, rules.evaluate)
  const groups: Judged[] = []
  for (const sources of groupsOf(gathered.sources, scope)) {
    const members = membersOf(resources, sources, gathered.sources)
    const then = membersOf(otherwise, sources, gathered.sources)
    groups.push(await judgeTogether([...sources, ...context], members, then, rules, evaluate, progress))
  }
  return {
    ...gathered,
    resources: resources.filter(({ origin }) => origin.role === 'judged'),
    context: resources.filter(({ origin }) => origin.role === 'context'),
    findings: groups.flatMap(({ findings }) => findings),
    unknowns: groups.flatMap(({ unknowns }) => unknowns),
    unjudged: [...gathered.unjudged, ...groups.flatMap(({ unjudged }) => unjudged)],
    exercised: summed(groups.map(({ exercised }) => exercised)),
    unknownKinds: countsOf(gathered.unknownKinds.filter((kind) => !isJudged(kind, rules.set))),
  }
}

/** The sources that are judged together: those that the configuration names, and the rest. */
function groupsOf(sources: readonly Source[], { groups }: Scope): readonly (readonly Source[])[] {
  if (groups.size === 0) return [sources]
  const matchers = [...groups.values()].map(matcherOf)
  const groupOf = ({ id }: Source): number => matchers.findIndex((matches) => matches(id) !== null)
  return [...matchers.keys(), -1]
    .map((group) => sources.filter((source) => groupOf(source) === group))
    .filter((members) => members.length > 0)
}

function membersOf(
  resources: readonly Resource[],
  own: readonly Source[],
  all: readonly Source[],
): readonly Resource[] {
  if (own.length === all.length) return resources
  const ids = new Set(own.map(({ id }) => id))
  return resources.filter(({ origin }) => origin.role === 'context' || ids.has(origin.source))
}

type Judged = Pick<Judgement, 'findings' | 'unknowns' | 'unjudged' | 'exercised'>

async function judgeTogether(
  sources: readonly Source[],
  resources: readonly Resource[],
  otherwise: readonly Resource[],
  rules: Rules,
  evaluate: Evaluate,
  progress: Progress,
): Promise<Judged> {
  const judgeWorld = async (members: readonly Resource[], environment: Environment) => {
    progress(`judging ${members.length} resources${environment.label === null ? '' : ` of ${environment.label}`}`)
    const world = { ...worldWithStandIns(members, environment), flows: rules.flows }
    const around = { environment, resources: world.resources }
    // What its own policies see is kept only where there are any.
    const seen: Related[] = []
    const evaluated: { readonly resource: Resource; readonly evaluation: Evaluation }[] = []
    for (const related of relate(world)) {
      const { resource } = related
      const variant = rules.variants?.use(resource, environment) ?? 0
      if (rules.custom !== undefined) seen.push(related)
      evaluated.push({ resource, evaluation: evaluate(related, variant === 0 ? around : { ...around, variant }) })
    }
    const custom = rules.custom === undefined ? NO_CUSTOM : await judgeCustom(rules.custom, { related: seen, around })
    return { environment, evaluated, custom, unreadable: unreadablePods(world) }
  }
  const all = environmentsOf(sources)
  const worlds = []
  for (const environment of all) worlds.push(await judgeWorld(inEnvironment(resources, environment.name), environment))
  const later = []
  for (const environment of all) {
    for (const then of momentsIn(otherwise, environment.name)) {
      const members = inEnvironment(insteadOf(resources, then), environment.name)
      later.push({ then, ...(await judgeWorld(members, environment)) })
    }
  }
  const environments = worlds.filter(({ environment }) => !environment.trial).length
  return {
    findings: toldOnce(atOnePlace(withLater(worlds, later, ({ findings }) => findings)), environments),
    unknowns: toldOnce(atOnePlace(withLater(worlds, later, ({ unknowns }) => unknowns)), environments),
    unjudged: [
      ...[...worlds, ...later].flatMap(({ unreadable }) => unreadable),
      ...[...worlds, ...later].flatMap((world) => toldBy(world).flatMap(({ unjudged }) => unjudged)),
    ],
    exercised: countsOf(judgedBy(worlds)),
  }
}

/** The policies that judged what is declared here, each once a resource. */
function* judgedBy(worlds: readonly World[]): Iterable<string> {
  for (const { evaluated, custom } of worlds) {
    for (const { resource, evaluation } of evaluated) if (resource.declared) yield* evaluation.by
    yield* custom.by
  }
}

/**
 * What charts put out otherwise in an environment: at another moment, by chance, with comparisons answered yes, or no; each is a
 * world of its own.
 */
function momentsIn(otherwise: readonly Resource[], name: string | null): readonly (readonly Resource[])[] {
  const here = otherwise.filter(
    ({ origin }) => origin.environment.name === name || (origin.environment.name === null && name !== null),
  )
  const worldOf = ({ origin: { moment, answered } }: Resource): string =>
    answered !== undefined ? String(answered) : moment === CHANCE ? CHANCE : 'later'
  const worlds = groupBy(here, worldOf)
  return ['later', CHANCE, 'true', 'false'].flatMap((world) => {
    const resources = worlds.get(world)
    return resources === undefined ? [] : [resources]
  })
}

/** The resources, with what some charts put out otherwise in place of what they did. */
function insteadOf(resources: readonly Resource[], then: readonly Resource[]): readonly Resource[] {
  const keyOf = ({ origin }: Resource): string => JSON.stringify([origin.source, origin.environment.name])
  const replaced = new Set(then.map(keyOf))
  return [...resources.filter((resource) => !replaced.has(keyOf(resource))), ...then]
}

interface World {
  readonly evaluated: readonly { readonly resource: Resource; readonly evaluation: Evaluation }[]
  readonly custom: CustomJudged
}

const NO_CUSTOM: CustomJudged = { findings: [], unknowns: [], unjudged: [], by: [] }

/** All that was said in a world, by the bundled policies and the repository's own. */
const toldBy = ({ evaluated, custom }: World): readonly CustomJudged[] => [
  ...evaluated.map(({ evaluation }) => evaluation),
  custom,
]

/** What all worlds tell, and what is told only at another moment, which says so. */
function withLater<Told extends Finding | Unknown>(
  worlds: readonly World[],
  later: readonly (World & { readonly then: readonly Resource[] })[],
  toldIn: (evaluation: CustomJudged) => readonly Told[],
): readonly Told[] {
  const allOf = (world: World): readonly Told[] => {
    const all: Told[] = []
    for (const evaluation of toldBy(world)) for (const told of toldIn(evaluation)) all.push(told)
    return all
  }
  // A stand-in lies wherever it is first used, which may be elsewhere then.
  const fileOf = ({ declared, origin }: Resource): string | null => (declared ? origin.file : null)
  const keyOf = ({ policy, resource, path, message, environment }: Told): string =>
    JSON.stringify([policy, fileOf(resource), identityOf(resource), path, message, environment.name])
  const now = worlds.flatMap(allOf)
  if (later.length === 0) return now
  const known = new Set(now.map(keyOf))
  const only = later.flatMap((world) => {
    const { moment: why = CHANCE, answered } = world.then[0]?.origin ?? {}
    const when =
      answered !== undefined
        ? `where ${why} compares otherwise`
        : why === CHANCE
          ? 'by chance'
          : `at another moment, by ${why}`
    const fresh = allOf(world).filter((told) => !known.has(keyOf(told)))
    // Where it is in several of them, the first says so.
    for (const told of fresh) known.add(keyOf(told))
    return fresh.map((told) => ({ ...told, message: `${told.message} (${when})` }))
  })
  return [...now, ...only]
}

/** From judgements to the report. */
export interface Verdicts {
  readonly tree: Tree
  /** One a scope. */
  readonly head: readonly Judgement[]
  /** What the pull request starts from; null where none is known. */
  readonly base: { readonly tree: Tree; readonly judgements: readonly Judgement[] } | null
  readonly rules: Rules
  readonly config: Config
  readonly notes: readonly string[]
  readonly frameworks: readonly Framework[]
  readonly shown: (file: string) => string
  /** What of the rules themselves could not be read. */
  readonly unjudged: readonly Unjudged[]
  /** What of the day and of the machine decides which waivers and which of the baseline hold. */
  readonly accepted: Pick<Accepted, 'pending' | 'baseline' | 'digest' | 'today'>
  /** For the lines of charts and kustomizations. */
  readonly engines: LocateEngines
}

export async function conclude(verdicts: Verdicts): Promise<Report> {
  const { tree, head, base, rules, config, frameworks, shown, accepted, engines } = verdicts
  const whole = together(head)
  const leaving = leavingDefaults(whole.sources)
  // What the base could not judge either need not stay judged.
  const lost = base === null ? [] : together(base.judgements).unjudged
  const judgement = {
    ...whole,
    unjudged: [
      ...verdicts.unjudged,
      ...(config.weakening === 'block' ? leaving.map((item) => notJudgedNext(item, shown)) : []),
      ...whole.unjudged.filter((item) => !isOfLostDefaults(item, leaving, lost)),
    ],
  }
  const policies = new Map(rules.set.policies.map((policy) => [policy.id, policy]))
  const start = base === null ? null : startOf(base, judgement, tree)
  const brought = config.trust.annotations ? annotated(judgement, start, config, rules.set.policies) : NOTHING_BROUGHT
  const decided = decide(judgement, start, policies, config, {
    ...accepted,
    waivers: [...config.waivers, ...brought.waivers],
    pending: [...accepted.pending, ...brought.pending],
    waiverDays: config.waiverDays,
  })
  const decision = { ...decided, unjudged: withoutSecrets(decided.unjudged, tree, judgement.inputs) }
  const locate = await locatorOf(tree, judgement.sources, engines, placesOf(decision))
  const notes = [
    ...leaving.map((item) => leavingWords(item, shown)),
    ...verdicts.notes,
    ...brought.problems,
    ...(judgement.notes ?? []),
  ]
  return assemble({ judgement, decision, policies: rules.set.policies, frameworks, config, notes, locate, shown })
}

/** To judge less is to be weaker: where the configuration refuses that, it refuses this. */
function notJudgedNext(leaving: LeavingDefaults, shown: Verdicts['shown']): Unjudged {
  const { chart } = leaving
  const file = chart === '' ? 'values.yaml' : `${chart}/values.yaml`
  const reason = `${leavingWords(leaving, shown)} (weakening: block)`
  return { file, line: null, reason, policy: null, source: chart, environments: [] }
}

/** What the report shows lines of: findings with the values behind them, and what else takes part. */
function placesOf({ verdicts, unknowns }: Decision): readonly WantedPlace[] {
  const plain = (place: Place): WantedPlace => ({ ...place, values: false, wanted: null })
  const places: WantedPlace[] = []
  for (const { alike } of verdicts)
    for (const { resource, path, fix } of alike)
      places.push({
        resource,
        path,
        values: !isSelectedBy(resource, path),
        wanted: (isMap(fix) ? fix['set'] : null) ?? null,
      })
  for (const { finding } of verdicts) for (const related of finding.related) places.push(plain(related))
  for (const { unknown } of unknowns) places.push(plain({ resource: unknown.resource, path: unknown.path }))
  return places
}

/**
 * Whether the place is a pod's labels, where what selects the pod is told: no value that they are put together from mends
 * anything.
 */
function isSelectedBy({ kind }: Resource, path: Path): boolean {
  const [metadata, labels] = path.slice(-2)
  return metadata === 'metadata' && labels === 'labels' && (path.length > 2 || kind === 'Pod')
}

/** The base as `decide` compares with it. */
function startOf({ tree, judgements }: NonNullable<Verdicts['base']>, head: Judgement, headTree: Tree): Base {
  const judgement = together(judgements)
  const [settings, headSettings] = [settingsOf(judgement), settingsOf(head)]
  const isUnchanged = (source: string): boolean => {
    const [before, now] = [judgement.inputs.get(source), head.inputs.get(source)]
    if (before === undefined || now === undefined || settings(source) !== headSettings(source)) return false
    return isSameInput([...before, ...now], tree, headTree)
  }
  return { judgement, isUnchanged }
}

/** All that a source is rendered with beside its files; where it is written is no part of it. */
function settingsOf({ sources }: Judgement): (id: string) => string {
  const known = new Map<string, string>()
  return (id) => {
    const own =
      known.get(id) ??
      JSON.stringify(
        sources.filter((source) => source.id === id),
        (key, value: unknown) => (key === 'line' ? undefined : value),
      )
    known.set(id, own)
    return own
  }
}

/**
 * The environments that sources are rendered for, also where a render puts out nothing; where there are none but trials,
 * one more, without a name.
 */
export function environmentsOf(sources: readonly Source[]): readonly Environment[] {
  const named = new Map<string, Environment>()
  for (const environment of sources.flatMap(environmentsIn)) {
    if (environment.name !== null && !named.has(environment.name)) named.set(environment.name, environment)
  }
  const all = [...named.values()]
  return all.some(({ trial }) => !trial) ? all : [EVERYWHERE, ...all]
}

function environmentsIn(source: Source): readonly Environment[] {
  if (source.kind === 'chart') return source.renders.map(({ environment }) => environment)
  return source.environment === undefined ? [] : [source.environment]
}

/**
 * The resources that are related together in an environment: its own, and those that belong to every one. Trial values
 * stand in for the chart's own, so what else there is surrounds them and is judged where it belongs.
 */
export function inEnvironment(resources: readonly Resource[], name: string | null): readonly Resource[] {
  const of = (wanted: string | null): readonly Resource[] =>
    resources.filter(({ origin }) => origin.environment.name === wanted)
  if (name === null) return of(null)
  const own = of(name)
  if (!own.some(({ origin }) => origin.environment.trial)) return [...of(null), ...own]
  const tried = new Set(own.map(({ origin }) => origin.source))
  const around = of(null).filter(({ origin }) => !tried.has(origin.source))
  return [
    ...around.map((resource) => ({ ...resource, origin: { ...resource.origin, role: 'context' as const } })),
    ...own,
  ]
}

/** A stand-in lies where it is first used, which environments do not agree on: it is shown where the first of them has it. */
function atOnePlace<Told extends Finding | Unknown>(all: readonly Told[]): readonly Told[] {
  const first = new Map<string, Resource>()
  return all.map((told) => {
    const { resource } = told
    if (resource.declared) return told
    const key = JSON.stringify([resource.kind, resource.namespace, resource.name])
    const known = first.get(key) ?? resource
    first.set(key, known)
    return { ...told, resource: { ...known, origin: { ...known.origin, environment: resource.origin.environment } } }
  })
}

/** What holds of a resource that belongs to every environment, and holds in each of them, is told without their names. */
function toldOnce<Told extends Finding | Unknown>(all: readonly Told[], environments: number): readonly Told[] {
  const isShared = ({ resource }: Told): boolean => resource.origin.environment.name === null
  const everywhere = (told: Told): Told =>
    told.environment === EVERYWHERE ? told : { ...told, environment: EVERYWHERE }
  // Where all are told of one environment there is nothing to compare.
  if (environments === 1 && new Set(all.map(({ environment }) => environment.name)).size < 2)
    return all.map((told) => (isShared(told) ? everywhere(told) : told))
  const keyOf = ({ policy, resource, path, message }: Told): string => {
    const { file, document } = resource.origin
    return JSON.stringify([policy, file, document, resource.path, identityOf(resource), path, message])
  }
  const heldIn = new Map<string, Set<string | null>>()
  for (const told of all.filter(isShared)) {
    const key = keyOf(told)
    heldIn.set(key, (heldIn.get(key) ?? new Set()).add(told.environment.name))
  }
  const isEverywhere = (told: Told): boolean => isShared(told) && heldIn.get(keyOf(told))?.size === environments
  return all.map((told) => (isEverywhere(told) ? everywhere(told) : told))
}

const EVERYWHERE: Environment = { name: null, label: null, trial: false }

/** Several scopes are one report: each was related by itself. */
export function together(judgements: readonly Judgement[]): Judgement {
  const [only] = judgements
  if (only !== undefined && judgements.length === 1) return only
  return {
    sources: judgements.flatMap((j) => j.sources),
    inputs: unioned(judgements.map((j) => j.inputs)),
    ignored: judgements.flatMap((j) => j.ignored),
    renders: judgements.reduce((sum, j) => sum + j.renders, 0),
    resources: judgements.flatMap((j) => j.resources),
    context: judgements.flatMap((j) => j.context ?? []),
    findings: judgements.flatMap((j) => j.findings),
    unknowns: judgements.flatMap((j) => j.unknowns),
    unjudged: judgements.flatMap((j) => j.unjudged),
    exercised: summed(judgements.map((j) => j.exercised)),
    unknownKinds: summed(judgements.map((j) => j.unknownKinds)),
    notes: judgements.flatMap((j) => j.notes ?? []),
    elsewhere: judgements.flatMap((j) => j.elsewhere ?? []),
  }
}

/** The same is said once, however often it is so. */
function once(ignored: readonly Ignored[]): readonly Ignored[] {
  return [...new Map(ignored.map((each) => [JSON.stringify(each), each])).values()]
}

/** A field that the API server drops protects nothing: it is named. */
function droppedField({ resource, message }: DroppedField): Ignored {
  return { path: resource.origin.file, reason: `${resource.kind} ${resource.name}: ${message}` }
}

/** Whether a policy knows a `group/kind`. */
function isJudged(groupKind: string, set: PolicySet): boolean {
  const [group, kind] = groupKind.split('/')
  return Object.hasOwn(set.kinds, kind === undefined ? groupKind : group === '' ? kind : `${kind}.${group}`)
}

function unioned(all: readonly Judgement['inputs'][]): Judgement['inputs'] {
  const union = new Map<string, Set<string>>()
  for (const inputs of all) {
    for (const [source, paths] of inputs) union.set(source, new Set([...(union.get(source) ?? []), ...paths]))
  }
  return union
}

function countsOf(keys: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function summed(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>()
  for (const counts of all) for (const [key, n] of counts) sum.set(key, (sum.get(key) ?? 0) + n)
  return sum
}
