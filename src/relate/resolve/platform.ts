/**
 * The platform of one environment: the API server's audit log, its policy, who carries logs away and where to, who
 * watches at run time, and who is told. Every key is there; lists are empty for the resources that say nothing.
 */
import type { Answer, Pod, Resource, Truth } from '../../model.js'
import { apiServersOf } from '../index/apiserver.js'
import { type AuditPolicyFacts, type PlatformCard, platformCard } from '../index/platform.js'
import { type AccessLogFacts, accessLogsOf } from '../platform/access-logs.js'
import { type AlertRule, isRuleServer, refsOf, ruleSelection } from '../platform/alerts.js'
import {
  type ApiServerAuditFacts,
  auditFactsOf,
  type AuditWebhookFacts,
  declaredWebhooks,
} from '../platform/apiserver-audit.js'
import type { Located } from '../platform/located.js'
import { declaredOutputs, type LogOutputFacts, variablesOf } from '../platform/log-outputs.js'
import {
  type ConfigFile,
  joinShipper,
  resolveShippers,
  type Shipper,
  type ShipperFacts,
} from '../platform/log-shipping.js'
import type { Switch } from '../platform/network-monitoring.js'
import { configMountsOf } from '../platform/nodes.js'
import type { RetentionFacts } from '../platform/retention.js'
import { falcoFileFacts } from '../platform/falco.js'
import { type DetectorFacts, detectorFacts } from '../platform/runtime-detection.js'
import type { FilesOfConfig } from '../platform/seen-files.js'
import { unknownOutput } from '../platform/shippers/config.js'
import { joinedFluentBit } from '../platform/shippers/fluent-operator.js'
import { readConfig } from '../platform/shippers/read.js'
import { textOf, valueAt } from '../platform/text.js'
import type { Area, Carded } from '../area.js'
import { refTo, type World } from '../world.js'

export interface PlatformFacts {
  /** The API servers that this resource starts or configures. */
  readonly apiServers: readonly ApiServerAuditFacts[]
  /** Whether a managed control plane that this resource declares keeps its audit log. */
  readonly managedAudit: readonly Switch[]
  readonly auditPolicies: readonly AuditPolicyFacts[]
  /** Where an API server sends audit events, as declared here. */
  readonly auditWebhooks: readonly AuditWebhookFacts[]
  readonly shippers: readonly ShipperFacts[]
  /** Where logs are sent, as declared in this resource. */
  readonly logOutputs: readonly LogOutputFacts[]
  readonly logRetention: readonly RetentionFacts[]
  readonly detectors: readonly (Omit<DetectorFacts, 'everyNode'> & { readonly everyNode: Located | null })[]
  readonly flowLogs: readonly Switch[]
  readonly accessLogs: readonly AccessLogFacts[]
  /** How many alerts this resource declares, whatever they are about. */
  readonly alertRules: number
  /** Whether an Alertmanager's routes of this resource lead to anybody. */
  readonly alertReceivers: readonly Located[]
  /** Whether a Prometheus here loads this PrometheusRule; null: it is none. */
  readonly ruleSelection: Located | null
  /** What is declared in the environment at all; null: this resource is not the environment. */
  readonly environment: EnvironmentFacts | null
}

/** `no`: nowhere here; `unknown`: only where a deployment may leave it out of force. */
export interface EnvironmentFacts {
  readonly apiServer: Answer
  readonly auditPolicy: Answer
  readonly logShipping: Answer
  readonly logRetention: Answer
  readonly runtimeDetection: Answer
  readonly flowLogs: Answer
  readonly spikeAlert: Answer
  readonly deniedAlert: Answer
  /** null: nothing here belongs to Istio. */
  readonly accessLogs: Answer | null
}

const NOTHING: PlatformFacts = {
  apiServers: [],
  managedAudit: [],
  auditPolicies: [],
  auditWebhooks: [],
  shippers: [],
  logOutputs: [],
  logRetention: [],
  detectors: [],
  flowLogs: [],
  accessLogs: [],
  alertRules: 0,
  alertReceivers: [],
  ruleSelection: null,
  environment: null,
}

export const platform: Area<PlatformCard, PlatformFacts> = { card: platformCard, resolve }

type Cards = readonly Carded<PlatformCard>[]

