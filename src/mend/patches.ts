/** From files with all fixes to patches that each can be taken by itself. */
import { lineHunks, type Hunk } from '../report/diff.js'
import { maskSecrets } from '../report/mask.js'
import type { Fix, Patch, Verdict } from '../report/report.js'

/** A fix, and the finding that it mends. */
export interface Mending {
  readonly edits: Fix['edits']
  readonly verdict: Verdict
}

/** A hunk with the fixes in it. */
interface Place extends Hunk {
  readonly fixes: readonly Mending[]
}

/**
 * `before` and `after` are one file's text without and with all of `mendings`. A fix of several places is one patch; a
 * patch that only adds lines takes the one before them along, so that there is something that it stands in place of.
 */
export function patchesOf(file: string, before: string, after: string, mendings: readonly Mending[]): readonly Patch[] {
  const hunks = lineHunks(before, after)
  const [old, now] = [linesOf(before), linesOf(after)]
  const [oldShown, nowShown] = [maskSecrets(old), maskSecrets(now)]
  return placesOf(hunks, mendings).map(({ fixes, ...hunk }) => {
    const isFirst = hunk.start === 0
    const adds = hunk.start === hunk.end ? 1 : 0
    // The line before, or behind where there is none.
    const [start, newStart] = isFirst ? [0, 0] : [hunk.start - adds, hunk.newStart - adds]
    const [end, newEnd] = isFirst ? [hunk.end + adds, hunk.newEnd + adds] : [hunk.end, hunk.newEnd]
    const kept = (lines: readonly string[]): readonly string[] => lines.slice(start, start + adds)
    return {
      file,
      line: start + 1,
      before: old.slice(start, end),
      after: now.slice(newStart, newEnd),
      shown: [
        ...(isFirst ? [] : kept(oldShown).map((line) => ` ${line}`)),
        ...oldShown.slice(hunk.start, hunk.end).map((line) => `-${line}`),
        ...nowShown.slice(hunk.newStart, hunk.newEnd).map((line) => `+${line}`),
        ...(isFirst ? kept(oldShown).map((line) => ` ${line}`) : []),
      ],
      mends: [...new Set(fixes.map(({ verdict }) => verdict))],
    }
  })
}

/** Hunks with the fixes whose edits lie nearest; those of one fix together, and none without one. */
function placesOf(hunks: readonly Hunk[], mendings: readonly Mending[]): readonly Place[] {
  const of = hunks.map(() => new Set<Mending>())
  for (const mending of mendings) {
    for (const edit of mending.edits) of[nearest(hunks, edit)]?.add(mending)
  }
  const places: Place[] = []
  for (const [i, hunk] of hunks.entries()) {
    const own = of[i] ?? new Set()
    const before = places.findIndex(
      ({ fixes }, place) =>
        fixes.length === 0 || (own.size === 0 ? place === places.length - 1 : fixes.some((fix) => own.has(fix))),
    )
    const from = before < 0 ? [] : places.splice(before)
    const [first = hunk] = from
    const fixes = [...new Set([...from.flatMap((place) => place.fixes), ...own])]
    places.push({ start: first.start, end: hunk.end, newStart: first.newStart, newEnd: hunk.newEnd, fixes })
  }
  return places
}

/** The hunk nearest to an edit: the first that does not end before it, or one beside that. */
function nearest(hunks: readonly Hunk[], edit: Mending['edits'][number]): number {
  let [low, high] = [0, hunks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((hunks[middle]?.end ?? 0) < edit.line - 1) low = middle + 1
    else high = middle
  }
  const distance = ({ start, end }: Hunk): number =>
    Math.max(0, edit.line - 1 - end, start - edit.endLine) + (edit.line > end ? 0.5 : 0)
  const from = Math.max(0, low - 1)
  const distances = hunks.slice(from, low + 2).map(distance)
  return from + distances.indexOf(Math.min(...distances))
}

/** Without their ends. */
const linesOf = (text: string): readonly string[] =>
  (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => line.replace(/\n$/, ''))
