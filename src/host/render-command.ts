/** `ringfence render`: what a chart or a kustomization renders to, and from where; with `--raw` as the originals print it. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import type { Tree } from '../model.js'
import { chartFiles, join as treePath } from '../render/chart.js'
import { KUSTOMIZATION_FILES } from '../discover/kustomization.js'
import { RELEASE_NAMESPACE } from '../render/chart-render.js'
import { fileAccess } from '../render/kustomization-render.js'
import { argumentsOf } from './arguments.js'
import { createEngines, rawHelmOutput, rawKustomizeOutput, type Engines } from './engines.js'
import { fileProblem } from './file-error.js'
import { diskTree } from './files.js'
import { GateError } from './gate-error.js'
import { rootOf } from './repository.js'

const OPTIONS = {
  raw: { type: 'boolean', default: false },
  name: { type: 'string', default: 'release-name' },
  namespace: { type: 'string', short: 'n' },
  values: { type: 'string', short: 'f', multiple: true, default: [] as string[] },
  set: { type: 'string', multiple: true, default: [] as string[] },
  'kube-version': { type: 'string' },
  'api-versions': { type: 'string', multiple: true, default: [] as string[] },
  'include-crds': { type: 'boolean', default: false },
} as const

/** Gives what to print. Throws `GateError` with what the original would have said. */
export async function renderCommand(args: readonly string[], cwd: string, distribution: URL): Promise<string> {
  const { values: options, positionals } = argumentsOf('render', {
    args: [...args],
    allowPositionals: true,
    options: OPTIONS,
  })
  const [path, more] = positionals
  if (path === undefined || more !== undefined) throw new GateError('render takes one chart or kustomization')
  const folder = resolve(cwd, path)
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new GateError(`${path}: no such folder`)
  const engines = createEngines({
    directory: new URL('engine/', distribution),
    workerUrl: new URL('engine-worker.mjs', distribution),
  })
  try {
    if (existsSync(join(folder, 'Chart.yaml'))) {
      return await renderChart(engines, placeOf(folder, cwd), {
        ...options,
        values: options.values.map((name) => ({ name, content: readValues(resolve(cwd, name), name) })),
      })
    }
    if (KUSTOMIZATION_FILES.some((name) => existsSync(join(folder, name))))
      return await renderKustomization(engines, placeOf(folder, cwd), options.raw)
    throw new GateError(`${path} is neither a chart nor a kustomization`)
  } finally {
    await engines.close()
  }
}

function readValues(file: string, name: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new GateError(`${name}: ${fileProblem(error)}`)
  }
}

interface ChartOptions {
  readonly raw: boolean
  readonly name: string
  readonly namespace?: string | undefined
  readonly values: readonly { readonly name: string; readonly content: Uint8Array }[]
  readonly set: readonly string[]
  readonly 'kube-version'?: string | undefined
  readonly 'api-versions': readonly string[]
  readonly 'include-crds': boolean
}

async function renderChart(engines: Engines, { tree, inTree, shown }: Place, options: ChartOptions): Promise<string> {
  const inChart = (file: string): string => shown(treePath(inTree, file))
  const result = await engines.helm({
    files: chartFiles(tree, inTree),
    values: options.values,
    set: options.set,
    releaseName: options.name,
    // helm prints for `default`; the gate judges the symbol.
    namespace: options.namespace ?? (options.raw ? 'default' : RELEASE_NAMESPACE),
    kubeVersion: options['kube-version'],
    apiVersions: options['api-versions'],
    includeCrds: options['include-crds'] || !options.raw,
  })
  if (result.error !== null) {
    const { file, line, message } = result.error
    const isValues = options.values.some(({ name }) => name === file)
    const at = file === '' ? '' : `${isValues ? file : inChart(file)}${line === 0 ? '' : `:${line}`}: `
    throw new GateError(`${at}${message}`)
  }
  if (options.raw) return rawHelmOutput(result.documents)
  return result.documents
    .map(({ file, index, hook, text }) =>
      told(`${inChart(file)} document ${index}${hook === null ? '' : `, hook ${hook.events.join(', ')}`}`, text),
    )
    .join('')
}

async function renderKustomization(engines: Engines, { tree, inTree, shown }: Place, raw: boolean): Promise<string> {
  const result = await engines.kustomize({ root: inTree, files: fileAccess(tree) })
  if (result.error !== null) throw new GateError(result.error.message)
  if (raw) return rawKustomizeOutput(result.documents)
  return result.documents
    .map(({ text, origin, transformations }) => {
      const by = transformations.map(({ configuredIn, path }) => configuredIn || path).filter((file) => file !== '')
      const from = origin === null ? '' : origin.path || origin.configuredIn
      const changes = by.length === 0 ? '' : `, changed by ${[...new Set(by)].map(shown).join(', ')}`
      return told(`${from === '' ? 'unknown origin' : shown(from)}${changes}`, text)
    })
    .join('')
}

const told = (from: string, text: string): string => `---\n# ${from}\n${text.trim()}\n`

/** What is rendered, in the repository around it. */
interface Place {
  readonly tree: Tree
  /** Its folder. */
  readonly inTree: string
  /** Tree path → path relative to the working directory. */
  readonly shown: (file: string) => string
}

function placeOf(folder: string, cwd: string): Place {
  const root = rootOf(cwd, [folder])
  return {
    tree: diskTree(root),
    inTree: relative(root, folder).split(sep).join('/'),
    shown: (file) => relative(cwd, join(root, file)).split(sep).join('/'),
  }
}
