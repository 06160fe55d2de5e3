import { describe, expect, test } from '@jest/globals'
import type { HelmMoment } from '../../src/render/engines.js'
import { anotherMoment, generatedIn, isRandom } from '../../src/render/moments.js'

const moment = (what: string, live = true): HelmMoment => ({
  template: 'c/templates/a.yaml',
  file: 'templates/a.yaml',
  line: 3,
  what,
  live,
})
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const NO_KEYS: ReadonlySet<string> = new Set()

describe('what another seed made different', () => {
  const generated = (one: object, two: object, keys = NO_KEYS): unknown => {
    const found = generatedIn(JSON.stringify(one), JSON.stringify(two), keys)
    return found === null ? null : Object.fromEntries(found)
  }

  test.each<[string, object, object, unknown]>([
    ['nothing', { a: 'x' }, { a: 'x' }, {}],
    ['a value', { data: { a: 'x1', b: 'same' } }, { data: { a: 'x2', b: 'same' } }, { '["data","a"]': '' }],
    ['in a list', { a: ['s', 'x1'] }, { a: ['s', 'x2'] }, { '["a",1]': '' }],
    ['one line of a file', { a: 'user: u\nkey: 1\n' }, { a: 'user: u\nkey: 2\n' }, { '["a"]': 'user: u\n' }],
    [
      'one line behind base64',
      { a: base64('password=written\nx=1111') },
      { a: base64('password=written\nx=2222') },
      { '["a"]': 'password=written' },
    ],
    ['a key is none', { a: '1' }, { b: '1' }, null],
    ['nor is a number', { a: 1 }, { a: 2 }, null],
    ['nor one item more', { a: ['x'] }, { a: ['x', 'y'] }, null],
  ])('%s', (_, one, two, expected) => expect(generated(one, two)).toEqual(expected))

  test("the engine's own keys, which no seed changes", () => {
    const pem = '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n'
    const keys = new Set(['AAAA'])
    expect(generated({ a: base64(pem), b: 'x' }, { a: base64(pem), b: 'x' }, keys)).toEqual({ '["a"]': '' })
    expect(generated({ a: base64(pem) }, { a: base64(pem) }, new Set(['BBBB']))).toEqual({})
  })
})

describe('another moment', () => {
  const files = [
    { name: 'templates/a.yaml', content: '{{ if .Capabilities.APIVersions.Has "example.com/v1" }}{{ end }}' },
    { name: 'templates/_b.tpl', content: '{{ .Capabilities.APIVersions.Has (`batch/v2`) }}' },
    { name: 'README.md', content: 'APIVersions.Has "no.example.com/v1"' },
  ]

  test('is an upgrade, much later, in a cluster that serves what is asked for', () => {
    const another = anotherMoment({ files, apiVersions: ['a/v1'] }, [moment('.Release.IsUpgrade'), moment('now')])
    expect(another?.request).toMatchObject({ isUpgrade: true, apiVersions: ['a/v1', 'example.com/v1', 'batch/v2'] })
    expect(another?.request.now).toBeGreaterThan(Date.UTC(2090, 0, 1) / 1000)
    expect(another?.why).toBe('.Release.IsUpgrade in templates/a.yaml:3 and now')
  })

  test.each([
    ['nothing', []],
    ['chance', [moment('randAlphaNum')]],
    ['a function that was not called', [moment('now', false)]],
    ['the version of the cluster', [moment('.Capabilities.KubeVersion')]],
  ])('%s makes none', (_, moments) => expect(anotherMoment({ files }, moments)).toBeNull())
})

test('chance', () => {
  expect(isRandom([moment('genCA')])).toBe(true)
  expect(isRandom([moment('randAlphaNum', false), moment('now')])).toBe(false)
})
