import { afterAll, describe, expect, test } from '@jest/globals'
import { startEngines } from '../gate.js'
import { chart, configMap, deployed, documents, URL_HERE, type Files } from './gitops.js'

const engines = startEngines()
afterAll(() => engines.close())

const git = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shop, namespace: flux-system}
spec: {url: '${URL_HERE}', ref: {branch: main}}
`

const release = (more: string, of = 'chart: charts/shop'): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  chart:
    spec:
      ${of.replace(/\n/g, '\n      ')}
      sourceRef: {kind: GitRepository, name: shop, namespace: flux-system}
${more.replace(/^/gm, '  ')}
`

const run = (more: string, extra: Files = {}, of?: string) =>
  deployed(engines, { ...chart('charts/shop'), 'clusters/prod/web.yaml': documents(git, release(more, of)), ...extra })

interface Seen {
  readonly values: { readonly [key: string]: unknown }
  readonly release: string
  readonly namespace: string
}

/** What the chart was rendered with. */
const seen = ({ object }: Awaited<ReturnType<typeof run>>): Seen => {
  const { values, ...rest } = object('ConfigMap', 'seen')['data'] as unknown as { values: string } & Omit<
    Seen,
    'values'
  >
  return { ...rest, values: JSON.parse(values) as Seen['values'] }
}

test('a chart of this repository is rendered as the release installs it, and no more by its default values', async () => {
  const found = await run('values: {tag: "2", extra: {deep: true}}')
  expect(found.unjudged).toEqual([])
  expect(found.elsewhere).toEqual([])
  expect(found.names).toEqual(['ConfigMap shop/seen (prod)', 'Deployment shop/web (prod)'])
  expect(seen(found)).toMatchObject({
    values: { image: 'web', tag: '2', extra: { deep: true } },
    release: 'web',
    namespace: 'shop',
  })
})

test('releaseName and targetNamespace', async () => {
  expect(seen(await run('targetNamespace: edge'))).toMatchObject({ release: 'edge-web', namespace: 'edge' })
  expect(seen(await run('targetNamespace: edge\nreleaseName: own'))).toMatchObject({ release: 'own' })
})

describe('valuesFrom', () => {
  const maps = {
    'clusters/prod/values.yaml': documents(
      configMap('one', '{values.yaml: "tag: one\\nreplicas: 2\\n"}', 'shop'),
      configMap('two', '{other: "tag: two\\n", plain: "7"}', 'shop'),
    ),
  }

  test('lays each over the one before, and what the release says over all', async () => {
    const found = await run(
      'valuesFrom: [{kind: ConfigMap, name: one}, {kind: ConfigMap, name: two, valuesKey: other}]\nvalues: {image: own}',
      maps,
    )
    expect(seen(found).values).toMatchObject({ tag: 'two', replicas: 2, image: 'own' })
  })

  test('sets one value at a targetPath', async () => {
    const found = await run('valuesFrom: [{kind: ConfigMap, name: two, valuesKey: plain, targetPath: replicas}]', maps)
    expect(seen(found).values).toMatchObject({ replicas: 7 })
  })

  test('that is not in the repository is named', async () => {
    const { unjudged, names } = await run('valuesFrom: [{kind: Secret, name: passwords}]')
    expect(unjudged).toEqual([
      'clusters/prod/web.yaml:6 HelmRelease shop/web: Secret passwords, which it takes values from, is not in this repository: the chart is judged without them',
    ])
    expect(names).toContain('Deployment shop/web (prod)')
  })
})

describe('valuesFiles', () => {
  const files = { 'charts/shop/values-prod.yaml': 'tag: prod\n' }

  test('take the place of the chart’s own values', async () => {
    const found = await run('', files, 'chart: charts/shop\nvaluesFiles: [charts/shop/values-prod.yaml]')
    expect(seen(found).values).toEqual({ tag: 'prod' })
  })

  test('lie over them where they begin with them', async () => {
    const of = 'chart: charts/shop\nvaluesFiles: [charts/shop/values.yaml, charts/shop/values-prod.yaml]'
    expect(seen(await run('', files, of)).values).toMatchObject({ image: 'web', tag: 'prod' })
  })

  test('that are missing block, unless they are ignored', async () => {
    const of = 'chart: charts/shop\nvaluesFiles: [charts/shop/values.yaml, charts/shop/none.yaml]'
    const { unjudged } = await run('', {}, of)
    expect(unjudged).toEqual(['charts/shop/none.yaml:- the values file is not there'])
    const ignored = await run('', {}, `${of}\nignoreMissingValuesFiles: true`)
    expect(ignored.unjudged).toEqual([])
  })
})

