/** Whatever a repository holds: what cannot be judged is named, the rest is judged, and nothing hangs or crashes. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Report } from '../src/report/report.js'
import { run, type RunOptions } from '../src/run.js'
import { folderOf, removeFolders, ringfence, type Files, type Result } from './command.js'
import { DIST } from './gate.js'
import { chart, stream, workload, yaml } from './manifests.js'

afterAll(removeFolders)

const PRIVILEGED = 'least-privilege/privileged-container'

/** A pod that is easy to find again. */
const bad = (name: string): string =>
  yaml({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'app', image: 'app', securityContext: { privileged: true } }] },
  })

const configMap = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\n${data}`

/** Each alias nine of the one before: nine to the eleventh values. */
function aliasBomb(): string {
  const names = 'abcdefghijkl'.split('')
  const lines = names.map((name, i) => {
    const items = Array<string>(9).fill(i === 0 ? 'x' : `*${names[i - 1] ?? ''}`)
    return `  ${name}: &${name} [${items.join(', ')}]\n`
  })
  return configMap(`data:\n${lines.join('')}`)
}

const utf16 = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, 'utf16le')

const list = (...items: readonly string[]): string =>
  `apiVersion: v1\nkind: List\nitems:\n${items.map((item) => `- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`).join('')}`

interface Case {
  readonly what: string
  readonly files: Files
  /** Where: file, line. */
  readonly at: readonly [string, number | null]
  readonly reason: RegExp
  /** Pods beside it that are judged all the same. */
  readonly judged?: readonly string[]
}

const CASES: readonly Case[] = [
  {
    what: 'a malformed document between good ones',
    files: { 'malformed.yaml': stream(bad('before'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: [\n', bad('after')) },
    at: ['malformed.yaml', 16],
    reason: /./,
    judged: ['before', 'after'],
  },
  {
    what: 'a tab as indentation',
    files: { 'tab.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: tab\n' },
    at: ['tab.yaml', 4],
    reason: /tab/i,
  },
  {
    what: 'a binary file',
    files: { 'binary.yaml': Uint8Array.of(0, 1, 2, 0, 255, 254) },
    at: ['binary.yaml', null],
    reason: /binary/,
  },
  {
    what: 'bytes that are not UTF-8 in a manifest',
    files: { 'latin1.yaml': Buffer.concat([Buffer.from(bad('latin1')), Buffer.from([0x23, 0xe9, 0x0a])]) },
    at: ['latin1.yaml', null],
    reason: /UTF-8/,
  },
  { what: 'UTF-16', files: { 'utf16.yaml': utf16(bad('utf16')) }, at: ['utf16.yaml', null], reason: /UTF-16/ },
  { what: 'an alias bomb', files: { 'bomb.yaml': aliasBomb() }, at: ['bomb.yaml', 8], reason: /alias/ },
  {
    what: 'a recursive alias',
    files: { 'circle.yaml': configMap('data: &a\n  self: *a\n') },
    at: ['circle.yaml', 5],
    reason: /alias|anchor|recursive|circular/i,
  },
  {
    what: 'a duplicate key',
    files: { 'duplicate.yaml': configMap('data: {}\ndata: {a: b}\n') },
    at: ['duplicate.yaml', 5],
    reason: /duplicate key "data"/,
  },
  {
    what: 'a List with a broken item',
    files: { 'list.yaml': list(bad('first'), 'only a text', bad('last')) },
    at: ['list.yaml', 15],
    reason: /items\[1\]/,
    judged: ['first', 'last'],
  },
  {
    what: 'an item without a kind',
    files: { 'kindless.yaml': list(bad('with'), 'apiVersion: v1\nmetadata: {name: without}') },
    at: ['kindless.yaml', 15],
    reason: /without a kind/,
    judged: ['with'],
  },
  {
    what: 'broken JSON',
    files: { 'broken.json': '{"apiVersion": "v1", "kind": "Pod",\n "metadata": {"name": "json"}\n "spec": {}}\n' },
    at: ['broken.json', 3],
    reason: /./,
  },
  {
    what: 'deep nesting, in flow style',
    files: { 'deep.yaml': configMap(`data: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`) },
    at: ['deep.yaml', 4],
    reason: /nest|depth/i,
  },
  {
    what: 'deep nesting, in JSON',
    files: {
      'deep.json': `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d"},"data":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}`,
    },
    at: ['deep.json', 1],
    reason: /nest|depth/i,
  },
  {
    what: 'deep nesting, in block style',
    files: {
      'stairs.yaml': configMap(`data:\n${Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}`),
    },
    at: ['stairs.yaml', 260],
    reason: /nest|depth/i,
  },
  {
    what: 'a field of a wrong type',
    files: { 'type.yaml': bad('type').replace('privileged: true', 'privileged: "yes"') },
    at: ['type.yaml', 11],
    reason: /privileged/,
  },
  {
    what: 'an object without a name',
    files: { 'nameless.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {containers: []}\n' },
    at: ['nameless.yaml', 1],
    reason: /name/,
  },
  {
    what: 'a kind without an apiVersion',
    files: { 'versionless.yaml': 'kind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n' },
    at: ['versionless.yaml', 1],
    reason: /without an apiVersion/,
  },
  {
    what: 'text behind ---',
    files: { 'behind.yaml': `${bad('first-of-two')}--- ${'x'.repeat(3)}\n${bad('second-of-two')}` },
    at: ['behind.yaml', 12],
    reason: /text behind ---/,
    judged: ['first-of-two'],
  },
  {
    what: 'a template that fails',
    files: chart('failing', {
      'templates/fail.yaml': 'a: 1\nb: {{ fail "no host was given" }}\n',
      'templates/cart.yaml': workload(),
    }),
    at: ['failing/templates/fail.yaml', 2],
    reason: /no host was given/,
  },
  {
    what: 'a template that does not parse',
    files: chart('unparsed', { 'templates/broken.yaml': 'a: 1\n\nb: {{ .Values.x }\n' }),
    at: ['unparsed/templates/broken.yaml', 3],
    reason: /unexpected/,
  },
  {
    what: 'a template that renders no YAML',
    files: chart('no-yaml', { 'templates/no.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: [{{ 1 }}\n' }),
    at: ['no-yaml/templates/no.yaml', null],
    reason: /YAML|yaml/,
  },
  {
    what: 'a missing dependency of a chart',
    files: chart(
      'missing',
      { 'templates/cart.yaml': workload() },
      { dependencies: [{ name: 'redis', version: '1.0.0', repository: 'https://charts.example.com' }] },
    ),
    at: ['missing/Chart.yaml', 5],
    reason: /redis/,
  },
  {
    what: 'a broken Chart.yaml',
    files: { 'broken/Chart.yaml': 'name: [\n', 'broken/templates/cart.yaml': workload() },
    at: ['broken/Chart.yaml', 1],
    reason: /./,
  },
  {
    what: 'broken values',
    files: { ...chart('values', { 'templates/cart.yaml': workload() }), 'values/values.yaml': 'a: [\n' },
    at: ['values/values.yaml', 1],
    reason: /./,
  },
  {
    what: 'a missing file of a kustomization',
    files: {
      'kustomized/kustomization.yaml': 'resources:\n  - there.yaml\n  - missing.yaml\n',
      'kustomized/there.yaml': bad('there'),
    },
    at: ['kustomized/kustomization.yaml', 3],
    reason: /missing\.yaml/,
    judged: ['there'],
  },
  {
    what: 'a remote base',
    files: { 'remote/kustomization.yaml': 'resources:\n  - https://github.com/example/base?ref=v1\n' },
    at: ['remote/kustomization.yaml', 2],
    reason: /github\.com\/example\/base/,
  },
  {
    what: 'a kustomization that is a template',
    files: { 'boiler/kustomization.yaml': 'namespace: {{ .space }}\nresources: []\n' },
    at: ['boiler/kustomization.yaml', null],
    reason: /^invalid Kustomization: .*: it looks like a template, not rendered$/,
  },
  {
    what: 'a kustomization that goes in a circle',
    files: {
      'circle/a/kustomization.yaml': 'resources: [../b]\n',
      'circle/b/kustomization.yaml': 'resources: [../a]\n',
    },
    at: ['circle/a/kustomization.yaml', null],
    reason: /cycle|circle/,
  },
]

