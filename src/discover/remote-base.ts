/**
 * What a kustomization builds on that lies in another repository, as kustomize reads it (api/internal/git/repospec.go), and
 * the place in a tree where it is put once it is there: below `.git`, which no commit can hold a file of.
 */
import type { Json, Path, Tree } from '../model.js'
import { decodeText } from '../parse/split.js'
import { nodesOf, parseYaml, positionsOf } from '../parse/yaml.js'
import { isMap, listOf } from '../parse/json.js'
import { entryProblem } from './allowed.js'
import { KUSTOMIZATION_FILES, readKustomization } from './kustomization.js'
import { folderOf, isWithin, nameOf, resolvePath } from './path.js'

/** `url` is what is asked; `folder` lies in the commit. A file's address names the commit that it is of. */
export type Remote =
  | { readonly kind: 'git'; readonly url: string; readonly commit: string; readonly folder: string }
  | { readonly kind: 'file'; readonly url: string }
  | { readonly kind: 'refused'; readonly reason: string }

/** An entry of a kustomization file. */
interface RemoteEntry {
  readonly entry: string
  readonly remote: Remote
  /** 1-based, in the file. */
  readonly line: number
  /** Offsets of the entry as it is written; null where it cannot be replaced by another text. */
  readonly range: { readonly start: number; readonly end: number } | null
}

/** Something remote that a kustomization reaches, and the line of this repository that leads there. */
export interface RemoteUse {
  readonly file: string
  readonly line: number
  /** As that line has it. */
  readonly entry: string
  readonly remote: Remote
}

const PLACE = '.git/ringfence'

/** Where what a remote is a part of lies; null where it lies nowhere. */
export function mountOf(remote: Remote): string | null {
  if (remote.kind === 'refused') return null
  // A commit is its content, whoever gives it.
  return `${PLACE}/${remote.kind === 'git' ? remote.commit : encodeURIComponent(remote.url)}`
}

/** A folder of the configuration's context, as a tree path: of the repository itself, or where a commit of another is put. */
export function contextPlace(entry: string): string {
  const remote = remoteOf(entry)
  return (remote === null ? null : placeOf(remote)) ?? entry
}

/** null: it is right. */
export function contextProblem(entry: string): string | null {
  const remote = remoteOf(entry)
  if (remote?.kind === 'file') return 'context is a folder of a repository, not a file'
  return remote?.kind === 'refused' ? remote.reason : null
}

function placeOf(remote: Remote): string | null {
  const mount = mountOf(remote)
  return mount === null || remote.kind !== 'git' ? mount : resolvePath(mount, remote.folder)
}

const refused = (reason: string): Remote => ({ kind: 'refused', reason })

const COMMIT = /^[0-9a-f]{40}$/

