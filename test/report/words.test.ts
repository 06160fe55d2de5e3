import { describe, expect, test } from '@jest/globals'
import { bySeverity, countsOf, grouped } from '../../src/report/words.js'
import type { Report, Verdict } from '../../src/report/report.js'
import { at, clean, verdict } from './fixture.js'

const POLICY = 'least-privilege/privileged-container'

const found = (file: string, line: number, changes: Partial<Verdict> = {}): Verdict =>
  verdict(POLICY, {
    status: 'blocking',
    location: at(file, line, 1, 9),
    fingerprint: `${file}:${line}`,
    related: [],
    resource: { apiVersion: 'v1', kind: 'Pod', namespace: null, name: `${file}-${line}` },
    ...changes,
  })

const places = (findings: readonly Verdict[]): readonly string[] =>
  grouped(findings).map(({ location: { file, line } }) => `${file}:${line}`)

const reportOf = (findings: readonly Verdict[]): Report => ({ ...clean, outcome: 'fail', findings })

describe('the order of findings', () => {
  test('files with the gravest first, then by name; in a file so by resource, then by line', () => {
    expect(
      places([
        found('a.yaml', 1, { severity: 'medium' }),
        found('c.yaml', 1, { severity: 'low' }),
        found('c.yaml', 9, { severity: 'critical' }),
        found('b.yaml', 1, { severity: 'high' }),
        found('b.yaml', 5, { severity: 'high' }),
        found('a.yaml', 7, { severity: 'critical', status: 'advisory' }),
      ]),
    ).toEqual(['c.yaml:9', 'c.yaml:1', 'b.yaml:1', 'b.yaml:5', 'a.yaml:1', 'a.yaml:7'])
  })
})

describe('a finding that another implies', () => {
  const findings = [found('role.yaml', 3), found('binding.yaml', 8, { impliedBy: 'role.yaml:3' })]

  test('is a further place of that one, and counted once', () => {
    expect(places(findings)).toEqual(['role.yaml:3'])
    expect(grouped(findings)[0]?.findings[0]?.related).toEqual([
      { file: 'binding.yaml', line: 8, why: 'Pod binding.yaml-8' },
    ])
    expect(countsOf(reportOf(findings)).blocking).toBe(1)
  })

  test('stands by itself where that one is not shown', () => {
    expect(places(findings.slice(1))).toEqual(['binding.yaml:8'])
    const waived = [found('role.yaml', 3, { status: 'waived' }), ...findings.slice(1)]
    expect(places(waived)).toEqual(['binding.yaml:8', 'role.yaml:3'])
  })
})

test('what blocks is counted by severity', () => {
  const severities = ['high', 'critical', 'high', 'low'] as const
  const blocking = severities.map((severity, i) => found('a.yaml', i + 1, { severity }))
  expect(bySeverity(reportOf([...blocking, found('a.yaml', 9, { status: 'advisory' })]))).toBe(
    '1 critical, 2 high, 1 low',
  )
  expect(bySeverity(reportOf([]))).toBe('')
})
