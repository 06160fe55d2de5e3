/** Texts that a pull request may bring to harm whoever reads the report. */
import fc from 'fast-check'
import type { Report } from '../../src/report/report.js'
import { report } from './fixture.js'

const ATTACKS = [
  '\n::error file=a.yaml,line=1::owned',
  '::set-output name=outcome::pass',
  '##[command]rm',
  '\u001b[2J\u001b[1;1H',
  '\u001b]8;;https://evil.example/\u0007click\u001b]8;;\u0007',
  '\u009b31m',
  '\r',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\ud800',
  '\u0000',
  '</td></tr></table><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '<!--',
  ']]>',
  '<![CDATA[',
  '&lt;&#60;&amp;',
  '| a | b |',
  '\\|',
  '`',
  '``',
  '```\n',
  '[click](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '](1)',
  '<details>',
  '</details>',
  '@octocat',
  '@org/team',
  'me@example.com',
  '#1',
  'org/repo#1',
  'GH-1',
  'https://evil.example',
  'www.evil.example',
  ':tada:',
  '$x$',
  '---',
  '===',
  '# heading',
  '- item',
  '1. item',
  '*',
  '_',
  '~~',
  '%0A',
  '%25',
  ',',
  ':',
  '::',
  ' ',
  'name',
  '資料',
  '🙂',
]

export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...ATTACKS), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ maxLength: 5 })), { maxLength: 6 })
    .map((parts) => parts.join('')),
)

/** The gate's own words: everything else in a report may come from the pull request. */
const OWN = new Set(['outcome', 'severity', 'status', 'precision', 'owns', 'framework', 'controls', 'frameworks'])

/** The same report with every text of somebody else's ending in `poison`. */
export function poisoned(poison: string): Report {
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return OWN.has(key) ? value : value + poison
    if (OWN.has(key) || typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item) => change(item, key))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item, name)]))
  }
  return change(report, '') as Report
}
