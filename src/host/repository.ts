import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of the repository that a folder lies in, or null outside of any. */
export function repositoryOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (dirname(at) === at) return null
  }
}
