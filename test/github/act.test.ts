import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { act, type Answer, type Request } from '../../src/github/act.js'
import { workflowOf } from '../../src/github/workflow.js'
import { GateError } from '../../src/host/gate-error.js'
import { clean, policies, readLines, report } from '../report/fixture.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-act-'))
  mkdirSync(join(folder, 'temp'))
  mkdirSync(join(folder, 'checkout'))
})

afterEach(() => rmSync(folder, { recursive: true }))

interface Step {
  readonly requests: readonly Request[]
  readonly log: string
  readonly outputs: { readonly [name: string]: string }
  readonly failures: readonly string[]
  readonly summary: string
}

async function step(answer: Answer | Error, inputs: { readonly [name: string]: string } = {}): Promise<Step> {
  const summary = join(folder, 'summary.md')
  const workflow = workflowOf(
    {
      GITHUB_WORKSPACE: join(folder, 'checkout'),
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_SERVER_URL: 'https://git.example.com',
      GITHUB_REPOSITORY: 'shop/deploy',
      GITHUB_SHA: 'abc',
      RUNNER_TEMP: join(folder, 'temp'),
    },
    folder,
    folder,
  )
  const requests: Request[] = []
  const log: string[] = []
  const outputs: { [name: string]: string } = {}
  const failures: string[] = []
  await act(
    {
      input: (name) => inputs[name] ?? '',
      output: (name, value) => void (outputs[name] = value),
      write: (text) => void log.push(text),
      fail: (message) => void failures.push(message),
      network: { send: () => Promise.reject(new Error('no network')), now: () => 0, sleep: () => Promise.resolve() },
    },
    workflow,
    (request) => {
      requests.push(request)
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
  )
  return { requests, log: log.join(''), outputs, failures, summary: readFileSync(summary, 'utf8') }
}

const answer = {
  policies,
  linesOf: readLines,
  version: '1',
  patches: () => [],
  isMendingUnfinished: false,
  worlds: () => Promise.resolve([]),
}
const failing: Answer = { ...answer, report }
const passing: Answer = { ...answer, report: clean }

describe('a step that fails', () => {
  test('says so everywhere, and once', async () => {
    const { log, outputs, failures, summary } = await step(failing)
    expect(failures).toEqual(['Ringfence: 5 findings block and 1 could not be judged'])
    expect(outputs).toMatchObject({ outcome: 'fail', blocking: '5', advisory: '3', unjudged: '1' })
    expect(JSON.parse(readFileSync(outputs['report'] ?? '', 'utf8'))).toEqual(report)
    expect(log).toContain('NOT JUDGED (1)')
    expect(log).toContain('\n::error file=charts/api/templates/job.yaml,line=12,title=Not judged::')
    expect(summary).toContain('## ❌ Ringfence: 5 findings block and 1 could not be judged')
    expect(summary).toContain('https://git.example.com/shop/deploy/blob/abc/charts/cart/templates/deployment.yaml#L12')
  })

  test('annotates and links from the root of the checkout', async () => {
    const { log, summary, requests } = await step(failing, { 'working-directory': 'k8s/prod' })
    expect(requests[0]?.cwd).toBe(join(folder, 'checkout/k8s/prod'))
    expect(log).toContain('::error file=k8s/prod/charts/cart/templates/deployment.yaml,line=12,')
    expect(summary).toContain('/blob/abc/k8s/prod/charts/cart/templates/deployment.yaml#L12')
  })

  test('annotates nothing where the folder lies outside of the checkout', async () => {
    const { log, failures, summary } = await step(failing, { 'working-directory': '..' })
    expect(log).not.toContain('::error')
    expect(summary).not.toContain('https://git.example.com')
    expect(failures).toHaveLength(1)
  })
})

test('a step that passes has no failure and no annotation, and says what was judged', async () => {
  const { log, outputs, failures, summary } = await step(passing)
  expect(failures).toEqual([])
  expect(outputs).toMatchObject({ outcome: 'pass', blocking: '0', unjudged: '0' })
  expect(log).not.toContain('\n::')
  expect(summary).toContain('Judged 14 of 14 charts × 3 environments')
})

describe('the gate that could not do its work', () => {
  test('fails the step with what is wrong', async () => {
    const { outputs, failures, summary } = await step(
      new GateError('.ringfence.yaml:1:1: unknown key "a"\n.ringfence.yaml:2:1: <b>'),
    )
    expect(outputs).toEqual({ outcome: 'error' })
    expect(failures).toEqual([
      'Ringfence could not do its work: .ringfence.yaml:1:1: unknown key "a"\n.ringfence.yaml:2:1: <b>',
    ])
    expect(summary).toContain(
      'could not do its work\n\n    .ringfence.yaml:1:1: unknown key "a"\n    .ringfence.yaml:2:1: <b>\n',
    )
  })

  test('calls an error of its own by that name, and logs no command of somebody else', async () => {
    const { log, failures } = await step(new Error('broken\n::error::injected \u001b[31m'))
    expect(failures[0]).toContain('(internal error, please report it)')
    expect(log).toContain('\\::error::injected \\x1b[31m')
    expect(log).not.toMatch(/^::/m)
  })
})

test('inputs: one path a line, empty ones are not there', async () => {
  const { requests } = await step(passing, {
    paths: ' charts \n\n my folder/a.yaml\n',
    config: '',
    stage: '2',
    'fail-on': 'all',
  })
  expect(requests).toMatchObject([
    { cwd: join(folder, 'checkout'), paths: ['charts', 'my folder/a.yaml'], config: null, stage: '2', failOn: 'all' },
  ])
  const bare = await step(passing)
  expect(bare.requests[0]).toMatchObject({ paths: ['.'], config: null, stage: '', failOn: '' })
})

test('two steps of one job keep their reports', async () => {
  const [first, second] = [await step(passing), await step(failing)]
  expect(first.outputs['report']).not.toBe(second.outputs['report'])
})
