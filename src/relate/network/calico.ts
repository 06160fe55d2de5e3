/**
 * Calico's NetworkPolicy and GlobalNetworkPolicy, in both API groups (crd.projectcalico.org/v1 is how
 * projectcalico.org/v3 is stored), by api/pkg/apis/projectcalico/v3 and its translation in libcalico-go:
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy
 */
import type { JsonObject, Path, Resource } from '../../model.js'
import { type AddressSet, coversFamily, WORLD, withoutAddresses } from './addresses.js'
import { type Meaning, parseCalicoSelector } from './calico-selector.js'
import {
  all,
  type Expression,
  inNamespace,
  NAMESPACE,
  NAMESPACE_LABEL,
  not,
  SERVICE_ACCOUNT,
  SERVICE_ACCOUNT_LABEL,
  test,
} from './expression.js'
import { addressesOf } from './kubernetes.js'
import type { Protocol } from './ports.js'
import { booleanField, field, items, type Notes, numberField, objectField, stringField, strings } from './read.js'
import {
  type Direction,
  DIRECTIONS,
  MAIN_RANK,
  type Peer,
  type Policy,
  type Ports,
  type Rule,
  type Side,
} from './rule.js'

/** The group of what Calico's API stores. */
const STORED = 'crd.projectcalico.org'

export function readCalicoPolicy(resource: Resource): Policy {
  const notes: Notes = []
  const spec = objectField(resource.object as JsonObject, 'spec', notes) ?? {}
  const global = resource.kind === 'GlobalNetworkPolicy'
  const namespace = global ? '' : resource.namespace
  const ingress = items(spec, 'ingress', ['spec'], notes) ?? []
  const egress = items(spec, 'egress', ['spec'], notes) ?? []
  const types = typesOf(strings(spec, 'types', notes) ?? [], ingress.length > 0, egress.length > 0, resource.group)
  const side = (direction: Direction): Side | null => {
    if (!types.has(direction)) return null
    const rules = (direction === 'ingress' ? ingress : egress).flatMap(({ value, path }) =>
      ruleOf(value, path, direction, namespace, notes),
    )
    return { isolates: true, rules }
  }
  const sides = { ingress: side('ingress'), egress: side('egress') }
  const selectors = [
    selector(spec, 'selector', ofPods, notes),
    selector(spec, 'serviceAccountSelector', ofServiceAccounts, notes),
    global ? selector(spec, 'namespaceSelector', ofNamespaces, notes) : null,
  ]
  const hostOnly = booleanField(spec, 'preDNAT', notes) === true || booleanField(spec, 'doNotTrack', notes) === true
  return {
    resource,
    namespace,
    specs: [
      {
        path: ['spec'],
        subjectPath: ['spec', 'selector'],
        place: { rank: MAIN_RANK, order: numberField(spec, 'order', notes) ?? Number.POSITIVE_INFINITY },
        tier: stringField(spec, 'tier', notes) ?? 'default',
        subject: hostOnly
          ? false
          : all(global ? true : inNamespace(namespace), ...selectors.map((expression) => expression ?? true)),
        ...sides,
        unsure: notes[0] ?? null,
      },
    ],
    opaque: [],
    beyond: global ? 'host endpoints' : null,
  }
}

/**
 * Absent types are filled in by Calico's API (libcalico-go, clientv3/globalnetworkpolicy.go); who writes what is stored
 * passes it by, and felix takes no types for both (felix/calc/policy_sorter.go, ExtractPolicyMetadata).
 */
function typesOf(types: readonly string[], ingress: boolean, egress: boolean, group: string): ReadonlySet<Direction> {
  if (types.length > 0)
    return new Set<Direction>(
      types.flatMap((type) => (type === 'Ingress' ? ['ingress'] : type === 'Egress' ? ['egress'] : [])),
    )
  if (group === STORED) return new Set(DIRECTIONS)
  return new Set<Direction>(egress ? (ingress ? ['ingress', 'egress'] : ['egress']) : ['ingress'])
}

