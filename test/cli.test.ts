/** `ringfence` as a user runs it: the built bundle, a process of its own. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { FORMATS } from '../src/report/formats.js'
import type { Report } from '../src/report/report.js'
import { folderOf, removeFolders, ringfence, type Files, type Result } from './command.js'
import { chart, denyAll, safeNamespace, stream, workload, yaml } from './manifests.js'

afterAll(removeFolders)

const PRIVILEGED = 'least-privilege/privileged-container'
const INGRESS = 'default-deny/ingress-isolated'
const privileged = { security: { privileged: true, allowPrivilegeEscalation: null } }

const bad: Files = { 'namespace.yaml': safeNamespace(), 'cart.yaml': workload(privileged) }
const good: Files = { 'namespace.yaml': safeNamespace(), 'cart.yaml': workload() }

const reportOf = ({ stdout }: Result): Report => JSON.parse(stdout) as Report

const checked = async (args: readonly string[], cwd: string): Promise<Report> =>
  reportOf(await ringfence(['check', '--format', 'json', ...args], { cwd }))

const of = (report: Report, policy: string): Report['findings'] => report.findings.filter((f) => f.policy === policy)

/** What a terminal or a log would act on. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

describe('check', () => {
  let folder: string
  const outputs = new Map<string, Result>()

  beforeAll(async () => {
    folder = folderOf(bad)
    for (const format of Object.keys(FORMATS)) {
      outputs.set(format, await ringfence(['check', '--format', format], { cwd: folder }))
    }
  })

  const output = (format: string): Result => outputs.get(format) as Result

  test.each(Object.keys(FORMATS))('--format %s: 1, nothing on stderr, no control characters', (format) => {
    const { status, stdout, stderr } = output(format)
    expect([status, stderr]).toEqual([1, ''])
    expect(stdout.match(CONTROL)).toBeNull()
    expect(stdout.endsWith('\n')).toBe(true)
    expect(stdout).toContain('privileged')
  })

  test('the default is text', async () => {
    expect((await ringfence(['check', '.'], { cwd: folder })).stdout).toBe(output('text').stdout)
  })

  test('json: the contract of version 1', () => {
    const report = reportOf(output('json'))
    expect(report).toMatchObject({ version: 1, outcome: 'fail', judged: { sources: 2, renders: 2, resources: 3 } })
    const [finding] = of(report, PRIVILEGED)
    const line =
      workload(privileged)
        .split('\n')
        .findIndex((each) => each.includes('privileged: true')) + 1
    expect(finding).toMatchObject({
      policy: PRIVILEGED,
      severity: 'critical',
      stage: 1,
      status: 'blocking',
      message: 'container cart is privileged',
      remediation: expect.stringMatching(/./),
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' },
      path: ['spec', 'template', 'spec', 'containers', 0, 'securityContext', 'privileged'],
      location: { file: 'cart.yaml', line, column: 13, endLine: line, endColumn: 29, precision: 'exact' },
      related: [],
      document: 0,
      source: 'cart.yaml',
      environments: [],
      fingerprint: `${PRIVILEGED} Deployment.apps/shop/cart spec.template.spec.containers[name=cart].securityContext.privileged`,
    })
    expect(finding?.controls).toContainEqual({
      framework: 'iso-27001-2022',
      id: expect.stringMatching(/^A\.\d+\.\d+$/),
    })
    expect(report.unknowns).toEqual([])
    expect(report.unjudged).toEqual([])
    for (const control of report.controls) {
      expect(control).toMatchObject({
        framework: expect.stringMatching(/^(?:gdpr|iso-27001-2022)$/),
        id: expect.any(String),
        status: expect.stringMatching(/^(?:gap|evidence|not-exercised|not-assessable)$/),
        policies: expect.any(Number),
        findings: expect.any(Number),
      })
    }
  })

  test('sarif, oscal and junit parse, and say the same', () => {
    const report = reportOf(output('json'))
    const sarif = JSON.parse(output('sarif').stdout) as {
      readonly version: string
      readonly runs: readonly { readonly results: readonly { readonly ruleId: string }[] }[]
    }
    expect(sarif.version).toBe('2.1.0')
    expect(sarif.runs[0]?.results.filter(({ ruleId }) => ruleId === PRIVILEGED)).toHaveLength(1)
    const oscal = JSON.parse(output('oscal').stdout) as {
      readonly 'assessment-results': { readonly results: readonly object[] }
    }
    expect(oscal['assessment-results'].results).toHaveLength(1)
    expect(unbalanced(output('junit').stdout)).toEqual([])
    const failures = [...output('junit').stdout.matchAll(/<failure /g)]
    expect(failures.length).toBeGreaterThanOrEqual(report.findings.filter(({ status }) => status === 'blocking').length)
    expect(output('github').stdout).toMatch(/^::error file=cart\.yaml,line=\d+,.*privileged/m)
  })

  test('--output writes the same into a file, and nothing to the terminal', async () => {
    const { status, stdout } = await ringfence(['check', '--format', 'html', '--output', 'report.html'], {
      cwd: folder,
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(output('html').stdout)
  })

  test('--output into what is no folder: 2', async () => {
    const { status, stderr } = await ringfence(['check', '--output', 'no/such/report.txt'], { cwd: folder })
    expect([status, stderr]).toEqual([2, 'ringfence: --output no/such/report.txt: no such file or folder\n'])
  })

  test('0 where nothing blocks', async () => {
    const { status, stdout } = await ringfence(['check'], { cwd: folderOf(good) })
    expect(status).toBe(0)
    expect(stdout).toContain('nothing blocks')
  })

  test('--verbose shows what advises', async () => {
    const { stdout } = await ringfence(['check', '--verbose'], { cwd: folder })
    expect(output('text').stdout).not.toContain('no log shipper is declared here')
    expect(stdout).toContain('no log shipper is declared here')
  })

  test('--stage and --fail-on win over the configuration', async () => {
    const files = { '.ringfence.yaml': 'stage: 2\n', ...bad }
    const cwd = folderOf(files)
    expect((await checked([], cwd)).stage).toBe(2)
    const staged = await checked(['--stage', '4'], cwd)
    expect([staged.stage, staged.configuration.file]).toEqual([4, '.ringfence.yaml'])
    const severe = await checked(['--fail-on', '{findings: all, severity: critical}'], cwd)
    expect(severe.findings.filter(({ status }) => status === 'blocking').map(({ severity }) => severity)).toEqual([
      'critical',
    ])
  })

  test('a full disk is told in a sentence, and nothing has passed', () => {
    const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/cli.js'))} --help > /dev/full`
    const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([
      2,
      'ringfence: what was asked for cannot be printed: ENOSPC: no space left on device, write\n',
    ])
  })

  test('a reader that leaves early changes nothing', () => {
    const many = folderOf(
      Object.fromEntries(
        Array.from({ length: 60 }, (_, i) => [`${i}.yaml`, workload({ name: `n${i}`, ...privileged })]),
      ),
    )
    const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/cli.js'))} check --format json . | head -c 1; code=\${PIPESTATUS[0]}; echo; echo $code`
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: many, encoding: 'utf8' })
    expect([stdout, stderr]).toEqual(['{\n1\n', ''])
  })
})

describe('--each judges every path as a repository of its own', () => {
  const files = {
    'a/cart.yaml': workload(),
    'b/policy.yaml': denyAll(),
    'c/both.yaml': stream(workload(), denyAll()),
  }
  const open = (report: Report): readonly string[] => of(report, INGRESS).map(({ location }) => location.file)

  test('what lies in one protects nothing in another', async () => {
    const cwd = folderOf(files)
    expect(open(await checked(['a/cart.yaml', 'b/policy.yaml'], cwd))).toEqual([])
    expect(open(await checked(['--each', 'a/cart.yaml', 'b/policy.yaml'], cwd))).toEqual(['a/cart.yaml'])
    expect(open(await checked(['--each', 'a', 'b', 'c'], cwd))).toEqual(['a/cart.yaml'])
  })

  test('every path is in the report', async () => {
    const report = await checked(['--each', 'a', 'b', 'c'], folderOf(files))
    expect(report.judged).toMatchObject({ sources: 3, resources: 4 })
  })
})

describe('--config', () => {
  test('strict: every error with its place and a suggestion, and 2', async () => {
    const wrong = 'stge: 2\npolicies:\n  least-privilege/host-pth: off\n  least-privilege/host-path: of\n'
    const cwd = folderOf({ 'ci/gate.yaml': wrong, ...good })
    const { status, stdout, stderr } = await ringfence(['check', '--config', 'ci/gate.yaml', '.'], { cwd })
    expect([status, stdout]).toEqual([2, ''])
    const lines = stderr.trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^ringfence: ci\/gate\.yaml:1:1: .*"stge".*"stage"/)
    expect(lines[1]).toMatch(/^ci\/gate\.yaml:3:3: .*"least-privilege\/host-pth".*"least-privilege\/host-path"/)
    expect(lines[2]).toMatch(/^ci\/gate\.yaml:4:3: .*"of".*"off"/)
  })

  test('one that cannot be read: 2', async () => {
    const cwd = folderOf({ ...good, 'malformed.yaml': 'a: [\n' })
    const failures = await Promise.all(
      ['missing.yaml', '.', 'malformed.yaml'].map((file) => ringfence(['check', '--config', file], { cwd })),
    )
    expect(failures.map(({ status }) => status)).toEqual([2, 2, 2])
    expect(failures[0]?.stderr).toBe('ringfence: missing.yaml: no such file or folder\n')
    expect(failures[1]?.stderr).toBe('ringfence: .: is a folder\n')
    expect(failures[2]?.stderr).toMatch(/^ringfence: malformed\.yaml:\d+:\d+: /)
  })

  test('.ringfence.yaml is found upward from the path, up to the repository', async () => {
    const above = folderOf({
      '.ringfence.yaml': 'stage: 4\n',
      'repository/.ringfence.yaml': 'stage: 2\n',
      'repository/apps/cart/cart.yaml': workload(),
      'repository/apps/own/.ringfence.yaml': 'stage: 3\n',
      'repository/apps/own/cart.yaml': workload(),
      'other/cart.yaml': workload(),
    })
    for (const name of ['repository', 'other']) mkdirSync(join(above, name, '.git'))
    const stageOf = async (path: string, cwd = above): Promise<number> => (await checked([path], cwd)).stage
    expect(await stageOf('repository/apps/cart/cart.yaml')).toBe(2)
    expect(await stageOf('repository/apps/own')).toBe(3)
    expect(await stageOf('.', join(above, 'repository/apps/cart'))).toBe(2)
    expect(await stageOf('other')).toBe(1)
  })

  test('what it ignores and switches off', async () => {
    const config = `ignore: [legacy/**]\npolicies: {${INGRESS}: off}\n`
    const report = await checked(
      [],
      folderOf({ ...bad, '.ringfence.yaml': config, 'legacy/old.yaml': workload(privileged) }),
    )
    expect(of(report, PRIVILEGED).map(({ location }) => location.file)).toEqual(['cart.yaml'])
    expect(report.ignored).toContainEqual({ path: 'legacy', reason: 'the configuration ignores legacy/**' })
  })
})

describe('what is asked wrongly: 2, and a line that helps', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['frobnicate'], /^ringfence: no command "frobnicate"; `ringfence --help` lists them\n$/],
    [['chekc'], /^ringfence: no command "chekc" \(did you mean "check"\?\); /],
    [['frobnicate', '--help'], /^ringfence: no command "frobnicate"; /],
    [
      ['check', '--format', 'xml'],
      /^ringfence: --format xml: there are text, json, markdown, html, sarif, junit, oscal, github\n$/,
    ],
    [['check', '--format', 'constructor'], /^ringfence: --format constructor: there are /],
    [
      ['check', '--frobnicate'],
      /^ringfence: check has no option --frobnicate; `ringfence check --help` lists those that there are\n$/,
    ],
    [['check', '--formt=json'], /^ringfence: check has no option --formt \(did you mean "--format"\?\); /],
    [['fix', '--dryrun'], /^ringfence: fix has no option --dryrun \(did you mean "--dry-run"\?\); /],
    [['init', '-x'], /^ringfence: init has no option -x; /],
    [['check', '--stage', '5'], /stage is 5; it is one of 1, 2, 3, 4/],
    [['check', '--fail-on', 'most'], /fail-on is "most"; it is one of new, all/],
    [['check', 'missing'], /^ringfence: missing: no such file or folder\n$/],
    [['explain', 'least-privilege/no-such'], /^ringfence: there is no policy "least-privilege\/no-such"/],
    [['explain', '--all'], /^ringfence: explain has no option --all; /],
    [['render'], /^ringfence: render takes one chart or kustomization\n$/],
    [['render', '.'], /^ringfence: \. is neither a chart nor a kustomization\n$/],
    [['render', 'missing'], /^ringfence: missing: no such folder\n$/],
  ]
  let folder: string
  beforeAll(() => {
    folder = folderOf(good)
  })

  test.each(cases)('%j', async (args, line) => {
    const { status, stdout, stderr } = await ringfence(args, { cwd: folder })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(line)
    expect(stderr).not.toMatch(/internal error|^ {4}at /m)
  })

  test('nothing at all: how it is used, on stderr', async () => {
    const { status, stdout, stderr } = await ringfence([], { cwd: folder })
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('ringfence check [PATH…]')
  })
})

describe('explain, --version, --help', () => {
  test('explain lists every policy, and tells of one by either name', async () => {
    const cwd = folderOf({})
    const [all, one, short] = await Promise.all([
      ringfence(['explain'], { cwd }),
      ringfence(['explain', PRIVILEGED], { cwd }),
      ringfence(['explain', 'privileged-container', 'host-path'], { cwd }),
    ])
    expect([all.status, one.status, short.status]).toEqual([0, 0, 0])
    const { policies } = JSON.parse(readFileSync('dist/policies.json', 'utf8')) as {
      readonly policies: readonly { readonly id: string }[]
    }
    expect(
      all.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(policies.map(({ id }) => id).sort())
    expect(one.stdout).toContain(`${PRIVILEGED}: Privileged container\nseverity critical, stage 1`)
    expect(one.stdout).toContain('To mend it:')
    expect(short.stdout.startsWith(one.stdout)).toBe(true)
    expect(short.stdout).toContain('least-privilege/host-path: ')
  })

  test('--version and --help', async () => {
    const cwd = folderOf({})
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }
    expect((await ringfence(['--version'], { cwd })).stdout).toBe(`ringfence ${version}\n`)
    const help = await ringfence(['--help'], { cwd })
    expect([help.status, help.stderr]).toEqual([0, ''])
    for (const word of ['check', 'render', 'explain', '--each', '--fail-on', 'Exit codes'])
      expect(help.stdout).toContain(word)
    expect((await ringfence(['help'], { cwd })).stdout).toBe(help.stdout)
  })

  test('--help of a command: its own part', async () => {
    const cwd = folderOf({})
    const help = async (...args: readonly string[]): Promise<string> => {
      const { status, stdout, stderr } = await ringfence(args, { cwd })
      expect([status, stderr]).toEqual([0, ''])
      return stdout
    }
    const fix = await help('fix', '--help')
    expect(fix).toMatch(
      /^ringfence: .*\n\n {2}ringfence fix \[PATH…\].*\n {6}--dry-run .*\n.*\n.*\n\nExit codes: .*\n$/,
    )
    expect(await help('fix', '-h')).toBe(fix)
    expect(await help('help', 'fix')).toBe(fix)
    expect(await help('check', '.', '--help', '--frobnicate')).toContain('--fail-on')
    expect(await help('mtls', '--help')).toContain('ringfence connections|permissions|mtls')
    for (const command of ['render', 'init', 'baseline', 'test', 'explain'])
      expect(await help(command, '--help')).toContain(`\n  ringfence ${command} `)
  })
})

describe('render', () => {
  const files = {
    ...chart('charts/cart', {
      'templates/cart.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\ndata: {a: {{ .Values.a | quote }}}\n',
      'templates/hook.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n',
      'values.yaml': 'a: default\n',
      'prod.yaml': 'a: prod\n',
      'crds/crd.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.example.com}\n',
    }),
    'app/kustomization.yaml': 'namePrefix: my-\nresources: [cart.yaml]\n',
    'app/cart.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cart}\n',
    'failing/kustomization.yaml': 'resources: [missing.yaml]\n',
    ...chart('charts/failing', { 'templates/a.yaml': 'a: 1\nb: {{ fail "no host" }}\n' }),
  }
  let cwd: string
  beforeAll(() => {
    cwd = folderOf(files)
  })
  const render = (...args: readonly string[]): Promise<Result> => ringfence(['render', ...args], { cwd })

  test('a chart, with --raw as helm prints it', async () => {
    const { status, stdout, stderr } = await render('charts/cart', '--raw')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`---
# Source: cart/templates/cart.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: release-name
  namespace: default
data: {a: "default"}
---
# Source: cart/templates/hook.yaml
apiVersion: v1
kind: Pod
metadata: {name: hook, annotations: {helm.sh/hook: pre-install}}

`)
  })

  test('a chart, with where it is from', async () => {
    const { stdout } = await render('charts/cart')
    expect(stdout).toContain('---\n# charts/cart/templates/cart.yaml document 0\napiVersion: v1\nkind: ConfigMap\n')
    expect(stdout).toContain('---\n# charts/cart/templates/hook.yaml document 0, hook pre-install\n')
    expect(stdout).toContain('# charts/cart/crds/crd.yaml document 0\n')
    // What nobody stated is shown as that.
    expect(stdout).toContain('namespace: release-namespace\n')
  })

  test('a chart with flags', async () => {
    const { stdout } = await render(
      'charts/cart',
      '--raw',
      '--name',
      'mine',
      '-n',
      'shop',
      '-f',
      'charts/cart/prod.yaml',
      '--include-crds',
    )
    expect(stdout).toContain('  name: mine\n  namespace: shop\ndata: {a: "prod"}\n')
    expect(stdout).toContain('# Source: cart/crds/crd.yaml\n')
    const set = await render('charts/cart', '--raw', '--values', 'charts/cart/prod.yaml', '--set', 'a=set')
    expect(set.stdout).toContain('data: {a: "set"}\n')
  })

  test('a kustomization, raw and not', async () => {
    const [raw, told] = await Promise.all([render('app', '--raw'), render('app')])
    expect(raw.stdout).toBe('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: my-cart\n')
    expect(told.stdout).toBe(`---\n# app/cart.yaml, changed by app/kustomization.yaml\n${raw.stdout}`)
  })

  test('what fails: 2, and what the original says', async () => {
    const [failing, kustomization, values] = await Promise.all([
      render('charts/failing'),
      render('failing'),
      render('charts/cart', '--values', 'missing.yaml'),
    ])
    expect([failing.status, kustomization.status, values.status]).toEqual([2, 2, 2])
    expect(failing.stderr).toMatch(/^ringfence: charts\/failing\/templates\/a\.yaml:2: execution error at .*no host\n$/)
    expect(kustomization.stderr).toMatch(/^ringfence: .*missing\.yaml/)
    expect(values.stderr).toBe('ringfence: missing.yaml: no such file or folder\n')
  })
})

describe('paths are relative to the working directory', () => {
  let root: string
  beforeAll(() => {
    root = folderOf({
      'apps/cart/cart.yaml': workload(privileged),
      'apps/cart/broken.yaml': 'apiVersion: v1\nkind: [\n',
      'elsewhere/readme.md': '',
      ...chart('charts/web', { 'templates/web.yaml': workload({ name: 'web', ...privileged }) }),
    })
    mkdirSync(join(root, '.git'))
  })

  const places = ({ findings, unjudged }: Report): readonly string[] => [
    ...findings.filter(({ policy }) => policy === PRIVILEGED).map(({ location }) => location.file),
    ...unjudged.map(({ file }) => file),
  ]

  test.each<[string, readonly string[], readonly string[]]>([
    ['', [], ['apps/cart/cart.yaml', 'charts/web/templates/web.yaml', 'apps/cart/broken.yaml']],
    ['apps', ['.'], ['cart/cart.yaml', 'cart/broken.yaml']],
    ['apps', ['cart'], ['cart/cart.yaml', 'cart/broken.yaml']],
    ['apps/cart', ['cart.yaml'], ['cart.yaml']],
    ['elsewhere', ['../apps/cart/cart.yaml'], ['../apps/cart/cart.yaml']],
    ['elsewhere', ['..'], ['../apps/cart/cart.yaml', '../charts/web/templates/web.yaml', '../apps/cart/broken.yaml']],
    ['apps', ['../charts/web', 'cart/cart.yaml'], ['cart/cart.yaml', '../charts/web/templates/web.yaml']],
  ])('in %j, check %j', async (cwd, paths, expected) => {
    expect(places(await checked(paths, join(root, cwd)))).toEqual(expected)
  })

  test('of a repository elsewhere, by a relative and an absolute path', async () => {
    const cwd = folderOf({})
    const path = relative(cwd, root)
    const expected = [`${path}/apps/cart/cart.yaml`, `${path}/apps/cart/broken.yaml`]
    expect(places(await checked([`${path}/apps`], cwd))).toEqual(expected)
    expect(places(await checked([join(root, 'apps')], cwd))).toEqual(expected)
  })

  test('code frames are found from everywhere', async () => {
    const { stdout } = await ringfence(['check', '../apps/cart/cart.yaml'], { cwd: join(root, 'elsewhere') })
    expect(stdout).toMatch(/^\.\.\/apps\/cart\/cart\.yaml:\d+:\d+ /m)
    expect(stdout).toMatch(/│ privileged: true$/m)
  })
})

describe('colour', () => {
  const ESCAPE = '\u001b['
  // util-linux gives a command a terminal; without it there is none to try.
  const hasTerminal = process.platform === 'linux' && existsSync('/usr/bin/script')
  const onTerminal = hasTerminal ? test : test.skip

  const typed = (environment: string): string => {
    const command = `${environment} ${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/cli.js'))} check .`
    return spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: folderOf(bad),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], TERM: 'xterm' },
    }).stdout
  }

  onTerminal('on a terminal, unless NO_COLOR says no', () => {
    expect(typed('')).toContain(ESCAPE)
    const plain = typed('NO_COLOR=1')
    expect(plain).toContain('privileged')
    // eslint-disable-next-line no-control-regex -- the very thing that is looked for
    expect(plain.match(/\u001b\[[\d;]*m/)).toBeNull()
  })

  test('never in a file', async () => {
    const cwd = folderOf(bad)
    await ringfence(['check', '--output', 'out.txt'], { cwd })
    expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).not.toContain('\u001b')
  })
})

describe('secrets never appear in a report', () => {
  // Each value is told apart by its number; base64 of SECRETVALUE01 and so on in `data`.
  const value = (n: number): string => `SECRETVALUE${String(n).padStart(2, '0')}`
  const encoded = (n: number): string => Buffer.from(value(n)).toString('base64')
  const files: Files = {
    'secret.yaml': stream(
      yaml({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'plain', namespace: 'shop' },
        data: { password: encoded(1), other: encoded(2) },
        stringData: { plain: value(3), url: `postgres://user:${value(4)}@db/shop` },
      }),
      `apiVersion: v1\nkind: Secret\nmetadata: {name: flow, namespace: shop}\nstringData: {plain: ${value(5)}, quoted: "${value(6)}"}\n`,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: twice, namespace: shop}\nstringData:\n  plain: ${value(7)}\n  plain: ${value(8)}\n`,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: types, namespace: shop}\nstringData:\n  list: [${value(9)}]\ndata: ${value(10)}\n`,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: base64, namespace: shop}\ndata: {a: "no base64: ${value(11)}"}\n`,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: number, namespace: shop}\nstringData:\n  pin: 12345678901234\n`,
    ),
    'config.yaml': yaml({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config', namespace: 'shop' },
      data: {
        DB_PASSWORD: value(20),
        SECRET_KEY_BASE: value(21),
        'app.properties': `spring.datasource.password=${value(22)}\n`,
        url: `https://user:${value(23)}@example.com`,
        aws: 'AKIASECRETVALUE24AAA',
      },
    }),
    'env.yaml': workload({
      container: {
        args: [`--password=${value(30)}`, '--token', value(31)],
        env: [
          { name: 'DB_PASSWORD', value: value(32) },
          { name: 'SECRET_KEY_BASE', value: value(33) },
          { value: value(34), name: 'AWS_SECRET_ACCESS_KEY' },
          { name: 'PASSWORD2', value: value(35) },
        ],
      },
    }),
    ...chart('charts/quoting', {
      'templates/fail.yaml': 'a: {{ fail (printf "the password is %s" .Values.password) }}\n',
      'values.yaml': `password: ${value(40)}\n`,
    }),
    ...chart('charts/typed', {
      'templates/secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata: {name: typed}\nstringData: {{ .Values.password }}\n',
      'values.yaml': `password: ${value(41)}\n`,
    }),
    'generated/kustomization.yaml': `secretGenerator:\n- name: generated\n  literals:\n  - password=${value(50)}\n  - without a sign ${value(51)}\n`,
  }

  let folder: string
  beforeAll(() => {
    folder = folderOf(files)
  })

  test.each(Object.keys(FORMATS))('%s', async (format) => {
    const { status, stdout, stderr } = await ringfence(['check', '--verbose', '--format', format], { cwd: folder })
    expect([status, stderr]).toEqual([1, ''])
    expect(stdout.match(/SECRETVALUE\d\d|12345678901234/)).toBeNull()
    for (const n of [1, 2]) expect(stdout.includes(encoded(n))).toBe(false)
    // They were there to be found.
    if (format === 'json') {
      const report = JSON.parse(stdout) as Report
      const found = new Set(report.findings.map(({ policy }) => policy))
      for (const name of ['secret-in-manifest', 'secret-in-configmap', 'secret-in-env'])
        expect(found).toContain(`least-privilege/${name}`)
      expect(report.unjudged.map(({ file }) => file)).toEqual(
        expect.arrayContaining([
          'secret.yaml',
          'charts/quoting/templates/fail.yaml',
          'charts/typed/templates/secret.yaml',
          'generated/kustomization.yaml',
        ]),
      )
      expect(report.unjudged.map(({ reason }) => reason).join('\n')).toContain('the password is ********')
    }
  })
})

describe('hostile names', () => {
  const HOSTILE = [
    'line\n::error file=a.yaml,line=1::owned',
    '::set-output name=outcome::pass',
    '\u001b[2J\u001b[31mred',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    ']]><evil/>',
    '[click](https://evil.example) | `tick` | ![x](https://evil.example/x.png)',
    '@octocat #1 \u202Egnp',
    '</details>\n# heading',
  ]
  const named = (text: string, i: number): string =>
    yaml({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: text, namespace: `shop${i}`, labels: { evil: text }, annotations: { [text]: text } },
      spec: { containers: [{ name: text, image: text, securityContext: { privileged: true } }] },
    })
  const files: Files = {
    ...Object.fromEntries(HOSTILE.map((text, i) => [`pod-${i}.yaml`, named(text, i)])),
    ...Object.fromEntries(
      HOSTILE.map((text, i) => [
        `files/${text.replaceAll('/', '\u2215')}-${i}.yaml`,
        workload({ name: `file-${i}`, ...privileged }),
      ]),
    ),
    ...Object.fromEntries(
      HOSTILE.map((text, i) => [
        `broken/${text.replaceAll('/', '\u2215')}-${i}.yaml`,
        `apiVersion: v1\nkind: ${JSON.stringify(text)}\nmetadata: {name: [\n`,
      ]),
    ),
  }

  let folder: string
  beforeAll(() => {
    folder = folderOf(files)
  })

  test.each(Object.keys(FORMATS))('%s', async (format) => {
    const { status, stdout, stderr } = await ringfence(['check', '--verbose', '--format', format], { cwd: folder })
    expect([status, stderr]).toEqual([1, ''])
    expect(stdout.match(CONTROL)).toBeNull()
    switch (format) {
      case 'json': {
        const { findings } = JSON.parse(stdout) as Report
        const names = findings.filter(({ policy }) => policy === PRIVILEGED).map(({ resource }) => resource.name)
        expect(names).toEqual(expect.arrayContaining(HOSTILE))
        break
      }
      case 'sarif':
      case 'oscal':
        expect(typeof JSON.parse(stdout)).toBe('object')
        break
      case 'github': {
        const commands = stdout.split('\n').filter((line) => line.startsWith('::'))
        expect(commands.filter((line) => !/^::(?:error|warning|notice) (?:file|title)=/.test(line))).toEqual([])
        expect(commands.filter((line) => line.endsWith('::owned'))).toEqual([])
        expect(commands).toHaveLength(20)
        break
      }
      case 'text':
        expect(stdout.match(/^::/m)).toBeNull()
        break
      case 'junit':
        expect(unbalanced(stdout)).toEqual([])
        expect(stdout.match(/<(?:script|img|evil)/)).toBeNull()
        break
      case 'markdown': {
        // In a code span nothing means anything.
        const prose = stdout.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
        expect(prose.match(/<(?:script|img|evil)/i)).toBeNull()
        expect(prose.match(/(?<!\\)\]\(https:\/\/evil/)).toBeNull()
        expect(stdout.match(/^(?:# heading|::error)/m)).toBeNull()
        break
      }
      default:
        expect(stdout.match(/<(?:script|img|evil)/i)).toBeNull()
    }
  })
})

/** Elements of an XML text that are not closed where they should be. */
function unbalanced(xml: string): readonly string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [, close, name = '', rest = ''] of xml.matchAll(/<(\/?)([\w:.-]+)((?:[^<>"]|"[^"<]*")*)>/g)) {
    if (close === '/') {
      if (open.pop() !== name) wrong.push(name)
    } else if (!rest.endsWith('/')) open.push(name)
  }
  return [...wrong, ...open]
}
