/** What holds where nothing is configured: the rows of the design's table of defaults, each through the whole gate. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { memoryTree } from '../src/discover/memory-tree.js'
import type { Engines } from '../src/host/engines.js'
import { github } from '../src/report/github.js'
import type { Report, Verdict } from '../src/report/report.js'
import { text } from '../src/report/text.js'
import { check, startEngines, type CheckOptions } from './gate.js'
import { chart, denyAll, safeNamespace, stream, workload, yaml, type WorkloadOptions } from './manifests.js'

let engines: Engines
beforeAll(() => {
  engines = startEngines()
})
afterAll(() => engines.close())

type Files = Parameters<typeof memoryTree>[0]

const checkFiles = (
  files: Files,
  options: Omit<CheckOptions, 'base'> & { readonly base?: Files } = {},
): Promise<Report> =>
  check(memoryTree(files), {
    engines,
    ...options,
    ...(options.base === undefined ? { base: undefined } : { base: memoryTree(options.base) }),
  })

/** A repository of one workload, with all that is needed around it. */
const shop = (options: WorkloadOptions = {}): Files => ({
  'namespace.yaml': safeNamespace(),
  'cart.yaml': workload(options),
})

const of = (report: Report, policy: string): readonly Verdict[] => report.findings.filter((f) => f.policy === policy)

const statuses = (report: Report, policy: string): readonly (readonly [string, string | null])[] =>
  of(report, policy).map(({ status, why }) => [status, why])

const PRIVILEGED = 'least-privilege/privileged-container'
const NON_ROOT = 'least-privilege/run-as-non-root'
const privileged = { security: { privileged: true, allowPrivilegeEscalation: null } }
const asRoot = { pod: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } } }

test('the workload of these tests has nothing that blocks', async () => {
  const report = await checkFiles(shop())
  expect(report.findings.filter(({ status }) => status === 'blocking')).toEqual([])
  expect([report.outcome, report.unjudged]).toEqual(['pass', []])
})

describe('stage: 1', () => {
  test('a policy of stage 1 blocks, one of stage 2 advises', async () => {
    const report = await checkFiles(shop({ ...asRoot, ...privileged }))
    expect(report.stage).toBe(1)
    expect(statuses(report, PRIVILEGED)).toEqual([['blocking', null]])
    expect(statuses(report, NON_ROOT)).toEqual([['advisory', 'stage 2 is not reached yet']])
    expect(report.next).toContainEqual({ stage: 2, findings: expect.any(Number) })
  })

  test('stage 2 makes it block', async () => {
    expect((await checkFiles(shop(asRoot))).outcome).toBe('pass')
    const report = await checkFiles(shop(asRoot), { config: { stage: 2 } })
    expect(statuses(report, NON_ROOT)).toEqual([['blocking', null]])
    expect(report.outcome).toBe('fail')
  })
})

describe('owns: app', () => {
  const files = { 'cart.yaml': workload(), 'policy.yaml': denyAll() }
  const LABELS = 'least-privilege/pod-security-labels'

  test('what belongs to the namespace and is not declared here advises', async () => {
    const report = await checkFiles(files)
    expect(statuses(report, LABELS)).toEqual([['advisory', 'it may be declared outside this repository']])
    expect(report.outcome).toBe('pass')
  })

  test('platform: it blocks', async () => {
    const report = await checkFiles(files, { config: { owns: 'platform' } })
    expect(statuses(report, LABELS)).toEqual([['blocking', null]])
  })

  test('what is declared here and lacks it blocks', async () => {
    const namespace = yaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
    const report = await checkFiles({ ...files, 'namespace.yaml': namespace })
    expect(statuses(report, LABELS)).toEqual([['blocking', null]])
  })

  test('what the pull request takes away was declared here: it blocks', async () => {
    const DENY = 'default-deny/namespace-default-deny'
    const away = { 'cart.yaml': workload() }
    expect(statuses(await checkFiles(away), DENY)).toEqual([
      ['advisory', 'it may be declared outside this repository'],
      ['advisory', 'it may be declared outside this repository'],
    ])
    expect(statuses(await checkFiles(away, { base: files }), DENY)).toEqual([
      ['blocking', null],
      ['blocking', null],
    ])
    expect(statuses(await checkFiles(away, { base: away }), DENY)).toEqual([
      ['existing', 'the base has it too'],
      ['existing', 'the base has it too'],
    ])
  })
})

