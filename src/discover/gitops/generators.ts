/**
 * The parameters that an ApplicationSet's generators give, as far as this repository holds them: lists, folders and files of
 * Git, and what is combined of these. https://github.com/argoproj/argo-cd, applicationset/generators
 */
import picomatch from 'picomatch'
import type { Json, JsonObject, Tree } from '../../model.js'
import { isMap, listOf } from '../../parse/json.js'
import { decodeText } from '../../parse/split.js'
import { parseYaml } from '../../parse/yaml.js'
import { folderOf, nameOf } from '../path.js'
import { isSet, mapAt, mapsAt, textAt, textMapAt, textsAt } from './fields.js'
import { globRegex } from './globs.js'
import { child } from './kustomize.js'

/** What generators see. */
export interface Generating {
  readonly tree: Tree
  readonly goTemplate: boolean
  /** Why a repository and a revision are not these; null: they are. */
  readonly away: (url: string, revision: string) => string | null
  /** Fills parameters into all texts of a value, once for each set. */
  readonly fill: (value: Json, params: readonly JsonObject[]) => Promise<readonly Json[]>
}

/** The parameters are not to be had here, and why. */
export class Outside extends Error {}

/** What Argo CD would refuse, or what cannot be done here. */
export class Refused extends Error {}

export interface Generated {
  readonly params: readonly JsonObject[]
  /** What the generator lays over the template of the set. */
  readonly template: JsonObject
}

const KINDS = ['list', 'git', 'matrix', 'merge'] as const

/** Throws `Outside` and `Refused`. */
export async function generate(generator: JsonObject, around: Generating): Promise<Generated> {
  const stated = Object.keys(generator).filter((key) => key !== 'selector')
  const [kind, ...more] = stated
  if (kind === undefined || more.length > 0) throw new Refused('a generator has to be of one kind')
  if (!KINDS.some((known) => known === kind))
    throw new Outside(`its generator ${kind} is filled outside of this repository`)
  const settings = mapAt(generator, kind)
  const params = await GENERATE[kind as (typeof KINDS)[number]](settings, around)
  const selector = generator['selector']
  const isWanted = isMap(selector) ? selecting(selector) : () => true
  return { params: params.filter((each) => isWanted(flat(each))), template: mapAt(settings, 'template') }
}

const GENERATE: {
  readonly [K in (typeof KINDS)[number]]: (settings: JsonObject, around: Generating) => Promise<readonly JsonObject[]>
} = { list: fromList, git: fromGit, matrix: fromMatrix, merge: fromMerge }

/* ----------------------------------------------------------------- list */

function fromList(settings: JsonObject, { goTemplate }: Generating): Promise<readonly JsonObject[]> {
  const elements = mapsAt(settings, 'elements').map((element) => (goTemplate ? element : flatTexts(element)))
  const more = listOf(parseYaml(textAt(settings, 'elementsYaml')).value).filter(isMap)
  return Promise.resolve([...elements, ...more])
}

/** Without Go templates parameters are texts, and those below `values` are named with a dot. */
function flatTexts(element: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(element).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
      if (key === 'values' && isMap(value)) return Object.entries(value).map(([name, text]) => [`values.${name}`, text])
      if (typeof value !== 'string') throw new Refused(`the element ${key} of its list is no text`)
      return [[key, value]]
    }),
  )
}

/* ------------------------------------------------------------------ git */

async function fromGit(settings: JsonObject, around: Generating): Promise<readonly JsonObject[]> {
  const away = around.away(textAt(settings, 'repoURL'), textAt(settings, 'revision'))
  if (away !== null) throw new Outside(`its generator reads ${textAt(settings, 'repoURL')}, and ${away}`)
  const prefix = textAt(settings, 'pathParamPrefix')
  const found = Array.isArray(settings['directories'])
    ? foldersFor(around.tree, mapsAt(settings, 'directories')).map((path) =>
        pathParams(path, null, prefix, around.goTemplate),
      )
    : filesFor(around.tree, mapsAt(settings, 'files')).flatMap((file) =>
        objectsIn(around.tree, file).map((object) => ({
          ...(around.goTemplate ? object : textsOf(flat(object))),
          ...pathParams(folderOf(file), nameOf(file), prefix, around.goTemplate),
        })),
      )
  const values = textMapAt(settings, 'values')
  if (Object.keys(values).length === 0) return found
  const filled = await around.fill(values, found)
  return found.map((params, i) => ({
    ...params,
    ...(around.goTemplate ? { values: filled[i] ?? {} } : named(filled[i])),
  }))
}

