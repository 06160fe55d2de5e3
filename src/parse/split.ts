/**
 * Streams of documents, split as kubectl splits them (k8s.io/apimachinery pkg/util/yaml decoder.go, YAMLReader): a
 * line that begins with `---` and holds nothing else but a comment. Helm (`(?m)^---[ \t]*`) and kustomize
 * (`\n---.*\n`) agree on exactly these. Where they would not, the line is a problem and what is certain goes on.
 */

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
  return KEYS.test(text) || NODE_CONFIGURATION.test(text)
}

const KEYS = /\b(?:apiVersion|kind)["']?\s*:|"[^"\n\\]*\\[^"]*"\s*:|\*[\w-]+\s*:|(?:^|[\s{,[])\?\s/
const NODE_CONFIGURATION = /^["']?(?:kube-apiserver-arg\+?|machine|kubernetes_audit)["']?\s*:/m

/**
 * Bytes must be UTF-8; a byte order mark is dropped. `name` tells a `.json` file, where objects may follow each other.
 * A file that holds no object in any case is one document and no problem.
 */
export function splitDocuments(content: Uint8Array | string, name = ''): Split {
  const { text, problem } =
    typeof content === 'string' ? { text: content.replace(/^\uFEFF/, ''), problem: null } : decodeText(content)
  const mayHold = mayHoldObjects(text)
  // What calls itself YAML and is no text (encrypted, say) can hold anything.
  if (problem !== null && (mayHold || /\.ya?ml$/.test(name)))
    return { documents: [], problems: [{ line: null, message: problem }] }
  if (!mayHold) return { documents: splitLines(text).documents.length === 0 ? [] : [{ text, line: 1 }], problems: [] }
  const objects = jsonObjects(text)
  if (objects !== null && objects.length > 1) {
    const message =
      'objects that follow each other without a --- line: kubectl reads them all, Helm and kustomize refuse them'
    return { documents: objects, problems: name.endsWith('.json') ? [] : [{ line: objects[1]?.line ?? 1, message }] }
  }
  return splitLines(text)
}

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

function splitLines(text: string): Split {
  const documents: SplitDocument[] = []
  const problems: SplitProblem[] = []
  let start = 0
  let line = 1
  while (start < text.length) {
    const separator = nextSeparator(text, start)
    const part = text.slice(start, separator)
    if (!isEmpty(part)) documents.push({ text: part, line })
    if (separator === text.length) break
    line += lineBreaks(text, start, separator)
    start = nextLine(text, separator)
    const behind = text.slice(separator + 3, start).trim()
    if (behind === '' || behind.startsWith('#')) {
      line++
      continue
    }
    // No two clients agree on the document that begins so: it is left out whole, its neighbours are not.
    const message = `text behind --- (${JSON.stringify(behind.slice(0, 40))}): kubectl and kustomize refuse it, Helm reads it`
    problems.push({ line, message })
    start = nextSeparator(text, start)
    line += lineBreaks(text, separator, start)
  }
  return { documents, problems }
}

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
  return !/(?:^|[\r\n])[ \t]*[^# \t\r\n]/.test(text)
}

function lineBreaks(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** JSON objects one behind the other, as Go's json.Decoder reads a stream; null where the text is not only that. */
function jsonObjects(text: string): readonly SplitDocument[] | null {
  if (!/^\s*\{/.test(text)) return null
  const objects: SplitDocument[] = []
  let line = 1
  let from = 0
  while (from < text.length) {
    const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0)
    if (start === text.length) break
    const end = text[start] === '{' ? endOfObject(text, start) : -1
    if (end < 0) return null
    line += lineBreaks(text, from, start)
    objects.push({ text: text.slice(start, end), line })
    line += lineBreaks(text, start, end)
    from = end
  }
  if (objects.length === 1) return objects
  for (const object of objects) {
    try {
      JSON.parse(object.text)
    } catch {
      return null
    }
  }
  return objects
}

/** One past the brace that closes the object at `start`; -1 where none does. */
function endOfObject(text: string, start: number): number {
  const token = /["{}]/g
  token.lastIndex = start
  let depth = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '"') {
      const string = /"(?:[^"\\\n]|\\.)*"/y
      string.lastIndex = match.index
      if (!string.test(text)) return -1
      token.lastIndex = string.lastIndex
    } else if (match[0] === '{') depth++
    else if (--depth === 0) return match.index + 1
  }
  return -1
}
