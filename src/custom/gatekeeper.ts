/**
 * Gatekeeper's convention: ConstraintTemplates with Rego, and Constraints that say where a template holds and with which
 * parameters. `input.review` is what `gator` makes of an object, `data.inventory` all objects of the environment.
 *
 * As in Gatekeeper, libraries belong to their template (frameworks, pkg/regorewriter): here templates are compiled
 * together, so `data.lib` of each is renamed to a place of its own.
 */
import type { Environment, Json, JsonObject, Policy, Resource, Tree, Unjudged, Unknown } from '../model.js'
import { documentsBelow, type PolicyDocument } from './documents.js'
import { textsBelow } from './files.js'
import { isMap } from '../parse/json.js'
import { matches, type Matchable } from './match.js'
import { packageOf, tokensOf, type Token } from './tokens.js'
import {
  problem,
  type Asked,
  type CustomPolicies,
  type CustomWorld,
  type Place,
  type Told,
  type Unit,
} from './custom.js'

/** A ConstraintTemplate, its Rego renamed. */
interface Template {
  readonly kind: string
  readonly file: string
  readonly regoVersion: 'v0' | 'v1'
  readonly modules: readonly RenamedModule[]
  readonly entrypoint: string
}

interface RenamedModule {
  /** The path it is compiled under. */
  readonly path: string
  readonly text: string
  readonly placeOf: (row: number, column: number) => Place
}

interface Constraint {
  readonly kind: string
  readonly name: string
  readonly file: string
  readonly line: number
  readonly action: 'deny' | 'warn' | 'dryrun'
  readonly match: JsonObject
  readonly parameters: JsonObject
}

const TARGET = 'admission.k8s.gatekeeper.sh'
const ROOT = 'ringfence_templates'

const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined => {
  let found: Json | undefined = value
  for (const key of path) found = isMap(found) && Object.hasOwn(found, key) ? found[key] : undefined
  return found
}

/** Whether a document is one of Gatekeeper's: the files of a folder that holds one are read by this adapter. */
export const isGatekeeper = (value: Json): boolean =>
  isMap(value) &&
  typeof value['apiVersion'] === 'string' &&
  /^(templates|constraints)\.gatekeeper\.sh\//.test(value['apiVersion'])

export function readGatekeeper(tree: Tree, path: string): CustomPolicies {
  const problems: Unjudged[] = []
  const templates = new Map<string, Template>()
  const constraints: Constraint[] = []
  const files = textsBelow(tree, path, ['.yaml', '.yml', '.json']).keys()
  for (const document of documentsBelow(tree, files, problems)) {
    const { value, file, line } = document
    if (!isGatekeeper(value)) continue
    try {
      if (String(value['apiVersion']).startsWith('templates.')) {
        if (value['kind'] !== 'ConstraintTemplate') continue
        const template = templateOf(document, templates.size)
        if (templates.has(template.kind)) throw new Error(`a second template for ${template.kind}`)
        templates.set(template.kind, template)
      } else constraints.push(constraintOf(document))
    } catch (error) {
      problems.push(problem(file, line, error instanceof Error ? error.message : String(error)))
    }
  }
  const known = constraints.filter(({ kind, file, line, name }) => {
    if (templates.has(kind)) return true
    problems.push(problem(file, line, `the constraint ${kind} ${name} has no template that can be read`))
    return false
  })
  for (const { kind, file } of templates.values()) {
    if (!known.some((constraint) => constraint.kind === kind))
      problems.push(problem(file, null, `no constraint makes use of the template ${kind}`))
  }
  const units = (['v0', 'v1'] as const).flatMap((version) => unitOf(path, version, [...templates.values()]))
  const unitOfKind = new Map(units.flatMap(({ unit, kinds }) => kinds.map((kind) => [kind, unit] as const)))
  return {
    policies: known.map(policyOf),
    units: units.map(({ unit }) => unit),
    problems,
    ask: (world) => ask(world, known, templates, unitOfKind),
  }
}

/* ---------------------------------------------------------------- templates */

function templateOf({ value, file, placeOf }: PolicyDocument, index: number): Template {
  const kind = at(value, 'spec', 'crd', 'spec', 'names', 'kind')
  if (typeof kind !== 'string') throw new Error('the template says no kind')
  const targets = at(value, 'spec', 'targets')
  if (!Array.isArray(targets)) throw new Error(`the template ${kind} has no targets`)
  const found = (targets as readonly Json[]).findIndex((target) => at(target, 'target') === TARGET)
  if (found < 0) throw new Error(`the template ${kind} has no target ${TARGET}`)
  const target = targets[found] as JsonObject
  const code = at(target, 'code')
  const engine = Array.isArray(code) ? (code as readonly Json[]).findIndex((each) => at(each, 'engine') === 'Rego') : -1
  const base = ['spec', 'targets', found, ...(engine < 0 ? [] : ['code', engine, 'source'])]
  const source = engine < 0 ? target : at((code as readonly Json[])[engine], 'source')
  const rego = at(source, 'rego')
  if (typeof rego !== 'string') throw new Error(`the template ${kind} has no Rego: other engines are not evaluated`)
  const libs = at(source, 'libs') ?? []
  if (!Array.isArray(libs) || !libs.every((lib) => typeof lib === 'string'))
    throw new Error(`libs of ${kind} are no texts`)
  const name = `t${index}`
  const sources = [
    { text: rego, path: [...base, 'rego'] },
    ...libs.map((text: string, i: number) => ({ text, path: [...base, 'libs', i] })),
  ]
  return {
    kind,
    file,
    regoVersion: at(source, 'version') === 'v1' ? 'v1' : 'v0',
    entrypoint: `${ROOT}/${name}/template/violation`,
    modules: sources.map(({ text, path }, i) => {
      const renamed = rename(text, name, i === 0)
      return {
        path: `${file}#${kind}/${i === 0 ? 'rego' : `libs[${i - 1}]`}`,
        text: renamed.text,
        placeOf: (row, column) => placeOf(path, row, renamed.columnOf(row, column)),
      }
    }),
  }
}

