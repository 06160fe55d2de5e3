/**
 * The normal form of a network policy, whatever its kind: whom it holds, in which order it is read, and its rules.
 * `read` functions write it; everything else reads nothing but it.
 */
import type { Path, Resource } from '../../model.js'
import type { AddressSet } from './addresses.js'
import type { Expression } from './expression.js'
import type { Protocol } from './ports.js'

export type Direction = 'ingress' | 'egress'
export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress']

/** Ports of a rule. `protocol` null: every protocol. `name` is looked up in the pod that the connection goes to. */
export type Ports =
  | { readonly protocol: Protocol | null; readonly from: number; readonly to: number }
  | { readonly protocol: Protocol | null; readonly name: string }

/** Who is at the other end. A rule matches if any of its peers does. */
export type Peer =
  /** Every end there is, in the cluster or not. */
  | { readonly kind: 'everyone'; readonly path: Path }
  /** `networkSets`: the expression selects Calico's network sets as well. */
  | { readonly kind: 'pods'; readonly pods: Expression; readonly networkSets?: boolean; readonly path: Path }
  /** The pods behind a Service; `namespace` is a key. */
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string; readonly path: Path }
  /** Addresses outside of the cluster. `withoutSets`: but for those of Calico's network sets that it selects. */
  | {
      readonly kind: 'addresses'
      readonly addresses: AddressSet
      readonly withoutSets?: Expression
      readonly path: Path
    }
  /** DNS names outside of the cluster. */
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly path: Path }
  /** Nodes and the like, which are no workloads. */
  | { readonly kind: 'nodes'; readonly path: Path }
  /** Something that the repository does not tell, or that is not understood. */
  | { readonly kind: 'unknown'; readonly why: string; readonly path: Path }

export interface Rule {
  readonly action: 'allow' | 'deny' | 'pass'
  readonly path: Path
  readonly peers: readonly Peer[]
  /** null: every port. Empty: none of the ports that are looked at here (a rule for ICMP alone). */
  readonly ports: readonly Ports[] | null
  /** A further condition on the pods that the policy holds; `true` as a rule. */
  readonly subject: Expression
  /** What more it asks for, which is not looked at: it matches less than peers and ports say. Null: nothing. */
  readonly narrowed: string | null
}

export interface Side {
  /** Whether what no rule matches is refused (once every policy of the same tier was asked). */
  readonly isolates: boolean
  readonly rules: readonly Rule[]
}

/** Where a policy stands in the order of evaluation: lower first. Ranks are the orders of Calico's tiers. */
interface Place {
  readonly rank: number
  readonly order: number
}

/** The ranks of what is built in: AdminNetworkPolicy, NetworkPolicy (and Calico's `default`), and the baseline. */
export const ADMIN_RANK = 1_000
export const MAIN_RANK = 1_000_000
export const BASELINE_RANK = 10_000_000

/** One set of subjects with its rules. A resource may hold several (Cilium's `specs`). */
export interface PolicySpec {
  readonly path: Path
  /** Where it says whom it holds. */
  readonly subjectPath: Path
  readonly place: Place
  /** The tier of Calico that sets its rank; null for the other kinds. */
  readonly tier: string | null
  readonly subject: Expression
  readonly ingress: Side | null
  readonly egress: Side | null
  /** What about it could not be understood; it then protects nothing for certain. */
  readonly unsure: string | null
}

export interface Policy {
  readonly resource: Resource
  /** Namespace key, '' for one that holds pods of every namespace. */
  readonly namespace: string
  readonly specs: readonly PolicySpec[]
  /** The kind is known to select pods, but is not understood here: for these directions nothing is certain. */
  readonly opaque: readonly Direction[]
  /** What it does not touch here: nodes, host endpoints. Null: nothing. */
  readonly beyond: string | null
  /** Why whoever enforces it refuses it as a whole, so that it is not in force although it lies in the cluster. */
  readonly refused?: string
}
