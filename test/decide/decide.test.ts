import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { defaults } from '../../src/config.js'
import { decide, type Base, type Decision, type Override, type Settings, type Status } from '../../src/decide/decide.js'
import type {
  Environment,
  Finding,
  Judgement,
  Path,
  Policy,
  Resource,
  Severity,
  Stage,
  Unjudged,
  Unknown,
} from '../../src/model.js'
import { environment, EVERY, resource } from '../resources.js'

const policy = (id: string, severity: Severity = 'high', stage: Stage = 1): Policy => ({
  id,
  title: id,
  description: '',
  severity,
  stage,
  judges: ['pod'],
  remediation: '',
  owner: 'app',
  aliases: [],
  controls: {},
  parameters: {},
  links: [],
})

const policies = new Map(
  [policy('x/high'), policy('x/low', 'low'), policy('x/later', 'high', 3)].map((each) => [each.id, each]),
)

const pod = (name = 'cart', containers = ['app'], origin: Partial<Resource['origin']> = {}): Resource =>
  resource(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      spec: { containers: containers.map((each) => ({ name: each, image: `${each}:1` })) },
    }),
    origin,
  )

const IMAGE: Path = ['spec', 'containers', 0, 'image']

const finding = (rest: Partial<Finding> = {}): Finding => ({
  policy: 'x/high',
  resource: pod(),
  environment: EVERY,
  path: IMAGE,
  message: 'm',
  fix: null,
  elsewhere: false,
  related: [],
  ...rest,
})

const unknown = (rest: Partial<Unknown> = {}): Unknown => ({
  policy: 'x/high',
  resource: pod(),
  environment: EVERY,
  path: IMAGE,
  message: 'm',
  ...rest,
})

const unjudged = (rest: Partial<Unjudged> = {}): Unjudged => ({
  file: 'a.yaml',
  line: 1,
  reason: 'broken',
  policy: null,
  source: 'a.yaml',
  environments: [],
  ...rest,
})

const judgement = (rest: Partial<Judgement> = {}): Judgement => ({
  sources: [],
  inputs: new Map(),
  ignored: [],
  renders: 1,
  resources: [],
  findings: [],
  unknowns: [],
  unjudged: [],
  exercised: new Map(),
  unknownKinds: new Map(),
  ...rest,
})

const base = (rest: Partial<Judgement> = {}, isUnchanged: Base['isUnchanged'] = () => true): Base => ({
  judgement: judgement({ resources: [pod()], ...rest }),
  isUnchanged,
})

const decided = (head: Partial<Judgement>, before: Base | null = null, settings: Partial<Settings> = {}): Decision =>
  decide(judgement(head), before, policies, { ...defaults, ...settings })

const statuses = (decision: Decision): readonly unknown[] =>
  decision.verdicts.map(({ status, environments }) => [status, ...environments])

