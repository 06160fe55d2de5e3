/** What is not the same in a commit and in the working tree, by git's own index: no file is read that it knows. */
import { GateError } from './gate-error.js'
import { runGit } from './git.js'

/** Tree paths; null where git cannot tell. Files that git ignores count, if they are not in the commit. */
export function changedSince(root: string, commit: string): readonly string[] | null {
  const changed = names(root, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', commit, '--'])
  const added = names(root, ['ls-files', '--others', '--directory', '-z'])
  return changed === null || added === null ? null : [...new Set([...changed, ...added])].sort()
}

function names(root: string, args: readonly string[]): readonly string[] | null {
  try {
    const { status, stdout } = runGit(root, args)
    if (status !== 0) return null
    return stdout
      .toString()
      .split('\0')
      .filter((name) => name !== '')
      .map((name) => name.replace(/\/$/, ''))
  } catch (error) {
    if (error instanceof GateError) return null
    throw error
  }
}
