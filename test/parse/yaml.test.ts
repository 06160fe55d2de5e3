import fc from 'fast-check'
import { describe, expect, test } from '@jest/globals'
import type { Json, Path } from '../../src/model.js'
import { commentsOf, parseYaml, positionsOf } from '../../src/parse/yaml.js'

/** What sigs.k8s.io/yaml v1.6.0 makes of a plain scalar, as its YAMLToJSON prints it (docs/field-notes/parse.md). */
const SCALARS: readonly (readonly [string, Json])[] = [
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['yEs', 'tRUE', 'nULL', 'oN'].map((word) => [word, word] as const),
  ['0', 0],
  ['010', 8],
  ['0777', 511],
  ['08', 8],
  ['0o14', 12],
  ['0O14', 12],
  ['0b11', 3],
  ['-0b11', -3],
  ['0b-1', -1],
  ['-0b+1', '-0b+1'],
  ['0x1F', 31],
  ['-0x1f', -31],
  ['0xg', '0xg'],
  ['1_000', 1000],
  ['0_7', 7],
  ['_1', '_1'],
  ['+12', 12],
  ['++1', '++1'],
  ['1.10', 1.1],
  ['5.', 5],
  ['.5', 0.5],
  ['.5_0', 0.5],
  ['._5', '._5'],
  ['1e3', 1000],
  ['1E+3', 1000],
  ['1e', '1e'],
  ['1e999', '1e999'],
  ['0777777777777777777777777', Number('777777777777777777777777')],
  ['0x1FFFFFFFFFFFFFFFFF', '0x1FFFFFFFFFFFFFFFFF'],
  ['18446744073709551615', 2 ** 64],
  ['12:30', '12:30'],
  ['2001-01-01', '2001-01-01'],
  ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'],
  ['1.2.3', '1.2.3'],
  ['100m', '100m'],
  ['<<', '<<'],
  ['=', '='],
  ['.Infinity', '.Infinity'],
  ['NaN', 'NaN'],
  ['"yes"', 'yes'],
  ["'0777'", '0777'],
  ['!!str yes', 'yes'],
  ['! yes', 'yes'],
  ['!!bool yes', true],
  ['!!int "0x10"', 16],
  ['!!float 3', 3],
  ['!!binary aGk=', 'hi'],
  ['!Ref name', 'name'],
  ['!!timestamp 2001-01-01', '2001-01-01'],
]

describe('scalars are what the cluster reads', () => {
  test.each(SCALARS)('%s', (text, expected) => {
    expect(parseYaml(`a: ${text}\n`)).toEqual({ value: { a: expected }, problem: null })
  })

  test.each(['.inf', '-.Inf', '+.INF', '.nan', '!!int x', '!!null x', '!!bool 1', '!!binary a'])(
    '%s is refused',
    (text) => {
      expect(parseYaml(`a: ${text}\n`)).toEqual({
        value: null,
        problem: expect.objectContaining({ kind: 'malformed', line: 1, column: 4 }),
      })
    },
  )

  test.each([
    ['1', '1'],
    ['0777', '511'],
    ['yes', 'true'],
    ['1.10', '1.1'],
    ['-0.0', '-0'],
    ['70E8', '7e+09'],
    ['1e-5', '1e-05'],
    ['1234567.5', '1.2345675e+06'],
    ['.inf', '.inf'],
    ['12:30', '12:30'],
    ['"1"', '1'],
    ['9007199254740993', '9007199254740993'],
    ['0x7fffffffffffffff', '9223372036854775807'],
    ['!!float 3', '3'],
    ['!!str 010', '010'],
  ])('the key %s is %s', (text, key) => {
    expect(parseYaml(`${text}: v\n`)).toEqual({ value: { [key]: 'v' }, problem: null })
  })

  test.each(['~: v', 'null: v', '? [a]\n: v', '{a: b}: v', '9223372036854775808: v'])(
    'the key of %j is refused',
    (text) => {
      expect(parseYaml(text).problem).toMatchObject({ kind: 'malformed' })
    },
  )
})

test.each([
  ['name: {{ .Values.name }}', 1],
  ['name: {x-{{ .a }}}', 1],
  ['a: 1\n{{- if .Values.b }}\nb: {}\n{{- end }}', 2],
  ['a: 1\n{% if b %}\nb: {}\n', 2],
])('a template that nobody rendered is called one: %j', (text, line) => {
  expect(parseYaml(text).problem).toMatchObject({ line, message: expect.stringContaining('it looks like a template') })
})

test('what is malformed elsewhere is not', () => {
  expect(parseYaml('a: "{{ b }}"\nc: 1\nd: [\n').problem?.message).not.toContain('template')
})

