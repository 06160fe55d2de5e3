/**
 * What a tree lacks and the configuration lets the gate fetch: the dependencies of charts. It comes as an overlay, where
 * `helm dependency build` would put it, so that nothing after it knows of a network.
 */
import { createHash } from 'node:crypto'
import { missingDependencies, type MissingDependency } from '../../discover/dependencies.js'
import { discover, type Scope } from '../../discover/discover.js'
import { resolvePath } from '../../discover/path.js'
import type { Tree, Unjudged } from '../../model.js'
import type { Cache } from '../cache.js'
import { GateError } from '../gate-error.js'
import { HttpError } from '../http.js'
import { isAllowed } from '../../discover/allowed.js'
import { chartsFrom, type BringChart } from './chart-repository.js'

export interface Fetched {
  readonly tree: Tree
  /** What could not be fetched. */
  readonly unjudged: readonly Unjudged[]
}

/** `allowed`: the addresses that the target's configuration names. */
export type Fetcher = (tree: Tree, scopes: readonly Scope[], allowed: readonly string[]) => Promise<Fetched>

export function fetcherOf(cache: Cache, environment: NodeJS.ProcessEnv): Fetcher {
  const bring = remembering(chartsFrom(cache, environment))
  return async (tree, scopes, allowed) => {
    if (allowed.length === 0) return { tree, unjudged: [] }
    const files = new Map<string, Uint8Array>()
    const unjudged: Unjudged[] = []
    for (const { source, missing } of scopes.flatMap((scope) => missingIn(tree, scope))) {
      const { chart, file, line, name } = missing
      const brought = await tried(missing, allowed, bring)
      if (typeof brought === 'string')
        unjudged.push({ file, line, reason: `${name}: ${brought}`, policy: null, source, environments: [] })
      else files.set(resolvePath(chart, `charts/${name}-${brought.version}.tgz`) ?? '', brought.archive)
    }
    return { tree: files.size === 0 ? tree : tree.with(files), unjudged }
  }
}

interface MissingOf {
  /** The chart that is rendered. */
  readonly source: string
  readonly missing: MissingDependency
}

function missingIn(tree: Tree, scope: Scope): readonly MissingOf[] {
  const paths = [...scope.paths, ...scope.context].filter((path) => tree.stat(path) !== null)
  return discover(tree, { ...scope, paths, context: [] }).sources.flatMap((source) =>
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
  try {
    return { archive: await bring({ name, version, repository }), version }
  } catch (error) {
    if (error instanceof HttpError || error instanceof GateError) return error.message
    // What does not unpack, or is no JSON: it is named, and blocks all the same.
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Base and head, and charts beside each other, want the same. */
function remembering(bring: BringChart): BringChart {
  const known = new Map<string, Promise<Uint8Array>>()
  return (chart) => {
    const key = JSON.stringify(chart)
    const found = known.get(key) ?? bring(chart)
    known.set(key, found)
    return found
  }
}
