import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { load } from 'js-yaml'
import type { KubernetesObject, Resource } from '../../../src/model.js'
import { type ApiServer, apiServersOf } from '../../../src/relate/index/apiserver.js'
import { accessOf } from '../../../src/relate/resolve/grants-apiserver.js'
import { worldOf } from '../../../src/relate/world.js'
import { resourceOf } from './grants-world.js'

function resourceFrom(yaml: string): Resource {
  const object = load(yaml) as KubernetesObject
  return resourceOf(object.apiVersion ?? '', object.kind ?? '', object.metadata?.name ?? '', 'kube-system', object)
}

function serversFrom(yaml: string): readonly ApiServer[] {
  const resource = resourceFrom(yaml)
  return apiServersOf(resource, worldOf([resource]).podOf(resource))
}

/** A container of a pod; `env` by name. */
function container(fields: object): readonly ApiServer[] {
  return serversFrom(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', ...fields }] },
    }),
  )
}

const values = (server: ApiServer | undefined): object =>
  Object.fromEntries(Object.entries(server?.flags ?? {}).map(([name, { value }]) => [name, value]))
const flags = (fields: object): object => values(container(fields)[0])
const IMAGE = 'registry.k8s.io/kube-apiserver:v1.37.1'

describe('the command line of a container', () => {
  test.each([
    ['command alone', { command: ['kube-apiserver', '--a=1', '--b=x=y'] }, { a: '1', b: 'x=y' }],
    ['command and args', { command: ['/usr/local/bin/kube-apiserver', '--a=1'], args: ['--b=2'] }, { a: '1', b: '2' }],
    ['the program in args', { args: ['kube-apiserver', '--a=1'] }, { a: '1' }],
    ['the image’s own entrypoint', { image: IMAGE, args: ['--a=1'] }, { a: '1' }],
    ['hyperkube', { command: ['/hyperkube', 'apiserver', '--a=1'] }, { a: '1' }],
    [
      'behind another program',
      { command: ['/go-runner', '--log-file=/x', '/usr/local/bin/kube-apiserver', '--a=1'] },
      { a: '1' },
    ],
    ['name and value apart', { command: ['kube-apiserver', '--a', '1', '--b', '--c'] }, { a: '1', b: '--c' }],
    [
      'a boolean takes no word',
      { command: ['kube-apiserver', '--profiling', '--a', '1'] },
      { profiling: 'true', a: '1' },
    ],
    ['the last one counts', { command: ['kube-apiserver', '--a=1', '--a=2'] }, { a: '2' }],
    [
      'underscores are dashes',
      { command: ['kube-apiserver', '--anonymous_auth=false'] },
      { 'anonymous-auth': 'false' },
    ],
    ['what is no flag is none', { command: ['kube-apiserver', '-v=2', 'x', '--a=1', '--', '--b=2'] }, { a: '1' }],
    ['a whole line as one item', { command: ['kube-apiserver --a=1 --b=2'] }, { a: '1', b: '2' }],
    [
      'a variable of the container',
      { command: ['kube-apiserver', '--a=$(X)', '--b=$$(X)', '--c=$(Y)'], env: [{ name: 'X', value: '1' }] },
      { a: '1', b: '$(X)', c: '$(Y)' },
    ],
    [
      'a shell',
      {
        command: [
          'sh',
          '-c',
          'set -e\n# --no=1\nexec kube-apiserver --a=1 \\\n  --b="2 3" --c=\'4;5\' 2>&1 | tee /log --d=6',
        ],
      },
      { a: '1', b: '2 3', c: '4;5' },
    ],
    [
      'a shell whose script is in args',
      { command: ['/bin/bash', '-ec'], args: ['X=1 kube-apiserver --a=1 && echo --b=2'] },
      { a: '1' },
    ],
  ])('%s', (_title, fields, expected) => {
    expect(flags(fields)).toEqual(expected)
  })

  test.each([
    ['another program', { command: ['kubectl', 'logs', 'kube-apiserver', '--a=1'] }],
    ['another program of that image', { image: IMAGE, command: ['sleep', '1'] }],
    ['a script that does not start it', { command: ['sh', '-c', 'echo kube-apiserver'] }],
    ['an API server of something else', { command: ['/apiserver', '--a=1'], image: 'example.com/calico-apiserver:1' }],
    ['nothing', {}],
  ])('%s is none', (_title, fields) => {
    expect(container(fields)).toEqual([])
  })

  test('what cannot be seen is said', () => {
    const one = (fields: object): ApiServer | undefined => container(fields)[0]
    expect(one({ image: IMAGE })?.hidden).toBe('the container does not say how it starts')
    expect(one({ command: ['sh', '-c', 'kube-apiserver $FLAGS --a=1'] })?.hidden).toBe(
      'flags come from $FLAGS in a shell script',
    )
    expect(one({ command: ['sh', '-c', 'kube-apiserver $(cat /flags) --a=1'] })?.hidden).toBe(
      'flags come from $(cat /flags) in a shell script',
    )
    expect(one({ command: ['kube-apiserver', '$(FLAGS)'], env: [{ name: 'FLAGS', valueFrom: {} }] })?.hidden).toBe(
      'flags come from $(FLAGS)',
    )
    const later = one({ command: ['kube-apiserver', '--a=$(X)', '--b=1'], envFrom: [{}] })
    expect(later).toMatchObject({ hidden: null, flags: { a: { known: false }, b: { known: true } } })
    expect(one({ command: ['sh', '-c', 'kube-apiserver --a=$X'] })).toMatchObject({
      hidden: null,
      flags: { a: { known: false } },
    })
  })

  test('paths', () => {
    const [server] = container({ command: ['kube-apiserver', '--a=1'], args: ['--b', '2', '--a=3'] })
    const at = ['spec', 'containers', 0]
    expect(server).toMatchObject({
      form: 'static-pod',
      path: at,
      flagsPath: [...at, 'args'],
      flags: { a: { values: ['1', '3'], path: [...at, 'args', 2] }, b: { path: [...at, 'args', 1] } },
    })
    expect(container({ command: ['kube-apiserver'] })[0]?.flagsPath).toEqual([...at, 'command'])
    expect(container({ command: ['sh', '-c', 'kube-apiserver --a=1'] })[0]?.flags['a']?.path).toEqual([
      ...at,
      'command',
      2,
    ])
  })

  test('k3s server', () => {
    const [server] = container({
      command: ['k3s', 'server', '--kube-apiserver-arg=anonymous-auth=true', '--secrets-encryption'],
    })
    expect(server).toMatchObject({
      form: 'k3s',
      flags: { 'anonymous-auth': { value: 'true', path: ['spec', 'containers', 0, 'command', 2] } },
      defaults: { 'encryption-provider-config': 'written by k3s', 'anonymous-auth': 'false' },
    })
    expect(container({ command: ['k3s', 'agent', '--kube-apiserver-arg=a=1'] })).toEqual([])
  })

  test('no command line makes it fail, and no flag comes from nowhere', () => {
    const word = fc.oneof(
      fc.constantFrom('kube-apiserver', '--a=1', '--b', 'sh', '-c', '$(X)', '--', 'k3s', 'server', '--profiling', ''),
      fc.stringMatching(/^[-a-z=$()'"\\ ;|&#\n]{0,12}$/),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.array(word, { maxLength: 4 }), (command, args) => {
        for (const server of container({ command, args })) {
          const text = [...command, ...args]
            .join(' ')
            .replaceAll(/[\\"'\n]/g, '')
            .replaceAll('_', '-')
          for (const name of Object.keys(server.flags)) expect(text).toContain(name.replaceAll(/[\\"'\n]/g, ''))
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('configurations', () => {
  const KUBEADM = 'kubeadm.k8s.io'

  test.each([
    [
      'a map',
      `apiVersion: ${KUBEADM}/v1beta3\nkind: ClusterConfiguration\napiServer: {extraArgs: {anonymous-auth: false, a: "1"}}`,
      { 'anonymous-auth': ['apiServer', 'extraArgs', 'anonymous-auth'], a: ['apiServer', 'extraArgs', 'a'] },
    ],
    [
      'a list',
      `apiVersion: ${KUBEADM}/v1beta4\nkind: ClusterConfiguration\napiServer: {extraArgs: [{name: anonymous-auth, value: "false"}, {name: a, value: "1"}]}`,
      { 'anonymous-auth': ['apiServer', 'extraArgs', 0, 'value'], a: ['apiServer', 'extraArgs', 1, 'value'] },
    ],
    [
      'the old place',
      `apiVersion: ${KUBEADM}/v1alpha2\nkind: ClusterConfiguration\napiServerExtraArgs: {anonymous-auth: "false", a: "1"}`,
      { 'anonymous-auth': ['apiServerExtraArgs', 'anonymous-auth'], a: ['apiServerExtraArgs', 'a'] },
    ],
    [
      'Cluster API',
      'apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\nspec: {kubeadmConfigSpec: {clusterConfiguration: {apiServer: {extraArgs: {anonymous-auth: "false", a: "1"}}}}}',
      {
        'anonymous-auth': [
          'spec',
          'kubeadmConfigSpec',
          'clusterConfiguration',
          'apiServer',
          'extraArgs',
          'anonymous-auth',
        ],
      },
    ],
    [
      'a ConfigMap',
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kubeadm-config}\ndata:\n  ClusterConfiguration: |\n    apiVersion: ${KUBEADM}/v1beta4\n    kind: ClusterConfiguration\n    apiServer: {extraArgs: [{name: anonymous-auth, value: "false"}, {name: a, value: "1"}]}\n`,
      { 'anonymous-auth': ['data', 'ClusterConfiguration'] },
    ],
  ])('kubeadm: %s', (_title, yaml, paths) => {
    const [server, ...others] = serversFrom(yaml)
    expect(others).toEqual([])
    expect(server).toMatchObject({ form: 'kubeadm', defaults: { 'authorization-mode': 'Node,RBAC' } })
    expect(values(server)).toEqual({ 'anonymous-auth': 'false', a: '1' })
    for (const [name, path] of Object.entries(paths)) expect(server?.flags[name]?.path).toEqual(path)
  })

  test('without a word about the API server there is one all the same', () => {
    expect(serversFrom(`apiVersion: ${KUBEADM}/v1beta4\nkind: ClusterConfiguration`)).toMatchObject([
      { flags: {}, flagsPath: ['apiServer', 'extraArgs'] },
    ])
    // A worker has none.
    expect(
      serversFrom(
        'apiVersion: bootstrap.cluster.x-k8s.io/v1beta1\nkind: KubeadmConfigTemplate\nspec: {template: {spec: {joinConfiguration: {}}}}',
      ),
    ).toEqual([])
  })

  test.each([
    ['a list', 'kube-apiserver-arg: [anonymous-auth=true, "a=x=y"]', 'k3s', { 'anonymous-auth': 'true', a: 'x=y' }],
    ['one text', 'kube-apiserver-arg: a=1', 'k3s', { a: '1' }],
    ['with dashes, and added', 'kube-apiserver-arg+: ["--a=1"]', 'k3s', { a: '1' }],
    ['RKE2', 'cni: canal\nkube-apiserver-arg: [a=1]', 'rke2', { a: '1' }],
    [
      'Rancher',
      'apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nspec: {kubernetesVersion: v1.30.1+rke2r1, rkeConfig: {machineGlobalConfig: {kube-apiserver-arg: [a=1]}}}',
      'rke2',
      { a: '1' },
    ],
    [
      'Cluster API',
      'apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlane\nspec: {serverConfig: {kubeAPIServer: {extraArgs: [a=1]}}}',
      'rke2',
      { a: '1' },
    ],
    [
      'Cluster API and k3s',
      'apiVersion: controlplane.cluster.x-k8s.io/v1beta2\nkind: KThreesControlPlane\nspec: {kthreesConfigSpec: {serverConfig: {kubeAPIServerArg: [a=1]}}}',
      'k3s',
      { a: '1' },
    ],
    [
      'k0s',
      'apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {api: {extraArgs: {a: "1"}}}',
      'k0s',
      { a: '1' },
    ],
    [
      'kOps',
      'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec: {kubeAPIServer: {anonymousAuth: true, auditLogMaxAge: 30, auditLogPath: /x, apiAudiences: [a, b]}}',
      'kops',
      { 'audit-log-maxage': '30', 'audit-log-path': '/x', 'api-audiences': 'a,b' },
    ],
    ['Talos', 'machine: {type: controlplane}\ncluster: {apiServer: {extraArgs: {a: "1"}}}', 'talos', { a: '1' }],
  ])('%s', (_title, yaml, form, expected) => {
    const [server, ...others] = serversFrom(yaml)
    expect(others).toEqual([])
    expect(server?.form).toBe(form)
    expect(values(server)).toEqual(expected)
  })

  test('what a distribution sets by itself', () => {
    const defaults = (yaml: string): object | undefined => serversFrom(yaml)[0]?.defaults
    expect(defaults('kube-apiserver-arg: [a=1]')).toEqual({
      'authorization-mode': 'Node,RBAC',
      'anonymous-auth': 'false',
    })
    expect(defaults('kube-apiserver-arg: [a=1]\nsecrets-encryption: true')).toHaveProperty('encryption-provider-config')
    expect(defaults('profile: cis\nkube-apiserver-arg: [a=1]')).toHaveProperty('encryption-provider-config')
    expect(
      defaults(
        'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec: {authorization: {alwaysAllow: {}}, encryptionConfig: true}',
      ),
    ).toEqual({
      'anonymous-auth': 'false',
      'authorization-mode': 'AlwaysAllow',
      'encryption-provider-config': 'written by kOps',
    })
  })

  test('a Talos worker has none', () => {
    expect(serversFrom('machine: {type: worker}\ncluster: {apiServer: {}}')).toEqual([])
  })
})

describe('whom it lets in', () => {
  const access = (yaml: string): ReturnType<typeof accessOf> => {
    const resource = resourceFrom(yaml)
    const here = { authentication: false, anonymousUnsaid: false, authorization: false }
    return accessOf(resource, worldOf([resource]).podOf(resource), here)
  }
  const pod = (...command: string[]): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', command }] },
    })

  test('almost all resources say nothing of it', () => {
    expect(access(pod('nginx'))).toBeNull()
    expect(access('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: "kind: Other"}')).toBeNull()
  })

  test('flags', () => {
    expect(
      access(
        pod(
          'kube-apiserver',
          '--authorization-mode=Node',
          '--authorization-mode=RBAC, Webhook',
          '--authentication-config=',
        ),
      )?.servers,
    ).toMatchObject([
      {
        name: 'kube-apiserver',
        modes: ['Node', 'RBAC', 'Webhook'],
        anonymousAuth: { set: 'no', value: null, path: ['spec', 'containers', 0, 'command'] },
        // An empty value is as good as none.
        authenticationConfig: { set: 'no', value: null },
      },
    ])
    expect(access(pod('sh', '-c', 'kube-apiserver $FLAGS'))?.servers).toMatchObject([
      { anonymousAuth: { set: 'unknown' }, modes: [] },
    ])
    expect(access('kube-apiserver-arg: [a=1]')?.servers).toMatchObject([
      { name: 'k3s', anonymousAuth: { set: 'yes', value: 'false' }, modes: ['Node', 'RBAC'] },
    ])
  })

  const encryption = (...resources: readonly string[]): string =>
    `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [${resources.join(', ')}]`

  test.each([
    [
      'by name',
      ['{resources: [configmaps, secrets], providers: [{aescbc: {}}, {identity: {}}]}'],
      'aescbc',
      ['resources', 0, 'providers', 0, 'aescbc'],
    ],
    [
      'identity first',
      ['{resources: [secrets], providers: [{identity: {}}, {aescbc: {}}]}'],
      'identity',
      ['resources', 0, 'providers', 0, 'identity'],
    ],
    [
      'the first entry counts',
      [
        '{resources: ["*.apps"], providers: [{kms: {}}]}',
        '{resources: ["*.*"], providers: [{secretbox: {}}]}',
        '{resources: [secrets], providers: [{identity: {}}]}',
      ],
      'secretbox',
      ['resources', 1, 'providers', 0, 'secretbox'],
    ],
    ['the core group', ['{resources: ["*."], providers: [{kms: {}}]}'], 'kms', ['resources', 0, 'providers', 0, 'kms']],
    ['not at all', ['{resources: [configmaps, secrets.example.com], providers: [{kms: {}}]}'], null, ['resources']],
    ['without providers', ['{resources: [secrets]}'], null, ['resources', 0, 'providers']],
  ])('encryption: %s', (_title, resources, provider, path) => {
    expect(access(encryption(...resources))?.encryption).toEqual([{ provider, path }])
  })

  test('in its first version, and in a Secret', () => {
    expect(
      access('apiVersion: v1\nkind: EncryptionConfig\nresources: [{resources: [secrets], providers: [{identity: {}}]}]')
        ?.encryption,
    ).toMatchObject([{ provider: 'identity' }])
    const text = encryption('{resources: [secrets], providers: [{identity: {}}]}')
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { 'config.yaml': btoa(`# first\n---\n${text}`) },
    }
    expect(access(JSON.stringify(secret))?.encryption).toEqual([
      { provider: 'identity', path: ['data', 'config.yaml'] },
    ])
  })

  test('authentication and authorization', () => {
    const of = (kind: string, rest: string): ReturnType<typeof accessOf> =>
      access(`apiVersion: apiserver.config.k8s.io/v1\nkind: ${kind}\n${rest}`)
    expect(of('AuthenticationConfiguration', 'jwt: []')?.authentication).toEqual([
      { anonymous: null, path: ['anonymous', 'enabled'], conditions: [] },
    ])
    expect(
      of('AuthenticationConfiguration', 'anonymous: {enabled: true, conditions: [{path: /livez}]}')?.authentication,
    ).toEqual([
      {
        anonymous: true,
        path: ['anonymous', 'enabled'],
        conditions: [{ value: '/livez', path: ['anonymous', 'conditions', 0, 'path'] }],
      },
    ])
    expect(of('AuthorizationConfiguration', 'authorizers: [{type: Node}, {type: RBAC}]')?.authorization).toEqual([
      {
        path: ['authorizers'],
        types: [
          { value: 'Node', path: ['authorizers', 0, 'type'] },
          { value: 'RBAC', path: ['authorizers', 1, 'type'] },
        ],
      },
    ])
  })
})
