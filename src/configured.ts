/** How a repository is judged: its configuration as a tree has it, with what that extends and takes beside its own file. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CONFIG_FILE, defaults, describe, parseConfig, rebased, type Config } from './config.js'
import type { BroughtOptions, BroughtRules } from './custom/brought.js'
import { BROUGHT_FOLDER, FRAMEWORKS_FOLDER, OWN_FOLDER, together, type CustomPolicies } from './custom/custom.js'
import { parseBaseline, type BaselineEntry } from './decide/baseline.js'
import type { Waiver } from './decide/waive.js'
import type { ExtendOptions, Shared } from './extends/extend.js'
import { above, conflicts, mayWaive, type Floor } from './extends/floor.js'
import { NotBroughtYet } from './host/extended.js'
import { fileProblem } from './host/file-error.js'
import { parseInputs, tighten } from './inputs.js'
import { GateError } from './host/gate-error.js'
import { loadPolicies, type LoadedPolicies } from './host/policies.js'
import { folderOf, isBelow } from './host/repository.js'
import type { Policy, Tree, Unjudged } from './model.js'
import type { OpenOptions, Placed } from './placed.js'
import type { Framework } from './report/controls.js'

export interface Distribution extends LoadedPolicies {
  readonly frameworks: readonly Framework[]
}

/** What lies beside the program. Synchronously: nothing else goes on, and Node takes 7 ms to load its promises of files. */
export function loadDistribution(directory: URL): Distribution {
  const frameworks = readFileSync(new URL('frameworks.json', directory), 'utf8')
  return { ...loadPolicies(directory), frameworks: JSON.parse(frameworks) as Framework[] }
}

/** How a repository is judged, and where that is written. */
export interface Configured {
  readonly config: Config
  readonly notes: readonly string[]
  /** Tree path; null: there is none, or it lies outside of the repository. */
  readonly file: string | null
  readonly text: string | null
  /** What the baseline and the context are read from, as the configuration was. */
  readonly tree: Tree
  /** Waivers that stand in the head alone. */
  readonly pending: readonly Waiver[]
  /** Policies that the repository brings along, from the same tree, and those of what it extends. */
  readonly custom: CustomPolicies
  readonly shared: readonly Shared[]
  /** All there are, with the controls that they are mapped to. */
  readonly policies: readonly Policy[]
  readonly frameworks: readonly Framework[]
}

/** Where the rules are read, and who brings what they extend. */
export interface RulesFrom {
  readonly tree: Tree
  readonly bring: ExtendOptions['bring']
  readonly head: Tree
}

/** The configuration as `tree` has it. One that was asked for by name and is so far in the head alone is none yet. */
export async function configure(
  options: OpenOptions,
  placed: Placed,
  { tree, bring, head }: RulesFrom,
  distribution: Distribution,
): Promise<Configured> {
  const { cwd } = options
  const named = options.config === null ? null : resolve(cwd, options.config)
  const found = configPath(options, placed, tree)
  const isNew = found !== null && tree.stat(found) === null && head.stat(found) !== null
  const file = isNew ? null : found
  const isOutside = found === null && named !== null
  const text =
    file !== null ? readText(tree, file, placed.shown(file)) : isOutside ? readNamed(named, options.config ?? '') : null
  const name = file !== null ? placed.shown(file) : (options.config ?? '')
  const at = file ?? placed.inTree(named ?? '')
  const bundled = { policies: distribution.set.policies, frameworks: distribution.frameworks }
  const brought =
    text === null && tree.stat(BROUGHT_FOLDER) === null
      ? { ...bundled, shared: [], custom: together([]) }
      : await broughtBy({ text, name, folder: parentOf(at), tree, bring, ...bundled, shown: placed.shown })
  const { shared, custom, policies, frameworks } = brought
  const floors = shared.map(({ floor }) => floor)
  const own = text === null ? defaults : readConfig(text, name, at, policies, floors)
  const [conflict] = conflicts(floors, new Map(policies.map((policy) => [policy.id, policy])))
  if (conflict !== undefined) throw new GateError(`${name}: extends: in ${conflict.of.name} ${conflict.message}`)
  const config = above(own, floors)
  const { inputs, problems } = parseInputs(options, options.tightenOnly ? 'input ' : '--')
  if (problems.length > 0) throw new GateError(problems.join('\n'))
  const from = { file, text, tree, pending: [], custom, shared, policies, frameworks }
  if (options.tightenOnly) return { ...from, ...tighten(config, inputs) }
  const { stage, failOn, severity } = inputs
  return {
    ...from,
    config: {
      ...config,
      stage: stage ?? config.stage,
      failOn: failOn ?? config.failOn,
      severity: severity ?? config.severity,
    },
    notes: [],
  }
}

