/** The API server's audit settings, and where its events are sent. */
import type { Path, Resource, Truth } from '../../model.js'
import type { ApiServer } from '../index/apiserver.js'
import { isObject } from '../world.js'
import { given, schemeOf, switchOf } from './shippers/config.js'
import { type CarriedFile, hasKey, listOf, objectOf, parseYaml, textOf, valueAt } from './text.js'

interface AuditFlag {
  /** Whether the flag is set to something; `unknown` where flags may come from where they cannot be seen. */
  readonly set: Truth
  /** null: not set, or only known when it runs. */
  readonly value: string | null
  /** The value as a number; null where it is none. */
  readonly number: number | null
  readonly path: Path
}

export interface ApiServerAuditFacts {
  /** `kube-apiserver`, or the form of the configuration: `kubeadm`, `k3s`. */
  readonly name: string
  readonly logPath: AuditFlag
  /** Days. */
  readonly maxAge: AuditFlag
  /** Files. */
  readonly maxBackup: AuditFlag
  /** Megabytes. */
  readonly maxSize: AuditFlag
  readonly policyFile: AuditFlag
  readonly webhookConfig: AuditFlag
  /** `batch` where it is not set. */
  readonly webhookMode: AuditFlag
}

export function auditFactsOf(server: ApiServer): ApiServerAuditFacts {
  const flag = (name: string): AuditFlag => flagOf(server, name)
  return {
    name: server.form === 'static-pod' ? 'kube-apiserver' : server.form,
    logPath: flag('audit-log-path'),
    maxAge: flag('audit-log-maxage'),
    maxBackup: flag('audit-log-maxbackup'),
    maxSize: flag('audit-log-maxsize'),
    policyFile: flag('audit-policy-file'),
    webhookConfig: flag('audit-webhook-config-file'),
    webhookMode: flag('audit-webhook-mode'),
  }
}

function flagOf(server: ApiServer, name: string): AuditFlag {
  const written = server.flags[name]
  const value = written === undefined ? server.defaults[name] : written.known ? written.value : null
  if (value === undefined)
    return { set: server.hidden === null ? 'no' : 'unknown', value: null, number: null, path: server.flagsPath }
  const path = written?.path ?? server.flagsPath
  // An empty value switches the feature off, as the flag's absence does.
  if (value === '') return { set: 'no', value: null, number: null, path }
  const number = value !== null && /^[+-]?\d+$/.test(value) ? Number(value) : null
  return { set: 'yes', value, number, path }
}

/* -------------------------------------------------------------- webhooks */

export interface AuditWebhookFacts {
  /** The server's address. */
  readonly name: string
  readonly tls: Truth
  readonly verified: Truth
  readonly authenticated: Truth
  readonly path: Path
}

/** A kubeconfig that names the webhook (https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#webhook-backend). */
function webhooksOf(config: unknown, path: Path, structured: boolean): readonly AuditWebhookFacts[] {
  const users = new Map(
    listOf(objectOf(config)['users']).map((item) => [textOf(objectOf(item)['name']), objectOf(objectOf(item)['user'])]),
  )
  const contexts = listOf(objectOf(config)['contexts']).map((item) => objectOf(objectOf(item)['context']))
  return listOf(objectOf(config)['clusters']).flatMap((item, i) => {
    const cluster = objectOf(objectOf(item)['cluster'])
    const server = textOf(cluster['server'])
    if (server === '') return []
    const context = contexts.find((candidate) => candidate['cluster'] === objectOf(item)['name'])
    const user = users.get(textOf(context?.['user'])) ?? (users.size === 1 ? [...users.values()][0] : undefined) ?? {}
    const own = given(
      ...[
        'token',
        'tokenFile',
        'client-certificate',
        'client-certificate-data',
        'username',
        'exec',
        'auth-provider',
      ].map((key) => user[key]),
    )
    return [
      {
        name: server,
        tls: schemeOf([server], 'no'),
        verified: switchOf(cluster['insecure-skip-tls-verify'], 'no') === 'yes' ? 'no' : 'yes',
        authenticated: own,
        path: structured ? [...path, 'clusters', i, 'cluster', 'server'] : path,
      } as const,
    ]
  })
}

/** The webhook configurations of a resource: a kubeconfig by itself, or as a file. `names` are those the API servers here name. */
export function declaredWebhooks(
  resource: Resource,
  files: readonly CarriedFile[],
  names: ReadonlySet<string>,
): readonly AuditWebhookFacts[] {
  const { group, kind, object, origin, name } = resource
  if (group === 'auditregistration.k8s.io' && kind === 'AuditSink') return auditSink(resource)
  if (group === '' && kind === 'Config' && object.apiVersion === 'v1')
    return isWebhookName(origin.file, names) || speaksOfAudit(object) ? webhooksOf(object, [], true) : []
  return files.flatMap((file) => {
    if (!hasKey(file.text, 'clusters')) return []
    // A kubeconfig of somebody else's cluster says nothing of the audit.
    const named = isWebhookName(file.name, names) || isWebhookName(`${name}-${file.name}`, names)
    const { value, error } = parseYaml(file.text)
    if (error !== null)
      return named
        ? [{ name: file.name, tls: 'unknown', verified: 'unknown', authenticated: 'unknown', path: file.path } as const]
        : []
    const isConfig = objectOf(value)['kind'] === 'Config'
    return isConfig && (named || speaksOfAudit(value)) ? webhooksOf(value, file.path, false) : []
  })
}

function isWebhookName(file: string, names: ReadonlySet<string>): boolean {
  const base = file.slice(file.lastIndexOf('/') + 1)
  return names.has(base) || /audit[-_.\w]*(webhook|sink)|webhook[-_.\w]*audit/i.test(base)
}

/** Whether a kubeconfig calls its cluster or the address of it after what it is for: `/k8s-audit`, `audit-sink`. */
function speaksOfAudit(config: unknown): boolean {
  return listOf(objectOf(config)['clusters']).some((item) => {
    const { name, cluster } = objectOf(item)
    return /audit/i.test(`${textOf(name)} ${textOf(objectOf(cluster)['server'])}`)
  })
}

function auditSink({ object, name }: Resource): readonly AuditWebhookFacts[] {
  const at = ['spec', 'webhook', 'clientConfig']
  const client = objectOf(valueAt(object, ...at))
  const url = textOf(client['url'])
  // A service is always called over TLS; the API server shows no credential unless its configuration has one.
  const tls = url === '' && isObject(client['service']) ? 'yes' : schemeOf([url], 'no')
  return [
    {
      name: url === '' ? `AuditSink ${name}` : url,
      tls,
      verified: 'yes',
      authenticated: 'unknown',
      path: url === '' ? at : [...at, 'url'],
    },
  ]
}
