package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

type documentsAnswer struct {
	// What was read before the first error, in order; empty documents left out.
	Values []json.RawMessage `json:"values"`
	// Why the rest was not.
	Error string `json:"error,omitempty"`
	// Two keys of one map are the same in JSON (1 and "1"): which of them stays is left to chance.
	Chance bool `json:"chance,omitempty"`
}

// readDocuments reads as kubectl does (k8s.io/cli-runtime pkg/resource, StreamVisitor).
func readDocuments(question []byte) (any, error) {
	var text string
	if err := json.Unmarshal(question, &text); err != nil {
		return nil, err
	}
	answer := documentsAnswer{Values: []json.RawMessage{}, Chance: hasChance(text)}
	decoder := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		document := runtime.RawExtension{}
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return answer, nil
		}
		if err != nil {
			answer.Error = err.Error()
			return answer, nil
		}
		raw := json.RawMessage(strings.TrimSpace(string(document.Raw)))
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		answer.Values = append(answer.Values, raw)
	}
}

// hasChance asks it of every document that go-yaml can make out.
func hasChance(text string) bool {
	for _, part := range strings.Split("\n"+text, "\n---") {
		var value any
		if yaml.Unmarshal([]byte(part), &value) == nil && collides(value) {
			return true
		}
	}
	return false
}

func collides(value any) bool {
	switch value := value.(type) {
	case []any:
		for _, each := range value {
			if collides(each) {
				return true
			}
		}
	case map[any]any:
		seen := map[string]bool{}
		for key, each := range value {
			name := fmt.Sprint(key)
			if seen[name] || collides(each) {
				return true
			}
			seen[name] = true
		}
	}
	return false
}
