// Generated audit policies and requests: which level each request gets, which policies the API server refuses, and what
// the gate tells of a policy as a whole.

const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse']
const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']
const GROUPS = ['', 'apps', 'rbac.authorization.k8s.io', 'authentication.k8s.io', 'example.com']
const ODD_GROUPS = ['apps/v1', 'Apps', 'a..b', '-a', 'a.', 'a'.repeat(254), 'core', null, 5]
const RESOURCES = ['pods', 'secrets', 'configmaps', 'services', 'serviceaccounts', 'deployments', 'tokenreviews', 'nodes']
const SUBRESOURCES = ['exec', 'log', 'status', 'proxy', 'token', 'portforward', 'scale']
const NAMES = ['a', 'b', 'admin']
const NAMESPACES = ['kube-system', 'shop', 'default', '']
const URLS = ['/', '/healthz', '/healthz/etcd', '/version', '/api', '/api/v1', '/metrics']
const URL_PATTERNS = ['*', '/*', '/healthz*', '/healthz/*', '/api*', '/metrics', '/version', '/a*']
const ODD_URLS = ['', 'healthz', '/api/*/x', '/a**', '**', '/*/', '*/v1', '/ü*']
const USERS = [
  'alice',
  'system:anonymous',
  'system:kube-scheduler',
  'system:kube-proxy',
  'system:node:one',
  'system:serviceaccount:kube-system:coredns',
  'system:serviceaccount:shop:web',
]
const USER_GROUPS = [
  'developers',
  'system:authenticated',
  'system:unauthenticated',
  'system:nodes',
  'system:masters',
  'system:serviceaccounts',
  'system:serviceaccounts:kube-system',
]

// What the gate tells of by name, whatever the policy names.
const READS = ['get', 'list', 'watch']
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection']
const CLASSES = [
  { name: 'secrets', group: '', namespaced: true, verbs: [...READS, ...WRITES] },
  { name: 'configmaps', group: '', namespaced: true, verbs: [...READS, ...WRITES] },
  { name: 'tokenreviews', group: 'authentication.k8s.io', namespaced: false, verbs: ['create'] },
  { name: 'serviceaccounts/token', group: '', namespaced: true, verbs: ['create'] },
  { name: 'pods/exec', group: '', namespaced: true, verbs: ['create', 'get'] },
  { name: 'nodes/proxy', group: '', namespaced: false, verbs: ['get', 'create'] },
  { name: 'pods', group: '', namespaced: true, verbs: WRITES },
  { name: 'deployments', group: 'apps', namespaced: true, verbs: WRITES },
  { name: 'clusterroles', group: 'rbac.authorization.k8s.io', namespaced: false, verbs: WRITES },
]

/** `{policy, requests}`: a policy and eight requests, of which some come close to one of its rules. */
export function auditsOf(random, count) {
  return Array.from({ length: count }, () => {
    const policy = policyOf(random)
    const rules = Array.isArray(policy.rules) ? policy.rules : []
    return { policy, requests: Array.from({ length: 8 }, () => (random.chance(0.4) ? classRequest(random, rules) : requestOf(random, rules))) }
  })
}

function policyOf(random) {
  const { chance, pick, int } = random
  // One in seven has something that is refused, or that only looks so.
  const odd = chance(0.15)
  return {
    apiVersion: odd && chance(0.1) ? pick(['audit.k8s.io/v1beta1', 'audit.k8s.io', 'v1', null]) : 'audit.k8s.io/v1',
    kind: 'Policy',
    ...(chance(0.2) ? { metadata: odd && chance(0.2) ? pick(['x', 5, []]) : pick([null, {}, { name: 'a' }]) } : {}),
    ...(chance(0.2) ? { omitStages: stagesOf(random, odd) } : {}),
    ...(chance(0.1) ? { omitManagedFields: odd && chance(0.5) ? pick(['true', 1]) : pick([true, false, null]) } : {}),
    ...(odd && chance(0.1)
      ? pick([{}, { rules: null }, { rules: [] }, { rules: {} }, { rules: [null] }, { rules: ['None'] }])
      : { rules: Array.from({ length: 1 + int(5) }, () => ruleOf(random, odd)) }),
  }
}

