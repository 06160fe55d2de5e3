import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { KubernetesObject } from '../../../src/model.js'
import { type Connection, connectionsOf } from '../../../src/relate/network/connections.js'
import { parsePorts } from '../../../src/relate/network/ports.js'
import { worldOf } from '../../../src/relate/world.js'
import { deployment, must, namespace, resourceOf, worldOfText } from './cluster.js'
import { type AdminPolicyOf, type ClusterOf, type End, passes, type PodOf, type Selector } from './oracle.js'

const listed = (text: string): readonly string[] =>
  connectionsOf(worldOfText(text)).connections.map(({ from, to, ports }) => `${from} => ${to} : ${ports}`)

/* ------------------------------------------------------- against the oracle */

const key = fc.constantFrom('app', 'tier')
const value = fc.constantFrom('a', 'b', 'c')
const labels = fc.dictionary(key, value, { maxKeys: 2 })
const selector: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant({}),
  labels.map((matchLabels) => ({ matchLabels })),
  fc.record({
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key,
          operator: fc.constantFrom('In', 'NotIn'),
          values: fc.array(value, { minLength: 1, maxLength: 2 }),
        }),
        fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist'), values: fc.constant([]) }),
      ),
      { maxLength: 2 },
    ),
  }),
)
const NAMESPACES = ['n0', 'n1']
const PORTS = [53, 80, 81, 8080]
const BLOCKS = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '192.0.2.0/24', '10.1.2.3/32']
const ADDRESSES = ['10.1.2.3', '10.1.2.4', '10.200.0.1', '192.0.2.9', '8.8.8.8']
const protocol = fc.constantFrom('TCP', 'UDP', 'SCTP')
const port = fc.constantFrom(...PORTS)
const name = fc.constantFrom('http', 'dns')

const peer = fc.oneof(
  fc.record({ podSelector: selector, namespaceSelector: selector }, { requiredKeys: ['podSelector'] }),
  selector.map((namespaceSelector) => ({ namespaceSelector })),
  fc
    .record({ cidr: fc.constantFrom(...BLOCKS), except: fc.subarray(BLOCKS.slice(1), { maxLength: 1 }) })
    .map((ipBlock) => ({ ipBlock })),
)
const ports = fc.oneof(
  fc.record({ protocol, port: fc.oneof(port, name) }, { requiredKeys: [] }),
  fc.record({ protocol, port: fc.constant(79), endPort: fc.constantFrom(80, 90) }),
)
const ruleParts = { ports: fc.array(ports, { maxLength: 2 }) }
const networkPolicy = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  spec: fc.record(
    {
      podSelector: selector,
      policyTypes: fc.subarray(['Ingress', 'Egress']),
      ingress: fc.array(fc.record({ from: fc.array(peer, { maxLength: 2 }), ...ruleParts }, { requiredKeys: [] }), {
        maxLength: 2,
      }),
      egress: fc.array(fc.record({ to: fc.array(peer, { maxLength: 2 }), ...ruleParts }, { requiredKeys: [] }), {
        maxLength: 2,
      }),
    },
    { requiredKeys: ['podSelector'] },
  ),
})
const pods = fc.oneof(
  selector.map((namespaces) => ({ namespaces })),
  fc.record({ namespaceSelector: selector, podSelector: selector }).map((both) => ({ pods: both })),
)
const networks = fc.subarray(BLOCKS, { minLength: 1, maxLength: 2 }).map((blocks) => ({ networks: blocks }))
const adminPorts = fc.array(
  fc.oneof(
    fc.record({ protocol, port }).map((portNumber) => ({ portNumber })),
    protocol.map((own) => ({ portRange: { protocol: own, start: 80, end: 90 } })),
    name.map((namedPort) => ({ namedPort })),
  ),
  { minLength: 1, maxLength: 2 },
)
const adminRules = (way: 'from' | 'to', actions: readonly string[]): fc.Arbitrary<AdminPolicyOf['ingress']> =>
  fc.array(
    fc.record(
      {
        action: fc.constantFrom(...actions),
        [way]: fc.array(way === 'to' ? fc.oneof(pods, networks) : pods, { minLength: 1, maxLength: 2 }),
        ports: adminPorts,
      },
      { requiredKeys: ['action', way] as never },
    ),
    { maxLength: 3 },
  ) as fc.Arbitrary<AdminPolicyOf['ingress']>
const adminPolicy = fc.boolean().chain((baseline): fc.Arbitrary<AdminPolicyOf> => {
  const actions = baseline ? ['Allow', 'Deny'] : ['Allow', 'Deny', 'Pass']
  return fc.record({
    baseline: fc.constant(baseline),
    priority: fc.nat(100),
    subject: pods,
    ingress: adminRules('from', actions),
    egress: adminRules('to', actions),
  })
})

