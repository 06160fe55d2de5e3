/** Which repository a folder is of, by what git and the runner wrote. */
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { repositoryAt } from '../../src/host/remotes.js'
import { folderOf, removeFolders } from '../command.js'

afterAll(removeFolders)

const config =
  '[core]\n\turl = no\n[remote "origin"]\n\turl = git@github.com:example/shop.git\n\tfetch = x\n[branch "main"]\n'

describe('by git', () => {
  test('its remotes, the branch that is checked out, and the main one', () => {
    const root = folderOf({
      '.git/config': config,
      '.git/HEAD': 'ref: refs/heads/feature/x\n',
      '.git/refs/remotes/origin/HEAD': 'ref: refs/remotes/origin/main\n',
    })
    expect(repositoryAt(root, {})).toEqual({
      addresses: ['git@github.com:example/shop.git'],
      main: 'main',
      branches: ['main', 'feature/x'],
    })
  })

  test('where the main branch is not known, any may be meant', () => {
    const root = folderOf({ '.git/config': config, '.git/HEAD': 'ref: refs/heads/feature\n' })
    expect(repositoryAt(root, {})).toMatchObject({ main: null, branches: [] })
  })

  test('a worktree shares what is not its own', () => {
    const root = folderOf({
      'tree/.git': 'gitdir: ../main/.git/worktrees/tree\n',
      'main/.git/config': config,
      'main/.git/refs/remotes/origin/HEAD': 'ref: refs/remotes/origin/main\n',
      'main/.git/worktrees/tree/HEAD': 'ref: refs/heads/side\n',
      'main/.git/worktrees/tree/commondir': '../..\n',
    })
    expect(repositoryAt(join(root, 'tree'), {})).toEqual({
      addresses: ['git@github.com:example/shop.git'],
      main: 'main',
      branches: ['main', 'side'],
    })
  })

  test('a folder without git is of no repository that anybody knows', () => {
    expect(repositoryAt(folderOf({}), {})).toEqual({ addresses: [], branches: [], main: null })
  })
})

describe('by the runner', () => {
  const root = () => folderOf({ 'event.json': '{"repository": {"default_branch": "trunk"}}' })
  const runner = (folder: string, more: { readonly [name: string]: string }) =>
    repositoryAt(folder, {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.example.com',
      GITHUB_REPOSITORY: 'example/shop',
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      ...more,
    })

  test.each([
    [
      'a pull request is what its target will be',
      { GITHUB_BASE_REF: 'release', GITHUB_REF_NAME: '7/merge' },
      ['release'],
    ],
    [
      'an entry of a queue is what it is merged into',
      { GITHUB_BASE_REF: '', GITHUB_REF_NAME: 'gh-readonly-queue/feat/a/pr-7-0123abc', GITHUB_REF_TYPE: 'branch' },
      ['feat/a'],
    ],
    [
      'a push is meant for its branch and for the main one',
      { GITHUB_REF_NAME: 'x', GITHUB_REF_TYPE: 'branch' },
      ['x', 'trunk'],
    ],
    ['a tag is meant for the main one', { GITHUB_REF_NAME: 'v1', GITHUB_REF_TYPE: 'tag' }, ['trunk']],
  ])('%s', (_, env, branches) => {
    expect(runner(root(), env)).toEqual({
      addresses: ['https://github.example.com/example/shop'],
      main: 'trunk',
      branches,
    })
  })
})
