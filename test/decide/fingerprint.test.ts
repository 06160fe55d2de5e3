import { describe, expect, test } from '@jest/globals'
import { fingerprintOf, identityOf, pathByNames, valueOf } from '../../src/decide/fingerprint.js'
import { EVERY, resource } from '../resources.js'

const pod = resource(`
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations: {example.com/a.b: x}
spec:
  containers:
    - {name: app, image: 'app:1', args: [one, two]}
    - {name: side, image: 'side:1'}
    - {name: side, image: 'side:2'}
    - {image: nameless}
`)

test('a resource by kind, group, namespace and name', () => {
  expect(identityOf(pod)).toBe('Pod/shop/cart')
  expect(identityOf(resource('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n'))).toBe(
    'Deployment.apps//cart',
  )
})

test('a stand-in has the identity of what it stands for', () => {
  const standIn = resource(
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
    {},
    { declared: false, namespace: 'shop', namespaceStated: true },
  )
  const namespace = resource(
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
    {},
    { namespace: '', namespaceStated: true },
  )
  expect(identityOf(standIn)).toBe(identityOf(namespace))
})

test.each([
  [[], ''],
  [['spec', 'containers', 0, 'image'], 'spec.containers[name=app].image'],
  [['spec', 'containers', 0, 'args', 1], 'spec.containers[name=app].args[1]'],
  // A name that two items share, or none has, tells nothing: the index does.
  [['spec', 'containers', 2, 'image'], 'spec.containers[2].image'],
  [['spec', 'containers', 3, 'image'], 'spec.containers[3].image'],
  [['metadata', 'annotations', 'example.com/a.b'], 'metadata.annotations["example.com/a.b"]'],
  [['spec', 'absent', 0, 'deep'], 'spec.absent[0].deep'],
  [['spec', 'containers', 9, 'image'], 'spec.containers[9].image'],
])('%j as %s', (path, text) => {
  expect(pathByNames(pod, path)).toBe(text)
})

describe('a finding', () => {
  const finding = (path: readonly (string | number)[]) => ({
    policy: 'x/y',
    resource: pod,
    environment: EVERY,
    path,
    message: 'm',
    fix: null,
    elsewhere: false,
    related: [],
  })

  test('by policy, resource and path; neither file nor line', () => {
    const moved = { ...pod, origin: { ...pod.origin, file: 'other.yaml', line: 99 } }
    const own = finding(['spec', 'containers', 0, 'image'])
    expect(fingerprintOf(own)).toBe('x/y Pod/shop/cart spec.containers[name=app].image')
    expect(fingerprintOf({ ...own, resource: moved })).toBe(fingerprintOf(own))
  })

  test('its value is what lies at the path, or what the policy says it objects to', () => {
    expect(valueOf(finding(['spec', 'containers', 0, 'args']))).toBe('["one","two"]')
    expect(valueOf(finding(['spec', 'absent', 'deep']))).toBe('')
    expect(valueOf({ ...finding([]), value: { verbs: ['*'] } })).toBe('{"verbs":["*"]}')
  })
})
