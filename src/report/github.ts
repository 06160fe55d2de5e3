/**
 * Annotations, as workflow commands. GitHub shows ten errors and ten warnings a step and drops the rest without a word,
 * so the gravest come first, what stands on one line is one annotation, and what was left out is counted.
 */
import { clipped, commandData, commandProperty, logLine, plain } from './escape.js'
import type { Location, Report, Verdict } from './report.js'
import { pendingWords } from './pending.js'
import {
  additionText,
  capital,
  count,
  grouped,
  nameOf,
  openUnjudged,
  order,
  rankOf,
  statusNote,
  unknownsTold,
} from './words.js'

/** What GitHub shows of each level in one step. */
const LIMIT = 10

/** Findings told in one annotation, and characters a message: more is unreadable on a diff, and cut by GitHub. */
const FINDINGS = 8
const MESSAGE = 400

interface Annotation {
  readonly level: 'error' | 'warning'
  /** The lower, the graver. */
  readonly rank: number
  /** How many findings it tells. */
  readonly findings: number
  readonly place: Pick<Location, 'file' | 'line'> & Partial<Location>
  readonly title: string
  readonly message: string
}

/**
 * `prefix` is the working directory in the repository: annotations need paths from its root, '' is the root. `whole` is
 * the URL of a page that has all of it.
 */
export function github(report: Report, options: { readonly prefix: string; readonly whole?: string | null }): string {
  const all = [...pending(report), ...unjudged(report), ...findings(report), ...unknowns(report)].toSorted(
    (a, b) => a.rank - b.rank || order(a.place.file, b.place.file) || a.place.line - b.place.line,
  )
  const levels = (['error', 'warning'] as const).map((level) => all.filter((annotation) => annotation.level === level))
  const shown = levels.flatMap((annotations) => annotations.slice(0, LIMIT))
  const left = levels
    .flatMap((annotations) => annotations.slice(LIMIT))
    .reduce((sum, { findings }) => sum + findings, 0)
  const lines = shown.map((annotation) => command(annotation, options.prefix))
  if (left > 0)
    lines.push(
      logLine(
        `${count(left, 'finding')} more without an annotation: GitHub shows ${LIMIT} errors and ${LIMIT} warnings; the report has them all${options.whole == null ? '' : `: ${options.whole}`}`,
      ),
    )
  return lines.map((line) => `${line}\n`).join('')
}

function pending({ pending }: Report): readonly Annotation[] {
  if (pending === undefined) return []
  const { title, lines } = pendingWords(pending)
  const place = { file: pending.file, line: 1 }
  return [
    {
      level: 'warning',
      rank: -2,
      findings: 0,
      place,
      title,
      message: lines.map((l) => clipped(l, MESSAGE)).join('\n'),
    },
  ]
}

function unjudged(report: Report): readonly Annotation[] {
  return openUnjudged(report).map(({ file, line, reason }) => ({
    level: 'error',
    rank: -1,
    findings: 1,
    // Without a line GitHub shows it nowhere on the diff.
    place: { file, line: line ?? 1 },
    title: 'Not judged',
    message: clipped(reason, MESSAGE),
  }))
}

function findings(report: Report): readonly Annotation[] {
  return (['blocking', 'advisory'] as const).flatMap((status) =>
    grouped(report.findings.filter((finding) => finding.status === status)).map((group): Annotation => {
      const [first] = group.findings as [Verdict]
      const rest = group.findings.length - FINDINGS
      return {
        level: status === 'blocking' ? 'error' : 'warning',
        rank: rankOf(first.severity),
        findings: group.findings.length,
        place: group.location,
        title:
          group.findings.length === 1
            ? `${first.policy} (${first.severity})`
            : `${group.findings.length} findings: ${plain(nameOf(group.resource))}`,
        message: [
          ...group.findings.slice(0, FINDINGS).map((finding) => told(finding, group.findings.length === 1)),
          ...(rest > 0 ? [`and ${rest} more`] : []),
        ].join('\n'),
      }
    }),
  )
}

function told(finding: Verdict, alone: boolean): string {
  const message = clipped(finding.message, MESSAGE)
  const addition = additionText(finding)
  const toAdd = addition === '' ? '' : `\n${clipped(capital(addition), MESSAGE)}`
  if (!alone)
    return `${finding.severity}: ${message} (${finding.policy})${addition === '' ? '' : `: ${clipped(addition, MESSAGE)}`}`
  const note = statusNote(finding)
  const why = note === '' ? '' : `\n${clipped(capital(note), MESSAGE)}`
  return `${clipped(nameOf(finding.resource), MESSAGE)}: ${message}\n${clipped(finding.remediation, MESSAGE)}${toAdd}${why}`
}

function unknowns(report: Report): readonly Annotation[] {
  return unknownsTold(report, false).items.map(({ policy, resource, location, message, blocking }) => ({
    level: blocking ? 'error' : 'warning',
    rank: 4,
    findings: 1,
    place: location,
    title: `${policy} (could not be told)`,
    message: `${clipped(nameOf(resource), MESSAGE)}: ${clipped(message, MESSAGE)}`,
  }))
}

function command({ level, place, title, message }: Annotation, prefix: string): string {
  const oneLine = place.endLine === place.line
  const properties = {
    file: plain(prefix === '' ? place.file : `${prefix}/${place.file}`),
    line: String(place.line),
    endLine: place.endLine === undefined ? undefined : String(place.endLine),
    // Columns mean something only within one line.
    col: oneLine && place.precision === 'exact' ? String(place.column) : undefined,
    endColumn: oneLine && place.precision === 'exact' ? String(place.endColumn) : undefined,
    title: clipped(title, 200),
  }
  const written = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${commandProperty(value)}`],
  )
  return `::${level} ${written.join(',')}::${commandData(message)}`
}
