/**
 * What deploys something from elsewhere and is not followed: resources of k3s and Fleet that name a chart or a folder. The
 * report says of each by name that it was not judged. https://docs.k3s.io/helm, https://fleet.rancher.io/ref-crds
 */
import type { JsonObject, Resource, Source } from '../model.js'
import { objectAt } from '../relate/world.js'

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

/** Of these `discover` knows what they deploy, and what of it is not of this repository. */
const FOLLOWED = [
  'argoproj.io/Application',
  'argoproj.io/ApplicationSet',
  'kustomize.toolkit.fluxcd.io/Kustomization',
  'helm.toolkit.fluxcd.io/HelmRelease',
]

/** Whether the kind deploys what stands elsewhere, and so needs no schema here. `groupKind` as `argoproj.io/Application`. */
export const isDeployer = (groupKind: string): boolean =>
  FOLLOWED.includes(groupKind) || Object.hasOwn(DEPLOYERS, groupKind)

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

const named = (path: string, what: string, where: string): Named => ({ what: of(what, where), path })

const of = (what: string, where: string): string => (where === '' ? what : `${what} of ${where}`)

function textAt(object: JsonObject, key: string): string {
  const value = object[key]
  return typeof value === 'string' ? value : ''
}
