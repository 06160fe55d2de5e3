import { describe, expect, test } from '@jest/globals'
import { fromLabelSelector } from '../../src/relate/network/expression.js'
import { isEmptySelector, type LabelSelector, selects } from '../../src/relate/selector.js'

const all = { values: { app: 'a', 'example.com/x': '' }, complete: true }

describe('label selectors', () => {
  test.each<readonly [LabelSelector, string]>([
    [{}, 'yes'],
    [{ matchLabels: null, matchExpressions: null }, 'yes'],
    [{ matchLabels: { app: 'a' } }, 'yes'],
    [{ matchLabels: { app: 'b' } }, 'no'],
    [{ matchLabels: { 'example.com/x': '' } }, 'yes'],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] }, 'yes'],
    [{ matchExpressions: [{ key: 'none', operator: 'In', values: [''] }] }, 'no'],
    [{ matchExpressions: [{ key: 'none', operator: 'NotIn', values: ['a'] }] }, 'yes'],
    [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, 'yes'],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist', values: [] }] }, 'no'],
  ])('%j', (selector, answer) => {
    expect(selects(selector, all)).toBe(answer)
  })

  const refused: readonly LabelSelector[] = [
    { matchLabels: { app: 'b' }, matchExpressions: [{ key: 'app', operator: 'Gt', values: ['1'] }] },
    { matchLabels: { 'a/b/c': 'x' } },
    { matchLabels: { 'Example.com/x': 'x' } },
    { matchLabels: { '/x': 'x' } },
    { matchLabels: { '-x': 'x' } },
    { matchLabels: { [`${'a'.repeat(254)}/x`]: 'x' } },
    { matchLabels: { app: 'x'.repeat(64) } },
    { matchLabels: { app: 'x-' } },
    { matchExpressions: [{ key: 'app', operator: 'In', values: [] }] },
    { matchExpressions: [{ key: 'app', operator: 'NotIn' }] },
    { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['a'] }] },
    { matchExpressions: [{ key: 'app', operator: 'In', values: ['a b'] }] },
    { matchExpressions: [{ key: '', operator: 'Exists' }] },
  ]

  test.each(refused)('%j is refused by the API server: it decides nothing', (selector) => {
    expect(selects(selector, all)).toBe('unknown')
    expect(fromLabelSelector(selector)).toBe('unknown')
    expect(isEmptySelector(selector)).toBe(false)
  })

  test('a label that may be there is unknown', () => {
    expect(selects({ matchLabels: { tier: 'x' } }, { values: {}, complete: false })).toBe('unknown')
    expect(selects({ matchLabels: { tier: 'x', app: 'b' } }, { values: { app: 'a' }, complete: false })).toBe('no')
  })
})
