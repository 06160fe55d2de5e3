/**
 * The service meshes: who is in one, which mTLS mode each port has, what a client speaks, and whom an authorization
 * lets in. The effective state after each mesh's own code; never whether that is good.
 */
import type { Answer, JsonObject, Path, Pod, Resource } from '../../model.js'
import { parseYaml } from '../../parse/yaml.js'
import type { Area } from '../area.js'
import { cardOf, type MeshCard } from '../index/mesh.js'
import { type AuthorizationFacts, authorizationFacts, deniesByDefault } from '../mesh/authorization.js'
import { type CertificateFacts, certificateFacts } from '../mesh/certificate.js'
import type { CiliumFacts } from '../mesh/cilium.js'
import { type DestinationFacts, destinationFacts } from '../mesh/destination.js'
import { type EgressFacts, egressFacts } from '../mesh/egress.js'
import { type ListenerFacts, listenerFacts } from '../mesh/gateway.js'
import type { ConfigFacts } from '../mesh/istio-config.js'
import { type LinkerdFacts, linkerdFacts } from '../mesh/linkerd.js'
import { type Mtls, mtlsOfWorkload } from '../mesh/mtls.js'
import { type Enrolment, enrolmentOf, istioAt, linkerdAt } from '../mesh/namespace.js'
import type { MeshName } from '../mesh/read.js'
import { meshWorldOf, type MeshWorld } from '../mesh/world.js'
import { isObject, type World, type Workload } from '../world.js'

/** Each part is null for every kind that it is not about, and never null for its own. */
export interface MeshFacts {
  /**
   * The meshes that anything declared in this environment belongs to, and those that the resource's own pod keeps out of;
   * empty: none is known here.
   */
  readonly meshes: readonly MeshName[]
  readonly workload: WorkloadFacts | null
  /** A Namespace, or the stand-in for one that is declared elsewhere. */
  readonly namespace: NamespaceFacts | null
  /** The stand-in for the environment. */
  readonly environment: EnvironmentFacts | null
  readonly destination: DestinationFacts | null
  readonly peer: PeerFacts | null
  /** Istio's AuthorizationPolicy. */
  readonly authorization: AuthorizationFacts | null
  /** The Gateway API's Gateway: one for each listener. */
  readonly listeners: readonly ListenerFacts[] | null
  readonly egress: EgressFacts | null
  /** Linkerd's AuthorizationPolicy and ServerAuthorization. */
  readonly linkerd: LinkerdFacts | null
  readonly cilium: CiliumFacts | null
  readonly certificate: CertificateFacts | null
  /** A resource that holds Istio's MeshConfig or the injector's. */
  readonly config: ConfigFacts | null
}

/** A PeerAuthentication. */
interface PeerFacts {
  /** Whether it applies to anything: with a selector in the root namespace Istio ignores it. */
  readonly applies: boolean
  /** Whether its `portLevelMtls` counts: without a selector Istio ignores that. */
  readonly portsApply: boolean
}

interface WorkloadFacts {
  /** False for what no mesh is meant to hold: the cluster's and the meshes' own pods, and gateways. */
  readonly applies: boolean
  /** The mesh it is in, or would be. */
  readonly mesh: MeshName | null
  readonly enrolled: Answer
  /** Where the workload itself decides on that, else where it belongs. */
  readonly enrolledPath: Path
  /** Whether the workload itself opts out. */
  readonly optsOut: boolean
  /** Whether ztunnel carries its traffic, not a sidecar. */
  readonly ambient: boolean
  /** Whether the manifest itself carries the proxy's container. */
  readonly proxied: boolean
  /** Whether its namespace enrols its pods in that mesh: Istio, where it is not Linkerd's. */
  readonly namespaceEnrols: Answer
  /** Whether every port takes mTLS alone. */
  readonly strict: Answer
  /** The ports that take plain text, with their modes; '' where none is known to. */
  readonly weak: string
  readonly path: Path
  /** Whether what decides on `strict` may be declared outside this repository. */
  readonly elsewhere: boolean
  /** The annotation `proxy.istio.io/config`, read. */
  readonly proxyConfig: { readonly value: JsonObject; readonly unreadable: string | null }
}

interface NamespaceFacts extends Enrolment {
  /** How many workloads here are, or may be, in Istio. */
  readonly members: number
  /** For how many it cannot be told whether they are in that mesh, because the namespace is declared elsewhere. */
  readonly undecided: { readonly istio: number; readonly linkerd: number }
  /** Whether the environment declares nothing but namespaces. */
  readonly alone: boolean
  /** Whether its workloads in Istio refuse whom no rule lets in. */
  readonly deniesByDefault: Answer
}

interface EnvironmentFacts {
  /** How many of the workloads that are judged a mesh is meant to hold. */
  readonly workloads: number
  /** How many namespaces are declared here. */
  readonly namespaces: number
}

const NOTHING: Omit<MeshFacts, 'meshes'> = {
  workload: null,
  namespace: null,
  environment: null,
  destination: null,
  peer: null,
  authorization: null,
  listeners: null,
  egress: null,
  linkerd: null,
  cilium: null,
  certificate: null,
  config: null,
}

