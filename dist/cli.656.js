export const id = 656;
export const ids = [656];
export const modules = {

/***/ 5656:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  relateCommand: () => (/* binding */ relateCommand)
});

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./build/src/decide/decide.js + 2 modules
var decide = __webpack_require__(4428);
// EXTERNAL MODULE: ./build/src/gate.js + 6 modules
var gate = __webpack_require__(8010);
// EXTERNAL MODULE: ./build/src/relate/index/pod-problems.js
var pod_problems = __webpack_require__(64);
// EXTERNAL MODULE: ./build/src/relate/network/connections.js
var connections = __webpack_require__(4667);
// EXTERNAL MODULE: ./build/src/relate/relate.js + 50 modules
var relate = __webpack_require__(9929);
// EXTERNAL MODULE: ./build/src/relate/resolve/mesh.js + 18 modules
var mesh = __webpack_require__(1984);
// EXTERNAL MODULE: ./build/src/relate/resolve/permissions.js + 1 modules
var permissions = __webpack_require__(1432);
// EXTERNAL MODULE: ./build/src/report/escape.js
var report_escape = __webpack_require__(6209);
// EXTERNAL MODULE: ./build/src/report/frame.js
var report_frame = __webpack_require__(3169);
// EXTERNAL MODULE: ./build/src/report/words.js
var words = __webpack_require__(3629);
;// CONCATENATED MODULE: ./build/src/report/connections.js
/** `ringfence connections`: who may talk to whom, as text, JSON or a Mermaid diagram, and what a change changes of it. */ 


