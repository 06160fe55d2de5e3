import { resolvePath } from '../discover/path.js'
import { parseYaml } from '../parse/yaml.js'
import { isObject } from '../relate/world.js'
import type { Tree } from '../model.js'

export interface ChartFile {
  /** Relative to the chart. */
  readonly name: string
  /** Tree path. Not below the chart for a dependency by `file://`. */
  readonly path: string
  readonly content: Uint8Array
}

/**
 * All files of a chart's folder. A dependency by `file://` that is not vendored is put where `helm dependency build`
 * would put it, with its own dependencies.
 */
export function chartFiles(tree: Tree, chart: string): readonly ChartFile[] {
  return withLocalDependencies(tree, chart, new Set([chart]))
}

function withLocalDependencies(tree: Tree, chart: string, above: ReadonlySet<string>): readonly ChartFile[] {
  const files = filesBelow(tree, chart, '')
  const vendored = new Set((tree.list(join(chart, 'charts')) ?? []).map(({ name }) => name))
  for (const { name, repository } of dependenciesOf(tree, chart)) {
    if (!repository.startsWith('file://')) continue
    const there = [...vendored].some(
      (entry) => entry === name || (entry.startsWith(`${name}-`) && entry.endsWith('.tgz')),
    )
    const folder = resolvePath(chart, repository.slice('file://'.length))
    // A missing or circular one, or one outside of the repository, is left to Helm, which names what it misses.
    if (folder === null || there || above.has(folder) || tree.stat(join(folder, 'Chart.yaml')) !== 'file') continue
    for (const file of withLocalDependencies(tree, folder, new Set([...above, folder]))) {
      files.push({ ...file, name: `charts/${name}/${file.name}` })
    }
  }
  return files
}

function filesBelow(tree: Tree, folder: string, prefix: string): ChartFile[] {
  return (tree.list(folder) ?? []).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.kind === 'directory') return filesBelow(tree, path, `${prefix}${entry.name}/`)
    const content = tree.read(path)
    return content === null ? [] : [{ name: `${prefix}${entry.name}`, path, content }]
  })
}

interface Dependency {
  readonly name: string
  readonly repository: string
}

function dependenciesOf(tree: Tree, chart: string): readonly Dependency[] {
  return ['Chart.yaml', 'requirements.yaml'].flatMap((file) => {
    const bytes = tree.read(join(chart, file))
    const { value } = bytes === null ? { value: null } : parseYaml(new TextDecoder().decode(bytes))
    const list = isObject(value) ? value['dependencies'] : null
    return Array.isArray(list)
      ? list
          .filter(isObject)
          .map((d) => ({ name: String(d['alias'] ?? d['name']), repository: String(d['repository'] ?? '') }))
      : []
  })
}

/** Joins and normalises tree paths: '..' goes up, the root is ''. */
export function join(...parts: readonly string[]): string {
  const steps: string[] = []
  for (const step of parts.join('/').split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps.join('/')
}
