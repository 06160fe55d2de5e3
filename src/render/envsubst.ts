/**
 * `${var}` in what a Flux Kustomization builds, as `postBuild` fills it in: the shell's parameter expansion in the dialect of
 * github.com/fluxcd/pkg/envsubst, token for token, with its oddities. All of it works on bytes, as there: texts are turned
 * into one character a byte and back.
 */

/** What could not be filled in is left as `${name}`, and named here. */
export interface Substituted {
  readonly text: string
  /** Variables that `valueOf` does not know. */
  readonly unknown: readonly string[]
  /** Set where Flux would refuse the text; then it is as it was. */
  readonly error: string | null
}

/** `valueOf` gives '' for what is not set, as the original does, and null for what nobody here can know. */
export function substitute(text: string, valueOf: (name: string) => string | null): Substituted {
  const unknown = new Set<string>()
  try {
    const node = new Parser(toBytes(text)).any()
    const filled = evaluate(node, (name, fallback) => {
      const value = valueOf(fromBytes(name))
      if (value !== null) return toBytes(value)
      // Whoever writes a default says what holds where nobody sets it.
      if (fallback !== null) return fallback
      unknown.add(fromBytes(name))
      return null
    })
    return { text: fromBytes(filled), unknown: [...unknown], error: null }
  } catch (error) {
    if (!(error instanceof BadSubstitution)) throw error
    return { text, unknown: [], error: error.message }
  }
}

class BadSubstitution extends Error {}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function toBytes(text: string): string {
  return Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join('')
}

function fromBytes(bytes: string): string {
  return decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
}

/* ----------------------------------------------------------------- parse */

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly nodes: readonly Node[] }
  | { readonly kind: 'call'; readonly name: string; readonly operator: string; readonly args: readonly Node[] }

type Accept = (character: string, index: number) => boolean

type Token = 'illegal' | 'end' | 'text' | 'open' | 'close'

interface Mode {
  readonly accept: Accept
  readonly text?: boolean
  readonly open?: boolean
  readonly close?: boolean
  readonly escape?: boolean
}

const isWord = (character: string): boolean => /[\p{L}\p{Nd}_]/u.test(character)
const isColon = (character: string): boolean => character === ':'
const isNotClosing = (character: string): boolean => character !== '}'
const isOperand = (character: string): boolean => character !== ':' && character !== '}'

class Parser {
  private position = 0
  private start = 0
  /** Inside of a substitution a backslash escapes, too. */
  private backslash = false

  constructor(private buffer: string) {}

  any(): Node {
    const nodes: Node[] = []
    for (;;) {
      this.backslash = false
      const token = this.scan({ accept: () => true, text: true, open: true, escape: true })
      if (token === 'end') return { kind: 'list', nodes }
      if (token === 'text') nodes.push(this.text())
      else if (token === 'open') nodes.push(this.call())
      else throw new BadSubstitution('bad substitution')
    }
  }

  private text(): Node {
    return { kind: 'text', text: this.buffer.slice(this.start, this.position) }
  }

  private call(): Node {
    this.backslash = true
    if (this.peek() === '#') return this.length()
    if (this.scan({ accept: isWord, text: true }) !== 'text') throw new BadSubstitution('unable to parse variable name')
    const name = this.buffer.slice(this.start, this.position)
    switch (this.peek()) {
      case ':':
        return /[=\-?+]/.test(this.buffer[this.position + 1] ?? '') ? this.withDefault(name) : this.substring(name)
      case '=':
        return this.withDefault(name)
      case ',':
      case '^':
        return this.closed(
          name,
          this.operator((c, i) => (c === ',' || c === '^') && i < 3),
          [],
        )
      case '/':
        return this.replace(name)
      case '#':
        return this.remove(name, (c, i) => c === '#' && i < 3)
      case '%':
        return this.remove(name, (c, i) => c === '%' && i < 3)
    }
    if (this.scan({ accept: isWord, close: true }) !== 'close') throw new BadSubstitution('missing closing brace')
    return { kind: 'call', name, operator: '', args: [] }
  }

