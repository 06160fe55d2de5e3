/**
 * What the schemas of the network-policy-api group refuse, of AdminNetworkPolicy, BaselineAdminNetworkPolicy and
 * ClusterNetworkPolicy (sigs.k8s.io/network-policy-api, config/crd). A union is one of its fields, and one alone.
 */
import type { Json, JsonObject, Path } from '../model.js'
import { listOf, mapOf } from './json.js'
import { firstProblem, problemAt, type TypeProblem } from './problem.js'

export function adminPolicyProblem(kind: string, policy: JsonObject): TypeProblem | null {
  if (ACTIONS[kind] === undefined) return null
  const spec = mapOf(policy['spec'])
  const { priority } = spec
  const isBaseline = kind === 'BaselineAdminNetworkPolicy'
  const name = mapOf(policy['metadata'])['name']
  if (isBaseline && name !== 'default') return problemAt(['metadata', 'name'], 'is not default, as it has to be')
  if (!isBaseline && !(typeof priority === 'number' && priority >= 0 && priority <= 1000))
    return problemAt(['spec', 'priority'], 'is no number from 0 to 1000')
  if (kind === 'ClusterNetworkPolicy' && spec['tier'] !== 'Admin' && spec['tier'] !== 'Baseline')
    return problemAt(['spec', 'tier'], 'is neither Admin nor Baseline')
  return (
    oneOf(spec['subject'], ['namespaces', 'pods'], ['spec', 'subject']) ??
    rulesProblem(kind, spec, 'ingress') ??
    rulesProblem(kind, spec, 'egress')
  )
}

const ACTIONS: { readonly [kind: string]: readonly string[] } = {
  AdminNetworkPolicy: ['Allow', 'Deny', 'Pass'],
  BaselineAdminNetworkPolicy: ['Allow', 'Deny'],
  ClusterNetworkPolicy: ['Accept', 'Deny', 'Pass'],
}
const PEERS = {
  ingress: ['namespaces', 'pods'],
  egress: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'],
}
const PORTS = ['portNumber', 'namedPort', 'portRange']
const PROTOCOLS = ['tcp', 'udp', 'sctp', 'destinationNamedPort']

function rulesProblem(kind: string, spec: JsonObject, direction: 'ingress' | 'egress'): TypeProblem | null {
  const key = direction === 'ingress' ? 'from' : 'to'
  for (const [i, item] of listOf(spec[direction]).entries()) {
    const rule = mapOf(item)
    const path = ['spec', direction, i]
    const { action } = rule
    const actions = ACTIONS[kind] ?? []
    if (typeof action !== 'string' || !actions.includes(action))
      return problemAt([...path, 'action'], `is none of ${actions.join(', ')}`)
    const peers = listOf(rule[key])
    if (peers.length === 0) return problemAt([...path, key], 'names no peer')
    const found =
      firstProblem(peers, (peer, j) => oneOf(peer, PEERS[direction], [...path, key, j])) ??
      firstProblem(listOf(rule['ports']), (port, j) => oneOf(port, PORTS, [...path, 'ports', j])) ??
      firstProblem(listOf(rule['protocols']), (protocol, j) => oneOf(protocol, PROTOCOLS, [...path, 'protocols', j]))
    if (found !== null) return found
  }
  return null
}

/** A field of a later version is a field too: what it means is said where it is read. */
function oneOf(value: Json | undefined, fields: readonly string[], path: Path): TypeProblem | null {
  const set = Object.values(mapOf(value)).filter((field) => field !== null)
  if (set.length === 1) return null
  const what = set.length === 0 ? 'has none of' : 'has more than one of'
  return problemAt(path, `${what} ${fields.join(', ')}`)
}
