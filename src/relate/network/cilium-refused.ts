/**
 * What Cilium refuses of a policy, which is then not in force although it lies in the cluster: Rule.Sanitize of
 * cilium/pkg/policy/api/rule_validation.go (1.20), but for the selectors' labels and the patterns of layer 7 rules.
 */
import type { Json, JsonObject } from '../../model.js'
import { isObject } from '../world.js'
import { type AddressSet, coversAddresses, parseCidr } from './addresses.js'

/** Of these one must have a rule. */
const SECTIONS = ['ingress', 'ingressDeny', 'egress', 'egressDeny']

const PEERS = ['Endpoints', 'CIDR', 'CIDRSet', 'Entities', 'Nodes', 'Groups', 'Services', 'FQDNs']
const ENTITIES = [
  ...['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster', 'cluster-mesh', 'host', 'remote-node', 'kube-apiserver'],
  ...['health', 'init', 'ingress', 'unmanaged', 'none'],
]
const PROTOCOLS = ['TCP', 'UDP', 'SCTP', 'ANY', 'VRRP', 'IGMP', 'GRE', 'IPIP', 'IPV6', 'ESP', 'AH']
/** Those that have no ports. */
export const PORTLESS = ['VRRP', 'IGMP', 'GRE', 'IPIP', 'IPV6', 'ESP', 'AH']
const MOST_PORTS = 40

/** Why the spec is refused, as a sentence without its full stop; null: it is not, as far as it is looked at. */
export function refusedByCilium(spec: JsonObject): string | null {
  if (!SECTIONS.some((section) => list(spec, section).length > 0))
    return 'Cilium refuses a policy that has no rule, not even an empty one (`ingress: [{}]`), in any direction'
  if (isObject(spec['endpointSelector']) && isObject(spec['nodeSelector']))
    return 'Cilium refuses a policy that has an endpointSelector and a nodeSelector'
  for (const section of SECTIONS) {
    for (const [i, rule] of list(spec, section).entries()) {
      const problem = ruleProblem(rule, section.startsWith('ingress'), section.endsWith('Deny'))
      if (problem !== null) return `Cilium refuses the policy: ${problem} (${section}, rule ${i + 1})`
    }
  }
  return null
}

function ruleProblem(rule: JsonObject, ingress: boolean, deny: boolean): string | null {
  const way = ingress ? 'from' : 'to'
  const named = PEERS.map((peer) => way + peer).filter((key) => lengthOf(rule[key]) > 0)
  if (named.length > 1) return `${named.join(' and ')} stand in one rule`
  for (const block of texts(rule[`${way}CIDR`]))
    if (parseCidr(block) === null) return `${block} is no block of addresses`
  for (const set of list(rule, `${way}CIDRSet`)) {
    const problem = setProblem(set)
    if (problem !== null) return problem
  }
  const stranger = texts(rule[`${way}Entities`]).find((entity) => !ENTITIES.includes(entity))
  if (stranger !== undefined) return `${JSON.stringify(stranger)} is no entity`
  if (lengthOf(rule['icmps']) > 0 && lengthOf(rule['toPorts']) > 0) return 'icmps and toPorts stand in one rule'
  for (const ports of list(rule, 'toPorts')) {
    const problem = portsProblem(ports) ?? (deny ? null : layerSevenProblem(ports, ingress))
    if (problem !== null) return problem
  }
  return null
}

function setProblem(set: JsonObject): string | null {
  const ways = [set['cidr'], set['cidrGroupRef'], set['cidrGroupSelector']].filter((way) => way != null && way !== '')
  if (ways.length !== 1) return 'a set of blocks has not one of cidr, cidrGroupRef and cidrGroupSelector, and one alone'
  if (typeof set['cidr'] !== 'string' || set['cidr'] === '') return null
  const block = prefix(set['cidr'])
  if (block === null) return `${set['cidr']} is no block of addresses`
  const astray = texts(set['except']).find((text) => {
    const left = prefix(text)
    return left === null || !coversAddresses(block, left)
  })
  return astray === undefined ? null : `${astray} is no block within ${set['cidr']}`
}

/** Unlike fromCIDR, a set takes no single address. */
function prefix(text: string): AddressSet | null {
  return text.includes('/') ? parseCidr(text) : null
}

function portsProblem(rule: JsonObject): string | null {
  const ports = list(rule, 'ports')
  if (ports.length > MOST_PORTS) return `an entry of toPorts has more than ${MOST_PORTS} ports`
  for (const port of ports) {
    const protocol = protocolOf(port)
    if (!PROTOCOLS.includes(protocol)) return `${protocol} is no protocol`
    const text = port['port'] == null ? '' : String(port['port'])
    if (text === '' && !PORTLESS.includes(protocol)) return 'a port is not given'
    if (text !== '' && !isName(text) && numberOf(text) === null) return `${text} is no port`
  }
  return null
}

function layerSevenProblem(rule: JsonObject, ingress: boolean): string | null {
  const rules = isObject(rule['rules']) ? (rule['rules'] as JsonObject) : {}
  const [http, dns] = [lengthOf(rules['http']) > 0, lengthOf(rules['dns']) > 0]
  const names = texts(rule['serverNames'])
  if (names.includes('')) return 'a server name is empty'
  if (!http && !dns) return null
  const ports = list(rule, 'ports')
  if (http && dns) return 'http and dns stand in one entry of toPorts'
  if (dns && ingress) return 'dns rules are for egress alone'
  if (names.length > 0 && rule['terminatingTLS'] == null) return 'serverNames and layer 7 rules ask for terminatingTLS'
  if (dns && ports.length === 0) return 'dns rules ask for a port'
  for (const port of ports) {
    const number = numberOf(String(port['port']))
    if (http && protocolOf(port) !== 'TCP') return 'http rules are for TCP alone'
    if (number === 0) return 'layer 7 rules are not for every port (port 0)'
    if (dns && number !== null && typeof port['endPort'] === 'number' && port['endPort'] > number)
      return 'dns rules are not for a range of ports'
  }
  return null
}

function protocolOf({ protocol }: JsonObject): string {
  return typeof protocol === 'string' && protocol !== '' ? protocol.toUpperCase() : 'ANY'
}

/** An IANA service name (cilium/pkg/iana): letters, digits and single hyphens within, a letter at least. */
function isName(text: string): boolean {
  return /^(?=.*[A-Za-z])(?!.*--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,13}[A-Za-z0-9])?$/.test(text)
}

function numberOf(text: string): number | null {
  if (!/^\d+$/.test(text)) return null
  // As Go's ParseUint of base 0: a leading zero is octal.
  const value = /^0\d/.test(text) ? (/^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN) : Number(text)
  return value <= 65535 ? value : null
}

function lengthOf(value: Json | undefined): number {
  return Array.isArray(value) ? value.length : 0
}

function list(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key]
  return Array.isArray(value) ? value.map((item) => (isObject(item) ? (item as JsonObject) : {})) : []
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
