/** What a workflow's step, or the command line, asks for beside the configuration. */
import { failOn as failOnOf, stage as stageOf, type Config } from './config.js'
import { SEVERITY_RANK } from './decide/terms.js'
import type { Json, Path, Severity, Stage } from './model.js'
import { parseYaml } from './parse/yaml.js'
import type { Reader } from './shape.js'

/** What is asked for; null: nothing. */
interface Inputs {
  readonly stage: Stage | null
  readonly failOn: 'new' | 'all' | null
  readonly severity: Severity | null
}

/**
 * Reads what was written: `stage` is 1 to 4, `fail-on` as in the configuration. Empty means nothing is asked for. `word` is how
 * the reader knows them: `--` on the command line.
 */
export function parseInputs(
  written: { readonly stage: string; readonly failOn: string },
  word = 'input ',
): {
  readonly inputs: Inputs
  readonly problems: readonly string[]
} {
  const problems: string[] = []
  const read = <T>(name: string, content: string, reader: Reader<T>): T | null => {
    if (content.trim() === '') return null
    const parsed = parseYaml(content)
    if (parsed.problem !== null) {
      problems.push(`${word}${name}: ${parsed.problem.message}`)
      return null
    }
    return (
      reader(parsed.value as Json, [name], (_path: Path, message) => problems.push(`${word}${name}: ${message}`)) ??
      null
    )
  }
  const asked = read('stage', written.stage, stageOf)
  const fail = read('fail-on', written.failOn, failOnOf)
  const inputs = {
    stage: asked,
    failOn: fail?.findings ?? null,
    severity: fail?.severity ?? null,
  }
  return { inputs, problems }
}

/**
 * A workflow can be changed by the pull request that it judges, so its inputs may only tighten what the repository (or
 * the default) says. What would loosen is left as it is, and said.
 */
export function tighten(
  config: Config,
  inputs: Inputs,
): { readonly config: Config; readonly notes: readonly string[] } {
  const notes: string[] = []
  const refuse = (what: string, asked: string | number, holds: string | number): void => {
    notes.push(
      `the workflow asks for ${what} ${asked}, which is weaker than ${holds}, what the repository is judged by: ${holds} holds`,
    )
  }
  let { stage, failOn, severity } = config
  if (inputs.stage !== null) {
    if (inputs.stage >= stage) stage = inputs.stage
    else refuse('stage', inputs.stage, stage)
  }
  if (inputs.failOn !== null) {
    if (inputs.failOn === 'all' || failOn !== 'all') failOn = inputs.failOn
    else refuse('fail-on', inputs.failOn, failOn)
  }
  if (inputs.severity !== null) {
    if (SEVERITY_RANK[inputs.severity] <= SEVERITY_RANK[severity]) severity = inputs.severity
    else refuse('fail-on severity', inputs.severity, severity)
  }
  return { config: { ...config, stage, failOn, severity }, notes }
}
