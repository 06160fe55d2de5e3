/** Every format by its name, as the command line offers them. */
import { github } from './github.js'
import { html } from './html.js'
import { json } from './json.js'
import { junit } from './junit.js'
import { markdown } from './markdown.js'
import { oscal } from './oscal.js'
import { sarif } from './sarif.js'
import { terminal, type Printer } from './terminal.js'

/** GitHub takes so many bytes of a job summary. */
const SUMMARY_BYTES = 1024 * 1024

export const FORMATS: { readonly [name: string]: Printer } = {
  text: terminal,
  json,
  markdown: (report) => markdown(report, { budget: SUMMARY_BYTES, link: () => null }),
  html: (report, { linesOf }) => html(report, { source: linesOf }),
  sarif,
  junit,
  oscal,
  github,
}
