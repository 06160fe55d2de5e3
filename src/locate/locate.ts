/**
 * locate: from a place in a resource to lines of the repository. Only files with findings are looked at. A line is
 * claimed only where it is known; where not, the precision says so.
 */
import type { Deployer, Json, Origin, Path, Place, Resource, Source, Tree } from '../model.js'
import { entryPath } from '../discover/remote-base.js'
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
  const traces = await tracesOf(tree, sources, wanted, engines, texts)
  return (place) => {
    const { resource, path } = place
    const { by, kind, file, line, document } = resource.origin
    if (!resource.declared) return located(atFirstLine(resource))
    if (kind === 'kustomization')
      return inKustomization(texts, resource, traces.get(buildOf(resource.origin))?.(resource, path))
    // What is rendered has no line; what is written, a chart's CRDs too, has.
    if (kind === 'chart' && (line === null || tree.stat(file) !== 'file')) return inChart(place)
    // What is deployed with other words than are written has no line of its own.
    if (kind === 'manifest' && by === undefined && line !== null)
      texts.know(file, document, { text: resource.text, line })
    const written = { file, document, path: [...resource.path, ...path], within: null }
    return writtenAt(texts, written, true, () => lacking(resource.object as unknown as Json, path))
  }
}

/** A kustomization may be built by several deployers. */
const buildOf = ({ source, by, environment }: Origin): string => JSON.stringify([source, by ?? null, environment.name])

/** One more build of every kustomization that something is wanted of. */
async function tracesOf(
  tree: Tree,
  sources: readonly Source[],
  wanted: readonly WantedPlace[],
  engines: LocateEngines,
  texts: Sources,
): Promise<ReadonlyMap<string, TraceOf>> {
  const byBuild = new Map<string, [Resource, ...Resource[]]>()
  for (const { resource } of wanted) {
    if (resource.origin.kind !== 'kustomization' || !resource.declared) continue
    const build = buildOf(resource.origin)
    const known = byBuild.get(build)
    if (known === undefined) byBuild.set(build, [resource])
    else known.push(resource)
  }
  const deployed = new Map(
    sources.flatMap((source) => {
      if (source.kind !== 'kustomization' || source.deployed === undefined) return []
      const { id, environment } = source
      const build = JSON.stringify([id, source.deployed.by.name, environment.name])
      return [[build, source.deployed] as const]
    }),
  )
  const traces = await Promise.all(
    [...byBuild].map(async ([build, own]) => {
      const [{ origin }] = own
      return [build, await traceKustomization(tree, origin.source, own, engines, texts, deployed.get(build))] as const
    }),
  )
  return new Map(traces)
}

function inKustomization(texts: Sources, resource: Resource, trace: ReturnType<TraceOf> | undefined): Located {
  const { written = null, exact = false, base = null, by } = trace ?? {}
  const known = by === undefined ? entryAt(texts, resource.origin) : deployerAt(by)
  const found = written === null ? located(known) : writtenAt(texts, written, exact, () => lackingAt(texts, written))
  const line = base === null ? undefined : texts.range(base)?.line
  return base === null || line === undefined ? found : { ...found, related: [{ file: base.file, line, why: 'base' }] }
}

/** Of what lies in another repository no more is known than where the kustomization names it. */
function entryAt(texts: Sources, { file, vendored }: Origin): Location {
  const whole = wholeFile(file)
  const path = vendored === null ? null : entryPath(texts.documents(file)[0]?.value, vendored)
  const range = path === null ? null : texts.range({ file, document: 0, path, within: null })
  if (range === null) return whole
  const { exact: _, ...lines } = range
  return { file, ...lines, precision: 'ancestor' }
}

/** Of what a deployer sets no more is known than where its resource begins. */
function deployerAt({ file, line }: Deployer): Location {
  const whole = wholeFile(file)
  return line === null ? whole : { ...whole, line, endLine: line, precision: 'ancestor' }
}

/** `isExact`: the place is the value itself, and not only what is nearest to it. `missing`: what of the path is not there. */
function writtenAt(texts: Sources, written: Written, isExact: boolean, missing: () => Path | null): Located {
  const range = texts.range(written)
  if (range === null) return located(wholeFile(written.file))
  const { exact, ...lines } = range
  const location = located({ file: written.file, ...lines, precision: exact && isExact ? 'exact' : 'ancestor' })
  if (exact) return { ...location, written }
  const path = missing()
  return { ...location, written, lacks: path === null ? null : { file: written.file, path } }
}

function lackingAt(texts: Sources, written: Written): Path | null {
  const { within } = written
  const root = within === null ? { ...written, path: [] } : { ...written, within: { ...within, path: [] } }
  return lacking(valueIn(texts, root), within?.path ?? written.path)
}

/** A stand-in has no text of its own: it is shown where what it stands for is first used. */
function atFirstLine(resource: Resource): Location {
  const { file, line } = resource.origin
  return { ...wholeFile(file), line: line ?? 1, endLine: line ?? 1 }
}
