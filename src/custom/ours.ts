/**
 * Our own convention, as in policies/: a package with METADATA of scope package and a rule `findings` is a policy; its
 * last two parts are its name. It sees what the bundled ones see (`Input` of model.ts), and its parameters as
 * `data.parameters`. Other packages are libraries.
 */
import type { Json, JsonObject, Parameter, Policy, Resource, Severity, Stage, Tree, Unjudged } from '../model.js'
import { isMap } from '../parse/json.js'
import { parseYaml } from '../parse/yaml.js'
import type { Related } from '../relate/relate.js'
import { textsBelow } from './files.js'
import { packageOf, ruleNames, tokensOf } from './tokens.js'
import { OWN_FOLDER, problem, type CustomPolicies, type Question, type Told, type Unit } from './custom.js'

/** Whether a control exists, and why a line of `controls` is wrong; null: it is not. */
export type ControlProblem = (framework: string, control: string, source: string) => string | null

interface OwnPolicy {
  readonly policy: Policy
  readonly entrypoint: string
}

/** `folder` is '' for a repository, and where a bundle lies in its tree. */
export function readOurs(tree: Tree, controlProblem: ControlProblem, folder = ''): CustomPolicies {
  const place = folder === '' ? OWN_FOLDER : `${folder}/${OWN_FOLDER}`
  const files = new Map([...textsBelow(tree, place, ['.rego'])].filter(([file]) => !file.endsWith('_test.rego')))
  const problems: Unjudged[] = []
  const own: OwnPolicy[] = []
  const entries: { [path: string]: string } = {}
  for (const [file, text] of files) {
    const tokens = tokensOf(text)
    const name = packageOf(tokens)
    const rules = ruleNames(tokens)
    // Without a package it does not compile: that error is told with its place.
    if (name === null || !rules.has('findings')) continue
    const line = tokens.find(({ text: word }) => word === 'package')?.row ?? 1
    try {
      const policy = policyOf(name, metadataOf(text), controlProblem)
      if (own.some((other) => other.policy.id === policy.id)) throw new Error(`a second policy ${policy.id}`)
      const entry = `ringfence/entry/own${own.length}`
      const at = `data.${name.join('.')}`
      const of = (rule: string): string => (rules.has(rule) ? `${at}.${rule}` : '[]')
      const applies = rules.has('applies') ? `, "applies": [true | ${at}.applies]` : ''
      entries[`${entry}.rego`] = [
        `package ${entry.replaceAll('/', '.')}`,
        '',
        `result := {"findings": ${of('findings')}, "unknowns": ${of('unknowns')}${applies}}`,
      ].join('\n')
      own.push({ policy, entrypoint: `${entry}/result` })
    } catch (error) {
      problems.push(problem(file, line, error instanceof Error ? error.message : String(error)))
    }
  }
  if (own.length === 0)
    return { policies: [], units: [], problems: [...problems, ...unused(place, files)], ask: () => NOTHING }
  const unit: Unit = {
    name: place,
    regoVersion: 'v1',
    modules: { ...Object.fromEntries(files), ...entries },
    entrypoints: own.map(({ entrypoint }) => entrypoint),
    data: {},
  }
  return {
    policies: own.map(({ policy }) => policy),
    units: [unit],
    problems,
    ask: ({ related, around, parameters, variants }) => {
      // What overrides set for some resources is data of a unit of their own, which is compiled as this one.
      const units = new Map([[0, unit]])
      const unitOf = ({ resource }: Related): Unit => {
        const variant = variants.of(resource, around.environment)
        const known = units.get(variant) ?? { ...unit, sameAs: unit }
        units.set(variant, known)
        return known
      }
      const questions = related.flatMap((each) => questionsOf(each, unitOf(each), own, around.resources))
      const data = [...units].map(([variant, of]) => {
        const set = variants.parameters(variant)
        return [of, { parameters: parametersOf(own, parameters, set) }] as const
      })
      return { questions, unknowns: [], data: new Map(data) }
    },
  }
}