describe('unknown', () => {
  // A hook comes and goes: nobody can say whether it protects.
  const doubtful = {
    ...shop(),
    'namespace.yaml': safeNamespace().replace(
      'name: deny-all',
      'name: deny-all\n  annotations: {helm.sh/hook: pre-install}',
    ),
  }
  const isolated = (report: Report): readonly boolean[] =>
    report.unknowns.filter(({ policy }) => policy === 'default-deny/ingress-isolated').map(({ blocking }) => blocking)

  test('advises those who own an app', async () => {
    const report = await checkFiles(doubtful)
    expect(isolated(report)).toEqual([false])
    expect(report.outcome).toBe('pass')
  })

  test('blocks those who own the platform', async () => {
    const report = await checkFiles(doubtful, { config: { owns: 'platform' } })
    expect(isolated(report)).toEqual([true])
    expect(report.outcome).toBe('fail')
  })

  test('blocks where the base was yes', async () => {
    const report = await checkFiles(doubtful, { base: shop() })
    expect(isolated(report)).toEqual([true])
    expect(report.outcome).toBe('fail')
  })

  test('advises where the base was unknown too, or had no such workload', async () => {
    expect(isolated(await checkFiles(doubtful, { base: doubtful }))).toEqual([false])
    expect(isolated(await checkFiles(doubtful, { base: { 'other.yaml': workload({ name: 'other' }) } }))).toEqual([
      false,
    ])
  })

  test('does not block those who own the platform by what the base could not tell either', async () => {
    const report = await checkFiles(doubtful, { base: doubtful, config: { owns: 'platform' } })
    expect(isolated(report)).toEqual([false])
    expect(report.unknowns.map(({ existing }) => existing)).toEqual(report.unknowns.map(() => true))
    expect(github(report, { prefix: '' })).toBe('')
    expect(report.outcome).toBe('pass')
  })

  test('a policy above the stage does not block by what it cannot tell', async () => {
    const report = await checkFiles(doubtful, { config: { owns: 'platform' } })
    const egress = report.unknowns.filter(({ policy }) => policy === 'default-deny/egress-isolated')
    expect(egress.map(({ blocking }) => blocking)).toEqual([false])
  })
})

