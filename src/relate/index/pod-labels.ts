/**
 * Labels that operators put on the pods they make, where they document them: policies and services select by these.
 * Others may be there as well, so what is not listed stays unknown.
 */
import { isObject } from '../world.js'

type Fields = { readonly [key: string]: unknown }
export type Labels = { readonly [key: string]: string }

/** The name of the resource → labels of its pods. */
type Named = (name: string) => Labels

/** ECK (pkg/controller/*, labels.go). */
const elastic =
  (type: string, key = `${type}.k8s.elastic.co/name`): Named =>
  (name) => ({ 'common.k8s.elastic.co/type': type, [key]: name })

/** prometheus-operator: what the CRDs' documentation of `podMetadata` lists, and its selector's own. */
const prometheus =
  (app: string, own: string): Named =>
  (name) => ({
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'prometheus-operator',
    [own]: name,
  })

/** VictoriaMetrics (api/operator/v1beta1, SelectorLabels). */
const victoria =
  (app: string): Named =>
  (name) => ({
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/component': 'monitoring',
    'managed-by': 'vm-operator',
  })

const OF_KIND: { readonly [groupKind: string]: Named } = {
  'elasticsearch.k8s.elastic.co/Elasticsearch': elastic('elasticsearch', 'elasticsearch.k8s.elastic.co/cluster-name'),
  'kibana.k8s.elastic.co/Kibana': elastic('kibana'),
  'apm.k8s.elastic.co/ApmServer': elastic('apm-server', 'apm.k8s.elastic.co/name'),
  'enterprisesearch.k8s.elastic.co/EnterpriseSearch': elastic(
    'enterprise-search',
    'enterprisesearch.k8s.elastic.co/name',
  ),
  'logstash.k8s.elastic.co/Logstash': elastic('logstash'),
  'maps.k8s.elastic.co/ElasticMapsServer': elastic('maps'),
  'beat.k8s.elastic.co/Beat': elastic('beat'),
  'agent.k8s.elastic.co/Agent': elastic('agent'),

  'monitoring.coreos.com/Prometheus': prometheus('prometheus', 'prometheus'),
  'monitoring.coreos.com/PrometheusAgent': prometheus('prometheus-agent', 'operator.prometheus.io/name'),
  'monitoring.coreos.com/Alertmanager': prometheus('alertmanager', 'alertmanager'),
  'monitoring.coreos.com/ThanosRuler': prometheus('thanos-ruler', 'thanos-ruler'),

  'operator.victoriametrics.com/VMAgent': victoria('vmagent'),
  'operator.victoriametrics.com/VMAlert': victoria('vmalert'),
  'operator.victoriametrics.com/VMAlertmanager': victoria('vmalertmanager'),
  'operator.victoriametrics.com/VMAuth': victoria('vmauth'),
  'operator.victoriametrics.com/VMSingle': victoria('vmsingle'),

  // https://cloudnative-pg.io/documentation/current/labels_annotations/
  'postgresql.cnpg.io/Cluster': (name) => ({ 'cnpg.io/cluster': name, 'cnpg.io/podRole': 'instance' }),
  'postgresql.cnpg.io/Pooler': (name) => ({ 'cnpg.io/poolerName': name, 'cnpg.io/podRole': 'pooler' }),

  'minio.min.io/Tenant': (name) => ({ 'v1.min.io/tenant': name }),
  'rabbitmq.com/RabbitmqCluster': (name) => ({
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/component': 'rabbitmq',
    'app.kubernetes.io/part-of': 'rabbitmq',
  }),

  'ray.io/RayCluster': (name) => ({ 'ray.io/cluster': name }),
  'serving.knative.dev/Service': (name) => ({ 'serving.knative.dev/service': name }),
  'serving.kserve.io/InferenceService': (name) => ({ 'serving.kserve.io/inferenceservice': name }),
  'leaderworkerset.x-k8s.io/LeaderWorkerSet': (name) => ({ 'leaderworkerset.sigs.k8s.io/name': name }),
  'jobset.x-k8s.io/JobSet': (name) => ({ 'jobset.sigs.k8s.io/jobset-name': name }),
  'batch.volcano.sh/Job': (name) => ({ 'volcano.sh/job-name': name }),
}

/** Strimzi's own labels of a resource, which select the cluster that it belongs to. */
const STRIMZI_CLUSTER = 'strimzi.io/cluster'

/** Labels of a resource that Strimzi does not hand down to its pods (Labels.java, STRIMZI_LABELS_EXCLUSION_PATTERN). */
const NOT_INHERITED = /^app\.kubernetes\.io\/(?!part-of)|^kustomize\.toolkit\.fluxcd\.io/

/** @param component what an operator that makes several kinds of pod calls these: `kafka`, `entity-operator` */
export function labelsOfOperator(group: string, kind: string, object: Fields, component: string | null): Labels {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {}
  const name = metadata['name']
  if (typeof name !== 'string') return {}
  if (group === 'kafka.strimzi.io') {
    return component === null
      ? {}
      : strimzi(kind, name, isObject(metadata['labels']) ? metadata['labels'] : {}, component)
  }
  return OF_KIND[`${group}/${kind}`]?.(name) ?? {}
}

/** Components whose pods are named otherwise than they are (api, *Resources.java). */
const STRIMZI_NAMES: { readonly [component: string]: string } = {
  'kafka-connect': 'connect',
  'kafka-connect-build': 'connect-build',
  'kafka-bridge': 'bridge',
  'kafka-mirror-maker': 'mirror-maker',
  'kafka-mirror-maker-2': 'mirrormaker2',
}

/** operator-common, Labels.java, generateDefaultLabels. The pods of a pool are of the cluster that its label names. */
function strimzi(kind: string, name: string, own: Fields, component: string): Labels {
  const inherited = Object.entries(own).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && !NOT_INHERITED.test(entry[0]),
  )
  const pool = kind === 'KafkaNodePool'
  const cluster = pool ? own[STRIMZI_CLUSTER] : name
  if (typeof cluster !== 'string') return Object.fromEntries(inherited)
  return {
    ...Object.fromEntries(inherited),
    [STRIMZI_CLUSTER]: cluster,
    'strimzi.io/kind': pool ? 'Kafka' : kind,
    'strimzi.io/name': `${cluster}-${STRIMZI_NAMES[component] ?? component}`,
    ...(pool ? { 'strimzi.io/pool-name': name } : {}),
    'app.kubernetes.io/name': component,
    'app.kubernetes.io/instance': cluster,
    'app.kubernetes.io/part-of': `strimzi-${cluster}`,
    'app.kubernetes.io/managed-by': 'strimzi-cluster-operator',
  }
}
