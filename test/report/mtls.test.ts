import { expect, test } from '@jest/globals'
import { mtlsOf } from '../../src/relate/resolve/mesh.js'
import { formatMtls, mtlsChanges, type MtlsLine, mtlsLines, mtlsMermaid, mtlsText } from '../../src/report/mtls.js'
import { deployment, namespace, peerAuthentication, worldOfYaml } from '../relate/mesh/mesh-world.js'

const strict = peerAuthentication('default', { mtls: { mode: 'STRICT' } })
const exception = peerAuthentication('cart', {
  selector: { matchLabels: { app: 'cart' } },
  portLevelMtls: { 9090: { mode: 'PERMISSIVE' } },
})
const out = deployment({ labels: { 'sidecar.istio.io/inject': 'false' }, ports: [] }, 'agent')

const lines = (...documents: readonly string[]): readonly MtlsLine[] =>
  mtlsLines(mtlsOf(worldOfYaml(documents.join(''))))

const shop = lines(namespace(), strict, exception, deployment(), out)

test('text', () => {
  expect(mtlsText(shop)).toBe(
    [
      'WORKLOAD               PORT    MODE        MESH   DECIDED BY',
      'Deployment shop/agent  all     NONE        none   its label sidecar.istio.io/inject is "false"',
      'Deployment shop/cart   8080    STRICT      istio  PeerAuthentication shop/default sets STRICT',
      'Deployment shop/cart   9090    PERMISSIVE  istio  PeerAuthentication shop/cart sets PERMISSIVE',
      'Deployment shop/cart   others  STRICT      istio  PeerAuthentication shop/default sets STRICT',
      '',
    ].join('\n'),
  )
  expect(mtlsText([])).toBe('no workload that a mesh would hold\n')
})

test('text of what is not told', () => {
  expect(mtlsText(lines(strict, deployment()))).toContain(
    'Deployment shop/cart  8080  STRICT  istio?  PeerAuthentication shop/default sets STRICT',
  )
})

test('JSON', () => {
  const { mtls } = JSON.parse(formatMtls(shop, null, 'json')) as { mtls: readonly MtlsLine[] }
  expect(mtls).toEqual(shop)
  expect(mtls[1]).toEqual({
    kind: 'Deployment',
    namespace: 'shop',
    name: 'cart',
    pod: 0,
    mesh: 'istio',
    enrolled: 'yes',
    port: 8080,
    mode: 'STRICT',
    why: 'PeerAuthentication shop/default sets STRICT',
    by: [{ kind: 'PeerAuthentication', namespace: 'shop', name: 'default' }],
  })
})

test('Mermaid', () => {
  expect(mtlsMermaid(shop)).toBe(
    [
      'flowchart LR',
      '  subgraph n0["shop"]',
      '    n0w0["Deployment agent<br/>all NONE"]:::none',
      '    n0w1["Deployment cart<br/>8080 STRICT<br/>9090 PERMISSIVE<br/>others STRICT"]:::permissive',
      '  end',
      '  classDef strict fill:#b7e1c0,color:#000',
      '  classDef unknown fill:#e0e0e0,color:#000',
      '  classDef permissive fill:#ffe3a3,color:#000',
      '  classDef disable fill:#f5b7b1,color:#000',
      '  classDef none fill:#f5b7b1,color:#000',
      '',
    ].join('\n'),
  )
})

test('names are harmless in every format', () => {
  const [line] = shop
  if (line === undefined) throw new Error('there is no line')
  const hostile = [{ ...line, name: 'x"]; click a "javascript:b"\n::error::no\u001b[31m' }]
  expect(mtlsMermaid(hostile)).not.toContain('x"]')
  expect(mtlsMermaid(hostile).split('\n')).toHaveLength(mtlsMermaid([line]).split('\n').length)
  expect(mtlsText(hostile).split('\n')).toHaveLength(3)
  expect(mtlsText(hostile)).not.toContain('\u001b')
})

test('changes against the base', () => {
  const base = lines(namespace(), strict, deployment())
  const changed = mtlsChanges(
    lines(namespace(), peerAuthentication('default', { mtls: { mode: 'PERMISSIVE' } }), deployment(), out),
    base,
  )
  expect(changed.map(({ name, port, was, mode }) => [name, port, was, mode])).toEqual([
    ['agent', null, null, 'NONE'],
    ['cart', 8080, 'STRICT', 'PERMISSIVE'],
  ])
  expect(mtlsText(changed)).toContain('STRICT → PERMISSIVE')
  expect(mtlsChanges(base, base)).toEqual([])
  expect(formatMtls(base, base, 'text')).toBe('no mode changes\n')
  expect(JSON.parse(formatMtls(shop, base, 'json'))).toEqual({ mtls: shop, changes: mtlsChanges(shop, base) })
})
