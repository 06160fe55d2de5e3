import { describe, expect, test } from '@jest/globals'
import { deployment, facts, namespace, yaml } from './mesh-world.js'

const INJECT = 'sidecar.istio.io/inject'

describe('Istio', () => {
  const of = (text: string): string => {
    const { workload } = facts(text, 'Deployment cart')
    return `${workload?.enrolled.answer ?? '-'}${workload?.ambient ? ' ambient' : ''}${workload?.optsOut ? ' optsOut' : ''}`
  }
  const istiod = yaml({
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: { name: 'x', namespace: 'other' },
  })
  const config = (data: object): string =>
    yaml({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio-sidecar-injector', namespace: 'istio-system' },
      data,
    })

  test.each([
    // The webhook's selectors: mutatingwebhook.yaml.
    ['labelled namespace', namespace(), {}, 'yes'],
    ['revision', namespace({ 'istio.io/rev': 'canary' }), {}, 'yes'],
    ['no label', namespace({}), {}, 'no'],
    ['disabled namespace', namespace({ 'istio-injection': 'disabled' }), {}, 'no'],
    [
      'disabled wins over the revision',
      namespace({ 'istio-injection': 'disabled', 'istio.io/rev': 'canary' }),
      {},
      'no',
    ],
    [
      'disabled wins over the pod',
      namespace({ 'istio-injection': 'disabled' }),
      { labels: { [INJECT]: 'true' } },
      'no',
    ],
    ['pod asks, namespace is silent', namespace({}), { labels: { [INJECT]: 'true' } }, 'yes'],
    ['pod asks by revision', namespace({}), { labels: { 'istio.io/rev': 'canary' } }, 'yes'],
    ['an annotation does not call the webhook', namespace({}), { annotations: { [INJECT]: 'true' } }, 'no'],
    // injectRequired.
    ['pod refuses by label', namespace(), { labels: { [INJECT]: 'false' } }, 'no optsOut'],
    ['pod refuses by annotation', namespace(), { annotations: { [INJECT]: 'false' } }, 'no optsOut'],
    ['the label wins', namespace(), { labels: { [INJECT]: 'true' }, annotations: { [INJECT]: 'false' } }, 'yes'],
    [
      'the label wins the other way',
      namespace(),
      { labels: { [INJECT]: 'false' }, annotations: { [INJECT]: 'true' } },
      'no optsOut',
    ],
    ['other values are no refusal', namespace(), { labels: { [INJECT]: 'no' } }, 'yes'],
    ['host network', namespace(), { spec: { hostNetwork: true } }, 'no optsOut'],
    [
      'carries the proxy',
      namespace({}),
      { spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2:1.27.0', args: ['proxy', 'sidecar'] }] } },
      'yes',
    ],
    [
      'carries a namesake of the proxy',
      namespace({}),
      { spec: { containers: [{ name: 'istio-proxy', image: 'nginx:1' }] } },
      'no',
    ],
    // No revision is called by an empty label, and with it no other selector of the webhooks matches.
    ['an empty revision', namespace({ 'istio.io/rev': '' }), { labels: { [INJECT]: 'true' } }, 'no'],
    ['pod asks by an empty revision', namespace({}), { labels: { [INJECT]: 'true', 'istio.io/rev': '' } }, 'no'],
    // The namespace is declared elsewhere.
    ['unknown namespace', '', {}, 'unknown'],
    ['unknown namespace, pod asks', '', { labels: { [INJECT]: 'true' } }, 'yes'],
    ['unknown namespace, pod refuses', '', { annotations: { [INJECT]: 'false' } }, 'no optsOut'],
    ['unknown namespace, annotation asks', '', { annotations: { [INJECT]: 'true' } }, 'unknown'],
    // Ambient.
    ['ambient namespace', namespace({ 'istio.io/dataplane-mode': 'ambient' }), {}, 'yes ambient'],
    ['ambient pod', namespace({}), { labels: { 'istio.io/dataplane-mode': 'ambient' } }, 'yes ambient'],
    [
      'pod leaves ambient',
      namespace({ 'istio.io/dataplane-mode': 'ambient' }),
      { labels: { 'istio.io/dataplane-mode': 'none' } },
      'no ambient optsOut',
    ],
    // What the CNI writes enrols nobody; what the injector writes keeps the CNI away.
    ['redirected, it says', namespace({}), { annotations: { 'ambient.istio.io/redirection': 'enabled' } }, 'no'],
    [
      'injected, it says',
      namespace({ 'istio.io/dataplane-mode': 'ambient' }),
      { annotations: { 'sidecar.istio.io/status': '{}' } },
      'no ambient optsOut',
    ],
    ['injected, it says, elsewhere', '', { annotations: { 'sidecar.istio.io/status': '{}' } }, 'unknown'],
    [
      'a sidecar wins over ambient',
      namespace({ 'istio-injection': 'enabled', 'istio.io/dataplane-mode': 'ambient' }),
      {},
      'yes',
    ],
    [
      'a refused sidecar in ambient',
      namespace({ 'istio.io/dataplane-mode': 'ambient' }),
      { labels: { [INJECT]: 'false' } },
      'yes ambient',
    ],
  ] as const)('%s', (_name, space, pod, expected) => {
    expect(of(istiod + space + deployment(pod))).toBe(expected)
  })

  test('the injector injects every namespace', () => {
    const byDefault = config({
      values: '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}',
      config: 'policy: enabled',
    })
    expect(of(byDefault + namespace({}) + deployment())).toBe('yes')
  })

  test('the injector never injects some pods, or only those that ask', () => {
    const never = config({ values: '{}', config: 'policy: enabled\nneverInjectSelector:\n- matchLabels: {app: cart}' })
    expect(of(never + namespace() + deployment())).toBe('no')
    expect(of(never + namespace() + deployment({ labels: { [INJECT]: 'true' } }))).toBe('yes')
    const asked = config({ values: '{}', config: 'policy: disabled' })
    expect(of(asked + namespace() + deployment())).toBe('no')
    const always = config({
      values: '{}',
      config: 'policy: disabled\nalwaysInjectSelector:\n- matchLabels: {app: cart}',
    })
    expect(of(always + namespace() + deployment())).toBe('yes')
    expect(of(always + namespace() + deployment({ labels: { [INJECT]: 'false' } }))).toBe('no optsOut')
    expect(of(asked + namespace() + deployment({ labels: { [INJECT]: 'true' } }))).toBe('yes')
  })

  test('pods of the cluster, of the control plane and gateways are left out', () => {
    const applies = (pod: object, inNamespace: string): boolean | undefined => {
      const text = istiod + deployment(pod).replaceAll('"namespace":"shop"', `"namespace":"${inNamespace}"`)
      return facts(text, 'Deployment cart').workload?.applies
    }
    expect(applies({}, 'shop')).toBe(true)
    expect(applies({}, 'kube-system')).toBe(false)
    expect(applies({}, 'istio-system')).toBe(false)
    const annotations = { 'inject.istio.io/templates': 'gateway' }
    const proxy = { name: 'istio-proxy', image: 'auto' }
    expect(applies({ annotations, spec: { containers: [proxy] } }, 'shop')).toBe(false)
    expect(applies({ spec: { containers: [{ ...proxy, args: ['proxy', 'router'] }] } }, 'shop')).toBe(false)
    // An application beside the proxy is an application, whatever its annotations say.
    expect(applies({ annotations, spec: { containers: [proxy, { name: 'app', image: 'app:1' }] } }, 'shop')).toBe(true)
    expect(applies({ annotations }, 'shop')).toBe(true)
    expect(applies({ labels: { app: 'istiod', 'linkerd.io/control-plane-component': 'x' } }, 'shop')).toBe(true)
  })

  // Containers as Istio's charts istiod, cni, ztunnel and gateways write them, and what only looks like them.
  test.each([
    [{ name: 'discovery', image: 'docker.io/istio/pilot:1.27.0', args: ['discovery', '--domain', 'x'] }, false],
    [{ name: 'discovery', image: 'registry.istio.io/release/pilot:1.29.0-distroless', args: ['discovery'] }, false],
    [{ name: 'install-cni', image: 'gcr.io/istio-release/install-cni:1.27', command: ['install-cni'] }, false],
    [{ name: 'istio-proxy', image: 'istio/ztunnel@sha256:0', args: ['proxy', 'ztunnel'] }, false],
    [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.27.0', args: ['proxy', 'router'] }, false],
    [{ name: 'discovery', image: 'docker.io/istio/pilot:1.27.0', args: ['serve'] }, true],
    [{ name: 'discovery', image: 'docker.io/istio/pilot:1', command: ['sh', '-c', 'x'], args: ['discovery'] }, true],
    [{ name: 'discovery', image: 'docker.io/istio/examples:1', args: ['discovery'] }, true],
    [{ name: 'discovery', image: 'docker.io/istio.example.com/pilot:1', args: ['discovery'] }, true],
    [{ name: 'discovery', image: 'example.com/istio/pilot:1', args: ['discovery'] }, true],
    [{ name: 'install-cni', image: 'registry:5000/install-cni:1.27', command: ['install-cni'] }, true],
    [{ name: 'istio-proxy', image: 'example.com/ztunnel:1', args: ['proxy', 'ztunnel'] }, true],
    [{ name: 'istio-proxy', image: 'example.com/proxyv2:1', args: ['proxy', 'router'] }, true],
    [{ name: 'istio-proxy', image: 'auto', command: ['sh'], args: ['router'] }, true],
    [{ name: 'ztunnel', image: 'shop:1', args: ['proxy', 'ztunnel'] }, true],
  ])('the mesh need not be in itself: %j', (container, applies) => {
    const text = (...containers: object[]): string => istiod + deployment({ spec: { containers } })
    expect(facts(text(container), 'Deployment cart').workload?.applies).toBe(applies)
    const beside = { name: 'app', image: 'app:1' }
    expect(facts(text(container, beside), 'Deployment cart').workload?.applies).toBe(true)
    const native = { initContainers: [{ ...beside, restartPolicy: 'Always' }], containers: [container] }
    expect(facts(istiod + deployment({ spec: native }), 'Deployment cart').workload?.applies).toBe(true)
  })

  describe('from a mirror, by what goes with it', () => {
    const pilot = deployment({
      spec: { containers: [{ name: 'discovery', image: 'example.com/mirror/pilot:1.27.0', args: ['discovery'] }] },
    })
    const service = (selector: object): string =>
      yaml({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'istiod', namespace: 'shop' }, spec: { selector } })
    const webhook = (name: string, inNamespace = 'shop'): string =>
      yaml({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'MutatingWebhookConfiguration',
        metadata: { name: 'istio-sidecar-injector' },
        webhooks: [
          {
            name: 'namespace.sidecar-injector.istio.io',
            clientConfig: { service: { name, namespace: inNamespace, path: '/inject' } },
          },
        ],
      })
    test.each([
      ['the injector that calls it', service({ app: 'cart' }) + webhook('istiod'), false],
      ['no injector', service({ app: 'cart' }), true],
      ['an injector that calls another', service({ app: 'cart' }) + webhook('other'), true],
      ['an injector that calls elsewhere', service({ app: 'cart' }) + webhook('istiod', 'istio-system'), true],
      ['a Service of other pods', service({ app: 'stock' }) + webhook('istiod'), true],
    ])('the control plane: %s', (_name, text, applies) => {
      expect(facts(istiod + text + pilot, 'Deployment cart').workload?.applies).toBe(applies)
    })

    test.each([
      [{ capabilities: { add: ['NET_ADMIN', 'SYS_ADMIN'] } }, false],
      [{ privileged: true }, false],
      [{ capabilities: { add: ['NET_ADMIN'] } }, true],
      [undefined, true],
    ])('what enters every node: %j', (securityContext, applies) => {
      const container = { name: 'istio-proxy', image: 'example.com/ztunnel:1', args: ['proxy', 'ztunnel'] }
      const text = deployment({ spec: { containers: [{ ...container, securityContext }] } })
      const node = text.replace('"kind":"Deployment"', '"kind":"DaemonSet"')
      expect(facts(istiod + node, 'DaemonSet cart').workload?.applies).toBe(applies)
      expect(facts(istiod + text, 'Deployment cart').workload?.applies).toBe(true)
    })
  })

  test('a MeshConfig that istiod does not read names no root namespace', () => {
    const mesh = (inNamespace: string): string =>
      yaml({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'istio', namespace: inNamespace },
        data: { mesh: 'rootNamespace: shop' },
      })
    expect(facts(mesh('shop') + deployment(), 'Deployment cart').workload?.applies).toBe(true)
    // What it names is the root of policies; what runs there is the mesh's where istiod is.
    expect(facts(mesh('istio-system') + deployment(), 'Deployment cart').workload?.applies).toBe(true)
    const control = deployment(
      { spec: { containers: [{ name: 'discovery', image: 'istio/pilot:1', args: ['discovery'] }] } },
      'istiod',
    )
    expect(facts(mesh('shop') + control + deployment(), 'Deployment cart').workload?.applies).toBe(false)
  })

  test("Linkerd's namespaces hold Linkerd's pods", () => {
    const own = (image: string, name = 'shop', labels: object = { 'linkerd.io/extension': 'viz' }): unknown =>
      facts(
        namespace(labels, {}, name) +
          deployment({ spec: { containers: [{ name: 'a', image }] } }).replaceAll('"shop"', `"${name}"`),
        'Deployment cart',
      ).workload?.applies
    expect(own('cr.l5d.io/linkerd/metrics-api:edge')).toBe(false)
    expect(own('cr.l5d.io/linkerd/metrics-api:edge', 'shop', {})).toBe(true)
    expect(own('example.com/shop:1')).toBe(true)
    expect(own('prom/prometheus:v3', 'linkerd')).toBe(false)
  })

  test('labels of a namespace that contradict each other', () => {
    const conflicts = (labels: object): number | undefined =>
      facts(namespace(labels), 'Namespace shop').namespace?.conflicts.length
    expect(conflicts({ 'istio-injection': 'enabled', 'istio.io/rev': 'x' })).toBe(2)
    expect(conflicts({ 'istio.io/rev': 'x', 'istio.io/dataplane-mode': 'ambient' })).toBe(2)
    expect(conflicts({ 'istio-injection': 'disabled', 'istio.io/rev': 'x' })).toBe(0)
    expect(conflicts({ 'istio-injection': 'enabled' })).toBe(0)
  })
})

