// Generated label selectors, for pods and for namespaces, the invalid ones too.

const KEYS = ['app', 'tier', 'app.kubernetes.io/name', 'kubernetes.io/metadata.name', 'example.com/a_b.C', 'x']
const VALUES = ['', 'a', 'b', 'shop', 'A.b_c-d', '0']
const ODD_KEYS = [
  '',
  '/',
  'a/',
  '/a',
  'a/b/c',
  '-a',
  'a-',
  'A.example/x',
  'ex_ample.com/x',
  'example..com/x',
  'ü',
  'a b',
  'a'.repeat(63),
  'a'.repeat(64),
  `${'a'.repeat(253)}/x`,
  `${'a'.repeat(254)}/x`,
  '__proto__',
  'constructor',
]
const ODD_VALUES = ['-a', 'a-', 'a b', 'ü', 'a/b', 'a\n', 'a'.repeat(63), 'a'.repeat(64), '*']
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist']
const ODD_OPERATORS = ['in', 'Equals', 'Gt', '']

/** `{selector, labels}`: one selector and five sets of labels. */
export function selectorsOf(random, count) {
  return Array.from({ length: count }, () => ({
    selector: selectorOf(random),
    labels: Array.from({ length: 5 }, () => labelsOf(random)),
  }))
}

function selectorOf(random) {
  const { chance, pick, list } = random
  const odd = chance(0.15)
  const key = () => (odd && chance(0.3) ? pick(ODD_KEYS) : pick(KEYS))
  const value = () => (odd && chance(0.3) ? pick(ODD_VALUES) : pick(VALUES))
  const matchLabels = chance(0.6) ? Object.fromEntries(list(2, () => [key(), value()])) : pick([undefined, null])
  const expression = () => {
    const operator = odd && chance(0.2) ? pick(ODD_OPERATORS) : pick(OPERATORS)
    const wants = operator === 'In' || operator === 'NotIn'
    const values = (odd && chance(0.3) ? !wants : wants) ? [value(), ...list(2, value)] : pick([undefined, null, []])
    return { key: key(), operator, ...(values === undefined ? {} : { values }) }
  }
  const matchExpressions = chance(0.6) ? list(3, expression) : pick([undefined, null])
  return {
    ...(matchLabels === undefined ? {} : { matchLabels }),
    ...(matchExpressions === undefined ? {} : { matchExpressions }),
  }
}

function labelsOf(random) {
  return Object.fromEntries(
    random.list(4, () => [random.pick(random.chance(0.05) ? ODD_KEYS : KEYS), random.pick(VALUES)]),
  )
}

/** As the gate has it in two places: of what mesh, roles and alerts select, and of network policies' pods and namespaces. */
export function selectedByGate({ selects, fromLabelSelector, evaluate, decide }, { selector, labels }) {
  const view = (values, prefix) => (test) =>
    decide(test, Object.hasOwn(values, test.key.slice(prefix.length)) ? values[test.key.slice(prefix.length)] : null)
  return {
    'relate/selector': labels.map((values) => selects(selector, { values, complete: true })),
    'network policies, pods': labels.map((values) => evaluate(fromLabelSelector(selector), view(values, ''))),
    'network policies, namespaces': labels.map((values) =>
      evaluate(fromLabelSelector(selector, '@namespace/'), view(values, '@namespace/')),
    ),
  }
}

/** `original`: the answer of `originals selectors`. A selector that is none decides nothing. */
export function differencesOfSelector(answers, original) {
  const expected = (i) => (original.error === undefined ? (original.selects[i] ? 'yes' : 'no') : 'unknown')
  return Object.entries(answers).flatMap(([where, truths]) =>
    truths.flatMap((truth, i) =>
      truth === expected(i)
        ? []
        : [`${where}, labels ${i}: the API says ${original.error ?? expected(i)}, the gate ${truth}`],
    ),
  )
}
