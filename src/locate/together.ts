/** One finding of several environments is located once: where it is mended for all of them, else with what decides in each. */
import { groupBy } from '../decide/group.js'
import type { Located, Location, RelatedPlace, ValuesKey } from './location.js'

/** Where something is in one environment. */
export interface InEnvironment {
  /** null: in every one. */
  readonly label: string | null
  readonly at: Located
}

/**
 * The place of what several environments show. It is annotated where most of them are mended; what holds in some of them
 * only says in which.
 */
export function locatedInAll([first, ...others]: readonly [InEnvironment, ...InEnvironment[]]): Located {
  if (others.length === 0) return first.at
  const all = inOneFile([first, ...others])
  const [most = all] = [...groupBy(all, ({ at }) => lineOf(at.annotation)).values()].toSorted(
    (a, b) => b.length - a.length,
  )
  const { at } = most[0] ?? first
  const isHere = ({ location }: Located): boolean => lineOf(location) === lineOf(at.location)
  const places = all.flatMap(({ label, at: own }) => {
    const line: RelatedPlace = { file: own.location.file, line: own.location.line, why: 'put out here' }
    return [...own.related, ...(isHere(own) ? [] : [line])].map((place) => ({ label, place }))
  })
  const related = [...groupBy(places, ({ place }) => JSON.stringify(place)).values()].map((same) => {
    const labels = new Set(same.map(({ label }) => label))
    const [{ place }] = same
    return labels.size === new Set(all.map(({ label }) => label)).size
      ? place
      : { ...place, environments: [...labels].filter((label) => label !== null).sort() }
  })
  return { ...at, related }
}

const lineOf = ({ file, line }: Location): string => `${file}:${line}`

/** A key that no environment sets is set for all of them in the chart's own values. */
function inOneFile(all: readonly [InEnvironment, ...InEnvironment[]]): readonly InEnvironment[] {
  const open = all.map(({ at: { deciding } }) => (deciding === null || deciding.exists ? null : deciding))
  const keys = new Set(open.map((key) => key?.key.join('\0')))
  return keys.size > 1 ? all : all.map(({ label, at }) => ({ label, at: setEverywhere(at) }))
}

function setEverywhere(at: Located): Located {
  const { deciding } = at
  const everywhere = deciding?.everywhere ?? null
  if (deciding === null || everywhere === null) return at
  const isNowhere = everywhere.location.precision === 'file'
  if (isNowhere && deciding.location.precision !== 'file') return at
  const key: ValuesKey = { ...deciding, ...everywhere, everywhere: null }
  const { file, location } = key
  const dotted = key.key.join('.')
  return {
    ...at,
    annotation: at.annotation === deciding.location ? location : at.annotation,
    keys: at.keys.map((each) => (each === deciding ? key : each)),
    related: at.related.map((place) => (place.key === dotted ? { ...place, file, line: location.line } : place)),
    deciding: key,
    lacks: at.lacks === null ? null : { file, path: key.lacks },
  }
}
