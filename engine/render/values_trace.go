package main

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A valuesKey is a leaf of the values behind a rendered field. It is claimed
// only after this leaf was changed, and the field with it.
type valuesKey struct {
	Tier keyTier `json:"tier"`
	// Path is in the values of the root chart: a subchart's are below its name or
	// alias.
	Path []string `json:"path"`
	// Part is what of the field's text the key gives; empty where it is all.
	Part string `json:"part"`
	// Set says that the key is there, in some values file.
	Set bool `json:"set"`
	// Others is how many other fields of the same template changed with it.
	Others int `json:"others"`
}

type keyTier string

const (
	// tierValue: the field holds what the key says.
	tierValue keyTier = "value"
	// tierSettable: the key is absent; setting it brings the field, or changes it.
	tierSettable keyTier = "settable at"
	// tierDerived: the field changes with the key, to something else.
	tierDerived keyTier = "derived"
	// tierGated: the key decides whether the field is there.
	tierGated keyTier = "gated by"
)

// mostRenders bounds what one field may cost.
const mostRenders = 10

// traceFields finds the values behind the fields, template by template.
func (t *tracing) traceFields() {
	byTemplate := map[string][]int{}
	var order []string
	for i, f := range t.request.Fields {
		if f.Document < 0 || f.Document >= len(t.request.Documents) {
			continue
		}
		if t.isLiteral(i) {
			t.answer.Fields[i].Literal = true
			continue
		}
		name := t.request.Documents[f.Document].Template
		if byTemplate[name] == nil {
			order = append(order, name)
		}
		byTemplate[name] = append(byTemplate[name], i)
	}
	for _, name := range order {
		run := t.tracedRun(name)
		if run == nil {
			continue
		}
		for _, i := range byTemplate[name] {
			t.answer.Fields[i].Reads = run.reads(t.request.Fields[i])
			t.answer.Fields[i].Keys = run.keysOf(t.request.Fields[i])
		}
	}
}

// isLiteral says whether a field's whole value stands in a template.
func (t *tracing) isLiteral(i int) bool {
	field := t.request.Fields[i]
	document := t.request.Documents[field.Document]
	read := t.marked[document.Template]
	if read == nil || !t.answer.Documents[field.Document].Exact {
		return false
	}
	at := t.spans[field.Document]
	m := &manifest{text: read.clean[at.from:at.to]}
	if m.root() == nil {
		return false
	}
	_, node, depth := m.find(field.Path)
	if depth < len(field.Path) {
		return false
	}
	start := utf8.RuneCountInString(read.clean[:at.from])
	leaves := leavesBelow(node, nil, 32)
	return !slices.ContainsFunc(leaves, func(l leaf) bool {
		from, to := m.valueRange(l.node)
		if from == to {
			// Nothing is written: the key is all there is.
			from = max(0, from-1)
		}
		return !read.isLiteral(start+from, start+to)
	})
}

// A tracedRun is one template, rendered with a reader, and what is needed to
// render it again.
type tracedRun struct {
	*tracing
	name   string
	kept   needs
	values map[string]any
	reader *reader
	// documents are the template's, by index, and starts where they begin in it,
	// in runes.
	documents []*manifest
	starts    []int
	// frames holds for each rune of the template what put it out.
	frames []*frame
	// used counts the renders of the field at hand.
	used int
	// changed keeps what earlier fields have rendered, by the leaf and its value.
	changed map[string][]*manifest
}

// tracedRun gives nil where the trace does not put out what the judged render
// did: nothing is claimed then.
func (t *tracing) tracedRun(name string) *tracedRun {
	for _, kept := range []needs{t.library.reachedFrom(name), nil} {
		if run := t.tracedWith(name, kept); run != nil {
			return run
		}
	}
	return nil
}

func (t *tracing) tracedWith(name string, kept needs) *tracedRun {
	p, err := t.prepare(nil)
	if err != nil {
		return nil
	}
	p.reduce(t.library, kept)
	values, _ := copyTree(p.values["Values"]).(map[string]any)
	read := newReader(p.values["Values"])
	tracing := &readTracing{reader: read}
	p.rewrite(func(name, text string) (string, error) { return tracing.rewriter(name, text).rewrite() })
	rendered, err := t.rerender.run(p, read.functions())
	if err != nil || read.overflow {
		return nil
	}
	run := &tracedRun{tracing: t, name: name, kept: kept, values: values, reader: read, changed: map[string][]*manifest{}}
	clean := withoutMarkers(rendered[name])
	if !t.agrees(name, clean) {
		return nil
	}
	run.documents, run.starts = documentsIn(clean)
	var now *frame
	for _, r := range rendered[name] {
		if isMarker(r) {
			now = read.frameAt(r)
		} else {
			run.frames = append(run.frames, now)
		}
	}
	return run
}