describe('fail-on: new where a base is known', () => {
  test('all where none is', async () => {
    expect(statuses(await checkFiles(shop(privileged)), PRIVILEGED)).toEqual([['blocking', null]])
  })

  test('what the base has too does not block', async () => {
    const report = await checkFiles(shop(privileged), { base: shop(privileged) })
    expect(statuses(report, PRIVILEGED)).toEqual([['existing', 'the base has it too']])
    expect(report.outcome).toBe('pass')
  })

  test('a moved file and moved lines make nothing new', async () => {
    const base = shop(privileged)
    const head = {
      'namespace.yaml': base['namespace.yaml'] as string,
      'apps/cart.yaml': `# moved\n\n${base['cart.yaml'] as string}`,
    }
    expect(statuses(await checkFiles(head, { base }), PRIVILEGED)).toEqual([['existing', 'the base has it too']])
  })

  test('a changed value is new', async () => {
    const path = (name: string): WorkloadOptions => ({ pod: { volumes: [{ name: 'host', hostPath: { path: name } }] } })
    const report = await checkFiles(shop(path('/etc')), { base: shop(path('/var/log')) })
    expect(statuses(report, 'least-privilege/host-path')).toEqual([['blocking', null]])
  })

  const ISOLATED = ['default-deny/ingress-isolated', 'default-deny/egress-isolated']
  const open = (pod: WorkloadOptions['pod'], version: string): Files => {
    const cart = workload({ ...(pod === undefined ? {} : { pod }) })
    return { 'cart.yaml': cart.replace('app: cart\n    spec:', `app: cart\n        version: "${version}"\n    spec:`) }
  }

  test.each<[string, Files, Files]>([
    ['off the host network', open({ hostNetwork: true }, '1'), open({}, '1')],
    ['by other labels', open({}, '1'), open({}, '2')],
  ])('what is not isolated stays so %s', async (_, base, head) => {
    expect(head).not.toEqual(base)
    const report = await checkFiles(head, { base, config: { stage: 4, owns: 'platform' } })
    for (const policy of ISOLATED) expect(statuses(report, policy)).toEqual([['existing', 'the base has it too']])
  })

  test('one more of the same is new', async () => {
    const base = shop(privileged)
    const head = { ...base, 'copy.yaml': base['cart.yaml'] as string }
    const found = statuses(await checkFiles(head, { base }), PRIVILEGED).map(([status]) => status)
    expect(found).toEqual(['blocking', 'existing'])
  })

  test('`all` blocks what the base has too', async () => {
    const report = await checkFiles(shop(privileged), { base: shop(privileged), config: { failOn: 'all' } })
    expect(statuses(report, PRIVILEGED)).toEqual([['blocking', null]])
  })

  test('what one environment had is new in another', async () => {
    const values = (security: boolean): string => `privileged: ${security}\n`
    const files = (staging: boolean, prod: boolean): Files =>
      chart('charts/cart', {
        'templates/cart.yaml': workload({
          security: { privileged: '{{ .Values.privileged }}', allowPrivilegeEscalation: null },
        }),
        'templates/policy.yaml': denyAll(),
        'values-staging.yaml': values(staging),
        'values-prod.yaml': values(prod),
      })
    const report = await checkFiles(files(true, true), { base: files(true, false) })
    expect(of(report, PRIVILEGED).map(({ status, environments }) => [status, environments])).toEqual([
      ['blocking', ['values-prod.yaml']],
      ['existing', ['values-staging.yaml']],
    ])
    const both = await checkFiles(files(true, true), { base: files(true, true) })
    expect(of(both, PRIVILEGED).map(({ status, environments }) => [status, environments])).toEqual([
      ['existing', ['values-prod.yaml', 'values-staging.yaml']],
    ])
  })
})

describe('severity: medium and above', () => {
  const DEFAULT = 'least-privilege/default-namespace'
  const files = { 'cart.yaml': workload({ namespace: 'default' }), 'policy.yaml': denyAll({ namespace: 'default' }) }

  test('low advises', async () => {
    expect(statuses(await checkFiles(files), DEFAULT)).toContainEqual(['advisory', 'its severity is low'])
  })

  test('unless the threshold says low, or the policy is set to block', async () => {
    const low = await checkFiles(files, { config: { severity: 'low' } })
    expect(statuses(low, DEFAULT)).toContainEqual(['blocking', null])
    const block = await checkFiles(files, { config: { levels: new Map([[DEFAULT, 'block']]) } })
    expect(statuses(block, DEFAULT)).toContainEqual(['blocking', null])
  })

  test('medium blocks', async () => {
    const report = await checkFiles(shop({ container: { ports: [{ containerPort: 80, hostPort: 80 }] } }))
    expect(of(report, 'least-privilege/host-ports').map(({ severity, status }) => [severity, status])).toEqual([
      ['medium', 'blocking'],
    ])
  })
})