function resolve(cards: Cards, world: World): (resource: Resource, pod: Pod | null) => PlatformFacts {
  const byResource = new Map(cards.map(({ resource, card }) => [resource, card]))
  const filesOf = filesLookup(cards)
  const users = configUsers(world)
  const servers = cards.flatMap(({ card }) => card.apiServers.map(auditFactsOf))
  const shippers = shippersOf(cards, world, users)
  const shipperFacts = resolveShippers(shippers, auditLogsOf(servers))
  const webhookNames = new Set(
    servers.flatMap(({ webhookConfig: { value } }) =>
      value === null ? [] : [value.slice(value.lastIndexOf('/') + 1)],
    ),
  )
  const ruleServers = world.resources.filter(isRuleServer)
  const accessLogs = accessLogsOfAll(cards)
  const secured = elasticsearchTls(world)
  const environment = environmentFacts(cards, world, { shippers, accessLogs, ruleServers })

  return (resource, pod) => {
    if (resource.group === 'ringfence.dev' && resource.kind === 'Environment') return { ...NOTHING, environment }
    const card = byResource.get(resource)
    const webhooks =
      resource.group === 'auditregistration.k8s.io' || resource.kind === 'Config' || card !== undefined
        ? declaredWebhooks(resource, card?.files ?? [], webhookNames)
        : []
    const outputs = [
      ...declaredOutputs(resource, pod, secured),
      ...(card === undefined ? [] : fileOutputs(resource, card, users)),
    ]
    const selection = ruleSelection(resource, world, ruleServers)
    if (card === undefined && webhooks.length === 0 && outputs.length === 0 && selection === null) return NOTHING
    const detector = card?.detector == null ? null : detectorFacts(resource, pod, world.resources, filesOf)
    return {
      ...NOTHING,
      apiServers: apiServersOf(resource, pod).map(auditFactsOf),
      managedAudit: card?.managedAudit ?? [],
      auditPolicies: card?.auditPolicies ?? [],
      auditWebhooks: webhooks,
      shippers: shippers.flatMap((shipper) =>
        shipper.resource === resource && (pod === null || shipper.pod === pod)
          ? [shipperFacts.get(shipper) as ShipperFacts]
          : [],
      ),
      logOutputs: outputs,
      logRetention: card?.retention ?? [],
      detectors: [
        ...(detector === null ? [] : [detector]),
        ...(card === undefined ? [] : looseFalcoFiles(resource, card, users)),
      ],
      flowLogs: card?.flowLogs ?? [],
      accessLogs: accessLogs.get(resource) ?? [],
      alertRules: card?.alerts.length ?? 0,
      alertReceivers: card?.receivers ?? [],
      ruleSelection: selection,
    }
  }
}

