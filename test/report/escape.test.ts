import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  clipped,
  code,
  commandData,
  commandProperty,
  html,
  jsonText,
  logLine,
  markdown,
  plain,
  uriPath,
} from '../../src/report/escape.js'
import { hostile } from './hostile.js'

describe('plain', () => {
  test.each([
    ['a\nb', 'a\\nb'],
    ['a\r\tb', 'a\\r\\tb'],
    ['\u001b[31mred', '\\x1b[31mred'],
    ['\u009b31mred', '\\x9b31mred'],
    ['admin\u202egpj', 'admin\\u202egpj'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['lone \ud800 half', 'lone \\ud800 half'],
    ['ordinary: Größe 資料 🙂 «×»', 'ordinary: Größe 資料 🙂 «×»'],
  ])('%j becomes %s', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  test('is one line of visible characters, and changes nothing the second time', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const seen = plain(text)
        expect(seen).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(seen).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/)
        expect(plain(seen)).toBe(seen)
      }),
    )
  })
})

describe('clipped', () => {
  test('cuts at a length in characters, and says so', () => {
    expect(clipped('abcdef', 6)).toBe('abcdef')
    expect(clipped('abcdefg', 6)).toBe('abcde…')
    expect(clipped('🙂🙂🙂', 2)).toBe('🙂…')
    expect(clipped('\n'.repeat(10), 4)).toBe('\\n\\…')
  })

  test('never longer than asked', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.integer({ min: 1, max: 50 }),
        (text, length) => [...clipped(text, length)].length <= length,
      ),
    )
  })
})

/** As actions/runner's ActionCommand.cs finds a command in a line of the log. */
const isCommand = (line: string): boolean =>
  (line.trimStart().startsWith('::') && line.trimStart().indexOf('::', 2) >= 0) || /##\[.*\]/.test(line)

describe('logLine', () => {
  test.each(['::error::x', '   ::set-output name=a::b', 'x ##[error]y', '###[error]y', '::stop-commands::t'])(
    '%j is no command any more',
    (line) => {
      expect(isCommand(line)).toBe(true)
      expect(isCommand(logLine(line))).toBe(false)
    },
  )

  test('leaves an ordinary line as it is', () => {
    for (const line of ['from ::/0 to 10.0.0.0/8', '  12 │ cidr: ::/0', '']) expect(logLine(line)).toBe(line)
  })

  test('never a command', () => {
    fc.assert(fc.property(hostile, (text) => !isCommand(logLine(plain(text)))))
  })
})

describe('workflow commands', () => {
  test('as @actions/core writes them', () => {
    expect(commandData('50% of a:b,c\r\n')).toBe('50%25 of a:b,c%0D%0A')
    expect(commandProperty('50% of a:b,c\r\n')).toBe('50%25 of a%3Ab%2Cc%0D%0A')
  })

  test('one line, and the runner reads what was meant', () => {
    const unescape = (text: string): string =>
      text
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%0D', '\r')
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%')
    fc.assert(
      fc.property(hostile, (text) => {
        const written = commandProperty(text)
        expect(written).not.toMatch(/[\r\n:,]/)
        expect(unescape(written)).toBe(text)
      }),
    )
  })
})

test('html: nothing opens a tag, an entity or a quote', () => {
  expect(html(`<b a="x">'&amp;`)).toBe('&#60;b a=&#34;x&#34;&#62;&#39;&#38;amp;')
  fc.assert(fc.property(hostile, (text) => !/[<>"']|&(?!#\d+;)/.test(html(text))))
})

describe('code', () => {
  test.each([
    ['a', '`a`'],
    ['', '` `'],
    ['`', '`` ` ``'],
    ['a``b', '```a``b```'],
    ['a|b', '`a\\x7cb`'],
    [' a ', '`  a  `'],
    ['@org/team #1', '`@org/team #1`'],
  ])('%j becomes %s', (text, expected) => {
    expect(code(text)).toBe(expected)
  })

  test('is one code span that holds it all', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const span = code(text)
        const fence = /^`+/.exec(span)?.[0] ?? ''
        const inner = span.slice(fence.length, -fence.length)
        expect(span.endsWith(fence)).toBe(true)
        expect([...inner.matchAll(/`+/g)].map(([run]) => run.length)).not.toContain(fence.length)
        expect(inner).not.toMatch(/^`|`$|[|\n]/)
      }),
    )
  })
})

describe('markdown', () => {
  test.each([
    ['container *app*', 'container \\*app\\*'],
    ['[x](javascript:1)', '\\[x\\](javascript:1)'],
    ['a | b', 'a &#124; b'],
    ['@octocat', '@&#8203;octocat'],
    ['me@example.com', 'me@&#8203;example.com'],
    ['fixes #12', 'fixes #&#8203;12'],
    ['see org/repo#12 and GH-3', 'see org/repo#&#8203;12 and GH-&#8203;3'],
    ['https://example.com', 'https:&#8203;//example.com'],
    ['www.example.com', 'www&#8203;.example.com'],
    [':tada:', ':&#8203;tada:'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['&lt;', '&#38;lt;'],
    ['# not a heading', '\\# not a heading'],
    ['- not a list', '\\- not a list'],
    ['1. not a list', '1\\. not a list'],
    ['port 8080/TCP of shop/cart-1', 'port 8080/TCP of shop/cart-1'],
  ])('%j becomes %s', (text, expected) => {
    expect(markdown(text)).toBe(expected)
  })

  test('no character of Markdown or HTML stands unescaped', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = markdown(text)
        const bare = written.replace(/\\[\\`*_[\]~$#+=.)-]/g, '').replace(/&#\d+;/g, '')
        expect(bare).not.toMatch(/[\\`*_[\]~$<>|&\n]/)
        expect(written).not.toMatch(/@[^\s&]|:\/\/|www\./i)
      }),
    )
  })
})

test('jsonText: the same value, in characters that show', () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), (value) => {
      const written = jsonText(value)
      expect(JSON.parse(written)).toEqual(value)
      expect(written.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
      expect(written.split('\n').some(isCommand)).toBe(false)
    }),
  )
})

test('uriPath: a path, and nothing that ends one', () => {
  expect(uriPath("a b/(c)?#%/'d'")).toBe('a%20b/%28c%29%3F%23%25/%27d%27')
  fc.assert(fc.property(hostile, (text) => /^[\w.~%/-]*$/.test(uriPath(text))))
})
