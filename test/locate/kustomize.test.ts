/** Where a kustomization's values are written, a case a construct; every claim is held against a mutation of its line. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { gather } from '../../src/gate.js'
import type { Engines } from '../../src/host/engines.js'
import { locatorOf, type Located } from '../../src/locate/locate.js'
import type { Path, Tree } from '../../src/model.js'
import { startEngines } from '../gate.js'
import { mutate } from './mutate.js'

let engines: Engines
beforeAll(() => {
  engines = startEngines()
})
afterAll(() => engines.close())

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  replicas: 1
  selector: {matchLabels: {app: cart}}
  template:
    metadata:
      labels: {app: cart}
    spec:
      hostNetwork: true
      containers:
        - name: app
          image: shop/cart:1
          securityContext:
            privileged: true
            runAsUser: 0
`

const BASE = {
  'base/kustomization.yaml': 'resources: [cart.yaml]\n',
  'base/cart.yaml': DEPLOYMENT,
}

const POD: Path = ['spec', 'template', 'spec']
const APP: Path = [...POD, 'containers', 0]

interface Files {
  readonly [path: string]: string
}

/** Of the only resource of a kind that `overlay` builds. */
async function locate(files: Files, path: Path, kind = 'Deployment'): Promise<Located & { readonly holds: string }> {
  const tree: Tree = memoryTree({ ...BASE, ...files })
  const gathered = await gather(
    tree,
    { paths: ['overlay'], ignore: [], render: new Map(), context: [], groups: new Map() },
    engines,
    () => undefined,
  )
  expect(gathered.unjudged).toEqual([])
  const [resource] = gathered.resources.filter((each) => each.kind === kind)
  if (resource === undefined) throw new Error(`no ${kind} was built`)
  const wanted = { resource, path, values: false, wanted: null }
  const located = (await locatorOf(tree, [], engines, [wanted]))({ resource, path })
  return { ...located, holds: await mutate({ tree, resource, path, located, engines }) }
}

const overlay = (more: string): Files => ({ 'overlay/kustomization.yaml': `resources: [../base]\n${more}` })

/** \`file:line\` of the location, its precision, and \`file:line\` of what it is based on. */
async function told(files: Files, path: Path, kind?: string): Promise<string> {
  const { location, related, holds } = await locate(files, path, kind)
  expect(holds).toBe('held')
  const base = related.map(({ file, line, why }) => `, ${why} ${file}:${line}`).join('')
  return `${location.file}:${location.line} ${location.precision}${base}`
}

describe('of the base', () => {
  const files = overlay('')

  test('a value', async () => {
    expect(await told(files, [...APP, 'securityContext', 'privileged'])).toBe('base/cart.yaml:17 exact')
    expect(await told(files, [...POD, 'hostNetwork'])).toBe('base/cart.yaml:12 exact')
  })

  test('what is not there', async () => {
    expect(await told(files, [...APP, 'securityContext', 'runAsNonRoot'])).toBe('base/cart.yaml:16 ancestor')
    expect(await told(files, [...POD, 'securityContext', 'runAsNonRoot'])).toBe('base/cart.yaml:11 ancestor')
  })

  test('through a name prefix, a component and a namespace', async () => {
    const renamed = {
      ...overlay('namePrefix: my-\nnamespace: shop\ncomponents: [../part]\n'),
      'part/kustomization.yaml': 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnameSuffix: -x\n',
    }
    expect(await told(renamed, [...POD, 'hostNetwork'])).toBe('base/cart.yaml:12 exact')
  })

  test('of a list that a patch made longer', async () => {
    const more = overlay(
      'patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: cart}\n    spec: {template: {spec: {containers: [{name: side, image: side}]}}}\n',
    )
    expect(await told(more, [...POD, 'containers', 1, 'securityContext', 'privileged'])).toBe('base/cart.yaml:17 exact')
  })
})

