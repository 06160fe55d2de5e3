#!/usr/bin/env node
// Times the gate as a whole process on a repository of plain manifests, beside kube-score where that is on the PATH, and
// says where its time goes. For a person to read: it judges nothing, and no test depends on it.
//
//   node bench/bench.mjs [--objects N] [--runs N] [DIR]
//
// DIR: a repository to time instead of one that is made up. Wants `npm run build` first, and a POSIX shell.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeCorpus } from './corpus.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STEPS = ['discover', 'render', 'parse', 'relate', 'evaluate', 'decide', 'locate', 'report']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { objects: { type: 'string', default: '5000' }, runs: { type: 'string', default: '5' } },
})

const scratch = mkdtempSync(join(tmpdir(), 'ringfence-bench-'))
try {
  const directory = positionals[0] === undefined ? join(scratch, 'repository') : resolve(positionals[0])
  if (positionals[0] === undefined) writeCorpus(directory, Number(values.objects))
  const gate = [process.execPath, join(ROOT, 'dist', 'cli.js'), 'check', directory, '--format', 'json']
  const { judged, findings } = JSON.parse(run(gate).stdout)
  console.log(`${judged.resources} resources in ${judged.files} files, ${findings.length} findings`)
  console.log(`node ${process.version}, medians of ${values.runs} runs after one that does not count\n`)
  compare(gate, peerOn(directory), Number(values.runs))
  steps(directory, judged.resources)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** kube-score takes files, not folders. */
function peerOn(directory) {
  if (spawnSync('kube-score', ['version']).error) return null
  const files = readdirSync(directory, { recursive: true }).filter((file) => /\.ya?ml$/.test(file))
  return ['kube-score', 'score', '--output-format', 'json', ...files.map((file) => join(directory, file))]
}

/** In turn, so that both meet the same weather. */
function compare(gate, peer, runs) {
  const [ours, theirs] = [[], []]
  for (let i = 0; i <= runs; i++) {
    const pair = [timed(gate), peer === null ? null : timed(peer)]
    if (i === 0) continue
    ours.push(pair[0])
    if (pair[1] !== null) theirs.push(pair[1])
  }
  const row = (name, times) =>
    console.log(
      `${name.padEnd(12)} cpu ${median(times, 'cpu').toFixed(2)} s   wall ${median(times, 'wall').toFixed(2)} s`,
    )
  row('ringfence', ours)
  if (peer === null) {
    console.log('kube-score   not on the PATH: go install github.com/zegl/kube-score/cmd/kube-score@latest\n')
    return
  }
  row('kube-score', theirs)
  const ratio = (figure) =>
    median(
      ours.map((each, i) => ({ [figure]: each[figure] / theirs[i][figure] })),
      figure,
    )
  console.log(
    `${'ratio'.padEnd(12)} cpu ${ratio('cpu').toFixed(2)}     wall ${ratio('wall').toFixed(2)}   pair by pair\n`,
  )
}

/** Seconds of a whole process; `cpu` is what the shell counts for it, user and system. */
function timed(command) {
  const started = performance.now()
  const { stdout } = run(['sh', '-c', '"$@" >/dev/null 2>&1; times', '--', ...command])
  const wall = (performance.now() - started) / 1000
  // The first line is the shell's own time, the second that of its children.
  const cpu = [...stdout.split('\n')[1].matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds))
    .reduce((sum, seconds) => sum + seconds, 0)
  return { cpu, wall }
}

function median(times, figure) {
  const sorted = times.map((each) => each[figure]).sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

/** Where the time goes: a CPU profile of the modules as they were before they were bundled, by the folders of src/. */
function steps(directory, resources) {
  if (!existsSync(join(ROOT, 'build', 'src', 'cli.js'))) {
    console.log('no build/src: npm run build')
    return
  }
  const program = join(scratch, 'program')
  cpSync(join(ROOT, 'build', 'src'), program, { recursive: true })
  for (const name of ['policies.wasm', 'policies.json', 'frameworks.json', 'engine'])
    cpSync(join(ROOT, 'dist', name), join(program, name), { recursive: true })
  // Before they are bundled they are modules.
  const manifest = JSON.parse(readFileSync(join(ROOT, 'dist', 'package.json'), 'utf8'))
  writeFileSync(join(program, 'package.json'), JSON.stringify({ ...manifest, type: 'module' }))
  symlinkSync(join(ROOT, 'node_modules'), join(scratch, 'node_modules'))
  const profiles = join(scratch, 'profiles')
  const profiled = ['--cpu-prof', '--cpu-prof-dir', profiles, '--cpu-prof-interval', '500']
  run([process.execPath, ...profiled, join(program, 'cli.js'), 'check', directory, '--format', 'json'])
  // Engines leave profiles of their own; the whole process has the longest.
  const all = readdirSync(profiles).map((name) => JSON.parse(readFileSync(join(profiles, name), 'utf8')))
  const times = timesOf(all.sort((a, b) => b.endTime - b.startTime - (a.endTime - a.startTime))[0])
  const total = [...times.values()].reduce((sum, ms) => sum + ms, 0)
  for (const [step, ms] of times)
    console.log(`${step.padEnd(12)} ${ms.toFixed(0).padStart(6)} ms  ${((100 * ms) / total).toFixed(0).padStart(3)} %`)
  console.log(
    `\nevaluate: ${((times.get('evaluate') ?? 0) / resources).toFixed(3)} ms a resource, with the profiler on`,
  )
}

/** Step → milliseconds; a sample belongs to the innermost step that it is in. */
function timesOf({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  const stepOf = (id) => {
    const { functionName, url } = byId.get(id).callFrame
    if (functionName === '(garbage collector)') return 'collector'
    if (functionName === '(idle)' || functionName === '(program)') return 'idle'
    const step = /\/program\/(\w+)\//.exec(url)?.[1]
    if (STEPS.includes(step)) return step
    return parents.has(id) ? stepOf(parents.get(id)) : 'start, host'
  }
  const times = new Map([...STEPS, 'start, host', 'collector', 'idle'].map((step) => [step, 0]))
  samples.forEach((id, i) => times.set(stepOf(id), times.get(stepOf(id)) + timeDeltas[i] / 1000))
  return times
}

function run([file, ...args]) {
  const result = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 2 ** 30, cwd: tmpdir() })
  if (result.error) throw result.error
  if (result.status > 1) throw new Error(`${file} ${args.join(' ')}: ${result.stderr}`)
  return result
}
