/**
 * One run of the gate on this machine: what the command line and the Action share. It brings the tree, the policies, the
 * engines and the configuration to `gate`, and gives back the report. This and `host/` touch the machine.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { CONFIG_FILE, defaults, describe, parseConfig, parseInputs, rebased, tighten, type Config } from './config.js'
import { parseBaseline, type BaselineEntry } from './decide/baseline.js'
import { variantsOf } from './decide/terms.js'
import type { Waiver } from './decide/waive.js'
import type { Scope } from './discover/discover.js'
import { conclude, judge, type Progress, type Rules } from './gate.js'
import { createEngines, type Engines } from './host/engines.js'
import { fileProblem } from './host/file-error.js'
import { diskTree } from './host/files.js'
import { GateError } from './host/gate-error.js'
import { loadPolicies, type LoadedPolicies } from './host/policies.js'
import { folderOf, isBelow, rootOf } from './host/repository.js'
import { mendReport } from './mend/report.js'
import { remembering } from './mend/remember.js'
import type { Json, Judgement, Policy, Tree, Unjudged } from './model.js'
import type { Framework } from './report/controls.js'
import { pendingOf } from './report/pending.js'
import type { Report, Verdict } from './report/report.js'

/** What a command of the line is about, and how it wants to be judged. */
export interface OpenOptions {
  /** Absolute. */
  readonly cwd: string
  /** Files and folders, as they were given. */
  readonly paths: readonly string[]
  /** Judge every path as a repository of its own. */
  readonly each: boolean
  /** The configuration's file; null: the nearest. */
  readonly config: string | null
  /** As they were written; '' asks for nothing. */
  readonly stage: string
  readonly failOn: string
  /** Whether these may only tighten the configuration, as of the Action. */
  readonly tightenOnly: boolean
}

/** What the head is held against, and whose configuration judges both. */
export interface Start {
  /** null: none is known, so that everything counts as new. */
  readonly base: Tree | null
  /** Where the configuration is read; null: where the head is. */
  readonly rules: Tree | null
  /** What a reader should know of the comparison. */
  readonly notes: readonly string[]
  /** What decides and could not be read: it blocks. */
  readonly unjudged: readonly string[]
}

/** A head by itself. */
export const ALONE: Start = { base: null, rules: null, notes: [], unjudged: [] }

export interface RunOptions extends OpenOptions {
  /** Where `policies.wasm` and the engines lie. */
  readonly distribution: URL
  readonly onProgress: Progress
  /** How long one render may take, in milliseconds; the engines' own limit where it is absent. */
  readonly timeLimitMs?: number
  /** Whether edits that mend findings are looked for, and of which findings; absent: no. */
  readonly fixes?: (verdict: Verdict) => boolean
  /** `root` is the top of the repository, `head` what is judged. Absent: the head is judged alone. */
  readonly start?: (root: string, head: Tree) => Promise<Start>
}

export interface RunResult {
  readonly report: Report
  /** Tree path → the file with every fix of the report; empty where none was asked for. */
  readonly mended: ReadonlyMap<string, string>
  /** The folder that tree paths begin in. */
  readonly root: string
  /** Tree path → path relative to the working directory. */
  readonly shown: (file: string) => string
  readonly policies: readonly Policy[]
  /** The lines of a file of the report, for code frames; null where it cannot be read. */
  readonly linesOf: (file: string) => readonly string[] | null
  /** The working directory in the repository, '' where it is the root. */
  readonly prefix: string
}

export interface Distribution extends LoadedPolicies {
  readonly frameworks: readonly Framework[]
}

export async function loadDistribution(directory: URL): Promise<Distribution> {
  const [policies, frameworks] = await Promise.all([
    loadPolicies(directory),
    readFile(new URL('frameworks.json', directory), 'utf8'),
  ])
  return { ...policies, frameworks: JSON.parse(frameworks) as Framework[] }
}