describe('the reasons not to block, the first that holds', () => {
  const vendored = pod('cart', ['app'], { vendored: 'charts/redis' })

  test.each<[string | null, Partial<Finding>, Partial<Settings>]>([
    [null, {}, {}],
    ['the configuration says so', {}, { levels: new Map([['x/high', 'advise']]) }],
    ['it appears only with trial values', { environment: environment('ci', true) }, {}],
    [
      'it appears only with trial values',
      { environment: environment('ci', true) },
      { levels: new Map([['x/high', 'block']]) },
    ],
    ['it comes from a vendored chart', { resource: vendored }, {}],
    ['stage 3 is not reached yet', { policy: 'x/later' }, {}],
    [null, { policy: 'x/later' }, { stage: 3 }],
    [null, { policy: 'x/later' }, { levels: new Map([['x/later', 'block']]) }],
    ['it may be declared outside this repository', { elsewhere: true }, {}],
    ['another decides', { elsewhere: true, advises: 'another decides' }, {}],
    [null, { elsewhere: true, advises: 'another decides' }, { owns: 'platform' }],
    [null, { elsewhere: true }, { owns: 'platform' }],
    ['its severity is low', { policy: 'x/low' }, {}],
    [null, { policy: 'x/low' }, { severity: 'low' }],
    [null, { policy: 'x/low' }, { severities: new Map([['x/low', 'critical']]) }],
    ['its severity is medium', {}, { severity: 'high', severities: new Map([['x/high', 'medium']]) }],
    [null, { policy: 'x/low' }, { levels: new Map([['x/low', 'block']]) }],
  ])('%s', (why, about, settings) => {
    const decision = decided({ findings: [finding(about)] }, null, settings)
    expect(decision.verdicts.map((verdict) => [verdict.status, verdict.why])).toEqual([
      [why === null ? 'blocking' : 'advisory', why],
    ])
    expect(decision.outcome).toBe(why === null ? 'fail' : 'pass')
  })

  test('off: nothing is said of the policy at all', () => {
    const decision = decided(
      {
        findings: [finding()],
        unknowns: [unknown()],
        unjudged: [unjudged({ policy: 'x/high' }), unjudged({ policy: 'x/low' })],
      },
      null,
      { levels: new Map([['x/high', 'off']]), unknown: 'block' },
    )
    expect([decision.verdicts, decision.unknowns]).toEqual([[], []])
    expect(decision.unjudged.map(({ policy }) => policy)).toEqual(['x/low'])
  })

  test('a policy without metadata is a defect, not a pass', () => {
    expect(() => decided({ findings: [finding({ policy: 'x/none' })] })).toThrow('no metadata for policy x/none')
  })
})

describe('overrides', () => {
  const override = (
    match: Partial<Override['match']>,
    level: 'off' | 'advise' | 'block' | null,
    severity: Severity | null = null,
  ): Override => ({
    match: { file: null, kind: null, namespace: null, name: null, environment: null, labels: new Map(), ...match },
    policies: new Map([['x/high', { level, severity, parameters: {} }]]),
  })
  const statusWith = (...overrides: readonly Override[]): string | undefined => {
    const found = finding({ resource: pod('cart', ['app'], { file: 'charts/legacy/templates/cart.yaml' }) })
    return decided({ findings: [found] }, null, { overrides }).verdicts[0]?.status
  }

  test.each<[Partial<Override['match']>, boolean]>([
    [{}, true],
    [{ file: 'charts/legacy/**' }, true],
    [{ file: 'charts/legacy' }, true],
    [{ file: 'charts/new/**' }, false],
    [{ kind: 'Pod' }, true],
    [{ kind: 'pod' }, false],
    [{ namespace: 'sh*' }, true],
    [{ namespace: 'other' }, false],
    [{ name: 'ca?t' }, true],
    [{ name: 'web' }, false],
    [{ file: 'charts/**', kind: 'Pod', namespace: 'shop', name: 'cart' }, true],
    [{ file: 'charts/**', kind: 'Job' }, false],
  ])('match %j: %p', (match, matches) => {
    expect(statusWith(override(match, 'advise'))).toBe(matches ? 'advisory' : 'blocking')
  })

  test('the first that matches and names the policy wins', () => {
    expect(statusWith(override({ kind: 'Pod' }, 'block'), override({}, 'off'))).toBe('blocking')
    expect(statusWith(override({ kind: 'Job' }, 'block'), override({}, 'off'))).toBeUndefined()
    const other: Override = {
      ...override({}, null),
      policies: new Map([['x/low', { level: 'block', severity: null, parameters: {} }]]),
    }
    expect(statusWith(other, override({}, 'off'))).toBeUndefined()
  })

  test('what it does not say, the policy has', () => {
    expect(statusWith(override({}, null, 'low'))).toBe('advisory')
    const decision = decided({ findings: [finding()] }, null, {
      overrides: [override({}, null, 'critical')],
      levels: new Map([['x/high', 'advise']]),
    })
    expect(decision.verdicts.map(({ severity, status }) => [severity, status])).toEqual([['critical', 'advisory']])
  })
})

