/**
 * Linkerd's own authorization: what a port takes once every Server and authorization is known.
 * https://linkerd.io/2/reference/authorization-policy/
 */
import type { KubernetesObject, Path, Pod, Ref, Resource } from '../../model.js'
import type { Carded } from '../area.js'
import { type LabelSelector, selects } from '../selector.js'
import { isObject, refTo, type Workload } from '../world.js'
import { spoken } from './injection.js'
import { containerPorts } from './ports.js'
import { itemsOf, nameOf, objectOf, stringOf } from './read.js'
import type { MeshWorld } from './world.js'

export interface LinkerdServer {
  readonly kind: 'LinkerdServer'
  /** null: it selects no pods, but workloads outside of the cluster. */
  readonly selector: LabelSelector | null
  /** A number or the name of a container port, which a number in quotes never is; null where it is missing. */
  readonly port: number | string | null
  /** What it takes where no authorization says otherwise. */
  readonly accessPolicy: string
}

export interface LinkerdServerAuthorization {
  readonly kind: 'LinkerdServerAuthorization'
  readonly server: { readonly name: string | null; readonly selector: LabelSelector | null }
  /** Whether clients without a mesh identity get in. */
  readonly unauthenticated: boolean
}

interface LinkerdReference {
  readonly group: string
  readonly kind: string
  readonly name: string
  /** null: the namespace of the policy. */
  readonly namespace: string | null
  readonly path: Path
}

export interface LinkerdAuthorizationPolicy {
  readonly kind: 'LinkerdAuthorizationPolicy'
  readonly target: LinkerdReference | null
  readonly authentications: readonly LinkerdReference[]
}

export interface LinkerdAuthentication {
  readonly kind: 'LinkerdAuthentication'
  readonly of: 'MeshTLSAuthentication' | 'NetworkAuthentication'
}

/** An HTTPRoute or GRPCRoute that belongs to a Server. */
export interface LinkerdRoute {
  readonly kind: 'LinkerdRoute'
  readonly servers: readonly string[]
}

export function readServer(object: KubernetesObject): LinkerdServer {
  const spec = objectOf(object, 'spec')
  const { port } = spec
  return {
    kind: 'LinkerdServer',
    selector: isObject(spec['podSelector']) ? (spec['podSelector'] as LabelSelector) : null,
    port: typeof port === 'number' || typeof port === 'string' ? port : null,
    accessPolicy: stringOf(spec['accessPolicy']) ?? 'deny',
  }
}

export function readServerAuthorization(object: KubernetesObject): LinkerdServerAuthorization {
  const { server, client } = objectOf(object, 'spec')
  const selector = objectOf(server)['selector']
  return {
    kind: 'LinkerdServerAuthorization',
    server: {
      name: stringOf(objectOf(server)['name']),
      selector: isObject(selector) ? (selector as LabelSelector) : null,
    },
    unauthenticated:
      objectOf(client)['unauthenticated'] === true || objectOf(client, 'meshTLS')['unauthenticatedTLS'] === true,
  }
}

export function readAuthorizationPolicy(object: KubernetesObject): LinkerdAuthorizationPolicy {
  const spec = objectOf(object, 'spec')
  return {
    kind: 'LinkerdAuthorizationPolicy',
    target: referenceOf(spec['targetRef'], ['spec', 'targetRef']),
    authentications: itemsOf(spec['requiredAuthenticationRefs'], ['spec', 'requiredAuthenticationRefs']).flatMap(
      ({ item, path }) => referenceOf(item, path) ?? [],
    ),
  }
}

export function readLinkerdRoute(object: KubernetesObject): LinkerdRoute {
  const parents = itemsOf(objectOf(object, 'spec')['parentRefs'], [])
  return {
    kind: 'LinkerdRoute',
    servers: parents.flatMap(({ item }) => (item['kind'] === 'Server' ? (stringOf(item['name']) ?? []) : [])),
  }
}

function referenceOf(value: unknown, path: Path): LinkerdReference | null {
  if (!isObject(value)) return null
  const [kind, name] = [stringOf(value['kind']), stringOf(value['name'])]
  if (kind === null || name === null) return null
  const group = stringOf(value['group']) ?? ''
  return {
    group: group === 'core' ? '' : group,
    kind,
    name,
    namespace: stringOf(value['namespace']),
    path: [...path, 'name'],
  }
}

