export const id = 656;
export const ids = [656,310];
export const modules = {

/***/ 3310:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  commitOf: () => (/* binding */ commitOf),
  gitTree: () => (/* binding */ gitTree)
});

// EXTERNAL MODULE: ./build/src/host/gate-error.js
var gate_error = __webpack_require__(2886);
// EXTERNAL MODULE: ./build/src/host/git.js
var git = __webpack_require__(260);
// EXTERNAL MODULE: ./build/src/discover/memory-tree.js
var memory_tree = __webpack_require__(1539);
// EXTERNAL MODULE: ./build/src/host/files.js
var files = __webpack_require__(7779);
;// CONCATENATED MODULE: ./build/src/host/object-tree.js
/** The tree of a commit, as a value: from git's listing of it and something that brings the objects. No filter is run. */ 

/** `listed` names directories before what is in them. */ function objectTree(listed, load) {
    return new ObjectTree(listed, load);
}
const KINDS = {
    '040000': 'directory',
    '120000': 'link',
    '160000': 'submodule'
};
/** What lies beside a file that is read, is read along with it, unless it is larger than this: no manifest is. */ const NEIGHBOUR_SIZE = 1024 * 1024;
/** As many as Linux follows. */ const MAX_LINKS = 40;
class ObjectTree {
    bring;
    nodes = new Map([
        [
            '',
            {
                kind: 'directory',
                id: '',
                size: 0
            }
        ]
    ]);
    /** Directory → the names in it. */ names = new Map([
        [
            '',
            []
        ]
    ]);
    blobs = new Map();
    named = new Map();
    constructor(listed, bring){
        this.bring = bring;
        for (const { mode, id, size, path } of listed){
            const kind = KINDS[mode] ?? 'file';
            this.nodes.set(path, {
                kind,
                id,
                size: kind === 'file' ? size : 0
            });
            if (kind === 'directory') this.names.set(path, []);
            this.names.get(parentOf(path))?.push(path.slice(path.lastIndexOf('/') + 1));
        }
        this.load([
            ...this.nodes.values()
        ].filter(({ kind })=>kind === 'link'));
    }
    list(directory) {
        const real = this.real(directory);
        const names = real === null ? undefined : this.names.get(real);
        if (real === null || names === undefined) return null;
        // By code unit, so that a run is the same on every machine.
        return [
            ...names
        ].sort().flatMap((name)=>this.entry(directory, childOf(real, name), name) ?? []);
    }
    read(file) {
        const real = this.real(file);
        const node = real === null ? undefined : this.nodes.get(real);
        if (real === null || node?.kind !== 'file') return null;
        if (node.size > files/* MAX_FILE_SIZE */.w) {
            this.name(file, `is larger than ${files/* MAX_FILE_SIZE */.w / 1024 / 1024} MiB`);
            return null;
        }
        const known = this.blobs.get(node.id);
        if (known !== undefined) return known;
        const folder = parentOf(real);
        const beside = (this.names.get(folder) ?? []).flatMap((name)=>this.nodes.get(childOf(folder, name)) ?? []);
        this.load([
            node,
            ...beside.filter(({ kind, size })=>kind === 'file' && size <= NEIGHBOUR_SIZE)
        ]);
        return this.blobs.get(node.id) ?? null;
    }
    stat(path) {
        const real = this.real(path);
        const kind = real === null ? undefined : this.nodes.get(real)?.kind;
        return kind === 'file' || kind === 'directory' ? kind : null;
    }
    problems() {
        return [
            ...this.named
        ].map(([file, reason])=>({
                file,
                reason
            }));
    }
    with(edits) {
        return (0,memory_tree/* editedTree */.c)(this, edits);
    }
    /** `at`: where it really lies. */ entry(directory, at, name) {
        const path = childOf(directory, name);
        const own = this.nodes.get(at);
        const link = own?.kind === 'link' ? this.real(path) : undefined;
        const found = link === undefined ? own : link === null ? undefined : this.nodes.get(link);
        if (found === undefined) return null;
        const linked = typeof link === 'string' ? {
            link
        } : {};
        if (found.kind === 'file') return {
            name,
            kind: 'file',
            size: found.size,
            ...linked
        };
        if (found.kind === 'submodule') {
            this.name(path, 'is a submodule: another repository holds its files');
            return null;
        }
        if (typeof link === 'string' && this.isAbove(directory, link)) {
            this.name(path, `is a symlink to ${link === '' ? 'the root' : link}, which holds it: a cycle`);
            return null;
        }
        return {
            name,
            kind: 'directory',
            size: 0,
            ...linked
        };
    }
    /** Whether a tree directory or one above it really lies at `real`. */ isAbove(directory, real) {
        const steps = directory === '' ? [] : directory.split('/');
        return [
            ...steps.keys(),
            steps.length
        ].some((depth)=>this.real(steps.slice(0, depth).join('/')) === real);
    }
    /** The path without a symlink in it; null where nothing is there, or where it leaves the tree: that is named. */ real(path) {
        const steps = path === '' ? [] : path.split('/');
        // Only a symlink may say these; a tree path that does is nowhere.
        if (steps.some((step)=>[
                '',
                '.',
                '..'
            ].includes(step))) return null;
        let at = '';
        let links = 0;
        for(let step = steps.shift(); step !== undefined; step = steps.shift()){
            if (step === '' || step === '.') continue;
            if (step === '..') {
                if (at === '') return this.name(path, 'is a symlink that leaves the repository');
                at = parentOf(at);
                continue;
            }
            const next = childOf(at, step);
            const node = this.nodes.get(next);
            if (node === undefined) return links === 0 ? null : this.name(path, 'is a symlink to nothing');
            if (node.kind !== 'link') {
                at = next;
                continue;
            }
            const target = object_tree_text(this.blobs.get(node.id) ?? new Uint8Array());
            if (target.startsWith('/')) return this.name(path, 'is a symlink that leaves the repository');
            if (++links > MAX_LINKS) return this.name(path, 'is a symlink in a circle');
            steps.unshift(...target.split('/'));
        }
        return at;
    }
    load(nodes) {
        const missing = [
            ...new Set(nodes.map(({ id })=>id))
        ].filter((id)=>!this.blobs.has(id));
        if (missing.length === 0) return;
        for (const [id, content] of this.bring(missing))this.blobs.set(id, content);
    }
    name(path, reason) {
        if (!this.named.has(path)) this.named.set(path, reason);
        return null;
    }
}
const parentOf = (path)=>path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const childOf = (directory, name)=>directory === '' ? name : `${directory}/${name}`;
const object_tree_text = (bytes)=>new TextDecoder('utf-8', {
        ignoreBOM: true
    }).decode(bytes);

