/**
 * One run of the gate on this machine: what the command line and the Action share. It brings the tree, the policies, the
 * engines and the configuration to `gate`, and gives back the report. This and `host/` touch the machine.
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { CONFIG_FILE, defaults, describe, parseConfig, parseInputs, rebased, tighten, type Config } from './config.js'
import type { Scope } from './discover/discover.js'
import { conclude, judge, type Progress } from './gate.js'
import { createEngines, type Engines } from './host/engines.js'
import { fileProblem } from './host/file-error.js'
import { diskTree } from './host/files.js'
import { GateError } from './host/gate-error.js'
import { loadPolicies, type LoadedPolicies } from './host/policies.js'
import { folderOf, isBelow, rootOf } from './host/repository.js'
import type { Json, Policy } from './model.js'
import type { Framework } from './report/controls.js'
import type { Report } from './report/report.js'

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

export interface RunOptions extends OpenOptions {
  /** Where `policies.wasm` and the engines lie. */
  readonly distribution: URL
  readonly onProgress: Progress
  /** How long one render may take, in milliseconds; the engines' own limit where it is absent. */
  readonly timeLimitMs?: number
}

export interface RunResult {
  readonly report: Report
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
  const { root, inTree, shown, config, notes, scopes } = open(options, distribution.set.policies)
  distribution.setParameters(parametersOf(distribution.set.policies, config))
  const tree = diskTree(root)
  const engines = enginesOf(options.distribution, options.timeLimitMs)
  try {
    const head = []
    const rules = { ...distribution, flows: config.flows }
    for (const scope of scopes) head.push(await judge(tree, scope, rules, engines, onProgress))
    const { frameworks } = distribution
    const report = await conclude({ tree, head, base: null, rules, config, notes, frameworks, shown, engines })
    const linesOf = (file: string): readonly string[] | null => {
      const bytes = tree.read(inTree(resolve(cwd, file)))
      return bytes === null ? null : new TextDecoder().decode(bytes).split(/\r\n|\n|\r/)
    }
    return { report, policies: distribution.set.policies, linesOf, prefix: isBelow(cwd, root) ? inTree(cwd) : '' }
  } finally {
    await engines.close()
  }
}

/** The paths of a command, in the repository that they lie in. */
export interface Opened {
  /** The folder that the tree is of. */
  readonly root: string
  /** Absolute path → tree path. */
  readonly inTree: (path: string) => string
  /** Tree path → path relative to the working directory. */
  readonly shown: (file: string) => string
  readonly config: Config
  /** What a reader should know about the configuration. */
  readonly notes: readonly string[]
  /** The paths together, or each by itself. */
  readonly scopes: readonly Scope[]
}

/** Finds the repository around the paths, and its configuration. Throws `GateError` where either cannot be read. */
export function open(options: OpenOptions, policies: readonly Policy[]): Opened {
  const { cwd } = options
  const paths = options.paths.map((path) => resolve(cwd, path))
  for (const [i, path] of paths.entries()) {
    if (!existsSync(path)) throw new GateError(`${options.paths[i]}: no such file or folder`)
  }
  const root = rootOf(cwd, paths)
  const inTree = (path: string): string => relative(root, path).split(sep).join('/')
  const shown = (file: string): string => relative(cwd, join(root, file)).split(sep).join('/') || '.'
  const { config, notes } = configure(options, configFile(options, root, paths), inTree, policies)
  const scopes = (options.each ? paths.map((path) => [path]) : [paths]).map((each): Scope => ({
    paths: each.map(inTree),
    ignore: config.ignore,
    render: config.render,
  }))
  return { root, inTree, shown, config, notes, scopes }
}

/** Started when first asked; whoever asks for them closes them. */
export function enginesOf(distribution: URL, timeLimitMs?: number): Engines {
  return createEngines({
    timeLimitMs,
    directory: new URL('engine/', distribution),
    workerUrl: new URL('engine-worker.js', distribution),
  })
}

/** The one that was asked for, else the nearest above the only path, else above the working directory. */
function configFile({ cwd, config, each }: OpenOptions, root: string, paths: readonly string[]): string | null {
  if (config !== null) return resolve(cwd, config)
  const [only] = paths
  const start = !each && paths.length === 1 && only !== undefined ? folderOf(only) : cwd
  for (let at = start; isBelow(at, root); at = dirname(at)) {
    const file = join(at, CONFIG_FILE)
    if (existsSync(file)) return file
    if (at === dirname(at)) break
  }
  return null
}

function configure(
  options: OpenOptions,
  file: string | null,
  inTree: (path: string) => string,
  policies: readonly Policy[],
): { readonly config: Config; readonly notes: readonly string[] } {
  const own = file === null ? defaults : readConfig(file, inTree(file), relative(options.cwd, file) || '.', policies)
  const { inputs, problems } = parseInputs(options)
  if (problems.length > 0) throw new GateError(problems.join('\n'))
  if (options.tightenOnly) return tighten(own, inputs)
  const { stage, failOn, severity } = inputs
  return {
    config: { ...own, stage: stage ?? own.stage, failOn: failOn ?? own.failOn, severity: severity ?? own.severity },
    notes: [],
  }
}

function readConfig(file: string, inTree: string, name: string, policies: readonly Policy[]): Config {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (error) {
    throw new GateError(`${name}: ${fileProblem(error)}`)
  }
  const { config, problems } = parseConfig(content, name, policies)
  if (config === null) throw new GateError(problems.map(describe).join('\n'))
  return rebased({ ...config, file: inTree }, inTree.includes('/') ? inTree.slice(0, inTree.lastIndexOf('/')) : '')
}

/** Every parameter has a value: the repository's, else the policy's default. */
export function parametersOf(
  policies: readonly Policy[],
  config: Config,
): { readonly [policy: string]: { readonly [name: string]: Json } } {
  return Object.fromEntries(
    policies.map(({ id, parameters }) => [
      id,
      {
        ...Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, p.default])),
        ...config.parameters[id],
      },
    ]),
  )
}
