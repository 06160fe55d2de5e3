/**
 * The gate as a step of a workflow: inputs in; the log, annotations, the job's summary, outputs and the step's
 * conclusion out. It decides nothing. All of that needs no permission but to read; what more the token allows, it does
 * afterwards, and nothing of that changes the conclusion.
 */
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { GateError } from '../host/gate-error.js'
import type { Tree } from '../model.js'
import { logLine, plain } from '../report/escape.js'
import type { ReadLines } from '../report/frame.js'
import { github } from '../report/github.js'
import { json } from '../report/json.js'
import { markdown } from '../report/markdown.js'
import type { Report } from '../report/report.js'
import { text } from '../report/text.js'
import { countsOf, headline } from '../report/words.js'
import type { Start } from '../run.js'
import { apiOf, type ApiOptions } from './api.js'
import { commitsOf } from './commits.js'
import { eventOf, type Event } from './event.js'
import { startOf } from './start.js'
import { linkOf, prefixOf, type Workflow } from './workflow.js'

/** What the step asks of the gate: the inputs as they were written. */
export interface Request {
  /** Absolute. */
  readonly cwd: string
  readonly paths: readonly string[]
  readonly config: string | null
  readonly stage: string
  readonly failOn: string
  /** What the head is held against; absent outside of a workflow. */
  readonly start?: (root: string, head: Tree) => Promise<Start>
}

export interface Answer {
  readonly report: Report
  readonly linesOf: ReadLines
}

/** The runner, as `@actions/core` gives it. */
export interface Runner {
  readonly input: (name: string) => string
  readonly output: (name: string, value: string) => void
  /** Writes to the log as it stands: workflow commands work. */
  readonly write: (text: string) => void
  /** Fails the step. */
  readonly fail: (message: string) => void
  readonly network: Pick<ApiOptions, 'send' | 'now' | 'sleep'>
}

/** GitHub drops a summary of more than 1 MiB, and says so in a place where nobody looks. */
const SUMMARY_BYTES = 1024 * 1024

export async function act(
  runner: Runner,
  workflow: Workflow,
  check: (request: Request) => Promise<Answer>,
): Promise<void> {
  const cwd = resolve(workflow.workspace, runner.input('working-directory'))
  let answer: Answer
  try {
    answer = await check({ cwd, ...requestOf(runner), ...starting(workflow, eventOf(workflow), runner) })
  } catch (error) {
    await gaveUp(runner, workflow, error)
    return
  }
  const { report, linesOf } = answer
  const prefix = prefixOf(workflow, cwd)
  runner.write(text(report, { colour: true, width: 120, verbose: false, source: linesOf }))
  // Annotations need paths from the checkout; outside of it there is nothing to annotate.
  if (prefix !== null) runner.write(github(report, { prefix }))
  await summarize(workflow, markdown(report, { budget: SUMMARY_BYTES, link: linkOf(workflow, prefix) }))
  const file = join(await mkdtemp(join(workflow.temp, 'ringfence-')), 'report.json')
  await writeFile(file, json(report))
  const { blocking, advisory, unjudged } = countsOf(report)
  const outputs = { outcome: report.outcome, blocking, advisory, unjudged, report: file }
  for (const [name, value] of Object.entries(outputs)) runner.output(name, String(value))
  if (report.outcome === 'fail') runner.fail(`Ringfence: ${headline(report)}`)
}

/** Milliseconds that requests may wait for their turn, all together: a job is not to hang for the sake of a comment. */
const PATIENCE_MS = 90_000

function starting(workflow: Workflow, event: Event, { input, network }: Runner): Pick<Request, 'start'> {
  const { repository, sha } = workflow
  if (repository === null) return {}
  const token = input('token') === '' ? null : input('token')
  const api = apiOf({ repository, token, ...network, patience: PATIENCE_MS })
  return { start: (root, headTree) => startOf(event, sha, commitsOf({ root, headTree, repository, token, api })) }
}

/** An empty input is one that is not there. Paths stand one a line, so that they may hold spaces. */
function requestOf(runner: Runner): Omit<Request, 'cwd' | 'start'> {
  const paths = runner
    .input('paths')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const config = runner.input('config')
  return {
    paths: paths.length === 0 ? ['.'] : paths,
    config: config === '' ? null : config,
    stage: runner.input('stage'),
    failOn: runner.input('fail-on'),
  }
}

/** The gate could not do its work: the step fails, and every place where a reader looks says so. */
async function gaveUp(runner: Runner, workflow: Workflow, error: unknown): Promise<void> {
  const expected = error instanceof GateError
  const message = error instanceof Error ? error.message : String(error)
  if (!expected && error instanceof Error && error.stack !== undefined)
    runner.write(`${error.stack.split('\n').map(plain).map(logLine).join('\n')}\n`)
  runner.output('outcome', 'error')
  await summarize(
    workflow,
    `## ❌ Ringfence could not do its work\n\n${message.split('\n').map(quotedLine).join('\n')}\n`,
  )
  runner.fail(
    `Ringfence could not do its work${expected ? '' : ' (internal error, please report it)'}: ${message.split('\n').map(plain).join('\n')}`,
  )
}

/** A line of an indented code block, where Markdown means nothing. */
const quotedLine = (line: string): string => `    ${plain(line)}`

async function summarize(workflow: Workflow, content: string): Promise<void> {
  if (workflow.summary !== null) await appendFile(workflow.summary, content)
}
