/** The ready-made workflows: what they promise, and that GitHub takes the rulesets beside them. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import { githubDescription } from './github/loopback/description.js'

const FOLDER = 'docs/workflows'
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'))

interface Workflow {
  readonly on: { readonly [event: string]: { readonly types?: readonly string[] } | null }
  readonly permissions: object
  readonly jobs: {
    readonly [name: string]: { readonly if?: string; readonly 'timeout-minutes'?: number; readonly uses?: string }
  }
}

describe.each(files)('%s', (name) => {
  const text = readFileSync(`${FOLDER}/${name}`, 'utf8')
  const workflow = load(text) as Workflow

  test('pins every action by a commit, or leaves it to be put in', () => {
    const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action)
    expect(used.length).toBeGreaterThan(0)
    for (const action of used) expect(action).toMatch(/@(?:[0-9a-f]{40}|REPLACE-WITH-(?:THE|A)-COMMIT\S*)$/)
  })

  test('asks for no more than it needs', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    expect(text).not.toMatch(/pull_request_target|write-all|contents: write|secrets: inherit/)
  })

  test('starts for every pull request, for the queue, and when it is pointed elsewhere', () => {
    expect(workflow.on['pull_request']).toEqual({ types: ['opened', 'synchronize', 'reopened', 'edited'] })
    expect(workflow.on).toHaveProperty('merge_group')
  })

  test('has an end, and a required job that is never skipped', () => {
    for (const job of Object.values(workflow.jobs))
      if (job.uses === undefined) expect(job['timeout-minutes']).toBeLessThanOrEqual(30)
    expect([undefined, '${{ always() }}']).toContain(workflow.jobs['ringfence']?.if)
  })

  test('stands in the table of the guide', () => {
    expect(readFileSync(`${FOLDER}/README.md`, 'utf8')).toContain(`(${name})`)
  })
})

test.each([
  ['ruleset.json', '/repos/shop/deploy/rulesets'],
  ['organisation-ruleset.json', '/orgs/shop/rulesets'],
])('%s is one that GitHub takes', (name, path) => {
  const body = JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as object
  const asked = githubDescription().asked('POST', new URL(path, 'https://api.github.com'), body)
  expect([asked?.id.split('/')[1], asked?.problem]).toEqual([expect.stringMatching(/^create-.*ruleset$/), null])
})
