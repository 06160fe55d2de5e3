/**
 * Pods in kinds that nobody told us about: whatever lists containers as a PodSpec does. A kind that embeds whole
 * manifests (ManifestWork, Sensor, Composition) is read through them.
 */
import type { Path } from '../../model.js'
import { isObject } from '../world.js'
import type { Draft } from './pod-draft.js'
import { typeOf } from './pod-places.js'

type Fields = { readonly [key: string]: unknown }

type DraftsOf = (group: string, kind: string, object: Fields, prefix: Path, seen: Set<unknown>) => readonly Draft[]

const LISTS = ['initContainers', 'containers', 'ephemeralContainers']

/** Keys of which a container has one at least, beside its name. */
const CONTAINER_KEYS = ['image', 'securityContext', 'command', 'volumeMounts', 'env', 'envFrom', 'resources']

/**
 * @param claimed what a known place already gave
 * @param seen values that were looked at: what YAML aliases put in several places is one value and is seen once, which
 *   keeps hostile documents linear, too
 * @param draftsOf for manifests embedded in the resource
 */
export function podsByShape(
  root: Fields,
  prefix: Path,
  claimed: ReadonlySet<unknown>,
  seen: Set<unknown>,
  draftsOf: DraftsOf,
): readonly Draft[] {
  const drafts: Draft[] = []
  const visit = (value: unknown, path: Path, parent: Fields | null): void => {
    if (typeof value !== 'object' || value === null) return
    if (value !== root) {
      if (seen.has(value)) return
      seen.add(value)
    }
    if (Array.isArray(value)) {
      value.forEach((item: unknown, i) => visit(item, [...path, i], null))
      return
    }
    const object = value as Fields
    const type = value === root ? null : typeOf(object)
    if (type !== null) {
      drafts.push(...draftsOf(type.group, type.kind, object, path, seen))
      return
    }
    const claim = claimed.has(object)
    const shaped = !claim && LISTS.some((key) => isContainerList(object[key]))
    if (shaped) drafts.push(draftAt(object, path, parent))
    for (const key of Object.keys(object)) {
      const item = object[key]
      if (typeof item !== 'object' || ((claim || shaped) && LISTS.includes(key))) continue
      visit(item, [...path, key], object)
    }
  }
  visit(root, prefix, null)
  return drafts
}

function draftAt(spec: Fields, path: Path, parent: Fields | null): Draft {
  // `metadata` beside `spec` is the pod's own; at the root it is the resource's, and whose the pod's is nobody knows.
  const template = path.at(-1) === 'spec' && path.length > 1 && parent !== null
  const lists = LISTS.flatMap((key) => (Array.isArray(spec[key]) ? (spec[key] as readonly unknown[]) : []))
  return {
    path,
    spec,
    metadataPath: template ? [...path.slice(0, -1), 'metadata'] : ['metadata'],
    metadata: template ? parent['metadata'] : undefined,
    containers: null,
    volumes: null,
    origins: {},
    // Without an image it cannot run as it is: somebody completes it.
    partial: lists.some((item) => isObject(item) && typeof item['image'] !== 'string'),
    byShape: true,
    claims: [spec],
  }
}

function isContainerList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false
  return (
    value.every((item) => isObject(item) && (typeof item['name'] === 'string' || typeof item['image'] === 'string')) &&
    value.some((item) => isObject(item) && CONTAINER_KEYS.some((key) => item[key] !== undefined && item[key] !== null))
  )
}
