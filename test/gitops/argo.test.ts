import { afterAll, describe, expect, test } from '@jest/globals'
import { startEngines } from '../gate.js'
import { chart, deployed, deployment, documents, URL_HERE, type Files } from './gitops.js'

const engines = startEngines()
afterAll(() => engines.close())

const application = (source: string, more = '', name = 'shop'): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  project: default
  destination: {server: 'https://kubernetes.default.svc', namespace: shop}
${source.replace(/^/gm, '  ')}
${more.replace(/^/gm, '  ')}
`

/** An Application with one source at a path, and what else the source says. */
const at = (path: string, more = ''): string =>
  application(`source:\n  repoURL: '${URL_HERE}.git'\n  path: ${path}\n${more.replace(/^/gm, '  ')}`)

const run = (app: string, files: Files) => deployed(engines, { 'argocd/shop.yaml': app, ...files })

interface Seen {
  readonly values: { readonly [key: string]: unknown }
  readonly release: string
  readonly namespace: string
  readonly kube: string
}

const seen = ({ object }: Awaited<ReturnType<typeof run>>): Seen => {
  const { values, ...rest } = object('ConfigMap', 'seen')['data'] as unknown as { values: string } & Omit<
    Seen,
    'values'
  >
  return { ...rest, values: JSON.parse(values) as Seen['values'] }
}

describe('a chart', () => {
  const shop = chart('charts/shop')
  const helm = async (settings: string, files: Files = {}) =>
    run(at('charts/shop', `helm:\n${settings.replace(/^/gm, '  ')}`), { ...shop, ...files })

  test('is rendered under the name of the Application into its namespace, and no more by its default values', async () => {
    const found = await run(at('charts/shop'), shop)
    expect(found.unjudged).toEqual([])
    expect(found.elsewhere).toEqual([])
    expect(found.names).toEqual(['ConfigMap shop/seen', 'Deployment shop/web'])
    expect(seen(found)).toMatchObject({ release: 'shop', namespace: 'shop', values: { tag: '1' } })
  })

  test('releaseName, namespace, kubeVersion', async () => {
    const found = await helm('releaseName: own\nnamespace: edge\nkubeVersion: 1.29.3')
    expect(seen(found)).toMatchObject({ release: 'own', namespace: 'edge', kube: 'v1.29.3' })
  })

  test('apiVersions', async () => {
    const asks = {
      'charts/shop/templates/b.yaml':
        '{{ if .Capabilities.APIVersions.Has "x.io/v1" }}\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: asked}\n{{ end }}',
    }
    expect((await helm('apiVersions: [x.io/v1]', asks)).names).toContain('ConfigMap shop/asked')
  })

  test('valueFiles, then values, then parameters', async () => {
    const files = { 'charts/shop/values-prod.yaml': 'tag: file\nimage: file\nreplicas: 2\n' }
    const found = await helm(
      'valueFiles: [values-prod.yaml]\nvalues: |\n  tag: values\n  image: values\nparameters: [{name: tag, value: parameter}]',
      files,
    )
    expect(seen(found).values).toEqual({ image: 'values', tag: 'parameter', replicas: 2 })
    expect(found.names).toContain('Deployment shop/web (prod)')
  })

  test('valuesObject instead of values', async () => {
    expect(seen(await helm('values: "tag: values"\nvaluesObject: {tag: object}')).values).toMatchObject({
      tag: 'object',
    })
  })

  test('parameters are typed, unless they are forced to be texts, and commas do not divide them', async () => {
    const found = await helm(
      'parameters: [{name: replicas, value: "4"}, {name: text, value: "4", forceString: true}, {name: comma, value: "a,b"}, {name: list, value: "{a,b}"}]',
    )
    expect(seen(found).values).toMatchObject({ replicas: 4, text: '4', comma: 'a,b', list: ['a', 'b'] })
  })

  test('the Application’s own variables', async () => {
    const found = await helm(
      'parameters: [{name: tag, value: "$ARGOCD_APP_NAME-${ARGOCD_APP_NAMESPACE}"}]\nvalueFiles: [values-$ARGOCD_APP_NAME.yaml]',
      { 'charts/shop/values-shop.yaml': 'image: own\n' },
    )
    expect(seen(found).values).toMatchObject({ tag: 'shop-shop', image: 'own' })
  })

  test('fileParameters', async () => {
    const found = await helm('fileParameters: [{name: text, path: files/a.txt}]', {
      'charts/shop/files/a.txt': 'a,b={c}\n',
    })
    expect(seen(found).values).toMatchObject({ text: 'a,b={c}\n' })
  })

  test('globs and files from the root of the repository', async () => {
    const found = await helm('valueFiles: ["env/*.yaml", /shared/values.yaml, env/a.yaml]', {
      'charts/shop/env/a.yaml': 'tag: a\n',
      'charts/shop/env/b.yaml': 'tag: b\nimage: b\n',
      'shared/values.yaml': 'replicas: 9\n',
    })
    expect(seen(found).values).toEqual({ tag: 'a', image: 'b', replicas: 9 })
  })

  test('files that are missing block, unless they are ignored', async () => {
    expect((await helm('valueFiles: [none.yaml]')).unjudged).toEqual([
      'charts/shop/none.yaml:- the values file is not there',
    ])
    expect((await helm('valueFiles: [none.yaml]\nignoreMissingValueFiles: true')).unjudged).toEqual([])
    expect((await helm('valueFiles: ["https://example.com/v.yaml"]')).unjudged).toEqual([
      'argocd/shop.yaml:1 Application argocd/shop: its file https://example.com/v.yaml is not in this repository',
    ])
  })

  test('skipCrds and skipTests', async () => {
    const files = {
      'charts/shop/crds/a.yaml':
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\nspec: {}\n',
      'charts/shop/templates/test.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: try, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: a, image: "{{ .Values.image }}"}]}\n',
    }
    const rendered = ({ gathered }: Awaited<ReturnType<typeof run>>) =>
      gathered.resources.flatMap(({ name, origin }) => (origin.kind === 'chart' ? [name] : []))
    expect(rendered(await helm('releaseName: a', files))).toEqual(expect.arrayContaining(['a.b.c', 'try']))
    const names = rendered(await helm('skipCrds: true\nskipTests: true', files))
    expect(names).not.toContain('a.b.c')
    expect(names).not.toContain('try')
  })

  test('.argocd-source.yaml, and the Application’s own over it; the path stays', async () => {
    const found = await run(at('charts/shop', 'helm: {parameters: [{name: tag, value: app}], releaseName: app}'), {
      ...shop,
      'charts/shop/.argocd-source.yaml':
        'path: elsewhere\nhelm: {releaseName: file, parameters: [{name: tag, value: file}]}\n',
      'charts/shop/.argocd-source-shop.yaml': 'helm: {parameters: [{name: tag, value: own}]}\n',
      'charts/shop/.argocd-source-other.yaml': 'helm: {releaseName: other}\n',
    })
    expect(found.unjudged).toEqual([])
    expect(seen(found)).toMatchObject({ release: 'file', values: { tag: 'own' } })
  })

  test('several sources, and values that one lends to another', async () => {
    const found = await run(
      application(`sources:
  - {repoURL: '${URL_HERE}', path: charts/shop, helm: {valueFiles: [$values/env/prod.yaml]}}
  - {repoURL: '${URL_HERE}', ref: values}
  - {repoURL: '${URL_HERE}', path: plain}
  - {repoURL: 'https://charts.example.com', chart: redis, targetRevision: 1.0.0}`),
      { ...shop, 'env/prod.yaml': 'tag: lent\n', 'plain/web.yaml': deployment('plain') },
    )
    expect(found.unjudged).toEqual([])
    expect(seen(found).values).toMatchObject({ tag: 'lent' })
    expect(found.names).toEqual(['ConfigMap shop/seen', 'Deployment shop/plain', 'Deployment shop/web'])
    expect(found.elsewhere).toEqual([
      'chart redis of https://charts.example.com: its chart is in a repository of charts',
    ])
  })

  test('values that another repository lends are not to be had: that blocks', async () => {
    const { unjudged } = await run(
      application(`sources:
  - {repoURL: '${URL_HERE}', path: charts/shop, helm: {valueFiles: [$values/env/prod.yaml]}}
  - {repoURL: 'https://git.example.com/other', ref: values}`),
      shop,
    )
    expect(unjudged).toEqual([
      'argocd/shop.yaml:1 Application argocd/shop: its file $values/env/prod.yaml is of https://git.example.com/other, and this is another repository',
    ])
  })
})

describe('a kustomization', () => {
  const files = {
    'apps/kustomization.yaml': `resources: [web.yaml]
