/** A pod before its settings are worked out, and the reading of its lists. */
import type { ContainerRole, JsonObject, Path, PodSpec } from '../../model.js'
import { isObject } from '../world.js'
import type { Layer } from './pod-security.js'

export interface Draft {
  readonly path: Path
  readonly spec: PodSpec
  readonly metadataPath: Path
  readonly metadata: unknown
  /** Labels that an operator puts on the pod. */
  readonly labels?: { readonly [key: string]: string }
  /** Where the containers come from; null: from the lists of `spec`. */
  readonly containers: readonly DraftContainer[] | null
  /** Lists of volumes besides `spec.volumes`, with their places; null: `spec.volumes` alone. */
  readonly volumes: readonly { readonly path: Path; readonly list: unknown }[] | null
  readonly origins: { readonly [field: string]: Path }
  readonly partial: boolean
  readonly byShape: boolean
  /** Values in the resource that this pod accounts for, so that they are not taken for another by their shape. */
  readonly claims: readonly unknown[]
}

export interface DraftContainer {
  readonly name: string
  readonly role: ContainerRole
  readonly path: Path
  readonly spec: JsonObject
  /** Where its securityContext lies, if not below `path`. */
  readonly context?: Path
  /** Security contexts that its own is laid over, nearest first: a Tekton step template, Argo's template defaults, an operator's. */
  readonly under: readonly Layer[]
}

/** Init, sidecar, app, ephemeral: the order in which they start. */
export function containersOf(spec: PodSpec, path: Path): readonly DraftContainer[] {
  const init = listed(spec['initContainers'], [...path, 'initContainers'], (c) =>
    c['restartPolicy'] === 'Always' ? 'sidecar' : 'init',
  )
  return [
    ...init.filter((c) => c.role === 'init'),
    ...init.filter((c) => c.role === 'sidecar'),
    ...listed(spec['containers'], [...path, 'containers'], () => 'app'),
    ...listed(spec['ephemeralContainers'], [...path, 'ephemeralContainers'], () => 'ephemeral'),
  ]
}

/** The containers of a list; one without a name (Knative allows it) goes by its place. */
export function listed(
  list: unknown,
  path: Path,
  role: (container: JsonObject) => ContainerRole,
): readonly DraftContainer[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown, i) => {
    if (!isObject(item)) return []
    const spec = item as JsonObject
    const name = typeof spec['name'] === 'string' && spec['name'] !== '' ? spec['name'] : `${path.at(-1)}[${i}]`
    return [{ name, role: role(spec), path: [...path, i], spec, under: [] }]
  })
}
