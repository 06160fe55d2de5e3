/**
 * CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, by pkg/policy/api and pkg/k8s/apis/cilium.io/utils of
 * Cilium: https://docs.cilium.io/en/stable/security/policy/language/
 */
import type { JsonObject, Path, Resource } from '../../model.js'
import { isObject } from '../world.js'
import { type AddressSet, WORLD } from './addresses.js'
import { all, type Expression, inNamespace, NAMESPACE, NAMESPACE_LABEL, SERVICE_ACCOUNT, test } from './expression.js'
import { PORTLESS, refusedByCilium } from './cilium-refused.js'
import { addressesOf } from './kubernetes.js'
import type { Protocol } from './ports.js'
import {
  booleanField,
  field,
  type Item,
  items,
  type Notes,
  numberField,
  objectField,
  stringField,
  strings,
} from './read.js'
import {
  type Direction,
  MAIN_RANK,
  type Peer,
  type Policy,
  type PolicySpec,
  type Ports,
  type Rule,
  type Side,
} from './rule.js'

/** Deny rules come before every allow rule, whichever policy they are in; allow rules stand where NetworkPolicy does. */
const DENY_ORDER = Number.NEGATIVE_INFINITY
const ALLOW_ORDER = 1_000

export function readCiliumPolicy(resource: Resource): Policy {
  const notes: Notes = []
  const object = resource.object as JsonObject
  const namespace = resource.kind === 'CiliumClusterwideNetworkPolicy' ? '' : resource.namespace
  const spec = objectField(object, 'spec', notes)
  const specs: readonly Item[] = [
    ...(spec === null ? [] : [{ value: spec, path: ['spec'] }]),
    ...(items(object, 'specs', [], notes) ?? []),
  ]
  const read = specs.flatMap((item) => specOf(item, namespace))
  const refused = specs.map(({ value }) => refusedByCilium(value)).find((why) => why !== null)
  if (refused != null) return { resource, namespace, specs: [], opaque: [], beyond: null, refused }
  return {
    resource,
    namespace,
    specs: notes.length === 0 ? read : read.map((part) => ({ ...part, unsure: part.unsure ?? notes[0] ?? null })),
    opaque: [],
    beyond: specs.length > 0 && specs.every(({ value }) => field(value, 'nodeSelector') !== undefined) ? 'nodes' : null,
  }
}

/** A spec gives two parts, since its deny rules are read before all allow rules there are. */
function specOf({ value: spec, path }: Item, namespace: string): readonly PolicySpec[] {
  // It holds nodes, not pods.
  if (field(spec, 'nodeSelector') !== undefined) return []
  const notes: Notes = []
  const selector = field(spec, 'endpointSelector')
  if (!isObject(selector)) notes.push('it has no endpointSelector')
  const subject = isObject(selector)
    ? // It holds pods of its own namespace; what else its selector says of namespaces, holds as well.
      namespace === ''
      ? endpoints(selector as JsonObject, '', notes)
      : all(inNamespace(namespace), fromSelector(selector as JsonObject, notes, true))
    : 'unknown'
  const posture = objectField(spec, 'enableDefaultDeny', notes) ?? {}
  const side = (direction: Direction, deny: boolean): Side | null => {
    const key = deny ? `${direction}Deny` : direction
    const rules = items(spec, key, path, notes) ?? []
    // An omitted or empty list leaves the direction alone, whatever enableDefaultDeny says of it; one rule, even an
    // empty one, isolates (RulesToPolicyEntries).
    if (rules.length === 0) return null
    const isolates = booleanField(posture, direction, notes) ?? true
    return { isolates, rules: rules.flatMap((rule) => ruleOf(rule, direction, deny, namespace, notes)) }
  }
  const denied = { ingress: side('ingress', true), egress: side('egress', true) }
  const allowed = { ingress: side('ingress', false), egress: side('egress', false) }
  const requires = ['ingress', 'egress'].some((direction) =>
    (items(spec, direction, path, []) ?? []).some(
      ({ value }) => field(value, 'fromRequires') !== undefined || field(value, 'toRequires') !== undefined,
    ),
  )
  if (requires) notes.push('it uses fromRequires or toRequires, which constrain the rules of other policies')
  const common = { path, subjectPath: [...path, 'endpointSelector'], tier: null, subject, unsure: notes[0] ?? null }
  const parts: PolicySpec[] = [{ ...common, place: { rank: MAIN_RANK, order: ALLOW_ORDER }, ...allowed }]
  if (denied.ingress !== null || denied.egress !== null)
    parts.push({ ...common, place: { rank: MAIN_RANK, order: DENY_ORDER }, ...denied })
  return parts
}

