/**
 * The worker's side of `engines.ts`: one instance of one engine, which answers
 * one request after the other. It is a program of its own, bundled as
 * `dist/engine-worker.mjs`.
 *
 * An instance that has trapped, or has ended itself, cannot be trusted with
 * another request. The worker says so and waits to be terminated.
 */
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'

import { createWasi, type Moment, ProgramExit } from './wasi.js'

/** The first message. */
export interface WorkerStart {
  readonly module: WebAssembly.Module
  /** Where the worker asks for files. */
  readonly files: MessagePort
  /** Four bytes, which turn to 1 when an answer lies in `files`. */
  readonly signal: SharedArrayBuffer
}

/** Every message after it. */
export interface WorkerRequest extends Moment {
  /** Framed as `engine/abi` describes. */
  readonly request: Uint8Array<ArrayBuffer>
}

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'answer'
      readonly response: Uint8Array<ArrayBuffer>
      readonly written: string
      /** The engine's memory, in bytes. It never shrinks. */
      readonly memory: number
    }
  | { readonly kind: 'crash'; readonly reason: 'exit' | 'trap'; readonly message: string; readonly written: string }

/** A question of the engine about the tree, and what the main thread answers. */
export interface FileQuestion {
  readonly operation: 'stat' | 'list' | 'read'
  readonly path: string
}
export interface FileAnswer {
  /** `stat`: 0 nothing, 1 a file, 2 a directory. Else 0 for nothing, 1 for content. */
  readonly found: 0 | 1 | 2
  readonly content: Uint8Array
}

/** How much of an engine's stderr is kept, in bytes. */
const WRITTEN_LIMIT = 16 * 1024

interface EngineExports {
  readonly memory: WebAssembly.Memory
  readonly alloc: (length: number) => number
  readonly call: () => number
  readonly outlen: () => number
}

const port = parentPort
if (!port) throw new Error('engine-worker.js is a worker of engines.ts')

port.once('message', (start: WorkerStart) => {
  const wasi = createWasi(WRITTEN_LIMIT)
  wasi.begin({ now: 0, seed: 0 })
  const failed = (error: unknown): void => post(crash(error, wasi.written()))
  let engine: EngineExports
  try {
    engine = instantiate(start, wasi)
  } catch (error) {
    failed(error)
    return
  }
  post({ kind: 'ready' })
  port.on('message', ({ request, now, seed }: WorkerRequest) => {
    wasi.begin({ now, seed })
    try {
      const response = answer(engine, request)
      post({ kind: 'answer', response, written: wasi.written(), memory: engine.memory.buffer.byteLength }, [
        response.buffer,
      ])
    } catch (error) {
      failed(error)
    }
  })
})

function post(message: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  port!.postMessage(message, transfer)
}

/** The engine has been run in when it was built (engine/tools/preinitialize.mjs): there is nothing to start. */
function instantiate(start: WorkerStart, wasi: ReturnType<typeof createWasi>): EngineExports {
  const instance = new WebAssembly.Instance(start.module, {
    wasi_snapshot_preview1: wasi.imports,
    // Called only once the engine runs, so it is there by then.
    ringfence: fileFunctions(start, () => engine.memory.buffer),
  })
  const engine = instance.exports as unknown as EngineExports
  wasi.attach(engine.memory)
  return engine
}

function answer(engine: EngineExports, request: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = engine.alloc(request.length) >>> 0
  new Uint8Array(engine.memory.buffer, at, request.length).set(request)
  const from = engine.call() >>> 0
  return new Uint8Array(engine.memory.buffer, from, engine.outlen() >>> 0).slice()
}

function crash(error: unknown, written: string): WorkerAnswer {
  const reason = error instanceof ProgramExit ? 'exit' : 'trap'
  return { kind: 'crash', reason, message: error instanceof Error ? error.message : String(error), written }
}

/**
 * The import module `ringfence`: the main thread's tree, read while Go waits.
 * See engine/render/host_wasip1.go.
 */
function fileFunctions({ files, signal }: WorkerStart, memory: () => ArrayBuffer): WebAssembly.ModuleImports {
  const flag = new Int32Array(signal)
  const decoder = new TextDecoder()
  let held: Uint8Array = new Uint8Array()

  const ask = (operation: FileQuestion['operation'], at: number, length: number): FileAnswer => {
    const path = decoder.decode(new Uint8Array(memory(), at, length))
    Atomics.store(flag, 0, 0)
    files.postMessage({ operation, path } satisfies FileQuestion)
    Atomics.wait(flag, 0, 0)
    // The answer is posted before the flag turns; on a busy machine it was seen to arrive a moment after.
    for (let answer = receiveMessageOnPort(files); ; answer = receiveMessageOnPort(files)) {
      if (answer !== undefined) return answer.message as FileAnswer
      Atomics.wait(flag, 0, 1, 1)
    }
  }
  const hold = ({ found, content }: FileAnswer): number => {
    held = content
    return found === 0 ? -1 : content.length
  }
  return {
    stat: (at: number, length: number) => ask('stat', at >>> 0, length >>> 0).found,
    list: (at: number, length: number) => hold(ask('list', at >>> 0, length >>> 0)),
    read: (at: number, length: number) => hold(ask('read', at >>> 0, length >>> 0)),
    take(at: number) {
      new Uint8Array(memory(), at >>> 0, held.length).set(held)
      held = new Uint8Array()
    },
  }
}
