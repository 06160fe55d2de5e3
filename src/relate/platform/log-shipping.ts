/** Log shippers: which workloads are one, which nodes and logs they reach, and where they send them. */
import type { Path, Pod, Ref, Resource } from '../../model.js'
import { refTo } from '../world.js'
import { located, type Located } from './located.js'
import { collectorConfig, daemonsetImageConfig, forwarderOutputs, variablesOf } from './log-outputs.js'
import { covers, type HostMount, hostMountsOf, onNode, type Placement, reachOf, repositoryOf } from './nodes.js'
import { cloudService, merged, type ShipperConfig } from './shippers/config.js'
import type { Joined } from './shippers/fluent-operator.js'
import { readConfig, READERS, type Tool } from './shippers/read.js'
import { type CarriedFile, listOf, objectOf, textOf, textsOf, valueAt } from './text.js'

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

/* ------------------------------------------------------------- recognise */

const IMAGES: readonly (readonly [Tool, RegExp])[] = [
  ['Fluent Bit', /(^|\/)(aws-for-|newrelic-)?fluent-?bit(-[\w-]+)?$/],
  ['Fluentd', /(^|\/)fluentd([-_][\w-]+)?$/],
  ['Filebeat', /(^|\/)filebeat(-[\w-]+)?$/],
  ['Elastic Agent', /(^|\/)elastic-agent(-[\w-]+)?$/],
  ['Vector', /(^|\/)(timberio\/vector|vector)$/],
  [
    'OpenTelemetry collector',
    /(^|\/)(opentelemetry-collector|splunk-otel-collector|aws-otel-collector|otelcol|otel-collector)(-[\w-]+)?$/,
  ],
  ['Promtail', /(^|\/)promtail$/],
  ['Grafana Alloy', /(^|\/)(grafana\/agent|alloy|grafana-agent)$/],
]

/** Tools with nothing else to do than to ship logs; the others also carry metrics and traces. */
const ONLY_LOGS: ReadonlySet<Tool> = new Set(['Fluent Bit', 'Fluentd', 'Filebeat', 'Promtail'])

/** The shipper that a pod runs, as a container of its own. */
function toolOfPod(pod: Pod): Tool | null {
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
      return {
        tool,
        placement: plain(['spec']),
        daemon,
        mounts,
        mounted: false,
        configPath: ['spec', 'config'],
        config,
        onlyLogs: false,
      }
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
      return {
        ...card,
        placement: { spec: { tolerations: [{ operator: 'Exists' }] }, path: ['spec'], origins: {} },
        config,
      }
    }
    default:
      return null
  }
}

function operatorDaemon(tool: string, placement: Placement): ShipperCard {
  return {
    tool,
    placement,
    daemon: true,
    mounts: [],
    mounted: true,
    configPath: placement.path,
    config: null,
    onlyLogs: true,
  }
}

function eck(
  tool: 'Filebeat' | 'Elastic Agent',
  spec: { readonly [key: string]: unknown },
  pod: Pod | null,
): ShipperCard {
  const refs = [spec['elasticsearchRef'], ...listOf(spec['elasticsearchRefs'])].filter(
    (ref) => Object.keys(objectOf(ref)).length > 0,
  )
  const fleet = spec['mode'] === 'fleet'
  const read = READERS[tool](spec['config'])
  const config =
    fleet || spec['configRef'] !== undefined
      ? null
      : { ...read, outputs: [...refs.map(() => cloudService('elasticsearchRef')), ...read.outputs] }
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
  /** What its configuration was read from. */
  readonly sources: readonly Ref[]
  readonly error: string | null
}