const named = (values: Json | undefined): JsonObject =>
  Object.fromEntries(Object.entries(mapAt(values)).map(([key, text]) => [`values.${key}`, text]))

/** Every folder below the root that is not hidden, and that a pattern takes in and none leaves out. */
function foldersFor(tree: Tree, items: readonly JsonObject[]): readonly string[] {
  const rules = items.map((item) => ({
    leavesOut: isSet(item, 'exclude'),
    matches: picomatch(textAt(item, 'path'), { dot: true, noglobstar: true, nobrace: true, noextglob: true }),
  }))
  return below(tree, '', (name) => name.startsWith('.')).folders.filter((path) => {
    const own = rules.filter(({ matches }) => matches(path))
    return own.length > 0 && !own.some(({ leavesOut }) => leavesOut)
  })
}

/** As `git ls-files` takes its patterns: a star reaches over slashes, and a folder means all below it. */
function filesFor(tree: Tree, items: readonly JsonObject[]): readonly string[] {
  const rules = items.map((item) => {
    const pattern = textAt(item, 'path').replace(/^\.\//, '').replace(/\/+$/, '')
    const regex = globRegex(pattern)
    const matches = (path: string): boolean => regex?.test(path) === true || path.startsWith(`${pattern}/`)
    return { leavesOut: isSet(item, 'exclude'), matches }
  })
  return below(tree, '', (name) => name === '.git')
    .files.filter((path) => {
      const own = rules.filter(({ matches }) => matches(path))
      return own.length > 0 && !own.some(({ leavesOut }) => leavesOut)
    })
    .sort()
}

function below(
  tree: Tree,
  folder: string,
  isLeftOut: (name: string) => boolean,
): { readonly folders: readonly string[]; readonly files: readonly string[] } {
  const [folders, files]: [string[], string[]] = [[], []]
  for (const { name, kind, link } of tree.list(folder) ?? []) {
    const path = child(folder, name)
    if (kind === 'file') files.push(path)
    else if (!isLeftOut(name) && link === undefined) {
      const deeper = below(tree, path, isLeftOut)
      folders.push(path, ...deeper.folders)
      files.push(...deeper.files)
    }
  }
  return { folders, files }
}

function objectsIn(tree: Tree, file: string): readonly JsonObject[] {
  const bytes = tree.read(file)
  const { value, problem } = bytes === null ? { value: null, problem: null } : parseYaml(decodeText(bytes).text)
  if (problem !== null) throw new Refused(`its generator reads ${file}, which is malformed: ${problem.message}`)
  if (value === null) return [{}]
  if (isMap(value)) return [value]
  if (Array.isArray(value)) return listOf(value).filter(isMap)
  throw new Refused(`its generator reads ${file}, which is neither a map nor a list of maps`)
}

/** `file`: the name of the file that was found in the folder. */
function pathParams(path: string, file: string | null, prefix: string, goTemplate: boolean): JsonObject {
  // Go's path.Dir and path.Base of the root.
  const folder = path === '' ? '.' : path
  const name = nameOf(folder)
  const own = {
    basename: name,
    basenameNormalized: normalized(name),
    ...(file === null ? {} : { filename: file, filenameNormalized: normalized(file) }),
  }
  if (goTemplate) {
    const nested = { path: { path: folder, ...own, segments: folder.split('/') } }
    return prefix === '' ? nested : { [prefix]: nested }
  }
  const key = prefix === '' ? 'path' : `${prefix}.path`
  const segments = folder.split('/').map((segment, i) => [`${key}[${i}]`, segment])
  const dotted = Object.entries(own).map(([field, text]) => [`${key}.${field}`, text])
  return { [key]: folder, ...(Object.fromEntries([...dotted, ...segments]) as JsonObject) }
}

/** A text as a name of Kubernetes: https://github.com/argoproj/argo-cd, applicationset/utils, SanitizeName. */
const normalized = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, 253)
    .replace(/^[-.]+|[-.]+$/g, '')

