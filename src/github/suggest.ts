/** Fixes as a review suggests them: lines in place of lines, at a path from the root of the repository. */
import { posix } from 'node:path'
import type { Patch } from '../report/report.js'

/** Lines of a file that would mend something, in place of those that are there. Lines are 1-based and inclusive. */
export interface Suggestion {
  /** From the root of the repository. */
  readonly file: string
  readonly startLine: number
  readonly endLine: number
  readonly lines: readonly string[]
  /** What it mends: one clause each. */
  readonly mends: readonly string[]
  /** Fingerprints of what it mends. */
  readonly fingerprints: readonly string[]
}

/** `prefix`: the folder that the patches' paths begin in, from the root of the repository. */
export const suggestionsOf = (patches: readonly Patch[], prefix: string): readonly Suggestion[] =>
  patches.map(({ file, line, before, after, mends }) => ({
    file: posix.join(prefix, file),
    startLine: line,
    endLine: line + before.length - 1,
    lines: after,
    mends: [...new Set(mends.map(({ message, policy }) => `${message} (${policy})`))],
    fingerprints: [...new Set(mends.map(({ fingerprint }) => fingerprint))].sort(),
  }))
