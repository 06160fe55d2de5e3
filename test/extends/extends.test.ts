import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Report } from '../../src/report/report.js'
import { removeFolders } from '../command.js'
import { conftestPush, npmPack, opaBundle } from './artifacts.js'
import { freePort, loopback, type Loopback } from './registry.js'
import { judged, pod, policy, refusal, type Files } from './judged.js'

const PRIVILEGED = 'least-privilege/privileged-container'
const ROOT = 'least-privilege/run-as-non-root'

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

/** `policy status` of what is found, once each. */
const told = ({ findings }: Report, like: RegExp): readonly string[] =>
  [
    ...new Set(findings.filter(({ policy }) => like.test(policy)).map(({ policy, status }) => `${policy} ${status}`)),
  ].sort()

const org = (config: string, more: Files = {}): Files => ({
  'org/.ringfence.yaml': config,
  ...Object.fromEntries(Object.entries(more).map(([path, text]) => [`org/${path}`, text])),
})

describe('a floor is tightened, never weakened', () => {
  const FLOOR = `stage: 2
owns: app
unknown: advise
fail-on: {findings: all, severity: medium}
weakening: block
waiver-days: 90
policies:
  ${PRIVILEGED}: block
  least-privilege/image-registry: {parameters: {allowed: [registry.example.com]}}
`
  test.each([
    ['stage: 1', '2:1: stage 1 is weaker than 2, what org asks for'],
    ['fail-on: new', '2:1: new is weaker than all, what org asks for'],
    ['fail-on: {severity: high}', '2:1: severity high is weaker than medium, what org asks for'],
    ['weakening: advise', '2:1: advise is weaker than block, what org asks for'],
    ['waiver-days: 91', '2:1: 91 is weaker than 90, what org asks for'],
    [`policies: {${PRIVILEGED}: off}`, '2:12: off is weaker than block, what org asks for'],
    [`policies: {${ROOT}: advise}`, '2:12: advise is weaker than the level of its stage, what org asks for'],
    [`policies: {${ROOT}: {severity: low}}`, '2:12: severity low is weaker than high, what org asks for'],
    [
      'policies: {least-privilege/image-registry: {parameters: {allowed: [docker.io]}}}',
      '2:12: the parameter allowed of least-privilege/image-registry is set by org',
    ],
    [
      `overrides: [{match: {kind: Pod}, policies: {${PRIVILEGED}: advise}}]`,
      '2:45: advise is weaker than block, what org asks for',
    ],
    ['ignore: [vendor/**]', '2:10: vendor/** is not judged: org does not leave that to others (leaves: [ignore])'],
    ['context: [given]', '2:11: given counts as given: org does not leave that to others (leaves: [context])'],
    ['scopes: {apart: [apps/**]}', '2:10: apart is judged apart: org does not leave that to others (leaves: [scopes])'],
    [
      'baseline: baseline.json',
      '2:1: what was there on the first day is accepted: org does not leave that to others (leaves: [baseline])',
    ],
    [
      `waivers: [{policy: ${PRIVILEGED}, resource: Pod/shop/app, reason: a, owner: b, expires: 2026-12-01}]`,
      `2:11: ${PRIVILEGED} is waived: org does not leave that to others (leaves: [waivers])`,
    ],
    [
      'waivers: [{file: a.yaml, reason: a, owner: b, expires: 2026-12-01}]',
      '2:11: what could not be judged is waived: org does not leave that to others (leaves: [waivers])',
    ],
    [
      'trust: {waivers: head}',
      '2:9: waivers of a pull request hold: org does not leave that to others (leaves: [waivers])',
    ],
    [
      'trust: {annotations: true}',
      '2:9: resources bring waivers for themselves: org does not leave that to others (leaves: [waivers])',
    ],
    [
      'trust: {branches: [release/*]}',
      '2:20: release/* has rules of its own: org does not leave that to others (leaves: [branches])',
    ],
  ])('%s', async (line, message) => {
    const head = { ...org(FLOOR), '.ringfence.yaml': `extends: org\n${line}\n` }
    expect(await refusal(head)).toBe(`.ringfence.yaml:${message}`)
  })

  test('what is stricter, or left to others, holds', async () => {
    const floor = `stage: 2\nleaves: [ignore, waivers, baseline, parameters, branches]\n`
    const config = `extends: ./org/
stage: 3
fail-on: {findings: all, severity: low}
ignore: [vendor/**]
waivers: [{policy: ${PRIVILEGED}, resource: Pod/shop/app, reason: a, owner: b, expires: 2026-12-01, value: true}]
trust: {branches: [release/*]}
policies: {least-privilege/image-registry: {parameters: {allowed: [registry.example.com]}}}
`
    const files = { ...org(floor), '.ringfence.yaml': config, 'a.yaml': pod('app'), 'vendor/b.yaml': pod('other') }
    const { report } = await judged(files)
    expect(report.configuration).toMatchObject({ stage: 3, extends: ['org'] })
    expect(report.judged.resources).toBe(1)
    expect(told(report, /privileged-container/)).toEqual([`${PRIVILEGED} waived`])
  })

  test('what the repository says nothing of is the organisation’s', async () => {
    const floor = `stage: 2\npolicies: {${PRIVILEGED}: advise}\nignore: [vendor/**]\n`
    const files = {
      ...org(floor),
      '.ringfence.yaml': 'extends: org\n',
      'a.yaml': pod('app'),
      'vendor/b.yaml': pod('b'),
    }
    const { report } = await judged(files)
    expect(report.stage).toBe(2)
    expect(report.judged.resources).toBe(1)
    expect(told(report, /privileged-container/)).toEqual([`${PRIVILEGED} advisory`])
  })

  const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
`

  test('what it leaves of context and scopes holds', async () => {
    const isolated = async (floor: string, rest: string): Promise<readonly string[]> => {
      const files = { ...org(floor), 'apps/a.yaml': pod('app'), 'given/deny.yaml': DENY }
      const { report } = await judged({ ...files, '.ringfence.yaml': `extends: org\n${rest}` })
      return told(report, /ingress-isolated/)
    }
    const open = ['default-deny/ingress-isolated blocking']
    expect(await isolated('stage: 1\nleaves: [context]\n', 'context: [given]\n')).toEqual([])
    expect(await isolated('stage: 1\nleaves: [scopes]\n', 'scopes: {apart: [apps/**]}\n')).toEqual(open)
    expect(await isolated('leaves: []\n', 'context: [given]\n')).toEqual([])
  })

  test('an environment that is found is judged, whichever are named, unless it leaves that', async () => {
    const privileged = async (floor: string): Promise<readonly string[]> => {
      const { report } = await judged({
        ...org(floor),
        'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
        'shop/values.yaml': 'privileged: false\n',
        'shop/values-prod.yaml': 'privileged: true\n',
        'shop/values-staging.yaml': 'privileged: false\n',
        'shop/templates/pod.yaml': pod('app', 'privileged: {{ .Values.privileged }}'),
        '.ringfence.yaml': 'extends: org\nrender: {shop: {environments: {safe: {values: [values-staging.yaml]}}}}\n',
      })
      expect(report.unjudged).toEqual([])
      expect(report.judged.environments).toBe(floor.includes('render') ? 1 : 2)
      return told(report, /privileged-container/)
    }
    expect(await privileged('stage: 1\n')).toEqual([`${PRIVILEGED} blocking`])
    expect(await privileged('stage: 1\nleaves: [render]\n')).toEqual([])
  })

  test('what it is silent about is the repository’s own', async () => {
    const files = { ...org(`policies: {${ROOT}: block}\n`), 'a.yaml': pod('app') }
    const config = `extends: org\npolicies: {${PRIVILEGED}: off}\nwaivers: [{policy: ${PRIVILEGED}, resource: Pod/shop/app, reason: a, owner: b, expires: 2026-12-01}]\n`
    const { report } = await judged({ ...files, '.ringfence.yaml': config })
    expect(told(report, /privileged-container|run-as-non-root/)).toEqual([`${ROOT} blocking`])
    expect(report.findings.find(({ policy }) => policy === ROOT)?.from).toBe('org')
  })

  test('resource by resource, the stricter of both', async () => {
    const floor = `overrides:
  - match: {name: free}
    policies: {${PRIVILEGED}: advise}
policies: {${PRIVILEGED}: block}
`
    const config = `extends: org
overrides:
  - match: {kind: Pod}
    policies: {${PRIVILEGED}: advise}
`
    const files = { ...org(floor), '.ringfence.yaml': config, 'a.yaml': pod('app'), 'b.yaml': pod('free') }
    const { report } = await judged(files)
    const of = (name: string): readonly string[] =>
      told(
        { ...report, findings: report.findings.filter(({ resource }) => resource.name === name) },
        /privileged-container/,
      )
    expect(of('app')).toEqual([`${PRIVILEGED} blocking`])
    expect(of('free')).toEqual([`${PRIVILEGED} advisory`])
  })

  test('a second one beside it may not loosen it either', async () => {
    const files = { ...org('stage: 2\n'), 'mine/.ringfence.yaml': 'ignore: ["**"]\n', 'a.yaml': pod('app') }
    for (const config of ['extends: [org, mine]\n', 'extends: [mine, org]\n'])
      expect(await refusal({ ...files, '.ringfence.yaml': config })).toBe(
        '.ringfence.yaml: extends: in mine ** is not judged: org does not leave that to others (leaves: [ignore])',
      )
    const strictest = { ...files, 'mine/.ringfence.yaml': `stage: 1\npolicies: {${PRIVILEGED}: off}\n` }
    const { report } = await judged({ ...strictest, '.ringfence.yaml': 'extends: [mine, org]\n' })
    expect(report.stage).toBe(2)
    expect(told(report, /privileged-container/)).toEqual([`${PRIVILEGED} blocking`])
  })

  test('one extends another, and may not weaken it', async () => {
    const files = {
      ...org('stage: 2\n'),
      'team/.ringfence.yaml': 'extends: ../org\nowns: platform\n',
      'a.yaml': pod('a'),
    }
    const { report } = await judged({ ...files, '.ringfence.yaml': 'extends: team\n' })
    expect(report.configuration).toMatchObject({ stage: 2, owns: 'platform', extends: ['org', 'team'] })
    const weaker = {
      ...files,
      'team/.ringfence.yaml': 'extends: ../org\nstage: 1\n',
      '.ringfence.yaml': 'extends: team\n',
    }
    expect(await refusal(weaker)).toBe('team/.ringfence.yaml:2:1: stage 1 is weaker than 2, what org asks for')
  })

  test.each([
    ['extends: nowhere\n', '.ringfence.yaml:1:1: extends: nowhere: there is no such file or folder'],
    ['extends: [a, ../x]\n', '.ringfence.yaml:1:14: extends: ../x: leads out of the repository'],
    ['extends: self\n', 'self/.ringfence.yaml:1:1: extends: self extends itself'],
    ['extends: one\n', 'one/.ringfence.yaml:2:1: baseline belongs to one repository: others cannot extend it'],
    [
      'extends: https://example.com/x\n',
      '.ringfence.yaml:1:1: extends is "https://example.com/x": it is a folder, oci://HOST/NAME@sha256:…, or npm:NAME@VERSION#sha512-…',
    ],
  ])('%s', async (config, message) => {
    const files = {
      'a/.ringfence.yaml': '',
      'self/.ringfence.yaml': 'extends: ../self\n',
      'one/.ringfence.yaml': 'stage: 1\nbaseline: b.json\n',
    }
    expect((await refusal({ ...files, '.ringfence.yaml': config })).split('\n')[0]).toBe(message)
  })
})

describe('bundles', () => {
  let registry: Loopback
  beforeEach(async () => {
    registry = await loopback()
  })
  afterEach(() => registry.stop())

  const BUNDLE = {
    '.ringfence.yaml': `stage: 2\npolicies: {org/owner_label: block}\n`.replace('_', '-'),
    '.ringfence/policies/owner_label.rego': policy('owner_label'),
  }

  test('policies of an OCI artifact judge, cannot be switched off, and are told with where they come from', async () => {
    const digest = registry.put('org/floor', opaBundle(BUNDLE))
    const at = `oci://${registry.host}/org/floor@${digest}`
    const name = `oci:${registry.host}/org/floor@${digest.slice(0, 19)}`
    const files = { '.ringfence.yaml': `extends: ${at}\n`, 'a.yaml': pod('app') }
    const { report } = await judged(files)
    expect(report.configuration.extends).toEqual([name])
    const found = report.findings.find(({ policy }) => policy === 'org/owner-label')
    expect(found).toMatchObject({ status: 'blocking', message: 'no label owner', from: name })
    expect(await refusal({ ...files, '.ringfence.yaml': `extends: ${at}\npolicies: {org/owner-label: off}\n` })).toBe(
      `.ringfence.yaml:2:12: off is weaker than block, what ${name} asks for`,
    )
    // Kept by its digest: the registry was asked once for each.
    expect(registry.heard).toHaveLength(2)
  })

  test('what conftest pushes is judged as conftest does, and an npm package as a repository is', async () => {
    const rego = 'package main\n\ndeny contains "no label" if not input.metadata.labels.owner\n'
    const digest = registry.put('org/conftest', conftestPush({ 'policy/deny.rego': rego }))
    const given = npmPack({ ...BUNDLE, 'package.json': '{"name": "@org/floor"}' })
    registry.publish('@org/floor', '1.0.0', given)
    process.env['NPM_CONFIG_REGISTRY'] = `http://${registry.host}/`
    try {
      const config = `extends:\n  - oci://${registry.host}/org/conftest@${digest}\n  - npm:@org/floor@1.0.0#${given.integrity}\n`
      const { report } = await judged({ '.ringfence.yaml': config, 'a.yaml': pod('app') })
      expect(report.unjudged).toEqual([])
      expect(told(report, /^conftest|^org/)).toEqual(['conftest/main.deny blocking', 'org/owner-label blocking'])
    } finally {
      delete process.env['NPM_CONFIG_REGISTRY']
    }
  })

  test('what does not compile is told at its place in the bundle, and blocks', async () => {
    const digest = registry.put(
      'org/broken',
      conftestPush({ 'deny.rego': 'package main\n\ndeny contains x if true\n' }),
    )
    const { report } = await judged({
      '.ringfence.yaml': `extends: oci://${registry.host}/org/broken@${digest}\n`,
      'a.yaml': pod('app', 'privileged: false'),
    })
    expect(report.outcome).toBe('fail')
    expect(report.unjudged[0]).toMatchObject({
      file: `oci:${registry.host}/org/broken@${digest.slice(0, 19)}/deny.rego`,
      line: 3,
    })
  })

  test('a registry that is down blocks, and a bundle without a digest is refused with the line to write', async () => {
    const digest = registry.put('org/floor', opaBundle({ ...BUNDLE, 'README.md': 'Not kept yet.' }), 'v1')
    const nobody = `127.0.0.1:${await freePort()}`
    expect(await refusal({ '.ringfence.yaml': `extends: oci://${nobody}/org/floor@${digest}\n` })).toBe(
      `.ringfence.yaml:1:1: extends: oci://${nobody}/org/floor@${digest}: ${nobody} cannot be reached: connect ECONNREFUSED ${nobody}`,
    )
    const at = `oci://${registry.host}/org/floor:v1`
    expect(await refusal({ '.ringfence.yaml': `stage: 1\nextends: [${at}]\n` })).toBe(
      `.ringfence.yaml:2:11: extends: ${at}: it has no digest; write ${at}@${digest}`,
    )
  })

  test('a pull request is no permission to ask a registry; another version of what is extended is', async () => {
    const [first, second] = [
      registry.put('org/floor', opaBundle(BUNDLE), 'v1'),
      registry.put('org/floor', opaBundle({ ...BUNDLE, '.ringfence.yaml': 'stage: 3\n' }), 'v2'),
    ]
    const other = registry.put('org/other', opaBundle(BUNDLE))
    const at = (name: string, digest: string): string => `oci://${registry.host}/org/${name}@${digest}`
    const target = { '.ringfence.yaml': `extends: ${at('floor', first)}\n`, 'a.yaml': pod('app') }
    const added = { ...target, '.ringfence.yaml': `extends: [${at('floor', first)}, ${at('other', other)}]\n` }
    const { report } = await judged(added, target)
    expect(registry.heard.filter((line) => line.includes('/org/other/'))).toEqual([])
    expect(report.pending).toMatchObject({
      outcome: 'unknown',
      unsure: [`extends: ${at('other', other)} is not looked at before the target branch extends it`],
    })
    const bumped = await judged({ ...target, '.ringfence.yaml': `extends: ${at('floor', second)}\n` }, target)
    expect(bumped.report.pending).toMatchObject({ outcome: 'pass', weaker: [], unsure: ['extends: not the same'] })
  })
})