// agrees compares with the judged documents. Random values may differ where
// fewer templates draw from the same source of chance, so that lines are
// compared by their number alone.
func (t *tracing) agrees(name, clean string) bool {
	for i, d := range t.request.Documents {
		if d.Template != name {
			continue
		}
		at := documentSpan(clean, d.Index)
		if strings.Count(clean[at.from:at.to], "\n") != strings.Count(string(t.request.texts[i].Data), "\n") {
			return false
		}
	}
	return true
}

// documentsIn takes a rendered template apart.
func documentsIn(rendered string) (documents []*manifest, starts []int) {
	for i := 0; ; i++ {
		at := documentSpan(rendered, i)
		if at.from == at.to {
			return documents, starts
		}
		documents = append(documents, &manifest{text: rendered[at.from:at.to]})
		starts = append(starts, utf8.RuneCountInString(rendered[:at.from]))
	}
}

// document is nil for what is no YAML.
func (r *tracedRun) document(i int) *manifest {
	index := r.request.Documents[i].Index
	if index < 0 || index >= len(r.documents) || r.documents[index].root() == nil {
		return nil
	}
	return r.documents[index]
}

// keysOf gives the keys behind a field, verified.
func (r *tracedRun) keysOf(field tracedField) []valuesKey {
	r.used = 0
	m := r.document(field.Document)
	if m == nil {
		return []valuesKey{}
	}
	_, node, depth := m.find(field.Path)
	var keys []valuesKey
	if depth < len(field.Path) {
		keys = r.absent(field, m, node, depth)
	} else if leaves := leavesBelow(node, field.Path, 4); len(leaves) == 1 {
		keys = r.present(field.Document, m, leaves[0])
	} else {
		keys = r.collection(field, m, leaves)
	}
	if keys == nil {
		return []valuesKey{}
	}
	return keys
}

// reads says whether what put a field out has read any values.
func (r *tracedRun) reads(field tracedField) bool {
	m := r.document(field.Document)
	if m == nil {
		return false
	}
	_, node, depth := m.find(field.Path)
	if depth < len(field.Path) {
		return false
	}
	return slices.ContainsFunc(leavesBelow(node, nil, 4), func(l leaf) bool {
		return slices.ContainsFunc(r.covering(field.Document, m, l.node), func(f *frame) bool { return len(f.all()) > 0 })
	})
}

// collection is a field with several leaves: the keys of the first ones, or
// what is common to them where the values have the same shape below it.
func (r *tracedRun) collection(field tracedField, m *manifest, leaves []leaf) []valuesKey {
	var keys []valuesKey
	common := valuesKey{}
	isCommon := true
	for i, l := range leaves {
		found := r.present(field.Document, m, l)
		if len(found) != 1 || found[0].Tier != tierValue {
			isCommon = false
		} else if isCommon {
			below := strings.Split(pathText(l.path[len(field.Path):]), stepEnd)
			above := len(found[0].Path) - len(below)
			if above < 1 || !slices.Equal(found[0].Path[above:], below) ||
				i > 0 && !slices.Equal(found[0].Path[:above], common.Path) {
				isCommon = false
			} else {
				common = found[0]
				common.Path = found[0].Path[:above]
			}
		}
		for _, k := range found {
			if !slices.ContainsFunc(keys, func(other valuesKey) bool { return slices.Equal(other.Path, k.Path) }) {
				keys = append(keys, k)
			}
		}
	}
	if isCommon && len(keys) > 0 {
		return []valuesKey{common}
	}
	return keys
}

// covering gives the frames that put out a scalar's value.
func (r *tracedRun) covering(document int, m *manifest, n *yaml.Node) []*frame {
	from, to := m.valueRange(n)
	if from == to {
		to = from + 1
	}
	return r.framesIn(r.starts[r.request.Documents[document].Index], from, to)
}

func (r *tracedRun) framesIn(start, from, to int) []*frame {
	var frames []*frame
	for i := max(0, start+from); i < min(len(r.frames), start+to); i++ {
		if f := r.frames[i]; f != nil && !slices.Contains(frames, f) {
			frames = append(frames, f)
		}
	}
	return frames
}
