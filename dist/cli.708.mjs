export const id = 708;
export const ids = [708];
export const modules = {

/***/ 708:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   changedSince: () => (/* binding */ changedSince),
/* harmony export */   notCheckedOut: () => (/* binding */ notCheckedOut)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _gate_error_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2886);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(260);
function changedSince(root,commit){const changed=names(root,["diff","--name-only","--no-renames","--no-ext-diff","-z",commit,"--"]);const added=names(root,["ls-files","--others","--directory","-z"]);return changed===null||added===null?null:[...new Set([...changed,...added])].sort()}function notCheckedOut(root,changed){const wanted=new Set(changed);return(names(root,["ls-files","-t","--stage","-z"])??[]).flatMap(line=>{const[,tag,mode,file=""]=/^(\S) (\d+) \S+ \d\t([^]*)$/.exec(line)??[];if(!wanted.has(file))return[];if(mode===SUBMODULE)return isEmpty((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root,file))?[{file,reason:"is a submodule that is not checked out"}]:[];return tag==="S"?[{file,reason:"is not checked out: the checkout is sparse"}]:[]})}const SUBMODULE="160000";function isEmpty(folder){return!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(folder)||(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder).length===0}function names(root,args){try{const{status,stdout}=(0,_git_js__WEBPACK_IMPORTED_MODULE_2__/* .runGit */ .E)(root,args);if(status!==0)return null;return stdout.toString().split("\0").filter(name=>name!=="").map(name=>name.replace(/\/$/,""))}catch(error){if(error instanceof _gate_error_js__WEBPACK_IMPORTED_MODULE_3__/* .GateError */ .u)return null;throw error}}

/***/ }),

/***/ 260:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ runGit),
/* harmony export */   o: () => (/* binding */ gitOutput)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1421);
/* harmony import */ var _gate_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2886);
const LIMIT_MS=12e4;function runGit(root,args,options={}){const limit=options.timeLimitMs??LIMIT_MS;const settings=["-c",`safe.directory=${root}`,"-c","core.hooksPath=/dev/null","-c","core.fsmonitor=false"];const{status,stdout,stderr,error}=(0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawnSync)("git",["-C",root,...settings,...args],{input:options.input??"",maxBuffer:2**31,timeout:limit,killSignal:"SIGKILL",env:{...process.env,GIT_TERMINAL_PROMPT:"0",LC_ALL:"C",...options.env}});if(error!==undefined&&"code"in error&&error.code==="ETIMEDOUT")return{status:null,stdout,words:`git did not answer within ${limit/1e3} s`};if(error!==undefined)throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_1__/* .GateError */ .u(`git cannot be run: ${error.message}`);const words=new TextDecoder().decode(stderr).trim().split("\n")[0]??"";return{status,stdout,words:words.replace(/^fatal: /,"git: ")}}function gitOutput(root,args){const{status,stdout,words}=runGit(root,args);if(status===0)return stdout;if(words==="")return null;throw new _gate_error_js__WEBPACK_IMPORTED_MODULE_1__/* .GateError */ .u(words)}

/***/ })

};
