/**
 * What a pull request may try so that the gate looks elsewhere: one test each. All of them bring, or keep, a privileged pod,
 * and none of them passes. What needs a branch or a checkout of its own is tried in `github/start.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { memoryTree } from '../src/discover/memory-tree.js'
import type { Engines } from '../src/host/engines.js'
import type { Tree } from '../src/model.js'
import type { Report } from '../src/report/report.js'
import { check, startEngines } from './gate.js'

let engines: Engines

beforeAll(() => {
  engines = startEngines()
})

afterAll(() => engines.close())

type Files = { readonly [path: string]: string }

const pull = (base: Files, head: Files | Tree): Promise<Report> =>
  check(typeof head['list'] === 'function' ? (head as Tree) : memoryTree(head as Files), {
    base: memoryTree(base),
    engines,
  })

const pod = (security: string, more = '', metadata = ''): string => `apiVersion: v1
kind: Pod
metadata: {name: app, namespace: shop${metadata}}
spec:
  automountServiceAccountToken: false
  containers:
    - name: app
      image: registry.example.com/app@sha256:${'a'.repeat(64)}
      securityContext: ${security}
${more}`

const SAFE =
  '{privileged: false, allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}, readOnlyRootFilesystem: true}'
const BAD = SAFE.replace('privileged: false', 'privileged: true')
const POLICY = 'least-privilege/privileged-container'

const blocking = ({ findings }: Report, policy = POLICY): number =>
  findings.filter((finding) => finding.policy === policy && finding.status === 'blocking').length
const unjudged = ({ unjudged }: Report): string => unjudged.map(({ file, reason }) => `${file}: ${reason}`).join('\n')

const chart = (more = ''): string => `apiVersion: v2\nname: shop\nversion: 1.0.0\n${more}`

describe('where it lies', () => {
  test('a file that is renamed is the same file', async () => {
    const report = await pull({ 'a.yaml': pod(SAFE) }, { 'b.yml': pod(BAD) })
    expect(blocking(report)).toBe(1)
  })

  test('a .helmignore does not hide a template', async () => {
    const files = { 'chart/Chart.yaml': chart(), 'chart/values.yaml': '', 'chart/templates/pod.yaml': pod(SAFE) }
    const report = await pull(files, {
      ...files,
      'chart/templates/pod.yaml': pod(BAD),
      'chart/.helmignore': 'templates/pod.yaml\n',
    })
    expect(report.outcome).toBe('fail')
    expect(blocking(report) > 0 || unjudged(report).includes('chart/templates/pod.yaml')).toBe(true)
  })

  test('a Chart.yaml in a plain folder does not hide its manifests', async () => {
    const report = await pull(
      { 'deploy/pod.yaml': pod(SAFE) },
      { 'deploy/pod.yaml': pod(BAD), 'deploy/Chart.yaml': chart() },
    )
    expect(blocking(report)).toBe(1)
  })

  test('an overlay on top does not hide a base that is deployed by itself', async () => {
    const base = { 'app/kustomization.yaml': 'resources: [pod.yaml]\n', 'app/pod.yaml': pod(SAFE) }
    const report = await pull(base, {
      ...base,
      'app/pod.yaml': pod(BAD),
      'dummy/kustomization.yaml':
        'resources: [../app]\npatches: [{patch: "{apiVersion: v1, kind: Pod, metadata: {name: app, namespace: shop}, $patch: delete}"}]\n',
    })
    expect(blocking(report)).toBe(1)
  })

  test('a subchart that is switched off is looked at all the same', async () => {
    const files = {
      'chart/Chart.yaml': chart('dependencies: [{name: sub, version: 1.0.0, condition: sub.enabled}]\n'),
      'chart/values.yaml': 'sub: {enabled: true}\n',
      'chart/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'chart/charts/sub/templates/pod.yaml': pod(SAFE),
    }
    const report = await pull(files, {
      ...files,
      'chart/values.yaml': 'sub: {enabled: false}\n',
      'chart/charts/sub/templates/pod.yaml': pod(BAD),
    })
    expect(report.outcome).toBe('fail')
    expect(blocking(report)).toBe(1)
  })

  test('a file that is too large, or leads out of the repository, is named', async () => {
    const names = ['huge.yaml', 'link.yaml']
    const head = memoryTree({ 'a.yaml': pod(SAFE) })
    const problems = names.map((file) => ({ file, reason: 'is not read' }))
    const tree: Tree = { ...head, problems: () => problems }
    const report = await pull({ 'a.yaml': pod(SAFE) }, tree)
    expect(report.outcome).toBe('fail')
    for (const name of names) expect(unjudged(report)).toContain(name)
  })
})

describe('what it says it is', () => {
  test('an unknown kind with a pod in it is judged by its shape', async () => {
    const widget = `apiVersion: example.com/v1
kind: Widget
metadata: {name: app, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: app, image: registry.example.com/app:1, securityContext: {privileged: true}}]
`
    const report = await pull({ 'a.yaml': '' }, { 'a.yaml': widget })
    expect(report.outcome).toBe('fail')
    expect(blocking(report)).toBe(1)
  })

  test('a key with letters that only look right sets nothing', async () => {
    // The «о» of allоwPrivilegeEscalation is Cyrillic.
    const tree = memoryTree({
      'a.yaml': pod(SAFE.replace('allowPrivilegeEscalation', 'all\u043ewPrivilegeEscalation')),
    })
    const report = await check(tree, { base: memoryTree({ 'a.yaml': pod(SAFE) }), config: { stage: 2 } })
    expect(
      report.findings.filter(({ status }) => status === 'blocking').length + report.unjudged.length,
    ).toBeGreaterThan(0)
    expect(report.outcome).toBe('fail')
  })

  test('a test hook is judged as any workload', async () => {
    const hook = ', annotations: {helm.sh/hook: test}'
    const report = await pull({ 'a.yaml': pod(SAFE) }, { 'a.yaml': pod(BAD, '', hook) })
    expect(blocking(report)).toBe(1)
  })
})

describe('what was there before', () => {
  test('a host path that grows is new', async () => {
    const volume = (path: string): string => `  volumes: [{name: host, hostPath: {path: ${path}}}]\n`
    const report = await pull({ 'a.yaml': pod(SAFE, volume('/var/log')) }, { 'a.yaml': pod(SAFE, volume('/')) })
    expect(blocking(report, 'least-privilege/host-path')).toBe(1)
  })

  test('a role that grows is new', async () => {
    const role = (verbs: string): string => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: app, namespace: shop}
rules: [{apiGroups: [""], resources: [secrets], verbs: [${verbs}]}]
`
    const [before, now] = [
      await pull({}, { 'a.yaml': role('get, list') }),
      await pull({ 'a.yaml': role('get, list') }, { 'a.yaml': role('"*"') }),
    ]
    expect(before.outcome).toBe('fail')
    expect(now.findings.filter(({ status }) => status === 'blocking').length).toBeGreaterThan(0)
  })
})

describe('protection that is none', () => {
  const deny = (metadata: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop${metadata}}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`
  const NETWORK = /^default-deny\//
  const open = ({ findings, unknowns }: Report): number =>
    findings.filter(({ policy, status }) => NETWORK.test(policy) && status === 'blocking').length +
    unknowns.filter(({ policy, blocking }) => NETWORK.test(policy) && blocking).length

  test('a default deny that is there holds', async () => {
    const files = { 'a.yaml': pod(SAFE), 'deny.yaml': deny('') }
    expect(open(await pull(files, files))).toBe(0)
  })

  test.each([
    ['a hook', ', annotations: {helm.sh/hook: pre-install}'],
    ['left out of the deployment', ', annotations: {config.kubernetes.io/local-config: "true"}'],
  ])('a default deny that becomes %s is none', async (_, metadata) => {
    const report = await pull(
      { 'a.yaml': pod(SAFE), 'deny.yaml': deny('') },
      { 'a.yaml': pod(SAFE), 'deny.yaml': deny(metadata) },
    )
    expect(report.outcome).toBe('fail')
    expect(open(report)).toBeGreaterThan(0)
  })

  test('staging’s default deny protects nothing in production', async () => {
    const overlay = (name: string, resources: string): Files => ({
      [`overlays/${name}/kustomization.yaml`]: `resources: [../../base${resources}]\n`,
    })
    const base = { 'base/kustomization.yaml': 'resources: [pod.yaml]\n', 'base/pod.yaml': pod(SAFE) }
    const report = await pull(
      {
        ...base,
        ...overlay('prod', ', deny.yaml'),
        ...overlay('staging', ''),
        'overlays/prod/deny.yaml': deny(''),
      },
      {
        ...base,
        ...overlay('prod', ''),
        ...overlay('staging', ', deny.yaml'),
        'overlays/staging/deny.yaml': deny(''),
      },
    )
    expect(report.outcome).toBe('fail')
    expect(open(report)).toBeGreaterThan(0)
  })
})
