/**
 * What an audit policy comes to: which rule decides the requests that matter, for whom, and which rules never decide
 * anything. Exact over every requester, namespace and name, by one witness each that no rule mentions.
 */
import type { Path } from '../../model.js'
import { type AuditedRequest, type AuditLevel, type AuditRule, decidingRule } from './audit-policy.js'

/** Requests that a policy should say something about. */
interface RequestClass {
  /** As an audit policy would write it, `pods/exec`; with its verbs where only some are meant. */
  readonly name: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

/** A name that no rule writes: whoever and whatever is not mentioned. */
const OTHER = '~other'

const READS = ['get', 'list', 'watch']
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection']
const PROXIED = ['get', 'create', 'update', 'patch', 'delete']

const CLASSES: readonly RequestClass[] = [
  ofClass('secrets', '', true, [...READS, ...WRITES]),
  ofClass('configmaps', '', true, [...READS, ...WRITES]),
  ofClass('tokenreviews', 'authentication.k8s.io', false, ['create']),
  ofClass('serviceaccounts/token', '', true, ['create']),
  ofClass('pods/exec', '', true, ['create', 'get']),
  ofClass('pods/attach', '', true, ['create', 'get']),
  ofClass('pods/portforward', '', true, ['create', 'get']),
  ofClass('pods/ephemeralcontainers', '', true, ['update', 'patch']),
  ofClass('pods/proxy', '', true, PROXIED),
  ofClass('services/proxy', '', true, PROXIED),
  ofClass('nodes/proxy', '', false, PROXIED),
  ofClass('pods', '', true, WRITES),
  ofClass('deployments', 'apps', true, WRITES),
  ofClass('roles', 'rbac.authorization.k8s.io', true, WRITES),
  ofClass('rolebindings', 'rbac.authorization.k8s.io', true, WRITES),
  ofClass('clusterroles', 'rbac.authorization.k8s.io', false, WRITES),
  ofClass('clusterrolebindings', 'rbac.authorization.k8s.io', false, WRITES),
  // What no rule names: a custom resource of some operator.
  { ...ofClass(OTHER, OTHER, true, WRITES), name: 'everything else' },
]

function ofClass(name: string, group: string, namespaced: boolean, verbs: readonly string[]): RequestClass {
  const [resource = '', subresource = ''] = name.split('/')
  return { name, group, resource, subresource, namespaced, verbs }
}

/** What one rule does to one class of requests, for one sort of requester that it is the first to match. */
export interface AuditOutcome {
  readonly request: string
  /** 1-based, as a reader counts. */
  readonly rule: number
  /** `None` too where every stage of the request is omitted. */
  readonly level: AuditLevel
  /** Whether the log gets the object itself: from the request of a write, or from any response. */
  readonly bodies: boolean
  /** `everyone`, `user alice`, `group developers`, `anonymous requests`. */
  readonly requester: string
  /** The requester is one of Kubernetes' own components: the control plane, a node, the service accounts of kube-system. */
  readonly component: boolean
  readonly path: Path
}

/** A rule that no request ever reaches, and what those it is written for get instead. */
export interface ShadowedRule {
  readonly rule: number
  readonly level: AuditLevel
  /** The rule that wins, 1-based, and its level, which is another. */
  readonly by: number
  readonly instead: AuditLevel
  readonly path: Path
}

export interface AuditPolicyAnalysis {
  readonly outcomes: readonly AuditOutcome[]
  readonly shadowed: readonly ShadowedRule[]
  /** Requests for resources that no rule matches, so that they leave no trace; null where every one is matched. */
  readonly unmatched: { readonly requester: string; readonly verbs: readonly string[] } | null
}

export function analyseAuditPolicy(rules: readonly AuditRule[]): AuditPolicyAnalysis {
  return {
    outcomes: CLASSES.flatMap((kind) => outcomesOf(rules, kind)),
    shadowed: rules.flatMap((rule, i) => shadowOf(rules, rule, i)),
    unmatched: unmatchedOf(rules),
  }
}

function outcomesOf(rules: readonly AuditRule[], kind: RequestClass): readonly AuditOutcome[] {
  const target = { group: kind.group, resource: kind.resource, subresource: kind.subresource }
  return rules.flatMap((rule, i) => {
    const found = new Map<string, AuditOutcome>()
    for (const who of requestersOf(rule)) {
      const verbs = verbsReaching(rules, i, who, kind, target)
      if (verbs.length === 0) continue
      // A rule has one level; what is omitted differs from verb to verb, and that is the one to tell.
      const level = verbs.some((verb) => isSilent(rule, kind, verb)) ? 'None' : rule.level
      const bodies = level === 'RequestResponse' || (level === 'Request' && verbs.some((verb) => WITH_BODY.has(verb)))
      const { name: requester, component } = who
      const outcome = { request: kind.name, rule: i + 1, level, bodies, requester, component, path: ['rules', i] }
      // One for each level is enough: the widest requester comes first.
      const key = `${level} ${component}`
      if (!found.has(key)) found.set(key, outcome)
    }
    return [...found.values()]
  })
}

const WITH_BODY = new Set(['create', 'update', 'patch'])

/** The verbs of a class with which a requester reaches rule `i`; none where earlier rules decide all of them. */
function verbsReaching(
  rules: readonly AuditRule[],
  i: number,
  who: Requester,
  kind: RequestClass,
  resource: NonNullable<AuditedRequest['resource']>,
): readonly string[] {
  const rule = rules[i] as AuditRule
  return kind.verbs.filter((verb) =>
    namespacesOf(rule, kind, verb).some((namespace) =>
      namesOf(rule, kind, verb).some((name) => {
        const request = { user: who.user, groups: who.groups, verb, resource, namespace, name, path: '' }
        return decidingRule(rules, request) === i
      }),
    ),
  )
}

/**
 * Whether every event of a request is omitted. Long-running requests have one more, when the response starts
 * (k8s.io/apiserver pkg/endpoints/filters/audit.go).
 */
function isSilent(rule: AuditRule, kind: RequestClass, verb: string): boolean {
  const long = verb === 'watch' || ['exec', 'attach', 'portforward', 'proxy', 'log'].includes(kind.subresource)
  const stages = ['RequestReceived', 'ResponseComplete', ...(long ? ['ResponseStarted'] : [])]
  return stages.every((stage) => rule.omitStages.includes(stage))
}

function namespacesOf(rule: AuditRule, { namespaced }: RequestClass, verb: string): readonly string[] {
  if (!namespaced) return ['']
  const stated = rule.namespaces.filter((namespace) => namespace !== '')
  const across = verb === 'list' || verb === 'watch' ? [''] : []
  return [...(rule.namespaces.length > 0 ? stated : [OTHER]), ...across]
}

function namesOf(rule: AuditRule, { subresource }: RequestClass, verb: string): readonly string[] {
  if (subresource === '' && (verb === 'create' || verb === 'deletecollection')) return ['']
  const stated = rule.resources.flatMap((item) => item.resourceNames)
  return [OTHER, ...stated, ...(verb === 'list' || verb === 'watch' ? [''] : [])]
}

/* ------------------------------------------------------------ requesters */

interface Requester {
  readonly name: string
  readonly user: string
  readonly groups: readonly string[]
  readonly component: boolean
}

const AUTHENTICATED = 'system:authenticated'
const UNAUTHENTICATED = 'system:unauthenticated'

const EVERYONE: Requester = { name: 'everyone', user: OTHER, groups: [AUTHENTICATED], component: false }
const ANONYMOUS: Requester = {
  name: 'anonymous requests',
  user: 'system:anonymous',
  groups: [UNAUTHENTICATED],
  component: false,
}

/**
 * The requesters that matter to a rule, the widest first. More groups than a rule needs only make earlier rules match,
 * so the smallest sets find every request that reaches it.
 */
function requestersOf(rule: AuditRule): readonly Requester[] {
  const groups = rule.userGroups.length > 0 ? rule.userGroups : [null]
  const users = rule.users.length > 0 ? rule.users : [null]
  const all = users.flatMap((user) => groups.flatMap((group) => requester(user, group)))
  return [...all.filter((who) => !who.component), ...all.filter((who) => who.component)]
}

function requester(user: string | null, group: string | null): readonly Requester[] {
  if (user === null && (group === null || group === AUTHENTICATED))
    return group === null ? [EVERYONE, ANONYMOUS] : [EVERYONE]
  if (user === 'system:anonymous' || (user === null && group === UNAUTHENTICATED)) return [ANONYMOUS]
  const implied = user === null ? [] : groupsOfUser(user)
  const base = group === UNAUTHENTICATED ? [UNAUTHENTICATED] : [AUTHENTICATED]
  const groups = [...base, ...implied, ...(group === null || base.includes(group) ? [] : [group])]
  return [
    {
      name: user === null ? `group ${group ?? ''}` : `user ${user}`,
      user: user ?? OTHER,
      groups,
      component: user === null ? isComponentGroup(group ?? '') : isComponentUser(user),
    },
  ]
}

/** The groups that authentication gives by the name alone: service accounts' and nodes'. */
function groupsOfUser(user: string): readonly string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(user) ?? []
  if (namespace !== undefined) return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
  return user.startsWith('system:node:') ? ['system:nodes'] : []
}

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/#core-component-roles, and what older clusters called them. */
function isComponentUser(user: string): boolean {
  if (user.startsWith('system:serviceaccount:')) return user.startsWith('system:serviceaccount:kube-system:')
  if (user === 'system:anonymous' || user === 'system:admin') return false
  return user.startsWith('system:') || ['kubelet', 'kube-proxy', 'cluster-autoscaler', 'kube-apiserver'].includes(user)
}

