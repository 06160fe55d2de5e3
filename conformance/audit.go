package main

import (
	"encoding/json"

	"k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

type auditAnswer struct {
	// Why the API server does not start with the policy.
	Error string `json:"error,omitempty"`
	// One a request.
	Decisions []auditDecision `json:"decisions,omitempty"`
}

type auditDecision struct {
	Level      audit.Level   `json:"level"`
	OmitStages []audit.Stage `json:"omitStages"`
	// The rules that match by themselves, whatever stands before them.
	Matching []int `json:"matching"`
}

func auditRequests(question []byte) (any, error) {
	var asked struct {
		Policy   json.RawMessage `json:"policy"`
		Requests []struct {
			User     string   `json:"user"`
			Groups   []string `json:"groups"`
			Verb     string   `json:"verb"`
			Resource *struct {
				Group       string `json:"group"`
				Resource    string `json:"resource"`
				Subresource string `json:"subresource"`
			} `json:"resource"`
			Namespace string `json:"namespace"`
			Name      string `json:"name"`
			Path      string `json:"path"`
		} `json:"requests"`
	}
	if err := json.Unmarshal(question, &asked); err != nil {
		return nil, err
	}
	loaded, err := policy.LoadPolicyFromBytes(asked.Policy)
	if err != nil {
		return auditAnswer{Error: err.Error()}, nil
	}
	whole := policy.NewPolicyRuleEvaluator(loaded.DeepCopy())
	answer := auditAnswer{}
	for _, request := range asked.Requests {
		attributes := authorizer.AttributesRecord{
			User:      &user.DefaultInfo{Name: request.User, Groups: request.Groups},
			Verb:      request.Verb,
			Namespace: request.Namespace,
			Name:      request.Name,
			Path:      request.Path,
		}
		if target := request.Resource; target != nil {
			attributes.ResourceRequest = true
			attributes.APIGroup, attributes.Resource, attributes.Subresource = target.Group, target.Resource, target.Subresource
		}
		decided := whole.EvaluatePolicyRule(attributes)
		decision := auditDecision{Level: decided.Level, OmitStages: decided.OmitStages, Matching: []int{}}
		for i, rule := range loaded.Rules {
			// None is what no rule says as well.
			rule.Level = audit.LevelMetadata
			alone := policy.NewPolicyRuleEvaluator(&audit.Policy{Rules: []audit.PolicyRule{rule}})
			if alone.EvaluatePolicyRule(attributes).Level == audit.LevelMetadata {
				decision.Matching = append(decision.Matching, i)
			}
		}
		answer.Decisions = append(answer.Decisions, decision)
	}
	return answer, nil
}
