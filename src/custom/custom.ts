/**
 * Policies that a repository brings along, in Rego. Three conventions, an adapter each: our own (`ours.ts`), conftest's
 * (`conftest.ts`) and Gatekeeper's (`gatekeeper.ts`). An adapter reads files into units that are compiled, and says which
 * questions to ask for the resources of an environment, and what an answer means.
 *
 * Pure: compiling and evaluating belong to the host (`src/host/rego.ts`).
 */
import type { Variants } from '../decide/terms.js'
import type { Surroundings } from '../evaluate/evaluate.js'
import type { Finding, Json, JsonObject, Policy, Resource, Unjudged, Unknown } from '../model.js'
import type { Related } from '../relate/relate.js'

/** Where all of it lies. */
export const BROUGHT_FOLDER = '.ringfence'

/** Where they lie, in a repository and in a bundle. */
export const OWN_FOLDER = '.ringfence/policies'

/** Where they lie, in a repository and in a bundle. */
export const FRAMEWORKS_FOLDER = '.ringfence/frameworks'

/** Rego that is compiled together. */
export interface Unit {
  /** For messages: the file or folder it came from. */
  readonly name: string
  readonly regoVersion: 'v0' | 'v1'
  /** Path → source. */
  readonly modules: { readonly [path: string]: string }
  /** As `main/deny`. */
  readonly entrypoints: readonly string[]
  /** `data`, as far as it is known before anything is judged. */
  readonly data: JsonObject
  /** Whether its modules say by `trace` where evaluation is, as tests with coverage do. */
  readonly isTraced?: boolean
  /** The one that it is compiled as: only `data` is its own. */
  readonly sameAs?: Unit
  /** Where a place in a module lies in the repository, where that is another. */
  readonly placeOf?: (place: Place) => Place
}

/** Lines and columns are 1-based; 0 where they are not known. */
export interface Place {
  readonly file: string
  readonly row: number
  readonly column: number
}

/** One evaluation: a policy on a resource. */
export interface Question {
  readonly unit: Unit
  readonly policy: string
  readonly entrypoint: string
  /** JSON. Questions with the same input that follow each other are asked with the input read once. */
  readonly input: string
  readonly resource: Resource
  /** What the answer means; throws where it is none that the convention knows. */
  readonly told: (answer: unknown) => Told
}

export interface Told {
  readonly findings: readonly Omit<Finding, 'policy' | 'resource' | 'environment'>[]
  readonly unknowns: readonly Pick<Unknown, 'path' | 'message' | 'about' | 'value'>[]
  /** Whether the policy had something to judge; without it there is no evidence. */
  readonly applies: boolean
}

/** What is judged together. */
export interface CustomWorld {
  readonly related: readonly Related[]
  readonly around: Surroundings
  /** policy → parameter → value, as the configuration sets them. */
  readonly parameters: Parameters
  /** Those that overrides set for some resources. */
  readonly variants: Variants
}

type Parameters = { readonly [policy: string]: { readonly [name: string]: Json } }

/** What an adapter asks of a world. */
export interface Asked {
  readonly questions: readonly Question[]
  /** Told without asking Rego: a match that cannot be decided. */
  readonly unknowns: readonly Unknown[]
  /** `data` that belongs to the world, by unit: Gatekeeper's inventory. */
  readonly data: ReadonlyMap<Unit, JsonObject>
}

/** Policies of one place in the repository, as read; not compiled yet. */
export interface CustomPolicies {
  readonly policies: readonly Policy[]
  readonly units: readonly Unit[]
  /** What could not be read or understood: it blocks. */
  readonly problems: readonly Unjudged[]
  readonly ask: (world: CustomWorld) => Asked
}

/** Where a repository has policies of conftest or Gatekeeper, as the configuration names it. */
export interface CustomSource {
  /** A folder or file, a tree path. */
  readonly path: string
  /** conftest's: packages whose rules count; `*` is all. */
  readonly namespaces: readonly string[]
  /** conftest's `--combine`: the input is a list of all documents. */
  readonly combine: boolean
  /** conftest's `--data`: files and folders of data, tree paths. */
  readonly data: readonly string[]
  /** The version of Rego that conftest's policies are written in. Gatekeeper's templates say it themselves. */
  readonly rego: 'v0' | 'v1'
}

export const problem = (file: string, line: number | null, reason: string, policy: string | null = null): Unjudged => ({
  file,
  line,
  reason,
  policy,
  source: null,
  environments: [],
})

/** Policies read from several places are one. */
export function together(all: readonly CustomPolicies[]): CustomPolicies {
  return {
    policies: all.flatMap(({ policies }) => policies),
    units: all.flatMap(({ units }) => units),
    problems: all.flatMap(({ problems }) => problems),
    ask: (world) => {
      const asked = all.map(({ ask }) => ask(world))
      return {
        questions: asked.flatMap(({ questions }) => questions),
        unknowns: asked.flatMap(({ unknowns }) => unknowns),
        data: new Map(asked.flatMap(({ data }) => [...data])),
      }
    },
  }
}
