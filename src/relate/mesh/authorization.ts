/**
 * Istio's AuthorizationPolicy: whom it lets in, whether what it names exists, and whether a workload denies by default.
 * https://istio.io/latest/docs/reference/config/security/authorization-policy/; what dangles after
 * AuthorizationPoliciesAnalyzer (pkg/config/analysis/analyzers/authz/authorizationpolicies.go).
 */
import type { Answer, KubernetesObject, Path, Resource } from '../../model.js'
import type { Carded } from '../area.js'
import { coversFamily, joinAddresses, NO_ADDRESSES, parseCidr } from '../network/addresses.js'
import { refTo, type Workload } from '../world.js'
import { spoken } from './injection.js'
import type { Mtls } from './mtls.js'
import {
  answer,
  holds,
  itemsOf,
  listed,
  matchLabelsOf,
  nameOf,
  objectOf,
  stringList,
  stringOf,
  type Strings,
} from './read.js'
import { selected, type MeshWorld } from './world.js'

interface Named {
  readonly value: string
  readonly path: Path
}

/** A rule that keeps out nobody, or nobody with a mesh identity. */
interface OpenRule {
  readonly path: Path
  readonly to: 'anyone' | 'every identity'
  /** Whether it names what only HTTP has: ztunnel leaves such a rule out. */
  readonly http: boolean
}

export interface AuthorizationPolicy {
  readonly kind: 'AuthorizationPolicy'
  readonly action: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM'
  readonly selector: Strings | null
  readonly targets: readonly {
    readonly group: string
    readonly kind: string
    readonly name: string
    readonly namespace: string | null
    readonly path: Path
  }[]
  /** Rules that every request matches, whoever sends it. */
  readonly open: readonly OpenRule[]
  readonly rules: number
  /** Written for a trial: it is evaluated, not enforced. */
  readonly dryRun: boolean
  readonly namespaces: readonly Named[]
  readonly principals: readonly Named[]
  readonly accounts: readonly Named[]
}

const ACTIONS = ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] as const

/** As Go's strconv.ParseBool has it. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True']

export function readAuthorization(object: KubernetesObject): AuthorizationPolicy {
  const spec = objectOf(object, 'spec')
  const rules = itemsOf(spec['rules'], ['spec', 'rules'])
  const sources = rules.flatMap(({ item, path }) =>
    itemsOf(item['from'], [...path, 'from']).map((from) => ({
      source: objectOf(from.item, 'source'),
      path: [...from.path, 'source'],
    })),
  )
  const values = (...keys: readonly string[]): readonly Named[] =>
    sources.flatMap(({ source, path }) =>
      keys.flatMap((key) => stringList(source[key]).map((value, i) => ({ value, path: [...path, key, i] }))),
    )
  const single = itemsOf(spec['targetRef'] === undefined ? [] : [spec['targetRef']], []).map(({ item }) => ({
    item,
    path: ['spec', 'targetRef'] as Path,
  }))
  return {
    kind: 'AuthorizationPolicy',
    action: ACTIONS.find((action) => action === spec['action']) ?? 'ALLOW',
    selector: matchLabelsOf(spec['selector']),
    targets: [...itemsOf(spec['targetRefs'], ['spec', 'targetRefs']), ...single].flatMap(({ item, path }) => {
      const [kind, name] = [stringOf(item['kind']), stringOf(item['name'])]
      if (kind === null || name === null) return []
      return [
        {
          group: stringOf(item['group']) ?? '',
          kind,
          name,
          namespace: stringOf(item['namespace']),
          path: [...path, 'name'],
        },
      ]
    }),
    open: rules.flatMap(({ item, path }) => openRule(item, path)),
    rules: rules.length,
    dryRun: TRUE.includes(object.metadata.annotations?.['istio.io/dry-run'] ?? ''),
    namespaces: values('namespaces', 'notNamespaces'),
    principals: values('principals', 'notPrincipals'),
    accounts: values('serviceAccounts', 'notServiceAccounts'),
  }
}

type Fields = { readonly [key: string]: unknown }

/** A rule matches every request if it narrows neither the source, nor the operation, nor the conditions. */
function openRule(rule: Fields, path: Path): readonly OpenRule[] {
  const when = itemsOf(rule['when'], []).map(({ item }) => item)
  const conditions = when.map(reachOfCondition)
  const operations = itemsOf(rule['to'], []).map(({ item }) => objectOf(item, 'operation'))
  if (operations.length > 0 && !operations.some(isAnyOperation)) return []
  const http =
    [...operations, ...sourcesOf(rule)].some((fields) => HTTP.some((field) => field in fields)) ||
    when.some(({ key }) => key === 'remote.ip')
  const sources = itemsOf(rule['from'], [...path, 'from'])
  const reaches = sources.map(({ item, path: at }) => ({ at, reach: reachOf(objectOf(item, 'source')) }))
  return (sources.length === 0 ? [{ at: path, reach: 'anyone' as const }] : reaches).flatMap(({ at, reach }) => {
    const to = narrowest([reach, ...conditions])
    return to === null ? [] : [{ path: at, to, http }]
  })
}