/* ------------------------------------------------------------- selectors */

/** What a label of a selector stands for; sources (`k8s:`, `any:`) are taken off. Null: no label of a pod. */
function keyOf(label: string): string | null {
  const [, source = 'any', key = label] = /^([a-z0-9-]+):(.*)$/s.exec(label) ?? []
  if (source !== 'k8s' && source !== 'any') return null
  if (key === 'io.kubernetes.pod.namespace') return NAMESPACE
  if (key === 'io.cilium.k8s.policy.serviceaccount') return SERVICE_ACCOUNT
  const prefix = 'io.cilium.k8s.namespace.labels.'
  return key.startsWith(prefix) ? NAMESPACE_LABEL + key.slice(prefix.length) : key
}

const OPERATORS: { readonly [operator: string]: readonly [match: 'in' | 'exists', negated: boolean] } = {
  In: ['in', false],
  NotIn: ['in', true],
  Exists: ['exists', false],
  DoesNotExist: ['exists', true],
}

/** The one match that gives way to the policy's own namespace (ParseToCiliumRule); every other one is asked as well. */
const REPLACED = 'k8s:io.kubernetes.pod.namespace'

function fromSelector(selector: JsonObject, notes: Notes, ofOwnNamespace = false): Expression {
  const one = (label: string, match: 'in' | 'exists', values: readonly string[], negated: boolean): Expression => {
    const key = keyOf(label)
    // `reserved:host` and the like: no pod has it.
    if (key === null) return negated
    // The cluster's own name: there is but one cluster in sight.
    if (key === 'io.cilium.k8s.policy.cluster') return 'unknown'
    return test(key, match, values, negated)
  }
  const labels = objectField(selector, 'matchLabels', notes) ?? {}
  return all(
    ...Object.entries(labels).map(([label, value]) =>
      ofOwnNamespace && label === REPLACED ? true : one(label, 'in', [String(value ?? '')], false),
    ),
    ...(items(selector, 'matchExpressions', [], notes) ?? []).map(({ value }): Expression => {
      const operator = OPERATORS[stringField(value, 'operator', notes) ?? '']
      const label = stringField(value, 'key', notes)
      if (operator !== undefined && label !== null)
        return one(label, operator[0], strings(value, 'values', notes) ?? [], operator[1])
      notes.push('a selector has an operator that is not known')
      return 'unknown'
    }),
  )
}

/** Without a label for the namespace, a selector of a namespaced policy means its own namespace. */
function endpoints(selector: JsonObject, namespace: string, notes: Notes): Expression {
  const labels = [
    ...Object.keys(objectField(selector, 'matchLabels', notes) ?? {}),
    ...(items(selector, 'matchExpressions', [], notes) ?? []).map(
      ({ value }) => stringField(value, 'key', notes) ?? '',
    ),
  ].map(keyOf)
  const named = labels.some((key) => key !== null && (key === NAMESPACE || key.startsWith(NAMESPACE_LABEL)))
  return all(named || namespace === '' ? true : inNamespace(namespace), fromSelector(selector, notes))
}

/* ----------------------------------------------------------------- rules */

function ruleOf(
  { value: rule, path }: Item,
  direction: Direction,
  deny: boolean,
  namespace: string,
  notes: Notes,
): readonly Rule[] {
  const peers = peersOf(rule, path, direction, namespace, notes)
  const authentication = field(rule, 'authentication') === undefined ? null : 'authenticated peers'
  const base = {
    action: deny ? 'deny' : 'allow',
    path,
    peers: peers ?? [{ kind: 'everyone', path }],
    subject: true,
  } as const
  const ports = items(rule, 'toPorts', path, notes) ?? []
  // Each list of ports has layer 7 rules of its own, so each is a rule of its own here.
  if (ports.length > 0) return ports.map(({ value }) => ({ ...base, ...portsOf(value, authentication, notes) }))
  // Rules for ICMP alone leave TCP, UDP and SCTP out.
  if ((items(rule, 'icmps', path, notes) ?? []).length > 0) return [{ ...base, ports: [], narrowed: 'ICMP' }]
  // A rule without peers and without ports matches nothing; with ports alone it matches everyone.
  return peers === null ? [] : [{ ...base, ports: null, narrowed: authentication }]
}

