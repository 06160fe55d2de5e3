/** What the tests of the engines share: engines whose worker is this checkout's source, and cases from test/charts. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transformFileSync } from '@swc/core'
import { createEngines, type EngineOptions, type Engines } from '../../src/host/engines.js'
import type { FileAccess, NamedFile } from '../../src/render/engines.js'

export interface TestEngines {
  readonly engines: Engines
  /** Starts more of them, which the test closes itself. */
  readonly start: (options?: EngineOptions) => Engines
  readonly close: () => Promise<void>
}

export function startTestEngines(options: EngineOptions = {}): TestEngines {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-engines-'))
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  for (const name of ['engine-worker', 'wasi']) {
    writeFileSync(join(folder, `${name}.js`), transformFileSync(`src/host/${name}.ts`, { swcrc: true }).code)
  }
  const workerUrl = pathToFileURL(join(folder, 'engine-worker.js'))
  const start = (more: EngineOptions = {}): Engines =>
    createEngines({ workerUrl, directory: 'dist/engine', ...options, ...more })
  const engines = start()
  return {
    engines,
    start,
    close: async () => {
      await engines.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A chart as a test writes it down: texts by path. A Chart.yaml is added where there is none. */
export function chart(files: Readonly<Record<string, string>>): NamedFile[] {
  const all = { 'Chart.yaml': 'apiVersion: v2\nname: test\nversion: 0.1.0\n', ...files }
  return Object.entries(all).map(([name, content]) => ({ name, content }))
}

/** A tree as a test writes it down. `read` is told of each file that is read. */
export function tree(
  files: Readonly<Record<string, string>>,
  read: (path: string) => void = () => undefined,
): FileAccess {
  const isDirectory = (path: string): boolean =>
    path === '' || Object.keys(files).some((file) => file.startsWith(`${path}/`))
  return {
    stat: (path) => (files[path] !== undefined ? 'file' : isDirectory(path) ? 'directory' : null),
    list: (directory) => {
      const prefix = directory === '' ? '' : `${directory}/`
      const inside = Object.keys(files).filter((file) => file.startsWith(prefix))
      return [...new Set(inside.map((file) => file.slice(prefix.length).split('/')[0] ?? ''))]
    },
    read: (path) => {
      read(path)
      return Buffer.from(files[path] ?? '', 'utf8')
    },
  }
}

/** Every file below a directory, by path. */
export function filesBelow(directory: string, below = ''): { readonly name: string; readonly content: Uint8Array }[] {
  return readdirSync(join(directory, below)).flatMap((entry) => {
    const name = below === '' ? entry : `${below}/${entry}`
    return statSync(join(directory, name)).isDirectory()
      ? filesBelow(directory, name)
      : [{ name, content: readFileSync(join(directory, name)) }]
  })
}

/** The folders of cases in a folder of test/charts. */
export function cases(folder: string): string[] {
  return readdirSync(join('test/charts', folder)).sort()
}

/**
 * What a golden file says. `UPDATE=1 npm test -- test/host` writes it anew; look at the difference, and hold it against
 * Helm and kustomize themselves with `node conformance/render/compare.mjs`.
 */
export function golden(file: string, actual: string): string {
  if (process.env['UPDATE'] === '1') {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, actual)
  }
  return readFileSync(file, 'utf8')
}