function isComponentGroup(group: string): boolean {
  return group === 'system:nodes' || group === 'system:serviceaccounts:kube-system'
}

/* ------------------------------------------------- rules without requests */

/** Every request that rule `i` could be the first to match: if an earlier one has them all, it is shadowed. */
function shadowOf(rules: readonly AuditRule[], rule: AuditRule, i: number): readonly ShadowedRule[] {
  let by = -1
  for (const request of candidatesOf(rule)) {
    const winner = decidingRule(rules, request)
    if (winner === i) return []
    if (winner >= 0 && winner < i && by < 0 && rules[winner]?.level !== rule.level) by = winner
  }
  const instead = rules[by]?.level
  // A rule that only repeats what earlier ones do misleads nobody.
  if (instead === undefined) return []
  return [{ rule: i + 1, level: rule.level, by: by + 1, instead, path: ['rules', i] }]
}

const HTTP_VERBS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options']

function* candidatesOf(rule: AuditRule): Generator<AuditedRequest> {
  const onlyPaths = rule.nonResourceURLs.length > 0
  const onlyResources = rule.resources.length > 0 || rule.namespaces.length > 0
  for (const { user, groups } of requestersOf(rule)) {
    if (!onlyResources) {
      const urls = onlyPaths ? rule.nonResourceURLs : ['*']
      for (const verb of rule.verbs.length > 0 ? rule.verbs : HTTP_VERBS) {
        for (const path of urls.flatMap(pathsOf))
          yield { user, groups, verb, resource: null, namespace: '', name: '', path }
      }
    }
    if (onlyPaths) continue
    const namespaces = rule.namespaces.length > 0 ? rule.namespaces : [OTHER, '']
    for (const verb of rule.verbs.length > 0 ? rule.verbs : [...READS, ...WRITES, OTHER]) {
      for (const { target, names } of targetsOf(rule)) {
        for (const namespace of namespaces) {
          for (const name of names) yield { user, groups, verb, resource: target, namespace, name, path: '' }
        }
      }
    }
  }
}

