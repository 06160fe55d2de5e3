import { mkdtempSync, rmSync, writeFileSync, chmodSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parseReference } from '../../src/extends/reference.js'
import { bundlesOf } from '../../src/host/bundles.js'
import { folderCache, type Cache } from '../../src/host/cache.js'
import { unpack } from '../../src/host/tar.js'
import {
  archive,
  artifact,
  blobOf,
  conftestPush,
  entry,
  npmPack,
  opaBundle,
  orasFolder,
  push,
} from '../extends/artifacts.js'
import {
  dockerRegistry,
  freePort,
  hasDockerRegistry,
  loopback,
  type Loopback,
  type Running,
} from '../extends/registry.js'

const FILES = { 'policy/deny.rego': 'package main\n', 'policy/data.json': '{"a": 1}' }

let folder: string
let cache: Cache
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-bundles-'))
  cache = folderCache(join(folder, 'cache'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The files of what is named, as texts, or why there are none. */
async function brought(text: string, environment: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const reference = parseReference(text)
  if (typeof reference === 'string' || reference.kind === 'folder') throw new Error(`${text} is no bundle`)
  const bring = bundlesOf(cache, {
    DOCKER_CONFIG: folder,
    NPM_CONFIG_USERCONFIG: join(folder, '.npmrc'),
    ...environment,
  })
  try {
    const files = await bring(reference)
    return Object.fromEntries([...files].map(([path, content]) => [path, new TextDecoder().decode(content)]))
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

/** bcrypt of «correct horse», cost 4. */
const HTPASSWD = 'ci:$2b$04$Qk82YhBcisFJ4SgNVTvQ2e9uphNx1.k5J/Pqwv6C/Px17yk5dl7RG\n'
const LOGIN = 'ci:correct horse'

const dockerAuth = (host: string, login: string): NodeJS.ProcessEnv => ({
  DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth: Buffer.from(login).toString('base64') } } }),
})

// `apt-get install docker-registry`; .ci/run installs it.
const withRegistry = hasDockerRegistry ? describe : describe.skip
withRegistry('Debian’s docker-registry (skipped where it is not installed)', () => {
  let open: Running
  let closed: Running
  beforeAll(async () => {
    ;[open, closed] = await Promise.all([dockerRegistry(), dockerRegistry(HTPASSWD)])
  })
  afterAll(async () => void (await Promise.all([open, closed].map(({ stop }) => stop()))))

  test('by digest, as conftest pushes', async () => {
    const digest = await push(open.host, 'org/conftest', 'v1', conftestPush(FILES))
    expect(await brought(`oci://${open.host}/org/conftest:v1@${digest}`)).toEqual(FILES)
  })

  test('by digest, as opa and oras push', async () => {
    const bundle = await push(open.host, 'org/opa', 'v1', opaBundle(FILES))
    expect(await brought(`oci://${open.host}/org/opa@${bundle}`)).toEqual(FILES)
    const packed = await push(open.host, 'org/oras', 'v1', orasFolder('floor', { 'a.rego': 'package a' }))
    expect(await brought(`oci://${open.host}/org/oras@${packed}`)).toEqual({ 'floor/a.rego': 'package a' })
  })

  test('a digest that is not there, and none at all: the line to write is said', async () => {
    const digest = await push(open.host, 'org/floor', 'v2', opaBundle(FILES))
    const other = blobOf('other').digest
    expect(await brought(`oci://${open.host}/org/floor:v2@${other}`)).toBe(`${open.host} has no ${other} of org/floor`)
    expect(await brought(`oci://${open.host}/org/floor:v2`)).toBe(
      `it has no digest; write oci://${open.host}/org/floor:v2@${digest}`,
    )
  })

  test('who may not is refused, who may is not', async () => {
    const digest = await push(closed.host, 'org/floor', 'v1', opaBundle(FILES), LOGIN)
    const at = `oci://${closed.host}/org/floor@${digest}`
    expect(await brought(at)).toBe(
      `${closed.host} refuses to give org/floor (401, UNAUTHORIZED): is there a login for it, in DOCKER_AUTH_CONFIG or Docker's config.json?`,
    )
    expect(await brought(at, dockerAuth(closed.host, 'ci:wrong'))).toContain('refuses to give org/floor (401')
    expect(await brought(at, dockerAuth(closed.host, LOGIN))).toEqual(FILES)
  })

  test('what was pulled is kept, and needs nobody any more', async () => {
    const passing = await dockerRegistry()
    const digest = await push(passing.host, 'org/floor', 'v1', opaBundle(FILES))
    const at = `oci://${passing.host}/org/floor@${digest}`
    expect(await brought(at)).toEqual(FILES)
    await passing.stop()
    expect(await brought(at)).toEqual(FILES)
    cache = folderCache(join(folder, 'another'))
    expect(await brought(at)).toBe(`${passing.host} cannot be reached: connect ECONNREFUSED ${passing.host}`)
  })
})

