/**
 * What the base told at another place, though it is the same: an item of a list that has no name, where others came or
 * went before it; and what a container leaves out, which is told of the pod as long as no other container sets it.
 */
import type { Finding, Json, Path, Resource, Unknown } from '../model.js'
import { childOf, isMap, isSame, listOf, valueAt } from '../parse/json.js'
import { identityOf, nameOf, pathByNames, valueOf } from './fingerprint.js'

/**
 * A key that an item of a list keeps wherever it stands: all of the item, and the path without its index. null where the
 * path goes through no item but those with a name.
 */
export function movedItem(told: Finding | Unknown): string | null {
  const { policy, resource, path, about = path } = told
  const object = objectOf(resource)
  const at = about.findIndex(
    (step, i) => typeof step === 'number' && !isNamed(valueAt(object, about.slice(0, i)), step),
  )
  if (at < 0) return null
  const item = valueAt(object, about.slice(0, at + 1))
  if (item === undefined) return null
  const list = pathByNames(resource, about.slice(0, at))
  return JSON.stringify([policy, identityOf(resource), list, item, about.slice(at + 1), valueOf(told)])
}

function isNamed(list: Json | undefined, index: number): boolean {
  const items = listOf(list)
  const name = nameOf(items[index])
  return name !== null && items.filter((item) => nameOf(item) === name).length === 1
}

/** What a container may have from its pod (kubernetes pkg/securitycontext/util.go, DetermineEffectiveSecurityContext). */
const SHARED = [
  'seLinuxOptions',
  'windowsOptions',
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'seccompProfile',
  'appArmorProfile',
]

const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers']

/** The place at the pod of a setting that a container leaves out; null where it is none, or the pod has no such setting. */
export function placeAtPod({ path }: Pick<Finding, 'path'>): Path | null {
  const at = path.lastIndexOf('securityContext')
  const [list, index, field] = [path[at - 2], path[at - 1], path[at + 1]]
  const isContainers = typeof list === 'string' && CONTAINERS.includes(list)
  if (!isContainers || typeof index !== 'number' || typeof field !== 'string' || !SHARED.includes(field)) return null
  return [...path.slice(0, at - 2), ...path.slice(at)]
}

/** The other way round: the places at all containers of a setting that the pod leaves out. */
export function placesAtContainers({ path, resource }: Pick<Finding, 'path' | 'resource'>): readonly Path[] {
  const at = path.lastIndexOf('securityContext')
  const [holder, field] = [path[at - 1], path[at + 1]]
  if (at < 0 || typeof holder === 'number' || typeof field !== 'string' || !SHARED.includes(field)) return []
  return CONTAINERS.flatMap((list) =>
    listOf(valueAt(objectOf(resource), [...path.slice(0, at), list])).map((_, i): Path => [
      ...path.slice(0, at),
      list,
      i,
      ...path.slice(at),
    ]),
  )
}

/**
 * Whether the container that a path leads into has the same settings in `before` and now, as far as a pod may have them for
 * it, and is the same beside its securityContext.
 */
export function isContainerAsBefore(before: Resource, now: Resource, path: Path): boolean {
  const at = path.lastIndexOf('securityContext')
  const list = path.slice(0, at - 1)
  const contextOfPod = [...path.slice(0, at - 2), 'securityContext']
  const [was, is] = [objectOf(before), objectOf(now)]
  const container = valueAt(is, path.slice(0, at))
  const same = listOf(valueAt(was, list)).filter((item) => nameOf(item) !== null && nameOf(item) === nameOf(container))
  const [only, ...others] = same
  return (
    only !== undefined &&
    others.length === 0 &&
    isSame(judgedOf(only), judgedOf(container)) &&
    isSame(valueAt(was, contextOfPod) ?? null, valueAt(is, contextOfPod) ?? null)
  )
}

function judgedOf(container: Json | undefined): Json {
  if (!isMap(container)) return null
  const context = childOf(container, 'securityContext')
  const shared = isMap(context) ? Object.entries(context).filter(([key]) => SHARED.includes(key)) : []
  return { ...container, securityContext: Object.fromEntries(shared) }
}

const objectOf = ({ object }: Resource): Json => object as unknown as Json
