/**
 * Falco and Tetragon: whether they run on every node, whether a shell in a container is told, and whether anybody gets
 * to hear of it. Falco's configuration and rules are read in the order that Falco loads them
 * (https://falco.org/docs/concepts/rules/, falcosecurity/falco userspace/falco/configuration.cpp).
 */
import type { Path, Pod, Ref, Resource, Truth } from '../../model.js'
import { isObject, refTo } from '../world.js'
import { located, type Located } from './located.js'
import { type ConfigMount, configMountsOf, mountedAs, type Placement, reachOf } from './nodes.js'
import { switchOf } from './shippers/config.js'
import { type CarriedFile, hasKey, listOf, objectOf, parseYaml, textOf, textsOf, valueAt } from './text.js'

export interface DetectorFacts {
  /** `Falco`, `Tetragon`. */
  readonly name: string
  readonly everyNode: Located
  /** Whether a shell that is started in a container gives an event. */
  readonly shellRule: Located
  /** Whether events go anywhere. */
  readonly output: Located
}

/** What of a container's files is known: a ConfigMap that is mounted and not declared here is `missing`. */
export interface SeenFiles {
  readonly files: readonly SeenFile[]
  readonly missing: readonly ConfigMount[]
}

export interface SeenFile extends CarriedFile {
  /** As the container sees it; `file.name` is the key. */
  readonly at: string
  readonly resource: Resource
}

/** The carried files of a ConfigMap or Secret of the pod's namespace; null: it is not declared here. */
export type FilesOfConfig = (kind: ConfigMount['kind'], name: string, namespace: string) => { readonly resource: Resource; readonly files: readonly CarriedFile[] } | null

export function seenFilesOf(pod: Pick<Pod, 'volumes' | 'containers'>, namespace: string, filesOf: FilesOfConfig): SeenFiles {
  const files: SeenFile[] = []
  const missing: ConfigMount[] = []
  for (const mount of configMountsOf(pod)) {
    const found = filesOf(mount.kind, mount.name, namespace)
    if (found === null) missing.push(mount)
    else
      for (const file of found.files) {
        const at = mountedAs(mount, file.name)
        if (at !== null) files.push({ ...file, at, resource: found.resource })
      }
  }
  return { files, missing }
}

/* ------------------------------------------------------------- recognise */

export type Detector = 'Falco' | 'Tetragon'

const FALCO_IMAGE = /(^|\/)falco(-no-driver|-distroless|-debian)?(:|@|$)/
const TETRAGON_IMAGE = /(^|\/)tetragon(-ci)?(:|@|$)/

export function detectorOfPod(pod: Pod): Detector | null {
  for (const { role, spec } of pod.containers) {
    if (role === 'init' || role === 'ephemeral') continue
    const image = textOf(spec['image'])
    if (FALCO_IMAGE.test(image)) return 'Falco'
    if (TETRAGON_IMAGE.test(image)) return 'Tetragon'
  }
  return null
}

/** The facts of a workload that runs a detector; null where it runs none, or Falco for other events than the nodes'. */
export function detectorFacts(resource: Resource, pod: Pod | null, namespace: string, filesOf: FilesOfConfig): DetectorFacts | null {
  if (resource.group === 'instance.falcosecurity.dev' && resource.kind === 'Falco') return operatedFalco(resource)
  if (pod === null || resource.group !== 'apps') return null
  const name = detectorOfPod(pod)
  if (name === null) return null
  const seen = seenFilesOf(pod, namespace, filesOf)
  const { answer, why, path } = reachOf(resource, pod)
  const everyNode = located(answer, why, path)
  if (name === 'Tetragon') return { name, everyNode, ...tetragon(pod, seen) }
  const falco = falcoOf(pod, seen)
  // A Deployment that only reads the audit log, a cloud trail or another plugin's events watches no node.
  return falco === null || (resource.kind === 'Deployment' && falco.plugins) ? null : { name, everyNode, shellRule: falco.shellRule, output: falco.output }
}

