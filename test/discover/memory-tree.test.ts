import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import type { Tree } from '../../src/model.js'

const text = (tree: Tree, file: string): string | null => {
  const bytes = tree.read(file)
  return bytes === null ? null : new TextDecoder().decode(bytes)
}
const names = (tree: Tree, directory: string): readonly string[] | undefined =>
  tree.list(directory)?.map(({ name, kind }) => `${kind} ${name}`)

describe('a tree in memory', () => {
  const tree = memoryTree({ 'a/b/c.yaml': 'x', 'a/d.yaml': new Uint8Array([1, 2]), 'e.yaml': '' })

  test('lists, reads and tells what is there', () => {
    expect(names(tree, '')).toEqual(['directory a', 'file e.yaml'])
    expect(names(tree, 'a')).toEqual(['directory b', 'file d.yaml'])
    expect(tree.list('a')).toContainEqual({ name: 'd.yaml', kind: 'file', size: 2 })
    expect(text(tree, 'a/b/c.yaml')).toBe('x')
    expect([tree.stat(''), tree.stat('a/b'), tree.stat('e.yaml')]).toEqual(['directory', 'directory', 'file'])
  })

  test('what is not there is null', () => {
    expect([tree.list('x'), tree.list('e.yaml'), tree.read('a'), tree.read('x'), tree.stat('x')]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
  })

  test('edits make another tree', () => {
    const bytes = new TextEncoder().encode('new')
    const edited = tree.with(
      new Map([
        ['e.yaml', null],
        ['a/b/c.yaml', bytes],
        ['f/g.yaml', bytes],
      ]),
    )
    expect(names(edited, '')).toEqual(['directory a', 'directory f'])
    expect(text(edited, 'a/b/c.yaml')).toBe('new')
    expect([edited.read('e.yaml'), edited.stat('e.yaml'), edited.stat('f')]).toEqual([null, null, 'directory'])
    expect(text(tree, 'e.yaml')).toBe('')
    expect(names(edited.with(new Map([['e.yaml', bytes]])), '')).toEqual(
      ['directory a', 'file e.yaml', 'directory f'].sort((a, b) => (a.split(' ')[1]! < b.split(' ')[1]! ? -1 : 1)),
    )
  })
})
