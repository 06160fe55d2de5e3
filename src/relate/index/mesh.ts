/** The card that the mesh area keeps of a resource: what others need of it. null: it plays no part in a mesh. */
import type { Pod, Resource } from '../../model.js'
import { type AuthorizationPolicy, readAuthorization } from '../mesh/authorization.js'
import { type CiliumPolicy, readCiliumPolicy, usesAuthentication } from '../mesh/cilium.js'
import { type DestinationRule, readDestinationRule } from '../mesh/destination.js'
import {
  type IstioGateway,
  readServiceEntry,
  readVirtualService,
  type ServiceEntry,
  type VirtualService,
} from '../mesh/egress.js'
import { type HttpRoute, readHttpRoute } from '../mesh/gateway.js'
import { DATAPLANE, INJECT, INJECTION, LINKERD_INJECT, REVISION } from '../mesh/injection.js'
import { type IstioConfig, readIstioConfig } from '../mesh/istio-config.js'
import {
  type LinkerdAuthentication,
  type LinkerdAuthorizationPolicy,
  type LinkerdRoute,
  type LinkerdServer,
  type LinkerdServerAuthorization,
  readAuthorizationPolicy,
  readLinkerdRoute,
  readServer,
  readServerAuthorization,
} from '../mesh/linkerd.js'
import { type Injector, readInjector } from '../mesh/own.js'
import { type PeerAuthentication, readPeerAuthentication } from '../mesh/peer-authentication.js'
import { readService, type Service } from '../mesh/ports.js'
import type { MeshName } from '../mesh/read.js'

/** A resource that only shows that a mesh is used. */
interface Sign {
  readonly kind: 'Sign'
}

interface ServiceAccount {
  readonly kind: 'ServiceAccount'
}

export type MeshCard = (
  | AuthorizationPolicy
  | CiliumPolicy
  | DestinationRule
  | HttpRoute
  | Injector
  | IstioConfig
  | IstioGateway
  | LinkerdAuthentication
  | LinkerdAuthorizationPolicy
  | LinkerdRoute
  | LinkerdServer
  | LinkerdServerAuthorization
  | PeerAuthentication
  | Service
  | ServiceAccount
  | ServiceEntry
  | Sign
  | VirtualService
) & {
  /** The meshes that the resource shows to be used. */
  readonly meshes?: readonly MeshName[]
  /** Those that its pod does no more than keep out of: as charts do, in case there is one. */
  readonly avoids?: readonly MeshName[]
  /** Whether it enrols something in Istio's ambient mode. */
  readonly ambient?: boolean
}

/** The groups whose kinds exist only where the mesh does. */
const GROUPS: { readonly [group: string]: MeshName } = {
  'networking.istio.io': 'istio',
  'security.istio.io': 'istio',
  'telemetry.istio.io': 'istio',
  'extensions.istio.io': 'istio',
  'install.istio.io': 'istio',
  'sailoperator.io': 'istio',
  'policy.linkerd.io': 'linkerd',
  'linkerd.io': 'linkerd',
}

export function cardOf(resource: Resource, pod: Pod | null): MeshCard | null {
  const own = ownCard(resource)
  const group = GROUPS[resource.group]
  const signs = signsOf(resource, pod)
  // Most resources are about no mesh.
  if (own?.meshes === undefined && group === undefined && signs === NO_SIGNS) return own
  const meshes = [...new Set([...(own?.meshes ?? []), ...(group === undefined ? [] : [group]), ...signs.meshes])]
  const avoids = signs.avoids.filter((mesh) => !meshes.includes(mesh))
  if (own !== null) return { ...own, meshes, avoids, ambient: signs.ambient }
  return meshes.length + avoids.length === 0 ? null : { kind: 'Sign', meshes, avoids, ambient: signs.ambient }
}