images: [{name: web, newName: shop/web, newTag: "2"}]
namePrefix: old-
commonLabels: {a: "1"}
`,
    'apps/web.yaml': deployment('web'),
  }
  const kustomize = (settings: string, more: Files = {}) =>
    run(at('apps', `kustomize:\n${settings.replace(/^/gm, '  ')}`), { ...files, ...more })

  test('is built once, into the namespace of the Application', async () => {
    const { names, unjudged } = await run(at('apps'), files)
    expect(unjudged).toEqual([])
    expect(names).toEqual(['Deployment shop/old-web'])
  })

  test('namePrefix and nameSuffix take the place of those there, namespace is set', async () => {
    const { names } = await kustomize('namePrefix: a-\nnameSuffix: -z\nnamespace: edge')
    expect(names).toEqual(['Deployment edge/a-web-z'])
  })

  test.each([
    ['web:3', 'web:3'],
    ['web=new/web', 'new/web:1'],
    ['web=new/web:3', 'new/web:3'],
    ['web=localhost:5000/web:3', 'localhost:5000/web:3'],
    ['web=*:3', 'shop/web:3'],
    ['web@sha256:abc', 'web@sha256:abc'],
  ])('images: %s', async (image, expected) => {
    const { object } = await kustomize(`images: ['${image}']`)
    expect(JSON.stringify(object('Deployment', 'old-web'))).toContain(`"image":"${expected}"`)
  })

  test('replicas, patches, components, annotations', async () => {
    const { object, unjudged } = await kustomize(
      `replicas: [{name: web, count: 6}]
