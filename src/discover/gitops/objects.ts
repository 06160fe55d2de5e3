/** The objects that rendered documents hold, as far as GitOps asks for them: what deploys, and what it refers to. */
import type { Deployer, Document, Environment, Json, JsonObject, Origin, Tree } from '../../model.js'
import { isMap, listOf } from '../../parse/json.js'
import { splitDocuments } from '../../parse/split.js'
import { parseYaml } from '../../parse/yaml.js'
import { textAt } from './fields.js'

export interface Found {
  /** `argoproj.io/Application`; the core group's are `/ConfigMap`. */
  readonly groupKind: string
  readonly kind: string
  readonly name: string
  /** What it states, else where what deploys it puts it; '' where neither is known. */
  readonly namespace: string
  readonly value: JsonObject
  readonly origin: Pick<Origin, 'file' | 'environment' | 'source'>
  readonly by: Deployer
}

export interface Objects {
  /** All that are of these groups and kinds. */
  of(groupKinds: ReadonlySet<string>): readonly Found[]
  /**
   * The one that a reference means: in the same environment or in every one, in that namespace as far as both are known;
   * null where there is none.
   */
  find(groupKind: string, name: string, namespace: string, environment: Environment): Found | null
}

/** What does not say so deploys nothing, and need not be parsed. */
const mayDeploy = (text: string): boolean => /(?:argoproj|fluxcd)\.io\//.test(text)

export function objectsOf(tree: Tree, documents: readonly Document[]): Objects {
  const lasting = documents.filter(({ origin }) => !origin.environment.trial)
  const all = new Map<string, readonly Found[]>()
  const among = (groupKind: string, mayBe: (text: string) => boolean): readonly Found[] => {
    const own =
      all.get(groupKind) ??
      lasting
        .filter(({ text }) => mayBe(text))
        .flatMap((document) => objectsIn(tree, document))
        .filter((found) => found.groupKind === groupKind)
    all.set(groupKind, own)
    return own
  }
  return {
    of: (groupKinds) => [...groupKinds].flatMap((groupKind) => among(groupKind, mayDeploy)),
    find: (groupKind, name, namespace, environment) => {
      const isCore = groupKind.startsWith('/')
      const near = (found: Found): number =>
        (found.origin.environment.name === environment.name ? 2 : 0) + (found.namespace === namespace ? 1 : 0)
      const isMeant = (found: Found): boolean =>
        found.name === name &&
        (found.namespace === namespace || found.namespace === '' || namespace === '') &&
        [null, environment.name].includes(environment.name === null ? null : found.origin.environment.name)
      const kind = groupKind.slice(1)
      const named = among(groupKind, isCore ? (text) => text.includes(kind) : mayDeploy).filter(isMeant)
      return [...named].sort((a, b) => near(b) - near(a))[0] ?? null
    },
  }
}

/** Rounds ask for the same documents again. */
const known = new WeakMap<Document, readonly Found[]>()

function objectsIn(tree: Tree, document: Document): readonly Found[] {
  const before = known.get(document)
  if (before !== undefined) return before
  const found = flattened(parseYaml(document.text).value).map((object) => foundIn(tree, document.origin, object))
  known.set(document, found)
  return found
}

function flattened(value: Json): readonly JsonObject[] {
  if (!isMap(value)) return []
  return Array.isArray(value['items']) ? listOf(value['items']).flatMap(flattened) : [value]
}

function foundIn(tree: Tree, origin: Origin, value: JsonObject): Found {
  const apiVersion = textAt(value, 'apiVersion')
  const [kind, name] = [textAt(value, 'kind'), textAt(value, 'metadata', 'name')]
  const namespace = textAt(value, 'metadata', 'namespace') || (origin.namespace ?? '')
  const slash = apiVersion.lastIndexOf('/')
  const line = origin.line ?? lineOf(tree, origin.file, kind, name)
  return {
    groupKind: `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`,
    kind,
    name,
    namespace,
    value,
    origin,
    by: { name: `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`, file: origin.file, line },
  }
}

/** Of what a kustomization took from a file and did not rename. */
function lineOf(tree: Tree, file: string, kind: string, name: string): number | null {
  const bytes = tree.read(file)
  if (bytes === null) return null
  const document = splitDocuments(bytes, file).documents.find(({ text }) => {
    if (!text.includes(name)) return false
    const { value } = parseYaml(text)
    return textAt(value, 'kind') === kind && textAt(value, 'metadata', 'name') === name
  })
  return document?.line ?? null
}
