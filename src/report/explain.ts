/** `ringfence explain`: what there is, and why a policy exists, as text for a terminal. */
import type { Config } from '../config.js'
import type { Level, Override } from '../decide/decide.js'
import type { Json, Policy } from '../model.js'

/** Each policy that was asked for; all in a list where none was. Throws for one that does not exist. */
export function explain(wanted: readonly string[], policies: readonly Policy[], config: Config): string {
  if (wanted.length === 0) return list(policies)
  return wanted.map((id) => page(find(id, policies), config)).join('\n')
}

export class UnknownPolicy extends Error {}

function find(id: string, policies: readonly Policy[]): Policy {
  const found = policies.find(
    (policy) => policy.id === id || policy.aliases.includes(id) || policy.id.split('/')[1] === id,
  )
  if (found === undefined)
    throw new UnknownPolicy(`there is no policy ${JSON.stringify(id)}; \`ringfence explain\` lists them`)
  return found
}

function list(policies: readonly Policy[]): string {
  const width = Math.max(...policies.map(({ id }) => id.length))
  const rows = [...policies]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((p) => `${p.id.padEnd(width)}  ${p.severity.padEnd(8)}  stage ${p.stage}  ${p.title}`)
  return `${rows.join('\n')}\n`
}

function page(policy: Policy, config: Config): string {
  const parameters = Object.entries(policy.parameters).map(
    ([name, p]) => `  ${name} (${p.type}, default ${JSON.stringify(p.default)}): ${p.description}`,
  )
  const controls = Object.entries(policy.controls).map(
    ([framework, ids]) => `  ${framework}: ${Object.keys(ids).join(', ')}`,
  )
  return [
    `${policy.id}: ${policy.title}`,
    `severity ${policy.severity}, stage ${policy.stage}, judges ${policy.judges.join(', ')}`,
    '',
    policy.description,
    '',
    `To mend it: ${policy.remediation}`,
    ...(parameters.length === 0 ? [] : ['', 'Parameters:', ...parameters]),
    ...(controls.length === 0 ? [] : ['', 'Gives evidence for:', ...controls]),
    '',
    ...here(policy, config),
    ...(policy.links.length === 0 ? [] : ['', ...policy.links]),
    '',
  ].join('\n')
}

/** How it is judged in this repository, and who says so: the organisation's words first, the repository's own last. */
function here({ id, stage }: Policy, config: Config): readonly string[] {
  const own = { name: config.file ?? 'no configuration', ...config, brings: NOTHING, covers: NOTHING }
  const lines = [...config.floors, own].flatMap((each) => [
    ...(each.brings.has(id) ? [`it comes with ${each.name}`] : []),
    ...(each.levels.has(id) ? [`${levelWords(each.levels.get(id) ?? null)}, says ${each.name}`] : []),
    ...(each.severities.has(id) ? [`severity ${each.severities.get(id) ?? ''}, says ${each.name}`] : []),
    ...(each.covers.has(id) && !each.levels.has(id) ? [`as its stage says, at least, says ${each.name}`] : []),
    ...each.overrides.flatMap(({ match, policies }) => {
      const set = policies.get(id)
      return set === undefined ? [] : [`where ${matchWords(match)}: ${settingWords(set)}, says ${each.name}`]
    }),
  ])
  const parameters = Object.entries(config.parameters[id] ?? {}).map(([name, value]) => `${name}: ${shown(value)}`)
  return [
    `Here, at stage ${config.stage}, it ${stage <= config.stage ? 'blocks' : 'advises'} where nothing else is said.`,
    ...[...lines, ...parameters].map((line) => `  ${line}`),
    ...(lines.some((line) => line.startsWith('where '))
      ? ['  Of each, the first that matches wins; of several, the strictest.']
      : []),
  ]
}

const NOTHING: ReadonlySet<string> = new Set()

const shown = (value: Json): string => JSON.stringify(value)

const levelWords = (level: Level | null): string => level ?? 'as its stage says'

function settingWords(set: NonNullable<ReturnType<Override['policies']['get']>>): string {
  const parts = [
    ...(set.level === null ? [] : [set.level]),
    ...(set.severity === null ? [] : [`severity ${set.severity}`]),
    ...Object.entries(set.parameters).map(([name, value]) => `${name}: ${shown(value)}`),
  ]
  return parts.join(', ')
}

function matchWords({ labels, ...globs }: Override['match']): string {
  const parts = [
    ...Object.entries(globs).flatMap(([key, glob]) => (glob === null ? [] : [`${key} is ${glob}`])),
    ...[...labels].map(([key, value]) => `label ${key} is ${value}`),
  ]
  return parts.length === 0 ? 'anything' : parts.join(' and ')
}
