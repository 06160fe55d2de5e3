/**
 * What the API server's command line says in the end, for each distribution, by its own sources. `no`: the flag is not
 * there; `unknown`: it may be; `?`: it is there and its value cannot be seen.
 */
import { describe, expect, test } from '@jest/globals'
import { relatedOf } from './platform-world.js'

interface Effective {
  readonly anonymous?: string
  readonly modes?: string
  readonly authentication?: string
  readonly authorization?: string
  readonly encryption?: boolean | 'unknown'
  readonly log?: string
  readonly policy?: string
  readonly age?: string
  readonly webhook?: string
}

type Case = readonly [title: string, yaml: string, ...expected: readonly Effective[]]

const shown = ({ set, value }: { readonly set: string; readonly value: string | null }): string =>
  set === 'yes' ? (value ?? '?') : set

/** Every API server of a file, as the policies see it. */
function effective(yaml: string): readonly Required<Effective>[] {
  return [...relatedOf(yaml)].flatMap(({ input: { facts } }) =>
    (facts.grants.access?.servers ?? []).map((server, i) => {
      const audit = facts.platform.apiServers[i]
      if (audit === undefined) throw new Error('the two areas know different API servers')
      return {
        anonymous: shown(server.anonymousAuth),
        modes: server.modes.join(','),
        authentication: shown(server.authenticationConfig),
        authorization: shown(server.authorizationConfig),
        encryption: server.encryptionConfig.set === 'unknown' ? 'unknown' : server.encryptionConfig.set === 'yes',
        log: shown(audit.logPath),
        policy: shown(audit.policyFile),
        age: shown(audit.maxAge),
        webhook: shown(audit.webhookConfig),
      }
    }),
  )
}

/** What the files that the flags name say of anonymous requests, and their authorizers. */
function files(yaml: string): readonly unknown[] {
  return [...relatedOf(yaml)].flatMap(({ input: { facts } }) => {
    const { authentication = [], authorization = [], encryption = [] } = facts.grants.access ?? {}
    return [
      ...authentication.map((file) => [file.anonymous, file.conditions.map(({ value }) => value).join(',')]),
      ...authorization.map((file) => file.types.map(({ value }) => value).join(',')),
      ...encryption.map((file) => file.provider),
    ]
  })
}

function each(cases: readonly Case[]): void {
  test.each(cases)('%s', (_title, yaml, ...expected) => {
    const found = effective(yaml)
    expect(found).toHaveLength(expected.length)
    expect(found).toMatchObject(expected as object[])
  })
}

// kubernetes/kubernetes cmd/kubeadm/app/phases/controlplane/manifests.go, cmd/kubeadm/app/util/arguments.go
describe('kubeadm', () => {
  const config = (version: string, extraArgs: string): string =>
    `apiVersion: kubeadm.k8s.io/${version}\nkind: ClusterConfiguration\napiServer: {extraArgs: ${extraArgs}}\n`
  each([
    [
      'its own: modes, and nothing else',
      config('v1beta4', '[]'),
      { anonymous: 'no', modes: 'Node,RBAC', encryption: false, log: 'no', policy: 'no', age: 'no', webhook: 'no' },
    ],
    [
      'a map replaces',
      config('v1beta3', '{authorization-mode: "Node,RBAC,Webhook", anonymous-auth: "false"}'),
      { modes: 'Node,RBAC,Webhook', anonymous: 'false' },
    ],
    [
      'a list keeps every value of a list flag',
      config('v1beta4', '[{name: authorization-mode, value: Node}, {name: authorization-mode, value: RBAC}]'),
      { modes: 'Node,RBAC' },
    ],
    [
      'of one value the last one counts',
      config('v1beta4', '[{name: anonymous-auth, value: "false"}, {name: anonymous-auth, value: "true"}]'),
      { anonymous: 'true' },
    ],
    [
      'with a file no modes are set',
      config('v1beta4', '[{name: authorization-config, value: /etc/authz.yaml}]'),
      { modes: '', authorization: '/etc/authz.yaml' },
    ],
  ])
})