describe('Linkerd, after the truth table of its injector', () => {
  test.each([
    ['enabled', 'enabled', 'yes'],
    ['enabled', '', 'yes'],
    ['enabled', 'disabled', 'no'],
    ['disabled', 'enabled', 'yes'],
    ['', 'enabled', 'yes'],
    ['disabled', 'disabled', 'no'],
    ['', 'disabled', 'no'],
    ['disabled', '', 'no'],
    ['', '', 'no'],
    ['', 'ingress', 'yes'],
    ['', 'true', 'no'],
    ['true', 'enabled', 'no'],
  ])('namespace %p, pod %p: %s', (space, pod, expected) => {
    const annotations = (value: string): object =>
      value === '' ? { 'config.linkerd.io/proxy-log-level': 'warn' } : { 'linkerd.io/inject': value }
    const text = namespace({}, annotations(space)) + deployment({ annotations: annotations(pod) })
    const { workload } = facts(text, 'Deployment cart')
    expect(workload).toMatchObject({ mesh: 'linkerd', enrolled: { answer: expected } })
  })

  test('where Istio is used too, the mesh that a pod keeps out of gives the reason', () => {
    const other = namespace({ 'istio-injection': 'enabled' }, {}, 'other')
    const pod = deployment({ annotations: { 'linkerd.io/inject': 'disabled' } })
    const { workload } = facts(namespace({}, { 'linkerd.io/inject': 'enabled' }) + other + pod, 'Deployment cart')
    expect(workload).toMatchObject({
      mesh: 'linkerd',
      strict: { answer: 'no', why: 'its annotation linkerd.io/inject is disabled' },
    })
  })

  test('the host network has no proxy, an unknown namespace no answer', () => {
    const of = (pod: object): string | undefined => facts(deployment(pod), 'Deployment cart').workload?.enrolled.answer
    expect(of({ annotations: { 'linkerd.io/inject': 'enabled' }, spec: { hostNetwork: true } })).toBe('no')
    expect(of({ annotations: { 'config.linkerd.io/proxy-log-level': 'warn' } })).toBe('unknown')
  })

  // The webhook's selectors, and HasExistingSidecars.
  test('what the injector passes over, whatever is asked for', () => {
    const annotations = { 'linkerd.io/inject': 'enabled' }
    const of = (pod: object, space = namespace({}, annotations)): string => {
      const { workload } = facts(space + deployment({ annotations, ...pod }), 'Deployment cart')
      return `${workload?.enrolled.answer ?? '-'}${workload?.optsOut ? ' optsOut' : ''}`
    }
    const container = (name: string, image = 'app:1'): object => ({ spec: { containers: [{ name, image }] } })
    const init = (name: string): object => ({
      spec: { containers: [{ name: 'app', image: 'app:1' }], initContainers: [{ name, image: 'app:1' }] },
    })
    expect(of({})).toBe('yes')
    expect(of(container('linkerd-proxy', 'cr.l5d.io/linkerd/proxy:edge-26.8.1'))).toBe('yes')
    expect(of(container('linkerd-proxy', 'example.com/mirror/proxy@sha256:0'))).toBe('yes')
    expect(of(container('linkerd-proxy'))).toBe('no optsOut')
    expect(of(container('istio-proxy'))).toBe('no optsOut')
    expect(of(container('app', 'cr.l5d.io/linkerd/proxy:edge-26.8.1'))).toBe('no optsOut')
    expect(of(init('linkerd-init'))).toBe('no optsOut')
    expect(of(init('migrate'))).toBe('yes')
    expect(of({ labels: { 'linkerd.io/control-plane-component': 'x' } })).toBe('no optsOut')
    expect(of({ labels: { 'linkerd.io/cni-resource': 'true' } })).toBe('no optsOut')
    expect(of({}, namespace({ 'config.linkerd.io/admission-webhooks': 'disabled' }, annotations))).toBe('no')
  })
})

