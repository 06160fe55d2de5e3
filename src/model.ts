/**
 * The types everyone shares. Plain, read-only data: no class, no behaviour, nothing of the machine.
 *
 * Words as in the design: a *source* is a chart, kustomization or plain file; a *resource* one Kubernetes
 * object; *facts* what holds for it once everything that applies is taken together; a *finding* a policy's
 * objection to a path; a *verdict* a finding with its status.
 */
import type { GrantFacts } from './relate/resolve/grants.js'
import type { MeshFacts } from './relate/resolve/mesh.js'
import type { NetworkFacts } from './relate/resolve/network.js'
import type { PlatformFacts } from './relate/resolve/platform.js'
import type { SecretFacts } from './relate/resolve/secrets.js'
import type { ServiceAccountFacts } from './relate/resolve/serviceaccount.js'

/** Keys and 0-based indices from the root of a resource to a value in it. */
export type Path = readonly (string | number)[]

/** Three-valued: `unknown` is what the repository cannot tell, never a guess. */
export type Truth = 'yes' | 'no' | 'unknown'

/** A resource that takes part in an answer; `path` is the place inside it that decides. */
export interface Ref {
  readonly id: number
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  readonly path?: Path
}

/** An answer about the effective state. `why` is one clause a developer understands; `by` what decided it. */
export interface Answer {
  readonly answer: Truth
  readonly why: string
  readonly by: readonly Ref[]
}

/** A setting after defaulting and precedence: its value, and the path that decided it, else where it belongs. */
export interface Effective<T> {
  readonly value: T | null
  readonly path: Path
}

/** Any JSON value as the cluster reads it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export type JsonObject = { readonly [key: string]: Json }

export interface ObjectMeta {
  readonly name?: string
  readonly generateName?: string
  readonly namespace?: string
  readonly labels?: { readonly [key: string]: string }
  readonly annotations?: { readonly [key: string]: string }
}

/** A Kubernetes object whose `apiVersion`, `kind` and field types were checked by `parse`. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [key: string]: unknown
}

/* ------------------------------------------------------------------ tree */

export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'directory'
  /** Bytes; 0 for a directory. */
  readonly size: number
  /** The tree path that it is a symlink to. */
  readonly link?: string
}

/** Something in the tree that cannot be read: a symlink that leaves the repository, a socket, a refused file. */
export interface TreeProblem {
  readonly file: string
  readonly reason: string
}

/**
 * A tree of files as a value. Paths are relative to the root, '/'-separated, '' is the root itself.
 * `read` and `list` of what is not there give `null`.
 */
export interface Tree {
  list(directory: string): readonly Entry[] | null
  read(file: string): Uint8Array | null
  stat(path: string): 'file' | 'directory' | null
  /** What `list` left out because it cannot be read, met so far. */
  problems(): readonly TreeProblem[]
  /** The same tree with these files replaced (`null` deletes). */
  with(edits: ReadonlyMap<string, Uint8Array | null>): Tree
}

/* ------------------------------------------------- discover, render, parse */

/** One way a source is rendered: a values set of a chart, or an overlay. */
export interface Environment {
  /** The name that joins sources: `prod` of `values-prod.yaml` and of `overlays/prod`; null: belongs to every one. */
  readonly name: string | null
  /** What reports show: `values-prod.yaml`, `overlays/prod`; null where there is only one way to render. */
  readonly label: string | null
  /** `ci` values: a failure to render counts, findings advise. */
  readonly trial: boolean
  /** Trial values of a chart that refuses its own: nothing else shows what it deploys, so findings block. */
  readonly standsIn?: boolean
}

/** The resource of Argo CD or Flux that deploys something out of this tree. */
export interface Deployer {
  /** What reports show: `Application argocd/shop`. */
  readonly name: string
  /** The file that holds it, or the template it came from. */
  readonly file: string
  /** 1-based line in `file` where it begins; null where no file of the tree says it. */
  readonly line: number | null
}

/** Labels and annotations that a deployer puts on every object. */
export interface CommonMetadata {
  readonly labels: { readonly [key: string]: string }
  readonly annotations: { readonly [key: string]: string }
}

/** Variables that Flux fills into what it has built. */
export interface Substitution {
  readonly values: { readonly [name: string]: string }
  /** Where the other variables may come from, and nobody here can see it: `Secret/cluster`. Empty: they are empty texts. */
  readonly elsewhere: readonly string[]
}

