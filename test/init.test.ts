import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { folderOf, removeFolders, ringfence } from './command.js'

afterAll(removeFolders)

const POD = (name: string, more = ''): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop}
spec:
  ${more}
  containers: [{name: app, image: registry.example.com/app:1}]
`

test('a repository that does not hold stage 1: a baseline, which only shrinks', async () => {
  const cwd = folderOf({
    '.git/HEAD': 'ref: refs/heads/main\n',
    'a.yaml': POD('a', 'hostNetwork: true'),
    'b.yaml': POD('b', 'hostPID: true'),
  })
  expect((await ringfence(['check'], { cwd })).status).toBe(1)

  const init = await ringfence(['init'], { cwd })
  expect(init).toMatchObject({ status: 0, stderr: '' })
  expect(init.stdout).toContain('wrote .ringfence.yaml, .ringfence-baseline.json, .github/workflows/ringfence.yml')
  expect(init.stdout).toContain('does not hold stage 1 yet')
  const { findings } = JSON.parse(readFileSync(join(cwd, '.ringfence-baseline.json'), 'utf8')) as {
    readonly findings: readonly { readonly count: number }[]
  }
  const all = findings.reduce((sum, entry) => sum + entry.count, 0)
  expect(init.stdout).toContain(`${all} findings of today are in the baseline`)
  expect(readFileSync(join(cwd, '.ringfence.yaml'), 'utf8')).toBe('stage: 1\nbaseline: .ringfence-baseline.json\n')
  expect((await ringfence(['check'], { cwd })).status).toBe(0)
  expect(await ringfence(['init'], { cwd })).toMatchObject({
    status: 2,
    stderr: 'ringfence: .ringfence.yaml is there already\n',
  })

  rmSync(join(cwd, 'b.yaml'))
  const before = readFileSync(join(cwd, '.ringfence-baseline.json'), 'utf8')
  expect((await ringfence(['baseline'], { cwd })).stdout).toMatch(/^\d+ mended and taken out; \d+ left\n$/)
  const after = readFileSync(join(cwd, '.ringfence-baseline.json'), 'utf8')
  expect(after.length).toBeLessThan(before.length)
  expect(after).not.toContain('/b ')
  expect((await ringfence(['baseline'], { cwd })).stdout).toMatch(/^nothing of it is mended/)
})

test('what was not looked at, or could not be judged, is not mended', async () => {
  const cwd = folderOf({
    '.git/HEAD': 'ref: refs/heads/main\n',
    'apps/a.yaml': POD('a', 'hostNetwork: true'),
    'b.yaml': POD('b', 'hostPID: true'),
  })
  await ringfence(['init'], { cwd })
  const baseline = (): string => readFileSync(join(cwd, '.ringfence-baseline.json'), 'utf8')
  const before = baseline()
  expect((await ringfence(['baseline'], { cwd: join(cwd, 'apps') })).stdout).toMatch(/^nothing of it is mended/)
  expect(await ringfence(['baseline', 'apps'], { cwd })).toMatchObject({ status: 2 })
  writeFileSync(join(cwd, 'b.yaml'), 'apiVersion: v1\nkind: [')
  expect(await ringfence(['baseline'], { cwd })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('1 could not be judged, so what is mended cannot be told'),
  })
  expect(baseline()).toBe(before)
})

test('a repository in which nothing blocks: the stage that it holds, and no baseline', async () => {
  const cwd = folderOf({
    '.git/HEAD': 'ref: refs/heads/main\n',
    'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n',
  })
  const { stdout, status } = await ringfence(['init'], { cwd })
  expect(status).toBe(0)
  expect(stdout).toMatch(/The repository holds stage \d of 4/)
  expect(existsSync(join(cwd, '.ringfence-baseline.json'))).toBe(false)
})

test('an empty repository begins with stage 1, whatever nothing holds', async () => {
  const cwd = folderOf({ '.git/HEAD': 'ref: refs/heads/main\n' })
  expect((await ringfence(['init'], { cwd })).stdout).toContain(
    'nothing to judge here yet: the gate begins with stage 1',
  )
  expect(readFileSync(join(cwd, '.ringfence.yaml'), 'utf8')).toBe('stage: 1\n')
})

test('the workflow is the least of docs/workflows, with another name for the action', async () => {
  const cwd = folderOf({ '.git/HEAD': 'ref: refs/heads/main\n' })
  await ringfence(['init'], { cwd })
  const least = readFileSync('docs/workflows/least.yml', 'utf8')
  expect(readFileSync(join(cwd, '.github/workflows/ringfence.yml'), 'utf8')).toBe(
    least.replace(/^#.*\n/, '').replace(/ringfence\/ringfence@.*/, 'OWNER/ringfence@COMMIT'),
  )
})

test('without a baseline there is none to shrink', async () => {
  const cwd = folderOf({ 'a.yaml': POD('a') })
  expect(await ringfence(['baseline'], { cwd })).toMatchObject({
    status: 2,
    stderr: 'ringfence: the configuration names no baseline; `ringfence init` writes one\n',
  })
})
