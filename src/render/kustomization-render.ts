/** Kustomizations, as they lie there or as what deploys them builds them. */
import { broughtBy, remotesFrom, withRemoteBases } from '../discover/remote-base.js'
import { KUSTOMIZATION_FILES } from '../discover/kustomization.js'
import type { DeployedManifest, KustomizationSource, Tree } from '../model.js'
import { decodeText } from '../parse/split.js'
import { parseYaml } from '../parse/yaml.js'
import { join } from './chart.js'
import { deployedBy, treeFor, withMetadata, withVariables } from './deployed.js'
import type { FileAccess, RenderEngines } from './engines.js'
import { lackingBase, lackingFile } from './lacking.js'
import { entryNamedIn, NOTHING, unjudged, type Rendered } from './rendered.js'

export async function renderKustomization(
  tree: Tree,
  source: KustomizationSource,
  engines: RenderEngines,
): Promise<Rendered> {
  const { environment, id, deployed } = source
  const seen = treeFor(tree, deployed)
  const result = await engines.kustomize({ root: id, files: fileAccess(seen) })
  const reached = new Set(result.files)
  const uses = remotesFrom(seen, id)
  if (result.error !== null) {
    const { message, reference } = result.error
    const { file, line } = broughtBy(uses, result.error.file) ?? result.error
    const isWritten = file !== '' && file !== deployed?.edit?.file
    const at = isWritten ? file : (deployed?.by.file ?? kustomizationFile(tree, id))
    const named = reference === '' || message.includes(reference) ? message : `${message} (${reference})`
    const reason = lackingBase(named, id) ?? lackingFile(named) ?? unreadable(seen, at, named) ?? named
    const known =
      !isWritten && deployed !== undefined ? deployed.by.line : line === 0 ? entryNamedIn(tree, at, message) : line
    return { ...NOTHING, reached, renders: 1, unjudged: [unjudged(at, known, reason, id, environment)] }
  }
  const indexes = new Map<string, number>()
  const documents = result.documents.map(({ text, origin }) => {
    const remote = origin === null ? null : broughtBy(uses, origin.path)
    // What a generator or a remote base brought has no file of its own here.
    const file =
      remote?.file ??
      (origin === null || origin.repo !== '' || tree.stat(origin.path) !== 'file'
        ? origin?.configuredIn || kustomizationFile(tree, id, deployed)
        : origin.path)
    const document = indexes.get(file) ?? 0
    indexes.set(file, document + 1)
    return {
      text,
      origin: {
        source: id,
        kind: 'kustomization' as const,
        environment,
        file,
        document,
        line: null,
        hooks: [],
        vendored: remote?.entry ?? null,
        role: 'judged' as const,
        ...deployedBy(deployed),
      },
    }
  })
  if (deployed === undefined) return { ...NOTHING, documents, renders: 1, reached }
  const filled = withVariables(documents, deployed.substitution)
  return {
    ...NOTHING,
    documents: withMetadata(filled.documents, deployed.metadata),
    unjudged: filled.problems.map(({ document, message }) =>
      unjudged(document.origin.file, null, `${deployed.by.name}: ${message}`, id, environment),
    ),
    renders: 1,
    reached,
  }
}

/** Why a kustomization is no YAML, in the words of every other file: Go's show its types. Null: it is, or it is not about that. */
function unreadable(tree: Tree, file: string, message: string): string | null {
  if (!message.startsWith('invalid Kustomization: yaml:')) return null
  const bytes = tree.read(file)
  const problem = bytes === null ? null : parseYaml(decodeText(bytes).text).problem
  return problem === null ? null : `invalid Kustomization: ${problem.message}`
}

/** A tree as kustomize asks for it. */
export function fileAccess(whole: Tree): FileAccess {
  const tree = withRemoteBases(whole)
  return {
    stat: (path) => tree.stat(path),
    list: (directory) => (tree.list(directory) ?? []).map(({ name }) => name),
    read: (path) => tree.read(path) ?? new Uint8Array(),
  }
}

/** Of a folder without one, what deploys it stands for it. */
function kustomizationFile(tree: Tree, folder: string, deployed?: DeployedManifest): string {
  const name = KUSTOMIZATION_FILES.find((file) => tree.stat(join(folder, file)) === 'file')
  return name === undefined && deployed !== undefined ? deployed.by.file : join(folder, name ?? 'kustomization.yaml')
}