  private length(): Node {
    const operator = this.operator((c, i) => c === '#' && i === 1)
    if (this.scan({ accept: isWord, text: true }) !== 'text') throw new BadSubstitution('bad substitution')
    return this.closed(this.buffer.slice(this.start, this.position), operator, [])
  }

  private withDefault(name: string): Node {
    const accept: Accept =
      this.peek() === '=' ? (_, i) => i === 1 : (c, i) => (i === 1 && c === ':') || (i === 2 && /[=\-?+]/.test(c))
    const operator = this.operator(accept, 'unable to parse default function')
    const args: Node[] = []
    while (this.peek() !== '}') args.push(this.operand({ accept: isNotClosing, text: true }))
    return this.closed(name, operator, args)
  }

  private substring(name: string): Node {
    const operator = this.operator((c, i) => c === ':' && i === 1)
    const offset = this.operand({ accept: isOperand, text: true })
    const token = this.scan({ accept: isColon, text: true, close: true })
    if (token === 'close') return { kind: 'call', name, operator, args: [offset] }
    if (token !== 'text') throw new BadSubstitution('bad substitution')
    return this.closed(name, operator, [offset, this.operand({ accept: isNotClosing, text: true })])
  }

  private remove(name: string, accept: Accept): Node {
    const operator = this.operator(accept)
    return this.closed(name, operator, [this.operand({ accept: isNotClosing, text: true })])
  }

