/** Where a repository begins. All paths are absolute. */
import { existsSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'

/** The folder of the repository that a folder lies in, or null outside of any. */
function repositoryOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (dirname(at) === at) return null
  }
}

/**
 * The repository that everything lies in: a symlink may not leave it and a kustomization may refer to all of it. It is
 * the working directory's where the paths lie below that, else their own; outside of any, the working directory, or what
 * the paths have in common. The paths exist.
 */
export function rootOf(cwd: string, paths: readonly string[]): string {
  const inside = paths.every((path) => isBelow(path, cwd))
  const common = paths.map(folderOf).reduce(commonFolder)
  return (inside ? repositoryOf(cwd) : null) ?? repositoryOf(common) ?? (inside ? cwd : common)
}

/** A folder itself, a file's folder. */
export function folderOf(path: string): string {
  return statSync(path).isDirectory() ? path : dirname(path)
}

export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function commonFolder(a: string, b: string): string {
  let folder = a
  while (!isBelow(b, folder)) folder = dirname(folder)
  return folder
}
