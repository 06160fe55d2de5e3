package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode/utf8"
)

// Markers are runes of the supplementary private use areas, one for each line
// of a template and each action. They are put into a template's parse tree,
// travel through the render with the text that follows them, and are taken out
// of what was rendered. A text that holds such runes of its own does not come
// out as it was, which the comparison with the clean render shows.
const (
	firstMarker = 0xF0000
	lastMarker  = 0x10FFFD
)

func isMarker(r rune) bool { return r >= firstMarker && r <= lastMarker }

// A spot is what a marker stands for.
type spot struct {
	// source is the template, by Helm's name.
	source string
	// line is of the template, from 1.
	line int
	// action says that an action put the text out, not the template itself.
	action bool
}

// spots gives out markers.
type spots struct {
	all   []spot
	known map[spot]rune
	// full is set when there are more places than runes: what is rendered then
	// cannot be told apart.
	full bool
}

func (s *spots) marker(at spot) string {
	if r, known := s.known[at]; known {
		return string(r)
	}
	r := rune(firstMarker + len(s.all))
	if r > lastMarker {
		s.full = true
		return ""
	}
	s.all = append(s.all, at)
	s.known[at] = r
	return string(r)
}

func (s *spots) at(r rune) (spot, bool) {
	i := int(r) - firstMarker
	if i < 0 || i >= len(s.all) {
		return spot{}, false
	}
	return s.all[i], true
}

// withoutMarkers is the clean text.
func withoutMarkers(s string) string {
	if strings.IndexFunc(s, isMarker) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isMarker(r) {
			return -1
		}
		return r
	}, s)
}

// cut gives the part of a marked text whose clean text is clean[from:to], with
// the marker that holds where it begins.
func cut(marked string, from, to int) string {
	var out strings.Builder
	at := 0
	held := ""
	for i := 0; i < len(marked); {
		r, size := utf8.DecodeRuneInString(marked[i:])
		piece := marked[i : i+size]
		i += size
		if isMarker(r) {
			if at <= from {
				held = piece
			} else if at < to {
				out.WriteString(piece)
			}
			continue
		}
		if at >= from && at < to {
			out.WriteString(held)
			held = ""
			out.WriteString(piece)
		}
		at += size
	}
	return out.String()
}

// Names of functions that only rewritten templates call.
const (
	fnClean      = "_clean"
	fnTrim       = "_trim"
	fnTrimSuffix = "_trimSuffix"
	fnTrimPrefix = "_trimPrefix"
	fnTpl        = "_tpl"
)

// markerFunctions know about markers.
func markerFunctions() template.FuncMap {
	return template.FuncMap{
		fnClean: func(v any) any {
			if s, ok := v.(string); ok {
				return withoutMarkers(s)
			}
			return v
		},
		fnTrim: func(s string) string {
			clean := withoutMarkers(s)
			kept := strings.TrimSpace(clean)
			from := strings.Index(clean, kept)
			return cut(s, from, from+len(kept))
		},
		fnTrimSuffix: func(suffix, s string) string {
			return cut(s, 0, len(strings.TrimSuffix(withoutMarkers(s), suffix)))
		},
		fnTrimPrefix: func(prefix, s string) string {
			clean := withoutMarkers(s)
			return cut(s, len(clean)-len(strings.TrimPrefix(clean, prefix)), len(clean))
		},
	}
}

// ownVersion is the function that does the same and knows about markers.
var ownVersion = map[string]string{"trim": fnTrim, "trimSuffix": fnTrimSuffix, "trimPrefix": fnTrimPrefix}

// transparent functions hand the text on that they are given, line by line.
var transparent = map[string]bool{"indent": true, "nindent": true, fnTrim: true, fnTrimSuffix: true, fnTrimPrefix: true}