describe('what may go wrong', () => {
  let registry: Loopback
  beforeEach(async () => {
    registry = await loopback()
  })
  afterEach(() => registry.stop())

  const put = (): string => `oci://${registry.host}/org/floor@${registry.put('org/floor', opaBundle(FILES))}`

  test('a registry that gives something else than its digest says', async () => {
    const at = put()
    registry.answer = (request, response) => {
      if (!request.url!.includes('/blobs/')) return false
      response.end(archive({ 'deny.rego': 'package changed' }))
      return true
    }
    const { digest } = blobOf(archive({ 'deny.rego': 'package changed' }))
    expect(await brought(at)).toMatch(
      new RegExp(`^${registry.host} gives something else for sha256:.*: its digest is ${digest}$`),
    )
    registry.answer = () => false
    expect(await brought(at)).toEqual(FILES)
  })

  test('a registry that is down, breaks off, or answers with a fault', async () => {
    const nobody = `127.0.0.1:${await freePort()}`
    expect(await brought(`oci://${nobody}/org/floor@${blobOf('').digest}`)).toBe(
      `${nobody} cannot be reached: connect ECONNREFUSED ${nobody}`,
    )
    const at = put()
    registry.answer = (request) => {
      request.socket.destroy()
      return true
    }
    expect(await brought(at)).toMatch(new RegExp(`^${registry.host} cannot be reached: `))
    registry.answer = (_, response) => {
      response.writeHead(503).end('<html>')
      return true
    }
    expect(await brought(at)).toMatch(new RegExp(`^${registry.host} answers 503 to the request for sha256:`))
  })

  test('a fault that passes is asked about again', async () => {
    const at = put()
    let faults = 1
    registry.answer = (_, response) => {
      if (faults-- <= 0) return false
      response.writeHead(502).end()
      return true
    }
    expect(await brought(at)).toEqual(FILES)
  })

  test('the token flow: who asks, for what, and the token on what follows', async () => {
    const at = put()
    const realm = `http://${registry.host}/token`
    registry.answer = (request, response) => {
      const { pathname } = new URL(request.url!, realm)
      if (pathname === '/token') response.end(JSON.stringify({ token: 'abc.def' }))
      else if (request.headers.authorization === 'Bearer abc.def') return false
      else
        response
          .writeHead(401, {
            'www-authenticate': `Bearer realm="${realm}",service="loopback",scope="repository:org/floor:pull"`,
          })
          .end()
      return true
    }
    expect(await brought(at, dockerAuth(registry.host, LOGIN))).toEqual(FILES)
    const basic = `Basic ${Buffer.from(LOGIN).toString('base64')}`
    expect(registry.heard.slice(0, 3).map((line) => line.replace(/sha256:\w+/, 'DIGEST'))).toEqual([
      'GET /v2/org/floor/manifests/DIGEST -',
      `GET /token?service=loopback&scope=repository%3Aorg%2Ffloor%3Apull ${basic}`,
      'GET /v2/org/floor/manifests/DIGEST Bearer abc.def',
    ])
    expect(registry.heard.filter((line) => line.includes('/token'))).toHaveLength(1)
  })

  test('an identity token is exchanged; a token that is refused is said', async () => {
    const at = put()
    const realm = `http://${registry.host}/token`
    let form = ''
    registry.answer = (request, response) => {
      if (request.method === 'POST') {
        request.on('data', (chunk: Buffer) => (form += chunk.toString()))
        request.on('end', () =>
          response.writeHead(form.includes('refresh_token=good') ? 200 : 401).end('{"access_token": "t"}'),
        )
      } else if (request.headers.authorization === 'Bearer t') return false
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end()
      return true
    }
    const login = (identitytoken: string): NodeJS.ProcessEnv => ({
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.host]: { identitytoken } } }),
    })
    expect(await brought(at, login('good'))).toEqual(FILES)
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'ringfence',
      refresh_token: 'good',
      service: 's',
      scope: 'repository:org/floor:pull',
    })
    cache = folderCache(join(folder, 'another'))
    form = ''
    expect(await brought(at, login('bad'))).toContain(
      `refuses to give org/floor: ${registry.host} gives no token (401)`,
    )
  })

  test('another server that a redirect leads to hears nothing that authorises', async () => {
    const at = put()
    const other = await loopback()
    try {
      const { blobs } = opaBundle(FILES)
      other.answer = (_, response) => {
        response.end(blobs[1]!.content)
        return true
      }
      registry.answer = (request, response) => {
        if (request.headers.authorization === undefined)
          response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
        else if (request.url!.includes('/blobs/')) response.writeHead(307, { location: `http://${other.host}/x` }).end()
        else return false
        return true
      }
      expect(await brought(at, dockerAuth(registry.host, LOGIN))).toEqual(FILES)
      expect(other.heard).toEqual(['GET /x -'])
    } finally {
      await other.stop()
    }
  })

  test('a credential helper is asked as Docker asks it', async () => {
    const at = put()
    const programs = join(folder, 'bin')
    mkdirSync(programs)
    const helper = join(programs, 'docker-credential-test')
    writeFileSync(helper, '#!/bin/sh\nread -r server\nprintf \'{"Username": "%s", "Secret": "s"}\' "$server"\n')
    chmodSync(helper, 0o755)
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ credHelpers: { [registry.host]: 'test' } }))
    const wanted = `Basic ${Buffer.from(`${registry.host}:s`).toString('base64')}`
    registry.answer = (request, response) => {
      if (request.headers.authorization === wanted) return false
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      return true
    }
    expect(await brought(at, { PATH: `${programs}:${process.env['PATH']}` })).toEqual(FILES)
  })

  test('a configuration of Docker that is none is said, without what it holds', async () => {
    const at = put()
    registry.answer = (_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      return true
    }
    expect(await brought(at, { DOCKER_AUTH_CONFIG: 'secret' })).toBe(
      "DOCKER_AUTH_CONFIG is not Docker's configuration: no JSON object",
    )
  })

  test('an index of several artifacts does not say which one is meant', async () => {
    const index = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: ['a', 'b'].map((each) => blobOf(each)),
    }
    const manifest = { ...blobOf(JSON.stringify(index)), mediaType: index.mediaType }
    const digest = registry.put('org/index', { manifest, blobs: [] })
    expect(await brought(`oci://${registry.host}/org/index@${digest}`)).toBe(
      'it is an index of 2 artifacts; write the digest of the one that is meant',
    )
  })

  test('a layer that nobody understands', async () => {
    const digest = registry.put('org/odd', artifact([{ mediaType: 'application/x-odd', content: 'x' }]))
    expect(await brought(`oci://${registry.host}/org/odd@${digest}`)).toContain(
      'a layer of type application/x-odd has no name',
    )
  })

  test('only this machine is asked without TLS', async () => {
    const at = put()
    registry.answer = (_, response) => {
      response.writeHead(302, { location: 'http://registry.example.com/x' }).end()
      return true
    }
    expect(await brought(at)).toBe('http://registry.example.com is not asked: only https, or this machine itself')
  })
})

