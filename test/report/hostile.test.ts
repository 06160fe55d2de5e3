/** Whatever a pull request writes into names, paths and messages, a report keeps its shape and stays harmless. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { github } from '../../src/report/github.js'
import { html } from '../../src/report/html.js'
import { json } from '../../src/report/json.js'
import { junit } from '../../src/report/junit.js'
import { markdown } from '../../src/report/markdown.js'
import { oscal } from '../../src/report/oscal.js'
import type { Report } from '../../src/report/report.js'
import { uriPath } from '../../src/report/escape.js'
import { sarif } from '../../src/report/sarif.js'
import { text } from '../../src/report/text.js'
import { NOW, freshUuids, policies, report } from './fixture.js'
import { hostile, poisoned } from './hostile.js'

const linesWith = (poison: string) => (): readonly string[] =>
  Array.from({ length: 30 }, () => `x: ${poison.replace(/[\r\n]/g, '')}y`)
const link = (file: string, line: number): string => `https://git.example.com/blob/${uriPath(file)}#L${line}`
const isCommand = (line: string): boolean => line.trimStart().startsWith('::') || line.includes('##[')

/** Holds `of(hostile) == of(harmless)` for what must not depend on the texts. */
function sameShape(print: (given: Report, poison: string) => string, shape: (printed: string) => unknown): void {
  fc.assert(
    fc.property(hostile, (poison) => {
      expect(shape(print(poisoned(poison), poison))).toEqual(shape(print(poisoned('x'), 'x')))
    }),
    { numRuns: 150 },
  )
}

/** Tags with the names of their attributes, in order. */
const tags = (page: string): readonly string[] =>
  [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, ''))

describe('markup keeps its tags', () => {
  test('html', () => {
    sameShape((given, poison) => html(given, { source: linesWith(poison) }), tags)
  })
  test('junit', () => {
    sameShape((given) => junit(given), tags)
  })
  test('html holds no script and asks for nothing', () => {
    const page = html(report, { source: linesWith('x') })
    expect(page).not.toMatch(/<script|<link|<img|url\(|@import|src=|href=/)
  })
})

test('markdown keeps its lines, cells, links and tags', () => {
  const withoutCode = (line: string): string => line.replace(/(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
  sameShape(
    (given) => markdown(given, { budget: 1_000_000, link }),
    (page) => {
      const lines = page.split('\n').map(withoutCode)
      for (const line of lines) expect(line.replace(/\(https:[^)]*\)/g, '')).not.toMatch(/@[^\s&]|:\/\/|www\./i)
      return lines.map((line) => [line.match(/(?<!\\)\|/g)?.length, line.match(/(?<!\\)\]\(/g)?.length, ...tags(line)])
    },
  )
})

test('annotations: one line each, with the same properties', () => {
  sameShape(
    (given) => github(given, { prefix: '' }),
    (log) =>
      log.split('\n').map((line) =>
        /^(::\w+ )(.*?)::/
          .exec(line)
          ?.slice(1, 3)
          .join('')
          .replace(/=[^,]*/g, ''),
      ),
  )
})

test('a log and a terminal see no command and no control character', () => {
  fc.assert(
    fc.property(hostile, fc.boolean(), fc.integer({ min: 40, max: 120 }), (poison, verbose, width) => {
      const lines = text(poisoned(poison), { colour: false, width, verbose, source: linesWith(poison) }).split('\n')
      expect(
        lines.filter(
          (line) => isCommand(line) || /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u.test(line),
        ),
      ).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('json, sarif and oscal stay JSON, and json says exactly what it was given', () => {
  fc.assert(
    fc.property(hostile, (poison) => {
      const given = poisoned(poison)
      expect(JSON.parse(json(given))).toEqual(given)
      const printed = [
        sarif(given, { policies, version: '1', prefix: '' }),
        oscal(given, { version: '1', now: NOW, uuid: freshUuids() }),
      ]
      for (const each of printed) {
        const bad = strings(JSON.parse(each)).filter((text) =>
          /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u.test(text.replace(/\n/g, '')),
        )
        expect(bad).toEqual([])
        // In SARIF's texts that would be a link.
        expect(each).not.toMatch(/"text": ".*\]\(/)
      }
    }),
    { numRuns: 150 },
  )
})

const strings = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : []
