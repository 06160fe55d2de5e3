import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { KubernetesObject } from '../../../src/model.js'
import {
  type Mode,
  modesOf,
  type PeerAuthentication,
  readPeerAuthentication,
} from '../../../src/relate/mesh/peer-authentication.js'
import type { Carded } from '../../../src/relate/area.js'
import { mtlsOf } from '../../../src/relate/resolve/mesh.js'
import { deployment, facts, namespace, peerAuthentication, resourceOf, worldOfYaml, yaml } from './mesh-world.js'

const strict = { mtls: { mode: 'STRICT' } }
const permissive = { mtls: { mode: 'PERMISSIVE' } }
const disable = { mtls: { mode: 'DISABLE' } }
const cart = { selector: { matchLabels: { app: 'cart' } } }

describe('precedence: port, workload, namespace, mesh', () => {
  const root = (spec: object): string => peerAuthentication('mesh', spec, 'istio-system')
  const own = (spec: object): string => peerAuthentication('own', spec)
  const workload = (spec: object): string => peerAuthentication('workload', { ...cart, ...spec })
  const rows: readonly (readonly [string, readonly string[], string])[] = [
    ['nothing: the default', [], '8080 PERMISSIVE'],
    ['mesh', [root(strict)], '8080 STRICT'],
    ['mesh UNSET is the default', [root({ mtls: { mode: 'UNSET' } })], '8080 PERMISSIVE'],
    ['namespace over mesh', [root(strict), own(permissive)], '8080 PERMISSIVE'],
    ['namespace UNSET inherits', [root(strict), own({ mtls: {} })], '8080 STRICT'],
    ['namespace without mtls inherits', [root(strict), own({})], '8080 STRICT'],
    ['an empty selector is no selector', [own({ selector: {}, ...strict })], '8080 STRICT'],
    ['workload over namespace', [own(strict), workload(disable)], '8080 DISABLE'],
    ['workload UNSET inherits', [own(strict), workload({})], '8080 STRICT'],
    [
      'another workload',
      [own(strict), peerAuthentication('x', { selector: { matchLabels: { app: 'stock' } }, ...disable })],
      '8080 STRICT',
    ],
    [
      'port over workload',
      [workload({ ...strict, portLevelMtls: { 8080: { mode: 'DISABLE' } } })],
      '8080 DISABLE, * STRICT',
    ],
    [
      'a port that is no port of the workload',
      [workload({ ...strict, portLevelMtls: { 9090: { mode: 'DISABLE' } } })],
      '8080 STRICT, 9090 DISABLE, * STRICT',
    ],
    [
      'port UNSET inherits from its workload',
      [own(permissive), workload({ ...strict, portLevelMtls: { 8080: { mode: 'UNSET' } } })],
      '8080 STRICT, * STRICT',
    ],
    [
      'port strict in a permissive namespace',
      [own(permissive), workload({ portLevelMtls: { 8080: { mode: 'STRICT' } } })],
      '8080 STRICT, * PERMISSIVE',
    ],
    [
      'port level without a selector is ignored',
      [own({ ...strict, portLevelMtls: { 8080: { mode: 'DISABLE' } } })],
      '8080 STRICT',
    ],
    [
      'a selector in the root namespace selects nothing',
      [peerAuthentication('mesh', { ...cart, ...strict }, 'istio-system')],
      '8080 PERMISSIVE',
    ],
    ['another namespace', [peerAuthentication('x', strict, 'billing')], '8080 PERMISSIVE'],
    ['two at one level that agree', [own(strict), peerAuthentication('other', strict)], '8080 STRICT'],
    ['two at one level that do not', [own(strict), peerAuthentication('other', permissive)], '8080 UNKNOWN'],
    ['two weak ones that do not agree', [own(disable), peerAuthentication('other', permissive)], '8080 PERMISSIVE'],
    ['of two, one UNSET', [root(strict), own(strict), peerAuthentication('other', {})], '8080 STRICT'],
  ]
  test.each(rows)('%s', (_name, policies, expected) => {
    const [row] = mtlsOf(worldOfYaml([namespace(), ...policies, deployment()].join('')))
    expect(row?.ports.map(({ port, mode }) => `${port ?? '*'} ${mode}`).join(', ')).toBe(expected)
  })

  test('another root namespace, where the MeshConfig declares it', () => {
    const config = yaml({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
      data: { mesh: 'rootNamespace: mesh' },
    })
    const [row] = mtlsOf(worldOfYaml(namespace() + config + peerAuthentication('mesh', strict, 'mesh') + deployment()))
    expect(row?.strict.answer).toBe('yes')
    const [other] = mtlsOf(
      worldOfYaml(namespace() + config + peerAuthentication('mesh', strict, 'istio-system') + deployment()),
    )
    expect(other?.strict).toMatchObject({ answer: 'no' })
    expect(other?.elsewhere).toBe(false)
  })

  test('in ambient mode DISABLE is PERMISSIVE', () => {
    const [row] = mtlsOf(worldOfYaml(namespace({ 'istio.io/dataplane-mode': 'ambient' }) + own(disable) + deployment()))
    expect(row).toMatchObject({ ambient: true, strict: { answer: 'no' } })
    expect(row?.ports[0]?.mode).toBe('PERMISSIVE')
  })

  test('what protects must be in force, what weakens counts in any case', () => {
    const of = (spec: object, unsure: readonly string[]): string | undefined =>
      facts(namespace() + own(spec) + deployment(), 'Deployment cart', unsure).workload?.strict.answer
    expect(of(strict, [])).toBe('yes')
    expect(of(strict, ['own'])).toBe('unknown')
    const over = namespace() + root(strict) + own(permissive) + deployment()
    expect(facts(over, 'Deployment cart', ['own']).workload?.strict.answer).toBe('no')
  })

  test('whoever decides is named', () => {
    const { workload: found } = facts(namespace() + own(permissive) + deployment(), 'Deployment cart')
    expect(found?.strict.why).toBe('every port is PERMISSIVE: PeerAuthentication shop/own sets PERMISSIVE')
    expect(found?.strict.by).toMatchObject([
      { kind: 'PeerAuthentication', name: 'own', path: ['spec', 'mtls', 'mode'] },
    ])
    expect(found?.elsewhere).toBe(false)
    expect(facts(namespace() + deployment(), 'Deployment cart').workload?.elsewhere).toBe(true)
  })
})

