import { describe, expect, test } from '@jest/globals'
import { mtlsOf } from '../../../src/relate/resolve/mesh.js'
import { deployment, facts, istio, namespace, worldOfYaml, yaml } from './mesh-world.js'

const policy = (name: string, spec: object, inNamespace = 'shop'): string =>
  istio('security.istio.io/v1', 'AuthorizationPolicy', name, spec, inNamespace)
const cart = { selector: { matchLabels: { app: 'cart' } } }

describe('rules that keep out nobody', () => {
  const open = (rule: object): readonly string[] | undefined =>
    facts(policy('p', { rules: [rule] }), 'AuthorizationPolicy p').authorization?.open.map(
      ({ path, to }) => `${path.join('.')} ${to}`,
    )
  const from = (source: object): object => ({ from: [{ source }] })
  test.each([
    [{}, ['spec.rules.0 anyone']],
    [{ from: [] }, ['spec.rules.0 anyone']],
    [{ to: [{ operation: { paths: ['*'] } }] }, ['spec.rules.0 anyone']],
    [{ to: [{ operation: { paths: ['/*'] } }] }, ['spec.rules.0 anyone']],
    [{ to: [{ operation: { paths: ['/healthz'] } }] }, []],
    [{ to: [{ operation: { notPaths: ['/admin'] } }] }, []],
    [{ when: [{ key: 'request.headers[x]', values: ['*'] }] }, []],
    [from({ principals: ['*'] }), ['spec.rules.0.from.0 every identity']],
    [from({ namespaces: ['*'] }), ['spec.rules.0.from.0 every identity']],
    [from({ principals: ['*'], namespaces: ['shop'] }), []],
    [from({ principals: ['cluster.local/*'] }), []],
    [from({ ipBlocks: ['0.0.0.0/0'] }), ['spec.rules.0.from.0 anyone']],
    [from({ ipBlocks: ['10.0.0.0/8'] }), []],
    [from({ ipBlocks: ['0.0.0.0/1', '128.0.0.0/1'] }), ['spec.rules.0.from.0 anyone']],
    [from({ ipBlocks: ['0.0.0.0/1', '128.0.0.0/2'] }), []],
    [from({ trustDomains: ['*'] }), ['spec.rules.0.from.0 every identity']],
    [from({ trustDomains: ['cluster.local'] }), []],
    [from({ notTrustDomains: ['cluster.local'] }), []],
    [{ to: [{ operation: { paths: ['/{**}'] } }] }, ['spec.rules.0 anyone']],
    [{ when: [{ key: 'source.ip', values: ['0.0.0.0/0'] }] }, ['spec.rules.0 anyone']],
    [{ when: [{ key: 'source.ip', values: ['0.0.0.0/0'], notValues: ['10.0.0.0/8'] }] }, []],
    [{ when: [{ key: 'source.principal', values: ['*'] }] }, ['spec.rules.0 every identity']],
    [{ ...from({ namespaces: ['shop'] }), when: [{ key: 'source.ip', values: ['::/0'] }] }, []],
    [from({ requestPrincipals: ['*'] }), []],
    [from({ notNamespaces: ['shop'] }), []],
    [{ ...from({ principals: ['*'] }), to: [{ operation: { methods: ['GET'] } }] }, []],
  ])('%j', (rule, expected) => {
    expect(open(rule)).toEqual(expected)
  })
})

