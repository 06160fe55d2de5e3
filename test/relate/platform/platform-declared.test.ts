import { describe, expect, test } from '@jest/globals'
import type { Resource } from '../../../src/model.js'
import { parseYaml } from '../../../src/parse/yaml.js'
import { apiServersOf } from '../../../src/relate/index/apiserver.js'
import { daysOf, retentionOfFile } from '../../../src/relate/platform/retention.js'
import { configMap, factOf, factsOf, fileOf } from './platform-world.js'

describe('retention', () => {
  test.each([
    ['30d', 30],
    ['744h', 31],
    ['1d12h', 1.5],
    ['2w', 14],
    ['1y', 365],
    ['0', 0],
    ['0s', 0],
    ['soon', null],
    ['', null],
  ])('%s', (text, days) => {
    expect(daysOf(text)).toBe(days)
  })

  const of = (text: string) => retentionOfFile(fileOf(text, 'logs.json')).map(({ deletes, days }) => [deletes, days])
  test.each<[string, (string | number | null)[][]]>([
    ['{"policy": {"phases": {"delete": {"min_age": "90d", "actions": {"delete": {}}}}}}', [['yes', 90]]],
    [
      '{"phases": {"hot": {"actions": {}}, "delete": {"min_age": "7d", "actions": {"delete": {"delete_searchable_snapshot": true}}}}}',
      [['yes', 7]],
    ],
    ['{"policy": {"phases": {"hot": {"actions": {}}}}}', [['no', null]]],
    ['{"policy": {"phases": {"delete": {"min_age": "7d", "actions": {"wait_for_snapshot": {}}}}}}', [['no', null]]],
    ['{"policy": {"phases": {"delete": {"min_age": "{{age}}", "actions": {"delete": {}}}}}}', [['unknown', null]]],
    ['{"phases": {"moon": "full"}}', []],
    [
      'schema_config: {}\ncompactor: {retention_enabled: true}\nlimits_config: {retention_period: 31d}\n',
      [['yes', 31]],
    ],
    ['schema_config: {}\ncompactor: {retention_enabled: "${R}"}\n', [['unknown', null]]],
    ['schema_config: {}\ncompactor: {retention_enabled: true}\n', [['no', null]]],
    ['schema_config: {}\ntable_manager: {retention_deletes_enabled: true, retention_period: 336h}\n', [['yes', 14]]],
    ['schema_config: {}\nlimits_config: {retention_period: 31d}\n', [['no', null]]],
    [
      'actions:\n  1: {action: delete_indices, filters: [{filtertype: age, unit: weeks, unit_count: 6}]}\n  2: {action: delete_indices, options: {disable_action: true}, filters: [{filtertype: age, unit: days, unit_count: 1}]}\n',
      [['yes', 42]],
    ],
    ['actions:\n  1: {action: delete_indices, filters: [{filtertype: pattern}]}\n', [['no', null]]],
    ['server: {http_listen_port: 80}\n', []],
  ])('%s', (text, expected) => {
    expect(of(text)).toEqual(expected)
  })
})

