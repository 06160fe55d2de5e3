export const id = 617;
export const ids = [617,431];
export const modules = {

/***/ 9617:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  fixCommand: () => (/* binding */ fixCommand)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./build/src/mend/report.js + 7 modules
var mend_report = __webpack_require__(3431);
;// CONCATENATED MODULE: ./build/src/report/diff.js
/** Two texts as a unified diff, as `diff -u` and git print it. */ /** Lines of the first text that go, and of the second that come, at the same place. 0-based. */ const CONTEXT = 3;
/** `a/FILE` and `b/FILE` in the head; '' where the texts are the same. */ function unifiedDiff(file, before, after) {
    const [old, now] = [
        linesOf(before),
        linesOf(after)
    ];
    const hunks = hunksOf(old, now);
    if (hunks.length === 0) return '';
    const groups = [];
    for (const hunk of hunks){
        const last = groups.at(-1)?.at(-1);
        if (last !== undefined && hunk.start - last.end <= 2 * CONTEXT) groups.at(-1)?.push(hunk);
        else groups.push([
            hunk
        ]);
    }
    return `--- a/${file}\n+++ b/${file}\n${groups.map((group)=>printed(group, old, now)).join('')}`;
}
/** The lines that go and come, without those around them: `-` and `+` before each. */ function changedLines(before, after) {
    const [old, now] = [
        linesOf(before),
        linesOf(after)
    ];
    return hunksOf(old, now).flatMap((hunk)=>signed(hunk, old, now));
}
function printed(group, old, now) {
    const [first, last] = [
        group[0],
        group.at(-1)
    ];
    const start = Math.max(0, first.start - CONTEXT);
    const end = Math.min(old.length, last.end + CONTEXT);
    const newStart = first.newStart - (first.start - start);
    const newEnd = last.newEnd + (end - last.end);
    const lines = [];
    let at = start;
    for (const hunk of group){
        lines.push(...old.slice(at, hunk.start).map((line)=>` ${line}`), ...signed(hunk, old, now));
        at = hunk.end;
    }
    lines.push(...old.slice(at, end).map((line)=>` ${line}`));
    const body = lines.map((line)=>line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`).join('');
    return `@@ -${span(start, end)} +${span(newStart, newEnd)} @@\n${body}`;
}
const signed = ({ start, end, newStart, newEnd }, old, now)=>[
        ...old.slice(start, end).map((line)=>`-${line}`),
        ...now.slice(newStart, newEnd).map((line)=>`+${line}`)
    ];
/** 1-based; of no lines, the line before them. */ function span(start, end) {
    const length = end - start;
    return length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`;
}
/** With their ends. */ const linesOf = (text)=>text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
/** Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986), on what is between the common ends. */ function hunksOf(old, now) {
    let head = 0;
    while(head < old.length && head < now.length && old[head] === now[head])head++;
    let tail = 0;
    const most = Math.min(old.length, now.length) - head;
    while(tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail])tail++;
    const kept = new Map(commonOf(old.slice(head, old.length - tail), now.slice(head, now.length - tail)).map(([x, y])=>[
            head + x,
            head + y
        ]));
    const hunks = [];
    let [start, newStart] = [
        head,
        head
    ];
    for (const [x, y] of [
        ...kept,
        [
            old.length - tail,
            now.length - tail
        ]
    ]){
        if (x > start || y > newStart) hunks.push({
            start,
            end: x,
            newStart,
            newEnd: y
        });
        start = x + 1;
        newStart = y + 1;
    }
    return hunks;
}
/** Pairs of indices of lines that stay, ascending. */ function commonOf(a, b) {
    /** The furthest x on each diagonal x - y, after each number of edits. */ const trace = [];
    const furthest = new Map([
        [
            1,
            0
        ]
    ]);
    for(let edits = 0;; edits++){
        trace.push(new Map(furthest));
        for(let k = -edits; k <= edits; k += 2){
            let x = comesDown(furthest, k, edits) ? furthest.get(k + 1) ?? 0 : (furthest.get(k - 1) ?? 0) + 1;
            while(x < a.length && x - k < b.length && a[x] === b[x - k])x++;
            furthest.set(k, x);
            if (x >= a.length && x - k >= b.length) return wayBack(trace, a.length, b.length);
        }
    }
}
const comesDown = (furthest, k, edits)=>k === -edits || k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1);
function wayBack(trace, width, height) {
    const pairs = [];
    let [x, y] = [
        width,
        height
    ];
    for(let edits = trace.length - 1; edits >= 0; edits--){
        const furthest = trace[edits];
        const k = x - y;
        const from = comesDown(furthest, k, edits) ? k + 1 : k - 1;
        const before = edits === 0 ? 0 : furthest.get(from) ?? 0;
        const above = edits === 0 ? 0 : before - from;
        while(x > before && y > above)pairs.push([
            --x,
            --y
        ]);
        [x, y] = [
            before,
            above
        ];
    }
    return pairs.reverse();
}

// EXTERNAL MODULE: ./build/src/report/escape.js
var report_escape = __webpack_require__(6209);
// EXTERNAL MODULE: ./build/src/report/words.js
var words = __webpack_require__(3629);
// EXTERNAL MODULE: ./build/src/run.js + 11 modules
var run = __webpack_require__(7923);
// EXTERNAL MODULE: ./build/src/host/file-error.js
var file_error = __webpack_require__(7239);
// EXTERNAL MODULE: ./build/src/host/files.js
var files = __webpack_require__(7779);
// EXTERNAL MODULE: ./build/src/host/gate-error.js
var gate_error = __webpack_require__(2886);
;// CONCATENATED MODULE: ./build/src/host/fix-command.js
/** `ringfence fix`: the edits that mend what has a mechanical remedy, written to the files, or as a diff. */ 










