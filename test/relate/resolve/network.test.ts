import { describe, expect, test } from '@jest/globals'
import type { Resource, Truth } from '../../../src/model.js'
import { network, type NetworkFacts } from '../../../src/relate/resolve/network.js'
import { type Flow, type World, worldOf } from '../../../src/relate/world.js'
import { deployment, must, namespace, worldOfText } from '../network/cluster.js'

function factsIn(world: World): (name: string, kind?: string) => NetworkFacts {
  const cards = world.resources.flatMap((resource) => {
    const card = network.card(resource, world.podOf(resource))
    return card === null ? [] : [{ resource, card }]
  })
  const facts = network.resolve(cards, world)
  return (name, kind = 'Deployment') => {
    const resource = world.resources.find((one) => one.kind === kind && one.name === name)
    if (resource === undefined) throw new Error(`there is no ${kind} ${name}`)
    return facts(resource, world.podOf(resource))
  }
}

const factsOf = (text: string): ReturnType<typeof factsIn> => factsIn(worldOfText(text))

const policy = (spec: string, where = 'shop', name = 'policy'): string =>
  `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${where}}\nspec: ${spec}\n`
const admin = (kind: string, spec: string, version = 'v1alpha1', name = 'admin'): string =>
  `---\napiVersion: policy.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const calico = (kind: string, spec: string, name = 'calico', group = 'projectcalico.org/v3'): string =>
  `---\napiVersion: ${group}\nkind: ${kind}\nmetadata: {name: ${name}${kind === 'NetworkPolicy' ? ', namespace: shop' : ''}}\nspec: ${spec}\n`
const cilium = (spec: string, kind = 'CiliumNetworkPolicy'): string =>
  `---\napiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: {name: cilium${kind === 'CiliumNetworkPolicy' ? ', namespace: shop' : ''}}\nspec: ${spec}\n`

const CART = namespace('shop', { team: 'shop' }) + deployment('cart', 'shop', { app: 'cart', tier: 'back' })

/** Ingress and egress of Deployment cart, as in `yes/no`. */
function isolated(text: string): string {
  const { workload } = factsOf(CART + text)('cart')
  return `${must(workload).ingressIsolated.answer}/${must(workload).egressIsolated.answer}`
}

describe('isolation by NetworkPolicy', () => {
  test.each<[string, string]>([
    ['', 'no/no'],
    [policy('{podSelector: {}}'), 'yes/no'],
    [policy('{}'), 'yes/no'],
    [policy('{podSelector: {}, egress: []}'), 'yes/no'],
    [policy('{podSelector: {}, egress: [{}]}'), 'yes/yes'],
    [policy('{podSelector: {}, policyTypes: [Egress]}'), 'no/yes'],
    [policy('{podSelector: {}, policyTypes: [Ingress], egress: [{}]}'), 'yes/no'],
    [policy('{podSelector: {}, policyTypes: [Ingress, Egress]}'), 'yes/yes'],
    // By definition isolated, whatever is allowed.
    [policy('{podSelector: {}, ingress: [{}]}'), 'yes/no'],
    [policy('{podSelector: {matchLabels: {app: cart}}}'), 'yes/no'],
    [policy('{podSelector: {matchLabels: {app: carts}}}'), 'no/no'],
    [policy('{podSelector: {matchLabels: {app: cart, tier: front}}}'), 'no/no'],
    [policy('{podSelector: {matchExpressions: [{key: app, operator: In, values: [web, cart]}]}}'), 'yes/no'],
    [policy('{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}}'), 'yes/no'],
    [policy('{podSelector: {matchExpressions: [{key: gone, operator: DoesNotExist}]}}'), 'yes/no'],
    [policy('{podSelector: {matchExpressions: [{key: gone, operator: Exists}]}}'), 'no/no'],
    [policy('{podSelector: {}}', 'other'), 'no/no'],
    // The union of what selects it.
    [
      policy('{podSelector: {matchLabels: {app: cart}}}') +
        policy('{podSelector: {matchLabels: {tier: back}}, policyTypes: [Egress]}', 'shop', 'egress'),
      'yes/yes',
    ],
  ])('case %#', (text, expected) => expect([text, isolated(text)]).toEqual([text, expected]))

  test('says why, and by what', () => {
    const { workload } = factsOf(CART + policy('{podSelector: {}}'))('cart')
    expect(workload?.ingressIsolated).toEqual({
      answer: 'yes',
      why: 'NetworkPolicy policy selects it for ingress',
      by: [{ id: 2, kind: 'NetworkPolicy', namespace: 'shop', name: 'policy', path: ['spec'] }],
    })
    expect(workload?.egressIsolated).toEqual({
      answer: 'no',
      why: 'no policy here is known to select it for egress',
      by: [],
    })
  })

  test('a policy that may not be in force leaves it unknown', () => {
    const objects = worldOfText(CART + policy('{podSelector: {}}')).resources
    const world = worldOf(
      objects.map((one) =>
        one.kind === 'NetworkPolicy' ? { ...one, force: { answer: 'unknown', why: 'it is a Helm hook' } } : one,
      ),
    )
    expect(factsIn(world)('cart').workload?.ingressIsolated).toMatchObject({
      answer: 'unknown',
      why: 'NetworkPolicy policy may not hold: it is a Helm hook',
    })
  })

  test.each<[string, string | undefined, string | undefined, Truth]>([
    ['the same symbol', '~a', '~a', 'yes'],
    // One stray manifest must not make everything unknown: what may be elsewhere does not count.
    ['two symbols', '~a', '~b', 'no'],
    ['the policy states none', undefined, '~b', 'no'],
    ['the workload states none', '~a', undefined, 'no'],
    ['both state the same', undefined, undefined, 'yes'],
  ])('namespaces that nobody stated: %s', (_, workload, ofPolicy, expected) => {
    const [cart] = worldOfText(deployment('cart', 'shop')).resources
    const [deny] = worldOfText(policy('{podSelector: {matchLabels: {app: cart}}}')).resources
    const moved = (one: Resource, id: number, symbol: string | undefined): Resource =>
      symbol === undefined ? { ...one, id } : { ...one, id, namespace: symbol, namespaceStated: false }
    const world = worldOf([moved(must(cart), 0, workload), moved(must(deny), 1, ofPolicy)])
    expect(factsIn(world)('cart').workload?.ingressIsolated.answer).toBe(expected)
  })

  test('names such a policy', () => {
    const [cart] = worldOfText(deployment('cart', 'shop')).resources
    const [deny] = worldOfText(policy('{podSelector: {}}')).resources
    const world = worldOf([must(cart), { ...must(deny), id: 1, namespace: '~b', namespaceStated: false }])
    expect(factsIn(world)('cart').workload?.ingressIsolated).toMatchObject({
      answer: 'no',
      why: 'no policy here is known to select it for ingress',
      by: [{ kind: 'NetworkPolicy', name: 'policy' }],
    })
  })

  test('a policy of another namespace that does not select it says nothing', () => {
    const [cart] = worldOfText(deployment('cart', 'shop')).resources
    const [deny] = worldOfText(policy('{podSelector: {matchLabels: {app: web}}}')).resources
    const world = worldOf([
      { ...must(cart), namespace: '~a', namespaceStated: false },
      { ...must(deny), id: 1 },
    ])
    expect(factsIn(world)('cart').workload?.ingressIsolated.answer).toBe('no')
  })

  test('labels that an operator documents are known, and others are not', () => {
    const ES = `{ apiVersion: elasticsearch.k8s.elastic.co/v1, kind: Elasticsearch, metadata: { name: es, namespace: shop }, spec: { nodeSets: [{ name: a }] } }`
    const selecting = (label: string): string => {
      const facts = factsOf(
        [namespace('shop', {}), ES, policy(`{ podSelector: { matchLabels: { ${label} } } }`)].join('\n---\n'),
      )
      return `${facts('es', 'Elasticsearch').workload?.ingressIsolated.answer} ${facts('policy', 'NetworkPolicy').policy?.selects.answer}`
    }
    expect(selecting('elasticsearch.k8s.elastic.co/cluster-name: es')).toBe('yes yes')
    expect(selecting('elasticsearch.k8s.elastic.co/cluster-name: other')).toBe('no no')
    expect(selecting('team: search')).toBe('unknown unknown')
  })

  test('Strimzi makes policies of its own for ingress', () => {
    const kafka = `{ apiVersion: kafka.strimzi.io/v1, kind: Kafka, metadata: { name: k, namespace: shop }, spec: { kafka: {} } }`
    const { workload } = factsOf([namespace('shop', {}), kafka].join('\n---\n'))('k', 'Kafka')
    expect([workload?.ingressIsolated.answer, workload?.egressIsolated.answer]).toEqual(['unknown', 'no'])
  })

  test('nothing holds the host network', () => {
    const { workload } = factsOf(
      namespace('shop') +
        deployment('agent', 'shop', { app: 'agent' }, 'hostNetwork: true') +
        policy('{podSelector: {}, policyTypes: [Ingress, Egress]}'),
    )('agent')
    expect(workload).toMatchObject({
      ingressIsolated: { answer: 'no' },
      egressIsolated: { answer: 'no' },
      bypassed: [{ kind: 'NetworkPolicy', name: 'policy' }],
    })
  })

  test('a policy that may lie in another namespace is not told to be bypassed', () => {
    const agent = deployment('agent', 'shop', { app: 'agent' }, 'hostNetwork: true').replace(', namespace: shop', '')
    const { workload } = factsOf(agent + policy('{podSelector: {}, policyTypes: [Ingress]}'))('agent')
    expect(workload).toMatchObject({ ingressIsolated: { answer: 'no' }, bypassed: [] })
  })

  test('a kind that is not understood leaves it unknown, in its namespace', () => {
    const antrea = (where: string): string =>
      `---\napiVersion: crd.antrea.io/v1beta1\nkind: NetworkPolicy\nmetadata: {name: acnp, namespace: ${where}}\nspec: {}\n`
    expect(isolated(antrea('shop'))).toBe('unknown/unknown')
    expect(isolated(antrea('other'))).toBe('no/no')
    expect(isolated(antrea('shop') + policy('{podSelector: {}}'))).toBe('yes/unknown')
    expect(
      isolated(
        '---\napiVersion: k8s.ovn.org/v1\nkind: EgressFirewall\nmetadata: {name: default, namespace: shop}\nspec: {}\n',
      ),
    ).toBe('no/unknown')
    expect(
      isolated(
        '---\napiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\nmetadata: {name: later, namespace: shop}\nspec: {selector: all()}\n',
      ),
    ).toBe('no/no')
  })
})

describe('isolation by the cluster-wide policies', () => {
  const ALL = '{namespaces: {}}'
  test.each<[string, string, string]>([
    [
      'a baseline that denies every pod',
      admin('BaselineAdminNetworkPolicy', `{subject: ${ALL}, ingress: [{action: Deny, from: [${ALL}]}]}`),
      'yes/no',
    ],
    [
      'egress to pods alone leaves the world open',
      admin('BaselineAdminNetworkPolicy', `{subject: ${ALL}, egress: [{action: Deny, to: [${ALL}]}]}`),
      'no/no',
    ],
    [
      'egress to pods, and to every address',
      admin(
        'BaselineAdminNetworkPolicy',
        `{subject: ${ALL}, egress: [{action: Deny, to: [${ALL}]}, {action: Deny, to: [{networks: [0.0.0.0/1, 128.0.0.0/1]}]}]}`,
      ),
      'no/yes',
    ],
    [
      'some ports',
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: ${ALL}, ingress: [{action: Deny, from: [${ALL}], ports: [{portNumber: {protocol: TCP, port: 80}}]}]}`,
      ),
      'no/no',
    ],
    [
      'some pods',
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: ${ALL}, ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: x}}}]}]}`,
      ),
      'no/no',
    ],
    [
      'another subject',
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: {namespaces: {matchLabels: {team: x}}}, ingress: [{action: Deny, from: [${ALL}]}]}`,
      ),
      'no/no',
    ],
    [
      'subjects by pods',
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: {pods: {namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {app: cart}}}}, ingress: [{action: Deny, from: [${ALL}]}]}`,
      ),
      'yes/no',
    ],
    [
      'allowed before anything is denied',
      admin('AdminNetworkPolicy', `{priority: 1, subject: ${ALL}, ingress: [{action: Allow, from: [${ALL}]}]}`) +
        admin(
          'AdminNetworkPolicy',
          `{priority: 2, subject: ${ALL}, ingress: [{action: Deny, from: [${ALL}]}]}`,
          'v1alpha1',
          'later',
        ),
      'no/no',
    ],
    [
      'the lower priority number comes first',
      admin('AdminNetworkPolicy', `{priority: 9, subject: ${ALL}, ingress: [{action: Allow, from: [${ALL}]}]}`) +
        admin(
          'AdminNetworkPolicy',
          `{priority: 2, subject: ${ALL}, ingress: [{action: Deny, from: [${ALL}]}]}`,
          'v1alpha1',
          'first',
        ),
      'yes/no',
    ],
    [
      'passed on to NetworkPolicy',
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: ${ALL}, ingress: [{action: Pass, from: [${ALL}]}, {action: Deny, from: [${ALL}]}]}`,
      ) + policy('{podSelector: {}}'),
      'yes/no',
    ],
    [
      'passed on to nothing',
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: ${ALL}, ingress: [{action: Pass, from: [${ALL}]}, {action: Deny, from: [${ALL}]}]}`,
      ),
      'no/no',
    ],
    [
      'an admin policy that allows everything leaves NetworkPolicy nothing to hold',
      admin('AdminNetworkPolicy', `{priority: 1, subject: ${ALL}, ingress: [{action: Allow, from: [${ALL}]}]}`) +
        policy('{podSelector: {}}'),
      'no/no',
    ],
    [
      'ClusterNetworkPolicy, its tiers and its Accept',
      admin(
        'ClusterNetworkPolicy',
        `{tier: Baseline, priority: 5, subject: ${ALL}, ingress: [{action: Deny, from: [${ALL}]}]}`,
        'v1alpha2',
      ) +
        admin(
          'ClusterNetworkPolicy',
          `{tier: Admin, priority: 5, subject: ${ALL}, ingress: [{action: Accept, from: [{namespaces: {matchLabels: {team: ops}}}]}]}`,
          'v1alpha2',
          'ops',
        ),
      'yes/no',
    ],
  ])('%s', (_, text, expected) => expect(isolated(text)).toBe(expected))

  test('labels of a namespace that is declared elsewhere are not known', () => {
    const text =
      deployment('cart', 'shop') +
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: {namespaces: {matchLabels: {team: shop}}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}`,
      )
    expect(factsOf(text)('cart').workload?.ingressIsolated.answer).toBe('unknown')
  })

  test('its name is', () => {
    const by = (name: string): Truth | undefined =>
      factsOf(
        deployment('cart', 'shop') +
          admin(
            'AdminNetworkPolicy',
            `{priority: 1, subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}`,
          ),
      )('cart').workload?.ingressIsolated.answer
    expect([by('shop'), by('other')]).toEqual(['yes', 'no'])
  })
})

