/** Globs over tree paths, as picomatch reads them: `*` within a folder, `**` across, `{a,b}`, `!(x)`; dot files count. */
import picomatch from 'picomatch'

/** The first glob that a path matches, itself or by a folder it lies in; null where none does. */
export type Matcher = (path: string) => string | null

/** Whether a name, as of a branch or `Kind/namespace/name`, is one that a glob stands for; what lies below it is not. */
export function namedBy(globs: readonly string[]): (name: string) => boolean {
  return picomatch([...globs], { dot: true })
}

export function matcherOf(globs: readonly string[]): Matcher {
  const tests = globs.map((glob) => {
    const trimmed = glob.replace(/^\.\//, '').replace(/\/+$/, '')
    return { glob, matches: picomatch([trimmed, `${trimmed}/**`], { dot: true }) }
  })
  return (path) => tests.find(({ matches }) => matches(path))?.glob ?? null
}

/** Whether a path matches, itself or by a folder it lies in; null asks for nothing. */
export function globOf(glob: string | null): (path: string) => boolean {
  if (glob === null) return () => true
  const matcher = matcherOf([glob])
  return (path) => matcher(path) !== null
}
