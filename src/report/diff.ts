/** Two texts as a unified diff, as `diff -u` and git print it. */

/** Lines of the first text that go, and of the second that come, at the same place. 0-based. */
export interface Hunk {
  readonly start: number
  readonly end: number
  readonly newStart: number
  readonly newEnd: number
}

const CONTEXT = 3

/** `a/FILE` and `b/FILE` in the head; '' where the texts are the same. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)]
  const hunks = lineHunks(before, after)
  if (hunks.length === 0) return ''
  const groups: Hunk[][] = []
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1)
    if (last !== undefined && hunk.start - last.end <= 2 * CONTEXT) groups.at(-1)?.push(hunk)
    else groups.push([hunk])
  }
  return `--- a/${file}\n+++ b/${file}\n${groups.map((group) => printed(group, old, now)).join('')}`
}

/** The lines that go and come, without those around them: `-` and `+` before each. */
export function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  return hunksOf(old, now).flatMap((hunk) => signed(hunk, old, now))
}

/** Where two texts differ, line by line, first to last. */
export const lineHunks = (before: string, after: string): readonly Hunk[] => hunksOf(linesOf(before), linesOf(after))

function printed(group: readonly Hunk[], old: readonly string[], now: readonly string[]): string {
  const [first, last] = [group[0]!, group.at(-1)!]
  const start = Math.max(0, first.start - CONTEXT)
  const end = Math.min(old.length, last.end + CONTEXT)
  const newStart = first.newStart - (first.start - start)
  const newEnd = last.newEnd + (end - last.end)
  const lines: string[] = []
  let at = start
  for (const hunk of group) {
    lines.push(...old.slice(at, hunk.start).map((line) => ` ${line}`), ...signed(hunk, old, now))
    at = hunk.end
  }
  lines.push(...old.slice(at, end).map((line) => ` ${line}`))
  const body = lines.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)).join('')
  return `@@ -${span(start, end)} +${span(newStart, newEnd)} @@\n${body}`
}

const signed = (
  { start, end, newStart, newEnd }: Hunk,
  old: readonly string[],
  now: readonly string[],
): readonly string[] => [
  ...old.slice(start, end).map((line) => `-${line}`),
  ...now.slice(newStart, newEnd).map((line) => `+${line}`),
]

/** 1-based; of no lines, the line before them. */
function span(start: number, end: number): string {
  const length = end - start
  return length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`
}

/** With their ends. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986), between the common ends and what is there but once. */
function hunksOf(old: readonly string[], now: readonly string[]): readonly Hunk[] {
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head++
  let tail = 0
  const most = Math.min(old.length, now.length) - head
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++
  const kept = new Map(
    commonOf(old.slice(head, old.length - tail), now.slice(head, now.length - tail)).map(([x, y]) => [
      head + x,
      head + y,
    ]),
  )
  const hunks: Hunk[] = []
  let [start, newStart] = [head, head]
  for (const [x, y] of [...kept, [old.length - tail, now.length - tail] as const]) {
    if (x > start || y > newStart) hunks.push({ start, end: x, newStart, newEnd: y })
    start = x + 1
    newStart = y + 1
  }
  return hunks
}

type Pair = readonly [number, number]

/**
 * Pairs of indices of lines that stay, ascending. Lines that each text has once are the first to be held against each other
 * (patience diff): what Myers' algorithm takes grows with the square of the differences, and between them there are few.
 */
function commonOf(a: readonly string[], b: readonly string[]): readonly Pair[] {
  const anchors = ascending(uniqueIn(a, b))
  if (anchors.length === 0) return fewestEdits(a, b)
  const pairs: Pair[] = []
  let [x, y] = [0, 0]
  for (const anchor of [...anchors, [a.length, b.length] as const]) {
    const [endX, endY] = anchor
    const [from, to] = [a.slice(x, endX), b.slice(y, endY)]
    for (const [i, j] of from.length === 0 || to.length === 0 ? [] : commonOf(from, to)) pairs.push([x + i, y + j])
    if (endX < a.length) pairs.push(anchor)
    ;[x, y] = [endX + 1, endY + 1]
  }
  return pairs
}

/** Lines that are once in each, by their place in the first. */
function uniqueIn(a: readonly string[], b: readonly string[]): readonly Pair[] {
  const placesIn = (lines: readonly string[]): ReadonlyMap<string, number> => {
    const places = new Map<string, number>()
    for (const [i, line] of lines.entries()) places.set(line, places.has(line) ? -1 : i)
    return places
  }
  const inB = placesIn(b)
  return [...placesIn(a)].flatMap(([line, x]): readonly Pair[] => {
    const y = inB.get(line) ?? -1
    return x < 0 || y < 0 ? [] : [[x, y]]
  })
}

/** The longest part of pairs that ascends in both. */
function ascending(pairs: readonly Pair[]): readonly Pair[] {
  /** The end of the best part of each length, and what comes before each pair in its own. */
  const ends: number[] = []
  const before: number[] = []
  const secondOf = (i: number | undefined): number => pairs[i ?? -1]?.[1] ?? -1
  for (const [i, [, y]] of pairs.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (secondOf(ends[middle]) < y) low = middle + 1
      else high = middle
    }
    before.push(low === 0 ? -1 : (ends[low - 1] ?? -1))
    ends[low] = i
  }
  const longest: Pair[] = []
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i] ?? -1) longest.push(pairs[i]!)
  return longest.reverse()
}

/** Myers' algorithm. */
function fewestEdits(a: readonly string[], b: readonly string[]): readonly Pair[] {
  /** The furthest x on each diagonal x - y, after each number of edits. */
  const trace: Map<number, number>[] = []
  const furthest = new Map([[1, 0]])
  for (let edits = 0; ; edits++) {
    trace.push(new Map(furthest))
    for (let k = -edits; k <= edits; k += 2) {
      let x = comesDown(furthest, k, edits) ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest.set(k, x)
      if (x >= a.length && x - k >= b.length) return wayBack(trace, a.length, b.length)
    }
  }
}

const comesDown = (furthest: ReadonlyMap<number, number>, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1))

function wayBack(trace: readonly ReadonlyMap<number, number>[], width: number, height: number): readonly Pair[] {
  const pairs: Pair[] = []
  let [x, y] = [width, height]
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits]!
    const k = x - y
    const from = comesDown(furthest, k, edits) ? k + 1 : k - 1
    const before = edits === 0 ? 0 : (furthest.get(from) ?? 0)
    const above = edits === 0 ? 0 : before - from
    while (x > before && y > above) pairs.push([--x, --y])
    ;[x, y] = [before, above]
  }
  return pairs.reverse()
}
