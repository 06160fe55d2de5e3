import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { grantCard } from '../../../src/relate/index/grants.js'
import { covers, type Request, type Rule, ruleAllows } from '../../../src/relate/index/grants-rules.js'
import { resourceOf } from './grants-world.js'

/* The originals, line by line: pkg/apis/rbac/v1/evaluation_helpers.go, plugin/pkg/auth/authorizer/rbac/rbac.go. */

function verbMatches(rule: Rule, requestedVerb: string): boolean {
  for (const ruleVerb of rule.verbs) {
    if (ruleVerb === '*') return true
    if (ruleVerb === requestedVerb) return true
  }
  return false
}

function apiGroupMatches(rule: Rule, requestedGroup: string): boolean {
  for (const ruleGroup of rule.apiGroups) {
    if (ruleGroup === '*') return true
    if (ruleGroup === requestedGroup) return true
  }
  return false
}

function resourceMatches(rule: Rule, combinedRequestedResource: string, requestedSubresource: string): boolean {
  for (const ruleResource of rule.resources) {
    if (ruleResource === '*') return true
    if (ruleResource === combinedRequestedResource) return true
    if (requestedSubresource.length === 0) continue
    if (
      ruleResource.length === requestedSubresource.length + 2 &&
      ruleResource.startsWith('*/') &&
      ruleResource.endsWith(requestedSubresource)
    )
      return true
  }
  return false
}

function resourceNameMatches(rule: Rule, requestedName: string): boolean {
  if (rule.resourceNames.length === 0) return true
  for (const ruleName of rule.resourceNames) if (ruleName === requestedName) return true
  return false
}

function nonResourceURLMatches(rule: Rule, requestedURL: string): boolean {
  for (const ruleURL of rule.nonResourceURLs) {
    if (ruleURL === '*') return true
    if (ruleURL === requestedURL) return true
    if (ruleURL.endsWith('*')) {
      let prefix = ruleURL
      while (prefix.endsWith('*')) prefix = prefix.slice(0, -1)
      if (requestedURL.startsWith(prefix)) return true
    }
  }
  return false
}

function upstreamAllows(rule: Rule, request: Request): boolean {
  if ('url' in request) return verbMatches(rule, request.verb) && nonResourceURLMatches(rule, request.url)
  const combined = request.subresource.length > 0 ? `${request.resource}/${request.subresource}` : request.resource
  return (
    verbMatches(rule, request.verb) &&
    apiGroupMatches(rule, request.group) &&
    resourceMatches(rule, combined, request.subresource) &&
    resourceNameMatches(rule, request.name)
  )
}

/* component-helpers auth/rbac/validation/policy_comparator.go. */

function resourceCoversAll(set: readonly string[], paths: readonly string[]): boolean {
  if (set.includes('*') || paths.every((path) => set.includes(path))) return true
  for (const path of paths) {
    if (set.includes(path)) continue
    if (!path.includes('/')) return false
    const tokens = [path.slice(0, path.indexOf('/')), path.slice(path.indexOf('/') + 1)]
    if (!set.includes(`*/${tokens[1] ?? ''}`)) return false
  }
  return true
}

function upstreamCovers(owners: readonly Rule[], servants: readonly Rule[]): boolean {
  const subrules: Rule[] = []
  for (const rule of servants) {
    for (const group of rule.apiGroups)
      for (const resource of rule.resources)
        for (const verb of rule.verbs) {
          const sub = {
            apiGroups: [group],
            resources: [resource],
            verbs: [verb],
            resourceNames: [],
            nonResourceURLs: [],
          }
          if (rule.resourceNames.length > 0)
            for (const name of rule.resourceNames) subrules.push({ ...sub, resourceNames: [name] })
          else subrules.push(sub)
        }
    for (const url of rule.nonResourceURLs)
      for (const verb of rule.verbs)
        subrules.push({ apiGroups: [], resources: [], verbs: [verb], resourceNames: [], nonResourceURLs: [url] })
  }
  const hasAll = (set: readonly string[], contains: readonly string[]): boolean =>
    contains.every((item) => set.includes(item))
  return subrules.every((sub) =>
    owners.some((owner) => {
      const verbs = owner.verbs.includes('*') || hasAll(owner.verbs, sub.verbs)
      const groups = owner.apiGroups.includes('*') || hasAll(owner.apiGroups, sub.apiGroups)
      const urls = sub.nonResourceURLs.every((url) =>
        owner.nonResourceURLs.some(
          (from) => from === url || (from.endsWith('*') && url.startsWith(from.replace(/\*+$/, ''))),
        ),
      )
      const names =
        sub.resourceNames.length === 0
          ? owner.resourceNames.length === 0
          : owner.resourceNames.length === 0 || hasAll(owner.resourceNames, sub.resourceNames)
      return verbs && groups && resourceCoversAll(owner.resources, sub.resources) && urls && names
    }),
  )
}

/* Few words, so that they meet. */
const few = (...words: string[]): fc.Arbitrary<string[]> => fc.uniqueArray(fc.constantFrom(...words), { maxLength: 3 })
const rule: fc.Arbitrary<Rule> = fc.record({
  verbs: few('get', 'list', 'create', '*', 'g'),
  apiGroups: few('', 'apps', '*'),
  resources: few('pods', 'secrets', 'pods/exec', '*/exec', '*', 'pods/*', '*/*', '*/', 'exec', 'pods/'),
  resourceNames: few('a', 'b', ''),
  nonResourceURLs: few('/healthz', '/healthz/*', '/healthz/**', '*', '/', '/api*'),
})
const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({
    verb: fc.constantFrom('get', 'list', 'create', '*'),
    group: fc.constantFrom('', 'apps', 'batch'),
    resource: fc.constantFrom('pods', 'secrets', '*'),
    subresource: fc.constantFrom('', 'exec', 'log', '*'),
    name: fc.constantFrom('', 'a', 'c'),
  }),
  fc.record({
    verb: fc.constantFrom('get', 'post'),
    url: fc.constantFrom('/healthz', '/healthz/etcd', '/api', '/apis/x', '/', ''),
  }),
)

