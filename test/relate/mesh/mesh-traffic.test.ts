import { describe, expect, test } from '@jest/globals'
import { hoursOf } from '../../../src/relate/mesh/certificate.js'
import { covers, fullName, overlap } from '../../../src/relate/mesh/hosts.js'
import { deployment, facts, factsOf, istio, namespace, peerAuthentication, worldOfYaml, yaml } from './mesh-world.js'

const NETWORKING = 'networking.istio.io/v1'
const strict = peerAuthentication('default', { mtls: { mode: 'STRICT' } })
const service = (name = 'cart', selector: object = { app: 'cart' }): string =>
  yaml({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
  })

test('hosts are read as Istio reads them', () => {
  expect(fullName('cart', 'shop')).toBe('cart.shop.svc.cluster.local')
  expect(fullName('cart.other', 'shop')).toBe('cart.other')
  expect(covers('*', 'cart.shop.svc.cluster.local')).toBe(true)
  expect(covers('*.shop.svc.cluster.local', 'cart.shop.svc.cluster.local')).toBe(true)
  expect(covers('*.other.svc.cluster.local', 'cart.shop.svc.cluster.local')).toBe(false)
  expect(overlap('api.example.com', '*.example.com')).toBe(true)
  expect(overlap('example.com', '*.example.com')).toBe(false)
})

describe('DestinationRule', () => {
  const rule = (spec: object): string => istio(NETWORKING, 'DestinationRule', 'cart', spec)
  const tls = (spec: object, rest = ''): readonly object[] | undefined =>
    facts(rule(spec) + rest, 'DestinationRule cart').destination?.tls

  test('every level, with its path and scope', () => {
    const settings = tls({
      host: 'cart',
      trafficPolicy: {
        tls: { mode: 'ISTIO_MUTUAL' },
        portLevelSettings: [{ port: { number: 80 } }, { port: { number: 443 }, tls: { mode: 'SIMPLE' } }],
      },
      subsets: [{ name: 'v1', trafficPolicy: { tls: {} } }],
    })
    expect(settings).toMatchObject([
      { scope: '', mode: 'ISTIO_MUTUAL', path: ['spec', 'trafficPolicy', 'tls'] },
      { scope: 'port 443', mode: 'SIMPLE', port: 443, path: ['spec', 'trafficPolicy', 'portLevelSettings', 1, 'tls'] },
      { scope: 'subset v1', mode: 'DISABLE', modeStated: false, path: ['spec', 'subsets', 0, 'trafficPolicy', 'tls'] },
    ])
  })

  test('a server is verified by a CA, or by a credential that sidecars read', () => {
    const verified = (setting: object, spec: object = {}): unknown =>
      tls({ host: 'x.shop.svc.cluster.local', trafficPolicy: { tls: { mode: 'SIMPLE', ...setting } }, ...spec })?.[0]
    expect(verified({})).toMatchObject({ verified: false })
    expect(verified({ caCertificates: 'system' })).toMatchObject({ verified: true })
    expect(verified({ credentialName: 'x' })).toMatchObject({ verified: false, credentialIgnored: true })
    expect(verified({ credentialName: 'x' }, { workloadSelector: { matchLabels: { app: 'x' } } })).toMatchObject({
      verified: true,
    })
  })

  test.each([
    ['www.googleapis.com', true],
    ['*.googleapis.com', true],
    ['cart', false],
    ['cart.shop', false],
    ['cart.shop.svc', false],
    ['cart.shop.svc.example.com', false],
    ['db.internal', false],
    ['10.0.0.1', false],
    ['*', false],
    ['*.local', false],
  ])('the proxy’s own CAs vouch for %s: %s', (host, verified) => {
    expect(tls({ host, trafficPolicy: { tls: { mode: 'SIMPLE' } } }, service())?.[0]).toMatchObject({ verified })
  })

  test.each([
    ['cart', 'yes'],
    ['cart.shop.svc.cluster.local', 'yes'],
    ['*.shop.svc.cluster.local', 'yes'],
    ['stock', 'unknown'],
    ['cart.other.svc.cluster.local', 'unknown'],
  ])('plain text to %s, behind which everything is STRICT: conflict %s', (host, expected) => {
    const rest = namespace() + strict + service() + deployment()
    expect(tls({ host, trafficPolicy: { tls: { mode: 'DISABLE' } } }, rest)?.[0]).toMatchObject({
      conflicts: { answer: expected },
    })
  })

  test('no conflict where plain text is taken, on that port, or by ISTIO_MUTUAL', () => {
    const conflict = (spec: object, policies: string): unknown =>
      tls({ host: 'cart', ...spec }, namespace() + policies + service() + deployment())?.[0]
    const disabled = { trafficPolicy: { tls: { mode: 'DISABLE' } } }
    expect(conflict(disabled, '')).toMatchObject({ conflicts: { answer: 'no' } })
    expect(conflict({ trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }, strict)).toMatchObject({
      conflicts: { answer: 'no' },
    })
    const atPort = (number: number): object => ({
      trafficPolicy: { portLevelSettings: [{ port: { number }, tls: { mode: 'DISABLE' } }] },
    })
    expect(conflict(atPort(80), strict)).toMatchObject({ conflicts: { answer: 'yes' } })
    expect(conflict(atPort(81), strict)).toMatchObject({ conflicts: { answer: 'no' } })
  })
})

