/**
 * What roles grant, bindings hand out and service accounts hold, as far as the policies ask. The full lists stay in
 * `permissions.ts`; here is one line a power.
 */
import type { Answer, Path, Pod, Ref, Resource } from '../../model.js'
import type { Area, Carded } from '../area.js'
import { grantCard, type GrantCard, type Subject } from '../index/grants.js'
import type { Rule } from '../index/grants-rules.js'
import { refTo, type World } from '../world.js'
import { type AccessFacts, accessOf, configurationsHere } from './grants-apiserver.js'
import { bindsEverything, type Reach, reachOf } from './grants-reach.js'
import { grantsOf, type HandedOut, handedOut, POWER_NAMES, type PowerName, wildcardsOf } from './grants-powers.js'
import {
  accountKey,
  type Authority,
  authorityOf,
  type Binding,
  isShippedGrant,
  isShippedRole,
  isSymbol,
  missingRole,
  type ResolvedRole,
  type Role,
  type SourcedRule,
  textOfBinding,
  textOfRoute,
  textOfSubject,
} from './permissions.js'

/**
 * Of a Role or ClusterRole: what its own rules grant. Of a binding: what it hands out. Of a workload: what its service
 * account holds. Elsewhere empty.
 */
export interface GrantFacts {
  readonly powers: readonly Power[]
  /** What grants or is handed powers, or may: `Role/shop/reader`, `ClusterRole/reader`; '' where nothing is granted. */
  readonly own: string
  /** Of a binding: to whom. */
  readonly subjects: readonly GrantSubject[]
  /** Of a binding: the role it refers to; null elsewhere. */
  readonly role: RoleFact | null
  /** Of a role: who holds it by what is declared here; '' where nobody does. */
  readonly holders: string
  /** Whether Kubernetes ships this very object, or one that grants no less. */
  readonly stock: boolean
  /** `unknown` where powers may be missing: a role that is not declared here. */
  readonly complete: Answer
  /** Of what starts or configures an API server: whom it lets in; null elsewhere. */
  readonly access: AccessFacts | null
}

interface Power {
  readonly power: PowerName
  /** The resource of the rule, the role that the binding names, or the service account of the pod. */
  readonly path: Path
  /** 0-based position of the rule in its role; of several rules, the widest. */
  readonly rule: number
  /** 0-based positions of all that grant it in that role. */
  readonly rules: readonly number[]
  /** As the rule writes them: those that count. */
  readonly verbs: readonly string[]
  /** As the rule writes them: those that count; of `wildcard` and `everything` the rule's own, or its paths. */
  readonly resources: readonly string[]
  /** Where `resources` takes a `*`: the API groups that its rule confines it to; else empty. */
  readonly groups: readonly string[]
  /** The objects it is confined to; empty: every one. */
  readonly names: readonly string[]
  /** Whether it takes a `*` among the verbs or resources. */
  readonly wildcard: boolean
  /** False where a Role names what lies in no namespace: it grants nothing. */
  readonly effective: boolean
  /** `cluster`, or the namespace it holds in; '' where nobody stated it, or for a role, which has no scope of its own. */
  readonly scope: string
  /** The role, and the binding where that is not the resource itself. */
  readonly through: string
  /** What it amounts to beyond itself: whom its holder can act as, and what that one may do; '' where nothing more. */
  readonly leads: string
  readonly by: readonly Ref[]
}

interface GrantSubject {
  readonly text: string
  readonly kind: Subject['kind']
  /** The stated namespace of a service account; null elsewhere. */
  readonly namespace: string | null
  readonly name: string
  readonly path: Path
  /** Whether a service account is declared here, or always there; `unknown` for what another repository may declare. */
  readonly declared: 'yes' | 'no' | 'unknown'
  /** Whether Kubernetes itself grants this role to it. */
  readonly stock: boolean
}

interface RoleFact {
  readonly kind: string
  readonly name: string
  readonly path: Path
  /** `yes`: declared here or shipped; `no`: there cannot be one; `unknown`: not here. */
  readonly found: 'yes' | 'no' | 'unknown'
  /** Why it is not found; else ''. */
  readonly why: string
}

export const grants: Area<GrantCard, GrantFacts> = { card: grantCard, resolve }

const KNOWN: Answer = { answer: 'yes', why: 'every role is known', by: [] }

/** Nothing granted: shared, so that it costs nothing where most resources are. */
const NOTHING: GrantFacts = {
  powers: [],
  own: '',
  subjects: [],
  role: null,
  holders: '',
  stock: false,
  complete: KNOWN,
  access: null,
}