describe('as the API server', () => {
  test('a rule allows a request', () => {
    fc.assert(
      fc.property(rule, request, (r, q) => expect(ruleAllows(r, q)).toBe(upstreamAllows(r, q))),
      { numRuns: 5000 },
    )
  })

  test('rules cover rules', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), fc.array(rule, { maxLength: 2 }), (owners, servants) =>
        expect(covers(owners, servants)).toBe(upstreamCovers(owners, servants)),
      ),
      { numRuns: 5000 },
    )
  })

  test('what covers a rule allows what the rule allows', () => {
    // Upstream's Covers knows `pods/exec` only as an entry, and reads a name '' as any other.
    const plain = rule.map((r) => ({
      ...r,
      resources: r.resources.filter((entry) => !['*/', 'pods/', '*/*', 'pods/*'].includes(entry)),
    }))
    let applied = 0
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 3 }), plain, request, (owners, servant, q) => {
        if (!covers(owners, [servant]) || !ruleAllows(servant, q)) return
        applied++
        expect(owners.some((owner) => ruleAllows(owner, q))).toBe(true)
      }),
      { numRuns: 20000 },
    )
    expect(applied).toBeGreaterThan(5)
  })
})

describe('cards', () => {
  const RBAC = 'rbac.authorization.k8s.io/v1'
  const binding = (kind: string, subject: object): unknown =>
    grantCard(
      resourceOf(RBAC, kind, 'b', kind === 'RoleBinding' ? 'shop' : '', {
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [subject],
      }),
      null,
    )

  test.each([
    [
      'a service account without a namespace lies in the role binding’s',
      'RoleBinding',
      { kind: 'ServiceAccount', name: 'a' },
      ['ServiceAccount', 'shop', 'a'],
    ],
    [
      'its own namespace counts',
      'RoleBinding',
      { kind: 'ServiceAccount', name: 'a', namespace: 'x' },
      ['ServiceAccount', 'x', 'a'],
    ],
    ['in a cluster role binding it is nobody', 'ClusterRoleBinding', { kind: 'ServiceAccount', name: 'a' }, null],
    [
      'a user by the name of a service account is that one',
      'ClusterRoleBinding',
      { kind: 'User', name: 'system:serviceaccount:x:a' },
      ['ServiceAccount', 'x', 'a'],
    ],
    [
      'a group keeps its name',
      'ClusterRoleBinding',
      { kind: 'Group', name: 'system:masters' },
      ['Group', '', 'system:masters'],
    ],
    ['an unknown kind is nobody', 'RoleBinding', { kind: 'Robot', name: 'r' }, null],
  ])('%s', (_title, kind, written, expected) => {
    const subjects =
      expected === null
        ? []
        : [{ subject: { kind: expected[0], namespace: expected[1], name: expected[2] }, path: ['subjects', 0] }]
    expect(binding(kind, written)).toMatchObject({
      type: 'binding',
      kind,
      roleRef: { kind: 'Role', name: 'r' },
      subjects,
    })
  })

  test('a chart that prints the namespace of its release says as little as one that leaves it out', () => {
    const plain = resourceOf(RBAC, 'ClusterRoleBinding', 'b', '', {
      subjects: [
        { kind: 'ServiceAccount', name: 'a', namespace: 'release-namespace' },
        { kind: 'User', name: 'system:serviceaccount:release-namespace:a' },
        { kind: 'ServiceAccount', name: 'a', namespace: 'shop' },
      ],
    })
    const namespaces = (kind: 'chart' | 'manifest'): unknown => {
      const card = grantCard({ ...plain, origin: { ...plain.origin, kind, source: 'charts/x' } }, null)
      return card?.type === 'binding' ? card.subjects.map(({ subject }) => subject.namespace) : null
    }
    expect(namespaces('chart')).toEqual(['release-namespace~charts/x', 'release-namespace~charts/x', 'shop'])
    expect(namespaces('manifest')).toEqual(['release-namespace', 'release-namespace', 'shop'])
  })

  test('a broken rule keeps its place, and every list is there', () => {
    const role = resourceOf(RBAC, 'ClusterRole', 'r', '', {
      rules: [null, { verbs: ['get'], nonResourceURLs: ['/x'] }],
    })
    const nothing = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] }
    expect(grantCard(role, null)).toMatchObject({
      rules: [nothing, { ...nothing, verbs: ['get'], nonResourceURLs: ['/x'] }],
      aggregates: null,
    })
  })

  test('only a ClusterRole aggregates', () => {
    const rest = { rules: [], aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }
    expect(grantCard(resourceOf(RBAC, 'ClusterRole', 'r', '', rest), null)).toMatchObject({
      aggregates: [{ matchLabels: { a: 'b' } }],
    })
    expect(grantCard(resourceOf(RBAC, 'Role', 'r', 'shop', rest), null)).toMatchObject({ aggregates: null })
  })

  test('what is no part of RBAC has no card', () => {
    expect(grantCard(resourceOf('v1', 'ConfigMap', 'c', 'shop', {}), null)).toBeNull()
    expect(grantCard(resourceOf('example.com/v1', 'Role', 'r', 'shop', {}), null)).toBeNull()
    expect(grantCard(resourceOf('v1', 'ServiceAccount', 'a', 'shop', {}), null)).toEqual({ type: 'account' })
  })
})
