/** Log shippers: which workloads are one, which nodes and logs they reach, and where they send them. */
import type { Path, Pod, Resource, Truth } from '../../model.js'
import { refTo } from '../world.js'
import { located, type Located } from './located.js'
import { configMountsOf, covers, environmentOf, type HostMount, hostMountsOf, onNode, type Placement, reachOf } from './nodes.js'
import { cloudService, type LogOutput, merged, type ShipperConfig, type Variables } from './shippers/config.js'
import { fluentBitOutput } from './shippers/fluent-bit.js'
import { readFluentd } from './shippers/fluentd.js'
import { readConfig, READERS, type Tool } from './shippers/read.js'
import { type CarriedFile, listOf, objectOf, parseYaml, textOf, textsOf, valueAt } from './text.js'

export interface ShipperFacts {
  /** `Fluent Bit`: what it is, for messages. */
  readonly name: string
  /** Whether it, or all shippers here together, run on every node. */
  readonly everyNode: Located
  /** Whether it reads the logs of the containers. */
  readonly containerLogs: Located
  /** Whether it, or another shipper here, reads the API server's audit log; null where nobody here says where that lies. */
  readonly auditLog: Located | null
  /** Whether what it reads leaves the node. */
  readonly output: Located
}

export interface LogOutputFacts extends LogOutput {
  readonly path: Path
}

/* ------------------------------------------------------------- recognise */

const IMAGES: readonly (readonly [Tool, RegExp])[] = [
  ['Fluent Bit', /(^|\/)(aws-for-|newrelic-)?fluent-?bit(-[\w-]+)?$/],
  ['Fluentd', /(^|\/)fluentd([-_][\w-]+)?$/],
  ['Filebeat', /(^|\/)filebeat(-[\w-]+)?$/],
  ['Elastic Agent', /(^|\/)elastic-agent(-[\w-]+)?$/],
  ['Vector', /(^|\/)(timberio\/vector|vector)$/],
  ['OpenTelemetry collector', /(^|\/)(opentelemetry-collector|splunk-otel-collector|aws-otel-collector|otelcol|otel-collector)(-[\w-]+)?$/],
  ['Promtail', /(^|\/)promtail$/],
  ['Grafana Alloy', /(^|\/)(grafana\/agent|alloy|grafana-agent)$/],
]

/** Tools with nothing else to do than to ship logs; the others also carry metrics and traces. */
const ONLY_LOGS: ReadonlySet<Tool> = new Set(['Fluent Bit', 'Fluentd', 'Filebeat', 'Promtail'])

/** The repository of an image, without registry port, tag and digest. */
function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}

/** The shipper that a pod runs, as a container of its own. */
export function toolOfPod(pod: Pod): Tool | null {
  for (const { role, spec } of pod.containers) {
    if (role === 'init' || role === 'ephemeral') continue
    const repository = repositoryOf(textOf(spec['image']))
    const found = IMAGES.find(([, pattern]) => pattern.test(repository))
    if (found !== undefined) return found[0]
  }
  return null
}

/* --------------------------------------------------------------- collect */

/** What one resource says about a shipper, before the others are known. */
export interface ShipperCard {
  readonly tool: Tool | string
  readonly placement: Placement
  readonly daemon: boolean
  readonly mounts: readonly HostMount[]
  /** The operator mounts the node's logs by itself. */
  readonly mounted: boolean
  readonly configPath: Path
  /** From the resource itself; null: its files lie elsewhere. */
  readonly config: ShipperConfig | null
  readonly onlyLogs: boolean
}

/** The shipper of a DaemonSet and its like, or of an operator's resource; null where there is none. */
export function shipperOf(resource: Resource, pod: Pod | null): ShipperCard | null {
  const operated = operatedShipper(resource, pod)
  if (operated !== null) return operated
  if (pod === null || resource.group !== 'apps') return null
  const tool = toolOfPod(pod)
  if (tool === null) return null
  return {
    tool,
    placement: pod,
    daemon: resource.kind === 'DaemonSet',
    mounts: hostMountsOf(pod),
    mounted: false,
    configPath: pod.path,
    config: daemonsetImageConfig(pod),
    onlyLogs: ONLY_LOGS.has(tool),
  }
}

