/**
 * The flags of every API server that a resource starts or configures, in whatever form they are written. What a flag
 * means for security is the policies' matter; this only reads, as the API server itself would.
 */
import type { Container, JsonObject, Path, Pod, Resource } from '../../model.js'
import { RANCHER_SERVER_KEYS, splitDocuments } from '../../parse/split.js'
import { filesOf, parseYaml } from '../platform/text.js'
import { isPlain } from '../plain.js'
import { isObject } from '../world.js'

/** One flag, by its name without dashes. */
interface Flag {
  /** The value in force where a flag takes one: the last that is written. */
  readonly value: string
  /** Every value, in the order written. */
  readonly values: readonly string[]
  /** The place in the resource that wrote `value`. */
  readonly path: Path
  /** False where the text is not the value: `$(VAR)` from elsewhere, a shell variable. */
  readonly known: boolean
}

/** Who turns what is written into the API server's command line. */
type ApiServerForm =
  'static-pod' | 'kubeadm' | 'kind' | 'k3s' | 'rke2' | 'kops' | 'k0s' | 'talos' | 'kubespray' | 'openshift'

export interface ApiServer {
  readonly form: ApiServerForm
  /** The container, or the part of the configuration, that stands for the API server. */
  readonly path: Path
  /** Where a flag that is missing belongs. */
  readonly flagsPath: Path
  readonly flags: { readonly [name: string]: Flag }
  /** What the distribution sets where nobody wrote the flag (name → value); the API server's own defaults are not here. */
  readonly defaults: { readonly [name: string]: string }
  /** Why there may be flags that cannot be seen; null where `flags` holds them all. */
  readonly hidden: string | null
}

/** The API servers of a resource; almost always none. Pure; never throws. */
export function apiServersOf(resource: Resource, pod: Pod | null): readonly ApiServer[] {
  if (isPlain(resource)) return NONE
  const before = known.get(pod ?? resource.object)
  if (before !== undefined) return before
  const configured = CONFIGURATIONS.flatMap((configuration) => configuration(resource))
  const servers = pod === null ? configured : [...configured, ...pod.containers.flatMap(ofContainer)]
  known.set(pod ?? resource.object, servers)
  return servers
}

const NONE: readonly ApiServer[] = []

/** Several areas ask for them; a pod belongs to one resource. */
const known = new WeakMap<object, readonly ApiServer[]>()

/* ------------------------------------------------------------ containers */

interface Word {
  readonly text: string
  readonly path: Path
  /** Whether `text` is what the process will see. */
  readonly known: boolean
}

/** A container that runs `kube-apiserver`, plainly or in a shell script, or `k3s server`. */
function ofContainer(container: Container): readonly ApiServer[] {
  const command = wordsAt(container, 'command')
  const args = wordsAt(container, 'args')
  const [words, hidden] = unfold([...command, ...args])
  const at = programAt(words)
  const flagsPath = [...container.path, args.length > 0 || command.length === 0 ? 'args' : 'command']
  if (at >= 0)
    return [server(words.slice(at + 1), hidden, { form: 'static-pod', path: container.path, flagsPath, defaults: {} })]
  const distribution = words.findIndex(
    (word, i) => DISTRIBUTIONS.has(baseName(word.text)) && words[i + 1]?.text === 'server',
  )
  if (distribution >= 0) return ofDistribution(words.slice(distribution), hidden, container.path, flagsPath)
  // The image's own entrypoint: with `args` alone they are its flags.
  if (command.length > 0 || !IMAGE.test(text(container.spec['image']))) return []
  const unseen = args.length > 0 ? hidden : 'the container does not say how it starts'
  return [server(words, unseen, { form: 'static-pod', path: container.path, flagsPath, defaults: {} })]
}

/**
 * The position of the program `kube-apiserver` in a command, behind assignments and what starts another program; -1
 * where the command is another one (`kubectl logs kube-apiserver`).
 */
function programAt(words: readonly Word[]): number {
  for (const [i, { text: word }] of words.entries()) {
    const name = baseName(word)
    if (name === 'kube-apiserver' || (name === 'apiserver' && baseName(words[i - 1]?.text ?? '') === 'hyperkube'))
      return i
    if (!WRAPPERS.has(name) && !word.startsWith('-') && !/^\w+=/.test(word)) return -1
  }
  return -1
}

const WRAPPERS = new Set(['exec', 'env', 'nohup', 'nice', 'time', 'tini', 'dumb-init', 'hyperkube', 'go-runner'])
const DISTRIBUTIONS: ReadonlySet<string> = new Set(['k3s', 'rke2'])
/** The last part of an image's name: `kube-apiserver`, `kube-apiserver-amd64`, whatever tag or digest follows. */
const IMAGE = /(^|\/)kube-apiserver(-(amd64|arm64|arm|ppc64le|s390x))?([:@]|$)/

function wordsAt(container: Container, key: 'command' | 'args'): readonly Word[] {
  const list = container.spec[key]
  if (!Array.isArray(list)) return []
  return list.map((item: unknown, i) => expand(text(item), [...container.path, key, i], container))
}

