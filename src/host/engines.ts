/**
 * Helm, kustomize and OPA's compiler, as WebAssembly in workers.
 *
 * Nothing is read or started before the first call. Each call has a limit of
 * time and memory, and what goes wrong with the user's files is data, never an
 * exception. A rendering of the same input is the same output: the engines see
 * a clock that stands still and the same random bytes every time.
 */
import { availableParallelism } from 'node:os'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { brotliDecompress } from 'node:zlib'

import type {
  FileAccess,
  HelmDocument,
  HelmError,
  HelmRequest,
  HelmResult,
  KustomizeDocument,
  KustomizeError,
  KustomizeResult,
  NamedFile,
  RenderEngines,
  TraceEngine,
  TraceResult,
} from '../render/engines.js'
import type { FileAnswer, FileQuestion, WorkerAnswer, WorkerRequest, WorkerStart } from './engine-worker.js'

/** Policies, by path. */
export interface RegoModules {
  readonly modules: Readonly<Record<string, string>>
  /** Default `v1`. */
  readonly regoVersion?: 'v0' | 'v1'
}

export interface RegoCompileRequest extends RegoModules {
  /** As `main/deny`. */
  readonly entrypoints: readonly string[]
  /** JSON by path, as in a bundle: `limits/data.json` is `data.limits`. */
  readonly data?: Readonly<Record<string, string>>
  /** The builtins that policies may use; infix operators always are. Default all. */
  readonly builtins?: readonly string[]
  /** OPA's `-O`. Default 0. */
  readonly optimize?: 0 | 1 | 2
}

export interface RegoProblem {
  readonly file: string
  /** From 1; 0 where OPA does not say. */
  readonly row: number
  readonly column: number
  /** As `rego_type_error`. */
  readonly code: string
  readonly message: string
}

export interface RegoResult {
  readonly errors: readonly RegoProblem[]
  /** Null when there are errors. */
  readonly wasm: Uint8Array<ArrayBuffer> | null
  /** All data files as one document, to be loaded beside the policy. */
  readonly data: unknown
}

export interface RegoCheckRequest extends RegoModules {
  /** `opa check --strict`. */
  readonly strict?: boolean
  readonly builtins?: readonly string[]
  /** JSON schemas by path: `input.json` is `schema.input`. */
  readonly schemas?: Readonly<Record<string, string>>
}

export interface RegoInspection {
  readonly errors: readonly RegoProblem[]
  /** As in `opa inspect -a -f json`: METADATA with its place, sorted by path. */
  readonly annotations: readonly RegoAnnotations[]
  /** The files of each package, `data.policies.x`. */
  readonly packages: Readonly<Record<string, readonly string[]>>
}

export interface RegoAnnotations {
  readonly annotations: Readonly<Record<string, unknown>>
  readonly location: { readonly file: string; readonly row: number; readonly col: number }
  readonly path: readonly { readonly type: string; readonly value: string }[]
}

export interface EngineVersions {
  readonly helm: string
  readonly kustomize: string
  readonly kubernetes: string
  readonly opa: string
  readonly go: string
}

export interface Engines extends RenderEngines, TraceEngine {
  compileRego(request: RegoCompileRequest): Promise<RegoResult>
  /** `opa check`: what is wrong with the policies. */
  checkRego(request: RegoCheckRequest): Promise<readonly RegoProblem[]>
  inspectRego(request: RegoModules): Promise<RegoInspection>
  /** `opa fmt`: the text of each module that is not formatted. */
  formatRego(
    request: RegoModules,
  ): Promise<{ readonly errors: readonly RegoProblem[]; readonly formatted: Readonly<Record<string, string>> }>
  /** Starts to load what will be called later. Returns at once. */
  prepare(what: 'render' | 'rego'): void
  versions(): Promise<EngineVersions>
  /** Ends all workers. Calls under way fail; later ones too. */
  close(): Promise<void>
}

export interface EngineOptions {
  /** How many renders run at once. Default the machine's cores, at most 2. */
  readonly workers?: number
  /** For one call, in milliseconds. Default 60,000. */
  readonly timeLimitMs?: number
  /** Where `render.wasm.br` and `rego.wasm.br` lie. */
  readonly directory?: URL | string
  /** The bundled engine-worker. */
  readonly workerUrl?: URL | string
}

const DEFAULT_NOW = Date.UTC(2026, 0, 1) / 1000
const DEFAULT_TIME_LIMIT_MS = 60_000
const MOST_WORKERS = 2

/**
 * Megabytes of stack for a worker. A template that includes itself is refused
 * by Helm after 1,000 rounds; this is what they need.
 */
const STACK_MEGABYTES = 256