function resolve(
  cards: readonly Carded<GrantCard>[],
  world: World,
): (resource: Resource, pod: Pod | null) => GrantFacts {
  const authority = authorityOf(cards)
  const reach = reachOf(authority, world)
  const roles = byResource(authority.roles)
  const bindings = byResource(authority.bindings)
  const holders = holdersOf(authority)
  const declared = declaredOf(cards, authority, world)
  const here = configurationsHere(world)
  const held = heldBy(authority)
  const factsOf = (resource: Resource, pod: Pod | null): GrantFacts => {
    const role = roles.get(resource.id)
    if (role !== undefined) return factsOfRole(role, authority, holders(role))
    const binding = bindings.get(resource.id)
    if (binding !== undefined) return factsOfBinding(binding, authority, reach, declared)
    const access = accessOf(resource, pod, here)
    const facts = pod === null ? NOTHING : factsOfPod(resource, pod, authority, reach, held)
    return access === null ? facts : { ...facts, access }
  }
  return (resource, pod) => {
    const facts = factsOf(resource, pod)
    const { complete, powers, role } = facts
    // Of what grants nothing nobody asks whose it is: then what was said of one holds for all of them.
    return powers.length === 0 && role === null && complete.answer === 'yes' ? facts : owned(facts, ownOf(resource))
  }
}

/** Written out, which is faster than to spread. */
function owned(facts: GrantFacts, own: string): GrantFacts {
  const { powers, subjects, role, holders, stock, complete, access } = facts
  return { powers, own, subjects, role, holders, stock, complete, access }
}

/** As the parameter `allowed` of a policy names it. */
function ownOf({ kind, name, namespace, namespaceStated }: Resource): string {
  return namespace === '' || !namespaceStated ? `${kind}/${name}` : `${kind}/${namespace}/${name}`
}

function byResource<T extends { readonly resource: Resource | null }>(items: readonly T[]): ReadonlyMap<number, T> {
  return new Map(items.flatMap((item) => (item.resource === null ? [] : [[item.resource.id, item] as const])))
}

function completeness(unknown: readonly string[]): Answer {
  const [why] = unknown
  return why === undefined ? KNOWN : { answer: 'unknown', why, by: [] }
}

/* ----------------------------------------------------------------- roles */

function factsOfRole(role: Role, authority: Authority, holders: string): GrantFacts {
  const resolved = authority.roleOf(role.kind, role.namespace, role.name)
  const powers = role.aggregates === null ? ownPowers(role, authority) : shippedParts(resolved)
  const unknown = role.aggregates === null || resolved?.unknown == null ? [] : [resolved.unknown]
  for (const { power, names } of powers) {
    const missing =
      power === 'bind' ? names.find((name) => authority.roleOf('ClusterRole', '', name) === null) : undefined
    if (missing !== undefined) unknown.push(`ClusterRole ${missing}, which it may bind, is not declared here`)
  }
  const { own, subjects, access } = NOTHING
  const stock = isShippedRole(role)
  return { powers, own, subjects, role: null, holders, stock, complete: completeness(unknown), access }
}

const NOBODY: Power['by'] = []

function ownPowers(role: Role, authority: Authority): readonly Power[] {
  return role.rules.flatMap((rule, index) => {
    // A role of wildcards has all powers there are: each is written out, which is faster than to spread.
    const through = `${role.kind} ${role.name}`
    const rules = [index]
    const wildcards = wildcardsOf(rule).map(({ list, at }): Power => {
      const resources = rule.resources.length > 0 ? rule.resources : rule.nonResourceURLs
      return {
        power: 'wildcard',
        path: ['rules', index, list, at],
        rule: index,
        rules,
        verbs: rule.verbs,
        resources,
        groups: groupsOf(resources, rule),
        names: rule.resourceNames,
        wildcard: true,
        effective: true,
        scope: '',
        through,
        leads: '',
        by: NOBODY,
      }
    })
    const powers = grantsOf(rule).map((grant): Power => {
      const { power, verbs, resources, names, wildcard } = grant
      const effective = grant.namespaced || role.kind === 'ClusterRole'
      const leads = power === 'bind' ? bindsEverything(grant, authority) : ''
      return {
        power,
        path: ['rules', index, 'resources', grant.at],
        rule: index,
        rules,
        verbs,
        resources,
        groups: groupsOf(resources, rule),
        names,
        wildcard,
        effective,
        scope: '',
        through,
        leads,
        by: NOBODY,
      }
    })
    return [...wildcards, ...powers]
  })
}

