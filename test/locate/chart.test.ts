import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { locatorOf, type LocateEngines } from '../../src/locate/locate.js'
import type { ChartSource } from '../../src/model.js'
import type { HelmError, TraceRequest, TraceResult } from '../../src/render/engines.js'
import { EVERY, resource } from '../resources.js'

const TEMPLATE = `apiVersion: v1
kind: Pod
metadata: {name: cart}
spec:
  hostNetwork: {{ .Values.network }}
`
const RENDERED = TEMPLATE.replace('{{ .Values.network }}', 'true')

const files = {
  'charts/cart/Chart.yaml': 'apiVersion: v2\nname: cart\nversion: 1.0.0\n',
  'charts/cart/values.yaml': 'network: true\n',
  'charts/cart/templates/pod.yaml': TEMPLATE,
}

const source: ChartSource = {
  kind: 'chart',
  id: 'charts/cart',
  renders: [{ environment: EVERY, values: [], releaseName: 'r', namespace: null, kubeVersion: null, apiVersions: [] }],
}

const pod = resource(RENDERED, {
  kind: 'chart',
  source: 'charts/cart',
  file: 'charts/cart/templates/pod.yaml',
  template: 'cart/templates/pod.yaml',
  line: null,
})

const ERROR: HelmError = { stage: 'limit', message: '', file: '', line: 0, column: 0, renderedLine: 0, trace: [] }

const answer = ({ documents, fields }: TraceRequest, own: Partial<TraceResult> = {}): TraceResult => ({
  error: null,
  sources: ['templates/pod.yaml'],
  documents: documents.map(({ text }) => ({
    exact: true,
    lines: text.split('\n').map((_, i) => [0, i + 1, 0] as const),
  })),
  fields: fields.map(() => ({
    literal: false,
    reads: true,
    keys: [{ tier: 'value' as const, path: ['network'], part: '', set: true, others: 0 }],
  })),
  renders: 3,
  ...own,
})

/** Answers as it is told, and keeps what it was asked. */
function engineWith(reply: (request: TraceRequest) => TraceResult) {
  const asked: TraceRequest[] = []
  const engine: LocateEngines = {
    kustomize: () => Promise.reject(new Error('there is no kustomization')),
    trace: (request) => {
      asked.push(request)
      return Promise.resolve(reply(request))
    },
  }
  return { asked, engine }
}

const path = ['spec', 'hostNetwork']
const place = { resource: pod, path, values: true, wanted: false }

describe('what a chart rendered', () => {
  test('is asked for once, however many findings are about it', async () => {
    const { asked, engine } = engineWith(answer)
    const locate = await locatorOf(memoryTree(files), [source], engine, [place, { ...place, wanted: null }, place])
    expect(asked.map(({ documents, fields }) => [documents, fields])).toEqual([
      [[{ template: 'cart/templates/pod.yaml', index: 0, text: RENDERED }], [{ document: 0, path, wanted: false }]],
    ])
    expect(locate(place)).toMatchObject({
      location: { file: 'charts/cart/templates/pod.yaml', line: 5, column: 3, precision: 'exact' },
      annotation: { file: 'charts/cart/values.yaml', line: 1, column: 1, endColumn: 14, precision: 'exact' },
      related: [{ file: 'charts/cart/values.yaml', line: 1, why: 'value', key: 'network' }],
      keys: [{ tier: 'value', path: ['network'], exists: true }],
    })
  })

  test('no engine is asked where nothing is rendered', async () => {
    const { asked, engine } = engineWith(answer)
    await locatorOf(memoryTree(files), [source], engine, [{ ...place, resource: resource(RENDERED) }])
    expect(asked).toEqual([])
  })

  test('no line where the marked render is not what was judged, nor where it fails', async () => {
    for (const own of [
      { documents: [{ exact: false, lines: [] }] },
      { error: { ...ERROR, stage: 'template' as const }, documents: [{ exact: false, lines: [] }], fields: [] },
    ]) {
      const { engine } = engineWith((request) => answer(request, own))
      const locate = await locatorOf(memoryTree(files), [source], engine, [place])
      expect(locate(place).location).toMatchObject({ file: 'charts/cart/templates/pod.yaml', precision: 'template' })
    }
  })

  test('where the values take too long, the lines are asked for alone', async () => {
    const { asked, engine } = engineWith((request) =>
      request.fields.length > 0 ? answer(request, { error: ERROR, documents: [], fields: [] }) : answer(request),
    )
    const locate = await locatorOf(memoryTree(files), [source], engine, [place])
    expect(asked.map(({ fields }) => fields.length)).toEqual([1, 0])
    expect(locate(place)).toMatchObject({ location: { line: 5, precision: 'exact' }, keys: [] })
  })
})
