/**
 * A pull request that wants a privileged pod to pass: each way of hiding one ends in its finding, or in something that could
 * not be judged. On disk, since some ways are files that only a disk has.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { diskTree } from '../src/host/files.js'
import type { Report } from '../src/report/report.js'
import { folderOf, removeFolders, repositoryOf, ringfence, type Files } from './command.js'
import { check, startEngines } from './gate.js'

const engines = startEngines()
afterAll(async () => {
  removeFolders()
  await engines.close()
})

const POLICY = 'least-privilege/privileged-container'
const pod = (privileged: string): string => `apiVersion: v1
kind: Pod
metadata: {name: hidden, namespace: shop}
spec: {containers: [{name: a, image: x, securityContext: {privileged: ${privileged}}}]}
`
const POD = pod('true')
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\n'
const CHART = { 'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'c/values.yaml': 'a: 1\n' }
const kustomization = (fields: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields}`
const template = (text: string): Files => ({ ...CHART, 'c/templates/a.yaml': text })
const where = (condition: string): Files => template(`{{ if ${condition} }}\n${POD}{{ end }}\n`)

const seen = ({ findings }: Report): boolean =>
  findings.some(({ policy, status }) => policy === POLICY && status === 'blocking')

async function judged(files: Files, links: { readonly [path: string]: string } = {}): Promise<Report> {
  const folder = folderOf(files)
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(target, join(folder, path))
  }
  return check(diskTree(folder), { engines })
}

describe('a pod is found', () => {
  test.each<[string, Files]>([
    ['in a file of capital letters', { 'a.YAML': POD }],
    ['in the folder of the gate', { '.ringfence/a.yaml': POD }],
    [
      'in what a component brings that nothing takes in',
      {
        'c/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [pod]\n',
        'c/pod': POD,
      },
    ],
    [
      'in what a generator takes in',
      {
        'k/kustomization.yaml': kustomization('configMapGenerator: [{name: c, files: [a.yaml]}]\n'),
        'k/a.yaml': POD,
      },
    ],
    [
      'behind a kustomization in its file',
      { 'k/kustomization.yaml': `${kustomization('resources: []\n')}---\n${POD}` },
    ],
    ['behind what a chart says of itself', { ...CHART, 'c/Chart.yaml': `${CHART['c/Chart.yaml']}---\n${POD}` }],
    ['in the values of a chart', { ...CHART, 'c/values-prod.yaml': POD }],
    ['in a template that is a comment to Helm', template(`# {{ if false }}\n${POD}# {{ end }}\n`)],
    ['in a file of a chart that looks like a template', { ...CHART, 'c/more/a.yaml': `# {{ }}\n${POD}` }],
  ])('%s', async (_, files) => expect(seen(await judged(files))).toBe(true))

  test.each<[string, Files, { readonly [path: string]: string }]>([
    ['by a symlink to a file of another name', { 'data.bin': POD }, { 'k8s/a.yaml': '../data.bin' }],
    ['by a symlink to packages', { 'lib/node_modules/a.yaml': POD }, { k8s: 'lib/node_modules' }],
    [
      'by a symlink to a template',
      template(`# {{ if false }}\n${POD}# {{ end }}\n`),
      { 'k8s/a.yaml': '../c/templates/a.yaml' },
    ],
  ])('%s', async (_, files, links) => expect(seen(await judged(files, links))).toBe(true))

  test.each([
    'gt (int .Release.Revision) 3',
    '.Release.Revision | int | eq 7',
    'and .Values.a (not (ne (int $.Release.Revision) 7))',
    'ne .Release.Name "release-name"',
    'eq .Release.Namespace `prod`',
    'eq (now | date "Mon") "Sun"',
    'eq (date "2006" nil) "2027"',
    'eq (randNumeric 1) "3"',
    'hasPrefix "a" uuidv4',
    'semverCompare "<3.99" .Capabilities.HelmVersion.Version',
  ])('where a template asks %s', async (condition) => expect(seen(await judged(where(condition)))).toBe(true))

  test.each<[string, Files]>([
    ['a variable', template(`{{ $r := .Release.Revision }}{{ if eq (int $r) 7 }}\n${POD}{{ end }}`)],
    [
      'a helper',
      {
        ...template(`{{ if eq (include "c.r" .) "7" }}\n${POD}{{ end }}`),
        'c/templates/_h.tpl':
          '{{ define "c.s" }}{{ .Release.Revision }}{{ end }}{{ define "c.r" }}{{ include "c.s" . }}{{ end }}',
      },
    ],
    ['the value itself', template(pod('{{ gt (int .Release.Revision) 3 }}'))],
    ['one of two values', template(pod('{{ ternary true false (eq 4 (int .Release.Revision)) }}'))],
    [
      'what else would refuse it',
      {
        ...where('eq (int .Release.Revision) 7'),
        'c/templates/b.yaml': '{{ if eq (int .Release.Revision) 9 }}{{ fail "no" }}{{ end }}',
      },
    ],
  ])('where a template asks by way of %s', async (_, files) => expect(seen(await judged(files))).toBe(true))
})

test('what is not known compares both ways, and says so', async () => {
  const { findings } = await judged(where('eq (randNumeric 1) "3"'))
  expect(findings.find(({ policy }) => policy === POLICY)?.message).toBe(
    'container a is privileged (where randNumeric in templates/a.yaml:1 compares otherwise)',
  )
})

test('what nobody is known to deploy protects nothing', async () => {
  const policy =
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n'
  const isIsolated = async (files: Files): Promise<boolean> =>
    !(await judged({ 'a.yaml': pod('false'), ...files })).findings.some(
      (finding) => finding.policy === 'default-deny/ingress-isolated',
    )
  expect(await isIsolated({ 'n.yaml': policy })).toBe(true)
  expect(await isIsolated({ 'k/kustomization.yaml': kustomization('resources: [n.yaml]\n'), 'k/n.yaml': policy })).toBe(
    true,
  )
  const unlisted = { 'k/kustomization.yaml': kustomization('resources: []\n'), 'k/n.yaml': policy }
  const report = await judged({ 'a.yaml': pod('false'), ...unlisted })
  expect(report.unknowns.map(({ policy, message }) => `${policy} ${message}`)).toContainEqual(
    expect.stringMatching(/ingress-isolated.*does not put it out/),
  )
})

describe('what is not there is named', () => {
  test.each<[string, Files, { readonly [path: string]: string }, RegExp]>([
    [
      'a pointer of Git LFS',
      { 'a.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n' },
      {},
      /pointer of Git LFS/,
    ],
    [
      "a symlink into Git's own files",
      { '.git/config': '[core]\n' },
      { 'a.yaml': '.git/config' },
      /into Git's own files/,
    ],
  ])('%s', async (_, files, links, reason) => {
    const { unjudged } = await judged(files, links)
    expect(unjudged.map((each) => each.reason)).toEqual([expect.stringMatching(reason)])
  })

  test('an archive is left out', async () => {
    const { ignored } = await judged({ 'c-1.0.0.tgz': 'x', 'a.yaml': CONFIG_MAP })
    expect(ignored).toContainEqual({ path: 'c-1.0.0.tgz', reason: expect.stringMatching(/^an archive/) })
  })
})

describe('against a base', () => {
  const git = (folder: string, ...args: readonly string[]): void => {
    const own = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always']
    execFileSync('git', ['-C', folder, ...own, ...args])
  }
  const write = (folder: string, files: Files): void => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
  }
  const against = async (folder: string, base = 'main'): Promise<Report> => {
    const { stdout } = await ringfence(['check', '--format', 'json', '--base', base], { cwd: folder })
    return JSON.parse(stdout) as Report
  }

  test.each<[string, Files]>([
    ['packages of npm', { 'apps/node_modules/a.yaml': POD }],
    ['modules of Go', { 'apps/go.mod': 'module m\n', 'apps/vendor/a.yaml': POD }],
    [
      'a chart in them',
      { 'node_modules/c/Chart.yaml': CHART['c/Chart.yaml'], 'node_modules/c/templates/a.yaml': `{{ "" }}\n${POD}` },
    ],
  ])('what is committed among %s is judged', async (_, files) => {
    const folder = repositoryOf({ 'a.yaml': CONFIG_MAP })
    write(folder, files)
    git(folder, 'add', '--all', '--force')
    expect(seen(await against(folder))).toBe(true)
  })

  test('packages that are installed are not', async () => {
    const folder = repositoryOf({ 'a.yaml': CONFIG_MAP, '.gitignore': 'node_modules\n' })
    write(folder, { 'node_modules/a.yaml': POD, 'b.yaml': CONFIG_MAP.replace('name: c', 'name: d') })
    expect((await against(folder)).outcome).toBe('pass')
  })

  test('what a sparse checkout leaves out is named', async () => {
    const folder = repositoryOf({ 'a/a.yaml': CONFIG_MAP })
    write(folder, { 'b/b.yaml': POD })
    git(folder, 'add', '--all')
    git(folder, 'commit', '--quiet', '--message', 'head')
    git(folder, 'sparse-checkout', 'set', 'a')
    const { unjudged } = await against(folder, 'HEAD~1')
    expect(unjudged).toMatchObject([{ file: 'b/b.yaml', reason: 'is not checked out: the checkout is sparse' }])
  })

  test('a submodule that is not checked out is named', async () => {
    const other = repositoryOf({ 'a.yaml': POD })
    const folder = repositoryOf({ 'a.yaml': CONFIG_MAP })
    git(folder, 'submodule', '--quiet', 'add', other, 'k8s')
    git(folder, 'commit', '--quiet', '--message', 'head')
    expect(seen(await against(folder, 'HEAD~1'))).toBe(true)
    git(folder, 'submodule', '--quiet', 'deinit', '--force', 'k8s')
    const { unjudged } = await against(folder, 'HEAD~1')
    expect(unjudged).toMatchObject([{ file: 'k8s', reason: 'is a submodule that is not checked out' }])
  })
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('a kind may be called %s', async (kind) => {
  const report = await judged({
    'a.yaml': `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${kind}, namespace: ${kind}}\n`,
  })
  expect(report.judged.resources).toBe(1)
  expect(report.unjudged).toEqual([])
})
