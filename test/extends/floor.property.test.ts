/**
 * No rules that a pull request brings make a finding pass that blocks under the target's: whatever its configuration says,
 * extends, waives, ignores, takes as context or as a baseline, whatever its policies and frameworks are.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Report } from '../../src/report/report.js'
import { removeFolders } from '../command.js'
import { judged, pod, policy, type Files } from './judged.js'

let cache: string
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'ringfence-cache-'))
  process.env['RUNNER_TEMP'] = cache
})
afterAll(() => {
  rmSync(cache, { recursive: true })
  delete process.env['RUNNER_TEMP']
})
afterEach(removeFolders)

const POLICIES = [
  'least-privilege/privileged-container',
  'least-privilege/run-as-non-root',
  'default-deny/ingress-isolated',
  'org/owner',
]

/** What judges: the manifests of the pull request, its rules apart. */
const MANIFESTS: Files = {
  'a.yaml': pod('app'),
  'vendor/b.yaml': pod('other').replace(
    'namespace: shop}',
    `namespace: shop, annotations: {ringfence/waivers: '[{policy: ${POLICIES[0]}, reason: a, owner: b, expires: 2026-12-01, value: true}]'}}`,
  ),
}

const level = fc.constantFrom('off', 'advise', 'block')
const id = fc.constantFrom(...POLICIES)
const glob = fc.constantFrom('**', '*.yaml', 'vendor/**', 'none/**')

const waiver = fc.record(
  {
    policy: id,
    resource: fc.constantFrom('**', 'Pod/shop/app', 'Pod/*/*'),
    reason: fc.constant('a'),
    owner: fc.constant('b'),
    expires: fc.constantFrom('2026-12-01', '2099-01-01'),
    value: fc.constantFrom<unknown>(true, null, 'x'),
  },
  { requiredKeys: ['policy', 'resource', 'reason', 'owner', 'expires'] },
)

const override = fc.record({
  match: fc.record({ kind: fc.constant('Pod'), name: fc.constantFrom('app', '*'), file: glob }, { requiredKeys: [] }),
  policies: fc.dictionary(id, level, { minKeys: 1, maxKeys: 2 }),
})

/** What any configuration may say, shared or not. */
const SHARED = {
  stage: fc.constantFrom(1, 2, 3),
  owns: fc.constantFrom('app', 'platform'),
  unknown: fc.constantFrom('advise', 'block'),
  'fail-on': fc.constantFrom<unknown>('new', 'all', { severity: 'critical' }, { findings: 'all', severity: 'low' }),
  policies: fc.dictionary(id, fc.oneof(level, fc.record({ level, severity: fc.constantFrom('low', 'critical') })), {
    maxKeys: 3,
  }),
  overrides: fc.array(override, { maxLength: 2 }),
  ignore: fc.array(glob, { maxLength: 2 }),
  waivers: fc.array(waiver, { maxLength: 2 }),
  'waiver-days': fc.constantFrom(1, 365, 100_000),
  trust: fc.record({ waivers: fc.constantFrom('target', 'head'), annotations: fc.boolean() }, { requiredKeys: [] }),
  weakening: fc.constantFrom('advise', 'block'),
  leaves: fc.subarray(['ignore', 'waivers', 'baseline', 'parameters', 'branches']),
}

const shared = fc.record(SHARED, { requiredKeys: [] })

const own = fc.record(
  {
    ...SHARED,
    extends: fc.constantFrom<unknown>(
      'org',
      ['org', 'mine'],
      'mine',
      [],
      'nowhere',
      'oci://127.0.0.1:1/x@sha256:' + '0'.repeat(64),
    ),
    baseline: fc.constant('baseline.json'),
    context: fc.constant(['vendor']),
    flows: fc.constant([{ from: 'shop/app', to: 'shop/other' }]),
    scopes: fc.constant({ a: ['a.yaml'] }),
  },
  { requiredKeys: [] },
)

