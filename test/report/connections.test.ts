import { describe, expect, test } from '@jest/globals'
import type { Connection, Connections } from '../../src/relate/network/connections.js'
import { changesOf, formatConnections } from '../../src/report/connections.js'

const WORLD = '0.0.0.0-255.255.255.255[External]'

function listOf(workloads: readonly string[], lines: readonly string[], notes: readonly string[] = []): Connections {
  const connections = lines.map((line): Connection => {
    const [, from = '', to = '', ports = ''] = /^(\S+) => (\S+) : (.*)$/.exec(line) ?? []
    return { from, to, ports }
  })
  return { connections, workloads, notes }
}

const SHOP = listOf(
  ['data/db[StatefulSet]', 'shop/cart[Deployment]', 'shop/web[Deployment]'],
  [
    'shop/cart[Deployment] => data/db[StatefulSet] : TCP 5432',
    'shop/cart[Deployment] => api.example.com[External] : TCP 443',
    'shop/web[Deployment] => shop/cart[Deployment] : TCP 8080,9090',
    '{ingress-controller} => shop/web[Deployment] : TCP 8080',
  ],
  ['nodes are not listed'],
)

describe('text', () => {
  test('is a table, with what it leaves out', () => {
    expect(formatConnections(SHOP, null, 'text')).toBe(
      [
        'shop/cart[Deployment] => data/db[StatefulSet]      : TCP 5432',
        'shop/cart[Deployment] => api.example.com[External] : TCP 443',
        'shop/web[Deployment]  => shop/cart[Deployment]     : TCP 8080,9090',
        '{ingress-controller}  => shop/web[Deployment]      : TCP 8080',
        '',
        '3 workloads, 4 connections',
        'note: nodes are not listed',
        '',
      ].join('\n'),
    )
  })

  test('says once who is open to everyone', () => {
    const names = ['a', 'b', 'c'].map((name) => `n/${name}[Pod]`)
    const lines = [
      ...names.map((a) => `${WORLD} => ${a} : All Connections`),
      ...names.flatMap((a) => [WORLD, ...names].filter((b) => a !== b).map((b) => `${a} => ${b} : All Connections`)),
    ]
    expect(formatConnections(listOf(names, lines), null, 'text')).toBe(
      [
        'n/a[Pod] => everyone : All Connections',
        'n/b[Pod] => everyone : All Connections',
        'n/c[Pod] => everyone : All Connections',
        'everyone => n/a[Pod] : All Connections',
        'everyone => n/b[Pod] : All Connections',
        'everyone => n/c[Pod] : All Connections',
        '',
        '3 workloads, 12 connections',
        'everyone: every workload and every address, as far as the other end lets it',
        '',
      ].join('\n'),
    )
    // An exception for one of them must not drown in it.
    const without = lines.filter((line) => line !== 'n/a[Pod] => n/b[Pod] : All Connections')
    expect(formatConnections(listOf(names, without), null, 'text')).toMatch(
      /n\/a\[Pod\] +=> n\/c\[Pod\] +: All Connections/,
    )
  })

  test('of nothing', () => {
    expect(formatConnections(listOf(['n/a[Pod]'], []), null, 'text')).toBe(
      'nothing may talk to anything\n\n1 workload, 0 connections\n',
    )
  })

  test('is harmless', () => {
    const hostile = listOf(['n/a[Pod]'], ['n/a[Pod] => \u001b[31m::error::x[External] : TCP 80'])
    expect(formatConnections(hostile, null, 'text')).toContain('\\x1b[31m::error::x[External]')
  })
})

test('JSON is the list, exactly', () => {
  expect(JSON.parse(formatConnections(SHOP, null, 'json'))).toEqual({
    connections: SHOP.connections,
    notes: SHOP.notes,
  })
})

