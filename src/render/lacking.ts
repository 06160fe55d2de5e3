/** Reasons that a source cannot be rendered for want of something elsewhere, which the configuration may allow to be fetched. */
import type { Unjudged } from '../model.js'

/** How they all end. */
const REMEDY = 'under fetch in the configuration'

/** The engine's word about what a kustomization in a folder builds on elsewhere; null: the message is about something else. */
export function lackingBase(message: string, folder: string): string | null {
  if (!message.includes('Vendor it into the repository')) return null
  return `${message} \`kustomize localize ${folder === '' ? '.' : folder}\` makes a copy that has it, and a base that ?ref= pins to a commit is fetched where it is allowed ${REMEDY}`
}

/** Its word about a file that a kustomization names and that is not there: said once, of the innermost; null: another. */
export function lackingFile(message: string): string | null {
  const missing = [...message.matchAll(/evalsymlink failure on '([^']+)' : lstat \1: no such file or directory/g)]
  const path = missing.at(-1)?.[1]
  return path === undefined ? null : `there is no ${path}, which it names`
}

/** Helm's about dependencies of the chart in a folder that are not there. `hasOwn`: its own templates are judged without them. */
export function lackingDependencies(message: string, folder: string, hasOwn = false): string | null {
  const missing = /missing in charts\/ directory: (.+)$/s.exec(message)?.[1]
  if (missing === undefined) return null
  const command = `helm dependency build ${folder === '' ? '.' : folder}`
  const what = hasOwn ? 'only its own templates were judged,' : 'it cannot be rendered'
  return `${what} without its dependencies: ${missing}. Run \`${command}\` before the gate, commit charts/, or allow where they come from ${REMEDY}`
}

/**
 * What was not judged, in as many lists, with what could not be fetched. A source that cannot be rendered without what was
 * not fetched is told once, by the reason that it was not; the rest of those stands in the first list.
 */
export function withNotFetched(
  lists: readonly (readonly Unjudged[])[],
  notFetched: readonly Unjudged[],
): readonly (readonly Unjudged[])[] {
  const told = new Set<Unjudged>()
  const explained = lists.map((list) =>
    list.map((item): Unjudged => {
      const why = item.reason.endsWith(REMEDY)
        ? notFetched.find(({ file, line }) => file === item.file && line === item.line)
        : undefined
      if (why === undefined) return item
      told.add(why)
      return { ...item, reason: why.reason }
    }),
  )
  const rest = notFetched.filter((item) => !told.has(item))
  return explained.map((list, i) => (i === 0 ? [...rest, ...list] : list))
}
