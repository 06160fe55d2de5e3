/** Whether pods are isolated: what no rule speaks of is refused. */
import type { Answer, Ref } from '../../model.js'
import { refTo } from '../world.js'
import { coversFamily, joinAddresses, NO_ADDRESSES } from './addresses.js'
import { evaluate, type Expression, NAMESPACE, NAMESPACE_LABEL, type View } from './expression.js'
import { type Direction, MAIN_RANK, type Policy, type Rule } from './rule.js'
import { allPorts } from './ports.js'
import { portsOfRule } from './reach.js'
import { type Held, type Holding, type Tiers, tiersOf } from './selection.js'

/**
 * The answer for pods, by what holds them, in the order of evaluation.
 *
 * By Kubernetes' definition a pod is isolated in a direction once a NetworkPolicy that has the direction selects it,
 * whatever that policy goes on to allow; the policies of Calico and Cilium work alike. The cluster-wide policies isolate
 * nothing by themselves, but a rule of theirs that denies everyone does. Their rules for ingress speak of pods alone: for
 * ingress it is enough that every pod is refused.
 *
 * A policy that may lie in another namespace than the pods, because one of the two states none, isolates nothing that is
 * known here: like one that is declared in another repository it does not count. Were the answer `unknown`, one stray
 * manifest without a namespace would make it so for every workload.
 */
export function isolation(holdings: readonly Holding[], direction: Direction, opaque: readonly Policy[]): Answer {
  const tiers = tiersOf(
    holdings.filter(({ near }) => near === 'yes'),
    direction,
  )
  const certain = tiers.map((tier) => tier.filter(({ holds }) => holds === 'yes'))
  const doubtful = tiers.flat().find(({ holds }) => holds !== 'yes')
  const outcome = outcomeOf(certain, direction)
  if (doubtful !== undefined && outcomeOf(tiers, direction).isolated !== outcome.isolated) {
    return { answer: 'unknown', why: doubtOf(doubtful), by: [refTo(doubtful.placed.policy.resource)] }
  }
  if (outcome.isolated) return { answer: 'yes', why: outcome.why, by: outcome.by }
  const [first] = opaque
  if (first !== undefined) {
    const why = `${label(first.resource)} is of a kind that is not understood here`
    return { answer: 'unknown', why, by: opaque.map((policy) => refTo(policy.resource)) }
  }
  // Told beside the answer, not in its words: they are the same in every environment.
  const far = holdings.find(({ near, placed }) => near !== 'yes' && placed.spec[direction]?.isolates === true)
  return {
    answer: 'no',
    why: outcome.why,
    by: far === undefined ? outcome.by : [...outcome.by, refTo(far.placed.policy.resource)],
  }
}

function doubtOf({ placed }: Holding): string {
  const name = label(placed.policy.resource)
  if (placed.doubt !== null) return `${name} may not hold: ${placed.doubt}`
  return `${name} may select it or not: a namespace, or labels of it, are stated nowhere here`
}

/** Why what no policy speaks of is not isolated. */
export function unselected(direction: Direction): string {
  return `no policy here is known to select it for ${direction}`
}

export function label(resource: { readonly kind: string; readonly name: string }): string {
  return `${resource.kind} ${resource.name}`
}

interface Outcome {
  readonly isolated: boolean
  readonly why: string
  readonly by: readonly Ref[]
}

/** Somebody whom no rule names: a pod of the cluster, or an address outside of it. */
type Stranger = 'pod' | 'address'

function outcomeOf(tiers: Tiers, direction: Direction): Outcome {
  const pod = fateOf(tiers, 'pod')
  if (!pod.refused) return { isolated: false, ...reason(pod, direction) }
  const address = fateOf(tiers, 'address')
  const by = reason(pod, direction)
  if (address.refused) return { isolated: true, ...by }
  if (direction === 'ingress')
    return {
      isolated: true,
      why: `${by.why}, for pods: it cannot hold what comes from outside of the cluster`,
      by: by.by,
    }
  return { isolated: false, why: `${by.why}, but nothing refuses addresses outside of the cluster`, by: by.by }
}

interface Fate {
  readonly refused: boolean
  readonly holding: Holding | null
  readonly rule: Rule | null
}

function fateOf(tiers: Tiers, stranger: Stranger): Fate {
  for (const tier of tiers) {
    let isolating: Held | null = null
    let passed = false
    for (const held of tier) {
      const { side, placed } = held
      if (passed) break
      if (side.isolates) isolating ??= held
      const rule = side.rules.find((candidate) => sweeps(candidate, stranger))
      // What a policy allows does not undo that it isolates; only where nothing isolates does an allow rule decide.
      if (rule === undefined || (rule.action === 'allow' && (side.isolates || placed.rank === MAIN_RANK))) continue
      if (rule.action !== 'pass') return { refused: rule.action === 'deny', holding: held, rule }
      passed = true
    }
    if (isolating !== null && !passed) return { refused: true, holding: isolating, rule: null }
  }
  return { refused: false, holding: null, rule: null }
}

function reason(
  { refused, holding, rule }: Fate,
  direction: Direction,
): { readonly why: string; readonly by: readonly Ref[] } {
  if (holding === null) return { why: unselected(direction), by: [] }
  const { policy, spec } = holding.placed
  const name = label(policy.resource)
  if (rule === null) return { why: `${name} selects it for ${direction}`, by: [refTo(policy.resource, spec.path)] }
  const why = refused
    ? `${name} denies what is not allowed before`
    : `${name} allows everything before any other policy is asked`
  return { why, by: [refTo(policy.resource, rule.path)] }
}

/** Whether the rule speaks of everyone, on every port, without further conditions. */
export function sweeps(rule: Rule, stranger: Stranger): boolean {
  if (rule.narrowed !== null || rule.subject !== true || !allPorts(portsOfRule(rule, []))) return false
  if (rule.peers.some(({ kind }) => kind === 'everyone')) return true
  if (stranger === 'pod') return rule.peers.some((peer) => peer.kind === 'pods' && selectsEveryPod(peer.pods))
  const addresses = rule.peers.reduce(
    (set, peer) => (peer.kind === 'addresses' ? joinAddresses(set, peer.addresses) : set),
    NO_ADDRESSES,
  )
  return coversFamily(addresses)
}

/** Whether no label of pod or namespace can keep a pod out. */
export function selectsEveryPod(pods: Expression): boolean {
  return evaluate(pods, EVERY_POD) === 'yes'
}

const EVERY_POD: View = ({ key, match, negated }) => {
  const always = key === NAMESPACE || key === `${NAMESPACE_LABEL}kubernetes.io/metadata.name`
  return always && match === 'exists' && !negated ? 'yes' : 'no'
}
