export const id = 310;
export const ids = [310];
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
function objectTree(listed,load){return new ObjectTree(listed,load)}const KINDS={"040000":"directory","120000":"link","160000":"submodule"};const NEIGHBOUR_SIZE=1024*1024;const MAX_LINKS=40;class ObjectTree{bring;nodes=new Map([["",{kind:"directory",id:"",size:0}]]);names=new Map([["",[]]]);blobs=new Map;named=new Map;constructor(listed,bring){this.bring=bring;for(const{mode,id,size,path}of listed){const kind=KINDS[mode]??"file";this.nodes.set(path,{kind,id,size:kind==="file"?size:0});if(kind==="directory")this.names.set(path,[]);this.names.get(parentOf(path))?.push(path.slice(path.lastIndexOf("/")+1))}this.load([...this.nodes.values()].filter(({kind})=>kind==="link"))}list(directory){const real=this.real(directory);const names=real===null?undefined:this.names.get(real);if(real===null||names===undefined)return null;return[...names].sort().flatMap(name=>this.entry(directory,childOf(real,name),name)??[])}read(file){const real=this.real(file);const node=real===null?undefined:this.nodes.get(real);if(real===null||node?.kind!=="file")return null;if(node.size>files/* MAX_FILE_SIZE */.w){this.name(file,`is larger than ${files/* MAX_FILE_SIZE */.w/1024/1024} MiB`);return null}const known=this.blobs.get(node.id);if(known!==undefined)return known;const folder=parentOf(real);const beside=(this.names.get(folder)??[]).flatMap(name=>this.nodes.get(childOf(folder,name))??[]);this.load([node,...beside.filter(({kind,size})=>kind==="file"&&size<=NEIGHBOUR_SIZE)]);return this.blobs.get(node.id)??null}stat(path){const real=this.real(path);const kind=real===null?undefined:this.nodes.get(real)?.kind;return kind==="file"||kind==="directory"?kind:null}problems(){return[...this.named].map(([file,reason])=>({file,reason}))}with(edits){return (0,memory_tree/* editedTree */.c)(this,edits)}entry(directory,at,name){const path=childOf(directory,name);const own=this.nodes.get(at);const link=own?.kind==="link"?this.real(path):undefined;const found=link===undefined?own:link===null?undefined:this.nodes.get(link);if(found===undefined)return null;const linked=typeof link==="string"?{link}:{};if(found.kind==="file")return{name,kind:"file",size:found.size,...linked};if(found.kind==="submodule"){this.name(path,"is a submodule: another repository holds its files");return null}if(typeof link==="string"&&this.isAbove(directory,link)){this.name(path,`is a symlink to ${link===""?"the root":link}, which holds it: a cycle`);return null}return{name,kind:"directory",size:0,...linked}}isAbove(directory,real){const steps=directory===""?[]:directory.split("/");return[...steps.keys(),steps.length].some(depth=>this.real(steps.slice(0,depth).join("/"))===real)}real(path){const steps=path===""?[]:path.split("/");if(steps.some(step=>["",".",".."].includes(step)))return null;let at="";let links=0;for(let step=steps.shift();step!==undefined;step=steps.shift()){if(step===""||step===".")continue;if(step===".."){if(at==="")return this.name(path,"is a symlink that leaves the repository");at=parentOf(at);continue}const next=childOf(at,step);const node=this.nodes.get(next);if(node===undefined)return links===0?null:this.name(path,"is a symlink to nothing");if(node.kind!=="link"){at=next;continue}const target=object_tree_text(this.blobs.get(node.id)??new Uint8Array);if(target.startsWith("/"))return this.name(path,"is a symlink that leaves the repository");if(++links>MAX_LINKS)return this.name(path,"is a symlink in a circle");steps.unshift(...target.split("/"))}return at}load(nodes){const missing=[...new Set(nodes.map(({id})=>id))].filter(id=>!this.blobs.has(id));if(missing.length===0)return;for(const[id,content]of this.bring(missing))this.blobs.set(id,content)}name(path,reason){if(!this.named.has(path))this.named.set(path,reason);return null}}const parentOf=path=>path.slice(0,Math.max(path.lastIndexOf("/"),0));const childOf=(directory,name)=>directory===""?name:`${directory}/${name}`;const object_tree_text=bytes=>new TextDecoder("utf-8",{ignoreBOM:true}).decode(bytes);
;// CONCATENATED MODULE: ./build/src/host/git-tree.js
function gitTree(root,ref){const commit=commitOf(root,ref);if(commit===null)throw new gate_error/* GateError */.u(`${ref}: there is no such commit here; a shallow checkout has to fetch it first`);const listed=(0,git/* gitOutput */.o)(root,["ls-tree","-r","-t","-l","-z","--full-tree",commit]);if(listed===null)throw new gate_error/* GateError */.u(`${ref}: git cannot list its files`);return objectTree(listing(git_tree_text(listed)),ids=>blobs(root,ids))}function commitOf(root,ref){const commit=(0,git/* gitOutput */.o)(root,["rev-parse","--verify","--quiet","--end-of-options",`${ref}^{commit}`]);return commit===null?null:git_tree_text(commit).trim()}function listing(listed){return listed.split("\0").flatMap(line=>{const[,mode="",id="",size="",path=""]=/^(\d+) \w+ (\w+) +(\d+|-)\t(.*)$/s.exec(line)??[];return path===""?[]:[{mode,id,size:size==="-"?0:Number(size),path}]})}function blobs(root,ids){const{status,stdout,words}=(0,git/* runGit */.E)(root,["cat-file","--batch"],{input:`${ids.join("\n")}
`});if(status!==0)throw new gate_error/* GateError */.u(words===""?"git cannot read the files of the base":words);const found=new Map;let at=0;for(const id of ids){const end=stdout.indexOf("\n",at);const[,size]=/^\w+ blob (\d+)$/.exec(stdout.toString("latin1",at,end))??[];if(size===undefined)throw new gate_error/* GateError */.u(`git has no object ${id}; a partial checkout has to fetch it first`);at=end+1+Number(size);found.set(id,stdout.subarray(end+1,at));at+=1}return found}const git_tree_text=bytes=>new TextDecoder("utf-8",{ignoreBOM:true}).decode(bytes);

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