function ruleOf(random, odd) {
  const { chance, pick, list } = random
  const odder = (probability) => odd && chance(probability)
  const strings = (values, odds) =>
    odder(0.04) ? pick([null, 'a', {}, [null], [5], [true]]) : list(2, () => (odder(0.1) ? pick(odds) : pick(values)))
  const kind = random.weighted([
    [6, () => 'resources'],
    [2, () => 'urls'],
    [2, () => 'anything'],
    [odd ? 1 : 0, () => 'both'],
  ])
  const resources = kind === 'resources' || kind === 'both'
  return {
    level: odder(0.05) ? pick(['', 'metadata', 'All', null, 5]) : pick(LEVELS),
    ...(chance(0.25) ? { users: strings(USERS, ['']) } : {}),
    ...(chance(0.2) ? { userGroups: strings(USER_GROUPS, ['']) } : {}),
    ...(chance(0.4) ? { verbs: strings(VERBS, ['*', '', 'GET']) } : {}),
    ...(resources && chance(0.85)
      ? { resources: odder(0.04) ? pick([null, {}, 'pods', [null]]) : list(2, () => groupOf(random, odd)) }
      : {}),
    ...(resources && chance(0.3) ? { namespaces: strings(NAMESPACES, ['*']) } : {}),
    ...(kind === 'urls' || kind === 'both' ? { nonResourceURLs: strings(URL_PATTERNS, ODD_URLS) } : {}),
    ...(chance(0.15) ? { omitStages: stagesOf(random, odd) } : {}),
    ...(odder(0.1) ? { omitManagedFields: pick([true, 'yes', null]) } : {}),
    // Kubernetes reads on where it knows no such field.
    ...(odder(0.1) ? pick([{ ressources: [] }, { Users: ['alice'] }, { user: 'alice' }]) : {}),
  }
}

function groupOf(random, odd) {
  const { chance, pick, list } = random
  const odder = (probability) => odd && chance(probability)
  if (odder(0.03)) return pick([null, 'pods', {}])
  const group = odder(0.15) ? pick(ODD_GROUPS) : chance(0.1) ? '*' : pick(GROUPS)
  const named = chance(0.25)
  const resources = [...(named ? [patternOf(random, odd)] : []), ...list(2, () => patternOf(random, odd))]
  return {
    ...(group === '' && chance(0.5) ? {} : { group }),
    ...(resources.length > 0 || chance(0.5) ? { resources: odder(0.03) ? pick(['pods', [null]]) : resources } : {}),
    ...(named || odder(0.1) ? { resourceNames: list(2, () => pick(NAMES)) } : {}),
  }
}

function patternOf(random, odd) {
  const { pick } = random
  return random.weighted([
    [6, () => pick(RESOURCES)],
    [3, () => `${pick(RESOURCES)}/${pick(SUBRESOURCES)}`],
    [1, () => '*'],
    [1, () => `*/${pick(SUBRESOURCES)}`],
    [1, () => `${pick(RESOURCES)}/*`],
    [odd ? 0.5 : 0, () => pick(['*/*', '', '/', 'pods/', '/exec', 'pods/exec/x', 'pods/exec*', 'Pods'])],
  ])
}

function stagesOf(random, odd) {
  const { chance, pick, list } = random
  if (odd && chance(0.1)) return pick([null, 'Panic', ['panic'], [''], [null], {}])
  return chance(0.2) ? STAGES : list(2, () => pick(STAGES))
}

/** As the API server would get it, of a class that the gate tells of. */
function classRequest(random, rules) {
  const { chance, pick } = random
  const { name, group, namespaced, verbs } = pick(CLASSES)
  const verb = pick(verbs)
  const [resource, subresource = ''] = name.split('/')
  const across = !namespaced || ((verb === 'list' || verb === 'watch') && chance(0.3))
  const nameless = subresource === '' && ['create', 'deletecollection', 'list', 'watch'].includes(verb)
  const { user, groups } = requestOf(random, rules)
  const real = user !== 'system:anonymous' && !groups.includes('system:unauthenticated')
  return {
    ...(real ? { user, groups } : { user: 'system:anonymous', groups: ['system:unauthenticated'] }),
    verb,
    resource: { group, resource, subresource },
    namespace: across ? '' : pick(NAMESPACES.slice(0, -1)),
    name: nameless ? '' : pick(NAMES),
    path: '',
    class: name,
  }
}

