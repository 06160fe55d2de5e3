/**
 * What charts and kustomizations hold and no render reached. It would be a way around the gate if it were forgotten:
 * a folder turned into a chart, a base that nothing uses, an object that a patch deletes.
 *
 * In a chart:
 *  - a file that a document came from is reached; Chart.yaml, values and trial values are inputs, of which only a document
 *    that is an object is judged;
 *  - a file with `{{` below templates/, or elsewhere where nothing can read it as it stands, is a template: Helm alone can
 *    read it, and it put out nothing. It is named, not judged; of a chart that could not be rendered at all the chart is
 *    named, and not each of its templates. One that is a manifest all the same, with its `{{` in comments, say, is what
 *    somebody may deploy as it is: it is judged as a plain file;
 *  - a subchart that put out nothing: one from a repository elsewhere is named; a local one is rendered by itself;
 *  - any other file is judged as a plain one.
 * In a kustomization:
 *  - patches and the like are inputs, used or not; of generators' input and of the kustomization's own file a document that
 *    is an object is judged;
 *  - of a file that holds resources, the documents that put out nothing (a patch deleted them, or the build failed)
 *    are judged as plain ones;
 *  - any other file that kustomize did not read is judged as a plain one. What in it is a patch of a workload, which
 *    deploys nothing by itself, is named.
 */
import type { ChartSource, Document, Ignored, Json, Source, Tree } from '../model.js'
import { isMap, mapOf } from '../parse/json.js'
import { decodeText, mayHoldObjects, splitDocuments } from '../parse/split.js'
import { parseYaml } from '../parse/yaml.js'
import { isChartInput, readChart, rendersOf, type Chart } from './chart.js'
import type { Discovered, Held } from './discover.js'
import { manifestSource } from './environment.js'
import { folderOf, isWithin } from './path.js'

export interface Left {
  readonly sources: readonly Source[]
  readonly ignored: readonly Ignored[]
}

/** What was rendered, as far as it tells what was reached. */
export interface Reached {
  readonly documents: readonly Document[]
  /** Tree paths that a render read. */
  readonly reached: ReadonlySet<string>
  /** Chart → in how many of its environments it could not be rendered. */
  readonly failed: ReadonlyMap<string, number>
}

/** Nothing escapes by being moved: what is left, as sources of its own, by the rules above. */
export function unreached(tree: Tree, discovered: Discovered, rendered: Reached): Left {
  const produced = new Map<string, Document[]>()
  for (const document of rendered.documents) {
    const { file } = document.origin
    // A template may put out the comments around what it leaves out.
    if (!SAYS_SOMETHING.test(document.text)) continue
    const known = produced.get(file)
    if (known === undefined) produced.set(file, [document])
    else known.push(document)
  }
  const outcome = outcomesOf(discovered.sources, rendered.failed)
  const subcharts = silentSubcharts(tree, discovered, rendered.documents, outcome)
  const values = new Set(
    discovered.sources
      .flatMap((source) => (source.kind === 'chart' ? source.renders : []))
      .flatMap((render) => render.values),
  )
  const resources = new Set(discovered.kustomizations.flatMap((each) => each.resources))
  const inputs = new Set([...discovered.kustomizations.flatMap((each) => each.inputs), ...rendered.reached])
  const generated = new Set(discovered.kustomizations.flatMap((each) => each.generated))
  const parts = discovered.held.map((held): Left => {
    if (produced.has(held.file) && held.by.kind === 'chart') return NOTHING
    if ([...subcharts.folders].some((folder) => isWithin(held.file, folder))) return NOTHING
    if (held.by.kind === 'chart') return inChart(tree, values, held, outcome(held.chart))
    if (resources.has(held.file)) return ofResources(tree, held.file, produced.get(held.file) ?? [])
    if (generated.has(held.file)) return asTheyLie(tree, held.file)
    return inputs.has(held.file) ? NOTHING : unread(tree, held.file)
  })
  const own = discovered.kustomizations.map(({ file }) => asTheyLie(tree, file))
  const { sources, ignored } = together([...parts, ...own])
  // What it protects, nobody is known to deploy.
  const left = sources.map((source): Source => (source.kind === 'manifest' ? { ...source, left: true } : source))
  return together([subcharts.left, { sources: left, ignored }])
}

const NOTHING: Left = { sources: [], ignored: [] }

