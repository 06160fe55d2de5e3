/**
 * OVN-Kubernetes' networks of users (k8s.ovn.org): where one is primary in a namespace, the pods there have it in the
 * place of the cluster's network, and no pod of another network reaches them
 * (https://ovn-kubernetes.io/features/user-defined-networks/user-defined-networks/).
 */
import type { Resource } from '../../model.js'
import { type LabelSelector, selects } from '../selector.js'
import { type NamespaceCard, objectAt } from '../world.js'

export interface PrimaryNetwork {
  readonly resource: Resource
  /** The namespaces it is for: the one it lies in, or those with such labels. */
  readonly namespaces: string | LabelSelector
}

/** A namespace has one only if it says so from its beginning. */
const OPTED_IN = 'k8s.ovn.org/primary-user-defined-network'

/** Namespaces that can have none. */
const RESERVED = /^(?:default$|kube-|openshift-)/

/** By topology, the field that says more; a Localnet is never primary. */
const LAYERS: ReadonlyMap<unknown, string> = new Map([
  ['Layer2', 'layer2'],
  ['Layer3', 'layer3'],
])

/** null: no network, or one that pods have beside the cluster's own. */
export function readPrimaryNetwork(resource: Resource): PrimaryNetwork | null {
  const { group, kind, object, namespace } = resource
  if (group !== 'k8s.ovn.org') return null
  const isClusterWide = kind === 'ClusterUserDefinedNetwork'
  if (!isClusterWide && kind !== 'UserDefinedNetwork') return null
  const network = isClusterWide ? objectAt(object, 'spec', 'network') : objectAt(object, 'spec')
  const layer = LAYERS.get(network['topology'])
  if (layer === undefined || objectAt(network, layer)['role'] !== 'Primary') return null
  if (!isClusterWide) return { resource, namespaces: namespace }
  return { resource, namespaces: objectAt(object, 'spec', 'namespaceSelector') as LabelSelector }
}

/** Namespace → the primary network of its pods, of those that have another than the cluster's for certain. */
export function primaryNetworks(
  networks: readonly PrimaryNetwork[],
  namespaces: ReadonlyMap<string, NamespaceCard>,
): ReadonlyMap<string, PrimaryNetwork> {
  const found = new Map<string, PrimaryNetwork>()
  for (const [key, { labels }] of namespaces) {
    if (!labels.complete || !Object.hasOwn(labels.values, OPTED_IN) || RESERVED.test(key)) continue
    const here = networks.filter(
      ({ resource, namespaces }) =>
        resource.force.answer === 'yes' &&
        (typeof namespaces === 'string' ? namespaces === key : selects(namespaces, labels) === 'yes'),
    )
    // With two of them OVN-Kubernetes takes one, and nothing here says which.
    const [only] = here
    if (only !== undefined && here.length === 1) found.set(key, only)
  }
  return found
}