describe('environments', () => {
  const [dev, prod, ci] = [environment('dev'), environment('prod'), environment('ci', true)]

  test('the same finding of several is one, with their labels; in every one, without', () => {
    expect(statuses(decided({ findings: [finding({ environment: prod }), finding({ environment: dev })] }))).toEqual([
      ['blocking', 'values-dev.yaml', 'values-prod.yaml'],
    ])
    expect(statuses(decided({ findings: [finding({ environment: ci }), finding()] }))).toEqual([['blocking']])
  })

  test('another message, file or path is another finding', () => {
    const findings = [
      finding(),
      finding({ message: 'other' }),
      finding({ path: ['spec'] }),
      finding({ resource: pod('cart', ['app'], { file: 'b.yaml' }) }),
    ]
    expect(decided({ findings }).verdicts).toHaveLength(4)
  })

  test('what a trial shows and a real one too blocks', () => {
    expect(statuses(decided({ findings: [finding({ environment: ci }), finding({ environment: dev })] }))).toEqual([
      ['blocking', 'values-ci.yaml', 'values-dev.yaml'],
    ])
  })

  test('what the base had in one is new in the other', () => {
    const head = { findings: [finding({ environment: dev }), finding({ environment: prod })] }
    expect(statuses(decided(head, base({ findings: [finding({ environment: dev })] })))).toEqual([
      ['blocking', 'values-prod.yaml'],
      ['existing', 'values-dev.yaml'],
    ])
  })

  test('what the base had in every one it had in each, but not the other way round', () => {
    const each = { findings: [finding({ environment: dev }), finding({ environment: prod })] }
    expect(statuses(decided(each, base({ findings: [finding()] })))).toEqual([
      ['existing', 'values-dev.yaml', 'values-prod.yaml'],
    ])
    expect(statuses(decided({ findings: [finding()] }, base({ findings: [finding({ environment: dev })] })))).toEqual([
      ['blocking'],
    ])
  })
})

describe('told as one', () => {
  const role = resource(
    JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'reader', namespace: 'shop' },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    }),
    { file: 'role.yaml' },
  )
  const atRule = (rest: Partial<Finding> = {}): Finding =>
    finding({ resource: role, path: ['rules', 0, 'resources', 0], message: 'allows', ...rest })
  const atBinding = (rest: Partial<Finding> = {}): Finding =>
    finding({
      resource: resource(
        JSON.stringify({
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata: { name: 'reader', namespace: 'shop' },
          roleRef: { kind: 'Role', name: 'reader' },
        }),
        { file: 'binding.yaml' },
      ),
      path: ['roleRef', 'name'],
      message: 'gives',
      related: [{ resource: role, path: ['rules', 0] }],
      restates: true,
      ...rest,
    })
  const impliers = (findings: readonly Finding[], settings: Partial<Settings> = {}): readonly (string | null)[] =>
    decided({ findings }, null, settings).verdicts.map(({ impliedBy }) => impliedBy)

  test("a binding says again what its role's rule says", () => {
    const [told, again] = decided({ findings: [atBinding(), atRule()] }).verdicts.toReversed()
    expect([told?.finding.message, told?.impliedBy]).toEqual(['allows', null])
    expect([again?.finding.message, again?.impliedBy]).toEqual(['gives', told?.fingerprint])
  })

  test.each<[string, readonly Finding[]]>([
    ['where it says more', [atRule(), atBinding({ restates: false })]],
    ['where another rule is meant', [atRule(), atBinding({ related: [{ resource: role, path: ['rules', 1] }] })]],
    ['where another policy objects', [atRule({ policy: 'x/low' }), atBinding()]],
    ['where the rule has no finding', [atBinding()]],
  ])('but not %s', (_, findings) => {
    expect(impliers(findings)).toEqual(findings.map(() => null))
  })

  test('nor where one of them blocks and the other does not', () => {
    const override: Override = {
      match: { file: null, kind: 'Role', namespace: null, name: null, environment: null, labels: new Map() },
      policies: new Map([['x/high', { level: 'advise', severity: null, parameters: {} }]]),
    }
    expect(impliers([atRule(), atBinding()], { overrides: [override] })).toEqual([null, null])
  })

  test('a line of a base that two overlays build on', () => {
    const built = (name: string): Finding =>
      finding({
        resource: pod('cart', ['app'], { kind: 'kustomization', source: name, file: 'base/cart.yaml', document: 0 }),
        environment: { name, label: name, trial: false },
      })
    expect(statuses(decided({ findings: [built('overlays/dev'), built('overlays/prod')] }))).toEqual([
      ['blocking', 'overlays/dev', 'overlays/prod'],
    ])
  })
})

