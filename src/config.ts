/**
 * `.ringfence.yaml`: what a repository says about how it is judged. Strict: what cannot be understood, or does nothing
 * yet, is an error with its line, never ignored; all of them are told at once.
 */
import type { CustomSource } from './custom/custom.js'
import { entryProblem } from './discover/allowed.js'
import { contextProblem, remoteOf } from './discover/remote-base.js'
import type { Level, Settings } from './decide/decide.js'
import type { Waiver } from './decide/waive.js'
import { LEAVES, objections, type Floor, type Leave } from './extends/floor.js'
import { parseReference } from './extends/reference.js'
import type { Flow } from './relate/world.js'
import type { Json, JsonObject, Parameter, Policy, Severity, Stage } from './model.js'
import { parseYaml, positionsOf } from './parse/yaml.js'
import {
  about,
  boolean,
  checked,
  either,
  isMap,
  json,
  listOf,
  mapOf,
  number,
  object,
  oneOf,
  optional,
  quoted,
  reader,
  required,
  shown,
  suggestion,
  text,
  transformed,
} from './shape.js'
import type { Read, Reader, Report } from './shape.js'

export const CONFIG_FILE = '.ringfence.yaml'

/** How one environment of a chart is rendered. */
export interface RenderSettings {
  /** Values files in order, relative to the chart. */
  readonly values: readonly string[]
  readonly namespace: string | null
  /** The release's name. */
  readonly release: string | null
  readonly kubeVersion: string | null
  readonly apiVersions: readonly string[]
}

export interface ChartSettings extends RenderSettings {
  /** By name; empty: those that are found beside the chart. What an environment leaves out, the chart's settings say. */
  readonly environments: ReadonlyMap<string, RenderSettings>
  /** Whether those that are found are rendered beside those that are named, where none of them takes their values. */
  readonly alsoFound?: boolean
}

interface PolicySettings {
  /** null: as its stage says. */
  readonly level: Level | null
  /** null: the policy's own. */
  readonly severity: Severity | null
  readonly parameters: { readonly [name: string]: Json }
}

/** What is written and understood, with the defaults for the rest. */
export interface Config extends Settings {
  /** The file it was read from; null: there is none. */
  readonly file: string | null
  /** `data.parameters`: policy → parameter → value, only what the file sets. */
  readonly parameters: { readonly [policy: string]: { readonly [name: string]: Json } }
  /** Globs of what is not judged. */
  readonly ignore: readonly string[]
  /** Chart's folder → how it is rendered. */
  readonly render: ReadonlyMap<string, ChartSettings>
  /** What it builds on, as written: `extends/reference.ts` reads it. */
  readonly extends: readonly string[]
  /** What those that extend this one may decide for themselves. */
  readonly leaves: readonly Leave[]
  /** What it extends, and what that extends, the deepest first. */
  readonly floors: readonly Floor[]
  /** Keys that are written: `stage`, `fail-on.severity`. */
  readonly written: ReadonlySet<string>
  /** Name → globs of the sources that are judged together; empty: all. */
  readonly scopes: ReadonlyMap<string, readonly string[]>
  /** Folders of manifests that exist in the cluster but belong elsewhere. */
  readonly context: readonly string[]
  /** Addresses that may be asked for what charts depend on, and what lies below them; empty: the network is off. */
  readonly fetch: readonly string[]
  /** Policies of conftest and Gatekeeper in this repository. */
  readonly custom: readonly CustomSource[]
  readonly flows: readonly Flow[]
  readonly waivers: readonly Waiver[]
  /** How far ahead a waiver may end, in days. */
  readonly waiverDays: number
  /** A file of findings that were there on the first day. */
  readonly baseline: string | null
  readonly trust: {
    /** Whose waivers hold: those of the target branch, or those of the pull request too. */
    readonly waivers: 'target' | 'head'
    /** Whether a resource may bring waivers for itself, in its annotation `ringfence/waivers` or in comments. */
    readonly annotations: boolean
    /** Globs of branches beside the default one whose own rules judge pull requests to them. */
    readonly branches: readonly string[]
  }
  /** What happens to a pull request that weakens this configuration. */
  readonly weakening: 'advise' | 'block'
  /** What a reader should know: a policy that is named by an old identifier. */
  readonly notes: readonly string[]
}

