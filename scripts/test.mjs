#!/usr/bin/env node
// Runs jest and ends with a line of true counts: `tests: N passed, N failed`. Arguments go to jest.
//
//   node scripts/test.mjs --once      not again where all of them have passed on the very commit, with nothing changed since
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PASSED = '.work/tests-passed'
const given = process.argv.slice(2)
const isOnce = given.includes('--once')
const forJest = given.filter((argument) => argument !== '--once')
const tested = forJest.length === 0 ? commit() : null
if (isOnce && tested !== null && tested === read(PASSED)) {
  console.log(`they have passed on ${tested}`)
  process.exit(0)
}
rmSync(PASSED, { force: true })

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
    ...forJest,
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
const isPassed = run.status === 0 && failed === 0 && counts.numPassedTests > 0
if (isPassed && tested !== null && tested === commit()) {
  mkdirSync('.work', { recursive: true })
  writeFileSync(PASSED, tested)
}
process.exit(isPassed ? 0 : 1)

/** What the work tree is, and what runs it; null where it is no commit. */
function commit() {
  const git = (...args) => spawnSync('git', args, { encoding: 'utf8' })
  const [head, changes] = [git('rev-parse', 'HEAD'), git('status', '--porcelain')]
  if (head.status !== 0 || changes.status !== 0 || changes.stdout !== '') return null
  return `${head.stdout.trim()} with Node ${process.version}`
}

function read(name) {
  try {
    return readFileSync(name, 'utf8')
  } catch {
    return null
  }
}
