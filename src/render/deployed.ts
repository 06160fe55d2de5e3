/** What Argo CD and Flux do to what is rendered, beside asking for it: variables, common labels, post-renderers. */
import type {
  CommonMetadata,
  DeployedChart,
  DeployedKustomization,
  DeployedManifest,
  Document,
  Json,
  JsonObject,
  Origin,
  Substitution,
  Tree,
} from '../model.js'
import { memoryTree } from '../discover/memory-tree.js'
import { isMap, valueAt } from '../parse/json.js'
import { parseYaml } from '../parse/yaml.js'
import type { HelmRequest, RenderEngines } from './engines.js'
import { substitute } from './envsubst.js'

/** The tree as the deployer has it when it builds. */
export function treeFor(tree: Tree, deployed: DeployedKustomization | undefined): Tree {
  const edit = deployed?.edit ?? null
  return edit === null ? tree : tree.with(new Map([[edit.file, new TextEncoder().encode(edit.text)]]))
}

/** What a deployer adds to what is asked of Helm. Files of `--set-file` are there. */
export function withDeployed(request: HelmRequest, deployed: DeployedChart | undefined, tree: Tree): HelmRequest {
  if (deployed === undefined) return request
  const { values, set, setString, setFile, ownValues, crds } = deployed
  return {
    ...request,
    files: ownValues
      ? request.files
      : request.files.map((file) => (file.name === 'values.yaml' ? { ...file, content: '' } : file)),
    values: [...(request.values ?? []), ...values.map(({ name, text }) => ({ name, content: text }))],
    set,
    setString,
    setLiteral: setFile.map(({ key, file }) => `${key}=${new TextDecoder().decode(tree.read(file) ?? undefined)}`),
    includeCrds: crds,
  }
}

export interface Filled {
  readonly documents: readonly Document[]
  readonly problems: readonly { readonly document: Document; readonly message: string }[]
}

/** https://github.com/fluxcd/pkg, kustomize/kustomize_varsub.go */
export function withVariables(documents: readonly Document[], substitution: Substitution | null): Filled {
  if (substitution === null) return { documents, problems: [] }
  const { values, elsewhere } = substitution
  const wrong = Object.keys(values).filter((name) => !/^[A-Za-z_]\w*$/.test(name))
  if (wrong.length > 0) {
    const message = `${wrong.join(', ')} cannot be the name of a variable`
    return { documents, problems: documents.slice(0, 1).map((document) => ({ document, message })) }
  }
  const problems: { readonly document: Document; readonly message: string }[] = []
  const unknown = new Map<string, Document>()
  const valueOf = valuesOf(substitution)
  const filled = documents.map((document) => {
    if (isDisabled(document.text)) return document
    const result = substitute(document.text, valueOf)
    if (result.error !== null)
      problems.push({ document, message: `its variables cannot be filled in: ${result.error}` })
    for (const name of result.unknown) if (!unknown.has(name)) unknown.set(name, document)
    return result.text === document.text ? document : { ...document, text: result.text, unfilled: document.text }
  })
  const [first] = unknown.values()
  if (first === undefined) return { documents: filled, problems }
  const names = [...unknown.keys()]
  const many = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
  const message = `the values of ${many} are in ${elsewhere.join(' or ')}, and not in this repository: judged as written`
  return { documents: filled, problems: [...problems, { document: first, message }] }
}

const SUBSTITUTE = 'kustomize.toolkit.fluxcd.io/substitute'

function isDisabled(text: string): boolean {
  if (!text.includes(SUBSTITUTE)) return false
  const { value } = parseYaml(text)
  return ['labels', 'annotations'].some((key) => valueAt(value, ['metadata', key, SUBSTITUTE]) === 'disabled')
}

/** Labels and annotations of the objects themselves, not of their pods. */
export function withMetadata(documents: readonly Document[], metadata: CommonMetadata | null): readonly Document[] {
  if (metadata === null) return documents
  return documents.map((document) => {
    const { value, problem } = parseYaml(document.text)
    // What cannot be read is named where it is parsed.
    if (problem !== null || !isMap(value)) return document
    return { ...document, text: JSON.stringify(labelled(value, metadata)) }
  })
}

function labelled(object: JsonObject, { labels, annotations }: CommonMetadata): JsonObject {
  const own = isMap(object['metadata']) ? object['metadata'] : {}
  const merged = (key: string, added: JsonObject): JsonObject => {
    const before = isMap(own[key]) ? own[key] : {}
    return Object.keys(added).length === 0 ? {} : { [key]: { ...before, ...added } }
  }
  return { ...object, metadata: { ...own, ...merged('labels', labels), ...merged('annotations', annotations) } }
}

/** The value of a variable, '' where nobody sets it, null where nobody here can know. */
const valuesOf =
  ({ values, elsewhere }: Substitution) =>
  (name: string): string | null =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : elsewhere.length > 0 ? null : ''

/** One text with its variables filled in, as far as they are known. */
export function filled(text: string, substitution: Substitution | null): string {
  return substitution === null || isDisabled(text) ? text : substitute(text, valuesOf(substitution)).text
}

export interface PostRendered {
  readonly documents: readonly Document[]
  readonly error: string | null
}

/**
 * Each post-renderer is a kustomization of all that the one before put out; a document's file names its place in the list, by
 * which it is known again. https://github.com/fluxcd/helm-controller, internal/postrender
 */
export async function postRendered(
  documents: readonly Document[],
  postRenderers: readonly JsonObject[],
  engines: RenderEngines,
): Promise<PostRendered> {
  let now = documents
  for (const settings of postRenderers) {
    const names = now.map((_, i) => `${i}.yaml`)
    const kustomization: { readonly [key: string]: Json } = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      ...settings,
      resources: names,
    }
    const files = {
      'kustomization.yaml': JSON.stringify(kustomization),
      ...Object.fromEntries(now.map(({ text }, i) => [`${i}.yaml`, text])),
    }
    const tree = memoryTree(files)
    const access = {
      stat: (path: string) => tree.stat(path),
      list: (directory: string) => (tree.list(directory) ?? []).map(({ name }) => name),
      read: (path: string) => tree.read(path) ?? new Uint8Array(),
    }
    const result = await engines.kustomize({ root: '', files: access })
    if (result.error !== null) return { documents: now, error: result.error.message }
    const before = now
    now = result.documents.flatMap(({ text, origin }) => {
      const document = before[Number.parseInt(origin?.path ?? '', 10)]
      return document === undefined ? [] : [{ ...document, text }]
    })
    if (now.length < result.documents.length)
      return { documents: before, error: 'a post-renderer puts out objects that nobody rendered' }
  }
  return { documents: now, error: null }
}

/** What an origin says of what deploys it. */
export const deployedBy = (deployed: DeployedManifest | undefined): Pick<Origin, 'by' | 'namespace'> =>
  deployed === undefined ? {} : { by: deployed.by.name, namespace: deployed.namespace }
