import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import type { ChartRender, ChartSource, Source } from '../../src/model.js'
import type {
  HelmRequest,
  HelmResult,
  KustomizeRequest,
  KustomizeResult,
  RenderEngines,
} from '../../src/render/engines.js'
import { render } from '../../src/render/render.js'
import { environment, EVERY } from '../resources.js'

const HELM: HelmResult = {
  error: null,
  chart: null,
  subcharts: [],
  documents: [],
  skipped: [],
  moments: [],
  warnings: [],
}
const KUSTOMIZE: KustomizeResult = { error: null, documents: [], files: [], warnings: [] }

/** Engines that answer as they are told, and what they were asked. */
function enginesWith(helm: Partial<HelmResult> = {}, kustomize: Partial<KustomizeResult> = {}) {
  const asked: { readonly helm: HelmRequest[]; readonly kustomize: KustomizeRequest[] } = { helm: [], kustomize: [] }
  const engines: RenderEngines = {
    helm: (request) => {
      asked.helm.push(request)
      return Promise.resolve({ ...HELM, ...helm })
    },
    kustomize: (request) => {
      asked.kustomize.push(request)
      return Promise.resolve({ ...KUSTOMIZE, ...kustomize })
    },
  }
  return { asked, engines }
}

const rendered = (
  files: { readonly [path: string]: string },
  sources: readonly Source[],
  { engines } = enginesWith(),
) => render(memoryTree(files), sources, engines, () => undefined)

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n'

describe('plain files', () => {
  test('a document each, with the line where it begins', async () => {
    const { documents, renders, reached } = await rendered({ 'a.yaml': `# first\n${POD}---\n---\n${POD}` }, [
      { kind: 'manifest', id: 'a.yaml' },
    ])
    expect(
      documents.map(({ origin }) => [origin.file, origin.document, origin.line, origin.kind, origin.environment]),
    ).toEqual([
      ['a.yaml', 0, 1, 'manifest', EVERY],
      ['a.yaml', 1, 7, 'manifest', EVERY],
    ])
    expect([renders, [...reached]]).toEqual([1, ['a.yaml']])
  })

  test('only some documents, of one environment', async () => {
    const prod = environment('prod')
    const source: Source = { kind: 'manifest', id: 'a.yaml', documents: [1], environment: prod }
    const { documents } = await rendered({ 'a.yaml': `${POD}---\n${POD}` }, [source])
    expect(documents.map(({ origin }) => [origin.document, origin.environment])).toEqual([[1, prod]])
  })

  test('what cannot be split is named, the rest goes on', async () => {
    const { documents, unjudged } = await rendered({ 'a.yaml': `${POD}--- {}\n${POD}---\n${POD}` }, [
      { kind: 'manifest', id: 'a.yaml' },
    ])
    expect(documents.map(({ origin }) => origin.line)).toEqual([1, 9])
    expect(unjudged).toMatchObject([{ file: 'a.yaml', line: 4, source: 'a.yaml', policy: null, environments: [] }])
  })

  test('one that cannot be read gives nothing: the tree names it', async () => {
    expect(await rendered({}, [{ kind: 'manifest', id: 'gone.yaml' }])).toMatchObject({
      documents: [],
      unjudged: [],
      renders: 0,
    })
  })
})

