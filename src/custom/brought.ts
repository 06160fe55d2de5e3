/** The policies and frameworks that there are: ours, those of what a repository extends, and its own. */
import { customSources, defaults, rebased } from '../config.js'
import { extend, NOTHING_EXTENDED, type ExtendOptions, type Shared } from '../extends/extend.js'
import type { Policy } from '../model.js'
import type { Framework } from '../report/controls.js'
import { together, type CustomPolicies } from './custom.js'
import { controlProblems, mappedBy, readFrameworks } from './frameworks.js'
import { readCustom } from './read.js'

export interface BroughtOptions extends ExtendOptions {
  /** The configuration's; null: there is none. */
  readonly text: string | null
  /** As messages call it. */
  readonly name: string
  /** Where it lies, as a tree path. */
  readonly folder: string
}

export interface BroughtRules {
  readonly shared: readonly Shared[]
  readonly custom: CustomPolicies
  /** All there are, with the controls that they are mapped to. */
  readonly policies: readonly Policy[]
  readonly frameworks: readonly Framework[]
}

/** `problems` are those of what is extended, which the rest hangs on; `later` what nobody may ask for yet. */
export async function broughtRules(
  options: BroughtOptions,
): Promise<BroughtRules & { readonly problems: readonly string[]; readonly later: readonly string[] }> {
  const { text, name, folder, tree, policies: bundled, frameworks } = options
  const { shared, problems, later } = text === null ? NOTHING_EXTENDED : await extend(text, name, folder, options)
  const sharedFiles = shared.flatMap((each) => each.frameworks)
  const { files: ownFiles, problems: wrong } = readFrameworks(tree, '')
  const known = [...bundled, ...shared.flatMap((each) => each.custom.policies)]
  const ours = readCustom(tree, {
    sources: text === null ? [] : rebased({ ...defaults, custom: customSources(text) }, folder).custom,
    taken: new Set(known.map(({ id }) => id)),
    controlProblem: controlProblems(frameworks, [...sharedFiles, ...ownFiles]),
  })
  const custom = together([...shared.map((each) => each.custom), ours])
  const bySharing = mappedBy(sharedFiles, { frameworks, policies: [...known, ...ours.policies] })
  const owners = new Map(shared.flatMap(({ floor, frameworks: own }) => own.map(({ id }) => [id, floor.name] as const)))
  const mapped = mappedBy(ownFiles, bySharing, owners)
  return {
    shared,
    problems,
    later,
    custom: { ...custom, problems: [...custom.problems, ...wrong, ...bySharing.problems, ...mapped.problems] },
    policies: mapped.policies,
    frameworks: mapped.frameworks,
  }
}
