package main

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
)

// A rerender renders a chart that Helm accepted once more: some of its
// templates, rewritten, with other values.
type rerender struct {
	request      *helmRequest
	capabilities *common.Capabilities
	release      common.ReleaseOptions
	// loaded is the chart as it was read; Helm changes what it renders, so that
	// every render has a copy.
	loaded *chart.Chart
	from   origins
	// values are what the user gives.
	values map[string]any
	// renders counts.
	renders int
}

func newRerender(q *helmRequest) (*rerender, error) {
	capabilities, err := capabilitiesFor(q)
	if err != nil {
		return nil, staged("capabilities", err)
	}
	values, err := mergeValues(q.layers, q.overrides)
	if err != nil {
		return nil, staged("values", err)
	}
	loaded, from, err := loadChart(q.files)
	if err != nil {
		return nil, staged("chart", err)
	}
	return &rerender{
		request: q, capabilities: capabilities, loaded: loaded, from: from, values: values,
		release: common.ReleaseOptions{
			Name: q.ReleaseName, Namespace: q.Namespace, Revision: 1, IsInstall: !q.IsUpgrade, IsUpgrade: q.IsUpgrade,
		},
	}, nil
}

// A prepared chart has its dependencies and its values in place.
type prepared struct {
	chart  *chart.Chart
	values common.Values
}

// prepare is what renderHelm does before it renders, with `changed` laid over
// the user's values. Schemas are left out: a changed value need not fit them.
func (r *rerender) prepare(changed map[string]any) (*prepared, error) {
	c := copyChart(r.loaded)
	values := overlay(copyTree(r.values).(map[string]any), changed)
	if err := chartutil.ProcessDependencies(c, values); err != nil {
		return nil, staged("dependencies", err)
	}
	renderValues, err := commonutil.ToRenderValuesWithSchemaValidation(c, values, r.release, r.capabilities, true)
	if err != nil {
		return nil, staged("values", err)
	}
	return &prepared{c, renderValues}, nil
}

// run renders a prepared chart and gives what each template put out.
func (r *rerender) run(p *prepared, functions template.FuncMap) (map[string]string, error) {
	r.renders++
	randomness.rewind()
	all := deterministicFunctions()
	maps.Copy(all, functions)
	rendered, err := engine.Engine{CustomTemplateFuncs: all}.RenderWithContext(context.Background(), p.chart, p.values)
	if err != nil {
		return nil, staged("template", err)
	}
	return rendered, nil
}

// rewrite exchanges the templates' text. What cannot be rewritten stays: Helm
// says what is wrong with it.
func (p *prepared) rewrite(change func(name, text string) (string, error)) {
	eachTemplate(p.chart, func(c *chart.Chart, i int, name string) {
		file := *c.Templates[i]
		if text, err := change(name, string(file.Data)); err == nil {
			file.Data = []byte(text)
		}
		c.Templates[i] = &file
	})
}

// keep drops all templates but those.
func (p *prepared) keep(names map[string]bool) {
	if names == nil {
		return
	}
	var visit func(*chart.Chart)
	visit = func(c *chart.Chart) {
		var kept []*common.File
		for _, t := range c.Templates {
			if names[path.Join(c.ChartFullPath(), t.Name)] {
				kept = append(kept, t)
			}
		}
		c.Templates = kept
		for _, d := range c.Dependencies() {
			visit(d)
		}
	}
	visit(p.chart)
}

func eachTemplate(root *chart.Chart, visit func(c *chart.Chart, i int, name string)) {
	for i, t := range root.Templates {
		visit(root, i, path.Join(root.ChartFullPath(), t.Name))
	}
	for _, d := range root.Dependencies() {
		eachTemplate(d, visit)
	}
}

// copyChart copies what a render changes: the metadata, the values and the
// lists. Raw stays the same, since it is what identifies a chart.
func copyChart(c *chart.Chart) *chart.Chart {
	copied := *c
	metadata := *c.Metadata
	metadata.Dependencies = nil
	for _, d := range c.Metadata.Dependencies {
		dependency := *d
		metadata.Dependencies = append(metadata.Dependencies, &dependency)
	}
	copied.Metadata = &metadata
	copied.Templates = slices.Clone(c.Templates)
	if values, ok := copyTree(c.Values).(map[string]any); ok {
		copied.Values = values
	}
	copied.SetDependencies()
	for _, d := range c.Dependencies() {
		copied.AddDependency(copyChart(d))
	}
	return &copied
}

