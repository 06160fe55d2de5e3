// Runs an engine once when it is built, and makes the memory that it has then
// the memory that it starts with.
//
// Go's start and the first call of Helm, kustomize or OPA take a second, most
// of it to build tables that are the same in every process: kustomize's OpenAPI
// schema, OPA's builtins, regular expressions. After this an instance starts in
// the time it takes to copy its memory.
//
// The picture is the same on every machine: the engine sees a clock, random
// bytes and files that never differ.
import { exportGlobals, readModule, setData, setGlobals, setMemory, dropExport, writeModule } from './wasm.mjs'

/**
 * @param wasm the engine as Go built it
 * @param wasi what src/host/wasi.ts creates
 * @param requests what to run: `{ header, contents, tree }`
 * @param maximumMemory in bytes
 */
export function preinitialize(wasm, wasi, requests, maximumMemory) {
  const module = readModule(wasm)
  const host = hostOf(wasi)
  const instance = new WebAssembly.Instance(new WebAssembly.Module(writeModule(exportGlobals(module))), host.imports)
  const engine = instance.exports
  wasi.begin({ now: 0, seed: 0 })
  wasi.attach(engine.memory)
  engine._initialize()
  for (const request of requests.flatMap((each) => [each, { header: { op: 'settle' } }])) {
    const answer = call(engine, host, request)
    const error = answer.failure ?? answer.error?.message ?? answer.errors?.[0]?.message
    if (error) throw new Error(`${request.header.op}: ${error}`)
  }
  const memory = Buffer.from(engine.memory.buffer)
  const pictured = setData(setGlobals(module, engine), memory)
  return writeModule(dropExport(setMemory(pictured, { minimum: memory.length, maximum: maximumMemory }), '_initialize'))
}

/** The imports of an engine, with a tree that is an object of texts by path. */
function hostOf(wasi) {
  const host = { tree: {}, engine: undefined }
  let held = Buffer.alloc(0)
  const text = (at, length) => Buffer.from(host.engine.memory.buffer, at, length).toString('utf8')
  const hold = (content) => {
    held = Buffer.from(content)
    return held.length
  }
  const isDirectory = (path) => path === '' || Object.keys(host.tree).some((file) => file.startsWith(`${path}/`))
  host.imports = {
    wasi_snapshot_preview1: wasi.imports,
    ringfence: {
      stat: (at, length) => (host.tree[text(at, length)] !== undefined ? 1 : isDirectory(text(at, length)) ? 2 : 0),
      list: () => -1,
      read: (at, length) => hold(host.tree[text(at, length)]),
      take: (at) => held.copy(Buffer.from(host.engine.memory.buffer, at, held.length)),
    },
  }
  return host
}

function call(engine, host, { header, contents = [], tree = {} }) {
  host.engine = engine
  host.tree = tree
  const head = Buffer.from(JSON.stringify(header))
  const request = Buffer.concat([Buffer.alloc(4), head, ...contents.map((content) => Buffer.from(content))])
  request.writeUInt32LE(head.length)
  const at = engine.alloc(request.length)
  request.copy(Buffer.from(engine.memory.buffer, at, request.length))
  const from = engine.call()
  const response = Buffer.from(engine.memory.buffer, from, engine.outlen())
  return JSON.parse(response.subarray(4, 4 + response.readUInt32LE(0)))
}
