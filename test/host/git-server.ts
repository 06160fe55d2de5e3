/** Git repositories over HTTP on loopback: `git http-backend` behind a server of its own thread, since git is waited for. */
import { Worker } from 'node:worker_threads'

export interface GitServer {
  /** `http://127.0.0.1:PORT`; what lies in the folder is below it. */
  readonly address: string
  /** The paths that were asked for. */
  readonly heard: () => Promise<readonly string[]>
  readonly stop: () => Promise<unknown>
}

const SERVER = `
const { parentPort, workerData } = require('node:worker_threads')
const { spawn } = require('node:child_process')
const { existsSync, readFileSync, statSync } = require('node:fs')
const heard = []
const server = require('node:http').createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost')
  heard.push(url.pathname)
  const file = workerData + url.pathname
  if (existsSync(file) && statSync(file).isFile()) return response.end(readFileSync(file))
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH, GIT_PROJECT_ROOT: workerData, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method, REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: request.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '', GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*',
    },
  })
  request.pipe(backend.stdin)
  const parts = []
  backend.stdout.on('data', (part) => parts.push(part))
  backend.on('close', () => {
    const all = Buffer.concat(parts)
    const end = all.indexOf('\\r\\n\\r\\n')
    const headers = all.toString('latin1', 0, end).split('\\r\\n').map((line) => line.split(': '))
    const status = headers.find(([name]) => name === 'Status')
    response.writeHead(status ? Number.parseInt(status[1]) : 200, Object.fromEntries(headers))
    response.end(all.subarray(end + 4))
  })
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
parentPort.on('message', () => parentPort.postMessage(heard))
`

export async function gitServer(folder: string): Promise<GitServer> {
  const worker = new Worker(SERVER, { eval: true, workerData: folder })
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  const port = await next<number>()
  return {
    address: `http://127.0.0.1:${port}`,
    heard: () => {
      const answer = next<readonly string[]>()
      worker.postMessage('heard')
      return answer
    },
    stop: () => worker.terminate(),
  }
}
