/**
 * Label selectors as k8s.io/apimachinery reads them (pkg/labels/selector.go, meta/v1/helpers.go), three-valued:
 * labels may be known only in part (a namespace declared elsewhere).
 */
import type { Truth } from '../model.js'
import { type LabelSelector, selectorProblem } from '../parse/label-selector.js'

export type { LabelSelector } from '../parse/label-selector.js'

export interface Labels {
  readonly values: { readonly [key: string]: string }
  /** Whether `values` holds every label there is. */
  readonly complete: boolean
}

/** An empty selector selects everything; what an absent one means is its field's own matter, so it is not taken here. */
export function selects(selector: LabelSelector, labels: Labels): Truth {
  if (!isValidSelector(selector)) return 'unknown'
  let result: Truth = 'yes'
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    result = and(result, requirement(key, 'In', [value], labels))
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    result = and(result, requirement(key, operator, values ?? [], labels))
  }
  return result
}

export function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
}

function requirement(key: string, operator: string, values: readonly string[], labels: Labels): Truth {
  const has = Object.hasOwn(labels.values, key)
  if (!has && !labels.complete) return 'unknown'
  const value = has ? (labels.values[key] ?? '') : undefined
  switch (operator) {
    case 'In':
      return truth(value !== undefined && values.includes(value))
    case 'NotIn':
      // As upstream: a missing key satisfies NotIn.
      return truth(value === undefined || !values.includes(value))
    case 'Exists':
      return truth(value !== undefined)
    case 'DoesNotExist':
      return truth(value === undefined)
    default:
      return 'unknown'
  }
}

/** Whether the API server takes it: one that it refuses decides nothing, whatever its other requirements say. */
export function isValidSelector(selector: LabelSelector): boolean {
  const known = VALID.get(selector)
  if (known !== undefined) return known
  const valid = selectorProblem(selector) === null
  VALID.set(selector, valid)
  return valid
}

/** A selector is asked once a pod. */
const VALID = new WeakMap<LabelSelector, boolean>()

export function truth(value: boolean): Truth {
  return value ? 'yes' : 'no'
}

export function and(a: Truth, b: Truth): Truth {
  if (a === 'no' || b === 'no') return 'no'
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown'
}

export function or(a: Truth, b: Truth): Truth {
  if (a === 'yes' || b === 'yes') return 'yes'
  return a === 'no' && b === 'no' ? 'no' : 'unknown'
}
