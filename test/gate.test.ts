/** What the whole gate promises beside its defaults: what is in force, what is related with what, what cannot escape. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { memoryTree } from '../src/discover/memory-tree.js'
import type { Engines } from '../src/host/engines.js'
import type { Report, Verdict } from '../src/report/report.js'
import { check, startEngines, type CheckOptions } from './gate.js'
import { chart, denyAll, safeNamespace, stream, workload, yaml } from './manifests.js'

let engines: Engines
beforeAll(() => {
  engines = startEngines()
})
afterAll(() => engines.close())

type Files = Parameters<typeof memoryTree>[0]

const checkFiles = (files: Files, options: CheckOptions = {}): Promise<Report> =>
  check(memoryTree(files), { engines, ...options })

const of = (report: Report, policy: string): readonly Verdict[] => report.findings.filter((f) => f.policy === policy)

const PRIVILEGED = 'least-privilege/privileged-container'
const INGRESS = 'default-deny/ingress-isolated'
const CLUSTER_ADMIN = 'least-privilege/rbac-cluster-admin'
const privileged = { security: { privileged: true, allowPrivilegeEscalation: null } }

/** What the gate says of a workload's ingress: nothing (it is isolated), a finding, or that it cannot tell. */
function ingressOf(report: Report, name: string): readonly string[] {
  const found = of(report, INGRESS).filter(({ resource }) => resource.name === name)
  const unknown = report.unknowns.filter(({ policy, resource }) => policy === INGRESS && resource.name === name)
  return [...found.map(({ environments }) => ['no', ...environments].join(' ')), ...unknown.map(() => 'unknown')]
}

const clusterAdmin = (annotations: { readonly [key: string]: string } = {}): string =>
  yaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'cart', annotations },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'cart', namespace: 'shop' }],
  })

