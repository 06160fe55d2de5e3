/** What a policy opens wide: to everyone, to every address, to the metadata service of the cloud. */
import type { Path } from '../../model.js'
import {
  type AddressSet,
  coversAddresses,
  joinAddresses,
  leavesOutLittle,
  METADATA,
  NO_ADDRESSES,
  noAddresses,
  WORLD,
  withoutAddresses,
} from './addresses.js'
import { label, selectsEveryPod } from './isolation.js'
import { covers } from './intervals.js'
import { allPorts, commonPorts, noPorts, type PortSet, portRange } from './ports.js'
import { portsOfRule } from './reach.js'
import type { Direction, Policy, PolicySpec, Rule } from './rule.js'

/** A rule that lets through everything of a direction. */
export interface Opening {
  readonly direction: Direction
  readonly path: Path
  /** Whom it opens to, as a noun phrase: `everyone`, `every pod of the cluster`, `every address`. */
  readonly to: string
}

const EVERY_TCP_PORT = portRange('TCP')

/** Allow rules without any limit on ports that speak of everyone, of every pod, or, for ingress, of every address. */
export function openingsOf(spec: PolicySpec): readonly Opening[] {
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    (spec[direction]?.rules ?? []).flatMap((rule): readonly Opening[] => {
      if (rule.action !== 'allow' || rule.narrowed !== null || !everyPort(rule)) return []
      const opening = (to: string, path: Path): readonly Opening[] => [{ direction, path, to }]
      for (const peer of rule.peers) {
        if (peer.kind === 'everyone') return opening('everyone', rule.path)
        if (peer.kind === 'pods' && selectsEveryPod(peer.pods)) return opening('every pod of the cluster', peer.path)
      }
      if (direction === 'ingress' && leavesOutLittle(addressesOf(rule))) return opening('every address', rule.path)
      return []
    }),
  )
}

/** All of TCP is as good as everything. */
function everyPort(rule: Rule): boolean {
  const ports = portsOfRule(rule, [])
  return allPorts(ports) || covers(ports.TCP, EVERY_TCP_PORT.TCP)
}

/** An egress rule that reaches far out of the cluster. */
export interface FarReach {
  readonly path: Path
  readonly to: 'every address' | 'the metadata address'
  /** The ports, where they are few; empty where they are many or all. */
  readonly ports: readonly number[]
  /** What else it takes for this: `other rules of it`, `NetworkPolicy b`; null: nothing. */
  readonly together: string | null
}

/** A rule that `openingsOf` says is open to everyone is not told again. */
export function farReachesOf(spec: PolicySpec): readonly FarReach[] {
  const reaches = reachesOf(spec)
  const alone = reaches.filter(({ addresses }) => leavesOutLittle(addresses))
  const rest = reaches.filter((reach) => !alone.includes(reach))
  const joined = rest.reduce((set, { addresses }) => joinAddresses(set, addresses), NO_ADDRESSES)
  const together = leavesOutLittle(joined) ? rest : []
  const metadata = together.length > 0 ? [] : rest.filter(reachesMetadata)
  return [
    ...alone.map((reach) => far(reach, 'every address', null)),
    ...together.map((reach) => far(reach, 'every address', together.length > 1 ? 'other rules of it' : null)),
    ...metadata.map((reach) => far(reach, 'the metadata address', null)),
  ]
}

function far({ rule, ports }: Reach, to: FarReach['to'], together: string | null): FarReach {
  return { path: pathOf(rule), to, ports: few(ports), together }
}

/**
 * Policies that select the same pods reach as far as all of them together. The reaches that none of them has alone, by
 * policy.
 */
export function jointReaches(policies: readonly Policy[]): ReadonlyMap<Policy, readonly FarReach[]> {
  const partial = policies
    .map((policy) => ({ policy, reaches: policy.specs.flatMap(reachesOf) }))
    .filter(({ reaches }) => reaches.length > 0)
  const whole = (reaches: readonly Reach[]): boolean =>
    leavesOutLittle(reaches.reduce((set, { addresses }) => joinAddresses(set, addresses), NO_ADDRESSES))
  if (
    partial.length < 2 ||
    partial.some(({ reaches }) => whole(reaches)) ||
    !whole(partial.flatMap(({ reaches }) => reaches))
  )
    return new Map()
  return new Map(
    partial.map(({ policy, reaches }) => {
      const others = partial.filter((other) => other.policy !== policy).map((other) => label(other.policy.resource))
      return [policy, reaches.map((reach) => far(reach, 'every address', others.join(' and ')))]
    }),
  )
}

/** What each rule allows outside of the cluster, after what the policy itself denies before. */
function reachesOf(spec: PolicySpec): readonly Reach[] {
  let denied = NO_ADDRESSES
  const reaches: Reach[] = []
  for (const rule of spec.egress?.rules ?? []) {
    if (rule.action === 'deny' && rule.ports === null && rule.narrowed === null)
      denied = joinAddresses(denied, addressesOf(rule))
    if (rule.action !== 'allow' || (everyPort(rule) && rule.peers.some(({ kind }) => kind === 'everyone'))) continue
    const addresses = withoutAddresses(addressesOf(rule), denied)
    const ports = portsOfRule(rule, [])
    if (!noAddresses(addresses) && !noPorts(ports)) reaches.push({ rule, addresses, ports })
  }
  return reaches
}

interface Reach {
  readonly rule: Rule
  readonly addresses: AddressSet
  readonly ports: PortSet
}

function reachesMetadata({ addresses, ports }: Reach): boolean {
  const served = !noPorts(commonPorts(ports, portRange('TCP', 80, 80)))
  return served && METADATA.some((address) => coversAddresses(addresses, address))
}

/** The addresses that a rule speaks of, all of its peers taken together. */
function addressesOf(rule: Rule): AddressSet {
  return rule.peers.reduce<AddressSet>((set, peer) => {
    if (peer.kind === 'everyone') return WORLD
    return peer.kind === 'addresses' ? joinAddresses(set, peer.addresses) : set
  }, NO_ADDRESSES)
}

/** The peer that says so, where there is but one; else the rule. */
function pathOf(rule: Rule): Path {
  const [peer] = rule.peers
  return rule.peers.length === 1 && peer?.kind === 'addresses' ? peer.path : rule.path
}

const FEW = 16

function few(ports: PortSet): readonly number[] {
  const numbers = new Set<number>()
  for (const [from, to] of [...ports.SCTP, ...ports.TCP, ...ports.UDP]) {
    if (to - from > FEW) return []
    for (let port = from; port < to; port++) numbers.add(port)
  }
  return numbers.size > FEW ? [] : [...numbers].sort((a, b) => a - b)
}
