/**
 * `regex.*` as Go's regexp does it: re2js has the same syntax, and finds the same match first; what is done with the
 * matches is after Go's regexp.go.
 */
import { RE2JS } from 're2js'
import { BuiltinError } from '../value.js'
import { int, string, type Builtins } from './operands.js'

/** Where a match and its groups begin and end, -1 where a group takes no part. */
interface Match {
  readonly at: readonly (readonly [number, number])[]
}

/** Those of late, since policies ask the same of every resource. */
const compiled = new Map<string, RE2JS>()
const KEPT = 200

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  // One byte of UTF-8: RE2 has it, Go has not.
  if (/^(?:[^\\]|\\[^C])*\\C/s.test(pattern))
    throw new BuiltinError('error parsing regexp: invalid escape sequence: `\\C`')
  try {
    const expression = RE2JS.compile(pattern)
    if (compiled.size >= KEPT) compiled.clear()
    compiled.set(pattern, expression)
    return expression
  } catch (error) {
    throw new BuiltinError(`error parsing regexp: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function isValid(pattern: string): boolean {
  try {
    compile(pattern)
    return true
  } catch (error) {
    if (error instanceof BuiltinError) return false
    throw error
  }
}

/** The next match from an offset on; what lies before is context for `^` and `\b`. */
function findFrom(expression: RE2JS, text: string, from: number): Match | null {
  const matcher = expression.matcher(text)
  if (!matcher.find(from)) return null
  return { at: Array.from({ length: matcher.groupCount() + 1 }, (_, i) => [matcher.start(i), matcher.end(i)] as const) }
}

/** The offset behind the character there. */
const after = (text: string, at: number): number => at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

/** At most n matches that do not overlap, all where n is negative. An empty one right behind another is none. */
function matches(expression: RE2JS, text: string, n: number): readonly Match[] {
  const found: Match[] = []
  let previousEnd = -1
  for (let at = 0; (n < 0 || found.length < n) && at <= text.length;) {
    const match = findFrom(expression, text, at)
    if (match === null) break
    const [start, end] = match.at[0]!
    const accept = end !== at || start !== previousEnd
    at = end === at ? after(text, at) : end
    previousEnd = end
    if (accept) found.push(match)
  }
  return found
}

function split(pattern: string, text: string): readonly string[] {
  const expression = compile(pattern)
  if (pattern !== '' && text === '') return ['']
  const parts: string[] = []
  let [begin, end] = [0, 0]
  for (const { at } of matches(expression, text, -1)) {
    const [from, to] = at[0]!
    end = from
    if (to !== 0) parts.push(text.slice(begin, end))
    begin = to
  }
  if (end !== text.length) parts.push(text.slice(begin))
  return parts
}

function replace(text: string, pattern: string, template: string): string {
  const expression = compile(pattern)
  let out = ''
  let last = 0
  for (const match of matches(expression, text, -1)) {
    const [start, end] = match.at[0]!
    out += text.slice(last, start) + expand(template, match, text, expression)
    last = end
  }
  return out + text.slice(last)
}

/** Go's Expand: `$1`, `$name`, `${name}`, `$$`; what does not exist is empty. */
function expand(template: string, { at }: Match, text: string, expression: RE2JS): string {
  const names = expression.namedGroups() as { readonly [name: string]: number }
  return template.replace(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (_all, dollar, braced, bare) => {
    if (dollar !== undefined) return '$'
    const name = (braced ?? bare) as string
    const index = /^(0|[1-9]\d*)$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name]! : -1
    const [start, end] = at[index] ?? [-1, -1]
    return start < 0 ? '' : text.slice(start, end)
  })
}

/** `urn:foo:{.*}`: the text outside of the delimiters is literal. */
function templateMatch(template: string, text: string, open: string, close: string): boolean {
  if (open.length !== 1 || close.length !== 1)
    throw new BuiltinError('a delimiter has to be exactly one character long')
  let pattern = '^'
  let [level, begin, end] = [0, 0, 0]
  for (let i = 0; i < template.length; i++) {
    if (template[i] === open) {
      if (++level === 1) begin = i
    } else if (template[i] === close) {
      if (--level < 0) throw new BuiltinError('unbalanced braces')
      if (level > 0) continue
      const inner = template.slice(begin + 1, i)
      compile(`^${inner}$`)
      pattern += `${RE2JS.quote(template.slice(end, begin))}(${inner})`
      end = i + 1
    }
  }
  if (level !== 0) throw new BuiltinError('unbalanced braces')
  return compile(`${pattern}${RE2JS.quote(template.slice(end))}$`)
    .matcher(text)
    .find()
}

export const regex: Builtins = {
  'regex.is_valid': (pattern) => typeof pattern === 'string' && isValid(pattern),
  'regex.match': (pattern, text) => compile(string(pattern)).matcher(string(text)).find(),
  re_match: (pattern, text) => compile(string(pattern)).matcher(string(text)).find(),
  'regex.find_all_string_submatch_n': (pattern, text, n) =>
    matches(compile(string(pattern)), string(text), int(n)).map(({ at }) =>
      at.map(([start, end]) => (start < 0 ? '' : string(text).slice(start, end))),
    ),
  'regex.split': (pattern, text) => split(string(pattern), string(text)),
  'regex.replace': (text, pattern, value) => replace(string(text), string(pattern), string(value)),
  'regex.find_n': (pattern, text, n) =>
    matches(compile(string(pattern)), string(text), int(n)).map(({ at }) => string(text).slice(...at[0]!)),
  'regex.template_match': (template, text, open, close) =>
    templateMatch(string(template), string(text), string(open), string(close)),
}