/** Throws `GateError` where the gate cannot do its work. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { cwd, onProgress } = options
  const distribution = await loadDistribution(options.distribution)
  const { frameworks } = distribution
  const { policies } = distribution.set
  const placed = placeOf(options)
  const { root, inTree, shown } = placed
  const tree = diskTree(root)
  const start = options.start === undefined ? ALONE : await options.start(root, tree)
  const settings = withHeads(
    configure(options, placed, start.rules ?? tree, policies, tree),
    start.rules === null ? [] : waiversOfHead(options, placed, tree, policies),
  )
  const own = enginesOf(options.distribution, options.timeLimitMs)
  const engines = options.fixes === undefined ? own : { ...own, ...remembering(own) }
  const judged = async (of: Tree, { config }: Configured, rules: Rules): Promise<readonly Judgement[]> => {
    const judgements = []
    for (const scope of scopesOf(options, placed, config))
      judgements.push(await judge(of, present(scope, of), rules, engines, onProgress))
    return judgements
  }
  const rulesOf = ({ config, tree }: Configured): Rules => {
    const variants = switching(distribution, config)
    return { ...distribution, flows: config.flows, context: tree, variants }
  }
  const concluded = async (settings: Configured, rules = rulesOf(settings)): Promise<Concluded> => {
    const baseline = readBaseline(settings, shown)
    const accepted = { pending: settings.pending, baseline, digest: sha256, today: today() }
    const head = await judged(tree, settings, rules)
    const base =
      start.base === null ? null : { tree: start.base, judgements: await judged(start.base, settings, rules) }
    const unjudged = start.unjudged.map((reason) => ofConfiguration(settings, reason))
    const notes = [...start.notes, ...settings.notes]
    const { config } = settings
    const verdicts = { tree, head, base, rules, config, notes, frameworks, shown, unjudged, accepted, engines }
    return { report: await conclude(verdicts), head }
  }
  try {
    const rules = rulesOf(settings)
    const { report: plain, head } = await concluded(settings, rules)
    const { fixes } = options
    const scopes = scopesOf(options, placed, settings.config)
    const patient = { tree, scopes, head, rules, engines, progress: onProgress, shown }
    const { report, texts } =
      fixes === undefined ? { report: plain, texts: NOTHING_MENDED } : await mendReport(plain, fixes, patient)
    const linesOf = (file: string): readonly string[] | null => {
      const bytes = tree.read(inTree(resolve(cwd, file)))
      return bytes === null ? null : new TextDecoder().decode(bytes).split(/\r\n|\n|\r/)
    }
    const merged = start.rules === null ? null : await onceMerged(options, placed, tree, settings, policies, concluded)
    return {
      mended: texts,
      root,
      shown,
      report: merged === null ? report : pendingOf(report, merged, shown),
      policies,
      linesOf,
      prefix: isBelow(cwd, root) ? inTree(cwd) : '',
    }
  } finally {
    await own.close()
  }
}

interface Concluded {
  readonly report: Report
  /** What it was concluded from, a scope each. */
  readonly head: readonly Judgement[]
}

const NOTHING_MENDED: ReadonlyMap<string, string> = new Map()

/** What the head says about how it would be judged; null where that is what judges it already. */
async function onceMerged(
  options: RunOptions,
  placed: Placed,
  head: Tree,
  now: Configured,
  policies: readonly Policy[],
  concluded: (settings: Configured) => Promise<Concluded>,
): Promise<Parameters<typeof pendingOf>[1] | null> {
  let after: { readonly file: string | null; readonly text: string | null } = { file: now.file, text: null }
  try {
    const file = configPath(options, placed, head)
    after = { file, text: file === null ? null : readText(head, file, placed.shown(file)) }
    if (file === now.file && after.text === now.text) return null
    const { report } = await concluded(configure(options, placed, head, policies))
    return { before: now, after, report, problem: null }
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    return { before: now, after, report: null, problem: error.message }
  }
}

const ofConfiguration = ({ file }: Configured, reason: string): Unjudged => ({
  file: file ?? CONFIG_FILE,
  line: null,
  reason,
  policy: null,
  source: null,
  environments: [],
})

/** A path that is in another tree only is nothing in this one. */
const present = (scope: Scope, tree: Tree): Scope => ({
  ...scope,
  paths: scope.paths.filter((path) => tree.stat(path) !== null),
})

