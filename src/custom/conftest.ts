/**
 * conftest's convention (policy/engine.go, parser/parser.go and output/result.go of conftest): in the packages that
 * count, `deny`, `violation` and `warn` with any `_suffix` are sets of messages, or of objects with `msg`; `exception`
 * says which rules do not hold; the input is a document as it is written, or with `combine` a list of all of them.
 */
import type { JsonObject, Policy, Resource, Tree } from '../model.js'
import { parseYaml } from '../parse/yaml.js'
import { textsBelow } from './files.js'
import { packageOf, ruleNames, tokensOf, type Token } from './tokens.js'
import { problem, type CustomPolicies, type CustomSource, type Question, type Told, type Unit } from './custom.js'

const RULE = /^(deny|violation|warn)(_[a-zA-Z0-9]+)*$/

/** What a package's rules are asked through. */
interface Rule {
  readonly policy: Policy
  readonly entrypoint: string
  /** Gives true where an exception holds. */
  readonly exception: string
}

/** `source.path` is a folder of Rego, or one file. */
export function readConftest(tree: Tree, source: CustomSource): CustomPolicies {
  const modules = new Map(
    [...textsBelow(tree, source.path, ['.rego'])].filter(([file]) => !file.endsWith('_test.rego')),
  )
  const problems = []
  const packages = new Map<string, Map<string, { readonly file: string; readonly token: Token }>>()
  for (const [file, text] of modules) {
    const tokens = tokensOf(text)
    const name = packageOf(tokens)?.join('.')
    // Without a package it does not compile: that error is told with its place.
    if (name === undefined || !isChosen(name, source.namespaces)) continue
    const rules = packages.get(name) ?? new Map<string, { readonly file: string; readonly token: Token }>()
    packages.set(name, rules)
    for (const [rule, token] of ruleNames(tokens))
      if (RULE.test(rule) && !rules.has(rule)) rules.set(rule, { file, token })
  }
  const entries: { [path: string]: string } = {}
  const rules: Rule[] = []
  for (const [i, [name, found]] of [...packages].entries()) {
    const lines = [`package ringfence.entry.conftest${i}`, '']
    for (const [rule, { file }] of found) {
      const excepted = rule.replace(/^(deny|violation|warn)_?/, '')
      lines.push(`excepted_${rule} = true { data.${name}.exception[_][_] == ${JSON.stringify(excepted)} }`)
      rules.push({
        policy: policyOf(name, rule, file),
        entrypoint: `${name.replaceAll('.', '/')}/${rule}`,
        exception: `ringfence/entry/conftest${i}/excepted_${rule}`,
      })
    }
    const text = lines.join('\n')
    entries[`ringfence/entry/conftest${i}.rego`] = source.rego === 'v1' ? text.replaceAll(' = true {', ' if {') : text
  }
  if (rules.length === 0) {
    const of = source.namespaces.join(', ')
    problems.push(problem(source.path, null, `no rule deny, violation or warn in package ${of}`))
  }
  const { data, problems: unread } = dataOf(tree, source.data)
  const unit: Unit = {
    name: source.path,
    regoVersion: source.rego,
    modules: { ...Object.fromEntries(modules), ...entries },
    entrypoints: rules.flatMap(({ entrypoint, exception }) => [entrypoint, exception]),
    data,
  }
  return {
    policies: rules.map(({ policy }) => policy),
    units: rules.length === 0 ? [] : [unit],
    problems: [...problems, ...unread],
    ask: (world) => ({
      questions: rules.length === 0 ? [] : questionsOf(world.around.resources, unit, rules, source.combine),
      unknowns: [],
      data: new Map(),
    }),
  }
}

