/**
 * The floor rule: what a configuration extends, it may tighten, never weaken. A floor says what its own words say, no more:
 * a policy that it is silent about is everybody's own affair, unless the stage that it asks for reaches it or it brings the
 * policy itself. What it leaves to others (`leaves`) is theirs.
 *
 * Levels and severities hold resource by resource, since overrides do: `terms.ts` takes the strictest. Everything else is
 * settled here, and told as an error where it is written, since a line that has no effect would deceive its reader.
 */
import type { Config } from '../config.js'
import type { Level, Override, TermsFloor } from '../decide/decide.js'
import { LEVEL_RANK, SEVERITY_RANK } from '../decide/terms.js'
import type { Waiver } from '../decide/waive.js'
import type { Json, Path, Policy } from '../model.js'

export const LEAVES = [
  'ignore',
  'waivers',
  'baseline',
  'parameters',
  'branches',
  'context',
  'scopes',
  'render',
] as const
export type Leave = (typeof LEAVES)[number]

/** What a shared configuration asks of those that extend it. */
export interface Floor extends TermsFloor {
  /** As it is written, nothing taken from what it extends itself. */
  readonly config: Config
  /** Names of the floors that it extends itself: what they loosen, it has agreed to. */
  readonly accepts: ReadonlySet<string>
}

/** `brought` are the policies that come with it. */
export function floorOf(
  name: string,
  config: Config,
  policies: readonly Policy[],
  brought: readonly Policy[],
  accepts: ReadonlySet<string>,
): Floor {
  const set = new Set([...config.severities.keys(), ...Object.keys(config.parameters)])
  const stage = config.written.has('stage') ? config.stage : 0
  const own = new Set(brought.map(({ id }) => id))
  return {
    name,
    config,
    accepts,
    brings: own,
    levels: config.levels,
    severities: config.severities,
    overrides: config.overrides,
    covers: new Set(policies.flatMap(({ id, stage: at }) => (at <= stage || own.has(id) || set.has(id) ? [id] : []))),
  }
}

/** Something that a configuration may not say above a floor, and where it says it. */
export interface Objection {
  readonly path: Path
  readonly message: string
  /** Whether two floors side by side settle it by the stricter of both. */
  readonly settles: boolean
}

