/**
 * Marks: what is put into the texts of a build so that its output tells where each part was written. A value gets one
 * behind it, a map one more key; kustomize carries both through patches as it carries the rest.
 */
import type { Json, JsonObject, Path } from '../model.js'
import { isMap, listOf } from '../parse/json.js'
import type { Piece } from './pieces.js'
import type { Written } from './written.js'

/** A piece's place that a mark stands for. */
export interface Marked {
  readonly written: Written
  readonly piece: Piece
  /** In the piece's own value. */
  readonly path: Path
  readonly value: Json
}

/** A scalar of marked output: what it says, and the marks that it carries. */
export interface Unmarked {
  readonly text: string
  readonly marks: readonly Marked[]
}

/** Above all numbers that a count of replicas could be. */
const FIRST_NUMBER = 1_900_000_000

export class Marks {
  private readonly all: Marked[] = []
  private readonly pattern: RegExp

  /** `word` occurs nowhere in what is marked. */
  constructor(private readonly word: string) {
    // As a part of an image's tag has to look, or kustomize would not know the image any more.
    this.pattern = new RegExp(`:?${word}(\\d+)_`, 'g')
  }

  /** The piece's value with marks. */
  mark(piece: Piece): Json {
    const { role, value } = piece
    if (role === 'operations') return listOf(value).flatMap((operation, i) => this.operation(piece, operation, i))
    if (role === 'kustomization') return this.kustomization(piece, value)
    return this.value(piece, value, [])
  }

  /** The places of the maps that were put together, the earlier first; empty where none was marked. */
  mapsOf(value: Json | undefined): readonly Marked[] {
    if (!isMap(value)) return []
    return Object.keys(value)
      .flatMap((key) => (this.isKey(key) ? Number(key.slice(this.word.length, -1)) : []))
      .sort((a, b) => a - b)
      .flatMap((id) => this.all[id] ?? [])
  }

  private isKey(key: string): boolean {
    return key.startsWith(this.word)
  }

  scalar(value: Json | undefined): Unmarked {
    const text = String(value)
    // A number may come out as the text that it was marked as.
    const counted = /^\d+$/.test(text) ? this.all[Number(text) - FIRST_NUMBER] : undefined
    if (counted !== undefined) return { text: String(counted.value), marks: [counted] }
    const marks = [...text.matchAll(this.pattern)].flatMap(([, id]) => this.all[Number(id)] ?? [])
    return { text: text.replace(this.pattern, ''), marks }
  }

  /** The marks of all scalars and maps below a value. */
  below(value: Json | undefined): readonly Marked[] {
    if (Array.isArray(value)) return listOf(value).flatMap((item) => this.below(item))
    if (!isMap(value)) return this.scalar(value).marks
    return [
      ...this.mapsOf(value),
      ...Object.entries(value).flatMap(([key, item]) => (this.isKey(key) ? [] : this.below(item))),
    ]
  }

  private value(piece: Piece, value: Json, path: Path): Json {
    if (Array.isArray(value)) return (value as readonly Json[]).map((item, i) => this.value(piece, item, [...path, i]))
    if (!isMap(value)) return this.leaf(piece, value, path)
    // A directive of a strategic merge is for kustomize alone.
    if (value['$patch'] === 'delete') return value
    const entries = Object.entries(value).map(([key, child]): [string, Json] => [
      key,
      isKept(path, key) ? child : this.value(piece, child, [...path, key]),
    ])
    return Object.fromEntries([...entries, [`${this.word}${this.add(piece, path, value)}_`, '']])
  }

  private leaf(piece: Piece, value: Json, path: Path): Json {
    if (value === null) return null
    const mark = `${this.word}${this.add(piece, path, value)}_`
    const text = String(value)
    // An image without a tag has no other place for it than a tag.
    const isBare = path.at(-1) === 'image' && !/[:@][^/]*$/.test(text)
    return isBare ? `${text}:${mark}` : text + mark
  }

  private number(piece: Piece, value: Json, path: Path): Json {
    return typeof value === 'number' ? FIRST_NUMBER + this.add(piece, path, value) : value
  }

  private operation(piece: Piece, operation: Json, index: number): readonly Json[] {
    if (!isMap(operation)) return [operation]
    // It only stops the build, and what it looks at is marked.
    if (operation['op'] === 'test') return []
    const { value, path } = operation
    const key = typeof path === 'string' ? path.slice(path.lastIndexOf('/') + 1) : ''
    if (value === undefined || (!isMap(value) && isKept([], key))) return [operation]
    return [{ ...operation, value: this.value(piece, value, [index, 'value']) }]
  }

  private kustomization(piece: Piece, value: Json): Json {
    if (!isMap(value)) return value
    const { images, replicas, labels, commonLabels, commonAnnotations } = value
    const texts = (map: Json, path: Path): Json =>
      isMap(map)
        ? Object.fromEntries(Object.entries(map).map(([key, text]) => [key, this.leaf(piece, text, [...path, key])]))
        : map
    const entries = (list: Json, change: (entry: JsonObject, i: number) => Json): Json =>
      Array.isArray(list) ? listOf(list).map((entry, i) => (isMap(entry) ? change(entry, i) : entry)) : list
    const fields: Record<string, Json> = { ...value }
    if (images !== undefined) {
      fields['images'] = entries(images, (entry, i) => ({
        ...entry,
        ...Object.fromEntries(
          ['newName', 'newTag', 'digest']
            .filter((key) => (entry[key] ?? null) !== null)
            .map((key) => [key, this.leaf(piece, entry[key] ?? null, ['images', i, key])]),
        ),
      }))
    }
    if (replicas !== undefined) {
      fields['replicas'] = entries(replicas, (entry, i) =>
        'count' in entry
          ? { ...entry, count: this.number(piece, entry['count'] ?? null, ['replicas', i, 'count']) }
          : entry,
      )
    }
    if (labels !== undefined) {
      fields['labels'] = entries(labels, (entry, i) =>
        'pairs' in entry ? { ...entry, pairs: texts(entry['pairs'] ?? null, ['labels', i, 'pairs']) } : entry,
      )
    }
    if (commonLabels !== undefined) fields['commonLabels'] = texts(commonLabels, ['commonLabels'])
    if (commonAnnotations !== undefined) fields['commonAnnotations'] = texts(commonAnnotations, ['commonAnnotations'])
    return fields
  }

  private add(piece: Piece, path: Path, value: Json): number {
    const { file, document, within } = piece
    const written: Written =
      within === null
        ? { file, document, path, within: null }
        : { file, document, path: within.path, within: { document: within.document, path } }
    return this.all.push({ written, piece, path, value }) - 1
  }
}

/**
 * What kustomize itself reads has to stay: identities, what list items are merged by, references between objects, labels
 * that patches select by. A value that is kept is looked up in the map that holds it.
 */
function isKept(path: Path, key: string): boolean {
  // Objects stand in a List, too.
  const own = path[0] === 'items' ? path.slice(2) : path
  if (own.length === 1 && own[0] === 'metadata') return true
  return KEPT.has(key) || /name$/i.test(key) || key.startsWith('$')
}

const KEPT = new Set([
  'kind',
  'apiVersion',
  'apiGroup',
  'namespace',
  'containerPort',
  'port',
  'protocol',
  'mountPath',
  'devicePath',
  'ip',
  'topologyKey',
  'uid',
])
