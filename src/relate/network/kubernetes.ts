/**
 * NetworkPolicy (networking.k8s.io), by its definition in k8s.io/api/networking/v1:
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import type { JsonObject, Path, Resource } from '../../model.js'
import type { LabelSelector } from '../selector.js'
import { type AddressSet, joinAddresses, NO_ADDRESSES, parseCidr, withoutAddresses } from './addresses.js'
import { all, fromLabelSelector, inNamespace, NAMESPACE_LABEL } from './expression.js'
import { PROTOCOLS, type Protocol } from './ports.js'
import { field, items, type Notes, numberField, objectField, stringField, strings } from './read.js'
import { type Direction, MAIN_RANK, type Peer, type Policy, type Ports, type Rule, type Side } from './rule.js'

/** Where Calico puts NetworkPolicy among its own policies of the default tier. */
const ORDER = 1_000

export function readNetworkPolicy(resource: Resource): Policy {
  const notes: Notes = []
  const spec = objectField(resource.object as JsonObject, 'spec', notes) ?? {}
  const types = strings(spec, 'policyTypes', notes) ?? []
  const side = (direction: Direction): Side | null => {
    const rules = items(spec, direction, ['spec'], notes) ?? []
    const type = direction === 'ingress' ? 'Ingress' : 'Egress'
    // Without policyTypes: Ingress always, Egress if there are egress rules.
    if (types.length > 0 ? !types.includes(type) : direction === 'egress' && rules.length === 0) return null
    return {
      isolates: true,
      rules: rules.map(({ value, path }) => ruleOf(value, path, direction, resource.namespace, notes)),
    }
  }
  const ingress = side('ingress')
  const egress = side('egress')
  const selector = objectField(spec, 'podSelector', notes) ?? {}
  return {
    resource,
    namespace: resource.namespace,
    specs: [
      {
        path: ['spec'],
        subjectPath: ['spec', 'podSelector'],
        place: { rank: MAIN_RANK, order: ORDER },
        tier: null,
        subject: all(inNamespace(resource.namespace), fromLabelSelector(selector as LabelSelector)),
        ingress,
        egress,
        unsure: notes[0] ?? null,
      },
    ],
    opaque: [],
    beyond: null,
  }
}

function ruleOf(rule: JsonObject, path: Path, direction: Direction, namespace: string, notes: Notes): Rule {
  const key = direction === 'ingress' ? 'from' : 'to'
  const peers = items(rule, key, path, notes) ?? []
  const ports = items(rule, 'ports', path, notes) ?? []
  return {
    action: 'allow',
    path,
    // An empty list and an absent one are the same here: no restriction.
    peers:
      peers.length === 0
        ? [{ kind: 'everyone', path }]
        : peers.map((peer) => peerOf(peer.value, peer.path, namespace, notes)),
    ports: ports.length === 0 ? null : ports.flatMap((port) => portsOf(port.value, notes)),
    subject: true,
    narrowed: null,
  }
}

function peerOf(peer: JsonObject, path: Path, namespace: string, notes: Notes): Peer {
  const block = objectField(peer, 'ipBlock', notes)
  if (block !== null) {
    const addresses = addressesOf([field(block, 'cidr')], strings(block, 'except', notes) ?? [])
    if (addresses === null) {
      notes.push('the API server refuses its ipBlock, which is no CIDR block')
      return { kind: 'unknown', why: 'its ipBlock is no CIDR block', path }
    }
    return { kind: 'addresses', addresses, path: [...path, 'ipBlock'] }
  }
  const namespaces = objectField(peer, 'namespaceSelector', notes)
  const pods = objectField(peer, 'podSelector', notes)
  if (namespaces === null && pods === null) return { kind: 'unknown', why: 'it names no peer', path }
  return {
    kind: 'pods',
    pods: all(
      namespaces === null ? inNamespace(namespace) : fromLabelSelector(namespaces as LabelSelector, NAMESPACE_LABEL),
      fromLabelSelector((pods ?? {}) as LabelSelector),
    ),
    path,
  }
}

/** The addresses of some blocks without those of others; null where one cannot be read. */
export function addressesOf(blocks: readonly unknown[], except: readonly unknown[] = []): AddressSet | null {
  let result = NO_ADDRESSES
  for (const block of blocks) {
    const addresses = typeof block === 'string' ? parseCidr(block) : null
    if (addresses === null) return null
    result = joinAddresses(result, addresses)
  }
  for (const block of except) {
    const addresses = typeof block === 'string' ? parseCidr(block) : null
    if (addresses === null) return null
    result = withoutAddresses(result, addresses)
  }
  return result
}

function portsOf(port: JsonObject, notes: Notes): readonly Ports[] {
  const protocol = protocolOf(stringField(port, 'protocol', notes) ?? 'TCP')
  if (protocol === null) {
    notes.push('a protocol is none of TCP, UDP and SCTP')
    return []
  }
  const number = field(port, 'port')
  if (number === undefined) return [{ protocol, from: 1, to: 65535 }]
  if (typeof number === 'number') return [{ protocol, from: number, to: numberField(port, 'endPort', notes) ?? number }]
  if (typeof number === 'string') return [{ protocol, name: number }]
  notes.push('a port is neither a number nor a name')
  return []
}

export function protocolOf(name: string): Protocol | null {
  return PROTOCOLS.find((protocol) => protocol === name) ?? null
}
