/**
 * OSCAL assessment results, version 1.2.1: an export for tools of auditors. It says which controls were looked at, what
 * was observed, and where a control is not satisfied; that one is satisfied it never says, for no gate can know.
 */
import { jsonText, plain } from './escape.js'
import type { ControlResult, Report } from './report.js'
import { count, countsLine, coverage, headline, nameOf } from './words.js'

export interface OscalOptions {
  /** Ringfence's own version. */
  readonly version: string
  /** When the gate ran: a date and time with its zone, RFC 3339. */
  readonly now: string
  /** A new UUID at every call. */
  readonly uuid: () => string
}

/** Findings told in one observation; the rest is counted. */
const TOLD = 50

export function oscal(report: Report, { version, now, uuid }: OscalOptions): string {
  const assessed = report.controls.filter(({ status }) => status === 'gap' || status === 'evidence')
  const observed = assessed.map((control) => ({ control, observation: observation(control, report, uuid(), now) }))
  const gaps = observed.filter(({ control }) => control.status === 'gap')
  return jsonText({
    'assessment-results': {
      uuid: uuid(),
      metadata: {
        title: 'Ringfence: Kubernetes manifests',
        'last-modified': now,
        version: now,
        'oscal-version': '1.2.1',
        remarks:
          `Ringfence ${version}. ${report.frameworks.map(({ title, disclaimer }) => `${title}: ${disclaimer.trim()}`).join(' ')}`.trim(),
      },
      // There is no assessment plan to point at; the model asks for a reference nevertheless.
      'import-ap': { href: '#', remarks: 'The policies of Ringfence, mapped to controls by their own metadata.' },
      results: [
        {
          uuid: uuid(),
          title: plain(`${report.outcome === 'pass' ? 'Pass' : 'Fail'}: ${headline(report)}`),
          description: plain(`Judged ${coverage(report.judged)}. ${countsLine(report)}.`),
          start: now,
          props: [
            { name: 'outcome', ns: NAMESPACE, value: report.outcome },
            { name: 'stage', ns: NAMESPACE, value: String(report.stage) },
          ],
          'reviewed-controls': {
            ...(report.unjudged.length === 0
              ? {}
              : {
                  remarks: `${count(report.unjudged.length, 'item')} could not be judged: evidence covers only what was.`,
                }),
            'control-selections': selections(report, assessed),
          },
          ...(observed.length === 0 ? {} : { observations: observed.map((item) => item.observation) }),
          ...(gaps.length === 0
            ? {}
            : { findings: gaps.map(({ control, observation }) => finding(control, observation.uuid, uuid())) }),
        },
      ],
    },
  })
}

/** Ours: no name that resolves, as OSCAL asks of an organisation's own properties. */
const NAMESPACE = 'urn:ringfence:oscal'

/** One selection a framework: control identifiers alone do not say whose they are. */
function selections(report: Report, assessed: readonly ControlResult[]): readonly object[] {
  const chosen = report.frameworks.flatMap(({ id, title, version }) => {
    const own = assessed.filter(({ framework }) => framework === id)
    if (own.length === 0) return []
    return [
      {
        description: plain(`${title} (${version})`),
        'include-controls': own.map((control) => ({ 'control-id': token(control) })),
      },
    ]
  })
  // A selection there must be; this one selects nothing.
  return chosen.length > 0 ? chosen : [{ description: 'No control was exercised.' }]
}

interface Observation {
  readonly uuid: string
}

function observation(control: ControlResult, report: Report, uuid: string, now: string): Observation {
  const found = report.findings.filter(({ controls }) =>
    controls.some(({ framework, id }) => framework === control.framework && id === control.id),
  )
  const told = found
    .slice(0, TOLD)
    .map(
      ({ location, resource, message, policy, status }) =>
        `${location.file}:${location.line}: ${nameOf(resource)}: ${message} (${policy}, ${status})`,
    )
  const rest = found.length - told.length
  const observation = {
    uuid,
    title: plain(`${control.id} ${control.title}`),
    description: plain(
      `${count(control.policies, 'policy', 'policies')} in force: ${count(control.findings, 'finding')}${control.unknowns > 0 ? `, ${control.unknowns} could not be told` : ''}.`,
    ),
    props: [
      { name: 'framework', ns: NAMESPACE, value: control.framework },
      { name: 'control', ns: NAMESPACE, value: control.id },
      { name: 'status', ns: NAMESPACE, value: control.status },
    ],
    methods: ['TEST'],
    types: [control.status === 'gap' ? 'discovery' : 'control-objective'],
    ...(told.length === 0 ? {} : { 'relevant-evidence': told.map((text) => ({ description: plain(text) })) }),
    collected: now,
    ...(rest > 0 ? { remarks: `${count(rest, 'finding')} more in the report in JSON.` } : {}),
  }
  return observation
}

function finding(control: ControlResult, observation: string, uuid: string): object {
  return {
    uuid,
    title: plain(`Gap: ${control.id} ${control.title}`),
    description: plain(
      `${count(control.findings, 'finding')} of policies that map to this control${control.unknowns > 0 ? `, ${control.unknowns} could not be told` : ''}.`,
    ),
    target: { type: 'objective-id', 'target-id': token(control), status: { state: 'not-satisfied', reason: 'fail' } },
    'related-observations': [{ 'observation-uuid': observation }],
  }
}

/** OSCAL's token: `iso-27001-2022_A.8.2`, `gdpr_Art.32-1-b`. */
const token = ({ framework, id }: ControlResult): string =>
  `${framework}_${id}`
    .replace(/\. +/g, '.')
    .replace(/[^\p{L}\p{N}.\-_]+/gu, '-')
    .replace(/-+$/, '')