/** The Falco operator: a DaemonSet unless it says otherwise; rules and settings are resources of their own. */
function operatedFalco(resource: Resource): DetectorFacts {
  const spec = objectOf(resource.object['spec'])
  const daemon = textOf(spec['type']).toLowerCase() !== 'deployment'
  const at = ['spec', 'podTemplateSpec', 'spec']
  const template = objectOf(valueAt(spec, 'podTemplateSpec', 'spec'))
  // The operator's own DaemonSet tolerates the control plane; a template replaces that.
  const tolerations = template['tolerations'] === undefined ? [{ operator: 'Exists' }] : template['tolerations']
  const reach = daemon
    ? reachOf({ group: 'apps', kind: 'DaemonSet' }, { spec: { ...template, tolerations } as Placement['spec'], path: at, origins: {} })
    : { answer: 'no' as const, why: 'a Deployment runs only where its replicas are scheduled', path: ['spec', 'type'] }
  return {
    name: 'Falco',
    everyNode: located(reach.answer, reach.why, reach.path),
    shellRule: located('unknown', 'its rules come from Rulesfile resources and registries', ['spec']),
    output: located('yes', 'the operator writes events to standard output', ['spec']),
  }
}

/* ----------------------------------------------------------------- Falco */

/** From https://github.com/falcosecurity/rules, rules/falco_rules.yaml. */
const SHELL_RULE = 'Terminal shell in container'
const SHELL_MACRO = 'user_expected_terminal_shell_in_container_conditions'
const DEFAULT_SHELL: Rule = { name: SHELL_RULE, priority: 'notice', enabled: true, tags: ['maturity_stable', 'container', 'shell', 'mitre_execution', 'T1059'], by: null }

const DEFAULT_RULES = '/etc/falco/falco_rules.yaml'
const DEFAULT_RULES_FILES = [DEFAULT_RULES, '/etc/falco/falco_rules.local.yaml', '/etc/falco/rules.d']

/** falco.yaml as the image ships it, as far as it matters here. */
const IMAGE_CONFIG = { stdout_output: { enabled: true }, syslog_output: { enabled: true }, rules_files: DEFAULT_RULES_FILES }

interface Rule {
  readonly name: string
  readonly priority: string
  readonly enabled: boolean
  readonly tags: readonly string[]
  /** What last changed it; null: as it ships. */
  readonly by: { readonly ref: Ref; readonly why: string } | null
}

interface FalcoFacts {
  readonly shellRule: Located
  readonly output: Located
  /** It runs with plugins as its sources. */
  readonly plugins: boolean
}

