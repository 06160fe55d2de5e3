import { describe, expect, test } from '@jest/globals'
import { linkOf, prefixOf, workflowOf } from '../../src/github/workflow.js'

const workflow = workflowOf(
  { GITHUB_WORKSPACE: '/w', GITHUB_SERVER_URL: 'https://git.example.com', GITHUB_REPOSITORY: 'a/b', GITHUB_SHA: 'abc' },
  '/cwd',
  '/tmp',
)

test('what the environment does not say, the machine does', () => {
  expect(workflowOf({ GITHUB_SHA: '' }, '/cwd', '/tmp')).toEqual({
    workspace: '/cwd',
    temp: '/tmp',
    summary: null,
    event: null,
    eventFile: null,
    sha: null,
    ref: null,
    job: ['', ''],
    run: null,
    repository: null,
  })
})

describe('prefixOf', () => {
  test.each([
    ['/w', ''],
    ['/w/', ''],
    ['/w/a/b', 'a/b'],
    ['/w/..a', '..a'],
    ['/', null],
    ['/w2', null],
    ['/w/../x', null],
  ])('%s is %j', (folder, expected) => {
    expect(prefixOf(workflow, folder)).toBe(expected)
  })
})

test('links are percent-encoded, and there are none where there is nothing to link to', () => {
  expect(linkOf(workflow, 'k8s')('a b(c)#.yaml', 3)).toBe(
    'https://git.example.com/a/b/blob/abc/k8s/a%20b%28c%29%23.yaml#L3',
  )
  expect(linkOf(workflow, null)('a.yaml', 1)).toBeNull()
  expect(linkOf(workflowOf({}, '/cwd', '/tmp'), '')('a.yaml', 1)).toBeNull()
})
