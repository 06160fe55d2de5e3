/**
 * OPA compiles most builtins into a policy's WebAssembly, from C that is not always what OPA itself does: `json.marshal`
 * and template strings keep no order of keys, `indexof` of an empty text is 0, numbers print otherwise, and some calls
 * that are undefined in OPA end the evaluation. Those are handed to the host instead: the body of such a function is
 * replaced by a call of the import `opa_builtinN`, which the module has for the builtins that it leaves to its host.
 *
 * The names of functions come from the module's name section.
 */

/** A builtin as OPA's C has it. */
export interface CompiledBuiltin {
  /** The function in C. */
  readonly symbol: string
  readonly operands: 1 | 2 | 3
}

/** Ids of builtins that were handed over begin here; the compiler's own count from 0. */
export const FIRST_HANDED_OVER = 1_000_000

const SECTIONS = { custom: 0, import: 2, code: 10 } as const
const IMPORT_KINDS = { function: 0, table: 1, memory: 2, global: 3 } as const
const FUNCTION_NAMES = 1

const I32_CONST = 0x41
const LOCAL_GET = 0x20
const CALL = 0x10
const END = 0x0b

/** `handedOver`: the id of each is `FIRST_HANDED_OVER` and its position. What the module does not hold is left alone. */
export function rebind(wasm: Uint8Array, handedOver: readonly CompiledBuiltin[]): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(wasm)
  const imported = importedFunctions(sections)
  const names = functionNames(sections)
  const bodies = new Map<number, Uint8Array>()
  for (const [i, { symbol, operands }] of handedOver.entries()) {
    const at = names.get(symbol)
    const host = imported.indexOf(`opa_builtin${operands}`)
    if (at === undefined || at < imported.length) continue
    if (host < 0) throw new Error('the module imports no builtins')
    bodies.set(at - imported.length, callOfHost(FIRST_HANDED_OVER + i, host, operands))
  }
  if (bodies.size === 0) return wasm.slice()
  return joined([
    wasm.subarray(0, 8),
    ...sections.map(({ id, content, whole }) =>
      id === SECTIONS.code ? section(id, withBodies(content, bodies)) : whole,
    ),
  ])
}

/** `(func (param i32 …) (result i32) (call $host (i32.const id) (i32.const 0) (local.get 0) …))` */
function callOfHost(id: number, host: number, operands: number): Uint8Array {
  const gets = Array.from({ length: operands }, (_, i) => [LOCAL_GET, i]).flat()
  return Uint8Array.from([0, I32_CONST, ...signed(id), I32_CONST, 0, ...gets, CALL, ...unsigned(host), END])
}

interface Section {
  readonly id: number
  readonly content: Uint8Array
  /** With its id and length. */
  readonly whole: Uint8Array
}

class Reader {
  at = 0
  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.bytes.length
  }

  byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new Error('the module ends too early')
    return byte
  }

  unsigned(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }

  take(length: number): Uint8Array {
    const taken = this.bytes.subarray(this.at, this.at + length)
    if (taken.length < length) throw new Error('the module ends too early')
    this.at += length
    return taken
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.unsigned()))
  }
}

function sectionsOf(wasm: Uint8Array): readonly Section[] {
  const reader = new Reader(wasm)
  reader.take(8)
  const sections: Section[] = []
  while (!reader.done) {
    const from = reader.at
    const id = reader.byte()
    const content = reader.take(reader.unsigned())
    sections.push({ id, content, whole: wasm.subarray(from, reader.at) })
  }
  return sections
}

/** The names of imported functions, in the order of their indices. */
function importedFunctions(sections: readonly Section[]): readonly string[] {
  const content = sections.find(({ id }) => id === SECTIONS.import)?.content
  if (content === undefined) return []
  const reader = new Reader(content)
  const names: string[] = []
  for (let left = reader.unsigned(); left > 0; left--) {
    reader.text()
    const name = reader.text()
    const kind = reader.byte()
    if (kind === IMPORT_KINDS.function) {
      names.push(name)
      reader.unsigned()
    } else if (kind === IMPORT_KINDS.global) reader.take(2)
    else {
      if (kind === IMPORT_KINDS.table) reader.byte()
      const bounded = reader.byte()
      reader.unsigned()
      if ((bounded & 1) === 1) reader.unsigned()
    }
  }
  return names
}

function functionNames(sections: readonly Section[]): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  for (const { content } of sections.filter(({ id }) => id === SECTIONS.custom)) {
    const reader = new Reader(content)
    if (reader.text() !== 'name') continue
    while (!reader.done) {
      const kind = reader.byte()
      const part = new Reader(reader.take(reader.unsigned()))
      if (kind !== FUNCTION_NAMES) continue
      for (let left = part.unsigned(); left > 0; left--) {
        const index = part.unsigned()
        names.set(part.text(), index)
      }
    }
  }
  return names
}

function withBodies(content: Uint8Array, bodies: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const reader = new Reader(content)
  const count = reader.unsigned()
  const parts: Uint8Array[] = [Uint8Array.from(unsigned(count))]
  for (let i = 0; i < count; i++) {
    const own = reader.take(reader.unsigned())
    const body = bodies.get(i) ?? own
    parts.push(Uint8Array.from(unsigned(body.length)), body)
  }
  return joined(parts)
}

const section = (id: number, content: Uint8Array): Uint8Array =>
  joined([Uint8Array.from([id, ...unsigned(content.length)]), content])

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): readonly number[] {
  const last = value >= -0x40 && value < 0x40
  return last ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}