/** In megabytes, the part of a worker's memory that is not the engine's: requests and responses. */
const HEAP_MEGABYTES = 1024

export function createEngines(options: EngineOptions = {}): Engines {
  const timeLimitMs = options.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS
  const directory = options.directory ?? beside('engine/')
  const workerUrl = options.workerUrl ?? beside('engine-worker.js')
  const workers = options.workers ?? Math.min(MOST_WORKERS, availableParallelism())
  const render = createPool({ file: fileIn(directory, 'render.wasm.br'), workerUrl, workers, timeLimitMs })
  const rego = createPool({ file: fileIn(directory, 'rego.wasm.br'), workerUrl, workers: 1, timeLimitMs })

  async function callRego<T>(
    operation: string,
    request: RegoModules & { data?: object; schemas?: object },
    rest: object,
  ): Promise<Reply<T>> {
    const modules = filesOf(request.modules)
    const data = filesOf(request.data ?? {})
    const schemas = filesOf(request.schemas ?? {})
    const header = {
      modules: described(modules),
      data: described(data),
      schemas: described(schemas),
      regoVersion: request.regoVersion ?? 'v1',
      ...rest,
    }
    return rego.call<T>({ operation, header, contents: [...modules, ...data, ...schemas] })
  }

  return {
    async helm(request) {
      const { header, contents } = helmCall(request)
      const reply = await render.call<HelmResult>({ operation: 'helm', header, contents, ...momentOf(request) })
      if (reply.kind === 'answer') return reply.header
      const error = helmError(reply.failure)
      return { error, chart: null, subcharts: [], documents: [], skipped: [], moments: [], warnings: [] }
    },

    async trace(request) {
      const { header, contents } = helmCall(request)
      const texts = request.documents.map(({ template, text }) => encoded({ name: template, content: text }))
      const documents = request.documents.map(({ template, index }, i) => ({
        template,
        index,
        length: texts[i]?.content.length ?? 0,
      }))
      const reply = await render.call<TraceResult>({
        operation: 'trace',
        header: { ...header, documents, fields: request.fields },
        contents: [...contents, ...texts],
        ...momentOf(request),
      })
      if (reply.kind === 'answer') return reply.header
      return {
        error: helmError(reply.failure),
        sources: [],
        documents: request.documents.map(() => ({ exact: false, lines: [] })),
        fields: request.fields.map(() => ({ literal: false, keys: [] })),
        renders: 0,
      }
    },

    async kustomize({ root, files, origins = true }) {
      const reply = await render.call<KustomizeResult>({
        operation: 'kustomize',
        header: { root, origins },
        contents: [],
        files,
      })
      if (reply.kind === 'failure') {
        const error: KustomizeError = { ...reply.failure, file: '', line: 0, reference: '' }
        return { error, documents: [], files: [], warnings: [] }
      }
      // Kustomize warns by writing to stderr.
      const written = reply.written.split('\n').filter((line) => line.trim() !== '')
      return { ...reply.header, warnings: [...new Set([...reply.header.warnings, ...written])] }
    },

    async compileRego(request) {
      const reply = await callRego<{ errors: RegoProblem[]; data?: unknown }>('compile', request, {
        entrypoints: request.entrypoints,
        builtins: request.builtins,
        optimize: request.optimize ?? 0,
      })
      if (reply.kind === 'failure') return { errors: [regoProblem(reply.failure)], wasm: null, data: {} }
      const { errors, data } = reply.header
      return { errors, wasm: errors.length > 0 ? null : reply.body, data: data ?? {} }
    },

    async checkRego(request) {
      const reply = await callRego<{ errors: RegoProblem[] }>('check', request, {
        strict: request.strict,
        builtins: request.builtins,
      })
      return reply.kind === 'failure' ? [regoProblem(reply.failure)] : reply.header.errors
    },

    async inspectRego(request) {
      const reply = await callRego<Partial<RegoInspection>>('inspect', request, {})
      const found = reply.kind === 'failure' ? { errors: [regoProblem(reply.failure)] } : reply.header
      return { errors: [], annotations: [], packages: {}, ...found }
    },

    async formatRego(request) {
      const reply = await callRego<{ errors: RegoProblem[]; formatted?: Record<string, string> }>('format', request, {})
      const found = reply.kind === 'failure' ? { errors: [regoProblem(reply.failure)] } : reply.header
      return { formatted: {}, ...found }
    },

    prepare(what) {
      if (what === 'render') render.prepare()
      else rego.prepare()
    },

    async versions() {
      const ask = { operation: 'versions', header: {}, contents: [] }
      const [rendering, policies] = await Promise.all([
        render.call<EngineVersions>(ask),
        rego.call<EngineVersions>(ask),
      ])
      if (rendering.kind === 'failure') throw new Error(rendering.failure.message)
      if (policies.kind === 'failure') throw new Error(policies.failure.message)
      return { ...rendering.header, ...policies.header }
    },

    async close() {
      await Promise.all([render.close(), rego.close()])
    },
  }
}

