import { describe, expect, test } from '@jest/globals'
import type { Resource } from '../../../src/model.js'
import { type GrantFacts, grants } from '../../../src/relate/resolve/grants.js'
import { permissionsOf } from '../../../src/relate/resolve/permissions.js'
import { worldOf } from '../../../src/relate/world.js'
import { factsFrom, worldFrom } from '../index/grants-world.js'

const GROUP = 'rbac.authorization.k8s.io'

/** Rules as `verbs group/resources [names]`, lists by commas. */
function rules(...lines: string[]): string {
  return lines
    .map((line) => {
      const [verbs = '', resources = '', names] = line.split(' ')
      const slash = resources.indexOf(':')
      const list = (text: string): string => JSON.stringify(text.split(','))
      const group = slash < 0 ? '' : resources.slice(0, slash)
      const only = names === undefined ? '' : `, resourceNames: ${list(names)}`
      return `  - { apiGroups: ["${group}"], resources: ${list(resources.slice(slash + 1))}, verbs: ${list(verbs)}${only} }`
    })
    .join('\n')
}

function role(kind: string, name: string, namespace: string | null, ...lines: string[]): string {
  const at = namespace === null ? '' : `, namespace: ${namespace}`
  return `apiVersion: ${GROUP}/v1\nkind: ${kind}\nmetadata: { name: "${name}"${at} }\nrules:\n${rules(...lines)}\n`
}

/** Subjects as `Kind/name` or `ServiceAccount/namespace/name`; no namespace: a cluster role binding. */
function binding(name: string, namespace: string | null, ref: string, ...subjects: string[]): string {
  const [kind = '', refName = ''] = ref.split('/')
  const at = namespace === null ? '' : `, namespace: ${namespace}`
  const list = subjects.map((subject) => {
    const [of = '', a = '', b] = subject.split('/')
    return of === 'ServiceAccount' && b !== undefined
      ? `{ kind: ${of}, namespace: ${a}, name: ${b} }`
      : `{ kind: ${of}, name: "${a}" }`
  })
  const bindingKind = namespace === null ? 'ClusterRoleBinding' : 'RoleBinding'
  return `apiVersion: ${GROUP}/v1\nkind: ${bindingKind}\nmetadata: { name: "${name}"${at} }\nroleRef: { kind: ${kind}, name: "${refName}" }\nsubjects: [${list.join(', ')}]\n`
}

const account = (name: string, namespace: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}, namespace: ${namespace} }\n`
const pod = (name: string, namespace: string | null, serviceAccount: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}${namespace === null ? '' : `, namespace: ${namespace}`} }\nspec: { serviceAccountName: ${serviceAccount}, containers: [{ name: app, image: a }] }\n`
const world = (...documents: string[]): string => documents.join('---\n')

