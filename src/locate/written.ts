/** Where values are written: a place in a file that edits and reports can point at. */
import type { Json, Path, Tree } from '../model.js'
import { valueAt } from '../parse/json.js'
import { splitDocuments, type SplitDocument } from '../parse/split.js'
import { nodesOf, parseYaml, positionsOf, type Position } from '../parse/yaml.js'

/** A place in a document of a file. */
export interface Written {
  /** Tree path. */
  readonly file: string
  /** 0-based over the non-empty documents of the file. */
  readonly document: number
  readonly path: Path
  /** Where the value at `path` is itself YAML (a patch inside a kustomization): the place in that. */
  readonly within: { readonly document: number; readonly path: Path } | null
}

/** A place as lines and columns. 1-based; `endColumn` is one past the last character. */
export interface Range {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** False where the path does not exist: then it is the nearest ancestor that does. */
  readonly exact: boolean
}

/** Reads places of a tree; it remembers what it parsed. */
export class Sources {
  private readonly files = new Map<string, readonly Source[]>()
  private readonly read = new Map<string, Map<number, Source>>()

  constructor(private readonly tree: Tree) {}

  /** The documents of a file; none where it is not there or no text. */
  documents(file: string): readonly Source[] {
    const known = this.files.get(file)
    if (known !== undefined) return known
    const bytes = this.tree.read(file)
    const read = bytes === null ? [] : splitDocuments(bytes, file).documents.map((document) => new Source(document))
    this.files.set(file, read)
    return read
  }

  source({ file, document }: Written): Source | null {
    return this.read.get(file)?.get(document) ?? this.documents(file)[document] ?? null
  }

  /** A document that was split off before need not be again. */
  know(file: string, document: number, read: SplitDocument): void {
    if (this.files.has(file)) return
    const known = this.read.get(file) ?? new Map<number, Source>()
    if (known.has(document)) return
    known.set(document, new Source(read))
    this.read.set(file, known)
  }

  /** null where the place is not there any more. */
  range(written: Written): Range | null {
    const source = this.source(written)
    if (source === null) return null
    return written.within === null ? source.range(written.path) : source.rangeWithin(written.path, written.within)
  }
}

/** A document of a file. */
export class Source {
  readonly text: string
  /** 1-based line of the file where it begins. */
  readonly line: number
  private parsed: { readonly value: Json } | null = null
  private positions: ((path: Path) => Position) | null = null
  private readonly inner = new Map<string, readonly Source[]>()

  constructor({ text, line }: SplitDocument) {
    this.text = text
    this.line = line
  }

  /** null where it is malformed. */
  get value(): Json {
    this.parsed ??= parseYaml(this.text)
    return this.parsed.value
  }

  range(path: Path): Range {
    this.positions ??= positionsOf(this.text)
    const at = this.positions(path)
    return { ...at, line: at.line + this.line - 1, endLine: at.endLine + this.line - 1 }
  }

  /** The documents of the YAML that the text at a path holds. */
  within(path: Path): readonly Source[] {
    const key = JSON.stringify(path)
    const known = this.inner.get(key)
    if (known !== undefined) return known
    const value = valueAt(this.value, path)
    const read =
      typeof value === 'string' ? splitDocuments(value).documents.map((document) => new Source(document)) : []
    this.inner.set(key, read)
    return read
  }

  /** Lines are known inside of a literal block (`|`) alone; elsewhere it is the text as a whole, and not exact. */
  rangeWithin(path: Path, { document, path: inner }: { readonly document: number; readonly path: Path }): Range {
    const whole = this.range(path)
    let node = nodesOf(this.text)
    for (const step of path) node = node?.entries.get(String(step))?.node ?? null
    const found = this.within(path)[document]?.range(inner)
    if (node?.style !== 'literal' || node.target !== null || found === undefined) return { ...whole, exact: false }
    const first = this.line + lineBreaks(this.text.slice(0, node.start))
    return {
      line: first + found.line - 1,
      column: found.column + node.indent,
      endLine: first + found.endLine - 1,
      endColumn: found.endColumn + node.indent,
      exact: found.exact,
    }
  }
}

const lineBreaks = (text: string): number => text.split('\n').length - 1

/** What stands at a place; undefined where nothing does. */
export function valueIn(sources: Sources, written: Written): Json | undefined {
  const { path, within } = written
  const source = sources.source(written)
  return within === null
    ? valueAt(source?.value, path)
    : valueAt(source?.within(path)[within.document]?.value, within.path)
}
