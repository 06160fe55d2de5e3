/**
 * How an API server lets people in: its flags for anonymous requests, authorization and encryption, and the files that
 * they may name (apiserver.config.k8s.io, https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/).
 */
import type { Path, Pod, Resource, Truth } from '../../model.js'
import { splitDocuments } from '../../parse/split.js'
import { type ApiServer, apiServersOf, AUTHENTICATION_FILE, AUTHORIZATION_FILE, isYes } from '../index/apiserver.js'
import { isPlain } from '../plain.js'
import { isObject, type World } from '../world.js'
import { filesOf, listOf, objectOf, parseYaml, textOf, valueAt } from '../platform/text.js'

export interface AccessFacts {
  /** Whether files that the flags may name are declared in this environment, where they are judged themselves. */
  readonly here: Here
  readonly servers: readonly ApiServerFacts[]
  /** AuthenticationConfiguration. */
  readonly authentication: readonly AuthenticationFacts[]
  /** AuthorizationConfiguration. */
  readonly authorization: readonly AuthorizationFacts[]
  /** EncryptionConfiguration. */
  readonly encryption: readonly EncryptionFacts[]
}

export interface Here {
  readonly authentication: boolean
  /** Whether every AuthenticationConfiguration here leaves anonymous requests to the flag. */
  readonly anonymousUnsaid: boolean
  readonly authorization: boolean
}

export function configurationsHere(world: World): Here {
  const configurations = world.resources.flatMap(configurationsOf)
  const authentication = configurations.filter(({ kind }) => kind === 'AuthenticationConfiguration')
  return {
    authentication: authentication.length > 0,
    anonymousUnsaid:
      authentication.length > 0 && authentication.map(authenticationFacts).every(({ anonymous }) => anonymous === null),
    authorization: configurations.some(({ kind }) => kind === 'AuthorizationConfiguration'),
  }
}

interface Setting {
  /** Whether the flag is written, or set by the distribution; `unknown` where flags may come from where they cannot be seen. */
  readonly set: Truth
  /** null: not set, or only known when it runs. */
  readonly value: string | null
  /** The flag, or where it belongs. */
  readonly path: Path
  /** What stands at `path`, where that is one value: the flag with its name, or the value by itself. */
  readonly written: string | number | boolean | null
}

interface ApiServerFacts {
  /** `kube-apiserver`, or the form of the configuration: `kubeadm`, `k3s`. */
  readonly name: string
  readonly anonymousAuth: Setting
  readonly authenticationConfig: Setting
  /** The modes of `authorizationMode`, as `--authorization-mode` joins them. */
  readonly modes: readonly string[]
  readonly authorizationMode: Setting
  readonly authorizationConfig: Setting
  readonly encryptionConfig: Setting
}

interface AuthenticationFacts {
  /** null: the file does not say, and the flag decides. */
  readonly anonymous: boolean | null
  readonly path: Path
  /** The only paths that anonymous requests may ask for; empty: every one. */
  readonly conditions: readonly Place[]
}

interface AuthorizationFacts {
  readonly path: Path
  readonly types: readonly Place[]
}

interface EncryptionFacts {
  /** The provider that secrets are written with; null: none, they are written as they are. */
  readonly provider: string | null
  readonly path: Path
}

interface Place {
  readonly value: string
  readonly path: Path
}

/** null: the resource says nothing about an API server, as almost all. */
export function accessOf(resource: Resource, pod: Pod | null, here: Here): AccessFacts | null {
  const configurations = configurationsOf(resource)
  const servers = apiServersOf(resource, pod)
  if (servers.length === 0 && configurations.length === 0) return null
  const of = (...kinds: readonly string[]): readonly Configuration[] =>
    configurations.filter(({ kind }) => kinds.includes(kind))
  return {
    here,
    servers: servers.map((server) => serverFacts(server, resource)),
    authentication: of('AuthenticationConfiguration').map(authenticationFacts),
    authorization: of('AuthorizationConfiguration').map(authorizationFacts),
    encryption: of('EncryptionConfiguration', 'EncryptionConfig').map(encryptionFacts),
  }
}

/* --------------------------------------------------------------- servers */

function serverFacts(server: ApiServer, { object }: Resource): ApiServerFacts {
  const setting = (name: string): Setting => settingOf(server, name, object)
  const authorizationMode = setting('authorization-mode')
  const modes = server.flags['authorization-mode']?.values ?? [authorizationMode.value ?? '']
  return {
    name: server.form === 'static-pod' ? 'kube-apiserver' : server.form,
    anonymousAuth: setting('anonymous-auth'),
    authenticationConfig: setting('authentication-config'),
    modes: modes
      .flatMap((value) => value.split(','))
      .map((mode) => mode.trim())
      .filter((mode) => mode !== ''),
    authorizationMode,
    authorizationConfig: setting('authorization-config'),
    encryptionConfig: setting('encryption-provider-config'),
  }
}

function settingOf({ flags, defaults, flagsPath, hidden }: ApiServer, name: string, object: unknown): Setting {
  const flag = flags[name]
  const value = flag === undefined ? defaults[name] : flag.known ? flag.value : null
  if (value === undefined)
    return { set: hidden === null ? 'no' : 'unknown', value: null, path: flagsPath, written: null }
  const path = flag?.path ?? flagsPath
  return { set: value === '' ? 'no' : 'yes', value: value === '' ? null : value, path, written: scalarAt(object, path) }
}

