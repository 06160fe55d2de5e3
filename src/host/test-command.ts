/** `ringfence test [DIR]`: the Rego tests of custom policies, evaluated by what judges. */
import { existsSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { OWN_FOLDER } from '../custom/custom.js'
import { coverageText, readTests, resultOf, testText, wholeCoverage, withCoverage } from '../custom/tests.js'
import { enginesOf, regoOf } from '../run.js'
import { argumentsOf } from './arguments.js'
import { diskTree } from './files.js'
import { GateError } from './gate-error.js'
import { NO_INPUT } from './rego-module.js'

export interface TestOutput {
  readonly text: string
  readonly passed: boolean
}

/** Throws `GateError` where there are no tests, or where they do not compile, with or without their coverage. */
export async function testCommand(args: readonly string[], cwd: string, distribution: URL): Promise<TestOutput> {
  const { values, positionals } = argumentsOf('test', {
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      rego: { type: 'string', default: 'v1' },
      coverage: { type: 'boolean', default: false },
    },
  })
  const [folder = OWN_FOLDER, more] = positionals
  if (more !== undefined) throw new GateError('test takes one folder')
  if (values.format !== 'text' && values.format !== 'json')
    throw new GateError(`--format ${values.format}: there are text, json`)
  if (values.rego !== 'v0' && values.rego !== 'v1') throw new GateError(`--rego ${values.rego}: there are v0, v1`)
  if (values.coverage && values.rego === 'v0') throw new GateError('--coverage is for Rego v1')
  const root = resolve(cwd, folder)
  if (!existsSync(root)) throw new GateError(`${folder}: no such file or folder`)
  const found = readTests(diskTree(root), '', values.rego)
  if (found === null) throw new GateError(`${folder}: no rule test_… in any Rego file`)
  const shown = (file: string): string => relative(cwd, resolve(root, file)).split(sep).join('/')
  const engines = enginesOf(distribution)
  try {
    const rego = await regoOf(distribution, engines)
    const place = (file: string, line: number | null): string => `${shown(file)}:${line ?? 1}`
    const plain = await rego.compile([found.unit])
    if (plain.problems.length > 0)
      throw new GateError(plain.problems.map(({ file, line, reason }) => `${place(file, line)}: ${reason}`).join('\n'))
    const measured = values.coverage ? withCoverage(found.unit) : null
    const { compiled, problems } = measured === null ? plain : await rego.compile([measured.unit])
    // The policy itself is sound: it is the calls that are put into it.
    const [odd] = problems
    if (odd !== undefined)
      throw new GateError(`${place(odd.file, odd.line)}: its coverage cannot be told: ${odd.reason}`)
    const heard = new Set<string>()
    const unit = measured?.unit ?? found.unit
    const questions = found.tests.map(({ entrypoint }) => ({ unit, entrypoint, input: NO_INPUT }))
    const answers = await rego.evaluate(compiled, questions, new Map(), (note) => heard.add(note))
    const results = found.tests.map((test, i) => resultOf({ ...test, file: shown(test.file) }, answers[i]!))
    const passed = results.every(({ result }) => result === 'pass')
    const files = measured?.coverage(heard).map((each) => ({ ...each, file: shown(each.file) })) ?? null
    const coverage = files === null ? {} : { coverage: { percent: wholeCoverage(files), files } }
    return {
      text:
        values.format === 'json'
          ? `${JSON.stringify({ version: 1, tests: results, ...coverage }, null, 1)}\n`
          : `${testText(results)}${files === null ? '' : coverageText(files)}`,
      passed,
    }
  } finally {
    await engines.close()
  }
}