describe('ports past the proxy', () => {
  const mode = (annotations: object): string => {
    const { workload } = facts(
      namespace() + strict + deployment({ annotations, ports: [{ containerPort: 8080 }, { containerPort: 9090 }] }),
      'Deployment cart',
    )
    return workload?.strict.why ?? ''
  }
  test.each([
    [
      { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090, 9091' },
      'port 9090 is NONE: traffic.sidecar.istio.io/excludeInboundPorts names it',
    ],
    [
      { 'traffic.sidecar.istio.io/includeInboundPorts': '8080' },
      'port 9090 is NONE: traffic.sidecar.istio.io/includeInboundPorts leaves it out',
    ],
    [
      { 'traffic.sidecar.istio.io/includeInboundPorts': '' },
      'every port is NONE: traffic.sidecar.istio.io/includeInboundPorts leaves it out',
    ],
    [{ 'sidecar.istio.io/interceptionMode': 'NONE' }, 'every port is NONE: sidecar.istio.io/interceptionMode is NONE'],
    [{ 'traffic.sidecar.istio.io/includeInboundPorts': '*' }, 'PeerAuthentication shop/default sets STRICT'],
  ])('%p', (annotations, expected) => {
    expect(mode(annotations)).toBe(expected)
  })

  test('ports that a Service names, by number and by name', () => {
    const text = namespace() + strict + service() + deployment({ ports: [] })
    expect(facts(text, 'Deployment cart').workload?.strict.answer).toBe('yes')
    const named = yaml({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'n', namespace: 'shop' },
      spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 'web' }] },
    })
    const excluded = {
      annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8081' },
      ports: [{ name: 'web', containerPort: 8081 }],
    }
    expect(facts(namespace() + strict + named + deployment(excluded), 'Deployment cart').workload?.strict.answer).toBe(
      'no',
    )
  })
})

