/** What was accepted: waivers, the baseline, and what is related without being judged. */
import { describe, expect, test } from '@jest/globals'
import { baselineOf, parseBaseline, writeBaseline } from '../src/decide/baseline.js'
import type { Waiver } from '../src/decide/waive.js'
import { memoryTree } from '../src/discover/memory-tree.js'
import { judge } from '../src/gate.js'
import type { Report } from '../src/report/report.js'
import { check, distribution, type CheckOptions } from './gate.js'

const CART = (path: string): string => `apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers: [{name: app, image: registry.example.com/cart:1}]
  volumes: [{name: v, hostPath: {path: ${path}}}]
`

const waiver = (rest: Partial<Waiver> = {}): Waiver => ({
  policy: 'least-privilege/host-path',
  resource: 'Pod/shop/cart',
  container: null,
  file: null,
  reason: 'legacy',
  owner: 'team-a',
  ticket: null,
  expires: '2027-03-01',
  ...rest,
})

const judged = (files: { readonly [path: string]: string }, options: CheckOptions = {}): Promise<Report> =>
  check(memoryTree(files), options)

const statuses = (report: Report, policy: string) =>
  report.findings.filter((f) => f.policy === policy).map(({ status, why }) => [status, why])

const hostPath = (report: Report) => statuses(report, 'least-privilege/host-path')

describe('waivers', () => {
  test('in force: told, and it does not block', async () => {
    const report = await judged({ 'cart.yaml': CART('/var/log') }, { config: { waivers: [waiver()] } })
    expect(hostPath(report)).toEqual([['waived', 'team-a accepts it until 2027-03-01: legacy']])
    expect(report.waivers).toMatchObject([{ state: 'in force', findings: 1, endsSoon: false }])
  })

  test('expired: it blocks again, also where the base has it', async () => {
    const config = { waivers: [waiver({ expires: '2026-11-20' })] }
    const base = memoryTree({ 'cart.yaml': CART('/var/log') })
    const report = await judged({ 'cart.yaml': CART('/var/log') }, { config, base })
    expect(hostPath(report)).toEqual([['blocking', 'the waiver of team-a ended on 2026-11-20']])
    expect(report.outcome).toBe('fail')
  })

  test('for another value than the one in the base: it blocks', async () => {
    const base = memoryTree({ 'cart.yaml': CART('/var/log') })
    const report = await judged({ 'cart.yaml': CART('/') }, { config: { waivers: [waiver()] }, base })
    expect(hostPath(report)).toEqual([['blocking', 'the waiver of team-a was given for another value']])
  })

  test('pending: shown, and it blocks until it is merged', async () => {
    const report = await judged({ 'cart.yaml': CART('/var/log') }, { accepted: { pending: [waiver()] } })
    expect(hostPath(report)).toEqual([['blocking', 'a waiver of team-a is pending: it holds once it is merged']])
    expect(report.waivers).toMatchObject([{ state: 'pending', findings: 1 }])
  })

  test('of what could not be judged', async () => {
    const broken = { 'a.yaml': 'apiVersion: v1\nkind: [', 'cart.yaml': CART('/var/log') }
    const own = waiver({ policy: null, resource: null, file: 'a.yaml' })
    const report = await judged(broken, { config: { waivers: [own, waiver()], severity: 'critical' } })
    expect(report.unjudged).toMatchObject([{ file: 'a.yaml', waived: 'team-a accepts it until 2027-03-01: legacy' }])
    expect(report.outcome).toBe('pass')
  })

  describe('that a resource brings in its annotation', () => {
    const annotated = (waivers: string): string =>
      CART('/var/log').replace('namespace: shop}', `namespace: shop, annotations: {ringfence/waivers: '${waivers}'}}`)
    const own = '[{policy: least-privilege/host-path, reason: legacy, owner: team-a, expires: 2027-03-01}]'
    const allowed = { trust: { waivers: 'target', annotations: true, branches: [] } } as const

    test('only where the configuration allows it', async () => {
      const files = { 'cart.yaml': annotated(own) }
      expect(hostPath(await judged(files))).toEqual([['blocking', null]])
      expect(hostPath(await judged(files, { config: allowed }))).toMatchObject([['waived', expect.anything()]])
    })

    test('pending where the base does not have it', async () => {
      const base = memoryTree({ 'cart.yaml': CART('/etc') })
      const report = await judged({ 'cart.yaml': annotated(own) }, { config: allowed, base })
      expect(hostPath(report)).toEqual([['blocking', 'a waiver of team-a is pending: it holds once it is merged']])
      const trusting = { trust: { waivers: 'head', annotations: true, branches: [] } } as const
      const brought = own.replace('reason', 'value: {path: /var/log}, reason')
      expect(hostPath(await judged({ 'cart.yaml': annotated(brought) }, { config: trusting, base }))).toMatchObject([
        ['waived', expect.anything()],
      ])
    })

    test('as a comment on a line of its document, not of a list', async () => {
      const comment = `# ringfence: ${own.slice(1, -1)}\n`
      const cart = CART('/var/log')
      for (const text of [`${comment}${cart}`, cart.replace('\n', ` ${comment}`)]) {
        expect(hostPath(await judged({ 'cart.yaml': text }))).toEqual([['blocking', null]])
        const report = await judged({ 'cart.yaml': text }, { config: allowed })
        expect(hostPath(report)).toMatchObject([['waived', expect.anything()]])
      }
      const list = `${comment}apiVersion: v1\nkind: List\nitems:\n- ${cart.trimEnd().replaceAll('\n', '\n  ')}\n`
      expect(hostPath(await judged({ 'cart.yaml': list }, { config: allowed }))).toEqual([['blocking', null]])
      const wrong = await judged({ 'cart.yaml': `# ringfence: for now\n${cart}` }, { config: allowed })
      expect(hostPath(wrong)).toEqual([['blocking', null]])
      expect(wrong.configuration.notes).toEqual([
        expect.stringMatching(/^the comment in line 1 of the document of Pod\/shop\/cart cannot be read: /),
      ])
    })

    test('what cannot be read is said, and waives nothing', async () => {
      const report = await judged(
        { 'cart.yaml': annotated('[{policy: least-privilege/host-path}]') },
        { config: allowed },
      )
      expect(hostPath(report)).toEqual([['blocking', null]])
      expect(report.configuration.notes).toEqual([
        'the annotation ringfence/waivers of Pod/shop/cart cannot be read: reason is missing; owner is missing; expires is missing',
      ])
    })
  })
})

