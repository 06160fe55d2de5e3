/** Fluentd's configuration file (https://docs.fluentd.org/configuration/config-file). */
import type { Truth } from '../../../model.js'
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
  type Variables,
} from './config.js'

/** `<match kubernetes.**>` with its settings and what it nests. */
interface Directive {
  readonly name: string
  readonly argument: string
  readonly settings: Map<string, string>
  readonly children: Directive[]
}

export function isFluentd(text: string): boolean {
  return /^\s*<(match|source|label|store)\b/m.test(text) && /^\s*(@type|type)\s/m.test(text)
}

export function readFluentd(text: string, variables: Variables): ShipperConfig {
  const root = parse(text, variables)
  const sources = under(root, 'source')
  return {
    files: sources
      .filter((source) => source.settings.get('@type') === 'tail')
      .flatMap((source) => (source.settings.get('path') ?? '').split(',')),
    containers: null,
    outputs: under(root, 'match').flatMap(outputsOf),
  }
}

/** Every directive of a name, in labels and workers too; a match inside a match (`<store>`) belongs to that. */
function under(directive: Directive, name: string): readonly Directive[] {
  return directive.children.flatMap((child) =>
    child.name === name ? [child] : ['label', 'worker', 'ROOT'].includes(child.name) ? under(child, name) : [],
  )
}