/** A NetworkSet or GlobalNetworkSet: addresses that selectors of rules select by its labels. */
export interface NetworkSet {
  readonly resource: Resource
  readonly addresses: AddressSet
}

export function readNetworkSet(resource: Resource): NetworkSet {
  const notes: Notes = []
  const spec = objectField(resource.object as JsonObject, 'spec', notes) ?? {}
  return { resource, addresses: addressesOf(strings(spec, 'nets', notes) ?? []) ?? WORLD }
}

/** A tier: `order` null stands last. Where it passes on what no rule matches, its policies isolate nothing. */
export interface Tier {
  readonly name: string
  readonly order: number | null
  readonly passes: boolean
}

export function readTier(resource: Resource): Tier {
  const notes: Notes = []
  const spec = objectField(resource.object as JsonObject, 'spec', notes) ?? {}
  return {
    name: resource.name,
    order: numberField(spec, 'order', notes),
    passes: stringField(spec, 'defaultAction', notes) === 'Pass',
  }
}

/* Labels that Calico gives to pods, namespaces and service accounts besides their own. */

const ofPods: Meaning = (key) => {
  if (key === 'projectcalico.org/namespace') return { key: NAMESPACE }
  if (key === 'projectcalico.org/serviceaccount') return { key: SERVICE_ACCOUNT }
  if (key === 'projectcalico.org/orchestrator') return { constant: 'k8s' }
  if (key.startsWith('pcns.')) return ofNamespaces(key.slice('pcns.'.length))
  if (key.startsWith('pcsa.')) return ofServiceAccounts(key.slice('pcsa.'.length))
  return { key }
}

const ofNamespaces: Meaning = (key) =>
  key === 'projectcalico.org/name' ? { key: NAMESPACE } : { key: NAMESPACE_LABEL + key }

const ofServiceAccounts: Meaning = (key) =>
  key === 'projectcalico.org/name' ? { key: SERVICE_ACCOUNT } : { key: SERVICE_ACCOUNT_LABEL + key }

const IN_A_NAMESPACE = test(NAMESPACE, 'exists')

/** null: absent or empty. Only of a rule's namespaces may `global()` be asked, and alone (validator/v3). */
function selector(
  object: JsonObject,
  key: string,
  meaning: Meaning,
  notes: Notes,
  everything: Expression = true,
): Expression | null {
  const text = stringField(object, key, notes)
  if (text === null || text.trim() === '') return null
  const parsed = parseCalicoSelector(text, meaning, everything)
  if (text.includes('global(') && (everything === true || /&&|\|\|/.test(text)))
    notes.push(`Calico refuses its ${key}: global() stands alone, and in a rule's namespaceSelector`)
  if ('expression' in parsed) return parsed.expression
  notes.push(`its ${key} cannot be read: ${parsed.problem}, at character ${parsed.offset + 1}`)
  return 'unknown'
}

const ACTIONS: { readonly [action: string]: Rule['action'] | null } = {
  Allow: 'allow',
  Deny: 'deny',
  Pass: 'pass',
  Log: null,
}

function ruleOf(rule: JsonObject, path: Path, direction: Direction, namespace: string, notes: Notes): readonly Rule[] {
  const action = ACTIONS[stringField(rule, 'action', notes) ?? '']
  if (action === null) return []
  if (action === undefined) notes.push('a rule has no action')
  const ends = {
    source: objectField(rule, 'source', notes) ?? {},
    destination: objectField(rule, 'destination', notes) ?? {},
  }
  const [far, near] =
    direction === 'ingress' ? (['source', 'destination'] as const) : (['destination', 'source'] as const)
  const peers = peersOf(ends[far], [...path, far], namespace, numberField(rule, 'ipVersion', notes), notes)
  const subject = endpointsOf(ends[near], namespace, notes)
  const narrowed = [
    field(rule, 'http') === undefined ? null : 'HTTP requests',
    field(rule, 'icmp') === undefined && field(rule, 'notICMP') === undefined ? null : 'ICMP',
    field(ends.source, 'ports') === undefined && field(ends.source, 'notPorts') === undefined ? null : 'source ports',
    ['nets', 'notNets', 'services'].some((key) => field(ends[near], key) !== undefined)
      ? 'addresses of its own pods'
      : null,
    peers.narrowed,
    stranger(rule, RULE_FIELDS) ?? stranger(ends.source, END_FIELDS) ?? stranger(ends.destination, END_FIELDS),
  ].find((reason) => reason !== null)
  return [
    {
      action: action ?? 'allow',
      path,
      peers: peers.peers,
      ports: portsOf(rule, ends.destination, notes),
      subject: subject ?? true,
      narrowed: narrowed ?? null,
    },
  ]
}