function requestOf(random, rules) {
  const { chance, pick, list } = random
  // What one of the rules says, so that more than the last of them is asked for.
  const rule = chance(0.6) ? (pick(rules) ?? {}) : {}
  const from = (key, values) => {
    const own = Array.isArray(rule?.[key]) ? rule[key].filter((value) => typeof value === 'string') : []
    return own.length > 0 && chance(0.9) ? pick(own) : pick(values)
  }
  const user = from('users', chance(0.5) ? ['somebody'] : USERS)
  const groups = [...groupsOf(user), ...list(1, () => from('userGroups', ['developers', 'system:masters']))]
  const verb = from('verbs', VERBS)
  const urls = Array.isArray(rule?.nonResourceURLs) && chance(0.9)
  if (urls || chance(0.1)) {
    const url = from('nonResourceURLs', URLS)
    const path = url.endsWith('*') ? url.replace(/\*+$/, '') + pick(['', 'x', '/x']) : url
    return { user, groups, verb, resource: null, namespace: '', name: '', path: path.startsWith('/') ? path : `/${path}` }
  }
  const stated = Array.isArray(rule?.resources) ? pick(rule.resources) : null
  const pattern = Array.isArray(stated?.resources) ? (pick(stated.resources) ?? '*') : '*'
  const [resource = '*', subresource = ''] = typeof pattern === 'string' ? pattern.split('/') : []
  const known = (part, values) => (part === '*' ? pick(values) : part)
  return {
    user,
    groups,
    verb,
    resource: {
      group: typeof stated?.group === 'string' && stated.group !== '*' ? stated.group : stated ? '' : pick(GROUPS),
      resource: known(resource, RESOURCES),
      subresource: chance(0.15) ? pick(['', ...SUBRESOURCES]) : known(subresource, SUBRESOURCES),
    },
    namespace: from('namespaces', NAMESPACES),
    name: Array.isArray(stated?.resourceNames) && chance(0.7) ? (pick(stated.resourceNames) ?? '') : pick(['', ...NAMES]),
    path: '',
  }
}

/** As authentication gives them by the name. */
function groupsOf(user) {
  if (user === 'system:anonymous') return ['system:unauthenticated']
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(user) ?? []
  if (namespace !== undefined)
    return ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`]
  return ['system:authenticated', ...(user.startsWith('system:node:') ? ['system:nodes'] : [])]
}

/** `original`: the answer of `originals audit`. */
export function differencesOfAudit({ readAuditPolicy, decidingRule, analyseAuditPolicy }, { policy, requests }, original) {
  const { rules, problems } = readAuditPolicy(policy)
  const refused = original.error !== undefined
  if (refused !== problems.length > 0)
    return [`the API server says ${original.error ?? 'nothing'}, the gate ${JSON.stringify(problems)}`]
  if (refused) return []
  const { outcomes, shadowed, unmatched } = analyseAuditPolicy(rules)
  return requests.flatMap((request, i) => {
    const { level, omitStages, matching } = original.decisions[i]
    const differences = []
    const says = (what) => differences.push(`${JSON.stringify(request)}: ${what}`)
    const deciding = decidingRule(rules, request)
    const [first = -1] = matching
    if (deciding !== first) says(`rule ${first + 1} decides, for the gate ${deciding + 1}`)
    if (first < 0) {
      if (level !== 'None') says(`nothing matches, and yet ${level}`)
      if (request.resource !== null && unmatched === null) says('nothing matches, and the gate tells of no gap')
      return differences
    }
    if (rules[first].level !== level) says(`${level}, for the gate ${rules[first].level}`)
    if (!STAGES.every((stage) => omitStages.includes(stage) === rules[first].omitStages.includes(stage)))
      says(`omits ${omitStages}, for the gate ${rules[first].omitStages}`)
    for (const { rule, by } of shadowed) {
      if (rule - 1 === first) says(`rule ${rule} is told to be behind rule ${by}, and decides`)
      if (rule <= by) says(`rule ${rule} is told to be behind rule ${by}`)
    }
    const told = outcomes.filter((outcome) => outcome.request === request.class)
    if (request.class !== undefined && !told.some(({ rule }) => rule === first + 1))
      says(`rule ${first + 1} decides, and the gate tells of ${told.map(({ rule }) => rule)}`)
    return differences
  })
}
