/** What kustomizations build on in other repositories, fetched by git from loopback. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { defaults } from '../../src/config.js'
import { memoryTree } from '../../src/discover/memory-tree.js'
import { mountOf, remoteOf, remotesFrom } from '../../src/discover/remote-base.js'
import { folderCache } from '../../src/host/cache.js'
import { fetcherOf } from '../../src/host/fetch/fetch.js'
import { folderOf, removeFolders, repositoryOf, ringfence, type Files } from '../command.js'
import { freePort } from '../extends/registry.js'
import { gitServer, type GitServer } from './git-server.js'

afterAll(removeFolders)

const SHA = '0123456789abcdef0123456789abcdef01234567'

describe('what an entry names', () => {
  const git = (url: string, folder: string) => ({ kind: 'git', url, commit: SHA, folder })

  test.each([
    [`https://github.com/org/repo//config/base?ref=${SHA}`, git('https://github.com/org/repo', 'config/base')],
    [`https://github.com/org/repo/config?ref=${SHA}&timeout=120`, git('https://github.com/org/repo', 'config')],
    [`github.com/org/repo/config?version=${SHA}`, git('https://github.com/org/repo', 'config')],
    [`git::https://GitHub.com/org/repo.git/a/b?ref=${SHA}`, git('https://github.com/org/repo.git', 'a/b')],
    [`https://dev.azure.com/o/p/_git/repo/a?ref=${SHA}`, git('https://dev.azure.com/o/p/_git/repo', 'a')],
    [`https://git.example.com/g/s/repo.git?ref=${SHA}`, git('https://git.example.com/g/s/repo.git', '')],
    [
      `https://raw.githubusercontent.com/o/r/${SHA}/x.yaml`,
      { kind: 'file', url: `https://raw.githubusercontent.com/o/r/${SHA}/x.yaml` },
    ],
  ])('%s', (entry, remote) => expect(remoteOf(entry)).toEqual(remote))

  test.each(['base', '../base', './github.com/x', 'gitlab.com/org/repo?ref=main', '/etc'])('%s is a path', (entry) =>
    expect(remoteOf(entry)).toBeNull(),
  )

  test.each([
    ['https://github.com/org/repo', /nothing pins it/],
    ['https://example.com/install.yaml', /nothing pins it/],
    ['https://github.com/org/repo?ref=v1.2.3', /v1\.2\.3 may be something else tomorrow/],
    [`https://github.com/org/repo?ref=${SHA.slice(0, 12)}`, /may be something else tomorrow/],
    // Go's parser of queries refuses the semicolon, so that kustomize takes the default branch.
    [`https://github.com/org/repo?ref=${SHA}&a;b`, /not all read alike/],
    [`https://github.com/org/..%2Fevil?ref=${SHA}`, /not all read alike/],
    [`https://github.com/org/../evil/repo?ref=${SHA}`, /\.\./],
    // As a file first: a branch's.
    [`https://github.com/org/repo/raw/main/x.yaml?ref=${SHA}`, /may be that of a file/],
    [`git@github.com:org/repo?ref=${SHA}`, /only what is named by https/],
    [`ssh://git@example.com/org/repo?ref=${SHA}`, /only what is named by https/],
    [`http://example.com/org/repo?ref=${SHA}`, /only what is named by https/],
    [`file:///srv/repo?ref=${SHA}`, /only what is named by https/],
  ])('%s is refused', (entry, reason) =>
    expect(remoteOf(entry)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) }),
  )
})

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: web, securityContext: {privileged: true}}]
`
const BASE: Files = {
  'config/web/kustomization.yaml': 'resources: [pod.yaml, ../common]\n',
  'config/web/pod.yaml': POD,
  'config/common/kustomization.yaml': 'resources: [account.yaml]\n',
  'config/common/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n',
}

/** A repository below the folder of the server, and its commit. */
function served(root: string, name: string, files: Files): string {
  const folder = repositoryOf(files)
  execFileSync('git', ['clone', '--quiet', '--bare', folder, join(root, name)])
  return execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
}

