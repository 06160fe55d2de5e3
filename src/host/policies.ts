/** The compiled policies on disk, and opa-wasm to evaluate them. */
import { readFile } from 'node:fs/promises'
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

/** Reads `policies.json` and `policies.wasm` of a folder and starts the module. */
export async function loadPolicies(directory: URL): Promise<LoadedPolicies> {
  const [json, wasm] = await Promise.all([
    readFile(new URL('policies.json', directory), 'utf8'),
    readFile(new URL('policies.wasm', directory)),
  ])
  // The synchronous way: the other touches `Response`, which makes Node load its whole HTTP client.
  // 64 KiB pages: a start that fits most repositories, and a bound that a hostile one cannot pass.
  const policy = loadPolicySync(new WebAssembly.Module(wasm), { initial: 16, maximum: 16384 })
  const encoder = new TextEncoder()
  return {
    set: JSON.parse(json) as PolicySet,
    setParameters: (parameters) => policy.setData({ parameters }),
    evaluate: (entrypoint, input) => {
      const results = policy.evaluate(encoder.encode(input).buffer, entrypoint) as readonly {
        readonly result: unknown
      }[]
      return results[0]?.result
    },
  }
}
