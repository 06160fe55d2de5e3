// Holds every builtin that policies may use against OPA's own, on generated operands.
//
//   node conformance/rego/builtins.mjs [--cases N] [--seed N] [BUILTIN…]
//   node conformance/rego/builtins.mjs --record N     writes what OPA says to N calls of each into test/rego/builtins.json
//
// The same Rego is evaluated by `opa eval` and by the gate: OPA's compiler in dist/engine, and src/host/rego-module.ts.
// What a call gives is told as text ([[value]] printed by sprintf), so that sets, numbers and undefined are told apart.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { opa, engineOptions, sources } from './engines.mjs'
import { operandsOf, random } from './operands.mjs'

const program = opa()
if (program === null) {
  console.log('skipped: no Go')
  process.exit(0)
}
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const cases = option('cases', 300)
const seed = option('seed', 1)
const record = option('record', 0)
const recorded = {}
const wanted = process.argv.slice(2).filter((word, i, all) => !word.startsWith('--') && !all[i - 1]?.startsWith('--'))

const load = sources()
const { createEngines } = await load('host/engines.js')
const { loadPolicyModule } = await load('host/rego-module.js')
const { rebind } = await load('rego/rebind.js')
const { HANDED_OVER } = await load('rego/handed-over.js')
const { BUILTINS } = await load('host/rego-builtins.js')
const { OFFERED_BUILTINS } = await load('host/rego-offered.js')
const engines = createEngines(engineOptions)
const capabilities = JSON.parse(spawnSync(program, ['capabilities', '--current'], { maxBuffer: 1 << 28 }).stdout)
const folder = mkdtempSync(join(tmpdir(), 'ringfence-builtins-'))

/** They are compiled out; `print` is taken away. */
const SYNTAX = new Set(['eq', 'assign', 'print'])

let [compared, differences, refusals] = [0, 0, 0]
for (const builtin of capabilities.builtins) {
  const { name, decl } = builtin
  if (wanted.length > 0 ? !wanted.includes(name) : !OFFERED_BUILTINS.includes(name)) continue
  if (SYNTAX.has(name) || (decl.result === undefined && !builtin.relation)) continue
  // Some are left in Rego's first version alone.
  const regoVersion = builtin.deprecated ? 'v0' : 'v1'
  const lists = operandsOf(builtin, cases, random(seed))
  const source = moduleOf(builtin, lists)
  const [theirs, ours] = [evaluateWithOpa(source, regoVersion), await evaluate(source, regoVersion, lists.length)]
  if (typeof theirs === 'string' || typeof ours === 'string') {
    differ(name, 'the whole', theirs, ours)
    continue
  }
  let undefinedCalls = 0
  let different = 0
  for (const [i, operands] of lists.entries()) {
    compared++
    if (theirs[i] === undefined) undefinedCalls++
    // The evaluation fails, and says why: the gate blocks.
    if (ours[i]?.startsWith('thrown: ')) refusals++
    else if (theirs[i] !== ours[i] && different++ < 5) differ(name, operands.join(', '), theirs[i], ours[i])
  }
  differences += Math.max(different - 5, 0)
  if (record > 0 && Object.hasOwn(BUILTINS, name)) {
    recorded[name] = lists
      .map((operands, i) => [operands, theirs[i] ?? null])
      .filter((_, i) => !ours[i]?.startsWith('thrown: '))
      .slice(0, record)
  }
  console.log(`${name}: ${lists.length} calls, ${undefinedCalls} of them undefined, ${different} different`)
}
await engines.close()
rmSync(folder, { recursive: true })
if (record > 0) {
  const lines = Object.entries(recorded).map(
    ([name, calls]) => `${JSON.stringify(name)}: [\n${calls.map((call) => JSON.stringify(call)).join(',\n')}\n]`,
  )
  writeFileSync('test/rego/builtins.json', `{\n${lines.join(',\n')}\n}\n`)
}
console.log(`${compared} calls compared, ${differences} differences, ${refusals} refused at run time with a reason`)
process.exit(differences > 0 ? 1 : 0)

function differ(name, operands, theirs, ours) {
  differences++
  console.log(`different: ${name}(${operands})\n  OPA:  ${theirs}\n  here: ${ours}`)
}

function moduleOf({ name, infix, relation, decl, deprecated }, lists) {
  const names = (decl.args ?? []).map((_, i) => `c[${i}]`)
  const call = infix && infix !== 'in' ? `(${names.join(` ${infix} `)})` : `${name.startsWith('internal.member_') ? member(names) : `${name}(${names.join(', ')})`}`
  const value = relation ? `{v | some v in [x | ${name}(${names.join(', ')}, x)]}` : call
  return [
    'package t',
    ...(deprecated ? ['import future.keywords'] : []),
    'cases := [',
    ...lists.map((operands) => `\t[${operands.join(', ')}],`),
    ']',
    'results[i] := r if { some i, _ in cases; r := result with input.i as i }',
    `result := r if { c := cases[input.i]; v := ${value}; r := sprintf("%v", [[v]]) }`,
    '',
  ].join('\n')
}

function member(names) {
  return names.length === 2 ? `(${names[0]} in ${names[1]})` : `(${names[0]}, ${names[1]} in ${names[2]})`
}

function evaluateWithOpa(source, regoVersion) {
  const file = join(folder, 't.rego')
  writeFileSync(file, source)
  // OPA never ends on some operands.
  const { stdout, stderr } = spawnSync(program, ['eval', `--${regoVersion}-compatible`, '--format=json', '-d', file, 'data.t.results'], {
    maxBuffer: 1 << 28,
    timeout: 120_000,
  })
  if (stdout.length === 0) return `crashed: ${stderr.toString().slice(0, 300)}`
  const { result, errors } = JSON.parse(stdout)
  return errors ? `error: ${errors.map((e) => e.message).join('; ')}` : result[0].expressions[0].value
}

async function evaluate(source, regoVersion, count) {
  const { errors, wasm } = await engines.compileRego({
    modules: { 't.rego': source },
    entrypoints: ['t/result'],
    regoVersion,
  })
  if (errors.length > 0) return `error: ${errors.map((e) => e.message).join('; ')}`
  const compiled = new WebAssembly.Module(rebind(wasm, HANDED_OVER))
  let policy = loadPolicyModule(compiled)
  return Array.from({ length: count }, (_, i) => {
    try {
      return policy.evaluate('t/result', `{"i": ${i}}`)
    } catch (error) {
      policy = loadPolicyModule(compiled)
      return `thrown: ${error.message}`
    }
  })
}
