// Holds what `locate` says of charts against mutations: for each finding's field, changing exactly the template line that
// is named must change the field, and nothing that another line put out; changing exactly the values key that is named
// must change the field as its tier says.
//
//   node conformance/source-lines/check.mjs [--fields N] [--json FILE] CHART…
//
// The charts are folders with a Chart.yaml; they are fetched, not committed. `npm run build:dist` comes first.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { changedLeaves, counterpart, dotted, objectsIn, same, valueAt } from './fields.mjs'
import { documentsOf, locatedIn, parseYaml, positionsOf, renderOf, startEngines } from './gate.mjs'
import { changesOf, FOREIGN, layerWith, templateMutations } from './mutate.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { fields: { type: 'string', default: '60' }, json: { type: 'string' } },
})

const engines = startEngines()
const decode = (bytes) => new TextDecoder().decode(bytes ?? new Uint8Array())
const encode = (text) => new TextEncoder().encode(text)

const total = {}
const count = (own, key, n = 1) => {
  own[key] = (own[key] ?? 0) + n
  total[key] = (total[key] ?? 0) + n
}
const told = []

async function checkChart(folder, own) {
  const found = await locatedIn(folder, engines, Number(options.fields))
  if (found.places.length === 0) return found.unjudged.length > 0 ? `unjudged: ${found.unjudged[0].reason.split('\n')[0].slice(0, 120)}` : null
  count(own, 'milliseconds', Math.round(found.milliseconds))
  const clean = new Map()
  for (const place of found.places) {
    const { environment } = place.resource.origin
    const key = `${environment.name} ${environment.label}`
    const render = renderOf(found.sources, place.resource.origin)
    if (!clean.has(key)) clean.set(key, await documentsOf(engines, found.tree, found.chart, render))
    const context = { ...found, render, documents: clean.get(key), own }
    count(own, 'fields')
    await checkLine(place, context)
    await checkKeys(place, context)
  }
  return null
}

function note(kind, place, detail) {
  const { origin, kind: what, name } = place.resource
  const { file, line, precision } = place.location
  const entry = { kind, template: origin.template, document: origin.document, environment: origin.environment.label, resource: `${what} ${name}`, path: dotted(place.path), at: `${file}:${line}`, precision, detail }
  told.push(entry)
  console.log(`  ${kind}: ${entry.resource} ${entry.path} ${entry.at} ${detail}`)
}

/* ------------------------------------------------------------------- lines */

async function checkLine(place, context) {
  const { location } = place
  const { tree, own } = context
  count(own, `precision ${location.precision}`)
  if (location.precision === 'template' || location.precision === 'file') return
  if (!location.file.includes('/templates/')) return count(own, 'line not of a template')
  const before = objectsIn(context.documents, place.resource.origin.template)
  const text = decode(tree.read(location.file))
  const path = [...place.resource.path, ...place.path]
  // Of what is absent the line is the nearest ancestor's.
  const target = ancestorOf(before.find((d) => d.index === place.resource.origin.document)?.object, path)
  let outcome = 'inconclusive'
  let last = ''
  for (const [how, changed] of templateMutations(text, location)) {
    const documents = await documentsOf(engines, tree, context.chart, context.render, new Map([[location.file, encode(changed)]]))
    if (documents === null) continue
    const after = objectsIn(documents, place.resource.origin.template)
    const other = counterpart(before, after, place.resource.origin.document)
    const was = before.find((d) => d.index === place.resource.origin.document)
    const hit = other === undefined || !same(valueAt(was.object, target), valueAt(other.object, target)) || !Object.is(valueAt(was.object, target) === undefined, valueAt(other.object, target) === undefined)
    last = how
    if (!hit) {
      outcome = 'wrong'
      continue
    }
    outcome = 'holds'
    count(own, `line: ${how}`)
    if (!isSubsequence(linesOf(after), linesOf(before))) count(own, 'line: others with it')
    break
  }
  if (outcome === 'inconclusive') count(own, 'line inconclusive')
  else count(own, 'line checked')
  if (outcome === 'holds') count(own, 'line holds')
  if (outcome === 'wrong') count(own, 'line wrong')
  if (outcome !== 'holds') note(`line ${outcome}`, place, last)
}

const linesOf = (documents) => documents.flatMap(({ text }) => text.split('\n'))

/** Whether nothing but what was changed or taken away is different. */
function isSubsequence(after, before) {
  let at = 0
  for (const line of after) {
    if (line.includes(FOREIGN) || line.trim() === '') continue
    while (at < before.length && before[at] !== line) at++
    if (at++ >= before.length) return false
  }
  return true
}

function ancestorOf(object, path) {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length)
    if (valueAt(object, at) !== undefined) return at
  }
  return []
}

/* -------------------------------------------------------------------- keys */

async function checkKeys(place, context) {
  const { keys, literal } = place
  const { own } = context
  const path = [...place.resource.path, ...place.path]
  const was = objectsIn(context.documents, place.resource.origin.template).find((d) => d.index === place.resource.origin.document)
  const isThere = was !== undefined && valueAt(was.object, path) !== undefined
  if (literal) {
    count(own, 'field literal')
    return
  }
  if (isThere && !place.reads) {
    count(own, 'field without values')
    return
  }
  count(own, isThere ? 'field not literal' : 'field absent')
  if (keys.length > 0) count(own, isThere ? 'field with key' : 'absent field with key')
  else if (isThere) note('no key', place, JSON.stringify(valueAt(was.object, path)).slice(0, 80))
  for (const key of keys) {
    count(own, `tier ${key.tier}`)
    const outcome = await checkKey(key, place, path, context)
    if (outcome === REFUSED) {
      count(own, 'key inconclusive')
      continue
    }
    count(own, 'key checked')
    if (outcome === null) count(own, 'key holds')
    else {
      count(own, 'key wrong')
      note(`key wrong (${key.tier})`, place, `${dotted(key.key)} at ${key.file}:${key.location.line}: ${outcome}`)
    }
  }
}

