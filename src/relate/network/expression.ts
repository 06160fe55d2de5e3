/**
 * One form for every way a policy selects pods: Kubernetes' label selectors, Calico's and Cilium's. Negation is pushed
 * down to the tests while reading, so that what is left is `all`, `any` and tests.
 */
import type { Truth } from '../../model.js'
import type { LabelSelector } from '../selector.js'
import { and, isValidSelector, or, truth } from '../selector.js'

export type Match = 'in' | 'exists' | 'contains' | 'starts' | 'ends'

/** One test of one label. With `negated`, a missing label passes, as upstream in all three languages. */
export interface Test {
  readonly key: string
  readonly match: Match
  readonly values: readonly string[]
  readonly negated: boolean
}

/** `unknown` is what could not be read. */
export type Expression =
  boolean | 'unknown' | Test | { readonly all: readonly Expression[] } | { readonly any: readonly Expression[] }

/**
 * What is not among a pod's own labels, but is selected by all the same, has a key of its own. None is a legal label,
 * so nothing collides.
 */
export const NAMESPACE = '@namespace'
export const NAMESPACE_LABEL = '@namespace/'
export const SERVICE_ACCOUNT = '@serviceaccount'
export const SERVICE_ACCOUNT_LABEL = '@serviceaccount/'

/** What is known of a label: its value, that it is absent, or nothing. */
export type Known = string | null | undefined

/** How tests see one pod, or many at once. */
export type View = (test: Test) => Truth

export function evaluate(expression: Expression, view: View): Truth {
  if (typeof expression === 'boolean') return truth(expression)
  if (expression === 'unknown') return 'unknown'
  if ('all' in expression) {
    let result: Truth = 'yes'
    for (const part of expression.all) {
      result = and(result, evaluate(part, view))
      if (result === 'no') return 'no'
    }
    return result
  }
  if ('any' in expression) {
    let result: Truth = 'no'
    for (const part of expression.any) {
      result = or(result, evaluate(part, view))
      if (result === 'yes') return 'yes'
    }
    return result
  }
  return view(expression)
}

/** A test of a label whose value, or absence, is known; `undefined` is neither. */
export function decide(test: Test, value: Known): Truth {
  if (value === undefined) return 'unknown'
  return truth((value !== null && matches(test, value)) !== test.negated)
}

function matches({ match, values }: Test, value: string): boolean {
  switch (match) {
    case 'in':
      return values.includes(value)
    case 'exists':
      return true
    case 'contains':
      return values.some((part) => value.includes(part))
    case 'starts':
      return values.some((part) => value.startsWith(part))
    case 'ends':
      return values.some((part) => value.endsWith(part))
  }
}

export function all(...parts: readonly Expression[]): Expression {
  if (parts.includes(false)) return false
  const rest = parts.filter((part) => part !== true)
  return rest.length > 1 ? { all: rest } : (rest[0] ?? true)
}

export function any(...parts: readonly Expression[]): Expression {
  if (parts.includes(true)) return true
  const rest = parts.filter((part) => part !== false)
  return rest.length > 1 ? { any: rest } : (rest[0] ?? false)
}

export function not(expression: Expression): Expression {
  if (typeof expression === 'boolean') return !expression
  if (expression === 'unknown') return 'unknown'
  if ('all' in expression) return { any: expression.all.map(not) }
  if ('any' in expression) return { all: expression.any.map(not) }
  return { ...expression, negated: !expression.negated }
}

export function test(key: string, match: Match, values: readonly string[] = [], negated = false): Test {
  return { key, match, values, negated }
}

export function inNamespace(key: string): Expression {
  return test(NAMESPACE, 'in', [key])
}

/**
 * A Kubernetes label selector (k8s.io/apimachinery, meta/v1/helpers.go): an empty one selects everything. `prefix` says
 * whose labels it looks at.
 */
export function fromLabelSelector(selector: LabelSelector, prefix = ''): Expression {
  if (!isValidSelector(selector)) return 'unknown'
  return all(
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => test(prefix + key, 'in', [value])),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values }): Expression => {
      switch (operator) {
        case 'In':
          return test(prefix + key, 'in', values ?? [])
        case 'NotIn':
          return test(prefix + key, 'in', values ?? [], true)
        case 'Exists':
          return test(prefix + key, 'exists')
        case 'DoesNotExist':
          return test(prefix + key, 'exists', [], true)
        default:
          return 'unknown'
      }
    }),
  )
}

/** Label tests that every pod the expression selects must pass with one of these values: what an index may use. */
export function requiredLabel(expression: Expression): Test | null {
  if (typeof expression !== 'object') return null
  if ('all' in expression) {
    for (const part of expression.all) {
      const found = requiredLabel(part)
      if (found !== null) return found
    }
    return null
  }
  if ('any' in expression) return null
  return expression.match === 'in' && !expression.negated && !expression.key.startsWith('@') ? expression : null
}
