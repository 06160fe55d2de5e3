/** The report for a terminal: what was not judged first, then what blocks, each on its line, and at the end the sum. */
import { clipped, logLine, plain } from './escape.js'
import { columns, framesOf, type Frames, type ReadLines } from './frame.js'
import type {
  ControlResult,
  ControlStatus,
  DeployedElsewhere,
  Location,
  Opening,
  Report,
  UnjudgedVerdict,
  UnknownVerdict,
  Verdict,
} from './report.js'
import {
  additionText,
  configuredBy,
  byReason,
  count,
  countsLine,
  countsOf,
  coverage,
  deploysText,
  elsewhere,
  fixesOf,
  grouped,
  headline,
  isOld,
  knowsLine,
  nameOf,
  nextStages,
  oldUnjudged,
  openUnjudged,
  placeOf,
  portsOpened,
  precisionNote,
  roleOf,
  statusNote,
  told,
  unknownKinds,
  unknownsInOrder,
  waiverReason,
  waiverState,
  waiverSubject,
} from './words.js'
import type { LineGroup } from './words.js'
import { tally } from './controls.js'
import { pendingWords } from './pending.js'

export interface TextOptions {
  readonly colour: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** Shows what does not block, too. */
  readonly verbose: boolean
  readonly source: ReadLines
}

export function text(report: Report, options: TextOptions): string {
  const page: Page = {
    // Longer lines than these are hard to read.
    width: Math.min(Math.max(40, options.width), 120),
    paint: (style, word) => (options.colour && word !== '' ? `\u001b[${STYLES[style]}m${word}\u001b[0m` : word),
    frames: framesOf(options.source),
    verbose: options.verbose,
    explained: new Set(),
  }
  const sections = [
    notes(report, page),
    unjudged(openUnjudged(report), page),
    findings(report.findings, page),
    unknowns(report.unknowns, page),
    opened(report.opened ?? [], page),
    deploys(report.deploys, page),
    folded(report, page),
    unjudgedBefore(oldUnjudged(report), page),
    waivers(report, page),
    ignored(report, page),
    summary(report, page),
  ]
  const lines = sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => (i === 0 ? section : ['', ...section]))
  return `${lines.map(logLine).join('\n')}\n`
}

const STYLES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36', alarm: '1;31', good: '1;32' }

interface Page {
  readonly width: number
  readonly paint: (style: keyof typeof STYLES, word: string) => string
  readonly frames: Frames
  readonly verbose: boolean
  /** Policies with the remedies that were told: once is enough. */
  readonly explained: Set<string>
}