describe('ServiceEntry', () => {
  const entry = (spec: object = {}): string =>
    istio(NETWORKING, 'ServiceEntry', 'stock', {
      hosts: ['stock.example.com'],
      ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
      ...spec,
    })
  const encrypted = (text: string, unsure: readonly string[] = []): string | undefined =>
    facts(text, 'ServiceEntry stock', unsure).egress?.ports[0]?.encrypted.answer
  const rule = (policy: object, host = 'stock.example.com'): string =>
    istio(NETWORKING, 'DestinationRule', 'origin', { host, trafficPolicy: policy })

  // pilot/pkg/model/push_context.go, destinationRule, and GetPortLevelTrafficPolicy of pilot/pkg/networking/util.
  test('by the rule for the most specific name, and what a port sets is all that the port has', () => {
    const tls = { mode: 'SIMPLE' }
    const other = (policy: object | undefined, host: string, inNamespace = 'shop'): string =>
      istio('networking.istio.io/v1', 'DestinationRule', 'other', { host, trafficPolicy: policy }, inNamespace)
    const pool = { connectionPool: { tcp: { maxConnections: 1 } } }
    const base = entry() + rule({ tls })
    const wide = entry() + rule({ tls }, '*.example.com')
    expect(encrypted(wide + other(pool, '*.com'))).toBe('yes')
    expect(encrypted(wide + other(pool, 'stock.example.com'))).toBe('no')
    expect(encrypted(base + other({ tls: { mode: 'DISABLE' } }, 'stock.example.com'))).toBe('unknown')
    // Its subsets alone leave the rest to the other one.
    expect(encrypted(base + other(undefined, 'stock.example.com'))).toBe('yes')
    // Clients look in their own namespace first, and in the root namespace last.
    expect(encrypted(base + other(pool, 'stock.example.com', 'billing'))).toBe('no')
    expect(encrypted(base + other(pool, 'stock.example.com', 'istio-system'))).toBe('yes')
    expect(encrypted(entry() + rule({ tls, portLevelSettings: [{ port: { number: 80 }, ...pool }] }))).toBe('no')
    expect(encrypted(entry() + rule({ tls, portLevelSettings: [{ port: { number: 443 }, ...pool }] }))).toBe('yes')
  })

  test('plain unless TLS is originated on that port', () => {
    expect(encrypted(entry())).toBe('no')
    expect(encrypted(entry() + rule({ tls: { mode: 'SIMPLE' } }))).toBe('yes')
    expect(encrypted(entry() + rule({ tls: { mode: 'SIMPLE' } }, '*.example.com'))).toBe('yes')
    expect(encrypted(entry() + rule({ tls: { mode: 'SIMPLE' } }, 'other.example.com'))).toBe('no')
    expect(encrypted(entry() + rule({ tls: { mode: 'DISABLE' } }))).toBe('no')
    expect(encrypted(entry() + rule({ portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'MUTUAL' } }] }))).toBe(
      'yes',
    )
    expect(encrypted(entry() + rule({ portLevelSettings: [{ port: { number: 443 }, tls: { mode: 'MUTUAL' } }] }))).toBe(
      'no',
    )
    expect(
      encrypted(
        entry() +
          rule({ tls: { mode: 'SIMPLE' }, portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'DISABLE' } }] }),
      ),
    ).toBe('no')
    expect(encrypted(entry() + rule({ tls: { mode: 'SIMPLE' } }), ['origin'])).toBe('unknown')
  })

  test('an egress gateway takes it', () => {
    const through = (gateways: readonly string[]): string =>
      istio(NETWORKING, 'VirtualService', 'through', {
        hosts: ['stock.example.com'],
        gateways,
        http: [{ route: [{ destination: { host: 'istio-egressgateway.istio-system.svc.cluster.local' } }] }],
      })
    expect(encrypted(entry() + through(['mesh', 'egress']))).toBe('yes')
    expect(encrypted(entry() + through(['mesh']))).toBe('no')
  })

  test('to a helper in the pod itself it is no egress', () => {
    expect(facts(entry({ endpoints: [{ address: '127.0.0.1' }] }), 'ServiceEntry stock').egress?.external).toBe(false)
    expect(
      facts(entry({ endpoints: [{ address: '127.0.0.1' }, { address: '10.0.0.1' }] }), 'ServiceEntry stock').egress
        ?.external,
    ).toBe(true)
  })

  test('inside of the mesh it is no egress; a protocol may come from the name', () => {
    expect(facts(entry({ location: 'MESH_INTERNAL' }), 'ServiceEntry stock').egress).toMatchObject({
      external: false,
      ports: [],
    })
    const ports = [
      { number: 1, name: 'https-api' },
      { number: 2, name: 'oracle' },
      { number: 3, name: 'grpc-web-x' },
    ]
    expect(facts(entry({ ports }), 'ServiceEntry stock').egress?.ports.map(({ protocol }) => protocol)).toEqual([
      'HTTPS',
      'TCP',
      'GRPC-WEB',
    ])
  })
})

