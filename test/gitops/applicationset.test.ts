import { afterAll, describe, expect, test } from '@jest/globals'
import { startEngines } from '../gate.js'
import { chart, deployed, deployment, URL_HERE, type Files } from './gitops.js'

const engines = startEngines()
afterAll(() => engines.close())

const indented = (text: string, by: number): string => text.trimEnd().replace(/^/gm, ' '.repeat(by))

const PATH = `source: {repoURL: '${URL_HERE}', path: '{{path}}'}`

const set = (
  generators: string,
  template = PATH,
  more = '',
  name = '{{path.basename}}',
): string => `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
${indented(more, 2)}
  generators:
${indented(generators, 4)}
  template:
    metadata: {name: '${name}'}
    spec:
      project: default
      destination: {server: 'https://kubernetes.default.svc', namespace: '${name}'}
${indented(template, 6)}
`

const run = (text: string, files: Files) => deployed(engines, { 'argocd/all.yaml': text, ...files })

const apps: Files = {
  'apps/one/web.yaml': deployment('web'),
  'apps/two/web.yaml': deployment('web'),
  'apps/two/deep/api.yaml': deployment('api'),
  'apps/.hidden/web.yaml': deployment('hidden'),
}

describe('folders of Git', () => {
  const git = (items: string, more = '') =>
    `- git: {repoURL: '${URL_HERE}', revision: HEAD, directories: ${items}${more}}`

  test('make an Application each', async () => {
    const { names, unjudged, elsewhere } = await run(set(git('[{path: apps/*}]')), apps)
    expect(unjudged).toEqual([])
    expect(elsewhere).toEqual([])
    expect(names).toEqual([
      'Deployment one/web',
      'Deployment two/web',
      'Deployment ~apps/.hidden/hidden',
      'Deployment ~apps/two/deep/api',
    ])
  })

  test('less those that are left out', async () => {
    const { names } = await run(set(git('[{path: apps/*}, {path: apps/two, exclude: true}]')), apps)
    expect(names).toContain('Deployment one/web')
    expect(names).toContain('Deployment ~apps/two/web')
  })

  test('by Go templates, with values of the generator and functions', async () => {
    const { names, unjudged } = await run(
      set(
        git('[{path: apps/*}]', ", values: {env: '{{ index .path.segments 1 | upper }}'}"),
        `source: {repoURL: '${URL_HERE}', path: '{{ .path.path }}'}`,
        'goTemplate: true\ngoTemplateOptions: [missingkey=error]',
        'x-{{ .values.env | lower }}-{{ normalize "A_b" }}',
      ),
      apps,
    )
    expect(unjudged).toEqual([])
    expect(names).toContain('Deployment x-one-a-b/web')
    expect(names).toContain('Deployment x-two-a-b/web')
  })

  test('of another repository are named, and what lies here is judged by itself', async () => {
    const { elsewhere, unjudged, names } = await run(
      set("- git: {repoURL: 'https://git.example.com/other', directories: [{path: apps/*}]}"),
      apps,
    )
    expect(unjudged).toEqual([])
    expect(elsewhere).toEqual([
      `{{path}} of ${URL_HERE}: its generator reads https://git.example.com/other, and this is another repository`,
    ])
    expect(names).toContain('Deployment ~apps/one/web')
  })
})

describe('files of Git', () => {
  const files = {
    ...chart('charts/shop'),
    'clusters/eu/config.json': '{"cluster": {"name": "eu", "tag": "7"}}',
    'clusters/us/config.yaml': '- cluster: {name: us, tag: "8"}\n',
  }
  const git = `- git: {repoURL: '${URL_HERE}', files: [{path: 'clusters/**/config.*'}]}`
  const shop = (tag: string) =>
    `source: {repoURL: '${URL_HERE}', path: charts/shop, helm: {parameters: [{name: tag, value: '${tag}'}]}}`

  test.each([
    ['{{cluster.name}}-{{path[1]}}', '{{cluster.tag}}', ''],
    ['{{.cluster.name}}-{{.path.basename}}', '{{.cluster.tag}}', 'goTemplate: true'],
  ])('%s', async (name, tag, more) => {
    const { gathered, unjudged } = await run(set(git, shop(tag), more, name), files)
    expect(unjudged).toEqual([])
    const images = gathered.resources.flatMap(({ kind, namespace, object }) =>
      kind === 'Deployment' ? [`${namespace} ${/"image":"([^"]+)"/.exec(JSON.stringify(object))?.[1] ?? ''}`] : [],
    )
    expect(images.sort()).toEqual(['eu-eu web:7', 'us-us web:8'])
  })
})