/** All of them in one repository: what is wrong with one costs no other. */
describe('one repository with all of it', () => {
  let result: Result
  let report: Report

  beforeAll(async () => {
    const folder = folderOf({
      ...Object.assign({}, ...CASES.map(({ files }) => files)),
      'good.yaml': bad('good'),
      'good.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'json' },
        spec: { containers: [{ name: 'app', image: 'app', securityContext: { privileged: true } }] },
      }),
    } as Files)
    mkdirSync(join(folder, '.git'))
    mkdirSync(join(folder, 'empty'))
    symlinkSync('/etc', join(folder, 'outside'))
    symlinkSync('../outside.yaml', join(folder, 'out.yaml'))
    symlinkSync('nothing.yaml', join(folder, 'dangling.yaml'))
    mkdirSync(join(folder, 'loop'))
    symlinkSync('..', join(folder, 'loop/up'))
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')])
    result = await ringfence(['check', '--format', 'json', '.'], { cwd: folder })
    report = JSON.parse(result.stdout) as Report
  })

  test('ends by itself, with 1 and nothing on stderr', () => {
    expect([result.status, result.stderr, report.outcome]).toEqual([1, '', 'fail'])
  })

  test.each(CASES.map((each) => [each.what, each] as const))('%s', (_what, { at, reason, judged }) => {
    const [file, line] = at
    const items = report.unjudged.filter((item) => item.file === file)
    expect(items.map((item) => item.line)).toEqual([line])
    expect(items[0]?.reason).toMatch(reason)
    for (const name of judged ?? []) expect(privilegedPods(report)).toContain(name)
  })

  test.each([
    ['outside', /leaves the repository/],
    ['out.yaml', /leaves the repository|symlink to nothing/],
    ['dangling.yaml', /symlink to nothing/],
    ['loop/up', /cycle/],
    ['pipe.yaml', /a pipe/],
  ])('%s', (file, reason) => {
    const items = report.unjudged.filter((item) => item.file === file)
    expect(items.map((item) => [item.line, item.source])).toEqual([[null, null]])
    expect(items[0]?.reason).toMatch(reason)
  })

  test('the good are judged', () => {
    expect(privilegedPods(report)).toEqual(expect.arrayContaining(['good', 'json']))
  })

  test('nothing else is unjudged', () => {
    const named = [
      ...CASES.map(({ at: [file] }) => file),
      'outside',
      'out.yaml',
      'dangling.yaml',
      'loop/up',
      'pipe.yaml',
    ]
    expect([...new Set(report.unjudged.map(({ file }) => file))].sort()).toEqual([...new Set(named)].sort())
  })
})

