/**
 * One run of the gate on this machine: what the command line and the Action share. It brings the tree, the policies, the
 * engines and the configuration to `gate`, and gives back the report. This and `host/` touch the machine.
 */
import { join, resolve } from 'node:path'
import type { Config } from './config.js'
import {
  configPath,
  configure,
  loadDistribution,
  ofConfiguration,
  readBaseline,
  readText,
  ruleFiles,
  waiversOfHead,
  withHeads,
  type Configured,
  type Distribution,
} from './configured.js'
import type { CustomRules } from './custom/judge.js'
import { isWithinBaseline, type BaselineEntry } from './decide/baseline.js'
import { variantsOf } from './decide/terms.js'
import { withCommitted } from './discover/committed.js'
import { differing } from './discover/differing.js'
import type { Scope } from './discover/discover.js'
import { matcherOf, namedBy } from './discover/glob.js'
import { isWithin } from './discover/path.js'
import { relevant } from './discover/relevant.js'
import { contextPlace } from './discover/remote-base.js'
import { allOverrides } from './extends/floor.js'
import { conclude, gather, judge, together as allTogether, type Progress, type Rules } from './gate.js'
import { createEngines, type Engines } from './host/engines.js'
import { bundlesFor, NotBroughtYet } from './host/extended.js'
import type { Fetched } from './host/fetch/fetch.js'
import { diskTree } from './host/files.js'
import { GateError } from './host/gate-error.js'
import type { LoadedPolicies } from './host/policies.js'
import type { Rego } from './host/rego.js'
import { isBelow } from './host/repository.js'
import { remembering } from './mend/remember.js'
import type { Wanted } from './mend/report.js'
import type { Finding, Json, Judgement, Policy, Tree, Unjudged } from './model.js'
import { placeOf, present, scopesOf, type OpenOptions, type Placed } from './placed.js'
import { withNotFetched } from './render/lacking.js'
import { pendingOf, type OnceMerged } from './report/pending.js'
import type { Patch, Report } from './report/report.js'
import type { Side, Worlds } from './worlds.js'

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
  /**
   * A branch that takes the place of both `base` and `rules` where the rules name it; null: there is no such question.
   * `main` is the branch that the rules are of.
   */
  readonly branch: {
    readonly name: string
    readonly main: string
    readonly start: () => Promise<Pick<Start, 'base' | 'changed'>>
  } | null
  /** Tree paths that `base` and the head do not have alike; null: not known. */
  readonly changed: readonly string[] | null
}

/** A head by itself. */
export const ALONE: Start = { base: null, rules: null, notes: [], unjudged: [], branch: null, changed: null }

export interface RunOptions extends OpenOptions {
  /** Where `policies.wasm` and the engines lie. */
  readonly distribution: URL
  readonly onProgress: Progress
  /** How long one render may take, in milliseconds; the engines' own limit where it is absent. */
  readonly timeLimitMs?: number
  /** Which findings edits are looked for that mend them; absent: none. */
  readonly fixes?: Wanted
  /** `root` is the top of the repository, `head` what is judged. Absent: the head is judged alone. */
  readonly start?: (root: string, head: Tree) => Promise<Start>
}

export interface RunResult {
  readonly report: Report
  /** What the policies found in the head, before anything was decided. */
  readonly findings: readonly Finding[]
  /** The baseline that was read, and its file's absolute path; null: the configuration names none. */
  readonly baseline: readonly BaselineEntry[]
  readonly baselineFile: string | null
  /** Tree path → the file with every fix of the report; empty where none was asked for. */
  readonly mended: ReadonlyMap<string, string>
  /** The same as patches, and whether not all that is wanted was tried. */
  readonly patches: () => readonly Patch[]
  readonly isMendingUnfinished: boolean
  /** The folder that tree paths begin in. */
  readonly root: string
  /** Tree path → path relative to the working directory. */
  readonly shown: (file: string) => string
  readonly policies: readonly Policy[]
  /** What is related together, in the head and in the base where there is one: for what is shown beside findings. */
  readonly worlds: () => Promise<readonly Worlds[]>
  /** The lines of a file of the report, for code frames; null where it cannot be read. */
  readonly linesOf: (file: string) => readonly string[] | null
  /** The working directory in the repository, '' where it is the root. */
  readonly prefix: string
}

