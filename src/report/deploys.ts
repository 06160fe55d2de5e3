/**
 * What deploys something from elsewhere: GitOps resources that name a chart or a folder. What they name is not rendered
 * as they would render it, so the report says of each by name that it was not judged.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml,
 * https://fluxcd.io/flux/components/, https://docs.k3s.io/helm, https://fleet.rancher.io/ref-crds
 */
import type { JsonObject, Resource, Source } from '../model.js'
import { listAt, objectAt } from '../relate/world.js'

export interface Deployed {
  readonly resource: Resource
  /** What it deploys: `charts/web of https://git.example.com/shop`. */
  readonly what: string
  /** A source of this repository that it names by its path: that one is judged, but by itself. */
  readonly source: string | null
}

type Named = Pick<Deployed, 'what'> & { readonly path: string | null }

/** `group/Kind` → what a resource of it deploys; null where it deploys nothing by itself. */
const DEPLOYERS: { readonly [groupKind: string]: (object: JsonObject) => readonly Named[] } = {
  'argoproj.io/Application': (object) => argoSources(objectAt(object, 'spec')),
  'argoproj.io/ApplicationSet': (object) => argoSources(objectAt(object, 'spec', 'template', 'spec')),
  'helm.cattle.io/HelmChart': (object) => {
    const spec = objectAt(object, 'spec')
    const chart = textAt(spec, 'chart')
    return [{ what: of(`chart ${chart === '' ? 'in spec.chartContent' : chart}`, textAt(spec, 'repo')), path: null }]
  },
  'fleet.cattle.io/GitRepo': (object) => {
    const spec = objectAt(object, 'spec')
    const paths = Array.isArray(spec['paths']) ? spec['paths'].map(String) : ['']
    return paths.map((path) => named(path, path === '' ? 'everything' : path, textAt(spec, 'repo')))
  },
}

/** Whether the kind deploys what stands elsewhere, and so needs no schema here. `groupKind` as `argoproj.io/Application`. */
export const isDeployer = (groupKind: string): boolean => Object.hasOwn(DEPLOYERS, groupKind)

/** Each once, however many environments show it; in the order of the resources. */
export function deployedBy(resources: readonly Resource[], sources: readonly Source[]): readonly Deployed[] {
  const ids = new Set(sources.map(({ id }) => id))
  const found = new Map<string, Deployed>()
  for (const resource of resources) {
    const { group, kind, namespace, name, origin, object } = resource
    for (const { what, path } of DEPLOYERS[`${group}/${kind}`]?.(object as unknown as JsonObject) ?? []) {
      const folder = path === null ? null : path.replace(/^(?:\.?\/)+|\/+$/g, '')
      const key = JSON.stringify([origin.file, kind, namespace, name, what])
      const source = folder !== null && folder !== '' && ids.has(folder) ? folder : null
      if (!found.has(key)) found.set(key, { resource, what, source })
    }
  }
  return [...found.values()]
}

function argoSources(spec: JsonObject): readonly Named[] {
  const many = listAt(spec, 'sources')
  return (many.length > 0 ? many : [objectAt(spec, 'source')]).flatMap((source) => {
    const repository = textAt(source, 'repoURL')
    const chart = textAt(source, 'chart')
    if (chart !== '') return [{ what: of(`chart ${chart}`, repository), path: null }]
    const path = textAt(source, 'path')
    // A source that only lends its files to others has no path.
    if (path === '' && textAt(source, 'ref') !== '') return []
    if (path === '' && repository === '') return [{ what: 'what its generators fill in', path: null }]
    return [named(path, path === '' ? 'everything' : path, repository)]
  })
}

const named = (path: string, what: string, where: string): Named => ({ what: of(what, where), path })

const of = (what: string, where: string): string => (where === '' ? what : `${what} of ${where}`)

function textAt(object: JsonObject, key: string): string {
  const value = object[key]
  return typeof value === 'string' ? value : ''
}