/** What is new, gone or different, in the order of the lists. */ function changesOf(base, head) {
    const before = new Map(base.connections.map((one)=>[
            pairOf(one),
            one
        ]));
    const after = new Map(head.connections.map((one)=>[
            pairOf(one),
            one
        ]));
    const pairs = [
        ...new Map([
            ...before,
            ...after
        ])
    ].sort(([a], [b])=>a < b ? -1 : a > b ? 1 : 0);
    return pairs.flatMap(([pair, { from, to }])=>{
        const change = {
            from,
            to,
            before: before.get(pair)?.ports ?? null,
            after: after.get(pair)?.ports ?? null
        };
        return change.before === change.after ? [] : [
            change
        ];
    });
}
function pairOf({ from, to }) {
    return `${from}\n${to}`;
}
/** `base` null: the connections; else what changed from it. Ends in a newline. */ function formatConnections(head, base, format) {
    const changes = base === null ? null : changesOf(base, head);
    switch(format){
        case 'json':
            return (0,report_escape/* jsonText */.s$)(connectionRows(head, base));
        case 'text':
            return changes === null ? textOf(head) : textOfChanges(changes, head.notes);
        case 'mermaid':
            return mermaidOf(head, changes);
    }
}
/** What JSON says: `connections`, `changes` where there is a base, `notes`. */ function connectionRows(head, base) {
    return {
        connections: head.connections,
        ...base === null ? {} : {
            changes: changesOf(base, head)
        },
        notes: head.notes
    };
}
/* ------------------------------------------------------------------ text */ function textOf({ connections, workloads, notes }) {
    const { open, rest } = openEnds(connections, workloads);
    const lines = [
        ...[
            ...open.out
        ].sort().map((name)=>[
                name,
                EVERYONE,
                ALL
            ]),
        ...[
            ...open.in
        ].sort().map((name)=>[
                EVERYONE,
                name,
                ALL
            ]),
        ...rest.map(({ from, to, ports })=>[
                from,
                to,
                ports
            ])
    ];
    const body = lines.length === 0 ? [
        'nothing may talk to anything'
    ] : aligned(lines);
    const summary = `${(0,words/* count */.U9)(workloads.length, 'workload')}, ${(0,words/* count */.U9)(connections.length, 'connection')}`;
    const legend = open.in.size + open.out.size > 0 ? [
        'everyone: every workload and every address, as far as the other end lets it'
    ] : [];
    return `${[
        ...body,
        '',
        summary,
        ...legend,
        ...notesOf(notes)
    ].join('\n')}\n`;
}
function textOfChanges(changes, notes) {
    const lines = changes.map(({ from, to, before, after })=>{
        const sign = before === null ? '+' : after === null ? '-' : '~';
        return [
            `${sign} ${from}`,
            to,
            before !== null && after !== null ? `${before} → ${after}` : after ?? before ?? ''
        ];
    });
    const body = lines.length === 0 ? [
        'no connection changes'
    ] : aligned(lines);
    return `${[
        ...body,
        ...notes.length === 0 ? [] : [
            ''
        ],
        ...notesOf(notes)
    ].join('\n')}\n`;
}
function notesOf(notes) {
    return notes.map((note)=>(0,report_escape/* logLine */.BP)(`note: ${(0,report_escape/* plain */.pj)(note)}`));
}
function aligned(lines) {
    const table = lines.map((line)=>line.map(report_escape/* plain */.pj));
    const width = (column)=>table.reduce((most, line)=>Math.max(most, (0,report_frame/* columns */.Y)(line[column])), 0);
    const [first, second] = [
        width(0),
        width(1)
    ];
    const pad = (cell, to)=>cell + ' '.repeat(Math.max(0, to - (0,report_frame/* columns */.Y)(cell)));
    return table.map(([from, to, ports])=>(0,report_escape/* logLine */.BP)(`${pad(from, first)} => ${pad(to, second)} : ${ports}`));
}
/* --------------------------------------------------- what is open anyway */ const ALL = 'All Connections';
const EVERYONE = 'everyone';
const WORLD = '0.0.0.0-255.255.255.255[External]';
/**
 * In a cluster without policies every pair is a connection, and no list of them is read. An end that takes everything
 * from the whole world takes it from every workload as well; two such ends need no line of their own.
 */ function openEnds(connections, workloads) {
    const known = new Set(workloads);
    const world = connections.filter(({ ports })=>ports === ALL);
    const takes = new Set(world.filter(({ from, to })=>from === WORLD && known.has(to)).map(({ to })=>to));
    const gives = new Set(world.filter(({ from, to })=>to === WORLD && known.has(from)).map(({ from })=>from));
    // Only if every other open end does reach it: a rule may make an exception for somebody.
    const reached = countBy(world.filter(({ from })=>gives.has(from)).map(({ to })=>to));
    const reaching = countBy(world.filter(({ to })=>takes.has(to)).map(({ from })=>from));
    const open = {
        in: new Set([
            ...takes
        ].filter((name)=>(reached.get(name) ?? 0) === gives.size - (gives.has(name) ? 1 : 0))),
        out: new Set([
            ...gives
        ].filter((name)=>(reaching.get(name) ?? 0) === takes.size - (takes.has(name) ? 1 : 0)))
    };
    const rest = connections.filter(({ from, to, ports })=>{
        const said = (from === WORLD || open.out.has(from)) && (to === WORLD || open.in.has(to));
        return !(said && ports === ALL);
    });
    return {
        open,
        rest
    };
}
function countBy(names) {
    const counts = new Map();
    for (const name of names)counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
}
function mermaidOf({ connections, workloads }, changes) {
    const { open, rest } = openEnds(connections, workloads);
    const edges = changes === null ? [
        ...[
            ...open.out
        ].sort().map((from)=>({
                from,
                to: EVERYONE,
                label: 'all',
                change: 'same'
            })),
        ...[
            ...open.in
        ].sort().map((to)=>({
                from: EVERYONE,
                to,
                label: 'all',
                change: 'same'
            })),
        ...rest.map(({ from, to, ports })=>({
                from,
                to,
                label: portLabel(ports),
                change: 'same'
            }))
    ] : changes.flatMap(({ from, to, before, after })=>[
            ...before === null ? [] : [
                {
                    from,
                    to,
                    label: portLabel(before),
                    change: 'gone'
                }
            ],
            ...after === null ? [] : [
                {
                    from,
                    to,
                    label: portLabel(after),
                    change: 'new'
                }
            ]
        ]);
    const drawn = changes === null ? [
        ...workloads
    ] : [];
    const ends = [
        ...new Set([
            ...drawn,
            ...edges.flatMap(({ from, to })=>[
                    from,
                    to
                ])
        ])
    ].sort();
    const ids = new Map(ends.map((end, i)=>[
            end,
            `n${i}`
        ]));
    const groups = new Map();
    for (const end of ends){
        const group = /^([^/[\]{}]+)\/.+\[/.exec(end)?.[1] ?? '';
        groups.set(group, [
            ...groups.get(group) ?? [],
            end
        ]);
    }
    const lines = [
        'flowchart LR'
    ];
    for (const [group, members] of [
        ...groups
    ].sort(([a], [b])=>a < b ? -1 : 1)){
        const nodes = members.map((end)=>`${ids.get(end) ?? ''}${shape(end)}`);
        if (group === '') lines.push(...nodes.map((node)=>`  ${node}`));
        else lines.push(`  subgraph ns_${groupId(groups, group)} ["${connections_text(group)}"]`, ...nodes.map((node)=>`    ${node}`), '  end');
    }
    const links = joined(edges);
    for (const { from, to, label, change } of links){
        const arrow = change === 'gone' ? '-.->' : '-->';
        lines.push(`  ${from.map((end)=>ids.get(end) ?? '').join(' & ')} ${arrow}|"${connections_text(label)}"| ${ids.get(to) ?? ''}`);
    }
    // Links are styled by number, and a link with several sources is several.
    let number = 0;
    for (const { from, change } of links){
        const numbers = from.map(()=>number++);
        if (change !== 'same') lines.push(`  linkStyle ${numbers.join()} stroke:${change === 'new' ? '#cf222e' : '#8c959f'}`);
    }
    return `${lines.join('\n')}\n`;
}
/** Sources with the same ports to the same end share a line. */ function joined(edges) {
    const byLine = new Map();
    for (const { from, to, label, change } of edges){
        const key = [
            to,
            label,
            change
        ].join('\n');
        const known = byLine.get(key);
        if (known === undefined) byLine.set(key, {
            from: [
                from
            ],
            to,
            label,
            change
        });
        else known.from.push(from);
    }
    return [
        ...byLine.values()
    ];
}
function groupId(groups, group) {
    return [
        ...groups.keys()
    ].sort().indexOf(group);
}
const portLabel = (ports)=>ports === ALL ? 'all' : ports.replaceAll(',', ', ');
/** A workload is a box; what lies outside, and everyone, is rounded. */ function shape(end) {
    const [, name, kind] = /^[^/]+\/(.+)\[([^\]]+)\]$/.exec(end) ?? [];
    if (name !== undefined && kind !== undefined) return `["${connections_text(name)}<br/>${connections_text(kind)}"]`;
    const outside = end === WORLD ? 'outside of the cluster' : end.replace(/\[External\]$/, '').replace(/^\{(.*)\}$/, '$1');
    return `(["${connections_text(outside)}"])`;
}
/** Text in Mermaid's double quotes. */ function connections_text(value) {
    return (0,report_escape/* plain */.pj)(value).replaceAll('&', '#amp;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;').replaceAll('`', '#96;');
}