/**
 * `$(VAR)` as the kubelet expands it, from the container's own literal `env`; `$$(VAR)` is the escape. What comes from
 * a ConfigMap, a Secret or the node stays as written and is not known.
 */
function expand(written: string, path: Path, container: Container): Word {
  let known = true
  const expanded = written.replace(/\$(\$|\(([^)]*)\))/g, (whole: string, _rest: string, name: string | undefined) => {
    if (name === undefined) return '$'
    const variable = envOf(container, name)
    if (typeof variable === 'string') return variable
    // A reference to a variable that nobody defines stays as it is written.
    if (variable === null) known = false
    return whole
  })
  return { text: expanded, path, known }
}

/** The literal value; null where it comes from elsewhere; undefined where the container has no such variable. */
function envOf(container: Container, name: string): string | null | undefined {
  const env = container.spec['env']
  const entry = Array.isArray(env) ? env.filter(isObject).findLast((item) => item['name'] === name) : undefined
  if (entry === undefined) return Array.isArray(container.spec['envFrom']) ? null : undefined
  if (isObject(entry['valueFrom'])) return null
  const value = text(entry['value'])
  return value.includes('$(') ? null : value
}

/** The words of a script where the command is a shell with `-c`; else the words themselves. */
function unfold(words: readonly Word[]): readonly [words: readonly Word[], hidden: string | null] {
  const shell = words.findIndex((word) => SHELLS.has(baseName(word.text)))
  if (shell === 0) {
    const flag = words.findIndex((word, i) => i > shell && /^-[a-z]*c$/.test(word.text))
    const script = flag < 0 ? undefined : words[flag + 1]
    if (script !== undefined) return scriptWords(script)
  }
  // Some write the whole command line as one item.
  const split = words.flatMap((word, i) =>
    /\s/.test(word.text) &&
    (baseName(word.text.trim().split(/\s/)[0] ?? '') === 'kube-apiserver' || (i > 0 && /^--\S+\s+--/.test(word.text)))
      ? word.text
          .trim()
          .split(/\s+/)
          .map((part) => ({ ...word, text: part }))
      : [word],
  )
  return [split, null]
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'busybox'])

/**
 * The words of the one command in a shell script that starts the API server: quotes, escapes, comments and operators
 * as POSIX reads them (Shell Command Language, 2.2–2.4). Variables and substitutions are not followed.
 */
function scriptWords(script: Word): readonly [words: readonly Word[], hidden: string | null] {
  const commands: Word[][] = [[]]
  let hidden: string | null = null
  for (const token of shellTokens(script.text)) {
    if (token.operator) commands.push([])
    else commands.at(-1)?.push({ text: token.text, path: script.path, known: script.known && token.known })
  }
  const starts = (words: readonly Word[]): boolean =>
    programAt(words) >= 0 || words.some((word) => DISTRIBUTIONS.has(baseName(word.text)))
  const found = commands.find(starts) ?? []
  const loose = found.find((word) => !word.known && !word.text.startsWith('-'))
  if (loose !== undefined) hidden = `flags come from ${loose.text} in a shell script`
  return [found, hidden]
}

interface ShellToken {
  readonly text: string
  readonly operator: boolean
  readonly known: boolean
}

function shellTokens(script: string): readonly ShellToken[] {
  const tokens: ShellToken[] = []
  let word: string | null = null
  let known = true
  const end = (): void => {
    if (word !== null) tokens.push({ text: word, operator: false, known })
    word = null
    known = true
  }
  for (let i = 0; i < script.length; i++) {
    const c = script[i] ?? ''
    const next = script[i + 1] ?? ''
    if (c === '\\') {
      // A backslash before a line break joins the lines.
      if (next !== '\n') word = (word ?? '') + next
      i++
    } else if (c === "'") {
      const close = script.indexOf("'", i + 1)
      word = (word ?? '') + script.slice(i + 1, close < 0 ? undefined : close)
      i = close < 0 ? script.length : close
    } else if (c === '"') {
      let quoted = ''
      for (i++; i < script.length && script[i] !== '"'; i++) {
        if (script[i] === '\\' && '\\"$`\n'.includes(script[i + 1] ?? ' ')) i++
        else if (script[i] === '$' || script[i] === '`') known = false
        if (script[i] !== '\n' || script[i - 1] !== '\\') quoted += script[i] ?? ''
      }
      word = (word ?? '') + quoted
    } else if (c === '#' && word === null) {
      const close = script.indexOf('\n', i)
      i = close < 0 ? script.length : close - 1
    } else if (c === '\n' || ';&|()'.includes(c)) {
      // `2>&1` is a redirection, not an end.
      if (c === '&' && (script[i - 1] === '>' || next === '>')) continue
      end()
      tokens.push({ text: c, operator: true, known: true })
    } else if (/\s/.test(c)) end()
    else {
      if (c === '$' || c === '`') known = false
      word = (word ?? '') + c
      if (c === '$' && next === '(') {
        // The substitution is one unreadable piece of the word.
        const close = script.indexOf(')', i)
        word += script.slice(i + 1, close < 0 ? undefined : close + 1)
        i = close < 0 ? script.length : close
      }
    }
  }
  end()
  return tokens
}

