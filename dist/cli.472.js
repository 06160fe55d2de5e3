export const id = 472;
export const ids = [472];
export const modules = {

/***/ 7472:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  FORMATS: () => (/* binding */ FORMATS)
});

// EXTERNAL MODULE: ./build/src/report/escape.js
var report_escape = __webpack_require__(6209);
// EXTERNAL MODULE: ./build/src/report/pending.js
var report_pending = __webpack_require__(4243);
// EXTERNAL MODULE: ./build/src/report/words.js
var words = __webpack_require__(3629);
;// CONCATENATED MODULE: ./build/src/report/github.js
/**
 * Annotations, as workflow commands. GitHub shows ten errors and ten warnings a step and drops the rest without a word,
 * so the gravest come first, what stands on one line is one annotation, and what was left out is counted.
 */ 


/** What GitHub shows of each level in one step. */ const LIMIT = 10;
/** Findings told in one annotation, and characters a message: more is unreadable on a diff, and cut by GitHub. */ const FINDINGS = 8;
const MESSAGE = 400;
/**
 * `prefix` is the working directory in the repository: annotations need paths from its root, '' is the root. `whole` is
 * the URL of a page that has all of it.
 */ function github(report, options) {
    const all = [
        ...pending(report),
        ...unjudged(report),
        ...findings(report),
        ...unknowns(report)
    ].toSorted((a, b)=>a.rank - b.rank || (0,words/* order */.fq)(a.place.file, b.place.file) || a.place.line - b.place.line);
    const levels = [
        'error',
        'warning'
    ].map((level)=>all.filter((annotation)=>annotation.level === level));
    const shown = levels.flatMap((annotations)=>annotations.slice(0, LIMIT));
    const left = levels.flatMap((annotations)=>annotations.slice(LIMIT)).reduce((sum, { findings })=>sum + findings, 0);
    const lines = shown.map((annotation)=>command(annotation, options.prefix));
    if (left > 0) lines.push((0,report_escape/* logLine */.BP)(`${(0,words/* count */.U9)(left, 'finding')} more without an annotation: GitHub shows ${LIMIT} errors and ${LIMIT} warnings; the report has them all${options.whole == null ? '' : `: ${options.whole}`}`));
    return lines.map((line)=>`${line}\n`).join('');
}
function pending({ pending }) {
    if (pending === undefined) return [];
    const { title, lines } = (0,report_pending/* pendingWords */.p)(pending);
    const place = {
        file: pending.file,
        line: 1
    };
    return [
        {
            level: 'warning',
            rank: -2,
            findings: 0,
            place,
            title,
            message: lines.map((l)=>(0,report_escape/* clipped */.cz)(l, MESSAGE)).join('\n')
        }
    ];
}
function unjudged(report) {
    return (0,words/* openUnjudged */.fe)(report).map(({ file, line, reason })=>({
            level: 'error',
            rank: -1,
            findings: 1,
            // Without a line GitHub shows it nowhere on the diff.
            place: {
                file,
                line: line ?? 1
            },
            title: 'Not judged',
            message: (0,report_escape/* clipped */.cz)(reason, MESSAGE)
        }));
}
function findings(report) {
    return [
        'blocking',
        'advisory'
    ].flatMap((status)=>(0,words/* grouped */.zD)(report.findings.filter((finding)=>finding.status === status)).map((group)=>{
            const [first] = group.findings;
            const rest = group.findings.length - FINDINGS;
            return {
                level: status === 'blocking' ? 'error' : 'warning',
                rank: (0,words/* rankOf */.IQ)(first.severity),
                findings: group.findings.length,
                place: group.location,
                title: group.findings.length === 1 ? `${first.policy} (${first.severity})` : `${group.findings.length} findings: ${(0,report_escape/* plain */.pj)((0,words/* nameOf */.Vb)(group.resource))}`,
                message: [
                    ...group.findings.slice(0, FINDINGS).map((finding)=>told(finding, group.findings.length === 1)),
                    ...rest > 0 ? [
                        `and ${rest} more`
                    ] : []
                ].join('\n')
            };
        }));
}
function told(finding, alone) {
    const message = (0,report_escape/* clipped */.cz)(finding.message, MESSAGE);
    if (!alone) return `${finding.severity}: ${message} (${finding.policy})`;
    const note = (0,words/* statusNote */.bA)(finding);
    const why = note === '' ? '' : `\n${(0,report_escape/* clipped */.cz)(`${note.charAt(0).toUpperCase()}${note.slice(1)}`, MESSAGE)}`;
    return `${(0,report_escape/* clipped */.cz)((0,words/* nameOf */.Vb)(finding.resource), MESSAGE)}: ${message}\n${(0,report_escape/* clipped */.cz)(finding.remediation, MESSAGE)}${why}`;
}
function unknowns(report) {
    return report.unknowns.map(({ policy, resource, location, message, blocking })=>({
            level: blocking ? 'error' : 'warning',
            rank: 4,
            findings: 1,
            place: location,
            title: `${policy} (could not be told)`,
            message: `${(0,report_escape/* clipped */.cz)((0,words/* nameOf */.Vb)(resource), MESSAGE)}: ${(0,report_escape/* clipped */.cz)(message, MESSAGE)}`
        }));
}
function command({ level, place, title, message }, prefix) {
    const oneLine = place.endLine === place.line;
    const properties = {
        file: (0,report_escape/* plain */.pj)(prefix === '' ? place.file : `${prefix}/${place.file}`),
        line: String(place.line),
        endLine: place.endLine === undefined ? undefined : String(place.endLine),
        // Columns mean something only within one line.
        col: oneLine && place.precision === 'exact' ? String(place.column) : undefined,
        endColumn: oneLine && place.precision === 'exact' ? String(place.endColumn) : undefined,
        title: (0,report_escape/* clipped */.cz)(title, 200)
    };
    const written = Object.entries(properties).flatMap(([key, value])=>value === undefined ? [] : [
            `${key}=${(0,report_escape/* commandProperty */.N1)(value)}`
        ]);
    return `::${level} ${written.join(',')}::${(0,report_escape/* commandData */.wq)(message)}`;
}

// EXTERNAL MODULE: ./build/src/report/frame.js
var report_frame = __webpack_require__(3169);
// EXTERNAL MODULE: ./build/src/report/controls.js
var controls = __webpack_require__(9916);
;// CONCATENATED MODULE: ./build/src/report/html.js
/**
 * The report as one page that needs nothing else: no script, no font, no image, no network. Light and dark as the reader
 * has it; every list is a table with headings, every fold a <details>, and nothing is told by colour alone.
 */ 