// A rewriter puts markers or calls into parse trees. Any function but the
// transparent ones gets its arguments without markers, and so does every
// condition: nothing that a template decides may depend on them.
type rewriter struct {
	// name is Helm's name of the template, text what is written in it.
	name, text string
	// list rewrites the nodes of one list.
	list func(*parse.ListNode)
	// tplArgument says for a call of `tpl` at a place what to tell fnTpl.
	tplArgument func(parse.Pos) parse.Node
	// define is the named template that is being rewritten.
	define string
	// ends are the positions behind the lines of the text.
	ends []int
}

func (w *rewriter) line(at parse.Pos) int {
	if w.ends == nil {
		end := 0
		for line := range strings.SplitAfterSeq(w.text, "\n") {
			end += len(line)
			w.ends = append(w.ends, end)
		}
	}
	line, _ := slices.BinarySearch(w.ends, int(at)+1)
	return line + 1
}

// rewrite gives the template with all of its lists rewritten, as text, since
// that is what Helm takes.
func (w *rewriter) rewrite() (string, error) {
	tree := parse.New(w.name)
	tree.Mode = parse.SkipFuncCheck
	named := map[string]*parse.Tree{}
	if _, err := tree.Parse(w.text, "", "", named); err != nil {
		return "", err
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if name == w.name {
			continue
		}
		// An empty definition does not replace another one: it has to stay empty.
		if root := named[name].Root; root != nil {
			if !parse.IsEmptyTree(root) {
				w.define = name
				w.list(separated(root))
			}
			fmt.Fprintf(&out, "{{define %q}}%s{{end}}", name, root.String())
		}
	}
	if tree.Root != nil {
		if !parse.IsEmptyTree(tree.Root) {
			w.define = w.name
			w.list(separated(tree.Root))
		}
		out.WriteString(tree.Root.String())
	}
	return out.String(), nil
}

func functionOf(c *parse.CommandNode) string {
	if identifier, ok := c.Args[0].(*parse.IdentifierNode); ok {
		return identifier.Ident
	}
	return ""
}

// mayBeMarked says whether a value can be a text with markers: it comes out of
// `include` or `tpl`, directly or through a variable.
func mayBeMarked(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.VariableNode:
		return len(n.Ident) == 1 && n.Ident[0] != "$"
	case *parse.PipeNode:
		return len(n.Cmds) > 0 && commandMayBeMarked(n.Cmds, len(n.Cmds)-1)
	}
	return false
}

func commandMayBeMarked(commands []*parse.CommandNode, i int) bool {
	c := commands[i]
	switch function := functionOf(c); {
	case function == "include" || function == "tpl":
		return true
	case function == "":
		return mayBeMarked(c.Args[0])
	case transparent[function]:
		return slices.ContainsFunc(c.Args[1:], mayBeMarked) || i > 0 && commandMayBeMarked(commands, i-1)
	}
	return false
}

func cleaning() *parse.CommandNode {
	return &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{parse.NewIdentifier(fnClean)}}
}

// cleaned is the same value without markers.
func cleaned(n parse.Node) parse.Node {
	if !mayBeMarked(n) {
		return n
	}
	if p, ok := n.(*parse.PipeNode); ok {
		p.Cmds = append(p.Cmds, cleaning())
		return p
	}
	return pipeOf(&parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{n}}, cleaning())
}

func pipeOf(commands ...*parse.CommandNode) *parse.PipeNode {
	return &parse.PipeNode{NodeType: parse.NodePipe, Cmds: commands}
}

func callOf(function string, arguments ...parse.Node) *parse.PipeNode {
	return pipeOf(&parse.CommandNode{
		NodeType: parse.NodeCommand, Args: append([]parse.Node{parse.NewIdentifier(function)}, arguments...),
	})
}

func stringNode(s string) *parse.StringNode {
	return &parse.StringNode{NodeType: parse.NodeString, Quoted: fmt.Sprintf("%q", s), Text: s}
}

