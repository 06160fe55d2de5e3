/**
 * The report as GitHub's Markdown, for the job summary and for comments. Both have a limit; what does not fit is left
 * out from the end of the least important list, and counted.
 */
import { clipped, code, fenced, html, markdown as prose } from './escape.js'
import type { Picture } from './pictures.js'
import type { ControlResult, ControlStatus, Patch, Report, UnjudgedVerdict, Verdict } from './report.js'
import {
  additionOf,
  configuredBy,
  count,
  countsLine,
  coverage,
  deploysText,
  elsewhere,
  fixesOf,
  grouped,
  headline,
  nameOf,
  nextStages,
  oldUnjudged,
  openUnjudged,
  order,
  placeOf,
  portsOpened,
  precisionNote,
  rankOf,
  roleOf,
  unknownKinds,
  told,
  unknownsTold,
  waiverReason,
  waiverState,
  waiverSubject,
} from './words.js'
import type { LineGroup } from './words.js'
import { legend, tally } from './controls.js'
import { pendingWords } from './pending.js'

export interface MarkdownOptions {
  /** Bytes: 1 MiB for a job summary, 65,536 characters for a comment. */
  readonly budget: number
  /** The URL where a line of the repository can be looked at, made with `uriPath`; null: nowhere. */
  readonly link: (file: string, line: number) => string | null
  /** The URL of a page that has all of it; absent: there is none. */
  readonly whole?: string | null
  /** Fixes that were tried. */
  readonly patches?: readonly Patch[]
  /** Who may talk to whom. */
  readonly pictures?: readonly Picture[]
}

export function markdown(report: Report, options: MarkdownOptions): string {
  const { link, patches = [], pictures = [] } = options
  const parts = [
    top(report),
    pending(report),
    unjudged(report, link),
    findings(report, 'blocking', link),
    remedies(report),
    fixes(patches, link),
    unknowns(report, link, false),
    opened(report),
    connections(pictures),
    deploys(report, link),
    findings(report, 'advisory', link),
    findings(report, 'existing', link),
    unknowns(report, link, true),
    unjudgedBefore(report, link),
    findings(report, 'waived', link),
    waivers(report),
    ...controls(report),
    ignored(report),
  ].filter((part) => part !== null)
  return fitted(parts, options)
}

/* ------------------------------------------------------------------ budget */

/** A piece of the page. Only its rows may be left out. */
interface Part {
  readonly head: readonly string[]
  readonly rows: readonly string[]
  readonly tail: readonly string[]
}

/** The rows of the first parts are kept first; a number in place of the rest. */
function fitted(parts: readonly Part[], { budget, whole }: MarkdownOptions): string {
  const notice = (left: number): readonly string[] => [
    '',
    `*${count(left, 'row')} left out here, for GitHub's limit on length. The ${whole == null ? 'report' : `[report](${whole})`} in JSON has them all.*`,
  ]
  const fixed =
    bytes(parts.flatMap(({ head, tail }) => [...head, ...tail, '']).join('\n')) +
    parts.length * (bytes(notice(1_000_000).join('\n')) + 2)
  let room = budget - fixed
  const lines = parts.flatMap(({ head, rows, tail }) => {
    let kept = 0
    for (const row of rows) {
      const size = bytes(row) + 1
      if (size > room) break
      room -= size
      kept++
    }
    // Nothing smaller may take the room of what was more important.
    if (kept < rows.length) room = 0
    return [...head, ...rows.slice(0, kept), ...(kept < rows.length ? notice(rows.length - kept) : []), ...tail, '']
  })
  return `${lines.join('\n').trimEnd()}\n`
}

const encoder = new TextEncoder()

const bytes = (text: string): number => encoder.encode(text).length

/* ------------------------------------------------------------------- parts */

/** Characters of one text in a cell. */
const CELL = 500

type Link = MarkdownOptions['link']