/** Throws `GateError` where the gate cannot do its work. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { cwd, onProgress } = options
  const distribution = loadDistribution(options.distribution)
  const placed = placeOf(options)
  const { root, inTree, shown } = placed
  const disk = diskTree(root)
  const asked = options.start === undefined ? ALONE : await options.start(root, disk)
  const bundles = bundlesFor(process.env)
  const configured = (rules: Tree): Promise<Configured> =>
    configure(options, placed, { tree: rules, bring: bundles.trusted, head: disk }, distribution)
  /** As the head has it: it judges nothing yet. */
  const ofHead = (): Promise<Configured> =>
    configure(options, placed, { tree: disk, bring: bundles.untrusted, head: disk }, distribution)
  const start = await onBranch(asked, async () => (await configured(asked.rules ?? disk)).config)
  const settings = withHeads(
    await configured(start.rules ?? disk),
    start.rules === null ? [] : await waiversOfHead(ofHead),
  )
  const scopesFor = (config: Config, asked: OpenOptions = options): readonly Scope[] =>
    scopesOf(asked, placed, config).map((scope) => ({
      ...withCommitted(scope, start.changed ?? [], disk),
      ...(start.base === null ? {} : { before: start.base }),
    }))
  // The target's configuration alone opens the network, also for the judgement by what the head would configure.
  const fetched = await fetchedOf(settings.config, scopesFor(settings.config))
  const { tree, unjudged: notFetched } = await fetched(disk)
  const startBase = start.base === null ? null : await fetched(start.base)
  const overlays = new Map([[disk, tree]])
  if (start.base !== null && startBase !== null) overlays.set(start.base, startBase.tree)
  if (!overlays.has(settings.tree)) overlays.set(settings.tree, (await fetched(settings.tree)).tree)
  const own = enginesOf(options.distribution, options.timeLimitMs)
  const engines = options.fixes === undefined ? own : { ...own, ...remembering(own) }
  let longest = 0
  const judged = async (of: Fetched, { config }: Configured, rules: Rules): Promise<readonly Judgement[]> => {
    const judgements = []
    const began = now()
    for (const scope of scopesFor(config))
      judgements.push(await judge(of.tree, present(scope, of.tree), rules, engines, onProgress))
    longest = Math.max(longest, now() - began)
    const lists = judgements.map(({ unjudged }) => unjudged)
    const told = withNotFetched(lists, of.unjudged)
    return judgements.map((judgement, i) => ({ ...judgement, unjudged: told[i] ?? [] }))
  }
  const concluded = async (settings: Configured): Promise<Report> => (await concludedWith(settings)).report
  const concludedWith = async (settings: Configured): Promise<Concluded> => {
    const own = await compiledOf(settings, () => regoOf(options.distribution, engines))
    const rules: Rules = own.custom === null ? rulesOf(settings) : { ...rulesOf(settings), custom: own.custom }
    const head = await judged({ tree, unjudged: notFetched }, settings, rules)
    const base =
      startBase === null ? null : { tree: startBase.tree, judgements: await judged(startBase, settings, rules) }
    const baseline = readBaseline(settings, shown)
    const accepted = { pending: settings.pending, baseline, digest: sha256, today: today() }
    const known = around(settings)
    const unjudged = [...known.unjudged, ...own.problems]
    const { config, frameworks } = settings
    const report = await conclude({ ...known, unjudged, head, base, rules, config, frameworks, accepted })
    return { report, head, base: base?.judgements ?? null, rules, baseline }
  }
  const rulesOf = (settings: Configured): Rules => {
    const variants = switching(distribution, settings.config)
    const set = { ...distribution.set, policies: settings.policies }
    return {
      ...distribution,
      set,
      flows: settings.config.flows,
      context: overlays.get(settings.tree) ?? settings.tree,
      variants,
    }
  }
  /** What changed, and is not here: neither is it what it was. */
  const absent = await absentOf(root, start, scopesFor(settings.config), disk)
  const around = (settings: Configured) => ({
    tree,
    engines,
    shown,
    notes: [...start.notes, ...settings.notes],
    unjudged: [...start.unjudged.map((reason) => ofConfiguration(settings, reason)), ...absent],
  })
  /** Of a change that touches nothing: what there is was judged when it came. */
  const untouched = async (settings: Configured): Promise<Report> => {
    const rules = rulesOf(settings)
    const config = { ...settings.config, waivers: [] }
    const accepted = { pending: [], baseline: [], digest: sha256, today: today() }
    const report = await conclude({
      ...around(settings),
      head: [],
      base: null,
      rules,
      config,
      frameworks: [],
      accepted,
    })
    return { ...report, judged: { ...report.judged, untouched: start.changed?.length ?? 0 } }
  }
  /** Whether nothing that changed matters; then all of it is as it was. */
  const isUntouched = async (settings: Configured): Promise<boolean> => {
    const { config } = settings
    const { base, changed } = start
    if (base === null || changed === null || config.failOn === 'all') return false
    if (start.unjudged.length + absent.length > 0) return false
    const scope = { ...(scopesFor(config, { ...options, each: false })[0] as Scope), context: [] }
    const { certain, perhaps } = relevant(changed, [base, tree], scope)
    const own = [...ruleFiles(settings), ...(settings.file === null ? [] : [settings.file])]
    if (certain.length > 0 || changed.some((path) => own.some((folder) => isWithin(path, folder)))) return false
    for (const each of [base, tree]) {
      const found = await gather(each, present({ ...scope, paths: perhaps }, each), engines, onProgress)
      if (found.resources.length > 0 || found.unjudged.length > 0) return false
    }
    return true
  }
  try {
    const first = (await isUntouched(settings))
      ? { report: await untouched(settings), head: [], base: null, rules: rulesOf(settings), baseline: [] }
      : await concludedWith(settings)
    const { head, base, rules, baseline } = first
    const scopes = scopesFor(settings.config)
    const end = now() + (options.fixes?.withinMs ?? Infinity)
    // Every round judges anew.
    const isLate = (): boolean => now() + longest > end
    const patient = { tree, scopes, head, rules, engines, progress: onProgress, shown, isLate }
    const { report, texts, patches, isUnfinished } =
      options.fixes === undefined
        ? { report: first.report, texts: new Map<string, string>(), patches: () => [], isUnfinished: false }
        : await (await import('./mend/report.js')).mendReport(first.report, options.fixes, patient)
    const linesOf = (file: string): readonly string[] | null => {
      const bytes = tree.read(inTree(resolve(cwd, file)))
      return bytes === null ? null : new TextDecoder().decode(bytes).split(/\r\n|\n|\r/)
    }
    const merged =
      start.rules === null || report.judged.untouched !== undefined
        ? null
        : await onceMerged(options, placed, tree, settings, ofHead, concluded)
    return {
      mended: texts,
      patches,
      isMendingUnfinished: isUnfinished,
      root,
      shown,
      report: merged === null ? report : pendingOf(report, merged, shown),
      findings: head.flatMap(({ findings }) => findings),
      baseline,
      baselineFile: settings.config.baseline === null ? null : join(root, settings.config.baseline),
      policies: settings.policies,
      worlds: async () => (await import('./worlds.js')).worldsOf(sideOf(head), base === null ? null : sideOf(base)),
      linesOf,
      prefix: isBelow(cwd, root) ? inTree(cwd) : '',
    }
  } finally {
    await own.close()
  }
}

