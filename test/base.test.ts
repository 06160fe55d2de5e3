/** `ringfence check --base`: what was there before does not block, and the base's configuration judges both sides. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { Report } from '../src/report/report.js'
import { removeFolders, repositoryOf, ringfence } from './command.js'

afterAll(removeFolders)

const pod = (name: string, security: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example.com/app:1
      securityContext: ${security}
`

const PRIVILEGED = '{privileged: true}'
const OPEN = '{allowPrivilegeEscalation: true}'

async function check(cwd: string, ...args: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await ringfence(['check', '--format', 'json', '--base', 'main', ...args], { cwd })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Report
}

const blocking = ({ findings }: Report): readonly string[] =>
  findings.filter(({ status }) => status === 'blocking').map(({ policy, resource }) => `${policy} ${resource.name}`)
const statusOf = ({ findings }: Report, policy: string, name: string): readonly string[] =>
  findings.filter((found) => found.policy === policy && found.resource.name === name).map(({ status }) => status)

const SOON = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10)
const POLICY = 'least-privilege/privileged-container'

describe('what is new', () => {
  test('blocks, and what was there does not', async () => {
    const folder = repositoryOf({ 'a.yaml': pod('old', PRIVILEGED) })
    expect((await check(folder)).outcome).toBe('pass')
    writeFileSync(join(folder, 'b.yaml'), pod('new', PRIVILEGED))
    const report = await check(folder)
    expect(report.outcome).toBe('fail')
    expect(statusOf(report, POLICY, 'old')).toEqual(['existing'])
    expect(statusOf(report, POLICY, 'new')).toEqual(['blocking'])
  })

  test('is not what moved to another file', async () => {
    const folder = repositoryOf({ 'a.yaml': pod('old', PRIVILEGED) })
    rmSync(join(folder, 'a.yaml'))
    writeFileSync(join(folder, 'b.yaml'), pod('old', PRIVILEGED))
    expect(blocking(await check(folder))).toEqual([])
  })

  test('is all of it with fail-on all', async () => {
    const folder = repositoryOf({ 'a.yaml': pod('old', PRIVILEGED) })
    expect(statusOf(await check(folder, '--fail-on', 'all'), POLICY, 'old')).toEqual(['blocking'])
  })

  test('blocks from the severity on that is asked for', async () => {
    const folder = repositoryOf({ 'a.yaml': '' })
    writeFileSync(join(folder, 'a.yaml'), pod('new', OPEN))
    const all = blocking(await check(folder, '--fail-on', '{findings: new, severity: low}'))
    const critical = blocking(await check(folder, '--fail-on', '{findings: new, severity: critical}'))
    expect(all.length).toBeGreaterThan(0)
    expect(critical).toEqual([])
  })

  test('holds for a path that the base has not', async () => {
    const folder = repositoryOf({ 'a.yaml': '' })
    writeFileSync(join(folder, 'b.yaml'), pod('new', PRIVILEGED))
    expect(blocking(await check(folder, 'b.yaml'))).toContain(`${POLICY} new`)
  })
})

describe('a changed configuration', () => {
  const config = `policies:\n  ${POLICY}: off\n`

  test('is told, and does not hold yet', async () => {
    const folder = repositoryOf({ 'a.yaml': '', '.ringfence.yaml': 'stage: 2\n' })
    writeFileSync(join(folder, '.ringfence.yaml'), `stage: 1\n${config}`)
    writeFileSync(join(folder, 'a.yaml'), pod('new', PRIVILEGED))
    const report = await check(folder)
    expect(report.stage).toBe(2)
    expect(blocking(report)).toContain(`${POLICY} new`)
    expect(report.pending).toMatchObject({
      file: '.ringfence.yaml',
      changes: [`policies.${POLICY}: new: off`, 'stage: 2 → 1'],
      problem: null,
      caught: [],
    })
    expect(report.pending?.released.map(({ policy }) => policy)).toContain(POLICY)
    const { stdout } = await ringfence(['check', '--base', 'main'], { cwd: folder })
    expect(stdout).toContain('This pull request weakens what the gate judges by (.ringfence.yaml)')
    expect(stdout).toContain('It would no longer block')
  })

  test('that is new, or goes, is one too', async () => {
    const folder = repositoryOf({ 'a.yaml': pod('old', PRIVILEGED) })
    writeFileSync(join(folder, '.ringfence.yaml'), 'fail-on: all\n')
    const added = await check(folder)
    expect([added.outcome, added.pending?.outcome]).toEqual(['pass', 'fail'])
    expect(added.pending?.caught.length).toBeGreaterThan(0)
    const strict = repositoryOf({ 'a.yaml': pod('old', PRIVILEGED), '.ringfence.yaml': 'fail-on: all\n' })
    rmSync(join(strict, '.ringfence.yaml'))
    const removed = await check(strict)
    expect([removed.outcome, removed.pending?.outcome]).toEqual(['fail', 'pass'])
  })

  test('that nobody can read blocks', async () => {
    const folder = repositoryOf({ 'a.yaml': '' })
    writeFileSync(join(folder, '.ringfence.yaml'), 'stag: 1\n')
    const report = await check(folder)
    expect([report.outcome, report.pending?.outcome]).toEqual(['fail', 'error'])
    expect(report.unjudged[0]?.reason).toContain('unknown key "stag"')
  })

  test('that was asked for by name is the one that lies here', async () => {
    const folder = repositoryOf({ 'a.yaml': '' })
    writeFileSync(join(folder, 'strict.yaml'), 'stage: 3\n')
    const report = await check(folder, '--config', 'strict.yaml')
    expect([report.stage, report.pending]).toEqual([3, undefined])
  })

  test('is no change where the text is the same', async () => {
    const folder = repositoryOf({ 'a.yaml': '', '.ringfence.yaml': 'stage: 2\n' })
    expect((await check(folder)).pending).toBeUndefined()
  })
})

test('a base that is not there is an error', async () => {
  const folder = repositoryOf({ 'a.yaml': '' })
  const { status, stderr } = await ringfence(['check', '--base', 'nope'], { cwd: folder })
  expect(status).toBe(2)
  expect(stderr).toContain('nope: there is no such commit here')
})

describe('what a configuration names', () => {
  const config = 'context: [platform]\nwaivers:\n'
  const waiver = (name: string): string =>
    `  - {policy: ${POLICY}, resource: Pod/shop/${name}, reason: r, owner: o, expires: ${SOON}, value: true}\n`

  test('context is the base’s, and a change of it is told', async () => {
    const platform = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n'
    const folder = repositoryOf({
      '.ringfence.yaml': 'context: [platform]\n',
      'platform/ns.yaml': platform,
      'a.yaml': '',
    })
    writeFileSync(join(folder, 'platform/ns.yaml'), platform.replace('shop}', 'shop, labels: {a: b}}'))
    expect((await check(folder)).pending?.changes).toEqual(['platform/ns.yaml is not the same'])
  })

  test('a waiver that the head adds holds once it is merged', async () => {
    const folder = repositoryOf({ '.ringfence.yaml': config + waiver('old'), 'platform/a.yaml': '', 'a.yaml': '' })
    writeFileSync(join(folder, '.ringfence.yaml'), config + waiver('old') + waiver('new'))
    writeFileSync(join(folder, 'a.yaml'), pod('new', PRIVILEGED))
    const report = await check(folder)
    expect(statusOf(report, POLICY, 'new')).toEqual(['blocking'])
    expect(report.waivers.map(({ state }) => state).sort()).toEqual(['pending', 'unused'])
    expect(report.pending?.released.map(({ policy }) => policy)).toEqual([POLICY])
  })
})

describe('a change that touches nothing', () => {
  const files = {
    'README.md': '',
    'compose.yaml': 'services: {}\n',
    'a.yaml': pod('old', PRIVILEGED),
    'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'chart/templates/pod.yaml': pod('chart', PRIVILEGED),
  }

  test('passes with a line, and judges nothing', async () => {
    const folder = repositoryOf(files)
    writeFileSync(join(folder, 'README.md'), 'changed\n')
    writeFileSync(join(folder, 'compose.yaml'), 'services: {a: {}}\n')
    const report = await check(folder)
    expect([report.outcome, report.judged.untouched, report.judged.resources]).toEqual(['pass', 2, 0])
    const { stdout } = await ringfence(['check', '--base', 'main'], { cwd: folder })
    expect(stdout).toContain('nothing that is judged is touched')
    expect(stdout).toContain('2 files changed, none of them a part of a chart, a kustomization or a manifest')
  })

  test.each<[string, (folder: string) => void]>([
    ['a file of a chart', (folder) => writeFileSync(join(folder, 'chart/motd.txt'), 'hi')],
    ['a manifest that goes', (folder) => rmSync(join(folder, 'a.yaml'))],
    [
      'a manifest in a new file',
      (folder) => writeFileSync(join(folder, 'b.json'), '{"\\u0061piVersion": "v1", "kind": "Pod"}'),
    ],
    ['what nobody can read', (folder) => writeFileSync(join(folder, 'compose.yaml'), 'apiVersion: v1\nkind: [')],
    ['the configuration', (folder) => writeFileSync(join(folder, '.ringfence.yaml'), 'stage: 2\n')],
  ])('is not %s', async (_, change) => {
    const folder = repositoryOf(files)
    change(folder)
    expect((await check(folder)).judged.untouched).toBeUndefined()
  })

  test('counts for nothing where all is to block', async () => {
    const folder = repositoryOf(files)
    writeFileSync(join(folder, 'README.md'), 'changed\n')
    expect((await check(folder, '--fail-on', 'all')).outcome).toBe('fail')
  })
})

describe('what newly may talk to what', () => {
  const app = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: registry.example.com/app:1}]}
`
  const policy = (ports: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [${ports}]}]
`
  const files = { 'web.yaml': app('web'), 'api.yaml': app('api'), 'api-policy.yaml': policy('{port: 80}') }

  test('is advice, in text, JSON and Markdown', async () => {
    const folder = repositoryOf(files)
    expect((await check(folder)).opened).toBeUndefined()
    writeFileSync(join(folder, 'api-policy.yaml'), policy('{port: 80}, {port: 22}'))
    const { opened, outcome } = await check(folder)
    expect(outcome).toBe('pass')
    expect(opened).toEqual([
      {
        from: 'shop/web[Deployment]',
        to: 'shop/api[Deployment]',
        before: 'TCP 80',
        after: 'TCP 22,80',
        environments: [],
      },
    ])
    const print = async (format: string): Promise<string> =>
      (await ringfence(['check', '--base', 'main', '--format', format], { cwd: folder })).stdout
    expect(await print('text')).toContain(
      'May newly connect (1)\n  ~ shop/web[Deployment] => shop/api[Deployment] : TCP 80 → TCP 22,80\n',
    )
    expect(await print('markdown')).toContain(
      '### May newly connect (1)\n\n| From | To | Ports |\n|---|---|---|\n' +
        '| `shop/web[Deployment]` | `shop/api[Deployment]` | `TCP 80 → TCP 22,80` |\n',
    )
    expect(await print('html')).toContain('<td><code>TCP 80 → TCP 22,80</code></td>')
  })
})
