import fc from 'fast-check'
import { describe, expect, test } from '@jest/globals'
import { parseYaml, positionsOf, type Node } from '../../src/parse/yaml.js'
import type { Event } from '../../src/parse/yaml/event.js'
import { EventReader } from '../../src/parse/yaml/events.js'
import { ordinaryEvents } from '../../src/parse/yaml/ordinary.js'
import { nodesFrom } from '../../src/parse/yaml/positions.js'

/** Up to the end of the stream. */
function eventsOf(reader: { next(): Event }): readonly object[] {
  const events: object[] = []
  for (;;) {
    // One that reads records gives the same object again and again.
    const { type, start, end, anchor, tag, tagStart, tagEnd, value, style, indent, isFlow } = reader.next()
    events.push({ type, start, end, anchor, tag, tagStart, tagEnd, value, style, indent, isFlow })
    if (type === 'stream-end') return events
  }
}

function plain(node: Node | null): unknown {
  if (node === null) return null
  const { start, end, kind, style, inline, tagged, target, indent, entries } = node
  const below = [...entries].map(([key, entry]) => [key, entry.start, entry.end, entry.merged, plain(entry.node)])
  return { start, end, kind, style, inline, tagged, target, indent, below }
}

/** Whether the text is ordinary; fails where it is read in another way than the scanner reads it. */
function isReadAlike(text: string): boolean {
  const records = ordinaryEvents(text)
  if (records === null) return false
  expect(eventsOf(records.reader())).toEqual(eventsOf(new EventReader(text)))
  expect(plain(records.root)).toEqual(plain(nodesFrom(() => new EventReader(text))))
  return true
}

