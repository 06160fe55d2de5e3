/**
 * parse: from the text of documents to Kubernetes objects. Nothing is lost on the way: a document becomes resources,
 * or is named as unjudged, or is named as not Kubernetes, with the reason.
 */
import type {
  Document,
  Ignored,
  Json,
  JsonObject,
  KubernetesObject,
  Origin,
  Path,
  Resource,
  Truth,
  Unjudged,
} from '../model.js'
import { isMap } from './json.js'
import { namespaceKey } from './namespace.js'
import { shown } from './problem.js'
import { refusedOf } from './refused.js'
import { conform, isKnown, isNamespaced } from './schema.js'
import { isMeantAsManifest, mayHoldObjects, RANCHER_SERVER_KEYS } from './split.js'
import { wordsOf } from './words.js'
import { parseYaml, positionsOf } from './yaml.js'

export interface ParseResult {
  readonly resources: readonly Resource[]
  readonly unjudged: readonly Unjudged[]
  /** Documents that are no Kubernetes objects. */
  readonly ignored: readonly Ignored[]
  /** `group/kind` of every resource whose schema is not known. */
  readonly unknownKinds: readonly string[]
  /** Fields that the API server would drop: what they were meant to protect is not. */
  readonly dropped: readonly DroppedField[]
}

export interface DroppedField {
  readonly resource: Resource
  readonly path: Path
  readonly message: string
}

/** Lists may hold lists; nobody nests them deeper. */
const MAX_LISTS = 16

/** `resources` are numbered in order: what they are related with is for the caller to say. */
export function parse(documents: readonly Document[]): ParseResult {
  const filesOf = (holds: (text: string) => boolean): ReadonlySet<string> =>
    new Set(documents.filter(({ text }) => holds(text)).map(({ origin }) => origin.file))
  const meant = filesOf(mayHoldObjects)
  const manifests = filesOf(isMeantAsManifest)
  // What a render puts out is for the cluster, whatever it looks like.
  const isMeant = ({ origin }: Document): boolean => origin.kind !== 'manifest' || meant.has(origin.file)
  const parsed = documents.filter(isMeant).map((document) => ({ document, ...parseYaml(document.text) }))
  const collector = new Collector(definedScopes(parsed.map(({ value }) => value)))
  for (const { document, value, problem } of parsed) {
    const isMalformed = problem?.kind === 'malformed'
    if (isMalformed && document.origin.kind === 'manifest' && !manifests.has(document.origin.file))
      collector.ignore(document, 'no apiVersion, no kind of Kubernetes, and it cannot be read')
    else if (problem !== null) collector.refuse(document, problem.line, problem.message)
    if (!isMalformed) collector.take(document, value)
  }
  const others = new Set(documents.filter((document) => !isMeant(document)).map(({ origin }) => origin.file))
  for (const path of others) collector.ignored.push({ path, reason: 'not Kubernetes: no apiVersion and no kind' })
  return collector
}

class Collector implements ParseResult {
  readonly resources: Resource[] = []
  readonly unjudged: Unjudged[] = []
  readonly ignored: Ignored[] = []
  readonly unknownKinds: string[] = []
  readonly dropped: DroppedField[] = []

  /** `scopes`: `group/kind` that a CustomResourceDefinition among the documents defines → namespaced or not. */
  constructor(private readonly scopes: ReadonlyMap<string, boolean>) {}

  /** `line`: 1-based, in the document. */
  refuse({ origin }: Document, line: number, reason: string): void {
    const { environment, file, source } = origin
    this.unjudged.push({
      file,
      line: origin.line === null ? null : origin.line + line - 1,
      reason,
      policy: null,
      source,
      environments: environment.label === null ? [] : [environment.label],
    })
  }

  ignore({ origin }: Document, reason: string): void {
    const path = origin.line === null || origin.line === 1 ? origin.file : `${origin.file}:${origin.line}`
    this.ignored.push({ path, reason: `not Kubernetes: ${reason}` })
  }