/** `k3s server` and `rke2 server`: the API server's flags are the values of `--kube-apiserver-arg`. */
function ofDistribution(
  words: readonly Word[],
  hidden: string | null,
  path: Path,
  flagsPath: Path,
): readonly ApiServer[] {
  const form = baseName(words[0]?.text ?? '') === 'rke2' ? 'rke2' : 'k3s'
  const own = flagsOf(words.slice(2))
  if (isTrue(own['disable-apiserver']?.value)) return []
  const policy = form === 'rke2' ? own['audit-policy-file'] : undefined
  const defaults = distributionDefaults(form, {
    encrypted: isTrue(own['secrets-encryption']?.value),
    audited: policy !== undefined || isCis(own['profile']?.value),
  })
  const passed = own['kube-apiserver-arg']
  const written = (passed?.values ?? []).map((value) => argument(value, passed?.path ?? path, passed?.known ?? true))
  const flags = flagsFrom(written, form, defaults)
  return [settled({ form, path, flagsPath, flags: withPolicy(flags, policy), defaults, hidden })]
}

/* -------------------------------------------------------------- flags */

function server(words: readonly Word[], hidden: string | null, rest: Omit<ApiServer, 'flags' | 'hidden'>): ApiServer {
  const unreadable = words.find((word) => !word.known && !/^--[a-zA-Z]/.test(word.text))
  return {
    ...rest,
    flags: flagsOf(words),
    hidden: hidden ?? (unreadable === undefined ? null : `flags come from ${unreadable.text}`),
  }
}

/**
 * Flags as pflag reads them: `--name=value`, `--name value`, a boolean alone; `_` is `-` in a name, `--` ends them.
 * A boolean never takes the next word.
 */
function flagsOf(words: readonly Word[]): { readonly [name: string]: Flag } {
  const flags = new Map<string, Flag>()
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word
    if (word.text === '--') break
    const match = /^--([^=\s]+)(=([\s\S]*))?$/.exec(word.text)
    if (match === null) continue
    const name = (match[1] ?? '').replaceAll('_', '-')
    let value = match[3]
    let { known, path } = word
    if (value === undefined && BOOLEANS.has(name)) value = 'true'
    if (value === undefined) {
      const next = words[++i]
      value = next?.text ?? ''
      known &&= next?.known ?? true
      path = next?.path ?? path
    }
    add(flags, name, value, path, known)
  }
  return Object.fromEntries(flags)
}

function add(flags: Map<string, Flag>, name: string, value: string, path: Path, known: boolean): void {
  const before = flags.get(name)
  flags.set(name, { value, values: [...(before?.values ?? []), value], path, known: known && (before?.known ?? true) })
}

/** An argument as a distribution's configuration has it. */
interface Written {
  /** Without dashes; for k3s and RKE2 with the sign that joins it to their own. */
  readonly name: string
  readonly value: string
  readonly path: Path
  readonly known: boolean
}

/** `name=value`; a name alone is true. */
function argument(item: string, path: Path, known = true): Written {
  const [name = '', ...value] = item.split('=')
  return { name: bare(name), value: value.length === 0 ? 'true' : value.join('='), path, known }
}

/**
 * The flags that a distribution makes of arguments. What is written replaces its own, but is joined to it by a sign
 * behind the name in k3s and RKE2 (`name+` comes behind, `name-` before: k3s-io/k3s pkg/daemons/config GetArgs), and
 * where the distribution passes both.
 */
function flagsFrom(
  written: readonly Written[],
  form: ApiServerForm,
  defaults: ApiServer['defaults'],
): { readonly [name: string]: Flag } {
  const flags = new Map<string, Flag>()
  for (const { name: signed, value, path, known } of written) {
    const [name, sign] = form === 'k3s' || form === 'rke2' ? unsigned(signed) : [signed, '']
    const before = flags.get(name)
    const own = defaults[name]
    const isJoined = sign !== '' || (JOINED[form]?.includes(name) ?? false)
    const kept = before?.values ?? (own !== undefined && isJoined ? [own] : [])
    const values = sign === '-' ? [value, ...kept] : [...kept, value]
    flags.set(name, { value: values.at(-1) ?? '', values, path, known: known && (before?.known ?? true) })
  }
  return Object.fromEntries(flags)
}

function unsigned(name: string): readonly [name: string, sign: string] {
  const bareName = name.replace(/[-+]+$/, '')
  return [bareName, bareName === name ? '' : name.slice(-1)]
}

/** The list flags that a distribution passes itself, beside what is written. */
const JOINED: { readonly [form in ApiServerForm]?: readonly string[] } = {
  talos: ['authorization-mode'],
  kubespray: ['authorization-mode'],
}

/** The distributions that leave anonymous requests to the file, once there is one. */
const LEAVES_ANONYMOUS: ReadonlySet<ApiServerForm> = new Set(['k3s', 'rke2'])

