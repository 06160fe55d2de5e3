import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { beforeOf } from '../../src/decide/before.js'
import { daysBetween, waiversOf, type Waived, type Waiver } from '../../src/decide/waive.js'
import type { Finding, Path } from '../../src/model.js'
import { EVERY, resource } from '../resources.js'

const TODAY = '2026-11-21'

const waiver = (rest: Partial<Waiver> = {}): Waiver => ({
  policy: 'least-privilege/host-path',
  resource: 'DaemonSet/logging/fluent-bit',
  container: null,
  file: null,
  reason: 'reads node logs',
  owner: 'platform',
  ticket: 'SEC-12',
  expires: '2027-03-01',
  ...rest,
})

const VOLUME: Path = ['spec', 'template', 'spec', 'volumes', 0, 'hostPath', 'path']

function finding(path = '/var/log', rest: Partial<Finding> = {}, namespace: string | null = 'logging'): Finding {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'fluent-bit', ...(namespace === null ? {} : { namespace }) },
    spec: {
      template: {
        spec: {
          containers: [{ name: 'app' }, { name: 'sidecar' }],
          volumes: [{ name: 'log', hostPath: { path } }],
        },
      },
    },
  }
  return {
    policy: 'least-privilege/host-path',
    resource: resource(JSON.stringify(object), { file: 'logging/fluent-bit.yaml' }),
    environment: EVERY,
    path: VOLUME,
    message: 'm',
    fix: null,
    elsewhere: false,
    related: [],
    ...rest,
  }
}

function answer(
  waivers: readonly Waiver[],
  found: Finding,
  {
    base = null,
    pending = [],
    span = 365,
  }: { base?: readonly Finding[] | null; pending?: readonly Waiver[]; span?: number } = {},
): Waived['answer'] | null {
  const before =
    base === null ? null : beforeOf({ ...NOTHING, findings: base, resources: base.map((each) => each.resource) })
  return waiversOf({ inForce: waivers, pending, today: TODAY, span, before }).of(found)?.answer ?? null
}

const NOTHING = {
  sources: [],
  inputs: new Map(),
  ignored: [],
  renders: 0,
  resources: [],
  findings: [],
  unknowns: [],
  unjudged: [],
  exercised: new Map(),
  unknownKinds: new Map(),
}

describe('what a waiver is about', () => {
  test.each<[Partial<Waiver>, boolean]>([
    [{}, true],
    [{ policy: 'least-privilege/host-ports' }, false],
    [{ resource: 'DaemonSet/*/fluent-bit' }, true],
    [{ resource: 'DaemonSet/**' }, true],
    [{ resource: 'DaemonSet/fluent-bit' }, false],
    [{ resource: 'DaemonSet/logging' }, false],
    [{ resource: 'Deployment/logging/fluent-bit' }, false],
    [{ resource: 'DaemonSet/logging/fluent-bit-2' }, false],
    [{ resource: null, file: 'logging/**' }, true],
    [{ resource: null, file: 'other/**' }, false],
    [{ container: 'app' }, false],
  ])('%j: %j', (rest, isAbout) => {
    expect(answer([waiver(rest)], finding())).toBe(isAbout ? 'in force' : null)
  })

  test('a namespace that nobody stated is not written', () => {
    const found = finding('/var/log', {}, null)
    expect(answer([waiver({ resource: 'DaemonSet/fluent-bit' })], found)).toBe('in force')
    expect(answer([waiver()], found)).toBe(null)
  })

  test('a container, by the path of the finding', () => {
    const path: Path = ['spec', 'template', 'spec', 'containers', 1, 'securityContext']
    expect(answer([waiver({ container: 'sidecar' })], finding('/', { path }))).toBe('in force')
    expect(answer([waiver({ container: 'app' })], finding('/', { path }))).toBe(null)
  })
})

describe('how long it holds', () => {
  test.each<[string, number, Waived['answer']]>([
    [TODAY, 365, 'in force'],
    ['2026-11-20', 365, 'expired'],
    ['2027-11-21', 365, 'in force'],
    ['2027-11-22', 365, 'too long'],
    ['2026-12-22', 30, 'too long'],
  ])('until %s, at most %d days: %s', (expires, span, expected) => {
    expect(answer([waiver({ expires })], finding(), { span })).toBe(expected)
  })

  test('days are those of the calendar', () => {
    const days = fc.integer({ min: 0, max: 60_000 })
    fc.assert(
      fc.property(days, days, (a, b) => {
        const day = (n: number): string => new Date(n * 86_400_000).toISOString().slice(0, 10)
        expect(daysBetween(day(a), day(b))).toBe(b - a)
      }),
    )
  })
})

describe('the value it was given for', () => {
  test('the one it states, whatever the order of its keys', () => {
    expect(answer([waiver({ value: '/var/log' })], finding())).toBe('in force')
    expect(answer([waiver({ value: '/var/log' })], finding('/'))).toBe('other value')
    const found = finding('/', { value: { b: 1, a: [true] } })
    expect(answer([waiver({ value: { a: [true], b: 1 } })], found)).toBe('in force')
    expect(answer([waiver({ value: null })], finding('/', { path: ['spec', 'nothing'] }))).toBe('in force')
  })

  test('else the one of the base: a changed value is new', () => {
    expect(answer([waiver()], finding('/var/log'), { base: [finding('/var/log')] })).toBe('in force')
    expect(answer([waiver()], finding('/'), { base: [finding('/var/log')] })).toBe('other value')
    expect(answer([waiver()], finding('/'), { base: [] })).toBe('other value')
  })

  test('another volume of the same resource is another finding', () => {
    const other = finding('/var/log', { path: ['spec', 'template', 'spec', 'volumes'], value: '/etc' })
    expect(answer([waiver()], other, { base: [finding('/var/log')] })).toBe('other value')
  })
})

describe('of several', () => {
  test('the one that helps most is told', () => {
    const [expired, pending] = [waiver({ expires: '2026-01-01' }), waiver({ ticket: null })]
    expect(answer([expired], finding())).toBe('expired')
    expect(answer([expired], finding(), { pending: [pending] })).toBe('pending')
    expect(answer([expired, waiver()], finding(), { pending: [pending] })).toBe('in force')
  })

  test('all are reported, also those that nothing asked for', () => {
    const all = [waiver(), waiver({ policy: 'least-privilege/host-ports' }), waiver({ expires: '2026-11-01' })]
    const waivers = waiversOf({ inForce: all, pending: [waiver()], today: TODAY, span: 365, before: null })
    waivers.of(finding())
    expect(waivers.used().map(({ state, findings, days }) => [state, findings, days])).toEqual([
      ['in force', 1, 100],
      ['unused', 0, 100],
      ['expired', 1, -20],
      ['pending', 1, 100],
    ])
  })
})

test('what could not be judged is waived by its file alone', () => {
  const item = {
    file: 'charts/old/Chart.yaml',
    line: 1,
    reason: 'broken',
    policy: null,
    source: null,
    environments: [],
  }
  const of = (rest: Partial<Waiver>) =>
    waiversOf({
      inForce: [waiver({ policy: null, resource: null, ...rest })],
      pending: [],
      today: TODAY,
      span: 365,
      before: null,
    }).ofUnjudged(item)?.answer ?? null
  expect(of({ file: 'charts/old/**' })).toBe('in force')
  expect(of({ file: 'charts/new/**' })).toBe(null)
  expect(of({ file: 'charts/old/**', expires: '2026-01-01' })).toBe('expired')
})