/** Joins a shipper with the files that its pod mounts, and with what an operator makes its configuration of. */
export function joinShipper(
  resource: Resource,
  pod: Pod | null,
  card: ShipperCard,
  files: readonly ConfigFile[],
  joined: Joined | null,
): Shipper | null {
  const read = files.map(({ tool, file }) => readConfig(tool, file, variablesOf(pod === null ? [] : [pod])))
  const error = read.find((result) => result.error !== null)?.error ?? null
  const parts = [card.config, joined?.config ?? null, ...read.map((result) => result.config)].filter(
    (config) => config !== null,
  )
  const config = parts.length === 0 ? null : merged(parts)
  const sources = [
    ...files.map(({ resource: carrier, file }) => refTo(carrier, file.path)),
    ...(joined?.resources ?? []).map((part) => refTo(part)),
  ]
  const shipper = { resource, card, pod, config: error === null ? config : null, sources, error }
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
export function resolveShippers(
  shippers: readonly Shipper[],
  auditLogs: readonly string[],
): ReadonlyMap<Shipper, ShipperFacts> {
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
        everyNode: together(
          everyNode,
          alone.filter((other) => other.shipper !== shipper).map((other) => [other.shipper, other.everyNode]),
        ),
        containerLogs: anyOf(
          containerLogsOf(shipper),
          alone.flatMap((other) =>
            other.shipper === shipper ? [] : [[other.shipper, containerLogsOf(other.shipper)] as const],
          ),
        ),
        auditLog:
          auditLog === null
            ? null
            : anyOf(
                auditLog,
                alone.flatMap((other) =>
                  other.shipper === shipper || other.auditLog === null
                    ? []
                    : [[other.shipper, other.auditLog] as const],
                ),
              ),
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
  if (everywhere !== undefined)
    return { ...own, answer: 'yes', why: 'another shipper runs on every node', by: [refTo(everywhere[0].resource)] }
  const kind = own.path.at(-1)
  const split = others.filter(([shipper]) => shipper.card.daemon)
  // A missing toleration is not made up for by a second DaemonSet that misses it, too.
  if (split.length === 0 || kind === 'tolerations' || kind === 'kind') return own
  return {
    ...own,
    answer: 'unknown',
    why: `${own.why}; whether the other shippers run on the rest cannot be told`,
    by: split.map(([{ resource }]) => refTo(resource)),
  }
}

function anyOf(own: Located, others: readonly Other[]): Located {
  if (own.answer === 'yes') return own
  const [better] = [
    ...others.filter(([, other]) => other.answer === 'yes'),
    ...others.filter(([, other]) => other.answer === 'unknown'),
  ]
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
  const { card, config, error, sources: by, pod } = shipper
  const volumes: Path =
    pod === null ? [...card.placement.path, 'volumes'] : (pod.origins['volumes'] ?? [...pod.path, 'volumes'])
  if (config?.containers === 'api')
    return located('yes', "it reads the containers' logs through the Kubernetes API", card.configPath, by)
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
  if (config.files.some((path) => path.includes('${')))
    return located('unknown', 'a path of its inputs comes from a variable', card.configPath, by)
  return located('no', "no input of its configuration reads the containers' logs", card.configPath, by)
}

function isContainerLog(path: string, mounts: readonly HostMount[]): boolean {
  const there = onNode(mounts, path.trim()) ?? path.trim()
  return (
    /^\/var\/log\/(containers|pods)\b|^\/var\/lib\/docker\/containers\b|^\/var\/log\/\*\*/.test(there) || there === '**'
  )
}

/** `-` is standard output: the container's own log. */
function auditLogOf(shipper: Shipper, auditLogs: readonly string[]): Located {
  const each = auditLogs.map((file) => auditFileOf(shipper, file))
  return (
    each.find(({ answer }) => answer === 'no') ??
    each.find(({ answer }) => answer === 'unknown') ??
    (each[0] as Located)
  )
}

function auditFileOf(shipper: Shipper, file: string): Located {
  const { card, config, sources: by } = shipper
  if (file === '-') return { ...containerLogsOf(shipper), by }
  if (!card.mounted && !covers(card.mounts, file))
    return located('no', `it does not mount ${file}, the audit log`, [...card.placement.path, 'volumes'])
  if (config === null)
    return located('unknown', `whether it reads ${file}, the audit log, cannot be told`, card.configPath, by)
  const reads = config.files.some(
    (path) => path === '**' || matchesGlob(card.mounted ? path.trim() : (onNode(card.mounts, path.trim()) ?? ''), file),
  )
  if (reads) return located('yes', `it reads ${file}, the audit log`, card.configPath, by)
  if (config.files.some((path) => path.includes('${')))
    return located('unknown', 'a path of its inputs comes from a variable', card.configPath, by)
  return located('no', `no input of its configuration reads ${file}, the audit log`, card.configPath, by)
}

function matchesGlob(pattern: string, file: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (wild) => (wild.startsWith('**') ? '.*' : wild === '*' ? '[^/]*' : '[^/]'))
  return new RegExp(`^${expression}$`).test(file)
}

function outputOf({ card, config, error, sources: by }: Shipper): Located {
  if (error !== null) return located('unknown', `its configuration cannot be read: ${error}`, card.configPath, by)
  if (config === null) return located('unknown', 'its configuration is not declared here', card.configPath, by)
  if (config.outputs.length === 0) return located('no', 'its configuration has no output', card.configPath, by)
  if (config.outputs.every(({ leaves }) => !leaves))
    return located(
      'no',
      `its only output is ${config.outputs.map(({ name }) => name).join(', ')}, which stays on the node`,
      card.configPath,
      by,
    )
  return located('yes', 'it sends logs off the node', card.configPath, by)
}
