// Render is Helm and kustomize as one WebAssembly engine without files, sockets,
// clock or chance. It has four operations, `helm`, `trace`, `kustomize` and `versions`;
// src/host/engines.ts is its only caller and describes their data.
//
// Both programs are their own, unmodified Go packages. What is written here is
// what their command lines do around those packages (cited at each place), with
// errors as data.
package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	_ "time/tzdata" // for dateInZone: there are no files to read it from

	"helm.sh/helm/v4/pkg/chart/common"

	"ringfence/engine/abi"
)

func main() {}

// softLimit is two thirds of the memory that scripts/build-engine.mjs allows.
const softLimit = 1 << 30

func init() { abi.Serve(handle, softLimit) }

func handle(operation string, header []byte, body *abi.Body) (any, []byte, error) {
	randomness.restart()
	switch operation {
	case "helm":
		request := new(helmRequest)
		if err := json.Unmarshal(header, request); err != nil {
			return nil, nil, err
		}
		if err := request.take(body); err != nil {
			return nil, nil, err
		}
		return renderHelm(request), nil, nil
	case "trace":
		request := new(traceRequest)
		if err := json.Unmarshal(header, request); err != nil {
			return nil, nil, err
		}
		if err := request.take(body); err != nil {
			return nil, nil, err
		}
		return trace(request), nil, nil
	case "kustomize":
		request := new(kustomizeRequest)
		if err := json.Unmarshal(header, request); err != nil {
			return nil, nil, err
		}
		return renderKustomize(request, hostTree{}), nil, nil
	case "versions":
		return versions(), nil, nil
	}
	return nil, nil, fmt.Errorf("unknown operation %q", operation)
}

// versionsAnswer says what was built in.
type versionsAnswer struct {
	Helm       string `json:"helm"`
	Kustomize  string `json:"kustomize"`
	Go         string `json:"go"`
	Kubernetes string `json:"kubernetes"`
}

func versions() versionsAnswer {
	capabilities := common.DefaultCapabilities
	return versionsAnswer{
		Helm:       capabilities.HelmVersion.Version,
		Kustomize:  moduleVersion("sigs.k8s.io/kustomize/api"),
		Go:         runtime.Version(),
		Kubernetes: capabilities.KubeVersion.Version,
	}
}

func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, module := range info.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return ""
}
