import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { KubernetesObject, Resource } from '../../../src/model.js'
import { serviceAccount, type ServiceAccountFacts } from '../../../src/relate/resolve/serviceaccount.js'
import { worldOf } from '../../../src/relate/world.js'

const SYMBOL = '~release'

/** `namespace` beginning with `~` is one that nobody stated. */
function resource(
  apiVersion: string,
  kind: string,
  name: string,
  namespace: string,
  rest: object,
  force: Partial<Resource> = {},
): Resource {
  const slash = apiVersion.indexOf('/')
  return {
    id: 0,
    object: { apiVersion, kind, metadata: { name }, ...rest } as KubernetesObject,
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind,
    name,
    namespace,
    namespaceStated: !namespace.startsWith('~'),
    path: [],
    origin: {
      source: 'x.yaml',
      kind: 'manifest',
      environment: { name: null, label: null, trial: false },
      file: 'x.yaml',
      document: 0,
      line: 1,
      hooks: [],
      vendored: null,
      role: 'judged',
    },
    text: '',
    force: { answer: 'yes', why: '' },
    declared: true,
    ...force,
  }
}

const pod = (spec: object = {}, namespace = 'shop', metadata: object = {}): Resource =>
  resource('v1', 'Pod', 'cart', namespace, {
    metadata: { name: 'cart', ...metadata },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  })
const account = (name: string, rest: object = {}, namespace = 'shop', force: Partial<Resource> = {}): Resource =>
  resource('v1', 'ServiceAccount', name, namespace, rest, force)
const binding = (subject: object, namespace = 'shop'): Resource =>
  resource('rbac.authorization.k8s.io/v1', 'RoleBinding', 'cart-reads', namespace, { subjects: [subject] })

/** The facts of the first resource, among all. */
function factsOf(...list: readonly Resource[]): ServiceAccountFacts {
  const world = worldOf(list.map((item, id) => ({ ...item, id })))
  const cards = world.resources.flatMap((item) => {
    const card = serviceAccount.card(item, world.podOf(item))
    return card === null ? [] : [{ resource: item, card }]
  })
  const first = world.resources[0] as Resource
  return serviceAccount.resolve(cards, world)(first, world.podOf(first))
}

describe('the account', () => {
  test('is default where the pod names none, and the deprecated field counts', () => {
    expect(factsOf(pod())).toMatchObject({ name: 'default', path: ['spec', 'serviceAccountName'] })
    expect(factsOf(pod({ serviceAccountName: 'cart' }))).toMatchObject({
      name: 'cart',
      path: ['spec', 'serviceAccountName'],
    })
    expect(factsOf(pod({ serviceAccount: 'old' }))).toMatchObject({ name: 'old', path: ['spec', 'serviceAccount'] })
  })

  test('is declared here only in the same namespace', () => {
    const cart = pod({ serviceAccountName: 'cart' })
    expect(factsOf(cart, account('cart')).declared).toMatchObject({ answer: 'yes', by: [{ id: 1, name: 'cart' }] })
    expect(factsOf(cart, account('cart', {}, 'other')).declared.answer).toBe('no')
    expect(factsOf(cart).declared.answer).toBe('no')
  })

  test('what has no pod has none, and every key is there', () => {
    const facts = factsOf(resource('v1', 'ConfigMap', 'cart', 'shop', {}))
    expect(facts).toMatchObject({
      name: null,
      declared: { answer: 'no' },
      automount: { answer: 'no' },
      used: { answer: 'no' },
    })
  })
})

describe('an account by itself', () => {
  test('says what its pods get, and how many are here', () => {
    expect(factsOf(account('cart'), pod({ serviceAccountName: 'cart' }), pod())).toMatchObject({
      name: 'cart',
      automount: { answer: 'yes', path: ['automountServiceAccountToken'] },
      used: { answer: 'no' },
      workloads: 1,
    })
    expect(factsOf(account('cart', { automountServiceAccountToken: false }))).toMatchObject({
      automount: { answer: 'no' },
      workloads: 0,
    })
    const bound = binding({ kind: 'ServiceAccount', name: 'cart', namespace: 'shop' })
    expect(factsOf(account('cart'), bound).used.answer).toBe('yes')
  })
})

