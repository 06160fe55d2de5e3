/**
 * Every policy's own tests, run by the WebAssembly that users run, and every policy's examples, judged by the whole
 * gate: a pass file gives no finding of it, in a fail file exactly the lines marked `# fails` do.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaults, parseConfig, type Config } from '../src/config.js'
import { memoryTree } from '../src/discover/memory-tree.js'
import type { Engines } from '../src/host/engines.js'
import { check, distribution, startEngines } from './gate.js'

interface Folder {
  readonly id: string
  readonly path: string
  readonly files: readonly string[]
}

const folders: readonly Folder[] = readdirSync('policies')
  .filter((family) => family !== 'lib')
  .flatMap((family) =>
    readdirSync(join('policies', family)).map((name) => {
      const path = join('policies', family, name)
      return { id: `${family}/${name}`.replaceAll('_', '-'), path, files: readdirSync(path).sort() }
    }),
  )

let engines: Engines
beforeAll(() => {
  engines = startEngines(300_000)
})
afterAll(() => engines.close())

test('every policy in the folders is in dist/, and no other', async () => {
  const { set } = distribution()
  expect(set.policies.map(({ id }) => id).sort()).toEqual(folders.map(({ id }) => id).sort())
})

describe('examples', () => {
  for (const { id, path, files } of folders) {
    for (const file of files.filter((name) => name.endsWith('.yaml'))) {
      test(`${id} ${file}`, async () => {
        const text = readFileSync(join(path, file), 'utf8')
        const report = await check(memoryTree({ [file]: text }), {
          config: { ...(await configurationOf(text)), stage: 4, owns: 'platform' },
        })
        const found = report.findings.filter(({ policy }) => policy === id).map(({ location }) => location.line)
        const lines = [...new Set(found)].sort((a, b) => a - b)
        const marked = text.split('\n').flatMap((line, i) => (/# fails$/.test(line.trimEnd()) ? [i + 1] : []))
        expect(report.unjudged).toEqual([])
        expect(lines).toEqual(marked)
        expect(marked.length > 0).toBe(file.startsWith('fail'))
      })
    }
  }
})

/** An example that needs a configuration has it in its first line: `# .ringfence.yaml: {flows: […]}`. */
async function configurationOf(text: string): Promise<Config> {
  const [, written] = /^# \.ringfence\.yaml: (.*)/.exec(text) ?? []
  if (written === undefined) return defaults
  const { config, problems } = parseConfig(written, 'example', distribution().set.policies)
  expect(problems).toEqual([])
  return config ?? defaults
}

test('the tests in Rego', async () => {
  const modules: Record<string, string> = {}
  const read = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) read(path)
      else if (entry.name.endsWith('.rego')) modules[path] = readFileSync(path, 'utf8')
    }
  }
  read('policies')
  const tests = Object.values(modules).flatMap((text) => {
    const [, name = ''] = /^package ([\w.]+)$/m.exec(text) ?? []
    return [...new Set([...text.matchAll(/^(test_\w+)/gm)].map(([, rule]) => `data.${name}.${rule}`))]
  })
  for (const { path } of folders) expect(existsSync(join(path, 'policy_test.rego'))).toBe(true)
  // One entrypoint for all: a test that is undefined, or false, gives no item.
  const rows = tests.map((rule) => `${JSON.stringify(rule)}: [1 | ${rule}],`)
  modules['entry.rego'] = `package entry\n\nresult := {\n${rows.join('\n')}\n}\n`
  const { wasm, errors } = await engines.compileRego({ modules, entrypoints: ['entry/result'] })
  expect(errors).toEqual([])
  const policy = await loadPolicy(wasm as Uint8Array<ArrayBuffer>, { initial: 16 })
  policy.setData({})
  const [answer] = policy.evaluate({}, 'entry/result') as readonly {
    readonly result: Record<string, readonly unknown[]>
  }[]
  expect(tests.filter((rule) => answer?.result[rule]?.length !== 1)).toEqual([])
  expect(tests.length).toBeGreaterThan(folders.length)
  // A module of a thousand tests is another thing than anybody's policies.
}, 300_000)
