/**
 * Alerts: which rules tell of a spike in traffic, which of connections that a policy denied or nobody declared, and
 * whether anybody is told. By what a rule asks for, not by what it is called.
 */
import type { Path, Ref, Resource, Truth } from '../../model.js'
import { isObject, refTo } from '../world.js'
import { and, type LabelSelector, or, selects } from '../selector.js'
import type { World } from '../world.js'
import { located, type Located } from './located.js'
import { type Query, readQuery } from './promql.js'
import { type CarriedFile, hasKey, listOf, objectOf, parseYaml, textOf, textsOf, valueAt } from './text.js'

/** What an alert tells of; a rule may be about neither. */
export interface AlertRule {
  readonly name: string
  readonly spike: boolean
  readonly denied: boolean
  readonly path: Path
}

/* ----------------------------------------------------------------- rules */

/** The alerts that a resource declares itself: PrometheusRule, Calico's GlobalAlert and the like. */
export function alertRulesOf(resource: Resource): readonly AlertRule[] {
  const { group, kind, object } = resource
  switch (`${group}/${kind}`) {
    case 'monitoring.coreos.com/PrometheusRule':
    case 'loki.grafana.com/AlertingRule':
      return groupsOf(valueAt(object, 'spec', 'groups'), ['spec', 'groups'])
    case 'operator.victoriametrics.com/VMRule':
      return groupsOf(valueAt(object, 'spec', 'groups'), ['spec', 'groups'])
    case 'projectcalico.org/GlobalAlert':
    case 'crd.projectcalico.org/GlobalAlert':
      return [calicoAlert(resource)]
    default:
      return []
  }
}

