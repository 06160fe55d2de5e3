import { describe, expect, test } from '@jest/globals'
import { maskLine, maskQuoted, maskSecrets, secretsIn } from '../../src/report/mask.js'

const M = '********'
const masked = (text: string): string => maskSecrets(text.split('\n')).join('\n')

describe('a Secret shows its keys and no value', () => {
  test.each([
    [
      'data and stringData, before and after the kind',
      'apiVersion: v1\ndata:\n  user: YWRtaW4=\n  cert: |\n    abc\n    def\nkind: Secret\nstringData:\n  "a.b": x # why\n\n  c: \'y\'\nmetadata:\n  name: s',
      `apiVersion: v1\ndata:\n  user: ${M}\n  cert: |\n    ${M}\n    ${M}\nkind: Secret\nstringData:\n  "a.b": ${M}\n\n  c: ${M}\nmetadata:\n  name: s`,
    ],
    ['flow', 'kind: Secret\ndata: {a: eA==}\ntype: Opaque', `kind: Secret\ndata: ${M}\ntype: Opaque`],
    ['all in one line', '{kind: Secret, data: {a: eA==}, metadata: {name: s}}', `{kind: Secret, data: ${M}`],
    [
      'JSON',
      '{\n  "kind": "Secret",\n  "data": {\n    "a": "eA=="\n  }\n}',
      `{\n  "kind": "Secret",\n  "data": ${M}\n    "a": ${M}\n  }\n}`,
    ],
    [
      'in a list',
      'kind: List\nitems:\n  - kind: Secret\n    data:\n      a: eA==\n    type: Opaque',
      `kind: List\nitems:\n  - kind: Secret\n    data:\n      a: ${M}\n    type: Opaque`,
    ],
    [
      'data first in a list',
      'items:\n- data:\n    a: eA==\n  kind: Secret',
      `items:\n- data:\n    a: ${M}\n  kind: Secret`,
    ],
    [
      'what kubectl applied last',
      'kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {"data":{"a":"x"}}\n',
      `kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      ${M}\n`,
    ],
    [
      'a template',
      'kind: Secret\nstringData:\n  a: {{ .Values.a | quote }}\n  b: {{ "literal" | b64enc }}',
      `kind: Secret\nstringData:\n  a: {{ .Values.a | quote }}\n  b: ${M}`,
    ],
    ['the document after the separator', '--- {kind: Secret, data: {a: x}}', `--- {kind: Secret, data: ${M}`],
  ])('%s', (_name, given, expected) => {
    expect(masked(given)).toBe(expected)
  })

  test('another document of the same file is not touched', () => {
    const other = 'kind: ConfigMap\ndata:\n  colour: blue'
    expect(masked(`${other}\n---\nkind: Secret\ndata:\n  a: eA==\n---\n${other}`)).toBe(
      `${other}\n---\nkind: Secret\ndata:\n  a: ${M}\n---\n${other}`,
    )
  })
})

describe('what is named or formed like a secret is masked anywhere', () => {
  test.each([
    ['password: hunter2 and more', `password: ${M}`],
    ['  dbPassword: "hunter2"', `  dbPassword: ${M}`],
    ['- --api-key=abc123', `- --api-key=${M}`],
    ['DB_PASSWORD=hunter2', `DB_PASSWORD=${M}`],
    ['config: \'{"token":"abc"}\'', `config: '{"token":${M}}'`],
    ['url: postgres://app:hunter2@db:5432/shop', `url: postgres://app:${M}@db:5432/shop`],
    ['key: AKIAIOSFODNN7EXAMPLE', `key: ${M}`],
    ['auth: ghp_0123456789abcdefghijABCDEFGHIJ012345', `auth: ${M}`],
  ])('%s', (given, expected) => {
    expect(maskLine(given)).toBe(expected)
  })

  test('a private key, to its end', () => {
    const pem = 'ca: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIB\n  -----END RSA PRIVATE KEY-----\nname: x'
    expect(masked(pem)).toBe(`ca: |\n  ${M}\n  ${M}\n  ${M}\nname: x`)
  })

  test('a block under such a name', () => {
    expect(masked('token: |\n  abc\n  def\nname: x')).toBe(`token: |\n  ${M}\n  ${M}\nname: x`)
  })

  test.each([
    ['- name: DB_PASSWORD\n  value: hunter2', `- name: DB_PASSWORD\n  value: ${M}`],
    ['- value: hunter2\n  name: DB_PASSWORD', `- value: ${M}\n  name: DB_PASSWORD`],
    ['- {name: DB_PASSWORD, value: hunter2}', `- {name: DB_PASSWORD, value: ${M}}`],
    [
      'secretGenerator:\n- name: s\n  literals:\n  - a=b\nresources:\n- a.yaml',
      `secretGenerator:\n- name: ${M}\n  literals:\n  - ${M}\nresources:\n- a.yaml`,
    ],
  ])('%j', (given, expected) => {
    expect(masked(given)).toBe(expected)
  })
})

test.each([
  'privileged: true',
  'automountServiceAccountToken: false',
  'secretName: db',
  'secretKeyRef: {name: db, key: password}',
  'secret: {secretName: db}',
  'existingSecret: db',
  'password: {{ .Values.password | quote }}',
  'password: ""',
  '- name: LOG_LEVEL\n  value: debug',
  'resources: ["secrets"]',
  'tokenPath: /var/run/token',
  'image: registry.example.com/shop/token:1.2.3@sha256:abc',
  'cidr: ::/0',
])('%j is no secret', (line) => {
  expect(masked(line)).toBe(line)
})

test('what names a field in a message is no secret, though a password is the same', () => {
  const secrets = secretsIn(['password: password', '# postgresql://login:password@hostname', 'token: mytoken'])
  expect(secrets).toEqual(['mytoken'])
  expect(maskQuoted('config.password is required, not mytoken', secrets)).toBe(`config.password is required, not ${M}`)
})