;// CONCATENATED MODULE: ./build/src/report/environments.js
/**
 * What is told of several environments: text and diagrams have a section for each, rows of JSON name theirs. Of one
 * environment there is nothing to tell apart, and it is printed as it stands.
 */ 
/** How what `relate` found is printed. */ const RELATE_FORMATS = [
    'text',
    'json',
    'mermaid'
];
/** A heading above each text; environments of which the same is told share one. */ function textSections(sections) {
    return environments_joined(sections, (names, content)=>`${(0,report_escape/* logLine */.BP)(`ENVIRONMENT ${(0,report_escape/* plain */.pj)(names)}`)}\n\n${content}`);
}
/** Mermaid knows one diagram a text: several are Markdown, as GitHub shows it and Mermaid's own command line reads it. */ function mermaidSections(sections) {
    return environments_joined(sections, (names, content)=>`## ${(0,report_escape/* markdown */.wD)(names)}\n\n\`\`\`mermaid\n${content}\`\`\`\n`);
}
function environments_joined(sections, section) {
    const [only, ...more] = sections;
    if (only !== undefined && more.length === 0) return only.content;
    const byContent = new Map();
    for (const { environment, content } of sections)byContent.set(content, [
        ...byContent.get(content) ?? [],
        environment
    ]);
    return [
        ...byContent
    ].map(([content, names])=>section(names.join(', '), content)).join('\n');
}
/** The lists of all, one behind the other; of several, rows carry `environment` and remarks begin with it. */ function jsonSections(sections) {
    const [only, ...more] = sections;
    if (only !== undefined && more.length === 0) return (0,report_escape/* jsonText */.s$)(only.content);
    const lists = [
        ...new Set(sections.flatMap(({ content })=>Object.keys(content)))
    ];
    const rowsOf = (list)=>sections.flatMap(({ environment, content })=>(content[list] ?? []).map((row)=>typeof row === 'string' ? `${environment}: ${row}` : {
                    environment,
                    ...row
                }));
    return (0,report_escape/* jsonText */.s$)(Object.fromEntries(lists.map((list)=>[
            list,
            rowsOf(list)
        ])));
}

