/** What the `grants` area keeps of one resource: roles, bindings and service accounts, in Kubernetes' own words. */
import type { JsonObject, Path, Pod, Resource } from '../../model.js'
import { namespaceKey } from '../../parse/namespace.js'
import type { LabelSelector } from '../selector.js'
import { isObject, listAt, objectAt } from '../world.js'
import type { Rule } from './grants-rules.js'

const RBAC_GROUP = 'rbac.authorization.k8s.io'

interface RoleCard {
  readonly type: 'role'
  readonly kind: 'Role' | 'ClusterRole'
  /** In the order of the resource; a rule that is not an object keeps its place. */
  readonly rules: readonly Rule[]
  /** The selectors of `aggregationRule`, whose roles' rules replace `rules`; null where it has none. */
  readonly aggregates: readonly LabelSelector[] | null
  readonly labels: { readonly [key: string]: string }
}

export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  /** '' where kind is not ServiceAccount; else a namespace's key. */
  readonly namespace: string
  readonly name: string
}

interface BindingCard {
  readonly type: 'binding'
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly roleRef: { readonly kind: string; readonly name: string }
  readonly subjects: readonly { readonly subject: Subject; readonly path: Path }[]
}

interface AccountCard {
  readonly type: 'account'
}

/** A workload plays a part by its service account alone, which `World` has already. */
export type GrantCard = RoleCard | BindingCard | AccountCard

export function grantCard(resource: Resource, _pod: Pod | null): GrantCard | null {
  const { group, kind, object } = resource
  if (group === '' && kind === 'ServiceAccount') return { type: 'account' }
  if (group !== RBAC_GROUP) return null
  if (kind === 'Role' || kind === 'ClusterRole') {
    const aggregation = kind === 'ClusterRole' && isObject(object['aggregationRule'])
    return {
      type: 'role',
      kind,
      rules: kind === 'Role' ? rulesOf(object['rules']).map(inNamespace) : rulesOf(object['rules']),
      aggregates: aggregation
        ? (listAt(object, 'aggregationRule', 'clusterRoleSelectors') as readonly LabelSelector[])
        : null,
      labels: object.metadata.labels ?? {},
    }
  }
  if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') return null
  const { kind: role, name } = objectAt(object, 'roleRef')
  const subjects = Array.isArray(object['subjects']) ? (object['subjects'] as readonly unknown[]) : []
  const keyOf = (namespace: string): string => namespaceKey(namespace, resource.origin)
  return {
    type: 'binding',
    kind,
    roleRef: { kind: text(role), name: text(name) },
    subjects: subjects.flatMap((item, i) => {
      const subject = isObject(item)
        ? subjectOf(item as JsonObject, kind === 'RoleBinding' ? resource.namespace : '', keyOf)
        : null
      return subject === null ? [] : [{ subject, path: ['subjects', i] }]
    }),
  }
}

/** The rules of a role, every list in them there. */
function rulesOf(list: unknown): readonly Rule[] {
  if (!Array.isArray(list)) return []
  return list.map((rule: unknown) => {
    const fields = isObject(rule) ? rule : {}
    return shared({
      verbs: texts(fields['verbs']),
      apiGroups: texts(fields['apiGroups']),
      resources: texts(fields['resources']),
      resourceNames: texts(fields['resourceNames']),
      nonResourceURLs: texts(fields['nonResourceURLs']),
    })
  })
}

/** Rules that say the same are one object: what is worked out of a rule is remembered by it. */
function shared(rule: Rule): Rule {
  const text = JSON.stringify(rule)
  const known = rules.get(text)
  if (known === undefined) rules.set(text, rule)
  return known ?? rule
}

const rules = new Map<string, Rule>()

/** Paths lie in no namespace: the authorizer asks cluster role bindings alone about them (rbac.go, VisitRulesFor). */
function inNamespace(rule: Rule): Rule {
  return rule.nonResourceURLs.length === 0 ? rule : shared({ ...rule, nonResourceURLs: [] })
}

const ACCOUNT_USER = /^system:serviceaccount:([^:]+):([^:]+)$/

/**
 * A subject as the authorizer reads it (rbac.go, appliesToUser): a service account without a namespace lies in the
 * role binding's, in a cluster role binding it is nobody; a user by the name of a service account is that one.
 */
function subjectOf(
  written: JsonObject,
  bindingNamespace: string,
  keyOf: (namespace: string) => string,
): Subject | null {
  const name = text(written['name'])
  switch (written['kind']) {
    case 'User': {
      const account = ACCOUNT_USER.exec(name)
      if (account === null) return { kind: 'User', namespace: '', name }
      return { kind: 'ServiceAccount', namespace: keyOf(account[1] ?? ''), name: account[2] ?? '' }
    }
    case 'Group':
      return { kind: 'Group', namespace: '', name }
    case 'ServiceAccount': {
      const namespace = text(written['namespace'])
      if (namespace === '' && bindingNamespace === '') return null
      return { kind: 'ServiceAccount', namespace: namespace === '' ? bindingNamespace : keyOf(namespace), name }
    }
    default:
      // The API server refuses every other kind.
      return null
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
