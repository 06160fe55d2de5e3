/**
 * Findings that say the same twice: what a binding hands out is what the rule of its role allows. They are told as one,
 * at the rule; both stay findings, so that a waiver of one does not accept the other.
 */
import type { Path, Place } from '../model.js'
import type { Decided } from './decide.js'
import { identityOf } from './fingerprint.js'
import { groupBy } from './group.js'

type Uttered = Pick<Decided, 'finding' | 'status' | 'environments'>

/** The finding that implies another: of the same policy, status and environments, at the place that decides it. */
export function impliersOf<Told extends Uttered>(verdicts: readonly Told[]): ReadonlyMap<Told, Told> {
  const restating = verdicts.filter(({ finding }) => finding.restates === true)
  const policies = new Set(restating.map(({ finding }) => finding.policy))
  const byKey = groupBy(
    verdicts.filter(({ finding }) => policies.has(finding.policy)),
    (told) => keyOf(told, told.finding),
  )
  return new Map(
    restating.flatMap((told) => {
      const [place, ...others] = told.finding.related
      // What several places decide together none of them implies.
      if (place === undefined || others.length > 0) return []
      const implier = byKey.get(keyOf(told, place))?.find(({ finding }) => isWithin(finding.path, place.path))
      return implier === undefined ? [] : [[told, implier] as const]
    }),
  )
}

function keyOf({ finding, status, environments }: Uttered, { resource }: Place): string {
  const { file, kind, document } = resource.origin
  const place = [identityOf(resource), file, kind === 'manifest' ? document : null]
  return JSON.stringify([finding.policy, status, environments, ...place])
}

const isWithin = (path: Path, outer: Path): boolean => outer.every((step, i) => path[i] === step)