describe('a repository of bases', () => {
  let root: string
  let home: string
  let server: GitServer
  let commit: string
  let url: string

  beforeEach(async () => {
    root = folderOf({})
    home = folderOf({})
    commit = served(root, 'org/bases.git', BASE)
    server = await gitServer(root)
    url = `${server.address}/org/bases.git`
  })
  afterEach(() => server.stop())

  const app = (...entries: readonly string[]): Files => ({
    'app/kustomization.yaml': `namePrefix: my-\nresources:\n${entries.map((entry) => `  - ${entry} # ours\n`).join('')}`,
  })

  async function fetched(files: Files, allowed: readonly string[]) {
    const scope = { ...defaults, paths: [''], groups: new Map() }
    const fetcher = fetcherOf(folderCache(join(home, 'files')), { DOCKER_CONFIG: '/nowhere', XDG_CACHE_HOME: home })
    const { tree, unjudged } = await fetcher(memoryTree(files), [scope], { fetch: allowed, context: [], file: null })
    const there = remotesFrom(tree, 'app').flatMap(({ remote }) => {
      const mount = mountOf(remote)
      return mount !== null && tree.stat(mount) === 'directory' ? [mount] : []
    })
    return { there, unjudged: unjudged.map(({ file, line, reason }) => `${file}:${line} ${reason}`) }
  }

  test('the commit is there, below .git, and is asked for once', async () => {
    const once = await fetched(app(`${url}/config/web?ref=${commit}`), [server.address])
    expect(once).toEqual({ there: [`.git/ringfence/${commit}`], unjudged: [] })
    const heard = await server.heard()
    expect(heard).not.toEqual([])
    expect(await fetched(app(`${url}/config/web?ref=${commit}`), [server.address])).toEqual(once)
    expect(await server.heard()).toEqual(heard)
  })

  test('a branch is refused, and nothing is asked', async () => {
    const { there, unjudged } = await fetched(app(`${url}/config/web?ref=main`), [server.address])
    expect([there, unjudged]).toEqual([
      [],
      [
        `app/kustomization.yaml:3 ${url}/config/web?ref=main: main may be something else tomorrow: write ?ref= and the 40 digits of the commit that it is`,
      ],
    ])
    expect(await server.heard()).toEqual([])
  })

  test('what the configuration does not name is not asked, and the line that allows it is said', async () => {
    const entry = `${url}/config/web?ref=${commit}`
    const { there, unjudged } = await fetched(app(entry), [`${server.address}/organ`])
    expect([there, unjudged]).toEqual([
      [],
      [
        `app/kustomization.yaml:3 ${entry}: ${url} is not among what the configuration's fetch allows: \`fetch: ["${url}"]\` allows it`,
      ],
    ])
    expect(await server.heard()).toEqual([])
  })

  test('a commit, a repository, a folder and a server that are not there are named', async () => {
    const gone = `http://127.0.0.1:${await freePort()}`
    const { unjudged } = await fetched(
      app(
        `${url}/config/web?ref=${SHA}`,
        `${server.address}/org/none.git?ref=${commit}`,
        `${url}/config/none?ref=${commit}`,
        `${gone}/org/bases.git?ref=${commit}`,
      ),
      [server.address, gone],
    )
    expect(unjudged).toEqual([
      expect.stringMatching(new RegExp(`^app/kustomization.yaml:3 .*: .*${SHA}`)),
      expect.stringMatching(/^app\/kustomization.yaml:4 .*none\.git.* not found/),
      `app/kustomization.yaml:5 ${url}/config/none?ref=${commit}: ${url} has no folder config/none in ${commit}`,
      expect.stringMatching(/^app\/kustomization.yaml:6 .*git: unable to access/),
    ])
  })

  test('what a base builds on elsewhere has to be pinned and allowed as well, and stays in its repository', async () => {
    const other = served(root, 'org/other.git', {
      'kustomization.yaml': `resources: ["${url}/config/web?ref=${commit}", "${url}/config/web?ref=main"]\n`,
    })
    const entry = `${server.address}/org/other.git?ref=${other}`
    const { there, unjudged } = await fetched(app(entry), [server.address])
    expect(there).toEqual([`.git/ringfence/${other}`, `.git/ringfence/${commit}`])
    expect(unjudged).toEqual([expect.stringContaining(`app/kustomization.yaml:3 ${entry}: main may be something else`)])
    const notAllowed = await fetched(app(entry), [`${server.address}/org/other`])
    expect(notAllowed.there).toEqual([`.git/ringfence/${other}`])
    expect(notAllowed.unjudged).toContainEqual(expect.stringContaining(`${url} is not among`))
    const outside = served(root, 'org/outside.git', { 'kustomization.yaml': 'resources: [../../../app]\n' })
    const leaving = await fetched(app(`${server.address}/org/outside.git?ref=${outside}`), [server.address])
    expect(leaving.unjudged).toEqual([
      expect.stringContaining('it builds on something outside of its repository') as unknown as string,
    ])
  })

  async function checked(files: Files, allowed: string | null) {
    const config: Files = allowed === null ? {} : { '.ringfence.yaml': `fetch: ["${allowed}"]\n` }
    const cwd = folderOf({ ...files, ...config })
    const env = { XDG_CACHE_HOME: home, RUNNER_TEMP: '' }
    const { stdout } = await ringfence(['check', '.', '--format', 'json'], { cwd, env })
    const report = JSON.parse(stdout) as {
      findings: { policy: string; resource: { name: string }; location: { file: string; line: number } }[]
      unjudged: { file: string; line: number; reason: string }[]
    }
    const found = report.findings.filter(({ policy }) => policy === 'least-privilege/privileged-container')
    return {
      privileged: found.map(({ resource, location }) => `${resource.name} ${location.file}:${location.line}`),
      unjudged: report.unjudged.map(({ file, line, reason }) => `${file}:${line} ${reason}`),
    }
  }

  test('check judges it at the line that names it', async () => {
    const files = app(`"${url}/config/web?ref=${commit}"`)
    expect(await checked(files, server.address)).toEqual({
      privileged: ['my-web app/kustomization.yaml:3'],
      unjudged: [],
    })
    const refused = await checked(app(`"${url}/config/web?ref=main"`), server.address)
    expect(refused).toEqual({
      privileged: [],
      unjudged: [expect.stringContaining('app/kustomization.yaml:3 ') as unknown as string],
    })
    expect(refused.unjudged[0]).toContain('main may be something else tomorrow')
    const { privileged, unjudged } = await checked(files, null)
    expect(privileged).toEqual([])
    expect(unjudged).toEqual([
      expect.stringContaining('is fetched where it is allowed under fetch in the configuration'),
    ])
  })

  test('one that is not fetched is told once, with why', async () => {
    const entry = `${url}/config/web?ref=main`
    const { unjudged } = await checked(app(entry), server.address)
    expect(unjudged).toEqual([expect.stringContaining(`app/kustomization.yaml:3 ${entry}: main may be something else`)])
  })

  test('what lies beside it is located as before', async () => {
    const files = {
      ...app(`${url}/config/web?ref=${commit}`, 'own.yaml'),
      'app/own.yaml': POD.replace('{name: web}', '{name: own}'),
    }
    const { privileged, unjudged } = await checked(files, server.address)
    expect([privileged.toSorted(), unjudged]).toEqual([
      ['my-own app/own.yaml:5', 'my-web app/kustomization.yaml:3'],
      [],
    ])
  })

  test('a context of another repository counts, and is not judged', async () => {
    const platform = served(root, 'org/platform.git', {
      'README.md': 'no manifests',
      'policies/deny.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n',
      'policies/bad.yaml': POD.replace('{name: web}', '{name: bad, namespace: shop}'),
    })
    const entry = `${server.address}/org/platform.git//policies?ref=${platform}`
    const pod = { 'pod.yaml': POD.replace('{name: web}', '{name: own, namespace: shop}') }
    const judged = async (config: string) => {
      const cwd = folderOf({ ...pod, '.ringfence.yaml': config })
      const { stdout, stderr } = await ringfence(['check', '.', '--format', 'json'], {
        cwd,
        env: { XDG_CACHE_HOME: home, RUNNER_TEMP: '' },
      })
      if (stdout === '') return stderr
      const report = JSON.parse(stdout) as {
        findings: { policy: string; resource: { name: string } }[]
        unjudged: { reason: string }[]
      }
      const wanted = ['least-privilege/privileged-container', 'default-deny/ingress-isolated']
      return [
        ...report.findings
          .filter(({ policy }) => wanted.includes(policy))
          .map(({ policy, resource }) => `${policy} ${resource.name}`)
          .sort(),
        ...report.unjudged.map(({ reason }) => reason),
      ]
    }
    const both = ['default-deny/ingress-isolated own', 'least-privilege/privileged-container own']
    expect(await judged('stage: 2\n')).toEqual(both)
    const context = `stage: 2\ncontext: ["${entry}"]\n`
    expect(await judged(`${context}fetch: ["${server.address}"]\n`)).toEqual(both.slice(1))
    // In silence it would be as if there were no platform.
    expect(await judged(context)).toEqual([...both, expect.stringContaining('is not among what')])
    expect(await judged(`stage: 2\ncontext: ["${entry.replace(platform, 'main')}"]\n`)).toContain('.ringfence.yaml:2:')
  })

  test('check judges a file whose address names its commit', async () => {
    const file = join(root, 'raw', SHA, 'pod.yaml')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, POD)
    expect(await checked(app(`${server.address}/raw/${SHA}/pod.yaml`), server.address)).toEqual({
      privileged: ['my-web app/kustomization.yaml:3'],
      unjudged: [],
    })
  })
})
