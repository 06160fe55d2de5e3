/** Every SARIF is one by its own schema, and one that GitHub's code scanning takes. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import type { Report } from '../../src/report/report.js'
import { sarif } from '../../src/report/sarif.js'
import { at, clean, many, policies, report } from './fixture.js'
import { hostile, poisoned } from './hostile.js'

/** Version 2.1.0 as OASIS published it, in the draft of JSON Schema that knows `id` and not `$id`. */
const schema = JSON.parse(
  readFileSync('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8'),
  (key, value: unknown) => (key === 'id' && typeof value === 'string' ? undefined : value),
) as { $schema?: string }
delete schema.$schema

// One of its patterns is none under JavaScript's flag for Unicode.
const ajv = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false })
addFormats.default(ajv)
const isSarif = ajv.compile(schema)

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region: { readonly startLine: number; readonly endLine?: number }
  }
}

interface Sarif {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string
        readonly rules: readonly {
          readonly id: string
          readonly name: string
          readonly help?: { readonly text: string }
          readonly properties: { readonly tags: readonly string[]; readonly 'security-severity': string }
        }[]
      }
    }
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly message: { readonly text: string }
      readonly locations: readonly Location[]
      readonly relatedLocations?: readonly Location[]
      readonly partialFingerprints?: { readonly [name: string]: string }
    }[]
  }[]
}

/** docs.github.com: «SARIF support for code scanning» and «SARIF results exceed one or more limits». */
function check(text: string): void {
  const log = JSON.parse(text) as Sarif
  expect(isSarif(log) ? [] : isSarif.errors).toEqual([])
  expect(gzipSync(text).length).toBeLessThanOrEqual(10 * 1024 * 1024)
  expect(log.runs.length).toBeLessThanOrEqual(20)
  for (const { tool, results } of log.runs) {
    const { rules } = tool.driver
    expect(results.length).toBeLessThanOrEqual(25_000)
    expect(rules.length).toBeLessThanOrEqual(25_000)
    for (const { id, name, help, properties } of rules) {
      expect([id.length <= 255, name.length <= 255, properties.tags.length <= 20]).toEqual([true, true, true])
      expect(help?.text ?? '-').not.toBe('')
      expect(Number(properties['security-severity'])).toBeGreaterThan(0)
    }
    for (const { ruleId, ruleIndex, message, locations, relatedLocations = [], partialFingerprints } of results) {
      expect(rules[ruleIndex]?.id).toBe(ruleId)
      expect(message.text).not.toBe('')
      expect(locations).toHaveLength(1)
      expect(relatedLocations.length).toBeLessThanOrEqual(1000)
      for (const { physicalLocation } of [...locations, ...relatedLocations]) {
        // An alert shows on a pull request only if all its lines are in the diff.
        expect(physicalLocation.region.endLine ?? physicalLocation.region.startLine).toBe(
          physicalLocation.region.startLine,
        )
        expect(physicalLocation.artifactLocation.uri).not.toMatch(/^\/|:|\\/)
      }
      for (const print of Object.values(partialFingerprints ?? {})) expect(print).not.toBe('')
    }
  }
}

const printed = (given: Report, prefix = ''): string => sarif(given, { policies, version: '0.1.0', prefix })

describe('what is written', () => {
  test.each(['report', 'clean'])('the golden of %s', (name) => {
    check(readFileSync(`test/report/golden/${name}.sarif`, 'utf8'))
  })

  test('a report below a folder, of many places', () => {
    const related = Array.from({ length: 3000 }, (_, i) => ({ file: 'b.yaml', line: i + 1, why: 'value' }))
    check(
      printed(
        many(3, () => ({ related })),
        'deploy/prod',
      ),
    )
  })

  test('5,000 findings', () => {
    const text = printed(many(5000, (i) => ({ location: at(`deploy/${i}.yaml`, 1, 1, 9) })))
    check(text)
    expect((JSON.parse(text) as Sarif).runs[0]?.results).toHaveLength(5000)
  })

  test('what could not be judged, and nothing else', () => {
    const item = { file: 'a.yaml', line: null, reason: 'no', policy: null, source: null, environments: [] }
    check(printed({ ...clean, unjudged: [item] }))
  })

  test('hostile names and messages', () => {
    fc.assert(
      fc.property(hostile, (poison) => check(printed(poisoned(poison)))),
      { numRuns: 100 },
    )
  })
})

test('the schema refuses what is none', () => {
  for (const wrong of [{}, { version: '2.1.0' }, { version: '2.1.0', runs: [{ results: [{}] }] }])
    expect(isSarif(wrong)).toBe(false)
  const log = JSON.parse(printed(report)) as { runs: { results: { level: string }[] }[] }
  log.runs[0]!.results[0]!.level = 'fatal'
  expect(isSarif(log)).toBe(false)
})