function operatedShipper(resource: Resource, pod: Pod | null): ShipperCard | null {
  const { group, kind, object } = resource
  const spec = objectOf(object['spec'])
  const plain = (at: Path): Placement => ({ spec: objectOf(valueAt(object, ...at)), path: at, origins: {} })
  switch (`${group}/${kind}`) {
    case 'beat.k8s.elastic.co/Beat':
      return spec['type'] === 'filebeat' ? eck('Filebeat', spec, pod) : null
    case 'agent.k8s.elastic.co/Agent':
      return eck('Elastic Agent', spec, pod)
    case 'opentelemetry.io/OpenTelemetryCollector': {
      const tool = 'OpenTelemetry collector'
      const config = collectorConfig(spec['config'])
      const volumes = listOf(spec['volumes']).map((item, i) => ({
        name: textOf(objectOf(item)['name']),
        path: ['spec', 'volumes', i],
        spec: objectOf(item) as never,
      }))
      const mounts = hostMountsOf({ volumes, containers: [{ spec: { volumeMounts: spec['volumeMounts'] } } as never] })
      const daemon = spec['mode'] === 'daemonset'
      return { tool, placement: plain(['spec']), daemon, mounts, mounted: false, configPath: ['spec', 'config'], config, onlyLogs: false }
    }
    case 'fluentbit.fluent.io/FluentBit':
    case 'logging.banzaicloud.io/FluentbitAgent':
      return operatorDaemon('Fluent Bit', plain(['spec']))
    case 'fluentbit.fluent.io/FluentBitConfig':
      return null
    case 'logging.banzaicloud.io/Logging':
      return spec['fluentbit'] === undefined ? null : operatorDaemon('Fluent Bit', plain(['spec', 'fluentbit']))
    case 'observability.openshift.io/ClusterLogForwarder':
    case 'logging.openshift.io/ClusterLogForwarder': {
      const inputs = listOf(spec['pipelines']).flatMap((pipeline) => textsOf(objectOf(pipeline)['inputRefs']))
      const card = operatorDaemon('OpenShift log collector', plain(['spec', 'collector']))
      const outputs = forwarderOutputs(object).map(({ output }) => output)
      const config: ShipperConfig = {
        files: inputs.includes('audit') ? ['**'] : [],
        containers: inputs.some((input) => input !== 'audit') ? 'files' : null,
        outputs: group.startsWith('logging.') && outputs.length === 0 ? [cloudService('default')] : outputs,
      }
      // The operator gives the collector the tolerations of the control plane.
      return { ...card, placement: { spec: { tolerations: [{ operator: 'Exists' }] }, path: ['spec'], origins: {} }, config }
    }
    default:
      return null
  }
}

function operatorDaemon(tool: string, placement: Placement): ShipperCard {
  return { tool, placement, daemon: true, mounts: [], mounted: true, configPath: placement.path, config: null, onlyLogs: true }
}

function eck(tool: 'Filebeat' | 'Elastic Agent', spec: { readonly [key: string]: unknown }, pod: Pod | null): ShipperCard {
  const refs = [spec['elasticsearchRef'], ...listOf(spec['elasticsearchRefs'])].filter((ref) => Object.keys(objectOf(ref)).length > 0)
  const fleet = spec['mode'] === 'fleet'
  const read = READERS[tool](spec['config'])
  const config = fleet || spec['configRef'] !== undefined ? null : { ...read, outputs: [...refs.map(() => cloudService('elasticsearchRef')), ...read.outputs] }
  const daemon = spec['daemonSet'] !== undefined
  const at = ['spec', daemon ? 'daemonSet' : 'deployment', 'podTemplate', 'spec']
  return {
    tool,
    placement: pod ?? { spec: {}, path: at, origins: {} },
    daemon,
    mounts: pod === null ? [] : hostMountsOf(pod),
    mounted: false,
    configPath: ['spec', 'config'],
    config,
    onlyLogs: tool === 'Filebeat',
  }
}

