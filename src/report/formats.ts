/** Every format by its name, as the command line offers them. */
import type { Policy } from '../model.js'
import type { ReadLines } from './frame.js'
import { github } from './github.js'
import { html } from './html.js'
import { json } from './json.js'
import { junit } from './junit.js'
import { markdown } from './markdown.js'
import { oscal } from './oscal.js'
import type { Report } from './report.js'
import { sarif } from './sarif.js'
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

type Printer = (report: Report, around: Surroundings) => string

/** GitHub takes so many bytes of a job summary. */
const SUMMARY_BYTES = 1024 * 1024

export const FORMATS: { readonly [name: string]: Printer } = {
  text: (report, { colour, width, verbose, linesOf }) => text(report, { colour, width, verbose, source: linesOf }),
  json,
  markdown: (report) => markdown(report, { budget: SUMMARY_BYTES, link: () => null }),
  html: (report, { linesOf }) => html(report, { source: linesOf }),
  sarif,
  junit,
  oscal,
  github,
}
