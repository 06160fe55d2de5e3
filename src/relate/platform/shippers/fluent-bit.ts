/** Fluent Bit: the classic format and YAML (https://docs.fluentbit.io/manual/administration/configuring-fluent-bit). */
import type { Truth } from '../../../model.js'
import { isObject } from '../../world.js'
import { hasKey, listOf, objectOf, parseYaml, textOf, textsOf } from '../text.js'
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

/** A plugin and its settings; keys in lower case, a key that is written twice has both values. */
interface Section {
  readonly kind: string
  readonly settings: { readonly [key: string]: readonly string[] }
}

export function isFluentBit(text: string): boolean {
  return /^\s*\[(INPUT|OUTPUT|SERVICE|FILTER)\]\s*$/im.test(text) || hasKey(text, 'pipeline')
}

export function readFluentBit(text: string): ShipperConfig | { readonly error: string } {
  if (!/^\s*\[\w+\]\s*$/m.test(text) && hasKey(text, 'pipeline', 'service', 'includes')) {
    const { value, error } = parseYaml(text)
    return error === null ? configOf(yamlSections(value)) : { error }
  }
  return configOf(classicSections(text))
}

/** From sections that an operator's resource gives as objects. */
export function fluentBitOutput(plugin: string, settings: { readonly [key: string]: unknown }): LogOutput {
  return outputOf(section(plugin, { ...settings, name: plugin }))
}

function classicSections(text: string): readonly Section[] {
  const sections: { kind: string; settings: Record<string, string[]> }[] = []
  for (const line of text.split(/\r?\n/)) {
    const written = line.trim()
    const header = /^\[(\w+)\]$/.exec(written)
    if (header !== null) sections.push({ kind: (header[1] ?? '').toLowerCase(), settings: {} })
    else if (written !== '' && !written.startsWith('#') && !written.startsWith('@')) {
      const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(written) ?? []
      const settings = sections.at(-1)?.settings
      if (settings !== undefined) settings[key.toLowerCase()] = [...(settings[key.toLowerCase()] ?? []), value]
    }
  }
  return sections
}

function yamlSections(value: unknown): readonly Section[] {
  const pipeline = objectOf(objectOf(value)['pipeline'])
  return ['inputs', 'outputs'].flatMap((kind) =>
    listOf(pipeline[kind])
      .filter(isObject)
      .map((item) => section(kind.slice(0, -1), item)),
  )
}

function section(kind: string, item: { readonly [key: string]: unknown }): Section {
  const settings = Object.entries(item).map(([key, value]) => [key.toLowerCase(), textsOf(value)] as const)
  return { kind, settings: Object.fromEntries(settings) }
}

function configOf(sections: readonly Section[]): ShipperConfig {
  const inputs = sections.filter(({ kind }) => kind === 'input')
  return {
    files: inputs
      .filter((input) => one(input, 'name') === 'tail')
      .flatMap((input) => all(input, 'path').flatMap((path) => path.split(','))),
    containers: null,
    outputs: sections.filter(({ kind }) => kind === 'output').map(outputOf),
  }
}

const LOCAL = new Set([
  'stdout',
  'null',
  'file',
  'counter',
  'flowcounter',
  'exit',
  'lib',
  'plot',
  'prometheus_exporter',
  'retry',
])

/** These speak TLS to their service whatever is configured. */
const CLOUD = new Set(
  (
    's3 cloudwatch cloudwatch_logs kinesis kinesis_streams kinesis_firehose firehose stackdriver azure azure_blob azure_kusto ' +
    'azure_logs_ingestion bigquery chronicle logdna newrelic nrlogs td oracle_log_analytics skywalking_cloud'
  ).split(' '),
)

/** Settings by which a plugin proves who it is. */
const CREDENTIALS = [
  'http_user',
  'http_passwd',
  'cloud_auth',
  'aws_auth',
  'http_api_key',
  'bearer_token',
  'splunk_token',
  'shared_key',
  'username',
  'password',
  'tls.crt_file',
  'apikey',
  'api_key',
  'oauth2.client_id',
  'http_token',
  'logdna_api_key',
  'license_key',
  'auth_token',
]

/** Plugins that Fluent Bit's own TLS layer carries (`tls`, off unless set). */
const NETWORK = new Set(
  (
    'es opensearch loki http splunk forward tcp gelf syslog datadog opentelemetry influxdb nats vivo_exporter websocket ' +
    'prometheus_remote_write slack skywalking websocket'
  ).split(' '),
)

function outputOf(section: Section): LogOutput {
  const name = one(section, 'name').toLowerCase()
  const hosts = [
    one(section, 'host'),
    one(section, 'http_host'),
    one(section, 'upstream'),
    one(section, 'brokers'),
  ].filter((host) => host !== '')
  const label = hosts[0] === undefined ? name : `${name} ${hosts[0]}`
  if (LOCAL.has(name)) return staysHere(name)
  if (CLOUD.has(name)) return cloudService(label)
  if (name === 'kafka' || name === 'kafka-rest') return kafka(section, hosts)
  // Grafana's own plugin for Loki takes a URL.
  const url = [...all(section, 'url'), ...all(section, 'uri').filter((uri) => uri.includes('://'))]
  if (url.length > 0 && one(section, 'tls') === '') {
    const credentials = hasUserInfo(url) ? 'yes' : authenticated(section)
    return output(name, url, { tls: schemeOf(url, 'no'), verified: verified(section), authenticated: credentials })
  }
  if (!NETWORK.has(name)) return unknownOutput(label)
  const mode = one(section, 'mode').toLowerCase()
  const tls: Truth = mode === 'tls' ? 'yes' : switchOf(one(section, 'tls'), 'no')
  return output(name, hosts, { tls, verified: verified(section), authenticated: authenticated(section) })
}

function verified(section: Section): Truth {
  return switchOf(one(section, 'tls.verify'), 'yes')
}

function authenticated(section: Section): Truth {
  if (hasAuthorization([...all(section, 'header'), ...all(section, 'headers')])) return 'yes'
  const set = CREDENTIALS.some((key) => one(section, key) !== '' && one(section, key).toLowerCase() !== 'off')
  return set ? 'yes' : 'no'
}

/** librdkafka's own settings: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md */
function kafka(section: Section, hosts: readonly string[]): LogOutput {
  const protocol = one(section, 'rdkafka.security.protocol').toLowerCase()
  const tls: Truth = protocol.includes('$') ? 'unknown' : protocol.endsWith('ssl') ? 'yes' : 'no'
  const own = given(
    one(section, 'rdkafka.sasl.username'),
    one(section, 'rdkafka.ssl.certificate.location'),
    one(section, 'rdkafka.sasl.mechanism'),
  )
  return output('kafka', hosts, {
    tls,
    verified: switchOf(one(section, 'rdkafka.enable.ssl.certificate.verification'), 'yes'),
    authenticated: protocol.startsWith('sasl') ? 'yes' : own,
  })
}

function one(section: Section, key: string): string {
  return textOf(section.settings[key]?.at(-1)).trim()
}

function all(section: Section, key: string): readonly string[] {
  return section.settings[key] ?? []
}
