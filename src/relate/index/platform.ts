/** What one resource alone says about the platform: audit settings, log shippers, detectors, alerts, retention. */
import type { Path, Pod, Resource } from '../../model.js'
import { parseYaml } from '../../parse/yaml.js'
import { splitDocuments } from '../../parse/split.js'
import { usesIstio } from '../platform/access-logs.js'
import { type AlertRule, alertRulesOf, alertRulesOfFile, receiversOf, receiversOfFile } from '../platform/alerts.js'
import { analyseAuditPolicy, type AuditOutcome, type ShadowedRule } from '../platform/audit-analysis.js'
import { type AuditPolicyProblem, readAuditPolicy } from '../platform/audit-policy.js'
import { isPlain } from '../plain.js'
import type { Located } from '../platform/located.js'
import { type ShipperCard, shipperOf } from '../platform/log-shipping.js'
import { managedAuditOf } from '../platform/managed.js'
import { flowLogsOf, type Switch } from '../platform/network-monitoring.js'
import { type RetentionFacts, retentionOf, retentionOfFile } from '../platform/retention.js'
import { isFalcoConfig, isFalcoRules } from '../platform/falco.js'
import { connectionRulesOf } from '../platform/falco-rules.js'
import { type Detector, detectorOfPod } from '../platform/runtime-detection.js'
import { type Tool, toolOfText } from '../platform/shippers/read.js'
import { type CarriedFile, filesOf, objectOf, valueAt } from '../platform/text.js'
import { type ApiServer, apiServersOf } from './apiserver.js'

/** An audit policy, and what it does with the requests that matter. Paths are into the resource. */
export interface AuditPolicyFacts {
  readonly path: Path
  readonly problems: readonly AuditPolicyProblem[]
  readonly outcomes: readonly AuditOutcome[]
  readonly shadowed: readonly ShadowedRule[]
  /** Requests for resources that no rule matches; null where every one is matched, or the rules cannot be read. */
  readonly unmatched: { readonly requester: string; readonly verbs: readonly string[]; readonly path: Path } | null
}

export interface PlatformCard {
  /** Files in ConfigMaps, Secrets and node configurations. */
  readonly files: readonly CarriedFile[]
  /** Those among them that configure a log shipper. */
  readonly configs: readonly { readonly file: CarriedFile; readonly tool: Tool }[]
  readonly falcoFiles: readonly CarriedFile[]
  readonly apiServers: readonly ApiServer[]
  readonly managedAudit: readonly Switch[]
  readonly auditPolicies: readonly AuditPolicyFacts[]
  readonly shipper: ShipperCard | null
  readonly detector: Detector | null
  readonly alerts: readonly AlertRule[]
  readonly receivers: readonly Located[]
  readonly retention: readonly RetentionFacts[]
  readonly flowLogs: readonly Switch[]
  readonly istio: boolean
}

/** A word that every file has which any of the readers below takes: most ConfigMaps are an application's, and have none. */
const TELLING =
  /OUTPUT|INPUT|SERVICE|FILTER|<(?:match|source|label|store)|outputs?\b|sinks|exporters|clients?\b|filebeat|pipeline|\b(?:loki|otelcol|discovery|prometheus|local)\.|rules_files?|_output|rule\b|macro\b|phases|default_state|schema_config|delete_indices|audit\.k8s\.io|alert\b|receivers/i