function top(report: Report): Part {
  const { stage, file, notes } = report.configuration
  const next = nextStages(report)
  return {
    head: [
      `## ${report.outcome === 'pass' ? '✅' : '❌'} Ringfence: ${headline(report)}`,
      '',
      // A summary runs lines together, and a comment does not: a backslash is one break in both.
      [
        `Judged ${coverage(report.judged)}.`,
        `${countsLine(report)}; stage ${stage}, ${file === null ? 'no configuration file' : code(configuredBy(report))}.`,
        ...(next === '' ? [] : [`Next: ${next}.`]),
        ...(report.judged.unknownKinds.length === 0
          ? []
          : [`Unknown kinds: ${code(clipped(unknownKinds(report.judged), CELL))}.`]),
      ].join('\\\n'),
      ...(notes.length === 0 ? [] : ['']),
    ],
    rows: notes.map((note) => `- ⚠️ ${prose(clipped(note, CELL))}`),
    tail: [],
  }
}

function pending(report: Report): Part | null {
  if (report.pending === undefined) return null
  const { title, lines } = pendingWords(report.pending)
  return {
    head: [`### ⚠️ ${prose(clipped(title, CELL))}`, ''],
    rows: lines.map((line) => `- ${prose(clipped(line, CELL))}`),
    tail: [],
  }
}

function unjudged(report: Report, link: Link): Part | null {
  const items = openUnjudged(report)
  if (items.length === 0) return null
  return {
    head: [`### Not judged (${items.length})`, '', 'What is in here is unknown.', '', ...UNJUDGED],
    rows: items.map((item) => unjudgedRow(item, link)),
    tail: [],
  }
}

function unjudgedBefore(report: Report, link: Link): Part | null {
  const items = oldUnjudged(report)
  if (items.length === 0) return null
  return folded(
    `${items.length} not judged in the base either`,
    UNJUDGED,
    items.map((item) => unjudgedRow(item, link)),
  )
}

const UNJUDGED = ['| Where | Why |', '|---|---|']

function unjudgedRow({ file, line, reason, environments }: UnjudgedVerdict, link: Link): string {
  const where = place(file, line ?? 1, line === null ? file : `${file}:${line}`, link)
  return `| ${where}${named(environments)} | ${prose(clipped(reason, CELL))} |`
}

function waivers(report: Report): Part | null {
  if (report.waivers.length === 0) return null
  return {
    head: [`### Waivers (${report.waivers.length})`, '', '| What | State | Who and why |', '|---|---|---|'],
    rows: report.waivers.map((waiver) => {
      const what = `${waiver.policy === null ? 'not judged' : code(waiver.policy)} ${code(clipped(waiverSubject(waiver), CELL))}`
      return `| ${what} | ${prose(waiverState(waiver))} | ${prose(clipped(waiverReason(waiver), CELL))} |`
    }),
    tail: [],
  }
}

const TITLES = {
  blocking: (n: number) => `${count(n, 'finding')} ${n === 1 ? 'blocks' : 'block'}`,
  advisory: (n: number) => `${count(n, 'finding')} ${n === 1 ? 'advises' : 'advise'}`,
  existing: (n: number) => `${count(n, 'finding')} in the base too`,
  waived: (n: number) => `${count(n, 'finding')} waived`,
}

function findings(report: Report, status: Verdict['status'], link: Link): Part | null {
  const found = told(report.findings).filter((finding) => finding.status === status)
  if (found.length === 0) return null
  const table = {
    head: ['| Where | What |', '|---|---|'],
    // The gravest first: they are the last to be left out.
    rows: grouped(found)
      .toSorted((a, b) => worst(a) - worst(b))
      .map((group) => lineRow(group, link)),
  }
  if (status === 'blocking')
    return { head: [`### ${TITLES[status](found.length)}`, '', ...table.head], rows: table.rows, tail: [] }
  return folded(TITLES[status](found.length), table.head, table.rows)
}

const worst = ({ findings }: LineGroup): number => Math.min(...findings.map(({ severity }) => rankOf(severity)))

/** GitHub reads a table in `<details>` only after an empty line. */
const folded = (
  title: string,
  head: readonly string[],
  rows: readonly string[],
  foot: readonly string[] = [],
): Part => ({
  head: ['<details>', `<summary>${html(title)}</summary>`, '', ...head],
  rows,
  tail: [...foot, '', '</details>'],
})

