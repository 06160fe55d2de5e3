import { afterAll, expect, test } from '@jest/globals'
import { readTests, resultOf, testText } from '../../src/custom/tests.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { NO_INPUT } from '../../src/host/rego-module.js'
import { startEngines } from '../gate.js'
import { regoWith } from './custom.js'

const engines = startEngines()
afterAll(() => engines.close())

test('tests pass, fail, and are told where they cannot be evaluated', async () => {
  const tree = memoryTree({
    'a.rego': 'package main\n\ndeny contains "x" if input.bad\n',
    'a_test.rego': `package main

test_bad if count(deny) == 1 with input as {"bad": true}

test_good if count(deny) == 1 with input as {}

test_conflict := x if { some x in [1, 2] }

todo_test_later if false
`,
  })
  const found = readTests(tree, '', 'v1')!
  const rego = regoWith(engines)
  const { compiled, problems } = await rego.compile([found.unit])
  expect(problems).toEqual([])
  const asked = found.tests.map(({ entrypoint }) => ({ unit: found.unit, entrypoint, input: NO_INPUT }))
  const answers = await rego.evaluate(compiled, asked, new Map())
  const results = found.tests.map((each, i) => resultOf(each, answers[i]!))
  expect(results.map(({ name, line, result }) => [name, line, result])).toEqual([
    ['data.main.test_bad', 3, 'pass'],
    ['data.main.test_good', 5, 'fail'],
    ['data.main.test_conflict', 7, 'error'],
  ])
  expect(testText(results)).toMatch(
    /^a_test\.rego:5: fail data\.main\.test_good\na_test\.rego:7: error data\.main\.test_conflict: .*conflict.*\n1 passed, 1 failed, 1 could not be evaluated\n$/,
  )
})

test('a folder without tests has none', () => {
  expect(readTests(memoryTree({ 'a.rego': 'package main\n\nallow := true\n' }), '', 'v1')).toBe(null)
})