func numberNode(n int) *parse.NumberNode {
	return &parse.NumberNode{NodeType: parse.NodeNumber, IsInt: true, Int64: int64(n), Text: fmt.Sprint(n)}
}

// pipe keeps markers where they do no harm. What is put out, or kept in a
// variable, may have some; a condition may not.
func (w *rewriter) pipe(p *parse.PipeNode, mayKeep bool) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		w.command(c)
	}
	var commands []*parse.CommandNode
	for i, c := range p.Cmds {
		function := functionOf(c)
		if i > 0 && !transparent[function] && function != fnClean && commandMayBeMarked(p.Cmds, i-1) {
			commands = append(commands, cleaning())
		}
		commands = append(commands, c)
	}
	p.Cmds = commands
	if !mayKeep && len(p.Cmds) > 0 && commandMayBeMarked(p.Cmds, len(p.Cmds)-1) {
		p.Cmds = append(p.Cmds, cleaning())
	}
}

func (w *rewriter) command(c *parse.CommandNode) {
	for _, argument := range c.Args {
		switch argument := argument.(type) {
		case *parse.PipeNode:
			w.pipe(argument, true)
		case *parse.ChainNode:
			if inner, ok := argument.Node.(*parse.PipeNode); ok {
				w.pipe(inner, true)
			}
		}
	}
	identifier, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok {
		return
	}
	if own, ok := ownVersion[identifier.Ident]; ok {
		identifier.Ident = own
	}
	if transparent[identifier.Ident] {
		return
	}
	for i := 1; i < len(c.Args); i++ {
		c.Args[i] = cleaned(c.Args[i])
	}
	if identifier.Ident == "tpl" && len(c.Args) > 1 {
		// The text becomes a template only at run time, and is rewritten there.
		c.Args[1] = callOf(fnTpl, w.tplArgument(c.Pos), c.Args[1])
	}
}

// separated puts a brace at the end of a text into an action of its own, or it
// would join those of what follows when the tree is written out.
func separated(l *parse.ListNode) *parse.ListNode {
	if l == nil {
		return nil
	}
	var nodes []parse.Node
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			text := strings.TrimRight(string(n.Text), "{")
			braces := string(n.Text[len(text):])
			n.Text = []byte(text)
			nodes = append(nodes, n)
			if braces != "" {
				nodes = append(nodes, &parse.ActionNode{NodeType: parse.NodeAction, Pipe: pipeOf(&parse.CommandNode{
					NodeType: parse.NodeCommand, Args: []parse.Node{stringNode(braces)},
				})})
			}
			continue
		case *parse.IfNode:
			separated(n.List)
			separated(n.ElseList)
		case *parse.WithNode:
			separated(n.List)
			separated(n.ElseList)
		case *parse.RangeNode:
			separated(n.List)
			separated(n.ElseList)
		}
		nodes = append(nodes, n)
	}
	l.Nodes = nodes
	return l
}

// A marking rewrites templates so that they put out markers.
type marking struct {
	spots *spots
	// alone, where set, is the marker of everything: the text was given to `tpl`
	// and has no place of its own.
	alone string
}

func (m *marking) rewriter(name, text string) *rewriter {
	w := &rewriter{name: name, text: text}
	w.list = func(l *parse.ListNode) { m.list(w, l) }
	w.tplArgument = func(at parse.Pos) parse.Node {
		if m.alone != "" {
			return stringNode(m.alone)
		}
		return stringNode(m.spots.marker(spot{name, w.line(at), true}))
	}
	return w
}

func (m *marking) marker(w *rewriter, at parse.Pos, action bool) string {
	if m.alone != "" {
		return m.alone
	}
	return m.spots.marker(spot{w.name, w.line(at), action})
}

// functions are what the rewritten templates call.
func (m *marking) functions() template.FuncMap {
	functions := markerFunctions()
	functions[fnTpl] = func(marker string, v any) any {
		text, ok := v.(string)
		if !ok || !strings.Contains(text, "{{") {
			return v
		}
		inner := &marking{spots: m.spots, alone: marker}
		rewritten, err := inner.rewriter("tpl", text).rewrite()
		if err != nil {
			return v // Helm says what is wrong with it
		}
		return rewritten
	}
	return functions
}

