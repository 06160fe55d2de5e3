/** What is related together, before and after a change: for all that looks at a repository beside its findings. */
import { environmentsOf, inEnvironment, type Gathered } from './gate.js'
import type { Environment } from './model.js'
import { worldWithStandIns } from './relate/relate.js'
import type { World } from './relate/world.js'

/** One tree. */
export type Side = Pick<Gathered, 'sources' | 'resources'>

/** One environment, before and after. */
export interface Worlds {
  readonly environment: Environment
  readonly head: World
  readonly base: World | null
}

/**
 * Environment by environment: they never mix. One that only the head or only the base names is, in the other, what
 * belongs to every environment. Trial values are for a look at the render, and nothing is deployed with them.
 */
export function worldsOf(head: Side, base: Side | null): readonly Worlds[] {
  const all = [head, ...(base === null ? [] : [base])]
    .flatMap(({ sources }) => environmentsOf(sources))
    .filter(({ trial }) => !trial)
  const byName = new Map(all.map((environment) => [environment.name, environment]))
  if (byName.size > 1) byName.delete(null)
  return [...byName.values()].map((environment) => {
    const worldIn = ({ resources }: Side): World =>
      worldWithStandIns(inEnvironment(resources, environment.name), environment)
    return { environment, head: worldIn(head), base: base === null ? null : worldIn(base) }
  })
}
