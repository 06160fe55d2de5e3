// Generated YAML, and how the gate reads it: texts by a grammar, real manifests with random edits, token soup, streams.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const WORDS = [
  'a',
  'b',
  'name',
  'spec',
  'x y',
  'true-ish',
  'né',
  '日本',
  '😀',
  'a:b',
  'a#b',
  'http://x/y?z=1',
  '-x',
  '?x',
  ':x',
  "it's",
  'a"b',
  'x\\y',
  'a,b',
  'a[b]',
  '=',
  '<<',
  '--',
  'null-',
  'a #b',
  'end ',
]
/** Most of these are refused, somewhere. */
const ODD_WORDS = [
  '{{x}}',
  '%x',
  '@x',
  '`x`',
  '|x',
  '...',
  '- x',
  '? x',
  'x: y',
  '*q',
  '!x!y',
  '\ta',
  '&a',
  '[',
  '}',
  "'",
]
const VALUES = [
  '',
  '~',
  'null',
  'Null',
  'nULL',
  'yes',
  'No',
  'on',
  'OFF',
  'y',
  'N',
  'true',
  'False',
  'tRUE',
  '.inf',
  '-.Inf',
  '.NaN',
  '0',
  '-0',
  '+1',
  '10',
  '010',
  '0o14',
  '0O7',
  '08',
  '0x1F',
  '-0x1f',
  '0xg',
  '0b11',
  '-0b11',
  '0b-1',
  '0b+1',
  '-0b-1',
  '0b2',
  '1_000',
  '_1',
  '1__0',
  '0x_1',
  '1e3',
  '1E+3',
  '1e',
  '1e999',
  '.5',
  '5.',
  '-.5',
  '+.5',
  '.5_0',
  '._5',
  '1.5e-3',
  '-0.0',
  '1:30',
  '12:30:45',
  '190:20:30.15',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '-9223372036854775809',
  '0777777777777777777777777',
  '2001-01-01',
  '2001-13-01',
  '2001-1-1',
  '2001-12-14t21:59:43.10-05:00',
  '2001-12-14 21:59:43',
  '1.2.3',
  '100m',
  '1Gi',
  '!',
  '- 1',
]
const TAGS = [
  '!!str',
  '!!str',
  '!!str',
  '!',
  '!',
  '!x',
  '!<tag:yaml.org,2002:str>',
  '!<x>',
  '!!st%72',
  '!!merge',
  '!!set',
  '!!map',
  '!!seq',
  '!!int',
  '!!bool',
  '!!float',
  '!!null',
  '!!binary',
  '!!timestamp',
  '!x!y',
  '!!',
  '!%zz',
]
const PIECES = [
  ':',
  ': ',
  '- ',
  '-',
  '\n',
  '\n  ',
  '\n\t',
  '  ',
  '\t',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '*a ',
  '!!str ',
  '! ',
  '|',
  '>',
  '|-\n',
  '>+2\n',
  '?',
  '? ',
  '#',
  ' # c',
  '<<: ',
  'x',
  'y: z',
  '\n---\n',
  '\n...\n',
  '%YAML 1.1\n',
  '\r',
  '\r\n',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\\',
  '\\n',
  '\\x41',
  '\\\n',
  'kind: A\n',
  '0',
  '~',
  '\0',
  'é',
  '😀',
]
const SEPARATORS = [
  '---',
  '---',
  '---',
  '---',
  '---',
  '---',
  '---',
  '---',
  '---',
  '---',
  '--- ',
  '--- # c',
  '---\t',
  '--- x',
  '---x',
  '----',
  '--- |',
  '--- {a: b}',
  '...',
  '... # c',
  '...x',
  '%YAML 1.1',
]

export function documentsOf(random, count, real) {
  return Array.from({ length: count }, () =>
    random.weighted([
      [55, () => stream(random, (r) => written(r))],
      [28, () => edited(random, random.pick(real))],
      [5, () => soup(random)],
      [12, () => json(random)],
    ]),
  ).map((text) => (/\bkind\s*:/.test(text) ? text : `${text}\n# kind:\n`).toWellFormed())
}