func (m *marking) list(w *rewriter, l *parse.ListNode) {
	if l == nil {
		return
	}
	var nodes []parse.Node
	put := func(marker string) {
		nodes = append(nodes, &parse.TextNode{NodeType: parse.NodeText, Text: []byte(marker)})
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			n.Text = []byte(m.text(w, n))
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				put(m.marker(w, n.Pos, true))
			}
			w.pipe(n.Pipe, true)
		case *parse.TemplateNode:
			put(m.marker(w, n.Pos, true))
			w.pipe(n.Pipe, false)
		case *parse.IfNode:
			m.branch(w, &n.BranchNode)
		case *parse.WithNode:
			m.branch(w, &n.BranchNode)
		case *parse.RangeNode:
			m.branch(w, &n.BranchNode)
		}
		nodes = append(nodes, n)
	}
	l.Nodes = nodes
}

func (m *marking) branch(w *rewriter, b *parse.BranchNode) {
	w.pipe(b.Pipe, false)
	m.list(w, b.List)
	m.list(w, b.ElseList)
}

// text has a marker where it begins, and behind each end of a line.
func (m *marking) text(w *rewriter, n *parse.TextNode) string {
	var out strings.Builder
	at := n.Pos
	for line := range strings.SplitAfterSeq(string(n.Text), "\n") {
		out.WriteString(m.marker(w, at, false))
		out.WriteString(line)
		at += parse.Pos(len(line))
	}
	return out.String()
}

// A markedText is what a marked template put out, taken apart.
type markedText struct {
	clean string
	// spots holds for each rune of the clean text what it comes from.
	runes []spotted
}

type spotted struct {
	from spot
	// call is the place in the rendered template itself that held last: where a
	// helper's text came in. Its line is 0 where there is none.
	call spot
}

func (s *spots) read(template, marked string) *markedText {
	read := &markedText{clean: withoutMarkers(marked)}
	read.runes = make([]spotted, 0, utf8.RuneCountInString(read.clean))
	var now spotted
	for _, r := range marked {
		if !isMarker(r) {
			read.runes = append(read.runes, now)
			continue
		}
		if at, ok := s.at(r); ok {
			now.from = at
			if at.source == template {
				now.call = at
			}
		}
	}
	return read
}

// A tracedLine says where a line of a document comes from: an index into the
// answer's sources, a line from 1, and the line of the call in the rendered
// template, 0 where the line is its own.
type tracedLine [3]int

// lines gives one entry for each line of clean[from:to].
func (t *markedText) lines(from, to int, sourceOf func(string) int) []tracedLine {
	lines := []tracedLine{}
	at := utf8.RuneCountInString(t.clean[:from])
	for line := range strings.SplitAfterSeq(t.clean[from:to], "\n") {
		entry := tracedLine{-1, 0, 0}
		runes := []rune(line)
		// What a line says begins behind its indentation.
		first := max(0, slices.IndexFunc(runes, func(r rune) bool { return r != ' ' && r != '\t' }))
		if at+first < len(t.runes) {
			if s := t.runes[at+first]; s.from.line > 0 {
				entry = tracedLine{sourceOf(s.from.source), s.from.line, 0}
				if s.from.source != s.call.source {
					entry[2] = s.call.line
				}
			}
		}
		lines = append(lines, entry)
		at += len(runes)
	}
	return lines
}

// isLiteral says whether the runes [from, to) all come from templates' text.
func (t *markedText) isLiteral(from, to int) bool {
	if from >= to || to > len(t.runes) {
		return false
	}
	return !slices.ContainsFunc(t.runes[from:to], func(s spotted) bool { return s.from.action || s.from.line == 0 })
}
