package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"
	"sigs.k8s.io/yaml"

	"ringfence/engine/abi"
)

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// An origin is where a loaded chart lies in the root chart's directory.
type origin struct {
	// Directory is "" for the root chart, else "charts/<name>[/charts/…]"; for a
	// packaged chart it is the path of the archive.
	Directory string
	// Archived is true inside a .tgz: its files have no lines in the repository.
	Archived bool
}

// origins finds the origin of a chart again after Helm has copied, renamed and
// dropped charts for aliases and conditions. Helm copies a chart's struct but
// never its Raw list, so the list's address identifies the chart.
type origins map[*byte]origin

func identity(c *chart.Chart) *byte {
	for _, f := range c.Raw {
		if f.Name == "Chart.yaml" && len(f.Data) > 0 {
			return &f.Data[0]
		}
	}
	return nil
}

// A loadError is an error of one file of the chart.
type loadError struct {
	file string
	err  error
}

func (e *loadError) Error() string { return e.err.Error() }
func (e *loadError) Unwrap() error { return e.err }

// loadChart does what `helm template` does with a directory: pkg/chart/loader
// LoadDir and pkg/chart/v2/loader loadDir.
func loadChart(files []abi.Content) (*chart.Chart, origins, error) {
	if err := checkFormat(files); err != nil {
		return nil, nil, err
	}
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b abi.Content) int { return compareWalk(a.Name, b.Name) })

	kept, err := withoutIgnored(files)
	if err != nil {
		return nil, nil, err
	}
	var size int64
	buffered := make([]*archive.BufferedFile, 0, len(kept))
	for _, f := range kept {
		if size += int64(len(f.Data)); size > archive.MaxDecompressedChartSize {
			return nil, nil, fmt.Errorf("error reading %s: chart exceeds maximum decompressed size of %d bytes",
				f.Name, archive.MaxDecompressedChartSize)
		}
		buffered = append(buffered, &archive.BufferedFile{Name: f.Name, Data: bytes.TrimPrefix(f.Data, byteOrderMark)})
	}
	from := origins{}
	loaded, err := from.load(buffered, origin{})
	return loaded, from, err
}

// checkFormat decides which of Helm's chart formats the directory is in. Helm's
// command line loads v3 charts and then refuses to render them.
func checkFormat(files []abi.Content) error {
	i := slices.IndexFunc(files, func(f abi.Content) bool { return f.Name == "Chart.yaml" })
	if i < 0 {
		return errors.New("Chart.yaml file is missing") //nolint:staticcheck // Helm's words
	}
	var format struct {
		APIVersion string `json:"apiVersion"`
	}
	if err := yaml.Unmarshal(files[i].Data, &format); err != nil {
		return &loadError{"Chart.yaml", fmt.Errorf("cannot load Chart.yaml: %w", err)}
	}
	switch format.APIVersion {
	case "", chart.APIVersionV1, chart.APIVersionV2:
		return nil
	case "v3":
		return &loadError{"Chart.yaml", errors.New("invalid chart apiVersion")}
	}
	return &loadError{"Chart.yaml", errors.New("unsupported chart version")}
}

// compareWalk orders paths as a walk over sorted directories meets them.
func compareWalk(a, b string) int {
	return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
}

func withoutIgnored(files []abi.Content) ([]abi.Content, error) {
	rules := ignore.Empty()
	for _, f := range files {
		if f.Name == ignore.HelmIgnore {
			parsed, err := ignore.Parse(bytes.NewReader(f.Data))
			if err != nil {
				return nil, &loadError{ignore.HelmIgnore, err}
			}
			rules = parsed
		}
	}
	rules.AddDefaults()

	directories := map[string]bool{}
	var ignoredDirectory func(string) bool
	ignoredDirectory = func(directory string) bool {
		if directory == "." {
			return false
		}
		ignored, known := directories[directory]
		if !known {
			ignored = ignoredDirectory(path.Dir(directory)) || rules.Ignore(directory, entry{directory, true})
			directories[directory] = ignored
		}
		return ignored
	}
	var kept []abi.Content
	for _, f := range files {
		if !ignoredDirectory(path.Dir(f.Name)) && !rules.Ignore(f.Name, entry{f.Name, false}) {
			kept = append(kept, f)
		}
	}
	return kept, nil
}

// entry is as much of a file's description as the ignore rules look at.
type entry struct {
	name      string
	directory bool
}

