/** Every format, whole, on a report of realistic size and on one with nothing to say. */
import { describe, expect, test } from '@jest/globals'
import { SUMMARY_BYTES } from '../../src/github/act.js'
import { COMMENT_CHARACTERS } from '../../src/github/comment.js'
import { github } from '../../src/report/github.js'
import { html } from '../../src/report/html.js'
import { json } from '../../src/report/json.js'
import { junit } from '../../src/report/junit.js'
import { markdown } from '../../src/report/markdown.js'
import { oscal } from '../../src/report/oscal.js'
import type { Report } from '../../src/report/report.js'
import { sarif } from '../../src/report/sarif.js'
import { text } from '../../src/report/text.js'
import { NOW, at, clean, freshUuids, many, patches, pictures, policies, readLines, report } from './fixture.js'
import { expectGolden } from './golden.js'

const link = (file: string, line: number): string => `https://git.example.com/shop/blob/abc/${file}#L${line}`
const page = { link, whole: 'https://git.example.com/shop/actions/runs/7' }
const plainText = { colour: false, width: 100, verbose: false, source: readLines }

describe.each([
  ['report', report],
  ['clean', clean],
] as const)('%s', (name, given) => {
  test.each([
    ['txt', (): string => text(given, plainText)],
    ['verbose.txt', (): string => text(given, { ...plainText, verbose: true, width: 72 })],
    ['colour.txt', (): string => text(given, { ...plainText, colour: true })],
    ['json', (): string => json(given)],
    ['md', (): string => markdown(given, { budget: 1_000_000, link })],
    [
      'comment.md',
      (): string => markdown(given, { ...page, budget: COMMENT_CHARACTERS, patches: given === report ? patches : [] }),
    ],
    [
      'summary.md',
      (): string =>
        markdown(given, { ...page, budget: SUMMARY_BYTES, patches: given === report ? patches : [], pictures }),
    ],
    ['github.txt', (): string => github(given, { prefix: 'deploy/prod' })],
    ['sarif', (): string => sarif(given, { policies, version: '0.1.0', prefix: '' })],
    ['junit.xml', (): string => junit(given)],
    ['html', (): string => html(given, { source: readLines })],
    ['oscal.json', (): string => oscal(given, { version: '0.1.0', now: NOW, uuid: freshUuids() })],
  ])('%s', (extension, format) => {
    expectGolden(`${name}.${extension}`, format())
  })
})

describe('github', () => {
  test('ten errors and ten warnings, the gravest first, and the rest counted', () => {
    const big = many(40, (i) => ({
      severity: i === 39 ? 'critical' : 'low',
      status: i % 2 === 0 ? 'advisory' : 'blocking',
    }))
    const lines = github(big, { prefix: '' }).trimEnd().split('\n')
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(10)
    expect(lines.filter((line) => line.startsWith('::warning '))).toHaveLength(10)
    expect(lines[0]).toContain('line=40,')
    expect(lines.at(-1)).toBe(
      '20 findings more without an annotation: GitHub shows 10 errors and 10 warnings; the report has them all',
    )
  })

  test('what was not judged comes before the gravest finding, and has a line', () => {
    const given = {
      ...many(12, () => ({})),
      unjudged: [{ file: 'z.yaml', line: null, reason: 'no', policy: null, source: null, environments: [] }],
    }
    expect(github(given, { prefix: '' }).split('\n')[0]).toBe('::error file=z.yaml,line=1,title=Not judged::no')
  })

  test('findings on one line are one annotation', () => {
    const given = many(12, (i) => ({ location: at('deploy/all.yaml', 7, 1, 9), message: `message ${i}` }))
    const lines = github(given, { prefix: '' }).trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('title=12 findings%3A Deployment shop/cart::')
    expect(lines[0]).toMatch(/%0Aand 4 more$/)
  })

  test('existing and waived findings are not annotated', () => {
    expect(
      github(
        many(2, (i) => ({ status: i === 0 ? 'existing' : 'waived' })),
        { prefix: '' },
      ),
    ).toBe('')
  })
})

describe('what could not be judged in the base either', () => {
  const [one] = report.unjudged
  const given: Report = { ...clean, unjudged: one === undefined ? [] : [{ ...one, existing: true }] }

  test('is named, and no more', () => {
    const told = text(given, plainText)
    expect(told).not.toContain('NOT JUDGED')
    expect(told).toContain('Not judged in the base either (1)\n  - charts/api/templates/job.yaml:12: template:')
    expect(told).toContain('1 not judged in the base either')
    expect(told).toMatch(/PASS +nothing new blocks, 1 could not be judged in the base either/)
    expect(markdown(given, { budget: 1_000_000, link })).toContain('<summary>1 not judged in the base either</summary>')
    expect(html(given, { source: readLines })).toContain('1 not judged in the base either')
  })

  test('is no annotation, no error and no change', () => {
    expect(github(given, { prefix: '' })).toBe('')
    expect(junit(given)).not.toContain('<error')
    expect(junit(given)).toContain('not judged in the base either: template:')
    expect(sarif(given, { policies, version: '0.1.0', prefix: '' })).toContain('"baselineState": "unchanged"')
  })
})

