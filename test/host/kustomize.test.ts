import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { rawKustomizeOutput } from '../../src/host/engines.js'
import { cases, filesBelow, golden, startTestEngines, tree } from './engines.js'

const { engines, close } = startTestEngines()
afterAll(close)

describe('kustomize builds the cases of test/charts as it did', () => {
  test.each(cases('kustomize'))('%s', async (name) => {
    const folder = join('test/charts/kustomize', name)
    const { root } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as { root: string }
    const files = Object.fromEntries(
      filesBelow(folder).map(({ name, content }) => [name, Buffer.from(content).toString('utf8')]),
    )
    const result = await engines.kustomize({ root, files: tree(files) })
    if (result.error === null) {
      const text = rawKustomizeOutput(result.documents)
      expect(text).toBe(golden(join(folder, 'expected.yaml'), text))
    }
    const documents = result.documents.map(({ text, ...rest }) => ({ ...rest, lines: text.split('\n').length }))
    const json = `${JSON.stringify({ ...result, documents }, null, 2)}\n`
    expect(json).toBe(golden(join(folder, 'expected.json'), json))
  })
})

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n'

describe('what a build reads', () => {
  test('only what it needs leaves the tree, and is named', async () => {
    const read = new Set<string>()
    const files = tree(
      {
        'apps/prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\n',
        'apps/base/kustomization.yaml': 'resources: [service.yaml]\n',
        'apps/base/service.yaml': service,
        'apps/base/unused.yaml': service,
        'apps/dev/kustomization.yaml': 'resources: [../base]\n',
      },
      (path) => read.add(path),
    )
    const result = await engines.kustomize({ root: 'apps/prod', files })
    const expected = ['apps/base/kustomization.yaml', 'apps/base/service.yaml', 'apps/prod/kustomization.yaml']
    expect(result.files).toEqual(expected)
    expect([...read].sort()).toEqual(expected)
    expect(result.documents).toMatchObject([
      {
        origin: { path: 'apps/base/service.yaml', configuredIn: '' },
        transformations: [
          { configuredIn: 'apps/prod/kustomization.yaml', configuredBy: { kind: 'PrefixTransformer' } },
        ],
      },
    ])
  })

  test('the root of the tree can be built', async () => {
    const files = tree({ 'kustomization.yaml': 'resources: [service.yaml]\n', 'service.yaml': service })
    const result = await engines.kustomize({ root: '', files })
    expect(result.error).toBeNull()
    expect(result.documents[0]?.origin?.path).toBe('service.yaml')
  })

  test('origins are left out when nobody wants them', async () => {
    const files = tree({ 'kustomization.yaml': 'resources: [service.yaml]\n', 'service.yaml': service })
    const result = await engines.kustomize({ root: '', files, origins: false })
    expect(result.documents).toMatchObject([{ origin: null, transformations: [] }])
  })

  test('asking for origins does not show', async () => {
    // Adding an annotation below `annotations` works only where there are some already.
    const files = tree({
      'kustomization.yaml':
        'resources: [service.yaml]\npatches: [{target: {kind: Service}, patch: "- {op: test, path: /metadata/annotations/a, value: b}"}]\n',
      'service.yaml': service,
    })
    const [asked, unasked] = await Promise.all([
      engines.kustomize({ root: '', files }),
      engines.kustomize({ root: '', files, origins: false }),
    ])
    expect(asked.error?.message).toBe(unasked.error?.message)
    expect(asked.error).not.toBeNull()
  })

  test('a file that cannot be read fails the call, not the next one', async () => {
    const files = tree({ 'kustomization.yaml': 'resources: [service.yaml]\n', 'service.yaml': service })
    const broken = {
      ...files,
      read: (path: string) => {
        if (path === 'service.yaml') throw new Error('the disk is gone')
        return files.read(path)
      },
    }
    const failed = await engines.kustomize({ root: '', files: broken })
    expect(failed.error).toMatchObject({
      stage: 'engine',
      message: 'service.yaml cannot be read: Error: the disk is gone',
    })
    expect((await engines.kustomize({ root: '', files })).error).toBeNull()
  })
})

describe('a schema of one kustomization does not leak into the next', () => {
  const thing = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {parts: [{name: x}, {name: y}]}\n'
  const folder = 'test/charts/kustomize/own-schema/overlay'
  const patched = tree({
    'kustomization.yaml': 'resources: [thing.yaml]\npatches: [{path: patch.yaml}]\n',
    'thing.yaml': thing,
    'patch.yaml': thing.replace('[{name: x}, {name: y}]', '[{name: y, size: 3}]'),
  })

  test('lists are replaced before and after', async () => {
    const before = await engines.kustomize({ root: '', files: patched })
    const files = Object.fromEntries(
      filesBelow(folder).map(({ name, content }) => [name, Buffer.from(content).toString('utf8')]),
    )
    expect((await engines.kustomize({ root: '', files: tree(files) })).error).toBeNull()
    expect(await engines.kustomize({ root: '', files: patched })).toEqual(before)
    expect(before.documents[0]?.text).not.toContain('name: x')
  })
})
