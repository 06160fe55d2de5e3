/**
 * What a configuration extends, read: each place with its configuration, its policies and its frameworks, and what it
 * extends itself before it. Bringing what lies elsewhere is the caller's; nothing here touches the machine.
 */
import {
  CONFIG_FILE,
  customSources,
  defaults,
  describe,
  extended,
  parseConfig,
  rebased,
  type Config,
} from '../config.js'
import type { CustomPolicies, CustomSource } from '../custom/custom.js'
import { controlProblems, readFrameworks, type FrameworkFile } from '../custom/frameworks.js'
import { readCustom } from '../custom/read.js'
import { textsBelow } from '../custom/files.js'
import { memoryTree } from '../discover/memory-tree.js'
import { folderOf, resolvePath } from '../discover/path.js'
import type { Policy, Tree } from '../model.js'
import { floorOf, type Floor } from './floor.js'
import type { Framework } from '../report/controls.js'
import { bundleName, parseReference, type NpmReference, type OciReference } from './reference.js'

/** A place that is extended, as read. */
export interface Shared {
  readonly floor: Floor
  readonly custom: CustomPolicies
  readonly frameworks: readonly FrameworkFile[]
  /** What of it lies in the repository, tree paths; empty for a bundle. */
  readonly files: readonly string[]
  /** As it was named, for reports. */
  readonly reference: string
}

/** The files of a bundle, or why they cannot be had; `later`: they are not asked for before the target branch names them. */
export type Brought =
  { readonly files: ReadonlyMap<string, Uint8Array> } | { readonly problem: string } | { readonly later: true }

export interface ExtendOptions {
  /** What the configuration is read from. */
  readonly tree: Tree
  readonly bring: (reference: OciReference | NpmReference) => Promise<Brought>
  /** Those that are bundled. */
  readonly policies: readonly Policy[]
  readonly frameworks: readonly Framework[]
  /** Tree path → how a message shows it. */
  readonly shown: (file: string) => string
}

export interface Extended {
  /** In the order in which they are written, each after what it extends. */
  readonly shared: readonly Shared[]
  /** `file:line:column: message` */
  readonly problems: readonly string[]
  /** Bundles that are not asked for yet. */
  readonly later: readonly string[]
}

export const NOTHING_EXTENDED: Extended = { shared: [], problems: [], later: [] }

/** What may follow what: deeper than any organisation. */
const MOST_DEPTH = 8

/** `content` is the text of a configuration in `folder` that messages call `name`. */
export async function extend(
  content: string,
  name: string,
  folder: string,
  options: ExtendOptions,
  above: readonly string[] = [],
): Promise<Extended> {
  let result = NOTHING_EXTENDED
  for (const { text, line, column } of extended(content)) {
    const fail = (message: string): string => `${name}:${line}:${column}: extends: ${message}`
    const found = await placeOf(text, folder, options)
    if ('problem' in found) {
      result = { ...result, problems: [...result.problems, fail(`${text}: ${found.problem}`)] }
      continue
    }
    if ('later' in found) {
      result = { ...result, later: [...result.later, text] }
      continue
    }
    if (result.shared.some(({ floor }) => floor.name === found.name)) continue
    if (above.includes(found.name) || above.length === MOST_DEPTH) {
      const why = above.includes(found.name)
        ? 'extends itself'
        : `is the end of more than ${MOST_DEPTH} that extend each other`
      result = { ...result, problems: [...result.problems, fail(`${found.name} ${why}`)] }
      continue
    }
    const inner =
      found.text === null
        ? NOTHING_EXTENDED
        : await extend(found.text, found.shownFile, found.base, { ...options, tree: found.tree }, [
            ...above,
            found.name,
          ])
    const before = [
      ...result.shared,
      ...inner.shared.filter(({ floor }) => !result.shared.some((each) => each.floor.name === floor.name)),
    ]
    const own = inner.problems.length + inner.later.length > 0 ? null : read(found, text, before, inner.shared, options)
    result = {
      shared: own?.shared === undefined ? before : [...before, own.shared],
      problems: [...result.problems, ...inner.problems, ...(own?.problems ?? [])],
      later: [...result.later, ...inner.later],
    }
  }
  return result
}

interface Place {
  readonly tree: Tree
  readonly name: string
  /** Its configuration, null: it has none. */
  readonly text: string | null
  readonly file: string
  readonly shownFile: string
  /** The folder that its configuration speaks from. */
  readonly base: string
  /** The folder that `.ringfence` lies in; null: nobody looks there. */
  readonly home: string | null
  /** What it has where it says nothing: a bundle of `conftest push` is its policies. */
  readonly sources: readonly CustomSource[]
  readonly files: readonly string[]
}