/** A line that is neither blank nor a comment. */
const SAYS_SOMETHING = /^[ \t]*[^\s#]/m

function together(parts: readonly Left[]): Left {
  return { sources: parts.flatMap(({ sources }) => sources), ignored: parts.flatMap(({ ignored }) => ignored) }
}

/** How a chart was rendered: in every environment, in some, or in none. */
type Outcome = 'every' | 'some' | 'none'

function outcomesOf(sources: readonly Source[], failed: Reached['failed']): (chart: string | null) => Outcome {
  const renders = new Map(
    sources.flatMap((source) => (source.kind === 'chart' ? [[source.id, source.renders.length]] : [])),
  )
  return (chart) => {
    const failures = chart === null ? 0 : (failed.get(chart) ?? 0)
    return failures === 0 ? 'every' : failures < (renders.get(chart ?? '') ?? 0) ? 'some' : 'none'
  }
}

function inChart(tree: Tree, values: ReadonlySet<string>, { file, by }: Held, outcome: Outcome): Left {
  const path = by.folder === '' ? file : file.slice(by.folder.length + 1)
  if (isChartInput(path) || values.has(file)) return asTheyLie(tree, file)
  const bytes = tree.read(file)
  if (bytes !== null && isTemplate(path, decodeText(bytes).text)) {
    if (outcome === 'none') return NOTHING
    if (isReadable(bytes, file)) return { sources: [manifestSource(file)], ignored: [] }
    const environments = outcome === 'every' ? 'any environment' : 'the environments that could be rendered'
    return ignoring(file, `a template that puts out nothing in ${environments}`)
  }
  return { sources: [manifestSource(file)], ignored: [] }
}

/** Elsewhere than below templates/ the marks may stand in a comment or a text, of a manifest that kubectl reads. */
function isTemplate(path: string, text: string): boolean {
  if (!text.includes('{{')) return false
  if (TEMPLATES.test(path)) return true
  const { documents } = splitDocuments(text, path)
  return mayHoldObjects(text) && documents.every((document) => parseYaml(document.text).problem?.kind === 'malformed')
}

/** Below a chart: what Helm renders of it and of its subcharts. */
const TEMPLATES = /^(?:charts\/[^/]+\/)*templates\//

/** Whether every document of a file can be read as it lies there, and one is an object. */
function isReadable(bytes: Uint8Array, file: string): boolean {
  const { documents, problems } = splitDocuments(bytes, file)
  const values = documents.map(({ text }) => parseYaml(text))
  return (
    problems.length === 0 &&
    values.every(({ problem }) => problem === null) &&
    values.some(({ value }) => isObject(value))
  )
}

/** Of an input, values or what a generator takes in, the documents that are objects all the same: kubectl would take them. */
function asTheyLie(tree: Tree, file: string): Left {
  const bytes = tree.read(file)
  const documents = bytes === null ? [] : splitDocuments(bytes, file).documents
  const objects = documents.flatMap(({ text }, index) =>
    WHOLE.test(text) && isObject(parseYaml(text).value) ? [index] : [],
  )
  return objects.length === 0 ? NOTHING : { sources: [manifestSource(file, objects)], ignored: [] }
}

/** What an object has at its top, unless it is written in one line. */
const WHOLE = /apiVersion[^]*kind|kind[^]*apiVersion/

function isObject(value: Json): boolean {
  if (!isMap(value)) return false
  const { apiVersion, kind, metadata, items } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false
  return !apiVersion.startsWith('kustomize.config.k8s.io/') && (Array.isArray(items) || isMap(metadata ?? null))
}

/** A file in a kustomization's folder that none reads. */
function unread(tree: Tree, file: string): Left {
  const bytes = tree.read(file)
  const documents = bytes === null ? [] : splitDocuments(bytes, file).documents.map(({ text }) => parseYaml(text).value)
  const patches = documents.flatMap((value) => (isPatch(value) ? identities(value) : []))
  if (patches.length === 0) return { sources: [manifestSource(file)], ignored: [] }
  const others = documents.flatMap((value, index) => (isPatch(value) ? [] : [index]))
  return {
    sources: others.length === 0 ? [] : [manifestSource(file, others)],
    ignored: patches.map(({ kind, name }) => ({
      path: file,
      reason: `a patch of ${kind} ${name} that no kustomization here applies: the API server refuses it by itself`,
    })),
  }
}

const SELECTING = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'])

/** A workload that cannot be meant as one: both its selector and an image, which the API server demands, are missing. */
function isPatch(value: Json): boolean {
  if (!isMap(value) || !SELECTING.has(String(value['kind'])) || !String(value['apiVersion']).startsWith('apps/'))
    return false
  const spec = mapOf(value['spec'])
  const { containers } = mapOf(mapOf(spec['template'])['spec'])
  const all = Array.isArray(containers) ? (containers as readonly Json[]) : []
  const isWhole = all.length > 0 && all.every((container) => mapOf(container)['image'] !== undefined)
  return spec['selector'] === undefined && !isWhole
}

/** A file that a kustomization lists among its resources. */
function ofResources(tree: Tree, file: string, produced: readonly Document[]): Left {
  const missing = unproduced(tree, file, produced)
  if (missing === null) return { sources: [manifestSource(file)], ignored: [] }
  return missing.length === 0 ? NOTHING : { sources: [manifestSource(file, missing)], ignored: [] }
}

/** Documents of a resource file that no document came from; null: all of them. */
function unproduced(tree: Tree, file: string, produced: readonly Document[]): readonly number[] | null {
  const bytes = tree.read(file)
  if (bytes === null || produced.length === 0) return null
  const documents = splitDocuments(bytes, file).documents.map(({ text }) => identities(parseYaml(text).value))
  const written = documents.flat()
  const from = new Set(
    produced.flatMap(({ text, unfilled = text }) =>
      identities(parseYaml(unfilled).value).map((each) => originOf(each, written)),
    ),
  )
  const isThere = ({ kind, name }: Identity): boolean => from.has(JSON.stringify([kind, name]))
  return documents.flatMap((objects, index) => (objects.every(isThere) ? [] : [index]))
}

/**
 * kustomize may put a prefix and a suffix around a name: of those that it holds, the longest is meant. It may give a
 * Namespace, or what a replacement or a patch names, any other one: the only object of its kind is meant whatever it is.
 */
function originOf({ kind, name }: Identity, written: readonly Identity[]): string {
  const alike = written.filter((other) => other.kind === kind).map((other) => other.name)
  const names = alike.length === 1 ? alike : alike.filter((other) => name.includes(other))
  const longest = names.reduce((best, other) => (other.length > best.length ? other : best), '')
  return JSON.stringify([kind, longest])
}

interface Identity {
  readonly kind: string
  readonly name: string
}

function identities(value: Json): readonly Identity[] {
  if (!isMap(value)) return []
  const { items, kind, metadata } = value
  if (Array.isArray(items)) return (items as readonly Json[]).flatMap(identities)
  const name = isMap(metadata) ? metadata['name'] : undefined
  return [{ kind: typeof kind === 'string' ? kind : '', name: typeof name === 'string' ? name : '' }]
}

/** Subcharts below `charts/` and `file://` dependencies that no document came from. */
function silentSubcharts(
  tree: Tree,
  { sources, charts, held }: Discovered,
  documents: readonly Document[],
  outcome: (chart: string | null) => Outcome,
): { readonly left: Left; readonly folders: ReadonlySet<string> } {
  const roots = sources.filter((source): source is ChartSource => source.kind === 'chart')
  const files = new Set(documents.map(({ origin }) => origin.file))
  const speaks = (folder: string): boolean => [...files].some((file) => isWithin(file, folder))
  const folders = new Set<string>()
  const left: Left[] = []
  const alone = (folder: string): void => {
    left.push({ sources: [{ kind: 'chart', id: folder, renders: rendersOf(tree, folder, null) }], ignored: [] })
  }
  for (const folder of subchartFolders(held)) {
    if ([...folders].some((outer) => isWithin(folder, outer))) continue
    const chart = readChart(tree, folder)
    if (speaks(folder)) continue
    folders.add(folder)
    const parent = parentOf(charts, tree, folder)
    const name = folder.slice(folder.lastIndexOf('/') + 1)
    const isRemote = parent?.dependencies.some((dependency) => dependency.name === name && dependency.isRemote) === true
    if (chart.isLibrary) left.push(ignoring(folder, 'a library chart: what uses it renders it'))
    else if (isRemote && outcome(outermost(charts, folder)) === 'none') continue
    else if (isRemote) left.push(ignoring(folder, 'a vendored subchart that puts out nothing in any environment'))
    else alone(folder)
  }
  for (const chart of charts) {
    if (chart.isLibrary || roots.some(({ id }) => id === chart.folder)) continue
    const users = charts.flatMap((user) =>
      user.dependencies
        .filter(({ folder }) => folder === chart.folder)
        .map(({ name }) => `${user.folder}/charts/${name}`.replace(/^\//, '')),
    )
    if (!speaks(chart.folder) && !users.some(speaks)) alone(chart.folder)
  }
  return { left: together(left), folders }
}

function ignoring(path: string, reason: string): Left {
  return { sources: [], ignored: [{ path, reason }] }
}

/** The chart of the tree that a subchart's folder lies in. */
function outermost(charts: readonly Chart[], folder: string): string | null {
  return charts.map((chart) => chart.folder).find((chart) => isWithin(folder, chart)) ?? null
}

/** Outermost first. */
function subchartFolders(held: readonly Held[]): readonly string[] {
  const folders = new Set(
    held.flatMap(({ by, chart }) => (by.kind === 'chart' && chart !== null && by.folder !== chart ? [by.folder] : [])),
  )
  return [...folders].sort()
}

/** The chart whose `charts/` folder a subchart lies in. */
function parentOf(charts: readonly Chart[], tree: Tree, folder: string): Chart | null {
  const parent = folderOf(folderOf(folder))
  return (
    charts.find((chart) => chart.folder === parent) ??
    (tree.stat(`${parent}/Chart.yaml`) === 'file' ? readChart(tree, parent) : null)
  )
}
