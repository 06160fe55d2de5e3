/** What a pull request sees of a run: the built bundle, on a runner, with the token that each kind of event is given. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Report } from '../../src/report/report.js'
import type { GitHub } from './loopback/github.js'
import { startScene, type Files, type Job, type Payload, type Scene } from './loopback/runner.js'

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

function opened(files: Files, over: Payload = {}): Job {
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
      'Left out: the review: the token may not (pull-requests: write): 403 Resource not accessible by integration',
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

describe('fixes', () => {
  const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1
          securityContext:
            privileged: {{ .Values.privileged }}
            allowPrivilegeEscalation: true
`
  const CHART = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'chart/values.yaml': '# Whether it may do everything.\nprivileged: true\n',
  }
  const pushed = (files: Files, runId: number): Job => {
    const head = scene.commit('change', files)
    const sha = scene.merge('main', 'change')
    const pull = { number: 7, head: { sha: head }, base: { ref: 'main' } }
    const payload = { number: 7, pull_request: pull }
    return { event: 'pull_request', action: 'synchronize', payload, sha, ref: 'refs/pull/7/merge', runId }
  }
  const suggested = (): readonly string[] =>
    scene.github.reviewComments.map(({ path, line, startLine, body }) => {
      const [, lines] = /^```suggestion\n([\s\S]*?)^```$/m.exec(body) ?? []
      return lines === undefined
        ? `${path} ${body.split('\n')[1]}`
        : `${path}:${startLine ?? line}-${line} ${lines.trimEnd()}`
    })

  test('in the diff are one review, said once, and taken back when they are mended', async () => {
    await scene.run(opened({ 'a.yaml': pod('a') }))
    expect(scene.github.reviews).toHaveLength(1)
    expect(suggested()).toEqual(['a.yaml:8-8       securityContext: {privileged: false}'])
    expect(scene.github.reviewComments[0]?.body).toContain('least-privilege/privileged-container')
    expect(scene.github.comments[0]?.body).toContain('-      securityContext: {privileged: true}\n+ ')

    await scene.run(pushed({ 'README.md': 'again\n' }, 101))
    expect(scene.github.reviewComments).toHaveLength(1)
    expect(scene.github.comments).toHaveLength(1)

    await scene.run(pushed({ 'a.yaml': pod('a', false) }, 102))
    expect(suggested()).toEqual(['a.yaml ✅ Mended.'])
    expect(scene.github.reviews).toHaveLength(1)
  })

  test('outside of the diff are in the report, the summary and the comment', async () => {
    scene.commit('main', CHART)
    const run = await scene.run(opened({ 'chart/templates/web.yaml': DEPLOYMENT }))
    expect(suggested()).toEqual([])
    expect(run.log.match(LEFT_OUT)).toEqual(['Left out: 1 fix outside of the diff: the report has them'])
    for (const page of [run.summary, scene.github.comments[0]?.body])
      expect(page).toContain('```diff\n-privileged: true\n+privileged: false\n```')
    const report = JSON.parse(readFileSync(run.outputs['report'] ?? '', 'utf8')) as Report
    expect(report.findings.find(({ policy }) => policy === 'least-privilege/privileged-container')?.fix).toMatchObject({
      file: 'chart/values.yaml',
      edits: [{ line: 2, column: 13, endLine: 2, endColumn: 17, text: 'false' }],
    })
  })

  test('of what was there before are nobody’s task', async () => {
    scene.commit('main', { 'a.yaml': pod('a') })
    const run = await scene.run(opened({ 'a.yaml': `${pod('a')}  hostname: shop\n` }))
    expect([run.status, scene.github.reviews]).toEqual([0, []])
  })
})

test('the summary has a picture of what changes of the connections', async () => {
  const deny = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`
  const labelled = (name: string): string =>
    pod(name, false).replace('namespace: shop', `namespace: shop, labels: {app: ${name}}`)
  scene.commit('main', { 'a.yaml': labelled('a'), 'b.yaml': labelled('b'), 'deny.yaml': deny })
  const run = await scene.run(opened({ 'deny.yaml': null }))
  expect(run.summary).toMatch(/What changes: new in red[^]*```mermaid\nflowchart LR\n[^]*everyone[^]*linkStyle/)
  expect(run.summary).toMatch(/Who may talk to whom[^]*"a<br\/>b<br\/>⇄ everyone"/)
  expect(scene.github.comments[0]?.body).not.toContain('mermaid')
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
    const prose = page.replace(/^```[^]*?^```$/gm, '').replace(/(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
    expect(prose).not.toMatch(/@octocat|<img|\]\(https:\/\/evil/)
    const fences = page.match(/^```.*/gm) ?? []
    expect(fences.filter((_, i) => i % 2 === 0).every((fence) => /^```(?:diff|mermaid)$/.test(fence))).toBe(true)
    expect(fences.filter((_, i) => i % 2 === 1).every((fence) => fence === '```')).toBe(true)
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