const NOTHING = { questions: [], unknowns: [], data: new Map() } as const

/** Files in the folder of policies that hold none do nothing, which somebody did not mean. */
const unused = (place: string, files: ReadonlyMap<string, string>): readonly Unjudged[] =>
  files.size === 0 ? [] : [problem(place, null, 'no package there has a rule findings: nothing judges')]

function parametersOf(
  own: readonly OwnPolicy[],
  ...set: readonly { readonly [policy: string]: { readonly [name: string]: Json } }[]
): JsonObject {
  return Object.fromEntries(
    own.map(({ policy: { id, parameters } }) => [
      id,
      Object.assign(
        Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, p.default])),
        ...set.map((each) => each[id]),
      ) as JsonObject,
    ]),
  )
}

/* ------------------------------------------------------------------- asking */

function questionsOf(
  { resource, input }: Related,
  unit: Unit,
  own: readonly OwnPolicy[],
  resources: readonly Resource[],
): readonly Question[] {
  if (resource.origin.role !== 'judged') return []
  const words = wordsOf(resource, input.pod !== null)
  const asked = own.filter(({ policy }) => policy.judges.some((word) => words.includes(word)))
  if (asked.length === 0) return []
  const text = JSON.stringify(input)
  return asked.map(({ policy, entrypoint }) => ({
    unit,
    policy: policy.id,
    entrypoint,
    input: text,
    resource,
    told: (answer) => toldOf(answer, resource, resources),
  }))
}

/** The words of `judges` that a resource answers to. */
function wordsOf({ kind, group, declared }: Resource, hasPod: boolean): readonly string[] {
  if (!declared && kind === 'Environment') return ['environment']
  const own = kind === '' ? 'untyped' : group === '' ? kind : `${kind}.${group}`
  return hasPod ? [own, 'pod'] : [own]
}

function toldOf(answer: unknown, resource: Resource, resources: readonly Resource[]): Told {
  const { findings, unknowns, applies } = (answer ?? {}) as { readonly [key: string]: unknown }
  if (!Array.isArray(findings) || !Array.isArray(unknowns)) throw new Error('findings or unknowns is no set')
  return {
    findings: findings.map((found: unknown) => {
      const { fix = null, elsewhere = false, related = [] } = (found ?? {}) as { readonly [key: string]: Json }
      const refs = Array.isArray(related) ? (related as readonly { id?: unknown; path?: unknown }[]) : []
      return {
        ...placed(found),
        fix,
        elsewhere: elsewhere === true,
        related: refs.flatMap((ref) => {
          const other = typeof ref.id === 'number' ? resources[ref.id] : undefined
          return other === undefined || other === resource ? [] : [{ resource: other, path: pathOf(ref.path ?? []) }]
        }),
      }
    }),
    unknowns: unknowns.map(placed),
    applies: !Array.isArray(applies) || applies.length > 0,
  }
}

function placed(found: unknown): Told['unknowns'][number] {
  const { path = [], message, about, value } = (found ?? {}) as { readonly [key: string]: Json }
  if (typeof message !== 'string') throw new Error(`${JSON.stringify(found)} has no message`)
  return {
    path: pathOf(path),
    message,
    ...(about === undefined ? {} : { about: pathOf(about) }),
    ...(value === undefined ? {} : { value }),
  }
}

function pathOf(path: unknown): readonly (string | number)[] {
  if (!Array.isArray(path) || !path.every((step) => typeof step === 'string' || typeof step === 'number'))
    throw new Error(`${JSON.stringify(path)} is no path`)
  return path as readonly (string | number)[]
}

/* ----------------------------------------------------------------- metadata */