const FRAME_WIDTH = 110;
function html(report, { source }) {
    const frames = (0,report_frame/* framesOf */.k)(source);
    const passes = report.outcome === 'pass';
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Ringfence: ${(0,report_escape/* html */.qy)((0,words/* headline */.Pl)(report))}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="${report.outcome}">
<p class="outcome">${passes ? 'Pass' : 'Fail'}</p>
<h1>${capital((0,report_escape/* html */.qy)((0,words/* headline */.Pl)(report)))}</h1>
<p>Judged ${(0,report_escape/* html */.qy)((0,words/* coverage */.vk)(report.judged))}.</p>
</header>
<main>
${[
        numbers(report),
        html_pending(report),
        notes(report),
        html_unjudged(report),
        html_findings(report, 'blocking', frames),
        html_unknowns(report),
        deploys(report),
        html_findings(report, 'advisory', frames),
        html_findings(report, 'existing', frames),
        html_findings(report, 'waived', frames),
        waivers(report),
        ...report.frameworks.map((framework)=>html_controls(report, framework)),
        coverageTable(report)
    ].filter((section)=>section !== '').join('\n')}
</main>
</body>
</html>
`;
}
const capital = (text)=>text.slice(0, 1).toUpperCase() + text.slice(1);
/* ---------------------------------------------------------------- sections */ function numbers(report) {
    const counts = (0,words/* countsOf */.mQ)(report);
    const cells = [
        [
            'block',
            counts.blocking,
            'bad'
        ],
        [
            'advise',
            counts.advisory,
            ''
        ],
        [
            'not judged',
            counts.unjudged,
            'bad'
        ],
        [
            'could not be told',
            counts.unknown,
            ''
        ],
        [
            'in the base too',
            counts.existing,
            ''
        ],
        [
            'waived',
            counts.waived,
            ''
        ]
    ];
    const { stage, file, owns } = report.configuration;
    const next = (0,words/* nextStages */.Fn)(report);
    return `<section aria-label="Numbers">
<dl class="numbers">
${cells.map(([name, n, style])=>`<div${n > 0 && style !== '' ? ` class="${style}"` : ''}><dt>${name}</dt><dd>${n}</dd></div>`).join('\n')}
</dl>
<p class="quiet">Stage ${stage}, owner of ${owns === 'app' ? 'the application' : 'the platform'}, ${file === null ? 'no configuration file' : `configured by <code>${(0,report_escape/* html */.qy)(file)}</code>`}.${next === '' ? '' : ` Next: ${(0,report_escape/* html */.qy)(next)}.`}</p>
</section>`;
}
function html_pending(report) {
    if (report.pending === undefined) return '';
    const { title, lines } = (0,report_pending/* pendingWords */.p)(report.pending);
    return `<section aria-label="Changed rules"><p><strong>${(0,report_escape/* html */.qy)(title)}</strong></p><ul class="notes">${lines.map((line)=>`<li>${(0,report_escape/* html */.qy)(line)}</li>`).join('')}</ul></section>`;
}
function notes(report) {
    if (report.configuration.notes.length === 0) return '';
    return `<section aria-label="Notes"><ul class="notes">${report.configuration.notes.map((note)=>`<li>${(0,report_escape/* html */.qy)(note)}</li>`).join('')}</ul></section>`;
}
function html_unjudged(report) {
    const items = (0,words/* openUnjudged */.fe)(report);
    if (items.length === 0) return '';
    const rows = items.map(({ file, line, reason, environments })=>`<tr><td><code>${(0,report_escape/* html */.qy)(line === null ? file : `${file}:${line}`)}</code>${inEnvironments(environments)}</td><td>${(0,report_escape/* html */.qy)(reason)}</td></tr>`);
    return section('unjudged', `Not judged (${items.length})`, `<p>What is in here is unknown.</p>${table('What could not be judged', [
        'Where',
        'Why'
    ], rows)}`);
}
function waivers(report) {
    if (report.waivers.length === 0) return '';
    const rows = report.waivers.map((waiver)=>`<tr><td><code>${(0,report_escape/* html */.qy)(waiver.policy ?? 'not judged')}</code> <code>${(0,report_escape/* html */.qy)((0,words/* waiverSubject */.dD)(waiver))}</code></td><td>${(0,report_escape/* html */.qy)((0,words/* waiverState */.Of)(waiver))}</td><td>${(0,report_escape/* html */.qy)((0,words/* waiverReason */.VS)(waiver))}</td></tr>`);
    return section('waivers', `Waivers (${report.waivers.length})`, table('What was accepted', [
        'What',
        'State',
        'Who and why'
    ], rows));
}
const TITLES = {
    blocking: (n)=>`${(0,words/* count */.U9)(n, 'finding')} ${n === 1 ? 'blocks' : 'block'}`,
    advisory: (n)=>`${(0,words/* count */.U9)(n, 'finding')} ${n === 1 ? 'advises' : 'advise'}`,
    existing: (n)=>`${(0,words/* count */.U9)(n, 'finding')} in the base too`,
    waived: (n)=>`${(0,words/* count */.U9)(n, 'finding')} waived`
};
function html_findings(report, status, frames) {
    const found = (0,words/* told */.Ev)(report.findings).filter((finding)=>finding.status === status);
    if (found.length === 0) return '';
    const files = new Map();
    for (const group of (0,words/* grouped */.zD)(found)){
        const known = files.get(group.location.file);
        if (known === undefined) files.set(group.location.file, [
            group
        ]);
        else known.push(group);
    }
    const inner = [
        ...files
    ].map(([file, groups])=>`<h3><code>${(0,report_escape/* html */.qy)(file)}</code></h3>\n${groups.map((group)=>lineGroup(group, frames)).join('\n')}`).join('\n');
    const title = TITLES[status](found.length);
    return status === 'blocking' ? section(status, title, inner) : fold(status, title, inner);
}
function lineGroup(group, frames) {
    const { location, resource, environments } = group;
    const note = (0,words/* precisionNote */.jc)(location);
    const place = (0,words/* knowsLine */.$D)(location) ? `line ${location.line}: ` : '';
    return `<article>
<h4>${place}${(0,report_escape/* html */.qy)((0,words/* nameOf */.Vb)(resource))}${inEnvironments(environments)}${note === '' ? '' : ` <span class="quiet">${note}</span>`}</h4>
${html_frame(group, frames)}<ul class="findings">
${group.findings.map(finding).join('\n')}
</ul>
</article>`;
}
function html_frame({ location }, frames) {
    const shown = frames(location, FRAME_WIDTH);
    if (shown === null) return '';
    const marked = location.precision === 'exact' ? `<mark>${(0,report_escape/* html */.qy)(shown.marked)}</mark>` : (0,report_escape/* html */.qy)(shown.marked);
    const text = `${(0,report_escape/* html */.qy)(shown.before)}${marked}${(0,report_escape/* html */.qy)(shown.after)}`;
    return `<pre tabindex="0"><span class="number">${shown.line}</span>${text}</pre>\n`;
}
function finding(verdict) {
    const { severity, message, policy, remediation, controls } = verdict;
    const note = (0,words/* statusNote */.bA)(verdict);
    const see = (0,words/* elsewhere */.Jn)(verdict).map((place)=>`<code>${(0,report_escape/* html */.qy)(`${place.file}:${place.line}`)}</code> (${(0,report_escape/* html */.qy)((0,words/* roleOf */.kp)(place))})`);
    const evidence = controls.map(({ id })=>id);
    return `<li><span class="severity ${severity}">${severity}</span> ${(0,report_escape/* html */.qy)(message)} <code class="policy">${(0,report_escape/* html */.qy)(policy)}</code>
<p class="remedy">${(0,report_escape/* html */.qy)(remediation)}</p>${note === '' ? '' : `<p class="quiet">${capital((0,report_escape/* html */.qy)(note))}.</p>`}${see.length === 0 ? '' : `<p class="quiet">See ${see.join(', ')}.</p>`}${evidence.length === 0 ? '' : `<p class="quiet">Bears on ${(0,report_escape/* html */.qy)(evidence.join(', '))}.</p>`}</li>`;
}
function deploys({ deploys }) {
    if (deploys.length === 0) return '';
    const rows = deploys.map((each)=>{
        const { file, line, resource } = each;
        const where = line === null ? file : `${file}:${line}`;
        return `<tr><td><code>${(0,report_escape/* html */.qy)(where)}</code><br>${(0,report_escape/* html */.qy)((0,words/* nameOf */.Vb)(resource))}</td><td>${(0,report_escape/* html */.qy)((0,words/* deploysText */.Kk)(each))}</td></tr>`;
    });
    return section('deploys', `Deploys what was not judged here (${deploys.length})`, table('What is deployed from elsewhere', [
        'Where',
        'What'
    ], rows));
}
function html_unknowns(report) {
    const { unknown, blockingUnknown } = (0,words/* countsOf */.mQ)(report);
    if (unknown === 0) return '';
    const rows = (0,words/* unknownsInOrder */.X8)(report.unknowns).map(({ location, resource, message, policy, blocking })=>`<tr><td><code>${(0,report_escape/* html */.qy)((0,words/* placeOf */.$t)(location))}</code><br>${(0,report_escape/* html */.qy)((0,words/* nameOf */.Vb)(resource))}</td><td>${blocking ? '<strong>blocks</strong> ' : ''}${(0,report_escape/* html */.qy)(message)} <code class="policy">${(0,report_escape/* html */.qy)(policy)}</code></td></tr>`);
    const title = `${unknown} could not be told${blockingUnknown > 0 ? `, ${blockingUnknown} of them block` : ''}`;
    return fold('unknowns', title, table('What could not be told', [
        'Where',
        'What'
    ], rows));
}
const STATUS = {
    gap: '✗ gap',
    evidence: '✓ evidence',
    'not-exercised': '– not exercised',
    'not-assessable': 'not assessable'
};
function html_controls(report, framework) {
    const { id, title, version, disclaimer } = framework;
    const own = report.controls.filter((control)=>control.framework === id);
    const counts = (0,controls/* tally */.N4)(report, id);
    const summary = `${title}: ${(0,words/* count */.U9)(counts.gap, 'gap')}, ${counts.evidence} with evidence, ${counts['not-exercised']} not exercised, ${counts['not-assessable']} not assessable from manifests`;
    const assessable = own.filter(({ status })=>status !== 'not-assessable');
    const rest = own.filter(({ status })=>status === 'not-assessable');
    const inner = `<p>${(0,report_escape/* html */.qy)(disclaimer.trim())}</p>
${table(`Controls of ${title} that manifests can give evidence for`, [
        'Control',
        'Title',
        'Status',
        'Policies',
        'Findings',
        'Mapping'
    ], assessable.map(controlRow))}
<p class="quiet">Mapping: ${(0,report_escape/* html */.qy)((0,controls/* legend */.o1)(report, framework))}.</p>
${rest.length === 0 ? '' : `<p class="quiet">Not assessable from manifests: ${(0,report_escape/* html */.qy)(rest.map((control)=>`${control.id} ${control.title}`).join('; '))}.</p>`}`;
    return fold((0,report_escape/* uriPath */.kq)(id), summary, `<p class="quiet">${(0,report_escape/* html */.qy)(version)}</p>${inner}`);
}
function controlRow({ id, title, status, policies, findings, unknowns, sources }) {
    const open = unknowns > 0 ? ` + ${unknowns} unknown` : '';
    return `<tr><th scope="row">${(0,report_escape/* html */.qy)(id)}</th><td>${(0,report_escape/* html */.qy)(title)}</td><td class="${status}">${STATUS[status]}</td><td class="number">${policies}</td><td class="number">${findings}${open}</td><td>${(0,report_escape/* html */.qy)(sources.join(', '))}</td></tr>`;
}
/** What was looked at, so that nobody takes silence for a pass. */ function coverageTable(report) {
    const { judged, ignored } = report;
    const rows = ignored.map(({ path, reason })=>`<tr><td><code>${(0,report_escape/* html */.qy)(path)}</code></td><td>${(0,report_escape/* html */.qy)(reason)}</td></tr>`);
    const inner = [
        `<p>${(0,words/* count */.U9)(judged.sources, 'source')}, ${(0,words/* count */.U9)(judged.renders, 'render')}, ${(0,words/* count */.U9)(judged.environments, 'environment')}, ${(0,words/* count */.U9)(judged.resources, 'resource')}.</p>`,
        judged.unknownKinds.length === 0 ? '' : `<p>Kinds that no schema and no policy knows: ${(0,report_escape/* html */.qy)((0,words/* unknownKinds */._4)(judged))}.</p>`,
        rows.length === 0 ? '' : table('What was left out', [
            'Path',
            'Why'
        ], rows)
    ];
    return fold('coverage', `What was judged, and ${(0,words/* count */.U9)(ignored.length, 'path')} left out`, inner.join('\n'));
}
/* ------------------------------------------------------------------ pieces */ const section = (id, title, inner)=>`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${(0,report_escape/* html */.qy)(title)}</h2>
${inner}
</section>`;
const fold = (id, title, inner)=>`<details id="${id}">
<summary><h2>${(0,report_escape/* html */.qy)(title)}</h2></summary>
${inner}
</details>`;
function table(caption, headings, rows) {
    return `<div class="wide" role="region" aria-label="${(0,report_escape/* html */.qy)(caption)}" tabindex="0"><table>
<caption class="hidden">${(0,report_escape/* html */.qy)(caption)}</caption>
<thead><tr>${headings.map((heading)=>`<th scope="col">${heading}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}
const inEnvironments = (environments)=>environments.length === 0 ? '' : ` <span class="quiet">in ${environments.map((name)=>`<code>${(0,report_escape/* html */.qy)(name)}</code>`).join(', ')}</span>`;
/* ------------------------------------------------------------------- style */ const SEVERITY_COLOURS = {
    critical: [
        '#8e0b1f',
        '#ff9aa8'
    ],
    high: [
        '#a3330b',
        '#ffb08a'
    ],
    medium: [
        '#7a5200',
        '#f2cc60'
    ],
    low: [
        '#0b5394',
        '#8cc2ff'
    ]
};
const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#1c2127;--quiet:#57606a;--edge:#d0d7de;--soft:#f6f8fa;--bad:#a40e26;--good:#14653a;--mark:#ffe3a3;${words/* SEVERITIES */.oC.map((s)=>`--${s}:${SEVERITY_COLOURS[s][0]}`).join(';')}}
@media (prefers-color-scheme:dark){:root{--back:#11151a;--text:#e6edf3;--quiet:#9da7b3;--edge:#353d47;--soft:#1a2027;--bad:#ff8b98;--good:#5fd38d;--mark:#6b4e00;${words/* SEVERITIES */.oC.map((s)=>`--${s}:${SEVERITY_COLOURS[s][1]}`).join(';')}}}
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
mark{background:var(--mark);color:inherit;border-radius:.15rem}
.findings{list-style:none;margin:0;padding:0}
.findings li+li{margin-top:.6rem}
.findings p{margin:.1rem 0 0}
.remedy{color:var(--text)}
.severity{font-weight:700}
${words/* SEVERITIES */.oC.map((s)=>`.severity.${s}{color:var(--${s})}`).join('')}
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
`;

;// CONCATENATED MODULE: ./build/src/report/json.js
/** The report as JSON, version 1: the contract of the command line. The order of keys and items is stable. */ 
const json = (report)=>(0,report_escape/* jsonText */.s$)(report);

;// CONCATENATED MODULE: ./build/src/report/junit.js
/** JUnit's XML, for systems that show test results: a suite a file, a case a finding, an error what was not judged. */ 

function junit(report) {
    const suites = [
        gate(report),
        ...files(report)
    ];
    const sum = (key)=>suites.reduce((n, suite)=>n + suite[key], 0);
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites name="ringfence" tests="${sum('tests')}" failures="${sum('failures')}" errors="${sum('errors')}" skipped="${sum('skipped')}">`,
        ...suites.flatMap(suiteLines),
        '</testsuites>',
        ''
    ].join('\n');
}
function suiteOf(name, cases) {
    const having = (result)=>cases.filter((item)=>item.result === result).length;
    return {
        name,
        cases,
        tests: cases.length,
        failures: having('failure'),
        errors: having('error'),
        skipped: having('skipped')
    };
}
/** The gate itself: without it a repository with nothing to say would be an empty file, which some readers refuse. */ function gate(report) {
    const unjudged = (0,words/* openUnjudged */.fe)(report).map((item)=>({
            classname: 'ringfence.judged',
            name: item.line === null ? item.file : `${item.file}:${item.line}`,
            file: item.file,
            line: item.line ?? 1,
            result: 'error',
            message: item.reason,
            detail: []
        }));
    const unknown = (0,words/* unknownsInOrder */.X8)(report.unknowns).map(({ policy, resource, location, message, blocking })=>({
            classname: policy,
            name: `${(0,words/* nameOf */.Vb)(resource)}: ${message}`,
            file: location.file,
            line: location.line,
            result: blocking ? 'failure' : 'skipped',
            message: `could not be told: ${message}`,
            detail: []
        }));
    const outcome = {
        classname: 'ringfence.outcome',
        name: `judged ${(0,words/* coverage */.vk)(report.judged)}`,
        result: report.outcome === 'pass' ? 'passed' : 'failure',
        message: (0,words/* headline */.Pl)(report),
        detail: []
    };
    return suiteOf('ringfence', [
        outcome,
        ...unjudged,
        ...unknown
    ]);
}
function files(report) {
    const byFile = new Map();
    for (const finding of report.findings){
        const group = byFile.get(finding.annotation.file);
        if (group === undefined) byFile.set(finding.annotation.file, [
            finding
        ]);
        else group.push(finding);
    }
    return [
        ...byFile
    ].toSorted(([a], [b])=>(0,words/* order */.fq)(a, b)).map(([file, findings])=>suiteOf(file, findings.toSorted((a, b)=>a.annotation.line - b.annotation.line || (0,words/* order */.fq)(a.policy, b.policy) || (0,words/* order */.fq)(a.message, b.message)).map(caseOf)));
}
function caseOf(finding) {
    const { annotation, policy, resource, message, severity, status, remediation, environments } = finding;
    return {
        classname: policy,
        name: `${(0,words/* nameOf */.Vb)(resource)}: ${message}`,
        file: annotation.file,
        line: annotation.line,
        result: status === 'blocking' ? 'failure' : 'skipped',
        message: status === 'blocking' ? `${severity}: ${message}` : (0,words/* statusNote */.bA)(finding),
        detail: [
            `${annotation.file}:${annotation.line}:${annotation.column}`,
            remediation,
            ...environments.length > 0 ? [
                `in ${environments.join(', ')}`
            ] : []
        ]
    };
}
function suiteLines(suite) {
    const { name, tests, failures, errors, skipped, cases } = suite;
    return [
        `  <testsuite name="${(0,report_escape/* html */.qy)(name)}" tests="${tests}" failures="${failures}" errors="${errors}" skipped="${skipped}">`,
        ...cases.flatMap(caseLines),
        '  </testsuite>'
    ];
}
function caseLines({ classname, name, file, line, result, message, detail }) {
    const place = file === undefined ? '' : ` file="${(0,report_escape/* html */.qy)(file)}" line="${line ?? 1}"`;
    const open = `    <testcase classname="${(0,report_escape/* html */.qy)(classname)}" name="${(0,report_escape/* html */.qy)(name)}"${place}`;
    if (result === 'passed') return [
        `${open}/>`
    ];
    const attributes = result === 'skipped' ? `message="${(0,report_escape/* html */.qy)(message)}"` : `message="${(0,report_escape/* html */.qy)(message)}" type="${result}"`;
    const inner = detail.length === 0 || result === 'skipped' ? `<${result} ${attributes}/>` : `<${result} ${attributes}>${detail.map(report_escape/* html */.qy).join('\n')}</${result}>`;
    return [
        `${open}>`,
        `      ${inner}`,
        '    </testcase>'
    ];
}

;// CONCATENATED MODULE: ./build/src/report/markdown.js
/**
 * The report as GitHub's Markdown, for the job summary and for comments. Both have a limit; what does not fit is left
 * out from the end of the least important list, and counted.
 */ 



function markdown(report, options) {
    const { link } = options;
    const parts = [
        markdown_top(report),
        markdown_pending(report),
        markdown_unjudged(report, link),
        markdown_findings(report, 'blocking', link),
        remedies(report),
        markdown_unknowns(report, link),
        markdown_deploys(report, link),
        markdown_findings(report, 'advisory', link),
        markdown_findings(report, 'existing', link),
        markdown_findings(report, 'waived', link),
        markdown_waivers(report),
        ...markdown_controls(report),
        ignored(report)
    ].filter((part)=>part !== null);
    return fitted(parts, options);
}
/** The rows of the first parts are kept first; a number in place of the rest. */ function fitted(parts, { budget, whole }) {
    const notice = (left)=>[
            '',
            `*${(0,words/* count */.U9)(left, 'row')} left out here, for GitHub's limit on length. The ${whole == null ? 'report' : `[report](${whole})`} in JSON has them all.*`
        ];
    const fixed = bytes(parts.flatMap(({ head, tail })=>[
            ...head,
            ...tail,
            ''
        ]).join('\n')) + parts.length * (bytes(notice(1_000_000).join('\n')) + 2);
    let room = budget - fixed;
    const lines = parts.flatMap(({ head, rows, tail })=>{
        let kept = 0;
        for (const row of rows){
            const size = bytes(row) + 1;
            if (size > room) break;
            room -= size;
            kept++;
        }
        // Nothing smaller may take the room of what was more important.
        if (kept < rows.length) room = 0;
        return [
            ...head,
            ...rows.slice(0, kept),
            ...kept < rows.length ? notice(rows.length - kept) : [],
            ...tail,
            ''
        ];
    });
    return `${lines.join('\n').trimEnd()}\n`;
}
const encoder = new TextEncoder();
const bytes = (text)=>encoder.encode(text).length;
/* ------------------------------------------------------------------- parts */ /** Characters of one text in a cell. */ const CELL = 500;
function markdown_top(report) {
    const { stage, file, notes } = report.configuration;
    const next = (0,words/* nextStages */.Fn)(report);
    return {
        head: [
            `## ${report.outcome === 'pass' ? '✅' : '❌'} Ringfence: ${(0,words/* headline */.Pl)(report)}`,
            '',
            `Judged ${(0,words/* coverage */.vk)(report.judged)}.`,
            `${(0,words/* countsLine */.J7)(report)}; stage ${stage}, ${file === null ? 'no configuration file' : (0,report_escape/* code */.aY)(file)}.`,
            ...next === '' ? [] : [
                `Next: ${next}.`
            ],
            ...report.judged.unknownKinds.length === 0 ? [] : [
                `Unknown kinds: ${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)((0,words/* unknownKinds */._4)(report.judged), CELL))}.`
            ],
            ...notes.length === 0 ? [] : [
                ''
            ]
        ],
        rows: notes.map((note)=>`- ⚠️ ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(note, CELL))}`),
        tail: []
    };
}
function markdown_pending(report) {
    if (report.pending === undefined) return null;
    const { title, lines } = (0,report_pending/* pendingWords */.p)(report.pending);
    return {
        head: [
            `### ⚠️ ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(title, CELL))}`,
            ''
        ],
        rows: lines.map((line)=>`- ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(line, CELL))}`),
        tail: []
    };
}
function markdown_unjudged(report, link) {
    const items = (0,words/* openUnjudged */.fe)(report);
    if (items.length === 0) return null;
    return {
        head: [
            `### Not judged (${items.length})`,
            '',
            'What is in here is unknown.',
            '',
            '| Where | Why |',
            '|---|---|'
        ],
        rows: items.map(({ file, line, reason, environments })=>{
            const where = place(file, line ?? 1, line === null ? file : `${file}:${line}`, link);
            return `| ${where}${named(environments)} | ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(reason, CELL))} |`;
        }),
        tail: []
    };
}
function markdown_waivers(report) {
    if (report.waivers.length === 0) return null;
    return {
        head: [
            `### Waivers (${report.waivers.length})`,
            '',
            '| What | State | Who and why |',
            '|---|---|---|'
        ],
        rows: report.waivers.map((waiver)=>{
            const what = `${waiver.policy === null ? 'not judged' : (0,report_escape/* code */.aY)(waiver.policy)} ${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)((0,words/* waiverSubject */.dD)(waiver), CELL))}`;
            return `| ${what} | ${(0,report_escape/* markdown */.wD)((0,words/* waiverState */.Of)(waiver))} | ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)((0,words/* waiverReason */.VS)(waiver), CELL))} |`;
        }),
        tail: []
    };
}
const markdown_TITLES = {
    blocking: (n)=>`${(0,words/* count */.U9)(n, 'finding')} ${n === 1 ? 'blocks' : 'block'}`,
    advisory: (n)=>`${(0,words/* count */.U9)(n, 'finding')} ${n === 1 ? 'advises' : 'advise'}`,
    existing: (n)=>`${(0,words/* count */.U9)(n, 'finding')} in the base too`,
    waived: (n)=>`${(0,words/* count */.U9)(n, 'finding')} waived`
};
function markdown_findings(report, status, link) {
    const found = (0,words/* told */.Ev)(report.findings).filter((finding)=>finding.status === status);
    if (found.length === 0) return null;
    const table = {
        head: [
            '| Where | What |',
            '|---|---|'
        ],
        // The gravest first: they are the last to be left out.
        rows: (0,words/* grouped */.zD)(found).toSorted((a, b)=>worst(a) - worst(b)).map((group)=>lineRow(group, link))
    };
    if (status === 'blocking') return {
        head: [
            `### ${markdown_TITLES[status](found.length)}`,
            '',
            ...table.head
        ],
        rows: table.rows,
        tail: []
    };
    return folded(markdown_TITLES[status](found.length), table.head, table.rows);
}
const worst = ({ findings })=>Math.min(...findings.map(({ severity })=>(0,words/* rankOf */.IQ)(severity)));
/** GitHub reads a table in `<details>` only after an empty line. */ const folded = (title, head, rows, foot = [])=>({
        head: [
            '<details>',
            `<summary>${(0,report_escape/* html */.qy)(title)}</summary>`,
            '',
            ...head
        ],
        rows,
        tail: [
            ...foot,
            '',
            '</details>'
        ]
    });
function lineRow({ location, resource, environments, findings }, link) {
    const { file, line } = location;
    const note = (0,words/* precisionNote */.jc)(location);
    const where = [
        place(file, line, (0,words/* placeOf */.$t)(location), link),
        `${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)((0,words/* nameOf */.Vb)(resource), CELL))}${named(environments)}`,
        ...note === '' ? [] : [
            note
        ]
    ];
    return `| ${where.join('<br>')} | ${findings.map(what).join('<br>')} |`;
}
function what(verdict) {
    const { severity, message, policy, why } = verdict;
    return [
        `**${severity}** ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(message, CELL))} ${(0,report_escape/* code */.aY)(policy)}`,
        ...why === null ? [] : [
            `(${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(why, CELL))})`
        ],
        ...(0,words/* elsewhere */.Jn)(verdict).slice(0, 3).map((place)=>`(see ${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)(`${place.file}:${place.line}`, CELL))}, ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)((0,words/* roleOf */.kp)(place), CELL))})`)
    ].join(' ');
}
function place(file, line, text, link) {
    const url = link(file, line);
    return url === null ? (0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)(text, CELL)) : `[${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)(text, CELL))}](${url})`;
}
const named = (environments)=>environments.length === 0 ? '' : ` in ${environments.map((name)=>(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)(name, CELL))).join(', ')}`;
/** How to mend what blocks, once a policy. */ function remedies(report) {
    const blocking = (0,words/* told */.Ev)(report.findings).filter(({ status })=>status === 'blocking');
    const remedy = new Map(blocking.map(({ policy, remediation })=>[
            policy,
            remediation
        ]));
    if (remedy.size === 0) return null;
    const rows = [
        ...remedy
    ].toSorted(([a], [b])=>(0,words/* order */.fq)(a, b)).map(([policy, words])=>`- ${(0,report_escape/* code */.aY)(policy)}: ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(words, CELL))}`);
    return folded('How to mend them', [], rows);
}
function markdown_deploys({ deploys }, link) {
    if (deploys.length === 0) return null;
    return {
        head: [
            `### Deploys what was not judged here (${deploys.length})`,
            '',
            '| Where | What |',
            '|---|---|'
        ],
        rows: deploys.map((each)=>{
            const { file, line, resource } = each;
            const where = place(file, line ?? 1, line === null ? file : `${file}:${line}`, link);
            return `| ${where}<br>${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)((0,words/* nameOf */.Vb)(resource), CELL))} | ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)((0,words/* deploysText */.Kk)(each), CELL))} |`;
        }),
        tail: []
    };
}
function markdown_unknowns(report, link) {
    const { unknown, blockingUnknown } = (0,words/* countsOf */.mQ)(report);
    if (unknown === 0) return null;
    const rows = (0,words/* unknownsInOrder */.X8)(report.unknowns).map(({ location, resource, message, policy, blocking })=>{
        const where = `${place(location.file, location.line, (0,words/* placeOf */.$t)(location), link)}<br>${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)((0,words/* nameOf */.Vb)(resource), CELL))}`;
        return `| ${where} | ${blocking ? '**blocks** ' : ''}${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(message, CELL))} ${(0,report_escape/* code */.aY)(policy)} |`;
    });
    const title = `${unknown} could not be told${blockingUnknown > 0 ? `, ${blockingUnknown} of them block` : ''}`;
    return folded(title, [
        '| Where | What |',
        '|---|---|'
    ], rows);
}
const markdown_STATUS = {
    gap: '❌ gap',
    evidence: '✅ evidence',
    'not-exercised': '➖ not exercised',
    'not-assessable': 'not assessable'
};
function markdown_controls(report) {
    return report.frameworks.map((framework)=>{
        const { id, title, version, disclaimer } = framework;
        const numbers = (0,controls/* tally */.N4)(report, id);
        const own = report.controls.filter((control)=>control.framework === id && control.status !== 'not-assessable');
        const summary = `${title}: ${(0,words/* count */.U9)(numbers.gap, 'gap')}, ${numbers.evidence} with evidence, ${numbers['not-exercised']} not exercised, ${numbers['not-assessable']} not assessable from manifests`;
        const head = [
            `${(0,report_escape/* markdown */.wD)(disclaimer.trim())} (${(0,report_escape/* markdown */.wD)(version)})`,
            '',
            '| Control | | Status | Policies | Findings | Mapping |',
            '|---|---|---|--:|--:|---|'
        ];
        return folded(summary, head, own.map(markdown_controlRow), [
            '',
            `Mapping: ${(0,report_escape/* markdown */.wD)((0,controls/* legend */.o1)(report, framework))}.`
        ]);
    });
}
function markdown_controlRow({ id, title, status, policies, findings, unknowns, sources }) {
    const open = unknowns > 0 ? ` (+ ${unknowns} unknown)` : '';
    return `| ${(0,report_escape/* markdown */.wD)(id)} | ${(0,report_escape/* markdown */.wD)(title)} | ${markdown_STATUS[status]} | ${policies} | ${findings}${open} | ${sources.map(report_escape/* markdown */.wD).join(', ')} |`;
}
function ignored(report) {
    if (report.ignored.length === 0) return null;
    const rows = report.ignored.map(({ path, reason })=>`- ${(0,report_escape/* code */.aY)((0,report_escape/* clipped */.cz)(path, CELL))}: ${(0,report_escape/* markdown */.wD)((0,report_escape/* clipped */.cz)(reason, CELL))}`);
    return folded(`${(0,words/* count */.U9)(report.ignored.length, 'path')} left out`, [], rows);
}

;// CONCATENATED MODULE: ./build/src/report/oscal.js
/**
 * OSCAL assessment results, version 1.2.1: an export for tools of auditors. It says which controls were looked at, what
 * was observed, and where a control is not satisfied; that one is satisfied it never says, for no gate can know.
 */ 

/** Findings told in one observation; the rest is counted. */ const TOLD = 50;
function oscal(report, { version, now, uuid }) {
    const assessed = report.controls.filter(({ status })=>status === 'gap' || status === 'evidence');
    const observed = assessed.map((control)=>({
            control,
            observation: observation(control, report, uuid(), now)
        }));
    const gaps = observed.filter(({ control })=>control.status === 'gap');
    return (0,report_escape/* jsonText */.s$)({
        'assessment-results': {
            uuid: uuid(),
            metadata: {
                title: 'Ringfence: Kubernetes manifests',
                'last-modified': now,
                version: now,
                'oscal-version': '1.2.1',
                remarks: `Ringfence ${version}. ${report.frameworks.map(({ title, disclaimer })=>`${title}: ${disclaimer.trim()}`).join(' ')}`.trim()
            },
            // There is no assessment plan to point at; the model asks for a reference nevertheless.
            'import-ap': {
                href: '#',
                remarks: 'The policies of Ringfence, mapped to controls by their own metadata.'
            },
            results: [
                {
                    uuid: uuid(),
                    title: (0,report_escape/* plain */.pj)(`${report.outcome === 'pass' ? 'Pass' : 'Fail'}: ${(0,words/* headline */.Pl)(report)}`),
                    description: (0,report_escape/* plain */.pj)(`Judged ${(0,words/* coverage */.vk)(report.judged)}. ${(0,words/* countsLine */.J7)(report)}.`),
                    start: now,
                    props: [
                        {
                            name: 'outcome',
                            ns: NAMESPACE,
                            value: report.outcome
                        },
                        {
                            name: 'stage',
                            ns: NAMESPACE,
                            value: String(report.stage)
                        }
                    ],
                    'reviewed-controls': {
                        ...report.unjudged.length === 0 ? {} : {
                            remarks: `${(0,words/* count */.U9)(report.unjudged.length, 'item')} could not be judged: evidence covers only what was.`
                        },
                        'control-selections': selections(report, assessed)
                    },
                    ...observed.length === 0 ? {} : {
                        observations: observed.map((item)=>item.observation)
                    },
                    ...gaps.length === 0 ? {} : {
                        findings: gaps.map(({ control, observation })=>oscal_finding(control, observation.uuid, uuid()))
                    }
                }
            ]
        }
    });
}
/** Ours: no name that resolves, as OSCAL asks of an organisation's own properties. */ const NAMESPACE = 'urn:ringfence:oscal';
/** One selection a framework: control identifiers alone do not say whose they are. */ function selections(report, assessed) {
    const chosen = report.frameworks.flatMap(({ id, title, version })=>{
        const own = assessed.filter(({ framework })=>framework === id);
        if (own.length === 0) return [];
        return [
            {
                description: (0,report_escape/* plain */.pj)(`${title} (${version})`),
                'include-controls': own.map((control)=>({
                        'control-id': token(control)
                    }))
            }
        ];
    });
    // A selection there must be; this one selects nothing.
    return chosen.length > 0 ? chosen : [
        {
            description: 'No control was exercised.'
        }
    ];
}
function observation(control, report, uuid, now) {
    const found = report.findings.filter(({ controls })=>controls.some(({ framework, id })=>framework === control.framework && id === control.id));
    const told = found.slice(0, TOLD).map(({ location, resource, message, policy, status })=>`${location.file}:${location.line}: ${(0,words/* nameOf */.Vb)(resource)}: ${message} (${policy}, ${status})`);
    const rest = found.length - told.length;
    const observation = {
        uuid,
        title: (0,report_escape/* plain */.pj)(`${control.id} ${control.title}`),
        description: (0,report_escape/* plain */.pj)(`${(0,words/* count */.U9)(control.policies, 'policy', 'policies')} in force: ${(0,words/* count */.U9)(control.findings, 'finding')}${control.unknowns > 0 ? `, ${control.unknowns} could not be told` : ''}.`),
        props: [
            {
                name: 'framework',
                ns: NAMESPACE,
                value: control.framework
            },
            {
                name: 'control',
                ns: NAMESPACE,
                value: control.id
            },
            {
                name: 'status',
                ns: NAMESPACE,
                value: control.status
            }
        ],
        methods: [
            'TEST'
        ],
        types: [
            control.status === 'gap' ? 'discovery' : 'control-objective'
        ],
        ...told.length === 0 ? {} : {
            'relevant-evidence': told.map((text)=>({
                    description: (0,report_escape/* plain */.pj)(text)
                }))
        },
        collected: now,
        ...rest > 0 ? {
            remarks: `${(0,words/* count */.U9)(rest, 'finding')} more in the report in JSON.`
        } : {}
    };
    return observation;
}
function oscal_finding(control, observation, uuid) {
    return {
        uuid,
        title: (0,report_escape/* plain */.pj)(`Gap: ${control.id} ${control.title}`),
        description: (0,report_escape/* plain */.pj)(`${(0,words/* count */.U9)(control.findings, 'finding')} of policies that map to this control${control.unknowns > 0 ? `, ${control.unknowns} could not be told` : ''}.`),
        target: {
            type: 'objective-id',
            'target-id': token(control),
            status: {
                state: 'not-satisfied',
                reason: 'fail'
            }
        },
        'related-observations': [
            {
                'observation-uuid': observation
            }
        ]
    };
}
/** OSCAL's token: `iso-27001-2022_A.8.2`, `gdpr_Art.32-1-b`. */ const token = ({ framework, id })=>`${framework}_${id}`.replace(/\. +/g, '.').replace(/[^\p{L}\p{N}.\-_]+/gu, '-').replace(/-+$/, '');

;// CONCATENATED MODULE: ./build/src/report/sarif.js
/**
 * SARIF 2.1.0, within what GitHub's code scanning takes: one run, one-line regions, 25,000 results, 20 tags a rule. The
 * gravest come first, and what does not fit is named in a notification.
 */ 

const sarif_LIMIT = 25_000;
const TAGS = 20;
const RELATED = 100;
const UNJUDGED = 'ringfence/unjudged';
/** GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium. */ const SECURITY_SEVERITY = {
    critical: '9.5',
    high: '8.0',
    medium: '5.5',
    low: '3.0'
};
const LEVEL = {
    critical: 'error',
    high: 'error',
    medium: 'warning',
    low: 'note'
};
function sarif(report, { policies, version, prefix, limit = sarif_LIMIT }) {
    const results = [
        ...sarif_unjudged(report, prefix),
        ...sarif_findings(report, prefix),
        ...sarif_unknowns(report, prefix)
    ].toSorted((a, b)=>a.rank - b.rank);
    const kept = results.slice(0, limit);
    const rules = rulesOf([
        ...new Set(kept.map(({ rule })=>rule))
    ].toSorted(words/* order */.fq), policies);
    const indices = new Map(rules.map(({ id }, index)=>[
            id,
            index
        ]));
    return (0,report_escape/* jsonText */.s$)({
        $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
        version: '2.1.0',
        runs: [
            {
                tool: {
                    driver: {
                        name: 'Ringfence',
                        semanticVersion: version,
                        rules
                    }
                },
                automationDetails: {
                    id: prefix === '' ? 'ringfence/' : `ringfence/${prefix}/`
                },
                columnKind: 'utf16CodeUnits',
                invocations: [
                    {
                        // Something was not judged: the analysis is not whole, whatever else was found.
                        executionSuccessful: report.unjudged.length === 0,
                        toolExecutionNotifications: notifications(report, {
                            left: results.length - kept.length,
                            limit
                        }, prefix)
                    }
                ],
                results: kept.map(({ rule, body })=>({
                        ruleId: rule,
                        ruleIndex: indices.get(rule),
                        ...body
                    }))
            }
        ]
    });
}
function sarif_findings(report, prefix) {
    const seen = new Map();
    return report.findings.map((finding)=>{
        const nth = (seen.get(finding.fingerprint) ?? 0) + 1;
        seen.set(finding.fingerprint, nth);
        const blocks = finding.status === 'blocking';
        const others = (0,words/* elsewhere */.Jn)(finding);
        return {
            rule: (0,report_escape/* plain */.pj)(finding.policy),
            rank: (blocks ? 0 : 10) + (0,words/* rankOf */.IQ)(finding.severity),
            body: {
                // What blocks is an error to whoever reads only levels.
                level: blocks ? 'error' : finding.severity === 'low' ? 'note' : 'warning',
                message: {
                    text: messageOf(finding)
                },
                locations: [
                    sarif_location(finding.annotation, prefix, (0,words/* nameOf */.Vb)(finding.resource), (0,words/* pathText */.LF)(finding.path))
                ],
                ...others.length === 0 ? {} : {
                    relatedLocations: others.slice(0, RELATED).map((item, id)=>related(item, id, prefix))
                },
                // GitHub follows an alert over time by the first of them.
                partialFingerprints: {
                    primaryLocationLineHash: `${(0,report_escape/* plain */.pj)(finding.fingerprint)}:${nth}`,
                    'ringfence/v1': (0,report_escape/* plain */.pj)(finding.fingerprint)
                },
                ...finding.status === 'existing' ? {
                    baselineState: 'unchanged'
                } : {},
                ...finding.status === 'waived' ? {
                    suppressions: [
                        {
                            kind: 'external',
                            status: 'accepted',
                            justification: said(finding.why ?? 'waived')
                        }
                    ]
                } : {},
                properties: {
                    status: finding.status,
                    stage: finding.stage,
                    precision: finding.annotation.precision,
                    ...finding.why === null ? {} : {
                        why: said(finding.why)
                    },
                    environments: finding.environments.map(report_escape/* plain */.pj)
                }
            }
        };
    });
}
function messageOf(finding) {
    const where = finding.environments.length === 0 ? '' : ` (${finding.environments.join(', ')})`;
    const why = finding.status === 'blocking' || finding.why === null ? '' : ` Not blocking: ${finding.why}.`;
    return said(`${(0,words/* nameOf */.Vb)(finding.resource)}${where}: ${finding.message}. ${finding.remediation}${why}`);
}
function sarif_unknowns(report, prefix) {
    return (0,words/* unknownsInOrder */.X8)(report.unknowns).map((unknown)=>({
            rule: (0,report_escape/* plain */.pj)(unknown.policy),
            rank: unknown.blocking ? 5 : 15,
            body: {
                level: unknown.blocking ? 'error' : 'note',
                message: {
                    text: said(`${(0,words/* nameOf */.Vb)(unknown.resource)}: could not be told: ${unknown.message}`)
                },
                locations: [
                    sarif_location(unknown.location, prefix, (0,words/* nameOf */.Vb)(unknown.resource), '')
                ],
                properties: {
                    status: 'unknown',
                    blocking: unknown.blocking
                }
            }
        }));
}
function sarif_unjudged(report, prefix) {
    return report.unjudged.map((item)=>({
            rule: UNJUDGED,
            rank: -1,
            body: {
                level: 'error',
                message: {
                    text: said(`Not judged: ${item.reason}`)
                },
                locations: [
                    {
                        physicalLocation: {
                            artifactLocation: artifact(item.file, prefix),
                            region: {
                                startLine: item.line ?? 1
                            }
                        }
                    }
                ],
                properties: {
                    status: 'unjudged',
                    environments: item.environments.map(report_escape/* plain */.pj)
                }
            }
        }));
}
function notifications(report, { left, limit }, prefix) {
    const failed = report.unjudged.map((item)=>({
            level: 'error',
            message: {
                text: said(item.reason)
            },
            locations: [
                {
                    physicalLocation: {
                        artifactLocation: artifact(item.file, prefix),
                        region: {
                            startLine: item.line ?? 1
                        }
                    }
                }
            ]
        }));
    const cut = left === 0 ? [] : [
        {
            level: 'error',
            message: {
                text: `${(0,words/* count */.U9)(left, 'result')} left out: GitHub takes ${limit}. The report in JSON has them all.`
            }
        }
    ];
    return [
        ...failed,
        ...cut
    ];
}
/** In SARIF `[text](1)` is a link, so the two must not meet. */ const said = (text)=>(0,report_escape/* plain */.pj)(text).replaceAll('](', '] (');
function sarif_location(place, prefix, resource, path) {
    const oneLine = place.endLine === place.line;
    return {
        physicalLocation: {
            artifactLocation: artifact(place.file, prefix),
            region: {
                startLine: place.line,
                startColumn: place.column,
                ...oneLine && place.endColumn > place.column ? {
                    endColumn: place.endColumn
                } : {}
            }
        },
        logicalLocations: [
            {
                fullyQualifiedName: (0,report_escape/* plain */.pj)(path === '' ? resource : `${resource}: ${path}`),
                kind: 'resource'
            }
        ]
    };
}
function related(place, id, prefix) {
    return {
        id,
        message: {
            text: said((0,words/* roleOf */.kp)(place))
        },
        physicalLocation: {
            artifactLocation: artifact(place.file, prefix),
            region: {
                startLine: place.line
            }
        }
    };
}
const artifact = (file, prefix)=>({
        uri: (0,report_escape/* uriPath */.kq)(prefix === '' ? file : `${prefix}/${file}`),
        uriBaseId: '%SRCROOT%'
    });
function rulesOf(ids, policies) {
    const known = new Map(policies.map((policy)=>[
            policy.id,
            policy
        ]));
    return ids.map((id)=>{
        const policy = known.get(id);
        return policy === undefined ? otherRule(id) : ruleOf(policy);
    });
}
function ruleOf(policy) {
    const { id, title, description, severity, stage, remediation, controls, links } = policy;
    const mapped = Object.entries(controls).flatMap(([framework, own])=>Object.keys(own).map((control)=>`${framework}/${control}`));
    const rule = {
        id,
        name: nameOfRule(id),
        shortDescription: {
            text: said(title)
        },
        fullDescription: {
            text: said(description)
        },
        help: {
            text: said(`${description} ${remediation}`),
            markdown: [
                (0,report_escape/* markdown */.wD)(description),
                '',
                `**Remedy:** ${(0,report_escape/* markdown */.wD)(remediation)}`,
                '',
                ...mapped.length === 0 ? [] : [
                    `Gives evidence for: ${mapped.map(report_escape/* markdown */.wD).join(', ')}`,
                    ''
                ],
                ...links.map((link)=>`- <${encodeURI(link)}>`)
            ].join('\n').trimEnd()
        },
        ...links[0] === undefined ? {} : {
            helpUri: links[0]
        },
        defaultConfiguration: {
            level: LEVEL[severity]
        },
        properties: {
            tags: [
                'security',
                id.split('/')[0] ?? '',
                `stage-${stage}`,
                ...mapped
            ].slice(0, TAGS),
            precision: 'high',
            'problem.severity': LEVEL[severity] === 'note' ? 'recommendation' : LEVEL[severity],
            'security-severity': SECURITY_SEVERITY[severity]
        }
    };
    return rule;
}
/** What is no policy: the gate's own, or one whose METADATA is not at hand. */ function otherRule(id) {
    const rule = {
        id,
        name: nameOfRule(id),
        shortDescription: {
            text: id === UNJUDGED ? 'Not judged' : said(id)
        },
        fullDescription: {
            text: id === UNJUDGED ? 'What could not be read, rendered, understood or evaluated is unknown, so it blocks.' : said(id)
        },
        defaultConfiguration: {
            level: 'error'
        },
        properties: {
            tags: [
                'security'
            ],
            'security-severity': SECURITY_SEVERITY.high
        }
    };
    return rule;
}
/** `least-privilege/host-path` → `LeastPrivilegeHostPath`. */ const nameOfRule = (id)=>id.split(/[^A-Za-z0-9]+/).map((word)=>word.slice(0, 1).toUpperCase() + word.slice(1)).join('');

// EXTERNAL MODULE: ./build/src/report/terminal.js + 1 modules
var terminal = __webpack_require__(4269);
;// CONCATENATED MODULE: ./build/src/report/formats.js
/** Every format by its name, as the command line offers them. */ 







/** GitHub takes so many bytes of a job summary. */ const SUMMARY_BYTES = 1024 * 1024;
const FORMATS = {
    text: terminal/* terminal */.F,
    json: json,
    markdown: (report)=>markdown(report, {
            budget: SUMMARY_BYTES,
            link: ()=>null
        }),
    html: (report, { linesOf })=>html(report, {
            source: linesOf
        }),
    sarif: sarif,
    junit: junit,
    oscal: oscal,
    github: github
};


/***/ })

};
