package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// foreign is a text that no chart holds by chance.
const foreign = "zq7"

// foreignVersion is one that parses as a version.
const foreignVersion = "9.17.3"

// quantity is a number with a unit, as of memory or CPU.
var quantity = regexp.MustCompile(`^(\d+)([a-zA-Z]{1,2})$`)

// changesOf gives values to try in place of one. `rendered` is what the field
// says now: it hints at the type where the values say nothing.
func changesOf(value any, rendered *yaml.Node) []any {
	switch value := value.(type) {
	case bool:
		if value {
			// A text is true as well, and keeps what depends on the key.
			return []any{false, foreign}
		}
		return []any{true}
	case float64:
		return []any{value + 1}
	case int64:
		return []any{value + 1}
	case int:
		return []any{value + 1}
	case nil:
		return append(hinted(rendered), foreign)
	case string:
		return changesOfText(value, rendered)
	case []any:
		if len(value) == 0 {
			return []any{[]any{foreign}, []any{map[string]any{"name": foreign}}}
		}
	case map[string]any:
		if len(value) == 0 {
			return []any{map[string]any{foreign: foreign}}
		}
	}
	return nil
}

func changesOfText(value string, rendered *yaml.Node) []any {
	if value == "" {
		return append(hinted(rendered), foreign, foreignVersion)
	}
	if value == "true" || value == "false" {
		return []any{strconv.FormatBool(value == "false")}
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return []any{strconv.FormatInt(n+1, 10)}
	}
	var changes []any
	if m := quantity.FindStringSubmatch(value); m != nil {
		n, _ := strconv.Atoi(m[1])
		changes = append(changes, strconv.Itoa(n+1)+m[2])
	}
	return append(changes, value+foreign, foreignVersion)
}

func hinted(rendered *yaml.Node) []any {
	if rendered == nil || rendered.Kind != yaml.ScalarNode || rendered.Value == "" {
		return nil
	}
	switch rendered.ShortTag() {
	case "!!bool":
		return []any{rendered.Value != "true"}
	case "!!int":
		if n, err := strconv.Atoi(rendered.Value); err == nil {
			return []any{n + 1}
		}
	case "!!str":
		if changes := changesOfText(rendered.Value, nil); len(changes) > 0 {
			return changes[:1]
		}
	}
	return nil
}

// withLeaf is an overlay over the user's values that changes one leaf. Helm
// replaces lists as a whole, so that one on the way is copied.
func withLeaf(values map[string]any, path valuesPath, value any) map[string]any {
	changed := map[string]any{}
	table := changed
	var now any = values
	steps := path.steps()
	for i, step := range steps {
		if i == len(steps)-1 {
			table[step] = value
			break
		}
		now, _ = lookUp(now, valuesPath(step))
		if list, ok := now.([]any); ok {
			table[step] = setIn(copyTree(list), steps[i+1:], value)
			break
		}
		next := map[string]any{}
		table[step] = next
		table = next
	}
	return changed
}

func setIn(tree any, steps []string, value any) any {
	if len(steps) == 0 {
		return value
	}
	switch tree := tree.(type) {
	case []any:
		if i, err := strconv.Atoi(steps[0]); err == nil && i >= 0 && i < len(tree) {
			tree[i] = setIn(tree[i], steps[1:], value)
		}
		return tree
	case map[string]any:
		tree[steps[0]] = setIn(tree[steps[0]], steps[1:], value)
		return tree
	}
	return map[string]any{steps[0]: setIn(nil, steps[1:], value)}
}

// mostRendered bounds, in bytes, what one trace puts out of templates that it
// changes values for: a template of custom resource definitions has a megabyte.
const mostRendered = 24 << 20

// mostChanged bounds how many renders are kept for other fields.
const mostChanged = 200

// renderWith gives the template's documents with one leaf of the values
// changed; false where it does not render any more.
func (r *tracedRun) renderWith(path valuesPath, value any) ([]*manifest, bool) {
	key := fmt.Sprintf("%s=%#v", path, value)
	if documents, known := r.changed[key]; known {
		return documents, documents != nil
	}
	r.used++
	if r.rendered > mostRendered {
		return nil, false
	}
	documents := r.changedDocuments(withLeaf(r.values, path, value))
	if len(r.changed) < mostChanged {
		r.changed[key] = documents
	}
	return documents, documents != nil
}

func (r *tracedRun) changedDocuments(layer map[string]any) []*manifest {
	p, err := r.prepare(layer)
	if err != nil {
		return nil
	}
	p.reduce(r.library, r.kept)
	rendered, err := r.rerender.run(p, nil)
	if err != nil {
		return nil
	}
	r.tracing.rendered += len(rendered[r.name])
	documents, _ := documentsIn(rendered[r.name])
	if documents == nil {
		return []*manifest{}
	}
	return documents
}

