/**
 * What `render` asks of Helm and kustomize, and what they answer: plain data. `src/host/engines.ts` has the engines,
 * engine/ the Go behind them.
 */

/** What renders. Neither throws: what goes wrong with the user's files is part of the answer. */
export interface RenderEngines {
  helm(request: HelmRequest): Promise<HelmResult>
  kustomize(request: KustomizeRequest): Promise<KustomizeResult>
}

/** What says where rendered documents come from. It does not throw either. */
export interface TraceEngine {
  trace(request: TraceRequest): Promise<TraceResult>
}

/** A file by its path, '/'-separated and relative; text stands for its UTF-8. */
export interface NamedFile {
  readonly name: string
  readonly content: Uint8Array | string
}

/** `helm template RELEASE CHART`, with its flags. */
export interface HelmRequest {
  /** Every file of the chart's directory, `charts/` and `.helmignore` included, in any order. */
  readonly files: readonly NamedFile[]
  /** `--values`, first to last; a name is used in messages only. */
  readonly values?: readonly NamedFile[]
  readonly set?: readonly string[]
  readonly setString?: readonly string[]
  readonly setJson?: readonly string[]
  readonly setLiteral?: readonly string[]
  /** Default `release-name`, as of the command line. */
  readonly releaseName?: string
  /** Default `default`. */
  readonly namespace?: string
  /** `--kube-version`; by default the one that Helm was built for. */
  readonly kubeVersion?: string
  /** `--api-versions`, in addition to the known ones. */
  readonly apiVersions?: readonly string[]
  readonly includeCrds?: boolean
  /** `--is-upgrade`: `.Release.IsUpgrade` instead of `.Release.IsInstall`. */
  readonly isUpgrade?: boolean
  /** What `now` says, in seconds since 1970. Default 2026-01-01. */
  readonly now?: number
  /** Another seed gives other random values. */
  readonly seed?: number
}

export interface HelmResult {
  /** Null when the chart rendered. */
  readonly error: HelmError | null
  /** Null when the chart could not be loaded. */
  readonly chart: ChartSummary | null
  /** All charts below it, disabled ones too, parents first. */
  readonly subcharts: readonly Subchart[]
  /** What Helm prints, in its order; empty after an error. See `rawHelmOutput`. */
  readonly documents: readonly HelmDocument[]
  /** Rendered, and dropped by Helm: their hook annotation names an event that it does not know. */
  readonly skipped: readonly HelmDocument[]
  /** What makes the output depend on when and where it is rendered; sorted. */
  readonly moments: readonly HelmMoment[]
  /** What Helm warns of on stderr. */
  readonly warnings: readonly string[]
}

export interface HelmDocument {
  /** Helm's name of the template, `chart/charts/sub/templates/x.yaml`. */
  readonly template: string
  /**
   * The same file as a path in the chart's directory. They differ for aliases;
   * inside an archive it is the archive's path and the path in it.
   */
  readonly file: string
  /** Counts the non-empty documents of this template from 0, in the order of the rendered file. */
  readonly index: number
  readonly text: string
  /** A file of `crds/`, unrendered and whole: it may hold several documents. */
  readonly crd: boolean
  readonly hook: HelmHook | null
}

export interface HelmHook {
  /** As `pre-install`; `test` for both spellings of tests. */
  readonly events: readonly string[]
  readonly weight: number
  readonly deletePolicies: readonly string[]
}

export interface ChartSummary {
  readonly name: string
  readonly version: string
  readonly apiVersion: string
  readonly appVersion: string
  /** `application` or `library`. */
  readonly type: string
  readonly kubeVersion: string
  readonly deprecated: boolean
  readonly dependencies: readonly ChartDependency[]
}

export interface ChartDependency {
  readonly name: string
  readonly version: string
  readonly repository: string
  readonly alias: string
  readonly condition: string
  readonly tags: readonly string[]
  /** False when a condition or a tag switches it off, or an error came first. */
  readonly enabled: boolean
}

export interface Subchart extends ChartSummary {
  /** Where it lies in the chart: `charts/redis`, or the path of its archive. */
  readonly directory: string
  readonly archived: boolean
  /** The names it was rendered under, `shop/charts/cache`: none when it is disabled, several when it has aliases. */
  readonly paths: readonly string[]
}

export interface HelmMoment {
  /** As in a document; both are empty for text that `tpl` got from the values. */
  readonly template: string
  readonly file: string
  /** From 1; 0 where `file` is empty. */
  readonly line: number
  /** A function as `lookup`, or a field as `.Release.IsUpgrade`. */
  readonly what: string
  /** False for a function that this render never called. */
  readonly live: boolean
}

export type HelmStage =
  | 'values'
  | 'chart'
  | 'dependencies'
  | 'capabilities'
  | 'schema'
  /** A template does not parse or fails. */
  | 'template'
  /** What was rendered is no YAML. */
  | 'manifest'
  /** The time or the memory was used up. */
  | 'limit'
  /** A defect of the engine. */
  | 'engine'