function lineRow({ location, resource, environments, findings }: LineGroup, link: Link): string {
  const { file, line } = location
  const note = precisionNote(location)
  const where = [
    place(file, line, placeOf(location), link),
    `${code(clipped(nameOf(resource), CELL))}${named(environments)}`,
    ...(note === '' ? [] : [note]),
  ]
  return `| ${where.join('<br>')} | ${findings.map(what).join('<br>')} |`
}

function what(verdict: Verdict): string {
  const { severity, message, policy, why } = verdict
  return [
    `**${severity}** ${prose(clipped(message, CELL))} ${code(policy)}`,
    ...(why === null ? [] : [`(${prose(clipped(why, CELL))})`]),
    ...additionCell(verdict),
    ...elsewhere(verdict)
      .slice(0, 3)
      .map(
        (place) =>
          `(see ${code(clipped(`${place.file}:${place.line}`, CELL))}, ${prose(clipped(roleOf(place), CELL))})`,
      ),
  ].join(' ')
}

/** What to add, or the edit that is offered: a cell of a table has no fenced block. */
function additionCell(verdict: Verdict): readonly string[] {
  const fixes = fixesOf(verdict)
  if (fixes.length > 0)
    return fixes
      .map(({ title, lines }) =>
        [prose(clipped(title, CELL)), ...lines.map((line) => code(clipped(line, CELL)))].join('<br>'),
      )
      .map((text) => `<br>${text}`)
  const addition = additionOf(verdict)
  return addition === null ? [] : [`add ${code(clipped(addition.what, CELL))} ${prose(clipped(addition.where, CELL))}`]
}

function place(file: string, line: number, text: string, link: Link): string {
  const url = link(file, line)
  return url === null ? code(clipped(text, CELL)) : `[${code(clipped(text, CELL))}](${url})`
}

const named = (environments: readonly string[]): string =>
  environments.length === 0 ? '' : ` in ${environments.map((name) => code(clipped(name, CELL))).join(', ')}`

/** How to mend what blocks: each remedy of a policy once. */
function remedies(report: Report): Part | null {
  const blocking = told(report.findings).filter(({ status }) => status === 'blocking')
  const rows = blocking
    .toSorted((a, b) => order(a.policy, b.policy) || order(a.remediation, b.remediation))
    .map(({ policy, remediation }) => `- ${code(policy)}: ${prose(clipped(remediation, CELL))}`)
  if (rows.length === 0) return null
  return folded('How to mend them', [], [...new Set(rows)])
}

/** Lines of a patch that are shown: who wants all of a long one, lets it be made. */
const PATCH_LINES = 30

/** What was tried and mends something, a block each. */
function fixes(patches: readonly Patch[], link: Link): Part | null {
  if (patches.length === 0) return null
  const mended = new Set(patches.flatMap(({ mends }) => mends)).size
  const rows = patches.map(({ file, line, shown, mends }) => {
    const policies = [...new Set(mends.map(({ policy }) => policy))].toSorted(order)
    const more = shown.length - PATCH_LINES
    return [
      `${place(file, line, `${file}:${line}`, link)} ${policies.map((policy) => code(policy)).join(', ')}`,
      '',
      ...fenced(
        'diff',
        shown.slice(0, PATCH_LINES).map((text) => clipped(text, CELL)),
      ),
      ...(more > 0 ? ['', `*and ${count(more, 'line')} more*`] : []),
      '',
    ].join('\n')
  })
  const title = `Fixes of ${count(mended, 'finding')}`
  const how = 'Each was rendered and judged before it is shown here. `ringfence fix` makes them.'
  return folded(title, [how, ''], rows)
}

/** Each is a page of its own to whoever draws it. */
const MOST_PICTURES = 6

function opened({ opened = [] }: Report): Part | null {
  if (opened.length === 0) return null
  return {
    head: [`### May newly connect (${opened.length})`, '', '| From | To | Ports |', '|---|---|---|'],
    rows: opened.map((opening) => {
      const { from, to, environments } = opening
      const cells = [from, to, portsOpened(opening)].map((words) => code(clipped(words, CELL)))
      const where = environments.length === 0 ? '' : ` in ${code(clipped(environments.join(', '), CELL))}`
      return `| ${cells.join(' | ')}${where} |`
    }),
    tail: [],
  }
}

