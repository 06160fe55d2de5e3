/** A runner: the checkout as actions/checkout leaves it, the event's file, the environment; then the action itself. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { load } from 'js-yaml'
import { NAME, startGitHub, TOKEN, type GitHub } from './github.js'

export interface Files {
  /** null: deleted. */
  readonly [path: string]: string | null
}

/** A repository on the loopback GitHub, and a machine that works for it. */
export interface Scene {
  readonly github: GitHub
  readonly folder: string
  /** Adds a commit to a branch, which begins at `from` where it is new; gives its identifier. */
  readonly commit: (branch: string, files: Files, from?: string) => string
  /** Builds what GitHub builds of pull request 7: gives the merge commit. */
  readonly merge: (target: string, branch: string) => string
  readonly run: (job: Job) => Promise<Run>
  readonly close: () => Promise<void>
}

export interface Job {
  readonly event: string
  /** What the event's file says, over GitHub's own example. */
  readonly payload: Payload
  /** Picks the example. */
  readonly action?: string
  readonly sha: string
  readonly ref: string
  readonly inputs?: { readonly [name: string]: string }
  readonly env?: { readonly [name: string]: string }
  /** What is checked out, where it is not `sha`. */
  readonly checkout?: string
  /** A checkout without git, as where there is none on the machine. */
  readonly withoutGit?: boolean
  readonly depth?: number
  readonly runId?: number
}

export type Payload = { readonly [key: string]: unknown }

export interface Run {
  readonly status: number | null
  readonly log: string
  readonly outputs: { readonly [name: string]: string }
  readonly summary: string
  readonly workspace: string
}

const action = load(readFileSync('action.yml', 'utf8')) as {
  readonly inputs: { readonly [name: string]: { readonly default: string } }
}

export async function startScene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-github-'))
  const github = await startGitHub(folder)
  const work = join(folder, 'work')
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  mkdirSync(work)
  git('init', '--quiet', '--initial-branch', 'main')
  git('remote', 'add', 'origin', github.repository)
  const branches = new Set<string>()
  return {
    github,
    folder,
    commit(branch, files, from = 'main') {
      if (branches.has(branch)) git('checkout', '--quiet', '--force', branch)
      else if (branches.size > 0) git('checkout', '--quiet', '-b', branch, from)
      branches.add(branch)
      for (const [path, content] of Object.entries(files)) {
        const file = join(work, path)
        if (content === null) rmSync(file, { recursive: true })
        else {
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, content)
        }
      }
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', branch)
      git('push', '--quiet', '--force', 'origin', branch)
      return git('rev-parse', 'HEAD')
    },
    merge(target, branch) {
      git('checkout', '--quiet', '--force', '--detach', target)
      git('merge', '--quiet', '--no-ff', '--message', 'merge', branch)
      git('push', '--quiet', '--force', 'origin', 'HEAD:refs/pull/7/merge')
      const files = git('diff', '--name-only', `${target}...${branch}`)
        .split('\n')
        .filter((name) => name !== '')
      github.files = () =>
        files.map((filename) => {
          const patch = git('diff', '-U3', `${target}...${branch}`, '--', filename)
          const sha = git('rev-parse', '--verify', '--quiet', `${branch}:${filename}`)
          const at = patch.indexOf('@@')
          const url = `https://github.com/${NAME}/blob/${branch}/${filename}`
          return {
            sha,
            filename,
            status: 'modified',
            additions: 1,
            deletions: 0,
            changes: 1,
            blob_url: url,
            raw_url: url,
            contents_url: url,
            ...(at === -1 ? {} : { patch: patch.slice(at) }),
          }
        })
      return git('rev-parse', 'HEAD')
    },
    run: (job) => run(github, folder, job),
    async close() {
      await github.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const examples = JSON.parse(
  readFileSync('node_modules/@octokit/webhooks-examples/api.github.com/index.json', 'utf8'),
) as readonly {
  readonly name: string
  readonly examples: readonly Payload[]
}[]

/** What a workflow started by time or by hand is told. */
const BARE: { readonly [event: string]: Payload } = {
  schedule: { schedule: '0 6 * * *', workflow: '.github/workflows/ringfence.yml' },
}

function payloadOf({ event, action: wanted, payload }: Job): object {
  const known = examples.find(({ name }) => name === event)?.examples ?? [BARE[event] ?? {}]
  const example = known.find((each) => wanted === undefined || each['action'] === wanted) ?? known[0] ?? {}
  const repository =
    known[0]?.['repository'] ?? examples.find(({ name }) => name === 'push')?.examples[0]?.['repository']
  return merged(
    { ...example, repository, ...(wanted === undefined ? {} : { action: wanted }) },
    { repository: { full_name: NAME, name: 'deploy', default_branch: 'main' }, ...payload },
  )
}

function merged(one: Payload, other: Payload): Payload {
  const isMap = (value: unknown): value is Payload =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  return Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => {
      const [a, b] = [one[key], other[key]]
      return [key, isMap(a) && isMap(b) ? merged(a, b) : Object.hasOwn(other, key) ? b : a]
    }),
  )
}