test('postRenderers patch what was rendered, one after the other', async () => {
  const { object, unjudged } = await run(`postRenderers:
  - kustomize:
      patches:
        - target: {kind: Deployment}
          patch: '[{"op": "replace", "path": "/spec/replicas", "value": 4}]'
      images: [{name: web, newName: shop/web}]
  - kustomize:
      images: [{name: shop/web, newTag: "9"}]`)
  expect(unjudged).toEqual([])
  expect(object('Deployment', 'web')['spec']).toMatchObject({ replicas: 4 })
  expect(JSON.stringify(object('Deployment', 'web'))).toContain('"image":"shop/web:9"')
})

test('a post-renderer that fails is named', async () => {
  const { unjudged } = await run(`postRenderers:
  - kustomize:
      patches: [{patch: "{kind: Deployment, apiVersion: apps/v1, metadata: {name: none}}"}]`)
  expect(unjudged).toHaveLength(1)
  expect(unjudged[0]).toContain('clusters/prod/web.yaml:6 HelmRelease shop/web: what it does after rendering fails: no')
})

test('install.crds decides whether CRDs are deployed', async () => {
  const crd = {
    'charts/shop/crds/a.yaml':
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\nspec: {}\n',
  }
  const isThere = ({ gathered }: Awaited<ReturnType<typeof run>>) =>
    gathered.resources.some(({ name, origin }) => name === 'a.b.c' && origin.kind === 'chart')
  expect(isThere(await run('', crd))).toBe(true)
  expect(isThere(await run('install: {crds: Skip}', crd))).toBe(false)
})

test('commonMetadata', async () => {
  const { object } = await run('commonMetadata: {labels: {team: shop}}')
  expect(object('Deployment', 'web')['metadata']).toMatchObject({ labels: { team: 'shop' } })
})

test('what it was rendered with by a chartRef to a HelmChart', async () => {
  const helmChart = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmChart
metadata: {name: shop, namespace: flux-system}
spec: {chart: ./charts/shop, sourceRef: {kind: GitRepository, name: shop}}
`
  const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec: {chartRef: {kind: HelmChart, name: shop, namespace: flux-system}, values: {tag: ref}}
`
  const found = await run('', { 'clusters/prod/web.yaml': documents(git, helmChart, text) })
  expect(found.unjudged).toEqual([])
  expect(seen(found).values).toMatchObject({ tag: 'ref' })
})

test('a chart from elsewhere is named, and does not block', async () => {
  const text = release('').replace('kind: GitRepository, name: shop', 'kind: HelmRepository, name: bitnami')
  const { elsewhere, unjudged } = await run('', {
    'clusters/prod/web.yaml': text.replace('charts/shop', 'redis'),
    'clusters/prod/repository.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: bitnami, namespace: flux-system}
spec: {url: 'oci://registry.example.com/charts'}
`,
  })
  expect(unjudged).toEqual([])
  expect(elsewhere).toEqual([
    'chart redis of HelmRepository bitnami (oci://registry.example.com/charts): its chart is in a repository of charts',
  ])
})

test('a chart that is not there, values that are wrong and a field that nobody knows are named', async () => {
  expect((await run('', {}, 'chart: charts/none')).unjudged).toEqual([
    'clusters/prod/web.yaml:6 HelmRelease shop/web: there is no chart in charts/none',
  ])
  const { unjudged } = await run('values: {replicas: 1}\nmangle: 1', {
    'charts/shop/templates/fail.yaml': '{{ fail "no" }}\n',
  })
  expect(unjudged.map((line) => line.replace(/ execution error.*| \(shop.*/, ''))).toEqual([
    'charts/shop/templates/fail.yaml:1',
    'clusters/prod/web.yaml:6 HelmRelease shop/web: what its field mangle does to the render is not known here',
  ])
})

test('the environments of a chart that nobody deploys stay', async () => {
  const { names } = await run('values: {tag: "2"}', { 'charts/shop/values-edge.yaml': 'tag: edge\n' })
  expect(names).toEqual([
    'ConfigMap release-namespace~charts/shop/seen (edge)',
    'ConfigMap shop/seen (prod)',
    'Deployment release-namespace~charts/shop/web (edge)',
    'Deployment shop/web (prod)',
  ])
})
