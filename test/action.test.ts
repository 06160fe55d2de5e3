/** `action.yml`, and the bundle that it starts, as a runner starts it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { load } from 'js-yaml'

interface ActionFile {
  readonly name: string
  readonly description: string
  readonly author: string
  readonly branding: { readonly icon: string; readonly color: string }
  readonly inputs: { readonly [name: string]: { readonly description: string; readonly default: string } }
  readonly outputs: { readonly [name: string]: { readonly description: string } }
  readonly runs: { readonly using: string; readonly main: string }
}

const action = load(readFileSync('action.yml', 'utf8')) as ActionFile

describe('action.yml', () => {
  test('has what GitHub asks for, and nothing it does not know', () => {
    expect(Object.keys(action).sort()).toEqual([
      'author',
      'branding',
      'description',
      'inputs',
      'name',
      'outputs',
      'runs',
    ])
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/action.mjs' })
    expect(existsSync(action.runs.main)).toBe(true)
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(name).toMatch(/^[a-z][a-z-]*$/)
      expect(Object.keys(input).sort()).toEqual(['default', 'description'])
      expect(typeof input.default).toBe('string')
    }
    for (const output of Object.values(action.outputs)) expect(Object.keys(output)).toEqual(['description'])
  })

  test('offers the inputs that the code reads', () => {
    const code = ['src/action.ts', 'src/github/act.ts'].map((file) => readFileSync(file, 'utf8')).join('\n')
    const read = [...code.matchAll(/(?:\.input|getInput)\(\s*'([^']+)'/g)].map(([, name]) => name)
    expect([...new Set(read)].sort()).toEqual(Object.keys(action.inputs).sort())
  })
})

describe('the bundle', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringfence-action-'))
    for (const name of ['checkout', 'temp']) mkdirSync(join(folder, name))
    for (const name of ['output', 'summary']) writeFileSync(join(folder, name), '')
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  function start(manifest: string, inputs: { readonly [name: string]: string } = {}) {
    writeFileSync(join(folder, 'checkout/pod.yaml'), manifest)
    // As the runner hands inputs over: every one, in capitals.
    const given = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [
        `INPUT_${name.toUpperCase()}`,
        inputs[name] ?? (name === 'token' ? 's3cret' : input.default),
      ]),
    )
    const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(action.runs.main)], {
      cwd: join(folder, 'checkout'),
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        ...given,
        GITHUB_WORKSPACE: join(folder, 'checkout'),
        GITHUB_OUTPUT: join(folder, 'output'),
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
        RUNNER_TEMP: join(folder, 'temp'),
      },
    })
    const outputs = Object.fromEntries(
      [...readFileSync(join(folder, 'output'), 'utf8').matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(
        ([, name, , value]) => [name, value],
      ),
    )
    return { status, stdout, stderr, outputs, summary: readFileSync(join(folder, 'summary'), 'utf8') }
  }

  const pod = (privileged: boolean): string => `apiVersion: v1
kind: Pod
metadata: {name: app, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example.com/app:1
      securityContext: {privileged: ${privileged}}
`

  test('fails on a privileged pod, on its line', () => {
    const { status, stdout, stderr, outputs, summary } = start(pod(true))
    expect(stderr).toBe('')
    expect(status).toBe(1)
    expect(outputs['outcome']).toBe('fail')
    expect(Number(outputs['blocking'])).toBeGreaterThan(0)
    expect(stdout).toMatch(/^::error file=pod\.yaml,line=8,.*least-privilege\/privileged-container/m)
    expect(stdout).toMatch(/^::add-mask::s3cret$/m)
    expect(summary).toContain('❌ Ringfence')
    const report = JSON.parse(readFileSync(outputs['report'] ?? '', 'utf8')) as { outcome: string }
    expect(report.outcome).toBe('fail')
  })

  test('passes on an empty checkout, and says that there was nothing', () => {
    const { status, stdout, outputs } = start('# nothing\n')
    expect(status).toBe(0)
    expect(outputs['outcome']).toBe('pass')
    expect(stdout).toContain('nothing was there to judge')
  })

  test('ends with an error on an input that it does not understand', () => {
    const { status, outputs, stdout } = start(pod(false), { stage: 'two' })
    expect(status).toBe(1)
    expect(outputs['outcome']).toBe('error')
    expect(stdout).toMatch(/^::error::Ringfence could not do its work: input stage/m)
  })
})
