/**
 * locate: from a place in a resource to lines of the repository. Only sources with findings are looked at. A line is
 * claimed only where it is known; where not, the precision says so.
 */
import type { Place, Resource, Source, Tree } from '../model.js'
import { positionsOf } from '../parse/yaml.js'
import type { RenderEngines, TraceEngine } from '../render/engines.js'
import { chartLocator, type WantedPlace } from './chart.js'
import { traceKustomization, type TraceOf } from './kustomize.js'
import { inText, located, wholeFile, type Located, type Location } from './location.js'
import { Sources, type Written } from './written.js'

export type { WantedPlace } from './chart.js'
export type { Located, Location, RelatedPlace, ValuesKey } from './location.js'

export type Locate = (place: Place) => Located

/** What locating renders once more. */
export type LocateEngines = TraceEngine & Pick<RenderEngines, 'kustomize'>

/**
 * A function that locates places in the resources of `wanted`. Charts and kustomizations among their sources are rendered
 * once more; of a place in a chart that is not `wanted` no more than the template is known.
 */
export async function locatorOf(
  tree: Tree,
  sources: readonly Source[],
  engines: LocateEngines,
  wanted: readonly WantedPlace[],
): Promise<Locate> {
  const texts = new Sources(tree)
  const [inChart, traces] = await Promise.all([
    chartLocator(tree, sources, engines, wanted),
    tracesOf(tree, [...new Set(wanted.map(({ resource }) => resource))], engines, texts),
  ])
  return (place) => {
    const { resource, path } = place
    const { file, kind, source, document, line } = resource.origin
    if (!resource.declared) return located(atFirstLine(resource))
    switch (kind) {
      case 'manifest':
        return written(texts, { file, document, path: [...resource.path, ...path], within: null }, true)
      case 'kustomization': {
        const trace = traces.get(source)?.(resource, path)
        const found = trace?.written == null ? located(wholeFile(file)) : written(texts, trace.written, trace.exact)
        const base = trace?.base == null ? null : texts.range(trace.base)
        if (trace?.base == null || base === null) return found
        return { ...found, related: [{ file: trace.base.file, line: base.line, why: 'base' }] }
      }
      case 'chart': {
        // What is rendered has no line; what is written, a chart's CRDs, has.
        if (line === null || tree.stat(file) !== 'file') return inChart(place)
        return located(inText(positionsOf(resource.text), file, line, [...resource.path, ...path]))
      }
    }
  }
}

async function tracesOf(
  tree: Tree,
  resources: readonly Resource[],
  engines: Pick<RenderEngines, 'kustomize'>,
  sources: Sources,
): Promise<ReadonlyMap<string, TraceOf>> {
  const bySource = new Map<string, Resource[]>()
  for (const resource of resources) {
    const { kind, source } = resource.origin
    if (kind === 'kustomization' && resource.declared) bySource.set(source, [...(bySource.get(source) ?? []), resource])
  }
  const traces = await Promise.all(
    [...bySource].map(
      async ([folder, own]) => [folder, await traceKustomization(tree, folder, own, engines, sources)] as const,
    ),
  )
  return new Map(traces)
}

function written(sources: Sources, place: Written, isExact: boolean): Located {
  const range = sources.range(place)
  if (range === null) return located(wholeFile(place.file))
  const { exact, ...lines } = range
  const precision = exact && isExact ? 'exact' : 'ancestor'
  return { ...located({ file: place.file, ...lines, precision }), written: place }
}

/** A stand-in has no text of its own: it is shown where what it stands for is first used. */
function atFirstLine(resource: Resource): Location {
  const { file, line } = resource.origin
  return { ...wholeFile(file), line: line ?? 1, endLine: line ?? 1 }
}
