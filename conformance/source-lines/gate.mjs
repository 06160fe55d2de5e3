// The gate as it was built (`npm run build:dist`), for what is run by hand on charts that are fetched, not committed.
import { dirname, relative } from 'node:path'

const root = new URL('../../', import.meta.url)
const built = (path) => import(new URL(`build/src/${path}`, root).href)

const { createEngines } = await built('host/engines.js')
const { diskTree } = await built('host/files.js')
const { conclude, judge } = await built('gate.js')
const { defaults } = await built('config.js')
const { loadDistribution } = await built('configured.js')
const { switching } = await built('run.js')
const { locatorOf } = await built('locate/locate.js')
const { chartFiles } = await built('render/chart.js')
const { helmRequest } = await built('render/render.js')

export const { parseYaml, positionsOf } = await built('parse/yaml.js')

const distribution = loadDistribution(new URL('dist/', root))
const rules = { ...distribution, flows: defaults.flows, variants: switching(distribution, defaults) }

export const startEngines = (options = {}) =>
  createEngines({
    directory: new URL("dist/engine/", root),
    workerUrl: new URL("dist/engine-worker.mjs", root),
    ...options,
  })

/** Judges one chart and reports on it, as `ringfence check` does. */
export async function reportOn(folder, engines) {
  const above = dirname(folder)
  const tree = diskTree(above)
  const head = [await judge(tree, scopeOf(relative(above, folder)), rules, engines, () => undefined)]
  const accepted = { pending: [], baseline: [], digest: (text) => text, today: '2026-01-01' }
  const known = { notes: [], unjudged: [], frameworks: [], shown: (file) => file }
  return conclude({ tree, head, base: null, rules, config: defaults, accepted, engines, ...known })
}

const scopeOf = (chart) => ({
  paths: [chart],
  ignore: defaults.ignore,
  render: defaults.render,
  context: [],
  groups: defaults.scopes,
})

/** Judges one chart, and locates what is found in its templates: one entry a field and environment, at most `most`. */
export async function locatedIn(folder, engines, most = Infinity) {
  const above = dirname(folder)
  const tree = diskTree(above)
  const chart = relative(above, folder)
  const judgement = await judge(tree, scopeOf(chart), rules, engines, () => undefined)
  const rendered = judgement.findings.filter(
    ({ resource: { origin, declared } }) => declared && origin.kind === 'chart' && origin.line === null,
  )
  const all = distinct(rendered, ({ resource, path }) =>
    JSON.stringify([resource.origin.environment, resource.origin.template, resource.origin.document, path]),
  ).map(({ resource, path, fix }) => ({ resource, path, values: true, wanted: fix?.set ?? null }))
  const places = sampled(all, most)
  const begun = performance.now()
  const locate = await locatorOf(tree, judgement.sources, engines, places)
  return {
    tree,
    chart,
    sources: judgement.sources,
    unjudged: judgement.unjudged,
    milliseconds: performance.now() - begun,
    places: places.map((place) => ({ ...place, ...locate(place) })),
  }
}

/** Spread over all of them, the same each time. */
const sampled = (items, most) =>
  items.length <= most ? items : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)])

const distinct = (items, keyOf) => [...new Map(items.map((item) => [keyOf(item), item])).values()]

/** The render of a chart that a resource came out of. */
export function renderOf(sources, { source: id, environment }) {
  const source = sources.find((each) => each.kind === 'chart' && each.id === id)
  return source.renders.find(
    (each) => each.environment.name === environment.name && each.environment.label === environment.label,
  )
}

/** The chart's documents, with edits of its files and a values file more; null where it does not render. */
export async function documentsOf(engines, tree, chart, render, edits = new Map(), layer = null) {
  const edited = edits.size === 0 ? tree : tree.with(edits)
  // Notes put out nothing that is judged, and some refuse what is tried here.
  const files = chartFiles(edited, chart).filter(({ name }) => !name.endsWith('NOTES.txt'))
  const request = helmRequest(edited, render, files)
  const values = layer === null ? request.values : [...request.values, { name: 'changed', content: JSON.stringify(layer) }]
  const { error, documents } = await engines.helm({ ...request, values })
  return error === null ? documents : null
}

