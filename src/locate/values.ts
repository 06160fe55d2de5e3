/**
 * Which values file sets a key. Helm lays a chart's values over each other: the files that the user gives, last first,
 * then the chart's own values.yaml, then what a dependency exports, then the subchart's own. `ValuesFiles` knows them all
 * for one render of one chart.
 */
import type { ChartRender, Json, Path, Tree } from '../model.js'
import { resolvePath } from '../discover/path.js'
import { isMap } from '../parse/json.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { join } from '../render/chart.js'
import { deployerPlaces } from './deployer.js'
import { inText, wholeFile, type KeyPlace } from './location.js'

/** A values file of the repository, and the part of the root's values that it holds. */
interface Layer {
  readonly file: string
  /** Where its content lies in the root's values: below a subchart's name or alias. */
  readonly at: readonly string[]
  /** The path of the content in the file, where an `import-values` takes it from there. */
  readonly from: readonly string[]
  /** From a vendored subchart: not to be edited. */
  readonly vendored: boolean
  /** Given to the render, and not the chart's own. */
  readonly given: boolean
}

interface Dependency {
  readonly name: string
  readonly alias: string
  /** Tree path of the subchart's folder; null where it is no folder of the repository. */
  readonly folder: string | null
  readonly imports: readonly { readonly child: readonly string[]; readonly parent: readonly string[] }[]
}

export interface ValuesFiles {
  /** The file that sets a key last; where none does, the file that has the most of the way to it. */
  place(key: readonly string[]): KeyPlace | null
  /** The same among the files that belong to this repository: not a vendored subchart's. */
  override(key: readonly string[]): KeyPlace | null
  /** The same as `override` among the charts' own files, which every environment starts from. */
  everywhere(key: readonly string[]): KeyPlace | null
}

/** `realPath` says where a file of the chart lies in the tree; null where it does not. */
export function valuesFiles(
  tree: Tree,
  chart: string,
  { values, deployed }: ChartRender,
  vendored: (folder: string) => boolean,
): ValuesFiles {
  const layers: Layer[] = values.toReversed().map((file) => ({ file, at: [], from: [], vendored: false, given: true }))
  addChart(tree, chart, [], false, vendored, layers, 0)
  const read = readerOf(tree)
  const places = (key: readonly string[], among: readonly Layer[]): KeyPlace | null => {
    const found = among.flatMap((layer) => {
      const inLayer = pathIn(layer, key)
      const content = inLayer === null ? null : read(layer.file)
      return inLayer === null || content === null
        ? []
        : [{ file: layer.file, ...follow(content.value, inLayer), content }]
    })
    const best =
      found.find(({ missing }) => missing === 0) ??
      found.reduce<(typeof found)[number] | null>((a, b) => (a !== null && a.depth >= b.depth ? a : b), null)
    if (best === null) return null
    const { file, path, missing, depth, content } = best
    const location = depth === 0 ? wholeFile(file) : inText(content.positions, file, 1, path)
    return { file, path, exists: missing === 0, document: 0, lacks: path.slice(depth), location }
  }
  const byDeployer = deployerPlaces(tree, deployed)
  return {
    place: (key) => byDeployer(key) ?? places(key, layers),
    override: (key) =>
      byDeployer(key) ??
      places(
        key,
        layers.filter((layer) => !layer.vendored),
      ),
    everywhere: (key) =>
      places(
        key,
        layers.filter((layer) => !layer.vendored && !layer.given),
      ),
  }
}

/** Subcharts nest; ones that contain themselves do not exist, but a hostile repository may try. */
const DEEPEST = 16

function addChart(
  tree: Tree,
  folder: string,
  at: readonly string[],
  isVendored: boolean,
  vendored: (folder: string) => boolean,
  layers: Layer[],
  depth: number,
): void {
  layers.push({ file: join(folder, 'values.yaml'), at, from: [], vendored: isVendored, given: false })
  if (depth > DEEPEST) return
  for (const { alias, folder: below, imports } of dependenciesOf(tree, folder)) {
    if (below === null) continue
    const theirs = isVendored || vendored(below)
    for (const { child, parent } of imports) {
      layers.push({
        file: join(below, 'values.yaml'),
        at: [...at, ...parent],
        from: child,
        vendored: theirs,
        given: false,
      })
    }
    addChart(tree, below, [...at, alias], theirs, vendored, layers, depth + 1)
  }
}

