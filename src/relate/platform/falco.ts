/** Falco's configuration and command line (falcosecurity/falco userspace/falco/configuration.cpp and app/options.cpp). */
import type { Path, Pod, Ref, Resource } from '../../model.js'
import { refTo } from '../world.js'
import { DEFAULT_RULES_FILES, shellRuleOf } from './falco-rules.js'
import { located, type Located } from './located.js'
import type { SeenFiles } from './seen-files.js'
import { switchOf } from './shippers/config.js'
import { type CarriedFile, hasKey, objectOf, parseYaml, textOf, textsOf, valueAt } from './text.js'

export const FALCO_IMAGE = /(^|\/)falco(-no-driver|-distroless|-debian)?(:|@|$)/

/** falco.yaml as the image ships it, as far as it matters here. */
const IMAGE_CONFIG = {
  stdout_output: { enabled: true },
  syslog_output: { enabled: true },
  rules_files: DEFAULT_RULES_FILES,
}

export interface FalcoFacts {
  readonly shellRule: Located
  readonly output: Located
  /** It runs with plugins as its sources. */
  readonly plugins: boolean
}

/** null: the pod runs no Falco. */
export function falcoOf(pod: Pod, seen: SeenFiles): FalcoFacts | null {
  const container = pod.containers.find(({ role, spec }) => role !== 'init' && FALCO_IMAGE.test(textOf(spec['image'])))
  if (container === undefined) return null
  const words = [...textsOf(container.spec['command']), ...textsOf(container.spec['args'])]
  const options = optionsOf(words)
  const configPath = options.get('c')?.at(-1) ?? '/etc/falco/falco.yaml'
  const at: Path = container.path
  return falcoFacts({ words: options, configPath, seen, at })
}

interface FalcoInput {
  readonly words: ReadonlyMap<string, readonly string[]>
  readonly configPath: string
  readonly seen: SeenFiles
  /** Where findings belong that no file decides. */
  readonly at: Path
}

function falcoFacts({ words, configPath, seen, at }: FalcoInput): FalcoFacts {
  const file = seen.files.find((candidate) => candidate.at === configPath)
  const hidden = seen.missing.find(
    (mount) => !mount.optional && (configPath === mount.mountPath || configPath.startsWith(`${mount.mountPath}/`)),
  )
  const parsed = file === undefined ? null : parseYaml(file.text)
  const by = file === undefined ? [] : [refTo(file.resource, file.path)]
  if (parsed?.error != null || (file === undefined && hidden !== undefined)) {
    const why =
      parsed?.error != null
        ? `falco.yaml cannot be read: ${parsed.error}`
        : `falco.yaml comes from ${hidden?.kind ?? ''} ${hidden?.name ?? ''}, which is not declared here`
    return { shellRule: located('unknown', why, at, by), output: located('unknown', why, at, by), plugins: false }
  }
  const config = withOptions(parsed === null ? IMAGE_CONFIG : objectOf(parsed.value), words.get('o') ?? [])
  return {
    shellRule: shellRuleOf(config, words, seen, at, by),
    output: falcoOutput(config, at, by),
    plugins: textsOf(config['load_plugins']).some((name) => !['json', 'container', 'k8smeta'].includes(name)),
  }
}

/** Falco's command line: `-o key=value`, `-r file`, `-T tag`, `-D rule`, `--disable-source x`. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, string[]>()
  for (let i = 0; i < words.length; i++) {
    const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(words[i] ?? '') ?? []
    const [, short, rest] = /^-([A-Za-z])(.*)$/s.exec(words[i] ?? '') ?? []
    const name = long === 'option' ? 'o' : (long ?? short)
    if (name === undefined || !/^([crotTD]|disable-source|enable-source|option)$/.test(name)) continue
    const given = long === undefined ? (rest === '' ? words[++i] : rest?.replace(/^=/, '')) : (value ?? words[++i])
    options.set(name, [...(options.get(name) ?? []), given ?? ''])
  }
  return options
}

/** `-o a.b=value` over the file. */
function withOptions(
  config: { readonly [key: string]: unknown },
  settings: readonly string[],
): { readonly [key: string]: unknown } {
  return settings.reduce((before, setting) => {
    const [key = '', ...value] = setting.split('=')
    return withValue(before, key.split('.'), value.join('='))
  }, config)
}

function withValue(
  object: { readonly [key: string]: unknown },
  [first = '', ...rest]: readonly string[],
  value: string,
): { readonly [key: string]: unknown } {
  return { ...object, [first]: rest.length === 0 ? value : withValue(objectOf(object[first]), rest, value) }
}

export function falcoOutput(config: { readonly [key: string]: unknown }, at: Path, by: readonly Ref[]): Located {
  const outputs = ['stdout_output', 'syslog_output', 'file_output', 'http_output', 'program_output', 'grpc_output']
  const on = outputs.filter((name) => switchOf(valueAt(config, name, 'enabled'), 'no') !== 'no')
  if (on.length > 0) return located('yes', `${on.join(', ')} is on`, at, by)
  return located('no', 'every output of Falco is off', at, by)
}

/* ------------------------------------------- Falco's files on their own */

export function isFalcoConfig(text: string): boolean {
  return (
    hasKey(text, 'rules_files?', 'stdout_output', 'http_output') &&
    hasKey(
      text,
      'stdout_output',
      'json_output',
      'http_output',
      'syslog_output',
      'file_output',
      'program_output',
      'priority',
    )
  )
}

export function isFalcoRules(text: string): boolean {
  return (
    /^\s*-\s*["']?(rule|macro|list|required_engine_version)["']?\s*:/m.test(text) &&
    /^\s*-?\s*["']?(rule|macro)["']?\s*:/m.test(text) &&
    /\b(condition|enabled|append|override)\s*:/.test(text)
  )
}

/** What Falco's files say where no workload that mounts them is here: each alone, with everything else as it ships. */
export function falcoFileFacts(resource: Resource, file: CarriedFile): Pick<FalcoFacts, 'shellRule' | 'output'> | null {
  const words: ReadonlyMap<string, readonly string[]> = new Map()
  const at = file.path
  const seen = (path: string): SeenFiles => ({ files: [{ ...file, at: path, resource }], missing: [] })
  if (isFalcoConfig(file.text))
    return falcoFacts({ words, configPath: '/etc/falco/falco.yaml', seen: seen('/etc/falco/falco.yaml'), at })
  if (isFalcoRules(file.text))
    return falcoFacts({
      words,
      configPath: '',
      seen: seen(`/etc/falco/rules.d/${/\.ya?ml$/.test(file.name) ? file.name : `${file.name}.yaml`}`),
      at,
    })
  return null
}
