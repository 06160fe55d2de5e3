import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  coversAddresses,
  coversFamily,
  formatIPv4,
  joinAddresses,
  leavesOutLittle,
  METADATA,
  parseCidr,
  WORLD,
  withoutAddresses,
} from '../../../src/relate/network/addresses.js'

const block = (text: string): NonNullable<ReturnType<typeof parseCidr>> => {
  const set = parseCidr(text)
  if (set === null) throw new Error(`${text} cannot be read`)
  return set
}

describe('CIDR blocks', () => {
  test.each([
    ['0.0.0.0/0', '0.0.0.0-255.255.255.255'],
    ['10.1.2.3/8', '10.0.0.0-10.255.255.255'],
    ['192.0.2.7', '192.0.2.7-192.0.2.7'],
    ['60.45.72.0/22', '60.45.72.0-60.45.75.255'],
  ])('%s is %s', (text, range) => {
    expect(block(text).v4.map(formatIPv4)).toEqual([range])
  })

  test.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.1/8',
    '256.0.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/x',
    '1::2::3/64',
    'fd00::/129',
    '1:2:3:4:5:6:7:8:9/64',
    'host',
  ])('%j is none', (text) => expect(parseCidr(text)).toBeNull())

  test('IPv6 in its ways of writing', () => {
    expect(block('::/0').v6).toEqual(WORLD.v6)
    expect(block('fd00:0:0:0:0:0:0:1/128')).toEqual(block('fd00::1'))
    expect(block('::ffff:10.0.0.1')).toEqual(block('::ffff:a00:1'))
    expect(block('2001:db8::/32').v6).toEqual([[0x20010db8n << 96n, 0x20010db9n << 96n]])
  })

  test('a block is the two halves of it', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 0, max: 31 }), (value, bits) => {
        const dotted = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
        const whole = block(`${dotted}/${bits}`)
        const first = block(`${dotted}/${bits + 1}`)
        const second = withoutAddresses(whole, first)
        expect(joinAddresses(first, second)).toEqual(whole)
        const size = (set: typeof whole): bigint => set.v4.reduce((sum, [from, to]) => sum + to - from, 0n)
        expect(size(first)).toBe(size(second))
      }),
    )
  })
})

describe('how much of the world', () => {
  test('two halves are everything', () => {
    const halves = joinAddresses(block('0.0.0.0/1'), block('128.0.0.0/1'))
    expect(coversFamily(halves)).toBe(true)
    expect(leavesOutLittle(halves)).toBe(true)
    expect(coversFamily(block('0.0.0.0/1'))).toBe(false)
  })

  test('all but one host is as good as everything, all but the private ranges is not', () => {
    expect(leavesOutLittle(withoutAddresses(block('0.0.0.0/0'), block('1.2.3.4')))).toBe(true)
    expect(leavesOutLittle(withoutAddresses(block('0.0.0.0/0'), block('10.0.0.0/8')))).toBe(false)
    expect(leavesOutLittle(block('::/0'))).toBe(true)
    expect(leavesOutLittle(block('10.0.0.0/8'))).toBe(false)
  })

  test('the metadata address lies in the link-local block', () => {
    expect(METADATA.map((address) => coversAddresses(block('169.254.0.0/16'), address))).toEqual([true, false])
  })
})
