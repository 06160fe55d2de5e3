/**
 * Which policies hold which pods. Policies lie in buckets by namespace, and within one by a label that they demand, so
 * that a pod meets only the few that may select it.
 */
import type { Resource, Truth } from '../../model.js'
import { and } from '../selector.js'
import { withoutAddresses } from './addresses.js'
import type { NetworkSet, Tier } from './calico.js'
import { type Endpoint, isSymbol } from './endpoint.js'
import { evaluate, NAMESPACE, requiredLabel, type View } from './expression.js'
import {
  ADMIN_RANK,
  BASELINE_RANK,
  MAIN_RANK,
  type Direction,
  type Peer,
  type Policy,
  type PolicySpec,
  type Side,
} from './rule.js'

/** A spec in the order of evaluation. */
interface Placed {
  readonly policy: Policy
  readonly spec: PolicySpec
  readonly rank: number
  /** The tier's name: tiers of one order go by their names. */
  readonly tier: string
  /** Whether a deployment leaves it in force and it was understood: what it refuses counts only then. */
  readonly firm: Truth
  /** Why not, where `firm` is not yes. */
  readonly doubt: string | null
  /** The number that sorts it, lower first. */
  readonly position: number
}

/** A placed spec, and whether it holds the pods that were asked for: never `no`. */
export interface Holding {
  readonly placed: Placed
  readonly holds: Truth
  /** Whether the policy lies in the namespace of the pods, or in none: `unknown` where one of the two is stated nowhere. */
  readonly near: Truth
}

/** A holding that has something to say about the direction, with what it says. */
export interface Held extends Holding {
  readonly side: Side
}

/** What holds pods in one direction, tier by tier; tiers are asked one after the other. */
export type Tiers = readonly (readonly Held[])[]

export function tiersOf(holdings: readonly Holding[], direction: Direction): Tiers {
  const tiers: Held[][] = []
  let last: Placed | null = null
  for (const holding of holdings) {
    const { placed } = holding
    const side = placed.spec[direction]
    if (side === null) continue
    if (placed.rank !== last?.rank || placed.tier !== last.tier) tiers.push([])
    last = placed
    tiers.at(-1)?.push({ ...holding, side })
  }
  return tiers
}

const BUILT_IN: ReadonlyMap<string, number> = new Map([
  ['default', MAIN_RANK],
  ['kube-admin', ADMIN_RANK],
  ['adminnetworkpolicy', ADMIN_RANK],
  ['kube-baseline', BASELINE_RANK],
  ['baselineadminnetworkpolicy', BASELINE_RANK],
])

/** The tiers of policies that name none. */
const TIERS: ReadonlyMap<number, string> = new Map([
  [ADMIN_RANK, 'kube-admin'],
  [MAIN_RANK, 'default'],
  [BASELINE_RANK, 'kube-baseline'],
])

/** Every spec of every policy, sorted as it is evaluated. */
function place(policies: readonly Policy[], tiers: readonly Tier[]): readonly Placed[] {
  const known = new Map(tiers.map((tier) => [tier.name, tier]))
  const rivals = rivalsOf(policies)
  const placed = policies.flatMap((policy) =>
    policy.specs.map((spec) => {
      const { rank, passes, doubt } = tierOf(spec, known)
      const named = spec.tier !== null && !BUILT_IN.has(spec.tier) ? spec.tier : null
      const tier = named ?? TIERS.get(rank) ?? ''
      const { force } = policy.resource
      const why = spec.unsure ?? (force.answer === 'yes' ? null : force.why) ?? doubt ?? rivals.get(policy) ?? null
      const isolating = passes ? { ...spec, ingress: open(spec.ingress), egress: open(spec.egress) } : spec
      const firm = why === null ? ('yes' as const) : ('unknown' as const)
      return { policy, spec: isolating, rank, tier, firm, doubt: why }
    }),
  )
  placed.sort(
    (a, b) =>
      compare(a.rank, b.rank) ||
      byName(a.tier, b.tier) ||
      compare(a.spec.place.order, b.spec.place.order) ||
      byName(sortedName(a.policy.resource), sortedName(b.policy.resource)),
  )
  return placed.map((item, position) => ({ ...item, position }))
}

