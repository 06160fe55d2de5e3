/** The connections between workloads that may be, held against those that are meant. */
import type { Pod } from '../../model.js'
import type { Flow } from '../world.js'
import { betweenEnds, endsOf } from './connections.js'
import type { Network } from './network.js'
import {
  formatPorts,
  joinPorts,
  NO_PORTS,
  noPorts,
  parsePorts,
  type PortSet,
  ALL_PORTS,
  withoutPorts,
} from './ports.js'

/** Connections to some pods that may be, but that no flow declares. */
export interface Undeclared {
  /** Workloads, as in `shop/cart[Deployment], shop/web[Deployment] and 12 more`. */
  readonly from: string
  readonly ports: string
}

const NAMED = 3

/** By pod, for the pods that anybody reaches undeclared. */
export function undeclaredConnections(
  network: Network,
  flows: readonly Flow[],
): ReadonlyMap<Pod, readonly Undeclared[]> {
  const result = new Map<Pod, readonly Undeclared[]>()
  const declared = declaredBy(flows)
  const ends = endsOf(network)
  for (const to of ends) {
    const byPorts = new Map<string, string[]>()
    for (const from of ends) {
      if (from === to && from.names.length < 2) continue
      const allowed = betweenEnds(network, from, to)
      if (noPorts(allowed)) continue
      for (const source of from.names) {
        for (const target of to.names) {
          const left = source === target ? NO_PORTS : withoutPorts(allowed, declared(source, target))
          if (noPorts(left)) continue
          const ports = formatPorts(left)
          byPorts.set(ports, [...(byPorts.get(ports) ?? []), source])
        }
      }
    }
    if (byPorts.size === 0) continue
    const list = [...byPorts].map(([ports, sources]) => ({ from: listed([...new Set(sources)].sort()), ports }))
    for (const { pod } of to.podClass.workloads) result.set(pod, list)
  }
  return result
}

function listed(names: readonly string[]): string {
  return names.length <= NAMED + 1
    ? names.join(', ')
    : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`
}

/** What the flows declare from one workload to another: `namespace/name`, in which `*` stands for any characters. */
function declaredBy(flows: readonly Flow[]): (from: string, to: string) => PortSet {
  const read = flows.map((flow) => ({
    from: pattern(flow.from),
    to: pattern(flow.to),
    // Ports that cannot be read declare nothing; the configuration says so where it is read.
    ports:
      flow.ports.length === 0
        ? ALL_PORTS
        : flow.ports.map((text) => parsePorts(text) ?? NO_PORTS).reduce(joinPorts, NO_PORTS),
  }))
  return (from, to) =>
    read
      .filter((flow) => flow.from.test(from) && flow.to.test(to))
      .reduce<PortSet>((ports, flow) => joinPorts(ports, flow.ports), NO_PORTS)
}

/** With or without the kind: `shop/cart` and `shop/cart[Deployment]`. */
function pattern(text: string): RegExp {
  const literal = text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${literal}${text.endsWith(']') ? '' : '\\[[^\\]]*\\]'}$`)
}
