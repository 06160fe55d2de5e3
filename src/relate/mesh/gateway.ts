/**
 * Plain-text listeners of the Gateway API, and whether everything they serve is sent on to HTTPS.
 * https://gateway-api.sigs.k8s.io/reference/spec/
 */
import type { Answer, KubernetesObject, Resource } from '../../model.js'
import { refTo } from '../world.js'
import { answer, itemsOf, listed, nameOf, objectOf, stringOf } from './read.js'
import type { MeshWorld } from './world.js'

export interface HttpRoute {
  readonly kind: 'HTTPRoute'
  readonly parents: readonly {
    readonly name: string
    readonly namespace: string | null
    readonly section: string | null
    readonly port: number | null
  }[]
  /** Whether each of its rules redirects to https. */
  readonly redirects: boolean
}

export function readHttpRoute(object: KubernetesObject): HttpRoute {
  const spec = objectOf(object, 'spec')
  const rules = itemsOf(spec['rules'], [])
  const redirects = (rule: { readonly [key: string]: unknown }): boolean =>
    itemsOf(rule['filters'], []).some(
      ({ item }) => item['type'] === 'RequestRedirect' && objectOf(item, 'requestRedirect')['scheme'] === 'https',
    )
  return {
    kind: 'HTTPRoute',
    parents: itemsOf(spec['parentRefs'], []).flatMap(({ item }) => {
      const name = stringOf(item['name'])
      const { port } = item
      if (name === null || (item['kind'] !== undefined && item['kind'] !== 'Gateway')) return []
      return [
        {
          name,
          namespace: stringOf(item['namespace']),
          section: stringOf(item['sectionName']),
          port: typeof port === 'number' ? port : null,
        },
      ]
    }),
    redirects: rules.length > 0 && rules.every(({ item }) => redirects(item)),
  }
}

/** In the order of `spec.listeners`. */
export interface ListenerFacts {
  readonly redirects: Answer
}

export function listenerFacts(gateway: Resource, mesh: MeshWorld): readonly ListenerFacts[] {
  const listeners = itemsOf(objectOf(gateway.object, 'spec')['listeners'], [])
  return listeners.map(({ item }) => {
    const attached = mesh
      .all('HTTPRoute')
      .filter(({ resource, card }) =>
        card.parents.some(
          ({ name, namespace, section, port }) =>
            name === gateway.name &&
            (namespace ?? resource.namespace) === gateway.namespace &&
            (section === null || section === item['name']) &&
            (port === null || port === item['port']),
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