describe('the stage that would block', () => {
  test.each<[Stage | null, Partial<Finding>]>([
    [3, { policy: 'x/later' }],
    [null, { policy: 'x/later', elsewhere: true }],
    [null, { policy: 'x/later', environment: environment('ci', true) }],
    [null, { policy: 'x/later', resource: pod('cart', ['app'], { vendored: 'charts/redis' }) }],
    [null, {}],
    [null, { policy: 'x/low' }],
  ])('%s for %j', (stage, about) => {
    expect(decided({ findings: [finding(about)] }).verdicts.map(({ blocksAt }) => blocksAt)).toEqual([stage])
  })
})

describe('existing', () => {
  test('as many as the base had, one more is new', () => {
    const at = (file: string): Finding => finding({ resource: pod('cart', ['app'], { file, source: file }) })
    const found = (head: readonly string[], before: readonly string[]): readonly unknown[] =>
      decided({ findings: head.map(at) }, base({ findings: before.map(at) })).verdicts.map(({ status }) => status)
    expect(found(['a', 'b'], ['c', 'd'])).toEqual(['existing', 'existing'])
    expect(found(['a', 'b'], ['a'])).toEqual(['blocking', 'existing'])
    expect(found(['a'], ['a', 'b'])).toEqual(['existing'])
    expect(found(['a', 'b', 'c'], [])).toEqual(['blocking', 'blocking', 'blocking'])
  })

  test('a changed value is new, a moved list item is not', () => {
    const swapped = finding({ resource: pod('cart', ['side', 'app']), path: ['spec', 'containers', 1, 'image'] })
    expect(statuses(decided({ findings: [swapped] }, base({ findings: [finding()] })))).toEqual([['existing']])
    const changed = resource(pod().text.replace('app:1', 'app:2'))
    expect(statuses(decided({ findings: [finding({ resource: changed })] }, base({ findings: [finding()] })))).toEqual([
      ['blocking'],
    ])
  })

  test('fail-on all makes them count as if there were no base', () => {
    expect(statuses(decided({ findings: [finding()] }, base({ findings: [finding()] }), { failOn: 'all' }))).toEqual([
      ['blocking'],
    ])
  })
})