describe('of a strategic merge patch', () => {
  const PATCH = `apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  template:
    spec:
      hostPID: true
      containers:
        - name: app
          securityContext:
            privileged: false
        - name: side
          image: side:1
`

  test.each([
    ['patches:\n- path: patch.yaml\n'],
    ['patches:\n- path: patch.yaml\n  target: {kind: Deployment}\n'],
    ['patchesStrategicMerge: [patch.yaml]\n'],
  ])('in a file: %j', async (field) => {
    const files = { ...overlay(field), 'overlay/patch.yaml': PATCH }
    expect(await told(files, [...POD, 'hostPID'])).toBe('overlay/patch.yaml:7 exact, base base/cart.yaml:11')
    const privileged = await told(files, [...APP, 'securityContext', 'privileged'])
    expect(privileged).toBe('overlay/patch.yaml:11 exact, base base/cart.yaml:17')
    expect(await told(files, [...APP, 'securityContext', 'runAsUser'])).toBe('base/cart.yaml:18 exact')
    // What is missing in the container that the patch brings is missing there.
    const missing = await told(files, [...POD, 'containers', 1, 'securityContext', 'runAsNonRoot'])
    expect(missing).toMatch(/^overlay\/patch.yaml:12 ancestor/)
  })

  test('inline', async () => {
    const lines = PATCH.split('\n').map((line) => `    ${line}`)
    const files = overlay(`patches:\n- patch: |-\n${lines.join('\n').trimEnd()}\n`)
    expect(await told(files, [...POD, 'hostPID'])).toBe('overlay/kustomization.yaml:10 exact, base base/cart.yaml:11')
  })

  test('of two, the one that comes last', async () => {
    const files = {
      ...overlay('patches:\n- path: patch.yaml\n- path: last.yaml\n'),
      'overlay/patch.yaml': PATCH,
      'overlay/last.yaml': PATCH.replace('apiVersion', '# last\napiVersion'),
    }
    expect(await told(files, [...POD, 'hostPID'])).toMatch(/^overlay\/last.yaml:8 exact/)
  })

  test('that takes a value away', async () => {
    for (const context of ['securityContext: null', 'securityContext: {$patch: delete}']) {
      const patch = PATCH.replace(/securityContext:\n.*privileged: false/, context)
      const files = { ...overlay('patches:\n- path: patch.yaml\n'), 'overlay/patch.yaml': patch }
      const where = await told(files, [...APP, 'securityContext'])
      expect(where).toBe('overlay/patch.yaml:10 exact, base base/cart.yaml:16')
    }
  })
})

describe("of JSON 6902's operations", () => {
  const files = (operations: string): Files => ({
    ...overlay('patches:\n- path: patch.yaml\n  target: {kind: Deployment}\n'),
    'overlay/patch.yaml': operations,
  })

  test('that put a value', async () => {
    const put = files(
      '- op: test\n  path: /spec/replicas\n  value: 1\n- op: add\n  path: /spec/template/spec/hostPID\n  value: true\n',
    )
    expect(await told(put, [...POD, 'hostPID'])).toBe('overlay/patch.yaml:6 exact, base base/cart.yaml:11')
    const json = files('[{"op": "replace", "path": "/spec/template/spec/hostNetwork", "value": true}]')
    expect(await told(json, [...POD, 'hostNetwork'])).toBe('overlay/patch.yaml:1 exact, base base/cart.yaml:12')
  })

  test('that put a map', async () => {
    const put = files('- op: add\n  path: /spec/template/spec/securityContext\n  value:\n    runAsUser: 0\n')
    expect(await told(put, [...POD, 'securityContext', 'runAsUser'])).toMatch(/^overlay\/patch.yaml:4 exact/)
    expect(await told(put, [...POD, 'securityContext', 'runAsGroup'])).toMatch(/^overlay\/patch.yaml:3 ancestor/)
  })

  test('that remove a value', async () => {
    const gone = files(
      '- op: remove\n  path: /spec/template/spec/containers/0/securityContext\n- op: remove\n  path: /spec/replicas\n',
    )
    const where = await told(gone, [...APP, 'securityContext'])
    expect(where).toBe('overlay/patch.yaml:2 exact, base base/cart.yaml:16')
  })
})

