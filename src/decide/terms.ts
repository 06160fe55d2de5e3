/** On what terms a policy judges a resource: what the repository says of it, the first override that matches before all. */
import { matcherOf } from '../discover/glob.js'
import type { Policy, Resource, Severity } from '../model.js'
import type { Level, Override, Settings } from './decide.js'

export interface Terms {
  readonly policy: Policy
  /** null: as its stage says. */
  readonly level: Level | null
  readonly severity: Severity
}

export type TermsOf = (told: { readonly policy: string; readonly resource: Resource }) => Terms

/** The function throws where a policy is told of that there is no metadata for. */
export function termsOf(settings: Settings, policies: ReadonlyMap<string, Policy>): TermsOf {
  const overrides = settings.overrides.map(({ match, policies }) => ({ matches: matches(match), policies }))
  return ({ policy: id, resource }) => {
    const policy = policies.get(id)
    if (policy === undefined) throw new Error(`no metadata for policy ${id}`)
    const own = overrides.find((override) => override.policies.has(id) && override.matches(resource))?.policies.get(id)
    return {
      policy,
      level: own?.level ?? settings.levels.get(id) ?? null,
      severity: own?.severity ?? settings.severities.get(id) ?? policy.severity,
    }
  }
}

function matches({ file, kind, namespace, name }: Override['match']): (resource: Resource) => boolean {
  const [inFile, inNamespace, byName] = [file, namespace, name].map(globOf) as [Test, Test, Test]
  return (resource) =>
    (kind === null || resource.kind === kind) &&
    inFile(resource.origin.file) &&
    inNamespace(resource.namespaceStated ? resource.namespace : '') &&
    byName(resource.name)
}

type Test = (text: string) => boolean

function globOf(glob: string | null): Test {
  if (glob === null) return () => true
  const matcher = matcherOf([glob])
  return (text) => matcher(text) !== null
}
