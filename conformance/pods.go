package main

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/policy"
	kjson "sigs.k8s.io/json"
)

type podAnswer struct {
	// Why the API server cannot decode the pod; then nothing was checked.
	Error string `json:"error,omitempty"`
	// By the check's identifier, in its latest version.
	Allowed map[policy.CheckID]bool `json:"allowed,omitempty"`
}

var checks = policy.DefaultChecks()

// checkPod decodes as the API server does: by case, and nothing is coerced.
func checkPod(question []byte) (any, error) {
	var pod struct {
		Metadata metav1.ObjectMeta `json:"metadata"`
		Spec     corev1.PodSpec    `json:"spec"`
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(question, &pod); err != nil {
		return podAnswer{Error: err.Error()}, nil
	}
	allowed := map[policy.CheckID]bool{}
	for _, check := range checks {
		latest := check.Versions[len(check.Versions)-1]
		allowed[check.ID] = latest.CheckPod(&pod.Metadata, &pod.Spec).Allowed
	}
	return podAnswer{Allowed: allowed}, nil
}
