/** What a label selector must be for the API server to take it (LabelSelectorAsSelector, labels.NewRequirement). */
import type { Path } from '../model.js'

export interface LabelSelector {
  readonly matchLabels?: { readonly [key: string]: string } | null
  readonly matchExpressions?: readonly MatchExpression[] | null
}

interface MatchExpression {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[] | null
}

/** What the API server would refuse of it, and where; null where it takes it. */
export function selectorProblem(selector: LabelSelector): { readonly path: Path; readonly message: string } | null {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    const path = ['matchLabels', key]
    if (!isLabelKey(key)) return { path, message: 'is no label' }
    if (!isLabelValue(value)) return { path, message: 'is no value of a label' }
  }
  for (const [i, expression] of (selector.matchExpressions ?? []).entries()) {
    const problem = expressionProblem(expression)
    if (problem !== null) return { path: ['matchExpressions', i, problem.field], message: problem.message }
  }
  return null
}

function expressionProblem({ key, operator, values }: MatchExpression): { field: string; message: string } | null {
  const listed = values ?? []
  if (!isLabelKey(key)) return { field: 'key', message: 'is no label' }
  if (operator === 'In' || operator === 'NotIn') {
    if (listed.length === 0) return { field: 'values', message: `is empty, and ${operator} takes one at least` }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (listed.length > 0) return { field: 'values', message: `holds values, and ${operator} takes none` }
  } else return { field: 'operator', message: 'is none of In, NotIn, Exists and DoesNotExist' }
  return listed.every(isLabelValue) ? null : { field: 'values', message: 'holds what is no value of a label' }
}

/** k8s.io/apimachinery pkg/api/validate/content/kube.go, IsLabelKey. */
function isLabelKey(key: unknown): boolean {
  if (typeof key !== 'string') return false
  const [prefix, name, ...rest] = key.includes('/') ? key.split('/') : [null, key]
  const prefixFits = prefix === null || (prefix !== undefined && isSubdomain(prefix))
  return rest.length === 0 && prefixFits && name !== undefined && name.length <= 63 && LABEL.test(name)
}

/** k8s.io/apimachinery pkg/util/validation, IsDNS1123Subdomain. */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text)
}

function isLabelValue(value: unknown): boolean {
  return value === '' || (typeof value === 'string' && value.length <= 63 && LABEL.test(value))
}

const LABEL = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