/** Files of rules; JSON is YAML. */
const rules = fc
  .record({
    config: fc.option(own, { nil: undefined }),
    org: shared,
    mine: shared,
    policy: fc.constantFrom(undefined, policy('owner'), policy('owner', 'false'), 'package broken'),
    framework: fc.constantFrom(undefined, 'id: gdpr\n', 'id: x\ntitle: x\n'),
  })
  .map(({ config, org, mine, policy, framework }): Files => ({
    'org/.ringfence.yaml': JSON.stringify(org),
    'mine/.ringfence.yaml': JSON.stringify(mine),
    'baseline.json': '{"version": 1, "findings": []}',
    ...(config === undefined ? {} : { '.ringfence.yaml': JSON.stringify(config) }),
    ...(policy === undefined ? {} : { '.ringfence/policies/owner.rego': policy }),
    ...(framework === undefined ? {} : { '.ringfence/frameworks/a.yaml': framework }),
  }))

/** `policy resource`, sorted. */
const blocking = ({ findings }: Report): readonly string[] =>
  [
    ...new Set(
      findings
        .filter(({ status }) => status === 'blocking')
        .map(({ policy, resource }) => `${policy} ${resource.name}`),
    ),
  ].sort()

/** null: the rules cannot be read, or ask for what is not there. */
const reportOf = (head: Files, target: Files): Promise<Report | null> =>
  judged(head, target).then(
    ({ report }) => report,
    () => null,
  )

test('what blocks under the target’s rules blocks, whatever rules the head brings', async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(rules, fc.array(rules, { minLength: 1, maxLength: 2 }), async (target, heads) => {
      const before = await reportOf({ ...target, ...MANIFESTS }, target)
      if (before === null) return
      const trusts = JSON.stringify(target).includes('\\"waivers\\":\\"head\\"')
      for (const head of heads) {
        const after = await reportOf({ ...head, ...MANIFESTS }, target)
        // The head's rules are no reason to do no work.
        expect(after).not.toBeNull()
        // Whoever says that waivers of a pull request hold has left them to it: but for those, and what they waive.
        const waived = trusts ? new Set(waivedIn(after!)) : new Set<string>()
        const missing = blocking(before).filter((each) => !blocking(after!).includes(each) && !waived.has(each))
        expect(missing).toEqual([])
        if (before.outcome === 'fail' && waived.size === 0) expect(after!.outcome).toBe('fail')
        compared++
      }
    }),
    { numRuns: 80 },
  )
  expect(compared).toBeGreaterThan(10)
})

const waivedIn = ({ findings }: Report): readonly string[] =>
  findings.filter(({ status }) => status === 'waived').map(({ policy, resource }) => `${policy} ${resource.name}`)

test('what a floor of the target holds cannot be waived by a head whose waivers are trusted', async () => {
  const heads = fc.array(rules, { minLength: 1, maxLength: 1 })
  const target: Files = {
    'org/.ringfence.yaml': 'stage: 2\ntrust: {waivers: head}\n',
    '.ringfence.yaml': 'extends: org\n',
  }
  // The organisation leaves waivers to others in the second.
  const open = { ...target, 'org/.ringfence.yaml': 'stage: 2\ntrust: {waivers: head}\nleaves: [waivers]\n' }
  const held = blocking((await reportOf({ ...target, ...MANIFESTS }, target))!)
  const every = JSON.stringify({
    waivers: POLICIES.slice(0, 3).map((each) => ({
      policy: each,
      resource: '**',
      reason: 'a',
      owner: 'b',
      expires: '2026-12-01',
      value: true,
    })),
  })
  const attempt = { ...MANIFESTS, '.ringfence.yaml': every }
  expect(blocking((await reportOf(attempt, target))!)).toEqual(held)
  expect(blocking((await reportOf(attempt, open))!).length).toBeLessThan(held.length)
  await fc.assert(
    fc.asyncProperty(heads, async ([head]) => {
      expect(blocking((await reportOf({ ...head, ...MANIFESTS }, target))!)).toEqual(expect.arrayContaining([...held]))
    }),
    { numRuns: 30 },
  )
})
