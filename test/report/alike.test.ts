import { expect, test } from '@jest/globals'
import { text } from '../../src/report/text.js'
import type { Verdict } from '../../src/report/report.js'
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
