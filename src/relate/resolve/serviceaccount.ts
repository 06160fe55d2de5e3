/**
 * Which service account a pod runs as, whether its token is mounted, and whether anything here uses it: what the
 * ServiceAccount admission controller does (plugin/pkg/admission/serviceaccount/admission.go).
 */
import type { Answer, Path, Pod, Ref, Resource, Truth } from '../../model.js'
import { namespaceKey } from '../../parse/namespace.js'
import type { Area } from '../area.js'
import { isObject, listAt, refTo } from '../world.js'

export interface ServiceAccountFacts {
  /** The account the pod runs as, or that the resource is; null for everything else. */
  readonly name: string | null
  /** Whether it is the account that pods get which name none. */
  readonly isDefault: boolean
  /** Where the pod names it, else where it would. */
  readonly path: Path
  /** Whether its ServiceAccount is declared here. */
  readonly declared: Answer
  /** Whether the account's API token is mounted into a container; `path` is where the pod says so, else where it would. */
  readonly automount: Answer & { readonly path: Path }
  /** Whether something here uses the token: permissions bound to the account, an injector that logs in with it. */
  readonly used: Answer
  /** How many workloads here run as the account. */
  readonly workloads: number
  /** The same where a token is mounted, or may be; null: none is, and whose it would be is nobody's concern. */
  readonly token: Omit<ServiceAccountFacts, 'token'> | null
}

/** A ServiceAccount, or a binding with the accounts it names. */
type Card =
  | { readonly type: 'account'; readonly automount: boolean | null }
  | { readonly type: 'binding'; readonly subjects: readonly Subject[] }

interface Subject {
  readonly namespace: string
  readonly name: string
}

/** Where the admission controller mounts the token, unless the container mounts something else there. */
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The Vault injector logs in with the mounted token: https://developer.hashicorp.com/vault/docs/platform/k8s/injector */
const VAULT = 'vault.hashicorp.com/agent-inject'

const ACCOUNT_USER = /^system:serviceaccount:([^:]+):([^:]+)$/

/** What admission fills in where a pod names none. */
const DEFAULT = 'default'

const NO_POD: Answer = { answer: 'no', why: 'it has no pod', by: [] }

const NO_FACTS: ServiceAccountFacts = {
  name: null,
  isDefault: false,
  path: [],
  declared: NO_POD,
  automount: { ...NO_POD, path: [] },
  used: NO_POD,
  workloads: 0,
  token: null,
}

export const serviceAccount: Area<Card, ServiceAccountFacts> = {
  card: cardOf,
  resolve: (cards, world) => {
    const accounts = new Map<string, { readonly resource: Resource; readonly automount: boolean | null }>()
    const bindings = new Map<string, { readonly resource: Resource; readonly namespace: string }[]>()
    for (const { resource, card } of cards) {
      if (card.type === 'account') {
        accounts.set(key(resource.namespace, resource.name), { resource, automount: card.automount })
        continue
      }
      for (const { namespace, name } of card.subjects) {
        const named = bindings.get(name) ?? []
        named.push({ resource, namespace: namespace === '' ? resource.namespace : namespace })
        bindings.set(name, named)
      }
    }
    const workloads = new Map<string, number>()
    for (const workload of world.workloads) {
      const account = key(workload.namespace, workload.serviceAccount)
      workloads.set(account, (workloads.get(account) ?? 0) + 1)
    }
    return (resource, pod) => {
      if (isAccount(resource)) {
        const { name } = resource
        return withToken({
          name,
          isDefault: name === DEFAULT,
          path: ['metadata', 'name'],
          declared: { answer: 'yes', why: 'it is the ServiceAccount itself', by: [] },
          automount: automountOfAccount(resource),
          used: usedOf(resource, null, name, bindings.get(name) ?? []),
          workloads: workloads.get(key(resource.namespace, name)) ?? 0,
        })
      }
      if (pod === null) return NO_FACTS
      const { name, path } = nameOf(pod)
      const account = accounts.get(key(resource.namespace, name)) ?? null
      return withToken({
        name,
        isDefault: name === DEFAULT,
        path,
        declared:
          account === null
            ? { answer: 'no', why: `ServiceAccount ${name} is not declared here`, by: [] }
            : { answer: 'yes', why: `ServiceAccount ${name} is declared here`, by: [refTo(account.resource)] },
        automount: automountOf(pod, name, account),
        used: usedOf(resource, pod, name, bindings.get(name) ?? []),
        workloads: workloads.get(key(resource.namespace, name)) ?? 0,
      })
    }
  },
}

