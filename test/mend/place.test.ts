import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Change } from '../../src/mend/change.js'
import { withEdits } from '../../src/mend/edit.js'
import { Stream } from '../../src/mend/place.js'
import type { Path } from '../../src/model.js'

const DOCUMENTS = [
  '# one\nkind: A\napiVersion: v1\nspec:\n  a: 1 # comment\n  list:\n    - x\n    - y\n',
  '{"kind": "B", "apiVersion": "v1", "spec": {"a": 1}}\n',
  'kind: C\napiVersion: v1\nspec: {a: 1, list: [x, y]}\n',
  'kind: D\napiVersion: v1\nspec:\n  text: |\n    kind: E\n    a: 1\n',
  '# nothing\n',
]
const PATHS: readonly Path[] = [
  ['spec', 'a'],
  ['spec', 'new', 'deep'],
  ['spec', 'list', 1],
  ['spec', 'list', 0],
  ['spec', 'text'],
  ['spec'],
]
const INNER: readonly Path[] = [['a'], ['new']]

test('changes together are what they are one after the other, each in the text that those before it left', () => {
  const streams = fc
    .tuple(
      fc.array(fc.constantFrom(...DOCUMENTS), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('', '\uFEFF'),
      fc.boolean(),
    )
    .map(([documents, mark, windows]) => {
      const text = mark + documents.join('---\n')
      return windows ? text.replaceAll('\n', '\r\n') : text
    })
  const change = fc.constantFrom<Change[]>(
    { set: false },
    { set: { k: 'v' } },
    { set: 'kind: E\na: 2\n' },
    { remove: true },
  )
  const document = fc.nat(4)
  const plain = fc.record({ document, path: fc.constantFrom(...PATHS), within: fc.constant(null) })
  const inner = fc.record({ document: fc.constant(0), path: fc.constantFrom(...INNER), within: fc.constant(null) })
  const within = fc.record({ document, path: fc.constant<Path>(['spec', 'text']), within: inner })
  const changes = fc.array(fc.record({ written: fc.oneof(plain, plain, within), change }), {
    maxLength: 12,
  })
  let made = 0
  fc.assert(
    fc.property(streams, changes, (text, all) => {
      let one = text
      const impossible = []
      for (const each of all) {
        const [edits = null] = new Stream(one).editsOf([each])
        if (edits === null) impossible.push(each)
        else one = withEdits(one, edits)
      }
      expect(new Stream(text).editsOf(all)).toEqual(all.map((each) => new Stream(text).editsOf([each])[0]))
      expect(new Stream(text).with(all)).toEqual({ text: one, impossible })
      made += all.length - impossible.length
    }),
    { numRuns: 300 },
  )
  expect(made).toBeGreaterThan(100)
})