describe('protection must be in force to count', () => {
  test('a default deny protects', async () => {
    expect(ingressOf(await checkFiles({ 'all.yaml': stream(workload(), denyAll()) }), 'cart')).toEqual([])
    expect(ingressOf(await checkFiles({ 'all.yaml': workload() }), 'cart')).toEqual(['no'])
  })

  test.each<{ readonly [annotation: string]: string }>([
    { 'helm.sh/hook': 'pre-install' },
    { 'argocd.argoproj.io/hook': 'PreSync' },
    { 'config.kubernetes.io/local-config': 'true' },
    { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' },
    { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' },
  ])('%p: whether it protects is unknown, and what it grants counts in full', async (annotations) => {
    const files = { 'all.yaml': stream(workload(), denyAll({ annotations }), clusterAdmin(annotations)) }
    const report = await checkFiles(files)
    expect(ingressOf(report, 'cart')).toEqual(['unknown'])
    expect(of(report, CLUSTER_ADMIN).map(({ status }) => status)).toEqual(['blocking'])
  })

  test('the same object twice: neither protects for certain, and each grants', async () => {
    const files = {
      'cart.yaml': workload(),
      'one.yaml': stream(denyAll(), clusterAdmin()),
      'two.yaml': stream(denyAll(), clusterAdmin()),
    }
    const report = await checkFiles(files)
    expect(ingressOf(report, 'cart')).toEqual(['unknown'])
    expect(of(report, CLUSTER_ADMIN).map(({ location }) => location.file)).toEqual(['one.yaml', 'two.yaml'])
  })

  test('a resource that the API server refuses protects nothing, and is named', async () => {
    const refused = denyAll().replace('podSelector: {}', 'podSelector: []')
    const report = await checkFiles({ 'cart.yaml': workload(), 'policy.yaml': refused })
    expect(ingressOf(report, 'cart')).toEqual(['no'])
    expect(report.unjudged).toMatchObject([{ file: 'policy.yaml', line: 7 }])
  })

  describe('hooks of a chart', () => {
    const hooked = (files: { readonly [path: string]: string }): Files =>
      chart('charts/cart', { 'templates/cart.yaml': workload({ namespace: null }), ...files })

    test('protect with a question mark', async () => {
      const files = hooked({
        'templates/policy.yaml': denyAll({
          namespace: null,
          annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade' },
        }),
      })
      expect(ingressOf(await checkFiles(files), 'cart')).toEqual(['unknown'])
    })

    test('so do those that Helm drops, for it does not know their event', async () => {
      const files = hooked({
        'templates/policy.yaml': denyAll({ namespace: null, annotations: { 'helm.sh/hook': 'pre-instal' } }),
        'templates/job.yaml': workload({ name: 'job', ...privileged, annotations: { 'helm.sh/hook': 'pre-instal' } }),
      })
      const report = await checkFiles(files)
      expect(ingressOf(report, 'cart')).toEqual(['unknown'])
      expect(of(report, PRIVILEGED).map(({ resource }) => resource.name)).toEqual(['job'])
    })

    test('and tests are judged like any workload', async () => {
      const files = hooked({
        'templates/policy.yaml': denyAll({ namespace: null }),
        'templates/migrate.yaml': workload({
          name: 'migrate',
          namespace: null,
          annotations: { 'helm.sh/hook': 'post-install' },
          ...privileged,
        }),
        'templates/tests/test.yaml': workload({
          name: 'test',
          namespace: null,
          annotations: { 'helm.sh/hook': 'test' },
          ...privileged,
        }),
      })
      const found = of(await checkFiles(files), PRIVILEGED)
      expect(found.map(({ resource, status }) => [resource.name, status])).toEqual([
        ['migrate', 'blocking'],
        ['test', 'blocking'],
      ])
    })
  })
})

describe('environments never mix', () => {
  test("staging's policy protects nothing in prod: overlays", async () => {
    const report = await checkFiles({
      'base/kustomization.yaml': 'resources: [cart.yaml]\n',
      'base/cart.yaml': workload(),
      'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
      'overlays/staging/kustomization.yaml': 'resources: [../../base, policy.yaml]\n',
      'overlays/staging/policy.yaml': denyAll(),
    })
    expect(ingressOf(report, 'cart')).toEqual(['no overlays/prod'])
    expect(report.unjudged).toEqual([])
  })

  test("staging's policy protects nothing in prod: values", async () => {
    const report = await checkFiles(
      chart('charts/cart', {
        'templates/cart.yaml': workload(),
        'templates/policy.yaml': `{{ if .Values.policy }}\n${denyAll()}{{ end }}\n`,
        'values-prod.yaml': 'policy: false\n',
        'values-staging.yaml': 'policy: true\n',
      }),
    )
    expect(ingressOf(report, 'cart')).toEqual(['no values-prod.yaml'])
  })

  test("one chart's staging protects the other's staging alone, and what belongs to every environment protects in each", async () => {
    const policyIn = (environment: string): Files =>
      chart('charts/policy', {
        'templates/policy.yaml': `{{ if eq .Values.env ${JSON.stringify(environment)} }}\n${denyAll()}{{ end }}\n`,
        'values-prod.yaml': 'env: prod\n',
        'values-staging.yaml': 'env: staging\n',
      })
    const cart = chart('charts/cart', {
      'templates/cart.yaml': workload(),
      'values-prod.yaml': 'a: 1\n',
      'values-staging.yaml': 'a: 2\n',
    })
    expect(ingressOf(await checkFiles({ ...cart, ...policyIn('staging') }), 'cart')).toEqual(['no values-prod.yaml'])
    expect(ingressOf(await checkFiles({ ...cart, 'policy.yaml': denyAll() }), 'cart')).toEqual([])
  })

  test('an environment in which a chart puts out nothing is one all the same', async () => {
    const report = await checkFiles({
      ...chart('charts/policy', {
        'templates/policy.yaml': `{{ if .Values.policy }}\n${denyAll()}{{ end }}\n`,
        'values-prod.yaml': 'policy: false\n',
        'values-staging.yaml': 'policy: true\n',
      }),
      'cart.yaml': workload(),
    })
    expect(ingressOf(report, 'cart')).toEqual(['no values-prod.yaml'])
  })

  test("a plain file's finding that is new in one environment is new", async () => {
    const files = (prod: boolean): Files => ({
      ...chart('charts/policy', {
        'templates/policy.yaml': `{{ if .Values.policy }}\n${denyAll()}{{ end }}\n`,
        'values-prod.yaml': `policy: ${prod}\n`,
        'values-staging.yaml': 'policy: false\n',
      }),
      'cart.yaml': workload(),
    })
    const report = await checkFiles(files(false), { base: memoryTree(files(true)) })
    expect(of(report, INGRESS).map(({ status, environments }) => [status, environments])).toEqual([['blocking', []]])
    const mended = await checkFiles(files(true), { base: memoryTree(files(false)) })
    expect(of(mended, INGRESS).map(({ status, environments }) => [status, environments])).toEqual([
      ['existing', ['values-staging.yaml']],
    ])
  })
})

describe('a namespace that nobody stated', () => {
  test('is never `default`', async () => {
    const report = await checkFiles({
      'app/cart.yaml': workload({ namespace: null }),
      'policies/policy.yaml': denyAll({ namespace: 'default' }),
    })
    // Whoever deploys it may choose `default`: nobody can tell from here, so the policy does not count.
    expect(ingressOf(report, 'cart')).toEqual(['no'])
    expect(of(report, INGRESS)[0]?.related).toEqual([
      { file: 'policies/policy.yaml', line: 1, why: 'NetworkPolicy deny-all' },
    ])
    expect(of(report, 'least-privilege/default-namespace')).toEqual([])
    expect(of(report, INGRESS)[0]?.resource.namespace).toBeNull()
  })

  test('is the same in a folder, in a chart and in a kustomization, and no other', async () => {
    const [cart, policy] = [workload({ namespace: null }), denyAll({ namespace: null })]
    expect(ingressOf(await checkFiles({ 'app/cart.yaml': cart, 'app/policy.yaml': policy }), 'cart')).toEqual([])
    expect(ingressOf(await checkFiles({ 'app/cart.yaml': cart, 'other/policy.yaml': policy }), 'cart')).not.toEqual([])
    const released = {
      'templates/cart.yaml': workload({ namespace: '{{ .Release.Namespace }}' }),
      'templates/policy.yaml': policy,
    }
    expect(ingressOf(await checkFiles(chart('charts/cart', released)), 'cart')).toEqual([])
    const kustomized = {
      'kustomization.yaml': 'resources: [cart.yaml, policy.yaml]\n',
      'cart.yaml': cart,
      'policy.yaml': policy,
    }
    expect(ingressOf(await checkFiles(kustomized), 'cart')).toEqual([])
  })

  test("a kustomization's namespace is stated for all it builds", async () => {
    const report = await checkFiles({
      'app/kustomization.yaml': 'namespace: shop\nresources: [cart.yaml]\n',
      'app/cart.yaml': workload({ namespace: null }),
      'policy.yaml': denyAll(),
    })
    expect(ingressOf(report, 'cart')).toEqual([])
  })
})

describe('nothing escapes by being moved', () => {
  const bad = workload(privileged)
  const places = (report: Report): readonly (readonly [string, string])[] =>
    of(report, PRIVILEGED).map(({ location, status }) => [`${location.file}:${location.line}`, status])
  const line = bad.split('\n').findIndex((each) => each.includes('privileged: true')) + 1

  test('into a base that nothing uses', async () => {
    const report = await checkFiles({
      'unused/kustomization.yaml':
        'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [cart.yaml]\n',
      'unused/cart.yaml': bad,
    })
    expect(places(report)).toEqual([[`unused/cart.yaml:${line}`, 'blocking']])
  })

  test('into a base that no longer lists it', async () => {
    const report = await checkFiles({
      'app/kustomization.yaml': 'resources: [policy.yaml]\n',
      'app/policy.yaml': denyAll(),
      'app/cart.yaml': bad,
    })
    expect(places(report)).toEqual([[`app/cart.yaml:${line}`, 'blocking']])
  })

  test('into a disabled subchart', async () => {
    const report = await checkFiles({
      ...chart(
        'charts/shop',
        { 'templates/web.yaml': workload({ name: 'web' }), 'values.yaml': 'cart: {enabled: false}\n' },
        { dependencies: [{ name: 'cart', version: '1.0.0', condition: 'cart.enabled' }] },
      ),
      ...chart('charts/shop/charts/cart', { 'templates/cart.yaml': bad }),
    })
    expect(places(report)).toEqual([
      [expect.stringMatching(/^charts\/shop\/charts\/cart\/templates\/cart\.yaml:/), 'blocking'],
    ])
  })

  test('into a folder that an added Chart.yaml turns into a chart', async () => {
    const report = await checkFiles({ 'deploy/cart.yaml': bad, ...chart('deploy', {}) })
    expect(places(report)).toEqual([[`deploy/cart.yaml:${line}`, 'blocking']])
  })

  test('into a folder below a chart that it does not render', async () => {
    const report = await checkFiles(
      chart('charts/cart', {
        'templates/web.yaml': workload({ name: 'web' }),
        'extra/cart.yaml': bad,
        '.helmignore': 'extra\n',
      }),
    )
    expect(places(report)).toEqual([[`charts/cart/extra/cart.yaml:${line}`, 'blocking']])
  })

  test('by a patch that deletes it', async () => {
    const patch = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\n$patch: delete\n'
    const report = await checkFiles({
      'kustomization.yaml': 'resources: [cart.yaml, policy.yaml]\npatches: [{path: delete.yaml}]\n',
      'cart.yaml': bad,
      'policy.yaml': denyAll(),
      'delete.yaml': patch,
    })
    expect(report.unjudged).toEqual([])
    expect(places(report)).toEqual([[`cart.yaml:${line}`, 'blocking']])
  })

  test('by a patch that deletes it, beside an object whose name holds its own', async () => {
    const report = await checkFiles({
      'kustomization.yaml': 'namePrefix: my-\nresources: [all.yaml]\npatches: [{path: delete.yaml}]\n',
      'all.yaml': stream(bad, workload({ name: 'cart-db' }), denyAll()),
      'delete.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\n$patch: delete\n',
    })
    expect(report.unjudged).toEqual([])
    expect(places(report)).toEqual([[`all.yaml:${line}`, 'blocking']])
  })

  test('a template behind `if false` is named: it puts out nothing that could be judged', async () => {
    const report = await checkFiles(
      chart('charts/cart', {
        'templates/web.yaml': workload({ name: 'web' }),
        'templates/cart.yaml': `{{ if false }}\n${bad}{{ end }}\n`,
      }),
    )
    expect(places(report)).toEqual([])
    expect(report.ignored).toContainEqual({
      path: 'charts/cart/templates/cart.yaml',
      reason: 'a template that puts out nothing in any environment',
    })
  })

  test.each([
    ['an upgrade', '.Release.IsUpgrade'],
    ['the clock', 'gt (now | date "2006" | atoi) 2050'],
    ['what the cluster serves', '.Capabilities.APIVersions.Has "example.com/v1"'],
  ])('behind a condition on %s', async (_, condition) => {
    const report = await checkFiles(
      chart('charts/cart', {
        'templates/web.yaml': workload({ name: 'web' }),
        'templates/cart.yaml': `{{ if ${condition} }}\n${bad}{{ end }}\n`,
      }),
    )
    const [found, ...more] = of(report, PRIVILEGED)
    expect([found?.status, found?.location.file, more]).toEqual(['blocking', 'charts/cart/templates/cart.yaml', []])
    expect(found?.message).toMatch(/is privileged \(at another moment, by .* in templates\/cart.yaml:1/)
    expect(report.configuration.notes).toContainEqual(expect.stringContaining('charts/cart depends on when and where'))
    expect(report.judged.resources).toBe(1)
  })

  test('a deny that an upgrade takes away', async () => {
    const report = await checkFiles(
      chart('charts/cart', {
        'templates/cart.yaml': workload({ namespace: null }),
        'templates/policy.yaml': `{{ if .Release.IsInstall }}\n${denyAll({ namespace: null })}{{ end }}\n`,
      }),
    )
    expect(of(report, INGRESS).map(({ message }) => message)).toEqual([
      expect.stringContaining('(at another moment, by .Release.IsInstall'),
    ])
  })

  test('what is told of all of it is told once, wherever it is first put out', async () => {
    const report = await checkFiles({
      ...chart('charts/cart', {
        'templates/cart.yaml': `{{ if .Release.IsInstall }}\n${denyAll({ namespace: null })}{{ end }}\n`,
      }),
      'web.yaml': workload({ name: 'web' }),
    })
    const mtls = of(report, 'mtls-strict/mtls-mode').map(({ message }) => message)
    expect(mtls).toEqual([expect.stringContaining('no service mesh is declared here')])
  })

  test.each(['', 'nameOverride: ""\n', 'nameOverride: shop\n'])(
    'a role is bound by a name, and no value of it mends that: %j',
    async (values) => {
      const name = '{{ default .Chart.Name .Values.nameOverride }}'
      const rbac = stream(
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "${name}"}\nrules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]\n`,
        `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef:\n  kind: ClusterRole\n  name: "${name}"\nsubjects: [{kind: User, name: a}]\n`,
      )
      const report = await checkFiles(chart('charts/cart', { 'templates/rbac.yaml': rbac, 'values.yaml': values }))
      const found = of(report, 'least-privilege/rbac-secrets').find(({ resource }) => resource.kind.endsWith('Binding'))
      expect([found?.annotation?.file, found?.related.filter(({ file }) => file.endsWith('values.yaml'))]).toEqual([
        'charts/cart/templates/rbac.yaml',
        [],
      ])
    },
  )

  test.each<[string, readonly string[]]>([
    ['', ['only its own templates were judged, without its dependencies: redis, kafka. Run `helm dependency build']],
    ['redis: {enabled: true}\n', ['only its own templates were judged, without its dependencies: redis, kafka.']],
    ['redis: {enabled: false}\n', ['only its own templates were judged, without its dependencies: kafka. Run']],
    ['redis: {enabled: false}\nkafka: {use: false}\n', []],
  ])('a chart without its dependencies, with values %j', async (values, reasons) => {
    const dependencies = `dependencies:
# A cache.
- name: redis
  version: 1.0.0
  # Ours.
  repository: https://charts.example.com
  condition: cart.redis,redis.enabled
- name: kafka
  version: 1.0.0
  repository: oci://charts.example.com
  condition: kafka.use
`
    const report = await checkFiles({
      ...chart('charts/cart', { 'templates/cart.yaml': bad, 'values.yaml': values }),
      'charts/cart/Chart.yaml': `apiVersion: v2\nname: cart\nversion: 1.10.0\n${dependencies}appVersion: "1.10"\n`,
    })
    expect(of(report, PRIVILEGED).map(({ location }) => [location.file, location.precision])).toEqual([
      ['charts/cart/templates/cart.yaml', 'exact'],
    ])
    expect(report.unjudged.map(({ file, reason }) => `${file} ${reason}`)).toEqual(
      reasons.map((reason) => expect.stringContaining(`charts/cart/Chart.yaml ${reason}`)),
    )
  })

  test('a chart that cannot do without its dependencies is told by what is missing', async () => {
    const listed = 'dependencies: [{name: redis, version: 1.0.0, repository: "https://charts.example.com"}]\n'
    const needing = (template: string, list: string) =>
      checkFiles({
        ...chart('charts/cart', { 'templates/cart.yaml': template }),
        'charts/cart/Chart.yaml': `apiVersion: v2\nname: cart\nversion: 1.0.0\n${list}`,
      })
    const blockList = listed.replace(/\[\{(.*)\}\]/, '\n- {$1}')
    const reports = await Promise.all([
      needing(`# {{ include "redis.name" . }}\n${bad}`, blockList),
      needing('{{ if false }}{{ end }}', blockList),
      // Written so, an entry cannot be taken out.
      needing(`{{ if true }}\n${bad}{{ end }}`, listed),
    ])
    for (const report of reports) {
      expect(of(report, PRIVILEGED)).toEqual([])
      expect(report.unjudged.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^it cannot be rendered without its dependencies: redis\. Run/),
      ])
    }
  })

  test('what a chart generates nobody wrote', async () => {
    const secret = (value: string): string =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: cart}\ndata:\n  password: {{ ${value} | b64enc | quote }}\n`
    const found = async (value: string): Promise<readonly string[]> =>
      of(
        await checkFiles(chart('charts/cart', { 'templates/secret.yaml': secret(value) })),
        'least-privilege/secret-in-manifest',
      ).map(({ status }) => status)
    expect(await found('randAlphaNum 20')).toEqual([])
    expect(await found('genPrivateKey "rsa"')).toEqual([])
    expect(await found('"hunter2hunter2"')).toEqual(['blocking'])
    expect(await found('(printf "password=hunter2hunter2\\nsalt=%s" (randAlphaNum 20))')).toEqual(['blocking'])
  })

  test('a template that only one environment puts out is judged there', async () => {
    const report = await checkFiles(
      chart('charts/cart', {
        'templates/cart.yaml': `{{ if .Values.cart }}\n${bad}{{ end }}\n`,
        'values-dev.yaml': 'cart: true\n',
        'values-prod.yaml': 'cart: false\n',
      }),
    )
    expect(of(report, PRIVILEGED).map(({ environments }) => environments)).toEqual([['values-dev.yaml']])
  })

  test('into a List, a list in a list, or JSON', async () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'cart' },
      spec: { containers: [{ name: 'cart', image: 'cart', securityContext: { privileged: true } }] },
    }
    const inner = { apiVersion: 'v1', kind: 'List', items: [object] }
    const report = await checkFiles({
      'list.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [inner] }),
      'pods.yaml': yaml({
        apiVersion: 'v1',
        kind: 'PodList',
        items: [{ metadata: { name: 'item' }, spec: object.spec }],
      }),
    })
    expect(of(report, PRIVILEGED).map(({ resource, location }) => [resource.kind, location.file])).toEqual([
      ['Pod', 'list.json'],
      ['Pod', 'pods.yaml'],
    ])
  })
})

describe('evidence', () => {
  test('an empty repository gives none', async () => {
    const report = await checkFiles({ 'README.md': '# nothing\n' })
    expect([report.outcome, report.judged.resources, report.findings]).toEqual(['pass', 0, []])
    expect(new Set(report.controls.map(({ status }) => status))).toEqual(new Set(['not-exercised', 'not-assessable']))
  })

  test('what is judged and found right does; what is found wrong is a gap', async () => {
    const control = (report: Report): unknown =>
      report.controls.find(({ framework, id }) => framework === 'iso-27001-2022' && id === 'A.8.22')?.status
    const all = { config: { levels: new Map([['default-deny/egress-isolated', 'off' as const]]) } }
    expect(control(await checkFiles({ 'all.yaml': workload() }, all))).toBe('gap')
    const policies = new Set(['default-deny/ingress-isolated', 'default-deny/namespace-default-deny'])
    const report = await checkFiles({ 'all.yaml': stream(safeNamespace(), workload()) }, all)
    expect(report.findings.filter(({ policy }) => policies.has(policy))).toEqual([])
    expect(control(report)).toBe('evidence')
  })
})
