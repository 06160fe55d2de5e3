/**
 * Kinds that hold no pod template: an operator makes the pods, and the resource sets some of their fields, each at a
 * place of its own. The table says which field lies where; whatever it does not say is the operator's and unknown.
 */
import type { ContainerRole, JsonObject, Path } from '../../model.js'
import { isObject } from '../world.js'
import { type Draft, type DraftContainer, listed } from './pod-draft.js'
import { type Labels, labelsOfOperator } from './pod-labels.js'
import { valuesAt } from './pod-places.js'

type Fields = { readonly [key: string]: unknown }

interface PodFields {
  /** The object that the pod is made of; where the resource lacks it, there is no such pod. */
  readonly at: string
  /** Place of each field of the PodSpec: below `at`, or, after a `/`, from the root of the resource. */
  readonly pod: { readonly [field: string]: string }
  /** Place of the pod's labels and annotations below `at`, as of a `metadata`. */
  readonly metadata?: string
  readonly labels?: string
  readonly annotations?: string
  /** The operator's own containers. */
  readonly own: readonly OwnContainer[]
  /** Places of lists of whole containers. */
  readonly init?: string
  readonly more?: readonly string[]
  readonly volumes?: string
  /** What the operator calls these pods, where it makes several kinds. */
  readonly component?: string
}

interface OwnContainer {
  readonly name: string
  readonly role: ContainerRole
  /** The object that holds its fields under the names that a Container has for them; '' is the pod's own. */
  readonly at: string
  /** Where its securityContext lies instead, below the pod's object. */
  readonly context?: string
  /** Fields that lie in the pod's object. */
  readonly shares: readonly string[]
  /** There only where the pod's object has this. */
  readonly when?: string
  /** An object whose fields hold where its securityContext leaves them out. */
  readonly outer?: string
  /** Settings that the operator makes where the resource leaves them out, in every version that is still kept. */
  readonly defaults?: JsonObject
}

const COLLECTOR: PodFields = {
  at: 'spec',
  pod: {
    hostNetwork: 'hostNetwork',
    hostPID: 'hostPID',
    securityContext: 'podSecurityContext',
    serviceAccountName: 'serviceAccount',
    shareProcessNamespace: 'shareProcessNamespace',
    tolerations: 'tolerations',
    nodeSelector: 'nodeSelector',
    affinity: 'affinity',
  },
  annotations: 'podAnnotations',
  own: [whole('otc-container')],
  init: 'initContainers',
  more: ['additionalContainers'],
  volumes: 'volumes',
}

/** A container whose fields lie in the pod's object, beside the pod's own. */
function whole(name: string, context?: string): OwnContainer {
  return { name, role: 'app', at: '', shares: [], ...(context === undefined ? {} : { context }) }
}

/** Strimzi (api, *ClusterTemplate.java): `template.pod` and `template.…Container`. */
function strimzi(at: string, component: string, containers: { readonly [key: string]: OwnStrimzi }): PodFields {
  return {
    at,
    pod: {
      securityContext: 'template.pod.securityContext',
      affinity: 'template.pod.affinity',
      tolerations: 'template.pod.tolerations',
      imagePullSecrets: 'template.pod.imagePullSecrets',
    },
    metadata: 'template.pod.metadata',
    own: Object.entries(containers).map(([key, { name, role = 'app', when, shares = STRIMZI_SHARED }]) => ({
      name,
      role,
      at: `template.${key}`,
      shares,
      ...(when === undefined ? {} : { when }),
    })),
    volumes: 'template.pod.volumes',
    component,
  }
}

interface OwnStrimzi {
  readonly name: string
  readonly role?: ContainerRole
  readonly when?: string
  readonly shares?: readonly string[]
}

const STRIMZI_SHARED = ['resources', 'livenessProbe', 'readinessProbe']

const KAFKA = {
  kafkaContainer: { name: 'kafka' },
  initContainer: { name: 'kafka-init', role: 'init', when: 'rack', shares: [] },
} as const

