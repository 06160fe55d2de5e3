import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { load } from 'js-yaml'
import { analyseAuditPolicy } from '../../../src/relate/platform/audit-analysis.js'
import {
  type AuditedRequest,
  type AuditRule,
  decidingRule,
  readAuditPolicy,
} from '../../../src/relate/platform/audit-policy.js'

const rulesOf = (yaml: string): readonly AuditRule[] => {
  const { rules, problems } = readAuditPolicy(load(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${yaml}`))
  expect(problems).toEqual([])
  return rules
}

/* ------------------------------------------------- an evaluator of its own */

/** k8s.io/apiserver pkg/audit/policy/checker.go once more, as a list of conditions that must all hold. */
function firstMatch(rules: readonly AuditRule[], request: AuditedRequest): number {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as AuditRule
    const conditions = [
      rule.users.length === 0 || rule.users.some((user) => user === request.user),
      rule.userGroups.length === 0 || rule.userGroups.filter((group) => request.groups.includes(group)).length > 0,
      rule.verbs.length === 0 || rule.verbs.indexOf(request.verb) >= 0,
      scopeMatches(rule, request),
    ]
    if (conditions.every(Boolean)) return i
  }
  return -1
}

function scopeMatches(rule: AuditRule, request: AuditedRequest): boolean {
  const isAboutResources = rule.namespaces.length + rule.resources.length > 0
  if (isAboutResources) {
    if (request.resource === null) return false
    if (rule.namespaces.length > 0 && !rule.namespaces.includes(request.namespace)) return false
    if (rule.resources.length === 0) return true
    const { group, resource, subresource } = request.resource
    for (const entry of rule.resources) {
      if (!['*', group].includes(entry.group)) continue
      if (entry.resources.length === 0) return true
      for (const pattern of entry.resources) {
        if (entry.resourceNames.length !== 0 && !entry.resourceNames.includes(request.name)) continue
        const accepted = new Set(['*', `${resource}/*`, subresource === '' ? resource : `${resource}/${subresource}`])
        if (subresource !== '') accepted.add(`*/${subresource}`)
        if (accepted.has(pattern)) return true
      }
    }
    return false
  }
  if (rule.nonResourceURLs.length === 0) return true
  if (request.resource !== null) return false
  return rule.nonResourceURLs.some((url) => {
    const star = url.endsWith('*')
    return url === '*' || url === request.path || (star && request.path.indexOf(url.slice(0, url.indexOf('*'))) === 0)
  })
}

/* --------------------------------------------------------------- generate */

const some = <T>(values: readonly T[]): fc.Arbitrary<readonly T[]> => fc.subarray([...values], { maxLength: 2 })

const USERS = ['alice', 'system:kube-scheduler', 'system:anonymous']
const GROUPS = ['devs', 'system:masters', 'system:authenticated']
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']

const groupResources = fc.record({
  group: fc.constantFrom('', 'apps', 'rbac.authorization.k8s.io', '*'),
  resources: some(['secrets', 'pods', 'pods/exec', 'pods/*', '*/exec', '*', 'deployments', 'clusterroles']),
  resourceNames: some(['x', 'y']),
})

const rule: fc.Arbitrary<AuditRule> = fc
  .record({
    level: fc.constantFrom('None', 'Metadata', 'Request', 'RequestResponse'),
    users: some(USERS),
    userGroups: some(GROUPS),
    verbs: some(VERBS),
    resources: fc.array(groupResources, { maxLength: 2 }),
    namespaces: some(['', 'a', 'b']),
    nonResourceURLs: some(['/healthz*', '/version', '*']),
    omitStages: fc.constant([]),
    // A rule with few conditions reaches more.
    keep: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })
  .map(({ keep, ...written }) => {
    const resources = keep[3]
      ? written.resources.map((entry) => (entry.resources.length === 0 ? { ...entry, resourceNames: [] } : entry))
      : []
    const namespaces = keep[4] ? written.namespaces : []
    return {
      ...written,
      users: keep[0] ? written.users : [],
      userGroups: keep[1] ? written.userGroups : [],
      verbs: keep[2] ? written.verbs : [],
      resources,
      namespaces,
      nonResourceURLs: keep[5] && resources.length + namespaces.length === 0 ? written.nonResourceURLs : [],
    } as AuditRule
  })

const policies = fc.array(rule, { minLength: 1, maxLength: 5 })

const RESOURCES = [
  { group: '', resource: 'secrets', subresource: '', namespaced: true },
  { group: '', resource: 'pods', subresource: 'exec', namespaced: true },
  { group: 'apps', resource: 'deployments', subresource: '', namespaced: true },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', subresource: '', namespaced: false },
  { group: 'example.com', resource: 'things', subresource: '', namespaced: true },
  { group: 'example.com', resource: 'things', subresource: 'part', namespaced: true },
  { group: '', resource: 'pods', subresource: '', namespaced: true },
  { group: '', resource: 'pods', subresource: 'part', namespaced: true },
  { group: 'apps', resource: 'things', subresource: 'exec', namespaced: true },
] as const

const WHO: readonly (readonly [string, readonly string[]])[] = [
  ['system:anonymous', ['system:unauthenticated']],
  ...['alice', 'system:kube-scheduler', 'nobody'].flatMap((user) =>
    [[], ['devs'], ['system:masters'], ['devs', 'system:masters']].map(
      (groups) => [user, ['system:authenticated', ...groups]] as const,
    ),
  ),
]

/** Every request that an API server could see, over names that rules mention and one that none does. */
function* requests(): Generator<AuditedRequest> {
  for (const [user, groups] of WHO) {
    for (const { namespaced, ...resource } of RESOURCES) {
      for (const verb of VERBS) {
        const across = verb === 'list' || verb === 'watch' || !namespaced ? [''] : []
        for (const namespace of [...across, ...(namespaced ? ['a', 'b', 'other'] : [])]) {
          const unnamed = resource.subresource === '' && (verb === 'create' || verb === 'deletecollection')
          const names = unnamed ? [''] : ['x', 'y', 'other', ...(verb === 'list' || verb === 'watch' ? [''] : [])]
          for (const name of names) yield { user, groups, verb, resource, namespace, name, path: '' }
        }
      }
    }
  }
}
const REQUESTS = [...requests()]

/* ------------------------------------------------------------------ tests */

describe('which rule decides', () => {
  test('agrees with checker.go', () => {
    const paths = ['/healthz', '/healthz/ping', '/version', '/metrics', '/']
    fc.assert(
      fc.property(policies, fc.nat(REQUESTS.length - 1), fc.constantFrom(...paths), (rules, i, path) => {
        const request = REQUESTS[i] as AuditedRequest
        expect(decidingRule(rules, request)).toBe(firstMatch(rules, request))
        const url = { ...request, resource: null, namespace: '', name: '', path }
        expect(decidingRule(rules, url)).toBe(firstMatch(rules, url))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['pods/*', { resource: 'pods', subresource: '' }, 0],
    ['pods/*', { resource: 'pods', subresource: 'exec' }, 0],
    ['pods', { resource: 'pods', subresource: 'exec' }, -1],
    ['*/exec', { resource: 'pods', subresource: 'exec' }, 0],
    ['*/exec', { resource: 'exec', subresource: '' }, -1],
    ['*', { resource: 'pods', subresource: 'exec' }, 0],
  ])('%s and %j', (pattern, target, expected) => {
    const rules = rulesOf(`rules: [{level: Metadata, resources: [{group: "", resources: ["${pattern}"]}]}]`)
    const request = {
      user: 'u',
      groups: [],
      verb: 'get',
      resource: { group: '', ...target },
      namespace: 'n',
      name: 'x',
      path: '',
    }
    expect(decidingRule(rules, request)).toBe(expected)
  })

  test('an absent resource list is every resource of the group, a namespace list alone every resource', () => {
    const rules = rulesOf('rules: [{level: None, namespaces: [""]}, {level: Request, resources: [{group: apps}]}]')
    const request = { user: 'u', groups: [], verb: 'list', name: '', path: '' }
    const nodes = { group: '', resource: 'nodes', subresource: '' }
    const scale = { group: 'apps', resource: 'deployments', subresource: 'scale' }
    expect(decidingRule(rules, { ...request, resource: nodes, namespace: '' })).toBe(0)
    expect(decidingRule(rules, { ...request, resource: scale, namespace: 'n' })).toBe(1)
    expect(decidingRule(rules, { ...request, resource: null, namespace: '', path: '/version' })).toBe(-1)
  })
})

describe('the analysis, held against every request', () => {
  const requestsFor = (group: string, resource: string, subresource: string, verbs: readonly string[]) =>
    REQUESTS.filter(
      ({ verb, resource: target }) =>
        verbs.includes(verb) &&
        target?.group === group &&
        target.resource === resource &&
        target.subresource === subresource,
    )
  const CLASSES = [
    ['secrets', requestsFor('', 'secrets', '', VERBS)],
    ['pods/exec', requestsFor('', 'pods', 'exec', ['create', 'get'])],
    ['deployments', requestsFor('apps', 'deployments', '', VERBS.slice(3))],
    ['clusterroles', requestsFor('rbac.authorization.k8s.io', 'clusterroles', '', VERBS.slice(3))],
  ] as const

  test('an outcome for each rule that decides a request of a class, and for no other', () => {
    fc.assert(
      fc.property(policies, (rules) => {
        const { outcomes } = analyseAuditPolicy(rules)
        for (const [name, own] of CLASSES) {
          const reached = new Set(own.map((request) => firstMatch(rules, request) + 1).filter((i) => i > 0))
          expect(new Set(outcomes.filter(({ request }) => request === name).map((o) => o.rule))).toEqual(reached)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a shadowed rule decides no request', () => {
    fc.assert(
      fc.property(policies, (rules) => {
        const deciding = new Set(REQUESTS.map((request) => firstMatch(rules, request) + 1))
        for (const { rule, by } of analyseAuditPolicy(rules).shadowed) {
          expect(deciding.has(rule)).toBe(false)
          expect(by).toBeLessThan(rule)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('unmatched where some request for what nobody mentions is logged by no rule', () => {
    fc.assert(
      fc.property(policies, (rules) => {
        const others = REQUESTS.filter(
          ({ user, groups, name, namespace, resource }) =>
            (user === 'system:anonymous' || (user === 'nobody' && groups.length === 1)) &&
            name !== 'x' &&
            name !== 'y' &&
            namespace !== 'a' &&
            namespace !== 'b' &&
            resource?.group === 'example.com' &&
            resource.subresource === '',
        )
        expect(analyseAuditPolicy(rules).unmatched !== null).toBe(
          others.some((request) => firstMatch(rules, request) < 0),
        )
      }),
      { numRuns: 500 },
    )
  })
})

describe('what an outcome says', () => {
  const outcome = (yaml: string, request: string) =>
    analyseAuditPolicy(rulesOf(yaml)).outcomes.filter((item) => item.request === request)

  test.each([
    ['everyone', 'rules: [{level: None}]', false],
    ['user alice', 'rules: [{level: None, users: [alice]}]', false],
    ['group devs', 'rules: [{level: None, userGroups: [devs]}]', false],
    ['everyone', 'rules: [{level: None, userGroups: ["system:authenticated"]}]', false],
    ['anonymous requests', 'rules: [{level: None, userGroups: ["system:unauthenticated"]}]', false],
    ['group system:nodes', 'rules: [{level: None, userGroups: ["system:nodes"]}]', true],
    ['user system:kube-controller-manager', 'rules: [{level: None, users: ["system:kube-controller-manager"]}]', true],
    [
      'user system:serviceaccount:kube-system:x',
      'rules: [{level: None, users: ["system:serviceaccount:kube-system:x"]}]',
      true,
    ],
    ['user system:serviceaccount:shop:x', 'rules: [{level: None, users: ["system:serviceaccount:shop:x"]}]', false],
  ])('the requester is %s', (requester, yaml, component) => {
    expect(outcome(yaml, 'secrets')[0]).toMatchObject({ requester, component, level: 'None', rule: 1 })
  })

  test('a service account has its groups by its name', () => {
    const yaml = `rules:
- {level: None, userGroups: ["system:serviceaccounts:shop"]}
- {level: Request, users: ["system:serviceaccount:shop:cart"]}`
    expect(outcome(yaml, 'secrets').map(({ rule }) => rule)).toEqual([1])
  })

  test('the request of a read has no body, its response has', () => {
    expect(outcome('rules: [{level: Request, verbs: [get, list]}]', 'secrets')[0]).toMatchObject({ bodies: false })
    expect(outcome('rules: [{level: Request, verbs: [update]}]', 'secrets')[0]).toMatchObject({ bodies: true })
    expect(outcome('rules: [{level: RequestResponse, verbs: [get]}]', 'secrets')[0]).toMatchObject({ bodies: true })
  })

  test('where every stage is omitted nothing is logged', () => {
    const yaml = 'omitStages: [RequestReceived]\nrules: [{level: Metadata, omitStages: [ResponseComplete]}]'
    expect(outcome(yaml, 'deployments')[0]).toMatchObject({ level: 'None' })
    // exec is long-running: its response starts, and that is logged.
    expect(outcome(yaml, 'pods/exec')[0]).toMatchObject({ level: 'Metadata' })
  })

  test('a shadowed rule names the first that takes its requests at another level', () => {
    const yaml = `rules:
- {level: Metadata, resources: [{group: "", resources: [secrets]}]}
- {level: Request, resources: [{group: ""}]}
- {level: RequestResponse, resources: [{group: "", resources: [pods, secrets]}]}
- {level: Metadata}`
    expect(analyseAuditPolicy(rulesOf(yaml)).shadowed).toEqual([
      { rule: 3, level: 'RequestResponse', by: 2, instead: 'Request', path: ['rules', 2] },
    ])
  })

  test('a rule that only repeats is not told', () => {
    expect(
      analyseAuditPolicy(rulesOf('rules: [{level: Metadata}, {level: Metadata, users: [alice]}]')).shadowed,
    ).toEqual([])
  })

  test('only anonymous requests are left over', () => {
    const yaml = 'rules: [{level: Metadata, userGroups: ["system:authenticated"]}]'
    expect(analyseAuditPolicy(rulesOf(yaml)).unmatched?.requester).toBe('anonymous requests')
  })
})

describe('what the API server refuses', () => {
  test.each([
    ['apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: [{level: None}]', ['apiVersion']],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy', ['rules']],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []', ['rules']],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: All}]', ['rules', 0, 'level']],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{users: [a]}]', ['rules', 0, 'level']],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, users: a}]', ['rules', 0, 'users']],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, omitStages: [Never]}]',
      ['rules', 0, 'omitStages'],
    ],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [Never]\nrules: [{level: None}]', ['omitStages']],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, nonResourceURLs: [healthz]}]',
      ['rules', 0, 'nonResourceURLs'],
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, nonResourceURLs: ["/a*b"]}]',
      ['rules', 0, 'nonResourceURLs'],
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, nonResourceURLs: ["/a"], namespaces: [b]}]',
      ['rules', 0, 'nonResourceURLs'],
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, resources: [{group: apps/v1}]}]',
      ['rules', 0, 'resources'],
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, resources: [{resourceNames: [a]}]}]',
      ['rules', 0, 'resources'],
    ],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [secrets]', ['rules', 0]],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, resources: [{group: a..b}]}]',
      ['rules', 0, 'resources'],
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitManagedFields: "yes"\nrules: [{level: None}]',
      ['omitManagedFields'],
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, omitManagedFields: 1}]',
      ['rules', 0, 'omitManagedFields'],
    ],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nmetadata: a\nrules: [{level: None}]', ['metadata']],
  ])('policy %# at %j', (yaml, path) => {
    expect(readAuditPolicy(load(yaml)).problems.map((problem) => problem.path)).toEqual([path])
  })

  test('a null in a list is the empty string, as Go decodes it', () => {
    expect(rulesOf('rules: [{level: None, users: [null], resources: [null, {resources: [null]}]}]')).toMatchObject([
      {
        users: [''],
        resources: [
          { group: '', resources: [], resourceNames: [] },
          { group: '', resources: [''], resourceNames: [] },
        ],
      },
    ])
  })
})
