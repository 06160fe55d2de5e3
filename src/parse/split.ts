/**
 * Streams of documents, split as kubectl splits them (k8s.io/apimachinery pkg/util/yaml decoder.go, YAMLReader): a
 * line that begins with `---` and holds nothing else but a comment. Helm (`(?m)^---[ \t]*`) and kustomize
 * (`\n---.*\n`) agree on exactly these. Where they would not, the line is a problem and what is certain goes on.
 */
import { parseYaml } from './yaml.js'

export interface SplitDocument {
  readonly text: string
  /** 1-based line of the file where `text` begins. */
  readonly line: number
}

export interface SplitProblem {
  /** 1-based; null where it is the whole file. */
  readonly line: number | null
  readonly message: string
}

export interface Split {
  /** The documents that are not empty: blank and comment-only ones are left out, as everybody leaves them. */
  readonly documents: readonly SplitDocument[]
  readonly problems: readonly SplitProblem[]
}

/**
 * Whether a text may hold an object that somebody would deploy: it says `apiVersion:` or `kind:` as a key, or has a key
 * that could come out as one of them (an escape, an alias, an explicit `?` key), or it is the configuration of a
 * distribution that has neither (k3s, RKE2, Talos, Kubespray). Ask it of a whole file: a document is as likely meant as its
 * neighbours.
 */
export function mayHoldObjects(text: string): boolean {
  return KIND.test(text) || mayBeDeployed(text)
}

/**
 * Whether a text that cannot be read is meant as a manifest. A client needs an apiVersion to find an object in it; one
 * that was forgotten is named as it is where the text can be read. JSON with comments, say, in which something is of a
 * `kind` in small letters, is of another format.
 */
export function isMeantAsManifest(text: string): boolean {
  if (NODE_CONFIGURATION.test(text) || HIDDEN_KEY.test(text) || KUBERNETES_KIND.test(text)) return true
  // Templates of Azure say apiVersion and type.
  return (API_VERSION.test(text) && /kind/i.test(text)) || (KIND.test(text) && OBJECT.test(text))
}

/** Whether a key of a text may be `apiVersion`, without which no client deploys it. */
function mayBeDeployed(text: string): boolean {
  return API_VERSION.test(text) || HIDDEN_KEY.test(text) || NODE_CONFIGURATION.test(text)
}

