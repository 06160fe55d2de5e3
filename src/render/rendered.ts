/** What sources give when they are rendered, and what is told of those that cannot be. */
import type { Document, Environment, Tree, Unjudged } from '../model.js'

export interface Rendered {
  readonly documents: readonly Document[]
  readonly unjudged: readonly Unjudged[]
  /** All documents of charts that put out something else when they are rendered at another moment: `Origin.moment` is set. */
  readonly otherwise: readonly Document[]
  /** What a reader should know of renders that depend on the moment. */
  readonly notes: readonly string[]
  /** One a plain file, one an environment of a chart, one a kustomization. */
  readonly renders: number
  /** Chart → in how many of its environments it could not be rendered. */
  readonly failed: ReadonlyMap<string, number>
  /** Charts that refuse their own values: their trial values stand in for these. */
  readonly refused: ReadonlySet<string>
  /** Tree paths that a render read or a document came from. What is not among them was not reached. */
  readonly reached: ReadonlySet<string>
}

export const NOTHING: Rendered = {
  documents: [],
  unjudged: [],
  otherwise: [],
  notes: [],
  renders: 0,
  failed: new Map(),
  refused: new Set(),
  reached: new Set(),
}

/** What several sources gave, as one. */
export function joinedRenders(parts: readonly Rendered[]): Rendered {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const failed = new Map<string, number>()
  const [notes, refused, reached] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (const part of parts) {
    for (const [key, n] of part.failed) failed.set(key, (failed.get(key) ?? 0) + n)
    part.notes.forEach((note) => notes.add(note))
    part.refused.forEach((chart) => refused.add(chart))
    part.reached.forEach((path) => reached.add(path))
  }
  return {
    documents: parts.flatMap((part) => part.documents),
    unjudged: parts.flatMap((part) => part.unjudged),
    otherwise: parts.flatMap((part) => part.otherwise),
    notes: [...notes],
    renders: parts.reduce((sum, part) => sum + part.renders, 0),
    failed,
    refused,
    reached,
  }
}

/**
 * The line of the entry that an error is about, where the engine names the entry but no line: the first list item, or
 * `name:` of one, whose value the message quotes as a word.
 */
export function entryNamedIn(tree: Tree, file: string, message: string): number | null {
  const bytes = tree.read(file)
  if (bytes === null) return null
  const named = new Set(message.split(/[\s'"`,:()]+/))
  const lines = new TextDecoder().decode(bytes).split('\n')
  const index = lines.findIndex((line) => {
    const [, value] = /^\s*-\s+(?:name:\s*)?["']?([^\s"'#]+)["']?\s*(?:#.*)?$/.exec(line) ?? []
    return value !== undefined && named.has(value)
  })
  return index === -1 ? null : index + 1
}

export function unjudged(
  file: string,
  line: number | null,
  reason: string,
  source: string,
  environment: Environment,
): Unjudged {
  return {
    file,
    line,
    reason,
    policy: null,
    source,
    environments: environment.label === null ? [] : [environment.label],
  }
}
