/**
 * A GitHub on loopback: it holds every request and every answer against GitHub's own description, remembers what it was
 * told, and fails as GitHub does. Its repository is a real one, and git fetches from it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { buildSchema, graphql, type GraphQLSchema } from 'graphql'
import { githubDescription, type Asked, type OpenApi } from './description.js'

export const NAME = 'shop/deploy'

export interface Comment {
  readonly id: number
  readonly node: string
  body: string
  /** Whose token wrote it. */
  readonly login: string
}

export interface ReviewComment extends Comment {
  readonly path: string
  readonly line: number
  readonly startLine: number | null
  isResolved: boolean
  /** Its lines were pushed over. */
  isOutdated: boolean
}

/** An answer in place of the real one: as GitHub gives it when it does not want, or does not work. */
export interface Fault {
  readonly status: number
  readonly message?: string
  readonly headers?: { readonly [name: string]: string }
  /** It happened all the same. */
  readonly done?: boolean
}

export interface GitHub {
  readonly url: string
  /** Where its repository lies, bare. */
  readonly repository: string
  readonly comments: Comment[]
  readonly reviewComments: ReviewComment[]
  readonly reviews: { readonly body: string; readonly comments: number }[]
  readonly sarifs: {
    readonly commit: string
    readonly ref: string
    readonly sarif: unknown
    readonly tool: string | null
  }[]
  /** `POST issues/create-comment`, in order. */
  readonly asked: string[]
  /** What did not fit GitHub's description: a test that leaves something here has failed. */
  readonly problems: string[]
  /** What the token may: `pull-requests: write`. */
  may: { readonly contents: Level; readonly 'pull-requests': Level; readonly 'security-events': Level }
  /** Asked before every answer; null: it answers as it should. */
  fault: (operation: string, nth: number) => Fault | null | Promise<Fault | null>
  /** Files of pull request 7, as GitHub lists them. */
  files: () => readonly object[]
  /** How many items a page has at the most. */
  pageSize: number
  /** Whether git may read without a token. */
  isPublic: boolean
  hasGit: boolean
  readonly close: () => Promise<void>
}

type Level = 'none' | 'read' | 'write'

export const TOKEN = 'ghs_loopback'
const LOGIN = 'github-actions[bot]'

let described: OpenApi | undefined
let schema: GraphQLSchema | undefined

export async function startGitHub(folder: string): Promise<GitHub> {
  described ??= githubDescription()
  schema ??= buildSchema(readFileSync('node_modules/@octokit/graphql-schema/schema.graphql', 'utf8'), {
    assumeValid: true,
  })
  const repository = join(folder, 'remote.git')
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch', 'main', repository])
  for (const setting of ['uploadpack.allowAnySHA1InWant', 'uploadpack.allowFilter'])
    execFileSync('git', ['-C', repository, 'config', setting, 'true'])
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const github: GitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository,
    comments: [],
    reviewComments: [],
    reviews: [],
    sarifs: [],
    asked: [],
    problems: [],
    may: { contents: 'read', 'pull-requests': 'write', 'security-events': 'write' },
    fault: () => null,
    files: () => [],
    pageSize: 100,
    isPublic: true,
    hasGit: true,
    close: () => closed(server),
  }
  server.on('request', (request, response) => void serve(github, request, response))
  return github
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((done) => server.close(() => done()))
}

async function serve(github: GitHub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const url = new URL(request.url ?? '', github.url)
  try {
    if (url.pathname.startsWith(`/${NAME}`)) serveGit(github, request, url, body, response)
    else await serveApi(github, request, url, body.toString(), response)
  } catch (error) {
    github.problems.push(`${request.method} ${url.pathname}: ${error instanceof Error ? error.stack : String(error)}`)
    response.writeHead(500).end()
  }
}

/* ------------------------------------------------------------------- git */

function serveGit(github: GitHub, request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void {
  const basic = `basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`
  if (!github.hasGit) return void response.writeHead(503).end()
  if (!github.isPublic && request.headers.authorization?.toLowerCase() !== basic.toLowerCase())
    return void response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end()
  github.asked.push(`git ${url.pathname.slice(NAME.length + 2)}`)
  const git = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: github.repository,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname.slice(NAME.length + 1),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  })
  const out: Buffer[] = []
  git.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  git.on('close', () => {
    const answer = Buffer.concat(out)
    const end = answer.indexOf('\r\n\r\n')
    const headers = answer
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string])
    const status = Number.parseInt(headers.find(([name]) => name === 'Status')?.[1] ?? '200', 10)
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')))
    response.end(answer.subarray(end + 4))
  })
  // It reads only what it wants to.
  git.stdin.on('error', () => undefined)
  git.stdin.end(body)
}

