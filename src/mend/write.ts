/** Values as text, in the style of the document that they are put into. */
import type { Json } from '../model.js'
import { flowEntry, flowText } from '../parse/flow.js'
import { isMap } from '../parse/json.js'
import type { Node } from '../parse/yaml.js'

const DEFAULT_STEP = 2

/** What a document's own hand is like. */
export class Writer {
  readonly eol: string
  /** Columns that a map's keys stand right of the key above them. */
  readonly step: number
  /** Columns that a list's dashes stand right of the key above them. */
  private readonly dash: number
  private readonly isJson: boolean
  /** Whether lists of plain values stand in brackets. */
  private readonly brackets: boolean

  constructor(
    readonly text: string,
    root: Node,
  ) {
    this.eol = text.includes('\r\n') ? '\r\n' : '\n'
    const found: Found = { steps: new Map(), dashes: new Map(), lists: { flow: 0, block: 0 } }
    look(text, root, -1, found)
    this.step = commonest(found.steps) ?? DEFAULT_STEP
    this.dash = commonest(found.dashes) ?? this.step
    this.isJson = root.style === 'flow' && [...root.entries.values()].every(({ start }) => text[start] === '"')
    this.brackets = found.lists.flow > 0 || found.lists.block === 0
  }

  /** The lines of a key in a map in block style whose keys stand in `column`. */
  entry(key: string, value: Json, column: number): readonly string[] {
    const indent = ' '.repeat(column)
    const head = `${indent}${this.flow(key)}:`
    if (isMap(value) && Object.keys(value).length > 0)
      return [head, ...Object.entries(value).flatMap(([k, v]) => this.entry(k, v, column + this.step))]
    if (Array.isArray(value) && value.length > 0 && !this.brackets)
      return [
        head,
        ...(value as readonly Json[]).map((item) => `${indent}${' '.repeat(this.dash)}- ${this.flow(item)}`),
      ]
    return [`${head} ${this.flow(value)}`]
  }

  /** On one line. */
  flow(value: Json): string {
    return flowText(value, this.isJson)
  }

  flowEntry(key: string, value: Json): string {
    return flowEntry(key, value, this.isJson)
  }

  /** In place of a value of that style. */
  inline(value: Json, style: Node['style']): string {
    if (typeof value !== 'string') return this.flow(value)
    if (style === 'single' && !/[\r\n]/.test(value)) return `'${value.replaceAll("'", "''")}'`
    return style === 'double' ? JSON.stringify(value) : this.flow(value)
  }
}

interface Found {
  readonly steps: Map<number, number>
  readonly dashes: Map<number, number>
  readonly lists: { flow: number; block: number }
}

/** `column`: of the key above; -1 where there is none, or it is not in block style. */
function look(text: string, node: Node, column: number, found: Found): void {
  if (node.target !== null) return
  const own = node.start - (text.lastIndexOf('\n', node.start - 1) + 1)
  if (node.style === 'block' && column >= 0) {
    const counts = node.kind === 'mapping' ? found.steps : found.dashes
    counts.set(own - column, (counts.get(own - column) ?? 0) + 1)
  }
  if (node.kind === 'sequence' && node.entries.size > 0) {
    const isPlainList = [...node.entries.values()].every(({ node: item }) => item.kind === 'scalar')
    if (isPlainList && node.style === 'flow') found.lists.flow++
    else if (isPlainList) found.lists.block++
  }
  for (const { node: child, merged, start } of node.entries.values()) {
    if (merged) continue
    const isUnderKey = node.style === 'block' && node.kind === 'mapping' && start >= 0
    look(text, child, isUnderKey ? own : -1, found)
  }
}

function commonest(counts: ReadonlyMap<number, number>): number | null {
  const [best] = [...counts].filter(([columns]) => columns >= 0).sort(([a, n], [b, m]) => m - n || a - b)
  return best === undefined ? null : best[0]
}
