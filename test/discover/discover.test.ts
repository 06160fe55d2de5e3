import { describe, expect, test } from '@jest/globals'
import type { ChartSettings } from '../../src/config.js'
import { discover, type Scope } from '../../src/discover/discover.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import type { ChartSource, Source } from '../../src/model.js'

const scope: Scope = { paths: [''], ignore: [], render: new Map(), context: [], groups: new Map() }
const found = (files: { readonly [path: string]: string }, own: Partial<Scope> = {}) =>
  discover(memoryTree(files), { ...scope, ...own })
const names = (sources: readonly Source[]): readonly string[] => sources.map(({ kind, id }) => `${kind} ${id}`)
const chart = (fields = ''): string => `apiVersion: v2\nname: c\nversion: 1.0.0\n${fields}`
const resources = (...entries: readonly string[]): string => `resources: [${entries.join(', ')}]\n`

describe('plain files', () => {
  test('are .yaml, .yml and .json, wherever they lie, in the order of their paths', () => {
    const { sources } = found({
      'z.yaml': '',
      'a/b.yml': '',
      'a/c.json': '',
      'a/d.txt': '',
      '.hidden/e.yaml': '',
      'vendor/f.yaml': '',
    })
    expect(names(sources)).toEqual([
      'manifest .hidden/e.yaml',
      'manifest a/b.yml',
      'manifest a/c.json',
      'manifest vendor/f.yaml',
      'manifest z.yaml',
    ])
  })

  test('what is left out is named', () => {
    const { sources, ignored } = found({
      '.git/a.yaml': '',
      'web/node_modules/b.yaml': '',
      'go.mod': '',
      'vendor/c.yaml': '',
      '.ringfence.yaml': '',
      '.ringfence/d.yaml': '',
      'e.yaml': '',
    })
    expect(names(sources)).toEqual(['manifest .ringfence/d.yaml', 'manifest e.yaml'])
    expect(ignored.map(({ path }) => path)).toEqual(['.git', '.ringfence.yaml', 'vendor', 'web/node_modules'])
  })

  test.each([
    ['docs/**', ['manifest app/a.yaml']],
    ['docs', ['manifest app/a.yaml']],
    ['./docs/', ['manifest app/a.yaml']],
    ['**/a.yaml', ['manifest docs/x/b.yaml']],
    ['{docs,app}/**/*.yaml', []],
  ])('ignore %s', (glob, expected) => {
    const { sources, ignored } = found({ 'docs/x/b.yaml': '', 'app/a.yaml': '' }, { ignore: [glob] })
    expect(names(sources)).toEqual(expected)
    expect(ignored).toHaveLength(2 - expected.length)
    expect(ignored.every(({ reason }) => reason.includes(glob))).toBe(true)
  })

  test('paths limit what is looked at', () => {
    expect(
      names(found({ 'a/x.yaml': '', 'b/y.yaml': '', 'c.yaml': '' }, { paths: ['a', 'c.yaml', 'a/x.yaml'] }).sources),
    ).toEqual(['manifest a/x.yaml', 'manifest c.yaml'])
  })

  test.each([
    ['overlays/prod/a.yaml', 'prod', 'overlays/prod'],
    ['apps/envs/eu/west/a.yaml', 'eu/west', 'apps/envs/eu/west'],
    ['clusters/prod/apps/a.yaml', 'prod', 'clusters/prod'],
  ])('%s belongs to %s', (file, name, label) => {
    expect(found({ [file]: '' }).sources).toEqual([
      { kind: 'manifest', id: file, environment: { name, label, trial: false } },
    ])
  })

  test.each(['overlays/a.yaml', 'app/a.yaml'])('%s belongs to every environment', (file) => {
    expect(found({ [file]: '' }).sources).toEqual([{ kind: 'manifest', id: file }])
  })
})

