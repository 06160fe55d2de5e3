import { describe, expect, test } from '@jest/globals'
import { decodeText, mayHoldObjects, splitDocuments } from '../../src/parse/split.js'
import { stopped } from '../stopped.js'

const bytes = (...numbers: readonly number[]): Uint8Array => Uint8Array.from(numbers)

/** The documents' texts by their first line. */
const split = (text: string, name = 'x.yaml'): readonly (readonly [number, string])[] =>
  splitDocuments(text, name).documents.map((document) => [document.line, document.text])

describe('documents are split as kubectl splits them', () => {
  test.each([
    ['one', 'kind: A\n', [[1, 'kind: A\n']]],
    [
      'two',
      'kind: A\n---\nkind: B\n',
      [
        [1, 'kind: A\n'],
        [3, 'kind: B\n'],
      ],
    ],
    ['a marker in front', '---\nkind: A\n', [[2, 'kind: A\n']]],
    ['empty ones in between', '---\n---\n\n---\nkind: A\n---\n', [[5, 'kind: A\n']]],
    ['comments alone are empty', '# c\n---\n# d\n  # e\n---\nkind: A\n', [[6, 'kind: A\n']]],
    [
      'a comment behind the marker',
      'kind: A\n--- # Source: x\nkind: B\n',
      [
        [1, 'kind: A\n'],
        [3, 'kind: B\n'],
      ],
    ],
    [
      'blanks behind the marker',
      'kind: A\n---  \t\nkind: B',
      [
        [1, 'kind: A\n'],
        [3, 'kind: B'],
      ],
    ],
    [
      'CRLF',
      'kind: A\r\n---\r\nkind: B\r\n',
      [
        [1, 'kind: A\r\n'],
        [3, 'kind: B\r\n'],
      ],
    ],
    ['an indented marker is text', 'kind: |\n  ---\n  x\n', [[1, 'kind: |\n  ---\n  x\n']]],
    ['a lone CR is no line for kubectl', '# c\r---\rkind: A\n', [[1, '# c\r---\rkind: A\n']]],
    ['a marker at the very end', 'kind: A\n---', [[1, 'kind: A\n']]],
    ['a byte order mark', '\ufeffkind: A\n', [[1, 'kind: A\n']]],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(split(text)).toEqual(expected)
    expect(splitDocuments(text).problems).toEqual([])
  })

  test.each(['--- {kind: B}', '---kind: B', '--- !tag', '----', '--- |'])(
    '%j loses its document, not its neighbours',
    (marker) => {
      const { documents, problems } = splitDocuments(`kind: A\n${marker}\nx: y\n---\nkind: C\n`)
      expect(documents).toEqual([
        { text: 'kind: A\n', line: 1 },
        { text: 'kind: C\n', line: 5 },
      ])
      expect(problems).toEqual([{ line: 2, message: expect.stringContaining('text behind ---') }])
    },
  )

  test('objects behind each other: kubectl alone reads them', () => {
    const text = '{"kind": "A"}{"kind": "B",\n"x": "}{"}\n\n{"kind": "C"}'
    const documents = [
      [1, '{"kind": "A"}'],
      [1, '{"kind": "B",\n"x": "}{"}'],
      [4, '{"kind": "C"}'],
    ]
    expect(split(text, 'a.json')).toEqual(documents)
    expect(splitDocuments(text, 'a.json').problems).toEqual([])
    expect(split(text, 'a.yaml')).toEqual(documents)
    expect(splitDocuments(text, 'a.yaml').problems).toEqual([
      { line: 1, message: expect.stringContaining('follow each other') },
    ])
  })

  test('behind one JSON object YAML may follow', () => {
    expect(split('{"kind": "A"}\n---\n{"kind": "B"}\n')).toEqual([
      [1, '{"kind": "A"}'],
      [3, '{"kind": "B"}\n'],
    ])
    expect(splitDocuments('{"kind": "A"}\n--- # c\nkind: B\n').problems).toEqual([])
    expect(splitDocuments('{"kind": "A"} # c\n---\nkind: B\n').problems).toEqual([])
  })

  test.each([
    [
      '{"kind": "A"} x',
      [
        [1, '{"kind": "A"}'],
        [1, 'x'],
      ],
    ],
    [
      '{"kind": "A"}\nkind: B\n',
      [
        [1, '{"kind": "A"}'],
        [2, 'kind: B\n'],
      ],
    ],
  ])('%j is read by kubectl alone', (text, expected) => {
    expect(split(text, 'a.json')).toEqual(expected)
    expect(splitDocuments(text, 'a.json').problems).toEqual([
      { line: (expected as number[][])[1]?.[0], message: expect.stringContaining('follow each other') },
    ])
  })

  test('behind several JSON objects only JSON may follow', () => {
    expect(splitDocuments('{"kind": "A"}{"kind": "B"}\n---\nkind: C\n', 'a.json')).toEqual({
      documents: [
        { text: '{"kind": "A"}', line: 1 },
        { text: '{"kind": "B"}', line: 1 },
      ],
      problems: [{ line: 2, message: expect.stringContaining('text behind JSON objects') }],
    })
  })

  test.each(['---#c\nkind: A\n', '--- # c\u2028kind: A\n', '--- # c\rkind: A\n'])(
    '%j: what kubectl would read on the marker line is named',
    (text) => {
      expect(splitDocuments(text).problems).toEqual([{ line: 1, message: expect.stringContaining('text behind ---') }])
    },
  )

  test.each(['# c\u2028kind: A\n', '\t\n# kind: A\n'])('%j is not empty', (text) => {
    expect(split(text)).toEqual([[1, text]])
  })

  test.each(['{kind: A}{kind: B}', '{"kind": "A', '{"kind": "\\"}"'])('%j is one text', (text) => {
    expect(split(text)).toEqual([[1, text]])
  })
})