describe("isolation by Calico's policies", () => {
  test.each<[string, string]>([
    [calico('NetworkPolicy', '{selector: all()}'), 'yes/no'],
    [calico('NetworkPolicy', '{}'), 'yes/no'],
    [calico('NetworkPolicy', '{selector: app == "cart", ingress: [{action: Allow}]}'), 'yes/no'],
    [calico('NetworkPolicy', '{selector: app == "cart", egress: [{action: Allow}]}'), 'no/yes'],
    [calico('NetworkPolicy', '{selector: app == "cart", ingress: [], egress: [{action: Deny}]}'), 'no/yes'],
    [
      calico('NetworkPolicy', '{selector: app == "cart", ingress: [{action: Deny}], egress: [{action: Deny}]}'),
      'yes/yes',
    ],
    [calico('NetworkPolicy', '{selector: app == "web"}'), 'no/no'],
    [
      calico('NetworkPolicy', '{selector: all(), types: [Ingress, Egress]}', 'calico', 'crd.projectcalico.org/v1'),
      'yes/yes',
    ],
    [
      calico('NetworkPolicy', "{selector: all(), serviceAccountSelector: projectcalico.org/name == 'default'}"),
      'yes/no',
    ],
    [calico('GlobalNetworkPolicy', '{types: [Ingress, Egress]}'), 'yes/yes'],
    [
      calico(
        'GlobalNetworkPolicy',
        `{namespaceSelector: 'projectcalico.org/name not in {"kube-system"}', types: [Ingress]}`,
      ),
      'yes/no',
    ],
    [calico('GlobalNetworkPolicy', '{namespaceSelector: team == "shop", types: [Ingress]}'), 'yes/no'],
    [calico('GlobalNetworkPolicy', '{selector: pcns.team == "ops", types: [Ingress]}'), 'no/no'],
    [calico('GlobalNetworkPolicy', '{selector: has(projectcalico.org/namespace), types: [Ingress]}'), 'yes/no'],
    [calico('GlobalNetworkPolicy', "{selector: projectcalico.org/orchestrator == 'k8s', types: [Ingress]}"), 'yes/no'],
    // These hold host endpoints, not pods.
    [calico('GlobalNetworkPolicy', '{preDNAT: true, applyOnForward: true, types: [Ingress]}'), 'no/no'],
    // A selector that cannot be read.
    [calico('GlobalNetworkPolicy', '{selector: app = "cart", types: [Ingress]}'), 'unknown/no'],
    // Tiers.
    [calico('GlobalNetworkPolicy', '{tier: security, types: [Ingress]}'), 'unknown/no'],
    [
      calico('GlobalNetworkPolicy', '{tier: security, types: [Ingress]}') + calico('Tier', '{order: 10}', 'security'),
      'yes/no',
    ],
    [
      calico('GlobalNetworkPolicy', '{tier: security, types: [Ingress]}') +
        calico('Tier', '{order: 10, defaultAction: Pass}', 'security'),
      'no/no',
    ],
    [
      calico('GlobalNetworkPolicy', '{tier: security, types: [Ingress], ingress: [{action: Pass}]}') +
        calico('Tier', '{order: 10}', 'security'),
      'no/no',
    ],
    [
      calico('GlobalNetworkPolicy', '{tier: security, types: [Ingress], ingress: [{action: Pass}]}') +
        calico('Tier', '{order: 10}', 'security') +
        policy('{}'),
      'yes/no',
    ],
  ])('case %#', (text, expected) => expect([text, isolated(text)]).toEqual([text, expected]))
})