describe('what a policy could not tell', () => {
  const statusOf = (head: Unknown, before: Base | null, settings: Partial<Settings> = {}): Status | undefined => {
    const decision = decided({ unknowns: [head] }, before, settings)
    expect(decision.outcome).toBe(decision.unknowns[0]?.status === 'blocking' ? 'fail' : 'pass')
    return decision.unknowns[0]?.status
  }
  const blocks = (head: Unknown, before: Base | null, settings: Partial<Settings> = {}): boolean =>
    statusOf(head, before, settings) === 'blocking'

  test.each<[boolean, Partial<Unknown>, Partial<Settings>]>([
    [false, {}, {}],
    [true, {}, { owns: 'platform' }],
    [false, {}, { owns: 'platform', unknown: 'advise' }],
    [true, {}, { unknown: 'block' }],
    [false, {}, { unknown: 'block', levels: new Map([['x/high', 'advise']]) }],
    [false, { policy: 'x/later' }, { unknown: 'block' }],
    [true, { policy: 'x/later' }, { unknown: 'block', levels: new Map([['x/later', 'block']]) }],
    [false, { policy: 'x/low' }, { unknown: 'block' }],
    [false, { environment: environment('ci', true) }, { unknown: 'block' }],
    [false, { resource: pod('cart', ['app'], { vendored: 'charts/redis' }) }, { unknown: 'block' }],
  ])('blocks: %p for %j', (expected, about, settings) => {
    expect(blocks(unknown(about), null, settings)).toBe(expected)
  })

  test.each<[string, boolean, Unknown, Base]>([
    ['the base was yes', true, unknown(), base()],
    ['the base could not tell either', false, unknown(), base({ unknowns: [unknown()] })],
    ['the base was no', false, unknown(), base({ findings: [finding()] })],
    ['there was no such resource', false, unknown(), base({ resources: [pod('other')] })],
    [
      'there was no such container',
      false,
      unknown({ resource: pod('cart', ['app', 'new']), path: ['spec', 'containers', 1, 'image'] }),
      base(),
    ],
    [
      'the container stood elsewhere in the list',
      true,
      unknown({ resource: pod('cart', ['new', 'app']), path: ['spec', 'containers', 1, 'image'] }),
      base(),
    ],
    ['the field was not set', true, unknown({ path: ['spec', 'hostNetwork'] }), base()],
    [
      'another environment could not tell',
      true,
      unknown({ environment: environment('prod') }),
      base({ unknowns: [unknown({ environment: environment('dev') })] }),
    ],
    [
      'no environment could tell',
      false,
      unknown({ environment: environment('prod') }),
      base({ unknowns: [unknown()] }),
    ],
  ])('%s: %p', (_what, expected, head, before) => {
    expect(blocks(head, before)).toBe(expected)
  })

  const platform: Partial<Settings> = { owns: 'platform' }
  const prod = environment('prod')
  const changed = resource(pod().text.replace('app:1', 'app:2'))

  test.each<[Status, string, Unknown, Base | null, Partial<Settings>]>([
    ['existing', 'the base could not tell either', unknown(), base({ unknowns: [unknown()] }), platform],
    ['existing', 'whatever a policy is set to', unknown(), base({ unknowns: [unknown()] }), { unknown: 'block' }],
    ['existing', 'where no environment could', unknown({ environment: prod }), base({ unknowns: [unknown()] }), {}],
    ['blocking', 'fail-on all', unknown(), base({ unknowns: [unknown()] }), { ...platform, failOn: 'all' }],
    ['advisory', 'fail-on all', unknown(), base({ unknowns: [unknown()] }), { failOn: 'all' }],
    ['blocking', 'no base', unknown(), null, platform],
    ['blocking', 'another doubt', unknown({ message: 'n' }), base({ unknowns: [unknown()] }), platform],
    ['blocking', 'another value', unknown({ resource: changed }), base({ unknowns: [unknown()] }), platform],
    ['blocking', 'a finding of the base is no doubt', unknown(), base({ findings: [finding()] }), platform],
    [
      'blocking',
      'another environment',
      unknown({ environment: prod }),
      base({ unknowns: [unknown({ environment: environment('dev') })] }),
      platform,
    ],
  ])('%s: %s', (expected, _what, head, before, settings) => {
    expect(statusOf(head, before, settings)).toBe(expected)
  })

  test('as many as the base had, one more is new; a doubt of the base excuses no finding', () => {
    const at = (file: string): Unknown => unknown({ resource: pod('cart', ['app'], { file, source: file }) })
    const decision = decided({ unknowns: [at('a'), at('b')] }, base({ unknowns: [at('c')] }), platform)
    expect(decision.unknowns.map(({ status }) => status)).toEqual(['existing', 'blocking'])
    expect(statuses(decided({ findings: [finding()] }, base({ unknowns: [unknown()] })))).toEqual([['blocking']])
  })
})

describe('what could not be judged', () => {
  const outcome = (before: Base | null, settings: Partial<Settings> = {}, item = unjudged()): readonly unknown[] => {
    const decision = decided({ unjudged: [item] }, before, settings)
    return [decision.outcome, decision.unjudged.map(({ existing }) => existing)]
  }

  test('blocks, unless the base has it from the same bytes', () => {
    const had = { unjudged: [unjudged()] }
    expect(outcome(null)).toEqual(['fail', [false]])
    expect(outcome(base())).toEqual(['fail', [false]])
    expect(outcome(base(had))).toEqual(['pass', [true]])
    expect(outcome(base(had, () => false))).toEqual(['fail', [false]])
    expect(outcome(base(had), { failOn: 'all' })).toEqual(['fail', [false]])
    expect(outcome(base({ unjudged: [unjudged({ reason: 'otherwise broken' })] }))).toEqual(['fail', [false]])
  })

  test('what belongs to no source cannot be compared', () => {
    const item = unjudged({ source: null })
    expect(outcome(base({ unjudged: [item] }), {}, item)).toEqual(['fail', [false]])
  })

  test('the same in several environments is told once, by file and line', () => {
    const { unjudged: items } = decided({
      unjudged: [
        unjudged({ file: 'b.yaml' }),
        unjudged({ line: 9 }),
        unjudged({ environments: ['prod'] }),
        unjudged({ environments: ['dev'] }),
      ],
    })
    expect(items.map(({ file, line, environments }) => [file, line, environments])).toEqual([
      ['a.yaml', 1, ['dev', 'prod']],
      ['a.yaml', 9, []],
      ['b.yaml', 1, []],
    ])
  })
})

