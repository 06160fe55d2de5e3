/** Connections as a picture for a page: what it says, what it leaves out, and that names stay names. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Connections } from '../../src/relate/network/connections.js'
import { changesDrawing, drawing, pageDrawing } from '../../src/report/drawing.js'
import { WORLD } from '../../src/report/open-ends.js'
import { hostile } from './hostile.js'

const ALL = 'All Connections'

/** Whoever is in `open` takes and makes every connection; `more` is `from => to : ports`. */
function network(workloads: readonly string[], open: readonly string[], more: readonly string[] = []): Connections {
  const pairs = open.flatMap((one) => open.filter((other) => other !== one).map((other) => [one, other] as const))
  return {
    workloads,
    connections: [
      ...pairs.map(([from, to]) => ({ from, to, ports: ALL })),
      ...open.flatMap((one) => [
        { from: WORLD, to: one, ports: ALL },
        { from: one, to: WORLD, ports: ALL },
      ]),
      ...more.map((line) => {
        const [, from = '', to = '', ports = ''] = /^(.*) => (.*) : (.*)$/.exec(line) ?? []
        return { from, to, ports }
      }),
    ],
    notes: [],
  }
}

const names = (n: number, namespaces = 1): readonly string[] =>
  Array.from({ length: n }, (_, i) => `ns${i % namespaces}/app-${i}[Deployment]`)

describe('all connections', () => {
  test('what is open to everyone says so, and is one box where there is no more to tell', () => {
    const [web, db, job, free] = [
      'shop/web[Deployment]',
      'shop/db[StatefulSet]',
      'shop/job[Job]',
      'shop/free[Pod]',
    ] as const
    const drawn = drawing(network([web, db, job, free], [db, web], [`${job} => 10.0.0.1-10.0.0.1[External] : TCP 443`]))
    expect(drawn).toBe(
      [
        'flowchart LR',
        '  n0(["10.0.0.1"])',
        '  subgraph ns_1 ["shop"]',
        '    n1["free<br/>Pod<br/>no connections"]',
        '    n2["db<br/>web<br/>⇄ everyone"]',
        '    n3["job<br/>Job"]',
        '  end',
        '  n3 -->|"TCP 443"| n0',
        '  classDef open stroke:#cf222e',
        '  class n2 open',
        '',
      ].join('\n'),
    )
  })

  test('a box names a dozen', () => {
    expect(drawing(network(names(40), []))).toMatch(/app-0<br\/>.*<br\/>and 28 more<br\/>no connections/)
  })
})

describe('what changes', () => {
  test('of a policy that goes is told of everyone, not of every pair', () => {
    const all = names(30)
    const some = all[0] ?? ''
    const drawn = changesDrawing(network(all, all.slice(1)), network(all, all))
    expect(drawn.match(/-->/g)).toHaveLength(2)
    expect(drawn).toContain(`["everyone"]`)
    expect(drawn).toContain(some.replace('ns0/', '').replace('[Deployment]', ''))
    expect(drawn).not.toContain('-.->')
  })

  test('a connection that stays possible is not gone', () => {
    const all = names(3)
    const [one = '', two = ''] = all
    const before = network(all, [], [`${one} => ${two} : ${ALL}`])
    expect(changesDrawing(before, network(all, all))).not.toContain('-.->')
  })
})

describe('a page', () => {
  /** Everybody to their neighbour. */
  const ring = (n: number, namespaces: number): Connections => {
    const all = names(n, namespaces)
    return network(
      all,
      [],
      all.map((one, i) => `${one} => ${all[(i + 1) % n] ?? ''} : TCP 80`),
    )
  }

  test('shows workloads while they are few', () => {
    expect(pageDrawing(null, ring(60, 4))).toContain('app-59<br/>Deployment')
  })

  test('shows namespaces, with the number of connections, where they are many', () => {
    const drawn = pageDrawing(null, ring(400, 4)) ?? ''
    expect(drawn).toContain('n0["ns0<br/>100 workloads"]')
    expect(drawn).toContain('n0 -->|"100 connections"| n1')
    const changed = pageDrawing(network(names(400, 4), []), ring(400, 4)) ?? ''
    expect(changed).toContain('linkStyle 0 stroke:#cf222e')
  })

  test('shows nothing where even these are too many', () => {
    expect(pageDrawing(null, ring(400, 200))).toBeNull()
    expect(pageDrawing(network(names(400, 200), []), ring(400, 200))).toBeNull()
  })

  test('stays within Mermaid’s limits, whatever the names', () => {
    const long = names(100, 10).map((name) => name.replace('app', '"'.repeat(500)))
    const drawn = pageDrawing(null, network(long, [])) ?? ''
    expect(drawn.length).toBeLessThanOrEqual(50_000)
  })
})

test('a name cannot end its quotes, begin a directive, or bring markup', () => {
  fc.assert(
    fc.property(hostile, (poison) => {
      const name = poison.replace(/[/[\]]/g, '')
      const own = `shop/a${name}[Pod]`
      const pair = (from: string): Connections => ({
        workloads: [from, 'shop/b[Pod]'],
        connections: [{ from, to: 'shop/b[Pod]', ports: 'TCP 80' }],
        notes: [],
      })
      const [drawn, harmless] = [drawing(pair(own)), drawing(pair('shop/ax[Pod]'))]
      const shape = (text: string): readonly string[] => text.split('\n').map((line) => line.replace(/"[^"]*"/g, '""'))
      expect(shape(drawn)).toEqual(shape(harmless))
      for (const [, label = ''] of drawn.matchAll(/"([^"]*)"/g))
        expect(label.replaceAll('<br/>', '').replace(/#\d+;/g, '')).not.toMatch(/[#%<>&`\\{};]/)
    }),
  )
})