describe('default deny', () => {
  const denies = (text: string, unsure: readonly string[] = []): string | undefined =>
    facts(namespace() + text + deployment(), 'Namespace shop', unsure).namespace?.deniesByDefault.answer
  test.each([
    ['no policy', '', 'no'],
    ['an empty spec', policy('p', {}), 'yes'],
    ['rules: []', policy('p', { rules: [] }), 'yes'],
    ['in the root namespace', policy('p', {}, 'istio-system'), 'yes'],
    ['in another namespace', policy('p', {}, 'billing'), 'no'],
    [
      'an ALLOW on the workload',
      policy('p', { ...cart, rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] }),
      'yes',
    ],
    ['an ALLOW on another', policy('p', { selector: { matchLabels: { app: 'x' } } }), 'no'],
    ['a DENY of something', policy('p', { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/x'] } }] }] }), 'no'],
    ['a DENY of everything', policy('p', { action: 'DENY', rules: [{}] }), 'yes'],
    ['a DENY without rules denies nothing', policy('p', { action: 'DENY' }), 'no'],
    ['one that lets everyone in beside it', policy('p', cart) + policy('q', { rules: [{}] }), 'no'],
    ['that one, for some workloads', policy('p', {}) + policy('q', { ...cart, rules: [{}] }), 'yes'],
    ['that one under a DENY', policy('p', { action: 'DENY', rules: [{}] }) + policy('q', { rules: [{}] }), 'yes'],
    ['AUDIT', policy('p', { action: 'AUDIT', rules: [{}] }), 'no'],
    ['CUSTOM leaves it to somebody else', policy('q', { action: 'CUSTOM', rules: [{}] }), 'unknown'],
    ['CUSTOM for some', policy('q', { action: 'CUSTOM', rules: [{ to: [{ operation: { paths: ['/x'] } }] }] }), 'no'],
    ['a policy of a waypoint', policy('p', { targetRefs: [{ kind: 'Gateway', name: 'w' }] }), 'no'],
  ])('%s', (_name, text, expected) => {
    expect(denies(text)).toBe(expected)
  })

  test('a policy of a waypoint holds what comes through it', () => {
    const waypoint = policy('p', { targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'w' }] })
    const ambient = namespace({ 'istio.io/dataplane-mode': 'ambient' })
    expect(facts(ambient + waypoint + deployment(), 'Namespace shop').namespace?.deniesByDefault).toMatchObject({
      answer: 'unknown',
      why: 'AuthorizationPolicy shop/p holds what comes through a waypoint, not what reaches the pods past it',
    })
  })

  test('ztunnel leaves out rules that name what only HTTP has', () => {
    const ambient = (policy: string): string | undefined =>
      facts(namespace({ 'istio.io/dataplane-mode': 'ambient' }) + policy + deployment(), 'Namespace shop').namespace
        ?.deniesByDefault.answer
    const everyPath = { to: [{ operation: { paths: ['/*'] } }] }
    expect(denies(policy('p', { action: 'DENY', rules: [everyPath] }))).toBe('yes')
    expect(ambient(policy('p', { action: 'DENY', rules: [everyPath] }))).toBe('no')
    expect(ambient(policy('p', { action: 'DENY', rules: [{}] }))).toBe('yes')
    expect(ambient(policy('p', { rules: [everyPath] }))).toBe('yes')
  })

  test('a dry run does not count, and what may not be in force is unknown', () => {
    const dry = (value: string): string =>
      yaml({
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: 'p', namespace: 'shop', annotations: { 'istio.io/dry-run': value } },
      })
    expect(denies(dry('true'))).toBe('no')
    expect(denies(dry('True'))).toBe('no')
    expect(denies(dry('1'))).toBe('no')
    expect(denies(dry('false'))).toBe('yes')
    expect(denies(policy('p', {}), ['p'])).toBe('unknown')
    expect(denies(policy('p', {}) + policy('q', {}), ['p'])).toBe('yes')
  })

  test('workloads outside of the mesh are not asked for', () => {
    const out = deployment({ labels: { 'sidecar.istio.io/inject': 'false' } }, 'job')
    expect(denies(policy('p', cart) + out)).toBe('yes')
  })
})