;// CONCATENATED MODULE: ./build/src/report/mtls.js
/** What `ringfence mtls` prints: per workload and port the effective mode, and what decided it. */ 

/** Workloads that no mesh is meant to hold are left out. By namespace, kind, name and port. */ function mtlsLines(rows) {
    const pods = new Map();
    return rows.filter(({ applies })=>applies).flatMap((row)=>{
        const pod = pods.get(row.resource) ?? 0;
        pods.set(row.resource, pod + 1);
        return row.ports.map((port)=>lineOf(row, port, pod));
    }).sort((a, b)=>compare(keyOf(a), keyOf(b)) || (a.port ?? Infinity) - (b.port ?? Infinity));
}
function lineOf({ resource, mesh, ambient, enrolled }, { port, mode, why, by }, pod) {
    return {
        kind: resource.kind,
        namespace: resource.namespaceStated ? resource.namespace : null,
        name: resource.name,
        pod,
        mesh: ambient ? 'istio ambient' : mesh,
        enrolled: enrolled.answer,
        port,
        mode,
        why,
        by: by.map(({ kind, namespace, name })=>({
                kind,
                namespace,
                name
            }))
    };
}
/** The lines of the head whose mode is not the base's, with what it was; null: the base has no such port. */ function mtlsChanges(head, base) {
    const at = (line)=>`${keyOf(line)}\0${line.port ?? ''}`;
    const before = new Map(base.map((line)=>[
            at(line),
            line.mode
        ]));
    return head.flatMap((line)=>{
        const was = before.get(at(line)) ?? null;
        return was === line.mode ? [] : [
            {
                ...line,
                was
            }
        ];
    });
}
const keyOf = ({ namespace, kind, name, pod })=>[
        namespace ?? '',
        kind,
        name,
        pod
    ].join('\0');
