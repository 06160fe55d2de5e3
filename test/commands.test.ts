/** The commands that print what `relate` found, on repositories that a test writes down. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { GateError } from '../src/host/gate-error.js'
import { relateCommand, type RelateResult } from '../src/host/relate-command.js'
import { DIST } from './gate.js'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-commands-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (files: { readonly [path: string]: string }): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
  })

const commitAll = (): void => {
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'base')
}

type Command = Parameters<typeof relateCommand>[0]
const run = (command: Command, ...args: readonly string[]): Promise<RelateResult> =>
  relateCommand(command, args, root, DIST, () => undefined)
const json = async (command: Command, ...args: readonly string[]): Promise<Record<string, unknown[]>> => {
  const { text, unjudged } = await run(command, '--format', 'json', ...args)
  expect(unjudged).toEqual([])
  return JSON.parse(text) as Record<string, unknown[]>
}

const deployment = (name: string, namespace = 'shop'): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: registry.example.com/${name}:1, ports: [{containerPort: 8080}]}]}
`
/** Holds every pod of the namespace; `from`: what may come in on TCP 8080. */
const policy = (name: string, from: string | null, namespace = 'shop'): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  podSelector: ${from === null ? '{}' : '{matchLabels: {app: cart}}'}
  policyTypes: [Ingress, Egress]
  ingress: [${from === null ? '' : `{from: [{podSelector: {matchLabels: {app: ${from}}}}], ports: [{port: 8080}]}`}]
  egress: [{to: [{podSelector: {}}]}]
`
const SHOP = { 'web.yaml': deployment('web'), 'cart.yaml': deployment('cart') }
const CLOSED = { 'deny.yaml': policy('deny', null), 'cart-policy.yaml': policy('cart', 'web') }
const WEB_TO_CART = { from: 'shop/web[Deployment]', to: 'shop/cart[Deployment]', ports: 'TCP 8080' }

const role = (verbs: string): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [${verbs}]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: cart, namespace: shop}]
`
const mesh = (mode: string): string => `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: ${mode}}}
`

describe('one environment', () => {
  test('connections', async () => {
    write({ ...SHOP, ...CLOSED })
    expect(await json('connections')).toEqual({ connections: [WEB_TO_CART], notes: [] })
    const { text } = await run('connections')
    expect(text).toBe('shop/web[Deployment] => shop/cart[Deployment] : TCP 8080\n\n2 workloads, 1 connection\n')
    expect((await run('connections', '--format', 'mermaid')).text).toMatch(/^flowchart LR\n/)
  })

  test('permissions', async () => {
    write({ 'role.yaml': role('get, list') })
    expect((await run('permissions')).text).toContain('get, list  pods  rule 1')
    expect(await json('permissions')).toEqual({
      permissions: [expect.objectContaining({ subject: { kind: 'ServiceAccount', namespace: 'shop', name: 'cart' } })],
    })
    expect((await run('permissions', '--format', 'mermaid')).text).toMatch(/^flowchart LR\n/)
  })

  test('mtls', async () => {
    write({ ...SHOP, 'mesh.yaml': mesh('STRICT') })
    expect((await run('mtls')).text).toMatch(/Deployment shop\/cart +8080 +STRICT +istio/)
    const { mtls } = await json('mtls')
    expect(mtls).toMatchObject([
      { name: 'cart', port: 8080, mode: 'STRICT' },
      { name: 'web', port: 8080, mode: 'STRICT' },
    ])
    expect((await run('mtls', '--format', 'mermaid')).text).toMatch(/^flowchart LR\n/)
  })

  test('is of the paths alone', async () => {
    write({ ...SHOP, ...CLOSED, 'other/api.yaml': deployment('api', 'other') })
    const { text } = await run('connections', 'other')
    expect(text).toContain('1 workload, 2 connections')
    expect((await run('connections', 'web.yaml', 'cart.yaml')).text).toContain('2 workloads')
    expect((await run('connections')).text).toContain('3 workloads')
  })

  test('is as the configuration says', async () => {
    write({ ...SHOP, '.ringfence.yaml': 'ignore: [cart.yaml]\n', 'strict.yaml': 'stage: 2\nignore: []\n' })
    expect((await run('connections')).text).toContain('1 workload,')
    expect((await run('connections', '--config', 'strict.yaml')).text).toContain('2 workloads,')
  })

  test('of nothing there is an answer, too', async () => {
    expect(await json('connections')).toEqual({ connections: [], notes: [] })
    expect(await json('permissions')).toEqual({ permissions: [] })
    expect(await json('mtls')).toEqual({ mtls: [] })
  })
})