/** What of `own` is weaker than a floor. `policies` are all there are. */
export function objections(own: Config, floor: Floor, policies: ReadonlyMap<string, Policy>): readonly Objection[] {
  const found: Objection[] = []
  const { config: floors, name } = floor
  const weaker = (path: Path, asked: string, holds: string): void => {
    found.push({ path, message: `${asked} is weaker than ${holds}, what ${name} asks for`, settles: true })
  }
  const refuse = (path: Path, what: string, leave: Leave): void => {
    found.push({ path, message: `${what}: ${name} does not leave that to others (leaves: [${leave}])`, settles: false })
  }
  const written = (key: string): boolean => own.written.has(key)
  const leaves = (what: Leave): boolean => floors.leaves.includes(what)

  if (written('stage') && floors.written.has('stage') && own.stage < floors.stage)
    weaker(['stage'], `stage ${own.stage}`, String(floors.stage))
  if (written('owns') && own.owns === 'app' && floors.owns === 'platform') weaker(['owns'], 'app', 'platform')
  if (own.unknown === 'advise' && unknownOf(floors) === 'block') weaker(['unknown'], 'advise', 'block')
  if (own.failOn === 'new' && floors.failOn === 'all') weaker(['fail-on'], 'new', 'all')
  if (written('fail-on.severity') && SEVERITY_RANK[own.severity] > SEVERITY_RANK[floors.severity])
    weaker(['fail-on'], `severity ${own.severity}`, floors.severity)
  if (written('weakening') && own.weakening === 'advise' && floors.weakening === 'block')
    weaker(['weakening'], 'advise', 'block')
  if (written('waiver-days') && own.waiverDays > floors.waiverDays)
    weaker(['waiver-days'], String(own.waiverDays), String(floors.waiverDays))

  const settings = (
    path: Path,
    id: string,
    set: {
      readonly level: Level | undefined
      readonly severity: Policy['severity'] | undefined
      readonly parameters: Parameters
    },
  ): void => {
    const policy = policies.get(id)
    const isByResource = floor.overrides.some(({ policies }) => policies.has(id))
    const [level, severity] = [levelIn(floor, id), policy === undefined ? undefined : severityIn(floor, policy)]
    if (!isByResource && set.level !== undefined && level !== undefined && LEVEL_RANK(set.level) < LEVEL_RANK(level))
      weaker([...path, id], set.level, level ?? 'the level of its stage')
    if (
      !isByResource &&
      set.severity !== undefined &&
      severity !== undefined &&
      SEVERITY_RANK[set.severity] < SEVERITY_RANK[severity]
    )
      weaker([...path, id], `severity ${set.severity}`, severity)
    for (const [parameter, value] of Object.entries(set.parameters)) {
      const fixed = parametersIn(floor, id).filter((each) => Object.hasOwn(each, parameter))
      if (fixed.some((each) => JSON.stringify(each[parameter]) !== JSON.stringify(value)))
        found.push({
          path: [...path, id],
          message: `the parameter ${parameter} of ${id} is set by ${name}`,
          settles: false,
        })
      else if (fixed.length === 0 && isHeld(floor, id) && !leaves('parameters'))
        refuse([...path, id], `the parameter ${parameter} of ${id} is set`, 'parameters')
    }
  }
  for (const id of new Set([...own.levels.keys(), ...own.severities.keys(), ...Object.keys(own.parameters)])) {
    const parameters = own.parameters[id] ?? {}
    settings(['policies'], id, { level: own.levels.get(id), severity: own.severities.get(id), parameters })
  }
  for (const [i, override] of own.overrides.entries()) {
    for (const [id, { level, severity, parameters }] of override.policies)
      settings(['overrides', i, 'policies'], id, {
        level: level ?? undefined,
        severity: severity ?? undefined,
        parameters,
      })
  }

  if (!holdsAnything(floor)) return found
  if (!leaves('ignore')) {
    for (const [i, glob] of own.ignore.entries())
      if (!floors.ignore.includes(glob)) refuse(['ignore', i], `${glob} is not judged`, 'ignore')
  }
  // What is said to exist elsewhere is not judged, and what is judged is protected by it.
  if (!leaves('context')) {
    for (const [i, entry] of own.context.entries()) refuse(['context', i], `${entry} counts as given`, 'context')
  }
  // What is judged apart sees neither the mesh nor the bindings of the rest.
  if (!leaves('scopes')) {
    for (const name of own.scopes.keys()) refuse(['scopes', name], `${name} is judged apart`, 'scopes')
  }
  if (own.baseline !== null && !leaves('baseline'))
    refuse(['baseline'], 'what was there on the first day is accepted', 'baseline')
  for (const [i, waiver] of own.waivers.entries())
    if (!mayWaive(waiver, [floor]))
      refuse(['waivers', i], `${waiver.policy ?? 'what could not be judged'} is waived`, 'waivers')
  if (own.trust.waivers === 'head' && floors.trust.waivers !== 'head' && !leaves('waivers'))
    refuse(['trust', 'waivers'], 'waivers of a pull request hold', 'waivers')
  if (own.trust.annotations && !floors.trust.annotations && !leaves('waivers'))
    refuse(['trust', 'annotations'], 'resources bring waivers for themselves', 'waivers')
  if (!leaves('branches')) {
    for (const [i, glob] of own.trust.branches.entries())
      if (!floors.trust.branches.includes(glob))
        refuse(['trust', 'branches', i], `${glob} has rules of its own`, 'branches')
  }
  return found
}

type Parameters = { readonly [name: string]: Json }

const unknownOf = ({ unknown, owns }: Config): 'advise' | 'block' =>
  unknown ?? (owns === 'platform' ? 'block' : 'advise')

/** undefined: it asks for nothing; null: as the policy's stage says. */
const levelIn = ({ levels, covers }: TermsFloor, id: string): Level | null | undefined =>
  levels.get(id) ?? (covers.has(id) ? null : undefined)

const severityIn = ({ severities, covers }: TermsFloor, { id, severity }: Policy): Policy['severity'] | undefined =>
  severities.get(id) ?? (covers.has(id) ? severity : undefined)

const parametersIn = ({ config }: Floor, id: string): readonly Parameters[] =>
  [config.parameters[id], ...config.overrides.map(({ policies }) => policies.get(id)?.parameters)].filter(
    (parameters) => parameters !== undefined,
  )

const ASKS = (level: Level | null | undefined): boolean => level === null || level === 'block'

/** Whether a floor wants a policy judged, somewhere at least. */
function isHeld(floor: TermsFloor, id: string): boolean {
  return (
    ASKS(levelIn(floor, id)) ||
    floor.overrides.some(({ policies }) => {
      const own = policies.get(id)
      return own !== undefined && ASKS(own.level ?? levelIn(floor, id) ?? null)
    })
  )
}

