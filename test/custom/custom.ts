/** What tests of custom policies share: a repository judged by nothing but its own policies. */
import { pathToFileURL } from 'node:url'
import { readCustom, type CustomOptions } from '../../src/custom/read.js'
import { judgeCustom, type CustomJudged } from '../../src/custom/judge.js'
import type { CustomSource } from '../../src/custom/custom.js'
import { variantsOf } from '../../src/decide/terms.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import type { Engines } from '../../src/host/engines.js'
import { createRego, type RegoOptions } from '../../src/host/rego.js'
import { relate, worldWithStandIns } from '../../src/relate/relate.js'
import { DIST } from '../gate.js'
import { EVERY, resource } from '../resources.js'

export const source = (path: string, more: Partial<CustomSource> = {}): CustomSource => ({
  path,
  namespaces: ['main'],
  combine: false,
  data: [],
  rego: 'v1',
  ...more,
})

export const regoWith = (engines: Pick<Engines, 'compileRego'>, options: Partial<RegoOptions> = {}) =>
  createRego({
    engines,
    cache: null,
    engineFolder: new URL('engine/', DIST),
    workerUrl: new URL('rego-worker.mjs', pathToFileURL(`${process.cwd()}/dist/`)),
    ...options,
  })

export interface CustomOutcome extends CustomJudged {
  /** `policy resource: message`, sorted. */
  readonly told: readonly string[]
  /** `file:line: reason` of what could not be read or compiled. */
  readonly problems: readonly string[]
}

export interface JudgeOptions {
  readonly sources?: readonly CustomSource[]
  readonly rego?: Partial<RegoOptions>
  readonly controlProblem?: CustomOptions['controlProblem']
}

/** Judges `manifests`, one a resource, by the policies in `files`. */
export async function judgeBy(
  engines: Engines,
  files: { readonly [path: string]: string },
  manifests: readonly string[],
  { sources = [], rego: regoOptions = {}, controlProblem = () => null }: JudgeOptions = {},
): Promise<CustomOutcome> {
  const policies = readCustom(memoryTree(files), { sources, taken: new Set(['x/taken']), controlProblem })
  const rego = regoWith(engines, regoOptions)
  const { compiled, problems } = await rego.compile(policies.units)
  const world = worldWithStandIns(
    manifests.map((manifest) => resource(manifest)),
    EVERY,
  )
  const judged = await judgeCustom(
    {
      policies,
      units: new Set(compiled.map(({ unit }) => unit)),
      parameters: {},
      variants: variantsOf([]),
      evaluate: (questions, data) => rego.evaluate(compiled, questions, data),
    },
    { related: [...relate(world)], around: { environment: EVERY, resources: world.resources } },
  )
  return {
    ...judged,
    told: judged.findings
      .map(({ policy, resource: { kind, name }, message }) => `${policy} ${kind}/${name}: ${message}`)
      .sort(),
    problems: [...policies.problems, ...problems].map(({ file, line, reason }) => `${file}:${line ?? ''}: ${reason}`),
  }
}