/** The alerts of a rules file of Prometheus, Thanos, Mimir or Loki. */
export function alertRulesOfFile(file: CarriedFile): readonly AlertRule[] {
  if (!/["']?alert["']?\s*:/.test(file.text) || !hasKey(file.text, 'groups')) return []
  const { value } = parseYaml(file.text)
  return groupsOf(objectOf(value)['groups'], []).map((rule) => ({ ...rule, path: file.path }))
}

function groupsOf(groups: unknown, path: Path): readonly AlertRule[] {
  const recorded = recordedIn(groups)
  return listOf(groups).flatMap((group, i) =>
    listOf(objectOf(group)['rules']).flatMap((rule, j) => {
      const { alert, expr } = objectOf(rule)
      if (textOf(alert) === '') return []
      // A recorded series tells by its name what it is about, or by what it was recorded from.
      const queries = [textOf(expr), withRecorded(textOf(expr), recorded)].map(readQuery)
      const [spike, denied] = [queries.some(isSpike), queries.some(isDenied)]
      return [{ name: textOf(alert), spike, denied, path: [...path, i, 'rules', j] }]
    }),
  )
}

/** Recording rules: the series → its expression. */
function recordedIn(groups: unknown): ReadonlyMap<string, string> {
  const rules = listOf(groups).flatMap((group) => listOf(objectOf(group)['rules']).map(objectOf))
  return new Map(rules.map(({ record, expr }) => [textOf(record), textOf(expr)]))
}

/** One that is recorded from another one that is recorded stays as it is. */
function withRecorded(expression: string, recorded: ReadonlyMap<string, string>): string {
  return expression.replace(/[a-zA-Z_:][\w:]*/g, (word) => {
    const from = recorded.get(word)
    return from === undefined ? word : `(${from})`
  })
}

/** Traffic: bytes, packets, requests, connections and flows; not its errors, drops or durations. */
const TRAFFIC =
  /(network|net_conntrack|interface|nic|istio|envoy|nginx|ingress|haproxy|traefik|linkerd|hubble|cilium|calico|felix|http|grpc|tcp|udp|dns|gateway|proxy|request|connection|flow|packet|byte|rx|tx|conntrack)/i
const COUNTED =
  /(bytes|packets|requests?|connections?|connects|flows?|queries|rx|tx|entries|opened|cx|rq)(_(total|count|sum|received|sent|accepted|processed|opened|in|out|xx))*$|(receive|transmit|received|sent)_(bytes|packets)|_(rx|tx)_|:.*(bytes|requests|packets|connections|traffic)/i
const NO_TRAFFIC =
  /(err|drop|den[iy]|forbid|reject|block|fail|retrans|timeout|duration|latency|seconds|_bucket|memory|disk|filesystem|volume|fs_|cache|cpu|heap|capacity|limit|alloc|apiserver_|etcd_|rest_client|workqueue|kubelet_|prometheus_|alertmanager_|container_resource|kube_pod|kube_node|queue_length)/i
const GROWTH = new Set([
  'rate',
  'irate',
  'increase',
  'deriv',
  'delta',
  'idelta',
  'predict_linear',
  'rate_counter',
  'bytes_rate',
  'count_over_time',
  'sum_over_time',
  'bytes_over_time',
  'avg_over_time',
  'stddev_over_time',
  'holt_winters',
  'double_exponential_smoothing',
])
/** Responses that went wrong are an alert on errors. */
const FAILED =
  /(code|status|class|flags|reason|result|verdict|outcome|error)\w*\s*(=~?|!~?)\s*["'`][^"'`]*(5|4|err|drop|deni|fail|non)/i

function isSpike(query: Query): boolean {
  const { series, functions, comparisons, divides, past } = query
  const traffic = series.filter(
    ({ name, selector }) =>
      COUNTED.test(name) && TRAFFIC.test(name) && !NO_TRAFFIC.test(name) && !FAILED.test(selector),
  )
  if (traffic.length === 0) return false
  // A share of one series in another, failed in all requests, says nothing of how many there are.
  const names = new Set(series.map(({ name, selector }) => `${name}{${selector}}`))
  if (divides && !past && (names.size > 1 || series.length === 1) && !dividesByNumber(query)) return false
  const recorded = traffic.some(({ name }) => /:(rate|irate|increase|deriv)\d/.test(name))
  return (
    comparisons.some((comparison) => comparison.startsWith('>')) &&
    (recorded || functions.some((name) => GROWTH.has(name)))
  )
}

/** `rate(x[5m]) / 1024 / 1024 > 100`: a unit, not a share. */
function dividesByNumber({ series }: Query): boolean {
  return series.length === 1
}

/** Metrics that count what a policy or an authorization refused. */
const DENIED =
  /(denied|deny|denies|forbidden|rbac.*(denied|deny)|policy.*drop|drop_(count|bytes)_total$|hubble_drop_total|authz_deny|unauthorized|blocked_(connections|packets|requests))/i
const NO_POLICY = /^(node_|container_|kube_|apiserver_|prometheus_|alertmanager_|windows_)/
/** Labels that pick the refused ones out of a metric for all. */
const DENIED_LABEL =
  /(verdict|action|outcome|result|policy_verdict)\w*\s*=~?\s*["'`][^"'`]*(drop|den|reject|block)|(response_code|status|code|status_code|grpc_response_status)\s*=~?\s*["'`][^"'`]*\b(40[13]|7)\b|(response_flags|flags)\s*=~?\s*["'`][^"'`]*(UAEX|RBAC)|reason\s*=~?\s*["'`][^"'`]*(polic|den)/i
const DENIED_LINE =
  /polic\w*.?(denied|drop)|denied|calico-drop|rbac.?access.?denied|action.{0,6}deny|verdict.{0,6}drop|unexpected.{0,12}(connection|outbound|inbound)|undeclared/i

function isDenied({ series, comparisons, functions, lineFilters }: Query): boolean {
  // An alert fires where its expression gives anything; `== 0` and `<` tell of the opposite.
  if (comparisons.length > 0 && !comparisons.some((comparison) => comparison.startsWith('>'))) return false
  if (functions.includes('absent') || functions.includes('absent_over_time')) return false
  if (lineFilters.some((filter) => DENIED_LINE.test(filter))) return true
  return series.some(({ name, selector }) => {
    if (NO_POLICY.test(name)) return false
    if (/drop_(count|bytes)_total$|hubble_drop_total/.test(name) && /reason/.test(selector))
      return /polic|den|auth/i.test(selector) || /reason\s*!/.test(selector)
    return DENIED.test(name) || DENIED_LABEL.test(selector)
  })
}

/** https://docs.tigera.io/calico-enterprise/latest/reference/resources/globalalert */
function calicoAlert(resource: Resource): AlertRule {
  const spec = objectOf(resource.object['spec'])
  const query = textOf(spec['query'])
  const flows = ['flows', 'l7', 'dns'].includes(textOf(spec['dataSet']))
  const metric = textOf(spec['metric'])
  const upwards = ['gt', 'gte'].includes(textOf(spec['condition']))
  const denied = /action\s*(=|IN)\s*[^a-z]*["']?deny/i.test(query)
  const counted =
    metric === 'count' ||
    (['sum', 'avg', 'max'].includes(metric) && /bytes|packets|num_|count/.test(textOf(spec['field'])))
  return { name: resource.name, spike: flows && !denied && upwards && counted, denied: flows && denied, path: ['spec'] }
}

/* ------------------------------------------------------------- selection */

/**
 * Whether a Prometheus declared here loads a rule. No selector at all loads none, an empty one every rule
 * (prometheus-operator, spec.ruleSelector and ruleNamespaceSelector).
 */
export function ruleSelection(resource: Resource, world: World, servers: readonly Resource[]): Located | null {
  if (resource.group !== 'monitoring.coreos.com' || resource.kind !== 'PrometheusRule') return null
  const at: Path = ['metadata', 'labels']
  if (servers.length === 0) return located('unknown', 'no Prometheus is declared here', at)
  let answer: Truth = 'no'
  for (const server of servers) answer = or(answer, loads(server, resource, world))
  const by = servers.map((server) => refTo(server, ['spec', 'ruleSelector']))
  if (answer === 'no')
    return located('no', `${servers.map(({ kind, name }) => `${kind} ${name}`).join(', ')} does not select it`, at, by)
  return located(
    answer,
    answer === 'yes' ? 'a Prometheus here selects it' : 'whether a Prometheus selects its namespace cannot be told',
    at,
    by,
  )
}

function loads(server: Resource, rule: Resource, world: World): Truth {
  const spec = objectOf(server.object['spec'])
  const labels = { values: objectOf(rule.object.metadata.labels) as { readonly [key: string]: string }, complete: true }
  const own = isObject(spec['ruleSelector']) ? selects(spec['ruleSelector'] as LabelSelector, labels) : 'no'
  if (own === 'no') return 'no'
  if (!isObject(spec['ruleNamespaceSelector'])) return and(own, server.namespace === rule.namespace ? 'yes' : 'no')
  const namespace = world.namespaces.get(rule.namespace)?.labels ?? { values: {}, complete: false }
  return and(own, selects(spec['ruleNamespaceSelector'] as LabelSelector, namespace))
}

export function isRuleServer({ group, kind }: Resource): boolean {
  return group === 'monitoring.coreos.com' && (kind === 'Prometheus' || kind === 'ThanosRuler')
}

/* ------------------------------------------------------------- receivers */

/** Whether an Alertmanager's routes lead to anybody. */
export function receiversOf(resource: Resource): readonly Located[] {
  const { group, kind, object } = resource
  if (group !== 'monitoring.coreos.com' || kind !== 'AlertmanagerConfig') return []
  return [delivery(objectOf(object['spec']), 'Configs', ['spec'])]
}

export function receiversOfFile(file: CarriedFile): readonly Located[] {
  if (!hasKey(file.text, 'route') || !hasKey(file.text, 'receivers')) return []
  const { value, error } = parseYaml(file.text)
  if (error !== null) return [located('unknown', `its Alertmanager configuration cannot be read: ${error}`, file.path)]
  return [{ ...delivery(objectOf(value), '_configs', file.path), path: file.path }]
}

function delivery(config: { readonly [key: string]: unknown }, suffix: string, path: Path): Located {
  const receivers = new Map(
    listOf(config['receivers']).map((receiver) => [textOf(objectOf(receiver)['name']), objectOf(receiver)]),
  )
  const used = [...new Set(routedTo(objectOf(config['route'])))]
  const delivers = used.some((name) =>
    Object.entries(receivers.get(name) ?? {}).some(
      ([key, integrations]) => key.endsWith(suffix) && listOf(integrations).length > 0,
    ),
  )
  if (delivers) return located('yes', 'its routes lead to a receiver with an integration', path)
  return located('no', `no receiver that it routes to (${used.join(', ') || 'none'}) sends anything`, [
    ...path,
    'receivers',
  ])
}

function routedTo(route: { readonly [key: string]: unknown }): readonly string[] {
  return [...textsOf(route['receiver']), ...listOf(route['routes']).flatMap((child) => routedTo(objectOf(child)))]
}

/** The alerts of a sort that an environment has, as references. */
export function refsOf(rules: readonly { readonly resource: Resource; readonly rule: AlertRule }[]): readonly Ref[] {
  return rules.slice(0, 3).map(({ resource, rule }) => refTo(resource, rule.path))
}
