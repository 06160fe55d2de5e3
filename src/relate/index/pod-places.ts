/** The places of pod templates in the kinds that are known, as a table. */
import type { Path } from '../../model.js'
import { isObject } from '../world.js'

export interface Place {
  /** Keys from the root of the resource; `*` is every item of a list or every value of a map. */
  readonly keys: readonly string[]
  /** `template`: a PodTemplateSpec, with metadata beside its spec; `spec`: a PodSpec as it is. */
  readonly form: 'template' | 'spec'
  /** Where the pod's metadata lies, for the form `spec`. */
  readonly metadata: readonly string[]
  /** An operator completes what is written here. */
  readonly partial: boolean
  /** A kind of Kubernetes itself: it has a pod even where it is left out, and no other. */
  readonly required: boolean
  /** The containers that the operator brings: it makes the pod even where nothing of it is written. */
  readonly own: readonly OwnContainer[]
  /** Objects of the PodSpec that are a container each, beside those of its lists. */
  readonly inline?: readonly string[]
}

export interface OwnContainer {
  readonly name: string
  /** Whether every such pod has it. */
  readonly always: boolean
  /** The securityContext that the operator gives it, in every version that is still kept; null where that depends. */
  readonly defaults: { readonly [key: string]: unknown } | null
}

/** Groups whose resources hold patterns and patches that look like pods and never run. */
const PATTERNS = new Set([
  'kyverno.io',
  'policies.kyverno.io',
  'constraints.gatekeeper.sh',
  'mutations.gatekeeper.sh',
  'templates.gatekeeper.sh',
])

/** Whether nothing in the kind runs, however much it looks like a pod. */
export function isPattern(group: string, kind: string): boolean {
  return PATTERNS.has(group) || (group === 'apiextensions.k8s.io' && kind === 'CustomResourceDefinition')
}

const ALWAYS: Place = {
  keys: ['spec', 'template'],
  form: 'template',
  metadata: [],
  partial: false,
  required: true,
  own: [],
}

function template(keys: string): Place {
  return { keys: keys.split('.'), form: 'template', metadata: [], partial: false, required: false, own: [] }
}

/** `metadata`: where the operator takes the labels of the pod from. */
function spec(keys: string, metadata: string): Place {
  return {
    keys: keys.split('.'),
    form: 'spec',
    metadata: metadata.split('.'),
    partial: false,
    required: false,
    own: [],
  }
}

function partial(place: Place, own: readonly OwnContainer[] = []): Place {
  return { ...place, partial: true, own }
}

/** What ECK sets depends on its `set-default-security-context` and on the version of the stack. */
function elastic(keys: string, name: string): Place {
  return partial(template(keys), [{ name, always: true, defaults: null }])
}

function elasticDeployed(name: string): readonly Place[] {
  return ['daemonSet', 'deployment', 'statefulSet'].map((key) => elastic(`spec.${key}.podTemplate`, name))
}

/** prometheus-operator since 0.55 (pkg/prometheus/server/statefulset.go, pkg/operator/config_reloader.go and their like). */
const PROMETHEUS_DEFAULTS = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

function prometheus(name: string): readonly Place[] {
  const own = [name, 'config-reloader', 'init-config-reloader', 'thanos-sidecar'].map((container) => ({
    name: container,
    always: container === name,
    defaults: PROMETHEUS_DEFAULTS,
  }))
  return [partial(spec('spec', 'spec.podMetadata'), own)]
}

const JOB_TEMPLATES = [template('spec.metrics.*.provider.job.spec.template')]
const RAY = ['headGroupSpec.template', 'workerGroupSpecs.*.template']
const KSERVE_LLM = ['template', 'worker', 'prefill.template', 'prefill.worker', 'router.scheduler.template'].map(
  (key) => partial(spec(`spec.${key}`, 'metadata')),
)
/** Model servers (pkg/apis/serving/v1beta1, PredictorSpec): each is a container with fields more. */
const KSERVE_MODELS = [
  'model',
  'sklearn',
  'xgboost',
  'tensorflow',
  'pytorch',
  'triton',
  'onnx',
  'huggingface',
  'pmml',
  'lightgbm',
  'paddle',
  'art',
]
const KSERVE_PREDICTORS = ['predictor', 'predictor.workerSpec', 'transformer', 'explainer']

function training(replicas: string): readonly Place[] {
  return [template(`spec.${replicas}.*.template`)]
}

