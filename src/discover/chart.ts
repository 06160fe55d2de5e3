/** What a chart says about itself, and the ways it is rendered. */
import type { ChartSettings, RenderSettings } from '../config.js'
import type { ChartRender, Environment, Json, JsonObject, Tree } from '../model.js'
import { isMap } from '../parse/json.js'
import { decodeText } from '../parse/split.js'
import { parseYaml } from '../parse/yaml.js'
import { resolvePath } from './path.js'

export interface Chart {
  readonly folder: string
  readonly isLibrary: boolean
  readonly dependencies: readonly Dependency[]
}

export interface Dependency {
  /** The folder below `charts/`: the alias, where there is one. */
  readonly name: string
  /** Tree path of the chart a `file://` repository names; null for others. */
  readonly folder: string | null
  /** From a repository elsewhere: somebody else's chart. */
  readonly isRemote: boolean
}

export function readChart(tree: Tree, folder: string): Chart {
  const read = (name: string): JsonObject => {
    const bytes = tree.read(folder === '' ? name : `${folder}/${name}`)
    const { value } = bytes === null ? { value: null } : parseYaml(decodeText(bytes).text)
    // A malformed one is Helm's to name.
    return isMap(value) ? value : {}
  }
  const chart = read('Chart.yaml')
  const listed = [chart['dependencies'], read('requirements.yaml')['dependencies']]
  const dependencies = listed.flatMap((list) => (Array.isArray(list) ? (list as readonly Json[]).filter(isMap) : []))
  return {
    folder,
    isLibrary: chart['type'] === 'library',
    dependencies: dependencies.map((dependency) => {
      const repository = text(dependency['repository'])
      const isLocal = repository.startsWith('file://')
      return {
        name: text(dependency['alias']) || text(dependency['name']),
        folder: isLocal ? resolvePath(folder, repository.slice('file://'.length)) : null,
        isRemote: repository !== '' && !isLocal,
      }
    }),
  }
}

/** Values files beside the chart that are environments: `values-prod.yaml`, `values.prod.yaml`. */
const ENVIRONMENT_VALUES = /^values[-.](.+)\.ya?ml$/
/** chart-testing's convention: values to try the chart with. */
const TRIAL_VALUES = /^(.+)-values\.ya?ml$/

/** The environment that a values file is of, by its name; null: none. */
export function environmentByValues(file: string): Environment | null {
  const name = ENVIRONMENT_VALUES.exec(file)?.[1]
  return name === undefined || name === 'schema' ? null : { name, label: file, trial: false }
}

/** As `helm template` calls a release that nobody named. */
export const RELEASE_NAME = 'release-name'

/**
 * `settings`: what the configuration says about the chart. `before`: what a pull request starts from, whose defaults stay
 * among what is judged where they were: a values file that it brings does not take them out.
 */
export function rendersOf(
  tree: Tree,
  chart: string,
  settings: ChartSettings | null,
  before?: Tree,
): readonly ChartRender[] {
  const inChart = (path: string): string => resolvePath(chart, path) ?? path
  const render = (environment: Environment, own: RenderSettings | null, values: readonly string[]): ChartRender => ({
    environment,
    values: [...(settings?.values ?? []), ...(own?.values ?? [])].map(inChart).concat(values),
    releaseName: own?.release ?? settings?.release ?? RELEASE_NAME,
    namespace: own?.namespace ?? settings?.namespace ?? null,
    kubeVersion: own?.kubeVersion ?? settings?.kubeVersion ?? null,
    apiVersions: own !== null && own.apiVersions.length > 0 ? own.apiVersions : (settings?.apiVersions ?? []),
  })
  const named = [...(settings?.environments ?? [])].map(([name, own]) =>
    render({ name, label: name, trial: false }, own, []),
  )
  if (named.length > 0 && settings?.alsoFound !== true) return named
  const taken = new Set(named.flatMap(({ values }) => values))
  const files = (folder: string): readonly string[] =>
    (tree.list(inChart(folder)) ?? []).filter(({ kind }) => kind === 'file').map(({ name }) => name)
  const environments = files('').flatMap((file) => {
    const environment = environmentByValues(file)
    return environment === null || taken.has(inChart(file)) ? [] : [render(environment, null, [inChart(file)])]
  })
  if (named.length > 0) return [...named, ...environments]
  const trials = files('ci').flatMap((file) => {
    if (!TRIAL_VALUES.test(file)) return []
    const label = `ci/${file}`
    return [render({ name: inChart(label), label, trial: true }, null, [inChart(label)])]
  })
  const plain = render({ name: null, label: null, trial: false }, null, [])
  const isPlain = environments.length === 0 || (before !== undefined && isJudgedByDefaults(before, chart))
  return [...environments, ...(isPlain ? [plain] : []), ...trials]
}

/** Whether a tree has the chart, and beside it no values file of an environment. */
function isJudgedByDefaults(tree: Tree, chart: string): boolean {
  const files = (tree.list(chart) ?? []).filter(({ kind }) => kind === 'file').map(({ name }) => name)
  return files.includes('Chart.yaml') && !files.some((file) => environmentByValues(file) !== null)
}

/** Whether a file below a chart is an input of it by convention; `path` is relative to the chart. */
export function isChartInput(path: string): boolean {
  return /^(?:Chart\.(?:yaml|lock)|requirements\.(?:yaml|lock)|values(?:[-.].+)?\.ya?ml|values\.schema\.json|ci\/.+-values\.ya?ml)$/.test(
    path,
  )
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
