import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { locatorOf, type Location } from '../../src/locate/locate.js'
import type { Path, Resource, Tree } from '../../src/model.js'
import type { TraceEngine } from '../../src/render/engines.js'
import { resource } from '../resources.js'

const noEngine: TraceEngine = { trace: () => Promise.reject(new Error('nothing is to be rendered')) }

/** Of what is written: no chart is rendered again. */
async function locate(tree: Tree, place: { readonly resource: Resource; readonly path: Path }): Promise<Location> {
  const found = (await locatorOf(tree, [], noEngine, []))(place)
  expect(found.annotation).toEqual(found.location)
  return found.location
}

const POD = `apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  hostNetwork: true
  containers:
    - name: app
      image: "app:1" # the image
    - {name: side, image: side}
`

describe('what is written', () => {
  const at = (path: Path, own: Partial<Resource> = {}, line = 1) =>
    locate(memoryTree({}), { resource: resource(POD, { line, file: 'pods.yaml' }, own), path })

  test('a value, exactly: where it begins, and one past where it ends', async () => {
    expect(await at(['spec', 'hostNetwork'])).toEqual({
      file: 'pods.yaml',
      line: 5,
      column: 3,
      endLine: 5,
      endColumn: 20,
      precision: 'exact',
    })
    expect(await at(['spec', 'containers', 0, 'image'])).toMatchObject({
      line: 8,
      column: 7,
      endColumn: 21,
      precision: 'exact',
    })
    expect(await at(['spec', 'containers', 1, 'image'])).toMatchObject({ line: 9, precision: 'exact' })
  })

  test('what is not there: its nearest ancestor', async () => {
    expect(await at(['spec', 'securityContext', 'runAsNonRoot'])).toMatchObject({ line: 4, precision: 'ancestor' })
    expect(await at(['spec', 'containers', 0, 'securityContext', 'privileged'])).toMatchObject({
      line: 7,
      precision: 'ancestor',
    })
  })

  test('counts from the line where the document begins', async () => {
    expect(await at(['spec', 'hostNetwork'], {}, 40)).toMatchObject({ line: 44, endLine: 44 })
  })

  test('an item of a List', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${POD.trimEnd().replaceAll('\n', '\n  ')}\n`
    const item = { ...resource(POD, { file: 'list.yaml' }, { path: ['items', 0] }), text: list }
    expect(await locate(memoryTree({}), { resource: item, path: ['spec', 'hostNetwork'] })).toMatchObject({
      line: 8,
      column: 5,
      precision: 'exact',
    })
  })

  test('the same with CRLF', async () => {
    const crlf = resource(POD.replaceAll('\n', '\r\n'))
    expect(await locate(memoryTree({}), { resource: crlf, path: ['spec', 'containers', 0, 'image'] })).toMatchObject({
      line: 8,
      column: 7,
      endColumn: 21,
    })
  })
})

test('a stand-in: where what it stands for is first used', async () => {
  const standIn = resource(POD, { file: 'pods.yaml', line: 12 }, { declared: false })
  expect(await locate(memoryTree({}), { resource: standIn, path: ['metadata', 'name'] })).toEqual({
    file: 'pods.yaml',
    line: 12,
    column: 1,
    endLine: 12,
    endColumn: 1,
    precision: 'file',
  })
})

test('what a chart renders: its template', async () => {
  const rendered = resource(POD, { kind: 'chart', file: 'charts/cart/templates/cart.yaml', line: null })
  expect(await locate(memoryTree({}), { resource: rendered, path: ['spec', 'hostNetwork'] })).toMatchObject({
    file: 'charts/cart/templates/cart.yaml',
    precision: 'template',
  })
})

describe('what kustomize builds, in the file it was written in', () => {
  const file = 'base/pods.yaml'
  const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cart}\n'
  const located = (built: string, path: readonly (string | number)[], written = `${other}---\n${POD}`) =>
    locate(memoryTree({ [file]: written }), {
      resource: resource(built, { kind: 'kustomization', file, line: null }),
      path,
    })

  test('exactly, where the file says what was judged', async () => {
    expect(await located(POD, ['spec', 'hostNetwork'])).toMatchObject({ file, line: 9, precision: 'exact' })
    expect(await located(POD, ['spec', 'hostPID'])).toMatchObject({ file, line: 8, precision: 'ancestor' })
  })

  test('under a name with a prefix and a suffix', async () => {
    const renamed = POD.replace('name: cart', 'name: my-cart-v2')
    expect(await located(renamed, ['spec', 'hostNetwork'])).toMatchObject({ line: 9, precision: 'exact' })
  })

  test('no more than the object, where a patch brought the value', async () => {
    const patched = POD.replace('hostNetwork: true', 'hostPID: true')
    expect(await located(patched, ['spec', 'hostPID'])).toMatchObject({ file, line: 5, precision: 'file' })
  })

  test('of two whose names contain each other, the right one', async () => {
    const database = POD.replace('name: cart', 'name: cart-db')
    const both = `${POD}---\n${database}`
    expect(await located(database, ['spec', 'hostNetwork'], both)).toMatchObject({ line: 15, precision: 'exact' })
    expect(await located(POD, ['spec', 'hostNetwork'], both)).toMatchObject({ line: 5, precision: 'exact' })
    expect(await located(database.replace('cart-db', 'my-cart-db'), ['spec', 'hostNetwork'], both)).toMatchObject({
      line: 15,
    })
  })

  test('no more than the file, where it is not in it, or the file is not there or malformed', async () => {
    for (const written of [other, 'a: [', '']) {
      expect(await located(POD, ['spec', 'hostNetwork'], written)).toEqual({
        file,
        line: 1,
        column: 1,
        endLine: 1,
        endColumn: 1,
        precision: 'file',
      })
    }
    const gone = resource(POD, { kind: 'kustomization', file: 'gone.yaml', line: null })
    expect(await locate(memoryTree({}), { resource: gone, path: [] })).toMatchObject({
      file: 'gone.yaml',
      precision: 'file',
    })
  })
})
