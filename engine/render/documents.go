package main

import (
	"slices"
	"strconv"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// A helmDocument is one piece of what `helm template` prints, in its order.
type helmDocument struct {
	// Template is Helm's name of what it was rendered from, as in «# Source:».
	Template string `json:"template"`
	// File is the same as a path in the chart's directory.
	File string `json:"file"`
	// Index counts the non-empty documents of this template, as written.
	Index int    `json:"index"`
	Text  string `json:"text"`
	CRD   bool   `json:"crd"`
	Hook  *hook  `json:"hook"`
}

type hook struct {
	Events         []string `json:"events"`
	Weight         int      `json:"weight"`
	DeletePolicies []string `json:"deletePolicies"`
}

// collect lists the documents as renderResources and cmd/template.go print
// them: custom resource definitions, manifests, hooks.
func (r *rendering) collect(rendered map[string]string, manifests []releaseutil.Manifest, hooks []*release.Hook) {
	position := positionsIn(rendered)
	if r.request.IncludeCRDs {
		for _, crd := range r.chart.CRDObjects() {
			r.answer.Documents = append(r.answer.Documents, helmDocument{
				Template: crd.Filename, File: r.fileOf(crd.Filename), Text: string(crd.File.Data), CRD: true,
			})
		}
	}
	for _, m := range manifests {
		r.answer.Documents = append(r.answer.Documents, helmDocument{
			Template: m.Name, File: r.fileOf(m.Name), Index: position.take(m.Name, m.Content), Text: m.Content,
		})
	}
	for _, h := range hooks {
		described := &hook{Events: []string{}, Weight: h.Weight, DeletePolicies: []string{}}
		for _, event := range h.Events {
			described.Events = append(described.Events, event.String())
		}
		for _, policy := range h.DeletePolicies {
			described.DeletePolicies = append(described.DeletePolicies, policy.String())
		}
		r.answer.Documents = append(r.answer.Documents, helmDocument{
			Template: h.Path, File: r.fileOf(h.Path), Index: position.take(h.Path, h.Manifest), Text: h.Manifest, Hook: described,
		})
	}
	r.answer.Skipped = append(r.answer.Skipped, position.left(r)...)
}

// positions holds, for each template and document text, the indexes that are
// not yet given out. Helm sorts documents without keeping them; documents with
// the same text keep their order, so the first index is the right one.
type positions struct {
	templates []string
	indexes   map[string]map[string][]int
}

func positionsIn(rendered map[string]string) positions {
	p := positions{indexes: map[string]map[string][]int{}}
	for template, content := range rendered {
		documents := releaseutil.SplitManifests(content)
		p.indexes[template] = make(map[string][]int, len(documents))
		for i := range len(documents) {
			text := documents["manifest-"+strconv.Itoa(i)]
			p.indexes[template][text] = append(p.indexes[template][text], i)
		}
	}
	return p
}

func (p positions) take(template, text string) int {
	left := p.indexes[template][text]
	if len(left) == 0 {
		return 0
	}
	p.indexes[template][text] = left[1:]
	return left[0]
}

// left is what Helm rendered and then dropped without a word: documents whose
// hook annotation names an event that Helm does not know.
func (p positions) left(r *rendering) []helmDocument {
	var skipped []helmDocument
	for template, documents := range p.indexes {
		for text, indexes := range documents {
			for _, index := range indexes {
				skipped = append(skipped, helmDocument{Template: template, File: r.fileOf(template), Index: index, Text: text})
			}
		}
	}
	sortDocuments(skipped)
	return skipped
}

func sortDocuments(documents []helmDocument) {
	slices.SortFunc(documents, func(a, b helmDocument) int {
		if c := strings.Compare(a.Template, b.Template); c != 0 {
			return c
		}
		return a.Index - b.Index
	})
}
