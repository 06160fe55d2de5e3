/** What charts depend on, fetched from a chart repository and a registry on loopback. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { defaults } from '../../src/config.js'
import { folderCache, type Cache } from '../../src/host/cache.js'
import { fetcherOf } from '../../src/host/fetch/fetch.js'
import { folderOf, removeFolders, ringfence, type Files } from '../command.js'
import { archive, artifact, push } from '../extends/artifacts.js'
import { dockerRegistry, freePort, hasDockerRegistry, type Running } from '../extends/registry.js'

afterAll(removeFolders)

const LOGIN = 'ci:correct horse'
/** bcrypt of the password above. */
const HTPASSWD = 'ci:$2b$04$Qk82YhBcisFJ4SgNVTvQ2e9uphNx1.k5J/Pqwv6C/Px17yk5dl7RG\n'

function commit(cwd: string, message: string): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  execFileSync('git', ['init', '-q'], { cwd })
  execFileSync('git', ['add', '-A'], { cwd })
  execFileSync('git', [...identity, 'commit', '-q', '-m', message], { cwd })
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

const CACHE_CHART = {
  'redis/Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.2.3+1\n',
  'redis/values.yaml': 'privileged: true\n',
  'redis/templates/pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: redis}
spec:
  containers:
    - {name: redis, image: redis, securityContext: {privileged: {{ .Values.privileged }}}}
`,
}
const ARCHIVE = archive(CACHE_CHART)

/** A chart that depends on it, with the lock that `helm dependency update` writes. */
function shop(repository: string, changes: Files = {}): Files {
  const dependency = `{"name":"redis","version":"^1.2.0 \\u003c2","repository":"${repository}","alias":"cache"}`
  const locked = `{"name":"redis","version":"1.2.3+1","repository":"${repository}"}`
  return {
    'shop/Chart.yaml': `apiVersion: v2
name: shop
version: 1.0.0
dependencies:
  - name: redis
    version: ^1.2.0 <2
    repository: ${repository}
    alias: cache
`,
    'shop/Chart.lock': `dependencies:
- name: redis
  repository: ${repository}
  version: 1.2.3+1
digest: sha256:${sha256(`[[${dependency}],[${locked}]]`)}
generated: "2026-01-01T00:00:00Z"
`,
    'shop/values.yaml': 'cache: {}\n',
    ...changes,
  }
}

/** A repository of charts: what it has, who may ask, and what was asked. */
interface Charts {
  readonly address: string
  readonly files: Map<string, string | Uint8Array>
  readonly heard: string[]
  login: string | null
  readonly stop: () => Promise<void>
}

async function charts(): Promise<Charts> {
  const files = new Map<string, string | Uint8Array>()
  const heard: string[] = []
  const server: Server = createServer((request, response) => {
    heard.push(request.url ?? '')
    const wanted = self.login === null ? undefined : `Basic ${Buffer.from(self.login).toString('base64')}`
    const found = files.get(request.url ?? '')
    if (wanted !== undefined && request.headers.authorization !== wanted) response.writeHead(401).end()
    else if (found === undefined) response.writeHead(404).end()
    else response.writeHead(200).end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const self: Charts = {
    address: `http://127.0.0.1:${port}/stable`,
    files,
    heard,
    login: null,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return self
}

const index = (digest: string | null, url = 'archives/redis-1.2.3.tgz'): string =>
  `apiVersion: v1
entries:
  redis:
    - {name: redis, version: 1.2.2, digest: "${'0'.repeat(64)}", urls: [archives/redis-1.2.2.tgz]}
    - name: redis
      version: 1.2.3+1
      urls: [${url}]
${digest === null ? '' : `      digest: "${digest}"\n`}`

let cache: Cache

beforeEach(() => {
  cache = folderCache(join(folderOf({}), 'cache'))
})

/** The archive's place, or why there is none. */
async function fetched(files: Files, allowed: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const tree = memoryTree(files)
  const scope = { ...defaults, paths: [''], groups: new Map() }
  const own = { DOCKER_CONFIG: '/nowhere', ...environment }
  const result = await fetcherOf(cache, own)(tree, [scope], { fetch: allowed, context: [], file: null })
  const content = result.tree.read('shop/charts/redis-1.2.3+1.tgz')
  if (content !== null) expect(Buffer.from(content).equals(Buffer.from(ARCHIVE))).toBe(true)
  return content === null ? result.unjudged.map(({ file, line, reason }) => `${file}:${line} ${reason}`) : 'there'
}

const auth = (host: string, login: string): NodeJS.ProcessEnv => ({
  DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth: Buffer.from(login).toString('base64') } } }),
})