patches:
  - target: {kind: Deployment}
    patch: '[{"op": "add", "path": "/spec/paused", "value": true}]'
components: [../parts/a, ../parts/none]
ignoreMissingComponents: true
commonAnnotations: {app: $ARGOCD_APP_NAME}
commonAnnotationsEnvsubst: true`,
      {
        'parts/a/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches: [{target: {kind: Deployment}, patch: '[{"op": "add", "path": "/spec/minReadySeconds", "value": 3}]'}]
`,
      },
    )
    expect(unjudged).toEqual([])
    expect(object('Deployment', 'old-web')).toMatchObject({
      metadata: { annotations: { app: 'shop' } },
      spec: { replicas: 6, paused: true, minReadySeconds: 3 },
    })
  })

  test('commonLabels add, and take the place of one only where they are forced to', async () => {
    const added = await kustomize('commonLabels: {b: "2"}')
    expect(added.object('Deployment', 'old-web')).toMatchObject({
      metadata: { labels: { a: '1', b: '2' } },
      spec: { selector: { matchLabels: { a: '1', b: '2' } } },
    })
    const taken = await kustomize('commonLabels: {a: "2"}')
    expect(taken.unjudged).toEqual([
      'argocd/shop.yaml:1 Application argocd/shop: commonLabels has a already, and nothing forces another',
    ])
    const forced = await kustomize('commonLabels: {a: "2"}\nforceCommonLabels: true')
    expect(forced.unjudged).toEqual([])
    const apart = await kustomize('commonLabels: {b: "2"}\nlabelWithoutSelector: true')
    expect(apart.object('Deployment', 'old-web')['spec']).toMatchObject({ selector: { matchLabels: { a: '1' } } })
  })
})

describe('a folder of manifests', () => {
  const files = {
    'apps/web.yaml': deployment('web'),
    'apps/deep/api.yml': deployment('api'),
    'apps/skip.yaml': `# +argocd:skip-file-rendering\n${deployment('skipped')}`,
  }
  const directory = (settings: string, more: Files = {}) =>
    run(at('apps', `directory: {${settings}}`), { ...files, ...more })

  test('goes to the namespace of the Application, less what lies deeper, and what it leaves out is judged by itself', async () => {
    const { names } = await run(at('apps'), files)
    expect(names).toEqual(['Deployment shop/web', 'Deployment ~apps/deep/api', 'Deployment ~apps/skipped'])
  })

  test('recurse, include and exclude', async () => {
    expect((await directory('recurse: true')).names).toContain('Deployment shop/api')
    expect((await directory('recurse: true, include: "*.yml"')).names).toEqual([
      'Deployment shop/api',
      'Deployment ~apps/skipped',
      'Deployment ~apps/web',
    ])
    expect((await directory('recurse: true, exclude: "{deep/*,skip.*}"')).names).toContain('Deployment ~apps/deep/api')
  })

  test('Jsonnet is named', async () => {
    const { unjudged } = await directory('recurse: false', { 'apps/a.jsonnet': '{}' })
    expect(unjudged).toEqual([
      'argocd/shop.yaml:1 Application argocd/shop: apps/a.jsonnet is Jsonnet, which is not evaluated here',
    ])
  })
})

