/**
 * discover: from a tree of files to sources. Every manifest file of the tree ends in exactly one place: it is a plain
 * source, or a chart or kustomization holds it, or it is named as ignored. What a chart or kustomization holds and its
 * render does not reach comes back from `unreached`.
 */
import type { ChartSettings } from '../config.js'
import type { ChartSource, Ignored, KustomizationSource, Source, Tree } from '../model.js'
import { readChart, rendersOf, type Chart } from './chart.js'
import { EVERY, environmentByFolder, manifestSource } from './environment.js'
import type { Repository } from './gitops/repository.js'
import { matcherOf } from './glob.js'
import { KUSTOMIZATION_FILES, readKustomization, type Kustomization } from './kustomization.js'
import { folderOf, isManifestName, isWithin, nameOf } from './path.js'

export interface Scope {
  /** Tree paths of files and folders; '' is the whole tree. */
  readonly paths: readonly string[]
  /** Globs of what is not judged. */
  readonly ignore: readonly string[]
  /** A chart's folder → how the configuration says it is rendered. */
  readonly render: ReadonlyMap<string, ChartSettings>
  /** Tree paths of what exists in the cluster but belongs elsewhere: related, not judged. */
  readonly context: readonly string[]
  /** Name → globs of the sources that are judged together; what none names is judged together, too. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** Which repository the tree is of. Absent: nobody knows. */
  readonly repository?: Repository
  /** What a pull request starts from: what is judged there is judged here. Absent: nothing is known of it. */
  readonly before?: Tree
}

export interface Discovered {
  readonly sources: readonly Source[]
  readonly ignored: readonly Ignored[]
  /** Manifest files that a chart or kustomization holds: whether a render reaches them is known only after it. */
  readonly held: readonly Held[]
  readonly charts: readonly Chart[]
  readonly kustomizations: readonly Kustomization[]
}

export interface Held {
  readonly file: string
  /** The nearest chart or kustomization folder around it. */
  readonly by: { readonly kind: 'chart' | 'kustomization'; readonly folder: string }
  /** The chart that it is a part of, itself or as a subchart: the outermost one; null outside of charts. */
  readonly chart: string | null
}

/** A symlink to a file of the scope: whether that is judged is known at the end. */
interface Linked extends Omit<Held, 'by'> {
  readonly by: Held['by'] | null
  readonly to: string
}

export { unreached } from './left-behind.js'

export function discover(tree: Tree, scope: Scope): Discovered {
  const walk = new Walk(tree, scope)
  for (const path of scope.paths) walk.start(path)
  walk.links()
  const charts = [...walk.charts.values()]
  const kustomizations = [...walk.kustomizations.values()]
  const { roots: chartRoots, ignored: libraries } = rootCharts(charts)
  const { roots: built, lone } = rootKustomizations(kustomizations)
  return {
    sources: [
      ...chartRoots.map((chart): ChartSource => ({
        kind: 'chart',
        id: chart.folder,
        renders: rendersOf(tree, chart.folder, scope.render.get(chart.folder) ?? null, scope.before),
      })),
      ...built,
      // Of a component that nothing here takes in, what it brings; of any name, since it is named there.
      ...[
        ...new Set([
          ...walk.plain,
          ...lone.flatMap(({ resources }) => resources.filter((file) => !isManifestName(file))),
        ]),
      ]
        .sort()
        .map((file) => (walk.plain.has(file) ? manifestSource(file) : { ...manifestSource(file), left: true })),
    ],
    ignored: [
      ...walk.ignored,
      ...libraries,
      ...lone.map(({ folder }) => ({ path: folder, reason: 'a component: what takes it in builds it' })),
    ],
    held: walk.held,
    charts,
    kustomizations,
  }
}

class Walk {
  readonly charts = new Map<string, Chart>()
  readonly kustomizations = new Map<string, Kustomization>()
  readonly plain = new Set<string>()
  readonly held: Held[] = []
  readonly ignored: Ignored[] = []
  private readonly seen = new Set<string>()
  private readonly linked: Linked[] = []
  /** Folders that are looked into by way of a symlink alone: each by one, whatever else leads there. */
  private readonly entered = new Set<string>()
  private readonly ignoring: ReturnType<typeof matcherOf>