describe('a chart repository', () => {
  let server: Charts
  let at: string

  beforeEach(async () => {
    server = await charts()
    at = server.address
    server.files.set('/stable/index.yaml', index(sha256(ARCHIVE)))
    server.files.set('/stable/archives/redis-1.2.3.tgz', ARCHIVE)
  })
  afterEach(() => server.stop())

  test('what the lock pins is there, where helm would put it', async () => {
    expect(await fetched(shop(at), [at])).toBe('there')
    expect(server.heard).toEqual(['/stable/index.yaml', '/stable/archives/redis-1.2.3.tgz'])
  })

  test('the archive is kept by its digest, and asked for once', async () => {
    await fetched(shop(at), [at])
    server.files.delete('/stable/archives/redis-1.2.3.tgz')
    expect(await fetched(shop(at), [at])).toBe('there')
    expect(server.heard).toHaveLength(3)
  })

  test('nothing is asked that the configuration does not name', async () => {
    expect(await fetched(shop(at), [])).toEqual([])
    expect(await fetched(shop(at), [`${at}-of-others`, 'https://charts.example.com'])).toEqual([
      `shop/Chart.yaml:5 redis: ${at} is not among what the configuration's fetch allows`,
    ])
    expect(server.heard).toEqual([])
  })

  test('another digest than the index says is refused', async () => {
    server.files.set('/stable/index.yaml', index('1'.repeat(64)))
    const host = new URL(at).host
    expect(await fetched(shop(at), [at])).toEqual([
      `shop/Chart.yaml:5 redis: ${host} gives something else for redis 1.2.3+1: its digest is sha256:${sha256(ARCHIVE)}, and the index says sha256:${'1'.repeat(64)}`,
    ])
    server.files.set('/stable/index.yaml', index(null))
    expect(await fetched(shop(at), [at])).toEqual([
      `shop/Chart.yaml:5 redis: the index of ${at}/ has no digest of redis 1.2.3+1: it is not taken`,
    ])
  })

  test('an archive of another chart is refused', async () => {
    const other = archive({ 'redis/Chart.yaml': 'name: redis\nversion: 9.9.9\n' })
    server.files.set('/stable/index.yaml', index(sha256(other)))
    server.files.set('/stable/archives/redis-1.2.3.tgz', other)
    expect(await fetched(shop(at), [at])).toEqual([
      'shop/Chart.yaml:5 redis: the archive of redis 1.2.3+1 is redis 9.9.9',
    ])
  })

  test('who may not ask is refused, and who may is not', async () => {
    server.login = LOGIN
    const { host } = new URL(at)
    const refused = [
      `shop/Chart.yaml:5 redis: ${host} refuses to give /stable/index.yaml (401): is there a login for it, in DOCKER_AUTH_CONFIG or Docker's config.json?`,
    ]
    expect(await fetched(shop(at), [at])).toEqual(refused)
    expect(await fetched(shop(at), [at], auth(host, 'ci:wrong'))).toEqual(refused)
    expect(await fetched(shop(at), [at], auth(host, LOGIN))).toBe('there')
  })

  test('a login goes to its own server alone', async () => {
    const elsewhere = await charts()
    elsewhere.login = LOGIN
    server.login = LOGIN
    server.files.set('/stable/index.yaml', index(sha256(ARCHIVE), `${elsewhere.address}/redis.tgz`))
    expect(await fetched(shop(at), [at], auth(new URL(at).host, LOGIN))).toEqual([
      expect.stringContaining('refuses to give /stable/redis.tgz (401)') as unknown as string,
    ])
    await elsewhere.stop()
  })

  test('a server that is not there', async () => {
    const gone = `http://127.0.0.1:${await freePort()}`
    expect(await fetched(shop(gone), [gone])).toEqual([
      expect.stringContaining(`redis: ${new URL(gone).host} cannot be reached`) as unknown as string,
    ])
  })

  test('without a lock, and with one of other dependencies, nothing is pinned', async () => {
    const { 'shop/Chart.lock': lock, ...without } = shop(at)
    expect(await fetched(without, [at])).toEqual([
      'shop/Chart.yaml:5 redis: nothing pins the version: there is no shop/Chart.lock. Run `helm dependency update shop` and commit it',
    ])
    const other = String(lock).replace('version: 1.2.3+1', 'version: 1.2.2')
    expect(await fetched(shop(at, { 'shop/Chart.lock': other }), [at])).toEqual([
      'shop/Chart.yaml:5 redis: shop/Chart.lock does not belong to shop/Chart.yaml: its digest is another one. Run `helm dependency update shop`',
    ])
    expect(server.heard).toEqual([])
  })

  test('what is vendored is not asked for', async () => {
    await fetched(shop(at, { 'shop/charts/redis/Chart.yaml': 'name: redis\nversion: 1.2.3+1\n' }), [at])
    expect(server.heard).toEqual([])
  })

  test('check judges it as the vendored chart that it is, and names the command where the network is off', async () => {
    const home = join(folderOf({}), 'cache')
    const check = async (config: string) => {
      const cwd = folderOf({ ...shop(at), '.ringfence.yaml': config })
      const env = { XDG_CACHE_HOME: home, RUNNER_TEMP: '' }
      const { stdout } = await ringfence(['check', '.', '--format', 'json'], { cwd, env })
      const { findings, unjudged } = JSON.parse(stdout) as {
        findings: { policy: string; annotation: { file: string; line: number }; related: { why: string }[] }[]
        unjudged: { reason: string }[]
      }
      const privileged = findings.find(({ policy }) => policy === 'least-privilege/privileged-container')
      return { privileged, unjudged: unjudged.map(({ reason }) => reason) }
    }
    const { unjudged } = await check('stage: 1\n')
    expect(unjudged).toEqual([expect.stringContaining('Run `helm dependency build shop`')])
    expect(server.heard).toEqual([])

    const { unjudged: elsewhere } = await check('fetch: ["https://charts.example.com/stable"]\n')
    expect(elsewhere).toEqual([expect.stringContaining("is not among what the configuration's fetch allows")])
    const { privileged, unjudged: none } = await check(`fetch: ["${at}"]\n`)
    expect(none).toEqual([])
    expect(privileged?.annotation).toMatchObject({ file: 'shop/values.yaml', line: 1 })
    expect(privileged?.related).toContainEqual({ file: 'shop/Chart.yaml', line: 5, why: 'vendored' })
  })

  test('the head of a pull request opens nothing: the configuration of its base does', async () => {
    const judged = async (before: string, after: string) => {
      const cwd = folderOf({
        'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.9.0\n',
        '.ringfence.yaml': before,
      })
      commit(cwd, 'before')
      for (const [file, content] of Object.entries({ ...shop(at), '.ringfence.yaml': after }))
        writeFileSync(join(cwd, file), content)
      commit(cwd, 'after')
      const env = { XDG_CACHE_HOME: join(folderOf({}), 'cache'), RUNNER_TEMP: '' }
      const { stdout } = await ringfence(['check', '.', '--base', 'HEAD~1', '--format', 'json'], { cwd, env })
      return (JSON.parse(stdout) as { unjudged: { reason: string }[] }).unjudged.map(({ reason }) => reason)
    }
    const [off, on] = ['stage: 1\n', `fetch: ["${at}"]\n`]
    expect(await judged(off, on)).toEqual([expect.stringContaining('Run `helm dependency build shop`')])
    expect(server.heard).toEqual([])
    expect(await judged(on, off)).toEqual([])
    expect(server.heard).toContain('/stable/index.yaml')
  })
})

