/** Fixes of whole repositories: what is offered, as a diff, and what is not. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { defaults } from '../../src/config.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { judge } from '../../src/gate.js'
import type { Engines } from '../../src/host/engines.js'
import { mend, type Mended } from '../../src/mend/mend.js'
import { remembering } from '../../src/mend/remember.js'
import { changedLines } from '../../src/report/diff.js'
import { switching } from '../../src/run.js'
import { distribution, startEngines } from '../gate.js'
import { chart, workload } from '../manifests.js'

let engines: Engines
beforeAll(() => {
  engines = startEngines()
})
afterAll(() => engines.close())

interface Files {
  readonly [path: string]: string
}

/** Mends what these policies find. */
async function mended(files: Files, ...policies: readonly string[]): Promise<Mended> {
  const tree = memoryTree(files)
  const built = distribution()
  const rules = { ...built, flows: [], variants: switching(built, defaults) }
  const scope = { paths: [''], ignore: [], render: new Map(), context: [], groups: new Map() }
  const all = { ...engines, ...remembering(engines) }
  const progress = (): void => undefined
  const head = [await judge(tree, scope, rules, all, progress)]
  const isWanted = ({ policy }: { readonly policy: string }): boolean => policies.includes(policy)
  return mend({ tree, scopes: [scope], head, rules, engines: all, progress, isWanted, isLate: clock.isLate })
}

/** Whether time is out; put back after each test that turns it. */
const clock = { isLate: () => false }

/** The lines that go and come, a file each. */
async function changes(files: Files, ...policies: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { texts } = await mended(files, ...policies)
  return Object.fromEntries([...texts].map(([file, text]) => [file, changedLines(files[file] ?? '', text).join('')]))
}

const PRIVILEGED = 'least-privilege/privileged-container'
const HOST = 'least-privilege/host-namespaces'
const NON_ROOT = 'least-privilege/run-as-non-root'
const CAPABILITIES = 'least-privilege/dangerous-capabilities'

describe('time that runs out', () => {
  const files = {
    'a.yaml': workload({ security: { privileged: true } }),
    'b.yaml': workload({ security: { runAsNonRoot: false, runAsUser: 0 } }),
  }
  afterEach(() => {
    clock.isLate = () => false
  })

  test('before anything is tried leaves everything as it is, and says so', async () => {
    clock.isLate = () => true
    const { texts, isUnfinished } = await mended(files, PRIVILEGED)
    expect([texts.size, isUnfinished]).toEqual([0, true])
  })

  test('between rounds keeps no more than what was seen to hold', async () => {
    // Both fixes are tried at first; the second round, without the one that mends nothing, holds.
    let asked = 0
    clock.isLate = () => ++asked > 3
    const whole = await mended(files, PRIVILEGED, NON_ROOT)
    expect([[...whole.texts.keys()], whole.isUnfinished]).toEqual([['a.yaml'], false])
    asked = 1
    const part = await mended(files, PRIVILEGED, NON_ROOT)
    expect([[...part.texts.keys()], part.isUnfinished]).toEqual([[], true])
  })
})

describe('plain manifests', () => {
  test('several fixes of one file are one text', async () => {
    const file = workload({
      security: {
        privileged: true,
        capabilities: { drop: ['ALL'], add: ['SYS_ADMIN', 'NET_BIND_SERVICE', 'NET_RAW'] },
      },
      pod: { hostPID: true },
    })
    const lines = await changes({ 'cart.yaml': file }, PRIVILEGED, HOST, CAPABILITIES)
    expect(lines).toEqual({
      'cart.yaml': [
        '-      hostPID: true\n',
        '-                - SYS_ADMIN\n',
        '-                - NET_RAW\n',
        '-            privileged: true\n',
        '+            privileged: false\n',
      ].join(''),
    })
  })

  test('each fix says its own edits of the file as it is', async () => {
    const { fixes } = await mended({ 'cart.yaml': workload({ security: { privileged: true } }) }, PRIVILEGED)
    expect([...fixes.values()]).toEqual([
      {
        file: 'cart.yaml',
        edits: [{ line: 40, column: 25, endLine: 40, endColumn: 29, text: 'false' }],
        lines: ['-            privileged: true\n', '+            privileged: false\n'],
      },
    ])
  })

  test('a fix that would bring another finding is not offered', async () => {
    const root = workload({ security: { runAsNonRoot: false, runAsUser: 0 } })
    expect(await changes({ 'cart.yaml': root }, NON_ROOT)).toEqual({})
  })

  test('a fix that others would feel is not offered, its neighbours are', async () => {
    const anchored = `${workload({ name: 'one', security: { privileged: true } })}---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
  spec: {containers: [{name: a, image: a, securityContext: &s {privileged: true}}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: b}
  spec: {containers: [{name: b, image: b, securityContext: *s}]}
`
    const lines = await changes({ 'all.yaml': anchored }, PRIVILEGED)
    expect(lines['all.yaml']).toBe('-            privileged: true\n+            privileged: false\n')
  })
})