describe('collections', () => {
  test('merges bring what is not written', () => {
    const text = 'base: &b {a: 1, b: 2}\nown:\n  <<: *b\n  b: 3\n'
    expect(parseYaml(text)).toEqual({ value: { base: { a: 1, b: 2 }, own: { a: 1, b: 3 } }, problem: null })
  })

  test('in a list of maps the earlier wins', () => {
    expect(parseYaml('{<<: [{a: 1}, {a: 2, b: 3}]}').value).toEqual({ a: 1, b: 3 })
  })

  test('a merge below a key it brings is read differently by kubectl and kustomize', () => {
    expect(parseYaml('a: 1\n<<: {a: 2}\n')).toEqual({
      value: { a: 2 },
      problem: expect.objectContaining({ kind: 'ambiguous', line: 2 }),
    })
  })

  test.each(['<<: 1', '<<: [1]', '<<: [[{a: b}]]', '<<:'])('%s is refused', (text) => {
    expect(parseYaml(text).problem).toMatchObject({ kind: 'malformed' })
  })

  test('a list of maps is merged where it stands, not through an alias', () => {
    expect(parseYaml('a: &a [{b: 1}]\nc: {<<: *a}\n').problem).toMatchObject({ kind: 'malformed', line: 2 })
    expect(parseYaml('a: &a {b: 1}\nc: {<<: [*a]}\n')).toEqual({ value: { a: { b: 1 }, c: { b: 1 } }, problem: null })
  })

  test('an anchor is what was anchored last, in the order of the text', () => {
    expect(parseYaml('a: &x\n  b: &x 1\nc: *x\n')).toEqual({ value: { a: { b: 1 }, c: 1 }, problem: null })
  })

  test('a quoted << is a key', () => {
    expect(parseYaml('"<<": {a: 1}')).toEqual({ value: { '<<': { a: 1 } }, problem: null })
  })

  test('a duplicate key is named, and read as kubectl reads it', () => {
    const { value, problem } = parseYaml('spec:\n  hostNetwork: false\n  hostNetwork: true\n')
    expect(value).toEqual({ spec: { hostNetwork: true } })
    expect(problem).toEqual({
      kind: 'ambiguous',
      message: expect.stringContaining('duplicate key "hostNetwork"'),
      line: 3,
      column: 3,
    })
  })

  test('1 and "1" are one key in JSON', () => {
    expect(parseYaml('1: a\n"1": b\n').problem).toMatchObject({ kind: 'ambiguous', line: 2 })
  })

  test('__proto__ is a key like any other', () => {
    const { value } = parseYaml('__proto__: {privileged: true}\n')
    expect(Object.entries(value as object)).toEqual([['__proto__', { privileged: true }]])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  test('anchors may be used again, and are redefined by the later', () => {
    expect(parseYaml('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').value).toEqual({ a: 1, b: 1, c: 2, d: 2 })
  })

  test('a collection with a tag of its own is named', () => {
    expect(parseYaml('a: !mine {b: c}\n')).toEqual({
      value: { a: { b: 'c' } },
      problem: expect.objectContaining({ kind: 'ambiguous' }),
    })
  })
})

/** What kubectl reads, and other readers of YAML refuse. */
describe('as go-yaml reads', () => {
  test.each<readonly [string, Json]>([
    ['args: [\n  a,\n]\nb: 1\n', { args: ['a'], b: 1 }],
    ['a:\n  b: {\n  c: d\n  }\n', { a: { b: { c: 'd' } } }],
    ['a:\n  b: "x\n  y"\n', { a: { b: 'x y' } }],
    ["a: 'x\n\ny'\n", { a: 'x\ny' }],
    ['a: |\n  text', { a: 'text\n' }],
    ['a: |+\n  text\n\n', { a: 'text\n\n' }],
    ['a: >-\n  x\n  y\n\n    z\n', { a: 'x y\n\n  z' }],
    ['a: b\r\n\r\nc: "d\r\n  e"\r\n', { a: 'b', c: 'd e' }],
    ['a: b # x\u2028c: d\n', { a: 'b', c: 'd' }],
    ['a: "\\x41\\u00e9\\U0001F600\\\n  b"\n', { a: 'Aé😀b' }],
    ['{a: b, "c":d, ? e : f}', { a: 'b', c: 'd', e: 'f' }],
    ['[a: b, ? c]', [{ a: 'b' }, { c: null }]],
    ['- - a\n  - b\n-\n  c:\n  - d\n', [['a', 'b'], { c: ['d'] }]],
    ['%TAG !k! tag:yaml.org,2002:\n--- !k!str 1\n', '1'],
    ['a: !!binary /w==\n', { a: '\ufffd' }],
    ['<<: {a: .inf}\na: 1\n', { a: 1 }],
  ])('%j', (text, value) => {
    expect(parseYaml(text)).toEqual({ value, problem: null })
  })

  test.each([
    ['a: b\n c: d\n', 2],
    ['a: "b\n', 1],
    ['a:\n - b\n c: d\n', 3],
    ['a: [b\nc: d\n', 2],
    ['%YAML 1.2\n---\na: b\n', 1],
    ['a: "\\/"\n', 1],
    ['a: !!timestamp 2001-02-29\n', 1],
    ['a: \u0001\n', 1],
    ['a: |\n \tb\n', 2],
  ])('%j is refused', (text, line) => {
    expect(parseYaml(text)).toEqual({ value: null, problem: expect.objectContaining({ kind: 'malformed', line }) })
  })

  test('JSON that is no YAML', () => {
    expect(parseYaml('{"a": "\\/"}')).toEqual({
      value: { a: '/' },
      problem: expect.objectContaining({ kind: 'ambiguous', message: expect.stringContaining('JSON that is no YAML') }),
    })
  })
})

describe('bad input never throws and never hangs', () => {
  test('an alias bomb', () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    )
    expect(parseYaml(`l0: &l0 [x]\n${levels.join('\n')}\n`).problem).toMatchObject({
      kind: 'malformed',
      message: expect.stringContaining('aliasing'),
    })
  })

  test('a merge bomb', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `k${i}: 1`).join(', ')
    const text = `b: &b {${keys}}\n${Array.from({ length: 300 }, (_, i) => `m${i}: {<<: *b}`).join('\n')}\n`
    expect(parseYaml(text).problem).toMatchObject({ kind: 'malformed', message: expect.stringContaining('aliasing') })
  })

  test('an anchor in itself', () => {
    expect(parseYaml('a: &a [*a]').problem).toMatchObject({
      kind: 'malformed',
      message: expect.stringContaining('contains itself'),
    })
  })

  test.each([
    ['brackets', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['braces', '{a: '.repeat(10_000) + '}'.repeat(10_000)],
    ['dashes', '- '.repeat(10_000)],
    ['indents', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('10,000 %s deep', (_, text) => {
    expect(parseYaml(text).problem).toMatchObject({ kind: 'malformed' })
    expect(positionsOf(text)(['a'])).toMatchObject({ line: 1 })
  })

  test.each(['a: *nobody', 'a: b: c', '{', 'a:\n\tb: c', '\u0000', 'a: !x!y z', '%YAML 1.1\n'])('%j', (text) => {
    expect(parseYaml(text).problem).toMatchObject({ kind: 'malformed' })
  })

  test.each([
    ['a: b\n...\nc: d\n', 3],
    ['{a: b} c', 1],
    ['a: b\r--- \rc: d\n', 2],
    ['a: b\n\ufeffc: d\n', 2],
  ])('%j is read differently', (text, line) => {
    expect(parseYaml(text)).toMatchObject({ value: { a: 'b' }, problem: { kind: 'ambiguous', line } })
  })

  test('U+2028 in JSON is a character', () => {
    expect(parseYaml('{"a": "x\u2028y"}')).toEqual({ value: { a: 'x\u2028y' }, problem: null })
  })

  test('any text at all', () => {
    const piece = fc.constantFrom(
      ':',
      ': ',
      '- ',
      '\n',
      '  ',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a',
      '!!',
      '|',
      '>',
      '?',
      '#',
      '<<: ',
      'x',
      '---',
      '\t',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 30 }),
        (parts) => {
          const text = parts.join('')
          const { value, problem } = parseYaml(text)
          if (problem?.kind === 'malformed') expect(value).toBeNull()
          const { line, column } = positionsOf(text)(['x', 0])
          expect(line).toBeGreaterThan(0)
          expect(column).toBeGreaterThan(0)
          commentsOf(text)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('positions', () => {
  const shown = (text: string, path: Path): string => {
    const { line, column, endLine, endColumn } = positionsOf(text)(path)
    expect(endLine).toBe(line)
    return (text.split(/\r\n|\n|\r/)[line - 1] ?? '').slice(column - 1, endColumn - 1)
  }
  const text = [
    'kind: Pod',
    'spec:',
    '  containers:',
    '  - name: app # the one',
    '    securityContext:',
    '      privileged: true',
    '    args: ["a", "b"]',
    '    command:',
    '    - sh',
    '    - |',
    '      echo',
    '  empty:',
    '  flow: {a: {b: 1}}',
    '  long:',
    '    on the next line',
    '  base: &base',
    '    x: 1',
    '  alias: *base',
    '  merged:',
    '    <<: *base',
    '    "quo ted": \'v\'',
  ].join('\n')

  test.each<readonly [Path, string, number]>([
    [[], 'kind: Pod', 1],
    [['spec'], 'spec', 2],
    [['spec', 'containers', 0], 'name: app', 4],
    [['spec', 'containers', 0, 'securityContext'], 'securityContext', 5],
    [['spec', 'containers', 0, 'securityContext', 'privileged'], 'privileged: true', 6],
    [['spec', 'containers', 0, 'args'], 'args: ["a", "b"]', 7],
    [['spec', 'containers', 0, 'args', 1], '"b"', 7],
    [['spec', 'containers', 0, 'command', 0], 'sh', 9],
    [['spec', 'empty'], 'empty', 12],
    [['spec', 'flow', 'a'], 'a: {b: 1}', 13],
    [['spec', 'flow', 'a', 'b'], 'b: 1', 13],
    [['spec', 'long'], 'long', 14],
    [['spec', 'alias'], 'alias: *base', 18],
    [['spec', 'alias', 'x'], 'x: 1', 17],
    [['spec', 'merged', 'x'], 'x: 1', 17],
    [['spec', 'merged', 'quo ted'], '"quo ted": \'v\'', 21],
  ])('%j', (path, expected, line) => {
    expect(shown(text, path)).toBe(expected)
    expect(positionsOf(text)(path)).toMatchObject({ line, exact: true })
  })

  test.each<readonly [Path, string]>([
    [['spec', 'containers', 0, 'securityContext', 'runAsNonRoot'], 'securityContext'],
    [['spec', 'containers', 3, 'name'], 'containers'],
    [['metadata', 'labels'], 'kind: Pod'],
    [['kind', 'x'], 'kind: Pod'],
  ])('%j is absent: the nearest ancestor', (path, expected) => {
    expect(shown(text, path)).toBe(expected)
    expect(positionsOf(text)(path)).toMatchObject({ exact: false })
  })

  test('the last of duplicate keys, as it is read', () => {
    expect(shown('a: 1\na: 2\n', ['a'])).toBe('a: 2')
  })

  test('CRLF', () => {
    expect(shown(text.replaceAll('\n', '\r\n'), ['spec', 'containers', 0, 'securityContext', 'privileged'])).toBe(
      'privileged: true',
    )
  })

  test('every scalar of a generated document is where its position says', () => {
    const scalar = fc.oneof(fc.integer().map(String), fc.constantFrom('yes', 'x y', "it's", 'a#b', '"q"', 'ü'))
    const { value: tree } = fc.letrec<{ value: Json; map: Json; list: Json }>((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, scalar, tie('map'), tie('list')),
      map: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('value'), { minKeys: 1, maxKeys: 4 }),
      list: fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
    }))
    fc.assert(
      fc.property(tree, fc.boolean(), (value, flow) => {
        const written = flow ? JSON.stringify(value) : block(value, 0)
        const read = parseYaml(written)
        expect(read).toEqual({ value, problem: null })
        for (const [path, leaf] of leaves(value, [])) {
          const { line, column, endColumn, exact } = positionsOf(written)(path)
          const at = (written.split('\n')[line - 1] ?? '').slice(column - 1, endColumn - 1)
          const key = path.at(-1)
          expect(exact).toBe(true)
          expect(parseYaml(typeof key === 'string' ? `{${at}}` : `[${at}]`).value).toEqual(
            typeof key === 'string' ? { [key]: leaf } : [leaf],
          )
        }
      }),
    )
  })
})

function* leaves(value: Json, path: Path): Generator<readonly [Path, Json]> {
  if (typeof value !== 'object' || value === null) {
    if (path.length > 0) yield [path, value]
  } else if (Array.isArray(value))
    for (const [i, item] of (value as readonly Json[]).entries()) yield* leaves(item, [...path, i])
  else for (const [key, item] of Object.entries(value)) yield* leaves(item, [...path, key])
}

function block(value: Json, indent: number): string {
  const pad = ' '.repeat(indent)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const below = (item: Json): string =>
    typeof item === 'object' ? `\n${block(item, indent + 2)}` : ` ${block(item, 0)}`
  return Array.isArray(value)
    ? (value as readonly Json[]).map((item) => `${pad}-${below(item)}`).join('\n')
    : Object.entries(value as object)
        .map(([key, item]) => `${pad}"${key}":${below(item as Json)}`)
        .join('\n')
}

describe('comments', () => {
  test('are those that YAML takes for comments', () => {
    const text = [
      '# first',
      'a: "# no" # second',
      'b: x#no',
      'c: |',
      '  # no',
      '  text',
      'd: [1, # third',
      '  2]',
      "e: 'it # no'",
      '  # fourth',
    ].join('\n')
    expect(commentsOf(text)).toEqual([
      { line: 1, text: 'first', alone: true },
      { line: 2, text: 'second', alone: false },
      { line: 7, text: 'third', alone: false },
      { line: 10, text: 'fourth', alone: true },
    ])
  })
})