const RULE_FIELDS = [
  'action',
  'ipVersion',
  'protocol',
  'icmp',
  'notProtocol',
  'notICMP',
  'source',
  'destination',
  'http',
  'metadata',
]
const END_FIELDS = [
  ...[
    'nets',
    'selector',
    'namespaceSelector',
    'services',
    'ports',
    'notNets',
    'notSelector',
    'notPorts',
    'serviceAccounts',
  ],
  'domains',
]

/** A field that is not known narrows the rule to who knows what. */
function stranger(object: JsonObject, known: readonly string[]): string | null {
  return Object.keys(object).find((key) => !known.includes(key)) ?? null
}

/**
 * The selectors of one end as one expression; null where it has none, so that it is not limited to endpoints
 * (libcalico-go, updateprocessors/rules.go, getEndpointSelector). `notSelector` alone does not limit a global policy.
 */
function endpointsOf(end: JsonObject, namespace: string, notes: Notes): Expression | null {
  const pods = selector(end, 'selector', ofPods, notes)
  const except = selector(end, 'notSelector', ofPods, notes)
  const namespaces = selector(end, 'namespaceSelector', ofNamespaces, notes, IN_A_NAMESPACE)
  const account = objectField(end, 'serviceAccounts', notes) ?? {}
  const names = strings(account, 'names', notes) ?? []
  const accounts = selector(account, 'selector', ofServiceAccounts, notes)
  if (pods === null && except === null && namespaces === null && names.length === 0 && accounts === null) return null
  return all(
    namespaces ?? (namespace === '' ? true : inNamespace(namespace)),
    pods ?? true,
    except === null ? true : not(except),
    names.length === 0 ? true : test(SERVICE_ACCOUNT, 'in', names),
    accounts ?? true,
  )
}

interface Peers {
  readonly peers: readonly Peer[]
  readonly narrowed: string | null
}

function peersOf(end: JsonObject, path: Path, namespace: string, ipVersion: number | null, notes: Notes): Peers {
  const endpoints = endpointsOf(end, namespace, notes)
  const service = objectField(end, 'services', notes)
  const nets = strings(end, 'nets', notes)
  const notNets = strings(end, 'notNets', notes) ?? []
  const plain = (peers: readonly Peer[]): Peers => ({ peers, narrowed: ipVersion === null ? null : `IPv${ipVersion}` })
  if (service !== null) {
    const name = stringField(service, 'name', notes) ?? ''
    const own = stringField(service, 'namespace', notes) ?? namespace
    return plain([{ kind: 'service', namespace: own, name, path: [...path, 'services'] }])
  }
  // Names of the DNS, in Calico's commercial editions.
  const names = strings(end, 'domains', notes)
  if (names !== null) return plain([{ kind: 'names', names, path: [...path, 'domains'] }])
  const listed = nets === null ? null : addressesOf(nets)
  const except = addressesOf(notNets)
  if ((nets !== null && listed === null) || except === null) {
    return plain([{ kind: 'unknown', why: 'one of its nets is no CIDR block', path }])
  }
  const addresses = inFamily(withoutAddresses(listed ?? WORLD, except), ipVersion)
  if (endpoints !== null) {
    const peers: Peer[] = [{ kind: 'pods', pods: endpoints, networkSets: true, path }]
    // A global policy's notSelector alone leaves in what is no endpoint, but not the network sets that it selects.
    const others = endpointsOf({ ...end, notSelector: '' }, namespace, [])
    if (namespace === '' && others === null) {
      const leftOut = selector(end, 'notSelector', ofPods, []) ?? false
      peers.push({ kind: 'addresses', addresses, withoutSets: leftOut, path })
    }
    return {
      peers,
      narrowed:
        nets !== null || notNets.length > 0 ? 'addresses of the pods' : ipVersion === null ? null : `IPv${ipVersion}`,
    }
  }
  if (nets === null && notNets.length === 0) {
    return { peers: [{ kind: 'everyone', path }], narrowed: ipVersion === null ? null : `IPv${ipVersion}` }
  }
  // nets hold for pods as well; which of them have such an address, the repository does not tell, unless all have.
  const key = nets === null ? 'notNets' : 'nets'
  const outside: Peer = { kind: 'addresses', addresses, path: [...path, key] }
  const inside: Peer = { kind: 'pods', pods: coversFamily(addresses) ? true : 'unknown', path: [...path, key] }
  return { peers: nets === null || coversFamily(addresses) ? [outside, inside] : [outside], narrowed: null }
}

