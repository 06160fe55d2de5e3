/** Workers that run an engine: one call at a time each, with a limit of time and memory. */
import { availableParallelism } from 'node:os'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { brotliDecompress } from 'node:zlib'
import type { FileAccess } from '../render/engines.js'
import type { FileAnswer, FileQuestion, WorkerAnswer, WorkerRequest, WorkerStart } from './engine-worker.js'

const DEFAULT_NOW = Date.UTC(2026, 0, 1) / 1000
const MOST_WORKERS = 2

/**
 * Megabytes of stack for a worker. A template that includes itself is refused
 * by Helm after 1,000 rounds; this is what they need.
 */
const STACK_MEGABYTES = 256

/** In megabytes, the part of a worker's memory that is not the engine's: requests and responses. */
const HEAP_MEGABYTES = 1024

export interface Encoded {
  readonly name: string
  readonly content: Uint8Array
}

/** A call that got no answer: a limit was reached, or the engine is at fault. */
export interface Failure {
  readonly stage: 'limit' | 'engine'
  readonly message: string
}

export type Reply<T> =
  | { readonly kind: 'answer'; readonly header: T; readonly body: Uint8Array<ArrayBuffer>; readonly written: string }
  | { readonly kind: 'failure'; readonly failure: Failure }

export interface Call {
  readonly operation: string
  readonly header: object
  readonly contents: readonly Encoded[]
  readonly files?: FileAccess
  readonly now?: number
  readonly seed?: number
}

interface Job extends Call {
  readonly settle: (reply: Reply<unknown>) => void
}

export interface Pool {
  call<T>(call: Call): Promise<Reply<T>>
  prepare(): void
  close(): Promise<void>
}

export interface PoolOptions {
  /** The compressed engine. */
  readonly file: string
  readonly workerUrl: URL | string
  /** null: as many as there are processors, up to two. */
  readonly workers: number | null
  readonly timeLimitMs: number
}

/**
 * Workers with the same engine. A free one takes the next call; one more is
 * started while calls wait, up to the limit.
 */
export function openPool(options: PoolOptions): Pool {
  const most = options.workers ?? Math.min(MOST_WORKERS, availableParallelism())
  let module: Promise<WebAssembly.Module> | undefined
  let closed = false
  const queue: Job[] = []
  const crew = new Set<EngineWorker>()

  function advance(): void {
    while (queue.length > 0) {
      const free = [...crew].find((worker) => worker.free())
      if (free) free.run(queue.shift()!)
      else if (crew.size < most) start()
      else return
    }
  }

  function start(): void {
    module ??= loadModule(options.file)
    const worker = startWorker(options, module, {
      idle: advance,
      gone: () => {
        crew.delete(worker)
        if (!closed) advance()
      },
    })
    crew.add(worker)
  }

  return {
    call<T>(call: Call) {
      return new Promise<Reply<T>>((resolve) => {
        const settle = (reply: Reply<unknown>): void => resolve(reply as Reply<T>)
        if (closed) return settle(failure('engine', 'the engines are closed'))
        queue.push({ ...call, settle })
        advance()
      })
    },
    prepare() {
      if (!closed && crew.size === 0) start()
    },
    async close() {
      closed = true
      for (const job of queue.splice(0)) job.settle(failure('engine', 'the engines were closed'))
      await Promise.all([...crew].map((worker) => worker.stop('the engines were closed')))
    },
  }
}

/** An engine is smaller. As one chunk it is unpacked in half the time. */
const UNPACKED_BYTES = 64 * 1024 * 1024

/**
 * V8 optimises a function once it has run for this many bytes of code. Go's
 * functions are large, and most of a render runs each of them a few times: at
 * the usual budget the first render spends four fifths of its time on
 * optimising, and later ones gain little by it.
 */
const PATIENT_TIERING = 200_000_000
/** What `launch.ts` sets, and Node 24 has by itself. */
const USUAL_TIERING = 13_000_000

async function loadModule(file: string): Promise<WebAssembly.Module> {
  const wasm = await promisify(brotliDecompress)(await readFile(file), { chunkSize: UNPACKED_BYTES })
  setFlagsFromString(`--wasm-tiering-budget=${PATIENT_TIERING}`)
  try {
    return await WebAssembly.compile(wasm)
  } finally {
    // It holds for modules compiled meanwhile; policies want to be optimised early.
    setFlagsFromString(`--wasm-tiering-budget=${USUAL_TIERING}`)
  }
}

interface EngineWorker {
  free(): boolean
  run(job: Job): void
  stop(why: string): Promise<void>
}

interface WorkerEvents {
  /** It can take a job. */
  idle(): void
  /** It has ended, and its job has been settled. */
  gone(): void
}