const API_VERSION = /\bapiVersion["']?\s*:/
/** An escape, an alias, an explicit key: it may come out as any. */
const HIDDEN_KEY = /"[^"\n\\]*\\[^"]*"\s*:|\*[\w-]+\s*:|(?:^|[\s{,[])\?\s/
const KIND = /\bkind["']?\s*:/
const KUBERNETES_KIND = /\bkind["']?\s*:\s*["']?[A-Z]/
const OBJECT = /^\s*["']?(?:metadata|spec)["']?\s*:/m

/** What only the configuration of a server of k3s or RKE2 says (docs.k3s.io, docs.rke2.io: server flags). */
export const RANCHER_SERVER_KEYS = [
  'kube-apiserver-arg',
  'kube-apiserver-arg+',
  'secrets-encryption',
  'cluster-init',
  'write-kubeconfig-mode',
  'audit-policy-file',
] as const

const NODE_CONFIGURATION = new RegExp(
  `^["']?(?:${[...RANCHER_SERVER_KEYS, 'machine', 'kubernetes_audit'].join('|').replaceAll('+', '\\+')})["']?\\s*:`,
  'm',
)

/**
 * Bytes must be UTF-8; a byte order mark is dropped. `name` tells a `.json` file, where objects may follow each other.
 * A file that holds no object in any case is one document and no problem.
 */
export function splitDocuments(content: Uint8Array | string, name = ''): Split {
  const { text, problem } =
    typeof content === 'string' ? { text: content.replace(/^\uFEFF/, ''), problem: null } : decodeText(content)
  const mayHold = mayHoldObjects(text)
  // What calls itself YAML and is no text (encrypted, say) can hold anything.
  if (problem !== null && (mayHold || /\.ya?ml$/i.test(name)))
    return { documents: [], problems: [{ line: null, message: problem }] }
  if (LFS_POINTER.test(text))
    return {
      documents: [],
      problems: [{ line: null, message: 'is a pointer of Git LFS: its content is not checked out' }],
    }
  if (!mayHold)
    return { documents: splitLines(text, 0).documents.length === 0 ? [] : [{ text, line: 1 }], problems: [] }
  const { values, end } = jsonValues(text)
  if (values.length === 0) return splitLines(text, 0)
  // From here on kubectl reads YAML, if it has read one object: of more it takes the text for JSON alone.
  const rest = splitLines(text, end)
  const line = rest.documents[0]?.line ?? 1
  const follows = !isEmpty(text.slice(end, nextSeparator(text, end)))
  if (values.length > 1 && text.slice(end).trim() !== '') {
    const message = 'text behind JSON objects: no client reads it'
    return { documents: values, problems: [{ line: 1 + lineBreaks(text, 0, end), message }] }
  }
  const row = values[1]?.line ?? (follows ? line : null)
  const isRow = row !== null && !(values.length > 1 && /\.json$/i.test(name))
  return {
    documents: [...values, ...rest.documents],
    problems: [...(isRow ? [{ line: row, message: IN_A_ROW }] : []), ...rest.problems],
  }
}

/** What Git LFS leaves of a file where its content is not brought (git-lfs, docs/spec.md, and the name of before). */
const LFS_POINTER = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\//

const IN_A_ROW =
  'objects that follow each other without a --- line: kubectl reads them all, Helm and kustomize refuse them'

/** The text of a file, and why it is not one: then the text is what can be made out. */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly problem: string | null } {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null
  if (encoding !== null)
    return { text: new TextDecoder(encoding).decode(bytes), problem: 'is UTF-16; manifests are UTF-8' }
  if (bytes.includes(0))
    return {
      text: new TextDecoder('latin1').decode(bytes).replaceAll('\0', ''),
      problem: 'is binary: it holds NUL bytes',
    }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), problem: null }
  } catch {
    return { text: new TextDecoder('latin1').decode(bytes), problem: 'is not UTF-8' }
  }
}

/** The documents from an offset on. */
function splitLines(text: string, from: number): Split {
  const documents: SplitDocument[] = []
  const problems: SplitProblem[] = []
  let start = from
  let line = 1 + lineBreaks(text, 0, from)
  while (start < text.length) {
    const separator = nextSeparator(text, start)
    const part = text.slice(start, separator)
    if (!isEmpty(part)) documents.push({ text: part, line })
    if (separator === text.length) break
    line += lineBreaks(text, start, separator)
    const isFirst = separator === start
    start = nextLine(text, separator)
    const marker = text.slice(separator, start).replace(/\n$/, '')
    // kubectl keeps a marker that nothing stands before: then it must be one for YAML, too.
    if ((isFirst ? MARKER_FOR_YAML : MARKER).test(marker)) {
      line++
      continue
    }
    const behind = marker.slice(3).trim()
    // No two clients agree on the document that begins so: it is left out whole, its neighbours are not.
    const message = `text behind --- (${JSON.stringify(behind.slice(0, 40))}): kubectl and kustomize refuse it, Helm reads it`
    problems.push({ line, message })
    start = nextSeparator(text, start)
    line += lineBreaks(text, separator, start)
  }
  return { documents, problems }
}

// What breaks a line in YAML and not for the splitter could hide a document in the comment.
const MARKER = /^---[ \t]*(?:#[^\r\x85\u2028\u2029]*)?\r?$/
const MARKER_FOR_YAML = /^---(?:[ \t]*|[ \t]+#[^\r\x85\u2028\u2029]*)\r?$/

/** The offset of the next line that begins with `---`, at `from` (a line's start) or behind it; else the text's end. */
function nextSeparator(text: string, from: number): number {
  if (text.startsWith('---', from)) return from
  const before = text.indexOf('\n---', from)
  return before < 0 ? text.length : before + 1
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
}

/** Nothing but blank lines and comments. A `null` or `{}` document is one all the same. */
function isEmpty(text: string): boolean {
  if (/^[ \r\n]*$/.test(text)) return true
  // Lines end as they do in YAML 1.1; what cannot be read, a tab say, is not nothing.
  const hasContent = /(?:^|[\r\n\x85\u2028\u2029])[ \t]*[^# \t\r\n\x85\u2028\u2029]/.test(text)
  return !hasContent && parseYaml(text).problem === null
}

function lineBreaks(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}

/**
 * The JSON values that a text begins with, one behind the other, as Go's json.Decoder reads a stream, and where they
 * end: the rest of that line, too, if it is blank.
 */
function jsonValues(text: string): { readonly values: readonly SplitDocument[]; readonly end: number } {
  const values: SplitDocument[] = []
  let line = 1
  let from = 0
  for (;;) {
    const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0)
    // An object says that it is JSON; then anything may follow.
    const end = text[start] === '{' || values.length > 0 ? endOfValue(text, start) : -1
    if (end < 0 || !isJson(text.slice(start, end))) break
    line += lineBreaks(text, from, start)
    values.push({ text: text.slice(start, end), line })
    line += lineBreaks(text, start, end)
    from = end
  }
  return { values, end: from + (/^[^\S\n]*\n?/.exec(text.slice(from))?.[0].length ?? 0) }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** One past the JSON value at `start`, or where it would end if it were one; -1 where it does not end. */
function endOfValue(text: string, start: number): number {
  if (!'{['.includes(text.charAt(start))) return endOfToken(SCALAR, text, start)
  const token = /["{}[\]]/g
  token.lastIndex = start
  let depth = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '"') {
      token.lastIndex = endOfToken(STRING, text, match.index)
      if (token.lastIndex < 0) return -1
    } else if ('{['.includes(match[0])) depth++
    else if (--depth === 0) return match.index + 1
  }
  return -1
}

const STRING = /"(?:[^"\\\n]|\\.)*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|"(?:[^"\\\n]|\\.)*"/y

function endOfToken(token: RegExp, text: string, start: number): number {
  token.lastIndex = start
  return token.test(text) ? token.lastIndex : -1
}
