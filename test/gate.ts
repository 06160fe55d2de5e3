/** What tests share: the gate with the built policies, on a repository that a test writes down. */
import { pathToFileURL } from 'node:url'
import { defaults, type Config } from '../src/config.js'
import type { Evaluator } from '../src/evaluate/evaluate.js'
import { conclude, judge } from '../src/gate.js'
import { createEngines, type Engines } from '../src/host/engines.js'
import type { Json, Tree } from '../src/model.js'
import type { Report } from '../src/report/report.js'
import { loadDistribution, parametersOf, type Distribution } from '../src/run.js'

export const DIST = pathToFileURL(`${process.cwd()}/dist/`)

let loaded: Promise<Distribution> | undefined

export const distribution = (): Promise<Distribution> => (loaded ??= loadDistribution(DIST))

/** Engines from dist/; the test closes them. */
export const startEngines = (): Engines =>
  createEngines({ directory: new URL('engine/', DIST), workerUrl: new URL('engine-worker.js', DIST) })

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
  /** In place of the policies' own evaluation, which it is given. */
  readonly evaluate?: (own: Evaluator) => Evaluator
}

/** Judges a whole tree, and the base with the same rules. */
export async function check(tree: Tree, options: CheckOptions = {}): Promise<Report> {
  const built = await distribution()
  const config = { ...defaults, ...options.config }
  const rules = { ...built, flows: config.flows, evaluate: options.evaluate?.(built.evaluate) ?? built.evaluate }
  rules.setParameters(
    parametersOf(rules.set.policies, { ...config, parameters: options.parameters ?? config.parameters }),
  )
  const scope = { paths: [''], ignore: config.ignore, render: config.render }
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
    engines,
  })
}
