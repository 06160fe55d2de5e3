package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A candidate is a values path that may be behind a field.
type candidate struct {
	path  valuesPath
	score int
}

// directScore is where the candidates begin that were read by what put the
// field out, not by a condition around it.
const directScore = 20

// A ranking collects candidates for one field.
type ranking struct {
	values map[string]any
	// field is the path in the document, value what is written there.
	field  []string
	value  string
	scores map[valuesPath]int
}

func (r *ranking) add(path valuesPath, score int) {
	path = canonical(r.values, path)
	if known, ok := r.scores[path]; !ok || score > known {
		r.scores[path] = score
	}
}

// canonical names a global value where the root chart has it: Helm copies it to
// every subchart.
func canonical(values map[string]any, path valuesPath) valuesPath {
	if _, below, found := strings.Cut(string(path), stepEnd+"global"+stepEnd); found {
		atRoot := valuesPath("global" + stepEnd + below)
		if _, ok := lookUp(values, atRoot); ok {
			return atRoot
		}
	}
	return path
}

func lookUp(value any, path valuesPath) (any, bool) {
	if path == "" {
		return value, true
	}
	for _, step := range path.steps() {
		switch table := value.(type) {
		case map[string]any:
			item, ok := table[step]
			if !ok {
				return nil, false
			}
			value = item
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(table) {
				return nil, false
			}
			value = table[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// candidates for a leaf of a document, best first: what the actions read that
// put it out, then what was read around them.
func (r *tracedRun) candidates(document int, m *manifest, l leaf) []candidate {
	ranked := &ranking{
		values: r.values, field: strings.Split(pathText(l.path), stepEnd), value: plainText(l.node), scores: map[valuesPath]int{},
	}
	for _, f := range r.covering(document, m, l.node) {
		for _, read := range distinct(f.all()) {
			ranked.consider(read, directScore)
		}
		distance := 0
		for around := f.parent; around != nil && distance < 12; around = around.parent {
			distance++
			switch around.kind {
			case controlFrame:
				for _, read := range around.reads {
					ranked.consider(read, max(0, 8-distance))
				}
				// What was included to decide the condition.
				for _, inner := range around.inside {
					if inner.number < f.number && !inner.chosen && inner.kind == declarationFrame {
						for _, read := range inner.all() {
							ranked.consider(read, 0)
						}
					}
				}
			case actionFrame, declarationFrame:
				for _, read := range around.reads {
					ranked.consider(read, max(4, 12-distance))
				}
			}
		}
	}
	all := make([]candidate, 0, len(ranked.scores))
	for _, path := range slices.Sorted(maps.Keys(ranked.scores)) {
		all = append(all, candidate{path, ranked.scores[path]})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	return all
}

// consider scores a read: by how its name and its value fit the field. Of a
// table that was read as a whole, the entries that fit are considered.
func (r *ranking) consider(read valuesPath, score int) {
	value, ok := lookUp(r.values, read)
	if !isTable(value) {
		r.add(read, score+r.fit(read, scalarText(value), ok))
		return
	}
	for n := min(len(r.field), 8); n >= 1; n-- {
		path := read
		for _, step := range r.field[len(r.field)-n:] {
			path = path.then(step)
		}
		found, ok := lookUp(r.values, path)
		if !ok || isTable(found) && tableSize(found) > 0 {
			continue
		}
		if scalarText(found) == r.value {
			r.add(path, score+8)
		} else {
			r.add(path, score+3)
		}
		return
	}
	if !r.considerLeaves(read, value, score) {
		r.considerMissing(read, value, score)
	}
}

func (r *ranking) fit(read valuesPath, text string, set bool) int {
	fit := 1
	switch {
	case text != "" && text == r.value:
		fit = 6
	case text != "" && strings.Contains(r.value, text):
		fit = 4
	case !set || text == "":
		fit = 2
	}
	steps := strings.Split(strings.ToLower(string(read)), stepEnd)
	name := strings.ToLower(r.field[len(r.field)-1])
	last := steps[len(steps)-1]
	if last == name || len(steps) > 1 && steps[len(steps)-2]+last == name {
		fit += 5
	}
	return fit
}

// mostLeaves is how many entries of one table are considered.
const mostLeaves = 6

// considerLeaves looks for entries whose value is the field's, or a part of it.
func (r *ranking) considerLeaves(read valuesPath, table any, score int) bool {
	name := r.field[len(r.field)-1]
	found := 0
	eachLeaf(table, read, func(path valuesPath, value any) bool {
		text := scalarText(value)
		switch {
		case text == "":
		case text == r.value && path.last() == name:
			r.add(path, score+5)
			found++
		case text == r.value:
			r.add(path, score+2)
			found++
		case len(text) > 3 && strings.Contains(r.value, text):
			r.add(path, score+1)
			found++
		}
		return found < mostLeaves
	})
	return found > 0
}

// considerMissing is for a table that lacks what the field could be read from.
func (r *ranking) considerMissing(read valuesPath, value any, score int) {
	table, ok := value.(map[string]any)
	if !ok {
		return
	}
	for i := len(r.field) - 2; i >= 0; i-- {
		if strings.HasSuffix(strings.ToLower(read.last()), strings.ToLower(r.field[i])) {
			path := read
			for _, step := range r.field[i+1:] {
				path = path.then(step)
			}
			r.add(path, score+1)
			return
		}
	}
	if len(table) == 0 {
		r.add(read.then(r.field[len(r.field)-1]), score)
	}
}

func isTable(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

func tableSize(value any) int {
	switch value := value.(type) {
	case map[string]any:
		return len(value)
	case []any:
		return len(value)
	}
	return 0
}

// eachLeaf visits until it is told to stop.
func eachLeaf(value any, at valuesPath, visit func(valuesPath, any) bool) bool {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if !eachLeaf(value[key], at.then(key), visit) {
				return false
			}
		}
		return len(value) > 0 || at == "" || visit(at, value)
	case []any:
		for i, item := range value {
			if !eachLeaf(item, at.then(strconv.Itoa(i)), visit) {
				return false
			}
		}
		return len(value) > 0 || visit(at, value)
	}
	return visit(at, value)
}

// scalarText is how a template prints a value.
func scalarText(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case map[string]any:
		if len(value) == 0 {
			return "{}"
		}
	case []any:
		if len(value) == 0 {
			return "[]"
		}
	}
	return fmt.Sprint(value)
}

// nearby ranks the tables and keys that were read near a place of a document by
// their distance from it.
func (r *tracedRun) nearby(document int, m *manifest, around *yaml.Node) []candidate {
	from, to := m.at(around), 0
	for _, l := range leavesBelow(around, nil, 1000) {
		_, end := m.valueRange(l.node)
		to = max(to, end)
	}
	first, last := len(r.reader.frames), 0
	for _, f := range r.framesIn(r.starts[r.request.Documents[document].Index], from, max(to, from+1)) {
		first, last = min(first, f.number), max(last, f.number)
	}
	distances := map[valuesPath]int{}
	for _, f := range r.reader.frames {
		distance := max(0, first-f.number, f.number-last)
		for _, read := range f.reads {
			path := canonical(r.values, read)
			if known, ok := distances[path]; !ok || distance < known {
				distances[path] = distance
			}
		}
	}
	all := make([]candidate, 0, len(distances))
	for _, path := range slices.Sorted(maps.Keys(distances)) {
		all = append(all, candidate{path, distances[path]})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.score, b.score) })
	return all
}