/** A schema, or a check of the chart's, takes no other value. */
const REFUSED = 'the chart refuses every other value'

/** Null where the key does what its tier says, when it is changed where it is said to be. */
async function checkKey(key, place, path, context) {
  const { tree, chart, render } = context
  const before = objectsIn(context.documents, place.resource.origin.template)
  const was = valueAt(before.find((d) => d.index === place.resource.origin.document).object, path)
  const file = parseYaml(decode(tree.read(key.file))).value
  const old = key.exists ? valueAt(file, key.path) : undefined
  const candidates = key.tier === 'settable at' ? settings(was, place.wanted) : isTable(old) ? withALeafChanged(old).slice(0, MOST_LEAVES) : [...hinted(was), ...changesOf(old)]
  let accepted = 0
  for (const value of candidates) {
    const edited = key.exists && key.tier !== 'settable at' ? replaced(decode(tree.read(key.file)), key.path, value) : null
    const edits = edited === null ? new Map() : new Map([[key.file, encode(edited)]])
    const layer = edited === null ? layerWith(file, key.key, value) : null
    const documents = await documentsOf(engines, tree, chart, render, edits, layer)
    if (documents === null) continue
    accepted++
    const after = counterpart(before, objectsIn(documents, place.resource.origin.template), place.resource.origin.document)
    const now = after === undefined ? undefined : valueAt(after.object, path)
    if (same(was, now) && (was === undefined) === (now === undefined)) continue
    switch (key.tier) {
      case 'value':
        if (now !== undefined && JSON.stringify(now).includes(shownOf(value))) return null
        break
      case 'settable at':
        if (now !== undefined && (was === undefined || JSON.stringify(now).includes(shownOf(value)))) return null
        break
      case 'gated by':
      case 'derived':
        return null
    }
  }
  return accepted === 0 ? REFUSED : 'changing it does not change the field so'
}

function isTable(v) {
  return v !== null && typeof v === 'object'
}
function shownOf(value) {
  return isTable(value) ? FOREIGN : JSON.stringify(value).replace(/^"|"$/g, '')
}

/** What to set a key to that is not there. */
function settings(was, wanted) {
  return was === undefined
    ? wanted === null
      ? [true, { [FOREIGN]: FOREIGN }]
      : [wanted]
    : [...hinted(was), FOREIGN, '9.17.3', true]
}

/** A value of the field's own type, where it has one that is easily changed. */
function hinted(was) {
  return typeof was === 'number' ? [was + 1] : typeof was === 'boolean' ? [!was] : []
}

/** Of a table's leaves one after the other is tried, and no more: the first may say whether any of it is there at all. */
const MOST_LEAVES = 8

/** A table with another leaf changed each. */
function withALeafChanged(value) {
  if (!isTable(value)) return [FOREIGN]
  const keys = Object.keys(value)
  if (keys.length === 0) return [Array.isArray(value) ? [FOREIGN] : { [FOREIGN]: FOREIGN }]
  return keys.flatMap((key) =>
    withALeafChanged(value[key]).map((changed) =>
      Array.isArray(value) ? value.map((item, i) => (String(i) === key ? changed : item)) : { ...value, [key]: changed },
    ),
  )
}

/** The text of a values file with one key's value exchanged, in flow style; null where it has more than one line. */
function replaced(text, path, value) {
  const at = positionsOf(text)(path)
  const lines = text.split('\n')
  const line = lines[at.line - 1]
  const shown = line.slice(at.column - 1, at.endColumn - 1)
  const key = /^(?:"[^"]*"|'[^']*'|[^\s:]+)\s*:\s*/.exec(shown)?.[0] ?? ''
  if (!at.exact || at.endLine !== at.line) return null
  if (typeof path.at(-1) === 'string' && key === '') return null
  // A table or a block text goes on below the line.
  if (typeof path.at(-1) === 'string' && (shown === key.trimEnd() || shown.slice(key.length).trim() === '') && /^\s*(#.*)?$/.test(line.slice(at.endColumn - 1)) && isTable(valueAt(parseYaml(text).value, path))) return null
  const glue = key === '' || /\s$/.test(key) ? '' : ' '
  const changed = line.slice(0, at.column - 1) + key + glue + JSON.stringify(value) + line.slice(at.endColumn - 1)
  const result = [...lines.slice(0, at.line - 1), changed, ...lines.slice(at.line)].join('\n')
  const read = parseYaml(result)
  return read.problem?.kind !== 'malformed' && same(valueAt(read.value, path), value) && changedLeaves(parseYaml(text).value, read.value).length <= 1 ? result : null
}

/* -------------------------------------------------------------------- run */

for (const each of positionals) {
  const own = {}
  const problem = await checkChart(resolve(each), own).catch((error) => String(error.stack ?? error))
  if (problem !== null) count(own, 'charts not checked')
  else count(own, 'charts')
  console.log(`${each}: ${problem ?? JSON.stringify(own)}`)
}
await engines.close()

const share = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`)
const n = (key) => total[key] ?? 0
console.log(JSON.stringify(total, null, 1))
console.log(`template lines: ${n('line holds')} of ${n('line checked')} hold (${share(n('line holds'), n('line checked'))}), ${n('line wrong')} wrong, ${n('line inconclusive')} could not be changed`)
console.log(`values: ${n('key holds')} of ${n('key checked')} keys hold; of ${n('field not literal')} fields that are no literals ${n('field with key')} have a key (${share(n('field with key'), n('field not literal'))})`)
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ total, told }, null, 1))