/** null: the rule names none. An empty list matches nobody. */
function peersOf(
  whole: JsonObject,
  path: Path,
  direction: Direction,
  namespace: string,
  notes: Notes,
): readonly Peer[] | null {
  const way = direction === 'ingress' ? 'from' : 'to'
  const key = (name: string): string => `${way}${name}`
  const rule = Object.fromEntries(
    Object.entries(whole).filter(([name]) => !SAYING_NOTHING.map(key).includes(name) || !listIsEmpty(whole, name)),
  )
  const lists: (readonly Peer[])[] = []
  const selectors = items(rule, key('Endpoints'), path, notes)
  if (selectors !== null) {
    lists.push(
      selectors.flatMap(({ value, path: at }): readonly Peer[] => {
        const world = reserved(value, notes)
        // Whoever has a reserved label has no label of a pod beside it.
        if (world.length > 0) return asksForPods(value, notes) ? [] : entities(world, at)
        return [{ kind: 'pods', pods: endpoints(value, namespace, notes), path: at }]
      }),
    )
  }
  const names = strings(rule, key('Entities'), notes)
  if (names !== null) lists.push(entities(names, [...path, key('Entities')]))
  const blocks = strings(rule, key('CIDR'), notes)
  if (blocks !== null) lists.push([addressPeer(addressesOf(blocks), [...path, key('CIDR')])])
  const sets = items(rule, key('CIDRSet'), path, notes)
  if (sets !== null) lists.push(sets.map(({ value, path: at }) => blockPeer(value, at, notes)))
  const domains = direction === 'egress' ? items(rule, 'toFQDNs', path, notes) : null
  if (domains !== null) {
    const patterns = domains.flatMap(
      ({ value }) => stringField(value, 'matchName', notes) ?? stringField(value, 'matchPattern', notes) ?? [],
    )
    // A lone star is every name there is, so every address that a name server gives.
    if (patterns.includes('*')) lists.push([addressPeer(WORLD, [...path, 'toFQDNs'])])
    else lists.push(patterns.length === 0 ? [] : [{ kind: 'names', names: patterns, path: [...path, 'toFQDNs'] }])
  }
  const services = direction === 'egress' ? items(rule, 'toServices', path, notes) : null
  if (services !== null) lists.push(services.map(({ value, path: at }) => servicePeer(value, at, namespace, notes)))
  if (field(rule, key('Nodes')) !== undefined) lists.push([{ kind: 'nodes', path: [...path, key('Nodes')] }])
  if (field(rule, key('Groups')) !== undefined) {
    lists.push([
      { kind: 'unknown', why: `${key('Groups')} names addresses of a cloud provider`, path: [...path, key('Groups')] },
    ])
  }
  for (const name of Object.keys(rule)) {
    const known = [...PEERS.map(key), 'toFQDNs', 'toServices', 'toPorts', 'fromRequires', 'toRequires'].includes(name)
    if (!known && /^(from|to)[A-Z]/.test(name))
      lists.push([{ kind: 'unknown', why: `${name} is not known`, path: [...path, name] }])
  }
  if (EMPTYING.some((name) => listIsEmpty(rule, key(name)))) return []
  return lists.length === 0 ? null : lists.flat()
}

/** Of these an empty list selects nobody, whatever stands beside it (mergeEndpointSelectors); of others it says nothing. */
const EMPTYING = ['Endpoints', 'Nodes', 'Entities', 'CIDR', 'CIDRSet']
const SAYING_NOTHING = ['FQDNs', 'Services', 'Groups']

function listIsEmpty(rule: JsonObject, key: string): boolean {
  const value = field(rule, key)
  return Array.isArray(value) && value.length === 0
}

const PEERS = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'Nodes', 'Groups']

function blockPeer(set: JsonObject, path: Path, notes: Notes): Peer {
  if (field(set, 'cidrGroupRef') !== undefined || field(set, 'cidrGroupSelector') !== undefined) {
    return { kind: 'unknown', why: 'it names a group of CIDR blocks', path }
  }
  return addressPeer(addressesOf([field(set, 'cidr')], strings(set, 'except', notes) ?? []), path)
}

