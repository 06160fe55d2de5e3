package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A manifest is a rendered document, taken apart when that is first asked for.
type manifest struct {
	text   string
	parsed bool
	node   *yaml.Node
	// starts are where the lines of the text begin, in runes.
	starts []int
}

// root is nil for what is no YAML.
func (m *manifest) root() *yaml.Node {
	if m.parsed {
		return m.node
	}
	m.parsed = true
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(m.text), &document); err != nil || len(document.Content) == 0 {
		return nil
	}
	m.node = document.Content[0]
	at := 0
	for line := range strings.SplitAfterSeq(m.text, "\n") {
		m.starts = append(m.starts, at)
		at += utf8.RuneCountInString(line)
	}
	m.starts = append(m.starts, at)
	return m.node
}

// find follows a path as far as it goes, and says how many steps that was. The
// document is YAML.
func (m *manifest) find(path []any) (key, value *yaml.Node, depth int) {
	value = resolved(m.root())
	for _, step := range path {
		k, v := child(value, step)
		if v == nil {
			return key, value, depth
		}
		key, value = k, resolved(v)
		depth++
	}
	return key, value, depth
}

func resolved(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func child(n *yaml.Node, step any) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		wanted, ok := step.(string)
		for i := 0; ok && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == wanted {
				return n.Content[i], n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, ok := step.(float64); ok && int(i) >= 0 && int(i) < len(n.Content) {
			return nil, n.Content[int(i)]
		}
	}
	return nil, nil
}

// at is the rune where a node begins.
func (m *manifest) at(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(m.starts)-1 {
		return 0
	}
	return m.starts[n.Line-1] + n.Column - 1
}

// valueRange is what of the text gives a scalar its value, in runes.
func (m *manifest) valueRange(n *yaml.Node) (from, to int) {
	from = m.at(n)
	line := n.Line
	lineEnd := func() int { return m.starts[min(line, len(m.starts)-1)] }
	if n.Style == 0 && !strings.Contains(n.Value, "\n") {
		if to = from + utf8.RuneCountInString(n.Value); to <= lineEnd() {
			return from, max(to, from)
		}
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		line += strings.Count(strings.TrimRight(n.Value, "\n"), "\n") + 1
	}
	return from, lineEnd()
}

// A leaf is a scalar, or an empty collection, of a document.
type leaf struct {
	path []any
	node *yaml.Node
}

// leavesBelow lists up to `most` leaves of a node.
func leavesBelow(n *yaml.Node, path []any, most int) []leaf {
	n = resolved(n)
	if n.Kind == yaml.ScalarNode || len(n.Content) == 0 {
		return []leaf{{path, n}}
	}
	var leaves []leaf
	step := func(s any, v *yaml.Node) {
		if len(leaves) < most && len(path) < deepest {
			leaves = append(leaves, leavesBelow(v, append(path[:len(path):len(path)], s), most-len(leaves))...)
		}
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			step(n.Content[i].Value, n.Content[i+1])
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			step(float64(i), item)
		}
	}
	return leaves
}

// deepest is how far a document is looked into: aliases may contain themselves.
const deepest = 64

func pathText(path []any) string {
	steps := make([]string, len(path))
	for i, step := range path {
		steps[i] = stepText(step)
	}
	return strings.Join(steps, stepEnd)
}

func stepText(step any) string {
	if i, ok := step.(float64); ok {
		return strconv.Itoa(int(i))
	}
	s, _ := step.(string)
	return s
}

// plainText is a scalar's value as it is written; ” for null.
func plainText(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// sameScalar compares what two nodes say.
func sameNode(a, b *yaml.Node) bool {
	a, b = resolved(a), resolved(b)
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	if a.Kind == yaml.ScalarNode {
		return a.Value == b.Value && a.ShortTag() == b.ShortTag()
	}
	for i := range a.Content {
		if !sameNode(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