describe('what changed', () => {
  const base = listOf(SHOP.workloads, [
    'shop/web[Deployment] => shop/cart[Deployment] : TCP 8080',
    'shop/web[Deployment] => data/db[StatefulSet] : TCP 5432',
  ])
  const head = listOf(SHOP.workloads, [
    'shop/web[Deployment] => shop/cart[Deployment] : TCP 8080,9090',
    'shop/cart[Deployment] => data/db[StatefulSet] : TCP 5432',
  ])

  test('is what is new, gone or different', () => {
    expect(changesOf(base, head)).toEqual([
      { from: 'shop/cart[Deployment]', to: 'data/db[StatefulSet]', before: null, after: 'TCP 5432' },
      { from: 'shop/web[Deployment]', to: 'data/db[StatefulSet]', before: 'TCP 5432', after: null },
      { from: 'shop/web[Deployment]', to: 'shop/cart[Deployment]', before: 'TCP 8080', after: 'TCP 8080,9090' },
    ])
    expect(changesOf(head, head)).toEqual([])
  })

  test('as text', () => {
    expect(formatConnections(head, base, 'text')).toBe(
      [
        '+ shop/cart[Deployment] => data/db[StatefulSet]  : TCP 5432',
        '- shop/web[Deployment]  => data/db[StatefulSet]  : TCP 5432',
        '~ shop/web[Deployment]  => shop/cart[Deployment] : TCP 8080 → TCP 8080,9090',
        '',
      ].join('\n'),
    )
    expect(formatConnections(head, head, 'text')).toBe('no connection changes\n')
  })

  test('as JSON', () => {
    expect(JSON.parse(formatConnections(head, base, 'json'))).toMatchObject({ changes: changesOf(base, head) })
  })

  test('as a diagram: new in red, gone dashed', () => {
    expect(formatConnections(head, base, 'mermaid')).toBe(
      [
        'flowchart LR',
        '  subgraph ns_0 ["data"]',
        '    n0["db<br/>StatefulSet"]',
        '  end',
        '  subgraph ns_1 ["shop"]',
        '    n1["cart<br/>Deployment"]',
        '    n2["web<br/>Deployment"]',
        '  end',
        '  n1 -->|"TCP 5432"| n0',
        '  n2 -.->|"TCP 5432"| n0',
        '  n2 -.->|"TCP 8080"| n1',
        '  n2 -->|"TCP 8080, 9090"| n1',
        '  linkStyle 0 stroke:#cf222e',
        '  linkStyle 1 stroke:#8c959f',
        '  linkStyle 2 stroke:#8c959f',
        '  linkStyle 3 stroke:#cf222e',
        '',
      ].join('\n'),
    )
  })
})

describe('a diagram', () => {
  test('has a frame for each namespace, and what lies outside beside them', () => {
    expect(formatConnections(SHOP, null, 'mermaid')).toBe(
      [
        'flowchart LR',
        '  n0(["api.example.com"])',
        '  n4(["ingress-controller"])',
        '  subgraph ns_1 ["data"]',
        '    n1["db<br/>StatefulSet"]',
        '  end',
        '  subgraph ns_2 ["shop"]',
        '    n2["cart<br/>Deployment"]',
        '    n3["web<br/>Deployment"]',
        '  end',
        '  n2 -->|"TCP 5432"| n1',
        '  n2 -->|"TCP 443"| n0',
        '  n3 -->|"TCP 8080, 9090"| n2',
        '  n4 -->|"TCP 8080"| n3',
        '',
      ].join('\n'),
    )
  })

  test('draws sources that share a line together', () => {
    const list = listOf(
      ['n/a[Pod]', 'n/b[Pod]', 'n/c[Pod]'],
      ['n/a[Pod] => n/c[Pod] : TCP 80', 'n/b[Pod] => n/c[Pod] : TCP 80'],
    )
    expect(formatConnections(list, null, 'mermaid')).toContain('  n0 & n1 -->|"TCP 80"| n2\n')
  })
})
