/** Sets of IPv4 and IPv6 addresses, read from CIDR blocks as Go's net.ParseCIDR reads them (host bits are dropped). */
import { covers, difference, type Interval, type Intervals, union } from './intervals.js'

export interface AddressSet {
  readonly v4: Intervals<bigint>
  readonly v6: Intervals<bigint>
}

const WORLD4: Intervals<bigint> = [[0n, 1n << 32n]]
const WORLD6: Intervals<bigint> = [[0n, 1n << 128n]]

export const NO_ADDRESSES: AddressSet = { v4: [], v6: [] }
export const WORLD: AddressSet = { v4: WORLD4, v6: WORLD6 }

/** The link-local address where cloud providers hand out credentials of the node, and the IPv6 one of AWS. */
export const METADATA: readonly AddressSet[] = ['169.254.169.254', 'fd00:ec2::254'].flatMap(
  (text) => parseCidr(text) ?? [],
)

/** A block in CIDR notation, or a single address; null where it cannot be read. */
export function parseCidr(text: string): AddressSet | null {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const six = address.includes(':')
  const bits = six ? 128 : 32
  const value = six ? parseIPv6(address) : parseIPv4(address)
  if (value === null) return null
  const suffix = slash < 0 ? String(bits) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(suffix) || Number(suffix) > bits) return null
  const host = BigInt(bits - Number(suffix))
  const from = (value >> host) << host
  const range: Interval<bigint> = [from, from + (1n << host)]
  return six ? { v4: [], v6: [range] } : { v4: [range], v6: [] }
}

function parseIPv4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0n
  for (const part of parts) {
    // As Go: no leading zero, which other readers take for octal.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null
    value = (value << 8n) | BigInt(part)
  }
  return value
}

function parseIPv6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const groups = (half: string): bigint[] | null => {
    if (half === '') return []
    const result: bigint[] = []
    const parts = half.split(':')
    for (const [i, part] of parts.entries()) {
      if (part.includes('.')) {
        const four = i === parts.length - 1 ? parseIPv4(part) : null
        if (four === null) return null
        result.push(four >> 16n, four & 0xffffn)
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null
        result.push(BigInt(`0x${part}`))
      }
    }
    return result
  }
  const head = groups(halves[0] ?? '')
  const tail = groups(halves[1] ?? '')
  if (head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((value, group) => (value << 16n) | group, 0n)
}

export function joinAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { v4: union(a.v4, b.v4), v6: union(a.v6, b.v6) }
}

export function withoutAddresses(a: AddressSet, b: AddressSet): AddressSet {
  return { v4: difference(a.v4, b.v4), v6: difference(a.v6, b.v6) }
}

export function coversAddresses(a: AddressSet, b: AddressSet): boolean {
  return covers(a.v4, b.v4) && covers(a.v6, b.v6)
}

export function noAddresses(set: AddressSet): boolean {
  return set.v4.length === 0 && set.v6.length === 0
}

/** Every IPv4 or every IPv6 address: a cluster has at least one of the two families. */
export function coversFamily(set: AddressSet): boolean {
  return covers(set.v4, WORLD4) || covers(set.v6, WORLD6)
}

/** `a.b.c.d-e.f.g.h` of an IPv4 interval. */
export function formatIPv4([from, to]: Interval<bigint>): string {
  return `${dotted(from)}-${dotted(to - 1n)}`
}

function dotted(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
}

/** IPv4: as many as in a /16. Of IPv6, a /48, what one site gets. */
const LITTLE4 = 1n << 16n
const LITTLE6 = 1n << 80n

/**
 * Every address but a few: leaving out one host of the Internet leaves it open all the same, while leaving out a private
 * range is a statement.
 */
export function leavesOutLittle(set: AddressSet): boolean {
  const left = withoutAddresses(WORLD, set)
  return size(left.v4) < LITTLE4 || size(left.v6) < LITTLE6
}

function size(intervals: Intervals<bigint>): bigint {
  return intervals.reduce((sum, [from, to]) => sum + (to - from), 0n)
}
