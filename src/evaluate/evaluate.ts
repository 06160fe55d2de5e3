/**
 * Evaluates the policies: one call of the kind's entrypoint a resource. If that throws, the resource is judged again
 * policy by policy, so that one broken policy costs only itself, and is named.
 */
import type { Environment, Finding, Input, Path, Policy, Ref, Resource, Unjudged, Unknown } from '../model.js'
import type { Related } from '../relate/relate.js'

/** Evaluates one entrypoint; throws what the policy throws. */
export type Evaluator = (entrypoint: string, input: string) => unknown

/** The compiled policies, as `scripts/build-policies.mjs` writes them into `dist/policies.json`. */
export interface PolicySet {
  readonly policies: readonly Policy[]
  /** `pod`, `environment`, `Kind` or `Kind.group` → its entrypoint and the policies in the order of its result. */
  readonly kinds: { readonly [kind: string]: KindEntry }
  /** policy → its own entrypoint, for the fall-back. */
  readonly entrypoints: { readonly [policy: string]: string }
}

export interface KindEntry {
  readonly entrypoint: string
  readonly policies: readonly string[]
  /** Whether `policies` holds the pod policies too. */
  readonly pod?: boolean
}

export interface Evaluation {
  readonly findings: readonly Finding[]
  readonly unknowns: readonly Unknown[]
  readonly unjudged: readonly Unjudged[]
  /** The policies that judged the resource. */
  readonly by: readonly string[]
}

/** What an entrypoint gives for each of its policies. */
interface Outcome {
  readonly findings: readonly RawFinding[]
  readonly unknowns: readonly { readonly path: Path; readonly message: string }[]
  /** Of a policy that says when it applies: empty where it does not. Such a policy then gives no evidence. */
  readonly applies?: readonly true[]
}

interface RawFinding {
  readonly path: Path
  readonly message: string
  readonly fix?: Finding['fix']
  readonly elsewhere?: boolean
  readonly related?: readonly Ref[]
  readonly restates?: boolean
  readonly value?: Finding['value']
}

/** The environment that a resource is judged in, and what it is related with there: what `Ref.id` points into. */
export interface Surroundings {
  readonly environment: Environment
  readonly resources: readonly Resource[]
  /** Which parameters it is judged by: only what was judged by the same is the same. */
  readonly variant?: number
}

export type Evaluate = (related: Related, around: Surroundings) => Evaluation

/**
 * A function that evaluates one resource. It remembers: a resource that belongs to several environments is judged
 * again only where its facts differ.
 */
export function evaluatorOf(set: PolicySet, evaluate: Evaluator): Evaluate {
  const remembered = new WeakMap<object, Map<string, Evaluation>>()
  return (related, world) => {
    const { environment } = related.resource.origin
    // An environment joins sources by name; each calls it by a label of its own (`values-prod.yaml`, `overlays/prod`).
    const around = environment.name === null ? world : { ...world, environment }
    const kinds = kindsOf(related.resource, related.input, set)
    if (kinds.length === 0) return { findings: [], unknowns: [], unjudged: [], by: [] }
    const text = JSON.stringify(related.input)
    const key = `${world.variant ?? 0} ${text}`
    const known = remembered.get(related.resource.object) ?? new Map<string, Evaluation>()
    remembered.set(related.resource.object, known)
    const before = known.get(key)
    if (before !== undefined) return rebind(before, related.resource, around.environment)
    const evaluation = evaluateKinds(kinds, text, related.resource, around, set, evaluate)
    known.set(key, evaluation)
    return evaluation
  }
}

function rebind(evaluation: Evaluation, resource: Resource, environment: Environment): Evaluation {
  return {
    ...evaluation,
    findings: evaluation.findings.map((finding) => ({ ...finding, resource, environment })),
    unknowns: evaluation.unknowns.map((unknown) => ({ ...unknown, resource, environment })),
    unjudged: evaluation.unjudged.map((item) => ({ ...item, environments: labelsOf(environment) })),
  }
}

/** The word of `judges` that a resource answers to. */
function judgedAs({ kind, group, declared }: Resource): string {
  if (!declared && kind === 'Environment') return 'environment'
  if (kind === '') return 'untyped'
  return group === '' ? kind : `${kind}.${group}`
}