// k3s-io/k3s pkg/daemons/control/server.go, pkg/daemons/config/types.go (GetArgs), pkg/configfilearg/parser.go
describe('k3s', () => {
  each([
    [
      'its own: no anonymous requests, modes',
      'write-kubeconfig-mode: "0600"\n',
      { anonymous: 'false', modes: 'Node,RBAC', encryption: false, log: 'no', policy: 'no', age: 'no' },
    ],
    ['encryption on demand', 'secrets-encryption: true\n', { encryption: true }],
    ['encryption refused', 'secrets-encryption: false\n', { encryption: false }],
    ['encryption, as Go reads booleans', 'secrets-encryption: "1"\n', { encryption: true }],
    [
      'with a file nothing forbids anonymous requests',
      'kube-apiserver-arg: [authentication-config=/etc/authn.yaml]\n',
      { anonymous: 'no', authentication: '/etc/authn.yaml' },
    ],
    [
      'with a file no modes are set',
      'kube-apiserver-arg: [authorization-config=/etc/authz.yaml]\n',
      { modes: '', authorization: '/etc/authz.yaml' },
    ],
    ['a plain name replaces', 'kube-apiserver-arg: [authorization-mode=Webhook]\n', { modes: 'Webhook' }],
    ['+ adds behind', 'kube-apiserver-arg: [authorization-mode+=AlwaysAllow]\n', { modes: 'Node,RBAC,AlwaysAllow' }],
    ['- adds before', 'kube-apiserver-arg: [authorization-mode-=Webhook]\n', { modes: 'Webhook,Node,RBAC' }],
    ['+ of one value: the last one', 'kube-apiserver-arg: [anonymous-auth+=true]\n', { anonymous: 'true' }],
    ['- of one value: its own stays last', 'kube-apiserver-arg: [anonymous-auth-=true]\n', { anonymous: 'false' }],
    ['a name alone is true', 'kube-apiserver-arg: [anonymous-auth]\n', { anonymous: 'true' }],
    [
      'in one file + adds to what stands before',
      'kube-apiserver-arg: [audit-log-path=/a]\nkube-apiserver-arg+: [audit-policy-file=/p]\n',
      { log: '/a', policy: '/p', age: 'no' },
    ],
    [
      'without + the later one replaces',
      'kube-apiserver-arg+: [audit-policy-file=/p]\nkube-apiserver-arg: [audit-log-path=/a]\n',
      { log: '/a', policy: 'no' },
    ],
    [
      'a piece of config.yaml.d adds to files that are not seen',
      'kube-apiserver-arg+: [audit-log-path=/a]\n',
      { log: '/a', policy: 'unknown', anonymous: 'false' },
    ],
    ['a node without an API server', 'cluster-init: true\ndisable-apiserver: true\n'],
    [
      'in a container, each argument by itself',
      `apiVersion: v1
kind: Pod
metadata: {name: k}
spec:
  containers:
    - name: k
      image: rancher/k3s
      command: [k3s, server, --kube-apiserver-arg=anonymous-auth, --kube-apiserver-arg, authorization-mode+=Webhook]
`,
      { anonymous: 'true', modes: 'Node,RBAC,Webhook' },
    ],
  ])
})

// rancher/rke2 pkg/executor/staticpod/staticpod.go, pkg/rke2/rke2.go
describe('RKE2', () => {
  const cluster = (spec: string): string =>
    `apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nmetadata: {name: c}\nspec: {kubernetesVersion: v1.35.1+rke2r1, rkeConfig: ${spec}}\n`
  each([
    [
      'its own: encryption, and no audit',
      'cni: canal\nwrite-kubeconfig-mode: "0600"\n',
      { anonymous: 'false', modes: 'Node,RBAC', encryption: true, log: 'no', policy: 'no', age: 'no' },
    ],
    [
      'a policy brings the log',
      'audit-policy-file: /p\n',
      { policy: '/p', log: '/var/lib/rancher/rke2/server/logs/audit.log', age: '30' },
    ],
    [
      'the profile brings the log and a policy that logs nothing',
      'profile: cis\nwrite-kubeconfig-mode: "0600"\n',
      { policy: 'no', log: '/var/lib/rancher/rke2/server/logs/audit.log', age: '30' },
    ],
    ['the profile of etcd does not', 'profile: etcd\ncluster-init: true\n', { log: 'no', age: 'no' }],
    [
      'an argument wins',
      'audit-policy-file: /p\nkube-apiserver-arg: [audit-policy-file=/q, audit-log-maxage=5]\n',
      { policy: '/q', age: '5' },
    ],
    [
      'a policy by argument brings no log',
      'cni: canal\nkube-apiserver-arg: [audit-policy-file=/q]\n',
      { policy: '/q', log: 'no', age: 'no' },
    ],
    [
      "Rancher's machines have what is for all of them",
      cluster(
        '{machineGlobalConfig: {audit-policy-file: "kind: Policy", kube-apiserver-arg: [audit-log-maxage=40]}, machineSelectorConfig: [{config: {kube-apiserver-arg: [anonymous-auth=true]}}]}',
      ),
      { age: '40', policy: 'kind: Policy', anonymous: 'false' },
      { age: '30', policy: 'kind: Policy', anonymous: 'true' },
    ],
    [
      'Cluster API: the policy lies in a Secret',
      'apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlane\nmetadata: {name: c}\nspec: {serverConfig: {auditPolicySecret: {name: audit, namespace: x}}}\n',
      { policy: 'audit', log: '/var/lib/rancher/rke2/server/logs/audit.log', age: '30' },
    ],
    [
      'Cluster API: the profile',
      'apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlane\nmetadata: {name: c}\nspec: {agentConfig: {cisProfile: cis}}\n',
      { policy: 'no', age: '30' },
    ],
    [
      'Cluster API: nothing said',
      'apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlane\nmetadata: {name: c}\nspec: {replicas: 3}\n',
      { policy: 'no', log: 'no', age: 'no', encryption: true },
    ],
  ])
})