describe('markdown', () => {
  const big = many(3000, (i) => ({
    severity: i === 2999 ? 'critical' : 'medium',
    message: `message ${i} ${'ü'.repeat(100)}`,
  }))

  test.each([4_000, 65_536, 1_048_576])('stays within %d bytes', (budget) => {
    const page = markdown(big, { budget, link })
    expect(new TextEncoder().encode(page).length).toBeLessThanOrEqual(budget)
    expect(page).toContain('message 2999')
  })

  test('counts what was left out', () => {
    const page = markdown(big, { budget: 65_536, link: () => null })
    const shown = page.split('\n').filter((line) => /\bmessage \d+/.test(line)).length
    expect(page).toContain(`*${3000 - shown} rows left out here, for GitHub's limit on length.`)
  })
})

describe('sarif', () => {
  const parsed = (given: Report) =>
    JSON.parse(sarif(given, { policies, version: '0.1.0', prefix: 'sub dir' })) as {
      runs: [{ results: Record<string, never>[]; tool: { driver: { rules: { id: string }[] } } }]
    }

  test('at most 25,000 results, and a notification for the rest', () => {
    const whole = sarif(
      many(25_001, (i) => ({ severity: i === 25_000 ? 'critical' : 'low' })),
      { policies, version: '0.1.0', prefix: '' },
    )
    expect((JSON.parse(whole) as { runs: [{ results: unknown[] }] }).runs[0].results).toHaveLength(25_000)
    expect(whole).toContain('1 result left out: GitHub takes 25000')
  })

  test('every result has its rule, one line, and a path from the root of the repository', () => {
    const [run] = parsed(report).runs
    for (const result of run.results as unknown as SarifResult[]) {
      expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId)
      const { region, artifactLocation } = result.locations[0].physicalLocation
      expect(region.endLine).toBeUndefined()
      expect(region.startLine).toBeGreaterThan(0)
      expect(artifactLocation.uri).toMatch(/^sub%20dir\//)
    }
  })

  test('two findings with one fingerprint are two alerts', () => {
    const [run] = parsed(many(2, () => ({ fingerprint: 'same' }))).runs
    const prints = (run.results as unknown as SarifResult[]).map(
      (result) => result.partialFingerprints.primaryLocationLineHash,
    )
    expect(prints).toEqual(['same:1', 'same:2'])
  })
})

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly partialFingerprints: { readonly primaryLocationLineHash: string }
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly region: { readonly startLine: number; readonly endLine?: number }
        readonly artifactLocation: { readonly uri: string }
      }
    },
  ]
}

describe('oscal', () => {
  test('never says that a control is satisfied', () => {
    const options = { version: '0.1.0', now: NOW, uuid: freshUuids() }
    expect(oscal(clean, options)).not.toContain('"satisfied"')
    expect(oscal(report, options)).toContain('"not-satisfied"')
  })

  test('control identifiers are tokens', () => {
    const written = JSON.parse(oscal(report, { version: '0.1.0', now: NOW, uuid: freshUuids() })) as {
      'assessment-results': {
        results: [
          { 'reviewed-controls': { 'control-selections': { 'include-controls': { 'control-id': string }[] }[] } },
        ]
      }
    }
    const ids = written['assessment-results'].results[0]['reviewed-controls']['control-selections'].flatMap((s) =>
      s['include-controls'].map((c) => c['control-id']),
    )
    expect(ids).toContain('gdpr_Art.32-1-b')
    for (const id of ids) expect(id).toMatch(/^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$/u)
  })
})

describe('text', () => {
  test('no line is wider than asked, whatever the width', () => {
    for (const width of [40, 60, 100]) {
      const lines = text(report, { ...plainText, width, verbose: true }).split('\n')
      // A path is never broken: it must stay one that an editor opens.
      const wide = lines.filter((line) => [...line].length > width && !/^\S+\.yaml/.test(line))
      expect(wide).toEqual([])
    }
  })

  test('the value of a secret is not shown', () => {
    for (const verbose of [true, false]) expect(text(report, { ...plainText, verbose })).not.toContain('correct-horse')
    expect(html(report, { source: readLines })).not.toContain('correct-horse')
  })

  test('says so where there was nothing to judge', () => {
    const nothing = { ...clean, judged: { ...clean.judged, charts: 0, kustomizations: 0, files: 0, resources: 0 } }
    expect(text(nothing, plainText)).toContain('nothing was there to judge')
    expect(text(nothing, plainText)).toContain('nothing: there are no charts, kustomizations or manifests here')
  })

  test('a remedy is told once a policy', () => {
    const shown = text(
      many(3, () => ({})),
      plainText,
    )
    expect(shown.match(/Mend «privileged container»/g)).toHaveLength(1)
  })
})

test('json is the contract: every key of version 1, and the report as it is', () => {
  expect(JSON.parse(json(report))).toEqual(report)
})