/** Manifests as a deployer takes them, files as they are. */
export interface DeployedManifest {
  readonly by: Deployer
  /** Where what states no namespace goes; null: nobody states it. */
  readonly namespace: string | null
}

/** A kustomization as a deployer builds it. */
export interface DeployedKustomization extends DeployedManifest {
  /** The kustomization file that it writes before it builds, with its whole text; null: as it lies there. */
  readonly edit: { readonly file: string; readonly text: string } | null
  /** null: no variables are filled in. */
  readonly substitution: Substitution | null
  readonly metadata: CommonMetadata | null
}

/** What a deployer gives to a chart beside files of values. */
export interface DeployedChart {
  readonly by: Deployer
  /** Values that it states itself or has from a ConfigMap, each over the one before, and over the files. */
  readonly values: readonly { readonly name: string; readonly text: string }[]
  /** As of `--set` and `--set-string`. */
  readonly set: readonly string[]
  readonly setString: readonly string[]
  /** As of `--set-file`: a key, and the tree path of a file. */
  readonly setFile: readonly { readonly key: string; readonly file: string }[]
  /** Whether the chart's own values.yaml counts. */
  readonly ownValues: boolean
  readonly crds: boolean
  readonly tests: boolean
  /** Kustomizations of what was rendered, one after the other: `patches` and `images`. */
  readonly postRenderers: readonly JsonObject[]
  readonly metadata: CommonMetadata | null
}

export interface ManifestSource {
  readonly kind: 'manifest'
  /** The file. */
  readonly id: string
  /** Only these documents, 0-based over the non-empty ones: a render reached the others. Absent: all. */
  readonly documents?: readonly number[]
  /** Absent: it belongs to every environment. */
  readonly environment?: Environment
  /** A chart or a kustomization holds it, and puts it out nowhere. */
  readonly left?: boolean
  /** Absent: nobody here says how it is deployed. */
  readonly deployed?: DeployedManifest
}

export interface ChartSource {
  readonly kind: 'chart'
  /** The chart's folder. */
  readonly id: string
  readonly renders: readonly ChartRender[]
}

export interface ChartRender {
  readonly environment: Environment
  /** Values files in order, tree paths. */
  readonly values: readonly string[]
  readonly releaseName: string
  /** null: nobody stated it; the render then uses a symbol. */
  readonly namespace: string | null
  readonly kubeVersion: string | null
  readonly apiVersions: readonly string[]
  /** Absent: nobody here says how it is deployed. */
  readonly deployed?: DeployedChart
}

export interface KustomizationSource {
  readonly kind: 'kustomization'
  /** The folder of the kustomization. */
  readonly id: string
  readonly environment: Environment
  /** Absent: nobody here says how it is deployed. */
  readonly deployed?: DeployedKustomization
}

export type Source = ManifestSource | ChartSource | KustomizationSource

/** A path that discover looked at and left out, and why. */
export interface Ignored {
  readonly path: string
  readonly reason: string
}

/** Where a document came from. */
export interface Origin {
  readonly source: string
  readonly kind: Source['kind']
  readonly environment: Environment
  /** The file in the tree that holds the document or the template it came from. */
  readonly file: string
  /** 0-based over the non-empty documents of a plain file, or of what the template rendered. */
  readonly document: number
  /** 1-based line in `file` where `text` begins; null where the text is rendered, not written. */
  readonly line: number | null
  /** Helm hook events of the document; empty when it is none. */
  readonly hooks: readonly string[]
  /**
   * The vendored subchart it came from, as a path below the chart; of a kustomization, its entry for what lies in another
   * repository. null when its own.
   */
  readonly vendored: string | null
  /** Helm's name of the template that put it out, `chart/charts/sub/templates/x.yaml`. */
  readonly template?: string
  /** The namespace that what states none goes into, where the configuration or what deploys it states it. */
  readonly namespace?: string | null
  /** What deploys it: the name of its `Deployer`. */
  readonly by?: string
  /** Of a plain file that a chart or a kustomization holds and puts out nowhere. */
  readonly left?: boolean
  /** Rendered at another moment than the rest: what the template looks at, `.Release.IsUpgrade in templates/job.yaml:3`. */
  readonly moment?: string
  /** Rendered with the comparisons of `moment`, that nothing here decides, answered so. */
  readonly answered?: boolean
  /** JSON path of a string that the render generated → the lines of it that every render has: the others nobody wrote. */
  readonly generated?: ReadonlyMap<string, string>
  /** `context` is related, never judged. */
  readonly role: 'judged' | 'context'
}

