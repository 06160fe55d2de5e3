// The engines as the gate uses them, from this checkout's source.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Compiles src/host/ beside nothing else, and returns its module together with engines from dist/engine. */
export async function loadEngines(options = {}) {
  mkdirSync(join(root, '.work'), { recursive: true })
  const folder = mkdtempSync(join(root, '.work', 'engines-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n')
  for (const name of ['engines', 'engine-pool', 'engine-worker', 'wasi']) {
    const source = readFileSync(join(root, 'src', 'host', `${name}.ts`), 'utf8')
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true },
    })
    writeFileSync(join(folder, `${name}.js`), outputText)
  }
  const module = await import(pathToFileURL(join(folder, 'engines.js')).href)
  const engines = module.createEngines({
    directory: join(root, 'dist', 'engine'),
    workerUrl: pathToFileURL(join(folder, 'engine-worker.js')),
    ...options,
  })
  return { ...module, engines }
}
