import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { cacheFolder, folderCache } from '../../src/host/cache.js'
import type { RegoCompileRequest, RegoResult } from '../../src/host/engines.js'
import { readCustom } from '../../src/custom/read.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { regoWith, source } from '../custom/custom.js'
import { startEngines } from '../gate.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-cache-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Reads the policy, compiles it with a cache in `folder`, and counts how often OPA's compiler was asked. */
async function compiler() {
  const engines = startEngines()
  let asked = 0
  const compileRego = (request: RegoCompileRequest): Promise<RegoResult> => {
    asked++
    return engines.compileRego(request)
  }
  const rego = regoWith({ compileRego }, { cache: folderCache(join(folder, 'cache')) })
  return {
    compile: async (policy: string) => {
      const options = { sources: [source('policy')], taken: new Set<string>(), controlProblem: () => null }
      const { units } = readCustom(memoryTree({ 'policy/a.rego': policy }), options)
      const { compiled } = await rego.compile(units)
      const [unit] = units
      const question = { unit: unit!, entrypoint: 'main/deny', input: '{}' }
      const [answer] = await rego.evaluate(compiled, [question], new Map())
      return { answer, asked }
    },
    close: () => engines.close(),
  }
}

const policy = (message: string): string => `package main\n\ndeny contains "${message}"\n`

test('what was compiled is kept by its content, and made again where it changed', async () => {
  const { compile, close } = await compiler()
  expect(await compile(policy('a'))).toEqual({ answer: { value: ['a'] }, asked: 1 })
  expect(await compile(policy('a'))).toEqual({ answer: { value: ['a'] }, asked: 1 })
  expect(await compile(policy('b'))).toEqual({ answer: { value: ['b'] }, asked: 2 })
  await close()
})

test.each([
  ['torn', (content: Buffer) => content.subarray(0, content.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['changed', (content: Buffer) => Buffer.from(content.map((byte, i) => (i === 100 ? byte ^ 1 : byte)))],
])('an entry that is %s is made again', async (_what, damage) => {
  const { compile, close } = await compiler()
  await compile(policy('a'))
  const [name] = readdirSync(join(folder, 'cache'))
  const file = join(folder, 'cache', name!)
  const whole = readFileSync(file)
  writeFileSync(file, damage(whole))
  expect(await compile(policy('a'))).toEqual({ answer: { value: ['a'] }, asked: 2 })
  expect(readFileSync(file).equals(whole)).toBe(true)
  await close()
})

test('a folder that cannot be written only costs time', async () => {
  writeFileSync(join(folder, 'cache'), 'a file where the folder would be')
  const { compile, close } = await compiler()
  expect((await compile(policy('a'))).answer).toEqual({ value: ['a'] })
  await close()
})

test('the folder is the runner’s, else the user’s', () => {
  expect(cacheFolder({ RUNNER_TEMP: '/tmp/runner', XDG_CACHE_HOME: '/x' })).toBe('/tmp/runner/ringfence')
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/ringfence')
})
