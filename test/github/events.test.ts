/** What a pull request sees of a run: the built bundle, on a runner, with the token that each kind of event is given. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GitHub } from './loopback/github.js'
import { startScene, type Job, type Payload, type Scene } from './loopback/runner.js'

let scene: Scene

beforeEach(async () => {
  scene = await startScene()
})

afterEach(async () => {
  const { problems } = scene.github
  await scene.close()
  expect(problems).toEqual([])
})

const pod = (name: string, privileged = true): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example.com/app:1
      securityContext: {privileged: ${privileged}}
`

function opened(files: { readonly [path: string]: string }, over: Payload = {}): Job {
  scene.commit('main', { 'README.md': 'shop\n' })
  const head = scene.commit('change', files)
  const sha = scene.merge('main', 'change')
  return {
    event: 'pull_request',
    action: 'opened',
    payload: { number: 7, pull_request: { number: 7, head: { sha: head }, base: { ref: 'main' }, ...over } },
    sha,
    ref: 'refs/pull/7/merge',
  }
}

const READ: GitHub['may'] = { contents: 'read', 'pull-requests': 'read', 'security-events': 'read' }
const LEFT_OUT = /^Left out: .*/gm

test('with all that a token may: a comment, alerts, annotations, a summary', async () => {
  const run = await scene.run(opened({ 'a.yaml': pod('a') }))
  expect(run.status).toBe(1)
  expect(run.log).toMatch(/^::error file=a\.yaml,line=8,/m)
  expect(run.log.match(LEFT_OUT)).toBeNull()
  const [comment] = scene.github.comments
  expect(comment?.body).toContain('❌ Ringfence')
  expect(comment?.body).toContain(`${scene.github.url}/shop/deploy/blob/`)
  expect(run.summary).toContain('❌ Ringfence')
  expect(scene.github.sarifs).toMatchObject([{ ref: 'refs/pull/7/merge', tool: 'Ringfence' }])
})

test('synchronize: the comment follows, and the conclusion with it', async () => {
  await scene.run(opened({ 'a.yaml': pod('a') }))
  const head = scene.commit('change', { 'a.yaml': pod('a', false) })
  const sha = scene.merge('main', 'change')
  const run = await scene.run({
    event: 'pull_request',
    action: 'synchronize',
    payload: { number: 7, pull_request: { number: 7, head: { sha: head }, base: { ref: 'main' } } },
    sha,
    ref: 'refs/pull/7/merge',
    runId: 101,
  })
  expect(scene.github.comments).toHaveLength(1)
  expect(scene.github.comments[0]?.body).toContain(run.status === 0 ? '✅ Ringfence' : '❌ Ringfence')
  expect(scene.github.comments[0]?.body).not.toContain('privileged-container')
})

describe.each([
  ['a fork', { head: { repo: { full_name: 'mallory/deploy', fork: true } } }],
  ['Dependabot', { user: { login: 'dependabot[bot]' }, head: {} }],
])('the pull request of %s, whose token may only read', (_, over) => {
  test('is judged, annotated and concluded; what was left out is said in a line each', async () => {
    scene.github.may = READ
    const job = opened({ 'a.yaml': pod('a') })
    const payload = job.payload['pull_request'] as Payload & { readonly head: Payload }
    const run = await scene.run({
      ...job,
      payload: { ...job.payload, pull_request: { ...payload, ...over, head: { ...payload.head, ...over.head } } },
    })
    expect(run.status).toBe(1)
    expect(run.log).toMatch(/^::error file=a\.yaml,line=8,/m)
    expect(run.log.match(LEFT_OUT)).toEqual([
      'Left out: the comment: the token may not (pull-requests: write): 403 Resource not accessible by integration',
      'Left out: code scanning: the token may not (security-events: write): 403 Resource not accessible by integration',
    ])
  })
})

test('with contents: read alone, everything but comment and alerts works', async () => {
  scene.github.may = { contents: 'read', 'pull-requests': 'none', 'security-events': 'none' }
  const run = await scene.run(opened({ 'a.yaml': pod('a') }))
  expect([run.status, run.outputs['outcome'], run.log.match(LEFT_OUT)?.length]).toEqual([1, 'fail', 3])
})

test('a pull request that touches nothing that is judged passes with a line, and says nothing else', async () => {
  const run = await scene.run(opened({ 'docs/guide.md': 'hello\n' }))
  expect([run.status, run.outputs['outcome']]).toEqual([0, 'pass'])
  expect(run.log).toContain('nothing that is judged is touched')
  expect([scene.github.comments, scene.github.sarifs]).toEqual([[], []])
})

test('a draft is judged as any other', async () => {
  const run = await scene.run(opened({ 'a.yaml': pod('a') }, { draft: true }))
  expect([run.status, scene.github.comments.length]).toEqual([1, 1])
})

test('a GitHub that is down changes nothing about the conclusion', async () => {
  scene.github.fault = () => ({ status: 503, message: 'Service Unavailable' })
  const run = await scene.run({ ...opened({ 'a.yaml': pod('a') }), depth: 2 })
  expect([run.status, run.outputs['outcome']]).toEqual([1, 'fail'])
  expect(run.log).toContain('Left out: the comment: 503')
})

test('text from manifests forges no command, mentions nobody, and stays in its place', async () => {
  const name = 'x\\n::error::owned\\n```\\n@octocat <img src=x> [a](https://evil.example)'
  const run = await scene.run(opened({ 'a.yaml': pod(`"${name}"`) }))
  const commands = run.log.split('\n').filter((line) => /^\s*::/.test(line) || line.includes('##['))
  for (const command of commands) expect(command).toMatch(/^::(?:error|warning|add-mask)[ :]/)
  expect(run.log).not.toMatch(/^::error::owned/m)
  for (const page of [run.summary, scene.github.comments[0]?.body ?? '']) {
    const prose = page.replace(/(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
    expect(prose).not.toMatch(/@octocat|<img|\]\(https:\/\/evil/)
    expect(page).not.toMatch(/^```/m)
  }
})

test('5,000 findings stay within every limit, and what was left out is counted', async () => {
  const pods = Array.from({ length: 1000 }, (_, i) => pod(`pod-${i}`)).join('---\n')
  const run = await scene.run(opened({ 'many.yaml': pods }))
  expect(run.status).toBe(1)
  expect(Number(run.outputs['blocking']) + Number(run.outputs['advisory'])).toBeGreaterThan(5000)
  for (const level of ['error', 'warning'])
    expect(run.log.match(new RegExp(`^::${level} file=`, 'gm'))?.length).toBeLessThanOrEqual(10)
  expect(run.log).toMatch(/^\d+ findings more without an annotation: .*\/actions\/runs\/100$/m)
  expect(Buffer.byteLength(run.summary)).toBeLessThanOrEqual(1024 * 1024)
  const body = scene.github.comments[0]?.body ?? ''
  expect(body.length).toBeLessThanOrEqual(65_536)
  expect(body).toMatch(
    /rows left out here, for GitHub's limit on length\. The \[report\]\(http.*\/actions\/runs\/100\)/,
  )
  const [{ sarif } = { sarif: null }] = scene.github.sarifs
  expect(
    (sarif as { readonly runs: readonly { readonly results: readonly object[] }[] }).runs[0]?.results.length,
  ).toBeLessThanOrEqual(25_000)
})