/**
 * A distribution's own flag is not passed beside the file that decides in its stead, as the API server takes only one
 * of them. k0s reads the file to see whether it does.
 */
function settled(server: ApiServer): ApiServer {
  const { form, flags, defaults } = server
  const authentication = flags['authentication-config']
  const dropped = [
    ...(isGiven(flags['authorization-config']) ? ['authorization-mode'] : []),
    ...(isGiven(authentication) && LEAVES_ANONYMOUS.has(form) ? ['anonymous-auth'] : []),
  ]
  const left = Object.fromEntries(Object.entries(defaults).filter(([name]) => !dropped.includes(name)))
  if (form !== 'k0s' || !isGiven(authentication) || flags['anonymous-auth'] !== undefined)
    return { ...server, defaults: left }
  const unseen = { value: '', values: [], path: authentication.path, known: false }
  return { ...server, flags: { ...flags, 'anonymous-auth': unseen }, defaults: left }
}

function isGiven(flag: Flag | undefined): flag is Flag {
  return flag !== undefined && flag.value !== ''
}

/** What Go's strconv.ParseBool takes for true. */
function isTrue(value: unknown): boolean {
  return /^(1|t|T|true|TRUE|True)$/.test(text(value))
}

/** The flags of kube-apiserver 1.37 that take no separate value, and those of older versions. */
const BOOLEANS = new Set(
  (
    'aggregator-reject-forwarding-redirect allow-privileged alsologtostderr anonymous-auth audit-log-compress audit-log-truncate-enabled ' +
    'audit-webhook-truncate-enabled contention-profiling disable-apiserver disable-http2-serving emulation-forward-compatible enable-aggregator-routing ' +
    'enable-bootstrap-token-auth enable-garbage-collector enable-logs-handler enable-priority-and-fairness enable-swagger-ui ' +
    'encryption-provider-config-automatic-reload help kubelet-https log-json-split-stream log-text-split-stream logtostderr one-output ' +
    'permit-address-sharing permit-port-sharing profiling repair-malformed-updates runtime-config-emulation-forward-compatible ' +
    'secrets-encryption service-account-extend-token-expiration service-account-lookup shutdown-send-retry-after skip-headers ' +
    'skip-log-headers version watch-cache'
  ).split(' '),
)

/* ------------------------------------------------------ configurations */

type Configuration = (resource: Resource) => readonly ApiServer[]

