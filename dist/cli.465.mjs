export const id = 465;
export const ids = [465];
export const modules = {

/***/ 7465:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createRego: () => (/* binding */ createRego)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:url"
var external_node_url_ = __webpack_require__(3136);
// EXTERNAL MODULE: external "node:worker_threads"
var external_node_worker_threads_ = __webpack_require__(5919);
// EXTERNAL MODULE: ./build/src/custom/custom.js
var custom = __webpack_require__(9930);
// EXTERNAL MODULE: ./build/src/rego/handed-over.js
var handed_over = __webpack_require__(2924);
// EXTERNAL MODULE: ./build/src/rego/rebind.js
var rebind = __webpack_require__(8811);
// EXTERNAL MODULE: ./build/src/host/rego-builtins.js + 12 modules
var rego_builtins = __webpack_require__(3896);
;// CONCATENATED MODULE: ./build/src/rego/compiled-builtins.js
const COMPILED_BUILTINS=["abs","all","and","any","array.concat","array.flatten","array.reverse","array.slice","assign","base64.decode","base64.encode","base64.is_valid","base64url.decode","base64url.encode","bits.and","bits.lsh","bits.negate","bits.or","bits.rsh","bits.xor","ceil","concat","contains","count","div","endswith","eq","equal","floor","format_int","glob.match","graph.reachable","gt","gte","indexof","internal.member_2","internal.member_3","internal.template_string","intersection","is_array","is_boolean","is_null","is_number","is_object","is_set","is_string","json.filter","json.is_valid","json.marshal","json.remove","json.unmarshal","lower","lt","lte","max","min","minus","mul","neq","net.cidr_contains","net.cidr_intersects","net.cidr_overlap","numbers.range","object.filter","object.get","object.keys","object.remove","object.union","object.union_n","or","plus","product","re_match","regex.find_all_string_submatch_n","regex.is_valid","regex.match","rem","replace","round","set_diff","sort","split","startswith","strings.replace_n","strings.reverse","substring","sum","to_number","trim","trim_left","trim_prefix","trim_right","trim_space","trim_suffix","type_name","union","upper","walk","print"];
;// CONCATENATED MODULE: ./build/src/host/rego-offered.js
const OFFERED_BUILTINS=[...new Set([...COMPILED_BUILTINS,...Object.keys(rego_builtins/* BUILTINS */.H)])].sort();
;// CONCATENATED MODULE: ./build/src/host/rego.js
const FORMAT=1;const TIME_LIMIT_MS=1e4;const MEMORY_LIMIT_MIB=256;const PAGES_PER_MIB=16;const HEAP_MEGABYTES=512;function createRego(options){const{timeLimitMs=TIME_LIMIT_MS,memoryLimitMiB=MEMORY_LIMIT_MIB}=options;let engine;async function compile(units){const compiled=[];const problems=[];for(const unit of units){engine??=(0,promises_.readFile)(new URL("engines.json",options.engineFolder),"utf8");const key=keyOf(unit,await engine);const kept=options.cache===null?null:moduleOf(options.cache.read(key));if(kept!==null){compiled.push({unit,module:kept});continue}const{modules,entrypoints,regoVersion}=unit;const{errors,wasm}=await options.engines.compileRego({modules,entrypoints,regoVersion,builtins:builtinsOf(unit)});problems.push(...errors.map(error=>compileProblem(error,unit)));if(wasm===null)continue;const bound=(0,rebind/* rebind */.f)(wasm,handed_over/* HANDED_OVER */.S);options.cache?.write(key,bound);compiled.push({unit,module:new WebAssembly.Module(bound)})}return{compiled,problems}}async function evaluate(compiled,evaluations,data,heard){const modules=new Map(compiled.map(({unit,module})=>[unit,module]));const units=[...new Set(evaluations.map(({unit})=>unit))].map(unit=>{const module=modules.get(unit.sameAs??unit);if(module===undefined)throw new Error(`${unit.name} is not compiled`);return{unit,module}});const positions=new Map(units.map(({unit},i)=>[unit,i]));const batches=batchesOf(evaluations,positions);const results=batches.map(()=>undefined);const givenUp=new Map;for(let pending=batches.map((_,i)=>i);pending.length>0;){const work={modules:units.map(({module})=>module),data:units.map(({unit})=>JSON.stringify({...unit.data,...data.get(unit)})),batches:pending.map(i=>without(batches[i],givenUp)),progress:new SharedArrayBuffer(8),maximumPages:memoryLimitMiB*PAGES_PER_MIB,listens:heard!==undefined};const{failure}=await runWorker(options.workerUrl,work,timeLimitMs,(batch,found,notes)=>{for(const note of notes)heard?.(note);const at=pending[batch];results[at]=withGivenUp(batches[at],found,givenUp)});if(failure!==null){const batch=work.batches[failure.batch];const entrypoint=batch.entrypoints[failure.entrypoint];if(entrypoint===undefined)throw new Error(`the worker for policies failed: ${failure.reason}`);givenUp.set(nameOf(batch.unit,entrypoint),failure.reason)}pending=pending.filter(i=>results[i]===undefined)}return results.flatMap(each=>each??[])}return{compile,evaluate}}const builtinsOf=({isTraced=false})=>isTraced?[...OFFERED_BUILTINS,"trace"]:OFFERED_BUILTINS;function keyOf(unit,engine){const{regoVersion,modules,entrypoints}=unit;const parts=[FORMAT,engine,regoVersion,modules,entrypoints,builtinsOf(unit),handed_over/* HANDED_OVER */.S];return`${(0,external_node_crypto_.createHash)("sha256").update(JSON.stringify(parts)).digest("hex")}.policy.wasm`}function moduleOf(bytes){if(bytes===null)return null;try{return new WebAssembly.Module(bytes)}catch{return null}}function compileProblem({file,row,column,message},unit){const place=unit.placeOf?.({file,row,column})??{file,row,column};const builtin=/^undefined function (\S+)$/.exec(message)?.[1];const refused=builtin!==undefined&&builtin.includes(".")&&!Object.hasOwn(unit.modules,builtin);const reason=refused?`${message}: policies here have no such builtin, or it is refused`:message;const shown=place.column>0?`column ${place.column}: `:"";return (0,custom/* problem */.CC)(place.file===""?unit.name:place.file,place.row>0?place.row:null,`Rego: ${shown}${reason}`)}function batchesOf(evaluations,positions){const batches=[];for(const{unit,entrypoint,input}of evaluations){const position=positions.get(unit);const last=batches.at(-1);if(last!==undefined&&last.unit===position&&last.input===input)last.entrypoints.push(entrypoint);else batches.push({unit:position,entrypoints:[entrypoint],input})}return batches}const nameOf=(unit,entrypoint)=>`${unit} ${entrypoint}`;function without(batch,givenUp){const entrypoints=batch.entrypoints.filter(entrypoint=>!givenUp.has(nameOf(batch.unit,entrypoint)));return{...batch,entrypoints}}function withGivenUp(batch,found,givenUp){const left=[...found];return batch.entrypoints.map(entrypoint=>{const reason=givenUp.get(nameOf(batch.unit,entrypoint));return reason===undefined?left.shift():{error:reason}})}function runWorker(url,work,timeLimitMs,heard){const worker=new external_node_worker_threads_.Worker((0,external_node_url_.fileURLToPath)(url),{resourceLimits:{maxOldGenerationSizeMb:HEAP_MEGABYTES},stderr:true,stdout:true,env:{},execArgv:[]});const progress=new Int32Array(work.progress);const whereabouts=()=>`${Atomics.load(progress,0)} ${Atomics.load(progress,1)}`;return new Promise(resolve=>{let[before,since]=[whereabouts(),performance.now()];const watch=setInterval(()=>{const now=whereabouts();if(now!==before)[before,since]=[now,performance.now()];else if(performance.now()-since>timeLimitMs)end(`it took longer than ${timeLimitMs/1e3} seconds`)},Math.min(timeLimitMs/4,250));const end=reason=>{clearInterval(watch);const failure=reason===null?null:{reason,batch:Atomics.load(progress,0),entrypoint:Atomics.load(progress,1)};void worker.terminate().then(()=>resolve({failure}))};worker.on("message",message=>{if(message.batch===null)end(null);else heard(message.batch,message.results,message.notes)});worker.on("error",error=>end(error.code==="ERR_WORKER_OUT_OF_MEMORY"?"the limit of memory was reached":error.message));worker.postMessage(work)})}

/***/ })

};