function startWorker(options: PoolOptions, module: Promise<WebAssembly.Module>, events: WorkerEvents): EngineWorker {
  const worker = new Worker(options.workerUrl, {
    resourceLimits: { stackSizeMb: STACK_MEGABYTES, maxOldGenerationSizeMb: HEAP_MEGABYTES },
    stderr: true,
    stdout: true,
    env: {},
    execArgv: [],
  })
  const { port1: questions, port2: files } = new MessageChannel()
  const signal = new SharedArrayBuffer(4)
  let job: Job | undefined
  let timer: NodeJS.Timeout | undefined
  let ended: Promise<void> | undefined

  answerQuestions(questions, new Int32Array(signal), (question) => {
    try {
      return job?.files ? answerOne(job.files, question) : NOTHING
    } catch (error) {
      void end(failure('engine', `${question.path} cannot be read: ${String(error)}`))
      return NOTHING
    }
  })
  questions.unref()
  // An idle worker must not keep the process alive; a job must.
  worker.unref()
  worker.on('message', (message: WorkerAnswer) => {
    if (message.kind === 'answer') finish(message)
    else if (message.kind === 'crash') void end(crashed(message))
  })
  worker.on('error', (error: NodeJS.ErrnoException) => {
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    void end(outOfMemory ? failure('limit', MEMORY_MESSAGE) : failure('engine', `the engine failed: ${error.message}`))
  })
  worker.on('exit', () => void end(failure('engine', 'the engine ended without an answer')))
  module.then(
    (compiled) => {
      if (!ended) worker.postMessage({ module: compiled, files, signal } satisfies WorkerStart, [files])
    },
    (error: unknown) => void end(failure('engine', `the engine cannot be loaded: ${String(error)}`)),
  )

  function settle(reply: Reply<unknown>): void {
    clearTimeout(timer)
    const done = job
    job = undefined
    worker.unref()
    done?.settle(reply)
  }

  function finish(message: WorkerAnswer & { kind: 'answer' }): void {
    settle(decode(message))
    // Its memory never shrinks: another worker starts in less time than it takes to fill that much.
    if (message.memory > RETIREMENT_BYTES) void end(NO_JOB)
    else events.idle()
  }

  /** Ends the worker, whatever it is doing, and settles its job with why. */
  function end(why: Reply<unknown>): Promise<void> {
    ended ??= worker.terminate().then(() => {
      questions.close()
      settle(why)
      events.gone()
    })
    return ended
  }

  return {
    free: () => job === undefined && ended === undefined,
    run(next) {
      job = next
      worker.ref()
      const request = frame(next)
      module.then(
        () => {
          if (ended) return
          // The limit is the call's: the engine was loaded before, once for all.
          timer = setTimeout(() => void end(failure('limit', timeMessage(options.timeLimitMs))), options.timeLimitMs)
          const message: WorkerRequest = { request, now: next.now ?? DEFAULT_NOW, seed: next.seed ?? 1 }
          worker.postMessage(message, [request.buffer])
        },
        () => undefined, // reported above
      )
    },
    stop: (why) => end(failure('engine', why)),
  }
}

/** The memory at which a worker is replaced. Large charts take a quarter of it. */
const RETIREMENT_BYTES = 512 * 1024 * 1024

const NO_JOB = failure('engine', 'the worker was replaced')

const MEMORY_MESSAGE = 'the limit of memory was reached'

function timeMessage(limitMs: number): string {
  return `the limit of ${limitMs / 1000} seconds was reached`
}

function failure(stage: Failure['stage'], message: string): Reply<never> {
  return { kind: 'failure', failure: { stage, message } }
}

/** Go says on stderr that it has no more memory, and ends with code 2. */
function crashed({ reason, message, written }: WorkerAnswer & { kind: 'crash' }): Reply<never> {
  if (/out of memory|cannot allocate memory/.test(written)) return failure('limit', MEMORY_MESSAGE)
  if (reason === 'trap' && /call stack/.test(message)) return failure('limit', 'the limit of nested calls was reached')
  const [first] = written.split('\n')
  return failure('engine', `the engine failed: ${first || message}`)
}

/** Frames a request as engine/abi/frame.go reads it. */
function frame({ operation, header, contents }: Call): Uint8Array<ArrayBuffer> {
  const head = Buffer.from(JSON.stringify({ op: operation, ...header }), 'utf8')
  const request = new Uint8Array(4 + head.length + contents.reduce((sum, { content }) => sum + content.length, 0))
  new DataView(request.buffer).setUint32(0, head.length, true)
  request.set(head, 4)
  let at = 4 + head.length
  for (const { content } of contents) {
    request.set(content, at)
    at += content.length
  }
  return request
}

function decode({ response, written }: WorkerAnswer & { kind: 'answer' }): Reply<unknown> {
  const length = new DataView(response.buffer).getUint32(0, true)
  const header = JSON.parse(Buffer.from(response.buffer, 4, length).toString('utf8')) as { failure?: string }
  if (header.failure !== undefined) return failure('engine', `the engine failed: ${header.failure}`)
  return { kind: 'answer', header, body: response.slice(4 + length), written }
}

/** Answers a worker that waits in `Atomics.wait` until the signal turns. */
function answerQuestions(port: MessagePort, signal: Int32Array, answer: (question: FileQuestion) => FileAnswer): void {
  port.on('message', (question: FileQuestion) => {
    port.postMessage(answer(question))
    Atomics.store(signal, 0, 1)
    Atomics.notify(signal, 0)
  })
}

const NOTHING: FileAnswer = { found: 0, content: new Uint8Array() }

function answerOne(files: FileAccess, { operation, path }: FileQuestion): FileAnswer {
  const kind = files.stat(path)
  if (operation === 'stat') return { ...NOTHING, found: kind === 'file' ? 1 : kind === 'directory' ? 2 : 0 }
  if (operation === 'list' && kind === 'directory') {
    return { found: 1, content: Buffer.from(files.list(path).join('\0'), 'utf8') }
  }
  if (operation === 'read' && kind === 'file') return { found: 1, content: files.read(path) }
  return NOTHING
}
