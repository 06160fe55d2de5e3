import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { changedLines, unifiedDiff } from '../../src/report/diff.js'

test('a hunk with three lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n'
  expect(unifiedDiff('x.yaml', before, before.replace('e\n', 'E\nE2\n'))).toBe(
    '--- a/x.yaml\n+++ b/x.yaml\n@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+E2\n f\n g\n h\n',
  )
})

test('no line break at the end is said', () => {
  expect(unifiedDiff('x', 'a\nb', 'a\nc\n')).toBe(
    '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n',
  )
})

test('the lines alone', () => {
  expect(changedLines('a\nb\nc\n', 'a\nx\nc\ny\n')).toEqual(['-b\n', '+x\n', '+y\n'])
})

test('thousands of differences between lines that are there but once', () => {
  const line = (i: number, put: string): string => `name: p${i}\n${put}---\n`
  const all = Array.from({ length: 10_000 }, (_, i) => i)
  const before = all.map((i) => line(i, 'privileged: true\n')).join('')
  const after = all.map((i) => line(i, i % 2 === 0 ? 'privileged: false\nmore: x\n' : '')).join('')
  const changed = [
    ...all.map(() => '-privileged: true\n'),
    ...all.slice(5000).flatMap(() => ['+more: x\n', '+privileged: false\n']),
  ]
  expect(changedLines(before, after).toSorted()).toEqual(changed.toSorted())
})

test('git applies it, and has the second text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-diff-'))
  try {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', 'c\n', 'd\n', '\n'), { maxLength: 30 })
      .map((lines) => lines.join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('x', before, after)
        expect(diff === '').toBe(before === after)
        if (diff === '' || before === '' || after === '') return
        writeFileSync(join(folder, 'x'), before)
        execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: diff })
        expect(readFileSync(join(folder, 'x'), 'utf8')).toBe(after)
      }),
      { numRuns: 100 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
