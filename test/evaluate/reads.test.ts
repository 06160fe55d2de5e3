import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { filled, filledRefs, memory, type Recall, type Recalled, type Reads } from '../../src/evaluate/reads.js'
import type { Json } from '../../src/model.js'

const key = fc.constantFrom('a', 'b', 'c', 'constructor')

/** Of few words, so that inputs are often alike, one of which looks like a mark. */
const input = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, 1, '', '1', 'x', '\ue0020\ue003', '[]'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(key, fc.constant('[]')), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

const reads = fc.letrec<{ reads: Reads }>((tie) => ({
  reads: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Reads>(true, 'text', 'refs'),
    fc.dictionary(key, tie('reads'), { maxKeys: 3, noNullPrototype: true }),
    tie('reads').map((items) => ({ '[]': items })),
  ),
})).reads

/** What an outcome says that tells all it was given, with what its marks stand for there. */
function said({ made, repeated }: Recalled<string>): unknown {
  const restored = (value: Json): unknown => {
    if (typeof value === 'string') {
      const list = repeated[Number(/^\ue002(\d+)\ue003$/.exec(value)?.[1])]
      return Array.isArray(list) ? filledRefs<unknown>(value, repeated) : filled(value, repeated)
    }
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return (value as readonly Json[]).map(restored)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, restored(item)]))
  }
  return restored(JSON.parse(made) as Json)
}

test('what is remembered of an input says what would be said of it alone, with nothing marked', () => {
  let asked = 0
  const recalling = (below: Reads): Recall<string> =>
    memory().recalling(below, (picked) => {
      asked++
      return JSON.stringify(picked ?? null)
    })
  const counts = { asked: 0, given: 0 }
  fc.assert(
    fc.property(reads, fc.array(input, { minLength: 2, maxLength: 12 }), (below, inputs) => {
      const recall = recalling(below)
      asked = 0
      const answers = inputs.map((value, i) => recall(value, i % 2))
      counts.asked += asked
      counts.given += inputs.length
      expect(answers.map(said)).toEqual(inputs.map((value) => JSON.parse(recalling(allOf(below))(value, 0).made)))
    }),
    { numRuns: 2000 },
  )
  expect(counts.asked).toBeLessThan(counts.given)
})

/** The same, all of it read. */
function allOf(below: Reads): Reads {
  if (typeof below !== 'object') return true
  return Object.fromEntries(Object.entries(below).map(([name, part]) => [name, allOf(part)]))
}
