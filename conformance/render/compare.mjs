// Holds the engines against Helm and kustomize themselves: the whole output,
// byte for byte.
//
//   node conformance/render/compare.mjs             all of test/charts
//   node conformance/render/compare.mjs DIRECTORY…  all charts and kustomizations below
//       --ci      charts also with each of their ci/*-values.yaml
//       --quiet   only differences and the sum
//
// Where two runs of the native program differ from each other (random values,
// dates, the order of a map), only the lines that stay the same are compared.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadEngines } from './engines.mjs'
import { directoriesWith, filesBelow, treeAt } from './files.mjs'
import { installNative, run } from './native.mjs'

const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
const ownCases = fileURLToPath(new URL('../../test/charts', import.meta.url))

if (spawnSync('go', ['version']).error) {
  console.log('skipped: no Go')
  process.exit(0)
}
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const directories = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const native = installNative()
const { engines, rawHelmOutput, rawKustomizeOutput } = await loadEngines({ timeLimitMs: 120_000 })

const count = { identical: 0, 'same but for chance': 0, 'same error': 0, refused: 0, different: 0 }
const started = performance.now()
if (directories.length === 0) directories.push(ownCases)
for (const directory of directories.map((name) => realpathSync(resolve(name)))) {
  for (const chart of directoriesWith(directory, ['Chart.yaml'])) {
    for (const flagsOfCase of helmCases(chart)) {
      report(`helm ${[relative(directory, chart), ...flagsOfCase].join(' ')}`, await compareHelm(chart, flagsOfCase))
    }
  }
  for (const [tree, root] of kustomizations(directory)) {
    report(`kustomize ${relative(directory, root)}`, await compareKustomize(tree, root))
  }
}
await engines.close()
console.log(`${Object.entries(count).map(([what, n]) => `${n} ${what}`).join(', ')} (${((performance.now() - started) / 1000).toFixed(0)} s)`)
process.exit(count.different > 0 ? 1 : 0)

function report(name, [result, detail = '']) {
  count[result]++
  if (!flags.includes('--quiet') || result === 'different') console.log(`${result}: ${name}${detail && `\n${detail}`}`)
}

/** The flags to render a chart with: the case's own, or none and each values file for CI. */
function helmCases(chart) {
  const own = join(dirname(chart), 'case.json')
  if (existsSync(own)) {
    const { helm = [], native = true } = JSON.parse(readFileSync(own, 'utf8'))
    return native ? [helm] : []
  }
  const cases = [['--include-crds']]
  if (flags.includes('--ci') && existsSync(join(chart, 'ci'))) {
    for (const name of readdirSync(join(chart, 'ci')).sort()) {
      if (name.endsWith('-values.yaml')) cases.push(['--include-crds', '--values', `ci/${name}`])
    }
  }
  return cases
}

/** The kustomizations to build, each with the tree that it may reach: the case, or all of the directory. */
function kustomizations(directory) {
  const cases = directoriesWith(directory, ['case.json'])
    .map((tree) => [tree, JSON.parse(readFileSync(join(tree, 'case.json'), 'utf8'))])
    .filter(([, { root, native = true }]) => root !== undefined && native)
    .map(([tree, { root }]) => [tree, join(tree, root)])
  return cases.length > 0 ? cases : directoriesBelow(directory, KUSTOMIZATIONS).map((root) => [directory, root])
}

/** Unlike charts, kustomizations lie inside one another. */
function directoriesBelow(directory, names) {
  const entries = readdirSync(directory, { withFileTypes: true })
  const below = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git')
    .flatMap((entry) => directoriesBelow(join(directory, entry.name), names))
  return entries.some((entry) => entry.isFile() && names.includes(entry.name)) ? [directory, ...below] : below
}

