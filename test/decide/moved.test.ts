/** What only stands elsewhere is not new. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { beforeOf, type Before } from '../../src/decide/before.js'
import type { Finding, Json, Path, Unknown } from '../../src/model.js'
import { environment, EVERY, resource } from '../resources.js'

const judgement = (
  findings: readonly Finding[],
  unknowns: readonly Unknown[] = [],
): Parameters<typeof beforeOf>[0] => ({
  sources: [],
  inputs: new Map(),
  ignored: [],
  renders: 1,
  resources: [],
  findings,
  unknowns,
  unjudged: [],
  exercised: new Map(),
  unknownKinds: new Map(),
})

const at = (object: Json, path: Path, rest: Partial<Finding> = {}): Finding => ({
  policy: 'x/y',
  resource: resource(JSON.stringify(object)),
  environment: EVERY,
  path,
  message: 'm',
  fix: null,
  elsewhere: false,
  related: [],
  ...rest,
})

const areOld = (head: readonly Finding[], base: readonly Finding[]): readonly boolean[] => {
  const before = beforeOf(judgement(base))
  return head.map(before.takeOne)
}

describe('an item of a list without names', () => {
  const role = (rules: readonly Json[]): Json => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'r', namespace: 'shop' },
    rules,
  })
  const rule = (resources: readonly string[], verbs: readonly string[] = ['get']): Json => ({
    apiGroups: [''],
    resources,
    verbs,
  })
  /** One finding a rule, at its first verb. */
  const found = (rules: readonly Json[]): readonly Finding[] =>
    rules.map((_, i) => at(role(rules), ['rules', i, 'verbs', 0]))

  test('is where it was, in whatever order: only what came is new', () => {
    const rules = fc.uniqueArray(fc.constantFrom('secrets', 'pods', 'nodes', 'configmaps', 'events'), { maxLength: 5 })
    fc.assert(
      fc.property(rules, fc.boolean(), fc.nat(5), (resources, comes, where) => {
        const base = resources.map((one) => rule([one]))
        const head = base.toReversed()
        if (comes) head.splice(where, 0, rule(['leases']))
        const old = areOld(found(head), found(base))
        expect(old.filter((each) => !each)).toHaveLength(comes ? 1 : 0)
      }),
    )
  })

  test('is new with any change to it, where it moved', () => {
    const [base] = [found([rule(['secrets'])])]
    const moved = (changed: Json): readonly boolean[] =>
      areOld(found([rule(['pods'], ['list']), changed]).slice(1), base)
    expect(moved(rule(['secrets']))).toEqual([true])
    expect(moved(rule(['secrets', 'pods']))).toEqual([false])
    expect(moved(rule(['secrets'], ['get', 'list']))).toEqual([false])
  })

  test('is as often old as the base had it', () => {
    const twice = [rule(['pods'], ['list']), rule(['secrets']), rule(['secrets'])]
    expect(areOld(found(twice).slice(1), found([rule(['secrets'])]))).toEqual([true, false])
  })

  test('of another environment, policy, resource or list is another', () => {
    const [, head] = found([rule(['pods'], ['list']), rule(['secrets'])]) as [Finding, Finding]
    const [base] = found([rule(['secrets'])]) as [Finding]
    expect(areOld([head], [base])).toEqual([true])
    expect(areOld([head], [{ ...base, policy: 'x/z' }])).toEqual([false])
    expect(
      areOld([{ ...head, environment: environment('prod') }], [{ ...base, environment: environment('dev') }]),
    ).toEqual([false])
    const other = {
      ...(head.resource.object as unknown as { readonly [key: string]: Json }),
      metadata: { name: 'other' },
    }
    expect(areOld([at(other, head.path)], [base])).toEqual([false])
    const spec = at({ ...other, metadata: { name: 'r', namespace: 'shop' }, spec: [rule(['secrets'])] }, [
      'spec',
      0,
      'verbs',
      0,
    ])
    expect(areOld([spec], [base])).toEqual([false])
  })
})

