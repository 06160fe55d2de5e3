// The product's own engines and builtins, for the build scripts: parts of src/ with their types stripped. The scripts
// need neither Go nor a finished build.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformFileSync } from '@swc/core'

const folder = 'build/scripts'
const host = ['engines', 'engine-pool', 'engine-worker', 'wasi', 'rego-builtins', 'rego-offered'].map(
  (name) => `host/${name}.ts`,
)
const rego = readdirSync('src/rego', { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('rego', name))
for (const name of [...host, ...rego]) {
  const target = join(folder, name.replace(/\.ts$/, '.js'))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, transformFileSync(join('src', name), { swcrc: true }).code)
}
const { createEngines } = await import('../build/scripts/host/engines.js')
/** The builtins that policies may use. */
export const { OFFERED_BUILTINS } = await import('../build/scripts/host/rego-offered.js')

/** Starts them on `dist/engine/`; `close()` ends them. */
export const startEngines = () =>
  createEngines({
    directory: 'dist/engine',
    workerUrl: new URL('../build/scripts/host/engine-worker.js', import.meta.url),
  })