/** null: it is a path. */
export function remoteOf(entry: string): Remote | null {
  if (entry.startsWith('/') || entry.includes('\n')) return null
  const [, whole = '', query = ''] = /^(?:git::)?([^?]*)(?:\?(.*))?$/is.exec(entry) ?? []
  const [, scheme = '', user = '', rest = ''] =
    /^((?:ssh|https?|file):\/\/)?([a-z][a-z0-9-]*@)?(.*)$/is.exec(whole) ?? []
  const isGitHub = /^github\.com[/:]/i.test(rest)
  if (scheme === '' && user === '' && !isGitHub) return null
  const isPlain = user === '' && (isGitHub ? !/^ssh/i.test(scheme) : /^https?:/i.test(scheme))
  if (!isPlain) return refused('only what is named by https:// is fetched')
  // Everything else may be read in two ways: by a server, by Go's parser of queries, or by Node's.
  if (!/^[\w.~:/[\]-]*$/.test(rest) || !/^[\w.=&/-]*$/.test(query))
    return refused('its address has characters that not all read alike')
  const separator = rest.search(isGitHub ? /[/:]/ : /\//)
  if (separator < 0) return refused('it names no repository')
  const host = isGitHub ? 'https://github.com/' : scheme.toLowerCase() + rest.slice(0, separator + 1)
  return inRepository(host, rest.slice(separator + 1), query)
}

function inRepository(host: string, path: string, query: string): Remote {
  const address = `${host}${path}`
  const problem = addressProblem(address)
  if (problem !== null) return refused(problem)
  const values = new URLSearchParams(query)
  const commit = values.get('ref') || values.get('version') || ''
  if (commit === '') {
    const isPinned = query === '' && path.split('/').some((step) => COMMIT.test(step))
    if (isPinned && /\.(?:ya?ml|json)$/.test(path)) return { kind: 'file', url: address }
    return refused('nothing pins it: write ?ref= and the 40 digits of a commit behind it')
  }
  if (!COMMIT.test(commit))
    return refused(`${commit} may be something else tomorrow: write ?ref= and the 40 digits of the commit that it is`)
  const [repository, folder] = splitPath(path)
  if (repository === '') return refused('it names no repository')
  // Kustomize asks for the address as a file first, and these are where servers have files that no commit pins.
  if (/^(?:raw|blob|releases|archive|-)(?:\/|$)/.test(folder)) return refused('its address may be that of a file')
  return { kind: 'git', url: `${host}${repository}`, commit, folder }
}

function addressProblem(address: string): string | null {
  if (entryProblem(address) !== null) return 'only what is named by https:// is fetched'
  return address.split('/').includes('..') ? 'its address has a .. in it' : null
}

/** The repository, and the folder in it: divided by `_git/`, `//`, `.git`, or behind two steps. */
function splitPath(path: string): readonly [string, string] {
  const azure = path.indexOf('_git/')
  if (azure >= 0) {
    const [name = '', ...folder] = path.slice(azure + 5).split('/')
    return [`${path.slice(0, azure + 5)}${name}`, folder.join('/')]
  }
  const double = path.indexOf('//')
  if (double >= 0) return [path.slice(0, double), path.slice(double + 2)]
  const git = path.indexOf('.git')
  if (git >= 0) return [path.slice(0, git + 4), path.slice(git + 4).replace(/^\//, '')]
  const steps = path.split('/')
  return steps.length < 2 ? ['', ''] : [steps.slice(0, 2).join('/'), steps.slice(2).join('/')]
}

const FIELDS: readonly string[] = ['resources', 'bases', 'components']

/** Where a kustomization, as a value, has an entry; null where it does not. */
export function entryPath(kustomization: Json | undefined, entry: string): Path | null {
  if (!isMap(kustomization)) return null
  const found = FIELDS.map((field): Path => [field, listOf(kustomization[field]).indexOf(entry)])
  return found.find(([, index]) => index !== -1) ?? null
}

/** What the text of a kustomization file names that is elsewhere. */
function entriesOf(tree: Tree, file: string, text: string): readonly RemoteEntry[] {
  const { value } = parseYaml(text)
  if (!isMap(value)) return []
  const positions = positionsOf(text)
  const root = nodesOf(text)
  return FIELDS.flatMap((field) =>
    listOf(value[field]).flatMap((entry, index): readonly RemoteEntry[] => {
      const remote = typeof entry === 'string' ? remoteOf(entry) : null
      if (remote === null || typeof entry !== 'string') return []
      // Kustomize tries a file of that name first.
      const local = /^https?:/i.test(entry) ? null : resolvePath(folderOf(file), entry)
      if (local !== null && tree.stat(local) === 'file') return []
      const node = root?.entries.get(field)?.node.entries.get(String(index))?.node
      const isShort = node?.kind === 'scalar' && ['plain', 'single', 'double'].includes(node.style)
      const range = isShort && node.target === null && !node.tagged ? { start: node.start, end: node.end } : null
      return [{ entry, remote, line: positions([field, index]).line, range }]
    }),
  )
}

/** What the kustomization of a folder, and all that it builds on in the tree, names that is elsewhere. */
export function remotesFrom(tree: Tree, folder: string): readonly RemoteUse[] {
  const seen = new Set<string>()
  const found: RemoteUse[] = []
  /** `by`: the use that brought the folder, and where its repository lies; null: it is of this tree. */
  const look = (at: string, by: { readonly use: RemoteUse; readonly mount: string } | null): void => {
    const file = kustomizationIn(tree, at)
    if (seen.has(at) || file === null) return
    seen.add(at)
    const read = readKustomization(tree, file)
    if (read === null) return
    for (const base of [...read.bases, ...read.components]) {
      if (by === null || isWithin(base, by.mount)) look(base, by)
      else found.push({ ...by.use, remote: refused('it builds on something outside of its repository') })
    }
    for (const { entry, remote, line } of entriesOf(tree, file, textOf(tree, file))) {
      const use = by === null ? { file, line, entry, remote } : { ...by.use, remote }
      found.push(use)
      const [mount, place] = [mountOf(remote), placeOf(remote)]
      if (mount !== null && place !== null && tree.stat(place) === 'directory') look(place, { use, mount })
    }
  }
  look(folder, null)
  return found
}

/** The use that brought a file of the tree; null where none did. */
export function broughtBy(uses: readonly RemoteUse[], file: string): RemoteUse | null {
  if (!isWithin(file, PLACE)) return null
  const isOf = ({ remote }: RemoteUse): boolean => {
    const mount = mountOf(remote)
    return mount !== null && isWithin(file, mount)
  }
  return uses.find(isOf) ?? null
}

/** The same tree for kustomize, whose kustomizations name what was brought by where it lies. */
export function withRemoteBases(tree: Tree): Tree {
  if (tree.stat(PLACE) !== 'directory') return tree
  return {
    list: (directory) => tree.list(directory),
    stat: (path) => tree.stat(path),
    problems: () => tree.problems(),
    with: (edits) => withRemoteBases(tree.with(edits)),
    read: (file) =>
      KUSTOMIZATION_FILES.includes(nameOf(file)) && tree.stat(file) === 'file'
        ? new TextEncoder().encode(rewritten(tree, file))
        : tree.read(file),
  }
}

function rewritten(tree: Tree, file: string): string {
  const text = textOf(tree, file)
  const up = folderOf(file)
    .split('/')
    .filter((step) => step !== '')
    .map(() => '../')
    .join('')
  return entriesOf(tree, file, text)
    .toSorted((a, b) => (b.range?.start ?? 0) - (a.range?.start ?? 0))
    .reduce((edited, { remote, range }) => {
      const place = placeOf(remote)
      if (range === null || place === null || tree.stat(place) !== 'directory') return edited
      return edited.slice(0, range.start) + JSON.stringify(up + place) + edited.slice(range.end)
    }, text)
}

function kustomizationIn(tree: Tree, folder: string): string | null {
  const names = KUSTOMIZATION_FILES.map((name) => (folder === '' ? name : `${folder}/${name}`))
  return names.find((file) => tree.stat(file) === 'file') ?? null
}

function textOf(tree: Tree, file: string): string {
  const bytes = tree.read(file)
  return bytes === null ? '' : decodeText(bytes).text
}