// siderolabs/talos internal/app/machined/pkg/controllers/k8s/control_plane_final.go, pkg/machinery/config/types/k8s
describe('Talos', () => {
  const machine = (apiServer: string, type = 'controlplane'): string =>
    `machine: {type: ${type}}\ncluster: {apiServer: ${apiServer}}\n`
  each([
    [
      'its own: everything',
      machine('{}'),
      { anonymous: 'false', encryption: true, log: '/var/log/audit/kube/kube-apiserver.log', age: '30' },
    ],
    ['modes are joined', machine('{extraArgs: {authorization-mode: Webhook}}'), { modes: 'Node,RBAC,Webhook' }],
    ['other flags are replaced', machine('{extraArgs: {anonymous-auth: "true"}}'), { anonymous: 'true' }],
    [
      'a file beside its own flag',
      machine('{extraArgs: {authentication-config: /etc/authn.yaml}}'),
      { anonymous: 'false' },
    ],
    ['a worker by its old name', machine('{}', 'join')],
    [
      'a patch for the control plane',
      'machine: {network: {}}\ncluster: {apiServer: {extraArgs: {anonymous-auth: "true"}}}\n',
      { anonymous: 'true' },
    ],
    [
      'a document by itself',
      'apiVersion: v1alpha1\nkind: KubeAPIServerConfig\nimage: registry.k8s.io/kube-apiserver:v1.37.0\nextraArgs: {audit-log-maxage: ["5"]}\n',
      { age: '5', encryption: true, anonymous: 'false' },
    ],
  ])

  test.each([
    [
      'authentication',
      'kind: KubeAuthenticationConfig\nconfiguration: {anonymous: {enabled: true, conditions: [{path: /livez}]}}',
      [[true, '/livez']],
    ],
    [
      'authentication that does not speak of them',
      'kind: KubeAuthenticationConfig\nconfiguration: {jwt: []}',
      [[true, '']],
    ],
    [
      'encryption',
      'kind: KubeEtcdEncryptionConfig\nconfig: {resources: [{resources: [secrets], providers: [{identity: {}}]}]}',
      ['identity'],
    ],
  ])('%s in a document of its own', (_title, yaml, expected) => {
    expect(files(`apiVersion: v1alpha1\n${yaml}\n`)).toEqual(expected)
  })

  test('an audit policy in a document of its own', () => {
    const [{ input } = { input: null }] = relatedOf(
      'apiVersion: v1alpha1\nkind: KubeAuditPolicyConfig\nconfiguration: {apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Nothing}]}\n',
    )
    expect(input?.facts.platform.auditPolicies).toMatchObject([
      { path: ['configuration'], problems: [{ path: ['configuration', 'rules', 0, 'level'] }] },
    ])
  })
})