describe("isolation by Cilium's policies", () => {
  const wide = (spec: string): string => cilium(spec, 'CiliumClusterwideNetworkPolicy')
  test.each<[string, string]>([
    [cilium('{endpointSelector: {}}'), 'no/no'],
    [cilium('{endpointSelector: {}, ingress: []}'), 'no/no'],
    [cilium('{endpointSelector: {}, ingress: [{}]}'), 'yes/no'],
    [cilium('{endpointSelector: {}, egress: [{}]}'), 'no/yes'],
    [cilium('{endpointSelector: {}, ingress: [{}], egress: [{}]}'), 'yes/yes'],
    [cilium('{endpointSelector: {}, ingressDeny: [{fromEntities: [world]}]}'), 'yes/no'],
    [cilium('{endpointSelector: {}, ingress: [{}], enableDefaultDeny: {ingress: false}}'), 'no/no'],
    // Cilium refuses a policy without any rule, so that it is not in force.
    [cilium('{endpointSelector: {}, enableDefaultDeny: {egress: true}}'), 'no/no'],
    // A direction without rules is left alone, whatever else is said of it.
    [cilium('{endpointSelector: {}, ingress: [{}], enableDefaultDeny: {egress: true}}'), 'yes/no'],
    [
      cilium('{endpointSelector: {}, ingressDeny: [{fromEntities: [all]}], enableDefaultDeny: {ingress: false}}'),
      'yes/no',
    ],
    [cilium('{endpointSelector: {matchLabels: {"k8s:app": cart}}, ingress: [{}]}'), 'yes/no'],
    [cilium('{endpointSelector: {matchLabels: {"any:app": cart}}, ingress: [{}]}'), 'yes/no'],
    [cilium('{endpointSelector: {matchLabels: {"container:app": cart}}, ingress: [{}]}'), 'no/no'],
    [
      cilium('{endpointSelector: {matchExpressions: [{key: tier, operator: In, values: [back]}]}, ingress: [{}]}'),
      'yes/no',
    ],
    // Its namespace is its own, whatever the selector says in the one way that gives way; in others it asks for both.
    [cilium('{endpointSelector: {matchLabels: {"any:io.kubernetes.pod.namespace": other}}, ingress: [{}]}'), 'no/no'],
    [cilium('{endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: other}}, ingress: [{}]}'), 'no/no'],
    [cilium('{endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: shop}}, ingress: [{}]}'), 'yes/no'],
    // What Cilium refuses is not in force.
    [cilium('{endpointSelector: {}, ingress: [{fromEntities: [world], fromCIDR: [192.0.2.1]}]}'), 'no/no'],
    [cilium('{endpointSelector: {}, ingress: [{fromEntities: [everybody]}]}'), 'no/no'],
    [cilium('{endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": other}}, ingress: [{}]}'), 'yes/no'],
    [wide('{endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": shop}}, ingress: [{}]}'), 'yes/no'],
    [wide('{endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: other}}, ingress: [{}]}'), 'no/no'],
    [wide('{endpointSelector: {matchLabels: {io.cilium.k8s.namespace.labels.team: shop}}, egress: [{}]}'), 'no/yes'],
    [
      wide('{endpointSelector: {matchLabels: {io.cilium.k8s.policy.serviceaccount: default}}, ingress: [{}]}'),
      'yes/no',
    ],
    [wide('{nodeSelector: {}, ingress: [{}]}'), 'no/no'],
    [cilium('{endpointSelector: {}, ingress: [{fromRequires: [{matchLabels: {a: b}}]}]}'), 'unknown/no'],
    [
      '---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: many, namespace: shop}\nspecs: [{endpointSelector: {}, ingress: [{}]}, {endpointSelector: {}, egress: [{}]}]\n',
      'yes/yes',
    ],
  ])('case %#', (text, expected) => expect([text, isolated(text)]).toEqual([text, expected]))
})