function withToken(facts: Omit<ServiceAccountFacts, 'token'>): ServiceAccountFacts {
  const { name, isDefault, path, declared, automount, used, workloads } = facts
  return {
    name,
    isDefault,
    path,
    declared,
    automount,
    used,
    workloads,
    token: automount.answer === 'no' ? null : facts,
  }
}

function cardOf(resource: Resource): Card | null {
  if (isAccount(resource)) return { type: 'account', automount: optOf(resource) }
  const { group, kind, object } = resource
  if (group === 'rbac.authorization.k8s.io' && (kind === 'RoleBinding' || kind === 'ClusterRoleBinding')) {
    const subjects = listAt(object, 'subjects').flatMap((subject) => accountOf(subject, resource))
    return subjects.length === 0 ? null : { type: 'binding', subjects }
  }
  return null
}

function isAccount({ group, kind }: Resource): boolean {
  return group === '' && kind === 'ServiceAccount'
}

/** What an account says about mounting its token; null where it says nothing. */
function optOf({ object }: Resource): boolean | null {
  const automount = object['automountServiceAccountToken']
  return typeof automount === 'boolean' ? automount : null
}

/** What a pod that says nothing gets. */
function automountOfAccount(resource: Resource): ServiceAccountFacts['automount'] {
  const path = ['automountServiceAccountToken']
  const opt = optOf(resource)
  if (opt === false) return { answer: 'no', why: 'it opts out', by: [], path }
  return { answer: 'yes', why: opt === true ? 'it asks for it' : 'it does not opt out', by: [], path }
}

/** The account a subject names, by itself or as the user that it is to the API server; its namespace '' where it says none. */
function accountOf(subject: { readonly [key: string]: unknown }, { origin }: Resource): readonly Subject[] {
  const { kind, name, namespace } = subject
  if (typeof name !== 'string') return []
  const keyOf = (written: string): string => (written === '' ? '' : namespaceKey(written, origin))
  if (kind === 'ServiceAccount') return [{ namespace: keyOf(typeof namespace === 'string' ? namespace : ''), name }]
  const user = kind === 'User' ? ACCOUNT_USER.exec(name) : null
  return user === null ? [] : [{ namespace: keyOf(user[1] as string), name: user[2] as string }]
}

function key(namespace: string, name: string): string {
  return `${namespace}\0${name}`
}

/** `serviceAccount` is the deprecated name of the field, `default` what admission fills in. */
function nameOf(pod: Pod): { readonly name: string; readonly path: Path } {
  for (const field of ['serviceAccountName', 'serviceAccount']) {
    const name = pod.spec[field]
    if (typeof name === 'string' && name !== '') return { name, path: pathOf(pod, field) }
  }
  return { name: DEFAULT, path: pathOf(pod, 'serviceAccountName') }
}

function pathOf(pod: Pod, field: string): Path {
  return pod.origins[field] ?? [...pod.path, field]
}