/**
 * Why policies of the network-policy-api may not hold though they are in force: of several with one priority the
 * cluster may take any (clusternetworkpolicy_types.go), which makes a difference where they do not all do the same.
 */
function rivalsOf(policies: readonly Policy[]): ReadonlyMap<Policy, string> {
  const byPlace = new Map<string, Policy[]>()
  for (const policy of policies) {
    const place = policy.specs[0]?.place
    if (policy.resource.group !== 'policy.networking.k8s.io' || place === undefined) continue
    const key = `${place.rank}/${place.order}`
    byPlace.set(key, [...(byPlace.get(key) ?? []), policy])
  }
  const result = new Map<Policy, string>()
  for (const rivals of byPlace.values()) {
    const actions = rivals.flatMap(({ specs }) =>
      specs.flatMap(({ ingress, egress }) => [...(ingress?.rules ?? []), ...(egress?.rules ?? [])]),
    )
    if (rivals.length < 2 || new Set(actions.map(({ action }) => action)).size < 2) continue
    for (const policy of rivals) {
      const other = rivals.find((rival) => rival !== policy)?.resource
      result.set(policy, `${other?.kind} ${other?.name} has the same priority, and which of them holds is not said`)
    }
  }
  return result
}

function open(side: PolicySpec['ingress']): PolicySpec['ingress'] {
  return side === null ? null : { ...side, isolates: false }
}