/** What brings what a tree lacks, where the configuration allows it. It is loaded only then. */
export async function fetchedOf(config: Config, scopes: readonly Scope[]): Promise<(tree: Tree) => Promise<Fetched>> {
  const isElsewhere = config.context.some((entry) => contextPlace(entry) !== entry)
  if (config.fetch.length === 0 && !isElsewhere) return async (tree) => ({ tree, unjudged: [] })
  const [{ fetcherOf }, { cacheFolder, folderCache }] = await Promise.all([
    import('./host/fetch/fetch.js'),
    import('./host/cache.js'),
  ])
  const fetcher = fetcherOf(folderCache(cacheFolder(process.env)), process.env)
  return (tree) => fetcher(tree, scopes, config)
}

/** What of a change lies in the scopes, and is not checked out. */
async function absentOf(
  root: string,
  { changed }: Start,
  scopes: readonly Scope[],
  disk: Tree,
): Promise<readonly Unjudged[]> {
  // A submodule that is not checked out is an empty folder.
  const within = scopes.map(({ paths, ignore }) => {
    const ignoring = matcherOf(ignore)
    return (path: string): boolean => paths.some((start) => isWithin(path, start)) && ignoring(path) === null
  })
  const gone = (changed ?? []).filter(
    (path) => disk.stat(path) !== 'file' && within.some((isInScope) => isInScope(path)),
  )
  if (gone.length === 0) return []
  const { notCheckedOut } = await import('./host/changed.js')
  return notCheckedOut(root, gone).map((problem) => ({
    ...problem,
    line: null,
    policy: null,
    source: null,
    environments: [],
  }))
}

