/**
 * Audit policies (audit.k8s.io Policy), read and evaluated as the API server does: the first rule that matches a
 * request decides its level, and without one nothing is logged (k8s.io/apiserver pkg/audit/policy/checker.go).
 */
import type { Path } from '../../model.js'
import { isSubdomain } from '../../parse/label-selector.js'
import { isObject } from '../world.js'

export type AuditLevel = 'None' | 'Metadata' | 'Request' | 'RequestResponse'

const AUDIT_LEVELS: readonly AuditLevel[] = ['None', 'Metadata', 'Request', 'RequestResponse']

export interface AuditRule {
  readonly level: AuditLevel
  readonly users: readonly string[]
  readonly userGroups: readonly string[]
  readonly verbs: readonly string[]
  readonly resources: readonly GroupResources[]
  /** '' stands for what has no namespace. */
  readonly namespaces: readonly string[]
  readonly nonResourceURLs: readonly string[]
  /** The rule's own and the policy's. */
  readonly omitStages: readonly string[]
}

interface GroupResources {
  readonly group: string
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

/** A request as the policy sees it: k8s.io/apiserver pkg/authorization/authorizer.Attributes. */
export interface AuditedRequest {
  readonly user: string
  readonly groups: readonly string[]
  readonly verb: string
  /** null: a request for a path that is no resource. */
  readonly resource: { readonly group: string; readonly resource: string; readonly subresource: string } | null
  /** '' where the request has none. */
  readonly namespace: string
  readonly name: string
  /** The URL path, where `resource` is null. */
  readonly path: string
}

/** What the API server would refuse, at a path below the policy. */
export interface AuditPolicyProblem {
  readonly path: Path
  readonly message: string
}

export interface ReadAuditPolicy {
  readonly rules: readonly AuditRule[]
  readonly problems: readonly AuditPolicyProblem[]
}

/* ------------------------------------------------------------------ read */

const STAGES: ReadonlySet<unknown> = new Set(['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'])

/** Reads a policy and validates it as pkg/apis/audit/validation does. Rules that cannot be read are left out and named. */
export function readAuditPolicy(object: unknown): ReadAuditPolicy {
  const problems: AuditPolicyProblem[] = []
  const policy = isObject(object) ? object : {}
  const apiVersion = policy['apiVersion']
  if (apiVersion !== 'audit.k8s.io/v1')
    problems.push({
      path: ['apiVersion'],
      message: `the API server reads audit.k8s.io/v1 only, not ${shown(apiVersion)}`,
    })
  if (!isAbsent(policy['metadata']) && !isObject(policy['metadata']))
    problems.push({ path: ['metadata'], message: 'metadata is an object' })
  problems.push(...managedFieldsProblem(policy, []))
  const omitted = stagesOf(policy['omitStages'], ['omitStages'], problems)
  const written = policy['rules']
  if (!Array.isArray(written) || written.length === 0) {
    problems.push({ path: ['rules'], message: 'the API server refuses an audit policy without rules' })
    return { rules: [], problems }
  }
  const rules = written.map((item: unknown, i) => ruleOf(item, ['rules', i], omitted, problems))
  return { rules: rules.filter((rule) => rule !== null), problems }
}

function ruleOf(
  item: unknown,
  path: Path,
  omitted: readonly string[],
  problems: AuditPolicyProblem[],
): AuditRule | null {
  const refuse = (key: string, message: string): void => {
    problems.push({ path: [...path, key], message })
  }
  if (!isObject(item)) {
    problems.push({ path, message: 'a rule is an object' })
    return null
  }
  const level = AUDIT_LEVELS.find((known) => known === item['level'])
  if (level === undefined) refuse('level', `${shown(item['level'])} is no audit level`)
  const strings = (key: string): readonly string[] => {
    const list = stringsOf(item[key])
    if (list === null) refuse(key, `${key} is a list of strings`)
    return list ?? []
  }
  problems.push(...managedFieldsProblem(item, path))
  const rule = {
    users: strings('users'),
    userGroups: strings('userGroups'),
    verbs: strings('verbs'),
    namespaces: strings('namespaces'),
    nonResourceURLs: strings('nonResourceURLs'),
    resources: resourcesOf(item['resources'], refuse),
    omitStages: [...omitted, ...stagesOf(item['omitStages'], [...path, 'omitStages'], problems)],
  }
  if (rule.nonResourceURLs.length > 0 && rule.resources.length + rule.namespaces.length > 0)
    refuse('nonResourceURLs', 'a rule cannot apply to both resources and non-resource URLs')
  for (const url of rule.nonResourceURLs) {
    if (url !== '*' && (!url.startsWith('/') || url.slice(0, -1).includes('*')))
      refuse('nonResourceURLs', `${shown(url)} is no path with at most one * at its end`)
  }
  return level === undefined ? null : { level, ...rule }
}

function resourcesOf(value: unknown, refuse: (key: string, message: string) => void): readonly GroupResources[] {
  if (isAbsent(value)) return []
  if (!Array.isArray(value)) {
    refuse('resources', 'resources is a list')
    return []
  }
  return value.flatMap((item: unknown) => {
    const { group = '', resources, resourceNames } = isObject(item) ? item : {}
    const [names, objects] = [stringsOf(resources), stringsOf(resourceNames)]
    const name = group ?? ''
    if (!(isObject(item) || item === null) || typeof name !== 'string' || names === null || objects === null) {
      refuse('resources', 'resources holds groups with lists of resources and names')
      return []
    }
    if (name !== '' && name !== '*' && !isSubdomain(name))
      refuse('resources', `${shown(name)} is no API group: it takes no version`)
    if (objects.length > 0 && names.length === 0) refuse('resources', 'resourceNames needs at least one resource')
    return [{ group: name, resources: names, resourceNames: objects }]
  })
}

function stagesOf(value: unknown, path: Path, problems: AuditPolicyProblem[]): readonly string[] {
  const stages = stringsOf(value)
  if (stages?.every((stage) => STAGES.has(stage)) === true) return stages
  problems.push({
    path,
    message: 'omitStages is a list of RequestReceived, ResponseStarted, ResponseComplete and Panic',
  })
  return []
}

function managedFieldsProblem(object: { readonly [key: string]: unknown }, path: Path): readonly AuditPolicyProblem[] {
  const value = object['omitManagedFields']
  if (isAbsent(value) || typeof value === 'boolean') return []
  return [{ path: [...path, 'omitManagedFields'], message: 'omitManagedFields is true or false' }]
}

/** A list of strings as Go decodes it: a null among them is the empty string. null: it is none. */
function stringsOf(value: unknown): readonly string[] | null {
  if (isAbsent(value)) return []
  if (!Array.isArray(value) || !value.every((item) => item === null || typeof item === 'string')) return null
  return value.map((item: string | null) => item ?? '')
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

function shown(value: unknown): string {
  return value === undefined ? 'an absent value' : JSON.stringify(value)
}

/* -------------------------------------------------------------- evaluate */

/** The index of the rule that decides a request; -1: none, so that nothing is logged. */
export function decidingRule(rules: readonly AuditRule[], request: AuditedRequest): number {
  return rules.findIndex((rule) => matches(rule, request))
}

function matches(rule: AuditRule, request: AuditedRequest): boolean {
  if (rule.users.length > 0 && !rule.users.includes(request.user)) return false
  if (rule.userGroups.length > 0 && !request.groups.some((group) => rule.userGroups.includes(group))) return false
  if (rule.verbs.length > 0 && !rule.verbs.includes(request.verb)) return false
  if (rule.namespaces.length > 0 || rule.resources.length > 0) return matchesResource(rule, request)
  if (rule.nonResourceURLs.length > 0)
    return request.resource === null && rule.nonResourceURLs.some((url) => matchesUrl(request.path, url))
  return true
}

function matchesUrl(path: string, url: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')))
}

function matchesResource(rule: AuditRule, { resource: target, namespace, name }: AuditedRequest): boolean {
  if (target === null) return false
  if (rule.namespaces.length > 0 && !rule.namespaces.includes(namespace)) return false
  if (rule.resources.length === 0) return true
  const { group, resource, subresource } = target
  const combined = subresource === '' ? resource : `${resource}/${subresource}`
  return rule.resources.some((item) => {
    if (item.group !== group && item.group !== '*') return false
    if (item.resources.length === 0) return true
    if (item.resourceNames.length > 0 && !item.resourceNames.includes(name)) return false
    return item.resources.some(
      (pattern) =>
        pattern === combined ||
        pattern === '*' ||
        (subresource !== '' && pattern === `*/${subresource}`) ||
        // As upstream, `pods/*` matches pods themselves too.
        pattern === `${resource}/*`,
    )
  })
}
