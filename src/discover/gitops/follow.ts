/**
 * follow: the sources of a tree, once what Argo CD and Flux deploy out of it is known. What one of them deploys is rendered
 * as it would, in the environment of the cluster that it goes to, and no longer by itself: a chart by its default values, a
 * base as a root, a file as a plain one. What nobody deploys stays as `discover` found it (docs/adr/0014).
 */
import type {
  ChartSource,
  DeployedElsewhere,
  Document,
  KustomizationSource,
  ManifestSource,
  Tree,
  Unjudged,
} from '../../model.js'
import type { Discovered, Held, Scope } from '../discover.js'
import { matcherOf } from '../glob.js'
import { readKustomization, KUSTOMIZATION_FILES, type Kustomization } from '../kustomization.js'
import { APPLICATION, followApplication } from './argo.js'
import { FLUX, followKustomization, followRelease } from './flux.js'
import { objectsOf, type Found } from './objects.js'
import { joined, type Part, type Surroundings } from './part.js'
import { UNKNOWN_REPOSITORY } from './repository.js'
import { child } from './kustomize.js'

export interface Followed {
  /** As `discover` gives them, with what is deployed in place of what it deploys. */
  readonly discovered: Discovered
  /** What ought to be rendered here and cannot be. */
  readonly unjudged: readonly Unjudged[]
  readonly elsewhere: readonly DeployedElsewhere[]
}

const FOLLOWED: { readonly [groupKind: string]: (found: Found, around: Surroundings) => Part } = {
  [FLUX.kustomization]: followKustomization,
  [FLUX.release]: followRelease,
  [APPLICATION]: followApplication,
}

const KINDS: ReadonlySet<string> = new Set(Object.keys(FOLLOWED))

/** `documents` are what the sources put out that are known so far: what deploys is among them. */
export function follow(tree: Tree, scope: Scope, discovered: Discovered, documents: readonly Document[]): Followed {
  const objects = objectsOf(tree, documents)
  const around = { ...surroundingsOf(tree, scope), objects }
  const part = joined(objects.of(KINDS).map((found) => FOLLOWED[found.groupKind]?.(found, around) ?? joined([])))
  return { discovered: inPlace(tree, discovered, part), unjudged: part.unjudged, elsewhere: once(part.elsewhere) }
}

/** Several environments may show the same. */
function once(all: readonly DeployedElsewhere[]): readonly DeployedElsewhere[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
}

/** What is asked to know whether something is of this repository. */
export const surroundingsOf = (tree: Tree, scope: Scope): Omit<Surroundings, 'objects'> => ({
  tree,
  repository: scope.repository ?? UNKNOWN_REPOSITORY,
  ignored: matcherOf([...scope.ignore, ...scope.context]),
})

/** What is deployed, and of the rest what it does not take in. */
function inPlace(tree: Tree, discovered: Discovered, part: Part): Discovered {
  if (part.charts.length + part.kustomizations.length + part.manifests.length === 0) return discovered
  const own = { charts: new Map<string, ChartSource>(), others: [] as (KustomizationSource | ManifestSource)[] }
  for (const source of discovered.sources) {
    if (source.kind === 'chart') own.charts.set(source.id, source)
    else own.others.push(source)
  }
  const { folders, files } = takenIn(tree, discovered, part)
  const isTaken = (source: KustomizationSource | ManifestSource): boolean =>
    source.kind === 'kustomization' ? folders.has(source.id) : files.has(source.id)
  const deployedFiles = new Set(part.manifests.map(({ id }) => id))
  return {
    ...discovered,
    sources: [
      ...chartsWith(own.charts, part),
      ...own.others.filter((source) => !isTaken(source) && !deployedFiles.has(source.id)),
      ...part.kustomizations.map(({ source }) => source),
      ...part.manifests,
    ],
    // What of a file no build puts out is judged as a plain one.
    held: [
      ...discovered.held,
      ...own.others.flatMap((source): readonly Held[] => {
        const folder = files.get(source.id)
        return source.kind === 'kustomization' || folder === undefined || deployedFiles.has(source.id)
          ? []
          : [{ file: source.id, by: { kind: 'kustomization', folder }, chart: null }]
      }),
    ],
    kustomizations: [...discovered.kustomizations, ...part.kustomizations.map(({ content }) => content)],
  }
}

/** What the kustomizations that are deployed build on: folders, and files with the folder that holds them. */
function takenIn(
  tree: Tree,
  { kustomizations }: Discovered,
  part: Part,
): { readonly folders: ReadonlySet<string>; readonly files: ReadonlyMap<string, string> } {
  const known = new Map(kustomizations.map((each) => [each.folder, each]))
  const folders = new Set<string>()
  const files = new Map<string, string>()
  const visit = (content: Kustomization): void => {
    for (const file of content.resources) files.set(file, content.folder)
    for (const folder of [...content.bases, ...content.components]) {
      if (folders.has(folder)) continue
      folders.add(folder)
      const next = known.get(folder) ?? kustomizationOn(tree, folder)
      if (next !== null) visit(next)
    }
  }
  for (const { source, content } of part.kustomizations) {
    folders.add(source.id)
    visit(content)
  }
  return { folders, files }
}

function kustomizationOn(tree: Tree, folder: string): Kustomization | null {
  const file = KUSTOMIZATION_FILES.map((name) => child(folder, name)).find((path) => tree.stat(path) === 'file')
  return file === undefined ? null : readKustomization(tree, file)
}

/**
 * A chart's renders: those of what deploys it, its trials, and the environments of its own that nothing deploys. The plain
 * one by default values is nobody's once somebody deploys it.
 */
function chartsWith(own: ReadonlyMap<string, ChartSource>, part: Part): readonly ChartSource[] {
  const folders = new Set([...own.keys(), ...part.charts.map(({ folder }) => folder)])
  return [...folders].map((id) => {
    const deployed = part.charts.filter(({ folder }) => folder === id).map(({ render }) => render)
    const used = new Set(deployed.flatMap(({ values }) => values))
    const kept = (own.get(id)?.renders ?? []).filter(
      ({ environment, values }) =>
        deployed.length === 0 ||
        environment.trial ||
        (environment.label !== null && !values.some((file) => used.has(file))),
    )
    return { kind: 'chart', id, renders: [...deployed, ...kept] }
  })
}

/** Whether the same is rendered: then another round brings nothing. */
export function isSameFollowed(one: Followed, other: Followed): boolean {
  if (one.discovered === other.discovered) return true
  const keyOf = ({ discovered }: Followed): string => JSON.stringify(discovered.sources)
  return keyOf(one) === keyOf(other)
}