function collectorConfig(config: unknown): ShipperConfig | null {
  if (typeof config !== 'string') return READERS['OpenTelemetry collector'](config)
  const { value, error } = parseYaml(config)
  return error === null ? READERS['OpenTelemetry collector'](value) : null
}

/**
 * Images of fluent/fluentd-kubernetes-daemonset bring their configuration along, and the environment fills it in
 * (docker-image/<version>/conf/fluent.conf there).
 */
function daemonsetImageConfig(pod: Pod): ShipperConfig | null {
  const container = pod.containers.find(({ spec }) => /(^|\/)fluentd-kubernetes-daemonset$/.test(repositoryOf(textOf(spec['image']))))
  if (container === undefined || configMountsOf(pod).some(({ mountPath }) => mountPath.startsWith('/fluentd/etc'))) return null
  const image = textOf(container.spec['image'])
  const [, template] = Object.entries(BROUGHT).find(([output]) => new RegExp(`:.*-${output}`).test(image)) ?? []
  if (template === undefined) return null
  return readFluentd(`<source>\n@type tail\npath /var/log/containers/*.log\n</source>\n<match **>\n${template}\n</match>`, variablesOf([pod]))
}

const BROUGHT: { readonly [output: string]: string } = {
  elasticsearch: `@type elasticsearch
host "#{ENV['FLUENT_ELASTICSEARCH_HOST']}"
scheme "#{ENV['FLUENT_ELASTICSEARCH_SCHEME'] || 'http'}"
ssl_verify "#{ENV['FLUENT_ELASTICSEARCH_SSL_VERIFY'] || 'true'}"
user "#{ENV['FLUENT_ELASTICSEARCH_USER'] || use_default}"`,
  opensearch: `@type opensearch
host "#{ENV['FLUENT_OPENSEARCH_HOST']}"
scheme "#{ENV['FLUENT_OPENSEARCH_SCHEME'] || 'http'}"
ssl_verify "#{ENV['FLUENT_OPENSEARCH_SSL_VERIFY'] || 'true'}"
user "#{ENV['FLUENT_OPENSEARCH_USER'] || use_default}"`,
  loki: `@type loki
url "#{ENV['LOKI_URL']}"
username "#{ENV['LOKI_USERNAME'] || use_default}"`,
  forward: `@type forward
<server>
host "#{ENV['FLUENT_FOWARD_HOST']}"
</server>`,
  syslog: `@type remote_syslog
host "#{ENV['SYSLOG_HOST']}"
protocol "#{ENV['SYSLOG_PROTOCOL'] || 'udp'}"`,
  azureblob: '@type azure-storage-append-blob',
  cloudwatch: '@type cloudwatch_logs',
  gcs: '@type gcs',
  kinesis: '@type kinesis_streams',
  s3: '@type s3',
  stackdriver: '@type google_cloud',
  logzio: '@type logzio_buffered',
  datadog: '@type datadog',
  graylog: '@type gelf',
  kafka: '@type kafka2',
  logentries: '@type logentries',
  loggly: '@type loggly_buffered',
  papertrail: '@type papertrail',
}

export function variablesOf(pods: readonly Pod[]): Variables {
  if (pods.length === 0) return () => null
  const all = pods.map(environmentOf)
  return (name) => {
    const values = new Set(all.filter((variables) => variables.has(name)).map((variables) => variables.get(name) ?? null))
    // Workloads that disagree about it, and variables that envFrom brings, are not known.
    if (values.size > 1) return null
    const [only] = values
    return only === undefined && pods.some(({ containers }) => containers.some(({ spec }) => Array.isArray(spec['envFrom']))) ? null : only
  }
}

/* --------------------------------------------------------------- resolve */

/** A file that a shipper reads its configuration from, and the resource that carries it. */
export interface ConfigFile {
  readonly resource: Resource
  readonly file: CarriedFile
  readonly tool: Tool
}