/** An aggregating role is made of others. Those declared here are judged where they stand; those Kubernetes ships, here. */
function shippedParts(resolved: ResolvedRole | null): readonly Power[] {
  const shipped = (resolved?.rules ?? []).filter((sourced) => sourced.role.resource === null)
  return handedOut(shipped, '').map((found) => {
    const { kind, name } = found.sourced.role
    return powerOf(found, { path: ['aggregationRule'], scope: '', through: `${kind} ${name}`, leads: '' })
  })
}

/** Who holds a role by the bindings here, directly or by its labels. */
function holdersOf(authority: Authority): (role: Role) => string {
  const byRole = new Map<string, string[]>()
  for (const { kind: binding, roleRef, namespace, subjects } of authority.bindings) {
    const { kind, name } = roleRef
    const key = `${kind}/${kind === 'Role' && binding === 'RoleBinding' ? namespace : ''}/${name}`
    byRole.set(key, [...(byRole.get(key) ?? []), ...subjects.map(({ subject }) => `${subject.kind} ${subject.name}`)])
  }
  return (role) => {
    const into = authority.aggregatedInto(role)
    const keys = [`${role.kind}/${role.namespace}/${role.name}`, ...into.map((name) => `ClusterRole//${name}`)]
    const all = [
      ...keys.flatMap((key) => byRole.get(key) ?? []),
      ...into.map((name) => `everyone with ClusterRole ${name}`),
    ]
    const holders = [...new Set(all)]
    const shown = holders.slice(0, 3).join(', ')
    return holders.length > 3 ? `${shown} and ${holders.length - 3} more` : shown
  }
}

/* -------------------------------------------------------------- bindings */

type Declared = (subject: Subject) => GrantSubject['declared']

function factsOfBinding(binding: Binding, authority: Authority, reach: Reach, declared: Declared): GrantFacts {
  const { kind, name } = binding.roleRef
  const role = authority.roleOf(kind, binding.namespace, name)
  const possible = kind === 'ClusterRole' || (kind === 'Role' && binding.kind === 'RoleBinding')
  const path: Path = ['roleRef', 'name']
  const subjects = binding.subjects.map(({ subject, path }): GrantSubject => {
    const { kind, name, namespace } = subject
    const stated = namespace === '' || isSymbol(namespace) ? null : namespace
    const stock = isShippedGrant(binding, subject)
    return { text: textOfSubject(subject), kind, namespace: stated, name, path, declared: declared(subject), stock }
  })
  // Nobody is handed anything where there is nobody.
  const found =
    role === null || subjects.length === 0 ? [] : handedOut(nearFirst(role.rules, binding), binding.namespace)
  const holder = {
    namespace: binding.namespace,
    subjects: binding.subjects.map(({ subject }) => subject),
    powers: found.map(({ grant }) => grant.power),
  }
  const unknown = role === null ? (possible ? [missingRole(binding)] : []) : role.unknown === null ? [] : [role.unknown]
  return {
    ...NOTHING,
    powers: found.map((item) => {
      const leads = reach.leads(item.grant, holder)
      return powerOf(item, { path, scope: scopeOf(binding), through: textOfRoute(binding, item.sourced), leads })
    }),
    subjects,
    role: {
      kind,
      name,
      path,
      found: role !== null ? 'yes' : possible ? 'unknown' : 'no',
      why: role === null ? missingRole(binding) : '',
    },
    stock: subjects.length > 0 && subjects.every(({ stock }) => stock),
    complete: completeness(subjects.length === 0 ? [] : unknown),
  }
}

function powerOf(
  { grant, sourced, others }: HandedOut,
  placed: Pick<Power, 'path' | 'scope' | 'through' | 'leads'>,
): Power {
  const { power, verbs, resources, names, wildcard } = grant
  const by = sourced.role.resource === null ? [] : [refTo(sourced.role.resource, ['rules', sourced.index])]
  const groups = groupsOf(resources, sourced.rule)
  const rules = [sourced, ...others].filter(({ role }) => role === sourced.role).map(({ index }) => index)
  return {
    ...placed,
    power,
    rule: sourced.index,
    rules,
    verbs,
    resources,
    groups,
    names,
    wildcard,
    effective: true,
    by,
  }
}

function groupsOf(resources: readonly string[], { apiGroups }: Rule): readonly string[] {
  return resources.includes('*') ? apiGroups : []
}

