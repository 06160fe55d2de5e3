package policies.audit_logging.audit_policy_content_test

import data.policies.audit_logging.audit_policy_content as policy

_outcome(changes) := object.union(
	{
		"request": "secrets", "rule": 1, "level": "Metadata", "bodies": false,
		"requester": "everyone", "component": false, "path": ["rules", 0],
	},
	changes,
)

_platform(changes) := {
	"environment": null,
	"auditPolicies": [object.union({"path": [], "problems": [], "outcomes": [], "shadowed": [], "unmatched": null}, changes)],
}

_messages(changes) := {finding.message | some finding in policy.findings with input.facts.platform as _platform(changes)}

test_metadata_is_silent if count(_messages({"outcomes": [_outcome({})]})) == 0

test_bodies_of_secrets_are_found if {
	_messages({"outcomes": [_outcome({"level": "RequestResponse", "bodies": true})]}) == {"rule 1 logs secrets at RequestResponse, with their bodies"}
}

test_several_requests_of_a_rule_are_one_finding if {
	outcomes := [_outcome({"level": "Request", "request": request}) | some request in ["secrets", "configmaps"]]
	_messages({"outcomes": outcomes}) == {"rule 1 logs configmaps, secrets at Request, with their bodies"}
}

test_bodies_of_pods_are_silent if {
	count(_messages({"outcomes": [_outcome({"request": "pods", "level": "RequestResponse", "bodies": true})]})) == 0
}

test_component_without_bodies_is_silent if {
	count(_messages({"outcomes": [_outcome({"level": "Request", "component": true})]})) == 0
}

test_component_with_bodies_is_found if {
	count(_messages({"outcomes": [_outcome({"level": "Request", "component": true, "bodies": true})]})) == 1
}

test_token_request_without_its_response_is_silent if {
	count(_messages({"outcomes": [_outcome({"request": "serviceaccounts/token", "level": "Request", "bodies": true})]})) == 0
}

test_token_response_is_found if {
	count(_messages({"outcomes": [_outcome({"request": "serviceaccounts/token", "level": "RequestResponse", "bodies": true})]})) == 1
}

test_none_for_everyone_is_found if {
	_messages({"outcomes": [_outcome({"level": "None"})]}) == {"rule 1 logs nothing of secrets for everyone"}
}

test_none_for_a_component_is_silent if {
	count(_messages({"outcomes": [_outcome({"level": "None", "component": true})]})) == 0
}

test_none_of_configmaps_is_silent if {
	count(_messages({"outcomes": [_outcome({"level": "None", "request": "configmaps"})]})) == 0
}

test_many_requests_are_counted if {
	outcomes := [_outcome({"level": "None", "request": request}) | some request in ["secrets", "pods", "roles", "deployments", "pods/exec"]]
	_messages({"outcomes": outcomes}) == {"rule 1 logs nothing of deployments, pods, pods/exec and 2 more for everyone"}
}

test_unmatched_is_found if {
	unmatched := {"requester": "everyone", "verbs": ["get", "list"], "path": ["rules"]}
	_messages({"unmatched": unmatched}) == {"no rule matches the rest: get, list by everyone leaves no trace"}
}

test_shadowed_is_found if {
	rule := {"rule": 2, "level": "Metadata", "by": 1, "instead": "Request", "path": ["rules", 1]}
	_messages({"shadowed": [rule]}) == {"rule 2 (Metadata) never decides: rule 1 (Request) matches first"}
}

test_problem_is_found if {
	_messages({"problems": [{"path": ["rules"], "message": "no rules"}]}) == {"the audit policy is not valid: no rules"}
}

_environment(key, answer) := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertReceivers": [], "ruleSelection": null,
	"environment": {key: {"answer": answer, "why": "because", "by": []}},
}

test_nothing_declared_is_found_elsewhere if {
	some finding in policy.findings with input.facts.platform as _environment("auditPolicy", "no")
	finding.path == []
	finding.elsewhere == true
}

test_something_declared_is_silent if {
	count(policy.findings) == 0 with input.facts.platform as _environment("auditPolicy", "yes")
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform({})
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
