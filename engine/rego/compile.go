package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	"github.com/open-policy-agent/opa/v1/format"
)

// compilePolicies is `opa build -t wasm`. The data is not compiled in: it is
// given back as one document, for the host to load beside the policy.
func compilePolicies(q *request) (*answer, []byte) {
	capabilities := q.capabilities()
	modules, problems := q.parse(capabilities)
	if len(problems) > 0 {
		return &answer{Errors: problems}, nil
	}
	data, err := q.mergedData()
	if err != nil {
		return failed(err), nil
	}
	b := &bundle.Bundle{Data: data}
	b.Manifest.Init()
	b.SetRegoVersion(q.version())
	for _, m := range q.modules {
		b.Modules = append(b.Modules, bundle.ModuleFile{URL: m.Name, Path: m.Name, Parsed: modules[m.Name], Raw: m.Data})
	}
	compiler := compile.New().
		WithCapabilities(capabilities).
		WithTarget(compile.TargetWasm).
		WithEntrypoints(q.Entrypoints...).
		WithBundle(b).
		WithOptimizationLevel(q.Optimize).
		WithRegoVersion(q.version())
	if err := compiler.Build(context.Background()); err != nil {
		return failed(err), nil
	}
	built := compiler.Bundle()
	if len(built.WasmModules) == 0 {
		return failed(errors.New("OPA built no WebAssembly: are there entrypoints?")), nil
	}
	return &answer{Errors: []problem{}, Data: data}, built.WasmModules[0].Raw
}

// mergedData puts each data file where OPA puts it in a bundle: at the path of
// its directory.
func (q *request) mergedData() (map[string]any, error) {
	merged := map[string]any{}
	for _, file := range q.data {
		decoder := json.NewDecoder(bytes.NewReader(file.Data))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, ast.Errors{ast.NewError(ast.ParseErr, ast.NewLocation(nil, file.Name, 0, 0), "%v", err)}
		}
		for _, key := range slices.Backward(strings.FieldsFunc(path.Dir("/"+file.Name), func(r rune) bool { return r == '/' })) {
			value = map[string]any{key: value}
		}
		object, ok := value.(map[string]any)
		if !ok {
			return nil, ast.Errors{ast.NewError(ast.ParseErr, ast.NewLocation(nil, file.Name, 0, 0), "data at the root must be an object")}
		}
		if err := mergeData(merged, object, file.Name); err != nil {
			return nil, err
		}
	}
	return merged, nil
}

func mergeData(into, from map[string]any, file string) error {
	for key, value := range from {
		existing, taken := into[key]
		if !taken {
			into[key] = value
			continue
		}
		a, aIsObject := existing.(map[string]any)
		b, bIsObject := value.(map[string]any)
		if !aIsObject || !bIsObject {
			return ast.Errors{ast.NewError(ast.CompileErr, ast.NewLocation(nil, file, 0, 0), "data conflicts at %s", key)}
		}
		if err := mergeData(a, b, file); err != nil {
			return err
		}
	}
	return nil
}

// check is `opa check`, with schemas as `opa check -s DIRECTORY` finds them:
// input.json is schema.input, a/b.json is schema.a.b.
func check(q *request) *answer {
	capabilities := q.capabilities()
	modules, problems := q.parse(capabilities)
	if len(problems) > 0 {
		return &answer{Errors: problems}
	}
	schemas := ast.NewSchemaSet()
	for _, file := range q.schemas {
		var schema any
		if err := json.Unmarshal(file.Data, &schema); err != nil {
			return failed(fmt.Errorf("%s: %w", file.Name, err))
		}
		reference := ast.SchemaRootRef.Copy()
		for part := range strings.SplitSeq(strings.TrimSuffix(file.Name, path.Ext(file.Name)), "/") {
			reference = reference.Append(ast.StringTerm(part))
		}
		schemas.Put(reference, schema)
	}
	compiler := ast.NewCompiler().
		WithCapabilities(capabilities).
		WithSchemas(schemas).
		WithEnablePrintStatements(true).
		WithStrict(q.Strict).
		WithUseTypeCheckAnnotations(true)
	if compiler.Compile(modules); compiler.Failed() {
		return failed(compiler.Errors)
	}
	return &answer{Errors: []problem{}}
}

// inspect gives what `opa inspect -a -f json` calls annotations and namespaces.
func inspect(q *request) *answer {
	modules, problems := q.parse(ast.CapabilitiesForThisVersion(ast.CapabilitiesRegoVersion(q.version())))
	if len(problems) > 0 {
		return &answer{Errors: problems}
	}
	packages := map[string][]string{}
	var inOrder []*ast.Module
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		inOrder = append(inOrder, modules[name])
		packageName := modules[name].Package.Path.String()
		packages[packageName] = append(packages[packageName], name)
	}
	set, errs := ast.BuildAnnotationSet(inOrder)
	if len(errs) > 0 {
		return failed(errs)
	}
	found := []annotations{}
	for _, reference := range set.Flatten() {
		at := reference.Location
		found = append(found, annotations{reference.Annotations, location{at.File, at.Row, at.Col}, reference.Path})
	}
	return &answer{Errors: []problem{}, Annotations: found, Packages: packages}
}

// annotations is one of `opa inspect`'s: OPA's own type leaves the location out
// unless a global says otherwise.
type annotations struct {
	Annotations *ast.Annotations `json:"annotations"`
	Location    location         `json:"location"`
	Path        ast.Ref          `json:"path"`
}

type location struct {
	File string `json:"file"`
	Row  int    `json:"row"`
	Col  int    `json:"col"`
}

// formatModules is `opa fmt`: the formatted text of each module that differs.
func formatModules(q *request) *answer {
	formatted := map[string]string{}
	problems := []problem{}
	for _, m := range q.modules {
		text, err := format.SourceWithOpts(m.Name, m.Data, format.Opts{RegoVersion: q.version()})
		if err != nil {
			problems = append(problems, problemsOf(err)...)
			continue
		}
		if !bytes.Equal(text, m.Data) {
			formatted[m.Name] = string(text)
		}
	}
	return &answer{Errors: problems, Formatted: formatted}
}