// counterpart is the same object in another render: its index may have shifted.
func (r *tracedRun) counterpart(documents []*manifest, document int) *manifest {
	index := r.request.Documents[document].Index
	kind, name := headOf(r.documents[index])
	if index < len(documents) && len(documents) == len(r.documents) {
		if k, _ := headOf(documents[index]); k != "" && k == kind {
			return documents[index]
		}
	}
	for _, d := range documents {
		if k, n := headOf(d); k != "" && k == kind && n == name {
			return d
		}
	}
	return nil
}

func headOf(m *manifest) (kind, name string) {
	if m.root() == nil {
		return "", ""
	}
	textAt := func(path ...any) string {
		if _, n, depth := m.find(path); depth == len(path) {
			return n.Value
		}
		return ""
	}
	return textAt("kind"), textAt("metadata", "name")
}

// effect says what changing a value from `old` to `changed` did to a field;
// empty where it did nothing. `whole` says that the field is the value, and not
// made of it.
func effect(before, after *yaml.Node, old, changed any) (tier keyTier, whole bool) {
	if after == nil {
		return tierGated, false
	}
	if sameNode(before, after) {
		return "", false
	}
	was, now := before.Value, after.Value
	if after.Kind != yaml.ScalarNode {
		now = leavesBelow(after, nil, 1)[0].node.Value
	}
	text, oldText := scalarText(changed), scalarText(old)
	switch {
	case now == text:
		return tierValue, true
	case strings.Contains(fmt.Sprint(changed), foreign) && strings.Contains(now, foreign):
		return tierValue, after.Kind != yaml.ScalarNode
	case text == foreignVersion && strings.Contains(now, foreignVersion):
		return tierValue, false
	case oldText != "" && strings.Contains(was, oldText) && strings.Replace(was, oldText, text, 1) == now:
		return tierValue, false
	}
	return tierDerived, false
}

// present finds the keys behind a field that is there.
func (r *tracedRun) present(document int, m *manifest, l leaf) []valuesKey {
	var keys []valuesKey
	var second *valuesKey
	for _, c := range r.candidates(document, m, l) {
		if r.used >= mostRenders {
			break
		}
		// Behind the first of several parts only what was put out with it.
		if len(keys) > 0 && c.score < directScore {
			break
		}
		key, whole := r.verify(document, l, c)
		switch {
		case key == nil:
		case key.Tier == tierValue || key.Tier == tierSettable:
			keys = append(keys, *key)
			if whole && key.Set {
				return inOrder(keys, plainText(l.node))
			}
		case second == nil || second.Tier == tierGated && key.Tier == tierDerived:
			second = key
		}
	}
	if len(keys) == 0 && second != nil {
		return []valuesKey{*second}
	}
	return inOrder(keys, plainText(l.node))
}

// inOrder sorts keys as their parts stand in the field; what could be set comes
// behind what is.
func inOrder(keys []valuesKey, field string) []valuesKey {
	slices.SortStableFunc(keys, func(a, b valuesKey) int {
		if a.Set != b.Set {
			if a.Set {
				return -1
			}
			return 1
		}
		return cmp.Compare(strings.Index(field, a.Part), strings.Index(field, b.Part))
	})
	return keys
}

// verify changes one leaf of the values. A key that gives the whole field needs
// no second one beside it.
func (r *tracedRun) verify(document int, l leaf, c candidate) (found *valuesKey, whole bool) {
	old, set := lookUp(r.values, c.path)
	if tableSize(old) > 0 {
		return nil, false
	}
	for _, changed := range changesOf(old, l.node) {
		if r.used >= mostRenders {
			return found, false
		}
		documents, ok := r.renderWith(c.path, changed)
		if !ok {
			continue
		}
		var after *yaml.Node
		if m := r.counterpart(documents, document); m != nil {
			if _, n, depth := m.find(l.path); depth == len(l.path) {
				after = n
			}
		}
		tier, whole := effect(l.node, after, old, changed)
		if tier == tierValue {
			if !set {
				tier = tierSettable
			}
			key := &valuesKey{Tier: tier, Path: c.path.steps(), Set: set, Others: r.others(documents)}
			if part := scalarText(old); !whole && part != "" && strings.Contains(plainText(l.node), part) {
				key.Part = part
			}
			return key, whole
		}
		if set && tier != "" && (found == nil || tier == tierDerived) {
			found = &valuesKey{Tier: tier, Path: c.path.steps(), Set: true, Others: r.others(documents)}
		}
		if tier == "" && changed != foreignVersion {
			break
		}
	}
	return found, false
}

// others counts the fields of the template that are not as they were, less the
// one that was meant.
func (r *tracedRun) others(documents []*manifest) int {
	count := 0
	for i := range max(len(documents), len(r.documents)) {
		switch {
		case i >= len(documents) || i >= len(r.documents):
			count++
		case documents[i].text == r.documents[i].text:
		case documents[i].root() == nil || r.documents[i].root() == nil:
			count++
		default:
			count += differences(r.documents[i].root(), documents[i].root(), 0)
		}
	}
	return max(0, count-1)
}

