/**
 * The report as one page that needs nothing else: no script, no font, no image, no network. Light and dark as the reader
 * has it; every list is a table with headings, every fold a <details>, and nothing is told by colour alone.
 */
import { html as escape, uriPath } from './escape.js'
import { framesOf, type Frames, type ReadLines } from './frame.js'
import type { ControlResult, ControlStatus, FrameworkInfo, Report, UnjudgedVerdict, Verdict } from './report.js'
import {
  configuredBy,
  SEVERITIES,
  additionOf,
  capital,
  count,
  countsOf,
  coverage,
  deploysText,
  elsewhere,
  fixesOf,
  grouped,
  headline,
  knowsLine,
  nameOf,
  nextStages,
  oldUnjudged,
  openUnjudged,
  placeOf,
  portsOpened,
  precisionNote,
  statusNote,
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

export interface HtmlOptions {
  readonly source: ReadLines
}

const FRAME_WIDTH = 110

export function html(report: Report, { source }: HtmlOptions): string {
  const frames = framesOf(source)
  const passes = report.outcome === 'pass'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Ringfence: ${escape(headline(report))}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="${report.outcome}">
<p class="outcome">${passes ? 'Pass' : 'Fail'}</p>
<h1>${capital(escape(headline(report)))}</h1>
<p>Judged ${escape(coverage(report.judged))}.</p>
</header>
<main>
${[
  numbers(report),
  pending(report),
  notes(report),
  unjudged(report),
  findings(report, 'blocking', frames),
  unknowns(report, 'unknowns'),
  opened(report),
  deploys(report),
  findings(report, 'advisory', frames),
  findings(report, 'existing', frames),
  unknowns(report, 'existing-unknowns'),
  unjudgedBefore(report),
  findings(report, 'waived', frames),
  waivers(report),
  ...report.frameworks.map((framework) => controls(report, framework)),
  coverageTable(report),
]
  .filter((section) => section !== '')
  .join('\n')}
</main>
</body>
</html>
`
}

/* ---------------------------------------------------------------- sections */

function numbers(report: Report): string {
  const counts = countsOf(report)
  const cells: readonly (readonly [string, number, string])[] = [
    ['block', counts.blocking, 'bad'],
    ['advise', counts.advisory, ''],
    ['not judged', counts.unjudged, 'bad'],
    ['could not be told', counts.unknown, ''],
    ['in the base too', counts.existing, ''],
    ['waived', counts.waived, ''],
  ]
  const { stage, file, owns } = report.configuration
  const next = nextStages(report)
  return `<section aria-label="Numbers">
<dl class="numbers">
${cells.map(([name, n, style]) => `<div${n > 0 && style !== '' ? ` class="${style}"` : ''}><dt>${name}</dt><dd>${n}</dd></div>`).join('\n')}
</dl>
<p class="quiet">Stage ${stage}, owner of ${owns === 'app' ? 'the application' : 'the platform'}, ${file === null ? 'no configuration file' : `configured by <code>${escape(configuredBy(report))}</code>`}.${next === '' ? '' : ` Next: ${escape(next)}.`}</p>
</section>`
}

function pending(report: Report): string {
  if (report.pending === undefined) return ''
  const { title, lines } = pendingWords(report.pending)
  return `<section aria-label="Changed rules"><p><strong>${escape(title)}</strong></p><ul class="notes">${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul></section>`
}

function notes(report: Report): string {
  if (report.configuration.notes.length === 0) return ''
  return `<section aria-label="Notes"><ul class="notes">${report.configuration.notes.map((note) => `<li>${escape(note)}</li>`).join('')}</ul></section>`
}

function unjudged(report: Report): string {
  const items = openUnjudged(report)
  if (items.length === 0) return ''
  return section(
    'unjudged',
    `Not judged (${items.length})`,
    `<p>What is in here is unknown.</p>${unjudgedTable(items)}`,
  )
}

function unjudgedBefore(report: Report): string {
  const items = oldUnjudged(report)
  if (items.length === 0) return ''
  return fold('unjudged-before', `${items.length} not judged in the base either`, unjudgedTable(items))
}

function unjudgedTable(items: readonly UnjudgedVerdict[]): string {
  const rows = items.map(
    ({ file, line, reason, environments }) =>
      `<tr><td><code>${escape(line === null ? file : `${file}:${line}`)}</code>${inEnvironments(environments)}</td><td>${escape(reason)}</td></tr>`,
  )
  return table('What could not be judged', ['Where', 'Why'], rows)
}

function waivers(report: Report): string {
  if (report.waivers.length === 0) return ''
  const rows = report.waivers.map(
    (waiver) =>
      `<tr><td><code>${escape(waiver.policy ?? 'not judged')}</code> <code>${escape(waiverSubject(waiver))}</code></td><td>${escape(waiverState(waiver))}</td><td>${escape(waiverReason(waiver))}</td></tr>`,
  )
  return section(
    'waivers',
    `Waivers (${report.waivers.length})`,
    table('What was accepted', ['What', 'State', 'Who and why'], rows),
  )
}

const TITLES = {
  blocking: (n: number) => `${count(n, 'finding')} ${n === 1 ? 'blocks' : 'block'}`,
  advisory: (n: number) => `${count(n, 'finding')} ${n === 1 ? 'advises' : 'advise'}`,
  existing: (n: number) => `${count(n, 'finding')} in the base too`,
  waived: (n: number) => `${count(n, 'finding')} waived`,
}

function findings(report: Report, status: Verdict['status'], frames: Frames): string {
  const found = told(report.findings).filter((finding) => finding.status === status)
  if (found.length === 0) return ''
  const files = new Map<string, LineGroup[]>()
  for (const group of grouped(found)) {
    const known = files.get(group.location.file)
    if (known === undefined) files.set(group.location.file, [group])
    else known.push(group)
  }
  const inner = [...files]
    .map(
      ([file, groups]) =>
        `<h3><code>${escape(file)}</code></h3>\n${groups.map((group) => lineGroup(group, frames)).join('\n')}`,
    )
    .join('\n')
  const title = TITLES[status](found.length)
  return status === 'blocking' ? section(status, title, inner) : fold(status, title, inner)
}

function lineGroup(group: LineGroup, frames: Frames): string {
  const { location, resource, environments } = group
  const note = precisionNote(location)
  const place = knowsLine(location) ? `line ${location.line}: ` : ''
  return `<article>
<h4>${place}${escape(nameOf(resource))}${inEnvironments(environments)}${note === '' ? '' : ` <span class="quiet">${note}</span>`}</h4>
${frame(group, frames)}<ul class="findings">
${group.findings.map(finding).join('\n')}
</ul>
</article>`
}

function frame({ location }: LineGroup, frames: Frames): string {
  const shown = frames(location, FRAME_WIDTH)
  if (shown === null) return ''
  const marked = location.precision === 'exact' ? `<mark>${escape(shown.marked)}</mark>` : escape(shown.marked)
  const text = `${escape(shown.before)}${marked}${escape(shown.after)}`
  return `<pre tabindex="0"><span class="number">${shown.line}</span>${text}</pre>\n`
}

function finding(verdict: Verdict): string {
  const { severity, message, policy, remediation, controls } = verdict
  const note = statusNote(verdict)
  const see = elsewhere(verdict).map(
    (place) => `<code>${escape(`${place.file}:${place.line}`)}</code> (${escape(roleOf(place))})`,
  )
  const evidence = controls.map(({ id }) => id)
  return `<li><span class="severity ${severity}">${severity}</span> ${escape(message)} <code class="policy">${escape(policy)}</code>
<p class="remedy">${escape(remediation)}${additionHtml(verdict)}</p>${fixHtml(verdict)}${note === '' ? '' : `<p class="quiet">${capital(escape(note))}.</p>`}${see.length === 0 ? '' : `<p class="quiet">See ${see.join(', ')}.</p>`}${evidence.length === 0 ? '' : `<p class="quiet">Bears on ${escape(evidence.join(', '))}.</p>`}</li>`
}

function additionHtml(verdict: Verdict): string {
  const addition = verdict.fix === null ? additionOf(verdict) : null
  return addition === null ? '' : ` Add <code>${escape(addition.what)}</code> ${escape(addition.where)}.`
}

const fixHtml = (verdict: Verdict): string =>
  fixesOf(verdict)
    .map(
      ({ title, lines }) =>
        `<p class="quiet">${capital(escape(title))}</p>\n<pre class="edit" tabindex="0">${lines.map(escape).join('\n')}</pre>`,
    )
    .join('')

function opened({ opened = [] }: Report): string {
  if (opened.length === 0) return ''
  const rows = opened.map((opening) => {
    const { from, to, environments } = opening
    const where = environments.length === 0 ? '' : `<br>in ${escape(environments.join(', '))}`
    return `<tr><td><code>${escape(from)}</code></td><td><code>${escape(to)}</code></td><td><code>${escape(portsOpened(opening))}</code>${where}</td></tr>`
  })
  return section(
    'opened',
    `May newly connect (${opened.length})`,
    table('What the change lets talk to what', ['From', 'To', 'Ports'], rows),
  )
}

function deploys({ deploys }: Report): string {
  if (deploys.length === 0) return ''
  const rows = deploys.map((each) => {
    const { file, line, resource } = each
    const where = line === null ? file : `${file}:${line}`
    return `<tr><td><code>${escape(where)}</code><br>${escape(nameOf(resource))}</td><td>${escape(deploysText(each))}</td></tr>`
  })
  return section(
    'deploys',
    `Deploys what was not judged here (${deploys.length})`,
    table('What is deployed from elsewhere', ['Where', 'What'], rows),
  )
}

function unknowns(report: Report, id: 'unknowns' | 'existing-unknowns'): string {
  const isOld = id === 'existing-unknowns'
  const { title, items } = unknownsTold(report, isOld)
  if (items.length === 0) return ''
  const rows = items.map(
    ({ location, resource, message, policy, blocking }) =>
      `<tr><td><code>${escape(placeOf(location))}</code><br>${escape(nameOf(resource))}</td><td>${blocking ? '<strong>blocks</strong> ' : ''}${escape(message)} <code class="policy">${escape(policy)}</code></td></tr>`,
  )
  return fold(
    id,
    title,
    table(isOld ? 'What the base could not tell either' : 'What could not be told', ['Where', 'What'], rows),
  )
}

const STATUS: { readonly [S in ControlStatus]: string } = {
  gap: '✗ gap',
  evidence: '✓ evidence',
  'not-exercised': '– not exercised',
  'not-assessable': 'not assessable',
}

function controls(report: Report, framework: FrameworkInfo): string {
  const { id, title, version, disclaimer } = framework
  const own = report.controls.filter((control) => control.framework === id)
  const counts = tally(report, id)
  const summary = `${title}: ${count(counts.gap, 'gap')}, ${counts.evidence} with evidence, ${counts['not-exercised']} not exercised, ${counts['not-assessable']} not assessable from manifests`
  const assessable = own.filter(({ status }) => status !== 'not-assessable')
  const rest = own.filter(({ status }) => status === 'not-assessable')
  const inner = `<p>${escape(disclaimer.trim())}</p>
${table(`Controls of ${title} that manifests can give evidence for`, ['Control', 'Title', 'Status', 'Policies', 'Findings', 'Mapping'], assessable.map(controlRow))}
<p class="quiet">Mapping: ${escape(legend(report, framework))}.</p>
${rest.length === 0 ? '' : `<p class="quiet">Not assessable from manifests: ${escape(rest.map((control) => `${control.id} ${control.title}`).join('; '))}.</p>`}`
  return fold(uriPath(id), summary, `<p class="quiet">${escape(version)}</p>${inner}`)
}

function controlRow({ id, title, status, policies, findings, unknowns, sources }: ControlResult): string {
  const open = unknowns > 0 ? ` + ${unknowns} unknown` : ''
  return `<tr><th scope="row">${escape(id)}</th><td>${escape(title)}</td><td class="${status}">${STATUS[status]}</td><td class="number">${policies}</td><td class="number">${findings}${open}</td><td>${escape(sources.join(', '))}</td></tr>`
}

/** What was looked at, so that nobody takes silence for a pass. */
function coverageTable(report: Report): string {
  const { judged, ignored } = report
  const rows = ignored.map(
    ({ path, reason }) => `<tr><td><code>${escape(path)}</code></td><td>${escape(reason)}</td></tr>`,
  )
  const inner = [
    `<p>${count(judged.sources, 'source')}, ${count(judged.renders, 'render')}, ${count(judged.environments, 'environment')}, ${count(judged.resources, 'resource')}.</p>`,
    judged.unknownKinds.length === 0
      ? ''
      : `<p>Kinds that no schema and no policy knows: ${escape(unknownKinds(judged))}.</p>`,
    rows.length === 0 ? '' : table('What was left out', ['Path', 'Why'], rows),
  ]
  return fold('coverage', `What was judged, and ${count(ignored.length, 'path')} left out`, inner.join('\n'))
}

/* ------------------------------------------------------------------ pieces */

const section = (
  id: string,
  title: string,
  inner: string,
): string => `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escape(title)}</h2>
${inner}
</section>`

const fold = (id: string, title: string, inner: string): string => `<details id="${id}">
<summary><h2>${escape(title)}</h2></summary>
${inner}
</details>`

function table(caption: string, headings: readonly string[], rows: readonly string[]): string {
  return `<div class="wide" role="region" aria-label="${escape(caption)}" tabindex="0"><table>
<caption class="hidden">${escape(caption)}</caption>
<thead><tr>${headings.map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`
}

const inEnvironments = (environments: readonly string[]): string =>
  environments.length === 0
    ? ''
    : ` <span class="quiet">in ${environments.map((name) => `<code>${escape(name)}</code>`).join(', ')}</span>`

/* ------------------------------------------------------------------- style */

const SEVERITY_COLOURS = {
  critical: ['#8e0b1f', '#ff9aa8'],
  high: ['#a3330b', '#ffb08a'],
  medium: ['#7a5200', '#f2cc60'],
  low: ['#0b5394', '#8cc2ff'],
} as const

const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#1c2127;--quiet:#57606a;--edge:#d0d7de;--soft:#f6f8fa;--bad:#a40e26;--good:#14653a;--mark:#ffe3a3;${SEVERITIES.map((s) => `--${s}:${SEVERITY_COLOURS[s][0]}`).join(';')}}
@media (prefers-color-scheme:dark){:root{--back:#11151a;--text:#e6edf3;--quiet:#9da7b3;--edge:#353d47;--soft:#1a2027;--bad:#ff8b98;--good:#5fd38d;--mark:#6b4e00;${SEVERITIES.map((s) => `--${s}:${SEVERITY_COLOURS[s][1]}`).join(';')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
header,main{max-width:70rem;margin:0 auto;padding:1rem 1.25rem}
header{border-bottom:1px solid var(--edge)}
header p{margin:.25rem 0}
h1{margin:.1rem 0;font-size:1.6rem;line-height:1.25}
h2{font-size:1.2rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1.5rem 0 .25rem;overflow-wrap:anywhere}
h4{font-size:.95rem;margin:0 0 .4rem;overflow-wrap:anywhere}
.outcome{display:inline-block;font-weight:700;text-transform:uppercase;letter-spacing:.06em}
.fail .outcome{color:var(--bad)}.pass .outcome{color:var(--good)}
.quiet{color:var(--quiet);font-weight:400}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
code{overflow-wrap:anywhere}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1rem 0}
.numbers div{display:flex;flex-direction:column-reverse;border:1px solid var(--edge);border-radius:.4rem;padding:.5rem .75rem;background:var(--soft)}
.numbers dt{color:var(--quiet)}.numbers dd{margin:0;font-size:1.5rem;font-weight:700}
.numbers .bad dd{color:var(--bad)}
.notes{border-left:4px solid var(--medium);margin:1rem 0;padding:.25rem 0 .25rem 1.75rem}
article{border:1px solid var(--edge);border-radius:.4rem;padding:.75rem 1rem;margin:.5rem 0}
pre{margin:0 0 .6rem;padding:.4rem .6rem;background:var(--soft);border-radius:.3rem;overflow-x:auto}
pre .number{color:var(--quiet);margin-right:1em;user-select:none}
pre.edit{margin:.2rem 0 .4rem}
mark{background:var(--mark);color:inherit;border-radius:.15rem}
.findings{list-style:none;margin:0;padding:0}
.findings li+li{margin-top:.6rem}
.findings p{margin:.1rem 0 0}
.remedy{color:var(--text)}
.severity{font-weight:700}
${SEVERITIES.map((s) => `.severity.${s}{color:var(--${s})}`).join('')}
.policy{color:var(--quiet)}
details{border-top:1px solid var(--edge);margin-top:.75rem}
summary{cursor:pointer;padding:.75rem 0}
summary h2{display:inline;margin:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--edge);font-weight:400}
thead th{font-weight:700}
td.number{text-align:left;font-variant-numeric:tabular-nums}
th[scope=row]{white-space:nowrap}
td.gap{color:var(--bad);white-space:nowrap}td.evidence{color:var(--good);white-space:nowrap}td.not-exercised{color:var(--quiet);white-space:nowrap}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:2px solid var(--low);outline-offset:2px}
@media print{details>*{display:block}header,main{max-width:none}article{break-inside:avoid}}
`
