/** A GitHub that does not want, does not work, or changes meanwhile: the built bundle, on a runner. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { startScene, type Files, type Job, type Scene } from './loopback/runner.js'

let scene: Scene

beforeEach(async () => {
  scene = await startScene()
})

afterEach(async () => {
  const { problems } = scene.github
  await scene.close()
  expect(problems).toEqual([])
})

const pod = (privileged = true): string => `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example.com/app:1
      securityContext: {privileged: ${privileged}}
`

const LEFT_OUT = /^Left out: .*/gm

function pulled(files: Files = { 'a.yaml': pod() }, of: Partial<Job> & { readonly target?: string } = {}): Job {
  const { target = 'main', ...over } = of
  if (target === 'main') scene.commit('main', { 'README.md': 'shop\n' })
  const head = scene.commit('change', files)
  const sha = scene.merge(target, 'change')
  const payload = { number: 7, pull_request: { number: 7, head: { sha: head }, base: { ref: target } } }
  return { event: 'pull_request', action: 'opened', payload, sha, ref: 'refs/pull/7/merge', ...over }
}

test.each([
  [429, 'Too many requests'],
  [403, 'You have exceeded a secondary rate limit'],
])('%d with retry-after: it waits as long, and everything is said once', async (status, message) => {
  scene.github.fault = (operation, nth) =>
    nth === 1 && ['issues/create-comment', 'pulls/create-review', 'code-scanning/upload-sarif'].includes(operation)
      ? { status, message, headers: { 'retry-after': '1' } }
      : null
  const run = await scene.run(pulled())
  expect([run.status, run.log.match(LEFT_OUT)]).toEqual([1, null])
  const { comments, reviews, sarifs } = scene.github
  expect([comments.length, reviews.length, sarifs.length]).toEqual([1, 1, 1])
})

test('502: what was done without an answer is not done twice', async () => {
  scene.github.fault = (operation, nth) => {
    if (nth > 1) return null
    return operation === 'issues/create-comment' ? { status: 502, done: true } : { status: 502 }
  }
  const run = await scene.run(pulled())
  expect([run.status, scene.github.comments.length]).toEqual([1, 1])
})

test('422: the diff was pushed over while it was judged', async () => {
  const job = pulled()
  scene.github.fault = (operation) => {
    if (operation === 'pulls/create-review') scene.github.files = () => []
    return null
  }
  const run = await scene.run(job)
  expect(run.status).toBe(1)
  expect(run.log.match(LEFT_OUT)).toEqual([expect.stringMatching(/^Left out: the review: 422 Unprocessable Entity/)])
  expect(scene.github.comments).toHaveLength(1)
})

test('what was said before is found on whatever page it stands', async () => {
  for (let id = 1; id <= 5; id++) scene.github.comments.push({ id, node: `IC_${id}`, body: 'hi', login: 'mallory' })
  scene.github.pageSize = 2
  const job = pulled({ 'a.yaml': pod(), 'b.yaml': '', 'c.yaml': '', 'd.yaml': '' })
  await scene.run(job)
  await scene.run({ ...job, runId: 101 })
  const { comments, reviewComments } = scene.github
  expect([comments.filter(({ login }) => login !== 'mallory').length, reviewComments.length]).toEqual([1, 1])
})

test('a comment that was deleted meanwhile is written anew', async () => {
  const job = pulled()
  await scene.run(job)
  const head = scene.commit('change', { 'b.yaml': pod().replace('name: a', 'name: b') })
  scene.github.fault = (operation) => {
    if (operation === 'issues/update-comment') scene.github.comments.splice(0)
    return null
  }
  const pull = { number: 7, head: { sha: head }, base: { ref: 'main' } }
  const run = await scene.run({
    ...job,
    payload: { number: 7, pull_request: pull },
    sha: scene.merge('main', 'change'),
    runId: 101,
  })
  expect([run.status, run.log.match(LEFT_OUT)]).toEqual([1, null])
  expect(scene.github.comments.map(({ body }) => body.includes('b.yaml'))).toEqual([true])
})

test('two runs at the same time are one comment, and one of each suggestion', async () => {
  const met = new Map<string, { waiting: number; readonly both: Promise<void>; readonly go: () => void }>()
  for (const operation of ['issues/create-comment', 'pulls/create-review']) {
    let go: () => void = () => undefined
    const both = new Promise<void>((done) => (go = done))
    met.set(operation, { waiting: 0, both, go })
  }
  scene.github.fault = async (operation) => {
    // Neither has written before both have looked.
    const meeting = met.get(operation)
    if (meeting === undefined) return null
    if (++meeting.waiting === 2) meeting.go()
    await meeting.both
    return null
  }
  const job = pulled()
  const runs = await Promise.all([scene.run(job), scene.run({ ...job, runId: 101 })])
  expect(runs.map(({ status, log }) => [status, log.match(LEFT_OUT)])).toEqual([
    [1, null],
    [1, null],
  ])
  const { comments, reviewComments } = scene.github
  expect(comments.map(({ body }) => /^<!-- ringfence \w+ (\d+)\.1 -->/.exec(body)?.[1])).toEqual(['101'])
  expect(reviewComments).toHaveLength(1)
})

test('edited: pointed at a branch of its own after its check was green, it is judged anew and blocks', async () => {
  const first = pulled({ 'README.md': 'our shop\n' })
  const green = await scene.run(first)
  const off = 'policies: {least-privilege/privileged-container: off}\n'
  scene.commit('mine', { '.ringfence.yaml': off, 'a.yaml': pod() })
  const job = pulled({ 'README.md': 'our own shop\n' }, { target: 'mine', action: 'edited', runId: 101 })
  const changes = { base: { ref: { from: 'main' }, sha: { from: first.sha } } }
  const run = await scene.run({ ...job, payload: { ...job.payload, changes } })
  expect([green.status, run.status, run.outputs['outcome']]).toEqual([0, 1, 'fail'])
  expect(run.log).toMatch(/^::error file=a\.yaml,line=8,.*least-privilege\/privileged-container/m)
  expect(run.summary).toContain('mine is not among trust.branches of main')
})
