/**
 * Which inbound ports the proxy stands in front of: a port it does not capture takes plain text, whatever the mode.
 * Istio: the traffic annotations (https://istio.io/latest/docs/reference/config/annotations/); Linkerd:
 * https://linkerd.io/2/reference/proxy-configuration/.
 */
import type { Pod } from '../../model.js'
import type { NamespaceCard } from '../world.js'
import type { Membership } from './injection.js'
import type { Strings } from './read.js'

/** Why the proxy does not stand in front of a port; null where it does. */
export function bypassOf(port: number, pod: Pod, namespace: NamespaceCard, membership: Membership): string | null {
  const { annotations } = pod.metadata
  if (membership.mesh === 'linkerd') {
    const key = 'config.linkerd.io/skip-inbound-ports'
    const skipped = annotations[key] ?? namespace.annotations[key]
    return skipped !== undefined && inRanges(port, skipped) ? `${key} takes it past the proxy` : null
  }
  if (membership.mesh !== 'istio') return null
  if (membership.ambient) {
    const key = 'ambient.istio.io/bypass-inbound-capture'
    return annotations[key] === 'true' ? `${key} takes it past ztunnel` : null
  }
  if (annotations['sidecar.istio.io/interceptionMode'] === 'NONE') return 'sidecar.istio.io/interceptionMode is NONE'
  return excludedBy(port, annotations)
}

function excludedBy(port: number, annotations: Strings): string | null {
  const included = annotations['traffic.sidecar.istio.io/includeInboundPorts']
  if (included !== undefined && included !== '*' && !portsOf(included).includes(port))
    return 'traffic.sidecar.istio.io/includeInboundPorts leaves it out'
  const excluded = annotations['traffic.sidecar.istio.io/excludeInboundPorts']
  if (excluded !== undefined && portsOf(excluded).includes(port))
    return 'traffic.sidecar.istio.io/excludeInboundPorts names it'
  return null
}

function portsOf(list: string): readonly number[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number)
}

/** Linkerd writes ranges as `4000-4010`. */
function inRanges(port: number, list: string): boolean {
  return list.split(',').some((part) => {
    const [from, to] = part.trim().split('-').map(Number)
    return from !== undefined && port >= from && port <= (to ?? from)
  })
}