describe('default deny of a namespace', () => {
  const deny = (text: string): string => {
    const { ingress, egress } = must(factsOf(text)('shop', 'Namespace').namespace).defaultDeny
    return `${ingress.answer}/${egress.answer}`
  }
  const NS = namespace('shop', { team: 'shop' })
  test.each<[string, string]>([
    ['', 'no/no'],
    [policy('{podSelector: {}, policyTypes: [Ingress, Egress]}'), 'yes/yes'],
    [policy('{podSelector: {}}'), 'yes/no'],
    [
      policy('{podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress, Egress]}') + deployment('cart', 'shop'),
      'no/no',
    ],
    [policy('{podSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}}'), 'no/no'],
    // It allows something, but denies the rest.
    [policy('{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}'), 'yes/no'],
    [policy('{podSelector: {}, ingress: [{}]}'), 'no/no'],
    [policy('{podSelector: {}}') + policy('{podSelector: {}, ingress: [{}]}', 'shop', 'allow-all'), 'no/no'],
    [
      policy('{podSelector: {}}') + policy('{podSelector: {matchLabels: {app: web}}, ingress: [{}]}', 'shop', 'web'),
      'yes/no',
    ],
    [calico('GlobalNetworkPolicy', '{types: [Ingress, Egress]}'), 'yes/yes'],
    [calico('GlobalNetworkPolicy', '{selector: has(app), types: [Ingress]}'), 'no/no'],
    [calico('GlobalNetworkPolicy', '{namespaceSelector: team == "shop", types: [Egress]}'), 'no/yes'],
    [cilium('{endpointSelector: {}, ingress: [{}], egress: [{}]}'), 'yes/yes'],
    [
      admin(
        'BaselineAdminNetworkPolicy',
        '{subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}',
      ),
      'yes/no',
    ],
  ])('case %#', (text, expected) => expect([text, deny(NS + text)]).toEqual([text, expected]))
})

