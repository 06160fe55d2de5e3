/**
 * Which hosts a route of the Gateway API takes: its own names, else those of the listeners it is attached to.
 * https://gateway-api.sigs.k8s.io/reference/spec/ (Listener.hostname, HTTPRouteSpec.hostnames)
 */
import type { Answer, JsonObject, Path, Resource } from '../../model.js'
import { isParent, type Parent, parentsOf, redirectsAll, takesIn } from '../gateway-api.js'
import { listAt, refTo } from '../world.js'

export interface RouteNetwork {
  /** Whether the route takes hosts that nobody wrote down: a wildcard, or whatever host is asked for. */
  readonly anyHost: Answer
  readonly path: Path
}

/** Routes of TCP and UDP know no host. */
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute']

const isGatewayApi = ({ group }: Resource): boolean => group === 'gateway.networking.k8s.io'

/** null for what is no such route, and for one that is attached to no Gateway: a mesh's own routes name Services. */
export function routeNetwork(route: Resource, gateways: readonly Resource[]): RouteNetwork | null {
  if (!isGatewayApi(route) || !ROUTES.includes(route.kind)) return null
  const parents = parentsOf(route.object)
  if (parents.length === 0) return null
  const path: Path = ['spec', 'hostnames']
  if (redirectsAll(route.object))
    return { anyHost: { answer: 'no', why: 'it sends its callers on to HTTPS, whatever the host', by: [] }, path }
  const spec = route.object['spec'] as JsonObject | undefined
  const own = Array.isArray(spec?.['hostnames']) ? spec['hostnames'].map(String) : []
  if (own.length > 0) {
    const at = own.findIndex((host) => host.includes('*'))
    if (at === -1) return { anyHost: { answer: 'no', why: 'it states its hosts', by: [] }, path }
    return { anyHost: { answer: 'yes', why: `host ${own[at] ?? ''} is a wildcard`, by: [] }, path: [...path, at] }
  }
  const answers = parents.map((parent) => inherited(parent, route, gateways))
  const answer =
    answers.find((each) => each.answer === 'yes') ??
    answers.find((each) => each.answer === 'unknown') ??
    (answers[0] as Answer)
  return { anyHost: answer, path }
}

export const isGateway = (resource: Resource): boolean => isGatewayApi(resource) && resource.kind === 'Gateway'

function inherited(parent: Parent, route: Resource, gateways: readonly Resource[]): Answer {
  const { name } = parent
  const gateway = gateways.find((each) => isParent(parent, route, each))
  if (gateway === undefined)
    return { answer: 'unknown', why: `it states no hosts, and Gateway ${name} is not declared here`, by: [] }
  const by = [refTo(gateway)]
  const listeners = listAt(gateway.object, 'spec', 'listeners').filter((listener) =>
    takesIn(listener, gateway, parent, route),
  )
  if (listeners.length === 0) return { answer: 'no', why: `no listener of Gateway ${name} takes it in`, by }
  for (const listener of listeners) {
    const host = typeof listener['hostname'] === 'string' ? listener['hostname'] : ''
    const at = `listener ${String(listener['name'])} of Gateway ${name}`
    if (host === '') return { answer: 'yes', why: `neither it nor ${at} states a host, so it takes every host`, by }
    if (host.includes('*')) return { answer: 'yes', why: `it states no host, so it takes all of ${host} of ${at}`, by }
  }
  return { answer: 'no', why: `Gateway ${name} states its hosts`, by }
}
