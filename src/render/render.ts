/**
 * render: from sources to documents. Plain files are split, charts and kustomizations go through the engines. What
 * cannot be rendered is named; the rest goes on.
 */
import { splitDocuments } from '../parse/split.js'
import type { Environment, ManifestSource, Source, Tree } from '../model.js'
import { renderChart } from './chart-render.js'
import { deployedBy } from './deployed.js'
import type { RenderEngines } from './engines.js'
import { watched } from './inputs.js'
import { renderKustomization } from './kustomization-render.js'
import { joinedRenders, NOTHING, unjudged, type Rendered } from './rendered.js'

/** What all sources gave. */
export interface RenderedSources extends Rendered {
  /** Source → every tree path that its render asked for, there or not. */
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>
}

/** `onProgress` hears of each source that is done. */
export async function render(
  tree: Tree,
  sources: readonly Source[],
  engines: RenderEngines,
  onProgress: (source: string) => void,
): Promise<RenderedSources> {
  // A folder may be a chart and a kustomization at once.
  const inputs = new Map(sources.map(({ id }) => [id, new Set<string>()]))
  const parts = await Promise.all(
    sources.map(async (source) => {
      const rendered = await renderSource(watched(tree, inputs.get(source.id) ?? new Set()), source, engines)
      onProgress(source.id)
      return rendered
    }),
  )
  return { ...joinedRenders(parts), inputs }
}

function renderSource(tree: Tree, source: Source, engines: RenderEngines): Promise<Rendered> {
  switch (source.kind) {
    case 'manifest':
      return Promise.resolve(renderManifest(tree, source))
    case 'chart':
      return renderChart(tree, source, engines)
    case 'kustomization':
      return renderKustomization(tree, source, engines)
  }
}

const PLAIN: Environment = { name: null, label: null, trial: false }

function renderManifest(tree: Tree, source: ManifestSource): Rendered {
  const bytes = tree.read(source.id)
  // Not there any more, or refused: the tree itself names it among its problems.
  if (bytes === null) return NOTHING
  const { documents, problems } = splitDocuments(bytes, source.id)
  const environment = source.environment ?? PLAIN
  return {
    documents: documents.flatMap(({ text, line }, document) => {
      if (source.documents?.includes(document) === false) return []
      const origin = {
        source: source.id,
        kind: 'manifest',
        environment,
        file: source.id,
        document,
        line,
        hooks: [],
        vendored: null,
        role: 'judged',
        ...(source.left === undefined ? {} : { left: source.left }),
        ...deployedBy(source.deployed),
      } as const
      return [{ text, origin }]
    }),
    unjudged: problems.map(({ line, message }) => unjudged(source.id, line, message, source.id, environment)),
    otherwise: [],
    notes: [],
    renders: 1,
    failed: new Map(),
    refused: new Set(),
    reached: new Set([source.id]),
  }
}