describe('environments', () => {
  const templates = {
    'templates/cart.yaml': workload({
      security: { privileged: '{{ .Values.privileged }}', allowPrivilegeEscalation: null },
    }),
    'templates/policy.yaml': denyAll(),
  }
  const cart = (values: { readonly [file: string]: string }): Files => chart('charts/cart', { ...templates, ...values })
  const places = (report: Report): readonly (readonly [string, readonly string[]])[] =>
    of(report, PRIVILEGED).map(({ status, environments }) => [status, environments])

  test('values-*.yaml and values.*.yaml are environments, on top of values.yaml', async () => {
    const report = await checkFiles(
      cart({
        'values.yaml': 'privileged: true\n',
        'values-prod.yaml': 'privileged: false\n',
        'values.dev.yaml': 'debug: true\n',
      }),
    )
    // values.yaml alone is not rendered: dev inherits it, prod does not.
    expect(places(report)).toEqual([['blocking', ['values.dev.yaml']]])
    expect(report.judged).toMatchObject({ charts: 1, environments: 2, renders: 2 })
  })

  test('values.yaml alone where there is none', async () => {
    const report = await checkFiles(cart({ 'values.yaml': 'privileged: true\n' }))
    expect(places(report)).toEqual([['blocking', []]])
    expect(report.judged).toMatchObject({ charts: 1, environments: 1, renders: 1 })
  })

  describe('ci/*-values.yaml are trials', () => {
    test('findings advise', async () => {
      const report = await checkFiles(
        cart({ 'values.yaml': 'privileged: false\n', 'ci/debug-values.yaml': 'privileged: true\n' }),
      )
      expect(of(report, PRIVILEGED).map(({ status, why, environments }) => [status, why, environments])).toEqual([
        ['advisory', 'it appears only with trial values', ['ci/debug-values.yaml']],
      ])
      expect(report.outcome).toBe('pass')
    })

    test('what is wrong without them blocks', async () => {
      const report = await checkFiles(
        cart({ 'values.yaml': 'privileged: true\n', 'ci/debug-values.yaml': 'debug: true\n' }),
      )
      expect(places(report)).toEqual([['blocking', []]])
    })

    test('render errors count', async () => {
      const files = cart({
        'values.yaml': 'privileged: false\n',
        'ci/broken-values.yaml': 'fail: true\n',
        'templates/fail.yaml': '{{ if .Values.fail }}{{ fail "no host was given" }}{{ end }}\n',
      })
      const report = await checkFiles(files)
      expect(report.unjudged).toMatchObject([
        {
          file: 'charts/cart/templates/fail.yaml',
          line: 1,
          source: 'charts/cart',
          environments: ['ci/broken-values.yaml'],
        },
      ])
      expect(report.unjudged[0]?.reason).toContain('no host was given')
      expect(report.outcome).toBe('fail')
    })

    describe('of a chart that refuses its own values', () => {
      const refusing = (refusal: Files): Files =>
        cart({
          'values.yaml': 'privileged: false\n',
          'ci/debug-values.yaml': 'host: shop\nprivileged: true\n',
          ...refusal,
        })
      const byTemplate = { 'templates/fail.yaml': '{{ $_ := required "no host was given" .Values.host }}\n' }

      test.each<[string, Files]>([
        ['by a template', byTemplate],
        ['by its schema', { 'values.schema.json': '{"required": ["host"]}' }],
      ])('stand in for them, %s: what is found blocks', async (_, refusal) => {
        const report = await checkFiles(refusing(refusal))
        expect(places(report)).toEqual([['blocking', ['ci/debug-values.yaml']]])
        expect(report.unjudged).toEqual([])
        expect(report.configuration.notes).toContainEqual(
          'charts/cart refuses its own values: its trial values stand in for them',
        )
      })

      test('unless they are refused, too, or a template is wrong', async () => {
        const files = refusing(byTemplate)
        const none = await checkFiles({ ...files, 'charts/cart/ci/debug-values.yaml': 'privileged: true\n' })
        expect(none.unjudged).toMatchObject([{ reason: expect.stringContaining('no host was given') }])
        const wrong = await checkFiles(refusing({ 'templates/fail.yaml': '{{ .Values.host.name | upper }}\n' }))
        expect(wrong.unjudged.length).toBeGreaterThan(0)
        expect(wrong.outcome).toBe('fail')
      })

      test('and not where another environment does not refuse', async () => {
        const report = await checkFiles(refusing({ ...byTemplate, 'values-prod.yaml': 'host: shop\n' }))
        expect(places(report)).toEqual([['advisory', ['ci/debug-values.yaml']]])
        expect(report.unjudged).toEqual([])
      })

      test('one that refuses beside those that do not is named', async () => {
        const report = await checkFiles(refusing({ ...byTemplate, 'ci/other-values.yaml': 'privileged: true\n' }))
        expect(places(report)).toEqual([['blocking', ['ci/debug-values.yaml']]])
        expect(report.unjudged).toMatchObject([{ environments: ['ci/other-values.yaml'] }])
      })
    })

    test('what they bring protects nothing else', async () => {
      const files = {
        ...chart('charts/cart', {
          'templates/cart.yaml': workload(),
          'templates/policy.yaml': `{{ if .Values.policy }}\n${denyAll()}{{ end }}\n`,
          'values.yaml': 'policy: false\n',
          'ci/policy-values.yaml': 'policy: true\n',
        }),
        'web.yaml': workload({ name: 'web' }),
      }
      const isolated = of(await checkFiles(files), 'default-deny/ingress-isolated')
      expect(isolated.map(({ resource, status, environments }) => [resource.name, status, environments])).toEqual([
        ['cart', 'blocking', []],
        ['web', 'blocking', []],
      ])
    })
  })
})

