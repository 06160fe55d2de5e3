import { describe, expect, test } from '@jest/globals'
import { alertRulesOfFile, receiversOfFile } from '../../../src/relate/platform/alerts.js'
import { readQuery } from '../../../src/relate/platform/promql.js'
import { configMap, factsOf, fileOf } from './platform-world.js'

const kindOf = (expression: string): string => {
  const text = `groups: [{name: a, rules: [{alert: a, expr: ${JSON.stringify(expression)}}]}]\n`
  const [rule] = alertRulesOfFile(fileOf(text))
  return [rule?.spike === true ? 'spike' : '', rule?.denied === true ? 'denied' : ''].join(' ').trim()
}

describe('what an alert is about', () => {
  test.each([
    // Traffic, and how fast it grows.
    ['rate(container_network_transmit_bytes_total[5m]) > 1e8', 'spike'],
    ['sum(rate(node_network_receive_bytes_total{device!="lo"}[5m])) by (instance) / 1024 / 1024 > 100', 'spike'],
    ['sum(rate(http_requests_total[5m])) > 3 * sum(rate(http_requests_total[1h] offset 1d))', 'spike'],
    ['rate(http_requests_total[5m]) / rate(http_requests_total[5m] offset 1w) > 2', 'spike'],
    ['deriv(istio_tcp_sent_bytes_total[10m]) > 1000', 'spike'],
    ['sum(irate(nginx_ingress_controller_requests[1m])) by (ingress) >= 500', 'spike'],
    ['increase(hubble_flows_processed_total[5m]) > 10000', 'spike'],
    ['delta(node_netstat_Tcp_CurrEstab[5m]) > 1000', ''],
    ['job:http_requests:rate5m > 1000', 'spike'],
    // No growth, the wrong way, or something else.
    ['container_network_transmit_bytes_total > 1e12', ''],
    ['rate(http_requests_total[5m]) < 1', ''],
    ['absent(http_requests_total)', ''],
    ['sum(rate(http_requests_total{code=~"5.."}[5m])) > 1', ''],
    ['sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05', ''],
    ['rate(node_network_receive_errs_total[2m]) / rate(node_network_receive_packets_total[2m]) > 0.01', ''],
    ['rate(node_network_transmit_drop_total[5m]) > 10', ''],
    ['histogram_quantile(0.99, rate(http_request_duration_seconds_bucket[5m])) > 1', ''],
    ['rate(node_disk_read_bytes_total[5m]) > 1e8', ''],
    ['rate(container_cpu_usage_seconds_total[5m]) > 1', ''],
    ['sum(rate(apiserver_request_total[5m])) > 100', ''],
    // Denied.
    ['sum(rate(cilium_drop_count_total{reason="Policy denied"}[5m])) > 0', 'denied'],
    ['rate(cilium_drop_count_total[5m]) > 0', 'denied'],
    ['rate(cilium_drop_count_total{reason="Invalid packet"}[5m]) > 0', ''],
    ['increase(hubble_drop_total{reason="POLICY_DENIED"}[5m]) > 0', 'denied'],
    ['rate(hubble_flows_processed_total{verdict="DROPPED"}[5m]) > 1', 'denied'],
    ['rate(calico_denied_packets[5m]) > 0', 'denied'],
    ['sum(rate(istio_requests_total{response_code="403"}[5m])) > 1', 'denied'],
    ['sum(rate(istio_requests_total{response_code=~"403|401"}[5m])) by (source_workload) > 1', 'denied'],
    ['rate(istio_tcp_connections_closed_total{response_flags="UAEX"}[5m]) > 0', 'denied'],
    ['rate(envoy_http_rbac_denied[5m]) > 0', 'denied'],
    ['increase(inbound_http_authz_deny_total[5m]) > 0', 'denied'],
    ['increase(antrea_agent_denied_connection_count[5m]) > 0', 'denied'],
    ['sum(rate({app="cilium"} |= "Policy denied" [5m])) > 0', 'denied'],
    ['calico_denied_packets == 0', 'denied'.slice(0, 0)],
    ['rate(cilium_drop_count_total{reason="Policy denied"}[5m]) < 1', ''],
    ['absent(cilium_drop_count_total)', ''],
    ['rate(node_network_receive_drop_total[5m]) > 1', ''],
    ['up == 0', ''],
  ])('%s', (expression, expected) => {
    expect(kindOf(expression)).toBe(expected)
  })
})