describe('whether the token is mounted', () => {
  test('is the pod’s word, else the account’s, else yes; unknown where the account is declared elsewhere', () => {
    const word = fc.constantFrom(true, false, undefined, null)
    fc.assert(
      fc.property(word, fc.option(word, { nil: 'elsewhere' as const }), (ofPod, ofAccount) => {
        const declared =
          ofAccount === 'elsewhere' ? [] : [account('default', { automountServiceAccountToken: ofAccount })]
        const said = ofPod ?? (ofAccount === 'elsewhere' ? 'unknown' : (ofAccount ?? true))
        const expected = said === 'unknown' ? said : said ? 'yes' : 'no'
        expect(factsOf(pod({ automountServiceAccountToken: ofPod }), ...declared).automount.answer).toBe(expected)
      }),
    )
  })

  test('an opt-out counts only where it is in force', () => {
    const staged = { force: { answer: 'unknown', why: 'it is a hook' } } as const
    const facts = factsOf(pod(), account('default', { automountServiceAccountToken: false }, 'shop', staged))
    expect(facts.automount).toMatchObject({
      answer: 'unknown',
      why: 'ServiceAccount default opts out, but it is a hook',
    })
  })

  test('a container that mounts something else in its place gets none', () => {
    const own = { mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', name: 'token' }
    const containers = [{ name: 'app', image: 'app:1', volumeMounts: [own] }]
    expect(factsOf(pod({ containers, automountServiceAccountToken: true })).automount.answer).toBe('no')
    const both = [...containers, { name: 'proxy', image: 'proxy:1' }]
    expect(factsOf(pod({ containers: both, automountServiceAccountToken: true })).automount.answer).toBe('yes')
  })
})

describe('whether something uses the token', () => {
  const cart = pod({ serviceAccountName: 'cart' })

  test('a binding to the account does', () => {
    const facts = factsOf(cart, binding({ kind: 'ServiceAccount', name: 'cart', namespace: 'shop' }))
    expect(facts.used).toMatchObject({
      answer: 'yes',
      why: 'RoleBinding cart-reads gives ServiceAccount cart permissions',
      by: [{ id: 1 }],
    })
    const user = { kind: 'User', name: 'system:serviceaccount:shop:cart' }
    expect(factsOf(cart, binding(user, 'elsewhere')).used.answer).toBe('yes')
  })

  test('a binding to another account does not', () => {
    for (const subject of [
      { kind: 'ServiceAccount', name: 'other', namespace: 'shop' },
      { kind: 'ServiceAccount', name: 'cart', namespace: 'other' },
      { kind: 'Group', name: 'cart' },
      { kind: 'User', name: 'cart' },
    ]) {
      expect([subject, factsOf(cart, binding(subject)).used.answer]).toEqual([subject, 'no'])
    }
  })

  test('in a namespace nobody stated: its own symbol does, a stated name may', () => {
    const symbolic = pod({ serviceAccountName: 'cart' }, SYMBOL)
    const subject = { kind: 'ServiceAccount', name: 'cart' }
    expect(factsOf(symbolic, binding({ ...subject, namespace: SYMBOL })).used.answer).toBe('yes')
    expect(factsOf(symbolic, binding(subject, SYMBOL)).used.answer).toBe('yes')
    expect(factsOf(symbolic, binding({ ...subject, namespace: 'shop' })).used.answer).toBe('unknown')
  })

  test('a chart that prints its release namespace means its own', () => {
    const key = 'release-namespace~charts/cart'
    const ofChart = (item: Resource): Resource => ({
      ...item,
      namespaceStated: false,
      origin: { ...item.origin, kind: 'chart', source: 'charts/cart', namespace: null },
    })
    const cart = ofChart(pod({ serviceAccountName: 'cart' }, key))
    const printed = 'release-namespace'
    const account = { kind: 'ServiceAccount', name: 'cart', namespace: printed }
    const user = { kind: 'User', name: `system:serviceaccount:${printed}:cart` }
    for (const subject of [account, user]) {
      expect(factsOf(cart, ofChart(binding(subject, key))).used.answer).toBe('yes')
    }
    expect(factsOf(cart, ofChart(binding({ ...account, namespace: 'shop' }, key))).used.answer).toBe('unknown')
  })

  test('the Vault injector does', () => {
    const annotations = { 'vault.hashicorp.com/agent-inject': 'true' }
    expect(factsOf(pod({}, 'shop', { annotations })).used.answer).toBe('yes')
  })

  test.each<[object, string]>([
    [{ image: 'docker.io/bitnami/kubectl:1.34' }, 'yes'],
    [{ image: 'kubectl' }, 'yes'],
    [{ image: 'tools:1', command: ['/usr/local/bin/kubectl', 'get', 'pods'] }, 'yes'],
    [{ image: 'kubectl:1', command: ['sleep', 'infinity'] }, 'no'],
    [{ image: 'example.com/kubectl/app:1' }, 'no'],
  ])('kubectl does: %j', (container, expected) => {
    expect(factsOf(pod({ containers: [{ name: 'app', ...container }] })).used.answer).toBe(expected)
  })

  test('many bindings are named in short', () => {
    const many = Array.from({ length: 9 }, () => binding({ kind: 'ServiceAccount', name: 'cart', namespace: 'shop' }))
    const { used } = factsOf(cart, ...many)
    expect(used.by).toHaveLength(3)
    expect(used.why).toContain('and 6 more')
  })
})