const sourcesOf = (rule: Fields): readonly Fields[] =>
  itemsOf(rule['from'], []).map(({ item }) => objectOf(item, 'source'))

/** What ztunnel does not read, of sources and operations that narrow nothing (httpOperations, httpSources). */
const HTTP = ['hosts', 'methods', 'paths', 'remoteIpBlocks']

type Reach = OpenRule['to'] | null

const narrowest = (reaches: readonly Reach[]): Reach =>
  reaches.includes(null) ? null : reaches.includes('every identity') ? 'every identity' : 'anyone'

const isAny = (field: string, value: unknown): boolean => {
  const list = stringList(value)
  return list.length === 0 || (!field.startsWith('not') && list.includes('*'))
}

/** Paths that every path matches: `{**}` stands for any number of segments. */
const EVERY_PATH = ['/*', '/{**}']

function isAnyOperation(operation: Fields): boolean {
  return ['hosts', 'notHosts', 'ports', 'notPorts', 'methods', 'notMethods', 'paths', 'notPaths'].every((field) => {
    if (field === 'paths' && stringList(operation[field]).some((path) => EVERY_PATH.includes(path))) return true
    return isAny(field, operation[field])
  })
}

const IDENTITIES = ['principals', 'namespaces', 'serviceAccounts', 'trustDomains']
const BLOCKS = ['ipBlocks', 'remoteIpBlocks']
const NARROWING = [
  'requestPrincipals',
  'notPrincipals',
  'notRequestPrincipals',
  'notNamespaces',
  'notIpBlocks',
  'notRemoteIpBlocks',
  'notServiceAccounts',
  'notTrustDomains',
]

/** Who is left in by a source: all its fields must match, so one that narrows is enough to close it. */
function reachOf(source: Fields): Reach {
  if (NARROWING.some((field) => stringList(source[field]).length > 0)) return null
  const stated = (field: string): boolean => stringList(source[field]).length > 0
  return narrowest([
    ...IDENTITIES.filter(stated).map((field) => reachOfIdentities(source[field])),
    ...BLOCKS.filter(stated).map((field) => reachOfBlocks(source[field])),
  ])
}

function reachOfIdentities(values: unknown): Reach {
  return stringList(values).includes('*') ? 'every identity' : null
}

/** Blocks may cover everything together, as 0.0.0.0/1 and 128.0.0.0/1 do. */
function reachOfBlocks(values: unknown): Reach {
  const blocks = stringList(values).map((block) => parseCidr(block) ?? NO_ADDRESSES)
  return coversFamily(blocks.reduce(joinAddresses, NO_ADDRESSES)) ? 'anyone' : null
}

