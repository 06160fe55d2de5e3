// Generated selectors of Calico's own language, the broken ones too, each with sets of labels.

const KEYS = ['app', 'tier', 'app.kubernetes.io/name', 'a-b_c', 'in', 'not', 'contains', 'has', 'all', 'global', '0', './-']
const VALUES = ['', 'a', 'ab', 'b', 'A.b_c-d', "it's", 'say "x"', 'ü', 'in', ' ']
const OPERATORS = ['==', '!=', 'contains', 'starts with', 'ends with', 'in', 'not in']
/** What stands between two tokens. A line break is none of Calico's blanks. */
const BLANKS = ['', ' ', ' ', '  ', '\t']
/** What is put into a selector, or in place of a piece of it, to break it. */
const DEBRIS = [
  ...['=', '&', '|', '!', '!!', '(', ')', '{', '}', ',', '"', "'", '==', '&&', '||', ' ', '\n', '#', '*', 'ü', '\\'],
  ...['in', 'not', 'not in', 'notin', 'contains', 'starts', 'startswith', 'ends with', 'has(', 'has()', 'has(a b)'],
  ...['all', 'all(', 'all( )', 'all(\t)', 'global()', 'global( )', 'a', 'app', "'a'", '"b"', "{'a'}", '{}', "{'a',}"],
]

/** `{selector, labels}`: one selector and five sets of labels. */
export function calicoSelectorsOf(random, count) {
  return Array.from({ length: count }, () => {
    const selector = broken(random, expressionOf(random, 3))
    return { selector, labels: Array.from({ length: 5 }, () => labelsOf(random)) }
  })
}

/** Some are left as they are; of the others a piece is taken out, put in or put elsewhere. */
function broken({ chance, int, pick }, text) {
  let result = text
  for (let i = chance(0.5) ? 0 : 1 + int(2); i > 0; i--) {
    const at = int(result.length + 1)
    const end = chance(0.5) ? at : at + int(4)
    result = result.slice(0, at) + (chance(0.3) ? '' : pick(DEBRIS)) + result.slice(end)
  }
  return result
}

function expressionOf(random, depth) {
  const { int, pick, chance, weighted } = random
  const blank = () => pick(BLANKS)
  const quoted = () => {
    const value = pick(VALUES)
    const quote = value.includes("'") ? '"' : value.includes('"') ? "'" : pick(['"', "'"])
    return quote + value + quote
  }
  const test = () => {
    const operator = pick(OPERATORS).replaceAll(' ', chance(0.3) ? pick(BLANKS) : ' ')
    const set = operator.endsWith('in')
    const values = Array.from({ length: int(4) }, quoted).join(blank() + ',' + blank())
    const right = set ? `{${blank()}${values}${values !== '' && chance(0.1) ? ',' : ''}${blank()}}` : quoted()
    const between = /^[a-z]/.test(operator) ? pick([' ', '\t', '  ']) : blank()
    return pick(KEYS) + between + operator + blank() + right
  }
  const few = (mark) => () =>
    Array.from({ length: 2 + int(2) }, () => expressionOf(random, depth - 1)).join(blank() + mark + blank())
  return weighted([
    [6, test],
    [2, () => `has(${blank()}${pick(KEYS)}${blank()})`],
    [0.7, () => `all(${blank()})`],
    [0.4, () => `global(${blank()})`],
    [0.2, () => blank()],
    ...(depth === 0
      ? []
      : [
          [3, few('&&')],
          [3, few('||')],
          [2, () => `!${blank()}${expressionOf(random, depth - 1)}`],
          [3, () => `(${blank()}${expressionOf(random, depth - 1)}${blank()})`],
        ]),
  ])
}

function labelsOf({ list, pick }) {
  return Object.fromEntries(list(4, () => [pick(KEYS), pick(VALUES)]))
}

/** yes or no for each set of labels; null for a selector that is none. */
export function calicoSelectedByGate({ parseCalicoSelector, evaluate, decide }, { selector, labels }) {
  const parsed = parseCalicoSelector(selector, (key) => ({ key }))
  if (!('expression' in parsed)) return null
  return labels.map((values) =>
    // Calico's own evaluation takes `global()` for true; who reads the policy turns it into what lies in no namespace.
    evaluate(parsed.expression, (test) =>
      decide(test, Object.hasOwn(values, test.key) ? values[test.key] : null),
    ),
  )
}

/** The pinned version lets a line break stand within `not in`, `has(…)` and the like; that of today blanks and tabs alone. */
export const LINE_BREAK = 'a line break within an operator or a call: the version of 2022 reads it, that of today refuses it'

/** `original`: the answer of `originals calico`. */
export function differencesOfCalicoSelector(answers, original) {
  if ((answers === null) !== (original.error !== undefined))
    return [answers === null ? 'Calico reads it, the gate does not' : `Calico: ${original.error}; the gate reads it`]
  return (answers ?? []).flatMap((truth, i) => {
    const expected = original.selects[i] ? 'yes' : 'no'
    return truth === expected ? [] : [`labels ${i}: Calico says ${expected}, the gate ${truth}`]
  })
}
