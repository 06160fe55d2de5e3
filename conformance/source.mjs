// The gate's own modules, from this checkout's source: the types stripped, nothing bundled.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync, cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transformFileSync } from '@swc/core'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Compiles src/ aside and returns a function that imports a module of it, by its path in src/ without the suffix. */
export function compileSource() {
  mkdirSync(join(root, '.work'), { recursive: true })
  const folder = mkdtempSync(join(root, '.work', 'source-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n')
  for (const file of readdirSync(join(root, 'src'), { recursive: true })) {
    const target = join(folder, file.replace(/\.ts$/, '.js'))
    if (file.endsWith('.ts') && !file.endsWith('.d.ts')) {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(
        target,
        transformFileSync(join(root, 'src', file), { cwd: root, swcrc: true, sourceMaps: false }).code,
      )
    } else if (file.endsWith('.json')) {
      mkdirSync(dirname(target), { recursive: true })
      cpSync(join(root, 'src', file), target)
    }
  }
  return (module) => import(pathToFileURL(join(folder, `${module}.js`)).href)
}