export interface Document {
  readonly origin: Origin
  readonly text: string
  /** The text before variables were filled in, where some were: names may be among them. */
  readonly unfilled?: string
}

/** Something that a resource of Argo CD or Flux deploys, and that was not judged as it deploys it. It does not block. */
export interface DeployedElsewhere {
  readonly resource: {
    readonly apiVersion: string
    readonly kind: string
    /** null: nobody states it. */
    readonly namespace: string | null
    readonly name: string
  }
  readonly file: string
  /** null where no file of the tree says it. */
  readonly line: number | null
  /** `charts/web of https://git.example.com/shop`. */
  readonly what: string
  /** Why not; a clause: `this is another repository`. */
  readonly reason: string
}

export interface Resource {
  /** Position in the list that is related together: what `Ref.id` points at. */
  readonly id: number
  readonly object: KubernetesObject
  /** API group, '' for core. */
  readonly group: string
  readonly kind: string
  readonly name: string
  /**
   * The namespace as a key for comparison: '' for cluster-scoped; the stated name; or, where nobody stated one, a
   * symbol that contains '~' and is equal only for resources that are deployed together. Never `default` by guess.
   */
  readonly namespace: string
  /** Whether `namespace` is a name somebody wrote. */
  readonly namespaceStated: boolean
  /** Where the object lies in its document: `[]`, or `['items', 2]` inside a List. */
  readonly path: Path
  readonly origin: Origin
  /** The text of the document, for locate. */
  readonly text: string
  /**
   * Whether a deployment would leave it in force: `unknown` for hooks, skipped, dry-run, local-config and duplicated
   * objects. What protects counts only when `yes`; what grants counts in any case.
   */
  readonly force: { readonly answer: Truth; readonly why: string }
  /** False for a stand-in for what is used but written nowhere here: an undeclared namespace, the environment itself. */
  readonly declared: boolean
}

/** Something that could not be read, rendered, understood or evaluated. It blocks. */
export interface Unjudged {
  readonly file: string
  readonly line: number | null
  readonly reason: string
  readonly policy: string | null
  readonly source: string | null
  readonly environments: readonly string[]
}

/* ---------------------------------------------------------------- relate */

export interface PodSpec {
  readonly [key: string]: unknown
}

export type ContainerRole = 'init' | 'sidecar' | 'app' | 'ephemeral'

export interface Capabilities {
  readonly add: readonly string[]
  readonly drop: readonly string[]
}

/** A container's security settings after the pod's were applied, as the kubelet would see them. Never absent. */
export interface EffectiveSecurity {
  readonly privileged: Effective<boolean>
  readonly allowPrivilegeEscalation: Effective<boolean>
  readonly readOnlyRootFilesystem: Effective<boolean>
  readonly runAsNonRoot: Effective<boolean>
  readonly runAsUser: Effective<number>
  readonly runAsGroup: Effective<number>
  readonly procMount: Effective<string>
  /** `type` of the seccomp profile: RuntimeDefault, Localhost, Unconfined. */
  readonly seccompProfile: Effective<string>
  /** `type` of the AppArmor profile, from the field or the old annotation. */
  readonly appArmorProfile: Effective<string>
  readonly seLinuxOptions: Effective<JsonObject>
  readonly hostProcess: Effective<boolean>
  readonly capabilitiesAdd: Effective<readonly string[]>
  readonly capabilitiesDrop: Effective<readonly string[]>
}

export interface Container {
  readonly name: string
  readonly role: ContainerRole
  readonly path: Path
  readonly spec: JsonObject
  readonly security: EffectiveSecurity
}

/** The pod of a workload, wherever its kind keeps the template. */
export interface Pod {
  /** Path of the pod spec in the resource. */
  readonly path: Path
  /** Path of the pod's own metadata in the resource. */
  readonly metadataPath: Path
  readonly metadata: {
    readonly labels: { readonly [key: string]: string }
    readonly annotations: { readonly [key: string]: string }
  }
  /** For policies without the lists that `containers` and `volumes` give. */
  readonly spec: PodSpec
  readonly containers: readonly Container[]
  readonly volumes: readonly Volume[]
  /** Fields of `spec` that were taken from elsewhere in the resource, with that place; empty for a real pod template. */
  readonly origins: { readonly [field: string]: Path }
  /** `linux`, `windows`, or null where the pod does not say. */
  readonly os: string | null
  /** Found by shape in a kind whose schema is not known: said in reports. */
  readonly byShape: boolean
  /** An operator completes this template, so that what it leaves out is unknown, not absent. */
  readonly partial: boolean
}

