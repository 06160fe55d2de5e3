/** Files that a resource carries as text: in a ConfigMap, a Secret, or in what sets up a node or a cluster. */
import type { Path, Resource } from '../../model.js'
import { parseYaml as readYaml } from '../../parse/yaml.js'
import { isObject } from '../world.js'

export interface CarriedFile {
  /** The key, or the path that the file is written to. */
  readonly name: string
  readonly text: string
  /** Where the text lies in the resource. */
  readonly path: Path
}

/** Larger texts are dashboards and bundles, not configuration. Characters. */
const LONGEST = 1_000_000

/** The files of a resource, in document order. */
export function filesOf(resource: Resource): readonly CarriedFile[] {
  return carried(resource).filter(({ text }) => text.length <= LONGEST)
}

function carried({ group, kind, object }: Resource): readonly CarriedFile[] {
  if (group === '' && kind === 'ConfigMap')
    return [...plain(object['data'], ['data']), ...encoded(object['binaryData'], ['binaryData'])]
  if (group === '' && kind === 'Secret')
    return [...plain(object['stringData'], ['stringData']), ...encoded(object['data'], ['data'])]
  if (/(^|\.)cluster\.x-k8s\.io$/.test(group)) return nodeFiles(object, [])
  if (group === 'kops.k8s.io') return assetFiles(object['spec'], ['spec'])
  return []
}

function plain(data: unknown, path: Path): readonly CarriedFile[] {
  if (!isObject(data)) return []
  return Object.entries(data).flatMap(([name, text]) =>
    typeof text === 'string' ? [{ name, text, path: [...path, name] }] : [],
  )
}

function encoded(data: unknown, path: Path): readonly CarriedFile[] {
  return plain(data, path).flatMap((file) => {
    const text = decoded(file.text)
    return text === null ? [] : [{ ...file, text }]
  })
}

/** null: no base64 of UTF-8 text, so no configuration. */
function decoded(base64: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, '')), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Keys, certificates and archives are not for reading here; the schema check judges the field itself.
    return null
  }
}

/** Cluster API: `files` of a bootstrap configuration, wherever in the object that lies. */
function nodeFiles(value: unknown, path: Path): readonly CarriedFile[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => nodeFiles(item, [...path, i]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'files' && Array.isArray(item)
      ? item.flatMap((file: unknown, i) => written(file, 'path', [...path, key, i]))
      : nodeFiles(item, [...path, key]),
  )
}

/** kOps: `spec.fileAssets`. */
function assetFiles(spec: unknown, path: Path): readonly CarriedFile[] {
  const assets = isObject(spec) ? spec['fileAssets'] : undefined
  if (!Array.isArray(assets)) return []
  return assets.flatMap((file: unknown, i) => written(file, 'path', [...path, 'fileAssets', i]))
}

function written(file: unknown, nameKey: string, path: Path): readonly CarriedFile[] {
  if (!isObject(file) || typeof file['content'] !== 'string') return []
  const isEncoded = file['encoding'] === 'base64' || file['isBase64'] === true
  const text = isEncoded ? decoded(file['content']) : file['content']
  const name = file[nameKey] ?? file['name']
  return text === null ? [] : [{ name: typeof name === 'string' ? name : '', text, path: [...path, 'content'] }]
}

/* ------------------------------------------------------------------ YAML */

/** Parsed YAML, or why it is none. */
export type Parsed =
  { readonly value: unknown; readonly error: null } | { readonly value: null; readonly error: string }

/** One document; JSON is YAML, too. Never throws. */
export function parseYaml(text: string): Parsed {
  const { value, problem } = readYaml(text)
  return problem?.kind === 'malformed' ? { value: null, error: problem.message } : { value, error: null }
}

/* ----------------------------------------------------------------- small */

export function valueAt(value: unknown, ...keys: readonly (string | number)[]): unknown {
  let at = value
  for (const key of keys)
    at = isObject(at) || Array.isArray(at) ? (at as { readonly [key: string | number]: unknown })[key] : undefined
  return at
}

export function objectOf(value: unknown): { readonly [key: string]: unknown } {
  return isObject(value) ? value : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/**
 * Whether a text has one of the keys at its top level, in YAML or in JSON: quick, and right for what people write by
 * hand or tools print. The keys are regular expressions.
 */
export function hasKey(text: string, ...keys: readonly string[]): boolean {
  // In JSON the top level is indented, or all on one line.
  const start = text.trimStart().startsWith('{') ? '(?:^\\s*|[{,]\\s*)' : '^'
  const source = `${start}["']?(?:${keys.join('|')})["']?\\s*:`
  const known = COMPILED.get(source) ?? new RegExp(source, 'm')
  COMPILED.set(source, known)
  return known.test(text)
}

/** The same few expressions are asked of every file. */
const COMPILED = new Map<string, RegExp>()

/** A scalar as text; '' for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** Strings of a list, or the one string that stands for it. */
export function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(textOf).filter((text) => text !== '')
  const text = textOf(value)
  return text === '' ? [] : [text]
}