/** The same said as a condition; every other attribute narrows, as `notValues` do. */
function reachOfCondition({ key, values, notValues }: Fields): Reach {
  if (stringList(notValues).length > 0) return null
  switch (key) {
    case 'source.ip':
    case 'remote.ip':
    case 'destination.ip':
      return reachOfBlocks(values)
    case 'source.namespace':
    case 'source.principal':
    case 'source.trustDomain':
      return reachOfIdentities(values)
    default:
      return null
  }
}

/** What a policy names and is not found here. */
interface Dangling {
  readonly path: Path
  readonly what: string
  /** Whether it may well exist, declared outside this repository. */
  readonly elsewhere: boolean
  /** `unknown`: nothing here tells. */
  readonly found: 'no' | 'unknown'
}

export interface AuthorizationFacts {
  readonly action: AuthorizationPolicy['action']
  /** `the mesh`, `namespace shop`, `the workloads it selects`. */
  readonly reach: string
  readonly dryRun: boolean
  readonly open: readonly OpenRule[]
  readonly dangling: readonly Dangling[]
}

export function authorizationFacts(
  resource: Resource,
  card: AuthorizationPolicy,
  mesh: MeshWorld,
  mtlsOf: (workload: Workload) => Mtls,
): AuthorizationFacts {
  const namespace = mesh.namespace(resource.namespace)
  const whole = mesh.istio.roots.includes(resource.namespace) ? 'the mesh' : spoken(namespace)
  return {
    action: card.action,
    reach: card.selector === null && card.targets.length === 0 ? whole : 'the workloads it selects',
    dryRun: card.dryRun,
    open: card.open,
    dangling: [
      ...danglingSelector(resource, card, mesh, mtlsOf),
      ...danglingTargets(resource, card, mesh),
      ...danglingNamespaces(card, mesh),
      ...danglingAccounts(resource, card, mesh),
    ],
  }
}

function danglingSelector(
  resource: Resource,
  card: AuthorizationPolicy,
  mesh: MeshWorld,
  mtlsOf: (workload: Workload) => Mtls,
): readonly Dangling[] {
  if (card.targets.length > 0) return []
  const root = mesh.istio.roots.includes(resource.namespace)
  // In the root namespace a policy holds for the mesh, so without a selector it always has something to hold.
  if (root && card.selector === null) return []
  const path: Path = card.selector === null ? ['spec'] : ['spec', 'selector', 'matchLabels']
  const found = root
    ? mesh.world.workloads.filter(({ labels }) => card.selector === null || holds(labels, card.selector))
    : selected(mesh, resource.namespace, card.selector)
  const labels = Object.entries(card.selector ?? {}).map(([key, value]) => `${key}=${value}`)
  if (found.length === 0) {
    const where = root ? 'in the mesh' : `in ${spoken(mesh.namespace(resource.namespace))}`
    const what =
      card.selector === null
        ? `no workload is declared ${where}`
        : `its selector ${labels.join(',')} matches no workload ${where}`
    // Beside workloads of its namespace, a selector that meets none of them is a slip; without any, they live elsewhere.
    const beside = root ? mesh.world.workloads.length > 0 : mesh.workloadsIn(resource.namespace).length > 0
    return [{ path, what, elsewhere: !beside || root, found: 'no' }]
  }
  const members = found.map(mtlsOf).filter(({ enrolled }) => enrolled.answer !== 'no')
  if (members.length > 0) return []
  const names = listed(found.map((workload) => `${workload.resource.kind} ${workload.resource.name}`))
  return [{ path, what: `it holds only workloads outside the mesh (${names})`, elsewhere: false, found: 'no' }]
}