/** The subcharts in a chart's folder: those that are listed, under each of their names, and those that only lie there. */
function dependenciesOf(tree: Tree, folder: string): readonly Dependency[] {
  const listed = ['Chart.yaml', 'requirements.yaml'].flatMap((name) => {
    const list = mapIn(tree, join(folder, name))['dependencies']
    return Array.isArray(list) ? (list as readonly Json[]).filter(isMap) : []
  })
  const folders = (tree.list(join(folder, 'charts')) ?? [])
    .filter(({ kind }) => kind === 'directory')
    .map(({ name }) => join(folder, 'charts', name))
  const nameIn = (below: string): string => textOf(mapIn(tree, join(below, 'Chart.yaml'))['name'])
  const known = listed.map((each): Dependency => {
    const name = textOf(each['name'])
    const repository = textOf(each['repository'])
    const local = repository.startsWith('file://') ? resolvePath(folder, repository.slice('file://'.length)) : null
    const imports = each['import-values']
    return {
      name,
      alias: textOf(each['alias']) || name,
      folder:
        folders.find((below) => nameIn(below) === name) ??
        (local !== null && tree.stat(join(local, 'Chart.yaml')) === 'file' ? local : null),
      imports: Array.isArray(imports) ? (imports as readonly Json[]).flatMap(importOf) : [],
    }
  })
  const unlisted = folders
    .filter((below) => !known.some((dependency) => dependency.folder === below))
    .map((below): Dependency => ({ name: nameIn(below), alias: nameIn(below), folder: below, imports: [] }))
  return [...known, ...unlisted.filter(({ name }) => name !== '')]
}

/** `data` is short for what the subchart exports under that name. */
function importOf(entry: Json): Dependency['imports'] {
  if (typeof entry === 'string') return [{ child: ['exports', ...entry.split('.')], parent: [] }]
  if (!isMap(entry)) return []
  const parent = textOf(entry['parent'])
  return [{ child: textOf(entry['child']).split('.'), parent: parent === '.' ? [] : parent.split('.') }]
}

function mapIn(tree: Tree, file: string): { readonly [key: string]: Json } {
  const bytes = tree.read(file)
  const { value } = bytes === null ? { value: null } : parseYaml(new TextDecoder().decode(bytes))
  return isMap(value) ? value : {}
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

interface Content {
  readonly value: Json
  readonly positions: ReturnType<typeof positionsOf>
}

function readerOf(tree: Tree): (file: string) => Content | null {
  const contents = new Map<string, Content | null>()
  return (file) => {
    const known = contents.get(file)
    if (known !== undefined) return known
    const bytes = tree.read(file)
    const text = bytes === null ? null : new TextDecoder().decode(bytes)
    const content = text === null ? null : { value: parseYaml(text).value, positions: positionsOf(text) }
    contents.set(file, content)
    return content
  }
}

/** A key of the root's values, as the layer has it; null where it holds another part. A global is every chart's. */
function pathIn({ at, from }: Layer, key: readonly string[]): readonly string[] | null {
  if (key[0] === 'global' && from.length === 0) return key
  if (key.length <= at.length || at.some((step, i) => key[i] !== step)) return null
  return [...from, ...key.slice(at.length)]
}

/** Goes down as far as there is something; list indices become numbers. */
function follow(
  value: Json,
  steps: readonly string[],
): { readonly path: Path; readonly depth: number; readonly missing: number } {
  const path: (string | number)[] = []
  let now: Json | undefined = value
  let depth = 0
  for (const step of steps) {
    const isList = Array.isArray(now)
    const next: Json | undefined = isList
      ? (now as readonly Json[])[Number(step)]
      : isMap(now ?? null)
        ? (now as { readonly [key: string]: Json })[step]
        : undefined
    path.push(isList ? Number(step) : step)
    if (next !== undefined && depth === path.length - 1) depth++
    now = next
  }
  return { path, depth, missing: steps.length - depth }
}
