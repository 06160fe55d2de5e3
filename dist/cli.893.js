export const id = 893;
export const ids = [893];
export const modules = {

/***/ 7390:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ textsBelow)
/* harmony export */ });
const decoder=new TextDecoder;function textsBelow(tree,path,endings){const found=new Map;const visit=at=>{if(tree.stat(at)==="file"){if(!endings.some(ending=>at.endsWith(ending)))return;const bytes=tree.read(at);if(bytes!==null)found.set(at,decoder.decode(bytes));return}for(const{name}of tree.list(at)??[])visit(at===""?name:`${at}/${name}`)};visit(path);return new Map([...found].sort(([a],[b])=>a<b?-1:1))}

/***/ }),

/***/ 7147:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   XZ: () => (/* binding */ ruleNames),
/* harmony export */   k8: () => (/* binding */ tokensOf),
/* harmony export */   wg: () => (/* binding */ packageOf)
/* harmony export */ });
const TOKEN=/(?<space>[^\S\n]+)|(?<line>\n)|(?<comment>#[^\n]*)|(?<string>\$?"(?:[^"\\\n]|\\.)*"|\$?`[^`]*`)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<number>\d[\w.]*)|(?<sign>[^])/gy;function tokensOf(source){const tokens=[];let[row,lineStart,depth]=[1,0,0];let startsLine=true;for(const{0:text,index:at,groups={}}of source.matchAll(TOKEN)){if(groups["line"]!==undefined){row++;lineStart=at+1;startsLine=true}else if(groups["space"]===undefined&&groups["comment"]===undefined){if(/^[)\]}]$/.test(text))depth--;const kind=groups["string"]!==undefined?"string":groups["word"]!==undefined?"word":"sign";tokens.push({text,kind,at,row,column:at-lineStart+1,depth,startsLine});startsLine=false;if(/^[([{]$/.test(text))depth++;const lines=text.split("\n");if(lines.length>1){row+=lines.length-1;lineStart=at+text.length-lines.at(-1).length}}}return tokens}function packageOf(tokens){const at=tokens.findIndex(({text,kind,depth})=>kind==="word"&&text==="package"&&depth===0);if(at<0)return null;const parts=[];for(let i=at+1;i<tokens.length;i++){const token=tokens[i];if(token.kind==="word"&&(parts.length===0||tokens[i-1].text==="."))parts.push(token.text);else if(token.kind==="string"&&tokens[i-1].text==="[")parts.push(JSON.parse(token.text));else if(![".","[","]"].includes(token.text))break;if(tokens[i+1]?.startsLine===true)break}return parts.length===0?null:parts}const NO_RULE=new Set(["package","import","else","if","some","every","not","with"]);function ruleNames(tokens){const names=new Map;for(const[i,token]of tokens.entries()){if(!token.startsLine||token.depth!==0||token.kind!=="word")continue;const named=token.text==="default"?tokens[i+1]:token;if(named!==undefined&&!NO_RULE.has(named.text)&&!names.has(named.text))names.set(named.text,named)}return names}

/***/ }),

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
// EXTERNAL MODULE: ./build/src/custom/custom.js
var custom = __webpack_require__(9930);
// EXTERNAL MODULE: ./build/src/custom/files.js
var files = __webpack_require__(7390);
// EXTERNAL MODULE: ./build/src/custom/tokens.js
var custom_tokens = __webpack_require__(7147);
;// CONCATENATED MODULE: ./build/src/custom/tests.js
function readTests(tree,path,regoVersion){const modules=(0,files/* textsBelow */.q)(tree,path,[".rego"]);const tests=[...modules].flatMap(([file,text])=>{const tokens=(0,custom_tokens/* tokensOf */.k8)(text);const name=(0,custom_tokens/* packageOf */.wg)(tokens);if(name===null)return[];return[...(0,custom_tokens/* ruleNames */.XZ)(tokens)].flatMap(([rule,{row}])=>rule.startsWith("test_")?[{name:["data",...name,rule].join("."),file,line:row,entrypoint:[...name,rule].join("/")}]:[])});const entrypoints=tests.map(({entrypoint})=>entrypoint);if(tests.length===0)return null;return{tests,unit:{name:path,regoVersion,modules:Object.fromEntries(modules),entrypoints,data:{}}}}function resultOf({name,file,line},answer){const test={name,file,line};if("error"in answer)return{...test,result:"error",reason:answer.error};return{...test,result:answer.value===undefined||answer.value===false?"fail":"pass",reason:null}}function testText(results){const lines=results.filter(({result})=>result!=="pass").map(({name,file,line,result,reason})=>`${file}:${line}: ${result} ${name}${reason===null?"":`: ${reason}`}`);const count=wanted=>results.filter(({result})=>result===wanted).length;const sum=`${count("pass")} passed, ${count("fail")} failed, ${count("error")} could not be evaluated`;return`${[...lines,sum].join("\n")}
`}
// EXTERNAL MODULE: ./build/src/run.js + 7 modules
var run = __webpack_require__(5039);
// EXTERNAL MODULE: ./build/src/host/files.js
var host_files = __webpack_require__(7779);
// EXTERNAL MODULE: ./build/src/host/gate-error.js
var gate_error = __webpack_require__(2886);
;// CONCATENATED MODULE: ./build/src/host/test-command.js
async function testCommand(args,cwd,distribution){const{values,positionals}=(0,external_node_util_.parseArgs)({args:[...args],allowPositionals:true,options:{format:{type:"string",default:"text"},rego:{type:"string",default:"v1"}}});const[folder=custom/* OWN_FOLDER */.w5,more]=positionals;if(more!==undefined)throw new gate_error/* GateError */.u("test takes one folder");if(values.format!=="text"&&values.format!=="json")throw new gate_error/* GateError */.u(`--format ${values.format}: there are text, json`);if(values.rego!=="v0"&&values.rego!=="v1")throw new gate_error/* GateError */.u(`--rego ${values.rego}: there are v0, v1`);const root=(0,external_node_path_.resolve)(cwd,folder);if(!(0,external_node_fs_.existsSync)(root))throw new gate_error/* GateError */.u(`${folder}: no such file or folder`);const found=readTests((0,host_files/* diskTree */.c)(root),"",values.rego);if(found===null)throw new gate_error/* GateError */.u(`${folder}: no rule test_\u{2026} in any Rego file`);const shown=file=>(0,external_node_path_.relative)(cwd,(0,external_node_path_.resolve)(root,file)).split(external_node_path_.sep).join("/");const engines=(0,run/* enginesOf */.Dn)(distribution);try{const rego=await (0,run/* regoOf */.P2)(distribution,engines);const{compiled,problems}=await rego.compile([found.unit]);if(problems.length>0)throw new gate_error/* GateError */.u(problems.map(({file,line,reason})=>`${shown(file)}:${line??1}: ${reason}`).join("\n"));const questions=found.tests.map(({entrypoint})=>({unit:found.unit,entrypoint,input:"null"}));const answers=await rego.evaluate(compiled,questions,new Map);const results=found.tests.map((test,i)=>resultOf({...test,file:shown(test.file)},answers[i]));const passed=results.every(({result})=>result==="pass");return{text:values.format==="json"?`${JSON.stringify({version:1,tests:results},null,1)}
`:testText(results),passed}}finally{await engines.close()}}

/***/ })

};
