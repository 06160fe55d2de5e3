/**
 * locate: from a place in a resource to lines of the repository. Only files with findings are looked at. A line is
 * claimed only where it is known; where not, the precision says so.
 */
import type { Place, Resource, Source, Tree } from '../model.js'
import type { RenderEngines, TraceEngine } from '../render/engines.js'
import { chartLocator, type WantedPlace } from './chart.js'
import { traceKustomization, type TraceOf } from './kustomize.js'
import { lacking, located, wholeFile, type Located, type Location } from './location.js'
import { Sources, valueIn, type Written } from './written.js'

export type { WantedPlace } from './chart.js'
export { locatedInAll, type InEnvironment } from './together.js'
export type { KeyPlace, Located, Location, RelatedPlace, ValuesKey } from './location.js'

export type Locate = (place: Place) => Located

/** What renders again, with marks. */
export type LocateEngines = TraceEngine & Pick<RenderEngines, 'kustomize'>

/**
 * A function that locates; it remembers what it parsed. Charts and kustomizations are rendered again for what is `wanted`
 * in them, and of other places in a chart no more than the template is known.
 */
export async function locatorOf(
  tree: Tree,
  sources: readonly Source[],
  engines: LocateEngines,
  wanted: readonly WantedPlace[],
): Promise<Locate> {
  const inChart = await chartLocator(tree, sources, engines, wanted)
  const texts = new Sources(tree)
  const traces = await tracesOf(tree, wanted, engines, texts)
  return (place) => {
    const { resource, path } = place
    const { kind, file, line, document, source } = resource.origin
    if (!resource.declared) return located(atFirstLine(resource))
    if (kind === 'kustomization') return inKustomization(texts, resource, traces.get(source)?.(resource, path))
    // What is rendered has no line; what is written, a chart's CRDs too, has.
    if (kind === 'chart' && (line === null || tree.stat(file) !== 'file')) return inChart(place)
    return writtenAt(texts, { file, document, path: [...resource.path, ...path], within: null }, true)
  }
}

/** One more build of every kustomization that something is wanted of. */
async function tracesOf(
  tree: Tree,
  wanted: readonly WantedPlace[],
  engines: LocateEngines,
  texts: Sources,
): Promise<ReadonlyMap<string, TraceOf>> {
  const bySource = new Map<string, Resource[]>()
  for (const { resource } of wanted) {
    const { kind, source } = resource.origin
    if (kind === 'kustomization' && resource.declared) bySource.set(source, [...(bySource.get(source) ?? []), resource])
  }
  const traces = await Promise.all(
    [...bySource].map(
      async ([folder, own]) => [folder, await traceKustomization(tree, folder, own, engines, texts)] as const,
    ),
  )
  return new Map(traces)
}

function inKustomization(texts: Sources, resource: Resource, trace: ReturnType<TraceOf> | undefined): Located {
  const { written = null, exact = false, base = null } = trace ?? {}
  const found = written === null ? located(wholeFile(resource.origin.file)) : writtenAt(texts, written, exact)
  const line = base === null ? undefined : texts.range(base)?.line
  return base === null || line === undefined ? found : { ...found, related: [{ file: base.file, line, why: 'base' }] }
}

/** `isExact`: the place is the value itself, and not only what is nearest to it. */
function writtenAt(texts: Sources, written: Written, isExact: boolean): Located {
  const range = texts.range(written)
  if (range === null) return located(wholeFile(written.file))
  const { exact, ...lines } = range
  const location = located({ file: written.file, ...lines, precision: exact && isExact ? 'exact' : 'ancestor' })
  if (exact) return { ...location, written }
  const { within } = written
  const root = within === null ? { ...written, path: [] } : { ...written, within: { ...within, path: [] } }
  const missing = lacking(valueIn(texts, root), within?.path ?? written.path)
  return { ...location, written, lacks: missing === null ? null : { file: written.file, path: missing } }
}

/** A stand-in has no text of its own: it is shown where what it stands for is first used. */
function atFirstLine(resource: Resource): Location {
  const { file, line } = resource.origin
  return { ...wholeFile(file), line: line ?? 1, endLine: line ?? 1 }
}