/** What decides for a port, in the words of Istio's modes. */
export interface Inbound {
  readonly mode: 'STRICT' | 'PERMISSIVE' | 'UNKNOWN'
  readonly why: string
  readonly by: readonly Ref[]
  readonly elsewhere: boolean
}

/** The proxy takes mTLS always; whether it takes plain text too is what Servers and the default policy say. */
export function inboundOf(workload: Workload, port: number | null, mesh: MeshWorld): Inbound {
  const servers = serversOf(workload, port, mesh)
  const [server] = servers
  if (server === undefined) return defaultInbound(workload, mesh)
  const open = servers.flatMap((one) => openingsOf(one, mesh))
  const [opening] = open
  if (opening !== undefined) return { mode: 'PERMISSIVE', why: opening.why, by: opening.by, elsewhere: false }
  const by = servers.map(({ resource }) => refTo(resource))
  const uncertain = servers.find(({ resource }) => resource.force.answer !== 'yes')
  if (uncertain !== undefined) {
    return {
      mode: 'UNKNOWN',
      why: `${nameOf(uncertain.resource)} may not be in force: ${uncertain.resource.force.why}`,
      by,
      elsewhere: false,
    }
  }
  return { mode: 'STRICT', why: `${nameOf(server.resource)} takes only authenticated clients`, by, elsewhere: false }
}

/** null: every port that no Server names. */
function serversOf(workload: Workload, port: number | null, mesh: MeshWorld): readonly Carded<LinkerdServer>[] {
  return selecting(workload, mesh).filter(({ card }) => port !== null && portsAt(card, workload.pod).includes(port))
}

function selecting(workload: Workload, mesh: MeshWorld): readonly Carded<LinkerdServer>[] {
  return mesh
    .inNamespace('LinkerdServer', workload.namespace)
    .filter(
      ({ card }) =>
        card.selector !== null && selects(card.selector, { values: workload.labels, complete: true }) === 'yes',
    )
}

function portsAt({ port }: LinkerdServer, pod: Pod): readonly number[] {
  if (typeof port === 'number') return [port]
  return containerPorts(pod).flatMap(({ name, number }) => (name !== null && name === port ? [number] : []))
}

/** The ports of a workload that Servers name. */
export function serverPorts(workload: Workload, mesh: MeshWorld): readonly number[] {
  return [...new Set(selecting(workload, mesh).flatMap(({ card }) => portsAt(card, workload.pod)))]
}

const POLICY = 'config.linkerd.io/default-inbound-policy'

/** The default policy of the pod, else of its namespace, else of the installation, which is not seen here. */
function defaultInbound({ pod, namespace }: Workload, mesh: MeshWorld): Inbound {
  const card = mesh.namespace(namespace)
  const own = pod.metadata.annotations[POLICY]
  const value = own ?? card.annotations[POLICY]
  const by =
    own === undefined && card.resource !== null ? [refTo(card.resource, ['metadata', 'annotations', POLICY])] : []
  if (value === undefined) {
    return {
      mode: 'PERMISSIVE',
      why: "no Server selects it, and Linkerd's default inbound policy is all-unauthenticated",
      by: [],
      elsewhere: true,
    }
  }
  const where = own === undefined ? `${POLICY} of ${spoken(card)}` : POLICY
  return {
    mode: isAuthenticated(value) ? 'STRICT' : 'PERMISSIVE',
    why: `no Server selects it, and ${where} is ${value}`,
    by,
    elsewhere: false,
  }
}

/** `deny`, `all-authenticated`, `cluster-authenticated`; `audit` lets everything in. */
function isAuthenticated(policy: string): boolean {
  return policy === 'deny' || policy === 'all-authenticated' || policy === 'cluster-authenticated'
}

