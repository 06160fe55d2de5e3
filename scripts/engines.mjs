// The product's own engines, for the build scripts: src/host/engines.ts with its types stripped. The scripts need
// neither Go nor a finished build.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformFileSync } from '@swc/core'

const folder = 'build/scripts'
mkdirSync(folder, { recursive: true })
for (const name of ['engines', 'engine-worker', 'wasi']) {
  writeFileSync(join(folder, `${name}.js`), transformFileSync(`src/host/${name}.ts`, { swcrc: true }).code)
}
const { createEngines } = await import('../build/scripts/engines.js')

/** Starts them on `dist/engine/`; `close()` ends them. */
export const startEngines = () =>
  createEngines({ directory: 'dist/engine', workerUrl: new URL('../build/scripts/engine-worker.js', import.meta.url) })