describe('charts', () => {
  const renders = (files: { readonly [path: string]: string }, settings: Partial<ChartSettings> | null = null) => {
    const none = {
      values: [],
      namespace: null,
      release: null,
      kubeVersion: null,
      apiVersions: [],
      environments: new Map(),
    }
    const render: Scope['render'] = settings === null ? new Map() : new Map([['c', { ...none, ...settings }]])
    const source = found({ 'c/Chart.yaml': chart(), ...files }, { render }).sources[0] as ChartSource
    return source.renders.map(({ environment: { name, label, trial }, values, namespace, releaseName }) => ({
      name,
      label,
      trial,
      values,
      namespace,
      releaseName,
    }))
  }
  const plain = { name: null, label: null, trial: false, values: [], namespace: null, releaseName: 'release-name' }

  test('hold their files', () => {
    const { sources, held } = found({
      'c/Chart.yaml': chart(),
      'c/templates/a.yaml': '',
      'c/values.yaml': '',
      'c/extra/b.yaml': '',
      'd.yaml': '',
    })
    expect(names(sources)).toEqual(['chart c', 'manifest d.yaml'])
    expect(held.map(({ file }) => file)).toEqual([
      'c/Chart.yaml',
      'c/extra/b.yaml',
      'c/templates/a.yaml',
      'c/values.yaml',
    ])
  })

  test('at the root', () => {
    expect(
      names(found({ 'Chart.yaml': chart(), 'templates/a.yaml': '', 'charts/sub/Chart.yaml': chart() }).sources),
    ).toEqual(['chart '])
  })

  test('a path that names Chart.yaml means the chart', () => {
    expect(names(found({ 'c/Chart.yaml': chart(), 'd.yaml': '' }, { paths: ['c/Chart.yaml'] }).sources)).toEqual([
      'chart c',
    ])
  })

  test('values.yaml alone', () => {
    expect(renders({ 'c/values.yaml': '' })).toEqual([plain])
  })

  test('values beside the chart are its environments', () => {
    const files = {
      'c/values.yaml': '',
      'c/values-prod.yaml': '',
      'c/values.staging.yml': '',
      'c/values.schema.json': '',
      'c/values.schema.yaml': '',
      'c/prod/values-x.yaml': '',
    }
    expect(renders(files)).toEqual([
      { ...plain, name: 'prod', label: 'values-prod.yaml', values: ['c/values-prod.yaml'] },
      { ...plain, name: 'staging', label: 'values.staging.yml', values: ['c/values.staging.yml'] },
    ])
  })

  test('trial values', () => {
    expect(renders({ 'c/ci/default-values.yaml': '', 'c/ci/other.yaml': '' })).toEqual([
      plain,
      {
        ...plain,
        name: 'c/ci/default-values.yaml',
        label: 'ci/default-values.yaml',
        trial: true,
        values: ['c/ci/default-values.yaml'],
      },
    ])
  })

  test('the configuration names environments', () => {
    const own = { values: ['values-prod.yaml'], namespace: 'shop', release: 'web', kubeVersion: null, apiVersions: [] }
    expect(
      renders({ 'c/values-x.yaml': '' }, { values: ['../shared.yaml'], environments: new Map([['prod', own]]) }),
    ).toEqual([
      {
        name: 'prod',
        label: 'prod',
        trial: false,
        values: ['shared.yaml', 'c/values-prod.yaml'],
        namespace: 'shop',
        releaseName: 'web',
      },
    ])
  })

  test('the configuration sets what all environments share', () => {
    expect(renders({ 'c/values-prod.yaml': '' }, { values: ['base.yaml'], namespace: 'shop' })).toEqual([
      {
        ...plain,
        name: 'prod',
        label: 'values-prod.yaml',
        values: ['c/base.yaml', 'c/values-prod.yaml'],
        namespace: 'shop',
      },
    ])
  })

  test('subcharts, libraries and file:// dependencies are not rendered by themselves', () => {
    const dependencies = 'dependencies:\n- {name: dep, version: 1.0.0, repository: "file://../dep"}\n'
    const { sources, ignored } = found({
      'c/Chart.yaml': chart(dependencies),
      'c/charts/sub/Chart.yaml': chart(),
      'c/charts/sub/charts/deep/Chart.yaml': chart(),
      'dep/Chart.yaml': chart(),
      'lib/Chart.yaml': chart('type: library\n'),
      'c/examples/demo/Chart.yaml': chart(),
    })
    expect(names(sources)).toEqual(['chart c', 'chart c/examples/demo'])
    expect(ignored).toEqual([{ path: 'lib', reason: expect.stringContaining('library') }])
  })

  test('charts that depend on each other in a circle are rendered', () => {
    const on = (name: string): string => chart(`dependencies:\n- {name: ${name}, repository: "file://../${name}"}\n`)
    expect(names(found({ 'a/Chart.yaml': on('b'), 'b/Chart.yaml': on('a') }).sources)).toEqual(['chart a'])
  })

  test('a malformed Chart.yaml is still a chart', () => {
    expect(names(found({ 'c/Chart.yaml': 'name: [' }).sources)).toEqual(['chart c'])
  })
})