/** What holds where nothing is written. */
export const defaults: Config = {
  file: null,
  stage: 1,
  owns: 'app',
  unknown: null,
  failOn: null,
  severity: 'medium',
  levels: new Map(),
  severities: new Map(),
  parameters: {},
  ignore: [],
  render: new Map(),
  extends: [],
  leaves: [],
  floors: [],
  written: new Set(),
  scopes: new Map(),
  context: [],
  fetch: [],
  custom: [],
  flows: [],
  overrides: [],
  waivers: [],
  waiverDays: 365,
  baseline: null,
  trust: { waivers: 'target', annotations: false, branches: [] },
  weakening: 'advise',
  notes: [],
}

/** The configuration's JSON Schema, for editors: it is a little more generous than the reader. */
export function configSchema(policies: readonly Policy[]): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: CONFIG_FILE,
    description: 'How Ringfence judges this repository.',
    ...root(policies, []).schema,
    $defs: { policy: withoutParameters.schema },
  }
}

/** Lines and columns are 1-based. */
export interface ConfigProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

export type ConfigResult =
  | { readonly config: Config; readonly problems: readonly [] }
  | { readonly config: null; readonly problems: readonly ConfigProblem[] }

/** What a configuration is read for, beside judging by it. */
export interface ParseOptions {
  /** What it extends. */
  readonly floors?: readonly Floor[]
  /** Whether others extend it: what belongs to one repository is then refused. */
  readonly isShared?: boolean
}

/** What is about one repository's files. */
const ONE_REPOSITORY = ['render', 'scopes', 'context', 'fetch', 'flows', 'baseline'] as const

/**
 * `content` is the text of `file`; `policies` are all there are, built in and custom. What it may not say above its floors
 * is an error; what holds then is `above`'s to say.
 */
export function parseConfig(
  content: string,
  file: string,
  policies: readonly Policy[],
  { floors = [], isShared = false }: ParseOptions = {},
): ConfigResult {
  const parsed = parseYaml(content)
  if (parsed.problem !== null) {
    const { line, message } = parsed.problem
    return { config: null, problems: [{ file, line: line ?? 1, column: 1, message }] }
  }
  const positions = positionsOf(content)
  const problems: ConfigProblem[] = []
  const report: Report = (path, message) => {
    const { line, column } = positions(path)
    problems.push({ file, line, column, message })
  }
  const value = (parsed.value ?? {}) as Json
  const notes: string[] = []
  const written = root(policies, notes)(value, [], report)
  if (isShared && isMap(value)) {
    for (const key of ONE_REPOSITORY)
      if (Object.hasOwn(value, key)) report([key], `${key} belongs to one repository: others cannot extend it`)
  }
  const config = written === undefined ? null : configOf(written, file, notes, writtenKeys(value))
  if (config !== null) {
    const known = new Map(policies.map((policy) => [policy.id, policy]))
    for (const floor of floors) for (const { path, message } of objections(config, floor, known)) report(path, message)
  }
  return config === null || problems.length > 0
    ? { config: null, problems: problems.sort(byPlace) }
    : { config, problems: [] }
}

/** `stage`, and `fail-on.severity` of a map. */
function writtenKeys(value: Json): ReadonlySet<string> {
  if (!isMap(value)) return new Set()
  return new Set(
    Object.entries(value).flatMap(([key, own]) => [
      key,
      ...(isMap(own) ? Object.keys(own).map((k) => `${key}.${k}`) : []),
    ]),
  )
}

const byPlace = (a: ConfigProblem, b: ConfigProblem): number => a.line - b.line || a.column - b.column

