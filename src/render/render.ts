/**
 * render: from sources to documents. Plain files are split, charts and kustomizations go through the engines. What
 * cannot be rendered is named; the rest goes on.
 */
import { broughtBy, remotesFrom, withRemoteBases } from '../discover/remote-base.js'
import { splitDocuments, type SplitProblem } from '../parse/split.js'
import type {
  ChartRender,
  ChartSource,
  DeployedChart,
  DeployedManifest,
  Document,
  Environment,
  KustomizationSource,
  ManifestSource,
  Origin,
  Source,
  Tree,
  Unjudged,
} from '../model.js'
import { RELEASE_NAME } from '../discover/chart.js'
import { answered } from './branches.js'
import { chartFiles, join, type ChartFile } from './chart.js'
import { missingIn, withoutMissing } from './missing.js'
import { postRendered, treeFor, withDeployed, withMetadata, withVariables } from './deployed.js'
import type {
  FileAccess,
  HelmDocument,
  HelmRequest,
  HelmResult,
  HelmStage,
  NamedFile,
  RenderEngines,
} from './engines.js'
import { watched } from './inputs.js'
import { lackingBase, lackingDependencies } from './lacking.js'
import { anotherMoment, CHANCE, generatedIn, isRandom, keysOf, pairs, withOtherSeed } from './moments.js'

/** The namespace a chart is rendered into where nobody states one: a symbol, see docs/adr/0002. */
export const RELEASE_NAMESPACE = 'release-namespace'

export interface Rendered {
  readonly documents: readonly Document[]
  readonly unjudged: readonly Unjudged[]
  /** All documents of charts that put out something else when they are rendered at another moment: `Origin.moment` is set. */
  readonly otherwise: readonly Document[]
  /** What a reader should know of renders that depend on the moment. */
  readonly notes: readonly string[]
  /** One a plain file, one an environment of a chart, one a kustomization. */
  readonly renders: number
  /** Chart → in how many of its environments it could not be rendered. */
  readonly failed: ReadonlyMap<string, number>
  /** Charts that refuse their own values: their trial values stand in for these. */
  readonly refused: ReadonlySet<string>
  /** Tree paths that a render read or a document came from. What is not among them was not reached. */
  readonly reached: ReadonlySet<string>
}

/** What all sources gave. */
export interface RenderedSources extends Rendered {
  /** Source → every tree path that its render asked for, there or not. */
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>
}

const NOTHING: Rendered = {
  documents: [],
  unjudged: [],
  otherwise: [],
  notes: [],
  renders: 0,
  failed: new Map(),
  refused: new Set(),
  reached: new Set(),
}

/** `onProgress` hears of each source that is done. */
export async function render(
  tree: Tree,
  sources: readonly Source[],
  engines: RenderEngines,
  onProgress: (source: string) => void,
): Promise<RenderedSources> {
  // A folder may be a chart and a kustomization at once.
  const inputs = new Map(sources.map(({ id }) => [id, new Set<string>()]))
  const parts = await Promise.all(
    sources.map(async (source) => {
      const rendered = await renderSource(watched(tree, inputs.get(source.id) ?? new Set()), source, engines)
      onProgress(source.id)
      return rendered
    }),
  )
  return { ...joinedRenders(parts), inputs }
}

function renderSource(tree: Tree, source: Source, engines: RenderEngines): Promise<Rendered> {
  switch (source.kind) {
    case 'manifest':
      return Promise.resolve(renderManifest(tree, source))
    case 'chart':
      return renderChart(tree, source, engines)
    case 'kustomization':
      return renderKustomization(tree, source, engines)
  }
}

/** What several sources gave, as one. */
export function joinedRenders(parts: readonly Rendered[]): Rendered {
  return {
    documents: parts.flatMap((part) => part.documents),
    unjudged: parts.flatMap((part) => part.unjudged),
    otherwise: parts.flatMap((part) => part.otherwise),
    notes: [...new Set(parts.flatMap((part) => part.notes))],
    renders: parts.reduce((sum, part) => sum + part.renders, 0),
    failed: counted(parts.flatMap((part) => [...part.failed])),
    refused: new Set(parts.flatMap((part) => [...part.refused])),
    reached: new Set(parts.flatMap((part) => [...part.reached])),
  }
}

function counted(counts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>()
  for (const [key, n] of counts) sum.set(key, (sum.get(key) ?? 0) + n)
  return sum
}

const PLAIN: Environment = { name: null, label: null, trial: false }

