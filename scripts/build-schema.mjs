// Writes src/parse/schema/kubernetes.json, the table of types that resources are checked against, with engine/schema.
// The built-in kinds come from the modules that engine/schema/go.mod names, the custom kinds from the
// CustomResourceDefinitions in the modules named here, as data alone, and in engine/schema/crds.
//
//   node scripts/build-schema.mjs           write the table
//   node scripts/build-schema.mjs --check   write it elsewhere, and fail unless it is the committed one
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goPresent } from './go.mjs'

/** Beyond this the table would weigh on every start of the gate. */
const MAX_BYTES = 400_000

const SOURCES = [
  {
    module: 'istio.io/api@v1.31.1',
    sum: 'h1:5Yb5ihcz4YQsCkciusK7DnFpBMwRB6EFWeUKH1Atuyk=',
    folders: ['kubernetes'],
  },
  {
    module: 'sigs.k8s.io/gateway-api@v1.6.3',
    sum: 'h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=',
    // The experimental channel holds the standard one.
    folders: ['config/crd/standard', 'config/crd/experimental'],
  },
  {
    module: 'github.com/cilium/cilium@v1.20.2',
    sum: 'h1:dqiEGIcXc+gqCLYG/l7VCFJ8GHyb4HUrwbZOpkX5dL8=',
    folders: ['pkg/k8s/apis/cilium.io/client/crds/v2'],
  },
  {
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    folders: ['deploy/crds'],
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(root, 'engine', 'schema')
const table = join(root, 'src', 'parse', 'schema', 'kubernetes.json')
const check = process.argv.includes('--check')

if (!goPresent()) {
  if (!check) fail('the table of types is built with Go')
  console.log('skipped: no Go')
  process.exit(0)
}

const scratch = mkdtempSync(join(tmpdir(), 'ringfence-schema-'))
try {
  const output = check ? join(scratch, 'kubernetes.json') : table
  go('run', '.', output, 'crds', ...SOURCES.flatMap(download))
  const { size } = statSync(output)
  if (size > MAX_BYTES) fail(`the table has ${size} bytes, more than ${MAX_BYTES}`)
  if (check && readFileSync(output, 'utf8') !== readFileSync(table, 'utf8'))
    fail('src/parse/schema/kubernetes.json is not what engine/schema writes; run node scripts/build-schema.mjs')
  console.log(`${size} bytes`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** The folders of a module's source. Go checks what it downloads against its checksum database, this against the pin. */
function download({ module, sum, folders }) {
  const { Dir, Sum } = JSON.parse(go('mod', 'download', '-json', module))
  if (Sum !== sum) fail(`${module}: ${Sum}, not ${sum}`)
  return folders.map((folder) => join(Dir, folder))
}

function go(...args) {
  const { status, stdout } = spawnSync('go', args, {
    cwd: program,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) fail(`go ${args.slice(0, 3).join(' ')} failed`)
  return stdout
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
