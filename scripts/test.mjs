#!/usr/bin/env node
// Runs jest and ends with a line of true counts: `tests: N passed, N failed`. Arguments go to jest.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'ringfence-test-'))
const file = join(folder, 'jest.json')
const run = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${file}`,
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'inherit', 'inherit'] },
)
let counts
try {
  counts = JSON.parse(readFileSync(file, 'utf8'))
} catch (error) {
  console.error(`jest left no result: ${error.message}`)
  process.exit(run.status || 1)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
// A file that cannot even be loaded holds no test, yet it failed.
const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites
console.log(`tests: ${counts.numPassedTests} passed, ${failed} failed`)
process.exit(run.status === 0 && failed === 0 && counts.numPassedTests > 0 ? 0 : 1)