describe('what a container leaves out', () => {
  type Container = { readonly name: string; readonly image?: string; readonly securityContext?: Json }
  const pod = (containers: readonly Container[], securityContext?: Json): Json => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { containers: containers as Json, ...(securityContext === undefined ? {} : { securityContext }) },
  })
  const SETTING = ['securityContext', 'runAsNonRoot'] as const
  const atPod = (containers: readonly Container[], context?: Json): Finding =>
    at(pod(containers, context), ['spec', ...SETTING])
  const atContainer = (containers: readonly Container[], index: number, context?: Json): Finding =>
    at(pod(containers, context), ['spec', 'containers', index, ...SETTING])
  const app: Container = { name: 'app', image: 'app:1' }
  const side: Container = { name: 'side' }
  const mended: Container = { ...side, securityContext: { runAsNonRoot: true } }
  const base = atPod([app, side])

  test('is not new because another container sets it now', () => {
    expect(areOld([atContainer([app, mended], 0)], [base])).toEqual([true])
    expect(areOld([atContainer([mended, app], 1)], [base])).toEqual([true])
    const other = { ...app, securityContext: { readOnlyRootFilesystem: true } }
    expect(areOld([atContainer([other, mended], 0)], [base])).toEqual([true])
  })

  test('is not new because no other one is there any more that sets it', () => {
    expect(areOld([atPod([app])], [atContainer([app, mended], 0)])).toEqual([true])
    const third: Container = { name: 'third' }
    const both = [atContainer([app, mended, third], 0), atContainer([app, mended, third], 2)]
    expect(areOld([atPod([app, third])], both)).toEqual([true])
    expect(areOld([atPod([app, side])], both)).toEqual([false])
    expect(areOld([atPod([app, side])], [atContainer([app, mended], 0)])).toEqual([false])
    expect(areOld([atPod([])], both)).toEqual([false])
  })

  test('is as often old as the base had it', () => {
    const one = atContainer([app, mended], 0)
    const copy = { ...one, resource: { ...one.resource, origin: { ...one.resource.origin, file: 'copy.yaml' } } }
    expect(areOld([one, copy], [base])).toEqual([true, false])
    expect(areOld([base, copy], [base])).toEqual([true, false])
    expect(areOld([copy, base], [base])).toEqual([true, false])
    expect(areOld([atContainer([app, side], 0), atContainer([app, side], 1)], [base])).toEqual([true, true])
  })

  test.each<[string, Finding, Finding]>([
    ['the container is', atContainer([{ name: 'new' }, mended], 0), base],
    ['it has another image', atContainer([{ ...app, image: 'app:2' }, mended], 0), base],
    [
      'it had a user of its own',
      atContainer([app, mended], 0),
      atPod([{ ...app, securityContext: { runAsUser: 7 } }, side]),
    ],
    ['the pod had a user', atContainer([app, mended], 0), atPod([app, side], { runAsUser: 7 })],
    ['it is set', atContainer([{ ...app, securityContext: { runAsNonRoot: false } }, mended], 0), base],
    ['the base said nothing', atContainer([app, mended], 0), { ...base, policy: 'x/z' }],
    ['a pod has no such setting', at(pod([app]), ['spec', 'containers', 0, 'securityContext', 'privileged']), base],
  ])('is new where %s', (_, head, before) => {
    expect(areOld([head], [before])).toEqual([false])
  })
})

describe('what a finding is about', () => {
  const pod = (spec: Json, labels: Json): Json => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cart', namespace: 'shop', labels },
    spec,
  })
  const about = { about: ['metadata', 'labels'], value: 'no' }
  const onHost = at(pod({ hostNetwork: true }, { version: '1' }), ['spec', 'hostNetwork'], about)
  const atLabels = at(pod({}, { version: '2' }), ['metadata', 'labels'], about)

  test('stays what it is where its place and what lies there change', () => {
    expect(areOld([atLabels], [onHost])).toEqual([true])
    expect(areOld([onHost], [atLabels])).toEqual([true])
  })

  test('holds for a doubt, which is none of the findings', () => {
    const doubt = ({ policy, resource, environment, path }: Finding): Unknown => ({
      ...{ policy, resource, environment, path, message: 'm' },
      ...about,
    })
    const before: Before = beforeOf(judgement([], [doubt(onHost)]))
    expect([before.takeOne(atLabels), before.takeOne(doubt(atLabels)), before.takeOne(doubt(atLabels))]).toEqual([
      false,
      true,
      false,
    ])
  })
})
