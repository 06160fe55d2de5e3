/**
 * As much of WASI (preview 1) as a Go program needs that has no files, no
 * sockets, no clock and no chance: what it asks for is refused, or answered the
 * same way every time.
 */

const SUCCESS = 0
const BAD_FILE = 8
const NOT_SUPPORTED = 52

const STDERR = 2
const REALTIME = 0
const CHARACTER_DEVICE = 2
const CLOCK_EVENT = 0
const ABSOLUTE_TIME = 1

/**
 * The environment. Go numbers the functions of a WebAssembly program from
 * 0x12000000 on in steps of 0x10000, and reflection keeps these numbers where
 * the garbage collector expects pointers. In a heap of more than 300 MB some
 * are the address of memory that is free, and Go stops with «found bad pointer
 * in Go heap». With this it does not look.
 */
const ENVIRONMENT = new TextEncoder().encode('GODEBUG=invalidptr=0\0')

/**
 * How much later the monotonic clock is at each reading, in nanoseconds. Go
 * paces its scheduler by it; a clock that stood still would stop it.
 */
const TICK = 1000n

const SUBSCRIPTION_BYTES = 48
const EVENT_BYTES = 32

/** What fixes everything that could differ between two calls. */
export interface Moment {
  /** The wall clock, in seconds since 1970. It stands still. */
  readonly now: number
  /** The seed of what Go takes for random bytes. */
  readonly seed: number
}

/** The program ended itself. Go does so when it panics or has no more memory. */
export class ProgramExit extends Error {
  constructor(readonly code: number) {
    super(`the program ended with code ${code}`)
  }
}

export interface WasiHost {
  /** The functions of the import module `wasi_snapshot_preview1`. */
  readonly imports: WebAssembly.ModuleImports
  /** Must be called with the instance's memory before it runs. */
  attach(memory: WebAssembly.Memory): void
  /** Sets clock and chance back, so that a call does not depend on the ones before it. */
  begin(moment: Moment): void
  /** What was written to stdout and stderr since `begin`, at most `limit` characters. */
  written(): string
}

/** @param limit how much output is kept, in bytes; the first and not the last, since Go says first what went wrong. */
export function createWasi(limit: number): WasiHost {
  let memory: WebAssembly.Memory | undefined
  let output: Uint8Array[] = []
  let kept = 0
  let now = 0n
  let elapsed = 0n
  let random = createRandom(0)

  const view = (): DataView => new DataView(memory!.buffer)
  const refuse = (): number => NOT_SUPPORTED
  const write32 = (at: number, ...values: number[]): number => {
    const memoryView = view()
    values.forEach((value, i) => memoryView.setUint32(at + 4 * i, value, true))
    return SUCCESS
  }

  const functions: Record<string, (...args: never[]) => number> = {
    // Go's logging library takes the program's name from argv[0] and fails without.
    args_sizes_get(count: number, size: number) {
      write32(count, 1)
      return write32(size, 2)
    },
    args_get(pointers: number, at: number) {
      write32(pointers, at)
      new Uint8Array(memory!.buffer, at, 2).set([0x67, 0]) // "g"
      return SUCCESS
    },
    environ_sizes_get(count: number, size: number) {
      write32(count, 1)
      return write32(size, ENVIRONMENT.length)
    },
    environ_get(pointers: number, at: number) {
      write32(pointers, at)
      new Uint8Array(memory!.buffer, at, ENVIRONMENT.length).set(ENVIRONMENT)
      return SUCCESS
    },
    clock_time_get(clock: number, _precision: bigint, at: number) {
      if (clock !== REALTIME) elapsed += TICK
      view().setBigUint64(at, clock === REALTIME ? now : elapsed, true)
      return SUCCESS
    },
    random_get(at: number, length: number) {
      random(new Uint8Array(memory!.buffer, at, length))
      return SUCCESS
    },
    fd_write(file: number, vectors: number, count: number, writtenAt: number) {
      let total = 0
      const memoryView = view()
      for (let i = 0; i < count; i++) {
        const from = memoryView.getUint32(vectors + 8 * i, true)
        const length = memoryView.getUint32(vectors + 8 * i + 4, true)
        if (file <= STDERR && kept < limit) {
          const part = new Uint8Array(memory!.buffer, from, Math.min(length, limit - kept)).slice()
          output.push(part)
          kept += part.length
        }
        total += length
      }
      return write32(writtenAt, total)
    },
    fd_fdstat_get(file: number, at: number) {
      if (file > STDERR) return BAD_FILE
      new Uint8Array(memory!.buffer, at, 24).fill(0)
      view().setUint8(at, CHARACTER_DEVICE)
      return SUCCESS
    },
    fd_fdstat_set_flags: () => SUCCESS,
    fd_prestat_get: () => BAD_FILE,
    fd_prestat_dir_name: () => BAD_FILE,
    fd_close: () => SUCCESS,
    sched_yield: () => SUCCESS,
    // Nothing to wait for ever happens here but time, which a wait makes pass.
    poll_oneoff(subscriptions: number, events: number, count: number, happened: number) {
      const memoryView = view()
      for (let i = 0; i < count; i++) {
        const subscription = subscriptions + SUBSCRIPTION_BYTES * i
        const event = events + EVENT_BYTES * i
        new Uint8Array(memory!.buffer, event, EVENT_BYTES).fill(0)
        memoryView.setBigUint64(event, memoryView.getBigUint64(subscription, true), true)
        const kind = memoryView.getUint8(subscription + 8)
        memoryView.setUint8(event + 10, kind)
        if (kind === CLOCK_EVENT) {
          const until = memoryView.getBigUint64(subscription + 24, true)
          const absolute = (memoryView.getUint16(subscription + 40, true) & ABSOLUTE_TIME) !== 0
          if (!absolute) elapsed += until
          else if (until > elapsed) elapsed = until
        }
      }
      return write32(happened, count)
    },
    proc_exit(code: number): number {
      throw new ProgramExit(code)
    },
  }

  return {
    imports: new Proxy(functions, { get: (known, name) => known[String(name)] ?? refuse }) as WebAssembly.ModuleImports,
    attach(instanceMemory) {
      memory = instanceMemory
    },
    begin(moment) {
      now = BigInt(Math.round(moment.now * 1e9))
      random = createRandom(moment.seed)
      output = []
      kept = 0
    },
    written: () => Buffer.concat(output).toString('utf8'),
  }
}

/** Fills arrays with the bytes of splitmix32: even, repeatable, and secret to nobody. */
function createRandom(seed: number): (into: Uint8Array) => void {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  return (into) => {
    for (let i = 0; i < into.length; i++) into[i] = next() >>> 24
  }
}
