/** What every format is given, and the one for a terminal. */
import type { Policy } from '../model.js'
import type { ReadLines } from './frame.js'
import type { Report } from './report.js'
import { text } from './text.js'

/** What formats need beside the report: of the machine, and of the terminal. */
export interface Surroundings {
  readonly policies: readonly Policy[]
  readonly linesOf: ReadLines
  /** Ringfence's own version. */
  readonly version: string
  /** The working directory in the repository, '' where it is the root. */
  readonly prefix: string
  /** RFC 3339. */
  readonly now: string
  readonly uuid: () => string
  readonly colour: boolean
  readonly width: number
  readonly verbose: boolean
}

export type Printer = (report: Report, around: Surroundings) => string

export const terminal: Printer = (report, { colour, width, verbose, linesOf }) =>
  text(report, { colour, width, verbose, source: linesOf })
