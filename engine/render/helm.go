package main

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"

	"ringfence/engine/abi"
)

// helmRequest is `helm template`'s command line. The bytes of Files and then of
// Values follow the header.
type helmRequest struct {
	Files  []abi.File `json:"files"`
	Values []abi.File `json:"values"`
	overrides
	ReleaseName string   `json:"releaseName"`
	Namespace   string   `json:"namespace"`
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
	IncludeCRDs bool     `json:"includeCrds"`
	IsUpgrade   bool     `json:"isUpgrade"`

	files, layers []abi.Content
}

func (r *helmRequest) take(body *abi.Body) (err error) {
	if r.files, err = body.Take(r.Files); err != nil {
		return err
	}
	r.layers, err = body.Take(r.Values)
	return err
}

// helmAnswer is either documents or an error; what was learnt of the chart
// before an error is there in both cases.
type helmAnswer struct {
	Error     *helmError     `json:"error"`
	Chart     *chartSummary  `json:"chart"`
	Subcharts []subchart     `json:"subcharts"`
	Documents []helmDocument `json:"documents"`
	Skipped   []helmDocument `json:"skipped"`
	Moments   []moment       `json:"moments"`
	Warnings  []string       `json:"warnings"`
}

type chartSummary struct {
	Name         string       `json:"name"`
	Version      string       `json:"version"`
	APIVersion   string       `json:"apiVersion"`
	AppVersion   string       `json:"appVersion"`
	Type         string       `json:"type"`
	KubeVersion  string       `json:"kubeVersion"`
	Deprecated   bool         `json:"deprecated"`
	Dependencies []dependency `json:"dependencies"`
}

type dependency struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Repository string   `json:"repository"`
	Alias      string   `json:"alias"`
	Condition  string   `json:"condition"`
	Tags       []string `json:"tags"`
	Enabled    bool     `json:"enabled"`
}

type subchart struct {
	Directory string `json:"directory"`
	Archived  bool   `json:"archived"`
	chartSummary
	// Paths are the names under which Helm rendered it, "root/charts/alias": none
	// when it is disabled, several when it has several aliases.
	Paths []string `json:"paths"`
}

func summarize(c *chart.Chart) chartSummary {
	summary := chartSummary{
		Name:         c.Metadata.Name,
		Version:      c.Metadata.Version,
		APIVersion:   c.Metadata.APIVersion,
		AppVersion:   c.Metadata.AppVersion,
		Type:         c.Metadata.Type,
		KubeVersion:  c.Metadata.KubeVersion,
		Deprecated:   c.Metadata.Deprecated,
		Dependencies: []dependency{},
	}
	if summary.Type == "" {
		summary.Type = "application"
	}
	for _, d := range c.Metadata.Dependencies {
		summary.Dependencies = append(summary.Dependencies, dependency{
			Name: d.Name, Version: d.Version, Repository: d.Repository, Alias: d.Alias, Condition: d.Condition,
			Tags: append([]string{}, d.Tags...),
		})
	}
	return summary
}

// A rendering is one run of `helm template`, step by step in its order.
type rendering struct {
	request *helmRequest
	answer  *helmAnswer
	chart   *chart.Chart
	from    origins
}

// renderHelm is cmd/template.go and cmd/install.go runInstall, then
// action.Install.RunWithContext with a client-side dry run, and
// action.Configuration.renderResources.
func renderHelm(request *helmRequest) *helmAnswer {
	answer := &helmAnswer{Subcharts: []subchart{}, Documents: []helmDocument{}, Skipped: []helmDocument{}, Moments: []moment{}}
	warnings := listen()
	r := &rendering{request: request, answer: answer, from: origins{}}
	if err := r.run(); err != nil {
		answer.Error = r.describe(err)
		answer.Documents, answer.Skipped = []helmDocument{}, []helmDocument{}
	}
	answer.Warnings = warnings.lines
	return answer
}