/** Of a role that is declared more than once, by several sources, the rules of the binding's own come first. */
function nearFirst(rules: readonly SourcedRule[], { resource }: Binding): readonly SourcedRule[] {
  const isNear = ({ role }: SourcedRule): boolean => role.resource?.origin.source === resource?.origin.source
  const near = rules.filter(isNear)
  return near.length === 0 || near.length === rules.length ? rules : [...near, ...rules.filter((rule) => !isNear(rule))]
}

function scopeOf({ kind, namespace }: Binding): string {
  if (kind === 'ClusterRoleBinding') return 'cluster'
  return isSymbol(namespace) ? '' : namespace
}

function declaredOf(cards: readonly Carded<GrantCard>[], authority: Authority, world: World): Declared {
  const accounts = cards.filter(({ card }) => card.type === 'account').map(({ resource }) => resource)
  // Namespaces that this repository fills: there, what is missing is likely missing indeed.
  const filled = new Set([...accounts, ...world.workloads].map(({ namespace }) => namespace))
  const byName = new Map<string, string[]>()
  for (const { name, namespace } of accounts) byName.set(name, [...(byName.get(name) ?? []), namespace])
  return ({ kind, namespace, name }) => {
    if (kind !== 'ServiceAccount' || name === 'default' || authority.accounts.has(accountKey(namespace, name)))
      return 'yes'
    // A namespace that nobody stated may be the one that is meant.
    if ((byName.get(name) ?? []).some((other) => isSymbol(other) !== isSymbol(namespace))) return 'unknown'
    return filled.has(namespace) ? 'no' : 'unknown'
  }
}

/* ------------------------------------------------------------- workloads */

/** What a binding gives to whom it names. */
interface Held {
  readonly binding: Binding
  readonly role: ResolvedRole | null
  readonly found: readonly HandedOut[]
}

/** Every pod asks for those that all service accounts have. */
function heldBy(authority: Authority): (binding: Binding) => Held {
  const known = new Map<Binding, Held>()
  return (binding) => {
    const before = known.get(binding)
    if (before !== undefined) return before
    const role = authority.roleOf(binding.roleRef.kind, binding.namespace, binding.roleRef.name)
    const held = { binding, role, found: role === null ? [] : handedOut(role.rules, binding.namespace) }
    known.set(binding, held)
    return held
  }
}

function factsOfPod(
  resource: Resource,
  pod: Pod,
  authority: Authority,
  reach: Reach,
  heldBy: (binding: Binding) => Held,
): GrantFacts {
  const written = ['serviceAccountName', 'serviceAccount'].find(
    (key) => typeof pod.spec[key] === 'string' && pod.spec[key] !== '',
  )
  const subject: Subject = {
    kind: 'ServiceAccount',
    namespace: resource.namespace,
    name: written === undefined ? 'default' : String(pod.spec[written]),
  }
  const path = [...pod.path, written ?? 'serviceAccountName']
  const held = authority.bindingsOf(subject).map(heldBy)
  const unknown = held.flatMap(({ binding, role }) => (role === null ? missingRole(binding) : (role.unknown ?? [])))
  const maybe = maybeBound(subject, authority)
  if (maybe !== null) unknown.push(maybe)
  const all = held.flatMap(({ binding, found }) => found.map((item) => ({ binding, item })))
  if (all.length === 0 && unknown.length === 0) return NOTHING
  const powers = all.map(({ item }) => item.grant.power)
  return {
    ...NOTHING,
    powers: POWER_NAMES.flatMap((power) => {
      const same = all.filter(({ item }) => item.grant.power === power)
      // One that holds in the whole cluster outweighs one in a namespace.
      const widest = same.find(({ binding }) => binding.namespace === '') ?? same[0]
      if (widest === undefined) return []
      const { binding, item } = widest
      const through = `${textOfBinding(binding)} → ${textOfRoute(binding, item.sourced)}`
      const leads = reach.leads(item.grant, { namespace: binding.namespace, subjects: [subject], powers })
      const found = powerOf(item, { path, scope: scopeOf(binding), through, leads })
      return [binding.resource === null ? found : { ...found, by: [refTo(binding.resource), ...found.by] }]
    }),
    complete: completeness(unknown),
  }
}

/** A binding of a service account by the same name, where nobody stated one of the two namespaces. */
function maybeBound({ namespace, name }: Subject, authority: Authority): string | null {
  const maybe = authority.namesakes(name).find(({ subject }) => isSymbol(subject.namespace) !== isSymbol(namespace))
  return maybe === undefined
    ? null
    : `${textOfBinding(maybe.binding)} may mean this service account: nobody stated the namespace`
}