describe('the baseline', () => {
  const digest = (text: string): string => `#${text}`
  async function baselineFor(files: { readonly [path: string]: string }) {
    const { setParameters: _, ...rules } = distribution()
    const scope = { paths: [''], ignore: [], render: new Map(), context: [], groups: new Map() }
    const none = { helm: () => Promise.reject(new Error()), kustomize: () => Promise.reject(new Error()) }
    return baselineOf(await judge(memoryTree(files), scope, { ...rules, flows: [] }, none, () => undefined), digest)
  }

  test('what it holds does not block, a changed value and one more do', async () => {
    const baseline = await baselineFor({ 'cart.yaml': CART('/var/log') })
    const accepted = { baseline, digest }
    expect(hostPath(await judged({ 'cart.yaml': CART('/var/log') }, { accepted }))).toEqual([
      ['existing', 'the baseline has it'],
    ])
    expect(hostPath(await judged({ 'cart.yaml': CART('/') }, { accepted }))).toEqual([['blocking', null]])
    // In another document it is another finding of the same resource.
    const twice = await judged({ 'cart.yaml': CART('/var/log'), 'b/cart.yaml': CART('/var/log') }, { accepted })
    expect(hostPath(twice).map(([status]) => status)).toEqual(['blocking', 'existing'])
  })

  test('what is mended is told', async () => {
    const baseline = await baselineFor({ 'cart.yaml': CART('/var/log') })
    const report = await judged(
      { 'cart.yaml': CART('/var/log').replace(/ {2}volumes.*\n/, '') },
      { accepted: { baseline, digest } },
    )
    expect(report.configuration.notes).toEqual([
      '1 finding of the baseline is not found here: `ringfence baseline` takes out what is mended',
    ])
  })

  test('is written and read again, an entry a line', async () => {
    const baseline = await baselineFor({ 'cart.yaml': CART('/var/log') })
    const text = writeBaseline(baseline)
    expect(parseBaseline(text)).toEqual({ entries: baseline, problem: null })
    expect(text.split('\n').length).toBe(baseline.length + 6)
  })

  test.each([
    ['', 'Unexpected end of JSON input'],
    ['{"version": 2}', 'its version is not 1'],
    ['{"version": 1}', 'findings is no list'],
    ['{"version": 1, "findings": [{"fingerprint": "a"}]}', 'entry 1 is none'],
  ])('what is none is refused: %s', (content, problem) => {
    expect(parseBaseline(content)).toEqual({ entries: [], problem: `not a baseline: ${problem}` })
  })
})