/** The METADATA before `package`, as OPA reads it: the comment that begins with that line. null: there is none. */
function metadataOf(source: string): JsonObject | null {
  const lines = source.split(/\r?\n/)
  const from = lines.findIndex((line) => /^#\s*METADATA\s*$/.test(line))
  const at = lines.findIndex((line) => /^package\b/.test(line))
  if (from < 0 || at < from) return null
  const end = lines.findIndex((line, i) => i > from && !line.startsWith('#'))
  const { value, problem: wrong } = parseYaml(
    lines
      .slice(from + 1, end)
      .map((line) => line.slice(1))
      .join('\n'),
  )
  if (wrong !== null) throw new Error(`METADATA: ${wrong.message}`)
  return isMap(value) ? value : null
}

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low']
const OWNERS: readonly Policy['owner'][] = ['app', 'namespace', 'mesh', 'platform']
const TYPES: readonly Parameter['type'][] = ['string', 'number', 'boolean', 'array', 'object']
const KEYS = ['severity', 'stage', 'judges', 'remediation', 'owner', 'aliases', 'controls', 'parameters']

function policyOf(name: readonly string[], metadata: JsonObject | null, controlProblem: ControlProblem): Policy {
  const [family, own] = name.slice(-2)
  if (family === undefined || own === undefined) throw new Error('the package needs two parts, family.name')
  if (metadata === null) throw new Error('METADATA of scope package is missing')
  const wrong = (what: string): never => {
    throw new Error(`METADATA: ${what}`)
  }
  const { title, description = '', custom = {}, scope = 'package', related_resources: links = [] } = metadata
  if (scope !== 'package') wrong('scope is package')
  if (!isMap(custom)) return wrong('custom is a map')
  for (const key of Object.keys(custom)) if (!KEYS.includes(key)) wrong(`unknown key ${key}`)
  const {
    severity,
    stage = 1,
    judges,
    remediation = '',
    owner = 'app',
    aliases = [],
    controls = {},
    parameters = {},
  } = custom
  const list = (value: Json, what: string): readonly string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? (value as readonly string[])
      : wrong(`${what} is a list of texts`)
  const oneOf = <T extends Json>(value: Json | undefined, all: readonly T[], what: string): T =>
    all.find((each) => each === value) ?? wrong(`${what} is one of ${all.join(', ')}`)
  const text = (value: Json | undefined, what: string): string =>
    typeof value === 'string' ? value : wrong(`${what} is a text`)
  return {
    id: `${family}/${own}`.replaceAll('_', '-'),
    title: text(title, 'title'),
    description: text(description, 'description'),
    severity: oneOf(severity, SEVERITIES, 'severity'),
    stage: oneOf<Stage>(stage, [1, 2, 3, 4], 'stage'),
    judges: list(judges ?? wrong('judges is a list of kinds'), 'judges'),
    remediation: text(remediation, 'remediation'),
    owner: oneOf(owner, OWNERS, 'owner'),
    aliases: list(aliases, 'aliases'),
    controls: controlsOf(controls, controlProblem, wrong),
    parameters: parametersIn(parameters, wrong),
    links: Array.isArray(links)
      ? (links as readonly Json[]).map((link) => text(isMap(link) ? link['ref'] : link, 'related_resources'))
      : [],
  }
}

type Wrong = (what: string) => never

function controlsOf(written: Json, controlProblem: ControlProblem, wrong: Wrong): Policy['controls'] {
  if (!isMap(written)) return wrong('controls is a map of frameworks')
  for (const [framework, controls] of Object.entries(written)) {
    if (!isMap(controls)) return wrong(`controls of ${framework} is a map`)
    for (const [control, source] of Object.entries(controls)) {
      const found = controlProblem(framework, control, String(source))
      if (found !== null) wrong(`controls: ${found}`)
    }
  }
  return written as Policy['controls']
}

function parametersIn(written: Json, wrong: Wrong): Policy['parameters'] {
  if (!isMap(written)) return wrong('parameters is a map')
  for (const [name, parameter] of Object.entries(written)) {
    if (!isMap(parameter) || !TYPES.includes(parameter['type'] as Parameter['type']))
      return wrong(`parameter ${name}: type is one of ${TYPES.join(', ')}`)
    if (parameter['default'] === undefined || typeof parameter['description'] !== 'string')
      return wrong(`parameter ${name} needs default and description`)
  }
  return written as unknown as Policy['parameters']
}
