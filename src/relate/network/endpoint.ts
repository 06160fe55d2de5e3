/** The pods that policies select, many alike taken as one. */
import type { Truth } from '../../model.js'
import { isObject, type NamespaceCard, type Workload } from '../world.js'
import type { Labels } from '../selector.js'
import {
  decide,
  type Known,
  NAMESPACE,
  NAMESPACE_LABEL,
  SERVICE_ACCOUNT,
  SERVICE_ACCOUNT_LABEL,
  type Test,
  type View,
} from './expression.js'
import type { Protocol } from './ports.js'

/** Pods that no selector can tell apart, with the ports they name. */
export interface Endpoint {
  /** Equal for equal endpoints. */
  readonly key: string
  readonly namespace: string
  readonly labels: { readonly [key: string]: string }
  /** Whether these are all its labels: an operator puts labels of its own on the pods that it completes. */
  readonly complete: boolean
  readonly serviceAccount: string
  readonly hostNetwork: boolean
  readonly ports: readonly ContainerPort[]
  readonly view: View
}

export interface ContainerPort {
  readonly name: string | null
  readonly number: number
  readonly protocol: Protocol
}

export interface Surroundings {
  readonly namespaces: ReadonlyMap<string, NamespaceCard>
  /** Labels of the service accounts that are declared here, by `namespace/name`. */
  readonly serviceAccounts: ReadonlyMap<string, { readonly [key: string]: string }>
}

export function endpointOf(
  { namespace, labels, serviceAccount, hostNetwork, pod }: Workload,
  surroundings: Surroundings,
): Endpoint {
  const ports = pod.containers
    .filter(({ role }) => role === 'app' || role === 'sidecar')
    .flatMap(({ spec }) => containerPorts(spec['ports']))
  // Labels in another order make another class, which costs time and nothing else.
  const key = `${pod.partial}\n${namespace}\n${serviceAccount}\n${hostNetwork}\n${Object.entries(labels).join('\n')}\n${ports.map(portKey).join()}`
  return {
    key,
    namespace,
    labels,
    complete: !pod.partial,
    serviceAccount,
    hostNetwork,
    ports,
    view: viewOf({ values: labels, complete: !pod.partial }, namespace, serviceAccount, surroundings),
  }
}

function portKey({ name, number, protocol }: ContainerPort): string {
  return `${name ?? ''}:${number}/${protocol}`
}

function containerPorts(value: unknown): readonly ContainerPort[] {
  if (!Array.isArray(value)) return []
  return (value as readonly unknown[]).filter(isObject).flatMap((port) => {
    const number = port['containerPort']
    const protocol = port['protocol'] ?? 'TCP'
    if (typeof number !== 'number' || (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP')) return []
    return [{ name: typeof port['name'] === 'string' ? port['name'] : null, number, protocol }]
  })
}

/** What tests see of one pod. */
export function viewOf(
  labels: Labels,
  namespace: string,
  serviceAccount: string,
  { namespaces, serviceAccounts }: Surroundings,
): View {
  const known = (key: string): Known => {
    if (key === SERVICE_ACCOUNT) return serviceAccount
    if (key.startsWith(NAMESPACE_LABEL))
      return labelOf(namespaces.get(namespace)?.labels, key.slice(NAMESPACE_LABEL.length))
    if (key.startsWith(SERVICE_ACCOUNT_LABEL)) {
      const account = serviceAccounts.get(`${namespace}/${serviceAccount}`)
      return account === undefined ? undefined : (account[key.slice(SERVICE_ACCOUNT_LABEL.length)] ?? null)
    }
    return labelOf(labels, key)
  }
  return (test) => (test.key === NAMESPACE ? decideNamespace(test, namespace) : decide(test, known(test.key)))
}

function labelOf(labels: Labels | undefined, key: string): Known {
  if (labels === undefined) return undefined
  if (Object.hasOwn(labels.values, key)) return labels.values[key] ?? ''
  return labels.complete ? null : undefined
}

/**
 * Every pod that may ever run in a namespace, whatever its labels: yes only where no label can change the answer. (The
 * expression has no negation but in its tests, so a test of a pod's own label that is taken for `no` does not lie.)
 */
export function viewOfAll(namespace: string, surroundings: Surroundings): View {
  const one = viewOf({ values: {}, complete: false }, namespace, '', surroundings)
  return (test) => {
    if (test.key === NAMESPACE || test.key.startsWith(NAMESPACE_LABEL)) return one(test)
    return 'no'
  }
}

/**
 * Namespaces are keys. A symbol, for a namespace that nobody stated, is equal to itself; whether it is the same as
 * another key, the repository does not tell.
 */
function sameNamespace(a: string, b: string): Truth {
  if (a === b) return 'yes'
  return isSymbol(a) || isSymbol(b) ? 'unknown' : 'no'
}

export function isSymbol(namespace: string): boolean {
  return namespace.includes('~')
}

function decideNamespace(test: Test, namespace: string): Truth {
  if (test.match === 'exists') return test.negated ? 'no' : 'yes'
  if (test.match !== 'in') return isSymbol(namespace) ? 'unknown' : decide(test, namespace)
  const answers = test.values.map((value) => sameNamespace(value, namespace))
  const answer = answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no'
  return answer === 'unknown' ? 'unknown' : test.negated ? (answer === 'yes' ? 'no' : 'yes') : answer
}
