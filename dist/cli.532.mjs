export const id = 532;
export const ids = [532];
export const modules = {

/***/ 9532:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   worldsOf: () => (/* binding */ worldsOf)
/* harmony export */ });
/* harmony import */ var _gate_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9965);
/* harmony import */ var _relate_relate_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(969);
function worldsOf(head,base){const all=[head,...base===null?[]:[base]].flatMap(({sources})=>(0,_gate_js__WEBPACK_IMPORTED_MODULE_0__/* .environmentsOf */ .M2)(sources)).filter(({trial})=>!trial);const byName=new Map(all.map(environment=>[environment.name,environment]));if(byName.size>1)byName.delete(null);return[...byName.values()].map(environment=>{const worldIn=({resources})=>(0,_relate_relate_js__WEBPACK_IMPORTED_MODULE_1__/* .worldWithStandIns */ .P)((0,_gate_js__WEBPACK_IMPORTED_MODULE_0__/* .inEnvironment */ .H)(resources,environment.name),environment);return{environment,head:worldIn(head),base:base===null?null:worldIn(base)}})}

/***/ })

};