const CONFIGURATIONS: readonly Configuration[] = [
  // kubeadm, and Cluster API's objects that carry its configuration.
  ({ object, kind, group }) =>
    group === 'kubeadm.k8s.io' && kind === 'ClusterConfiguration' ? kubeadm(object, []) : [],
  ({ object, kind, group }) => {
    if (group === 'controlplane.cluster.x-k8s.io' && kind === 'KubeadmControlPlane')
      return kubeadm(object, ['spec', 'kubeadmConfigSpec', 'clusterConfiguration'])
    if (group === 'controlplane.cluster.x-k8s.io' && kind === 'KubeadmControlPlaneTemplate')
      return kubeadm(object, ['spec', 'template', 'spec', 'kubeadmConfigSpec', 'clusterConfiguration'])
    // A bootstrap configuration without this part is a worker's.
    const at = {
      KubeadmConfig: ['spec', 'clusterConfiguration'],
      KubeadmConfigTemplate: ['spec', 'template', 'spec', 'clusterConfiguration'],
    }[kind]
    return group === 'bootstrap.cluster.x-k8s.io' && at !== undefined && isObject(valueAt(object, at))
      ? kubeadm(object, at)
      : []
  },
  // kubeadm keeps its configuration in a ConfigMap, and people keep it there before it is used: one text, one place.
  (resource) =>
    filesOf(resource)
      .filter(({ text }) => /kubeadm\.k8s\.io\//.test(text) && text.includes('ClusterConfiguration'))
      .flatMap((file) =>
        splitDocuments(file.text, file.name).documents.flatMap(({ text: document }) => kubeadmIn(document, file.path)),
      ),
  // kind writes the configuration itself, and patches it (https://kind.sigs.k8s.io/docs/user/configuration/).
  ({ object, kind, group }) => {
    if (group !== 'kind.x-k8s.io' || kind !== 'Cluster') return []
    const nodes = Array.isArray(object['nodes']) ? object['nodes'] : []
    return [[], ...nodes.map((_, i) => ['nodes', i])].flatMap((at) => {
      const patches = valueAt(object, [...at, 'kubeadmConfigPatches'])
      return (Array.isArray(patches) ? patches : []).flatMap((patch, i) =>
        kubeadmIn(text(patch), [...at, 'kubeadmConfigPatches', i]).map((found): ApiServer => ({
          ...found,
          form: 'kind',
          hidden: 'kind writes the rest of the configuration',
        })),
      )
    })
  },
  ({ object, kind, group }) => (group === 'config.openshift.io' && kind === 'APIServer' ? [openshift(object)] : []),
  // k3s and RKE2: their own configuration file has no kind; Rancher and Cluster API carry it.
  ({ object, origin }) => {
    if (object.kind !== '' || !RANCHER_SERVER_KEYS.some((key) => Object.hasOwn(object, key))) return []
    const [plain, added] = RANCHER_KEYS.map((key) => Object.hasOwn(object, key))
    const isPiece = (added === true && plain !== true) || /\.ya?ml\.d\//.test(origin.file)
    return rancher(object, []).map((server) => (isPiece ? { ...server, hidden: PIECE } : server))
  },
  ({ object, kind, group }) => {
    if (group !== 'provisioning.cattle.io' || kind !== 'Cluster') return []
    const config = valueAt(object, ['spec', 'rkeConfig'])
    if (!isObject(config)) return []
    const selected = Array.isArray(config['machineSelectorConfig']) ? config['machineSelectorConfig'] : []
    const version = text(valueAt(object, ['spec', 'kubernetesVersion']))
    const global: Path = ['spec', 'rkeConfig', 'machineGlobalConfig']
    return [
      ...rancher(object, global, { version }),
      ...selected.flatMap((item: unknown, i) =>
        isObject(item) &&
        isObject(item['config']) &&
        RANCHER_KEYS.some((key) => Object.hasOwn(item['config'] as JsonObject, key))
          ? rancher(object, ['spec', 'rkeConfig', 'machineSelectorConfig', i, 'config'], { version, global })
          : [],
      ),
    ]
  },
  ({ object, kind, group }) => {
    if (group !== 'controlplane.cluster.x-k8s.io') return []
    const at = { RKE2ControlPlane: ['spec'], RKE2ControlPlaneTemplate: ['spec', 'template', 'spec'] }[kind]
    return at === undefined ? [] : [rke2ControlPlane(object, at)]
  },
  ({ object, kind, group }) => {
    if (group !== 'controlplane.cluster.x-k8s.io') return []
    const at: Path | undefined = {
      KThreesControlPlane: ['spec', 'kthreesConfigSpec', 'serverConfig'],
      KThreesControlPlaneTemplate: ['spec', 'template', 'spec', 'kthreesConfigSpec', 'serverConfig'],
    }[kind]
    if (at === undefined) return []
    const defaults = distributionDefaults('k3s', { encrypted: false, audited: false })
    return [fromExtraArgs(object, at, [...at, 'kubeAPIServerArg'], 'k3s', defaults)]
  },
  ({ object }) => (Object.hasOwn(object, 'kubernetes_audit') && object.kind === '' ? [kubespray(object)] : []),
  // k0s, kOps, Talos.
  ({ object, kind, group }) => {
    if (group === 'k0s.k0sproject.io' && kind === 'ClusterConfig') return [k0s(object, ['spec', 'api'])]
    if (group === 'controlplane.cluster.x-k8s.io' && kind === 'K0sControlPlane')
      return [k0s(object, ['spec', 'k0sConfigSpec', 'k0s', 'spec', 'api'])]
    return []
  },
  ({ object, kind, group }) => (group === 'kops.k8s.io' && kind === 'Cluster' ? [kops(object)] : []),
  ({ object }) => {
    if (object.kind !== undefined && object.kind !== '') return []
    if (!isObject(object['machine']) || !isObject(object['cluster'])) return []
    const type = text(valueAt(object, ['machine', 'type']))
    // A patch for the control plane need not say what it is for.
    const isServer =
      type === '' ? isObject(valueAt(object, ['cluster', 'apiServer'])) : ['controlplane', 'init'].includes(type)
    const at = ['cluster', 'apiServer']
    return isServer ? [fromExtraArgs(object, at, [...at, 'extraArgs'], 'talos', TALOS)] : []
  },
  ({ object, kind }) =>
    kind === 'KubeAPIServerConfig' && object.apiVersion === 'v1alpha1'
      ? [fromExtraArgs(object, [], ['extraArgs'], 'talos', TALOS)]
      : [],
]

const MODES = { 'authorization-mode': 'Node,RBAC' }

/** What Talos and, once it audits, RKE2 pass: thirty days, ten files of a hundred megabytes. */
const ROTATION = { 'audit-log-maxage': '30', 'audit-log-maxbackup': '10', 'audit-log-maxsize': '100' }
/** siderolabs/talos internal/app/machined/pkg/controllers/k8s/control_plane_final.go */
const TALOS = {
  ...MODES,
  'anonymous-auth': 'false',
  'encryption-provider-config': 'written by Talos',
  'audit-log-path': '/var/log/audit/kube/kube-apiserver.log',
  'audit-policy-file': '/system/config/kubernetes/kube-apiserver/auditpolicy.yaml',
  ...ROTATION,
}
/**
 * rancher/rke2 pkg/executor/staticpod/staticpod.go, with a policy or the CIS profile. The policy that it writes by itself
 * logs nothing, so it counts as none.
 */
const RKE2_AUDIT = { 'audit-log-path': '/var/lib/rancher/rke2/server/logs/audit.log', ...ROTATION }

const RANCHER_KEYS = ['kube-apiserver-arg', 'kube-apiserver-arg+']
const PIECE = 'other files of the configuration add to it'

/** `cis`, and `cis-1.23` of older releases; the profile `etcd` asks for less. */
function isCis(profile: unknown): boolean {
  return text(profile).startsWith('cis')
}

/** k3s and RKE2 deny anonymous requests and authorize by RBAC; RKE2 always encrypts secrets, k3s on demand. */
function distributionDefaults(
  form: 'k3s' | 'rke2',
  { encrypted, audited }: { readonly encrypted: boolean; readonly audited: boolean },
): { readonly [name: string]: string } {
  const defaults = { ...MODES, 'anonymous-auth': 'false', ...(form === 'rke2' && audited ? RKE2_AUDIT : {}) }
  return form === 'rke2' || encrypted ? { ...defaults, 'encryption-provider-config': `written by ${form}` } : defaults
}

/** RKE2's own key for the policy, before which the flag by itself counts. */
function withPolicy(flags: ApiServer['flags'], policy: Flag | undefined): ApiServer['flags'] {
  return policy === undefined || flags['audit-policy-file'] !== undefined
    ? flags
    : { ...flags, 'audit-policy-file': policy }
}

function kubeadm(object: JsonObject | Resource['object'], at: Path): readonly ApiServer[] {
  const path = [...at, 'apiServer']
  const configuration = valueAt(object, at)
  // v1alpha1 and v1alpha2 kept the map beside everything else.
  const old = isObject(configuration) && isObject(configuration['apiServerExtraArgs'])
  return [
    old
      ? fromExtraArgs(object, at, [...at, 'apiServerExtraArgs'], 'kubeadm', MODES)
      : fromExtraArgs(object, path, [...path, 'extraArgs'], 'kubeadm', MODES),
  ]
}

/** The ClusterConfiguration that a text holds. */
function kubeadmIn(document: string, path: Path): readonly ApiServer[] {
  const { value } = parseYaml(document)
  if (!isObject(value) || value['kind'] !== 'ClusterConfiguration') return []
  return kubeadm(value as JsonObject, []).map((found) => movedTo(found, path))
}

/**
 * OpenShift's operator writes the flags: an audit log unless the profile is None, encryption if it is asked for
 * (https://docs.redhat.com/en/documentation/openshift_container_platform, config.openshift.io/v1 APIServer).
 */
function openshift(object: Resource['object']): ApiServer {
  const isAudited = text(valueAt(object, ['spec', 'audit', 'profile'])) !== 'None'
  const encryption = text(valueAt(object, ['spec', 'encryption', 'type']))
  const isEncrypted = encryption !== '' && encryption !== 'identity'
  const audit = {
    'audit-log-path': '/var/log/kube-apiserver/audit.log',
    'audit-policy-file': 'written by OpenShift',
    ...ROTATION,
  }
  const defaults = {
    ...MODES,
    ...(isAudited ? audit : {}),
    ...(isEncrypted ? { 'encryption-provider-config': 'written by OpenShift' } : {}),
  }
  const flagsPath = isAudited ? ['spec', 'encryption', 'type'] : ['spec', 'audit', 'profile']
  return { form: 'openshift', path: ['spec'], flagsPath, flags: {}, defaults, hidden: null }
}

/** What is read from a text lies where the text does. */
function movedTo(server: ApiServer, path: Path): ApiServer {
  const flags = Object.entries(server.flags).map(([name, flag]) => [name, { ...flag, path }] as const)
  return { ...server, path, flagsPath: path, flags: Object.fromEntries(flags) }
}

/**
 * A configuration of k3s or RKE2; none where the node runs no API server. `global`: what it shares with the other
 * machines of the cluster, and replaces key by key. A key with `+` adds to the one before it (k3s-io/k3s
 * pkg/configfilearg/parser.go).
 */
function rancher(
  object: JsonObject | Resource['object'],
  at: Path,
  { version = '', global = at }: { readonly version?: string; readonly global?: Path } = {},
): readonly ApiServer[] {
  const settings = new Map<string, readonly [value: unknown, path: Path]>()
  for (const path of global === at ? [at] : [global, at]) {
    const config = valueAt(object, path)
    for (const [key, value] of Object.entries(isObject(config) ? config : {}))
      settings.set(key, [value, [...path, key]])
  }
  const setting = (key: string): unknown => settings.get(key)?.[0]
  if (isTrue(setting('disable-apiserver'))) return []
  // Only RKE2 has these; what says neither is read as k3s, which promises less.
  const form =
    version.includes('rke2') || ['cni', 'profile', 'audit-policy-file'].some((key) => settings.has(key))
      ? 'rke2'
      : 'k3s'
  const [policy, policyPath] = settings.get('audit-policy-file') ?? ['', at]
  const audited = text(policy) !== ''
  const defaults = distributionDefaults(form, {
    encrypted: isTrue(setting('secrets-encryption')),
    audited: audited || isCis(setting('profile')),
  })
  let written: readonly Written[] = []
  for (const [key, [value, path]] of settings)
    if (RANCHER_KEYS.includes(key)) written = [...(key.endsWith('+') ? written : []), ...writtenIn(value, path)]
  const flags = withPolicy(
    flagsFrom(written, form, defaults),
    audited ? { value: text(policy), values: [text(policy)], path: policyPath, known: true } : undefined,
  )
  const own = RANCHER_KEYS.find((key) => valueAt(object, [...at, key]) !== undefined) ?? 'kube-apiserver-arg'
  return [settled({ form, path: at, flagsPath: [...at, own], flags, defaults, hidden: null })]
}

/** rancher/cluster-api-provider-rke2: the policy comes from a Secret, the profile is the agents'. */
function rke2ControlPlane(object: Resource['object'], at: Path): ApiServer {
  const path = [...at, 'serverConfig', 'kubeAPIServer']
  const secret: Path = [...at, 'serverConfig', 'auditPolicySecret', 'name']
  const policy = text(valueAt(object, secret))
  const audited = policy !== '' || isCis(valueAt(object, [...at, 'agentConfig', 'cisProfile']))
  const defaults = distributionDefaults('rke2', { encrypted: true, audited })
  const server = fromExtraArgs(object, path, [...path, 'extraArgs'], 'rke2', defaults)
  const flag = policy === '' ? undefined : { value: policy, values: [policy], path: secret, known: true }
  return { ...server, flags: withPolicy(server.flags, flag) }
}

/**
 * k0sproject/k0s pkg/component/controller/apiserver.go: extra arguments replace its own, an empty one of those it insists
 * on counts for nothing, and raw ones come behind them all.
 */
function k0s(object: Resource['object'], at: Path): ApiServer {
  const defaults = { ...MODES, 'anonymous-auth': 'false' }
  const server = fromExtraArgs(object, at, [...at, 'extraArgs'], 'k0s', defaults)
  const { 'anonymous-auth': anonymous, ...others } = server.flags
  const flags = anonymous?.value === '' ? others : server.flags
  const raw = valueAt(object, [...at, 'rawArgs'])
  const words = (Array.isArray(raw) ? raw : []).map((item, i) => ({
    text: text(item),
    path: [...at, 'rawArgs', i],
    known: true,
  }))
  const last = Object.entries(flagsOf(words)).map(([name, flag]) => {
    const own = defaults[name as keyof typeof defaults]
    const before = flags[name]?.values ?? (own === undefined ? [] : [own])
    return [name, { ...flag, values: [...before, ...flag.values] }] as const
  })
  return settled({ ...server, flags: { ...flags, ...Object.fromEntries(last) } })
}

/**
 * Kubespray's group variables (roles/kubernetes/control-plane/templates/kubeadm-config.v1beta4.yaml.j2): those of the audit
 * name flags, with defaults, once `kubernetes_audit` is on.
 */
function kubespray(object: JsonObject | Resource['object']): ApiServer {
  const settings: { readonly [key: string]: unknown } = isObject(object) ? object : {}
  const on = (key: string): boolean => isYes(settings[key])
  const written: Written[] = []
  const put = (name: string, value: string, variable: string, known = !isJinja(value)): void => {
    if (value !== '') written.push({ name, value, path: [variable], known })
  }
  for (const [variable, name] of Object.entries(KUBESPRAY_NAMES))
    if (name.includes('webhook') ? on('kubernetes_audit_webhook') : on('kubernetes_audit'))
      put(name, text(settings[variable]), variable)
  // Both are left to the file, where one is written.
  if (!on(AUTHENTICATION_FILE)) {
    const anonymous = text(settings['kube_api_anonymous_auth'])
    const value = anonymous === '' || isJinja(anonymous) ? anonymous : String(isYes(anonymous))
    put('anonymous-auth', value, 'kube_api_anonymous_auth')
  }
  const modes = settings['authorization_modes']
  if (!on(AUTHORIZATION_FILE))
    put('authorization-mode', Array.isArray(modes) ? modes.map(text).join(',') : text(modes), 'authorization_modes')
  for (const [variable, name, file] of KUBESPRAY_FILES) {
    const value = text(settings[variable])
    if (on(variable) || isJinja(value)) put(name, file, variable, !isJinja(value))
  }
  const policy = { 'audit-policy-file': '/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml' }
  const log = { 'audit-log-path': '/var/log/audit/kube-apiserver-audit.log', ...ROTATION, ...policy }
  const webhook = {
    'audit-webhook-config-file': '/etc/kubernetes/audit-policy/apiserver-audit-webhook-config.yaml',
    ...policy,
  }
  const defaults = {
    ...(text(modes) === '' && !Array.isArray(modes) ? MODES : {}),
    ...(on('kubernetes_audit') ? log : {}),
    ...(on('kubernetes_audit_webhook') ? webhook : {}),
  }
  const extra = 'kube_kubeadm_apiserver_extra_args'
  written.push(...writtenIn(settings[extra], [extra]))
  return settled({
    form: 'kubespray',
    path: [],
    flagsPath: ['kubernetes_audit'],
    flags: flagsFrom(written, 'kubespray', defaults),
    defaults,
    hidden: null,
  })
}

const isJinja = (value: string): boolean => value.includes('{{')

/** A boolean as Ansible reads it. */
export function isYes(value: unknown): boolean {
  return /^(true|yes|on|1|t|y)$/i.test(text(value))
}

export const AUTHENTICATION_FILE = 'kube_apiserver_use_authentication_config_file'
export const AUTHORIZATION_FILE = 'kube_apiserver_use_authorization_config_file'

/** What makes Kubespray write a file, and the flag that names it. */
const KUBESPRAY_FILES: readonly (readonly [variable: string, flag: string, file: string])[] = [
  ['kube_encrypt_secret_data', 'encryption-provider-config', 'secrets_encryption.yaml'],
  [AUTHENTICATION_FILE, 'authentication-config', 'the file that Kubespray writes'],
  [AUTHORIZATION_FILE, 'authorization-config', 'the file that Kubespray writes'],
]

const KUBESPRAY_NAMES: { readonly [variable: string]: string } = {
  audit_log_path: 'audit-log-path',
  audit_log_maxage: 'audit-log-maxage',
  audit_log_maxbackups: 'audit-log-maxbackup',
  audit_log_maxsize: 'audit-log-maxsize',
  audit_policy_file: 'audit-policy-file',
  audit_webhook_config_file: 'audit-webhook-config-file',
  audit_webhook_mode: 'audit-webhook-mode',
}

/**
 * The ways of writing extra arguments: a map, a list of `{name, value}` (kubeadm v1beta4), a list of `name=value`, or
 * one such text.
 */
function fromExtraArgs(
  object: JsonObject | Resource['object'],
  path: Path,
  flagsPath: Path,
  form: ApiServerForm,
  defaults: ApiServer['defaults'],
): ApiServer {
  const flags = flagsFrom(writtenIn(valueAt(object, flagsPath), flagsPath), form, defaults)
  return settled({ form, path, flagsPath, flags, defaults, hidden: null })
}

function writtenIn(value: unknown, at: Path): readonly Written[] {
  const named = (name: string, given: unknown, path: Path): readonly Written[] =>
    Array.isArray(given)
      ? given.map((item, i) => ({ name: bare(name), value: text(item), path: [...path, i], known: true }))
      : [{ name: bare(name), value: text(given), path, known: true }]
  if (Array.isArray(value))
    return value.flatMap((item: unknown, i) =>
      isObject(item)
        ? named(text(item['name']), item['value'], [...at, i, 'value'])
        : [argument(text(item), [...at, i])],
    )
  if (isObject(value)) return Object.entries(value).flatMap(([name, given]) => named(name, given, [...at, name]))
  return value === undefined || value === null ? [] : [argument(text(value), at)]
}

function bare(name: string): string {
  return name.trim().replace(/^--/, '').replaceAll('_', '-')
}

/** kOps writes fields, not flags: `auditLogMaxAge` is `--audit-log-maxage`, the others are the same words with dashes. */
function kops(object: Resource['object']): ApiServer {
  const flagsPath = ['spec', 'kubeAPIServer']
  const settings = valueAt(object, flagsPath)
  const flags = new Map<string, Flag>()
  for (const [field, value] of Object.entries(isObject(settings) ? settings : {})) {
    if (KOPS_OWN.has(field)) continue
    const name = KOPS_NAMES[field] ?? field.replace(/[A-Z]+/g, (letters) => `-${letters.toLowerCase()}`)
    if (!isObject(value))
      add(flags, name, Array.isArray(value) ? value.map(text).join(',') : text(value), [...flagsPath, field], true)
  }
  const encrypted = valueAt(object, ['spec', 'encryptionConfig']) === true
  const open = isObject(valueAt(object, ['spec', 'authorization', 'alwaysAllow']))
  const defaults = {
    'anonymous-auth': 'false',
    'authorization-mode': open ? 'AlwaysAllow' : 'Node,RBAC',
    ...(encrypted ? { 'encryption-provider-config': 'written by kOps' } : {}),
  }
  return { form: 'kops', path: ['spec'], flagsPath, flags: Object.fromEntries(flags), defaults, hidden: null }
}

/** What kOps writes over whatever stands there (kubernetes/kops pkg/model/components/apiserver.go). */
const KOPS_OWN: ReadonlySet<string> = new Set(['anonymousAuth', 'authorizationMode'])

const KOPS_NAMES: { readonly [field: string]: string } = {
  auditLogMaxAge: 'audit-log-maxage',
  auditLogMaxBackups: 'audit-log-maxbackup',
  auditLogMaxSize: 'audit-log-maxsize',
  authenticationConfigFile: 'authentication-config',
}

/* -------------------------------------------------------------- small */

function valueAt(object: unknown, path: Path): unknown {
  let at = object
  for (const key of path)
    at = isObject(at) || Array.isArray(at) ? (at as { readonly [key: string | number]: unknown })[key] : undefined
  return at
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}
