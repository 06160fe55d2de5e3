/**
 * Who may do what: roles, their aggregation, bindings and subjects of one environment, resolved as the RBAC authorizer
 * resolves them (kubernetes/kubernetes pkg/registry/rbac/validation/rule.go and
 * pkg/controller/clusterroleaggregation), together with what every API server ships.
 */
import type { Path, Ref, Resource } from '../../model.js'
import type { Carded } from '../area.js'
import { grantCard, type GrantCard, type Subject } from '../index/grants.js'
import { covers, type Rule } from '../index/grants-rules.js'
import { type LabelSelector, selects } from '../selector.js'
import { refTo, type World } from '../world.js'
import { BOOTSTRAP_BINDINGS, BOOTSTRAP_LABEL, BOOTSTRAP_ROLES, type BootstrapRole } from './grants-bootstrap.js'

/** A role as it is declared once, here or by Kubernetes itself. */
export interface Role {
  readonly kind: 'Role' | 'ClusterRole'
  /** A namespace's key; '' for a ClusterRole. */
  readonly namespace: string
  readonly name: string
  readonly rules: readonly Rule[]
  readonly aggregates: readonly LabelSelector[] | null
  readonly labels: { readonly [key: string]: string }
  /** null: Kubernetes ships it. */
  readonly resource: Resource | null
}

/** A rule and the role that it is written in. */
export interface SourcedRule {
  readonly rule: Rule
  readonly role: Role
  /** Position in that role's `rules`. */
  readonly index: number
}

/** What a role's name stands for once aggregation and reconciliation have happened. */
export interface ResolvedRole {
  readonly rules: readonly SourcedRule[]
  /** Why there may be more; null where `rules` is all. */
  readonly unknown: string | null
}

export interface Binding {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly namespace: string
  readonly name: string
  readonly roleRef: { readonly kind: string; readonly name: string }
  readonly subjects: readonly { readonly subject: Subject; readonly path: Path }[]
  readonly resource: Resource | null
}

/** The roles and bindings of one environment. */
export interface Authority {
  /** The roles that are declared here. */
  readonly roles: readonly Role[]
  /** The bindings that are declared here. */
  readonly bindings: readonly Binding[]
  /** Those that every API server has. */
  readonly shipped: readonly Binding[]
  /** null: neither declared here nor shipped. */
  readonly roleOf: (kind: string, namespace: string, name: string) => ResolvedRole | null
  /** The bindings, here and shipped, that hold for a subject, groups that it is in by its nature included. */
  readonly bindingsOf: (subject: Subject) => readonly Binding[]
  /** The cluster roles, declared or shipped, that a role becomes part of by its labels. */
  readonly aggregatedInto: (role: Role) => readonly string[]
  /** The bindings here that name a service account by this name, of any namespace. */
  readonly namesakes: (name: string) => readonly { readonly binding: Binding; readonly subject: Subject }[]
  /** The cards that are service accounts, `namespace/name`. */
  readonly accounts: ReadonlySet<string>
}

export function authorityOf(cards: readonly Carded<GrantCard>[]): Authority {
  const declaredRoles: Role[] = []
  const bindings: Binding[] = []
  const accounts = new Set<string>()
  for (const { resource, card } of cards) {
    if (card.type === 'account') accounts.add(accountKey(resource.namespace, resource.name))
    const { name } = resource
    if (card.type === 'role')
      declaredRoles.push({ ...card, namespace: card.kind === 'Role' ? resource.namespace : '', name, resource })
    if (card.type === 'binding')
      bindings.push({ ...card, namespace: card.kind === 'RoleBinding' ? resource.namespace : '', name, resource })
  }
  const ownRoles = byRoleKey(declaredRoles)
  const ownBindings = bySubjectKey(bindings)
  const namesakes = once(() => byAccountName(bindings))
  const clusterRoles = [...SHIPPED_ROLES, ...declaredRoles].filter((role) => role.kind === 'ClusterRole')
  const aggregating = clusterRoles.filter((role) => role.aggregates !== null)
  const partsOf = (key: string): readonly Role[] => [...(shippedRoles().get(key) ?? []), ...(ownRoles.get(key) ?? [])]
  const resolved = new Map<string, ResolvedRole | null>()
  const roleOf = (kind: string, namespace: string, name: string): ResolvedRole | null => {
    const key = roleKey(kind, kind === 'ClusterRole' ? '' : namespace, name)
    const known = resolved.get(key)
    if (known !== undefined) return known
    const role = resolveRole(partsOf(key), clusterRoles, partsOf)
    resolved.set(key, role)
    return role
  }
  return {
    roles: declaredRoles,
    bindings,
    shipped: SHIPPED_BINDINGS,
    accounts,
    roleOf,
    namesakes: (name) => namesakes().get(name) ?? [],
    bindingsOf: (subject) => {
      const all = new Set<Binding>()
      for (const identity of identitiesOf(subject)) {
        const key = subjectKey(identity)
        for (const binding of ownBindings.get(key) ?? []) all.add(binding)
        for (const binding of shippedBindings().get(key) ?? []) all.add(binding)
      }
      return [...all]
    },
    aggregatedInto: (role) => {
      const into =
        role.kind === 'ClusterRole'
          ? aggregating.filter((other) => other.name !== role.name && isSelected(other, role))
          : []
      return [...new Set(into.map(({ name }) => name))]
    },
  }
}

