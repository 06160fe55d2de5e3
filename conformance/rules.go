package main

import (
	"encoding/json"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/component-helpers/auth/rbac/validation"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

type ruleAnswer struct {
	// Whether the owners' rules cover the servants': what may be bound or written without escalating.
	Covers bool `json:"covers"`
	// Whether one of the owners' rules allows the request; absent without one.
	Allows *bool `json:"allows,omitempty"`
}

func answerRules(question []byte) (any, error) {
	var asked struct {
		Owners   []rbacv1.PolicyRule `json:"owners"`
		Servants []rbacv1.PolicyRule `json:"servants"`
		Request  *struct {
			Verb        string  `json:"verb"`
			Group       string  `json:"group"`
			Resource    string  `json:"resource"`
			Subresource string  `json:"subresource"`
			Name        string  `json:"name"`
			URL         *string `json:"url"`
		} `json:"request"`
	}
	if err := json.Unmarshal(question, &asked); err != nil {
		return nil, err
	}
	answer := ruleAnswer{}
	answer.Covers, _ = validation.Covers(asked.Owners, asked.Servants)
	if request := asked.Request; request != nil {
		attributes := authorizer.AttributesRecord{Verb: request.Verb}
		if request.URL != nil {
			attributes.Path = *request.URL
		} else {
			attributes.ResourceRequest = true
			attributes.APIGroup, attributes.Resource = request.Group, request.Resource
			attributes.Subresource, attributes.Name = request.Subresource, request.Name
		}
		allows := rbac.RulesAllow(attributes, asked.Owners...)
		answer.Allows = &allows
	}
	return answer, nil
}
