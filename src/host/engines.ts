/**
 * Helm, kustomize and OPA's compiler, as WebAssembly in workers.
 *
 * Nothing is read or started before the first call. Each call has a limit of
 * time and memory, and what goes wrong with the user's files is data, never an
 * exception. A rendering of the same input is the same output: the engines see
 * a clock that stands still and the same random bytes every time.
 */
import { fileURLToPath } from 'node:url'
import type {
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
import type { Call, Encoded, Failure, Pool, PoolOptions, Reply } from './engine-pool.js'

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

const DEFAULT_TIME_LIMIT_MS = 60_000

export function createEngines(options: EngineOptions = {}): Engines {
  const timeLimitMs = options.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS
  const directory = options.directory ?? beside('engine/')
  const workerUrl = options.workerUrl ?? beside('engine-worker.js')
  const render = createPool({
    file: fileIn(directory, 'render.wasm.br'),
    workerUrl,
    workers: options.workers ?? null,
    timeLimitMs,
  })
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
        fields: request.fields.map(() => ({ literal: false, reads: false, keys: [] })),
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

/** A pool whose workers' code is loaded with the first call: plain manifests need none of it. */
function createPool(options: PoolOptions): Pool {
  let pool: Promise<Pool> | undefined
  let closed = false
  const open = async (): Promise<Pool> => {
    const { openPool } = await import('./engine-pool.js')
    const opened = openPool(options)
    if (closed) await opened.close()
    return opened
  }
  return {
    call: async <T>(call: Call) => (await (pool ??= open())).call<T>(call),
    prepare: () => void (pool ??= open()).then((opened) => opened.prepare()),
    async close() {
      closed = true
      await (await pool)?.close()
    },
  }
}