func differences(a, b *yaml.Node, depth int) int {
	a, b = resolved(a), resolved(b)
	if depth > deepest || a.Kind != b.Kind || a.Kind == yaml.ScalarNode {
		if depth <= deepest && sameNode(a, b) {
			return 0
		}
		return 1
	}
	count := 0
	if a.Kind == yaml.SequenceNode {
		for i := range max(len(a.Content), len(b.Content)) {
			if i >= len(a.Content) || i >= len(b.Content) {
				count++
			} else {
				count += differences(a.Content[i], b.Content[i], depth+1)
			}
		}
		return count
	}
	for i := 0; i+1 < len(a.Content); i += 2 {
		if _, other := child(b, a.Content[i].Value); other == nil {
			count++
		} else {
			count += differences(a.Content[i+1], other, depth+1)
		}
	}
	for i := 0; i+1 < len(b.Content); i += 2 {
		if _, other := child(a, b.Content[i].Value); other == nil {
			count++
		}
	}
	return count
}

// absent finds the key that would bring a field that is not there. `around` is
// its nearest ancestor, after `depth` steps.
func (r *tracedRun) absent(field tracedField, m *manifest, around *yaml.Node, depth int) []valuesKey {
	wanted := field.Wanted
	if wanted == nil {
		wanted = likely(stepText(field.Path[len(field.Path)-1]))
	}
	tried := map[valuesPath]bool{}
	for _, c := range r.nearby(field.Document, m, around) {
		for _, path := range r.pathsFor(c.path, field.Path, depth) {
			if tried[path] {
				continue
			}
			tried[path] = true
			if r.used >= mostRenders {
				return nil
			}
			documents, ok := r.renderWith(path, wanted)
			if !ok {
				continue
			}
			after := r.counterpart(documents, field.Document)
			if after == nil {
				continue
			}
			if _, n, found := after.find(field.Path); found == len(field.Path) && says(n, wanted) {
				_, set := lookUp(r.values, path)
				return []valuesKey{{Tier: tierSettable, Path: path.steps(), Set: set, Others: r.others(documents)}}
			}
		}
	}
	return nil
}

// tableNames are fields that hold tables, where nobody says what they should be.
var tableNames = []string{
	"resources", "limits", "requests", "securityContext", "capabilities", "seccompProfile", "labels", "annotations",
	"nodeSelector", "selector", "matchLabels", "affinity",
}

// likely is a value of the kind that a field usually has.
func likely(name string) any {
	if slices.Contains(tableNames, name) {
		return map[string]any{foreign: foreign}
	}
	return true
}

// pathsFor gives the paths below or at a read that may stand for the field: the
// read is named as one of the field's steps, or as its end.
func (r *tracedRun) pathsFor(read valuesPath, field []any, depth int) []valuesPath {
	value, set := lookUp(r.values, read)
	name := strings.ToLower(read.last())
	var paths []valuesPath
	for i, step := range slices.Backward(field) {
		text := strings.ToLower(stepText(step))
		if _, isIndex := step.(float64); isIndex || len(text) < 3 || !strings.HasSuffix(name, text) {
			continue
		}
		path := read
		for _, below := range field[i+1:] {
			path = path.then(stepText(below))
		}
		rest := field[i+1:]
		hasIndex := slices.ContainsFunc(rest, func(s any) bool { _, ok := s.(float64); return ok })
		if hasIndex || len(rest) > 0 && set && value != nil && !isMap(value) || len(rest) == 0 && tableSize(value) > 0 {
			continue
		}
		paths = append(paths, path)
		break
	}
	// A table whose entry is named so, as in `.Values.pod.securityContext` where
	// only `.Values.pod` was read.
	if isMap(value) && depth < len(field) {
		for i := depth; i >= 0 && i >= depth-1; i-- {
			step := stepText(field[i])
			if entry, ok := value.(map[string]any)[step]; ok && (entry == nil || isMap(entry) || i == len(field)-1) {
				path := read
				for _, below := range field[i:] {
					path = path.then(stepText(below))
				}
				paths = append(paths, path)
			}
		}
	}
	return paths
}

func isMap(value any) bool {
	_, ok := value.(map[string]any)
	return ok
}

// says compares a node with a value as JSON has it; a table may have more.
func says(n *yaml.Node, wanted any) bool {
	n = resolved(n)
	switch wanted := wanted.(type) {
	case map[string]any:
		for key, item := range wanted {
			_, value := child(n, key)
			if value == nil || !says(value, item) {
				return false
			}
		}
		return n.Kind == yaml.MappingNode
	case []any:
		if n.Kind != yaml.SequenceNode || len(n.Content) < len(wanted) {
			return false
		}
		for i, item := range wanted {
			if !says(n.Content[i], item) {
				return false
			}
		}
		return true
	}
	var value any
	if err := n.Decode(&value); err != nil {
		return false
	}
	a, err := json.Marshal(value)
	if err != nil {
		return false
	}
	b, err := json.Marshal(wanted)
	return err == nil && (string(a) == string(b) || fmt.Sprint(value) == fmt.Sprint(wanted))
}
