/**
 * What of a configuration is weaker than it was: for a pull request that changes the rules that would judge the next one.
 * What cannot be compared (another bundle, a changed policy, another override) is told as that: nobody can say that it is
 * as strict.
 */
import type { Config } from '../config.js'
import type { Level } from '../decide/decide.js'
import { LEVEL_RANK, SEVERITY_RANK } from '../decide/terms.js'
import type { Policy } from '../model.js'

/** One clause each, in the order of the configuration's keys. */
export interface Weakening {
  /** What is weaker for sure. */
  readonly weaker: readonly string[]
  /** What nobody can tell to be as strict. */
  readonly unsure: readonly string[]
}

/** `before` and `after` are what holds, floors and all. */
export const weakening = (before: Config, after: Config, policies: readonly Policy[]): Weakening => ({
  weaker: weakerThan(before, after, policies),
  unsure: incomparable(before, after),
})

function weakerThan(before: Config, after: Config, policies: readonly Policy[]): readonly string[] {
  const down = (what: string, from: string | number, to: string | number): string => `${what}: ${from} → ${to}`
  const of = new Map(policies.map((policy) => [policy.id, policy]))
  const known = new Set(
    [before, after].flatMap(({ levels, severities, parameters }) => [
      ...levels.keys(),
      ...severities.keys(),
      ...Object.keys(parameters),
    ]),
  )
  const shownLevel = (level: Level | null): string => level ?? 'as its stage says'
  return [
    ...(after.stage < before.stage ? [down('stage', before.stage, after.stage)] : []),
    ...(before.owns === 'platform' && after.owns === 'app' ? [down('owns', 'platform', 'app')] : []),
    ...(unknownOf(before) === 'block' && unknownOf(after) === 'advise' ? [down('unknown', 'block', 'advise')] : []),
    ...(before.failOn === 'all' && after.failOn !== 'all' ? [down('fail-on', 'all', after.failOn ?? 'new')] : []),
    ...(SEVERITY_RANK[after.severity] > SEVERITY_RANK[before.severity]
      ? [down('fail-on', before.severity, after.severity)]
      : []),
    ...[...known].sort().flatMap((id) => {
      const [was, is] = [before.levels.get(id) ?? null, after.levels.get(id) ?? null]
      const own = of.get(id)?.severity
      const [grave, less] = [before.severities.get(id) ?? own, after.severities.get(id) ?? own]
      return [
        ...(LEVEL_RANK(is) < LEVEL_RANK(was) ? [down(`policies.${id}`, shownLevel(was), shownLevel(is))] : []),
        ...(grave !== undefined && less !== undefined && SEVERITY_RANK[less] < SEVERITY_RANK[grave]
          ? [down(`policies.${id}`, grave, less)]
          : []),
      ]
    }),
    ...added(before.ignore, after.ignore).map((glob) => `ignore: ${glob}`),
    ...added(before.waivers, after.waivers).map(
      ({ policy, resource, file, owner }) =>
        `waivers: ${policy ?? 'what could not be judged'} on ${resource ?? file ?? 'everything'}, by ${owner}`,
    ),
    ...(after.waiverDays > before.waiverDays ? [down('waiver-days', before.waiverDays, after.waiverDays)] : []),
    ...(after.baseline !== null && after.baseline !== before.baseline ? [`baseline: ${after.baseline}`] : []),
    ...(before.trust.waivers === 'target' && after.trust.waivers === 'head'
      ? [down('trust.waivers', 'target', 'head')]
      : []),
    ...(!before.trust.annotations && after.trust.annotations ? [down('trust.annotations', 'false', 'true')] : []),
    ...added(before.trust.branches, after.trust.branches).map((glob) => `trust.branches: ${glob}`),
    ...(before.weakening === 'block' && after.weakening === 'advise' ? [down('weakening', 'block', 'advise')] : []),
    ...added(after.custom, before.custom).map(({ path }) => `custom: ${path} is gone, or read otherwise`),
    ...added(before.fetch, after.fetch).map((address) => `fetch: ${address}`),
    ...(before.flows.length > 0 && after.flows.length === 0 ? ['flows: gone, so that every connection is meant'] : []),
    ...(before.flows.length > 0
      ? added(before.flows, after.flows).map(({ from, to }) => `flows: ${from} to ${to}`)
      : []),
  ]
}

/** What has no order: another list of registries may be longer or shorter, and better or worse. */
const incomparable = (before: Config, after: Config): readonly string[] => [
  ...[...new Set([before, after].flatMap(({ parameters }) => Object.keys(parameters)))]
    .sort()
    .filter((id) => !isSame(before.parameters[id] ?? {}, after.parameters[id] ?? {}))
    .map((id) => `policies.${id}: other parameters`),
  ...(isSame(overridesOf(before), overridesOf(after)) ? [] : ['overrides: not the same']),
  ...(isSame(before.extends, after.extends) ? [] : ['extends: not the same']),
  ...(isSame([...before.scopes], [...after.scopes]) ? [] : ['scopes: not the same']),
  ...added(before.context, after.context).map((folder) => `context: ${folder} counts as given`),
  ...[...before.render].flatMap(([chart, settings]) =>
    isSame(rendered(settings), rendered(after.render.get(chart))) ? [] : [`render: ${chart} is rendered otherwise`],
  ),
]

const unknownOf = ({ unknown, owns }: Config): 'advise' | 'block' =>
  unknown ?? (owns === 'platform' ? 'block' : 'advise')

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function added<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Set(before.map((item) => JSON.stringify(item)))
  return after.filter((item) => !known.has(JSON.stringify(item)))
}

/** As JSON has it, which knows no maps. */
const overridesOf = ({ overrides }: Config): unknown =>
  overrides.map(({ match, policies }) => [{ ...match, labels: [...match.labels] }, [...policies]])

const rendered = (settings: Config['render'] extends ReadonlyMap<string, infer S> ? S | undefined : never): unknown =>
  settings === undefined ? null : { ...settings, environments: [...settings.environments] }
