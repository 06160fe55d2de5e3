import { expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import type { Connection, Connections } from '../../src/relate/network/connections.js'
import { openings } from '../../src/report/opened.js'
import { check } from '../gate.js'

const WORLD = '0.0.0.0-255.255.255.255[External]'

function listOf(...lines: readonly string[]): Connections {
  const connections = lines.map((line): Connection => {
    const [, from = '', to = '', ports = ''] = /^(\S+) => (\S+) : (.*)$/.exec(line) ?? []
    return { from, to, ports }
  })
  return { connections, workloads: ['n/a[Pod]', 'n/b[Pod]', 'n/c[Pod]'], notes: [] }
}

const told = (base: Connections, head: Connections): readonly string[] =>
  openings(base, head).map(({ from, to, before, after }) => `${from} => ${to} : ${before ?? 'nothing'} → ${after}`)

test.each<[string, Connections, Connections, readonly string[]]>([
  ['nothing', listOf('n/a[Pod] => n/b[Pod] : TCP 80'), listOf('n/a[Pod] => n/b[Pod] : TCP 80'), []],
  ['a new one', listOf(), listOf('n/a[Pod] => n/b[Pod] : TCP 80'), ['n/a[Pod] => n/b[Pod] : nothing → TCP 80']],
  [
    'one port more',
    listOf('n/a[Pod] => n/b[Pod] : TCP 80'),
    listOf('n/a[Pod] => n/b[Pod] : TCP 22,80'),
    ['n/a[Pod] => n/b[Pod] : TCP 80 → TCP 22,80'],
  ],
  ['fewer ports', listOf('n/a[Pod] => n/b[Pod] : All Connections'), listOf('n/a[Pod] => n/b[Pod] : TCP 22'), []],
  ['what is gone', listOf('n/a[Pod] => n/b[Pod] : TCP 80'), listOf(), []],
  [
    'whom everyone may talk to, once',
    listOf('n/a[Pod] => n/b[Pod] : TCP 80'),
    listOf(`${WORLD} => n/b[Pod] : All Connections`, 'n/a[Pod] => n/b[Pod] : TCP 80'),
    ['everyone => n/b[Pod] : nothing → All Connections'],
  ],
  [
    'addresses that were among others',
    listOf(`${WORLD} => n/b[Pod] : TCP 80-90`),
    listOf(
      '0.0.0.0-9.255.255.255[External] => n/b[Pod] : TCP 80',
      '10.0.0.0-10.255.255.255[External] => n/b[Pod] : TCP 80,443',
    ),
    ['10.0.0.0-10.255.255.255[External] => n/b[Pod] : nothing → TCP 80,443'],
  ],
  [
    'addresses that were several ranges',
    listOf('n/a[Pod] => 10.0.0.0-10.0.0.9[External] : TCP 80', 'n/a[Pod] => 10.0.0.10-10.0.0.255[External] : TCP 80'),
    listOf('n/a[Pod] => 10.0.0.1-10.0.0.255[External] : TCP 80'),
    [],
  ],
  [
    'one address that lies between them',
    listOf('n/a[Pod] => 10.0.0.0-10.0.0.9[External] : TCP 80', 'n/a[Pod] => 10.0.0.11-10.0.0.255[External] : TCP 80'),
    listOf('n/a[Pod] => 10.0.0.0-10.0.0.255[External] : TCP 80'),
    ['n/a[Pod] => 10.0.0.0-10.0.0.255[External] : nothing → TCP 80'],
  ],
])('%s', (_, base, head, expected) => expect(told(base, head)).toEqual(expected))

test('a report without a base opens nothing', async () => {
  expect((await check(memoryTree({ 'a.yaml': '' }))).opened).toBeUndefined()
})
