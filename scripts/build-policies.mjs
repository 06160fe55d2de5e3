#!/usr/bin/env node
// Compiles policies/ into dist/policies.wasm and reads their METADATA into dist/policies.json.
// The entry Rego is generated: one entrypoint a kind (all its policies in one call) and one a policy (the fall-back).
//
//   node scripts/build-policies.mjs [--out DIR]
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OFFERED_BUILTINS, startEngines } from './engines.mjs'
import { readsIn, together } from './rego-reads.mjs'

const POD_KINDS = [
  'Pod',
  'PodTemplate',
  'ReplicationController',
  'Deployment.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'ReplicaSet.apps',
  'Job.batch',
  'CronJob.batch',
]

/** Compiles all policies below `root`. */
export async function buildPolicies(engines, root = 'policies') {
  const modules = regoModules(root)
  const { annotations, errors } = await engines.inspectRego({ modules })
  refuse(errors)
  const policies = []
  const extras = new Map()
  for (const file of Object.keys(modules)
    .filter((f) => f.endsWith('/policy.rego'))
    .sort()) {
    const [family, name] = file.slice(root.length + 1).split('/')
    const at = `data.policies.${family}.${name}`
    const metadata = annotations.find(
      (a) => a.annotations.scope === 'package' && a.path.map((t) => t.value).join('.') === at,
    )?.annotations
    policies.push(policyOf(family, name, metadata, file))
    extras.set(policies.at(-1).id, {
      unknowns: /^unknowns contains /m.test(modules[file]),
      applies: /^applies if /m.test(modules[file]),
    })
  }
  const readsOf = readsIn(modules)
  const fileOf = (id) => join(root, id.replaceAll('-', '_'), 'policy.rego')
  const kinds = kindsOf(policies, (id) => readsOf([fileOf(id)]))
  const generated = Object.fromEntries([
    ...callsOf(kinds).map(({ entrypoint, policies: ids }) => [
      `entry/${entrypoint}.rego`,
      entryRego(packageOfEntrypoint(entrypoint), ids, extras),
    ]),
    ...policies.map((p) => [`entry/each/${p.id}.rego`, entryRego(`each.${packageOf(p.id)}`, [p.id], extras)]),
  ])
  const entrypoints = [...callsOf(kinds).map((call) => call.entrypoint), ...policies.map((p) => eachEntrypoint(p.id))]
  const compiled = await engines.compileRego({
    modules: { ...modules, ...generated },
    entrypoints,
    builtins: OFFERED_BUILTINS,
  })
  refuse(compiled.errors)
  const set = { policies, kinds, entrypoints: Object.fromEntries(policies.map((p) => [p.id, eachEntrypoint(p.id)])) }
  return { wasm: compiled.wasm, set }
}

/** Path → text of every policy and library, without tests. */
export const regoModules = (root, tests = false) =>
  Object.fromEntries(
    regoFiles(root)
      .filter((f) => tests || !f.endsWith('_test.rego'))
      .map((f) => [f, readFileSync(f, 'utf8')]),
  )

export function refuse(problems) {
  if (problems.length === 0) return
  for (const { file, row, column, message } of problems) console.error(`${file}:${row}:${column}: ${message}`)
  throw new Error(`${problems.length} problems in the policies`)
}

function regoFiles(dir) {
  return readdirSync(dir)
    .sort()
    .flatMap((name) => {
      const path = join(dir, name)
      if (statSync(path).isDirectory()) return regoFiles(path)
      return name.endsWith('.rego') ? [path] : []
    })
}

const packageOf = (id) => id.replaceAll('-', '_').replace('/', '.')
const mangle = (kind) => kind.replaceAll(/[^A-Za-z0-9]/g, '_')
const packageOfEntrypoint = (entrypoint) => entrypoint.split('/').slice(0, -1).join('.')
const callsOf = (kinds) => Object.values(kinds).flatMap(({ calls }) => calls)
const eachEntrypoint = (id) => `each/${packageOf(id).replace('.', '/')}/result`

/** A kind that can have a pod gets the pod policies in its own entrypoints, so that each judges once. */
function kindsOf(policies, readsOf) {
  const pod = policies.filter((p) => p.judges.includes('pod')).map((p) => p.id)
  const names = new Set(['pod', ...policies.flatMap((p) => p.judges)])
  return Object.fromEntries(
    [...names].sort().map((kind) => {
      const own = policies.filter((p) => p.judges.includes(kind)).map((p) => p.id)
      const all = kind !== 'pod' && POD_KINDS.includes(kind) ? [...new Set([...pod, ...own])].sort() : own
      const calls = Object.keys(NOVELTIES)
        .map((novelty) => [novelty, all.filter((id) => noveltyOf(readsOf(id)) === novelty)])
        .filter(([, ids]) => ids.length > 0)
        .map(([novelty, ids]) => ({
          entrypoint: `kinds/${mangle(kind)}/${novelty}/result`,
          policies: ids,
          reads: ids.map((id) => readsOf(id)).reduce(together),
        }))
      return [kind, { calls, ...(POD_KINDS.includes(kind) ? { pod: true } : {}) }]
    }),
  )
}