/** Manifests of this repository, the small ones. */
export function realDocuments(root) {
  return ['policies', 'examples', 'test/repos'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => readFileSync(join(root, folder, name), 'utf8'))
      .filter((text) => text.length < 3000),
  )
}

/* ------------------------------------------------------------- a grammar */

/** Most are one document; edits, odd breaks and a byte order mark come over some. */
function stream(random, make) {
  const { chance, pick, int } = random
  let text = chance(0.05) ? `${pick(SEPARATORS)}\n` : ''
  for (let i = chance(0.8) ? 1 : 1 + int(3); i > 0; i--) text += make(random) + (i > 1 ? `${pick(SEPARATORS)}\n` : '')
  if (chance(0.15)) text = edited(random, text)
  if (chance(0.1)) text = text.replaceAll('\n', '\r\n')
  else if (chance(0.03)) text = text.replaceAll('\n', () => pick(['\n', '\n', '\r', '\u0085', '\u2028', '\u2029']))
  if (chance(0.1)) text = text.replace(/\n$/, '')
  return chance(0.03) ? `\ufeff${text}` : text
}

function written(random) {
  if (random.chance(0.15)) return sequence(random, 0, 0)
  const root = random.weighted([
    [20, () => mapping(random, 0, 0)],
    [1, () => `${inline(random, 0)}\n`],
  ])
  if (random.chance(root.includes('*') ? 0.9 : 0.1)) return `kind: &a A\nbase: &b {a: 1, c: [yes]}\n${root}`
  return random.chance(0.7) ? `kind: A\n${root}` : root
}

/** Lines of a mapping at a column, the first one too. */
function mapping(random, column, depth) {
  const { chance, int, weighted } = random
  const pad = ' '.repeat(column)
  return Array.from({ length: 1 + int(4) }, () => {
    const indent = chance(0.004) ? ' '.repeat(int(column + 3)) : pad
    if (chance(0.01))
      return `${indent}? ${valueAt(random, column, depth)}${chance(0.8) ? `${indent}: ${valueAt(random, column, depth)}` : ''}`
    if (chance(0.03)) return `${indent}<<: *b\n`
    const key = weighted([
      [20, () => random.pick(['a', 'b', 'c', 'd', 'e', 'f', 'name', 'image', 'x y', 'ñ', 'on', '1', '"q"', "'s'"])],
      [1, () => inline(random, 3)],
      [0.2, () => quoted(random, 0)],
    ])
    return `${noise(random, column)}${indent}${key}:${valueAt(random, column, depth)}`
  }).join('')
}

function sequence(random, column, depth) {
  const { chance, int } = random
  const pad = ' '.repeat(column)
  return Array.from({ length: 1 + int(3) }, () => {
    const compact = depth < 4 && chance(0.4)
    if (!compact) return `${noise(random, column)}${pad}-${valueAt(random, column, depth)}`
    const below = chance(0.7) ? mapping(random, column + 2, depth + 1) : sequence(random, column + 2, depth + 1)
    return `${pad}- ${below.trimStart()}`
  }).join('')
}

/** What follows a key's colon or a dash, up to the end of its last line. */
function valueAt(random, column, depth) {
  const { chance, int, pick, weighted } = random
  const properties = `${chance(0.15) ? ` &${pick(['a', 'b', 'x-1'])}` : ''}${chance(0.02) ? ` ${pick(TAGS)}` : ''}`
  const end = () => (chance(0.1) ? ' # c' : chance(0.05) ? '  ' : chance(0.01) ? '\t' : '')
  const scalars = [
    [8, () => `${properties} ${inline(random, column)}${end()}\n`],
    [1, () => `${properties}${end()}\n`],
    [0.2, () => ` *${pick(['a', 'b'])}${end()}\n`],
    [2, () => `${properties} ${multiline(random, column)}${end()}\n`],
    [2, () => `${properties} ${blockScalar(random, column)}`],
    [2, () => `${properties} ${flow(random, column, 0)}${end()}\n`],
  ]
  if (depth > 3) return weighted(scalars)
  const deeper = column + pick([1, 2, 2, 2, 2, 4])
  return weighted([
    ...scalars,
    [5, () => `${properties}${end()}\n${mapping(random, deeper, depth + 1)}`],
    [3, () => `${properties}${end()}\n${sequence(random, chance(0.5) ? column : deeper, depth + 1)}`],
    [0.1, () => `${properties}\n${' '.repeat(int(6))}${inline(random, column)}\n`],
  ])
}

