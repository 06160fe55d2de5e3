/** Kinds that hold nothing but what they are. */
import type { Resource } from '../model.js'

/**
 * Kinds that are most of a repository, hold no pods, carry no files and configure no node, API server or agent. What else
 * is written in them the API server drops.
 */
export function isPlain({ group, kind }: Pick<Resource, 'group' | 'kind'>): boolean {
  return group === 'rbac.authorization.k8s.io' || group === 'networking.k8s.io' || (group === '' && PLAIN.has(kind))
}

const PLAIN = new Set(['Service', 'ServiceAccount', 'PersistentVolumeClaim', 'LimitRange', 'ResourceQuota'])
