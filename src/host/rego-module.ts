/**
 * A compiled policy: OPA's WebAssembly (ABI 1.2 and later), and the builtins that it leaves to its host.
 *
 * Builtins get OPA's values and not JSON, in which a set is an array and `1.0` is `1`. That is why this speaks to the
 * module itself; see docs/adr/.
 */
import { BUILTINS } from './rego-builtins.js'
import { HANDED_OVER } from '../rego/handed-over.js'
import { FIRST_HANDED_OVER } from '../rego/rebind.js'
import { BuiltinError, dumpValue, parseValue } from '../rego/value.js'

export interface PolicyModule {
  /** Names of its entrypoints, as `main/deny`. */
  readonly entrypoints: readonly string[]
  /** The builtins that it calls on its host. */
  readonly builtins: readonly string[]
  /** Replaces `data`, a JSON object. */
  setData(json: string): void
  /**
   * What an entrypoint gives for an input (JSON): undefined where it is undefined; sets are lists in any order. Throws
   * what the policy fails with.
   */
  evaluate(entrypoint: string, input: string): unknown
  /** The same for several entrypoints, with the input read once; `begin` is called before each. */
  evaluateEach(entrypoints: readonly string[], input: string, begin: (i: number) => void): readonly Evaluated[]
}

export type Evaluated = { readonly value: unknown } | { readonly error: string }

/** The functions of OPA's ABI that are used here. Addresses are bytes in `memory`. */
interface Exports {
  readonly builtins: () => number
  readonly entrypoints: () => number
  readonly opa_json_dump: (value: number) => number
  readonly opa_value_dump: (value: number) => number
  readonly opa_value_parse: (text: number, length: number) => number
  readonly opa_malloc: (length: number) => number
  readonly opa_heap_ptr_get: () => number
  readonly opa_heap_ptr_set: (address: number) => void
  readonly opa_eval_ctx_new: () => number
  readonly opa_eval_ctx_set_input: (context: number, value: number) => void
  readonly opa_eval_ctx_set_data: (context: number, value: number) => void
  readonly opa_eval_ctx_set_entrypoint: (context: number, id: number) => void
  readonly opa_eval_ctx_get_result: (context: number) => number
  readonly eval: (context: number) => number
}

/** A start that fits most repositories, and a bound that a hostile one cannot pass. */
const FIRST_PAGES = 16
const MOST_PAGES = 16_384

/** In place of the JSON of an input: `input` is undefined, as in tests. `null` is a value, which `with input.x as` cannot change. */
export const NO_INPUT = ''

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * @param maximumPages of 64 KiB: the memory that evaluation may take.
 * @param heard hears what `trace` is called with, which is no builtin of policies that judge.
 */
export function loadPolicyModule(
  compiled: WebAssembly.Module,
  maximumPages = MOST_PAGES,
  heard?: (note: string) => void,
): PolicyModule {
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: maximumPages })

  const textAt = (address: number): string => {
    const bytes = new Uint8Array(memory.buffer)
    return decoder.decode(bytes.subarray(address, bytes.indexOf(0, address)))
  }
  const place = (text: string): number => {
    const bytes = encoder.encode(text)
    const address = opa.opa_malloc(bytes.length)
    new Uint8Array(memory.buffer).set(bytes, address)
    return opa.opa_value_parse(address, bytes.length)
  }

  /** Calls a builtin; 0 is undefined. */
  const call = (id: number, operands: readonly number[]): number => {
    const name = names.get(id) ?? `number ${id}`
    if (name === 'trace' && heard !== undefined) {
      heard(String(parseValue(textAt(opa.opa_value_dump(operands[0]!)))))
      return place('true')
    }
    const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined
    if (builtin === undefined) throw new Error(`the builtin ${name} is not evaluated here`)
    const values = operands.map((address) => parseValue(textAt(opa.opa_value_dump(address))))
    try {
      return place(dumpValue(builtin(...values)))
    } catch (error) {
      if (error instanceof BuiltinError) return 0
      throw error
    }
  }

  const instance = new WebAssembly.Instance(compiled, {
    env: {
      memory,
      opa_abort: (address: number) => {
        throw new Error(textAt(address))
      },
      // Nothing prints: the compiler takes `print` away.
      opa_println: () => undefined,
      opa_builtin0: (id: number) => call(id, []),
      opa_builtin1: (id: number, _context: number, ...operands: number[]) => call(id, operands),
      opa_builtin2: (id: number, _context: number, ...operands: number[]) => call(id, operands),
      opa_builtin3: (id: number, _context: number, ...operands: number[]) => call(id, operands),
      opa_builtin4: (id: number, _context: number, ...operands: number[]) => call(id, operands),
    },
  })
  const opa = instance.exports as unknown as Exports
  const tableOf = (address: number): { readonly [name: string]: number } =>
    JSON.parse(textAt(opa.opa_json_dump(address))) as { readonly [name: string]: number }
  const entrypoints = tableOf(opa.entrypoints())
  const builtins = tableOf(opa.builtins())
  const names = new Map([
    ...Object.entries(builtins).map(([name, id]) => [id, name] as const),
    ...HANDED_OVER.map(({ name }, i) => [FIRST_HANDED_OVER + i, name] as const),
  ])
  const empty = opa.opa_heap_ptr_get()
  let data = place('{}')
  let heap = opa.opa_heap_ptr_get()

  /** Evaluates on an input that lies in memory; whatever it leaves there is overwritten by the next. */
  const run = (entrypoint: string, input: number | null): unknown => {
    const id = Object.hasOwn(entrypoints, entrypoint) ? entrypoints[entrypoint] : undefined
    if (id === undefined) throw new Error(`the policy has no entrypoint ${entrypoint}`)
    if (input === 0) throw new Error('the input is no JSON')
    const context = opa.opa_eval_ctx_new()
    if (input !== null) opa.opa_eval_ctx_set_input(context, input)
    opa.opa_eval_ctx_set_data(context, data)
    opa.opa_eval_ctx_set_entrypoint(context, id)
    opa.eval(context)
    const result = textAt(opa.opa_json_dump(opa.opa_eval_ctx_get_result(context)))
    const [first] = JSON.parse(result) as readonly { readonly result: unknown }[]
    return first?.result
  }

  return {
    entrypoints: Object.keys(entrypoints),
    builtins: Object.keys(builtins),
    setData(json) {
      opa.opa_heap_ptr_set(empty)
      data = place(json)
      if (data === 0) throw new Error('the data is no JSON')
      heap = opa.opa_heap_ptr_get()
    },
    evaluate(entrypoint, input) {
      opa.opa_heap_ptr_set(heap)
      return run(entrypoint, input === NO_INPUT ? null : place(input))
    },
    evaluateEach(wanted, input, begin) {
      opa.opa_heap_ptr_set(heap)
      const value = input === NO_INPUT ? null : place(input)
      const behindInput = opa.opa_heap_ptr_get()
      return wanted.map((entrypoint, i) => {
        begin(i)
        opa.opa_heap_ptr_set(behindInput)
        try {
          return { value: run(entrypoint, value) }
        } catch (error) {
          return { error: error instanceof Error ? error.message : String(error) }
        }
      })
    },
  }
}
