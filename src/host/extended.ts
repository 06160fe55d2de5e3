/**
 * Brings the bundles that a configuration extends. What judges may ask for what it names; a pull request's own rules only
 * for other versions of that, until the target branch has them.
 */
import type { Brought, ExtendOptions } from '../extends/extend.js'
import { sourceOf } from '../extends/reference.js'
import type { Bring } from './bundles.js'
import { GateError } from './gate-error.js'

export interface Bundles {
  /** For the configuration that judges. */
  readonly trusted: ExtendOptions['bring']
  /** For one that does not yet. */
  readonly untrusted: ExtendOptions['bring']
}

/** Each bundle is brought once. */
export function bundlesFor(environment: NodeJS.ProcessEnv): Bundles {
  const named = new Set<string>()
  const known = new Map<string, Promise<Brought>>()
  let start: Promise<Bring> | undefined
  const bring: ExtendOptions['bring'] = (reference) => {
    const key = JSON.stringify(reference)
    // The client is loaded where something is asked for.
    start ??= Promise.all([import('./bundles.js'), import('./cache.js')]).then(
      ([{ bundlesOf }, { cacheFolder, folderCache }]) => bundlesOf(folderCache(cacheFolder(environment)), environment),
    )
    const answer =
      known.get(key) ??
      start
        .then((client) => client(reference))
        .then(
          (files): Brought => ({ files }),
          (error: unknown): Brought => {
            if (error instanceof GateError) return { problem: error.message }
            throw error
          },
        )
    known.set(key, answer)
    return answer
  }
  return {
    trusted: (reference) => {
      named.add(sourceOf(reference))
      return bring(reference)
    },
    untrusted: (reference) => (named.has(sourceOf(reference)) ? bring(reference) : Promise.resolve({ later: true })),
  }
}

/** The configuration names bundles that nobody may ask for yet: what it would say cannot be known. */
export class NotBroughtYet extends GateError {
  constructor(readonly references: readonly string[]) {
    super(`${references.join(', ')}: not asked for before the target branch extends it`)
  }
}
