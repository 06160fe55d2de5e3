/** The expected texts are what github.com/fluxcd/pkg/envsubst gives for them. */
import { expect, test } from '@jest/globals'
import { substitute } from '../../src/render/envsubst.js'

const VALUES: { readonly [name: string]: string } = { FOO: 'foobarfoo/baz', BAR: 'Bar.é*x', A: 'a', EMPTY: '' }

const filled = (text: string): string | null => {
  const { text: result, error } = substitute(text, (name) => VALUES[name] ?? '')
  return error === null ? result : null
}

test.each<[string, string | null]>([
  ['plain', 'plain'],
  ['${FOO}', 'foobarfoo/baz'],
  ['$FOO', '$FOO'],
  ['$$FOO', '$FOO'],
  ['$${FOO}', '${FOO}'],
  ['a $$ b', 'a $ b'],
  ['${NONE}', ''],
  ['${NONE:-d}', 'd'],
  ['${NONE:=d}', 'd'],
  ['${NONE-d}', null],
  ['${NONE=d}', 'd'],
  ['${NONE:?d}', 'd'],
  ['${NONE:+d}', 'd'],
  ['${FOO:+d}', 'foobarfoo/baz'],
  ['${EMPTY:-d}', 'd'],
  ['${EMPTY-d}', null],
  ['${NONE:-${A}}', 'a'],
  ['${NONE:-x${A}y}', 'xay'],
  ['${#FOO}', '13'],
  ['${#BAR}', '8'],
  ['${BAR^}', 'Bar.é*x'],
  ['${BAR^^}', 'BAR.É*X'],
  ['${BAR,}', 'bar.é*x'],
  ['${BAR,,}', 'bar.é*x'],
  ['${FOO:3}', 'barfoo/baz'],
  ['${FOO:3:3}', 'bar'],
  ['${FOO:-3}', 'foobarfoo/baz'],
  ['${FOO: -3}', 'foobarfoo/baz'],
  ['${FOO:99}', ''],
  ['${FOO:x}', 'foobarfoo/baz'],
  ['${FOO:1:x}', 'foobarfoo/baz'],
  ['${FOO/foo/X}', 'Xbarfoo/baz'],
  ['${FOO//foo/X}', 'XbarX/baz'],
  ['${FOO/#foo/X}', 'Xbarfoo/baz'],
  ['${FOO/%baz/X}', 'foobarfoo/X'],
  ['${FOO/foo}', null],
  ['${FOO/foo/}', 'barfoo/baz'],
  ['${FOO/\\//X}', 'foobarfooXbaz'],
  ['${FOO#*o}', 'obarfoo/baz'],
  ['${FOO##*o}', '/baz'],
  ['${FOO%o*}', 'foobarfo'],
  ['${FOO%%o*}', 'f'],
  ['${FOO#[a-f]}', 'oobarfoo/baz'],
  ['${FOO#[^a-f]}', 'foobarfoo/baz'],
  ['${FOO%\\*}', 'foobarfoo/baz'],
  ['${BAR%\\*x}', 'Bar.é*x'],
  ['${FOO', null],
  ['${}', null],
  ['${ FOO}', null],
  ['${FOO }', null],
  ['${FOO-}', null],
  ['${FOO:}', null],
  ['}{', '}{'],
  ['${A}${A}', 'aa'],
  ['é ${A} é', 'é a é'],
  ['${BAR:4:1}', '�'],
  ['${BAR#Bar.?}', '�*x'],
  ['${A:-\\}}', 'a}'],
  ['$${A:-${A}}', '${A:-a}'],
  ['${FOO/${A}/x}', 'foobxrfoo/baz'],
  ['{{ .Values.x }} ${A}', '{{ .Values.x }} a'],
  ['${FOO@}', null],
  ['${A:0:9}', 'a'],
])('%s', (text, expected) => {
  expect(filled(text)).toBe(expected)
})

test('what nobody knows stays and is named, unless it has a default', () => {
  const { text, unknown } = substitute('${A} ${B} ${B^^} ${C:-c} ${D}', (name) => VALUES[name] ?? null)
  expect(text).toBe('a ${B} ${B} c ${D}')
  expect(unknown).toEqual(['B', 'D'])
})
