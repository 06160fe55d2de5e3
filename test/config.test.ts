import { describe, expect, test } from '@jest/globals'
import { defaults, describe as told, parseConfig } from '../src/config.js'
import { parseInputs, tighten } from '../src/inputs.js'
import type { Policy } from '../src/model.js'

const base: Policy = {
  id: 'least-privilege/host-path',
  title: 'Host path',
  description: 'Why.',
  severity: 'high',
  stage: 1,
  judges: ['pod'],
  remediation: 'Mend it.',
  owner: 'app',
  aliases: ['least-privilege/hostpath'],
  controls: {},
  parameters: {},
  links: [],
}

const policies: readonly Policy[] = [
  base,
  {
    ...base,
    id: 'least-privilege/image-registry',
    aliases: [],
    parameters: {
      allowed: { type: 'array', default: [], description: 'Registries.' },
      ports: { type: 'array', default: [22], description: 'Ports.' },
      strict: { type: 'boolean', default: false, description: 'Strict.' },
    },
  },
  { ...base, id: 'least-privilege/run-as-non-root', aliases: [] },
]

const parse = (content: string) => parseConfig(content, '.ringfence.yaml', policies)

function config(content: string) {
  const result = parse(content)
  if (result.config === null) throw new Error(result.problems.map(told).join('\n'))
  return result.config
}

const problems = (content: string): readonly string[] => parse(content).problems.map(told)

describe('what is written', () => {
  test('nothing: the defaults', () => {
    for (const content of ['', '# only a comment\n', '{}'])
      expect(config(content)).toEqual({ ...defaults, file: '.ringfence.yaml' })
  })

  test('everything that works', () => {
    const read = config(`
stage: 2
owns: platform
unknown: block
fail-on: {findings: all, severity: low}
policies:
  least-privilege/run-as-non-root: off
  least-privilege/host-path: {level: advise, severity: critical}
  least-privilege/image-registry: {parameters: {allowed: [registry.example.com]}}
ignore: ['docs/**']
render:
  ./charts/shop/:
    release: shop
    environments: {prod: {values: [values-prod.yaml], namespace: shop, kube-version: 1.33.1, api-versions: [a/v1]}}
`)
    expect(read).toMatchObject({
      stage: 2,
      owns: 'platform',
      unknown: 'block',
      failOn: 'all',
      severity: 'low',
      ignore: ['docs/**'],
    })
    expect([...read.levels]).toEqual([
      ['least-privilege/run-as-non-root', 'off'],
      ['least-privilege/host-path', 'advise'],
    ])
    expect([...read.severities]).toEqual([['least-privilege/host-path', 'critical']])
    expect(read.parameters).toEqual({ 'least-privilege/image-registry': { allowed: ['registry.example.com'] } })
    const chart = read.render.get('charts/shop')
    expect(chart).toMatchObject({ release: 'shop', values: [], namespace: null, kubeVersion: null, apiVersions: [] })
    expect(chart?.environments.get('prod')).toEqual({
      values: ['values-prod.yaml'],
      namespace: 'shop',
      release: null,
      kubeVersion: '1.33.1',
      apiVersions: ['a/v1'],
    })
  })

  test.each(['off', 'Off', '"off"', 'false'])('%s switches a policy off: the cluster reads it as false', (written) => {
    expect(config(`policies: {least-privilege/host-path: ${written}}`).levels.get('least-privilege/host-path')).toBe(
      'off',
    )
  })

  test('fail-on as one word keeps the threshold', () => {
    expect(config('fail-on: all')).toMatchObject({ failOn: 'all', severity: 'medium' })
    expect(config('fail-on: {severity: high}')).toMatchObject({ failOn: null, severity: 'high' })
  })

  test('an old identifier is the new one, with a note', () => {
    const read = config('policies: {least-privilege/hostpath: advise}')
    expect(read.levels.get('least-privilege/host-path')).toBe('advise')
    expect(read.notes).toEqual(['policy least-privilege/hostpath is called least-privilege/host-path now'])
  })
})