func (e entry) Name() string     { return path.Base(e.name) }
func (entry) Size() int64        { return 0 }
func (entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool      { return e.directory }
func (entry) Sys() any           { return nil }
func (e entry) Mode() fs.FileMode {
	if e.directory {
		return fs.ModeDir
	}
	return 0
}

// load is loader.LoadFiles with one difference: it goes into charts/ itself, in
// sorted order. Helm's loop runs over a map, so that of two defects it names
// either; and only this way the origin of each subchart is known.
func (from origins) load(files []*archive.BufferedFile, at origin) (*chart.Chart, error) {
	var own []*archive.BufferedFile
	subcharts := map[string][]*archive.BufferedFile{}
	for _, f := range files {
		inCharts, found := strings.CutPrefix(f.Name, "charts/")
		if !found || path.Ext(f.Name) == ".prov" {
			own = append(own, f)
			continue
		}
		name, _, _ := strings.Cut(inCharts, "/")
		subcharts[name] = append(subcharts[name], &archive.BufferedFile{Name: inCharts, ModTime: f.ModTime, Data: f.Data})
	}
	loaded, err := loader.LoadFiles(own)
	if err != nil {
		return loaded, at.blame(err)
	}
	from[identity(loaded)] = at

	names := make([]string, 0, len(subcharts))
	for name := range subcharts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if strings.IndexAny(name, "_.") == 0 {
			continue
		}
		inside := origin{path.Join(at.Directory, "charts", name), at.Archived}
		var subchart *chart.Chart
		if path.Ext(name) == ".tgz" {
			subchart, err = from.unpack(subcharts[name][0], name, loaded, inside)
		} else {
			subchart, err = from.load(inDirectory(subcharts[name]), inside)
		}
		if err != nil {
			if _, described := errors.AsType[notAnArchive](err); described {
				return loaded, inside.blame(err)
			}
			return loaded, inside.blame(fmt.Errorf("error unpacking subchart %s in %s: %w", name, loaded.Name(), err))
		}
		loaded.AddDependency(subchart)
	}
	return loaded, nil
}

// notAnArchive is the one error of a subchart that Helm does not wrap.
type notAnArchive struct{ error }

func (from origins) unpack(file *archive.BufferedFile, name string, parent *chart.Chart, at origin) (*chart.Chart, error) {
	if file.Name != name {
		return nil, notAnArchive{fmt.Errorf("error unpacking subchart tar in %s: expected %s, got %s", parent.Name(), name, file.Name)}
	}
	files, err := archive.LoadArchiveFiles(bytes.NewReader(file.Data))
	if err != nil {
		return nil, err
	}
	return from.load(files, origin{at.Directory, true})
}

// inDirectory makes the names of a subchart's files relative to it, and drops
// files that lie in charts/ itself.
func inDirectory(files []*archive.BufferedFile) []*archive.BufferedFile {
	var inside []*archive.BufferedFile
	for _, f := range files {
		if _, name, found := strings.Cut(f.Name, "/"); found {
			f.Name = name
			inside = append(inside, f)
		}
	}
	return inside
}

// blame names the file that Helm's message speaks of, unless an inner chart has
// already done so.
func (at origin) blame(err error) error {
	if _, done := errors.AsType[*loadError](err); done {
		return &loadError{fileOf(err), err}
	}
	file := at.Directory
	for _, name := range []string{"Chart.yaml", "Chart.lock", "values.yaml", "requirements.yaml", "requirements.lock"} {
		if strings.Contains(err.Error(), "cannot load "+name) {
			file = path.Join(at.Directory, name)
		}
	}
	if strings.Contains(err.Error(), "validation: ") {
		file = path.Join(at.Directory, "Chart.yaml")
	}
	if file == "" {
		return err
	}
	return &loadError{file, err}
}

func fileOf(err error) string {
	if e, ok := errors.AsType[*loadError](err); ok {
		return e.file
	}
	return ""
}

// checkInstallable is cmd/install.go checkIfInstallable.
func checkInstallable(c *chart.Chart) error {
	switch c.Metadata.Type {
	case "", "application":
		return nil
	}
	return &loadError{"Chart.yaml", fmt.Errorf("%s charts are not installable", c.Metadata.Type)}
}

// checkDependencies is action.CheckDependencies, in the words of cmd/install.go.
func checkDependencies(c *chart.Chart) error {
	var missing []string
	for _, wanted := range c.Metadata.Dependencies {
		if !slices.ContainsFunc(c.Dependencies(), func(d *chart.Chart) bool { return d.Name() == wanted.Name }) {
			missing = append(missing, wanted.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &loadError{"Chart.yaml", fmt.Errorf(
		"an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' "+
			"to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: %s",
		strings.Join(missing, ", "))}
}
