/** What the tests of the mesh area share: a world from YAML, and the facts of a resource in it. */
import type { KubernetesObject, Resource } from '../../../src/model.js'
import { parseYaml } from '../../../src/parse/yaml.js'
import { splitDocuments } from '../../../src/parse/split.js'
import { worldWithStandIns } from '../../../src/relate/relate.js'
import { mesh, type MeshFacts } from '../../../src/relate/resolve/mesh.js'
import type { World } from '../../../src/relate/world.js'

const CLUSTER_SCOPED = ['Namespace', 'ClusterIssuer', 'CiliumClusterwideNetworkPolicy']

export type Force = Resource['force']

/** A resource as parse gives it; without a namespace it lies in the release's. */
export function resourceOf(object: KubernetesObject, force: Force = { answer: 'yes', why: '' }): Resource {
  const [group, version] = object.apiVersion.split('/')
  const cluster = CLUSTER_SCOPED.includes(object.kind)
  const { name = '', namespace } = object.metadata
  return {
    id: 0,
    object,
    group: version === undefined ? '' : (group ?? ''),
    kind: object.kind,
    name,
    namespace: cluster ? '' : (namespace ?? '~release'),
    namespaceStated: cluster || namespace !== undefined,
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
    force,
    declared: true,
  }
}

/** `weak` marks documents, by name, that a deployment may not leave in force. */
export function worldOfYaml(text: string, unsure: readonly string[] = []): World {
  const resources = splitDocuments(text).documents.map((document) => {
    const object = parseYaml(document.text).value as unknown as KubernetesObject
    return resourceOf(
      object,
      unsure.includes(object.metadata.name ?? '') ? { answer: 'unknown', why: 'it is a hook' } : undefined,
    )
  })
  return worldWithStandIns(resources, { name: null, label: null, trial: false })
}

/** Facts of a resource by `Kind name`; of the stand-in for the environment by `Environment `. */
export function factsOf(world: World): (resource: string) => MeshFacts {
  const cards = world.resources.flatMap((resource) => {
    const card = mesh.card(resource, world.podOf(resource))
    return card === null ? [] : [{ resource, card }]
  })
  const facts = mesh.resolve(cards, world)
  return (wanted) => {
    const resource = world.resources.find(({ kind, name }) => `${kind} ${name}` === wanted)
    if (resource === undefined) throw new Error(`there is no ${wanted}`)
    return facts(resource, world.podOf(resource))
  }
}

export const facts = (text: string, resource: string, unsure: readonly string[] = []): MeshFacts =>
  factsOf(worldOfYaml(text, unsure))(resource)

/* ------------------------------------------------------------- manifests */

export const namespace = (
  labels: object = { 'istio-injection': 'enabled' },
  annotations: object = {},
  name = 'shop',
): string => yaml({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } })

export const deployment = (
  pod: { labels?: object; annotations?: object; spec?: object; ports?: readonly object[] } = {},
  name = 'cart',
): string =>
  yaml({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      template: {
        metadata: { labels: { app: name, ...pod.labels }, annotations: pod.annotations ?? {} },
        spec: {
          containers: [{ name: 'app', image: 'app:1', ports: pod.ports ?? [{ containerPort: 8080 }] }],
          ...pod.spec,
        },
      },
    },
  })

export const peerAuthentication = (name: string, spec: object, inNamespace = 'shop'): string =>
  istio('security.istio.io/v1', 'PeerAuthentication', name, spec, inNamespace)

export const istio = (apiVersion: string, kind: string, name: string, spec: object, inNamespace = 'shop'): string =>
  yaml({ apiVersion, kind, metadata: { name, namespace: inNamespace }, spec })

/** JSON is YAML; each document ends its own. */
export const yaml = (object: object): string => `${JSON.stringify(object)}\n---\n`