async function compareHelm(chart, flagsOfCase) {
  const runNative = () => run(native.helm, ['template', 'release-name', '.', ...flagsOfCase], chart)
  const expected = runNative()
  const result = await engines.helm(helmRequest(chart, flagsOfCase))
  if (expected.failed || result.error) {
    const wanted = expected.failed ? helmMessage(expected.stderr, chart) : 'no error'
    const got = result.error?.message ?? 'no error'
    // Helm lists what a schema objects to in the order of a map.
    const unordered = (message) => message.split('\n').sort().join('\n')
    return unordered(wanted) === unordered(got) ? ['same error'] : ['different', difference(wanted, got)]
  }
  return compareTexts(expected.stdout, rawHelmOutput(result.documents), () => runNative().stdout)
}

function helmRequest(chart, flagsOfCase) {
  const request = { files: filesBelow(chart), values: [], set: [], setString: [], setJson: [], setLiteral: [], apiVersions: [], now: Math.floor(Date.now() / 1000) }
  const lists = { '--set': 'set', '--set-string': 'setString', '--set-json': 'setJson', '--set-literal': 'setLiteral', '--api-versions': 'apiVersions' }
  const texts = { '--namespace': 'namespace', '--kube-version': 'kubeVersion' }
  const switches = { '--include-crds': 'includeCrds', '--is-upgrade': 'isUpgrade' }
  const rest = [...flagsOfCase]
  while (rest.length > 0) {
    const flag = rest.shift()
    if (flag in switches) request[switches[flag]] = true
    else if (flag in lists) request[lists[flag]].push(rest.shift())
    else if (flag in texts) request[texts[flag]] = rest.shift()
    else if (flag === '--values') request.values.push({ name: rest[0], content: readFileSync(join(chart, rest.shift())) })
    else throw new Error(`${chart}: unknown flag ${flag}`)
  }
  return request
}

/** Helm's error as it would be without paths of this machine and without its advice. */
function helmMessage(stderr, chart) {
  return stderr
    .slice(stderr.indexOf('Error: ') + 'Error: '.length)
    .replace(/\n\nUse --debug flag to render out invalid YAML\n$/, '')
    .replace(/^unable to detect chart at .*$/, 'Chart.yaml file is missing')
    .replaceAll(`${chart}/`, '')
    .trim()
}

async function compareKustomize(tree, root) {
  // Kustomize reaches out of the directory it builds, so the tree is all of it.
  const inTree = relative(tree, root)
  const runNative = () => run(native.kustomize, ['build', '.'], root)
  const result = await engines.kustomize({ root: inTree, files: treeAt(tree) })
  if (result.error?.reference) return ['refused', `  ${result.error.reference}`]
  const expected = runNative()
  if (expected.failed || result.error) {
    const wanted = expected.failed ? kustomizeMessage(expected.stderr, tree) : 'no error'
    const got = result.error?.message ?? 'no error'
    return wanted === got ? ['same error'] : ['different', difference(wanted, got)]
  }
  return compareTexts(expected.stdout, rawKustomizeOutput(result.documents), () => runNative().stdout)
}

function kustomizeMessage(stderr, tree) {
  const message = stderr.slice(stderr.indexOf('Error: ') + 'Error: '.length)
  return message.replaceAll(`${tree}/`, '').replaceAll(`'${tree}'`, "'.'").replaceAll(tree, '').trim()
}

function compareTexts(expected, got, again) {
  if (expected === got) return ['identical']
  const wanted = expected.split('\n')
  const lines = got.split('\n')
  // Some values have few faces, so ask more than once; and the clock has to move.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100)
  const others = [again(), again(), again()].map((text) => text.split('\n'))
  const stable = (i) => others.every((other) => other[i] === wanted[i])
  const sameLength = [lines, ...others].every(({ length }) => length === wanted.length)
  if (sameLength && wanted.every((line, i) => line === lines[i] || !stable(i))) return ['same but for chance']
  return ['different', difference(expected, got)]
}

/** The first line that differs, of both. */
function difference(expected, got) {
  const wanted = expected.split('\n')
  const lines = got.split('\n')
  const i = wanted.findIndex((line, n) => line !== lines[n])
  const at = i < 0 ? wanted.length : i
  return `  line ${at + 1}\n  native: ${wanted[at]?.slice(0, 300)}\n  engine: ${lines[at]?.slice(0, 300)}`
}
