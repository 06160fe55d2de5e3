/** The compiled policies on disk, and opa-wasm to evaluate them. */
import { readFileSync } from 'node:fs'
import * as opa from '@open-policy-agent/opa-wasm'
import type { Evaluator, PolicySet } from '../evaluate/evaluate.js'
import type { Json } from '../model.js'

export interface LoadedPolicies {
  readonly set: PolicySet
  /** `data.parameters`: policy → parameter → value. Set before the first evaluation. */
  readonly setParameters: (parameters: { readonly [policy: string]: { readonly [name: string]: Json } }) => void
  readonly evaluate: Evaluator
}

/** The types list every function; the module has this one only in its default export. */
const { loadPolicySync } = (opa as unknown as { readonly default: typeof opa }).default

/**
 * What `LoadedPolicy.evaluate` calls (https://www.openpolicyagent.org/docs/wasm, ABI 1.2), which looks for the end of every result
 * byte by byte: that was as long as the evaluation.
 */
interface Instance {
  readonly mem: WebAssembly.Memory
  readonly wasmInstance: {
    readonly exports: {
      /** Returns the address of the result, JSON that a NUL ends. */
      readonly opa_eval: (
        reserved: 0,
        entrypoint: number,
        data: number,
        input: number,
        inputLength: number,
        heap: number,
        format: 0,
      ) => number
    }
  }
  readonly dataAddr: number
  readonly dataHeapPtr: number
}

const PAGE = 64 * 1024

/** What UTF-8 takes for a code unit of UTF-16. */
const MOST_BYTES = 3

/** Reads `policies.json` and `policies.wasm` of a folder and starts the module. */
export function loadPolicies(directory: URL): LoadedPolicies {
  const json = readFileSync(new URL('policies.json', directory), 'utf8')
  const wasm = readFileSync(new URL('policies.wasm', directory))
  // The synchronous way: the other touches `Response`, which makes Node load its whole HTTP client.
  // 64 KiB pages: a start that fits most repositories, and a bound that a hostile one cannot pass.
  const policy = loadPolicySync(new WebAssembly.Module(wasm), { initial: 16, maximum: 16384 })
  const { mem, wasmInstance } = policy as unknown as Instance
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  return {
    set: JSON.parse(json) as PolicySet,
    setParameters: (parameters) => policy.setData({ parameters }),
    evaluate: (entrypoint, input) => {
      const number = policy.entrypoints[entrypoint]
      if (number === undefined) throw new Error(`there is no entrypoint ${entrypoint}`)
      const { dataAddr, dataHeapPtr } = policy as unknown as Instance
      const missing = dataHeapPtr + MOST_BYTES * input.length - mem.buffer.byteLength
      if (missing > 0) mem.grow(Math.ceil(missing / PAGE))
      const { written: length } = encoder.encodeInto(input, new Uint8Array(mem.buffer, dataHeapPtr))
      const { opa_eval: evaluate } = wasmInstance.exports
      const at = evaluate(0, number, dataAddr, dataHeapPtr, length, dataHeapPtr + length, 0)
      const memory = new Uint8Array(mem.buffer)
      const json = decoder.decode(memory.subarray(at, memory.indexOf(0, at)))
      const results = JSON.parse(json) as readonly { readonly result: unknown }[]
      return results[0]?.result
    },
  }
}