// kubernetes-sigs/kubespray roles/kubernetes/control-plane/templates/kubeadm-config.v1beta4.yaml.j2, tasks/main.yml
describe('Kubespray', () => {
  const vars = (more: string): string => `kubernetes_audit: false\n${more}`
  each([
    [
      'its own: modes',
      vars(''),
      { anonymous: 'no', modes: 'Node,RBAC', encryption: false, log: 'no', policy: 'no', age: 'no' },
    ],
    ['booleans as Ansible reads them', vars('kube_api_anonymous_auth: yes\n'), { anonymous: 'true' }],
    ['and refused', vars('kube_api_anonymous_auth: no\n'), { anonymous: 'false' }],
    [
      'extra arguments come behind',
      vars('kube_api_anonymous_auth: false\nkube_kubeadm_apiserver_extra_args: {anonymous-auth: "true"}\n'),
      { anonymous: 'true' },
    ],
    [
      'and are joined to the modes',
      vars('kube_kubeadm_apiserver_extra_args: {authorization-mode: Webhook}\n'),
      { modes: 'Node,RBAC,Webhook' },
    ],
    [
      'with a file the flag is not passed',
      vars('kube_api_anonymous_auth: false\nkube_apiserver_use_authentication_config_file: true\n'),
      { anonymous: 'no' },
    ],
    [
      'with a file no modes are passed',
      vars('authorization_modes: [Node]\nkube_apiserver_use_authorization_config_file: true\n'),
      { modes: '' },
    ],
    [
      'a webhook brings a policy and no log',
      vars('kubernetes_audit_webhook: true\n'),
      {
        log: 'no',
        webhook: '/etc/kubernetes/audit-policy/apiserver-audit-webhook-config.yaml',
        policy: '/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml',
      },
    ],
    ['encryption', vars('kube_encrypt_secret_data: true\n'), { encryption: true }],
  ])

  test.each([
    ['the flag is the default of the file', 'kube_api_anonymous_auth: false\n', [[false, '']]],
    ['whose own default is yes', '', [[true, '']]],
    [
      'the file wins',
      'kube_api_anonymous_auth: false\nkube_apiserver_authentication_config_anonymous: {enabled: true, conditions: [{path: /livez}]}\n',
      [[true, '/livez']],
    ],
  ])('authentication: %s', (_title, more, expected) => {
    expect(files(vars(`kube_apiserver_use_authentication_config_file: true\n${more}`))).toEqual(expected)
  })

  test.each([
    ['its own', '', ['Node,RBAC']],
    ['written', 'kube_apiserver_authorization_config_authorizers: [{type: AlwaysAllow, name: a}]\n', ['AlwaysAllow']],
  ])('authorization: %s', (_title, more, expected) => {
    expect(files(vars(`kube_apiserver_use_authorization_config_file: true\n${more}`))).toEqual(expected)
  })
})

// k0sproject/k0s pkg/component/controller/apiserver.go
describe('k0s', () => {
  const config = (api: string): string =>
    `apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nmetadata: {name: k0s}\nspec: {api: ${api}}\n`
  each([
    [
      'its own: no anonymous requests, modes',
      config('{}'),
      { anonymous: 'false', modes: 'Node,RBAC', encryption: false, log: 'no', policy: 'no' },
    ],
    ['an argument wins', config('{extraArgs: {anonymous-auth: "true"}}'), { anonymous: 'true' }],
    ['an empty one does not', config('{extraArgs: {anonymous-auth: ""}}'), { anonymous: 'false' }],
    [
      'raw arguments come last',
      config(
        '{extraArgs: {audit-log-maxage: "30"}, rawArgs: ["--audit-log-maxage=5", "--authorization-mode=Webhook"]}',
      ),
      { age: '5', modes: 'Node,RBAC,Webhook' },
    ],
    ['a file may decide', config('{extraArgs: {authentication-config: /etc/authn.yaml}}'), { anonymous: '?' }],
  ])
})

// kubernetes/kops pkg/model/components/apiserver.go, pkg/apis/kops/componentconfig.go
describe('kOps', () => {
  const cluster = (spec: string): string =>
    `apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: c}\nspec: ${spec}\n`
  each([
    [
      'its own: no anonymous requests, modes',
      cluster('{}'),
      { anonymous: 'false', modes: 'Node,RBAC', encryption: false, log: 'no', policy: 'no' },
    ],
    ['anonymous requests are never taken', cluster('{kubeAPIServer: {anonymousAuth: true}}'), { anonymous: 'false' }],
    [
      'the modes are those of authorization',
      cluster('{authorization: {alwaysAllow: {}}, kubeAPIServer: {authorizationMode: "Node,RBAC"}}'),
      { modes: 'AlwaysAllow' },
    ],
    [
      'fields are flags',
      cluster(
        '{kubeAPIServer: {authenticationConfigFile: /a, auditPolicyFile: /p, auditLogMaxAge: 7, auditWebhookConfigFile: /w}}',
      ),
      { authentication: '/a', policy: '/p', age: '7', webhook: '/w' },
    ],
    ['encryption', cluster('{encryptionConfig: true}'), { encryption: true }],
  ])
})

// openshift/cluster-kube-apiserver-operator bindata/assets/config/defaultconfig.yaml
describe('OpenShift', () => {
  const server = (spec: string): string =>
    `apiVersion: config.openshift.io/v1\nkind: APIServer\nmetadata: {name: cluster}\nspec: ${spec}\n`
  each([
    ['its own: an audit log', server('{}'), { log: '/var/log/kube-apiserver/audit.log', encryption: false }],
    ['no audit', server('{audit: {profile: None}}'), { log: 'no', policy: 'no' }],
    ['encryption', server('{encryption: {type: aesgcm}}'), { encryption: true }],
  ])
})
