/**
 * Custom policies on this machine: compiled by OPA's own compiler, kept by content, and evaluated in a worker with a limit
 * of time and of memory. What goes wrong with a policy is data, never an exception.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { problem, type Place, type Unit } from '../custom/custom.js'
import type { JsonObject, Unjudged } from '../model.js'
import { HANDED_OVER } from '../rego/handed-over.js'
import { rebind } from '../rego/rebind.js'
import type { Cache } from './cache.js'
import type { Engines, RegoProblem } from './engines.js'
import { OFFERED_BUILTINS } from './rego-offered.js'
import type { Evaluated } from './rego-module.js'
import type { Batch, RegoAnswer, RegoWork } from './rego-worker.js'

export interface RegoOptions {
  readonly engines: Pick<Engines, 'compileRego'>
  /** Null: nothing is kept. */
  readonly cache: Cache | null
  /** The folder of `rego.wasm.br`: its content is part of what a compiled policy is made from. */
  readonly engineFolder: URL
  readonly workerUrl: URL
  /** For one evaluation, in milliseconds. Default 10,000. */
  readonly timeLimitMs?: number
  /** For the values of one unit, in MiB. Default 256. */
  readonly memoryLimitMiB?: number
}

/** Policies of one unit, ready to be evaluated. */
export interface Compiled {
  readonly unit: Unit
  readonly module: WebAssembly.Module
}

export interface CompileResult {
  readonly compiled: readonly Compiled[]
  /** Errors with their places: they block. */
  readonly problems: readonly Unjudged[]
}

/** One evaluation, as `Question` of custom.ts. */
export interface Evaluation {
  readonly unit: Unit
  readonly entrypoint: string
  readonly input: string
}

export interface Rego {
  compile(units: readonly Unit[]): Promise<CompileResult>
  /** In the order of `evaluations`, whose units are all in `compiled`. `data` is added to each unit's own. */
  evaluate(
    compiled: readonly Compiled[],
    evaluations: readonly Evaluation[],
    data: ReadonlyMap<Unit, JsonObject>,
    /** Hears what modules that are traced say. */
    heard?: (note: string) => void,
  ): Promise<readonly Evaluated[]>
}

/** Of what is kept: a change of the format or of `rebind` makes everything anew. */
const FORMAT = 1

const TIME_LIMIT_MS = 10_000
const MEMORY_LIMIT_MIB = 256
const PAGES_PER_MIB = 16
/** For requests, answers and builtins, beside the values of a unit. */
const HEAP_MEGABYTES = 512

export function createRego(options: RegoOptions): Rego {
  const { timeLimitMs = TIME_LIMIT_MS, memoryLimitMiB = MEMORY_LIMIT_MIB } = options
  let engine: Promise<string> | undefined

  async function compile(units: readonly Unit[]): Promise<CompileResult> {
    const compiled: Compiled[] = []
    const problems: Unjudged[] = []
    for (const unit of units) {
      engine ??= readFile(new URL('engines.json', options.engineFolder), 'utf8')
      const key = keyOf(unit, await engine)
      const kept = options.cache === null ? null : moduleOf(options.cache.read(key))
      if (kept !== null) {
        compiled.push({ unit, module: kept })
        continue
      }
      const { modules, entrypoints, regoVersion } = unit
      const { errors, wasm } = await options.engines.compileRego({
        modules,
        entrypoints,
        regoVersion,
        builtins: builtinsOf(unit),
      })
      problems.push(...errors.map((error) => compileProblem(error, unit)))
      if (wasm === null) continue
      const bound = rebind(wasm, HANDED_OVER)
      options.cache?.write(key, bound)
      compiled.push({ unit, module: new WebAssembly.Module(bound) })
    }
    return { compiled, problems }
  }

  async function evaluate(
    compiled: readonly Compiled[],
    evaluations: readonly Evaluation[],
    data: ReadonlyMap<Unit, JsonObject>,
    heard?: (note: string) => void,
  ): Promise<readonly Evaluated[]> {
    const modules = new Map(compiled.map(({ unit, module }) => [unit, module]))
    // A unit that is compiled as another one has data of its own.
    const units = [...new Set(evaluations.map(({ unit }) => unit))].map((unit) => {
      const module = modules.get(unit.sameAs ?? unit)
      if (module === undefined) throw new Error(`${unit.name} is not compiled`)
      return { unit, module }
    })
    const positions = new Map(units.map(({ unit }, i) => [unit, i]))
    const batches = batchesOf(evaluations, positions)
    const results: (readonly Evaluated[] | undefined)[] = batches.map(() => undefined)
    /** `unit entrypoint` → why it is not evaluated again. */
    const givenUp = new Map<string, string>()
    for (let pending = batches.map((_, i) => i); pending.length > 0;) {
      const work: RegoWork = {
        modules: units.map(({ module }) => module),
        data: units.map(({ unit }) => JSON.stringify({ ...unit.data, ...data.get(unit) })),
        batches: pending.map((i) => without(batches[i]!, givenUp)),
        progress: new SharedArrayBuffer(8),
        maximumPages: memoryLimitMiB * PAGES_PER_MIB,
        listens: heard !== undefined,
      }
      const { failure } = await runWorker(options.workerUrl, work, timeLimitMs, (batch, found, notes) => {
        for (const note of notes) heard?.(note)
        const at = pending[batch]!
        results[at] = withGivenUp(batches[at]!, found, givenUp)
      })
      if (failure !== null) {
        const batch = work.batches[failure.batch]!
        const entrypoint = batch.entrypoints[failure.entrypoint]
        if (entrypoint === undefined) throw new Error(`the worker for policies failed: ${failure.reason}`)
        // Once is enough: on every other resource it would take as long.
        givenUp.set(nameOf(batch.unit, entrypoint), failure.reason)
      }
      pending = pending.filter((i) => results[i] === undefined)
    }
    return results.flatMap((each) => each ?? [])
  }

  return { compile, evaluate }
}