const OPTIONS = {
    'dry-run': {
        type: 'boolean',
        default: false
    },
    policy: {
        type: 'string',
        multiple: true,
        default: []
    },
    config: {
        type: 'string'
    },
    stage: {
        type: 'string'
    }
};
/** Throws `GateError` where the gate cannot do its work. */ async function fixCommand(args, cwd, distribution, onProgress) {
    const { values, positionals } = (0,external_node_util_.parseArgs)({
        args: [
            ...args
        ],
        allowPositionals: true,
        options: OPTIONS
    });
    const policies = new Set(values.policy);
    const isWanted = (verdict)=>(0,mend_report.isMendable)(verdict) && (policies.size === 0 || policies.has(verdict.policy));
    const outcome = await (0,run/* run */.eF)({
        cwd,
        paths: positionals.length === 0 ? [
            '.'
        ] : positionals,
        each: false,
        config: values.config ?? null,
        stage: values.stage ?? '',
        failOn: '',
        tightenOnly: false,
        distribution,
        onProgress,
        fixes: isWanted
    });
    const unknown = [
        ...policies
    ].find((id)=>!outcome.policies.some((policy)=>policy.id === id));
    if (unknown !== undefined) throw new gate_error/* GateError */.u(`--policy ${unknown}: there is no such policy`);
    const { mended, root, shown, report } = outcome;
    const tree = (0,files/* diskTree */.c)(root);
    const byName = [
        ...mended
    ].sort(([a], [b])=>a < b ? -1 : 1);
    const diffs = byName.map(([file, text])=>{
        const before = new TextDecoder('utf-8', {
            ignoreBOM: true
        }).decode(tree.read(file) ?? new Uint8Array());
        return unifiedDiff(shown(file), before, text);
    });
    if (!values['dry-run']) for (const [file, text] of byName)writeTo((0,external_node_path_.join)(root, file), shown(file), text);
    return {
        text: values['dry-run'] ? diffs.join('') : '',
        summary: summaryOf(report, isWanted, values['dry-run'])
    };
}
function writeTo(path, name, text) {
    try {
        (0,external_node_fs_.writeFileSync)(path, text);
    } catch (error) {
        throw new gate_error/* GateError */.u(`${name}: ${(0,file_error/* fileProblem */.W)(error)}`);
    }
}
function summaryOf(report, isWanted, isDry) {
    const fixed = report.findings.filter(({ fix })=>fix !== null);
    const refused = report.findings.filter((verdict)=>isWanted(verdict) && verdict.fix === null);
    const files = new Set(fixed.map(({ fix })=>fix?.file));
    const what = `${(0,words/* count */.U9)(fixed.length, 'finding')} in ${(0,words/* count */.U9)(files.size, 'file')}`;
    const rest = report.findings.length - fixed.length - refused.length;
    return [
        isDry ? `would mend ${what}` : `mended ${what}`,
        ...refused.length === 0 ? [] : [
            'no edit mends these and changes nothing else:'
        ],
        ...refused.map(({ location, policy, message })=>`  ${location.file}:${location.line} ${policy}: ${message}`),
        ...rest === 0 ? [] : [
            `${(0,words/* count */.U9)(rest, 'finding')} for a person to mend: \`ringfence check\` shows them`
        ]
    ].map((line)=>(0,report_escape/* logLine */.BP)((0,report_escape/* plain */.pj)(line)));
}


/***/ }),

/***/ 3431:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  isMendable: () => (/* binding */ isMendable),
  mendReport: () => (/* binding */ mendReport)
});

