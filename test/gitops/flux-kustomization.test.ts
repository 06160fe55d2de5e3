import { afterAll, describe, expect, test } from '@jest/globals'
import { startEngines } from '../gate.js'
import { configMap, deployed, deployment, documents, URL_HERE, type Files } from './gitops.js'

const engines = startEngines()
afterAll(() => engines.close())

const repository = (url = URL_HERE, more = ''): string => `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: '${url}', ref: {branch: main}${more}}
`

const kustomization = (path: string, more = '', name = 'apps'): string => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ${name}, namespace: flux-system}
spec:
  sourceRef: {kind: GitRepository, name: flux-system}
  path: ${path}
${more.replace(/^/gm, '  ')}
`

const files = (more: string, extra: Files = {}): Files => ({
  'clusters/prod/apps.yaml': documents(repository(), kustomization('./apps', more)),
  'apps/kustomization.yaml': 'resources: [web.yaml]\n',
  'apps/web.yaml': deployment('web'),
  ...extra,
})

const run = (more: string, extra?: Files) => deployed(engines, files(more, extra))

test('what it builds is judged once, in the environment of its cluster', async () => {
  const { names, unjudged, elsewhere } = await run('')
  expect(unjudged).toEqual([])
  expect(elsewhere).toEqual([])
  expect(names).toEqual(['Deployment ~apps/web (prod)'])
})

describe('what changes the render', () => {
  test('targetNamespace, namePrefix and nameSuffix', async () => {
    const { names } = await run('targetNamespace: shop\nnamePrefix: a-\nnameSuffix: -z')
    expect(names).toEqual(['Deployment shop/a-web-z (prod)'])
  })

  test('patches, of both kinds and of old versions', async () => {
    const { object } = await run(`patches:
  - patch: '[{"op": "replace", "path": "/spec/replicas", "value": 5}]'
    target: {kind: Deployment}
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec: {paused: true}
patchesStrategicMerge:
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {minReadySeconds: 9}}
patchesJson6902:
  - patch: [{op: add, path: /spec/revisionHistoryLimit, value: 2}]
    target: {group: apps, version: v1, kind: Deployment, name: web}`)
    expect(object('Deployment', 'web')['spec']).toMatchObject({
      replicas: 5,
      paused: true,
      minReadySeconds: 9,
      revisionHistoryLimit: 2,
    })
  })

  test('images, over what the kustomization says of them', async () => {
    const own = {
      'apps/kustomization.yaml': 'resources: [web.yaml]\nimages: [{name: web, newTag: "2", newName: shop/web}]\n',
    }
    const { object } = await run('images: [{name: web, newTag: "3"}]', own)
    expect(JSON.stringify(object('Deployment', 'web'))).toContain('"image":"shop/web:3"')
  })

  test('components, those that are missing too where that is allowed', async () => {
    const component = {
      'parts/big/kustomization.yaml':
        'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nreplicas: [{name: web, count: 7}]\n',
    }
    const { object, unjudged } = await run(
      'components: [../parts/big, ../parts/none]\nignoreMissingComponents: true',
      component,
    )
    expect(unjudged).toEqual([])
    expect(object('Deployment', 'web')['spec']).toMatchObject({ replicas: 7 })
  })

  test('commonMetadata: the objects, and not their pods', async () => {
    const { object } = await run('commonMetadata: {labels: {team: shop}, annotations: {a: b}}')
    expect(object('Deployment', 'web')).toMatchObject({
      metadata: { labels: { team: 'shop' }, annotations: { a: 'b' } },
      spec: { template: { metadata: { labels: { app: 'web' } } } },
    })
  })

  test('a kubeconfig leads to another cluster', async () => {
    const { names } = await run('kubeConfig: {secretRef: {name: edge}}')
    expect(names).toEqual(['Deployment ~apps/web (edge)'])
  })
})

describe('variables', () => {
  const web = { 'apps/web.yaml': deployment('web-${region}', '${image:=nginx}:${tag}') }
  const given = 'postBuild: {substitute: {region: eu, tag: "4"}}'

  test('are filled in, names among them, and nothing is judged twice for it', async () => {
    const { object, names, unjudged } = await run(given, web)
    expect(unjudged).toEqual([])
    expect(names).toEqual(['Deployment ~apps/web-eu (prod)'])
    expect(JSON.stringify(object('Deployment', 'web-eu'))).toContain('"image":"nginx:4"')
  })

  test('come from ConfigMaps, the later over the earlier, and what it says itself over all', async () => {
    const maps = {
      'clusters/prod/vars.yaml': documents(
        configMap('one', '{region: us, tag: "1", image: one}', 'flux-system'),
        configMap('two', '{tag: "2", image: two}', 'flux-system'),
      ),
    }
    const { object } = await run(
      'postBuild: {substituteFrom: [{kind: ConfigMap, name: one}, {kind: ConfigMap, name: two}], substitute: {tag: "3"}}',
      { ...web, ...maps },
    )
    expect(JSON.stringify(object('Deployment', 'web-us'))).toContain('"image":"two:3"')
  })

  test('that a Secret elsewhere holds are named, and left as they are written', async () => {
    const { names, unjudged } = await run(
      'postBuild: {substituteFrom: [{kind: Secret, name: cluster}], substitute: {region: eu}}',
      web,
    )
    expect(names).toEqual(['Deployment ~apps/web-eu (prod)'])
    expect(unjudged).toEqual([
      'apps/web.yaml:- Kustomization flux-system/apps: the values of tag are in Secret/cluster, and not in this repository: judged as written',
    ])
  })

  test('of a plain Secret in the repository are known', async () => {
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: cluster, namespace: flux-system}\ndata: {tag: OQ==}\nstringData: {region: eu}\n'
    const { object, unjudged } = await run('postBuild: {substituteFrom: [{kind: Secret, name: cluster}]}', {
      ...web,
      'clusters/prod/secret.yaml': secret,
    })
    expect(unjudged).toEqual([])
    expect(JSON.stringify(object('Deployment', 'web-eu'))).toContain('"image":"nginx:9"')
  })

  test('stay where an object says so, and where there is no postBuild', async () => {
    const annotated = deployment('web', '$${tag}', ', annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}')
    const disabled = await run(given, { 'apps/web.yaml': annotated })
    expect(JSON.stringify(disabled.object('Deployment', 'web'))).toContain('$${tag}')
    const none = await run('', { 'apps/web.yaml': deployment('web', '${tag}') })
    expect(JSON.stringify(none.object('Deployment', 'web'))).toContain('${tag}')
  })

  test('that cannot be read are named', async () => {
    const { unjudged } = await run(given, { 'apps/web.yaml': deployment('web', '${tag') })
    expect(unjudged).toEqual([
      'apps/web.yaml:- Kustomization flux-system/apps: its variables cannot be filled in: missing closing brace',
    ])
  })
})

describe('a folder without a kustomization', () => {
  const plain = {
    'apps/kustomization.yaml': '',
    'clusters/prod/apps.yaml': documents(repository(), kustomization('./plain', 'targetNamespace: shop')),
    'plain/web.yaml': deployment('web'),
    'plain/deep/api.yaml': deployment('api'),
    'plain/kustomized/kustomization.yaml': 'resources: [other.yaml]\nnamePrefix: k-\n',
    'plain/kustomized/other.yaml': deployment('other'),
    'plain/other.txt': '',
  }

  test('is all manifests below it, and the folders that have one', async () => {
    const { 'apps/kustomization.yaml': _, ...own } = plain
    const { names, unjudged } = await deployed(engines, own)
    expect(unjudged).toEqual([])
    expect(names).toEqual([
      'Deployment shop/api (prod)',
      'Deployment shop/k-other (prod)',
      'Deployment shop/web (prod)',
    ])
  })

  test('less what the source ignores, which is judged as it lies there', async () => {
    const { 'apps/kustomization.yaml': _, ...own } = plain
    const { names } = await deployed(engines, {
      ...own,
      'clusters/prod/apps.yaml': documents(
        repository(URL_HERE, ", ignore: '/plain/deep'"),
        kustomization('./plain', 'targetNamespace: shop'),
      ),
    })
    expect(names).toContain('Deployment ~plain/deep/api')
    expect(names).not.toContain('Deployment shop/api (prod)')
  })
})

test('a cluster follows itself, and what its patches change of others counts', async () => {
  const { names, unjudged } = await deployed(engines, {
    'clusters/prod/flux-system/gotk-sync.yaml': documents(
      repository(),
      kustomization('./clusters/prod', '', 'flux-system'),
    ),
    'clusters/prod/flux-system/kustomization.yaml': `resources: [gotk-sync.yaml]
