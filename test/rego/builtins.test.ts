import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { BUILTINS } from '../../src/host/rego-builtins.js'
import { OFFERED_BUILTINS } from '../../src/host/rego-offered.js'
import { sprintf } from '../../src/rego/sprintf.js'
import { BuiltinError, parseValue } from '../../src/rego/value.js'

/** What OPA says: operands as Rego writes them, and `[value]` as OPA prints it; null where it is undefined. */
const recorded = JSON.parse(readFileSync('test/rego/builtins.json', 'utf8')) as {
  readonly [name: string]: readonly (readonly [readonly string[], string | null])[]
}

function call(name: string, operands: readonly string[]): string | null {
  try {
    return sprintf('%v', [[BUILTINS[name]!(...operands.map(parseValue))]])
  } catch (error) {
    if (error instanceof BuiltinError) return null
    throw error
  }
}

// Written anew by `node conformance/rego/builtins.mjs --record 8`, which needs OPA.
describe('builtins give what OPA gives', () => {
  test.each(Object.keys(recorded))('%s', (name) => {
    const calls = recorded[name]!
    expect(calls.map(([operands]) => [operands, call(name, operands)])).toEqual(calls)
  })

  test('each that the host evaluates was recorded', () => {
    expect(Object.keys(BUILTINS).filter((name) => !Object.hasOwn(recorded, name))).toEqual([])
  })
})

test('what depends on the moment, the machine or the network is not offered', () => {
  const refused = [
    'http.send',
    'time.now_ns',
    'rand.intn',
    'uuid.rfc4122',
    'opa.runtime',
    'net.lookup_ip_addr',
    'io.jwt.decode_verify',
  ]
  expect(OFFERED_BUILTINS.filter((name) => refused.includes(name))).toEqual([])
})