const holdsAnything = (floor: TermsFloor): boolean =>
  [...floor.covers, ...floor.levels.keys(), ...floor.overrides.flatMap(({ policies }) => [...policies.keys()])].some(
    (id) => isHeld(floor, id),
  )

/** Whether a waiver that is not the floors' own may hold above them. */
export function mayWaive({ policy }: Waiver, floors: readonly Floor[]): boolean {
  return floors.every(
    (floor) =>
      floor.config.leaves.includes('waivers') || (policy === null ? !holdsAnything(floor) : !isHeld(floor, policy)),
  )
}

/** What one floor loosens that another one beside it does not leave to others; `of` is the one that loosens. */
export function conflicts(
  floors: readonly Floor[],
  policies: ReadonlyMap<string, Policy>,
): readonly { readonly of: Floor; readonly message: string }[] {
  return floors.flatMap((of) =>
    floors
      .filter((floor) => floor !== of && !floor.accepts.has(of.name) && !of.accepts.has(floor.name))
      .flatMap((floor) =>
        objections(of.config, floor, policies)
          .filter(({ settles }) => !settles)
          .map(({ message }) => ({ of, message })),
      ),
  )
}

/** What holds: what a configuration says, else what its floors say, the strictest of them. */
export function above(own: Config, floors: readonly Floor[]): Config {
  if (floors.length === 0) return own
  const all = floors.map(({ config }) => config)
  const holding = floors.filter(holdsAnything).map(({ config }) => config)
  const written = (key: string): boolean => own.written.has(key)
  const some = (test: (config: Config) => boolean): boolean => all.some(test)
  const everyTrust = (test: (trust: Config['trust']) => boolean): boolean => all.every(({ trust }) => test(trust))
  const lowest = holding.map(({ severity }) => severity).sort((a, b) => SEVERITY_RANK[a] - SEVERITY_RANK[b])[0]
  const days = holding.map(({ waiverDays }) => waiverDays)
  return {
    ...own,
    floors,
    stage: written('stage') ? own.stage : (all.map(({ stage }) => stage).sort((a, b) => b - a)[0] ?? own.stage),
    owns: written('owns') ? own.owns : some(({ owns }) => owns === 'platform') ? 'platform' : own.owns,
    unknown: own.unknown ?? (some((config) => unknownOf(config) === 'block') ? 'block' : null),
    failOn: own.failOn ?? (some(({ failOn }) => failOn === 'all') ? 'all' : null),
    severity: written('fail-on.severity') ? own.severity : (lowest ?? own.severity),
    parameters: merged([...all.map(({ parameters }) => parameters), own.parameters]),
    ignore: [...new Set([...all.flatMap(({ ignore }) => ignore), ...own.ignore])],
    render: holding.every(({ leaves }) => leaves.includes('render')) ? own.render : withFound(own.render),
    waivers: [...all.flatMap(({ waivers }) => waivers), ...own.waivers],
    waiverDays: written('waiver-days') ? own.waiverDays : Math.min(...(days.length === 0 ? [own.waiverDays] : days)),
    trust: {
      waivers: written('trust.waivers')
        ? own.trust.waivers
        : everyTrust(({ waivers }) => waivers === 'head')
          ? 'head'
          : 'target',
      annotations: written('trust.annotations') ? own.trust.annotations : everyTrust(({ annotations }) => annotations),
      branches: [...new Set([...all.flatMap(({ trust }) => trust.branches), ...own.trust.branches])],
    },
    weakening: written('weakening')
      ? own.weakening
      : some(({ weakening }) => weakening === 'block')
        ? 'block'
        : 'advise',
    notes: [...new Set([...all.flatMap(({ notes }) => notes), ...own.notes])],
  }
}

/** An environment that is found is judged, whatever the configuration names beside it. */
const withFound = (render: Config['render']): Config['render'] =>
  new Map([...render].map(([chart, settings]) => [chart, { ...settings, alsoFound: true }]))

function merged(all: readonly Config['parameters'][]): Config['parameters'] {
  const result: { [policy: string]: Parameters } = {}
  for (const each of all)
    for (const [id, parameters] of Object.entries(each)) result[id] = { ...result[id], ...parameters }
  return result
}

/** Overrides of everybody who has any: the configuration's own, then its floors', whose parameters win. */
export const allOverrides = ({
  overrides,
  floors,
}: Pick<Config, 'overrides' | 'floors'>): readonly (readonly Override[])[] => [
  overrides,
  ...floors.map((floor) => floor.overrides),
]
