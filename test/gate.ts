/** What tests share: the gate with the built policies, on a repository that a test writes down. */
import { pathToFileURL } from 'node:url'
import { defaults, type Config } from '../src/config.js'
import type { Evaluator, PolicySet } from '../src/evaluate/evaluate.js'
import { conclude, judge, type Verdicts } from '../src/gate.js'
import { createEngines, type Engines } from '../src/host/engines.js'
import type { Json, Tree } from '../src/model.js'
import type { Report } from '../src/report/report.js'
import { loadDistribution, type Distribution } from '../src/configured.js'
import { switching } from '../src/run.js'

export const DIST = pathToFileURL(`${process.cwd()}/dist/`)

let loaded: Distribution | undefined

export const distribution = (): Distribution => (loaded ??= loadDistribution(DIST))

/** Engines from dist/; the test closes them. */
export const startEngines = (timeLimitMs?: number): Engines =>
  createEngines({ directory: new URL('engine/', DIST), workerUrl: new URL('engine-worker.mjs', DIST), timeLimitMs })

/** For repositories without charts and kustomizations. */
const noEngines: Pick<Engines, 'helm' | 'kustomize' | 'trace'> = {
  helm: () => Promise.reject(new Error('this test has no engines')),
  kustomize: () => Promise.reject(new Error('this test has no engines')),
  trace: () => Promise.reject(new Error('this test has no engines')),
}

export interface CheckOptions {
  readonly config?: Partial<Config>
  readonly engines?: Pick<Engines, 'helm' | 'kustomize' | 'trace'>
  readonly parameters?: { readonly [policy: string]: { readonly [name: string]: Json } }
  readonly base?: Tree
  readonly accepted?: Partial<Verdicts['accepted']>
  /** In place of the built policies' metadata. */
  readonly set?: PolicySet
  /** In place of the policies' own evaluation, which it is given. */
  readonly evaluate?: (own: Evaluator) => Evaluator
}

/** Judges a whole tree, and the base with the same rules. */
export async function check(tree: Tree, options: CheckOptions = {}): Promise<Report> {
  const built = distribution()
  const given = { ...defaults, ...options.config }
  const config = { ...given, parameters: options.parameters ?? given.parameters }
  const rules = {
    ...built,
    set: options.set ?? built.set,
    flows: config.flows,
    evaluate: options.evaluate?.(built.evaluate) ?? built.evaluate,
    variants: switching(built, config),
  }
  const scope = {
    paths: [''],
    ignore: config.ignore,
    render: config.render,
    context: config.context,
    groups: config.scopes,
    ...(options.base === undefined ? {} : { before: options.base }),
  }
  const engines = options.engines ?? noEngines
  const head = [await judge(tree, scope, rules, engines, () => undefined)]
  const base =
    options.base === undefined
      ? null
      : { tree: options.base, judgements: [await judge(options.base, scope, rules, engines, () => undefined)] }
  return conclude({
    tree,
    head,
    base,
    rules,
    config,
    notes: [],
    frameworks: rules.frameworks,
    shown: (file) => file,
    unjudged: [],
    accepted: { pending: [], baseline: [], digest: (text) => text, today: '2026-11-21', ...options.accepted },
    engines,
  })
}
