/**
 * What a tree lacks and the configuration lets the gate fetch: the dependencies of charts, and what kustomizations build on
 * elsewhere. It comes as an overlay, charts where `helm dependency build` would put them, so that nothing after it knows of
 * a network.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { missingDependencies, type MissingDependency } from '../../discover/dependencies.js'
import { discover, type Discovered, type Scope } from '../../discover/discover.js'
import { mountedTree } from '../../discover/mounted-tree.js'
import { resolvePath } from '../../discover/path.js'
import { mountOf, remoteOf, remotesFrom, type Remote } from '../../discover/remote-base.js'
import { CONFIG_FILE, type Config } from '../../config.js'
import type { Tree, Unjudged } from '../../model.js'
import { cacheFolder, type Cache } from '../cache.js'
import { GateError } from '../gate-error.js'
import { HttpError } from '../http.js'
import { isAllowed } from '../../discover/allowed.js'
import { chartsFrom, type BringChart } from './chart-repository.js'
import { remotesThrough, type BringRemote } from './remote-base.js'

export interface Fetched {
  readonly tree: Tree
  /** What could not be fetched. */
  readonly unjudged: readonly Unjudged[]
}

/** `fetch`: the addresses that the target's configuration allows. */
export type Fetcher = (
  tree: Tree,
  scopes: readonly Scope[],
  config: Pick<Config, 'fetch' | 'context' | 'file'>,
) => Promise<Fetched>

export function fetcherOf(cache: Cache, environment: NodeJS.ProcessEnv): Fetcher {
  const bringChart = remembering(chartsFrom(cache, environment))
  const bringRemote = remembering(remotesThrough(cache, join(cacheFolder(environment), 'git')))
  return async (own, scopes, config) => {
    const allowed = config.fetch
    const { tree, unjudged: missing } = await contextFor(own, config, bringRemote)
    if (allowed.length === 0) return { tree, unjudged: missing }
    const discovered = scopes.map((scope) => {
      const paths = [...scope.paths, ...scope.context].filter((path) => tree.stat(path) !== null)
      return discover(tree, { ...scope, paths, context: [] })
    })
    const { tree: withCharts, unjudged } = await chartsFor(tree, discovered, allowed, bringChart)
    const remotes = await remotesFor(withCharts, discovered, allowed, bringRemote)
    return { tree: remotes.tree, unjudged: [...missing, ...unjudged, ...remotes.unjudged] }
  }
}

/** What of the context lies in other repositories. */
async function contextFor(
  tree: Tree,
  { context, fetch, file }: Pick<Config, 'fetch' | 'context' | 'file'>,
  bring: BringRemote,
): Promise<Fetched> {
  const mounts = new Map<string, Tree>()
  const unjudged: Unjudged[] = []
  for (const entry of context) {
    const remote = remoteOf(entry)
    const problem = remote === null ? null : await triedRemote(remote, fetch, mounts, bring)
    if (problem === null) continue
    const reason = `context ${entry}: ${problem}`
    unjudged.push({ file: file ?? CONFIG_FILE, line: null, reason, policy: null, source: null, environments: [] })
  }
  return { tree: mounts.size === 0 ? tree : mountedTree(tree, mounts), unjudged }
}

async function chartsFor(
  tree: Tree,
  discovered: readonly Discovered[],
  allowed: readonly string[],
  bring: BringChart,
): Promise<Fetched> {
  const files = new Map<string, Uint8Array>()
  const unjudged: Unjudged[] = []
  for (const { source, missing } of discovered.flatMap((each) => missingIn(tree, each))) {
    const { chart, file, line, name } = missing
    const brought = await tried(missing, allowed, bring)
    if (typeof brought === 'string')
      unjudged.push({ file, line, reason: `${name}: ${brought}`, policy: null, source, environments: [] })
    else files.set(resolvePath(chart, `charts/${name}-${brought.version}.tgz`) ?? '', brought.archive)
  }
  return { tree: files.size === 0 ? tree : tree.with(files), unjudged }
}

