/**
 * Locations of kustomizations in whole repositories, held against mutations (`mutate.ts`): those of examples/, or with
 * `REPOSITORIES=DIR npx jest test/locate/repositories` every folder in DIR. Prints a row a repository.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { defaults } from '../../src/config.js'
import { discover } from '../../src/discover/discover.js'
import { judge } from '../../src/gate.js'
import type { Engines } from '../../src/host/engines.js'
import { diskTree } from '../../src/host/files.js'
import { locatorOf } from '../../src/locate/locate.js'
import type { Tree } from '../../src/model.js'
import { switching } from '../../src/run.js'
import { distribution, startEngines } from '../gate.js'
import { mutate, type Outcome } from './mutate.js'

const ROOT = process.env['REPOSITORIES'] ?? 'examples'
/** Of each kustomization at most so many places are put to the test. */
const MOST = Number(process.env['MOST'] ?? 12)
const KUSTOMIZATIONS = Number(process.env['KUSTOMIZATIONS'] ?? 20)
const ONLY = new RegExp(process.env['ONLY'] ?? '')

const engines: Engines = startEngines()
afterAll(() => engines.close())

const repositories = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && ONLY.test(entry.name))
  .map(({ name }) => name)

test.each(repositories)(
  '%s',
  async (name) => {
    const tree = diskTree(join(ROOT, name))
    const all = discover(tree, { paths: [''], ignore: [], render: new Map(), context: [], groups: new Map() }).sources
    const sources = all.filter(({ kind }) => kind === 'kustomization')
    const step = Math.max(1, Math.floor(sources.length / KUSTOMIZATIONS))
    const counts: Record<string, number> = {}
    const count = (key: string): number => (counts[key] = (counts[key] ?? 0) + 1)
    for (const { id } of sources.filter((_, i) => i % step === 0).slice(0, KUSTOMIZATIONS)) {
      for (const [key, what] of await outcomes(tree, id)) {
        count(key)
        if (process.env['SHOW'] !== undefined && !key.endsWith('held')) process.stdout.write(`${key} ${what}\n`)
      }
    }
    process.stdout.write(`${name}: ${sources.length} kustomizations ${JSON.stringify(counts)}\n`)
    expect(counts['exact held'] ?? 0).toBeGreaterThan(0)
    expect(counts['exact unmoved'] ?? 0).toBe(0)
  },
  3_600_000,
)

/** `precision outcome`, and of which place. */
async function outcomes(tree: Tree, folder: string): Promise<readonly (readonly [string, string])[]> {
  const built = distribution()
  const rules = { ...built, flows: [], variants: switching(built, defaults) }
  const scope = { paths: [folder], ignore: [], render: new Map(), context: [], groups: new Map() }
  const once = {
    ...engines,
    kustomize: (request: Parameters<Engines['kustomize']>[0]) => engines.kustomize({ ...request, origins: false }),
  }
  const judged = await judge(tree, scope, rules, once, () => undefined)
  const findings = judged.findings.filter(
    ({ resource }) =>
      resource.origin.source === folder && resource.origin.kind === 'kustomization' && resource.declared,
  )
  const locate = await locatorOf(
    tree,
    judged.sources,
    once,
    findings.map(({ resource, path }) => ({ resource, path, values: false, wanted: null })),
  )
  const seen = new Set<string>()
  const results: (readonly [string, string])[] = []
  for (const { resource, path } of findings) {
    const located = locate({ resource, path })
    const { file, line, precision } = located.location
    const key = `${file}:${line}:${path.filter((step) => typeof step === 'string').join('.')}`
    if (seen.has(key)) continue
    seen.add(key)
    if (seen.size > MOST) break
    const outcome: Outcome = await mutate({ tree, resource, path, located, engines: once })
    results.push([`${precision} ${outcome}`, `${key} ${resource.kind} ${resource.name} ${path.join('.')}`])
  }
  return results
}