/** What a policy reads first of these says how much of it differs from resource to resource. */
const NOVELTIES = {
  own: [
    ['resource', 'metadata', 'name'],
    ['resource', 'metadata', 'generateName'],
    ['facts', 'serviceAccount', 'name'],
  ],
  account: [['facts', 'serviceAccount']],
  image: [['pod', 'containers', '[]', 'spec', 'image']],
  mesh: [['facts', 'mesh']],
  resource: [['namespace'], ['resource', 'metadata'], ['resource', 'spec']],
  containers: [['pod', 'containers', '[]', 'spec']],
  pod: [
    ['pod', 'containers'],
    ['pod', 'volumes'],
  ],
  surroundings: [[]],
}

/**
 * How much of what a policy reads differs from resource to resource: what several resources have in common is judged once
 * (src/evaluate), so that a policy which looks at images must not keep those from it which look at the node.
 */
function noveltyOf(reads) {
  const isRead = (path) => path.reduce((tree, key) => (tree === true ? true : tree?.[key]), reads) !== undefined
  return Object.keys(NOVELTIES).find((novelty) => NOVELTIES[novelty].some(isRead))
}

/** Rules that a policy leaves out have a default here, since an undefined reference would take the whole list with it. */
function entryRego(name, ids, extras) {
  const rows = ids.map((id) => {
    const at = `data.policies.${packageOf(id)}`
    const { unknowns, applies } = extras.get(id)
    const found = [`${at}.findings`]
    if (unknowns || applies) found.push(unknowns ? `${at}.unknowns` : '[]')
    if (applies) found.push(`[true | ${at}.applies]`)
    return `\t[${found.join(', ')}],`
  })
  return [`package ${name}`, '', 'result := [', ...rows, ']', ''].join('\n')
}

const SEVERITIES = ['critical', 'high', 'medium', 'low']
const OWNERS = ['app', 'namespace', 'mesh', 'platform']

function policyOf(family, name, metadata, file) {
  const id = `${family}/${name}`.replaceAll('_', '-')
  const wrong = (what) => {
    throw new Error(`${file}: METADATA: ${what}`)
  }
  if (!metadata) wrong('missing, or not of scope package')
  const { title, description, related_resources: related = [], custom = {} } = metadata
  const { severity, stage, judges, remediation, owner, aliases = [], controls = {}, parameters = {}, ...rest } = custom
  if (Object.keys(rest).length) wrong(`unknown key ${Object.keys(rest).join(', ')}`)
  if (!title || !description) wrong('title and description are needed')
  if (!SEVERITIES.includes(severity)) wrong(`severity is one of ${SEVERITIES.join(', ')}`)
  if (![1, 2, 3, 4].includes(stage)) wrong('stage is 1 to 4')
  if (!Array.isArray(judges) || judges.length === 0) wrong('judges is a list of kinds')
  if (typeof remediation !== 'string' || !remediation) wrong('remediation is needed')
  if (!OWNERS.includes(owner)) wrong(`owner is one of ${OWNERS.join(', ')}`)
  if (Object.keys(controls).length === 0) wrong('controls: every policy gives evidence for something')
  for (const [key, p] of Object.entries(parameters)) {
    if (
      !['string', 'number', 'boolean', 'array', 'object'].includes(p.type) ||
      p.default === undefined ||
      !p.description
    )
      wrong(`parameter ${key} needs type, default and description`)
  }
  return {
    id,
    title,
    description,
    severity,
    stage,
    judges,
    remediation,
    owner,
    aliases,
    controls,
    parameters,
    links: related.map((r) => r.ref),
  }
}

if (import.meta.url === new URL(process.argv[1], 'file://').href) {
  const out = process.argv.includes('--out') ? process.argv[process.argv.indexOf('--out') + 1] : 'dist'
  const engines = startEngines()
  const { wasm, set } = await buildPolicies(engines)
  await engines.close()
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'policies.wasm'), wasm)
  writeFileSync(join(out, 'policies.json'), `${JSON.stringify(set, null, 1)}\n`)
  console.log(`${set.policies.length} policies, ${Object.keys(set.kinds).length} kinds, ${wasm.length} bytes`)
}
