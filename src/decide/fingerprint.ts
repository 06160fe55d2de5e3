import type { Finding, Path, Resource } from '../model.js'

/**
 * A finding's identity over time: policy, resource and path, list items by name, never a line number. Readable on
 * purpose: it is what waivers and baselines show. The file is no part of it, so a moved file makes nothing new.
 */
export function fingerprintOf(finding: Finding): string {
  return `${finding.policy} ${identityOf(finding.resource)} ${pathByNames(finding.resource, finding.path)}`
}

/** `Deployment.apps/shop/cart`; a namespace nobody stated is left empty. */
export function identityOf(resource: Resource): string {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`
  return `${kind}/${resource.namespaceStated ? resource.namespace : ''}/${resource.name}`
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

function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('name' in item)) return null
  return typeof item.name === 'string' ? item.name : null
}

/** The value a finding objects to, as text; `existing` and waivers bind to it: a changed value is new. */
export function valueOf(finding: Finding): string {
  if (finding.value !== undefined) return JSON.stringify(finding.value)
  let at: unknown = finding.resource.object
  for (const step of finding.path) {
    if (typeof at !== 'object' || at === null) return ''
    at = (at as Record<string | number, unknown>)[step]
  }
  return at === undefined ? '' : JSON.stringify(at)
}
