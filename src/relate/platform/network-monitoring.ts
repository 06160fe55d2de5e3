/** Flow logs: Calico's, Cilium's Hubble, and operators for them. */
import type { Path, Resource, Truth } from '../../model.js'
import { switchOf } from './shippers/config.js'
import { objectOf, textOf } from './text.js'

/** One place where flow logs are switched on or off. */
export interface Switch {
  readonly name: string
  readonly on: Truth
  readonly why: string
  readonly path: Path
}

export function flowLogsOf({ group, kind, name, object }: Resource): readonly Switch[] {
  const spec = objectOf(object['spec'])
  switch (`${group}/${kind}`) {
    case 'networking.gke.io/NetworkLogging':
      return [gke(name, objectOf(spec['cluster']))]
    case 'projectcalico.org/FelixConfiguration':
    case 'crd.projectcalico.org/FelixConfiguration':
      return felix(name, spec)
    case 'operator.tigera.io/Goldmane':
    case 'operator.tigera.io/LogCollector':
    case 'flows.netobserv.io/FlowCollector':
      return [{ name: `${kind} ${name}`, on: 'yes', why: `${kind} collects flow logs`, path: ['spec'] }]
    case '/ConfigMap':
      return name === 'cilium-config' ? [hubble(objectOf(object['data']))] : []
    default:
      return []
  }
}

/**
 * https://docs.tigera.io/calico/latest/reference/resources/felixconfig: flowLogsGoldmaneServer, of Calico Open Source since
 * 3.30; https://docs.tigera.io/calico-enterprise/latest/reference/resources/felixconfig: flowLogsFileEnabled.
 */
function felix(name: string, spec: { readonly [key: string]: unknown }): readonly Switch[] {
  const label = `FelixConfiguration ${name}`
  // Per-node configurations only override, for their node: they switch nothing on for the cluster.
  if (name !== 'default') return spec['flowLogsFileEnabled'] === false ? [nodeOff(label)] : []
  if (textOf(spec['flowLogsGoldmaneServer']) !== '')
    return [{ name: label, on: 'yes', why: 'it sends flow logs to Goldmane', path: ['spec', 'flowLogsGoldmaneServer'] }]
  const file = spec['flowLogsFileEnabled']
  if (file === undefined) {
    const path = ['spec', 'flowLogsGoldmaneServer']
    return [{ name: label, on: 'no', why: 'it does not switch flow logs on', path }]
  }
  const on = switchOf(file, 'no')
  const why = on === 'no' ? 'it switches flow logs off' : 'it writes flow logs'
  return [{ name: label, on, why, path: ['spec', 'flowLogsFileEnabled'] }]
}

const nodeOff = (name: string): Switch => ({
  name,
  on: 'no',
  why: 'it switches flow logs off',
  path: ['spec', 'flowLogsFileEnabled'],
})

/** https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy-logging: the one object `default` counts. */
function gke(name: string, cluster: { readonly [key: string]: unknown }): Switch {
  const on = name === 'default' && ['allow', 'deny'].some((action) => objectOf(cluster[action])['log'] === true)
  const why = on ? 'it logs the connections of network policies' : 'it logs neither what is allowed nor what is denied'
  return { name: `NetworkLogging ${name}`, on: on ? 'yes' : 'no', why, path: ['spec', 'cluster'] }
}

/** https://docs.cilium.io/en/stable/observability/hubble/configuration/: the agent reads cilium-config key by key. */
function hubble(data: { readonly [key: string]: unknown }): Switch {
  const on = switchOf(data['enable-hubble'], 'no')
  const why =
    on !== 'no'
      ? 'Hubble is on'
      : data['enable-hubble'] === undefined
        ? 'it does not switch Hubble on'
        : 'it switches Hubble off'
  return { name: 'ConfigMap cilium-config', on, why, path: ['data', 'enable-hubble'] }
}
