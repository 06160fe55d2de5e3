/** git, as a process: the only place that starts it. It asks nobody for a password, runs no hook, and has an end. */
import { spawnSync } from 'node:child_process'
import { GateError } from './gate-error.js'

export interface GitOptions {
  readonly input?: string
  /** Added to the process's own. */
  readonly env?: { readonly [name: string]: string }
  readonly timeLimitMs?: number
}

export interface GitResult {
  /** null where it was killed, as by the time limit. */
  readonly status: number | null
  readonly stdout: Buffer
  /** The first line that git complained with, '' where it did not. */
  readonly words: string
}

/** Reading a large commit takes seconds; a network that says nothing must not hold a job. */
const LIMIT_MS = 120_000

/** Throws `GateError` where there is no git. */
export function runGit(root: string, args: readonly string[], options: GitOptions = {}): GitResult {
  const limit = options.timeLimitMs ?? LIMIT_MS
  // The checkout may belong to another user, as in a container: only what is asked for here is done in it.
  const settings = ['-c', `safe.directory=${root}`, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', root, ...settings, ...args], {
    input: options.input ?? '',
    maxBuffer: 2 ** 31,
    timeout: limit,
    killSignal: 'SIGKILL',
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...options.env },
  })
  if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT')
    return { status: null, stdout, words: `git did not answer within ${limit / 1000} s` }
  if (error !== undefined) throw new GateError(`git cannot be run: ${error.message}`)
  const words = new TextDecoder().decode(stderr).trim().split('\n')[0] ?? ''
  return { status, stdout, words: words.replace(/^fatal: /, 'git: ') }
}

/** What git writes; null where it fails without a word. Throws `GateError` with its own words where it has some. */
export function gitOutput(root: string, args: readonly string[]): Buffer | null {
  const { status, stdout, words } = runGit(root, args)
  if (status === 0) return stdout
  if (words === '') return null
  throw new GateError(words)
}
