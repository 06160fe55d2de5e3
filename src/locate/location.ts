/** Places in files, as `locate` gives them. */
import type { positionsOf } from '../parse/yaml.js'
import type { Path } from '../model.js'
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

/** A place that takes part in a location, and how: a key's tier, `call site`, `vendored`, or a kustomization's `base`. */
export interface RelatedPlace {
  readonly file: string
  readonly line: number
  readonly why: KeyTier | 'call site' | 'vendored' | 'base'
  /** Of a values key: how it is written with dots, in the root chart's values. */
  readonly key?: string
}

/** The key of a values file behind a rendered field. */
export interface ValuesKey {
  readonly tier: KeyTier
  /** In the root chart's values: those of a subchart are below its name or alias. */
  readonly key: Path
  /** What of the field's text the key gives; '' where that is all. */
  readonly part: string
  /** How many other fields of the same template change with it. */
  readonly others: number
  /** The values file that sets it last; where none does, the one to set it in. */
  readonly file: string
  /** The key's path in that file. */
  readonly path: Path
  /** Whether the file sets it. */
  readonly exists: boolean
  /** The key, else its nearest ancestor in the file. */
  readonly location: Location
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
  /** The template itself says the value: it is mended in the template. */
  readonly literal: boolean
  /** Of what is written and not rendered from a template: the place of an edit; null where that is not one place. */
  readonly written: Written | null
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
  literal: false,
  written: null,
})