describe("the API server's audit flags", () => {
  const server = (yaml: string, name: string) => factOf(yaml, name).apiServers[0]
  const pod = (flags: string) => `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: kube-system}
spec: {containers: [{name: a, image: x, command: [kube-apiserver${flags}]}]}
`
  test.each([
    ['', { set: 'no', value: null, number: null }],
    [', --audit-log-maxage=30', { set: 'yes', value: '30', number: 30 }],
    [', --audit-log-maxage, "30"', { set: 'yes', value: '30', number: 30 }],
    [', --audit_log_maxage=30', { set: 'yes', number: 30 }],
    [', --audit-log-maxage=', { set: 'no' }],
    [', --audit-log-maxage=many', { set: 'yes', number: null }],
    [', --audit-log-maxage=5, --audit-log-maxage=50', { set: 'yes', number: 50 }],
    [', $(EXTRA)', { set: 'no' }],
  ])('command %s', (flags, expected) => {
    expect(server(pod(flags), 'Pod/a')?.maxAge).toMatchObject(expected)
  })

  test('Talos brings every one, RKE2 with its profile all but a policy that logs', () => {
    const talos = server(
      'machine: {type: controlplane}\ncluster: {apiServer: {extraArgs: {audit-log-maxage: "5"}}}\n',
      '/',
    )
    expect([talos?.logPath.set, talos?.maxAge.number, talos?.maxBackup.number, talos?.policyFile.set]).toEqual([
      'yes',
      5,
      10,
      'yes',
    ])
    const rke2 = server('profile: cis\nkube-apiserver-arg: [profiling=false]\n', '/')
    expect([rke2?.name, rke2?.logPath.set, rke2?.maxSize.number, rke2?.policyFile.set]).toEqual([
      'rke2',
      'yes',
      100,
      'no',
    ])
    const k3s = server('kube-apiserver-arg: ["audit-log-path=/x"]\n', '/')
    expect([k3s?.name, k3s?.logPath.value, k3s?.maxAge.set, k3s?.policyFile.set]).toEqual(['k3s', '/x', 'no', 'no'])
  })

  test('Kubespray', () => {
    const on = server('kubernetes_audit: true\naudit_log_maxbackups: 3\n', '/')
    expect([on?.logPath.set, on?.maxBackup.number, on?.maxBackup.path, on?.policyFile.set]).toEqual([
      'yes',
      3,
      ['audit_log_maxbackups'],
      'yes',
    ])
    const off = server('kubernetes_audit: false\naudit_log_maxbackups: 30\n', '/')
    expect([off?.logPath.set, off?.maxBackup.set, off?.policyFile.path]).toEqual(['no', 'no', ['kubernetes_audit']])
  })

  test("Kubespray's words for who may come in and what is encrypted", () => {
    const of = (yaml: string) => {
      const [own] = apiServersOf(
        {
          object: { apiVersion: '', kind: '', ...(parseYaml(`kubernetes_audit: true\n${yaml}`).value as object) },
        } as Resource,
        null,
      )
      return (name: string): unknown => (own?.flags[name]?.known === false ? null : own?.flags[name]?.value)
    }
    expect(of('kube_api_anonymous_auth: false\n')('anonymous-auth')).toBe('false')
    expect(of('authorization_modes: [Node, RBAC]\n')('authorization-mode')).toBe('Node,RBAC')
    expect(of('kube_encrypt_secret_data: true\n')('encryption-provider-config')).toBe('secrets_encryption.yaml')
    expect(of('kube_encrypt_secret_data: false\n')('encryption-provider-config')).toBeUndefined()
    expect(of('kube_encrypt_secret_data: "{{ x }}"\n')('encryption-provider-config')).toBeNull()
    expect(of('kube_apiserver_use_authentication_config_file: true\n')('authentication-config')).toBeDefined()
    expect(of('kube_kubeadm_apiserver_extra_args: {anonymous-auth: "false"}\n')('anonymous-auth')).toBe('false')
  })

  test('Talos carries the audit policy', () => {
    const yaml =
      'machine: {type: controlplane}\ncluster: {apiServer: {auditPolicy: {apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None}]}}}\n'
    const [policy] = factOf(yaml, '/').auditPolicies
    expect(policy?.outcomes[0]?.path).toEqual(['cluster', 'apiServer', 'auditPolicy', 'rules', 0])
  })

  test('a policy in a file of a node', () => {
    const yaml = `apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: a, namespace: b}
spec:
  files:
  - path: /etc/kubernetes/audit.yaml
    content: |
      apiVersion: audit.k8s.io/v1
      kind: Policy
      rules: [{level: Metadata}]
`
    expect(factOf(yaml, 'KubeadmConfig/a').auditPolicies).toMatchObject([
      { path: ['spec', 'files', 0, 'content'], problems: [], unmatched: null },
    ])
  })

  test('in a Secret it is base64', () => {
    const data = btoa('apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Request}]\n')
    const yaml = `apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\ndata: {audit.yaml: ${data}, key: gIGC}\n`
    expect(factOf(yaml, 'Secret/a').auditPolicies[0]?.outcomes[0]).toMatchObject({
      level: 'Request',
      path: ['data', 'audit.yaml'],
    })
  })

  test('one that cannot be read is a problem, not nothing', () => {
    const yaml = configMap('a', 'audit.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [')
    expect(factOf(yaml, 'ConfigMap/a').auditPolicies[0]?.problems).toHaveLength(1)
  })
})