const PLACES: { readonly [groupKind: string]: readonly Place[] } = {
  '/Pod': [{ keys: ['spec'], form: 'spec', metadata: ['metadata'], partial: false, required: true, own: [] }],
  '/PodTemplate': [{ ...ALWAYS, keys: ['template'] }],
  '/ReplicationController': [ALWAYS],
  '/DeploymentConfig': [ALWAYS],
  'apps/Deployment': [ALWAYS],
  'apps/StatefulSet': [ALWAYS],
  'apps/DaemonSet': [ALWAYS],
  'apps/ReplicaSet': [ALWAYS],
  'extensions/Deployment': [ALWAYS],
  'extensions/DaemonSet': [ALWAYS],
  'extensions/ReplicaSet': [ALWAYS],
  'batch/Job': [ALWAYS],
  'batch/CronJob': [{ ...ALWAYS, keys: ['spec', 'jobTemplate', 'spec', 'template'] }],

  'apps.openshift.io/DeploymentConfig': [ALWAYS],

  'argoproj.io/Rollout': [template('spec.template')],
  'argoproj.io/Experiment': [template('spec.templates.*.template')],
  'argoproj.io/AnalysisTemplate': JOB_TEMPLATES,
  'argoproj.io/ClusterAnalysisTemplate': JOB_TEMPLATES,
  'argoproj.io/AnalysisRun': JOB_TEMPLATES,

  'apps.kruise.io/CloneSet': [template('spec.template')],
  'apps.kruise.io/StatefulSet': [template('spec.template')],
  'apps.kruise.io/DaemonSet': [template('spec.template')],
  'apps.kruise.io/BroadcastJob': [template('spec.template')],
  'apps.kruise.io/AdvancedCronJob': [
    template('spec.template.jobTemplate.spec.template'),
    template('spec.template.broadcastJobTemplate.spec.template'),
  ],
  'apps.kruise.io/UnitedDeployment': [
    'statefulSetTemplate',
    'advancedStatefulSetTemplate',
    'cloneSetTemplate',
    'deploymentTemplate',
  ].map((key) => template(`spec.template.${key}.spec.template`)),

  'serving.knative.dev/Service': [template('spec.template')],
  'serving.knative.dev/Configuration': [template('spec.template')],
  'serving.knative.dev/Revision': [spec('spec', 'metadata')],

  'serving.kserve.io/InferenceService': KSERVE_PREDICTORS.map((key) => ({
    ...partial(spec(`spec.${key}`, 'metadata')),
    inline: KSERVE_MODELS,
  })),
  'serving.kserve.io/LLMInferenceService': KSERVE_LLM,
  'serving.kserve.io/LLMInferenceServiceConfig': KSERVE_LLM,
  'serving.kserve.io/ServingRuntime': [spec('spec', 'spec'), spec('spec.workerSpec', 'spec')],
  'serving.kserve.io/ClusterServingRuntime': [spec('spec', 'spec'), spec('spec.workerSpec', 'spec')],

  'kubeflow.org/TFJob': training('tfReplicaSpecs'),
  'kubeflow.org/PyTorchJob': training('pytorchReplicaSpecs'),
  'kubeflow.org/MPIJob': training('mpiReplicaSpecs'),
  'kubeflow.org/XGBoostJob': training('xgbReplicaSpecs'),
  'kubeflow.org/PaddleJob': training('paddleReplicaSpecs'),
  'kubeflow.org/JAXJob': training('jaxReplicaSpecs'),
  'trainer.kubeflow.org/TrainingRuntime': [template('spec.template.spec.replicatedJobs.*.template.spec.template')],
  'trainer.kubeflow.org/ClusterTrainingRuntime': [
    template('spec.template.spec.replicatedJobs.*.template.spec.template'),
  ],
  'kubeflow.org/Notebook': [template('spec.template')],

  'ray.io/RayCluster': RAY.map((keys) => template(`spec.${keys}`)),
  'ray.io/RayJob': [
    ...RAY.map((keys) => template(`spec.rayClusterSpec.${keys}`)),
    template('spec.submitterPodTemplate'),
  ],
  'ray.io/RayCronJob': [
    ...RAY.map((keys) => template(`spec.jobTemplate.rayClusterSpec.${keys}`)),
    template('spec.jobTemplate.submitterPodTemplate'),
  ],
  'ray.io/RayService': RAY.map((keys) => template(`spec.rayClusterConfig.${keys}`)),

  'batch.volcano.sh/Job': [template('spec.tasks.*.template')],
  'jobset.x-k8s.io/JobSet': [template('spec.replicatedJobs.*.template.spec.template')],
  'kueue.x-k8s.io/Workload': [template('spec.podSets.*.template')],
  'leaderworkerset.x-k8s.io/LeaderWorkerSet': [
    template('spec.leaderWorkerTemplate.leaderTemplate'),
    template('spec.leaderWorkerTemplate.workerTemplate'),
  ],
  'keda.sh/ScaledJob': [template('spec.jobTargetRef.template')],

  'agones.dev/GameServer': [template('spec.template')],
  'agones.dev/GameServerSet': [template('spec.template.spec.template')],
  'agones.dev/Fleet': [template('spec.template.spec.template')],

  'actions.github.com/AutoscalingRunnerSet': [template('spec.template')],
  'actions.github.com/EphemeralRunnerSet': [template('spec.ephemeralRunnerSpec')],
  'actions.github.com/EphemeralRunner': [template('spec')],

  'operators.coreos.com/ClusterServiceVersion': [template('spec.install.spec.deployments.*.spec.template')],
  'pkg.crossplane.io/DeploymentRuntimeConfig': [partial(template('spec.deploymentTemplate.spec.template'))],

  'elasticsearch.k8s.elastic.co/Elasticsearch': [elastic('spec.nodeSets.*.podTemplate', 'elasticsearch')],
  'kibana.k8s.elastic.co/Kibana': [elastic('spec.podTemplate', 'kibana')],
  'apm.k8s.elastic.co/ApmServer': [elastic('spec.podTemplate', 'apm-server')],
  'enterprisesearch.k8s.elastic.co/EnterpriseSearch': [elastic('spec.podTemplate', 'enterprise-search')],
  'logstash.k8s.elastic.co/Logstash': [elastic('spec.podTemplate', 'logstash')],
  'maps.k8s.elastic.co/ElasticMapsServer': [elastic('spec.podTemplate', 'maps')],
  'beat.k8s.elastic.co/Beat': elasticDeployed('beat'),
  'agent.k8s.elastic.co/Agent': elasticDeployed('agent'),

  'flink.apache.org/FlinkDeployment': ['podTemplate', 'jobManager.podTemplate', 'taskManager.podTemplate'].map((key) =>
    partial(template(`spec.${key}`)),
  ),
  'rabbitmq.com/RabbitmqCluster': [partial(template('spec.override.statefulSet.spec.template'))],
  'mongodbcommunity.mongodb.com/MongoDBCommunity': [partial(template('spec.statefulSet.spec.template'))],
  'postgresql.cnpg.io/Pooler': [partial(template('spec.template'))],
  'grafana.integreatly.org/Grafana': [partial(template('spec.deployment.spec.template'))],
  'monitoring.coreos.com/Prometheus': prometheus('prometheus'),
  'monitoring.coreos.com/PrometheusAgent': prometheus('prometheus'),
  'monitoring.coreos.com/Alertmanager': prometheus('alertmanager'),
  'monitoring.coreos.com/ThanosRuler': prometheus('thanos-ruler'),
}

const NONE: readonly Place[] = []

export function placesOf(group: string, kind: string): readonly Place[] {
  return PLACES[`${group}/${kind}`] ?? NONE
}

interface Found {
  readonly value: unknown
  readonly path: Path
}

/** What lies at `keys` below `root`; one with a null value where the last key is absent from what is there. */
export function valuesAt(root: unknown, keys: readonly string[], prefix: Path): readonly Found[] {
  let found: readonly Found[] = [{ value: root, path: prefix }]
  for (const key of keys) {
    found = found.flatMap(({ value, path }): readonly Found[] => {
      if (key !== '*') {
        return [{ value: isObject(value) ? value[key] : undefined, path: [...path, key] }]
      }
      if (Array.isArray(value)) return value.map((item: unknown, i) => ({ value: item, path: [...path, i] }))
      return isObject(value)
        ? Object.entries(value).map(([name, item]) => ({ value: item, path: [...path, name] }))
        : []
    })
  }
  return found
}

/** `group/kind` of an embedded manifest; null where the object is none. */
export function typeOf(object: {
  readonly [key: string]: unknown
}): { readonly group: string; readonly kind: string } | null {
  const { apiVersion, kind } = object
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return null
  const slash = apiVersion.indexOf('/')
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), kind }
}