function danglingTargets(resource: Resource, { targets }: AuthorizationPolicy, mesh: MeshWorld): readonly Dangling[] {
  if (targets.length === 0) return []
  const known = new Set(
    mesh.world.resources.map(({ group, kind, namespace, name }) => [group, kind, namespace, name].join('/')),
  )
  return targets.flatMap(({ group, kind, name, namespace, path }) => {
    const inNamespace = kind === 'GatewayClass' ? '' : (namespace ?? resource.namespace)
    const core = group === 'core' ? '' : group
    if (known.has([core, kind, inNamespace, name].join('/'))) return []
    return [{ path, what: `${kind} ${name} is not declared here`, elsewhere: true, found: 'no' as const }]
  })
}

function danglingNamespaces({ namespaces }: AuthorizationPolicy, mesh: MeshWorld): readonly Dangling[] {
  if (namespaces.length === 0) return []
  const cards = [...mesh.world.namespaces.values()]
  const names = cards.flatMap(({ name }) => name ?? [])
  const some = cards.some(({ resource }) => resource !== null)
  return namespaces
    .filter(({ value }) => !names.some((name) => matches(value, name)))
    .map(({ value, path }) => ({
      path,
      what: value.includes('*')
        ? `no namespace that is declared here matches ${value}`
        : `namespace ${value} is not declared here`,
      elsewhere: true,
      // A repository that declares no namespace at all says nothing about which there are.
      found: some ? 'no' : 'unknown',
    }))
}

/** As the analyzer's namespaceMatch: a star at the beginning or the end. */
function matches(pattern: string, name: string): boolean {
  if (pattern === '*') return true
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1))
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1))
  return name.toLowerCase() === pattern.toLowerCase()
}

/** Looked for only where the workloads of its namespace are declared here. */
function danglingAccounts(
  resource: Resource,
  { principals, accounts }: AuthorizationPolicy,
  mesh: MeshWorld,
): readonly Dangling[] {
  const named = [
    // `cluster.local/ns/shop/sa/cart`; `shop/cart`, or `cart` in the policy's own namespace.
    ...principals.map((one) => ({ one, match: /^[^*/]+\/ns\/([^*/]+)\/sa\/([^*/]+)$/.exec(one.value) })),
    ...accounts.map((one) => ({ one, match: /^(?:([^*/]+)\/)?([^*/]+)$/.exec(one.value) })),
  ]
  return named.flatMap(({ one, match }): readonly Dangling[] => {
    const [, namespace = resource.namespace, account] = match ?? []
    if (account === undefined || account === 'default') return []
    const workloads = mesh.workloadsIn(namespace)
    if (workloads.length === 0) return []
    const declared = mesh.inNamespace('ServiceAccount', namespace).some((found) => found.resource.name === account)
    if (declared || workloads.some(({ serviceAccount }) => serviceAccount === account)) return []
    const what = `service account ${account} of ${spoken(mesh.namespace(namespace))} is neither declared nor used here`
    return [{ path: one.path, what, elsewhere: true, found: 'no' }]
  })
}

/**
 * Whether workloads refuse whom no rule lets in: an ALLOW policy on them does that, and a DENY of everything. What asks
 * somebody else about every request, or holds a waypoint, may.
 */