const inline = (random, column) =>
  random.weighted([
    [4, () => random.pick(WORDS)],
    [0.1, () => random.pick(ODD_WORDS)],
    [5, () => random.pick(VALUES)],
    [3, () => quoted(random, column)],
  ])

/** A quoted scalar, now and then over several lines. */
function quoted(random, column) {
  const { chance, pick, int } = random
  const breakLine = () =>
    `${pick(['', ' ', '\t'])}\n${chance(0.3) ? '\n' : ''}${' '.repeat(Math.max(0, column + pick([-1, 0, 0, 1, 2])))}`
  const single = chance(0.5)
  const parts = Array.from({ length: int(5) }, () =>
    random.weighted([
      [6, () => pick(['a', 'b c', ' ', '#', ': ', ' # ', '- ', 'é', '日', '😀', '{', ']', ',', '\t', '---', '...'])],
      [
        1.5,
        () =>
          single
            ? "''"
            : chance(0.04)
              ? pick(['\\/', '\\q', '\\ud83d', '\\xg', '\\U00110000'])
              : pick([
                  '\\n',
                  '\\t',
                  '\\"',
                  '\\\\',
                  '\\x41',
                  '\\u00e9',
                  '\\U0001F600',
                  '\\e',
                  '\\_',
                  '\\L',
                  '\\ ',
                  '\\0',
                  "\\'",
                ]),
      ],
      [0.7, breakLine],
      [0.3, () => (single ? '\\' : '\\\n  ')],
    ]),
  ).join('')
  return single ? `'${parts}'` : `"${parts}"`
}

function multiline(random, column) {
  const { chance, int, pick } = random
  if (chance(0.4)) return quoted(random, column)
  const lines = Array.from({ length: 1 + int(3) }, () => {
    const indent = ' '.repeat(Math.max(0, column + (chance(0.05) ? pick([-1, 0]) : pick([1, 2, 2, 3]))))
    return `${chance(0.2) ? '\n' : ''}${chance(0.02) ? '\t' : ''}${indent}${pick(WORDS)}${chance(0.02) ? ' # c' : ''}`
  })
  return [pick(WORDS), ...lines].join('\n')
}

function blockScalar(random, column) {
  const { chance, int, pick } = random
  const indent = column + pick([1, 2, 2, 2, 3])
  const header = `${pick(['|', '>'])}${pick(['', '', '', '-', '+'])}${chance(0.04) ? int(5) : ''}${chance(0.01) ? '+' : ''}${chance(0.05) ? ' # c' : ''}`
  const lines = Array.from({ length: int(5) }, () => {
    const own = ' '.repeat(Math.max(0, chance(0.97) ? indent : column + int(4)))
    return pick([
      `${own}text`,
      `${own}  more`,
      `${own}# no comment`,
      '',
      own,
      `${own}a: b`,
      `${own} \ttab`,
      `${own}- x `,
      `${own}é😀`,
    ])
  })
  return `${header}\n${lines.map((line) => `${line}\n`).join('')}`
}

