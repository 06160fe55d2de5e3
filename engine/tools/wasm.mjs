// Reads and writes the sections of a WebAssembly module: as much as building
// the engines takes. See https://webassembly.github.io/spec/core/binary/

const SECTIONS = { memory: 5, global: 6, export: 7, data: 11 }
const PAGE = 65536
const HEADER_BYTES = 8
const MUTABLE = 1
const GLOBAL_EXPORT = 3
const END = 0x0b

/** The types of numbers that a global can hold: their codes and the instructions that give a constant. */
const I32 = { code: 0x7f, constant: 0x41 }
const I64 = { code: 0x7e, constant: 0x42 }
const F32 = { code: 0x7d, constant: 0x43 }
const F64 = { code: 0x7c, constant: 0x44 }

/** A module as its sections, in order. */
export function readModule(wasm) {
  const sections = []
  let at = HEADER_BYTES
  while (at < wasm.length) {
    const id = wasm[at]
    const size = readNumber(wasm, at + 1)
    sections.push({ id, body: wasm.subarray(size.next, size.next + size.value) })
    at = size.next + size.value
  }
  return { header: wasm.subarray(0, HEADER_BYTES), sections }
}

export function writeModule({ header, sections }) {
  return Buffer.concat([header, ...sections.flatMap(({ id, body }) => [Buffer.from([id]), number(body.length), body])])
}

/**
 * Sets the least and the greatest size of the memory. Go asks for memory
 * without end, and V8 grants up to 4 GiB; with a maximum, growing fails, and Go
 * ends itself with "out of memory".
 */
export function setMemory(module, { minimum, maximum }) {
  return replace(module, 'memory', (body) => {
    const count = readNumber(body, 0)
    const flags = readNumber(body, count.next)
    if (count.value !== 1 || flags.value > 1) throw new Error('the memory section is not as Go writes it')
    const least = readNumber(body, flags.next)
    return Buffer.concat([number(1), number(1), number(minimum === undefined ? least.value : minimum / PAGE), number(maximum / PAGE)])
  })
}

/** The globals: their types, whether they change, and the bytes of their initial values. */
export function readGlobals(module) {
  const body = section(module, 'global').body
  const count = readNumber(body, 0)
  const globals = []
  let at = count.next
  for (let i = 0; i < count.value; i++) {
    const start = at
    const type = [I32, I64, F32, F64].find(({ code }) => code === body[start])
    if (!type) throw new Error('a global is of an unknown type')
    at = body.indexOf(END, start + 3 + (type === F32 ? 4 : type === F64 ? 8 : 0)) + 1
    globals.push({ index: i, type, mutable: body[start + 1] === MUTABLE, bytes: body.subarray(start, at) })
  }
  return globals
}

/** Exports every global that changes, under `nameOfGlobal`. */
export function exportGlobals(module) {
  const exported = readGlobals(module).filter(({ mutable }) => mutable)
  return replace(module, 'export', (body) => {
    const count = readNumber(body, 0)
    const added = exported.map(({ index }) => Buffer.concat([name(nameOfGlobal(index)), Buffer.from([GLOBAL_EXPORT]), number(index)]))
    return Buffer.concat([number(count.value + added.length), body.subarray(count.next), ...added])
  })
}

export const nameOfGlobal = (index) => `global ${index}`

/** Makes what `exports` of an instance hold now the initial values of the globals. */
export function setGlobals(module, exports) {
  const globals = readGlobals(module)
  return replace(module, 'global', () =>
    Buffer.concat([
      number(globals.length),
      ...globals.map(({ index, type, mutable, bytes }) =>
        mutable ? Buffer.concat([Buffer.from([type.code, MUTABLE, type.constant]), constant(type, exports[nameOfGlobal(index)].value), Buffer.from([END])]) : bytes,
      ),
    ]),
  )
}

/** Removes an export. */
export function dropExport(module, dropped) {
  return replace(module, 'export', (body) => {
    const count = readNumber(body, 0)
    const kept = []
    let at = count.next
    for (let i = 0; i < count.value; i++) {
      const start = at
      const length = readNumber(body, at)
      const text = body.subarray(length.next, length.next + length.value).toString('utf8')
      at = readNumber(body, length.next + length.value + 1).next
      if (text !== dropped) kept.push(body.subarray(start, at))
    }
    return Buffer.concat([number(kept.length), ...kept])
  })
}

/** Shorter runs of zeros than this cost less as data than as the start of another segment. */
const SHORTEST_GAP = 32

/** Makes a memory's content the module's data. */
export function setData(module, memory) {
  const segments = nonZero(memory)
  return replace(module, 'data', () =>
    Buffer.concat([
      number(segments.length),
      ...segments.flatMap(([from, to]) => [
        Buffer.from([0, I32.constant]),
        signed(BigInt.asIntN(32, BigInt(from))),
        Buffer.from([END]),
        number(to - from),
        memory.subarray(from, to),
      ]),
    ]),
  )
}

function nonZero(memory) {
  const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.length / 8)
  const segments = []
  let end = -SHORTEST_GAP
  words.forEach((word, i) => {
    if (word === 0n) return
    if (i * 8 - end >= SHORTEST_GAP) segments.push([i * 8, 0])
    end = (i + 1) * 8
    segments.at(-1)[1] = end
  })
  return segments
}

function section(module, kind) {
  const found = module.sections.find(({ id }) => id === SECTIONS[kind])
  if (!found) throw new Error(`there is no ${kind} section`)
  return found
}

function replace(module, kind, change) {
  const old = section(module, kind)
  const sections = module.sections.map((each) => (each === old ? { id: old.id, body: change(old.body) } : each))
  return { ...module, sections }
}

/** Reads an unsigned LEB128 number. */
function readNumber(bytes, at) {
  let value = 0
  let scale = 1
  for (;;) {
    const byte = bytes[at++]
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, next: at }
    scale *= 128
  }
}

/** Writes an unsigned LEB128 number. */
function number(value) {
  const bytes = []
  do {
    const rest = Math.floor(value / 128)
    bytes.push((value % 128) | (rest > 0 ? 0x80 : 0))
    value = rest
  } while (value > 0)
  return Buffer.from(bytes)
}

/** Writes a signed LEB128 number. */
function signed(value) {
  const bytes = []
  for (;;) {
    const byte = Number(value & 0x7fn)
    value >>= 7n
    const done = (value === 0n && (byte & 0x40) === 0) || (value === -1n && (byte & 0x40) !== 0)
    bytes.push(done ? byte : byte | 0x80)
    if (done) return Buffer.from(bytes)
  }
}

function constant(type, value) {
  if (type === I32) return signed(BigInt(value))
  if (type === I64) return signed(BigInt.asIntN(64, value))
  const bytes = Buffer.alloc(type === F32 ? 4 : 8)
  if (type === F32) bytes.writeFloatLE(value)
  else bytes.writeDoubleLE(value)
  return bytes
}

function name(text) {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([number(bytes.length), bytes])
}