describe('of what a kustomization says itself', () => {
  test('images', async () => {
    const files = overlay('images:\n- name: shop/cart\n  newTag: latest\n')
    const { location, holds } = await locate(files, [...APP, 'image'])
    expect([location.file, location.line, location.precision, holds]).toEqual([
      'overlay/kustomization.yaml',
      4,
      'ancestor',
      'held',
    ])
  })

  test('an image without a tag, and one that no entry names', async () => {
    const bare = {
      ...overlay('images:\n- name: other\n  newTag: "2"\n'),
      'base/cart.yaml': DEPLOYMENT.replace('cart:1', 'cart'),
    }
    expect(await told(bare, [...APP, 'image'])).toBe('base/cart.yaml:15 exact')
  })

  test('replicas', async () => {
    expect(await told(overlay('replicas:\n- name: cart\n  count: 3\n'), ['spec', 'replicas'])).toMatch(
      /^overlay\/kustomization.yaml:4 exact/,
    )
  })

  test('labels and annotations', async () => {
    const files = overlay('labels:\n- pairs: {team: a}\n  includeTemplates: true\ncommonAnnotations:\n  note: x\n')
    const { location } = await locate(files, ['spec', 'template', 'metadata', 'labels', 'team'])
    expect(location).toMatchObject({ file: 'overlay/kustomization.yaml', line: 3, precision: 'exact' })
    const { location: noted } = await locate(files, ['metadata', 'annotations', 'note'])
    expect(noted).toMatchObject({ file: 'overlay/kustomization.yaml', line: 6, precision: 'exact' })
  })

  test('namespace', async () => {
    const { location } = await locate(overlay('namespace: shop\n'), ['metadata', 'namespace'])
    expect(location).toMatchObject({ file: 'overlay/kustomization.yaml', line: 2, precision: 'exact' })
  })

  test('namespace of one of several that take in the same component', async () => {
    const taking = (namespace: string): string => `namespace: ${namespace}\ncomponents: [../part]\n`
    const files = {
      'overlay/kustomization.yaml': 'resources: [../one, ../two]\nsortOptions: {order: legacy}\n',
      'one/kustomization.yaml': taking('zeta'),
      'two/kustomization.yaml': taking('alpha'),
      'part/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [n.yaml]\n',
      'part/n.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: _}\n',
    }
    const { location } = await locate(files, ['metadata', 'name'], 'Namespace')
    expect(location).toMatchObject({ file: 'two/kustomization.yaml', line: 1, precision: 'exact' })
  })

  test('a generator: the literal, the file, else its entry', async () => {
    const files = {
      ...overlay(
        'configMapGenerator:\n- name: settings\n  literals:\n  - mode=fast\n  files:\n  - app.conf\n  envs: [more.env]\n',
      ),
      'overlay/app.conf': 'x\n',
      'overlay/more.env': 'deep=1\n',
    }
    const at = async (key: string): Promise<string> => {
      const { location } = await locate(files, ['data', key], 'ConfigMap')
      return `${location.file}:${location.line} ${location.precision}`
    }
    expect(await at('mode')).toBe('overlay/kustomization.yaml:5 exact')
    expect(await at('app.conf')).toBe('overlay/kustomization.yaml:7 ancestor')
    expect(await at('deep')).toBe('overlay/kustomization.yaml:3 ancestor')
  })
})

test('what nobody can tell is told as the file, never as a line', async () => {
  // A replacement builds the value from another object's.
  const files = {
    ...overlay('transformers: [x.yaml]\n'),
    'overlay/x.yaml':
      'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npatch: |-\n  [{"op": "add", "path": "/spec/template/spec/hostPID", "value": true}]\ntarget: {kind: Deployment}\n',
  }
  const { location } = await locate(files, [...POD, 'hostPID'])
  expect(location.precision).not.toBe('exact')
})

test('a repository that knows the marks gains nothing by it', async () => {
  const files = { ...overlay(''), 'base/cart.yaml': DEPLOYMENT.replace('shop/cart:1', 'shop/cart:.rf0.1_') }
  expect(await told(files, [...APP, 'image'])).toBe('base/cart.yaml:15 exact')
})
