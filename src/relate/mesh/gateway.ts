/**
 * Plain-text listeners of the Gateway API, and whether everything they serve is sent on to HTTPS.
 * https://gateway-api.sigs.k8s.io/reference/spec/
 */
import type { Answer, KubernetesObject, Resource } from '../../model.js'
import { isParent, type Parent, parentsOf, redirectsAll, takesIn } from '../gateway-api.js'
import { listAt, refTo } from '../world.js'
import { answer, listed, nameOf } from './read.js'
import type { MeshWorld } from './world.js'

export interface HttpRoute {
  readonly kind: 'HTTPRoute'
  readonly parents: readonly Parent[]
  /** Whether each of its rules redirects to https. */
  readonly redirects: boolean
}

export function readHttpRoute(object: KubernetesObject): HttpRoute {
  return { kind: 'HTTPRoute', parents: parentsOf(object), redirects: redirectsAll(object) }
}

/** In the order of `spec.listeners`. */
export interface ListenerFacts {
  readonly redirects: Answer
}

export function listenerFacts(gateway: Resource, mesh: MeshWorld): readonly ListenerFacts[] {
  return listAt(gateway.object, 'spec', 'listeners').map((listener) => {
    const attached = mesh
      .all('HTTPRoute')
      .filter(({ resource, card }) =>
        card.parents.some(
          (parent) => isParent(parent, resource, gateway) && takesIn(listener, gateway, parent, resource),
        ),
      )
    const serving = attached.filter(({ resource, card }) => !card.redirects || resource.force.answer !== 'yes')
    const by = serving.map(({ resource }) => refTo(resource))
    if (attached.length === 0) return { redirects: answer('unknown', 'no HTTPRoute of it is declared here') }
    if (serving.length === 0) return { redirects: answer('yes', 'every HTTPRoute redirects to https') }
    const names = new Set(serving.map(({ resource }) => nameOf(resource)))
    const why = `${listed([...names])} ${names.size === 1 ? 'does' : 'do'} not redirect to https`
    return { redirects: answer('no', why, by) }
  })
}