function ownCard(resource: Resource): MeshCard | null {
  const { object } = resource
  switch (`${resource.kind}.${resource.group}`) {
    case 'PeerAuthentication.security.istio.io':
      return readPeerAuthentication(object)
    case 'AuthorizationPolicy.security.istio.io':
      return readAuthorization(object)
    case 'DestinationRule.networking.istio.io':
      return readDestinationRule(object)
    case 'ServiceEntry.networking.istio.io':
      return readServiceEntry(object)
    case 'VirtualService.networking.istio.io':
      return readVirtualService(object)
    case 'Gateway.networking.istio.io':
      return { kind: 'IstioGateway' }
    case 'Service.':
      return readService(object)
    case 'MutatingWebhookConfiguration.admissionregistration.k8s.io':
      return readInjector(resource)
    case 'ServiceAccount.':
      return { kind: 'ServiceAccount' }
    case 'HTTPRoute.gateway.networking.k8s.io':
      return readHttpRoute(object)
    case 'HTTPRoute.policy.linkerd.io':
    case 'GRPCRoute.gateway.networking.k8s.io':
      return readLinkerdRoute(object)
    case 'Server.policy.linkerd.io':
      return readServer(object)
    case 'ServerAuthorization.policy.linkerd.io':
      return readServerAuthorization(object)
    case 'AuthorizationPolicy.policy.linkerd.io':
      return readAuthorizationPolicy(object)
    case 'MeshTLSAuthentication.policy.linkerd.io':
      return { kind: 'LinkerdAuthentication', of: 'MeshTLSAuthentication' }
    case 'NetworkAuthentication.policy.linkerd.io':
      return { kind: 'LinkerdAuthentication', of: 'NetworkAuthentication' }
    case 'CiliumNetworkPolicy.cilium.io':
    case 'CiliumClusterwideNetworkPolicy.cilium.io': {
      const policy = readCiliumPolicy(object)
      return usesAuthentication(policy) ? { ...policy, meshes: ['cilium'] } : policy
    }
    default: {
      const config = readIstioConfig(resource)
      return config === null ? null : { ...config, meshes: ['istio'] }
    }
  }
}

const ISTIO_KEYS =
  /^(sidecar|traffic\.sidecar|proxy|inject|ambient)\.istio\.io\/|^istio\.io\/(rev|dataplane-mode|use-waypoint)$/
const LINKERD_KEYS = /^(config\.)?(alpha\.)?linkerd\.io\//

interface Signs {
  readonly meshes: readonly MeshName[]
  readonly avoids: readonly MeshName[]
  readonly ambient: boolean
}

const NO_SIGNS: Signs = { meshes: [], avoids: [], ambient: false }

/** A namespace or a pod shows by its labels and annotations which mesh it means to be in, or out of. */
function signsOf(resource: Resource, pod: Pod | null): Signs {
  const namespace = resource.group === '' && resource.kind === 'Namespace' && resource.declared
  if (pod === null && !namespace) return NO_SIGNS
  const { labels = {}, annotations = {} } = pod?.metadata ?? (namespace ? resource.object.metadata : {})
  const entries = [...Object.entries(labels), ...Object.entries(annotations)]
  const istio = entries.filter(
    ([key]) => key === INJECTION || key === INJECT || key === REVISION || ISTIO_KEYS.test(key),
  )
  const linkerd = entries.filter(([key]) => key === LINKERD_INJECT || LINKERD_KEYS.test(key))
  const proxies = (pod?.containers ?? []).map(({ name }) => name)
  const isUsed = (own: readonly (readonly [string, unknown])[], proxy: string): boolean =>
    proxies.includes(proxy) || own.some((entry) => pod === null || !optsOut(entry))
  const used = { istio: isUsed(istio, 'istio-proxy'), linkerd: isUsed(linkerd, 'linkerd-proxy') }
  const named = { istio: istio.length > 0, linkerd: linkerd.length > 0 }
  const both = ['istio', 'linkerd'] as const
  return {
    meshes: both.filter((mesh) => used[mesh]),
    avoids: both.filter((mesh) => named[mesh] && !used[mesh]),
    ambient:
      labels[DATAPLANE] !== undefined ||
      labels['istio.io/use-waypoint'] !== undefined ||
      annotations['ambient.istio.io/redirection'] !== undefined,
  }
}

const OPT_OUTS: ReadonlyMap<string, string> = new Map([
  [INJECT, 'false'],
  [DATAPLANE, 'none'],
  [LINKERD_INJECT, 'disabled'],
])

const optsOut = ([key, value]: readonly [string, unknown]): boolean => OPT_OUTS.get(key) === value
