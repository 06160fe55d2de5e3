/** What a kustomization file refers to: enough to tell roots from bases, and manifests from inputs. */
import type { Json, JsonObject, Tree } from '../model.js'
import { isMap } from '../parse/json.js'
import { decodeText } from '../parse/split.js'
import { parseYaml } from '../parse/yaml.js'
import { folderOf, resolvePath } from './path.js'

export const KUSTOMIZATION_FILES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

export interface Kustomization {
  readonly folder: string
  /** Its own file. */
  readonly file: string
  readonly isComponent: boolean
  /** Folders of other kustomizations that it builds on. */
  readonly bases: readonly string[]
  /** Folders of the components that it takes in. */
  readonly components: readonly string[]
  /** Files that hold its resources. */
  readonly resources: readonly string[]
  /** Files that it reads for something else: patches, generators' input, values. */
  readonly inputs: readonly string[]
  /** Those of them that generators put into a ConfigMap or a Secret, and that no patch is read from. */
  readonly generated: readonly string[]
}

/** null where the file is no kustomization: Flux has a resource that is called the same. */
export function readKustomization(tree: Tree, file: string): Kustomization | null {
  const bytes = tree.read(file)
  const { value } = bytes === null ? { value: null } : parseYaml(decodeText(bytes).text)
  // A malformed one is a root: kustomize names what is wrong with it.
  const fields = isMap(value) ? value : {}
  const { apiVersion, kind } = fields
  if (typeof apiVersion === 'string' && !apiVersion.startsWith('kustomize.config.k8s.io/') && kind === 'Kustomization')
    return null
  return kustomizationOf(tree, file, fields)
}

/** What a kustomization with these fields refers to; `file` is where they are written, or would be. */
export function kustomizationOf(tree: Tree, file: string, fields: JsonObject): Kustomization {
  const folder = folderOf(file)
  const listed = (key: string): readonly string[] =>
    strings(fields[key]).flatMap((entry) => resolvePath(folder, entry) ?? [])
  const isFolder = (path: string): boolean => tree.stat(path) === 'directory'
  const filesIn = (keys: readonly string[]): readonly string[] =>
    inputsOf(fields, keys)
      .flatMap((entry) => resolvePath(folder, entry) ?? [])
      .filter((path) => tree.stat(path) === 'file')
  const [inputs, generated] = [filesIn(INPUTS), filesIn(GENERATORS)]
  const resources = [...listed('resources'), ...listed('bases'), ...listed('crds')]
  return {
    folder,
    file,
    isComponent: fields['kind'] === 'Component',
    bases: resources.filter(isFolder),
    components: listed('components').filter(isFolder),
    resources: resources.filter((path) => tree.stat(path) === 'file'),
    inputs: [...inputs, ...generated],
    generated: generated.filter((path) => !inputs.includes(path)),
  }
}

/** Fields that name files, and not resources. */
const INPUTS = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'generators',
  'transformers',
  'validators',
  'configurations',
  'openapi',
  'helmCharts',
  'helmChartInflationGenerator',
]
const GENERATORS = ['configMapGenerator', 'secretGenerator']

/** Every text below the fields of these names; `name=path` as the generators write it. */
function inputsOf(fields: JsonObject, keys: readonly string[]): readonly string[] {
  const found: string[] = []
  const visit = (value: Json | undefined): void => {
    if (typeof value === 'string') {
      if (!value.includes('\n')) found.push(value, value.slice(value.indexOf('=') + 1))
    } else if (Array.isArray(value)) (value as readonly Json[]).forEach(visit)
    else if (isMap(value)) Object.values(value).forEach(visit)
  }
  for (const key of keys) visit(fields[key])
  return found
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === 'string') : []
}