  take(document: Document, value: Json): void {
    if (value === null) return
    if (isMap(value)) {
      this.object(document, value, [], null)
      return
    }
    const what = Array.isArray(value) ? 'a list' : 'a single value'
    const isPlain = document.origin.kind === 'manifest'
    if (isPlain && !(Array.isArray(value) && (value as readonly Json[]).some(looksKubernetes)))
      this.ignore(document, `the document is ${what}`)
    else this.refuse(document, 1, `the document is ${what}, no object: no client deploys it`)
  }

  /** `list`: the list that the object is an item of, whose apiVersion and kind it may take. */
  private object(
    document: Document,
    value: JsonObject,
    path: Path,
    list: { apiVersion: string; kind: string } | null,
  ): void {
    const refuse = (reason: string): void => this.refuse(document, positionsOf(document.text)(path).line, reason)
    const apiVersion = value['apiVersion'] ?? list?.apiVersion ?? null
    const kind = value['kind'] ?? list?.kind ?? null
    if (apiVersion === null && kind === null && list === null && path.length === 0) {
      this.untyped(document, value)
      return
    }
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') {
      const other = path.length === 0 ? otherFormat(value) : null
      if (other !== null) this.ignore(document, other)
      else refuse(incomplete(apiVersion, kind))
      return
    }
    const { items } = value
    if (Array.isArray(items)) {
      // kubectl takes anything with `items` for a list, whatever its kind says.
      this.list(document, items as readonly Json[], apiVersion, kind, path)
      if (kind.endsWith('List')) return
    }
    const own = value['apiVersion'] === apiVersion && value['kind'] === kind
    this.single(document, own ? value : { ...value, apiVersion, kind }, path, refuse)
  }

  private list(document: Document, items: readonly Json[], apiVersion: string, kind: string, path: Path): void {
    // As apimachinery's unstructured decoder: PodList → Pod; a plain List says nothing about its items.
    const itemKind = kind.replace(/List$/, '')
    const inherited = itemKind === '' ? null : { apiVersion, kind: itemKind }
    for (const [index, item] of items.entries()) {
      const at = [...path, 'items', index]
      if (isMap(item) && path.length < 2 * MAX_LISTS) this.object(document, item, at, inherited)
      else this.refuse(document, positionsOf(document.text)(at).line, `items[${index}] of the ${kind} is no object`)
    }
  }

  private single(document: Document, value: JsonObject, path: Path, refuse: (reason: string) => void): void {
    const { origin, text } = document
    const bare = (value['metadata'] == null ? { ...value, metadata: {} } : value) as unknown as KubernetesObject
    const { apiVersion, kind } = bare
    const group = groupOf(apiVersion)
    const { object: conformed, problem, readable, dropped } = conform(bare)
    // As with a missing name: what is meant can be judged all the same, most of the time.
    if (problem !== null)
      this.refuse(document, positionsOf(text)([...path, ...problem.path]).line, `${kind}: ${problem.message}`)
    if (!readable) return
    const { object, problem: word } = wordsOf(group, kind, conformed)
    const { name = '', generateName = '' } = object.metadata
    const isNameless = name === '' && generateName === '' && isKnown(apiVersion, kind) && !NAMELESS.test(kind)
    // Nothing keeps the rest of it from being understood, and whoever writes the name wants to know it then.
    if (isNameless) refuse(`${kind} without metadata.name: the API server refuses it`)
    const refused = isNameless || problem !== null ? null : (word ?? refusedOf(group, kind, object))
    if (refused !== null) {
      const line = positionsOf(text)([...path, ...refused.path]).line
      this.refuse(document, line, `${kind}: ${refused.message}: the API server refuses it`)
    }
    // Without the value of the wrong type, which may be a secret.
    const why = problem !== null ? `${shown(problem.path)} has the wrong type` : refused?.message
    const known = isNamespaced(group, kind) ?? this.scopes.get(`${group}/${kind}`) ?? null
    const isCluster = known === false || (known === null && value['metadata'] == null)
    const stated = object.metadata.namespace ?? ''
    const key = namespaceKey(stated, origin)
    const resource: Resource = {
      id: this.resources.length,
      object,
      group,
      kind,
      name: name !== '' ? name : generateName === '' ? '' : `${generateName}*`,
      namespace: isCluster ? '' : key,
      namespaceStated: isCluster || key === stated || key === origin.namespace,
      path,
      origin,
      text,
      force: isNameless ? NAMELESS_FORCE : why === undefined ? forceOf(object, origin) : refusedForce(why),
      declared: true,
    }
    this.resources.push(resource)
    for (const field of dropped) this.dropped.push({ resource, ...field })
    if (known === null) this.unknownKinds.push(`${group}/${kind}`)
  }

  /** Neither apiVersion nor kind: cluster configuration of distributions that have none, or not Kubernetes. */
  private untyped(document: Document, value: JsonObject): void {
    if (document.origin.kind !== 'manifest') this.refuse(document, 1, 'a rendered document without apiVersion and kind')
    else if (isNodeConfiguration(value))
      this.single(document, { apiVersion: '', kind: '', ...value }, [], () => undefined)
    else this.ignore(document, 'no apiVersion and no kind')
  }
}

