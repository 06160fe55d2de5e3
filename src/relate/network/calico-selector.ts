/**
 * Calico's selector language, as libcalico-go reads it (lib/selector/tokenizer and parser): `all()`, `global()`,
 * `has(k)`, `k == 'v'`, `k != 'v'`, `k in {'a','b'}`, `k not in {…}`, `k contains 'v'`, `k starts with 'v'`,
 * `k ends with 'v'`, `!`, `&&`, `||` and parentheses; `||` binds loosest. The empty selector selects everything.
 */
import { all, any, type Expression, type Match, NAMESPACE, not, test } from './expression.js'

/** What a label of the selector stands for; `null` for a label that every pod has with the value given. */
export type Meaning = (key: string) => { readonly key: string } | { readonly constant: string }

/** The expression of a selector, or why it cannot be read, and where (0-based offset). */
export type Parsed = { readonly expression: Expression } | { readonly problem: string; readonly offset: number }

type Token =
  | { readonly kind: 'label' | 'string' | 'has'; readonly value: string; readonly offset: number }
  | { readonly kind: Symbol; readonly offset: number }

type Symbol =
  | '('
  | ')'
  | '{'
  | '}'
  | ','
  | '=='
  | '!='
  | '!'
  | '&&'
  | '||'
  | 'all'
  | 'global'
  | 'end'
  | 'in'
  | 'not in'
  | 'contains'
  | 'starts with'
  | 'ends with'

const SYMBOLS = ['&&', '||', '==', '!=', '!', '(', ')', '{', '}', ','] as const
const IDENTIFIER = /[a-zA-Z0-9_./-]+/y
const FUNCTIONS = /(has|all|global)\(/y
const OPERATORS: readonly (readonly [Symbol, RegExp])[] = [
  ['contains', /contains(?![a-zA-Z0-9_./-])/y],
  ['starts with', /starts[ \t]*with(?![a-zA-Z0-9_./-])/y],
  ['ends with', /ends[ \t]*with(?![a-zA-Z0-9_./-])/y],
  ['not in', /not[ \t]*in(?![a-zA-Z0-9_./-])/y],
  ['in', /in(?![a-zA-Z0-9_./-])/y],
]

class Unreadable extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message)
  }
}

/** `everything` is what `all()` stands for. */
export function parseCalicoSelector(text: string, meaning: Meaning, everything: Expression = true): Parsed {
  try {
    const tokens = tokenize(text)
    if (tokens.length === 1) return { expression: true }
    const parser = new Parser(tokens, meaning, everything)
    const expression = parser.or()
    parser.expect('end')
    return { expression }
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message, offset: error.offset }
    throw error
  }
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? null
    if (found !== null) at += found.length
    return found
  }
  const blank = (): void => {
    while (text[at] === ' ' || text[at] === '\t') at++
  }
  for (blank(); at < text.length; blank()) {
    const offset = at
    const symbol = SYMBOLS.find((s) => text.startsWith(s, at))
    if (symbol !== undefined) {
      at += symbol.length
      tokens.push({ kind: symbol, offset })
      continue
    }
    const quote = text[at]
    if (quote === '"' || quote === "'") {
      const end = text.indexOf(quote, at + 1)
      if (end < 0) throw new Unreadable('a string does not end', offset)
      tokens.push({ kind: 'string', value: text.slice(at + 1, end), offset })
      at = end + 1
      continue
    }
    if (tokens.at(-1)?.kind === 'label') {
      // Only behind a label are these words operators; anywhere else they are labels themselves.
      const operator = OPERATORS.find(([, pattern]) => take(pattern) !== null)
      if (operator === undefined) throw new Unreadable('an operator is missing behind a label', offset)
      tokens.push({ kind: operator[0], offset })
      continue
    }
    const call = take(FUNCTIONS)
    if (call !== null) {
      blank()
      const name = call.slice(0, -1) as 'has' | 'all' | 'global'
      const label = name === 'has' ? take(IDENTIFIER) : ''
      if (label === null) throw new Unreadable('has() names no label', at)
      blank()
      if (text[at] !== ')') throw new Unreadable(`${name}( is not closed`, offset)
      at++
      tokens.push(name === 'has' ? { kind: 'has', value: label, offset } : { kind: name, offset })
      continue
    }
    const label = take(IDENTIFIER)
    if (label === null) throw new Unreadable(`${JSON.stringify(text[at])} is not expected`, offset)
    tokens.push({ kind: 'label', value: label, offset })
  }
  return [...tokens, { kind: 'end', offset: text.length }]
}

const COMPARISONS: { readonly [kind: string]: readonly [match: Match, negated: boolean] } = {
  '==': ['in', false],
  '!=': ['in', true],
  contains: ['contains', false],
  'starts with': ['starts', false],
  'ends with': ['ends', false],
}

class Parser {
  private at = 0

  constructor(
    private readonly tokens: readonly Token[],
    private readonly meaning: Meaning,
    private readonly everything: Expression,
  ) {}

  or(): Expression {
    const parts = [this.and()]
    while (this.accept('||')) parts.push(this.and())
    return any(...parts)
  }

  private and(): Expression {
    const parts = [this.operation()]
    while (this.accept('&&')) parts.push(this.operation())
    return all(...parts)
  }

  private operation(): Expression {
    let negated = false
    while (this.accept('!')) negated = !negated
    const expression = this.primary()
    return negated ? not(expression) : expression
  }

  private primary(): Expression {
    const token = this.next()
    switch (token.kind) {
      case '(': {
        const inner = this.or()
        this.expect(')')
        return inner
      }
      case 'all':
        return this.everything
      case 'global':
        return test(NAMESPACE, 'exists', [], true)
      case 'has':
        return this.labelTest(token.value, 'exists', [], false)
      case 'label':
        return this.comparison(token.value)
      default:
        throw new Unreadable(
          `${token.kind === 'string' ? 'a string' : `'${token.kind}'`} is not expected`,
          token.offset,
        )
    }
  }

  private comparison(label: string): Expression {
    const operator = this.next()
    const comparison = COMPARISONS[operator.kind]
    if (comparison !== undefined) return this.labelTest(label, comparison[0], [this.string()], comparison[1])
    if (operator.kind !== 'in' && operator.kind !== 'not in')
      throw new Unreadable('an operator is missing behind a label', operator.offset)
    this.expect('{')
    const values: string[] = []
    while (this.peek().kind === 'string') {
      values.push(this.string())
      if (!this.accept(',')) break
    }
    this.expect('}')
    return this.labelTest(label, 'in', values, operator.kind === 'not in')
  }

  private labelTest(label: string, match: Match, values: readonly string[], negated: boolean): Expression {
    const meaning = this.meaning(label)
    if ('key' in meaning) return test(meaning.key, match, values, negated)
    const holds = match === 'exists' || (match === 'in' && values.includes(meaning.constant))
    return holds !== negated
  }

  private string(): string {
    const token = this.next()
    if (token.kind !== 'string') throw new Unreadable('a string is missing', token.offset)
    return token.value
  }

  private peek(): Token {
    return this.tokens[this.at] ?? { kind: 'end', offset: 0 }
  }

  private next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.at++
    return token
  }

  private accept(kind: Symbol): boolean {
    if (this.peek().kind !== kind) return false
    this.at++
    return true
  }

  expect(kind: Symbol): void {
    const token = this.peek()
    if (token.kind !== kind)
      throw new Unreadable(kind === 'end' ? 'something is left over' : `'${kind}' is missing`, token.offset)
    this.at++
  }
}
