import { afterAll, expect, test } from '@jest/globals'
import { traced } from '../../src/custom/coverage.js'
import { coverageText, readTests, resultOf, withCoverage } from '../../src/custom/tests.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { NO_INPUT } from '../../src/host/rego-module.js'
import { startEngines } from '../gate.js'
import { regoWith } from './custom.js'

const engines = startEngines()
afterAll(() => engines.close())

const POLICY = `package main

import rego.v1

default allow := false

limit := 3

deny contains msg if {
	some name in input.names
	count(name) > limit
	msg := $"{name} is long"
}

deny contains "never" if {
	input.never
	1 ==
		1
	every x in input.list {
		x > 1
	}
}

allow if input.ok

kind := "a" if {
	input.kind == "a"
} else := "b" if {
	input.kind == "b" # said
} else := "c"

f(x) := [y |
	some y in x
	y != 1
] if true
`

const TESTS = `package main_test

import data.main

test_deny if count(main.deny) == 1 with input.names as ["long", "a"]

test_kind if {
	main.kind == "b" with input as {"kind": "b"}
		with data.x as 1
}

test_f if main.f([1, 2]) == [2]
`

/** File → lines that no test reaches, and the results of the tests. */
async function measured(files: { readonly [path: string]: string }) {
  const found = readTests(memoryTree(files), '', 'v1')!
  const { unit, coverage } = withCoverage(found.unit)
  const rego = regoWith(engines)
  const { compiled, problems } = await rego.compile([unit])
  expect(problems).toEqual([])
  const heard = new Set<string>()
  const asked = found.tests.map(({ entrypoint }) => ({ unit, entrypoint, input: NO_INPUT }))
  const answers = await rego.evaluate(compiled, asked, new Map(), (note) => heard.add(note))
  return { results: found.tests.map((each, i) => resultOf(each, answers[i]!).result), files: coverage(heard) }
}

test('lines are covered as OPA covers them', async () => {
  const { results, files } = await measured({ 'main.rego': POLICY, 'main_test.rego': TESTS })
  expect(results).toEqual(['pass', 'pass', 'pass'])
  const [main, tests] = files
  // As `opa test --coverage` (1.22) but for lines 16 and 27, where its index of rules spares the evaluation, line 5, which has
  // nothing to evaluate, and further lines of an expression, which it counts beside the first.
  expect(main!.covered).toEqual([7, 9, 10, 11, 12, 16, 27, 28, 29, 32, 33, 34, 35])
  expect(main!.notCovered).toEqual([15, 17, 19, 20, 24, 26, 30])
  expect(tests!.notCovered).toEqual([])
  expect(coverageText(files)).toBe(
    'main.rego        65.0 %  not covered: 15, 17, 19-20, 24, 26, 30\nmain_test.rego  100.0 %\n70.8 % of lines covered\n',
  )
})

test('no line moves, and what is measured is what was written', () => {
  const { source } = traced(POLICY, 0)
  expect(source.split('\n')).toHaveLength(POLICY.split('\n').length)
  expect(source.replaceAll(/(?:; )?trace\("ringfence 0 \d+"\)(?:; )?/g, '').replaceAll(/ if $/gm, '')).toBe(
    POLICY.replace('allow if input.ok', 'allow if { input.ok }').replace('if true', 'if { true }'),
  )
})
