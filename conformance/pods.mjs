// Generated pods, in themselves and as templates, and what the gate finds in them.

const NULL = [null]

export function podsOf(random, count) {
  return Array.from({ length: count }, (_, i) => podOf(random, `pod-${i}`))
}

/** `{metadata, spec}` of the pod, and the object that carries it. */
function podOf(random, name) {
  const { chance, pick } = random
  // Half of them begin as restricted wants them, so that a single field decides.
  const hardened = chance(0.5)
  const often = hardened ? 0.06 : 0.3
  const maybe = (values, probability = often) => (chance(probability) ? pick(values) : undefined)
  const flag = (probability) => maybe([true, false, null], probability)
  const text = (...values) => maybe([...values, '', null])
  const object = (fields) => defined(fields)
  /** An object that is now and then absent, null or empty. */
  const optional = (make, probability = 0.6) => (chance(probability) ? make() : maybe([null, {}], 0.3))

  const seLinux = () =>
    optional(
      () =>
        object({
          type: text('container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t', 'spc_t'),
          user: text('system_u'),
          role: text('sysadm_r'),
          level: text('s0:c1'),
        }),
      0.2 * (often / 0.3),
    )
  const profile = (types) => optional(() => object({ type: pick(types), localhostProfile: maybe(['p.json']) }), 0.3)
  const windowsOptions = () =>
    optional(() => object({ hostProcess: flag(), runAsUserName: maybe(['NT AUTHORITY\\SYSTEM']) }), 0.15)
  const shared = () => ({
    runAsNonRoot: flag(),
    runAsUser: maybe([0, 1, 1000, null]),
    runAsGroup: maybe([0, 1000, null]),
    seLinuxOptions: seLinux(),
    windowsOptions: windowsOptions(),
    ...(chance(often) ? { seccompProfile: profile(['RuntimeDefault', 'Localhost', 'Unconfined', '', null]) } : {}),
    ...(chance(often) ? { appArmorProfile: profile(['RuntimeDefault', 'Localhost', 'Unconfined', '', null]) } : {}),
  })
  const capabilities = () =>
    optional(() =>
      object({
        add: capabilityList(random, often),
        drop: maybe([['ALL'], ['ALL'], ['all'], ['CAP_ALL'], ['NET_RAW'], ['NET_RAW', 'ALL'], [], null]),
      }),
    )
  const containerContext = () =>
    object({
      ...(hardened ? { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } : {}),
      ...shared(),
      privileged: flag(),
      ...(hardened && !chance(often) ? {} : { allowPrivilegeEscalation: flag(), capabilities: capabilities() }),
      procMount: maybe(['Default', 'Unmasked', '', null]),
      readOnlyRootFilesystem: flag(),
    })
  const action = () =>
    object({
      httpGet: optional(
        () => object({ port: pick([80, 'http']), host: text('example.com', '127.0.0.1'), path: maybe(['/']) }),
        0.4,
      ),
      tcpSocket: optional(() => object({ port: 80, host: text('localhost') }), 0.2),
      exec: maybe([{ command: ['true'] }, {}, null]),
      sleep: maybe([{ seconds: 1 }]),
    })
  const probe = () =>
    optional(
      () => defined({ ...action(), sleep: undefined, grpc: maybe([{ port: 1 }]), periodSeconds: maybe([5]) }),
      0.3,
    )
  const lifecycle = () =>
    optional(() => object({ postStart: optional(action, 0.3), preStop: optional(action, 0.3) }), 0.25)
  const port = () =>
    object({
      containerPort: pick([80, 8080]),
      hostPort: maybe([0, 80, 8080, null]),
      hostIP: maybe(['127.0.0.1', '']),
      protocol: maybe(['TCP', 'UDP']),
    })
  const container = (kind) => (_, i) =>
    object({
      name: `${kind}-${i}`,
      image: 'registry.example/app:1',
      ports: maybe([null, [], [port()], [port(), port()]]),
      securityContext: hardened && !chance(often) ? containerContext() : optional(containerContext),
      livenessProbe: probe(),
      readinessProbe: probe(),
      startupProbe: probe(),
      lifecycle: lifecycle(),
      restartPolicy: kind === 'init' ? maybe(['Always', null]) : undefined,
      volumeMounts: maybe([null, [], [{ name: 'v0', mountPath: '/v' }]]),
    })
  const containers = [1, ...random.list(2, () => 1)].map((_, i) => container('app')(_, i))
  const several = (kind, most) =>
    chance(0.4) ? random.list(most, () => 1).map((_, i) => container(kind)(_, i)) : maybe(NULL)
  const spec = object({
    containers,
    initContainers: several('init', 2),
    ephemeralContainers: chance(0.15) ? several('ephemeral', 1) : undefined,
    hostNetwork: flag(),
    hostPID: flag(),
    hostIPC: flag(),
    hostUsers: flag(0.2),
    os: maybe([{ name: 'windows' }, { name: 'windows' }, { name: 'linux' }, null], 0.15),
    securityContext: hardened
      ? object({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
          ...defined(shared()),
          sysctls: sysctls(random, often),
        })
      : optional(() =>
          object({
            ...shared(),
            sysctls: sysctls(random, often),
            fsGroup: maybe([0, 1000]),
            supplementalGroups: maybe([[0], [], null]),
          }),
        ),
    volumes: chance(0.4) ? random.list(2, () => 1).map((_, i) => volume(random, `v${i}`)) : maybe(NULL),
    restartPolicy: maybe(['Never']),
    serviceAccountName: maybe(['default', '']),
  })
  const names = [...containers, ...(spec.initContainers ?? [])].map((each) => each.name)
  const metadata = defined({
    labels: maybe([{ app: 'a' }, {}, null]),
    annotations: optional(() => annotations(random, names), often),
  })
  return { name, metadata, spec, object: carrier(random, name, metadata, spec) }
}

const CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_BIND_SERVICE',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
  'NET_RAW',
  'SYS_ADMIN',
  'ALL',
  'CAP_CHOWN',
  'chown',
  '',
  null,
]

function capabilityList(random, often) {
  if (!random.chance(often)) return undefined
  return random.chance(0.2) ? random.pick([null, []]) : random.list(2, () => random.pick(CAPABILITIES))
}

const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
  'net.ipv4.tcp_slow_start_after_idle',
  'net.ipv4.tcp_notsent_lowat',
  'kernel.msgmax',
  'net.core.somaxconn',
  'net/ipv4/tcp_rmem',
  '',
  null,
]

function sysctls(random, often) {
  if (!random.chance(often)) return undefined
  return random.chance(0.2)
    ? random.pick([null, []])
    : random.list(2, () => defined({ name: random.pick(SYSCTLS), value: '1' }))
}

const SOURCES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
]

/** One source, now and then none (then the API server makes it an emptyDir) or a null beside it. */
function volume(random, name) {
  const { chance, pick } = random
  if (chance(0.05)) return { name, emptyDir: {} }
  const source = chance(0.6) ? pick(SOURCES.slice(0, 10)) : pick(SOURCES)
  const other = pick(SOURCES)
  return {
    name,
    ...(chance(0.2) && other !== source ? { [other]: null } : {}),
    [source]:
      source === 'hostPath' && chance(0.8)
        ? { path: pick(['/', '/var/run', '/var/log']), type: pick(['', 'Directory', null]) }
        : {},
  }
}

function annotations(random, names) {
  const profiles = ['runtime/default', 'localhost/x', 'localhost/', 'localhost', 'unconfined', '', null]
  return Object.fromEntries(
    random.list(2, () => [
      random.pick([
        'example.com/note',
        'seccomp.security.alpha.kubernetes.io/pod',
        `container.seccomp.security.alpha.kubernetes.io/${random.pick(names)}`,
        `container.apparmor.security.beta.kubernetes.io/${random.pick(names)}`,
        'container.apparmor.security.beta.kubernetes.io',
      ]),
      random.pick(profiles),
    ]),
  )
}

/** A pod, or what makes pods of a template. */
function carrier(random, name, metadata, spec) {
  const template = { metadata, spec }
  const selector = { matchLabels: { app: 'a' } }
  const made = (apiVersion, kind, body) => ({ apiVersion, kind, metadata: { name }, spec: body })
  return random.weighted([
    [8, () => ({ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name }, spec })],
    [3, () => made('apps/v1', 'Deployment', { selector, template })],
    [1, () => made('apps/v1', 'StatefulSet', { selector, serviceName: 's', template })],
    [1, () => made('apps/v1', 'DaemonSet', { selector, template })],
    [1, () => made('apps/v1', 'ReplicaSet', { selector, template })],
    [1, () => made('v1', 'ReplicationController', { selector: { app: 'a' }, template })],
    [1, () => made('batch/v1', 'Job', { template })],
    [1, () => made('batch/v1', 'CronJob', { schedule: '* * * * *', jobTemplate: { spec: { template } } })],
    [1, () => ({ apiVersion: 'v1', kind: 'PodTemplate', metadata: { name }, template })],
  ])
}