function parse(text: string, variables: Variables): Directive {
  const root: Directive = { name: 'ROOT', argument: '', settings: new Map(), children: [] }
  const open: Directive[] = [root]
  for (const line of text.split(/\r?\n/)) {
    const written = line.trim()
    if (written === '' || written.startsWith('#')) continue
    const start = /^<(\w+)\s*([^>]*)>/.exec(written)
    if (/^<\/\w+>/.test(written)) {
      if (open.length > 1) open.pop()
    } else if (start !== null) {
      const child: Directive = { name: start[1] ?? '', argument: start[2] ?? '', settings: new Map(), children: [] }
      open.at(-1)?.children.push(child)
      open.push(child)
    } else {
      const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(written) ?? []
      open.at(-1)?.settings.set(key === 'type' ? '@type' : key, unquoted(value.replace(/\s+#.*$/, ''), variables))
    }
  }
  return root
}

/** `"#{ENV['HOST'] || 'elasticsearch'}"` is Ruby; the plain forms of it are read, the rest stays as it is. */
function unquoted(value: string, variables: Variables): string {
  const text = value
    .trim()
    .replace(/^"([\s\S]*)"$/, '$1')
    .replace(/^'([\s\S]*)'$/, '$1')
  return text.replace(
    /#\{\s*ENV(?:\.fetch\(|\[)['"](\w+)['"][\])]?(?:\s*(?:\|\||,)\s*['"]?([^'"}]*)['"]?)?\s*\)?\s*\}/g,
    (whole: string, name: string, fallback: string | undefined) => {
      const known = variables(name)
      if (typeof known === 'string' && known !== '') return known
      // `use_nil` and `use_default` leave the setting out.
      if (known === undefined && fallback !== undefined)
        return /^use_(nil|default)$/.test(fallback.trim()) ? '' : fallback
      return whole
    },
  )
}

const LOCAL = new Set(['stdout', 'null', 'file', 'exec', 'exec_filter', 'buffer'])
/** These only pass records on inside Fluentd. */
const PASSING = new Set([
  'relabel',
  'rewrite_tag_filter',
  'retag',
  'detect_exceptions',
  'record_modifier',
  'concat',
  'prometheus',
  'flowcounter',
  'grepcounter',
  'label_router',
])
const CLOUD = new Set(
  's3 cloudwatch_logs kinesis_streams kinesis_firehose google_cloud gcs bigquery_insert bigquery azure-loganalytics azure-storage-append-blob datadog newrelic sumologic logzio_buffered coralogix td'.split(
    ' ',
  ),
)

function outputsOf(match: Directive): readonly LogOutput[] {
  const type = match.settings.get('@type') ?? ''
  const stores = match.children.filter(({ name }) => name === 'store')
  if (type === 'copy' || type === 'roundrobin') return stores.flatMap(outputsOf)
  if (PASSING.has(type)) return []
  return [outputOf(type, match)]
}

function outputOf(type: string, match: Directive): LogOutput {
  const { settings } = match
  const get = (key: string): string => settings.get(key) ?? ''
  if (LOCAL.has(type)) return staysHere(type)
  if (CLOUD.has(type)) return cloudService(type)
  const base = type.replace(/_dynamic$|_data_stream$/, '')
  switch (base) {
    case 'elasticsearch':
    case 'opensearch': {
      const hosts = list(get('hosts') === '' ? get('host') : get('hosts'))
      const scheme = get('scheme').toLowerCase()
      const bare: Truth = isUnknown(scheme) ? 'unknown' : scheme === 'https' || get('cloud_id') !== '' ? 'yes' : 'no'
      const tls = hosts.length === 0 ? bare : schemeOf(hosts, bare)
      const own = given(
        get('user'),
        get('cloud_auth'),
        get('api_key'),
        get('client_cert'),
        match.children.some(({ name }) => name === 'endpoint') ? 'aws' : '',
      )
      return output(type, hosts, {
        tls,
        verified: switchOf(get('ssl_verify'), 'yes'),
        authenticated: hasUserInfo(hosts) || hasAuthorization(get('custom_headers')) ? 'yes' : own,
      })
    }
    case 'loki': {
      const url = list(get('url'))
      return output(type, url, {
        tls: schemeOf(url, 'no'),
        verified: switchOf(get('insecure_tls'), 'no') === 'yes' ? 'no' : 'yes',
        authenticated: hasUserInfo(url) ? 'yes' : given(get('username'), get('bearer_token_file'), get('cert')),
      })
    }
    case 'forward':
    case 'secure_forward': {
      const security = match.children.find(({ name }) => name === 'security')
      const server = match.children.find(({ name }) => name === 'server')
      const host = server?.settings.get('host') ?? ''
      return output(type, list(host), {
        tls:
          get('transport') === 'tls' || type === 'secure_forward'
            ? 'yes'
            : isUnknown(get('transport'))
              ? 'unknown'
              : 'no',
        verified: switchOf(get('tls_insecure_mode'), 'no') === 'yes' ? 'no' : 'yes',
        authenticated: given(security?.settings.get('shared_key'), get('tls_client_cert_path'), get('shared_key')),
      })
    }
    case 'splunk_hec': {
      const bare: Truth = get('protocol') === 'http' ? 'no' : isUnknown(get('protocol')) ? 'unknown' : 'yes'
      const hosts = list(get('full_url') === '' ? get('hec_host') : get('full_url'))
      return output(type, hosts, {
        tls: hosts.length === 0 ? bare : schemeOf(hosts, bare),
        verified: switchOf(get('insecure_ssl'), 'no') === 'yes' ? 'no' : 'yes',
        authenticated: given(get('hec_token'), get('client_cert')),
      })
    }
    case 'http': {
      const endpoint = list(get('endpoint') === '' ? get('endpoint_url') : get('endpoint'))
      const auth = match.children.find(({ name }) => name === 'auth')
      return output(type, endpoint, {
        tls: schemeOf(endpoint, 'no'),
        verified: get('tls_verify_mode') === 'none' ? 'no' : 'yes',
        authenticated: hasAuthorization(get('headers').replace(/^\{/, ''))
          ? 'yes'
          : given(auth?.settings.get('username'), get('tls_client_cert_path'), get('username')),
      })
    }
    case 'kafka':
    case 'kafka2':
    case 'kafka_buffered':
    case 'rdkafka2': {
      const tls = given(
        get('ssl_ca_cert'),
        get('ssl_ca_certs_from_system'),
        get('ssl_client_cert'),
        get('sasl_over_ssl') === 'true' ? 'true' : '',
      )
      return output(type, list(get('brokers')), {
        tls,
        verified: switchOf(get('ssl_verify_hostname'), 'yes'),
        authenticated: given(get('username'), get('ssl_client_cert'), get('principal')),
      })
    }
    case 'remote_syslog':
    case 'syslog': {
      return output(type, list(get('host')), {
        tls: switchOf(get('tls'), get('protocol') === 'tls' ? 'yes' : 'no'),
        verified: get('verify_mode') === '0' ? 'no' : 'yes',
        authenticated: given(get('client_cert')),
      })
    }
    // https://github.com/hotschedules/fluent-plugin-gelf-hs: UDP unless asked for TCP, the one that TLS is for.
    case 'gelf': {
      const protocol = get('protocol')
      return output(type, list(get('host')), {
        tls: isUnknown(protocol) ? 'unknown' : protocol === 'tcp' ? switchOf(get('tls'), 'no') : 'no',
        verified: 'unknown',
        // GELF has no credentials: only a certificate can tell who sends.
        authenticated: get('tls_options').includes('"cert"') ? 'yes' : 'no',
      })
    }
    default:
      return unknownOutput(type)
  }
}

function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