describe('several environments', () => {
  const OVERLAYS = {
    ...SHOP,
    'overlays/prod/policies.yaml': Object.values(CLOSED).join('---\n'),
    'overlays/staging/policies.yaml': policy('deny', null),
  }

  test('rows carry theirs', async () => {
    write(OVERLAYS)
    expect(await json('connections')).toEqual({
      connections: [{ environment: 'prod', ...WEB_TO_CART }],
      notes: [],
    })
  })

  test('text has a section for each', async () => {
    write(OVERLAYS)
    expect((await run('connections')).text).toBe(
      [
        'ENVIRONMENT prod',
        '',
        'shop/web[Deployment] => shop/cart[Deployment] : TCP 8080',
        '',
        '2 workloads, 1 connection',
        '',
        'ENVIRONMENT staging',
        '',
        'nothing may talk to anything',
        '',
        '2 workloads, 0 connections',
        '',
      ].join('\n'),
    )
  })

  test('of which the same is told, share one', async () => {
    write({ ...OVERLAYS, 'role.yaml': role('get') })
    expect((await run('permissions')).text).toMatch(/^ENVIRONMENT prod, staging\n\nServiceAccount shop\/cart\n/)
  })

  test('diagrams are Markdown', async () => {
    write(OVERLAYS)
    const { text } = await run('connections', '--format', 'mermaid')
    expect(text.match(/^(## .*|```.*|flowchart .*)$/gm)).toEqual([
      '## prod',
      '```mermaid',
      'flowchart LR',
      '```',
      '## staging',
      '```mermaid',
      'flowchart LR',
      '```',
    ])
  })

  test('of a chart: its values; what is for a trial only is none', async () => {
    write({
      'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'chart/values.yaml': 'open: false\n',
      'chart/templates/cart.yaml': deployment('cart'),
      'chart/templates/deny.yaml': `{{ if not .Values.open }}\n${policy('deny', null)}{{ end }}\n`,
      'chart/ci/test-values.yaml': 'open: true\n',
    })
    expect((await run('connections')).text).toContain('nothing may talk to anything\n\n1 workload')
    write({ 'chart/values-prod.yaml': 'open: false\n', 'chart/values-staging.yaml': 'open: true\n' })
    const { connections } = await json('connections')
    expect(new Set(connections?.map((row) => (row as { environment: string }).environment))).toEqual(
      new Set(['staging']),
    )
  })
})

describe('what cannot be understood', () => {
  test('is named, and what can be is printed', async () => {
    write({ ...SHOP, ...CLOSED, 'broken/pod.yaml': 'kind: Pod\napiVersion: v1\nmetadata: {name: [}\n' })
    const { text, unjudged } = await run('connections')
    expect(text).toContain('2 workloads, 1 connection')
    expect(unjudged).toHaveLength(1)
    expect(unjudged[0]).toMatch(/^not judged: broken\/pod\.yaml:3: /)
  })

  test('in several environments is named once', async () => {
    write({
      'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'chart/values-prod.yaml': '',
      'chart/values-staging.yaml': '',
      'chart/templates/bad.yaml': '{{ fail "no::error:: way" }}\n',
    })
    const { unjudged } = await run('mtls')
    expect(unjudged).toHaveLength(1)
    expect(unjudged[0]).toMatch(
      /^not judged: chart\/templates\/bad\.yaml:1: .*\(values-prod\.yaml, values-staging\.yaml\)$/,
    )
  })

  test('in a pod that is found by shape is named', async () => {
    write({
      'rollout.yaml': `apiVersion: example.com/v1
kind: Rollout
metadata: {name: cart, namespace: shop}
spec: {template: {spec: {hostNetwork: "yes", containers: [{name: app, image: x}]}}}
`,
    })
    const { unjudged } = await run('connections')
    expect(unjudged).toEqual([expect.stringMatching(/Rollout cart has a pod that cannot be read .*hostNetwork/)])
  })

  test('is an error where it is the command itself', async () => {
    write(SHOP)
    await expect(run('connections', '--format', 'dot')).rejects.toThrow(
      new GateError('--format dot: there are text, json, mermaid'),
    )
    await expect(run('mtls', 'nowhere')).rejects.toThrow(new GateError('nowhere: no such file or folder'))
    await expect(run('mtls', '--colour')).rejects.toThrow('--colour')
    await expect(run('permissions', '--base', 'main')).rejects.toThrow(/^git: not a git repository/)
    write({ '.ringfence.yaml': 'stages: 2\n' })
    await expect(run('connections')).rejects.toThrow(GateError)
  })
})

describe('against a base', () => {
  test('what may connect that could not', async () => {
    write({ ...SHOP, ...CLOSED })
    commitAll()
    rmSync(join(root, 'cart-policy.yaml'))
    write({ 'agent.yaml': deployment('agent'), 'open.yaml': policy('cart', 'agent') })
    expect((await json('connections', '--base', 'main'))['changes']).toEqual([
      { from: 'shop/agent[Deployment]', to: 'shop/cart[Deployment]', before: null, after: 'TCP 8080' },
      { from: WEB_TO_CART.from, to: WEB_TO_CART.to, before: 'TCP 8080', after: null },
    ])
    expect((await run('connections', '--base', 'main')).text).toBe(
      [
        '+ shop/agent[Deployment] => shop/cart[Deployment] : TCP 8080',
        '- shop/web[Deployment]   => shop/cart[Deployment] : TCP 8080',
        '',
      ].join('\n'),
    )
  })

  test('who may do what, and which modes, are others', async () => {
    write({ ...SHOP, 'role.yaml': role('get'), 'mesh.yaml': mesh('STRICT') })
    commitAll()
    expect((await run('permissions', '--base', 'HEAD')).text).toBe('no permission changes\n')
    expect((await run('mtls', '--base', 'HEAD')).text).toBe('no mode changes\n')
    write({ 'role.yaml': role('get, delete'), 'mesh.yaml': mesh('PERMISSIVE') })
    expect((await run('permissions', '--base', 'HEAD')).text).toContain('get → delete, get')
    expect((await run('mtls', '--base', 'HEAD')).text).toContain('STRICT → PERMISSIVE')
    const { mtls, changes } = await json('mtls', '--base', 'HEAD')
    expect([mtls?.length, changes?.length]).toEqual([2, 2])
  })

  test('a path that is new has no base', async () => {
    write(SHOP)
    commitAll()
    write({ 'new/api.yaml': deployment('api', 'new') })
    const { changes } = await json('connections', 'new', '--base', 'main')
    expect(changes).toHaveLength(2)
  })

  test('an environment that is new is compared with what belongs to every one', async () => {
    write({ ...SHOP, 'deny.yaml': policy('deny', null) })
    commitAll()
    write({ 'overlays/prod/policy.yaml': policy('cart', 'web'), 'overlays/staging/none.yaml': role('get') })
    const { changes } = await json('connections', '--base', 'main')
    expect(changes).toEqual([
      { environment: 'prod', from: WEB_TO_CART.from, to: WEB_TO_CART.to, before: null, after: 'TCP 8080' },
    ])
  })

  test('names what cannot be understood there', async () => {
    write({ ...SHOP, 'broken.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n' })
    commitAll()
    write({ 'broken.yaml': deployment('api') })
    const { unjudged } = await run('connections', '--base', 'main')
    expect(unjudged).toEqual([expect.stringMatching(/^not judged in main: broken\.yaml:3: /)])
  })
})

describe('the command line', () => {
  const cli = (...args: readonly string[]) =>
    spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], { cwd: root, encoding: 'utf8' })

  test('0 where everything was understood', () => {
    write({ ...SHOP, ...CLOSED })
    const { status, stdout, stderr } = cli('connections', '--format', 'json')
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({ connections: [WEB_TO_CART], notes: [] })
  })

  test('1 where something was not, which stands on stderr', () => {
    write({ ...SHOP, 'broken.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n' })
    for (const command of ['connections', 'permissions', 'mtls']) {
      const { status, stdout, stderr } = cli(command, '--format', 'json')
      expect(status).toBe(1)
      expect(stderr).toMatch(/^not judged: broken\.yaml:3: .*\n$/)
      expect(Object.keys(JSON.parse(stdout) as object)).toContain(command)
    }
  })

  test('2 where the gate cannot do its work', () => {
    const { status, stdout, stderr } = cli('mtls', '--format', 'dot')
    expect([status, stdout, stderr]).toEqual([2, '', 'ringfence: --format dot: there are text, json, mermaid\n'])
  })
})
