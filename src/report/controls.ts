/**
 * What the result gives evidence for, control by control. The frameworks are data (frameworks/); which policy maps to
 * which control stands in the policy's METADATA alone. Evidence is never conformity.
 */
import type { Policy } from '../model.js'
import type { ControlResult, ControlStatus, FrameworkInfo, Report } from './report.js'

/** A file of frameworks/, as it is written. */
export interface Framework extends FrameworkInfo {
  /** Why a control cannot be shown from manifests, by the word that controls refer to. */
  readonly reasons: { readonly [reason: string]: string }
  /** In the framework's own order. */
  readonly controls: { readonly [id: string]: FrameworkControl }
}

interface FrameworkControl {
  /** The short title: the text of a standard is copyrighted. */
  readonly title: string
  /** A key of `reasons`; absent where manifests can give evidence. */
  readonly 'not-assessable'?: string
}

export interface Evidence {
  /** Those in force: a policy that is off gives no evidence. */
  readonly policies: readonly Policy[]
  readonly findings: readonly { readonly policy: string }[]
  readonly unknowns: readonly { readonly policy: string }[]
  /** Where a policy itself failed, `policy` names it: it could not tell. */
  readonly unjudged: readonly { readonly policy: string | null }[]
  /** policy → how many resources it judged. */
  readonly exercised: ReadonlyMap<string, number>
}

/** One result a control, in the order of the frameworks. Throws if a policy maps to a control that does not exist. */
export function controlsOf(frameworks: readonly Framework[], evidence: Evidence): readonly ControlResult[] {
  const findings = countsOf(evidence.findings)
  const unknowns = countsOf([...evidence.unknowns, ...evidence.unjudged])
  return frameworks.flatMap((framework) => {
    const mapped = mappedTo(framework, evidence.policies)
    return Object.entries(framework.controls).map(([id, control]): ControlResult => {
      const policies = mapped.get(id) ?? []
      const sum = (counts: ReadonlyMap<string, number>): number =>
        policies.reduce((n, { policy }) => n + (counts.get(policy.id) ?? 0), 0)
      const counted = { policies: policies.length, findings: sum(findings), unknowns: sum(unknowns) }
      return {
        framework: framework.id,
        id,
        title: control.title,
        sources: [...new Set(policies.map(({ source }) => source))].sort(),
        status: control['not-assessable'] === undefined ? statusOf(counted, sum(evidence.exercised)) : 'not-assessable',
        ...counted,
      }
    })
  })
}

/** What could not be told is no evidence, so it leaves a gap; so does what was waived: a waiver accepts a gap. */
function statusOf(counted: { readonly findings: number; readonly unknowns: number }, judged: number): ControlStatus {
  if (counted.findings + counted.unknowns > 0) return 'gap'
  return judged > 0 ? 'evidence' : 'not-exercised'
}

interface Mapped {
  readonly policy: Policy
  /** The letter of the mapping's source. */
  readonly source: string
}

function mappedTo(framework: Framework, policies: readonly Policy[]): ReadonlyMap<string, readonly Mapped[]> {
  const mapped = new Map<string, Mapped[]>()
  for (const policy of policies) {
    for (const [id, source] of Object.entries(policy.controls[framework.id] ?? {})) {
      const problem = mappingProblem(framework, id, source)
      if (problem !== null) throw new Error(`${policy.id}: ${problem}`)
      mapped.set(id, [...(mapped.get(id) ?? []), { policy, source }])
    }
  }
  return mapped
}

/** What is wrong with a policy's line in `controls`, or null. */
export function mappingProblem(framework: Framework, id: string, source: string): string | null {
  const control = Object.hasOwn(framework.controls, id) ? framework.controls[id] : undefined
  if (control === undefined) return `${framework.id} has no control ${id}`
  if (control['not-assessable'] !== undefined) return `${id} of ${framework.id} is not assessable from manifests`
  if (!Object.hasOwn(framework.sources, source)) return `${framework.id} knows no source ${source}`
  return null
}

function countsOf(items: readonly { readonly policy: string | null }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { policy } of items) if (policy !== null) counts.set(policy, (counts.get(policy) ?? 0) + 1)
  return counts
}

/** `J: our own reading; P: …`: the sources that the results of a framework rest on. */
export function legend(report: Pick<Report, 'controls'>, { id, sources }: FrameworkInfo): string {
  const used = new Set(
    report.controls.filter(({ framework }) => framework === id).flatMap((control) => control.sources),
  )
  return [...used]
    .sort()
    .map((letter) => `${letter}: ${sources[letter] ?? letter}`)
    .join('; ')
}

/** How many controls of a framework have each status. */
export function tally(report: Pick<Report, 'controls'>, framework: string): { readonly [S in ControlStatus]: number } {
  const counts = { gap: 0, evidence: 0, 'not-exercised': 0, 'not-assessable': 0 }
  for (const control of report.controls) if (control.framework === framework) counts[control.status]++
  return counts
}