describe('weakening', () => {
  const target = { '.ringfence.yaml': 'stage: 2\nweakening: block\n', 'a.yaml': pod('app', 'privileged: false') }
  const change = async (config: string, more: Files = {}): Promise<Report> =>
    (await judged({ ...target, '.ringfence.yaml': config, ...more }, target)).report

  test.each([
    ['stage: 1\nweakening: block\n', 'stage: 2 → 1'],
    ['stage: 2\n', 'weakening: block → advise'],
    [`stage: 2\nweakening: block\npolicies: {${PRIVILEGED}: off}\n`, `policies.${PRIVILEGED}: as its stage says → off`],
    ['stage: 2\nweakening: block\nignore: [b/**]\n', 'ignore: b/**'],
    [
      `stage: 2\nweakening: block\noverrides: [{match: {kind: Pod}, policies: {${PRIVILEGED}: off}}]\n`,
      'overrides: not the same',
    ],
    ['stage: 2\nweakening: block\nfail-on: {severity: critical}\n', 'fail-on: medium → critical'],
    ['stage: 2\nweakening: block\ntrust: {waivers: head}\n', 'trust.waivers: target → head'],
  ])('%s is refused', async (config, said) => {
    const report = await change(config)
    expect([...(report.pending?.weaker ?? []), ...(report.pending?.unsure ?? [])]).toEqual([said])
    expect(report.outcome).toBe('fail')
    expect(report.unjudged[0]?.reason).toContain(`weakening: block): ${said}`)
  })

  test('what is stricter is not; a policy that changes is, since nobody can tell', async () => {
    expect((await change('stage: 3\nweakening: block\n')).unjudged).toEqual([])
    const changed = await change('stage: 2\nweakening: block\n', { '.ringfence/policies/a.rego': policy('a') })
    expect(changed.pending?.unsure).toEqual(['.ringfence/policies/a.rego: not the same'])
    expect(changed.outcome).toBe('fail')
  })

  test('without the key it is told, and does not block', async () => {
    const soft = { ...target, '.ringfence.yaml': 'stage: 2\n' }
    const { report } = await judged({ ...soft, '.ringfence.yaml': 'stage: 1\n' }, soft)
    expect(report.pending?.weaker).toEqual(['stage: 2 → 1'])
    expect(report.unjudged).toEqual([])
  })
})