export function deniesByDefault(
  namespace: string,
  members: readonly Workload[],
  mesh: MeshWorld,
  mtlsOf: (workload: Workload) => Mtls,
): Answer {
  const roots = mesh.istio.roots.filter((root) => root !== namespace)
  const all = [namespace, ...roots].flatMap((key) => mesh.inNamespace('AuthorizationPolicy', key))
  const active = all.filter(({ card }) => !card.dryRun && card.targets.length === 0)
  const heldBy = (workload: Workload | null): Standing =>
    standingOf(
      active.filter(
        ({ card }) => card.selector === null || (workload !== null && holds(workload.labels, card.selector)),
      ),
      workload !== null && mtlsOf(workload).ambient,
    )
  const wide = heldBy(null)
  const standings = members.length === 0 ? [wide] : members.map(heldBy)
  // One that lets everyone in undoes what all others keep out, but for a DENY.
  const undone = standings.find(({ guards, opener }) => guards.length === 0 && opener !== null)?.opener ?? null
  if (undone !== null) {
    return answer('no', `${nameOf(undone.resource)} lets everyone in`, [
      refTo(undone.resource, undone.card.open.find(({ to }) => to === 'anyone')?.path),
    ])
  }
  const waypoints = mesh
    .inNamespace('AuthorizationPolicy', namespace)
    .filter(({ card }) => card.targets.length > 0 && isGuard(card))
  const open = members.filter((_, i) => standings[i]?.guards.length === 0)
  if (open.length > 0 || (members.length === 0 && wide.guards.length === 0)) {
    const asked = all.filter(({ card }) => isAsking(card))
    const held = (workload: Workload): boolean =>
      asked.some(({ card }) => card.selector === null || holds(workload.labels, card.selector)) ||
      (waypoints.length > 0 && mtlsOf(workload).ambient)
    if (open.length > 0 && open.every(held)) {
      const why =
        asked.length > 0
          ? `${nameOf((asked[0] as Carded<AuthorizationPolicy>).resource)} leaves that to its provider`
          : `${nameOf((waypoints[0] as Carded<AuthorizationPolicy>).resource)} holds what comes through a waypoint, not what reaches the pods past it`
      return answer(
        'unknown',
        why,
        [...asked, ...waypoints].map(({ resource }) => refTo(resource)),
      )
    }
    const who =
      open.length === 0 ? 'its workloads' : listed(open.map(({ resource }) => `${resource.kind} ${resource.name}`))
    return answer(
      'no',
      `no AuthorizationPolicy here holds ${who}`,
      open.map(({ resource }) => refTo(resource)),
    )
  }
  const policies = [...new Set(standings.flatMap(({ guards }) => guards))]
  const by = policies.map(({ resource }) => refTo(resource))
  if (standings.every(({ guards }) => guards.some(({ resource }) => resource.force.answer === 'yes')))
    return answer('yes', 'every workload is under an AuthorizationPolicy that denies the rest', by)
  const [doubtful] = policies.filter(({ resource }) => resource.force.answer !== 'yes')
  return answer(
    'unknown',
    doubtful === undefined
      ? 'a policy may not be in force'
      : `${nameOf(doubtful.resource)} may not be in force: ${doubtful.resource.force.why}`,
    by,
  )
}

/** What the policies on one workload come to. */
interface Standing {
  /** Those that keep out whom no rule lets in; none where one lets everyone in. */
  readonly guards: readonly Carded<AuthorizationPolicy>[]
  /** One that lets everyone in, wherever it holds. */
  readonly opener: Carded<AuthorizationPolicy> | null
}

function standingOf(policies: readonly Carded<AuthorizationPolicy>[], ambient: boolean): Standing {
  const isOpen = ({ card }: Carded<AuthorizationPolicy>): boolean =>
    card.open.some(({ to, http }) => to === 'anyone' && !(ambient && http))
  const denying = policies.filter((policy) => policy.card.action === 'DENY' && isOpen(policy))
  const allowing = policies.filter(({ card }) => card.action === 'ALLOW')
  // One for some workloads is told of by itself, and leaves all others to what denies them.
  const opener = allowing.find((policy) => policy.card.selector === null && isOpen(policy)) ?? null
  return { guards: opener === null ? [...denying, ...allowing] : denying, opener }
}

function isGuard({ action, dryRun, open }: AuthorizationPolicy): boolean {
  if (dryRun) return false
  return action === 'ALLOW' || (action === 'DENY' && open.some(({ to }) => to === 'anyone'))
}

/** An external authorizer is asked about every request. */
function isAsking({ action, dryRun, targets, open }: AuthorizationPolicy): boolean {
  return action === 'CUSTOM' && !dryRun && targets.length === 0 && open.some(({ to }) => to === 'anyone')
}
