/** On what terms a policy judges a resource: what the repository says of it, the first override that matches before all. */
import { globOf } from '../discover/glob.js'
import type { Environment, Json, Policy, Resource, Severity } from '../model.js'
import type { Level, Override, Settings, TermsFloor } from './decide.js'

export interface Terms {
  readonly policy: Policy
  /** null: as its stage says. */
  readonly level: Level | null
  readonly severity: Severity
  /** What is extended and brings the policy, or asks more of it than the repository does; null: neither. */
  readonly from: string | null
}

/** What is judged, where. */
interface Told {
  readonly policy: string
  readonly resource: Resource
  readonly environment: Environment
}

export type TermsOf = (told: Told) => Terms

/** How much a level asks: nothing, advice, what the stage says (null), everything. */
export const LEVEL_RANK = (level: Level | null): number => ['off', 'advise', null, 'block'].indexOf(level)

/** The gravest is the highest. */
export const SEVERITY_RANK: { readonly [S in Severity]: number } = { critical: 3, high: 2, medium: 1, low: 0 }

/** The function throws where a policy is told of that there is no metadata for. */
export function termsOf(settings: Settings, policies: ReadonlyMap<string, Policy>): TermsOf {
  const own = overriding(settings)
  const floors = settings.floors.map((floor) => ({ floor, override: overriding(floor) }))
  const ofTold = (told: Told): Terms => {
    const { policy: id } = told
    const policy = policies.get(id)
    if (policy === undefined) throw new Error(`no metadata for policy ${id}`)
    const set = own(told)
    const levels: (Level | null | undefined)[] = [set?.level ?? settings.levels.get(id)]
    const severities = [set?.severity ?? settings.severities.get(id)]
    for (const { floor, override } of floors) {
      const asked = override(told)
      const isHeld = floor.covers.has(id) || asked !== undefined
      levels.push(asked?.level ?? floor.levels.get(id) ?? (isHeld ? null : undefined))
      severities.push(asked?.severity ?? floor.severities.get(id) ?? (isHeld ? policy.severity : undefined))
    }
    const [level, severity] = [strictest(levels), gravest(severities)]
    const isOwn = floors.length === 0 || (levels[0] === level && severities[0] === severity)
    const by = isOwn ? -1 : floors.findIndex((_, i) => levels[i + 1] === level && severities[i + 1] === severity)
    const bringer = settings.floors.find(({ brings }) => brings.has(id)) ?? settings.floors[by]
    return { policy, level: level ?? null, severity: severity ?? policy.severity, from: bringer?.name ?? null }
  }
  if ([settings, ...settings.floors].some(({ overrides }) => overrides.length > 0)) return ofTold
  // Without overrides a policy has the same terms everywhere.
  const known = new Map<string, Terms>()
  return (told) => {
    const terms = known.get(told.policy) ?? ofTold(told)
    known.set(told.policy, terms)
    return terms
  }
}

/** Whether a policy is switched off everywhere but where an override says otherwise. */
export const isOff = (settings: Pick<Settings, 'levels' | 'floors'>, id: string): boolean =>
  strictest([settings.levels, ...settings.floors].map((each) => levelIn(each, id))) === 'off'

const levelIn = (each: Settings['levels'] | TermsFloor, id: string): Level | null | undefined =>
  'covers' in each ? (each.levels.get(id) ?? (each.covers.has(id) ? null : undefined)) : each.get(id)

/** undefined asks for nothing. */
const strictest = (levels: readonly (Level | null | undefined)[]): Level | null | undefined =>
  levels
    .filter((level) => level !== undefined)
    .reduce<Level | null | undefined>(
      (most, level) => (most === undefined || LEVEL_RANK(level) > LEVEL_RANK(most) ? level : most),
      undefined,
    )

const gravest = (all: readonly (Severity | undefined)[]): Severity | undefined =>
  all.filter((each) => each !== undefined).sort((a, b) => SEVERITY_RANK[b] - SEVERITY_RANK[a])[0]

/** What the first override says that matches and names the policy. */
function overriding({ overrides }: Pick<Settings, 'overrides'>): (told: Told) => Setting | undefined {
  const all = overrides.map(({ match, policies }) => ({ matches: matches(match), policies }))
  return ({ policy, resource, environment }) =>
    all.find((each) => each.policies.has(policy) && each.matches(resource, environment))?.policies.get(policy)
}

type Setting = NonNullable<ReturnType<Override['policies']['get']>>

type Parameters = { readonly [policy: string]: { readonly [name: string]: Json } }

/** Parameters that differ by resource. Variant 0 is the repository's own. */
export interface Variants {
  readonly of: (resource: Resource, environment: Environment) => number
  /** What overrides set in a variant. */
  readonly parameters: (variant: number) => Parameters
}

/**
 * As for levels: of each policy the first override that matches and names it wins. `lists` are the repository's overrides,
 * then those of its floors; where several lists set a parameter, the last one does.
 */
export function variantsOf(lists: readonly (readonly Override[])[]): Variants {
  const setting = lists.map((overrides) =>
    overrides.map(({ match, policies }) => ({ matches: matches(match), policies })),
  )
  const setsAny = lists.flat().some(({ policies }) => [...policies.values()].some((each) => !isEmpty(each.parameters)))
  const known: Parameters[] = [{}]
  const numbers = new Map([['{}', 0]])
  return {
    of(resource, environment) {
      if (!setsAny) return 0
      const own: { [policy: string]: { readonly [name: string]: Json } } = {}
      for (const list of setting) {
        const heard = new Set<string>()
        for (const { matches, policies } of list) {
          if (!matches(resource, environment)) continue
          for (const [id, { parameters }] of policies) {
            if (!heard.has(id) && !isEmpty(parameters)) own[id] = { ...own[id], ...parameters }
            heard.add(id)
          }
        }
      }
      const key = JSON.stringify(own)
      const number = numbers.get(key) ?? known.push(own) - 1
      numbers.set(key, number)
      return number
    },
    parameters: (variant) => known[variant] ?? {},
  }
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0

function matches({ file, kind, namespace, name, environment, labels }: Override['match']): Matches {
  const [inFile, inNamespace, byName, byEnvironment] = [file, namespace, name, environment].map(globOf) as [
    Test,
    Test,
    Test,
    Test,
  ]
  return ({ kind: own, name, namespace, namespaceStated, object, origin }, where) =>
    (kind === null || own === kind) &&
    inFile(origin.file) &&
    inNamespace(namespaceStated ? namespace : '') &&
    byName(name) &&
    (environment === null || [where.name, where.label].some((word) => word !== null && byEnvironment(word))) &&
    [...labels].every(([key, value]) => object.metadata.labels?.[key] === value)
}

type Matches = (resource: Resource, environment: Environment) => boolean

type Test = ReturnType<typeof globOf>