describe('policies', () => {
  const facts = (text: string, kind = 'NetworkPolicy', name = 'policy'): NonNullable<NetworkFacts['policy']> =>
    must(factsOf(CART + text)(name, kind).policy)

  test.each<[string, Truth, number]>([
    ['{podSelector: {matchLabels: {app: cart}}}', 'yes', 1],
    ['{podSelector: {matchLabels: {app: carts}}}', 'no', 0],
    ['{podSelector: {}}', 'yes', 1],
  ])('what %s selects', (spec, answer, count) => {
    expect(facts(policy(spec))).toMatchObject({ selects: { answer }, count, subject: ['spec', 'podSelector'] })
  })

  test('a selector for every pod is not dangling, though none is here', () => {
    expect(factsOf(policy('{podSelector: {}}'))('policy', 'NetworkPolicy').policy?.selects.answer).toBe('yes')
    expect(factsOf(calico('GlobalNetworkPolicy', '{}'))('calico', 'GlobalNetworkPolicy').policy?.selects.answer).toBe(
      'yes',
    )
    expect(
      factsOf(policy('{podSelector: {matchLabels: {app: a}}}'))('policy', 'NetworkPolicy').policy?.selects.answer,
    ).toBe('no')
  })

  test('what holds nodes is not dangling', () => {
    const text = cilium('{nodeSelector: {}, ingress: [{}]}', 'CiliumClusterwideNetworkPolicy')
    expect(facts(text, 'CiliumClusterwideNetworkPolicy', 'cilium').selects.answer).toBe('unknown')
  })

  test('peers of its own namespace that are nobody here', () => {
    const spec = (labels: string): string =>
      `{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: ${labels}}}]}]}`
    expect(facts(policy(spec('{app: cart}'))).danglingPeers).toEqual([])
    expect(facts(policy(spec('{app: web}'))).danglingPeers).toEqual([['spec', 'ingress', 0, 'from', 0]])
    // What may be declared elsewhere.
    expect(
      facts(
        policy(
          '{podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}]}]}',
        ),
      ).danglingPeers,
    ).toEqual([])
  })

  test.each<[string, readonly string[]]>([
    ['{podSelector: {}, ingress: [{}]}', ['ingress everyone']],
    ['{podSelector: {}, ingress: [{from: []}]}', ['ingress everyone']],
    ['{podSelector: {}, ingress: [{ports: [{port: 80}]}]}', []],
    ['{podSelector: {}, ingress: [{ports: [{protocol: TCP}]}]}', ['ingress everyone']],
    ['{podSelector: {}, ingress: [{ports: [{port: 1, endPort: 65535}]}]}', ['ingress everyone']],
    ['{podSelector: {}, ingress: [{ports: [{protocol: UDP}]}]}', []],
    ['{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}', ['ingress every pod of the cluster']],
    [
      '{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}]}}]}]}',
      ['ingress every pod of the cluster'],
    ],
    ['{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}', []],
    ['{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}', ['ingress every address']],
    ['{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}', []],
    ['{podSelector: {}, egress: [{}]}', ['egress everyone']],
    ['{podSelector: {}, egress: [{to: [{namespaceSelector: {}}]}]}', ['egress every pod of the cluster']],
  ])('what %s opens', (spec, expected) => {
    expect(facts(policy(spec)).openings.map(({ direction, to }) => `${direction} ${to}`)).toEqual(expected)
  })

  test.each<[string, readonly string[]]>([
    ['[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]', ['every address 443']],
    [
      '[{to: [{ipBlock: {cidr: 0.0.0.0/1}}]}, {to: [{ipBlock: {cidr: 128.0.0.0/1}}]}]',
      ['every address  with other rules of it', 'every address  with other rules of it'],
    ],
    ['[{to: [{ipBlock: {cidr: 0.0.0.0/1}}]}]', []],
    ['[{to: [{ipBlock: {cidr: 128.0.0.0/1}}]}]', ['the metadata address ']],
    ['[{to: [{ipBlock: {cidr: 169.254.169.254/32}}], ports: [{port: 443}]}]', []],
    ['[{to: [{ipBlock: {cidr: 169.254.169.254/32}}], ports: [{port: 80}]}]', ['the metadata address 80']],
    ['[{ports: [{port: 53, protocol: UDP}, {port: 53}]}]', ['every address 53']],
    ['[{to: [{ipBlock: {cidr: "::/0"}}]}]', ['every address ']],
    ['[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32]}}]}]', []],
    ['[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [1.1.1.1/32]}}]}]', ['every address ']],
    // Told by openings already.
    ['[{}]', []],
  ])('how far egress %s reaches', (egress, expected) => {
    const reaches = facts(policy(`{podSelector: {}, policyTypes: [Egress], egress: ${egress}}`)).farReaches
    expect(
      reaches.map(({ to, ports, together }) => `${to} ${ports.join()}${together === null ? '' : ` with ${together}`}`),
    ).toEqual(expected)
  })

  test.each([
    ['"*"', ['every address']],
    ['"*.example.com"', []],
  ])('names of %s', (pattern, expected) => {
    const spec = `{endpointSelector: {}, egress: [{toFQDNs: [{matchPattern: ${pattern}}]}]}`
    const { farReaches = [] } = factsOf(CART + cilium(spec))('cilium', 'CiliumNetworkPolicy').policy ?? {}
    expect(farReaches.map(({ to }) => to)).toEqual(expected)
  })

  test('how far policies of the same pods reach together', () => {
    const half = (name: string, cidr: string): string =>
      policy(`{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: ${cidr}}}]}]}`, 'shop', name)
    const { farReaches } = facts(half('a', '0.0.0.0/1') + half('b', '128.0.0.0/1'), 'NetworkPolicy', 'a')
    expect(farReaches).toEqual([
      { path: ['spec', 'egress', 0, 'to', 0, 'ipBlock'], to: 'every address', ports: [], together: 'NetworkPolicy b' },
    ])
    expect(facts(half('a', '0.0.0.0/1') + half('b', '128.0.0.0/2'), 'NetworkPolicy', 'a').farReaches).toEqual([])
  })

  test('the metadata address is not reached where another policy denies it', () => {
    const allow = policy(
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}',
    )
    const deny = (subject: string): string =>
      admin(
        'AdminNetworkPolicy',
        `{priority: 1, subject: {namespaces: ${subject}}, egress: [{action: Deny, to: [{networks: [169.254.169.254/32, "fd00:ec2::254/128"]}]}]}`,
      )
    expect(facts(allow).farReaches).toHaveLength(1)
    expect(facts(allow + deny('{}')).farReaches).toEqual([])
    expect(facts(allow + deny('{matchLabels: {team: other}}')).farReaches).toHaveLength(1)
  })

  test('what is denied before is not reached', () => {
    const text = calico(
      'NetworkPolicy',
      '{selector: all(), egress: [{action: Deny, destination: {nets: [169.254.169.254/32, 10.0.0.0/8]}}, {action: Allow, destination: {nets: [0.0.0.0/0]}}]}',
    )
    expect(facts(text, 'NetworkPolicy', 'calico').farReaches).toEqual([])
  })
})