const cluster: fc.Arbitrary<ClusterOf> = fc.record({
  namespaces: fc.tuple(labels, labels).map((all) =>
    all.map((own, i) => ({
      name: must(NAMESPACES[i]),
      labels: { ...own, 'kubernetes.io/metadata.name': must(NAMESPACES[i]) },
    })),
  ),
  pods: fc
    .array(fc.record({ namespace: fc.constantFrom(...NAMESPACES), labels, http: port }), { minLength: 1, maxLength: 4 })
    .map((all) =>
      all.map(({ http, ...pod }, i): PodOf => ({
        ...pod,
        name: `p${i}`,
        ports: [
          { name: 'http', containerPort: http, protocol: 'TCP' },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
        ],
      })),
    ),
  policies: fc.array(networkPolicy, { maxLength: 3 }),
  // One baseline at most, and no two of one priority, whose order nobody defines.
  admin: fc
    .array(adminPolicy, { maxLength: 3 })
    .map((all) =>
      all.filter(
        (one, i) =>
          all.findIndex((other) =>
            one.baseline ? other.baseline : !other.baseline && other.priority === one.priority,
          ) === i,
      ),
    ),
})

function manifests({ namespaces, pods, policies, admin }: ClusterOf): readonly KubernetesObject[] {
  return [
    ...namespaces.map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ...pods.map(({ name, namespace, labels, ports }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: { containers: [{ name: 'app', image: 'x', ports }] },
    })),
    ...policies.map(({ namespace, spec }, i) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `np${i}`, namespace },
      spec,
    })),
    ...admin.map(({ baseline, priority, ...spec }, i) => ({
      apiVersion: 'policy.networking.k8s.io/v1alpha1',
      kind: baseline ? 'BaselineAdminNetworkPolicy' : 'AdminNetworkPolicy',
      metadata: { name: `anp${i}` },
      spec: baseline ? spec : { ...spec, priority },
    })),
  ] as readonly KubernetesObject[]
}

const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

function isEnd(text: string, end: End): boolean {
  if ('namespace' in end) return text === `${end.namespace}/${end.name}[Pod]`
  const range = /^([\d.]+)-([\d.]+)\[External\]$/.exec(text) ?? []
  return number(range[1] ?? '') <= number(end.ip) && number(end.ip) <= number(range[2] ?? '')
}

function lets(
  connections: readonly Connection[],
  from: End,
  to: End,
  protocol: 'TCP' | 'UDP' | 'SCTP',
  port: number,
): boolean {
  return connections.some(
    (one) =>
      isEnd(one.from, from) &&
      isEnd(one.to, to) &&
      must(parsePorts(one.ports))[protocol].some(([first, last]) => first <= port && port < last),
  )
}

test('every packet passes that Kubernetes lets pass, and no other', () => {
  fc.assert(
    fc.property(cluster, (one) => {
      const { connections } = connectionsOf(worldOf(manifests(one).map((object, id) => resourceOf(object, id))))
      const outside = ADDRESSES.map((ip) => ({ ip }))
      const pairs: readonly (readonly [End, End])[] = one.pods.flatMap((pod) => [
        ...one.pods.filter((other) => other !== pod).map((other): [End, End] => [pod, other]),
        ...outside.flatMap((ip): [End, End][] => [
          [pod, ip],
          [ip, pod],
        ]),
      ])
      for (const [from, to] of pairs) {
        for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
          for (const port of [...PORTS, 85, 4242]) {
            const packet = { from, to, protocol, port }
            if (lets(connections, from, to, protocol, port) !== passes(one, packet)) {
              throw new Error(`${passes(one, packet) ? 'not listed' : 'listed'}: ${JSON.stringify(packet)}`)
            }
          }
        }
      }
    }),
    { numRuns: 150 },
  )
})

/* ------------------------------------------------------------- conventions */

