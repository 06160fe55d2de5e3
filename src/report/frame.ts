/** The lines of the source that a finding is about, ready to be escaped: masked, cut to a width, with the mark below. */
import { masked } from './mask.js'
import { plain } from './escape.js'
import type { Location } from './report.js'
import { knowsLine } from './words.js'

/** The lines of a file, unmasked; null where it cannot be read. */
export type ReadLines = (file: string) => readonly string[] | null

interface Frame {
  /** 1-based. */
  readonly line: number
  /**
   * The line in three parts, the middle one being what the finding points at. Escaped (`plain`), tabs as spaces, without
   * the indentation, all together no longer than asked.
   */
  readonly before: string
  readonly marked: string
  readonly after: string
}

export type Frames = (location: Location, width: number) => Frame | null

/** Reads and masks each file once. A location that knows no line has no frame. */
export function framesOf(read: ReadLines): Frames {
  const files = new Map<string, (i: number) => string | undefined>()
  const linesOf = (file: string): ((i: number) => string | undefined) => {
    const known = files.get(file)
    if (known !== undefined) return known
    const lines = masked(read(file) ?? [])
    files.set(file, lines)
    return lines
  }
  return (location, width) => {
    if (!knowsLine(location)) return null
    const line = linesOf(location.file)(location.line - 1)
    return line === undefined || line.trim() === '' ? null : frameOf(line, location, width)
  }
}

function frameOf(line: string, location: Location, width: number): Frame {
  const indent = line.length - line.trimStart().length
  const last = line.trimEnd().length
  const end = location.endLine === location.line ? location.endColumn - 1 : last
  // A masked line is shorter than the one that was located.
  const start = Math.min(Math.max(location.column - 1, indent), last - 1)
  const stop = Math.min(Math.max(end, start + 1), last)
  const [before, marked, after] = [line.slice(indent, start), line.slice(start, stop), line.slice(stop, last)].map(
    visible,
  ) as [string, string, string]
  return { line: location.line, ...window([...before], [...marked], [...after], width) }
}

const visible = (text: string): string => plain(text.replaceAll('\t', '  '))

/** What is too long is cut so that the beginning of the mark is seen. */
function window(
  before: readonly string[],
  marked: readonly string[],
  after: readonly string[],
  width: number,
): Omit<Frame, 'line'> {
  const head = before.length + marked.length <= width ? before.length : Math.min(before.length, Math.floor(width / 3))
  const shownBefore = head < before.length ? ['…', ...before.slice(before.length - head + 1)] : before
  const room = width - shownBefore.length
  const shownMarked = marked.length > room ? [...marked.slice(0, room - 1), '…'] : marked
  const left = room - shownMarked.length
  const shownAfter =
    marked.length > room
      ? []
      : after.length > left
        ? [...after.slice(0, Math.max(0, left - 1)), ...(left > 0 ? ['…'] : [])]
        : after
  return { before: shownBefore.join(''), marked: shownMarked.join(''), after: shownAfter.join('') }
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u

/** How many cells of a terminal a text takes. */
export function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let cells = 0
  for (const character of text) cells += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return cells
}
