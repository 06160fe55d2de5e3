import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { columns, framesOf } from '../../src/report/frame.js'
import { at } from './fixture.js'
import { hostile } from './hostile.js'

const frame = (line: string, from: number, to: number, width = 100) =>
  framesOf(() => [line])(at('a.yaml', 1, from, to), width)

describe('a frame', () => {
  test('is the line without its indentation, in three parts', () => {
    expect(frame('    - {privileged: true, x: 1}', 8, 24)).toEqual({
      line: 1,
      before: '- {',
      marked: 'privileged: true',
      after: ', x: 1}',
    })
  })

  test('to the end of the line where the range goes on below', () => {
    expect(framesOf(() => ['a: |', '  b'])({ ...at('a.yaml', 1, 1, 2), endLine: 2 }, 80)).toMatchObject({
      before: '',
      marked: 'a: |',
    })
  })

  test('shows controls as text and tabs as spaces', () => {
    expect(frame('a:\t\u001b[31mred', 1, 2)).toEqual({ line: 1, before: '', marked: 'a', after: ':  \\x1b[31mred' })
  })

  test('is masked, and the mark stays on the line', () => {
    expect(frame('password: a-very-long-password', 1, 31)).toMatchObject({ marked: 'password: ********', after: '' })
  })

  test('cut, shows where the mark begins', () => {
    const cut = frame(`${'a'.repeat(200)}: bad${'c'.repeat(200)}`, 203, 206, 60)
    expect(cut?.marked).toBe('bad')
    expect(cut?.before).toMatch(/^…a+: $/)
    expect(cut?.after).toMatch(/^c+…$/)
  })

  test('there is none where the line is not known, not there or empty', () => {
    const frames = framesOf((file) => (file === 'a.yaml' ? ['a: 1', '  '] : null))
    expect(frames(at('a.yaml', 1, 1, 1, 'file'), 80)).toBeNull()
    expect(frames(at('a.yaml', 1, 1, 1, 'template'), 80)).toBeNull()
    expect(frames(at('a.yaml', 1, 1, 5, 'template'), 80)).toMatchObject({ marked: 'a: 1' })
    expect(frames(at('a.yaml', 2, 1, 2), 80)).toBeNull()
    expect(frames(at('a.yaml', 9, 1, 2), 80)).toBeNull()
    expect(frames(at('b.yaml', 1, 1, 2), 80)).toBeNull()
  })

  test('never longer than asked, the mark never empty, whatever stands there', () => {
    fc.assert(
      fc.property(hostile, fc.nat(60), fc.nat(60), fc.integer({ min: 20, max: 80 }), (text, from, length, width) => {
        const shown = frame(`x${text}`, from + 1, from + 1 + length, width)
        if (shown === null) throw new Error('no frame')
        expect([...shown.before, ...shown.marked, ...shown.after].length).toBeLessThanOrEqual(width)
        expect(shown.marked).not.toBe('')
      }),
    )
  })

  test('a file is read once', () => {
    let reads = 0
    const frames = framesOf(() => {
      reads++
      return ['a: 1', 'b: 2']
    })
    frames(at('a.yaml', 1, 1, 2), 80)
    frames(at('a.yaml', 2, 1, 2), 80)
    expect(reads).toBe(1)
  })
})

test('columns: wide characters take two cells, combining ones none', () => {
  expect([columns('abc'), columns('資料'), columns('e\u0301'), columns('🙂')]).toEqual([3, 4, 1, 2])
})
