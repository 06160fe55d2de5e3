/** The OpenTelemetry collector (https://opentelemetry.io/docs/collector/configuration/). */
import type { Truth } from '../../../model.js'
import { isObject } from '../../world.js'
import { hasKey, objectOf, textOf, textsOf } from '../text.js'
import {
  cloudService,
  given,
  hasAuthorization,
  hasUserInfo,
  isUnknown,
  type LogOutput,
  output,
  schemeOf,
  type ShipperConfig,
  staysHere,
  switchOf,
  unknownOutput,
} from './config.js'

type Settings = { readonly [key: string]: unknown }

export function isOpenTelemetry(text: string): boolean {
  return hasKey(text, 'exporters') && hasKey(text, 'service')
}

/** Only what a pipeline of logs uses counts; what is defined and not used never runs. */
export function readOpenTelemetry(value: unknown): ShipperConfig {
  const config = objectOf(value)
  const pipelines = Object.entries(objectOf(objectOf(config['service'])['pipelines']))
    .filter(([name]) => name === 'logs' || name.startsWith('logs/'))
    .map(([, pipeline]) => objectOf(pipeline))
  const used = (part: string): readonly string[] => [
    ...new Set(pipelines.flatMap((pipeline) => textsOf(pipeline[part]))),
  ]
  const receivers = used('receivers').map((name) => ({
    type: typeOf(name),
    settings: objectOf(objectOf(config['receivers'])[name]),
  }))
  const connectors = objectOf(config['connectors'])
  return {
    files: receivers
      .filter(({ type }) => type === 'filelog' || type === 'file_log')
      .flatMap(({ settings }) => textsOf(settings['include'])),
    containers: null,
    outputs: used('exporters')
      .filter((name) => !Object.hasOwn(connectors, name))
      .map((name) => outputOf(name, objectOf(objectOf(config['exporters'])[name]), objectOf(config['extensions']))),
  }
}

/** `otlp/loki` is an exporter of type `otlp`. */
function typeOf(name: string): string {
  return name.split('/')[0] ?? ''
}

const LOCAL = new Set(['debug', 'logging', 'nop', 'file'])
const CLOUD =
  /^(aws|googlecloud|google_cloud|azure|datadog|coralogix|dynatrace|honeycombmarker|logicmonitor|logzio|mezmo|sapm|signalfx|sumologic|sentry|alibabacloud|tencentcloud|bmc|dataset|faro|observe|opsramp)/

function outputOf(name: string, settings: Settings, extensions: Settings): LogOutput {
  const type = typeOf(name)
  if (LOCAL.has(type)) return staysHere(name)
  if (CLOUD.test(type)) return cloudService(name)
  const http = objectOf(settings['http'])
  const tls = {
    ...objectOf(settings['tls']),
    ...objectOf(http['tls']),
    ...objectOf(objectOf(settings['auth'])['tls']),
  } as Settings
  const endpoints = ['endpoint', 'endpoints', 'brokers', 'logs_endpoint'].flatMap((key) => [
    ...textsOf(settings[key]),
    ...textsOf(http[key]),
  ])
  const security = {
    verified: skipped(tls),
    authenticated: credentials(settings, http, tls, endpoints, extensions),
  } as const
  switch (type) {
    case 'otlp':
    case 'otlp_grpc': {
      // gRPC is TLS unless tls.insecure says otherwise, or the scheme does.
      const bare: Truth = insecure(tls)
      const explicit = endpoints.some((endpoint) => /^https?:\/\//.test(endpoint))
      return output(name, endpoints, { ...security, tls: explicit ? schemeOf(endpoints, bare) : bare })
    }
    case 'otlphttp':
    case 'otlp_http':
    case 'elasticsearch':
    case 'opensearch':
    case 'loki':
    case 'splunk_hec':
    case 'clickhouse':
    case 'influxdb':
    case 'zipkin':
      return output(name, endpoints, {
        ...security,
        tls: schemeOf(endpoints, type === 'clickhouse' ? 'unknown' : 'no'),
      })
    case 'kafka': {
      const kafkaTls = settings['tls'] !== undefined || objectOf(settings['auth'])['tls'] !== undefined
      return output(name, endpoints, { ...security, tls: kafkaTls ? insecure(tls) : 'no' })
    }
    case 'syslog':
      return output(name, endpoints, { ...security, tls: textOf(settings['network']) === 'udp' ? 'no' : insecure(tls) })
    default:
      return unknownOutput(name)
  }
}

function insecure(tls: Settings): Truth {
  if (isUnknown(textOf(tls['insecure']))) return 'unknown'
  return switchOf(tls['insecure'], 'no') === 'yes' ? 'no' : 'yes'
}

function skipped(tls: Settings): Truth {
  if (isUnknown(textOf(tls['insecure_skip_verify']))) return 'unknown'
  return switchOf(tls['insecure_skip_verify'], 'no') === 'yes' ? 'no' : 'yes'
}

function credentials(
  settings: Settings,
  http: Settings,
  tls: Settings,
  endpoints: readonly string[],
  extensions: Settings,
): Truth {
  const headers = [settings['headers'], http['headers']]
  if (hasUserInfo(endpoints) || headers.some(hasAuthorization)) return 'yes'
  const auth = { ...objectOf(settings['auth']), ...objectOf(http['auth']) } as Settings
  const authenticator = textOf(auth['authenticator'])
  // An authenticator that is defined nowhere keeps the collector from starting; where it is in another file, it is one.
  if (
    authenticator !== '' &&
    (Object.keys(extensions).length === 0 ||
      isObject(extensions[authenticator]) ||
      Object.hasOwn(extensions, authenticator))
  )
    return 'yes'
  return given(
    settings['user'],
    settings['username'],
    settings['api_key'],
    settings['token'],
    tls['cert_file'],
    tls['cert_pem'],
    auth['sasl'],
    auth['plain_text'],
    auth['kerberos'],
    auth['user'],
  )
}
