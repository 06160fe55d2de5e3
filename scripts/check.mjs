#!/usr/bin/env node
// Everything that CI checks, the fast ones first; stops at the first failure. A step that needs Go says so where Go is absent.
//
//   node scripts/check.mjs [STEP…]      all steps, or only those named
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { goPresent } from './go.mjs'

const node = (...args) => [process.execPath, ...args]
/** The project's own, and those that are there to be copied. */
function workflows() {
  return ['.github/workflows', 'docs/workflows'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.yml'))
      .map((name) => `${folder}/${name}`),
  )
}

const STEPS = {
  format: node('node_modules/prettier/bin/prettier.cjs', '--check', '.'),
  lint: node('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'),
  unused: node('node_modules/knip/bin/knip.js'),
  types: node('node_modules/typescript/bin/tsc', '--noEmit'),
  rego: node('scripts/check-rego.mjs'),
  dist: node('scripts/check-dist.mjs'),
  docs: node('scripts/build-framework-docs.mjs', '--check'),
  'policy docs': node('scripts/build-policy-docs.mjs', '--check'),
  tests: node('scripts/test.mjs', '--once'),
  node24: node('scripts/check-node24.mjs'),
  workflows: ['go', 'run', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12', ...workflows()],
  engine: node('scripts/build-engine.mjs', '--check'),
  schema: node('scripts/build-schema.mjs', '--check'),
  conformance: node('conformance/render/compare.mjs', '--quiet'),
  originals: node('conformance/conformance.mjs'),
}
const NEED_GO = new Set(['workflows'])

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(STEPS)
for (const name of wanted) {
  const step = STEPS[name]
  if (step === undefined) throw new Error(`no step ${name}; there are ${Object.keys(STEPS).join(', ')}`)
  console.log(`== ${name}`)
  if (NEED_GO.has(name) && !goPresent()) {
    console.log('skipped: no Go')
    continue
  }
  const started = performance.now()
  const { status, error } = spawnSync(step[0], step.slice(1), { stdio: ['ignore', 'inherit', 'inherit'] })
  if (error) console.error(error.message)
  if (status !== 0) {
    console.error(`${name} failed`)
    process.exit(1)
  }
  console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
