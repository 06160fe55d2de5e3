/** The comment, the review and code scanning, against a GitHub that fails as GitHub does. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { apiOf } from '../../src/github/api.js'
import type { Event } from '../../src/github/event.js'
import type { Suggestion } from '../../src/github/suggest.js'
import { packed } from '../../src/github/scanning.js'
import { send } from '../../src/github/send.js'
import { tell, type Telling } from '../../src/github/tell.js'
import { NAME, TOKEN, type Fault } from './loopback/github.js'
import { startScene, type Scene } from './loopback/runner.js'

let scene: Scene
let slept: number[]

beforeEach(async () => {
  scene = await startScene()
  slept = []
})

afterEach(async () => {
  const { problems } = scene.github
  await scene.close()
  expect(problems).toEqual([])
})

const pullRequest: Event = {
  kind: 'pull-request',
  number: 7,
  head: 'a'.repeat(40),
  target: 'main',
  defaultBranch: 'main',
}

function telling(
  over: Partial<Telling> & { readonly run?: number; readonly body?: string } = {},
): Promise<readonly string[]> {
  const { url } = scene.github
  const repository = { name: NAME, server: url, api: url, graphql: `${url}/graphql` }
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms)
    return Promise.resolve()
  }
  const started = Date.now()
  const now = (): number => Date.now() - started + slept.reduce((sum, ms) => sum + ms, 0)
  return tell({
    api: apiOf({ repository, token: TOKEN, send, now, sleep, patience: 90_000 }),
    repository,
    event: pullRequest,
    comment: { key: 'abc', run: { id: over.run ?? 100, attempt: 1 }, body: over.body ?? 'red', isNews: true },
    suggestions: [],
    idOf: () => null,
    scanning: null,
    sleep,
    ...over,
  })
}

const bodies = (): readonly string[] => scene.github.comments.map(({ body }) => body.replace(/^<!--.*-->\n/, ''))
const once = (operation: string, fault: Fault) => (asked: string, nth: number) =>
  asked === operation && nth === 1 ? fault : null
const always = (operation: string, fault: Fault) => (asked: string) => (asked === operation ? fault : null)
const quiet = { key: 'abc', run: { id: 100, attempt: 1 }, body: 'green', isNews: false }

describe('the comment', () => {
  test('is written once, and kept in place', async () => {
    expect(await telling()).toEqual([])
    expect(await telling({ run: 101, body: 'green' })).toEqual([])
    expect(bodies()).toEqual(['green'])
  })

  test('is not written where nothing is wrong, and says so where it once was', async () => {
    await telling({ comment: quiet })
    expect(bodies()).toEqual([])
    await telling()
    await telling({ comment: { ...quiet, run: { id: 101, attempt: 1 } } })
    expect(bodies()).toEqual(['green'])
  })

  test('of another step, or of somebody else who writes our mark, is left alone', async () => {
    await telling({ comment: { ...quiet, key: 'other', isNews: true } })
    scene.github.comments.push({ id: 1, node: 'IC_1', body: '<!-- ringfence abc 1.1 -->\nmine', login: 'mallory' })
    await telling()
    expect([...bodies()].sort()).toEqual(['green', 'mine', 'red'])
  })

  test('is found on whatever page it stands', async () => {
    scene.github.pageSize = 2
    for (let id = 1; id <= 5; id++) scene.github.comments.push({ id, node: `IC_${id}`, body: 'hi', login: 'mallory' })
    await telling()
    await telling({ run: 101, body: 'green' })
    expect(bodies().filter((body) => body !== 'hi')).toEqual(['green'])
  })

  test('that was deleted meanwhile is written anew', async () => {
    await telling()
    scene.github.fault = (operation) => {
      if (operation === 'issues/update-comment') scene.github.comments.splice(0)
      return null
    }
    expect(await telling({ run: 101, body: 'green' })).toEqual([])
    expect(bodies()).toEqual(['green'])
  })

  test('of two runs at the same time is one, and the later run’s', async () => {
    let waiting = 0
    let both: () => void = () => undefined
    const met = new Promise<void>((done) => (both = done))
    scene.github.fault = async (operation) => {
      // Neither has written before both have looked.
      if (operation === 'issues/create-comment') {
        if (++waiting === 2) both()
        await met
      }
      return null
    }
    await Promise.all([telling({ run: 101, body: 'later' }), telling({ run: 100, body: 'earlier' })])
    expect(bodies()).toEqual(['later'])
  })

  test('of a later run is not overwritten by an earlier one that takes longer', async () => {
    await telling({ run: 101, body: 'later' })
    expect(await telling({ run: 100, body: 'earlier' })).toEqual([])
    expect(bodies()).toEqual(['later'])
  })

  test('that was written although GitHub answered 502 is not written twice', async () => {
    scene.github.fault = once('issues/create-comment', { status: 502, done: true })
    expect(await telling()).toEqual([])
    expect(bodies()).toEqual(['red'])
  })

  test.each([
    [403, 'You have exceeded a secondary rate limit'],
    [429, 'Too many requests'],
  ])('waits as long as GitHub asks for with %d', async (status, message) => {
    scene.github.fault = once('issues/create-comment', { status, message, headers: { 'retry-after': '7' } })
    expect(await telling()).toEqual([])
    expect(slept).toEqual([7000])
    expect(bodies()).toEqual(['red'])
  })

  test('waits no longer than a job may', async () => {
    scene.github.fault = always('issues/create-comment', { status: 429, headers: { 'retry-after': '3600' } })
    const [line] = await telling()
    expect(line).toContain('the comment: GitHub asks for a longer pause')
    expect(slept).toEqual([])
  })

  test('is left out with a line where the token may only read, as of a fork', async () => {
    scene.github.may = { contents: 'read', 'pull-requests': 'read', 'security-events': 'read' }
    expect(await telling()).toEqual([
      'the comment: the token may not (pull-requests: write): 403 Resource not accessible by integration',
    ])
  })

  test('is left out with a line where GitHub does not work', async () => {
    scene.github.fault = always('graphql Comments', { status: 502 })
    const left = await telling()
    expect(left[0]).toMatch(/^the comment: 502/)
  })
})

describe('the review', () => {
  const text = ['a: 1', 'b: 2', 'c: 3', 'd: 4', 'e: 5', 'f: 6', 'g: 7', 'h: 8', 'i: 9', 'j: 10', ''].join('\n')
  let id: string

  beforeEach(() => {
    scene.commit('main', { 'a.yaml': text })
    scene.commit('change', { 'a.yaml': text.replace('b: 2', 'b: 3') })
    scene.merge('main', 'change')
    id = (scene.github.files()[0] as { readonly sha: string }).sha
  })

  const fix = (line: number, name = 'x'): Suggestion => ({
    file: 'a.yaml',
    startLine: line,
    endLine: line,
    lines: [`${name}: true`],
    mends: [`${name} is wrong @octocat`],
    fingerprints: [name],
  })
  const reviewing = (...suggestions: readonly Suggestion[]): Promise<readonly string[]> =>
    telling({ suggestions, idOf: () => id, comment: quiet })

  test('holds the fixes that lie in the diff, once', async () => {
    expect(await reviewing(fix(2), fix(9))).toEqual(['1 fix outside of the diff: the report has them'])
    await reviewing(fix(2), fix(9))
    expect(scene.github.reviews).toHaveLength(1)
    expect(scene.github.reviewComments).toMatchObject([{ path: 'a.yaml', line: 2, startLine: null }])
    const [comment] = scene.github.reviewComments
    expect(comment?.body).toContain('```suggestion\nx: true\n```')
    expect(comment?.body).not.toMatch(/@octocat/)
  })

  test('keeps a fence open for what holds fences', async () => {
    await reviewing({ ...fix(2), lines: ['a: |', '  ````', '  @x'] })
    expect(scene.github.reviewComments[0]?.body).toMatch(/\n`````suggestion\na: \|\n {2}````\n {2}@x\n`````$/)
  })

  test('is not made where the file was merged with other changes: its lines are others', async () => {
    expect(await telling({ suggestions: [fix(2)], idOf: () => 'f'.repeat(40), comment: quiet })).toEqual([
      '1 fix outside of the diff: the report has them',
    ])
    expect(scene.github.reviews).toEqual([])
  })

  test('takes back what is mended: resolved, or said so where the token may not', async () => {
    await reviewing(fix(2, 'x'), fix(3, 'y'))
    await reviewing(fix(2, 'x'))
    expect(scene.github.reviewComments.map(({ body }) => body.includes('✅ Mended'))).toEqual([false, true])
    scene.github.may = { ...scene.github.may, contents: 'write' }
    await reviewing()
    expect(scene.github.reviewComments.map(({ isResolved }) => isResolved)).toEqual([true, false])
  })

  test('does not say again what somebody resolved', async () => {
    await reviewing(fix(2))
    scene.github.reviewComments[0]!.isResolved = true
    await reviewing(fix(2))
    expect(scene.github.reviewComments).toHaveLength(1)
  })

  test('suggests anew what was pushed over, and what came back', async () => {
    await reviewing(fix(2))
    scene.github.reviewComments[0]!.isOutdated = true
    await reviewing(fix(2))
    expect(scene.github.reviewComments.map(({ body }) => /suggestion$/m.test(body))).toEqual([false, true])
    await reviewing()
    await reviewing(fix(2))
    await reviewing(fix(2))
    expect(scene.github.reviewComments.map(({ body }) => /suggestion$/m.test(body))).toEqual([false, false, true])
  })

  test('of two runs at the same time says everything once', async () => {
    let waiting = 0
    let both: () => void = () => undefined
    const met = new Promise<void>((done) => (both = done))
    scene.github.fault = async (operation) => {
      if (operation === 'pulls/create-review') {
        if (++waiting === 2) both()
        await met
      }
      return null
    }
    await Promise.all([reviewing(fix(2)), reviewing(fix(2))])
    expect(scene.github.reviewComments).toHaveLength(1)
  })

  test('holds nothing that a comment would change or cannot hold', async () => {
    const long = { ...fix(2, 'y'), lines: ['y'.repeat(70_000)] }
    expect(await reviewing({ ...fix(2), lines: ['x: true\r'] }, long)).toEqual([
      "2 fixes too long for a comment, or in files with Windows' line ends: the report has them",
    ])
    expect(scene.github.reviews).toEqual([])
  })

  test('that GitHub refuses is left out with a line', async () => {
    const files = scene.github.files
    scene.github.fault = (operation) => {
      // Pushed to in between.
      if (operation === 'pulls/create-review') scene.github.files = () => []
      return null
    }
    expect((await reviewing(fix(2)))[0]).toMatch(/^the review: 422 Unprocessable Entity.*Line must be part of the diff/)
    scene.github.files = files
  })

  test('says how many more there are than it holds', async () => {
    const many = Array.from({ length: 40 }, (_, i) => fix(2, `x${i}`))
    expect(await reviewing(...many)).toEqual(['10 fixes more than one review holds: the report has them'])
    expect(scene.github.reviewComments).toHaveLength(30)
  })

  test('reads files on all pages', async () => {
    const [own] = scene.github.files()
    const others = Array.from({ length: 5 }, (_, i) => ({ ...own, filename: `${i}.yaml` }))
    scene.github.files = () => [...others, own as object]
    scene.github.pageSize = 2
    await reviewing(fix(2))
    expect(scene.github.reviewComments).toHaveLength(1)
  })
})

describe('code scanning', () => {
  const scanning = { commit: 'b'.repeat(40), ref: 'refs/pull/7/merge', sarif: () => '{"version":"2.1.0"}' }

  test('gets the report', async () => {
    expect(await telling({ scanning, comment: quiet })).toEqual([])
    expect(scene.github.sarifs).toEqual([
      { commit: scanning.commit, ref: scanning.ref, sarif: { version: '2.1.0' }, tool: 'Ringfence' },
    ])
  })

  test('is left out with a line where the token may not', async () => {
    scene.github.may = { ...scene.github.may, 'security-events': 'none' }
    expect(await telling({ scanning, comment: quiet })).toEqual([
      'code scanning: the token may not (security-events: write): 403 Resource not accessible by integration',
    ])
  })

  test('gets no more than it takes, the gravest first', () => {
    const sarif = (results: number): string => Array.from({ length: results }, (_, i) => String(Math.sin(i))).join()
    const bytes = packed(sarif, 50_000)
    expect(bytes.length).toBeLessThanOrEqual(50_000)
    expect(bytes.length).toBeGreaterThan(20_000)
  })
})
