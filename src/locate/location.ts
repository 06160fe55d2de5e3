/** Places in files, as `locate` gives them. */
import type { positionsOf } from '../parse/yaml.js'
import type { Json, Path } from '../model.js'
import { valueAt } from '../parse/json.js'
import type { KeyTier } from '../render/engines.js'
import type { Written } from './written.js'

export interface Location {
  /** Tree path. */
  readonly file: string
  /** 1-based, as the columns; `endColumn` is one past the last character. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /**
   * `exact`: the value itself. `ancestor`: what it belongs to, because it is absent, or is in no file of the repository.
   * `template`: somewhere in this template. `file`: somewhere in this file.
   */
  readonly precision: 'exact' | 'ancestor' | 'template' | 'file'
}

/**
 * A place that takes part in a location, and how: a key's tier, `call site`, `vendored`, a kustomization's `base`, or
 * `put out here` for what another environment's line is.
 */
export interface RelatedPlace {
  readonly file: string
  readonly line: number
  readonly why: KeyTier | 'call site' | 'vendored' | 'base' | 'put out here'
  /** Of a values key: how it is written with dots, in the root chart's values. */
  readonly key?: string
  /** Of what several environments show, and this place takes part in some of them: their labels. */
  readonly environments?: readonly string[]
}

/** A place in a file that lacks something: steps from what is there to what is not. */
export interface Lack {
  /** Tree path. */
  readonly file: string
  readonly path: Path
}

/** A place of a key in a values file that sets it, or may. */
export interface KeyPlace {
  readonly file: string
  /** The key's path in that file. */
  readonly path: Path
  /** Whether the file sets it. */
  readonly exists: boolean
  /** 0-based, of the file; null where what stands there cannot be edited as a value. */
  readonly document: number | null
  /** The steps of `path` that the file lacks. */
  readonly lacks: Path
  /** The key, else its nearest ancestor in the file. */
  readonly location: Location
}

/** The key of a values file behind a rendered field; it lies in the file that sets it last, else in the one to set it in. */
export interface ValuesKey extends KeyPlace {
  readonly tier: KeyTier
  /** In the root chart's values: those of a subchart are below its name or alias. */
  readonly key: Path
  /** What of the field's text the key gives; '' where that is all. */
  readonly part: string
  /** How many other fields of the same template change with it. */
  readonly others: number
  /** Of a key that no file sets: where it would hold in every environment, and not in this one alone. */
  readonly everywhere: KeyPlace | null
}

/** Where a place in a resource comes from. */
export interface Located {
  /** The line that wrote it: of a manifest, or of the template that put it out. */
  readonly location: Location
  /**
   * Where it is mended, and so where an annotation sits: the values key where the values decide, the parent's values or
   * the dependency for a vendored subchart; else the location.
   */
  readonly annotation: Location
  readonly related: readonly RelatedPlace[]
  /** The values behind it, most telling first; several where the field is put together. */
  readonly keys: readonly ValuesKey[]
  /** The one of them that the annotation is of, or would be if its file had anything of it. */
  readonly deciding: ValuesKey | null
  /** What of the value's path is missing, and where: at the annotation, or in a file that has nothing of it yet. */
  readonly lacks: Lack | null
  /** The template itself says the value: it is mended in the template. */
  readonly literal: boolean
  /** Where an edit of the value belongs in a manifest or a kustomization; null elsewhere, and where no one place is known. */
  readonly written: Written | null
  /** What put it out has read values; false for what the release's name, a file or a function gives. */
  readonly reads: boolean
}

export function wholeFile(file: string): Location {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1, precision: 'file' }
}

/** `firstLine` is the 1-based line of the file where the text begins that `positions` are of. */
export function inText(
  positions: ReturnType<typeof positionsOf>,
  file: string,
  firstLine: number,
  path: Path,
): Location {
  const at = positions(path)
  return {
    file,
    line: at.line + firstLine - 1,
    column: at.column,
    endLine: at.endLine + firstLine - 1,
    endColumn: at.endColumn,
    precision: at.exact ? 'exact' : 'ancestor',
  }
}

/** What is located where it is written, and nothing else takes part. */
export const located = (location: Location): Located => ({
  location,
  annotation: location,
  related: [],
  keys: [],
  deciding: null,
  lacks: null,
  literal: false,
  written: null,
  reads: false,
})

/** The steps of a path from the first that leads nowhere on; null where all of it is there, or a list's item is missing. */
export function lacking(value: Json | undefined, path: Path): Path | null {
  const depth = path.findIndex((_, i) => valueAt(value, path.slice(0, i + 1)) == null)
  const missing = path.slice(depth)
  return depth < 0 || missing.some((step) => typeof step === 'number') ? null : missing
}
