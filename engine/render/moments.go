package main

import (
	"cmp"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// A moment is something in a template that makes its output depend on when,
// where or how often it is rendered.
type moment struct {
	// Template and File are as in a document. Both are empty for a template that
	// comes out of the values.
	Template string `json:"template"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	// What is a function's name, or a field as written in a template.
	What string `json:"what"`
	// Live is false where this render is known not to have come by: a function
	// that it never called.
	Live bool `json:"live"`
}

// momentFunctions are the functions whose result depends on more than their
// arguments. `keys` and `values` are not among them, though Go gives them a
// random order: a chart that depends on it differs from run to run by itself.
var momentFunctions = []string{
	"lookup", "getHostByName",
	"now", "date", "dateInZone", "date_in_zone", "htmlDate", "htmlDateInZone", "ago", "durationRound",
	"randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "randInt", "shuffle", "uuidv4",
	"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert",
	"genSignedCertWithKey", "bcrypt", "htpasswd", "encryptAES",
}

// A fragment is one parsed template, `define` or text given to `tpl`.
type fragment struct {
	moments  []moment
	includes []string // by name
	dynamic  bool     // it includes by a name that is computed
	tpl      bool
}

// findMoments walks the parse trees of everything that a rendered file can
// reach. Helpers that this chart never includes are left out: libraries such as
// bitnami/common bring dozens.
func (r *rendering) findMoments(values common.Values) []moment {
	named := map[string]*fragment{}
	var roots []*fragment
	var texts []string // string literals, which `tpl` may render
	scan := func(name, file, text string) *fragment {
		found := scanned(source{name, file, text})
		maps.Copy(named, found.named)
		texts = append(texts, found.literals...)
		return found.main
	}
	var visit func(c *chart.Chart)
	visit = func(c *chart.Chart) {
		for _, t := range c.Templates {
			partial := strings.HasPrefix(path.Base(t.Name), "_")
			if c.Metadata.Type == "library" && !partial {
				continue
			}
			name := path.Join(c.ChartFullPath(), t.Name)
			main := scan(name, r.fileOf(name), string(t.Data))
			if main != nil && !partial {
				roots = append(roots, main)
			}
		}
		for _, d := range c.Dependencies() {
			visit(d)
		}
	}
	visit(r.chart)

	moments, usesTpl := reach(roots, named)
	if usesTpl {
		// What `tpl` renders is known only at run time: look through everything
		// that it could have been given.
		roots = nil
		collectTexts(values["Values"], &texts)
		for _, text := range texts {
			if main := scan("", "", text); main != nil {
				roots = append(roots, main)
			}
		}
		var visitFiles func(c *chart.Chart)
		visitFiles = func(c *chart.Chart) {
			for _, f := range c.Files {
				name := path.Join(c.ChartFullPath(), f.Name)
				if main := scan(name, r.fileOf(name), string(f.Data)); main != nil {
					roots = append(roots, main)
				}
			}
			for _, d := range c.Dependencies() {
				visitFiles(d)
			}
		}
		visitFiles(r.chart)
		more, _ := reach(roots, named)
		moments = append(moments, more...)
	}
	return sortedMoments(moments)
}

func sortedMoments(moments []moment) []moment {
	slices.SortFunc(moments, func(a, b moment) int {
		return cmp.Or(strings.Compare(a.Template, b.Template), cmp.Compare(a.Line, b.Line), strings.Compare(a.What, b.What))
	})
	moments = slices.Compact(moments)
	if moments == nil {
		return []moment{}
	}
	return moments
}

func reach(roots []*fragment, named map[string]*fragment) (moments []moment, tpl bool) {
	seen := map[*fragment]bool{}
	queue := slices.Clone(roots)
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if f == nil || seen[f] {
			continue
		}
		seen[f] = true
		moments = append(moments, f.moments...)
		tpl = tpl || f.tpl
		if f.dynamic {
			for _, other := range named {
				queue = append(queue, other)
			}
		}
		for _, name := range f.includes {
			queue = append(queue, named[name])
		}
	}
	return moments, tpl
}

func collectTexts(value any, texts *[]string) {
	switch value := value.(type) {
	case string:
		*texts = append(*texts, value)
	case map[string]any:
		for _, item := range value {
			collectTexts(item, texts)
		}
	case common.Values:
		for _, item := range value {
			collectTexts(item, texts)
		}
	case []any:
		for _, item := range value {
			collectTexts(item, texts)
		}
	}
}

// A source is one text that may be a template.
type source struct{ template, file, text string }

// A scan is what was found in a source.
type scan struct {
	// main is the text itself; nil for what is no template, which the renderer
	// reports in its own words.
	main *fragment
	// named are its `define`s and itself, under the names by which Helm knows them.
	named    map[string]*fragment
	literals []string
}

// scans keeps what was found: a chart is rendered once for each environment,
// and its templates stay the same. It is emptied when it holds scansLimit bytes
// of templates.
var (
	scans      = map[source]*scan{}
	scansBytes = 0
)

const scansLimit = 32 << 20

func scanned(s source) *scan {
	if found, known := scans[s]; known {
		return found
	}
	if scansBytes += len(s.text); scansBytes > scansLimit {
		clear(scans)
		scansBytes = len(s.text)
	}
	scanner := scanner{source: s, scan: &scan{named: map[string]*fragment{}}}
	scanner.run()
	scans[s] = scanner.scan
	return scanner.scan
}

// A scanner reads one source.
type scanner struct {
	source
	*scan
	into *fragment
	// dotIsRoot holds where «.» is what «$» is: in a file, outside of `with` and
	// `range`.
	dotIsRoot bool
}

func (s *scanner) run() {
	if !strings.Contains(s.text, "{{") {
		return
	}
	tree := parse.New(s.template)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := tree.Parse(s.text, "", "", trees); err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		if name != s.template {
			s.named[name] = s.fragment(trees[name], false)
		}
	}
	s.main = s.fragment(tree, true)
	if s.template != "" {
		s.named[s.template] = s.main
	}
}

func (s *scanner) fragment(tree *parse.Tree, dotIsRoot bool) *fragment {
	s.into, s.dotIsRoot = &fragment{}, dotIsRoot
	if tree.Root != nil {
		s.list(tree.Root)
	}
	return s.into
}

func (s *scanner) found(n parse.Node, what string) {
	line := 0
	if s.file != "" {
		line = 1 + strings.Count(s.text[:n.Position()], "\n")
	}
	s.into.moments = append(s.into.moments, moment{Template: s.template, File: s.file, Line: line, What: what, Live: true})
}

func (s *scanner) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			s.pipe(n.Pipe)
		case *parse.IfNode:
			s.branch(&n.BranchNode, s.dotIsRoot)
		case *parse.RangeNode:
			s.whole(n.Pipe)
			s.branch(&n.BranchNode, false)
		case *parse.WithNode:
			s.branch(&n.BranchNode, false)
		case *parse.TemplateNode:
			s.into.includes = append(s.into.includes, n.Name)
			s.pipe(n.Pipe)
		}
	}
}

func (s *scanner) branch(n *parse.BranchNode, dotIsRootInside bool) {
	s.pipe(n.Pipe)
	outside := s.dotIsRoot
	s.dotIsRoot = dotIsRootInside
	s.list(n.List)
	s.dotIsRoot = outside
	s.list(n.ElseList)
}

// whole looks for a range over all that a template is given.
func (s *scanner) whole(p *parse.PipeNode) {
	if len(p.Cmds) == 1 && len(p.Cmds[0].Args) == 1 && s.isRoot(p.Cmds[0].Args[0]) {
		s.found(p, ".Release")
	}
}

func (s *scanner) isRoot(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.DotNode:
		return s.dotIsRoot
	case *parse.VariableNode:
		return len(n.Ident) == 1 && n.Ident[0] == "$"
	}
	return false
}

func (s *scanner) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		s.command(c)
	}
}

func (s *scanner) command(c *parse.CommandNode) {
	function := ""
	if identifier, ok := c.Args[0].(*parse.IdentifierNode); ok {
		function = identifier.Ident
	}
	switch function {
	case "include":
		if name, ok := argument(c, 1); ok {
			s.into.includes = append(s.into.includes, name)
		} else {
			s.into.dynamic = true
		}
	case "tpl":
		s.into.tpl = true
	}
	for i, argument := range c.Args {
		s.node(argument, function)
		// Printing all that there is, or searching it, sees the release as well.
		if i > 0 && function != "" && s.isRoot(argument) && !slices.Contains(carriers, function) && !slices.Contains(accessors, function) {
			s.found(argument, ".Release")
		}
	}
}

func argument(c *parse.CommandNode, i int) (string, bool) {
	if len(c.Args) <= i {
		return "", false
	}
	text, ok := c.Args[i].(*parse.StringNode)
	if !ok {
		return "", false
	}
	return text.Text, true
}

func (s *scanner) node(n parse.Node, function string) {
	switch n := n.(type) {
	case *parse.PipeNode:
		s.pipe(n)
	case *parse.ChainNode:
		s.node(n.Node, function)
		s.fields(n, n.Field, function)
	case *parse.FieldNode:
		s.fields(n, n.Ident, function)
	case *parse.VariableNode:
		s.fields(n, n.Ident[1:], function)
	case *parse.IdentifierNode:
		if slices.Contains(momentFunctions, n.Ident) {
			s.found(n, n.Ident)
		}
	case *parse.StringNode:
		if strings.Contains(n.Text, "{{") {
			s.literals = append(s.literals, n.Text)
		}
		if slices.Contains(accessors, function) {
			s.fields(n, []string{n.Text}, function)
		}
	}
}

// accessors take the names of fields as strings; carriers hand a value on, to
// be taken apart elsewhere.
var (
	accessors = []string{"index", "get", "dig", "pluck", "hasKey", "pick", "omit"}
	carriers  = []string{"dict", "list", "tuple", "set", "include", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite", "tpl"}
)

// fields looks for the parts of .Release and .Capabilities that differ between
// two deployments of the same commit, wherever in a chain they stand: the root
// is often handed on under another name.
func (s *scanner) fields(n parse.Node, chain []string, function string) {
	if len(chain) > 0 && (chain[0] == "Values" || chain[0] == "Chart") {
		return
	}
	for i, name := range chain {
		last := i == len(chain)-1
		switch name {
		case "IsUpgrade", "IsInstall", "Revision":
			s.found(n, ".Release."+name)
		case "Release":
			if last && !slices.Contains(carriers, function) {
				s.found(n, ".Release")
			}
		case "Capabilities":
			if !last {
				s.found(n, ".Capabilities."+chain[i+1])
			} else if !slices.Contains(carriers, function) {
				s.found(n, ".Capabilities")
			}
		case "APIVersions", "KubeVersion":
			if i == 0 {
				s.found(n, ".Capabilities."+name)
			}
		}
	}
}

// momentsCalled records which of the functions a render has called.
type momentsCalled map[string]bool

// watch makes each moment function note that it was called.
func (m momentsCalled) watch(functions template.FuncMap) template.FuncMap {
	for _, name := range momentFunctions {
		function, known := functions[name]
		if !known {
			continue
		}
		original := reflect.ValueOf(function)
		functions[name] = reflect.MakeFunc(original.Type(), func(arguments []reflect.Value) []reflect.Value {
			m[name] = true
			if original.Type().IsVariadic() {
				return original.CallSlice(arguments)
			}
			return original.Call(arguments)
		}).Interface()
	}
	return functions
}

// addTo marks what was not called, and adds what was called without being seen
// in any parse tree: a text that a template put together and gave to `tpl`.
func (m momentsCalled) addTo(moments []moment) []moment {
	seen := map[string]bool{}
	for i := range moments {
		what := moments[i].What
		seen[what] = true
		if !strings.HasPrefix(what, ".") && !m[what] {
			moments[i].Live = false
		}
	}
	for name := range m {
		if !seen[name] {
			moments = append(moments, moment{What: name, Live: true})
		}
	}
	return sortedMoments(moments)
}