function openingsOf(
  server: Carded<LinkerdServer>,
  mesh: MeshWorld,
): readonly { readonly why: string; readonly by: readonly Ref[] }[] {
  const { resource, card } = server
  const openings: { why: string; by: readonly Ref[] }[] = []
  const open = (by: Resource, how: string, path: Path): void => {
    openings.push({ why: `${nameOf(by)} ${how}`, by: [refTo(by, path)] })
  }
  if (!isAuthenticated(card.accessPolicy))
    open(resource, `has the access policy ${card.accessPolicy}`, ['spec', 'accessPolicy'])
  for (const authorization of mesh.inNamespace('LinkerdServerAuthorization', resource.namespace)) {
    if (authorization.card.unauthenticated && authorizes(authorization.card, resource)) {
      open(authorization.resource, 'lets unauthenticated clients in', ['spec', 'client'])
    }
  }
  for (const policy of mesh.inNamespace('LinkerdAuthorizationPolicy', resource.namespace)) {
    if (targets(policy.card, server, mesh) && !demandsIdentity(policy.card)) {
      open(policy.resource, 'demands no mesh identity', ['spec', 'requiredAuthenticationRefs'])
    }
  }
  return openings
}

function authorizes({ server }: LinkerdServerAuthorization, resource: Resource): boolean {
  if (server.name !== null) return server.name === resource.name
  return (
    server.selector !== null &&
    selects(server.selector, { values: resource.object.metadata.labels ?? {}, complete: true }) === 'yes'
  )
}

function targets(
  { target }: LinkerdAuthorizationPolicy,
  { resource }: Carded<LinkerdServer>,
  mesh: MeshWorld,
): boolean {
  if (target === null) return false
  if (target.kind === 'Server') return target.name === resource.name
  if (target.kind === 'Namespace') return target.name === resource.namespace
  return mesh
    .inNamespace('LinkerdRoute', resource.namespace)
    .some((route) => route.resource.name === target.name && route.card.servers.includes(resource.name))
}

/** All references must hold at once, so one that demands an identity is enough. */
function demandsIdentity({ authentications }: LinkerdAuthorizationPolicy): boolean {
  return authentications.some(({ kind }) => kind === 'MeshTLSAuthentication' || kind === 'ServiceAccount')
}

/** What a policy of Linkerd's refers to and is not found here. */
export interface LinkerdFacts {
  readonly missing: readonly { readonly path: Path; readonly what: string }[]
  /** Whether an AuthorizationPolicy demands a mesh identity of the client. */
  readonly demandsIdentity: boolean
}

export function linkerdFacts(
  resource: Resource,
  card: LinkerdAuthorizationPolicy | LinkerdServerAuthorization,
  mesh: MeshWorld,
): LinkerdFacts {
  if (card.kind === 'LinkerdServerAuthorization') return serverAuthorizationFacts(resource, card, mesh)
  const missing = [...(card.target === null ? [] : [card.target]), ...card.authentications].filter(
    (reference) => !isFound(reference, reference.namespace ?? resource.namespace, mesh),
  )
  return {
    missing: missing.map(({ path, kind, name }) => ({ path, what: `${kind} ${name}` })),
    demandsIdentity: demandsIdentity(card),
  }
}

function serverAuthorizationFacts(resource: Resource, card: LinkerdServerAuthorization, mesh: MeshWorld): LinkerdFacts {
  const found = mesh
    .inNamespace('LinkerdServer', resource.namespace)
    .some((server) => authorizes(card, server.resource))
  const what = card.server.name === null ? 'a Server that its selector matches' : `Server ${card.server.name}`
  const missing = found
    ? []
    : [{ path: ['spec', 'server', ...(card.server.name === null ? ['selector'] : ['name'])], what }]
  return { missing, demandsIdentity: !card.unauthenticated }
}

function isFound({ kind, name, group }: LinkerdReference, namespace: string, mesh: MeshWorld): boolean {
  const named = (found: readonly { readonly resource: Resource }[]): boolean =>
    found.some(({ resource }) => resource.name === name)
  switch (kind) {
    case 'Server':
      return named(mesh.inNamespace('LinkerdServer', namespace))
    case 'HTTPRoute':
    case 'GRPCRoute':
      return named(mesh.inNamespace('LinkerdRoute', namespace)) || named(mesh.inNamespace('HTTPRoute', namespace))
    case 'MeshTLSAuthentication':
    case 'NetworkAuthentication':
      return named(mesh.inNamespace('LinkerdAuthentication', namespace).filter(({ card }) => card.of === kind))
    case 'Namespace':
      return group !== '' || name === namespace
    // ServiceAccounts may be made by anyone, and kinds that are not known here cannot be looked for.
    default:
      return true
  }
}
