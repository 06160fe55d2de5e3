// Holds the values keys of `locate` against every leaf of a chart's values, changed one at a time: a key that is claimed
// must be one that changes the field, and where one does, one must be claimed.
//
//   node conformance/source-lines/oracle.mjs [--fields N] CHART…
//
// A render a leaf and value: for charts of some hundred values, without subcharts. `npm run build:dist` comes first.
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { counterpart, dotted, objectsIn, same, valueAt } from './fields.mjs'
import { documentsOf, locatedIn, parseYaml, renderOf, startEngines } from './gate.mjs'
import { changesOf, FOREIGN, layerWith } from './mutate.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { fields: { type: 'string', default: '60' } },
})
const engines = startEngines()
const total = { charts: 0, leaves: 0, renders: 0, fields: 0, claims: 0, true: 0, false: 0, missed: 0, none: 0 }
for (const folder of positionals) await compare(resolve(folder))
await engines.close()
console.log(JSON.stringify(total))

async function compare(folder) {
  const { tree, chart, sources, places } = await locatedIn(folder, engines, Number(options.fields))
  const own = places.filter(({ literal, resource }) => !literal && resource.origin.environment.trial === false)
  if (own.length === 0) return console.log(`${folder}: no field to compare`)
  const environment = own[0].resource.origin.environment.label
  const judged = own.filter(({ resource }) => resource.origin.environment.label === environment)
  const render = renderOf(sources, judged[0].resource.origin)
  const files = [join(chart, 'values.yaml'), ...render.values]
  const values = files.reduce((below, file) => merged(below, read(tree, file)), {})
  const before = await documentsOf(engines, tree, chart, render)
  const fields = judged
    .map((place) => ({ ...place, full: [...place.resource.path, ...place.path] }))
    .map((place) => ({ ...place, was: valueIn(before, place) }))
    .filter(({ was }) => was !== undefined)
  const truth = fields.map(() => ({ value: new Set(), other: new Set() }))
  const leaves = leavesOf(values, [])
  for (const { path, value } of leaves) {
    for (const changed of changesOfLeaf(value)) {
      const after = await documentsOf(engines, tree, chart, render, new Map(), layerWith(values, path, changed))
      total.renders++
      if (after === null) continue
      for (const [i, field] of fields.entries()) {
        const now = valueIn(after, field, before)
        if (now !== undefined && same(now, field.was)) continue
        const shown = changed !== null && typeof changed === 'object' ? FOREIGN : String(changed)
        const follows = now !== undefined && JSON.stringify(now).includes(shown)
        truth[i][follows ? 'value' : 'other'].add(dotted(path))
      }
    }
  }
  const counts = { leaves: leaves.length, fields: fields.length, claims: 0, true: 0, false: 0, missed: 0, none: 0 }
  for (const [i, field] of fields.entries()) {
    const { value, other } = truth[i]
    const any = [...value, ...other]
    // The oracle sees only keys that are there.
    const claimed = field.keys.filter(({ exists }) => exists)
    for (const { tier, key } of claimed) {
      counts.claims++
      const among = tier === 'value' ? [...value] : any
      // Of a collection the key of the whole is claimed, the leaves are below it.
      const holds = among.some((leaf) => leaf === dotted(key) || leaf.startsWith(`${dotted(key)}.`))
      counts[holds ? 'true' : 'false']++
      if (!holds) say('FALSE', field, `${tier} ${dotted(key)}; truth ${any.join(', ')}`)
    }
    if (value.size > 0 && !field.keys.some(({ tier }) => tier === 'value' || tier === 'settable at')) {
      counts.missed++
      say('MISSED', field, `${[...value].join(', ')}; claimed ${field.keys.map(({ tier, key }) => `${tier} ${dotted(key)}`).join(', ')}`)
    }
    if (any.length === 0) counts.none++
  }
  console.log(`${folder}: ${JSON.stringify(counts)}`)
  total.charts++
  for (const [key, n] of Object.entries(counts)) total[key] += n
}

function changesOfLeaf(value) {
  if (value === null || value === '') return [FOREIGN, true, 918_273, '9.17.3']
  if (Array.isArray(value)) return [[FOREIGN], [{ name: FOREIGN }]]
  return typeof value === 'object' ? [{ [FOREIGN]: FOREIGN }] : changesOf(value)
}

function say(what, { resource, path }, detail) {
  console.log(`  ${what} ${resource.kind} ${resource.name} ${dotted(path)}: ${detail}`)
}

function read(tree, file) {
  const bytes = tree.read(file)
  return bytes === null ? {} : (parseYaml(new TextDecoder().decode(bytes)).value ?? {})
}

function isMap(v) {
  return v !== null && typeof v === 'object' && !Array.isArray(v)
}

function merged(below, above) {
  if (!isMap(below) || !isMap(above)) return above
  return Object.fromEntries(
    [...new Set([...Object.keys(below), ...Object.keys(above)])].map((key) => [
      key,
      key in above ? (key in below ? merged(below[key], above[key]) : above[key]) : below[key],
    ]),
  )
}

function leavesOf(value, path) {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) return [{ path, value }]
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]))
}

function valueIn(documents, { resource, full }, before = documents) {
  const { template, document } = resource.origin
  const own = objectsIn(documents, template)
  const found = before === documents ? own.find((d) => d.index === document) : counterpart(objectsIn(before, template), own, document)
  return found === undefined ? undefined : valueAt(found.object, full)
}