test('without any mesh nothing is enrolled, and nothing is said to be', () => {
  const { meshes, workload } = facts(namespace({ team: 'shop' }) + deployment(), 'Deployment cart')
  expect(meshes).toEqual([])
  expect(workload).toMatchObject({ mesh: null, enrolled: { answer: 'no' }, applies: true })
  expect(facts(namespace({}) + deployment(), 'Environment ').environment).toEqual({ workloads: 1, namespaces: 1 })
})

test('a namespace is alone beside other namespaces, not beside anything else', () => {
  const alone = (text: string): unknown => facts(namespace({}) + text, 'Namespace shop').namespace?.alone
  const account = yaml({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'cart', namespace: 'shop' } })
  expect([alone(''), alone(namespace({}, {}, 'other')), alone(account)]).toEqual([true, true, false])
})

describe('a pod that does no more than keep out of a mesh', () => {
  const out = deployment({ annotations: { 'sidecar.istio.io/inject': 'false', 'linkerd.io/inject': 'disabled' } })
  const cart = (text: string, resource: string): ReturnType<typeof facts> => facts(namespace({}) + text, resource)

  test('is told, and shows no mesh to the others', () => {
    expect(cart(out, 'Deployment cart').meshes).toEqual(['istio', 'linkerd'])
    expect(cart(out, 'Deployment cart').workload).toMatchObject({
      mesh: 'istio',
      optsOut: true,
      strict: { answer: 'no' },
    })
    expect(cart(out, 'Namespace shop').meshes).toEqual([])
    expect(cart(out, 'Environment ').meshes).toEqual([])
  })

  test('where something else shows a mesh, it is no different', () => {
    const settings = { 'sidecar.istio.io/inject': 'false', 'proxy.istio.io/config': '{}' }
    expect(cart(deployment({ annotations: settings }), 'Namespace shop').meshes).toEqual(['istio'])
    const other = namespace({ 'istio-injection': 'disabled' }, {}, 'other')
    expect(cart(out + other, 'Namespace shop').meshes).toEqual(['istio'])
    expect(cart(out + other, 'Deployment cart').meshes).toEqual(['istio', 'linkerd'])
  })
})
