// Helm's and kustomize's own command lines, in the versions that the engines are built from.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { versions } = JSON.parse(readFileSync(join(root, 'dist', 'engine', 'engines.json'), 'utf8'))

/** Builds both once into .work/, with Go. */
export function installNative() {
  const folder = join(root, '.work', 'native', `helm-${versions.helm}-kustomize-${versions.kustomize}`)
  mkdirSync(folder, { recursive: true })
  const install = (name, path, ...flags) => {
    if (existsSync(join(folder, name))) return
    execFileSync('go', ['install', ...flags, path], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: '', GOOS: '', GOARCH: '' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  // As in a release, and in scripts/build-engine.mjs: a chart can print them.
  const variable = (name, value) => `-X=helm.sh/helm/v4/internal/version.${name}=${value}`
  const release = `-ldflags=${variable('version', `v${versions.helm}`)} ${variable('gitTreeState', 'clean')}`
  install('helm', `helm.sh/helm/v4/cmd/helm@v${versions.helm}`, release)
  install('kustomize', `sigs.k8s.io/kustomize/kustomize/v5@v${versions.kustomize}`)
  return { helm: join(folder, 'helm'), kustomize: join(folder, 'kustomize') }
}

/** Runs one of them. Helm is kept away from the user's own configuration. */
export function run(program, args, directory) {
  const nowhere = join(root, '.work', 'helm')
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
    env: {
      PATH: process.env.PATH,
      HOME: nowhere,
      HELM_CACHE_HOME: nowhere,
      HELM_CONFIG_HOME: nowhere,
      HELM_DATA_HOME: nowhere,
      KUBECONFIG: join(nowhere, 'none'),
      TZ: 'UTC',
    },
  })
  return { failed: status !== 0, stdout, stderr }
}
