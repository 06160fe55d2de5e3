/** What following one resource gives: what it deploys out of this tree, what it deploys from elsewhere, what is wrong. */
import type {
  ChartRender,
  DeployedElsewhere,
  Environment,
  JsonObject,
  KustomizationSource,
  ManifestSource,
  Tree,
  Unjudged,
} from '../../model.js'
import { EVERY } from '../environment.js'
import type { Matcher } from '../glob.js'
import type { Kustomization } from '../kustomization.js'
import { textAt } from './fields.js'
import type { Found, Objects } from './objects.js'
import { whereIs, type Repository } from './repository.js'

export interface Part {
  readonly manifests: readonly ManifestSource[]
  readonly charts: readonly { readonly folder: string; readonly render: ChartRender }[]
  readonly kustomizations: readonly { readonly source: KustomizationSource; readonly content: Kustomization }[]
  readonly unjudged: readonly Unjudged[]
  readonly elsewhere: readonly DeployedElsewhere[]
}

export const NO_PART: Part = { manifests: [], charts: [], kustomizations: [], unjudged: [], elsewhere: [] }

export function joined(parts: readonly Part[]): Part {
  return {
    manifests: parts.flatMap(({ manifests }) => manifests),
    charts: parts.flatMap(({ charts }) => charts),
    kustomizations: parts.flatMap(({ kustomizations }) => kustomizations),
    unjudged: parts.flatMap(({ unjudged }) => unjudged),
    elsewhere: parts.flatMap(({ elsewhere }) => elsewhere),
  }
}

/** What following sees of the world. */
export interface Surroundings {
  readonly tree: Tree
  readonly objects: Objects
  readonly repository: Repository
  /** What the configuration ignores. */
  readonly ignored: Matcher
}

/** Why a chart of a repository of charts is not followed. */
export const IN_CHARTS = 'its chart is in a repository of charts'

/** Named, and not judged here: it stands elsewhere. */
export function elsewhere(found: Found, what: string, reason: string): Part {
  const { by, kind, name, value } = found
  const namespace = found.namespace === '' ? null : found.namespace
  const resource = { apiVersion: textAt(value, 'apiVersion'), kind, namespace, name }
  return { ...NO_PART, elsewhere: [{ resource, file: by.file, line: by.line, what, reason }] }
}

/** It ought to be rendered here, and cannot be: that blocks. */
export function unjudgedPart(found: Found, reason: string, environment: Environment = found.origin.environment): Part {
  return { ...NO_PART, unjudged: [unjudgedOf(found, reason, environment)] }
}

export function unjudgedOf({ by, origin }: Found, reason: string, { label }: Environment): Unjudged {
  return {
    file: by.file,
    line: by.line,
    reason: `${by.name}: ${reason}`,
    policy: null,
    source: origin.source,
    environments: label === null ? [] : [label],
  }
}

/** Why a path of a repository is not to be followed here; null: it is. `path` is a tree path. */
export function notHere(
  { repository, tree, ignored }: Surroundings,
  url: string,
  revision: string,
  path: string,
): string | null {
  const where = whereIs(repository, url, revision)
  if (where.answer === 'elsewhere') return where.reason
  // Where nobody knows which repository this is, what lies here at that path is taken for what is meant.
  if (where.answer === 'unknown' && tree.stat(path) === null)
    return 'nobody knows the address of this repository, and there is no such path in it'
  const glob = ignored(path)
  return glob === null ? null : `the configuration ignores ${glob}`
}

/**
 * Whose cluster it goes to: the one that it names, else that of the resource itself, else what the convention says of what
 * it deploys. What goes to one cluster is related together.
 */
export function environmentFor(found: Found, cluster: string, convention: Environment | null): Environment {
  if (cluster !== '') return { name: cluster, label: cluster, trial: false }
  const own = found.origin.environment
  return own.name !== null ? own : (convention ?? EVERY)
}

/** Fields that are not known may change the render: each is named. */
export function unread(
  found: Found,
  object: JsonObject,
  known: ReadonlySet<string>,
  environment: Environment,
): readonly Unjudged[] {
  return Object.keys(object)
    .filter((key) => !known.has(key))
    .map((key) => unjudgedOf(found, `what its field ${key} does to the render is not known here`, environment))
}
