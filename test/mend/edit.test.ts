import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Json, Path } from '../../src/model.js'
import { changed, type Change } from '../../src/mend/change.js'
import { editsOf, withEdits } from '../../src/mend/edit.js'
import { isSame } from '../../src/parse/json.js'
import { parseYaml } from '../../src/parse/yaml.js'

/** null where no edit is offered. */
function edited(text: string, path: Path, change: Change): string | null {
  const edits = editsOf(text, path, change)
  return edits === null ? null : withEdits(text, edits)
}

const set = (value: Json): Change => ({ set: value })
const REMOVE: Change = { remove: true }

describe('a value that is there', () => {
  test.each([
    ['a: true # why\nb: 1\n', ['a'], set(false), 'a: false # why\nb: 1\n'],
    ["a: 'x'\n", ['a'], set('y z'), "a: 'y z'\n"],
    ['a: "x"\n', ['a'], set('q'), 'a: "q"\n'],
    ['a: "true"\n', ['a'], set(false), 'a: false\n'],
    ['a: x\n', ['a'], set('true'), 'a: "true"\n'],
    ['a: x\n', ['a'], set('10'), 'a: "10"\n'],
    ['a: {b: 1, c: 2}\n', ['a', 'b'], set(3), 'a: {b: 3, c: 2}\n'],
    ['a:\r\n  b: x\r\n  c: 1\r\n', ['a', 'b'], set('q'), 'a:\r\n  b: q\r\n  c: 1\r\n'],
    ['- a: 1\n- a: 2\n', [1, 'a'], set(3), '- a: 1\n- a: 3\n'],
    ['a:\nb: 1\n', ['a'], set(2), 'a: 2\nb: 1\n'],
    ['a:   # none\n', ['a'], set(2), 'a: 2   # none\n'],
    ['{"a": {"b": true}}', ['a', 'b'], set('x'), '{"a": {"b": "x"}}'],
    ['a: &x 1\nb: *x\n', ['b'], set(2), 'a: &x 1\nb: 2\n'],
    ['a: [X, Y]\n', ['a'], set(['ALL']), 'a: [ALL]\n'],
    ['a:\n  - X # one\n  - Y\nb: 1\n', ['a'], set(['ALL']), 'a:\n  - ALL\nb: 1\n'],
    ['a:\n  b: 1\n  c: 2\nd: 3\n', ['a'], set('x'), 'a: x\nd: 3\n'],
  ] as const)('%j %j', (text, path, change, expected) => {
    expect(edited(text, path, change)).toBe(expected)
  })
})

describe('a value that is not there', () => {
  test.each([
    [
      'under the keys of its map',
      'a:\n  b: 1 # why\n\nc: 2\n',
      ['a', 'x'],
      true,
      'a:\n  b: 1 # why\n  x: true\n\nc: 2\n',
    ],
    ['with the maps on the way', 'a:\n    b: 1\n', ['a', 'x', 'z'], true, 'a:\n    b: 1\n    x:\n        z: true\n'],
    ['in an item of a list', 'a:\n- b: 1\n- b: 2\n', ['a', 0, 'x'], 1, 'a:\n- b: 1\n  x: 1\n- b: 2\n'],
    ['without a line break at the end', 'a:\n  b: 1', ['a', 'x'], 1, 'a:\n  b: 1\n  x: 1'],
    ['with CRLF', 'a:\r\n  b: 1\r\n', ['a', 'x', 'z'], 1, 'a:\r\n  b: 1\r\n  x:\r\n    z: 1\r\n'],
    ['in braces', 'a: {b: 1}\n', ['a', 'x'], 'q', 'a: {b: 1, x: q}\n'],
    ['in empty braces', 'a: {} # none\n', ['a', 'x'], 'q', 'a: {x: q} # none\n'],
    ['under a key without a value', 'a: # none\nb: 1\n', ['a', 'x'], 1, 'a: # none\n  x: 1\nb: 1\n'],
    ['in place of null', 'a: ~ # none\n', ['a', 'x'], 1, 'a: {x: 1} # none\n'],
    [
      'behind a text of several lines',
      'a:\n  b: |\n    one\n\n  # c\nd: 1\n',
      ['a', 'x'],
      1,
      'a:\n  b: |\n    one\n  x: 1\n\n  # c\nd: 1\n',
    ],
    ['in JSON of one line', '{"a": {"b": 1}}', ['a', 'x', 'z'], ['q'], '{"a": {"b": 1, "x": {"z": ["q"]}}}'],
    [
      'in JSON of several lines',
      '{\n  "a": {\n    "b": 1\n  }\n}\n',
      ['a', 'x'],
      true,
      '{\n  "a": {\n    "b": 1,\n    "x": true\n  }\n}\n',
    ],
    ['in braces of several lines', 'a: {\n  b: 1, # one\n  }\n', ['a', 'x'], 2, 'a: {\n  b: 1, # one\n  x: 2,\n  }\n'],
    [
      'a list as the others are',
      'c:\n  - q\na:\n  b: 1\n',
      ['a', 'x'],
      ['ALL'],
      'c:\n  - q\na:\n  b: 1\n  x:\n    - ALL\n',
    ],
    [
      'over what a merge brings',
      'd: &d {x: 1}\na:\n  <<: *d\n  b: 1\n',
      ['a', 'x'],
      2,
      'd: &d {x: 1}\na:\n  <<: *d\n  b: 1\n  x: 2\n',
    ],
    ['a key that needs quotes', 'a:\n  b: 1\n', ['a', 'true'], 1, 'a:\n  b: 1\n  "true": 1\n'],
  ] as const)('%s', (_, text, path, value, expected) => {
    expect(edited(text, path, set(value as Json))).toBe(expected)
  })
})