/** null: the resource says nothing about the platform. */
export function platformCard(resource: Resource, pod: Pod | null): PlatformCard | null {
  if (!resource.declared || isPlain(resource)) return null
  const files = filesOf(resource)
  const telling = files.filter(({ text }) => TELLING.test(text))
  const configs = telling.flatMap((file) => {
    const tool = toolOfText(file.text)
    return tool === null ? [] : [{ file, tool }]
  })
  const falcoFiles = telling.filter(({ text }) => isFalcoConfig(text) || isFalcoRules(text))
  const card: PlatformCard = {
    files,
    configs,
    falcoFiles,
    apiServers: apiServersOf(resource, pod),
    managedAudit: managedAuditOf(resource),
    auditPolicies: auditPoliciesOf(resource, telling),
    shipper: shipperOf(resource, pod),
    detector: detectorOf(resource, pod),
    alerts: [...alertRulesOf(resource), ...telling.flatMap(alertRulesOfFile), ...falcoFiles.flatMap(connectionAlerts)],
    receivers: [...receiversOf(resource), ...telling.flatMap(receiversOfFile)],
    retention: [...retentionOf(resource, pod), ...telling.flatMap(retentionOfFile)],
    flowLogs: flowLogsOf(resource),
    istio: usesIstio(resource),
  }
  const says = Object.values(card).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== false,
  )
  return says ? card : null
}

function detectorOf(resource: Resource, pod: Pod | null): Detector | null {
  if (resource.group === 'instance.falcosecurity.dev' && resource.kind === 'Falco') return 'Falco'
  return pod === null ? null : detectorOfPod(pod)
}

/** A rule of Falco's for undeclared connections is an alert, too. */
function connectionAlerts(file: CarriedFile): readonly AlertRule[] {
  return connectionRulesOf(file.text).map((name) => ({ name, spike: false, denied: true, path: file.path }))
}

/* --------------------------------------------------------- audit policies */

function auditPoliciesOf(resource: Resource, files: readonly CarriedFile[]): readonly AuditPolicyFacts[] {
  const { group, kind, object } = resource
  if (group === 'audit.k8s.io') return kind === 'Policy' ? [auditPolicyFacts(object, (path) => path)] : []
  // Talos has the policy in the machine's configuration, or in a document of its own.
  const talos = ['cluster', 'apiServer', 'auditPolicy']
  const embedded = valueAt(object, ...talos)
  if (kind === 'KubeAuditPolicyConfig' && object.apiVersion === 'v1alpha1')
    return [auditPolicyFacts(object['configuration'], (path) => ['configuration', ...path])]
  return [
    ...(objectOf(embedded)['rules'] === undefined ? [] : [auditPolicyFacts(embedded, (path) => [...talos, ...path])]),
    ...files.flatMap(auditPoliciesOfFile),
  ]
}

/** Findings in a text lie where the text does. */
function auditPoliciesOfFile(file: CarriedFile): readonly AuditPolicyFacts[] {
  if (!/audit\.k8s\.io\//.test(file.text) || !/kind"?\s*:\s*["']?Policy\b/.test(file.text)) return []
  return splitDocuments(file.text, file.name).documents.flatMap(({ text }) => {
    const { value, problem } = parseYaml(text)
    if (problem?.kind === 'malformed')
      return [
        {
          ...NO_POLICY,
          path: file.path,
          problems: [{ path: file.path, message: `it cannot be read: ${problem.message}` }],
        },
      ]
    return objectOf(value)['kind'] === 'Policy' ? [auditPolicyFacts(value, () => file.path)] : []
  })
}

const NO_POLICY: AuditPolicyFacts = { path: [], problems: [], outcomes: [], shadowed: [], unmatched: null }

function auditPolicyFacts(policy: unknown, at: (path: Path) => Path): AuditPolicyFacts {
  const { rules, problems } = readAuditPolicy(policy)
  const placed = problems.map((problem) => ({ ...problem, path: at(problem.path) }))
  if (rules.length === 0) return { ...NO_POLICY, path: at([]), problems: placed }
  const { outcomes, shadowed, unmatched } = analyseAuditPolicy(rules)
  return {
    path: at([]),
    problems: placed,
    outcomes: outcomes.map((outcome) => ({ ...outcome, path: at(outcome.path) })),
    shadowed: shadowed.map((rule) => ({ ...rule, path: at(rule.path) })),
    unmatched: unmatched === null ? null : { ...unmatched, path: at(['rules']) },
  }
}