function addressPeer(addresses: AddressSet | null, path: Path): Peer {
  return addresses === null
    ? { kind: 'unknown', why: 'a CIDR block cannot be read', path }
    : { kind: 'addresses', addresses, path }
}

function servicePeer(service: JsonObject, path: Path, namespace: string, notes: Notes): Peer {
  const named = objectField(service, 'k8sService', notes)
  const name = named === null ? null : stringField(named, 'serviceName', notes)
  if (named === null || name === null) return { kind: 'unknown', why: 'it selects services by their labels', path }
  return { kind: 'service', namespace: stringField(named, 'namespace', notes) ?? namespace, name, path }
}

/** `reserved:world` written as a label selector is the entity of that name. */
function reserved(selector: JsonObject, notes: Notes): readonly string[] {
  return Object.keys(objectField(selector, 'matchLabels', notes) ?? {}).flatMap((label) =>
    label.startsWith('reserved:')
      ? [label.slice('reserved:'.length)]
      : label.startsWith('reserved.')
        ? [label.slice('reserved.'.length)]
        : [],
  )
}

/** Whether a label must be there that is not reserved. */
function asksForPods(selector: JsonObject, notes: Notes): boolean {
  const wanted = (items(selector, 'matchExpressions', [], notes) ?? []).filter(
    ({ value }) => value['operator'] === 'In' || value['operator'] === 'Exists',
  )
  return [
    ...Object.keys(objectField(selector, 'matchLabels', notes) ?? {}),
    ...wanted.map(({ value }) => String(value['key'])),
  ].some((label) => !/^reserved[:.]/.test(label))
}

function entities(names: readonly string[], path: Path): readonly Peer[] {
  return names.flatMap((name): readonly Peer[] => {
    switch (name) {
      case 'all':
        return [{ kind: 'everyone', path }]
      case 'world':
        return [{ kind: 'addresses', addresses: WORLD, path }]
      case 'world-ipv4':
        return [{ kind: 'addresses', addresses: { v4: WORLD.v4, v6: [] }, path }]
      case 'world-ipv6':
        return [{ kind: 'addresses', addresses: { v4: [], v6: WORLD.v6 }, path }]
      // There is but one cluster in sight.
      case 'cluster':
      case 'cluster-mesh':
        return [
          { kind: 'pods', pods: true, path },
          { kind: 'nodes', path },
        ]
      case 'none':
        return []
      case 'host':
      case 'remote-node':
      case 'kube-apiserver':
      case 'health':
      case 'init':
      case 'ingress':
      case 'unmanaged':
        return [{ kind: 'nodes', path }]
      default:
        return [{ kind: 'unknown', why: `${JSON.stringify(name)} is no entity that is known`, path }]
    }
  })
}

/* ----------------------------------------------------------------- ports */

function portsOf(rule: JsonObject, authentication: string | null, notes: Notes): Pick<Rule, 'ports' | 'narrowed'> {
  const seven = Object.keys(objectField(rule, 'rules', notes) ?? {})
  const ports = items(rule, 'ports', [], notes) ?? []
  return {
    // An entry without ports is about none.
    ports: ports.flatMap((port) => portOf(port.value, notes)),
    narrowed:
      seven.length > 0
        ? `${seven.join(' and ')} rules`
        : field(rule, 'serverNames') !== undefined
          ? 'server names'
          : authentication,
  }
}

function portOf(port: JsonObject, notes: Notes): readonly Ports[] {
  const name = stringField(port, 'protocol', notes)?.toUpperCase() ?? 'ANY'
  if (PORTLESS.includes(name)) return []
  const protocol =
    name === 'ANY' || name === ''
      ? null
      : (['TCP', 'UDP', 'SCTP'] as readonly Protocol[]).find((known) => known === name)
  if (protocol === undefined) {
    notes.push(`${name} is no protocol that is known`)
    return []
  }
  const value = field(port, 'port')
  const text = value === undefined ? '0' : String(value)
  if (!/^\d+$/.test(text)) return [{ protocol, name: text.toLowerCase() }]
  const from = Number(text)
  // Port 0 is every port.
  return from === 0
    ? [{ protocol, from: 1, to: 65535 }]
    : [{ protocol, from, to: Math.max(from, numberField(port, 'endPort', notes) ?? 0) }]
}
