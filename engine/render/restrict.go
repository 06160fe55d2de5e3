package main

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

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

// keep drops all templates that are not reached. Nil keeps all.
func (p *prepared) keep(reached needs) {
	if reached == nil {
		return
	}
	var visit func(*chart.Chart)
	visit = func(c *chart.Chart) {
		var kept []*common.File
		for _, t := range c.Templates {
			if reached[path.Join(c.ChartFullPath(), t.Name)] != nil {
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

// reduce drops all named templates that are not reached, too. The rest stands
// on other lines then.
func (p *prepared) reduce(l *library, reached needs) {
	p.keep(reached)
	if reached != nil {
		p.rewrite(func(name, _ string) (string, error) { return l.reduced(name, reached[name]), nil })
	}
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
	// parts are the templates taken apart, as far as that was asked for.
	parts map[string]map[string]string
}

func libraryOf(p *prepared) *library {
	l := &library{
		texts: map[string]string{}, partials: map[string]bool{}, scans: map[string]*scan{},
		definers: map[string][]string{}, parts: map[string]map[string]string{},
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

// A needs holds for each template that is needed the names of what is needed of
// it: what it defines, and its own where it is rendered itself.
type needs map[string]map[string]bool

func (r needs) add(template, name string) {
	if r[template] == nil {
		r[template] = map[string]bool{}
	}
	r[template][name] = true
}

// reachedFrom gives what these templates need: what they include, and what is
// named in a text that includes by a computed name. Whoever renders only this
// has to compare the result: a name can be computed in ways that are not seen
// here.
func (l *library) reachedFrom(templates ...string) needs {
	reached := needs{}
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
				reached.add(definer, included)
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
		reached.add(name, name)
		if found := l.scans[name]; found != nil {
			visit(name, found.main)
		}
	}
	return reached
}

// visitComputed follows an include like `include (print $.Template.BasePath
// "/configmap.yaml") .` to the files that the text names, and any other to all
// helpers.
func (l *library) visitComputed(name string, reached needs, visit func(string, *fragment)) {
	named := false
	for other := range l.texts {
		if !l.partials[other] && strings.Contains(l.texts[name], "/"+path.Base(other)) {
			named = true
			reached.add(other, other)
			visit(other, l.scans[other].main)
		}
	}
	if named {
		return
	}
	for other := range l.texts {
		if l.partials[other] {
			for define, f := range l.scans[other].named {
				reached.add(other, define)
				visit(other, f)
			}
		}
	}
}

// reduced is a template with no more than what is named of it.
func (l *library) reduced(template string, names map[string]bool) string {
	parts := l.parts[template]
	if parts == nil {
		parts = partsOf(template, l.texts[template])
		l.parts[template] = parts
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if name != template {
			text.WriteString(parts[name])
		}
	}
	if names[template] {
		text.WriteString(parts[template])
	}
	return text.String()
}

// partsOf gives the text of each named template, and under its own name what is
// not in any.
func partsOf(template, text string) map[string]string {
	tree := parse.New(template)
	tree.Mode = parse.SkipFuncCheck
	named := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", named); err != nil {
		return map[string]string{template: text} // Helm says what is wrong with it
	}
	parts := map[string]string{}
	for name, t := range named {
		if name != template && t.Root != nil {
			parts[name] = fmt.Sprintf("{{define %q}}%s{{end}}", name, separated(t.Root).String())
		}
	}
	if tree.Root != nil {
		parts[template] = separated(tree.Root).String()
	}
	return parts
}
