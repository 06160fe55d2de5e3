/** The configuration's JSON Schema: published in docs/, and never stricter than the reader. `UPDATE_GOLDEN=1` writes it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { configSchema, parseConfig } from '../src/config.js'
import { parseYaml } from '../src/parse/yaml.js'
import { distribution } from './gate.js'

const FILE = 'docs/ringfence.schema.json'

const EXAMPLES = [
  '{}',
  'stage: 2\nowns: platform\nunknown: block\nfail-on: new\nwaiver-days: 90\nbaseline: b.json\n',
  'fail-on: {findings: all, severity: low}\nignore: [a/**]\ncontext: [platform]\nscopes: {a: [a/**]}\n',
  'policies: {least-privilege/host-path: off, least-privilege/image-registry: {parameters: {allowed: [a]}}}\n',
  'overrides: [{match: {kind: Pod, labels: {a: b}}, policies: {least-privilege/host-path: advise}}]\n',
  'waivers: [{policy: least-privilege/host-path, resource: Pod/a/b, reason: r, owner: o, expires: 2027-01-01, value: 1}]\n',
  'render: {charts/a: {values: [v.yaml], environments: {prod: {namespace: shop}}}}\n',
  'flows: [{from: a/b, to: c/d, ports: [TCP 80]}]\ntrust: {waivers: head, annotations: true}\n',
]

const WRONG = [
  'stag: 2\n',
  'stage: 5\n',
  'policies: {least-privilege/host-pat: off}\n',
  'policies: {least-privilege/host-path: maybe}\n',
  'policies: {least-privilege/image-registry: {parameters: {allowd: []}}}\n',
  'waivers: [{policy: least-privilege/host-path}]\n',
  'overrides: [{match: {knd: Pod}, policies: {}}]\n',
]

describe('the schema', () => {
  const schema = configSchema(distribution().set.policies)
  const compiled = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)
  const valid = (content: string): boolean => compiled(parseYaml(content).value)

  test('is the one in docs/', () => {
    const text = `${JSON.stringify(schema, null, 2)}\n`
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FILE, text)
    expect(readFileSync(FILE, 'utf8')).toBe(text)
  })

  test.each(EXAMPLES)('takes what the reader takes: %s', (content) => {
    const { set } = distribution()
    expect(parseConfig(content, '.ringfence.yaml', set.policies).problems).toEqual([])
    expect(valid(content)).toBe(true)
  })

  test.each(WRONG)('refuses: %s', (content) => {
    const { set } = distribution()
    expect(parseConfig(content, '.ringfence.yaml', set.policies).config).toBe(null)
    expect(valid(content)).toBe(false)
  })
})