export interface Shipper {
  readonly resource: Resource
  readonly card: ShipperCard
  readonly pod: Pod | null
  /** null: its configuration is not to be seen here. */
  readonly config: ShipperConfig | null
  readonly configFiles: readonly ConfigFile[]
  readonly error: string | null
}

/** Joins a shipper with the files that its pod mounts. */
export function joinShipper(resource: Resource, pod: Pod | null, card: ShipperCard, files: readonly ConfigFile[]): Shipper | null {
  const read = files.map(({ tool, file }) => readConfig(tool, file, variablesOf(pod === null ? [] : [pod])))
  const error = read.find((result) => result.error !== null)?.error ?? null
  const parts = [card.config, ...read.map((result) => result.config)].filter((config) => config !== null)
  const config = parts.length === 0 ? null : merged(parts)
  const shipper = { resource, card, pod, config: error === null ? config : null, configFiles: files, error }
  return ships(shipper) ? shipper : null
}

/** An aggregator receives what others read; an agent for metrics reads no logs. Neither is a shipper. */
function ships({ card, config }: Shipper): boolean {
  const seesLogs = card.mounted || CONTAINER_LOGS.some((path) => covers(card.mounts, path))
  if (!card.daemon) return seesLogs && card.onlyLogs
  if (config === null) return seesLogs || card.onlyLogs
  const reads = config.containers !== null || config.files.length > 0
  return reads || (card.onlyLogs && (seesLogs || config.outputs.length === 0))
}

const CONTAINER_LOGS = ['/var/log/pods', '/var/log/containers', '/var/lib/docker/containers']

/** The facts of every shipper of an environment; `auditLogs` are the files that its API servers write. */
export function resolveShippers(shippers: readonly Shipper[], auditLogs: readonly string[]): ReadonlyMap<Shipper, ShipperFacts> {
  const alone = shippers.map((shipper) => ({
    shipper,
    everyNode: everyNodeOf(shipper),
    auditLog: auditLogs.length === 0 ? null : auditLogOf(shipper, auditLogs),
  }))
  return new Map(
    alone.map(({ shipper, everyNode, auditLog }) => [
      shipper,
      {
        name: shipper.card.tool,
        everyNode: together(everyNode, alone.filter((other) => other.shipper !== shipper).map((other) => [other.shipper, other.everyNode])),
        containerLogs: anyOf(containerLogsOf(shipper), alone.flatMap((other) => (other.shipper === shipper ? [] : [[other.shipper, containerLogsOf(other.shipper)] as const]))),
        auditLog: auditLog === null ? null : anyOf(auditLog, alone.flatMap((other) => (other.shipper === shipper || other.auditLog === null ? [] : [[other.shipper, other.auditLog] as const]))),
        output: outputOf(shipper),
      },
    ]),
  )
}

type Other = readonly [Shipper, Located]

/** One that runs everywhere covers for the others; several that run somewhere may cover every node between them. */
function together(own: Located, others: readonly Other[]): Located {
  if (own.answer === 'yes') return own
  const everywhere = others.find(([, other]) => other.answer === 'yes')
  if (everywhere !== undefined) return { ...own, answer: 'yes', why: 'another shipper runs on every node', by: [refTo(everywhere[0].resource)] }
  const kind = own.path.at(-1)
  const split = others.filter(([shipper]) => shipper.card.daemon)
  // A missing toleration is not made up for by a second DaemonSet that misses it, too.
  if (split.length === 0 || kind === 'tolerations' || kind === 'kind') return own
  return { ...own, answer: 'unknown', why: `${own.why}; whether the other shippers run on the rest cannot be told`, by: split.map(([{ resource }]) => refTo(resource)) }
}

function anyOf(own: Located, others: readonly Other[]): Located {
  if (own.answer === 'yes') return own
  const [better] = [...others.filter(([, other]) => other.answer === 'yes'), ...others.filter(([, other]) => other.answer === 'unknown')]
  if (better === undefined || (better[1].answer === 'unknown' && own.answer === 'unknown')) return own
  return { ...own, answer: better[1].answer, why: better[1].why, by: [refTo(better[0].resource)] }
}

