// Holds custom policies against conftest and gator themselves.
//
//   node conformance/rego/custom.mjs gatekeeper DIRECTORY   a checkout of gatekeeper-library: every suite.yaml below library/
//   node conformance/rego/custom.mjs conftest DIRECTORY     a checkout of conftest: examples whose input is YAML
//
// For each case it prints the verdict of both, and the sum. CONFTEST and GATOR name the programs; else Go installs them.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { load, loadAll } from 'js-yaml'
import { engineOptions, goTool, sources } from './engines.mjs'

const [what, directory] = process.argv.slice(2)
const program =
  what === 'gatekeeper'
    ? goTool('GATOR', 'github.com/open-policy-agent/gatekeeper/v3/cmd/gator', 'latest')
    : goTool('CONFTEST', 'github.com/open-policy-agent/conftest', 'latest')
if (program === null) {
  console.log('skipped: no Go')
  process.exit(0)
}
const module = sources()
const { createEngines } = await module('host/engines.js')
const { createRego } = await module('host/rego.js')
const { readCustom } = await module('custom/read.js')
const { judgeCustom } = await module('custom/judge.js')
const { memoryTree } = await module('discover/memory-tree.js')
const engines = createEngines(engineOptions)
const rego = createRego({
  engines,
  cache: null,
  engineFolder: new URL('../../dist/engine/', import.meta.url),
  workerUrl: new URL('../../build/conformance/host/rego-worker.js', import.meta.url),
})
const environment = { name: null, label: null, trial: false }
/** What was compiled, by its text. */
const known = new Map()
const count = { same: 0, different: 0, refused: 0 }

if (what === 'gatekeeper') for (const suite of filesBelow(join(directory, 'library'), 'suite.yaml')) await judgeSuite(suite)
else for (const name of readdirSync(join(directory, 'examples')).sort()) await judgeExample(join(directory, 'examples', name))
await engines.close()
console.log(`${count.same} same, ${count.different} different, ${count.refused} refused here`)
process.exit(count.different > 0 ? 1 : 0)

/** The violations of an object, given others for the inventory; what could not be judged throws. */
async function judge(files, source, objects, judged) {
  const { policies, compiled, problems } = await compiledOf(files, source)
  const all = [...policies.problems, ...problems]
  if (all.length > 0) throw new Error(all.map(({ file, line, reason }) => `${file}:${line}: ${reason}`).join('; '))
  const resources = objects.map((object, id) => resourceOf(object, id))
  const related = resources.slice(0, judged).map((resource) => ({ resource, input: {} }))
  const outcome = await judgeCustom(
    {
      policies,
      units: new Set(compiled.map(({ unit }) => unit)),
      parameters: {},
      evaluate: (questions, data) => rego.evaluate(compiled, questions, data),
    },
    { related, around: { environment, resources } },
  )
  if (outcome.unjudged.length > 0) throw new Error(outcome.unjudged.map(({ reason }) => reason).join('; '))
  return outcome.findings
}

async function compiledOf(files, source) {
  const key = JSON.stringify([files, source])
  if (!known.has(key)) {
    const policies = readCustom(memoryTree(files), { sources: [source], taken: new Set(), controlProblem: () => null })
    known.set(key, { policies, ...(await rego.compile(policies.units)) })
  }
  return known.get(key)
}

function resourceOf(object, id) {
  const apiVersion = object.apiVersion ?? ''
  const origin = { source: 'x', kind: 'manifest', environment, file: 'x.yaml', document: id, line: 1, hooks: [], vendored: null, role: 'judged' }
  return {
    id,
    object: { ...object, metadata: object.metadata ?? {} },
    group: apiVersion.includes('/') ? apiVersion.split('/')[0] : '',
    kind: object.kind ?? '',
    name: object.metadata?.name ?? '',
    namespace: object.metadata?.namespace ?? '',
    namespaceStated: true,
    path: [],
    origin,
    text: '',
    force: { answer: 'yes', why: '' },
    declared: true,
  }
}