func copyTree(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if value == nil {
			return value
		}
		copied := make(map[string]any, len(value))
		for key, item := range value {
			copied[key] = copyTree(item)
		}
		return copied
	case common.Values:
		return copyTree(map[string]any(value))
	case []any:
		if value == nil {
			return value
		}
		copied := make([]any, len(value))
		for i, item := range value {
			copied[i] = copyTree(item)
		}
		return copied
	}
	return value
}

// overlay lays one tree over another, table by table, as several values files
// are.
func overlay(below, above map[string]any) map[string]any {
	for key, value := range above {
		table, isTable := value.(map[string]any)
		under, isUnder := below[key].(map[string]any)
		if isTable && isUnder {
			overlay(under, table)
		} else {
			below[key] = value
		}
	}
	return below
}

// A library knows which templates of a chart need which others.
type library struct {
	// texts, by the templates' names.
	texts map[string]string
	// partials are not rendered by themselves.
	partials map[string]bool
	scans    map[string]*scan
	// definers are the templates that define a name.
	definers map[string][]string
	// given are the texts that `tpl` may be given: they become templates at run
	// time.
	given []string
}

func libraryOf(p *prepared) *library {
	l := &library{
		texts: map[string]string{}, partials: map[string]bool{}, scans: map[string]*scan{}, definers: map[string][]string{},
	}
	eachTemplate(p.chart, func(c *chart.Chart, i int, name string) {
		text := string(c.Templates[i].Data)
		l.texts[name] = text
		l.partials[name] = strings.HasPrefix(path.Base(name), "_")
		found := scanned(source{name, name, text})
		l.scans[name] = found
		l.given = append(l.given, found.literals...)
		for define := range found.named {
			l.definers[define] = append(l.definers[define], name)
		}
	})
	collectTexts(p.values["Values"], &l.given)
	var visit func(*chart.Chart)
	visit = func(c *chart.Chart) {
		for _, f := range c.Files {
			l.given = append(l.given, string(f.Data))
		}
		for _, d := range c.Dependencies() {
			visit(d)
		}
	}
	visit(p.chart)
	l.given = slices.DeleteFunc(l.given, func(text string) bool { return !strings.Contains(text, "{{") })
	return l
}

// reachedFrom gives the templates that these ones need: those that define what
// they include, or are named in a text that includes by a computed name. Whoever
// renders only these has to compare the result: a name can be computed in ways
// that are not seen here.
func (l *library) reachedFrom(templates ...string) map[string]bool {
	reached := map[string]bool{}
	seen := map[*fragment]bool{}
	usesTpl := false
	var visit func(name string, f *fragment)
	visit = func(name string, f *fragment) {
		if f == nil || seen[f] {
			return
		}
		seen[f] = true
		for _, included := range f.includes {
			for _, definer := range l.definers[included] {
				reached[definer] = true
				visit(definer, l.scans[definer].named[included])
			}
		}
		if f.dynamic {
			l.visitComputed(name, reached, visit)
		}
		if f.tpl && !usesTpl {
			usesTpl = true
			for _, text := range l.given {
				visit("", scanned(source{"", "", text}).main)
			}
		}
	}
	for _, name := range templates {
		reached[name] = true
		if found := l.scans[name]; found != nil {
			visit(name, found.main)
		}
	}
	return reached
}

// visitComputed follows an include like `include (print $.Template.BasePath
// "/configmap.yaml") .` to the files that the text names, and any other to all
// helpers.
func (l *library) visitComputed(name string, reached map[string]bool, visit func(string, *fragment)) {
	named := false
	for other := range l.texts {
		if !l.partials[other] && strings.Contains(l.texts[name], "/"+path.Base(other)) {
			named = true
			reached[other] = true
			visit(other, l.scans[other].main)
		}
	}
	if named {
		return
	}
	for other := range l.texts {
		if l.partials[other] {
			reached[other] = true
			for _, f := range l.scans[other].named {
				visit(other, f)
			}
		}
	}
}
