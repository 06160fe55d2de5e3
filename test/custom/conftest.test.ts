import { afterAll, expect, test } from '@jest/globals'
import { startEngines } from '../gate.js'
import { judgeBy, source } from './custom.js'

const engines = startEngines()
afterAll(() => engines.close())

const config = (name: string, data = '{}'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: shop}\ndata: ${data}\n`

test('deny, violation and warn, with suffixes, as texts and as objects', async () => {
  const policy = `package main

deny contains "plain" if input.kind == "ConfigMap"

deny_named contains {"msg": sprintf("%s of %v", [input.metadata.name, {"b", "a"}])} if input.data.x

violation contains {"msg": "violated", "details": {}} if input.data.x

warn contains "careful" if input.data.x

helper contains "not asked"
`
  const { told, problems, by } = await judgeBy(
    engines,
    { 'policy/a.rego': policy },
    [config('a', '{x: y}'), config('b')],
    {
      sources: [source('policy')],
    },
  )
  expect(problems).toEqual([])
  expect(told).toEqual([
    'conftest/main.deny ConfigMap/a: plain',
    'conftest/main.deny ConfigMap/b: plain',
    'conftest/main.deny_named ConfigMap/a: a of {"a", "b"}',
    'conftest/main.violation ConfigMap/a: violated',
    'conftest/main.warn ConfigMap/a: careful',
  ])
  expect(by.filter((policy) => policy === 'conftest/main.warn')).toHaveLength(2)
})

test('an exception lets its rule be, and no other', async () => {
  const policy = `package main

deny_root contains "root" if input.data.x

deny contains "any" if input.data.x

exception contains rules if {
	input.metadata.name == "excused"
	rules := ["root"]
}
`
  const { told } = await judgeBy(
    engines,
    { 'policy/a.rego': policy },
    [config('a', '{x: y}'), config('excused', '{x: y}')],
    {
      sources: [source('policy')],
    },
  )
  expect(told).toEqual([
    'conftest/main.deny ConfigMap/a: any',
    'conftest/main.deny ConfigMap/excused: any',
    'conftest/main.deny_root ConfigMap/a: root',
  ])
})

test('namespaces, data files, and the first version of Rego', async () => {
  const files = {
    'policy/a.rego':
      'package kubernetes.limits\n\ndeny[msg] {\n  input.data.n == data.limits.forbidden[_]\n  msg := "forbidden"\n}\n',
    'policy/b.rego': 'package other\n\ndeny[msg] { msg := "never asked" }\n',
    'data/limits/any.yaml': 'forbidden: ["7", "8"]\n',
  }
  const { told, problems } = await judgeBy(engines, files, [config('a', '{n: "7"}'), config('b', '{n: "9"}')], {
    sources: [source('policy', { namespaces: ['kubernetes.*'], data: ['data'], rego: 'v0' })],
  })
  expect([told, problems]).toEqual([['conftest/kubernetes.limits.deny ConfigMap/a: forbidden'], []])
})

test('combined, the input is all documents', async () => {
  const policy = `package main

deny contains sprintf("%d documents, first %s", [count(input), input[0].contents.metadata.name])
`
  const { told } = await judgeBy(engines, { 'policy/a.rego': policy }, [config('a'), config('b')], {
    sources: [source('policy', { combine: true })],
  })
  expect(told.map((line) => line.slice(line.indexOf(':')))).toEqual([': 2 documents, first a'])
})

test.each([
  ['a syntax error', 'package main\n\ndeny contains "x" if { ] }\n', /^policy\/a\.rego:3: Rego: column \d+: /],
  [
    'an unsafe variable',
    'package main\n\ndeny contains x if input.y\n',
    /^policy\/a\.rego:3: Rego: column \d+: var x is unsafe/,
  ],
  [
    'a builtin that is refused',
    'package main\n\ndeny contains "x" if http.send({})\n',
    /^policy\/a\.rego:3: Rego: column 22: undefined function http\.send: .*refused/,
  ],
  [
    'the time of day',
    'package main\n\ndeny contains "x" if time.now_ns() > 0\n',
    /^policy\/a\.rego:3: Rego: .*time\.now_ns/,
  ],
  [
    'no rule that counts',
    'package main\n\nallow if input.x\n',
    /^policy:: no rule deny, violation or warn in package main$/,
  ],
])('%s is told with its place', async (_what, policy, expected) => {
  const { problems, told } = await judgeBy(engines, { 'policy/a.rego': policy }, [config('a')], {
    sources: [source('policy')],
  })
  expect(told).toEqual([])
  expect(problems.join('\n')).toMatch(expected)
})

test.each([
  ['a rule that is no set', 'deny if input.kind', 'contains'],
  ['a message that is none', 'deny contains 1 if input.kind', 'is no message'],
  ['two values for one rule', 'deny := x if { some x in ["a", "b"] }', 'conflict'],
])('%s fails to be evaluated, which blocks', async (_what, rule, reason) => {
  const { told, unjudged } = await judgeBy(
    engines,
    { 'policy/a.rego': `package main\n\n${rule}\n` },
    [config('a'), config('b')],
    {
      sources: [source('policy')],
    },
  )
  expect(told).toEqual([])
  expect(unjudged).toHaveLength(1)
  expect(unjudged[0]?.policy).toBe('conftest/main.deny')
  expect(unjudged[0]?.reason).toContain(reason)
  expect(unjudged[0]?.reason).toContain('and 1 more')
})

test('a policy that does not end is given up, and the others still judge', async () => {
  const policy = `package main

deny_slow contains "slow" if {
	list := numbers.range(1, 3000)
	count([1 | some a in list; some b in list; some c in list; a + b == c * 7]) == 1
}

deny contains "quick"
`
  const { told, unjudged } = await judgeBy(engines, { 'policy/a.rego': policy }, [config('a'), config('b')], {
    sources: [source('policy')],
    rego: { timeLimitMs: 1000 },
  })
  expect(told).toEqual(['conftest/main.deny ConfigMap/a: quick', 'conftest/main.deny ConfigMap/b: quick'])
  expect(unjudged.map(({ reason }) => reason)).toEqual([
    'conftest/main.deny_slow could not be evaluated on ConfigMap a and 1 more: it took longer than 1 seconds',
  ])
})

test('a policy that takes too much memory is given up', async () => {
  const policy = `package main

deny contains "big" if {
	list := numbers.range(1, 200000)
	count({[a, b] | some a in list; b := sprintf("%d of many", [a])}) == 1
}
`
  const { unjudged } = await judgeBy(engines, { 'policy/a.rego': policy }, [config('a')], {
    sources: [source('policy')],
    rego: { memoryLimitMiB: 8 },
  })
  expect(unjudged).toHaveLength(1)
})
