/** What is not the same in a commit and in the working tree, by git's own index: no file is read that it knows. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TreeProblem } from '../model.js'
import { GateError } from './gate-error.js'
import { runGit } from './git.js'

/** Tree paths; null where git cannot tell. Files that git ignores count, if they are not in the commit. */
export function changedSince(root: string, commit: string): readonly string[] | null {
  const changed = names(root, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '-z', commit, '--'])
  const added = names(root, ['ls-files', '--others', '--directory', '-z'])
  return changed === null || added === null ? null : [...new Set([...changed, ...added])].sort()
}

/** What of the changed paths the commit that is checked out has, and the working tree does not: a tree path and why. */
export function notCheckedOut(root: string, changed: readonly string[]): readonly TreeProblem[] {
  const wanted = new Set(changed)
  // A line: a tag, the mode, the object and the stage; a tab, and the path. `S` is what a sparse checkout leaves out.
  return (names(root, ['ls-files', '-t', '--stage', '-z']) ?? []).flatMap((line) => {
    const [, tag, mode, file = ''] = /^(\S) (\d+) \S+ \d\t([^]*)$/.exec(line) ?? []
    if (!wanted.has(file)) return []
    if (mode === SUBMODULE)
      return isEmpty(join(root, file)) ? [{ file, reason: 'is a submodule that is not checked out' }] : []
    return tag === 'S' ? [{ file, reason: 'is not checked out: the checkout is sparse' }] : []
  })
}

const SUBMODULE = '160000'

function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0
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