/** A flow collection, over several lines at odd columns now and then. */
function flow(random, column, depth) {
  const { chance, pick, list } = random
  const gap = () =>
    chance(0.12)
      ? `\n${' '.repeat(Math.max(0, column + pick([-2, 0, 0, 1, 2])))}`
      : chance(0.1)
        ? ' # c\n '
        : pick(['', '', ' ', '\t'])
  const item = () =>
    random.weighted([
      [20, () => pick(['a', 'b', '1', 'yes', '"q"', "'s'", 'x y', '-1', 'a:b'])],
      [1, () => inline(random, column)],
      [
        0.5,
        () =>
          pick([
            '"a":1',
            '*a',
            '&a 1',
            '!!str 1',
            '? a',
            '? a : b',
            '',
            'a: b',
            '"a": b',
            'a:',
            ': b',
            '-',
            '- a',
            'http://x',
          ]),
      ],
      [depth < 3 ? 5 : 0, () => flow(random, column, depth + 1)],
    ])
  const isMap = chance(0.5)
  const items = list(4, () =>
    isMap && chance(0.85)
      ? `${gap()}${item()}${pick([': ', ': ', ': ', ': ', ': ', ': ', ': ', ':', ' : '])}${gap()}${item()}${gap()}`
      : `${gap()}${item()}${gap()}`,
  )
  const inner = items.join(',') + (chance(0.1) ? ',' : '') + gap()
  return isMap ? `{${inner}}` : `[${inner}]`
}

function noise(random, column) {
  return random.weighted([
    [40, () => ''],
    [2, () => `${' '.repeat(random.int(column + 2))}# comment: "x\n`],
    [2, () => '\n'],
    [0.5, () => '  \n'],
    [0.05, () => '\t\n'],
  ])
}

/* -------------------------------------------------------- edits and soup */

function edited(random, text) {
  const { int, pick, chance } = random
  for (let edits = chance(0.7) ? 1 : 2; edits > 0; edits--) {
    const lines = text.split('\n')
    const at = int(text.length + 1)
    const line = int(lines.length)
    text = random.weighted([
      [3, () => text.slice(0, at) + pick(PIECES) + text.slice(at)],
      [3, () => text.slice(0, at) + text.slice(at + 1 + int(3))],
      [1, () => text.slice(0, at) + text.slice(int(text.length))],
      [1, () => lines.with(line, ` ${lines[line]}`).join('\n')],
      [1, () => lines.with(line, lines[line].replace(/^ /, '')).join('\n')],
      [1, () => lines.with(line, lines[line].replace(/^ +/, '\t')).join('\n')],
      [1, () => lines.toSpliced(line, 1).join('\n')],
      [1, () => lines.toSpliced(int(lines.length), 0, lines[line]).join('\n')],
      [
        1,
        () =>
          lines
            .with(
              line,
              lines[line].replace(/: .*/, () => `: ${inline(random, 2)}`),
            )
            .join('\n'),
      ],
      [
        1,
        () =>
          lines
            .with(
              line,
              lines[line].replace(/: .*/, () => `: ${flow(random, lines[line].search(/\S/), 0)}`),
            )
            .join('\n'),
      ],
      [1, () => lines.with(line, `${lines[line]}${pick([' # c', ' ', '\t', '\r', ':'])}`).join('\n')],
    ])
  }
  return text
}

const soup = (random) => Array.from({ length: 1 + random.int(14) }, () => random.pick(PIECES)).join('')