describe('a value that goes', () => {
  test.each([
    ['a key with its comment behind', 'a: 1\n# about b\nb: 2 # why\nc: 3\n', ['b'], 'a: 1\n# about b\nc: 3\n'],
    ['a key with what is under it', 'a: 1\nb:\n  c: |\n    x\n\nd: 1\n', ['b'], 'a: 1\n\nd: 1\n'],
    ['the first key of an item', '- a: 1\n  b: 2\n', [0, 'a'], '- b: 2\n'],
    [
      'the first key of an item, a comment behind it',
      '- a: 1\n  # about b\n  b: 2\n',
      [0, 'a'],
      '- \n  # about b\n  b: 2\n',
    ],
    ['an item', 'a:\n  - x # one\n  - y\n', ['a', 0], 'a:\n  - y\n'],
    ['the last key of the text', 'a: 1\nb: 2', ['b'], 'a: 1\n'],
    ['in braces', 'a: {b: 1, c: 2, d: 3}\n', ['a', 'c'], 'a: {b: 1, d: 3}\n'],
    ['the last in braces', 'a: {b: 1, c: 2}\n', ['a', 'c'], 'a: {b: 1}\n'],
    ['the only one in brackets', 'a: [x] # one\n', ['a', 0], 'a: [] # one\n'],
    ['the only item', 'a:\n  - x\nb: 1\n', ['a', 0], 'a: []\nb: 1\n'],
    ['the only key of an item', '- a: 1\n- b: 2\n', [0, 'a'], '- {}\n- b: 2\n'],
    ['an item of a list in a list', '- - a\n  - b\n- - c\n', [0, 0], '- - b\n- - c\n'],
    ['the only key of the text', '# a\na: 1 # one\n', ['a'], '# a\n{} # one\n'],
    ['with CRLF', 'a: 1\r\nb: 2\r\nc: 3\r\n', ['b'], 'a: 1\r\nc: 3\r\n'],
    ['in JSON of several lines', '{\n  "a": 1,\n  "b": 2\n}\n', ['b'], '{\n  "a": 1\n}\n'],
  ] as const)('%s', (_, text, path, expected) => {
    expect(edited(text, path, REMOVE)).toBe(expected)
  })
})

describe('no edit', () => {
  test.each([
    ['where others would change too', 'a: &x {b: 1}\nc: *x\n', ['c', 'b'], set(2)],
    ['of what a merge brought, if it goes', 'd: &d {x: 1}\na:\n  <<: *d\n  b: 1\n', ['a', 'x'], REMOVE],
    ['through a value that is no map', 'a: 1\n', ['a', 'b'], set(1)],
    ['of an item that is not there', 'a: [1]\n', ['a', 3, 'b'], set(1)],
    ['of a key that is not there', 'a: 1\n', ['b'], REMOVE],
    ['where the value has a tag', 'a: !!str 1\n', ['a'], set('2')],
    ['where the text is malformed', 'a: [\n', ['a'], set(1)],
  ] as const)('%s', (_, text, path, change) => {
    expect(edited(text, path, change)).toBeNull()
  })
})

test('a text within the text keeps its style', () => {
  const text = 'patch: |-\n    a: 1\n\n    b: 2\nc: 1\n'
  expect(edited(text, ['patch'], set('a: 3\n\nb: 2'))).toBe('patch: |-\n    a: 3\n\n    b: 2\nc: 1\n')
})

/* ------------------------------------------------------------ properties */

