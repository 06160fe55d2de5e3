/**
 * The gate as a step of a workflow: inputs in; the log, annotations, the job's summary, outputs and the step's
 * conclusion out. It decides nothing. All of that needs no permission but to read; what more the token allows, it does
 * afterwards, and nothing of that changes the conclusion.
 */
import { readFileSync } from 'node:fs'
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { GateError } from '../host/gate-error.js'
import type { Wanted } from '../mend/report.js'
import type { Policy, Tree } from '../model.js'
import { logLine, plain } from '../report/escape.js'
import type { ReadLines } from '../report/frame.js'
import { github } from '../report/github.js'
import { html } from '../report/html.js'
import { json } from '../report/json.js'
import { markdown } from '../report/markdown.js'
import { withOpened } from '../report/opened.js'
import { picturesOf } from '../report/pictures.js'
import type { Patch, Report } from '../report/report.js'
import { sarif } from '../report/sarif.js'
import { text } from '../report/text.js'
import { countsOf, headline } from '../report/words.js'
import type { Start } from '../run.js'
import type { Worlds } from '../worlds.js'
import { apiOf, type ApiOptions } from './api.js'
import { COMMENT_CHARACTERS, keyOf } from './comment.js'
import { blobId, commitsOf } from './commits.js'
import { eventOf, type Event } from './event.js'
import { startOf } from './start.js'
import { suggestionsOf } from './suggest.js'
import { tell } from './tell.js'
import { linkOf, prefixOf, runUrl, type Workflow } from './workflow.js'

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
  /** How far to look for fixes of what blocks; null: nobody would see them. */
  readonly fixes: Omit<Wanted, 'isWanted'> | null
}