/**
 * Requests, not objects: they have no name. And what a program reads as its configuration is in no table at all, so
 * it is never asked for one.
 */
const NAMELESS = /^(?:.*Review|Binding|Eviction)$/

function looksKubernetes(value: Json): boolean {
  return isMap(value) && Object.hasOwn(value, 'apiVersion') && Object.hasOwn(value, 'kind')
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

function incomplete(apiVersion: Json, kind: Json): string {
  if (apiVersion !== null && typeof apiVersion !== 'string')
    return `apiVersion is ${JSON.stringify(apiVersion)}, no string`
  if (kind !== null && typeof kind !== 'string') return `kind is ${JSON.stringify(kind)}, no string`
  return kind === null || kind === '' ? 'an apiVersion without a kind' : `kind ${kind} without an apiVersion`
}

/** k3s and RKE2 (`config.yaml`), Talos (machine configuration), Kubespray: the control plane's settings, of no API. */
function isNodeConfiguration(value: JsonObject): boolean {
  const isRancher = RANCHER_SERVER_KEYS.some((key) => Object.hasOwn(value, key))
  const { machine, cluster } = value
  // A patch of Talos' need not say what kind of machine it is for.
  const isTalos =
    isMap(machine) && isMap(cluster) && (typeof machine['type'] === 'string' || isMap(cluster['apiServer']))
  return isRancher || 'kubernetes_audit' in value || isTalos
}

/**
 * Formats that share a word with Kubernetes, by what only they have. Kinds are written in capitals by
 * convention and matched exactly, so that `kind: pipeline` (Drone) is none.
 */
function otherFormat(value: JsonObject): string | null {
  const { apiVersion, kind } = value
  if (apiVersion !== undefined && kind === undefined) {
    if (typeof apiVersion === 'number') return 'apiVersion is a number (Grafana provisioning)'
    if (typeof value['name'] === 'string' && value['version'] !== undefined) return "a Helm chart's Chart.yaml"
    if ('metadata' in value || 'spec' in value) return null
    if (isMap(value['entries'] ?? null)) return "a Helm repository's index"
    // Azure's are dates. What has a group may have a version by any name.
    const isOther = typeof apiVersion === 'string' && /^[^/{$]+$/.test(apiVersion) && !/^v\d/.test(apiVersion)
    return isOther ? `no kind, and no API of Kubernetes has the version ${apiVersion}` : null
  }
  if (kind !== undefined && apiVersion === undefined) {
    const isOther = typeof kind === 'string' && /^[a-z]/.test(kind) && !('metadata' in value) && !('spec' in value)
    return isOther ? `kind ${kind} without an apiVersion, metadata and spec` : null
  }
  return null
}

const IN_FORCE: Resource['force'] = { answer: 'yes', why: '' }
const NAMELESS_FORCE: Resource['force'] = { answer: 'unknown', why: 'it has no name, so the API server refuses it' }

function refusedForce(message: string): Resource['force'] {
  return { answer: 'unknown', why: `the API server refuses it: ${message}` }
}

/** Whether an ordinary deployment leaves the object as it is written. */
function forceOf({ metadata }: KubernetesObject, origin: Origin): Resource['force'] {
  const unknown = (why: string): Resource['force'] => ({ answer: 'unknown' satisfies Truth, why })
  if (origin.hooks.length > 0) return unknown(`it is a Helm hook (${origin.hooks.join(', ')}), which comes and goes`)
  if (origin.left === true) return unknown('it lies in a chart or a kustomization that does not put it out')
  if ((metadata.name ?? '') === '' && (metadata.generateName ?? '') !== '')
    return unknown('its name is generated, so it cannot be applied')
  for (const [annotation, value] of Object.entries(metadata.annotations ?? {})) {
    const why = SUSPENDED.get(annotation)?.(value) ?? null
    if (why !== null) return unknown(`${annotation}: ${value} ${why}`)
  }
  return IN_FORCE
}

/** Annotations by which a deployer leaves an object out or takes it away again; null: this value does not. */
const SUSPENDED: ReadonlyMap<string, (value: string) => string | null> = new Map<
  string,
  (value: string) => string | null
>([
  ['helm.sh/hook', () => 'makes it a hook for Helm and Argo CD'],
  ['argocd.argoproj.io/hook', () => 'makes it a hook for Argo CD'],
  ['argocd.argoproj.io/skip-reconcile', (value: string) => (value === 'true' ? 'makes Argo CD leave it' : null)],
  ['config.kubernetes.io/local-config', (value: string) => (value === 'false' ? null : 'keeps it out of the cluster')],
  ['kustomize.toolkit.fluxcd.io/reconcile', (value: string) => (value === 'disabled' ? 'makes Flux leave it' : null)],
  [
    'kustomize.toolkit.fluxcd.io/ssa',
    (value: string) => (/^(?:ignore|ifnotpresent)$/i.test(value) ? 'makes Flux leave what is there' : null),
  ],
  ['fluxcd.io/ignore', (value: string) => (value === 'true' ? 'makes Flux leave it' : null)],
  ['configmanagement.gke.io/managed', (value: string) => (value === 'disabled' ? 'makes Config Sync leave it' : null)],
  ['kapp.k14s.io/noop', () => 'makes kapp leave it'],
  ['kapp.k14s.io/exists', () => 'makes kapp leave it'],
])

/** Scopes that the tree's own CustomResourceDefinitions say. */
function definedScopes(values: readonly Json[]): ReadonlyMap<string, boolean> {
  const scopes = new Map<string, boolean>()
  const visit = (value: Json): void => {
    if (!isMap(value)) return
    if (Array.isArray(value['items'])) (value['items'] as readonly Json[]).forEach(visit)
    if (value['kind'] !== 'CustomResourceDefinition' || !isMap(value['spec'])) return
    const { group, names, scope } = value['spec']
    if (typeof group === 'string' && isMap(names) && typeof names['kind'] === 'string')
      scopes.set(`${group}/${names['kind']}`, scope !== 'Cluster')
  }
  values.forEach(visit)
  return scopes
}

/**
 * Marks objects that are there twice among those that are related together: which one the cluster keeps depends on the
 * order of deployment, so neither protects for certain.
 */
export function withDuplicates(resources: readonly Resource[]): readonly Resource[] {
  const identities = resources.map(({ group, kind, namespace, name }) => `${group}\n${kind}\n${namespace}\n${name}`)
  const counts = new Map<string, number>()
  for (const identity of identities) counts.set(identity, (counts.get(identity) ?? 0) + 1)
  return resources.map((resource, i) => {
    const { declared, force, kind, name } = resource
    if (
      !declared ||
      name === '' ||
      name.endsWith('*') ||
      force.answer !== 'yes' ||
      (counts.get(identities[i] as string) ?? 0) < 2
    )
      return resource
    return { ...resource, force: { answer: 'unknown', why: `${kind} ${name} is written more than once` } }
  })
}
