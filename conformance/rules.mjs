// Generated RBAC rules, against each other and against single requests.

const VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'bind',
  'escalate',
  'impersonate',
  'use',
]
const GROUPS = ['', 'apps', 'batch', 'rbac.authorization.k8s.io', 'example.com']
const RESOURCES = ['pods', 'secrets', 'deployments', 'nodes', 'clusterroles']
const SUBRESOURCES = ['exec', 'log', 'scale', 'status', 'proxy', 'token']
const NAMES = ['a', 'b', 'admin', '']
const URLS = ['/', '/healthz', '/healthz/etcd', '/api', '/api/v1', '/metrics', '/logs/x', '/apis']
const URL_PATTERNS = ['*', '/*', '/healthz*', '/healthz/*', '/api**', '/api/*', '/logs/*x', '*/v1', '', '**']

/** `{owners, servants, request}`: rules, and for half of them a request to the owners. */
export function rulesOf(random, count) {
  const { chance, list } = random
  return Array.from({ length: count }, () => {
    const servants = list(2, () => rule(random))
    if (chance(0.5))
      return {
        owners: list(3, () =>
          chance(0.3) && servants.length > 0 ? { ...rule(random), ...random.pick(servants) } : rule(random),
        ),
        servants,
        request: null,
      }
    const request = requestOf(random)
    return {
      owners: [chance(0.4) ? ruleFor(random, request) : rule(random), ...list(1, () => rule(random))],
      servants,
      request,
    }
  })
}

function rule(random) {
  const { chance, pick, list } = random
  const some = (values, wide) =>
    chance(0.2) ? [wide, ...list(1, () => pick(values))] : [pick(values), ...list(2, () => pick(values))]
  const made = { verbs: some(VERBS, '*') }
  if (chance(0.25))
    return { ...made, nonResourceURLs: [chance(0.5) ? pick(URLS) : pick(URL_PATTERNS), ...list(1, () => pick(URLS))] }
  return {
    ...made,
    apiGroups: chance(0.05) ? [] : some(GROUPS, '*'),
    resources: chance(0.05) ? [] : [resource(random), ...list(2, () => resource(random))],
    ...(chance(0.3)
      ? { resourceNames: chance(0.2) ? pick([[], null]) : [pick(NAMES), ...list(1, () => pick(NAMES))] }
      : {}),
    ...(chance(0.05) ? { nonResourceURLs: pick([null, [], ['/healthz']]) } : {}),
  }
}

function resource(random) {
  const { pick, weighted } = random
  return weighted([
    [6, () => pick(RESOURCES)],
    [3, () => `${pick(RESOURCES)}/${pick(SUBRESOURCES)}`],
    [1, () => '*'],
    [1, () => `*/${pick(SUBRESOURCES)}`],
    [0.5, () => `${pick(RESOURCES)}/*`],
    [0.2, () => pick(['*/*', '', '/', 'pods/', 'pods/exec/x'])],
  ])
}

function requestOf(random) {
  const { chance, pick } = random
  const verb = pick(VERBS)
  if (chance(0.25)) return { verb, url: pick(URLS) }
  return {
    verb,
    group: pick(GROUPS),
    resource: pick(RESOURCES),
    subresource: chance(0.4) ? pick(SUBRESOURCES) : '',
    name: chance(0.5) ? pick(NAMES) : '',
  }
}

/** A rule that comes close to the request. */
function ruleFor(random, request) {
  const base = rule(random)
  const { chance } = random
  const close = (value, wide) => (chance(0.7) ? [value] : [wide])
  if ('url' in request)
    return {
      ...base,
      verbs: close(request.verb, '*'),
      nonResourceURLs: [chance(0.5) ? request.url : `${request.url.slice(0, 1 + random.int(request.url.length))}*`],
    }
  const { verb, group, resource: name, subresource } = request
  const full = subresource === '' ? name : `${name}/${subresource}`
  return {
    ...base,
    verbs: close(verb, '*'),
    apiGroups: close(group, '*'),
    resources: chance(0.5) ? [full] : [resource(random), `*/${subresource}`],
    nonResourceURLs: [],
  }
}

/** With every list there, as the gate reads rules. */
const whole = (rule) => ({
  verbs: rule.verbs ?? [],
  apiGroups: rule.apiGroups ?? [],
  resources: rule.resources ?? [],
  resourceNames: rule.resourceNames ?? [],
  nonResourceURLs: rule.nonResourceURLs ?? [],
})

export function answeredByGate({ covers, ruleAllows }, { owners, servants, request }) {
  const rules = owners.map(whole)
  return {
    covers: covers(rules, servants.map(whole)),
    ...(request === null ? {} : { allows: rules.some((each) => ruleAllows(each, request)) }),
  }
}
