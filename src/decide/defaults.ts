/**
 * Charts whose defaults a pull request takes out of what is judged. `values.yaml` alone is an environment only where no
 * other values file lies beside it: whoever adds one decides that the defaults are nobody's, from the merge on.
 */
import type { ChartRender, Source, Unjudged } from '../model.js'

export interface LeavingDefaults {
  /** The chart's folder. */
  readonly chart: string
  /** The values files that are its environments from then on. */
  readonly values: readonly string[]
}

/** Of the sources of the head: what is judged beside its environments is judged for the base's sake alone. */
export function leavingDefaults(sources: readonly Source[]): readonly LeavingDefaults[] {
  return sources.flatMap((source) => {
    if (source.kind !== 'chart') return []
    // What somebody deploys has its values from there.
    const renders = source.renders.filter(({ environment, deployed }) => deployed === undefined && !environment.trial)
    const isDefault = ({ environment }: ChartRender): boolean => environment.name === null
    const others = renders.filter((render) => !isDefault(render))
    if (others.length === 0 || !renders.some(isDefault)) return []
    return [{ chart: source.id, values: others.map(({ environment }) => environment.label ?? '') }]
  })
}

/** Whether an item is about such defaults, and the base says the same of them. `lost`: what was not judged there. */
export function isOfLostDefaults(
  { source, environments, reason }: Unjudged,
  leaving: readonly LeavingDefaults[],
  lost: readonly Unjudged[],
): boolean {
  if (environments.length > 0 || !leaving.some(({ chart }) => chart === source)) return false
  return lost.some((item) => item.source === source && item.environments.length === 0 && item.reason === reason)
}

/** What a reader should know of it. `shown`: a tree path as reports name it. */
export function leavingWords({ chart, values }: LeavingDefaults, shown: (path: string) => string): string {
  const folder = shown(chart) === '' ? '.' : shown(chart)
  const are = values.length === 1 ? 'is its environment' : 'are its environments'
  return `once this is merged ${folder} is no longer judged with its values.yaml alone: ${values.join(', ')} ${are}. To keep both, name them under render.${folder}.environments in the configuration`
}
