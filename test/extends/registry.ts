/** Registries on loopback: Debian's docker-registry, and one of our own that fails as it is told to. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Artifact, Package } from './artifacts.js'

/** `apt-get install docker-registry` */
export const hasDockerRegistry = spawnSync('docker-registry', ['--version']).status === 0

export interface Running {
  /** `127.0.0.1:41234` */
  readonly host: string
  readonly stop: () => Promise<void>
}

/** `htpasswd`: lines of htpasswd, bcrypt; empty: everybody may. */
export async function dockerRegistry(htpasswd = ''): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-registry-'))
  const port = await freePort()
  const auth = htpasswd === '' ? '' : `auth: {htpasswd: {realm: test, path: ${join(folder, 'htpasswd')}}}\n`
  writeFileSync(join(folder, 'htpasswd'), htpasswd)
  writeFileSync(
    join(folder, 'config.yml'),
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${join(folder, 'data')}}}\nhttp: {addr: "127.0.0.1:${port}"}\n${auth}`,
  )
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const host = `127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    const reply = await fetch(`http://${host}/v2/`).catch(() => null)
    if (reply !== null) break
    if (tries === 200) throw new Error('docker-registry does not answer')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    host,
    stop: async () => {
      child.kill()
      await gone
      rmSync(folder, { recursive: true })
    },
  }
}

/** One that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const { port } = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

const listening = (server: ReturnType<typeof createServer>): Promise<AddressInfo> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo)))

export interface Loopback extends Running {
  /** `METHOD path?query authorization`, in order. */
  readonly heard: string[]
  /** Answers before anything else does; false: it does not. */
  answer: (request: IncomingMessage, response: ServerResponse) => boolean
  readonly put: (repository: string, artifact: Artifact, tag?: string) => string
  readonly publish: (name: string, version: string, given: Package, integrity?: string) => void
}

/** OCI below /v2/, npm everywhere else. */
export async function loopback(): Promise<Loopback> {
  const content = new Map<string, { readonly type: string; readonly body: Uint8Array }>()
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`)
    if (self.answer(request, response)) return
    const found = content.get(request.url ?? '')
    if (found === undefined) response.writeHead(404).end('{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
    else response.writeHead(200, { 'content-type': found.type }).end(found.body)
  })
  const { port } = await listening(server)
  const host = `127.0.0.1:${port}`
  const self: Loopback = {
    host,
    heard,
    answer: () => false,
    put(repository, { manifest, blobs }, tag = 'latest') {
      for (const { digest, content: body } of blobs)
        content.set(`/v2/${repository}/blobs/${digest}`, { type: 'application/octet-stream', body })
      for (const name of [tag, manifest.digest])
        content.set(`/v2/${repository}/manifests/${name}`, { type: manifest.mediaType, body: manifest.content })
      return manifest.digest
    },
    publish(name, version, { tarball, integrity }, said = integrity) {
      const at = `/${name}/-/package-${version}.tgz`
      const dist = { tarball: `http://${host}${at}`, integrity: said }
      const body = Buffer.from(JSON.stringify({ name, version, dist }))
      content.set(`/${name.replace('/', '%2f')}/${version}`, { type: 'application/json', body })
      content.set(at, { type: 'application/octet-stream', body: tarball })
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return self
}
