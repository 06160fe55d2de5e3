/**
 * What the API server refuses of objects whose fields have the right types, where the gate would be deceived by it: a
 * NetworkPolicy that never comes to hold, a rule of a Role that grants nothing. Such an object is judged all the same,
 * told, and protects nothing.
 */
import type { Json, JsonObject, KubernetesObject, Path } from '../model.js'
import { isMap, listOf } from './json.js'
import { type LabelSelector, selectorProblem } from './label-selector.js'
import { shown, type TypeProblem } from './schema.js'

/** The first thing that validation refuses; null where it finds nothing. The types of its fields were checked. */
export function refusedOf(group: string, kind: string, object: KubernetesObject): TypeProblem | null {
  if (group === 'rbac.authorization.k8s.io' && kind === 'Role') return roleProblem(object as JsonObject)
  if (group === 'networking.k8s.io' && kind === 'NetworkPolicy') return networkPolicyProblem(object as JsonObject)
  return null
}

/** pkg/apis/rbac/validation, ValidatePolicyRule. */
function roleProblem(role: JsonObject): TypeProblem | null {
  const at = mapsOf(role['rules']).findIndex((rule) => listOf(rule['nonResourceURLs']).length > 0)
  return at < 0 ? null : problem(['rules', at, 'nonResourceURLs'], 'names paths, which lie in no namespace')
}

/** pkg/apis/networking/validation, ValidateNetworkPolicySpec. */
function networkPolicyProblem(policy: JsonObject): TypeProblem | null {
  const spec = mapOf(policy['spec'])
  const types = listOf(spec['policyTypes'])
  const unknownType = types.findIndex((type) => type !== 'Ingress' && type !== 'Egress')
  return (
    selectorRefused(spec['podSelector'], ['spec', 'podSelector']) ??
    firstOf(mapsOf(spec['ingress']), (rule, i) => ruleProblem(rule, 'from', ['spec', 'ingress', i])) ??
    firstOf(mapsOf(spec['egress']), (rule, i) => ruleProblem(rule, 'to', ['spec', 'egress', i])) ??
    (unknownType < 0 ? null : problem(['spec', 'policyTypes', unknownType], 'is neither Ingress nor Egress')) ??
    (types.length > 2 ? problem(['spec', 'policyTypes'], 'holds more than the two types') : null)
  )
}

function ruleProblem(rule: JsonObject, peers: 'from' | 'to', path: Path): TypeProblem | null {
  return (
    firstOf(mapsOf(rule['ports']), (port, i) => portProblem(port, [...path, 'ports', i])) ??
    firstOf(mapsOf(rule[peers]), (peer, i) => peerProblem(peer, [...path, peers, i]))
  )
}

function portProblem({ protocol, port, endPort }: JsonObject, path: Path): TypeProblem | null {
  if (protocol !== undefined && protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP')
    return problem([...path, 'protocol'], 'is none of TCP, UDP and SCTP')
  if (typeof port === 'number' && (port < 1 || port > 65535)) return problem([...path, 'port'], 'is no port')
  if (typeof port === 'string' && !isPortName(port)) return problem([...path, 'port'], 'is no name of a port')
  if (typeof endPort !== 'number') return null
  if (typeof port !== 'number') return problem([...path, 'endPort'], 'takes a port that is a number')
  return endPort < port || endPort > 65535 ? problem([...path, 'endPort'], 'is no port from there on') : null
}

/** apimachinery pkg/util/validation, IsValidPortName. */
function isPortName(name: string): boolean {
  return name.length <= 15 && /^[a-z0-9-]+$/.test(name) && /[a-z]/.test(name) && !/--|^-|-$/.test(name)
}

function peerProblem({ ipBlock, podSelector, namespaceSelector }: JsonObject, path: Path): TypeProblem | null {
  if (ipBlock === undefined && podSelector === undefined && namespaceSelector === undefined)
    return problem(path, 'names no peer')
  if (ipBlock !== undefined && (podSelector !== undefined || namespaceSelector !== undefined))
    return problem([...path, 'ipBlock'], 'stands beside another peer')
  return (
    selectorRefused(podSelector, [...path, 'podSelector']) ??
    selectorRefused(namespaceSelector, [...path, 'namespaceSelector'])
  )
}

function selectorRefused(selector: Json | undefined, path: Path): TypeProblem | null {
  const found = selectorProblem(mapOf(selector) as LabelSelector)
  return found === null ? null : problem([...path, ...found.path], found.message)
}

function problem(path: Path, message: string): TypeProblem {
  return { path, message: `${shown(path)} ${message}` }
}

function firstOf(
  items: readonly JsonObject[],
  problemOf: (item: JsonObject, index: number) => TypeProblem | null,
): TypeProblem | null {
  for (const [index, item] of items.entries()) {
    const found = problemOf(item, index)
    if (found !== null) return found
  }
  return null
}

function mapOf(value: Json | undefined): JsonObject {
  return isMap(value) ? value : {}
}

function mapsOf(value: Json | undefined): readonly JsonObject[] {
  return listOf(value).map(mapOf)
}
