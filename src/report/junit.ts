/** JUnit's XML, for systems that show test results: a suite a file, a case a finding, an error what was not judged. */
import { html as xml } from './escape.js'
import type { Report, UnjudgedVerdict, Verdict } from './report.js'
import {
  additionText,
  capital,
  coverage,
  headline,
  nameOf,
  oldUnjudged,
  openUnjudged,
  order,
  statusNote,
  unknownsInOrder,
} from './words.js'

export function junit(report: Report): string {
  const suites = [gate(report), ...files(report)]
  const sum = (key: 'tests' | 'failures' | 'errors' | 'skipped'): number =>
    suites.reduce((n, suite) => n + suite[key], 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ringfence" tests="${sum('tests')}" failures="${sum('failures')}" errors="${sum('errors')}" skipped="${sum('skipped')}">`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n')
}

interface Case {
  readonly classname: string
  readonly name: string
  readonly file?: string
  readonly line?: number
  readonly result: 'passed' | 'failure' | 'error' | 'skipped'
  /** One line. */
  readonly message: string
  /** What stands inside the element, lines. */
  readonly detail: readonly string[]
}

interface Suite {
  readonly name: string
  readonly tests: number
  readonly failures: number
  readonly errors: number
  readonly skipped: number
  readonly cases: readonly Case[]
}

function suiteOf(name: string, cases: readonly Case[]): Suite {
  const having = (result: Case['result']): number => cases.filter((item) => item.result === result).length
  return {
    name,
    cases,
    tests: cases.length,
    failures: having('failure'),
    errors: having('error'),
    skipped: having('skipped'),
  }
}

/** The gate itself: without it a repository with nothing to say would be an empty file, which some readers refuse. */
function gate(report: Report): Suite {
  const unjudgedCase =
    (result: 'error' | 'skipped', prefix: string) =>
    (item: UnjudgedVerdict): Case => ({
      classname: 'ringfence.judged',
      name: item.line === null ? item.file : `${item.file}:${item.line}`,
      file: item.file,
      line: item.line ?? 1,
      result,
      message: `${prefix}${item.reason}`,
      detail: [],
    })
  const unjudged = [
    ...openUnjudged(report).map(unjudgedCase('error', '')),
    ...oldUnjudged(report).map(unjudgedCase('skipped', 'not judged in the base either: ')),
  ]
  const unknown = unknownsInOrder(report.unknowns).map(({ policy, resource, location, message, blocking }): Case => ({
    classname: policy,
    name: `${nameOf(resource)}: ${message}`,
    file: location.file,
    line: location.line,
    result: blocking ? 'failure' : 'skipped',
    message: `could not be told: ${message}`,
    detail: [],
  }))
  const outcome: Case = {
    classname: 'ringfence.outcome',
    name: `judged ${coverage(report.judged)}`,
    result: report.outcome === 'pass' ? 'passed' : 'failure',
    message: headline(report),
    detail: [],
  }
  return suiteOf('ringfence', [outcome, ...unjudged, ...unknown])
}

function files(report: Report): readonly Suite[] {
  const byFile = new Map<string, Verdict[]>()
  for (const finding of report.findings) {
    const group = byFile.get(finding.annotation.file)
    if (group === undefined) byFile.set(finding.annotation.file, [finding])
    else group.push(finding)
  }
  return [...byFile]
    .toSorted(([a], [b]) => order(a, b))
    .map(([file, findings]) =>
      suiteOf(
        file,
        findings
          .toSorted(
            (a, b) => a.annotation.line - b.annotation.line || order(a.policy, b.policy) || order(a.message, b.message),
          )
          .map(caseOf),
      ),
    )
}

function caseOf(finding: Verdict): Case {
  const { annotation, policy, resource, message, severity, status, remediation, environments } = finding
  const addition = additionText(finding)
  return {
    classname: policy,
    name: `${nameOf(resource)}: ${message}`,
    file: annotation.file,
    line: annotation.line,
    result: status === 'blocking' ? 'failure' : 'skipped',
    message: status === 'blocking' ? `${severity}: ${message}` : statusNote(finding),
    detail: [
      `${annotation.file}:${annotation.line}:${annotation.column}`,
      remediation,
      ...(addition === '' ? [] : [capital(addition)]),
      ...(environments.length > 0 ? [`in ${environments.join(', ')}`] : []),
    ],
  }
}

function suiteLines(suite: Suite): readonly string[] {
  const { name, tests, failures, errors, skipped, cases } = suite
  return [
    `  <testsuite name="${xml(name)}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}">`,
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ]
}

function caseLines({ classname, name, file, line, result, message, detail }: Case): readonly string[] {
  const place = file === undefined ? '' : ` file="${xml(file)}" line="${line ?? 1}"`
  const open = `    <testcase classname="${xml(classname)}" name="${xml(name)}"${place}`
  if (result === 'passed') return [`${open}/>`]
  const attributes = result === 'skipped' ? `message="${xml(message)}"` : `message="${xml(message)}" type="${result}"`
  const inner =
    detail.length === 0 || result === 'skipped'
      ? `<${result} ${attributes}/>`
      : `<${result} ${attributes}>${detail.map(xml).join('\n')}</${result}>`
  return [`${open}>`, `      ${inner}`, '    </testcase>']
}
