import fc from 'fast-check'
import { describe, expect, test } from '@jest/globals'
import type { Document, Json, Origin } from '../../src/model.js'
import { valueAt } from '../../src/parse/json.js'
import { parse, withDuplicates, type ParseResult } from '../../src/parse/parse.js'
import { splitDocuments } from '../../src/parse/split.js'

const PLAIN = { name: null, label: null, trial: false }

function documents(text: string, origin: Partial<Origin> = {}): readonly Document[] {
  const file = origin.file ?? 'shop/app.yaml'
  return splitDocuments(text, file).documents.map((document, index) => ({
    text: document.text,
    origin: {
      source: file,
      kind: 'manifest',
      environment: PLAIN,
      file,
      document: index,
      line: document.line,
      hooks: [],
      vendored: null,
      role: 'judged',
      ...origin,
    },
  }))
}

const read = (text: string, origin?: Partial<Origin>): ParseResult => parse(documents(text, origin))
const only = (text: string, origin?: Partial<Origin>) => {
  const { resources, unjudged, ignored } = read(text, origin)
  expect({ unjudged, ignored, resources: resources.length }).toEqual({ unjudged: [], ignored: [], resources: 1 })
  return resources[0] as (typeof resources)[number]
}
const pod = (name: string, extra = ''): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n${extra}`

describe('resources', () => {
  test('one object', () => {
    const resource = only(`apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n`)
    expect(resource).toMatchObject({
      id: 0,
      group: 'apps',
      kind: 'Deployment',
      name: 'web',
      namespace: 'shop',
      namespaceStated: true,
      path: [],
      declared: true,
      force: { answer: 'yes' },
    })
  })

  test('a malformed document does not lose its neighbours', () => {
    const { resources, unjudged } = read(`${pod('a')}---\napiVersion: v1\nkind: Pod\n  metadata: x\n---\n${pod('b')}`)
    expect(resources.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(unjudged).toEqual([expect.objectContaining({ file: 'shop/app.yaml', line: 8 })])
  })

  test('a malformed document without the words counts beside objects', () => {
    expect(read(`${pod('a')}---\nspec: [\n`).unjudged).toHaveLength(1)
  })

  test('what cannot be read is of another format where it has no apiVersion and no kind of Kubernetes', () => {
    const { unjudged, ignored } = read('{\n  // VS Code\n  "filter": {"kind": "lib"},\n}\n', { file: 'launch.json' })
    expect(unjudged).toEqual([])
    const reason = 'not Kubernetes: no apiVersion, no kind of Kubernetes, and it cannot be read'
    expect(ignored).toEqual([{ path: 'launch.json', reason }])
    const rendered = { file: 'launch.json', kind: 'chart' } as const
    expect(read('{\n  // VS Code\n  "filter": {"kind": "lib"},\n}\n', rendered).unjudged).toHaveLength(1)
    expect(read('{\n  // VS Code\n  "apiVersion": "v1", "kind": "Pod",\n}\n').unjudged).toHaveLength(1)
    expect(read('{\n  // VS Code\n  "a\\u0070iVersion": "v1", "kind": "Pod",\n}\n').unjudged).toHaveLength(1)
  })

  test('the index of a Helm repository is another format', () => {
    expect(read('apiVersion: v1\nentries: {shop: [{name: shop, version: 1.0.0}]}\n')).toMatchObject({
      unjudged: [],
      ignored: [{ reason: "not Kubernetes: a Helm repository's index" }],
    })
    expect(read('apiVersion: v1\nentries: {}\nmetadata: {name: a}\n').unjudged).toHaveLength(1)
  })

  test('what says apiVersion and never kind is another format where no API has the version, or it cannot be read', () => {
    expect(read('apiVersion: "2015-06-15"\nname: "{{ x }}"\n')).toMatchObject({
      unjudged: [],
      ignored: [{ reason: 'not Kubernetes: no kind, and no API of Kubernetes has the version 2015-06-15' }],
    })
    expect(read('{"apiVersion": "{{version}}", "type": "network"\n{% if x %}\n')).toMatchObject({ unjudged: [] })
    const named = ['apiVersion: v1\n', 'apiVersion: example.com/now\n', 'apiVersion: "2015"\nspec: {}\n']
    expect(named.map((text) => read(text).unjudged.length)).toEqual([1, 1, 1])
    expect(read('{"apiVersion": "v1", "kind": {{ kind }}\n{% if x %}\n').unjudged).toHaveLength(1)
  })

  test.each(['kind: Deployment\nspec: [\n', "'kind': 'Pod'\nx: [\n", 'kind: pod\nmetadata: {name: a\n'])(
    'what has forgotten its apiVersion is named, whether it can be read or not: %j',
    (text) => expect(read(text).unjudged).toHaveLength(1),
  )

  test('yes is true, as in the cluster', () => {
    const resource = only(pod('a', 'spec: {containers: [{name: c, securityContext: {privileged: yes}}]}\n'))
    expect(resource.object['spec']).toEqual({ containers: [{ name: 'c', securityContext: { privileged: true } }] })
  })

  test('a duplicate key is judged as kubectl reads it, and named', () => {
    const { resources, unjudged } = read(pod('a', 'spec:\n  hostNetwork: false\n  hostNetwork: true\n'))
    expect(resources[0]?.object['spec']).toEqual({ hostNetwork: true })
    expect(unjudged).toEqual([expect.objectContaining({ line: 7, reason: expect.stringContaining('duplicate key') })])
  })

  test('a generated name', () => {
    const resource = only('apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: run-}\n')
    expect(resource).toMatchObject({ name: 'run-*', force: { answer: 'unknown' } })
  })

  test('null is absent in a field and the zero value in a map', () => {
    const resource = only(
      pod(
        'a',
        '  labels: {x: null}\n  annotations: null\nspec: {hostNetwork: null, containers: [{name: c, resources: {limits: {cpu: null}}}]}\n',
      ),
    )
    expect(resource.object.metadata).toEqual({ name: 'a', labels: { x: '' } })
    expect(resource.object['spec']).toEqual({ containers: [{ name: 'c', resources: { limits: { cpu: '0' } } }] })
  })
})

test('what SOPS encrypted is read as it lies there, and only that', () => {
  const secret = (mark: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {password: 'ENC[AES256_GCM,data:Tr7o=,type:str]'}\n${mark}`
  expect(read(secret('sops: {version: 3.9.0}\n'))).toMatchObject({ unjudged: [], dropped: [] })
  expect(read(secret('')).unjudged).toHaveLength(1)
  expect(read(secret('sops: 3.9.0\n')).unjudged).toHaveLength(1)
  // A switch cannot be hidden that way.
  const hidden = `spec: {hostNetwork: 'ENC[AES256_GCM,data:Tr7o=,type:bool]'}\nsops: {version: 3.9.0}\n`
  expect(read(`apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n${hidden}`).unjudged).toHaveLength(1)
})