export const mesh: Area<MeshCard, MeshFacts> = {
  card: cardOf,
  resolve(cards, world) {
    const meshWorld = meshWorldOf(cards, world)
    const mtlsOf = remembered(meshWorld)
    const cardsOf = new Map(cards.map(({ resource, card }) => [resource, card]))
    const { meshes } = meshWorld
    const nothing: MeshFacts = { meshes, ...NOTHING }
    return (resource, pod) => {
      const named = meshWorld.meshesOf(resource)
      const none = named === meshes ? nothing : { ...nothing, meshes: named }
      const own = ownFacts(resource, cardsOf.get(resource), meshWorld, mtlsOf)
      const workload = pod === null ? null : workloadFacts(meshWorld.workloadOf(pod), meshWorld, mtlsOf)
      return own === null && workload === null ? none : { ...none, ...own, workload }
    }
  },
}

/** One row a workload: what `ringfence mtls` prints. */
export function mtlsOf(world: World): readonly Mtls[] {
  const cards = world.resources.flatMap((resource) => {
    const card = cardOf(resource, world.podOf(resource))
    return card === null ? [] : [{ resource, card }]
  })
  return world.workloads.map(remembered(meshWorldOf(cards, world)))
}

/** A workload's state is asked for by several policies of others: it is worked out once. */
function remembered(meshWorld: MeshWorld): (workload: Workload) => Mtls {
  const known = new WeakMap<Pod, Mtls>()
  return (workload) => {
    const before = known.get(workload.pod)
    if (before !== undefined) return before
    const found = mtlsOfWorkload(workload, meshWorld)
    known.set(workload.pod, found)
    return found
  }
}

function workloadFacts(workload: Workload, meshWorld: MeshWorld, mtlsOf: (workload: Workload) => Mtls): WorkloadFacts {
  const {
    applies,
    mesh: name,
    ambient,
    enrolled,
    enrolledPath,
    optsOut,
    strict,
    weak,
    path,
    elsewhere,
  } = mtlsOf(workload)
  const namespace = meshWorld.namespace(workload.namespace)
  return {
    applies,
    mesh: name,
    enrolled,
    enrolledPath,
    optsOut,
    ambient,
    proxied: workload.pod.containers.some(
      (container) => container.name === 'istio-proxy' || container.name === 'linkerd-proxy',
    ),
    namespaceEnrols: name === 'linkerd' ? linkerdAt(namespace) : istioAt(namespace, meshWorld),
    strict,
    weak,
    path,
    elsewhere,
    proxyConfig: proxyConfigOf(workload.pod.metadata.annotations['proxy.istio.io/config']),
  }
}

function proxyConfigOf(annotation: string | undefined): WorkloadFacts['proxyConfig'] {
  if (annotation === undefined) return { value: {}, unreadable: null }
  const { value, problem } = parseYaml(annotation)
  return { value: isObject(value) ? (value as JsonObject) : {}, unreadable: problem?.message ?? null }
}

const isMember = ({ applies, enrolled, mesh: name }: Mtls): boolean =>
  applies && name === 'istio' && enrolled.answer !== 'no'

function ownFacts(
  resource: Resource,
  card: MeshCard | undefined,
  meshWorld: MeshWorld,
  mtlsOf: (workload: Workload) => Mtls,
): Partial<MeshFacts> | null {
  switch (`${resource.kind}.${resource.group}`) {
    case 'Namespace.': {
      // A stand-in keeps the key that its workloads are found by; a Namespace is its own key.
      const key = resource.declared ? resource.name : resource.namespace
      const workloads = meshWorld.workloadsIn(key)
      const members = workloads.filter((workload) => isMember(mtlsOf(workload)))
      const enrolment = enrolmentOf(meshWorld.namespace(key), meshWorld)
      const unsure = workloads.map(mtlsOf).filter(({ applies, enrolled }) => applies && enrolled.answer === 'unknown')
      const undecided = {
        istio: unsure.filter((one) => one.mesh === 'istio').length,
        linkerd: unsure.filter((one) => one.mesh === 'linkerd').length,
      }
      const alone = meshWorld.world.resources.every(
        ({ declared, group, kind }) => !declared || (group === '' && kind === 'Namespace'),
      )
      return {
        namespace: {
          ...enrolment,
          members: members.length,
          undecided,
          alone,
          deniesByDefault: deniesByDefault(key, members, meshWorld, mtlsOf),
        },
      }
    }
    case 'Environment.ringfence.dev': {
      const workloads = meshWorld.world.workloads.filter(
        (workload) => workload.resource.origin.role === 'judged' && mtlsOf(workload).applies,
      ).length
      const namespaces = [...meshWorld.world.namespaces.values()].filter(
        (namespace) => namespace.resource !== null,
      ).length
      return { environment: { workloads, namespaces } }
    }
    case 'Gateway.gateway.networking.k8s.io':
      return { listeners: listenerFacts(resource, meshWorld) }
    case 'Certificate.cert-manager.io':
      return { certificate: certificateFacts(resource.object) }
  }
  switch (card?.kind) {
    case 'DestinationRule':
      return { destination: destinationFacts(resource, card, meshWorld, mtlsOf) }
    case 'PeerAuthentication': {
      const selects = card.selector !== null
      return { peer: { applies: !selects || !meshWorld.istio.roots.includes(resource.namespace), portsApply: selects } }
    }
    case 'AuthorizationPolicy':
      return { authorization: authorizationFacts(resource, card, meshWorld, mtlsOf) }
    case 'ServiceEntry':
      return { egress: egressFacts(card, meshWorld) }
    case 'LinkerdAuthorizationPolicy':
    case 'LinkerdServerAuthorization':
      return { linkerd: linkerdFacts(resource, card, meshWorld) }
    case 'CiliumPolicy':
      return { cilium: { rules: card.parts.flatMap(({ rules }) => rules) } }
    case 'IstioConfig':
      return { config: card.settings }
    default:
      return null
  }
}
