/**
 * The worker's side of `rego.ts`: it evaluates compiled policies, one batch after the other, and says before each
 * evaluation where it is. A program of its own, bundled as `dist/rego-worker.mjs`.
 */
import { parentPort } from 'node:worker_threads'
import { loadPolicyModule, type Evaluated, type PolicyModule } from './rego-module.js'

/** Evaluations of one unit on one input. */
export interface Batch {
  /** Index into `modules`. */
  readonly unit: number
  readonly entrypoints: readonly string[]
  /** JSON. */
  readonly input: string
}

/** The only message to the worker. */
export interface RegoWork {
  readonly modules: readonly WebAssembly.Module[]
  /** JSON, by unit. */
  readonly data: readonly string[]
  readonly batches: readonly Batch[]
  /** Two numbers: the batch and the entrypoint that are under way. */
  readonly progress: SharedArrayBuffer
  readonly maximumPages: number
  /** Whether what `trace` is called with is told. */
  readonly listens: boolean
}

/** Of a batch, by its index; the last message has `batch` null. */
export type RegoAnswer =
  | { readonly batch: number; readonly results: readonly Evaluated[]; readonly notes: readonly string[] }
  | { readonly batch: null }

const port = parentPort
if (!port) throw new Error('rego-worker.js is a worker of rego.ts')

port.once('message', ({ modules, data, batches, progress, maximumPages, listens }: RegoWork) => {
  const at = new Int32Array(progress)
  const loaded = new Map<number, PolicyModule>()
  const notes = new Set<string>()
  const policyOf = (unit: number): PolicyModule => {
    const known = loaded.get(unit)
    if (known !== undefined) return known
    const policy = loadPolicyModule(modules[unit]!, maximumPages, listens ? (note) => notes.add(note) : undefined)
    policy.setData(data[unit]!)
    loaded.set(unit, policy)
    return policy
  }
  for (const [batch, { unit, entrypoints, input }] of batches.entries()) {
    Atomics.store(at, 0, batch)
    const begin = (entrypoint: number): void => {
      Atomics.store(at, 1, entrypoint)
    }
    let results: readonly Evaluated[]
    try {
      results = policyOf(unit).evaluateEach(entrypoints, input, begin)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      results = entrypoints.map(() => ({ error: message }))
    }
    // Memory that a failure left full never shrinks.
    if (results.some((result) => 'error' in result)) loaded.delete(unit)
    port.postMessage({ batch, results, notes: [...notes] } satisfies RegoAnswer)
    notes.clear()
  }
  port.postMessage({ batch: null } satisfies RegoAnswer)
})
