/**
 * SARIF 2.1.0, within what GitHub's code scanning takes: one run, one-line regions, 25,000 results, 20 tags a rule. The
 * gravest come first, and what does not fit is named in a notification.
 */
import type { Policy, Severity } from '../model.js'
import { jsonText, markdown, plain, uriPath } from './escape.js'
import type { Location, Related, Report, Verdict } from './report.js'
import {
  additionText,
  capital,
  count,
  elsewhere,
  isOld,
  nameOf,
  order,
  pathText,
  rankOf,
  roleOf,
  unknownsInOrder,
} from './words.js'

export interface SarifOptions {
  /** METADATA of the policies: what the rules say. */
  readonly policies: readonly Policy[]
  /** Ringfence's own version. */
  readonly version: string
  /** The working directory in the repository, '' where it is the root. */
  readonly prefix: string
  /** How many results there may be; what GitHub takes where it is absent. */
  readonly limit?: number
}

const LIMIT = 25_000
const TAGS = 20
const RELATED = 100

const UNJUDGED = 'ringfence/unjudged'

/** GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium. */
const SECURITY_SEVERITY: { readonly [S in Severity]: string } = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
}

const LEVEL: { readonly [S in Severity]: string } = { critical: 'error', high: 'error', medium: 'warning', low: 'note' }

interface Result {
  readonly rule: string
  /** The lower, the sooner it is kept. */
  readonly rank: number
  readonly body: object
}