/** What a repository brings along; most bring nothing, and need none of this. */
async function broughtBy(options: BroughtOptions): Promise<BroughtRules> {
  const { broughtRules } = await import('./custom/brought.js')
  const { problems, later, ...rules } = await broughtRules(options)
  if (problems.length > 0) throw new GateError(problems.join('\n'))
  if (later.length > 0) throw new NotBroughtYet(later)
  return rules
}

/**
 * The tree path of the configuration: the one that was asked for, else the nearest above the only path, else above the
 * working directory. null: there is none in the tree.
 */
export function configPath(
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

export function readText(tree: Tree, file: string, name: string): string {
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

function readConfig(
  text: string,
  name: string,
  inTree: string,
  policies: readonly Policy[],
  floors: readonly Floor[],
): Config {
  const { config, problems } = parseConfig(text, name, policies, { floors })
  if (config === null) throw new GateError(problems.map(describe).join('\n'))
  return rebased({ ...config, file: inTree }, parentOf(inTree))
}

const parentOf = (file: string): string => file.slice(0, Math.max(file.lastIndexOf('/'), 0))

/** Waivers that only the head has hold where the configuration trusts it; elsewhere they are shown. */
export function withHeads(settings: Configured, brought: readonly Waiver[]): Configured {
  const { config } = settings
  const known = new Set(config.waivers.map((waiver) => JSON.stringify(waiver)))
  const own = brought.filter((waiver) => !known.has(JSON.stringify(waiver)) && mayWaive(waiver, config.floors))
  return config.trust.waivers === 'head'
    ? { ...settings, config: { ...config, waivers: [...config.waivers, ...own] } }
    : { ...settings, pending: own }
}

/** None where the head's configuration cannot be read: `onceMerged` says so. */
export async function waiversOfHead(ofHead: () => Promise<Configured>): Promise<readonly Waiver[]> {
  try {
    return (await ofHead()).config.waivers
  } catch (error) {
    if (error instanceof GateError) return []
    throw error
  }
}

/** The first day's findings, as the configuration names their file. */
export function readBaseline({ config, tree }: Configured, shown: (file: string) => string): readonly BaselineEntry[] {
  const { baseline } = config
  if (baseline === null) return []
  const { entries, problem } = parseBaseline(readText(tree, baseline, shown(baseline)))
  if (problem !== null) throw new GateError(`${shown(baseline)}: ${problem}`)
  return entries
}

/** What a configuration takes its rules from beside its own file. */
export const ruleFiles = ({ config: { baseline, context, custom }, shared }: Configured): readonly string[] => [
  ...(baseline === null ? [] : [baseline]),
  ...context,
  OWN_FOLDER,
  FRAMEWORKS_FOLDER,
  ...shared.flatMap(({ files }) => files),
  ...custom.flatMap(({ path, data }) => [path, ...data]),
]

/** Something about the configuration itself that keeps the gate from its work. */
export const ofConfiguration = ({ file }: Configured, reason: string): Unjudged => ({
  file: file ?? CONFIG_FILE,
  line: null,
  reason,
  policy: null,
  source: null,
  environments: [],
})
