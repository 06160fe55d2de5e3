/** What rules of the kinds besides Kubernetes' own let through, pair by pair. */
import { describe, expect, test } from '@jest/globals'
import { connectionsOf } from '../../../src/relate/network/connections.js'
import { deployment, namespace, worldOfText } from './cluster.js'

const CLUSTER =
  namespace('shop', { team: 'shop' }) +
  namespace('ops', { team: 'ops' }) +
  deployment('cart', 'shop', { app: 'cart', role: 'backend' }) +
  deployment('web', 'shop', { app: 'web', role: 'frontend' }, 'serviceAccountName: web') +
  deployment('probe', 'ops', { app: 'probe' }) +
  '---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop, labels: {trust: high}}\n'

const WORLD = '0.0.0.0-255.255.255.255[External]'
const workload = (name: string): string => `${name}[Deployment]`

/** From → to, as in `shop/web => shop/cart`, to ports; what is open altogether is left out. */
function connections(text: string, about: string): readonly string[] {
  return connectionsOf(worldOfText(CLUSTER + text))
    .connections.filter(({ from, to }) => from === workload(about) || to === workload(about))
    .map(({ from, to, ports }) =>
      `${from} => ${to} : ${ports}`
        .replaceAll('[Deployment]', '')
        .replaceAll(WORLD, 'world')
        .replaceAll('[External]', ''),
    )
}

const into = (text: string, about = 'shop/cart'): readonly string[] =>
  connections(text, about)
    .filter((line) => line.includes(`=> ${about} `))
    .map((line) => line.replace(` => ${about} :`, ''))
const outOf = (text: string, about = 'shop/cart'): readonly string[] =>
  connections(text, about)
    .filter((line) => line.startsWith(`${about} =>`))
    .map((line) => line.replace(`${about} => `, '').replace(' :', ''))

