#!/usr/bin/env node
// The Action runs on Node 24: the committed bundles give the same report there, and the Action's own shell runs.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const VERSION = '24.21.0'
const problems = []
const folder = mkdtempSync(join(tmpdir(), 'ringfence-node24-'))
try {
  const node = process.versions.node.startsWith('24.') ? process.execPath : install()
  if (node === null) {
    console.log('skipped: no Node 24 for this platform')
    process.exit(0)
  }
  for (const shop of ['examples/shop', 'examples/shop-hardened']) {
    const [here, there] = [process.execPath, node].map((runtime) =>
      spawnSync(runtime, ['dist/cli.js', 'check', shop, '--format', 'json'], { encoding: 'utf8', maxBuffer: 1 << 28 }),
    )
    if (here.stdout !== there.stdout || here.status !== there.status)
      problems.push(`${shop}: another report on Node 24: ${there.stderr}`)
  }
  const summary = join(folder, 'summary.md')
  const output = join(folder, 'output')
  for (const file of [summary, output]) writeFileSync(file, '')
  const action = spawnSync(node, ['dist/action.mjs'], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      INPUT_PATHS: 'examples/shop',
      GITHUB_WORKSPACE: process.cwd(),
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      RUNNER_TEMP: folder,
    },
  })
  if (action.status !== 1) problems.push(`dist/action.mjs ended with ${action.status} on the shop: ${action.stderr}`)
  if (!action.stdout.includes('::error ')) problems.push('dist/action.mjs gave no annotation')
  if (!readFileSync(output, 'utf8').includes('outcome')) problems.push('dist/action.mjs set no output')
  if (readFileSync(summary, 'utf8').length < 100) problems.push('dist/action.mjs wrote no summary')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`the bundles run on Node 24`)

/** A Node 24 from the package registry, outside of node_modules; null where there is none for this platform. */
function install() {
  const { platform, arch } = process
  if (!['linux', 'darwin'].includes(platform)) return null
  const name = `node-${platform}-${arch}`
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${VERSION}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const node = join(folder, 'node_modules', name, 'bin', 'node')
  return existsSync(node) ? node : null
}
