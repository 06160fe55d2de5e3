import { describe, expect, test } from '@jest/globals'
import type { Unjudged } from '../../src/model.js'
import { lackingBase, lackingDependencies, lackingFile, withNotFetched } from '../../src/render/lacking.js'

const item = (reason: string, rest: Partial<Unjudged> = {}): Unjudged => ({
  file: 'base/kustomization.yaml',
  line: 2,
  reason,
  policy: null,
  source: 'prod',
  environments: ['prod'],
  ...rest,
})

const base = lackingBase(
  'kustomization.yaml refers to x: Ringfence renders without a network. Vendor it into the repository.',
  '',
)
const chart = lackingDependencies('found in Chart.yaml, but missing in charts/ directory: redis', 'charts/a')

test('what is about something else is none', () => {
  expect(lackingBase('no such file', '')).toBeNull()
  expect(lackingDependencies('no such file', '')).toBeNull()
  expect(base).toContain('`kustomize localize .`')
  expect(chart).toContain('without its dependencies: redis. Run `helm dependency build charts/a`')
})

test('a file that is not there is told once, and the innermost', () => {
  const missing = (path: string): string =>
    `evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`
  const own = `accumulation err='accumulating resources from 'a.yaml': ${missing('base/a.yaml')}': must build at directory`
  expect(lackingFile(`accumulating resources: ${own}: not a valid directory: ${missing('base/a.yaml')}`)).toBe(
    'there is no base/a.yaml, which it names',
  )
  expect(lackingFile('may not add resource with an already registered id')).toBeNull()
})

describe('with what could not be fetched', () => {
  const refused = item('x: main may be something else tomorrow', { source: 'base', environments: [] })

  test.each([
    ['a base', base],
    ['a dependency', chart],
  ])('%s is told once, by the reason that it was not', (_, reason) => {
    const lacking = item(reason ?? '')
    const staging = item(reason ?? '', { source: 'staging' })
    expect(withNotFetched([[lacking], [staging]], [refused])).toEqual([
      [{ ...lacking, reason: refused.reason }],
      [{ ...staging, reason: refused.reason }],
    ])
  })

  test('what the render did not come to, or failed by beside it, stays', () => {
    const [other, broken] = [item('y: it names no repository', { line: 3 }), item('invalid Kustomization')]
    expect(withNotFetched([[broken, item(base ?? '', { file: 'other.yaml' })], []], [refused, other])).toEqual([
      [refused, other, broken, item(base ?? '', { file: 'other.yaml' })],
      [],
    ])
  })
})