function scalarAt(object: unknown, path: Path): Setting['written'] {
  const value = valueAt(object, ...path)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/* --------------------------------------------------------- configurations */

interface Configuration {
  readonly kind: string
  readonly object: unknown
  /** From a path in the configuration to one in the resource. */
  readonly at: (path: Path) => Path
}

const NONE: readonly Configuration[] = []

const KINDS =
  /\bkind"?\s*:\s*["']?(AuthenticationConfiguration|AuthorizationConfiguration|EncryptionConfig(uration)?)\b/

/** The resource itself, and the files that it carries; what lies in a text is placed where the text is. */
function configurationsOf(resource: Resource): readonly Configuration[] {
  if (isPlain(resource)) return NONE
  const own: Configuration = { kind: resource.kind, object: resource.object, at: (path) => path }
  if (isConfiguration(resource.object)) return [own]
  const carried = [...talosConfigurations(resource), ...kubesprayConfigurations(resource)]
  if (carried.length > 0) return carried
  return filesOf(resource)
    .filter(({ text }) => KINDS.test(text))
    .flatMap((file) =>
      splitDocuments(file.text, file.name).documents.flatMap(({ text }) => {
        const { value } = parseYaml(text)
        return isConfiguration(value)
          ? [{ kind: textOf(objectOf(value)['kind']), object: value, at: () => file.path }]
          : []
      }),
    )
}

/** Talos has the files in documents of its own (siderolabs/talos pkg/machinery/config/types/k8s). */
function talosConfigurations({ object, kind }: Resource): readonly Configuration[] {
  if (object.apiVersion !== 'v1alpha1') return NONE
  if (kind === 'KubeEtcdEncryptionConfig')
    return [{ kind: 'EncryptionConfiguration', object: object['config'], at: (path) => ['config', ...path] }]
  if (kind !== 'KubeAuthenticationConfig') return NONE
  const configuration = objectOf(object['configuration'])
  // With this document Talos passes no flag, and the API server's default is to take anonymous requests.
  const isSaid = isObject(configuration['anonymous'])
  return [
    {
      kind: 'AuthenticationConfiguration',
      object: isSaid ? configuration : { ...configuration, anonymous: { enabled: true } },
      at: (path) => ['configuration', ...(isSaid ? path : [])],
    },
  ]
}

/** Kubespray writes the files from group variables (roles/kubernetes/control-plane/tasks/main.yml). */
function kubesprayConfigurations({ object }: Resource): readonly Configuration[] {
  if (object.kind !== '' || !Object.hasOwn(object, 'kubernetes_audit')) return NONE
  const under =
    (variable: string) =>
    ([, ...path]: Path): Path => [variable, ...path]
  const configurations: Configuration[] = []
  if (isYes(object[AUTHENTICATION_FILE])) {
    const variable = 'kube_apiserver_authentication_config_anonymous'
    const flag = object['kube_api_anonymous_auth']
    const written = object[variable]
    configurations.push({
      kind: 'AuthenticationConfiguration',
      object: { anonymous: written ?? { enabled: flag === undefined || isYes(flag) } },
      at:
        written === undefined
          ? () => [flag === undefined ? AUTHENTICATION_FILE : 'kube_api_anonymous_auth']
          : under(variable),
    })
  }
  if (isYes(object[AUTHORIZATION_FILE])) {
    const variable = 'kube_apiserver_authorization_config_authorizers'
    const written = object[variable]
    configurations.push({
      kind: 'AuthorizationConfiguration',
      object: { authorizers: written ?? [{ type: 'Node' }, { type: 'RBAC' }] },
      at: written === undefined ? () => [AUTHORIZATION_FILE] : under(variable),
    })
  }
  return configurations
}

function isConfiguration(object: unknown): boolean {
  const { apiVersion, kind } = objectOf(object)
  // The first version of the API had no group.
  if (kind === 'EncryptionConfig') return apiVersion === 'v1'
  return textOf(apiVersion).startsWith('apiserver.config.k8s.io/') && KINDS.test(`kind: ${textOf(kind)}`)
}

function authenticationFacts({ object, at }: Configuration): AuthenticationFacts {
  const written = valueAt(object, 'anonymous')
  const anonymous = objectOf(written)
  const conditions = listOf(anonymous['conditions']).map((condition, i) => ({
    value: textOf(objectOf(condition)['path']),
    path: at(['anonymous', 'conditions', i, 'path']),
  }))
  // A part that does not say `enabled` says no.
  const enabled = isObject(written) ? anonymous['enabled'] === true : null
  return { anonymous: enabled, path: at(['anonymous', 'enabled']), conditions }
}

function authorizationFacts({ object, at }: Configuration): AuthorizationFacts {
  const types = listOf(valueAt(object, 'authorizers')).map((authorizer, i) => ({
    value: textOf(objectOf(authorizer)['type']),
    path: at(['authorizers', i, 'type']),
  }))
  return { path: at(['authorizers']), types }
}

/** The first entry that has secrets counts, and of it the first provider: the others only read. */
function encryptionFacts({ object, at }: Configuration): EncryptionFacts {
  for (const [i, item] of listOf(valueAt(object, 'resources')).entries()) {
    const { resources, providers } = objectOf(item)
    if (!listOf(resources).some((resource) => SECRETS.has(textOf(resource)))) continue
    const [provider] = Object.keys(objectOf(listOf(providers)[0]))
    const path = ['resources', i, 'providers', ...(provider === undefined ? [] : [0, provider])]
    return { provider: provider ?? null, path: at(path) }
  }
  return { provider: null, path: at(['resources']) }
}

/** Secrets by name, all of the core group, everything. */
const SECRETS = new Set(['secrets', '*.', '*.*'])