function byRoleKey(roles: readonly Role[]): ReadonlyMap<string, readonly Role[]> {
  const map = new Map<string, Role[]>()
  for (const role of roles) upsert(map, roleKey(role.kind, role.namespace, role.name)).push(role)
  return map
}

function bySubjectKey(bindings: readonly Binding[]): ReadonlyMap<string, readonly Binding[]> {
  const map = new Map<string, Binding[]>()
  for (const binding of bindings) {
    for (const key of new Set(binding.subjects.map(({ subject }) => subjectKey(subject))))
      upsert(map, key).push(binding)
  }
  return map
}

function byAccountName(bindings: readonly Binding[]): ReadonlyMap<string, { binding: Binding; subject: Subject }[]> {
  const map = new Map<string, { binding: Binding; subject: Subject }[]>()
  for (const binding of bindings) {
    for (const { subject } of binding.subjects)
      if (subject.kind === 'ServiceAccount') upsert(map, subject.name).push({ binding, subject })
  }
  return map
}

/**
 * Declared twice, a role counts with all its rules: which one stays depends on the order. A role that Kubernetes ships
 * keeps what it ships: the API server puts missing rules back at every start.
 */
function resolveRole(
  declared: readonly Role[],
  clusterRoles: readonly Role[],
  partsOf: (key: string) => readonly Role[],
): ResolvedRole | null {
  const [only] = declared
  if (only === undefined) return null
  if (declared.length === 1 && only.aggregates === null) return plainRole(only)
  const rules: SourcedRule[] = []
  const empty: string[] = []
  const seen = new Set<string>()
  const visit = (parts: readonly Role[]): void => {
    for (const role of parts) {
      if (role.aggregates === null) {
        rules.push(...plainRole(role).rules)
        continue
      }
      // The controller overwrites the rules that are written beside `aggregationRule`.
      const selected = clusterRoles.filter((other) => other.name !== role.name && isSelected(role, other))
      if (selected.length === 0 && role.aggregates.length > 0) empty.push(role.name)
      for (const name of new Set(selected.map((other) => other.name))) {
        if (seen.has(name)) continue
        seen.add(name)
        visit(partsOf(roleKey('ClusterRole', '', name)))
      }
    }
  }
  visit(declared)
  const [name] = empty
  return {
    rules,
    unknown: name === undefined ? null : `no cluster role that ClusterRole ${name} aggregates is declared here`,
  }
}

/** One object a role, so that what is worked out about those that Kubernetes ships serves every environment. */
function plainRole(role: Role): ResolvedRole {
  const known = plainRoles.get(role)
  if (known !== undefined) return known
  const plain = { rules: role.rules.map((rule, index) => ({ rule, role, index })), unknown: null }
  plainRoles.set(role, plain)
  return plain
}

const plainRoles = new WeakMap<Role, ResolvedRole>()

function isSelected(aggregating: Role, role: Role): boolean {
  const labels = { values: role.labels, complete: true }
  return (aggregating.aggregates ?? []).some((selector) => selects(selector, labels) === 'yes')
}