/* ------------------------------------------------------ matrix and merge */

async function fromMatrix(settings: JsonObject, around: Generating): Promise<readonly JsonObject[]> {
  const generators = mapsAt(settings, 'generators')
  const [first, second] = generators
  if (first === undefined || second === undefined || generators.length > 2)
    throw new Refused('a matrix has to be of two generators')
  const outer = (await generate(first, around)).params
  // The second may use what the first gives.
  const inner = await around.fill(second, outer)
  const all: JsonObject[] = []
  for (const [i, params] of outer.entries()) {
    for (const more of (await generate(mapAt(inner[i]), around)).params)
      all.push(around.goTemplate ? merged(more, params) : { ...more, ...params })
  }
  return all
}

async function fromMerge(settings: JsonObject, around: Generating): Promise<readonly JsonObject[]> {
  const keys = textsAt(settings, 'mergeKeys')
  const generators = mapsAt(settings, 'generators')
  if (keys.length === 0) throw new Refused('a merge has to name its keys')
  if (generators.length < 2) throw new Refused('a merge has to be of two generators or more')
  const keyOf = (params: JsonObject): string => JSON.stringify(keys.map((key) => params[key] ?? null))
  const [base = new Map<string, JsonObject>(), ...others] = await Promise.all(
    generators.map(async (generator) => {
      const { params } = await generate(generator, around)
      const sets = new Map(params.map((each) => [keyOf(each), each]))
      if (sets.size < params.length) throw new Refused(`two of its parameter sets have the same ${keys.join(', ')}`)
      return sets
    }),
  )
  return [...base].map(([key, params]) =>
    others.reduce((now, sets) => {
      const over = sets.get(key)
      return over === undefined ? now : around.goTemplate ? merged(now, over) : { ...now, ...over }
    }, params),
  )
}

/** The second over the first, map by map; what is empty covers nothing. */
export function merged(under: JsonObject, over: JsonObject): JsonObject {
  const entries = Object.entries(over)
    .filter(([, value]) => !isEmpty(value))
    .map(([key, value]) => {
      const before = under[key]
      return [key, isMap(value) && isMap(before) ? merged(before, value) : value] as const
    })
  return { ...under, ...Object.fromEntries(entries) }
}

const isEmpty = (value: Json): boolean =>
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (isMap(value) && Object.keys(value).length === 0)

/* ------------------------------------------------------------- selector */

/** Every leaf under its path with dots. */
function flat(params: JsonObject, prefix = ''): { readonly [key: string]: Json } {
  const entries = Object.entries(params).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
    const inner = Array.isArray(value) ? Object.fromEntries(listOf(value).map((item, i) => [String(i), item])) : value
    const isLeaf = !isMap(inner) || Object.keys(inner).length === 0
    return isLeaf ? [[prefix + key, value]] : Object.entries(flat(inner, `${prefix}${key}.`))
  })
  return Object.fromEntries(entries)
}

/** As Go prints them. */
function textsOf(params: JsonObject): { readonly [key: string]: string } {
  const printed = (value: Json): string =>
    value === null ? '<nil>' : typeof value === 'object' ? (Array.isArray(value) ? '[]' : 'map[]') : String(value)
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, printed(value)]))
}

function selecting(selector: JsonObject): (params: JsonObject) => boolean {
  const labels = Object.entries(textMapAt(selector, 'matchLabels'))
  const expressions = mapsAt(selector, 'matchExpressions')
  return (params) => {
    const texts = textsOf(params)
    const holds = (expression: JsonObject): boolean => {
      const text = texts[textAt(expression, 'key')]
      const isAmong = text !== undefined && textsAt(expression, 'values').includes(text)
      switch (textAt(expression, 'operator')) {
        case 'In':
          return isAmong
        case 'NotIn':
          return !isAmong
        case 'Exists':
          return text !== undefined
        case 'DoesNotExist':
          return text === undefined
        default:
          throw new Refused(`its selector has the operator ${textAt(expression, 'operator')}`)
      }
    }
    return labels.every(([key, text]) => texts[key] === text) && expressions.every(holds)
  }
}
