import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  all,
  any,
  decide,
  evaluate,
  type Expression,
  fromLabelSelector,
  not,
  test as labelTest,
  type View,
} from '../../../src/relate/network/expression.js'
import { type Labels, type LabelSelector, selects } from '../../../src/relate/selector.js'

const view =
  ({ values, complete }: Labels): View =>
  (one) =>
    decide(one, values[one.key] ?? (complete ? null : undefined))

const key = fc.constantFrom('app', 'tier', 'env')
const value = fc.constantFrom('a', 'b', '')
const labels: fc.Arbitrary<Labels> = fc.record({ values: fc.dictionary(key, value), complete: fc.boolean() })
const selector: fc.Arbitrary<LabelSelector> = fc.record(
  {
    matchLabels: fc.dictionary(key, value),
    matchExpressions: fc.array(
      fc.record({
        key,
        operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt'),
        values: fc.array(value),
      }),
    ),
  },
  { requiredKeys: [] },
)

describe('expressions', () => {
  test('select what label selectors select', () => {
    fc.assert(
      fc.property(selector, labels, (one, pod) => {
        expect(evaluate(fromLabelSelector(one), view(pod))).toBe(selects(one, pod))
      }),
    )
  })

  test('negation turns yes and no around, and leaves unknown', () => {
    const leaf = fc
      .record({
        k: key,
        match: fc.constantFrom('in', 'exists', 'contains', 'starts', 'ends'),
        v: value,
        negated: fc.boolean(),
      })
      .map(({ k, match, v, negated }): Expression => labelTest(k, match as 'in', [v], negated))
    const { tree } = fc.letrec<{ tree: Expression; leaf: Expression }>((tie) => ({
      leaf: fc.oneof(leaf, fc.boolean(), fc.constant('unknown' as const)),
      tree: fc.oneof(
        { depthSize: 'small' },
        tie('leaf'),
        fc.array(tie('tree'), { maxLength: 3 }).map((parts) => all(...parts)),
        fc.array(tie('tree'), { maxLength: 3 }).map((parts) => any(...parts)),
      ),
    }))
    const turned = { yes: 'no', no: 'yes', unknown: 'unknown' } as const
    fc.assert(
      fc.property(tree, labels, (one, pod) => {
        expect(evaluate(not(one), view(pod))).toBe(turned[evaluate(one, view(pod))])
        expect(evaluate(not(not(one)), view(pod))).toBe(evaluate(one, view(pod)))
      }),
    )
  })
})
