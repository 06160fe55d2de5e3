/** The policies that a repository brings along, wherever they lie in it. */
import type { Tree } from '../model.js'
import { readConftest } from './conftest.js'
import { problem, together, type CustomPolicies, type CustomSource } from './custom.js'
import { documentsBelow } from './documents.js'
import { textsBelow } from './files.js'
import { isGatekeeper, readGatekeeper } from './gatekeeper.js'
import { readOurs, type ControlProblem } from './ours.js'

export interface CustomOptions {
  readonly sources: readonly CustomSource[]
  /** Identifiers that are taken. */
  readonly taken: ReadonlySet<string>
  readonly controlProblem: ControlProblem
  /** Where `.ringfence` lies: '' for a repository, null where there is none to look at. Absent: ''. */
  readonly folder?: string | null
}

/** `tree` is the one that the configuration was read from: never a pull request's own where a target is known. */
export function readCustom(tree: Tree, { sources, taken, controlProblem, folder = '' }: CustomOptions): CustomPolicies {
  const ours = folder === null ? [] : [readOurs(tree, controlProblem, folder)]
  const all = together([...ours, ...sources.map((source) => readSource(tree, source))])
  const seen = new Set(taken)
  const twice = all.policies.filter(({ id }) => seen.has(id) || !seen.add(id))
  if (twice.length === 0) return all
  // A policy that has the name of another would hide it.
  const names = new Set(twice.map(({ id }) => id))
  return {
    ...all,
    policies: all.policies.filter(({ id }) => !names.has(id)),
    problems: [
      ...all.problems,
      ...[...names].map((id) => problem('.ringfence.yaml', null, `there is another policy ${id}`)),
    ],
    ask: (world) => {
      const asked = all.ask(world)
      return { ...asked, questions: asked.questions.filter(({ policy }) => !names.has(policy)) }
    },
  }
}

/** A folder is conftest's where it holds Rego, Gatekeeper's where it holds templates or constraints; it may be both. */
function readSource(tree: Tree, source: CustomSource): CustomPolicies {
  const hasRego = textsBelow(tree, source.path, ['.rego']).size > 0
  const yaml = textsBelow(tree, source.path, ['.yaml', '.yml', '.json']).keys()
  const hasTemplates = documentsBelow(tree, yaml, []).some(({ value }) => isGatekeeper(value))
  const found = [
    ...(hasTemplates ? [readGatekeeper(tree, source.path)] : []),
    // The Rego beside templates is what they were written from, with its tests.
    ...(hasRego && !hasTemplates ? [readConftest(tree, source)] : []),
  ]
  if (found.length > 0) return together(found)
  const reason = tree.stat(source.path) === null ? 'is not there' : 'holds no Rego and no ConstraintTemplate'
  return together([
    {
      policies: [],
      units: [],
      problems: [problem(source.path, null, `${reason}: custom policies are expected`)],
      ask: () => NOTHING,
    },
  ])
}

const NOTHING = { questions: [], unknowns: [], data: new Map() } as const