const CONNECT = {
  connectContainer: { name: 'kafka-connect' },
  initContainer: { name: 'kafka-connect-init', role: 'init', when: 'rack', shares: [] },
} as const

/** Percona: a part of the cluster with its sidecars (pkg/apis, PodSpec). */
function percona(at: string, name: string): PodFields {
  return {
    at,
    pod: {
      securityContext: 'podSecurityContext',
      serviceAccountName: 'serviceAccountName',
      tolerations: 'tolerations',
      nodeSelector: 'nodeSelector',
    },
    labels: 'labels',
    annotations: 'annotations',
    own: [whole(name, 'containerSecurityContext')],
    more: ['sidecars'],
    volumes: 'sidecarVolumes',
  }
}

/** Fluent operator (apis/fluentbit/v1alpha2/fluentbit_types.go, apis/fluentd/v1alpha1/fluentd_types.go). */
function fluent(name: string): PodFields {
  return {
    at: 'spec',
    pod: {
      hostNetwork: 'hostNetwork',
      securityContext: 'securityContext',
      tolerations: 'tolerations',
      nodeSelector: 'nodeSelector',
      affinity: 'affinity',
    },
    labels: 'labels',
    annotations: 'annotations',
    own: [whole(name, 'containerSecurityContext')],
    init: 'initContainers',
    volumes: 'volumes',
  }
}

/** VictoriaMetrics (api/operator/v1beta1, CommonDefaultableParams): one securityContext is the pod's and its containers'. */
function victoria(at: string, name: string, account = 'serviceAccountName'): PodFields {
  return {
    at,
    pod: {
      hostNetwork: 'hostNetwork',
      securityContext: 'securityContext',
      serviceAccountName: account,
      tolerations: 'tolerations',
      nodeSelector: 'nodeSelector',
      affinity: 'affinity',
    },
    metadata: 'podMetadata',
    own: [whole(name)],
    init: 'initContainers',
    more: ['containers'],
    volumes: 'volumes',
  }
}

function victoriaParts(...parts: readonly string[]): readonly PodFields[] {
  return parts.map((part) => victoria(`spec.${part}`, part, '/spec.serviceAccountName'))
}

/** CloudNativePG (pkg/specs/containers.go, GetSecurityContext): each field that `spec.securityContext` leaves out. */
const CNPG_DEFAULTS: JsonObject = {
  privileged: false,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
}