function pathsOf(url: string): readonly string[] {
  const start = url === '*' ? '/' : url.replace(/\*+$/, '')
  return url.endsWith('*') ? [start, start + OTHER] : [url]
}

interface Target {
  readonly target: NonNullable<AuditedRequest['resource']>
  readonly names: readonly string[]
}

function targetsOf(rule: AuditRule): readonly Target[] {
  if (rule.resources.length === 0) return [targetOf('*', '*', [])]
  return rule.resources.flatMap(({ group, resources, resourceNames }) =>
    (resources.length > 0 ? resources : ['*']).flatMap((pattern) => [
      targetOf(group, pattern, resourceNames),
      ...(pattern.endsWith('/*') ? [targetOf(group, pattern.slice(0, -2), resourceNames)] : []),
      ...(pattern === '*' ? [targetOf(group, '*/*', resourceNames)] : []),
    ]),
  )
}

function targetOf(group: string, pattern: string, resourceNames: readonly string[]): Target {
  const [resource = '', subresource = ''] = pattern.split('/').map((part) => (part === '*' ? OTHER : part))
  return {
    target: { group: group === '*' ? OTHER : group, resource, subresource },
    names: resourceNames.length > 0 ? resourceNames : [OTHER, ''],
  }
}

/** What nobody mentions is matched by a rule for everything, or by none. */
function unmatchedOf(rules: readonly AuditRule[]): AuditPolicyAnalysis['unmatched'] {
  const target = { group: OTHER, resource: OTHER, subresource: '' }
  for (const { name, user, groups } of [EVERYONE, ANONYMOUS]) {
    const verbs = [...READS, ...WRITES].filter((verb) =>
      [OTHER, ''].some((namespace) => {
        const request = { user, groups, verb, resource: target, namespace, name: OTHER, path: '' }
        return decidingRule(rules, request) < 0
      }),
    )
    if (verbs.length > 0) return { requester: name, verbs }
  }
  return null
}
