// Builds the WebAssembly engines from engine/ into dist/engine.
//
//   node scripts/build-engine.mjs           build, compress, write engines.json
//   node scripts/build-engine.mjs --check   build again, and fail unless the result is the committed one
//       --quick         compress in a second instead of a minute: for trying out, not for committing
//       render | rego   build only this one
//
// The committed engines can be held against their source by anyone: the same
// Go release gives the same bytes on every machine, whatever its own settings.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import ts from 'typescript'
import { firstCalls } from '../engine/tools/first-calls.mjs'
import { preinitialize } from '../engine/tools/preinitialize.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const output = join(root, 'dist', 'engine')
const MIB = 1024 * 1024

/**
 * Release versions that the programs print of themselves. Their own builds set
 * them with the same flags; a chart can read Helm's, and `buildMetadata:
 * [managedByLabel]` writes kustomize's into every resource.
 */
const RELEASES = { helm: '4.3.1', kustomize: '5.8.2' }

const ENGINES = [
  {
    name: 'render',
    maximumMemory: 1536 * MIB,
    variables: {
      'helm.sh/helm/v4/internal/version.version': `v${RELEASES.helm}`,
      'helm.sh/helm/v4/internal/version.gitTreeState': 'clean',
      'sigs.k8s.io/kustomize/api/provenance.version': `kustomize/v${RELEASES.kustomize}`,
    },
  },
  { name: 'rego', maximumMemory: 1024 * MIB, variables: {} },
]

const check = process.argv.includes('--check')
const quick = process.argv.includes('--quick')
const named = ENGINES.filter(({ name }) => process.argv.includes(name))
const wanted = named.length > 0 ? named : ENGINES

if (spawnSync('go', ['version']).error) {
  if (!check) fail('building the engines needs Go')
  console.log('skipped: no Go')
  process.exit(0)
}

const scratch = mkdtempSync(join(tmpdir(), 'ringfence-engine-'))
try {
  if (check) await checkEngines()
  else await buildEngines()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function buildEngines() {
  mkdirSync(output, { recursive: true })
  const file = join(output, 'engines.json')
  const engines = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).engines : {}
  for (const engine of wanted) {
    const wasm = await build(engine)
    const compressed = compress(wasm)
    writeFileSync(join(output, `${engine.name}.wasm.br`), compressed)
    engines[engine.name] = { sha256: sha256(wasm), bytes: wasm.length, maximumMemory: engine.maximumMemory }
    console.log(`${engine.name}: ${megabytes(wasm)} MB, ${megabytes(compressed)} MB compressed`)
  }
  writeFileSync(file, JSON.stringify({ versions: versions(), engines }, null, 2) + '\n')
}

async function checkEngines() {
  const committed = JSON.parse(readFileSync(join(output, 'engines.json'), 'utf8'))
  const expected = versions()
  if (committed.versions.go !== expected.go) {
    console.log(`skipped: the engines were built with Go ${committed.versions.go}, this is ${expected.go}`)
    return
  }
  for (const engine of wanted) {
    const built = sha256(await build(engine))
    if (built !== committed.engines[engine.name].sha256) {
      fail(
        `${engine.name}: built ${built}, engines.json says ${committed.engines[engine.name].sha256}; run npm run build:engine`,
      )
    }
    console.log(`${engine.name}: ${built}`)
  }
  if (JSON.stringify(committed.versions) !== JSON.stringify(expected))
    fail('engines.json: the versions are not those of engine/')
}

/** Compiles one engine, and runs it in. */
async function build(engine) {
  const file = join(scratch, `${engine.name}.wasm`)
  const variables = Object.entries(engine.variables).map(([name, value]) => `-X=${name}=${value}`)
  go(engine.name, [
    'build',
    '-buildmode=c-shared',
    '-trimpath',
    '-buildvcs=false',
    '-mod=readonly',
    `-ldflags=-s -w -buildid= ${variables.join(' ')}`,
    `-o=${file}`,
    '.',
  ])
  const { createWasi } = await import(transpiled('src/host/wasi.ts'))
  return preinitialize(readFileSync(file), createWasi(0), firstCalls[engine.name], engine.maximumMemory)
}

/** A module of the source, which Node cannot load as it is. */
function transpiled(path) {
  const { outputText } = ts.transpileModule(readFileSync(join(root, path), 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  })
  return `data:text/javascript,${encodeURIComponent(outputText)}`
}

/** Runs Go on an engine's module, with none of the machine's settings that change what it builds. */
function go(engine, args) {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(GOFLAGS|GOWORK|GOEXPERIMENT|GOWASM|GODEBUG)$/.test(name)),
  )
  return execFileSync('go', args, {
    cwd: join(root, 'engine', engine),
    env: {
      ...environment,
      GOOS: 'wasip1',
      GOARCH: 'wasm',
      CGO_ENABLED: '0',
      GOENV: 'off',
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
      GOWORK: 'off',
    },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
}

function versions() {
  const module = (engine, path) => go(engine, ['list', '-m', '-f={{.Version}}', path]).replace(/^v/, '')
  const helm = module('render', 'helm.sh/helm/v4')
  if (helm !== RELEASES.helm) fail(`RELEASES.helm is ${RELEASES.helm}, engine/render builds ${helm}`)
  return {
    helm,
    kustomize: RELEASES.kustomize,
    kustomizeApi: module('render', 'sigs.k8s.io/kustomize/api'),
    opa: module('rego', 'github.com/open-policy-agent/opa'),
    go: go('render', ['env', 'GOVERSION']).replace(/^go/, ''),
    // Kubernetes 1.x is client-go 0.x. A release of Helm calls its patch 0.
    kubernetes: module('render', 'k8s.io/client-go').replace(/^0\.(\d+)\..*$/, '1.$1.0'),
  }
}

function compress(wasm) {
  return brotliCompressSync(wasm, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quick ? 5 : constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
    },
  })
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function megabytes(bytes) {
  return (bytes.length / 1e6).toFixed(1)
}

function fail(message) {
  console.error(`build-engine: ${message}`)
  process.exit(1)
}
