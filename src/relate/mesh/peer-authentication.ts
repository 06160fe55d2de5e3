/**
 * Which mTLS modes a port may have, from every PeerAuthentication that applies: port, then workload, namespace, mesh.
 * After Istio's ComposePeerAuthentication (pilot/pkg/security/authn/policy_applier.go) and getConfigsForWorkload
 * (pilot/pkg/model/authentication.go).
 */
import type { KubernetesObject, Path, Ref } from '../../model.js'
import type { Carded } from '../area.js'
import { isObject, refTo } from '../world.js'
import { holds, matchLabelsOf, nameOf, objectOf, type Strings } from './read.js'

export type Mode = 'STRICT' | 'PERMISSIVE' | 'DISABLE'

const MODES: readonly string[] = ['STRICT', 'PERMISSIVE', 'DISABLE']

export interface PeerAuthentication {
  readonly kind: 'PeerAuthentication'
  /** null: UNSET, which inherits. */
  readonly mode: Mode | null
  /** null: all workloads; an empty selector is the same. */
  readonly selector: Strings | null
  /** By workload port. */
  readonly ports: ReadonlyMap<number, Mode | null>
}

export function readPeerAuthentication(object: KubernetesObject): PeerAuthentication {
  const spec = objectOf(object, 'spec')
  const ports = Object.entries(objectOf(spec, 'portLevelMtls')).map(
    ([port, mtls]) => [Number(port), modeOf(mtls)] as const,
  )
  return {
    kind: 'PeerAuthentication',
    mode: modeOf(spec['mtls']),
    selector: matchLabelsOf(spec['selector']),
    ports: new Map(ports),
  }
}

function modeOf(mtls: unknown): Mode | null {
  const mode = isObject(mtls) ? mtls['mode'] : undefined
  return typeof mode === 'string' && MODES.includes(mode) ? (mode as Mode) : null
}

/** One mode that may be the effective one, and who sets it: null is Istio's own default. */
export interface Option {
  readonly mode: Mode
  readonly by: { readonly ref: Ref; readonly name: string } | null
}

/** What may hold for each port; `rest` for all that are not named. More than one option: the repository cannot tell. */
export interface Modes {
  readonly rest: readonly Option[]
  readonly ports: ReadonlyMap<number, readonly Option[]>
}

/** Where no PeerAuthentication says otherwise, a proxy takes both mTLS and plain text. */
const DEFAULT: readonly Option[] = [{ mode: 'PERMISSIVE', by: null }]

/** Policies by namespace key; the root namespaces' count for every workload. */
export type PeerAuthentications = ReadonlyMap<string, readonly Carded<PeerAuthentication>[]>

export function modesOf(
  namespace: string,
  labels: Strings,
  policies: PeerAuthentications,
  roots: readonly string[],
): Modes {
  const mesh = roots.flatMap((root) => policies.get(root) ?? []).filter(({ card }) => card.selector === null)
  // In the root namespace a policy with a selector applies to nothing, and one without is the mesh's.
  const own = roots.includes(namespace) ? [] : (policies.get(namespace) ?? [])
  const inherited = level(
    own.filter(({ card }) => card.selector === null),
    level(mesh, DEFAULT),
  )
  const selecting = own.filter(({ card }) => card.selector !== null && holds(labels, card.selector))
  const numbers = new Set(selecting.flatMap(({ card }) => [...card.ports.keys()]))
  return {
    rest: level(selecting, inherited),
    ports: new Map([...numbers].sort((a, b) => a - b).map((port) => [port, atPort(port, selecting, inherited)])),
  }
}

/**
 * Of several policies at one level the oldest wins; a repository does not say which that is, so each of them may.
 */
function level(policies: readonly Carded<PeerAuthentication>[], inherited: readonly Option[]): readonly Option[] {
  return decided(policies, inherited, ({ card }) => card.mode)
}

function atPort(
  port: number,
  policies: readonly Carded<PeerAuthentication>[],
  inherited: readonly Option[],
): readonly Option[] {
  // An unset port inherits from its own policy, as a port does that the policy does not name.
  return decided(policies, inherited, ({ card }) => card.ports.get(port) ?? card.mode, port)
}

function decided(
  policies: readonly Carded<PeerAuthentication>[],
  inherited: readonly Option[],
  modeAt: (policy: Carded<PeerAuthentication>) => Mode | null,
  port?: number,
): readonly Option[] {
  if (policies.length === 0) return inherited
  const options = policies.flatMap((policy): readonly Option[] => {
    const mode = modeAt(policy)
    return mode === null ? inherited : [{ mode, by: deciderOf(policy, port) }]
  })
  // What protects must be in force to count; what weakens counts in any case.
  const certain = policies.some((policy) => policy.resource.force.answer === 'yes' || isWeak(modeAt(policy)))
  return certain ? options : [...options, ...inherited]
}

function isWeak(mode: Mode | null): boolean {
  return mode !== null && mode !== 'STRICT'
}

function deciderOf({ resource, card }: Carded<PeerAuthentication>, port: number | undefined): Option['by'] {
  const named = port !== undefined && card.ports.get(port) != null
  const path: Path = named ? ['spec', 'portLevelMtls', String(port), 'mode'] : ['spec', 'mtls', 'mode']
  return { ref: refTo(resource, path), name: nameOf(resource) }
}
