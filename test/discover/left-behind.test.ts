import { describe, expect, test } from '@jest/globals'
import { discover, unreached } from '../../src/discover/discover.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import type { Reached } from '../../src/discover/left-behind.js'
import type { Document, Source } from '../../src/model.js'

/** What a render put out: [source, kind, file, text]. */
type Output = readonly [string, 'chart' | 'kustomization', string, string]

function left(
  files: { readonly [path: string]: string },
  outputs: readonly Output[],
  read: readonly string[] = [],
  failed: Reached['failed'] = new Map(),
) {
  const tree = memoryTree(files)
  const documents = outputs.map(([source, kind, file, text], document): Document => ({
    text,
    origin: {
      source,
      kind,
      file,
      document,
      environment: { name: null, label: null, trial: false },
      line: null,
      hooks: [],
      vendored: null,
      role: 'judged',
    },
  }))
  const discovered = discover(tree, { paths: [''], ignore: [], render: new Map(), context: [], groups: new Map() })
  return unreached(tree, discovered, {
    documents,
    failed,
    reached: new Set([...read, ...documents.map(({ origin }) => origin.file)]),
  })
}

const names = (sources: readonly Source[]): readonly string[] =>
  sources.map(
    (source) =>
      `${source.kind} ${source.id}${source.kind === 'manifest' && source.documents !== undefined ? ` ${source.documents.join()}` : ''}`,
  )