export interface HelmError {
  readonly stage: HelmStage
  /** What Helm prints behind «Error: », less its advice to use --debug. */
  readonly message: string
  /** A path in the chart's directory, or the name of a values file; empty where Helm does not say. */
  readonly file: string
  /** Line and column (in bytes) of `file` from 1; 0 where Helm does not say. */
  readonly line: number
  readonly column: number
  /** The line of the rendered output of `file`, for `manifest`. */
  readonly renderedLine: number
  /** For `template`, the way to `file` from the template that was rendered, outermost first. */
  readonly trace: readonly HelmPlace[]
}

export interface HelmPlace {
  readonly template: string
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Where parts of documents come from that `helm` has put out for the same request. */
export interface TraceRequest extends HelmRequest {
  /** As they were put out, text included: the trace is compared with it byte for byte. */
  readonly documents: readonly Pick<HelmDocument, 'template' | 'index' | 'text'>[]
  /** Of these the values behind them are asked for as well. */
  readonly fields: readonly TracedField[]
}

export interface TracedField {
  /** An index into the request's documents. */
  readonly document: number
  readonly path: readonly (string | number)[]
  /** What the field should be: tried where it is absent. null: not known. */
  readonly wanted: unknown
}

/** One entry for each document and each field of the request. */
export interface TraceResult {
  /** Null when the chart could be rendered again; nothing is known after an error. */
  readonly error: HelmError | null
  /** The files that lines come from, paths in the chart's directory. */
  readonly sources: readonly string[]
  readonly documents: readonly DocumentTrace[]
  readonly fields: readonly FieldTrace[]
  /** How many renders it took. */
  readonly renders: number
}

export interface DocumentTrace {
  /** False where the marked render differs from the judged one: then there are no lines. */
  readonly exact: boolean
  readonly lines: readonly LineTrace[]
}

/**
 * Where a line of a document comes from: an index into `sources` (-1: nowhere), the line from 1, and the line of the
 * document's own template that called for it, 0 where it is that template's own.
 */
export type LineTrace = readonly [source: number, line: number, call: number]

export interface FieldTrace {
  /** The template itself says the value: no action put it out. */
  readonly literal: boolean
  /** The values behind it, most telling first; several where the field is put together. Empty where none was found. */
  readonly keys: readonly TracedKey[]
}

/**
 * How a key decides a field. `value`: the field holds what the key says. `settable at`: both are absent, and setting the
 * key brings the field. `derived`: the field changes with it, to something else. `gated by`: it decides whether the field
 * is there. A key is claimed only where changing this one leaf was seen to do so.
 */
export type KeyTier = 'value' | 'settable at' | 'derived' | 'gated by'

export interface TracedKey {
  readonly tier: KeyTier
  /** In the root chart's values; those of a subchart are below its name or alias. List indices are numbers as text. */
  readonly path: readonly string[]
  /** What of the field's text it gives; '' where that is all. */
  readonly part: string
  /** Whether any values file, of the chart or of a subchart, sets it. */
  readonly set: boolean
  /** How many other fields of the template changed with it. */
  readonly others: number
}

/** The tree that a kustomization is built from. Paths are '/'-separated and relative; '' is the root. */
export interface FileAccess {
  stat(path: string): 'file' | 'directory' | null
  /** Names in a directory, in any order. */
  list(directory: string): readonly string[]
  read(path: string): Uint8Array
}

/** `kustomize build ROOT`. */
export interface KustomizeRequest {
  /** The directory to build, a path of `files`. */
  readonly root: string
  readonly files: FileAccess
  /**
   * Whether documents carry their origin and transformations. It takes a second
   * build, since kustomize knows them only as annotations of its output, and
   * the first build's text has to stay as it is. Default true.
   */
  readonly origins?: boolean
}

export interface KustomizeResult {
  readonly error: KustomizeError | null
  /** What kustomize prints, in its order; empty after an error. See `rawKustomizeOutput`. */
  readonly documents: readonly KustomizeDocument[]
  /** Every path of the tree that was read, sorted. */
  readonly files: readonly string[]
  readonly warnings: readonly string[]
}

export interface KustomizeDocument {
  readonly text: string
  /** Null where kustomize does not know it, or was not asked. */
  readonly origin: KustomizeOrigin | null
  /** What changed it, in order. */
  readonly transformations: readonly KustomizeOrigin[]
}

/** Kustomize's record of a file. Paths are of the tree; empty where there is none. */
export interface KustomizeOrigin {
  readonly path: string
  readonly repo: string
  readonly ref: string
  readonly configuredIn: string
  readonly configuredBy: { readonly apiVersion: string; readonly kind: string; readonly name: string } | null
}

export interface KustomizeError {
  /** Kustomize's, with paths of the tree. */
  readonly message: string
  /** The file that it is about; empty where that is not known. */
  readonly file: string
  /** From 1; 0 where it is not known. */
  readonly line: number
  /** The entry that needs a network or a program: a remote base, a Helm chart. Else empty. */
  readonly reference: string
  /** Set when it was not the kustomization's fault. */
  readonly stage?: 'limit' | 'engine'
}