const withRegistry = hasDockerRegistry ? describe : describe.skip

withRegistry('a registry', () => {
  let open: Running
  let closed: Running
  const chart = artifact([{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', content: ARCHIVE }])

  beforeAll(async () => {
    ;[open, closed] = await Promise.all([dockerRegistry(), dockerRegistry(HTPASSWD)])
    await push(open.host, 'charts/redis', '1.2.3_1', chart)
    await push(closed.host, 'charts/redis', '1.2.3_1', chart, LOGIN)
  })
  afterAll(() => Promise.all([open.stop(), closed.stop()]))

  test('what the lock pins is there', async () => {
    const at = `oci://${open.host}/charts`
    expect(await fetched(shop(at), [at])).toBe('there')
    expect(await fetched(shop(at), [`oci://${open.host}`])).toBe('there')
  })

  test('what is no chart, and what is not there', async () => {
    await push(open.host, 'other/redis', '1.2.3_1', artifact([{ mediaType: 'text/plain', content: 'x' }]))
    const other = `oci://${open.host}/other`
    expect(await fetched(shop(other), [other])).toEqual([
      expect.stringContaining('is no chart: it has no layer of type') as unknown as string,
    ])
    const none = `oci://${open.host}/none`
    expect(await fetched(shop(none), [none])).toEqual([
      `shop/Chart.yaml:5 redis: ${open.host} has no 1.2.3_1 of none/redis`,
    ])
  })

  test('who may not is refused, and who may is not', async () => {
    const at = `oci://${closed.host}/charts`
    expect(await fetched(shop(at), [at])).toEqual([
      expect.stringContaining(`${closed.host} refuses to give charts/redis (401`) as unknown as string,
    ])
    expect(await fetched(shop(at), [at], auth(closed.host, LOGIN))).toBe('there')
  })

  test('a registry that is down', async () => {
    const host = `127.0.0.1:${await freePort()}`
    expect(await fetched(shop(`oci://${host}/charts`), [`oci://${host}`])).toEqual([
      expect.stringContaining(`redis: ${host} cannot be reached`) as unknown as string,
    ])
  })
})