const object = (kind: string, name: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}}\n`
const chart = (fields = ''): string => `apiVersion: v2\nname: c\nversion: 1.0.0\n${fields}`

describe('in a chart', () => {
  test('inputs and what was put out are done with', () => {
    const files = {
      'c/Chart.yaml': chart(),
      'c/Chart.lock': '',
      'c/values.yaml': '',
      'c/values-prod.yaml': '',
      'c/values.schema.json': '{}',
      'c/ci/a-values.yaml': '',
      'c/templates/a.yaml': '{{ . }}',
      'c/crds/b.yaml': object('Pod', 'b'),
    }
    expect(
      left(files, [
        ['c', 'chart', 'c/templates/a.yaml', object('Pod', 'a')],
        ['c', 'chart', 'c/crds/b.yaml', object('Pod', 'b')],
      ]),
    ).toEqual({ sources: [], ignored: [] })
  })

  test('a template that puts out nothing is named', () => {
    const { sources, ignored } = left({ 'c/Chart.yaml': chart(), 'c/templates/a.yaml': '{{ if false }}{{ end }}' }, [])
    expect(sources).toEqual([])
    expect(ignored).toEqual([{ path: 'c/templates/a.yaml', reason: expect.stringContaining('puts out nothing') }])
  })

  test('of a chart that could not be rendered the chart is named, and not each template', () => {
    const files = {
      'c/Chart.yaml': chart('dependencies: [{name: redis, version: 1.0.0, repository: https://charts.example.com}]'),
      'c/values-prod.yaml': '',
      'c/values-test.yaml': '',
      'c/templates/a.yaml': '{{ .Values.a }}',
      'c/templates/pod.yaml': object('Pod', 'a'),
      'c/charts/redis/Chart.yaml': chart(),
      'c/charts/redis/templates/b.yaml': '{{ .Values.b }}',
    }
    const none = left(files, [], [], new Map([['c', 2]]))
    expect(names(none.sources)).toEqual(['manifest c/templates/pod.yaml'])
    expect(none.ignored).toEqual([])
    const some = left(files, [], [], new Map([['c', 1]]))
    expect(some.ignored).toContainEqual({
      path: 'c/templates/a.yaml',
      reason: 'a template that puts out nothing in the environments that could be rendered',
    })
  })

  test('manifests in a folder that was made a chart are judged as plain ones', () => {
    const files = {
      'c/Chart.yaml': chart(),
      'c/pod.yaml': object('Pod', 'a'),
      'c/deep/er/pod.json': '{}',
      'c/files/x.yaml': object('Pod', 'b'),
    }
    expect(names(left(files, []).sources)).toEqual([
      'manifest c/deep/er/pod.json',
      'manifest c/files/x.yaml',
      'manifest c/pod.yaml',
    ])
  })

  test('the marks of a template hide no manifest that kubectl reads', () => {
    const files = {
      'c/Chart.yaml': chart(),
      'c/pod.yaml': `# {{ a comment }}\n${object('Pod', 'a')}`,
      'c/some/templates/pod.yaml': `# {{ a comment }}\n${object('Pod', 'b')}`,
      'c/both.yaml': `${object('Pod', 'c')}---\n{{- if .Values.d }}\n${object('Pod', 'd')}{{- end }}\n`,
      'c/hack/job.yaml': `{{- if .Values.e }}\n${object('Job', 'e')}{{- end }}\n`,
      'c/charts/s/Chart.yaml': chart(),
      'c/charts/s/templates/f.yaml': `# {{ a comment }}\n${object('Pod', 'f')}`,
    }
    const { sources, ignored } = left(files, [])
    expect(names(sources)).toEqual([
      'chart c/charts/s',
      'manifest c/both.yaml',
      'manifest c/pod.yaml',
      'manifest c/some/templates/pod.yaml',
    ])
    expect(ignored.map(({ path }) => path)).toContain('c/hack/job.yaml')
  })

  test('subcharts that put out nothing', () => {
    const dependencies =
      'dependencies:\n- {name: remote, repository: "https://charts.example.com"}\n- {name: local, repository: ""}\n- {name: lib, repository: ""}\n- {name: on, repository: ""}\n'
    const files = {
      'c/Chart.yaml': chart(dependencies),
      'c/charts/remote/Chart.yaml': chart(),
      'c/charts/remote/templates/a.yaml': '{{ . }}',
      'c/charts/remote/plain.yaml': object('Pod', 'a'),
      'c/charts/local/Chart.yaml': chart(),
      'c/charts/local/templates/a.yaml': '{{ . }}',
      'c/charts/local/charts/deep/Chart.yaml': chart(),
      'c/charts/lib/Chart.yaml': chart('type: library\n'),
      'c/charts/lib/templates/_a.tpl': '',
      'c/charts/on/Chart.yaml': chart(),
      'c/charts/on/values.yaml': '',
      'c/charts/on/templates/a.yaml': '{{ . }}',
      'c/charts/on/templates/b.yaml': '{{ . }}',
    }
    const { sources, ignored } = left(files, [['c', 'chart', 'c/charts/on/templates/a.yaml', object('Pod', 'a')]])
    expect(names(sources)).toEqual(['chart c/charts/local'])
    expect(ignored.map(({ path }) => path)).toEqual(['c/charts/lib', 'c/charts/remote', 'c/charts/on/templates/b.yaml'])
  })

  test('a file:// dependency is rendered by itself where no user of it put anything out', () => {
    const files = {
      'c/Chart.yaml': chart('dependencies:\n- {name: dep, repository: "file://../dep"}\n'),
      'dep/Chart.yaml': chart(),
      'dep/templates/a.yaml': '{{ . }}',
    }
    expect(names(left(files, []).sources)).toEqual(['chart dep'])
    expect(names(left(files, [['c', 'chart', 'c/charts/dep/templates/a.yaml', object('Pod', 'a')]]).sources)).toEqual(
      [],
    )
  })
})

