export const id = 893;
export const ids = [893];
export const modules = {

/***/ 2893:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  testCommand: () => (/* binding */ testCommand)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./build/src/custom/ours.js
var ours = __webpack_require__(4566);
// EXTERNAL MODULE: ./build/src/custom/files.js
var files = __webpack_require__(7390);
// EXTERNAL MODULE: ./build/src/custom/tokens.js
var custom_tokens = __webpack_require__(7147);
;// CONCATENATED MODULE: ./build/src/custom/tests.js
function readTests(tree,path,regoVersion){const modules=(0,files/* textsBelow */.q)(tree,path,[".rego"]);const tests=[...modules].flatMap(([file,text])=>{const tokens=(0,custom_tokens/* tokensOf */.k8)(text);const name=(0,custom_tokens/* packageOf */.wg)(tokens);if(name===null)return[];return[...(0,custom_tokens/* ruleNames */.XZ)(tokens)].flatMap(([rule,{row}])=>rule.startsWith("test_")?[{name:["data",...name,rule].join("."),file,line:row,entrypoint:[...name,rule].join("/")}]:[])});const entrypoints=tests.map(({entrypoint})=>entrypoint);if(tests.length===0)return null;return{tests,unit:{name:path,regoVersion,modules:Object.fromEntries(modules),entrypoints,data:{}}}}function resultOf({name,file,line},answer){const test={name,file,line};if("error"in answer)return{...test,result:"error",reason:answer.error};return{...test,result:answer.value===undefined||answer.value===false?"fail":"pass",reason:null}}function testText(results){const lines=results.filter(({result})=>result!=="pass").map(({name,file,line,result,reason})=>`${file}:${line}: ${result} ${name}${reason===null?"":`: ${reason}`}`);const count=wanted=>results.filter(({result})=>result===wanted).length;const sum=`${count("pass")} passed, ${count("fail")} failed, ${count("error")} could not be evaluated`;return`${[...lines,sum].join("\n")}
`}
// EXTERNAL MODULE: ./build/src/run.js + 15 modules
var run = __webpack_require__(3826);
// EXTERNAL MODULE: ./build/src/host/files.js
var host_files = __webpack_require__(7779);
// EXTERNAL MODULE: ./build/src/host/gate-error.js
var gate_error = __webpack_require__(2886);
;// CONCATENATED MODULE: ./build/src/host/test-command.js
async function testCommand(args,cwd,distribution){const{values,positionals}=(0,external_node_util_.parseArgs)({args:[...args],allowPositionals:true,options:{format:{type:"string",default:"text"},rego:{type:"string",default:"v1"}}});const[folder=ours/* OWN_FOLDER */.w,more]=positionals;if(more!==undefined)throw new gate_error/* GateError */.u("test takes one folder");if(values.format!=="text"&&values.format!=="json")throw new gate_error/* GateError */.u(`--format ${values.format}: there are text, json`);if(values.rego!=="v0"&&values.rego!=="v1")throw new gate_error/* GateError */.u(`--rego ${values.rego}: there are v0, v1`);const root=(0,external_node_path_.resolve)(cwd,folder);if(!(0,external_node_fs_.existsSync)(root))throw new gate_error/* GateError */.u(`${folder}: no such file or folder`);const found=readTests((0,host_files/* diskTree */.c)(root),"",values.rego);if(found===null)throw new gate_error/* GateError */.u(`${folder}: no rule test_\u{2026} in any Rego file`);const shown=file=>(0,external_node_path_.relative)(cwd,(0,external_node_path_.resolve)(root,file)).split(external_node_path_.sep).join("/");const engines=(0,run/* enginesOf */.Dn)(distribution);try{const rego=await (0,run/* regoOf */.P2)(distribution,engines);const{compiled,problems}=await rego.compile([found.unit]);if(problems.length>0)throw new gate_error/* GateError */.u(problems.map(({file,line,reason})=>`${shown(file)}:${line??1}: ${reason}`).join("\n"));const questions=found.tests.map(({entrypoint})=>({unit:found.unit,entrypoint,input:"null"}));const answers=await rego.evaluate(compiled,questions,new Map);const results=found.tests.map((test,i)=>resultOf({...test,file:shown(test.file)},answers[i]));const passed=results.every(({result})=>result==="pass");return{text:values.format==="json"?`${JSON.stringify({version:1,tests:results},null,1)}
`:testText(results),passed}}finally{await engines.close()}}

/***/ })

};