function renderManifest(tree: Tree, source: ManifestSource): Rendered {
  const bytes = tree.read(source.id)
  // Not there any more, or refused: the tree itself names it among its problems.
  if (bytes === null) return NOTHING
  const { documents, problems } = splitDocuments(bytes, source.id)
  const environment = source.environment ?? PLAIN
  return {
    documents: documents.flatMap(({ text, line }, document) => {
      if (source.documents?.includes(document) === false) return []
      const origin = {
        source: source.id,
        kind: 'manifest',
        environment,
        file: source.id,
        document,
        line,
        hooks: [],
        vendored: null,
        role: 'judged',
        ...(source.left === undefined ? {} : { left: source.left }),
        ...deployedBy(source.deployed),
      } as const
      return [{ text, origin }]
    }),
    unjudged: problems.map(({ line, message }) => unjudged(source.id, line, message, source.id, environment)),
    otherwise: [],
    notes: [],
    renders: 1,
    failed: new Map(),
    refused: new Set(),
    reached: new Set([source.id]),
  }
}

/** What an origin says of what deploys it. */
const deployedBy = (deployed: DeployedManifest | undefined): Pick<Origin, 'by' | 'namespace'> =>
  deployed === undefined ? {} : { by: deployed.by.name, namespace: deployed.namespace }

async function renderChart(tree: Tree, source: ChartSource, engines: RenderEngines): Promise<Rendered> {
  const files = chartFiles(tree, source.id)
  const reached = new Set(files.map(({ name }) => join(source.id, name)))
  const parts = await Promise.all(source.renders.map((each) => renderChartOnce(tree, source, each, files, engines)))
  return {
    ...(standingIn(source, parts) ?? { ...joinedRenders(parts), refused: new Set() }),
    reached: new Set([...reached, ...source.renders.flatMap(({ values }) => values)]),
  }
}

/**
 * What the trial values gave of a chart that refuses its own (`required`, `fail`, its schema): whoever deploys it states
 * others, and these show what it then puts out. null where something else does, or where these show nothing.
 */
function standingIn({ id, renders }: ChartSource, parts: readonly Rendered[]): Rendered | null {
  const isTrial = (_: unknown, i: number): boolean => renders[i]?.environment.trial === true
  const own = parts.filter((part, i) => !isTrial(part, i))
  const trials = parts.filter(isTrial)
  const isRefused = own.length > 0 && own.every(({ refused }) => refused.size > 0)
  if (!isRefused || trials.every(({ documents }) => documents.length === 0)) return null
  const { notes, documents, otherwise, ...rest } = joinedRenders(trials)
  const [now, then] = [documents, otherwise].map((all) => all.map(asStandIn))
  const about = `${id === '' ? 'the chart' : id} refuses its own values: its trial values stand in for them`
  return {
    ...rest,
    documents: now ?? [],
    otherwise: then ?? [],
    notes: [...notes, about],
    renders: parts.length,
    refused: new Set([id]),
  }
}

const asStandIn = ({ origin, ...document }: Document): Document => ({
  ...document,
  origin: { ...origin, environment: { ...origin.environment, standsIn: true } },
})

/** Whether the chart itself says that values are missing or wrong, as opposed to a template that is. */
const isRefusal = ({ stage, message }: { readonly stage: HelmStage; readonly message: string }): boolean =>
  stage === 'schema' || (stage === 'template' && message.startsWith('execution error at '))

/** What is asked of Helm for one of a chart's renders. Its values files are there. */
export function helmRequest(
  tree: Tree,
  { values, deployed, ...release }: ChartRender,
  files: readonly NamedFile[],
): HelmRequest {
  const request = {
    files,
    values: values.map((name) => ({ name, content: tree.read(name) ?? '' })),
    releaseName: release.releaseName,
    namespace: release.namespace ?? RELEASE_NAMESPACE,
    kubeVersion: release.kubeVersion ?? undefined,
    apiVersions: release.apiVersions,
    includeCrds: true,
  }
  return withDeployed(request, deployed, tree)
}

