package main

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/chart/common"
)

// A valuesPath is a path in the values of the root chart, its steps joined by a
// character that no key holds.
type valuesPath string

const stepEnd = "\x1f"

func (p valuesPath) then(step string) valuesPath {
	if p == "" {
		return valuesPath(step)
	}
	return p + stepEnd + valuesPath(step)
}

func (p valuesPath) steps() []string { return strings.Split(string(p), stepEnd) }

func (p valuesPath) last() string { return string(p)[strings.LastIndex(string(p), stepEnd)+1:] }

// A frame is one run of a part of a template: what it read, and what ran inside
// of it.
type frame struct {
	kind   frameKind
	site   int
	number int
	parent *frame
	inside []*frame
	reads  []valuesPath
	// chosen is set once a condition has been decided and its branch runs.
	chosen bool
}

type frameKind byte

const (
	textFrame frameKind = iota
	actionFrame
	declarationFrame
	controlFrame
)

// A site is a part of a template.
type site struct {
	// declares are variables, with the named template that they belong to.
	declares []string
	// reassigns is set for «$x = …», where what was decided before still counts.
	reassigns bool
	// scopes is set for `with` and `range`, which set the dot.
	scopes bool
}

// mostReads bounds what one frame keeps, and what a variable stands for: sets
// that are handed from variable to variable grow without end.
const mostReads = 512

// mostNoted bounds what all frames together keep.
const mostNoted = 4_000_000

// mostFrames bounds a trace: a chart that runs more parts than this is not
// traced, since the frames would take more memory than the render.
const mostFrames = 400_000

// A reader records at run time which values the actions of templates read.
type reader struct {
	sites   []site
	now     *frame
	frames  []*frame
	markers []*frame
	// variables holds what the variables were made from.
	variables map[string][]valuesPath
	// tables finds a map or list of the values again by its address.
	tables   map[uintptr]valuesPath
	noted    int
	overflow bool
}

func newReader(values any) *reader {
	r := &reader{variables: map[string][]valuesPath{}, tables: map[uintptr]valuesPath{}}
	r.register(values, "")
	return r
}

func (r *reader) register(value any, at valuesPath) {
	if address := addressOf(value); address != 0 {
		if _, known := r.tables[address]; !known {
			r.tables[address] = at
		}
	}
	switch value := value.(type) {
	case common.Values:
		r.register(map[string]any(value), at)
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			r.register(value[key], at.then(key))
		}
	case []any:
		for i, item := range value {
			r.register(item, at.then(strconv.Itoa(i)))
		}
	}
}

func addressOf(value any) uintptr {
	v := reflect.ValueOf(value)
	switch {
	case v.Kind() == reflect.Map, v.Kind() == reflect.Slice && v.Len() > 0:
		return v.Pointer()
	}
	return 0
}

// pathOf follows fields from a value. It is known where the way leads through a
// table of the values.
func (r *reader) pathOf(from any, fields []string) (at valuesPath, known bool) {
	v := reflect.ValueOf(from)
	for i := 0; ; i++ {
		for v.IsValid() && v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if v.IsValid() && v.Kind() == reflect.Map {
			if path, ok := r.tables[v.Pointer()]; ok {
				at, known = path, true
			}
		}
		if i == len(fields) {
			return at, known && at != ""
		}
		if known {
			at = at.then(fields[i])
		}
		if v.IsValid() && v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String {
			v = v.MapIndex(reflect.ValueOf(fields[i]).Convert(v.Type().Key()))
		} else {
			v = reflect.Value{}
		}
	}
}

func (r *reader) begin(kind frameKind, site int) *frame {
	f := &frame{kind: kind, site: site, parent: r.now, number: len(r.frames)}
	if len(r.frames) >= mostFrames {
		r.overflow = true
		return f
	}
	r.frames = append(r.frames, f)
	if r.now != nil {
		r.now.inside = append(r.now.inside, f)
	}
	r.now = f
	return f
}

// end goes up to the frame of the site: `break` and `continue` leave some open.
func (r *reader) end(site int) *frame {
	for f := r.now; f != nil; f = f.parent {
		if f.site == site {
			r.now = f.parent
			return f
		}
	}
	return nil
}

