/** Where logs are sent, as the resources of workloads and operators declare it themselves. */
import type { Path, Pod, Resource, Truth } from '../../model.js'
import { configMountsOf, environmentOf, repositoryOf } from './nodes.js'
import { agentOutputs } from './shippers/beats.js'
import { cloudService, type LogOutput, type ShipperConfig, unknownOutput, type Variables } from './shippers/config.js'
import { fluentBitOutput, readFluentBit } from './shippers/fluent-bit.js'
import { readFluentd } from './shippers/fluentd.js'
import { READERS } from './shippers/read.js'
import { listOf, objectOf, parseYaml, textOf, valueAt } from './text.js'

export interface LogOutputFacts extends LogOutput {
  readonly path: Path
}

/** The outputs that a resource itself declares: those in its files are read where their variables are known. */
export function declaredOutputs(
  resource: Resource,
  pod: Pod | null,
  secured: (name: string, namespace: string) => Truth,
): readonly LogOutputFacts[] {
  const { group, kind, object } = resource
  const spec = objectOf(object['spec'])
  switch (`${group}/${kind}`) {
    case 'beat.k8s.elastic.co/Beat':
    case 'agent.k8s.elastic.co/Agent': {
      const single =
        Object.keys(objectOf(spec['elasticsearchRef'])).length > 0
          ? [[spec['elasticsearchRef'], ['spec', 'elasticsearchRef']] as const]
          : []
      const several = listOf(spec['elasticsearchRefs']).map(
        (ref, i) => [ref, ['spec', 'elasticsearchRefs', i]] as const,
      )
      // What an Agent writes under the name of a reference, without a type, is merged into the output that ECK makes of it.
      const outputs = kind === 'Agent' ? agentOutputs(spec['config']) : []
      const merged = new Map(outputs.flatMap(({ name, typed, output }) => (typed ? [] : [[name, output] as const])))
      const refs = [...single, ...several].map(([ref, path]) => {
        const name = textOf(objectOf(ref)['name'])
        const namespace = textOf(objectOf(ref)['namespace'])
        const outputName = textOf(objectOf(ref)['outputName'])
        const settings = merged.get(outputName === '' ? 'default' : outputName)
        // ECK gives the client a user and the cluster's CA (https://www.elastic.co/docs/deploy-manage/security).
        const tls = name === '' ? 'yes' : secured(name, namespace === '' ? resource.namespace : namespace)
        const verified: Truth = settings?.verified === 'no' ? 'no' : 'yes'
        return { ...cloudService(`elasticsearch ${name}`), tls, verified, path: path as Path }
      })
      const own =
        kind === 'Agent'
          ? outputs.filter(({ typed }) => typed || refs.length === 0).map(({ output }) => output)
          : spec['type'] === 'filebeat'
            ? READERS.Filebeat(spec['config']).outputs
            : []
      return [...refs, ...own.map((output) => ({ ...output, path: ['spec', 'config'] as Path }))]
    }
    case 'opentelemetry.io/OpenTelemetryCollector':
      return (collectorConfig(spec['config'])?.outputs ?? []).map((output) => ({ ...output, path: ['spec', 'config'] }))
    case 'fluentbit.fluent.io/ClusterOutput':
    case 'fluentbit.fluent.io/Output':
      return fluentOperatorOutputs(spec)
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
  const i = listOf(container.spec['env']).findIndex(
    (item) =>
      /_(SCHEME|HOST|URL)$/.test(textOf(objectOf(item)['name'])) &&
      /^(FLUENT|LOKI)_/.test(textOf(objectOf(item)['name'])),
  )
  return i < 0 ? [...container.path, 'env'] : [...container.path, 'env', i]
}

/** The outputs in the spec of an Output or ClusterOutput of Fluent Operator. */
export function fluentOperatorOutputs(spec: { readonly [key: string]: unknown }): readonly LogOutputFacts[] {
  const custom = objectOf(spec['customPlugin'])
  const read = readFluentBit(`[OUTPUT]\n${textOf(custom['config'])}`)
  return [
    ...Object.entries(spec).flatMap(([plugin, settings]) => fluentOperatorOutput(plugin, settings)),
    ...('error' in read || textOf(custom['config']) === ''
      ? []
      : read.outputs.map((output) => ({ ...output, path: ['spec', 'customPlugin', 'config'] }))),
    ...(custom['yamlConfig'] === undefined
      ? []
      : [{ ...unknownOutput('customPlugin'), path: ['spec', 'customPlugin', 'yamlConfig'] }]),
  ]
}

/** Fluent Operator writes the plugin's settings in camel case, with TLS as an object. */
function fluentOperatorOutput(plugin: string, settings: unknown): readonly LogOutputFacts[] {
  if (['match', 'matchRegex', 'alias', 'logLevel', 'retry_limit', 'customPlugin', 'processors'].includes(plugin))
    return []
  const own = objectOf(settings)
  const tls =
    own['tls'] === undefined
      ? {}
      : {
          tls: 'on',
          'tls.verify': objectOf(own['tls'])['verify'] ?? 'on',
          'tls.crt_file': objectOf(own['tls'])['crtFile'] ?? '',
        }
  const renamed = Object.entries(own)
    .filter(([key]) => key !== 'tls')
    .map(
      ([key, value]) =>
        [
          SNAKE[key] ?? key,
          typeof value === 'object' ? (Object.keys(objectOf(value)).length > 0 ? 'from a secret' : '') : value,
        ] as const,
    )
  return [
    { ...fluentBitOutput(plugin.toLowerCase(), { ...Object.fromEntries(renamed), ...tls }), path: ['spec', plugin] },
  ]
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
  const [type, ...extra] = {
    splunkHec: ['splunk_hec'],
    kafka: ['kafka2'],
    s3: ['s3'],
    gcs: ['gcs'],
    cloudwatch: ['cloudwatch_logs'],
  }[plugin] ?? [plugin]
  const security = objectOf(own['security'])
  const servers = listOf(own['servers']).map(
    (server) => `<server>\nhost ${textOf(objectOf(server)['host'])}\n</server>`,
  )
  const nested = Object.keys(security).length > 0 ? '<security>\nshared_key from a secret\n</security>' : ''
  const config = readFluentd(
    `<match **>\n@type ${type ?? plugin}\n${[...lines, ...extra].join('\n')}\n${servers.join('\n')}\n${nested}\n</match>`,
    () => null,
  )
  return config.outputs.map((output) => ({ ...output, path: ['spec', plugin] }))
}

/** https://docs.redhat.com/en/documentation/openshift_container_platform (ClusterLogForwarder API). */
export function forwarderOutputs(
  object: Resource['object'],
): readonly { readonly output: LogOutput; readonly path: Path }[] {
  return listOf(valueAt(object, 'spec', 'outputs')).map((item, i) => {
    const output = objectOf(item)
    const type = textOf(output['type'])
    const own = objectOf(output[type])
    const url = textOf(output['url'] ?? own['url'])
    const path = ['spec', 'outputs', i]
    if (['cloudwatch', 'googleCloudLogging', 'azureMonitor', 'lokiStack'].includes(type))
      return { output: cloudService(type), path }
    const tls = objectOf(output['tls'])
    const scheme = /^(https|tls|tcps|ssl):/.test(url)
    const authenticated =
      output['secret'] !== undefined || own['authentication'] !== undefined || tls['certificate'] !== undefined
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

/** The collector's configuration, as v1beta1 holds it or as v1alpha1's text. */
export function collectorConfig(config: unknown): ShipperConfig | null {
  if (typeof config !== 'string') return READERS['OpenTelemetry collector'](config)
  const { value, error } = parseYaml(config)
  return error === null ? READERS['OpenTelemetry collector'](value) : null
}

/**
 * Images of fluent/fluentd-kubernetes-daemonset bring their configuration along, and the environment fills it in
 * (docker-image/<version>/conf/fluent.conf there).
 */
export function daemonsetImageConfig(pod: Pod): ShipperConfig | null {
  const container = pod.containers.find(({ spec }) =>
    /(^|\/)fluentd-kubernetes-daemonset$/.test(repositoryOf(textOf(spec['image']))),
  )
  if (container === undefined || configMountsOf(pod).some(({ mountPath }) => mountPath.includes('/fluent'))) return null
  const image = textOf(container.spec['image'])
  const [, template] = Object.entries(BROUGHT).find(([output]) => new RegExp(`:.*-${output}`).test(image)) ?? []
  if (template === undefined) return null
  return readFluentd(
    `<source>\n@type tail\npath /var/log/containers/*.log\n</source>\n<match **>\n${template}\n</match>`,
    variablesOf([pod]),
  )
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
  graylog: `@type gelf
host "#{ENV['FLUENT_GRAYLOG_HOST']}"
protocol "#{ENV['FLUENT_GRAYLOG_PROTOCOL'] || 'udp'}"`,
  kafka: '@type kafka2',
  logentries: '@type logentries',
  loggly: '@type loggly_buffered',
  papertrail: '@type papertrail',
}

export function variablesOf(pods: readonly Pod[]): Variables {
  if (pods.length === 0) return () => null
  const all = pods.map(environmentOf)
  return (name) => {
    const values = new Set(
      all.filter((variables) => variables.has(name)).map((variables) => variables.get(name) ?? null),
    )
    // Workloads that disagree about it, and variables that envFrom brings, are not known.
    if (values.size > 1) return null
    const [only] = values
    return only === undefined &&
      pods.some(({ containers }) => containers.some(({ spec }) => Array.isArray(spec['envFrom'])))
      ? null
      : only
  }
}