describe('always', () => {
  const environments: fc.Arbitrary<Environment> = fc.constantFrom(
    EVERY,
    environment('dev'),
    environment('prod'),
    environment('ci', true),
  )
  const findings: fc.Arbitrary<readonly Finding[]> = fc.array(
    fc
      .record({
        policy: fc.constantFrom(...policies.keys()),
        resource: fc.constantFrom(
          pod(),
          pod('web'),
          pod('cart', ['app'], { file: 'b.yaml' }),
          pod('cart', ['app'], { vendored: 'charts/v', file: 'charts/v/cart.yaml' }),
        ),
        environment: environments,
        path: fc.constantFrom<Path[]>([], IMAGE, ['spec', 'absent']),
        message: fc.constantFrom('a', 'b'),
        elsewhere: fc.boolean(),
      })
      .map(finding),
    { maxLength: 12 },
  )
  const settings: fc.Arbitrary<Partial<Settings>> = fc.record({
    stage: fc.constantFrom<Stage[]>(1, 2, 3, 4),
    owns: fc.constantFrom('app' as const, 'platform' as const),
    severity: fc.constantFrom<Severity[]>('critical', 'high', 'medium', 'low'),
  })

  test('a pull request that changes nothing brings nothing new', () => {
    fc.assert(
      fc.property(findings, settings, (all, some) => {
        const decision = decided({ findings: all, resources: [pod()] }, base({ findings: all }), some)
        expect(decision.verdicts.filter(({ status }) => status !== 'existing')).toEqual([])
        expect(decision.outcome).toBe('pass')
      }),
    )
  })

  test('no finding is lost, and every environment that shows one is named', () => {
    fc.assert(
      fc.property(findings, settings, (all, some) => {
        const { verdicts } = decided({ findings: all }, null, some)
        for (const one of all) {
          const same = verdicts.filter(
            ({ finding: { policy, message, path, elsewhere, resource: about } }) =>
              one.elsewhere === elsewhere &&
              policy === one.policy &&
              message === one.message &&
              path === one.path &&
              about.origin === one.resource.origin,
          )
          expect(same).toHaveLength(1)
          const { environments } = same[0] as (typeof verdicts)[number]
          expect(environments.length === 0 || environments.includes(one.environment.label ?? '')).toBe(true)
        }
      }),
    )
  })

  test('one finding more never turns fail into pass; a higher stage, the platform and a lower threshold neither', () => {
    fc.assert(
      fc.property(findings, findings, settings, (all, more, some) => {
        if (decided({ findings: all }, null, some).outcome === 'pass') return
        expect(decided({ findings: [...all, ...more] }, null, some).outcome).toBe('fail')
        expect(decided({ findings: all }, null, { stage: 4, owns: 'platform', severity: 'low' }).outcome).toBe('fail')
      }),
    )
  })

  test('the order of the findings changes nothing but that of equals', () => {
    fc.assert(
      fc.property(findings, settings, (all, some) => {
        const told = (some_: readonly Finding[]): readonly string[] =>
          decided({ findings: some_ }, null, some)
            .verdicts.map(({ fingerprint, status, environments, finding: { message, elsewhere, resource: about } }) =>
              JSON.stringify([fingerprint, status, environments, message, elsewhere, about.origin.file]),
            )
            .sort()
        expect(told([...all].reverse())).toEqual(told(all))
      }),
    )
  })
})