describe('what a policy names', () => {
  const dangling = (text: string, name = 'p'): readonly string[] | undefined =>
    facts(text, `AuthorizationPolicy ${name}`).authorization?.dangling.map(
      ({ what, elsewhere, found }) => `${found}${elsewhere ? '?' : ''} ${what}`,
    )
  const source = (value: object): object => ({ ...cart, rules: [{ from: [{ source: value }] }] })
  const world = namespace() + deployment()

  test('a selector that meets nothing', () => {
    expect(dangling(world + policy('p', cart))).toEqual([])
    expect(dangling(world + policy('p', { selector: { matchLabels: { app: 'x' } } }))).toEqual([
      'no its selector app=x matches no workload in namespace shop',
    ])
    expect(dangling(namespace() + policy('p', cart))).toEqual([
      'no? its selector app=cart matches no workload in namespace shop',
    ])
    expect(dangling(namespace() + policy('p', {}))).toEqual(['no? no workload is declared in namespace shop'])
    expect(dangling(policy('p', {}, 'istio-system'))).toEqual([])
    expect(dangling(world + policy('p', { selector: { matchLabels: { app: 'x' } } }, 'istio-system'))).toEqual([
      'no? its selector app=x matches no workload in the mesh',
    ])
  })

  test('only workloads outside of the mesh', () => {
    const out = namespace() + deployment({ labels: { 'sidecar.istio.io/inject': 'false' } })
    expect(dangling(out + policy('p', cart))).toEqual(['no it holds only workloads outside the mesh (Deployment cart)'])
  })

  test('namespaces', () => {
    expect(dangling(world + policy('p', source({ namespaces: ['shop', 'sh*', '*op', '*', 'SHOP'] })))).toEqual([])
    expect(dangling(world + policy('p', source({ namespaces: ['other'] })))).toEqual([
      'no? namespace other is not declared here',
    ])
    expect(dangling(world + policy('p', source({ notNamespaces: ['other-*'] })))).toEqual([
      'no? no namespace that is declared here matches other-*',
    ])
    expect(dangling(deployment() + policy('p', source({ namespaces: ['other'] })))).toEqual([
      'unknown? namespace other is not declared here',
    ])
  })

  test('service accounts, where the workloads of their namespace are declared', () => {
    const principal = (name: string): string => policy('p', source({ principals: [`cluster.local/ns/${name}`] }))
    expect(dangling(world + principal('shop/sa/frontend'))).toEqual([
      'no? service account frontend of namespace shop is neither declared nor used here',
    ])
    expect(dangling(world + principal('shop/sa/default'))).toEqual([])
    expect(dangling(world + principal('other/sa/frontend'))).toEqual([])
    expect(dangling(world + principal('shop/sa/*'))).toEqual([])
    const accounts = (name: string): string => policy('p', source({ serviceAccounts: [name] }))
    expect(dangling(world + accounts('frontend'))).toHaveLength(1)
    expect(dangling(world + accounts('shop/frontend'))).toHaveLength(1)
    expect(dangling(world + accounts('other/frontend'))).toEqual([])
    const account = yaml({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'frontend', namespace: 'shop' },
    })
    expect(dangling(world + account + principal('shop/sa/frontend'))).toEqual([])
  })

  test('targets', () => {
    const target = policy('p', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'w' }] })
    expect(dangling(world + target)).toEqual(['no? Gateway w is not declared here'])
    const gateway = istio('gateway.networking.k8s.io/v1', 'Gateway', 'w', {})
    expect(dangling(world + target + gateway)).toEqual([])
  })
})