/** By code unit: the same order on every machine. */ const compare = (a, b)=>a < b ? -1 : a > b ? 1 : 0;
function mtlsText(lines) {
    if (lines.length === 0) return 'no workload that a mesh would hold\n';
    const table = [
        [
            'WORKLOAD',
            'PORT',
            'MODE',
            'MESH',
            'DECIDED BY'
        ],
        ...lines.map((line)=>[
                titleOf(line),
                portOf(line, lines),
                modeOf(line),
                meshOf(line),
                line.why
            ])
    ].map((row)=>row.map(report_escape/* plain */.pj));
    const widths = [
        0,
        1,
        2,
        3
    ].map((i)=>Math.max(...table.map((row)=>(0,report_frame/* columns */.Y)(row[i] ?? ''))));
    const pad = (cell, width)=>cell + ' '.repeat(Math.max(0, width - (0,report_frame/* columns */.Y)(cell)));
    return table.map((row)=>`${(0,report_escape/* logLine */.BP)(row.map((cell, i)=>pad(cell, widths[i] ?? 0)).join('  ').trimEnd())}\n`).join('');
}
/** What JSON says: `mtls`, one row a port, and `changes` where there is a base. */ function mtlsRows(head, base) {
    return {
        mtls: head,
        ...base === null ? {} : {
            changes: mtlsChanges(head, base)
        }
    };
}
/** `base` null: the modes; else those that changed from it. Ends in a newline. */ function formatMtls(head, base, format) {
    if (format === 'json') return (0,report_escape/* jsonText */.s$)(mtlsRows(head, base));
    const lines = base === null ? head : mtlsChanges(head, base);
    if (format === 'mermaid') return mtlsMermaid(lines);
    return base !== null && lines.length === 0 ? 'no mode changes\n' : mtlsText(lines);
}
/** A flow chart: namespaces as boxes, workloads in them, each coloured by its weakest port. */ function mtlsMermaid(lines) {
    const namespaces = groups(lines, ({ namespace })=>namespace ?? '');
    const boxes = namespaces.flatMap(([namespace, inside], i)=>[
            `  subgraph n${i}["${label(namespace === '' ? 'no namespace stated' : namespace)}"]`,
            ...groups(inside, keyOf).flatMap(([, ports], j)=>{
                const [first] = ports;
                if (first === undefined) return [];
                const text = [
                    titleOf({
                        ...first,
                        namespace: null
                    }),
                    ...ports.map((port)=>`${portOf(port, ports)} ${modeOf(port)}`)
                ];
                return [
                    `    n${i}w${j}["${text.map(label).join('<br/>')}"]:::${weakest(ports).toLowerCase()}`
                ];
            }),
            '  end'
        ]);
    const styles = Object.entries(COLOURS).map(([mode, colour])=>`  classDef ${mode.toLowerCase()} fill:${colour},color:#000`);
    return `${[
        'flowchart LR',
        ...boxes,
        ...styles
    ].join('\n')}\n`;
}
const COLOURS = {
    STRICT: '#b7e1c0',
    UNKNOWN: '#e0e0e0',
    PERMISSIVE: '#ffe3a3',
    DISABLE: '#f5b7b1',
    NONE: '#f5b7b1'
};
const WEAKEST = [
    'NONE',
    'DISABLE',
    'PERMISSIVE',
    'UNKNOWN',
    'STRICT'
];
function weakest(ports) {
    return WEAKEST.find((mode)=>ports.some((port)=>port.mode === mode)) ?? 'UNKNOWN';
}
function titleOf({ kind, namespace, name, pod }) {
    return `${kind} ${namespace === null ? '' : `${namespace}/`}${name}${pod === 0 ? '' : ` pod ${pod + 1}`}`;
}
function portOf(line, lines) {
    if (line.port !== null) return String(line.port);
    return lines.some((other)=>other.port !== null && keyOf(other) === keyOf(line)) ? 'others' : 'all';
}
const modeOf = ({ mode, was })=>was === undefined ? mode : `${was ?? 'new'} → ${mode}`;
function meshOf({ mesh, enrolled }) {
    if (mesh === null || enrolled === 'no') return 'none';
    return enrolled === 'unknown' ? `${mesh}?` : mesh;
}
/** Whatever Mermaid could take for its own syntax becomes its entity of the character. */ function label(text) {
    return (0,report_escape/* plain */.pj)(text).replace(/[^A-Za-z0-9 ./:_,→?-]/gu, (c)=>`#${c.codePointAt(0) ?? 0};`);
}
function groups(items, key) {
    const found = new Map();
    for (const item of items)found.set(key(item), [
        ...found.get(key(item)) ?? [],
        item
    ]);
    return [
        ...found
    ];
}

;// CONCATENATED MODULE: ./build/src/report/permissions.js
/**
 * `ringfence permissions`: who may do what, as text, JSON or a Mermaid diagram, and what a change changes of it. What
 * every API server grants by itself is left out.
 */ 



/** By subject, namespace and resource. */ function permissions_changesOf(base, head) {
    const before = verbsByKey(base);
    const after = verbsByKey(head);
    return [
        ...new Set([
            ...before.keys(),
            ...after.keys()
        ])
    ].sort().flatMap((key)=>{
        const [old, now] = [
            before.get(key),
            after.get(key)
        ];
        const of = (now ?? old)?.of;
        if (of === undefined) return [];
        const change = {
            ...of,
            before: sorted(old?.verbs),
            after: sorted(now?.verbs)
        };
        return change.before.join() === change.after.join() ? [] : [
            change
        ];
    });
}
function verbsByKey(list) {
    const found = new Map();
    for (const { text: subject, grants } of list){
        for (const { scope, rules } of grants.filter(isDeclared)){
            for (const { rule } of rules){
                for (const resource of resourcesOf(rule)){
                    const namespace = namespaceOf(scope);
                    const key = [
                        subject,
                        namespace ?? '*',
                        resource
                    ].join('\0');
                    const known = found.get(key) ?? {
                        of: {
                            subject,
                            namespace,
                            resource
                        },
                        verbs: new Set()
                    };
                    found.set(key, known);
                    for (const verb of rule.verbs)known.verbs.add(verb);
                }
            }
        }
    }
    return found;
}
const sorted = (verbs = new Set())=>[
        ...verbs
    ].sort();
