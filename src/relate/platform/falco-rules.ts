/**
 * Falco's rules, loaded in the order of their files, with what overrides and switches them off
 * (https://falco.org/docs/concepts/rules/overriding/, falcosecurity/falco userspace/engine/rule_loader_reader.cpp):
 * whether one tells of a shell in a container.
 */
import type { Path, Ref } from '../../model.js'
import { isObject, refTo } from '../world.js'
import { located, type Located } from './located.js'
import type { SeenFiles } from './seen-files.js'
import { switchOf } from './shippers/config.js'
import { listOf, objectOf, parseYaml, textOf, textsOf } from './text.js'

/** From https://github.com/falcosecurity/rules, rules/falco_rules.yaml. */
const SHELL_RULE = 'Terminal shell in container'
const SHELL_MACRO = 'user_expected_terminal_shell_in_container_conditions'
const DEFAULT_SHELL: Rule = {
  name: SHELL_RULE,
  priority: 'notice',
  enabled: true,
  tags: ['maturity_stable', 'container', 'shell', 'mitre_execution', 'T1059'],
  by: null,
}

export const DEFAULT_RULES = '/etc/falco/falco_rules.yaml'
export const DEFAULT_RULES_FILES = [DEFAULT_RULES, '/etc/falco/falco_rules.local.yaml', '/etc/falco/rules.d']

interface Rule {
  readonly name: string
  readonly priority: string
  readonly enabled: boolean
  readonly tags: readonly string[]
  /** What last changed it; null: as it ships. */
  readonly by: { readonly ref: Ref; readonly why: string } | null
}

const PRIORITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug']

function priorityOf(text: string): number {
  const name = text.toLowerCase()
  return PRIORITIES.findIndex((priority) => priority === name || (name === 'info' && priority === 'informational'))
}

/** The answer for Falco's configuration, its command line's options, and the rules files that its container sees. */
export function shellRuleOf(
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
  const entries =
    words.get('r') ??
    (config['rules_files'] === undefined && config['rules_file'] === undefined ? DEFAULT_RULES_FILES : stated)
  const loaded = loadedRules(entries, seen)
  if (typeof loaded === 'string') return located('unknown', loaded, at, by)
  const minimum = textOf(config['priority']) === '' ? 'debug' : textOf(config['priority'])
  const rules = selected(loaded, config['rules'], words)
  const works = rules.find((rule) => rule.enabled && priorityOf(rule.priority) <= priorityOf(minimum))
  if (works !== undefined)
    return located('yes', `rule «${works.name}» is on`, at, works.by === null ? by : [works.by.ref])
  const [off] = rules
  if (off === undefined) return located('no', 'no rule for a shell in a container is loaded', at, by)
  if (off.enabled)
    return located('no', `rule «${off.name}» has priority ${off.priority}, below the minimum of ${minimum}`, at, by)
  return located('no', `rule «${off.name}» is switched off`, at, off.by === null ? by : [off.by.ref])
}

/** The rules that tell of a shell in a container, after every file was loaded in order; a text: why that is unknown. */
function loadedRules(entries: readonly string[], seen: SeenFiles): readonly Rule[] | string {
  const rules = new Map<string, Rule>()
  for (const entry of entries) {
    const path = entry.replace(/\/+$/, '')
    const files = seen.files
      .filter(({ at }) => at === path || (at.startsWith(`${path}/`) && /\.ya?ml$/.test(at)))
      .sort((a, b) => (a.at < b.at ? -1 : 1))
    const hidden = seen.missing.find(
      (mount) =>
        !mount.optional &&
        (mount.mountPath === path || path.startsWith(`${mount.mountPath}/`) || mount.mountPath.startsWith(`${path}/`)),
    )
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
      if (before !== undefined && isAlways(condition))
        rules.set(SHELL_RULE, { ...before, enabled: false, by: { ref, why: 'macro' } })
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
      rules.set(name, {
        name,
        priority: textOf(item['priority']),
        enabled: enabled && !isNever(condition),
        tags: textsOf(item['tags']),
        by,
      })
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
  const spawned = /\bspawned_process\b|\bexecve(?:at)?\b/.test(condition)
  const container = /(^|[^.\w])container\b(?!\.)|container\.(id|name|image)/.test(condition)
  const shell = /\bshell_(procs|binaries)\b|proc\.(name|exe|exepath|cmdline)[^)]*\b(ba|da|z|k|c|tc|a|fi)?sh\b/.test(
    condition,
  )
  return spawned && container && shell
}

/** falco.yaml's `rules`, and the older options, last. */
function selected(
  rules: readonly Rule[],
  selection: unknown,
  words: ReadonlyMap<string, readonly string[]>,
): readonly Rule[] {
  const removed = (rule: Rule): boolean =>
    (words.get('D') ?? []).some((part) => part !== '' && rule.name.includes(part)) ||
    (words.get('T') ?? []).some((tag) => rule.tags.includes(tag))
  const only = words.get('t') ?? []
  const start = rules.map((rule) => ({
    ...rule,
    enabled: rule.enabled && !removed(rule) && (only.length === 0 || only.some((tag) => rule.tags.includes(tag))),
  }))
  return listOf(selection)
    .filter(isObject)
    .reduce<readonly Rule[]>((current, item) => {
      const target = objectOf(item['enable'] ?? item['disable'])
      return current.map((rule) =>
        isSelected(rule, target) ? { ...rule, enabled: item['enable'] !== undefined } : rule,
      )
    }, start)
}

function isSelected(rule: Rule, target: { readonly [key: string]: unknown }): boolean {
  const pattern = textOf(target['rule'])
  const expression = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
  return (pattern !== '' && expression.test(rule.name)) || rule.tags.includes(textOf(target['tag']))
}

/** Custom rules for connections that nobody declared: the condition is about a connection's ends. */
export function connectionRulesOf(text: string): readonly string[] {
  const { value } = parseYaml(text)
  return listOf(value)
    .filter(isObject)
    .filter((item) => textOf(item['rule']) !== '' && switchOf(item['enabled'], 'yes') !== 'no')
    .filter((item) =>
      /\b(outbound|inbound|inbound_outbound)\b|evt\.type\s*(in|=)[^)]*\b(connect|accept4?|sendto)\b|\bfd\.(sip|cip|rip|sport|snet|connected)\b/.test(
        textOf(item['condition']),
      ),
    )
    .map((item) => textOf(item['rule']))
}
