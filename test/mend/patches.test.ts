/** Patches: each holds what belongs together, and all of them are the file with its fixes. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { patchesOf, type Mending } from '../../src/mend/patches.js'
import type { Patch } from '../../src/report/report.js'
import { verdict } from '../report/fixture.js'

const mending = (name: string, ...lines: readonly number[]): Mending => ({
  edits: lines.map((line) => ({ line, column: 1, endLine: line, endColumn: 2, text: '' })),
  verdict: verdict('least-privilege/privileged-container', { fingerprint: name }),
})

const told = (patches: readonly Patch[]) =>
  patches.map(({ line, shown, mends }) => [line, shown, mends.map(({ fingerprint }) => fingerprint)])

const BEFORE = 'a\nb\nc\nd\ne\nf\n'

test('a line that changes is a patch, with what it mends', () => {
  const after = 'a\nB\nc\nd\nE\nf\n'
  expect(told(patchesOf('x.yaml', BEFORE, after, [mending('one', 2), mending('two', 5)]))).toEqual([
    [2, ['-b', '+B'], ['one']],
    [5, ['-e', '+E'], ['two']],
  ])
})

test('lines that come stand with the line before them, and at the top with the one behind', () => {
  expect(
    told(patchesOf('x.yaml', BEFORE, 'top\na\nb\nnew\nc\nd\ne\nf\n', [mending('one', 1), mending('two', 3)])),
  ).toEqual([
    [1, ['+top', ' a'], ['one']],
    [2, [' b', '+new'], ['two']],
  ])
})

test('lines that go are a patch that puts nothing in their place', () => {
  const [patch] = patchesOf('x.yaml', BEFORE, 'a\nd\ne\nf\n', [mending('one', 2), mending('two', 3)])
  expect(patch).toMatchObject({ line: 2, before: ['b', 'c'], after: [], shown: ['-b', '-c'] })
})

test('a fix of two places is one patch, with what lies between', () => {
  expect(told(patchesOf('x.yaml', BEFORE, 'A\nb\nC\nd\ne\nf\n', [mending('one', 1, 3)]))).toEqual([
    [1, ['-a', '-b', '-c', '+A', '+b', '+C'], ['one']],
  ])
})

test('an edit at the end of a line belongs to what comes after that line', () => {
  const end: Mending = {
    ...mending('end'),
    edits: [{ line: 2, column: 2, endLine: 2, endColumn: 2, text: '\nnew' }],
  }
  const after = 'A\nb\nnew\nc\nd\ne\nf\n'
  expect(told(patchesOf('x.yaml', BEFORE, after, [mending('start', 1), end]))).toEqual([
    [1, ['-a', '+A'], ['start']],
    [2, [' b', '+new'], ['end']],
  ])
})

test('what is shown hides secrets; what is suggested is the file as it is', () => {
  const before = 'env: [{name: DB_PASSWORD, value: hunter2}]\nprivileged: true\n'
  const after = before
    .replace('privileged', 'x: [{name: DB_PASSWORD, value: hunter2}]\nprivileged')
    .replace('true', 'false')
  const [patch] = patchesOf('x.yaml', before, after, [mending('one', 2)])
  expect(patch?.shown.join('\n')).not.toContain('hunter2')
  expect(patch?.after.join('\n')).toContain('hunter2')
})

describe('all together', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', '  d', 'e')
  const text = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => lines.map((each) => `${each}\n`).join(''))

  test('are the file with its fixes, in whatever order they are taken', () => {
    fc.assert(
      fc.property(text, text, fc.array(fc.nat(12), { minLength: 1, maxLength: 5 }), (before, after, places) => {
        const patches = patchesOf(
          'x.yaml',
          before,
          after,
          places.map((at) => mending(`at ${at}`, at + 1)),
        )
        const lines = before.split('\n').slice(0, -1)
        const taken = patches.toReversed().reduce((now, patch) => {
          const [at, n] = [patch.line - 1, patch.before.length]
          expect(n).toBeGreaterThan(0)
          expect(now.slice(at, at + n)).toEqual(patch.before)
          return now.toSpliced(at, n, ...patch.after)
        }, lines)
        expect(taken.map((each) => `${each}\n`).join('')).toBe(after)
        if (before !== after) for (const { mends } of patches) expect(mends).not.toEqual([])
      }),
    )
  })
})