describe('kustomizations', () => {
  const base = {
    'base/kustomization.yaml': 'resources: [cart.yaml]\n',
    'base/cart.yaml': workload({ namespace: null, security: { privileged: true } }),
    'overlays/a/kustomization.yaml': 'resources: [../../base]\nnamespace: a\n',
    'overlays/b/kustomization.yaml': 'resources: [../../base]\nnamespace: b\npatches: [{path: patch.yaml}]\n',
  }

  test('the base, where every overlay has it from there', async () => {
    const lines = await changes({ ...base, 'overlays/b/patch.yaml': patch('hostPID: false') }, PRIVILEGED)
    expect(lines).toEqual({ 'base/cart.yaml': '-            privileged: true\n+            privileged: false\n' })
  })

  test('the patch, where the patch says it', async () => {
    const lines = await changes({ ...base, 'overlays/b/patch.yaml': patch('hostPID: true # to debug') }, HOST)
    expect(lines).toEqual({ 'overlays/b/patch.yaml': '-      hostPID: true # to debug\n' })
  })

  test('a patch that stands in the kustomization', async () => {
    const inline = `resources: [../../base]\nnamespace: b\npatches:\n- patch: |-\n${patch('hostPID: true').trimEnd().replace(/^/gm, '    ')}\n`
    const lines = await changes({ ...base, 'overlays/b/kustomization.yaml': inline }, HOST)
    expect(lines).toEqual({ 'overlays/b/kustomization.yaml': '-          hostPID: true\n' })
  })

  function patch(field: string): string {
    return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\nspec:\n  template:\n    spec:\n      ${field}\n      dnsPolicy: Default\n`
  }
})

describe('charts', () => {
  const POD = `apiVersion: v1
kind: Pod
metadata:
  name: cart
spec:
  hostPID: {{ .Values.hostPID }}
  hostIPC: true
  containers:
    - name: cart
      image: cart
`

  test('the values file that sets it last', async () => {
    const files = chart('cart', {
      'templates/cart.yaml': POD.replace('  hostIPC: true\n', ''),
      'values.yaml': 'hostPID: false\n',
      'values-prod.yaml': '# for a while\nhostPID: true # to debug\n',
    })
    expect(await changes(files, HOST)).toEqual({
      'cart/values-prod.yaml': '-hostPID: true # to debug\n+{} # to debug\n',
    })
  })

  test('the template, where it says the value itself', async () => {
    const files = chart('cart', { 'templates/cart.yaml': POD, 'values.yaml': 'hostPID: false\n' })
    expect(await changes(files, HOST)).toEqual({ 'cart/templates/cart.yaml': '-  hostIPC: true\n' })
  })

  test('the template, where it leaves out what no value brings', async () => {
    const files = chart('cart', { 'templates/cart.yaml': POD, 'values.yaml': 'hostPID: false\n' })
    expect(await changes(files, NON_ROOT)).toEqual({
      'cart/templates/cart.yaml': '+  securityContext:\n+    runAsNonRoot: true\n',
    })
  })

  test('nothing of a vendored chart, and no value that other fields hang on', async () => {
    const files = {
      ...chart(
        'cart',
        { 'values.yaml': '{}\n' },
        {
          dependencies: [{ name: 'part', version: '1.0.0', repository: 'https://charts.example' }],
        },
      ),
      ...chart('cart/charts/part', { 'templates/cart.yaml': POD, 'values.yaml': 'hostPID: false\n' }),
    }
    expect(await changes(files, HOST)).toEqual({})
    const shared = chart('cart', {
      'templates/cart.yaml': POD.replace('hostIPC: true', 'hostNetwork: {{ .Values.hostPID }}').replace(
        'image: cart',
        'image: cart\n      stdin: {{ .Values.hostPID }}',
      ),
      'values.yaml': 'hostPID: true\n',
    })
    expect(await changes(shared, HOST)).toEqual({})
  })
})
