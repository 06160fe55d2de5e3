#!/usr/bin/env node
// dist/ is committed: builds it anew beside it and compares byte for byte. Two builds of the policies are compared with
// it, so a compiler that is not deterministic shows, too.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const fresh = mkdtempSync('build-check-')
const problems = []
try {
  for (const script of ['scripts/build-policies.mjs', 'scripts/build-dist.mjs']) {
    execFileSync(process.execPath, [script, '--out', fresh], { stdio: ['ignore', 'inherit', 'inherit'] })
  }
  const committed = readdirSync('dist').filter((name) => name !== 'engine')
  for (const name of new Set([...readdirSync(fresh), ...committed])) {
    const [a, b] = [read(join('dist', name)), read(join(fresh, name))]
    if (a === null) problems.push(`dist/${name} is missing`)
    else if (b === null) problems.push(`dist/${name} is built by nothing`)
    else if (!a.equals(b)) problems.push(`dist/${name} differs from what its sources build`)
  }
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) {
  console.error('run `npm run build` and commit dist/')
  process.exit(1)
}
console.log('dist/ is what its sources build')

function read(file) {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
