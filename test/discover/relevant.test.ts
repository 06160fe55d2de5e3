/** What of a change can matter to what is judged: never too little. */
import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { relevant } from '../../src/discover/relevant.js'
import type { Tree } from '../../src/model.js'

const scope = { paths: [''], ignore: [], render: new Map(), context: [], groups: new Map() }

const files = {
  'README.md': '',
  'app/main.go': '',
  'package.json': '{}',
  '.github/workflows/ci.yaml': 'on: push',
  'deploy/a.yaml': 'kind: Pod',
  'charts/shop/Chart.yaml':
    'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: common, version: 1.0.0, repository: file://../common}]',
  'charts/shop/files/motd.txt': '',
  'charts/common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library',
  'charts/common/templates/_a.tpl': '',
  'base/kustomization.yaml': 'configMapGenerator: [{name: a, files: [a.properties]}]',
  'base/a.properties': '',
  'overlays/prod/kustomization.yaml': 'resources: [../../base]',
  '.ringfence.yaml': '',
  '.ringfence/policies/a.rego': '',
}

const of = (changed: string, trees: readonly Tree[] = [memoryTree(files), memoryTree(files)]) =>
  relevant([changed], trees, scope)

describe('certain', () => {
  test.each([
    'charts/shop/files/motd.txt',
    'charts/common/templates/_a.tpl',
    'base/a.properties',
    'overlays/prod/kustomization.yaml',
    '.ringfence.yaml',
    'team/.ringfence.yaml',
    '.ringfence/policies/a.rego',
    // A submodule: no file on either side.
    'vendored',
  ])('%s', (path) => {
    const tree = memoryTree({ ...files, 'team/.ringfence.yaml': '' })
    expect(of(path, [tree, tree])).toEqual({ certain: [path], perhaps: [] })
  })

  test('what was a part of something that is gone', () => {
    const { 'charts/shop/Chart.yaml': _, ...rest } = files
    expect(of('charts/shop/files/motd.txt', [memoryTree(files), memoryTree(rest)]).certain).toHaveLength(1)
  })

  test('what a symlink leads to, and the symlink', () => {
    const tree: Tree = {
      ...memoryTree(files),
      list: (folder) => [
        ...(memoryTree(files).list(folder) ?? []),
        ...(folder === 'charts/shop' ? [{ name: 'app', kind: 'directory' as const, size: 0, link: 'app' }] : []),
      ],
    }
    expect(of('app/main.go', [memoryTree(files), tree]).certain).toEqual(['app/main.go'])
  })
})

test.each(['deploy/a.yaml', 'package.json', '.github/workflows/ci.yaml'])('%s perhaps', (path) => {
  expect(of(path)).toEqual({ certain: [], perhaps: [path] })
})

test.each(['README.md', 'app/main.go'])('%s not', (path) => {
  expect(of(path)).toEqual({ certain: [], perhaps: [] })
})