describe('lists, and what is combined', () => {
  const list = '- list: {elements: [{env: dev, cluster: dev-1}, {env: prod, cluster: prod-1}]}'

  test('a list, with the cluster as the environment', async () => {
    const text = set(list, `source: {repoURL: '${URL_HERE}', path: apps/one}`, '', '{{env}}').replace(
      "server: 'https://kubernetes.default.svc'",
      "name: '{{cluster}}'",
    )
    const { names } = await run(text, { 'apps/one/web.yaml': deployment('web') })
    expect(names).toEqual(['Deployment dev/web (dev-1)', 'Deployment prod/web (prod-1)'])
  })

  test('a matrix, whose second generator uses what the first gives', async () => {
    const matrix = `- matrix:
    generators:
      - list: {elements: [{folder: apps}]}
      - git: {repoURL: '${URL_HERE}', directories: [{path: '{{folder}}/*'}]}`
    const { names, unjudged } = await run(set(matrix, PATH, '', '{{folder}}-{{path.basename}}'), apps)
    expect(unjudged).toEqual([])
    expect(names).toContain('Deployment apps-one/web')
    expect(names).toContain('Deployment apps-two/web')
  })

  test('a merge, by its keys', async () => {
    const merge = `- merge:
    mergeKeys: [env]
    generators:
      - list: {elements: [{env: dev, where: apps/one}, {env: prod, where: apps/one}]}
      - list: {elements: [{env: prod, where: apps/two}, {env: other, where: none}]}`
    const template = `source: {repoURL: '${URL_HERE}', path: '{{where}}'}`
    const { names, unjudged } = await run(set(merge, template, '', '{{env}}'), apps)
    expect(unjudged).toEqual([])
    expect(names).toContain('Deployment dev/web')
    expect(names).toContain('Deployment prod/web')
    expect(names).not.toContain('Deployment ~apps/two/web')
  })

  test('a selector', async () => {
    const { names } = await run(
      set(
        `${list}\n  selector: {matchLabels: {env: prod}}`,
        `source: {repoURL: '${URL_HERE}', path: apps/one}`,
        '',
        '{{env}}',
      ),
      { 'apps/one/web.yaml': deployment('web') },
    )
    expect(names).toEqual(['Deployment prod/web'])
  })

  test('a template of the generator, and a patch of the template', async () => {
    const own =
      "- list: {elements: [{env: prod}], template: {spec: {destination: {namespace: 'own-{{ .env }}'}}, metadata: {}}}"
    const patch = `goTemplate: true
templatePatch: |
  spec:
    source:
      directory:
        recurse: {{ eq .env "prod" }}`
    const { names, unjudged } = await run(
      set(own, `source: {repoURL: '${URL_HERE}', path: apps/two}`, patch, '{{ .env }}'),
      apps,
    )
    expect(unjudged).toEqual([])
    expect(names).toContain('Deployment own-prod/api')
  })
})

test('clusters that Argo CD alone knows are named, and do not block', async () => {
  const { elsewhere, unjudged, names } = await run(set('- clusters: {}'), apps)
  expect(unjudged).toEqual([])
  expect(elsewhere).toEqual([`{{path}} of ${URL_HERE}: its generator clusters is filled outside of this repository`])
  expect(names).toContain('Deployment ~apps/one/web')
})

test.each([
  ['- matrix: {generators: [{list: {elements: []}}]}', 'a matrix has to be of two generators'],
  ['- merge: {generators: []}', 'a merge has to name its keys'],
  ['- {list: {elements: []}, git: {}}', 'a generator has to be of one kind'],
  [
    `- git: {repoURL: '${URL_HERE}', files: [{path: apps/bad.json}]}`,
    'its generator reads apps/bad.json, which is neither a map nor a list of maps',
  ],
])('what Argo CD would refuse blocks: %s', async (generators, reason) => {
  const { unjudged } = await run(set(generators), { 'apps/bad.json': '"text"' })
  expect(unjudged).toContain(`argocd/all.yaml:1 ApplicationSet argocd/all: ${reason}`)
})

test('a template that fails blocks', async () => {
  const { unjudged } = await run(
    set('- list: {elements: [{env: a}]}', PATH, 'goTemplate: true', '{{ .env | nothing }}'),
    apps,
  )
  expect(unjudged.join('\n')).toContain('ApplicationSet argocd/all: its templates cannot be filled in: ')
})
