/**
 * Packages of npm and modules of Go are left out by the names of their folders, which anybody may give to a folder. What a
 * change brings there is committed, and whoever deploys a folder with all that is below it deploys that too.
 */
import type { Tree } from '../model.js'
import { leftOut, type Scope } from './discover.js'
import { KUSTOMIZATION_FILES } from './kustomization.js'
import { isManifestName, isWithin } from './path.js'

/** The scope, with what of it `changed` (tree paths) and discover would not look into. */
export function withCommitted(scope: Scope, changed: readonly string[], tree: Tree): Scope {
  const isFile = (path: string): boolean => tree.stat(path) === 'file'
  const more = changed
    .filter((path) => isManifestName(path) && scope.paths.some((start) => isWithin(path, start)))
    .flatMap((path) => wholeOf(path, isFile) ?? [])
  return more.length === 0 ? scope : { ...scope, paths: [...new Set([...scope.paths, ...more])] }
}

/** The outermost chart or kustomization around a file in a folder that is left out, else the file; null: it is not left out. */
function wholeOf(path: string, isFile: (path: string) => boolean): string | null {
  const steps = path.split('/')
  const at = (depth: number, name: string): string => [...steps.slice(0, depth), name].join('/')
  const outer = steps.slice(0, -1).findIndex((name, depth) => leftOut(name, (file) => isFile(at(depth, file))) !== null)
  if (outer === -1) return null
  for (let depth = outer + 1; depth < steps.length; depth++) {
    if (['Chart.yaml', ...KUSTOMIZATION_FILES].some((name) => isFile(at(depth, name))))
      return steps.slice(0, depth).join('/')
  }
  return path
}
