/** `spec.match` of a Constraint, as Gatekeeper matches it (pkg/mutation/match/match.go, pkg/wildcard/wildcard.go). */
import type { Json, JsonObject, Truth } from '../model.js'

/** The object that is matched, and its Namespace where the repository declares it. */
export interface Matchable {
  readonly group: string
  readonly kind: string
  readonly name: string
  readonly generateName: string
  /** '' where nobody states one. */
  readonly namespace: string
  readonly labels: { readonly [key: string]: string }
  /** Labels of its namespace; null: it is not declared here. */
  readonly namespaceLabels: { readonly [key: string]: string } | null
}

type Matcher = (match: JsonObject, object: Matchable) => Truth

/** `unknown`: the selector is of a Namespace that is declared elsewhere. Throws on a match that is none. */
export function matches(match: JsonObject, object: Matchable): Truth {
  const all = [kinds, scope, namespaces, excludedNamespaces, labels, names, source, namespaceLabels].map((matcher) =>
    matcher(match, object),
  )
  return all.includes('no') ? 'no' : all.includes('unknown') ? 'unknown' : 'yes'
}

const truth = (holds: boolean): Truth => (holds ? 'yes' : 'no')

const isNamespace = ({ group, kind }: Matchable): boolean => group === '' && kind === 'Namespace'

function strings(value: Json | undefined, what: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new Error(`${what} is no list of texts`)
  return value as readonly string[]
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const kinds: Matcher = ({ kinds: wanted }, { group, kind }) => {
  if (wanted === undefined || wanted === null) return 'yes'
  if (!Array.isArray(wanted)) throw new Error('kinds is no list')
  const has = (list: readonly string[], name: string): boolean =>
    list.length === 0 || list.includes('*') || list.includes(name)
  const held = (wanted as readonly Json[]).some((each) => {
    if (!isObject(each)) throw new Error('an item of kinds is no map')
    return has(strings(each['kinds'], 'kinds'), kind) && has(strings(each['apiGroups'], 'apiGroups'), group)
  })
  return truth(wanted.length === 0 || held)
}

const scope: Matcher = ({ scope: wanted }, object) => {
  if (wanted === 'Cluster') return truth(isNamespace(object) || object.namespace === '')
  if (wanted === 'Namespaced') return truth(!isNamespace(object) && object.namespace !== '')
  return 'yes'
}

/** `kube-*`, `*-system`, `*x*`, or the name itself. */
function wildcard(pattern: string, text: string): boolean {
  const [front, back] = [pattern.startsWith('*'), pattern.endsWith('*')]
  const core = pattern.slice(front ? 1 : 0, back && pattern.length > (front ? 1 : 0) ? -1 : undefined)
  if (front && back) return text.includes(core)
  if (front) return text.endsWith(core)
  return back ? text.startsWith(core) : text === core
}

/** A Namespace is in itself; what states none can be in any. */
const namespaceOf = (object: Matchable): string => (isNamespace(object) ? object.name : object.namespace)

const namespaces: Matcher = (match, object) => {
  const wanted = strings(match['namespaces'], 'namespaces')
  const namespace = namespaceOf(object)
  return truth(wanted.length === 0 || namespace === '' || wanted.some((pattern) => wildcard(pattern, namespace)))
}

const excludedNamespaces: Matcher = (match, object) => {
  const namespace = namespaceOf(object)
  const excluded = strings(match['excludedNamespaces'], 'excludedNamespaces')
  return truth(namespace === '' || !excluded.some((pattern) => wildcard(pattern, namespace)))
}

const names: Matcher = ({ name: wanted }, { name, generateName }) => {
  if (wanted === undefined || wanted === null || wanted === '') return 'yes'
  if (typeof wanted !== 'string') throw new Error('name is no text')
  return truth(wildcard(wanted, name) || generated(wanted, generateName))
}

/** A name that is to be generated is known by its beginning only. */
const generated = (pattern: string, generateName: string): boolean =>
  pattern.endsWith('*') && generateName !== '' && wildcard(pattern, generateName)

/** What lies in a repository is an original; nothing is generated from it here. */
const source: Matcher = ({ source: wanted }) => truth(wanted !== 'Generated')

const labels: Matcher = ({ labelSelector: selector }, object) =>
  selector === undefined || selector === null ? 'yes' : truth(selects(selector, object.labels))

const namespaceLabels: Matcher = ({ namespaceSelector: selector }, object) => {
  if (selector === undefined || selector === null) return 'yes'
  if (isNamespace(object)) return truth(selects(selector, object.labels))
  if (object.namespaceLabels !== null) return truth(selects(selector, object.namespaceLabels))
  return object.namespace === '' ? 'yes' : 'unknown'
}

function selects(selector: Json, labels: { readonly [key: string]: string }): boolean {
  if (!isObject(selector)) throw new Error('a selector is no map')
  const { matchLabels = {}, matchExpressions = [] } = selector
  if (!isObject(matchLabels ?? {}) || !Array.isArray(matchExpressions ?? []))
    throw new Error('a selector is no selector')
  const equal = Object.entries(matchLabels ?? {}).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  )
  return equal && ((matchExpressions ?? []) as readonly Json[]).every((each) => requires(each, labels))
}

function requires(expression: Json, labels: { readonly [key: string]: string }): boolean {
  if (!isObject(expression) || typeof expression['key'] !== 'string') throw new Error('a match expression has no key')
  const { key, operator } = expression
  const values = strings(expression['values'], 'values')
  const value = Object.hasOwn(labels, key as string) ? labels[key as string] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      throw new Error(`${JSON.stringify(operator)} is no operator of a selector`)
  }
}