/** What was brought may build on something else again; a repository that goes on and on is not followed for ever. */
const MOST_REMOTES = 64

async function remotesFor(
  tree: Tree,
  discovered: readonly Discovered[],
  allowed: readonly string[],
  bring: BringRemote,
): Promise<Fetched> {
  const folders = new Set(discovered.flatMap(({ kustomizations }) => kustomizations.map(({ folder }) => folder)))
  const mounts = new Map<string, Tree>()
  const unjudged: Unjudged[] = []
  const seen = new Set<string>()
  for (;;) {
    const whole = mounts.size === 0 ? tree : mountedTree(tree, mounts)
    const wanted = [...folders].flatMap((source) => remotesFrom(whole, source).map((use) => ({ source, use })))
    const before = seen.size
    for (const { source, use } of wanted) {
      const { file, line, entry, remote } = use
      const key = JSON.stringify([file, line, entry, remote])
      if (seen.has(key)) continue
      seen.add(key)
      const brought = await triedRemote(remote, allowed, mounts, bring)
      if (brought !== null)
        unjudged.push({ file, line, reason: `${entry}: ${brought}`, policy: null, source, environments: [] })
    }
    if (seen.size === before) return { tree: whole, unjudged }
  }
}

/** null: it is among the mounts. Else why it is not. */
async function triedRemote(
  remote: Remote,
  allowed: readonly string[],
  mounts: Map<string, Tree>,
  bring: BringRemote,
): Promise<string | null> {
  if (remote.kind === 'refused') return remote.reason
  const { url } = remote
  if (!isAllowed(url, allowed))
    return `${url} is not among what the configuration's fetch allows: \`fetch: ["${url}"]\` allows it`
  const mount = mountOf(remote) ?? ''
  if (!mounts.has(mount) && mounts.size === MOST_REMOTES) return `more than ${MOST_REMOTES} are not fetched`
  const brought = await outcomeOf(() => bring(remote))
  if (typeof brought === 'string') return brought
  if (remote.kind === 'git' && brought.stat(resolvePath('', remote.folder) ?? '') !== 'directory')
    return `${url} has no folder ${remote.folder} in ${remote.commit}`
  mounts.set(mount, brought)
  return null
}

interface MissingOf {
  /** The chart that is rendered. */
  readonly source: string
  readonly missing: MissingDependency
}

function missingIn(tree: Tree, { sources }: Discovered): readonly MissingOf[] {
  return sources.flatMap((source) =>
    source.kind === 'chart'
      ? missingDependencies(tree, source.id, sha256).map((missing) => ({ source: source.id, missing }))
      : [],
  )
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The archive, or why there is none. */
async function tried(
  { name, pinned }: MissingDependency,
  allowed: readonly string[],
  bring: BringChart,
): Promise<{ readonly archive: Uint8Array; readonly version: string } | string> {
  if ('problem' in pinned) return pinned.problem
  const { version, repository } = pinned
  if (!isAllowed(repository, allowed)) return `${repository} is not among what the configuration's fetch allows`
  const archive = await outcomeOf(() => bring({ name, version, repository }))
  return typeof archive === 'string' ? archive : { archive, version }
}

/** What is brought, or why it is not. */
async function outcomeOf<T>(bring: () => Promise<T>): Promise<T | string> {
  try {
    return await bring()
  } catch (error) {
    if (error instanceof HttpError || error instanceof GateError) return error.message
    // What does not unpack, or is no JSON: it is named, and blocks all the same.
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Base and head, and what lies beside each other, want the same. */
function remembering<Wanted, T>(bring: (wanted: Wanted) => Promise<T>): (wanted: Wanted) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (wanted) => {
    const key = JSON.stringify(wanted)
    const found = known.get(key) ?? bring(wanted)
    known.set(key, found)
    return found
  }
}