/** As conftest's `--namespace`: a name, or a pattern with `*`. */
function isChosen(name: string, namespaces: readonly string[]): boolean {
  return namespaces.some((wanted) => {
    const pattern = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${pattern.join('.*')}$`).test(name)
  })
}

/** A rule is a policy. What warns is of low severity: it advises, unless the configuration says otherwise. */
function policyOf(namespace: string, rule: string, file: string): Policy {
  return {
    id: `conftest/${namespace}.${rule}`,
    title: `${rule} in package ${namespace}`,
    description: `A policy of this repository in conftest's convention, in ${file}.`,
    severity: rule.startsWith('warn') ? 'low' : 'high',
    stage: 1,
    judges: [],
    remediation: `See ${file}.`,
    owner: 'app',
    aliases: [],
    controls: {},
    parameters: {},
    links: [],
  }
}

function questionsOf(
  resources: readonly Resource[],
  unit: Unit,
  rules: readonly Rule[],
  combine: boolean,
): readonly Question[] {
  const judged = resources.filter(({ declared, origin }) => declared && origin.role === 'judged')
  if (!combine) return judged.flatMap((resource) => asked(JSON.stringify(resource.object), resource, unit, rules))
  const first = judged[0]
  if (first === undefined) return []
  // What is found in all documents together is told at the environment, which has no place in a file.
  const whole = resources.find(({ declared, kind }) => !declared && kind === 'Environment') ?? first
  const input = judged.map(({ object, origin }) => ({ path: origin.file, contents: object }))
  return asked(JSON.stringify(input), whole, unit, rules)
}

/** The exception first: where it holds, what the rule says does not count. */
function asked(input: string, resource: Resource, unit: Unit, rules: readonly Rule[]): readonly Question[] {
  return rules.flatMap(({ policy, entrypoint, exception }) => {
    let isExcepted = false
    const question = { unit, policy: policy.id, input, resource }
    return [
      {
        ...question,
        entrypoint: exception,
        told: (answer): Told => {
          isExcepted = answer === true
          return NOTHING
        },
      },
      { ...question, entrypoint, told: (answer): Told => (isExcepted ? NOTHING : messagesOf(answer)) },
    ] satisfies Question[]
  })
}

const NOTHING: Told = { findings: [], unknowns: [], applies: false }

function messagesOf(answer: unknown): Told {
  if (answer === undefined) return { findings: [], unknowns: [], applies: true }
  if (!Array.isArray(answer)) {
    // As conftest refuses `deny if {…}`, which is no set; a rule that gives false says nothing.
    if (answer === false) return { findings: [], unknowns: [], applies: true }
    throw new Error('the rule gives no set of messages; is `contains` missing?')
  }
  const findings = answer.map((item: unknown) => {
    const message = typeof item === 'string' ? item : (item as { readonly msg?: unknown } | null)?.msg
    if (typeof message !== 'string') throw new Error(`${JSON.stringify(item)} is no message and has no msg`)
    return { path: [], message, fix: null, elsewhere: false, related: [] }
  })
  return { findings, unknowns: [], applies: true }
}

/** YAML and JSON below the paths, each at the folders between: as OPA's loader puts it. */
function dataOf(
  tree: Tree,
  paths: readonly string[],
): Pick<CustomPolicies, 'problems'> & { readonly data: JsonObject } {
  const data: { [key: string]: unknown } = {}
  const problems = []
  for (const path of paths) {
    if (tree.stat(path) === null) problems.push(problem(path, null, 'there is no such data'))
    for (const [file, text] of textsBelow(tree, path, ['.yaml', '.yml', '.json'])) {
      const { value, problem: wrong } = parseYaml(text)
      const folders =
        tree.stat(path) === 'file'
          ? []
          : file
              .slice(path === '' ? 0 : path.length + 1)
              .split('/')
              .slice(0, -1)
      const nested = folders.reduceRight<unknown>((inner, folder) => ({ [folder]: inner }), value)
      if (wrong !== null) problems.push(problem(file, wrong.line, `${wrong.message}, so that policies lack its data`))
      else if (!isObject(nested)) problems.push(problem(file, 1, 'data at the root must be an object'))
      else if (!merge(data, nested)) problems.push(problem(file, 1, 'its data conflicts with that of another file'))
    }
  }
  return { data: data as JsonObject, problems }
}

const isObject = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** False: both have a value for a key, and not both are objects. */
function merge(into: { [key: string]: unknown }, from: { readonly [key: string]: unknown }): boolean {
  return Object.entries(from).every(([key, value]) => {
    if (!Object.hasOwn(into, key)) {
      into[key] = structuredClone(value)
      return true
    }
    const before = into[key]
    return isObject(before) && isObject(value) && merge(before, value)
  })
}
