/** Filebeat and standalone Elastic Agent (https://www.elastic.co/docs/reference/beats/filebeat). */
import type { Truth } from '../../../model.js'
import { isObject } from '../../world.js'
import { hasKey, listOf, objectOf, textOf, textsOf, valueAt } from '../text.js'
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

export function isFilebeat(text: string): boolean {
  return hasKey(text, '(?:filebeat|output)(?:\\.[\\w.]+)?') && !hasKey(text, 'outputs', 'inputs')
}

/** A parsed `filebeat.yml`, or `spec.config` of an ECK Beat. */
export function readFilebeat(value: unknown): ShipperConfig {
  const config = undotted(value)
  const filebeat = objectOf(config['filebeat'])
  const inputs = listOf(filebeat['inputs'])
    .filter(isObject)
    .filter((input) => switchOf(input['enabled'], 'yes') !== 'no')
  const discovered = listOf(objectOf(filebeat['autodiscover'])['providers']).filter(isObject)
  const modules = listOf(filebeat['modules']).filter(isObject)
  return {
    files: [...inputs, ...discovered.flatMap(configsOf), ...modules].flatMap((input) => pathsBelow(input)),
    containers: discovered.some((provider) => textOf(provider['type']) === 'kubernetes') ? 'files' : null,
    outputs: outputsOf(config),
  }
}

function configsOf(provider: Settings): readonly Settings[] {
  const templates = listOf(provider['templates']).flatMap((template) => listOf(objectOf(template)['config']))
  const hints = objectOf(provider['hints'])['default_config']
  return [...templates, hints].filter(isObject)
}

function pathsBelow(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(pathsBelow)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'paths' || key === 'var.paths' ? textsOf(item) : pathsBelow(item),
  )
}

function outputsOf(config: Settings): readonly LogOutput[] {
  const cloud = objectOf(config['cloud'])
  const outputs = Object.entries(objectOf(config['output'])).filter(
    ([, settings]) => switchOf(objectOf(settings)['enabled'], 'yes') !== 'no',
  )
  if (textOf(cloud['id']) !== '')
    return [
      {
        ...cloudService('cloud.id'),
        authenticated: given(cloud['auth'], ...outputs.map(([, item]) => credentials(objectOf(item)))),
      },
    ]
  return outputs.map(([kind, settings]) => outputOf(kind, objectOf(settings)))
}

function outputOf(kind: string, settings: Settings): LogOutput {
  const ssl = objectOf(settings['ssl'])
  const mode = textOf(ssl['verification_mode'])
  const verified: Truth = mode === 'none' ? 'no' : isUnknown(mode) ? 'unknown' : 'yes'
  const hosts = textsOf(settings['hosts']).length > 0 ? textsOf(settings['hosts']) : textsOf(settings['host'])
  const security = { verified, authenticated: hasUserInfo(hosts) ? 'yes' : credentials(settings) } as const
  switch (kind) {
    case 'console':
    case 'file':
    case 'discard':
      return staysHere(kind)
    case 'elasticsearch': {
      const protocol = textOf(settings['protocol']).toLowerCase()
      const bare: Truth = isUnknown(protocol) ? 'unknown' : protocol === 'https' ? 'yes' : 'no'
      // Without hosts it is localhost.
      return output(kind, hosts.length === 0 ? ['localhost'] : hosts, { ...security, tls: schemeOf(hosts, bare) })
    }
    case 'logstash':
    case 'redis':
      // Any setting of ssl switches it on (https://www.elastic.co/docs/reference/beats/filebeat/configuration-ssl).
      return output(kind, hosts, {
        ...security,
        tls: switchOf(ssl['enabled'], Object.keys(ssl).length > 0 ? 'yes' : 'no'),
      })
    case 'kafka': {
      const sasl = textOf(valueAt(settings, 'sasl', 'mechanism'))
      return output(kind, hosts, {
        verified,
        tls: switchOf(ssl['enabled'], Object.keys(ssl).length > 0 ? 'yes' : 'no'),
        authenticated: sasl === '' ? security.authenticated : 'yes',
      })
    }
    default:
      return unknownOutput(kind)
  }
}

function credentials(settings: Settings): Truth {
  if (hasAuthorization(settings['headers'])) return 'yes'
  return given(
    settings['username'],
    settings['password'],
    settings['api_key'],
    objectOf(settings['ssl'])['certificate'],
    settings['kerberos'],
    settings['service_token'],
  )
}

/* ---------------------------------------------------------- Elastic Agent */

export function isElasticAgent(text: string): boolean {
  return hasKey(text, 'outputs') && hasKey(text, 'inputs', 'agent[.\\w]*', 'id', 'providers[.\\w]*', 'fleet')
}

/** A parsed `elastic-agent.yml`, or `spec.config` of an ECK Agent. */
export function readElasticAgent(value: unknown): ShipperConfig {
  const config = undotted(value)
  const inputs = listOf(config['inputs']).filter(isObject)
  return {
    files: inputs.flatMap(pathsBelow),
    containers: null,
    outputs: agentOutputs(value).map(({ output }) => output),
  }
}

interface AgentOutput {
  readonly name: string
  /** It says what it is, and is not merged into what an operator makes. */
  readonly typed: boolean
  readonly output: LogOutput
}

/** The outputs of the same. */
export function agentOutputs(value: unknown): readonly AgentOutput[] {
  return Object.entries(objectOf(undotted(value)['outputs'])).flatMap(([name, item]): readonly AgentOutput[] => {
    if (!isObject(item)) return []
    const type = textOf(item['type'])
    if (type !== '') return [{ name, typed: true, output: outputOf(type, item) }]
    const isChecked = textOf(objectOf(item['ssl'])['verification_mode']) !== 'none'
    const unknown = unknownOutput(`output ${name}`)
    return [{ name, typed: false, output: isChecked ? unknown : { ...unknown, verified: 'no' } }]
  })
}

/** `output.elasticsearch.hosts` and the nested form are one (go-ucfg, path separator '.'). */
function undotted(value: unknown): Settings {
  const result: { [key: string]: unknown } = {}
  for (const [key, item] of Object.entries(objectOf(value))) {
    const [first = '', ...rest] = key.split('.')
    const inner =
      rest.length > 0 ? undotted({ [rest.join('.')]: item }) : isObject(item) ? undotted(item) : undottedList(item)
    const before = result[first]
    result[first] = isObject(before) && isObject(inner) ? mergedDeep(before, inner) : inner
  }
  return result
}

function undottedList(item: unknown): unknown {
  return Array.isArray(item) ? item.map((each: unknown) => (isObject(each) ? undotted(each) : each)) : item
}

function mergedDeep(a: Settings, b: Settings): Settings {
  const result: { [key: string]: unknown } = { ...a }
  for (const [key, item] of Object.entries(b)) {
    const before = result[key]
    result[key] = isObject(before) && isObject(item) ? mergedDeep(before, item) : item
  }
  return result
}