/** `base` null: the permissions; else what changed from it. Ends in a newline. */ function formatPermissions(head, base, format) {
    switch(format){
        case 'text':
            return base === null ? permissions_textOf(head) : permissions_textOfChanges(permissions_changesOf(base, head));
        case 'json':
            return (0,report_escape/* jsonText */.s$)(permissionRows(head, base));
        case 'mermaid':
            return permissions_mermaidOf(head, base);
    }
}
/** What JSON says: `permissions`, and `changes` where there is a base. */ function permissionRows(head, base) {
    return {
        permissions: head.map(jsonOf),
        ...base === null ? {} : {
            changes: permissions_changesOf(base, head)
        }
    };
}
const isDeclared = ({ binding })=>binding !== null;
/* ----------------------------------------------------------------- words */ /** `pods`, `deployments.apps/scale`, `pods named a, b`, `/metrics`; each resource of each group by itself. */ function resourcesOf({ apiGroups, resources, resourceNames, nonResourceURLs }) {
    const names = resourceNames.length === 0 ? '' : ` named ${[
        ...resourceNames
    ].sort().join(', ')}`;
    const qualified = apiGroups.flatMap((group)=>resources.map((resource)=>{
            const [name = '', ...subresource] = resource.split('/');
            return `${[
                group === '' ? name : `${name}.${group}`,
                ...subresource
            ].join('/')}${names}`;
        }));
    return [
        ...qualified,
        ...nonResourceURLs
    ];
}
const namespaceOf = (scope)=>scope === '' ? null : (0,permissions/* isSymbol */.Bm)(scope) ? '' : scope;
function whereText(namespace) {
    if (namespace === null) return 'in the whole cluster';
    return namespace === '' ? 'in its own namespace' : `in namespace ${namespace}`;
}
/* ------------------------------------------------------------------ text */ function permissions_textOf(list) {
    if (list.length === 0) return 'nobody is granted anything\n';
    const blocks = list.map(({ text, grants })=>[
            (0,report_escape/* logLine */.BP)((0,report_escape/* plain */.pj)(text)),
            ...grants.filter(isDeclared).flatMap(grantLines)
        ]);
    const bindings = new Set(list.flatMap(({ grants })=>grants.filter(isDeclared).map(({ bindingText })=>bindingText)));
    const summary = `${(0,words/* count */.U9)(list.length, 'subject')}, ${(0,words/* count */.U9)(bindings.size, 'binding')}`;
    return `${[
        ...blocks.flatMap((block)=>[
                ...block,
                ''
            ]),
        summary
    ].join('\n')}\n`;
}
function grantLines({ bindingText, roleText, scope, rules, unknown }) {
    const title = `  ${whereText(namespaceOf(scope))}, by ${bindingText} → ${roleText}`;
    const rows = rules.map(({ rule, roleText: from, index })=>[
            rule.verbs.join(', '),
            resourcesOf(rule).join(', '),
            `${from === roleText ? '' : `${from}, `}rule ${index + 1}`
        ]);
    const lines = [
        ...permissions_aligned(rows).map((row)=>`    ${row}`),
        ...unknown === null ? [] : [
            `    not known: ${(0,report_escape/* plain */.pj)(unknown)}`
        ]
    ];
    return [
        (0,report_escape/* logLine */.BP)((0,report_escape/* plain */.pj)(title)),
        ...lines.length === 0 ? [
            '    nothing'
        ] : lines
    ];
}
function permissions_textOfChanges(changes) {
    if (changes.length === 0) return 'no permission changes\n';
    const rows = changes.map(({ subject, namespace, resource, before, after })=>{
        const sign = before.length === 0 ? '+' : after.length === 0 ? '-' : '~';
        const [old, now] = [
            before.join(', '),
            after.join(', ')
        ];
        return [
            `${sign} ${subject}`,
            whereText(namespace),
            resource,
            old === '' || now === '' ? old + now : `${old} → ${now}`
        ];
    });
    return `${permissions_aligned(rows).join('\n')}\n`;
}
/** Columns as wide as they need; nothing behind the last. */ function permissions_aligned(rows) {
    const table = rows.map((row)=>row.map(report_escape/* plain */.pj));
    const widths = (table[0] ?? []).map((_, i)=>table.reduce((most, row)=>Math.max(most, (0,report_frame/* columns */.Y)(row[i] ?? '')), 0));
    const pad = (cell, width)=>cell + ' '.repeat(Math.max(0, width - (0,report_frame/* columns */.Y)(cell)));
    return table.map((row)=>(0,report_escape/* logLine */.BP)(row.map((cell, i)=>pad(cell, widths[i] ?? 0)).join('  ').trimEnd()));
}
/* ------------------------------------------------------------------ json */ function jsonOf({ subject, grants }) {
    const { kind, namespace, name } = subject;
    return {
        subject: {
            kind,
            namespace: namespace === '' || (0,permissions/* isSymbol */.Bm)(namespace) ? null : namespace,
            name
        },
        grants: grants.filter(isDeclared).map(({ bindingText, roleText, scope, rules, unknown })=>({
                binding: bindingText,
                role: roleText,
                namespace: namespaceOf(scope),
                rules: rules.map(({ rule, roleText: from, index })=>({
                        ...rule,
                        role: from,
                        rule: index + 1
                    })),
                unknown
            }))
    };
}
/** Subjects to the roles that they are bound to; of a change, what is new is red, and what is gone is dotted. */ function permissions_mermaidOf(head, base) {
    const now = edgesOf(head);
    const old = base === null ? now : edgesOf(base);
    const all = [
        ...new Map([
            ...old,
            ...now
        ])
    ].sort(([a], [b])=>a < b ? -1 : a > b ? 1 : 0);
    const drawn = base === null ? all : all.filter(([key])=>now.has(key) !== old.has(key));
    const ids = new Map();
    const idOf = (text)=>ids.get(text) ?? (ids.set(text, `n${ids.size}`), `n${ids.size - 1}`);
    const links = drawn.map(([key, { subject, role, label }])=>{
        const arrow = now.has(key) ? '-->' : '-.->';
        return `  ${idOf(subject)} ${arrow}|"${quoted(label)}"| ${idOf(role)}`;
    });
    const roles = new Set(drawn.map(([, { role }])=>role));
    const nodes = [
        ...ids
    ].map(([text, id])=>`  ${id}${roles.has(text) ? `["${quoted(text)}"]` : `(["${quoted(text)}"])`}`);
    const fresh = drawn.flatMap(([key], i)=>old.has(key) ? [] : [
            i
        ]);
    const styles = fresh.length === 0 ? [] : [
        `  linkStyle ${fresh.join()} stroke:#cf222e`
    ];
    return `${[
        'flowchart LR',
        ...nodes,
        ...links,
        ...styles
    ].join('\n')}\n`;
}
function edgesOf(list) {
    const edges = list.flatMap(({ text, grants })=>grants.filter(isDeclared).map(({ bindingText, roleText, scope })=>{
            const namespace = namespaceOf(scope);
            // A Role is its namespace's own.
            const role = roleText.startsWith('Role ') && namespace !== null && namespace !== '' ? `Role ${namespace}/${roleText.slice(5)}` : roleText;
            return {
                subject: text,
                role,
                label: `${bindingText}, ${whereText(namespace)}`
            };
        }));
    return new Map(edges.map((edge)=>[
            Object.values(edge).join('\0'),
            edge
        ]));
}
/** Text in Mermaid's double quotes. */ function quoted(text) {
    return (0,report_escape/* plain */.pj)(text).replace(/[^A-Za-z0-9 ./:_,-]/gu, (c)=>`#${c.codePointAt(0) ?? 0};`);
}

