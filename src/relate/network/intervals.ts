/**
 * Sets of whole numbers as sorted lists of half-open intervals `[from, to)` that neither overlap nor touch. Half-open,
 * so that the same code serves ports (numbers) and addresses (bigints): nothing here adds or subtracts one.
 */
export type Interval<N extends number | bigint> = readonly [from: N, to: N]
export type Intervals<N extends number | bigint> = readonly Interval<N>[]

/** Any intervals, in any order, to the set they cover. Empty ones are dropped. */
export function intervalsOf<N extends number | bigint>(parts: readonly Interval<N>[]): Intervals<N> {
  const sorted = parts.filter(([from, to]) => from < to).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
  const result: [N, N][] = []
  for (const [from, to] of sorted) {
    const last = result.at(-1)
    if (last === undefined || last[1] < from) result.push([from, to])
    else if (last[1] < to) last[1] = to
  }
  return result
}

export function union<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): Intervals<N> {
  if (a.length === 0) return b
  if (b.length === 0) return a
  return intervalsOf([...a, ...b])
}

export function intersection<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): Intervals<N> {
  const result: Interval<N>[] = []
  let i = 0
  let j = 0
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const from = x[0] < y[0] ? y[0] : x[0]
    const to = x[1] < y[1] ? x[1] : y[1]
    if (from < to) result.push([from, to])
    if (x[1] < y[1]) i++
    else j++
  }
  return result
}

export function difference<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): Intervals<N> {
  if (a.length === 0 || b.length === 0) return a
  const result: Interval<N>[] = []
  let next = 0
  for (const [start, to] of a) {
    let from = start
    // What ends before here is behind every interval that follows, too.
    for (let hole = b[next]; hole !== undefined && hole[1] <= from; hole = b[++next]);
    for (let i = next, hole = b[i]; hole !== undefined && hole[0] < to; hole = b[++i]) {
      if (from < hole[0]) result.push([from, hole[0]])
      if (from < hole[1]) from = hole[1]
    }
    if (from < to) result.push([from, to])
  }
  return result
}

export function covers<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): boolean {
  return difference(b, a).length === 0
}

export function equal<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): boolean {
  return a.length === b.length && a.every(([from, to], i) => b[i]?.[0] === from && b[i]?.[1] === to)
}
