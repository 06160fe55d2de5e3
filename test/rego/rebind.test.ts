import { afterAll, describe, expect, test } from '@jest/globals'
import { loadPolicyModule } from '../../src/host/rego-module.js'
import { HANDED_OVER } from '../../src/rego/handed-over.js'
import { rebind } from '../../src/rego/rebind.js'
import { startEngines } from '../gate.js'

const engines = startEngines()
afterAll(() => engines.close())

/** The rule `r` of a package, by OPA's compiled builtins and by ours. */
async function both(rule: string): Promise<readonly unknown[]> {
  const { errors, wasm } = await engines.compileRego({
    modules: { 'a.rego': `package a\n${rule}\n` },
    entrypoints: ['a/r'],
  })
  expect(errors).toEqual([])
  return [wasm!, rebind(wasm!, HANDED_OVER)].map((bytes) =>
    loadPolicyModule(new WebAssembly.Module(bytes)).evaluate('a/r', '{"text": "abc", "object": {"foo": 2, "ab": 1}}'),
  )
}

describe('builtins that are handed over to the host', () => {
  test('an empty search is undefined, as in OPA; OPA’s C finds it', async () => {
    expect(await both('r := indexof(input.text, "")')).toEqual([0, undefined])
  })

  test('objects are printed in the order of their keys', async () => {
    const [, ours] = await both('r := $"{input.object}"')
    expect(ours).toBe('{"ab": 1, "foo": 2}')
  })

  test('what a module does not call is left alone', async () => {
    const { wasm } = await engines.compileRego({
      modules: { 'a.rego': 'package a\nr := input.x' },
      entrypoints: ['a/r'],
    })
    expect(
      rebind(
        wasm!,
        HANDED_OVER.filter(({ name }) => name === 'bits.lsh'),
      ),
    ).toEqual(wasm)
  })

  test('an operand that a builtin cannot take makes the call undefined, and the next evaluation is whole', async () => {
    const { wasm } = await engines.compileRego({
      modules: { 'a.rego': 'package a\nr := concat(input.by, ["a", "b"])' },
      entrypoints: ['a/r'],
    })
    const policy = loadPolicyModule(new WebAssembly.Module(rebind(wasm!, HANDED_OVER)))
    expect([policy.evaluate('a/r', '{"by": 1}'), policy.evaluate('a/r', '{"by": "-"}')]).toEqual([undefined, 'a-b'])
  })
})
