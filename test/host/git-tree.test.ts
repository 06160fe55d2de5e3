import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { MAX_FILE_SIZE, diskTree } from '../../src/host/files.js'
import { GateError } from '../../src/host/gate-error.js'
import { gitTree } from '../../src/host/git-tree.js'
import type { Tree } from '../../src/model.js'

let root = ''

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
  }).trim()

const write = (path: string, content: string): void => writeFileSync(join(root, path), content)

/** Everything that a tree says, but for what it could not read. */
function all(tree: Tree, directory = ''): readonly unknown[] {
  return (tree.list(directory) ?? []).flatMap((entry) => {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`
    const own = [path, entry, tree.stat(path)]
    return entry.kind === 'directory'
      ? [own, ...all(tree, path)]
      : [[...own, Buffer.from(tree.read(path) ?? []).toString('hex')]]
  })
}

const problems = (tree: Tree): ReadonlyMap<string, string> =>
  new Map(tree.problems().map(({ file, reason }) => [file, reason]))

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-git-tree-'))
  git('init', '--quiet', '--initial-branch=main')
  mkdirSync(join(root, 'a/b'), { recursive: true })
  write('a/x.yaml', 'kind: X\r\n')
  write('a/b/empty.yaml', '')
  write('a/b/two\nlines "and" ümläut.yaml', 'kind: Y')
  write('B.yaml', '\ufeffkind: B')
  write('bytes', 'a blob 3\nx\n\0\n')
  symlinkSync('../a/x.yaml', join(root, 'a/file-link.yaml'))
  symlinkSync('a/b', join(root, 'folder-link'))
  symlinkSync('folder-link', join(root, 'link-to-link'))
  symlinkSync('..', join(root, 'a/b/cycle'))
  symlinkSync('nowhere', join(root, 'dangling.yaml'))
  symlinkSync('circle.yaml', join(root, 'circle.yaml'))
  symlinkSync('../../outside.yaml', join(root, 'a/outside.yaml'))
  symlinkSync('/etc/hostname', join(root, 'absolute.yaml'))
  git('add', '--all')
  git('commit', '--quiet', '--message', 'base')
})

afterAll(() => rmSync(root, { recursive: true }))

describe('the tree of a commit', () => {
  test('is the tree on the disk', () => {
    const [commit, disk] = [gitTree(root, 'main'), diskTree(root)]
    const withoutGit = (tree: Tree): Tree => ({
      ...bound(tree),
      list: (path) => tree.list(path)?.filter(({ name }) => name !== '.git') ?? null,
    })
    expect(all(commit)).toEqual(all(withoutGit(disk)))
    expect(all(commit).length).toBe(26)
    expect([...problems(commit).keys()].sort()).toEqual([...problems(disk).keys()].sort())
  })

  test('names what it cannot read', () => {
    const tree = gitTree(root, 'main')
    all(tree)
    expect(problems(tree)).toEqual(
      new Map([
        ['absolute.yaml', 'is a symlink that leaves the repository'],
        ['a/outside.yaml', 'is a symlink that leaves the repository'],
        ['a/b/cycle', 'is a symlink to a, which holds it: a cycle'],
        ['circle.yaml', 'is a symlink in a circle'],
        ['dangling.yaml', 'is a symlink to nothing'],
        ['folder-link/cycle/b/cycle', 'is a symlink to a, which holds it: a cycle'],
        ['folder-link/cycle/outside.yaml', 'is a symlink that leaves the repository'],
        ['link-to-link/cycle/b/cycle', 'is a symlink to a, which holds it: a cycle'],
        ['link-to-link/cycle/outside.yaml', 'is a symlink that leaves the repository'],
      ]),
    )
  })

  test.each(['..', '../x.yaml', 'a/../a/x.yaml', '/etc/passwd', 'a//x.yaml', './a', 'nope', 'a/x.yaml/y'])(
    '%s is not in it',
    (path) => {
      const tree = gitTree(root, 'main')
      expect([tree.read(path), tree.list(path), tree.stat(path), tree.problems()]).toEqual([null, null, null, []])
    },
  )

  test('is of the commit, whatever lies in the working tree', () => {
    const commit = git('rev-parse', 'HEAD')
    write('B.yaml', 'kind: Changed')
    write('new.yaml', 'kind: New')
    const tree = gitTree(root, commit)
    expect(new TextDecoder().decode(tree.read('B.yaml') ?? undefined)).toBe('kind: B')
    expect(tree.stat('new.yaml')).toBeNull()
    rmSync(join(root, 'new.yaml'))
    git('checkout', '--quiet', '--', 'B.yaml')
  })

  test('takes edits', () => {
    const tree = gitTree(root, 'main').with(new Map([['B.yaml', null]]))
    expect([tree.stat('B.yaml'), tree.stat('a/x.yaml')]).toEqual([null, 'file'])
  })

  test('names submodules and what is too large', () => {
    const commit = git('rev-parse', 'HEAD')
    git('checkout', '--quiet', '-b', 'other')
    git('update-index', '--add', '--cacheinfo', `160000,${commit},module`)
    write('large.yaml', '')
    truncateSync(join(root, 'large.yaml'), MAX_FILE_SIZE + 1)
    git('add', 'large.yaml')
    git('commit', '--quiet', '--message', 'other')
    const tree = gitTree(root, 'other')
    expect(tree.list('')?.map(({ name }) => name)).not.toContain('module')
    expect(tree.read('large.yaml')).toBeNull()
    expect(problems(tree).get('module')).toBe('is a submodule: another repository holds its files')
    expect(problems(tree).get('large.yaml')).toBe('is larger than 16 MiB')
    git('checkout', '--quiet', '--force', 'main')
  })
})

describe('what git refuses', () => {
  test.each(['nope', '--help', '', 'main:B.yaml'])('%j is no commit', (ref) => {
    expect(() => gitTree(root, ref)).toThrow(GateError)
  })

  test('a folder that is no repository', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringfence-no-git-'))
    expect(() => gitTree(folder, 'main')).toThrow(/^git: not a git repository/)
    rmSync(folder, { recursive: true })
  })
})

/** A class keeps its methods on its prototype: a spread alone would lose them. */
function bound(tree: Tree): Tree {
  return {
    list: (path) => tree.list(path),
    read: (path) => tree.read(path),
    stat: (path) => tree.stat(path),
    problems: () => tree.problems(),
    with: (edits) => tree.with(edits),
  }
}