/** The same with its paths, which are written from the file's own folder, made tree paths. */
export function rebased(config: Config, folder: string): Config {
  if (folder === '') return config
  const moved = (path: string): string => `${folder}/${path.replace(/^\.\//, '')}`
  return {
    ...config,
    ignore: config.ignore.map(moved),
    context: config.context.map((entry) => (remoteOf(entry) === null ? moved(entry) : entry)),
    custom: config.custom.map((source) => ({ ...source, path: moved(source.path), data: source.data.map(moved) })),
    scopes: new Map([...config.scopes].map(([name, globs]) => [name, globs.map(moved)])),
    baseline: config.baseline === null ? null : moved(config.baseline),
    waivers: config.waivers.map((waiver) => ({ ...waiver, file: waiver.file === null ? null : moved(waiver.file) })),
    render: new Map([...config.render].map(([chart, settings]) => [moved(chart), settings])),
    overrides: config.overrides.map(({ match, policies }) => ({
      match: { ...match, file: match.file === null ? null : moved(match.file) },
      policies,
    })),
  }
}

/** `charts/shop/.ringfence.yaml:3:1: unknown key "stag" …`: a line a problem. */
export const describe = ({ file, line, column, message }: ConfigProblem): string =>
  `${file}:${line}:${column}: ${message}`

/** `custom` alone, which says what other policies there are: `parseConfig` tells what is wrong with it. */
export const customSources = (content: string): readonly CustomSource[] =>
  alone(content, 'custom', listOf(customSource)) ?? []

/** `extends` alone, with the place of each: what has to be read before the rest can be. */
export function extended(
  content: string,
): readonly { readonly text: string; readonly line: number; readonly column: number }[] {
  const texts = alone(content, 'extends', listOrOne) ?? []
  const positions = positionsOf(content)
  const isList = Array.isArray((parseYaml(content).value as JsonObject)?.['extends'])
  return texts.map((text, i) => ({ text, ...positions(isList ? ['extends', i] : ['extends']) }))
}

/** One key, whatever is wrong with the others; undefined where it is absent or wrong itself. */
function alone<T>(content: string, key: string, read: Reader<T>): T | undefined {
  const { value, problem } = parseYaml(content)
  if (problem !== null || !isMap(value) || value[key] === undefined) return undefined
  return read(value[key], [key], () => undefined)
}

/* ------------------------------------------------------------------ keys */

const severity = oneOf('critical', 'high', 'medium', 'low')
export const stage: Reader<Stage> = oneOf(1, 2, 3, 4)

interface FailOn {
  readonly findings: 'new' | 'all' | null
  readonly severity: Severity | null
}

const failOnFields = object({ findings: optional(oneOf('new', 'all'), null), severity: optional(severity, null) })

/** `new`, `all`, or `{findings: all, severity: high}`. */
export const failOn: Reader<FailOn> = either(failOnFields, oneOf('new', 'all'), (findings) => ({
  findings,
  severity: null,
}))

const renderFields = {
  values: optional(listOf(text), []),
  namespace: optional(text, null),
  release: optional(text, null),
  'kube-version': optional(text, null),
  'api-versions': optional(listOf(text), []),
}

const environment = object(renderFields)

const chart = object({
  ...renderFields,
  environments: optional(
    mapOf(() => transformed(environment, renderSettings)),
    new Map<string, RenderSettings>(),
  ),
})

const match = object({
  file: about('A glob over paths, from the folder of this file.', optional(text, null)),
  kind: optional(text, null),
  namespace: optional(text, null),
  name: optional(text, null),
  environment: optional(text, null),
  labels: optional(
    mapOf(() => text),
    new Map<string, string>(),
  ),
})

const flow = object({ from: required(text), to: required(text), ports: optional(listOf(text), []) })

const customFields = object({
  path: required(text),
  namespaces: optional(listOf(text), ['main']),
  combine: optional(boolean, false),
  data: optional(listOf(text), []),
  rego: optional(oneOf('v0', 'v1'), 'v1' as const),
})

/** A folder, or `{path, namespaces, combine, data, rego}`. */
const customSource: Reader<CustomSource> = reader(
  { anyOf: [text.schema, customFields.schema] },
  (value, path, report) => {
    const read = customFields(isMap(value) ? value : { path: value }, path, report)
    if (read === undefined) return undefined
    const trimmed = (each: string): string => each.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
    return { ...read, path: trimmed(read.path), data: read.data.map(trimmed) }
  },
)