describe('charts', () => {
  const render1: ChartRender = {
    environment: environment('prod'),
    values: ['charts/cart/values-prod.yaml', 'shared.yaml'],
    releaseName: 'release-name',
    namespace: null,
    kubeVersion: null,
    apiVersions: ['a/v1'],
  }
  const source: ChartSource = { kind: 'chart', id: 'charts/cart', renders: [render1] }
  const files = {
    'charts/cart/Chart.yaml': 'apiVersion: v2\nname: cart\nversion: 1.0.0\n',
    'charts/cart/values-prod.yaml': 'a: 1\n',
    'charts/cart/templates/cart.yaml': POD,
    'shared.yaml': 'b: 1\n',
    'other.yaml': 'c: 1\n',
  }
  const document = {
    template: 'cart/templates/cart.yaml',
    file: 'templates/cart.yaml',
    index: 0,
    text: POD,
    crd: false,
    hook: null,
  }

  test('are rendered from their files and values, in order, into a namespace nobody stated', async () => {
    const told = enginesWith()
    await rendered(files, [source], told)
    const [request] = told.asked.helm
    expect(request?.files.map(({ name }) => name).sort()).toEqual([
      'Chart.yaml',
      'templates/cart.yaml',
      'values-prod.yaml',
    ])
    expect(
      request?.values?.map(({ name, content }) => [name, new TextDecoder().decode(content as Uint8Array)]),
    ).toEqual([
      ['charts/cart/values-prod.yaml', 'a: 1\n'],
      ['shared.yaml', 'b: 1\n'],
    ])
    expect(request).toMatchObject({
      releaseName: 'release-name',
      namespace: 'release-namespace',
      apiVersions: ['a/v1'],
      includeCrds: true,
    })
  })

  test('a document knows its template, its hook, its environment', async () => {
    const hook = {
      ...document,
      file: 'templates/hook.yaml',
      index: 2,
      hook: { events: ['pre-install'], weight: 0, deletePolicies: [] },
    }
    const skipped = { ...document, file: 'templates/skipped.yaml' }
    const { documents, renders } = await rendered(
      files,
      [source],
      enginesWith({ documents: [document, hook], skipped: [skipped] }),
    )
    expect(
      documents.map(({ origin }) => [origin.file, origin.document, origin.line, origin.hooks, origin.environment.name]),
    ).toEqual([
      ['charts/cart/templates/cart.yaml', 0, null, [], 'prod'],
      ['charts/cart/templates/hook.yaml', 2, null, ['pre-install'], 'prod'],
      // Helm drops what it does not understand; whoever deploys it otherwise does not.
      ['charts/cart/templates/skipped.yaml', 0, null, ['unknown'], 'prod'],
    ])
    expect(renders).toBe(1)
  })

  test('a file of crds/ is split, and what cannot be split is named', async () => {
    const crd = { ...document, file: 'crds/all.yaml', crd: true, text: `${POD}---\n${POD}--- {}\n${POD}` }
    const { documents, unjudged } = await rendered(files, [source], enginesWith({ documents: [crd] }))
    expect(documents.map(({ origin }) => origin.document)).toEqual([0, 1])
    expect(unjudged).toMatchObject([
      { file: 'charts/cart/crds/all.yaml', line: 8, source: 'charts/cart', environments: ['values-prod.yaml'] },
    ])
  })

  test('what comes from elsewhere is vendored', async () => {
    const subchart = {
      name: 'redis',
      version: '1',
      apiVersion: 'v2',
      appVersion: '',
      type: 'application',
      kubeVersion: '',
      deprecated: false,
      dependencies: [],
      paths: [],
    }
    const dependency = { name: 'redis', version: '1', alias: '', condition: '', tags: [], enabled: true }
    const vendoredOf = async (repository: string, archived: boolean): Promise<string | null | undefined> => {
      const directory = archived ? 'charts/redis-1.tgz' : 'charts/redis'
      const told = enginesWith({
        chart: { ...subchart, name: 'cart', dependencies: [{ ...dependency, repository }] },
        subcharts: [{ ...subchart, directory, archived }],
        documents: [{ ...document, file: `${directory}/templates/redis.yaml` }],
      })
      return (await rendered(files, [source], told)).documents[0]?.origin.vendored
    }
    expect(await vendoredOf('https://charts.example.com', false)).toBe('charts/redis')
    expect(await vendoredOf('oci://registry.example.com/charts', false)).toBe('charts/redis')
    expect(await vendoredOf('', true)).toBe('charts/redis-1.tgz')
    expect(await vendoredOf('', false)).toBeNull()
    expect(await vendoredOf('file://../redis', false)).toBeNull()
  })

  test('a missing values file costs its environment alone', async () => {
    const other = { ...render1, environment: environment('dev'), values: [] }
    const missing = { ...render1, values: ['charts/cart/missing.yaml'] }
    const { documents, unjudged } = await rendered(
      files,
      [{ ...source, renders: [missing, other] }],
      enginesWith({ documents: [document] }),
    )
    expect(unjudged).toMatchObject([
      { file: 'charts/cart/missing.yaml', line: null, environments: ['values-prod.yaml'] },
    ])
    expect(documents.map(({ origin }) => origin.environment.name)).toEqual(['dev'])
  })

  test.each<[string, string, number, string, number | null]>([
    ['a template', 'templates/cart.yaml', 3, 'charts/cart/templates/cart.yaml', 3],
    ['a values file', 'shared.yaml', 1, 'shared.yaml', 1],
    ['nothing in particular', '', 0, 'charts/cart/Chart.yaml', null],
  ])('an error about %s is named there', async (_what, file, line, at, atLine) => {
    const error = { stage: 'template' as const, message: 'boom', file, line, column: 0, renderedLine: 0, trace: [] }
    const { documents, unjudged, renders } = await rendered(files, [source], enginesWith({ error }))
    expect([documents, renders]).toEqual([[], 1])
    expect(unjudged).toEqual([
      {
        file: at,
        line: atLine,
        reason: 'boom',
        policy: null,
        source: 'charts/cart',
        environments: ['values-prod.yaml'],
      },
    ])
  })

  test('a missing dependency is told with the command that brings it', async () => {
    const error = {
      stage: 'dependencies' as const,
      message: 'found in Chart.yaml, but missing in charts/ directory: redis, kafka',
      file: 'Chart.yaml',
      line: 5,
      column: 3,
      renderedLine: 0,
      trace: [],
    }
    const { unjudged, failed } = await rendered(files, [source], enginesWith({ error }))
    expect(unjudged.map(({ reason }) => reason)).toEqual([
      'it cannot be rendered without its dependencies: redis, kafka. Run `helm dependency build charts/cart` before the gate, commit charts/, or allow where they come from under fetch in the configuration',
    ])
    expect([...failed]).toEqual([['charts/cart', 1]])
  })

  test('the input is every file of the chart and its values, and no other', async () => {
    const { inputs } = await rendered(files, [source, { kind: 'manifest', id: 'other.yaml' }])
    expect([...(inputs.get('other.yaml') ?? [])]).toEqual(['other.yaml'])
    const own = [...(inputs.get('charts/cart') ?? [])]
    expect(own).toEqual(
      expect.arrayContaining([
        'charts/cart/Chart.yaml',
        'charts/cart/values-prod.yaml',
        'charts/cart/templates/cart.yaml',
        'shared.yaml',
      ]),
    )
    expect(own).not.toContain('other.yaml')
  })
})

