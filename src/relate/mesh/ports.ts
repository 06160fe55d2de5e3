/** The TCP ports of a workload: what its containers declare and what Services send to it. */
import type { KubernetesObject, Path, Pod } from '../../model.js'
import type { Carded } from '../area.js'
import { itemsOf, objectOf, stringOf, stringsOf, type Strings } from './read.js'

export interface Service {
  readonly kind: 'Service'
  /** null: it selects no pods. */
  readonly selector: Strings | null
  readonly ports: readonly { readonly port: number; readonly target: number | string; readonly name: string | null }[]
}

export function readService(object: KubernetesObject): Service {
  const spec = objectOf(object, 'spec')
  const selector = stringsOf(spec['selector'])
  const ports = itemsOf(spec['ports'], []).flatMap(({ item }) => {
    const { port, targetPort: target, protocol } = item
    if (typeof port !== 'number' || (protocol !== undefined && protocol !== 'TCP')) return []
    return [
      {
        port,
        target: typeof target === 'number' || typeof target === 'string' ? target : port,
        name: stringOf(item['name']),
      },
    ]
  })
  return {
    kind: 'Service',
    selector: Object.keys(selector).length === 0 || spec['type'] === 'ExternalName' ? null : selector,
    ports,
  }
}

export interface Port {
  readonly number: number
  readonly name: string | null
  /** The container port, or the pod where only a Service names it. */
  readonly path: Path
}

/** `services` are those that select the pod. UDP and SCTP are no business of a mesh. */
export function portsOf(pod: Pod, services: readonly Carded<Service>[]): readonly Port[] {
  const ports = new Map<number, Port>()
  const declared = containerPorts(pod)
  for (const port of declared) if (!ports.has(port.number)) ports.set(port.number, port)
  for (const { card } of services) {
    for (const { target, name } of card.ports) {
      const number = typeof target === 'number' ? target : declared.find((port) => port.name === target)?.number
      if (number !== undefined && !ports.has(number)) ports.set(number, { number, name, path: pod.metadataPath })
    }
  }
  return [...ports.values()].sort((a, b) => a.number - b.number)
}

/** The TCP ports that a pod's containers declare, not those of its init containers. */
export function containerPorts(pod: Pod): readonly Port[] {
  return pod.containers
    .filter(({ role }) => role === 'app' || role === 'sidecar')
    .flatMap(({ spec, path }) =>
      itemsOf(spec['ports'], [...path, 'ports']).flatMap(({ item, path: at }) => {
        const { containerPort: number, protocol } = item
        if (typeof number !== 'number' || (protocol !== undefined && protocol !== 'TCP')) return []
        return [{ number, name: stringOf(item['name']), path: [...at, 'containerPort'] }]
      }),
    )
}
