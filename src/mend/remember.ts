/** Engines that remember: what is rendered from the same input again is the same output. */
import type { FileAccess, HelmRequest, HelmResult, KustomizeResult, RenderEngines } from '../render/engines.js'
import { sameBytes } from '../render/inputs.js'

/** What kustomize asked of the tree, and what it was told. */
interface Asked {
  readonly stats: Map<string, ReturnType<FileAccess['stat']>>
  readonly lists: Map<string, string>
  readonly reads: Map<string, Uint8Array>
}

/** Fixes change few of the sources that they are tried with: the others are not rendered again. */
export function remembering(engines: RenderEngines): RenderEngines {
  const charts = new Map<string, { readonly request: HelmRequest; readonly result: Promise<HelmResult> }>()
  const builds = new Map<string, { readonly asked: Asked; readonly result: KustomizeResult }>()
  return {
    helm(request) {
      const key = requestKey(request)
      const known = charts.get(key)
      if (known !== undefined && isSameContent(known.request, request)) return known.result
      const result = engines.helm(request)
      charts.set(key, { request, result })
      return result
    },
    async kustomize(request) {
      const key = JSON.stringify([request.root, request.origins ?? true])
      const known = builds.get(key)
      if (known !== undefined && isSameTree(known.asked, request.files)) return known.result
      const { files, asked } = listening(request.files)
      const result = await engines.kustomize({ ...request, files })
      builds.set(key, { asked, result })
      return result
    },
  }
}

function requestKey({ files, values, ...flags }: HelmRequest): string {
  return JSON.stringify([files.map(({ name }) => name), (values ?? []).map(({ name }) => name), flags])
}

function isSameContent(a: HelmRequest, b: HelmRequest): boolean {
  const [one, other] = [a, b].map(({ files, values }) => [...files, ...(values ?? [])])
  return one!.every(({ content }, i) => isSameBytes(content, other![i]!.content))
}

function listening(files: FileAccess): { readonly files: FileAccess; readonly asked: Asked } {
  const asked: Asked = { stats: new Map(), lists: new Map(), reads: new Map() }
  return {
    asked,
    files: {
      stat: (path) => {
        const found = files.stat(path)
        asked.stats.set(path, found)
        return found
      },
      list: (directory) => {
        const names = files.list(directory)
        asked.lists.set(directory, JSON.stringify(names))
        return names
      },
      read: (path) => {
        const content = files.read(path)
        asked.reads.set(path, content)
        return content
      },
    },
  }
}

function isSameTree({ stats, lists, reads }: Asked, files: FileAccess): boolean {
  return (
    [...stats].every(([path, found]) => files.stat(path) === found) &&
    [...lists].every(([directory, names]) => JSON.stringify(files.list(directory)) === names) &&
    [...reads].every(([path, content]) => isSameBytes(files.read(path), content))
  )
}

function isSameBytes(a: Uint8Array | string, b: Uint8Array | string): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : sameBytes(a, b)
}