/* ---------------------------------------------------------------- lookups */

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}\0${namespace}\0${name}`
}

function filesLookup(cards: Cards): FilesOfConfig {
  const known = new Map(
    cards
      .filter(({ card }) => card.files.length > 0)
      .map((carded) => [keyOf(carded.resource.kind, carded.resource.namespace, carded.resource.name), carded]),
  )
  return (kind, name, namespace) => {
    const found = known.get(keyOf(kind, namespace, name))
    return found === undefined ? null : { resource: found.resource, files: found.card.files }
  }
}

/** ConfigMap or Secret → the pods that mount it. */
type ConfigUsers = ReadonlyMap<string, readonly { readonly resource: Resource; readonly pod: Pod }[]>

function configUsers(world: World): ConfigUsers {
  const users = new Map<string, { resource: Resource; pod: Pod }[]>()
  for (const { resource, pod, namespace } of world.workloads) {
    for (const key of new Set(configMountsOf(pod).map(({ kind, name }) => keyOf(kind, namespace, name))))
      users.set(key, [...(users.get(key) ?? []), { resource, pod }])
  }
  return users
}

function usersOf(
  resource: Resource,
  users: ConfigUsers,
): readonly { readonly resource: Resource; readonly pod: Pod }[] {
  return users.get(keyOf(resource.kind, resource.namespace, resource.name)) ?? []
}

function shippersOf(cards: Cards, world: World, users: ConfigUsers): readonly Shipper[] {
  const configs = cards.filter(({ card }) => card.configs.length > 0)
  return cards.flatMap(({ resource, card }) => {
    if (card.shipper === null) return []
    const pod = world.podOf(resource)
    const files: readonly ConfigFile[] = configs.flatMap((config) =>
      usersOf(config.resource, users).some((user) => user.resource === resource)
        ? config.card.configs.map(({ file, tool }) => ({ resource: config.resource, file, tool }))
        : [],
    )
    const shipper = joinShipper(resource, pod, card.shipper, files, joinedFluentBit(resource, world.resources))
    return shipper === null ? [] : [shipper]
  })
}

/** The files that the API servers here write audit events to. */
function auditLogsOf(servers: readonly ApiServerAuditFacts[]): readonly string[] {
  return [...new Set(servers.flatMap(({ logPath: { value } }) => (value === null ? [] : [value])))]
}

/** ECK serves HTTPS unless the resource switches its certificate off and gives no other. */
function elasticsearchTls(world: World): (name: string, namespace: string) => Truth {
  const known = new Map(
    world.resources
      .filter(({ group, kind }) => group === 'elasticsearch.k8s.elastic.co' && kind === 'Elasticsearch')
      .map((resource) => {
        const tls = valueAt(resource.object, 'spec', 'http', 'tls')
        const off =
          valueAt(tls, 'selfSignedCertificate', 'disabled') === true &&
          textOf(valueAt(tls, 'certificate', 'secretName')) === ''
        return [keyOf('', resource.namespace, resource.name), off ? 'no' : 'yes'] as const
      }),
  )
  return (name, namespace) => known.get(keyOf('', namespace, name)) ?? 'unknown'
}

/* ------------------------------------------------------------ of resources */

/** The outputs in a resource's files, with the variables of the pods that mount it. */
function fileOutputs(resource: Resource, card: PlatformCard, users: ConfigUsers): readonly LogOutputFacts[] {
  const variables = variablesOf(usersOf(resource, users).map(({ pod }) => pod))
  return card.configs.flatMap(({ file, tool }) => {
    const { config, error } = readConfig(tool, file, variables)
    const outputs =
      error === null
        ? config.outputs
        : [unknownOutput(`the outputs of ${tool} configuration ${file.name} (it cannot be read: ${error})`)]
    return outputs.map((output) => ({ ...output, path: file.path }))
  })
}

/** Falco's files are judged with the workload that mounts them, and alone only where there is none. */
function looseFalcoFiles(resource: Resource, card: PlatformCard, users: ConfigUsers): PlatformFacts['detectors'] {
  if (usersOf(resource, users).length > 0) return []
  return card.falcoFiles.flatMap((file) => {
    const facts = falcoFileFacts(resource, file)
    return facts === null ? [] : [{ name: 'Falco', everyNode: null, ...facts }]
  })
}

function accessLogsOfAll(cards: Cards): ReadonlyMap<Resource, readonly AccessLogFacts[]> {
  const root = rootNamespaceOf(cards)
  const all = cards
    .map(({ resource, card }) => [resource, accessLogsOf(resource, card.files, root)] as const)
    .filter(([, facts]) => facts.length > 0)
  // A Telemetry for the whole mesh switches on what the mesh configuration leaves off.
  const [telemetry] =
    all.find(
      ([resource, facts]) =>
        resource.kind === 'Telemetry' &&
        resource.force.answer === 'yes' &&
        facts.some(({ scope, on }) => scope === 'mesh' && on === 'yes'),
    ) ?? []
  return new Map(
    all.map(([resource, facts]) => [
      resource,
      facts.map((fact) =>
        telemetry === undefined || resource.kind === 'Telemetry' || fact.on !== 'no'
          ? fact
          : { ...fact, on: 'yes', why: `Telemetry ${telemetry.name} switches them on` },
      ),
    ]),
  )
}

/** meshConfig.rootNamespace, `istio-system` unless it says otherwise. */
function rootNamespaceOf(cards: Cards): string {
  for (const { resource } of cards) {
    const stated = textOf(valueAt(resource.object, 'spec', 'meshConfig', 'rootNamespace'))
    if (resource.kind === 'IstioOperator' && stated !== '') return stated
  }
  return 'istio-system'
}

/* ------------------------------------------------------- the environment */

interface Resolved {
  readonly shippers: readonly Shipper[]
  readonly accessLogs: ReadonlyMap<Resource, readonly AccessLogFacts[]>
  readonly ruleServers: readonly Resource[]
}

function environmentFacts(
  cards: Cards,
  world: World,
  { shippers, accessLogs, ruleServers }: Resolved,
): EnvironmentFacts {
  const having = (has: (card: PlatformCard) => boolean): readonly Resource[] =>
    cards.filter(({ card }) => has(card)).map(({ resource }) => resource)
  const alerts = cards
    .flatMap(({ resource, card }) => card.alerts.map((rule) => ({ resource, rule })))
    .filter(({ resource }) => ruleSelection(resource, world, ruleServers)?.answer !== 'no')
  return {
    // A managed control plane has flags and a policy, only not here.
    apiServer: declared(
      having((card) => card.apiServers.length + card.managedAudit.length > 0),
      'an API server',
    ),
    auditPolicy: declared(
      having((card) => card.auditPolicies.length + card.managedAudit.length > 0),
      'an audit policy',
    ),
    logShipping: declared(
      shippers.map(({ resource }) => resource),
      'a log shipper',
    ),
    logRetention: declared(
      having((card) => card.retention.length > 0),
      'a retention of logs',
    ),
    runtimeDetection: declared(
      having((card) => card.detector !== null),
      'Falco or Tetragon',
    ),
    flowLogs: declared(
      having((card) => card.flowLogs.length > 0),
      'flow logs',
    ),
    spikeAlert: alerted(
      alerts.filter(({ rule }) => rule.spike),
      'a spike in traffic',
    ),
    deniedAlert: alerted(
      alerts.filter(({ rule }) => rule.denied),
      'denied or undeclared connections',
    ),
    accessLogs: cards.some(({ card }) => card.istio) ? accessLogsHere(accessLogs, world) : null,
  }
}

function declared(resources: readonly Resource[], what: string): Answer {
  if (resources.length === 0) return { answer: 'no', why: `${what} is declared nowhere here`, by: [] }
  const by = resources.slice(0, 3).map((resource) => refTo(resource))
  if (resources.some(({ force }) => force.answer === 'yes'))
    return { answer: 'yes', why: `${what} is declared here`, by }
  return { answer: 'unknown', why: `${what} is declared here, but ${resources[0]?.force.why ?? ''}`, by }
}

function alerted(alerts: readonly { readonly resource: Resource; readonly rule: AlertRule }[], what: string): Answer {
  if (alerts.length === 0) return { answer: 'no', why: `no alert here tells of ${what}`, by: [] }
  const inForce = alerts.find(({ resource }) => resource.force.answer === 'yes')
  if (inForce !== undefined)
    return { answer: 'yes', why: `alert ${inForce.rule.name} tells of ${what}`, by: refsOf(alerts) }
  return {
    answer: 'unknown',
    why: `alert ${alerts[0]?.rule.name ?? ''} tells of ${what}, but ${alerts[0]?.resource.force.why ?? ''}`,
    by: refsOf(alerts),
  }
}

/** For the whole mesh, or for every namespace that has workloads here. */
function accessLogsHere(accessLogs: ReadonlyMap<Resource, readonly AccessLogFacts[]>, world: World): Answer {
  const all = [...accessLogs].flatMap(([resource, facts]) => facts.map((fact) => ({ resource, fact })))
  const mesh = all.find(({ fact }) => fact.scope === 'mesh')
  if (mesh !== undefined) return { answer: 'yes', why: mesh.fact.why, by: [refTo(mesh.resource, mesh.fact.path)] }
  const own = all.filter(({ fact }) => fact.scope === 'namespace' && fact.on === 'yes')
  const covered = new Set(own.map(({ resource }) => resource.namespace))
  const namespaces = new Set(world.workloads.map(({ namespace }) => namespace))
  if (own.length > 0 && [...namespaces].every((namespace) => covered.has(namespace)))
    return {
      answer: 'yes',
      why: 'every namespace here has access logs of its own',
      by: own.slice(0, 3).map(({ resource, fact }) => refTo(resource, fact.path)),
    }
  return { answer: 'no', why: 'nothing here switches on access logs for the mesh', by: [] }
}
