package main

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

type selectorAnswer struct {
	// Why the selector is none.
	Error string `json:"error,omitempty"`
	// One a set of labels.
	Selects []bool `json:"selects,omitempty"`
}

func selectLabels(question []byte) (any, error) {
	var asked struct {
		Selector *metav1.LabelSelector `json:"selector"`
		Labels   []labels.Set          `json:"labels"`
	}
	if err := json.Unmarshal(question, &asked); err != nil {
		return nil, err
	}
	selector, err := metav1.LabelSelectorAsSelector(asked.Selector)
	if err != nil {
		return selectorAnswer{Error: err.Error()}, nil
	}
	answer := selectorAnswer{}
	for _, set := range asked.Labels {
		answer.Selects = append(answer.Selects, selector.Matches(set))
	}
	return answer, nil
}
