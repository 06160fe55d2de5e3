import { describe, expect, test } from '@jest/globals'
import type { KubernetesObject, Resource } from '../../../src/model.js'
import { podOf } from '../../../src/relate/index/pod.js'
import {
  assignsPassword,
  isCredential,
  isNamedSecret,
  secrets,
  type WrittenSecret,
} from '../../../src/relate/resolve/secrets.js'
import { worldOf } from '../../../src/relate/world.js'
import { stopped } from '../../stopped.js'

function written(object: object): readonly WrittenSecret[] {
  const typed = { apiVersion: 'v1', metadata: { name: 'x' }, ...object } as unknown as KubernetesObject
  const resource = {
    id: 0,
    object: typed,
    group: '',
    kind: typed.kind,
    name: 'x',
    namespace: 'shop',
    origin: {},
  } as unknown as Resource
  return secrets.resolve([], worldOf([]))(resource, podOf(resource)).written
}

const brief = (object: object): readonly string[] =>
  written(object).map(({ path, what }) => `${path.join('.')}: ${what}`)

describe('credentials by their form', () => {
  test.each([
    '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----',
    '---BEGIN OPENSSH PRIVATE KEY---\nxxxxx\n---END OPENSSH PRIVATE KEY---',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    'key=AKIAIOSFODNN7EXAMPLE',
    'postgres://cart:s3cret@db:5432/cart',
    'redis://:s3cret@redis:6379',
    `token ghp_${'a'.repeat(36)}`,
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4',
    'bearer abc123def',
    'Basic Y2FydDpzM2NyZXQ=',
    'jdbc:mysql://db:3306/shop?user=shop&password=hunter2',
    'jdbc:sqlserver://db;databaseName=shop;password=hunter2;',
    'Server=db,1433;Database=shop;User Id=shop;Password=hunter2;',
    'host=db; pwd=hunter2',
    `https://hooks.slack.com/services/T01ABCDEF/B01ABCDEF/${'aBcDeFgH'.repeat(3)}`,
  ])('%s', (value) => expect(isCredential(value)).toBe(true))

  test.each([
    '-----BEGIN CERTIFICATE-----\nMIIB',
    '-----BEGIN PUBLIC KEY-----',
    'postgres://db:5432/cart',
    'postgres://cart:$(DB_PASSWORD)@db:5432/cart',
    'postgres://cart:${DB_PASSWORD}@db/cart',
    'http://cart:8080/path@2',
    'hello',
    'Basic authentication',
    'bearer of version 2.0 tokens',
    'jdbc:mysql://db:3306/shop?user=shop&password=${DB_PASSWORD}',
    'Server=db;User Id=shop;Password={0};',
    'https://login.example.com/?error=password&next=/',
    `https://hooks.slack.com/services/T00000000/B00000000/${'X'.repeat(24)}`,
  ])('not %s', (value) => expect(isCredential(value)).toBe(false))

  // Were it not linear, a megabyte would take far longer than the limit.
  test('take linear time, whatever the value', () => {
    const size = 1 << 20
    for (const part of ['a.', 'eyJ-', '://', 'a://b:', '-BEGIN A ', 'A', ' ', 'host=a;', 'jdbc:a?', 'host=;;']) {
      expect([part, stopped(() => isCredential(part.repeat(size / part.length)))]).toEqual([part, expect.any(Boolean)])
      expect([part, stopped(() => assignsPassword(`passw ${part.repeat(size / part.length)}`))]).toEqual([
        part,
        expect.any(Boolean),
      ])
    }
  })
})