/** The pod's word goes before the account's; where neither says anything, the token is mounted. */
function automountOf(
  pod: Pod,
  name: string,
  account: { readonly resource: Resource; readonly automount: boolean | null } | null,
): ServiceAccountFacts['automount'] {
  const path = pathOf(pod, 'automountServiceAccountToken')
  const said = pod.spec['automountServiceAccountToken']
  if (said === false) return { answer: 'no', why: 'the pod opts out', by: [], path }
  if (pod.containers.length > 0 && pod.containers.every(mountsItsOwn)) {
    return { answer: 'no', why: 'every container mounts something else in its place', by: [], path }
  }
  if (said === true) return { answer: 'yes', why: 'the pod asks for it', by: [], path }
  if (account === null) {
    return {
      answer: 'unknown',
      why: `the pod leaves it to ServiceAccount ${name}, which is not declared here`,
      by: [],
      path,
    }
  }
  const by = [refTo(account.resource, ['automountServiceAccountToken'])]
  if (account.automount === true) return { answer: 'yes', why: `ServiceAccount ${name} asks for it`, by, path }
  if (account.automount === null)
    return { answer: 'yes', why: `neither the pod nor ServiceAccount ${name} opts out`, by, path }
  // What protects counts only where a deployment leaves it in force.
  const { force } = account.resource
  if (force.answer === 'yes') return { answer: 'no', why: `ServiceAccount ${name} opts out`, by, path }
  return { answer: 'unknown', why: `ServiceAccount ${name} opts out, but ${force.why}`, by, path }
}

function mountsItsOwn({ spec }: Pod['containers'][number]): boolean {
  const mounts = spec['volumeMounts']
  return Array.isArray(mounts) && mounts.some((mount) => isObject(mount) && mount['mountPath'] === TOKEN_PATH)
}

function usedOf(
  resource: Resource,
  pod: Pod | null,
  name: string,
  bindings: readonly { readonly resource: Resource; readonly namespace: string }[],
): Answer {
  if (pod?.metadata.annotations[VAULT] === 'true') {
    return { answer: 'yes', why: 'the Vault injector logs in with it', by: [] }
  }
  // Every account may read something: versions, the keys that tokens are checked with.
  const kubectl = pod?.containers.find(({ spec }) => runsKubectl(spec))
  if (kubectl !== undefined) return { answer: 'yes', why: `container ${kubectl.name} runs kubectl`, by: [] }
  const by: { readonly [truth in Truth]: Ref[] } = { yes: [], unknown: [], no: [] }
  for (const binding of bindings) {
    by[sameNamespace(binding.namespace, resource)].push(refTo(binding.resource))
  }
  if (by.yes.length > 0)
    return {
      answer: 'yes',
      why: `${names(by.yes)} gives ServiceAccount ${name} permissions`,
      by: by.yes.slice(0, SHOWN),
    }
  if (by.unknown.length > 0) {
    const why = `${names(by.unknown)} may mean this ServiceAccount ${name}: the namespace is not stated`
    return { answer: 'unknown', why, by: by.unknown.slice(0, SHOWN) }
  }
  return { answer: 'no', why: `nothing here gives ServiceAccount ${name} permissions`, by: [] }
}

/** By its command, else by the name of its image. */
function runsKubectl({ command, image }: Pod['containers'][number]['spec']): boolean {
  const [program] = Array.isArray(command) ? (command as readonly unknown[]) : []
  if (typeof program === 'string') return /(?:^|\/)kubectl$/.test(program)
  return typeof image === 'string' && /(?:^|\/)kubectl(?:[:@]|$)/.test(image)
}

/** A namespace that nobody stated may turn out to be any that somebody did. */
function sameNamespace(stated: string, resource: Resource): Truth {
  if (stated !== '' && stated === resource.namespace) return 'yes'
  return stated !== '' && resource.namespaceStated && !stated.includes('~') ? 'no' : 'unknown'
}

/** How many bindings an answer names: facts are small. */
const SHOWN = 3

function names(refs: readonly Ref[]): string {
  const named = refs.slice(0, SHOWN).map((ref) => `${ref.kind} ${ref.name}`)
  return refs.length > SHOWN ? `${named.join(', ')} and ${refs.length - SHOWN} more` : named.join(', ')
}
