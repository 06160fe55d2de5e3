// The product's own parts, with their types stripped, and OPA itself to hold them against.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformFileSync } from '@swc/core'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const OPA_VERSION = 'v1.22.0'

/** src/ as JavaScript, below build/; gives the import of a module of it. */
export function sources() {
  for (const file of readdirSync(join(root, 'src'), { recursive: true })) {
    const target = join(root, 'build/conformance', file.replace(/\.ts$/, '.js'))
    if (file.endsWith('.d.ts')) continue
    if (file.endsWith('.ts')) {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, transformFileSync(join(root, 'src', file), { swcrc: true, sourceMaps: false }).code)
    } else if (file.endsWith('.json')) {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, readFileSync(join(root, 'src', file)))
    }
  }
  return (module) => import(join(root, 'build/conformance', module))
}

export const engineOptions = {
  directory: join(root, 'dist/engine'),
  workerUrl: new URL('../../build/conformance/host/engine-worker.js', import.meta.url),
}

/** A tool by its module path: what the environment names (OPA, CONFTEST, GATOR), else what `go install` gives. null: no Go. */
export function goTool(variable, module, version) {
  if (process.env[variable]) return process.env[variable]
  if (spawnSync('go', ['version']).error) return null
  const bin = join(root, 'build/bin')
  mkdirSync(bin, { recursive: true })
  execFileSync('go', ['install', `${module}@${version}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, GOBIN: bin, GOFLAGS: '-mod=mod' },
  })
  return join(bin, module.split('/').at(-1))
}

export const opa = () => goTool('OPA', 'github.com/open-policy-agent/opa', OPA_VERSION)
