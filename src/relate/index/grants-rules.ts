/**
 * One RBAC rule against one request, and one list of rules against another, as the API server does it:
 * kubernetes/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go, plugin/pkg/auth/authorizer/rbac/rbac.go (RuleAllows),
 * and k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go (Covers).
 */

/** A PolicyRule (rbac.authorization.k8s.io/v1) with every list there. */
export interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  /** `secrets`, `pods/exec`, `*`, or a subresource of everything, `*` and a slash before its name. */
  readonly resources: readonly string[]
  /** Empty: every name. */
  readonly resourceNames: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** What is asked for: a resource of an API group, or a path of the API server. */
export type Request =
  | {
      readonly verb: string
      readonly group: string
      readonly resource: string
      /** '' where none. */
      readonly subresource: string
      /** '' where the request names no object: `create`, `deletecollection`, an unfiltered `list` or `watch`. */
      readonly name: string
    }
  | { readonly verb: string; readonly url: string }

export function ruleAllows(rule: Rule, request: Request): boolean {
  if (!matches(rule.verbs, request.verb)) return false
  if ('url' in request) return rule.nonResourceURLs.some((owner) => owner === '*' || urlCovers(owner, request.url))
  return (
    matches(rule.apiGroups, request.group) &&
    rule.resources.some((resource) => resourceMatches(resource, request)) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(request.name))
  )
}

/** Whether one entry of `resources` matches. `pods/*` is no pattern: it matches nothing that exists. */
export function resourceMatches(
  entry: string,
  { resource, subresource }: { readonly resource: string; readonly subresource: string },
): boolean {
  if (entry === '*') return true
  if (subresource === '') return entry === resource
  return entry === `${resource}/${subresource}` || entry === `*/${subresource}`
}

/** Whether `owners` together allow everything that `servants` allow. */
export function covers(owners: readonly Rule[], servants: readonly Rule[]): boolean {
  return servants.flatMap(breakdown).every((servant) => owners.some((owner) => ruleCovers(owner, servant)))
}

function matches(entries: readonly string[], value: string): boolean {
  return entries.includes('*') || entries.includes(value)
}

function urlCovers(owner: string, url: string): boolean {
  return owner === url || (owner.endsWith('*') && url.startsWith(owner.replace(/\*+$/, '')))
}

/** The same rule as rules of one verb, one group, one resource and at most one name, or of one verb and one path. */
function breakdown(rule: Rule): readonly Rule[] {
  const names = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name])
  const resources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        names.map((resourceNames) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          resourceNames,
          nonResourceURLs: [],
        })),
      ),
    ),
  )
  const urls = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({
      verbs: [verb],
      apiGroups: [],
      resources: [],
      resourceNames: [],
      nonResourceURLs: [url],
    })),
  )
  return [...resources, ...urls]
}

function ruleCovers(owner: Rule, servant: Rule): boolean {
  return (
    servant.verbs.every((verb) => matches(owner.verbs, verb)) &&
    servant.apiGroups.every((group) => matches(owner.apiGroups, group)) &&
    servant.resources.every((resource) => resourceCovers(owner.resources, resource)) &&
    (owner.resourceNames.length === 0 ||
      (servant.resourceNames.length > 0 &&
        servant.resourceNames.every((name) => owner.resourceNames.includes(name)))) &&
    servant.nonResourceURLs.every((url) => owner.nonResourceURLs.some((from) => urlCovers(from, url)))
  )
}

function resourceCovers(owners: readonly string[], resource: string): boolean {
  if (matches(owners, resource)) return true
  const slash = resource.indexOf('/')
  return slash >= 0 && owners.includes(`*${resource.slice(slash)}`)
}
