/**
 * The dependencies of a chart that come from elsewhere and are not in its `charts/`: what `helm dependency build` would
 * bring, as Chart.lock pins it.
 */
import type { Json, JsonObject, Tree } from '../model.js'
import { isMap } from '../parse/json.js'
import { decodeText } from '../parse/split.js'
import { parseYaml, positionsOf } from '../parse/yaml.js'
import { readChart } from './chart.js'
import { resolvePath } from './path.js'

export interface MissingDependency {
  /** The folder of the chart that lists it: the archive belongs into its `charts/`. */
  readonly chart: string
  /** Where it is listed. */
  readonly file: string
  readonly line: number
  readonly name: string
  /** The version of the lock and where it is had; or why nobody can tell. */
  readonly pinned: { readonly version: string; readonly repository: string } | { readonly problem: string }
}

/** sha256 of a text, in hexadecimal digits. */
export type Sha256 = (text: string) => string

/** Those of a chart, and of the charts of this tree that it depends on. */
export function missingDependencies(tree: Tree, chart: string, sha256: Sha256): readonly MissingDependency[] {
  const seen = new Set<string>()
  const found: MissingDependency[] = []
  const look = (folder: string): void => {
    if (seen.has(folder)) return
    seen.add(folder)
    found.push(...missingIn(tree, folder, sha256))
    for (const { folder: local } of readChart(tree, folder).dependencies) if (local !== null) look(local)
  }
  look(chart)
  return found
}

function missingIn(tree: Tree, chart: string, sha256: Sha256): readonly MissingDependency[] {
  const inChart = (name: string): string => resolvePath(chart, name) ?? name
  // Helm 2 had them in files of their own, which charts of apiVersion v1 still have.
  const file = inChart(listOf(tree, inChart('Chart.yaml')).length > 0 ? 'Chart.yaml' : 'requirements.yaml')
  const listed = listOf(tree, file)
  const missing = listed.flatMap((dependency, index) =>
    isElsewhere(dependency) && !isThere(tree, inChart('charts'), text(dependency['name']))
      ? [{ dependency, index }]
      : [],
  )
  if (missing.length === 0) return []
  const positions = positionsOf(textOf(tree, file) ?? '')
  const lockFile = inChart(file.endsWith('Chart.yaml') ? 'Chart.lock' : 'requirements.lock')
  const lock = mapIn(tree, lockFile)
  const problem = problemOf(listed, lock, { file, lockFile, chart }, sha256)
  const locked = Array.isArray(lock?.['dependencies']) ? (lock['dependencies'] as readonly Json[]) : []
  const once = new Map(
    missing.map(({ dependency, index }): [string, MissingDependency] => {
      const name = text(dependency['name'])
      const entry = locked[index]
      const version = isMap(entry) ? text(entry['version']) : ''
      const own = problem ?? nameProblem(name, version)
      const pinned = own === null ? { version, repository: text(dependency['repository']) } : { problem: own }
      const { line } = positions(['dependencies', index, 'name'])
      return [`${name} ${version}`, { chart, file, line, name, pinned }]
    }),
  )
  return [...once.values()]
}

const isElsewhere = (dependency: JsonObject): boolean =>
  /^(?:https?|oci):\/\/|^@|^alias:/.test(text(dependency['repository']))

/** As a folder or as an archive. */
function isThere(tree: Tree, charts: string, name: string): boolean {
  return (tree.list(charts) ?? []).some(
    ({ name: entry }) =>
      entry === name || (entry.startsWith(`${name}-`) && /^v?\d.*\.tgz$/.test(entry.slice(name.length + 1))),
  )
}

/** Both become a part of a path. */
function nameProblem(name: string, version: string): string | null {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) return `${JSON.stringify(name)} is no name of a chart`
  return /^v?\d+(?:\.\d+){0,2}(?:[-+][\w.+-]+)?$/.test(version) ? null : `${JSON.stringify(version)} is no version`
}

/** Why the lock does not pin what is listed; null where it does. */
function problemOf(
  listed: readonly JsonObject[],
  lock: JsonObject | null,
  { file, lockFile, chart }: { readonly file: string; readonly lockFile: string; readonly chart: string },
  sha256: Sha256,
): string | null {
  const command = `helm dependency update ${chart === '' ? '.' : chart}`
  if (lock === null) return `nothing pins the version: there is no ${lockFile}. Run \`${command}\` and commit it`
  const locked = lock['dependencies']
  const isRight =
    Array.isArray(locked) &&
    locked.length === listed.length &&
    (locked as readonly Json[]).every((entry, i) => isMap(entry) && entry['name'] === listed[i]?.['name']) &&
    digestsOf(listed, (locked as readonly Json[]).filter(isMap), file.endsWith('requirements.yaml'), sha256).includes(
      text(lock['digest']),
    )
  return isRight ? null : `${lockFile} does not belong to ${file}: its digest is another one. Run \`${command}\``
}

/** As Helm writes it (internal/resolver, HashReq), and as Helm 2 did (HashV2Req). */
function digestsOf(
  listed: readonly JsonObject[],
  locked: readonly JsonObject[],
  isOld: boolean,
  sha256: Sha256,
): readonly string[] {
  const [req, lock] = [listed, locked].map((all) => `[${all.map(goJson).join(',')}]`)
  return [`[${req},${lock}]`, ...(isOld ? [`{"dependencies":${req}}`] : [])].map((json) => `sha256:${sha256(json)}`)
}

/** A chart.Dependency as Go marshals it: its fields in their order, those that are empty left out. */
function goJson(dependency: JsonObject): string {
  const fields = ['name', 'version', 'repository', 'condition', 'tags', 'enabled', 'import-values', 'alias']
  const entries = fields.flatMap((field) => {
    const always = field === 'name' || field === 'repository'
    const given = dependency[field] ?? (always ? '' : null)
    const isEmpty = given === null || given === '' || given === false || (Array.isArray(given) && given.length === 0)
    // The fields of a text take numbers as they are written.
    const value = typeof given === 'number' ? String(given) : given
    return isEmpty && !always ? [] : [`${JSON.stringify(field)}:${goValue(value)}`]
  })
  return `{${entries.join(',')}}`
}

/** Go escapes what HTML reads, and sorts the keys of maps. */
function goValue(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goValue).join(',')}]`
  if (isMap(value))
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${goValue(key)}:${goValue(value[key] ?? null)}`)
      .join(',')}}`
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

function textOf(tree: Tree, file: string): string | null {
  const bytes = tree.read(file)
  return bytes === null ? null : decodeText(bytes).text
}

function mapIn(tree: Tree, file: string): JsonObject | null {
  const written = textOf(tree, file)
  const value = written === null ? null : parseYaml(written).value
  return isMap(value) ? value : null
}

function listOf(tree: Tree, file: string): readonly JsonObject[] {
  const list = mapIn(tree, file)?.['dependencies']
  return Array.isArray(list) ? (list as readonly Json[]).filter(isMap) : []
}