/** JSON, alone and in a row, with what YAML does not know and without. */
function json(random) {
  const { chance, pick, list, int } = random
  const string = () =>
    JSON.stringify(pick(['a', 'kind', 'é', '😀', '\u2028', 'x\u0085y', 'a\tb', '/', '<<', '__proto__', ''])).replace(
      '/',
      () => pick(['/', '/', '/', '\\/']),
    )
  const value = (depth) =>
    random.weighted([
      [3, string],
      [3, () => pick(['1', '-0', '1.50', '1e5', 'true', 'null', '9007199254740993', '0.1'])],
      [depth < 3 ? 1 : 0, () => `[${list(3, () => value(depth + 1)).join(pick([',', ', ', ',\n', ',\t']))}]`],
      [depth < 3 ? 1 : 0, () => object(depth + 1)],
    ])
  const object = (depth) =>
    `{${list(3, () => `${string()}${pick([':', ':', ': ', ': ', ': ', ' : ', chance(0.1) ? '\n:' : ':'])}${value(depth)}`).join(',')}}`
  const one = () =>
    object(0)
      .replace('{', () => (chance(0.5) ? '{' : pick(['{"kind":1,', '{\n  "kind": "A",\n', '{ '])))
      .replace(',}', '}')
  let text = pick(['', '', ' ', '\n']) + one()
  for (let more = chance(0.6) ? 0 : 1 + int(2); more > 0; more--)
    text += pick(['\n---\n', '\n', '', ' ', '\n--- # c\n', '---\n', ' x']) + one()
  return chance(0.1) ? edited(random, text) : text
}

/* --------------------------------------------------------- how we read it */

/**
 * What the gate reads, in order: `values` up to the first thing that it refuses, `refused` its reason, `doubts` what it
 * names as read differently by others.
 */
export function readByGate({ splitDocuments, parseYaml }, text) {
  const { documents, problems } = splitDocuments(text, 'x.json')
  const steps = [
    ...documents.map(({ text: part, line }) => ({ line, part })),
    ...problems.map(({ line, message }) => ({ line: line ?? 0, message })),
  ].sort((a, b) => a.line - b.line)
  const values = []
  const doubts = []
  for (const { part, message } of steps) {
    if (message?.startsWith('objects that follow')) doubts.push(message)
    else if (message !== undefined) return { values, doubts, refused: message }
    if (message !== undefined) continue
    const { value, problem } = parseYaml(part)
    if (problem?.kind === 'malformed') return { values, doubts, refused: problem.message }
    if (problem !== null) doubts.push(problem.message)
    if (value !== null) values.push(value)
  }
  return { values, doubts, refused: null }
}

/** Differences that the definition has: what is read so is named to the user, and blocks. */
const EXEMPT = [
  [
    'which of two keys that are one in JSON stays is left to chance',
    ({ doubts }, original) => original.chance && doubts.some((doubt) => doubt.startsWith('duplicate key')),
  ],
  [
    'JSON that is no YAML, behind the first document',
    ({ doubts }) => doubts.some((doubt) => doubt.startsWith('JSON ')),
  ],
  [
    'text behind ---, which takes the document before it along',
    ({ refused }) => refused?.startsWith('text behind ---'),
  ],
  [
    'a text by itself, which is no object whatever it says: a line break of YAML in one that stands behind a JSON object',
    ({ values, refused }, original) =>
      refused !== null &&
      original.error !== undefined &&
      values.length === original.values.length &&
      values.every(
        (value, i) =>
          isSame(value, original.values[i]) || (typeof value === 'string' && typeof original.values[i] === 'string'),
      ),
  ],
  ['a byte order mark inside the text', ({ doubts }) => doubts.some((doubt) => doubt.startsWith('a byte order mark'))],
]

/**
 * How the two differ, null where they agree; `exempt` is why that is no defect. `original`: the answer of
 * `originals documents`.
 */
export function differenceOfDocuments(read, original) {
  const { values, doubts, refused } = read
  const same = values.length === original.values.length && values.every((value, i) => isSame(value, original.values[i]))
  if (same && (refused === null) === (original.error === undefined)) return null
  const said = (list, error) =>
    [...list.map((value) => JSON.stringify(value)), ...(error ? [`refused: ${error}`] : [])].join('\n      ')
  return {
    exempt: EXEMPT.find(([, applies]) => applies(read, original))?.[0] ?? null,
    text: `gate:     ${said(values, refused)}${doubts.length > 0 ? `\n      named: ${doubts.join('; ')}` : ''}\n    kubectl:  ${said(original.values, original.error)}`,
  }
}

/** As JSON: the order of keys is nothing, numbers are doubles. */
function isSame(a, b) {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]))
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
}