function everyNodeOf({ resource, card }: Shipper): Located {
  if (!card.daemon && resource.group !== 'apps') {
    const path = resource.group === 'opentelemetry.io' ? ['spec', 'mode'] : ['spec', 'deployment']
    return located('no', 'it is no DaemonSet, so it runs only where its replicas are scheduled', path)
  }
  const { answer, why, path } = reachOf(resource, card.placement)
  return located(answer, why, path)
}

function containerLogsOf(shipper: Shipper): Located {
  const { card, config, error, configFiles, pod } = shipper
  const by = configFiles.map(({ resource, file }) => refTo(resource, file.path))
  const volumes: Path = pod === null ? [...card.placement.path, 'volumes'] : (pod.origins['volumes'] ?? [...pod.path, 'volumes'])
  if (config?.containers === 'api') return located('yes', "it reads the containers' logs through the Kubernetes API", card.configPath, by)
  if (!card.mounted && !CONTAINER_LOGS.some((path) => covers(card.mounts, path)))
    return located('no', "it mounts none of the node's log directories", volumes)
  // The files in /var/log/containers are links into /var/log/pods, which link to Docker's directory where that is the runtime.
  if (!card.mounted && !covers(card.mounts, '/var/log/pods')) {
    const docker = covers(card.mounts, '/var/lib/docker/containers')
    return docker
      ? located('unknown', "it mounts Docker's directory alone, where other runtimes write nothing", volumes)
      : located('no', 'it mounts /var/log/containers, which only links into /var/log/pods', volumes)
  }
  if (error !== null) return located('unknown', `its configuration cannot be read: ${error}`, card.configPath, by)
  if (config === null) return located('yes', "it mounts the node's log directories", card.configPath)
  const reads = config.containers === 'files' || config.files.some((path) => isContainerLog(path, card.mounts))
  if (reads) return located('yes', "its configuration reads the containers' logs", card.configPath, by)
  if (config.files.some((path) => path.includes('${'))) return located('unknown', 'a path of its inputs comes from a variable', card.configPath, by)
  return located('no', "no input of its configuration reads the containers' logs", card.configPath, by)
}

function isContainerLog(path: string, mounts: readonly HostMount[]): boolean {
  const there = onNode(mounts, path.trim()) ?? path.trim()
  return /^\/var\/log\/(containers|pods)\b|^\/var\/lib\/docker\/containers\b|^\/var\/log\/\*\*/.test(there) || there === '**'
}

/** `-` is standard output: the container's own log. */
function auditLogOf(shipper: Shipper, auditLogs: readonly string[]): Located {
  const each = auditLogs.map((file) => auditFileOf(shipper, file))
  return each.find(({ answer }) => answer === 'no') ?? each.find(({ answer }) => answer === 'unknown') ?? (each[0] as Located)
}

function auditFileOf(shipper: Shipper, file: string): Located {
  const { card, config, configFiles } = shipper
  const by = configFiles.map(({ resource, file }) => refTo(resource, file.path))
  if (file === '-') return { ...containerLogsOf(shipper), by }
  if (!card.mounted && !covers(card.mounts, file)) return located('no', `it does not mount ${file}, the audit log`, [...card.placement.path, 'volumes'])
  if (config === null) return located('unknown', `whether it reads ${file}, the audit log, cannot be told`, card.configPath, by)
  const reads = config.files.some((path) => path === '**' || matchesGlob(card.mounted ? path.trim() : (onNode(card.mounts, path.trim()) ?? ''), file))
  if (reads) return located('yes', `it reads ${file}, the audit log`, card.configPath, by)
  if (config.files.some((path) => path.includes('${'))) return located('unknown', 'a path of its inputs comes from a variable', card.configPath, by)
  return located('no', `no input of its configuration reads ${file}, the audit log`, card.configPath, by)
}

function matchesGlob(pattern: string, file: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/?|\*|\?/g, (wild) => (wild.startsWith('**') ? '.*' : wild === '*' ? '[^/]*' : '[^/]'))
  return new RegExp(`^${expression}$`).test(file)
}