// EXTERNAL MODULE: ./build/src/decide/fingerprint.js
var fingerprint = __webpack_require__(4838);
// EXTERNAL MODULE: ./build/src/gate.js + 6 modules
var gate = __webpack_require__(8010);
// EXTERNAL MODULE: ./build/src/locate/locate.js + 6 modules
var locate_locate = __webpack_require__(7734);
// EXTERNAL MODULE: ./build/src/locate/written.js
var locate_written = __webpack_require__(5539);
// EXTERNAL MODULE: ./build/src/parse/json.js
var json = __webpack_require__(7231);
;// CONCATENATED MODULE: ./build/src/mend/change.js
/** What a mechanical remedy does to a value: plain data in, plain data out. */ 
/** A policy's `fix`; null where it has none, or one that nothing here understands. */ function changeOf(fix) {
    if (!(0,json/* isMap */.jh)(fix ?? undefined)) return null;
    const { set, remove } = fix;
    if (set !== undefined) return {
        set
    };
    return remove === true ? {
        remove
    } : null;
}
/**
 * The value with the change made; null where the path does not lead there. Maps that are missing on the way to a value
 * that is set are added; what is removed has to be there.
 */ function changed(value, path, change) {
    const [step, ...rest] = path;
    if (step === undefined) return 'set' in change ? change.set : null;
    const child = (0,json/* childOf */.GG)(value, step);
    if (child === undefined && ('remove' in change || typeof step === 'number' || !(0,json/* isMap */.jh)(value))) return null;
    if (rest.length === 0 && 'remove' in change) return without(value, step);
    const next = changed(child ?? (rest.length === 0 ? null : {}), rest, change);
    return next === null && !(rest.length === 0 && 'set' in change) ? null : replaced(value, step, next);
}
/**
 * What goes with a removal: a map or list that nothing would be left in goes too, as somebody would do by hand. Lists keep
 * their items, and a resource its `metadata` and `spec`.
 */ function removed(value, path) {
    let gone = path;
    for(let depth = path.length - 1; depth > 1; depth--){
        const parent = path.slice(0, depth);
        if (typeof parent.at(-1) !== 'string' || sizeOf((0,json/* valueAt */.fK)(value, parent)) !== 1) break;
        gone = parent;
    }
    return gone;
}
function replaced(value, step, child) {
    if (Array.isArray(value)) return value.map((item, i)=>i === step ? child : item);
    return {
        ...value,
        [step]: child
    };
}
function without(value, step) {
    if (Array.isArray(value)) return value.filter((_, i)=>i !== step);
    return Object.fromEntries(Object.entries(value).filter(([key])=>key !== step));
}
function sizeOf(value) {
    return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

// EXTERNAL MODULE: ./build/src/parse/split.js
var split = __webpack_require__(9409);
// EXTERNAL MODULE: ./build/src/parse/yaml.js + 9 modules
var yaml = __webpack_require__(3970);
// EXTERNAL MODULE: ./build/src/parse/scalar.js
var scalar = __webpack_require__(9841);
;// CONCATENATED MODULE: ./build/src/mend/write.js
/** Values as text, in the style of the document that they are put into. */ 

const DEFAULT_STEP = 2;
/** What a document's own hand is like. */ class Writer {
    text;
    eol;
    /** Columns that a map's keys stand right of the key above them. */ step;
    /** Columns that a list's dashes stand right of the key above them. */ dash;
    isJson;
    /** Whether lists of plain values stand in brackets. */ brackets;
    constructor(text, root){
        this.text = text;
        this.eol = text.includes('\r\n') ? '\r\n' : '\n';
        const found = {
            steps: new Map(),
            dashes: new Map(),
            lists: {
                flow: 0,
                block: 0
            }
        };
        look(text, root, -1, found);
        this.step = commonest(found.steps) ?? DEFAULT_STEP;
        this.dash = commonest(found.dashes) ?? this.step;
        this.isJson = root.style === 'flow' && [
            ...root.entries.values()
        ].every(({ start })=>text[start] === '"');
        this.brackets = found.lists.flow > 0 || found.lists.block === 0;
    }
    /** The lines of a key in a map in block style whose keys stand in `column`. */ entry(key, value, column) {
        const indent = ' '.repeat(column);
        const head = `${indent}${this.scalar(key)}:`;
        if ((0,json/* isMap */.jh)(value) && Object.keys(value).length > 0) return [
            head,
            ...Object.entries(value).flatMap(([k, v])=>this.entry(k, v, column + this.step))
        ];
        if (Array.isArray(value) && value.length > 0 && !this.brackets) return [
            head,
            ...value.map((item)=>`${indent}${' '.repeat(this.dash)}- ${this.flow(item)}`)
        ];
        return [
            `${head} ${this.flow(value)}`
        ];
    }
    /** On one line. */ flow(value) {
        if (Array.isArray(value)) return `[${value.map((item)=>this.flow(item)).join(', ')}]`;
        if ((0,json/* isMap */.jh)(value)) return `{${Object.entries(value).map(([key, item])=>this.flowEntry(key, item)).join(', ')}}`;
        return this.scalar(value);
    }
    flowEntry(key, value) {
        return `${this.scalar(key)}: ${this.flow(value)}`;
    }
    /** In place of a value of that style. */ inline(value, style) {
        if (typeof value !== 'string') return this.flow(value);
        if (style === 'single' && !/[\r\n]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
        return style === 'double' ? JSON.stringify(value) : this.scalar(value);
    }
    scalar(value) {
        if (typeof value !== 'string') return JSON.stringify(value);
        return this.isJson || !isPlain(value) ? JSON.stringify(value) : value;
    }
}
/** Whether a text reads as itself without quotes, in flow style too. */ function isPlain(value) {
    return /^[A-Za-z0-9_./-][\w./-]*$/.test(value) && !/^[-.]/.test(value) && (0,scalar/* resolvePlain */.Rg)(value) === value;
}
/** `column`: of the key above; -1 where there is none, or it is not in block style. */ function look(text, node, column, found) {
    if (node.target !== null) return;
    const own = node.start - (text.lastIndexOf('\n', node.start - 1) + 1);
    if (node.style === 'block' && column >= 0) {
        const counts = node.kind === 'mapping' ? found.steps : found.dashes;
        counts.set(own - column, (counts.get(own - column) ?? 0) + 1);
    }
    if (node.kind === 'sequence' && node.entries.size > 0) {
        const isPlainList = [
            ...node.entries.values()
        ].every(({ node: item })=>item.kind === 'scalar');
        if (isPlainList && node.style === 'flow') found.lists.flow++;
        else if (isPlainList) found.lists.block++;
    }
    for (const { node: child, merged, start } of node.entries.values()){
        if (merged) continue;
        const isUnderKey = node.style === 'block' && node.kind === 'mapping' && start >= 0;
        look(text, child, isUnderKey ? own : -1, found);
    }
}
function commonest(counts) {
    const [best] = [
        ...counts
    ].filter(([columns])=>columns >= 0).sort(([a, n], [b, m])=>m - n || a - b);
    return best === undefined ? null : best[0];
}

;// CONCATENATED MODULE: ./build/src/mend/edit.js
/**
 * A change of a value in a YAML text, made as a person would make it: nothing moves but the lines of the change. Quotes,
 * indentation, flow and block style, comments and line ends stay as they are, and what is new follows its neighbours.
 */ 



/**
 * The edits that make the change in a text of one document, last first; null where they would be more than that: the text
 * then does not say what the change is about, or says it in a way that only a person can edit (an explicit key, a tag).
 */ function editsOf(text, path, change) {
    const before = (0,yaml/* parseYaml */.hN)(text);
    const root = (0,yaml/* nodesOf */.Nh)(text);
    if (before.problem !== null || root === null) return null;
    const wanted = changed(before.value, path, change);
    if (wanted === null) return null;
    const edits = 'set' in change ? setting(text, root, path, change.set) : removing(text, root, path);
    if (edits === null) return null;
    const after = (0,yaml/* parseYaml */.hN)(withEdits(text, edits));
    // An edit is believed once it has been read back: an anchor that others use, for one, carries the change to them.
    return after.problem === null && (0,json/* isSame */.Ft)(after.value, wanted) ? edits : null;
}
/** Without what it leaves as it is at both ends. */ function narrowed(text, { start, end, text: put }) {
    const old = text.slice(start, end);
    const most = Math.min(old.length, put.length);
    let before = 0;
    while(before < most && old[before] === put[before])before++;
    let behind = 0;
    while(behind < most - before && old[old.length - 1 - behind] === put[put.length - 1 - behind])behind++;
    return {
        start: start + before,
        end: end - behind,
        text: put.slice(before, put.length - behind)
    };
}
function withEdits(text, edits) {
    return [
        ...edits
    ].sort((a, b)=>b.start - a.start).reduce((edited, { start, end, text: put })=>edited.slice(0, start) + put + edited.slice(end), text);
}
/* ------------------------------------------------------------------- set */ function setting(text, root, path, value) {
    const writer = new Writer(text, root);
    let entry = {
        start: -1,
        end: -1,
        node: root,
        merged: false
    };
    for (const [depth, step] of path.entries()){
        const rest = path.slice(depth + 1);
        const next = entry.node.entries.get(String(step));
        // What a merge brought is overridden, not changed where others take it from.
        if (next !== undefined && !(next.merged && rest.length === 0)) {
            entry = next;
            continue;
        }
        if (typeof step === 'number') return null;
        const inner = rest.reduceRight((below, key)=>({
                [key]: below
            }), value);
        return inserting(writer, entry, step, inner);
    }
    return replacing(writer, entry, value);
}
/** A new key in a map; the map may be empty, or a key without a value. */ function inserting(writer, parent, key, value) {
    const { text } = writer;
    const map = parent.node.target ?? parent.node;
    if (map.kind === 'mapping' && map.style === 'flow') return intoFlow(writer, map, key, value);
    if (map.kind === 'mapping') {
        const last = lastOf(map);
        if (last === null) return null;
        const at = lineEnd(text, endOf(text, last));
        return [
            lineAt(writer, at, writer.entry(key, value, columnOf(text, map.start)))
        ];
    }
    if (map.style === 'empty' && parent.start >= 0) {
        const at = lineEnd(text, parent.end);
        return [
            lineAt(writer, at, writer.entry(key, value, columnOf(text, parent.start) + writer.step))
        ];
    }
    const isNull = map.kind === 'scalar' && map.style === 'plain' && /^(?:~|null|Null|NULL)$/.test(sliced(text, map));
    return isNull ? [
        {
            start: map.start,
            end: map.end,
            text: writer.flow({
                [key]: value
            })
        }
    ] : null;
}
function intoFlow(writer, map, key, value) {
    const { text } = writer;
    const pair = writer.flowEntry(key, value);
    const last = lastOf(map);
    if (last === null) return [
        {
            start: map.start,
            end: map.end,
            text: `{${pair}}`
        }
    ];
    const end = endOf(text, last);
    const behind = text.slice(end, map.end - 1);
    const hasComma = /^\s*,/.test(behind);
    const put = (at, entry)=>{
        if (hasComma) return [
            {
                start: at,
                end: at,
                text: `${entry},`
            }
        ];
        if (at === end) return [
            {
                start: at,
                end: at,
                text: `,${entry}`
            }
        ];
        return [
            {
                start: end,
                end,
                text: ','
            },
            {
                start: at,
                end: at,
                text: entry
            }
        ];
    };
    const indent = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, last.start))?.[1];
    if (indent === undefined) return put(hasComma ? end + behind.indexOf(',') + 1 : end, ` ${pair}`);
    // One entry a line: the new one gets its own, behind what is said of the last.
    return put(Math.min(lineEnd(text, end), map.end - 1), `${writer.eol}${indent}${pair}`);
}
function replacing(writer, entry, value) {
    const { node } = entry;
    const { text } = writer;
    if (node.tagged) return null;
    if (node.style === 'empty') {
        const colon = text.indexOf(':', entry.end);
        if (entry.start < 0 || colon < 0 || text.slice(entry.end, colon).trim() !== '') return null;
        return [
            {
                start: colon + 1,
                end: colon + 1,
                text: ` ${writer.flow(value)}`
            }
        ];
    }
    if (node.style === 'literal' && node.target === null) return replacingLiteral(writer, entry, value);
    if (node.style === 'folded') return null;
    const isBlock = node.style === 'block' && node.target === null;
    if (!isBlock) {
        const styled = node.kind === 'scalar' && node.target === null ? node.style : 'plain';
        return [
            {
                start: node.start,
                end: node.end,
                text: writer.inline(value, styled)
            }
        ];
    }
    const end = contentEnd(text, node);
    if (node.kind === 'sequence' && Array.isArray(value) && value.length > 0) {
        const items = value.map((item)=>`- ${writer.flow(item)}`);
        const indent = ' '.repeat(columnOf(text, node.start));
        return [
            {
                start: node.start,
                end,
                text: items.join(`${writer.eol}${indent}`)
            }
        ];
    }
    const colon = entry.start < 0 ? -1 : text.indexOf(':', entry.end);
    return colon < 0 ? null : [
        {
            start: colon + 1,
            end,
            text: ` ${writer.flow(value)}`
        }
    ];
}
/** A text within the text: its lines change, its `|` and its indentation stay. */ function replacingLiteral(writer, entry, value) {
    const { node } = entry;
    if (typeof value !== 'string' || node.indent <= 0) return null;
    const { text, eol } = writer;
    const end = contentEnd(text, node);
    const indent = ' '.repeat(node.indent);
    const lines = value.replace(/\s+$/, '').split('\n');
    const written = lines.map((line)=>line === '' ? '' : indent + line).join(eol);
    return [
        narrowed(text, {
            start: node.start,
            end,
            text: written
        })
    ];
}
/* ---------------------------------------------------------------- remove */ function removing(text, root, path) {
    let parent = root;
    for (const step of path.slice(0, -1)){
        const next = parent.entries.get(String(step));
        if (next === undefined) return null;
        parent = next.node;
    }
    const written = parent.target ?? parent;
    const key = String(path.at(-1));
    const entry = written.entries.get(key);
    if (entry === undefined || entry.merged) return null;
    const entries = [
        ...written.entries.values()
    ].filter(({ merged })=>!merged);
    const index = entries.indexOf(entry);
    if (entries.length === 1 && written.entries.size === 1) return emptied(text, root, path, written);
    if (written.style === 'flow') return fromFlow(text, entries, index);
    return written.kind === 'sequence' ? itemFrom(text, written, entries, index) : keyFrom(text, written, entries, index);
}
/** Nothing is left of the map or list: it stays, empty. */ function emptied(text, root, path, node) {
    const empty = node.kind === 'sequence' ? '[]' : '{}';
    if (node.style === 'flow') return [
        {
            start: node.start,
            end: node.end,
            text: empty
        }
    ];
    const above = entryAt(root, path.slice(0, -1));
    if (above === null) return null;
    const end = contentEnd(text, node);
    if (above.start < 0) return [
        {
            start: node.start,
            end,
            text: empty
        }
    ];
    const colon = text.indexOf(':', above.end);
    return colon < 0 ? null : [
        {
            start: colon + 1,
            end,
            text: ` ${empty}`
        }
    ];
}
function fromFlow(text, entries, index) {
    const [before, entry, next] = [
        entries[index - 1],
        entries[index],
        entries[index + 1]
    ];
    if (next !== undefined) return [
        {
            start: beginOf(entry),
            end: beginOf(next),
            text: ''
        }
    ];
    return [
        {
            start: before === undefined ? beginOf(entry) : endOf(text, before),
            end: endOf(text, entry),
            text: ''
        }
    ];
}
/** The lines of a key, with the comment behind it; the comments above it are the reader's to keep. */ function keyFrom(text, map, entries, index) {
    const entry = entries[index];
    const end = lineEnd(text, endOf(text, entry));
    const start = lineStart(text, entry.start);
    if (text.slice(start, entry.start).trim() === '') return [
        {
            start,
            end: pastBreak(text, end),
            text: ''
        }
    ];
    // `- key: value`: the next key moves up behind the dash.
    const next = entries[index + 1];
    if (entry.start !== map.start || next === undefined) return null;
    const between = text.slice(end, next.start);
    return [
        {
            start: entry.start,
            end: between.trim() === '' ? next.start : end,
            text: ''
        }
    ];
}
function itemFrom(text, list, entries, index) {
    const entry = entries[index];
    const dash = text.lastIndexOf('-', Math.max(beginOf(entry) - 1, list.start));
    const start = lineStart(text, dash);
    const end = lineEnd(text, endOf(text, entry));
    if (dash < list.start) return null;
    if (text.slice(start, dash).trim() === '') return [
        {
            start,
            end: pastBreak(text, end),
            text: ''
        }
    ];
    const next = entries[index + 1];
    const nextDash = next === undefined ? -1 : text.lastIndexOf('-', beginOf(next) - 1);
    return nextDash < end ? null : [
        {
            start: dash,
            end: nextDash,
            text: ''
        }
    ];
}
/* ---------------------------------------------------------------- places */ function entryAt(root, path) {
    let entry = {
        start: -1,
        end: -1,
        node: root,
        merged: false
    };
    for (const step of path){
        const next = entry.node.entries.get(String(step));
        if (next === undefined) return null;
        entry = next;
    }
    return entry;
}
function lastOf(node) {
    return [
        ...node.entries.values()
    ].filter(({ merged })=>!merged).at(-1) ?? null;
}
const beginOf = ({ start, node })=>start < 0 ? node.start : start;
/** Where the value ends, or the key where there is none. */ function endOf(text, { end, node }) {
    return Math.max(end, node.style === 'empty' ? node.end : contentEnd(text, node));
}
/** Without the blank lines that follow a text in block style. */ function contentEnd(text, { start, end }) {
    let at = end;
    while(at > start && /\s/.test(text[at - 1] ?? ''))at--;
    return at;
}
/** Before the line break that ends the line, its carriage return included. */ function lineEnd(text, from) {
    const at = text.indexOf('\n', from);
    if (at < 0) return text.length;
    return text[at - 1] === '\r' && at > from ? at - 1 : at;
}
function pastBreak(text, at) {
    return text.startsWith('\r\n', at) ? at + 2 : Math.min(at + 1, text.length);
}
const lineStart = (text, at)=>text.lastIndexOf('\n', at - 1) + 1;
const columnOf = (text, at)=>at - lineStart(text, at);
const sliced = (text, { start, end })=>text.slice(start, end);
/** Whole lines behind a line that ends at `at`. */ function lineAt({ eol }, at, lines) {
    return {
        start: at,
        end: at,
        text: lines.map((line)=>eol + line).join('')
    };
}

