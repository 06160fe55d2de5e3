/** Which resources are network policies, and how each kind is read. */
import type { Resource } from '../../model.js'
import { readAdminPolicy } from './admin.js'
import { readCalicoPolicy } from './calico.js'
import { readCiliumPolicy } from './cilium.js'
import { readNetworkPolicy } from './kubernetes.js'
import { type Direction, DIRECTIONS, type Policy } from './rule.js'

const CALICO = ['projectcalico.org', 'crd.projectcalico.org']

export function isCalico(group: string): boolean {
  return CALICO.includes(group)
}

/** The kinds that are understood, by `group/kind`. */
const READERS: ReadonlyMap<string, (resource: Resource) => Policy> = new Map([
  ['networking.k8s.io/NetworkPolicy', readNetworkPolicy],
  // Gone since Kubernetes 1.16, but of the same shape.
  ['extensions/NetworkPolicy', readNetworkPolicy],
  ...['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy'].map(
    (kind) => [`policy.networking.k8s.io/${kind}`, readAdminPolicy] as const,
  ),
  ...CALICO.flatMap((group) =>
    ['NetworkPolicy', 'GlobalNetworkPolicy'].map((kind) => [`${group}/${kind}`, readCalicoPolicy] as const),
  ),
  ...['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'].map(
    (kind) => [`cilium.io/${kind}`, readCiliumPolicy] as const,
  ),
])

/** Kinds that hold pods back, but are not understood here. What they leave open is unknown. */
const OPAQUE: ReadonlyMap<string, readonly Direction[]> = new Map<string, readonly Direction[]>([
  ['k8s.ovn.org/EgressFirewall', ['egress']],
  ['network.openshift.io/EgressNetworkPolicy', ['egress']],
  ['networking.gke.io/FQDNNetworkPolicy', ['egress']],
  ['crd.nsx.vmware.com/SecurityPolicy', DIRECTIONS],
  ['kubeovn.io/SecurityGroup', DIRECTIONS],
])

/** Of these, the name tells what they are not: in force, or about the pod network. */
const NOT_HOLDING = /^(Staged|Multi)/

export function readPolicy(resource: Resource): Policy | null {
  const reader = READERS.get(`${resource.group}/${resource.kind}`)
  if (reader !== undefined) return reader(resource)
  const opaque = OPAQUE.get(`${resource.group}/${resource.kind}`) ?? (looksLikePolicy(resource) ? DIRECTIONS : null)
  if (opaque === null) return null
  return { resource, namespace: resource.namespace, specs: [], opaque, beyond: null }
}

/** Kinds called `…NetworkPolicy` in other groups: Antrea's, Amazon's, and whatever comes. */
function looksLikePolicy({ group, kind }: Resource): boolean {
  return group.includes('.') && kind.endsWith('NetworkPolicy') && !NOT_HOLDING.test(kind)
}
