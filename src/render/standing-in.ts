/** Charts that refuse their own values, and trial values that show what they put out all the same (docs/adr/0020). */
import type { ChartSource, Document } from '../model.js'
import type { HelmStage } from './engines.js'
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
  const about = `${id === '' ? 'the chart' : id} refuses its own values: its trial values stand in for them`
  return {
    ...rest,
    documents: now ?? [],
    otherwise: then ?? [],
    notes: [...notes, about],
    renders: parts.length,
    refused: new Set([id]),
  }
}

const asStandIn = ({ origin, ...document }: Document): Document => ({
  ...document,
  origin: { ...origin, environment: { ...origin.environment, standsIn: true } },
})