patches:
  - patch: '[{"op": "add", "path": "/spec/patches", "value": [{"target": {"kind": "Kustomization"}, "patch": "[{\\"op\\": \\"add\\", \\"path\\": \\"/spec/targetNamespace\\", \\"value\\": \\"shop\\"}]"}]}]'
    target: {kind: Kustomization}
`,
    'clusters/prod/apps.yaml': kustomization('./apps'),
    'clusters/staging/apps.yaml': kustomization('./apps', 'targetNamespace: staging'),
    'apps/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'apps/base/web.yaml': deployment('web'),
    'apps/kustomization.yaml': 'resources: [base]\n',
  })
  expect(unjudged).toEqual([])
  expect(names).toEqual(['Deployment shop/web (prod)', 'Deployment staging/web (staging)'])
})

describe('an artifact that is copied out of this repository', () => {
  const generator = (copy: string) => `apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: flux-system, namespace: flux-system}
spec:
  sources: [{alias: repo, kind: GitRepository, name: flux-system}]
  artifacts: [{name: shop, copy: ${copy}}]
`
  const artifact = (copy: string): Files => ({
    'clusters/prod/apps.yaml': documents(
      repository(),
      generator(copy),
      kustomization('./prod', 'targetNamespace: shop').replace(
        'kind: GitRepository, name: flux-system',
        'kind: ExternalArtifact, name: shop',
      ),
    ),
    'deep/apps/prod/kustomization.yaml': 'resources: [../base]\n',
    'deep/apps/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'deep/apps/base/web.yaml': deployment('web'),
  })

  test.each([
    ['[{from: "@repo/deep/apps/**", to: "@artifact/"}]'],
    [
      '[{from: "@repo/deep/apps/base/**", to: "@artifact/base/"}, {from: "@repo/deep/apps/prod/**", to: "@artifact/prod/"}]',
    ],
  ])('is followed to where it comes from: %s', async (copy) => {
    const { names, unjudged, elsewhere } = await deployed(engines, artifact(copy))
    expect(unjudged).toEqual([])
    expect(elsewhere).toEqual([])
    expect(names).toEqual(['Deployment shop/web (prod)'])
  })

  test('blocks where its folders change their places', async () => {
    const { unjudged } = await deployed(
      engines,
      artifact('[{from: "@repo/deep/apps/**", to: "@artifact/"}, {from: "@repo/other/**", to: "@artifact/more/"}]'),
    )
    expect(unjudged).toContain('clusters/prod/apps.yaml:13 Kustomization flux-system/apps: there is no folder ./prod')
  })
})

describe('what is not followed', () => {
  const withSource = (url: string, more = '') => ({
    'clusters/prod/apps.yaml': documents(repository(url, more), kustomization('./apps', 'targetNamespace: shop')),
  })

  test('another repository and another revision are named, and what lies here is judged by itself', async () => {
    const other = await run('', withSource('https://git.example.com/other'))
    expect(other.elsewhere).toEqual([
      './apps of GitRepository flux-system (https://git.example.com/other): this is another repository',
    ])
    expect(other.names).toEqual(['Deployment ~apps/web'])
    expect(other.unjudged).toEqual([])
    const tagged = await deployed(engines, {
      ...files(''),
      'clusters/prod/apps.yaml': documents(
        repository().replace('branch: main', 'tag: v1.0.0'),
        kustomization('./apps'),
      ),
    })
    expect(tagged.elsewhere).toEqual([
      `./apps of GitRepository flux-system (${URL_HERE}): this is the revision v1.0.0, not main`,
    ])
  })

  test('a folder that is not there blocks, and so does a field that nobody knows', async () => {
    const { unjudged } = await deployed(engines, {
      'a.yaml': documents(repository(), kustomization('./none'), kustomization('./apps', 'mangle: true', 'odd')),
      'apps/web.yaml': deployment('web'),
    })
    expect(unjudged).toEqual([
      'a.yaml:6 Kustomization flux-system/apps: there is no folder ./none',
      'a.yaml:14 Kustomization flux-system/odd: what its field mangle does to the render is not known here',
    ])
  })

  test('what does not end is named', async () => {
    const { unjudged } = await deployed(engines, {
      'a.yaml': documents(repository(), kustomization('./loop', 'nameSuffix: -a')),
      'loop/again.yaml': kustomization('./loop', 'nameSuffix: -a', 'loop'),
    })
    expect(unjudged.join('\n')).toContain('did not end after 12 steps')
  })
})