interface Concluded {
  readonly report: Report
  /** What it was concluded from, a scope each. */
  readonly head: readonly Judgement[]
  readonly base: readonly Judgement[] | null
  readonly rules: Rules
  readonly baseline: readonly BaselineEntry[]
}

function sideOf(judgements: readonly Judgement[]): Side {
  const { sources, resources, context = [] } = allTogether(judgements)
  return { sources, resources: [...resources, ...context] }
}

/** A branch that the rules name is a start of its own; any other proves nothing. */
async function onBranch(start: Start, config: () => Promise<Config>): Promise<Start> {
  const { branch } = start
  if (branch === null) return start
  if (!namedBy((await config()).trust.branches)(branch.name)) {
    const note = `${branch.name} is not among trust.branches of ${branch.main}: judged by ${branch.main} and against it`
    return { ...start, notes: [...start.notes, note] }
  }
  const own = await branch.start()
  return { ...start, ...own, rules: own.base }
}

/** What the head says about how it would be judged; null where that is what judges it already. */
async function onceMerged(
  options: RunOptions,
  placed: Placed,
  head: Tree,
  now: Configured,
  ofHead: () => Promise<Configured>,
  concluded: (settings: Configured) => Promise<Report>,
): Promise<OnceMerged | null> {
  let [after, files]: [Pick<Configured, 'file' | 'text'>, readonly string[]] = [{ file: now.file, text: null }, []]
  const others = (settings: Configured): readonly string[] => differing(now.tree, head, ruleFiles(settings))
  /** What judges is not as it was. Tests of policies judge nothing; a baseline may shrink. */
  const odd = (isShrunk: boolean): readonly string[] =>
    files
      .filter((path) => [now.tree, head].every((tree) => tree.stat(path) !== 'directory'))
      .filter((path) => !path.endsWith('_test.rego') && !(isShrunk && path === now.config.baseline))
      .map((path) => `${placed.shown(path)}: not the same`)
  const told = (
    answer: Pick<OnceMerged, 'report' | 'problem' | 'weaker' | 'unsure'>,
    later: readonly string[] = [],
  ): OnceMerged => ({
    ...{ before: now, after, files, weakening: now.config.weakening, later },
    ...answer,
  })
  try {
    files = others(now)
    const file = configPath(options, placed, head)
    after = { file, text: file === null ? null : readText(head, file, placed.shown(file)) }
    const own = await ofHead()
    files = [...new Set([...files, ...others(own)])]
    if (file === now.file && after.text === now.text && files.length === 0) return null
    const isShrunk = isWithinBaseline(readBaseline(own, placed.shown), readBaseline(now, placed.shown))
    const { weakening } = await import('./extends/weaker.js')
    const { weaker, unsure } = weakening(now.config, own.config, now.policies)
    return told({ weaker, unsure: [...unsure, ...odd(isShrunk)], report: await concluded(own), problem: null })
  } catch (error) {
    if (error instanceof NotBroughtYet)
      return told({ weaker: [], unsure: odd(false), report: null, problem: null }, error.references)
    if (!(error instanceof GateError)) throw error
    return told({ weaker: [], unsure: odd(false), report: null, problem: error.message })
  }
}