describe('Linkerd', () => {
  const POLICY = 'policy.linkerd.io/v1alpha1'
  const meshed = namespace({}, { 'linkerd.io/inject': 'enabled' })
  const server = (spec: object = {}): string =>
    istio('policy.linkerd.io/v1beta3', 'Server', 'cart', {
      podSelector: { matchLabels: { app: 'cart' } },
      port: 8080,
      ...spec,
    })
  const authorization = (kinds: readonly string[], target = { kind: 'Server', name: 'cart' }): string =>
    istio(POLICY, 'AuthorizationPolicy', 'a', {
      targetRef: { group: 'policy.linkerd.io', ...target },
      requiredAuthenticationRefs: kinds.map((kind) => ({ kind, name: 'x' })),
    })
  const strict = (text: string, unsure: readonly string[] = []): string | undefined =>
    facts(text + deployment(), 'Deployment cart', unsure).workload?.strict.answer
  const inbound = (value: string): string =>
    namespace({}, { 'linkerd.io/inject': 'enabled', 'config.linkerd.io/default-inbound-policy': value })

  test.each([
    ['the default policy', meshed, 'no'],
    ['deny', inbound('deny'), 'yes'],
    ['all-authenticated', inbound('all-authenticated'), 'yes'],
    ['cluster-unauthenticated', inbound('cluster-unauthenticated'), 'no'],
    ['audit', inbound('audit'), 'no'],
    ['a Server', meshed + server(), 'yes'],
    ['a Server of another port', meshed + server({ port: 9090 }), 'no'],
    ['a Server of other pods', meshed + server({ podSelector: { matchLabels: { app: 'x' } } }), 'no'],
    // A name is a container port's, and a number in quotes is a name that none has.
    ['a Server of a number in quotes', meshed + server({ port: '8080' }), 'no'],
    [
      'a Server of workloads elsewhere',
      meshed + server({ podSelector: undefined, externalWorkloadSelector: {} }),
      'no',
    ],
    ['an open Server', inbound('deny') + server({ accessPolicy: 'all-unauthenticated' }), 'no'],
    ['identities', meshed + server() + authorization(['MeshTLSAuthentication', 'NetworkAuthentication']), 'yes'],
    ['networks alone', meshed + server() + authorization(['NetworkAuthentication']), 'no'],
    [
      'nothing demanded, of the namespace',
      meshed + server() + authorization([], { kind: 'Namespace', name: 'shop' }),
      'no',
    ],
    [
      'nothing demanded, of another Server',
      meshed + server() + authorization([], { kind: 'Server', name: 'x' }),
      'yes',
    ],
    [
      'unauthenticated clients',
      meshed +
        server() +
        istio('policy.linkerd.io/v1beta1', 'ServerAuthorization', 's', {
          server: { name: 'cart' },
          client: { unauthenticated: true },
        }),
      'no',
    ],
  ])('%s', (_name, text, expected) => {
    expect(strict(text)).toBe(expected)
  })

  test('a Server is of the ports that it names', () => {
    const modes = (pod: object, text: string): readonly string[] | undefined =>
      mtlsOf(worldOfYaml(meshed + text + deployment(pod)))[0]?.ports.map(({ port, mode }) => `${port ?? '*'} ${mode}`)
    const service = yaml({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    })
    expect(modes({ ports: [{ containerPort: 8080, name: 'http' }] }, server({ port: 'http' }))).toEqual(['8080 STRICT'])
    // The name of a Service's port is not the container's.
    expect(modes({ ports: [] }, service + server({ port: 'http' }))).toEqual(['8080 PERMISSIVE'])
    // A container may listen where nothing says so.
    expect(modes({ ports: [] }, server())).toEqual(['* PERMISSIVE', '8080 STRICT'])
  })

  test('a Server must be in force', () => {
    expect(strict(meshed + server(), ['cart'])).toBe('unknown')
  })

  test('a port that skips the proxy takes plain text', () => {
    const skipping = namespace(
      {},
      {
        'linkerd.io/inject': 'enabled',
        'config.linkerd.io/default-inbound-policy': 'deny',
        'config.linkerd.io/skip-inbound-ports': '25,8000-8100',
      },
    )
    expect(strict(skipping)).toBe('no')
  })

  test('what a policy refers to', () => {
    const missing = (text: string): readonly string[] | undefined =>
      facts(text, 'AuthorizationPolicy a').linkerd?.missing.map(({ what }) => what)
    expect(missing(authorization(['MeshTLSAuthentication']))).toEqual(['Server cart', 'MeshTLSAuthentication x'])
    expect(missing(server() + authorization(['ServiceAccount']))).toEqual([])
    const route = istio('policy.linkerd.io/v1beta3', 'HTTPRoute', 'r', {
      parentRefs: [{ kind: 'Server', name: 'cart' }],
    })
    expect(missing(route + authorization(['ServiceAccount'], { kind: 'HTTPRoute', name: 'r' }))).toEqual([])
  })
})
