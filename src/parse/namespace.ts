/** A namespace as a key for comparison: a name that somebody wrote, or a symbol. See docs/adr/0002. */
import type { Origin } from '../model.js'

/** The namespace that charts are rendered into where nobody states one. */
const RELEASE_NAMESPACE = 'release-namespace'

/**
 * `written` is what a document says, '' for nothing: in `metadata.namespace`, or where it names the namespace of another
 * object. A chart that prints `.Release.Namespace` says as little as one that leaves the field out.
 */
export function namespaceKey(written: string, origin: Origin): string {
  const unstated =
    written === '' || (origin.kind === 'chart' && origin.namespace == null && written === RELEASE_NAMESPACE)
  return unstated ? (origin.namespace ?? symbolOf(origin)) : written
}

/** A namespace that nobody stated, equal only for what is deployed together. */
function symbolOf(origin: Origin): string {
  switch (origin.kind) {
    case 'chart':
      return `${RELEASE_NAMESPACE}~${origin.source}`
    case 'kustomization':
      return `~${origin.source}`
    case 'manifest':
      return `~${origin.file.split('/').slice(0, -1).join('/')}`
  }
}
