export const id = 843;
export const ids = [843];
export const modules = {

/***/ 2843:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   USAGE: () => (/* binding */ USAGE),
/* harmony export */   commands: () => (/* binding */ commands),
/* harmony export */   usageOf: () => (/* binding */ usageOf)
/* harmony export */ });
const USAGE=`ringfence: the zero-trust gate for Kubernetes pull requests

  ringfence check [PATH\u{2026}]      judge manifests, charts and kustomizations (default: .)
      --format FORMAT          text, json, markdown, html, sarif, junit, oscal, github (default: text)
      --output FILE            write the report there instead of to the terminal
      --config FILE            configuration (default: the nearest .ringfence.yaml)
      --stage N                the rung of the ladder, 1 to 4 (default: the configuration's, else 1)
      --fail-on WHAT           new, all, or {findings: all, severity: high} (default: the configuration's)
      --base REF               only what is new since that commit blocks; its configuration judges both
      --each                   judge every PATH as a repository of its own
      --verbose                show advisories in full
      --fixes                  look for edits that mend findings, and put them into the report
  ringfence fix [PATH\u{2026}]        mend what has a mechanical remedy; each edit is rendered and judged before it is made
      --dry-run                print the edits as a diff instead
      --policy ID              mend findings of this policy alone; may be given several times
      --config FILE, --stage N as of check
  ringfence render CHART|KUSTOMIZATION
      --raw                    print byte for byte what helm or kustomize would print
      --namespace, --values, --set, --kube-version, --api-versions, --include-crds, --name
  ringfence connections|permissions|mtls [PATH\u{2026}]
                               who may talk to whom; who may do what; which mTLS mode every port has
      --format FORMAT          text, json, mermaid (default: text)
      --base REF               with what changed of it since that commit
      --config FILE            configuration (default: the nearest .ringfence.yaml)
  ringfence init               write configuration, baseline and workflow for the stage that is held already
  ringfence baseline           take what is mended out of the baseline
  ringfence test [DIR]         run the Rego tests of custom policies (default: .ringfence/policies)
      --format FORMAT          text, json (default: text)
      --rego VERSION           v0, v1 (default: v1)
      --coverage               the lines that the tests reach, as OPA counts them
  ringfence explain POLICY     why a policy exists, what it wants, how to mend a finding, and what is said of it here
  ringfence --version

Exit codes: 0 pass, 1 something blocks or could not be judged, 2 the gate itself could not do its work.
`;function usageOf(command){const[title="",...parts]=USAGE.split(/^(?= {2}ringfence )/m);const own=parts.find(part=>namesIn(part).includes(command));return own===undefined?null:`${title}${own.trimEnd().replace(/\n\nExit codes:.*$/s,"")}

${END}`}const commands=()=>USAGE.split("\n").flatMap(line=>line.startsWith("  ringfence ")?namesIn(line):[]);const namesIn=part=>part.trimStart().split(/\s+/)[1]?.split("|")??[];const END=USAGE.slice(USAGE.indexOf("Exit codes:"));

/***/ })

};