  constructor(
    private readonly tree: Tree,
    private readonly scope: Scope,
  ) {
    this.ignoring = matcherOf(scope.ignore)
  }

  start(path: string): void {
    if (this.tree.stat(path) === 'directory') {
      this.folder(path, null, null)
      return
    }
    // A path that names a chart's or kustomization's own file means the whole of it.
    const name = nameOf(path)
    if (name === 'Chart.yaml' || KUSTOMIZATION_FILES.includes(name)) this.folder(folderOf(path), null, null)
    else this.file(path, null, null)
  }

  private folder(path: string, holder: Held['by'] | null, chart: string | null): void {
    if (this.seen.has(path)) return
    this.seen.add(path)
    const entries = this.tree.list(path) ?? []
    const files = new Set(entries.filter(({ kind }) => kind === 'file').map(({ name }) => name))
    const child = (name: string): string => (path === '' ? name : `${path}/${name}`)
    let by = holder
    let outer = chart
    if (files.has('Chart.yaml')) {
      by = { kind: 'chart', folder: path }
      // A subchart is rendered by the chart around it, not by itself.
      outer = chart !== null && isSubchart(path, chart) ? chart : path
      if (outer === path) this.charts.set(path, readChart(this.tree, path))
    }
    const kustomization = KUSTOMIZATION_FILES.find((name) => files.has(name))
    // A chart's templates may be called anything.
    const isTemplate =
      outer !== null && by?.kind === 'chart' && isWithin(path, `${by.folder === '' ? '' : `${by.folder}/`}templates`)
    const read = kustomization === undefined || isTemplate ? null : readKustomization(this.tree, child(kustomization))
    if (read !== null) {
      this.kustomizations.set(path, read)
      by = { kind: 'kustomization', folder: path }
    }
    for (const { name, kind, link } of entries) {
      const at = child(name)
      const reason = this.reasonToSkip(at, name, kind, link, files)
      if (reason !== null) this.ignored.push({ path: at, reason })
      else if (kind === 'directory') this.folder(at, by, outer)
      else if (read !== null && KUSTOMIZATION_FILES.includes(name)) continue
      else if (link !== undefined && isManifestName(name)) this.linked.push({ file: at, to: link, by, chart: outer })
      else this.file(at, by, outer)
    }
  }

  /**
   * What a symlink leads to is judged under its own name, if it has one that a manifest has. What a chart or a kustomization
   * holds is another thing where somebody deploys the file as it lies here.
   */
  links(): void {
    const held = new Set(this.held.map(({ file }) => file))
    for (const { file, to, by, chart } of this.linked) {
      if (this.plain.has(to) || (by !== null && held.has(to))) this.ignored.push({ path: file, reason: judgedAt(to) })
      else this.file(file, by, chart)
    }
  }

  private file(path: string, by: Held['by'] | null, chart: string | null): void {
    if (this.seen.has(path)) return
    this.seen.add(path)
    if (!isManifestName(path)) {
      if (chart === null && path.endsWith('.tgz')) this.ignored.push({ path, reason: ARCHIVE })
      return
    }
    if (by === null) this.plain.add(path)
    else this.held.push({ file: path, by, chart })
  }

  private reasonToSkip(
    path: string,
    name: string,
    kind: 'file' | 'directory',
    link: string | undefined,
    beside: ReadonlySet<string>,
  ): string | null {
    const glob = this.ignoring(path)
    if (glob !== null && (kind === 'directory' || isManifestName(name))) return `the configuration ignores ${glob}`
    const context = this.scope.context.find((folder) => isWithin(path, folder))
    if (context !== undefined && !this.scope.paths.some((start) => isWithin(start, context)))
      return 'context: related with what is judged, and not judged itself'
    if (kind === 'file') return path === '.ringfence.yaml' ? "the gate's own configuration" : null
    if (link !== undefined) {
      if (this.isWalked(link) || [...this.entered].some((folder) => isWithin(link, folder))) return judgedAt(link)
      this.entered.add(link)
    }
    return leftOut(name, (other) => beside.has(other))
  }

  /** Whether a folder is judged under its own name. */
  private isWalked(folder: string): boolean {
    const steps = folder.split('/')
    const isLeftOut = steps.some((name, i) => {
      const around = steps.slice(0, i)
      return leftOut(name, (other) => this.tree.stat([...around, other].join('/')) === 'file') !== null
    })
    return !isLeftOut && this.ignoring(folder) === null && this.scope.paths.some((start) => isWithin(folder, start))
  }
}

