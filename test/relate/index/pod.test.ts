import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { KubernetesObject, Path, Pod, Resource } from '../../../src/model.js'
import { podOf, podsOf } from '../../../src/relate/index/pod.js'
import { podProblems, unreadablePods } from '../../../src/relate/index/pod-problems.js'
import { worldOf } from '../../../src/relate/world.js'

function resource(object: object): Resource {
  const typed = { metadata: { name: 'x' }, ...object } as unknown as KubernetesObject
  const slash = typed.apiVersion.indexOf('/')
  return {
    id: 0,
    object: typed,
    group: slash < 0 ? '' : typed.apiVersion.slice(0, slash),
    kind: typed.kind,
    name: 'x',
    namespace: 'shop',
    namespaceStated: true,
    path: [],
    origin: {
      source: 'x.yaml',
      kind: 'manifest',
      environment: { name: null, label: null, trial: false },
      file: 'x.yaml',
      document: 0,
      line: 1,
      hooks: [],
      vendored: null,
      role: 'judged',
    },
    text: '',
    force: { answer: 'yes', why: '' },
    declared: true,
  }
}

const pods = (object: object): readonly Pod[] => podsOf(resource(object))

/** The only pod there must be. */
function only(object: object): Pod {
  const found = pods(object)
  expect(found).toHaveLength(1)
  return found[0] as Pod
}

function valueAt(object: unknown, path: Path): unknown {
  let value = object as { readonly [key: string]: unknown } | undefined
  for (const key of path) value = value?.[key] as typeof value
  return value
}

const app = { name: 'app', image: 'registry.example.com/app:1' }
const other = { name: 'other', image: 'registry.example.com/other:1' }
const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [app] } }

/** `{a: {b: value}}` for the keys a, b. */
const nest = (keys: string, value: unknown): object =>
  keys.split('.').reduceRight<unknown>((inner, key) => (key === '*' ? [inner] : { [key]: inner }), value) as object

