package policies.audit_logging.mesh_access_logs_test

import data.policies.audit_logging.mesh_access_logs as policy

_platform(scope, on) := {"environment": null, "accessLogs": [{"scope": scope, "on": on, "why": "off", "path": ["spec"]}]}

_messages(facts) := {finding.message | some finding in policy.findings with input.facts.platform as facts}

test_on_is_silent if count(_messages(_platform("mesh", "yes"))) == 0

test_off_is_found if {
	_messages(_platform("mesh", "no")) == {"the mesh without an access log: off"}
	_messages(_platform("namespace", "no")) == {"the namespace without an access log: off"}
	_messages(_platform("workload", "no")) == {"the selected workloads without an access log: off"}
}

test_unknown_is_said if count(policy.unknowns) == 1 with input.facts.platform as _platform("mesh", "unknown")

test_no_mesh_is_silent if {
	count(_messages({"accessLogs": [], "environment": {"accessLogs": null}})) == 0
}

_environment(key, answer) := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertReceivers": [], "ruleSelection": null,
	"environment": {key: {"answer": answer, "why": "because", "by": []}},
}

test_nothing_declared_is_found_elsewhere if {
	some finding in policy.findings with input.facts.platform as _environment("accessLogs", "no")
	finding.path == []
	finding.elsewhere == true
}

test_something_declared_is_silent if {
	count(policy.findings) == 0 with input.facts.platform as _environment("accessLogs", "yes")
}

test_applies_where_there_is_something_to_judge if {
	policy.applies with input.facts.platform as _platform("mesh", "yes")
	not policy.applies with input.facts.platform as _nothing
}

_nothing := {
	"apiServers": [], "auditPolicies": [], "auditWebhooks": [], "shippers": [], "logOutputs": [], "logRetention": [],
	"detectors": [], "flowLogs": [], "accessLogs": [], "alertRules": 0, "alertReceivers": [],
}
