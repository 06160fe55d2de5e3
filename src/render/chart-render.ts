/** Charts: each of their renders, and what of them is rendered without what they lack. */
import type { ChartRender, ChartSource, DeployedChart, Document, Tree, Unjudged } from '../model.js'
import { chartFiles, join, type ChartFile } from './chart.js'
import { documentsOf } from './chart-documents.js'
import { postRendered, withDeployed, withMetadata } from './deployed.js'
import type { HelmRequest, NamedFile, RenderEngines } from './engines.js'
import { lackingDependencies } from './lacking.js'
import { missingIn, withoutMissing } from './missing.js'
import { atAnotherMoment, eitherWay, withGenerated } from './otherwise.js'
import { entryNamedIn, joinedRenders, NOTHING, unjudged, type Rendered } from './rendered.js'
import { isRefusal, standingIn } from './standing-in.js'

/** The namespace a chart is rendered into where nobody states one: a symbol, see docs/adr/0002. */
export const RELEASE_NAMESPACE = 'release-namespace'

export async function renderChart(tree: Tree, source: ChartSource, engines: RenderEngines): Promise<Rendered> {
  const files = chartFiles(tree, source.id)
  const reached = new Set(files.map(({ name }) => join(source.id, name)))
  const parts = await Promise.all(source.renders.map((each) => renderChartOnce(tree, source, each, files, engines)))
  return {
    ...(standingIn(source, parts) ?? { ...joinedRenders(parts), refused: new Set() }),
    reached: new Set([...reached, ...source.renders.flatMap(({ values }) => values)]),
  }
}

/** What is asked of Helm for one of a chart's renders. Its values files are there. */
export function helmRequest(
  tree: Tree,
  { values, deployed, ...release }: ChartRender,
  files: readonly NamedFile[],
): HelmRequest {
  const request = {
    files,
    values: values.map((name) => ({ name, content: tree.read(name) ?? '' })),
    releaseName: release.releaseName,
    namespace: release.namespace ?? RELEASE_NAMESPACE,
    kubeVersion: release.kubeVersion ?? undefined,
    apiVersions: release.apiVersions,
    includeCrds: true,
  }
  return withDeployed(request, deployed, tree)
}

async function renderChartOnce(
  tree: Tree,
  source: ChartSource,
  each: ChartRender,
  files: readonly ChartFile[],
  engines: RenderEngines,
): Promise<Rendered> {
  const { environment, values } = each
  const { deployed } = each
  const named = [...values, ...(deployed?.setFile ?? []).map(({ file }) => file)]
  const missing = named.filter((file) => tree.read(file) === null)
  if (missing.length > 0) {
    return {
      ...NOTHING,
      failed: new Map([[source.id, 1]]),
      unjudged: missing.map((file) => unjudged(file, null, 'the values file is not there', source.id, environment)),
    }
  }
  const asked = helmRequest(tree, each, files)
  const whole = await engines.helm(asked)
  const own = whole.error?.stage === 'dependencies' ? helmRequest(tree, each, withoutMissing(files)) : null
  const apart = own === null ? null : await engines.helm(own)
  // What of it could be rendered without them is judged; where nothing could, they are what is told.
  const isApart = own !== null && apart?.error === null
  const [request, result] = isApart ? [own, apart] : [asked, whole]
  if (result.error !== null) {
    const { file, line, message } = result.error
    const isLacking = result.error.stage === 'dependencies'
    const reason = (isLacking ? lackingDependencies(message, source.id) : null) ?? message
    // A values file is named as it was given; anything else is a file of the chart.
    const isValues = values.includes(file) || deployed?.values.some(({ name }) => name === file) === true
    const at = isValues ? file : join(source.id, file === '' ? 'Chart.yaml' : file)
    const known = line === 0 ? entryNamedIn(tree, at, message) : isGiven(deployed, file) ? deployed.by.line : line
    return {
      ...NOTHING,
      renders: 1,
      failed: new Map([[source.id, 1]]),
      refused: new Set(isRefusal(result.error) ? [source.id] : []),
      unjudged: [unjudged(at, known, reason, source.id, environment)],
    }
  }
  const { documents, problems } = documentsOf(source, each, result)
  const first = await withGenerated(source, each, request, result, documents, engines)
  const then = await atAnotherMoment(source, each, request, result, first.documents, engines)
  const ways = await eitherWay(source, each, request, first.documents, engines)
  const [now, ...others] = await Promise.all(
    [first.documents, first.otherwise, then.otherwise, ...ways.map(({ otherwise }) => otherwise)].map((those) =>
      finished(source, each, those, engines),
    ),
  )
  return {
    ...NOTHING,
    documents: now?.documents ?? [],
    otherwise: others.flatMap((other) => other.documents),
    notes: [...then.notes, ...ways.flatMap(({ notes }) => notes)],
    unjudged: [
      ...(isApart ? lackOf(tree, source, each, files, documents.length > 0) : []),
      ...problems,
      ...(now?.unjudged ?? []),
    ],
    renders: 1,
  }
}

/** What a chart that was rendered without its dependencies lacks. */
function lackOf(
  tree: Tree,
  { id }: ChartSource,
  each: ChartRender,
  files: readonly ChartFile[],
  hasOwn: boolean,
): readonly Unjudged[] {
  const missing = missingIn(tree, id, each, files)
  if (missing.length === 0) return []
  const at = join(id, 'Chart.yaml')
  const message = `missing in charts/ directory: ${missing.join(', ')}`
  const reason = lackingDependencies(message, id, hasOwn) ?? message
  return [unjudged(at, entryNamedIn(tree, at, message), reason, id, each.environment)]
}

/** Values that stand in what deploys the chart, and not in a file of values. */
const isGiven = (deployed: DeployedChart | undefined, name: string): deployed is DeployedChart =>
  deployed !== undefined && deployed.by.file === name

/** What the deployer does to the documents. Hooks pass by its post-renderers, and its metadata reaches them all. */
async function finished(
  source: ChartSource,
  { deployed, environment }: ChartRender,
  all: readonly Document[],
  engines: RenderEngines,
): Promise<Pick<Rendered, 'documents' | 'unjudged'>> {
  if (deployed === undefined || all.length === 0) return { documents: all, unjudged: [] }
  const { by, tests, postRenderers, metadata } = deployed
  const wanted = tests ? all : all.filter(({ origin }) => !origin.hooks.includes('test'))
  const isHook = ({ origin }: Document): boolean => origin.hooks.length > 0
  const [hooks, plain] = [wanted.filter(isHook), wanted.filter((document) => !isHook(document))]
  const { documents, error } = await postRendered(plain, plain.length === 0 ? [] : postRenderers, engines)
  return {
    documents: withMetadata([...documents, ...hooks], metadata),
    unjudged:
      error === null
        ? []
        : [
            unjudged(
              by.file,
              by.line,
              `${by.name}: what it does after rendering fails: ${error}`,
              source.id,
              environment,
            ),
          ],
  }
}