const KINDS: { readonly [groupKind: string]: readonly PodFields[] } = {
  'opentelemetry.io/OpenTelemetryCollector': [COLLECTOR],
  'opentelemetry.io/TargetAllocator': [{ ...COLLECTOR, own: [whole('ta-container')] }],
  'opentelemetry.io/OpAMPBridge': [{ ...COLLECTOR, own: [whole('opamp-bridge-container')] }],

  'kafka.strimzi.io/Kafka': [
    strimzi('spec.kafka', 'kafka', KAFKA),
    strimzi('spec.zookeeper', 'zookeeper', { zookeeperContainer: { name: 'zookeeper' } }),
    strimzi('spec.entityOperator', 'entity-operator', {
      topicOperatorContainer: { name: 'topic-operator', when: 'topicOperator', shares: [] },
      userOperatorContainer: { name: 'user-operator', when: 'userOperator', shares: [] },
    }),
    strimzi('spec.cruiseControl', 'cruise-control', { cruiseControlContainer: { name: 'cruise-control' } }),
    strimzi('spec.kafkaExporter', 'kafka-exporter', { container: { name: 'kafka-exporter' } }),
  ],
  'kafka.strimzi.io/KafkaNodePool': [strimzi('spec', 'kafka', KAFKA)],
  'kafka.strimzi.io/KafkaConnect': [
    strimzi('spec', 'kafka-connect', CONNECT),
    {
      ...strimzi('spec.build', 'kafka-connect-build', {}),
      pod: { securityContext: '/spec.template.buildPod.securityContext' },
      metadata: '/spec.template.buildPod.metadata',
      own: [{ name: 'kafka-connect-build', role: 'app', at: '/spec.template.buildContainer', shares: ['resources'] }],
      volumes: '/spec.template.buildPod.volumes',
    },
  ],
  'kafka.strimzi.io/KafkaMirrorMaker2': [strimzi('spec', 'kafka-mirror-maker-2', CONNECT)],
  'kafka.strimzi.io/KafkaMirrorMaker': [
    strimzi('spec', 'kafka-mirror-maker', { mirrorMakerContainer: { name: 'mirror-maker' } }),
  ],
  'kafka.strimzi.io/KafkaBridge': [strimzi('spec', 'kafka-bridge', { bridgeContainer: { name: 'kafka-bridge' } })],

  'postgresql.cnpg.io/Cluster': [
    {
      at: 'spec',
      pod: {
        securityContext: 'podSecurityContext',
        serviceAccountName: 'serviceAccountName',
        nodeSelector: 'affinity.nodeSelector',
        tolerations: 'affinity.tolerations',
      },
      // `spec.seccompProfile` is the pod's and every container's.
      own: [{ ...whole('postgres'), outer: '', defaults: CNPG_DEFAULTS }],
    },
  ],
  'acid.zalan.do/postgresql': [
    {
      at: 'spec',
      pod: { tolerations: 'tolerations' },
      annotations: 'podAnnotations',
      own: [whole('postgres')],
      init: 'initContainers',
      more: ['sidecars'],
    },
  ],
  'minio.min.io/Tenant': [
    {
      at: 'spec.pools.*',
      pod: {
        securityContext: 'securityContext',
        serviceAccountName: '/spec.serviceAccountName',
        tolerations: 'tolerations',
        nodeSelector: 'nodeSelector',
        affinity: 'affinity',
      },
      labels: 'labels',
      annotations: 'annotations',
      own: [whole('minio', 'containerSecurityContext')],
      init: '/spec.initContainers',
      more: ['/spec.sideCars.containers'],
      volumes: '/spec.sideCars.volumes',
    },
  ],
  'pxc.percona.com/PerconaXtraDBCluster': [
    percona('spec.pxc', 'pxc'),
    percona('spec.haproxy', 'haproxy'),
    percona('spec.proxysql', 'proxysql'),
  ],
  'psmdb.percona.com/PerconaServerMongoDB': [
    percona('spec.replsets.*', 'mongod'),
    percona('spec.sharding.configsvrReplSet', 'mongod'),
    percona('spec.sharding.mongos', 'mongos'),
  ],
  'fluentbit.fluent.io/FluentBit': [fluent('fluent-bit')],
  'fluentbit.fluent.io/Collector': [fluent('fluent-bit')],
  'fluentd.fluent.io/Fluentd': [fluent('fluentd')],

  'operator.victoriametrics.com/VMAgent': [victoria('spec', 'vmagent')],
  'operator.victoriametrics.com/VMAlert': [victoria('spec', 'vmalert')],
  'operator.victoriametrics.com/VMAlertmanager': [victoria('spec', 'alertmanager')],
  'operator.victoriametrics.com/VMAuth': [victoria('spec', 'vmauth')],
  'operator.victoriametrics.com/VMSingle': [victoria('spec', 'vmsingle')],
  'operator.victoriametrics.com/VLSingle': [victoria('spec', 'vlsingle')],
  'operator.victoriametrics.com/VLAgent': [victoria('spec', 'vlagent')],
  'operator.victoriametrics.com/VTSingle': [victoria('spec', 'vtsingle')],
  'operator.victoriametrics.com/VMCluster': victoriaParts('vminsert', 'vmselect', 'vmstorage'),
  'operator.victoriametrics.com/VLCluster': victoriaParts('vlinsert', 'vlselect', 'vlstorage'),
  'operator.victoriametrics.com/VTCluster': victoriaParts('insert', 'select', 'storage'),
}

