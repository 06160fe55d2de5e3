/** Lines of the new file that a hunk of a diff shows, 1-based and inclusive: where a review's comments may stand. */
export interface Hunk {
  readonly start: number
  readonly end: number
}

/** `patch` as GitHub gives it of one file: hunks, without the header. A file that is too large has none. */
export function hunksOf(patch: string): readonly Hunk[] {
  return [...patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)].flatMap(([, start, length]) => {
    const [from, lines] = [Number(start), Number(length ?? 1)]
    return lines === 0 ? [] : [{ start: from, end: from + lines - 1 }]
  })
}
