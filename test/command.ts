/** The command line as a user runs it: a process of its own, in a folder that the test writes. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export interface Files {
  readonly [path: string]: string | Uint8Array
}

/** Writes a repository into a new folder; the test removes it with `removeFolders`. */
export function folderOf(files: Files): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-test-')))
  made.push(folder)
  writeInto(folder, files)
  return folder
}

/** The same as a git repository, all of it committed to `main`. */
export function repositoryOf(files: Files): string {
  const folder = folderOf(files)
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args])
  }
  git('init', '--quiet', '--initial-branch', 'main')
  git('add', '.')
  git('commit', '--quiet', '--message', 'base')
  return folder
}

function writeInto(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

const made: string[] = []

export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export interface Result {
  /** null where it had to be killed. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  readonly env?: { readonly [name: string]: string }
}

/** Nothing that hangs may hang the tests. */
const LIMIT_MS = 50_000

/** Runs `ringfence ARGS…` and waits until the process and all that it started is gone. */
export function ringfence(args: readonly string[], { cwd, env = {} }: CommandOptions): Promise<Result> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [resolve('dist/cli.js'), ...args], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    child.on('error', fail)
    // Its pipes close with the last process that holds them, not with its own end.
    child.on('close', (status) => {
      clearTimeout(timer)
      done({ status, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() })
    })
  })
}