/**
 * ComposePeerAuthentication, written down again from Istio's Go: the oldest policy of each level, then mesh, namespace,
 * workload, port. `policies` come oldest first.
 */
function compose(policies: readonly Case[], port: number): Mode {
  let mesh: Case | undefined
  let own: Case | undefined
  let workload: Case | undefined
  for (const policy of policies) {
    if (!policy.selects) {
      if (policy.root) mesh ??= policy
      else own ??= policy
    } else if (!policy.root) workload ??= policy
  }
  let mode: Mode = 'PERMISSIVE'
  for (const policy of [mesh, own, workload]) if (policy !== undefined && policy.mode !== 'UNSET') mode = policy.mode
  const atPort = workload?.port
  if (workload !== undefined && atPort !== undefined && atPort.number === port && atPort.mode !== 'UNSET')
    return atPort.mode
  return mode
}

interface Case {
  readonly root: boolean
  readonly selects: boolean
  readonly mode: Mode | 'UNSET'
  readonly port: { readonly number: number; readonly mode: Mode | 'UNSET' } | undefined
  readonly inForce: boolean
}

const anyMode = fc.constantFrom<Mode | 'UNSET'>('STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET')
const anyCase: fc.Arbitrary<Case> = fc.record({
  root: fc.boolean(),
  selects: fc.boolean(),
  mode: anyMode,
  port: fc.option(fc.record({ number: fc.constantFrom(8080, 9090), mode: anyMode }), { nil: undefined }),
  inForce: fc.boolean(),
})

function carded(policy: Case, i: number): Carded<PeerAuthentication> {
  const object = {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: `p${i}`, namespace: policy.root ? 'istio-system' : 'shop' },
    spec: {
      ...(policy.selects ? cart : {}),
      mtls: { mode: policy.mode },
      ...(policy.port === undefined ? {} : { portLevelMtls: { [policy.port.number]: { mode: policy.port.mode } } }),
    },
  } as unknown as KubernetesObject
  return {
    resource: resourceOf(object, { answer: policy.inForce ? 'yes' : 'unknown', why: '' }),
    card: readPeerAuthentication(object),
  }
}

function ours(cases: readonly Case[], port: number): ReadonlySet<Mode> {
  const policies = new Map<string, Carded<PeerAuthentication>[]>()
  for (const one of cases.map(carded))
    policies.set(one.resource.namespace, [...(policies.get(one.resource.namespace) ?? []), one])
  const modes = modesOf('shop', { app: 'cart' }, policies, ['istio-system'])
  return new Set((modes.ports.get(port) ?? modes.rest).map(({ mode }) => mode))
}

function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((item, i) =>
    orders([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  )
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.reduce<readonly (readonly T[])[]>((all, item) => [...all, ...all.map((set) => [...set, item])], [[]])
}

describe('against Istio, whatever the age of the policies', () => {
  test('exactly the modes that some order of creation gives', () => {
    fc.assert(
      fc.property(fc.array(anyCase, { maxLength: 4 }), fc.constantFrom(8080, 9090, 1), (cases, port) => {
        const certain = cases.map((one) => ({ ...one, inForce: true }))
        const possible = new Set(orders(certain).map((order) => compose(order, port)))
        expect([...ours(certain, port)].sort()).toEqual([...possible].sort())
      }),
      { numRuns: 500 },
    )
  })

  test('STRICT is never said where a policy that may be missing holds it up', () => {
    fc.assert(
      fc.property(fc.array(anyCase, { maxLength: 4 }), fc.constantFrom(8080, 9090, 1), (cases, port) => {
        const said = ours(cases, port)
        const [unsure, sure] = [cases.filter(({ inForce }) => !inForce), cases.filter(({ inForce }) => inForce)]
        // A weak mode counts in any case, so only what is STRICT or UNSET may be missing.
        const weak = ({ mode, port: at }: Case): boolean =>
          [mode, at?.mode].some((m) => m === 'PERMISSIVE' || m === 'DISABLE')
        const fixed = [...sure, ...unsure.filter(weak)]
        const outcomes = subsets(unsure.filter((one) => !weak(one))).flatMap((some) =>
          orders([...fixed, ...some]).map((order) => compose(order, port)),
        )
        if (said.size === 1 && said.has('STRICT')) expect(outcomes.every((mode) => mode === 'STRICT')).toBe(true)
        if (!said.has('STRICT')) expect(outcomes.some((mode) => mode === 'STRICT')).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

test('what Istio ignores: a selector in the root namespace, and ports without a selector', () => {
  const peer = (spec: object, inNamespace?: string): unknown =>
    facts(peerAuthentication('p', spec, inNamespace), 'PeerAuthentication p').peer
  const selector = { matchLabels: { app: 'cart' } }
  expect(peer({ selector })).toEqual({ applies: true, portsApply: true })
  expect(peer({ selector }, 'istio-system')).toEqual({ applies: false, portsApply: true })
  expect(peer({}, 'istio-system')).toEqual({ applies: true, portsApply: false })
})