/** A repository and how it wants to be judged. */
export interface Opened extends Placed {
  readonly config: Config
  /** What a reader should know about the configuration. */
  readonly notes: readonly string[]
  /** All there are, bundled, extended, and the repository's own. */
  readonly policies: readonly Policy[]
  /** The paths together, or each by itself. */
  readonly scopes: readonly Scope[]
}

/** Finds the repository around the paths, and its configuration. Throws `GateError` where either cannot be read. */
export async function open(options: OpenOptions, distribution: Distribution): Promise<Opened> {
  const placed = placeOf(options)
  const tree = diskTree(placed.root)
  const rules = { tree, bring: bundlesFor(process.env).trusted, head: tree }
  const { config, notes, policies } = await configure(options, placed, rules, distribution)
  return { ...placed, config, notes, policies, scopes: scopesOf(options, placed, config) }
}

/** Started when first asked; whoever asks for them closes them. */
export function enginesOf(distribution: URL, timeLimitMs?: number): Engines {
  return createEngines({
    timeLimitMs,
    directory: new URL('engine/', distribution),
    workerUrl: new URL('engine-worker.mjs', distribution),
  })
}

/** For the policies that a repository brings along. */
export async function regoOf(distribution: URL, engines: Engines): Promise<Rego> {
  const [{ createRego }, { cacheFolder, folderCache }] = await Promise.all([
    import('./host/rego.js'),
    import('./host/cache.js'),
  ])
  return createRego({
    engines,
    cache: folderCache(cacheFolder(process.env)),
    engineFolder: new URL('engine/', distribution),
    workerUrl: new URL('rego-worker.mjs', distribution),
  })
}

/** The repository's own policies, ready to judge, and what is wrong with them. */
async function compiledOf(
  { custom, config }: Configured,
  start: () => Promise<Rego>,
): Promise<{ readonly custom: CustomRules | null; readonly problems: readonly Unjudged[] }> {
  if (custom.units.length === 0) return { custom: null, problems: custom.problems }
  const rego = await start()
  const { compiled, problems } = await rego.compile(custom.units)
  return {
    custom: {
      policies: custom,
      units: new Set(compiled.map(({ unit }) => unit)),
      parameters: config.parameters,
      variants: variantsOf(allOverrides(config)),
      evaluate: (questions, data) => rego.evaluate(compiled, questions, data),
    },
    problems: [...custom.problems, ...problems],
  }
}

/** Milliseconds since some moment. `performance` would tell as well, but Node loads all that it measures with for 5 ms. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6

/** The digest that baselines keep of values. */
export const sha256 = (text: string): string => {
  // Loaded only where there is a baseline: it is a good part of the start.
  const { createHash } = process.getBuiltinModule('node:crypto')
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

const today = (): string => new Date().toISOString().slice(0, 10)

/** Sets the parameters of a configuration, and others where an override says so. */
export function switching({ set, setParameters }: LoadedPolicies, config: Config): NonNullable<Rules['variants']> {
  const variants = variantsOf(allOverrides(config))
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
