/** Rego tests below a folder: rules `test_…` are evaluated as `opa test` does, in the WebAssembly that judges. */
import type { Tree } from '../model.js'
import { coverageOf, percentOf, traced, type FileCoverage } from './coverage.js'
import type { Unit } from './custom.js'
import { textsBelow } from './files.js'
import type { Answer } from './judge.js'
import { packageOf, ruleNames, tokensOf } from './tokens.js'

export interface RegoTest {
  /** `data.main.test_deny`. */
  readonly name: string
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly entrypoint: string
}

export interface TestResult extends Omit<RegoTest, 'entrypoint'> {
  readonly result: 'pass' | 'fail' | 'error'
  /** Why it could not be evaluated; null where it could. */
  readonly reason: string | null
}

/** The tests, and the unit that they are compiled in; null: there are none. `todo_test_…` are left out, as by OPA. */
export function readTests(
  tree: Tree,
  path: string,
  regoVersion: Unit['regoVersion'],
): { readonly unit: Unit; readonly tests: readonly RegoTest[] } | null {
  const modules = textsBelow(tree, path, ['.rego'])
  const tests = [...modules].flatMap(([file, text]) => {
    const tokens = tokensOf(text)
    const name = packageOf(tokens)
    if (name === null) return []
    return [...ruleNames(tokens)].flatMap(([rule, { row }]): RegoTest[] =>
      rule.startsWith('test_')
        ? [{ name: ['data', ...name, rule].join('.'), file, line: row, entrypoint: [...name, rule].join('/') }]
        : [],
    )
  })
  const entrypoints = tests.map(({ entrypoint }) => entrypoint)
  if (tests.length === 0) return null
  return { tests, unit: { name: path, regoVersion, modules: Object.fromEntries(modules), entrypoints, data: {} } }
}

/** The unit with modules that say where evaluation is, and what is covered by what they said. */
export function withCoverage(unit: Unit): {
  readonly unit: Unit
  readonly coverage: (heard: ReadonlySet<string>) => readonly FileCoverage[]
} {
  const all = Object.entries(unit.modules).map(([file, source], i) => ({ file, ...traced(source, i) }))
  return {
    unit: { ...unit, isTraced: true, modules: Object.fromEntries(all.map(({ file, source }) => [file, source])) },
    coverage: (heard) => coverageOf(all, heard),
  }
}

/** A line a file, the lines that no test reaches behind it, and the sum. */
export function coverageText(files: readonly FileCoverage[]): string {
  const width = Math.max(...files.map(({ file }) => file.length))
  const lines = files.map(({ file, percent, notCovered }) => {
    const missing = notCovered.length === 0 ? '' : `  not covered: ${rangesOf(notCovered)}`
    return `${file.padEnd(width)}  ${percent.toFixed(1).padStart(5)} %${missing}`
  })
  return `${[...lines, `${wholeCoverage(files).toFixed(1)} % of lines covered`].join('\n')}\n`
}

export function wholeCoverage(files: readonly FileCoverage[]): number {
  const sum = (count: (file: FileCoverage) => number): number => files.reduce((n, file) => n + count(file), 0)
  const covered = sum((file) => file.covered.length)
  return percentOf(covered, covered + sum((file) => file.notCovered.length))
}

/** `3-5, 9` */
function rangesOf(lines: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === line - 1) last[1] = line
    else ranges.push([line, line])
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ')
}

/** A test passes where it is true, as any value is but false. */
export function resultOf({ name, file, line }: RegoTest, answer: Answer): TestResult {
  const test = { name, file, line }
  if ('error' in answer) return { ...test, result: 'error', reason: answer.error }
  return { ...test, result: answer.value === undefined || answer.value === false ? 'fail' : 'pass', reason: null }
}

/** One line a test that does not pass, and the sum. */
export function testText(results: readonly TestResult[]): string {
  const lines = results
    .filter(({ result }) => result !== 'pass')
    .map(
      ({ name, file, line, result, reason }) =>
        `${file}:${line}: ${result} ${name}${reason === null ? '' : `: ${reason}`}`,
    )
  const count = (wanted: TestResult['result']): number => results.filter(({ result }) => result === wanted).length
  const sum = `${count('pass')} passed, ${count('fail')} failed, ${count('error')} could not be evaluated`
  return `${[...lines, sum].join('\n')}\n`
}
