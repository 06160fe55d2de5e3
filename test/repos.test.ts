/**
 * Small whole repositories of test/repos/, and beside each what the gate says about it: as text, and as JSON without what
 * is the same for every finding of a policy. `UPDATE_GOLDEN=1` writes them anew.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { text } from '../src/report/text.js'
import { isMendable } from '../src/mend/report.js'
import type { Report, Verdict } from '../src/report/report.js'
import { run } from '../src/run.js'
import { folderOf, removeFolders } from './command.js'
import { DIST } from './gate.js'

afterAll(removeFolders)

const FOLDER = 'test/repos'

const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

describe.each(cases)('%s', (name) => {
  const result = judged(name)

  test('as text', async () => {
    const { report, linesOf } = await result
    expectGolden(`${name}.txt`, text(report, { colour: false, width: 100, verbose: false, source: linesOf }))
  })

  test('as JSON', async () => {
    expectGolden(`${name}.json`, normalised((await result).report))
  })
})

/** In a copy: no configuration and no repository around it. */
function judged(name: string, fixes?: (verdict: Verdict) => boolean): ReturnType<typeof run> {
  const cwd = folderOf({})
  cpSync(join(FOLDER, name), cwd, { recursive: true })
  mkdirSync(join(cwd, '.git'))
  return run({
    cwd,
    paths: ['.'],
    each: false,
    config: null,
    stage: fixes === undefined ? '' : '2',
    failOn: '',
    tightenOnly: false,
    distribution: DIST,
    onProgress: () => undefined,
    ...(fixes === undefined ? {} : { fixes: { isWanted: fixes } }),
  })
}

function expectGolden(name: string, actual: string): void {
  const file = join(FOLDER, name)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual)
  expect(actual).toBe(readFileSync(file, 'utf8'))
}

/** A line an item, so that a change is read at a glance; what does not block, in short. */
function normalised(report: Report): string {
  const { outcome, judged, unknowns, unjudged, ignored, next } = report
  const findings = report.findings.map((finding) => {
    const { remediation: _r, controls: _c, stage: _s, ...whole } = finding
    const { policy, why, resource, location, environments } = finding
    return finding.status === 'blocking'
      ? whole
      : { policy, why, name: resource.name, at: `${location.file}:${location.line}`, environments }
  })
  const controls = report.controls
    .filter(({ status }) => status !== 'not-assessable')
    .map(({ framework, id, status, findings, unknowns }) => ({ framework, id, status, findings, unknowns }))
  const lists = { unjudged, findings, unknowns, ignored, next, controls }
  const rows = [
    `"outcome": ${JSON.stringify(outcome)}`,
    `"judged": ${JSON.stringify(judged)}`,
    ...Object.entries(lists).map(
      ([key, items]) => `"${key}": [\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`,
    ),
  ]
  return `{\n  ${rows.join(',\n  ')}\n}\n`
}

test('environments, with the edits that mend it', async () => {
  const { report, linesOf } = await judged('environments', isMendable)
  expectGolden('environments.fixes.txt', text(report, { colour: false, width: 100, verbose: false, source: linesOf }))
})