test('a recording rule is no alert', () => {
  expect(alertRulesOfFile(fileOf('groups: [{name: a, rules: [{record: "alert: x", expr: up}]}]\n'))).toEqual([])
})

test('a query is read by its grammar', () => {
  const query = readQuery('sum by (a, b) (rate(x:y{c="d,}", e=~"f"}[5m] offset 1h)) / on(a) z # > 1\n >= 2')
  expect(query).toMatchObject({
    series: [
      { name: 'x:y', selector: 'c = "d,}" , e =~ "f"' },
      { name: 'z', selector: '' },
    ],
    functions: ['rate'],
    comparisons: ['>='],
    divides: true,
    past: true,
  })
})

describe('receivers', () => {
  const answer = (text: string) => receiversOfFile(fileOf(text))[0]?.answer
  test.each([
    ['route: {receiver: a}\nreceivers: [{name: a, slack_configs: [{channel: x}]}]', 'yes'],
    [
      'route: {receiver: a, routes: [{receiver: b}]}\nreceivers: [{name: a}, {name: b, webhook_configs: [{url: x}]}]',
      'yes',
    ],
    ['route: {receiver: a}\nreceivers: [{name: a}, {name: b, webhook_configs: [{url: x}]}]', 'no'],
    ['route: {receiver: a}\nreceivers: [{name: a, webhook_configs: []}]', 'no'],
    ['"route": {"receiver": "null"}\n"receivers": [{"name": "null"}]', 'no'],
    ['route: {receiver: a}\nreceivers: [', 'unknown'],
  ])('%s', (text, expected) => {
    expect(answer(`${text}\n`)).toBe(expected)
  })
})

describe('which rules are loaded', () => {
  const world = (prometheus: string) => `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: r, namespace: shop, labels: {release: a}}
spec: {groups: [{name: g, rules: [{alert: d, expr: "calico_denied_packets > 0"}]}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: x}}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: p, namespace: monitoring}
spec: ${prometheus}
`
  test.each([
    ['{ruleSelector: {}, ruleNamespaceSelector: {}}', 'yes', 'yes'],
    ['{ruleSelector: {matchLabels: {release: a}}, ruleNamespaceSelector: {matchLabels: {team: x}}}', 'yes', 'yes'],
    ['{ruleSelector: {matchLabels: {release: b}}, ruleNamespaceSelector: {}}', 'no', 'no'],
    ['{ruleSelector: {}, ruleNamespaceSelector: {matchLabels: {team: other}}}', 'no', 'no'],
    ['{ruleSelector: {}}', 'no', 'no'],
    ['{ruleNamespaceSelector: {}}', 'no', 'no'],
  ])('%s', (prometheus, selection, alert) => {
    const facts = factsOf(world(prometheus))
    expect(facts['PrometheusRule/r']?.ruleSelection?.answer).toBe(selection)
    expect(facts['Environment/']?.environment?.deniedAlert.answer).toBe(alert)
  })

  test('without a Prometheus here nothing is said against them', () => {
    const facts = factsOf(world('{}').split('---')[0] ?? '')
    expect(facts['PrometheusRule/r']?.ruleSelection?.answer).toBe('unknown')
    expect(facts['Environment/']?.environment?.deniedAlert.answer).toBe('yes')
  })
})

test('a rule of Falco for connections is an alert on undeclared ones', () => {
  const rules = configMap(
    'r',
    'r.yaml',
    '- rule: out\n  condition: outbound and not fd.snet in (allowed)\n  output: x\n',
  )
  expect(factsOf(rules)['Environment/']?.environment?.deniedAlert.answer).toBe('yes')
})