func (r *rendering) run() error {
	q := r.request
	capabilities, err := capabilitiesFor(q)
	if err != nil {
		return staged("capabilities", err)
	}
	values, err := mergeValues(q.layers, q.overrides)
	if err != nil {
		return staged("values", err)
	}
	r.chart, r.from, err = loadChart(q.files)
	if err != nil {
		return staged("chart", err)
	}
	r.summarizeLoaded()
	if err := checkInstallable(r.chart); err != nil {
		return staged("chart", err)
	}
	if r.chart.Metadata.Deprecated {
		slog.Warn("this chart is deprecated")
	}
	if err := checkDependencies(r.chart); err != nil {
		return staged("dependencies", err)
	}
	if err := chartutil.ValidateReleaseName(q.ReleaseName); err != nil {
		return staged("values", fmt.Errorf("release name check failed: release name %q: %w", q.ReleaseName, err))
	}
	if err := chartutil.ProcessDependencies(r.chart, values); err != nil {
		return staged("dependencies", fmt.Errorf("chart dependencies processing failed: %w", err))
	}
	r.summarizeEnabled()

	release := common.ReleaseOptions{
		Name: q.ReleaseName, Namespace: q.Namespace, Revision: 1, IsInstall: !q.IsUpgrade, IsUpgrade: q.IsUpgrade,
	}
	renderValues, err := commonutil.ToRenderValuesWithSchemaValidation(r.chart, values, release, capabilities, false)
	if err != nil {
		return staged("schema", err)
	}
	if wanted := r.chart.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return staged("capabilities", &loadError{"Chart.yaml", fmt.Errorf(
			"chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.Version)})
	}

	called := momentsCalled{}
	r.answer.Moments = r.findMoments(renderValues)
	renderer := engine.Engine{CustomTemplateFuncs: called.watch(deterministicFunctions())}
	rendered, err := renderer.RenderWithContext(context.Background(), r.chart, renderValues)
	r.answer.Moments = called.addTo(r.answer.Moments)
	if err != nil {
		return staged("template", err)
	}
	for name := range rendered {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(rendered, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	if err != nil {
		return staged("manifest", err)
	}
	r.collect(rendered, manifests, hooks)
	return nil
}

func capabilitiesFor(q *helmRequest) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if q.KubeVersion != "" {
		version, err := common.ParseKubeVersion(q.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", q.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	// Clipped: the default set is one slice for the life of the instance.
	capabilities.APIVersions = append(slices.Clip(capabilities.APIVersions), q.APIVersions...)
	return capabilities, nil
}

// summarizeLoaded describes the chart as it is written, before Helm renames and
// drops dependencies.
func (r *rendering) summarizeLoaded() {
	root := summarize(r.chart)
	r.answer.Chart = &root
	var add func(*chart.Chart)
	add = func(c *chart.Chart) {
		for _, d := range c.Dependencies() {
			at := r.from[identity(d)]
			r.answer.Subcharts = append(r.answer.Subcharts, subchart{
				Directory: at.Directory, Archived: at.Archived, chartSummary: summarize(d), Paths: []string{},
			})
			add(d)
		}
	}
	add(r.chart)
}

// summarizeEnabled notes what Helm has kept of it.
func (r *rendering) summarizeEnabled() {
	var visit func(*chart.Chart)
	visit = func(c *chart.Chart) {
		summary := r.answer.Chart
		if !c.IsRoot() {
			at := r.from[identity(c)].Directory
			i := slices.IndexFunc(r.answer.Subcharts, func(s subchart) bool { return s.Directory == at })
			if i < 0 {
				return
			}
			r.answer.Subcharts[i].Paths = append(r.answer.Subcharts[i].Paths, c.ChartFullPath())
			summary = &r.answer.Subcharts[i].chartSummary
		}
		for _, kept := range c.Metadata.Dependencies {
			for i, d := range summary.Dependencies {
				// Helm has overwritten the name of what it kept with the alias.
				if kept.Alias == d.Alias && (kept.Name == d.Name || kept.Name == d.Alias) {
					summary.Dependencies[i].Enabled = true
				}
			}
		}
		for _, d := range c.Dependencies() {
			visit(d)
		}
	}
	visit(r.chart)
}

// fileOf is the path, relative to the chart, of the file that Helm calls by a
// template's name. The two differ for aliases, and for directories that are not
// called like their chart.
func (r *rendering) fileOf(template string) string {
	file := ""
	longest := -1
	var visit func(*chart.Chart)
	visit = func(c *chart.Chart) {
		if rest, inside := strings.CutPrefix(template, c.ChartFullPath()+"/"); inside && len(c.ChartFullPath()) > longest {
			longest = len(c.ChartFullPath())
			file = path.Join(r.from[identity(c)].Directory, rest)
		}
		for _, d := range c.Dependencies() {
			visit(d)
		}
	}
	if r.chart != nil {
		visit(r.chart)
	}
	return file
}

// A stageError says which step of the way an error belongs to.
type stageError struct {
	stage string
	err   error
}

func staged(stage string, err error) error { return &stageError{stage, err} }

func (e *stageError) Error() string { return e.err.Error() }
func (e *stageError) Unwrap() error { return e.err }

// A listener keeps what Helm warns of: it logs through two global loggers.
type listener struct{ lines []string }

// maximumWarnings bounds what one chart can make the report carry.
const maximumWarnings = 100

func listen() *listener {
	l := &listener{lines: []string{}}
	slog.SetDefault(slog.New(warningHandler{l}))
	log.SetFlags(0)
	log.SetOutput(l) // after SetDefault, which redirects log to slog
	return l
}

func (l *listener) add(line string) {
	if len(l.lines) < maximumWarnings && !slices.Contains(l.lines, line) {
		l.lines = append(l.lines, line)
	}
}

func (l *listener) Write(line []byte) (int, error) {
	l.add(strings.TrimSpace(string(line)))
	return len(line), nil
}

type warningHandler struct{ *listener }

func (warningHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn
}
func (h warningHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h warningHandler) WithGroup(string) slog.Handler      { return h }
func (h warningHandler) Handle(_ context.Context, record slog.Record) error {
	line := record.Message
	record.Attrs(func(a slog.Attr) bool {
		line += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	})
	h.add(line)
	return nil
}