/** The module at its own place: a template's package becomes `template`, and `data.lib` the template's own. */
function rename(
  source: string,
  name: string,
  isTemplate: boolean,
): { readonly text: string; readonly columnOf: (row: number, column: number) => number } {
  const tokens = tokensOf(source)
  const edits: { readonly from: Token; readonly end: number; readonly by: string }[] = []
  const own = packageOf(tokens)
  const at = tokens.findIndex(({ text, depth }) => text === 'package' && depth === 0)
  const first = tokens[at + 1]
  if (own !== null && first !== undefined) {
    let last = at + 1
    while (tokens[last + 1] !== undefined && !tokens[last + 1]!.startsLine && tokens[last + 1]!.text !== ';') last++
    if (!isTemplate && own[0] !== 'lib')
      throw new Error(`the package of a library, ${own.join('.')}, must begin with lib.`)
    const end = isTemplate ? tokens[last]!.at + tokens[last]!.text.length : first.at
    edits.push({ from: first, end, by: `${ROOT}.${name}.${isTemplate ? 'template' : ''}` })
  }
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'word' || token.text !== 'data' || tokens[i - 1]?.text === '.') continue
    const [sign, key] = [tokens[i + 1]?.text, tokens[i + 2]?.text]
    if ((sign === '.' && key === 'lib') || (sign === '[' && key === '"lib"'))
      edits.push({ from: token, end: token.at + 4, by: `data.${ROOT}.${name}` })
  }
  let text = source
  for (const { from, end, by } of [...edits].reverse()) text = text.slice(0, from.at) + by + text.slice(end)
  return {
    text,
    columnOf: (row, column) =>
      edits
        .filter(({ from }) => from.row === row && from.column < column)
        .reduce((before, { from, end, by }) => Math.max(before - (by.length - (end - from.at)), from.column), column),
  }
}

function unitOf(
  path: string,
  version: 'v0' | 'v1',
  all: readonly Template[],
): readonly { readonly unit: Unit; readonly kinds: readonly string[] }[] {
  const templates = all.filter(({ regoVersion }) => regoVersion === version)
  if (templates.length === 0) return []
  const modules = templates.flatMap((template) => template.modules)
  const byPath = new Map(modules.map((module) => [module.path, module]))
  const unit: Unit = {
    name: path,
    regoVersion: version,
    modules: Object.fromEntries(modules.map(({ path: file, text }) => [file, text])),
    entrypoints: templates.map(({ entrypoint }) => entrypoint),
    data: {},
    placeOf: ({ file, row, column }) => byPath.get(file)?.placeOf(row, column) ?? { file, row, column },
  }
  return [{ unit, kinds: templates.map(({ kind }) => kind) }]
}

/* -------------------------------------------------------------- constraints */

function constraintOf({ value, file, line }: PolicyDocument): Constraint {
  const { kind } = value
  const name = at(value, 'metadata', 'name')
  if (typeof kind !== 'string' || typeof name !== 'string') throw new Error('a constraint without kind or name')
  const [match, parameters] = [at(value, 'spec', 'match') ?? {}, at(value, 'spec', 'parameters') ?? {}]
  if (!isMap(match)) throw new Error(`spec.match of ${kind} ${name} is no map`)
  if (!isMap(parameters)) throw new Error(`spec.parameters of ${kind} ${name} is no map`)
  // A match that cannot be understood is told once, here, and not for every object.
  matches(match, { group: '', kind: '', name: '', generateName: '', namespace: '', labels: {}, namespaceLabels: {} })
  const action = at(value, 'spec', 'enforcementAction') ?? 'deny'
  return { kind, name, file, line, action: actionOf(action, value), match, parameters }
}

/** Of several scoped actions the gravest: a pull request is none of the points that they are scoped to. */
function actionOf(action: Json, value: JsonObject): Constraint['action'] {
  if (action === 'deny' || action === 'warn' || action === 'dryrun') return action
  if (action !== 'scoped') throw new Error(`${JSON.stringify(action)} is no enforcementAction`)
  const scoped = at(value, 'spec', 'scopedEnforcementActions')
  const actions = Array.isArray(scoped) ? (scoped as readonly Json[]).map((each) => at(each, 'action')) : []
  return (['deny', 'warn'] as const).find((each) => actions.includes(each)) ?? 'dryrun'
}

