/** From a finding to the edits that might mend it: where its location says that the value is written, or decided. */
import { fingerprintOf } from '../decide/fingerprint.js'
import { groupBy } from '../decide/group.js'
import type { KeyPlace, Located, Location, ValuesKey } from '../locate/locate.js'
import { valueIn, type Sources, type Written } from '../locate/written.js'
import type { Finding, Tree } from '../model.js'
import { valueAt } from '../parse/json.js'
import { changeOf, removed, type Change } from './change.js'
import { Stream } from './place.js'
import { withEdits, type TextEdit } from './edit.js'

/** One edit, and the findings that it is to mend: one in several environments, or of all that a base is built into. */
export interface Remedy {
  /** Equal for equal edits. */
  readonly key: string
  readonly file: string
  readonly edit: Edit
  readonly findings: readonly Finding[]
}

/** A change of a YAML document, or other text for a part of a template's line. */
type Edit =
  | { readonly kind: 'value'; readonly written: Written; readonly change: Change }
  | { readonly kind: 'text'; readonly at: TextEdit; readonly was: string }

type Option = Pick<Remedy, 'file' | 'edit'>

/**
 * The edits that might mend a finding, the best first; none where its policy knows no mechanical remedy, or where no one
 * place is known.
 */
export function optionsOf(tree: Tree, sources: Sources, finding: Finding, located: Located): readonly Option[] {
  const change = changeOf(finding.fix)
  if (change === null) return []
  const { written, keys, literal } = located
  const present = valueAt(finding.resource.object as never, finding.path) != null
  const isExact = located.location.precision === 'exact'
  if (written !== null) {
    // What several places put together is no one place's to change, and what a patch takes away another one's to give.
    if (present !== isExact || ('remove' in change && !present)) return []
    return [valueOption(sources, written, change, true)]
  }
  const inValues = keys.flatMap((key) =>
    isWhole(key) ? placesOf(key).map((place) => keyOption(sources, place, change)) : [],
  )
  if (finding.resource.origin.vendored !== null) return inValues
  const inTemplate = present
    ? literal && isExact
      ? literalOption(tree, located, change)
      : null
    : insertOption(tree, finding, located, change)
  return inTemplate === null ? inValues : [...inValues.slice(0, 2), inTemplate]
}

/** The key says the whole of the field, and not a part of its text. */
const isWhole = ({ tier, part }: ValuesKey): boolean => (tier === 'value' || tier === 'settable at') && part === ''

/** A key that no file sets is set for all environments at once, where that changes nothing else. */
const placesOf = (key: ValuesKey): readonly KeyPlace[] =>
  (key.everywhere === null || key.everywhere.file === key.file ? [key] : [key.everywhere, key]).filter(
    ({ document }) => document !== null,
  )

function keyOption(sources: Sources, { file, path, exists, document }: KeyPlace, change: Change): Option {
  const written = { file, document: document ?? 0, path, within: null }
  // A key that another layer sets cannot be taken away here.
  const own = 'remove' in change && !exists ? { set: null } : change
  // Templates may count on a map that is empty.
  return valueOption(sources, written, own, false)
}

function valueOption(sources: Sources, written: Written, change: Change, prunes: boolean): Option {
  if (!prunes || !('remove' in change)) return { file: written.file, edit: { kind: 'value', written, change } }
  const { within } = written
  const root = within === null ? { ...written, path: [] } : { ...written, within: { ...within, path: [] } }
  const document = valueIn(sources, root) ?? null
  const shorter =
    within === null
      ? { ...written, path: removed(document, written.path) }
      : { ...written, within: { ...within, path: removed(document, within.path) } }
  return { file: written.file, edit: { kind: 'value', written: shorter, change } }
}

