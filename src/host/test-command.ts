/** `ringfence test [DIR]`: the Rego tests of custom policies, evaluated by what judges. */
import { existsSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { OWN_FOLDER } from '../custom/custom.js'
import { readTests, resultOf, testText } from '../custom/tests.js'
import { enginesOf, regoOf } from '../run.js'
import { diskTree } from './files.js'
import { GateError } from './gate-error.js'

export interface TestOutput {
  readonly text: string
  readonly passed: boolean
}

/** Throws `GateError` where there are no tests, or where they do not compile. */
export async function testCommand(args: readonly string[], cwd: string, distribution: URL): Promise<TestOutput> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { format: { type: 'string', default: 'text' }, rego: { type: 'string', default: 'v1' } },
  })
  const [folder = OWN_FOLDER, more] = positionals
  if (more !== undefined) throw new GateError('test takes one folder')
  if (values.format !== 'text' && values.format !== 'json')
    throw new GateError(`--format ${values.format}: there are text, json`)
  if (values.rego !== 'v0' && values.rego !== 'v1') throw new GateError(`--rego ${values.rego}: there are v0, v1`)
  const root = resolve(cwd, folder)
  if (!existsSync(root)) throw new GateError(`${folder}: no such file or folder`)
  const found = readTests(diskTree(root), '', values.rego)
  if (found === null) throw new GateError(`${folder}: no rule test_… in any Rego file`)
  const shown = (file: string): string => relative(cwd, resolve(root, file)).split(sep).join('/')
  const engines = enginesOf(distribution)
  try {
    const rego = await regoOf(distribution, engines)
    const { compiled, problems } = await rego.compile([found.unit])
    if (problems.length > 0)
      throw new GateError(problems.map(({ file, line, reason }) => `${shown(file)}:${line ?? 1}: ${reason}`).join('\n'))
    const questions = found.tests.map(({ entrypoint }) => ({ unit: found.unit, entrypoint, input: 'null' }))
    const answers = await rego.evaluate(compiled, questions, new Map())
    const results = found.tests.map((test, i) => resultOf({ ...test, file: shown(test.file) }, answers[i]!))
    const passed = results.every(({ result }) => result === 'pass')
    return {
      text:
        values.format === 'json' ? `${JSON.stringify({ version: 1, tests: results }, null, 1)}\n` : testText(results),
      passed,
    }
  } finally {
    await engines.close()
  }
}