const ARCHIVE = 'an archive: a chart in it is judged where a chart depends on it'

const judgedAt = (path: string): string => `a symlink to ${path}, which is judged there`

/** Why a folder of that name is not looked into; null: it is. */
export function leftOut(name: string, isBeside: (file: string) => boolean): string | null {
  if (name === '.git') return "Git's own files"
  if (name === 'node_modules') return 'packages of npm'
  return name === 'vendor' && isBeside('go.mod') ? 'modules of Go' : null
}

/** Whether `path` lies in a `charts/` folder, however deep, of the chart. */
function isSubchart(path: string, chart: string): boolean {
  const below = chart === '' ? path : path.slice(chart.length + 1)
  return /^charts\/[^/]+(?:\/charts\/[^/]+)*$/.test(below)
}

/**
 * Charts that are rendered by themselves: applications that no other chart here takes in as a `file://` dependency.
 * Charts that only take in each other are rendered all the same.
 */
function rootCharts(charts: readonly Chart[]): {
  readonly roots: readonly Chart[]
  readonly ignored: readonly Ignored[]
} {
  const byFolder = new Map(charts.map((chart) => [chart.folder, chart]))
  const reaches = (chart: Chart): readonly Chart[] =>
    chart.dependencies.flatMap(({ folder }) => (folder === null ? [] : (byFolder.get(folder) ?? [])))
  const applications = charts.filter(({ isLibrary }) => !isLibrary)
  const libraries = charts.filter(({ isLibrary }) => isLibrary)
  return {
    roots: rootsOf(applications, reaches),
    ignored: libraries.map(({ folder }) => ({ path: folder, reason: 'a library chart: what uses it renders it' })),
  }
}

/**
 * The nodes that nothing else reaches, and of a circle that nothing outside reaches, one.
 */
function rootsOf<T>(nodes: readonly T[], reaches: (node: T) => readonly T[]): readonly T[] {
  const targets = new Set(nodes.flatMap((node) => reaches(node).filter((target) => target !== node)))
  const roots = nodes.filter((node) => !targets.has(node))
  const reached = new Set<T>()
  const visit = (node: T): void => {
    if (reached.has(node)) return
    reached.add(node)
    reaches(node).forEach(visit)
  }
  roots.forEach(visit)
  for (const node of nodes) {
    if (reached.has(node)) continue
    roots.push(node)
    visit(node)
  }
  return roots
}

/** Kustomizations that no other builds on, and components that none takes in. */
function rootKustomizations(all: readonly Kustomization[]): {
  readonly roots: readonly KustomizationSource[]
  readonly lone: readonly Kustomization[]
} {
  const byFolder = new Map(all.map((each) => [each.folder, each]))
  const reaches = ({ bases, components }: Kustomization): readonly Kustomization[] =>
    [...bases, ...components].flatMap((folder) => byFolder.get(folder) ?? [])
  const roots = rootsOf(
    all.filter(({ isComponent }) => !isComponent),
    reaches,
  )
  /** Folder of a base → how many roots build on it. */
  const uses = new Map<string, number>()
  const basesOf = (root: Kustomization): ReadonlySet<string> => {
    const found = new Set<string>()
    const visit = ({ bases }: Kustomization): void => {
      for (const base of bases) {
        if (found.has(base)) continue
        found.add(base)
        const next = byFolder.get(base)
        if (next !== undefined) visit(next)
      }
    }
    visit(root)
    return found
  }
  for (const root of roots) for (const base of basesOf(root)) uses.set(base, (uses.get(base) ?? 0) + 1)
  const taken = new Set(all.flatMap(({ components }) => components))
  const lone = all.filter(({ folder, isComponent }) => isComponent && !taken.has(folder))
  const sources = roots.map((root): KustomizationSource => {
    const shares = [...basesOf(root)].some((base) => (uses.get(base) ?? 0) > 1)
    const environment =
      environmentByFolder(root.folder) ??
      (shares ? { name: nameOf(root.folder), label: root.folder, trial: false } : EVERY)
    return { kind: 'kustomization', id: root.folder, environment }
  })
  return { roots: sources, lone }
}
