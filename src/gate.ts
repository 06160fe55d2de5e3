/**
 * The way of the data, in one place: discover → render → parse → relate → evaluate → decide → locate → report.
 * Each step is a function of plain data and knows nothing of the step after it.
 */
import type { Config } from './config.js'
import { decide } from './decide/decide.js'
import { discover, unreached, type Scope } from './discover/discover.js'
import { evaluatorOf, type Evaluator, type PolicySet } from './evaluate/evaluate.js'
import { locatorOf } from './locate/locate.js'
import type { Environment, Ignored, Judgement, Resource, Tree } from './model.js'
import { parse, type DroppedField } from './parse/parse.js'
import { unreadablePods } from './relate/index/pod-problems.js'
import { relate, worldWithStandIns } from './relate/relate.js'
import { assemble } from './report/assemble.js'
import type { Framework } from './report/controls.js'
import type { Report } from './report/report.js'
import type { RenderEngines } from './render/engines.js'
import { render } from './render/render.js'

/** What judges: compiled policies, with their parameters already set. */
export interface Rules {
  readonly set: PolicySet
  readonly evaluate: Evaluator
}

/** Hears what the gate is doing, for people who wait. */
export type Progress = (step: string) => void

/** Judges one scope of a tree. Pure, but for the engines it is given; base, head and every proposed fix are calls of it. */
export async function judge(
  tree: Tree,
  scope: Scope,
  rules: Rules,
  engines: RenderEngines,
  progress: Progress,
): Promise<Judgement> {
  const discovered = discover(tree, scope)
  const rendered = await render(tree, discovered.sources, engines, (source) => progress(`rendered ${source}`))
  // Nothing escapes by being moved: what no render reached is judged as a plain file.
  const left = unreached(tree, discovered, rendered)
  const plain = await render(tree, left.sources, engines, progress)
  const parsed = parse([...rendered.documents, ...plain.documents])

  const evaluate = evaluatorOf(rules.set, rules.evaluate)
  const worlds = environmentsOf(parsed.resources).map(({ environment, resources }) => {
    progress(`judging ${resources.length} resources${environment.label === null ? '' : ` of ${environment.label}`}`)
    const world = worldWithStandIns(resources, environment)
    const evaluated = relate(world).map((related) => ({ related, evaluation: evaluate(related, world.resources) }))
    return { evaluated, unreadable: unreadablePods(world) }
  })
  const evaluated = worlds.flatMap((world) => world.evaluated)
  return {
    sources: [...discovered.sources, ...left.sources],
    ignored: [...discovered.ignored, ...left.ignored, ...parsed.ignored, ...parsed.dropped.map(droppedField)],
    renders: rendered.renders + plain.renders,
    resources: parsed.resources,
    findings: evaluated.flatMap(({ evaluation }) => evaluation.findings),
    unknowns: evaluated.flatMap(({ evaluation }) => evaluation.unknowns),
    unjudged: [
      ...tree
        .problems()
        .map(({ file, reason }) => ({ file, line: null, reason, policy: null, source: null, environments: [] })),
      ...rendered.unjudged,
      ...plain.unjudged,
      ...parsed.unjudged,
      ...worlds.flatMap(({ unreadable }) => unreadable),
      ...evaluated.flatMap(({ evaluation }) => evaluation.unjudged),
    ],
    exercised: countsOf(
      evaluated.flatMap(({ related, evaluation }) => (related.resource.declared ? evaluation.by : [])),
    ),
    unknownKinds: countsOf(parsed.unknownKinds.filter((kind) => !isJudged(kind, rules.set))),
  }
}

/** From judgements to the report. */
export interface Verdicts {
  readonly tree: Tree
  /** One a scope. */
  readonly head: readonly Judgement[]
  /** What the pull request starts from; null where none is known. */
  readonly base: readonly Judgement[] | null
  readonly rules: Rules
  readonly config: Config
  readonly notes: readonly string[]
  readonly frameworks: readonly Framework[]
  readonly shown: (file: string) => string
}

export function conclude({ tree, head, base, rules, config, notes, frameworks, shown }: Verdicts): Report {
  const judgement = together(head)
  const policies = new Map(rules.set.policies.map((policy) => [policy.id, policy]))
  const decision = decide(judgement, base === null ? null : together(base), policies, config)
  const locate = locatorOf(tree)
  return assemble({ judgement, decision, policies: rules.set.policies, frameworks, config, notes, locate, shown })
}

interface Group {
  readonly environment: Environment
  readonly resources: readonly Resource[]
}

/** The resources that are related together, environment by environment: what states no environment belongs to each. */
function environmentsOf(resources: readonly Resource[]): readonly Group[] {
  const shared = resources.filter((resource) => resource.origin.environment.name === null)
  const named = new Map<string, { readonly environment: Environment; readonly own: Resource[] }>()
  for (const resource of resources) {
    const { environment } = resource.origin
    if (environment.name === null) continue
    const group = named.get(environment.name)
    if (group === undefined) named.set(environment.name, { environment, own: [resource] })
    else group.own.push(resource)
  }
  if (named.size === 0) return [{ environment: EVERYWHERE, resources: shared }]
  return [...named.values()].map(({ environment, own }) => ({ environment, resources: [...shared, ...own] }))
}

const EVERYWHERE: Environment = { name: null, label: null, trial: false }

/** Several scopes are one report: each was related by itself. */
function together(judgements: readonly Judgement[]): Judgement {
  return {
    sources: judgements.flatMap((j) => j.sources),
    ignored: judgements.flatMap((j) => j.ignored),
    renders: judgements.reduce((sum, j) => sum + j.renders, 0),
    resources: judgements.flatMap((j) => j.resources),
    findings: judgements.flatMap((j) => j.findings),
    unknowns: judgements.flatMap((j) => j.unknowns),
    unjudged: judgements.flatMap((j) => j.unjudged),
    exercised: summed(judgements.map((j) => j.exercised)),
    unknownKinds: summed(judgements.map((j) => j.unknownKinds)),
  }
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

function countsOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function summed(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>()
  for (const counts of all) for (const [key, n] of counts) sum.set(key, (sum.get(key) ?? 0) + n)
  return sum
}
