/** Where a command works: its paths, the repository around them, and what is judged together. */
import { existsSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { Config } from './config.js'
import type { Scope } from './discover/discover.js'
import { contextPlace } from './discover/remote-base.js'
import { isInBundle } from './extends/reference.js'
import { GateError } from './host/gate-error.js'
import { repositoryAt } from './host/remotes.js'
import { rootOf } from './host/repository.js'
import type { Tree } from './model.js'

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

/** The paths of a command, in the repository that they lie in. */
export interface Placed {
  /** The folder that the tree is of. */
  readonly root: string
  /** Absolute. */
  readonly paths: readonly string[]
  /** Absolute path → tree path. */
  readonly inTree: (path: string) => string
  /** Tree path → path relative to the working directory. */
  readonly shown: (file: string) => string
}

/** Throws `GateError` where a path leads to nothing. */
export function placeOf(options: OpenOptions): Placed {
  const { cwd } = options
  const paths = options.paths.map((path) => resolve(cwd, path))
  for (const [i, path] of paths.entries()) {
    if (!existsSync(path)) throw new GateError(`${options.paths[i]}: no such file or folder`)
  }
  const root = rootOf(cwd, paths)
  const inTree = (path: string): string => relative(root, path).split(sep).join('/')
  const shown = remembered((file: string) =>
    isInBundle(file) ? file : relative(cwd, join(root, file)).split(sep).join('/') || '.',
  )
  return { root, paths, inTree, shown }
}

/** The paths together, or each by itself. */
export function scopesOf({ each }: OpenOptions, { root, paths, inTree }: Placed, config: Config): readonly Scope[] {
  const repository = repositoryAt(root, process.env)
  return (each ? paths.map((path) => [path]) : [paths]).map((together): Scope => ({
    paths: together.map(inTree),
    ignore: config.ignore,
    render: config.render,
    context: config.context.map(contextPlace),
    groups: config.scopes,
    repository,
  }))
}

/** A path that is in another tree only is nothing in this one. */
export const present = (scope: Scope, tree: Tree): Scope => ({
  ...scope,
  paths: scope.paths.filter((path) => tree.stat(path) !== null),
})

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