func (r *reader) marker(f *frame) string {
	marker := rune(firstMarker + len(r.markers))
	if marker > lastMarker {
		r.overflow = true
		return ""
	}
	r.markers = append(r.markers, f)
	return string(marker)
}

func (r *reader) frameAt(marker rune) *frame {
	if i := int(marker) - firstMarker; i >= 0 && i < len(r.markers) {
		return r.markers[i]
	}
	return nil
}

func (r *reader) note(paths ...valuesPath) {
	f := r.now
	if f == nil || f.chosen {
		return
	}
	if r.noted += len(paths); r.noted > mostNoted {
		r.overflow = true
		return
	}
	f.reads = bounded(append(f.reads, paths...))
}

func bounded(paths []valuesPath) []valuesPath {
	if len(paths) <= mostReads {
		return paths
	}
	paths = distinct(paths)
	return paths[:min(len(paths), mostReads)]
}

func distinct(paths []valuesPath) []valuesPath {
	seen := make(map[valuesPath]bool, len(paths))
	kept := make([]valuesPath, 0, len(paths))
	for _, p := range paths {
		if !seen[p] {
			seen[p] = true
			kept = append(kept, p)
		}
	}
	return kept
}

// all gives what a frame and all inside of it read.
func (f *frame) all() []valuesPath {
	all := slices.Clone(f.reads)
	for _, inner := range f.inside {
		if len(all) > 8*mostReads {
			break
		}
		all = append(all, inner.all()...)
	}
	return all
}

// Names of functions that only traced templates call.
const (
	fnText        = "_text"
	fnAction      = "_action"
	fnActionEnd   = "_actionEnd"
	fnDeclare     = "_declare"
	fnDeclareEnd  = "_declareEnd"
	fnControl     = "_control"
	fnControlEnd  = "_controlEnd"
	fnBranch      = "_branch"
	fnField       = "_field"
	fnVarField    = "_variableField"
	fnVariable    = "_variable"
	fnDot         = "_dot"
	fnChainedFrom = "_chained"
)

func (r *reader) functions() template.FuncMap {
	functions := markerFunctions()
	functions[fnText] = func(site int) string {
		f := r.begin(textFrame, site)
		r.now = f.parent
		return r.marker(f)
	}
	functions[fnAction] = func(site int) string { return r.marker(r.begin(actionFrame, site)) }
	functions[fnActionEnd] = func(site int) string { r.end(site); return "" }
	functions[fnDeclare] = func(site int) string { r.begin(declarationFrame, site); return "" }
	functions[fnDeclareEnd] = func(site int) string { r.declared(site); return "" }
	functions[fnControl] = func(site int) string { r.begin(controlFrame, site); return "" }
	functions[fnControlEnd] = func(site int) string { r.end(site); return "" }
	functions[fnBranch] = func(site int) string { r.branch(site); return "" }
	functions[fnField] = func(from any, fields string, value any) any {
		if at, ok := r.pathOf(from, strings.Split(fields, ".")); ok {
			r.note(at)
		}
		return value
	}
	functions[fnVarField] = func(variable string, from any, fields string, value any) any {
		if at, ok := r.pathOf(from, strings.Split(fields, ".")); ok {
			r.note(at)
		} else {
			r.note(r.variables[variable]...)
		}
		return value
	}
	functions[fnVariable] = func(variable string, value any) any {
		if address := addressOf(value); address != 0 {
			if at, ok := r.tables[address]; ok {
				if at != "" {
					r.note(at)
				}
				return value
			}
		}
		r.note(r.variables[variable]...)
		return value
	}
	functions[fnChainedFrom] = func(from any, fields string) any {
		if at, ok := r.pathOf(from, strings.Split(fields, ".")); ok {
			r.note(at)
		}
		return from
	}
	functions[fnDot] = func(value any) any { r.dot(value); return value }
	functions["get"] = func(table map[string]any, key string) any {
		r.entry(table, key)
		if value, ok := table[key]; ok {
			return value
		}
		return ""
	}
	functions["hasKey"] = func(table map[string]any, key string) bool {
		r.entry(table, key)
		_, ok := table[key]
		return ok
	}
	functions["index"] = r.index
	functions[fnTpl] = func(_ int, v any) any {
		text, ok := v.(string)
		if !ok || !strings.Contains(text, "{{") {
			return v
		}
		inner := &readTracing{reader: r, silent: true}
		rewritten, err := inner.rewriter("tpl", text).rewrite()
		if err != nil {
			return v
		}
		return rewritten
	}
	return functions
}

