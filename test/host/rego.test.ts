import { afterAll, describe, expect, test } from '@jest/globals'
import { startTestEngines } from './engines.js'

const { engines, close } = startTestEngines()
afterAll(close)

const deny = 'package main\n\ndeny contains msg if {\n\tinput.bad\n\tmsg := "bad"\n}\n'

describe('compile', () => {
  test('gives WebAssembly that evaluates', async () => {
    const { errors, wasm } = await engines.compileRego({ modules: { 'main.rego': deny }, entrypoints: ['main/deny'] })
    expect(errors).toEqual([])
    const { loadPolicy } = await import('@open-policy-agent/opa-wasm')
    const policy = await loadPolicy(wasm as Uint8Array<ArrayBuffer>)
    expect(policy.evaluate({ bad: true }, 'main/deny')).toEqual([{ result: ['bad'] }])
  })

  test('the same bytes for the same policies, in whatever order', async () => {
    const other = 'package other\n\nx := 1\n'
    const request = { entrypoints: ['main/deny', 'other/x'] }
    const [a, b] = await Promise.all([
      engines.compileRego({ ...request, modules: { 'a.rego': deny, 'b.rego': other } }),
      engines.compileRego({ ...request, modules: { 'b.rego': other, 'a.rego': deny } }),
    ])
    expect(Buffer.from(a.wasm ?? []).equals(Buffer.from(b.wasm ?? []))).toBe(true)
    expect(a.wasm?.length).toBeGreaterThan(0)
  })

  test('errors have their place, of all modules at once', async () => {
    const { errors, wasm } = await engines.compileRego({
      modules: {
        'a.rego': 'package a\n\nx := foo(1)\n',
        'b.rego': 'package b\nx := {\n',
        'c.rego': 'package c\nx := }\n',
      },
      entrypoints: ['a/x'],
    })
    expect(wasm).toBeNull()
    expect(new Set(errors.map(({ file, code }) => `${file} ${code}`))).toEqual(
      new Set(['b.rego rego_parse_error', 'c.rego rego_parse_error']),
    )
    expect(errors.every(({ row }) => row > 0)).toBe(true)
  })

  test('a builtin that the host does not offer is an error with a place', async () => {
    const { errors } = await engines.compileRego({
      modules: { 'a.rego': 'package a\n\nx if {\n\tcount(input.y) > 1 + 1\n\thttp.send({})\n}\n' },
      entrypoints: ['a/x'],
      builtins: ['count'],
    })
    expect(errors).toEqual([
      { file: 'a.rego', row: 5, column: 2, code: 'rego_type_error', message: 'undefined function http.send' },
    ])
  })

  test('an entrypoint that nothing defines is an error', async () => {
    const { errors } = await engines.compileRego({ modules: { 'a.rego': deny }, entrypoints: ['main/none'] })
    expect(errors).toHaveLength(1)
  })

  test('Rego of the first version only when asked', async () => {
    const modules = { 'a.rego': 'package main\n\ndeny[msg] {\n\tmsg := "x"\n}\n' }
    const entrypoints = ['main/deny']
    expect((await engines.compileRego({ modules, entrypoints })).errors).not.toEqual([])
    expect((await engines.compileRego({ modules, entrypoints, regoVersion: 'v0' })).errors).toEqual([])
  })

  test('data files lie at the path of their directory', async () => {
    const { data, errors } = await engines.compileRego({
      modules: { 'a.rego': 'package a\n\nx := data.limits.memory\n' },
      data: { 'limits/data.json': '{"memory": 1}', 'data.json': '{"limits": {"cpu": 2}, "other": [1]}' },
      entrypoints: ['a/x'],
    })
    expect(errors).toEqual([])
    expect(data).toEqual({ limits: { memory: 1, cpu: 2 }, other: [1] })
  })

  test.each([
    ['no JSON', { 'a/data.json': '{' }],
    ['a conflict', { 'a/data.json': '{"b": 1}', 'data.json': '{"a": 5}' }],
    ['no object at the root', { 'data.json': '[]' }],
  ])('data with %s is an error of that file', async (_, data) => {
    const { errors } = await engines.compileRego({ modules: { 'a.rego': deny }, data, entrypoints: ['main/deny'] })
    expect(errors).toHaveLength(1)
    expect(errors[0]?.file).toMatch(/data\.json$/)
  })
})

describe('check, inspect and format', () => {
  test('strict finds what is unused, a schema what does not exist', async () => {
    const modules = {
      'a.rego':
        '# METADATA\n# scope: package\n# schemas:\n#   - input: schema.input\npackage a\n\nx if {\n\ty := 1\n\tinput.kind == "Pod"\n\tinput.knd\n}\n',
    }
    const schemas = {
      'input.json': '{"type": "object", "properties": {"kind": {"type": "string"}}, "additionalProperties": false}',
    }
    const problems = await engines.checkRego({ modules, schemas, strict: true })
    expect(problems.map(({ row, code }) => [row, code])).toEqual([
      [8, 'rego_compile_error'],
      [10, 'rego_type_error'],
    ])
    const typed = await engines.checkRego({ modules, schemas })
    expect(typed.map(({ row, code }) => [row, code])).toEqual([[10, 'rego_type_error']])
    expect(await engines.checkRego({ modules: { 'a.rego': deny } })).toEqual([])
  })

  test('inspect gives METADATA as opa does', async () => {
    const text =
      '# METADATA\n# title: A package\n# custom: {severity: high}\npackage a.b\n\n# METADATA\n# description: A rule\nx := 1\n'
    const { errors, annotations, packages } = await engines.inspectRego({ modules: { 'a.rego': text } })
    expect(errors).toEqual([])
    expect(packages).toEqual({ 'data.a.b': ['a.rego'] })
    expect(annotations).toEqual([
      {
        annotations: { scope: 'package', title: 'A package', custom: { severity: 'high' } },
        location: { file: 'a.rego', row: 4, col: 1 },
        path: ['data', 'a', 'b'].map((value, i) => ({ type: i === 0 ? 'var' : 'string', value })),
      },
      {
        annotations: { scope: 'rule', description: 'A rule' },
        location: { file: 'a.rego', row: 8, col: 1 },
        path: ['data', 'a', 'b', 'x'].map((value, i) => ({ type: i === 0 ? 'var' : 'string', value })),
      },
    ])
  })

  test('inspect names metadata that is no YAML', async () => {
    const { errors } = await engines.inspectRego({ modules: { 'a.rego': '# METADATA\n# title: a: b\npackage a\n' } })
    expect(errors).toMatchObject([{ file: 'a.rego', code: 'rego_parse_error' }])
  })

  test('format gives the text of what is not formatted', async () => {
    const modules = { 'good.rego': deny, 'bad.rego': 'package a\nx:=1\n', 'broken.rego': 'package b\nx := {' }
    const { errors, formatted } = await engines.formatRego({ modules })
    expect(formatted).toEqual({ 'bad.rego': 'package a\n\nx := 1\n' })
    expect(errors[0]).toMatchObject({ file: 'broken.rego', row: 2 })
  })
})

test('versions are those of engines.json', async () => {
  const { readFileSync } = await import('node:fs')
  const { versions } = JSON.parse(readFileSync('dist/engine/engines.json', 'utf8')) as {
    versions: Record<string, string>
  }
  expect(await engines.versions()).toEqual({
    helm: `v${versions['helm']}`,
    kustomize: `v${versions['kustomizeApi']}`,
    kubernetes: `v${versions['kubernetes']}`,
    opa: versions['opa'],
    go: `go${versions['go']}`,
  })
})
