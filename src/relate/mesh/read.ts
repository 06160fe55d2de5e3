/** Small readers that every part of the mesh area shares. The schema check has refused wrong types before. */
import type { Answer, Path, Ref, Resource, Truth } from '../../model.js'
import { isObject } from '../world.js'

/** The meshes whose declarations are understood. */
export type MeshName = 'istio' | 'linkerd' | 'cilium'

/** A map of strings, as labels and annotations are; anything else in it is left out. */
export type Strings = { readonly [key: string]: string }

export function stringsOf(value: unknown): Strings {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

export function stringOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The strings of a list, each with its index: what is no string has no meaning here. */
export function stringList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

/** The objects of a list with their paths. */
export function itemsOf(
  value: unknown,
  path: Path,
): readonly { readonly item: { readonly [key: string]: unknown }; readonly path: Path }[] {
  if (!Array.isArray(value)) return []
  const items: { readonly item: { readonly [key: string]: unknown }; readonly path: Path }[] = []
  value.forEach((item: unknown, i) => {
    if (isObject(item)) items.push({ item, path: [...path, i] })
  })
  return items
}

/** The object below a chain of keys; an empty one where it is missing. */
export function objectOf(value: unknown, ...keys: readonly string[]): { readonly [key: string]: unknown } {
  let at: unknown = value
  for (const key of keys) at = isObject(at) ? at[key] : undefined
  return isObject(at) ? at : {}
}

/** `matchLabels` as Istio reads its selectors (equality alone); null where there is none, or an empty one. */
export function matchLabelsOf(selector: unknown): Strings | null {
  const labels = stringsOf(objectOf(selector)['matchLabels'])
  return Object.keys(labels).length === 0 ? null : labels
}

/** Whether labels hold every pair of `wanted`. */
export function holds(labels: Strings, wanted: Strings): boolean {
  return Object.keys(wanted).every((key) => labels[key] === wanted[key])
}

export function answer(truth: Truth, why: string, by: readonly Ref[] = []): Answer {
  return { answer: truth, why, by }
}

/** `PeerAuthentication shop/default`: how messages name another resource. */
export function nameOf(resource: Resource): string {
  const { kind, name, namespace, namespaceStated } = resource
  return namespace !== '' && namespaceStated ? `${kind} ${namespace}/${name}` : `${kind} ${name}`
}

/** `a, b and 3 more`: enough to know which, short enough for one line. Objects of one name, in several files, are told once. */
export function listed(all: readonly string[], most = 3): string {
  const names = [...new Set(all)]
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

/** Groups by a key, in order of appearance. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = key(item)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return groups
}
