export const id = 617;
export const ids = [617];
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
    const isWanted = ({ policy, status, remedy })=>remedy !== null && status !== 'waived' && (policies.size === 0 || policies.has(policy));
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


/***/ })

};