test('applications of applications are followed, also those that a chart puts out', async () => {
  const { names, unjudged } = await deployed(engines, {
    'root.yaml': at('bootstrap'),
    'bootstrap/Chart.yaml': 'apiVersion: v2\nname: bootstrap\nversion: 1.0.0\n',
    'bootstrap/values.yaml': 'apps: [one, two]\n',
    'bootstrap/templates/apps.yaml': `{{ range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}, namespace: argocd}
spec:
  destination: {namespace: {{ . }}, name: {{ . }}-cluster}
  source: {repoURL: '${URL_HERE}', path: apps}
{{ end }}
`,
    'apps/web.yaml': deployment('web'),
  })
  expect(unjudged).toEqual([])
  expect(names).toEqual(['Deployment one/web (one-cluster)', 'Deployment two/web (two-cluster)'])
})

describe('what is not followed', () => {
  test('a plugin, a folder that is not there, a field that nobody knows: they block', async () => {
    const plugin = await run(at('apps', 'plugin: {name: tanka}'), { 'apps/web.yaml': deployment('web') })
    expect(plugin.unjudged).toEqual(['argocd/shop.yaml:1 Application argocd/shop: its plugin tanka cannot be run here'])
    const missing = await run(at('none'), {})
    expect(missing.unjudged).toEqual(['argocd/shop.yaml:1 Application argocd/shop: there is no folder none'])
    const odd = await run(at('apps', 'helm: {releaseName: a, mangle: true}\nodd: 1'), chart('apps'))
    expect(odd.unjudged).toEqual([
      'argocd/shop.yaml:1 Application argocd/shop: what its field odd does to the render is not known here',
      'argocd/shop.yaml:1 Application argocd/shop: what its field mangle does to the render is not known here',
    ])
    const both = await run(at('apps', 'helm: {releaseName: a}\nkustomize: {namePrefix: a}'), chart('apps'))
    expect(both.unjudged).toEqual([
      'argocd/shop.yaml:1 Application argocd/shop: its source says both helm and kustomize',
    ])
  })

  test('another repository and another revision are named, and what lies here is judged by itself', async () => {
    const other = (text: string) => at('apps').replace(`${URL_HERE}.git'`, text)
    const elsewhere = await run(other("https://git.example.com/other'"), { 'apps/web.yaml': deployment('web') })
    expect(elsewhere.elsewhere).toEqual(['apps of https://git.example.com/other: this is another repository'])
    expect(elsewhere.names).toEqual(['Deployment ~apps/web'])
    const tagged = await run(other(`${URL_HERE}'\n    targetRevision: v1.2.0`), { 'apps/web.yaml': deployment('web') })
    expect(tagged.elsewhere).toEqual([`apps of ${URL_HERE}: this is the revision v1.2.0, not main`])
  })

  test('what the configuration ignores', async () => {
    const { elsewhere } = await deployed(
      engines,
      { 'argocd/shop.yaml': at('apps'), 'apps/web.yaml': deployment('web') },
      { ignore: ['apps'] },
    )
    expect(elsewhere).toEqual([`apps of ${URL_HERE}.git: the configuration ignores apps`])
  })
})

test('where nobody knows which repository this is, what lies at the path is taken for it', async () => {
  const { elsewhere, names } = await deployed(
    engines,
    {
      'a.yaml': documents(at('apps'), application(`source: {repoURL: '${URL_HERE}', path: none}`, '', 'other')),
      'apps/web.yaml': deployment('web'),
    },
    { repository: { addresses: [], branches: [], main: null } },
  )
  expect(names).toEqual(['Deployment shop/web'])
  expect(elsewhere).toEqual([
    `none of ${URL_HERE}: nobody knows the address of this repository, and there is no such path in it`,
  ])
})
