import type { Finding, Path, Resource, Unknown } from '../model.js'

/**
 * A finding's identity over time: policy, resource and what it is about, list items by name, never a line number. Readable
 * on purpose: it is what waivers and baselines show. The file is no part of it, so a moved file makes nothing new.
 */
export function fingerprintOf(told: Finding | Unknown): string {
  const { policy, resource, path, about = path } = told
  const before = known.get(told)
  if (before !== undefined) return before
  const fingerprint = `${policy} ${identityOf(resource)} ${pathByNames(resource, about)}`
  known.set(told, fingerprint)
  return fingerprint
}

/** What is told is compared with much else. */
const known = new WeakMap<object, string>()

/** `Deployment.apps/shop/cart`; a namespace nobody stated is left empty, and a stand-in has the identity of what it stands for. */
export function identityOf({ kind, group, name, namespace, namespaceStated, declared }: Resource): string {
  const ofGroup = group === '' ? kind : `${kind}.${group}`
  return `${ofGroup}/${namespaceStated && declared ? namespace : ''}/${name}`
}

/** As people write it in a configuration: `Deployment/shop/cart`, or `Deployment/cart` where no namespace is stated. */
export function writtenName({ kind, name, namespace, namespaceStated }: Resource): string {
  return namespaceStated && namespace !== '' ? `${kind}/${namespace}/${name}` : `${kind}/${name}`
}

/** `spec.containers[name=app].image`: an index where the item has no name that is its own. */
export function pathByNames(resource: Resource, path: Path): string {
  let at: unknown = resource.object
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') {
      const item = Array.isArray(at) ? (at[step] as unknown) : undefined
      const name = nameOf(item)
      const unique = name !== null && Array.isArray(at) && at.filter((other) => nameOf(other) === name).length === 1
      text += unique ? `[name=${name}]` : `[${step}]`
      at = item
    } else {
      text += /^[A-Za-z_][\w-]*$/.test(step) ? `${text === '' ? '' : '.'}${step}` : `[${JSON.stringify(step)}]`
      at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined
    }
  }
  return text
}

/** The name of a list's item, where it has one. */
export function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('name' in item)) return null
  return typeof item.name === 'string' ? item.name : null
}

/** The value that something is told of, as text; `existing` and waivers bind to it: a changed value is new. */
export function valueOf(told: Finding | Unknown): string {
  if (told.value !== undefined) return JSON.stringify(told.value)
  let at: unknown = told.resource.object
  for (const step of told.path) {
    if (typeof at !== 'object' || at === null) return ''
    at = (at as Record<string | number, unknown>)[step]
  }
  return at === undefined ? '' : JSON.stringify(at)
}