describe('kustomizations', () => {
  const source: Source = { kind: 'kustomization', id: 'overlays/prod', environment: environment('prod') }
  const files = {
    'overlays/prod/kustomization.yml': 'resources:\n  - ../../base\n  - gone.yaml\n',
    'base/cart.yaml': POD,
  }
  const origin = { path: 'base/cart.yaml', repo: '', ref: '', configuredIn: '', configuredBy: null }

  test('a document knows the file it was written in', async () => {
    const documents = [
      { text: POD, origin, transformations: [] },
      { text: POD, origin, transformations: [] },
      {
        text: POD,
        origin: { ...origin, path: '', configuredIn: 'overlays/prod/kustomization.yml' },
        transformations: [],
      },
      { text: POD, origin: { ...origin, repo: 'https://example.com/base' }, transformations: [] },
      { text: POD, origin: null, transformations: [] },
    ]
    const told = enginesWith({}, { documents, files: ['base/cart.yaml'] })
    const result = await rendered(files, [source], told)
    expect(told.asked.kustomize.map(({ root }) => root)).toEqual(['overlays/prod'])
    expect(result.documents.map((each) => [each.origin.file, each.origin.document])).toEqual([
      ['base/cart.yaml', 0],
      ['base/cart.yaml', 1],
      ['overlays/prod/kustomization.yml', 0],
      ['overlays/prod/kustomization.yml', 1],
      ['overlays/prod/kustomization.yml', 2],
    ])
    expect([...result.reached]).toEqual(['base/cart.yaml'])
  })

  test('an error is named in its file, else in the kustomization, on the line of what it names', async () => {
    const error = { message: 'accumulating resources: gone.yaml: not found', file: '', line: 0, reference: '' }
    const { unjudged, renders } = await rendered(files, [source], enginesWith({}, { error }))
    expect(unjudged).toEqual([
      {
        file: 'overlays/prod/kustomization.yml',
        line: 3,
        reason: 'accumulating resources: gone.yaml: not found',
        policy: null,
        source: 'overlays/prod',
        environments: ['values-prod.yaml'],
      },
    ])
    expect(renders).toBe(1)
    const elsewhere = await rendered(
      files,
      [source],
      enginesWith({}, { error: { ...error, file: 'base/cart.yaml', line: 2, reference: 'example.com/base' } }),
    )
    expect(elsewhere.unjudged).toMatchObject([
      { file: 'base/cart.yaml', line: 2, reason: `${error.message} (example.com/base)` },
    ])
  })

  test('the input is whatever the build asks for, also what is not there', async () => {
    const engines: RenderEngines = {
      ...enginesWith().engines,
      kustomize: ({ files: access }) => {
        access.read('base/cart.yaml')
        access.stat('overlays/prod/gone.yaml')
        return Promise.resolve(KUSTOMIZE)
      },
    }
    const { inputs } = await render(memoryTree(files), [source], engines, () => undefined)
    expect([...(inputs.get('overlays/prod') ?? [])]).toEqual(
      expect.arrayContaining(['base/cart.yaml', 'overlays/prod/gone.yaml']),
    )
  })
})

test('progress is told of each source', async () => {
  const told: string[] = []
  const sources: readonly Source[] = [
    { kind: 'manifest', id: 'a.yaml' },
    { kind: 'kustomization', id: 'app', environment: EVERY },
  ]
  await render(memoryTree({ 'a.yaml': POD, 'app/kustomization.yaml': '' }), sources, enginesWith().engines, (id) =>
    told.push(id),
  )
  expect(told.sort()).toEqual(['a.yaml', 'app'])
})
