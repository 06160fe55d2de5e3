/**
 * Secrets never reach a report. Findings carry no values; lines of the source do, where a format shows them. The text
 * may be a template, so this works on lines, not on parsed YAML, and rather masks too much.
 */

import { isCredential, isNamedSecret } from '../relate/resolve/secrets.js'

const MASK = '********'

const WORD = String.raw`(?:pass|passwd|password|passphrase|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|secret[-_.]?key|encryption[-_.]?key|signing[-_.]?key|auth[-_.]?key|credentials?|dsn|connection[-_.]?string)`

/** Names whose value is a secret: the word stands at the end, so `secretName` and `tokenPath` are none. */
const NAME = String.raw`[\w.-]*${WORD}`

const SECRET_NAME = new RegExp(`^${NAME}$`, 'i')

const MERE_WORD = new RegExp(`^${WORD}$`, 'i')

/** By its name a secret here, or by its name and value one that the policies object to. */
const isNamed = (name: string, value: string): boolean =>
  SECRET_NAME.test(name) || isNamedSecret(name, value.replace(/^["']|["']$/g, ''))

/** A name of a secret that is no secret. */
const REFERENCE = /existing|ref$/i

/** `password: x`, `"token": "x"`, `--api-key=x`, `DB_PASSWORD=x`: the name with its sign, and the value. */
const pair = (name: string): RegExp =>
  new RegExp(
    String.raw`((?<![\w.-])["']?-{0,2}(${name})["']?\s*(?:=|:(?=\s|["'])))(\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}\]"'][^\s,}\]]*)`,
    'gi',
  )

/** First those that name a secret, which may stand in the value of another. */
const PAIRS = [pair(NAME), pair(String.raw`[\w.-]+`)]

/** The same where the name begins the line: YAML's plain value runs to the line's end. */
const LINE = /^(\s*(?:-\s+)*["']?([\w.-]+)["']?\s*:)(\s+)(\S.*)$/

/** What is a secret wherever it stands: well-known forms of keys and tokens, passwords in URLs. */
const FORMS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,}\b/g,
  /\bgithub_pat_\w{30,}\b/g,
  /\bglpat-[\w-]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bAIza[\w-]{35}/g,
  /\b[rs]k_live_\w{10,}/g,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g,
  /(?<=:\/\/[^\s/:@]*:)[^\s/@{]+(?=@)/g,
]

/** Masks what looks like a secret in a line, whatever stands around it. */
export function maskLine(line: string): string {
  const [, sign = '', name = '', space = '', value = ''] = LINE.exec(line) ?? []
  if (isSecret(name, value)) return `${sign}${space}${MASK}`
  const masked = PAIRS.reduce(
    (text, form) =>
      text.replace(form, (all, sign: string, name: string, space: string, value: string) =>
        isSecret(name, value) ? `${sign}${space}${MASK}` : all,
      ),
    maskForms(line),
  )
  return masked === line && isCredential(value) ? `${sign}${space}${MASK}` : masked
}

const maskForms = (line: string): string => FORMS.reduce((text, form) => text.replace(form, MASK), line)

/** Maps, lists, references, truth values and what a template fills in are none. */
function isSecret(name: string, value: string): boolean {
  if (REFERENCE.test(name) || !isNamed(name, value)) return false
  return !/^(?:[[{&*|>]|(?:true|false|null|~|""|'')[\s,}\]]*(?:#.*)?$)/i.test(value) && !isTemplate(value)
}

/** `{{ .Values.password | quote }}`: an action that holds no literal of its own. */
const isTemplate = (value: string): boolean => /^["']?\{\{[^"'`]*\}\}["']?\s*(?:#.*)?$/.test(value)

/** The lines of a file as they may be shown. */
export function maskSecrets(lines: readonly string[]): readonly string[] {
  const line = masked(lines)
  return lines.map((_, i) => line(i) ?? '')
}

/** A line of a file as it may be shown, from 0; undefined behind the last one. What is not asked for is not masked. */
export function masked(lines: readonly string[]): (i: number) => string | undefined {
  const starts = lines.flatMap((line, i) => (i === 0 || /^---(\s|$)/.test(line) ? [i] : []))
  const found = starts.flatMap((start, i) => maskDocument(lines.slice(start, starts[i + 1])))
  return (i) => found[i]?.()
}

/**
 * The texts that `maskSecrets` hides, those within a map or list too, where they are long enough to be told from words. A
 * mere `password` is none: that word in a message names a field, and says no more of a value that is the same.
 */
export function secretsIn(lines: readonly string[]): readonly string[] {
  const masked = maskSecrets(lines)
  return lines
    .flatMap((line, i) => hiddenBetween(line, masked[i] ?? ''))
    .flatMap((hidden) => [hidden, ...(/^[{[]/.test(hidden) ? scalarsIn(hidden) : [])])
    .filter((text) => text.length >= 4 && !MERE_WORD.test(text))
}

/** What a template says where a value is missing is for people to read. */
const MESSAGE = /\b(?:required|fail)\s+(?:"(?:[^"\\]|\\.)*"|`[^`]*`)/g

const scalarsIn = (flow: string): readonly string[] =>
  [...flow.replace(MESSAGE, '').matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|[^\s{},[\]:"']+/g)].map(
    ([all, double, single]) => double ?? single ?? all,
  )

/** What stands in `line` where `masked` has masks: the texts between those that both share. */
function hiddenBetween(line: string, masked: string): readonly string[] {
  const shared = masked.split(MASK)
  let at = (shared[0] ?? '').length
  return shared.slice(1).map((text, i) => {
    const isLast = i === shared.length - 2
    const end = isLast ? line.length - text.length : line.indexOf(text, at)
    const hidden = line.slice(at, end)
    at = end + text.length
    return hidden.trim().replace(/^["']|["']$/g, '')
  })
}

/** A text that may quote from files, as an engine's message does, without their secrets. */
export function maskQuoted(text: string, secrets: Iterable<string>): string {
  const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length)
  return maskForms(longestFirst.reduce((masked, secret) => masked.replaceAll(secret, MASK), text))
}

const KIND_SECRET = /["']?\bkind["']?\s*:\s*["']?Secret(?:List)?\b/
const SECRET_DATA =
  /^(\s*(?:-\s+)*)(?:\{\s*)?["']?(?:data|stringData|kubectl\.kubernetes\.io\/last-applied-configuration)["']?\s*:/
const INLINE_DATA = /(["']?\b(?:data|stringData)["']?\s*:\s*)\{.*$/
const GENERATOR = /^(\s*)secretGenerator\s*:/

/** A function for each line: what is around it decides here, the line itself is looked at when it is shown. */
function maskDocument(lines: readonly string[]): readonly (() => string)[] {
  const secret = lines.some((line) => KIND_SECRET.test(line))
  // The column a block of secrets is deeper than; null outside of one.
  let below: number | null = null
  let pem = false
  return lines.map((line, i) => {
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) pem = true
    if (pem) {
      if (/-----END [A-Z ]*PRIVATE KEY-----/.test(line)) pem = false
      return () => hidden(line)
    }
    if (
      below !== null &&
      (line.trim() === '' || indentOf(line) > below || (/^\s*-\s/.test(line) && indentOf(line) >= below && !secret))
    )
      return () => hidden(line)
    below = null
    const data = secret ? SECRET_DATA.exec(line) : GENERATOR.exec(line)
    if (data !== null) {
      below = (data[1] ?? '').length
      return () => (secret ? hidden(line) : line)
    }
    if (secret && INLINE_DATA.test(line)) return () => line.replace(INLINE_DATA, `$1${MASK}`)
    const scalar = /^(\s*(?:-\s+)*)["']?([\w.-]+)["']?\s*:\s*[|>]/.exec(line)
    if (scalar !== null && SECRET_NAME.test(scalar[2] ?? '')) {
      below = (scalar[1] ?? '').length
      return () => line
    }
    return () => (isSecretVariable(lines, i) ? hidden(line) : maskLine(flowVariable(line)))
  })
}

const indentOf = (line: string): number => line.length - line.trimStart().length

/** Keeps the key, hides the value; a line that is no `key: value` is hidden whole. */
function hidden(line: string): string {
  const pair = /^(\s*(?:-\s+)*["']?[^\s"'{}:=]+["']?\s*:)(\s*)(.*)$/.exec(line)
  const [key, space, value] =
    pair === null
      ? [/^\s*(?:-\s+)?/.exec(line)?.[0] ?? '', '', line.trim()]
      : [pair[1] ?? '', pair[2] ?? '', pair[3] ?? '']
  if (value === '' || /^[|>][-+\d]*\s*$/.test(value) || isTemplate(value)) return line
  return `${key}${space}${MASK}`
}

/** The `value:` of an item whose `name:`, before or behind it, is a secret's. */
function isSecretVariable(lines: readonly string[], i: number): boolean {
  const value = /^(\s*(?:- +)?)value\s*:\s*(\S.*)$/.exec(lines[i] ?? '')
  if (value === null || isTemplate(value[2] ?? '')) return false
  const column = (value[1] ?? '').length
  return itemAround(lines, i, column).some((line) => {
    const name = /^(\s*(?:- +)?)name\s*:\s*["']?([\w.-]+)/.exec(line)
    return name !== null && (name[1] ?? '').length === column && isNamed(name[2] ?? '', value[2] ?? '')
  })
}

/** Nobody writes more between the name of a variable and its value. */
const MOST_LINES = 20

/** The lines of the map whose keys, one of them on line `i`, stand at `column`; behind a dash where it is a list's item. */
function itemAround(lines: readonly string[], i: number, column: number): readonly string[] {
  const says = (line: string | undefined): line is string => line !== undefined && !/^\s*(?:#|$)/.test(line)
  const isFirst = (line: string): boolean => /^\s*- +/.exec(line)?.[0].length === column
  let [start, end] = [i, i + 1]
  while (start > Math.max(0, i - MOST_LINES) && !isFirst(lines[start] ?? '')) {
    const above = lines[start - 1] ?? ''
    if (says(above) && indentOf(above) < column && !isFirst(above)) break
    start--
  }
  const last = Math.min(lines.length, i + MOST_LINES)
  while (end < last && !(says(lines[end]) && indentOf(lines[end] ?? '') < column)) end++
  return lines.slice(start, end)
}

/** The same in one line: `{name: DB_PASSWORD, value: x}`. */
function flowVariable(line: string): string {
  return line.replace(
    /(["']?\bname["']?\s*:\s*["']?([\w.-]+)["']?\s*,\s*["']?value["']?\s*:\s*)("[^"]*"|'[^']*'|[^\s,}]+)/g,
    (all, before: string, name: string, value: string) =>
      isNamed(name, value) && !isTemplate(value) ? `${before}${MASK}` : all,
  )
}
