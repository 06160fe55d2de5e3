/** On what terms a policy judges a resource: what the repository says of it, the first override that matches before all. */
import { globOf } from '../discover/glob.js'
import type { Environment, Json, Policy, Resource, Severity } from '../model.js'
import type { Level, Override, Settings } from './decide.js'

export interface Terms {
  readonly policy: Policy
  /** null: as its stage says. */
  readonly level: Level | null
  readonly severity: Severity
}

/** What is judged, where. */
interface Told {
  readonly policy: string
  readonly resource: Resource
  readonly environment: Environment
}

export type TermsOf = (told: Told) => Terms

/** The function throws where a policy is told of that there is no metadata for. */
export function termsOf(settings: Settings, policies: ReadonlyMap<string, Policy>): TermsOf {
  const overrides = settings.overrides.map(({ match, policies }) => ({ matches: matches(match), policies }))
  return ({ policy: id, resource, environment }) => {
    const policy = policies.get(id)
    if (policy === undefined) throw new Error(`no metadata for policy ${id}`)
    const own = overrides
      .find((override) => override.policies.has(id) && override.matches(resource, environment))
      ?.policies.get(id)
    return {
      policy,
      level: own?.level ?? settings.levels.get(id) ?? null,
      severity: own?.severity ?? settings.severities.get(id) ?? policy.severity,
    }
  }
}

type Parameters = { readonly [policy: string]: { readonly [name: string]: Json } }

/** Parameters that differ by resource. Variant 0 is the repository's own. */
export interface Variants {
  readonly of: (resource: Resource, environment: Environment) => number
  /** What overrides set in a variant. */
  readonly parameters: (variant: number) => Parameters
}

/** As for levels: of each policy the first override that matches and names it wins. */
export function variantsOf(overrides: readonly Override[]): Variants {
  const setting = overrides.map(({ match, policies }) => ({ matches: matches(match), policies }))
  const setsAny = overrides.some(({ policies }) => [...policies.values()].some((each) => !isEmpty(each.parameters)))
  const known: Parameters[] = [{}]
  const numbers = new Map([['{}', 0]])
  return {
    of(resource, environment) {
      if (!setsAny) return 0
      const own: { [policy: string]: { readonly [name: string]: Json } } = {}
      const heard = new Set<string>()
      for (const { matches, policies } of setting) {
        if (!matches(resource, environment)) continue
        for (const [id, { parameters }] of policies) {
          if (!heard.has(id) && !isEmpty(parameters)) own[id] = parameters
          heard.add(id)
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