function outputOf({ card, config, error, configFiles }: Shipper): Located {
  const by = configFiles.map(({ resource, file }) => refTo(resource, file.path))
  if (error !== null) return located('unknown', `its configuration cannot be read: ${error}`, card.configPath, by)
  if (config === null || card.mounted) return located('unknown', 'its configuration is not declared here', card.configPath, by)
  if (config.outputs.length === 0) return located('no', 'its configuration has no output', card.configPath, by)
  if (config.outputs.every(({ leaves }) => !leaves))
    return located('no', `its only output is ${config.outputs.map(({ name }) => name).join(', ')}, which stays on the node`, card.configPath, by)
  return located('yes', 'it sends logs off the node', card.configPath, by)
}

/* --------------------------------------------------------------- outputs */

/** The outputs that a resource itself declares: those in its files are read where their variables are known. */
export function declaredOutputs(resource: Resource, pod: Pod | null, secured: (name: string, namespace: string) => Truth): readonly LogOutputFacts[] {
  const { group, kind, object } = resource
  const spec = objectOf(object['spec'])
  switch (`${group}/${kind}`) {
    case 'beat.k8s.elastic.co/Beat':
    case 'agent.k8s.elastic.co/Agent': {
      const tool = kind === 'Beat' ? 'Filebeat' : 'Elastic Agent'
      const single = Object.keys(objectOf(spec['elasticsearchRef'])).length > 0 ? [[spec['elasticsearchRef'], ['spec', 'elasticsearchRef']] as const] : []
      const several = listOf(spec['elasticsearchRefs']).map((ref, i) => [ref, ['spec', 'elasticsearchRefs', i]] as const)
      const refs = [...single, ...several].map(([ref, path]) => {
        const name = textOf(objectOf(ref)['name'])
        const namespace = textOf(objectOf(ref)['namespace'])
        // ECK gives the client a user and the cluster's CA (https://www.elastic.co/docs/deploy-manage/security).
        const tls = name === '' ? 'yes' : secured(name, namespace === '' ? resource.namespace : namespace)
        return { ...cloudService(`elasticsearch ${name}`), tls, path: path as Path }
      })
      const own = kind === 'Beat' && spec['type'] !== 'filebeat' ? [] : READERS[tool](spec['config']).outputs
      return [...refs, ...own.map((output) => ({ ...output, path: ['spec', 'config'] as Path }))]
    }
    case 'opentelemetry.io/OpenTelemetryCollector':
      return (collectorConfig(spec['config'])?.outputs ?? []).map((output) => ({ ...output, path: ['spec', 'config'] }))
    case 'fluentbit.fluent.io/ClusterOutput':
    case 'fluentbit.fluent.io/Output':
      return Object.entries(spec).flatMap(([plugin, settings]) => fluentOperatorOutput(plugin, settings))
    case 'logging.banzaicloud.io/ClusterOutput':
    case 'logging.banzaicloud.io/Output':
      return Object.entries(spec).flatMap(([plugin, settings]) => loggingOperatorOutput(plugin, settings))
    case 'observability.openshift.io/ClusterLogForwarder':
    case 'logging.openshift.io/ClusterLogForwarder':
      return forwarderOutputs(object).map(({ output, path }) => ({ ...output, path }))
    default: {
      if (pod === null) return []
      return (daemonsetImageConfig(pod)?.outputs ?? []).map((output) => ({ ...output, path: pathOfEnv(pod) }))
    }
  }
}

function pathOfEnv(pod: Pod): Path {
  const container = pod.containers.find(({ spec }) => /fluentd-kubernetes-daemonset/.test(textOf(spec['image'])))
  if (container === undefined) return pod.path
  const i = listOf(container.spec['env']).findIndex((item) => /_(SCHEME|HOST|URL)$/.test(textOf(objectOf(item)['name'])) && /^(FLUENT|LOKI)_/.test(textOf(objectOf(item)['name'])))
  return i < 0 ? [...container.path, 'env'] : [...container.path, 'env', i]
}