describe('what cannot be understood is an error with its place and what was meant', () => {
  test.each([
    ['stag: 2', '.ringfence.yaml:1:1: unknown key "stag" (did you mean "stage"?); there are stage, owns,'],
    ['failOn: all', 'unknown key "failOn" (did you mean "fail-on"?)'],
    ['fail_on: all', 'unknown key "fail_on" (did you mean "fail-on"?)'],
    ['stage: 5', ':1:1: stage is 5; it is one of 1, 2, 3, 4'],
    ['stage: "2"', 'stage is "2" (write it without quotes); it is one of 1, 2, 3, 4'],
    ['owns: plattform', 'owns is "plattform" (did you mean "platform"?); it is one of app, platform'],
    ['stage:', 'stage is empty; it is one of'],
    ['- stage: 2', 'the file is a list; it must be a map'],
    ['hello', 'the file is "hello"; it must be a map'],
    ['fail-on: [all]', 'fail-on is a list; it is one of new, all'],
    ['ignore: docs', 'ignore is "docs"; it must be a list'],
    ['ignore: [docs, 3]', 'item 2 of ignore is 3; it must be a text'],
    ['ignore: [""]', 'item 1 of ignore is empty'],
    ['policies: [a]', 'policies is a list; it must be a map'],
    [
      'policies: {least-privilege/hostpat: off}',
      'there is no policy "least-privilege/hostpat" (did you mean "least-privilege/host-path"?)',
    ],
    ['policies: {host-path: off}', 'there is no policy "host-path" (did you mean "least-privilege/host-path"?)'],
    ['policies: {host_path: off}', 'there is no policy "host_path" (did you mean "least-privilege/host-path"?)'],
    ['policies: {something/else: off}', 'there is no policy "something/else"'],
    ['policies: {least-privilege/host-path: on}', 'least-privilege/host-path is true; it is one of off, advise, block'],
    ['policies: {least-privilege/host-path: warn}', 'is "warn"; it is one of off, advise, block'],
    ['policies: {least-privilege/host-path: {levle: off}}', 'unknown key "levle" (did you mean "level"?)'],
    ['policies: {least-privilege/host-path: {parameters: {a: 1}}}', 'least-privilege/host-path has no parameters'],
    [
      'policies: {least-privilege/image-registry: {parameters: {alowed: []}}}',
      'unknown key "alowed" (did you mean "allowed"?)',
    ],
    ['policies: {least-privilege/image-registry: {parameters: {allowed: x}}}', 'allowed is "x"; it must be a list'],
    [
      'policies: {least-privilege/image-registry: {parameters: {strict: "yes"}}}',
      'strict is "yes"; it must be true or false',
    ],
    [
      'policies: {least-privilege/image-registry: {parameters: {ports: [22, ssh]}}}',
      'item 2 of ports must be a number',
    ],
    [
      'policies: {least-privilege/hostpath: off, least-privilege/host-path: off}',
      '"least-privilege/host-path" is the same as',
    ],
    ['render: {charts/a: {environments: {prod: {value: []}}}}', 'unknown key "value" (did you mean "values"?)'],
    ['stage: 1\nstage: 2', ':2:1: duplicate key "stage"'],
    ['stage: [', ':1:'],
    ['a: 1\n---\nstage: 2', 'a second document'],
    ['__proto__: {stage: 4}', 'unknown key "__proto__"'],
  ])('%j', (content, expected) => {
    const found = problems(content)
    expect(found.length).toBeGreaterThan(0)
    expect(found[0]).toContain(expected)
  })

  test('all at once, in the order of the file', () => {
    const found = problems(
      'stage: 7\nowns: me\npolicies:\n  least-privilege/host-path: of\n  nothing/such: off\nextra: 1\n',
    )
    expect(found.map((line) => line.split(':')[1])).toEqual(['1', '2', '4', '5', '6'])
  })

  test('a word far from every other is not guessed', () => {
    expect(problems('xyzzy: 1')[0]).not.toContain('did you mean')
  })
})

describe('what is wrong in several places', () => {
  test('is told of each', () => {
    const found = problems(
      'waivers: [{policy: least-privilege/host-pat, resource: a, reason: b, owner: c, expires: 2027-02-30, until: x}]',
    )
    expect(found.join('\n')).toContain('there is no policy "least-privilege/host-pat"')
    expect(found.join('\n')).toContain('expires is "2027-02-30": there is no such day')
    expect(found.join('\n')).toContain('unknown key "until"')
    expect(problems('waivers: [{policy: least-privilege/host-path}]').join('\n')).toContain('reason is missing')
  })
})

describe('inputs of a workflow', () => {
  const inputs = (stage: string, failOn: string) => parseInputs({ stage, failOn }).inputs

  test('empty asks for nothing', () => {
    expect(inputs('', ' ')).toEqual({ stage: null, failOn: null, severity: null })
  })

  test('are read as the configuration is', () => {
    expect(inputs('3', 'all')).toEqual({ stage: 3, failOn: 'all', severity: null })
    expect(inputs('', '{findings: new, severity: low}')).toEqual({ stage: null, failOn: 'new', severity: 'low' })
  })

  test('what cannot be understood is told, by the name of the input', () => {
    expect(parseInputs({ stage: '5', failOn: 'nwe' }).problems).toEqual([
      'input stage: stage is 5; it is one of 1, 2, 3, 4',
      'input fail-on: fail-on is "nwe" (did you mean "new"?); it is one of new, all',
    ])
  })

  const own = { ...defaults, stage: 2, failOn: 'new', severity: 'high' } as const

  test('may tighten', () => {
    const { config, notes } = tighten(own, { stage: 3, failOn: 'all', severity: 'low' })
    expect(config).toMatchObject({ stage: 3, failOn: 'all', severity: 'low' })
    expect(notes).toEqual([])
  })

  test('may not loosen, and that is said', () => {
    const strict = { ...own, failOn: 'all' } as const
    const { config, notes } = tighten(strict, { stage: 1, failOn: 'new', severity: 'critical' })
    expect(config).toEqual(strict)
    expect(notes).toHaveLength(3)
    expect(notes[0]).toBe(
      'the workflow asks for stage 1, which is weaker than 2, what the repository is judged by: 2 holds',
    )
  })

  test('nothing asked for changes nothing', () => {
    expect(tighten(own, { stage: null, failOn: null, severity: null })).toEqual({ config: own, notes: [] })
  })
})