export function sarif(report: Report, { policies, version, prefix, limit = LIMIT }: SarifOptions): string {
  const results = [...unjudged(report, prefix), ...findings(report, prefix), ...unknowns(report, prefix)].toSorted(
    (a, b) => a.rank - b.rank,
  )
  const kept = results.slice(0, limit)
  const rules = rulesOf([...new Set(kept.map(({ rule }) => rule))].toSorted(order), policies)
  const indices = new Map(rules.map(({ id }, index) => [id, index]))
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Ringfence', semanticVersion: version, rules } },
        automationDetails: { id: prefix === '' ? 'ringfence/' : `ringfence/${prefix}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            // Something was not judged: the analysis is not whole, whatever else was found.
            executionSuccessful: report.unjudged.length === 0,
            toolExecutionNotifications: notifications(report, { left: results.length - kept.length, limit }, prefix),
          },
        ],
        results: kept.map(({ rule, body }) => ({ ruleId: rule, ruleIndex: indices.get(rule), ...body })),
      },
    ],
  })
}

function findings(report: Report, prefix: string): readonly Result[] {
  const seen = new Map<string, number>()
  return report.findings.map((finding) => {
    const nth = (seen.get(finding.fingerprint) ?? 0) + 1
    seen.set(finding.fingerprint, nth)
    const blocks = finding.status === 'blocking'
    const others = elsewhere(finding)
    return {
      rule: plain(finding.policy),
      rank: (blocks ? 0 : 10) + rankOf(finding.severity),
      body: {
        // What blocks is an error to whoever reads only levels.
        level: blocks ? 'error' : finding.severity === 'low' ? 'note' : 'warning',
        message: { text: messageOf(finding) },
        locations: [location(finding.annotation, prefix, nameOf(finding.resource), pathText(finding.path))],
        ...(others.length === 0
          ? {}
          : { relatedLocations: others.slice(0, RELATED).map((item, id) => related(item, id, prefix)) }),
        ...fixOf(finding, prefix),
        // GitHub follows an alert over time by the first of them.
        partialFingerprints: {
          primaryLocationLineHash: `${plain(finding.fingerprint)}:${nth}`,
          'ringfence/v1': plain(finding.fingerprint),
        },
        ...(finding.status === 'existing' ? { baselineState: 'unchanged' } : {}),
        ...(finding.status === 'waived'
          ? { suppressions: [{ kind: 'external', status: 'accepted', justification: said(finding.why ?? 'waived') }] }
          : {}),
        properties: {
          status: finding.status,
          stage: finding.stage,
          precision: finding.annotation.precision,
          ...(finding.why === null ? {} : { why: said(finding.why) }),
          environments: finding.environments.map(plain),
        },
      },
    }
  })
}

function messageOf(finding: Verdict): string {
  const where = finding.environments.length === 0 ? '' : ` (${finding.environments.join(', ')})`
  const why = finding.status === 'blocking' || finding.why === null ? '' : ` Not blocking: ${finding.why}.`
  const addition = additionText(finding)
  const toAdd = addition === '' ? '' : ` ${capital(addition)}.`
  return said(`${nameOf(finding.resource)}${where}: ${finding.message}. ${finding.remediation}${toAdd}${why}`)
}

/** What was seen to mend it: all files together are one fix. One that cannot be shown as it is is in the JSON alone. */
function fixOf({ fix }: Verdict, prefix: string): object {
  if (fix === null) return {}
  const files = [fix, ...fix.also]
  const lines = files.flatMap(({ edits }) => edits.flatMap(({ text }) => text.split('\n')))
  if (lines.some((line) => said(line) !== line)) return {}
  const artifactChanges = files.map(({ file, edits }) => ({
    artifactLocation: artifact(file, prefix),
    replacements: edits.map(({ line, column, endLine, endColumn, text }) => ({
      deletedRegion: { startLine: line, startColumn: column, endLine, endColumn },
      insertedContent: { text },
    })),
  }))
  const description = { text: 'Mends this finding and changes nothing else that is rendered.' }
  return { fixes: [{ description, artifactChanges }] }
}

function unknowns(report: Report, prefix: string): readonly Result[] {
  return unknownsInOrder(report.unknowns).map((unknown) => ({
    rule: plain(unknown.policy),
    rank: unknown.blocking ? 5 : 15,
    body: {
      level: unknown.blocking ? 'error' : 'note',
      message: { text: said(`${nameOf(unknown.resource)}: could not be told: ${unknown.message}`) },
      locations: [location(unknown.location, prefix, nameOf(unknown.resource), '')],
      ...(isOld(unknown) ? { baselineState: 'unchanged' } : {}),
      properties: { status: 'unknown', blocking: unknown.blocking },
    },
  }))
}

function unjudged(report: Report, prefix: string): readonly Result[] {
  return report.unjudged.map((item) => ({
    rule: UNJUDGED,
    rank: -1,
    body: {
      level: 'error',
      message: { text: said(`Not judged: ${item.reason}`) },
      locations: [
        { physicalLocation: { artifactLocation: artifact(item.file, prefix), region: { startLine: item.line ?? 1 } } },
      ],
      ...(item.existing === true ? { baselineState: 'unchanged' } : {}),
      properties: { status: 'unjudged', environments: item.environments.map(plain) },
    },
  }))
}

function notifications(
  report: Report,
  { left, limit }: { readonly left: number; readonly limit: number },
  prefix: string,
): readonly object[] {
  const failed = report.unjudged.map((item) => ({
    level: 'error',
    message: { text: said(item.reason) },
    locations: [
      { physicalLocation: { artifactLocation: artifact(item.file, prefix), region: { startLine: item.line ?? 1 } } },
    ],
  }))
  const cut =
    left === 0
      ? []
      : [
          {
            level: 'error',
            message: {
              text: `${count(left, 'result')} left out: GitHub takes ${limit}. The report in JSON has them all.`,
            },
          },
        ]
  return [...failed, ...cut]
}

/** In SARIF `[text](1)` is a link, so the two must not meet. */
const said = (text: string): string => plain(text).replaceAll('](', '] (')

function location(place: Location, prefix: string, resource: string, path: string): object {
  const oneLine = place.endLine === place.line
  return {
    physicalLocation: {
      artifactLocation: artifact(place.file, prefix),
      region: {
        startLine: place.line,
        startColumn: place.column,
        ...(oneLine && place.endColumn > place.column ? { endColumn: place.endColumn } : {}),
      },
    },
    logicalLocations: [
      { fullyQualifiedName: plain(path === '' ? resource : `${resource}: ${path}`), kind: 'resource' },
    ],
  }
}

function related(place: Related, id: number, prefix: string): object {
  return {
    id,
    message: { text: said(roleOf(place)) },
    physicalLocation: { artifactLocation: artifact(place.file, prefix), region: { startLine: place.line } },
  }
}

const artifact = (file: string, prefix: string): object => ({
  uri: uriPath(prefix === '' ? file : `${prefix}/${file}`),
  uriBaseId: '%SRCROOT%',
})

interface Rule {
  readonly id: string
}

function rulesOf(ids: readonly string[], policies: readonly Policy[]): readonly Rule[] {
  const known = new Map(policies.map((policy) => [policy.id, policy]))
  return ids.map((id) => {
    const policy = known.get(id)
    return policy === undefined ? otherRule(id) : ruleOf(policy)
  })
}

function ruleOf(policy: Policy): Rule {
  const { id, title, description, severity, stage, remediation, controls, links } = policy
  const mapped = Object.entries(controls).flatMap(([framework, own]) =>
    Object.keys(own).map((control) => `${framework}/${control}`),
  )
  const rule = {
    id,
    name: nameOfRule(id),
    shortDescription: { text: said(title) },
    fullDescription: { text: said(description) },
    help: {
      text: said(`${description} ${remediation}`),
      markdown: [
        markdown(description),
        '',
        `**Remedy:** ${markdown(remediation)}`,
        '',
        ...(mapped.length === 0 ? [] : [`Gives evidence for: ${mapped.map(markdown).join(', ')}`, '']),
        ...links.map((link) => `- <${encodeURI(link)}>`),
      ]
        .join('\n')
        .trimEnd(),
    },
    ...(links[0] === undefined ? {} : { helpUri: links[0] }),
    defaultConfiguration: { level: LEVEL[severity] },
    properties: {
      tags: ['security', id.split('/')[0] ?? '', `stage-${stage}`, ...mapped].slice(0, TAGS),
      precision: 'high',
      'problem.severity': LEVEL[severity] === 'note' ? 'recommendation' : LEVEL[severity],
      'security-severity': SECURITY_SEVERITY[severity],
    },
  }
  return rule
}

/** What is no policy: the gate's own, or one whose METADATA is not at hand. */
function otherRule(id: string): Rule {
  const rule = {
    id,
    name: nameOfRule(id),
    shortDescription: { text: id === UNJUDGED ? 'Not judged' : said(id) },
    fullDescription: {
      text:
        id === UNJUDGED
          ? 'What could not be read, rendered, understood or evaluated is unknown, so it blocks.'
          : said(id),
    },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['security'], 'security-severity': SECURITY_SEVERITY.high },
  }
  return rule
}

/** `least-privilege/host-path` → `LeastPrivilegeHostPath`. */
const nameOfRule = (id: string): string =>
  id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