describe('where kinds keep their pods', () => {
  test.each([
    ['apps/v1', 'Deployment', 'spec.template'],
    ['apps/v1', 'StatefulSet', 'spec.template'],
    ['apps/v1', 'DaemonSet', 'spec.template'],
    ['apps/v1', 'ReplicaSet', 'spec.template'],
    ['extensions/v1beta1', 'Deployment', 'spec.template'],
    ['v1', 'ReplicationController', 'spec.template'],
    ['v1', 'PodTemplate', 'template'],
    ['batch/v1', 'Job', 'spec.template'],
    ['batch/v1', 'CronJob', 'spec.jobTemplate.spec.template'],
    ['apps.openshift.io/v1', 'DeploymentConfig', 'spec.template'],
    ['argoproj.io/v1alpha1', 'Rollout', 'spec.template'],
    ['argoproj.io/v1alpha1', 'AnalysisTemplate', 'spec.metrics.*.provider.job.spec.template'],
    ['apps.kruise.io/v1alpha1', 'CloneSet', 'spec.template'],
    ['apps.kruise.io/v1alpha1', 'UnitedDeployment', 'spec.template.deploymentTemplate.spec.template'],
    ['serving.knative.dev/v1', 'Service', 'spec.template'],
    ['kubeflow.org/v1', 'PyTorchJob', 'spec.pytorchReplicaSpecs.Worker.template'],
    ['ray.io/v1', 'RayCluster', 'spec.workerGroupSpecs.*.template'],
    ['jobset.x-k8s.io/v1alpha2', 'JobSet', 'spec.replicatedJobs.*.template.spec.template'],
    ['keda.sh/v1alpha1', 'ScaledJob', 'spec.jobTargetRef.template'],
    ['trainer.kubeflow.org/v1alpha1', 'TrainingRuntime', 'spec.template.spec.replicatedJobs.*.template.spec.template'],
    ['ray.io/v1', 'RayCronJob', 'spec.jobTemplate.rayClusterSpec.headGroupSpec.template'],
    ['operators.coreos.com/v1alpha1', 'ClusterServiceVersion', 'spec.install.spec.deployments.*.spec.template'],
  ])('%s %s: %s', (apiVersion, kind, keys) => {
    const object = { apiVersion, kind, ...nest(keys, template) }
    const pod = only(object)
    expect(pod.byShape).toBe(false)
    expect(pod.metadata.labels).toEqual({ app: 'cart' })
    expect(valueAt(object, pod.path)).toBe(template.spec)
    expect(valueAt(object, pod.metadataPath)).toBe(template.metadata)
    expect(pod.containers.map(({ name }) => name)).toEqual(['app'])
    expect(valueAt(object, pod.containers[0]?.path as Path)).toBe(app)
  })

  test('a Pod is its own template', () => {
    const pod = only({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', labels: { a: 'b' } },
      spec: template.spec,
    })
    expect([pod.path, pod.metadataPath, pod.metadata.labels]).toEqual([['spec'], ['metadata'], { a: 'b' }])
  })

  test('a workload whose template is left out is a workload still', () => {
    const pod = only({ apiVersion: 'apps/v1', kind: 'Deployment' })
    expect([pod.path, pod.containers, pod.volumes]).toEqual([['spec', 'template', 'spec'], [], []])
  })

  test('what has no pod', () => {
    expect(podOf(resource({ apiVersion: 'v1', kind: 'ConfigMap', data: { containers: 'x' } }))).toBeNull()
    expect(podOf(resource({ apiVersion: 'example.com/v1', kind: 'Database', spec: { size: 3 } }))).toBeNull()
    expect(
      podOf(resource({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { workloadRef: {} } })),
    ).toBeNull()
    // A reference names a kind and has no pod.
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }
    expect(pods({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', spec: { scaleTargetRef } })).toEqual([])
    // A pattern of a policy never runs.
    const rule = { validate: { pattern: { spec: { containers: [{ name: '*', image: '!*:latest' }] } } } }
    expect(pods({ apiVersion: 'kyverno.io/v1', kind: 'ClusterPolicy', spec: { rules: [rule] } })).toEqual([])
  })

  test('containers come in the order in which they start', () => {
    const proxy = { name: 'proxy', image: 'p', restartPolicy: 'Always' }
    const init = { name: 'init', image: 'i' }
    const pod = only({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: {
        containers: [null, app],
        initContainers: [proxy, init],
        ephemeralContainers: [{ name: 'debug', image: 'd' }],
      },
    })
    expect(pod.containers.map(({ name, role, path }) => [name, role, path.join('.')])).toEqual([
      ['init', 'init', 'spec.initContainers.1'],
      ['proxy', 'sidecar', 'spec.initContainers.0'],
      ['app', 'app', 'spec.containers.1'],
      ['debug', 'ephemeral', 'spec.ephemeralContainers.0'],
    ])
  })
})

describe('several pods in one resource', () => {
  test('each node set of Elasticsearch, completed by the operator', () => {
    const found = pods({
      apiVersion: 'elasticsearch.k8s.elastic.co/v1',
      kind: 'Elasticsearch',
      spec: {
        nodeSets: [
          { name: 'hot', podTemplate: template },
          { name: 'cold', podTemplate: { spec: { hostNetwork: true, containers: [{ name: 'elasticsearch' }] } } },
          { name: 'plain' },
        ],
      },
    })
    expect(found.map((pod) => [pod.path[2], pod.spec['hostNetwork'] ?? false, pod.partial])).toEqual([
      [0, false, true],
      [1, true, true],
      [2, false, true],
    ])
    expect(found.map(({ containers }) => containers.map(({ name }) => name))).toEqual([
      ['app', 'elasticsearch'],
      ['elasticsearch'],
      ['elasticsearch'],
    ])
  })

  test('a KServe predictor and transformer', () => {
    const found = pods({
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      spec: { transformer: { containers: [other] }, predictor: { serviceAccountName: 's3', model: {} } },
    })
    expect(found.map((pod) => [pod.path.join('.'), pod.containers.length])).toEqual([
      ['spec.predictor', 1],
      ['spec.transformer', 1],
    ])
    expect(found[0]?.containers[0]?.path).toEqual(['spec', 'predictor', 'model'])
  })

  test('each template of an Argo workflow, under the workflow and its defaults', () => {
    const object = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'CronWorkflow',
      spec: {
        workflowSpec: {
          serviceAccountName: 'runner',
          hostNetwork: true,
          securityContext: { runAsNonRoot: true },
          templateDefaults: { container: { securityContext: { readOnlyRootFilesystem: true } } },
          volumes: [{ name: 'shared' }],
          templates: [
            { name: 'all', steps: [[{ name: 'one', inline: { script: { image: 'busybox', source: 'id' } } }]] },
            {
              name: 'build',
              securityContext: { runAsUser: 0 },
              volumes: [{ name: 'own' }],
              initContainers: [{ name: 'fetch', image: 'f' }],
              container: { image: 'b', securityContext: { privileged: true } },
              sidecars: [{ name: 'docker', image: 'dind' }],
            },
            { name: 'graph', containerSet: { containers: [{ name: 'a', image: 'a' }] } },
          ],
        },
      },
    }
    const [inline, build, graph, ...more] = pods(object) as [Pod, Pod, Pod]
    expect(more).toEqual([])
    expect([inline, build, graph].map((pod) => pod.containers.map(({ name }) => name))).toEqual([
      ['main'],
      ['fetch', 'main', 'docker'],
      ['a'],
    ])
    expect(inline.containers[0]?.security.runAsNonRoot).toEqual({
      value: true,
      path: ['spec', 'workflowSpec', 'securityContext', 'runAsNonRoot'],
    })
    // A template's securityContext replaces the workflow's.
    expect(build.containers[1]?.security.runAsNonRoot.value).toBeNull()
    expect(build.containers[1]?.security.runAsUser).toEqual({
      value: 0,
      path: ['spec', 'workflowSpec', 'templates', 1, 'securityContext', 'runAsUser'],
    })
    expect(build.containers[1]?.security.readOnlyRootFilesystem).toEqual({
      value: true,
      path: ['spec', 'workflowSpec', 'templateDefaults', 'container', 'securityContext', 'readOnlyRootFilesystem'],
    })
    expect(build.volumes.map((volume) => volume.path)).toEqual([
      ['spec', 'workflowSpec', 'templates', 1, 'volumes', 0],
      ['spec', 'workflowSpec', 'volumes', 0],
    ])
    expect(graph.spec['hostNetwork']).toBe(true)
    expect(graph.origins['hostNetwork']).toEqual(['spec', 'workflowSpec', 'hostNetwork'])
    for (const pod of [inline, build, graph]) {
      for (const { path } of pod.containers) expect(valueAt(object, path)).toHaveProperty('image')
    }
  })

  test('the tasks of a Tekton pipeline run, steps over the step template', () => {
    const task = {
      stepTemplate: { securityContext: { runAsNonRoot: true, runAsUser: 1000 } },
      steps: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b', securityContext: { runAsUser: 0 } },
      ],
      sidecars: [{ name: 'db', image: 'db' }],
    }
    const [pod, ...more] = pods({
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      spec: {
        taskRunTemplate: { serviceAccountName: 'builder', podTemplate: { hostNetwork: true } },
        pipelineSpec: {
          tasks: [
            { name: 'build', taskSpec: task },
            { name: 'ref', taskRef: { name: 'x' } },
          ],
        },
      },
    }) as [Pod]
    expect(more).toEqual([])
    expect(
      pod.containers.map(({ name, security }) => [name, security.runAsNonRoot.value, security.runAsUser.value]),
    ).toEqual([
      ['a', true, 1000],
      ['b', true, 0],
      ['db', null, null],
    ])
    expect(pod.spec).toEqual({ hostNetwork: true, serviceAccountName: 'builder' })
    expect(pod.origins['serviceAccountName']).toEqual(['spec', 'taskRunTemplate', 'serviceAccountName'])
  })

  test("a virtual machine is held by KubeVirt's pod, whose containers nothing here says", () => {
    const machine = {
      metadata: { labels: { app: 'db' } },
      spec: { domain: {}, volumes: [{ name: 'sa', serviceAccount: { serviceAccountName: 'db' } }] },
    }
    const [pod] = pods({ apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine', spec: { template: machine } }) as [Pod]
    expect(pod.metadata.labels).toEqual({ app: 'db', 'kubevirt.io': 'virt-launcher' })
    expect([pod.path.join('.'), pod.metadataPath.join('.'), pod.containers, pod.volumes, pod.partial]).toEqual([
      'spec.template.spec',
      'spec.template.metadata',
      [],
      [],
      false,
    ])
    expect(pod.spec).toEqual({ automountServiceAccountToken: true, serviceAccountName: 'db' })
    expect(pod.origins['serviceAccountName']?.join('.')).toBe(
      'spec.template.spec.volumes.0.serviceAccount.serviceAccountName',
    )
    const [bare] = pods({ apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', spec: { domain: {} } }) as [Pod]
    expect([bare.path, bare.spec]).toEqual([['spec'], { automountServiceAccountToken: false }])
  })

  test('driver and executor of a Spark application', () => {
    const object = {
      apiVersion: 'sparkoperator.k8s.io/v1beta2',
      kind: 'SparkApplication',
      spec: {
        image: 'spark:3.5',
        volumes: [{ name: 'data', hostPath: { path: '/data' } }],
        driver: { hostNetwork: true, securityContext: { privileged: true }, labels: { app: 'pi' } },
        executor: { podSecurityContext: { runAsNonRoot: true }, template: { spec: { containers: [app] } } },
      },
    }
    const found = pods(object)
    expect(found.map((pod) => [pod.path.join('.'), pod.byShape])).toEqual([
      ['spec.driver', false],
      ['spec.executor', false],
      ['spec.executor.template.spec', true],
    ])
    const [driver, executor] = found as [Pod, Pod]
    expect(driver.containers[0]?.security.privileged).toEqual({
      value: true,
      path: ['spec', 'driver', 'securityContext', 'privileged'],
    })
    expect([driver.containers[0]?.spec['image'], driver.spec['hostNetwork'], driver.volumes.length]).toEqual([
      'spark:3.5',
      true,
      1,
    ])
    expect(executor.containers[0]?.security.runAsNonRoot.path).toEqual([
      'spec',
      'executor',
      'podSecurityContext',
      'runAsNonRoot',
    ])
  })
})

describe('pods that an operator makes of single fields', () => {
  const names = (pod: Pod | undefined): unknown => pod?.containers.map(({ name, role }) => `${role} ${name}`)

  test('Strimzi: each part of a Kafka cluster, with what its template sets', () => {
    const kafkaContainer = { securityContext: { privileged: true } }
    const object = {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'Kafka',
      metadata: { name: 'events', labels: { team: 'data', 'app.kubernetes.io/name': 'mine' } },
      spec: {
        kafka: {
          resources: { limits: { cpu: '1' } },
          rack: { topologyKey: 'zone' },
          template: {
            pod: { metadata: { labels: { app: 'kafka' } }, securityContext: { runAsUser: 0 } },
            kafkaContainer,
          },
        },
        entityOperator: { userOperator: {} },
      },
    }
    const [kafka, entities, ...rest] = pods(object)
    expect(rest).toEqual([])
    expect(kafka?.metadata.labels).toMatchObject({
      app: 'kafka',
      team: 'data',
      'strimzi.io/cluster': 'events',
      'strimzi.io/name': 'events-kafka',
      'app.kubernetes.io/name': 'kafka',
    })
    expect(names(kafka)).toEqual(['app kafka', 'init kafka-init'])
    expect(kafka?.containers[0]?.spec['resources']).toEqual({ limits: { cpu: '1' } })
    expect(kafka?.containers[0]?.security.privileged).toEqual({
      value: true,
      path: 'spec.kafka.template.kafkaContainer.securityContext.privileged'.split('.'),
    })
    expect(kafka?.containers[0]?.security.runAsUser).toEqual({
      value: 0,
      path: 'spec.kafka.template.pod.securityContext.runAsUser'.split('.'),
    })
    expect(names(entities)).toEqual(['app user-operator'])
    expect([kafka?.partial, kafka?.byShape]).toEqual([true, false])
  })

  test('Strimzi: a pool is of the cluster that its label names', () => {
    const pool = { apiVersion: 'kafka.strimzi.io/v1', kind: 'KafkaNodePool', spec: { replicas: 3 } }
    const labelled = { ...pool, metadata: { name: 'brokers', labels: { 'strimzi.io/cluster': 'events' } } }
    expect(only(labelled).metadata.labels).toMatchObject({
      'strimzi.io/kind': 'Kafka',
      'strimzi.io/name': 'events-kafka',
      'strimzi.io/pool-name': 'brokers',
    })
    expect(only(pool).metadata.labels).toEqual({})
  })

  test('CloudNativePG fills in what its securityContext leaves out', () => {
    const cluster = (spec: object): Pod =>
      only({ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', spec: { instances: 3, ...spec } })
    const plain = cluster({}).containers[0]?.security
    expect([plain?.runAsNonRoot.value, plain?.readOnlyRootFilesystem.value, plain?.seccompProfile.value]).toEqual([
      true,
      true,
      'RuntimeDefault',
    ])
    const weak = cluster({ securityContext: { readOnlyRootFilesystem: false }, seccompProfile: { type: 'Unconfined' } })
    expect(weak.containers[0]?.security.readOnlyRootFilesystem).toEqual({
      value: false,
      path: ['spec', 'securityContext', 'readOnlyRootFilesystem'],
    })
    expect(weak.containers[0]?.security.seccompProfile).toEqual({
      value: 'Unconfined',
      path: ['spec', 'seccompProfile', 'type'],
    })
    expect(weak.containers[0]?.security.capabilitiesDrop.value).toEqual(['ALL'])
    expect(weak.metadata.labels).toMatchObject({ 'cnpg.io/cluster': 'x' })
  })

  test('prometheus-operator lays what is written of its containers over its own', () => {
    const pod = only({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [{ name: 'config-reloader', securityContext: { readOnlyRootFilesystem: false } }, other],
      },
    })
    expect(names(pod)).toEqual(['app config-reloader', 'app other', 'app prometheus'])
    expect(pod.containers.map(({ security }) => security.readOnlyRootFilesystem.value)).toEqual([false, null, true])
    expect(pod.containers.map(({ security }) => security.allowPrivilegeEscalation.value)).toEqual([false, null, false])
    expect(pod.metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'prometheus', prometheus: 'x' })
  })

  test('a MinIO tenant: a pod a pool, with the tenant’s sidecars, and none beside', () => {
    const object = {
      apiVersion: 'minio.min.io/v2',
      kind: 'Tenant',
      spec: {
        pools: [{ name: 'a', containerSecurityContext: { privileged: true } }, { name: 'b' }],
        sideCars: { containers: [other], volumes: [{ name: 'node', hostPath: { path: '/' } }] },
        initContainers: [app],
      },
    }
    const found = pods(object)
    expect(found.map(names)).toEqual([
      ['init app', 'app minio', 'app other'],
      ['init app', 'app minio', 'app other'],
    ])
    expect(found[0]?.containers[1]?.security.privileged.path).toEqual([
      'spec',
      'pools',
      0,
      'containerSecurityContext',
      'privileged',
    ])
    expect(found[0]?.volumes[0]?.path).toEqual(['spec', 'sideCars', 'volumes', 0])
  })

  test('an OpenTelemetry collector is a pod and its container at once', () => {
    const pod = only({
      apiVersion: 'opentelemetry.io/v1beta1',
      kind: 'OpenTelemetryCollector',
      spec: {
        hostNetwork: true,
        image: 'otel:1',
        securityContext: { privileged: true },
        podSecurityContext: { runAsUser: 0 },
      },
    })
    expect([pod.spec['hostNetwork'], pod.spec['securityContext']]).toEqual([true, { runAsUser: 0 }])
    expect(pod.origins['securityContext']).toEqual(['spec', 'podSecurityContext'])
    expect(pod.containers.map(({ spec, security }) => [spec['image'], security.privileged.value])).toEqual([
      ['otel:1', true],
    ])
  })

  test('parts of an image are no image', () => {
    const spec = { vmselect: { image: { tag: 'latest' }, containers: [app] } }
    const pod = only({ apiVersion: 'operator.victoriametrics.com/v1beta1', kind: 'VMCluster', spec })
    expect(pod.containers.map((container) => container.spec['image'])).toEqual([null, app.image])
  })
})

describe('pods in kinds nobody told us about', () => {
  test('by shape, wherever they are, in document order', () => {
    const found = pods({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      spec: {
        first: { template },
        list: [{ deep: { initContainers: [{ image: 'unnamed' }] } }],
        containers: [other],
        names: { containers: ['a', 'b'] },
      },
    })
    expect(found.map((pod) => [pod.path.join('.'), pod.byShape, pod.containers[0]?.name])).toEqual([
      ['spec', true, 'other'],
      ['spec.first.template.spec', true, 'app'],
      ['spec.list.0.deep', true, 'initContainers[0]'],
    ])
    expect(found.map((pod) => pod.metadata.labels)).toEqual([{}, { app: 'cart' }, {}])
  })

  test('beside the place that is known', () => {
    const found = pods({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      spec: { template, extra: { pod: { containers: [other] } } },
    })
    expect(found.map((pod) => [pod.path.join('.'), pod.byShape])).toEqual([
      ['spec.template.spec', false],
      ['spec.extra.pod', true],
    ])
  })

  test('in manifests that a resource embeds', () => {
    const manifest = { apiVersion: 'batch/v1', kind: 'CronJob', spec: { jobTemplate: { spec: { template } } } }
    const pod = only({
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      spec: { workload: { manifests: [{ apiVersion: 'v1', kind: 'ConfigMap', data: {} }, manifest] } },
    })
    expect(pod.path).toEqual(['spec', 'workload', 'manifests', 1, 'spec', 'jobTemplate', 'spec', 'template', 'spec'])
    expect(pod.metadata.labels).toEqual({ app: 'cart' })
    expect(pod.byShape).toBe(false)
  })

  test('one value that aliases put in many places is one pod, found in linear time', () => {
    let value: object = template
    for (let i = 0; i < 40; i++) value = { a: value, b: value }
    expect(pods({ apiVersion: 'example.com/v1', kind: 'Thing', spec: value })).toHaveLength(1)
  })

  test('in a version that its kind never had', () => {
    const pod = only({ apiVersion: 'v1', kind: 'Deployment', spec: { template } })
    expect([pod.path.join('.'), pod.byShape, pod.metadata.labels]).toEqual([
      'spec.template.spec',
      true,
      { app: 'cart' },
    ])
  })

  test('without an image somebody completes it', () => {
    const spec = { containers: [{ name: 'app', securityContext: { privileged: true } }] }
    expect(only({ apiVersion: 'example.com/v1', kind: 'Thing', spec }).partial).toBe(true)
  })

  test('what cannot be read is named', () => {
    const spec = {
      hostNetwork: 'yes',
      containers: [{ ...app, securityContext: { privileged: 'true', capabilities: { add: 'ALL' }, runAsUser: 7 } }],
    }
    const problems = podProblems(only({ apiVersion: 'example.com/v1', kind: 'Thing', spec }))
    expect(problems.map(({ path, reason }) => `${path.join('.')}: ${reason}`)).toEqual([
      'spec.hostNetwork: hostNetwork must be true or false',
      'spec.containers.0.securityContext.privileged: privileged must be true or false',
      'spec.containers.0.securityContext.capabilities.add: add must be a list',
    ])
    expect(podProblems(only({ apiVersion: 'v1', kind: 'Pod', ...template }))).toEqual([])
  })

  test.each([
    ['hostNetwork: true', true],
    ['{"containers":[{"name":"main","securityContext":{"privileged":true}}]}', true],
    ['{"\\u0068ostNetwork":true}', true],
    ['{{inputs.parameters.patch}}', true],
    ['{"containers":[{"name":"main","resources":{"limits":{"memory":"{{inputs.parameters.mem}}"}}}]}', false],
  ])('a patch of a workflow: %s', (podSpecPatch, matters) => {
    const pod = only({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Workflow',
      spec: { podSpecPatch, templates: [{ container: app }] },
    })
    expect(podProblems(pod).map(({ path }) => path)).toEqual(matters ? [['spec', 'podSpecPatch']] : [])
  })

  test('is unjudged by name', () => {
    const thing = resource({
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      spec: { containers: [{ ...app, securityContext: { privileged: 'true' } }] },
    })
    expect(unreadablePods(worldOf([thing]))).toEqual([
      {
        file: 'x.yaml',
        line: 1,
        reason:
          'Thing x has a pod that cannot be read at spec.containers.0.securityContext.privileged: privileged must be true or false',
        policy: null,
        source: 'x.yaml',
        environments: [],
      },
    ])
  })
})

describe('effective security', () => {
  const pod = (spec: object, annotations: object = {}): Pod =>
    only({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', annotations }, spec })

  test('AppArmor: the field, then the annotation, then the pod', () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/app'
    const type = (profile: object | undefined, annotation: object): unknown => {
      const own = profile === undefined ? {} : { securityContext: { appArmorProfile: profile } }
      const spec = {
        securityContext: { appArmorProfile: { type: 'RuntimeDefault' } },
        containers: [{ ...app, ...own }],
      }
      const { value, path } = pod(spec, annotation).containers[0]?.security.appArmorProfile as {
        value: string
        path: Path
      }
      return [value, path.join('/')]
    }
    expect(type({ type: 'Localhost' }, { [key]: 'unconfined' })).toEqual([
      'Localhost',
      'spec/containers/0/securityContext/appArmorProfile/type',
    ])
    expect(type(undefined, { [key]: 'unconfined' })).toEqual(['Unconfined', `metadata/annotations/${key}`])
    expect(type(undefined, { [key]: 'localhost/x' })).toEqual(['Localhost', `metadata/annotations/${key}`])
    expect(type(undefined, { [key]: 'strange' })).toEqual(['strange', `metadata/annotations/${key}`])
    expect(type(undefined, { [key]: '' })).toEqual(['RuntimeDefault', 'spec/securityContext/appArmorProfile/type'])
  })

  test('a profile of the container replaces the pod profile as a whole', () => {
    const { security } = pod({
      securityContext: { seccompProfile: { type: 'RuntimeDefault' }, seLinuxOptions: { user: 'u' } },
      containers: [{ ...app, securityContext: { seccompProfile: {}, seLinuxOptions: { level: 's0' } } }],
    }).containers[0] as Pod['containers'][number]
    expect(security.seccompProfile.value).toBe('')
    expect(security.seLinuxOptions.value).toEqual({ level: 's0' })
  })

  test('one omission is one place', () => {
    const places = (spec: object): unknown[] =>
      pod(spec).containers.map(({ security }) => security.runAsNonRoot.path.join('.'))
    expect(places({ containers: [app, other] })).toEqual([
      'spec.securityContext.runAsNonRoot',
      'spec.securityContext.runAsNonRoot',
    ])
    expect(places({ containers: [{ ...app, securityContext: { runAsNonRoot: true } }, other] })).toEqual([
      'spec.containers.0.securityContext.runAsNonRoot',
      'spec.containers.1.securityContext.runAsNonRoot',
    ])
  })

  // The plain definition: container ?? pod, each read off the manifest as it is.
  const shared = [
    ['runAsNonRoot', fc.boolean()],
    ['runAsUser', fc.nat(3)],
    ['runAsGroup', fc.nat(3)],
    ['seLinuxOptions', fc.record({ type: fc.constantFrom('a', 'b') })],
  ] as const
  const own = [
    ['privileged', fc.boolean()],
    ['allowPrivilegeEscalation', fc.boolean()],
    ['readOnlyRootFilesystem', fc.boolean()],
    ['procMount', fc.constantFrom('Default', 'Unmasked')],
  ] as const
  const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
    fc.option(fc.option(value), { nil: undefined })
  const context = fc.record({
    ...Object.fromEntries([...shared, ...own].map(([field, value]) => [field, maybe<unknown>(value)])),
    seccompProfile: maybe(fc.record({ type: fc.constantFrom('RuntimeDefault', 'Unconfined') })),
    windowsOptions: maybe(fc.record({ hostProcess: maybe(fc.boolean()) })),
    capabilities: maybe(fc.record({ add: maybe(fc.constant(['X'])), drop: maybe(fc.constant(['ALL'])) })),
  })

  test('is the container’s own setting, else the pod’s', () => {
    const spec = fc.record({
      securityContext: maybe(context),
      containers: fc.array(fc.record({ name: fc.constant('c'), securityContext: maybe(context) }), {
        minLength: 1,
        maxLength: 3,
      }),
    })
    fc.assert(
      fc.property(spec, (generated) => {
        const object = { apiVersion: 'v1', kind: 'Pod', spec: generated }
        for (const [i, { security }] of only(object).containers.entries()) {
          // eslint-disable-next-line @typescript-eslint/no-explicit-any
          const c = (generated.containers[i]?.securityContext ?? {}) as any
          // eslint-disable-next-line @typescript-eslint/no-explicit-any
          const p = (generated.securityContext ?? {}) as any
          const expected = {
            privileged: c.privileged,
            allowPrivilegeEscalation: c.allowPrivilegeEscalation,
            readOnlyRootFilesystem: c.readOnlyRootFilesystem,
            procMount: c.procMount,
            runAsNonRoot: c.runAsNonRoot ?? p.runAsNonRoot,
            runAsUser: c.runAsUser ?? p.runAsUser,
            runAsGroup: c.runAsGroup ?? p.runAsGroup,
            seLinuxOptions: c.seLinuxOptions ?? p.seLinuxOptions,
            seccompProfile: (c.seccompProfile ?? p.seccompProfile)?.type,
            hostProcess: c.windowsOptions?.hostProcess ?? p.windowsOptions?.hostProcess,
            capabilitiesAdd: c.capabilities?.add,
            capabilitiesDrop: c.capabilities?.drop,
          }
          for (const [field, value] of Object.entries(expected)) {
            const effective = security[field as keyof typeof security]
            expect([field, effective.value]).toEqual([field, value ?? null])
            // The path leads to what decided it.
            if (value != null) expect(valueAt(object, effective.path)).toEqual(value)
            else expect(valueAt(object, effective.path) ?? null).toBeNull()
          }
        }
      }),
    )
  })
})

test.each([
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
])('what has the shape of a pod in a %s %s is none: the API server drops it', (apiVersion, kind) => {
  const spec = { containers: [{ name: 'a', image: 'a' }] }
  expect(pods({ apiVersion, kind, spec, template: { spec } })).toEqual([])
  // In a kind of the same name and another group nobody knows what it is.
  expect(pods({ apiVersion: 'example.com/v1', kind, spec })).toHaveLength(1)
})