/** The paths of a command, in the repository that they lie in. */
interface Placed {
  /** The folder that the tree is of. */
  readonly root: string
  /** Absolute. */
  readonly paths: readonly string[]
  /** Absolute path → tree path. */
  readonly inTree: (path: string) => string
  /** Tree path → path relative to the working directory. */
  readonly shown: (file: string) => string
}

/** A repository and how it wants to be judged. */
export interface Opened extends Placed {
  readonly config: Config
  /** What a reader should know about the configuration. */
  readonly notes: readonly string[]
  /** The paths together, or each by itself. */
  readonly scopes: readonly Scope[]
}

/** Finds the repository around the paths, and its configuration. Throws `GateError` where either cannot be read. */
export function open(options: OpenOptions, policies: readonly Policy[]): Opened {
  const placed = placeOf(options)
  const { config, notes } = configure(options, placed, diskTree(placed.root), policies)
  return { ...placed, config, notes, scopes: scopesOf(options, placed, config) }
}

function placeOf(options: OpenOptions): Placed {
  const { cwd } = options
  const paths = options.paths.map((path) => resolve(cwd, path))
  for (const [i, path] of paths.entries()) {
    if (!existsSync(path)) throw new GateError(`${options.paths[i]}: no such file or folder`)
  }
  const root = rootOf(cwd, paths)
  const inTree = (path: string): string => relative(root, path).split(sep).join('/')
  const shown = remembered((file: string) => relative(cwd, join(root, file)).split(sep).join('/') || '.')
  return { root, paths, inTree, shown }
}

function scopesOf({ each }: OpenOptions, { paths, inTree }: Placed, config: Config): readonly Scope[] {
  return (each ? paths.map((path) => [path]) : [paths]).map((together): Scope => ({
    paths: together.map(inTree),
    ignore: config.ignore,
    render: config.render,
    context: config.context,
    groups: config.scopes,
  }))
}

/** A file is shown with every finding in it. */
function remembered(shown: (file: string) => string): (file: string) => string {
  const known = new Map<string, string>()
  return (file) => {
    const before = known.get(file)
    if (before !== undefined) return before
    const text = shown(file)
    known.set(file, text)
    return text
  }
}

/** Started when first asked; whoever asks for them closes them. */
export function enginesOf(distribution: URL, timeLimitMs?: number): Engines {
  return createEngines({
    timeLimitMs,
    directory: new URL('engine/', distribution),
    workerUrl: new URL('engine-worker.js', distribution),
  })
}

/** How a repository is judged, and where that is written. */
interface Configured {
  readonly config: Config
  readonly notes: readonly string[]
  /** Tree path; null: there is none, or it lies outside of the repository. */
  readonly file: string | null
  readonly text: string | null
  /** What the baseline and the context are read from, as the configuration was. */
  readonly tree: Tree
  /** Waivers that stand in the head alone. */
  readonly pending: readonly Waiver[]
}

/** Waivers that only the head has hold where the configuration trusts it; elsewhere they are shown. */
function withHeads(settings: Configured, brought: readonly Waiver[]): Configured {
  const { config } = settings
  const known = new Set(config.waivers.map((waiver) => JSON.stringify(waiver)))
  const own = brought.filter((waiver) => !known.has(JSON.stringify(waiver)))
  return config.trust.waivers === 'head'
    ? { ...settings, config: { ...config, waivers: [...config.waivers, ...own] } }
    : { ...settings, pending: own }
}

/** None where the head's configuration cannot be read: `onceMerged` says so. */
function waiversOfHead(
  options: OpenOptions,
  placed: Placed,
  head: Tree,
  policies: readonly Policy[],
): readonly Waiver[] {
  try {
    return configure(options, placed, head, policies).config.waivers
  } catch (error) {
    if (error instanceof GateError) return []
    throw error
  }
}

