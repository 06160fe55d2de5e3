/**
 * Label selectors as k8s.io/apimachinery reads them (pkg/labels/selector.go, meta/v1/helpers.go), three-valued:
 * labels may be known only in part (a namespace declared elsewhere).
 */
import type { Truth } from '../model.js'

export interface Labels {
  readonly values: { readonly [key: string]: string }
  /** Whether `values` holds every label there is. */
  readonly complete: boolean
}

export interface LabelSelector {
  readonly matchLabels?: { readonly [key: string]: string } | null
  readonly matchExpressions?:
    readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | null }[] | null
}

/** An empty selector selects everything; what an absent one means is its field's own matter, so it is not taken here. */
export function selects(selector: LabelSelector, labels: Labels): Truth {
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
      // The API server refuses other operators; a selector that cannot be read decides nothing.
      return 'unknown'
  }
}

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