const policyId = ({ kind, name }: Constraint): string => `gatekeeper/${kind}.${name}`

function policyOf(constraint: Constraint): Policy {
  const { kind, name, file, action } = constraint
  return {
    id: policyId(constraint),
    title: `${kind} ${name}`,
    description: `A constraint of this repository in Gatekeeper's convention, in ${file}.`,
    // What only warns or records is of low severity: it advises, unless the configuration says otherwise.
    severity: action === 'deny' ? 'high' : 'low',
    stage: 1,
    judges: [],
    remediation: `See the constraint in ${file}.`,
    owner: 'app',
    aliases: [],
    controls: {},
    parameters: {},
    links: [],
  }
}

/* ------------------------------------------------------------------- asking */

function ask(
  { related, around }: CustomWorld,
  constraints: readonly Constraint[],
  templates: ReadonlyMap<string, Template>,
  units: ReadonlyMap<string, Unit>,
): Asked {
  const objects = around.resources.filter(({ declared }) => declared)
  const namespaces = new Map(
    objects.filter(({ group, kind }) => group === '' && kind === 'Namespace').map((each) => [each.name, each]),
  )
  const judged = related
    .map(({ resource }) => resource)
    .filter(({ declared, origin }) => declared && origin.role === 'judged')
  const unknowns: Unknown[] = []
  const questions = constraints.flatMap((constraint) => {
    const template = templates.get(constraint.kind)!
    const unit = units.get(constraint.kind)!
    return judged.flatMap((resource) => {
      const namespace = namespaces.get(stated(resource)) ?? null
      const policy = policyId(constraint)
      const answer = matches(constraint.match, matchable(resource, namespace))
      if (answer === 'unknown') unknowns.push(unmatched(policy, resource, around.environment))
      if (answer !== 'yes') return []
      const input = JSON.stringify({ review: reviewOf(resource, namespace), parameters: constraint.parameters })
      return [{ unit, policy, entrypoint: template.entrypoint, input, resource, told: violationsOf }]
    })
  })
  const inventory = questions.length === 0 ? {} : inventoryOf(objects)
  return { questions, unknowns, data: new Map([...units.values()].map((unit) => [unit, { inventory }])) }
}

const unmatched = (policy: string, resource: Resource, environment: Environment): Unknown => ({
  policy,
  resource,
  environment,
  path: [],
  message: `it depends on the labels of namespace ${stated(resource)}, which is not declared here`,
})

const stated = ({ object }: Resource): string => object.metadata.namespace ?? ''

function matchable({ group, kind, object }: Resource, namespace: Resource | null): Matchable {
  const { metadata } = object
  return {
    group,
    kind,
    name: metadata.name ?? '',
    generateName: metadata.generateName ?? '',
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    namespaceLabels: namespace === null ? null : (namespace.object.metadata.labels ?? {}),
  }
}

/** An AdmissionRequest as gator makes one of an object (pkg/target/target.go): without operation, user and old object. */
function reviewOf({ object, group, kind }: Resource, namespace: Resource | null): object {
  const version = object.apiVersion.slice(object.apiVersion.indexOf('/') + 1)
  const { name, namespace: inNamespace } = object.metadata
  return {
    uid: '',
    kind: { group, version, kind },
    resource: { group: '', version: '', resource: '' },
    ...(name === undefined ? {} : { name }),
    ...(inNamespace === undefined ? {} : { namespace: inNamespace }),
    operation: '',
    userInfo: {},
    object,
    oldObject: null,
    options: null,
    namespaceObject: namespace?.object ?? null,
  }
}

/** `data.inventory.namespace[namespace][groupVersion][kind][name]` and `data.inventory.cluster[groupVersion][kind][name]`. */
function inventoryOf(objects: readonly Resource[]): JsonObject {
  const inventory: { [key: string]: unknown } = {}
  for (const { object } of objects) {
    const { namespace = '', name = '' } = object.metadata
    const path = [...(namespace === '' ? ['cluster'] : ['namespace', namespace]), object.apiVersion, object.kind]
    let holder = inventory
    for (const key of path) {
      if (!Object.hasOwn(holder, key)) holder[key] = Object.create(null) as object
      holder = holder[key] as { [key: string]: unknown }
    }
    holder[name] = object
  }
  return inventory as JsonObject
}

function violationsOf(answer: unknown): Told {
  if (answer !== undefined && !Array.isArray(answer)) throw new Error('violation is no set')
  const findings = ((answer ?? []) as readonly unknown[]).map((violation) => {
    const message = (violation as { readonly msg?: unknown } | null)?.msg
    if (typeof message !== 'string') throw new Error(`${JSON.stringify(violation)} has no msg`)
    return { path: [], message, fix: null, elsewhere: false, related: [] }
  })
  return { findings, unknowns: [], applies: true }
}