describe('files that are no text', () => {
  test.each([
    ['UTF-16', bytes(0xff, 0xfe, ...[...'kind: A'].flatMap((c) => [c.charCodeAt(0), 0]))],
    ['binary', bytes(0, 1, 2, ...new TextEncoder().encode('kind: A'))],
    ['UTF-8', bytes(0xe9, ...new TextEncoder().encode(' kind: A'))],
  ])('%s: named where it may be a manifest', (word, content) => {
    const { documents, problems } = splitDocuments(content)
    expect(documents).toEqual([])
    expect(problems).toEqual([{ line: null, message: expect.stringContaining(word) }])
  })

  test('what cannot be a manifest is no problem, and one document', () => {
    const { documents, problems } = splitDocuments(bytes(0, 1, 2, 200))
    expect(problems).toEqual([])
    expect(documents).toHaveLength(1)
    expect(decodeText(bytes(0, 1)).problem).toContain('binary')
  })
})

describe('what may hold an object', () => {
  test.each([
    'kind: Pod',
    '{"apiVersion":"v1"}',
    "'kind' : Pod",
    'kind : Pod',
    '? kind\n: Pod',
    '? kind # c\n: Pod',
    '"k\\u0069nd": Pod',
    'x: &k kind\n*k : Pod',
    '? "ki\\\n  nd"\n: Pod',
    '{ ? kind : Pod}',
    'kube-apiserver-arg:\n- a',
    'machine: {type: controlplane}',
  ])('%j', (text) => {
    expect(mayHoldObjects(text)).toBe(true)
  })

  test.each([
    'services: {web: {image: x}}',
    'kinds: x',
    '# what kind of thing',
    '{"name": "x", "a\\\\b": 1}'.replace('"a\\\\b"', '"ab"'),
    '',
  ])('not %j', (text) => {
    expect(mayHoldObjects(text)).toBe(false)
  })

  test.each([
    ['quotes', '"'],
    ['backslashes', '"\\'],
    ['stars', '*'],
    ['spaces behind kind', 'kind ' + ' '],
    ['braces', '{"a"'],
    ['markers', '---\n'],
    ['questions', '?'],
  ])('a megabyte of %s takes no time', (_, piece) => {
    const text = piece.repeat(1_000_000 / piece.length)
    // Were it not linear, it would take far longer than the limit.
    const { documents, problems } = stopped(() => splitDocuments(`${text}\nkind: A`))
    expect(documents.length + problems.length).toBeGreaterThan(0)
  })
})
