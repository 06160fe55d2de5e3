import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { isSameInput, watched } from '../../src/render/inputs.js'

test('what is asked for is noted, there or not', () => {
  const asked = new Set<string>()
  const tree = watched(memoryTree({ 'a/b.yaml': 'b', 'c.yaml': 'c' }), asked)
  expect(new TextDecoder().decode(tree.read('a/b.yaml') as Uint8Array)).toBe('b')
  expect(tree.read('missing.yaml')).toBeNull()
  expect(tree.stat('a')).toBe('directory')
  expect(tree.list('')?.map(({ name }) => name)).toEqual(['a', 'c.yaml'])
  expect([...asked].sort()).toEqual(['a', 'a/b.yaml', 'missing.yaml'])
})

describe('the same input', () => {
  const tree = memoryTree({ 'a.yaml': 'a', 'empty.yaml': '', 'folder/b.yaml': 'b' })
  test.each<[boolean, readonly string[], { readonly [file: string]: string | null }]>([
    [true, ['a.yaml', 'empty.yaml', 'folder', 'missing.yaml'], {}],
    [true, ['a.yaml'], { 'folder/b.yaml': 'changed' }],
    [false, ['a.yaml'], { 'a.yaml': 'b' }],
    [false, ['a.yaml'], { 'a.yaml': 'a ' }],
    [false, ['a.yaml'], { 'a.yaml': null }],
    [false, ['empty.yaml'], { 'empty.yaml': null }],
    [false, ['missing.yaml'], { 'missing.yaml': '' }],
    [false, ['missing'], { 'missing/there.yaml': '' }],
  ])('%p of %j with %j', (expected, paths, edits) => {
    const encoder = new TextEncoder()
    const edited = tree.with(
      new Map(Object.entries(edits).map(([path, text]) => [path, text === null ? null : encoder.encode(text)])),
    )
    expect(isSameInput(paths, tree, edited)).toBe(expected)
    expect(isSameInput(paths, edited, tree)).toBe(expected)
  })
})