const privilegedPods = (report: Report): readonly string[] =>
  report.findings.filter(({ policy }) => policy === PRIVILEGED).map(({ resource }) => resource.name)

describe('limits', () => {
  const options = (folder: string): RunOptions => ({
    cwd: folder,
    paths: ['.'],
    each: false,
    config: null,
    stage: '',
    failOn: '',
    tightenOnly: false,
    distribution: DIST,
    onProgress: () => undefined,
  })

  test('a template without end is stopped, the other charts are rendered, and no worker is left', async () => {
    const forever = '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}'
    const folder = folderOf({
      ...chart('charts/endless', { 'templates/forever.yaml': forever }),
      ...chart('charts/other', { 'templates/pod.yaml': bad('other') }),
    })
    const { report } = await run({ ...options(folder), timeLimitMs: 2000 })
    expect(report.unjudged).toMatchObject([{ source: 'charts/endless', reason: 'the limit of 2 seconds was reached' }])
    expect(privilegedPods(report)).toEqual(['other'])
    expect(threads()).toBe(idle)
  })

  test('a template that calls itself is stopped', async () => {
    const folder = folderOf(
      chart('charts/self', {
        'templates/_self.tpl': '{{ define "self" }}{{ include "self" . }}{{ end }}',
        'templates/a.yaml': 'a: 1\nb: {{ include "self" . }}\n',
      }),
    )
    const { report } = await run(options(folder))
    expect(report.unjudged).toHaveLength(1)
    expect(report.unjudged[0]?.file).toMatch(/^charts\/self\/templates\//)
    expect(threads()).toBe(idle)
  })

  /** Threads of this process, where the system tells. */
  const threads = (): number => {
    try {
      return readdirSync('/proc/self/task').length
    } catch {
      return 0
    }
  }
  const idle = threads()
})

describe('what was asked for', () => {
  test('an empty directory is judged, and said to hold nothing', async () => {
    const folder = folderOf({})
    const { status, stdout } = await ringfence(['check'], { cwd: folder })
    expect(status).toBe(0)
    expect(stdout).toContain('nothing was there to judge')
  })

  test('a path that is not there: 2, and its name', async () => {
    const folder = folderOf({ 'a.yaml': bad('a') })
    for (const path of ['missing.yaml', 'missing/', '../missing', 'a.yaml/b']) {
      const { status, stdout, stderr } = await ringfence(['check', 'a.yaml', path], { cwd: folder })
      expect([status, stdout, stderr]).toEqual([2, '', `ringfence: ${path}: no such file or folder\n`])
    }
  })

  test('a path that is a symlink out of the repository is named', async () => {
    const elsewhere = folderOf({ 'a.yaml': bad('a') })
    const folder = folderOf({ '.git/HEAD': '' })
    symlinkSync(join(elsewhere, 'a.yaml'), join(folder, 'link.yaml'))
    const { status, stdout } = await ringfence(['check', '--format', 'json', 'link.yaml'], { cwd: folder })
    const report = JSON.parse(stdout) as Report
    expect(status).toBe(1)
    expect(report.unjudged).toMatchObject([
      { file: 'link.yaml', reason: expect.stringContaining('leaves the repository') },
    ])
  })

  // Root reads everything.
  const unlessRoot = process.getuid?.() === 0 ? test.skip : test
  unlessRoot('a file that may not be read is named', async () => {
    const folder = folderOf({ 'secret.yaml': bad('a'), 'b.yaml': bad('b') })
    chmodSync(join(folder, 'secret.yaml'), 0)
    const { status, stdout } = await ringfence(['check', '--format', 'json', '.'], { cwd: folder })
    const report = JSON.parse(stdout) as Report
    expect(status).toBe(1)
    expect(report.unjudged).toMatchObject([{ file: 'secret.yaml', reason: 'cannot be read: no permission' }])
    expect(privilegedPods(report)).toEqual(['b'])
    expect(readFileSync(join(folder, 'b.yaml'), 'utf8')).toBe(bad('b'))
  })
})