/** Infinity minus infinity is not a number. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** As felix sorts policies of one order (felix/calc/policy_sorter.go, PolKVLess); NetworkPolicies have a prefix there. */
function sortedName({ group, name }: Resource): string {
  return group === 'networking.k8s.io' ? `knp.default.${name}` : name
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function tierOf(
  spec: PolicySpec,
  tiers: ReadonlyMap<string, Tier>,
): { rank: number; passes: boolean; doubt: string | null } {
  if (spec.tier === null) return { rank: spec.place.rank, passes: false, doubt: null }
  const tier = tiers.get(spec.tier)
  const builtIn = BUILT_IN.get(spec.tier)
  if (builtIn !== undefined) return { rank: builtIn, passes: builtIn !== MAIN_RANK, doubt: null }
  if (tier !== undefined) return { rank: tier.order ?? Number.POSITIVE_INFINITY, passes: tier.passes, doubt: null }
  // Where it stands, and whether it refuses what no rule matches, is said by a tier that is not here.
  return { rank: MAIN_RANK - 1, passes: false, doubt: `its tier ${spec.tier} is not declared here` }
}

interface Bucket {
  /** By a label and its value that every selected pod has. */
  readonly byLabel: Map<string, Placed[]>
  readonly rest: Placed[]
  readonly all: Placed[]
}

export interface Selection {
  readonly placed: readonly Placed[]
  /** What selects the pods, in the order of evaluation. */
  readonly selecting: (endpoint: Endpoint) => readonly Holding[]
  /** What holds them: nothing on the host network, which policies of pods do not reach. */
  readonly holding: (endpoint: Endpoint) => readonly Holding[]
  /** The same for pods that have no label that a policy demands: a stranger, or whatever pod there may be. */
  readonly holdingUnlabelled: (namespace: string, view: View) => readonly Holding[]
  /** Policies of the namespace that are not understood. */
  readonly opaque: (namespace: string, direction: Direction) => readonly Policy[]
}

export function selectionOf(policies: readonly Policy[], tiers: readonly Tier[]): Selection {
  const placed = place(policies, tiers)
  const buckets = new Map<string, Bucket>()
  const symbolic: Bucket = { byLabel: new Map(), rest: [], all: [] }
  const everywhere: Bucket = { byLabel: new Map(), rest: [], all: [] }
  for (const item of placed) {
    const key = item.policy.namespace
    const bucket = buckets.get(key) ?? { byLabel: new Map(), rest: [], all: [] }
    buckets.set(key, bucket)
    put(bucket, item)
    if (key !== '') put(everywhere, item)
    if (isSymbol(key)) put(symbolic, item)
  }
  /** A policy of a namespace that nobody stated may lie in any; one of a stated namespace holds only its own. */
  const bucketsFor = (namespace: string): readonly (Bucket | undefined)[] => [
    buckets.get(''),
    ...(isSymbol(namespace) ? [everywhere] : [buckets.get(namespace), symbolic]),
  ]
  const opaque = policies.filter((policy) => policy.opaque.length > 0)
  const memo = new Map<string, readonly Holding[]>()
  const selecting = (endpoint: Endpoint): readonly Holding[] => {
    const known = memo.get(endpoint.key)
    if (known !== undefined) return known
    const found = bucketsFor(endpoint.namespace).flatMap((bucket) =>
      bucket === undefined ? [] : candidates(bucket, endpoint),
    )
    const result = holdingsOf(found, endpoint.view)
    memo.set(endpoint.key, result)
    return result
  }
  return {
    placed,
    selecting,
    holding: (endpoint) => (endpoint.hostNetwork ? [] : selecting(endpoint)),
    holdingUnlabelled: (namespace, view) =>
      holdingsOf(
        bucketsFor(namespace).flatMap((bucket) => bucket?.rest ?? []),
        view,
      ),
    opaque: (namespace, direction) =>
      opaque.filter(
        (policy) => policy.opaque.includes(direction) && (policy.namespace === '' || policy.namespace === namespace),
      ),
  }
}

function put(bucket: Bucket, item: Placed): void {
  bucket.all.push(item)
  const label = requiredLabel(item.spec.subject)
  if (label === null) {
    bucket.rest.push(item)
    return
  }
  for (const value of label.values) {
    const key = `${label.key}=${value}`
    const list = bucket.byLabel.get(key)
    if (list === undefined) bucket.byLabel.set(key, [item])
    else list.push(item)
  }
}

function candidates(bucket: Bucket, { labels, complete }: Endpoint): readonly Placed[] {
  if (!complete) return bucket.all
  if (bucket.byLabel.size === 0) return bucket.rest
  const found = [...bucket.rest]
  for (const [key, value] of Object.entries(labels)) {
    const list = bucket.byLabel.get(`${key}=${value}`)
    if (list !== undefined) found.push(...list)
  }
  return found
}

function holdingsOf(candidates: readonly Placed[], view: View): readonly Holding[] {
  const result: Holding[] = []
  for (const placed of candidates) {
    const selected = evaluate(placed.spec.subject, view)
    if (selected !== 'no')
      result.push({ placed, holds: and(selected, placed.firm), near: nearness(placed.policy, view) })
  }
  return result.sort((a, b) => a.placed.position - b.placed.position)
}

function nearness({ namespace }: Policy, view: View): Truth {
  return namespace === '' ? 'yes' : view({ key: NAMESPACE, match: 'in', values: [namespace], negated: false })
}

/**
 * Peers of rules as they are evaluated: Calico's network sets put in, which selectors select by their labels.
 */
export function withNetworkSets(
  policies: readonly Policy[],
  sets: readonly NetworkSet[],
  viewOfSet: (set: NetworkSet) => View,
): readonly Policy[] {
  if (sets.length === 0) return policies
  const views = sets.map((set) => ({ set, view: viewOfSet(set) }))
  return policies.map((policy) => ({
    ...policy,
    specs: policy.specs.map((spec) => ({ ...spec, ingress: widen(spec.ingress), egress: widen(spec.egress) })),
  }))

  function widen(side: PolicySpec['ingress']): PolicySpec['ingress'] {
    if (side === null) return null
    return {
      ...side,
      rules: side.rules.map((rule) => ({
        ...rule,
        peers: rule.peers.flatMap((peer): readonly Peer[] => {
          if (peer.kind === 'addresses' && peer.withoutSets !== undefined) {
            const { withoutSets } = peer
            // What refuses counts for certain alone, what lets through counts in doubt.
            const out = (view: View): boolean =>
              rule.action === 'allow' ? evaluate(withoutSets, view) === 'yes' : evaluate(withoutSets, view) !== 'no'
            const left = views
              .filter(({ view }) => out(view))
              .reduce((rest, { set }) => withoutAddresses(rest, set.addresses), peer.addresses)
            return [{ ...peer, addresses: left }]
          }
          if (peer.kind !== 'pods' || peer.networkSets !== true) return [peer]
          const selected = views.filter(({ view }) => evaluate(peer.pods, view) !== 'no')
          return [
            peer,
            ...selected.map(({ set }) => ({ kind: 'addresses' as const, addresses: set.addresses, path: peer.path })),
          ]
        }),
      })),
    }
  }
}
