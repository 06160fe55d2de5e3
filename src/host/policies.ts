/** The bundled policies on disk, compiled into `policies.wasm`. */
import { readFile } from 'node:fs/promises'
import type { Evaluator, PolicySet } from '../evaluate/evaluate.js'
import type { Json } from '../model.js'
import { loadPolicyModule } from './rego-module.js'

export interface LoadedPolicies {
  readonly set: PolicySet
  /** `data.parameters`: policy → parameter → value. Set before the first evaluation. */
  readonly setParameters: (parameters: { readonly [policy: string]: { readonly [name: string]: Json } }) => void
  readonly evaluate: Evaluator
}

/** Reads `policies.json` and `policies.wasm` of a folder and starts the module. */
export async function loadPolicies(directory: URL): Promise<LoadedPolicies> {
  const [json, wasm] = await Promise.all([
    readFile(new URL('policies.json', directory), 'utf8'),
    readFile(new URL('policies.wasm', directory)),
  ])
  const policy = loadPolicyModule(new WebAssembly.Module(wasm))
  return {
    set: JSON.parse(json) as PolicySet,
    setParameters: (parameters) => policy.setData(JSON.stringify({ parameters })),
    evaluate: (entrypoint, input) => policy.evaluate(entrypoint, input),
  }
}
