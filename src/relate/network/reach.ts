/**
 * What the policies that hold some pods let through: tier after tier, rule after rule, as sets of ports.
 *
 * Where the repository does not tell (a policy that may not be in force, labels of a namespace declared elsewhere), the
 * answer errs to what may pass: what grants counts, what refuses does not.
 */
import type { Truth } from '../../model.js'
import { and, or } from '../selector.js'
import { type AddressSet, coversAddresses, coversFamily } from './addresses.js'
import type { ContainerPort, Endpoint } from './endpoint.js'
import { type Expression, evaluate, type View } from './expression.js'
import { ALL_PORTS, commonPorts, joinPorts, NO_PORTS, noPorts, type PortSet, portRange, withoutPorts } from './ports.js'
import type { Peer, Ports, Rule } from './rule.js'
import type { Tiers } from './selection.js'

/** The other end of a connection. */
export type Other =
  | {
      readonly kind: 'pods'
      readonly view: View
      readonly hostNetwork: boolean
      readonly ports: readonly ContainerPort[]
    }
  /** Addresses outside of the cluster that no rule divides. */
  | { readonly kind: 'addresses'; readonly addresses: AddressSet }
  | { readonly kind: 'name'; readonly name: string }

export function otherPods({ view, hostNetwork, ports }: Endpoint): Other {
  return { kind: 'pods', view, hostNetwork, ports }
}

/** The pods that a Service selects, as an expression; null where no such Service is declared here. */
export type ServicePods = (namespace: string, name: string) => Expression | null

/** Whether the rule speaks of the other end. */
function matchesPeer(rule: Rule, other: Other, services: ServicePods): Truth {
  let result: Truth = 'no'
  for (const peer of rule.peers) {
    result = or(result, matchOne(peer, other, services))
    if (result === 'yes') return result
  }
  return result
}

function matchOne(peer: Peer, other: Other, services: ServicePods): Truth {
  switch (peer.kind) {
    case 'everyone':
      return 'yes'
    case 'pods':
      return other.kind === 'pods' && !other.hostNetwork ? evaluate(peer.pods, other.view) : 'no'
    case 'service': {
      const pods = services(peer.namespace, peer.name)
      if (pods === null) return 'unknown'
      return other.kind === 'pods' && !other.hostNetwork ? evaluate(pods, other.view) : 'no'
    }
    case 'addresses':
      // Blocks are about what lies outside of the cluster: pods' addresses come and go. Those of nodes stay.
      if (other.kind === 'addresses') return coversAddresses(peer.addresses, other.addresses) ? 'yes' : 'no'
      if (other.kind === 'pods') return other.hostNetwork ? (coversFamily(peer.addresses) ? 'yes' : 'unknown') : 'no'
      return coversFamily(peer.addresses) ? 'yes' : 'no'
    case 'names':
      return other.kind === 'name' && peer.names.includes(other.name) ? 'yes' : 'no'
    case 'nodes':
      return other.kind === 'pods' && other.hostNetwork ? 'yes' : 'no'
    case 'unknown':
      return other.kind === 'addresses' || (other.kind === 'pods' && other.hostNetwork) ? 'unknown' : 'no'
  }
}

/** Ports of a rule that name none, by rule. */
const fixed = new WeakMap<Rule, PortSet>()

/** The ports of a rule, names looked up among the ports of the pods that the connection goes to. */
export function portsOfRule(rule: Rule, destination: readonly ContainerPort[]): PortSet {
  if (rule.ports === null) return ALL_PORTS
  const known = fixed.get(rule)
  if (known !== undefined) return known
  const sets = rule.ports.map((ports) => portsOf(ports, destination))
  const result = sets.reduce(joinPorts, NO_PORTS)
  if (rule.ports.every((ports) => !('name' in ports))) fixed.set(rule, result)
  return result
}

function portsOf(ports: Ports, destination: readonly ContainerPort[]): PortSet {
  if (!('name' in ports)) return portRange(ports.protocol, ports.from, ports.to)
  return destination
    .filter(({ name, protocol }) => name === ports.name && (ports.protocol === null || ports.protocol === protocol))
    .map(({ protocol, number }) => portRange(protocol, number, number))
    .reduce(joinPorts, NO_PORTS)
}

/**
 * What may pass between the pods that the tiers hold in one direction, seen as `subject`, and the other end. `toPorts`
 * are the container ports at the end that the connection goes to.
 */
export function mayPass(
  tiers: Tiers,
  subject: View,
  other: Other,
  toPorts: readonly ContainerPort[],
  services: ServicePods,
): PortSet {
  let granted = NO_PORTS
  let open = ALL_PORTS
  for (const tier of tiers) {
    if (noPorts(open)) break
    let passed = NO_PORTS
    let isolates = false
    for (const { side, holds } of tier) {
      if (side.isolates && holds === 'yes') isolates = true
      for (const rule of side.rules) {
        const match = matchesPeer(rule, other, services)
        if (match === 'no') continue
        const applies = rule.subject === true ? match : and(match, evaluate(rule.subject, subject))
        if (applies === 'no') continue
        const ports = commonPorts(portsOfRule(rule, toPorts), open)
        if (noPorts(ports)) continue
        if (rule.action === 'allow') granted = joinPorts(granted, ports)
        if (rule.action === 'pass') passed = joinPorts(passed, ports)
        if (applies === 'yes' && holds === 'yes' && rule.narrowed === null) open = withoutPorts(open, ports)
      }
    }
    open = isolates ? passed : joinPorts(open, passed)
  }
  return joinPorts(granted, open)
}
