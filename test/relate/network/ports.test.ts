import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  ALL_PORTS,
  allPorts,
  commonPorts,
  formatPorts,
  joinPorts,
  NO_PORTS,
  noPorts,
  parsePorts,
  portRange,
  type PortSet,
  PROTOCOLS,
  samePorts,
  withoutPorts,
} from '../../../src/relate/network/ports.js'

const ports: fc.Arbitrary<PortSet> = fc
  .array(fc.tuple(fc.constantFrom(...PROTOCOLS, null), fc.integer({ min: 1, max: 65535 }), fc.nat(3000)), {
    maxLength: 5,
  })
  .map((parts) =>
    parts.map(([protocol, from, more]) => portRange(protocol, from, from + more)).reduce(joinPorts, NO_PORTS),
  )

describe('sets of ports', () => {
  test('are printed sorted, single ports before ranges as they come', () => {
    const set = [
      portRange('UDP', 53, 53),
      portRange('TCP', 9000, 9100),
      portRange('TCP', 443, 443),
      portRange('TCP', 80, 80),
    ].reduce(joinPorts)
    expect(formatPorts(set)).toBe('TCP 80,443,9000-9100,UDP 53')
    expect(formatPorts(withoutPorts(ALL_PORTS, portRange('TCP', 80, 80)))).toBe(
      'SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535',
    )
    expect(formatPorts(portRange(null))).toBe('All Connections')
    expect(formatPorts(NO_PORTS)).toBe('No Connections')
  })

  test('are read as they are printed', () => {
    fc.assert(
      fc.property(ports, (set) => {
        if (!noPorts(set)) expect(parsePorts(formatPorts(set))).toEqual(allPorts(set) ? ALL_PORTS : set)
      }),
    )
    expect(parsePorts('tcp 8080, 8443')).toEqual(joinPorts(portRange('TCP', 8080, 8080), portRange('TCP', 8443, 8443)))
    expect(parsePorts('UDP')).toEqual(portRange('UDP'))
    expect(parsePorts('http')).toBeNull()
    expect(parsePorts('8080')).toBeNull()
  })

  test('obey the laws of sets', () => {
    fc.assert(
      fc.property(ports, ports, (a, b) => {
        expect(samePorts(joinPorts(withoutPorts(a, b), commonPorts(a, b)), a)).toBe(true)
        expect(noPorts(commonPorts(withoutPorts(a, b), b))).toBe(true)
        expect(
          samePorts(
            withoutPorts(ALL_PORTS, joinPorts(a, b)),
            commonPorts(withoutPorts(ALL_PORTS, a), withoutPorts(ALL_PORTS, b)),
          ),
        ).toBe(true)
      }),
    )
  })

  test('end at 65535', () => {
    expect(portRange('TCP', 0, 99999).TCP).toEqual([[1, 65536]])
    expect(noPorts(portRange('TCP', 9, 8))).toBe(true)
  })
})