const builtinsOf = ({ isTraced = false }: Unit): readonly string[] =>
  isTraced ? [...OFFERED_BUILTINS, 'trace'] : OFFERED_BUILTINS

/** Everything that a compiled unit is made from. */
function keyOf(unit: Unit, engine: string): string {
  const { regoVersion, modules, entrypoints } = unit
  const parts = [FORMAT, engine, regoVersion, modules, entrypoints, builtinsOf(unit), HANDED_OVER]
  return `${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}.policy.wasm`
}

/** Null: not kept, or no module. */
function moduleOf(bytes: Uint8Array<ArrayBuffer> | null): WebAssembly.Module | null {
  if (bytes === null) return null
  try {
    return new WebAssembly.Module(bytes)
  } catch {
    // No module, whatever its digest says: it is made again.
    return null
  }
}

/** OPA calls a builtin that is not offered a function that is not defined. */
function compileProblem({ file, row, column, message }: RegoProblem, unit: Unit): Unjudged {
  const place: Place = unit.placeOf?.({ file, row, column }) ?? { file, row, column }
  const builtin = /^undefined function (\S+)$/.exec(message)?.[1]
  const refused = builtin !== undefined && builtin.includes('.') && !Object.hasOwn(unit.modules, builtin)
  const reason = refused ? `${message}: policies here have no such builtin, or it is refused` : message
  const shown = place.column > 0 ? `column ${place.column}: ` : ''
  return problem(
    place.file === '' ? unit.name : place.file,
    place.row > 0 ? place.row : null,
    `Rego: ${shown}${reason}`,
  )
}

/** Evaluations of one unit on the same input that follow each other are a batch. */
function batchesOf(evaluations: readonly Evaluation[], positions: ReadonlyMap<Unit, number>): readonly Batch[] {
  const batches: { unit: number; entrypoints: string[]; input: string }[] = []
  for (const { unit, entrypoint, input } of evaluations) {
    const position = positions.get(unit)!
    const last = batches.at(-1)
    if (last !== undefined && last.unit === position && last.input === input) last.entrypoints.push(entrypoint)
    else batches.push({ unit: position, entrypoints: [entrypoint], input })
  }
  return batches
}

const nameOf = (unit: number, entrypoint: string): string => `${unit} ${entrypoint}`

function without(batch: Batch, givenUp: ReadonlyMap<string, string>): Batch {
  const entrypoints = batch.entrypoints.filter((entrypoint) => !givenUp.has(nameOf(batch.unit, entrypoint)))
  return { ...batch, entrypoints }
}

/** The results of what was evaluated, and why the rest was not, in the batch's order. */
function withGivenUp(
  batch: Batch,
  found: readonly Evaluated[],
  givenUp: ReadonlyMap<string, string>,
): readonly Evaluated[] {
  const left = [...found]
  return batch.entrypoints.map((entrypoint) => {
    const reason = givenUp.get(nameOf(batch.unit, entrypoint))
    return reason === undefined ? left.shift()! : { error: reason }
  })
}

/** What ended a worker before its time, and where it was. */
interface Failure {
  readonly reason: string
  readonly batch: number
  readonly entrypoint: number
}

function runWorker(
  url: URL,
  work: RegoWork,
  timeLimitMs: number,
  heard: (batch: number, results: readonly Evaluated[], notes: readonly string[]) => void,
): Promise<{ readonly failure: Failure | null }> {
  const worker = new Worker(fileURLToPath(url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    stderr: true,
    stdout: true,
    env: {},
    execArgv: [],
  })
  const progress = new Int32Array(work.progress)
  const whereabouts = (): string => `${Atomics.load(progress, 0)} ${Atomics.load(progress, 1)}`
  return new Promise((resolve) => {
    let [before, since] = [whereabouts(), performance.now()]
    const watch = setInterval(
      () => {
        const now = whereabouts()
        if (now !== before) [before, since] = [now, performance.now()]
        else if (performance.now() - since > timeLimitMs) end(`it took longer than ${timeLimitMs / 1000} seconds`)
      },
      Math.min(timeLimitMs / 4, 250),
    )
    const end = (reason: string | null): void => {
      clearInterval(watch)
      const failure =
        reason === null ? null : { reason, batch: Atomics.load(progress, 0), entrypoint: Atomics.load(progress, 1) }
      void worker.terminate().then(() => resolve({ failure }))
    }
    worker.on('message', (message: RegoAnswer) => {
      if (message.batch === null) end(null)
      else heard(message.batch, message.results, message.notes)
    })
    worker.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'the limit of memory was reached' : error.message),
    )
    worker.postMessage(work)
  })
}