/** The subject itself, and the groups that the API server puts it in by its nature. */
function identitiesOf(subject: Subject): readonly Subject[] {
  const group = (name: string): Subject => ({ kind: 'Group', namespace: '', name })
  if (subject.kind === 'Group') return [subject]
  if (subject.kind === 'User')
    return [subject, group(subject.name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated')]
  // A chart writes its own namespace's name before it is known; nobody else's symbol has a name.
  const [namespace = ''] = subject.namespace.split('~')
  return [
    subject,
    group('system:serviceaccounts'),
    group(`system:serviceaccounts:${namespace}`),
    group('system:authenticated'),
  ]
}

/* ------------------------------------------------------------- shipped */

const SHIPPED_ROLES: readonly Role[] = BOOTSTRAP_ROLES.map((role) => ({
  kind: role.namespace === null ? 'ClusterRole' : 'Role',
  namespace: role.namespace ?? '',
  name: role.name,
  rules: role.rules.map(ruleOfLine),
  aggregates: role.aggregates?.map((label) => ({ matchLabels: { [label]: 'true' } })) ?? null,
  labels: Object.fromEntries([[BOOTSTRAP_LABEL, 'rbac-defaults'], ...role.labels.map((label) => [label, 'true'])]),
  resource: null,
}))

const SHIPPED_BINDINGS: readonly Binding[] = BOOTSTRAP_BINDINGS.map((binding) => {
  const [kind = '', ...name] = binding.role.split('/')
  return {
    kind: binding.namespace === null ? 'ClusterRoleBinding' : 'RoleBinding',
    namespace: binding.namespace ?? '',
    name: binding.name,
    roleRef: { kind, name: name.join('/') },
    subjects: binding.subjects.map((text, i) => ({ subject: subjectOfText(text), path: ['subjects', i] })),
    resource: null,
  }
})

const shippedRoles = once(() => byRoleKey(SHIPPED_ROLES))
const shippedBindings = once(() => bySubjectKey(SHIPPED_BINDINGS))

/** Worked out when it is first asked for: a module that is only loaded costs nothing. */
function once<T>(compute: () => T): () => T {
  let known: T | undefined
  return () => (known ??= compute())
}

function ruleOfLine(line: BootstrapRole['rules'][number]): Rule {
  const [verbs = [], second = [], resources, names = []] = line.split(' ').map((field) => field.split(','))
  if (resources === undefined)
    return { verbs, apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: second }
  return {
    verbs,
    apiGroups: second.map((group) => (group === 'core' ? '' : group)),
    resources,
    resourceNames: names,
    nonResourceURLs: [],
  }
}

function subjectOfText(text: string): Subject {
  const [kind, second = '', third] = text.split('/')
  if (kind === 'ServiceAccount') return { kind, namespace: second, name: third ?? '' }
  return { kind: kind === 'Group' ? 'Group' : 'User', namespace: '', name: second }
}

/** Whether Kubernetes ships a role of this name that grants no less. */
export function isShippedRole(role: Role): boolean {
  const [shipped] = shippedRoles().get(roleKey(role.kind, role.namespace, role.name)) ?? []
  if (shipped === undefined) return false
  const sameSelectors = JSON.stringify(shipped.aggregates) === JSON.stringify(role.aggregates)
  return sameSelectors && (role.aggregates !== null || covers(shipped.rules, role.rules))
}

/** Whether Kubernetes itself binds this role, in this scope, to this subject. */
export function isShippedGrant(binding: Binding, subject: Subject): boolean {
  return shippedGrants().has(grantKey(binding, subject))
}

const shippedGrants = once(
  () =>
    new Set(SHIPPED_BINDINGS.flatMap((binding) => binding.subjects.map(({ subject }) => grantKey(binding, subject)))),
)

function grantKey({ kind, namespace, roleRef }: Binding, subject: Subject): string {
  return [kind, namespace, roleRef.kind, roleRef.name, subjectKey(subject)].join(' ')
}

/* ---------------------------------------------------------- permissions */

/** All that one subject may do. */
export interface SubjectPermissions {
  readonly subject: Subject
  /** `ServiceAccount shop/cart`. */
  readonly text: string
  /** Those of the whole cluster first; those that Kubernetes itself binds last. */
  readonly grants: readonly Grant[]
}

/** One binding that holds for a subject, by its name or by a group that it is in by its nature. */
export interface Grant {
  /** null: every API server has it. */
  readonly binding: Ref | null
  /** `RoleBinding shop/cart`. */
  readonly bindingText: string
  /** The role that it names: `ClusterRole edit`. */
  readonly roleText: string
  /** The namespace's key that it holds in; '' for the whole cluster. */
  readonly scope: string
  /** In the order of the role, or of the roles that it is made of. */
  readonly rules: readonly GrantedRule[]
  /** Why there may be more rules; null where these are all. */
  readonly unknown: string | null
}

interface GrantedRule {
  readonly rule: Rule
  /** The role that the rule is written in, with its place; null where Kubernetes ships it. */
  readonly role: Ref | null
  /** `ClusterRole system:aggregate-to-edit`. */
  readonly roleText: string
  /** Position in that role's rules. */
  readonly index: number
}

/** Everything that every subject of a binding here may do. Subjects in the order of their text; pure. */
export function permissionsOf(world: World): readonly SubjectPermissions[] {
  const cards = world.resources.flatMap((resource) => {
    const card = grantCard(resource, null)
    return card === null ? [] : [{ resource, card }]
  })
  const authority = authorityOf(cards)
  const named = authority.bindings.flatMap((binding) => binding.subjects)
  const subjects = new Map(named.map(({ subject }) => [subjectKey(subject), subject]))
  return [...subjects.values()]
    .map((subject) => ({
      subject,
      text: textOfSubject(subject),
      grants: authority
        .bindingsOf(subject)
        .map((binding) => grantOf(binding, authority))
        .sort(byReach),
    }))
    .sort((a, b) => compare(a.text, b.text))
}

function grantOf(binding: Binding, authority: Authority): Grant {
  const { kind, name } = binding.roleRef
  const role = authority.roleOf(kind, binding.namespace, name)
  return {
    binding: binding.resource === null ? null : refTo(binding.resource),
    bindingText: textOfBinding(binding),
    roleText: `${kind} ${name}`,
    scope: binding.namespace,
    rules: (role?.rules ?? []).flatMap(({ rule, role: from, index }) => {
      const held = heldIn(binding.namespace, rule)
      if (held.resources.length === 0 && held.nonResourceURLs.length === 0) return []
      const ref = from.resource === null ? null : refTo(from.resource, ['rules', index])
      return [{ rule: held, role: ref, roleText: `${from.kind} ${from.name}`, index }]
    }),
    unknown: role === null ? missingRole(binding) : role.unknown,
  }
}

/** Paths lie in no namespace: the authorizer asks cluster role bindings alone about them (rbac.go, VisitRulesFor). */
function heldIn(namespace: string, rule: Rule): Rule {
  return namespace === '' || rule.nonResourceURLs.length === 0 ? rule : { ...rule, nonResourceURLs: [] }
}

function byReach(a: Grant, b: Grant): number {
  return (
    Number(a.binding === null) - Number(b.binding === null) ||
    compare(a.scope, b.scope) ||
    compare(a.bindingText, b.bindingText)
  )
}

/** By code unit: the same order on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/* ---------------------------------------------------------------- texts */

/** Why a role that a binding refers to has no rules here. */
export function missingRole(binding: Binding): string {
  const { kind, name } = binding.roleRef
  if (kind !== 'Role' && kind !== 'ClusterRole') return `${kind === '' ? 'no kind' : kind} is no kind of role`
  if (kind === 'Role' && binding.kind === 'ClusterRoleBinding')
    return `a ClusterRoleBinding cannot refer to a Role (${name})`
  return `${kind} ${name} is not declared here`
}

/** `ClusterRole operator`, or `ClusterRole admin, by way of ClusterRole system:aggregate-to-edit`. */
export function textOfRoute(binding: Binding, { role }: SourcedRule): string {
  const direct = `${binding.roleRef.kind} ${binding.roleRef.name}`
  return role.name === binding.roleRef.name ? direct : `${direct}, by way of ${role.kind} ${role.name}`
}

export function textOfBinding({ kind, namespace, name }: Binding): string {
  return `${kind} ${qualified(namespace, name)}`
}

export function textOfSubject({ kind, namespace, name }: Subject): string {
  return `${kind} ${qualified(namespace, name)}`
}

/** A namespace that nobody stated is a symbol, which says nothing to a reader. */
function qualified(namespace: string, name: string): string {
  return namespace === '' || isSymbol(namespace) ? name : `${namespace}/${name}`
}

export function isSymbol(namespace: string): boolean {
  return namespace.includes('~')
}

/* ----------------------------------------------------------------- keys */

export function accountKey(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

export function subjectKey({ kind, namespace, name }: Subject): string {
  return `${kind}/${namespace}/${name}`
}

function roleKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`
}

function upsert<K, V>(map: Map<K, V[]>, key: K): V[] {
  const known = map.get(key)
  if (known !== undefined) return known
  const fresh: V[] = []
  map.set(key, fresh)
  return fresh
}