export interface Volume {
  readonly name: string
  readonly path: Path
  readonly spec: JsonObject
}

/** What holds for a resource. Total: every key is there; small: verdict-sized. */
export interface Facts {
  readonly network: NetworkFacts
  readonly serviceAccount: ServiceAccountFacts
  readonly secrets: SecretFacts
  readonly mesh: MeshFacts
  readonly grants: GrantFacts
  readonly platform: PlatformFacts
}

/** What a policy sees as `input`. */
export interface Input {
  readonly resource: KubernetesObject
  readonly declared: boolean
  /** The stated namespace, or null. Policies compare this, not `metadata.namespace`. */
  readonly namespace: string | null
  readonly pod: Pod | null
  readonly facts: Facts
}

/* -------------------------------------------------------------- evaluate */

export type Severity = 'critical' | 'high' | 'medium' | 'low'

export type Stage = 1 | 2 | 3 | 4

export interface Parameter {
  readonly type: 'string' | 'number' | 'boolean' | 'array' | 'object'
  readonly default: Json
  readonly description: string
}

/** METADATA of a policy, read at build time into `dist/policies.json`. */
export interface Policy {
  /** `family/name`, permanent. */
  readonly id: string
  readonly title: string
  /** Why it matters. */
  readonly description: string
  readonly severity: Severity
  readonly stage: Stage
  /** `pod`, `environment`, `untyped` (a node's configuration, which has no kind), `Kind` of the core group, or `Kind.group`. */
  readonly judges: readonly string[]
  readonly remediation: string
  /** Who declares what the policy wants: with `owns: app` a finding marked `elsewhere` advises. */
  readonly owner: 'app' | 'namespace' | 'mesh' | 'platform'
  readonly aliases: readonly string[]
  /** framework → control → the letter of the mapping's source (frameworks/). */
  readonly controls: { readonly [framework: string]: { readonly [control: string]: string } }
  readonly parameters: { readonly [name: string]: Parameter }
  readonly links: readonly string[]
}

/** A policy's objection, before anything is decided about it. */
export interface Finding {
  readonly policy: string
  readonly resource: Resource
  /** Where it holds: of what belongs to every environment it may be true in some of them only. */
  readonly environment: Environment
  readonly path: Path
  readonly message: string
  readonly fix: Json | null
  /** What is missing may be declared outside this repository. */
  readonly elsewhere: boolean
  /** Why it advises then, where the reason is another than that what is missing may be declared outside the repository. */
  readonly advises?: string
  /** What mends it, where the policy's own remedy does not. */
  readonly remediation?: string
  /** Other places that decide it. */
  readonly related: readonly Place[]
  /** Whether it says no more than a finding of the same policy at its related place: a binding, beside its role. */
  readonly restates?: boolean
  /** What it is about, where its place says more: that nothing isolates a pod is told at whatever keeps it so. */
  readonly about?: Path
  /** What it objects to, where that is not what lies at `path`: an RBAC rule, and not one of its verbs. */
  readonly value?: Json
}

/** A place in another resource; the resource as a whole where `path` is empty. */
export interface Place {
  readonly resource: Resource
  readonly path: Path
}

/** What a policy could not tell about a resource. */
export interface Unknown {
  readonly policy: string
  readonly resource: Resource
  readonly environment: Environment
  readonly path: Path
  readonly message: string
  /** As of a finding. */
  readonly about?: Path
  readonly value?: Json
}

/** What `judge` gives: everything, nothing decided. */
export interface Judgement {
  readonly sources: readonly Source[]
  /** Source → every tree path that its render asked for, there or not: its whole input. */
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>
  readonly ignored: readonly Ignored[]
  readonly renders: number
  readonly resources: readonly Resource[]
  /** Those of the context: related, never judged. */
  readonly context?: readonly Resource[]
  readonly findings: readonly Finding[]
  readonly unknowns: readonly Unknown[]
  readonly unjudged: readonly Unjudged[]
  /** policy → how many resources it judged. */
  readonly exercised: ReadonlyMap<string, number>
  /** `group/kind` that no policy and no schema knows → how many. */
  readonly unknownKinds: ReadonlyMap<string, number>
  /** What a reader should know of renders that depend on the moment. */
  readonly notes?: readonly string[]
  /** What Argo CD and Flux deploy that is not of this tree. */
  readonly elsewhere?: readonly DeployedElsewhere[]
}
