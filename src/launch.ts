/**
 * Starts the command line. V8 reads and compiles a megabyte of it at every start, a third of the time of a small repository, so what
 * it made of it is kept: as `module.enableCompileCache` keeps it of modules, which Node 20 has not and which forgets functions that
 * were compiled later. The build (`scripts/build-dist.mjs`) makes `dist/cli.js` of this, and a function of the command line itself.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import * as zlib from 'node:zlib'

/** Of `cli.script.js`, set by the build: V8 compares no more than lengths. */
const DIGEST = 'SCRIPT_DIGEST'

const filename = fileURLToPath(new URL('cli.script.js', import.meta.url))
// A folder of its own, since what is read from it is run: nobody else may write there.
const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ringfence', 'code')
const cache = join(folder, `${DIGEST}-${process.version}-${process.arch}`)

// V8 looks at lengths and versions, and dies of a byte that is another one. Before Node 20.15 nothing sums up as fast.
const sumOf = (zlib as Partial<Pick<typeof zlib, 'crc32'>>).crc32
// The variable is Node's own, for its own.
const isKeeping = sumOf !== undefined && process.env['NODE_DISABLE_COMPILE_CACHE'] !== '1'
/** Of them the first four, so that what follows is aligned. */
const SUM_BYTES = 8

function isOwn(path: string): boolean {
  const { uid, mode } = statSync(path)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}

/** What was compiled before; undefined: nothing that can be trusted, and then it is compiled. */
function compiledBefore(): Buffer | undefined {
  if (!isKeeping || sumOf === undefined) return undefined
  try {
    if (!isOwn(folder) || !isOwn(cache)) return undefined
    const file = readFileSync(cache)
    const data = file.subarray(SUM_BYTES)
    return file.length > SUM_BYTES && sumOf(data) === file.readUInt32LE(0) ? data : undefined
  } catch {
    // Not there, or not readable.
    return undefined
  }
}

/** A few versions, of the command line or of Node, may take turns on one machine. */
const MOST_KEPT = 4

/** What other versions left behind, and what was not written to its end. */
function forgetOld(): void {
  const all = readdirSync(folder).map((name) => join(folder, name))
  const byAge = all.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => b.at - a.at)
  for (const { path } of byAge.slice(MOST_KEPT)) rmSync(path, { force: true })
}

/** At the end, when all that a run needs was compiled. A cache that cannot be written only costs time. */
function keepCompiled(script: Script): void {
  if (sumOf === undefined) return
  const own = `${cache}.${process.pid}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isOwn(folder)) return
    const data = script.createCachedData()
    const sum = Buffer.alloc(SUM_BYTES)
    sum.writeUInt32LE(sumOf(data))
    writeFileSync(own, Buffer.concat([sum, data]), { mode: 0o600 })
    renameSync(own, cache)
    forgetOld()
  } catch {
    // The next run compiles again.
  }
}

// How much a function does before V8 optimizes it. Node 20 begins so early that a small repository waits at its end, for 20 ms, for a
// function of WebAssembly that nobody calls again, and that a large one shares its processors with what optimizes all of JavaScript:
// a fifth of its processor time. For WebAssembly this is what Node 24 does, which has a compiler between that spares it the other one.
if (Number.parseInt(process.versions.node) < 24) {
  setFlagsFromString('--wasm-tiering-budget=13000000')
  setFlagsFromString('--interrupt-budget=330000')
}

const cachedData = compiledBefore()
// The build writes ASCII, for which this is the quick way.
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  ...(cachedData === undefined ? {} : { cachedData }),
})
const isKept = cachedData !== undefined && script.cachedDataRejected !== true
/** What Node has loaded of itself; not in its documentation, and whoever has none is taken at the best. */
const { moduleLoadList: loaded = [] } = process as { readonly moduleLoadList?: readonly string[] }
// Only a run of the whole line has compiled what the next one needs; what one with an engine compiles beside that, 600 KB, would take
// a small repository 25 ms of every start.
if (!isKept && isKeeping && process.argv[2] === 'check')
  process.on('exit', (code) => {
    if ((code === 0 || code === 1) && !loaded.includes('NativeModule worker_threads')) keepCompiled(script)
  })

type Main = (require: typeof createRequire, url: string, load: (name: string) => Promise<unknown>) => Promise<void>
const main = script.runInThisContext() as Main
// It tells its errors itself. What never comes to its end must not pass: of a module, but not of this, Node makes an error of its own.
process.exitCode = 2
void main(createRequire, import.meta.url, (name) => import(new URL(name, import.meta.url).href))
