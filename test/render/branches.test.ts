import { describe, expect, test } from '@jest/globals'
import { answered } from '../../src/render/branches.js'

const NOTHING = { name: false, namespace: false }

/** What becomes of the templates of a chart where every comparison is answered yes. */
function yes(templates: { readonly [name: string]: string }, stated = NOTHING): Record<string, string> | null {
  const files = Object.entries(templates).map(([name, content]) => ({ name: `templates/${name}`, content }))
  const other = answered(files, stated, true)
  return other && Object.fromEntries(other.files.map(({ name, content }) => [name.slice(10), String(content)]))
}

describe('a comparison that nothing here decides', () => {
  test.each([
    ['{{ if eq (randNumeric 1) "3" }}', '{{ if true }}'],
    ['{{- else if and .Values.a (eq (now | date "Mon") "Sun") -}}', '{{- else if and .Values.a (true) -}}'],
    ['{{ .Release.Revision | int | eq 4 | not }}', '{{ true | not }}'],
    ['{{ $x := ne .Release.Name `a` }}', '{{ $x := true }}'],
    ['{{ with gt (len (uuidv4)) 3 }}', '{{ with true }}'],
    ['{{ $r := .Release.Revision }}{{ if lt $r 3 }}', '{{ $r := .Release.Revision }}{{ if true }}'],
    ['{{/* {{ if }} */}}{{ if mod (randInt 0 9) 3 }}', '{{/* {{ if }} */}}{{ if true }}'],
    ['{{- /* ` */}}{{ if mod (randInt 0 9) 3 }}', '{{- /* ` */}}{{ if true }}'],
    ['{{ if eq "}}" (randAlpha 2) }}', '{{ if true }}'],
  ])('%s', (template, expected) => expect(yes({ a: template })).toEqual({ a: expected }))

  test('by way of a helper, and what would refuse to be deployed', () => {
    const templates = {
      '_h.tpl': '{{ define "b" }}{{ include "a" . }}{{ end }}{{ define "a" }}{{ .Release.Revision }}{{ end }}',
      a: '{{ if eq (include "b" .) "3" }}{{ fail "no" }}{{ end }}',
    }
    expect(yes(templates)).toEqual({ ...templates, a: '{{ if true }}{{ "" }}{{ end }}' })
  })

  test('says which and where', () => {
    const files = [{ name: 'templates/a', content: '\n{{ if eq .Release.Revision 1 }}{{ if eq .Release.Name "x" }}' }]
    expect(answered(files, NOTHING, false)).toEqual({
      files: [{ name: 'templates/a', content: '\n{{ if false }}{{ if false }}' }],
      why: '.Release.Revision in templates/a:2',
    })
  })
})

test.each([
  ['names that hold the name of the chart', '{{ if contains $name .Release.Name }}'],
  ['whether there is a value', '{{ $p := randAlphaNum 9 }}{{ if $p }}'],
  ['what the values say', '{{ if eq .Values.now "now" }}'],
  ['a text that is called as a function is', '{{ if eq .Values.a "randInt" }}'],
  ['a comment', '{{/* eq (randInt 0 1) 1 */}}'],
  ['what cannot be read', '{{ if eq (randInt 0 1'],
])('stays as it is: %s', (_, template) => expect(yes({ a: template })).toBeNull())

test('what is stated is known', () => {
  const template = { a: '{{ if eq .Release.Name "x" }}', b: '{{ if eq .Release.Namespace "x" }}' }
  expect(yes(template, { name: true, namespace: false })).toEqual({ ...template, b: '{{ if true }}' })
  expect(yes(template, { name: true, namespace: true })).toBeNull()
})