export interface Answer {
  readonly report: Report
  readonly policies: readonly Policy[]
  readonly linesOf: ReadLines
  /** Ringfence's own version. */
  readonly version: string
  /** Fixes, and whether they were not looked for as far as there might be some. */
  readonly patches: () => readonly Patch[]
  readonly isMendingUnfinished: boolean
  readonly worlds: () => Promise<readonly Worlds[]>
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

/** A fix is welcome, but nobody waits for it much longer than for the gate, or looks at hundreds. */
const FIXES = { most: 100, withinMs: 30_000 }

/** GitHub drops a summary of more than 1 MiB, and says so in a place where nobody looks. */
export const SUMMARY_BYTES = 1024 * 1024

export async function act(
  runner: Runner,
  workflow: Workflow,
  check: (request: Request) => Promise<Answer>,
): Promise<void> {
  const cwd = resolve(workflow.workspace, runner.input('working-directory'))
  let event: Event
  let answer: Answer
  try {
    event = eventOf(workflow)
    const fixes = event.kind === 'pull-request' ? FIXES : null
    answer = await check({ cwd, ...requestOf(runner), ...starting(workflow, event, runner), fixes })
  } catch (error) {
    await gaveUp(runner, workflow, error)
    return
  }
  const { linesOf } = answer
  const worlds = await answer.worlds()
  const report = withOpened(answer.report, worlds)
  answer = { ...answer, report }
  const patches = answer.patches()
  const prefix = prefixOf(workflow, cwd)
  const whole = runUrl(workflow)
  runner.write(text(report, { colour: true, width: 120, verbose: false, source: linesOf }))
  // Annotations need paths from the checkout; outside of it there is nothing to annotate.
  if (prefix !== null) runner.write(github(report, { prefix, whole }))
  const link = linkOf(workflow, prefix)
  await summarize(
    workflow,
    markdown(report, { budget: SUMMARY_BYTES, link, whole, patches, pictures: picturesOf(worlds) }),
  )
  await output(runner, workflow, answer, prefix ?? '')
  if (answer.isMendingUnfinished)
    runner.write(
      `Left out: some fixes: they are looked for ${FIXES.most} findings at the most, and ${FIXES.withinMs / 1000} s\n`,
    )
  for (const line of await told(runner, workflow, event, { ...answer, patches }, prefix))
    runner.write(`${logLine(plain(`Left out: ${line}`))}\n`)
  if (report.outcome === 'fail') runner.fail(`Ringfence: ${headline(report)}`)
}

/** The report in full, for steps that come after; and its numbers. */
async function output(runner: Runner, workflow: Workflow, answer: Answer, prefix: string): Promise<void> {
  const { report, linesOf } = answer
  const folder = await mkdtemp(join(workflow.temp, 'ringfence-'))
  const files = {
    'report.json': json(report),
    'report.html': html(report, { source: linesOf }),
    'report.sarif': sarif(report, { ...answer, prefix }),
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const { blocking, advisory, unjudged } = countsOf(report)
  const file = join(folder, 'report.json')
  const outputs = { outcome: report.outcome, blocking, advisory, unjudged, report: file, reports: folder }
  for (const [name, value] of Object.entries(outputs)) runner.output(name, String(value))
}

/** What was left out of what more the token could have allowed. */
async function told(
  runner: Runner,
  workflow: Workflow,
  event: Event,
  answer: Omit<Answer, 'patches'> & { readonly patches: readonly Patch[] },
  prefix: string | null,
): Promise<readonly string[]> {
  const { repository, run, sha, ref } = workflow
  const token = runner.input('token')
  if (repository === null || run === null || token === '' || prefix === null) return []
  const { report, patches } = answer
  const { network } = runner
  return tell({
    api: apiOf({ repository, token, ...network, patience: PATIENCE_MS }),
    repository,
    event,
    comment: {
      key: keyOf([...workflow.job, prefix, runner.input('paths')]),
      run,
      body: markdown(report, {
        budget: COMMENT_CHARACTERS,
        link: linkOf(workflow, prefix),
        whole: runUrl(workflow),
        patches,
      }),
      isNews: isNews(report),
    },
    suggestions: suggestionsOf(patches, prefix),
    idOf: (file) => idOfFile(join(workflow.workspace, file)),
    // A queue's entry has no alerts of its own, and what was not looked at is not mended.
    scanning:
      sha === null || ref === null || event.kind === 'merge-group' || report.judged.untouched !== undefined
        ? null
        : { commit: sha, ref, sarif: (limit) => sarif(report, { ...answer, prefix, limit }) },
    sleep: network.sleep,
  })
}

/** A pull request that nothing is wrong with need not be told so. */
function isNews(report: Report): boolean {
  const { blocking, advisory, unjudged, blockingUnknown } = countsOf(report)
  return (
    report.outcome === 'fail' || blocking + advisory + unjudged + blockingUnknown > 0 || report.pending !== undefined
  )
}

function idOfFile(file: string): string | null {
  try {
    return blobId(readFileSync(file))
  } catch {
    // What cannot be read is not what was pushed: no comment can stand on its lines.
    return null
  }
}

/** Milliseconds that requests may wait for their turn, all together: a job is not to hang for the sake of a comment. */
const PATIENCE_MS = 90_000

function starting(workflow: Workflow, event: Event, { input, network }: Runner): Pick<Request, 'start'> {
  const { repository, sha } = workflow
  if (repository === null) return {}
  const token = input('token') === '' ? null : input('token')
  const api = apiOf({ repository, token, ...network, patience: PATIENCE_MS })
  return {
    start: (root, headTree) => {
      if (headTree.list('')?.length === 0)
        throw new GateError(
          'nothing is checked out here, so nothing would be judged: actions/checkout comes before this',
        )
      return startOf(event, sha, commitsOf({ root, headTree, repository, token, api }))
    },
  }
}

/** An empty input is one that is not there. Paths stand one a line, so that they may hold spaces. */
function requestOf(runner: Runner): Omit<Request, 'cwd' | 'start' | 'fixes'> {
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