/* ------------------------------------------------------------------- API */

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: { readonly [name: string]: string }
}

async function serveApi(
  github: GitHub,
  request: IncomingMessage,
  url: URL,
  text: string,
  response: ServerResponse,
): Promise<void> {
  const send = ({ status, body, headers }: Reply): void => {
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      date: new Date().toUTCString(),
      ...headers,
    })
    response.end(body === null ? '' : JSON.stringify(body))
  }
  if (request.headers['user-agent'] === undefined) github.problems.push('a request without a user-agent')
  const method = request.method ?? ''
  const given = text === '' ? undefined : (JSON.parse(text) as unknown)
  if (url.pathname === '/graphql') return send(await serveGraphql(github, given as GraphqlRequest))
  const operation = described?.asked(method, url, given) ?? null
  if (operation === null) {
    github.problems.push(`${method} ${url.pathname}: there is no such operation`)
    return send({ status: 404, body: { message: 'Not Found' } })
  }
  github.asked.push(operation.id)
  if (operation.problem !== null) github.problems.push(`${operation.id}: ${operation.problem}`)
  const nth = github.asked.filter((id) => id === operation.id).length
  const fault = await github.fault(operation.id, nth)
  const reply =
    fault === null
      ? answerTo(github, operation, url, given)
      : {
          status: fault.status,
          headers: fault.headers ?? {},
          body: { message: fault.message ?? 'Fault', documentation_url: 'https://docs.github.com/rest' },
        }
  if (fault?.done === true) answerTo(github, operation, url, given)
  const problem = operation.problemOf(reply.status, reply.body)
  if (problem !== null) github.problems.push(`answer of ${operation.id} (${reply.status}): ${problem}`)
  send(reply)
}

/** What an operation needs the token for. */
const NEEDS: { readonly [operation: string]: readonly [keyof GitHub['may'], Level] } = {
  'git/get-commit': ['contents', 'read'],
  'git/get-ref': ['contents', 'read'],
  'git/get-tree': ['contents', 'read'],
  'git/get-blob': ['contents', 'read'],
  'pulls/list-files': ['pull-requests', 'read'],
  'issues/create-comment': ['pull-requests', 'write'],
  'issues/update-comment': ['pull-requests', 'write'],
  'issues/delete-comment': ['pull-requests', 'write'],
  'pulls/create-review': ['pull-requests', 'write'],
  'pulls/update-review-comment': ['pull-requests', 'write'],
  'pulls/delete-review-comment': ['pull-requests', 'write'],
  'code-scanning/upload-sarif': ['security-events', 'write'],
  'code-scanning/get-sarif': ['security-events', 'read'],
}

const LEVELS: readonly Level[] = ['none', 'read', 'write']

const may = ({ may }: GitHub, what: keyof GitHub['may'], level: Level): boolean =>
  LEVELS.indexOf(may[what]) >= LEVELS.indexOf(level)

const error = (status: number, message: string): Reply => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
})