func (r *reader) entry(table map[string]any, key string) {
	if at, ok := r.pathOf(table, []string{key}); ok {
		r.note(at)
	}
}

// declared notes what a variable was made from. One that is set again depends
// on what it was, and on the conditions around it.
func (r *reader) declared(at int) {
	f := r.end(at)
	if f == nil {
		return
	}
	for _, variable := range r.sites[at].declares {
		reads := f.all()
		if r.sites[at].reassigns {
			reads = append(reads, r.variables[variable]...)
			for around := f.parent; around != nil && around.kind == controlFrame; around = around.parent {
				reads = append(reads, around.reads...)
			}
		}
		r.variables[variable] = bounded(distinct(reads))
	}
}

func (r *reader) branch(at int) {
	for f := r.now; f != nil; f = f.parent {
		if f.site != at {
			continue
		}
		r.now = f
		f.chosen = true
		for _, variable := range r.sites[at].declares {
			r.variables[variable] = f.reads
		}
		return
	}
}

// dot is «.»: a table of the values, or what the `with` or `range` around it
// has read.
func (r *reader) dot(value any) {
	if address := addressOf(value); address != 0 {
		if at, ok := r.tables[address]; ok && at != "" {
			r.note(at)
		}
		return
	}
	for f := r.now; f != nil; f = f.parent {
		if f.kind == controlFrame && f.chosen && len(f.reads) > 0 && r.sites[f.site].scopes {
			r.note(f.reads...)
			return
		}
	}
}

// index is text/template's, which has no name outside of it.
func (r *reader) index(item any, keys ...any) (any, error) {
	v := reflect.ValueOf(item)
	var fields []string
	for _, key := range keys {
		for v.IsValid() && (v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer) {
			v = v.Elem()
		}
		if !v.IsValid() {
			return nil, errors.New("index of untyped nil")
		}
		k := reflect.ValueOf(key)
		switch v.Kind() {
		case reflect.Map:
			if !k.IsValid() || !k.Type().ConvertibleTo(v.Type().Key()) {
				return nil, fmt.Errorf("cannot index a map with %v", key)
			}
			v = v.MapIndex(k.Convert(v.Type().Key()))
		case reflect.Slice, reflect.String, reflect.Array:
			if !k.IsValid() || !k.CanInt() || k.Int() < 0 || int(k.Int()) >= v.Len() {
				return nil, fmt.Errorf("index out of range: %v", key)
			}
			v = v.Index(int(k.Int()))
		default:
			return nil, fmt.Errorf("can't index item of type %s", v.Type())
		}
		fields = append(fields, fmt.Sprint(key))
	}
	if at, ok := r.pathOf(item, fields); ok {
		r.note(at)
	}
	if !v.IsValid() {
		return nil, nil
	}
	return v.Interface(), nil
}

// A readTracing rewrites templates so that they tell a reader what they read.
type readTracing struct {
	reader *reader
	// silent is set for a text given to `tpl`: it has no place of its own.
	silent bool
}

func (t *readTracing) rewriter(name, text string) *rewriter {
	w := &rewriter{name: name, text: text}
	w.list = func(l *parse.ListNode) { t.list(w, l) }
	w.tplArgument = func(parse.Pos) parse.Node { return numberNode(0) }
	return w
}

func (t *readTracing) site(w *rewriter, p *parse.PipeNode, scopes bool) int {
	s := site{scopes: scopes}
	if p != nil {
		s.reassigns = p.IsAssign
		for _, declared := range p.Decl {
			s.declares = append(s.declares, w.define+":"+declared.Ident[0])
		}
	}
	t.reader.sites = append(t.reader.sites, s)
	return len(t.reader.sites) - 1
}

func call(function string, site int) parse.Node {
	return &parse.ActionNode{NodeType: parse.NodeAction, Pipe: callOf(function, numberNode(site))}
}