// EXTERNAL MODULE: ./build/src/run.js + 11 modules
var run = __webpack_require__(7923);
// EXTERNAL MODULE: ./build/src/host/files.js
var files = __webpack_require__(7779);
// EXTERNAL MODULE: ./build/src/host/gate-error.js
var gate_error = __webpack_require__(2886);
// EXTERNAL MODULE: ./build/src/host/git-tree.js + 1 modules
var git_tree = __webpack_require__(3310);
;// CONCATENATED MODULE: ./build/src/host/relate-command.js
/** `ringfence connections`, `permissions` and `mtls`: what `relate` found, and what changed of it since a commit. */ 
















const OPTIONS = {
    format: {
        type: 'string',
        default: 'text'
    },
    base: {
        type: 'string'
    },
    config: {
        type: 'string'
    }
};
const COMMANDS = {
    connections: telling(connections/* connectionsOf */.V1, formatConnections, connectionRows),
    permissions: telling(permissions/* permissionsOf */.k0, formatPermissions, permissionRows),
    mtls: telling((world)=>mtlsLines((0,mesh/* mtlsOf */.E)(world)), formatMtls, mtlsRows)
};
function telling(find, print, rowsOf) {
    return (head, base)=>{
        const [found, before] = [
            find(head),
            base === null ? null : find(base)
        ];
        return {
            in: (format)=>print(found, before, format),
            rows: ()=>rowsOf(found, before)
        };
    };
}
/** Throws `GateError` where the gate cannot do its work. */ async function relateCommand(command, args, cwd, distribution, onProgress) {
    const { values, positionals } = (0,external_node_util_.parseArgs)({
        args: [
            ...args
        ],
        allowPositionals: true,
        options: OPTIONS
    });
    const format = RELATE_FORMATS.find((name)=>name === values.format);
    if (format === undefined) throw new gate_error/* GateError */.u(`--format ${values.format}: there are ${RELATE_FORMATS.join(', ')}`);
    const asked = {
        cwd,
        paths: positionals.length === 0 ? [
            '.'
        ] : positionals,
        config: values.config ?? null
    };
    const nothingMore = {
        each: false,
        stage: '',
        failOn: '',
        tightenOnly: false
    };
    const loaded = await (0,run/* loadDistribution */.zU)(distribution);
    const { root, shown, scopes } = (0,run/* open */.ho)({
        ...asked,
        ...nothingMore
    }, loaded);
    const [scope] = scopes;
    if (scope === undefined) throw new Error('several paths are one scope');
    const tree = (0,files/* diskTree */.c)(root);
    const before = values.base === undefined ? null : (0,git_tree/* gitTree */.$)(root, values.base);
    const engines = (0,run/* enginesOf */.Dn)(distribution);
    try {
        const head = await (0,gate/* gather */.kg)(tree, scope, engines, onProgress);
        // A path that is new in the head is nothing in the base.
        const paths = scope.paths.filter((path)=>before !== null && before.stat(path) !== null);
        const base = before === null ? null : await (0,gate/* gather */.kg)(before, {
            ...scope,
            paths
        }, engines, onProgress);
        const worlds = worldsOf(head, base);
        const heads = worlds.map((world)=>world.head);
        const bases = worlds.flatMap((world)=>world.base ?? []);
        const line = (where)=>(item)=>(0,report_escape/* logLine */.BP)(`not judged${where}: ${describe(item, shown)}`);
        return {
            text: printed(COMMANDS[command], worlds, format),
            unjudged: [
                ...unjudgedOf(head, heads).map(line('')),
                ...(base === null ? [] : unjudgedOf(base, bases)).map(line(` in ${(0,report_escape/* plain */.pj)(values.base ?? '')}`))
            ]
        };
    } finally{
        await engines.close();
    }
}
/**
 * Environment by environment: they never mix. One that only the head or only the base names is, in the other, what
 * belongs to every environment. Trial values are for a look at the render, and nothing is deployed with them.
 */ function worldsOf(head, base) {
    const all = [
        head,
        ...base === null ? [] : [
            base
        ]
    ].flatMap(({ sources })=>(0,gate/* environmentsOf */.M2)(sources)).filter(({ trial })=>!trial);
    const byName = new Map(all.map((environment)=>[
            environment.name,
            environment
        ]));
    if (byName.size > 1) byName.delete(null);
    return [
        ...byName.values()
    ].map((environment)=>{
        const worldIn = ({ resources })=>(0,relate/* worldWithStandIns */.P)((0,gate/* inEnvironment */.H)(resources, environment.name), environment);
        return {
            environment,
            head: worldIn(head),
            base: base === null ? null : worldIn(base)
        };
    });
}
function printed(tell, worlds, format) {
    const told = worlds.map(({ environment, head, base })=>({
            name: environment.name ?? '',
            ...tell(head, base)
        }));
    if (format === 'json') return jsonSections(told.map(({ name, rows })=>({
            environment: name,
            content: rows()
        })));
    const sections = told.map(({ name, in: print })=>({
            environment: name,
            content: print(format)
        }));
    return format === 'text' ? textSections(sections) : mermaidSections(sections);
}
function unjudgedOf(gathered, worlds) {
    return (0,decide/* mergedUnjudged */.P2)([
        ...gathered.unjudged,
        ...worlds.flatMap(pod_problems/* unreadablePods */.e)
    ]);
}
function describe({ file, line, reason, environments }, shown) {
    const where = environments.length === 0 ? '' : ` (${environments.join(', ')})`;
    return (0,report_escape/* plain */.pj)(`${shown(file)}${line === null ? '' : `:${line}`}: ${reason}${where}`);
}


/***/ })

};
