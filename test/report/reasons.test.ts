import { describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { maskQuoted, secretsIn } from '../../src/report/mask.js'
import { withoutSecrets } from '../../src/report/reasons.js'

const M = '********'

describe('what masking hides', () => {
  test.each<[string, readonly string[]]>([
    ['replicas: 3\nname: cart\n', []],
    ['password: hunter2hunter2\n', ['hunter2hunter2']],
    ['dbPassword: "two words"\n', ['two words']],
    ['url: postgres://user:hunter2hunter2@db/shop\n', ['hunter2hunter2']],
    ['args: [--token=abcdef, --password=ghijkl]\n', ['abcdef', 'ghijkl']],
    ['kind: Secret\nstringData:\n  plain: some value\n', ['some value']],
    ['kind: Secret\ndata: {a: "first one", b: second}\n', expect.arrayContaining(['first one', 'second']) as never],
    // What a template says where a value is missing is for people.
    [
      'kind: Secret\ndata:\n  key: {{ required "Please give a key" .Values.key | b64enc }}\n',
      expect.not.arrayContaining(['Please give a key']) as never,
    ],
    [
      'kind: Secret\ndata:\n  key: {{ default "hunter2" .Values.key | b64enc }}\n',
      expect.arrayContaining(['hunter2']) as never,
    ],
    ['secretGenerator:\n- literals:\n  - a=bcdef\n', expect.arrayContaining(['a=bcdef']) as never],
    // Too short to be told from other words.
    ['password: abc\n', []],
  ])('%j', (text, secrets) => {
    expect(secretsIn(text.split('\n'))).toEqual(secrets)
  })
})

test('a text that quotes them has none, the longest first', () => {
  expect(maskQuoted('the password is hunter2hunter2!', ['hunter2', 'hunter2hunter2'])).toBe(`the password is ${M}!`)
  expect(maskQuoted('Secret: stringData takes a map', [])).toBe('Secret: stringData takes a map')
  expect(maskQuoted('cannot reach https://user:pass@example.com', [])).toBe(
    `cannot reach https://user:${M}@example.com`,
  )
})

test('a reason is masked by the files that were read for its source, and by no other', () => {
  const tree = memoryTree({
    'charts/cart/values.yaml': 'password: hunter2hunter2\n',
    'charts/web/values.yaml': 'host: example.com\n',
    'charts/cart/logo.png': new Uint8Array([0, 1, 2]),
  })
  const inputs = new Map([
    ['charts/cart', new Set(['charts/cart/values.yaml', 'charts/cart/logo.png', 'charts/cart/hunter2hunter2.yaml'])],
    ['charts/web', new Set(['charts/web/values.yaml'])],
  ])
  const item = { file: 'a', line: 1, reason: 'password hunter2hunter2 at example.com', source: 'charts/cart' }
  expect(withoutSecrets([item], tree, inputs)).toEqual([{ ...item, reason: `password ${M} at example.com` }])
  // A word that the path shows anyway is no secret.
  const named = memoryTree({ 'charts/cart/values.yaml': 'password: cart\n' })
  expect(withoutSecrets([{ ...item, reason: 'cart' }], named, inputs)[0]?.reason).toBe('cart')
  for (const source of ['charts/web', 'charts/unknown', null]) {
    expect(withoutSecrets([{ ...item, source }], tree, inputs)[0]?.reason).toBe(item.reason)
  }
})