/** A template that says `key: value` in so many words: another value, or the line gone. */
function literalOption(tree: Tree, { location }: Located, change: Change): Option | null {
  const { file, column, endColumn } = location
  const line = lineOf(tree, location)
  if (line === null) return null
  const [from, to] = [line.start + column - 1, line.start + endColumn - 1]
  const was = line.text.slice(column - 1, endColumn - 1)
  const pair = /^(["']?[\w./-]+["']?:[ \t]+)(["']?)([^\s"'#{}[\],]+)\2$/.exec(was)
  if (pair === null) return null
  if ('set' in change) {
    if (typeof change.set === 'object') return null
    const put = typeof change.set === 'string' ? JSON.stringify(change.set) : String(change.set)
    return { file, edit: { kind: 'text', was, at: { start: from, end: to, text: `${pair[1]}${put}` } } }
  }
  const isAlone = /^\s*$/.test(line.text.slice(0, column - 1)) && /^\s*(?:#.*)?$/.test(line.text.slice(endColumn - 1))
  return isAlone ? { file, edit: { kind: 'text', was, at: { start: line.start, end: line.next, text: '' } } } : null
}

/**
 * What a template leaves out, under the line that put out what it belongs to: a key that opens a map, or the first key of
 * a list's item. Whether the template's text there is what it seems to be, the render shows.
 */
function insertOption(tree: Tree, { resource, path }: Finding, { location }: Located, change: Change): Option | null {
  const { file, precision } = location
  const line = precision === 'ancestor' ? lineOf(tree, location) : null
  const depth = path.findIndex((_, i) => valueAt(resource.object as never, path.slice(0, i + 1)) == null)
  const missing = path.slice(depth)
  if (line === null || !('set' in change) || depth < 1 || missing.some((step) => typeof step === 'number')) return null
  const [, indent = '', key = '', rest = ''] = /^([ ]*(?:- +)*)([\w./-]+):(.*?)\r?\n?$/.exec(line.text) ?? []
  const opens = /^[ \t]*(?:#.*)?$/.test(rest)
  const isItem = typeof path[depth - 1] === 'number'
  if (key === '' || (isItem ? opens || !indent.trimEnd().endsWith('-') : !opens || key !== path[depth - 1])) return null
  const column = isItem ? indent.length : indent.length + 2
  const eol = line.text.endsWith('\r\n') ? '\r\n' : '\n'
  const lines = missing.map((step, i) => {
    const value = i === missing.length - 1 ? ` ${JSON.stringify(change.set)}` : ''
    return `${' '.repeat(column + 2 * i)}${step}:${value}${eol}`
  })
  return { file, edit: { kind: 'text', was: '', at: { start: line.next, end: line.next, text: lines.join('') } } }
}

/** The line of a location, with its end, and where it and the next begin; null where it is not there, or not one line. */
function lineOf(
  tree: Tree,
  { file, line, endLine }: Location,
): { readonly text: string; readonly start: number; readonly next: number } | null {
  const text = textOf(tree, file)
  if (text === null || line !== endLine) return null
  let start = 0
  for (let n = 1; n < line; n++) {
    const end = text.indexOf('\n', start)
    if (end < 0) return null
    start = end + 1
  }
  const next = text.indexOf('\n', start) + 1
  return next === 0 ? null : { text: text.slice(start, next), start, next }
}

/** Findings by the edit that is the `nth` option of each. */
export function remediesOf(options: ReadonlyMap<Finding, readonly Option[]>, nth: number): readonly Remedy[] {
  const remedies = new Map<string, Option & { readonly key: string; readonly findings: Finding[] }>()
  for (const [finding, all] of options) {
    const option = all[nth]
    if (option === undefined) continue
    const key = JSON.stringify(option)
    const remedy = remedies.get(key) ?? { ...option, key, findings: [] }
    remedy.findings.push(finding)
    remedies.set(key, remedy)
  }
  return [...remedies.values()].sort((a, b) => order(nameOf(a), nameOf(b)))
}

const nameOf = ({ file, findings }: Remedy): string =>
  `${file}\n${findings[0] === undefined ? '' : fingerprintOf(findings[0])}`

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export interface Applied {
  /** File → its text with all edits. */
  readonly texts: ReadonlyMap<string, string>
  /** Remedies that no edit could be made for. */
  readonly impossible: readonly Remedy[]
}

/** All remedies in the tree's files. Values are set first, and items go from the last on, so that paths stay right. */
export function apply(tree: Tree, remedies: readonly Remedy[]): Applied {
  const texts = new Map<string, string>()
  const impossible: Remedy[] = []
  for (const [file, own] of groupBy([...remedies].sort(byTurn), (remedy) => remedy.file)) {
    const before = textOf(tree, file)
    if (before === null) {
      impossible.push(...own)
      continue
    }
    const applied = applyTo(before, own)
    impossible.push(...applied.impossible)
    if (applied.impossible.length < own.length) texts.set(file, applied.text)
  }
  return { texts, impossible }
}

function applyTo(before: string, remedies: readonly Remedy[]) {
  let text = before
  const impossible: Remedy[] = []
  const values = []
  for (const remedy of remedies) {
    const { edit } = remedy
    if (edit.kind === 'value') values.push({ remedy, written: edit.written, change: edit.change })
    else if (says(text, edit)) text = withEdits(text, [edit.at])
    else impossible.push(remedy)
  }
  if (values.length === 0) return { text, impossible }
  const changed = new Stream(text).with(values)
  return { text: changed.text, impossible: [...impossible, ...changed.impossible.map(({ remedy }) => remedy)] }
}

/** Whether a text still says what other text is to stand in place of. */
const says = (text: string, { at, was }: Extract<Edit, { kind: 'text' }>): boolean =>
  text.slice(at.start, at.end).includes(was)

/** The edits of each remedy by itself, in their file's text as it is. */
export function editsOf(text: string, remedies: readonly Remedy[]): readonly (readonly TextEdit[] | null)[] {
  const values = remedies.map(({ edit }) => (edit.kind === 'value' ? edit : null))
  const found = new Stream(text).editsOf(values.filter((edit) => edit !== null))
  const edits = new Map(values.filter((edit) => edit !== null).map((edit, i) => [edit, found[i] ?? null]))
  return remedies.map(({ edit }) =>
    edit.kind === 'value' ? (edits.get(edit) ?? null) : says(text, edit) ? [edit.at] : null,
  )
}

export function textOf(tree: Tree, file: string): string | null {
  const bytes = tree.read(file)
  if (bytes === null) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Text from its end on; then what is set; then what goes, the last item first. */
function byTurn(a: Remedy, b: Remedy): number {
  const turn = ({ edit }: Remedy): number => (edit.kind === 'text' ? 0 : 'set' in edit.change ? 1 : 2)
  if (turn(a) !== turn(b)) return turn(a) - turn(b)
  if (a.edit.kind === 'text' && b.edit.kind === 'text') return b.edit.at.start - a.edit.at.start
  return order(placeKey(b), placeKey(a))
}

/** A path as text that sorts as its numbers do. */
function placeKey({ edit }: Remedy): string {
  if (edit.kind === 'text') return ''
  const { path, within } = edit.written
  const steps = [...path, ...(within?.path ?? [])]
  return steps.map((step) => (typeof step === 'number' ? String(step).padStart(9, '0') : step)).join('\u0000')
}