describe('npm packages', () => {
  let registry: Loopback
  beforeEach(async () => {
    registry = await loopback()
  })
  afterEach(() => registry.stop())
  const environment = (): NodeJS.ProcessEnv => ({ NPM_CONFIG_REGISTRY: `http://${registry.host}/` })

  test('by integrity; without it the line to write is said; a wrong one is refused', async () => {
    const [given, other] = [npmPack(FILES), npmPack({ 'a.rego': 'package a' })]
    registry.publish('@example/floor', '1.4.0', given)
    const at = 'npm:@example/floor@1.4.0'
    expect(await brought(`${at}#${given.integrity}`, environment())).toEqual(FILES)
    expect(await brought(at, environment())).toBe(`it has no integrity; write ${at}#${given.integrity}`)
    expect(await brought(`${at}#${other.integrity}`, environment())).toBe(
      `the registry gives something else: its integrity is ${given.integrity}`,
    )
    expect(await brought('npm:@example/floor@9.0.0', environment())).toBe(
      `${registry.host} has no @example/floor@9.0.0`,
    )
  })

  test('the token of npm’s own configuration, for its registry alone', async () => {
    const given = npmPack(FILES)
    registry.publish('@example/floor', '1.4.0', given)
    const npmrc = `@example:registry=http://${registry.host}/\n//${registry.host}/:_authToken=\${TOKEN}\n`
    writeFileSync(join(folder, '.npmrc'), npmrc)
    expect(await brought(`npm:@example/floor@1.4.0#${given.integrity}`, { TOKEN: 'abc' })).toEqual(FILES)
    expect(registry.heard.map((line) => line.split(' ').slice(2).join(' '))).toEqual(['Bearer abc', 'Bearer abc'])
  })
})

describe('archives', () => {
  const end = Buffer.alloc(1024)
  const texts = (archive: Uint8Array) =>
    Object.fromEntries([...unpack(archive)].map(([path, content]) => [path, new TextDecoder().decode(content)]))

  test('names that a header has no room for', () => {
    const [long, pax] = [`${'a/'.repeat(80)}x.rego`, `${'b/'.repeat(80)}y.rego`]
    const record = ` path=${pax}\n`
    const length = record.length + String(record.length + 3).length
    const tar = Buffer.concat([
      entry('././@LongLink', 'L', Buffer.from(`${long}\0`)),
      entry('short', '0', Buffer.from('1')),
      entry('PaxHeader', 'x', Buffer.from(`${length}${record}`)),
      entry('short', '0', Buffer.from('2')),
      entry('folder/', '5', Buffer.alloc(0)),
      end,
    ])
    expect(texts(tar)).toEqual({ [long]: '1', [pax]: '2' })
  })

  test.each([
    ['a name that leaves it', entry('../x', '0', Buffer.from('1')), '"../x" is no path in a bundle'],
    [
      'a link',
      entry('x', '2', Buffer.alloc(0), '/etc/passwd'),
      '"x" is no file: a bundle has neither links nor devices',
    ],
    ['a torn one', entry('x', '0', Buffer.from('1'.repeat(600))).subarray(0, 1024), 'the archive ends within a file'],
    ['none at all', Buffer.from('x'.repeat(600)), 'it is no tar archive'],
  ])('%s', (_, tar, reason) => {
    expect(() => unpack(tar)).toThrow(reason)
  })
})
