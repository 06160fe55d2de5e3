package main

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A helmError is an error of the chart, its values or its templates.
type helmError struct {
	// Stage is the step that failed: values, chart, dependencies, capabilities,
	// schema, template or manifest.
	Stage string `json:"stage"`
	// Message is what Helm prints behind «Error: », less its advice on --debug.
	Message string `json:"message"`
	// File is a path in the chart's directory, or the name of a values layer.
	File string `json:"file"`
	// Line and Column (in bytes) count from 1; 0 where Helm does not say.
	Line   int `json:"line"`
	Column int `json:"column"`
	// RenderedLine is a line of the rendered output of File, where that is all
	// Helm knows.
	RenderedLine int `json:"renderedLine"`
	// Trace is the way from the template that Helm rendered to File, outermost
	// first, where templates include one another.
	Trace []place `json:"trace"`
}

type place struct {
	Template string `json:"template"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
}

var (
	// «parse error at (chart/templates/a.yaml:12): …», «execution error at (…:12:5): …»
	atPlace = regexp.MustCompile(`^(?:parse|execution) error (?:at|in) \(([^()]+?)(?::(\d+))?(?::(\d+))?\): `)
	// An execution error as text/template words it, which Helm leaves alone when
	// it cannot take it apart.
	executing = regexp.MustCompile(`template: ([^\s:]+):(\d+):(\d+): executing `)
	// A line of the trace that Helm makes of nested execution errors.
	tracePlace  = regexp.MustCompile(`(?m)^([^\s:][^:\n]*):(\d+)(?::(\d+))?$`)
	yamlErrorOn = regexp.MustCompile(`^YAML parse error on ([^:]+): `)
	yamlLine    = regexp.MustCompile(`yaml: line (\d+):`)
)

func (r *rendering) describe(err error) *helmError {
	described := &helmError{Stage: "chart", Message: withoutNetwork(strings.TrimRight(err.Error(), "\n")), File: fileOf(err), Trace: []place{}}
	if s, ok := errors.AsType[*stageError](err); ok {
		described.Stage = s.stage
	}
	switch described.Stage {
	case "schema":
		described.Message = sortObjections(described.Message)
	case "template":
		described.Trace = r.trace(described.Message)
		if n := len(described.Trace); n > 0 {
			last := described.Trace[n-1]
			described.File, described.Line, described.Column = last.File, last.Line, last.Column
		}
	case "manifest":
		if m := yamlErrorOn.FindStringSubmatch(described.Message); m != nil {
			described.File = r.fileOf(m[1])
		}
		described.RenderedLine = lineIn(described.Message)
	default:
		if described.File != "" {
			described.Line = lineIn(described.Message)
		}
	}
	return described
}

// httpFailure is how a schema's reference to the web ends here.
var httpFailure = regexp.MustCompile(`HTTP request failed for (\S+): Get "[^"]*": .*`)

func withoutNetwork(message string) string {
	return httpFailure.ReplaceAllString(message, "HTTP request failed for $1: Ringfence renders without a network")
}

// sortObjections puts what a schema objects to in order: below each line that
// names a chart or an objection, the lines that are indented further belong to
// it. Helm takes them from a map.
func sortObjections(message string) string {
	return strings.Join(sortTree(strings.Split(message, "\n")), "\n")
}

func sortTree(lines []string) []string {
	indent := func(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
	objection := func(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), "- ") }
	var sorted []string
	for i := 0; i < len(lines); {
		if !objection(lines[i]) {
			sorted = append(sorted, lines[i])
			i++
			continue
		}
		// Siblings are a run of lines at this depth, each with what is deeper.
		depth := indent(lines[i])
		var siblings [][]string
		for i < len(lines) && objection(lines[i]) && indent(lines[i]) == depth {
			end := i + 1
			for end < len(lines) && objection(lines[end]) && indent(lines[end]) > depth {
				end++
			}
			siblings = append(siblings, append([]string{lines[i]}, sortTree(lines[i+1:end])...))
			i = end
		}
		slices.SortStableFunc(siblings, slices.Compare)
		for _, sibling := range siblings {
			sorted = append(sorted, sibling...)
		}
	}
	return sorted
}

// maximumTrace bounds the trace of a template that includes itself.
const maximumTrace = 20

func (r *rendering) trace(message string) []place {
	var matches [][]string
	if m := atPlace.FindStringSubmatch(message); m != nil {
		matches = [][]string{m}
	} else if strings.HasPrefix(message, "template: ") {
		matches = executing.FindAllStringSubmatch(message, maximumTrace)
	} else {
		matches = tracePlace.FindAllStringSubmatch(message, maximumTrace)
	}
	places := []place{}
	for _, m := range matches {
		file := r.fileOf(m[1])
		if file == "" {
			continue // a line of the user's own message that looks like a place
		}
		line, _ := strconv.Atoi(m[2])
		column, err := strconv.Atoi(m[3])
		if err == nil {
			column++ // text/template counts from 0
		}
		places = append(places, place{Template: m[1], File: file, Line: line, Column: column})
	}
	return places
}

func lineIn(message string) int {
	m := yamlLine.FindStringSubmatch(message)
	if m == nil {
		return 0
	}
	line, _ := strconv.Atoi(strings.TrimSpace(m[1]))
	return line
}