async function placeOf(
  written: string,
  folder: string,
  { tree, bring, shown }: ExtendOptions,
): Promise<Place | { readonly problem: string } | { readonly later: true }> {
  const reference = parseReference(written)
  if (typeof reference === 'string') return { problem: reference }
  if (reference.kind !== 'folder') {
    const brought = await bring(reference)
    return 'files' in brought ? bundle(bundleName(reference), brought.files) : brought
  }
  const path = resolvePath(folder, reference.path)
  if (path === null) return { problem: 'leads out of the repository' }
  const kind = tree.stat(path)
  if (kind === null) return { problem: 'there is no such file or folder' }
  const file = kind === 'file' ? path : join(path, CONFIG_FILE)
  const text = textIn(tree, file)
  const home = kind === 'file' ? null : path
  if (text === null && (home === null || !hasRules(tree, home)))
    return { problem: `there is neither ${CONFIG_FILE} nor .ringfence in it` }
  const name = shown(path === '' ? '.' : path)
  return { tree, name, text, file, shownFile: shown(file), base: folderOf(file), home, sources: [], files: [path] }
}

/** A bundle as a tree of its own, whose paths begin with its name. */
function bundle(name: string, files: ReadonlyMap<string, Uint8Array>): Place | { readonly problem: string } {
  const tree = memoryTree(Object.fromEntries([...files].map(([path, content]) => [join(name, path), content])))
  // `oras push` of a folder keeps the folder.
  const [only, more] = tree.list(name) ?? []
  const isRoot = (folder: string): boolean => tree.stat(join(folder, CONFIG_FILE)) === 'file' || hasRules(tree, folder)
  const inner = only?.kind === 'directory' && more === undefined ? join(name, only.name) : name
  const home = isRoot(name) ? name : isRoot(inner) ? inner : null
  if (home !== null) {
    const file = join(home, CONFIG_FILE)
    return { tree, name, text: textIn(tree, file), file, shownFile: file, base: home, home, sources: [], files: [] }
  }
  const hasAny = [...files.keys()].some((path) => /\.(?:rego|ya?ml)$/.test(path))
  if (!hasAny) return { problem: `there are no policies, no ${CONFIG_FILE} and no .ringfence in it` }
  // What signs a bundle, or names a package, is no data.
  const noData = ['.signatures.json', 'package.json'].map((path) => [join(name, path), null] as const)
  const plain = tree.with(new Map(noData))
  const data = textsBelow(plain, inner, ['.json', '.yaml', '.yml']).size > 0 ? [inner] : []
  const source: CustomSource = { path: inner, namespaces: ['*'], combine: false, data, rego: regoOf(files) }
  return {
    tree: plain,
    name,
    text: null,
    file: name,
    shownFile: name,
    base: name,
    home: null,
    sources: [source],
    files: [],
  }
}

/** The version that OPA's manifest says; a bundle without one is of today. */
function regoOf(files: ReadonlyMap<string, Uint8Array>): 'v0' | 'v1' {
  const manifest = files.get('.manifest')
  if (manifest === undefined) return 'v1'
  try {
    return (JSON.parse(new TextDecoder().decode(manifest)) as { rego_version?: unknown }).rego_version === 0
      ? 'v0'
      : 'v1'
  } catch {
    // What does not compile in the other version is told, and blocks.
    return 'v1'
  }
}

function read(
  place: Place,
  reference: string,
  before: readonly Shared[],
  inner: readonly Shared[],
  options: ExtendOptions,
): { readonly shared?: Shared; readonly problems: readonly string[] } {
  const known = [...options.policies, ...before.flatMap(({ custom }) => custom.policies)]
  const { text, base } = place
  const sources = text === null ? place.sources : rebased({ ...defaults, custom: customSources(text) }, base).custom
  const { files, problems: wrong } =
    place.home === null ? { files: [], problems: [] } : readFrameworks(place.tree, place.home)
  const mappings = [...before.flatMap(({ frameworks }) => frameworks), ...files]
  const custom = readCustom(place.tree, {
    sources,
    taken: new Set(known.map(({ id }) => id)),
    controlProblem: controlProblems(options.frameworks, mappings),
    folder: place.home,
  })
  const policies = [...known, ...custom.policies]
  const floors = inner.map(({ floor }) => floor)
  const { config, problems } =
    text === null
      ? { config: defaults, problems: [] }
      : parseConfig(text, place.shownFile, policies, { floors, isShared: true })
  if (config === null) return { problems: problems.map(describe) }
  const accepts = new Set(floors.map(({ name }) => name))
  return {
    problems: [],
    shared: {
      floor: floorOf(place.name, fromRoot(config, place), policies, custom.policies, accepts),
      custom: { ...custom, problems: [...custom.problems, ...wrong] },
      frameworks: files,
      files: place.files.length === 0 ? [] : [...place.files, ...rulesBeside(config, base)],
      reference,
    },
  }
}

/** What a configuration takes its policies from, wherever that lies. */
const rulesBeside = ({ custom }: Config, base: string): readonly string[] =>
  custom.flatMap(({ path, data }) => [path, ...data]).map((path) => join(base, path))

/** Globs of a shared configuration are over the repository that extends it, wherever the configuration itself lies. */
const fromRoot = (config: Config, { file }: Place): Config => ({ ...config, file })

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

function textIn(tree: Tree, file: string): string | null {
  const bytes = tree.stat(file) === 'file' ? tree.read(file) : null
  return bytes === null ? null : new TextDecoder().decode(bytes)
}

const hasRules = (tree: Tree, folder: string): boolean => tree.stat(join(folder, '.ringfence')) === 'directory'