;// CONCATENATED MODULE: ./build/src/host/git-tree.js
/** The tree of a commit, read from git's own store: never from the working tree. */ 


/** `root` is the top of a working tree, `ref` whatever git takes for a commit. Throws `GateError` where git refuses. */ function gitTree(root, ref) {
    const commit = commitOf(root, ref);
    if (commit === null) throw new gate_error/* GateError */.u(`${ref}: there is no such commit here; a shallow checkout has to fetch it first`);
    const listed = (0,git/* gitOutput */.o)(root, [
        'ls-tree',
        '-r',
        '-t',
        '-l',
        '-z',
        '--full-tree',
        commit
    ]);
    if (listed === null) throw new gate_error/* GateError */.u(`${ref}: git cannot list its files`);
    return objectTree(listing(git_tree_text(listed)), (ids)=>blobs(root, ids));
}
/** The identifier of a commit that is here; null where it is not. */ function commitOf(root, ref) {
    const commit = (0,git/* gitOutput */.o)(root, [
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${ref}^{commit}`
    ]);
    return commit === null ? null : git_tree_text(commit).trim();
}
/** `listed`: `mode type id size<tab>path`, each ended by NUL. */ function listing(listed) {
    return listed.split('\0').flatMap((line)=>{
        const [, mode = '', id = '', size = '', path = ''] = /^(\d+) \w+ (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
        return path === '' ? [] : [
            {
                mode,
                id,
                size: size === '-' ? 0 : Number(size),
                path
            }
        ];
    });
}
function blobs(root, ids) {
    const { status, stdout, words } = (0,git/* runGit */.E)(root, [
        'cat-file',
        '--batch'
    ], {
        input: `${ids.join('\n')}\n`
    });
    if (status !== 0) throw new gate_error/* GateError */.u(words === '' ? 'git cannot read the files of the base' : words);
    // `<id> blob <size>`, a line feed, the content, a line feed.
    const found = new Map();
    let at = 0;
    for (const id of ids){
        const end = stdout.indexOf('\n', at);
        const [, size] = /^\w+ blob (\d+)$/.exec(stdout.toString('latin1', at, end)) ?? [];
        if (size === undefined) throw new gate_error/* GateError */.u(`git has no object ${id}; a partial checkout has to fetch it first`);
        at = end + 1 + Number(size);
        found.set(id, stdout.subarray(end + 1, at));
        at += 1;
    }
    return found;
}
const git_tree_text = (bytes)=>new TextDecoder('utf-8', {
        ignoreBOM: true
    }).decode(bytes);


/***/ }),

/***/ 260:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ runGit),
/* harmony export */   o: () => (/* binding */ gitOutput)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1421);
/* harmony import */ var _gate_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2886);
/** git, as a process: the only place that starts it. It asks nobody for a password, runs no hook, and has an end. */ 

/** Reading a large commit takes seconds; a network that says nothing must not hold a job. */ const LIMIT_MS = 120_000;
/** Throws `GateError` where there is no git. */ function runGit(root, args, options = {}) {
    const limit = options.timeLimitMs ?? LIMIT_MS;
    // The checkout may belong to another user, as in a container: only what is asked for here is done in it.
    const settings = [
        '-c',
        `safe.directory=${root}`,
        '-c',
        'core.hooksPath=/dev/null',
        '-c',
        'core.fsmonitor=false'
    ];
    const { status, stdout, stderr, error } = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawnSync)('git', [
        '-C',
        root,
        ...settings,
        ...args
    ], {
        input: options.input ?? '',
        maxBuffer: 2 ** 31,
        timeout: limit,
        killSignal: 'SIGKILL',
        env: {
            ...process.env,
            GIT_TERMINAL_PROMPT: '0',
            LC_ALL: 'C',
            ...options.env
        }
    });
    if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT') return {
        status: null,
        stdout,
        words: `git did not answer within ${limit / 1000} s`
    };
    if (error !== undefined) throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_1__/* .GateError */ .u(`git cannot be run: ${error.message}`);
    const words = new TextDecoder().decode(stderr).trim().split('\n')[0] ?? '';
    return {
        status,
        stdout,
        words: words.replace(/^fatal: /, 'git: ')
    };
}
/** What git writes; null where it fails without a word. Throws `GateError` with its own words where it has some. */ function gitOutput(root, args) {
    const { status, stdout, words } = runGit(root, args);
    if (status === 0) return stdout;
    if (words === '') return null;
    throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_1__/* .GateError */ .u(words);
}


/***/ }),

/***/ 5656:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {


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
    const before = values.base === undefined ? null : (0,git_tree.gitTree)(root, values.base);
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