describe('Gateway API listeners', () => {
  const gateway = yaml({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP' },
        { name: 'alt', port: 8080, protocol: 'HTTP' },
      ],
    },
  })
  const route = (name: string, parent: object, filters: readonly object[], inNamespace = 'shop'): string => {
    const spec = { parentRefs: [{ name: 'web', ...parent }], rules: [{ filters }] }
    return istio('gateway.networking.k8s.io/v1', 'HTTPRoute', name, spec, inNamespace)
  }
  const redirect = [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }]
  const answers = (text: string): readonly (string | undefined)[] | undefined =>
    facts(gateway + text, 'Gateway web').listeners?.map(({ redirects }) => redirects.answer)

  test('all that a listener serves must redirect', () => {
    expect(answers('')).toEqual(['unknown', 'unknown'])
    expect(answers(route('r', { sectionName: 'http' }, redirect))).toEqual(['yes', 'unknown'])
    expect(answers(route('r', {}, redirect) + route('s', { port: 8080 }, []))).toEqual(['yes', 'no'])
    expect(answers(route('r', {}, [{ type: 'RequestRedirect', requestRedirect: { hostname: 'x' } }]))).toEqual([
      'no',
      'no',
    ])
    expect(answers(route('r', { namespace: 'other' }, []))).toEqual(['unknown', 'unknown'])
  })

  test.each([
    ['of its own namespace alone, by default', undefined, ['yes', 'yes']],
    ['of its own namespace alone', 'Same', ['yes', 'yes']],
    ['of every namespace', 'All', ['no', 'no']],
    ['of namespaces with a label', 'Selector', ['no', 'no']],
    ['of no namespace', 'None', ['unknown', 'unknown']],
  ])('a listener takes in routes %s', (_, from, expected) => {
    const listeners = ['http', 'alt'].map((name) => ({
      name,
      port: 80,
      protocol: 'HTTP',
      ...(from === undefined ? {} : { allowedRoutes: { namespaces: { from } } }),
    }))
    const web = istio('gateway.networking.k8s.io/v1', 'Gateway', 'web', { listeners })
    const other = route('r', { namespace: 'shop' }, [], 'other')
    const found = facts(web + route('s', {}, redirect) + other, 'Gateway web').listeners
    expect(found?.map(({ redirects }) => redirects.answer)).toEqual(expected)
  })

  test('the routes that do not are named, those of one name once', () => {
    const why = (text: string): string | undefined => facts(gateway + text, 'Gateway web').listeners?.[0]?.redirects.why
    const [r, s] = [route('r', {}, []), route('s', {}, [])]
    expect(why(r)).toMatch(/^HTTPRoute (shop\/)?r does not redirect to https$/)
    expect(why(r + r)).toBe(why(r))
    expect(why(r + s)).toMatch(/^HTTPRoute (shop\/)?r, HTTPRoute (shop\/)?s do not redirect to https$/)
  })
})

describe('Cilium', () => {
  const policy = (
    name: string,
    ingress: readonly object[],
    selector: object = { matchLabels: { 'k8s:app': 'cart' } },
  ): string => istio('cilium.io/v2', 'CiliumNetworkPolicy', name, { endpointSelector: selector, ingress })
  const required = { fromEndpoints: [{}], authentication: { mode: 'required' } }
  const enrolled = (text: string, unsure: readonly string[] = []): string | undefined =>
    facts(text + deployment(), 'Deployment cart', unsure).workload?.strict.answer

  test('every rule that reaches a workload must demand authentication', () => {
    expect(enrolled(policy('a', [required]))).toBe('yes')
    expect(enrolled(policy('a', [required]) + policy('b', [{ fromEndpoints: [{}] }]))).toBe('no')
    expect(enrolled(policy('a', [required]) + policy('b', [{}], { matchLabels: { app: 'other' } }))).toBe('yes')
    expect(enrolled(policy('a', [required], { matchLabels: { app: 'other' } }))).toBe('no')
    expect(enrolled(policy('a', [required]), ['a'])).toBe('unknown')
  })

  test('a rule that matches nothing lets nobody in', () => {
    expect(enrolled(policy('a', [required]) + policy('b', [{}]))).toBe('yes')
    expect(enrolled(policy('a', [required]) + policy('b', [{ fromEndpoints: [] }]))).toBe('yes')
    expect(enrolled(policy('a', [required]) + policy('b', [{ toPorts: [{ ports: [] }] }]))).toBe('no')
  })

  test('a policy without authentication is no mesh', () => {
    expect(facts(policy('a', [{ fromEndpoints: [{}] }]) + deployment(), 'Deployment cart').meshes).toEqual([])
  })
})

test('durations are read as Go reads them', () => {
  expect(hoursOf('2160h')).toBe(2160)
  expect(hoursOf('1h30m')).toBe(1.5)
  expect(hoursOf('90m0.0s')).toBe(1.5)
  expect(hoursOf('0')).toBe(0)
  expect(hoursOf('90d')).toBeUndefined()
  expect(hoursOf('')).toBeUndefined()
  expect(hoursOf(90)).toBeUndefined()
  const certificate = (spec: object): unknown =>
    facts(istio('cert-manager.io/v1', 'Certificate', 'x', spec), 'Certificate x').certificate
  expect(certificate({})).toEqual({ durationHours: 2160, renewBeforeHours: null, unreadable: [] })
  expect(certificate({ duration: '90d', renewBefore: '360h' })).toEqual({
    durationHours: null,
    renewBeforeHours: 360,
    unreadable: ['duration'],
  })
})

test('facts are total: every kind has every key', () => {
  const keys = Object.keys(facts(deployment(), 'Deployment cart')).sort()
  const world = worldOfYaml(namespace() + service() + strict + deployment())
  const of = factsOf(world)
  for (const { kind, name } of world.resources) expect(Object.keys(of(`${kind} ${name}`)).sort()).toEqual(keys)
})
