export const id = 929;
export const ids = [929];
export const modules = {

/***/ 4310:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   renderCommand: () => (/* binding */ renderCommand)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7975);
/* harmony import */ var _render_chart_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4446);
/* harmony import */ var _render_render_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4148);
/* harmony import */ var _engines_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7999);
/* harmony import */ var _file_error_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(7239);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7779);
/* harmony import */ var _gate_error_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2886);
/* harmony import */ var _repository_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8154);
/** `ringfence render`: what a chart or a kustomization renders to, and from where; with `--raw` as the originals print it. */ 









const OPTIONS = {
    raw: {
        type: 'boolean',
        default: false
    },
    name: {
        type: 'string',
        default: 'release-name'
    },
    namespace: {
        type: 'string',
        short: 'n'
    },
    values: {
        type: 'string',
        short: 'f',
        multiple: true,
        default: []
    },
    set: {
        type: 'string',
        multiple: true,
        default: []
    },
    'kube-version': {
        type: 'string'
    },
    'api-versions': {
        type: 'string',
        multiple: true,
        default: []
    },
    'include-crds': {
        type: 'boolean',
        default: false
    }
};
/** Gives what to print. Throws `GateError` with what the original would have said. */ async function renderCommand(args, cwd, distribution) {
    const { values: options, positionals } = (0,node_util__WEBPACK_IMPORTED_MODULE_2__.parseArgs)({
        args: [
            ...args
        ],
        allowPositionals: true,
        options: OPTIONS
    });
    const [path, more] = positionals;
    if (path === undefined || more !== undefined) throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_8__/* .GateError */ .u('render takes one chart or kustomization');
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(cwd, path);
    if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(folder) || !(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(folder).isDirectory()) throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_8__/* .GateError */ .u(`${path}: no such folder`);
    const engines = (0,_engines_js__WEBPACK_IMPORTED_MODULE_5__/* .createEngines */ .QX)({
        directory: new URL('engine/', distribution),
        workerUrl: new URL('engine-worker.js', distribution)
    });
    try {
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'Chart.yaml'))) {
            return await renderChart(engines, placeOf(folder, cwd), {
                ...options,
                values: options.values.map((name)=>({
                        name,
                        content: readValues((0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(cwd, name), name)
                    }))
            });
        }
        if (_render_render_js__WEBPACK_IMPORTED_MODULE_4__/* .KUSTOMIZATION_FILES */ .Ct.some((name)=>(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, name)))) return await renderKustomization(engines, placeOf(folder, cwd), options.raw);
        throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_8__/* .GateError */ .u(`${path} is neither a chart nor a kustomization`);
    } finally{
        await engines.close();
    }
}
function readValues(file, name) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file);
    } catch (error) {
        throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_8__/* .GateError */ .u(`${name}: ${(0,_file_error_js__WEBPACK_IMPORTED_MODULE_9__/* .fileProblem */ .W)(error)}`);
    }
}
async function renderChart(engines, { tree, inTree, shown }, options) {
    const inChart = (file)=>shown((0,_render_chart_js__WEBPACK_IMPORTED_MODULE_3__/* .join */ .f)(inTree, file));
    const result = await engines.helm({
        files: (0,_render_chart_js__WEBPACK_IMPORTED_MODULE_3__/* .chartFiles */ .A)(tree, inTree),
        values: options.values,
        set: options.set,
        releaseName: options.name,
        // helm prints for `default`; the gate judges the symbol.
        namespace: options.namespace ?? (options.raw ? 'default' : _render_render_js__WEBPACK_IMPORTED_MODULE_4__/* .RELEASE_NAMESPACE */ .gM),
        kubeVersion: options['kube-version'],
        apiVersions: options['api-versions'],
        includeCrds: options['include-crds'] || !options.raw
    });
    if (result.error !== null) {
        const { file, line, message } = result.error;
        const isValues = options.values.some(({ name })=>name === file);
        const at = file === '' ? '' : `${isValues ? file : inChart(file)}${line === 0 ? '' : `:${line}`}: `;
        throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_8__/* .GateError */ .u(`${at}${message}`);
    }
    if (options.raw) return (0,_engines_js__WEBPACK_IMPORTED_MODULE_5__/* .rawHelmOutput */ .cB)(result.documents);
    return result.documents.map(({ file, index, hook, text })=>told(`${inChart(file)} document ${index}${hook === null ? '' : `, hook ${hook.events.join(', ')}`}`, text)).join('');
}
async function renderKustomization(engines, { tree, inTree, shown }, raw) {
    const result = await engines.kustomize({
        root: inTree,
        files: (0,_render_render_js__WEBPACK_IMPORTED_MODULE_4__/* .fileAccess */ .pA)(tree)
    });
    if (result.error !== null) throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_8__/* .GateError */ .u(result.error.message);
    if (raw) return (0,_engines_js__WEBPACK_IMPORTED_MODULE_5__/* .rawKustomizeOutput */ .lu)(result.documents);
    return result.documents.map(({ text, origin, transformations })=>{
        const by = transformations.map(({ configuredIn, path })=>configuredIn || path).filter((file)=>file !== '');
        const from = origin === null ? '' : origin.path || origin.configuredIn;
        const changes = by.length === 0 ? '' : `, changed by ${[
            ...new Set(by)
        ].map(shown).join(', ')}`;
        return told(`${from === '' ? 'unknown origin' : shown(from)}${changes}`, text);
    }).join('');
}
const told = (from, text)=>`---\n# ${from}\n${text.trim()}\n`;
function placeOf(folder, cwd) {
    const root = (0,_repository_js__WEBPACK_IMPORTED_MODULE_7__/* .rootOf */ .I5)(cwd, [
        folder
    ]);
    return {
        tree: (0,_files_js__WEBPACK_IMPORTED_MODULE_6__/* .diskTree */ .c)(root),
        inTree: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(root, folder).split(node_path__WEBPACK_IMPORTED_MODULE_1__.sep).join('/'),
        shown: (file)=>(0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(cwd, (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, file)).split(node_path__WEBPACK_IMPORTED_MODULE_1__.sep).join('/')
    };
}


/***/ })

};