async function renderChartOnce(
  tree: Tree,
  source: ChartSource,
  each: ChartRender,
  files: readonly ChartFile[],
  engines: RenderEngines,
): Promise<Rendered> {
  const { environment, values } = each
  const { deployed } = each
  const named = [...values, ...(deployed?.setFile ?? []).map(({ file }) => file)]
  const missing = named.filter((file) => tree.read(file) === null)
  if (missing.length > 0) {
    return {
      ...NOTHING,
      failed: new Map([[source.id, 1]]),
      unjudged: missing.map((file) => unjudged(file, null, 'the values file is not there', source.id, environment)),
    }
  }
  const asked = helmRequest(tree, each, files)
  const whole = await engines.helm(asked)
  const own = whole.error?.stage === 'dependencies' ? helmRequest(tree, each, withoutMissing(files)) : null
  const apart = own === null ? null : await engines.helm(own)
  // What of it could be rendered without them is judged; where nothing could, they are what is told.
  const isApart = own !== null && apart?.error === null
  const [request, result] = isApart ? [own, apart] : [asked, whole]
  if (result.error !== null) {
    const { file, line, message } = result.error
    const isLacking = result.error.stage === 'dependencies'
    const reason = (isLacking ? lackingDependencies(message, source.id) : null) ?? message
    // A values file is named as it was given; anything else is a file of the chart.
    const isValues = values.includes(file) || deployed?.values.some(({ name }) => name === file) === true
    const at = isValues ? file : join(source.id, file === '' ? 'Chart.yaml' : file)
    const known = line === 0 ? entryNamedIn(tree, at, message) : isGiven(deployed, file) ? deployed.by.line : line
    return {
      ...NOTHING,
      renders: 1,
      failed: new Map([[source.id, 1]]),
      refused: new Set(isRefusal(result.error) ? [source.id] : []),
      unjudged: [unjudged(at, known, reason, source.id, environment)],
    }
  }
  const { documents, problems } = documentsOf(source, each, result)
  const first = await withGenerated(source, each, request, result, documents, engines)
  const then = await atAnotherMoment(source, each, request, result, first.documents, engines)
  const ways = await eitherWay(source, each, request, first.documents, engines)
  const [now, ...others] = await Promise.all(
    [first.documents, first.otherwise, then.otherwise, ...ways.map(({ otherwise }) => otherwise)].map((those) =>
      finished(source, each, those, engines),
    ),
  )
  return {
    ...NOTHING,
    documents: now?.documents ?? [],
    otherwise: others.flatMap((other) => other.documents),
    notes: [...then.notes, ...ways.flatMap(({ notes }) => notes)],
    unjudged: [
      ...(isApart ? lackOf(tree, source, each, files, documents.length > 0) : []),
      ...problems,
      ...(now?.unjudged ?? []),
    ],
    renders: 1,
  }
}

/** What a chart that was rendered without its dependencies lacks. */
function lackOf(
  tree: Tree,
  { id }: ChartSource,
  each: ChartRender,
  files: readonly ChartFile[],
  hasOwn: boolean,
): readonly Unjudged[] {
  const missing = missingIn(tree, id, each, files)
  if (missing.length === 0) return []
  const at = join(id, 'Chart.yaml')
  const message = `missing in charts/ directory: ${missing.join(', ')}`
  const reason = lackingDependencies(message, id, hasOwn) ?? message
  return [unjudged(at, entryNamedIn(tree, at, message), reason, id, each.environment)]
}

/** Values that stand in what deploys the chart, and not in a file of values. */
const isGiven = (deployed: DeployedChart | undefined, name: string): deployed is DeployedChart =>
  deployed !== undefined && deployed.by.file === name

/** What the deployer does to the documents. Hooks pass by its post-renderers, and its metadata reaches them all. */
async function finished(
  source: ChartSource,
  { deployed, environment }: ChartRender,
  all: readonly Document[],
  engines: RenderEngines,
): Promise<Pick<Rendered, 'documents' | 'unjudged'>> {
  if (deployed === undefined || all.length === 0) return { documents: all, unjudged: [] }
  const { by, tests, postRenderers, metadata } = deployed
  const wanted = tests ? all : all.filter(({ origin }) => !origin.hooks.includes('test'))
  const isHook = ({ origin }: Document): boolean => origin.hooks.length > 0
  const [hooks, plain] = [wanted.filter(isHook), wanted.filter((document) => !isHook(document))]
  const { documents, error } = await postRendered(plain, plain.length === 0 ? [] : postRenderers, engines)
  return {
    documents: withMetadata([...documents, ...hooks], metadata),
    unjudged:
      error === null
        ? []
        : [
            unjudged(
              by.file,
              by.line,
              `${by.name}: what it does after rendering fails: ${error}`,
              source.id,
              environment,
            ),
          ],
  }
}

