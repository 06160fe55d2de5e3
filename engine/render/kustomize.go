package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/yaml"
)

// kustomizeRequest names the directory to build, a path in the host's tree.
type kustomizeRequest struct {
	Root string `json:"root"`
	// Origins asks for where documents come from, which takes a second build.
	Origins bool `json:"origins"`
}

type kustomizeAnswer struct {
	Error     *kustomizeError     `json:"error"`
	Documents []kustomizeDocument `json:"documents"`
	// Files are the paths of the tree that the build read, sorted.
	Files    []string `json:"files"`
	Warnings []string `json:"warnings"`
}

// A kustomizeError is an error of a kustomization or of what it names.
type kustomizeError struct {
	// Message is kustomize's, with paths of the tree in place of the machine's,
	// except for what Ringfence refuses: that it says itself.
	Message string `json:"message"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	// Reference is the entry that cannot be had: a remote base, a Helm chart.
	Reference string `json:"reference"`
}

type kustomizeDocument struct {
	// Text is what `kustomize build` prints between two «---».
	Text            string           `json:"text"`
	Origin          *documentOrigin  `json:"origin"`
	Transformations []documentOrigin `json:"transformations"`
}

// A documentOrigin is kustomize's record of a file, with paths of the tree.
type documentOrigin struct {
	Path         string        `json:"path"`
	Repo         string        `json:"repo"`
	Ref          string        `json:"ref"`
	ConfiguredIn string        `json:"configuredIn"`
	ConfiguredBy *configuredBy `json:"configuredBy"`
}

type configuredBy struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
}

// renderKustomize is kustomize/commands/build with its default flags.
func renderKustomize(request *kustomizeRequest, from tree) *kustomizeAnswer {
	answer := &kustomizeAnswer{Documents: []kustomizeDocument{}}
	warnings := listen()
	files := newTreeFiles(from)
	built, err := build(files, request.Root)
	if err == nil {
		answer.Documents, err = documentsOf(built)
	}
	if err != nil {
		answer.Error = describeKustomize(err, files, request.Root)
		answer.Documents = []kustomizeDocument{}
	} else if request.Origins {
		addOrigins(answer.Documents, built, files, request.Root)
	}
	answer.Files = files.filesRead()
	answer.Warnings = warnings.lines
	return answer
}

// build runs kustomize in the state of a new process. The OpenAPI schema is a
// global of kustomize's, kept from build to build since it takes a second to
// load; a kustomization that brings its own has to start without it, and must
// leave nothing behind.
func build(files *treeFiles, root string) (resmap.ResMap, error) {
	built, err := run(files, root)
	if openapi.GetSchemaVersion() != openapi.DefaultOpenAPI {
		openapi.ResetOpenAPI()
		built, err = run(files, root)
		openapi.ResetOpenAPI()
	}
	return built, err
}

func run(files *treeFiles, root string) (built resmap.ResMap, err error) {
	defer func() {
		if r := recover(); r != nil {
			built, err = nil, fmt.Errorf("kustomize failed: %v", r)
		}
	}()
	options := krusty.MakeDefaultOptions()
	// What the command line passes when nothing is asked for. The package's own
	// default gives another order.
	options.Reorder = krusty.ReorderOptionUnspecified
	return krusty.MakeKustomizer(options).Run(files, path.Join(mount, root))
}

func documentsOf(built resmap.ResMap) ([]kustomizeDocument, error) {
	documents := make([]kustomizeDocument, 0, built.Size())
	for _, r := range built.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		documents = append(documents, kustomizeDocument{Text: string(text), Transformations: []documentOrigin{}})
	}
	return documents, nil
}

// addOrigins builds a second time, with the annotations of `buildMetadata`
// switched on, and reads them off the result. The first build's text stays what
// the user gets: whether annotations shine through into a hash, a selector or a
// replacement is then no question. Where the second build disagrees the
// documents keep no origin.
func addOrigins(documents []kustomizeDocument, first resmap.ResMap, files *treeFiles, root string) {
	name, content, ok := files.kustomization(root)
	if !ok {
		return
	}
	var fields map[string]any
	if err := yaml.Unmarshal(content, &fields); err != nil || fields == nil {
		return
	}
	fields["buildMetadata"] = []string{types.OriginAnnotations, types.TransformerAnnotations}
	annotated, err := json.Marshal(fields)
	if err != nil {
		return
	}
	second, err := build(files.with(name, annotated, withoutSchemas), root)
	if err != nil || !sameResources(first, second) {
		// A schema was patched, or is part of what a name is made from.
		second, err = build(files.with(name, annotated, nil), root)
	}
	if err != nil || !sameResources(first, second) {
		return
	}
	for i, r := range second.Resources() {
		if origin, err := r.GetOrigin(); err == nil && origin != nil {
			converted := convertOrigin(origin, root)
			documents[i].Origin = &converted
		}
		if transformations, err := r.GetTransformations(); err == nil {
			for _, t := range transformations {
				documents[i].Transformations = append(documents[i].Transformations, convertOrigin(t, root))
			}
		}
	}
}

// sameResources compares what neither annotations nor schemas can change.
func sameResources(first, second resmap.ResMap) bool {
	return slices.EqualFunc(first.Resources(), second.Resources(), func(a, b *resource.Resource) bool {
		return a.CurId() == b.CurId()
	})
}

var schemaStart = regexp.MustCompile(`^( *)openAPIV3Schema:[ \t]*$`)

// withoutSchemas empties the schemas of custom resource definitions. They are
// most of the text of many a repository, and say nothing of where a document
// comes from.
func withoutSchemas(content []byte) []byte {
	if !bytes.Contains(content, []byte("openAPIV3Schema:")) {
		return content
	}
	var kept []string
	depth := -1 // of the schema that is being left out
	for line := range strings.Lines(string(content)) {
		text := strings.TrimRight(line, "\r\n")
		indent := len(text) - len(strings.TrimLeft(text, " "))
		if depth >= 0 && (strings.TrimSpace(text) == "" || indent > depth) {
			continue
		}
		depth = -1
		if start := schemaStart.FindStringSubmatch(text); start != nil {
			depth = len(start[1])
			line = text + " {}\n"
		}
		kept = append(kept, line)
	}
	return []byte(strings.Join(kept, ""))
}

func convertOrigin(o *resource.Origin, root string) documentOrigin {
	converted := documentOrigin{Repo: o.Repo, Ref: o.Ref}
	inTree := func(relative string) string {
		if relative == "" || o.Repo != "" {
			return relative
		}
		return strings.TrimPrefix(path.Join("/", root, relative), "/")
	}
	converted.Path = inTree(o.Path)
	converted.ConfiguredIn = inTree(o.ConfiguredIn)
	if o.ConfiguredBy.Kind != "" {
		converted.ConfiguredBy = &configuredBy{o.ConfiguredBy.APIVersion, o.ConfiguredBy.Kind, o.ConfiguredBy.Name}
	}
	return converted
}

// remote matches an entry that kustomize would fetch or clone.
var remote = regexp.MustCompile(`(?i)^(https?|ssh|git|file)://|^git(@|::)|^(github\.com|gitlab\.com|bitbucket\.org|gh:)|\.git(/|\?|$)|[?&](ref|version|timeout|submodules)=`)

// A refusal is an entry of a kustomization that needs a network or a program.
type refusal struct {
	file, field, reference string
	line                   int
}

func (r refusal) message() string {
	if r.field == "helmCharts" || r.field == "helmChartInflationGenerator" {
		return fmt.Sprintf("%s asks for the Helm chart %s: kustomize would run helm for it, which «kustomize build» "+
			"does only with --enable-helm, and Ringfence never does. Render the chart as a source of its own.", r.file, r.reference)
	}
	return fmt.Sprintf("%s refers to %s: Ringfence renders without a network. Vendor it into the repository.", r.file, r.reference)
}

// refusals lists what the kustomizations that were read ask for in vain.
func (t *treeFiles) refusals() []refusal {
	var all []refusal
	for _, name := range t.filesRead() {
		if !isKustomization(name) {
			continue
		}
		content, ok := t.load(name)
		if !ok {
			continue
		}
		var fields map[string]any
		if err := yaml.Unmarshal(content, &fields); err != nil {
			continue
		}
		for _, field := range []string{
			"resources", "bases", "components", "generators", "transformers", "validators", "crds", "configurations",
			"patchesStrategicMerge",
		} {
			entries, _ := fields[field].([]any)
			for _, entry := range entries {
				text, isText := entry.(string)
				if !isText || strings.Contains(text, "\n") || !remote.MatchString(text) {
					continue
				}
				local := path.Join(mount, path.Dir(name), text)
				if t.Exists(local) {
					continue
				}
				all = append(all, refusal{name, field, text, lineOf(content, text)})
			}
		}
		for _, field := range []string{"helmCharts", "helmChartInflationGenerator"} {
			entries, _ := fields[field].([]any)
			for _, entry := range entries {
				chart, _ := entry.(map[string]any)
				reference := fmt.Sprint(chart["name"])
				if field == "helmChartInflationGenerator" {
					reference = fmt.Sprint(chart["chartName"])
				}
				line := lineOf(content, reference)
				if repository, ok := chart["repo"].(string); ok {
					reference = repository + " " + reference
				}
				all = append(all, refusal{name, field, reference, line})
			}
		}
	}
	return all
}

// lineOf finds the first line that holds a text, counted from 1.
func lineOf(content []byte, text string) int {
	before, _, found := bytes.Cut(content, []byte(text))
	if !found {
		return 0
	}
	return 1 + bytes.Count(before, []byte("\n"))
}

var (
	messageLine = regexp.MustCompile(`line (\d+)`)
	// Paths of the disk in a message, up to a character that ends them there.
	pathInMessage = regexp.MustCompile(regexp.QuoteMeta(mount) + `(/[^\s'":\x60]*)?`)
	// Files as a kustomization names them: «accumulating resources from 'x.yaml'».
	namedInMessage = regexp.MustCompile(`(?:from|path|loading|file) ['"]([^\s'"]+)['"]`)
)

// describeKustomize makes data of an error.
func describeKustomize(err error, files *treeFiles, root string) *kustomizeError {
	message := strings.TrimSpace(err.Error())
	if refused := files.refusals(); len(refused) > 0 {
		first := refused[0]
		// The message names the entry; with several, it is that one.
		for _, r := range refused {
			if strings.Contains(message, r.reference) {
				first = r
				break
			}
		}
		return &kustomizeError{Message: first.message(), File: first.file, Line: first.line, Reference: first.reference}
	}
	described := &kustomizeError{Message: withoutMount(message)}
	described.File, described.Line = files.placeOf(message, root)
	if m := messageLine.FindStringSubmatch(message); m != nil {
		described.Line, _ = strconv.Atoi(m[1])
	}
	return described
}

// withoutMount words a message with paths of the tree; the tree itself is ".".
func withoutMount(message string) string {
	return pathInMessage.ReplaceAllStringFunc(message, func(found string) string {
		if inside := strings.TrimPrefix(strings.TrimPrefix(found, mount), "/"); inside != "" {
			return inside
		}
		return "."
	})
}

// placeOf finds the file that a message is about. Kustomize tells the way it
// took, innermost last: the last path in the message decides. A file is meant
// itself, unless it lies where it may not be read; then, as for a path that does
// not exist, the kustomization is meant that names it. Of a directory its
// kustomization is meant. A message without any path is about the root's.
func (t *treeFiles) placeOf(message, root string) (file string, line int) {
	directory := root
	for _, name := range slices.Backward(pathInMessage.FindAllString(message, -1)) {
		inside, _ := inTree(name)
		what := t.from.stat(inside)
		if what == isDirectory {
			directory = inside
			break
		}
		if what == isFile && !strings.Contains(message, "security; file") {
			return inside, 0
		}
		if file, line = t.namerOf(inside); file != "" {
			return file, line
		}
	}
	for _, m := range namedInMessage.FindAllStringSubmatch(message, -1) {
		if beside := path.Join(directory, m[1]); t.from.stat(beside) == isFile {
			return beside, 0
		}
	}
	if name, _, ok := t.kustomization(directory); ok {
		return name, 0
	}
	return "", 0
}

// namerOf finds the kustomization that names a path, and the line where.
func (t *treeFiles) namerOf(wanted string) (file string, line int) {
	for _, name := range t.order {
		if !isKustomization(name) {
			continue
		}
		content, ok := t.load(name)
		if !ok {
			continue
		}
		var fields any
		if err := yaml.Unmarshal(content, &fields); err != nil {
			continue
		}
		for _, text := range textsIn(fields) {
			if path.Join(path.Dir(name), text) == wanted {
				return name, lineOf(content, text)
			}
		}
	}
	return "", 0
}

func textsIn(value any) (texts []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, item := range value {
			texts = append(texts, textsIn(item)...)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			texts = append(texts, textsIn(value[key])...)
		}
	}
	return texts
}

func isKustomization(name string) bool {
	return slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(name))
}