describe('Calico', () => {
  const policy = (rules: string, more = ''): string =>
    `---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: cart, namespace: shop}\nspec:\n  selector: app == 'cart'\n  ${rules}\n${more}`
  const global = (name: string, spec: string): string =>
    `---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: ${name}}\nspec: ${spec}\n`

  test.each<[string, readonly string[]]>([
    [`ingress: [{action: Allow}]`, ['world All Connections', 'ops/probe All Connections', 'shop/web All Connections']],
    [`ingress: [{action: Allow, source: {selector: app == 'web'}}]`, ['shop/web All Connections']],
    [`ingress: [{action: Allow, source: {selector: app == 'probe'}}]`, []],
    [
      `ingress: [{action: Allow, source: {selector: app == 'probe', namespaceSelector: team == 'ops'}}]`,
      ['ops/probe All Connections'],
    ],
    [
      `ingress: [{action: Allow, source: {namespaceSelector: all()}}]`,
      ['ops/probe All Connections', 'shop/web All Connections'],
    ],
    [`ingress: [{action: Allow, source: {namespaceSelector: global()}}]`, []],
    [
      `ingress: [{action: Allow, source: {namespaceSelector: projectcalico.org/name == 'ops'}}]`,
      ['ops/probe All Connections'],
    ],
    [`ingress: [{action: Allow, source: {serviceAccounts: {names: [web]}}}]`, ['shop/web All Connections']],
    [
      `ingress: [{action: Allow, source: {serviceAccounts: {selector: trust == 'high'}}}]`,
      ['shop/web All Connections'],
    ],
    [`ingress: [{action: Allow, source: {serviceAccounts: {selector: trust == 'low'}}}]`, []],
    [
      `ingress: [{action: Allow, source: {notSelector: app == 'web', namespaceSelector: all()}}]`,
      ['ops/probe All Connections'],
    ],
    [
      `ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: {ports: [80, "8000:8010", http]}}]`,
      ['shop/web TCP 80,8000-8010,8080'],
    ],
    [
      `ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'web'}, destination: {notPorts: [80, "1000:65535"]}}]`,
      ['shop/web TCP 1-79,81-999'],
    ],
    [
      `ingress: [{action: Allow, notProtocol: TCP, source: {selector: app == 'web'}}]`,
      ['shop/web SCTP 1-65535,UDP 1-65535'],
    ],
    [`ingress: [{action: Allow, protocol: 6, source: {selector: app == 'web'}}]`, ['shop/web TCP 1-65535']],
    [`ingress: [{action: Allow, protocol: ICMP, source: {selector: app == 'web'}}]`, []],
    // In order, the first that matches.
    [
      `ingress: [{action: Deny, protocol: TCP, destination: {ports: [22]}}, {action: Allow, source: {selector: app == 'web'}}]`,
      ['shop/web SCTP 1-65535,TCP 1-21,23-65535,UDP 1-65535'],
    ],
    [`ingress: [{action: Allow, source: {selector: app == 'web'}}, {action: Deny}]`, ['shop/web All Connections']],
    [`ingress: [{action: Log}, {action: Allow, source: {selector: app == 'web'}}]`, ['shop/web All Connections']],
    // A condition on its own pods.
    [
      `ingress: [{action: Allow, destination: {selector: role == 'backend'}, source: {selector: app == 'web'}}]`,
      ['shop/web All Connections'],
    ],
    [`ingress: [{action: Allow, destination: {selector: role == 'frontend'}, source: {selector: app == 'web'}}]`, []],
    [`ingress: [{action: Allow, source: {nets: [192.0.2.0/24]}}]`, ['192.0.2.0-192.0.2.255 All Connections']],
    [
      `ingress: [{action: Allow, source: {nets: [0.0.0.0/0]}}]`,
      ['world All Connections', 'ops/probe All Connections', 'shop/web All Connections'],
    ],
  ])('%s', (rules, expected) => expect(into(policy(rules))).toEqual(expected))

  test('names of the DNS, and what is not known, are not taken for everyone', () => {
    const egress = (destination: string): string => policy(`egress: [{action: Allow, destination: ${destination}}]`)
    expect(outOf(egress('{domains: [api.example.com]}'))).toEqual(['api.example.com All Connections'])
    const denied = `ingress: [{action: Deny, source: {threatFeed: bad}}, {action: Allow}]`
    expect(into(policy(denied))).toContain('shop/web All Connections')
  })

  test('network sets are selected by their labels, in their namespace or everywhere', () => {
    const sets = `---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: partners, namespace: shop, labels: {role: partner}}
spec: {nets: [192.0.2.0/24]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: everywhere, labels: {role: partner}}
spec: {nets: [198.51.100.0/24]}
`
    expect(into(policy("ingress: [{action: Allow, source: {selector: role == 'partner'}}]", sets))).toEqual([
      '192.0.2.0-192.0.2.255 All Connections',
    ])
    expect(
      into(
        policy("ingress: [{action: Allow, source: {selector: role == 'partner', namespaceSelector: global()}}]", sets),
      ),
    ).toEqual(['198.51.100.0-198.51.100.255 All Connections'])
    expect(
      into(
        global('all', "{selector: app == 'cart', ingress: [{action: Allow, source: {selector: role == 'partner'}}]}") +
          sets,
      ),
    ).toEqual(['192.0.2.0-192.0.2.255 All Connections', '198.51.100.0-198.51.100.255 All Connections'])
  })

  test('policies of a tier are read by their order, those without one last', () => {
    const deny = global(
      'deny',
      "{selector: app == 'cart', order: 10, types: [Ingress], ingress: [{action: Deny, source: {selector: app == 'web'}}]}",
    )
    const allow = (order: string): string =>
      global(
        'allow',
        `{selector: app == 'cart', ${order}types: [Ingress], ingress: [{action: Allow, source: {selector: has(app)}}]}`,
      )
    expect(into(deny + allow('order: 5, '))).toEqual(['ops/probe All Connections', 'shop/web All Connections'])
    expect(into(deny + allow('order: 50, '))).toEqual(['ops/probe All Connections'])
    expect(into(deny + allow(''))).toEqual(['ops/probe All Connections'])
  })

  test('a selector of namespaces that asks for none of them takes in global network sets', () => {
    const set = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partners, labels: {role: partner}}
spec: {nets: [198.51.100.0/24]}
`
    const from = (namespaces: string): readonly string[] =>
      into(
        policy(
          `ingress: [{action: Allow, source: {selector: role == 'partner', namespaceSelector: ${namespaces}}}]`,
          set,
        ),
      )
    const addresses = ['198.51.100.0-198.51.100.255 All Connections']
    expect(from("'!has(team)'")).toEqual(addresses)
    expect(from('team != "shop"')).toEqual(addresses)
    expect(from('all()')).toEqual([])
    expect(from('"!all()"')).toEqual(addresses)
    expect(from('has(team)')).toEqual([])
  })

  test('serviceAccounts that name none limit nothing', () => {
    expect(into(policy('ingress: [{action: Allow, source: {serviceAccounts: {}}}]'))).toEqual([
      'world All Connections',
      'ops/probe All Connections',
      'shop/web All Connections',
    ])
  })

  test('notSelector of a global policy leaves out the network sets that it selects', () => {
    const set = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: partners, labels: {role: partner}}
spec: {nets: [128.0.0.0/1]}
`
    const spec =
      "{selector: app == 'cart', ingress: [{action: Deny, source: {notSelector: role == 'partner'}}, {action: Allow}]}"
    expect(into(global('partners', spec) + set)).toEqual(['128.0.0.0-255.255.255.255 All Connections'])
  })

  test('global() anywhere but alone in the namespaces of a rule is refused, and holds nothing for certain', () => {
    const everyone = ['world All Connections', 'ops/probe All Connections', 'shop/web All Connections']
    expect(into(policy('ingress: [{action: Deny, source: {selector: global()}}]'))).toEqual(everyone)
    expect(into(policy('ingress: [{action: Deny, source: {namespaceSelector: global() || has(team)}}]'))).toEqual(
      everyone,
    )
  })

  test('without types, what is written past the API holds both directions', () => {
    const stored = policy('ingress: [{action: Allow}]').replace('projectcalico.org/v3', 'crd.projectcalico.org/v1')
    expect(outOf(stored)).toEqual([])
    expect(outOf(policy('ingress: [{action: Allow}]'))).not.toEqual([])
  })

  test('tiers of one order, or of none, are asked one after the other, by their names', () => {
    const tier = (name: string, order: string): string =>
      `---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: ${name}}\nspec: {${order}}\n`
    const first = global(
      'a.web',
      "{tier: a, selector: app == 'cart', types: [Ingress], ingress: [{action: Pass, source: {selector: app == 'web'}}, {action: Allow, source: {selector: app == 'probe'}}]}",
    )
    const second = global('b.web', "{tier: b, selector: app == 'cart', types: [Ingress], ingress: [{action: Deny}]}")
    for (const order of ['order: 10', ''])
      expect(into(tier('b', order) + tier('a', order) + second + first)).toEqual(['ops/probe All Connections'])
  })

  test('NetworkPolicy stands among them, and lower tiers after', () => {
    const kubernetes = `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: cart, namespace: shop}\nspec: {podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{podSelector: {}}]}]}\n`
    const deny = (order: number): string =>
      global(
        'deny',
        `{selector: app == 'cart', order: ${order}, types: [Ingress], ingress: [{action: Deny, source: {selector: app == 'web'}}]}`,
      )
    expect(into(kubernetes + deny(10))).toEqual([])
    expect(into(kubernetes + deny(2000))).toEqual(['shop/web All Connections'])
    const tier = (order: number, action: string): string =>
      `---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: security}\nspec: {order: ${order}, defaultAction: ${action}}\n`
    const first = global(
      'security.web',
      "{tier: security, selector: app == 'cart', types: [Ingress], ingress: [{action: Pass, source: {selector: app == 'web'}}]}",
    )
    expect(into(kubernetes + first + tier(10, 'Deny'))).toEqual(['shop/web All Connections'])
    expect(into(first + tier(10, 'Deny'))).toEqual(['shop/web All Connections'])
    expect(into(first + tier(10, 'Pass'))).toEqual([
      'world All Connections',
      'ops/probe All Connections',
      'shop/web All Connections',
    ])
  })
})