func (t *readTracing) list(w *rewriter, l *parse.ListNode) {
	if l == nil {
		return
	}
	var nodes []parse.Node
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			if !t.silent {
				nodes = append(nodes, call(fnText, t.site(w, nil, false)))
			}
			nodes = append(nodes, n)
		case *parse.ActionNode:
			at := t.site(w, n.Pipe, false)
			w.pipe(n.Pipe, true)
			t.pipe(w, n.Pipe)
			switch {
			case len(n.Pipe.Decl) > 0:
				nodes = append(nodes, call(fnDeclare, at), n, call(fnDeclareEnd, at))
			case t.silent:
				nodes = append(nodes, n)
			default:
				nodes = append(nodes, call(fnAction, at), n, call(fnActionEnd, at))
			}
		case *parse.TemplateNode:
			at := t.site(w, nil, false)
			w.pipe(n.Pipe, false)
			t.pipe(w, n.Pipe)
			if t.silent {
				nodes = append(nodes, n)
			} else {
				nodes = append(nodes, call(fnAction, at), n, call(fnActionEnd, at))
			}
		case *parse.IfNode:
			nodes = append(nodes, t.control(w, n, &n.BranchNode, false)...)
		case *parse.WithNode:
			nodes = append(nodes, t.control(w, n, &n.BranchNode, true)...)
		case *parse.RangeNode:
			nodes = append(nodes, t.control(w, n, &n.BranchNode, true)...)
		default:
			nodes = append(nodes, n)
		}
	}
	l.Nodes = nodes
}

func (t *readTracing) control(w *rewriter, n parse.Node, b *parse.BranchNode, scopes bool) []parse.Node {
	at := t.site(w, b.Pipe, scopes)
	w.pipe(b.Pipe, false)
	t.pipe(w, b.Pipe)
	for _, branch := range []*parse.ListNode{b.List, b.ElseList} {
		if branch != nil {
			t.list(w, branch)
			branch.Nodes = append([]parse.Node{call(fnBranch, at)}, branch.Nodes...)
		}
	}
	return []parse.Node{call(fnControl, at), n, call(fnControlEnd, at)}
}

// pipe tells the reader of each value that is read. What stands before
// arguments is called, not read.
func (t *readTracing) pipe(w *rewriter, p *parse.PipeNode) {
	if p == nil {
		return
	}
	for i, c := range p.Cmds {
		for j, argument := range c.Args {
			if called := j == 0 && (len(c.Args) > 1 || i > 0); called {
				switch argument := argument.(type) {
				case *parse.PipeNode:
					c.Args[j] = t.node(w, argument)
				case *parse.ChainNode:
					argument.Node = t.node(w, argument.Node)
				}
				continue
			}
			c.Args[j] = t.node(w, argument)
		}
	}
}

// notValues are what the root has beside the values.
var notValues = map[string]bool{
	"Capabilities": true, "Files": true, "Release": true, "Chart": true, "Template": true, "Subcharts": true,
}

func (t *readTracing) node(w *rewriter, n parse.Node) parse.Node {
	switch n := n.(type) {
	case *parse.PipeNode:
		t.pipe(w, n)
	case *parse.FieldNode:
		if !notValues[n.Ident[0]] {
			return callOf(fnField, &parse.DotNode{NodeType: parse.NodeDot}, stringNode(strings.Join(n.Ident, ".")), n)
		}
	case *parse.VariableNode:
		variable, fields := n.Ident[0], n.Ident[1:]
		switch {
		case len(fields) == 0 && variable != "$":
			return callOf(fnVariable, stringNode(w.define+":"+variable), n)
		case len(fields) > 0 && !(variable == "$" && notValues[fields[0]]):
			whole := &parse.VariableNode{NodeType: parse.NodeVariable, Ident: n.Ident[:1]}
			return callOf(fnVarField, stringNode(w.define+":"+variable), whole, stringNode(strings.Join(fields, ".")), n)
		}
	case *parse.ChainNode:
		n.Node = t.node(w, n.Node)
		if p, ok := n.Node.(*parse.PipeNode); ok {
			n.Node = callOf(fnChainedFrom, p, stringNode(strings.Join(n.Field, ".")))
		}
	case *parse.DotNode:
		return callOf(fnDot, n)
	}
	return n
}