/** A chart as the engine takes it: what its `helm` and its `trace` have in common. */
function helmCall(request: HelmRequest): { readonly header: object; readonly contents: readonly Encoded[] } {
  const files = request.files.map(encoded)
  const values = (request.values ?? []).map(encoded)
  return {
    header: {
      files: described(files),
      values: described(values),
      set: request.set ?? [],
      setString: request.setString ?? [],
      setJson: request.setJson ?? [],
      setLiteral: request.setLiteral ?? [],
      releaseName: request.releaseName ?? 'release-name',
      namespace: request.namespace ?? 'default',
      kubeVersion: request.kubeVersion ?? '',
      apiVersions: request.apiVersions ?? [],
      includeCrds: request.includeCrds ?? false,
      isUpgrade: request.isUpgrade ?? false,
    },
    contents: [...files, ...values],
  }
}

const momentOf = ({ now, seed }: HelmRequest): Pick<HelmRequest, 'now' | 'seed'> => ({ now, seed })

const helmError = (failed: Failure): HelmError => ({
  ...failed,
  file: '',
  line: 0,
  column: 0,
  renderedLine: 0,
  trace: [],
})

/** What `helm template` prints on stdout for these documents, byte for byte. */
export function rawHelmOutput(documents: readonly HelmDocument[]): string {
  const print = ({ template, text }: HelmDocument): string => `---\n# Source: ${template}\n${text}\n`
  const manifests = documents.filter(({ hook }) => hook === null).map(print)
  const hooks = documents.filter(({ hook }) => hook !== null).map(print)
  return trimSpace(manifests.join('')) + '\n' + hooks.join('')
}

/** Go's strings.TrimSpace, which unlike String.trim leaves a byte order mark alone. */
function trimSpace(text: string): string {
  return text.replace(
    /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g,
    '',
  )
}

/** What `kustomize build` prints on stdout for these documents, byte for byte. */
export function rawKustomizeOutput(documents: readonly KustomizeDocument[]): string {
  return documents.map(({ text }) => text).join('---\n')
}

/** A path in `dist/`, whether this runs from the bundle there or from `src/host/`. */
function beside(name: string): URL {
  const here = import.meta.url
  return new URL(here.endsWith('.ts') ? `../../dist/${name}` : `./${name}`, here)
}

function fileIn(directory: URL | string, name: string): string {
  const path = typeof directory === 'string' ? directory : fileURLToPath(directory)
  return path.endsWith('/') ? path + name : `${path}/${name}`
}

interface Encoded {
  readonly name: string
  readonly content: Uint8Array
}

function encoded({ name, content }: NamedFile): Encoded {
  return { name, content: typeof content === 'string' ? Buffer.from(content, 'utf8') : content }
}

function filesOf(texts: object): Encoded[] {
  return Object.entries(texts as Record<string, string>).map(([name, content]) => encoded({ name, content }))
}

function described(files: readonly Encoded[]): { name: string; length: number }[] {
  return files.map(({ name, content }) => ({ name, length: content.length }))
}

function regoProblem({ message }: Failure): RegoProblem {
  return { file: '', row: 0, column: 0, code: 'ringfence_engine_error', message }
}

/** A call that got no answer: a limit was reached, or the engine is at fault. */
interface Failure {
  readonly stage: 'limit' | 'engine'
  readonly message: string
}

type Reply<T> =
  | { readonly kind: 'answer'; readonly header: T; readonly body: Uint8Array<ArrayBuffer>; readonly written: string }
  | { readonly kind: 'failure'; readonly failure: Failure }

interface Call {
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

interface Pool {
  call<T>(call: Call): Promise<Reply<T>>
  prepare(): void
  close(): Promise<void>
}

interface PoolOptions {
  /** The compressed engine. */
  readonly file: string
  readonly workerUrl: URL | string
  readonly workers: number
  readonly timeLimitMs: number
}

/**
 * Workers with the same engine. A free one takes the next call; one more is
 * started while calls wait, up to the limit.
 */
function createPool(options: PoolOptions): Pool {
  let module: Promise<WebAssembly.Module> | undefined
  let closed = false
  const queue: Job[] = []
  const crew = new Set<EngineWorker>()

  function advance(): void {
    while (queue.length > 0) {
      const free = [...crew].find((worker) => worker.free())
      if (free) free.run(queue.shift()!)
      else if (crew.size < options.workers) start()
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
const USUAL_TIERING = 1_800_000

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