describe('Cilium', () => {
  const policy = (rules: string, kind = 'CiliumNetworkPolicy'): string =>
    `---\napiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: {name: cart${kind === 'CiliumNetworkPolicy' ? ', namespace: shop' : ''}}\nspec:\n  endpointSelector: {matchLabels: {app: cart}}\n  ${rules.replaceAll('\n', '\n  ')}\n`

  test.each<[string, readonly string[]]>([
    ['ingress: [{}]', []],
    ['ingress: []', ['world All Connections', 'ops/probe All Connections', 'shop/web All Connections']],
    ['ingress: [{fromEndpoints: [{}]}]', ['shop/web All Connections']],
    ['ingress: [{fromEndpoints: []}]', []],
    ['ingress: [{fromEndpoints: [{matchLabels: {"k8s:app": web}}]}]', ['shop/web All Connections']],
    ['ingress: [{fromEndpoints: [{matchLabels: {app: probe}}]}]', []],
    [
      'ingress: [{fromEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": ops}}]}]',
      ['ops/probe All Connections'],
    ],
    [
      'ingress: [{fromEndpoints: [{matchExpressions: [{key: "k8s:io.kubernetes.pod.namespace", operator: Exists}]}]}]',
      ['ops/probe All Connections', 'shop/web All Connections'],
    ],
    [
      'ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.namespace.labels.team: ops}}]}]',
      ['ops/probe All Connections'],
    ],
    [
      'ingress: [{fromEntities: [all]}]',
      ['world All Connections', 'ops/probe All Connections', 'shop/web All Connections'],
    ],
    ['ingress: [{fromEntities: [cluster]}]', ['ops/probe All Connections', 'shop/web All Connections']],
    ['ingress: [{fromEntities: [cluster-mesh]}]', ['ops/probe All Connections', 'shop/web All Connections']],
    ['ingress: [{fromEntities: [world]}]', ['world All Connections']],
    ['ingress: [{fromEntities: [host, kube-apiserver]}]', []],
    ['ingress: [{fromEndpoints: [{matchLabels: {"reserved:world": ""}}]}]', ['world All Connections']],
    ['ingress: [{fromEndpoints: [{matchLabels: {"reserved:world": "", app: web}}]}]', []],
    ['ingress: [{fromCIDR: [192.0.2.0/24]}]', ['192.0.2.0-192.0.2.255 All Connections']],
    [
      'ingress: [{fromCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.128/25]}]}]',
      ['192.0.2.0-192.0.2.127 All Connections'],
    ],
    // Blocks are never about pods.
    ['ingress: [{fromCIDR: [0.0.0.0/0]}]', ['world All Connections']],
    // Ports alone are ports for everyone.
    [
      'ingress: [{toPorts: [{ports: [{port: "8080", protocol: TCP}]}]}]',
      ['world TCP 8080', 'ops/probe TCP 8080', 'shop/web TCP 8080'],
    ],
    [
      'ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "8080"}]}]}]',
      ['shop/web SCTP 8080,TCP 8080,UDP 8080'],
    ],
    [
      'ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "8080", endPort: 8090, protocol: TCP}]}]}]',
      ['shop/web TCP 8080-8090'],
    ],
    ['ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: http, protocol: TCP}]}]}]', ['shop/web TCP 8080']],
    // An end before the port is none.
    [
      'ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "80", endPort: 79, protocol: TCP}]}]}]',
      ['shop/web TCP 80'],
    ],
    // An empty list of peers selects nobody, whatever stands beside it.
    ['ingress: [{fromEndpoints: [{}], fromCIDR: []}]', []],
    // Names of ports are read in small letters.
    ['ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: HTTP, protocol: TCP}]}]}]', ['shop/web TCP 8080']],
    // An entry without ports is about none.
    ['ingress: [{fromEndpoints: [{}], toPorts: [{ports: []}]}]', []],
    ['ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "0", protocol: UDP}]}]}]', ['shop/web UDP 1-65535']],
    ['ingress: [{fromEndpoints: [{}], icmps: [{fields: [{type: 8}]}]}]', []],
    [
      'ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}]',
      ['shop/web TCP 80'],
    ],
    // What is denied is denied, wherever it stands.
    [
      'ingress: [{fromEntities: [cluster]}]\ningressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]',
      ['ops/probe All Connections'],
    ],
    [
      'ingress: [{fromEntities: [cluster]}]\ningressDeny: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "22", protocol: TCP}]}]}]',
      ['ops/probe All Connections', 'shop/web SCTP 1-65535,TCP 1-21,23-65535,UDP 1-65535'],
    ],
    // It adds rules, but denies nothing by default.
    [
      'ingress: [{fromEndpoints: [{}]}]\nenableDefaultDeny: {ingress: false}',
      ['world All Connections', 'ops/probe All Connections', 'shop/web All Connections'],
    ],
  ])('%s', (rules, expected) => expect(into(policy(rules))).toEqual(expected))

  test('with NetworkPolicy, what either allows', () => {
    const kubernetes = `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: cart, namespace: shop}\nspec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]}\n`
    expect(into(kubernetes + policy('ingress: [{fromEndpoints: [{}]}]'))).toEqual([
      'ops/probe All Connections',
      'shop/web All Connections',
    ])
    expect(into(kubernetes + policy('ingressDeny: [{fromEntities: [cluster]}]'))).toEqual([])
  })

  test('a clusterwide selector means every namespace', () => {
    expect(into(policy('ingress: [{fromEndpoints: [{}]}]', 'CiliumClusterwideNetworkPolicy'))).toEqual([
      'ops/probe All Connections',
      'shop/web All Connections',
    ])
  })

  test('of names and services, an empty list says nothing', () => {
    expect(outOf(policy('egress: [{toFQDNs: [], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]'))).toEqual([
      'world TCP 443',
      'ops/probe TCP 443',
      'shop/web TCP 443',
    ])
  })

  test('egress: names, services, blocks', () => {
    const service =
      '---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n'
    expect(outOf(policy('egress: [{toServices: [{k8sService: {serviceName: web}}]}]') + service)).toEqual([
      'shop/web All Connections',
    ])
    expect(
      outOf(policy('egress: [{toFQDNs: [{matchName: a.example.com}, {matchPattern: "*.b.example.com"}]}]')),
    ).toEqual(['*.b.example.com All Connections', 'a.example.com All Connections'])
    expect(outOf(policy('egress: [{toCIDRSet: [{cidr: 10.0.0.0/8}]}]'))).toEqual([
      '10.0.0.0-10.255.255.255 All Connections',
    ])
    expect(outOf(policy('egress: [{toCIDRSet: [{cidrGroupRef: partners}]}]'))).toEqual(['world All Connections'])
    expect(outOf(policy('egress: [{toSomething: [{}], toPorts: [{ports: [{port: "80"}]}]}]'))).not.toContain(
      'shop/web All Connections',
    )
  })
})