/** The documents, each knowing what of it was generated; and the same with another seed, where more than that differs. */
async function withGenerated(
  source: ChartSource,
  each: ChartRender,
  request: HelmRequest,
  { moments }: HelmResult,
  documents: readonly Document[],
  engines: RenderEngines,
): Promise<Pick<Rendered, 'documents' | 'otherwise'>> {
  if (!isRandom(moments)) return { documents, otherwise: [] }
  const result = await engines.helm(withOtherSeed(request))
  const others = documentsOf(source, each, result).documents
  const keys = await keysOf(engines, moments)
  const paired = pairs(documents, others)
  const compared = paired?.map(([document, other]) => ({
    document,
    generated: generatedIn(document.text, other.text, keys),
  }))
  const isSame = compared?.every(({ generated }) => generated !== null) === true
  return {
    documents:
      compared?.map(({ document, generated }) =>
        generated === null || generated.size === 0
          ? document
          : { ...document, origin: { ...document.origin, generated } },
      ) ?? documents,
    otherwise: isSame || result.error !== null ? [] : others.map((document) => at(CHANCE, document)),
  }
}

/** The documents of the chart at another moment, where they differ. */
async function atAnotherMoment(
  source: ChartSource,
  each: ChartRender,
  request: HelmRequest,
  { moments }: HelmResult,
  documents: readonly Document[],
  engines: RenderEngines,
): Promise<Pick<Rendered, 'otherwise' | 'notes'>> {
  const another = each.environment.trial ? null : anotherMoment(request, moments)
  if (another === null) return { otherwise: [], notes: [] }
  const about = `${source.id === '' ? 'the chart' : source.id} depends on when and where it is rendered (${another.why})`
  // Many charts refuse an upgrade without the passwords of before, or read more of what they look up than a name, and
  // then deploy nothing.
  const tries = [another.found, another.request].flatMap((wanted) =>
    wanted === null ? [] : [wanted, { ...wanted, isUpgrade: false }],
  )
  let [then = another.request, ...others] = tries
  let result = await engines.helm(then)
  for (; result.error !== null && others.length > 0; others = others.slice(1)) {
    then = others[0] ?? then
    result = await engines.helm(then)
  }
  const isFound = another.found !== null && then.files === another.found.files
  const unasked =
    another.found === null || isFound ? [] : [`${about}; where what it looks up is there it cannot be rendered`]
  if (result.error !== null)
    return {
      otherwise: [],
      notes: [`${about}; at another moment it cannot be rendered: ${clipped(result.error.message)}`],
    }
  const rendered = documentsOf(source, each, result).documents
  const isSame = pairs(documents, rendered)?.every(([document, other]) => document.text === other.text) === true
  if (isSame) return { otherwise: [], notes: unasked }
  const known = await withGenerated(source, each, then, result, rendered, engines)
  return {
    otherwise: known.documents.map((document) => at(another.why, document)),
    notes: [
      ...unasked,
      `${about}: what it puts out ${then.isUpgrade === true ? 'as an upgrade, ' : ''}${isFound ? 'where what it looks up is there, ' : ''}much later was judged too`,
    ],
  }
}

/** The documents of the chart with the comparisons that nobody here can answer answered yes, and no, where they differ. */
async function eitherWay(
  source: ChartSource,
  each: ChartRender,
  request: HelmRequest,
  documents: readonly Document[],
  engines: RenderEngines,
): Promise<readonly Pick<Rendered, 'otherwise' | 'notes'>[]> {
  if (each.environment.trial) return []
  const isDeployed = each.deployed !== undefined
  const stated = {
    name: isDeployed || each.releaseName !== RELEASE_NAME,
    namespace: each.namespace !== null,
  }
  const ways = [true, false].map(async (answer) => {
    const other = answered(request.files, stated, answer)
    if (other === null) return { otherwise: [], notes: [] }
    const asked = { ...request, files: other.files }
    const result = await engines.helm(asked)
    if (result.error !== null) {
      const about = `${source.id === '' ? 'the chart' : source.id} depends on what nothing here says (${other.why})`
      return { otherwise: [], notes: [`${about}; otherwise it cannot be rendered: ${clipped(result.error.message)}`] }
    }
    const rendered = documentsOf(source, each, result).documents
    if (pairs(documents, rendered)?.every(([document, same]) => document.text === same.text) === true)
      return { otherwise: [], notes: [] }
    const known = await withGenerated(source, each, asked, result, rendered, engines)
    return {
      otherwise: known.documents.map((document) => {
        const { text, origin } = at(other.why, document)
        return { text, origin: { ...origin, answered: answer } }
      }),
      notes: [],
    }
  })
  return Promise.all(ways)
}

