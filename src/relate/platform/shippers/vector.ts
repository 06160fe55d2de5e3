/** Vector (https://vector.dev/docs/reference/configuration/): YAML, JSON and TOML come to the same tables. */
import type { Truth } from '../../../model.js'
import { isObject } from '../../world.js'
import { hasKey, objectOf, textOf, textsOf } from '../text.js'
import {
  cloudService,
  given,
  hasAuthorization,
  hasUserInfo,
  type LogOutput,
  output,
  schemeOf,
  type ShipperConfig,
  staysHere,
  switchOf,
  unknownOutput,
} from './config.js'

type Settings = { readonly [key: string]: unknown }

export function isVector(text: string): boolean {
  return (
    (hasKey(text, 'sinks') && hasKey(text, 'sources', 'transforms', 'data_dir')) || /^\s*\[sinks\.[^\]]+\]/m.test(text)
  )
}

export function readVector(value: unknown): ShipperConfig {
  const sources = Object.values(objectOf(objectOf(value)['sources'])).filter(isObject)
  const sinks = Object.values(objectOf(objectOf(value)['sinks'])).filter(isObject)
  return {
    files: sources.filter((source) => source['type'] === 'file').flatMap((source) => textsOf(source['include'])),
    containers: sources.some((source) => source['type'] === 'kubernetes_logs') ? 'files' : null,
    outputs: sinks.flatMap(outputOf),
  }
}

const LOCAL = new Set(['console', 'blackhole', 'file'])
/** Sinks for metrics alone. */
const METRICS =
  /^(prometheus|statsd|influxdb_metrics|datadog_metrics|splunk_hec_metrics|aws_cloudwatch_metrics|gcp_stackdriver_metrics|sematext_metrics|humio_metrics|greptimedb)/
const CLOUD =
  /^(aws_|gcp_|azure_|datadog_|new_relic|honeycomb|sematext_logs|logdna|mezmo|papertrail|axiom|keep|appsignal|databend)/

function outputOf(sink: Settings): readonly LogOutput[] {
  const type = textOf(sink['type'])
  if (LOCAL.has(type)) return [staysHere(type)]
  if (METRICS.test(type)) return []
  if (CLOUD.test(type)) return [cloudService(type)]
  const tls = objectOf(sink['tls'])
  const endpoints = ['endpoints', 'endpoint', 'uri', 'url', 'address', 'bootstrap_servers', 'host'].flatMap((key) =>
    textsOf(sink[key]),
  )
  const auth = objectOf(sink['auth'])
  const certificate = given(tls['crt_file'])
  const security = {
    verified: switchOf(tls['verify_certificate'], 'yes'),
    authenticated:
      hasUserInfo(endpoints) || hasAuthorization(objectOf(sink['request'])['headers'])
        ? 'yes'
        : given(
            auth['strategy'],
            auth['user'],
            auth['token'],
            sink['default_token'],
            sink['token'],
            sink['license_key'],
            objectOf(sink['sasl'])['username'],
            certificate === 'yes' ? 'crt' : '',
          ),
  } as const
  switch (type) {
    case 'elasticsearch':
    case 'opensearch':
    case 'loki':
    case 'http':
    case 'opentelemetry':
    case 'splunk_hec_logs':
    case 'splunk_hec':
    case 'humio_logs':
    case 'clickhouse':
    case 'websocket':
    case 'influxdb_logs': {
      const protocol = textsOf(objectOf(sink['protocol'])['uri'])
      return [
        output(type, [...endpoints, ...protocol], { ...security, tls: schemeOf([...endpoints, ...protocol], 'no') }),
      ]
    }
    case 'vector':
    case 'socket':
    case 'kafka':
    case 'nats':
    case 'amqp':
    case 'redis':
    case 'pulsar':
    case 'mqtt': {
      const bare: Truth = switchOf(tls['enabled'], 'no')
      return [
        output(type, endpoints, {
          ...security,
          tls: bare === 'yes' ? 'yes' : endpoints.length === 0 ? bare : schemeOf(endpoints, bare),
        }),
      ]
    }
    default:
      return [unknownOutput(type)]
  }
}