const DENY = (where: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: ${where}}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`

describe('the list', () => {
  test('has every pair where nothing holds anybody, and no workload with itself', () => {
    expect(listed(namespace('shop') + deployment('cart', 'shop') + deployment('web', 'shop'))).toEqual([
      '0.0.0.0-255.255.255.255[External] => shop/cart[Deployment] : All Connections',
      '0.0.0.0-255.255.255.255[External] => shop/web[Deployment] : All Connections',
      'shop/cart[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'shop/cart[Deployment] => shop/web[Deployment] : All Connections',
      'shop/web[Deployment] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'shop/web[Deployment] => shop/cart[Deployment] : All Connections',
    ])
  })

  test('is empty where everything is denied', () => {
    expect(listed(namespace('shop') + deployment('cart', 'shop') + deployment('web', 'shop') + DENY('shop'))).toEqual(
      [],
    )
  })

  test('goes by the controller of a pod, and puts what states no namespace into default', () => {
    const pod = (name: string): string => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: web}, ownerReferences: [{kind: ReplicaSet, name: web-77d5, controller: true}]}
spec: {containers: [{name: app, image: x}]}
`
    expect(listed(pod('web-77d5-a') + pod('web-77d5-b') + DENY('default'))).toEqual([])
    expect(listed(pod('web-77d5-a') + pod('web-77d5-b')).at(-1)).toBe(
      'default/web-77d5[ReplicaSet] => 0.0.0.0-255.255.255.255[External] : All Connections',
    )
  })

  test('keeps the pods of a chart apart from what states default', () => {
    const objects = worldOfText(deployment('web', 'default')).resources.map(({ object }) => object)
    const chart = { ...must(objects[0]), metadata: { name: 'cart' } }
    const deny = must(worldOfText(DENY('default')).resources[0]).object
    const world = worldOf([resourceOf(chart, 0, { kind: 'chart' }), resourceOf(deny, 1)])
    expect(connectionsOf(world).connections.map(({ to, ports }) => `${to} ${ports}`)).toEqual([
      'default/cart[Deployment] All Connections',
      '0.0.0.0-255.255.255.255[External] All Connections',
    ])
  })

  test('shows DNS names that rules allow, and says what it leaves out', () => {
    const result = connectionsOf(
      worldOfText(`${namespace('shop')}${deployment('cart', 'shop')}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{}]
  egress:
    - toFQDNs: [{matchName: api.example.com}]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
    - toCIDR: ["2001:db8::/32"]
    - toEntities: [kube-apiserver]
`),
    )
    expect(result.connections).toEqual([
      { from: 'shop/cart[Deployment]', to: 'api.example.com[External]', ports: 'TCP 443' },
    ])
    expect(result.notes).toEqual(['IPv6 addresses outside of the cluster are not listed', 'nodes are not listed'])
  })

  test('does not let policies hold what they do not reach', () => {
    const result = connectionsOf(
      worldOfText(
        namespace('shop') + deployment('agent', 'shop', { app: 'agent' }, 'hostNetwork: true') + DENY('shop'),
      ),
    )
    expect(result.connections.map(({ ports }) => ports)).toEqual(['All Connections', 'All Connections'])
    expect(result.notes).toEqual(['on the host network, out of reach of policies: shop/agent[Deployment]'])
  })

  test('counts what protects only where it is in force for certain', () => {
    const [ns, cart, deny] = worldOfText(namespace('shop') + deployment('cart', 'shop') + DENY('shop')).resources.map(
      ({ object }) => object,
    )
    const hook = resourceOf(must(deny), 2, { force: { answer: 'unknown', why: 'it is a Helm hook' } })
    const result = connectionsOf(worldOf([resourceOf(must(ns), 0), resourceOf(must(cart), 1), hook]))
    expect(result.connections).toHaveLength(2)
    expect(result.notes).toEqual([
      'NetworkPolicy default-deny may not hold, and refuses nothing here: it is a Helm hook',
    ])
  })

  test('an Ingress leads to a port of a virtual machine, of which nothing says what it serves', () => {
    const text = `---
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: db, namespace: shop}
spec: {template: {metadata: {labels: {app: db}}, spec: {domain: {}}}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 80, targetPort: 8000}, {name: named, port: 81, targetPort: named}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: db, namespace: shop}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: db, port: {number: 80}}}}]}}]}
`
    const { connections } = connectionsOf(worldOfText(text))
    expect(connections.filter(({ from }) => from === '{ingress-controller}').map(({ ports }) => ports)).toEqual([
      'TCP 8000',
    ])
  })

  test("policies hold a virtual machine by the machine's labels (netpol-analyzer, virtual_machines_example)", () => {
    const machine = (name: string): string =>
      `---\napiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata: {name: ${name}, namespace: shop}\n` +
      `spec: {template: {metadata: {labels: {app: ${name}}}, spec: {domain: {}}}}\n`
    const policy =
      '---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n' +
      'spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}\n'
    const { connections } = connectionsOf(worldOfText(namespace('shop') + machine('db') + machine('web') + policy))
    expect(connections.filter(({ to }) => to.includes('db'))).toEqual([
      { from: 'shop/web[VirtualMachine]', to: 'shop/db[VirtualMachine]', ports: 'All Connections' },
    ])
  })

  describe('networks of users keep namespaces apart (netpol-analyzer, udn_test_3, cudn_test_5)', () => {
    const optedIn = (name: string): string => namespace(name, { 'k8s.ovn.org/primary-user-defined-network': '' })
    const own = (name: string, role: string): string =>
      `---\napiVersion: k8s.ovn.org/v1\nkind: UserDefinedNetwork\nmetadata: {name: own, namespace: ${name}}\n` +
      `spec: {topology: Layer2, layer2: {role: ${role}}}\n`
    const shared = (names: string): string =>
      '---\napiVersion: k8s.ovn.org/v1\nkind: ClusterUserDefinedNetwork\nmetadata: {name: shared}\nspec:\n' +
      `  namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [${names}]}]}\n` +
      '  network: {topology: Layer3, layer3: {role: Primary}}\n'
    const PODS = ['a', 'b', 'c'].map((name) => deployment(name, name)).join('')
    const pairs = (text: string): readonly string[] =>
      connectionsOf(worldOfText(text + PODS))
        .connections.filter(({ from, to }) => !`${from}${to}`.includes('External'))
        .map(({ from, to }) => `${from.charAt(0)}${to.charAt(0)}`)
    const ALL = ['ab', 'ac', 'ba', 'bc', 'ca', 'cb']

    test.each<[string, string, readonly string[]]>([
      ['one of its own', optedIn('a') + own('a', 'Primary') + namespace('b') + namespace('c'), ['bc', 'cb']],
      ['one beside the cluster’s', optedIn('a') + own('a', 'Secondary') + namespace('b') + namespace('c'), ALL],
      ['a namespace that did not ask', namespace('a') + own('a', 'Primary') + namespace('b') + namespace('c'), ALL],
      ['a namespace declared elsewhere', own('a', 'Primary') + namespace('b') + namespace('c'), ALL],
      ['one for several', optedIn('a') + optedIn('b') + optedIn('c') + shared('a, b'), ['ab', 'ba']],
      ['two for one', optedIn('a') + own('a', 'Primary') + shared('a') + namespace('b') + namespace('c'), ALL],
    ])('%s', (_, text, wanted) => {
      expect(pairs(text)).toEqual(wanted)
    })

    test('what lies outside of the cluster, and nodes, are reached as before', () => {
      const text =
        optedIn('a') + own('a', 'Primary') + deployment('a', 'a') + deployment('n', 'b', {}, 'hostNetwork: true')
      const { connections, notes } = connectionsOf(worldOfText(text))
      expect(connections).toHaveLength(6)
      expect(notes[0]).toBe('the pods of a have a network of their own, UserDefinedNetwork own')
    })
  })

  test('says that further networks are not listed', () => {
    const pod =
      '---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, annotations: {k8s.v1.cni.cncf.io/networks: lan}}\n' +
      'spec: {containers: [{name: c, image: c}]}\n'
    expect(connectionsOf(worldOfText(pod)).notes).toEqual([
      'further networks (Multus), which policies do not hold and which are not listed: shop/p[Pod]',
    ])
  })

  test('a policy with a block that is none never comes to hold', () => {
    const policy = (cidr: string): string =>
      '---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n' +
      `spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: ${cidr}}}]}]}\n`
    const linesOf = (cidr: string): readonly string[] =>
      connectionsOf(worldOfText(namespace('shop') + deployment('cart', 'shop') + policy(cidr)))
        .connections.filter(({ to }) => to.includes('cart'))
        .map(({ from, ports }) => `${from} ${ports}`)
    expect(linesOf('10.0.0.0/8')).toEqual(['10.0.0.0-10.255.255.255[External] All Connections'])
    expect(linesOf('10.0.0.0/33')).toEqual(['0.0.0.0-255.255.255.255[External] All Connections'])
  })
})

