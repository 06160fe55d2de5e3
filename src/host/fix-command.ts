/** `ringfence fix`: the edits that mend what has a mechanical remedy, written to the files, or as a diff. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '../gate.js'
import { isMendable } from '../mend/report.js'
import { unifiedDiff } from '../report/diff.js'
import { logLine, plain } from '../report/escape.js'
import type { Report, Verdict } from '../report/report.js'
import { count } from '../report/words.js'
import { run } from '../run.js'
import { argumentsOf } from './arguments.js'
import { fileProblem } from './file-error.js'
import { diskTree } from './files.js'
import { GateError } from './gate-error.js'

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  policy: { type: 'string', multiple: true, default: [] as string[] },
  config: { type: 'string' },
  stage: { type: 'string' },
} as const

export interface FixResult {
  /** What to print: with `--dry-run` a diff that git and patch apply. */
  readonly text: string
  /** What was and what was not mended, for a person. */
  readonly summary: readonly string[]
}

/** Throws `GateError` where the gate cannot do its work. */
export async function fixCommand(
  args: readonly string[],
  cwd: string,
  distribution: URL,
  onProgress: Progress,
): Promise<FixResult> {
  const { values, positionals } = argumentsOf('fix', { args: [...args], allowPositionals: true, options: OPTIONS })
  const policies = new Set(values.policy)
  const isWanted = (verdict: Verdict): boolean =>
    isMendable(verdict) && (policies.size === 0 || policies.has(verdict.policy))
  const outcome = await run({
    cwd,
    paths: positionals.length === 0 ? ['.'] : positionals,
    each: false,
    config: values.config ?? null,
    stage: values.stage ?? '',
    failOn: '',
    tightenOnly: false,
    distribution,
    onProgress,
    fixes: { isWanted },
  })
  const unknown = [...policies].find((id) => !outcome.policies.some((policy) => policy.id === id))
  if (unknown !== undefined) throw new GateError(`--policy ${unknown}: there is no such policy`)
  const { mended, root, shown, report } = outcome
  const tree = diskTree(root)
  const byName = [...mended].sort(([a], [b]) => (a < b ? -1 : 1))
  const diffs = byName.map(([file, text]) => {
    const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(tree.read(file) ?? new Uint8Array())
    return unifiedDiff(shown(file), before, text)
  })
  if (!values['dry-run']) for (const [file, text] of byName) writeTo(join(root, file), shown(file), text)
  return { text: values['dry-run'] ? diffs.join('') : '', summary: summaryOf(report, isWanted, values['dry-run']) }
}

function writeTo(path: string, name: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new GateError(`${name}: ${fileProblem(error)}`)
  }
}

function summaryOf(report: Report, isWanted: (verdict: Verdict) => boolean, isDry: boolean): readonly string[] {
  const fixed = report.findings.filter(({ fix }) => fix !== null)
  const refused = report.findings.filter((verdict) => isWanted(verdict) && verdict.fix === null)
  const files = new Set(fixed.map(({ fix }) => fix?.file))
  const what = `${count(fixed.length, 'finding')} in ${count(files.size, 'file')}`
  const rest = report.findings.length - fixed.length - refused.length
  return [
    isDry ? `would mend ${what}` : `mended ${what}`,
    ...(refused.length === 0 ? [] : ['no edit mends these and changes nothing else:']),
    ...refused.map(({ location, policy, message }) => `  ${location.file}:${location.line} ${policy}: ${message}`),
    ...(rest === 0 ? [] : [`${count(rest, 'finding')} for a person to mend: \`ringfence check\` shows them`]),
  ].map((line) => logLine(plain(line)))
}
