/** `ringfence init` and `ringfence baseline`: the first day of a repository with the gate, and the days after. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dump } from 'js-yaml'
import { CONFIG_FILE } from '../config.js'
import { baselineOf, heldBy, writeBaseline } from '../decide/baseline.js'
import { instancesOf } from '../decide/before.js'
import { fingerprintOf } from '../decide/fingerprint.js'
import type { Progress } from '../gate.js'
import type { Stage } from '../model.js'
import { count } from '../report/words.js'
import type { Report } from '../report/report.js'
import { run, sha256, type RunResult } from '../run.js'
import { argumentsOf } from './arguments.js'
import { fileProblem } from './file-error.js'
import { GateError } from './gate-error.js'
import { rootOf } from './repository.js'

const BASELINE_FILE = '.ringfence-baseline.json'
const WORKFLOW_FILE = '.github/workflows/ringfence.yml'

/**
 * Writes configuration, baseline and workflow for the repository around `cwd`, and gives what to say. Throws `GateError`
 * where it is configured already.
 */
export async function initCommand(
  args: readonly string[],
  cwd: string,
  distribution: URL,
  onProgress: Progress,
): Promise<string> {
  argumentsOf('init', { args: [...args], options: {} })
  const root = rootOf(cwd, [cwd])
  if (existsSync(join(root, CONFIG_FILE))) throw new GateError(`${CONFIG_FILE} is there already`)
  const judged = await judge(root, distribution, onProgress, '')
  const isEmpty = judged.report.judged.resources === 0 && judged.report.unjudged.length === 0
  // Of nothing there is no stage that it holds: what comes first shall not have to be perfect.
  const stage = isEmpty ? 1 : heldStage(judged.report)
  const held = stage === 1 ? judged : await judge(root, distribution, onProgress, String(stage))
  const blocking = new Set(held.report.findings.filter((f) => f.status === 'blocking').map((f) => f.fingerprint))
  const entries = baselineOf({ findings: held.findings.filter((f) => blocking.has(fingerprintOf(f))) }, sha256)
  const inBaseline = entries.reduce((sum, entry) => sum + entry.count, 0)
  const config = { stage, ...(entries.length === 0 ? {} : { baseline: BASELINE_FILE }) }
  const hasWorkflow = existsSync(join(root, WORKFLOW_FILE))
  const written = [
    writeNew(root, CONFIG_FILE, dump(config)),
    ...(entries.length === 0 ? [] : [writeNew(root, BASELINE_FILE, writeBaseline(entries))]),
    ...(hasWorkflow ? [] : [writeNew(root, WORKFLOW_FILE, WORKFLOW)]),
  ]
  return lines([
    `wrote ${written.join(', ')}`,
    ...(hasWorkflow ? [] : [`${WORKFLOW_FILE} names OWNER and COMMIT: put the action that you use there.`]),
    isEmpty
      ? 'There is nothing to judge here yet: the gate begins with stage 1.'
      : entries.length === 0
        ? `The repository holds stage ${stage} of 4.`
        : `The repository does not hold stage ${stage} yet: ${count(inBaseline, 'finding')} of today ${inBaseline === 1 ? 'is' : 'are'} in the baseline, what is new blocks.`,
    ...held.report.next.map((next) => `Stage ${next.stage} would block ${next.findings} more.`),
    ...(held.report.unjudged.length === 0
      ? []
      : [`${held.report.unjudged.length} could not be judged and will block: \`ringfence check\` says why.`]),
  ])
}

/**
 * Takes what is mended out of the baseline, and gives what to say. It never puts anything in. All that the configuration is
 * for is judged: what was not looked at is not mended. Throws `GateError` where something could not be judged.
 */
export async function baselineCommand(
  args: readonly string[],
  cwd: string,
  distribution: URL,
  onProgress: Progress,
): Promise<string> {
  argumentsOf('baseline', { args: [...args], options: {} })
  const judged = await judge(configuredFolder(cwd), distribution, onProgress, '')
  const { findings, baseline, baselineFile, report } = judged
  if (baselineFile === null) throw new GateError('the configuration names no baseline; `ringfence init` writes one')
  if (report.unjudged.length > 0)
    throw new GateError(
      `${report.unjudged.length} could not be judged, so what is mended cannot be told: \`ringfence check\` says why`,
    )
  const held = heldBy(baseline, sha256)
  for (const [finding] of instancesOf(findings)) held.takeOne(finding)
  const { entries, mended } = held.rest()
  if (mended > 0) writeText(baselineFile, writeBaseline(entries))
  const left = entries.reduce((sum, entry) => sum + entry.count, 0)
  return lines([
    mended === 0 ? `nothing of it is mended; ${left} left` : `${mended} mended and taken out; ${left} left`,
  ])
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('')

/** The folder of the nearest configuration; the repository's where there is none. */
function configuredFolder(cwd: string): string {
  const root = rootOf(cwd, [cwd])
  let folder = cwd
  while (folder !== root && !existsSync(join(folder, CONFIG_FILE))) folder = dirname(folder)
  return folder
}

function judge(cwd: string, distribution: URL, onProgress: Progress, stage: string): Promise<RunResult> {
  const asked = { cwd, paths: ['.'], each: false, config: null, stage, failOn: '' }
  return run({ ...asked, tightenOnly: false, distribution, onProgress })
}

/** The highest stage that nothing would block at; 1 where something blocks already. */
function heldStage({ outcome, next }: Report): Stage {
  if (outcome === 'fail') return 1
  const first = next.find(({ findings }) => findings > 0)
  return first === undefined ? 4 : ((first.stage - 1) as Stage)
}

function writeNew(root: string, name: string, text: string): string {
  const file = join(root, name)
  if (existsSync(file)) throw new GateError(`${name} is there already`)
  writeText(file, text)
  return name
}

function writeText(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  } catch (error) {
    throw new GateError(`${file}: ${fileProblem(error)}`)
  }
}

const WORKFLOW = `name: ringfence
on:
  pull_request:
    types: [opened, synchronize, reopened, edited]
  merge_group:
permissions:
  contents: read
jobs:
  ringfence:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: OWNER/ringfence@COMMIT
`