function connections(pictures: readonly Picture[]): Part | null {
  if (pictures.length === 0) return null
  const left = pictures.slice(MOST_PICTURES).length
  return {
    head: ['### Connections', '', 'Everyone may connect to what has a red border.', ''],
    rows: pictures.slice(0, MOST_PICTURES).map(pictured),
    tail: left === 0 ? [] : [`*${count(left, 'picture')} more: \`ringfence connections\` shows all environments.*`],
  }
}

function pictured({ environments, of, drawing }: Picture): string {
  const where = environments.length === 0 ? '' : ` in ${clipped(environments.join(', '), CELL)}`
  const title = of === 'changes' ? `What changes${where}: new in red, gone dashed` : `Who may talk to whom${where}`
  const body =
    drawing === null
      ? ['Too many for a picture: `ringfence connections` lists them.']
      : fenced('mermaid', drawing.trimEnd().split('\n'))
  const open = of === 'changes' ? ' open' : ''
  return [`<details${open}>`, `<summary>${html(title)}</summary>`, '', ...body, '', '</details>', ''].join('\n')
}

function deploys({ deploys }: Report, link: Link): Part | null {
  if (deploys.length === 0) return null
  return {
    head: [`### Deploys what was not judged here (${deploys.length})`, '', '| Where | What |', '|---|---|'],
    rows: deploys.map((each) => {
      const { file, line, resource } = each
      const where = place(file, line ?? 1, line === null ? file : `${file}:${line}`, link)
      return `| ${where}<br>${code(clipped(nameOf(resource), CELL))} | ${prose(clipped(deploysText(each), CELL))} |`
    }),
    tail: [],
  }
}

function unknowns(report: Report, link: Link, old: boolean): Part | null {
  const { title, items } = unknownsTold(report, old)
  if (items.length === 0) return null
  const rows = items.map(({ location, resource, message, policy, blocking }) => {
    const where = `${place(location.file, location.line, placeOf(location), link)}<br>${code(clipped(nameOf(resource), CELL))}`
    return `| ${where} | ${blocking ? '**blocks** ' : ''}${prose(clipped(message, CELL))} ${code(policy)} |`
  })
  return folded(title, ['| Where | What |', '|---|---|'], rows)
}

const STATUS: { readonly [S in ControlStatus]: string } = {
  gap: '❌ gap',
  evidence: '✅ evidence',
  'not-exercised': '➖ not exercised',
  'not-assessable': 'not assessable',
}

function controls(report: Report): readonly Part[] {
  return report.frameworks.map((framework) => {
    const { id, title, version, disclaimer } = framework
    const numbers = tally(report, id)
    const own = report.controls.filter((control) => control.framework === id && control.status !== 'not-assessable')
    const summary = `${title}: ${count(numbers.gap, 'gap')}, ${numbers.evidence} with evidence, ${numbers['not-exercised']} not exercised, ${numbers['not-assessable']} not assessable from manifests`
    const head = [
      `${prose(disclaimer.trim())} (${prose(version)})`,
      '',
      '| Control | | Status | Policies | Findings | Mapping |',
      '|---|---|---|--:|--:|---|',
    ]
    return folded(summary, head, own.map(controlRow), ['', `Mapping: ${prose(legend(report, framework))}.`])
  })
}

function controlRow({ id, title, status, policies, findings, unknowns, sources }: ControlResult): string {
  const open = unknowns > 0 ? ` (+ ${unknowns} unknown)` : ''
  return `| ${prose(id)} | ${prose(title)} | ${STATUS[status]} | ${policies} | ${findings}${open} | ${sources.map(prose).join(', ')} |`
}

function ignored(report: Report): Part | null {
  if (report.ignored.length === 0) return null
  const rows = report.ignored.map(
    ({ path, reason }) => `- ${code(clipped(path, CELL))}: ${prose(clipped(reason, CELL))}`,
  )
  return folded(`${count(report.ignored.length, 'path')} left out`, [], rows)
}
