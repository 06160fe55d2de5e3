import { afterAll, describe, expect, test } from '@jest/globals'
import { matches, type Matchable } from '../../src/custom/match.js'
import type { JsonObject } from '../../src/model.js'
import { startEngines } from '../gate.js'
import { judgeBy, source } from './custom.js'

const engines = startEngines()
afterAll(() => engines.close())

/** The Rego of a template, in the old notation, with a library. */
const template = (kind: string, label: string): string => `
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: ${kind.toLowerCase()}}
spec:
  crd: {spec: {names: {kind: ${kind}}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package ${kind.toLowerCase()}

        import data.lib.labels

        violation[{"msg": msg, "details": {"kind": input.review.kind.kind}}] {
          missing := input.parameters.labels[_]
          not labels.has(input.review.object, missing)
          not data.lib.labels.excused[input.review.object.metadata.name]
          msg := sprintf("%v: ${label} %q", [input.review.name, missing])
        }
      libs:
        - |
          package lib.labels

          has(object, label) { object.metadata.labels[label] }

          excused["excused-${label}"]
`

const constraint = (kind: string, spec: string): string =>
  `apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: ${kind}\nmetadata: {name: all}\nspec: ${spec}\n`

const object = (kind: string, name: string, metadata = ''): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}${metadata}}\n`

test('templates with libraries of the same name, constraints with match and parameters', async () => {
  const files = {
    'gatekeeper/one.yaml': template('NeedsOwner', 'lacks'),
    'gatekeeper/two.yaml': template('NeedsTeam', 'misses'),
    'gatekeeper/constraints.yaml': [
      constraint(
        'NeedsOwner',
        '{match: {kinds: [{apiGroups: [""], kinds: [Namespace]}]}, parameters: {labels: [owner]}}',
      ),
      constraint(
        'NeedsTeam',
        '{enforcementAction: warn, match: {excludedNamespaces: ["kube-*"]}, parameters: {labels: [team]}}',
      ),
    ].join('---\n'),
  }
  const manifests = [
    object('Namespace', 'shop'),
    object('Namespace', 'excused-lacks'),
    object('ConfigMap', 'a', ', namespace: kube-system'),
    object('ConfigMap', 'b', ', namespace: shop, labels: {team: x}'),
  ]
  const { told, problems } = await judgeBy(engines, files, manifests, { sources: [source('gatekeeper')] })
  expect(problems).toEqual([])
  expect(told).toEqual([
    'gatekeeper/NeedsOwner.all Namespace/shop: shop: lacks "owner"',
    'gatekeeper/NeedsTeam.all Namespace/excused-lacks: excused-lacks: misses "team"',
    'gatekeeper/NeedsTeam.all Namespace/shop: shop: misses "team"',
  ])
})

test('data.inventory holds all objects, and input.review is as gator makes it', async () => {
  const rego = `
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: unique}
spec:
  crd: {spec: {names: {kind: Unique}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      code:
        - engine: K8sNativeValidation
          source: {validations: []}
        - engine: Rego
          source:
            version: v1
            rego: |
              package unique

              violation contains {"msg": msg} if {
                some namespace
                other := data.inventory.namespace[namespace]["v1"]["ConfigMap"][name]
                other.data == input.review.object.data
                namespace != input.review.namespace
                msg := sprintf("%s/%s has the same as %s %v", [namespace, name, input.review.kind.version, input.review.operation == ""])
              }
`
  const files = { 'gk/t.yaml': rego, 'gk/c.yaml': constraint('Unique', '{}') }
  const manifests = [
    `${object('ConfigMap', 'a', ', namespace: one')}data: {x: y}\n`,
    `${object('ConfigMap', 'b', ', namespace: two')}data: {x: y}\n`,
  ]
  const { told, problems } = await judgeBy(engines, files, manifests, { sources: [source('gk')] })
  expect(problems).toEqual([])
  expect(told).toEqual([
    'gatekeeper/Unique.all ConfigMap/a: two/b has the same as v1 true',
    'gatekeeper/Unique.all ConfigMap/b: one/a has the same as v1 true',
  ])
})

test.each([
  [
    'a constraint without template',
    { 'gk/c.yaml': constraint('Nothing', '{}') },
    'gk/c.yaml:1: the constraint Nothing all has no template that can be read',
  ],
  [
    'a template without constraint',
    { 'gk/t.yaml': template('NeedsOwner', 'x') },
    'gk/t.yaml:: no constraint makes use of the template NeedsOwner',
  ],
  [
    'a template of another engine',
    {
      'gk/t.yaml':
        'apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: x}\nspec: {crd: {spec: {names: {kind: Cel}}}, targets: [{target: admission.k8s.gatekeeper.sh, code: [{engine: K8sNativeValidation}]}]}\n',
    },
    'gk/t.yaml:1: the template Cel has no Rego: other engines are not evaluated',
  ],
])('%s is told, and blocks', async (_what, files, expected) => {
  const { problems } = await judgeBy(engines, files as { [path: string]: string }, [object('ConfigMap', 'a')], {
    sources: [source('gk')],
  })
  expect(problems).toEqual([expected])
})

test('an error in a template is told where it stands in its file, whatever was renamed', async () => {
  const wrong = template('NeedsOwner', 'x').replace(
    'not labels.has(input.review.object, missing)',
    'not data.lib.labels.has(input.review.object, missing); unknown_function(1)',
  )
  const { problems } = await judgeBy(engines, { 'gk/t.yaml': wrong, 'gk/c.yaml': constraint('NeedsOwner', '{}') }, [], {
    sources: [source('gk')],
  })
  const lines = wrong.split('\n')
  const line = lines.findIndex((text) => text.includes('unknown_function')) + 1
  const column = lines[line - 1]!.indexOf('unknown_function') + 1
  expect(problems).toEqual([`gk/t.yaml:${line}: Rego: column ${column}: undefined function unknown_function`])
})

describe('match', () => {
  const pod: Matchable = {
    group: '',
    kind: 'Pod',
    name: 'web-1',
    generateName: '',
    namespace: 'shop',
    labels: { app: 'web' },
    namespaceLabels: { tier: 'x' },
  }
  test.each<[JsonObject, Partial<Matchable>, string]>([
    [{}, {}, 'yes'],
    [{ kinds: [{ apiGroups: ['apps'], kinds: ['*'] }] }, {}, 'no'],
    [{ kinds: [{ apiGroups: ['*'], kinds: ['Pod', 'Service'] }] }, {}, 'yes'],
    [{ namespaces: ['sh*'] }, {}, 'yes'],
    [{ namespaces: ['*op', 'x'] }, {}, 'yes'],
    [{ namespaces: ['prod'] }, {}, 'no'],
    [{ namespaces: ['prod'] }, { namespace: '' }, 'yes'],
    [{ excludedNamespaces: ['*ho*'] }, {}, 'no'],
    [{ excludedNamespaces: ['shop'] }, { kind: 'Namespace', name: 'shop', namespace: '' }, 'no'],
    [{ scope: 'Cluster' }, {}, 'no'],
    [{ scope: 'Namespaced' }, {}, 'yes'],
    [{ name: 'web-*' }, {}, 'yes'],
    [{ name: 'web-*' }, { name: '', generateName: 'web-' }, 'yes'],
    [{ name: 'db' }, {}, 'no'],
    [{ labelSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }, {}, 'no'],
    [{ labelSelector: { matchLabels: { app: 'web' } } }, {}, 'yes'],
    [{ namespaceSelector: { matchLabels: { tier: 'x' } } }, {}, 'yes'],
    [{ namespaceSelector: { matchLabels: { tier: 'x' } } }, { namespaceLabels: null }, 'unknown'],
    [{ namespaceSelector: { matchLabels: { tier: 'x' } }, name: 'db' }, { namespaceLabels: null }, 'no'],
    [{ source: 'Generated' }, {}, 'no'],
  ])('%j on %j: %s', (match, object, expected) => {
    expect(matches(match, { ...pod, ...object })).toBe(expected)
  })
})