function inFamily(addresses: AddressSet, ipVersion: number | null): AddressSet {
  return { v4: ipVersion === 6 ? [] : addresses.v4, v6: ipVersion === 4 ? [] : addresses.v6 }
}

const NUMBERS: { readonly [number: number]: Protocol } = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' }

function protocolOf(value: unknown): Protocol | 'other' | null {
  if (value === undefined) return null
  if (typeof value === 'number') return NUMBERS[value] ?? 'other'
  const name = String(value).toUpperCase()
  return name === 'TCP' || name === 'UDP' || name === 'SCTP' ? name : (NUMBERS[Number(name)] ?? 'other')
}

function portsOf(rule: JsonObject, destination: JsonObject, notes: Notes): readonly Ports[] | null {
  const only = protocolOf(field(rule, 'protocol'))
  const except = protocolOf(field(rule, 'notProtocol'))
  const ports = field(destination, 'ports')
  const notPorts = field(destination, 'notPorts')
  if (only === null && except === null && ports === undefined && notPorts === undefined) return null
  const protocols = (['TCP', 'UDP', 'SCTP'] as const).filter((p) => (only === null || p === only) && p !== except)
  const numbers = ports === undefined ? [{ from: 1, to: 65535 }] : portList(ports, notes)
  const excluded = notPorts === undefined ? [] : portList(notPorts, notes)
  return protocols.flatMap((protocol) => without(numbers, excluded, notes).map((range) => ({ protocol, ...range })))
}

type Range = { readonly from: number; readonly to: number } | { readonly name: string }

/** Numbers, `from:to`, or names of ports. */
function portList(value: unknown, notes: Notes): readonly Range[] {
  if (!Array.isArray(value)) {
    notes.push('ports is not a list')
    return []
  }
  return value.map((port): Range => {
    if (typeof port === 'number') return { from: port, to: port }
    const range = /^(\d+)(?::(\d+))?$/.exec(String(port))
    return range === null ? { name: String(port) } : { from: Number(range[1]), to: Number(range[2] ?? range[1]) }
  })
}

function without(ranges: readonly Range[], excluded: readonly Range[], notes: Notes): readonly Range[] {
  let result = ranges
  for (const hole of excluded) {
    if ('name' in hole) {
      notes.push('notPorts names a port')
      continue
    }
    result = result.flatMap((range): readonly Range[] => {
      if ('name' in range || range.to < hole.from || hole.to < range.from) return [range]
      return [
        ...(range.from < hole.from ? [{ from: range.from, to: hole.from - 1 }] : []),
        ...(hole.to < range.to ? [{ from: hole.to + 1, to: range.to }] : []),
      ]
    })
  }
  return result
}
