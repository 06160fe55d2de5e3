/**
 * Cilium's mutual authentication: `authentication.mode` of a rule.
 * https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/
 */
import type { Answer, KubernetesObject, Path } from '../../model.js'
import { and, type LabelSelector, selects } from '../selector.js'
import { isObject, refTo, type Workload } from '../world.js'
import { answer, itemsOf, nameOf, objectOf, stringList, stringOf } from './read.js'
import type { MeshWorld } from './world.js'

interface CiliumRule {
  readonly direction: 'ingress' | 'egress'
  readonly path: Path
  /** `required`, `disabled`, `test-always-fail`; null where the rule does not say. */
  readonly mode: string | null
  /** A deny rule authenticates nobody, and needs not to. */
  readonly denies: boolean
  /** Whether it speaks of what has no identity to authenticate: addresses, the world, the node itself. */
  readonly outside: boolean
}

export interface CiliumPolicy {
  readonly kind: 'CiliumPolicy'
  readonly parts: readonly { readonly selector: LabelSelector | null; readonly rules: readonly CiliumRule[] }[]
}

export interface CiliumFacts {
  readonly rules: readonly CiliumRule[]
}

const LISTS = [
  ['ingress', 'ingress', false],
  ['egress', 'egress', false],
  ['ingressDeny', 'ingress', true],
  ['egressDeny', 'egress', true],
] as const

export function readCiliumPolicy(object: KubernetesObject): CiliumPolicy {
  const { spec, specs } = object
  const parts = [...(isObject(spec) ? [{ item: spec, path: ['spec'] as Path }] : []), ...itemsOf(specs, ['specs'])]
  return {
    kind: 'CiliumPolicy',
    parts: parts.map(({ item, path }) => ({
      selector: isObject(item['endpointSelector']) ? kubernetesLabels(item['endpointSelector']) : null,
      rules: LISTS.flatMap(([key, direction, denies]) =>
        itemsOf(item[key], [...path, key])
          .filter((rule) => matchesSomething(rule.item))
          .map((rule) => ({
            direction,
            denies,
            outside: isOutside(rule.item),
            path: rule.path,
            mode: stringOf(objectOf(rule.item, 'authentication')['mode']),
          })),
      ),
    })),
  }
}

/** `ingress: [{}]` is how Cilium writes a default deny: a rule without peers and ports, or with no peer in its lists, matches nothing. */
function matchesSomething(rule: { readonly [key: string]: unknown }): boolean {
  const keys = Object.keys(rule).filter((key) => key !== 'authentication')
  const peers = keys.filter((key) => /^(?:from|to)[A-Z]/.test(key) && key !== 'toPorts')
  const isEmpty = (key: string): boolean => Array.isArray(rule[key]) && rule[key].length === 0
  return keys.length > 0 && (peers.length === 0 || !peers.every(isEmpty))
}

/** https://docs.cilium.io/en/stable/security/policy/language/#entities-based: pods are in two of them. */
function isOutside(rule: { readonly [key: string]: unknown }): boolean {
  const peers = Object.keys(rule).filter((key) => /^(?:from|to)[A-Z]/.test(key) && key !== 'toPorts')
  return (
    peers.length > 0 &&
    peers.every((key) =>
      /Entities$/.test(key)
        ? !stringList(rule[key]).some((entity) => entity === 'all' || entity === 'cluster')
        : /(?:CIDR|CIDRSet|FQDNs|Groups|Nodes)$/.test(key),
    )
  )
}

export function usesAuthentication({ parts }: CiliumPolicy): boolean {
  return parts.some(({ rules }) => rules.some(({ mode }) => mode !== null))
}

/** Whether everything that may reach a workload must authenticate first. */
export function requiresAuthentication(workload: Workload, mesh: MeshWorld): Answer {
  const labels = { values: { ...workload.labels, 'io.kubernetes.pod.namespace': workload.namespace }, complete: true }
  const reaching = mesh.all('CiliumPolicy').flatMap(({ resource, card }) => {
    if (resource.namespace !== '' && resource.namespace !== workload.namespace) return []
    return card.parts
      .filter(({ selector }) => selector !== null && selects(selector, labels) !== 'no')
      .flatMap(({ rules }) => rules.filter(({ direction, denies }) => direction === 'ingress' && !denies))
      .map((rule) => ({ resource, rule }))
  })
  if (reaching.length === 0) return answer('no', 'no Cilium policy demands authentication of what reaches it')
  const open = reaching.find(({ rule }) => rule.mode !== 'required')
  if (open !== undefined) {
    return answer('no', `${nameOf(open.resource)} lets a rule in without authentication`, [
      refTo(open.resource, open.rule.path),
    ])
  }
  const force = reaching.reduce((all, { resource }) => and(all, resource.force.answer), 'yes' as Answer['answer'])
  const by = reaching.map(({ resource, rule }) => refTo(resource, rule.path))
  return answer(force === 'yes' ? 'yes' : 'unknown', 'every Cilium rule that reaches it demands authentication', by)
}

/** Cilium writes the source of a label before it: `k8s:app`, `any:app`. */
function kubernetesLabels(selector: { readonly [key: string]: unknown }): LabelSelector {
  const plain = (key: string): string => key.replace(/^(k8s|any)[:.]/, '')
  const { matchLabels, matchExpressions } = selector as LabelSelector
  return {
    matchLabels: Object.fromEntries(Object.entries(matchLabels ?? {}).map(([key, value]) => [plain(key), value])),
    matchExpressions: (matchExpressions ?? []).map((expression) => ({ ...expression, key: plain(expression.key) })),
  }
}
