/**
 * The powers that the policies ask about, and which rule grants them. A power is a list of requests; a rule grants it
 * when the API server would allow one of them.
 */
import { covers, resourceMatches, ruleAllows, type Rule } from '../index/grants-rules.js'
import type { SourcedRule } from './permissions.js'

export type PowerName =
  | 'everything'
  | 'wildcard'
  | 'escalate'
  | 'bind'
  | 'impersonate'
  | 'manage-rbac'
  | 'secrets'
  | 'create-workloads'
  | 'token-request'
  | 'pod-exec'
  | 'nodes-proxy'
  | 'webhooks'
  | 'certificates'
  | 'persistent-volumes'
  | 'network-policies'
  | 'delete-events'

interface Probe {
  readonly groups: readonly string[]
  /** Each with its subresource, if any, behind a slash. */
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  /** Whether the resource lies in a namespace: a Role or RoleBinding grants nothing of one that does not. */
  readonly namespaced: boolean
}

const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'] as const
const RBAC = ['rbac.authorization.k8s.io']
const AUTHENTICATION = ['authentication.k8s.io']
const ADMISSION = ['admissionregistration.k8s.io']

function probe(
  namespaced: boolean,
  groups: readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): Probe {
  return { namespaced, groups, resources, verbs }
}

/** Worst first: where one has to be named, it is the first. */
const PROBES: { readonly [Name in Exclude<PowerName, 'everything' | 'wildcard'>]: readonly Probe[] } = {
  escalate: [probe(false, RBAC, ['clusterroles'], ['escalate']), probe(true, RBAC, ['roles'], ['escalate'])],
  bind: [probe(false, RBAC, ['clusterroles'], ['bind']), probe(true, RBAC, ['roles'], ['bind'])],
  impersonate: [
    probe(false, [''], ['users', 'groups'], ['impersonate']),
    probe(true, [''], ['serviceaccounts'], ['impersonate']),
    // Constrained impersonation, on since 1.36 (KEP-5284); `impersonate:associated-node` reaches only the pod's own node.
    probe(false, AUTHENTICATION, ['users', 'groups'], ['impersonate:user-info']),
    probe(false, AUTHENTICATION, ['nodes'], ['impersonate:arbitrary-node']),
    probe(true, AUTHENTICATION, ['serviceaccounts'], ['impersonate:serviceaccount']),
  ],
  'manage-rbac': [
    probe(false, RBAC, ['clusterroles', 'clusterrolebindings'], WRITE),
    probe(true, RBAC, ['roles', 'rolebindings'], WRITE),
  ],
  secrets: [probe(true, [''], ['secrets'], ['get', 'list', 'watch', ...WRITE])],
  'create-workloads': [
    probe(true, [''], ['pods'], ['create']),
    // Whoever changes a template chooses the pod as well as whoever creates it.
    probe(true, [''], ['replicationcontrollers'], ['create', 'update', 'patch']),
    probe(true, ['apps', 'extensions'], ['deployments', 'daemonsets', 'replicasets'], ['create', 'update', 'patch']),
    probe(true, ['apps'], ['statefulsets'], ['create', 'update', 'patch']),
    probe(true, ['batch'], ['jobs', 'cronjobs'], ['create', 'update', 'patch']),
  ],
  'token-request': [probe(true, [''], ['serviceaccounts/token'], ['create'])],
  'pod-exec': [
    // `get` is the verb of a websocket; since 1.35 the API server asks for `create` too, unless that gate is off.
    probe(true, [''], ['pods/exec', 'pods/attach', 'pods/portforward'], ['create', 'get']),
    probe(true, [''], ['pods/ephemeralcontainers'], ['update', 'patch']),
  ],
  'nodes-proxy': [probe(false, [''], ['nodes/proxy'], ['get', 'create'])],
  webhooks: [
    probe(false, ADMISSION, ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'], WRITE),
    probe(
      false,
      ADMISSION,
      [
        'mutatingadmissionpolicies',
        'mutatingadmissionpolicybindings',
        'validatingadmissionpolicies',
        'validatingadmissionpolicybindings',
      ],
      WRITE,
    ),
  ],
  certificates: [
    probe(false, ['certificates.k8s.io'], ['certificatesigningrequests/approval'], ['update', 'patch']),
    probe(false, ['certificates.k8s.io'], ['signers'], ['approve', 'sign']),
  ],
  'persistent-volumes': [probe(false, [''], ['persistentvolumes'], ['create'])],
  'network-policies': [
    probe(true, ['networking.k8s.io', 'extensions'], ['networkpolicies'], WRITE),
    probe(
      false,
      ['policy.networking.k8s.io'],
      ['adminnetworkpolicies', 'baselineadminnetworkpolicies', 'clusternetworkpolicies'],
      WRITE,
    ),
    probe(true, ['projectcalico.org', 'crd.projectcalico.org'], ['networkpolicies'], WRITE),
    probe(false, ['projectcalico.org', 'crd.projectcalico.org'], ['globalnetworkpolicies', 'tiers'], WRITE),
    probe(true, ['cilium.io'], ['ciliumnetworkpolicies'], WRITE),
    probe(false, ['cilium.io'], ['ciliumclusterwidenetworkpolicies'], WRITE),
  ],
  'delete-events': [probe(true, ['', 'events.k8s.io'], ['events'], ['delete', 'deletecollection'])],
}

/** Worst first: who escalates, binds or impersonates takes what is missing. */
const TAKES: readonly PowerName[] = ['everything', 'escalate', 'bind', 'impersonate', 'wildcard']

/** Worst first. */
export const POWER_NAMES: readonly PowerName[] = [...new Set([...TAKES, ...(Object.keys(PROBES) as PowerName[])])]

/** What one rule grants of one power. */
export interface RuleGrant {
  readonly power: PowerName
  /** As the rule writes them, those that count. */
  readonly verbs: readonly string[]
  /** As the rule writes them, those that count. */
  readonly resources: readonly string[]
  /** Position of the first of them in the rule's `resources`. */
  readonly at: number
  /** The objects it is confined to; empty: every one. */
  readonly names: readonly string[]
  /** Whether it is granted only by a `*` among the verbs or resources. */
  readonly wildcard: boolean
  /** Whether it is granted in a namespace by a Role or RoleBinding. */
  readonly namespaced: boolean
}

/** Every power that a rule grants by itself, worst first; a wildcard rule's wildcards come from `wildcardsOf`. */
export function grantsOf(rule: Rule): readonly RuleGrant[] {
  const known = remembered.get(rule)
  if (known !== undefined) return known
  const grants = computeGrants(rule)
  remembered.set(rule, grants)
  return grants
}

/** Rules are values that many bindings share, those that Kubernetes ships even every environment. */
const remembered = new WeakMap<Rule, readonly RuleGrant[]>()

function computeGrants(rule: Rule): readonly RuleGrant[] {
  if (rule.verbs.length === 0 || !rule.resources.some(isProbed)) return []
  const plain = {
    ...rule,
    verbs: rule.verbs.filter((verb) => verb !== '*'),
    resources: rule.resources.filter((resource) => resource !== '*'),
  }
  const starred = plain.verbs.length < rule.verbs.length || plain.resources.length < rule.resources.length
  return (Object.keys(PROBES) as (keyof typeof PROBES)[]).flatMap((power) => {
    const granted = grantOf(power, plain, rule, false) ?? (starred ? grantOf(power, rule, rule, true) : null)
    return granted === null ? [] : [granted]
  })
}

/** Whether an entry of a rule's `resources` can match a probe's. Most rules are about something else altogether. */
const isProbed = (entry: string): boolean => entry === '*' || entry.startsWith('*/') || PROBED.has(entry)
const PROBED: ReadonlySet<string> = new Set(
  Object.values(PROBES).flatMap((probes) => probes.flatMap(({ resources }) => resources)),
)

/** `written` is the rule as it stands, for positions; `rule` what of it counts. */
function grantOf(power: keyof typeof PROBES, rule: Rule, written: Rule, wildcard: boolean): RuleGrant | null {
  const found = PROBES[power].flatMap((probe) =>
    probe.resources.flatMap((entry) => {
      const [resource = '', subresource = ''] = entry.split('/')
      // Most rules are about something else: then no verb needs asking for.
      const at = rule.resources.filter((item) => resourceMatches(item, { resource, subresource }))
      if (at.length === 0) return []
      const allowed = (verb: string, name: string): boolean =>
        probe.groups.some((group) => ruleAllows(rule, { verb, group, resource, subresource, name }))
      const free = probe.verbs.filter((verb) => allowed(verb, isNameless(verb, subresource) ? '' : ANY_NAME))
      const named = probe.verbs.filter((verb) =>
        rule.resourceNames.some((name) => name !== '' && canBeNamed(verb, subresource) && allowed(verb, name)),
      )
      if (free.length === 0 && named.length === 0) return []
      return [{ free, named, at, namespaced: probe.namespaced }]
    }),
  )
  if (found.length === 0) return null
  // What is granted on every object outweighs what is granted on some.
  const freely = found.filter(({ free }) => free.length > 0)
  const counted = freely.length > 0 ? freely : found
  const verbs = new Set(counted.flatMap(({ free, named }) => (freely.length > 0 ? free : named)))
  const resources = new Set(counted.flatMap(({ at }) => at))
  return {
    power,
    verbs: rule.verbs.includes('*') ? ['*'] : rule.verbs.filter((verb) => verbs.has(verb)),
    resources: [...resources],
    at: written.resources.findIndex((item) => resources.has(item)),
    names: freely.length > 0 ? [] : rule.resourceNames.filter((name) => name !== ''),
    wildcard,
    namespaced: counted.some(({ namespaced }) => namespaced),
  }
}

/** A name that no rule writes: control characters are not allowed in one. */
const ANY_NAME = '\u0000'

/** Requests that carry no name, so that only a rule without names, or with the name '', allows them. */
function isNameless(verb: string, subresource: string): boolean {
  return ['list', 'watch', 'deletecollection'].includes(verb) || (verb === 'create' && subresource === '')
}

/** `list` and `watch` carry a name where the field selector says `metadata.name`. */
function canBeNamed(verb: string, subresource: string): boolean {
  return verb !== 'deletecollection' && !(verb === 'create' && subresource === '')
}

export interface Wildcard {
  readonly list: 'verbs' | 'resources' | 'nonResourceURLs'
  readonly at: number
}

/**
 * The `*` of a rule that grants anything, at most one a list; those of `apiGroups` say nothing by themselves, since
 * the resources are named beside them.
 */
export function wildcardsOf(rule: Rule): readonly Wildcard[] {
  if (rule.verbs.length === 0) return []
  const reaches = rule.resources.length > 0 && rule.apiGroups.length > 0
  const verbs = reaches || rule.nonResourceURLs.length > 0 ? rule.verbs.indexOf('*') : -1
  const resources = reaches ? rule.resources.indexOf('*') : -1
  const urls = rule.nonResourceURLs.findIndex((url) => url === '*' || url === '/*')
  return [
    { list: 'resources' as const, at: resources },
    { list: 'verbs' as const, at: verbs },
    { list: 'nonResourceURLs' as const, at: urls },
  ].filter(({ at }) => at >= 0)
}

/** Cluster-admin by another name: every ordinary verb on every resource of every group. */
const EVERYTHING: Rule = {
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  apiGroups: ['*'],
  resources: ['*'],
  resourceNames: [],
  nonResourceURLs: [],
}

/** One power of a list of rules, the rule that grants the most of it, and those that grant as much. */
export interface HandedOut {
  readonly grant: RuleGrant
  readonly sourced: SourcedRule
  readonly others: readonly SourcedRule[]
}

/**
 * The powers of a list of rules, one each, with all that the rules grant of it; `namespace` '' for a cluster role
 * binding. Who holds everything holds every other power, so then it stands alone. A wildcard counts where it grants
 * some power.
 */
export function handedOut(rules: readonly SourcedRule[], namespace: string): readonly HandedOut[] {
  const [memory, confined] = namespace === '' ? [everywhere, false] : [inNamespace, true]
  const known = memory.get(rules)
  if (known !== undefined) return known
  const found = computeHandedOut(rules, confined)
  memory.set(rules, found)
  return found
}

/** Many bindings share a role: what its rules hand out by a cluster role binding, and by a role binding. */
const everywhere = new WeakMap<readonly SourcedRule[], readonly HandedOut[]>()
const inNamespace = new WeakMap<readonly SourcedRule[], readonly HandedOut[]>()

function computeHandedOut(rules: readonly SourcedRule[], confined: boolean): readonly HandedOut[] {
  const all = rules.map(({ rule }) => rule)
  if (covers(all, [EVERYTHING])) {
    const sourced = rules.find(({ rule }) => covers([rule], [EVERYTHING])) ?? rules[0]
    if (sourced !== undefined) return [{ grant: whole('everything', sourced), sourced, others: [] }]
  }
  const found = new Map<PowerName, HandedOut>()
  for (const sourced of rules) {
    for (const grant of grantsOf(sourced.rule)) {
      if (confined && !grant.namespaced) continue
      found.set(grant.power, wider(found.get(grant.power), { grant, sourced, others: [] }))
      if (!grant.wildcard) continue
      const star = found.get('wildcard')
      if (star === undefined || starWidth(sourced) > starWidth(star.sourced)) {
        found.set('wildcard', { grant: whole('wildcard', sourced), sourced, others: [] })
      }
    }
  }
  return POWER_NAMES.flatMap((power) => found.get(power) ?? [])
}

/**
 * Of two grants of one power: that of every object outweighs that of some, and in so many words one by a wildcard; of
 * equals both, at the place of the first.
 */
function wider(before: HandedOut | undefined, item: HandedOut): HandedOut {
  if (before === undefined) return item
  const difference = weight(item.grant) - weight(before.grant)
  if (difference !== 0) return difference > 0 ? item : before
  const { verbs, resources, names } = before.grant
  const grant = {
    ...before.grant,
    verbs: union(verbs, item.grant.verbs),
    resources: union(resources, item.grant.resources),
    names: union(names, item.grant.names),
  }
  return { grant, sourced: before.sourced, others: [...before.others, item.sourced] }
}

function weight({ names, wildcard }: RuleGrant): number {
  return (names.length === 0 ? 2 : 0) + (wildcard ? 0 : 1)
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])]
}

/** A rule as a power of its own, with all its verbs and resources. */
function whole(power: PowerName, { rule }: SourcedRule): RuleGrant {
  return {
    power,
    verbs: rule.verbs,
    resources: rule.resources,
    at: 0,
    names: rule.resourceNames,
    wildcard: true,
    namespaced: true,
  }
}

function starWidth({ rule }: SourcedRule): number {
  return (rule.resources.includes('*') ? 2 : 0) + (rule.verbs.includes('*') ? 1 : 0)
}
