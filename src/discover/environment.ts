/** Environments by convention. */
import type { Environment, ManifestSource } from '../model.js'
import { folderOf } from './path.js'

/** What belongs to every environment. */
export const EVERY: Environment = { name: null, label: null, trial: false }

/** A plain file; below `overlays/prod` and its like it belongs to that environment alone. */
export function manifestSource(file: string, documents?: readonly number[]): ManifestSource {
  const environment = environmentByFolder(folderOf(file))
  return {
    kind: 'manifest',
    id: file,
    ...(documents === undefined ? {} : { documents }),
    ...(environment === null ? {} : { environment }),
  }
}

/**
 * `overlays/prod`, `environments/prod`: the folder is the environment, with what it is divided into below
 * (`overlays/prod/eu`). A cluster's folder is one environment, whatever lies in it (`clusters/prod/apps`).
 */
export function environmentByFolder(folder: string): Environment | null {
  const steps = folder.split('/')
  const at = steps.findLastIndex(
    (step, i) => i < steps.length - 1 && /^(?:overlays?|environments?|envs?|clusters?)$/.test(step),
  )
  if (at < 0) return null
  const below = steps.slice(at + 1)
  const isCluster = /^clusters?$/.test(steps[at] ?? '')
  const name = isCluster ? (below[0] ?? '') : below.join('/')
  return { name, label: steps.slice(0, at + 1 + (isCluster ? 1 : below.length)).join('/'), trial: false }
}