describe('context', () => {
  const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`
  const files = {
    'apps/cart.yaml': CART('/var/log'),
    'platform/deny.yaml': DENY,
    'platform/cart.yaml': CART('/etc').replace('cart,', 'agent,'),
  }
  const isolated = (report: Report) => statuses(report, 'default-deny/ingress-isolated').map(([status]) => status)

  test('counts, and is not judged', async () => {
    expect(isolated(await judged({ 'apps/cart.yaml': CART('/var/log') }))).toHaveLength(1)
    const report = await judged(files, { config: { context: ['platform'] } })
    expect(isolated(report)).toEqual([])
    expect(hostPath(report)).toHaveLength(1)
    expect(report.ignored).toContainEqual({
      path: 'platform',
      reason: 'context: related with what is judged, and not judged itself',
    })
    expect(report.judged.resources).toBe(1)
  })

  test('that cannot be read is not passed over', async () => {
    const report = await judged(
      { ...files, 'platform/bad.yaml': 'apiVersion: v1\nkind: [' },
      { config: { context: ['platform'] } },
    )
    expect(report.unjudged).toMatchObject([{ file: 'platform/bad.yaml' }])
  })

  test('of one environment counts in that alone', async () => {
    const { 'platform/deny.yaml': deny, ...rest } = files
    const report = await judged(
      { ...rest, 'platform/overlays/prod/deny.yaml': deny, 'platform/overlays/dev/a.yaml': CART('/') },
      { config: { context: ['platform'] } },
    )
    const found = report.findings.filter(({ policy }) => policy === 'default-deny/ingress-isolated')
    expect(found.map(({ environments }) => environments)).toEqual([['platform/overlays/dev']])
  })
})

describe('scopes', () => {
  const DENY = (name: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`
  test('what is in one protects nothing in another', async () => {
    const files = { 'a/cart.yaml': CART('/var/log'), 'b/cart.yaml': CART('/var/log'), 'b/deny.yaml': DENY('deny') }
    const places = async (scopes: ReadonlyMap<string, readonly string[]>) =>
      (await judged(files, { config: { scopes } })).findings
        .filter(({ policy }) => policy === 'default-deny/ingress-isolated')
        .map(({ location }) => location.file)
    expect(await places(new Map())).toEqual([])
    expect(await places(new Map([['b', ['b/**']]]))).toEqual(['a/cart.yaml'])
  })
})

describe('parameters by override', () => {
  test('the first that matches and names the policy sets them, for those resources alone', async () => {
    const image = (namespace: string, registry: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: ${namespace}}\nspec: {containers: [{name: a, image: ${registry}/cart:1}]}\n`
    const id = 'least-privilege/image-registry'
    const override = (namespace: string, allowed: readonly string[]) => ({
      match: { file: null, kind: null, namespace, name: null, environment: null, labels: new Map() },
      policies: new Map([[id, { level: null, severity: null, parameters: { allowed } }]]),
    })
    const report = await judged(
      {
        'a.yaml': image('shop', 'one.example.com'),
        'b.yaml': image('shop', 'two.example.com'),
        'c.yaml': image('other', 'one.example.com'),
        'd.yaml': image('other', 'two.example.com'),
      },
      {
        config: {
          parameters: { [id]: { allowed: ['one.example.com'] } },
          overrides: [
            override('shop', ['two.example.com']),
            override('*', ['nobody.example.com']),
            override('sh*', []),
          ],
        },
      },
    )
    const files = report.findings.filter(({ policy }) => policy === id).map(({ location }) => location.file)
    expect(files.sort()).toEqual(['a.yaml', 'c.yaml', 'd.yaml'])
  })
})