/** Both are held against the suite's assertions: `gator verify` says whether its own verdicts meet them. */
async function judgeSuite(file) {
  const folder = dirname(file)
  const text = (name) => readFileSync(join(folder, name), 'utf8')
  const { status, stdout } = spawnSync(program, ['verify', file])
  const suite = relative(directory, folder)
  if (status !== 0) console.log(`gator verify ${suite} fails itself:\n${stdout}`)
  for (const test of load(readFileSync(file, 'utf8')).tests) {
    const files = { 'gk/template.yaml': text(test.template), 'gk/constraint.yaml': text(test.constraint) }
    const source = { path: 'gk', namespaces: ['main'], combine: false, data: [], rego: 'v1' }
    for (const each of test.cases ?? []) {
      const name = `${suite} ${test.name} ${each.name}`
      const objects = [each.object, ...(each.inventory ?? [])].flatMap((path) => loadAll(text(path)).filter(Boolean))
      if (objects[0].kind === 'AdmissionReview') {
        refuse(name, 'an AdmissionReview is what an API server sends, not what lies in a repository')
        continue
      }
      try {
        const messages = (await judge(files, source, objects, 1)).map(({ message }) => message)
        const unmet = each.assertions.filter((assertion) => !isMet(assertion, messages))
        count[unmet.length === 0 ? 'same' : 'different']++
        console.log(unmet.length === 0 ? `same: ${name} (${messages.length})` : `different: ${name}: ${JSON.stringify({ unmet, messages })}`)
      } catch (error) {
        refuse(name, error.message)
      }
    }
  }
}

/** As pkg/gator/verify/assertion.go: how many violations there are, of those that match `message`. */
function isMet({ violations = 'yes', message }, messages) {
  const matching = messages.filter((each) => message === undefined || new RegExp(message).test(each)).length
  if (violations === 'yes' || violations === true) return matching > 0
  return violations === 'no' || violations === false ? matching === 0 : matching === violations
}

/** Every example with YAML below it and Rego in policy/. */
async function judgeExample(folder) {
  const policy = join(folder, 'policy')
  if (!existsSync(policy)) return
  const texts = filesBelow(policy, '.rego').map((file) => [`policy/${relative(policy, file)}`, readFileSync(file, 'utf8')])
  const data = existsSync(join(folder, 'exclusions')) ? 'exclusions' : null
  const dataTexts = data === null ? [] : filesBelow(join(folder, data), '').map((file) => [`${data}/${relative(join(folder, data), file)}`, readFileSync(file, 'utf8')])
  const inputs = filesBelow(folder, '').filter((file) => /\.(ya?ml|json)$/.test(file) && !file.startsWith(policy) && (data === null || !file.startsWith(join(folder, data))))
  const combine = folder.endsWith('/combine')
  for (const input of combine ? [inputs] : inputs.map((each) => [each])) {
    if (input.length === 0) continue
    const name = `${relative(directory, folder)} ${input.map((each) => relative(folder, each)).join(' ')}`
    const theirs = conftest(policy, input, combine, data === null ? null : join(folder, data))
    const source = { path: 'policy', namespaces: ['main'], combine, data: data === null ? [] : [data], rego: 'v1' }
    try {
      const objects = input.flatMap((each) => loadAll(readFileSync(each, 'utf8')).filter((value) => value !== null && typeof value === 'object'))
      const findings = await judge(Object.fromEntries([...texts, ...dataTexts]), source, objects, objects.length)
      compare(name, theirs, findings.map(({ message }) => message))
    } catch (error) {
      refuse(name, error.message)
    }
  }
}

function conftest(policy, inputs, combine, data) {
  const args = ['test', '--output', 'json', '--policy', policy, ...(combine ? ['--combine'] : []), ...(data ? ['--data', data] : []), ...inputs]
  const { stdout, stderr } = spawnSync(program, args, { maxBuffer: 1 << 26 })
  if (stdout.length === 0) return [`error: ${stderr}`]
  return JSON.parse(stdout).flatMap(({ failures = [], warnings = [] }) => [...failures, ...warnings].map(({ msg }) => msg))
}

function compare(name, theirs, ours) {
  const [a, b] = [theirs, ours].map((all) => JSON.stringify([...all].sort()))
  count[a === b ? 'same' : 'different']++
  console.log(`${a === b ? 'same' : 'different'}: ${name}${a === b ? ` (${ours.length})` : `\n  theirs: ${a}\n  ours:   ${b}`}`)
}

function refuse(name, reason) {
  count.refused++
  console.log(`refused: ${name}: ${reason}`)
}

function filesBelow(folder, ending) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? filesBelow(path, ending) : path.endsWith(ending) ? [path] : []
    })
}
