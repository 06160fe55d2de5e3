/**
 * A chart whose dependencies are not in its `charts/`: Helm refuses it as a whole. Its own templates can be rendered without
 * them, and where a condition switches all of them off, that is what Helm puts out.
 */
import type { ChartRender, Json, JsonObject, Tree } from '../model.js'
import { isMap } from '../parse/json.js'
import { decodeText } from '../parse/split.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { join, type ChartFile } from './chart.js'

/** The files in which a chart lists what it depends on. */
const LISTS: readonly string[] = ['Chart.yaml', 'requirements.yaml']

/** The files of a chart without the entries of dependencies that are not among them; the same where nothing is missing. */
export function withoutMissing(files: readonly ChartFile[]): readonly ChartFile[] {
  const isThere = isAmong(files)
  return files.map((file) => {
    if (!LISTS.includes(file.name)) return file
    const { text } = decodeText(file.content)
    const missing = entriesIn(text).flatMap((entry, index) => (isThere(entry) ? [] : [index]))
    return missing.length === 0 ? file : { ...file, content: new TextEncoder().encode(withoutItems(text, missing)) }
  })
}

/** Names of the dependencies that are not among a chart's files, and are not switched off in this render. */
export function missingIn(
  tree: Tree,
  chart: string,
  render: ChartRender,
  files: readonly ChartFile[],
): readonly string[] {
  const isThere = isAmong(files)
  const isOff = switchedOff(tree, chart, render)
  return files
    .filter(({ name }) => LISTS.includes(name))
    .flatMap(({ content }) => entriesIn(decodeText(content).text))
    .filter((entry) => !isThere(entry) && !isOff(entry))
    .map(({ name }) => String(name))
}

function entriesIn(text: string): readonly JsonObject[] {
  const { value } = parseYaml(text)
  const list = isMap(value) ? value['dependencies'] : null
  return Array.isArray(list) ? (list as readonly Json[]).filter(isMap) : []
}

/** As a folder or as an archive, by the name that Helm looks for. */
function isAmong(files: readonly ChartFile[]): (dependency: JsonObject) => boolean {
  const entries = new Set(files.flatMap(({ name }) => /^charts\/([^/]+)/.exec(name)?.[1] ?? []))
  return (dependency) => {
    const names = [dependency['name'], dependency['alias']].filter((name) => typeof name === 'string')
    return names.some((name) =>
      [...entries].some((entry) => entry === name || (entry.startsWith(`${name}-`) && entry.endsWith('.tgz'))),
    )
  }
}

/** Without these items of the list, as they are written: a block each. What is written otherwise stays. */
function withoutItems(text: string, indexes: readonly number[]): string {
  const lines = text.split('\n')
  const positions = positionsOf(text)
  const dropped = new Set<number>()
  for (const index of indexes) {
    const start = positions(['dependencies', index]).line - 1
    const dash = /^(\s*)-\s/.exec(lines[start] ?? '')
    if (dash === null) continue
    const column = (dash[1] ?? '').length
    const isWithin = (line: string): boolean => /^\s*(?:#|$)/.test(line) || line.search(/\S/) > column
    let end = start + 1
    while (end < lines.length && isWithin(lines[end] ?? '')) end++
    for (let line = start; line < end; line++) dropped.add(line)
  }
  return lines.filter((_, line) => !dropped.has(line)).join('\n')
}

/**
 * Whether a condition switches a dependency off (helm.sh/helm/v4 pkg/chart/v2/util, processDependencyConditions): of its
 * paths the first that is a truth value decides. Values that stand in what deploys the chart are not looked at: then nothing
 * is known to be off.
 */
function switchedOff(
  tree: Tree,
  chart: string,
  { values, deployed }: ChartRender,
): (dependency: JsonObject) => boolean {
  const layers = [...values.toReversed(), join(chart, 'values.yaml')].map((file) => {
    const bytes = tree.read(file)
    return bytes === null ? null : parseYaml(decodeText(bytes).text).value
  })
  const valueOf = (path: string): Json | undefined =>
    layers.map((layer) => below(layer, path.split('.'))).find((found) => found !== undefined)
  return ({ condition }) => {
    if (deployed !== undefined || typeof condition !== 'string') return false
    const decided = condition
      .split(',')
      .map((path) => valueOf(path.trim()))
      .find((value) => typeof value === 'boolean')
    return decided === false
  }
}

function below(value: Json, [step, ...rest]: readonly string[]): Json | undefined {
  if (step === undefined) return value
  const next = isMap(value) ? value[step] : undefined
  return next === undefined ? undefined : below(next, rest)
}
