import { describe, expect, test } from '@jest/globals'
import { readsIn } from '../scripts/rego-reads.mjs'

const readsOf = (...rules: readonly string[]): unknown =>
  readsIn({ 'a.rego': `package a\n\n${rules.join('\n')}` })(['a.rego'])

describe('what a module reads of its input', () => {
  test.each<[string, unknown]>([
    ['f if input.pod.path', { pod: { path: true } }],
    ['f if input.pod.containers[_].name', { pod: { containers: true } }],
    [
      'f if input.resource.metadata.annotations["example.com/a"]',
      { resource: { metadata: { annotations: { 'example.com/a': true } } } },
    ],
    ['f if input.facts[name].answer', { facts: true }],
    ['f if walk(input, [path, value])', true],
    ['m := $"{input.resource.kind} is wrong"', { resource: { kind: true } }],
    ['# input alone\nf if input.declared # says input.namespace', { declared: true, namespace: true }],
    ['f if object.get(input.resource, ["spec", "selector"], null)', { resource: { spec: { selector: true } } }],
    ['f if object.get(input.pod, "origins", input.pod.os)', { pod: { origins: true, os: true } }],
    ['f if object.get(input.resource, path, null)', { resource: true }],
    ['f if helper(input.resource, "spec", 1)', { resource: true }],
    ['f if input.pod == null', { pod: {} }],
    ['f if object.get(input.resource, "spec", null) != null', { resource: { spec: true } }],
    ['f if {"input": 1}.input', {}],
    ['f if data.parameters.x', {}],
    ['f if { some item in input.list }', { list: { '[]': {} } }],
    ['f if { some item in input.list\n item.a.b }', { list: { '[]': { a: { b: true } } } }],
    ['f if { every item in input.list { item["a"] } }', { list: true }],
    ['f if { some item in input.list\n object.get(item.a, "b", 0) }', { list: { '[]': { a: { b: true } } } }],
    ['m := $"item {item.name}, {item.at}" if some item in input.list', { list: { '[]': { name: true, at: true } } }],
    ['f if { some item in input.list\n g(1, item) }\n\ng(_, item) if item.a', { list: { '[]': { a: true } } }],
    ['f if { some item in input.list\n g(item) }\n\ng(other) if other.a', { list: true }],
    ['f if { some item in input.list\n g([1, 2], item) }\n\ng(_, item) if item.a', { list: true }],
    ['f if { some item in input.list\n count(item) > 1 }', { list: true }],
    ['f if { some item in input.list\n item == 1 }', { list: true }],
    ['f if { some item in input.list\n x := item }', { list: true }],
    ['f if { some item in input.list\n some x in item }', { list: true }],
    ['f if { some i, item in input.list\n item.a }', { list: true }],
    ['f if { some item in object.get(input, "list", []) }', { list: true }],
    ['f if _it.a\n\n_it := input.this', { this: { a: true } }],
    ['f if _it\n\n_it := input.this', { this: true }],
    ['f if g(_it)\n\n_it := input.this\n\ng(x) if x.a', { this: true }],
    ['f if {\n it := input.this\n it.a\n}', { this: { a: true } }],
    ['f if { some item in input.list[_].x\n item.a }', { list: true }],
    ['f if _it.a\n\n_it := _of.it\n\n_of := input.this', { this: { it: { a: true } } }],
    ['f contains {"message": $"it is {input.a.why}"}', { a: { why: 'text' } }],
    ['f contains {"message": $"the {input.a} and {input.b}", "fix": input.a}', { a: true, b: 'text' }],
    ['f contains {"message": input.a.why, "path": input.b}', { a: { why: 'text' }, b: true }],
    ['f contains {\n "related": input.a.by,\n}', { a: { by: 'refs' } }],
    ['f contains {"related": input.a.by, "message": $"{input.a.by}"}', { a: { by: true } }],
    ['f contains {"message": $"{upper(input.a)}"}', { a: true }],
    ['f contains {"message": $"{object.get(input.a, "b", 0)}"}', { a: { b: true } }],
    ['f contains {"message": $"{g({input.a})}"}', { a: true }],
    ['f contains {"message": $"{input.b} {input.a}"}', { a: 'text', b: 'text' }],
    ['f contains {"message": sprintf("%v", [input.a])}', { a: true }],
    ['f if glob.match("*", [], $"{input.a}")', { a: true }],
    ['m := $"item {item.name}" if some item in input.list', { list: { '[]': { name: true } } }],
    ['f contains {"message": $"{_it.why}"} if _it.why != ""\n\n_it := input.this', { this: { why: true } }],
  ])('%s', (rule, reads) => {
    expect(readsOf(rule)).toEqual(reads)
  })

  test('what is read whole is not read in parts', () => {
    expect(readsOf('f if input.pod.path', 'g if input.pod', 'h if input.pod.os')).toEqual({ pod: true })
    expect(readsOf('f if input.pod.os', 'g if input.pod != null')).toEqual({ pod: { os: true } })
  })
})

test('what the modules read that it refers to, however far, counts; what others read does not', () => {
  const modules = {
    'policy.rego': 'package policies.a\n\nimport data.lib.pod\n\nf if pod.x\n',
    'pod.rego': 'package lib.pod\n\nx if data.lib.words.y\n\nz if input.pod.os\n',
    'words.rego': 'package lib.words\n\ny if input.declared\n',
    'other.rego': 'package policies.b\n\nf if input.namespace\n',
    'whole.rego': 'package policies.c\n\nimport data.lib\n\nf if lib.pod.z\n',
  }
  const reads = readsIn(modules)
  expect(reads(['policy.rego'])).toEqual({ pod: { os: true }, declared: true })
  expect(reads(['policy.rego', 'other.rego'])).toEqual({ pod: { os: true }, declared: true, namespace: true })
  expect(reads(['whole.rego'])).toEqual({ pod: { os: true }, declared: true })
})