function facts(name: string, ...documents: string[]): GrantFacts {
  const found = factsFrom(world(...documents))[name]
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

/** `power verbs resources [names]`, with `*` in front where it takes a wildcard, `!` where it has no effect. */
const short = ({ powers }: GrantFacts): readonly string[] =>
  powers.map(({ power, verbs, resources, names, wildcard, effective }) =>
    [
      `${wildcard ? '*' : ''}${effective ? '' : '!'}${power}`,
      verbs.join(','),
      resources.join(','),
      ...(names.length > 0 ? [names.join(',')] : []),
    ].join(' '),
  )

describe('the powers of a rule', () => {
  test.each([
    ['get secrets', ['secrets get secrets']],
    ['get,list,bark secrets,pods', ['secrets get,list secrets']],
    ['get secrets a,b', ['secrets get secrets a,b']],
    // A name that is empty lets through what names nothing.
    ['get,list secrets ,a', ['secrets list secrets']],
    // What names nothing cannot be confined by name: this grants nothing.
    ['create secrets a', []],
    ['deletecollection secrets a', []],
    ['create serviceaccounts/token a', ['token-request create serviceaccounts/token a']],
    ['get secrets/status', []],
    ['get pods/*', []],
    ['get */exec', ['pod-exec get */exec']],
    ['get pods/exec', ['pod-exec get pods/exec']],
    ['list pods/exec', []],
    ['create pods/ephemeralcontainers', []],
    ['patch pods/ephemeralcontainers', ['pod-exec patch pods/ephemeralcontainers']],
    ['create pods', ['create-workloads create pods']],
    ['patch pods', []],
    ['patch apps:deployments', ['create-workloads patch deployments']],
    ['create apps:deployments/scale', []],
    ['create batch:deployments', []],
    ['impersonate users,groups', ['impersonate impersonate users,groups']],
    ['impersonate authentication.k8s.io:userextras', []],
    ['impersonate:user-info authentication.k8s.io:users', ['impersonate impersonate:user-info users']],
    ['impersonate:associated-node authentication.k8s.io:nodes', []],
    [`bind ${GROUP}:clusterroles view`, ['bind bind clusterroles view']],
    [`escalate ${GROUP}:roles`, ['escalate escalate roles']],
    ['escalate roles', []],
    [`update ${GROUP}:rolebindings`, ['manage-rbac update rolebindings']],
    ['get nodes/proxy', ['nodes-proxy get nodes/proxy']],
    ['update nodes/proxy', []],
    [
      'patch admissionregistration.k8s.io:validatingwebhookconfigurations',
      ['webhooks patch validatingwebhookconfigurations'],
    ],
    [
      'update certificates.k8s.io:certificatesigningrequests/approval',
      ['certificates update certificatesigningrequests/approval'],
    ],
    ['approve certificates.k8s.io:signers example.com/x', ['certificates approve signers example.com/x']],
    ['create persistentvolumes', ['persistent-volumes create persistentvolumes']],
    ['create persistentvolumeclaims', []],
    ['delete networking.k8s.io:networkpolicies', ['network-policies delete networkpolicies']],
    ['delete events', ['delete-events delete events']],
    ['delete events.k8s.io:events', ['delete-events delete events']],
    // A star among what is written anyway changes nothing of it, and is told beside it.
    ['get,* secrets', ['*wildcard get,* secrets', 'secrets get secrets']],
    ['* secrets', ['*wildcard * secrets', '*secrets * secrets']],
    ['* configmaps', ['*wildcard * configmaps']],
    ['get example.com:*', ['*wildcard get *']],
    ['watch *', ['*wildcard watch *', '*secrets watch *']],
  ])('%s', (line, expected) => {
    expect(short(facts('ClusterRole/r', role('ClusterRole', 'r', null, line)))).toEqual(expected)
  })

  test('a Role grants nothing of what lies in no namespace', () => {
    const found = facts(
      'Role/r',
      role('Role', 'r', 'shop', 'get nodes/proxy', 'get secrets', `escalate ${GROUP}:clusterroles,roles`),
    )
    expect(short(found)).toEqual([
      '!nodes-proxy get nodes/proxy',
      'secrets get secrets',
      'escalate escalate clusterroles,roles',
    ])
  })

  test('the path is the resource that matches', () => {
    const [found] = facts('Role/r', role('Role', 'r', 'shop', 'get pods', 'get pods,services,secrets')).powers
    expect(found).toMatchObject({ rule: 1, path: ['rules', 1, 'resources', 2] })
  })

  test('a star in a rule without resources or verbs grants nothing', () => {
    const yaml = `apiVersion: ${GROUP}/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{verbs: ["*"]}, {resources: ["*"], apiGroups: ["*"]}, {verbs: [get], resources: ["*"]}]\n`
    expect(facts('ClusterRole/r', yaml).powers).toEqual([])
  })

  test('a star among paths', () => {
    const yaml = `apiVersion: ${GROUP}/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{verbs: [get], nonResourceURLs: [/healthz, "/*"]}]\n`
    expect(facts('ClusterRole/r', yaml).powers).toMatchObject([
      { power: 'wildcard', path: ['rules', 0, 'nonResourceURLs', 1] },
    ])
  })
})

describe('what a binding hands out', () => {
  const sa = 'ServiceAccount/shop/cart'

  test('by all the rules that grant as much of it', () => {
    const both = role('Role', 'r', 'shop', 'create pods', 'get configmaps', 'patch apps:deployments')
    expect(facts('RoleBinding/b', both, binding('b', 'shop', 'Role/r', sa)).powers).toMatchObject([
      { power: 'create-workloads', rule: 0, rules: [0, 2], verbs: ['create', 'patch'] },
    ])
  })

  test('a role of its namespace, not of another', () => {
    const here = role('Role', 'r', 'shop', 'get secrets')
    expect(facts('RoleBinding/b', here, binding('b', 'shop', 'Role/r', sa)).powers).toMatchObject([
      {
        power: 'secrets',
        path: ['roleRef', 'name'],
        rule: 0,
        scope: 'shop',
        through: 'Role r',
        by: [{ kind: 'Role', path: ['rules', 0] }],
      },
    ])
    const other = facts('RoleBinding/b', here, binding('b', 'x', 'Role/r', sa))
    expect(other).toMatchObject({
      powers: [],
      role: { found: 'unknown', why: 'Role r is not declared here' },
      complete: { answer: 'unknown' },
    })
  })

  test('a cluster role binding cannot refer to a Role', () => {
    const found = facts(
      'ClusterRoleBinding/b',
      role('Role', 'r', 'shop', 'get secrets'),
      binding('b', null, 'Role/r', sa),
    )
    expect(found).toMatchObject({ powers: [], role: { found: 'no' }, complete: { answer: 'yes' } })
  })

  test('a cluster role by a role binding grants nothing outside namespaces', () => {
    const cluster = role('ClusterRole', 'r', null, 'get nodes/proxy', 'create persistentvolumes', 'get secrets')
    expect(short(facts('RoleBinding/b', cluster, binding('b', 'shop', 'ClusterRole/r', sa)))).toEqual([
      'secrets get secrets',
    ])
    expect(short(facts('ClusterRoleBinding/b', cluster, binding('b', null, 'ClusterRole/r', sa)))).toEqual([
      'secrets get secrets',
      'nodes-proxy get nodes/proxy',
      'persistent-volumes create persistentvolumes',
    ])
  })

  test.each([
    ['cluster-admin itself', [], 'cluster-admin'],
    ['every verb on everything', [role('ClusterRole', 'r', null, '* *:*')], 'r'],
    ['every verb by name', [role('ClusterRole', 'r', null, 'watch,get,list,delete,create,update,patch *:*')], 'r'],
    ['together', [role('ClusterRole', 'r', null, 'get,list,watch *:*', 'create,update,patch,delete *:*')], 'r'],
    [
      'cluster-admin, declared here with less',
      [role('ClusterRole', 'cluster-admin', null, 'get apps:deployments')],
      'cluster-admin',
    ],
    [
      'a name declared twice',
      [role('ClusterRole', 'r', null, 'get pods'), role('ClusterRole', 'r', null, '* *:*')],
      'r',
    ],
  ])('everything: %s', (_title, documents, name) => {
    expect(
      facts('ClusterRoleBinding/b', ...documents, binding('b', null, `ClusterRole/${name}`, 'User/a')).powers,
    ).toMatchObject([{ power: 'everything' }])
  })

  test.each([
    ['one group', '* *'],
    ['one resource', '* *:pods'],
    ['two verbs', 'get,list *:*'],
    ['one name', '* *:* a'],
  ])('not everything: %s', (_title, line) => {
    const { powers } = facts(
      'ClusterRoleBinding/b',
      role('ClusterRole', 'r', null, line),
      binding('b', null, 'ClusterRole/r', 'User/a'),
    )
    expect(powers.map(({ power }) => power)).not.toContain('everything')
  })

  test('every resource is that of the groups of the rule', () => {
    const groupsIn = (line: string): readonly (readonly string[])[] => {
      const documents = [role('ClusterRole', 'r', null, line), binding('b', null, 'ClusterRole/r', 'User/a')]
      return ['ClusterRole/r', 'ClusterRoleBinding/b'].map((name) => facts(name, ...documents).powers[0]?.groups ?? [])
    }
    expect(groupsIn('get,delete projectcalico.org:*')).toEqual([['projectcalico.org'], ['projectcalico.org']])
    expect(groupsIn('get secrets')).toEqual([[], []])
  })

  test('of a role that several files declare, the one beside the binding is named', () => {
    const documents = [
      role('ClusterRole', 'r', null, 'get secrets'),
      role('ClusterRole', 'r', null, 'list secrets'),
      binding('b', null, 'ClusterRole/r', 'User/a'),
    ]
    const namedIn = (sources: readonly string[]): readonly unknown[] => {
      const { resources } = worldFrom(world(...documents))
      const moved = resources.map((each, i) => ({ ...each, origin: { ...each.origin, source: sources[i] ?? '' } }))
      const cards = moved.flatMap((resource) => {
        const card = grants.card(resource, null)
        return card === null ? [] : [{ resource, card }]
      })
      const [power] = grants.resolve(cards, worldOf(moved))(moved[2] as Resource, null).powers
      return [power?.verbs, power?.by.map(({ id }) => id)]
    }
    expect(namedIn(['one.yaml', 'two.yaml', 'two.yaml'])).toEqual([['list', 'get'], [1]])
    expect(namedIn(['one.yaml', 'two.yaml', 'one.yaml'])).toEqual([['get', 'list'], [0]])
    expect(namedIn(['one.yaml', 'two.yaml', 'three.yaml'])).toEqual([['get', 'list'], [0]])
  })

  test('a wildcard counts where it grants a power', () => {
    const of = (line: string): readonly string[] =>
      facts('RoleBinding/b', role('Role', 'r', 'shop', line), binding('b', 'shop', 'Role/r', sa)).powers.map(
        ({ power }) => power,
      )
    expect(of('* secrets')).toEqual(['wildcard', 'secrets'])
    expect(of('* configmaps')).toEqual([])
  })

  test('the widest rules are told together, at the first of them', () => {
    const wide = role('Role', 'r', 'shop', 'get secrets a', '* secrets', 'get,list secrets', 'create secrets')
    const secrets = facts('RoleBinding/b', wide, binding('b', 'shop', 'Role/r', sa)).powers.find(
      ({ power }) => power === 'secrets',
    )
    expect(secrets).toMatchObject({ rule: 2, names: [], wildcard: false, verbs: ['get', 'list', 'create'] })
  })

  test('the roles that Kubernetes ships', () => {
    const powers = (name: string): readonly string[] =>
      facts('RoleBinding/b', binding('b', 'shop', `ClusterRole/${name}`, 'Group/devs')).powers.map(({ power }) => power)
    expect(powers('view')).toEqual([])
    expect(powers('edit')).toEqual([
      'impersonate',
      'secrets',
      'create-workloads',
      'token-request',
      'pod-exec',
      'network-policies',
      'delete-events',
    ])
    expect(powers('admin')).toEqual(['impersonate', 'manage-rbac', ...powers('edit').slice(1)])
    const [first] = facts('RoleBinding/b', binding('b', 'shop', 'ClusterRole/edit', 'Group/devs')).powers
    expect(first).toMatchObject({ through: 'ClusterRole edit, by way of ClusterRole system:aggregate-to-edit', by: [] })
  })

  test('nobody is handed anything where there is nobody', () => {
    expect(facts('ClusterRoleBinding/b', binding('b', null, 'ClusterRole/cluster-admin'))).toMatchObject({
      powers: [],
      subjects: [],
    })
    expect(facts('ClusterRoleBinding/b', binding('b', null, 'ClusterRole/gone'))).toMatchObject({
      complete: { answer: 'yes' },
    })
  })

  test('what Kubernetes ships is stock, for its own subjects alone', () => {
    const masters = facts(
      'ClusterRoleBinding/x',
      binding('x', null, 'ClusterRole/cluster-admin', 'Group/system:masters'),
    )
    expect(masters.stock).toBe(true)
    const both = facts(
      'ClusterRoleBinding/x',
      binding('x', null, 'ClusterRole/cluster-admin', 'Group/system:masters', 'User/a'),
    )
    expect(both).toMatchObject({ stock: false, subjects: [{ stock: true }, { stock: false }] })
    // The same role in a namespace is not what Kubernetes grants.
    expect(
      facts('RoleBinding/x', binding('x', 'shop', 'ClusterRole/cluster-admin', 'Group/system:masters')).stock,
    ).toBe(false)
    expect(facts('ClusterRole/system:node', role('ClusterRole', 'system:node', null, 'get,list pods')).stock).toBe(true)
    expect(
      facts(
        'ClusterRole/system:node',
        role('ClusterRole', 'system:node', null, 'get,list secrets', 'delete nodes', 'escalate pods'),
      ).stock,
    ).toBe(false)
    expect(facts('ClusterRole/mine', role('ClusterRole', 'mine', null, 'get pods')).stock).toBe(false)
  })

  test.each([
    ['is declared', [account('cart', 'shop')], 'yes'],
    ['is not, where others are', [account('other', 'shop')], 'no'],
    ['is not, where workloads are', [pod('p', 'shop', 'other')], 'no'],
    ['lies in a namespace of somebody else', [account('cart', 'x')], 'unknown'],
    [
      'may be the one without a stated namespace',
      ['apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: cart }\n', account('other', 'shop')],
      'unknown',
    ],
  ])('a service account that %s', (_title, documents, declared) => {
    expect(
      facts('ClusterRoleBinding/b', ...documents, binding('b', null, 'ClusterRole/view', sa)).subjects,
    ).toMatchObject([{ declared }])
  })

  test('the default service account is always there', () => {
    const found = facts(
      'RoleBinding/b',
      account('x', 'shop'),
      binding('b', 'shop', 'ClusterRole/view', 'ServiceAccount/shop/default'),
    )
    expect(found.subjects).toMatchObject([{ declared: 'yes', text: 'ServiceAccount shop/default' }])
  })
})

describe('aggregation', () => {
  const labelled = (name: string, label: string, line: string): string =>
    role('ClusterRole', name, null, line).replace(' }\nrules', `, labels: { ${label}: "true" } }\nrules`)
  const aggregating = (name: string, selector: string, rest = ''): string =>
    `apiVersion: ${GROUP}/v1\nkind: ClusterRole\nmetadata: { name: ${name}${rest} }\naggregationRule: { clusterRoleSelectors: [${selector}] }\nrules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]\n`
  const bound = binding('b', null, 'ClusterRole/all', 'User/a')

  test('labelled roles make it; what is written beside is overwritten', () => {
    const documents = [
      aggregating('all', '{ matchLabels: { x: "true" } }'),
      labelled('part', 'x', 'get secrets'),
      bound,
    ]
    expect(short(facts('ClusterRoleBinding/b', ...documents))).toEqual(['secrets get secrets'])
    expect(facts('ClusterRoleBinding/b', ...documents).powers[0]?.through).toBe(
      'ClusterRole all, by way of ClusterRole part',
    )
    expect(facts('ClusterRole/all', ...documents)).toMatchObject({ powers: [], complete: { answer: 'yes' } })
    expect(facts('ClusterRole/part', ...documents).holders).toBe('User a, everyone with ClusterRole all')
  })

  test('aggregates of aggregates, in a ring too', () => {
    const documents = [
      aggregating('all', '{ matchLabels: { x: "true" } }', ', labels: { y: "true" }'),
      aggregating(
        'middle',
        '{ matchLabels: { y: "true" } }, { matchLabels: { z: "true" } }',
        ', labels: { x: "true" }',
      ),
      labelled('part', 'z', 'get nodes/proxy'),
      bound,
    ]
    expect(short(facts('ClusterRoleBinding/b', ...documents))).toEqual(['nodes-proxy get nodes/proxy'])
  })

  test('what is selected elsewhere is not known', () => {
    const documents = [aggregating('all', '{ matchLabels: { x: "true" } }'), bound]
    const unknown = { answer: 'unknown', why: 'no cluster role that ClusterRole all aggregates is declared here' }
    expect(facts('ClusterRoleBinding/b', ...documents).complete).toMatchObject(unknown)
    expect(facts('ClusterRole/all', ...documents).complete).toMatchObject(unknown)
  })

  test('an empty selector selects cluster-admin as well', () => {
    const documents = [aggregating('all', '{}'), bound]
    expect(facts('ClusterRoleBinding/b', ...documents).powers).toMatchObject([{ power: 'everything' }])
    expect(facts('ClusterRole/all', ...documents).powers).toMatchObject([
      { power: 'everything', path: ['aggregationRule'] },
    ])
  })

  test('a label hands a role to all who hold edit', () => {
    const documents = [
      labelled('extra', 'rbac.authorization.k8s.io/aggregate-to-edit', 'get nodes/proxy'),
      binding('b', null, 'ClusterRole/admin', 'Group/devs'),
    ]
    expect(facts('ClusterRole/extra', ...documents).holders).toBe('everyone with ClusterRole edit')
    expect(facts('ClusterRoleBinding/b', ...documents).powers).toContainEqual(
      expect.objectContaining({ power: 'nodes-proxy', through: 'ClusterRole admin, by way of ClusterRole extra' }),
    )
  })
})

describe('chains', () => {
  const create = role('ClusterRole', 'creator', null, 'create pods')
  const admin = binding('admin', null, 'ClusterRole/cluster-admin', 'ServiceAccount/shop/operator')
  const leads = (name: string, ...documents: string[]): readonly string[] =>
    facts(name, ...documents).powers.map((power) => power.leads)

  test('who creates pods in a namespace is every service account there', () => {
    expect(leads('RoleBinding/b', create, admin, binding('b', 'shop', 'ClusterRole/creator', 'Group/devs'))).toEqual([
      'its holder can become ServiceAccount shop/operator, which may do everything in the whole cluster (ClusterRoleBinding admin)',
    ])
  })

  test('and of no other namespace', () => {
    expect(leads('RoleBinding/b', create, admin, binding('b', 'web', 'ClusterRole/creator', 'Group/devs'))).toEqual([
      '',
    ])
  })

  test('from account to account, the shortest way', () => {
    const documents = [
      create,
      admin,
      binding('hop', 'shop', 'ClusterRole/creator', 'ServiceAccount/web/deployer'),
      binding('b', 'web', 'ClusterRole/creator', 'Group/devs'),
    ]
    expect(leads('RoleBinding/b', ...documents)).toEqual([
      'its holder can become ServiceAccount shop/operator by way of ServiceAccount web/deployer, which may do everything in the whole cluster (ClusterRoleBinding admin)',
    ])
  })

  test('nobody becomes themselves', () => {
    const own = [
      role('ClusterRole', 'mixed', null, 'create pods'),
      binding('b', 'shop', 'ClusterRole/mixed', 'ServiceAccount/shop/operator'),
      admin,
    ]
    expect(leads('RoleBinding/b', ...own)).toEqual([''])
  })

  test('a token request confined by name reaches that account alone', () => {
    const request = (name: string): string =>
      role('ClusterRole', 'tokens', null, `create serviceaccounts/token ${name}`)
    const bound = binding('b', 'shop', 'ClusterRole/tokens', 'Group/devs')
    expect(leads('RoleBinding/b', request('operator'), admin, bound)[0]).toMatch(/ServiceAccount shop\/operator/)
    expect(leads('RoleBinding/b', request('cart'), admin, bound)).toEqual([''])
  })

  test('a command runs as whom the pod runs as', () => {
    const exec = [
      role('ClusterRole', 'exec', null, 'create pods/exec'),
      binding('b', 'shop', 'ClusterRole/exec', 'Group/devs'),
      admin,
    ]
    expect(leads('RoleBinding/b', ...exec)).toEqual([''])
    expect(leads('RoleBinding/b', ...exec, pod('p', 'shop', 'operator'))[0]).toMatch(/ServiceAccount shop\/operator/)
  })

  test('whoever reaches the ports of a pod runs nothing in it', () => {
    const forward = [
      role('ClusterRole', 'forward', null, 'create pods/portforward'),
      binding('b', 'shop', 'ClusterRole/forward', 'Group/devs'),
      admin,
      pod('p', 'shop', 'operator'),
    ]
    expect(leads('RoleBinding/b', ...forward)).toEqual([''])
  })

  test('no power leads by way of its own holder: another power does', () => {
    const both = [
      role('ClusterRole', 'exec', null, 'create pods/exec'),
      binding('b', 'web', 'ClusterRole/exec', 'ServiceAccount/web/deployer'),
      binding('hop', 'shop', 'ClusterRole/creator', 'ServiceAccount/web/deployer'),
      create,
      admin,
      pod('p', 'web', 'deployer'),
    ]
    expect(leads('RoleBinding/b', ...both)).toEqual([''])
    expect(leads('RoleBinding/hop', ...both)[0]).toMatch(/^its holder can become ServiceAccount shop\/operator, which/)
  })

  test('impersonation of users says nothing of service accounts', () => {
    const of = (resource: string): readonly string[] =>
      leads(
        'RoleBinding/b',
        role('ClusterRole', 'i', null, `impersonate ${resource}`),
        admin,
        binding('b', 'shop', 'ClusterRole/i', 'Group/devs'),
      )
    expect(of('serviceaccounts')[0]).toMatch(/ServiceAccount shop\/operator/)
    // Users lie in no namespace, so a role binding grants nothing of them.
    expect(of('users')).toEqual([])
  })

  test('in the whole cluster it reaches the controllers of kube-system', () => {
    const [clause] = leads('ClusterRoleBinding/b', create, binding('b', null, 'ClusterRole/creator', 'Group/devs'))
    expect(clause).toMatch(
      /^its holder can become ServiceAccount kube-system\/[\w-]+, which .* in the whole cluster \(ClusterRoleBinding system:controller:/,
    )
  })

  test('bind that is confined to roles leads to what they grant', () => {
    const binds = (name: string): GrantFacts =>
      facts('ClusterRole/r', role('ClusterRole', 'r', null, `bind ${GROUP}:clusterroles ${name}`))
    expect(binds('view')).toMatchObject({
      powers: [{ power: 'bind', names: ['view'], leads: '' }],
      complete: { answer: 'yes' },
    })
    expect(binds('cluster-admin')).toMatchObject({ powers: [{ leads: 'ClusterRole cluster-admin may do everything' }] })
    expect(binds('gone')).toMatchObject({
      powers: [{ leads: '' }],
      complete: { answer: 'unknown', why: 'ClusterRole gone, which it may bind, is not declared here' },
    })
  })
})

describe('what a workload holds', () => {
  const secrets = role('ClusterRole', 'r', null, 'get secrets')

  test.each([
    ['its service account', 'ServiceAccount/shop/cart'],
    ['its service account by user name', 'User/system:serviceaccount:shop:cart'],
    ['all service accounts', 'Group/system:serviceaccounts'],
    ['the service accounts of its namespace', 'Group/system:serviceaccounts:shop'],
    ['everybody who is logged in', 'Group/system:authenticated'],
  ])('by %s', (_title, subject) => {
    expect(
      facts('Pod/p', secrets, binding('b', null, 'ClusterRole/r', subject), pod('p', 'shop', 'cart')).powers,
    ).toMatchObject([
      {
        power: 'secrets',
        scope: 'cluster',
        path: ['spec', 'serviceAccountName'],
        through: 'ClusterRoleBinding b → ClusterRole r',
        by: [
          { kind: 'ClusterRoleBinding', name: 'b' },
          { kind: 'ClusterRole', path: ['rules', 0] },
        ],
      },
    ])
  })

  test.each([
    'ServiceAccount/shop/other',
    'ServiceAccount/web/cart',
    'Group/system:serviceaccounts:web',
    'Group/system:unauthenticated',
    'User/cart',
  ])('not by %s', (subject) => {
    expect(
      facts('Pod/p', secrets, binding('b', null, 'ClusterRole/r', subject), pod('p', 'shop', 'cart')),
    ).toMatchObject({ powers: [], complete: { answer: 'yes' } })
  })

  test('the whole cluster outweighs a namespace', () => {
    const documents = [
      secrets,
      binding('a', 'shop', 'ClusterRole/r', 'ServiceAccount/shop/cart'),
      binding('b', null, 'ClusterRole/r', 'ServiceAccount/shop/cart'),
    ]
    expect(facts('Pod/p', ...documents, pod('p', 'shop', 'cart')).powers).toMatchObject([{ scope: 'cluster' }])
  })

  test('what is not known is said', () => {
    const gone = facts('Pod/p', binding('b', 'shop', 'Role/gone', 'ServiceAccount/shop/cart'), pod('p', 'shop', 'cart'))
    expect(gone).toMatchObject({ powers: [], complete: { answer: 'unknown', why: 'Role gone is not declared here' } })
    const maybe = facts(
      'Pod/p',
      secrets,
      binding('b', null, 'ClusterRole/r', 'ServiceAccount/shop/cart'),
      pod('p', null, 'cart'),
    )
    expect(maybe).toMatchObject({ powers: [], complete: { answer: 'unknown' } })
  })

  test('the group of a release’s own namespace', () => {
    const documents = [secrets, binding('b', null, 'ClusterRole/r', 'Group/system:serviceaccounts:release-namespace')]
    expect(facts('Pod/p', ...documents, pod('p', 'release-namespace~charts/x', 'cart')).powers).toHaveLength(1)
    expect(facts('Pod/p', ...documents, pod('p', 'shop', 'cart')).powers).toEqual([])
  })

  test('a workload without rights costs nothing', () => {
    expect(facts('Pod/p', pod('p', 'shop', 'cart'))).toEqual(facts('Pod/q', pod('q', 'web', 'default')))
    expect(facts('Pod/p', pod('p', 'shop', 'cart')).powers).toEqual([])
  })
})

describe('permissions', () => {
  const documents = world(
    role('ClusterRole', 'r', null, 'get secrets', 'list pods'),
    binding('b', 'shop', 'ClusterRole/r', 'ServiceAccount/shop/cart', 'Group/devs'),
    binding('c', null, 'ClusterRole/gone', 'Group/devs'),
    binding('d', null, 'ClusterRole/view', 'Group/system:serviceaccounts:shop'),
  )

  test('every rule of every subject, with its source', () => {
    const all = permissionsOf(worldFrom(documents))
    expect(all.map(({ text }) => text)).toEqual([
      'Group devs',
      'Group system:serviceaccounts:shop',
      'ServiceAccount shop/cart',
    ])
    const [devs, , cart] = all
    expect(devs?.grants.filter(({ binding: by }) => by !== null)).toMatchObject([
      { scope: '', bindingText: 'ClusterRoleBinding c', rules: [], unknown: 'ClusterRole gone is not declared here' },
      {
        scope: 'shop',
        bindingText: 'RoleBinding shop/b',
        roleText: 'ClusterRole r',
        unknown: null,
        rules: [
          { rule: { verbs: ['get'] }, roleText: 'ClusterRole r', index: 0, role: { path: ['rules', 0] } },
          { rule: { verbs: ['list'] }, index: 1 },
        ],
      },
    ])
    // What the group of its namespace holds, a service account holds too; what every cluster has comes last.
    expect(cart?.grants.map(({ bindingText }) => bindingText)).toEqual([
      'ClusterRoleBinding d',
      'RoleBinding shop/b',
      'ClusterRoleBinding system:basic-user',
      'ClusterRoleBinding system:cluster-trust-bundle-discovery',
      'ClusterRoleBinding system:discovery',
      'ClusterRoleBinding system:public-info-viewer',
      'ClusterRoleBinding system:service-account-issuer-discovery',
    ])
  })
})

test('paths lie in no namespace: a Role that names them grants nothing of them', () => {
  const role = (kind: string): string =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: {name: r}\n` +
    "rules: [{verbs: ['*'], nonResourceURLs: ['*']}]\n"
  const powersOf = (kind: string): readonly string[] =>
    factsFrom(role(kind))[`${kind}/r`]?.powers.map(({ power }) => power) ?? []
  expect(powersOf('ClusterRole')).toContain('wildcard')
  expect(powersOf('Role')).toEqual([])
})