;// CONCATENATED MODULE: ./build/src/mend/place.js
/** A change at a place of the repository: from the place in a document to the edits of its file. */ 



/** The edits that a change takes in a file's text; null where none can be made. Offsets of the text, from 0. */ function editsAt(text, written, change) {
    const { document, path, within } = written;
    const found = documentIn(text, document);
    if (found === null) return null;
    const edits = within === null ? editsOf(found.text, path, change) : editsWithin(found.text, path, {
        ...within,
        within: null
    }, change);
    return edits === null ? null : edits.map((edit)=>moved(edit, found.start));
}
/** YAML in a text of YAML: its lines change, the text around it does not. */ function editsWithin(text, path, inner, change) {
    const held = (0,json/* valueAt */.fK)((0,yaml/* parseYaml */.hN)(text).value, path);
    if (typeof held !== 'string') return null;
    const edits = editsAt(held, inner, change);
    return edits === null ? null : editsOf(text, path, {
        set: withEdits(held, edits)
    });
}
/** A document of a stream, and where it begins. */ function documentIn(text, index) {
    const mark = text.startsWith('\uFEFF') ? 1 : 0;
    const document = (0,split/* splitDocuments */.ZF)(text).documents[index];
    if (document === undefined) return null;
    let start = mark;
    for(let line = 1; line < document.line; line++)start = text.indexOf('\n', start) + 1;
    return text.startsWith(document.text, start) ? {
        text: document.text,
        start
    } : null;
}
const moved = ({ start, end, text }, by)=>({
        start: start + by,
        end: end + by,
        text
    });