describe('in a kustomization', () => {
  const base = `${object('Deployment', 'web')}---\n${object('Secret', 'token')}`
  const files = {
    'base/kustomization.yaml': 'resources: [all.yaml]\nconfigMapGenerator: [{name: c, files: [key=config.yaml]}]\n',
    'base/all.yaml': base,
    'base/config.yaml': object('Pod', 'text'),
    'base/orphan.yaml': object('Pod', 'orphan'),
    'prod/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
    'prod/patch.yaml': object('Deployment', 'web'),
  }
  const read = [
    'base/all.yaml',
    'base/config.yaml',
    'prod/patch.yaml',
    'base/kustomization.yaml',
    'prod/kustomization.yaml',
  ]

  test('what was put out is done with, whatever its name became; patches are no manifests, and what a generator takes in is one', () => {
    const outputs: readonly Output[] = [
      ['prod', 'kustomization', 'base/all.yaml', object('Deployment', 'prod-web-v2')],
      ['prod', 'kustomization', 'base/all.yaml', object('Secret', 'prod-token')],
    ]
    expect(names(left(files, outputs, read).sources)).toEqual([
      'manifest base/config.yaml 0',
      'manifest base/orphan.yaml',
    ])
  })

  test('the only object of its kind is done with whatever it is called now', () => {
    const named = {
      'k/kustomization.yaml': 'namespace: shop\nresources: [n.yaml]\n',
      'k/n.yaml': object('Namespace', '_'),
    }
    const output: Output = ['k', 'kustomization', 'k/n.yaml', object('Namespace', 'shop')]
    expect(names(left(named, [output]).sources)).toEqual([])
    const two = { ...named, 'k/n.yaml': `${object('Namespace', '_')}---\n${object('Namespace', 'b')}` }
    expect(names(left(two, [output]).sources)).toEqual(['manifest k/n.yaml 0,1'])
  })

  test('a document that a patch deleted is judged as it is written', () => {
    const outputs: readonly Output[] = [['prod', 'kustomization', 'base/all.yaml', object('Deployment', 'web')]]
    expect(names(left(files, outputs, read).sources)).toEqual([
      'manifest base/all.yaml 1',
      'manifest base/config.yaml 0',
      'manifest base/orphan.yaml',
    ])
  })

  test('where the build fails, all of it', () => {
    expect(names(left(files, [], ['base/all.yaml']).sources)).toEqual([
      'manifest base/all.yaml',
      'manifest base/config.yaml 0',
      'manifest base/orphan.yaml',
    ])
  })

  test('an item of a List that was deleted', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${object('Pod', 'a').trim().replaceAll('\n', '\n  ')}\n- ${object('Pod', 'b').trim().replaceAll('\n', '\n  ')}\n`
    const one = { 'k/kustomization.yaml': 'resources: [l.yaml]\n', 'k/l.yaml': list }
    const output = (name: string): Output => ['k', 'kustomization', 'k/l.yaml', object('Pod', name)]
    expect(names(left(one, [output('a'), output('b')]).sources)).toEqual([])
    expect(names(left(one, [output('a')]).sources)).toEqual(['manifest k/l.yaml 0'])
  })

  test('a component that nothing uses', () => {
    const unused = {
      'x/kustomization.yaml': 'kind: Component\nresources: [r.yaml]\npatches: [{path: p.yaml}]\n',
      'x/r.yaml': object('Pod', 'r'),
      'x/p.yaml': object('Pod', 'p'),
    }
    expect(names(left(unused, []).sources)).toEqual(['manifest x/r.yaml'])
  })

  test('a patch that nothing applies is named, and what is whole beside it is judged', () => {
    const workload = (name: string, spec: string): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: ${spec}\n`
    const container = '{containers: [{name: proxy, image: proxy:1}, {name: app, args: [--quiet]}]}'
    const patches = {
      'k/kustomization.yaml': 'resources: [r.yaml]\n#patches: [{path: p.yaml}]\n',
      'k/r.yaml': object('Pod', 'r'),
      'k/p.yaml': `${workload('patch', `{template: {spec: ${container}}}`)}---\n${object('Pod', 'whole')}`,
      'k/replicas.yaml': workload('patch', '{replicas: 2}'),
      'k/sloppy.yaml': workload('app', '{template: {spec: {containers: [{name: a, image: a:1}]}}}'),
      'k/selecting.yaml': workload('app', `{selector: {matchLabels: {a: b}}, template: {spec: ${container}}}`),
      // Outside of a kustomization nobody patches.
      'alone.yaml': workload('alone', '{replicas: 2}'),
    }
    const { sources, ignored } = left(patches, [['k', 'kustomization', 'k/r.yaml', object('Pod', 'r')]])
    expect(names(sources)).toEqual(['manifest k/p.yaml 1', 'manifest k/selecting.yaml', 'manifest k/sloppy.yaml'])
    expect(ignored).toEqual(
      ['k/p.yaml', 'k/replicas.yaml'].map((path) => ({
        path,
        reason: 'a patch of Deployment patch that no kustomization here applies: the API server refuses it by itself',
      })),
    )
  })
})