describe('managed control planes', () => {
  test.each([
    ['eksctl.io/v1alpha5', 'ClusterConfig', 'cloudWatch: {clusterLogging: {enableTypes: ["*"]}}', 'yes'],
    ['eksctl.io/v1alpha5', 'ClusterConfig', 'cloudWatch: {clusterLogging: {enableTypes: [api]}}', 'no'],
    ['controlplane.cluster.x-k8s.io/v1beta2', 'AWSManagedControlPlane', 'spec: {logging: {audit: true}}', 'yes'],
    ['eks.aws.upbound.io/v1beta1', 'Cluster', 'spec: {forProvider: {enabledClusterLogTypes: [api]}}', 'no'],
    [
      'eks.services.k8s.aws/v1alpha1',
      'Cluster',
      'spec: {logging: {clusterLogging: [{enabled: true, types: [audit]}]}}',
      'yes',
    ],
    [
      'eks.services.k8s.aws/v1alpha1',
      'Cluster',
      'spec: {logging: {clusterLogging: [{enabled: false, types: [audit]}]}}',
      'no',
    ],
  ])('%s %s: %s', (apiVersion, kind, rest, on) => {
    const facts = factsOf(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, namespace: b}\n${rest}\n`)
    expect(facts[`${kind}/a`]?.managedAudit.map((item) => item.on)).toEqual([on])
    // Its policy is the provider's: nobody can declare it here.
    expect(facts['Environment/']?.environment).toMatchObject({
      apiServer: { answer: 'yes' },
      auditPolicy: { answer: 'yes' },
    })
  })
})

describe('access logs', () => {
  const telemetry = (name: string, namespace: string, spec: string) =>
    `apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`
  const operator = (spec: string) =>
    `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: o, namespace: istio-system}\nspec: ${spec}\n`
  const ON = '{accessLogging: [{providers: [{name: envoy}]}]}'

  test.each([
    [operator('{}'), 'IstioOperator/o', ['mesh', 'no']],
    [operator('{profile: demo}'), 'IstioOperator/o', ['mesh', 'yes']],
    [operator('{profile: demo, meshConfig: {accessLogFile: ""}}'), 'IstioOperator/o', ['mesh', 'no']],
    [operator('{values: {meshConfig: {accessLogFile: /dev/stdout}}}'), 'IstioOperator/o', ['mesh', 'yes']],
    [operator('{meshConfig: {enableEnvoyAccessLogService: true}}'), 'IstioOperator/o', ['mesh', 'yes']],
    [telemetry('t', 'istio-system', ON), 'Telemetry/t', ['mesh', 'yes']],
    [telemetry('t', 'shop', ON), 'Telemetry/t', ['namespace', 'yes']],
    [
      telemetry('t', 'istio-system', '{selector: {matchLabels: {a: b}}, accessLogging: [{disabled: true}]}'),
      'Telemetry/t',
      ['workload', 'no'],
    ],
    [
      operator('{meshConfig: {rootNamespace: root}}') + '---\n' + telemetry('t', 'root', ON),
      'Telemetry/t',
      ['mesh', 'yes'],
    ],
    [operator('{}') + '---\n' + telemetry('t', 'istio-system', ON), 'IstioOperator/o', ['mesh', 'yes']],
    [operator('{}') + '---\n' + telemetry('t', 'shop', ON), 'IstioOperator/o', ['mesh', 'no']],
  ])('%#', (yaml, name, expected) => {
    expect(factOf(yaml, name).accessLogs.map(({ scope, on }) => [scope, on])).toEqual([expected])
  })

  test('tracing alone says nothing of them', () => {
    expect(factOf(telemetry('t', 'istio-system', '{tracing: [{}]}'), 'Telemetry/t').accessLogs).toEqual([])
  })

  test('the environment: without Istio nothing is asked, with it something must say so', () => {
    const workload =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{name: c, image: x}]}\n'
    const environment = (yaml: string) => factsOf(yaml)['Environment/']?.environment?.accessLogs
    expect(environment(workload)).toBeNull()
    const meshed = `${workload}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n`
    expect(environment(meshed)?.answer).toBe('no')
    expect(environment(`${meshed}---\n${telemetry('t', 'shop', ON)}`)?.answer).toBe('yes')
    expect(environment(`${meshed}---\n${telemetry('t', 'other', ON)}`)?.answer).toBe('no')
    expect(environment(`${meshed}---\n${operator('{}')}`)?.answer).toBe('yes')
  })
})

describe('what the environment declares', () => {
  const felix =
    'apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: {name: default}\nspec: {flowLogsFileEnabled: true}\n'
  test.each([
    ['apiServer', 'kubernetes_audit: true\n'],
    ['auditPolicy', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n'],
    ['flowLogs', felix],
    ['logRetention', configMap('a', 'ilm.json', '{"policy": {"phases": {"hot": {}}}}')],
  ] as const)('%s', (key, yaml) => {
    const nothing = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: b}\n'
    expect(factsOf(nothing)['Environment/']?.environment?.[key]?.answer).toBe('no')
    expect(factsOf(yaml)['Environment/']?.environment?.[key]?.answer).toBe('yes')
    const hook = factsOf(yaml, { force: { answer: 'unknown', why: 'it is a hook' } })
    expect(hook['Environment/']?.environment?.[key]?.answer).toBe('unknown')
  })

  test('only the environment has these facts', () => {
    expect(factsOf(felix)['FelixConfiguration/default']).toMatchObject({ environment: null, flowLogs: [{ on: 'yes' }] })
  })

  test('a resource that says nothing has every key, and nothing in them', () => {
    const facts = factOf(
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {ports: [{port: 80}]}\n',
      'Service/a',
    )
    expect(
      Object.values(facts).every(
        (value) => value === null || value === 0 || (Array.isArray(value) && value.length === 0),
      ),
    ).toBe(true)
  })
})
