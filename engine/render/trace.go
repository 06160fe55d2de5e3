package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"ringfence/engine/abi"
)

// traceRequest asks where parts of a chart's documents come from. It is the
// request of the render that put them out, with the documents' texts, as they
// were, behind the values.
type traceRequest struct {
	helmRequest
	Documents []tracedDocument `json:"documents"`
	Fields    []tracedField    `json:"fields"`

	texts []abi.Content
}

type tracedDocument struct {
	// Template and Index are as of a helmDocument.
	Template string `json:"template"`
	Index    int    `json:"index"`
	Length   int    `json:"length"`
}

type tracedField struct {
	// Document is an index into the request's documents.
	Document int `json:"document"`
	// Path has keys and indexes.
	Path []any `json:"path"`
	// Wanted is what the field should be; nil where that is not known.
	Wanted any `json:"wanted"`
}

func (r *traceRequest) take(body *abi.Body) (err error) {
	if err = r.helmRequest.take(body); err != nil {
		return err
	}
	files := make([]abi.File, len(r.Documents))
	for i, d := range r.Documents {
		files[i] = abi.File{Name: d.Template, Length: d.Length}
	}
	r.texts, err = body.Take(files)
	return err
}

// traceAnswer has an entry for each document and each field of the request.
type traceAnswer struct {
	Error *helmError `json:"error"`
	// Sources are templates that lines come from, as paths in the chart's
	// directory.
	Sources   []string         `json:"sources"`
	Documents []documentSource `json:"documents"`
	Fields    []fieldSource    `json:"fields"`
	// Renders counts all that were made.
	Renders int `json:"renders"`
}

type documentSource struct {
	// Exact says that the marked render gave the document byte for byte; where it
	// did not, nothing is known of its lines.
	Exact bool         `json:"exact"`
	Lines []tracedLine `json:"lines"`
}

// fieldSource says what decides a field.
type fieldSource struct {
	// Literal says that the template itself has the value: no action put it out.
	Literal bool `json:"literal"`
	// Reads says that what put it out has read values: without it, it comes of
	// the release's or the chart's name, a file or a function.
	Reads bool `json:"reads"`
	// Keys are the values behind it, most telling first.
	Keys []valuesKey `json:"keys"`
}

// A tracing is one trace.
type tracing struct {
	*rerender
	request *traceRequest
	answer  *traceAnswer
	// clean is the chart as the judged render had it.
	clean   *prepared
	library *library
	files   *rendering // for fileOf
	sources map[string]int
	// marked are the marked templates, by name, and where each document begins
	// and ends in its template.
	marked map[string]*markedText
	spans  []span
	// rendered counts the bytes of templates that were put out with other values.
	rendered int
}

// A span is a part of a rendered template; it is empty where the document was
// not found as it was.
type span struct{ from, to int }

func trace(request *traceRequest) *traceAnswer {
	answer := &traceAnswer{Sources: []string{}, Documents: []documentSource{}, Fields: []fieldSource{}}
	listen()
	t := &tracing{request: request, answer: answer, sources: map[string]int{}, marked: map[string]*markedText{}}
	for range request.Documents {
		answer.Documents = append(answer.Documents, documentSource{Lines: []tracedLine{}})
	}
	for range request.Fields {
		answer.Fields = append(answer.Fields, fieldSource{Keys: []valuesKey{}})
	}
	if err := t.run(); err != nil {
		answer.Error = (&rendering{}).describe(err)
	}
	return answer
}

func (t *tracing) run() (err error) {
	if t.rerender, err = newRerender(&t.request.helmRequest); err != nil {
		return err
	}
	if t.clean, err = t.prepare(nil); err != nil {
		return err
	}
	t.files = &rendering{chart: t.clean.chart, from: t.from}
	t.library = libraryOf(t.clean)
	t.markLines()
	t.traceFields()
	t.answer.Renders = t.renders
	return nil
}

// markLines renders the templates of the documents with markers: first with
// what they need, then, where something came out otherwise, the whole chart.
func (t *tracing) markLines() {
	t.spans = make([]span, len(t.request.Documents))
	open := make([]int, len(t.request.Documents))
	for i := range open {
		open[i] = i
	}
	for _, whole := range []bool{false, true} {
		if len(open) == 0 {
			return
		}
		var kept needs
		if !whole {
			kept = t.library.reachedFrom(t.templatesOf(open)...)
		}
		open = t.mark(open, kept)
	}
}

func (t *tracing) templatesOf(documents []int) []string {
	var names []string
	for _, i := range documents {
		if name := t.request.Documents[i].Template; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// mark gives the documents that came out otherwise than they were judged.
func (t *tracing) mark(documents []int, kept needs) (open []int) {
	places := &spots{known: map[spot]rune{}}
	marks := &marking{spots: places}
	p, err := t.prepare(nil)
	if err != nil {
		return documents
	}
	p.keep(kept)
	p.rewrite(func(name, text string) (string, error) { return marks.rewriter(name, text).rewrite() })
	rendered, err := t.rerender.run(p, marks.functions())
	if err != nil || places.full {
		return documents
	}
	read := map[string]*markedText{}
	for _, i := range documents {
		name := t.request.Documents[i].Template
		if read[name] == nil {
			read[name] = places.read(name, rendered[name])
		}
		found := documentSpan(read[name].clean, t.request.Documents[i].Index)
		if found.from == found.to || read[name].clean[found.from:found.to] != string(t.request.texts[i].Data) {
			open = append(open, i)
			continue
		}
		t.marked[name] = read[name]
		t.spans[i] = found
		t.answer.Documents[i] = documentSource{true, read[name].lines(found.from, found.to, t.source)}
	}
	return open
}

// source is the index of a template among the answer's sources.
func (t *tracing) source(template string) int {
	i, known := t.sources[template]
	if !known {
		i = len(t.answer.Sources)
		t.sources[template] = i
		t.answer.Sources = append(t.answer.Sources, t.files.fileOf(template))
	}
	return i
}

// documentSpan finds a document where releaseutil.SplitManifests would.
func documentSpan(rendered string, index int) span {
	from := len(rendered) - len(strings.TrimLeftFunc(rendered, unicode.IsSpace))
	separators := append(separator.FindAllStringIndex(rendered[from:], -1), []int{len(rendered) - from, len(rendered) - from})
	n := 0
	begin := from
	for _, s := range separators {
		text := rendered[begin : from+s[0]]
		if strings.TrimSpace(text) != "" {
			if n == index {
				return span{begin + len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace)), from + s[0]}
			}
			n++
		}
		begin = from + s[1]
	}
	return span{}
}

// separator is releaseutil's.
var separator = regexp.MustCompile(`(?m)^---[ \t]*`)
