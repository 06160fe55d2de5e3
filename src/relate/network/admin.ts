/**
 * The cluster-wide policies of the network-policy-api group: AdminNetworkPolicy and BaselineAdminNetworkPolicy
 * (v1alpha1), and ClusterNetworkPolicy (v1alpha2), which replaces both. Their rules are read in order and isolate
 * nothing by themselves: https://network-policy-api.sigs.k8s.io/api-overview/
 */
import type { JsonObject, Path, Resource } from '../../model.js'
import type { LabelSelector } from '../selector.js'
import { coversFamily } from './addresses.js'
import { all, type Expression, fromLabelSelector, NAMESPACE_LABEL } from './expression.js'
import { addressesOf, protocolOf } from './kubernetes.js'
import { field, items, type Notes, numberField, objectField, stringField, strings } from './read.js'
import {
  ADMIN_RANK,
  BASELINE_RANK,
  type Direction,
  type Peer,
  type Policy,
  type Ports,
  type Rule,
  type Side,
} from './rule.js'

export function readAdminPolicy(resource: Resource): Policy {
  const notes: Notes = []
  const spec = objectField(resource.object as JsonObject, 'spec', notes) ?? {}
  const baseline =
    resource.kind === 'BaselineAdminNetworkPolicy' ||
    (resource.kind === 'ClusterNetworkPolicy' && stringField(spec, 'tier', notes) === 'Baseline')
  const side = (direction: Direction): Side | null => {
    const rules = items(spec, direction, ['spec'], notes) ?? []
    if (rules.length === 0) return null
    return {
      isolates: false,
      rules: rules.map(({ value, path }) => ruleOf(value, path, direction, notes)),
    }
  }
  const ingress = side('ingress')
  const egress = side('egress')
  const subject = podsOf(objectField(spec, 'subject', notes) ?? {}, notes)
  if (subject === null) notes.push('its subject names neither namespaces nor pods')
  return {
    resource,
    namespace: '',
    specs: [
      {
        path: ['spec'],
        subjectPath: ['spec', 'subject'],
        place: { rank: baseline ? BASELINE_RANK : ADMIN_RANK, order: numberField(spec, 'priority', notes) ?? 0 },
        tier: null,
        subject: subject ?? 'unknown',
        ingress,
        egress,
        unsure: notes[0] ?? null,
      },
    ],
    opaque: [],
    beyond: null,
  }
}

const ACTIONS: { readonly [action: string]: Rule['action'] } = {
  Allow: 'allow',
  Accept: 'allow',
  Deny: 'deny',
  Pass: 'pass',
}

function ruleOf(rule: JsonObject, path: Path, direction: Direction, notes: Notes): Rule {
  const action = ACTIONS[stringField(rule, 'action', notes) ?? '']
  if (action === undefined) notes.push('a rule has no action')
  const ports = items(rule, 'ports', path, notes)?.flatMap((port) => portsOf(port.value, notes))
  const protocols = items(rule, 'protocols', path, notes)?.flatMap((protocol) => protocolsOf(protocol.value, notes))
  return {
    action: action ?? 'allow',
    path,
    peers: (items(rule, direction === 'ingress' ? 'from' : 'to', path, notes) ?? []).flatMap((peer) =>
      peersOf(peer.value, peer.path, notes),
    ),
    ports: protocols ?? ports ?? null,
    subject: true,
    narrowed: null,
  }
}

/** `namespaces`, or `pods` with both selectors, of a subject or peer; null where it is neither. */
function podsOf(value: JsonObject, notes: Notes): Expression | null {
  const namespaces = objectField(value, 'namespaces', notes)
  if (namespaces !== null) return fromLabelSelector(namespaces as LabelSelector, NAMESPACE_LABEL)
  const pods = objectField(value, 'pods', notes)
  if (pods === null) return null
  return all(
    fromLabelSelector((objectField(pods, 'namespaceSelector', notes) ?? {}) as LabelSelector, NAMESPACE_LABEL),
    fromLabelSelector((objectField(pods, 'podSelector', notes) ?? {}) as LabelSelector),
  )
}

function peersOf(peer: JsonObject, path: Path, notes: Notes): readonly Peer[] {
  const pods = podsOf(peer, notes)
  if (pods !== null) return [{ kind: 'pods', pods, path }]
  const networks = field(peer, 'networks') === undefined ? null : strings(peer, 'networks', notes)
  if (networks !== null) {
    const addresses = addressesOf(networks)
    if (addresses === null) {
      notes.push('the API server refuses one of its networks, which is no CIDR block')
      return [{ kind: 'unknown', why: 'one of its networks is no CIDR block', path }]
    }
    const outside: Peer = { kind: 'addresses', addresses, path: [...path, 'networks'] }
    // By their definition such blocks mean the pods that have such an address as well; all have one of 0.0.0.0/0.
    return coversFamily(addresses) ? [outside, { kind: 'pods', pods: true, path }] : [outside]
  }
  const names = strings(peer, 'domainNames', notes)
  if (names !== null) return [{ kind: 'names', names, path: [...path, 'domainNames'] }]
  if (field(peer, 'nodes') !== undefined) return [{ kind: 'nodes', path }]
  return [{ kind: 'unknown', why: 'it names no peer that is known', path }]
}

function portsOf(port: JsonObject, notes: Notes): readonly Ports[] {
  const number = objectField(port, 'portNumber', notes)
  if (number !== null) {
    const from = numberField(number, 'port', notes) ?? 0
    return withProtocol(number, notes, from, from)
  }
  const range = objectField(port, 'portRange', notes)
  if (range !== null)
    return withProtocol(range, notes, numberField(range, 'start', notes) ?? 0, numberField(range, 'end', notes) ?? 0)
  const name = stringField(port, 'namedPort', notes)
  if (name !== null) return [{ protocol: null, name }]
  notes.push('a port is given in no way that is known')
  return []
}

function withProtocol(value: JsonObject, notes: Notes, from: number, to: number): readonly Ports[] {
  const protocol = protocolOf(stringField(value, 'protocol', notes) || 'TCP')
  if (protocol !== null) return [{ protocol, from, to }]
  notes.push('a protocol is none of TCP, UDP and SCTP')
  return []
}

function protocolsOf(value: JsonObject, notes: Notes): readonly Ports[] {
  const name = stringField(value, 'destinationNamedPort', notes)
  if (name !== null) return [{ protocol: null, name }]
  for (const [key, protocol] of [
    ['tcp', 'TCP'],
    ['udp', 'UDP'],
    ['sctp', 'SCTP'],
  ] as const) {
    const match = objectField(value, key, notes)
    if (match === null) continue
    const port = objectField(match, 'destinationPort', notes)
    if (port === null) return [{ protocol, from: 1, to: 65535 }]
    const range = objectField(port, 'range', notes)
    const number = numberField(port, 'number', notes)
    if (range !== null)
      return [{ protocol, from: numberField(range, 'start', notes) ?? 0, to: numberField(range, 'end', notes) ?? 0 }]
    if (number !== null) return [{ protocol, from: number, to: number }]
  }
  notes.push('a protocol is given in no way that is known')
  return []
}
