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

describe('where Argo CD or Flux deploy', () => {
  const app = (more: string) => `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {path: x${more}}}`
  const gitops = {
    ...files,
    'argocd/shop.yaml': app(', helm: {valueFiles: [/env/prod.yaml]}'),
    'env/prod.yaml': 'tag: 1',
  }

  test.each(['env/prod.yaml', 'clusters/eu/config.json', 'apps/.argocd-source-shop.yaml', '.sourceignore'])(
    '%s can matter, whatever it says',
    (path) => {
      const tree = memoryTree({ ...gitops, [path]: 'tag: 2' })
      expect(of(path, [tree, memoryTree({ ...gitops, [path]: 'tag: 3' })]).certain).toEqual([path])
    },
  )

  test('a text does not, unless an Application may take any file', () => {
    const trees = (text: string) => {
      const tree = memoryTree({ ...gitops, 'argocd/shop.yaml': text })
      return [tree, tree]
    }
    expect(of('README.md', trees(app('')))).toEqual({ certain: [], perhaps: [] })
    expect(of('README.md', trees(app(', helm: {fileParameters: [{name: a, path: b}]}'))).certain).toEqual(['README.md'])
  })

  test('a folder that comes may be one that a generator lists', () => {
    const set =
      'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {generators: [{git: {directories: [{path: apps/*}]}}]}'
    const before = memoryTree({ ...files, 'argocd/all.yaml': set, 'apps/one/a.txt': '' })
    const after = memoryTree({ ...files, 'argocd/all.yaml': set, 'apps/one/a.txt': '', 'apps/two/a.txt': '' })
    expect(of('apps/two/a.txt', [before, after]).certain).toEqual(['apps/two/a.txt'])
    expect(of('apps/one/a.txt', [before, after]).certain).toEqual([])
  })
})
