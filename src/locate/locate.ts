/**
 * locate: from a place in a resource to lines of the repository. Only sources with findings are looked at. A line is
 * claimed only where it is known; where not, the precision says so.
 */
import type { Place, Resource, Tree } from '../model.js'
import type { RenderEngines } from '../render/engines.js'
import { traceKustomization, type TraceOf } from './kustomize.js'
import { Sources, type Written } from './written.js'

export interface Location {
  /** Tree path. */
  readonly file: string
  /** 1-based, as the columns; `endColumn` is one past the last character. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly precision: 'exact' | 'ancestor' | 'template' | 'file'
}

/** Another place that takes part in a value. */
export interface RelatedPlace {
  readonly file: string
  readonly line: number
  /** What it is: `base`. */
  readonly why: string
}

export interface Located {
  readonly location: Location
  readonly related: readonly RelatedPlace[]
  /** Where an edit of the value belongs; null where no single place is known. */
  readonly written: Written | null
}

export type Locate = (place: Place) => Located

/** A function that locates places in these resources. Kustomizations among their sources are built once more. */
export async function locatorOf(
  tree: Tree,
  resources: readonly Resource[],
  engines: Pick<RenderEngines, 'kustomize'>,
): Promise<Locate> {
  const sources = new Sources(tree)
  const traces = await tracesOf(tree, resources, engines, sources)
  return ({ resource, path }) => {
    const { file, kind, source, document } = resource.origin
    if (!resource.declared) return only(atFirstLine(resource))
    switch (kind) {
      case 'manifest':
        return written(sources, { file, document, path: [...resource.path, ...path], within: null }, true)
      case 'kustomization': {
        const trace = traces.get(source)?.(resource, path)
        const found = trace?.written == null ? only(wholeFile(file)) : written(sources, trace.written, trace.exact)
        const base = trace?.base == null ? null : sources.range(trace.base)
        if (trace?.base == null || base === null) return found
        return { ...found, related: [{ file: trace.base.file, line: base.line, why: 'base' }] }
      }
      case 'chart':
        return only({ ...wholeFile(file), precision: 'template' })
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
  if (range === null) return only(wholeFile(place.file))
  const { exact, ...lines } = range
  return {
    location: { file: place.file, ...lines, precision: exact && isExact ? 'exact' : 'ancestor' },
    related: [],
    written: place,
  }
}

const only = (location: Location): Located => ({ location, related: [], written: null })

/** A stand-in has no text of its own: it is shown where what it stands for is first used. */
function atFirstLine(resource: Resource): Location {
  const { file, line } = resource.origin
  return { ...wholeFile(file), line: line ?? 1, endLine: line ?? 1 }
}

function wholeFile(file: string): Location {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1, precision: 'file' }
}