function falcoOf(pod: Pod, seen: SeenFiles): FalcoFacts | null {
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
  const hidden = seen.missing.find((mount) => !mount.optional && (configPath === mount.mountPath || configPath.startsWith(`${mount.mountPath}/`)))
  const parsed = file === undefined ? null : parseYaml(file.text)
  const by = file === undefined ? [] : [refTo(file.resource, file.path)]
  if (parsed?.error != null || (file === undefined && hidden !== undefined)) {
    const why = parsed?.error != null ? `falco.yaml cannot be read: ${parsed.error}` : `falco.yaml comes from ${hidden?.kind ?? ''} ${hidden?.name ?? ''}, which is not declared here`
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
function withOptions(config: { readonly [key: string]: unknown }, settings: readonly string[]): { readonly [key: string]: unknown } {
  return settings.reduce((before, setting) => {
    const [key = '', ...value] = setting.split('=')
    return withValue(before, key.split('.'), value.join('='))
  }, config)
}

function withValue(object: { readonly [key: string]: unknown }, [first = '', ...rest]: readonly string[], value: string): { readonly [key: string]: unknown } {
  return { ...object, [first]: rest.length === 0 ? value : withValue(objectOf(object[first]), rest, value) }
}

function falcoOutput(config: { readonly [key: string]: unknown }, at: Path, by: readonly Ref[]): Located {
  const outputs = ['stdout_output', 'syslog_output', 'file_output', 'http_output', 'program_output', 'grpc_output']
  const on = outputs.filter((name) => switchOf(valueAt(config, name, 'enabled'), 'no') !== 'no')
  if (on.length > 0) return located('yes', `${on.join(', ')} is on`, at, by)
  return located('no', 'every output of Falco is off', at, by)
}

const PRIORITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug']

function priorityOf(text: string): number {
  const name = text.toLowerCase()
  return PRIORITIES.findIndex((priority) => priority === name || (name === 'info' && priority === 'informational'))
}

function shellRuleOf(
  config: { readonly [key: string]: unknown },
  words: ReadonlyMap<string, readonly string[]>,
  seen: SeenFiles,
  at: Path,
  by: readonly Ref[],
): Located {
  const enabled = words.get('enable-source') ?? []
  if ((words.get('disable-source') ?? []).includes('syscall') || (enabled.length > 0 && !enabled.includes('syscall')))
    return located('no', 'its syscall source is switched off', at)
  const stated = textsOf(config['rules_files'] ?? config['rules_file'])
  const entries = words.get('r') ?? (config['rules_files'] === undefined && config['rules_file'] === undefined ? DEFAULT_RULES_FILES : stated)
  const loaded = loadedRules(entries, seen)
  if (typeof loaded === 'string') return located('unknown', loaded, at, by)
  const minimum = textOf(config['priority']) === '' ? 'debug' : textOf(config['priority'])
  const rules = selected(loaded, config['rules'], words)
  const works = rules.find((rule) => rule.enabled && priorityOf(rule.priority) <= priorityOf(minimum))
  if (works !== undefined) return located('yes', `rule «${works.name}» is on`, at, works.by === null ? by : [works.by.ref])
  const [off] = rules
  if (off === undefined) return located('no', 'no rule for a shell in a container is loaded', at, by)
  if (off.enabled) return located('no', `rule «${off.name}» has priority ${off.priority}, below the minimum of ${minimum}`, at, by)
  return located('no', `rule «${off.name}» is switched off`, at, off.by === null ? by : [off.by.ref])
}

/** The rules that tell of a shell in a container, after every file was loaded in order; a text: why that is unknown. */
function loadedRules(entries: readonly string[], seen: SeenFiles): readonly Rule[] | string {
  const rules = new Map<string, Rule>()
  for (const entry of entries) {
    const path = entry.replace(/\/+$/, '')
    const files = seen.files.filter(({ at }) => at === path || (at.startsWith(`${path}/`) && /\.ya?ml$/.test(at))).sort((a, b) => (a.at < b.at ? -1 : 1))
    const hidden = seen.missing.find((mount) => !mount.optional && (mount.mountPath === path || path.startsWith(`${mount.mountPath}/`) || mount.mountPath.startsWith(`${path}/`)))
    // A file with a certificate beside the rules says nothing about them.
    if (files.length === 0 && hidden !== undefined && hidden.mountPath !== '/etc/falco/certs')
      return `rules come from ${hidden.kind} ${hidden.name}, which is not declared here`
    if (files.length === 0 && path === DEFAULT_RULES) rules.set(SHELL_RULE, DEFAULT_SHELL)
    for (const file of files) {
      const { value, error } = parseYaml(file.text)
      if (error !== null) return `${file.name} cannot be read: ${error}`
      applyRules(rules, value, refTo(file.resource, file.path))
    }
  }
  return [...rules.values()]
}

function applyRules(rules: Map<string, Rule>, value: unknown, ref: Ref): void {
  for (const item of listOf(value).filter(isObject)) {
    const condition = textOf(item['condition'])
    if (item['macro'] === SHELL_MACRO && !isNever(condition)) {
      const before = rules.get(SHELL_RULE)
      // Appending `or …` narrows the rule; only a macro that is always true empties it.
      if (before !== undefined && isAlways(condition)) rules.set(SHELL_RULE, { ...before, enabled: false, by: { ref, why: 'macro' } })
      continue
    }
    const name = textOf(item['rule'])
    if (name === '') continue
    const before = rules.get(name)
    const by = { ref, why: name }
    const appends = item['append'] === true || objectOf(item['override'])['condition'] === 'append'
    const enabled = switchOf(item['enabled'], 'yes') !== 'no'
    if (before !== undefined) {
      const never = appends && /\band\b[\s(]*(never_true|evt\.num\s*<\s*0)/.test(condition)
      const replaced = !appends && condition !== '' && isNever(condition)
      const priority = textOf(item['priority'])
      const said = item['enabled'] !== undefined
      rules.set(name, {
        ...before,
        priority: priority === '' ? before.priority : priority,
        enabled: never || replaced ? false : said ? enabled : before.enabled,
        by: never || replaced || said || priority !== '' ? by : before.by,
      })
    } else if (!appends && isShellCondition(condition)) {
      rules.set(name, { name, priority: textOf(item['priority']), enabled: enabled && !isNever(condition), tags: textsOf(item['tags']), by })
    }
  }
}

function isNever(condition: string): boolean {
  return /^\(?\s*(never_true|evt\.num\s*<\s*0)\s*\)?$/.test(condition.trim())
}

function isAlways(condition: string): boolean {
  return /\b(always_true|evt\.num\s*>=\s*0)\b/.test(condition)
}

/** A process that is spawned, in a container, and is a shell. */
function isShellCondition(condition: string): boolean {
  const spawned = /\bspawned_process\b|\bexecveat?\b/.test(condition)
  const container = /(^|[^.\w])container\b(?!\.)|container\.(id|name|image)/.test(condition)
  const shell = /\bshell_(procs|binaries)\b|proc\.(name|exe|exepath|cmdline)[^)]*\b(ba|da|z|k|c|tc|a|fi)?sh\b/.test(condition)
  return spawned && container && shell
}

/** falco.yaml's `rules`, and the older options, last. */
function selected(rules: readonly Rule[], selection: unknown, words: ReadonlyMap<string, readonly string[]>): readonly Rule[] {
  const removed = (rule: Rule): boolean =>
    (words.get('D') ?? []).some((part) => part !== '' && rule.name.includes(part)) || (words.get('T') ?? []).some((tag) => rule.tags.includes(tag))
  const only = words.get('t') ?? []
  const start = rules.map((rule) => ({ ...rule, enabled: rule.enabled && !removed(rule) && (only.length === 0 || only.some((tag) => rule.tags.includes(tag))) }))
  return listOf(selection)
    .filter(isObject)
    .reduce<readonly Rule[]>((current, item) => {
      const target = objectOf(item['enable'] ?? item['disable'])
      return current.map((rule) => (isSelected(rule, target) ? { ...rule, enabled: item['enable'] !== undefined } : rule))
    }, start)
}

function isSelected(rule: Rule, target: { readonly [key: string]: unknown }): boolean {
  const pattern = textOf(target['rule'])
  const expression = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
  return (pattern !== '' && expression.test(rule.name)) || rule.tags.includes(textOf(target['tag']))
}

/* ------------------------------------------- Falco's files on their own */

export function isFalcoConfig(text: string): boolean {
  return hasKey(text, 'rules_files?', 'stdout_output', 'http_output') && hasKey(text, 'stdout_output', 'json_output', 'http_output', 'syslog_output', 'file_output', 'program_output', 'priority')
}

export function isFalcoRules(text: string): boolean {
  return /^\s*-\s*["']?(rule|macro|list|required_engine_version)["']?\s*:/m.test(text) && /^\s*-?\s*["']?(rule|macro)["']?\s*:/m.test(text) && /\b(condition|enabled|append|override)\s*:/.test(text)
}

/** What Falco's files say where no workload that mounts them is here: each alone, with everything else as it ships. */
export function falcoFileFacts(resource: Resource, file: CarriedFile): Pick<DetectorFacts, 'shellRule' | 'output'> | null {
  const words: ReadonlyMap<string, readonly string[]> = new Map()
  const at = file.path
  const seen = (path: string): SeenFiles => ({ files: [{ ...file, at: path, resource }], missing: [] })
  if (isFalcoConfig(file.text)) return falcoFacts({ words, configPath: '/etc/falco/falco.yaml', seen: seen('/etc/falco/falco.yaml'), at })
  if (isFalcoRules(file.text)) return falcoFacts({ words, configPath: '', seen: seen(`/etc/falco/rules.d/${/\.ya?ml$/.test(file.name) ? file.name : `${file.name}.yaml`}`), at })
  return null
}

/** Custom rules for connections that nobody declared: the condition is about a connection's ends. */
export function connectionRulesOf(text: string): readonly string[] {
  const { value } = parseYaml(text)
  return listOf(value)
    .filter(isObject)
    .filter((item) => textOf(item['rule']) !== '' && switchOf(item['enabled'], 'yes') !== 'no')
    .filter((item) => /\b(outbound|inbound|inbound_outbound)\b|evt\.type\s*(in|=)[^)]*\b(connect|accept4?|sendto)\b|\bfd\.(sip|cip|rip|sport|snet|connected)\b/.test(textOf(item['condition'])))
    .map((item) => textOf(item['rule']))
}

/* -------------------------------------------------------------- Tetragon */

/** Every key of tetragon-config is a flag, mounted as a directory; flags on the command line win. */
function tetragon(pod: Pod, seen: SeenFiles): Pick<DetectorFacts, 'shellRule' | 'output'> {
  const container = pod.containers.find(({ role, spec }) => role !== 'init' && TETRAGON_IMAGE.test(textOf(spec['image'])))
  const at = container?.path ?? pod.path
  const words = container === undefined ? [] : [...textsOf(container.spec['command']), ...textsOf(container.spec['args'])]
  const directory = /^--config-dir=?(.*)$/.exec(words.find((word) => word.startsWith('--config-dir')) ?? '')?.[1] ?? '/etc/tetragon/tetragon.conf.d'
  const files = seen.files.filter((file) => file.at.startsWith(`${directory.replace(/\/+$/, '')}/`))
  const hidden = seen.missing.find(({ mountPath }) => mountPath === directory.replace(/\/+$/, ''))
  const by = [...new Map(files.map((file) => [file.resource, refTo(file.resource, file.path)])).values()]
  const flag = (name: string): string | null => {
    const word = words.findLast((item) => item.startsWith(`--${name}=`))
    return word?.slice(name.length + 3) ?? files.find((file) => file.name === name)?.text.trim() ?? null
  }
  if (hidden !== undefined && flag('export-filename') === null && flag('server-address') === null) {
    const why = `its settings come from ${hidden.kind} ${hidden.name}, which is not declared here`
    return { shellRule: located('unknown', why, at), output: located('unknown', why, at) }
  }
  const file = flag('export-filename') ?? ''
  const address = flag('server-address') ?? 'localhost:54321'
  const allowed = flag('export-allowlist') ?? ''
  const exec: Truth = allowed === '' || allowed.includes('PROCESS_EXEC') || !allowed.includes('event_set') ? 'yes' : 'no'
  return {
    // Tetragon tells of every process that starts, shells among them.
    shellRule: file !== '' && exec === 'no' ? located('no', 'its export-allowlist leaves out PROCESS_EXEC', at, by) : located('yes', 'it tells of every process that starts', at, by),
    output: file !== '' ? located('yes', `it exports events to ${file}`, at, by) : address !== '' ? located('yes', `it serves events on ${address}`, at, by) : located('no', 'it neither exports events nor serves them', at, by),
  }
}