describe('vendored subcharts', () => {
  const dependency = { name: 'redis', version: '1.0.0', repository: 'https://charts.example.com' }
  const files = (security: WorkloadOptions, values = ''): Files => ({
    ...chart(
      'charts/cart',
      { 'templates/cart.yaml': workload({ name: 'cart' }), 'templates/policy.yaml': denyAll(), 'values.yaml': values },
      { dependencies: [dependency] },
    ),
    ...chart('charts/cart/charts/redis', { 'templates/redis.yaml': workload({ name: 'redis', ...security }) }),
  })

  test('advise', async () => {
    const report = await checkFiles(files(privileged))
    expect(statuses(report, PRIVILEGED)).toEqual([['advisory', 'it comes from a vendored chart']])
    expect(of(report, PRIVILEGED)[0]?.location.file).toBe('charts/cart/charts/redis/templates/redis.yaml')
    expect(report.outcome).toBe('pass')
  })

  test('what the pull request brings in blocks: a changed version, file or value', async () => {
    const brought = await checkFiles(files(privileged), { base: files({}) })
    expect(statuses(brought, PRIVILEGED)).toEqual([['blocking', null]])
    const byValue = {
      security: { privileged: '{{ .Values.privileged | default false }}', allowPrivilegeEscalation: null },
    }
    const report = await checkFiles(files(byValue, 'redis: {privileged: true}\n'), { base: files(byValue) })
    expect(statuses(report, PRIVILEGED)).toEqual([['blocking', null]])
  })

  test('what was there does not, also where everything is to fail', async () => {
    const base = files(privileged)
    expect(statuses(await checkFiles(base, { base }), PRIVILEGED)).toEqual([['existing', 'the base has it too']])
    const all = await checkFiles(base, { base, config: { failOn: 'all' } })
    expect(statuses(all, PRIVILEGED)).toEqual([['advisory', 'it comes from a vendored chart']])
  })
})

