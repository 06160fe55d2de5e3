import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { removeFolders } from '../command.js'
import { judged, pod, policy } from '../extends/judged.js'

let cache: string
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'ringfence-cache-'))
  process.env['RUNNER_TEMP'] = cache
})
afterAll(() => {
  rmSync(cache, { recursive: true })
  delete process.env['RUNNER_TEMP']
})
afterEach(removeFolders)

const FRAMEWORK = `id: house-rules
title: "House rules"
version: "2026"
disclaimer: "Ours alone."
sources: {J: "Our own reading"}
reasons: {people: "A matter of people."}
controls:
  H.1: {title: "No privileged containers"}
  H.2: {title: "Nobody props the door open", not-assessable: people}
  H.3: {title: "Every pod has an owner"}
policies:
  least-privilege/privileged-container: {H.1: J}
  org/owner: {H.3: J}
`

const POLICIES = { '.ringfence/policies/owner.rego': policy('owner') }

test('a framework of the repository is in the report, with what its policies found', async () => {
  const { report } = await judged({ ...POLICIES, '.ringfence/frameworks/house.yaml': FRAMEWORK, 'a.yaml': pod('app') })
  expect(report.unjudged).toEqual([])
  expect(
    report.controls
      .filter(({ framework }) => framework === 'house-rules')
      .map(({ id, status, findings }) => [id, status, findings]),
  ).toEqual([
    ['H.1', 'gap', 1],
    ['H.2', 'not-assessable', 0],
    ['H.3', 'gap', 1],
  ])
  const found = report.findings.find(({ policy }) => policy === 'least-privilege/privileged-container')
  expect(found?.controls).toContainEqual({ framework: 'house-rules', id: 'H.1' })
  expect(found?.controls.map(({ framework }) => framework)).toContain('gdpr')
})

test('a mapping of a framework that is there is replaced, policy by policy', async () => {
  const mapping = `id: gdpr\nsources: {H: "The house's lawyers"}\npolicies: {least-privilege/privileged-container: {Art. 5(2): H}}\n`
  const { report } = await judged({ '.ringfence/frameworks/gdpr.yaml': mapping, 'a.yaml': pod('app') })
  expect(report.unjudged).toEqual([])
  const of = (policy: string) =>
    report.findings
      .find((finding) => finding.policy === policy)
      ?.controls.filter(({ framework }) => framework === 'gdpr')
  expect(of('least-privilege/privileged-container')).toEqual([{ framework: 'gdpr', id: 'Art. 5(2)' }])
  expect(of('least-privilege/run-as-non-root')).not.toEqual([])
  expect(report.frameworks.find(({ id }) => id === 'gdpr')?.sources).toMatchObject({ H: "The house's lawyers" })
})

test.each([
  ['id: house\npolices: {}\n', 2, 'unknown key "polices" (did you mean "policies"?)'],
  ['id: gdpe\n', 1, 'there is no framework "gdpe" (did you mean "gdpr"?); controls are missing to make it one'],
  ['id: gdpr\ntitle: x\n', 2, 'title belongs to a framework: controls is missing'],
  ['id: house\ncontrols: {H.1: {title: a}}\n', 1, 'disclaimer is missing'],
  [
    FRAMEWORK.replace('not-assessable: people', 'not-assessable: peopel'),
    9,
    'there is no reason "peopel" (did you mean "people"?)',
  ],
  [FRAMEWORK.replace('{H.1: J}', '{H.9: J}'), 12, 'house-rules has no control H.9'],
  [FRAMEWORK.replace('{H.1: J}', '{H.1: X}'), 12, 'house-rules knows no source X'],
  [
    FRAMEWORK.replace('privileged-container:', 'priviledged-container:'),
    12,
    'there is no policy "least-privilege/priviledged-container" (did you mean "least-privilege/privileged-container"?)',
  ],
])('what is wrong is told with its line, and blocks: %#', async (framework, line, reason) => {
  const { report } = await judged({ ...POLICIES, '.ringfence/frameworks/a.yaml': framework, 'a.yaml': 'a: 1\n' })
  expect(report.outcome).toBe('fail')
  const [first] = report.unjudged.filter(({ file }) => file === '.ringfence/frameworks/a.yaml')
  expect(first).toMatchObject({ line })
  expect(first?.reason.startsWith(reason)).toBe(true)
})

test('the framework of an organisation is not changed by who extends it', async () => {
  const files = {
    'org/.ringfence/frameworks/house.yaml': FRAMEWORK.replace(/ {2}org.*\n/, ''),
    '.ringfence.yaml': 'extends: org\n',
    'a.yaml': pod('app'),
  }
  const { report } = await judged(files)
  expect(report.controls.some(({ framework }) => framework === 'house-rules')).toBe(true)
  const changed = await judged({ ...files, '.ringfence/frameworks/mine.yaml': 'id: house-rules\npolicies: {}\n' })
  expect(changed.report.unjudged[0]).toMatchObject({
    file: '.ringfence/frameworks/mine.yaml',
    reason: 'the framework house-rules is that of org, which cannot be changed here',
  })
})

test('parameters of overrides reach custom policies, resource by resource', async () => {
  const config = `policies: {org/owner: {parameters: {label: team}}}
overrides:
  - match: {name: other}
    policies: {org/owner: {parameters: {label: squad}}}
`
  const { report } = await judged({
    ...POLICIES,
    '.ringfence.yaml': config,
    'a.yaml': pod('app'),
    'b.yaml': pod('other'),
  })
  expect(
    report.findings
      .filter(({ policy }) => policy === 'org/owner')
      .map(({ resource, message }) => `${resource.name}: ${message}`)
      .sort(),
  ).toEqual(['app: no label team', 'other: no label squad'])
})
