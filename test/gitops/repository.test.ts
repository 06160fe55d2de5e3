import { describe, expect, test } from '@jest/globals'
import { addressOf, whereIs, type Repository } from '../../src/discover/gitops/repository.js'

describe('an address', () => {
  test.each([
    'https://github.com/Example/Shop',
    'https://github.com/example/shop.git',
    'https://user:token@github.com/example/shop/',
    'git@github.com:example/shop.git',
    'ssh://git@github.com/example/shop',
    'ssh://git@github.com:22/example/shop.git',
    'git://github.com/example/shop',
  ])('%s is the same as the others', (url) => {
    expect(addressOf(url)).toBe('github.com/example/shop')
  })

  test('of another host, owner or name is another', () => {
    const all = ['https://github.com/example/shop2', 'https://github.com/other/shop', 'https://gitlab.com/example/shop']
    expect(all.map(addressOf)).not.toContain('github.com/example/shop')
  })
})

describe('a revision', () => {
  const here: Repository = { addresses: ['https://git.example.com/shop'], branches: ['main'], main: 'main' }
  const answer = (revision: string, own: Partial<Repository> = {}): string =>
    whereIs({ ...here, ...own }, 'https://git.example.com/shop.git', revision).answer

  test.each(['', 'HEAD', 'main', 'refs/heads/main'])('%j is the branch that the tree will be', (revision) => {
    expect(answer(revision)).toBe('here')
  })

  test.each(['v1.2.3', '1.2.*', 'staging', '0123456789abcdef', 'refs/tags/main'])('%s is another one', (revision) => {
    expect(answer(revision)).toBe('elsewhere')
  })

  test('HEAD is the main branch, and not the one that a pull request goes to', () => {
    expect(answer('HEAD', { branches: ['release'] })).toBe('elsewhere')
    expect(answer('release', { branches: ['release'] })).toBe('here')
  })

  test('where nobody knows the branch, only what cannot be one is another', () => {
    const unknown = { branches: [], main: null }
    expect(['main', 'staging', 'HEAD'].map((revision) => answer(revision, unknown))).toEqual(['here', 'here', 'here'])
    expect(['v1.0.0', '>=1.2.0', '0123456'].map((revision) => answer(revision, unknown))).toEqual(
      Array.from({ length: 3 }, () => 'elsewhere'),
    )
  })
})
