import { spawnSync } from 'node:child_process'
import {
  existsSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-launch-'))
  writeFileSync(join(home, 'a.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [] }\n')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const folder = (): string => join(home, 'cache', 'ringfence', 'code')
const kept = (): readonly string[] => readdirSync(folder())

/** What the command line prints, and how it ends. */
function run(args: readonly string[] = ['check', '.'], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], {
    cwd: home,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], XDG_CACHE_HOME: join(home, 'cache'), ...environment },
  })
  return { status, stdout, stderr }
}

describe('what V8 compiled', () => {
  test('is kept, and used as it is', () => {
    const first = run()
    expect(first).toMatchObject({ status: 1, stderr: '' })
    const [name = ''] = kept()
    expect(kept()).toHaveLength(1)
    expect(name).toContain(process.version)
    const { mtimeMs, mode } = statSync(join(folder(), name))
    expect(mode & 0o077).toBe(0)
    expect(run()).toEqual(first)
    expect(statSync(join(folder(), name)).mtimeMs).toBe(mtimeMs)
  })

  test('is used by a run that starts an engine, and not made by it', () => {
    const plain = run()
    const file = join(folder(), kept()[0] ?? '')
    const { mtimeMs } = statSync(file)
    mkdirSync(join(home, 'chart', 'templates'), { recursive: true })
    writeFileSync(join(home, 'chart', 'Chart.yaml'), 'apiVersion: v2\nname: a\nversion: 1.0.0\n')
    const charted = run()
    expect(charted.stdout).toContain('1 of 1 chart')
    expect(statSync(file).mtimeMs).toBe(mtimeMs)
    rmSync(folder(), { recursive: true })
    expect(run()).toEqual(charted)
    expect(existsSync(folder())).toBe(false)
    rmSync(join(home, 'chart'), { recursive: true })
    expect(run()).toEqual(plain)
    expect(kept()).toHaveLength(1)
  })

  test('is made again where it cannot be read', () => {
    const first = run()
    const file = join(folder(), kept()[0] ?? '')
    const whole = readFileSync(file)
    const flipped = Buffer.from(whole.map((byte, at) => (at > 300_000 && at < 300_400 ? byte ^ 0xff : byte)))
    for (const torn of [flipped, Buffer.from('torn'), whole.subarray(0, whole.length >> 1), Buffer.alloc(0)]) {
      writeFileSync(file, torn)
      expect(run()).toEqual(first)
      expect(readFileSync(file).length).toBeGreaterThan(100_000)
    }
  })

  test('of other versions is kept a while, and of no more than a few', () => {
    mkdirSync(folder(), { recursive: true, mode: 0o700 })
    const old = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const [at, name] of old.entries()) {
      writeFileSync(join(folder(), name), '')
      utimesSync(join(folder(), name), 1000 + at, 1000 + at)
    }
    expect(run()).toMatchObject({ status: 1, stderr: '' })
    expect(kept().filter((name) => old.includes(name))).toEqual(['d', 'e', 'f'])
    expect(kept()).toHaveLength(4)
  })

  test.each([0o777, 0o770])('is neither read nor written where others may write (%o)', (mode) => {
    mkdirSync(folder(), { recursive: true })
    chmodSync(folder(), mode)
    expect(run()).toMatchObject({ status: 1, stderr: '' })
    expect(kept()).toEqual([])
  })

  test('is not kept of a run that compiled little, nor where it is switched off, nor where it cannot be', () => {
    expect(run(['--version'])).toMatchObject({ status: 0 })
    expect(run(['check', '.'], { NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ status: 1 })
    writeFileSync(join(home, 'cache'), 'no folder')
    expect(run()).toMatchObject({ status: 1, stderr: '' })
    expect(readFileSync(join(home, 'cache'), 'utf8')).toBe('no folder')
  })
})

test('what never comes to its end does not pass', () => {
  const launched = join(home, 'dist')
  mkdirSync(launched)
  copyFileSync(resolve('dist/cli.js'), join(launched, 'cli.js'))
  copyFileSync(resolve('dist/package.json'), join(launched, 'package.json'))
  writeFileSync(join(launched, 'cli.script.js'), '(async () => { await new Promise(() => {}) })')
  expect(spawnSync(process.execPath, [join(launched, 'cli.js')]).status).toBe(2)
})

test('what is plain is judged without the parts of Node that take long to load', () => {
  const hook = join(home, 'hook.cjs')
  writeFileSync(hook, "process.on('exit', () => console.error(process.moduleLoadList.join('\\n')))")
  const { stderr } = run(['check', '.'], { NODE_OPTIONS: `--require ${hook}` })
  const loaded = stderr.split('\n').map((line) => line.replace('NativeModule ', ''))
  expect(loaded).toContain('vm')
  const slow = ['child_process', 'crypto', 'fs/promises', 'http', 'https', 'perf_hooks', 'tls', 'worker_threads']
  expect(slow.filter((name) => loaded.includes(name))).toEqual([])
})
