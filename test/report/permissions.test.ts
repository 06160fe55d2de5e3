import { describe, expect, test } from '@jest/globals'
import { permissionsOf } from '../../src/relate/resolve/permissions.js'
import type { RelateFormat } from '../../src/report/environments.js'
import { formatPermissions } from '../../src/report/permissions.js'
import { worldFrom } from '../relate/index/grants-world.js'

const GROUP = 'rbac.authorization.k8s.io'

const role = (rules: string): string =>
  `apiVersion: ${GROUP}/v1\nkind: Role\nmetadata: { name: cart, namespace: shop }\nrules: ${rules}\n`
const binding = (namespace: string | null, ref: string, ...subjects: readonly string[]): string =>
  `apiVersion: ${GROUP}/v1\nkind: ${namespace === null ? 'ClusterRoleBinding' : 'RoleBinding'}\nmetadata: { name: cart${namespace === null ? '' : `, namespace: ${namespace}`} }\nroleRef: { kind: ${ref} }\nsubjects: [${subjects.join(', ')}]\n`

const CART = '{ kind: ServiceAccount, name: cart, namespace: shop }'
const RULES =
  '[{ verbs: [get, list], apiGroups: ["", apps], resources: [pods, deployments/scale] }, { verbs: [get], apiGroups: [""], resources: [secrets], resourceNames: [b, a] }, { verbs: [get], nonResourceURLs: [/metrics] }]'
const BEFORE = [role(RULES), binding('shop', 'Role, name: cart', CART)].join('---\n')
const AFTER = [
  role(RULES.replace('[get, list]', '[list, delete]')),
  binding('shop', 'Role, name: cart', CART),
  binding(null, 'ClusterRole, name: gone', '{ kind: Group, name: "devs <b>" }'),
].join('---\n')

const print = (format: RelateFormat, head: string, base: string | null = null): string =>
  formatPermissions(permissionsOf(worldFrom(head)), base === null ? null : permissionsOf(worldFrom(base)), format)

describe('text', () => {
  test('subjects, their bindings, the rules', () => {
    expect(print('text', AFTER)).toBe(
      [
        'Group devs <b>',
        '  in the whole cluster, by ClusterRoleBinding cart → ClusterRole gone',
        '    not known: ClusterRole gone is not declared here',
        '',
        'ServiceAccount shop/cart',
        '  in namespace shop, by RoleBinding shop/cart → Role cart',
        '    list, delete  pods, deployments/scale, pods.apps, deployments.apps/scale  rule 1',
        '    get           secrets named a, b                                          rule 2',
        '',
        '2 subjects, 2 bindings',
        '',
      ].join('\n'),
    )
  })

  test('a part of an aggregated role says which', () => {
    const text = print('text', binding('shop', 'ClusterRole, name: view', CART))
    expect(text).toMatch(/ClusterRole system:aggregate-to-view, rule 1$/m)
  })

  test('paths are granted in the whole cluster alone', () => {
    const paths = `apiVersion: ${GROUP}/v1\nkind: ClusterRole\nmetadata: { name: paths }\nrules: [{ verbs: [get], nonResourceURLs: [/metrics] }]\n`
    const bound = (namespace: string | null): string =>
      print('text', [paths, binding(namespace, 'ClusterRole, name: paths', CART)].join('---\n'))
    expect(bound(null)).toMatch(/^ {4}get {2}\/metrics {2}rule 1$/m)
    expect(bound('shop')).toContain('    nothing\n')
  })

  test('a role without rules grants nothing', () => {
    expect(print('text', [role('[]'), binding('shop', 'Role, name: cart', CART)].join('---\n'))).toContain(
      '    nothing\n',
    )
  })

  test('nothing at all', () => {
    expect(print('text', role(RULES))).toBe('nobody is granted anything\n')
  })

  test('changes', () => {
    expect(print('text', AFTER, BEFORE)).toBe(
      [
        '~ ServiceAccount shop/cart  in namespace shop  deployments.apps/scale  get, list → delete, list',
        '~ ServiceAccount shop/cart  in namespace shop  deployments/scale       get, list → delete, list',
        '~ ServiceAccount shop/cart  in namespace shop  pods                    get, list → delete, list',
        '~ ServiceAccount shop/cart  in namespace shop  pods.apps               get, list → delete, list',
        '',
      ].join('\n'),
    )
    const gone = print('text', role(RULES), BEFORE)
    expect(gone).toMatch(/^- ServiceAccount shop\/cart {2}in namespace shop {2}secrets named a, b +get$/m)
    expect(print('text', BEFORE, role(RULES))).toMatch(/^\+ ServiceAccount shop\/cart .* secrets named a, b +get$/m)
    expect(print('text', AFTER, AFTER)).toBe('no permission changes\n')
  })

  test('names cannot speak to the terminal or the runner', () => {
    const text = print(
      'text',
      binding(null, 'ClusterRole, name: view', '{ kind: User, name: "a\\u001b[31m\\n::error::x" }'),
    )
    expect(text).toContain('User a\\x1b[31m\\n::error::x')
  })
})

