/**
 * An oracle for connections: asks of one packet at a time whether Kubernetes lets it pass, straight from the objects
 * and the words of their definitions, and shares no code with what it checks.
 */
export interface Selector {
  readonly matchLabels?: { readonly [key: string]: string }
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

interface Ns {
  readonly name: string
  readonly labels: { readonly [key: string]: string }
}

export interface PodOf {
  readonly name: string
  readonly namespace: string
  readonly labels: { readonly [key: string]: string }
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[]
}

/** A pod, or an address outside of the cluster. */
export type End = PodOf | { readonly ip: string }

export interface Packet {
  readonly from: End
  readonly to: End
  readonly protocol: string
  readonly port: number
}

interface PeerOf {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

interface PortOf {
  readonly protocol?: string
  readonly port?: number | string
  readonly endPort?: number
}

interface NetworkPolicyOf {
  readonly namespace: string
  readonly spec: {
    readonly podSelector?: Selector
    readonly policyTypes?: readonly string[]
    readonly ingress?: readonly { readonly from?: readonly PeerOf[]; readonly ports?: readonly PortOf[] }[]
    readonly egress?: readonly { readonly to?: readonly PeerOf[]; readonly ports?: readonly PortOf[] }[]
  }
}

interface AdminPeerOf {
  readonly namespaces?: Selector
  readonly pods?: { readonly namespaceSelector: Selector; readonly podSelector: Selector }
  readonly networks?: readonly string[]
}

interface AdminPortOf {
  readonly portNumber?: { readonly protocol: string; readonly port: number }
  readonly portRange?: { readonly protocol: string; readonly start: number; readonly end: number }
  readonly namedPort?: string
}

interface AdminRuleOf {
  readonly action: string
  readonly from?: readonly AdminPeerOf[]
  readonly to?: readonly AdminPeerOf[]
  readonly ports?: readonly AdminPortOf[]
}

export interface AdminPolicyOf {
  readonly baseline: boolean
  readonly priority: number
  readonly subject: AdminPeerOf
  readonly ingress: readonly AdminRuleOf[]
  readonly egress: readonly AdminRuleOf[]
}

export interface ClusterOf {
  readonly namespaces: readonly Ns[]
  readonly pods: readonly PodOf[]
  readonly policies: readonly NetworkPolicyOf[]
  readonly admin: readonly AdminPolicyOf[]
}

export function passes(cluster: ClusterOf, packet: Packet): boolean {
  return leaves(cluster, packet, 'egress') && leaves(cluster, packet, 'ingress')
}

function isPod(end: End): end is PodOf {
  return 'namespace' in end
}

function leaves(cluster: ClusterOf, packet: Packet, direction: 'ingress' | 'egress'): boolean {
  const self = direction === 'egress' ? packet.from : packet.to
  const peer = direction === 'egress' ? packet.to : packet.from
  if (!isPod(self)) return true
  const first = adminSays(
    cluster,
    cluster.admin.filter((policy) => !policy.baseline),
    self,
    peer,
    packet,
    direction,
  )
  if (first === 'Allow') return true
  if (first === 'Deny') return false
  const type = direction === 'egress' ? 'Egress' : 'Ingress'
  const selecting = cluster.policies.filter(({ namespace, spec }) => {
    const types =
      spec.policyTypes !== undefined && spec.policyTypes.length > 0
        ? spec.policyTypes
        : ['Ingress', ...((spec.egress ?? []).length > 0 ? ['Egress'] : [])]
    return namespace === self.namespace && types.includes(type) && has(spec.podSelector ?? {}, self.labels)
  })
  if (selecting.length > 0) {
    return selecting.some(({ namespace, spec }) => {
      const rules = direction === 'egress' ? (spec.egress ?? []) : (spec.ingress ?? [])
      return rules.some((rule) => {
        const peers = 'from' in rule ? rule.from : 'to' in rule ? rule.to : undefined
        return peerIn(cluster, peers ?? [], namespace, peer) && portIn(rule.ports ?? [], packet)
      })
    })
  }
  return (
    adminSays(
      cluster,
      cluster.admin.filter((policy) => policy.baseline),
      self,
      peer,
      packet,
      direction,
    ) !== 'Deny'
  )
}

function adminSays(
  cluster: ClusterOf,
  policies: readonly AdminPolicyOf[],
  self: PodOf,
  peer: End,
  packet: Packet,
  direction: 'ingress' | 'egress',
): string | null {
  for (const policy of [...policies].sort((a, b) => a.priority - b.priority)) {
    if (!adminPeer(cluster, policy.subject, self)) continue
    for (const rule of policy[direction]) {
      if (!(rule.from ?? rule.to ?? []).some((one) => adminPeer(cluster, one, peer))) continue
      if (rule.ports === undefined || rule.ports.some((port) => adminPort(port, packet))) return rule.action
    }
  }
  return null
}

function adminPeer(cluster: ClusterOf, { namespaces, pods, networks }: AdminPeerOf, end: End): boolean {
  if (!isPod(end)) return networks !== undefined && networks.some((cidr) => inBlock(cidr, end.ip))
  // A pod's address is not known, but that it is one (adminnetworkpolicy_types.go: «pod-to-pod traffic as well»).
  if (networks !== undefined) return networks.includes('0.0.0.0/0')
  const labels = cluster.namespaces.find(({ name }) => name === end.namespace)?.labels ?? {}
  if (namespaces !== undefined) return has(namespaces, labels)
  return pods !== undefined && has(pods.namespaceSelector, labels) && has(pods.podSelector, end.labels)
}

function adminPort({ portNumber, portRange, namedPort }: AdminPortOf, { protocol, port, to }: Packet): boolean {
  if (portNumber !== undefined) return portNumber.protocol === protocol && portNumber.port === port
  if (portRange !== undefined)
    return portRange.protocol === protocol && portRange.start <= port && port <= portRange.end
  return (
    isPod(to) &&
    to.ports.some((own) => own.name === namedPort && own.containerPort === port && own.protocol === protocol)
  )
}

function peerIn(cluster: ClusterOf, peers: readonly PeerOf[], namespace: string, end: End): boolean {
  if (peers.length === 0) return true
  return peers.some(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock !== undefined)
      return (
        !isPod(end) && inBlock(ipBlock.cidr, end.ip) && !(ipBlock.except ?? []).some((cidr) => inBlock(cidr, end.ip))
      )
    if (!isPod(end)) return false
    const labels = cluster.namespaces.find(({ name }) => name === end.namespace)?.labels ?? {}
    const there = namespaceSelector === undefined ? end.namespace === namespace : has(namespaceSelector, labels)
    return there && (podSelector === undefined || has(podSelector, end.labels))
  })
}

function portIn(ports: readonly PortOf[], { protocol, port, to }: Packet): boolean {
  if (ports.length === 0) return true
  return ports.some((one) => {
    if ((one.protocol ?? 'TCP') !== protocol) return false
    if (one.port === undefined) return true
    if (typeof one.port === 'number') return one.port <= port && port <= (one.endPort ?? one.port)
    return (
      isPod(to) &&
      to.ports.some((own) => own.name === one.port && own.containerPort === port && own.protocol === protocol)
    )
  })
}

function has(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: { readonly [key: string]: string },
): boolean {
  for (const [key, value] of Object.entries(matchLabels)) if (labels[key] !== value) return false
  for (const { key, operator, values = [] } of matchExpressions) {
    const value = labels[key]
    if (operator === 'In' && (value === undefined || !values.includes(value))) return false
    if (operator === 'NotIn' && value !== undefined && values.includes(value)) return false
    if (operator === 'Exists' && value === undefined) return false
    if (operator === 'DoesNotExist' && value !== undefined) return false
  }
  return true
}

function inBlock(cidr: string, ip: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/')
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(bits))
  return Math.floor(number(base) / size) === Math.floor(number(ip) / size)
}
