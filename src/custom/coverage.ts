/**
 * Which lines of a policy its tests reach, counted as OPA counts them (v1/cover/cover.go): a line is covered where an
 * expression on it was evaluated, or a rule whose head is on it held. The compiler that is bundled gives no trace, so the
 * source is given calls of the builtin `trace` that say where evaluation is: before every expression, and at the end of every
 * body. No line moves by it. Rego v1 alone: that is where `if` says where a body begins.
 */
import { tokensOf, type Token } from './tokens.js'

/** What a module is with its calls, and the lines that they tell of. */
export interface Traced {
  readonly source: string
  /** 1-based. */
  readonly lines: ReadonlySet<number>
}

export interface FileCoverage {
  readonly file: string
  /** 1-based lines. */
  readonly covered: readonly number[]
  readonly notCovered: readonly number[]
  /** 0 to 100, one decimal; 100 where there is nothing to cover. */
  readonly percent: number
}

/** A note of `trace`: the file's number and the line. */
const noteOf = (file: number, line: number): string => `ringfence ${file} ${line}`

/** `file` is the number that notes call it by. */
export function traced(source: string, file: number): Traced {
  const tokens = tokensOf(source)
  const inserts: { readonly at: number; readonly text: string }[] = []
  const lines = new Set<number>()
  const call = ({ row }: Token): string => {
    lines.add(row)
    return `trace(${JSON.stringify(noteOf(file, row))})`
  }
  const before = (token: Token, text: string): void => void inserts.push({ at: token.at, text })
  const after = (token: Token, text: string): void => void inserts.push({ at: token.at + token.text.length, text })

  /** Statements of tokens[from…to), all in one body, and what is nested in them. `end` is called where they all hold. */
  const body = (from: number, to: number, end: Token | null): void => {
    const depth = tokens[from]?.depth
    for (let i = from; i < to; i++) {
      const token = tokens[i]!
      if (token.depth === depth && startsStatement(i, from)) before(token, `${call(token)}; `)
      nested(i, to)
    }
    const last = tokens[to - 1]
    if (end !== null && last !== undefined) after(last, `; ${call(end)}`)
  }

  const startsStatement = (i: number, from: number): boolean => {
    const [token, previous] = [tokens[i]!, tokens[i - 1]]
    if (i === from) return true
    if (previous?.text === ';') return true
    return token.startsLine && !CONTINUES.has(token.text) && !(previous !== undefined && WANTS_MORE.has(previous.text))
  }

  /** A comprehension or the body of `every` that begins at a token. */
  const nested = (i: number, to: number): void => {
    const token = tokens[i]!
    if (token.text === '[' || token.text === '{') {
      const close = closing(i)
      const bar = tokens.findIndex(
        (each, k) => k > i && k < close && each.text === '|' && each.depth === token.depth + 1,
      )
      if (bar > 0 && close <= to) inner(bar + 1, close)
    }
    if (token.text === 'every') {
      const open = bodyOfEvery(i)
      if (open !== null) inner(open + 1, closing(open))
    }
  }

  /** Only the statements: what is nested deeper is met by whoever goes over the tokens. */
  const inner = (from: number, to: number): void => {
    const depth = tokens[from]?.depth
    for (let i = from; i < to; i++)
      if (tokens[i]!.depth === depth && startsStatement(i, from)) before(tokens[i]!, `${call(tokens[i]!)}; `)
  }

  /** The index of the bracket that closes the one at `open`. */
  const closing = (open: number): number =>
    tokens.findIndex(({ text, depth }, k) => k > open && /^[)\]}]$/.test(text) && depth === tokens[open]!.depth)

  const bodyOfEvery = (i: number): number | null => {
    const { depth } = tokens[i]!
    let k = tokens.findIndex((each, at) => at > i && each.text === 'in' && each.depth === depth) + 1
    if (k === 0) return null
    if (/^[[{]$/.test(tokens[k]?.text ?? '')) k = closing(k) + 1
    const open = tokens.findIndex((each, at) => at >= k && each.text === '{' && each.depth === depth)
    return open < 0 ? null : open
  }

  for (const { start, from, to, hasBody } of clauses(tokens, closing)) {
    const head = tokens[start]!
    // What a rule gives may be a comprehension.
    for (let i = start; i < (hasBody ? from : to); i++) nested(i, to)
    if (!hasBody) {
      after(tokens[to - 1]!, ` if ${call(head)}`)
    } else if (tokens[from]!.text === '{' && closing(from) === to - 1) {
      if (to - 1 > from + 1) body(from + 1, to - 1, head)
    } else {
      before(tokens[from]!, '{ ')
      body(from, to, head)
      after(tokens[to - 1]!, ' }')
    }
  }
  // Where several stand at one place they keep their order.
  const sorted = inserts.map((insert, i) => ({ ...insert, i })).sort((a, b) => b.at - a.at || b.i - a.i)
  let result = source
  for (const { at, text } of sorted) result = result.slice(0, at) + text + result.slice(at)
  return { source: result, lines }
}

/** A word that goes on with the statement before it. */
const CONTINUES = new Set([
  'with',
  'as',
  'in',
  '=',
  ':',
  '!',
  '<',
  '>',
  '+',
  '*',
  '/',
  '%',
  '|',
  '&',
  ',',
  '.',
  ')',
  ']',
  '}',
])
/** A sign or word that has to be followed by something. */
const WANTS_MORE = new Set([
  '=',
  ':',
  '!',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '|',
  '&',
  ',',
  '.',
  '(',
  '[',
  '{',
  'in',
  'not',
  'some',
  'every',
  'with',
  'as',
  'if',
])

interface Clause {
  /** Where its head begins: the rule's name, or `else`. */
  readonly start: number
  /** The tokens of its body; of a clause without one, those of its value. */
  readonly from: number
  readonly to: number
  readonly hasBody: boolean
}

const NO_CLAUSE = new Set(['package', 'import', 'default'])

/** The clauses of all rules; each begins in the first column, `else` anywhere. */
function clauses(tokens: readonly Token[], closing: (open: number) => number): readonly Clause[] {
  const found: Clause[] = []
  const starts = tokens.flatMap(({ startsLine, depth, column, kind, text }, i) =>
    startsLine && depth === 0 && column === 1 && kind === 'word' && text !== 'else' ? [i] : [],
  )
  for (const [n, start] of starts.entries()) {
    const end = starts[n + 1] ?? tokens.length
    if (NO_CLAUSE.has(tokens[start]!.text)) continue
    for (let at = start; at < end;) {
      const ifAt = tokens.findIndex(({ text, depth }, k) => k > at && k < end && text === 'if' && depth === 0)
      const nextElse = tokens.findIndex(
        ({ text, depth, kind }, k) => k > at && k < end && text === 'else' && depth === 0 && kind === 'word',
      )
      const until = nextElse < 0 ? end : nextElse
      if (ifAt < 0 || ifAt > until) found.push({ start: at, from: at, to: until, hasBody: false })
      else {
        const from = ifAt + 1
        const isBlock = tokens[from]?.text === '{' && closing(from) < until
        const to = isBlock && !isOperator(tokens[closing(from) + 1]) ? closing(from) + 1 : until
        found.push({ start: at, from, to, hasBody: true })
      }
      at = until
    }
  }
  return found
}

const isOperator = (token: Token | undefined): boolean => token !== undefined && /^[=!<>|&.[]$/.test(token.text)

/** `heard` are notes of `trace`; those of policies themselves are not ours. */
export function coverageOf(
  files: readonly { readonly file: string; readonly lines: ReadonlySet<number> }[],
  heard: ReadonlySet<string>,
): readonly FileCoverage[] {
  return files.map(({ file, lines }, i) => {
    const sorted = [...lines].sort((a, b) => a - b)
    const covered = sorted.filter((line) => heard.has(noteOf(i, line)))
    const notCovered = sorted.filter((line) => !heard.has(noteOf(i, line)))
    return { file, covered, notCovered, percent: percentOf(covered.length, sorted.length) }
  })
}

export const percentOf = (part: number, whole: number): number =>
  whole === 0 ? 100 : Math.round((part * 1000) / whole) / 10
