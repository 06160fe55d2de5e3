/** Services, and what leads to them from outside: Ingress, OpenShift's Route, the routes of the Gateway API. */
import type { JsonObject, Path, Resource } from '../../model.js'
import { type Home, type Parent, parentsOf, redirectsAll } from '../gateway-api.js'
import { isObject, listAt, objectAt } from '../world.js'
import type { ContainerPort } from './endpoint.js'
import { all, type Expression, inNamespace, test } from './expression.js'
import { joinPorts, NO_PORTS, type PortSet, portRange } from './ports.js'

export interface ServiceCard {
  readonly namespace: string
  readonly name: string
  /** The pods it selects; null for a Service without selector, whose endpoints somebody else writes. */
  readonly pods: Expression | null
  readonly ports: readonly ServicePort[]
}

interface ServicePort {
  readonly name: string | null
  readonly port: number
  /** Number or name of a container port. */
  readonly target: number | string
}

export function readService(resource: Resource): ServiceCard {
  const spec = objectAt(resource.object, 'spec')
  const selector = spec['selector']
  const labels = isObject(selector) ? Object.entries(selector) : []
  return {
    namespace: resource.namespace,
    name: resource.name,
    pods:
      labels.length === 0 || spec['type'] === 'ExternalName'
        ? null
        : all(inNamespace(resource.namespace), ...labels.map(([key, value]) => test(key, 'in', [String(value)]))),
    ports: listAt(spec, 'ports').map((port) => ({
      name: typeof port['name'] === 'string' ? port['name'] : null,
      port: Number(port['port']),
      target:
        typeof port['targetPort'] === 'string' || Number(port['targetPort']) > 0
          ? (port['targetPort'] as number | string)
          : Number(port['port']),
    })),
  }
}

/** Where an entrance leads. */
export interface Backend {
  readonly namespace: string
  readonly service: string
  /** Number or name of a port of the Service; null: every port of it. */
  readonly port: number | string | null
  readonly path: Path
}

/** What an Ingress, Route, HTTPRoute, … leads to; null for any other resource. */
export function readBackends(resource: Resource): readonly Backend[] | null {
  const { group, kind, object } = resource
  if ((group === 'networking.k8s.io' || group === 'extensions') && kind === 'Ingress')
    return ingressBackends(object, resource.namespace)
  if (group === 'route.openshift.io' && kind === 'Route') return routeBackends(object, resource.namespace)
  if (group === 'gateway.networking.k8s.io' && kind.endsWith('Route'))
    return gatewayBackends(object, resource.namespace)
  return null
}

function ingressBackends(object: Resource['object'], namespace: string): readonly Backend[] {
  const spec = objectAt(object, 'spec')
  const one = (backend: JsonObject, path: Path): readonly Backend[] => {
    const service = objectAt(backend, 'service')
    const name = service['name'] ?? backend['serviceName']
    const port = objectAt(service, 'port')
    const number = port['name'] ?? port['number'] ?? backend['servicePort'] ?? null
    return typeof name === 'string' ? [{ namespace, service: name, port: number as number | string | null, path }] : []
  }
  return [
    ...one(objectAt(spec, 'defaultBackend'), ['spec', 'defaultBackend']),
    ...one(objectAt(spec, 'backend'), ['spec', 'backend']),
    ...listAt(spec, 'rules').flatMap((rule, i) =>
      listAt(rule, 'http', 'paths').flatMap((path, j) =>
        one(objectAt(path, 'backend'), ['spec', 'rules', i, 'http', 'paths', j, 'backend']),
      ),
    ),
  ]
}

function routeBackends(object: Resource['object'], namespace: string): readonly Backend[] {
  const spec = objectAt(object, 'spec')
  const target = objectAt(spec, 'port')['targetPort']
  const port = typeof target === 'number' || typeof target === 'string' ? target : null
  const one = (to: JsonObject, path: Path): readonly Backend[] =>
    typeof to['name'] === 'string' && (to['kind'] ?? 'Service') === 'Service'
      ? [{ namespace, service: to['name'], port, path }]
      : []
  return [
    ...one(objectAt(spec, 'to'), ['spec', 'to']),
    ...listAt(spec, 'alternateBackends').flatMap((backend, i) => one(backend, ['spec', 'alternateBackends', i])),
  ]
}

function gatewayBackends(object: Resource['object'], own: string): readonly Backend[] {
  return listAt(object, 'spec', 'rules').flatMap((rule, i) =>
    listAt(rule, 'backendRefs').flatMap((ref, j) => {
      if (typeof ref['name'] !== 'string' || (ref['kind'] ?? 'Service') !== 'Service') return []
      const namespace = typeof ref['namespace'] === 'string' ? ref['namespace'] : own
      const port = typeof ref['port'] === 'number' ? ref['port'] : null
      return [{ namespace, service: ref['name'], port, path: ['spec', 'rules', i, 'backendRefs', j] }]
    }),
  )
}

/** A route of the Gateway API, as far as it bears on the listeners it is attached to. */
export interface GatewayRoute {
  readonly home: Home
  readonly parents: readonly Parent[]
  /** Whether every rule of it redirects to HTTPS. */
  readonly redirects: boolean
}

export function readGatewayRoute({ group, kind, object, namespace, namespaceStated }: Resource): GatewayRoute | null {
  if (group !== 'gateway.networking.k8s.io' || !kind.endsWith('Route')) return null
  return { home: { namespace, namespaceStated }, parents: parentsOf(object), redirects: redirectsAll(object) }
}

/**
 * The TCP ports of a pod that a backend leads to: those that the pod says it serves. `ports` is null where nothing says
 * what it serves.
 */
export function backendPorts({ port }: Backend, service: ServiceCard, ports: readonly ContainerPort[] | null): PortSet {
  const wanted =
    port === null
      ? service.ports
      : service.ports
          .filter((own) => (own.name !== null && own.name === port) || own.port === port || own.target === port)
          .slice(0, 1)
  const served = ports?.filter(({ protocol }) => protocol === 'TCP')
  return wanted
    .flatMap(({ target }) => {
      if (typeof target === 'string') return served?.filter(({ name }) => name === target) ?? []
      return served?.filter(({ number }) => number === target) ?? [{ number: target }]
    })
    .map(({ number }) => portRange('TCP', number, number))
    .reduce(joinPorts, NO_PORTS)
}
