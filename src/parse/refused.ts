/**
 * What the API server refuses of objects whose fields have the right types, where the gate would be deceived by it: a
 * NetworkPolicy that never comes to hold, a rule of a Role that grants nothing. Such an object is judged all the same,
 * told, and protects nothing.
 */
import type { Json, JsonObject, KubernetesObject, Path } from '../model.js'
import { listOf, mapOf } from './json.js'
import { type LabelSelector, selectorProblem } from './label-selector.js'
import { firstProblem, problemAt, type TypeProblem } from './problem.js'
import { adminPolicyProblem } from './refused-admin.js'

/** The first thing that validation refuses; null where it finds nothing. The types of its fields were checked. */
export function refusedOf(group: string, kind: string, object: KubernetesObject): TypeProblem | null {
  if (group === 'rbac.authorization.k8s.io' && (kind === 'Role' || kind === 'ClusterRole'))
    return firstProblem(mapsOf((object as JsonObject)['rules']), (rule, i) =>
      policyRuleProblem(rule, kind === 'Role', ['rules', i]),
    )
  if (group === 'policy.networking.k8s.io') return adminPolicyProblem(kind, object as JsonObject)
  if (group === 'networking.k8s.io' && kind === 'NetworkPolicy') return networkPolicyProblem(object as JsonObject)
  return null
}

/** pkg/apis/rbac/validation, ValidatePolicyRule. */
function policyRuleProblem(rule: JsonObject, isNamespaced: boolean, path: Path): TypeProblem | null {
  const has = (field: string): boolean => listOf(rule[field]).length > 0
  if (!has('verbs')) return problemAt(path, 'has no verbs')
  if (has('nonResourceURLs')) {
    if (isNamespaced) return problemAt([...path, 'nonResourceURLs'], 'names paths, which lie in no namespace')
    return ['apiGroups', 'resources', 'resourceNames'].some(has)
      ? problemAt([...path, 'nonResourceURLs'], 'stands beside resources')
      : null
  }
  if (!has('apiGroups')) return problemAt(path, 'has no apiGroups')
  return has('resources') ? null : problemAt(path, 'has no resources')
}

/** pkg/apis/networking/validation, ValidateNetworkPolicySpec. */
function networkPolicyProblem(policy: JsonObject): TypeProblem | null {
  const spec = mapOf(policy['spec'])
  const types = listOf(spec['policyTypes'])
  const unknownType = types.findIndex((type) => type !== 'Ingress' && type !== 'Egress')
  return (
    selectorRefused(spec['podSelector'], ['spec', 'podSelector']) ??
    firstProblem(mapsOf(spec['ingress']), (rule, i) => ruleProblem(rule, 'from', ['spec', 'ingress', i])) ??
    firstProblem(mapsOf(spec['egress']), (rule, i) => ruleProblem(rule, 'to', ['spec', 'egress', i])) ??
    (unknownType < 0 ? null : problemAt(['spec', 'policyTypes', unknownType], 'is neither Ingress nor Egress')) ??
    (types.length > 2 ? problemAt(['spec', 'policyTypes'], 'holds more than the two types') : null)
  )
}

function ruleProblem(rule: JsonObject, peers: 'from' | 'to', path: Path): TypeProblem | null {
  return (
    firstProblem(mapsOf(rule['ports']), (port, i) => portProblem(port, [...path, 'ports', i])) ??
    firstProblem(mapsOf(rule[peers]), (peer, i) => peerProblem(peer, [...path, peers, i]))
  )
}

function portProblem({ protocol, port, endPort }: JsonObject, path: Path): TypeProblem | null {
  if (protocol !== undefined && protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP')
    return problemAt([...path, 'protocol'], 'is none of TCP, UDP and SCTP')
  if (typeof port === 'number' && (port < 1 || port > 65535)) return problemAt([...path, 'port'], 'is no port')
  if (typeof port === 'string' && !isPortName(port)) return problemAt([...path, 'port'], 'is no name of a port')
  if (typeof endPort !== 'number') return null
  if (typeof port !== 'number') return problemAt([...path, 'endPort'], 'takes a port that is a number')
  return endPort < port || endPort > 65535 ? problemAt([...path, 'endPort'], 'is no port from there on') : null
}

/** apimachinery pkg/util/validation, IsValidPortName. */
function isPortName(name: string): boolean {
  return name.length <= 15 && /^[a-z0-9-]+$/.test(name) && /[a-z]/.test(name) && !/--|^-|-$/.test(name)
}

function peerProblem({ ipBlock, podSelector, namespaceSelector }: JsonObject, path: Path): TypeProblem | null {
  if (ipBlock === undefined && podSelector === undefined && namespaceSelector === undefined)
    return problemAt(path, 'names no peer')
  if (ipBlock !== undefined && (podSelector !== undefined || namespaceSelector !== undefined))
    return problemAt([...path, 'ipBlock'], 'stands beside another peer')
  return (
    selectorRefused(podSelector, [...path, 'podSelector']) ??
    selectorRefused(namespaceSelector, [...path, 'namespaceSelector'])
  )
}

function selectorRefused(selector: Json | undefined, path: Path): TypeProblem | null {
  const found = selectorProblem(mapOf(selector) as LabelSelector)
  return found === null ? null : problemAt([...path, ...found.path], found.message)
}

function mapsOf(value: Json | undefined): readonly JsonObject[] {
  return listOf(value).map(mapOf)
}
