#!/usr/bin/env node
// The Rego gates, by the project's own engine, so that they need no Go: format, strict check against the schema of what
// a policy sees, and that every folder holds all that a policy needs.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEngines } from './engines.mjs'
import { refuse, regoModules } from './build-policies.mjs'

const engines = startEngines()
const problems = []
const modules = regoModules('policies', true)

const { errors, formatted } = await engines.formatRego({ modules })
refuse(errors)
problems.push(...Object.keys(formatted).map((file) => `${file}: not formatted, see opa fmt`))

refuse(await engines.checkRego({ modules, strict: true }))

for (const family of readdirSync('policies').filter((name) => name !== 'lib')) {
  for (const name of readdirSync(join('policies', family))) {
    const folder = join('policies', family, name)
    const files = readdirSync(folder)
    for (const file of ['policy.rego', 'policy_test.rego'])
      if (!files.includes(file)) problems.push(`${folder}: no ${file}`)
    for (const kind of ['pass', 'fail']) {
      if (!files.some((file) => new RegExp(`^${kind}(-.*)?\\.yaml$`).test(file)))
        problems.push(`${folder}: no ${kind}.yaml`)
    }
    const policy = join(folder, 'policy.rego')
    if (existsSync(policy) && /\bsprintf\b/.test(readFileSync(policy, 'utf8')))
      problems.push(`${policy}: sprintf; use a template string`)
  }
}
await engines.close()
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`${Object.keys(modules).length} Rego files are in order`)