const day = checked(text, (value) => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)
  if (found === null) return 'it must be a day, as in 2027-03-01'
  const [year, month, date] = found.slice(1).map(Number) as [number, number, number]
  const days = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ]
  return date >= 1 && date <= (days[month - 1] ?? 0) ? null : 'there is no such day'
})

/** A folder or file, `oci://…@sha256:…`, or `npm:…#sha512-…`. */
const reference = checked(text, (written) => {
  const read = parseReference(written)
  return typeof read === 'string' ? read : null
})

const references = listOf(reference)

const listOrOne: Reader<readonly string[]> = reader(
  { anyOf: [text.schema, references.schema] },
  (value, path, report) => {
    if (typeof value !== 'string') return references(value, path, report)
    const one = reference(value, path, report)
    return one === undefined ? undefined : [one]
  },
)

type Written = Read<ReturnType<typeof root>>

function root(policies: readonly Policy[], notes: string[]) {
  const policy = policyName(policies, notes)
  const known = new Map(policies.map((p) => [p.id, p]))
  const settings = mapOf((id) => policySettings(known.get(id) as Policy), policy)
  return object({
    stage: about(
      'The rung of the ladder that blocks: 1 RBAC, pod basics, default deny; 2 restricted pods, egress, exposure; 3 mesh identity; 4 evidence.',
      optional(stage, defaults.stage),
    ),
    owns: about(
      'app: what belongs to the namespace, the mesh or the platform and is not declared here advises; platform: it blocks.',
      optional(oneOf('app', 'platform'), defaults.owns),
    ),
    unknown: about(
      'What a policy could not tell: by default it blocks only those who own the platform. What the base could not tell either does not block.',
      optional(oneOf('advise', 'block'), defaults.unknown),
    ),
    'fail-on': about(
      'What blocks: new (what the base has not) or all, or a map with a severity.',
      optional(failOn, { findings: null, severity: null }),
    ),
    policies: about(
      'off, advise or block; or a map with level, severity and parameters.',
      optional(settings, new Map<string, PolicySettings>()),
    ),
    ignore: about('Globs of what is not judged.', optional(listOf(text), defaults.ignore)),
    render: about(
      'How charts are rendered, by their folder.',
      optional(
        mapOf(() => chart),
        new Map<string, Read<typeof chart>>(),
      ),
    ),
    extends: about(
      'Bundles of policies, frameworks and configuration that this one builds on.',
      optional(listOrOne, defaults.extends),
    ),
    leaves: about(
      'For a configuration that others extend: what they may decide for themselves, where it asks for something.',
      optional(listOf(oneOf(...LEAVES)), defaults.leaves),
    ),
    scopes: about(
      'Names for globs of sources that are judged together, apart from the rest.',
      optional(
        mapOf(() => listOf(text)),
        defaults.scopes,
      ),
    ),
    context: about(
      'Folders of manifests that exist in the cluster but belong elsewhere: related, not judged. In another repository: its address, the folder and a commit (https://HOST/REPOSITORY//FOLDER?ref=COMMIT), where fetch allows it.',
      optional(listOf(checked(text, contextProblem)), defaults.context),
    ),
    fetch: about(
      'Chart repositories, registries and git repositories that may be asked for what charts depend on and kustomizations build on (https://HOST/PATH, oci://HOST/PATH); none: the network is off.',
      optional(listOf(checked(text, entryProblem)), defaults.fetch),
    ),
    custom: about(
      'Folders of policies in Rego: of conftest, or of Gatekeeper.',
      optional(listOf(customSource), defaults.custom),
    ),
    flows: about('Who may talk to whom.', optional(listOf(flow), defaults.flows)),
    overrides: about(
      'Other settings for some resources; the first that matches wins.',
      optional(
        listOf(
          object({ match: required(match), policies: required(reader({ $ref: '#/properties/policies' }, settings)) }),
        ),
        defaults.overrides,
      ),
    ),
    waivers: about(
      'Decisions to live with a finding, until a day.',
      optional(listOf(waiver(policy)), defaults.waivers),
    ),
    'waiver-days': about(
      'How far ahead a waiver may end, in days.',
      optional(
        checked(number, (days) => (Number.isInteger(days) && days > 0 ? null : 'it must be a number of days')),
        defaults.waiverDays,
      ),
    ),
    baseline: about(
      'A file of findings that were there on the first day; `ringfence init` writes it.',
      optional(text, defaults.baseline),
    ),
    trust: about(
      'What a pull request may bring for itself.',
      optional(
        object({
          waivers: optional(oneOf('target', 'head'), defaults.trust.waivers),
          annotations: optional(boolean, defaults.trust.annotations),
          branches: optional(listOf(text), defaults.trust.branches),
        }),
        defaults.trust,
      ),
    ),
    weakening: about(
      'What happens to a pull request that weakens this configuration.',
      optional(oneOf('advise', 'block'), defaults.weakening),
    ),
  })
}