/** Fluent Operator writes the plugin's settings in camel case, with TLS as an object. */
function fluentOperatorOutput(plugin: string, settings: unknown): readonly LogOutputFacts[] {
  if (['match', 'matchRegex', 'alias', 'logLevel', 'retry_limit', 'customPlugin', 'processors'].includes(plugin)) return []
  const own = objectOf(settings)
  const tls = own['tls'] === undefined ? {} : { tls: 'on', 'tls.verify': objectOf(own['tls'])['verify'] ?? 'on', 'tls.crt_file': objectOf(own['tls'])['crtFile'] ?? '' }
  const renamed = Object.entries(own)
    .filter(([key]) => key !== 'tls')
    .map(([key, value]) => [SNAKE[key] ?? key, typeof value === 'object' ? (Object.keys(objectOf(value)).length > 0 ? 'from a secret' : '') : value] as const)
  return [{ ...fluentBitOutput(plugin.toLowerCase(), { ...Object.fromEntries(renamed), ...tls }), path: ['spec', plugin] }]
}

const SNAKE: { readonly [key: string]: string } = {
  httpUser: 'http_user',
  httpPassword: 'http_passwd',
  httpPasswd: 'http_passwd',
  bearerToken: 'bearer_token',
  splunkToken: 'splunk_token',
  sharedKey: 'shared_key',
  cloudAuth: 'cloud_auth',
  awsAuth: 'aws_auth',
}

/** Logging operator: the Fluentd plugin's settings as an object. */
function loggingOperatorOutput(plugin: string, settings: unknown): readonly LogOutputFacts[] {
  const own = objectOf(settings)
  if (['loggingRef', 'enabledNamespaces', 'protected'].includes(plugin)) return []
  const lines = Object.entries(own).map(([key, value]) => {
    const text = typeof value === 'object' && value !== null ? 'from a secret' : textOf(value)
    return `${key} ${text}`
  })
  const [type, ...extra] = { splunkHec: ['splunk_hec'], kafka: ['kafka2'], s3: ['s3'], gcs: ['gcs'], cloudwatch: ['cloudwatch_logs'] }[plugin] ?? [plugin]
  const security = objectOf(own['security'])
  const servers = listOf(own['servers']).map((server) => `<server>\nhost ${textOf(objectOf(server)['host'])}\n</server>`)
  const nested = Object.keys(security).length > 0 ? '<security>\nshared_key from a secret\n</security>' : ''
  const config = readFluentd(`<match **>\n@type ${type ?? plugin}\n${[...lines, ...extra].join('\n')}\n${servers.join('\n')}\n${nested}\n</match>`, () => null)
  return config.outputs.map((output) => ({ ...output, path: ['spec', plugin] }))
}

/** https://docs.redhat.com/en/documentation/openshift_container_platform (ClusterLogForwarder API). */
function forwarderOutputs(object: Resource['object']): readonly { readonly output: LogOutput; readonly path: Path }[] {
  return listOf(valueAt(object, 'spec', 'outputs')).map((item, i) => {
    const output = objectOf(item)
    const type = textOf(output['type'])
    const own = objectOf(output[type])
    const url = textOf(output['url'] ?? own['url'])
    const path = ['spec', 'outputs', i]
    if (['cloudwatch', 'googleCloudLogging', 'azureMonitor', 'lokiStack'].includes(type)) return { output: cloudService(type), path }
    const tls = objectOf(output['tls'])
    const scheme = /^(https|tls|tcps|ssl):/.test(url)
    const authenticated = output['secret'] !== undefined || own['authentication'] !== undefined || tls['certificate'] !== undefined
    return {
      output: {
        name: `${type} ${url}`.trim(),
        leaves: true,
        tls: url === '' ? 'unknown' : scheme ? 'yes' : 'no',
        verified: tls['insecureSkipVerify'] === true ? 'no' : 'yes',
        authenticated: authenticated ? 'yes' : 'no',
      },
      path,
    }
  })
}