describe('entrances', () => {
  const service = `---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}, {name: other, port: 81, targetPort: 9999}]}
`
  const ingress = (port: string): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
    - host: shop.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: ${port}}}}]}
`
  const base = namespace('shop') + deployment('web', 'shop') + service
  const into = (text: string): readonly string[] => listed(text).filter((line) => line.startsWith('{'))

  test.each([['{number: 80}'], ['{name: http}']])('an Ingress leads to the port of the pod: %s', (port) => {
    expect(into(base + ingress(port))).toEqual(['{ingress-controller} => shop/web[Deployment] : TCP 8080'])
  })

  test('a port that the pod does not serve leads nowhere', () => {
    expect(into(base + ingress('{number: 81}'))).toEqual([])
  })

  test('a Route without a port, and an HTTPRoute, lead to every port that is served', () => {
    const route =
      '---\napiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web, namespace: shop}\nspec: {to: {kind: Service, name: web}}\n'
    const http =
      '---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop}\nspec: {rules: [{backendRefs: [{name: web, port: 80}]}]}\n'
    for (const entrance of [route, http])
      expect(into(base + entrance)).toEqual(['{ingress-controller} => shop/web[Deployment] : TCP 8080'])
  })

  test('what policies hold back is said', () => {
    const result = connectionsOf(worldOfText(base + ingress('{number: 80}') + DENY('shop')))
    expect(result.connections).toEqual([])
    expect(result.notes).toEqual([
      'Ingress shop leads to shop/web[Deployment], but policies refuse a source that they do not name',
    ])
  })
})