describe('secrets by their name', () => {
  test.each([
    ...['DB_PASSWORD', 'PGPASSWORD', 'my_password', 'dbPassword', 'password', 'MYSQL_PWD', 'passphrase', 'SECRET_BLAH'],
    ...['SECRET_KEY', 'clientSecret', 'AWS_SECRET_ACCESS_KEY', 'TOKEN', 'authToken', 'API_KEY', 'apikey'],
    ...['AZURE_BATCH_KEY', 'OCI_CLI_KEY_CONTENT', 'BEARER'],
  ])('%s', (name) => {
    expect(isNamedSecret(name, 'abc123')).toBe(true)
    expect(isNamedSecret(name, 'xxx')).toBe(true)
  })

  test.each([
    ...['PASSWORD_FILE', 'SECRET_PATH', 'TOKEN_URL', 'secretName', 'SECRET_NAME', 'TOKEN_TTL', 'TOKEN_ISSUER'],
    ...['PASSWORD_POLICY', 'MAX_TOKENS', 'AWS_ACCESS_KEY_ID', 'tokenType', 'JWT_PUBLIC_KEY', 'TOKENIZER', 'GREETING'],
    ...['db_user', 'SECRETS_PROVIDER', 'PASSWORD_MIN_LENGTH', 'REQUIRE_PASSWORD_CHANGE', 'secretRef', 'KEYBOARD'],
  ])('not %s', (name) => expect(isNamedSecret(name, 'abc123')).toBe(false))

  test.each([
    ...['', 'true', 'None', '/run/secrets/db', './token', 'https://vault:8200', '$(DB_PASSWORD)', '${DB_PASSWORD}'],
    ...['{{ .Values.password }}', '<path:kv/data/db#password>', 'vault:secret/data/db#password', 'ref+vault://db'],
    ...['$(workspaces.secret.path)/credentials', '$(workspaces.a.path)$(params.file)'],
    ...['ENC[AES256_GCM,data:x]', '****', 'arn:aws:secretsmanager:eu-west-1:1:secret:db'],
  ])('not with the value %s', (value) => expect(isNamedSecret('DB_PASSWORD', value)).toBe(false))

  test('a number is a password, and no token', () => {
    expect(['3600', '15m'].map((value) => isNamedSecret('TOKEN_LIFE', value))).toEqual([false, false])
    expect(isNamedSecret('DB_PASSWORD', '123456')).toBe(true)
  })

  test('the own name in capitals, alone or among other words, stands for a value to come', () => {
    const values = ['DB_PASSWORD', 'DB_PASSWORD_VAL', 'INSERT_DB_PASSWORD', 'YOUR_DB_PASSWORD_HERE']
    expect(values.map((value) => isNamedSecret('DB_PASSWORD', value))).toEqual([false, false, false, false])
    const passwords = ['PASSWORD', 'OTHER_PASSWORD', 'DB_PASSWORD1', 'db_password']
    expect(passwords.map((value) => isNamedSecret('DB_PASSWORD', value))).toEqual([true, true, true, true])
    expect(isNamedSecret('password', 'password')).toBe(true)
  })
})

describe('passwords in configuration files', () => {
  test.each([
    'db.host=pg\nspring.datasource.password=hunter2\n',
    'auth:\n  password: hunter2\n',
    '{\n  "dbPassword": "hunter2",\n}',
    "export PASSWORD='hunter2'",
    '{"db": {"user": "cart", "password": "hunter2"}}',
  ])('%j', (text) => expect(assignsPassword(text)).toBe(true))

  test.each([
    'spring.datasource.password=${DB_PASSWORD}',
    'password: $(cat /run/secrets/db)',
    'password: ""',
    'password: true',
    '# password: hunter2',
    'password: {{ .password }}',
    'password: <password>',
    'passwd: files systemd',
    'password_file=/run/secrets/db',
    'password: /run/secrets/db',
    'password: ENC(abcdef)',
    'the password is hunter2',
    'password: string',
    '{"db": {"user": "cart", "password": "${DB_PASSWORD}"}, "passwordLength": 12}',
    'connect(user, password: given)',
  ])('not %j', (text) => expect(assignsPassword(text)).toBe(false))
})