/** The pods of a resource whose operator makes them of single fields. */
export function podsOfFields(group: string, kind: string, object: Fields, prefix: Path): readonly Draft[] {
  return (KINDS[`${group}/${kind}`] ?? []).flatMap((fields) =>
    valuesAt(object, fields.at.split('.'), prefix).flatMap(({ value, path }): readonly Draft[] =>
      isObject(value)
        ? [
            draftOf(
              fields,
              reader(object, prefix, value, path),
              labelsOfOperator(group, kind, object, fields.component ?? null),
            ),
          ]
        : [],
    ),
  )
}

interface Found {
  readonly value: unknown
  readonly path: Path
}

/** Reads a place of the table. */
type Read = (place: string) => Found

function reader(root: Fields, prefix: Path, value: Fields, path: Path): Read {
  return (place) => {
    const [from, at, keys] = place.startsWith('/') ? [root, prefix, place.slice(1)] : [value, path, place]
    if (keys === '') return { value: from, path: at }
    return valuesAt(from, keys.split('.'), at)[0] ?? { value: undefined, path: at }
  }
}

function draftOf(fields: PodFields, read: Read, labels: Labels): Draft {
  const self = read('')
  const set = Object.entries(fields.pod)
    .map(([field, place]) => ({ field, ...read(place) }))
    .filter(({ value }) => value !== undefined && value !== null)
  const metadata = fields.metadata === undefined ? null : read(fields.metadata)
  return {
    path: self.path,
    spec: Object.fromEntries(set.map(({ field, value }) => [field, value])),
    metadataPath: metadata?.path ?? self.path,
    metadata: metadata?.value ?? {
      labels: fields.labels === undefined ? {} : read(fields.labels).value,
      annotations: fields.annotations === undefined ? {} : read(fields.annotations).value,
    },
    labels,
    containers: containersOf(fields, read),
    volumes: fields.volumes === undefined ? [] : [volumesAt(read(fields.volumes))],
    origins: Object.fromEntries(set.map(({ field, path }) => [field, path])),
    partial: true,
    byShape: false,
    claims: [self.value, ...[fields.init, ...(fields.more ?? [])].flatMap((place) => holderOf(place, read))],
  }
}

/** The object that holds a list. */
function holderOf(place: string | undefined, read: Read): readonly unknown[] {
  if (place === undefined) return []
  const root = place.startsWith('/') ? '/' : ''
  return [read(root + place.slice(root.length).split('.').slice(0, -1).join('.')).value]
}

function volumesAt({ value, path }: Found): { readonly path: Path; readonly list: unknown } {
  return { path, list: value }
}

function containersOf({ own, init, more = [] }: PodFields, read: Read): readonly DraftContainer[] {
  const list = (place: string, role: ContainerRole): readonly DraftContainer[] => {
    const { value, path } = read(place)
    return listed(value, path, () => role)
  }
  return [
    ...(init === undefined ? [] : list(init, 'init')),
    ...own.flatMap((container) => ownContainer(container, read)),
    ...more.flatMap((place) => list(place, 'app')),
  ]
}

function ownContainer(
  { name, role, at, context, shares, when, outer, defaults }: OwnContainer,
  read: Read,
): readonly DraftContainer[] {
  if (when !== undefined && !isObject(read(when).value)) return []
  const { value, path } = read(at)
  const fields: Fields = {
    ...Object.fromEntries(shares.map((field) => [field, read(field).value])),
    ...(isObject(value) ? value : {}),
    name,
  }
  const place = context === undefined ? null : read(context)
  const contextPath = place?.path ?? [...path, 'securityContext']
  const around = outer === undefined ? null : read(outer)
  return [
    {
      name,
      role,
      path,
      spec: {
        ...fields,
        // Some name its parts: a repository, a tag.
        image: typeof fields['image'] === 'string' ? fields['image'] : null,
        securityContext: place === null ? (fields['securityContext'] ?? null) : (place.value ?? null),
      } as JsonObject,
      context: contextPath,
      under: [
        ...(around !== null && isObject(around.value) ? [{ path: around.path, context: around.value }] : []),
        ...(defaults === undefined ? [] : [{ path: contextPath, context: defaults }]),
      ],
    },
  ]
}