describe('ClusterNetworkPolicy', () => {
  const policy = (spec: string): string =>
    `---\napiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: one}\nspec: ${spec}\n`

  test('protocols, ranges and named ports', () => {
    const rule = (protocols: string): string =>
      policy(
        `{tier: Admin, priority: 1, subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: cart}}}}, ingress: [{action: Accept, from: [{namespaces: {}}], protocols: [${protocols}]}, {action: Deny, from: [{namespaces: {}}]}]}`,
      )
    const web = (protocols: string): string | undefined =>
      into(rule(protocols)).find((line) => line.startsWith('shop/web'))
    expect(web('{tcp: {destinationPort: {number: 80}}}')).toBe('shop/web TCP 80')
    expect(web('{udp: {destinationPort: {range: {start: 10, end: 20}}}}')).toBe('shop/web UDP 10-20')
    expect(web('{sctp: {}}')).toBe('shop/web SCTP 1-65535')
    expect(web('{destinationNamedPort: dns}')).toBe('shop/web UDP 53')
  })

  test('domain names', () => {
    const text = policy(
      '{tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: [{domainNames: ["*.example.com"]}]}, {action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0, "::/0"]}]}]}',
    )
    expect(outOf(text)).toEqual(['*.example.com All Connections'])
  })
})

describe('AdminNetworkPolicy', () => {
  const policy = (name: string, action: string, peers: string): string =>
    `---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: ${name}}\n` +
    `spec: {priority: 5, subject: {namespaces: {}}, egress: [{name: r, action: ${action}, to: [${peers}]}]}\n`

  test('every address is that of the pods as well (adminnetworkpolicy_types.go, Networks)', () => {
    expect(outOf(policy('a', 'Deny', '{networks: [0.0.0.0/0]}'))).toEqual([])
  })

  test('of two with one priority that do not do the same nobody knows which holds (netpol-analyzer, anp_bad_path_test_1)', () => {
    const deny = policy('a', 'Deny', '{namespaces: {}}')
    expect(outOf(deny)).toEqual(['world All Connections'])
    expect(outOf(deny + policy('b', 'Deny', '{namespaces: {}}'))).toEqual(['world All Connections'])
    expect(outOf(deny + policy('b', 'Allow', '{namespaces: {}}'))).toHaveLength(3)
  })
})