/** Nothing that hangs may hang the tests. */
const LIMIT_MS = 55_000

async function run(github: GitHub, folder: string, job: Job): Promise<Run> {
  const machine = mkdtempSync(join(folder, 'machine-'))
  const workspace = join(machine, 'checkout')
  for (const name of ['checkout', 'temp', 'files']) mkdirSync(join(machine, name))
  checkOut(github, workspace, job)
  const file = (name: string, content = ''): string => {
    writeFileSync(join(machine, 'files', name), content)
    return join(machine, 'files', name)
  }
  const inputs = Object.entries(action.inputs).map(([name, input]) => [
    `INPUT_${name.toUpperCase()}`,
    job.inputs?.[name] ?? (name === 'token' ? TOKEN : input.default),
  ])
  const env = {
    PATH: process.env['PATH'],
    HOME: machine,
    CI: 'true',
    ...(Object.fromEntries(inputs) as { readonly [name: string]: string }),
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_NAME: job.event,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payloadOf(job))),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_SERVER_URL: github.url,
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
    GITHUB_REPOSITORY: NAME,
    GITHUB_SHA: job.sha,
    GITHUB_REF: job.ref,
    GITHUB_RUN_ID: String(job.runId ?? 100),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'ringfence',
    GITHUB_WORKFLOW: 'ringfence',
    RUNNER_TEMP: join(machine, 'temp'),
    RUNNER_OS: 'Linux',
    ...job.env,
  }
  const { status, log } = await started(workspace, env)
  const outputs = Object.fromEntries(
    [...readFileSync(env.GITHUB_OUTPUT, 'utf8').matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(
      ([, name = '', , value = '']) => [name, value],
    ),
  )
  return { status, log, outputs, summary: readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'), workspace }
}

/** As actions/checkout does: one commit, detached, and nothing else. */
function checkOut(github: GitHub, workspace: string, { sha, checkout = sha, withoutGit, depth = 1 }: Job): void {
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-C', workspace, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  }
  git('init', '--quiet')
  const shallow = depth === 0 ? [] : [`--depth=${depth}`]
  git('fetch', '--quiet', '--no-tags', ...shallow, `file://${github.repository}`, checkout)
  git('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  if (withoutGit === true) rmSync(join(workspace, '.git'), { recursive: true })
}

function started(
  cwd: string,
  env: { readonly [name: string]: string | undefined },
): Promise<{ readonly status: number | null; readonly log: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [resolve('dist/action.mjs')], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    child.on('error', fail)
    child.on('close', (status) => {
      clearTimeout(timer)
      done({ status, log: Buffer.concat(chunks).toString() })
    })
  })
}