test('an object without a name is told, and judged as well: it protects nothing', () => {
  const { resources, unjudged } = read('apiVersion: v1\nkind: Pod\nspec: {hostNetwork: true}\n')
  expect(unjudged.map(({ reason, line }) => [reason, line])).toEqual([
    ['Pod without metadata.name: the API server refuses it', 1],
  ])
  expect(resources.map(({ kind, name, force }) => [kind, name, force.answer])).toEqual([['Pod', '', 'unknown']])
})

describe('what validation refuses is told, and judged as well: it protects nothing', () => {
  const policy = (spec: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  ${spec}\n`
  test.each([
    ['podSelector: {matchExpressions: [{key: app, operator: In, values: []}]}', 'values is empty, and In takes one'],
    ['podSelector: {matchExpressions: [{key: app, operator: Exists, values: [a]}]}', 'values holds values'],
    ['podSelector: {matchExpressions: [{key: app, operator: Equals}]}', 'operator is none of In'],
    ['podSelector: {matchLabels: {app: "a b"}}', 'matchLabels.app is no value of a label'],
    ['{podSelector: {}, policyTypes: [ingress]}', 'policyTypes[0] is neither Ingress nor Egress'],
    ['{podSelector: {}, ingress: [{from: [{}]}]}', 'ingress[0].from[0] names no peer'],
    [
      '{podSelector: {}, egress: [{to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}',
      'egress[0].to[0].ipBlock stands beside another peer',
    ],
    ['{podSelector: {}, ingress: [{ports: [{protocol: HTTP}]}]}', 'protocol is none of TCP, UDP and SCTP'],
    ['{podSelector: {}, ingress: [{ports: [{port: 0}]}]}', 'port is no port'],
    ['{podSelector: {}, ingress: [{ports: [{port: "80"}]}]}', 'port is no name of a port'],
    ['{podSelector: {}, ingress: [{ports: [{port: http, endPort: 90}]}]}', 'endPort takes a port that is a number'],
    ['{podSelector: {}, ingress: [{ports: [{port: 100, endPort: 90}]}]}', 'endPort is no port from there on'],
  ])('NetworkPolicy %s', (spec, reason) => {
    const { resources, unjudged } = read(policy(spec))
    expect(unjudged.map(({ reason }) => reason)).toEqual([expect.stringContaining(reason)])
    expect(unjudged[0]?.reason).toMatch(/^NetworkPolicy: spec\..*: the API server refuses it$/)
    expect(resources.map(({ force }) => force)).toEqual([
      { answer: 'unknown', why: expect.stringContaining('the API server refuses it') },
    ])
  })

  test.each([
    '{podSelector: {}, ingress: [{ports: [{port: http}, {port: 8000, endPort: 8000}, {protocol: SCTP}], from: []}]}',
    '{podSelector: {matchExpressions: [{key: a.b/c, operator: DoesNotExist}]}, egress: [{}], policyTypes: [Egress]}',
    '{podSelector: {}, egress: [{to: [{podSelector: {}, namespaceSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]}',
  ])('NetworkPolicy %s is taken', (spec) => {
    expect(only(policy(spec)).force.answer).toBe('yes')
  })

  describe("netpol-analyzer's policies that are refused (anp_bad_path_test, banp_bad_path_test)", () => {
    const admin = (kind: string, name: string, spec: string): string =>
      `apiVersion: policy.networking.k8s.io/v1alpha${kind === 'ClusterNetworkPolicy' ? 2 : 1}\nkind: ${kind}\n` +
      `metadata: {name: ${name}}\nspec: {${spec}}\n`
    const SUBJECT = 'subject: {namespaces: {}}'
    const TO = 'to: [{namespaces: {}}]'
    test.each([
      ['AdminNetworkPolicy', 'a', `priority: 1001, ${SUBJECT}`, 'spec.priority is no number from 0 to 1000'],
      ['AdminNetworkPolicy', 'a', 'priority: 1, subject: {}', 'spec.subject has none of namespaces, pods'],
      [
        'AdminNetworkPolicy',
        'a',
        'priority: 1, subject: {namespaces: {}, pods: {podSelector: {}}}',
        'spec.subject has more than one of namespaces, pods',
      ],
      ['AdminNetworkPolicy', 'a', `priority: 1, ${SUBJECT}, egress: [{action: Deny}]`, 'egress[0].to names no peer'],
      ['AdminNetworkPolicy', 'a', `priority: 1, ${SUBJECT}, egress: [{${TO}}]`, 'action is none of Allow, Deny, Pass'],
      [
        'AdminNetworkPolicy',
        'a',
        `priority: 1, ${SUBJECT}, egress: [{action: Deny, ${TO}, ports: [{portNumber: {port: 1, protocol: TCP}, namedPort: x}]}]`,
        'egress[0].ports[0] has more than one of portNumber',
      ],
      ['BaselineAdminNetworkPolicy', 'a', SUBJECT, 'metadata.name is not default'],
      ['BaselineAdminNetworkPolicy', 'default', `${SUBJECT}, egress: [{action: Pass, ${TO}}]`, 'none of Allow, Deny'],
      ['ClusterNetworkPolicy', 'a', `priority: 1, ${SUBJECT}`, 'spec.tier is neither Admin nor Baseline'],
      [
        'ClusterNetworkPolicy',
        'a',
        `priority: 1, tier: Admin, ${SUBJECT}, egress: [{action: Allow, ${TO}}]`,
        'action is none of Accept, Deny, Pass',
      ],
    ])('%s %s: %s', (kind, name, spec, reason) => {
      const { resources, unjudged } = read(admin(kind, name, spec))
      expect(unjudged.map(({ reason }) => reason)).toEqual([expect.stringContaining(reason)])
      expect(resources.map(({ force }) => force.answer)).toEqual(['unknown'])
    })

    test('what it takes', () => {
      only(admin('AdminNetworkPolicy', 'a', `priority: 0, ${SUBJECT}, egress: [{action: Pass, ${TO}}]`))
      only(admin('BaselineAdminNetworkPolicy', 'default', `${SUBJECT}, ingress: [{action: Deny, from: [{pods: {}}]}]`))
      only(admin('ClusterNetworkPolicy', 'a', `tier: Baseline, priority: 1, ${SUBJECT}`))
    })
  })

  test.each([
    ['[0] has no apiGroups', '{verbs: ["*"], resources: ["*"]}'],
    ['[0] has no resources', '{verbs: [get], apiGroups: [""]}'],
    ['[0] has no verbs', '{apiGroups: [""], resources: [pods]}'],
    ['[0].nonResourceURLs stands beside resources', '{verbs: [get], nonResourceURLs: [/x], resources: [pods]}'],
  ])('a rule of a ClusterRole that grants nothing: %s', (reason, rule) => {
    const text = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [${rule}]\n`
    const { resources, unjudged } = read(text)
    expect(unjudged.map((found) => found.reason)).toEqual([`ClusterRole: rules${reason}: the API server refuses it`])
    expect(resources).toHaveLength(1)
  })

  test('a word that the kind does not know, which is judged as the one that is meant', () => {
    const peer = (spec: string): ParseResult =>
      read(`apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p}\nspec: ${spec}\n`)
    const { resources, unjudged } = peer('{mtls: {mode: strict}, portLevelMtls: {"80": {mode: Disable}}}')
    expect(unjudged.map(({ reason, line }) => [reason, line])).toEqual([
      [
        'PeerAuthentication: spec.mtls.mode is none of UNSET, DISABLE, PERMISSIVE, STRICT: the API server refuses it',
        4,
      ],
    ])
    expect(resources[0]).toMatchObject({
      object: { spec: { mtls: { mode: 'STRICT' }, portLevelMtls: { '80': { mode: 'DISABLE' } } } },
      force: { answer: 'unknown' },
    })
    expect(peer('{mtls: {mode: MANDATORY}}').resources[0]?.object).toMatchObject({
      spec: { mtls: { mode: 'MANDATORY' } },
    })
    expect(peer('{mtls: {mode: STRICT}, portLevelMtls: {"80": {mode: UNSET}}}').unjudged).toEqual([])
    expect(peer('{mtls: null, portLevelMtls: []}').unjudged).not.toEqual([])
  })

  test('a Role with paths, which a ClusterRole may have', () => {
    const role = (kind: string): string =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: {name: r}\nrules:\n` +
      '- {verbs: [get], apiGroups: [""], resources: [pods]}\n- {verbs: [get], nonResourceURLs: [/metrics]}\n'
    expect(read(role('Role')).unjudged.map(({ reason, line }) => [reason, line])).toEqual([
      ['Role: rules[1].nonResourceURLs names paths, which lie in no namespace: the API server refuses it', 6],
    ])
    only(role('ClusterRole'))
  })
})

describe('what is not judged is named', () => {
  test.each([
    ['an apiVersion without a kind', 'apiVersion: v1\nmetadata: {name: x}\n', 1],
    ['kind Pod without an apiVersion', 'kind: Pod\nmetadata: {name: x}\n', 1],
    ['apiVersion is 1, no string', 'apiVersion: 1\nkind: Pod\nmetadata: {name: x}\n', 1],
    ['metadata takes a map, not a list', 'apiVersion: example.com/v1\nkind: Thing\nmetadata: []\n', 3],
    [
      'limits.cpu takes a quantity, not the string "1 core"',
      pod('a', 'spec:\n  containers:\n  - name: c\n    resources: {limits: {cpu: 1 core}}\n'),
      8,
    ],
    ['spec.priority takes an integer, not 1.5', pod('a', 'spec: {priority: 1.5}\n'), 5],
    [
      'runAsUser takes an integer that can be read exactly',
      pod('a', 'spec:\n  securityContext: {runAsUser: 9007199254740993}\n'),
      6,
    ],
    ['the document is a list, no object', '- apiVersion: v1\n  kind: Pod\n', 1],
    [
      'spec.mtls takes a map, not the string "STRICT"',
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p}\nspec:\n  mtls: STRICT\n',
      5,
    ],
  ])('%s', (reason, text, line) => {
    const { resources, unjudged } = read(text)
    expect(resources).toEqual([])
    expect(unjudged).toEqual([
      {
        file: 'shop/app.yaml',
        line,
        reason: expect.stringContaining(reason),
        policy: null,
        source: 'shop/app.yaml',
        environments: [],
      },
    ])
  })

  test.each([
    ['metadata.name takes a string, not 1', pod('1'), ['metadata', 'name'], '1'],
    [
      'metadata.labels.x takes a string, not true',
      pod('a', '  labels:\n    x: yes\n'),
      ['metadata', 'labels', 'x'],
      'true',
    ],
    [
      'spec.replicas takes an integer, not the string "2"',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: "2"\n',
      ['spec', 'replicas'],
      2,
    ],
    [
      'spec.hostPID takes true or false, not the string "true"',
      pod('a', 'spec: {hostPID: "true"}\n'),
      ['spec', 'hostPID'],
      true,
    ],
    [
      'spec.containers takes a list, not a map',
      pod('a', 'spec:\n  containers: {name: c}\n'),
      ['spec', 'containers'],
      [{ name: 'c' }],
    ],
    [
      'env[0].value takes a string, not 8080',
      pod('a', 'spec:\n  containers:\n  - name: c\n    env:\n    - {name: P, value: 8080}\n'),
      ['spec', 'containers', 0, 'env', 0, 'value'],
      '8080',
    ],
    [
      'data.x takes base64',
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  x: grün\n',
      ['data', 'x'],
      'Z3LDvG4=',
    ],
  ])('%s, and what is meant is judged', (reason, text, path, meant) => {
    const { resources, unjudged } = read(text)
    expect(unjudged.map((found) => found.reason)).toEqual([expect.stringContaining(reason)])
    expect(resources).toHaveLength(1)
    expect(valueAt(resources[0]?.object as unknown as Json, path)).toEqual(meant)
    // What the API server refuses protects nothing.
    expect(resources[0]?.force.answer).toBe('unknown')
  })

  test('nothing is meant by a list of other things beside a value that is', () => {
    const text = pod('a', 'spec: {hostPID: "true", containers: yes, hostNetwork: sure}\n')
    expect(read(text)).toMatchObject({ resources: [], unjudged: [{ reason: expect.stringContaining('hostPID') }] })
  })

  test.each(['x: y\n', '- 1\n', 'text\n'])('%j in what was rendered', (text) => {
    expect(read(text, { kind: 'chart', source: 'chart', line: null }).unjudged).toEqual([
      expect.objectContaining({ line: null, source: 'chart' }),
    ])
  })

  test.each([
    ['a Compose file', 'services:\n  web: {image: x}\n'],
    ['a workflow', 'on: push\njobs: {}\n'],
    ['unreadable and nothing of it meant', 'Bucket: !Ref [\n'],
    ['a Grafana data source', 'apiVersion: 1\ndatasources: []\n'],
    ['a Drone pipeline', 'kind: pipeline\ntype: docker\nsteps: []\n'],
    ['a list of other things', '- kind: x\n'],
  ])('%s is not Kubernetes', (_, text) => {
    expect(read(text)).toMatchObject({
      resources: [],
      unjudged: [],
      ignored: [{ path: 'shop/app.yaml', reason: expect.stringMatching(/^not Kubernetes: /) }],
    })
  })

  test.each(['', '# nothing\n', '---\n', '---\n\n# kind: Pod\n---\n'])('%j holds nothing', (text) => {
    expect(read(text)).toMatchObject({ resources: [], unjudged: [], ignored: [] })
  })

  test('unknown fields protect nothing, and are told', () => {
    const text = pod(
      'a',
      'spec:\n  SecurityContext: {}\n  containers:\n  - {name: c, securityContext: {runAsNonroot: true}}\n',
    )
    expect(read(text).dropped.map(({ path, message }) => [path, message])).toEqual([
      [['spec', 'SecurityContext'], expect.stringContaining('it is written securityContext')],
      [
        ['spec', 'containers', 0, 'securityContext', 'runAsNonroot'],
        expect.stringContaining('it is written runAsNonRoot'),
      ],
    ])
  })

  test('a number where the schema takes either, and a quantity as a number', () => {
    only(
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80, targetPort: http}, {port: 81.0, targetPort: 81}]}\n',
    )
    only(pod('a', 'spec: {containers: [{name: c, resources: {limits: {cpu: 0.5, memory: 1e6}}}]}\n'))
  })
})

describe('lists', () => {
  test.each([
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n',
    ],
    [
      'a PodList, whose items may leave their kind out',
      'apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- {kind: Pod, metadata: {name: b}}\n',
    ],
    [
      'lists in lists',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: PodList, items: [{metadata: {name: a}}, {metadata: {name: b}}]}\n',
    ],
  ])('%s', (_, text) => {
    const { resources, unjudged } = read(text)
    expect(unjudged).toEqual([])
    expect(resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Pod a', 'Pod b'])
  })

  test('the path of an item', () => {
    const { resources } = read(
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: PodList, items: [{metadata: {name: a}}]}\n',
    )
    expect(resources[0]?.path).toEqual(['items', 0, 'items', 0])
  })

  test('kubectl takes anything with items for a list', () => {
    const { resources } = read(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: hidden}}\n',
    )
    expect(resources.map(({ kind }) => kind)).toEqual(['Pod', 'ConfigMap'])
  })

  test('a bad item does not lose its neighbours', () => {
    const { resources, unjudged } = read(
      'apiVersion: v1\nkind: List\nitems:\n- 1\n- {kind: Pod}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n',
    )
    expect(resources.map(({ name }) => name)).toEqual(['b'])
    expect(unjudged.map(({ line, reason }) => [line, reason])).toEqual([
      [4, expect.stringContaining('items[0]')],
      [5, expect.stringContaining('without an apiVersion')],
    ])
  })

  test('an empty list', () => {
    expect(read('apiVersion: v1\nkind: List\nitems: []\n')).toMatchObject({ resources: [], unjudged: [] })
  })

  test('JSON', () => {
    expect(only('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}', { file: 'a.json' }).name).toBe('a')
  })
})

describe('configuration that is in no API', () => {
  test.each([
    ['ClusterConfiguration', 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer: {}\n'],
    ['Policy', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n'],
    [
      'EncryptionConfiguration',
      'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n',
    ],
    ['', 'kube-apiserver-arg:\n- audit-log-path=/x\n'],
    ['', 'version: v1alpha1\nmachine: {type: controlplane}\ncluster: {}\n'],
  ])('%s %#', (kind, text) => {
    expect(only(text)).toMatchObject({ kind, name: '', namespace: '', object: { metadata: {} } })
  })
})

describe('namespaces', () => {
  test.each<readonly [string, string, Partial<Origin>, string, boolean]>([
    ['a plain file', pod('a'), { file: 'shop/app.yaml' }, '~shop', false],
    ['a file at the root', pod('a'), { file: 'app.yaml' }, '~', false],
    ['a kustomization', pod('a'), { kind: 'kustomization', source: 'overlays/prod' }, '~overlays/prod', false],
    ['a chart', pod('a'), { kind: 'chart', source: 'charts/a' }, 'release-namespace~charts/a', false],
    [
      'a chart that prints its namespace',
      pod('a', '  namespace: release-namespace\n'),
      { kind: 'chart', source: 'charts/a' },
      'release-namespace~charts/a',
      false,
    ],
    [
      'a plain file that is called the same',
      pod('a', '  namespace: release-namespace\n'),
      {},
      'release-namespace',
      true,
    ],
    ['a stated one', pod('a', '  namespace: shop\n'), { kind: 'chart', source: 'charts/a' }, 'shop', true],
    ['an empty one', pod('a', '  namespace: ""\n'), {}, '~shop', false],
    ['a cluster-scoped kind', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}\n', {}, '', true],
    ['a custom kind', 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n', {}, '~shop', false],
    [
      'an old version of a known kind',
      'apiVersion: rbac.authorization.k8s.io/v1alpha9\nkind: ClusterRole\nmetadata: {name: a}\n',
      {},
      '',
      true,
    ],
    [
      'a Cilium kind',
      'apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: a}\n',
      {},
      '',
      true,
    ],
  ])('%s', (_, text, origin, namespace, namespaceStated) => {
    expect(only(text, origin)).toMatchObject({ namespace, namespaceStated })
  })

  test('the scope that a definition in the tree says', () => {
    const definition =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com, names: {kind: Thing}, scope: Cluster}\n'
    const { resources, unknownKinds } = read(
      `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n---\n${definition}`,
    )
    expect(resources[0]?.namespace).toBe('')
    expect(unknownKinds).toEqual([])
    expect(read('apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n').unknownKinds).toEqual([
      'example.com/Thing',
    ])
  })
})

describe('whether it is in force', () => {
  test.each([
    ['helm.sh/hook: pre-install', 'unknown'],
    ['argocd.argoproj.io/hook: PreSync', 'unknown'],
    ['config.kubernetes.io/local-config: "true"', 'unknown'],
    ['config.kubernetes.io/local-config: "false"', 'yes'],
    ['kustomize.toolkit.fluxcd.io/reconcile: disabled', 'unknown'],
    ['kustomize.toolkit.fluxcd.io/reconcile: enabled', 'yes'],
    ['argocd.argoproj.io/skip-reconcile: "true"', 'unknown'],
    ['argocd.argoproj.io/sync-options: Prune=false', 'yes'],
  ])('%s: %s', (annotation, answer) => {
    expect(only(pod('a', `  annotations: {${annotation}}\n`)).force.answer).toBe(answer)
  })

  test('a Helm hook', () => {
    expect(only(pod('a'), { kind: 'chart', hooks: ['pre-install'] }).force).toEqual({
      answer: 'unknown',
      why: expect.stringContaining('pre-install'),
    })
  })

  test('what is written twice', () => {
    const { resources } = read([pod('a'), pod('a'), pod('b'), pod('a', '  namespace: other\n')].join('---\n'))
    expect(withDuplicates(resources).map(({ force }) => force.answer)).toEqual(['unknown', 'unknown', 'yes', 'yes'])
  })
})

test('any object of a known kind becomes resources or is named, and never throws', () => {
  const types = fc.constantFrom(
    { apiVersion: 'v1', kind: 'Pod' },
    { apiVersion: 'v1', kind: 'List' },
    { apiVersion: 'apps/v1', kind: 'DeploymentList' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' },
    { apiVersion: 'example.com/v1', kind: 'Thing' },
  )
  const key = fc.constantFrom('spec', 'metadata', 'items', 'containers', 'name', 'labels', '__proto__', 'toString')
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom<unknown>(null, true, 1, 'x'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      fc
        .tuple(types, fc.dictionary(key, tie('value'), { maxKeys: 4 }))
        .map(([type, fields]) => ({ ...fields, ...type })),
    ),
  }))
  fc.assert(
    fc.property(types, fc.dictionary(key, value), (type, fields) => {
      const object = { ...fields, ...type }
      const { resources, unjudged } = read(JSON.stringify(object), { file: 'x.json' })
      const isEmptyList = Array.isArray(fields['items']) && fields['items'].length === 0
      if (!isEmptyList) expect(resources.length + unjudged.length).toBeGreaterThan(0)
      for (const { object: judged } of resources) expect(typeof judged.metadata).toBe('object')
    }),
    { numRuns: 1000 },
  )
})
