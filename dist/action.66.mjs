export const id = 66;
export const ids = [66];
export const modules = {

/***/ 5066:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cacheFolder: () => (/* binding */ cacheFolder),
/* harmony export */   folderCache: () => (/* binding */ folderCache)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6760);
const DIGEST_BYTES=32;const digestOf=content=>(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)("sha256").update(content).digest();function cacheFolder(environment){const{RUNNER_TEMP,XDG_CACHE_HOME}=environment;return (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(RUNNER_TEMP||XDG_CACHE_HOME||(0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_2__.homedir)(),".cache"),"ringfence")}function folderCache(folder){return{read(key){let file;try{file=(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(folder,key))}catch{return null}const content=file.subarray(DIGEST_BYTES);return file.length>DIGEST_BYTES&&digestOf(content).equals(file.subarray(0,DIGEST_BYTES))?Uint8Array.from(content):null},write(key,content){const target=(0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(folder,key);const own=`${target}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`;try{(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)(folder,{recursive:true});(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(own,Buffer.concat([digestOf(content),content]));(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(own,target)}catch{if((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(own))(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(own)}}}}

/***/ })

};