describe('kustomizations', () => {
  test('those that no other builds on', () => {
    const { sources, held } = found({
      'app/base/kustomization.yaml': resources('deploy.yaml'),
      'app/base/deploy.yaml': '',
      'app/prod/kustomization.yml': `${resources('../base')}components: [../extra]\n`,
      'app/extra/Kustomization': 'kind: Component\n',
      'lone/kustomization.yaml': resources('x.yaml'),
      'lone/x.yaml': '',
      'unused/kustomization.yaml': 'kind: Component\n',
      'unused/y.yaml': '',
    })
    expect(names(sources)).toEqual(['kustomization app/prod', 'kustomization lone'])
    expect(held.map(({ file }) => file)).toEqual(['app/base/deploy.yaml', 'lone/x.yaml', 'unused/y.yaml'])
  })

  test('old fields and dots count', () => {
    expect(names(found({ 'a/kustomization.yaml': 'bases: [./../b/]\n', 'b/kustomization.yaml': '' }).sources)).toEqual([
      'kustomization a',
    ])
  })

  test('a circle is rendered all the same', () => {
    expect(
      names(found({ 'a/kustomization.yaml': resources('../b'), 'b/kustomization.yaml': resources('../a') }).sources),
    ).toEqual(['kustomization a'])
  })

  test('a malformed one is a root, for kustomize to name', () => {
    expect(names(found({ 'a/kustomization.yaml': 'resources: [' }).sources)).toEqual(['kustomization a'])
  })

  test("Flux's resource of the same name is a manifest", () => {
    const flux = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\n'
    expect(names(found({ 'clusters/prod/kustomization.yaml': flux }).sources)).toEqual([
      'manifest clusters/prod/kustomization.yaml',
    ])
  })

  const environments = (files: { readonly [path: string]: string }) =>
    found(files).sources.flatMap((source) =>
      source.kind === 'kustomization' ? [[source.id, source.environment.name, source.environment.label]] : [],
    )

  test('overlays are environments', () => {
    expect(environments({ 'overlays/prod/kustomization.yaml': '', 'overlays/dev/kustomization.yaml': '' })).toEqual([
      ['overlays/dev', 'dev', 'overlays/dev'],
      ['overlays/prod', 'prod', 'overlays/prod'],
    ])
  })

  test('so are several that share a base, deep down as well', () => {
    const files = {
      'base/kustomization.yaml': '',
      'mid/kustomization.yaml': resources('../base'),
      'a/kustomization.yaml': resources('../mid'),
      'b/kustomization.yaml': resources('../base'),
    }
    expect(environments(files)).toEqual([
      ['a', 'a', 'a'],
      ['b', 'b', 'b'],
    ])
  })

  test('two applications are none', () => {
    expect(environments({ 'a/kustomization.yaml': '', 'b/kustomization.yaml': '' })).toEqual([
      ['a', null, null],
      ['b', null, null],
    ])
  })
})
