/** What the Action compares with and is judged by, for every event: the built bundle, on a runner, against a GitHub. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Report } from '../../src/report/report.js'
import { startScene, type Files, type Job, type Run, type Scene } from './loopback/runner.js'

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

const POLICY = 'least-privilege/privileged-container'

interface Opened {
  readonly main: string
  readonly head: string
  readonly job: Job
}

/** Pull request 7 from `change` to a target. */
function opened(base: Files, change: Files, target = 'main'): Opened {
  const main = scene.commit('main', base)
  if (target !== 'main') scene.commit(target, {})
  const head = scene.commit('change', change, target)
  const sha = scene.merge(target, 'change')
  return { main, head, job: pullRequest({ sha, head, target }) }
}

function pullRequest(of: { readonly sha: string; readonly head: string; readonly target: string }): Job {
  return {
    event: 'pull_request',
    action: 'opened',
    payload: { number: 7, pull_request: { number: 7, head: { sha: of.head }, base: { ref: of.target } } },
    sha: of.sha,
    ref: 'refs/pull/7/merge',
  }
}

const reportOf = ({ outputs }: Run): Report => JSON.parse(readFileSync(outputs['report'] ?? '', 'utf8')) as Report

/** `old existing`, for every privileged pod. */
const statuses = (run: Run): readonly string[] =>
  reportOf(run)
    .findings.filter(({ policy }) => policy === POLICY)
    .map(({ resource, status }) => `${resource.name} ${status}`)
    .sort()

const notesOf = (run: Run): string => reportOf(run).configuration.notes.join('\n')

const OLD_AND_NEW = ['new blocking', 'old existing']

describe('a pull request', () => {
  test('is held against the first parent of the merge that GitHub built, fetched at depth 1', async () => {
    const { job } = opened({ 'old.yaml': pod('old') }, { 'new.yaml': pod('new') })
    const run = await scene.run(job)
    expect(run.status).toBe(1)
    expect(statuses(run)).toEqual(OLD_AND_NEW)
    expect(notesOf(run)).toBe('')
  })

  test('is held against what the checkout has, without the network', async () => {
    const { job } = opened({ 'old.yaml': pod('old') }, { 'new.yaml': pod('new') })
    scene.github.hasGit = false
    const run = await scene.run({ ...job, depth: 2 })
    expect(statuses(run)).toEqual(OLD_AND_NEW)
    expect(scene.github.asked.filter((asked) => asked.startsWith('git'))).toEqual([])
  })

  test('is held against the API’s tree where there is no git', async () => {
    const { job } = opened(
      { 'old.yaml': pod('old'), 'gone.yaml': pod('gone'), 'same.yaml': pod('same', false) },
      { 'new.yaml': pod('new'), 'gone.yaml': null },
    )
    const run = await scene.run({ ...job, withoutGit: true })
    expect(statuses(run)).toEqual(OLD_AND_NEW)
    // Only what is not the same in the head is asked for.
    expect(scene.github.asked.filter((asked) => asked.startsWith('git'))).toEqual([
      'git/get-commit',
      'git/get-tree',
      'git/get-blob',
    ])
  })

  test('of a private repository uses the token, which no argument and no log shows', async () => {
    scene.github.isPublic = false
    const { job } = opened({ 'old.yaml': pod('old') }, { 'new.yaml': pod('new') })
    const run = await scene.run(job)
    expect(statuses(run)).toEqual(OLD_AND_NEW)
    expect(run.log.replace(/^::add-mask::.*$/m, '')).not.toContain('ghs_')
  })

  test('blocks where the target cannot be had, as new, and says why', async () => {
    const { job } = opened({ 'old.yaml': pod('old') }, {})
    scene.github.hasGit = false
    scene.github.may = { ...scene.github.may, contents: 'none' }
    const run = await scene.run(job)
    expect(run.status).toBe(1)
    expect(statuses(run)).toEqual(['old blocking'])
    expect(notesOf(run)).toContain('everything counts as new')
    const [first] = reportOf(run).unjudged
    expect(first?.reason).toContain('Resource not accessible by integration')
  })

  test('is judged by the target’s configuration, whatever it brings', async () => {
    const { job } = opened(
      { 'old.yaml': pod('old', false), '.ringfence.yaml': 'stage: 2\n' },
      { 'old.yaml': pod('old'), '.ringfence.yaml': `policies:\n  ${POLICY}: off\n` },
    )
    const run = await scene.run({ ...job, action: 'synchronize' })
    expect(reportOf(run).stage).toBe(2)
    expect(statuses(run)).toEqual(['old blocking'])
    expect(run.summary).toContain('This pull request weakens what the gate judges by')
    expect(run.log).toMatch(/^::warning file=\.ringfence\.yaml,line=1,/m)
  })

  test('whose checkout is the target branch is an error: nothing would be judged', async () => {
    const { main, job } = opened({ 'old.yaml': pod('old', false) }, { 'old.yaml': pod('old') })
    const run = await scene.run({ ...job, checkout: main })
    expect(run.status).toBe(1)
    expect(run.outputs['outcome']).toBe('error')
    expect(run.log).toContain('the checkout is the target branch main')
  })

  test('whose checkout is what was pushed is judged so, and says it', async () => {
    const { head, job } = opened({ 'old.yaml': pod('old') }, { 'new.yaml': pod('new') })
    const run = await scene.run({ ...job, checkout: head })
    expect(statuses(run)).toEqual(OLD_AND_NEW)
    expect(notesOf(run)).toContain('the checkout is what was pushed')
  })
})

