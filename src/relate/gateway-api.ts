/**
 * Routes of the Gateway API and the listeners that take them in.
 * https://gateway-api.sigs.k8s.io/reference/spec/ (ParentReference, AllowedRoutes, HTTPRequestRedirectFilter)
 */
import type { JsonObject, KubernetesObject, Resource } from '../model.js'
import { listAt, objectAt } from './world.js'

/** A Gateway that a route names. */
export interface Parent {
  readonly name: string
  /** null: the route's own. */
  readonly namespace: string | null
  /** The name of one listener; null: of all. */
  readonly section: string | null
  readonly port: number | null
}

/** Where a route or a Gateway lies. */
export type Home = Pick<Resource, 'namespace' | 'namespaceStated'>

/** What else a route names, Services above all, is of a mesh. */
export function parentsOf(route: KubernetesObject): readonly Parent[] {
  return listAt(route, 'spec', 'parentRefs').flatMap(({ name, kind, namespace, sectionName, port }) =>
    typeof name !== 'string' || (kind ?? 'Gateway') !== 'Gateway'
      ? []
      : [
          {
            name,
            namespace: typeof namespace === 'string' && namespace !== '' ? namespace : null,
            section: typeof sectionName === 'string' && sectionName !== '' ? sectionName : null,
            port: typeof port === 'number' ? port : null,
          },
        ],
  )
}

export function isParent({ name, namespace }: Parent, route: Home, gateway: Home & Pick<Resource, 'name'>): boolean {
  return name === gateway.name && (namespace ?? route.namespace) === gateway.namespace
}

/**
 * Whether a listener of the Gateway takes in a route that names it. Routes of other namespaces it takes only where it
 * says so; where labels decide, or a namespace is not stated, it may.
 */
export function takesIn(listener: JsonObject, gateway: Home, { section, port }: Parent, route: Home): boolean {
  if ((section !== null && section !== listener['name']) || (port !== null && port !== listener['port'])) return false
  const from = objectAt(listener, 'allowedRoutes', 'namespaces')['from'] ?? 'Same'
  if (from === 'None') return false
  const isElsewhere =
    route.namespaceStated && gateway.namespaceStated && route.namespace !== gateway.namespace && from === 'Same'
  return !isElsewhere
}

/** Whether every rule of a route does nothing but redirect to HTTPS. */
export function redirectsAll(route: KubernetesObject): boolean {
  const rules = listAt(route, 'spec', 'rules')
  return rules.length > 0 && rules.every((rule) => listAt(rule, 'filters').some(redirectsToHttps))
}

function redirectsToHttps(filter: JsonObject): boolean {
  return filter['type'] === 'RequestRedirect' && objectAt(filter, 'requestRedirect')['scheme'] === 'https'
}