/** Without what is undefined. */
function defined(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/* ------------------------------------------------------ what the gate finds */

/**
 * Each check of Pod Security and the policies that together say the same. What is more than one policy is one defect
 * told where it is worst.
 */
export const POLICIES = {
  privileged: ['privileged-container'],
  hostNamespaces: ['host-namespaces'],
  hostPathVolumes: ['host-path'],
  hostPorts: ['host-ports'],
  hostProbesAndHostLifecycle: ['host-probes'],
  appArmorProfile: ['apparmor'],
  capabilities_baseline: ['dangerous-capabilities'],
  // On Windows only baseline has a say.
  capabilities_restricted: ({ spec }) =>
    isWindows(spec) ? ['drop-all-capabilities'] : ['drop-all-capabilities', 'dangerous-capabilities'],
  allowPrivilegeEscalation: ['privilege-escalation'],
  // The policy follows restricted, which a user namespace does not relax.
  procMount: ({ spec }) => (spec.hostUsers === false ? null : ['proc-mount']),
  procMount_restricted: ['proc-mount'],
  restrictedVolumes: ['volume-types', 'host-path'],
  // What in fact may run as root, and what merely does not forbid it.
  runAsNonRoot: ['run-as-non-root', 'non-root-enforcement'],
  runAsUser: ['run-as-root-user'],
  seccompProfile_baseline: ['seccomp'],
  seccompProfile_restricted: ({ spec }) => (isWindows(spec) ? ['seccomp-profile'] : ['seccomp-profile', 'seccomp']),
  seLinuxOptions: ['selinux'],
  sysctls: ['sysctls'],
  windowsHostProcess: ['windows-host-process'],
}

const isWindows = (spec) => spec.os?.name === 'windows'

/** Judged by the whole gate, as one plain file: findings by name of the object, and what could not be judged. */
export async function judgePods({ judge, memoryTree, rules, defaults }, pods) {
  const text = pods.map(({ object }) => JSON.stringify(object)).join('\n---\n')
  const scope = { paths: [''], ignore: [], render: {}, context: defaults.context, groups: defaults.scopes }
  const engines = {
    helm: () => Promise.reject(new Error('no engines')),
    kustomize: () => Promise.reject(new Error('no engines')),
  }
  const { findings, resources, unjudged } = await judge(
    memoryTree({ 'pods.yaml': text }),
    scope,
    rules,
    engines,
    () => undefined,
  )
  const found = new Map(resources.map(({ name }) => [name, new Set()]))
  for (const { policy, resource, path } of findings) {
    // That a container is told to run as root and not to is said of its user, and is no check of Pod Security.
    if (policy === 'least-privilege/run-as-non-root' && path.at(-1) === 'runAsUser') continue
    found.get(resource.name)?.add(policy.replace('least-privilege/', ''))
  }
  return { found, unjudged }
}

/** Where the two differ, check by check. `original`: the answer of `originals pods`; `found`: policies, or undefined. */
export function differencesOfPod(pod, original, found) {
  if ((original.error === undefined) !== (found !== undefined))
    return [
      `the API server ${original.error === undefined ? 'takes it, the gate does not judge it' : `refuses it (${original.error}), the gate judges it`}`,
    ]
  if (original.error !== undefined) return []
  return Object.entries(original.allowed).flatMap(([check, allowed]) => {
    const known = POLICIES[check]
    if (known === undefined) return [`no policy is known for the check ${check}`]
    const policies = typeof known === 'function' ? known(pod) : known
    if (policies === null) return []
    const finding = policies.filter((policy) => found.has(policy))
    return allowed === (finding.length === 0)
      ? []
      : [
          `${check}: Pod Security ${allowed ? 'allows' : 'forbids'}, ${finding.length === 0 ? `${policies.join(', ')} find nothing` : `${finding.join(', ')} finds it`}`,
        ]
  })
}
