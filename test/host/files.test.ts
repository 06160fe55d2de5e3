import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { discover } from '../../src/discover/discover.js'
import { MAX_FILE_SIZE, diskTree } from '../../src/host/files.js'
import type { Tree } from '../../src/model.js'

let folder = ''
let root = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-files-'))
  chmodSync(folder, 0o755)
  root = join(folder, 'repository')
  mkdirSync(join(root, 'a', 'b'), { recursive: true })
  writeFileSync(join(root, 'a', 'x.yaml'), 'kind: X')
  writeFileSync(join(folder, 'secret.yaml'), 'kind: Secret')
})

afterEach(() => rmSync(folder, { recursive: true }))

const link = (target: string, path: string): void => symlinkSync(target, join(root, path))
const names = (tree: Tree, directory: string): readonly string[] | undefined =>
  tree.list(directory)?.map(({ name }) => name)

/** The superuser reads everything, so for this it is somebody else. */
function asNobody(work: () => void): void {
  const own = process.geteuid?.()
  if (own === 0) process.seteuid?.(65534)
  try {
    work()
  } finally {
    if (own === 0) process.seteuid?.(0)
  }
}

describe('a tree on the disk', () => {
  test('lists by name, reads, and tells what is there', () => {
    writeFileSync(join(root, 'B.yaml'), '12')
    const tree = diskTree(root)
    expect(tree.list('')).toEqual([
      { name: 'B.yaml', kind: 'file', size: 2 },
      { name: 'a', kind: 'directory', size: 0 },
    ])
    expect(new TextDecoder().decode(tree.read('a/x.yaml') ?? undefined)).toBe('kind: X')
    expect([tree.stat(''), tree.stat('a'), tree.stat('a/x.yaml'), tree.stat('nope')]).toEqual([
      'directory',
      'directory',
      'file',
      null,
    ])
    expect([
      tree.read('nope'),
      tree.read('a'),
      tree.list('nope'),
      tree.list('a/x.yaml'),
      tree.read('a/x.yaml/y'),
    ]).toEqual([null, null, null, null, null])
    expect(tree.problems()).toEqual([])
  })

  test.each(['..', '../secret.yaml', 'a/../../secret.yaml', '/etc/passwd', 'a//x.yaml', './a'])(
    '%s is not in it',
    (path) => {
      const tree = diskTree(root)
      expect([tree.read(path), tree.list(path), tree.stat(path)]).toEqual([null, null, null])
    },
  )

  test('links inside are followed and said', () => {
    link('a/x.yaml', 'to-file.yaml')
    link('../a/b', 'a/to-folder')
    const tree = diskTree(root)
    expect(tree.list('')).toContainEqual({ name: 'to-file.yaml', kind: 'file', size: 7, link: 'a/x.yaml' })
    expect(tree.list('a')).toContainEqual({ name: 'to-folder', kind: 'directory', size: 0, link: 'a/b' })
    expect(tree.read('to-file.yaml')).not.toBeNull()
    expect(tree.problems()).toEqual([])
  })

  test('links that leave the repository are named, and never followed', () => {
    link('../secret.yaml', 'leaves.yaml')
    link('..', 'up')
    link(join(folder, 'secret.yaml'), 'a/absolute.yaml')
    const tree = diskTree(root)
    expect(names(tree, '')).toEqual(['a'])
    expect(names(tree, 'a')).toEqual(['b', 'x.yaml'])
    expect([tree.read('leaves.yaml'), tree.read('up/secret.yaml'), tree.stat('a/absolute.yaml')]).toEqual([
      null,
      null,
      null,
    ])
    expect(
      tree
        .problems()
        .map(({ file }) => file)
        .sort(),
    ).toEqual(['a/absolute.yaml', 'leaves.yaml', 'up'])
    expect(tree.problems().every(({ reason }) => reason === 'is a symlink that leaves the repository')).toBe(true)
  })

  test('links to nothing and in circles are named', () => {
    link('nowhere', 'dangling.yaml')
    link('itself', 'itself')
    link('..', 'a/b/up')
    link('../../a', 'a/b/around')
    const tree = diskTree(root)
    const walk = (directory: string): void =>
      tree
        .list(directory)
        ?.forEach(({ name, kind }) => kind === 'directory' && walk(directory === '' ? name : `${directory}/${name}`))
    walk('')
    expect(tree.problems()).toEqual([
      { file: 'dangling.yaml', reason: 'is a symlink to nothing' },
      { file: 'itself', reason: 'is a symlink in a circle' },
      { file: 'a/b/around', reason: expect.stringContaining('a cycle') },
      { file: 'a/b/up', reason: expect.stringContaining('a cycle') },
    ])
  })

  test('two folders that link to each other end', () => {
    mkdirSync(join(root, 'c'))
    link('../c', 'a/c')
    link('../a', 'c/a')
    const tree = diskTree(root)
    expect(names(tree, 'a/c')).toEqual([])
    expect(tree.problems()).toEqual([{ file: 'a/c/a', reason: expect.stringContaining('a cycle') }])
    expect(
      discover(tree, { paths: [''], ignore: [], render: new Map(), context: [], groups: new Map() }).sources.map(
        ({ id }) => id,
      ),
    ).toEqual(['a/x.yaml'])
  })

  test('pipes and sockets are refused', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.yaml')])
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(root, 's.yaml'), resolve))
    const tree = diskTree(root)
    expect(names(tree, '')).toEqual(['a'])
    expect([tree.read('pipe.yaml'), tree.stat('s.yaml')]).toEqual([null, null])
    expect(tree.problems()).toEqual([
      { file: 'pipe.yaml', reason: 'is a pipe' },
      { file: 's.yaml', reason: 'is a socket' },
    ])
    await new Promise((resolve) => server.close(resolve))
  })

  test('a file beyond the limit is named', () => {
    writeFileSync(join(root, 'big.yaml'), '')
    truncateSync(join(root, 'big.yaml'), MAX_FILE_SIZE + 1)
    const tree = diskTree(root)
    expect(tree.read('big.yaml')).toBeNull()
    expect(tree.problems()).toEqual([{ file: 'big.yaml', reason: 'is larger than 16 MiB' }])
  })

  test('what may not be read is named', () => {
    chmodSync(root, 0o755)
    chmodSync(join(root, 'a', 'x.yaml'), 0)
    chmodSync(join(root, 'a', 'b'), 0)
    asNobody(() => {
      const tree = diskTree(root)
      expect([tree.read('a/x.yaml'), tree.list('a/b')]).toEqual([null, null])
      expect(tree.problems().map(({ file }) => file)).toEqual(['a/x.yaml', 'a/b'])
    })
    chmodSync(join(root, 'a', 'b'), 0o755)
  })

  test('edits lie over it, and a problem that was edited away is none', () => {
    link('nowhere', 'dangling.yaml')
    const bytes = new TextEncoder().encode('kind: Y')
    const tree = diskTree(root)
    const edited = tree.with(
      new Map([
        ['a/x.yaml', null],
        ['a/n/y.yaml', bytes],
        ['dangling.yaml', bytes],
      ]),
    )
    expect(names(edited, 'a')).toEqual(['b', 'n'])
    expect(edited.read('a/n/y.yaml')).toBe(bytes)
    expect(names(edited, '')).toEqual(['a', 'dangling.yaml'])
    expect(edited.problems()).toEqual([])
    expect(tree.problems()).toHaveLength(1)
  })
})
