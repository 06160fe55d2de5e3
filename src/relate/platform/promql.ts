/**
 * As much of PromQL as tells what an alert is about: the series it selects, the functions around them, how it compares
 * (https://prometheus.io/docs/prometheus/latest/querying/basics/). LogQL shares the outer grammar.
 */
interface Series {
  /** '' where the selector has labels alone. */
  readonly name: string
  /** The text between the braces. */
  readonly selector: string
}

export interface Query {
  readonly series: readonly Series[]
  readonly functions: readonly string[]
  /** The comparisons against a threshold, in order: `>`, `<=`. */
  readonly comparisons: readonly string[]
  /** Both sides of each division at the top. */
  readonly divides: boolean
  /** `offset` appears: it is compared with its own past. */
  readonly past: boolean
  /** Line filters of LogQL, `|= "denied"`. */
  readonly lineFilters: readonly string[]
}

const KEYWORDS = new Set(
  'and or unless by without on ignoring group_left group_right bool offset inf nan start end sum min max avg group stddev stdvar count count_values bottomk topk quantile limitk limit_ratio atan2'.split(
    ' ',
  ),
)

const TOKEN =
  /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\|[=~>]|![=~]|=~|>=|<=|==|[a-zA-Z_:][\w:.]*|\d[\w.]*|[^\s]/g

export function readQuery(expression: string): Query {
  const tokens = (expression.match(TOKEN) ?? []).filter((token) => !token.startsWith('#'))
  const series: Series[] = []
  const functions: string[] = []
  const comparisons: string[] = []
  const lineFilters: string[] = []
  let divides = false
  let past = false
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? ''
    const next = tokens[i + 1]
    if (token === '[') i = tokens.indexOf(']', i) < 0 ? tokens.length : tokens.indexOf(']', i)
    else if (token === '{') {
      const end = tokens.indexOf('}', i) < 0 ? tokens.length : tokens.indexOf('}', i)
      const selector = tokens.slice(i + 1, end).join(' ')
      const named = /__name__ =~? ["'`]([^"'`]*)/.exec(selector)?.[1]
      if (/^[a-zA-Z_:]/.test(tokens[i - 1] ?? '') && !isKeyword(tokens[i - 1] ?? ''))
        series[series.length - 1] = { name: series.at(-1)?.name ?? '', selector }
      else series.push({ name: named ?? '', selector })
      i = end
    } else if (['|=', '|~', '|>'].includes(token) && /^["'`]/.test(next ?? '')) {
      lineFilters.push((next ?? '').slice(1, -1))
      i++
    } else if (
      ['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'].includes(token.toLowerCase()) &&
      next === '('
    ) {
      i = tokens.indexOf(')', i) < 0 ? tokens.length : tokens.indexOf(')', i)
    } else if (/^[a-zA-Z_:]/.test(token)) {
      if (token.toLowerCase() === 'offset') past = true
      if (next === '(') functions.push(token)
      else if (!isKeyword(token)) series.push({ name: token, selector: '' })
    } else if (['>', '>=', '<', '<=', '=='].includes(token)) comparisons.push(token)
    else if (token === '/') divides = true
  }
  return { series, functions, comparisons, divides, past, lineFilters }
}

function isKeyword(token: string): boolean {
  return KEYWORDS.has(token.toLowerCase())
}