;// CONCATENATED MODULE: ./build/src/mend/remedy.js
/** From a finding to the edits that might mend it: where its location says that the value is written, or decided. */ 





/**
 * The edits that might mend a finding, the best first; none where its policy knows no mechanical remedy, or where no one
 * place is known.
 */ function optionsOf(tree, sources, finding, located) {
    const change = changeOf(finding.fix);
    if (change === null) return [];
    const { written, keys, literal } = located;
    const present = (0,json/* valueAt */.fK)(finding.resource.object, finding.path) != null;
    const isExact = located.location.precision === 'exact';
    if (written !== null) {
        // What several places put together is no one place's to change, and what a patch takes away another one's to give.
        if (present !== isExact || 'remove' in change && !present) return [];
        return [
            valueOption(sources, written, change, true)
        ];
    }
    const inValues = keys.flatMap((key)=>isWhole(key) ? [
            keyOption(sources, key, change)
        ] : []);
    if (finding.resource.origin.vendored !== null) return inValues;
    const inTemplate = present ? literal && isExact ? literalOption(tree, located, change) : null : insertOption(tree, finding, located, change);
    return inTemplate === null ? inValues : [
        ...inValues.slice(0, 2),
        inTemplate
    ];
}
/** The key says the whole of the field, and not a part of its text. */ const isWhole = ({ tier, part })=>(tier === 'value' || tier === 'settable at') && part === '';
function keyOption(sources, { file, path, exists }, change) {
    const written = {
        file,
        document: 0,
        path,
        within: null
    };
    // A key that another layer sets cannot be taken away here.
    const own = 'remove' in change && !exists ? {
        set: null
    } : change;
    // Templates may count on a map that is empty.
    return valueOption(sources, written, own, false);
}
function valueOption(sources, written, change, prunes) {
    if (!prunes || !('remove' in change)) return {
        file: written.file,
        edit: {
            kind: 'value',
            written,
            change
        }
    };
    const { within } = written;
    const root = within === null ? {
        ...written,
        path: []
    } : {
        ...written,
        within: {
            ...within,
            path: []
        }
    };
    const document = (0,locate_written/* valueIn */.xm)(sources, root) ?? null;
    const shorter = within === null ? {
        ...written,
        path: removed(document, written.path)
    } : {
        ...written,
        within: {
            ...within,
            path: removed(document, within.path)
        }
    };
    return {
        file: written.file,
        edit: {
            kind: 'value',
            written: shorter,
            change
        }
    };
}
/** A template that says `key: value` in so many words: another value, or the line gone. */ function literalOption(tree, { location }, change) {
    const { file, column, endColumn } = location;
    const line = lineOf(tree, location);
    if (line === null) return null;
    const [from, to] = [
        line.start + column - 1,
        line.start + endColumn - 1
    ];
    const was = line.text.slice(column - 1, endColumn - 1);
    const pair = /^(["']?[\w./-]+["']?:[ \t]+)(["']?)([^\s"'#{}[\],]+)\2$/.exec(was);
    if (pair === null) return null;
    if ('set' in change) {
        if (typeof change.set === 'object') return null;
        const put = typeof change.set === 'string' ? JSON.stringify(change.set) : String(change.set);
        return {
            file,
            edit: {
                kind: 'text',
                was,
                at: {
                    start: from,
                    end: to,
                    text: `${pair[1]}${put}`
                }
            }
        };
    }
    const isAlone = /^\s*$/.test(line.text.slice(0, column - 1)) && /^\s*(?:#.*)?$/.test(line.text.slice(endColumn - 1));
    return isAlone ? {
        file,
        edit: {
            kind: 'text',
            was,
            at: {
                start: line.start,
                end: line.next,
                text: ''
            }
        }
    } : null;
}
/**
 * What a template leaves out, under the line that put out what it belongs to: a key that opens a map, or the first key of
 * a list's item. Whether the template's text there is what it seems to be, the render shows.
 */ function insertOption(tree, { resource, path }, { location }, change) {
    const { file, precision } = location;
    const line = precision === 'ancestor' ? lineOf(tree, location) : null;
    const depth = path.findIndex((_, i)=>(0,json/* valueAt */.fK)(resource.object, path.slice(0, i + 1)) == null);
    const missing = path.slice(depth);
    if (line === null || !('set' in change) || depth < 1 || missing.some((step)=>typeof step === 'number')) return null;
    const [, indent = '', key = '', rest = ''] = /^([ ]*(?:- +)*)([\w./-]+):(.*?)\r?\n?$/.exec(line.text) ?? [];
    const opens = /^[ \t]*(?:#.*)?$/.test(rest);
    const isItem = typeof path[depth - 1] === 'number';
    if (key === '' || (isItem ? opens || !indent.trimEnd().endsWith('-') : !opens || key !== path[depth - 1])) return null;
    const column = isItem ? indent.length : indent.length + 2;
    const eol = line.text.endsWith('\r\n') ? '\r\n' : '\n';
    const lines = missing.map((step, i)=>{
        const value = i === missing.length - 1 ? ` ${JSON.stringify(change.set)}` : '';
        return `${' '.repeat(column + 2 * i)}${step}:${value}${eol}`;
    });
    return {
        file,
        edit: {
            kind: 'text',
            was: '',
            at: {
                start: line.next,
                end: line.next,
                text: lines.join('')
            }
        }
    };
}
/** The line of a location, with its end, and where it and the next begin; null where it is not there, or not one line. */ function lineOf(tree, { file, line, endLine }) {
    const text = textOf(tree, file);
    if (text === null || line !== endLine) return null;
    let start = 0;
    for(let n = 1; n < line; n++){
        const end = text.indexOf('\n', start);
        if (end < 0) return null;
        start = end + 1;
    }
    const next = text.indexOf('\n', start) + 1;
    return next === 0 ? null : {
        text: text.slice(start, next),
        start,
        next
    };
}
/** Findings by the edit that is the `nth` option of each. */ function remediesOf(options, nth) {
    const remedies = new Map();
    for (const [finding, all] of options){
        const option = all[nth];
        if (option === undefined) continue;
        const key = JSON.stringify(option);
        const remedy = remedies.get(key) ?? {
            ...option,
            key,
            findings: []
        };
        remedy.findings.push(finding);
        remedies.set(key, remedy);
    }
    return [
        ...remedies.values()
    ].sort((a, b)=>order(nameOf(a), nameOf(b)));
}
const nameOf = ({ file, findings })=>`${file}\n${findings[0] === undefined ? '' : (0,fingerprint/* fingerprintOf */.ax)(findings[0])}`;
const order = (a, b)=>a < b ? -1 : a > b ? 1 : 0;
/** All remedies in the tree's files. Values are set first, and items go from the last on, so that paths stay right. */ function apply(tree, remedies) {
    const texts = new Map();
    const impossible = [];
    for (const remedy of [
        ...remedies
    ].sort(byTurn)){
        const text = texts.get(remedy.file) ?? textOf(tree, remedy.file);
        const edits = text === null ? null : remedy_editsOf(text, remedy);
        if (text === null || edits === null) impossible.push(remedy);
        else texts.set(remedy.file, withEdits(text, edits));
    }
    return {
        texts,
        impossible
    };
}
/** The edits of a remedy in its file's text as it is. */ function remedy_editsOf(text, { edit }) {
    if (edit.kind === 'value') return editsAt(text, edit.written, edit.change);
    return text.slice(edit.at.start, edit.at.end).includes(edit.was) ? [
        edit.at
    ] : null;
}
function textOf(tree, file) {
    const bytes = tree.read(file);
    if (bytes === null) return null;
    try {
        return new TextDecoder('utf-8', {
            fatal: true,
            ignoreBOM: true
        }).decode(bytes);
    } catch (error) {
        if (error instanceof TypeError) return null;
        throw error;
    }
}
/** Text from its end on; then what is set; then what goes, the last item first. */ function byTurn(a, b) {
    const turn = ({ edit })=>edit.kind === 'text' ? 0 : 'set' in edit.change ? 1 : 2;
    if (turn(a) !== turn(b)) return turn(a) - turn(b);
    if (a.edit.kind === 'text' && b.edit.kind === 'text') return b.edit.at.start - a.edit.at.start;
    return order(placeKey(b), placeKey(a));
}
/** A path as text that sorts as its numbers do. */ function placeKey({ edit }) {
    if (edit.kind === 'text') return '';
    const { path, within } = edit.written;
    const steps = [
        ...path,
        ...within?.path ?? []
    ];
    return steps.map((step)=>typeof step === 'number' ? String(step).padStart(9, '0') : step).join('\u0000');
}

;// CONCATENATED MODULE: ./build/src/mend/verify.js
/** What edits did, by the judgement before and after: whether each mended its findings, and nothing else changed. */ 


/** `before` and `after` have a judgement a scope. */ function verify(before, after, remedies) {
    const refuted = new Set();
    const suspects = new Set();
    const byResource = new Map();
    for (const remedy of remedies){
        for (const { resource } of remedy.findings){
            const key = resourceKey(resource);
            byResource.set(key, [
                ...byResource.get(key) ?? [],
                remedy
            ]);
        }
    }
    let holds = true;
    const blame = (resource)=>{
        holds = false;
        const touching = new Set(resource === null ? [] : byResource.get(resourceKey(resource)));
        const [only] = touching;
        if (touching.size === 1 && only !== undefined) refuted.add(only);
        else for (const remedy of touching)suspects.add(remedy);
    };
    const left = new Set(after.flatMap(({ findings })=>findings.map(toldKey)));
    for (const remedy of remedies){
        if (!remedy.findings.some((finding)=>left.has(toldKey(finding)))) continue;
        refuted.add(remedy);
        holds = false;
    }
    for (const { resource } of newOf(before, after, ({ findings, unknowns })=>[
            ...findings,
            ...unknowns
        ], toldKey))blame(resource);
    if (newOf(before, after, ({ unjudged })=>unjudged, unjudgedKey).length > 0) blame(null);
    for (const resource of otherwise(before, after, byResource))blame(resource);
    return {
        holds,
        refuted,
        suspects
    };
}
function newOf(before, after, of, keyOf) {
    const known = new Set(before.flatMap((judgement)=>of(judgement).map(keyOf)));
    return after.flatMap(of).filter((told)=>!known.has(keyOf(told)));
}
/** A plain value of a list by what it is: its index changes when another one goes. */ function toldKey(told) {
    const { resource, path, environment } = told;
    const last = path.at(-1);
    const item = typeof last === 'number' ? (0,json/* valueAt */.fK)(objectOf(resource), path) : undefined;
    const isPlain = item !== undefined && (0,fingerprint/* nameOf */.Vb)(item) === null && typeof item !== 'object';
    const place = isPlain ? `${(0,fingerprint/* fingerprintOf */.ax)({
        ...told,
        path: path.slice(0, -1)
    })}=${JSON.stringify(item)}` : (0,fingerprint/* fingerprintOf */.ax)(told);
    return JSON.stringify([
        resource.origin.source,
        environment.name,
        resource.origin.environment.name,
        place
    ]);
}
const unjudgedKey = ({ file, reason, policy, source })=>JSON.stringify([
        file,
        reason,
        policy,
        source
    ]);
const objectOf = ({ object })=>object;
const resourceKey = (resource)=>{
    const { origin } = resource;
    return JSON.stringify([
        origin.source,
        origin.environment.name,
        origin.environment.label,
        (0,fingerprint/* identityOf */.cu)(resource)
    ]);
};
/** Resources that came, went, or changed by more than their findings' paths. */ function otherwise(before, after, remedies) {
    const [old, now] = [
        byKey(before),
        byKey(after)
    ];
    const gone = [
        ...old
    ].flatMap(([key, resources])=>now.get(key)?.length === resources.length ? [] : resources);
    const wrong = [
        ...now
    ].flatMap(([key, resources])=>{
        const were = old.get(key);
        if (were === undefined || were.length !== resources.length) return resources;
        return resources.filter((resource, i)=>{
            const findings = (remedies.get(key) ?? []).flatMap((remedy)=>remedy.findings.filter((finding)=>resourceKey(finding.resource) === key));
            return !isAsMeant(objectOf(were[i]), objectOf(resource), findings);
        });
    });
    return [
        ...gone,
        ...wrong
    ];
}
function byKey(judgements) {
    const resources = new Map();
    for (const resource of judgements.flatMap((judgement)=>judgement.resources)){
        const key = resourceKey(resource);
        const same = resources.get(key);
        if (same === undefined) resources.set(key, [
            resource
        ]);
        else same.push(resource);
    }
    return resources;
}
/** Whether two renders of a resource are the same, but for the paths of these findings. */ function isAsMeant(old, now, findings) {
    if ((0,json/* isSame */.Ft)(old, now)) return true;
    let [before, after] = [
        old,
        now
    ];
    // Items from the last on: the others keep their index until it is their turn.
    const paths = [
        ...new Map(findings.map((finding)=>[
                JSON.stringify(finding.path),
                finding
            ])).values()
    ].sort((a, b)=>lastIndex(b.path) - lastIndex(a.path));
    for (const { path, fix } of paths){
        const change = changeOf(fix);
        const isItem = typeof path.at(-1) === 'number';
        before = verify_without(before, path);
        // An item that went is not there any more; the one in its place is another.
        if (!(isItem && change !== null && 'remove' in change)) after = verify_without(after, path);
    }
    return (0,json/* isSame */.Ft)(pruned(before, paths), pruned(after, paths));
}
const lastIndex = (path)=>{
    const last = path.at(-1);
    return typeof last === 'number' ? last : Number.MAX_SAFE_INTEGER;
};
function verify_without(value, path) {
    return (0,json/* valueAt */.fK)(value, path) === undefined ? value : changed(value, path, {
        remove: true
    }) ?? value;
}
/** Without what the findings' paths lead through and nothing is left in: it came, or went, with the value. */ function pruned(value, findings) {
    let kept = value;
    for (const { path } of findings){
        for(let depth = path.length - 1; depth > 0; depth--){
            const above = path.slice(0, depth);
            const found = above.reduce(json/* childOf */.GG, kept);
            if (found === undefined || typeof above.at(-1) === 'number') continue;
            const isEmpty = found === null || ((0,json/* isMap */.jh)(found) ? Object.keys(found).length === 0 : Array.isArray(found) && (0,json/* listOf */.c3)(found).length === 0);
            if (!isEmpty) break;
            kept = verify_without(kept, above);
        }
    }
    return kept;
}

;// CONCATENATED MODULE: ./build/src/mend/mend.js
/**
 * mend: the edits that mend findings, an outer loop over `judge`. An edit is offered once the tree with it has been
 * rendered and judged again: its findings are gone, nothing new is found, and nothing in the render is otherwise than
 * before but the findings' own paths.
 */ 





/** A finding may be mended in its values, else in its template. */ const MOST_OPTIONS = 3;
async function mend(patient) {
    const { tree, scopes, head, rules, engines, progress, isWanted } = patient;
    const findings = head.flatMap((judgement)=>judgement.findings);
    const mendable = findings.filter(({ fix })=>changeOf(fix) !== null);
    const sources = new locate_written/* Sources */.jp(tree);
    const locate = await (0,locate_locate/* locatorOf */.e)(tree, head.flatMap((judgement)=>judgement.sources), engines, mendable.map(({ resource, path, fix })=>{
        const change = changeOf(fix);
        return {
            resource,
            path,
            values: true,
            wanted: change !== null && 'set' in change ? change.set : null
        };
    }));
    const options = new Map(mendable.map((finding)=>[
            finding,
            optionsOf(tree, sources, finding, locate(finding))
        ]));
    let round = 0;
    const verified = async (remedies)=>{
        progress(`trying ${remedies.length} fixes, round ${++round}`);
        const { texts, impossible } = apply(tree, remedies);
        const encoder = new TextEncoder();
        const edited = tree.with(new Map([
            ...texts
        ].map(([file, text])=>[
                file,
                encoder.encode(text)
            ])));
        const after = [];
        for (const scope of scopes)after.push(await (0,gate/* judge */.S4)(edited, scope, rules, engines, ()=>undefined));
        const result = verify(head, after, remedies);
        return impossible.length === 0 ? result : {
            ...result,
            holds: false,
            refuted: new Set([
                ...result.refuted,
                ...impossible
            ])
        };
    };
    let accepted = [];
    for(let nth = 0; nth < MOST_OPTIONS; nth++){
        const mended = new Set(accepted.flatMap((remedy)=>remedy.findings));
        const open = new Map([
            ...options
        ].filter(([finding])=>!mended.has(finding)));
        const remedies = remediesOf(open, nth).filter((remedy)=>remedy.findings.some(isWanted));
        if (remedies.length > 0) accepted = await settle(accepted, remedies, verified);
    }
    return {
        texts: apply(tree, accepted).texts,
        fixes: new Map(accepted.flatMap((remedy)=>{
            const text = textOf(tree, remedy.file);
            const edits = text === null ? null : remedy_editsOf(text, remedy);
            if (text === null || edits === null) return [];
            const fix = {
                file: remedy.file,
                edits: edits.map((edit)=>inLines(text, edit))
            };
            return remedy.findings.map((finding)=>[
                    finding,
                    fix
                ]);
        }))
    };
}
/**
 * As many candidates as hold together, and with those that are accepted already. All are tried at once; what is refuted by
 * itself goes, and what is left in doubt is halved.
 */ async function settle(accepted, candidates, verified) {
    let left = candidates;
    for(;;){
        if (left.length === 0) return accepted;
        const together = [
            ...accepted,
            ...left
        ];
        const { holds, refuted, suspects } = await verified(together);
        if (holds) return together;
        const standing = left.filter((remedy)=>!refuted.has(remedy));
        if (standing.length < left.length) {
            left = standing;
            continue;
        }
        if (left.length === 1) return accepted;
        const doubtful = left.filter((remedy)=>suspects.has(remedy));
        const [first, second] = doubtful.length > 0 && doubtful.length < left.length ? [
            left.filter((remedy)=>!suspects.has(remedy)),
            doubtful
        ] : [
            left.slice(0, left.length >> 1),
            left.slice(left.length >> 1)
        ];
        return settle(await settle(accepted, first, verified), second, verified);
    }
}
function inLines(text, { start, end, text: put }) {
    const from = placeOf(text, start);
    const to = placeOf(text, end);
    return {
        line: from.line,
        column: from.column,
        endLine: to.line,
        endColumn: to.column,
        text: put
    };
}
function placeOf(text, offset) {
    const before = text.slice(0, offset);
    const last = before.lastIndexOf('\n');
    return {
        line: before.split('\n').length,
        column: offset - last
    };
}

;// CONCATENATED MODULE: ./build/src/mend/report.js
/** The report with the fixes of its findings. */ 

/** Its policy knows a mechanical remedy, and nobody accepted it. */ const isMendable = ({ remedy, status })=>remedy !== null && status !== 'waived';
/** Looks for fixes of the verdicts that are wanted. `shown`: tree path → path relative to the working directory. */ async function mendReport(report, isWanted, patient) {
    const { shown } = patient;
    const keyOf = (finding)=>JSON.stringify([
            (0,fingerprint/* fingerprintOf */.ax)(finding),
            shown(finding.resource.origin.source)
        ]);
    const verdictKey = ({ fingerprint, source })=>JSON.stringify([
            fingerprint,
            source
        ]);
    const wanted = new Set(report.findings.filter(isWanted).map(verdictKey));
    const { texts, fixes } = await mend({
        ...patient,
        isWanted: (finding)=>wanted.has(keyOf(finding))
    });
    const byKey = new Map([
        ...fixes
    ].map(([finding, fix])=>[
            keyOf(finding),
            {
                ...fix,
                file: shown(fix.file)
            }
        ]));
    const findings = report.findings.map((verdict)=>({
            ...verdict,
            fix: byKey.get(verdictKey(verdict)) ?? null
        }));
    return {
        report: {
            ...report,
            findings
        },
        texts
    };
}


/***/ })

};
