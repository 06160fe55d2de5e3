/**
 * What a power leads to. Whoever may create a pod in a namespace holds what every service account there holds; so does
 * whoever may ask for its token, act as it, or run a command in one of its pods. From account to account that is a
 * graph, and the question is who can be reached in it.
 */
import type { World } from '../world.js'
import type { Subject } from '../index/grants.js'
import { handedOut, POWER_NAMES, type PowerName, type RuleGrant } from './grants-powers.js'
import {
  accountKey,
  type Authority,
  type Binding,
  isSymbol,
  subjectKey,
  textOfBinding,
  textOfSubject,
} from './permissions.js'

export interface Reach {
  /**
   * A clause about the worst that a power leads to, '' where it is nothing beyond what its holders have anyway.
   */
  readonly leads: (grant: RuleGrant, holder: Holder) => string
}

/** Who holds a power, and where. */
interface Holder {
  /** The namespace's key that the power holds in; '' for the whole cluster. */
  readonly namespace: string
  readonly subjects: readonly Subject[]
  /** All powers that come with it. */
  readonly powers: readonly PowerName[]
}

/** A service account that some binding names, and what it holds. */
interface Account {
  readonly subject: Subject
  readonly holdings: readonly Holding[]
}

interface Holding {
  readonly grant: RuleGrant
  readonly binding: Binding
}

interface Reached {
  readonly account: Account
  /** The account before it on the way; null for the first. */
  readonly from: Reached | null
}

/** Something that somebody on the way holds. */
interface Step {
  readonly reached: Reached
  readonly holding: Holding
  readonly badness: number
}

export function reachOf(authority: Authority, world: World): Reach {
  let remembering: readonly Account[] | null = null
  const accounts = (): readonly Account[] => (remembering ??= accountsOf(authority))
  const running = new Set(world.workloads.map(({ namespace, serviceAccount }) => accountKey(namespace, serviceAccount)))
  const remembered = new Map<string, readonly Step[]>()

  /** The accounts that a power lets its holder be, one step away. */
  const next = (grant: RuleGrant, namespace: string): readonly Account[] => {
    const there = namespace === '' ? accounts() : accounts().filter(({ subject }) => subject.namespace === namespace)
    const named = grant.names.length === 0 ? there : there.filter(({ subject }) => grant.names.includes(subject.name))
    switch (grant.power) {
      case 'create-workloads':
        return there
      case 'token-request':
        return named
      case 'impersonate':
        return grant.resources.some((resource) => resource === 'serviceaccounts' || resource === '*') ? named : []
      case 'pod-exec':
      case 'nodes-proxy':
        // Whoever reaches its ports runs nothing in the pod.
        if (grant.resources.every((resource) => resource === 'pods/portforward')) return []
        return there.filter(({ subject }) => running.has(accountKey(subject.namespace, subject.name)))
      default:
        return []
    }
  }

  /** All that can be held by way of a power, worst first. */
  const holdable = (grant: RuleGrant, namespace: string): readonly Step[] => {
    const key = [grant.power, namespace, ...grant.names, ...grant.resources].join('\n')
    const known = remembered.get(key)
    if (known !== undefined) return known
    const found: Reached[] = next(grant, namespace).map((account) => ({ account, from: null }))
    const seen = new Set(found.map(({ account }) => account))
    // Breadth first, so that the way told is a shortest one; `found` grows while it is walked.
    for (const reached of found) {
      for (const { grant: held, binding } of reached.account.holdings) {
        for (const account of next(held, binding.namespace)) {
          if (seen.has(account)) continue
          seen.add(account)
          found.push({ account, from: reached })
        }
      }
    }
    const steps = found.flatMap((reached) =>
      reached.account.holdings
        .filter((holding) => WHAT[holding.grant.power] !== undefined)
        .map((holding) => ({ reached, holding, badness: badness(reached, holding) })),
    )
    const sorted = steps.sort((a, b) => a.badness - b.badness)
    remembered.set(key, sorted)
    return sorted
  }

  return {
    leads: (grant, { namespace, subjects, powers }) => {
      if (grant.power === 'bind') return bindsEverything(grant, authority)
      if (powers.includes('everything')) return ''
      const worst = holdable(grant, namespace).find(({ reached, holding }) => {
        const isHeld =
          powers.includes(holding.grant.power) && (namespace === '' || holding.binding.namespace === namespace)
        return !isHeld && !passes(reached, subjects)
      })
      return worst === undefined ? '' : textOf(worst)
    },
  }
}

/** Whether the way to an account, its end included, goes by way of the only one that sets out. */
function passes(reached: Reached, subjects: readonly Subject[]): boolean {
  for (let at: Reached | null = reached; at !== null; at = at.from) {
    const key = subjectKey(at.account.subject)
    if (subjects.every((subject) => subjectKey(subject) === key)) return true
  }
  return false
}

/** `bind` that is confined to some roles hands out no more than those; it matters where one of them is everything. */
export function bindsEverything({ names }: RuleGrant, authority: Authority): string {
  const all = names.find((name) => {
    const role = authority.roleOf('ClusterRole', '', name)
    return role !== null && handedOut(role.rules, '').some(({ grant }) => grant.power === 'everything')
  })
  return all === undefined ? '' : `ClusterRole ${all} may do everything`
}

function badness(reached: Reached, { grant, binding }: Holding): number {
  // What is declared here is told before what every cluster has; the short way before the long one.
  const where = binding.namespace === '' ? 0 : 4
  return RANK[grant.power] * 8 + where + (binding.resource === null ? 2 : 0) + (reached.from === null ? 0 : 1)
}

const RANK = Object.fromEntries(POWER_NAMES.map((power, i) => [power, i])) as { readonly [Name in PowerName]: number }

function accountsOf(authority: Authority): readonly Account[] {
  const subjects = new Map<string, Subject>()
  for (const binding of [...authority.bindings, ...authority.shipped]) {
    for (const { subject } of binding.subjects) {
      if (subject.kind === 'ServiceAccount') subjects.set(accountKey(subject.namespace, subject.name), subject)
    }
  }
  return [...subjects.values()].map((subject) => ({
    subject,
    holdings: authority.bindingsOf(subject).flatMap((binding) => {
      const role = authority.roleOf(binding.roleRef.kind, binding.namespace, binding.roleRef.name)
      return role === null
        ? []
        : handedOut(role.rules, binding.namespace).map((item) => ({ grant: item.grant, binding }))
    }),
  }))
}

function textOf({ reached, holding: { grant, binding } }: Step): string {
  const way: string[] = []
  for (let at = reached.from; at !== null; at = at.from) way.unshift(textOfSubject(at.account.subject))
  const by = way.length === 0 ? '' : ` by way of ${way.join(' and ')}`
  const where =
    binding.namespace === ''
      ? 'in the whole cluster'
      : isSymbol(binding.namespace)
        ? 'in its namespace'
        : `in namespace ${binding.namespace}`
  return `its holder can become ${textOfSubject(reached.account.subject)}${by}, which ${WHAT[grant.power] ?? ''} ${where} (${textOfBinding(binding)})`
}

/** Powers worth a word at the end of a chain. */
const WHAT: { readonly [Name in PowerName]?: string } = {
  everything: 'may do everything',
  wildcard: 'holds wildcard rights',
  escalate: 'may escalate roles',
  bind: 'may bind any role',
  impersonate: 'may impersonate others',
  secrets: 'reaches secrets',
  'create-workloads': 'may create workloads',
  'nodes-proxy': 'may use nodes/proxy',
  webhooks: 'may change admission webhooks',
  certificates: 'may approve certificates',
}
