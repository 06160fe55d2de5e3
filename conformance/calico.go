package main

import (
	"encoding/json"

	"github.com/projectcalico/calico/libcalico-go/lib/selector"
)

func selectCalico(question []byte) (any, error) {
	var asked struct {
		Selector string              `json:"selector"`
		Labels   []map[string]string `json:"labels"`
	}
	if err := json.Unmarshal(question, &asked); err != nil {
		return nil, err
	}
	parsed, err := selector.Parse(asked.Selector)
	if err != nil {
		return selectorAnswer{Error: err.Error()}, nil
	}
	answer := selectorAnswer{}
	for _, labels := range asked.Labels {
		answer.Selects = append(answer.Selects, parsed.Evaluate(labels))
	}
	return answer, nil
}
