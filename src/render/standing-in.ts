/** Charts that refuse their own values, and trial values that show what they put out all the same (docs/adr/0020). */
import type { ChartSource, Document, Environment, Source } from '../model.js'
import type { HelmStage } from './engines.js'
import { nameOf } from './chart-documents.js'
import { joinedRenders, type Rendered } from './rendered.js'

/** Whether the chart itself says that values are missing or wrong, as opposed to a template that is. */
export const isRefusal = ({ stage, message }: { readonly stage: HelmStage; readonly message: string }): boolean =>
  stage === 'schema' || (stage === 'template' && message.startsWith('execution error at '))

/**
 * What the trial values gave of a chart that refuses its own (`required`, `fail`, its schema): whoever deploys it states
 * others, and these show what it then puts out. null where something else does, or where these show nothing.
 */
export function standingIn({ id, renders }: ChartSource, parts: readonly Rendered[]): Rendered | null {
  const isTrial = (_: unknown, i: number): boolean => renders[i]?.environment.trial === true
  const own = parts.filter((part, i) => !isTrial(part, i))
  const trials = parts.filter(isTrial)
  const isRefused = own.length > 0 && own.every(({ refused }) => refused.size > 0)
  if (!isRefused || trials.every(({ documents }) => documents.length === 0)) return null
  const { notes, documents, otherwise, ...rest } = joinedRenders(trials)
  const [now, then] = [documents, otherwise].map((all) => all.map(asStandIn))
  const about = `${nameOf(id)} refuses its own values: its trial values stand in for them`
  return {
    ...rest,
    documents: now ?? [],
    otherwise: then ?? [],
    notes: [...notes, about],
    renders: parts.length,
    refused: new Set([id]),
  }
}

/** The source, of a chart that refuses its own values with those that stand in for them. */
export function withStandIns(source: Source, refused: ReadonlySet<string>): Source {
  if (source.kind !== 'chart' || !refused.has(source.id)) return source
  return { ...source, renders: source.renders.map((each) => (each.environment.trial ? standIn(each) : each)) }
}

const asStandIn = ({ origin, ...document }: Document): Document => ({ ...document, origin: standIn(origin) })

const standIn = <Of extends { readonly environment: Environment }>(of: Of): Of => ({
  ...of,
  environment: { ...of.environment, standsIn: true },
})
