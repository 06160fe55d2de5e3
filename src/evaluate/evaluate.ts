/**
 * Evaluates the policies: a few calls of the kind's entrypoints a resource. If one throws, the resource is judged again
 * policy by policy, so that one broken policy costs only itself, and is named.
 *
 * A policy is handed what it reads and no more, and what it said of that once holds whenever it is handed the same: of
 * another environment, and of another resource that differs only in what nobody looks at.
 */
import type { Environment, Finding, Input, Path, Place, Policy, Ref, Resource, Unjudged, Unknown } from '../model.js'
import type { Related } from '../relate/relate.js'
import { filled, filledRefs, isRepeating, memory, type Reads, type Recall, type Recalled } from './reads.js'

/** Evaluates one entrypoint; throws what the policy throws. */
export type Evaluator = (entrypoint: string, input: string) => unknown

/** The compiled policies, as `scripts/build-policies.mjs` writes them into `dist/policies.json`. */
export interface PolicySet {
  readonly policies: readonly Policy[]
  /** `pod`, `environment`, `Kind` or `Kind.group` → what judges it. */
  readonly kinds: { readonly [kind: string]: KindEntry }
  /** policy → its own entrypoint, for the fall-back. */
  readonly entrypoints: { readonly [policy: string]: string }
}

export interface KindEntry {
  /** Policies that look at what differs from resource to resource have another than those that do not. */
  readonly calls: readonly PolicyCall[]
  /** Whether the pod policies are among them. */
  readonly pod?: boolean
}

export interface PolicyCall {
  readonly entrypoint: string
  /** In the order of its result. */
  readonly policies: readonly string[]
  /** What they read of the input; absent: all of it. */
  readonly reads?: Reads
}

export interface Evaluation {
  readonly findings: readonly Finding[]
  readonly unknowns: readonly Unknown[]
  readonly unjudged: readonly Unjudged[]
  /** The policies that judged the resource. */
  readonly by: readonly string[]
}

/**
 * What an entrypoint gives for each of its policies: findings; unknowns, where it has a rule for them; and of a policy
 * that says when it applies a third list, empty where it does not. Such a policy then gives no evidence.
 */
type Outcome = readonly [
  findings: readonly RawFinding[],
  unknowns?: readonly Pick<RawFinding, 'path' | 'message' | 'about' | 'value'>[],
  applies?: readonly true[],
]

/** What the policies of a call said. */
interface Said {
  readonly policies: readonly string[]
  /** Of those that have something to say. */
  readonly told: Judged
  /** Whether that repeats what the policies were given. */
  readonly isRepeating: boolean
  /** Those that judged. */
  readonly by: readonly string[]
}

type Judged = readonly (readonly [policy: string, outcome: Outcome | Error])[]

