import { describe, expect, test } from '@jest/globals'
import { text } from '../../src/report/text.js'
import type { UnjudgedVerdict, UnknownVerdict, Verdict } from '../../src/report/report.js'
import { at, clean, readLines, verdict } from './fixture.js'

const options = { colour: false, width: 100, verbose: false, source: readLines }

const isolated = (file: string, changes: Partial<Verdict> = {}): Verdict =>
  verdict('default-deny/ingress-isolated', {
    status: 'blocking',
    message: 'ingress is not isolated',
    location: at(file, 1, 1, 9),
    fingerprint: file,
    related: [],
    environments: [],
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: file },
    ...changes,
  })

const printed = (findings: readonly Verdict[], verbose = false): string =>
  text({ ...clean, outcome: 'fail', findings }, { ...options, verbose })

const said = (page: string): number => page.split('✗').length - 1

test('what is said of many places in the same words is said once', () => {
  const files = ['a.yaml', 'b.yaml', 'c.yaml', 'd.yaml']
  const page = printed(files.map((file) => isolated(file)))
  expect(said(page)).toBe(1)
  expect(page).toContain('and in the same words at 3 more places:')
  for (const file of files) expect(page).toContain(`${file}:1`)
  expect(page).toContain('4 block')
})

test('but of few, in other words, or where more is said of the place', () => {
  const three = ['a.yaml', 'b.yaml', 'c.yaml'].map((file) => isolated(file))
  expect(said(printed(three))).toBe(3)
  expect(said(printed([...three, isolated('d.yaml', { message: 'other' })]))).toBe(4)
  const both = [isolated('d.yaml'), isolated('d.yaml', { message: 'other', fingerprint: 'other' })]
  expect(said(printed([...three, ...both]))).toBe(5)
})

test('verbose says each', () => {
  const many = ['a.yaml', 'b.yaml', 'c.yaml', 'd.yaml'].map((file) => isolated(file))
  expect(said(printed(many, true))).toBe(4)
})

test('a remedy of its own is told beside that of the policy, once each', () => {
  const own = { message: 'on the host network', remediation: 'Hold the nodes.' }
  const page = printed([isolated('a.yaml'), isolated('b.yaml', own), isolated('c.yaml'), isolated('d.yaml', own)])
  expect(page.split('Hold the nodes.')).toHaveLength(2)
  expect(page.split(isolated('a.yaml').remediation.slice(0, 24))).toHaveLength(2)
})

describe('what could not be told', () => {
  const doubt = (file: string, changes: Partial<UnknownVerdict> = {}): UnknownVerdict => ({
    policy: 'least-privilege/root-group',
    message: 'the group is left to its operator',
    blocking: true,
    location: at(file, 1, 1, 9),
    resource: { apiVersion: 'kafka.strimzi.io/v1', kind: 'Kafka', namespace: 'shop', name: file },
    ...changes,
  })
  const files = ['a.yaml', 'b.yaml', 'c.yaml', 'd.yaml']
  const told = (unknowns: readonly UnknownVerdict[]): string => text({ ...clean, unknowns }, options)

  test('is said once of many places', () => {
    const page = told(files.map((file) => doubt(file)))
    expect(page).toContain('Could not be told (4)')
    expect(page.split('left to its operator')).toHaveLength(2)
    for (const file of files) expect(page).toContain(`${file}:1`)
  })

  test('and where it only advises, counted by policy', () => {
    const advises = { blocking: false }
    const page = told([...files.map((file) => doubt(file, advises)), doubt('e.yaml', { ...advises, policy: 'x/y' })])
    expect(page).toContain('5  it could not be told: least-privilege/root-group ×4, x/y')
  })
})

describe('what was not judged', () => {
  const lacking = (folder: string, what = 'redis', changes: Partial<UnjudgedVerdict> = {}): UnjudgedVerdict => ({
    file: `${folder}/Chart.yaml`,
    line: 5,
    reason: `it cannot be rendered without its dependencies: ${what}. Run \`helm dependency build ${folder}\` before the gate`,
    policy: null,
    source: folder,
    environments: [],
    ...changes,
  })
  const printedOf = (unjudged: readonly UnjudgedVerdict[], verbose = false): string =>
    text({ ...clean, outcome: 'fail', unjudged }, { ...options, verbose })
  const folders = ['apps/a', 'apps/b', 'apps/c', 'apps/d']

  test('for one cause is said once, whatever the sources are called', () => {
    const page = printedOf(folders.map((folder) => lacking(folder)))
    expect(said(page)).toBe(1)
    expect(page).toContain('and likewise at 3 more places:')
    for (const folder of folders) expect(page).toContain(`${folder}/Chart.yaml:5`)
    expect(page).toContain('NOT JUDGED (4)')
    expect(
      said(
        printedOf(
          folders.map((folder) => lacking(folder)),
          true,
        ),
      ),
    ).toBe(4)
  })

  test('for another is said, without what helps a second time', () => {
    const page = printedOf([lacking('apps/a'), lacking('apps/b', 'kafka')])
    expect(said(page)).toBe(2)
    expect(page.split('helm dependency build')).toHaveLength(2)
    expect(page).toContain('without its dependencies: kafka\n')
  })

  test('in one file is said once', () => {
    const file = 'base/kustomization.yaml'
    const ofRoot = (source: string): UnjudgedVerdict =>
      lacking(source, 'x', {
        file,
        environments: [source],
        reason: `${file} refers to x. \`kustomize localize ${source}\``,
      })
    const page = printedOf([ofRoot('dev'), ofRoot('prod')])
    expect(said(page)).toBe(1)
    expect(page).toContain('base/kustomization.yaml:5  dev\n')
    expect(page).toContain('base/kustomization.yaml:5  prod\n')
  })
})