describe('a target that is not the default branch', () => {
  const weak = `policies:\n  ${POLICY}: off\n`

  test('proves nothing: the default branch judges, and is what it is held against', async () => {
    scene.commit('main', { 'a.yaml': pod('a', false) })
    scene.commit('own', { 'bad.yaml': pod('bad'), '.ringfence.yaml': weak })
    const head = scene.commit('change', {}, 'own')
    const sha = scene.merge('own', 'change')
    const run = await scene.run({ ...pullRequest({ sha, head, target: 'own' }), action: 'edited' })
    expect(statuses(run)).toEqual(['bad blocking'])
    expect(notesOf(run)).toContain('own is not among trust.branches of main')
  })

  test('counts where the default branch’s configuration names it', async () => {
    scene.commit('main', { '.ringfence.yaml': 'trust: {branches: ["release/*"]}\n' })
    scene.commit('release/1', { 'old.yaml': pod('old') })
    const head = scene.commit('change', { 'new.yaml': pod('new') }, 'release/1')
    const sha = scene.merge('release/1', 'change')
    const run = await scene.run(pullRequest({ sha, head, target: 'release/1' }))
    expect(statuses(run)).toEqual(OLD_AND_NEW)
    expect(notesOf(run)).toBe('')
  })
})

describe('other events', () => {
  test('merge_group: against the target branch, not another entry of the queue', async () => {
    scene.commit('main', { 'old.yaml': pod('old') })
    const other = scene.commit('queue/other', { 'other.yaml': pod('other') })
    const sha = scene.commit('queue/own', { 'new.yaml': pod('new') }, 'queue/other')
    const run = await scene.run({
      event: 'merge_group',
      payload: {
        merge_group: { base_ref: 'refs/heads/main', base_sha: other, head_sha: sha, head_ref: 'refs/heads/queue/own' },
      },
      sha,
      ref: 'refs/heads/queue/own',
    })
    expect(statuses(run)).toEqual(['new blocking', 'old existing', 'other blocking'])
  })

  test('push to the default branch: against what was there before, by what is there now', async () => {
    const before = scene.commit('main', { 'old.yaml': pod('old') })
    const sha = scene.commit('main', { 'new.yaml': pod('new'), '.ringfence.yaml': 'stage: 3\n' })
    const push = { event: 'push', payload: { ref: 'refs/heads/main', before, after: sha }, sha, ref: 'refs/heads/main' }
    const run = await scene.run(push)
    expect(statuses(run)).toEqual(OLD_AND_NEW)
    expect(reportOf(run).stage).toBe(3)
    const forced = await scene.run({ ...push, payload: { ...push.payload, before: 'f'.repeat(40) } })
    expect(statuses(forced)).toEqual(['new blocking', 'old blocking'])
    expect(notesOf(forced)).toContain('what was there before could not be read')
  })

  test('push to another branch: by the default branch’s rules and against it', async () => {
    scene.commit('main', { 'old.yaml': pod('old') })
    const before = scene.commit('side', { 'new.yaml': pod('new'), '.ringfence.yaml': `policies:\n  ${POLICY}: off\n` })
    const sha = scene.commit('side', { 'c.yaml': '' })
    const run = await scene.run({
      event: 'push',
      payload: { ref: 'refs/heads/side', before, after: sha },
      sha,
      ref: 'refs/heads/side',
    })
    expect(statuses(run)).toEqual(OLD_AND_NEW)
  })

  test.each(['schedule', 'workflow_dispatch'])('%s on the default branch: everything counts', async (event) => {
    const sha = scene.commit('main', { 'old.yaml': pod('old') })
    const run = await scene.run({ event, payload: {}, sha, ref: 'refs/heads/main' })
    expect(statuses(run)).toEqual(['old blocking'])
    expect(run.status).toBe(1)
  })

  test('workflow_dispatch on another branch: by the default branch’s rules', async () => {
    scene.commit('main', { '.ringfence.yaml': 'stage: 2\n' })
    const sha = scene.commit('side', { 'a.yaml': pod('a'), '.ringfence.yaml': `policies:\n  ${POLICY}: off\n` })
    const run = await scene.run({ event: 'workflow_dispatch', payload: {}, sha, ref: 'refs/heads/side' })
    expect([reportOf(run).stage, ...statuses(run)]).toEqual([2, 'a blocking'])
  })

  test('pull_request_target is refused', async () => {
    const { job } = opened({ 'a.yaml': '' }, { 'a.yaml': pod('a') })
    const run = await scene.run({ ...job, event: 'pull_request_target' })
    expect([run.status, run.outputs['outcome']]).toEqual([1, 'error'])
    expect(run.log).toContain('use pull_request')
  })
})
