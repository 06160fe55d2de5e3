import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { locatorOf, type Location } from '../../src/locate/locate.js'
import type { Path, Resource } from '../../src/model.js'
import { splitDocuments } from '../../src/parse/split.js'
import { resource } from '../resources.js'

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

/** Where a place of a resource is, in a repository of one file. */
async function located(text: string, path: Path, own: Resource): Promise<Location> {
  const locate = await locatorOf(memoryTree({ [own.origin.file]: text }), [], noEngines, [])
  const found = locate({ resource: own, path })
  expect(found.annotation).toEqual(found.location)
  return found.location
}

const nothing = (): Promise<never> => Promise.reject(new Error('nothing is to be rendered'))
const noEngines = { kustomize: nothing, trace: nothing }

describe('what is written', () => {
  const at = (path: Path, text = POD, document = 0, within: Path = []) => {
    const { text: own = '', line = 1 } = splitDocuments(text).documents[document] ?? {}
    const pod = resource(POD, { file: 'pods.yaml', document, line }, { path: within })
    return located(text, path, { ...pod, text: own })
  }

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

  test('in the document of the stream that it stands in', async () => {
    const stream = `# nothing\n---\na: 1\n---\n\n---\n${POD}`
    expect(await at(['spec', 'hostNetwork'], stream, 1)).toMatchObject({ line: 11, endLine: 11, precision: 'exact' })
  })

  test('an item of a List', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${POD.trimEnd().replaceAll('\n', '\n  ')}\n`
    expect(await at(['spec', 'hostNetwork'], list, 0, ['items', 0])).toMatchObject({
      line: 8,
      column: 5,
      precision: 'exact',
    })
  })

  test('in JSON', async () => {
    const json = JSON.stringify({ spec: { containers: [{ name: 'app', image: 'app:1' }] } }, null, 2)
    expect(await at(['spec', 'containers', 0, 'image'], json)).toMatchObject({
      line: 6,
      column: 9,
      endColumn: 25,
      precision: 'exact',
    })
    expect(await at(['spec', 'hostPID'], json)).toMatchObject({ line: 2, precision: 'ancestor' })
  })

  test('through an alias and a merge: the line where it is written', async () => {
    const text = 'x: &x {privileged: true}\ny: &y\n  a: 1\nspec:\n  c: *x\n  d:\n    <<: *y\n    b: 2\n'
    expect(await at(['spec', 'c', 'privileged'], text)).toMatchObject({ line: 1, column: 8, precision: 'exact' })
    expect(await at(['spec', 'c'], text)).toMatchObject({ line: 5, precision: 'exact' })
    expect(await at(['spec', 'd', 'a'], text)).toMatchObject({ line: 3, precision: 'exact' })
    expect(await at(['spec', 'd', 'b'], text)).toMatchObject({ line: 8, precision: 'exact' })
    expect(await at(['spec', 'd', 'z'], text)).toMatchObject({ line: 6, precision: 'ancestor' })
  })

  test('the same with CRLF', async () => {
    expect(await at(['spec', 'containers', 0, 'image'], POD.replaceAll('\n', '\r\n'))).toMatchObject({
      line: 8,
      column: 7,
      endColumn: 21,
    })
  })
})

test('a stand-in: where what it stands for is first used', async () => {
  const standIn = resource(POD, { file: 'pods.yaml', line: 12 }, { declared: false })
  expect(await located(POD, ['metadata', 'name'], standIn)).toEqual({
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
  expect(await located('', ['spec', 'hostNetwork'], rendered)).toMatchObject({
    file: 'charts/cart/templates/cart.yaml',
    precision: 'template',
  })
})