describe('json', () => {
  test('permissions', () => {
    const { permissions, changes } = JSON.parse(print('json', AFTER)) as { permissions: unknown; changes: unknown }
    expect(changes).toBeUndefined()
    expect(permissions).toEqual([
      {
        subject: { kind: 'Group', namespace: null, name: 'devs <b>' },
        grants: [
          {
            binding: 'ClusterRoleBinding cart',
            role: 'ClusterRole gone',
            namespace: null,
            rules: [],
            unknown: 'ClusterRole gone is not declared here',
          },
        ],
      },
      {
        subject: { kind: 'ServiceAccount', namespace: 'shop', name: 'cart' },
        grants: [
          {
            binding: 'RoleBinding shop/cart',
            role: 'Role cart',
            namespace: 'shop',
            unknown: null,
            rules: [
              {
                verbs: ['list', 'delete'],
                apiGroups: ['', 'apps'],
                resources: ['pods', 'deployments/scale'],
                resourceNames: [],
                nonResourceURLs: [],
                role: 'Role cart',
                rule: 1,
              },
              {
                verbs: ['get'],
                apiGroups: [''],
                resources: ['secrets'],
                resourceNames: ['b', 'a'],
                nonResourceURLs: [],
                role: 'Role cart',
                rule: 2,
              },
            ],
          },
        ],
      },
    ])
  })

  test('changes', () => {
    const { changes } = JSON.parse(print('json', AFTER, BEFORE)) as { changes: readonly unknown[] }
    expect(changes[2]).toEqual({
      subject: 'ServiceAccount shop/cart',
      namespace: 'shop',
      resource: 'pods',
      before: ['get', 'list'],
      after: ['delete', 'list'],
    })
  })
})

describe('mermaid', () => {
  test('subjects to roles', () => {
    expect(print('mermaid', AFTER)).toBe(
      [
        'flowchart LR',
        '  n0(["Group devs #60;b#62;"])',
        '  n1["ClusterRole gone"]',
        '  n2(["ServiceAccount shop/cart"])',
        '  n3["Role shop/cart"]',
        '  n0 -->|"ClusterRoleBinding cart, in the whole cluster"| n1',
        '  n2 -->|"RoleBinding shop/cart, in namespace shop"| n3',
        '',
      ].join('\n'),
    )
  })

  test('what is new, and what is gone', () => {
    const moved = [role(RULES), binding('shop', 'ClusterRole, name: view', CART)].join('---\n')
    expect(print('mermaid', moved, BEFORE)).toBe(
      [
        'flowchart LR',
        '  n0(["ServiceAccount shop/cart"])',
        '  n1["ClusterRole view"]',
        '  n2["Role shop/cart"]',
        '  n0 -->|"RoleBinding shop/cart, in namespace shop"| n1',
        '  n0 -.->|"RoleBinding shop/cart, in namespace shop"| n2',
        '  linkStyle 0 stroke:#cf222e',
        '',
      ].join('\n'),
    )
  })
})