const waiverFields = {
  container: optional(text, null),
  file: optional(text, null),
  value: optional<Json, undefined>(json, undefined),
  reason: required(text),
  owner: required(text),
  ticket: optional(text, null),
  expires: required(day),
}

/** Of a policy on a resource; without a policy, of what could not be judged in a file. */
function waiver(policy: Reader<string>): Reader<Waiver> {
  const fields = object({ policy: optional(policy, null), resource: optional(text, null), ...waiverFields })
  return reader(fields.schema, (given, path, report) => {
    const read = fields(given, path, report)
    if (read === undefined) return undefined
    const { value, ...rest } = read
    if (rest.policy === null && (rest.file === null || rest.resource !== null || rest.container !== null)) {
      report(path, 'policy is missing; only what could not be judged is waived without one, by its file alone')
      return undefined
    }
    if (rest.policy !== null && rest.resource === null && rest.file === null) {
      report(path, 'resource is missing: Kind/namespace/name, or Kind/name where there is no namespace')
      return undefined
    }
    return isMap(given) && Object.hasOwn(given, 'value') ? { ...rest, value: value ?? null } : rest
  })
}

/** The waivers that a resource brings for itself: a list as in the configuration, each without `resource` and `file`. */
export function parseWaivers(
  content: string,
  policies: readonly Policy[],
): { readonly waivers: readonly Waiver[]; readonly problem: string | null } {
  const parsed = parseYaml(content)
  if (parsed.problem !== null) return { waivers: [], problem: parsed.problem.message }
  const problems: string[] = []
  const { file: _file, ...own } = waiverFields
  const fields = object({ policy: required(policyName(policies, [])), ...own })
  const read = listOf(fields)(parsed.value as Json, [], (_path, message) => problems.push(message))
  if (read === undefined) return { waivers: [], problem: problems.join('; ') }
  const list = parsed.value as readonly JsonObject[]
  const waivers = read.map(({ value, ...rest }, i) => ({
    ...rest,
    resource: null,
    file: null,
    ...(Object.hasOwn(list[i] ?? {}, 'value') ? { value: value ?? null } : {}),
  }))
  return { waivers, problem: null }
}

function configOf(written: Written, file: string, notes: readonly string[], keys: ReadonlySet<string>): Config {
  const { 'fail-on': fail, 'waiver-days': waiverDays, policies, render, ...rest } = written
  const set = [...policies]
  return {
    ...rest,
    file,
    floors: [],
    written: keys,
    waiverDays,
    failOn: fail.findings ?? defaults.failOn,
    severity: fail.severity ?? defaults.severity,
    levels: new Map(set.flatMap(([id, { level }]) => (level === null ? [] : [[id, level] as const]))),
    severities: new Map(set.flatMap(([id, { severity }]) => (severity === null ? [] : [[id, severity] as const]))),
    parameters: Object.fromEntries(
      set.flatMap(([id, { parameters }]) => (Object.keys(parameters).length === 0 ? [] : [[id, parameters]])),
    ),
    render: new Map(
      [...render].map(([id, { environments, ...own }]) => [folder(id), { ...renderSettings(own), environments }]),
    ),
    notes,
  }
}

/** `./charts/shop/` and `charts/shop` are the same folder. */
const folder = (path: string): string => path.replace(/^(\.\/)+/, '').replace(/\/+$/, '')

