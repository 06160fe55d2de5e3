export const id = 724;
export const ids = [724];
export const modules = {

/***/ 4724:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   baselineCommand: () => (/* binding */ baselineCommand),
/* harmony export */   initCommand: () => (/* binding */ initCommand)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var js_yaml__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3243);
/* harmony import */ var _config_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1227);
/* harmony import */ var _decide_baseline_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1635);
/* harmony import */ var _decide_before_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7228);
/* harmony import */ var _decide_fingerprint_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4838);
/* harmony import */ var _report_words_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3629);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7132);
/* harmony import */ var _arguments_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(7584);
/* harmony import */ var _file_error_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(7239);
/* harmony import */ var _gate_error_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(2886);
/* harmony import */ var _repository_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(8154);
const BASELINE_FILE=".ringfence-baseline.json";const WORKFLOW_FILE=".github/workflows/ringfence.yml";async function initCommand(args,cwd,distribution,onProgress){(0,_arguments_js__WEBPACK_IMPORTED_MODULE_9__/* .argumentsOf */ .a)("init",{args:[...args],options:{}});const root=(0,_repository_js__WEBPACK_IMPORTED_MODULE_10__/* .rootOf */ .I5)(cwd,[cwd]);if((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root,_config_js__WEBPACK_IMPORTED_MODULE_3__/* .CONFIG_FILE */ .g2)))throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_11__/* .GateError */ .u(`${_config_js__WEBPACK_IMPORTED_MODULE_3__/* .CONFIG_FILE */ .g2} is there already`);const judged=await judge(root,distribution,onProgress,"");const isEmpty=judged.report.judged.resources===0&&judged.report.unjudged.length===0;const stage=isEmpty?1:heldStage(judged.report);const held=stage===1?judged:await judge(root,distribution,onProgress,String(stage));const blocking=new Set(held.report.findings.filter(f=>f.status==="blocking").map(f=>f.fingerprint));const entries=(0,_decide_baseline_js__WEBPACK_IMPORTED_MODULE_4__/* .baselineOf */ .Bv)({findings:held.findings.filter(f=>blocking.has((0,_decide_fingerprint_js__WEBPACK_IMPORTED_MODULE_6__/* .fingerprintOf */ .ax)(f)))},_run_js__WEBPACK_IMPORTED_MODULE_8__/* .sha256 */ .sc);const inBaseline=entries.reduce((sum,entry)=>sum+entry.count,0);const config={stage,...entries.length===0?{}:{baseline:BASELINE_FILE}};const hasWorkflow=(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root,WORKFLOW_FILE));const written=[writeNew(root,_config_js__WEBPACK_IMPORTED_MODULE_3__/* .CONFIG_FILE */ .g2,(0,js_yaml__WEBPACK_IMPORTED_MODULE_2__/* .dump */ .Bh)(config)),...entries.length===0?[]:[writeNew(root,BASELINE_FILE,(0,_decide_baseline_js__WEBPACK_IMPORTED_MODULE_4__/* .writeBaseline */ .B9)(entries))],...hasWorkflow?[]:[writeNew(root,WORKFLOW_FILE,WORKFLOW)]];return lines([`wrote ${written.join(", ")}`,...hasWorkflow?[]:[`${WORKFLOW_FILE} names OWNER and COMMIT: put the action that you use there.`],isEmpty?"There is nothing to judge here yet: the gate begins with stage 1.":entries.length===0?`The repository holds stage ${stage} of 4.`:`The repository does not hold stage ${stage} yet: ${(0,_report_words_js__WEBPACK_IMPORTED_MODULE_7__/* .count */ .U9)(inBaseline,"finding")} of today ${inBaseline===1?"is":"are"} in the baseline, what is new blocks.`,...held.report.next.map(next=>`Stage ${next.stage} would block ${next.findings} more.`),...held.report.unjudged.length===0?[]:[`${held.report.unjudged.length} could not be judged and will block: \`ringfence check\` says why.`]])}async function baselineCommand(args,cwd,distribution,onProgress){(0,_arguments_js__WEBPACK_IMPORTED_MODULE_9__/* .argumentsOf */ .a)("baseline",{args:[...args],options:{}});const judged=await judge(configuredFolder(cwd),distribution,onProgress,"");const{findings,baseline,baselineFile,report}=judged;if(baselineFile===null)throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_11__/* .GateError */ .u("the configuration names no baseline; `ringfence init` writes one");if(report.unjudged.length>0)throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_11__/* .GateError */ .u(`${report.unjudged.length} could not be judged, so what is mended cannot be told: \`ringfence check\` says why`);const held=(0,_decide_baseline_js__WEBPACK_IMPORTED_MODULE_4__/* .heldBy */ .Vr)(baseline,_run_js__WEBPACK_IMPORTED_MODULE_8__/* .sha256 */ .sc);for(const[finding]of (0,_decide_before_js__WEBPACK_IMPORTED_MODULE_5__/* .instancesOf */ .sG)(findings))held.takeOne(finding);const{entries,mended}=held.rest();if(mended>0)writeText(baselineFile,(0,_decide_baseline_js__WEBPACK_IMPORTED_MODULE_4__/* .writeBaseline */ .B9)(entries));const left=entries.reduce((sum,entry)=>sum+entry.count,0);return lines([mended===0?`nothing of it is mended; ${left} left`:`${mended} mended and taken out; ${left} left`])}const lines=all=>all.map(line=>`${line}
`).join("");function configuredFolder(cwd){const root=(0,_repository_js__WEBPACK_IMPORTED_MODULE_10__/* .rootOf */ .I5)(cwd,[cwd]);let folder=cwd;while(folder!==root&&!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder,_config_js__WEBPACK_IMPORTED_MODULE_3__/* .CONFIG_FILE */ .g2)))folder=(0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(folder);return folder}function judge(cwd,distribution,onProgress,stage){const asked={cwd,paths:["."],each:false,config:null,stage,failOn:""};return (0,_run_js__WEBPACK_IMPORTED_MODULE_8__/* .run */ .eF)({...asked,tightenOnly:false,distribution,onProgress})}function heldStage({outcome,next}){if(outcome==="fail")return 1;const first=next.find(({findings})=>findings>0);return first===undefined?4:first.stage-1}function writeNew(root,name,text){const file=(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root,name);if((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(file))throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_11__/* .GateError */ .u(`${name} is there already`);writeText(file,text);return name}function writeText(file,text){try{(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.mkdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(file),{recursive:true});(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(file,text)}catch(error){throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_11__/* .GateError */ .u(`${file}: ${(0,_file_error_js__WEBPACK_IMPORTED_MODULE_12__/* .fileProblem */ .W)(error)}`)}}const WORKFLOW=`name: ringfence
on:
  pull_request:
    types: [opened, synchronize, reopened, edited]
  merge_group:
permissions:
  contents: read
jobs:
  ringfence:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: OWNER/ringfence@COMMIT
`;

/***/ })

};