describe('unjudged', () => {
  const BROKEN = 'spec: [unclosed\n'
  const plain = { ...shop(), 'broken.yaml': `apiVersion: v1\nkind: Pod\n${BROKEN}` }
  const existing = (report: Report): readonly unknown[] => report.unjudged.map(({ file, existing }) => [file, existing])

  test('blocks', async () => {
    const report = await checkFiles(plain)
    expect(existing(report)).toEqual([['broken.yaml', false]])
    expect(report.outcome).toBe('fail')
  })

  test('a plain file: not while it is the same as in the base, byte for byte', async () => {
    const same = await checkFiles({ ...plain, 'cart.yaml': workload({ name: 'other' }) }, { base: plain })
    expect(existing(same)).toEqual([['broken.yaml', true]])
    expect(same.outcome).toBe('pass')
    const changed = await checkFiles({ ...plain, 'broken.yaml': `${plain['broken.yaml']}# \n` }, { base: plain })
    expect(existing(changed)).toEqual([['broken.yaml', false]])
    expect(changed.outcome).toBe('fail')
    const all = await checkFiles(plain, { base: plain, config: { failOn: 'all' } })
    expect(all.outcome).toBe('fail')
  })

  describe('a chart: all that its render reads', () => {
    const files = {
      ...chart('charts/cart', {
        'templates/cart.yaml': workload(),
        'templates/policy.yaml': denyAll(),
        'templates/fail.yaml': '{{ fail "not today" }}\n',
        'values.yaml': 'a: 1\n',
        'files/readme.txt': 'one\n',
      }),
      'other.yaml': '# elsewhere\n',
    }
    const outcomes = async (edit: Files): Promise<readonly unknown[]> => {
      const report = await checkFiles({ ...files, ...edit }, { base: files })
      return [report.outcome, report.unjudged.map(({ existing }) => existing)]
    }

    test.each<[string, Files, 'pass' | 'fail']>([
      ['nothing', {}, 'pass'],
      ['a file elsewhere', { 'other.yaml': '# changed\n' }, 'pass'],
      ['another template', { 'charts/cart/templates/policy.yaml': denyAll({ name: 'other' }) }, 'fail'],
      ['the values', { 'charts/cart/values.yaml': 'a: 2\n' }, 'fail'],
      ['a file that a template may read', { 'charts/cart/files/readme.txt': 'two\n' }, 'fail'],
      ['one file more', { 'charts/cart/templates/more.yaml': workload({ name: 'more' }) }, 'fail'],
    ])('changes %s', async (_what, edit, outcome) => {
      expect(await outcomes(edit)).toEqual([outcome, [outcome === 'pass']])
    })
  })

  describe('a kustomization: all that its build reads', () => {
    const files = {
      'base/kustomization.yaml': 'resources: [cart.yaml]\n',
      'base/cart.yaml': workload(),
      'app/kustomization.yaml': 'resources: [../base, ../policy.yaml, missing.yaml]\n',
      'policy.yaml': denyAll(),
    }

    test.each<[string, Files, 'pass' | 'fail']>([
      ['nothing', {}, 'pass'],
      ['its own file', { 'app/kustomization.yaml': `${files['app/kustomization.yaml']}# changed\n` }, 'fail'],
      ['a base', { 'base/cart.yaml': workload({ name: 'other' }) }, 'fail'],
    ])('changes %s', async (_what, edit, outcome) => {
      const report = await checkFiles({ ...files, ...edit }, { base: files })
      expect([report.outcome, report.unjudged.length]).toEqual([outcome, 1])
    })
  })
})

describe('noise', () => {
  test('findings on one line are told together', async () => {
    const files = shop({
      security: { privileged: true, allowPrivilegeEscalation: null, capabilities: { add: ['SYS_ADMIN', 'NET_ADMIN'] } },
    })
    const flow = (files['cart.yaml'] as string).replace(
      /securityContext:\n((?: {12}.*\n)+)$/,
      'securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN, NET_ADMIN]}}\n',
    )
    const report = await checkFiles({ ...files, 'cart.yaml': flow })
    const blocking = report.findings.filter(({ status }) => status === 'blocking')
    expect(blocking.length).toBeGreaterThan(1)
    const [line] = blocking.map(({ location }) => location.line)
    expect(blocking.every(({ location }) => location.line === line)).toBe(true)
    const printed = text(report, { colour: false, width: 100, verbose: false, source: () => flow.split('\n') })
    expect(printed.split('\n').filter((each) => each.startsWith('cart.yaml:'))).toHaveLength(1)
    for (const { message } of blocking) expect(printed).toContain(message)
  })

  test('the same in several environments is one finding', async () => {
    const files = chart('charts/cart', {
      'templates/cart.yaml': workload(privileged),
      'templates/policy.yaml': denyAll(),
      'values-dev.yaml': 'a: 1\n',
      'values-prod.yaml': 'a: 2\n',
    })
    const report = await checkFiles(files)
    expect(of(report, PRIVILEGED).map(({ environments }) => environments)).toEqual([
      ['values-dev.yaml', 'values-prod.yaml'],
    ])
  })

  test('a plain file belongs to every environment: where it is wrong in each, none is named', async () => {
    const files = {
      ...chart('charts/cart', {
        'templates/policy.yaml': `{{ if .Values.policy }}\n${denyAll()}{{ end }}\n`,
        'values-dev.yaml': 'policy: false\n',
        'values-prod.yaml': 'policy: true\n',
      }),
      'web.yaml': stream(workload({ name: 'web', ...privileged })),
    }
    const report = await checkFiles(files)
    expect(of(report, PRIVILEGED).map(({ environments }) => environments)).toEqual([[]])
    expect(of(report, 'default-deny/ingress-isolated').map(({ environments }) => environments)).toEqual([
      ['values-dev.yaml'],
    ])
  })
})