test('declared flows: what may be beyond them, workload by workload', () => {
  const text =
    namespace('shop') +
    deployment('cart', 'shop') +
    deployment('web', 'shop') +
    deployment('db', 'shop') +
    policy(
      '{podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 8080}, {port: 9090}]}]}',
    )
  const withFlows = (flows: readonly Flow[]): ReturnType<typeof factsIn> => factsIn({ ...worldOfText(text), flows })
  expect(factsOf(text)('cart').workload?.undeclared).toEqual([])
  const some = withFlows([
    { from: 'shop/web', to: 'shop/cart', ports: ['TCP 8080'] },
    { from: 'shop/*', to: 'shop/db', ports: [] },
    { from: 'shop/*', to: 'shop/web', ports: [] },
  ])
  expect(some('cart').workload?.undeclared).toEqual([
    { from: 'shop/web[Deployment]', ports: 'TCP 9090' },
    { from: 'shop/db[Deployment]', ports: 'TCP 8080,9090' },
  ])
  expect(some('db').workload?.undeclared).toEqual([])
})

test('listeners whose routes do nothing but redirect', () => {
  const gateway = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec: {listeners: [{name: http, port: 80, protocol: HTTP}, {name: other, port: 8080, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: redirect, namespace: shop}
spec:
  parentRefs: [{name: public, sectionName: http}]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]
`
  const route =
    '---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop}\nspec: {parentRefs: [{name: public}], rules: [{backendRefs: [{name: web}]}]}\n'
  expect(factsOf(gateway)('public', 'Gateway').gateway).toEqual({ redirecting: ['http'] })
  expect(factsOf(gateway + route)('public', 'Gateway').gateway).toEqual({ redirecting: [] })
  const elsewhere = route
    .replace('{name: web, namespace: shop}', '{name: web, namespace: web}')
    .replace('{name: public}', '{name: public, namespace: shop}')
  expect(factsOf(gateway + elsewhere)('public', 'Gateway').gateway).toEqual({ redirecting: ['http'] })
  const open = gateway.replaceAll('protocol: HTTP', 'protocol: HTTP, allowedRoutes: {namespaces: {from: All}}')
  expect(factsOf(open + elsewhere)('public', 'Gateway').gateway).toEqual({ redirecting: [] })
})

describe('hosts of a route of the Gateway API', () => {
  const gateway = (host: string): string => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec: {listeners: [{name: a, port: 80, protocol: HTTP${host}}, {name: b, port: 81, protocol: HTTP, hostname: b.example.com}]}
`
  const route = (spec: string, kind = 'HTTPRoute'): string =>
    `---\napiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: {name: web, namespace: shop}\nspec: {${spec}}\n`
  const PARENT = 'parentRefs: [{name: public}]'

  test.each<[string, string, Truth]>([
    ['its own', gateway('') + route(`${PARENT}, hostnames: [shop.example.com]`), 'no'],
    ['a wildcard', gateway('') + route(`${PARENT}, hostnames: [shop.example.com, "*.example.com"]`), 'yes'],
    ['nobody states one', gateway('') + route(PARENT), 'yes'],
    ["the listener's", gateway(', hostname: shop.example.com') + route(PARENT), 'no'],
    ["the listener's wildcard", gateway(', hostname: "*.example.com"') + route(PARENT), 'yes'],
    ['of one listener by name', gateway('') + route('parentRefs: [{name: public, sectionName: b}]'), 'no'],
    ['of one listener by port', gateway('') + route('parentRefs: [{name: public, port: 81}]'), 'no'],
    ['of a Gateway elsewhere', route(PARENT), 'unknown'],
    ['of another namespace', gateway('') + route('parentRefs: [{name: public, namespace: infra}]'), 'unknown'],
    [
      'of a Gateway that does not take it in',
      gateway('').replaceAll('shop', 'infra') + route('parentRefs: [{name: public, namespace: infra}]'),
      'no',
    ],
    [
      'redirects alone',
      gateway('') + route(`${PARENT}, rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]`),
      'no',
    ],
    ['of one Gateway of two', gateway('') + route('parentRefs: [{name: public}, {name: other}]'), 'yes'],
  ])('%s', (_, text, expected) => {
    expect(factsOf(text)('web', 'HTTPRoute').route?.anyHost.answer).toBe(expected)
  })

  test('routes of a mesh, and those that know no host, are none', () => {
    expect(factsOf(route('parentRefs: [{kind: Service, name: cart}]'))('web', 'HTTPRoute').route).toBeNull()
    expect(factsOf(gateway('') + route(PARENT, 'TCPRoute'))('web', 'TCPRoute').route).toBeNull()
  })
})
