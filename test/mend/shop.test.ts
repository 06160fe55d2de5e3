/** The shop of examples/, mended as `ringfence fix` does it: what is left has no edit that mends it and nothing else. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { isMendable } from '../../src/mend/report.js'
import type { Verdict } from '../../src/report/report.js'
import { run, type RunResult } from '../../src/run.js'
import { folderOf, removeFolders } from '../command.js'
import { DIST } from '../gate.js'

afterAll(removeFolders)

const judged = (cwd: string): Promise<RunResult> =>
  run({
    cwd,
    paths: ['.'],
    each: false,
    config: null,
    stage: '',
    failOn: '',
    tightenOnly: false,
    distribution: DIST,
    onProgress: () => undefined,
    fixes: { isWanted: isMendable },
  })

/** They contradict a `runAsUser: 0` beside them, which only a person can decide. */
const LEFT = [
  'least-privilege/run-as-non-root platform/logging/elasticsearch.yaml',
  'least-privilege/run-as-non-root platform/logging/fluent-bit.yaml',
]

test('a second check finds only what has no mechanical remedy, and nothing new', async () => {
  const cwd = folderOf({})
  cpSync('examples/shop', cwd, { recursive: true })
  mkdirSync(join(cwd, '.git'))
  const before = await judged(cwd)
  for (const [file, text] of before.mended) writeFileSync(join(cwd, file), text)
  const after = await judged(cwd)
  const placeOf = ({ policy, location }: Verdict): string => `${policy} ${location.file}`
  expect(after.report.findings.filter(isMendable).map(placeOf).sort()).toEqual(LEFT)
  expect(after.mended.size).toBe(0)
  const known = new Set(before.report.findings.map(({ fingerprint }) => fingerprint))
  expect(after.report.findings.filter(({ fingerprint }) => !known.has(fingerprint))).toEqual([])
  expect(after.report.unjudged).toEqual([])
  const mended = before.report.findings.filter(({ fix }) => fix !== null).map(({ fingerprint }) => fingerprint)
  expect(mended.length).toBeGreaterThan(25)
  const left = new Set(after.report.findings.map(({ fingerprint }) => fingerprint))
  expect(mended.filter((fingerprint) => left.has(fingerprint))).toEqual([])
}, 300_000)
