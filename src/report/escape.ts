/**
 * The only door from manifests into a report. Names, paths and messages come from whoever wrote the pull request: they
 * may hold terminal escapes, workflow commands, Markdown, HTML. Each function here makes a text harmless in one
 * language; formats put nothing into their output that did not go through one of them.
 */

/**
 * C0 and C1 controls, every line separator, invisible and bidirectional characters that make a text read otherwise than
 * it is (CVE-2021-42574), tags, variation selectors' supplement, lone surrogates, non-characters: what no report shows
 * as it stands.
 */
const UNSEEN =
  // They are meant: these are the characters that are not to be shown.
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\u{e0000}-\u{e0fff}\u{f0000}-\u{10ffff}]/gu

/** Written `\n`, `\t`, `\x1b` or `\u202e`, as a string literal shows it. Everything else stays. One line, always. */
export function plain(text: string): string {
  return text.replace(NOT_ASCII, (run) => run.replace(UNSEEN, literal))
}

/** Nearly all that is reported is printable ASCII: a cheap search leaves little for the dear one. */
const NOT_ASCII = /[^ -~]+/g

function literal(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  const code = character.codePointAt(0) ?? 0
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`
}

/** `plain`, and no longer than `length` characters; what is cut is marked by an ellipsis. */
export function clipped(text: string, length: number): string {
  // Cut first: a message of a megabyte need not be escaped whole. By code point, so that no character is halved.
  const seen = plain(text.length > 2 * length ? text.slice(0, 2 * length) : text)
  const characters = [...seen]
  return characters.length <= length && text.length <= 2 * length
    ? seen
    : `${characters.slice(0, length - 1).join('')}…`
}

/* ------------------------------------------------------------- terminal */

/**
 * A finished line for a terminal or a log. GitHub's runner takes a line for a command if it starts, after white space,
 * with `::`, or if `##[` stands anywhere in it (actions/runner, ActionCommand.cs); the line must not be either.
 */
export function logLine(line: string): string {
  const inert = line.replaceAll('##[', '#\\#[')
  return /^\s*::/.test(inert) ? inert.replace('::', '\\::') : inert
}

/** The line breaks between JSON's values stay; within a string JSON writes them as `\n` itself. */
const NOT_ASCII_LINES = /[^\n -~]+/g

/**
 * JSON that says the same and is harmless on a terminal and in a log: what JSON leaves as it stands and `plain` would not
 * becomes `\u…`.
 */
export function jsonText(value: unknown): string {
  const written = JSON.stringify(value, null, 2).replace(NOT_ASCII_LINES, (run) =>
    run.replace(UNSEEN, (character) =>
      // By UTF-16 unit, as JSON escapes.
      Array.from(
        { length: character.length },
        (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
      ).join(''),
    ),
  )
  return `${written.replaceAll('##[', '#\\u0023[')}\n`
}

/* ----------------------------------------------------- workflow commands */

/** The data of a workflow command, exactly as @actions/core escapes it. */
export function commandData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** A property of a workflow command, exactly as @actions/core escapes it. */
export function commandProperty(text: string): string {
  return commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/* ------------------------------------------------------- markup languages */

/** A path as a relative URI: nothing in it ends the path, a query, or what the URI is written in. */
export function uriPath(path: string): string {
  // A lone surrogate is no text that a URI could hold.
  return path
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/')
}

/** Text or an attribute value in quotes, in HTML and in XML: `plain` takes what XML 1.0 cannot hold at all. */
export function html(text: string): string {
  return plain(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

/**
 * A Markdown code span. It is the safest place for a name: GitHub makes no mention, link, issue reference or emoji in
 * one. A fence longer than the text's own runs of backticks encloses it. A `|` would end a table's cell even here, and
 * cmark-gfm reads no escape of it alike in and out of tables, so it is written as a string literal would.
 */
export function code(text: string): string {
  const inner = text === '' ? ' ' : plain(text).replaceAll('|', '\\x7c')
  const longest = Math.max(0, ...[...inner.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  // CommonMark takes one space off both ends of a span that is not all spaces.
  const pad = /^`|`$|^ .*\S.* $/.test(inner) ? ' ' : ''
  return fence + pad + inner + pad + fence
}

/** A fenced block of Markdown. Its lines are shown as they stand: nothing in them ends it. */
export function fenced(language: string, lines: readonly string[]): readonly string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines, fence]
}

/**
 * Markdown prose, also in a table's cell. Markdown's own characters become escapes or entities; what GitHub finds in the
 * finished text (mentions, issue references, bare links, e-mail addresses, emoji) is broken by a zero-width space.
 */
export function markdown(text: string): string {
  return plain(text)
    .replace(/[&<>|"]|[\\`*_[\]~$]|^\s*[-+=#]|^\s*\d+[.)]/g, (found) => {
      if (found.length === 1 && '&<>|"'.includes(found)) return `&#${found.charCodeAt(0)};`
      return `${found.slice(0, -1)}\\${found.slice(-1)}`
    })
    .replace(/@|(?<!&)#(?=\d)|:(?=\/\/)|www(?=\.)|:(?=[\w+-]+:)|GH-(?=\d)/gi, '$&&#8203;')
}
