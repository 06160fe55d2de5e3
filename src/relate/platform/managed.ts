/**
 * Audit logs of managed control planes: their flags and their policy are the provider's, and what a cluster's owner
 * declares is whether the log is kept.
 */
import type { Path, Resource } from '../../model.js'
import type { Switch } from './network-monitoring.js'
import { switchOf } from './shippers/config.js'
import { listOf, objectOf, textOf, textsOf, valueAt } from './text.js'

/** Amazon EKS, by eksctl, Cluster API, Crossplane and ACK: control plane logs of type `audit`, off unless asked for. */
export function managedAuditOf({ group, kind, name, object }: Resource): readonly Switch[] {
  const of = (on: boolean, path: Path): readonly Switch[] => [
    {
      name: `${kind} ${name}`,
      on: on ? 'yes' : 'no',
      why: on ? 'it keeps the audit log' : 'audit is not among the log types that it keeps',
      path,
    },
  ]
  switch (`${group}/${kind}`) {
    case 'eksctl.io/ClusterConfig': {
      const path = ['cloudWatch', 'clusterLogging', 'enableTypes']
      return of(
        textsOf(valueAt(object, ...path)).some((type) => ['audit', 'all', '*'].includes(type)),
        path,
      )
    }
    case 'controlplane.cluster.x-k8s.io/AWSManagedControlPlane':
    case 'controlplane.cluster.x-k8s.io/AWSManagedControlPlaneTemplate': {
      const path = [...(kind.endsWith('Template') ? ['spec', 'template', 'spec'] : ['spec']), 'logging', 'audit']
      return of(switchOf(valueAt(object, ...path), 'no') === 'yes', path)
    }
    case 'eks.aws.upbound.io/Cluster': {
      const path = ['spec', 'forProvider', 'enabledClusterLogTypes']
      return of(textsOf(valueAt(object, ...path)).includes('audit'), path)
    }
    case 'eks.services.k8s.aws/Cluster': {
      const path = ['spec', 'logging', 'clusterLogging']
      const kept = listOf(valueAt(object, ...path)).map(objectOf)
      return of(
        kept.some((item) => textOf(item['enabled']) === 'true' && textsOf(item['types']).includes('audit')),
        path,
      )
    }
    default:
      return []
  }
}