function renderSettings(written: Read<typeof environment>): RenderSettings {
  const { 'kube-version': kubeVersion, 'api-versions': apiVersions, ...rest } = written
  return { ...rest, kubeVersion, apiVersions }
}

/* -------------------------------------------------------------- policies */

/** A policy's identifier, or an old one, which gives the new one and a note. */
function policyName(policies: readonly Policy[], notes: string[]): Reader<string> {
  const ids = new Set(policies.map(({ id }) => id))
  const aliases = new Map(policies.flatMap(({ id, aliases }) => aliases.map((alias) => [alias, id] as const)))
  return reader({ enum: [...ids] }, (value, path, report) => {
    if (typeof value !== 'string') return text(value, path, report)
    if (ids.has(value)) return value
    const renamed = aliases.get(value)
    if (renamed !== undefined) {
      const note = `policy ${value} is called ${renamed} now`
      if (!notes.includes(note)) notes.push(note)
      return renamed
    }
    report(path, `there is no policy ${quoted(value)}${policySuggestion(value, [...ids])}`)
    return undefined
  })
}

/** The name alone is enough to know what was meant, in whatever family. */
function policySuggestion(value: string, ids: readonly string[]): string {
  const near = suggestion(value, ids)
  if (near !== '') return near
  const name = value.split('/').at(-1)?.replaceAll('_', '-')
  const same = ids.find((id) => id.split('/')[1] === name)
  return same === undefined ? '' : ` (did you mean ${quoted(same)}?)`
}

const levels = oneOf('off', 'advise', 'block')

/** A cluster's YAML reads `off` as false. */
const level: Reader<Level> = reader({ enum: ['off', 'advise', 'block', false] }, (value, path, report) =>
  levels(value === false ? 'off' : value, path, report),
)

/** `off`, `advise`, `block`, or `{level, severity, parameters}`. */
function policySettings(policy: Policy): Reader<PolicySettings> {
  const fields = object({
    level: optional(level, null),
    severity: optional(severity, null),
    parameters: optional(parametersOf(policy), {}),
  })
  const whole = either(fields, level, (only) => ({ level: only, severity: null, parameters: {} }))
  return Object.keys(policy.parameters).length > 0 ? whole : reader({ $ref: '#/$defs/policy' }, whole)
}

/** What the settings of a policy without parameters look like. */
const withoutParameters = either(
  object({ level: optional(level, null), severity: optional(severity, null) }),
  level,
  (only) => ({ level: only, severity: null }),
)

function parametersOf(policy: Policy): Reader<{ readonly [name: string]: Json }> {
  const fields = Object.entries(policy.parameters).map(
    ([name, parameter]) => [name, optional(parameterValue(parameter), undefined)] as const,
  )
  const whole = object(Object.fromEntries(fields))
  return reader(whole.schema, (value, path, report) => {
    if (fields.length === 0) {
      report(path, `${policy.id} has no parameters`)
      return undefined
    }
    const read = whole(value, path, report)
    if (read === undefined) return undefined
    return Object.fromEntries(
      Object.entries(read).flatMap(([name, given]) => (given === undefined ? [] : [[name, given]])),
    )
  })
}

/** The parameter's type; a list's items are of the type of those it has by default. */
function parameterValue(parameter: Parameter): Reader<Json> {
  const sample = Array.isArray(parameter.default) ? (parameter.default as readonly Json[])[0] : undefined
  const items: JsonObject = sample === undefined ? {} : { items: { type: typeOf(sample) } }
  return reader({ type: parameter.type, description: parameter.description, ...items }, (value, path, report) => {
    if (typeOf(value) !== parameter.type) {
      report(path, `${String(path.at(-1))} is ${shown(value)}; it must be ${named(parameter.type)}`)
      return undefined
    }
    if (sample === undefined || !Array.isArray(value)) return value
    const wrong = (value as readonly Json[]).findIndex((item) => typeOf(item) !== typeOf(sample))
    if (wrong === -1) return value
    report([...path, wrong], `item ${wrong + 1} of ${String(path.at(-1))} must be ${named(typeOf(sample))}`)
    return undefined
  })
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

const NAMES: { readonly [type: string]: string } = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
}

const named = (type: string): string => NAMES[type] ?? type