function answerTo(github: GitHub, operation: Asked, url: URL, body: unknown): Reply {
  const [what, level] = NEEDS[operation.id] ?? ['contents', 'write']
  if (!may(github, what, level)) return error(403, 'Resource not accessible by integration')
  const { parameters } = operation
  const own = operation.example
  const id = Number(parameters['comment_id'])
  switch (operation.id) {
    case 'git/get-commit': {
      const text = git(github, 'cat-file', 'commit', parameters['commit_sha'] ?? '')
      if (text === null) return error(404, 'Not Found')
      const parents = [...text.matchAll(/^parent (\w+)$/gm)].map(([, sha = '']) => ({
        sha,
        url: url.href,
        html_url: url.href,
      }))
      return { status: 200, body: { ...(own(200) as object), sha: parameters['commit_sha'], parents } }
    }
    case 'git/get-ref': {
      const sha = git(github, 'rev-parse', '--verify', '--quiet', `refs/${parameters['ref']}`)?.trim()
      if (sha === undefined) return error(404, 'Not Found')
      return {
        status: 200,
        body: {
          ...(own(200) as object),
          ref: `refs/${parameters['ref']}`,
          object: { type: 'commit', sha, url: url.href },
        },
      }
    }
    case 'git/get-tree': {
      const listed = git(github, 'ls-tree', '-r', '-t', '-l', parameters['tree_sha'] ?? '')
      if (listed === null) return error(404, 'Not Found')
      const tree = [...listed.matchAll(/^(\d+) (\w+) (\w+) +(\d+|-)\t(.*)$/gm)].map(
        ([, mode, type, sha, size, path]) => ({
          path,
          mode,
          type,
          sha,
          url: url.href,
          ...(size === '-' ? {} : { size: Number(size) }),
        }),
      )
      return { status: 200, body: { sha: parameters['tree_sha'], url: url.href, truncated: false, tree } }
    }
    case 'git/get-blob': {
      const sha = parameters['file_sha'] ?? ''
      const content = execFileSync('git', ['-C', github.repository, 'cat-file', 'blob', sha])
      return {
        status: 200,
        body: {
          ...(own(200) as object),
          sha,
          size: content.length,
          encoding: 'base64',
          content: content.toString('base64'),
        },
      }
    }
    case 'pulls/list-files':
      return paged(github, url, github.files())
    case 'issues/create-comment': {
      const comment = { id: nextId(github), node: `IC_${nextId(github)}`, body: bodyOf(body), login: LOGIN }
      github.comments.push(comment)
      return { status: 201, body: issueComment(own(201) as object, comment) }
    }
    case 'issues/update-comment': {
      const comment = github.comments.find((each) => each.id === id)
      if (comment === undefined) return error(404, 'Not Found')
      comment.body = bodyOf(body)
      return { status: 200, body: issueComment(own(200) as object, comment) }
    }
    case 'issues/delete-comment':
      return removed(github.comments, id)
    case 'pulls/create-review':
      return createReview(github, own(200) as object, body as ReviewRequest)
    case 'pulls/update-review-comment': {
      const comment = github.reviewComments.find((each) => each.id === id)
      if (comment === undefined) return error(404, 'Not Found')
      comment.body = bodyOf(body)
      return { status: 200, body: { ...(own(200) as object), id, body: comment.body } }
    }
    case 'pulls/delete-review-comment':
      return removed(github.reviewComments, id)
    case 'code-scanning/upload-sarif': {
      const { commit_sha: commit, ref, sarif, tool_name: tool } = body as { readonly [name: string]: string }
      const content = JSON.parse(gunzipSync(Buffer.from(sarif ?? '', 'base64')).toString()) as unknown
      github.sarifs.push({ commit: commit ?? '', ref: ref ?? '', sarif: content, tool: tool ?? null })
      return { status: 202, body: own(202) }
    }
    case 'code-scanning/get-sarif':
      return { status: 200, body: own(200) }
    default:
      throw new Error(`${operation.id} is not played`)
  }
}

const nextId = (github: GitHub): number =>
  Math.max(1000, ...[...github.comments, ...github.reviewComments].map(({ id }) => id)) + 1

/** GitHub takes no more. */
function bodyOf(given: unknown): string {
  const { body } = given as { readonly body: string }
  if (body.length > 65_536) throw new Error('a comment that is too long')
  return body
}

function issueComment(example: object, { id, node, body, login }: Comment): object {
  return {
    ...example,
    id,
    node_id: node,
    body,
    user: { ...(example as { readonly user: object }).user, login, type: 'Bot' },
  }
}

function removed(comments: Comment[], id: number): Reply {
  const at = comments.findIndex((each) => each.id === id)
  if (at === -1) return error(404, 'Not Found')
  comments.splice(at, 1)
  return { status: 204, body: null }
}

interface ReviewRequest {
  readonly body: string
  readonly event: string
  readonly comments?: readonly {
    readonly path: string
    readonly body: string
    readonly line: number
    readonly start_line?: number
  }[]
}

/** One line that is not in the diff, and nothing of the review is taken. */
function createReview(github: GitHub, example: object, { body, comments = [] }: ReviewRequest): Reply {
  const lines = new Map(
    (github.files() as readonly { readonly filename: string; readonly patch?: string }[]).map(({ filename, patch }) => [
      filename,
      patch === undefined ? [] : linesOf(patch),
    ]),
  )
  const isIn = (path: string, line: number): boolean => lines.get(path)?.includes(line) === true
  for (const { path, line, start_line: start = line } of comments) {
    if (isIn(path, line) && isIn(path, start)) continue
    return {
      status: 422,
      body: {
        message: 'Unprocessable Entity',
        errors: ['Line must be part of the diff'],
        documentation_url: 'https://docs.github.com/rest',
      },
    }
  }
  for (const { path, line, start_line: startLine = null, body: text } of comments) {
    const id = nextId(github)
    github.reviewComments.push({
      id,
      node: `PRRC_${id}`,
      body: text,
      login: LOGIN,
      path,
      line,
      startLine,
      isResolved: false,
      isOutdated: false,
    })
  }
  github.reviews.push({ body, comments: comments.length })
  return { status: 200, body: { ...example, body } }
}

