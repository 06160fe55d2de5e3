/** `npm run new:policy`: what it starts passes every gate but those that ask for what is to be written. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { memoryTree } from '../src/discover/memory-tree.js'
import type { Engines } from '../src/host/engines.js'
import { check, startEngines } from './gate.js'

const FOLDER = 'policies/default_deny/my_new_rule'

let root = ''
let engines: Engines

beforeAll(() => {
  engines = startEngines()
})
afterAll(() => engines.close())
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-new-policy-'))
  for (const name of ['default_deny', 'mtls_strict', 'lib'])
    mkdirSync(join(root, 'policies', name), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

const start = (...args: readonly string[]) =>
  spawnSync(process.execPath, [resolve('scripts/new-policy.mjs'), ...args], { cwd: root, encoding: 'utf8' })
const read = (file: string): string => readFileSync(join(root, FOLDER, file), 'utf8')
const modules = (): Record<string, string> =>
  Object.fromEntries(['policy.rego', 'policy_test.rego'].map((file) => [`${FOLDER}/${file}`, read(file)]))

/** The tests of a policy that fail. */
async function failing(files: Record<string, string>): Promise<readonly string[]> {
  const tests = [...(files[`${FOLDER}/policy_test.rego`] ?? '').matchAll(/^(test_\w+)/gm)].map(([, name = '']) => name)
  const at = (name: string): string => `policies/default_deny/my_new_rule_test/${name}`
  const { wasm, errors } = await engines.compileRego({ modules: files, entrypoints: tests.map(at) })
  expect(errors).toEqual([])
  const policy = await loadPolicy(wasm as Uint8Array<ArrayBuffer>)
  policy.setData({})
  return tests.filter((name) => {
    const [answer] = policy.evaluate({}, at(name)) as readonly { readonly result: unknown }[]
    return answer?.result !== true
  })
}

test('a policy that is started is in order, and its test fails until it is written', async () => {
  const { status, stdout, stderr } = start('default-deny/my-new-rule')
  expect([status, stderr]).toEqual([0, ''])
  const files = ['fail.yaml', 'pass.yaml', 'policy.rego', 'policy_test.rego']
  expect(readdirSync(join(root, FOLDER)).sort()).toEqual(files)
  for (const file of files) {
    expect(stdout).toContain(`${FOLDER}/${file}\n`)
    expect(read(file)).toContain('TODO')
  }

  const rego = modules()
  expect(await engines.formatRego({ modules: rego })).toEqual({ errors: [], formatted: {} })
  expect(await engines.checkRego({ modules: rego, strict: true })).toEqual([])
  expect(await failing(rego)).toEqual(['test_what_fails_is_found'])
  const condition = 'container.name == "TODO: when"'
  expect(rego[`${FOLDER}/policy.rego`]).toContain(condition)
  const written = {
    ...rego,
    [`${FOLDER}/policy.rego`]: read('policy.rego').replace(condition, 'container.name == "app"'),
  }
  expect(await failing(written)).toEqual([])
})

test('its METADATA has all that the build asks for', async () => {
  start('default-deny/my-new-rule')
  const { annotations, errors } = await engines.inspectRego({ modules: modules() })
  expect(errors).toEqual([])
  expect(annotations.map(({ annotations: metadata }) => metadata)).toEqual([
    {
      scope: 'package',
      title: expect.stringMatching(/^TODO/),
      description: expect.stringMatching(/^TODO/),
      related_resources: [{ ref: expect.stringMatching(/^https:/) }],
      custom: {
        severity: 'medium',
        stage: 1,
        judges: ['pod'],
        remediation: expect.stringMatching(/^TODO/),
        owner: 'app',
        controls: { 'iso-27001-2022': { 'A.8.9': 'J' } },
      },
    },
  ])
})

test('its examples are manifests that the gate reads, and one line of them is marked', async () => {
  start('default-deny/my-new-rule')
  for (const [file, marks] of [
    ['pass.yaml', 0],
    ['fail.yaml', 1],
  ] as const) {
    const report = await check(memoryTree({ [file]: read(file) }))
    expect(report.unjudged).toEqual([])
    expect(report.judged.resources).toBe(1)
    expect(read(file).match(/# fails$/gm) ?? []).toHaveLength(marks)
  }
})

test.each([
  [[], 'usage: npm run new:policy FAMILY/NAME'],
  [['my-rule'], 'usage: npm run new:policy FAMILY/NAME'],
  [['default-deny/My_Rule'], 'usage: npm run new:policy FAMILY/NAME'],
  [['default-deny/../../x'], 'usage: npm run new:policy FAMILY/NAME'],
  [['default-deny/a', 'default-deny/b'], 'usage: npm run new:policy FAMILY/NAME'],
  [['no-family/my-rule'], 'there is no family no-family; there are default-deny, mtls-strict'],
])('%j is refused', (args, message) => {
  const { status, stderr } = start(...args)
  expect(status).toBe(1)
  expect(stderr).toContain(message)
  expect(readdirSync(join(root, 'policies/default_deny'))).toEqual([])
})

test('what is there already stays', () => {
  start('default-deny/my-new-rule')
  const before = read('policy.rego')
  const { status, stderr } = start('default-deny/my-new-rule')
  expect([status, stderr]).toEqual([1, `${FOLDER} is there already\n`])
  expect(read('policy.rego')).toBe(before)
})
