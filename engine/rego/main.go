// Rego is OPA's own compiler as a WebAssembly engine without files, sockets,
// clock or chance: policies in, the policy's WebAssembly out. Its operations
// are `compile`, `check`, `inspect`, `format` and `versions`; what they take
// and give is described in src/host/engines.ts, their only caller.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/version"

	"ringfence/engine/abi"
)

func main() {}

// softLimit is two thirds of the memory that scripts/build-engine.mjs allows.
const softLimit = 640 << 20

func init() { abi.Serve(handle, softLimit) }

func handle(operation string, header []byte, body *abi.Body) (any, []byte, error) {
	if operation == "versions" {
		return map[string]string{"opa": version.Version, "go": runtime.Version()}, nil, nil
	}
	q := new(request)
	if err := json.Unmarshal(header, q); err != nil {
		return nil, nil, err
	}
	var err error
	if q.modules, err = body.Take(q.Modules); err != nil {
		return nil, nil, err
	}
	if q.data, err = body.Take(q.Data); err != nil {
		return nil, nil, err
	}
	if q.schemas, err = body.Take(q.Schemas); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(q.modules, func(a, b abi.Content) int { return strings.Compare(a.Name, b.Name) })
	switch operation {
	case "compile":
		answer, wasm := compilePolicies(q)
		return answer, wasm, nil
	case "check":
		return check(q), nil, nil
	case "inspect":
		return inspect(q), nil, nil
	case "format":
		return formatModules(q), nil, nil
	}
	return nil, nil, fmt.Errorf("unknown operation %q", operation)
}

// request is the header of every operation; each reads what it needs. The bytes
// of Modules, Data and Schemas follow in this order.
type request struct {
	Modules     []abi.File `json:"modules"`
	Data        []abi.File `json:"data"`
	Schemas     []abi.File `json:"schemas"`
	Entrypoints []string   `json:"entrypoints"`
	// Builtins are the names that policies may use; infix operators always are.
	// Without a list all are allowed.
	Builtins    *[]string `json:"builtins"`
	RegoVersion string    `json:"regoVersion"`
	Optimize    int       `json:"optimize"`
	Strict      bool      `json:"strict"`

	modules, data, schemas []abi.Content
}

// A problem is an error in a policy, where it is.
type problem struct {
	File    string `json:"file"`
	Row     int    `json:"row"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// answer is what every operation gives; nil where an operation has no such part.
type answer struct {
	Errors      []problem           `json:"errors"`
	Data        any                 `json:"data,omitempty"`
	Annotations []annotations       `json:"annotations,omitempty"`
	Packages    map[string][]string `json:"packages,omitempty"`
	Formatted   map[string]string   `json:"formatted,omitempty"`
}

func failed(err error) *answer { return &answer{Errors: problemsOf(err)} }

func problemsOf(err error) []problem {
	if all, ok := errors.AsType[ast.Errors](err); ok {
		problems := make([]problem, 0, len(all))
		for _, e := range all {
			problems = append(problems, problemOf(e))
		}
		return problems
	}
	if one, ok := errors.AsType[*ast.Error](err); ok {
		return []problem{problemOf(one)}
	}
	return []problem{{Message: err.Error()}}
}

func problemOf(e *ast.Error) problem {
	p := problem{Code: e.Code, Message: e.Message}
	if e.Location != nil {
		p.File, p.Row, p.Column = e.Location.File, e.Location.Row, e.Location.Col
	}
	return p
}

func (q *request) version() ast.RegoVersion {
	if q.RegoVersion == "v0" {
		return ast.RegoV0
	}
	return ast.RegoV1
}

// capabilities are this OPA's, less the builtins that the host does not offer.
// A policy that uses another is then an error with a place.
func (q *request) capabilities() *ast.Capabilities {
	capabilities := ast.CapabilitiesForThisVersion(ast.CapabilitiesRegoVersion(q.version()))
	if q.Builtins != nil {
		capabilities.Builtins = slices.DeleteFunc(slices.Clone(capabilities.Builtins), func(b *ast.Builtin) bool {
			return b.Infix == "" && !slices.Contains(*q.Builtins, b.Name)
		})
	}
	return capabilities
}

// parse reads all modules and reports the errors of all.
func (q *request) parse(capabilities *ast.Capabilities) (map[string]*ast.Module, []problem) {
	modules := make(map[string]*ast.Module, len(q.modules))
	problems := []problem{}
	for _, m := range q.modules {
		parsed, err := ast.ParseModuleWithOpts(m.Name, string(m.Data), ast.ParserOptions{
			RegoVersion: q.version(), ProcessAnnotation: true, Capabilities: capabilities,
		})
		switch {
		case err != nil:
			problems = append(problems, problemsOf(err)...)
		case parsed == nil:
			problems = append(problems, problem{File: m.Name, Row: 1, Column: 1, Code: ast.ParseErr, Message: "empty module"})
		default:
			modules[m.Name] = parsed
		}
	}
	return modules, problems
}
