/** `net.cidr_*`: addresses and networks as Go's net reads and prints them. */
import { BuiltinError, isArray, numberOf, RegoObject, RegoSet, type Value } from '../value.js'
import { string, type Builtins } from './operands.js'

interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

interface Network extends Address {
  readonly prefix: number
}

function parseAddress(text: string): Address | null {
  return text.includes(':') ? parseV6(text) : parseV4(text)
}

function parseV4(text: string): Address | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null
  return { bits: 32, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) }
}

function parseV6(text: string): Address | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const groups: (readonly bigint[])[] = []
  for (const [i, half] of halves.entries()) {
    const last = i === halves.length - 1
    const found = half === '' && halves.length === 2 ? [] : groupsOf(half, last)
    if (found === null) return null
    groups.push(found)
  }
  const [head = [], tail = []] = groups
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const all = [...head, ...Array<bigint>(missing).fill(0n), ...tail]
  return { bits: 128, value: all.reduce((sum, group) => (sum << 16n) | group, 0n) }
}

/** Groups of four digits; the last two may be written as an IPv4 address. */
function groupsOf(text: string, mayEndInV4: boolean): readonly bigint[] | null {
  const parts = text.split(':')
  const groups: bigint[] = []
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`))
    else {
      const v4 = mayEndInV4 && i === parts.length - 1 ? parseV4(part) : null
      if (v4 === null) return null
      groups.push(v4.value >> 16n, v4.value & 0xffffn)
    }
  }
  return groups
}

/** The network, its host part cleared; null where it is none. */
function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/')
  if (slash < 0) return null
  const address = parseAddress(text.slice(0, slash))
  const written = text.slice(slash + 1)
  if (address === null || !/^\d+$/.test(written) || Number(written) > address.bits) return null
  return masked(address, Number(written))
}

function masked({ bits, value }: Address, prefix: number): Network {
  const host = BigInt(bits - prefix)
  return { bits, prefix, value: (value >> host) << host }
}

/** An IPv4 address in IPv6's notation (::ffff:10.0.0.1) is one of IPv4. */
function toV4(address: Address): Address {
  return address.bits === 128 && address.value >> 32n === 0xffffn
    ? { bits: 32, value: address.value & 0xffffffffn }
    : address
}

function containsAddress(network: Network, address: Address): boolean {
  // Go compares an IPv4 network with four bytes, also where it is written as IPv6.
  const own = toV4(network)
  const other = toV4(address)
  if (own.bits !== other.bits) return false
  const prefix = own.bits === network.bits ? network.prefix : network.prefix - 96
  if (prefix < 0) return false
  const host = BigInt(own.bits - prefix)
  return own.value >> host === other.value >> host
}

const network = (text: string): Network => {
  const found = parseNetwork(text)
  if (found === null) throw new BuiltinError(`invalid CIDR address: ${text}`)
  return found
}

function contains(cidr: string, other: string): boolean {
  const outer = network(cidr)
  const address = parseAddress(other)
  if (address !== null) return containsAddress(outer, address)
  const inner = network(other)
  const last = { ...inner, value: inner.value | ((1n << BigInt(inner.bits - inner.prefix)) - 1n) }
  return containsAddress(outer, inner) && containsAddress(outer, last)
}

function printAddress(given: Address): string {
  const address = toV4(given)
  if (address.bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (address.value >> shift) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => Number((address.value >> BigInt(112 - 16 * i)) & 0xffffn))
  // The first of the longest runs of zeros, of two or more, is left out.
  let best = { from: 0, length: 1 }
  for (let from = 0; from < 8; from++) {
    let length = 0
    while (groups[from + length] === 0) length++
    if (length > best.length) best = { from, length }
  }
  const text = (some: readonly number[]): string => some.map((group) => group.toString(16)).join(':')
  if (best.length < 2) return text(groups)
  return `${text(groups.slice(0, best.from))}::${text(groups.slice(best.from + best.length))}`
}

/** More addresses than these are no list that anybody means. */
const MOST_HOST_BITS = 20

function expand(cidr: string): RegoSet {
  const { bits, prefix, value } = network(cidr)
  if (bits - prefix > MOST_HOST_BITS) throw new Error(`net.cidr_expand: ${cidr} holds too many addresses to be listed`)
  const count = 1 << (bits - prefix)
  return new RegoSet(Array.from({ length: count }, (_, i) => printAddress({ bits, value: value + BigInt(i) })))
}

/** CIDR or address, and what stands for it in the result. */
function listed(operand: Value): readonly (readonly [string, Value])[] {
  if (typeof operand === 'string') return [[operand, operand]]
  const cidrOf = (value: Value): string => {
    const text = isArray(value) ? value[0] : value
    if (typeof text !== 'string') throw new BuiltinError('element must be string or non-empty array')
    return text
  }
  if (isArray(operand)) return operand.map((value, i) => [cidrOf(value), numberOf(i)] as const)
  if (operand instanceof RegoSet) return operand.members.map((value) => [cidrOf(value), value] as const)
  if (operand instanceof RegoObject) return operand.entries.map(([key, value]) => [cidrOf(value), key] as const)
  return []
}

function containsMatches(cidrs: Value, others: Value): RegoSet {
  return new RegoSet(
    listed(cidrs).flatMap(([cidr, index]) =>
      listed(others).flatMap(([other, otherIndex]) => (contains(cidr, other) ? [[index, otherIndex] as Value] : [])),
    ),
  )
}

function intersects(a: string, b: string): boolean {
  const [x, y] = [network(a), network(b)]
  return containsAddress(x, y) || containsAddress(y, x)
}

export const net: Builtins = {
  'net.cidr_contains': (cidr, other) => contains(string(cidr), string(other)),
  'net.cidr_overlap': (cidr, other) => contains(string(cidr), string(other)),
  'net.cidr_intersects': (a, b) => intersects(string(a), string(b)),
  'net.cidr_is_valid': (cidr) => typeof cidr === 'string' && parseNetwork(cidr) !== null,
  'net.cidr_expand': (cidr) => expand(string(cidr)),
  'net.cidr_contains_matches': (cidrs, others) => containsMatches(cidrs!, others!),
}