/** Charts explain at length why they refuse. */
const clipped = (message: string): string => (message.length > 200 ? `${message.slice(0, 200)}…` : message)

/** Its lines are those of another render. */
function at(moment: string, { text, origin: { template: _, ...origin } }: Document): Document {
  return { text, origin: { ...origin, moment } }
}

function documentsOf(
  source: ChartSource,
  { environment, ...release }: ChartRender,
  result: HelmResult,
): { readonly documents: readonly Document[]; readonly problems: readonly Unjudged[] } {
  const vendored = vendoredFolders(result)
  const split = [...result.documents, ...result.skipped].map((document) => ({ document, ...piecesOf(document) }))
  const documents = split.flatMap(({ document, texts }) =>
    texts.map(({ text, line }, piece) => ({
      text,
      origin: {
        source: source.id,
        kind: 'chart' as const,
        environment,
        namespace: release.namespace,
        ...(release.deployed === undefined ? {} : { by: release.deployed.by.name }),
        file: join(source.id, document.file),
        document: document.index + piece,
        line,
        template: document.template,
        hooks: document.hook?.events ?? (result.skipped.includes(document) ? ['unknown'] : []),
        vendored: vendored.find((folder) => document.file.startsWith(`${folder}/`)) ?? null,
        role: 'judged' as const,
      },
    })),
  )
  const problems = split.flatMap(({ document, problems }) =>
    problems.map(({ line, message }) =>
      unjudged(join(source.id, document.file), line, message, source.id, environment),
    ),
  )
  return { documents, problems }
}

/** A file of `crds/` comes whole, as it is written: its documents have lines. */
function piecesOf(document: HelmDocument): {
  readonly texts: readonly { readonly text: string; readonly line: number | null }[]
  readonly problems: readonly SplitProblem[]
} {
  if (!document.crd) return { texts: [{ text: document.text, line: null }], problems: [] }
  const { documents, problems } = splitDocuments(document.text)
  return { texts: documents.map(({ text, line }) => ({ text, line })), problems }
}

/** Subcharts that come from elsewhere: packaged, or with a repository that is not a folder here. */
function vendoredFolders({ chart, subcharts }: HelmResult): readonly string[] {
  const all = chart === null ? [] : [chart, ...subcharts]
  const remote = new Set(
    all
      .flatMap(({ dependencies }) => dependencies)
      .filter(({ repository }) => /^(https?|oci|@|alias):?/.test(repository))
      .map(({ name }) => name),
  )
  return subcharts.filter(({ archived, name }) => archived || remote.has(name)).map(({ directory }) => directory)
}

async function renderKustomization(tree: Tree, source: KustomizationSource, engines: RenderEngines): Promise<Rendered> {
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
    const reason = lackingBase(named, id) ?? named
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

/** A tree as kustomize asks for it. */
export function fileAccess(whole: Tree): FileAccess {
  const tree = withRemoteBases(whole)
  return {
    stat: (path) => tree.stat(path),
    list: (directory) => (tree.list(directory) ?? []).map(({ name }) => name),
    read: (path) => tree.read(path) ?? new Uint8Array(),
  }
}

/**
 * The line of the entry that an error is about, where the engine names the entry but no line: the first list item, or
 * `name:` of one, whose value the message quotes as a word.
 */
function entryNamedIn(tree: Tree, file: string, message: string): number | null {
  const bytes = tree.read(file)
  if (bytes === null) return null
  const named = new Set(message.split(/[\s'"`,:()]+/))
  const lines = new TextDecoder().decode(bytes).split('\n')
  const index = lines.findIndex((line) => {
    const [, value] = /^\s*-\s+(?:name:\s*)?["']?([^\s"'#]+)["']?\s*(?:#.*)?$/.exec(line) ?? []
    return value !== undefined && named.has(value)
  })
  return index === -1 ? null : index + 1
}

export const KUSTOMIZATION_FILES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** Of a folder without one, what deploys it stands for it. */
function kustomizationFile(tree: Tree, folder: string, deployed?: DeployedManifest): string {
  const name = KUSTOMIZATION_FILES.find((file) => tree.stat(join(folder, file)) === 'file')
  return name === undefined && deployed !== undefined ? deployed.by.file : join(folder, name ?? 'kustomization.yaml')
}

function unjudged(
  file: string,
  line: number | null,
  reason: string,
  source: string,
  environment: Environment,
): Unjudged {
  return {
    file,
    line,
    reason,
    policy: null,
    source,
    environments: environment.label === null ? [] : [environment.label],
  }
}
