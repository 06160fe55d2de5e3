/** The cases of libcalico-go's own tests that say something about the language, and more. */
import { describe, expect, test } from '@jest/globals'
import { parseCalicoSelector } from '../../../src/relate/network/calico-selector.js'
import { decide, evaluate, type View } from '../../../src/relate/network/expression.js'

const view =
  (labels: { readonly [key: string]: string }): View =>
  (one) =>
    decide(one, labels[one.key] ?? null)

const selected = (text: string, labels: { readonly [key: string]: string }): boolean => {
  const parsed = parseCalicoSelector(text, (key) => ({ key }))
  if (!('expression' in parsed)) throw new Error(`${text}: ${parsed.problem}`)
  return evaluate(parsed.expression, view(labels)) === 'yes'
}

describe("Calico's selectors", () => {
  test.each<[string, { readonly [key: string]: string }[], { readonly [key: string]: string }[]]>([
    ['', [{}, { a: 'b' }], []],
    ['all()', [{}, { a: 'b' }], []],
    ['all( )', [{}], []],
    ['!all()', [], [{}, { a: 'b' }]],
    ["a == 'b'", [{ a: 'b' }, { a: 'b', c: 'd' }], [{}, { a: 'c' }, { c: 'd' }]],
    ['a=="b"', [{ a: 'b' }], [{}]],
    ["a != 'b'", [{ a: 'c' }, {}], [{ a: 'b' }]],
    ["a in {'a'}", [{ a: 'a' }], [{ a: 'b' }, {}]],
    ['a in {}', [], [{ a: 'b' }, {}]],
    ["a in { 'x' , 'y', }", [{ a: 'y' }], [{ a: 'z' }]],
    ["a not in {'d','e'}", [{ a: 'a' }, {}], [{ a: 'd' }]],
    ["a notin {'d'}", [{}], [{ a: 'd' }]],
    ['has(a)', [{ a: '' }], [{}]],
    ['has( a/b.c-d_e )', [{ 'a/b.c-d_e': 'x' }], [{}]],
    ['!has(a)', [{}], [{ a: 'b' }]],
    ['!!has(a)', [{ a: 'b' }], [{}]],
    ["a contains 'cd'", [{ a: 'abcde' }], [{ a: 'abde' }, {}]],
    ["a starts with 'ab'", [{ a: 'abc' }], [{ a: 'cab' }, {}]],
    ["a startswith 'ab'", [{ a: 'abc' }], [{}]],
    ["a ends with 'c'", [{ a: 'abc' }], [{ a: 'cab' }, {}]],
    ["a == 'b' && c == 'd'", [{ a: 'b', c: 'd' }], [{ a: 'b' }, { c: 'd' }]],
    ["a == 'b' || c == 'd' && e == 'f'", [{ a: 'b' }, { c: 'd', e: 'f' }], [{ c: 'd' }, { e: 'f' }]],
    ["(a == 'b' || c == 'd') && e == 'f'", [{ a: 'b', e: 'f' }], [{ a: 'b' }]],
    ["! (a == 'b' || has(c))", [{ a: 'x' }], [{ a: 'b' }, { c: '' }]],
    // Words are operators only behind a label.
    ["in in {'in'}", [{ in: 'in' }], [{ in: 'x' }]],
    ["not == 'x' && contains contains 'y'", [{ not: 'x', contains: 'xyz' }], [{ not: 'x' }]],
    ["has == 'x'", [{ has: 'x' }], [{}]],
  ])('%s', (text, yes, no) => {
    for (const labels of yes) expect([labels, selected(text, labels)]).toEqual([labels, true])
    for (const labels of no) expect([labels, selected(text, labels)]).toEqual([labels, false])
  })

  test.each<[string, number]>([
    ["a == 'b", 5],
    ['a = "b"', 2],
    ['a', 1],
    ['a b', 2],
    ["a in 'b'", 5],
    ["a in {'b'", 9],
    ["(a == 'b'", 9],
    ["a == 'b')", 8],
    ["a == 'b' &", 9],
    ["a == 'b' &&", 11],
    ['has(', 4],
    ['has()', 4],
    ["== 'b'", 0],
    ["'a' == 'b'", 0],
    ['a == b', 5],
  ])('%s cannot be read', (text, offset) => {
    const parsed = parseCalicoSelector(text, (key) => ({ key }))
    expect('problem' in parsed && parsed.offset).toBe(offset)
  })
})
