// Command schema writes the table of types that src/parse/schema.ts checks resources against: for every kind of the
// Kubernetes API and of the custom resources that the policies judge, which field takes which type, and whether the
// kind is namespaced. The built-in kinds and Calico's come from the Go types that the API server decodes into, by
// reflection; the custom ones from the OpenAPI schemas in their CustomResourceDefinitions.
//
// Usage: schema OUT [DIR…]: every YAML file below a DIR is searched for CustomResourceDefinitions.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: schema OUT [DIR…]"))
	}
	table := newTable()
	if err := addBuiltIn(table); err != nil {
		fail(err)
	}
	if err := addCalico(table); err != nil {
		fail(err)
	}
	for _, dir := range os.Args[2:] {
		if err := addCustom(table, dir); err != nil {
			fail(err)
		}
	}
	text, err := table.encode()
	if err != nil {
		fail(err)
	}
	if err := os.WriteFile(os.Args[1], text, 0o644); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "schema:", err)
	os.Exit(1)
}

// A table holds every distinct object type once. Types are written as short words:
//
//	s string   b bool   i int32   l int64   f number   q quantity   x int or string   y base64   * anything
//	[T list of T   {T map of T   #N the object type N
//
// An object type is its fields, "kind s,metadata #3". A kind is its object type and scope: "apps/v1/Deployment": [12, 1], 1 being namespaced.
type table struct {
	objects []map[string]string
	byShape map[string]int
	kinds   map[string][2]int
}

func newTable() *table {
	return &table{byShape: map[string]int{}, kinds: map[string][2]int{}}
}

// reserve makes room for a type whose fields are not known yet: types may refer to themselves.
func (t *table) reserve() int {
	t.objects = append(t.objects, nil)
	return len(t.objects) - 1
}

// add gives the number of an object type, a known one where the same fields were seen before.
func (t *table) add(fields map[string]string) (int, error) {
	shape, err := json.Marshal(fields)
	if err != nil {
		return 0, err
	}
	if at, ok := t.byShape[string(shape)]; ok {
		return at, nil
	}
	at := t.reserve()
	t.objects[at] = fields
	t.byShape[string(shape)] = at
	return at, nil
}

func (t *table) addKind(group, version, kind string, object int, namespaced bool) {
	key := version + "/" + kind
	if group != "" {
		key = group + "/" + key
	}
	scope := 0
	if namespaced {
		scope = 1
	}
	t.kinds[key] = [2]int{object, scope}
}

// encode writes one kind and one type a line, so that a new version of an API is a readable change.
func (t *table) encode() ([]byte, error) {
	names := make([]string, 0, len(t.kinds))
	for name := range t.kinds {
		names = append(names, name)
	}
	sort.Strings(names)
	out := []byte("{\n\"kinds\": {\n")
	for i, name := range names {
		line, err := json.Marshal(t.kinds[name])
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprintf("%q: %s", name, line)...)
		out = append(out, end(i, len(names))...)
	}
	out = append(out, "},\n\"types\": [\n"...)
	for i, fields := range t.objects {
		out = append(out, fmt.Sprintf("%q", line(fields))...)
		out = append(out, end(i, len(t.objects))...)
	}
	return append(out, "]\n}\n"...), nil
}

// line is one string for all fields of a type, which costs a reader nothing until it asks for the type.
func line(fields map[string]string) string {
	words := make([]string, 0, len(fields))
	for name, word := range fields {
		words = append(words, name+" "+word)
	}
	sort.Strings(words)
	return strings.Join(words, ",")
}

func end(i, n int) string {
	if i == n-1 {
		return "\n"
	}
	return ",\n"
}
