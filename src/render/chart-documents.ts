/** The documents that Helm put out, with where they come from. */
import { splitDocuments, type SplitProblem } from '../parse/split.js'
import type { ChartRender, ChartSource, Document, Unjudged } from '../model.js'
import { join } from './chart.js'
import type { HelmDocument, HelmResult } from './engines.js'
import { unjudged } from './rendered.js'

export function documentsOf(
  source: ChartSource,
  { environment, ...release }: ChartRender,
  result: HelmResult,
): { readonly documents: readonly Document[]; readonly problems: readonly Unjudged[] } {
  const vendored = vendoredFolders(result)
  const split = [...result.documents, ...result.skipped].map((document) => ({ document, ...piecesOf(document) }))
  const documents = split.flatMap(({ document, texts }) =>
    texts.map(({ text, line }, piece) => ({
      text,
      origin: {
        source: source.id,
        kind: 'chart' as const,
        environment,
        namespace: release.namespace,
        ...(release.deployed === undefined ? {} : { by: release.deployed.by.name }),
        file: join(source.id, document.file),
        document: document.index + piece,
        line,
        template: document.template,
        hooks: document.hook?.events ?? (result.skipped.includes(document) ? ['unknown'] : []),
        vendored: vendored.find((folder) => document.file.startsWith(`${folder}/`)) ?? null,
        role: 'judged' as const,
      },
    })),
  )
  const problems = split.flatMap(({ document, problems }) =>
    problems.map(({ line, message }) =>
      unjudged(join(source.id, document.file), line, message, source.id, environment),
    ),
  )
  return { documents, problems }
}

/** A file of `crds/` comes whole, as it is written: its documents have lines. */
function piecesOf(document: HelmDocument): {
  readonly texts: readonly { readonly text: string; readonly line: number | null }[]
  readonly problems: readonly SplitProblem[]
} {
  if (!document.crd) return { texts: [{ text: document.text, line: null }], problems: [] }
  const { documents, problems } = splitDocuments(document.text)
  return { texts: documents.map(({ text, line }) => ({ text, line })), problems }
}

/** Subcharts that come from elsewhere: packaged, or with a repository that is not a folder here. */
function vendoredFolders({ chart, subcharts }: HelmResult): readonly string[] {
  const all = chart === null ? [] : [chart, ...subcharts]
  const remote = new Set(
    all
      .flatMap(({ dependencies }) => dependencies)
      .filter(({ repository }) => /^(https?|oci|@|alias):?/.test(repository))
      .map(({ name }) => name),
  )
  return subcharts.filter(({ archived, name }) => archived || remote.has(name)).map(({ directory }) => directory)
}

/** A chart's folder as it is told; the root has no name. */
export const nameOf = (folder: string): string => (folder === '' ? 'the chart' : folder)
