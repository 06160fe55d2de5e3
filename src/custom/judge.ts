/** Judges an environment by the policies that a repository brings along: asks, and makes findings of the answers. */
import type { Environment, Finding, JsonObject, Unjudged, Unknown } from '../model.js'
import type { CustomPolicies, CustomWorld, Question, Told, Unit } from './custom.js'

/** What an evaluation gave, or why it failed. */
export type Answer = { readonly value: unknown } | { readonly error: string }

export interface CustomRules {
  readonly policies: Pick<CustomPolicies, 'ask'>
  /** Those that compiled: what is wrong with the others is told elsewhere, and blocks. */
  readonly units: ReadonlySet<Unit>
  /** policy → parameter → value, as the configuration sets them. */
  readonly parameters: CustomWorld['parameters']
  /** Those that overrides set for some resources. */
  readonly variants: CustomWorld['variants']
  readonly evaluate: (
    questions: readonly Pick<Question, 'unit' | 'entrypoint' | 'input'>[],
    data: ReadonlyMap<Unit, JsonObject>,
  ) => Promise<readonly Answer[]>
}

export interface CustomJudged {
  readonly findings: readonly Finding[]
  readonly unknowns: readonly Unknown[]
  readonly unjudged: readonly Unjudged[]
  /** One entry a resource that a policy judged. */
  readonly by: readonly string[]
}

export async function judgeCustom(
  rules: CustomRules,
  world: Omit<CustomWorld, 'parameters' | 'variants'>,
): Promise<CustomJudged> {
  const { environment } = world.around
  const asked = rules.policies.ask({ ...world, parameters: rules.parameters, variants: rules.variants })
  const isCompiled = (unit: Unit): boolean => rules.units.has(unit.sameAs ?? unit)
  const questions = asked.questions.filter(({ unit }) => isCompiled(unit))
  const data = new Map([...asked.data].filter(([unit]) => isCompiled(unit)))
  const answers = questions.length === 0 ? [] : await rules.evaluate(questions, data)
  const findings: Finding[] = []
  const unknowns = [...asked.unknowns]
  const failures: { readonly question: Question; readonly reason: string }[] = []
  const by: string[] = []
  for (const [i, question] of questions.entries()) {
    const { policy, resource } = question
    const told = meaning(question, answers[i]!)
    if ('reason' in told) {
      failures.push({ question, reason: told.reason })
      continue
    }
    // What belongs to an environment calls it by its own label; as in evaluate.ts.
    const own = resource.origin.environment.name === null ? environment : resource.origin.environment
    findings.push(...told.findings.map((found) => ({ ...found, policy, resource, environment: own })))
    unknowns.push(...told.unknowns.map((unknown) => ({ ...unknown, policy, resource, environment: own })))
    if (told.applies && resource.declared) by.push(policy)
  }
  return { findings, unknowns, unjudged: failed(failures, environment), by }
}

function meaning(question: Question, answer: Answer): Told | { readonly reason: string } {
  if ('error' in answer) return { reason: answer.error }
  try {
    return question.told(answer.value)
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

/** What fails for the same reason is told once, with how often. */
function failed(
  failures: readonly { readonly question: Question; readonly reason: string }[],
  { label }: Environment,
): readonly Unjudged[] {
  const groups = new Map<string, { readonly question: Question; readonly reason: string; count: number }>()
  for (const { question, reason } of failures) {
    const key = JSON.stringify([question.policy, reason])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { question, reason, count: 1 })
    else group.count++
  }
  return [...groups.values()].map(({ question: { policy, resource }, reason, count }) => {
    const others = count === 1 ? '' : ` and ${count - 1} more`
    return {
      file: resource.origin.file,
      line: resource.origin.line,
      reason: `${policy} could not be evaluated on ${resource.kind} ${resource.name}${others}: ${reason}`,
      policy,
      source: resource.origin.source,
      environments: label === null ? [] : [label],
    }
  })
}
