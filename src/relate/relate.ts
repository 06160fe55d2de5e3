/**
 * relate: from the resources of one environment of one scope to what each policy will see. It computes what
 * Kubernetes and the meshes compute; it never says good or bad.
 */
import type { Environment, Facts, Input, Origin, Pod, Resource } from '../model.js'
import { withDuplicates } from '../parse/parse.js'
import type { Area, Carded } from './area.js'
import { grants } from './resolve/grants.js'
import { mesh } from './resolve/mesh.js'
import { network } from './resolve/network.js'
import { platform } from './resolve/platform.js'
import { secrets } from './resolve/secrets.js'
import { serviceAccount } from './resolve/serviceaccount.js'
import { worldOf, type World } from './world.js'

export interface Related {
  readonly resource: Resource
  readonly input: Input
}

/**
 * The world of one environment: its resources numbered, the stand-ins added for what is used but written nowhere here.
 */
export function worldWithStandIns(resources: readonly Resource[], environment: Environment): World {
  // The same object twice: which one a deployment leaves in force depends on the order, so as protection neither counts.
  const counted = withDuplicates(resources).map((resource, id) => (resource.id === id ? resource : { ...resource, id }))
  const declared = new Set(counted.filter((r) => r.group === '' && r.kind === 'Namespace').map((r) => r.name))
  const standIns: Resource[] = []
  const seen = new Set<string>()
  const plain = worldOf(counted)
  for (const { resource, namespace } of plain.workloads) {
    if (namespace === '' || declared.has(namespace) || seen.has(namespace)) continue
    if (resource.origin.role === 'context') continue
    seen.add(namespace)
    standIns.push(
      standIn(
        resource,
        'v1',
        '',
        'Namespace',
        resource.namespaceStated ? namespace : '',
        namespace,
        resource.namespaceStated,
      ),
    )
  }
  const judged = counted.filter(({ origin }) => origin.role === 'judged')
  const first = judged.find(({ origin }) => origin.vendored === null) ?? judged[0]
  if (first !== undefined) {
    // Without a name of its own, so that what all environments lack is told once.
    const at = { ...first, origin: { ...first.origin, environment } }
    standIns.push(standIn(at, 'ringfence.dev/v1', 'ringfence.dev', 'Environment', '', '', true))
  }
  // They have no pods, and the namespaces that they stand for are known by their workloads.
  const numbered = standIns.map((resource, i) => ({ ...resource, id: counted.length + i }))
  return { ...plain, resources: [...counted, ...numbered] }
}

function standIn(
  at: Resource,
  apiVersion: string,
  group: string,
  kind: string,
  name: string,
  namespace: string,
  stated: boolean,
): Resource {
  return {
    ...at,
    object: { apiVersion, kind, metadata: { name } },
    group,
    kind,
    name,
    origin: atSource(at.origin),
    // A Namespace is cluster-scoped, but a stand-in for one keeps the key that its workloads are found by.
    namespace,
    namespaceStated: stated,
    path: [],
    force: { answer: 'unknown', why: 'it is not declared here' },
    declared: false,
  }
}

/** Of a chart the chart itself: which template comes first may differ between environments. Nobody else's chart lacks it. */
function atSource(origin: Origin): Origin {
  const { kind, source } = origin
  const file = kind !== 'chart' ? origin.file : source === '' ? 'Chart.yaml' : `${source}/Chart.yaml`
  return { ...origin, file, vendored: null }
}

const podsOrNone = (world: World, resource: Resource): readonly (Pod | null)[] => {
  const pods = world.podsOf(resource)
  return pods.length === 0 ? [null] : pods
}

/**
 * An input for each resource that is judged, and for each pod of it where it has several; in the order of the world. One
 * at a time: together they are the largest thing there is, and each is needed once.
 */
export function* relate(world: World): Iterable<Related> {
  // The areas are blind to each other.
  const resolved = {
    network: resolveArea(network, world),
    serviceAccount: resolveArea(serviceAccount, world),
    secrets: resolveArea(secrets, world),
    mesh: resolveArea(mesh, world),
    grants: resolveArea(grants, world),
    platform: resolveArea(platform, world),
  }
  for (const resource of world.resources) {
    if (resource.origin.role !== 'judged') continue
    const namespace = resource.namespaceStated && resource.namespace !== '' ? resource.namespace : null
    for (const pod of podsOrNone(world, resource)) {
      const facts: Facts = {
        network: resolved.network(resource, pod),
        serviceAccount: resolved.serviceAccount(resource, pod),
        secrets: resolved.secrets(resource, pod),
        mesh: resolved.mesh(resource, pod),
        grants: resolved.grants(resource, pod),
        platform: resolved.platform(resource, pod),
      }
      yield {
        resource,
        input: {
          resource: resource.object,
          declared: resource.declared,
          namespace,
          pod: pod && withoutLists(pod),
          facts,
        },
      }
    }
  }
}

/** What `containers` and `volumes` of the pod hold already is left out of its spec: reading the input is most of the work. */
function withoutLists(pod: Pod): Pod {
  const { containers: _c, initContainers: _i, ephemeralContainers: _e, volumes: _v, ...spec } = pod.spec
  return { ...pod, spec }
}

function resolveArea<C, F>(area: Area<C, F>, world: World): (resource: Resource, pod: Pod | null) => F {
  const cards: Carded<C>[] = []
  for (const resource of world.resources) {
    const card = area.card(resource, world.podOf(resource))
    if (card !== null) cards.push({ resource, card })
  }
  return area.resolve(cards, world)
}