describe('ordinary YAML', () => {
  test.each([
    'a: 1\nb:\n  c: two words # comment\n  d:\n  e: "q: #" \n',
    'a:\n- b: 1\n  c:\n  - - x\n    - y\n  -\n- d\n-\n  e: f\nz:\n',
    "a: 'it''s'\nb: \"line\\n \\\n  on\"\nc: ''\n'k k': v\n\"q\": w\n",
    'a: |\n  one\n\n    two\n  three\n\n\nb: >-\n  four\n  five\nc: |2\n    six\nd: |+\n\n\n',
    'a: one\n  two\n\n  three\nb: four # five\nc: six\n',
    'a: {b: c, "d": [e, \'f\', {}]}\nb: []\nc: { }\n',
    '# head\n\n  # indented\nkind: List\nitems:\n  # first\n  - a: 1\n    # inside\n\n    b: 2\n',
    '1: a\n0x10: b\ny: c\n.5: d\n1.5: e\n',
    'a: -1\nb: :8080\nc: ?x\nd: a:b#c\ne: a - b, [c] {d}\nf: 10%\n',
    '- a\n- b: c\n  d: e\n- [f]',
    '  a: 1\n  b: 2\n',
  ])('%j', (text) => {
    expect(isReadAlike(text)).toBe(true)
  })

  test.each([
    'a:\n  b',
    '~: a\n',
    'a: &x 1\nb: *x\n',
    'a: !!str 1\n',
    '<<: {a: 1}\n',
    '? a\n: b\n',
    'a:\tb\n',
    'a: b\r\n',
    'a: b: c\n',
    'a: - b\n',
    'a: "b" c\n',
    'a: [b,\n  c]\n',
    'a: [b: c]\n',
    'a: {b}\n',
    'a: [b, ]\n',
    'a: {b:c}\n',
    'a: %b\n',
    'a: @b\n',
    'a: "b\n',
    'a: b\n  c: d\n',
    'a:\n    b: 1\n  c: 2\n',
    'a: 1\n- b\n',
    '- a\nb: 1\n',
    '%YAML 1.1\n---\na: b\n',
    'a: b\n---\nc: d\n',
    'a: b\n...\n',
    'a\n',
    '"a"\n',
    '{"a": 1}\n',
    '[a]\n',
    '',
    '# only\n',
    'a: \ufeffb\n',
    'a: b\u2028c\n',
    'a: b\u0085\n',
    `${'x'.repeat(1100)}: a\n`,
    'a: |0\n  b\n',
  ])('%j is left to the scanner', (text) => {
    expect(ordinaryEvents(text)).toBeNull()
  })

  test('what is written by rule is read as the scanner reads it', () => {
    const counted = { ordinary: 0, all: 0 }
    fc.assert(
      fc.property(written(), (text) => {
        counted.all++
        if (isReadAlike(text)) counted.ordinary++
      }),
      { numRuns: 1500 },
    )
    expect(counted.ordinary).toBeGreaterThan(counted.all / 3)
  })

  test('and so is what a slip made of it', () => {
    const slip = fc.constantFrom(
      ' ',
      '\n',
      '- ',
      ': ',
      ':',
      '#',
      ' #',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ', ',
      '|',
      '>',
      '*',
      '&',
      '?',
    )
    fc.assert(
      fc.property(
        written(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2 }),
        slip,
        (text, share, gone, put) => {
          const at = Math.floor(share * text.length)
          const changed = `${text.slice(0, at)}${put}${text.slice(at + gone)}`
          if (ordinaryEvents(changed) !== null) isReadAlike(changed)
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('the records of many documents do not mix', () => {
    const text = (n: number): string => `a${n}: {b: [${n}, x]}\nlist:\n${`- item: ${n}\n  of: many\n`.repeat(n % 90)}`
    const numbers = Array.from({ length: 600 }, (_, n) => n)
    for (const n of numbers) parseYaml(text(n))
    for (const n of numbers.filter((each) => each % 90 > 3)) {
      expect(positionsOf(text(n))(['list', 3, 'of'])).toMatchObject({ line: 10, column: 3, exact: true })
      expect(parseYaml(text(n)).value).toMatchObject({ [`a${n}`]: { b: [n, 'x'] } })
    }
  })
})

/** Documents as people write them, and some that nobody would. */
function written(): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    'a',
    'bc',
    'app.io/x',
    '1',
    'yes',
    '~',
    'x-y',
    '-z',
    'two words',
    'a:b',
    "it's",
    'é',
    '0x1F',
    '.5',
    '$v',
  )
  const comment = fc.constantFrom('', '', '', ' # c', '  # "c: [', ' ')
  const between = fc.constantFrom('', '', '', '\n', '# c\n', '   # c\n', '  \n')
  const scalar = fc.oneof(
    { weight: 4, arbitrary: word },
    word.map((text) => `"${text}"`),
    word.map((text) => `'${text.replaceAll("'", "''")}'`),
    fc.constantFrom(
      '',
      '""',
      "''",
      '[]',
      '{}',
      '[a, "b", \'c\']',
      '{a: b}',
      '{"a": [1, {b: c}]}',
      '"a\\tb"',
      '"a\n   b"',
      'a\n   b',
      '[a,b]',
      '{a: }',
    ),
  )
  const block = fc.tuple(
    fc.constantFrom('|', '>', '|-', '>+', '|2'),
    fc.array(fc.constantFrom('x', '  y', '', '# z', 'k: v'), { maxLength: 4 }),
  )
  const { node } = fc.letrec<{ node: (indent: number) => string }>((tie) => {
    const value = fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.tuple(scalar, comment).map(
        ([text, behind]) =>
          () =>
            ` ${text}${behind}\n`,
      ),
      block.map(
        ([header, lines]) =>
          (indent: number) =>
            ` ${header}\n${lines.map((line) => `${' '.repeat(indent + 2)}${line}\n`).join('')}`,
      ),
      fc.tuple(tie('node'), fc.constantFrom(0, 2, 2, 4), comment).map(
        ([below, deeper, behind]) =>
          (indent: number) =>
            `${behind}\n${below(indent + deeper)}`,
      ),
    )
    const entries = fc.array(
      fc.tuple(
        fc.oneof(
          word,
          word.map((text) => `"${text}"`),
        ),
        value,
        between,
      ),
      { minLength: 1, maxLength: 4 },
    )
    return {
      node: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        entries.map(
          (all) => (indent: number) =>
            all.map(([key, below, blank]) => `${blank}${' '.repeat(indent)}${key}:${below(indent)}`).join(''),
        ),
        fc
          .array(fc.tuple(value, between), { minLength: 1, maxLength: 3 })
          .map(
            (all) => (indent: number) =>
              all.map(([below, blank]) => `${blank}${' '.repeat(indent)}-${below(indent)}`).join(''),
          ),
        entries.map(
          (all) => (indent: number) =>
            all
              .map(([key, below], i) => `${' '.repeat(indent)}${i === 0 ? '- ' : '  '}${key}:${below(indent + 2)}`)
              .join(''),
        ),
      ),
    }
  })
  return fc.tuple(node, fc.boolean()).map(([text, isCut]) => (isCut ? text(0).trimEnd() : text(0)))
}
