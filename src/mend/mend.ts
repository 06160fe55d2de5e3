/**
 * mend: the edits that mend findings, an outer loop over `judge`. An edit is offered once the tree with it has been
 * rendered and judged again: its findings are gone, nothing new is found, and nothing in the render is otherwise than
 * before but the findings' own paths.
 */
import { judge, type Progress, type Rules } from '../gate.js'
import { locatorOf, type LocateEngines } from '../locate/locate.js'
import { Sources } from '../locate/written.js'
import type { Scope } from '../discover/discover.js'
import type { Finding, Judgement, Tree } from '../model.js'
import type { RenderEngines } from '../render/engines.js'
import { changedLines } from '../report/diff.js'
import { changeOf } from './change.js'
import { groupBy } from '../decide/group.js'
import { withEdits, type TextEdit } from './edit.js'
import { apply, editsOf, optionsOf, remediesOf, textOf, type Remedy } from './remedy.js'
import { verify, type Verification } from './verify.js'

/** What is to be mended. */
export interface Patient {
  readonly tree: Tree
  readonly scopes: readonly Scope[]
  /** Of the tree, one a scope. */
  readonly head: readonly Judgement[]
  readonly rules: Rules
  readonly engines: RenderEngines & LocateEngines
  readonly progress: Progress
  /** Which findings are wanted mended; edits that mend them may mend others by the same stroke. */
  readonly isWanted: (finding: Finding) => boolean
  /** Whether there is no time for another round; absent: there always is. */
  readonly isLate?: () => boolean
}

/** A part of a file, 1-based as in locations, and what stands there instead. */
export interface FileEdit {
  readonly line: number
  readonly column: number
  readonly endLine: number
  /** One past the last character. */
  readonly endColumn: number
  readonly text: string
}

/** Edits of one file that mend a finding. */
export interface Fix {
  /** Tree path. */
  readonly file: string
  /** Of the file as it is, without the edits of other fixes. */
  readonly edits: readonly FileEdit[]
  /** The lines that go and come by it, `-` and `+` before them. */
  readonly lines: readonly string[]
}

export interface Mended {
  /** File → its text with all fixes. */
  readonly texts: ReadonlyMap<string, string>
  /** The fix of each finding that one is offered for. */
  readonly fixes: ReadonlyMap<Finding, Fix>
  /** Whether time ran out before all was tried. */
  readonly isUnfinished: boolean
}

/** A finding may be mended in its values, else in its template. */
const MOST_OPTIONS = 3

export async function mend(patient: Patient): Promise<Mended> {
  const { tree, scopes, head, rules, engines, progress, isWanted } = patient
  let isUnfinished = false
  const isLate = (): boolean => (isUnfinished ||= patient.isLate?.() === true)
  if (isLate()) return { texts: new Map(), fixes: new Map(), isUnfinished }
  const findings = head.flatMap((judgement) => judgement.findings)
  const mendable = findings.filter(({ fix }) => changeOf(fix) !== null)
  const sources = new Sources(tree)
  const locate = await locatorOf(
    tree,
    head.flatMap((judgement) => judgement.sources),
    engines,
    mendable.map(({ resource, path, fix }) => {
      const change = changeOf(fix)
      return { resource, path, values: true, wanted: change !== null && 'set' in change ? change.set : null }
    }),
  )
  const options = new Map(mendable.map((finding) => [finding, optionsOf(tree, sources, finding, locate(finding))]))

  let round = 0
  const verified = async (remedies: readonly Remedy[]): Promise<Verification> => {
    progress(`trying ${remedies.length} fixes, round ${++round}`)
    const { texts, impossible } = apply(tree, remedies)
    const encoder = new TextEncoder()
    const edited = tree.with(new Map([...texts].map(([file, text]) => [file, encoder.encode(text)])))
    const after = []
    for (const scope of scopes) after.push(await judge(edited, scope, rules, engines, () => undefined))
    const result = verify(head, after, remedies)
    return impossible.length === 0
      ? result
      : { ...result, holds: false, refuted: new Set([...result.refuted, ...impossible]) }
  }

  let accepted: readonly Remedy[] = []
  for (let nth = 0; nth < MOST_OPTIONS; nth++) {
    const mended = new Set(accepted.flatMap((remedy) => remedy.findings))
    const open = new Map([...options].filter(([finding]) => !mended.has(finding)))
    const remedies = remediesOf(open, nth).filter((remedy) => remedy.findings.some(isWanted))
    if (remedies.length > 0) accepted = await settle(accepted, remedies, verified, isLate)
  }

  return { isUnfinished, texts: apply(tree, accepted).texts, fixes: fixesOf(tree, accepted) }
}

/** Each by itself, in its file as it is. */
function fixesOf(tree: Tree, remedies: readonly Remedy[]): ReadonlyMap<Finding, Fix> {
  const fixes = new Map<Finding, Fix>()
  for (const [file, own] of groupBy(remedies, (remedy) => remedy.file)) {
    const text = textOf(tree, file)
    if (text === null) continue
    const lines = linesIn(text)
    const all = editsOf(text, own)
    for (const [i, remedy] of own.entries()) {
      const edits = all[i] ?? null
      if (edits === null) continue
      const fix = { file, edits: edits.map((edit) => inLines(lines, edit)), lines: linesOf(text, lines, edits) }
      for (const finding of remedy.findings) fixes.set(finding, fix)
    }
  }
  return fixes
}

/**
 * As many candidates as hold together, and with those that are accepted already. All are tried at once; what is refuted by
 * itself goes, and what is left in doubt is halved.
 */
async function settle(
  accepted: readonly Remedy[],
  candidates: readonly Remedy[],
  verified: (remedies: readonly Remedy[]) => Promise<Verification>,
  isLate: () => boolean,
): Promise<readonly Remedy[]> {
  let left = candidates
  for (;;) {
    if (left.length === 0 || isLate()) return accepted
    const together = [...accepted, ...left]
    const { holds, refuted, suspects } = await verified(together)
    if (holds) return together
    const standing = left.filter((remedy) => !refuted.has(remedy))
    if (standing.length < left.length) {
      left = standing
      continue
    }
    if (left.length === 1) return accepted
    const doubtful = left.filter((remedy) => suspects.has(remedy))
    const [first, second] =
      doubtful.length > 0 && doubtful.length < left.length
        ? [left.filter((remedy) => !suspects.has(remedy)), doubtful]
        : [left.slice(0, left.length >> 1), left.slice(left.length >> 1)]
    return settle(await settle(accepted, first, verified, isLate), second, verified, isLate)
  }
}

/** The lines that go and come by edits: of those alone that they touch. */
function linesOf(text: string, starts: readonly number[], edits: readonly TextEdit[]): readonly string[] {
  const first = lineAt(starts, Math.min(...edits.map(({ start }) => start)))
  const last = lineAt(starts, Math.max(...edits.map(({ end }) => end)))
  const [from, to] = [starts[first] ?? 0, starts[last + 1] ?? text.length]
  const here = edits.map((edit) => ({ ...edit, start: edit.start - from, end: edit.end - from }))
  const before = text.slice(from, to)
  return changedLines(before, withEdits(before, here))
}

function inLines(starts: readonly number[], { start, end, text: put }: TextEdit): FileEdit {
  const [from, to] = [lineAt(starts, start), lineAt(starts, end)]
  const columnOf = (offset: number, line: number): number => offset - (starts[line] ?? 0) + 1
  return { line: from + 1, column: columnOf(start, from), endLine: to + 1, endColumn: columnOf(end, to), text: put }
}

/** Where each line begins. */
function linesIn(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The line that an offset lies in, from 0. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low
}