/** Words broken into lines no wider than `width`; a word that is wider is cut across lines. */
function wrap(words: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (let word of plain(words).split(' ')) {
    while (columns(word) > width) {
      if (line !== '') lines.push(line)
      line = ''
      const head = [...word]
        .slice(0, Math.max(1, Math.floor(width / (columns(word) > [...word].length ? 2 : 1))))
        .join('')
      lines.push(head)
      word = word.slice(head.length)
    }
    if (line === '') line = word
    else if (columns(line) + 1 + columns(word) <= width) line = `${line} ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Wrapped words behind a margin; `first` stands in the margin of the first line. */
function block(
  words: string,
  page: Page,
  margin: number,
  first = '',
  style: keyof typeof STYLES | null = null,
): readonly string[] {
  return wrap(words, page.width - margin).map((line, i) => {
    const edge = i === 0 ? first + ' '.repeat(Math.max(0, margin - columns(bare(first)))) : ' '.repeat(margin)
    return edge + (style === null ? line : page.paint(style, line))
  })
}

/** Without the colours that `paint` put in. */
// eslint-disable-next-line no-control-regex
const bare = (painted: string): string => painted.replace(/\u001b\[[\d;]*m/g, '')

function notes(report: Report, page: Page): readonly string[] {
  const { pending } = report
  const changed = pending === undefined ? null : pendingWords(pending)
  return [
    ...(changed === null ? [] : block(changed.title, page, 2, page.paint('yellow', '!'), 'bold')),
    ...(changed?.lines ?? []).flatMap((line) => block(line, page, 4)),
    ...report.configuration.notes.flatMap((note) => block(note, page, 2, page.paint('yellow', '!'))),
  ]
}

/* ------------------------------------------------------------- not judged */

function unjudged(items: readonly UnjudgedVerdict[], page: Page): readonly string[] {
  if (items.length === 0) return []
  const title = page.paint('alarm', `NOT JUDGED (${items.length})`)
  const noteOf = ({ source, file, environments }: UnjudgedVerdict): string => rendering(source, file, environments)
  return [
    title,
    ...alikeIn(items, wordsOfUnjudged, page, isOneCause).flatMap(([item, others]) => [
      '',
      ...place(lineOf(item), noteOf(item), page),
      ...block(toldOnce(item, page), page, 4, `  ${page.paint('red', '✗')}`),
      ...placesOf(
        'and likewise',
        others.map((other) => `${lineOf(other)}  ${noteOf(other)}`),
        page,
        4,
      ),
    ]),
  ]
}

/** The reason, without what helps where that was said before. */
function toldOnce(item: UnjudgedVerdict, page: Page): string {
  const { reason } = item
  const [, what = reason, remedy = null] = /^(.*?[^.])\.? ((?:Run|Vendor it|Render) .*)$/s.exec(reason) ?? []
  if (remedy === null || page.verbose) return reason
  const words = wordsOfUnjudged({ ...item, reason: remedy })
  const isTold = page.explained.has(words)
  page.explained.add(words)
  return isTold ? what : reason
}

const lineOf = ({ file, line }: UnjudgedVerdict): string => (line === null ? file : `${file}:${line}`)

/** What is said of a source, whatever it is called: the same is missing, and the same helps. */
function wordsOfUnjudged({ reason, source, file }: UnjudgedVerdict): string {
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), 0))
  const names = [file, source ?? '', folder].filter((name) => name !== '').toSorted((a, b) => b.length - a.length)
  return names.reduce((words, name) => words.replaceAll(name, '…'), reason).replace(/^[A-Z]\w+ \S+: /, '')
}

const isOneCause = (items: readonly UnjudgedVerdict[]): boolean =>
  items.length >= ALIKE || (items.length > 1 && new Set(items.map(({ file }) => file)).size === 1)

/** Named, and no more: whoever reads this did not touch it. */
function unjudgedBefore(items: readonly UnjudgedVerdict[], page: Page): readonly string[] {
  if (items.length === 0) return []
  return [
    `Not judged in the base either (${items.length})`,
    ...items.flatMap(({ file, line, reason }) =>
      block(`${line === null ? file : `${file}:${line}`}: ${reason}`, page, 4, '  -', 'dim'),
    ),
  ]
}

function rendering(source: string | null, file: string, environments: readonly string[]): string {
  const others = environments.filter((name) => name !== source)
  return [source === null || source === file || source === '' ? '' : source, others.join(', ')]
    .filter((part) => part !== '')
    .join(' · ')
}

/** A place, and what it belongs to. */
function place(at: string, note: string, page: Page): readonly string[] {
  const head = plain(at)
  const rest = plain(note)
  if (rest === '') return [page.paint('bold', head)]
  if (columns(head) + 2 + columns(rest) <= page.width)
    return [`${page.paint('bold', head)}  ${page.paint('dim', rest)}`]
  return [page.paint('bold', head), ...block(note, page, 2, '', 'dim')]
}

/* --------------------------------------------------------------- findings */

function findings(all: readonly Verdict[], page: Page): readonly string[] {
  const shown = page.verbose ? all : all.filter(({ status }) => status === 'blocking')
  const groups = grouped(shown)
  return alikeIn(groups, wordsOf, page).flatMap(([group, others], i) => [
    ...(i === 0 ? [] : ['']),
    ...lineGroup(group, page),
    ...alsoAt(others, page),
  ])
}

/** What is said of a line, where it is one thing: where several things are said of it they stay together. */
function wordsOf({ findings: [only, ...more] }: LineGroup): string | null {
  if (only === undefined || more.length > 0 || only.related.length > 0) return null
  const { policy, message, severity, status, why, fix } = only
  return JSON.stringify([policy, message, severity, status, why, additionText(only), fix?.lines])
}

/** From so many places on, what is said of each in the same words is said once. */
const ALIKE = 4

/** Each in its order, and the others that the same is said of: with the first of them, they are left out by themselves. */
function alikeIn<T extends object>(
  items: readonly T[],
  words: (item: T) => string | null,
  page: Page,
  isEnough: (items: readonly T[]) => boolean = ({ length }) => length >= ALIKE,
): readonly (readonly [T, readonly T[]])[] {
  if (page.verbose) return items.map((item) => [item, []])
  const byWords = new Map<string, T[]>()
  for (const item of items) {
    const key = words(item)
    if (key !== null) byWords.set(key, [...(byWords.get(key) ?? []), item])
  }
  const alike = [...byWords.values()].filter(isEnough)
  const others = new Map(alike.flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, rest] as const])))
  const repeated = new Set([...others.values()].flat())
  return items.filter((item) => !repeated.has(item)).map((item) => [item, others.get(item) ?? []])
}

const MOST_PLACES = 40

function alsoAt(
  places: readonly (Pick<LineGroup, 'location' | 'resource'> & Partial<Pick<LineGroup, 'environments'>>)[],
  page: Page,
): readonly string[] {
  const lines = places.map(({ location, resource, environments = [] }) => {
    const note = [nameOf(resource), environments.join(', ')].filter((part) => part !== '').join(' · ')
    return `${placeOf(location)}  ${note}`
  })
  return placesOf('and in the same words', lines, page, INDENT)
}

function placesOf(what: string, places: readonly string[], page: Page, margin: number): readonly string[] {
  if (places.length === 0) return []
  const rest = places.length - MOST_PLACES
  return [
    ...block(`${what} at ${count(places.length, 'more place', 'more places')}:`, page, margin),
    ...places.slice(0, MOST_PLACES).flatMap((line) => block(line, page, margin + 2, '', 'dim')),
    ...(rest > 0 ? block(`${rest} more; --verbose shows them`, page, margin + 2, '', 'dim') : []),
  ]
}

function lineGroup(group: LineGroup, page: Page): readonly string[] {
  const note = [nameOf(group.resource), group.environments.join(', '), precisionNote(group.location)]
    .filter((part) => part !== '')
    .join(' · ')
  return [
    ...place(clickable(group.location), note, page),
    ...codeFrame(group, page),
    ...group.findings.flatMap((verdict) => finding(verdict, page)),
  ]
}

/** As editors and terminals open it. */
const clickable = (location: Location): string =>
  knowsLine(location) ? `${location.file}:${location.line}:${location.column}` : location.file

function codeFrame({ location }: LineGroup, page: Page): readonly string[] {
  const number = String(location.line)
  const frame = page.frames(location, page.width - number.length - 5)
  if (frame === null) return []
  const code = `  ${page.paint('dim', `${number} │`)} ${frame.before}${frame.marked}${frame.after}`
  // An absent value has no place of its own: a mark under its parent would say that the parent is wrong.
  if (location.precision !== 'exact') return [code]
  const mark = page.paint('red', '^'.repeat(columns(frame.marked)))
  return [code, `  ${page.paint('dim', `${' '.repeat(number.length)} │`)} ${' '.repeat(columns(frame.before))}${mark}`]
}

const SEVERITY_STYLE = { critical: 'alarm', high: 'red', medium: 'yellow', low: 'cyan' } as const

const INDENT = 13

function finding(verdict: Verdict, page: Page): readonly string[] {
  const { severity, status, policy } = verdict
  const blocks = status === 'blocking'
  const label = `  ${blocks ? page.paint('red', '✗') : page.paint('dim', '·')} ${page.paint(blocks ? SEVERITY_STYLE[severity] : 'dim', severity)}`
  const named = verdict.from === undefined ? policy : `${policy} (${verdict.from})`
  const explained = `${named}: ${verdict.remediation}`
  const known = page.explained.has(explained)
  if (blocks) page.explained.add(explained)
  return [
    ...block(verdict.message, page, INDENT, label),
    ...block(known || !blocks ? named : explained, page, INDENT, '', 'dim'),
    ...block(additionText(verdict), page, INDENT, '', 'dim'),
    ...fixesOf(verdict).flatMap(({ title, lines }) => [
      ...block(title, page, INDENT, '', 'dim'),
      ...lines.map((line) => `${' '.repeat(INDENT + 2)}${edited(line, page)}`),
    ]),
    ...block(statusNote(verdict), page, INDENT, '', 'dim'),
    ...elsewhere(verdict).flatMap((place) =>
      block(`see ${place.file}:${place.line} (${roleOf(place)})`, page, INDENT, '', 'dim'),
    ),
  ]
}

/** A line of an edit, cut to the page: its indentation says where it stands. */
function edited(line: string, page: Page): string {
  const shown = clipped(line.replaceAll('\t', '  '), page.width - INDENT - 2)
  return page.paint(line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim', shown)
}

/* --------------------------------------------------------------- unknowns */

function unknowns(all: readonly UnknownVerdict[], page: Page): readonly string[] {
  const shown = unknownsInOrder(all).filter(({ blocking }) => blocking || page.verbose)
  if (shown.length === 0) return []
  return [
    page.paint('yellow', `Could not be told (${shown.length})`),
    ...alikeIn(shown, wordsOfUnknown, page).flatMap(([unknown, others]) => [
      '',
      ...place(clickable(unknown.location), nameOf(unknown.resource), page),
      ...block(
        unknown.message,
        page,
        INDENT,
        `  ${page.paint(unknown.blocking ? 'red' : 'dim', '?')} ${isOld(unknown) ? 'existing' : unknown.blocking ? 'blocks' : 'advises'}`,
      ),
      ...block(unknown.policy, page, INDENT, '', 'dim'),
      ...alsoAt(others, page),
    ]),
  ]
}

const wordsOfUnknown = (unknown: UnknownVerdict): string =>
  JSON.stringify([unknown.policy, unknown.message, unknown.blocking, isOld(unknown)])

/* ---------------------------------------------------- deployed from elsewhere */

const MOST_DEPLOYS = 12

const MOST_OPENINGS = 10

function opened(all: readonly Opening[], page: Page): readonly string[] {
  if (all.length === 0) return []
  const shown = page.verbose ? all : all.slice(0, MOST_OPENINGS)
  const more = all.length - shown.length
  const lines = shown.map((opening) => {
    const { from, to, before, environments } = opening
    const where = environments.length === 0 ? '' : ` · ${environments.join(', ')}`
    return block(`${from} => ${to} : ${portsOpened(opening)}${where}`, page, 4, before === null ? '  +' : '  ~')
  })
  return [
    page.paint('yellow', `May newly connect (${all.length})`),
    ...lines.flat(),
    ...(more > 0 ? block(`${more} more; --verbose names them`, page, 2, '', 'dim') : []),
  ]
}

function deploys(all: readonly DeployedElsewhere[], page: Page): readonly string[] {
  if (all.length === 0) return []
  const shown = page.verbose ? all : all.slice(0, MOST_DEPLOYS)
  const more = all.length - shown.length
  return [
    page.paint('yellow', `Deploys what was not judged here (${all.length})`),
    ...shown.flatMap((each) => [
      ...place(each.line === null ? each.file : `${each.file}:${each.line}`, nameOf(each.resource), page),
      ...block(deploysText(each), page, 4),
    ]),
    ...(more > 0 ? block(`${more} more; --verbose names them`, page, 2, '', 'dim') : []),
  ]
}

/* ------------------------------------------------------ what does not block */

const FOLDED_POLICIES = 6

/** What does not block, as numbers: one line a reason, with the policies that have most to say. */
function folded(report: Report, page: Page): readonly string[] {
  if (page.verbose) return []
  const advisory = told(report.findings).filter(({ status }) => status === 'advisory')
  const { unknown, blockingUnknown, existingUnknown } = countsOf(report)
  const hidden = unknown - blockingUnknown - existingUnknown
  const title = [
    advisory.length > 0 ? `${count(advisory.length, 'finding')} ${advisory.length === 1 ? 'advises' : 'advise'}` : '',
    hidden > 0 ? `${hidden} could not be told` : '',
  ].filter((part) => part !== '')
  if (title.length === 0) return []
  const doubts = report.unknowns.filter((unknown) => !unknown.blocking && !isOld(unknown))
  const reasons = byReason([...advisory, ...doubts.map(({ policy }) => ({ policy, why: 'it could not be told' }))])
  const lines = reasons.flatMap(({ why, findings, policies }) => {
    const named = policies
      .slice(0, FOLDED_POLICIES)
      .map(({ policy, findings }) => `${policy}${findings > 1 ? ` ×${findings}` : ''}`)
    const more = policies.length > named.length ? [`${policies.length - named.length} more`] : []
    return block(
      `${why === '' ? '' : `${why}: `}${[...named, ...more].join(', ')}`,
      page,
      8,
      `${String(findings).padStart(6)}`,
      'dim',
    )
  })
  return [`${title.join(', ')}; --verbose shows them`, ...lines]
}

/** All of them: what was accepted, by whom and why, is what an auditor asks first. */
function waivers(report: Report, page: Page): readonly string[] {
  if (report.waivers.length === 0) return []
  return [
    `Waivers (${report.waivers.length})`,
    ...report.waivers.flatMap((waiver) => [
      ...block(
        `${waiver.policy ?? 'not judged'}  ${waiverSubject(waiver)}`,
        page,
        2,
        page.paint(waiver.state === 'in force' && !waiver.endsSoon ? 'dim' : 'yellow', '·'),
      ),
      ...block(waiverState(waiver), page, 4, '', waiver.state === 'in force' && !waiver.endsSoon ? 'dim' : 'yellow'),
      ...block(waiverReason(waiver), page, 4, '', 'dim'),
    ]),
  ]
}

function ignored(report: Report, page: Page): readonly string[] {
  if (!page.verbose || report.ignored.length === 0) return []
  return [
    `Left out (${report.ignored.length})`,
    ...report.ignored.flatMap(({ path, reason }) => block(`${path}: ${reason}`, page, 2, '', 'dim')),
  ]
}

/* ---------------------------------------------------------------- summary */

function summary(report: Report, page: Page): readonly string[] {
  const row = (name: string, words: string): readonly string[] =>
    words === '' ? [] : block(words, page, 10, page.paint('dim', name))
  const passes = report.outcome === 'pass'
  const { stage } = report.configuration
  return [
    page.paint('dim', '─'.repeat(page.width)),
    ...row('judged', coverage(report.judged)),
    ...row('unknown', unknownKinds(report.judged)),
    ...row(
      'left out',
      page.verbose || report.ignored.length === 0 ? '' : `${count(report.ignored.length, 'path')}; --verbose says why`,
    ),
    ...row('findings', countsLine(report)),
    ...row('next', nextStages(report)),
    ...controls(report, page),
    ...block(
      `${headline(report)} (stage ${stage}, ${configuredBy(report)})`,
      page,
      10,
      passes ? page.paint('good', 'PASS') : page.paint('alarm', 'FAIL'),
    ),
  ]
}

const CONTROL_WORDS: readonly (readonly [ControlStatus, (n: number) => string])[] = [
  ['gap', (n) => count(n, 'gap')],
  ['evidence', (n) => `${n} with evidence`],
  ['not-exercised', (n) => `${n} not exercised`],
  ['not-assessable', (n) => `${n} not assessable`],
]

/** A row a framework; with `verbose`, a row a control that has a gap. */
function controls(report: Report, page: Page): readonly string[] {
  return report.frameworks.flatMap(({ id, title }, i) => {
    const numbers = tally(report, id)
    const words = CONTROL_WORDS.flatMap(([status, word]) => (numbers[status] > 0 ? [word(numbers[status])] : []))
    const gaps = page.verbose
      ? report.controls.filter((control) => control.framework === id && control.status === 'gap')
      : []
    return [
      ...block(`${title}: ${words.join(', ')}`, page, 10, page.paint('dim', i === 0 ? 'controls' : '')),
      ...gaps.flatMap((gap) => block(`${gap.id} ${gap.title}: ${gapText(gap)}`, page, 12, '', 'dim')),
    ]
  })
}

/** Why it is a gap: `2 findings, 1 could not be told`. */
function gapText({ findings, unknowns }: ControlResult): string {
  const told = findings > 0 || unknowns === 0 ? [count(findings, 'finding')] : []
  return [...told, ...(unknowns > 0 ? [`${unknowns} could not be told`] : [])].join(', ')
}