  private replace(name: string): Node {
    const operator = this.operator((c, i) => (i === 1 && c === '/') || (i === 2 && /[/#%]/.test(c)))
    const pattern = this.operand({ accept: (c) => c !== '/', text: true, escape: true })
    if (this.scan({ accept: (c) => c === '/', text: true }) !== 'text') throw new BadSubstitution('bad substitution')
    if (this.peek() === '}') return this.closed(name, operator, [pattern])
    return this.closed(name, operator, [pattern, this.operand({ accept: isNotClosing, text: true, escape: true })])
  }

  private operator(accept: Accept, problem = 'bad substitution'): string {
    if (this.scan({ accept, text: true }) !== 'text') throw new BadSubstitution(problem)
    return this.buffer.slice(this.start, this.position)
  }

  private operand(mode: Mode): Node {
    const token = this.scan({ ...mode, open: true })
    if (token === 'open') return this.call()
    if (token === 'text') return this.text()
    throw new BadSubstitution('unable to parse substitution within function')
  }

  private closed(name: string, operator: string, args: readonly Node[]): Node {
    if (this.scan({ accept: () => false, close: true }) !== 'close') throw new BadSubstitution('bad substitution')
    return { kind: 'call', name, operator, args }
  }

  private peek(): string {
    return this.buffer[this.position] ?? ''
  }

  private scan(mode: Mode): Token {
    this.start = this.position
    const character = this.peek()
    // The original takes a NUL for the end, too.
    if (character === '' || character === '\0') return 'end'
    this.position += 1
    if (mode.open === true && character === '$' && this.peek() === '{') {
      this.position += 1
      return 'open'
    }
    if (mode.close === true && character === '}') return 'close'
    return mode.text === true && this.scanText(mode, character) ? 'text' : 'illegal'
  }

  private scanText(mode: Mode, first: string): boolean {
    if (this.isEscape(mode, first)) this.skip()
    else if (!mode.accept(first, 1)) return false
    for (;;) {
      const character = this.peek()
      if (character === '' || character === '\0') return true
      if (mode.open === true && character === '$' && this.buffer[this.position + 1] === '{') return true
      this.position += 1
      if (this.isEscape(mode, character)) this.skip()
      else if (!mode.accept(character, this.position - this.start)) {
        this.position -= 1
        return true
      }
    }
  }

  /** Takes the character that escapes out of the text; the one behind it is read next, as a plain one. */
  private skip(): void {
    this.buffer = this.buffer.slice(0, this.position - 1) + this.buffer.slice(this.position)
  }

  private isEscape(mode: Mode, character: string): boolean {
    if (mode.escape !== true) return false
    if (character === '$' && this.peek() === '$') return true
    return this.backslash && character === '\\' && (this.peek() === '/' || this.peek() === '\\')
  }
}

/* -------------------------------------------------------------- evaluate */

/** `fallback` is what a default says; null where there is none. */
type ValueOf = (name: string, fallback: string | null) => string | null

function evaluate(node: Node, valueOf: ValueOf): string {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'list':
      return node.nodes.map((each) => evaluate(each, valueOf)).join('')
    case 'call': {
      const args = node.args.map((each) => evaluate(each, valueOf))
      const value = valueOf(node.name, /^:?[=\-?+]$/.test(node.operator) ? args.join('') : null)
      return value === null ? `\${${node.name}}` : operate(node.operator, value, args)
    }
  }
}

const folded = (text: string, fold: (text: string) => string): string => toBytes(fold(fromBytes(text)))

const firstFolded = (text: string, fold: (text: string) => string): string =>
  folded(text, (whole) => {
    const [first = '', ...rest] = whole
    return fold(first) + rest.join('')
  })

function operate(operator: string, value: string, args: readonly string[]): string {
  const [one, two] = args
  switch (operator) {
    case ',':
      return firstFolded(value, (text) => text.toLowerCase())
    case ',,':
      return folded(value, (text) => text.toLowerCase())
    case '^':
      return firstFolded(value, (text) => text.toUpperCase())
    case '^^':
      return folded(value, (text) => text.toUpperCase())
    case '#':
      return one === undefined ? String(value.length) : trimmed(value, one, true)
    case '##':
      return one === undefined ? value : trimmed(value, one, false)
    case '%':
      return one === undefined ? value : reversed(trimmed(reversed(value), reversed(one), true))
    case '%%':
      return one === undefined ? value : reversed(trimmed(reversed(value), reversed(one), false))
    case ':':
      return part(value, args)
    case '/#':
      return one !== undefined && two !== undefined && value.startsWith(one) ? two + value.slice(one.length) : value
    case '/%':
      return one !== undefined && two !== undefined && value.endsWith(one)
        ? value.slice(0, value.length - one.length) + two
        : value
    case '/':
      return one === undefined ? value : value.replace(one, () => two ?? '')
    case '//':
      return one === undefined ? value : value.replaceAll(one, () => two ?? '')
    default:
      return value === '' ? args.join('') : value
  }
}

const reversed = (text: string): string => folded(text, (whole) => [...whole].reverse().join(''))

const integer = (text: string | undefined): number | null => (/^[+-]?\d+$/.test(text ?? '') ? Number(text) : null)

/** Counted in bytes; a length that reaches before the offset panics in the original, and gives nothing here. */
function part(value: string, [offset, length]: readonly string[]): string {
  const from = integer(offset)
  if (from === null) return value
  const start = from < 0 ? Math.max(value.length + from, 0) : from
  if (length === undefined) return value.slice(start)
  const count = integer(length)
  return count === null ? value : value.slice(start, Math.max(start, start + count))
}

/** Without the shortest or longest beginning that matches; '' counts for none. */
function trimmed(value: string, pattern: string, shortest: boolean): string {
  const matcher = globToRegex(pattern)
  if (matcher === null) return value
  const ends = Array.from({ length: value.length }, (_, i) => (shortest ? i + 1 : value.length - i))
  const end = ends.find((at) => matcher.test(value.slice(0, at)))
  return end === undefined ? value : value.slice(end)
}

/** `*` reaches over slashes. null: a pattern that the original refuses. */
function globToRegex(pattern: string): RegExp | null {
  const escape = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  let source = ''
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? ''
    if (character === '*') source += '.*'
    else if (character === '?') source += '.'
    else if (character === '\\') {
      i += 1
      if (i >= pattern.length) return null
      source += escape(pattern[i] ?? '')
    } else if (character === '[') {
      const found = /^\[(\^?)((?:\\.|[^\\\]])+)\]/s.exec(pattern.slice(i))
      if (found === null) return null
      const members = (found[2] ?? '').replace(/\\(.)|([^-])/gs, (_, escaped?: string, plain?: string) =>
        escape(escaped ?? plain ?? ''),
      )
      source += `[${found[1] ?? ''}${members}]`
      i += found[0].length - 1
    } else source += escape(character)
  }
  try {
    return new RegExp(`^(?:${source})$`, 's')
  } catch {
    // A range that ends before it begins.
    return null
  }
}