/** The first day's findings, as the configuration names their file. */
function readBaseline({ config, tree }: Configured, shown: (file: string) => string): readonly BaselineEntry[] {
  const { baseline } = config
  if (baseline === null) return []
  const { entries, problem } = parseBaseline(readText(tree, baseline, shown(baseline)))
  if (problem !== null) throw new GateError(`${shown(baseline)}: ${problem}`)
  return entries
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

const today = (): string => new Date().toISOString().slice(0, 10)

/** The configuration as `tree` has it. One that was asked for by name and is so far in the head alone is none yet. */
function configure(
  options: OpenOptions,
  placed: Placed,
  tree: Tree,
  policies: readonly Policy[],
  head = tree,
): Configured {
  const { cwd } = options
  const named = options.config === null ? null : resolve(cwd, options.config)
  const found = configPath(options, placed, tree)
  const isNew = found !== null && tree.stat(found) === null && head.stat(found) !== null
  const file = isNew ? null : found
  const isOutside = found === null && named !== null
  const text =
    file !== null ? readText(tree, file, placed.shown(file)) : isOutside ? readNamed(named, options.config ?? '') : null
  const name = file !== null ? placed.shown(file) : (options.config ?? '')
  const own = text === null ? defaults : readConfig(text, name, file ?? placed.inTree(named ?? ''), policies)
  const { inputs, problems } = parseInputs(options)
  if (problems.length > 0) throw new GateError(problems.join('\n'))
  const from = { file, text, tree, pending: [] }
  if (options.tightenOnly) return { ...from, ...tighten(own, inputs) }
  const { stage, failOn, severity } = inputs
  return {
    ...from,
    config: { ...own, stage: stage ?? own.stage, failOn: failOn ?? own.failOn, severity: severity ?? own.severity },
    notes: [],
  }
}

/**
 * The tree path of the configuration: the one that was asked for, else the nearest above the only path, else above the
 * working directory. null: there is none in the tree.
 */
function configPath(
  { cwd, config, each }: OpenOptions,
  { root, paths, inTree, shown }: Placed,
  tree: Tree,
): string | null {
  if (config !== null) {
    const named = resolve(cwd, config)
    return isBelow(named, root) ? inTree(named) : null
  }
  const [only] = paths
  const start = !each && paths.length === 1 && only !== undefined ? folderOf(only) : cwd
  if (!isBelow(start, root)) return null
  for (let folder = inTree(start); ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const file = folder === '' ? CONFIG_FILE : `${folder}/${CONFIG_FILE}`
    const problem = tree.stat(file) === null ? tree.problems().find((item) => item.file === file) : undefined
    if (problem !== undefined) throw new GateError(`${shown(file)} ${problem.reason}`)
    if (tree.stat(file) === 'file') return file
    if (folder === '') return null
  }
}

function readText(tree: Tree, file: string, name: string): string {
  const bytes = tree.read(file)
  if (bytes !== null) return new TextDecoder().decode(bytes)
  const reason = tree.problems().find((problem) => problem.file === file)?.reason
  throw new GateError(
    `${name}: ${reason ?? (tree.stat(file) === 'directory' ? 'is a folder' : 'no such file or folder')}`,
  )
}

function readNamed(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new GateError(`${name}: ${fileProblem(error)}`)
  }
}

function readConfig(text: string, name: string, inTree: string, policies: readonly Policy[]): Config {
  const { config, problems } = parseConfig(text, name, policies)
  if (config === null) throw new GateError(problems.map(describe).join('\n'))
  return rebased({ ...config, file: inTree }, inTree.includes('/') ? inTree.slice(0, inTree.lastIndexOf('/')) : '')
}

/** Sets the parameters of a configuration, and others where an override says so. */
export function switching({ set, setParameters }: LoadedPolicies, config: Config): NonNullable<Rules['variants']> {
  const variants = variantsOf(config.overrides)
  let current = -1
  return {
    use(resource, environment) {
      const variant = variants.of(resource, environment)
      if (variant !== current) setParameters(parametersOf(set.policies, config, variants.parameters(variant)))
      current = variant
      return variant
    },
  }
}

/** Every parameter has a value: an override's, else the repository's, else the policy's default. */
function parametersOf(
  policies: readonly Policy[],
  config: Config,
  overridden: Config['parameters'],
): { readonly [policy: string]: { readonly [name: string]: Json } } {
  return Object.fromEntries(
    policies.map(({ id, parameters }) => [
      id,
      {
        ...Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, p.default])),
        ...config.parameters[id],
        ...overridden[id],
      },
    ]),
  )
}