/** A value as text, in a mixture of styles that `choices` picks, with a comment on every line that can have one. */
function printed(value: Json, choices: readonly number[]): string {
  let next = 0
  const choose = (n: number): number => (choices[next++ % choices.length] ?? 0) % n
  let comments = 0
  const comment = (): string => (choose(3) === 0 ? ` # comment ${comments++}` : '')
  const scalar = (item: Json): string =>
    typeof item !== 'string'
      ? JSON.stringify(item)
      : choose(2) === 0
        ? JSON.stringify(item)
        : `'${item.replaceAll("'", "''")}'`
  const flow = (item: Json): string => {
    if (Array.isArray(item)) return `[${item.map(flow).join(', ')}]`
    if (typeof item !== 'object' || item === null) return scalar(item)
    return `{${Object.entries(item)
      .map(([key, child]) => `${key}: ${flow(child)}`)
      .join(', ')}}`
  }
  const block = (item: Json, indent: string): string => {
    const rows = Array.isArray(item)
      ? (item as readonly Json[]).map((child) => ['-', child] as const)
      : Object.entries(item as Record<string, Json>).map(([key, child]) => [`${key}:`, child] as const)
    const lines = rows.map(([head, child]) => {
      const isEmpty = typeof child !== 'object' || child === null || Object.keys(child).length === 0
      const above = choose(6) === 0 ? `${indent}# above ${comments++}\n` : ''
      if (isEmpty || choose(4) === 0) return `${above}${indent}${head} ${flow(child)}${comment()}\n`
      const deeper =
        head !== '-' && Array.isArray(child) && choose(2) === 0 ? indent : `${indent}${' '.repeat(1 + choose(4))}`
      return `${above}${indent}${head}${comment()}\n${block(child, deeper)}`
    })
    return lines.join('')
  }
  const isEmpty = typeof value !== 'object' || value === null || Object.keys(value).length === 0
  return isEmpty ? `${flow(value)}\n` : block(value, '')
}

const keys = fc.stringMatching(/^[a-d]{1,2}$/)
const { tree } = fc.letrec<{ tree: Json; leaf: Json }>((tie) => ({
  leaf: fc.oneof(
    fc.boolean(),
    fc.integer({ min: 0, max: 99 }),
    fc.constantFrom('x', 'a b', "it's", '', 'true', '# no'),
  ),
  tree: fc.oneof(
    { depthSize: 'medium', maxDepth: 4 },
    tie('leaf'),
    fc.dictionary(keys, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
}))

/** Every path to a value, and of every map one that is not there. */
function pathsOf(value: Json, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  if (Array.isArray(value)) return [at, ...(value as readonly Json[]).flatMap((item, i) => pathsOf(item, [...at, i]))]
  return [
    at,
    [...at, 'new'],
    [...at, 'new', 'deep'],
    ...Object.entries(value).flatMap(([k, v]) => pathsOf(v, [...at, k])),
  ]
}

test('an edit makes the change and no other, whatever the style, and comments outside of it stay', () => {
  let offered = 0
  const document = fc.dictionary(keys, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  const choices = fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(
      document,
      choices,
      fc.nat(),
      fc.boolean(),
      fc.constantFrom('\n', '\r\n'),
      (value, styles, pick, sets, eol) => {
        const text = printed(value, styles).replaceAll('\n', eol)
        fc.pre(isSame(parseYaml(text).value, value))
        const paths = pathsOf(value).filter((path) => path.length > 0)
        const path = paths[pick % paths.length] as Path
        const change: Change = sets ? { set: false } : REMOVE
        const wanted = changed(value, path, change)
        const result = edited(text, path, change)
        if (wanted === null) return expect(result).toBeNull()
        if (result === null) return
        offered++
        expect(isSame(parseYaml(result).value, wanted)).toBe(true)
        expect(/[^\r]\n/.test(result) && eol === '\r\n').toBe(false)
        const gone = linesOnlyIn(text, result)
        // A new value, or one that goes, takes no comment with it but those on its own lines.
        if (sets && path.includes('new')) expect(gone.filter((line) => line.includes('#'))).toEqual([])
      },
    ),
    { numRuns: 2000 },
  )
  expect(offered).toBeGreaterThan(1000)
})

function linesOnlyIn(text: string, other: string): readonly string[] {
  const left = other.split(/\r?\n/)
  return text.split(/\r?\n/).filter((line) => {
    const index = left.indexOf(line)
    if (index >= 0) left.splice(index, 1)
    return index < 0 && !left.some((each) => each.includes(line.trim()) || line.includes('{') || line.includes('['))
  })
}
