/**
 * Rego as a list of words and signs: as much as it takes to find packages, the names of rules and references, and no
 * more; OPA's own compiler reads the rest.
 */

export interface Token {
  readonly text: string
  /** `word`: a name, a keyword; `string`: with its quotes; `sign`: one character. */
  readonly kind: 'word' | 'string' | 'sign'
  /** Offset in the source. */
  readonly at: number
  /** 1-based. */
  readonly row: number
  readonly column: number
  /** How many brackets of any kind are open around it. */
  readonly depth: number
  readonly startsLine: boolean
}

const TOKEN =
  /(?<space>[^\S\n]+)|(?<line>\n)|(?<comment>#[^\n]*)|(?<string>\$?"(?:[^"\\\n]|\\.)*"|\$?`[^`]*`)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<number>\d[\w.]*)|(?<sign>[^])/gy

/** Never throws: what is no Rego gives signs. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  let [row, lineStart, depth] = [1, 0, 0]
  let startsLine = true
  for (const { 0: text, index: at, groups = {} } of source.matchAll(TOKEN)) {
    if (groups['line'] !== undefined) {
      row++
      lineStart = at + 1
      startsLine = true
    } else if (groups['space'] === undefined && groups['comment'] === undefined) {
      if (/^[)\]}]$/.test(text)) depth--
      const kind = groups['string'] !== undefined ? 'string' : groups['word'] !== undefined ? 'word' : 'sign'
      tokens.push({ text, kind, at, row, column: at - lineStart + 1, depth, startsLine })
      startsLine = false
      if (/^[([{]$/.test(text)) depth++
      const lines = text.split('\n')
      if (lines.length > 1) {
        row += lines.length - 1
        lineStart = at + text.length - lines.at(-1)!.length
      }
    }
  }
  return tokens
}

/** `main`, `kubernetes.admission`; a part in brackets (`a["b-c"]`) is a part. null: there is no package. */
export function packageOf(tokens: readonly Token[]): readonly string[] | null {
  const at = tokens.findIndex(({ text, kind, depth }) => kind === 'word' && text === 'package' && depth === 0)
  if (at < 0) return null
  const parts: string[] = []
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i]!
    if (token.kind === 'word' && (parts.length === 0 || tokens[i - 1]!.text === '.')) parts.push(token.text)
    else if (token.kind === 'string' && tokens[i - 1]!.text === '[') parts.push(JSON.parse(token.text) as string)
    else if (!['.', '[', ']'].includes(token.text)) break
    if (tokens[i + 1]?.startsLine === true) break
  }
  return parts.length === 0 ? null : parts
}

const NO_RULE = new Set(['package', 'import', 'else', 'if', 'some', 'every', 'not', 'with'])

/** The names of rules: what begins a line outside of all brackets, and what `default` is said of. */
export function ruleNames(tokens: readonly Token[]): ReadonlyMap<string, Token> {
  const names = new Map<string, Token>()
  for (const [i, token] of tokens.entries()) {
    if (!token.startsLine || token.depth !== 0 || token.kind !== 'word') continue
    const named = token.text === 'default' ? tokens[i + 1] : token
    if (named !== undefined && !NO_RULE.has(named.text) && !names.has(named.text)) names.set(named.text, named)
  }
  return names
}
