#!/usr/bin/env node
// Holds the gate against the originals, in one process each, on generated input: pods against Pod Security admission,
// RBAC rules, label selectors and audit policies against Kubernetes' own, Calico's selectors against its own, YAML against
// what kubectl reads.
//
//   node conformance/conformance.mjs [--seed N] [--count N]
//     [--only pods|rules|selectors|calico|documents|audit] [--show N]
//
// The seed is printed; without --seed it is another one every day. --count is of each sort (10,000), --show is how many
// differences of a sort are printed (5).
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { goPresent } from '../scripts/go.mjs'
import { auditsOf, differencesOfAudit } from './audit.mjs'
import { calicoSelectedByGate, calicoSelectorsOf, differencesOfCalicoSelector, LINE_BREAK } from './calico.mjs'
import { differenceOfDocuments, documentsOf, readByGate, realDocuments } from './documents.mjs'
import { differencesOfPod, judgePods, podsOf } from './pods.mjs'
import { randomOf } from './random.mjs'
import { answeredByGate, rulesOf } from './rules.mjs'
import { differencesOfSelector, selectedByGate, selectorsOf } from './selectors.mjs'
import { compileSource, root } from './source.mjs'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    count: { type: 'string', default: '10000' },
    only: { type: 'string' },
    show: { type: 'string', default: '5' },
  },
})
if (!goPresent()) {
  console.log('skipped: no Go')
  process.exit(0)
}
const today = Math.floor(Date.now() / 86_400_000)
const [seed, count, show] = [values.seed ?? today, values.count, values.show].map(Number)
const load = compileSource()
const originals = buildOriginals()

const SORTS = { pods, rules, selectors, calico, documents, audit }
const wanted = values.only === undefined ? Object.keys(SORTS) : [values.only]
console.log(`seed ${seed}`)
let different = 0
for (const sort of wanted) {
  const started = performance.now()
  const { asked, differences, exempt } = await SORTS[sort](randomOf(seed), count)
  different += differences.length
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${sort}: ${asked} asked, ${differences.length} differ (${seconds} s)`)
  for (const [reason, number] of exempt) console.log(`  exempt, ${number}: ${reason}`)
  for (const { question, text } of differences.slice(0, show)) console.log(`  ${question}\n    ${text}`)
}
process.exit(different > 0 ? 1 : 0)

/** The Go module here, built into .work/; Go's own cache makes the second time short. */
function buildOriginals() {
  const folder = join(root, '.work', 'conformance')
  mkdirSync(folder, { recursive: true })
  const program = join(folder, 'originals')
  const { status } = spawnSync('go', ['build', '-o', program, '.'], {
    cwd: join(root, 'conformance'),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) throw new Error('conformance/ does not build')
  return program
}

/** One answer a question. */
function ask(sort, questions) {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('')
  const { status, stdout, stderr } = spawnSync(originals, [sort], { input, encoding: 'utf8', maxBuffer: 2 ** 30 })
  if (status !== 0) throw new Error(`originals ${sort}: ${stderr}`)
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  if (answers.length !== questions.length)
    throw new Error(`originals ${sort}: ${answers.length} answers to ${questions.length} questions`)
  return answers
}

async function pods(random, number) {
  const [{ judge }, { memoryTree }, { loadDistribution }, { switching }, { defaults }] = await Promise.all(
    ['gate', 'discover/memory-tree', 'configured', 'run', 'config'].map(load),
  )
  const distribution = loadDistribution(pathToFileURL(join(root, 'dist', '/')))
  const rules = { ...distribution, flows: defaults.flows, variants: switching(distribution, defaults) }
  const all = podsOf(random, number)
  const answers = ask(
    'pods',
    all.map(({ metadata, spec }) => ({ metadata, spec })),
  )
  const differences = []
  // What stands in one repository is related, pod with pod: small ones are quicker.
  for (let from = 0; from < all.length; from += 250) {
    const part = all.slice(from, from + 250)
    const { found, unjudged } = await judgePods({ judge, memoryTree, rules, defaults }, part)
    for (const { reason } of unjudged.slice(0, 3))
      differences.push({ question: `pods ${from} and on`, text: `unjudged: ${reason}` })
    for (const [i, pod] of part.entries())
      for (const text of differencesOfPod(pod, answers[from + i], found.get(pod.name)))
        differences.push({ question: JSON.stringify(pod.object), text })
  }
  return { asked: all.length, differences, exempt: [] }
}

async function rules(random, number) {
  const gate = await load('relate/index/grants-rules')
  const questions = rulesOf(random, number)
  const answers = ask('rules', questions)
  const differences = questions.flatMap((question, i) =>
    Object.entries(answeredByGate(gate, question)).flatMap(([name, answer]) =>
      answer === answers[i][name]
        ? []
        : [
            {
              question: JSON.stringify(question),
              text: `${name}: Kubernetes says ${answers[i][name]}, the gate ${answer}`,
            },
          ],
    ),
  )
  return { asked: questions.length, differences, exempt: [] }
}

async function selectors(random, number) {
  const gate = { ...(await load('relate/selector')), ...(await load('relate/network/expression')) }
  const questions = selectorsOf(random, number)
  const answers = ask('selectors', questions)
  const differences = questions.flatMap((question, i) =>
    differencesOfSelector(selectedByGate(gate, question), answers[i]).map((text) => ({
      question: JSON.stringify(question),
      text,
    })),
  )
  return { asked: questions.length, differences, exempt: [] }
}

async function calico(random, number) {
  const gate = { ...(await load('relate/network/calico-selector')), ...(await load('relate/network/expression')) }
  const questions = calicoSelectorsOf(random, number)
  const answers = ask('calico', questions)
  const differences = []
  let exempt = 0
  for (const [i, question] of questions.entries()) {
    const selected = calicoSelectedByGate(gate, question)
    const found = differencesOfCalicoSelector(selected, answers[i])
    if (found.length > 0 && selected === null && question.selector.includes('\n')) exempt++
    else differences.push(...found.map((text) => ({ question: JSON.stringify(question), text })))
  }
  return { asked: questions.length, differences, exempt: new Map(exempt > 0 ? [[LINE_BREAK, exempt]] : []) }
}

async function documents(random, number) {
  const gate = { ...(await load('parse/yaml')), ...(await load('parse/split')) }
  const texts = documentsOf(random, number, realDocuments(root))
  const answers = ask('documents', texts)
  const differences = []
  const exempt = new Map()
  for (const [i, text] of texts.entries()) {
    const difference = differenceOfDocuments(readByGate(gate, text), answers[i])
    if (difference === null) continue
    if (difference.exempt === null) differences.push({ question: JSON.stringify(text), text: difference.text })
    else exempt.set(difference.exempt, (exempt.get(difference.exempt) ?? 0) + 1)
  }
  return { asked: texts.length, differences, exempt }
}

async function audit(random, number) {
  const gate = { ...(await load('relate/platform/audit-policy')), ...(await load('relate/platform/audit-analysis')) }
  const questions = auditsOf(random, number)
  const answers = ask('audit', questions)
  const differences = questions.flatMap((question, i) =>
    differencesOfAudit(gate, question, answers[i]).map((text) => ({ question: JSON.stringify(question.policy), text })),
  )
  return { asked: questions.length, differences, exempt: [] }
}
