import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  covers,
  difference,
  equal,
  intersection,
  type Interval,
  type Intervals,
  intervalsOf,
  union,
} from '../../../src/relate/network/intervals.js'

const LIMIT = 40

const intervals = fc
  .array(fc.tuple(fc.nat(LIMIT), fc.nat(LIMIT)), { maxLength: 8 })
  .map((pairs) => intervalsOf<number>(pairs.map(([a, b]): Interval<number> => [Math.min(a, b), Math.max(a, b)])))

const members = (set: Intervals<number>): ReadonlySet<number> =>
  new Set(Array.from({ length: LIMIT + 1 }, (_, n) => n).filter((n) => set.some(([from, to]) => from <= n && n < to)))

const normal = (set: Intervals<number>): boolean =>
  set.every(([from, to], i) => from < to && (set[i - 1]?.[1] ?? -1) < from)

describe('sets of intervals', () => {
  test('are what sets of their members are', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        const [x, y] = [members(a), members(b)]
        expect(members(union(a, b))).toEqual(new Set([...x, ...y].sort((m, n) => m - n)))
        expect(members(intersection(a, b))).toEqual(new Set([...x].filter((n) => y.has(n))))
        expect(members(difference(a, b))).toEqual(new Set([...x].filter((n) => !y.has(n))))
        expect(covers(a, b)).toBe([...y].every((n) => x.has(n)))
      }),
    )
  })

  test('stay sorted, apart, and equal exactly when their members are', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        for (const set of [a, union(a, b), intersection(a, b), difference(a, b)]) expect(normal(set)).toBe(true)
        expect(equal(a, b)).toBe([...members(a)].join() === [...members(b)].join())
      }),
    )
  })

  test('obey the laws of sets', () => {
    const all: Intervals<number> = [[0, LIMIT + 1]]
    const complement = (set: Intervals<number>): Intervals<number> => difference(all, set)
    fc.assert(
      fc.property(intervals, intervals, intervals, (a, b, c) => {
        expect(union(a, b)).toEqual(union(b, a))
        expect(intersection(a, union(b, c))).toEqual(union(intersection(a, b), intersection(a, c)))
        expect(complement(complement(a))).toEqual(a)
        expect(complement(union(a, b))).toEqual(intersection(complement(a), complement(b)))
        expect(union(difference(a, b), intersection(a, b))).toEqual(a)
      }),
    )
  })
})
