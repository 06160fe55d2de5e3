/** What the tests on grants share: resources as they are, and YAML as a repository of its own. */
import { load } from 'js-yaml'
import type { KubernetesObject, Resource } from '../../../src/model.js'
import { type GrantFacts, grants } from '../../../src/relate/resolve/grants.js'
import { type World, worldOf } from '../../../src/relate/world.js'

/** `namespace` with a '~' is one that nobody stated. */
export function resourceOf(apiVersion: string, kind: string, name: string, namespace: string, rest: object): Resource {
  const slash = apiVersion.indexOf('/')
  return {
    id: 0,
    object: { apiVersion, kind, metadata: { name }, ...rest } as KubernetesObject,
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind,
    name,
    namespace,
    namespaceStated: !namespace.includes('~'),
    path: [],
    origin: {
      source: 'x.yaml',
      kind: 'manifest',
      environment: { name: null, label: null, trial: false },
      file: 'x.yaml',
      document: 0,
      line: 1,
      hooks: [],
      vendored: null,
      role: 'judged',
    },
    text: '',
    force: { answer: 'yes', why: '' },
    declared: true,
  }
}

const CLUSTER = new Set(['ClusterRole', 'ClusterRoleBinding', 'Namespace'])

/** A document for each resource; without a namespace it lies in `~release`. */
export function worldFrom(yaml: string): World {
  const resources = yaml.split(/^---$/m).map((text, id) => {
    const object = load(text) as KubernetesObject
    const namespace = CLUSTER.has(object.kind) ? '' : (object.metadata.namespace ?? '~release')
    return { ...resourceOf(object.apiVersion, object.kind, object.metadata.name ?? '', namespace, object), id }
  })
  return worldOf(resources)
}

/** The facts of every resource, by `Kind/name`. */
export function factsFrom(yaml: string): { readonly [name: string]: GrantFacts } {
  const world = worldFrom(yaml)
  const cards = world.resources.flatMap((resource) => {
    const card = grants.card(resource, world.podOf(resource))
    return card === null ? [] : [{ resource, card }]
  })
  const resolve = grants.resolve(cards, world)
  return Object.fromEntries(
    world.resources.map((resource) => [`${resource.kind}/${resource.name}`, resolve(resource, world.podOf(resource))]),
  )
}
