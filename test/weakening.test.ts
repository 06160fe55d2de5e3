/**
 * What a pull request may try so that the gate looks elsewhere: one test each. All of them bring, or keep, a privileged pod,
 * and none of them passes. What needs a branch or a checkout of its own is tried in `github/start.test.ts`.
 */
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { memoryTree } from '../src/discover/memory-tree.js'
import type { Engines } from '../src/host/engines.js'
import type { Tree } from '../src/model.js'
import type { Report } from '../src/report/report.js'
import { removeFolders, repositoryOf, ringfence } from './command.js'
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

describe('values beside a chart', () => {
  const of = (defaults: string, more: Files = {}): Files => ({
    'chart/Chart.yaml': chart(),
    'chart/values.yaml': `privileged: ${defaults}\n`,
    'chart/templates/pod.yaml': pod(SAFE.replace('privileged: false', 'privileged: {{ .Values.privileged }}')),
    ...more,
  })
  const prod = { 'chart/values-prod.yaml': 'privileged: false\n' }

  test('an environment that comes with a pull request does not hide what its defaults do', async () => {
    const report = await pull(of('false'), of('true', prod))
    expect(blocking(report)).toBe(1)
    expect(report.configuration.notes).toEqual([
      'once this is merged chart is no longer judged with its values.yaml alone: values-prod.yaml is its environment. To keep both, name them under render.chart.environments in the configuration',
    ])
  })

  test('one that was there is no news', async () => {
    const report = await pull(of('false', prod), of('true', prod))
    expect([blocking(report), report.configuration.notes]).toEqual([0, []])
  })

  test('where the rules refuse to be weaker, it is refused', async () => {
    const files = [memoryTree(of('false', prod)), memoryTree(of('false'))] as const
    const report = await check(files[0], { base: files[1], engines, config: { weakening: 'block' } })
    expect(unjudged(report)).toContain('chart/values.yaml: once this is merged chart is no longer judged')
    expect(unjudged(await pull(of('false'), of('false', prod)))).toBe('')
  })

  test('defaults that the base could not judge either are not asked for', async () => {
    const refusing = (more: Files = {}): Files => ({
      ...of('false', more),
      'chart/templates/fail.yaml': '{{ $_ := required "no tag" .Values.tag }}',
    })
    const tagged = { 'chart/values-prod.yaml': 'privileged: false\ntag: a\n' }
    expect(unjudged(await pull(refusing(), refusing()))).toContain('no tag')
    expect(unjudged(await pull(refusing(), refusing(tagged)))).toBe('')
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

describe('what it is judged by', () => {
  afterAll(removeFolders)

  /** The head lies in the working tree of a repository whose `main` is the base. */
  async function changed(base: Files, head: Files): Promise<Report> {
    const folder = repositoryOf(base)
    for (const [path, content] of Object.entries(head)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    return judged(folder)
  }

  async function judged(folder: string): Promise<Report> {
    const { stdout } = await ringfence(['check', '--format', 'json', '--base', 'main'], { cwd: folder })
    return JSON.parse(stdout) as Report
  }

  const CONFIG = '.ringfence.yaml'
  const SOON = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10)

  test.each([
    ['a waiver', `waivers:\n  - {policy: ${POLICY}, resource: '**', reason: mine, owner: me, expires: ${SOON}}\n`],
    ['the policy switched off', `policies: {${POLICY}: off}\n`],
    ['its own path ignored', 'ignore: [a.yaml]\n'],
    ['a baseline that it brings', 'baseline: baseline.yaml\n'],
    ['an override for itself', `overrides:\n  - {match: {file: a.yaml}, policies: {${POLICY}: advise}}\n`],
    ['a severity that nothing has', 'fail-on: {findings: new, severity: critical}\nstage: 1\n'],
  ])('%s in its own configuration blocks all the same, and is told', async (_, config) => {
    const report = await changed(
      { 'a.yaml': pod(SAFE) },
      { 'a.yaml': pod(BAD), [CONFIG]: config, 'baseline.yaml': '[]\n' },
    )
    expect([report.outcome, blocking(report)]).toEqual(['fail', 1])
    expect(report.pending?.file).toBe(CONFIG)
  })

  test('a stage that it lowers is the base’s still', async () => {
    const rootful = pod(SAFE.replace('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'))
    const report = await changed(
      { 'a.yaml': pod(SAFE), [CONFIG]: 'stage: 3\n' },
      { 'a.yaml': rootful, [CONFIG]: 'stage: 1\n' },
    )
    expect(blocking(report, 'least-privilege/read-only-root-filesystem')).toBe(1)
    expect(report.pending?.changes).toEqual(['stage: 3 → 1'])
    expect(report.pending?.released.map(({ policy }) => policy)).toContain('least-privilege/read-only-root-filesystem')
  })

  test.each([
    ['edited', 'package policies.shop.owner_label\n\nfindings contains {} if false\n'],
    ['emptied', '# nothing\n'],
  ])('a policy of the repository that it has %s judges as it was', async (_, rego) => {
    const header = `# METADATA
# title: "Owner label"
# custom:
#   severity: high
#   judges: [pod]
#   remediation: "Set the label owner."
`
    const policy = `${header}package policies.shop.owner_label

findings contains {"path": ["metadata"], "message": "no label owner"} if not input.resource.metadata.labels.owner
`
    const own = '.ringfence/policies/owner.rego'
    const report = await changed(
      { 'a.yaml': pod(SAFE, '', ', labels: {owner: me}'), [own]: policy },
      { 'a.yaml': pod(SAFE), [own]: rego.startsWith('package') ? header + rego : rego },
    )
    expect(blocking(report, 'shop/owner-label')).toBe(1)
    expect(report.pending).toBeDefined()
  })

  test('a file of more than can be read, or a link out of the repository, is named and blocks', async () => {
    const folder = repositoryOf({ 'a.yaml': pod(SAFE) })
    writeFileSync(join(folder, 'huge.yaml'), pod(BAD))
    truncateSync(join(folder, 'huge.yaml'), 17 * 1024 * 1024)
    symlinkSync('/etc/hostname', join(folder, 'link.yaml'))
    const report = await judged(folder)
    expect(report.outcome).toBe('fail')
    for (const name of ['huge.yaml', 'link.yaml']) expect(unjudged(report)).toContain(name)
  })
})

describe('when it is rendered', () => {
  const at = (condition: string): Files => ({
    'chart/Chart.yaml': chart(),
    'chart/values.yaml': '',
    'chart/templates/pod.yaml': pod(SAFE).replace(
      'privileged: false',
      `privileged: {{ if ${condition} }}true{{ else }}false{{ end }}`,
    ),
  })
  const plain = at('false')

  test.each([
    ['the clock', 'gt (now | unixEpoch | int64) 1900000000'],
    ['the date', 'ge (now | date "2006") "2030"'],
    ['an upgrade', '.Release.IsUpgrade'],
    ['what the cluster serves', '.Capabilities.APIVersions.Has "security.example.com/v1"'],
    ['chance', 'lt (randNumeric 1) "5"'],
    ['an object of the cluster', 'lookup "v1" "Namespace" "" "prod"'],
    ['a list of the cluster', '(lookup "v1" "Pod" "shop" "").items'],
  ])('a condition on %s is tried the other way, too', async (_, condition) => {
    const report = await pull(plain, at(condition))
    expect([report.outcome, blocking(report) > 0]).toEqual(['fail', true])
  })

  test('what cannot be rendered where an object is there is said', async () => {
    const secret = '(lookup "v1" "Secret" "shop" "app")'
    const report = await pull(plain, at(`and ${secret} (eq ${secret}.data.password "x")`))
    expect(report.configuration.notes.join()).toContain('where what it looks up is there it cannot be rendered')
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
    [
      'a hook that is gone after it',
      ', annotations: {helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded}',
    ],
    ['an Argo CD hook', ', annotations: {argocd.argoproj.io/hook: PreSync}'],
    ['left out of the deployment', ', annotations: {config.kubernetes.io/local-config: "true"}'],
  ])('a default deny that becomes %s is none', async (_, metadata) => {
    const report = await pull(
      { 'a.yaml': pod(SAFE), 'deny.yaml': deny('') },
      { 'a.yaml': pod(SAFE), 'deny.yaml': deny(metadata) },
    )
    expect(report.outcome).toBe('fail')
    expect(open(report)).toBeGreaterThan(0)
  })

  test.each(['StagedNetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedKubernetesNetworkPolicy'])(
    'a default deny that becomes a %s is a dry run',
    async (kind) => {
      const isKubernetes = kind === 'StagedKubernetesNetworkPolicy'
      const staged = `apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: {name: deny${kind === 'StagedGlobalNetworkPolicy' ? '' : ', namespace: shop'}}
spec: ${isKubernetes ? '{podSelector: {}, policyTypes: [Ingress, Egress]}' : '{selector: all(), types: [Ingress, Egress]}'}
`
      const report = await pull(
        { 'a.yaml': pod(SAFE), 'deny.yaml': deny('') },
        { 'a.yaml': pod(SAFE), 'deny.yaml': staged },
      )
      expect([report.outcome, open(report) > 0]).toEqual(['fail', true])
    },
  )

  test('a default deny of a chart that becomes a hook of it is none', async () => {
    const files = (metadata: string): Files => ({
      'chart/Chart.yaml': chart(),
      'chart/values.yaml': '',
      'chart/templates/all.yaml': `${pod(SAFE)}${deny(metadata)}`,
    })
    const report = await pull(files(''), files(', annotations: {helm.sh/hook: pre-install}'))
    expect([report.outcome, open(report) > 0]).toEqual(['fail', true])
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