/** Lines of the new file that a patch shows. */
function linesOf(patch: string): readonly number[] {
  const lines: number[] = []
  let at = 0
  for (const line of patch.split('\n')) {
    const [, start] = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(line) ?? []
    if (start !== undefined) at = Number(start)
    else if (line.startsWith('+') || line.startsWith(' ')) lines.push(at++)
  }
  return lines
}

function paged(github: GitHub, url: URL, items: readonly unknown[]): Reply {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), github.pageSize)
  const page = Number(url.searchParams.get('page') ?? 1)
  const next = new URL(url)
  next.searchParams.set('page', String(page + 1))
  return {
    status: 200,
    body: items.slice((page - 1) * size, page * size),
    headers: page * size < items.length ? { link: `<${next.href}>; rel="next"` } : {},
  }
}

/** null where git says no. */
function git({ repository }: GitHub, ...args: readonly string[]): string | null {
  try {
    return execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return null
  }
}

/* --------------------------------------------------------------- GraphQL */

interface GraphqlRequest {
  readonly query: string
  readonly variables: { readonly [name: string]: unknown }
}

interface Page {
  readonly first: number
  readonly after?: string | null
}

class Forbidden extends Error {
  readonly extensions = { type: 'FORBIDDEN' }
}

async function serveGraphql(github: GitHub, { query, variables }: GraphqlRequest): Promise<Reply> {
  const name = /(query|mutation) (\w+)/.exec(query)?.[2] ?? 'unnamed'
  github.asked.push(`graphql ${name}`)
  const fault = await github.fault(`graphql ${name}`, github.asked.filter((id) => id === `graphql ${name}`).length)
  if (fault !== null) return { ...error(fault.status, fault.message ?? 'Fault'), headers: fault.headers ?? {} }
  const page = <Item>(items: readonly Item[], { first, after }: Page) => {
    const start = after == null ? 0 : Number(after)
    const end = start + Math.min(first, github.pageSize)
    return { nodes: items.slice(start, end), pageInfo: { hasNextPage: end < items.length, endCursor: String(end) } }
  }
  const known = ({ id, node, body, login }: Comment) => ({
    id: node,
    databaseId: id,
    body,
    viewerDidAuthor: login === LOGIN,
  })
  const pullRequest = {
    comments: (args: Page) => page(github.comments.map(known), args),
    reviewThreads: (args: Page) =>
      page(
        github.reviewComments.map((comment) => ({
          id: `PRRT_${comment.id}`,
          isResolved: comment.isResolved,
          isOutdated: comment.isOutdated,
          comments: (own: Page) => page([known(comment)], own),
        })),
        args,
      ),
  }
  const { data, errors } = await graphql({
    schema: schema as GraphQLSchema,
    source: query,
    variableValues: variables,
    rootValue: {
      repository: () => {
        if (!may(github, 'pull-requests', 'read')) throw new Forbidden('Resource not accessible by integration')
        return { pullRequest: () => pullRequest }
      },
      // GitHub asks for `contents: write` here, whatever its documentation says.
      resolveReviewThread: ({ input }: { readonly input: { readonly threadId: string } }) => {
        if (!may(github, 'contents', 'write')) throw new Forbidden('Resource not accessible by integration')
        const thread = github.reviewComments.find(({ id }) => `PRRT_${id}` === input.threadId)
        if (thread !== undefined) thread.isResolved = true
        return { thread: thread === undefined ? null : { id: input.threadId, isResolved: true } }
      },
    },
  })
  for (const { message, extensions } of errors ?? [])
    if (extensions['type'] === undefined) github.problems.push(`graphql ${name}: ${message}`)
  return {
    status: 200,
    body: {
      data,
      ...(errors === undefined
        ? {}
        : { errors: errors.map(({ message, extensions }) => ({ message, type: extensions['type'] })) }),
    },
  }
}