describe('where they are written', () => {
  test('in the environment of any container', () => {
    const env = [
      { name: 'GREETING', value: 'hello' },
      { name: 'A', value: 'redis://:s3cret@r:1' },
      { name: 'TOKEN', value: 'x1' },
    ]
    const spec = {
      containers: [{ name: 'app', env }],
      initContainers: [{ name: 'init', env: [null, { name: 'TOKEN' }] }],
    }
    expect(written({ kind: 'Pod', spec })).toEqual([
      { path: ['spec', 'containers', 0, 'env', 1, 'value'], name: 'A', container: 'app', what: 'credential' },
      { path: ['spec', 'containers', 0, 'env', 2, 'value'], name: 'TOKEN', container: 'app', what: 'name' },
    ])
  })

  test('in a ConfigMap', () => {
    const data = {
      password: 'hunter2',
      'spring.datasource.password': 'hunter2',
      ssh: '-----BEGIN RSA PRIVATE KEY-----',
      'app.properties': 'password=hunter2',
      'token-rotation.sh': 'rotate',
      user: 'cart',
    }
    expect(brief({ kind: 'ConfigMap', data })).toEqual([
      'data.password: name',
      'data.spring.datasource.password: name',
      'data.ssh: credential',
      'data.app.properties: assignment',
    ])
    expect(brief({ kind: 'ConfigMap', data: null })).toEqual([])
  })

  test('in a Secret, except certificates, what is empty, encrypted or filled in later', () => {
    expect(
      brief({ kind: 'Secret', data: { password: 'aHVudGVyMg==', 'tls.crt': 'LS0t', odd: 'not base64!' } }),
    ).toEqual(['data.password: data', 'data.odd: data'])
    const later = { a: '', b: '<path:kv/db#password>', c: '${PASSWORD}', d: 'ref+vault://db', e: '{{ x }}' }
    expect(brief({ kind: 'Secret', stringData: { ...later, password: 'hunter2' } })).toEqual([
      'stringData.password: data',
    ])
    expect(
      brief({ kind: 'Secret', stringData: { POSTGRES_USER: 'x', 'admin-username': 'x', superuser: 'x' } }),
    ).toEqual(['stringData.superuser: data'])
    expect(brief({ kind: 'Secret', data: { a: btoa('<path:kv/db#password>'), b: '' } })).toEqual([])
    expect(brief({ kind: 'Secret', data: { a: 'ENC[x]', b: 'plain' }, sops: { mac: 'x' } })).toEqual([])
  })

  test.each<[string, string, boolean]>([
    [
      'alertmanager.yaml',
      'global:\n  resolve_timeout: 5m\nreceivers:\n- name: "null"\nroute: {receiver: "null"}\n',
      false,
    ],
    ['grafana.ini', '[date_formats]\ndefault_timezone = UTC\n', false],
    ['sources.json', '{\n  "name": "prometheus",\n  "url": "http://prometheus-k8s.monitoring.svc:9090"\n}', false],
    ['alertmanager.yaml', 'global:\n  slack_api_url: https://hooks.slack.com/services/T0AB12CD3/B0/x\n', true],
    ['alertmanager.yaml', 'receivers:\n- name: a\n  webhook: https://example.com/here\n', true],
    ['grafana.ini', '[security]\nadmin_password = pray\n', true],
    ['grafana.ini', '[smtp]\nuser = me\n', false],
    ['rabbitmq.conf', 'default_user = user\nloopback_users.user = false\n', false],
    ['rabbitmq.conf', 'default_user = user\ndefault_pass = pray\npassword = pray\n', true],
    ['rabbitmq.conf', 'default_user = user\ndefault_pass = pray\n', true],
    [
      'output.conf',
      'output {\n  elasticsearch {\n    user => "${USER}"\n    password => "${PASSWORD}"\n  }\n}\n',
      false,
    ],
    ['output.conf', 'output {\n  elasticsearch {\n    user => "${USER}"\n    password => "pray"\n  }\n}\n', true],
    ['users.yaml', 'users: me:pray\n', true],
    ['config.yaml', 'slack:\n  icon: https://example.com/2/26/claw.jpg\n  username: Falco\n  password: \n', false],
    ['config.yaml', 'slack:\n  hook: https://example.com/2/26/claw\n', true],
    ['redisURL', 'redis://harbor-redis:6379/5?idle_timeout_seconds=30', false],
    ['redisURL', 'redis://:pray@harbor-redis:6379/5', true],
    ['redisURL', 'redis://harbor-redis:6379/5?password=pray', true],
    ['uri', 'postgresql://shop@db.shop.svc:5432/shop?sslmode=verify-full&sslkey=/run/certs/tls.key', false],
    ['jdbc-uri', 'jdbc:postgresql://db.shop.svc:5432/shop?user=shop&sslmode=verify-full', false],
    ['jdbc-uri', 'jdbc:postgresql://db.shop.svc:5432/shop?user=shop&sslpassword=pray', true],
    ['uri', 'nats://pray@queue.shop.svc:4222', true],
    ['uri', 'postgresql://shop@db.shop.svc:5432/shop?options=token-pray', true],
    ['DB_HOST', 'db.shop.svc', false],
    ['port', '5432', false],
    ['dbname', 'shop', false],
    ['db_name', 'two words', true],
    ['ghost', 'db.shop.svc', true],
    ['hook', 'https://hooks.example.com/services/T0', true],
    ['sources.json', '{"basicAuth": true, "secureJsonData": {\n"basicAuthPassword": "pray"}}', true],
    ['cloud.conf', '[Global]\nsecret-value=\nregion=q7w8e9r0\n', true],
    ['token', 'name: x\n', true],
    ['enabled', 'true', false],
  ])('a file of settings in a Secret: %s with %j', (name, text, told) => {
    expect(brief({ kind: 'Secret', stringData: { [name]: text } })).toHaveLength(told ? 1 : 0)
    expect(brief({ kind: 'Secret', data: { [name]: btoa(text) } })).toHaveLength(told ? 1 : 0)
  })

  test('their values go nowhere', () => {
    const facts = [
      written({ kind: 'ConfigMap', data: { password: 'hunter2' } }),
      written({ kind: 'Secret', stringData: { password: 'hunter2' } }),
      written({ kind: 'Pod', spec: { containers: [{ name: 'a', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] } }),
    ]
    expect(facts.map((list) => list.length)).toEqual([1, 1, 1])
    expect(JSON.stringify(facts)).not.toContain('hunter2')
  })
})

test.each([
  ['    client-key-data: ${KEY}', false],
  ['    client-key-data: ${KEY}\n    token: abc', true],
  ['    token: "${TOKEN}"', false],
  ['    exec: {command: aws}', true],
])('a kubeconfig whose user has %s', (user, told) => {
  const kubeconfig = `apiVersion: v1\nkind: Config\nclusters:\n- cluster: {server: https://example.com}\nusers:\n- user:\n${user}\n`
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, stringData: { kubeconfig } }
  expect(written(object)).toHaveLength(told ? 1 : 0)
})
