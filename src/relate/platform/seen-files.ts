/** The files of ConfigMaps and Secrets that a container sees, by the paths it sees them at. */
import type { Pod, Resource } from '../../model.js'
import { type ConfigMount, configMountsOf, mountedAs } from './nodes.js'
import type { CarriedFile } from './text.js'

/** What of a container's files is known: a ConfigMap that is mounted and not declared here is `missing`. */
export interface SeenFiles {
  readonly files: readonly SeenFile[]
  readonly missing: readonly ConfigMount[]
}

interface SeenFile extends CarriedFile {
  /** As the container sees it; `file.name` is the key. */
  readonly at: string
  readonly resource: Resource
}

/** The carried files of a ConfigMap or Secret of the pod's namespace; null: it is not declared here. */
export type FilesOfConfig = (
  kind: ConfigMount['kind'],
  name: string,
  namespace: string,
) => { readonly resource: Resource; readonly files: readonly CarriedFile[] } | null

export function seenFilesOf(
  pod: Pick<Pod, 'volumes' | 'containers'>,
  namespace: string,
  filesOf: FilesOfConfig,
): SeenFiles {
  const files: SeenFile[] = []
  const missing: ConfigMount[] = []
  for (const mount of configMountsOf(pod)) {
    const found = filesOf(mount.kind, mount.name, namespace)
    if (found === null) missing.push(mount)
    else
      for (const file of found.files) {
        const at = mountedAs(mount, file.name)
        if (at !== null) files.push({ ...file, at, resource: found.resource })
      }
  }
  return { files, missing }
}