/** A kind that always has a pod keeps the pod policies in its own entrypoint; every other pod goes to `pod` as well. */
function kindsOf(resource: Resource, input: Input, set: PolicySet): readonly KindEntry[] {
  const own = set.kinds[judgedAs(resource)]
  const pod = input.pod === null || own?.pod === true ? undefined : set.kinds['pod']
  return [own, pod].filter((entry) => entry !== undefined)
}

function evaluateKinds(
  kinds: readonly KindEntry[],
  input: string,
  resource: Resource,
  { environment, resources }: Surroundings,
  set: PolicySet,
  evaluate: Evaluator,
): Evaluation {
  const findings: Finding[] = []
  const unknowns: Unknown[] = []
  const unjudged: Unjudged[] = []
  const by: string[] = []
  const heard = new Set<string>()
  for (const kind of kinds) {
    for (const [policy, outcome] of outcomesOf(kind, input, set, evaluate)) {
      // A policy may judge pods and a kind that has one: it is heard once.
      if (heard.has(policy)) continue
      heard.add(policy)
      if (outcome instanceof Error) {
        unjudged.push({
          file: resource.origin.file,
          line: resource.origin.line,
          reason: `${policy} could not be evaluated on ${resource.kind} ${resource.name}: ${outcome.message}`,
          policy,
          source: resource.origin.source,
          environments: labelsOf(environment),
        })
        continue
      }
      if (outcome.applies?.length !== 0) by.push(policy)
      for (const raw of outcome.findings) findings.push({ ...toFinding(policy, raw, resource, resources), environment })
      for (const raw of outcome.unknowns) {
        unknowns.push({ policy, resource, environment, path: raw.path, message: raw.message })
      }
    }
  }
  return { findings, unknowns, unjudged, by }
}

function outcomesOf(
  kind: KindEntry,
  input: string,
  set: PolicySet,
  evaluate: Evaluator,
): readonly (readonly [string, Outcome | Error])[] {
  try {
    const outcomes = checked(evaluate(kind.entrypoint, input), kind.policies.length)
    return kind.policies.map((policy, i) => [policy, outcomes[i] as Outcome] as const)
  } catch {
    // One policy broke the whole entrypoint: the others still judge, and the culprit is named by its own error.
    return kind.policies.map((policy) => {
      const entrypoint = set.entrypoints[policy]
      if (entrypoint === undefined) return [policy, new Error('has no entrypoint')] as const
      try {
        return [policy, checked(evaluate(entrypoint, input), 1)[0] as Outcome] as const
      } catch (thrown) {
        return [policy, toError(thrown)] as const
      }
    })
  }
}

/** The shape an entrypoint must give: a list of `{findings, unknowns}`, as long as its list of policies. */
function checked(result: unknown, length: number): readonly Outcome[] {
  if (!Array.isArray(result) || result.length !== length || !result.every(isOutcome))
    throw new Error('the policy gave no result')
  return result
}

function isOutcome(value: unknown): value is Outcome {
  const { findings, unknowns } = (value ?? {}) as { readonly [key: string]: unknown }
  return Array.isArray(findings) && Array.isArray(unknowns)
}

/** opa-wasm throws strings and plain objects. */
function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return new Error(String(thrown.message))
  return new Error(String(thrown))
}

function toFinding(
  policy: string,
  raw: RawFinding,
  resource: Resource,
  resources: readonly Resource[],
): Omit<Finding, 'environment'> {
  return {
    policy,
    resource,
    path: raw.path,
    message: raw.message,
    fix: raw.fix ?? null,
    elsewhere: raw.elsewhere ?? false,
    related: (raw.related ?? []).flatMap((ref) => {
      const other = resources[ref.id]
      return other === undefined || other === resource ? [] : [{ resource: other, path: ref.path ?? [] }]
    }),
    ...(raw.restates === true ? { restates: true } : {}),
    ...(raw.value === undefined ? {} : { value: raw.value }),
  }
}

function labelsOf({ label }: Environment): readonly string[] {
  return label === null ? [] : [label]
}
