#!/usr/bin/env node
// How long the policies that a repository brings along take to compile, each time in a process of its own: cold, with OPA's
// compiler started for it, and from the cache. For a person to read: it judges nothing, and no test depends on it.
//
//   node bench/custom.mjs [--rules 30] [--runs 5]
//
// Wants `npm run build` first.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    rules: { type: 'string', default: '30' },
    runs: { type: 'string', default: '5' },
    /** Of the process that is measured: where the cache is. */
    cache: { type: 'string' },
  },
})

const LIBRARY = `package lib.containers

all contains container if some container in input.pod.containers
`

if (values.cache === undefined) measure()
else console.log(JSON.stringify(await compiled(values.cache)))

/** As small as rules are: two conditions, a message. */
function rule(i) {
  return `# METADATA
# title: "Rule ${i}"
# custom:
#   severity: high
#   judges: [pod]
#   remediation: "Set it."
package policies.bench.rule_${i}

import data.lib.containers

findings contains {"path": container.path, "message": $"{container.name} has no label ${i}"} if {
	some container in containers.all
	not input.resource.metadata.labels["label-${i}"]
	not startswith(container.spec.image, "registry-${i}.example.com/")
}
`
}

/** Milliseconds from the text of the rules to a module that can judge. */
async function compiled(folder) {
  const of = (module) => import(pathToFileURL(join(ROOT, 'build/src', module)))
  const [{ readCustom }, { memoryTree }, { createRego }, { createEngines }, { folderCache }] = await Promise.all(
    ['custom/read.js', 'discover/memory-tree.js', 'host/rego.js', 'host/engines.js', 'host/cache.js'].map(of),
  )
  const dist = pathToFileURL(join(ROOT, 'dist/'))
  const files = Object.fromEntries(
    Array.from({ length: Number(values.rules) }, (_, i) => [`.ringfence/policies/rule_${i}.rego`, rule(i)]),
  )
  const tree = memoryTree({ ...files, '.ringfence/policies/containers.rego': LIBRARY })
  const engines = createEngines({ directory: new URL('engine/', dist), workerUrl: new URL('engine-worker.mjs', dist) })
  const [started, before] = [performance.now(), process.cpuUsage()]
  const { policies, units } = readCustom(tree, { sources: [], taken: new Set(), controlProblem: () => null })
  const rego = createRego({
    engines,
    cache: folderCache(folder),
    engineFolder: new URL('engine/', dist),
    workerUrl: new URL('rego-worker.mjs', dist),
  })
  const { compiled, problems } = await rego.compile(units)
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(before)
  await engines.close()
  if (problems.length > 0 || compiled.length !== 1) throw new Error(JSON.stringify(problems))
  return { ms, cpu: (user + system) / 1000, policies: policies.length }
}

function measure() {
  const times = { cold: [], cached: [] }
  for (let i = 0; i < Number(values.runs); i++) {
    const cache = mkdtempSync(join(tmpdir(), 'ringfence-bench-'))
    try {
      for (const which of ['cold', 'cached']) times[which].push(child(cache))
    } finally {
      rmSync(cache, { recursive: true, force: true })
    }
  }
  console.log(`${times.cold[0].policies} rules, node ${process.version}, ${values.runs} runs`)
  for (const [which, all] of Object.entries(times)) {
    const [wall, cpu] = ['ms', 'cpu'].map((figure) => {
      const sorted = all.map((each) => each[figure]).sort((a, b) => a - b)
      const [least, middle, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
      return `${middle.toFixed(0).padStart(6)} ms (${least.toFixed(0)} to ${most.toFixed(0)})`
    })
    console.log(`${which.padEnd(8)} wall ${wall}   cpu ${cpu}`)
  }
}

function child(cache) {
  const args = [fileURLToPath(import.meta.url), '--rules', values.rules, '--cache', cache]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}