interface RawFinding {
  readonly path: Path
  readonly message: string
  readonly fix?: Finding['fix']
  readonly elsewhere?: boolean
  readonly advises?: string
  readonly remediation?: string
  /** A mark where it is only repeated. */
  readonly related?: readonly Ref[] | string
  readonly restates?: boolean
  readonly about?: Path
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

/** A function that evaluates one resource, and remembers what its policies said. */
export function evaluatorOf(set: PolicySet, evaluate: Evaluator): Evaluate {
  const { recalling } = memory()
  const asked = new Map<PolicyCall, Recall<Said>>()
  const said = (call: PolicyCall, input: Input, variant: number): Recalled<Said> => {
    const recall =
      asked.get(call) ?? recalling(call.reads ?? true, (picked) => saidOf(call, JSON.stringify(picked), set, evaluate))
    asked.set(call, recall)
    return recall(input, variant)
  }
  return ({ resource, input }, world) => {
    const { environment } = resource.origin
    // An environment joins sources by name; each calls it by a label of its own (`values-prod.yaml`, `overlays/prod`).
    const around = environment.name === null ? world : { ...world, environment }
    const variant = world.variant ?? 0
    const answers = kindsOf(resource, input, set).map(({ calls }) => calls.map((call) => said(call, input, variant)))
    return evaluationOf(answers, resource, around)
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
  const word = judgedAs(resource)
  // A kind may be called anything, `constructor` too.
  const own = Object.hasOwn(set.kinds, word) ? set.kinds[word] : undefined
  const pod = input.pod === null || own?.pod === true ? undefined : set.kinds['pod']
  return [own, pod].filter((entry) => entry !== undefined)
}

const asItIs = (text: string): string => text

/** `answers`: what was said of the kind, and of its pod. */
function evaluationOf(
  answers: readonly (readonly Recalled<Said>[])[],
  resource: Resource,
  { environment, resources }: Surroundings,
): Evaluation {
  const findings: Finding[] = []
  const unknowns: Unknown[] = []
  const unjudged: Unjudged[] = []
  const by: string[] = []
  // A policy may judge pods and a kind that has one: it is heard once.
  const heard = new Set(answers.length > 1 ? answers[0]?.flatMap(({ made }) => made.policies) : [])
  for (const [i, each] of answers.entries()) {
    const isHeard = (policy: string): boolean => i > 0 && heard.has(policy)
    for (const { made: said, repeated } of each) {
      const words = said.isRepeating ? (text: string) => filled(text, repeated) : asItIs
      for (const policy of said.by) if (!isHeard(policy)) by.push(policy)
      for (const [policy, outcome] of said.told) {
        if (isHeard(policy)) continue
        if (outcome instanceof Error) {
          unjudged.push({
            file: resource.origin.file,
            line: resource.origin.line,
            reason: `${policy} could not be evaluated on ${resource.kind} ${resource.name}: ${words(outcome.message)}`,
            policy,
            source: resource.origin.source,
            environments: labelsOf(environment),
          })
          continue
        }
        const [found, unclear = []] = outcome
        for (const raw of found) {
          const refs =
            raw.related === undefined ? NOTHING : relatedOf(filledRefs(raw.related, repeated), resource, resources)
          findings.push(toFinding(policy, raw, words, refs, resource, environment))
        }
        for (const raw of unclear)
          unknowns.push({
            policy,
            resource,
            environment,
            path: raw.path,
            message: named(words(raw.message), resource),
            ...boundTo(raw),
          })
      }
    }
  }
  return { findings, unknowns, unjudged, by }
}

function saidOf(call: PolicyCall, input: string, set: PolicySet, evaluate: Evaluator): Said {
  const outcomes = judged(call, input, set, evaluate)
  const isSilent = (outcome: Outcome | Error): boolean =>
    !(outcome instanceof Error) && outcome[0].length === 0 && (outcome[1] ?? []).length === 0
  const told = outcomes.filter(([, outcome]) => !isSilent(outcome))
  const judging = outcomes.filter(([, outcome]) => !(outcome instanceof Error) && outcome[2]?.length !== 0)
  return {
    policies: call.policies,
    told,
    isRepeating: told.some(([, outcome]) => isRepeating(outcome instanceof Error ? outcome.message : outcome)),
    by: judging.map(([policy]) => policy),
  }
}

function judged(call: PolicyCall, input: string, set: PolicySet, evaluate: Evaluator): Judged {
  try {
    const outcomes = checked(evaluate(call.entrypoint, input), call.policies.length)
    return call.policies.map((policy, i) => [policy, outcomes[i] as Outcome] as const)
  } catch {
    // One policy broke the whole entrypoint: the others still judge, and the culprit is named by its own error.
    return call.policies.map((policy) => {
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

/** The shape an entrypoint must give: a list of outcomes, as long as its list of policies. */
function checked(result: unknown, length: number): readonly Outcome[] {
  if (!Array.isArray(result) || result.length !== length || !result.every(isOutcome))
    throw new Error('the policy gave no result')
  return result
}

function isOutcome(value: unknown): value is Outcome {
  return Array.isArray(value) && value.length >= 1 && value.length <= 3 && value.every((each) => Array.isArray(each))
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
  words: (text: string) => string,
  related: Finding['related'],
  resource: Resource,
  environment: Environment,
): Finding {
  // There are more findings than anything else: they are written out, which is faster than to spread.
  const finding: { -readonly [Key in keyof Finding]: Finding[Key] } = {
    policy,
    resource,
    environment,
    path: raw.path,
    message: named(words(raw.message), resource),
    fix: raw.fix ?? null,
    elsewhere: raw.elsewhere ?? false,
    related,
  }
  if (raw.restates === true) finding.restates = true
  if (raw.advises !== undefined) finding.advises = words(raw.advises)
  if (raw.remediation !== undefined) finding.remediation = words(raw.remediation)
  if (raw.about !== undefined) finding.about = raw.about
  if (raw.value !== undefined) finding.value = raw.value
  return finding
}

const NOTHING: Finding['related'] = []

function relatedOf(refs: readonly Ref[], resource: Resource, resources: readonly Resource[]): Finding['related'] {
  const related: Place[] = []
  for (const { id, path = [] } of refs) {
    const other = resources[id]
    if (other !== undefined && other !== resource) related.push({ resource: other, path })
  }
  return related
}

/** What tells it from others over time, where that is not its place and what lies there. */
const boundTo = ({ about, value }: Pick<RawFinding, 'about' | 'value'>): Pick<Finding, 'about' | 'value'> => ({
  ...(about === undefined ? {} : { about }),
  ...(value === undefined ? {} : { value }),
})

/** The words that stand for the resource in a message (`policies/lib/words.rego`). */
const SUBJECT = '\ue000'
const NAMESPACE = '\ue001'

/** A message with the resource's name in it. */
function named(message: string, { kind, name }: Resource): string {
  const subject = message.includes(SUBJECT) ? message.split(SUBJECT).join(`${kind} ${name}`) : message
  if (!message.includes(NAMESPACE)) return subject
  return subject.split(NAMESPACE).join(name === '' ? 'the namespace' : `namespace ${name}`)
}

function labelsOf({ label }: Environment): readonly string[] {
  return label === null ? [] : [label]
}
